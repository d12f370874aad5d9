"""A map under the microscope: the input square, its image beside the parallelogram of the matrix, and the gap.

Columns carry their colour everywhere: the first ochre, the second violet. The image is filled, what the matrix
predicts is dashed, the gap has the colour of an error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.figures.chart import Arrow, Axis, Curve, Pair, Scene, Spot, chart

Array = NDArray[np.float64]
Side = tuple[float, float]
TALL: Final = 430
COLUMNS: Final = ("ochre", "violet")
_MINUS: Final = str.maketrans("-", "−")


def curve(points: Array, at: Pair, velocity: Pair, names: Sequence[str]) -> Scene:
    """The image of a line in the plane, with the column of J as the velocity at f(p)."""
    end = at[0] + velocity[0], at[1] + velocity[1]
    return chart(
        Curve(_pairs(points)),
        Arrow(at, end, "ochre", name="J, the velocity"),
        Spot(at, "ring", name="f(p)"),
        x=Axis(names[0]),
        y=Axis(names[1]),
        alt=f"The curve in the plane; at {_tuple(at)} its velocity is {_tuple(velocity)}.",
        equal=True,
        height=TALL,
    )


def graph(points: Array, at: Pair, slope: float, name: str) -> Scene:
    """The graph of f: R → R with its tangent."""
    low, high = float(points[0, 0]), float(points[0, -1])
    ends = tuple((x, at[1] + slope * (x - at[0])) for x in (low, high))
    heights = points[1][np.isfinite(points[1])]
    side = (float(np.quantile(heights, 0.02)), float(np.quantile(heights, 0.98))) if heights.size else (0.0, 1.0)
    air = 0.15 * (side[1] - side[0]) or 1.0
    return chart(
        Curve(_pairs(points), "f", width=2.4),
        Curve(ends, "tangent", dash=(7, 4), width=1.6),
        Spot(at, "ring"),
        x=Axis(name),
        y=Axis("f", side=(min(side[0], at[1]) - air, max(side[1], at[1]) + air)),
        alt=f"The graph of f with its tangent at {name} = {_short(at[0])}: slope {_short(slope)}.",
        height=TALL,
    )


def surface(lines: Sequence[Array], at: Array, columns: Array, reach: float) -> Scene:
    """The image of a plane grid in space, seen from the corner, with the two columns of J at f(p)."""
    place, *ends = (_seen(at + reach * v) for v in (0 * at, *columns.T))
    return chart(
        *(Curve(tuple(_seen(q) for q in line.T), token="ink2", width=1, faint=0.6) for line in lines),
        *(Arrow(place, end, token, name=f"J e{sub}") for end, token, sub in zip(ends, COLUMNS, "₁₂", strict=True)),
        Spot(place, "ring", name="f(p)"),
        x=Axis(ticks=()),
        y=Axis(ticks=()),
        alt=f"The image of the grid in space, seen from the corner; at f(p) = {_tuple(at.tolist())} the two columns of "
        "the Jacobian span the tangent plane.",
        equal=True,
        height=TALL,
        grid=False,
    )


def _seen(q: Array) -> Pair:
    """A point of space as it is seen from azimuth 225° and elevation 30°: right and up."""
    x, y, z = (float(v) for v in q)
    return (x - y) / math.sqrt(2), z * math.cos(math.pi / 6) + (x + y) / math.sqrt(2) * math.sin(math.pi / 6)


def _pairs(points: Array) -> tuple[Pair, ...]:
    return tuple((float(x), float(y)) for x, y in points.T)


def _short(v: float) -> str:
    return f"{v + 0.0:.3g}".translate(_MINUS)


def _tuple(numbers: Sequence[float]) -> str:
    return f"({', '.join(_short(v) for v in numbers)})"
