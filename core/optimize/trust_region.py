r"""Trust regions: believe the quadratic model only so far, and learn how far from what it promised.

At x the model of f is m(p) = f + gᵀp + ½ pᵀBp. The step is its lowest point within ‖p‖ <= radius. If f falls by less
than a quarter of what the model promised, the radius becomes a quarter of itself; if by more than three quarters, and
the step went all the way, it doubles. A step that does not fall by a fair part is refused.

Exact subproblem: with B = V Λ Vᵀ and s = Vᵀg,

    p(μ) = -V (Λ + μ I)⁻¹ s,   ‖p(μ)‖ = radius,   μ >= max(0, -λ_min),

one equation in one unknown; where s has no part along the lowest eigenvector (the hard case), as much of that vector
is added as there is room for. So it leaves a saddle.

Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 4.1, page 69, with the constants of SciPy
(refused below 0.15 of the promise); sections 4.1 (dogleg) and 4.3 (exact); Moré and Sorensen 1983.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from core.optimize.minimize import Objective
from core.optimize.second_order import NO_HESSIAN, finite
from core.optimize.trajectory import Array, Step

FAIR: Final = 0.15  # of the promised decrease; less is refused
LARGEST: Final = 1000.0
SMALLEST: Final = 1e-300
REFUSALS: Final = 200  # of one step
ROUNDING: Final = 64 * np.finfo(float).eps  # of f: a promise below it cannot be judged by the values of f
ALIKE: Final = 16 * ROUNDING  # of f: values that differ by less may be the same
NO_PART: Final = "However little the model is trusted, it promises more than comes true."
CUT: Final = "The model’s lowest point is out of reach: the step ends on the rim of the trust region."
NOT_CONVEX: Final = "The model is not a bowl here, so the dogleg goes down the gradient to the rim."

Subproblem = Callable[[Array, Array, float], tuple[Array, str]]


@dataclass(frozen=True)
class TrustRegion:
    """The lowest point of the second-order model within a radius that adapts: Newton, made safe everywhere.

    Fields: `radius`, the first one; `dogleg`, to go along two straight pieces (steepest descent, then Newton) instead
    of solving the subproblem exactly: cheaper, and the same near a minimum.

    >>> from core.optimize import Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), TrustRegion(radius=100.0), [10, 1]).sentence
    'After 1 step: the gradient vanished.'

    Source: at the top of this file.
    """

    name: ClassVar[str] = "trust region"

    radius: float = 1.0
    dogleg: bool = False

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; refused trials are those of its step."""
        radius, solve = self.radius, dogleg if self.dogleg else lowest
        while True:
            value, g, H = f.value(x), f.gradient(x), f.hessian(x)
            if not finite(H) or not finite(g):
                yield Step(x, value, g, np.zeros_like(g), 0.0, note=NO_HESSIAN, hessian=H)
                return
            step, radius = trusted(f, x, value, g, H, radius, solve)
            yield step
            if not step.step_size and g.any():
                return
            x = step.target


def trusted(
    f: Objective, x: Array, value: float, g: Array, B: Array, radius: float, solve: Subproblem
) -> tuple[Step, float]:
    """One step that keeps a fair part of its promise, and the radius for the next one."""
    refused: list[Array] = []
    for _ in range(REFUSALS):
        p, note = solve(g, B, radius)
        promised = -float(g @ p + 0.5 * (p @ B @ p))
        fell = value - f.value(x + p)
        alike = promised <= ROUNDING * abs(value) and abs(fell) <= ALIKE * abs(value)  # then the model is believed
        ratio = 1.0 if alike else fell / promised if promised > 0 else 0.0
        now = radius
        if not ratio >= 0.25:
            radius *= 0.25
        elif ratio > 0.75 and math.sqrt(p @ p) >= (1 - 1e-9) * radius:
            radius = min(2 * radius, max(LARGEST, radius))
        if ratio > FAIR or not g.any():
            return Step(x, value, g, p, 1.0, tuple(refused), note, B, now), radius
        refused.append(x + p)
        if radius < SMALLEST or ((x + p) == x).all():
            break
    return Step(x, value, g, np.zeros_like(g), 0.0, tuple(refused), NO_PART, B, radius), radius


