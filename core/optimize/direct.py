"""Direct search: values of f alone, no derivative."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step

PART: Final = 0.05  # of a coordinate, by which the first simplex reaches along it
LEAST: Final = 0.00025  # where the coordinate is zero
MOVES: Final = {
    "reflect": "The worst corner was reflected.",
    "expand": "The reflected corner was so good that it went twice as far.",
    "outside": "Half of the reflection was better.",
    "inside": "Reflection did not help: the worst corner was pulled inside.",
    "shrink": "Nothing helped: all corners moved half-way to the best one.",
}


@dataclass(frozen=True)
class NelderMead:
    """A simplex of n + 1 corners that turns its worst corner over, stretches, and shrinks.

    It needs no derivative, so it does not mind a kink; it also gives no promise: it may come to rest where the slope is
    not zero. It has come to rest when all its corners, and their values, agree.

    Fields: `tolerance`, how near corners and values must come, both.

    >>> from core.optimize import Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), NelderMead(), [10, 1]).sentence
    'After 77 steps: the points came together.'

    Source: Nelder and Mead, A simplex method for function minimization, 1965, in the form of Lagarias, Reeds, Wright
    and Wright 1998; first simplex as in SciPy.
    """

    name: ClassVar[str] = "Nelder–Mead"

    tolerance: float = 1e-8

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; every later x is the best corner."""
        corners = [x] + [x + e for e in np.diag(np.where(x != 0, PART * x, LEAST))]
        known = [(f.value(c), i, c) for i, c in enumerate(corners)]
        (here, *_), known = known[0], sorted(known, key=_order)
        while True:
            (value, _, best), simplex = known[0], np.array([c for _, _, c in known])
            gap = max(abs(v - value) if math.isfinite(v) else math.inf for v, _, _ in known)
            resting = gap <= self.tolerance and bool(np.abs(simplex - best).max() <= self.tolerance)
            known, tried, note = _turn(f, known)
            p = known[0][2] - x
            yield Step(x, here, np.full_like(x, np.nan), p, 1.0, tried, note, simplex=simplex, resting=resting)
            here, _, x = known[0]


Corner = tuple[float, int, Array]  # value, age, place


def _order(corner: Corner) -> tuple[bool, float, int]:
    """Where f has no value a corner is the worst; of equal ones the older comes first."""
    return not math.isfinite(corner[0]), corner[0], corner[1]


def _turn(f: Objective, known: list[Corner]) -> tuple[list[Corner], tuple[Array, ...], str]:
    """The next simplex, the points that were tried and not taken, and what was done."""
    *others, (worst, _, last) = known
    centre = np.add.reduce([c for _, _, c in others]) / len(others)
    age = 1 + max(i for _, i, _ in known)

    def at(part: float) -> Corner:
        c = centre + part * (centre - last)
        return f.value(c), age, c

    reflected = at(1.0)
    if _order(reflected) < _order(others[0]):
        expanded = at(2.0)
        further = _order(expanded) < _order(reflected)
        taken, left, move = (expanded, reflected, "expand") if further else (reflected, expanded, "reflect")
        return sorted([*others, taken], key=_order), (left[2],), MOVES[move]
    if _order(reflected)[:2] < _order(others[-1])[:2]:
        return sorted([*others, reflected], key=_order), (), MOVES["reflect"]
    outside = _order(reflected)[:2] < (not math.isfinite(worst), worst)
    pulled = at(0.5 if outside else -0.5)
    if (outside and _order(pulled)[:2] <= _order(reflected)[:2]) or (
        not outside and _order(pulled)[:2] < (not math.isfinite(worst), worst)
    ):
        move = "outside" if outside else "inside"
        return sorted([*others, pulled], key=_order), (reflected[2],), MOVES[move]
    best = known[0]
    moved = [(f.value(c), age + i, c) for i, c in enumerate(best[2] + 0.5 * (c - best[2]) for _, _, c in known[1:])]
    return sorted([best, *moved], key=_order), (reflected[2], pulled[2]), MOVES["shrink"]
