r"""What lies beyond the bounded part of a box without end: Φ(±A) bounded by one look at all of it.

Intervals know ∞; where they lose ∞/∞ or 0 · ∞, the same entries in other forms count (`tails`), and the cones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

import numpy as np
from sympy import Expr

from core import calculus
from core.definiteness import Array
from core.enclosure import enclose
from core.problem import Side
from core.region.measure import Measure
from core.region.peak import Field
from core.region.regular import FAILURES, ends_of, holds
from core.region.tails import Tails

TAIL: Final = 0.3  # seconds, for a bound on one part by other forms
ALL: Final = 0.6  # and for those of all parts: a box without an end in eight variables has thousands


def most_beyond(
    pieces: Sequence[Field], measure: Measure, signs: Sequence[int], parts: Sequence[Sequence[Side]]
) -> float:
    """Above Φ(±A) on all of these parts; -∞ where there are none."""
    until = monotonic() + ALL
    return max((_beyond(A, measure, signs, parts, until) for A in pieces), default=-math.inf) if parts else -math.inf


def _beyond(A: Field, measure: Measure, signs: Sequence[int], parts: Sequence[Sequence[Side]], until: float) -> float:
    """A bound on unbounded boxes, by one look at all of each."""
    lower, upper = ends_of(parts, A.n)
    with np.errstate(all="ignore"):
        found = enclose(A.loose, lower, upper)
        most = _most(measure, signs, found.lower, found.upper)
        if A.cones is not None:
            most = np.fmin(most, A.cones.over(lower, upper))
        most = np.where(holds(A.f if A.across else A.loose, lower, upper), most, math.inf)
        if A.sides is not None:  # elsewhere lies another piece
            most = np.where((enclose(A.sides, lower, upper).upper <= 0.0).any(0), -math.inf, most)
        known, tails = -math.inf, A.tails
        for k in np.argsort(-most).tolist():  # the largest first: the others may not count
            if tails is None or monotonic() > until or most[k] <= known:
                break
            if holds(A.f if A.across else A.loose, lower[:, [k]], upper[:, [k]]).all():
                ends = _tails(tails, parts[k])
                narrower = np.fmax(found.lower[:, [k]], ends[0]), np.fmin(found.upper[:, [k]], ends[1])
                most[k] = min(most[k], _most(measure, signs, *narrower)[0])
            known = max(known, float(most[k]))
            if known == math.inf:
                break
    return float(most.max())


def most_on(pieces: Sequence[Field], box: Sequence[Side], measure: Measure, signs: Sequence[int]) -> float:
    """A bound on the bounded part of a box without end, by one look at all of it: it may be too large for a search."""
    if any(A.tails is None for A in pieces) or not all(A.across for A in pieces):
        return math.inf
    with np.errstate(all="ignore"):
        found = [_most(measure, signs, *_tails(A.tails, box)) for A in pieces if A.tails is not None]
    return max(float(most[0]) for most in found)


def _most(measure: Measure, signs: Sequence[int], lower: Array, upper: Array) -> Array:
    """Above Φ(±A), of each box; infinite where it is not known."""
    sides = [measure.over(*((lower, upper) if s > 0 else (-upper, -lower))) for s in signs]
    most: Array = np.max(np.where(np.isnan(sides), math.inf, sides), axis=0)
    return most


def _tails(tails: Tails, box: Sequence[Side]) -> Array:
    """Both ends of every entry, as columns."""
    found = [(-math.inf, math.inf)] * len(tails.entries)

    def look(e: Expr) -> Expr:
        found[:] = tails.over(box)
        return e

    with suppress(*FAILURES):
        calculus.within(TAIL, look, tails.entries[0])
    return np.array(found).T[..., None]
