r"""The largest value of Φ(A(x)) over a box, between two bounds that close in on each other.

A is a field of vectors or matrices, Φ a measure that is convex and grows no faster than what it measures. Over a small
box X with middle m and radius r, with T the slopes of A over X,

    Φ(A(x)) <= max over the corners s of Φ(A(m) + Σ_k s_k r_k mid T_k) + Φ(what T differs from its middle by),

which is wrong by a multiple of r² only; and Φ(A(x)) <= Φ of the interval A(X). The smaller counts. From below Φ is
bounded by its values at points. (Neumaier, Interval Methods, 2.3; the search: Hansen, Global Optimization.)

Rules:
- a box is cut, or dropped when its bound is below a value that is taken; so the bounds hold the truth at any time;
- where Φ is proved to grow along an axis, the box shrinks to its end: that is where the maximum is;
- slopes count only where A is proved to have them on the whole box; the interval A(X) counts wherever f has a value;
- values are taken only at points where A exists without a doubt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from time import monotonic
from typing import Final

import numpy as np

from core.branching import Boxes, Indices, Mask, grid
from core.definiteness import ULP, Array, above
from core.enclosure import Enclosure, enclose
from core.numeric import arrays
from core.program import Program, jacobian
from core.region.cones import Cones
from core.region.measure import Measure
from core.region.removable import Turned
from core.region.tails import Tails

CELLS: Final = {1: 64, 2: 12, 3: 5, 4: 3}  # of the first grid, along each side; 2 in more variables
CORNERS: Final = 3  # variables, up to which all corners of a box are looked at
TOGETHER: Final = 512  # boxes cut at once
WORK: Final = 3_000_000  # boxes times instructions: what may be done in one step takes a tenth of a second
FEWEST: Final = 16  # boxes at once all the same
OPEN: Final = 200_000  # boxes kept; more end the search
EXACT: Final = 1e-9  # relative: bounds as near as that are not improved by a better point
LAST_STEP: Final = 2.0**-20  # of the window, when one climbs
CLIMB: Final = 100  # steps, up or shorter: along the side of a piece one could creep for ever
NARROW: Final = 2.0**-40  # of the window: a box is not cut further
OFF: Final = 2.0**-16  # of the way to the middle of a box: so far from its side a value is taken
MARGINS: Final = (2.0**-12, 2.0**-18)  # of the window: so far inside a piece a pair of points has room
PUSHES: Final = 3
TRIED: Final = 24  # of the highest boxes, at whose highest corner a value is taken


@dataclass(frozen=True)
class Field:
    """A on a box: entries A_i and slopes ∂A_i/∂x_k as outputs of programs in n variables.

    `values` has the entries where they exist beyond doubt; `slopes` has them, and behind them the slopes, under the
    conditions that A is C¹; `loose` has the entries, `across` seams with bounds that hold almost everywhere; `f`
    is what must have a value. `index` says where in `slopes` the slope of entry i along k stands.

    A field that is one formula on a piece of the box has the `sides` that are positive there, and `points`, which has
    the entries where this is the formula beyond doubt. `square` is Φ² as another formula, if there is one; `cones`
    bound Φ near the tips of cones, `tails` the entries far out, `turned`
    those that are 0/0 at a tip.
    """

    f: Program
    values: Program
    slopes: Program
    loose: Program
    index: Indices  # (entries, n)
    across: bool = False
    sides: Program | None = None
    points: Program | None = None
    square: Program | None = None
    cones: Cones | None = None
    tails: Tails | None = None
    turned: Turned | None = None

    @property
    def n(self) -> int:
        """Variables."""
        return self.f.inputs

    @property
    def entries(self) -> int:
        """How many entries A has."""
        return len(self.index)


@dataclass(frozen=True)
class Peak:
    """What is known of the largest value: it is at least `lower`, taken at `at`, and at most `upper`.

    `sign` says for which of ±A it is; `done` that the bounds are as near as they were wanted.
    """

    lower: float
    upper: float
    at: tuple[float, ...]
    sign: int
    boxes: int
    done: bool = False


def peaks(
    fields: Field | Sequence[Field],
    box: Sequence[tuple[float, float]],
    measure: Measure,
    *,
    signs: Sequence[int] = (1,),
    width: float = 0.002,
    scale: float = 0.0,
    seconds: float = math.inf,
    stop: Callable[[], bool] | None = None,
) -> Iterator[Peak]:
    """Ever nearer bounds of the largest Φ(±A) over the box, until they differ by `width` of their size, or of `scale`.

    Several fields are pieces of one: the largest of all is looked for.

    >>> from core.region.measure import Length
    >>> from core.region.fields import slope
    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> *_, last = peaks(slope(programs(read("x^2 + y^2"), {})["f"]), [(-3.0, 3.0), (-4.0, 4.0)], Length())
    >>> round(last.lower, 9), round(last.upper, 9), last.done
    (10.0, 10.0, True)
    """
    until = monotonic() + seconds
    pieces = [fields] if isinstance(fields, Field) else fields
    runs = [_Run(A, box, measure, signs) for A in pieces]
    while True:
        first = max(runs, key=lambda run: run.best)
        upper, examined = max(run.upper for run in runs), sum(run.examined for run in runs)
        peak = first.peak(upper, examined, width, scale)
        if peak.done and upper - peak.lower > EXACT * abs(peak.lower):
            first.climb()
            peak = first.peak(upper, examined, width, scale)
        yield peak
        open_ = [run for run in runs if run.more and run.bound > first.best]
        if peak.done or not open_ or monotonic() >= until or (stop is not None and stop()):
            return
        max(open_, key=lambda run: (run.bound, -run.examined)).step(first.best)


@dataclass
class _Run:
    A: Field
    box: Sequence[tuple[float, float]]
    measure: Measure
    signs: Sequence[int]
    best: float = -math.inf
    at: tuple[float, ...] = ()
    sign: int = 1
    examined: int = 0
    together: int = TOGETHER  # boxes cut at once
    open: Boxes = field(init=False)
    side: Array = field(init=False)  # the sign of A each open box is about
    high: Array = field(init=False)  # and its bound
    axis: Indices = field(init=False)  # and the axis along which it should be cut
    highest: float = -math.inf  # of boxes that are too small to cut
    floor: float = -math.inf  # a value that is taken elsewhere
    climbed: bool = False

    def __post_init__(self) -> None:
        room = WORK // len(self.A.slopes.code)
        self.together = max(FEWEST, min(TOGETHER, room))
        cells = CELLS.get(self.A.n, 2)
        start = grid(self.box, cells if cells**self.A.n * len(self.signs) <= max(room, FEWEST) else 1)
        self.view = np.array([high - low for low, high in self.box])[:, None]
        many = len(self.signs)
        boxes = Boxes(np.tile(start.lower, many), np.tile(start.upper, many))
        self.open, self.side = Boxes(start.lower[:, :0], start.upper[:, :0]), np.empty(0)
        self.high, self.axis = np.empty(0), np.empty(0, np.intp)
        self.take(boxes, np.repeat(np.array(self.signs, float), len(start)), np.full(len(boxes), np.inf))

    def climb(self) -> None:
        """Go up from the best point along the axes, with ever shorter steps: boxes find it late, or nearly."""
        if self.climbed:
            return
        self.climbed = True
        low, high = (np.array(ends)[:, None] for ends in zip(*self.box, strict=True))
        ways, step = np.concatenate((np.eye(self.A.n), -np.eye(self.A.n)), 1) * self.view, 1.0
        for _ in range(CLIMB):
            if step <= LAST_STEP or not self.at:
                return
            before = self.best
            with np.errstate(all="ignore"):
                self._try(
                    np.clip(np.array(self.at)[:, None] + step * ways, low, high), np.full(2 * self.A.n, self.sign)
                )
            step *= 1.0 if self.best > before else 0.5

    @property
    def more(self) -> bool:
        return 0 < len(self.open) <= OPEN

    @property
    def bound(self) -> float:
        """Of the boxes that can be cut."""
        return float(self.high.max(initial=-math.inf))

    @property
    def upper(self) -> float:
        return max(self.best, self.highest, self.bound)

    def peak(self, upper: float, examined: int, width: float, scale: float) -> Peak:
        near = width * max(abs(self.best), scale)
        return Peak(self.best, upper, self.at, self.sign, examined, bool(upper - self.best <= near))

    def step(self, floor: float) -> None:
        """Cut the boxes with the largest bounds; of those without a bound at most half as many as can be cut."""
        self.floor = max(self.floor, floor)
        self.climb()
        order = np.argsort(-self.high, kind="stable")
        unbounded, half = int(np.isinf(self.high).sum()), self.together // 2
        chosen = np.concatenate((order[: min(unbounded, half)], order[unbounded:][:half]))
        rest = np.ones(len(order), bool)
        rest[chosen] = False
        halves, side, high = self._halved(chosen)
        self.open, self.side = self.open.where(rest), self.side[rest]
        self.high, self.axis = self.high[rest], self.axis[rest]
        self.take(halves, side, high)

    def _halved(self, chosen: Indices) -> tuple[Boxes, Array, Array]:
        boxes, k, i = self.open.where(chosen), self.axis[chosen], np.arange(len(chosen))
        middle = 0.5 * boxes.lower[k, i] + 0.5 * boxes.upper[k, i]
        lower, upper = boxes.lower.copy(), boxes.upper.copy()
        upper[k, i] = lower[k, i] = middle
        halves = Boxes(np.concatenate((boxes.lower, lower), 1), np.concatenate((upper, boxes.upper), 1))
        return halves, np.tile(self.side[chosen], 2), np.tile(self.high[chosen], 2)

    def take(self, boxes: Boxes, side: Array, known: Array) -> None:
        """Bound Φ on new boxes, drop those that cannot hold the largest value, keep the others."""
        with np.errstate(all="ignore"):
            if self.A.sides is not None:
                mine = _reached(self.A.sides, boxes)
                boxes, side, known = boxes.where(mine), side[mine], known[mine]
            seen = _look(self.A, self.measure, boxes, side)
            self.examined += len(boxes)
            self._try(seen.centre, side)
            high = np.fmin(seen.upper, known)
            self._try_corners(seen, side, high)
        level = max(self.best, self.floor)
        keep = ~(high <= level)
        small = ((seen.boxes.upper - seen.boxes.lower) / self.view).max(0) <= NARROW
        self.highest = max(self.highest, float(high[keep & small].max(initial=-math.inf)))
        keep &= ~small
        still = ~(self.high <= level)
        self.open = _both(self.open.where(still), seen.boxes.where(keep))
        self.side = np.concatenate((self.side[still], side[keep]))
        self.high = np.concatenate((self.high[still], high[keep]))
        self.axis = np.concatenate((self.axis[still], seen.axis[keep]))

    def _try(self, points: Array, side: Array) -> None:
        """Values at points, (n, N)."""
        at = enclose(self.A.points or self.A.values, points, points)
        A, a = _middled(at.lower, at.upper)
        below = np.where(at.bad, -np.inf, self.measure.bounds(A * side, a)[0])
        below = np.where(np.isnan(below), -np.inf, below)
        if below.size and below.max() > self.best:
            i = int(below.argmax())
            self.best, self.at, self.sign = float(below[i]), tuple(points[:, i].tolist()), int(side[i])

    def _try_corners(self, seen: _Seen, side: Array, high: Array) -> None:
        top = np.argsort(-high, kind="stable")[:TRIED]
        self._try(seen.corner[:, top], side[top])
        if self.A.sides is not None and len(top):
            places = np.concatenate((seen.corner[:, top], seen.centre[:, top]), 1)
            for margin in MARGINS:
                self._try(_pushed(self.A.sides, self.box, places, margin * self.view), np.tile(side[top], 2))


def _reached(sides: Program, boxes: Boxes) -> Mask:
    """Which boxes may have a point where all sides are positive; a box that was shrunk to its end was inside."""
    shrunk = (boxes.lower == boxes.upper).any(0)
    return np.asarray(shrunk | ~(enclose(sides, boxes.lower, boxes.upper).upper <= 0.0).any(0))


def _pushed(sides: Program, box: Sequence[tuple[float, float]], points: Array, margin: Array) -> Array:
    """Points near a piece, moved into it and away from its edge and that of the box, in so far as floats can."""
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    slopes, n = jacobian(sides), len(low)
    for _ in range(PUSHES):
        points = np.clip(points, low + margin, high - margin)
        values, ways = arrays(sides, points), arrays(slopes, points).reshape(-1, n, points.shape[1])
        for u, way in zip(values, ways, strict=True):
            missing = np.maximum(np.abs(way * margin).max(0) - u, 0.0)
            step = way * margin**2 * missing / np.maximum((way * way * margin**2).sum(0), 1e-300)
            points = points + np.where(np.isfinite(step), step, 0.0)
    return np.clip(points, low, high)


def _inside(sides: Program, boxes: Boxes) -> Mask:
    """In which boxes no side is anywhere negative."""
    found = enclose(sides, boxes.lower, boxes.upper)
    return np.asarray((found.lower >= 0.0).all(0))


def _middled(lower: Array, upper: Array) -> tuple[Array, Array]:
    """A centre between the bounds and a radius that reaches both: 0 where they are one."""
    centre = 0.5 * lower + 0.5 * upper
    reach = np.nextafter(np.maximum(upper - centre, centre - lower), np.inf)
    return centre, np.where(lower == upper, 0.0, reach)


def _both(a: Boxes, b: Boxes) -> Boxes:
    return Boxes(np.concatenate((a.lower, b.lower), 1), np.concatenate((a.upper, b.upper), 1))


@dataclass(frozen=True)
class _Seen:
    """N boxes, shrunk to where their maximum is; bounds; their middles, highest corners, and where to cut them."""

    boxes: Boxes
    upper: Array
    centre: Array
    corner: Array
    axis: Indices


def _look(A: Field, measure: Measure, boxes: Boxes, side: Array) -> _Seen:
    over = enclose(A.slopes, boxes.lower, boxes.upper)
    values, slopes = _signed(over, A, side)
    smooth = ~over.bad
    whole = smooth if A.sides is None else smooth & _inside(A.sides, boxes)
    shrunk = _shrunk(measure, boxes, values, slopes, whole)
    centre, reach = _middled(shrunk.lower, shrunk.upper)
    at = enclose(A.values, centre, centre)
    M, m = _middled(np.where(side > 0, at.lower, -at.upper), np.where(side > 0, at.upper, -at.lower))
    T, t = _middled(*slopes)
    upper, corner = _over_corners(measure, M, m, T, t, reach) if A.n <= CORNERS else _around(measure, M, m, T, t, reach)
    known = smooth & ~at.bad & ~np.isnan(upper)
    plain = _plain(A, measure, boxes, values, side, smooth)
    upper = np.where(known, np.fmin(upper, plain), plain)
    pull = np.abs(T).sum(0) * reach
    pull = np.where(np.isfinite(pull).all(0) & (pull > 0).any(0), pull, shrunk.upper - shrunk.lower)
    axis = pull.argmax(0)
    place = np.where(known, np.clip(centre + corner * reach, shrunk.lower, shrunk.upper), centre)
    if A.sides is not None:  # at the very end of a piece another formula may hold too
        middle = 0.5 * boxes.lower + 0.5 * boxes.upper
        centre, place = (x + OFF * (middle - x) for x in (centre, place))
    return _Seen(shrunk, np.where(np.isnan(upper), np.inf, upper), centre, place, axis)


def _signed(over: Enclosure, A: Field, side: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Bounds of ±A, (entries, N), and of its slopes, (entries, n, N)."""
    lower, upper = (np.where(side > 0, a, -b) for a, b in ((over.lower, over.upper), (over.upper, over.lower)))
    return (lower[: A.entries], upper[: A.entries]), (lower[A.index], upper[A.index])


