"""What happens when one crosses a curve at a point of it, along one axis: pole, hole, jump, kink, edge, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer, Symbol

from core.edges.finding import Evidence, Kind
from core.edges.locus import Point
from core.edges.side import Limit, Side, UnknownSignError, same, vanishes
from core.function import Function, Requirement
from core.vocabulary import NONNEGATIVE, NONZERO


@dataclass(frozen=True)
class Seen:
    """What was seen at one point: the kind, how surely, and the numbers that say it."""

    kind: Kind
    evidence: Evidence
    numbers: tuple[Expr, ...] = ()  # limits or slopes, on the low and the high side; at an edge the limit
    inside: bool = False  # the place belongs to the domain


def cross(f: Function, e: Expr, p: Point, x: Symbol) -> list[Seen] | None:
    """What the component e of f does at p along the axis of x, perhaps nothing; None where f is on neither side.

    >>> from sympy import Abs
    >>> x = Symbol("x", real=True)
    >>> cross(Function((x,), (Abs(x),)), Abs(x), (Integer(0),), x)[0].numbers
    (-1, 1)
    """
    start = dict(zip(f.variables, p, strict=True))
    low, high = (Side(e, start, {x: Integer(1)}, s) for s in (-1, 1))
    try:
        defined = [side for side in (low, high) if side.defined(f.domain)]
        if not defined:
            return None
        inside = _in_domain(f, start)
        if len(defined) == 1:
            return [_edge(defined[0], inside)]
        seen = _crossed(low, high, inside, e.xreplace(start) if inside else None)
        return [] if seen is None else [seen]
    except (UnknownSignError, StopIteration, TypeError):
        return [Seen("kink" if _in_domain(f, start) else "hole", "undecided")]


def _in_domain(f: Function, at: dict[Symbol, Expr]) -> bool:
    with suppress(TypeError):
        return all(holds(r, at) for r in f.domain)
    return False


def holds(r: Requirement, at: dict[Symbol, Expr]) -> bool:
    """Does the condition hold at that place?"""
    u = r.expression.xreplace(at)
    if u.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return False
    if vanishes(u):
        return r.relation == NONNEGATIVE
    return r.relation == NONZERO or bool(u.evalf(30) > 0)


def _surely(sides: Sequence[Side], *limits: Limit) -> Evidence:
    return "exact" if all(s.exact for s in sides) and all(v.exact for v in limits) else "numerical"


def _edge(side: Side, inside: bool) -> Seen:
    v = side.value
    numbers = () if v.value is None else (v.value,)
    if v.finite and side.slope.value is not None and side.slope.value.is_infinite:
        numbers += (side.slope.value,)
    return Seen("edge", "exact" if side.exact else "numerical", numbers, inside)


def _crossed(low: Side, high: Side, inside: bool, here: Expr | None) -> Seen | None:
    a, b = low.value, high.value
    surely = _surely((low, high), a, b)
    for v in (a, b):
        if v.value is not None and v.value.is_infinite:
            ends = (a.value, b.value) if a.value == b.value else ()
            return Seen("pole", _surely((low, high), v), ends, inside)
    if a.value is None or b.value is None:
        return Seen("jump" if inside else "hole", "numerical", (), inside)
    if not same(a, b):
        return Seen("jump", surely, (a.value, b.value), inside)
    if not inside:
        return Seen("hole", surely, (b.value,))
    if here is None or not here.is_comparable or not same(Limit(here, b.exact), b):
        return Seen("jump", surely, (a.value, b.value), inside)
    return _slopes(low, high)


def _slopes(low: Side, high: Side) -> Seen | None:
    """At a place where the function is continuous."""
    a, b = low.slope, high.slope
    surely = _surely((low, high), a, b)
    if a.value is None or b.value is None:
        return Seen("kink", "undecided", (), True)
    if a.value.is_infinite or b.value.is_infinite:
        return Seen("vertical tangent", surely, (a.value, b.value), True)
    if not same(a, b):
        return Seen("kink", surely, (a.value, b.value), True)
    a, b = low.bend, high.bend
    if a.value is None or b.value is None:
        return None
    if a.value.is_infinite or b.value.is_infinite or not same(a, b):
        return Seen("curvature jump", _surely((low, high), a, b), (a.value, b.value), True)
    return None
