"""Second-order methods: they see the curvature too, and trust the quadratic model it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step

AIMS_AT_SADDLE: Final = "The model is not a bowl here: Newton aims at its saddle."
AIMS_AT_MAXIMUM: Final = "The model is not a bowl here: Newton aims at its maximum."
SINGULAR: Final = "The Hessian is singular here: its model has no single critical point to jump to."
NO_HESSIAN: Final = "The function has no Hessian here."


@dataclass(frozen=True)
class Newton:
    """Jump to the critical point of the quadratic model, whatever its kind.

        H p = -∇f(x),   x <- x + p

    Near a critical point with invertible H the number of right digits doubles with every step. Far from it the
    step may go uphill, to a saddle or nowhere. Below, the bowl is its own model: one step.

    No fields: pure Newton has nothing to adjust.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), Newton(), [10, 1])
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 0.0]
    >>> run.sentence
    'After 1 step: the gradient vanished.'

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, section 3.3.
    """

    name: ClassVar[str] = "Newton"

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; ends where the model has no single critical point."""
        while True:
            value, g = f.value(x), f.gradient(x)
            p, note = newton_direction(g, f.hessian(x))
            step = Step(x, value, g, p, 1.0, note=note)
            yield step
            if note in (SINGULAR, NO_HESSIAN):
                return
            x = step.target


def newton_direction(g: Array, H: Array) -> tuple[Array, str]:
    """The solution p of H p = -g, and a note where H is not positive definite; zero where H is singular.

    Along each eigenvector: the slope divided by the curvature. So one decomposition gives step and kind.

    >>> newton_direction(np.array([2.0, 2.0]), np.diag([2.0, -2.0]))
    (array([-1.,  1.]), 'The model is not a bowl here: Newton aims at its saddle.')
    """
    if not np.isfinite(H).all():
        return np.zeros_like(g), NO_HESSIAN
    curvatures, V = np.linalg.eigh(H)
    sizes = np.abs(curvatures)
    if sizes.min() <= len(g) * np.finfo(float).eps * sizes.max():
        return np.zeros_like(g), SINGULAR
    p = -V @ ((V.T @ g) / curvatures)
    if (curvatures > 0).all():
        return p, ""
    return p, AIMS_AT_MAXIMUM if (curvatures < 0).all() else AIMS_AT_SADDLE
