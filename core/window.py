"""The window that shows what matters of a function, proposed from its numbers.

What matters, in this order: the critical points that Newton's method finds from many starts; a few periods, where f
goes up and down again and again; the width beyond which f lies flat, or beyond which its values run away so fast that
all else looks level; the part where f is defined. Many functions have no width of their own (x² looks the same from
near and far): they get two units to either side of the middle.

Nothing here is proved, and nothing depends on chance or on the clock: the same function gets the same window. Its ends
are numbers a person would type.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.numeric import arrays
from core.problem import Side
from core.program import Program, jet

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

USUAL: Final = 2.0  # half the width for a function without a width of its own
FAR: Final = 5.0  # no more than that for one whose only point lies away from zero
SCALES: Final = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0)  # of the boxes that starts are strewn over
STARTS: Final = 80  # in each of them
NEWTON: Final = 40  # steps from each start
SETTLED: Final = 1e-4  # a last step this small, in relation to the point, has arrived
SLOW: Final = 20.0  # last steps, is as far as a point may be where Newton's method is slow
FARTHEST: Final = 1e6  # from zero: no start is followed farther
LONGEST: Final = 4_000  # instructions of a jet worth iterating on
MANY: Final = 40  # critical points; more are a curve or a lattice of them
TURNS: Final = 8  # ups and downs to a side, of a function that repeats itself
LADDER: Final = np.array([m * 10.0**k for k in range(-3, 4) for m in (1, 1.5, 2, 3, 5, 7)])  # half widths tried
ALONG: Final = 49  # points of a slice, at each width
FLAT: Final = 0.035  # of its range is all that f does in the outer halves of a width too wide
CROWD: Final = 0.6  # of a slice in a sixteenth of its range: the rest runs away
ROOM: Final = 0.3  # beyond the outermost critical points, of the distance between them; more for two or three
SLIM: Final = 0.75  # of the distance along the longest side is half a side on which all points are level
GRID: Final = 41


def fit(*scalars: Program) -> tuple[Side, ...]:
    """A window for one function, or for all components of a map: one side for each coordinate.

    Each program has one output. Where f is not defined anywhere near, the usual box is as good as any.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> x, y = b.variable(0), b.variable(1)
    >>> fit(b.program([b.add(b.power(b.sub(x, b.constant(1.0)), 2), b.power(b.sub(y, x), 2))]))
    ((-1.0, 3.0), (-1.0, 3.0))
    """
    boxes = np.array([_window(f) for f in scalars])
    return tuple(zip(boxes[:, :, 0].min(axis=0).tolist(), boxes[:, :, 1].max(axis=0).tolist(), strict=True))


def _window(f: Program) -> Array:
    """The sides for one function, of shape (n, 2)."""
    home = _home(f)
    if home is None:
        return np.array([settings.SIDE] * f.inputs)
    found = critical(f, _strewn(f.inputs))
    rough = _around(f, found, home)
    more = critical(f, np.hstack([found, _filling(rough)]))  # and what was missed close by
    sides = _around(f, more, home)
    return np.array([typed(*side) for side in _trimmed(f, sides)])


# Where to look.


@dataclass(frozen=True)
class _Home:
    """A middle around which f is defined, some points there, of shape (n, k), and how far to look."""

    middle: Array
    points: Array
    usual: float = USUAL


def _home(f: Program) -> _Home | None:
    """Near zero if f is defined there, else at the nearest scale at which it is."""
    unit = _unit(f.inputs, 256)
    for scale in (USUAL, 10.0, 100.0, 1e3, 1e4, 1e5):
        points = scale * unit
        defined = points[:, np.isfinite(arrays(f, points)[0])]
        if defined.shape[1] >= 12:
            return _Home(np.zeros(f.inputs), defined) if scale == USUAL else _nearest(defined)
    return None


def _nearest(points: Array) -> _Home:
    """The part of a far domain that is nearest to zero."""
    distance = np.abs(points).max(axis=0)
    near = points[:, distance <= 1.5 * distance.min()]
    low, high = near.min(axis=1), near.max(axis=1)
    return _Home(0.5 * (low + high), near, max(USUAL, 0.5 * float((high - low).max())))


def _unit(n: int, count: int) -> Array:
    """Points strewn over [-1, 1]ⁿ, always the same ones; in no regular order, so that no symmetry hides anything."""
    return np.random.default_rng(7).uniform(-1.0, 1.0, (n, count))


def _strewn(n: int) -> Array:
    return np.hstack([scale * _unit(n, STARTS) for scale in SCALES])


def _filling(sides: Array) -> Array:
    """Starts all over a window half as wide again."""
    middle, half = sides.mean(axis=1), 0.75 * np.ptp(sides, axis=1)
    starts: Array = middle[:, None] + half[:, None] * _unit(len(sides), 3 * STARTS)
    return starts


# Critical points, quickly.


def critical(f: Program, starts: Array) -> Array:
    """Points at which Newton's method for ∇f = 0 arrives from the starts, each once; both of shape (n, k).

    The step is the shortest that solves H p = -∇f best, so that a singular H, on a curve of critical points, does no
    harm; it is never longer than twice the distance from zero, and one.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> x = b.variable(0)
    >>> f = b.program([b.sub(b.power(x, 4), b.power(x, 2))])
    >>> critical(f, np.linspace(-3, 3, 20)[None]).round(4).tolist()
    [[-0.7071, 0.0, 0.7071]]
    """
    n, j = f.inputs, jet(f)
    if len(j.code) > LONGEST:
        return np.empty((n, 0))
    x, going = starts.copy(), np.arange(starts.shape[1])
    steps = np.full((2, starts.shape[1]), np.inf)  # the last but one and the last, in relation to the point
    for _ in range(NEWTON):
        p = _step(*_slopes(j, x[:, going]))
        p, going = p[:, here := np.isfinite(p).all(axis=0)], going[here]
        longest = 2.0 * np.abs(x[:, going]).max(axis=0) + 1.0
        size = np.abs(p).max(axis=0) / longest
        x[:, going] += p / np.maximum(1.0, size)
        steps[:, going] = steps[1, going], size
        going = going[(size > 1e-12) & (longest < FARTHEST)]
    arrived = _arrived(steps) & _vanishing(*_slopes(j, x), x)
    return _distinct(x[:, arrived], _slack(steps[:, arrived]))


def _arrived(steps: Array) -> Mask:
    """Whether steps have become small and smaller; beside a pole and along a tail they do not."""
    before, last = steps
    return np.asarray((last < 1e-12) | (last < SETTLED) & (before < 10.0 * SETTLED) & (last < 0.95 * before))


def _slopes(j: Program, x: Array) -> tuple[Array, Array]:
    """Gradients, (k, n), and Hessians, (k, n, n), at points of shape (n, k)."""
    n, values = j.inputs, arrays(j, x)
    return values[1 : 1 + n].T, np.moveaxis(values[1 + n :].reshape(n, n, -1), -1, 0)


def _step(g: Array, H: Array) -> Array:
    """Newton's step at each point, (n, k); nan where there is none."""
    size = np.abs(H).max(axis=(1, 2), initial=0.0)
    good = np.isfinite(size) & np.isfinite(g).all(axis=1) & (size > 0.0)
    p = np.full(g.shape, np.nan)
    A, d = _balanced(H[good])
    square = A @ A + 1e-14 * np.eye(H.shape[1])
    with np.errstate(all="ignore"):
        p[good] = -d * np.linalg.solve(square, A @ (d * g[good])[:, :, None])[:, :, 0]
    return p.T


