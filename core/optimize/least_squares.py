r"""Least squares: f = ½ ‖F‖² for a vector function F, and methods that know it.

    ∇f = Jᵀ F,   ∇²f = JᵀJ + Σ F_i ∇²F_i

JᵀJ alone is cheap, never indefinite, and near a point where F is small it is nearly the Hessian.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

import numpy as np

from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step

RANK: Final = "The Jacobian has not full rank here, so there is no single least-squares step."
NO_JACOBIAN: Final = "The residuals have no Jacobian here."
NO_DAMPING: Final = "However strong the damping, no step makes the residuals smaller."
STRONGEST: Final = 1e30
TENTH: Final = 0.1


class Residual(Objective, Protocol):
    """½ ‖F‖² that also shows F and J."""

    def residual(self, x: Array) -> Array:
        """F(x), shape (m,)."""

    def jacobian(self, x: Array) -> Array:
        """J(x), shape (m, n)."""


@dataclass(frozen=True)
class GaussNewton:
    """Replace F by its linear model and solve that least-squares problem: Newton without second derivatives.

        min ‖F + J p‖,   x <- x + p

    As fast as Newton where F vanishes at the end; where it does not, and J curves, it may not arrive at all.

    No fields: pure Gauss–Newton has nothing to adjust. Below, Rosenbrock's valley as the residuals 10(y - x²), 1 - x.

    >>> from core.immediate import programs, whole
    >>> from core.numeric import Objective, Residuals
    >>> from core.optimize import minimize
    >>> from core.syntax import read
    >>> valley = read("(10(y - x^2), 1 - x)")
    >>> f = Residuals(whole(valley, {}), Objective.of(programs(valley, {})["norm"]))
    >>> minimize(f, GaussNewton(), [-1.2, 1.0]).sentence
    'After 2 steps: the gradient vanished.'

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, section 10.3, (10.23), page 254.
    """

    name: ClassVar[str] = "Gauss–Newton"

    def steps(self, f: Residual, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; ends where J has not full rank."""
        while True:
            F, J = f.residual(x), f.jacobian(x)
            value, g, note, p = f.value(x), J.T @ F, "", np.zeros_like(x)
            if not (np.isfinite(J).all() and np.isfinite(F).all()):
                note = NO_JACOBIAN
            else:
                p, rank = _least(J, -F)
                note = RANK if rank < len(x) else ""
            step = Step(x, value, g, p if not note else np.zeros_like(x), 1.0, note=note, hessian=J.T @ J)
            yield step
            if note:
                return
            x = step.target


@dataclass(frozen=True)
class LevenbergMarquardt:
    """Gauss–Newton with a damping that grows until a step helps, and shrinks while steps do.

        (JᵀJ + λ I) p = -JᵀF;   f fell: λ <- λ/10, else λ <- 10 λ and again

    Strong damping makes it a short step of steepest descent, weak damping Gauss–Newton.

    Fields: `damping`, the first λ.

    >>> from core.immediate import programs, whole
    >>> from core.numeric import Objective, Residuals
    >>> from core.optimize import minimize
    >>> from core.syntax import read
    >>> valley = read("(10(y - x^2), 1 - x)")
    >>> f = Residuals(whole(valley, {}), Objective.of(programs(valley, {})["norm"]))
    >>> minimize(f, LevenbergMarquardt(damping=1.0), [-1.2, 1.0]).points[-1].round(6).tolist()
    [1.0, 1.0]

    Source: Levenberg 1944; Marquardt 1963; Nocedal and Wright, section 10.3, page 258.
    """

    name: ClassVar[str] = "Levenberg–Marquardt"

    damping: float = 1e-3

    def steps(self, f: Residual, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; refused trials are those of its step."""
        damping = self.damping
        while True:
            F, J = f.residual(x), f.jacobian(x)
            value, g, A = f.value(x), J.T @ F, J.T @ J
            refused: list[Array] = []
            p, note = np.zeros_like(x), "" if np.isfinite(A).all() and np.isfinite(g).all() else NO_JACOBIAN
            while not note and g.any():
                p = _damped(J, F, damping)
                if f.value(x + p) < value or np.sqrt(p @ p) <= 1e-8 * (1 + np.sqrt(x @ x)):
                    break
                refused.append(x + p)
                damping = max(10 * damping, 1e-12)
                note = NO_DAMPING if damping > STRONGEST or ((x + p) == x).all() else ""
            step = Step(x, value, g, p if not note else np.zeros_like(x), 1.0, tuple(refused), note, A)
            yield step
            if note:
                return
            damping *= TENTH
            x = step.target


def _damped(J: Array, F: Array, damping: float) -> Array:
    """The p for which ‖F + J p‖² + λ ‖p‖² is least, without squaring J: it keeps twice the digits."""
    n = J.shape[1]
    whole, right = np.vstack([J, np.sqrt(damping) * np.eye(n)]), np.concatenate([-F, np.zeros(n)])
    return _least(whole, right)[0]


def _least(A: Array, b: Array) -> tuple[Array, int]:
    """The p for which ‖A p - b‖ is least, and the rank of A."""
    p, _, rank, _ = np.linalg.lstsq(A, b, rcond=None)
    return np.asarray(p, dtype=np.float64), int(rank)
