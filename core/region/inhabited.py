r"""Where f certainly has values: the largest box inside a box that is found on a grid.

A formula like log(x) + 1/y has no value on a part of a window, and then nothing is said about all of it. The window is
cut into equal cells; intervals prove which cells f has finite values on; of all boxes that are made of such cells only,
the one with the largest share of the window is given back.

Rule: on what is given back f has a value everywhere, proved; a larger box may exist between the lines of the grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.compile import program
from core.enclosure import enclose
from core.function import Function
from core.problem import Side
from core.region.cones import guarded
from core.region.regular import SILENT, parted

CELLS: Final = {1: 100, 2: 40, 3: 10, 4: 5, 5: 4}  # along a side, so that their ends are short decimals
FEWEST: Final = 3  # of more variables


def inhabited(f: Function, box: Sequence[Side]) -> tuple[Side, ...] | None:
    """The largest part of the grid on which all of f has values; None where no cell is proved to have any.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> inhabited(function(read("log(x) + 1/y")), [(-1.0, 1.0), (-1.0, 4.0)])
    ((0.05, 1.0), (0.125, 4.0))
    >>> inhabited(function(read("log(sin(x) - 2)")), [(-1.0, 1.0)]) is None
    True
    """
    n, core = len(box), parted(box)[0]
    count = CELLS.get(n, FEWEST)
    stops = [_stops(low, high, count) for low, high in core]
    with suppress(*SILENT):
        found = _largest(_good(f, stops), count)
        return None if found is None else tuple((s[a], s[b]) for s, (a, b) in zip(stops, found, strict=True))
    return None


def _stops(low: float, high: float, count: int) -> list[float]:
    """The lines of the grid, as short as their decimals can be."""
    inner = [float(f"{low + (high - low) * k / count:.12g}") for k in range(1, count)]
    return [low, *inner, high]


def _good(f: Function, stops: Sequence[Sequence[float]]) -> NDArray[np.bool_]:
    """Of every cell, whether f is proved to have finite values on it; one axis a variable."""
    lower, upper = (np.meshgrid(*(s[a:b] for s in stops), indexing="ij") for a, b in ((None, -1), (1, None)))
    found = enclose(program(guarded(f)), *(np.array([c.ravel() for c in corner]) for corner in (lower, upper)))
    return ~found.bad.reshape(lower[0].shape)


def _largest(good: NDArray[np.bool_], count: int) -> list[tuple[int, int]] | None:
    """The run of cells along each axis of the largest box without a bad one, by sums over all boxes at once."""
    runs = np.array(list(combinations(range(count + 1), 2)))
    bad = (~good).astype(np.int32)
    for axis in range(good.ndim):
        total = np.insert(np.cumsum(bad, axis), 0, 0, axis)
        bad = np.take(total, runs[:, 1], axis) - np.take(total, runs[:, 0], axis)
    size = (runs[:, 1] - runs[:, 0]).astype(float)
    volume = size
    for _ in range(good.ndim - 1):
        volume = np.multiply.outer(volume, size)
    volume = np.where(bad == 0, volume, 0.0)
    last = volume.size - 1 - int(volume.ravel()[::-1].argmax())  # of two the same the one with larger numbers
    best = np.unravel_index(last, volume.shape)
    return [(int(runs[i, 0]), int(runs[i, 1])) for i in best] if volume[best] else None
