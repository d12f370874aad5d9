r"""Zeros of higher order of a function of one variable, which no Krawczyk test can prove.

If F(p) = F′(p) = … = F⁽ᵐ⁻¹⁾(p) = 0 by exact arithmetic, and F⁽ᵐ⁾ is proved not to be 0 on an interval around p, then F
has no other zero in it: between two zeros lies one of the derivative, so F has at most m, counted with multiplicity.

    F = x - sin x    at p = 0    F = F′ = F″ = 0, F‴ = cos x ≠ 0
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from core.branching import Boxes, Indices
from core.critical.rational import above, below, exact_value, simplest
from core.enclosure import enclose
from core.program import Program, jacobian

ORDER: Final = 12
MOST: Final = 40  # intervals that are tried
SIZE: Final = 4000  # instructions of a derivative


def runs(boxes: Boxes, room: float = 0.0) -> Boxes:
    """Intervals with no more room than that between them, as one: boxes of one dimension.

    >>> runs(Boxes(np.array([[2.0, 0.0, 1.0]]), np.array([[3.0, 1.0, 1.5]]))).upper.tolist()
    [[1.5, 3.0]]
    """
    if not len(boxes):
        return boxes
    order: Indices = np.argsort(boxes.lower[0])
    lower, upper = boxes.lower[:, order], np.maximum.accumulate(boxes.upper[:, order], 1)
    starts = np.flatnonzero(np.concatenate(([True], lower[0, 1:] > upper[0, :-1] + room)))
    ends = np.append(starts[1:], len(boxes)) - 1
    return Boxes(lower[:, starts], upper[:, ends])


def multiple(F: Program, intervals: Boxes) -> tuple[list[Fraction], Boxes, Boxes]:
    """Zeros of higher order at fractions, the intervals in which they are alone, and the intervals that are left.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> x = b.variable(0)
    >>> F = b.program([b.sub(x, b.call("sin", x))])
    >>> multiple(F, Boxes(np.array([[-1e-6]]), np.array([[1e-5]])))[0]
    [Fraction(0, 1)]
    """
    if not 0 < len(intervals) <= MOST:
        return [], intervals.where(np.zeros(len(intervals), bool)), intervals
    derivatives = _Derivatives(F)
    places = [_zero(derivatives, intervals, i) for i in range(len(intervals))]
    proved = np.array([place is not None for place in places])
    return [p for p in places if p is not None], intervals.where(proved), intervals.where(~proved)


class _Derivatives:
    """F, F′, F″, …, each made when it is asked for; None when it is too long."""

    def __init__(self, F: Program) -> None:
        self._known: list[Program] = [replace(F, domain=())]

    def __getitem__(self, k: int) -> Program | None:
        while len(self._known) <= k:
            if len(self._known[-1].code) > SIZE:
                return None
            self._known.append(jacobian(self._known[-1]))
        return self._known[k]


def _zero(derivatives: _Derivatives, intervals: Boxes, i: int) -> Fraction | None:
    low, high = float(intervals.lower[0, i]), float(intervals.upper[0, i])
    p = simplest(Fraction(low), Fraction(high))
    for m in range(ORDER + 1):
        F = derivatives[m]
        value = None if F is None else exact_value(F, (p,))
        if F is None or value is None:
            return None
        if value[0] != 0:
            bounds = enclose(F, [[below(Fraction(low))]], [[above(Fraction(high))]])
            apart = bounds.lower[0, 0] > 0 or bounds.upper[0, 0] < 0
            return p if m > 0 and apart and not bounds.bad[0] else None
    return None
