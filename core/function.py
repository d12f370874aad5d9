r"""Function: an exact map f: Rⁿ → Rᵐ with the conditions under which it is defined.

SymPy simplifies when it builds: x²y/x becomes xy and forgets that x = 0 was excluded. So a Function is two
things, its components and its domain: requirements `expression relation 0` that were read off the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sympy
from sympy import Dummy, Eq, Expr, Integer, Mul, Ne, Piecewise, Pow, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Boolean
from sympy.printing.precedence import PRECEDENCE

from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE

LONG: Final = 200  # characters, beyond which a root is written so that its argument stands there once


class Root(sympy.Function):  # type: ignore[misc]
    r"""The real n-th root of every real number, for odd n: sgn(u) |u|^(1/n).

    >>> Root(Integer(-8), Integer(3))
    -2
    >>> x = Symbol("x", real=True)
    >>> Root(x, Integer(3)).fdiff()
    1/(3*Abs(x)**(2/3))
    """

    nargs = 2
    is_extended_real = True
    precedence = PRECEDENCE["Mul"]  # it is printed as a product

    def __new__(cls, u: Expr, n: Expr, **options: bool) -> Expr:
        simpler = cls._simpler(u, n)
        return super().__new__(cls, u, n, **options) if simpler is None else simpler

    @classmethod
    def _simpler(cls, u: Expr, n: Expr) -> Expr | None:
        """Roots of perfect powers, a root of a root, and the sign out of the root."""
        assert n.is_Integer and n > 1 and n % 2 == 1
        if u.is_Rational:
            p, exact_p = sympy.integer_nthroot(abs(int(u.p)), int(n))
            q, exact_q = sympy.integer_nthroot(int(u.q), int(n))
            if exact_p and exact_q:
                return sympy.Rational(p if u.p >= 0 else -p, q)
        if isinstance(u, Root):
            return cls(u.args[0], u.args[1] * n)
        return -cls(-u, n) if u.could_extract_minus_sign() else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """The slope: |u|^(1/n - 1) / n."""
        u, n = self.args
        return sympy.Abs(u) ** (1 / n - 1) / n

    def _eval_evalf(self, prec: int) -> Expr:
        u = self.args[0]._eval_evalf(prec)
        return sympy.sign(u) * (sympy.Abs(u) ** (1 / self.args[1]))._eval_evalf(prec)

    def _sympystr(self, printer: sympy.StrPrinter) -> str:
        u, n = (printer._print(a) for a in self.args)
        return f"sign({u})*Abs({u})**(1/{n})" if len(u) < LONG else f"real_root({u}, {n})"

    def _latex(self, printer: sympy.printing.latex.LatexPrinter, exp: str | None = None) -> str:
        root = rf"\sqrt[{self.args[1]}]{{{printer._print(self.args[0])}}}"
        return root if exp is None else rf"{root}^{{{exp}}}"


class Atan2(sympy.Function):  # type: ignore[misc]
    r"""The angle of the point (x, y), in (-π, π]; SymPy's atan2, without its cases for complex numbers.

    >>> Atan2(Integer(1), Integer(-1)), Atan2(Integer(0), Integer(-2))
    (3*pi/4, pi)
    >>> y, x = (Symbol(name, real=True) for name in "yx")
    >>> Atan2(y, x).fdiff(1), Atan2(y, x).fdiff(2)
    (x/(x**2 + y**2), -y/(x**2 + y**2))
    """

    nargs = 2
    is_extended_real = True

    def __new__(cls, y: Expr, x: Expr, **options: bool) -> Expr:
        simpler = cls._simpler(y, x)
        return super().__new__(cls, y, x, **options) if simpler is None else simpler

    @classmethod
    def _simpler(cls, y: Expr, x: Expr) -> Expr | None:
        """The angle of two fractions."""
        if not (y.is_Rational and x.is_Rational):
            return None
        if x == 0:
            return sympy.nan if y == 0 else sympy.sign(y) * sympy.pi / 2
        return sympy.atan(y / x) + (0 if x > 0 else -sympy.pi if y < 0 else sympy.pi)

    def fdiff(self, argindex: int = 1) -> Expr:
        """The slopes x/r² and -y/r²."""
        y, x = self.args
        return (x if argindex == 1 else -y) / (x**2 + y**2)

    def _eval_evalf(self, prec: int) -> Expr:
        return sympy.atan2(*(a._eval_evalf(prec) for a in self.args))._eval_evalf(prec)

    def _sympystr(self, printer: sympy.StrPrinter) -> str:
        return f"atan2({', '.join(printer._print(a) for a in self.args)})"

    def _latex(self, printer: sympy.printing.latex.LatexPrinter, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        inside = ", ".join(printer._print(a) for a in self.args)
        return rf"\operatorname{{atan2}}{power}\left({inside}\right)"


@dataclass(frozen=True)
class Requirement:
    """`expression` must be > 0, >= 0 or != 0."""

    expression: Expr
    relation: str


@dataclass(frozen=True)
class Function:
    """f: Rⁿ → Rᵐ, n variables, m components, with letters left free as parameters.

    >>> x, a = Symbol("x", real=True), Symbol("a", real=True)
    >>> f = Function((x,), (a * x**2,), parameters=(a,))
    >>> fix(f, {a: Integer(3)}).components
    (3*x**2,)
    """

    variables: tuple[Symbol, ...]
    components: tuple[Expr, ...]
    domain: tuple[Requirement, ...] = ()
    parameters: tuple[Symbol, ...] = ()

    @property
    def n(self) -> int:
        """The number of variables."""
        return len(self.variables)

    @property
    def m(self) -> int:
        """The number of components."""
        return len(self.components)


def fix(f: Function, values: dict[Symbol, Expr]) -> Function:
    """f with its parameters replaced by numbers, all at once."""
    return Function(
        f.variables,
        tuple(c.xreplace(values) for c in f.components),
        simplified(tuple(Requirement(r.expression.xreplace(values), r.relation) for r in f.domain)),
    )


def part(f: Function, i: int) -> Function:
    """Component i, on the domain of the whole."""
    return replace(f, components=(f.components[i],))


def half_square(f: Function) -> Function:
    """½‖f‖², the landscape of a vector function: zero exactly where all components are."""
    total = sum((c**2 for c in f.components), Integer(0)) / 2
    return replace(f, components=(total,))


def simplified(domain: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """The same conditions, without those that always hold, each once, the strongest of each.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> [(r.expression, r.relation) for r in simplified((Requirement(x**2 * y, "!="), Requirement(x**2 + 1, ">")))]
    [(x, '!='), (y, '!=')]
    """
    strongest: dict[Expr, str] = {}
    for requirement in domain:
        for r in _parts(requirement):
            if _always(r):
                continue
            known = strongest.get(r.expression)
            strongest[r.expression] = r.relation if known in (None, r.relation) else POSITIVE
    signs = {e: _SIGNED[relation] for e, relation in strongest.items() if e.is_Symbol}
    kept = [Requirement(e, relation) for e, relation in strongest.items()]
    kept = [r for r in kept if r.expression in signs or not _always(r, signs)]
    return tuple(r for r in kept if not any(_weaker(r, other) for other in kept))


def _weaker(r: Requirement, other: Requirement) -> bool:
    """Does the other condition say that an expression is not negative which is smaller by a number?"""
    return other.relation != NONZERO and bool((r.expression - other.expression).is_positive)


_ZERO_AT_ZERO: Final = (
    sympy.Abs,
    sympy.sinh,
    sympy.tanh,
    sympy.asinh,
    sympy.atan,
    sympy.asin,
    sympy.atanh,
    sympy.erf,
    Root,
)


def _parts(r: Requirement) -> list[Requirement]:
    """A product is not zero when no factor is; a power when its base is not; log u has the sign of u - 1."""
    if isinstance(r.expression, sympy.log):
        return _parts(Requirement(r.expression.args[0] - 1, r.relation))
    if r.relation != NONZERO:
        return [r]
    e = r.expression
    if isinstance(e, Mul):
        return [p for factor in e.as_ordered_factors() for p in _parts(Requirement(factor, NONZERO))]
    if isinstance(e, Pow) and e.exp.is_positive:
        return _parts(Requirement(e.base, NONZERO))
    if isinstance(e, _ZERO_AT_ZERO):
        return _parts(Requirement(e.args[0], NONZERO))
    return [Requirement(-e, NONZERO)] if e.could_extract_minus_sign() else [r]


_SIGNED = {POSITIVE: {"positive": True}, NONNEGATIVE: {"nonnegative": True}, NONZERO: {"nonzero": True}}


def _always(r: Requirement, signs: dict[Symbol, dict[str, bool]] | None = None) -> bool:
    """Is it proved that the condition holds, given the signs of some variables?"""
    e = r.expression
    if isinstance(e, Piecewise):
        return all(_implies(c, Requirement(u, r.relation)) for u, c in e.args)
    if signs:
        e = e.xreplace({x: Dummy(**sign) for x, sign in signs.items()})
    facts = {POSITIVE: e.is_positive, NONNEGATIVE: e.is_nonnegative, NONZERO: e.is_nonzero}
    return bool(facts[r.relation]) or (facts[r.relation] is None and _one_sign(e, r.relation))


def _implies(condition: Boolean, r: Requirement) -> bool:
    """Does that condition of a case prove the requirement?"""
    if _always(r):
        return True
    if isinstance(condition, And):
        return any(_implies(c, r) for c in condition.args)
    if not isinstance(condition, Relational) or isinstance(condition, Eq):
        return False
    gap = condition.lhs - condition.rhs if isinstance(condition, Ne) else condition.gts - condition.lts
    ratio = sympy.cancel(r.expression / gap)
    if r.relation == NONZERO:
        return bool(ratio.is_nonzero) and condition.rel_op in ("!=", "<", ">")
    strict = condition.rel_op in ("<", ">")
    enough = not isinstance(condition, Ne) and (strict or r.relation == NONNEGATIVE)
    return enough and bool(ratio.is_positive)


def _one_sign(e: Expr, relation: str) -> bool:
    """Is a polynomial proved to be of that sign everywhere?"""
    if not e.free_symbols or not e.is_polynomial(*e.free_symbols):
        return False
    if relation == NONZERO:
        return definite(e) or definite(-e)
    return definite(e)


def definite(q: Expr) -> bool:
    """Is this polynomial proved to be positive everywhere? By its real roots; in more variables by completing squares.

    With q = a x² + b x + c and a > 0 a number, q > 0 everywhere exactly when 4ac - b² > 0 everywhere.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> definite(x**2 + x*y + y**2 + 1), definite(x**2 - x + 1), definite(x**2 + y**2)
    (True, True, False)
    """
    X = sorted(q.free_symbols, key=str)
    if not X:
        return bool(q.is_positive)
    if len(X) == 1:
        p = sympy.Poly(q, *X)
        return (
            p.degree() <= 40
            and bool(p.TC().is_positive)
            and (p.domain.is_ZZ or p.domain.is_QQ)
            and p.count_roots() == 0
        )
    square = completed_square(q, X)
    return square is not None and definite(square[1])


def completed_square(q: Expr, X: Sequence[Symbol]) -> tuple[Expr, Expr] | None:
    """(2ax + b, 4ac - b²) for a polynomial a x² + b x + c in one of its variables, a > 0 a number; None if none is.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> completed_square(x**2 + x*y + y**2, [x, y])
    (2*x + y, 3*y**2)
    """
    for x in X:
        p = sympy.Poly(q, x)
        if p.degree() == 2 and p.LC().is_positive and p.LC().is_number:
            a, b, c = p.all_coeffs()
            return 2 * a * x + b, sympy.expand(4 * a * c - b**2)
    return None


_TURNED = {POSITIVE: "<", NONNEGATIVE: "<=", NONZERO: NONZERO, "=": "="}


def reading(e: Expr, relation: str) -> tuple[Expr, str, Expr]:
    """A condition `e relation 0` as a person writes it: left side, relation, right side.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> reading(1 - x**2 - y**2, ">="), reading(-x, ">"), reading(x - y, "!="), reading(2*x - 1, "=")
    ((x**2 + y**2, '<=', 1), (x, '<', 0), (x, '!=', y), (x, '=', 1/2))
    """
    constant, rest = e.as_coeff_Add()
    factor = rest.as_coeff_Mul()[0] if not isinstance(rest, sympy.Add) else Integer(-1 if _mostly_minus(rest) else 1)
    if not factor.is_nonzero:
        return e, relation, Integer(0)
    left, right = rest / factor, -constant / factor
    relation = _TURNED[relation] if factor.is_negative else relation
    terms = sympy.Add.make_args(left)
    if right == 0 and len(terms) == 2 and sum(t.could_extract_minus_sign() for t in terms) == 1:
        plus, minus = sorted(terms, key=lambda t: t.could_extract_minus_sign())
        return plus, relation, -minus
    return left, relation, right


def _mostly_minus(e: Expr) -> bool:
    """More than half of the terms carry a minus, or half of them and the first."""
    minus = [bool(t.could_extract_minus_sign()) for t in e.as_ordered_terms()]
    return 2 * sum(minus) > len(minus) or (2 * sum(minus) == len(minus) and minus[0])


def truth(r: Requirement, at: Mapping[Symbol, Expr]) -> bool | None:
    """Does the condition hold at a point, by algebra? None where that is not known.

    >>> x = Symbol("x", real=True)
    >>> truth(Requirement(x, ">="), {x: Integer(0)}), truth(Requirement(x, "!="), {x: Integer(0)})
    (True, False)
    """
    u = r.expression.xreplace(dict(at))
    known: bool | None = {POSITIVE: u.is_positive, NONNEGATIVE: u.is_nonnegative, NONZERO: u.is_nonzero}[r.relation]
    return known


def never(r: Requirement) -> bool:
    """Is it proved that the condition fails everywhere?"""
    e = r.expression
    facts = {POSITIVE: e.is_nonpositive, NONNEGATIVE: e.is_negative, NONZERO: e.is_zero}
    return bool(facts[r.relation])
