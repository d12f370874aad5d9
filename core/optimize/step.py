r"""One step downhill: what the slope promises, what the curvature takes back, and how far to go.

With g = ∇f(x) and H = ∇²f(x), the second-order model along the ray -g is a parabola in the step size ε:

    f(x - ε g)  ≈  f(x)  -  ε gᵀg  +  ½ ε² gᵀHg
                   start    promised   curvature

If gᵀHg > 0 it has one lowest point, ε* = gᵀg / gᵀHg, and is back at its start at 2ε*. If not, it falls for ever
and says nothing about where to stop; a backtracking search does.

A fixed ε repeated on a quadratic multiplies the error along the i-th eigenvector by 1 - ε λᵢ at every step.

Source: Goodfellow, Bengio, Courville, Deep Learning, section 4.3.1; Nocedal and Wright, section 3.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from core.definiteness import Kind, by_eigenvalues
from core.optimize.line_search import Backtracking
from core.optimize.minimize import Objective
from core.optimize.trajectory import Array

NO_VALUE: Final = "The function has no value at this point, so there is nothing to step from. Move the point."
NO_GRADIENT: Final = (
    "No gradient can be computed at this point: the formula has a kink or an edge there. Move the point."
)
NO_HESSIAN: Final = "No second derivatives can be computed at this point, so there is no parabola. Move the point."
TOO_LARGE: Final = "The numbers at this point are too large to compute with. Move the point."
VANISHED: Final = "The gradient is zero here: no direction goes downhill, so there is no step. Move the point."
ROUND: Final = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, eq=False)
class Downhill:
    """What is known at x of the way along -g.

    >>> from core.optimize import Quadratic
    >>> down = Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0])
    >>> down.terms(0.5), down.model(0.5)
    ((6.0, -26.0, 31.5), 11.5)
    >>> round(down.best, 4), round(down.break_even, 4)
    (0.2063, 0.4127)
    """

    x: Array  # (n,)
    value: float
    g: Array  # (n,)
    H: Array  # (n, n)

    @staticmethod
    def at(f: Objective, x: object) -> Downhill:
        """Value, gradient and Hessian at x."""
        place = np.array(x, dtype=float)
        return Downhill(place, f.value(place), f.gradient(place), f.hessian(place))

    @cached_property
    def trouble(self) -> str:
        """Why there is no step to speak of; empty when there is one."""
        if math.isnan(self.value):
            return NO_VALUE
        if np.isnan(self.g).any():
            return NO_GRADIENT
        if np.isnan(self.H).any():
            return NO_HESSIAN
        if not all(map(math.isfinite, (self.value, self.gg, self.bend))):
            return TOO_LARGE
        return "" if self.gg > 0 else VANISHED

    @cached_property
    def gg(self) -> float:
        """gᵀg: the decrease the slope promises, per unit of ε."""
        with np.errstate(all="ignore"):
            return float(self.g @ self.g)

    @cached_property
    def bend(self) -> float:
        """gᵀHg: how the ray bends; exactly 0 where it is only rounding."""
        with np.errstate(all="ignore"):
            bend, size = float(self.g @ self.H @ self.g), float(np.abs(self.H).sum()) * self.gg
        return 0.0 if math.isfinite(size) and abs(bend) <= 8 * np.finfo(float).eps * size else bend

    def target(self, eps: float) -> Array:
        """Where the step ends: x - ε g."""
        return self.x - eps * self.g

    def terms(self, eps: float) -> tuple[float, float, float]:
        """Old value, what the slope promises, what the curvature adds."""
        return self.value, -eps * self.gg, 0.5 * eps * eps * self.bend

    def model(self, eps: float) -> float:
        """The sum of the three terms."""
        return sum(self.terms(eps))

    @property
    def best(self) -> float | None:
        """ε* = gᵀg / gᵀHg, the only lowest point of the model; None when gᵀHg <= 0."""
        return self.gg / self.bend if self.bend > 0 else None

    @property
    def break_even(self) -> float | None:
        """2ε*, where the model is back at its start."""
        return None if self.best is None else 2 * self.best

    @cached_property
    def eigenvalues(self) -> tuple[float, ...]:
        """The eigenvalues of H, the smallest first."""
        return tuple(float(v) for v in np.linalg.eigvalsh(self.H))

    def factors(self, eps: float) -> tuple[float, ...]:
        """|1 - ε λᵢ|: what a repeated step leaves of the error along each eigenvector of a quadratic.

        >>> from core.optimize import Quadratic
        >>> [round(q, 2) for q in Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0]).factors(0.3)]
        [0.7, 0.5]
        """
        return tuple(abs(1 - eps * v) for v in self.eigenvalues)

    @property
    def limits(self) -> Limits | None:
        """The step sizes that belong to H; None unless all its eigenvalues are positive."""
        if by_eigenvalues(self.H).kind is not Kind.MINIMUM:
            return None
        return Limits(self.eigenvalues[0], self.eigenvalues[-1])

    def reach(self, width: float) -> float:
        """How far to look along the ray: a little past break-even; without one, half of `width`."""
        return nice(2.4 * self.best if self.best is not None else 0.5 * width / math.sqrt(self.gg))


@dataclass(frozen=True)
class Limits:
    """Four step sizes for a positive definite H, from its smallest and its largest eigenvalue.

    >>> limits = Limits(1.0, 5.0)
    >>> limits.shortest, limits.longest, limits.stable, round(limits.fastest, 4)
    (0.2, 1.0, 0.4, 0.3333)
    """

    least: float
    most: float

    @property
    def shortest(self) -> float:
        """1/λ_max: the smallest ε* of any gradient, met along the steepest-bending eigenvector."""
        return 1 / self.most

    @property
    def longest(self) -> float:
        """1/λ_min: the largest ε* of any gradient, met along the least-bending eigenvector."""
        return 1 / self.least

    @property
    def stable(self) -> float:
        """2/λ_max: below it a fixed step converges from every start on the quadratic, above it does not."""
        return 2 / self.most

    @property
    def fastest(self) -> float:
        """2/(λ_min + λ_max): the fixed step with the smallest largest factor."""
        return 2 / (self.least + self.most)


@dataclass(frozen=True)
class Trial:
    """One trial of a backtracking search: accepted if f(x - ε g) is at most `allowed`."""

    eps: float
    value: float  # nan outside the domain
    allowed: float
    accepted: bool


def backtrack(f: Objective, down: Downhill, eps: float, search: Backtracking | None = None) -> tuple[Trial, ...]:
    """The trials of a backtracking search from ε down, in order; none accepted when all were refused.

    >>> from core.optimize import Quadratic
    >>> f = Quadratic([[3, 2], [2, 3]])
    >>> [(t.eps, t.value, t.accepted) for t in backtrack(f, Downhill.at(f, [2, 0]), 0.5)]
    [(0.5, 11.5, False), (0.25, 0.875, True)]
    """
    search = search or Backtracking()
    accepted, refused = search.search(f, down.x, down.value, down.g, -down.g, eps)
    sizes = [eps * search.rho**k for k in range(len(refused))] + ([accepted] if accepted else [])
    values = [f.value(down.target(size)) for size in sizes]
    return tuple(
        Trial(size, value, down.value - search.c * size * down.gg, i == len(refused))
        for i, (size, value) in enumerate(zip(sizes, values, strict=True))
    )


def along(f: Objective, down: Downhill, end: float, count: int = 161) -> tuple[tuple[float, float], ...]:
    """The true f along the ray: pairs (ε, f(x - ε g)) from 0 to `end`; nan outside the domain.

    >>> from core.optimize import Quadratic
    >>> f = Quadratic([[2]])
    >>> along(f, Downhill.at(f, [1]), 1.0, 3)
    ((0.0, 1.0), (0.5, 0.0), (1.0, 1.0))
    """
    sizes = (end * k / (count - 1) for k in range(count))
    return tuple((eps, f.value(down.target(eps))) for eps in sizes)


def nice(x: float) -> float:
    """The next round number from a positive x up.

    >>> nice(0.4952), nice(0.061), nice(100.0)
    (0.5, 0.08, 100.0)
    """
    power = 10.0 ** math.floor(math.log10(x))
    return float(f"{next((r for r in ROUND if r * power >= x * (1 - 1e-9)), 10.0) * power:.3g}")
