r"""Derivations: one partial derivative in the steps of a worked example, each with the name of its rule.

    ∂/∂x (x² y + sin(x y))  =  ∂/∂x (x² y) + ∂/∂x (sin(x y))          sum rule
        ∂/∂x (x² y)         =  2 x y                                   power rule
        ∂/∂x (sin(x y))     =  cos(x y) · ∂/∂x (x y)                   chain rule: sine
            ∂/∂x (x y)      =  y                                       linear term
                            =  y cos(x y)
                            =  2 x y + y cos(x y)

A step says what its rule makes of a formula, with the derivatives that are still to be taken as `diff` nodes; the
steps inside take them; its slope is what comes out. Steps are made from the tree as it was typed, without SymPy,
so the page can show them at once.

Rules: every line is true wherever both of its sides have a value; whatever does not hold the variable is a
constant and is pulled out; a derivation that nobody would read is refused, with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from core import settings
from core.syntax import Tree, expanded, latex_of
from core.syntax.measure import literal
from core.terms import (
    ONE,
    TWO,
    ZERO,
    Product,
    call,
    depends,
    joined,
    lowered,
    minus,
    nodes,
    number,
    power,
    product,
    quotient,
    split,
    total,
)
from core.vocabulary import WORD


@dataclass(frozen=True)
class Rule:
    """A rule of differentiation: what a teacher calls it, and its formula."""

    name: str
    latex: str


RULES: Final[dict[str, Rule]] = {
    "constant": Rule("Constant", r"c' = 0"),
    "variable": Rule("The variable itself", r"x' = 1"),
    "linear": Rule("Linear term", r"(c\,x)' = c"),
    "power": Rule("Power rule", r"(c\,x^k)' = c\,k\,x^{k-1}"),
    "terms": Rule("Power rule, term by term", r"(u \pm v)' = u' \pm v',\quad (c\,x^k)' = c\,k\,x^{k-1}"),
    "sum": Rule("Sum rule", r"(u \pm v)' = u' \pm v'"),
    "factor": Rule("Constant factor", r"(c\,u)' = c\,u'"),
    "product": Rule("Product rule", r"(u\,v)' = v\,u' + u\,v'"),
    "products": Rule("Product rule, several factors", r"(u\,v\,w)' = v\,w\,u' + u\,w\,v' + u\,v\,w'"),
    "quotient": Rule("Quotient rule", r"\left(\frac{u}{v}\right)' = \frac{1}{v^2}\,(v\,u' - u\,v')"),
    "reciprocal": Rule("Reciprocal rule", r"\left(\frac{c}{v}\right)' = -\frac{c}{v^2}\,v'"),
    "chain power": Rule("Chain rule: power", r"(u^k)' = k\,u^{k-1}\,u'"),
    "chain exp": Rule("Chain rule: exponential", r"(e^u)' = e^u\,u'"),
    "exp": Rule("Exponential", r"(e^x)' = e^x"),
    "chain base": Rule("Chain rule: exponential", r"(a^u)' = a^u \ln(a)\,u'"),
    "base": Rule("Exponential", r"(a^x)' = a^x \ln a"),
    "general": Rule("General power", r"(u^v)' = u^v \left(\ln(u)\,v' + \frac{v}{u}\,u'\right),\quad u > 0"),
    "change": Rule("Change of base", r"\log_b u = \frac{\ln u}{\ln b}"),
    "sign": Rule("Sign", r"(\operatorname{sgn} u)' = 0,\quad u \ne 0"),
    "max": Rule("Maximum: the slope of the largest", r"\max(u, v)' = u' \text{ where } u > v"),
    "min": Rule("Minimum: the slope of the smallest", r"\min(u, v)' = u' \text{ where } u < v"),
    "cases": Rule("Case by case", r"\text{inside each case, away from their borders}"),
    "meaning": Rule("What the word means", ""),
    "root": Rule("Root", r"(\sqrt[n]{x})' = \frac{1}{n \left(\sqrt[n]{x}\right)^{n-1}},\quad x \ne 0"),
    "chain root": Rule(
        "Chain rule: root", r"(\sqrt[n]{u})' = \frac{1}{n \left(\sqrt[n]{u}\right)^{n-1}}\,u',\quad u \ne 0"
    ),
    "angle": Rule("Angle of a point", r"\operatorname{atan2}(v, u)' = \frac{1}{u^2 + v^2}\,(u\,v' - v\,u')"),
}

# The slope of a word of one argument u, before the chain rule multiplies it by u'; where it holds, if not everywhere.
_U: Final[Tree] = ("name", "u")


def _square(u: Tree) -> Tree:
    return power(u, TWO)


def _one_over(u: Tree) -> Tree:
    return ("div", ONE, u)


def _root(*terms: Tree) -> Tree:
    return call("sqrt", total(terms))


def _bell(u: Tree) -> Tree:
    return ("pow", ("const", "e"), minus(_square(u)))


def _ln(k: int) -> Tree:
    return call("ln", number(k))


@dataclass(frozen=True)
class Word:
    """How a word of the language is differentiated."""

    name: str
    slope: Callable[[Tree], Tree]
    where: str = ""


FUNCTIONS: Final[dict[str, Word]] = {
    "exp": Word("exponential", lambda u: call("exp", u)),
    "ln": Word("logarithm", _one_over),
    "log10": Word("logarithm", lambda u: _one_over(product(u, _ln(10)))),
    "log2": Word("logarithm", lambda u: _one_over(product(u, _ln(2)))),
    "sqrt": Word("square root", lambda u: _one_over(product(TWO, call("sqrt", u))), "u > 0"),
    "cbrt": Word("cube root", lambda u: _one_over(product(number(3), _square(call("cbrt", u)))), r"u \ne 0"),
    "sin": Word("sine", lambda u: call("cos", u)),
    "cos": Word("cosine", lambda u: minus(call("sin", u))),
    "tan": Word("tangent", lambda u: _one_over(_square(call("cos", u)))),
    "cot": Word("cotangent", lambda u: minus(_one_over(_square(call("sin", u))))),
    "sec": Word("secant", lambda u: product(call("sec", u), call("tan", u))),
    "csc": Word("cosecant", lambda u: minus(product(call("csc", u), call("cot", u)))),
    "asin": Word("arcsine", lambda u: _one_over(_root(ONE, minus(_square(u)))), "-1 < u < 1"),
    "acos": Word("arccosine", lambda u: minus(_one_over(_root(ONE, minus(_square(u))))), "-1 < u < 1"),
    "atan": Word("arctangent", lambda u: _one_over(total([ONE, _square(u)]))),
    "sinh": Word("hyperbolic sine", lambda u: call("cosh", u)),
    "cosh": Word("hyperbolic cosine", lambda u: call("sinh", u)),
    "tanh": Word("hyperbolic tangent", lambda u: _one_over(_square(call("cosh", u)))),
    "asinh": Word("inverse hyperbolic sine", lambda u: _one_over(_root(_square(u), ONE))),
    "acosh": Word("inverse hyperbolic cosine", lambda u: _one_over(_root(_square(u), minus(ONE))), "u > 1"),
    "atanh": Word("inverse hyperbolic tangent", lambda u: _one_over(total([ONE, minus(_square(u))]))),
    "erf": Word("error function", lambda u: product(quotient(TWO, _root(("const", "pi"))), _bell(u))),
    "abs": Word("absolute value", lambda u: call("sign", u), r"u \ne 0"),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """start = form by a rule; the steps inside take the derivatives that are left in form; start = slope.

    All three are trees; `start` is a `diff` node, `slope` has none. Without steps inside, form and slope are equal.
    """

    rule: Rule
    start: Tree
    form: Tree
    slope: Tree
    inner: tuple[Step, ...] = ()

    @property
    def variable(self) -> str:
        """The variable of this derivative."""
        return str(self.start[2])

    @property
    def asked(self) -> str:
        """The LaTeX of the derivative that this step takes."""
        return latex_of(self.start)

    @property
    def made(self) -> str:
        """The LaTeX of what the rule makes of it; with what comes out, where that needs no steps inside."""
        form, slope = latex_of(self.form), latex_of(self.slope)
        return form if self.inner or form == slope else f"{form} = {slope}"

    @property
    def out(self) -> str:
        """The LaTeX of what comes out."""
        return latex_of(self.slope)

    def walk(self) -> Iterator[Step]:
        """This step and all inside, in the order of reading."""
        yield self
        for step in self.inner:
            yield from step.walk()


@dataclass(frozen=True)
class Derivation:
    """The steps to one partial derivative, or the sentence that says why they are not shown."""

    root: Step | None
    sentence: str = ""

    def latex(self, whole: str, exact: str) -> str:
        r"""The derivation as one display of aligned lines: whole = … = exact, with the rules at the right.

        >>> from core.syntax import read
        >>> print(derivation(read("x^2").components[0], "x", r"d").latex("f'(x)", "2 x"))
        \begin{align*}
        f'(x) &= \frac{d}{d x}\left(x^{2}\right) \\
        f'(x) &= 2 x && \text{Power rule}
        \end{align*}
        """
        assert self.root is not None
        lines = [f"{whole} &= {self.root.asked}", *_lines(self.root, whole)]
        if not same(self.root.out, exact):
            lines.append(f"{whole} &= {exact}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _lines(step: Step, asked: str) -> Iterator[str]:
    yield rf"{asked} &= {step.made} && \text{{{step.rule.name}}}"
    for inner in step.inner:
        yield from _lines(inner, inner.asked)
    if step.inner:
        yield f"{asked} &= {step.out}"


def same(a: str, b: str) -> bool:
    r"""Whether two pieces of LaTeX look alike, whatever spaces and stretching brackets they are written with.

    >>> same(r"2 x \left(y\right)", r"2 x (y)")
    True
    """
    plain = [text.replace(r"\left", "").replace(r"\right", "").replace(" ", "") for text in (a, b)]
    return plain[0] == plain[1]


TOO_LONG: Final = "The steps of this derivative are too long to show. The result above is exact all the same."
UNWRITTEN: Final = "The steps of this derivative are not written out, because it holds a function without a rule here."


class _RefusedError(Exception):
    """Why there are no steps to show."""


def derivation(tree: Tree, x: str, sign: str = r"\partial") -> Derivation:
    r"""The steps to the derivative of a tree by the name x; `sign` is ∂, or d where there is one variable.

    >>> from core.syntax import read
    >>> for step in derivation(read("x^2 y + sin(x y)").components[0], "x").root.walk():
    ...     print(step.rule.name, "|", step.made)
    Sum rule | \frac{\partial}{\partial x}\left(x^{2} y\right) + \frac{\partial}{\partial x}\left(\sin\left(x y\right)\right)
    Power rule | y \cdot 2 x = 2 x y
    Chain rule: sine | \cos\left(x y\right) \cdot \frac{\partial}{\partial x}\left(x y\right)
    Linear term | y
    """  # noqa: E501
    try:
        return Derivation(_Teacher(x, sign).step(tree))
    except _RefusedError as why:
        return Derivation(None, str(why))


@dataclass
class _Teacher:
    """Picks the rule for a formula; counts the steps."""

    x: str
    sign: str
    taken: int = 0
    depth: int = 0

    def step(self, u: Tree) -> Step:
        self.taken += 1
        self.depth += 1
        if self.taken > settings.DERIVATION_STEPS or self.depth > settings.DERIVATION_DEPTH:
            raise _RefusedError(TOO_LONG)
        step = self._rule(u)
        if nodes(step.form) + nodes(step.slope) > settings.DERIVATION_NODES:
            raise _RefusedError(TOO_LONG)
        self.depth -= 1
        return step

    def _rule(self, u: Tree) -> Step:
        if not depends(u, self.x):
            return self._done("constant", u, ZERO)
        if single := _power_of(u, self.x):
            return self._single(u, *single)
        match u:
            case ("add", *terms):
                return self._sum(u, terms)
            case ("neg" | "mul" | "div", *_):
                return self._factors(u, split(u))
            case ("pow", a, b):
                return self._power(u, a, b)
            case ("call", "min" | "max" as word, *arguments):
                return self._extremum(u, word, arguments)
            case ("call", word, *arguments):
                return self._call(u, word, arguments)
            case ("cases", *branches):
                return self._cases("cases", u, [(value, condition) for value, condition in branches])
        raise AssertionError(u)

    def _diff(self, u: Tree) -> Tree:
        return ("diff", self.sign, self.x, u)

    def _done(self, rule: str | Rule, u: Tree, slope: Tree, form: Tree | None = None) -> Step:
        named = RULES[rule] if isinstance(rule, str) else rule
        return Step(named, self._diff(u), slope if form is None else form, slope)

    def _with(self, rule: str | Rule, u: Tree, form: Tree, slope: Tree, *inner: Step) -> Step:
        named = RULES[rule] if isinstance(rule, str) else rule
        return Step(named, self._diff(u), form, slope, inner)

    # Powers of the variable, and sums of them.

    def _single(self, u: Tree, c: Tree, k: Tree, below: bool) -> Step:
        """The derivative of c x^k; of c / x^-k if it stands below a bar."""
        if literal(k) == (0, 1):
            return self._done("constant", u, ZERO)
        if k == ONE:
            return self._done("variable" if c == ONE else "linear", u, c)
        x: Tree = ("name", self.x)
        lower = power(x, lowered(k))
        slope = product(c, k, lower)
        if below:
            slope = quotient(product(c, k), power(x, minus(lowered(k))))
        return self._done("power", u, slope, _before(c, _before(k, lower)))

    def _sum(self, u: Tree, terms: Sequence[Tree]) -> Step:
        singles = all(not depends(t, self.x) or _power_of(t, self.x) for t in terms)
        if singles and self.depth > 1:
            slopes = [self._rule(t).slope for t in terms]
            return self._done("terms", u, total(slopes), ("add", *slopes))
        parts, inner, slopes = [], [], []
        for term in terms:
            v, negative = (term[1], True) if term[0] == "neg" else (term, False)
            if not depends(v, self.x):
                parts.append(ZERO)
                continue
            inner.append(self.step(v))
            parts.append(("neg", self._diff(v)) if negative else self._diff(v))
            slopes.append(minus(inner[-1].slope) if negative else inner[-1].slope)
        return self._with("sum", u, ("add", *parts), total(slopes), *inner)

    # Products and quotients.

    def _factors(self, u: Tree, p: Product) -> Step:
        above, below = ([f for f in side if depends(f, self.x)] for side in (p.above, p.below))
        constants = ([f for f in side if not depends(f, self.x)] for side in (p.above, p.below))
        c = joined(Product(p.k, p.decimal, *(tuple(side) for side in constants)))
        if below and not above:
            return self._reciprocal(u, c, _plain(below))
        if c != ONE:
            v = joined(Product(Fraction(1), False, tuple(above), tuple(below)))
            inner = self.step(v)
            return self._with("factor", u, _before(c, inner.start), product(c, inner.slope), inner)
        if below:
            return self._quotient(u, _plain(above), _plain(below))
        return self._product(u, above) if len(above) > 1 else self.step(above[0])

    def _product(self, u: Tree, factors: Sequence[Tree]) -> Step:
        inner = [self.step(f) for f in factors]
        forms, slopes = [], []
        for i, step in enumerate(inner):
            others = [*factors[:i], *factors[i + 1 :]]
            forms.append(("mul", *others, step.start))
            slopes.append(product(*others, step.slope))
        rule = "product" if len(factors) == 2 else "products"
        return self._with(rule, u, ("add", *forms), total(slopes), *inner)

    def _quotient(self, u: Tree, a: Tree, b: Tree) -> Step:
        da, db = self.step(a), self.step(b)
        difference: Tree = ("add", _before(b, da.start), ("neg", _before(a, db.start)))
        slope = quotient(total([product(b, da.slope), minus(product(a, db.slope))]), _square(b))
        return self._with("quotient", u, ("mul", _one_over(_square(b)), difference), slope, da, db)

    def _reciprocal(self, u: Tree, c: Tree, b: Tree) -> Step:
        """c / b; where b is itself a power, by the power rule."""
        if b[0] == "pow" and not depends(b[2], self.x):
            outer = minus(quotient(product(c, b[2]), power(b[1], total([b[2], ONE]))))
            return self._chain(RULES["power"], RULES["chain power"], u, outer, b[1])
        outer, inner = minus(quotient(c, _square(b))), self.step(b)
        return self._with("reciprocal", u, _before(outer, inner.start), product(outer, inner.slope), inner)

    # Powers and words.

    def _power(self, u: Tree, a: Tree, b: Tree) -> Step:
        if not depends(b, self.x):
            if literal(b) == (0, 1):
                return self._done("constant", u, ZERO)
            return self._chain(RULES["power"], RULES["chain power"], u, product(b, power(a, lowered(b))), a)
        if not depends(a, self.x):
            if a == ("const", "e"):
                return self._chain(RULES["exp"], RULES["chain exp"], u, u, b)
            return self._chain(RULES["base"], RULES["chain base"], u, product(u, call("ln", a)), b)
        da, db = self.step(a), self.step(b)
        log, ratio = call("ln", a), quotient(b, a)
        form: Tree = ("mul", u, ("add", _before(log, db.start), _before(ratio, da.start)))
        return self._with(
            "general", u, form, product(u, total([product(log, db.slope), product(ratio, da.slope)])), da, db
        )

    def _chain(self, plain: Rule, rule: Rule, u: Tree, outer: Tree, v: Tree) -> Step:
        """outer times the slope of v; v may be the variable itself, and then there is no chain."""
        if v == ("name", self.x):
            return self._done(plain, u, outer)
        inner = self.step(v)
        return self._with(rule, u, _before(outer, inner.start), product(outer, inner.slope), inner)

    def _call(self, u: Tree, word: str, arguments: Sequence[Tree]) -> Step:
        if word == "sign":
            return self._done("sign", u, ZERO)
        if word == "ln" and len(arguments) == 2:
            return self._logarithm(u, *arguments)
        if word == "root":
            return self._nth_root(u, *arguments)
        if word == "atan2":
            return self._angle(u, *arguments)
        if word not in FUNCTIONS and WORD[word].means:
            return self._rewritten("meaning", u, expanded(u))
        if word not in FUNCTIONS:
            raise _RefusedError(UNWRITTEN)
        plain, rule = _rules_of(word)
        return self._chain(plain, rule, u, FUNCTIONS[word].slope(arguments[0]), arguments[0])

    def _logarithm(self, u: Tree, v: Tree, base: Tree) -> Step:
        """ln v / ln b."""
        return self._rewritten("change", u, ("div", call("ln", v), call("ln", base)))

    def _nth_root(self, u: Tree, v: Tree, n: Tree) -> Step:
        outer = _one_over(product(n, power(u, lowered(n))))
        return self._chain(RULES["root"], RULES["chain root"], u, outer, v)

    def _angle(self, u: Tree, b: Tree, a: Tree) -> Step:
        """The angle of the point (a, b)."""
        da, db = self.step(a), self.step(b)
        square = total([_square(a), _square(b)])
        difference: Tree = ("add", _before(a, db.start), ("neg", _before(b, da.start)))
        slope = quotient(total([product(a, db.slope), minus(product(b, da.slope))]), square)
        return self._with("angle", u, ("mul", _one_over(square), difference), slope, da, db)

    def _rewritten(self, rule: str, u: Tree, other: Tree) -> Step:
        inner = self.step(other)
        return self._with(rule, u, inner.start, inner.slope, inner)

    def _extremum(self, u: Tree, word: str, arguments: Sequence[Tree]) -> Step:
        """The slope of the argument that is ahead of all others."""
        relation = "gt" if word == "max" else "lt"
        branches = []
        for i, a in enumerate(arguments):
            others = [b for j, b in enumerate(arguments) if j != i]
            last = i == len(arguments) - 1
            branches.append((a, ("true",) if last else _all([(relation, a, b) for b in others])))
        return self._cases(word, u, branches)

    def _cases(self, rule: str, u: Tree, branches: Sequence[tuple[Tree, Tree]]) -> Step:
        inner = {v: self.step(v) for v, _ in branches if depends(v, self.x)}
        forms = [(inner[v].start if v in inner else ZERO, condition) for v, condition in branches]
        slopes = [(inner[v].slope if v in inner else ZERO, condition) for v, condition in branches]
        return self._with(rule, u, ("cases", *forms), ("cases", *slopes), *inner.values())


def _power_of(u: Tree, x: str) -> tuple[Tree, Tree, bool] | None:
    """c, k and False for u = c x^k; c, -k and True for c / x^k; None for anything else."""
    p = split(u)
    above, below = ([f for f in side if depends(f, x)] for side in (p.above, p.below))
    exponents = [_exponent(f, x) for f in (*above, *below)]
    if not exponents or (below and (above or len(below) > 1)):
        return None
    known = [k for k in exponents if k is not None]
    if len(known) < len(exponents):
        return None
    rest = (tuple(f for f in side if not depends(f, x)) for side in (p.above, p.below))
    c = joined(Product(p.k, p.decimal, *rest))
    return c, minus(known[0]) if below else total(known), bool(below)


def _exponent(factor: Tree, x: str) -> Tree | None:
    if factor == ("name", x):
        return ONE
    if factor[0] == "pow" and factor[1] == ("name", x) and literal(factor[2]):
        return product(factor[2])
    return None


def _plain(factors: Sequence[Tree]) -> Tree:
    return factors[0] if len(factors) == 1 else ("mul", *factors)


def _factors(c: Tree) -> tuple[Tree, ...]:
    return c[1:] if c[0] == "mul" else (c,)


def _before(c: Tree, d: Tree) -> Tree:
    """c · d, with nothing worked out but the signs."""
    if c[0] == "neg":
        return _negated(_before(c[1], d))
    if d[0] == "neg":
        return _negated(_before(c, d[1]))
    return d if c == ONE else ("mul", *_factors(c), *_factors(d))


def _negated(u: Tree) -> Tree:
    return u[1] if u[0] == "neg" else ("neg", u)


def _all(conditions: Sequence[Tree]) -> Tree:
    first, *others = conditions
    for other in others:
        first = ("and", first, other)
    return first


def _rules_of(word: str) -> tuple[Rule, Rule]:
    """The rule of a word for the variable itself, and with the chain rule for anything inside."""
    w = FUNCTIONS[word]
    letters = (("name", "x"), ""), (_U, r" \cdot u'")
    where = [rf",\quad {w.where.replace('u', v)}" if w.where else "" for v in ("x", "u")]
    latex = [rf"({latex_of(call(word, v))})' = {latex_of(w.slope(v))}{then}" for v, then in letters]
    return Rule(w.name.capitalize(), latex[0] + where[0]), Rule(f"Chain rule: {w.name}", latex[1] + where[1])