def _balanced(H: Array) -> tuple[Array, Array]:
    """D H D with entries of size one, and the diagonal of D: coordinates of very different scale do no harm."""
    d = np.ones(H.shape[:2])
    for _ in range(3):
        rows = np.abs(d[:, :, None] * H * d[:, None, :]).max(axis=2)
        d = d / np.sqrt(np.where(rows > 0.0, rows, 1.0))
    return d[:, :, None] * H * d[:, None, :], d


def _slack(steps: Array) -> Array:
    """How far off a point may be: not much after a last step that squared the one before, else some of the last."""
    before, last = steps
    return np.asarray(np.where(last < 1e-9, last, SLOW * np.maximum(last, np.minimum(before, SETTLED))))


def _vanishing(g: Array, H: Array, x: Array) -> Mask:
    """Where the gradient is small for a function that bends so much: a shortest step may be zero elsewhere too."""
    with np.errstate(all="ignore"):
        scale = np.abs(H).max(axis=(1, 2)) * (1.0 + np.abs(x).max(axis=0))
    return np.asarray(np.abs(g).max(axis=1) <= 1e-3 * scale)


def _distinct(points: Array, slack: Array) -> Array:
    """The points without repetitions, in order; two are the same if their distance is within their slack."""
    reach = (slack + 1e-6) * (1.0 + np.abs(points).max(axis=0, initial=0.0))
    kept: list[int] = []
    for i in np.argsort(reach, kind="stable").tolist():  # the surest first
        away = np.abs(points[:, kept] - points[:, i : i + 1]).max(axis=0, initial=0.0)
        if not kept or (away > reach[i] + reach[kept]).all():
            kept.append(i)
    return points[:, sorted(kept, key=lambda i: tuple(points[:, i].tolist()))]


# The sides.


