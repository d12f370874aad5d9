"""The direction dial: contours with the direction d and the eigenvectors, the curvature over the angle, the weights.

Second order is green: solid where f bends up, dashed where it bends down. What the hand turns is indigo.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.figures.chart import Area, Arrow, Axis, Curve, Line, Pair, Part, Scene, Spot, chart

Array = NDArray[np.float64]
Side = tuple[float, float]
LEVELS: Final = 12
_MINUS: Final = str.maketrans("-", "−")


def dial(
    heights: Array,
    box: Sequence[Side],
    p: Pair,
    theta: float,
    eigen: Sequence[tuple[float, float]],
    names: Sequence[str],
) -> Scene:
    """Contours of heights[i, j] = f(x_i, y_j) over the box, and on them the dial around p.

    `eigen` holds the pairs (λ, angle of its eigenvector in degrees), the largest first; none when there is no one
    frame.
    """
    reach = 0.33 * min(high - low for low, high in box)
    size = max((abs(value) for value, _ in eigen), default=1.0) or 1.0
    crosses: list[Part] = []
    for (value, angle), name in zip(eigen, ("q₁", "q₂"), strict=False):
        r = reach * (0.35 + 0.65 * math.sqrt(abs(value) / size))
        ends = _around(p, r, angle + 180), _around(p, r, angle)
        crosses.append(Arrow(*ends, "second", dash=() if value >= 0 else (7, 4), double=True, name=name))
    circle = tuple(_around(p, reach, t) for t in range(0, 361, 4))
    tip = _around(p, reach, theta)
    rays = [Curve((_around(p, 0.95 * reach, t), _around(p, reach, t)), width=1) for t in range(0, 360, 15)]
    return chart(
        *contours(heights, box),
        Curve(circle, width=1.4),
        *rays,
        *crosses,
        Arrow(p, tip, "accent", name="d"),
        Spot(p, name="p"),
        x=Axis(names[0], side=box[0]),
        y=Axis(names[1], side=box[1]),
        alt=f"Contour map around p = ({_short(p[0])}, {_short(p[1])}) with the direction d at {_short(theta)}°"
        + "".join(f"; eigenvector to {_short(value)} at {_short(angle)}°" for value, angle in eigen)
        + ".",
        equal=True,
        height=500,
        grid=False,
    )


def over_angle(along: Sequence[Pair], theta: float, now: float, largest: float, smallest: float) -> Scene:
    """The curvature over θ from 0 to 180 degrees, between its two limits."""
    return chart(
        Line(largest, "y", "second", name=f"λ max = {_short(largest)}"),
        *((Line(smallest, "y", "second", name=f"λ min = {_short(smallest)}"),) if smallest < largest else ()),
        Line(0.0, "y", "ink2", width=1),
        Curve(tuple(along), "dᵀHd", width=2.4),
        Curve(((theta, 0.0), (theta, now)), token="accent", width=1.6),
        Spot((theta, now), "ring", name=_short(now)),
        x=Axis("theta", side=(0.0, 180.0), ticks=tuple((float(t), f"{t}°") for t in range(0, 181, 45))),
        y=Axis(),
        alt=f"Curvature over the direction: between {_short(smallest)} and {_short(largest)}; {_short(now)} at "
        f"{_short(theta)}°.",
        height=230,
    )


def weights(first: float) -> Scene:
    """A bar from 0 to 1, filled by the weight of the largest eigenvalue and, for the rest, by that of the smallest."""
    return chart(
        Area(_bar(0.0, first), "second", 0.85, "second"),
        Area(_bar(first, 1.0), "second", 0.12, "second"),
        x=Axis(side=(0.0, 1.0), ticks=((0.0, "0"), (0.5, "½"), (1.0, "1"))),
        y=Axis(side=(0.0, 1.0), ticks=()),
        alt=f"The weights: {_short(first)} of the largest eigenvalue, {_short(1 - first)} of the smallest; together 1.",
        height=40,
        grid=False,
    )


def contours(heights: Array, box: Sequence[Side], levels: int = LEVELS) -> list[Curve]:
    """Lines of equal height as curves with gaps, at quantiles of what is seen.

    >>> line, = contours(np.array([[0.0, 0.0], [1.0, 1.0]]), ((0.0, 1.0), (0.0, 1.0)), 1)
    >>> line.points[:2]
    ((0.5, 0.0), (0.5, 1.0))
    """
    seen = heights[np.isfinite(heights)]
    if not seen.size or seen.min() == seen.max():
        return []
    values = np.unique(np.quantile(seen, (np.arange(levels) + 0.5) / levels))
    curves = (_level(heights, box, float(v)) for v in values)
    return [Curve(points, token="ink", width=1, faint=0.34) for points in curves if points]


def _level(heights: Array, box: Sequence[Side], level: float) -> tuple[Pair, ...]:
    """The pieces of one contour, cell by cell: marching squares; saddle cells are joined in the order of the edges."""
    (a, b), (c, d) = box
    n, m = heights.shape
    points: list[Pair] = []
    above = heights > level
    mixed = above[:-1, :-1].astype(int) + above[1:, :-1] + above[1:, 1:] + above[:-1, 1:]
    whole = np.isfinite(heights[:-1, :-1] + heights[1:, :-1] + heights[1:, 1:] + heights[:-1, 1:])
    for i, j in zip(*np.nonzero((mixed % 4 > 0) & whole), strict=True):
        ring = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j))
        cuts = []
        for u, v in pairwise(ring):
            f, g = float(heights[u]) - level, float(heights[v]) - level
            if (f > 0) != (g > 0):
                t = f / (f - g)
                x, y = u[0] + t * (v[0] - u[0]), u[1] + t * (v[1] - u[1])
                cuts.append((a + (b - a) * float(x) / (n - 1), c + (d - c) * float(y) / (m - 1)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            points += [start, end, (math.nan, math.nan)]
    return tuple(points)


def _around(p: Pair, r: float, degrees: float) -> Pair:
    return p[0] + r * math.cos(math.radians(degrees)), p[1] + r * math.sin(math.radians(degrees))


def _bar(low: float, high: float) -> tuple[Pair, ...]:
    return (low, 0.0), (high, 0.0), (high, 1.0), (low, 1.0)


def _short(v: float) -> str:
    return f"{v + 0.0:.4g}".translate(_MINUS)
