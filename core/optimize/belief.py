"""Belief: what a method took for granted about f when it made a step, eigenvector by eigenvector.

Every step here goes towards the critical point of some quadratic model with the gradient of f and a matrix of its own,

    m(s) = f + gᵀs + ½ sᵀBs,      H = V diag(λ) Vᵀ,   B = V diag(b) Vᵀ:

    gradient descent     b = 1/rate       a round bowl, whatever H is
    Newton, damped       b = λ
    modified Newton      b = λ + τ        τ makes all of them positive
    saddle-free Newton   b = |λ|
    trust region         b = λ, but only within a radius: on its rim (λ + μ) sᵢ = -gᵢ with one μ for all i

So along each eigenvector a step is a slope divided by a number, and the model says what the step will bring.

Source: Nocedal and Wright, Numerical Optimization, 2nd edition, chapters 3 and 4; (4.8) for μ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from core.optimize.first_order import GradientDescent
from core.optimize.minimize import Method
from core.optimize.second_order import ModifiedNewton, SaddleFreeNewton
from core.optimize.trajectory import Array, Step
from core.optimize.trust_region import TrustRegion

LEVEL: Final = 1e-9  # the part of a unit vector that counts for nothing
RIM: Final = 1 - 1e-9  # of the radius: a step so long ends on the rim


@dataclass(frozen=True, eq=False)
class Belief:
    """What a method believed at x, and the step it made of it.

    >>> from core.optimize import Newton, Quadratic
    >>> f, x = Quadratic([[2, 0], [0, -2]]), np.array([1.0, 2.0])
    >>> b = believe(Newton(), next(Newton().steps(f, x)), f.hessian(x))
    >>> b.curvatures.tolist(), b.slopes.tolist(), b.parts.tolist(), b.predicted
    ([-2.0, 2.0], [-4.0, 2.0], [-2.0, -1.0], -3.0)
    """

    x: Array  # (n,)
    curvatures: Array  # (n,): λ, the smallest first
    axes: Array  # (n, n): V, an eigenvector a column
    slopes: Array  # (n,): Vᵀg
    bends: Array  # (n,): b, the curvatures that it believed in
    parts: Array  # (n,): Vᵀs, the step along each eigenvector
    shift: float = 0.0  # τ, or μ: what was added to every curvature

    @property
    def divisors(self) -> Array:
        """What each slope was divided by, for the whole step: bᵢ, on the rim of a trust region λᵢ + μ."""
        return self.bends if self.shift == 0 else self.curvatures + self.shift

    @property
    def predicted(self) -> float:
        """f - m(s): how far f falls, if the model is right; negative where the model itself goes up."""
        return -float(self.slopes @ self.parts + 0.5 * (self.bends * self.parts**2).sum())

    @cached_property
    def critical(self) -> Array | None:
        """Where the slope of the model is zero; None when that is not one point."""
        sizes = np.abs(self.bends)
        if not sizes.min() > len(sizes) * np.finfo(float).eps * sizes.max():
            return None
        at: Array = self.x - self.axes @ (self.slopes / self.bends)
        return at


def believe(method: Method, step: Step, H: Array) -> Belief | None:
    """The belief behind a step, H being the Hessian of f at its x; None where H has no value."""
    if not (np.isfinite(H).all() and np.isfinite(step.gradient).all()):
        return None
    curvatures, V = np.linalg.eigh(H)
    V = V * _upwards(V)
    slopes, parts = V.T @ step.gradient, V.T @ (step.step_size * step.direction)
    bends, shift = curvatures, 0.0
    match method:
        case GradientDescent(rate=rate):
            bends = np.full_like(curvatures, 1 / rate)
        case SaddleFreeNewton(damping=damping):
            bends = np.abs(curvatures) + damping
        case ModifiedNewton():
            shift = method.shift(curvatures)
            bends = curvatures + shift
        case TrustRegion(dogleg=False):
            shift = _multiplier(curvatures, slopes, parts, step.radius)
    return Belief(step.x, curvatures, V, slopes, bends, parts, shift)


def _upwards(V: Array) -> Array:
    """1 or -1 for each eigenvector: whichever makes its last part that counts positive."""
    last = [float(v[np.flatnonzero(np.abs(v) > LEVEL)[-1]]) for v in V.T]
    return np.sign(last)


def _multiplier(curvatures: Array, slopes: Array, parts: Array, radius: float | None) -> float:
    """μ, read off the longest part of a step that ends on the rim; 0 inside."""
    if radius is None or math.sqrt(float(parts @ parts)) < RIM * radius:
        return 0.0
    i = int(np.argmax(np.abs(parts)))
    return float(-slopes[i] / parts[i] - curvatures[i])