def _around(f: Program, found: Array, home: _Home) -> Array:
    """The sides that show these critical points, or else a few periods, or what there is around the middle."""
    if found.shape[1] and not _endless(found):
        low, high = found.min(axis=1), found.max(axis=1)
        widths = _widths(f, 0.5 * (low + high), _through(found))
        repeats = (widths.period < 0.6 * (high - low)).any()
        if found.shape[1] <= MANY or not repeats:
            return _with_room(low, high, widths, {2: 1.0, 3: 0.5}.get(found.shape[1], ROOM))
    middle = home.middle
    return _sized(middle, _widths(f, middle, home.points), home.usual)


def _endless(found: Array) -> bool:
    """Whether critical points go on and on, as far as was looked."""
    distance = np.abs(found).max(axis=0)
    return bool(np.count_nonzero((distance > SCALES[-2]) & (distance <= SCALES[-1])) >= 4)


def _through(found: Array) -> Array:
    """The points nearest to the middle of all, as bases for slices."""
    middle = 0.5 * (found.min(axis=1) + found.max(axis=1))
    return found[:, np.argsort(np.abs(found - middle[:, None]).max(axis=0), kind="stable")]


def _with_room(low: Array, high: Array, widths: _Widths, room: float) -> Array:
    """Around the points; for a single one, as wide as f asks, or as usual."""
    span = high - low
    most = float(span.max())
    middle = 0.5 * (low + high)
    if most == 0.0:
        usual = max(USUAL, min(FAR, float(np.abs(middle).max())))
        return _sized(middle, widths, usual)
    least = np.where(span < 0.1 * most, np.minimum(SLIM * most, widths.most), 0.0)
    half = np.maximum((0.5 + room) * span, least)
    wider = np.isfinite(widths.flat) & (widths.flat > half)
    half = np.where(wider, np.minimum(widths.flat, 2.5 * half.max()), half)
    return np.stack([middle - half, middle + half], axis=1)


def _sized(middle: Array, widths: _Widths, usual: float) -> Array:
    """Around the middle, by the width f has along each axis; an axis without one follows the others."""
    own = np.minimum(widths.period, widths.flat)
    known = own[np.isfinite(own)]
    follow = max(usual, known.max() / 3.0) if known.size else usual
    half = np.where(np.isfinite(own), own, np.minimum(follow, widths.steep))
    half = np.where(half > 0.6 * half.max(), half.max(), half)  # nearly the same is the same
    return np.stack([middle - half, middle + half], axis=1)


@dataclass(frozen=True)
class _Widths:
    """Half widths along each axis, of shape (n,); infinite where f has no such width."""

    period: Array  # of a few periods
    flat: Array  # the widest before f lies flat outside
    steep: Array  # the widest before f runs away

    @property
    def most(self) -> Array:
        return np.minimum(np.minimum(self.period, self.flat), self.steep)


