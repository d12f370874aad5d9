"""The graph of f(x, y) in three dimensions: the scene of a surface, as numbers that the browser draws.

Heights stand on a square grid over the floor. They travel as parts of the range (0 at its low end, 1 at its high end),
in single precision; nan is a gap. Colours are the browser's: they follow its theme.

Rules: where f has no value, where it runs away at a pole, and where it jumps, the surface has a gap and never a wall;
what is laid over it (a second sheet, paths, marks, the held point) never stretches the range of the heights.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from core.figures.landscape import Mark, Path, Scene, Side, counted, sentence, short
from core.figures.theme import GLYPHS
from core.numeric import Array, arrays, floats
from core.program import Builder, Program

NODES: Final = 60  # a side
TERMS: Final = (1, 3, 7)  # of a Taylor polynomial of two variables, by its order
NAMES: Final = ("its value", "linear model", "quadratic model")
MOST: Final = 1e300  # what is larger is no height
AIR: Final = 0.25  # so many ranges above or below the drawn heights a mark may still stand
FAR: Final = 4.0  # so many ranges away a sheet ends; long before that it has left the room
LOOKS: Final = 6  # at a summit, each time so many times
CLOSER: Final = 16
ENDLESS: Final = 1e6  # a summit so many times higher than what the grid saw is a pole
STEEP: Final = 0.1  # an edge of the grid that climbs so much of the range is looked at
HALVINGS: Final = 12
ASIDE: Final = 0.47  # where a way is parted: in its middle there may be a hole that nobody sees
POINTS: Final = 2000  # of a path that follows the surface


@dataclass(frozen=True)
class Sheet:
    """A second surface over the same floor, drawn translucent: a model of f.

    Its `order` says its colour: ink for what knows the slope at most, green for what knows the curvature.
    """

    heights: Program
    name: str
    order: int = 2


def taylor(terms: Sequence[float], at: Sequence[float], order: int) -> Sheet | None:
    """The Taylor polynomial of order 0, 1 or 2, from f, f_x, f_y, f_xx, f_xy, f_yx, f_yy at a point.

    More terms than it needs are left alone; None when one that it needs is missing or no number.

    >>> sheet = taylor([6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 3.0], (2.0, 0.0), 2)
    >>> sheet.name, floats(sheet.heights, (1.0, 1.0))
    ('quadratic model', [5.0])
    >>> taylor([6.0, float("nan"), 4.0], (2.0, 0.0), 1) is None
    True
    """
    if len(terms) < TERMS[order]:
        return None
    f, f_x, f_y, f_xx, f_xy, f_yx, f_yy = (float(v) for v in [*terms[: TERMS[order]], *[0.0] * (7 - TERMS[order])])
    factors = (f_x, f_y, f_xx / 2, (f_xy + f_yx) / 2, f_yy / 2)
    if not all(math.isfinite(v) for v in (f, *factors)):
        return None
    b = Builder(2)
    u, v = (b.sub(b.variable(i), b.constant(float(at[i]))) for i in range(2))
    total = b.constant(f)
    for factor, power in zip(factors, (u, v, b.power(u, 2), b.mul(u, v), b.power(v, 2)), strict=True):
        total = b.add(total, b.mul(b.constant(factor), power))
    return Sheet(b.program([total]), NAMES[order], order)


def surface(
    f: Program,
    *,
    names: Sequence[str],
    box: Sequence[Side],
    name: str = "f",
    point: Sequence[float] | None = None,
    marks: Sequence[Mark] = (),
    sheet: Sheet | None = None,
    paths: Sequence[Path] = (),
    nodes: int = NODES,
) -> Scene:
    """The scene of the graph of output 0 of a program, with what lies on it.

    >>> b = Builder(2)
    >>> scene = surface(b.program([b.variable(0)]), names="xy", box=((0, 1), (0, 2)), point=(0.5, 0.0), nodes=3)
    >>> unpacked(scene["heights"]).tolist()
    [0.0, 0.5, 1.0, 0.0, 0.5, 1.0, 0.0, 0.5, 1.0]
    >>> scene["range"], scene["point"], scene["alt"]
    ([0.0, 1.0], [0.5, 0.0, 0.5], 'Surface of f, x from 0 to 1, y from 0 to 2; heights from 0 to 1.')
    """
    assert f.inputs == 2 and nodes <= NODES
    floor = np.stack(np.meshgrid(*(np.linspace(*side, nodes) for side in box)))
    z = _without_jumps(f, floor, _without_poles(f, floor, _heights(f, floor)))
    known = z[np.isfinite(z)]
    low, high = _range(known)
    said = f"heights from {short(known.min())} to {short(known.max())}" if known.size else "no value in this window"
    if sheet is not None:
        said += f", over it its {sheet.name}"
    return {
        "kind": "surface",
        "name": name,
        "names": list(names),
        "box": [[float(v) for v in side] for side in box],
        "nodes": nodes,
        "range": [low, high],
        "heights": packed((z - low) / (high - low)),
        "point": None if point is None else _standing(f, point, low, high) or [*map(float, point), low],
        "marks": [
            {"kind": mark.kind, "glyph": GLYPHS[mark.kind], "at": at}
            for mark in marks
            if (at := _standing(f, mark.at, low, high))
        ],
        "sheet": None if sheet is None else _laid(sheet, floor, low, high),
        "paths": [_lying(f, path, box, low, high) for path in paths],
        "alt": sentence("Surface of", name, names, box, said, counted(marks, 2)),
    }


def _heights(f: Program, floor: Array) -> Array:
    """Output 0 over the floor; what is too large to be drawn is no height."""
    z = arrays(f, floor)[0]
    return np.where(np.abs(z) <= MOST, z, np.nan)


def _without_poles(f: Program, floor: Array, z: Array) -> Array:
    """The same heights with nan where a thin tail, away from all the others, runs to a pole."""
    known = z[np.isfinite(z)]
    if known.size == 0:
        return z
    for sign in (1.0, -1.0):
        low, high = np.quantile(sign * known, [0.02, 0.98])
        with np.errstate(invalid="ignore"):
            away = sign * z > high + 2 * max(high - low, 1e-300)
        if away.any() and _runs_away(f, floor, sign * z, sign, high):
            z = np.where(away, np.nan, z)
    return z


def _runs_away(f: Program, floor: Array, z: Array, sign: float, high: float) -> bool:
    """Whether the heights above `high` have no top: looked at closer and closer around the highest place, they grow."""
    sides = np.array([[side.min(), side.max()] for side in floor])
    cell, best = (sides[:, 1] - sides[:, 0]) / (len(z) - 1), [float(np.nanmax(z)) - high]
    top = floor.reshape(2, -1)[:, int(np.nanargmax(z))]
    for _ in range(LOOKS):
        near = np.stack(np.meshgrid(*(top[i] + cell[i] * np.linspace(-1, 1, CLOSER + 1) for i in (0, 1))))
        near = np.clip(near, sides[:, :1, None], sides[:, 1:, None])
        v = np.nan_to_num(sign * arrays(f, near)[0], nan=-np.inf, posinf=np.inf)
        best.append(float(v.max()) - high)
        top, cell = near.reshape(2, -1)[:, int(v.argmax())], 2 * cell / CLOSER
    return not best[-1] <= min(1.02 * best[-2], ENDLESS * best[0])


def _without_jumps(f: Program, floor: Array, z: Array) -> Array:
    """The same heights with nan at one end of every edge of the grid along which f jumps: the one that stands out."""
    known = z[np.isfinite(z)]
    if known.size == 0:
        return z
    middle, cut = float(np.median(known)), np.zeros(z.shape, dtype=bool)
    for axis in (0, 1):
        k = np.arange(z.shape[axis] - 1)
        (a, b), (p, q) = ([np.take(each, k + i, axis) for i in (0, 1)] for each in (z, np.moveaxis(floor, 0, -1)))
        edges = np.argwhere(np.abs(b - a) > STEEP * np.ptp(known))
        at = tuple(edges.T)
        jumps = edges[_jumps(f, p[at].T, q[at].T, a[at], b[at])]
        ends = np.stack([jumps, jumps + np.eye(2, dtype=int)[axis]])
        away = np.abs(z[ends[..., 0], ends[..., 1]] - middle)
        out = ends[away.argmax(axis=0), np.arange(len(jumps))] if len(jumps) else jumps
        cut[tuple(out.T)] = True
    return np.where(cut, np.nan, z)


def _jumps(f: Program, p: Array, q: Array, a: Array, b: Array) -> Any:
    """Whether f jumps somewhere between places p and q, where it has the values a and b.

    Of the two parts of a way the steeper one is parted again; what is continuous has become level by then.
    """
    first = np.abs(b - a)
    for _ in range(HALVINGS):
        m = p + ASIDE * (q - p)
        c = _heights(f, m)
        left = ~(np.abs(b - c) > np.abs(c - a))
        p, q = np.where(left, p, m), np.where(left, m, q)
        a, b = np.where(left, a, c), np.where(left, c, b)
    return ~(np.abs(b - a) < first / 2)


def _range(known: Array) -> tuple[float, float]:
    """From the lowest height to the highest, with room around a level one."""
    if known.size == 0:
        return -1.0, 1.0
    low, high = float(known.min()), float(known.max())
    size = max(abs(low), abs(high))
    air = max(1.0, size / 2) if high - low <= 1e-9 * size else 0.0
    return low - air, high + air


def _standing(f: Program, at: Sequence[float], low: float, high: float) -> list[float] | None:
    """A place of the floor with its height; None where f has none, or one far from what is drawn."""
    z, air = floats(f, at)[0], AIR * (high - low)
    return [*(float(v) for v in at), z] if low - air <= z <= high + air else None


def _laid(sheet: Sheet, floor: Array, low: float, high: float) -> dict[str, Any]:
    """A sheet over the floor, on the scale of the heights."""
    t = (_heights(sheet.heights, floor) - low) / (high - low)
    return {"name": sheet.name, "order": sheet.order, "heights": packed(np.clip(t, -FAR, 1 + FAR))}


def _lying(f: Program, path: Path, box: Sequence[Side], low: float, high: float) -> dict[str, Any]:
    """A path that follows the surface between its points: places of the box as parts of its sides, with their heights.

    `stops` are the numbers of its own points; a gap of the surface is a gap of the path.
    """
    corner, sides = np.array([side[0] for side in box]), np.array([side[1] - side[0] for side in box])
    own = (np.array(path.wire()["points"]).reshape(-1, 2) - corner) / sides
    line, stops = _cut(own)
    z = _heights(f, (line * sides + corner).T)
    t = np.where((z < low - (high - low)) | (z > high + (high - low)), np.nan, (z - low) / (high - low))
    return {"method": path.method, "line": packed(np.column_stack([line, t])), "stops": stops}


def _cut(points: Array) -> tuple[Array, list[int]]:
    """A line through points of the unit square in pieces no longer than a cell, and where the points are in it."""
    if len(points) == 0:
        return points, []
    lengths = np.abs(np.diff(points, axis=0)).max(axis=1, initial=0.0)
    share = POINTS / max(POINTS, float(np.minimum(lengths * NODES, POINTS).sum()) + len(points))
    pieces = np.maximum(1, np.minimum(lengths * NODES, POINTS) * share).astype(int)
    parts = [a + np.outer(np.arange(1, n + 1) / n, b - a) for a, b, n in zip(points, points[1:], pieces, strict=False)]
    return np.concatenate([points[:1], *parts]), [0, *np.cumsum(pieces).tolist()]


def packed(numbers: Array) -> str:
    """An array in single precision, as text; little end first, nan as it is."""
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f4").tobytes()).decode()


def unpacked(text: str) -> Array:
    """What `packed` holds, in one row."""
    return np.frombuffer(base64.b64decode(text), dtype="<f4")
