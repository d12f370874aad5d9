r"""Exact derivatives: gradient, Jacobian, Hessian, directional derivative, Taylor model, composition.

    J_ij = ∂f_i / ∂x_j        H(f) = J(∇f)        f(p + v) ≈ f(p) + ∇f(p)·v + ½ vᵀ H(p) v

The rules of differentiation are written out here, one line a rule, because for functions of real numbers
they give what a person would write: |u|′ = sgn(u) u′, no complex parts, no distributions. Where a rule
fails (|u| at 0, a tie of max) the derivative carries a requirement that excludes the seam.

Rules: coordinates are always substituted simultaneously; tidying never takes longer than its allowance.
"""

from __future__ import annotations

import _weakrefset
import gc
import signal
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from time import monotonic
from types import FrameType

import sympy
from sympy import Abs, Add, And, Expr, Integer, Max, Min, Mul, Piecewise, Pow, Symbol, log, sign

from core import settings
from core.function import Atan2, Function, Requirement, Root, simplified
from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE

_OPEN_AT = {  # u -> what must be positive for the slope to exist
    sympy.asin: lambda u: 1 - u**2,
    sympy.acos: lambda u: 1 - u**2,
    sympy.acosh: lambda u: u - 1,
}


MOST_TERMS = 150  # of a determinant: all of a 5 × 5 matrix


class TooLargeError(ValueError):
    """A derivative has more terms than anyone can read."""


def jacobian(f: Function, tidy: bool = True) -> Function:
    """The m n partial derivatives of f: Rⁿ → Rᵐ, row by row: component i n + j is ∂f_i/∂x_j.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> rows(jacobian(Function((x, y), (x**2 - y**2, 2*x*y))))
    [[2*x, -2*y], [2*y, 2*x]]
    """
    rule = _Rule()
    partials = [rule.of(c, x) for c in f.components for x in f.variables]
    _check(partials)
    if tidy:
        partials = _tidied(partials)
    return Function(f.variables, tuple(partials), simplified((*interior(f.domain), *seams(f))), f.parameters)