def _widths(f: Program, middle: Array, bases: Array) -> _Widths:
    """What slices along each axis, through some bases, say of the width of f around the middle."""
    n = f.inputs
    some = bases[:, : max(1, 10 // n)]
    t = np.linspace(-1.0, 1.0, ALONG) * LADDER[:, None]
    X = np.empty((n, n, some.shape[1], *t.shape))
    X[:] = some[:, None, :, None, None]
    for i in range(n):
        X[i, i] = middle[i] + t
    with np.errstate(all="ignore"):
        rows = [[_widths_of(v, t) for v in axis] for axis in arrays(f, X)[0]]
    # a small one of those that have such a width, if they are not the exception
    typical = np.array([[_typical([row[kind] for row in axis]) for axis in rows] for kind in range(3)])
    return _Widths(*typical)


def _typical(widths: Sequence[float]) -> float:
    finite = sorted(w for w in widths if np.isfinite(w))
    return finite[len(finite) // 4] if 2 * len(finite) >= len(widths) else np.inf


def _widths_of(v: Array, t: Array) -> tuple[float, float, float]:
    """Period, flat and steep width of one slice; v and t of shape (widths, points)."""
    huge = np.isinf(v).any(axis=1)
    v = np.where(np.isfinite(v), v, np.nan)
    known = np.isfinite(v).sum(axis=1) >= 8
    level, varies = _levels(v, known)
    crowd = _crowd(level)
    limit = max(CROWD, 1.25 * float(crowd[varies].min(initial=1.0)))
    flat = (_quiet(level[:, : ALONG // 4]) & _quiet(level[:, -(ALONG // 4) :]) | ~varies) & ~huge
    steep = (crowd > limit) | ~varies | huge
    return _period(v, t, varies), _last_before(flat, known), _last_before(steep, known)


def _levels(v: Array, known: Mask) -> tuple[Array, Mask]:
    """Each row from 0 to 1 over its range, thin tails apart, nan where undefined; and whether it varies at all."""
    low, high = np.full(len(v), np.nan), np.full(len(v), np.nan)
    low[known], high[known] = np.nanquantile(v[known], [0.02, 0.98], axis=1)
    spread = high - low
    varies = known & (spread > 1e-12 * np.maximum(np.abs(low), np.abs(high)))
    return np.clip((v - low[:, None]) / spread[:, None], 0.0, 1.0), varies


def _quiet(part: Array) -> Mask:
    """Whether the values of each row are nearly the same, or none."""
    top = np.where(np.isnan(part), -np.inf, part).max(axis=1)
    bottom = np.where(np.isnan(part), np.inf, part).min(axis=1)
    return np.asarray(top - bottom < FLAT)


def _crowd(level: Array) -> Array:
    """The largest share of a row in a sixteenth of its range."""
    bins = np.where(np.isnan(level), -1, np.minimum(15, 16 * np.nan_to_num(level))).astype(int)
    counts = np.array([(bins == k).sum(axis=1) for k in range(16)])
    return np.asarray(counts.max(axis=0) / np.maximum(1, counts.sum(axis=0)))


def _last_before(beyond: Mask, says: Mask) -> float:
    """The largest width within, if larger ones that say something are all beyond; else infinite."""
    within, heard = np.flatnonzero(says & ~beyond), np.flatnonzero(says)
    return float(LADDER[within[-1]]) if within.size and heard[-1] > within[-1] else np.inf


def _period(v: Array, t: Array, varies: Mask) -> float:
    """The width that holds a few ups and downs; infinite if there are fewer, or endlessly many close by."""
    for i in np.flatnonzero(varies).tolist():
        here = np.isfinite(v[i])
        rise = np.diff(v[i][here])
        scale = 1e-9 * np.ptp(v[i][here])
        sign = np.where(np.abs(rise) > scale, np.sign(rise), 0.0)
        turns = np.flatnonzero(sign[1:] * sign[:-1] < 0.0) + 1
        if len(turns) >= TURNS:
            away = np.sort(np.abs(t[i][here][turns]))
            return float(away[TURNS - 1] + 0.25 * 2 * away[TURNS - 1] / TURNS) if i else np.inf
    return np.inf


# The domain, and round numbers.


def _trimmed(f: Program, sides: Array) -> Array:
    """Without broad strips where f is not defined; what is cut off on one side is added on the other."""
    for _ in range(2):
        for i, (low, high) in enumerate(sides.tolist()):
            first, last = _extent(f, sides, i)
            width = last - first
            if not width > 0.0:
                continue
            left, right = first - low > 0.1 * (high - low), high - last > 0.1 * (high - low)
            start, end = first - 0.1 * width if left else low, last + 0.1 * width if right else high
            if left != right:
                start, end = (start, start + high - low) if left else (end - (high - low), end)
            sides[i] = start, end
    return sides


def _extent(f: Program, sides: Array, i: int) -> tuple[float, float]:
    """From where to where along axis i f is defined somewhere in the window."""
    n = len(sides)
    t = np.linspace(sides[i, 0], sides[i, 1], GRID)
    others = np.random.default_rng(11).uniform(sides[:, 0, None], sides[:, 1, None], (n, GRID))
    X = np.repeat(others[:, :, None], GRID, axis=2)
    X[i] = t
    there = np.flatnonzero(np.isfinite(arrays(f, X)[0]).any(axis=0))
    return (float(t[there[0]]), float(t[there[-1]])) if there.size else (0.0, 0.0)


def typed(low: float, high: float) -> Side:
    """Nearly these ends, as a person would type them; the same on both sides of zero if they nearly are.

    >>> typed(-5.98, 5.79), typed(-0.93, 3.1), typed(0.2814, 0.2951)
    ((-6.0, 6.0), (-1.0, 3.0), (0.28, 0.295))
    """
    if abs(low + high) < 0.15 * (high - low):
        high = max(-low, high)
        low = -high
    width = max(high - low, 4.0 * settings.NARROWEST, 1e-8 * max(abs(low), abs(high)))
    low, high = 0.5 * (low + high - width), 0.5 * (low + high + width)
    for step in _steps(width):
        a, b = math.floor(low / step + 0.5) * step, math.ceil(high / step - 0.5) * step
        moved = max(abs(a - low), abs(b - high))
        if 0.95 * width <= b - a <= 1.12 * width and moved <= 0.12 * width:
            break
    return _plain(a), _plain(b)


def _plain(end: float) -> float:
    """The end without the noise of arithmetic, and not too far away for a window."""
    return float(f"{min(settings.COORDINATE, max(-settings.COORDINATE, end)):.12g}") + 0.0


def _steps(width: float) -> list[float]:
    """Steps of 1, 2, 5 × 10ᵏ, from the width itself downwards."""
    k = math.ceil(math.log10(width))
    return [float(f"{m}e{k - i}") for i in range(4) for m in (5, 2, 1)]
