"""Quadratic: the bowl, the dome and the saddle on which every method is first understood.

f(x) = ½ xᵀ H x,   ∇f(x) = H x,   ∇²f(x) = H
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.optimize.trajectory import Array


@dataclass(frozen=True, eq=False)
class Quadratic:
    """½ xᵀ H x for a symmetric H, (n, n). With H = diag(1, 10) it is the example of every method.

    >>> f = Quadratic([[1, 0], [0, 10]])
    >>> x = np.array([10.0, 1.0])
    >>> f.value(x), f.gradient(x)
    (55.0, array([10., 10.]))
    """

    H: ArrayLike

    def value(self, x: Array) -> float:
        return float(0.5 * x @ self.gradient(x))

    def gradient(self, x: Array) -> Array:
        return self.hessian(x) @ x

    def hessian(self, x: Array) -> Array:
        return np.array(self.H, dtype=float)
