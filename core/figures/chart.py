"""A chart: curves, areas, arrows and marks over two axes, as plain data that the browser draws (`static/chart.js`).

A page computes numbers and says what each line is: its token of the theme (`core.figures.theme`), its dashes, its
symbol, and the name that stands at the thing itself. There is no legend.

    log axes: the points are given as they are, the browser takes the logarithm; what is not positive is left out
    gaps:     a point that is not finite interrupts its curve

Rules: every number in a scene is finite (JSON has no nan); a chart always has `alt`, one sentence that says what the
picture shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Scene = dict[str, Any]
Pair = tuple[float, float]
Symbol = Literal["", "circle", "diamond", "square", "triangle", "cross"]


@dataclass(frozen=True)
class Axis:
    """One axis: its letter or words, its side (as large as needed when None), whether it is logarithmic, its ticks.

    `letter` stands between two ticks as mathematics ("x", "x_1", "epsilon"); `words` stand in the middle below the
    horizontal axis. `ticks` replaces the usual ones: a place and what is written there.
    """

    letter: str = ""
    words: str = ""
    side: Pair | None = None
    log: bool = False
    ticks: tuple[tuple[float, str], ...] | None = None


@dataclass(frozen=True)
class Curve:
    """A line through points; with a symbol at every so many of them, a symbol alone when the width is 0."""

    points: tuple[Pair, ...]
    name: str = ""
    token: str = "ink"
    width: float = 2.0
    dash: tuple[float, ...] = ()
    symbol: Symbol = ""
    every: int = 1
    faint: float = 1.0  # opacity


@dataclass(frozen=True)
class Area:
    """A filled polygon: a region, an image, a bar. `outline` is a token, or empty."""

    points: tuple[Pair, ...]
    token: str = "accent"
    opacity: float = 0.2
    outline: str = ""
    name: str = ""


@dataclass(frozen=True)
class Line:
    """A straight line across the chart at one value of an axis: a limit, a best step."""

    at: float
    axis: Literal["x", "y"] = "x"
    token: str = "ink2"
    width: float = 1.5
    dash: tuple[float, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Arrow:
    """An arrow; `hollow` for a step downhill, `double` for an axis without direction."""

    start: Pair
    end: Pair
    token: str = "ink"
    dash: tuple[float, ...] = ()
    double: bool = False
    name: str = ""


@dataclass(frozen=True)
class Spot:
    """One point: a dot, the ring of what is held, or the mark of a kind of critical point."""

    at: Pair
    kind: Literal["dot", "ring", "minimum", "maximum", "saddle", "inconclusive"] = "dot"
    token: str = "ink"
    name: str = ""


Part = Curve | Area | Line | Arrow | Spot


def chart(
    *parts: Part, x: Axis, y: Axis, alt: str, equal: bool = False, height: int = 240, grid: bool = True, title: str = ""
) -> Scene:
    """The scene of a chart; `height` in pixels bounds the picture, `equal` gives both axes one scale.

    >>> scene = chart(Curve(((0.0, 1.0), (1.0, math.nan), (2.0, 3.0)), "f"), x=Axis("x"), y=Axis("y"), alt="A line.")
    >>> scene["parts"][0]["points"], scene["box"]
    ([[0.0, 1.0], None, [2.0, 3.0]], [[0.0, 2.0], [0.84, 3.16]])
    """
    box = [
        _side(axis, [c for part in parts for c in _places(part, i)], tight=not i or equal)
        for i, axis in enumerate((x, y))
    ]
    return {
        "kind": "chart",
        "parts": [_wire(part) for part in parts],
        "axes": [_axis(x), _axis(y)],
        "box": box,
        "equal": equal,
        "height": height,
        "grid": grid,
        "title": title,
        "alt": alt,
    }


def _axis(axis: Axis) -> dict[str, Any]:
    return {
        "letter": axis.letter,
        "words": axis.words,
        "log": axis.log,
        "ticks": axis.ticks and [list(t) for t in axis.ticks],
    }


def _places(part: Part, i: int) -> list[float]:
    """The coordinates that an axis has to hold."""
    match part:
        case Curve() | Area():
            return [p[i] for p in part.points]
        case Line():
            return [part.at] if (part.axis == "y") == bool(i) else []
        case Arrow():
            return [part.start[i], part.end[i]]
        case Spot():
            return [part.at[i]]


def _side(axis: Axis, places: Sequence[float], tight: bool) -> list[float]:
    """The ends of an axis, in its own scale: everything, with some air where the curves run off."""
    if axis.side is not None:
        return [_scaled(axis, v) for v in axis.side]
    shown = [_scaled(axis, v) for v in places if math.isfinite(v) and (not axis.log or v > 0)]
    if not shown:
        return [0.0, 1.0]
    lo, hi = min(shown), max(shown)
    air = 0.0 if tight and hi > lo else 0.08 * (hi - lo) or 0.5 * abs(hi) or 1.0
    return [lo - air, hi + air]


def _scaled(axis: Axis, v: float) -> float:
    return math.log10(v) if axis.log else float(v)


def _wire(part: Part) -> dict[str, Any]:
    wire = {"part": type(part).__name__.lower(), **asdict(part)}
    for name in ("points", "at", "start", "end"):
        if name in wire:
            wire[name] = _finite(wire[name])
    return wire


def _finite(value: Any) -> Any:
    """Pairs as lists; None for what cannot be drawn."""
    if isinstance(value, float | int):
        return float(value) if math.isfinite(value) else None
    if len(value) == 2 and all(isinstance(v, float | int) for v in value):
        return [float(v) for v in value] if all(map(math.isfinite, value)) else None
    return [_finite(v) for v in value]
