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

from sympy import Dummy, Expr, Float, Integer, Rational

from core import calculus
from core.edges.across import holds
from core.edges.locus import loci, samples
from core.edges.side import Limit
from core.edges.side import Side as Beside
from core.function import Atan2, Function, Requirement
from core.problem import Side
from core.region.regular import FAILURES, SILENT

Fault = Literal["outside", "pole", "steep", "far", "jump", "gap", "hole", "kink"]
PARTS: Final = (Fraction(1, 2), Fraction(1, 4), Fraction(4, 5))  # of a side, for the variables that are held
LINES: Final = 9  # along one axis
POINTS: Final = 12  # of one line
SECONDS: Final = 0.5
SURELY: Final = 1e-15  # by thirty digits: a larger gap is one


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
        for line, slopes, side in _lines(f, box):
            found.update(_on_line(line, side))
            if any(
                math.isinf(end) and _far(slope, s) for s, end in zip((-1, 1), side, strict=True) for slope in slopes
            ):
                found.add("far")
        return e

    with suppress(*FAILURES):
        calculus.within(seconds, look, f.components[0])
    return found


def _lines(f: Function, box: Sequence[Side]) -> Iterator[tuple[Function, tuple[Function, ...], Side]]:
    """f along lines parallel to the axes, first one along each; and all its slopes there, where a line has no end."""
    rule = [calculus.derivative(f.components[0], x) for x in f.variables] if _endless(box) else []
    lots = [list(_held(f, box, axis)) for axis in range(f.n)]
    for turn in range(max(map(len, lots))):
        for axis, x in enumerate(f.variables):
            if turn < len(lots[axis]):
                at = {y: v for y, v in zip(f.variables, lots[axis][turn], strict=True) if y != x}
                domain = tuple(Requirement(r.expression.xreplace(at), r.relation) for r in f.domain)
                line = Function((x,), (f.components[0].xreplace(at),), domain)
                yield line, tuple(Function((x,), (slope.xreplace(at),)) for slope in rule), box[axis]


def _endless(box: Sequence[Side]) -> bool:
    return any(math.isinf(end) for side in box for end in side)


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
    angles = (angle.args[0] for angle in f.components[0].atoms(Atan2))
    places = (*(r.expression for r in (*f.domain, *calculus.seams(f))), *angles)
    points = {p[0]: None for q in places for locus in loci(q, [x]) for p in samples(locus, [x])}
    exact = [p for p in points if p.is_real and not p.has(Float)]
    for p in exact[:POINTS]:
        if side[0] <= p <= side[1]:
            found |= _at(f, p, [s for s in (-1, 1) if (p > side[0] if s < 0 else p < side[1])])
    return found


def _at(f: Function, p: Expr, ways: Sequence[int]) -> set[Fault]:
    """What is wrong at one place, seen from these sides."""
    (x,) = f.variables
    found, beside = set[Fault](), list[Beside]()
    with suppress(*SILENT):
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
    if len(values) == 2 and _differ(*values):
        return {"jump"}
    if _differ(values[0], Limit(f.components[0].xreplace({f.variables[0]: p}), True)):
        return {"gap"}
    slopes = [side.slope for side in beside]
    sure = len(slopes) == 2 and all(v.exact and v.finite for v in slopes)
    return {"kink"} if sure and _differ(*slopes) else set()


def _differ(a: Limit, b: Limit) -> bool:
    """Are two exact numbers surely not the same?"""
    assert a.value is not None and b.value is not None
    if (difference := a.value - b.value).is_Rational:
        return bool(difference != 0)
    gap = difference.evalf(30)
    return bool(gap.is_comparable and abs(gap) > SURELY)


def _far(slope: Function, s: int) -> bool:
    """Does a slope grow without bound towards that end of a line?"""
    (x,), t = slope.variables, Dummy(real=True)
    with suppress(*SILENT):
        end = Beside(slope.components[0].xreplace({x: s / t}), {t: Integer(0)}, {t: Integer(1)}, 1)
        return _infinite(end.value) and end.value.exact and end.exact
    return False