def interior(domain: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """The domain without its edge, where there is no derivative."""
    return tuple(Requirement(r.expression, POSITIVE if r.relation == NONNEGATIVE else r.relation) for r in domain)


def gradient(f: Function, tidy: bool = True) -> Function:
    """The n partial derivatives of a scalar f.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> gradient(Function((x, y), (x**2*y + sympy.sin(x*y),))).components
    (y*(2*x + cos(x*y)), x*(x + cos(x*y)))
    """
    assert f.m == 1
    return jacobian(f, tidy)


def hessian(f: Function, tidy: bool = True) -> Function:
    """The n n second derivatives of a scalar f: the Jacobian of its gradient.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> rows(hessian(Function((x, y), (x**3*y + x*y**2,))))
    [[6*x*y, 3*x**2 + 2*y], [3*x**2 + 2*y, 2*x]]
    """
    return jacobian(gradient(f, tidy), tidy)


def rows(J: Function) -> list[list[Expr]]:
    """The components of a Jacobian as a matrix."""
    n = J.n
    return [list(J.components[i : i + n]) for i in range(0, J.m, n)]


def determinant(J: Function) -> Expr | None:
    """The determinant of the Jacobian of a map Rⁿ → Rⁿ, as a person would write it; None where it has too many terms.

    >>> r, t = Symbol("r", real=True), Symbol("t", real=True)
    >>> determinant(jacobian(Function((r, t), (r*sympy.cos(t), r*sympy.sin(t)))))
    r
    """
    if J.m != J.n**2 or _leibniz(rows(J)) > MOST_TERMS:
        return None
    plain = sympy.Matrix(rows(J)).det(method="berkowitz")
    _check([plain])
    (short,) = _tidied([plain])
    if size([plain], 150) > 150 and plain.is_polynomial():
        with suppress(LateError, Exception):  # too long to be tried in several forms, but a polynomial has its factors
            short = min(short, within(settings.TIDY_SECONDS, sympy.factor, plain), key=_length)
    for way in _ways(plain):
        with suppress(LateError, Exception):
            short = min(
                short, within(settings.TIDY_SECONDS, way, plain), key=lambda e: (len(e.atoms(Piecewise)), _length(e))
            )
    return short


def _ways(e: Expr) -> list[Callable[[Expr], Expr]]:
    """What may shorten a determinant beyond the forms tried for every derivative."""
    ways: list[Callable[[Expr], Expr]] = []
    if e.has(sympy.cos, sympy.cosh):  # the rule cos² + sin² = 1 is what a determinant of angles waits for
        ways.append(_turned)
        if size([e], 300) <= 300:
            ways.append(lambda e: sympy.trigsimp(sympy.expand(e)))
    if e.has(Piecewise):  # products of cases become cases of products
        ways.append(_by_cases)
    if any(not p.exp.is_number for p in e.atoms(Pow)):  # x x^(y − 1) is x^y
        ways.append(lambda e: sympy.factor(sympy.powsimp(e)))
    return ways


def _by_cases(e: Expr) -> Expr:
    """Cases that all hang on which of two things is larger, as two cases of the whole; ValueError where they do not.

    A tie is a seam, where there is no derivative.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> _by_cases(Piecewise((1, x < y), (0, True)) - Piecewise((1, y < x), (0, True)))
    Piecewise((1, x < y), (-1, True))
    """
    conditions = sorted({c for p in e.atoms(Piecewise) for _, c in p.args if c != sympy.true}, key=str)
    gap, signs = conditions[0].gts - conditions[0].lts, {}
    for c in conditions:
        other = c.gts - c.lts
        if sympy.expand(other - gap) != 0 != sympy.expand(other + gap):
            raise ValueError(c)
        signs[c] = sympy.expand(other - gap) == 0
    first, second = (
        e.xreplace({c: sympy.true if same is side else sympy.false for c, same in signs.items()})
        for side in (True, False)
    )
    return Piecewise((sympy.factor_terms(first), conditions[0]), (sympy.factor_terms(second), True))


def _turned(e: Expr) -> Expr:
    """A polynomial in sines and cosines of several angles, with cos² + sin² = 1 used wherever it can be; factored.

    The square of the sine goes, or that of the cosine: the shorter of the two.

    >>> s, t, r = sympy.symbols("s t r", real=True)
    >>> _turned(r*(r*sympy.sin(t)**2 + r*sympy.cos(t)**2)*sympy.sin(s))
    r**2*sin(s)
    """
    pairs = [(c, sympy.sin(c.args[0]), 1) for c in e.atoms(sympy.cos)]
    pairs += [(c, sympy.sinh(c.args[0]), -1) for c in e.atoms(sympy.cosh)]
    letters = {f: sympy.Dummy() for c, s, _ in pairs for f in (c, s)}
    back, plain, forms = {d: f for f, d in letters.items()}, e.xreplace(letters), []
    for goes in (0, 1):
        order = [letters[pair[k]] for k in (goes, 1 - goes) for pair in pairs]
        rules = [letters[c] ** 2 + sign * letters[s] ** 2 - 1 for c, s, sign in pairs]
        _, left = sympy.reduced(plain, rules, *order)
        forms.append(sympy.factor(left).xreplace(back))
    return min(forms, key=_length)


def _leibniz(entries: list[list[Expr]]) -> int:
    """How many products of the sum over all permutations have no factor 0; counted by the columns already used."""
    counts = {0: 1}
    for row in entries:
        after: dict[int, int] = {}
        for used, count in counts.items():
            for j, e in enumerate(row):
                if e != 0 and not used >> j & 1:
                    after[used | 1 << j] = after.get(used | 1 << j, 0) + count
        counts = after
    return sum(counts.values())


def derivative(e: Expr, x: Symbol) -> Expr:
    """The derivative of one expression by x, as it comes from the rules.

    >>> x = Symbol("x", real=True)
    >>> derivative(sympy.sin(x)**2, x)
    2*sin(x)*cos(x)
    """
    return _Rule().of(e, x)


def directional(f: Function, d: Sequence[Expr]) -> Function:
    """The slope ∇f·d of a scalar f along d; for a unit vector d, the rate of change in that direction.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> directional(Function((x, y), (x**2 + 3*x*y,)), [sympy.Rational(3, 5), sympy.Rational(4, 5)]).components
    (18*x/5 + 9*y/5,)
    """
    g = gradient(f)
    slope = sympy.expand(sum((gi * di for gi, di in zip(g.components, d, strict=True)), Integer(0)))
    return Function(f.variables, (slope,), g.domain, f.parameters)


def taylor(f: Function, p: Sequence[Expr], order: int = 2) -> Expr:
    """The Taylor model of a scalar f about p, of order 0, 1 or 2, in the same variables.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> taylor(Function((x, y), (sympy.exp(x)*sympy.cos(y),)), [Integer(0), Integer(0)])
    x**2/2 + x - y**2/2 + 1
    """
    parts = [f]
    for _ in range(order):
        parts.append(jacobian(parts[-1]))
    model = Integer(0)
    for coefficient, powers in taylor_terms(parts, p):
        steps = zip(f.variables, p, powers, strict=True)
        model += sympy.prod([(x - pi) ** k for x, pi, k in steps], coefficient)
    return model


def taylor_terms(parts: Sequence[Function], p: Sequence[Expr]) -> list[tuple[Expr, tuple[int, ...]]]:
    """The coefficients of a Taylor model about p, each with the powers of x - p it belongs to; none that is 0.

    `parts` are f and, as far as the order goes, its gradient and its Hessian.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (x**2*y,))
    >>> taylor_terms((f, gradient(f), hessian(f)), [Integer(1), Integer(1)])
    [(1, (0, 0)), (2, (1, 0)), (1, (0, 1)), (1, (2, 0)), (2, (1, 1))]
    """
    n, at = parts[0].n, dict(zip(parts[0].variables, p, strict=True))
    (value,), *more = ([e.xreplace(at) for e in part.components] for part in parts)

    def powers(*factors: int) -> tuple[int, ...]:
        return tuple(factors.count(i) for i in range(n))

    terms = [(value, powers())]
    for g in more[:1]:
        terms += [(g[i], powers(i)) for i in range(n)]
    for H in more[1:]:
        pairs = [(i, j) for i in range(n) for j in range(i, n)]
        terms += [((H[i * n + j] + H[j * n + i]) / (4 if i == j else 2), powers(i, j)) for i, j in pairs]
    return [(coefficient, k) for coefficient, k in terms if coefficient != 0]


def compose(f: Function, g: Function) -> Function:
    """f ∘ g: g first, its components put simultaneously in the place of the variables of f.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> swap = Function((x, y), (y, x))
    >>> compose(swap, swap).components
    (x, y)
    """
    inner = dict(zip(f.variables, g.components, strict=True))
    outer = tuple(Requirement(r.expression.xreplace(inner), r.relation) for r in f.domain)
    parameters = tuple(dict.fromkeys((*f.parameters, *g.parameters)))
    components = tuple(c.xreplace(inner) for c in f.components)
    return Function(g.variables, components, simplified((*g.domain, *outer)), parameters)


def seams(f: Function) -> tuple[Requirement, ...]:
    """Where f may have a value but no derivative: kinks, vertical tangents, ties, borders of cases.

    >>> x = Symbol("x", real=True)
    >>> [(r.expression, r.relation) for r in seams(Function((x,), (Abs(x - 1) + sympy.sqrt(x),)))]
    [(x, '>'), (x - 1, '!=')]
    """
    found: dict[Requirement, None] = {}
    nodes = {node: None for c in f.components for node in sympy.preorder_traversal(c)}
    for node in nodes:
        if node.has(*f.variables):
            found.update(dict.fromkeys(_seams(node)))
    return tuple(sorted(found, key=lambda r: sympy.default_sort_key(r.expression)))


def _seams(node: Expr) -> list[Requirement]:
    if isinstance(node, Abs | sign | Root):
        return [Requirement(node.args[0], NONZERO)]
    if isinstance(node, Atan2):
        return [Requirement(Max(Abs(node.args[0]), node.args[1]), POSITIVE)]
    if isinstance(node, Max | Min):
        return [Requirement(a - b, NONZERO) for a, b in combinations(node.args, 2)]
    if isinstance(node, Pow) and not node.exp.is_integer and node.base.is_positive is not True:
        return [Requirement(node.base, POSITIVE)]
    if isinstance(node, sympy.core.relational.Relational):
        return [Requirement(node.lhs - node.rhs, NONZERO)]
    if type(node) in _OPEN_AT:
        return [Requirement(_OPEN_AT[type(node)](node.args[0]), POSITIVE)]
    return []


@dataclass
class _Rule:
    """The rules of differentiation; every subexpression is differentiated once."""

    known: dict[tuple[Expr, Symbol], Expr] = field(default_factory=dict)

    def of(self, e: Expr, x: Symbol) -> Expr:
        if x not in e.free_symbols:
            return Integer(0)
        if (e, x) not in self.known:
            self.known[e, x] = self._rule(e, x)
        return self.known[e, x]

    def _rule(self, e: Expr, x: Symbol) -> Expr:
        if e == x:
            return Integer(1)
        if isinstance(e, Add):
            return Add(*(self.of(a, x) for a in e.args))
        if isinstance(e, Mul):
            return self._product(e, x)
        if isinstance(e, Pow):
            return self._power(e, x)
        if isinstance(e, Abs):
            return sign(e.args[0]) * self.of(e.args[0], x)
        if isinstance(e, sign):
            return Integer(0)
        if isinstance(e, Max | Min):
            return self._extremum(e, x)
        if isinstance(e, Piecewise):
            return Piecewise(*((self.of(u, x), c) for u, c in e.args))
        slopes = ((i, self.of(u, x)) for i, u in enumerate(e.args, start=1))
        return Add(*(e.fdiff(i) * slope for i, slope in slopes if slope != 0))

    def _product(self, e: Mul, x: Symbol) -> Expr:
        terms = []
        for i, factor in enumerate(e.args):
            slope = self.of(factor, x)
            if slope != 0:
                terms.append(Mul(*e.args[:i], slope, *e.args[i + 1 :]))
        return Add(*terms)

    def _power(self, e: Pow, x: Symbol) -> Expr:
        u, k = e.base, e.exp
        if x not in k.free_symbols:
            return k * u ** (k - 1) * self.of(u, x)
        return e * (self.of(k, x) * log(u) + k * self.of(u, x) / u)

    def _extremum(self, e: Expr, x: Symbol) -> Expr:
        """The slope of the argument that is largest (smallest) there."""
        ahead: Callable[[Expr, Expr], Expr] = (lambda a, b: a > b) if isinstance(e, Max) else (lambda a, b: a < b)
        arms = []
        for i, a in enumerate(e.args[:-1]):
            arms.append((self.of(a, x), And(*(ahead(a, b) for j, b in enumerate(e.args) if j != i))))
        return Piecewise(*arms, (self.of(e.args[-1], x), True))


def size(expressions: Sequence[Expr], limit: int) -> int:
    """The number of nodes, counted no further than the limit."""
    total = 0
    for e in expressions:
        for _ in sympy.preorder_traversal(e):
            total += 1
            if total > limit:
                return total
    return total


def _check(expressions: list[Expr]) -> None:
    if size(expressions, settings.DERIVED_NODES) > settings.DERIVED_NODES:
        raise TooLargeError("This derivative is too large to show.")


def _tidied(expressions: list[Expr]) -> list[Expr]:
    """Each in the shortest of the forms tried, while the allowance lasts."""
    end = monotonic() + settings.TIDY_SECONDS
    return [_shortest(e, end) if monotonic() < end else e for e in expressions]


def _shortest(e: Expr, end: float) -> Expr:
    """The shortest of: as derived, common factors taken out, factored, over one denominator."""
    if e.is_Atom or size([e], 150) > 150 or e.has(Piecewise):
        return e
    forms = [e]
    for form in (sympy.factor_terms, sympy.factor, _gathered):
        with suppress(LateError, Exception):
            forms.append(within(end - monotonic(), form, e))
    return min(forms, key=_length)


def _gathered(e: Expr) -> Expr:
    """Numerator expanded and collected over one denominator."""
    top, bottom = sympy.fraction(sympy.together(e))
    return sympy.factor_terms(sympy.expand(top)) / bottom


def _length(e: Expr) -> int:
    """What a reader has to read: operations, and nested quotients twice."""
    return int(sympy.count_ops(e)) + sum(2 for p in e.atoms(Pow) if p.exp.is_negative)


class LateError(Exception):
    """An allowance is used up."""


WEAK = (weakref.__file__, _weakrefset.__file__)  # whose functions are called when what they refer to goes
AGAIN_SECONDS = 1e-3  # until an alarm that could not be heard rings again


def _unheard(frame: FrameType | None) -> bool:
    """Whether Python would only mention an exception: inside what it calls by itself when it clears things away."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        code = frame.f_code
        if code in callbacks or code.co_name == "__del__" or code.co_filename in WEAK:
            return True
        frame = frame.f_back
    return False


def within(seconds: float, call: Callable[[Expr], Expr], e: Expr) -> Expr:
    """call(e), given up after its time where the platform can interrupt; the worker's limit holds anyway."""
    if seconds <= 0:
        raise LateError
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return call(e)

    def late(_: int, frame: FrameType | None) -> None:
        if _unheard(frame):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        else:
            raise LateError

    begun = monotonic()
    before = signal.signal(signal.SIGALRM, late)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return call(e)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # an allowance around this one goes on
            signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - begun), 1e-3))
