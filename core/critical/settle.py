r"""The critical points of f in a window, with what a search by boxes leaves open settled by algebra where it can be.

First the search for ∇f = 0 itself. Where boxes are left over, the points are degenerate, or not isolated, or f has
kinks. Then f is cut into cells without kinks (`cells`), the gradient of each is taken apart into branches
(`preparation`), and each branch is searched as a system of its own: most are regular where ∇f is not.

What is left in the end is where both fail: a critical point lies in the boxes of the first search, and in those of the
second.

Rules: what is found here has been proved to be critical for f itself; a box is given up only when every cell that
meets it has been searched; a curve is listed only when it is proved to have points in the window.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from time import monotonic
from typing import Final

import numpy as np
from sympy import Expr

from core import calculus
from core.branching import Boxes, Budget, together
from core.compile import UnsupportedError, program
from core.critical.algebra import vanishes
from core.critical.cells import cells
from core.critical.cellwise import CellSearch, Looked, Piece, numbers, pieced
from core.critical.certified import System
from core.critical.degenerate import along
from core.critical.exact import CONSTANT, candidates, in_window, point_at
from core.critical.found import find_some
from core.critical.plain import raised
from core.critical.point import Box, CriticalPoint, CriticalSet, Curve, Evidence, completed
from core.critical.polar import Around, around, tips
from core.critical.preparation import ManyBranchesError
from core.critical.rational import exact_value, simplest
from core.critical.seams import interior
from core.critical.search import Search, Window, drawn_together, labelled, sides_of
from core.definiteness import Kind
from core.edges import undecided_still
from core.function import Function, truth
from core.program import Program

FIRST: Final = 0.3  # of the time, for the first search; it goes on if algebra does not help
ALGEBRA: Final = 0.5  # of the time, for the branches; what is left then is for points that nobody proves complete
SEARCHED: Final = 4  # variables; with more, points are looked for, and proved, one by one
ALONG_SECONDS: Final = 0.3  # for the nature of one curve
FEW: Final = 12  # undecided boxes, in which exact places are guessed
FAILURES: Final = (
    *(ManyBranchesError, UnsupportedError, calculus.TooLargeError, calculus.LateError),
    *(ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError),
)
Tell = Callable[[CriticalSet, int], None]


def critical_points(
    f: Function,
    box: Sequence[tuple[float, float]],
    *,
    seconds: float,
    stop: Callable[[], bool] | None = None,
    watch: Tell | None = None,
    compiled: Program | None = None,
) -> CriticalSet:
    """All critical points of a scalar f whose parameters are fixed, or what is known of them when the time is up.

    `compiled` is its program, if there is one already.

    >>> from sympy import Symbol
    >>> x, y = (Symbol(name, real=True) for name in "xy")
    >>> found = critical_points(Function((x, y), ((x**2 + y**2 - 1)**2,)), [(-2, 2), (-2, 2)], seconds=5)
    >>> found.sentence
    'Every point of x² + y² − 1 = 0 is critical. Apart from that there is 1 critical point here: proved complete.'
    """
    began, sides = monotonic(), tuple((float(a), float(b)) for a, b in box)
    compiled = compiled or program(f)
    run = Search(compiled, sides, Budget(seconds=seconds, stop=stop), watch)
    if f.n > SEARCHED:
        found = run.apart() or CriticalSet(undecided=(run.window.floats,), ended=True)
    else:
        found = run.until(began + FIRST * seconds)
    if _settled(found) or (stop and stop()):
        return found
    if watch and found.points:
        watch(found, len(found.undecided))  # whatever happens now, these are known
    found = _by_algebra(found, f, run, box, began + (FIRST + ALGEBRA) * seconds, stop)
    if not _settled(found) and not run.over and f.n <= SEARCHED:
        found = _both(run.until(began + (FIRST + ALGEBRA) * seconds), found)
    if _settled(found) or (found.ended and f.n <= SEARCHED):
        return found
    more = find_some(compiled, sides, seconds=began + seconds - monotonic(), stop=stop, watch=watch)
    return _with(more, replace(found, sampled=f.n > SEARCHED, ended=found.ended and f.n <= SEARCHED))


def _settled(found: CriticalSet) -> bool:
    return found.ended and not found.undecided


def _both(first: CriticalSet, second: CriticalSet) -> CriticalSet:
    """What is known from two searches of the window: all points, and the boxes that are open in both."""
    ended = first.ended or second.ended
    return _with(first, replace(second, ended=ended, undecided=_common(first, second)))


def _with(more: CriticalSet, known: CriticalSet) -> CriticalSet:
    """The same with points that somebody else has found."""
    new = [p for p in more.points if not any(_one(p, q) for q in known.points)]
    return completed(replace(known, points=_sorted((*known.points, *new))))


def _one(p: CriticalPoint, q: CriticalPoint) -> bool:
    """Does one of two critical points lie where the other is the only one?"""
    regions = ((p.region, q), (q.region, p))
    return any(region is not None and _inside(other.enclosure, region) for region, other in regions)


def _common(first: CriticalSet, second: CriticalSet) -> tuple[Box, ...]:
    met = {
        tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(p, q, strict=True))
        for p in first.undecided
        for q in second.undecided
    }
    return tuple(sorted(box for box in met if all(a <= b for a, b in box)))


def _by_algebra(
    found: CriticalSet,
    f: Function,
    run: Search,
    box: Sequence[tuple[float, float]],
    end: float,
    stop: Callable[[], bool] | None,
) -> CriticalSet:
    """The same with tips, cells and branches looked at, as far as the time goes."""
    window = run.window
    view = [high - low for low, high in window.floats]
    places = [*tips(f), *_guesses(found.undecided)] if 2 <= f.n <= SEARCHED else []
    inside = {p: interior(f, dict(zip(f.variables, p, strict=True))) for p in places}
    left, known = around(found.undecided, f, [p for p in inside if inside[p] is not None], view, end)
    more = [_point_of(a, f) for a in known if a.critical and inside[a.p] and in_window(a.p, box) is True]
    found = replace(found, points=_sorted((*found.points, *more)), undecided=undecided_still(left, f))
    found = completed(found)
    parts = None if _settled(found) else cells(f, window.floats)
    if parts is None:
        return found
    try:
        searches = [CellSearch(f, cell, parts, window, end, stop) for cell in parts]
        looked = pieced([one.looked() for one in searches], searches)
    except FAILURES:  # algebra on a visitor's formula may fail in ways nobody foresaw: the search stands without it
        return found
    return _joined(found, f, run.system, window, looked)


def _guesses(boxes: Sequence[Box]) -> list[tuple[Expr, ...]]:
    """Simple exact places in undecided boxes, if these are few."""
    return [place for box in boxes[:FEW] for place in islice(candidates(box), 2)] if len(boxes) <= FEW else []


def _point_of(a: Around, f: Function) -> CriticalPoint:
    """The critical point that was proved by going around it; where f is smooth it is named like all others."""
    at = dict(zip(f.variables, a.p, strict=True))
    smooth = all(truth(r, at) for r in calculus.seams(f))
    how = {
        "minimum": f"Along every ray from here f rises like ρ{raised(a.order)}, ρ the distance.",
        "maximum": f"Along every ray from here f falls like ρ{raised(a.order)}, ρ the distance.",
        "saddle": f"Along some rays from here f rises like ρ{raised(a.order)}, along others it falls.",
    }
    because = how.get(a.nature or "", "")
    place, reach = tuple(float(x) for x in a.p), 0.7 * a.radius / math.sqrt(f.n)
    region = tuple((x - reach, x + reach) for x in place)  # inside the disc
    around_ = tuple((math.nextafter(x, -math.inf), math.nextafter(x, math.inf)) for x in place)
    if smooth:
        unnamed = replace(point_at(a.p, f), exact=None, enclosure=around_, evidence=Evidence.CERTIFIED)
        return replace(unnamed, nature=a.nature, because=because, region=region)
    return CriticalPoint(
        at=place,
        enclosure=around_,
        value=float(f.components[0].xreplace(at)),
        eigenvalues=(),
        kind=Kind.INCONCLUSIVE,
        nature=a.nature or "undetermined",
        reason="f has slope 0 here, but its formula has a kink, so the Hessian test does not apply.",
        because=because,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in a.p),
        region=region,
    )


# All branches together.


def _joined(found: CriticalSet, f: Function, s: System, window: Window, looked: Sequence[Looked]) -> CriticalSet:
    """The points that were known and those of the branches, each once; the curves; what is open in both searches."""
    left = [one.left for one in looked]
    if not _accounted(found, looked):
        return found
    points, sources = list(found.points), dict[int, tuple[Expr, ...]]()
    known = [p.region for p in points if p.region]
    points += {p.exact: p for one in looked for p in one.seams}.values()
    for place in (place for one in looked for place in one.places):
        new, doubts = labelled(s, place.zeros, alone=False)
        left.append(doubts)
        for p in new:
            if any(_inside(p.enclosure, region) for region in known):
                continue
            same = next((q for q in points if id(q) in sources and _meet(p.enclosure, q.enclosure)), None)
            if same is None:
                points.append(p)
                sources[id(p)] = place.source
            elif not _same(p, same, place.source, sources[id(same)], f):
                left.append(_hull(p.enclosure, same.enclosure))
    pieces = {piece.equations: piece for one in looked for piece in one.curves}
    curves = tuple(_curve(piece, f) for piece in pieces.values())
    points = [p for p in points if id(p) not in sources or not any(_lies_on(p, sources[id(p)], f, c) for c in curves)]
    undecided = drawn_together(together(left, f.n), window)
    second = CriticalSet(_sorted(points), curves, undecided=undecided, ended=True, defined=found.defined)
    return completed(replace(second, undecided=_common(found, second)))


def _curve(piece: Piece, f: Function) -> Curve:
    """The curve with its nature."""
    if not piece.equations:
        return CONSTANT.curves[0]
    nature, because = along(f, piece.equations, piece.cover, ALONG_SECONDS)
    programs = tuple(program(Function(f.variables, (e,))) for e in piece.equations)
    return Curve(tuple(str(e) for e in piece.equations), nature, because, programs)


def _accounted(found: CriticalSet, looked: Sequence[Looked]) -> bool:
    """Did the branches find, or leave open, every point that is known? If not, nothing is believed of them."""
    boxes = [
        sides_of(place.zeros.zeros.enclosure, i)
        for one in looked
        for place in one.places
        for i in range(len(place.zeros.zeros))
    ]
    boxes += [p.enclosure for one in looked for p in one.seams]
    boxes += [sides_of(one.left, i) for one in looked for i in range(len(one.left))]
    on_curve = [piece.cover for one in looked for piece in one.curves]
    return all(
        any(_meet(p.enclosure, box) for box in boxes) or any(_may_lie_on(p, cover) for cover in on_curve)
        for p in found.points
    )


def _may_lie_on(p: CriticalPoint, cover: Boxes) -> bool:
    return any(_meet(p.enclosure, sides_of(cover, i)) for i in range(len(cover)))


def _lies_on(p: CriticalPoint, source: tuple[Expr, ...], f: Function, curve: Curve) -> bool:
    """Is a zero of a branch proved to be a certain fraction, and that to lie on a curve? Only then it may go."""
    place = tuple(simplest(Fraction(low), Fraction(high)) for low, high in p.enclosure)
    at = numbers(f, place)
    same = all(e.xreplace(at).is_zero for e in source)
    return same and all(exact_value(F, place) == [Fraction(0)] for F in curve.programs)


def _sorted(points: Sequence[CriticalPoint]) -> tuple[CriticalPoint, ...]:
    return tuple(sorted(points, key=lambda p: p.at))


def _inside(e: Box, region: Box) -> bool:
    return all(a <= c and d <= b for (a, b), (c, d) in zip(region, e, strict=True))


def _meet(e: Box, g: Box) -> bool:
    return all(a <= d and c <= b for (a, b), (c, d) in zip(e, g, strict=True))


def _hull(*boxes: Box) -> Boxes:
    ends = np.array(boxes)
    return Boxes(ends[:, :, 0].min(0)[:, None], ends[:, :, 1].max(0)[:, None])


def _same(p: CriticalPoint, q: CriticalPoint, a: tuple[Expr, ...], b: tuple[Expr, ...], f: Function) -> bool:
    """Are zeros of two branches, in enclosures that meet, one point? If a common exact zero lies in both."""
    common = tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(p.enclosure, q.enclosure, strict=True))
    for place in candidates(common):
        at = dict(zip(f.variables, place, strict=True))
        if all(vanishes(e.xreplace(at)) for e in (*a, *b)):
            return True
    return False
