"""A search as something to be watched: its levels as plain data, small enough to be sent and drawn.

Rule: what is drawn covers what there is. Ends are rounded to a millionth of the window, which the eye cannot see, and
many boxes become the hulls of those in one cell of a grid; no proof rests on either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from core.branching import Boxes, State, together
from core.critical.certified import Zeros, all_zeros, distinct, hulls
from core.problem import Side

MOST: Final = (800, 400, 200, 100)  # boxes of a level: the first with which all levels together stay small
ALL: Final = 8000  # boxes of all levels together
CELLS: Final = (512, 256, 128, 64, 32, 16, 8)  # along a side, of the grids boxes are merged on
DISTINCT: Final = 4000  # proofs; of more nobody counts at every level which are of the same point
DIGITS: Final = 6  # of the window


def levels(states: Sequence[State[Zeros]], box: Sequence[Side]) -> list[dict[str, Any]]:
    """One record for each state: see `core.jobs.proof`."""
    for most in MOST:
        told = [_level(before, state, box, most) for before, state in zip((None, *states), states, strict=False)]
        if sum(len(level[lot]) for level in told for lot in ("open", "aside", "proved")) <= ALL:
            break
    return told


def _level(before: State[Zeros] | None, state: State[Zeros], box: Sequence[Side], most: int) -> dict[str, Any]:
    n, known = len(box), 0 if before is None else len(before.found)
    fresh = together([zeros.region for zeros in state.found[known:]], n)
    return {
        "open": _sides(_merged(state.open, box, most), box),
        "aside": _sides(_merged(state.aside, box, most), box),
        "proved": _sides(_merged(fresh, box, most), box),
        "count": len(state.open),
        "points": _points(state, n),
        "examined": state.examined,
        "settled": state.settled,
        "dropped": state.dropped,
    }


def _points(state: State[Zeros], n: int) -> int | None:
    """How many different points are caught; None when nobody counted."""
    zeros = all_zeros(state, n)
    return len(distinct(zeros)[0]) if len(zeros) <= DISTINCT else None


def _merged(boxes: Boxes, box: Sequence[Side], most: int) -> Boxes:
    """The same boxes where they are few; else the hulls of those in one cell, on the finest grid that is enough."""
    lot = boxes
    for cells in CELLS:
        if len(lot) <= most:
            break
        lot = _by_cells(boxes, box, cells)
    return lot


def _by_cells(boxes: Boxes, box: Sequence[Side], cells: int) -> Boxes:
    low, high = (np.array([side[end] for side in box])[:, None] for end in (0, 1))
    middle = 0.5 * boxes.lower + 0.5 * boxes.upper
    cell = np.clip(np.floor((middle - low) / (high - low) * cells), 0, cells - 1).astype(np.intp)
    return hulls(boxes, np.asarray(np.ravel_multi_index(tuple(cell), (cells,) * len(box)), np.intp))


def _sides(boxes: Boxes, box: Sequence[Side]) -> list[list[list[float]]]:
    """The boxes as lists of sides, rounded outward to what can be seen."""
    ends = []
    for (low, high), a, b in zip(box, boxes.lower, boxes.upper, strict=True):
        digits = DIGITS - math.floor(math.log10(high - low))
        unit = 10.0**-digits
        ends.append((np.round(np.floor(a / unit) * unit, digits), np.round(np.ceil(b / unit) * unit, digits)))
    return [[[float(a[i]), float(b[i])] for a, b in ends] for i in range(len(boxes))]
