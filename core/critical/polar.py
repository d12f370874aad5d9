r"""Around one point where the gradient is of no help, in polar coordinates: a tip, or a degenerate point.

With x = p + ρ (cos θ, sin θ) the root √(x² + y²) is ρ, so P(ρ, θ) = f(x) is smooth at the tip of a cone too. Let the
first m - 1 derivatives of P by ρ vanish at ρ = 0 for every θ, by algebra. Then, for some ξ and η between 0 and ρ,

    ∂P/∂ρ = ρ^(m-1)/(m-1)! · ∂ᵐP/∂ρᵐ (ξ, θ)        ∂P/∂θ = ρᵐ/m! · ∂/∂θ ∂ᵐP/∂ρᵐ (η, θ)

and where one of the two factors on the right is proved not to be 0 for all 0 <= ρ <= R, at every θ, there is no
critical point in the disc but perhaps p. If m > 1 and P(0, θ) is f(p) for every θ, then f - f(p) is of the order of ρᵐ,
so p is critical; if P(0, θ) is not, f jumps there. If m = 1, and the first factor is not 0 at some θ, f changes along
that ray in proportion to ρ, and p is not critical.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from time import monotonic
from typing import Final

import numpy as np
import sympy
from sympy import Abs, Dummy, Expr, Max, Min, Pow, Symbol

from core import calculus
from core.branching import grid
from core.calculus import LateError
from core.compile import UnsupportedError, program
from core.critical.algebra import vanishes
from core.critical.point import Box
from core.edges import loci
from core.enclosure import enclose
from core.function import Function
from core.program import Program

NEAR: Final = (0.02, 1e-3)  # of the window: boxes so near to a point are tried with it
PIECES: Final = (32, 256, 2048)  # of the angle
PIECES_OF_FACE: Final = {3: 24, 4: 8}  # along a side
ORDER: Final = 8
SECONDS: Final = 0.7  # for one point
_NAMES: Final = ("rho", "theta")
RHO: Final = Dummy(_NAMES[0], positive=True)
THETA: Final = Dummy(_NAMES[1], real=True)
Point = tuple[Expr, ...]


@dataclass(frozen=True)
class Around:
    """What is proved of the disc around p: no critical point but perhaps p. `order` is m.

    `nature` is that of p, if it is critical and that is proved: f rises (falls) along every ray, or does both. The sign
    of f - f(p) changes `changes` times on every circle in the disc: where the first factor may vanish the second does
    not, so that f crosses its value at p once, if the signs on both sides differ.
    """

    p: Point
    order: int
    critical: bool
    nature: str | None
    changes: int
    radius: float


def around(
    boxes: Sequence[Box], f: Function, places: Sequence[Point], view: Sequence[float], end: float
) -> tuple[tuple[Box, ...], list[Around]]:
    """The boxes that are left when those in a disc around one of the places are settled, and what was found there.

    `view` is the sides of the window.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (sympy.sqrt(x**2 + y**2) + x/3,))
    >>> box, far, zero = ((-1e-9, 1e-9), (0.0, 1e-9)), ((1.0, 1.1), (0.0, 0.1)), sympy.Integer(0)
    >>> left, (found,) = around([box, far], f, [(zero, zero)], [4.0, 4.0], monotonic() + 1)
    >>> left == (far,), found.critical
    (True, False)
    """
    left, known = tuple(boxes), list[Around]()
    for p, reach in product(places, NEAR):
        near = [b for b in left if _reach(b, p) <= reach * max(view)]
        if near and monotonic() < end:
            found = look(f, p, 1.01 * max(_reach(b, p) for b in near))
            known += [found] if found is not None else []
            left = left if found is None else tuple(b for b in left if b not in near)
    return left, known


def tips(f: Function) -> list[Point]:
    """Single points, exactly known, at which an expression of f has a kink."""
    places = (locus.point for r in calculus.seams(f) for locus in loci(r.expression, f.variables))
    return list(dict.fromkeys(p for p in places if p is not None and all(c.is_real for c in p)))


def _reach(box: Box, p: Point) -> float:
    """No point of the box is further from p."""
    return math.hypot(*(max(abs(low - float(c)), abs(high - float(c))) for (low, high), c in zip(box, p, strict=True)))


def look(f: Function, p: Point, radius: float) -> Around | None:
    """What is proved of the ball of that radius about p, in any number of variables; None if nothing."""
    return look_in_plane(f, p, radius) if f.n == 2 else look_along_rays(f, p, radius)


def look_in_plane(f: Function, p: Point, radius: float) -> Around | None:
    """What is proved of the disc of that radius; None if it is not proved that it holds no critical point but p.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> zero = sympy.Integer(0)
    >>> look_in_plane(Function((x, y), (x**3 - 3*x*y**2 + (x**2 + y**2)**2/2,)), (zero, zero), 0.1)
    Around(p=(0, 0), order=3, critical=True, nature='saddle', changes=6, radius=0.1)
    """
    try:
        disc = calculus.within(SECONDS, lambda e: _disc(e, f, p), f.components[0])
    except (LateError, UnsupportedError, calculus.TooLargeError):
        return None
    tried = (_turned(disc, p, radius, pieces) for pieces in PIECES if disc is not None)
    return next((found for found in tried if found is not None), None)


@dataclass(frozen=True)
class _Disc:
    """The two factors as a program of ρ and θ, the order m, and the seams that lie across the rays and along them."""

    factors: Program
    order: int
    continuous: bool
    across: Program
    along: Program


def _disc(e: Expr, f: Function, p: Point) -> _Disc | None:
    P = in_polar(e, f.variables, p)
    lead = _leading(P)
    if lead is None:
        return None
    m, slope = lead
    X = (RHO, THETA)
    seams = calculus.seams(Function(X, (P,)))
    bare = Function(X, (sympy.Integer(1),))
    across = tuple(r for r in seams if r.expression.has(RHO))
    along = tuple(r for r in seams if not r.expression.has(RHO))
    factors = program(Function(X, (slope, calculus.derivative(slope, THETA))))
    return _Disc(
        factors, m, _joins(P, f, p), program(replace(bare, domain=across)), program(replace(bare, domain=along))
    )


def _leading(P: Expr) -> tuple[int, Expr] | None:
    """The first derivative by ρ that is not 0 at ρ = 0 for every θ, and its order."""
    for m in range(1, ORDER + 1):
        P = calculus.derivative(P, RHO)
        at = P.xreplace({RHO: sympy.Integer(0)})
        if at.has(sympy.nan, sympy.zoo, sympy.oo):
            return None
        if not (at == 0 or sympy.expand(sympy.expand_trig(at)) == 0 or sympy.trigsimp(sympy.expand(at)) == 0):
            return m, P
    return None


def _turned(disc: _Disc, p: Point, radius: float, pieces: int) -> Around | None:
    """All angles, in so many pieces: is one of the factors away from 0 on each?"""
    turns = np.linspace(0.0, math.nextafter(2.0 * math.pi, 7.0), pieces + 1)
    lower, upper = np.stack([np.zeros(pieces), turns[:-1]]), np.stack([np.full(pieces, radius), turns[1:]])
    bounds = enclose(disc.factors, lower, upper)
    apart = (bounds.lower > 0) | (bounds.upper < 0)
    smooth = ~enclose(disc.along, lower, upper).bad  # by θ; by ρ it must be so everywhere
    broken = bounds.bad.any() or enclose(disc.across, lower, upper).bad.any()
    if broken or not (apart[0] | (apart[1] & smooth)).all() or not apart[0].any():
        return None
    up, down = bounds.lower[0] > 0, bounds.upper[0] < 0
    word = "minimum" if up.all() else "maximum" if down.all() else "saddle" if up.any() and down.any() else None
    known = np.where(up, 1, -1)[apart[0]]
    critical = disc.order > 1 and disc.continuous
    changes = int((known != np.roll(known, 1)).sum())
    return Around(p, disc.order, critical, word if critical else None, changes, radius)


def _joins(P: Expr, f: Function, p: Point) -> bool:
    """Is P(0, ·) proved to be the value of f at p, whatever the direction?"""
    value = f.components[0].xreplace(dict(zip(f.variables, p, strict=True)))
    return value.is_finite is True and vanishes(P.xreplace({RHO: sympy.Integer(0)}) - value)


# In more variables: x = p + ρ d, with d on the faces of a cube, and the first factor alone.


def look_along_rays(f: Function, p: Point, radius: float) -> Around | None:
    """The same by the slopes along all rays, which must not be 0; a cube of that half side holds the ball.

    >>> X = [Symbol(name, real=True) for name in "xyz"]
    >>> zero = (sympy.Integer(0),) * 3
    >>> look_along_rays(Function(tuple(X), (sympy.sqrt(sum(x**2 for x in X)),)), zero, 0.1).order
    1
    """
    orders, signs, continuous = set[int](), set[int](), True
    for i, side in product(range(f.n), (1, -1)):
        try:
            face = calculus.within(SECONDS, partial(_face, f=f, p=p, i=i, side=side, radius=radius), f.components[0])
        except (LateError, UnsupportedError, calculus.TooLargeError):
            return None
        if face is None:
            return None
        orders.add(face[0])
        signs |= face[1]
        continuous &= face[2]
        if len(orders) > 1:
            return None
    word = {(1,): "minimum", (-1,): "maximum", (-1, 1): "saddle"}[tuple(sorted(signs))]
    (m,) = orders
    critical = m > 1 and continuous
    return Around(p, m, critical, word if critical else None, 0, radius)


def _face(e: Expr, f: Function, p: Point, i: int, side: int, radius: float) -> tuple[int, set[int], bool] | None:
    """The order m on one face, the signs of ∂ᵐP/∂ρᵐ on it, and whether P begins at f(p); None where it may be 0."""
    free = [Dummy(real=True) for _ in range(f.n - 1)]
    ways = [*free[:i], sympy.Integer(side), *free[i:]]
    P = _without_roots(e, dict(zip(f.variables, (c + RHO * d for c, d in zip(p, ways, strict=True)), strict=True)))
    lead = _leading(P)
    if lead is None:
        return None
    m, slope = lead
    X, cells = (RHO, *free), PIECES_OF_FACE.get(f.n, 6)
    seams = tuple(r for r in calculus.seams(Function(X, (P,))) if r.expression.has(RHO))
    boxes = grid([(-1.0, 1.0)] * (f.n - 1), cells)
    lower, upper = (np.insert(a, 0, r, axis=0) for a, r in ((boxes.lower, 0.0), (boxes.upper, math.sqrt(f.n) * radius)))
    bounds = enclose(program(Function(X, (slope,), seams)), lower, upper)
    up, down = bounds.lower[0] > 0, bounds.upper[0] < 0
    if bounds.bad.any() or not (up | down).all():
        return None
    return m, {s for s, seen in ((1, up), (-1, down)) if seen.any()}, _joins(P, f, p)


def in_polar(e: Expr, X: Sequence[Symbol], p: Point) -> Expr:
    """e at p + ρ (cos θ, sin θ), with ρ taken out of its roots.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> in_polar(sympy.sqrt(x**2 + y**2) + x, [x, y], (sympy.Integer(0), sympy.Integer(0)))
    _rho*cos(_theta) + _rho
    """
    return _without_roots(e, {X[0]: p[0] + RHO * sympy.cos(THETA), X[1]: p[1] + RHO * sympy.sin(THETA)})


def _without_roots(e: Expr, at: dict[Symbol, Expr]) -> Expr:
    """e at these places, with ρ taken out of roots, absolute values and denominators."""

    def formula(node: Expr) -> Expr:
        if not node.has(*at):
            return node
        if not node.args:
            return at[node]
        args = [formula(a) for a in node.args]
        if isinstance(node, Abs) or (isinstance(node, Pow) and not (node.exp.is_integer and node.exp.is_positive)):
            args[0] = sympy.factor(sympy.trigsimp(sympy.expand(args[0])))
        if isinstance(node, Max | Min):
            return _with_rho_out(node, args)
        return node.func(*args)

    return formula(e)


def _with_rho_out(node: Expr, args: Sequence[Expr]) -> Expr:
    """max(ρᵏa, ρᵏb) = ρᵏ max(a, b)."""
    parts = [sympy.factor(sympy.expand(a)) for a in args]
    k = min(
        (dict(t.as_base_exp() for t in sympy.Mul.make_args(a)).get(RHO, sympy.Integer(0)) for a in parts if a != 0),
        default=0,
    )
    return RHO**k * node.func(*(a / RHO**k for a in parts))