def _shrunk(measure: Measure, boxes: Boxes, A: tuple[Array, Array], T: tuple[Array, Array], smooth: Mask) -> Boxes:
    """The part of each box that holds its maximum: the end of every axis along which Φ grows, or falls."""
    lower, upper = boxes.lower.copy(), boxes.upper.copy()
    for k in range(len(lower)):
        grows, falls = measure.turns(*A, T[0][:, k], T[1][:, k])
        lower[k] = np.where(smooth & grows, boxes.upper[k], lower[k])
        upper[k] = np.where(smooth & falls & ~grows, boxes.lower[k], upper[k])
    return Boxes(lower, upper)


def _over_corners(measure: Measure, M: Array, m: Array, T: Array, t: Array, reach: Array) -> tuple[Array, Array]:
    """The bound by the corners, and which corner is highest."""
    steps = T * reach
    moved = np.abs(steps).sum(1)
    rounding = np.where(moved > 0.0, (2 * len(reach) + 4) * ULP * (np.abs(M) + moved), 0.0)
    rest = _above(m + (t * reach).sum(1) + rounding, 2 * len(reach) + 4)
    signs = np.array(list(product((1.0, -1.0), repeat=len(reach))))
    ends = M[:, None] + np.einsum("ck,ikN->icN", signs, steps)
    heights = measure.bounds(ends, np.zeros_like(ends))[1]
    highest = heights.argmax(0)
    return _raised(heights.max(0), measure.spread(rest)), signs[highest].T