def lowest(g: Array, B: Array, radius: float) -> tuple[Array, str]:
    """The lowest point of gᵀp + ½ pᵀBp within ‖p‖ <= radius, and a note where it lies on the rim.

    >>> lowest(np.array([0.0, 1.0]), np.diag([-2.0, 1.0]), 1.0)[0].round(4).tolist()
    [0.9428, -0.3333]
    """
    curvatures, V = np.linalg.eigh(B)
    s, least = V.T @ g, float(curvatures[0])
    size = max(float(np.abs(curvatures).max()), SMALLEST)
    if least > len(g) * np.finfo(float).eps * size:
        p = -V @ (s / curvatures)
        if math.sqrt(p @ p) <= radius:
            return p, ""
    edge = max(0.0, -least)
    flat = curvatures + edge <= 1e-14 * size  # the directions that are lowest of all
    if np.abs(s[flat]).max(initial=0.0) <= 1e-14 * max(float(np.abs(s).max()), SMALLEST):
        p = np.where(flat, 0.0, -s / np.where(flat, 1.0, curvatures + edge))
        room = radius**2 - float(p @ p)
        if room >= 0:  # the hard case
            p[int(np.argmax(flat))] += math.sqrt(room) if flat.any() and (least < 0 or not room) else 0.0
            return V @ p, CUT if least < 0 else ""
    return -V @ (s / (curvatures + _shift(curvatures, s, radius, edge))), CUT


def _shift(curvatures: Array, s: Array, radius: float, edge: float) -> float:
    """The μ above `edge` for which ‖p(μ)‖ = radius: Newton on 1/‖p(μ)‖ - 1/radius, which is nearly straight."""
    size = math.sqrt(float(s @ s))
    low, high = edge, edge + size / radius + float(np.abs(curvatures).max())
    mu = max(low + 1e-3 * (high - low), size / radius - float(curvatures[0]))
    for _ in range(100):
        shifted = curvatures + mu
        p = s / shifted
        length = math.sqrt(float(p @ p))
        if not math.isfinite(length) or length > radius:
            low = mu
        else:
            high = mu
        if abs(length - radius) <= 1e-14 * radius:
            break
        slope = float((p * p / shifted).sum())
        better = mu + (length / radius - 1) * length * length / slope if slope > 0 else math.nan
        mu = better if low < better < high else 0.5 * (low + high)
        if mu in (low, high):
            break
    return mu


def dogleg(g: Array, B: Array, radius: float) -> tuple[Array, str]:
    """Down the gradient to the lowest point there, and from it towards Newton's point, as far as the radius goes.

    >>> dogleg(np.array([10.0, 10.0]), np.diag([1.0, 10.0]), 20.0)[0].tolist()
    [-10.0, -1.0]
    """
    curvatures, V = np.linalg.eigh(B)
    down = -g * (radius / math.sqrt(g @ g)) if g.any() else g
    if curvatures[0] <= 0:
        return down, NOT_CONVEX
    newton = -V @ ((V.T @ g) / curvatures)
    if math.sqrt(newton @ newton) <= radius:
        return newton, ""
    cauchy = -g * float((g @ g) / (g @ B @ g))
    if math.sqrt(cauchy @ cauchy) >= radius:
        return down, CUT
    d = newton - cauchy
    a, b, c = float(d @ d), float(cauchy @ d), float(cauchy @ cauchy) - radius**2
    return cauchy + d * (-c / (b + math.sqrt(b * b - a * c)) if b > 0 else (-b + math.sqrt(b * b - a * c)) / a), CUT
