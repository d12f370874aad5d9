r"""Exact algebra of bending: is a polynomial nowhere negative on a box, is a matrix of numbers positive semidefinite?

A polynomial that is negative somewhere on a box is negative on an open part of it. So one point out of every open cell
in which it cannot change its sign decides the question: the cells' walls are found by projecting, variable by variable,

    the leading coefficient, the discriminant, the resultants of every pair, and the values at both ends of the side,

and roots of polynomials in one variable separate the points. Everything is a fraction: nothing is rounded.

Source: Strzebonski, Solving systems of strict polynomial inequalities, J. Symb. Comp. 29 (2000) 471-480.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import comb, lcm
from time import monotonic
from typing import Any, Final

import flint
import sympy
from sympy import Add, Expr, Mul, Poly, Pow, Rational, Symbol

from core.critical.algebra import real_roots
from core.region.balls import sign

Sides = Sequence[tuple[Fraction, Fraction]]
DEGREE: Final = 60  # of a polynomial that is projected, in all variables together
COST: Final = 200  # of a resultant: a bound of its degree
TERMS: Final = 1500
CELLS: Final = 4000


class TooHardError(ArithmeticError):
    """More than a visitor waits for."""


def sides(box: Sequence[tuple[float, float]]) -> list[tuple[Fraction, Fraction]]:
    """The box whose ends are these floats, exactly."""
    return [(Fraction(low), Fraction(high)) for low, high in box]


def polynomial(e: Expr, X: Sequence[Symbol]) -> Any:
    """e over the rationals as FLINT has it, expanded; None where it is no such polynomial, or a large one.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> polynomial((x - y)**2, [x, y]), polynomial(sympy.exp(x), [x])
    (x0^2 - 2*x0*x1 + x1^2, None)
    """
    p = expanded(e, tuple(X))
    if p is None or not (p.domain.is_QQ or p.domain.is_ZZ) or len(p.terms()) > TERMS:
        return None
    ring = flint.fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(X))], flint.Ordering.lex)
    return ring.from_dict({m: flint.fmpq(int(Rational(c).p), int(Rational(c).q)) for m, c in p.terms() if c != 0})


@lru_cache(maxsize=512)
def expanded(e: Expr, X: tuple[Symbol, ...]) -> Poly | None:
    """e as a polynomial in X; None where it is none, or where it might have very many terms.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> expanded((x + y)**2 - x*y, (x, y)).total_degree(), expanded((x + y)**400, (x, y))
    (2, None)
    """
    degree = _degree(e, frozenset(X))
    if degree is None or degree > DEGREE or comb(len(X) + degree, degree) > 2 * TERMS:
        return None
    return Poly(e, *X)


def _degree(e: Expr, X: frozenset[Symbol]) -> int | None:
    """A bound of the degree, by the way e is written."""
    if e in X:
        return 1
    if not e.free_symbols & X:
        return 0
    if isinstance(e, Pow) and e.exp.is_Integer and e.exp > 0:
        base = _degree(e.base, X)
        return None if base is None else base * int(e.exp)
    if not isinstance(e, Add | Mul):
        return None
    parts = [_degree(a, X) for a in e.args]
    known = [d for d in parts if d is not None]
    return None if len(known) < len(parts) else max(known) if isinstance(e, Add) else sum(known)


def negative(p: Any, box: Sides, end: float) -> list[Fraction] | None:
    """A point inside the box where p < 0; None where it is proved that there is none. Raises TooHardError.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> unit = sides([(-1.0, 1.0), (-1.0, 1.0)])
    >>> negative(polynomial(x**2 - 2*x*y + y**2, [x, y]), unit, monotonic() + 1) is None
    True
    >>> negative(polynomial(x**2 - 2*x*y + y**2 - Rational(1, 10**9), [x, y]), unit, monotonic() + 1) is None
    False
    """
    if p is None:
        raise TooHardError
    if p == 0:
        return None
    n = len(p.context().gens())
    factor, turning = _turning(p)
    walls = _walls(turning, box, end)
    for seen, place in enumerate(_places(walls, n, box, end)):
        if seen > CELLS:
            raise TooHardError
        sign = factor
        for q in turning:
            sign = sign if _at(q, place) > 0 else -sign
        if sign < 0:
            return _aside(p, place, box)
    return None


def _aside(p: Any, place: list[Fraction], box: Sides) -> list[Fraction]:
    """A point near a place around which p is nowhere positive, where it is negative: the place may lie on a zero."""
    for k in range(3, 200):
        for way in (0, 1, -1):
            moved = [
                c + way * (high - low) / (Fraction(2) ** k * (j + 1))
                for j, (c, (low, high)) in enumerate(zip(place, box, strict=True))
            ]
            if _at(p, moved) < 0 and all(low < c < high for c, (low, high) in zip(moved, box, strict=True)):
                return moved
    raise TooHardError


def _turning(p: Any) -> tuple[Any, list[Any]]:
    """The number in front of its factors, and those at whose zeros p changes its sign: of odd multiplicity."""
    number, factors = p.factor()
    return number, [factor for factor, k in factors if k % 2]


def _walls(factors: list[Any], box: Sides, end: float) -> list[list[Any]]:
    """For each variable the polynomials, in it and those before it, whose zeros are walls; the last variable's last."""
    n = len(box)
    walls: list[list[Any]] = [[] for _ in range(n)]
    todo = factors
    for j in range(n - 1, -1, -1):
        walls[j] = [q for q in todo if q.degrees()[j] > 0]
        below = [q for q in todo if q.degrees()[j] <= 0]
        if j:
            for r in _projected(walls[j], j, box[j], end):
                below += _irreducible(r)
        todo = list({str(q): q for q in below}.values())
    return walls


