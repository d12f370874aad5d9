"""Sweep: one method from one start with many rates, so that nobody has to believe in the one that was chosen.

A method with a fixed rate works coordinate by coordinate. Given k rates and the start k times, shape (n, k), its one
generator makes k runs side by side; here they are watched until each has an outcome, as `minimize` has for one.

The rates are evenly spaced in the logarithm, around what is usual for the method: for those whose step is the rate
times the gradient, around one over the largest curvature at the start; for those that divide the gradient by its size,
whose rate is a length, below the size of the window.

Rule: the best rate is the one whose run comes to a minimum in the fewest steps; where none does, the one that ends
lowest. It is the best from this start, and luck has its part in it: that is why all are shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.numeric import Objective, arrays, part
from core.optimize.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from core.optimize.ending import kind_near
from core.optimize.first_order import GradientDescent, Momentum, Nesterov
from core.optimize.minimize import REST, TOLERANCE
from core.optimize.trajectory import Array, Outcome, Step
from core.program import Program

RATES: Final = 50
SPAN: Final = 1e4  # the largest rate over the smallest
DIGITS: Final = 3
LENGTHS: Final = (AdaGrad, RMSprop, Adam, AMSGrad, AdamW)  # their rate is the length of a step
SWEPT: Final = (GradientDescent, Momentum, Nesterov, *LENGTHS)
NEAR: Final = 1e-4  # ends that differ by less, relatively, are one point
_UNDECIDED: Final = -1
_OUTCOMES: Final = tuple(Outcome)


@dataclass(frozen=True, eq=False)
class Sweep:
    """How the run with each rate ended; k rates, ascending."""

    rates: Array  # (k,)
    outcomes: tuple[Outcome, ...]
    kinds: tuple[str, ...]  # of the critical point a run came to; empty where it came to none
    moves: NDArray[np.int64]  # (k,)
    ends: Array  # (n, k)
    values: Array  # (k,), of f at the ends

    @property
    def best(self) -> int:
        """Which rate is the best: fewest steps to a minimum, else the lowest end."""
        arrived = [i for i, kind in enumerate(self.kinds) if kind == "minimum"]
        if arrived:
            return min(arrived, key=lambda i: (int(self.moves[i]), i))
        heights = [float(v) if math.isfinite(v) else math.inf for v in self.values]
        return min(range(len(heights)), key=lambda i: (heights[i], i))


def rates(method: Any, curvature: float, size: float, count: int = RATES) -> Array:
    """The rates to try, rounded as they are shown: `curvature` is the largest at the start, `size` that of the window.

    >>> rates(GradientDescent(), 10.0, 5.0, 5).tolist(), rates(Adam(), 10.0, 5.0, 3).tolist()
    ([0.001, 0.01, 0.1, 1.0, 10.0], [0.0005, 0.05, 5.0])
    """
    if isinstance(method, LENGTHS):
        least, most = size / SPAN, size
    else:
        usual = 1 / curvature if 1e-9 < curvature < math.inf else 0.1
        least, most = usual / math.sqrt(SPAN), usual * math.sqrt(SPAN)
    return np.array([float(f"{rate:.{DIGITS}g}") for rate in np.geomspace(least, most, count)])


def sweep(
    jet: Program, f: Program, method: Any, tried: Sequence[float] | Array, start: Sequence[float], max_steps: int
) -> Sweep:
    """Run `method` from `start` with each of the rates, each for at most so many moves.

    `jet` has the outputs f, gradient and Hessian; `f` is the function itself, which may have fewer conditions.

    >>> from core.program import Builder, jet
    >>> b = Builder(1)
    >>> f = b.program([b.power(b.variable(0), 2)])
    >>> found = sweep(jet(f), f, GradientDescent(), [0.1, 0.5, 1.1], [1.0], 200)
    >>> [outcome.name for outcome in found.outcomes], found.moves.tolist(), found.best
    (['VANISHED', 'VANISHED', 'DIVERGED'], [66, 1, 114], 1)
    """
    n, rates = jet.inputs, np.asarray(tried, dtype=float)
    X = np.repeat(np.array(start, dtype=float)[:, None], len(rates), axis=1)
    many = _Side(f, part(jet, 1, 1 + n))
    watch = _Watch(many, n, len(rates))
    with np.errstate(all="ignore"):
        for k, step in enumerate(replace(method, rate=rates).steps(many, X)):
            watch.see(step, k, last=k >= max_steps)
            if watch.over:
                break
        kinds = _kinds(Objective(jet, f), watch)
    outcomes = tuple(_OUTCOMES[i] for i in watch.outcomes)
    return Sweep(rates, outcomes, kinds, watch.moves, watch.ends, watch.values)


@dataclass(frozen=True)
class _Side:
    """A function on many points side by side, as a method sees it."""

    f: Program
    slope: Program

    def value(self, X: Array) -> Array:
        """f at the points, (k,)."""
        return np.asarray(arrays(self.f, X)[0])

    def gradient(self, X: Array) -> Array:
        """∇f at the points, (n, k)."""
        return arrays(self.slope, X)


class _Watch:
    """What has become of each of k runs so far."""

    def __init__(self, many: _Side, n: int, k: int) -> None:
        self.many = many
        self.outcomes = np.full(k, _UNDECIDED)
        self.moves = np.zeros(k, dtype=np.int64)
        self.ends = np.full((n, k), np.nan)
        self.values = np.full(k, np.nan)

    @property
    def over(self) -> bool:
        """Whether every run has ended."""
        return bool((self.outcomes != _UNDECIDED).all())

    def see(self, step: Step, k: int, last: bool) -> None:
        """Judge the k-th points, in the order of `minimize`."""
        x, g, move = step.x, step.gradient, step.step_size * step.direction
        slope, length = _lengths(g), _lengths(move)
        if step.ahead and (slope <= TOLERANCE).any():
            slope = np.maximum(slope, _lengths(self.many.gradient(x)))
        lost = ~np.isfinite(x).all(axis=0) | (np.abs(x).max(axis=0) > settings.COORDINATE)
        rested = (slope <= TOLERANCE) & (length <= REST * (1 + _lengths(x)))
        still = (x + move == x).all(axis=0) & (step.direction != 0).any(axis=0)
        verdicts = (
            (lost, Outcome.DIVERGED),
            (np.isnan(step.value), Outcome.LEFT_DOMAIN),
            (np.isinf(step.value), Outcome.NOT_FINITE),
            (~np.isfinite(g).all(axis=0), Outcome.NO_GRADIENT),
            (rested, Outcome.VANISHED),
            (still, Outcome.TOO_SMALL),
            (np.full(len(lost), last), Outcome.OUT_OF_STEPS),
        )
        for holds, outcome in verdicts:
            self._end(holds & (self.outcomes == _UNDECIDED), outcome, step, k)

    def _end(self, which: NDArray[np.bool_], outcome: Outcome, step: Step, k: int) -> None:
        self.outcomes[which], self.moves[which] = _OUTCOMES.index(outcome), k
        self.ends[:, which], self.values[which] = step.x[:, which], np.asarray(step.value)[which]


def _lengths(X: Array) -> Array:
    lengths: Array = np.sqrt((X * X).sum(axis=0))
    return lengths


def _kinds(f: Objective, watch: _Watch) -> tuple[str, ...]:
    """The kind of the critical point at the end of each run that came to one; asked once for each point."""
    known: list[tuple[Array, str]] = []
    return tuple(
        _kind(f, end, known) if outcome == _OUTCOMES.index(Outcome.VANISHED) else ""
        for outcome, end in zip(watch.outcomes, watch.ends.T, strict=True)
    )


def _kind(f: Objective, x: Array, known: list[tuple[Array, str]]) -> str:
    for place, kind in known:
        if np.abs(x - place).max() <= NEAR * (1 + np.abs(place).max()):
            return kind
    known.append((x, kind_near(f, x).kind))
    return known[-1][1]
