r"""What happens at a single point of the plane or of space: pole, hole, jump, cone tip, unequal mixed derivatives.

Close to the point, f(p + r d) behaves as r^k φ(d) with a direction d. Where k and φ can be found by algebra (rational
functions, roots, sums of them) they decide: k < 0 is a pole, k = 0 has a limit only if φ is constant, k = 1 is a cone
unless φ is linear. Otherwise f is followed along some rays, which can refute a limit or a tangent plane, not prove one.

    D_xy f(p) = lim (f_x(p + h e_y) - f_x(p)) / h        D_yx f(p) = lim (f_y(p + h e_x) - f_y(p)) / h
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import sympy
from sympy import Add, And, Expr, Integer, Or, Piecewise, Rational, Symbol
from sympy.core.relational import Eq, Ne, Relational
from sympy.logic.boolalg import Boolean, Not

from core import calculus
from core.edges.across import Seen, holds
from core.edges.finding import Evidence
from core.edges.leading import UnknownError, demand, leading, only_at_0
from core.edges.locus import Point
from core.edges.side import Limit, Side, UnknownSignError, same, vanishes
from core.function import Function, Requirement

SLOPES: Final = tuple(Rational(p, q) for p, q in ((0, 1), (1, 1), (1, 3), (-2, 5), (3, 1), (-5, 2)))


def point_behaviour(f: Function, e: Expr, p: Point, X: Sequence[Symbol]) -> list[Seen]:
    """What the component e does at p, an isolated place among the variables X (the others stay as in p).

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> r = sympy.sqrt(x**2 + y**2)
    >>> point_behaviour(Function((x, y), (r,)), r, (Integer(0), Integer(0)), [x, y])[0].kind
    'cone tip'
    """
    at = {y: (y + a if y in X else a) for y, a in zip(f.variables, p, strict=True)}
    moved = e.xreplace(at)
    domain = tuple(Requirement(r.expression.xreplace(at), r.relation) for r in f.domain)
    origin = {x: Integer(0) for x in X}
    inside = all(holds(r, origin) for r in domain)
    here = moved.xreplace(origin) if inside else None
    with suppress(UnknownError):
        return _by_algebra(punctured(moved, X), X, inside, here)
    with suppress(UnknownSignError, StopIteration):
        return _by_rays(moved, domain, X, inside, here)
    return [Seen("kink" if inside else "hole", "undecided")]


# By algebra


def _by_algebra(e: Expr, X: Sequence[Symbol], inside: bool, here: Expr | None) -> list[Seen]:
    k, phi = leading(e, X)
    if k.is_negative:
        return [Seen("pole", "exact", (), inside)]
    limit = sympy.cancel(phi) if k == 0 else Integer(0)
    if limit.free_symbols & set(X):
        return [Seen("jump" if inside else "hole", "exact", (), inside)]
    if here is not None and not (here.is_comparable and vanishes(here - limit)):
        return [Seen("jump", "exact", (limit, here), inside)]
    hole = [] if inside else [Seen("hole", "exact", (limit,))]
    return hole + _beyond(_minus(e, limit), X, limit)


def _minus(e: Expr, u: Expr) -> Expr:
    return e if u == 0 else sympy.cancel(sympy.together(e - u))


def _beyond(e: Expr, X: Sequence[Symbol], limit: Expr) -> list[Seen]:
    """The same for the slope and the second derivatives of e, which is 0 in the limit."""
    rest = e
    if rest == 0:
        return []
    k, phi = leading(rest, X)
    if k < 1:
        return [Seen("vertical tangent", "exact", (), True)]
    if k == 1:
        plane = sympy.cancel(phi)
        if not plane.is_polynomial(*X):
            return [Seen("cone tip", "exact", (), True)]
        rest = _minus(rest, plane)
        if rest == 0:
            return []
        k, phi = leading(rest, X)
    if k < 2:
        return [Seen("curvature jump", "exact", (), True)]
    if k > 2 or sympy.cancel(phi).is_polynomial(*X):
        return []
    return [mixed(e, X, Integer(0))]


def punctured(e: Expr, X: Sequence[Symbol]) -> Expr:
    """e near 0, but not at it, without case distinctions that only single out the point.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> punctured(Piecewise((x, sympy.Ne(x**2 + y**2, 0)), (1, True)), [x, y])
    x
    """
    if isinstance(e, Piecewise):
        for u, c in e.args:
            if _true_around(c, X):
                return punctured(u, X)
        raise UnknownError
    return e.func(*(punctured(a, X) for a in e.args)) if e.has(Piecewise) else e


def _true_around(c: Boolean, X: Sequence[Symbol]) -> bool:
    """Whether the condition holds at all points near 0 except 0 itself, where it can be told."""
    if c in (sympy.true, sympy.false):
        return bool(c)
    if isinstance(c, Not):
        return not _true_around(c.args[0], X)
    if isinstance(c, Ne | Eq):
        return _apart(c.lhs - c.rhs, X) == isinstance(c, Ne)
    if isinstance(c, And | Or) and all(isinstance(a, Eq if isinstance(c, And) else Ne) for a in c.args):
        squares = Add(*((a.lhs - a.rhs) ** 2 for a in c.args))
        return _apart(squares, X) == isinstance(c, Or)
    if isinstance(c, Relational):
        gap = c.gts - c.lts
        if gap.is_nonnegative or gap.is_nonpositive:
            return _apart(gap, X) and bool(gap.is_nonnegative)
    raise UnknownError


def _apart(u: Expr, X: Sequence[Symbol]) -> bool:
    """Is u not zero near 0, except perhaps at 0?"""
    demand(only_at_0(u, X))
    return True


# The mixed second derivatives, from their definition


def mixed(e: Expr, X: Sequence[Symbol], value: Expr) -> Seen:
    """Both mixed second derivatives at 0 of e, which has the limit `value` there and no other fault of first order."""
    shown: list[Limit] = []
    gradient = calculus.jacobian(Function(tuple(X), (e,)), tidy=False).components
    for i, j in ((0, 1), (1, 0)):
        first = _slope(e, X, i, value)
        second = None if first is None or first.value is None else _slope(gradient[i], X, j, first.value)
        if second is None or second.value is None:
            return Seen("curvature jump", "exact", (), True)
        shown.append(Limit(second.value, second.exact and first is not None and first.exact))
    surely = _all_exact(shown)
    numbers = (shown[0].value or Integer(0), shown[1].value or Integer(0))
    return Seen("curvature jump" if same(*shown) else "failed symmetry", surely, numbers, True)


def _slope(g: Expr, X: Sequence[Symbol], i: int, value: Expr) -> Limit | None:
    """The derivative of g along axis i at 0, where g has that value; None where there is none."""
    low, high = (Side(g, dict.fromkeys(X, Integer(0)), {X[i]: Integer(1)}, s) for s in (-1, 1))
    if not (low.value.finite and high.value.finite and low.slope.finite and high.slope.finite):
        return None
    continuous = same(low.value, Limit(value, True)) and same(high.value, Limit(value, True))
    return high.slope if continuous and same(low.slope, high.slope) else None


# Along rays


def _by_rays(
    e: Expr, domain: tuple[Requirement, ...], X: Sequence[Symbol], inside: bool, here: Expr | None
) -> list[Seen]:
    rays = [(d, side) for d in _directions(len(X)) if (side := _ray(e, domain, X, d)) is not None]
    if len(rays) < 4:
        raise UnknownSignError
    values = [side.value for _, side in rays]
    if any(v.value is not None and v.value.is_infinite for v in values):
        return [Seen("pole", "numerical", (), inside)]
    if any(v.value is None for v in values):
        raise UnknownSignError
    if not _all_same(values):
        return [Seen("jump" if inside else "hole", _all_exact(values), (), inside)]
    limit = values[0].value
    if here is not None and not same(Limit(here, True), values[0]):
        return [Seen("jump", "numerical", (limit, here), inside)]
    hole = [] if inside else [Seen("hole", "numerical", (limit,))]
    return hole + _slopes_on(rays)


def _slopes_on(rays: list[tuple[tuple[Expr, ...], Side]]) -> list[Seen]:
    slopes = [side.slope for _, side in rays]
    if any(v.value is None for v in slopes):
        raise UnknownSignError
    if any(not v.finite for v in slopes):
        return [Seen("vertical tangent", "numerical", (), True)]
    opposite = [
        (i, j)
        for i, (d, _) in enumerate(rays)
        for j, (c, _) in enumerate(rays)
        if all(a == -b for a, b in zip(c, d, strict=True))
    ]
    if any(not same(slopes[i], slopes[j].opposite) for i, j in opposite):
        return [Seen("cone tip", _all_exact(slopes), (), True)]
    return [] if _linear([d for d, _ in rays], slopes) else [Seen("cone tip", "numerical", (), True)]


def _linear(directions: list[tuple[Expr, ...]], slopes: list[Limit]) -> bool:
    """Is the slope along d of the form a·d? The axes come first and give a."""
    n = len(directions[0])
    axes = {d: v.value for d, v in zip(directions, slopes, strict=True) if sum(map(bool, d)) == 1 and max(d) == 1}
    a = [axes.get(tuple(Integer(int(i == k)) for i in range(n))) for k in range(n)]
    if None in a:
        return True
    return all(
        same(v, Limit(Add(*(ak * dk for ak, dk in zip(a, d, strict=True))), False))
        for d, v in zip(directions, slopes, strict=True)
    )


def _ray(e: Expr, domain: tuple[Requirement, ...], X: Sequence[Symbol], d: Sequence[Expr]) -> Side | None:
    side = Side(e, dict.fromkeys(X, Integer(0)), dict(zip(X, d, strict=True)), patient=False)
    return side if side.defined(domain) else None


def _directions(n: int) -> list[tuple[Expr, ...]]:
    """The axes and some general directions, each with its opposite."""
    axes = [tuple(Integer(int(i == k)) for i in range(n)) for k in range(n)]
    general = [tuple(Integer(1) if i == 0 else m / i for i in range(n)) for m in SLOPES[1:]]
    return [tuple(s * c for c in d) for d in (*axes, *general) for s in (1, -1)]


def _all_same(values: list[Limit]) -> bool:
    return all(same(values[0], v) for v in values[1:])


def _all_exact(values: Sequence[Limit]) -> Evidence:
    return "exact" if all(v.exact for v in values) else "numerical"
