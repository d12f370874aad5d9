r"""Where an expression is zero: as curves and points, in words, and as sample points.

A zero set is taken apart exactly: products into factors, u² into u, ln u into u - 1, a sum of terms that are never
negative into the zeros they share, a quadratic polynomial by completing its square. What is left is one expression
a curve, several a point.

Rule: a part is left out only when it is proved that it has no zeros; a point is exact when it is an expression of
rationals, and otherwise a float of many digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

import numpy as np
import sympy
from sympy import Abs, Add, Expr, Float, Integer, Mul, Piecewise, Pow, Rational, Symbol, log
from sympy.polys.polytools import NoConvergence

from core.calculus import size
from core.compile import UnsupportedError, program
from core.function import Function, Root, completed_square, definite, reading
from core.numeric import arrays

Point = tuple[Expr, ...]
DIGITS: Final = 50  # of a float here
REACH: Final = 10.0  # sample points are looked for in [-REACH, REACH]
NODES: Final = 400  # of the look along a line
MOST: Final = 12  # loci of one expression
GENERIC: Final = tuple(Rational(p, 10) for p in (6, -8, 12, -16, 3, -4, 29, -31))

_SAME_ZEROS = (
    *(Abs, sympy.sign, Root, sympy.sinh, sympy.tanh, sympy.asinh, sympy.atanh, sympy.asin, sympy.atan),
    sympy.tan,  # of its numerator, see below
)


@dataclass(frozen=True)
class Locus:
    """Where all expressions of `zeros` are 0; `point` when that is a single point known exactly."""

    zeros: tuple[Expr, ...]
    point: Point | None = None

    def equations(self, X: Sequence[Symbol]) -> list[tuple[tuple[Expr, ...], tuple[Expr, ...]]]:
        """Left and right sides: x = 0, or (x, y) = (0, 0)."""
        if self.point is not None:
            return [(tuple(X), self.point)]
        sides = [reading(q, "=") for q in self.zeros]
        return [((left,), (right,)) for left, _, right in sides]


def crossing(q: Expr) -> Expr:
    """An expression with the zeros of q that changes its sign there: 1 - cos u only touches 0, sin(u/2) crosses it.

    >>> x = Symbol("x", real=True)
    >>> crossing(sympy.cos(x) - 1), crossing(x - 1)
    (sin(x/2), x - 1)
    """
    constant, rest = q.as_coeff_Add()
    c, wave = rest.as_coeff_Mul()
    if not isinstance(wave, sympy.cos | sympy.sin) or abs(c) != abs(constant):
        return q
    half = wave.args[0] / 2 - (sympy.pi / 4 if isinstance(wave, sympy.sin) else 0)
    return sympy.sin(half) if c == -constant else sympy.cos(half)


def loci(q: Expr, X: Sequence[Symbol]) -> list[Locus]:
    """The zero set of q, part by part; no part is known to be empty.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> [part.zeros for part in loci(x**2*y*(x**2 + 1), [x, y])]
    [(x,), (y,)]
    >>> [part.point for part in loci(x**2 + x*y + y**2, [x, y])]
    [(0, 0)]
    """
    parts: dict[Locus, None] = {}
    for zeros in _zeros(q):
        for part in _placed(zeros, X):
            parts[part] = None
    return list(parts)[:MOST]


def _zeros(q: Expr) -> list[tuple[Expr, ...]]:
    """Each entry: expressions that vanish together."""
    if q.is_nonzero or not q.free_symbols:
        return []
    if isinstance(q, Mul):
        return [zeros for factor in q.as_ordered_factors() for zeros in _zeros(factor)]
    if isinstance(q, Pow):
        return _zeros(q.base) if q.exp.is_positive or q.exp.is_nonnegative is None else []
    if isinstance(q, sympy.tan):
        return _zeros(sympy.sin(q.args[0]))
    if isinstance(q, _SAME_ZEROS):
        return _zeros(q.args[0])
    if isinstance(q, log | sympy.acos | sympy.acosh):
        return _zeros(q.args[0] - 1)
    if isinstance(q, Piecewise):
        return [zeros for arm, _ in q.args for zeros in _zeros(arm)]
    return _of_sum(q) if isinstance(q, Add) else [(q,)]


def _of_sum(q: Add) -> list[tuple[Expr, ...]]:
    if all(a.is_nonnegative for a in q.args) or all(a.is_nonpositive for a in q.args):
        return _together([_zeros(a) for a in q.args])
    if size([q], 80) > 80:
        return [(q,)]
    top = sympy.fraction(sympy.together(q))[0]
    if top.free_symbols and top.is_polynomial(*top.free_symbols):
        factors = [factor for factor, _ in sympy.factor_list(top)[1]]
        return [zeros for factor in factors for zeros in _of_polynomial(factor)]
    factored = sympy.factor(top)
    return _zeros(factored) if isinstance(factored, Mul | Pow) else [(top,)]


def _of_polynomial(q: Expr) -> list[tuple[Expr, ...]]:
    """Of an irreducible polynomial."""
    X = sorted(q.free_symbols, key=str)
    if definite(q) or definite(-q):
        return []
    if len(X) < 2:
        return [(q,)]
    for sign in (1, -1):
        square = completed_square(sign * q, X)
        if square is not None and (zeros := _zeros_of_square(square[1])) is not None:
            return [(square[0], *rest) for rest in zeros]
    return [(q,)]


def _zeros_of_square(D: Expr) -> list[tuple[Expr, ...]] | None:
    """The zeros of D when it is proved to be nowhere negative; None when it is not."""
    if D == 0:
        return [()]
    constant, factors = sympy.factor_list(D)
    odd = [factor for factor, k in factors if k % 2]
    rest: Expr = Mul(*odd)
    if not constant.is_positive:
        return None
    if odd and not definite(rest):
        square = completed_square(rest, sorted(rest.free_symbols, key=str)) if len(rest.free_symbols) > 1 else None
        if square is None or _zeros_of_square(square[1]) is None:
            return None
    return [zeros for factor, _ in factors for zeros in _of_polynomial(factor)]


def _together(lists: list[list[tuple[Expr, ...]]]) -> list[tuple[Expr, ...]]:
    return [tuple(dict.fromkeys(q for zeros in choice for q in zeros)) for choice in product(*lists)][:MOST]


def _placed(zeros: tuple[Expr, ...], X: Sequence[Symbol]) -> list[Locus]:
    """The same with simple roots written out: x² - x - 2 is x = 2 or x = -1; (x - y, y - 1) is the point (1, 1)."""
    choices = [_roots(q) for q in zeros]
    return [located(tuple(choice), X) for choice in product(*choices)][:MOST]


def _roots(q: Expr) -> list[Expr]:
    """Linear factors of a quadratic or biquadratic with real roots in one variable; else q itself."""
    if len(q.free_symbols) != 1 or not q.is_polynomial(*q.free_symbols):
        return [q]
    (x,) = q.free_symbols
    if sympy.degree(q, x) > 2:
        return [q]
    roots = [r for r in sympy.roots(sympy.Poly(q, x)) if r.is_real]
    return [x - r for r in sorted(roots, key=float)]


def located(zeros: tuple[Expr, ...], X: Sequence[Symbol]) -> Locus:
    """The locus, with its point if the equations can be solved one after the other, each for one variable."""
    known = solved(zeros, X)
    all_used = len(known) == len(zeros) or not any(sympy.expand(q.xreplace(known)) != 0 for q in zeros)
    numbers = all_used and all(x in known and not known[x].free_symbols for x in X)
    return Locus(zeros, tuple(known[x] for x in X) if numbers else None)


def solved(zeros: Sequence[Expr], X: Sequence[Symbol]) -> dict[Symbol, Expr]:
    """What the equations say about single variables, solved one after the other where one is linear in a variable.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> solved([x - y, 2*y - 1], [x, y])
    {x: 1/2, y: 1/2}
    """
    known: dict[Symbol, Expr] = {}
    waiting = list(zeros)
    while waiting:
        for q in waiting:
            e = sympy.expand(q.xreplace(known))
            found = next(((x, e.coeff(x)) for x in X if _linear(e, x)), None)
            if found is not None:
                x, a = found
                value = sympy.expand(x - e / a)
                known = {k: sympy.expand(v.xreplace({x: value})) for k, v in known.items()} | {x: value}
                waiting.remove(q)
                break
        else:
            break
    return known


def _linear(e: Expr, x: Symbol) -> bool:
    return x in e.free_symbols and e.is_polynomial(x) and sympy.degree(e, x) == 1 and bool(e.coeff(x).is_number)


# Sample points.


def samples(locus: Locus, X: Sequence[Symbol]) -> Iterator[Point]:
    """Points of the locus, general ones, exact where that is easy; the point alone where it is one."""
    if locus.point is not None:
        yield locus.point
        return
    if len(locus.zeros) == 1:
        yield from _on_curve(locus.zeros[0], X)
        return
    for shift in range(2):  # a locus like x = y = 0 in space: general values for the variables that are free
        bound = set().union(*(q.free_symbols for q in locus.zeros))
        free = {x: GENERIC[(i + shift) % len(GENERIC)] for i, x in enumerate(X) if x not in bound}
        inner = located(locus.zeros, [x for x in X if x in bound])
        if free and inner.point is not None:
            at = free | dict(zip([x for x in X if x in bound], inner.point, strict=True))
            yield tuple(at[x] for x in X)


def _on_curve(q: Expr, X: Sequence[Symbol]) -> Iterator[Point]:
    bound = [x for x in X if x in q.free_symbols]
    best = sorted(bound, key=lambda x: not _linear(q, x))
    for shift in range(len(GENERIC) if len(X) > 1 else 1):
        for x in best[: 1 if shift else 2]:
            others = {y: GENERIC[(i + shift) % len(GENERIC)] for i, y in enumerate(X) if y != x}
            for root in roots(q.xreplace(others), x):
                yield tuple(root if y == x else others[y] for y in X)
        if len(X) == 1:
            return


def roots(u: Expr, x: Symbol) -> list[Expr]:
    """Real zeros of u, the one nearest to 0 first, by name where that is easy; at most four."""
    if u.free_symbols != {x}:
        return []
    if u.is_polynomial(x):
        p = sympy.Poly(u, x)
        exact = sympy.roots(p) if p.degree() <= 2 else {}
        found = [r for r in exact if r.is_real] or _real_decimals(p)
    else:
        found = [r for r in (_named(u, x, guess) for guess in _looked_for(u, x)) if r is not None]
    return sorted(found, key=lambda r: (abs(float(r)), -float(r)))[:4]


def _real_decimals(p: sympy.Poly) -> list[Expr]:
    """The real roots of a polynomial as floats of many digits; those that could be isolated."""
    if p.domain.is_ZZ or p.domain.is_QQ:
        return [Float(r.evalf(DIGITS), DIGITS) for r in p.real_roots()]
    try:
        return [r for r in p.nroots(DIGITS, maxsteps=200) if r.is_real]
    except NoConvergence:
        return []


def _looked_for(u: Expr, x: Symbol) -> list[float]:
    """Floats near zeros of u: where its sign changes, and where its size has a low minimum."""
    try:
        f = program(Function((x,), (u,)))
    except UnsupportedError:
        return []
    s = np.linspace(-REACH, REACH, NODES + 1) + 0.00123
    v = arrays(f, s[None, :])[0]
    guesses = []
    for k in range(1, NODES):
        if np.sign(v[k - 1]) * np.sign(v[k]) <= 0:
            guesses.append(float(s[k - 1] - v[k - 1] * (s[k] - s[k - 1]) / ((v[k] - v[k - 1]) or 1.0)))
        elif abs(v[k]) < min(abs(v[k - 1]), abs(v[k + 1]), 0.01):
            guesses.append(float(s[k]))
    return guesses


def _named(u: Expr, x: Symbol, guess: float) -> Expr | None:
    """The zero near a guess: by name if a simple one is a zero by algebra, else refined to many digits."""
    for unit in (Integer(1), sympy.pi):
        near = Fraction(guess / float(unit)).limit_denominator(12)
        candidate = Rational(near.numerator, near.denominator) * unit
        if abs(float(candidate) - guess) < 0.06 and u.xreplace({x: candidate}).is_zero:
            return candidate
    return _refined(u, x, guess)


def _refined(u: Expr, x: Symbol, guess: float) -> Expr | None:
    at = Float(guess, DIGITS)
    for _ in range(14):
        step = Float(10, DIGITS) ** -20
        here, there = (u.xreplace({x: at + d}).evalf(DIGITS) for d in (0, step))
        if not (here.is_Float and there.is_Float) or here == there:
            break
        at -= here * step / (there - here)
    small = u.xreplace({x: at}).evalf(DIGITS)
    return at if small.is_number and small.is_comparable and abs(small) < Float(10, DIGITS) ** -15 else None
