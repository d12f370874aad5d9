"""The surfaces f(x, y, z) = c in three dimensions: the scene of values on a grid, of which a browser draws one level.

Values travel as parts of their range (0 at its low end, 1 at its high end), in single precision; nan is a gap. The
level is chosen in the browser; the first one goes through the held point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from core.figures.landscape import Mark, Scene, Side, counted, finite, sentence, short
from core.figures.surface import MOST, packed
from core.figures.theme import GLYPHS
from core.numeric import Array, arrays, floats
from core.program import Program
from core.vocabulary import NONZERO

NODES: Final = 28  # a side
TAILS: Final = (0.01, 0.99)  # of the values: what lies beyond has no level of its own


def isosurface(
    f: Program,
    *,
    names: Sequence[str],
    box: Sequence[Side],
    point: Sequence[float],
    name: str = "f",
    level: float | None = None,
    marks: Sequence[Mark] = (),
    nodes: int = NODES,
) -> Scene:
    """The scene of output 0 of a program of three inputs, with the held point and the critical points.

    >>> from core.program import Builder
    >>> b = Builder(3)
    >>> f = b.program([b.add(b.variable(0), b.variable(2))])
    >>> scene = isosurface(f, names="xyz", box=((0, 1),) * 3, point=(0.5, 0.0, 0.5), nodes=3)
    >>> scene["range"], scene["level"], scene["chosen"]
    ([0.0, 2.0], 1.0, False)
    """
    assert f.inputs == 3 == len(box)
    room = np.stack(np.meshgrid(*(np.linspace(*side, nodes) for side in box), indexing="ij"))
    with np.errstate(all="ignore"):
        values = arrays(f, room.reshape(3, -1))[0]
    values = np.where(np.logical_and(np.abs(values) <= MOST, np.logical_not(_beside_poles(f, room))), values, np.nan)
    known = values[np.isfinite(values)]
    low, high = (float(v) for v in np.quantile(known, TAILS)) if known.size else (-1.0, 1.0)
    low, high = (low, high) if high > low else (low - 1.0, high + 1.0)
    here = floats(f, point)[0]
    through = here if math.isfinite(here) else 0.5 * (low + high)
    shown = min(max(through if level is None else level, low), high)
    said = f"values from {short(known.min())} to {short(known.max())}" if known.size else "no value in this window"
    return {
        "kind": "isosurface",
        "name": name,
        "names": list(names),
        "box": [finite(side) for side in box],
        "nodes": nodes,
        "range": [low, high],
        "values": packed((values - low) / (high - low)),
        "level": shown,
        "through": min(max(through, low), high),
        "chosen": level is not None,
        "point": finite(point),
        "marks": [{"kind": mark.kind, "glyph": GLYPHS[mark.kind], "at": finite(mark.at)} for mark in marks],
        "sheet": None,
        "paths": [],
        "alt": sentence("Surface of one level of", name, names, box, said, counted(marks, 3)),
    }


def _beside_poles(f: Program, room: Array) -> Array:
    """At which nodes something that must not be zero changes its sign towards a neighbour: f may have a pole there."""
    shape = room.shape[1:]
    beside = np.zeros(shape, dtype=bool)
    for condition in f.domain:
        if condition.relation != NONZERO:
            continue
        with np.errstate(all="ignore"):
            sign = np.sign(arrays(replace(f, outputs=(condition.slot,), domain=()), room.reshape(3, -1))[0]).reshape(
                shape
            )
        for axis in range(3):
            turns = np.diff(sign, axis=axis) != 0
            before, after = [[slice(None)] * 3 for _ in range(2)]
            before[axis], after[axis] = slice(None, -1), slice(1, None)
            beside[tuple(before)] |= turns
            beside[tuple(after)] |= turns
    return beside.ravel()
