"""Trajectory: where an iteration went, all it saw and tried on the way, and why it stopped.

A step is written down before the move: at x the method saw f and ∇f, and it will go to

    x + alpha p

with its direction p and step size alpha. Points a line search or a trust region tried and refused are its trials.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Outcome(Enum):
    """Why an iteration stopped, as a sentence for the learner."""

    VANISHED = "The gradient vanished."
    AT_REST = "The points came together."
    OUT_OF_STEPS = "It ran out of steps."
    CYCLE = "It goes round in a circle: these points come again and again."
    LEFT_DOMAIN = "It left the region where f can be computed."
    LEFT_REGION = "It left the region it was given."
    NOT_FINITE = "The value of f is too large for a number."
    NO_GRADIENT = "The function has no gradient there."
    TOO_SMALL = "The step became too small to get anywhere."
    STUCK = "The method cannot go on from there."
    DIVERGED = "It diverges: the points run away."


@dataclass(frozen=True, eq=False)
class Step:
    """What an iteration saw at x, and the move it is about to make.

    >>> step = Step(np.array([1.0, 1.0]), 2.0, np.array([2.0, 2.0]), np.array([-2.0, -2.0]), 0.25)
    >>> step.target
    array([0.5, 0.5])
    """

    x: Array  # (n,)
    value: float
    gradient: Array  # (n,); nan of a method that does not ask for it
    direction: Array  # (n,); zero when there is none
    step_size: float
    trials: tuple[Array, ...] = ()  # points tried and refused, in order
    note: str = ""  # what the learner should know about this very step
    hessian: Array | None = None  # (n, n): the matrix of the model it believed in; None without one
    radius: float | None = None  # of the region in which it trusted the model; None without one
    simplex: Array | None = None  # (n + 1, n), the best corner first; only of a method without derivatives
    resting: bool = False  # a method without derivatives says by itself that it came to rest
    ahead: bool = False  # the gradient is that at another point, where the method looked ahead to

    @property
    def target(self) -> Array:
        """Where the move ends: x + alpha p. Kept, without the lock of `cached_property`: every step asks twice."""
        found: Array | None = self.__dict__.get("_target")
        if found is None:
            still = isinstance(self.step_size, float) and self.step_size == 0.0  # many runs at once: an array of them
            found = self.__dict__["_target"] = self.x if still else self.x + self.step_size * self.direction
        return found


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The steps of one run, the last one with the move that was not made any more."""

    method: str
    steps: tuple[Step, ...]
    outcome: Outcome

    @property
    def points(self) -> Array:
        """The points in order, the start first; shape (steps, n)."""
        return np.array([step.x for step in self.steps])

    @property
    def values(self) -> Array:
        """f at the points; shape (steps,)."""
        return np.array([step.value for step in self.steps])

    @property
    def sentence(self) -> str:
        """Why it stopped, and after how many moves; for a method that found no step, its own reason too."""
        moves = len(self.steps) - 1
        reason = self.outcome.value[0].lower() + self.outcome.value[1:]
        last = self.steps[-1]
        told = self.outcome is Outcome.STUCK or (self.outcome is Outcome.TOO_SMALL and not last.step_size)
        note = f" {last.note}" if told and last.note else ""
        return f"After {moves} step{'' if moves == 1 else 's'}: {reason}{note}"