def _around(measure: Measure, M: Array, m: Array, T: Array, t: Array, reach: Array) -> tuple[Array, Array]:
    """The bound where there are too many corners: by the middle, and the size of all slopes."""
    rest = _above(m + ((np.abs(T) + t) * reach).sum(1), 2 * len(reach) + 4)
    return _raised(measure.bounds(M, np.zeros_like(M))[1], measure.spread(rest)), np.zeros_like(reach)


def _above(x: Array, roundings: int) -> Array:
    """As `above`, but a sum of zeros is 0."""
    return np.where(x == 0.0, 0.0, above(x, roundings))


def _raised(height: Array, rest: Array) -> Array:
    return np.where(rest == 0.0, height, np.nextafter(height + rest, np.inf))


def _plain(A: Field, measure: Measure, boxes: Boxes, values: tuple[Array, Array], side: Array, smooth: Mask) -> Array:
    """The bound by the interval A(X); infinite where f is not proved to have a value."""
    plain: Array = measure.over(*values)
    defined, rough = smooth.copy(), np.flatnonzero(~smooth)
    if len(rough):
        here = boxes.where(rough)
        loose, s = enclose(A.loose, here.lower, here.upper), side[rough]
        defined[rough] = ~(enclose(A.f, here.lower, here.upper).bad if A.across else loose.bad)
        bounds = np.where(s > 0, loose.lower, -loose.upper), np.where(s > 0, loose.upper, -loose.lower)
        plain[rough] = measure.over(*bounds)
    if A.square is not None:
        square = enclose(A.square, boxes.lower, boxes.upper).upper[0]
        plain = np.fmin(plain, np.nextafter(np.sqrt(np.maximum(square, 0.0)), np.inf))
    if A.cones is not None and A.cones.tips:
        plain = np.fmin(plain, A.cones.over(boxes.lower, boxes.upper))
    if A.turned is not None:
        plain = np.fmin(plain, A.turned.over(measure, boxes.lower, boxes.upper, side))
    return np.where(np.isnan(plain) | ~defined, np.inf, plain)
