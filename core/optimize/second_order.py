"""Second-order methods: they see the curvature too, and trust the quadratic model it gives.

All of them take H apart along its eigenvectors, so that one decomposition gives the step and says what it aims at:
in the eigenvector with curvature λ and slope s, Newton goes -s/λ; the others differ only in what they put in the
place of λ, and in how far they go.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from core.optimize.line_search import Backtracking, Search
from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step

AIMS_AT_SADDLE: Final = "The model is not a bowl here: Newton aims at its saddle."
AIMS_AT_MAXIMUM: Final = "The model is not a bowl here: Newton aims at its maximum."
SINGULAR: Final = "The Hessian is singular here: its model has no single critical point to jump to."
NO_HESSIAN: Final = "The function has no Hessian here."
UPHILL: Final = "Newton’s direction points uphill here, so no part of it makes f smaller."
NO_STEP: Final = "No step along this direction makes f smaller."
CURVED_UP: Final = "The Hessian is not positive definite here: {shift} was added to its diagonal."
MIRRORED: Final = "A negative curvature was mirrored, so the step leaves the saddle instead of aiming at it."
EPS: Final = 2.0**-52
POSITIVE: Final = 1e-8  # in parts of the largest curvature: a smaller one has no sure sign
FLAT: Final = 1e-150  # curvatures below it are none: the way is that of the gradient


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
            value, g, H = f.value(x), f.gradient(x), f.hessian(x)
            p, note = newton_direction(g, H)
            step = Step(x, value, g, p, 1.0, note=note, hessian=H)
            yield step
            if note in (SINGULAR, NO_HESSIAN):
                return
            x = step.target


@dataclass(frozen=True)
class DampedNewton:
    """Newton's direction, and a line search along it: it cannot jump uphill, but it can get stuck.

        H p = -∇f(x),   x <- x + alpha p,   alpha = 1 first

    Where H is not positive definite p may point uphill; then no part of it helps, and the run ends.

    Fields: `search`, the line search; None for one fixed part of the step; `rate`, that part, or the first trial.

    >>> from core.optimize import Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), DampedNewton(), [10, 1]).sentence
    'After 1 step: the gradient vanished.'

    Source: Boyd and Vandenberghe, Convex Optimization, algorithm 9.5, page 487.
    """

    name: ClassVar[str] = "damped Newton"

    search: Search | None = field(default_factory=Backtracking)
    rate: float = 1.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        while True:
            value, g, H = f.value(x), f.gradient(x), f.hessian(x)
            p, note = newton_direction(g, H)
            blocked = note in (SINGULAR, NO_HESSIAN) or (self.search is not None and not g @ p < 0 and g.any())
            if blocked:
                yield Step(x, value, g, p, 0.0, note=note if note in (SINGULAR, NO_HESSIAN) else UPHILL, hessian=H)
                return
            alpha, refused = searched(self.search, f, x, value, g, p, self.rate)
            step = Step(x, value, g, p, alpha, refused, note if alpha else NO_STEP, H)
            yield step
            x = step.target


@dataclass(frozen=True)
class ModifiedNewton:
    """Newton with a Hessian that is made positive definite, so that its direction always points downhill.

        (H + τ I) p = -∇f(x),   τ = 0 if λ_min is positive, else least - λ_min

    Fields: `search`, the line search; `least`, what the smallest curvature becomes, in parts of the largest; where all
    are zero, itself.

    >>> from core.optimize import Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), ModifiedNewton(), [10, 1]).sentence
    'After 1 step: the gradient vanished.'

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, section 3.4, (3.43) and algorithm 3.2, page 48.
    """

    name: ClassVar[str] = "modified Newton"

    search: Search = field(default_factory=Backtracking)
    least: float = 1e-3

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        while True:
            value, g, H = f.value(x), f.gradient(x), f.hessian(x)
            if not finite(H):
                yield Step(x, value, g, np.zeros_like(g), 0.0, note=NO_HESSIAN, hessian=H)
                return
            curvatures, V = np.linalg.eigh(H)
            shift = self.shift(curvatures)
            p = -V @ ((V.T @ g) / (curvatures + shift))
            alpha, refused = searched(self.search, f, x, value, g, p, 1.0)
            note = CURVED_UP.format(shift=f"{shift:.3g}") if shift else ""
            step = Step(x, value, g, p, alpha, refused, note if alpha or not g.any() else NO_STEP, H)
            yield step
            x = step.target

    def shift(self, curvatures: Array) -> float:
        """τ, for eigenvalues in rising order."""
        most = float(np.abs(curvatures).max())
        if most > FLAT and curvatures[0] > POSITIVE * most:
            return 0.0
        return self.least * (most if most > FLAT else 1.0) - float(curvatures[0])


@dataclass(frozen=True)
class SaddleFreeNewton:
    """Newton with |H|, the Hessian with its negative curvatures mirrored: saddles and maxima push it away.

        p = -|H|⁻¹ ∇f(x),   x <- x + p

    Downhill along every eigenvector, and as fast as Newton near a minimum.

    Fields: `damping`, added to every |λ|, so that a flat direction does not give a huge step.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, -10]]), SaddleFreeNewton(), [10, 1], max_steps=3)
    >>> run.points.tolist()
    [[10.0, 1.0], [0.0, 2.0], [0.0, 4.0], [0.0, 8.0]]

    Source: Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio, Identifying and attacking the saddle point problem in
    high-dimensional non-convex optimization, 2014, algorithm 1.
    """

    name: ClassVar[str] = "saddle-free Newton"

    damping: float = 0.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; ends where |H| is singular."""
        while True:
            value, g, H = f.value(x), f.gradient(x), f.hessian(x)
            p, note = saddle_free_direction(g, H, self.damping)
            step = Step(x, value, g, p, 1.0, note=note, hessian=H)
            yield step
            if note in (SINGULAR, NO_HESSIAN):
                return
            x = step.target


