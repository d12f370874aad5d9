"""Critical points as pictures: where the gradient vanishes, what f does around, and the boxes of a proof.

    zero_curves  f_x = 0 solid and f_y = 0 dashed, and any other curve given by a program
    cross        the eigenvectors at a point: solid where f bends up, dashed where it bends down
    Round        one walk around a point, with the sign of f − f(p) on the way; its circle and its strip
    bends        f along an eigenvector, and the parabola that the eigenvalue promises
    slopes       the sign of f′ between the critical points of one variable
    boxes        one level of a search: what is open, what is proved, what was set aside

Rules: numbers in, figure out; the sentence of a chart says what its marks say. Signs that are only seen are never
called proved here: who draws says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from core.figures.chart import Area, Arrow, Axis, Curve, Line, Pair, Part, Scene, Spot, chart
from core.numeric import Array, arrays
from core.program import Program

Side = tuple[float, float]
Box = Sequence[Side]
NODES: Final = 161  # of the grid a curve is traced on, along a side; odd, for zeros like to lie on middle lines
STEPS: Final = 1440  # of one walk: four a degree
NOISE: Final = 16 * np.finfo(float).eps  # of the size of f: a difference that says nothing
NARROW: Final = 5.0  # degrees: what is narrower on the strip has no room for a sign
FAINT: Final = 0.08  # a lobe of the walk that is so low beside the highest one would not be seen
STRAIGHT: Final = 4e-4  # of the window: a point so near the line between its neighbours is left out
MANY: Final = 30.0  # windows: curves longer than that together are drawn thin
DASH: Final = (7.0, 4.0)
ZERO_DASH: Final = (7.0, 5.0)
_GAP: Final[Pair] = (math.nan, math.nan)
_MINUS: Final = str.maketrans("-", "−")


# Curves.


def zero_curves(gradient: Program, box: Box, names: Sequence[str]) -> tuple[Curve, ...]:
    """Where each of two partial derivatives is zero: f_x solid, f_y dashed; thin where there are very many."""
    traced = [zeros(gradient, box, output=i) for i in (0, 1)]
    width = 2.0 if sum(_length(points, box) for points in traced) < MANY else 1.0
    looks = zip(traced, names, ((), ZERO_DASH), strict=True)
    return tuple(Curve(points, f"∂f/∂{x} = 0", "ink", width, dash) for points, x, dash in looks if points)


def zeros(program: Program, box: Box, *, output: int = 0, nodes: int = NODES) -> tuple[Pair, ...]:
    """Where an output of a program of two variables changes its sign: lines with gaps between them.

    Only changes through zero: at a pole or a jump there is no line.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> xy = b.program([b.variable(0)])
    >>> zeros(xy, ((-1.0, 1.0), (0.0, 1.0)), nodes=5)
    ((0.0, 0.0), (0.0, 1.0))
    """
    x, y = (np.linspace(low, high, nodes) for low, high in box)
    v = arrays(program, np.stack(np.meshgrid(x, y, indexing="ij")))[output]
    lines = _lines(_cuts(program, output, x, y, v))
    if (v == 0.0).any():  # where it only touches zero, one of the two sides sees it
        known = {place for line in lines for place in line}
        others = _lines(_cuts(program, output, x, y, -v))
        lines += [stretch for line in others for stretch in _fresh(line, known)]
    digits = [4 - math.floor(math.log10(high - low)) for low, high in box]
    points: list[Pair] = []
    for places in lines:
        kept = [places[k] for k in _corners(places, box)]
        points += [(round(u, digits[0]), round(w, digits[1])) for u, w in kept] + [_GAP]
    return tuple(points[:-1])


Edge = tuple[int, int, int]  # of the grid: its axis, and the node it starts at


def _cuts(program: Program, output: int, x: Array, y: Array, v: Array) -> dict[Edge, Pair]:
    """The edges of the grid on which v passes through zero, and where."""
    cuts: dict[Edge, Pair] = {}
    for axis in (0, 1):
        a, b = (v[:-1], v[1:]) if axis == 0 else (v[:, :-1], v[:, 1:])
        with np.errstate(all="ignore"):
            i, j = np.nonzero(((a > 0) != (b > 0)) & np.isfinite(a) & np.isfinite(b))
            before, after = a[i, j], b[i, j]
            t = before / (before - after)
        k = (i + 1, j) if axis == 0 else (i, j + 1)
        u, w = x[i] + t * (x[k[0]] - x[i]), y[j] + t * (y[k[1]] - y[j])
        through = np.abs(arrays(program, np.stack([u, w]))[output]) <= 0.5 * np.maximum(abs(before), abs(after))
        for m in np.flatnonzero(through).tolist():
            cuts[axis, int(i[m]), int(j[m])] = (float(u[m]) + 0.0, float(w[m]) + 0.0)
    return cuts


def _lines(cuts: dict[Edge, Pair]) -> list[list[Pair]]:
    return [[cuts[edge] for edge in line] for line in _joined(cuts)]


def _fresh(line: Sequence[Pair], known: set[Pair]) -> Iterator[list[Pair]]:
    """The stretches of a line that are not known yet, each from the last known place to the next."""
    stretch: list[Pair] = []
    for place in line:
        if place not in known:
            stretch.append(place)
            continue
        if stretch and stretch[-1] not in known:
            yield [*stretch, place]
        stretch = [place]
    if stretch and stretch[-1] not in known:
        yield stretch


def _joined(cuts: dict[Edge, Pair]) -> Iterator[list[Edge]]:
    """The cuts in the order of the lines they lie on; a cell is crossed from one of its edges to another."""
    beside: dict[Edge, list[Edge]] = {edge: [] for edge in cuts}
    cells = {cell for axis, i, j in cuts for cell in ((i, j), (i, j - 1) if axis == 0 else (i - 1, j))}
    for i, j in sorted(cells):
        around = [e for e in ((0, i, j), (1, i + 1, j), (0, i, j + 1), (1, i, j)) if e in cuts]
        for one, other in zip(around[::2], around[1::2], strict=False):
            beside[one].append(other)
            beside[other].append(one)
    left = set(cuts)
    for ends in ((e for e in beside if len(beside[e]) == 1), iter(beside)):
        for start in ends:
            if start in left:
                line = _followed(start, beside, left)
                if len(line) > 1:
                    yield line


def _followed(start: Edge, beside: dict[Edge, list[Edge]], left: set[Edge]) -> list[Edge]:
    """From one cut to the next until there is no other; closed where it comes back."""
    line, here = [start], start
    left.discard(start)
    while onward := [edge for edge in beside[here] if edge in left]:
        here = onward[0]
        left.discard(here)
        line.append(here)
    return [*line, start] if len(line) > 2 and start in beside[here] else line


def _corners(line: Sequence[Pair], box: Box) -> list[int]:
    """The numbers of the points that matter: what lies on a straight way between two others is left out."""
    p = np.array(line) / [high - low for low, high in box]
    kept = [0]
    for k in range(2, len(p)):
        chord = p[k] - p[kept[-1]]
        between = p[kept[-1] + 1 : k] - p[kept[-1]]
        off = np.abs(between[:, 0] * chord[1] - between[:, 1] * chord[0])
        if (off > STRAIGHT * (math.hypot(*chord) + 1e-12)).any() or k - kept[-1] > NODES // 4:
            kept.append(k - 1)
    return [*kept, len(p) - 1]


def _length(points: Sequence[Pair], box: Box) -> float:
    """In widths of the window."""
    if len(points) < 2:
        return 0.0
    steps = np.diff(np.array(points) / [high - low for low, high in box], axis=0)
    return float(np.nansum(np.hypot(steps[:, 0], steps[:, 1])))


# At one point.


def cross(p: Pair, eigenvalues: Sequence[float], eigenvectors: Sequence[Pair], box: Box) -> tuple[Part, ...]:
    """The eigenvectors at p, as long on the paper as their eigenvalues are large; without heads where one is zero.

    The eigenvalues come in their order, the smallest first; λ₁ is the largest.
    """
    largest = max(map(abs, eigenvalues))
    widths = [high - low for low, high in box]
    parts: list[Part] = []
    for k, (value, v) in enumerate(zip(eigenvalues, eigenvectors, strict=True)):
        share = abs(value) / largest if largest > 0 else 0.0
        r = (0.05 + 0.09 * share) / math.hypot(v[0] / widths[0], v[1] / widths[1])
        ends = (p[0] - r * v[0], p[1] - r * v[1]), (p[0] + r * v[0], p[1] + r * v[1])
        name = "λ" + "₂₁"[k]
        if share < 1e-9:
            parts.append(Curve(ends, name, "second", 3.0))
        else:
            parts.append(Arrow(*ends, "second", () if value > 0 else DASH, double=True, name=name))
    return tuple(parts)


def bends(along: Sequence[Pair], value: float, eigenvalue: float, index: int, name: str = "f") -> Scene:
    """f along one eigenvector through a critical point, over the way from it, with the parabola of its eigenvalue.

    >>> bends([(-1.0, 1.0), (0.0, 0.0), (1.0, 1.0)], 0.0, 2.0, 1)["alt"]
    'f along the eigenvector of λ₁ = 2, from −1 to 1, with the parabola ½λ₁t² over it.'
    """
    letter = "λ" + "₁₂₃₄₅₆₇₈₉"[index - 1]
    model = tuple((t, value + 0.5 * eigenvalue * t * t) for t, _ in along)
    seen = [v for _, v in along if math.isfinite(v)] or [value]
    low, high = min(*seen, value), max(*seen, value)
    size = high - low or abs(high) or 1.0
    low = max(min(low, *(v for _, v in model)), low - 0.6 * size)
    high = min(max(high, *(v for _, v in model)), high + 0.6 * size)
    end = along[-1][0]
    return chart(
        Curve(tuple(along), name, "ink2", 5.0, faint=0.45),
        Curve(model, f"½{letter}t²", "second", 2.0, DASH),
        Spot((0.0, value)),
        x=Axis("t", side=(along[0][0], end)),
        y=Axis(side=(low - 0.1 * (high - low), high + 0.12 * (high - low))),
        alt=f"{name} along the eigenvector of {letter} = {_short(eigenvalue)}, from {_short(along[0][0])} to "
        f"{_short(end)}, with the parabola ½{letter}t² over it.",
        height=170,
        title=f"Along the eigenvector of {letter}",
    )


# Around one point.


@dataclass(frozen=True)
class Round:
    """One walk around p: the angles in degrees from 0 to 360, and f − f(p) there, nan where f has no value.

    What is less than rounding makes of f counts as zero.
    """

    p: Pair
    radius: float
    angles: Array
    values: Array

    @staticmethod
    def of(f: Program, p: Pair, radius: float, value: float) -> Round:
        """The walk on the circle of that radius.

        >>> from core.program import Builder
        >>> b = Builder(2)
        >>> f = b.program([b.mul(b.variable(0), b.variable(1))])
        >>> [round(a) for a in Round.of(f, (0.0, 0.0), 1.0, 0.0).flips]
        [0, 90, 180, 270]
        """
        angles = np.linspace(0.0, 360.0, STEPS + 1)
        t = np.radians(angles)
        there = arrays(f, np.stack([p[0] + radius * np.cos(t), p[1] + radius * np.sin(t)]))[0]
        there = np.where(np.isfinite(there), there, np.nan)
        there[-1] = there[0]
        difference = there - value
        small = np.abs(difference) <= NOISE * max(abs(value), float(np.nanmax(np.abs(there), initial=0.0)))
        return Round(p, radius, angles, np.where(small, 0.0, difference))

    @property
    def signs(self) -> list[tuple[float, float, int]]:
        """The arcs (from, to, sign) once around; the last one goes on where the first begins."""
        flips = self.flips
        if not flips:
            known = np.sign(self.values[np.isfinite(self.values) & (self.values != 0.0)])
            return [(0.0, 360.0, int(known[0]))] if known.size else []
        first = self._sign(0.5 * (flips[0] + (flips[1] if len(flips) > 1 else flips[0] + 180.0)))
        ends = [*flips, flips[0] + 360.0]
        return [(a, b, first if k % 2 == 0 else -first) for k, (a, b) in enumerate(pairwise(ends))]

    @property
    def flips(self) -> list[float]:
        """The angles at which the sign changes, the first one counted from 0; a gap of f is no change."""
        v = self.values[:-1]
        told = np.flatnonzero(v != 0.0)  # nan too
        found = []
        for a, b in zip(told.tolist(), np.roll(told, -1).tolist(), strict=True):
            if v[a] * v[b] < 0.0:
                steps = (b - a) % STEPS
                share = abs(v[a]) / (abs(v[a]) + abs(v[b])) if steps == 1 else 0.5
                found.append(float((a + share * steps) * 360.0 / STEPS % 360.0))
        return sorted(found)

    def _sign(self, angle: float) -> int:
        return int(np.sign(self.values[round(angle % 360.0 * STEPS / 360.0)]))

    @property
    def power(self) -> float:
        """The root under which every lobe is high enough to be seen: 1, 1/2 or 1/4 of the values."""
        highest = float(np.nanmax(np.abs(self.values), initial=0.0))
        lobes = [self._height(a, b) / highest for a, b, _ in self.signs] if highest > 0 else []
        lowest = min(lobes, default=1.0)
        return next((q for q in (1.0, 0.5) if lowest**q >= FAINT), 0.25)

    def _height(self, start: float, end: float) -> float:
        within = ((self.angles - start) % 360.0) <= end - start
        return float(np.nanmax(np.abs(self.values[within]), initial=0.0))


def circle(walk: Round) -> tuple[Part, ...]:
    """The walk on the map: an arc for each sign, and the signs beside those that have room."""
    parts: list[Part] = []
    for start, end, sign in walk.signs:
        ts = np.linspace(start, end, max(3, round(end - start) // 3))
        arc = tuple(_around(walk.p, walk.radius, float(t)) for t in ts)
        parts.append(Curve(arc, token="plus" if sign > 0 else "minus", width=7.0))
    for start, end, sign in walk.signs:
        if end - start > 4 * NARROW:
            outside = _around(walk.p, 1.16 * walk.radius, 0.5 * (start + end))
            parts.append(Curve((outside,), "+" if sign > 0 else "−", "ink", 0.0))
    return tuple(parts)


def strip(walk: Round, place: str) -> Scene:
    """The walk unrolled: f − f(p) over the angle, filled above and below, with its changes of sign numbered.

    Under a root where low lobes would vanish beside high ones.
    """
    q = walk.power
    heights = np.sign(walk.values) * np.abs(walk.values) ** q
    points = tuple(zip(walk.angles[::2].tolist(), heights[::2].tolist(), strict=True))
    top = float(np.nanmax(np.abs(heights), initial=0.0)) or 1.0
    count = len(walk.flips)
    times = {0: "never changes its sign", 1: "changes its sign once"}.get(count, f"changes its sign {count} times")
    low, high = _reach(heights, top)
    return chart(
        *_filled(points),
        Line(0.0, "y", "ink2", 1.2),
        Curve(points, token="ink", width=2.2),
        *_signed(walk, heights),
        *(Spot((angle, 0.0), name=str(k)) for k, angle in enumerate(walk.flips, 1)),
        x=Axis(side=(0.0, 360.0), ticks=tuple((float(t), f"{t}°") for t in range(0, 361, 60))),
        y=Axis(side=(low, high), ticks=((0.0, "0"),)),
        alt=f"Once around {place} at distance {_short(walk.radius)}: f − f(p) {times}.",
        height=190,
        grid=False,
        title="f − f(p) on the way round" + {1.0: "", 0.5: ", as its square root"}.get(q, ", as its fourth root"),
    )


def _reach(heights: Array, top: float) -> Pair:
    low = float(np.nanmin(heights, initial=0.0)) - 0.22 * top
    return low, float(np.nanmax(heights, initial=0.0)) + 0.22 * top


def _filled(points: Sequence[Pair]) -> Iterator[Area]:
    """The areas between the curve and zero, one for each stretch of one sign."""
    stretch: list[Pair] = []
    for k, (angle, v) in enumerate((*points, _GAP)):
        if stretch and not v * stretch[-1][1] > 0.0:
            before = points[k - len(stretch) - 1] if k > len(stretch) else stretch[0]
            start = _zero(before, stretch[0])
            end = stretch[-1][0] if math.isnan(v) else _zero(stretch[-1], (angle, v))
            yield Area(((start, 0.0), *stretch, (end, 0.0)), "plus" if stretch[0][1] > 0 else "minus", 0.3)
            stretch = []
        if v != 0.0 and math.isfinite(v):
            stretch.append((angle, v))


def _zero(a: Pair, b: Pair) -> float:
    """Where the line between two points meets zero; the nearer end where it does not."""
    return a[0] + (b[0] - a[0]) * a[1] / (a[1] - b[1]) if a[1] * b[1] < 0.0 else (b[0] if a[1] != 0.0 else a[0])


def _signed(walk: Round, heights: Array) -> Iterator[Curve]:
    """A sign in every lobe that has room."""
    for start, end, sign in walk.signs:
        for a, b in ((start, min(end, 360.0)), (0.0, end - 360.0)):
            if b - a > 2 * NARROW:
                middle = 0.5 * (a + b)
                height = 0.45 * float(heights[round(middle * STEPS / 360.0)])
                yield Curve(((middle - 4.0, height),), "+" if sign > 0 else "−", "ink", 0.0)


def _around(p: Pair, r: float, degrees: float) -> Pair:
    return p[0] + r * math.cos(math.radians(degrees)), p[1] + r * math.sin(math.radians(degrees))


# One variable.

Trend = Literal["up", "down", "unknown", "none"]


@dataclass(frozen=True)
class Piece:
    """A stretch of the axis between critical points, and whether f goes up or down there.

    "unknown" is what is not decided; on "none" f has no value.
    """

    start: float
    end: float
    trend: Trend


def slopes(pieces: Sequence[Piece], points: Sequence[float], side: Side, name: str) -> Scene:
    """The sign of f′ along the axis, with an arrow for where f goes, and the critical points between.

    >>> slopes([Piece(-1.0, 0.0, "down"), Piece(0.0, 1.0, "up")], [0.0], (-1.0, 1.0), "x")["alt"]
    'Sign of f′ from −1 to 1: − up to x = 0, then + to 1.'
    """
    parts: list[Part] = []
    wide = side[1] - side[0]
    for piece in pieces:
        parts += _piece(piece, wide)
    said = {"up": "+", "down": "−", "unknown": "undecided", "none": "no value"}
    words = [f"{said[piece.trend]} up to {name} = {_short(piece.end)}" for piece in pieces[:-1]]
    last = [f"{said[piece.trend]} to {_short(piece.end)}" for piece in pieces[-1:]]
    return chart(
        *parts,
        *(Line(at, "x", "ink", 1.5) for at in points),
        x=Axis(name, side=side),
        y=Axis(side=(0.0, 1.0), ticks=((0.5, "f′"),)),
        alt=f"Sign of f′ from {_short(side[0])} to {_short(side[1])}: {', then '.join([*words, *last])}.",
        height=104,
        grid=False,
    )


def _piece(piece: Piece, wide: float) -> list[Part]:
    a, b, trend = piece.start, piece.end, piece.trend
    if trend == "none":
        return []
    corners = ((a, 0.0), (b, 0.0), (b, 1.0), (a, 1.0))
    middle, reach = 0.5 * (a + b), min(0.3 * (b - a), 0.05 * wide)
    if trend == "unknown":
        word = "?" if b - a > 0.05 * wide else ""
        return [Area(corners, "ink2", 0.12), _hatched(a, b, wide), Curve(((middle, 0.5),), word, "ink", 0.0)]
    up = trend == "up"
    parts: list[Part] = [Area(corners, "plus" if up else "minus", 0.25)]
    if b - a > 0.04 * wide:
        rise = (0.22, 0.78) if up else (0.78, 0.22)
        parts.append(Arrow((middle - reach, rise[0]), (middle + reach, rise[1]), "ink"))
    if b - a > 0.02 * wide:
        parts.append(Curve(((a + min(0.1 * (b - a), 0.02 * wide), 0.78),), "+" if up else "−", "ink", 0.0))
    return parts


def _hatched(a: float, b: float, wide: float) -> Curve:
    """Oblique lines between a and b."""
    step = 0.012 * wide
    lines: list[Pair] = []
    for k in range(1, max(2, int((b - a) / step) + 1)):
        x = a + k * step
        lines += [(max(a, x - step), 0.0 if x - step >= a else (a - x + step) / step), (min(x, b), 1.0), _GAP]
    return Curve(tuple(lines), token="ink2", width=1.0, faint=0.7)


# The proof.


def boxes(
    opened: Sequence[Box],
    proved: Sequence[Box],
    aside: Sequence[Box],
    window: Box,
    names: Sequence[str],
    curves: Sequence[Curve] = (),
    *,
    says: str,
) -> Scene:
    """One level of a search over two variables: open boxes grey, proved ones green, those set aside ochre.

    >>> unit = ((0.0, 1.0), (0.0, 1.0))
    >>> len(boxes([unit, unit], [], [], unit, "xy", says="Two boxes.")["parts"])
    2
    """
    drawn = [*(replace(curve, name="", width=1.0, faint=0.5) for curve in curves), *_lot(opened, "ink2", 0.28)]
    return chart(
        *drawn,
        *_lot(proved, "second", 0.45),
        *_lot(aside, "ochre", 0.7),
        *(Spot(_middle(box), "dot", "second") for box in (proved if len(proved) <= 40 else ())),
        x=Axis(names[0], side=window[0]),
        y=Axis(names[1], side=window[1]),
        alt=says,
        equal=True,
        height=430,
        grid=False,
    )


def rows(
    levels: Sequence[tuple[Sequence[Side], Sequence[Side], Sequence[Side]]], side: Side, name: str, *, says: str
) -> Scene:
    """The levels of a search over one variable under each other, the first on top: (open, proved, set aside)."""
    parts: list[Part] = []
    for k, lots in enumerate(levels):
        for lot, (token, opacity) in zip(lots, (("ink2", 0.35), ("second", 0.6), ("ochre", 0.8)), strict=True):
            parts += _lot([(x, (-k - 0.85, -k - 0.15)) for x in lot], token, opacity)
    return chart(
        *parts,
        x=Axis(name, side=side),
        y=Axis(side=(-float(max(len(levels), 6)), 0.0), ticks=()),
        alt=says,
        height=260,
        grid=False,
    )


def _lot(lot: Sequence[Box], token: str, opacity: float) -> list[Part]:
    """Many boxes as one area, joined by ways without width, and one line around each."""
    if not lot:
        return []
    corners = [((a, c), (b, c), (b, d), (a, d), (a, c)) for (a, b), (c, d) in lot]
    start = corners[0][0]
    filled = [point for five in corners for point in (*five, start)]
    outline = [point for five in corners for point in (*five, _GAP)]
    return [Area(tuple(filled), token, opacity), Curve(tuple(outline), token=token, width=1.0)]


def _middle(box: Box) -> Pair:
    (a, b), (c, d) = box
    return 0.5 * (a + b), 0.5 * (c + d)


def _short(v: float) -> str:
    return f"{v + 0.0:.4g}".translate(_MINUS)
