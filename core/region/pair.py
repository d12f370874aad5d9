r"""Two points that need a Lipschitz constant: |f(p) - f(q)| / ‖p - q‖, from below, with every rounding counted.

Near a point where the slope is largest, the quotient along the slope is nearly as large. The longer the pair the
better it is seen, the shorter the nearer it comes to the slope, until rounding eats it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.definiteness import ULP, Array, above
from core.enclosure import enclose
from core.problem import Side
from core.program import Program

LENGTHS: Final = np.array(
    [1.0, 0.5, 0.25, 0.1, *(10.0**-k for k in range(2, 14)), *(3 * 10.0**-k for k in range(2, 13))]
)
AS_GOOD: Final = 1e-7  # a longer pair may lose so much
REACH: Final = 1.0  # length of a pair, at most, on an unbounded side


@dataclass(frozen=True)
class Pair:
    """Two points of the box, and a number that their quotient is proved to reach."""

    p: tuple[float, ...]
    q: tuple[float, ...]
    quotient: float


def pair(F: Program, box: Sequence[Side], at: Sequence[float], way: Array) -> Pair | None:
    """The best pair near a point, along a direction; of several outputs the length of their change counts.

    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> found = pair(programs(read("x^2"), {})["f"], [(0.0, 2.0)], [2.0], np.array([1.0]))
    >>> round(found.quotient, 5), found.q
    (4.0, (2.0,))
    """
    with np.errstate(over="ignore"):
        size = float(np.linalg.norm(way))
    if not np.isfinite(size) or size == 0.0:
        return None
    d = (way / size)[:, None]
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    width = np.minimum(high - low, REACH) if not np.isfinite(high - low).all() else high - low
    longest = float((width / np.maximum(np.abs(d), 1e-300)).min())
    half = 0.5 * longest * LENGTHS * np.abs(d)
    centre = np.clip(np.array(at)[:, None], low + half, np.maximum(high - half, low + half))
    p, q = (np.clip(centre + s * 0.5 * longest * LENGTHS * d, low, high) for s in (-1.0, 1.0))
    found = quotients(F, p, q)
    best = found.max(initial=0.0)
    if not best > 0.0:
        return None
    i = _longest(found, best)
    return Pair(tuple(p[:, i].tolist()), tuple(q[:, i].tolist()), float(found[i]))


def _longest(found: Array, best: float) -> int:
    good = np.flatnonzero(found >= best * (1.0 - AS_GOOD))
    return int(good[LENGTHS[good].argmax()])


def quotients(F: Program, p: Array, q: Array) -> Array:
    """Below the quotients of N pairs, arrays of shape (n, N); 0 where nothing is proved."""
    with np.errstate(all="ignore"):
        a, b = enclose(F, p, p), enclose(F, q, q)
        apart = np.maximum(np.maximum(a.lower - b.upper, b.lower - a.upper), 0.0) * (1.0 - 2 * ULP)
        rise = np.sqrt((apart * apart).sum(0)) * (1.0 - (len(apart) + 4) * ULP)
        gap = np.nextafter(np.abs(p - q), np.inf)
        run = above(np.sqrt((gap * gap).sum(0)), len(gap) + 4)
        quotient = rise / run * (1.0 - 2 * ULP)
        return np.where(a.bad | b.bad | ~np.isfinite(quotient), 0.0, quotient)
