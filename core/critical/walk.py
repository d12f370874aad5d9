r"""Once around a point of the plane: how often f - f(p) changes its sign on a small circle, and on every smaller one.

For a polynomial g = f - f(p) take the product s of its factors that occur an odd number of times and vanish at p: g
changes its sign where s does. Going outwards from p the zeros of s on the circle can appear, vanish or meet only where
s touches a circle, s = 0 and x s_y - y s_x = 0. Resultants bound how near to p that can be. On a smaller circle

    x = r (1 - t²)/(1 + t²),   y = 2 r t/(1 + t²)

the zeros are the real roots of a polynomial in t, and Sturm counts them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import sympy
from sympy import Expr, Integer, Poly, Rational, Symbol

from core.critical.forms import T
from core.critical.point import Walk

RADII: Final = tuple(Fraction(1, 2**k) for k in range(1, 14))
DEGREE: Final = 12
TURNS: Final = tuple((Rational(a, c), Rational(b, c)) for a, b, c in ((3, 4, 5), (-5, 12, 13), (20, -21, 29)))


def walk(g: Expr, x: Symbol, y: Symbol) -> tuple[Walk, int] | None:
    """Around 0, for a polynomial with rational coefficients and g(0) = 0: the count, and the sign of g if it is 0.

    None if it is not known. At a line or curve of zeros that g only touches, it does not change its sign.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> [walk(g, x, y)[0].changes for g in (x**2 - y**4, (y - x**2)*(y - 3*x**2), x**2 + y**3, x**2 + y**4)]
    [4, 4, 2, 0]
    """
    P = Poly(g, x, y)
    if P.is_zero or not (P.domain.is_ZZ or P.domain.is_QQ) or P.total_degree() > DEGREE:
        return None
    _, factors = P.factor_list()
    through = [(q, k) for q, k in factors if _at(q, x, y, Integer(0), Integer(0)) == 0]
    s = _product([q for q, k in through if k % 2], x, y)
    others = [q for q, _ in factors if _at(q, x, y, Integer(0), Integer(0)) != 0]
    bounds = [_clear(q, x, y) for q in ([s] if s.total_degree() > 0 else []) + others]
    if any(b is None for b in bounds):
        return None
    r = next((r for r in RADII if all(b is not None and r < b for b in bounds)), None)
    return None if r is None else _counted(P, s, r, x, y)


def _at(q: Poly, x: Symbol, y: Symbol, a: Expr, b: Expr) -> Expr:
    """The value of a polynomial at a rational point."""
    return q.as_expr().xreplace({x: a, y: b})


def _product(factors: list[Poly], x: Symbol, y: Symbol) -> Poly:
    s = Poly(1, x, y)
    for q in factors:
        s *= q
    return s


def _clear(s: Poly, x: Symbol, y: Symbol) -> Fraction | None:
    """A distance within which s touches no circle around 0, but perhaps at 0."""
    touching = s.diff(y) * Poly(x, x, y) - s.diff(x) * Poly(y, x, y)
    if touching.is_zero:  # s depends on the distance alone: an irreducible one through 0 is x² + y²
        return _beyond(s, x, y)
    common = s.gcd(touching)
    if common.total_degree() > 0:  # circles about 0 among the zeros of s
        rest, inner = s.quo(common), _beyond(common, x, y)
        outer = _clear(rest, x, y) if rest.total_degree() > 0 else inner
        return None if inner is None or outer is None else min(inner, outer)
    nearest = [_smallest(Poly(s, v, w).resultant(Poly(touching, v, w)).as_expr(), w) for v, w in ((x, y), (y, x))]
    return None if any(n is None for n in nearest) else min(n for n in nearest if n is not None)


def _beyond(s: Poly, x: Symbol, y: Symbol) -> Fraction | None:
    """How far s(x, y), a function of the distance alone, has no zero: from its values along an axis."""
    return _smallest(s.as_expr().xreplace({y: Integer(0)}), x)


def _smallest(e: Expr, v: Symbol) -> Fraction | None:
    """Below the size of every real root of a polynomial but 0; a large number if there is none."""
    p = Poly(e, v)
    if p.is_zero:
        return None
    while p.degree() > 0 and p.TC() == 0:
        p = p.quo(Poly(v, v))
    for k in range(0, 40):
        r = Rational(1, 2**k)
        if p.degree() <= 0 or p.count_roots(-r, r) == 0:
            return Fraction(int(r.p), int(r.q))
    return None


def _counted(P: Poly, s: Poly, r: Fraction, x: Symbol, y: Symbol) -> tuple[Walk, int] | None:
    """The count on the circle of radius r."""
    R, d = Rational(r.numerator, r.denominator), s.total_degree()
    at = {x: R * (1 - T**2), y: 2 * R * T}
    terms = (c * at[x] ** i * at[y] ** j * (1 + T**2) ** (d - i - j) for (i, j), c in s.terms())
    N = Poly(sympy.expand(sum(terms, Integer(0))), T)
    if N.degree() < 2 * d:  # a zero at (-r, 0), where t is infinite
        return None if _at(s, x, y, -R, Integer(0)) != 0 else _turned(P, s, r, x, y)
    changes = sum(int(q.count_roots()) for q, k in N.sqf_list()[1] if k % 2)
    sign = 0 if changes else _sign(P, r, x, y)
    return Walk(float(r), changes), sign


def _turned(P: Poly, s: Poly, r: Fraction, x: Symbol, y: Symbol) -> tuple[Walk, int] | None:
    """The same after a turn by a rational angle, so that no zero lies at (-r, 0)."""
    for c, sn in TURNS:
        turn = {x: c * x - sn * y, y: sn * x + c * y}
        P2, s2 = (Poly(sympy.expand(q.as_expr().subs(turn, simultaneous=True)), x, y) for q in (P, s))
        if _at(s2, x, y, -Rational(r.numerator, r.denominator), Integer(0)) != 0:
            return _counted(P2, s2, r, x, y)
    return None


def _sign(P: Poly, r: Fraction, x: Symbol, y: Symbol) -> int:
    """The sign of g where it does not vanish, on a circle where it never changes."""
    R = Rational(r.numerator, r.denominator)
    for c, s in ((Integer(1), Integer(0)), (Integer(0), Integer(1)), *TURNS):
        value = _at(P, x, y, R * c, R * s)
        if value != 0:
            return 1 if value > 0 else -1
    return 0
