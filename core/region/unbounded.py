r"""Why f has no Lipschitz constant on a box, or no gradient: what it does along lines parallel to the axes.

On a line f is a function of one variable, whose poles, jumps, kinks and steep places are single points, and the limits
of value and slope at each side of them are known by algebra. What happens on one line of the box happens on the box.

    pole, far             the value grows without bound, or the slope towards infinity: 1/x, x²    no constant
    steep                 the slope grows without bound at a place: √|x| at 0                    nor a gradient
    jump, gap             two limits, or one that is not the value                               nothing to be promised
    hole, outside         no value at the place, or beside it                                    nothing to be promised
    kink                  two slopes                                                             no gradient

Rule: only what is exact is said. Lines that are looked at have simple fractions for the other variables.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Final, Literal

from sympy import Dummy, Expr, Integer, Rational

from core import calculus
from core.edges.across import holds
from core.edges.locus import loci
from core.edges.side import Limit, same
from core.edges.side import Side as Beside
from core.function import Function, Requirement
from core.problem import Side
from core.region.regular import FAILURES

Fault = Literal["outside", "pole", "steep", "far", "jump", "gap", "hole", "kink"]
PARTS: Final = (Fraction(1, 2), Fraction(1, 4), Fraction(4, 5))  # of a side, for the variables that are held
LINES: Final = 9  # along one axis
POINTS: Final = 12  # of one line
SECONDS: Final = 0.5


def faults(f: Function, box: Sequence[Side], seconds: float = SECONDS) -> set[Fault]:
    """What is proved to be wrong with a scalar f somewhere on the box; what is seen while the time lasts.

    >>> from sympy import Abs, Symbol, sqrt
    >>> x = Symbol("x", real=True)
    >>> root, corner = sqrt(Abs(x)), Abs(x)
    >>> [sorted(faults(Function((x,), (e,)), [(-1.0, 1.0)])) for e in (root, corner, x**2)]
    [['steep'], ['kink'], []]
    >>> faults(Function((x,), (x**2,)), [(-math.inf, math.inf)])
    {'far'}
    """
    found: set[Fault] = set()

    def look(e: Expr) -> Expr:
        for line, side in _lines(f, box):
            found.update(_on_line(line, side))
        return e

    with suppress(*FAILURES):
        calculus.within(seconds, look, f.components[0])
    return found


def _lines(f: Function, box: Sequence[Side]) -> Iterator[tuple[Function, Side]]:
    """f along lines parallel to the axes, first one along each."""
    lots = [list(_held(f, box, axis)) for axis in range(f.n)]
    for turn in range(max(map(len, lots))):
        for axis, x in enumerate(f.variables):
            if turn < len(lots[axis]):
                at = {y: v for y, v in zip(f.variables, lots[axis][turn], strict=True) if y != x}
                domain = tuple(Requirement(r.expression.xreplace(at), r.relation) for r in f.domain)
                yield Function((x,), (f.components[0].xreplace(at),), domain), box[axis]


def _held(f: Function, box: Sequence[Side], axis: int) -> Iterator[tuple[Expr, ...]]:
    """Places for the variables that are held; also the coordinates of places where the formula is special."""
    choices = [_places(side) for side in box]
    for r in (*f.domain, *calculus.seams(f)):
        for locus in loci(r.expression, f.variables):
            for i, c in enumerate(locus.point or ()):
                if c.is_Rational and c not in choices[i] and box[i][0] <= c <= box[i][1]:
                    choices[i].insert(0, c)
    seen = set[tuple[Expr, ...]]()
    for turn in range(max(map(len, choices)) if f.n > 1 else 1):
        place = tuple(c[turn % len(c)] for c in choices)
        key = (*place[:axis], *place[axis + 1 :])
        if key not in seen and len(seen) < LINES:
            seen.add(key)
            yield place


def _places(side: Side) -> list[Expr]:
    low, high = (max(-8.0, min(8.0, end)) for end in side)
    places = [Rational(*(Fraction(low) + part * (Fraction(high) - Fraction(low))).as_integer_ratio()) for part in PARTS]
    return [Integer(0), *places] if side[0] <= 0 <= side[1] and Integer(0) not in places else places


def _on_line(f: Function, side: Side) -> set[Fault]:
    (x,), found = f.variables, set[Fault]()
    places = (r.expression for r in (*f.domain, *calculus.seams(f)))
    points = {p.point[0] for q in places for p in loci(q, [x]) if p.point is not None and p.point[0].is_real}
    for p in list(points)[:POINTS]:
        if side[0] <= p <= side[1]:
            found |= _at(f, p, [s for s in (-1, 1) if (p > side[0] if s < 0 else p < side[1])])
    for s, end in ((-1, side[0]), (1, side[1])):
        if math.isinf(end) and _far(f, s):
            found.add("far")
    return found


def _at(f: Function, p: Expr, ways: Sequence[int]) -> set[Fault]:
    """What is wrong at one place, seen from these sides."""
    (x,) = f.variables
    found, beside = set[Fault](), list[Beside]()
    with suppress(*FAILURES):
        for s in ways:
            side = Beside(f.components[0], {x: p}, {x: Integer(1)}, s)
            if side.defined(f.domain):
                beside.append(side)
            elif side.exact:
                found.add("outside")
        here = all(holds(r, {x: p}) for r in f.domain)
        for side in beside:
            found |= _limits(side)
        if not found:
            found |= _across(f, p, beside, here)
    return found


def _limits(side: Beside) -> set[Fault]:
    value, slope = side.value, side.slope
    if _infinite(value):
        return {"pole"} if value.exact and side.exact else set()
    return {"steep"} if _infinite(slope) and slope.exact and side.exact else set()


def _infinite(limit: Limit) -> bool:
    return limit.value is not None and bool(limit.value.is_infinite)


def _across(f: Function, p: Expr, beside: Sequence[Beside], here: bool) -> set[Fault]:
    values = [side.value for side in beside]
    if not values or not all(v.exact and v.finite for v in values) or not all(side.exact for side in beside):
        return set()
    if not here:
        return {"hole"}
    if len(values) == 2 and not same(*values):
        return {"jump"}
    at = f.components[0].xreplace({f.variables[0]: p})
    if at.is_comparable and not same(values[0], Limit(at, True)):
        return {"gap"}
    slopes = [side.slope for side in beside]
    sure = len(slopes) == 2 and all(v.exact and v.finite for v in slopes)
    return {"kink"} if sure and not same(*slopes) else set()


def _far(f: Function, s: int) -> bool:
    """Does the slope grow without bound towards that end of the line?"""
    (x,), t = f.variables, Dummy(real=True)
    with suppress(*FAILURES):
        slope = calculus.derivative(f.components[0], x).xreplace({x: s / t})
        end = Beside(slope, {t: Integer(0)}, {t: Integer(1)}, 1)
        return _infinite(end.value) and end.value.exact and end.exact
    return False
