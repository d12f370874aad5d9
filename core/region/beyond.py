r"""What lies beyond the bounded part of a box without end: Φ(±A) bounded by one look at all of it.

Intervals know ∞; where they lose ∞/∞ or 0 · ∞, the same entries in other forms count (`tails`), and the cones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

import numpy as np
from sympy import Expr

from core import calculus
from core.definiteness import Array
from core.enclosure import enclose
from core.problem import Side
from core.region.measure import Measure
from core.region.peak import Field
from core.region.regular import FAILURES, holds
from core.region.tails import Tails

TAIL: Final = 0.3  # seconds, for a bound on one part


def most_beyond(
    pieces: Sequence[Field], measure: Measure, signs: Sequence[int], parts: Iterable[Sequence[Side]]
) -> float:
    """Above Φ(±A) on all of these parts; -∞ where there are none."""
    return max((_beyond(A, measure, signs, part) for part in parts for A in pieces), default=-math.inf)


def _beyond(A: Field, measure: Measure, signs: Sequence[int], box: Sequence[Side]) -> float:
    """A bound on an unbounded box, by one look at all of it."""
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    with np.errstate(all="ignore"):
        found = enclose(A.loose, low, high)
        if A.sides is not None and (enclose(A.sides, low, high).upper <= 0.0).any():
            return -math.inf  # the piece lies elsewhere
        if not holds(A.f if A.across else A.loose, box):
            return math.inf
        most = _most(measure, signs, found.lower, found.upper)
        if A.cones is not None:
            most = float(np.fmin(most, A.cones.over(low, high))[0])
        if A.tails is not None:
            ends = _tails(A.tails, box)
            most = min(most, _most(measure, signs, np.fmax(found.lower, ends[0]), np.fmin(found.upper, ends[1])))
    return most


def most_on(pieces: Sequence[Field], box: Sequence[Side], measure: Measure, signs: Sequence[int]) -> float:
    """A bound on the bounded part of a box without end, by one look at all of it: it may be too large for a search."""
    if any(A.tails is None for A in pieces) or not all(A.across for A in pieces):
        return math.inf
    return max(_most(measure, signs, *_tails(A.tails, box)) for A in pieces if A.tails is not None)


def _most(measure: Measure, signs: Sequence[int], lower: Array, upper: Array) -> float:
    sides = ((lower, upper) if s > 0 else (-upper, -lower) for s in signs)
    most = max(float(measure.over(*ends)[0]) for ends in sides)
    return math.inf if math.isnan(most) else most


def _tails(tails: Tails, box: Sequence[Side]) -> Array:
    """Both ends of every entry, as columns."""
    found = [(-math.inf, math.inf)] * len(tails.entries)

    def look(e: Expr) -> Expr:
        found[:] = tails.over(box)
        return e

    with suppress(*FAILURES):
        calculus.within(TAIL, look, tails.entries[0])
    return np.array(found).T[..., None]
