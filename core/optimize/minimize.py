"""Minimize: the one loop around every method. It owns the limits and the verdict; a method only steps.

A run has arrived when the gradient vanishes and the point has come to rest:

    ‖∇f(x)‖ <= tolerance   and   ‖alpha p‖ <= √tolerance (1 + ‖x‖).

The second half matters. Far out on exp(-x²) the gradient is as small as you like, yet Newton's method still
strides: no critical point is near. Where the gradient stays small over a way longer than 1 + ‖x‖, it diverges.

Nothing here raises or warns for what a function may do: no value, no gradient, an overflow are Outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import ClassVar, Final, Protocol

import numpy as np
from numpy.linalg import norm

from core import settings
from core.optimize.trajectory import Array, Outcome, Step, Trajectory

TOLERANCE: Final = 1e-8
MAX_STEPS: Final = 200


class Objective(Protocol):
    """A function Rⁿ → R as a method sees it; nan where there is no value or derivative."""

    def value(self, x: Array) -> float:
        """f(x)."""

    def gradient(self, x: Array) -> Array:
        """∇f(x), shape (n,)."""

    def hessian(self, x: Array) -> Array:
        """∇²f(x), shape (n, n)."""


class Method(Protocol):
    """A frozen dataclass whose fields are its hyperparameters."""

    name: ClassVar[str]

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; ends where the method cannot go on, after a step that says why."""


def minimize(
    f: Objective,
    method: Method,
    start: Sequence[float] | Array,
    *,
    tolerance: float = TOLERANCE,
    max_steps: int = MAX_STEPS,
    region: Sequence[tuple[float, float]] | None = None,
) -> Trajectory:
    """Run a method from `start` until it arrives or cannot go on, for at most `max_steps` moves.

    `region`: one side (low, high) a coordinate, to be stayed in.

    >>> from core.optimize import Newton, Quadratic
    >>> minimize(Quadratic([[1, 0], [0, 10]]), Newton(), [10, 1]).sentence
    'After 1 step: the gradient vanished.'
    """
    x = np.array(start, dtype=float)
    assert x.ndim == 1 and np.isfinite(x).all()
    steps: list[Step] = []
    with np.errstate(all="ignore"):
        for step in method.steps(f, x):
            if not np.isfinite(step.x).all():  # nothing to see there
                return Trajectory(method.name, tuple(steps), Outcome.DIVERGED)
            steps.append(step)
            outcome = _verdict(steps, tolerance, max_steps, region)
            if outcome is not None:
                return Trajectory(method.name, tuple(steps), outcome)
    return Trajectory(method.name, tuple(steps), Outcome.STUCK)


def _verdict(
    steps: list[Step], tolerance: float, max_steps: int, region: Sequence[tuple[float, float]] | None
) -> Outcome | None:
    """Why to stop at the last step, or None to go on."""
    step = steps[-1]
    if region is not None and any(not low <= x <= high for x, (low, high) in zip(step.x, region, strict=True)):
        return Outcome.LEFT_REGION
    if np.abs(step.x).max() > settings.COORDINATE:
        return Outcome.DIVERGED
    if np.isnan(step.value):
        return Outcome.LEFT_DOMAIN
    if np.isinf(step.value):
        return Outcome.NOT_FINITE
    if not np.isfinite(step.gradient).all():
        return Outcome.NO_GRADIENT
    if norm(step.gradient) <= tolerance:
        if norm(step.target - step.x) <= np.sqrt(tolerance) * (1 + norm(step.x)):
            return Outcome.VANISHED
        if _strays(steps, tolerance):
            return Outcome.DIVERGED
    if step.direction.any() and (step.target == step.x).all():
        return Outcome.TOO_SMALL
    return Outcome.OUT_OF_STEPS if len(steps) > max_steps else None


def _strays(steps: list[Step], tolerance: float) -> bool:
    """Whether the gradient was small all along a way longer than 1 + ‖x‖ up to now."""
    flat = takewhile(lambda step: norm(step.gradient) <= tolerance, reversed(steps))
    return any(norm(steps[-1].x - step.x) > 1 + norm(step.x) for step in flat)
