"""Line search: how far to go once the direction is chosen.

Armijo's condition asks for a fair part c of the decrease that the slope promises:

    f(x + alpha p) <= f(x) + c alpha ∇f(x)ᵀp
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.optimize.trajectory import Array

if TYPE_CHECKING:
    from core.optimize.minimize import Objective

SMALLEST: Final = 2.0**-60  # part of the first step size; below, there is nothing to be found


@dataclass(frozen=True)
class Backtracking:
    """Shrink the step until Armijo's condition holds: alpha <- rho alpha.

    A point where f cannot be computed is refused like one that is too high, so the search stays in the domain.
    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 3.1, page 37.

    >>> import numpy as np
    >>> from core.optimize import Quadratic
    >>> f, x = Quadratic([[1, 0], [0, 10]]), np.array([10.0, 1.0])
    >>> p = -f.gradient(x)
    >>> alpha, refused = Backtracking().search(f, x, f.value(x), f.gradient(x), p, 1.0)
    >>> alpha, [f.value(point) for point in refused]
    (0.25, [405.0, 92.5])
    """

    rho: float = 0.5  # the factor of each shrinking, between 0 and 1
    c: float = 1e-4  # the part of the promised decrease that is asked for, between 0 and 1

    def search(
        self, f: Objective, x: Array, value: float, g: Array, p: Array, alpha: float
    ) -> tuple[float, tuple[Array, ...]]:
        """The step size from `alpha` down, and the points refused; 0 when none was good. p points downhill."""
        slope, smallest = g @ p, SMALLEST * alpha
        refused: list[Array] = []
        while alpha > smallest and ((target := x + alpha * p) != x).any():
            if f.value(target) <= value + self.c * alpha * slope:
                return alpha, tuple(refused)
            refused.append(target)
            alpha *= self.rho
        return 0.0, tuple(refused)