def finite(A: Array) -> bool:
    """Whether all entries are numbers; of few entries Python asks faster than NumPy."""
    return all(map(math.isfinite, A.ravel().tolist()))


def searched(
    search: Search | None, f: Objective, x: Array, value: float, g: Array, p: Array, alpha: float
) -> tuple[float, tuple[Array, ...]]:
    """The step size a search finds along p, `alpha` itself without one; 0 where p does not point downhill."""
    if search is None:
        return alpha, ()
    return search.search(f, x, value, g, p, alpha) if g @ p < 0 else (0.0, ())


def newton_direction(g: Array, H: Array) -> tuple[Array, str]:
    """The solution p of H p = -g, and a note where H is not positive definite; zero where H is singular.

    Along each eigenvector: the slope divided by the curvature. So one decomposition gives step and kind.

    >>> newton_direction(np.array([2.0, 2.0]), np.diag([2.0, -2.0]))
    (array([-1.,  1.]), 'The model is not a bowl here: Newton aims at its saddle.')
    """
    if not finite(H):
        return np.zeros_like(g), NO_HESSIAN
    curvatures, V = np.linalg.eigh(H)
    least, most = float(curvatures[0]), float(curvatures[-1])
    sizes = [abs(c) for c in curvatures.tolist()]
    if min(sizes) <= len(g) * EPS * max(sizes):
        return np.zeros_like(g), SINGULAR
    p = -V @ ((V.T @ g) / curvatures)
    return p, "" if least > 0 else AIMS_AT_MAXIMUM if most < 0 else AIMS_AT_SADDLE


def saddle_free_direction(g: Array, H: Array, damping: float = 0.0) -> tuple[Array, str]:
    """-(|H| + damping I)⁻¹ g, and a note where a curvature was mirrored; zero where that matrix is singular.

    >>> saddle_free_direction(np.array([2.0, 2.0]), np.diag([2.0, -2.0]))[0]
    array([-1., -1.])
    """
    if not finite(H):
        return np.zeros_like(g), NO_HESSIAN
    curvatures, V = np.linalg.eigh(H)
    sizes = np.abs(curvatures) + damping
    if sizes.min() <= len(g) * EPS * sizes.max():
        return np.zeros_like(g), SINGULAR
    return -V @ ((V.T @ g) / sizes), MIRRORED if (curvatures < 0).any() else ""
