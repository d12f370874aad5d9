"""Minimize: the one loop around every method. It owns the limits and the verdict; a method only steps.

A run has arrived when the gradient vanishes and the point has come to rest:

    ‖∇f(x)‖ <= tolerance   and   ‖alpha p‖ <= REST (1 + ‖x‖).

The second half matters. Far out on exp(-x²) the gradient is as small as you like, yet Newton's method still
strides: no critical point is near. Where the gradient stays small over a way longer than 1 + ‖x‖, it diverges.
A method without derivatives says itself when it came to rest.

A run goes round in a circle when its last 2k points are the same k points twice, to a few units in the last place,
and they are apart.

Nothing here raises or warns for what a function may do: no value, no gradient, an overflow are Outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import ClassVar, Final, Protocol

import numpy as np
from numpy.linalg import norm

from core import settings
from core.optimize.trajectory import Array, Outcome, Step, Trajectory

TOLERANCE: Final = 1e-6
REST: Final = 1e-4
MAX_STEPS: Final = 200
LONGEST_CYCLE: Final = 8
SAME: Final = 1e-12  # two points of a cycle differ by less, in parts of 1 + |x|
APART: Final = 1e-6  # two neighbours on it differ by more
KINK: Final = "f has a kink here; the gradient of one side was used, with 0 for the slope of |u| at 0."


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
        for step in _with_kinks(f, method.steps(f, x)):
            if not all(map(math.isfinite, step.x.tolist())):  # nothing to see there
                return Trajectory(method.name, tuple(steps), Outcome.DIVERGED)
            steps.append(step)
            outcome = _verdict(f, steps, tolerance, max_steps, region)
            if outcome is not None:
                return Trajectory(method.name, tuple(steps), outcome)
    return Trajectory(method.name, tuple(steps), Outcome.STUCK)


def _with_kinks(f: Objective, steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, and a word on each for which the gradient of one side of a kink was used."""
    before = getattr(f, "kinks", 0)
    for step in steps:
        kinks = getattr(f, "kinks", 0)
        yield replace(step, note=f"{step.note} {KINK}".strip()) if kinks > before else step
        before = kinks


def _verdict(
    f: Objective, steps: list[Step], tolerance: float, max_steps: int, region: Sequence[tuple[float, float]] | None
) -> Outcome | None:
    """Why to stop at the last step, or None to go on. In Python floats: of few coordinates they are the faster ones."""
    step = steps[-1]
    x, g = step.x.tolist(), step.gradient.tolist()
    if region is not None and any(not low <= v <= high for v, (low, high) in zip(x, region, strict=True)):
        return Outcome.LEFT_REGION
    if max(map(abs, x)) > settings.COORDINATE:
        return Outcome.DIVERGED
    if math.isnan(step.value):
        return Outcome.LEFT_DOMAIN
    if math.isinf(step.value):
        return Outcome.NOT_FINITE
    if step.simplex is not None:
        return Outcome.AT_REST if step.resting else Outcome.OUT_OF_STEPS if len(steps) > max_steps else None
    if not all(map(math.isfinite, g)):
        return Outcome.NO_GRADIENT
    target = step.target.tolist()
    if step.ahead and math.hypot(*g) <= tolerance:
        g = f.gradient(step.x).tolist()
    if math.hypot(*g) <= tolerance:
        if math.dist(target, x) <= REST * (1 + math.hypot(*x)):
            return Outcome.VANISHED
        if _strays(steps, tolerance):
            return Outcome.DIVERGED
    if target == x and step.direction.any():
        endless = not step.step_size and not math.isfinite(float(step.gradient @ step.direction))
        return Outcome.NOT_FINITE if endless else Outcome.TOO_SMALL
    if _circles(steps, x):
        return Outcome.CYCLE
    return Outcome.OUT_OF_STEPS if len(steps) > max_steps else None


def _strays(steps: list[Step], tolerance: float) -> bool:
    """Whether the gradient was small all along a way longer than 1 + ‖x‖ up to now."""
    flat = takewhile(lambda step: norm(step.gradient) <= tolerance, reversed(steps))
    return any(norm(steps[-1].x - step.x) > 1 + norm(step.x) for step in flat)


def _circles(steps: list[Step], x: list[float]) -> bool:
    """Whether the last points are a round of at most so many points, gone twice."""
    value, near = steps[-1].value, 1e-9 * (1 + abs(steps[-1].value))
    if len(steps) < 4 or math.dist(x, steps[-2].x.tolist()) <= APART:
        return False  # at rest, or on its way there
    for k in range(2, min(LONGEST_CYCLE, len(steps) // 2) + 1):
        if abs(steps[-1 - k].value - value) <= near and _twice(steps, k):
            return True
    return False


def _apart(x: list[float], step: Step) -> float:
    """The largest difference of two coordinates."""
    return float(max(abs(a - b) for a, b in zip(x, step.x.tolist(), strict=True)))


def _twice(steps: list[Step], k: int) -> bool:
    size = 1 + max(map(abs, steps[-1].x.tolist()))
    now, before = [step.x.tolist() for step in steps[-k:]], steps[-2 * k : -k]
    if any(_apart(a, b) > SAME * size for a, b in zip(reversed(now), reversed(before), strict=True)):
        return False
    return all(_apart(a, b) > APART * size for a, b in zip(now, [*steps[-k + 1 :], steps[-k]], strict=True))