def _irreducible(r: Any) -> list[Any]:
    if max(r.degrees(), default=0) > DEGREE or len(r) > TERMS:
        raise TooHardError
    return [factor for factor, _ in r.factor()[1]]


def _projected(having: list[Any], j: int, side: tuple[Fraction, Fraction], end: float) -> Iterator[Any]:
    for q in having:
        degree = int(q.degrees()[j])
        yield _leading(q, j, degree)
        for bound in side:
            yield _put(q, j, bound)
        if degree > 1:
            _allow(q, q, j, end)
            yield q.discriminant(j)
    for q, r in combinations(having, 2):
        _allow(q, r, j, end)
        yield q.resultant(r, j)


def _allow(p: Any, q: Any, j: int, end: float) -> None:
    others = [k for k in range(len(p.degrees())) if k != j]
    top, bottom = (max((int(r.degrees()[k]) for k in others), default=0) for r in (p, q))
    if monotonic() > end or int(p.degrees()[j]) * bottom + int(q.degrees()[j]) * top > COST:
        raise TooHardError
    if len(others) > 1 and int(p.degrees()[j]) + int(q.degrees()[j]) > 10:
        raise TooHardError


def _leading(q: Any, j: int, degree: int) -> Any:
    ring = q.context()
    return ring.from_dict(
        {tuple(0 if k == j else d for k, d in enumerate(m)): c for m, c in q.to_dict().items() if m[j] == degree}
    )


def _put(q: Any, j: int, value: Fraction) -> Any:
    """q with a number in the place of variable j."""
    return q.subs({j: flint.fmpq(value.numerator, value.denominator)})


def _at(p: Any, place: Sequence[Fraction]) -> Any:
    return p(*(flint.fmpq(c.numerator, c.denominator) for c in place))


def _places(walls: list[list[Any]], n: int, box: Sides, end: float) -> Iterator[list[Fraction]]:
    """A point of every cell."""

    def further(place: list[Fraction]) -> Iterator[list[Fraction]]:
        j = len(place)
        if j == n:
            yield place
            return
        if monotonic() > end:
            raise TooHardError
        ahead = []
        for q in walls[j]:
            for k, c in enumerate(place):
                q = _put(q, k, c)
            if q != 0 and q.degrees()[j] > 0:
                ahead.append(_in_one(q, j))
        for c in between(ahead, *box[j]):
            yield from further([*place, c])

    yield from further([])


def _in_one(q: Any, j: int) -> Any:
    """A polynomial in variable j alone, with whole coefficients, up to a positive factor."""
    terms = {int(m[j]): c for m, c in q.to_dict().items()}
    d = lcm(*(int(c.q) for c in terms.values()))
    coefficients = [0] * (max(terms) + 1)
    for k, c in terms.items():
        coefficients[k] = int(c.p) * (d // int(c.q))
    return flint.fmpz_poly(coefficients)


def between(ones: Sequence[Any], low: Fraction, high: Fraction) -> list[Fraction]:
    """A number between every two neighbours among the ends of a side and the roots inside it, as short as it can be."""
    product = flint.fmpz_poly([1])
    for q in ones:
        product *= q
    if product.degree() > DEGREE * 3:
        raise TooHardError
    roots = [r for r in real_roots(product) if r.high > low and r.low < high] if product.degree() > 0 else []
    stops = [low, *sorted(c for r in roots for c in (r.low, r.high)), high]
    places = []
    for a, b in zip(stops[0::2], stops[1::2], strict=True):
        if (a := max(a, low)) < (b := min(b, high)):
            places.append(_simplest(a, b))
    return places


def _simplest(a: Fraction, b: Fraction) -> Fraction:
    """A short fraction well between: of the middle half, the one with the least power of two below."""
    quarter = (b - a) / 4
    low, high, d = a + quarter, b - quarter, 1
    while (k := -(-low.numerator * d // low.denominator)) * high.denominator > high.numerator * d:
        d *= 2
    return Fraction(k, d)


# Matrices of numbers.


def semidefinite(H: sympy.Matrix) -> tuple[bool, bool] | None:
    """Whether a symmetric matrix of numbers is positive semidefinite, and definite; None where a sign is not known.

    By elimination: H is semidefinite exactly when no pivot is negative and a zero pivot has zeros beside it.

    >>> semidefinite(sympy.Matrix([[2, 2], [2, 2]])), semidefinite(sympy.Matrix([[1, 2], [2, 1]]))
    ((True, False), (False, False))
    """
    A, n, definite = sympy.Matrix(H), H.rows, True
    for k in range(n):
        pivot = _known(A[k, k])
        if pivot is None:
            return None
        if pivot < 0:
            return False, False
        if pivot == 0:
            definite = False
            beside = [_known(A[k, j]) for j in range(k + 1, n)]
            if any(s is None for s in beside):
                return None
            if any(beside):
                return False, False
            continue
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                A[i, j] = A[i, j] - A[i, k] * A[k, j] / A[k, k]
    return True, definite


def _known(c: Expr) -> int | None:
    if c.is_Rational:
        return int(sympy.sign(c))
    if sympy.expand(c) == 0:
        return 0
    return sign(c, {})


def principal_minors(H: sympy.Matrix) -> Iterator[tuple[tuple[int, ...], Expr]]:
    """Which rows, and their determinant, small ones first: H is semidefinite exactly when none is negative."""
    for k in range(1, H.rows + 1):
        for rows in combinations(range(H.rows), k):
            yield rows, sympy.expand(determinant(H.extract(list(rows), list(rows))))


def determinant(H: sympy.Matrix) -> Expr:
    """By the first row, nothing simplified: SymPy's own methods may simplify without end."""
    if H.rows == 1:
        return H[0, 0]
    signs = (1, -1)
    terms = (signs[j % 2] * H[0, j] * determinant(H.minor_submatrix(0, j)) for j in range(H.rows) if H[0, j] != 0)
    return sympy.Add(*terms)


# Is a convex polynomial affine along some segment?


def strict(p: Expr, X: Sequence[Symbol], box: Sides, minor: Any) -> bool | None:
    """Whether a convex polynomial, whose Hessian has that determinant, is strictly convex; None where nothing is known.

    Where det H vanishes everywhere, the sets on which the gradient is constant are segments, and f is affine on them.
    Else f could be affine only along a line, all of it, on which its form of the highest degree vanishes.
    """
    if minor == 0:
        return False
    whole = expanded(p, tuple(X))
    assert whole is not None  # its Hessian was looked at
    if whole.total_degree() <= 2:
        return True  # definite: its determinant is a number that is not 0
    top = Poly.from_dict({m: c for m, c in whole.terms() if sum(m) == whole.total_degree()}, *X)
    if len(X) == 1:
        return True
    if len(X) != 2:
        return True if _positive_top(top) else None
    return _no_straight_line(whole, top, X, box)


def _positive_top(top: Poly) -> bool:
    """A form with positive pure powers and no other term but even ones with positive coefficients."""
    d, n = top.total_degree(), len(top.gens)
    pure = [top.coeff_monomial(tuple(d if k == i else 0 for k in range(n))) for i in range(n)]
    return all(c > 0 for c in pure) and all(c > 0 and not any(k % 2 for k in m) for m, c in top.terms())


def _no_straight_line(whole: Poly, top: Poly, X: Sequence[Symbol], box: Sides) -> bool | None:
    t, s = sympy.Dummy(real=True), sympy.Dummy(real=True)
    directions: list[tuple[Any, Any]] = []
    if top.coeff_monomial((0, top.total_degree())) == 0:
        directions.append((0, 1))
    slope = Poly(top.as_expr().subs({X[0]: 1, X[1]: t}, simultaneous=True), t)
    if slope.degree() > 0:
        for factor, _ in slope.factor_list()[1]:
            if factor.degree() == 1:
                directions.append((1, -factor.TC() / factor.LC()))
            elif factor.count_roots():
                return None
    for a, b in directions:
        along = Poly(whole.as_expr().subs({X[0]: -b * s + a * t, X[1]: a * s + b * t}, simultaneous=True), t)
        bends = [Poly(c, s) for (k,), c in along.terms() if k >= 2]
        common = bends[0] if bends else Poly(0, s)
        for q in bends[1:]:
            common = common.gcd(q)
        if common.is_zero:
            return False
        if common.degree() > 0 and common.count_roots():
            return _meets(common, (a, b), box)
    return True


def _meets(common: Poly, v: tuple[Any, Any], box: Sides) -> bool | None:
    """Does one of the lines s w + t v, for the roots s, cross the inside of the box? Then f is not strict."""
    a, b = v
    if a != 0 and b != 0:
        return None
    (low, high), scale = (box[1], a) if a != 0 else (box[0], -b)
    ends = sorted(Rational(c.numerator, c.denominator) / scale for c in (low, high))
    return not common.count_roots(*ends)


@lru_cache(maxsize=64)
def as_poly(e: Expr, X: tuple[Symbol, ...]) -> Any:
    """`polynomial`, remembered."""
    return polynomial(e, X)
