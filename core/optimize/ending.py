"""Ending: what kind of point a run came to, and how sure that is.

The last point x is near a critical point, not on it. With Y ≈ H(x)⁻¹, the map p -> p - Y ∇f(p) has the critical points
for its fixed points. If intervals show that it maps a cube around x strictly into itself, the cube holds exactly one
critical point; and if the eigenvalues of every Hessian on the cube have the same signs, that point has the kind they
say: proved. Else the float eigenvalues speak, and one that is much smaller than the largest says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.definiteness import Kind, by_eigenvalues, certified
from core.enclosure import enclose
from core.numeric import Objective
from core.optimize.trajectory import Array, Outcome, Trajectory
from core.program import Program

FLAT: Final = 1e-3  # an eigenvalue this much smaller than the largest has no sign that floats near a point know
RADII: Final = (4.0, 64.0, 4096.0)  # of the ball, in lengths of the Newton step
LEAST: Final = 1e-12  # of the ball, in parts of 1 + |x|
AHEAD: Final = (1.0, 2.0, 4.0)  # Newton steps, over which the Hessian has to stay
STEADY: Final = 0.25  # as near to itself as this part of its smallest eigenvalue
ARRIVED: Final = (Outcome.VANISHED, Outcome.AT_REST)
NONE: Final = "none"


@dataclass(frozen=True)
class Ending:
    """The kind of the point a run came to: a name of `Kind`, or "none" when it came to none; proved or only seen."""

    kind: str
    proved: bool


def ending(f: Objective, run: Trajectory) -> Ending:
    """What a run came to.

    >>> from core.immediate import programs
    >>> from core.optimize import Newton, minimize
    >>> from core.syntax import read
    >>> f = Objective.of(programs(read("x^2 - 1000y^2"), {})["f"])
    >>> ending(f, minimize(f, Newton(), [1, 1]))
    Ending(kind='saddle', proved=True)
    """
    if run.outcome not in ARRIVED:
        return Ending(NONE, False)
    return kind_near(f, run.steps[-1].x)


def kind_near(f: Objective, x: Array) -> Ending:
    """The kind of the critical point next to x."""
    floats = Objective(f.jet, f.f)  # what is asked here is no cost of the run
    g, H = floats.gradient(x), floats.hessian(x)
    if not (np.isfinite(g).all() and np.isfinite(H).all()):
        return Ending(Kind.INCONCLUSIVE.value, False)
    kind = _proved(f.jet, x, g, 0.5 * (H + H.T))
    if kind is not None:
        return Ending(kind.value, True)
    if math.sqrt(float(g @ g)) > 1e-4 * (1 + np.abs(H).max()):
        return Ending(Kind.INCONCLUSIVE.value, False)  # the values agree, but the slope is not zero
    return Ending(seen_kind(floats, x, g, H).value, False)


def seen_kind(f: Objective, x: Array, g: Array, H: Array) -> Kind:
    """The kind by floats alone: what the Hessian at x says, if it says the same all the way to where its model leads.

    The critical point is about a Newton step away. At a degenerate one the Hessian fades on that way, and what is left
    of it at x tells nothing: near 0 on the positive side, x³ has a positive one.

    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> def seen(text, x):
    ...     f, x = Objective.of(programs(read(text), {})["f"]), np.array([x])
    ...     return seen_kind(f, x, f.gradient(x), f.hessian(x)).value
    >>> seen("x^3", 1e-4), seen("x^4", 1e-2), seen("cosh(x)", 1e-4)
    ('inconclusive', 'inconclusive', 'minimum')
    """
    kind = by_eigenvalues(H, FLAT).kind
    if kind is Kind.INCONCLUSIVE:
        return kind
    least = float(np.abs(np.linalg.eigvalsh(H)).min())
    way = -np.linalg.solve(H, g)
    ahead = [f.hessian(x + times * way) for times in AHEAD]
    steady = all(np.isfinite(A).all() and np.abs(A - H).max() <= STEADY * least for A in ahead)
    return kind if steady else Kind.INCONCLUSIVE


def _proved(jet: Program, x: Array, g: Array, H: Array) -> Kind | None:
    """The kind, where one cube around x proves that it holds one critical point and all its Hessians agree."""
    n = len(x)
    curvatures, V = np.linalg.eigh(H)
    if not np.abs(curvatures).min() > 0:
        return None
    Y, here = np.linalg.inv(H), enclose(jet, x[:, None], x[:, None])
    slope = np.maximum(np.abs(here.lower[1 : 1 + n, 0]), np.abs(here.upper[1 : 1 + n, 0]))
    way = float((np.abs(Y) @ slope).max())
    for times in RADII:
        r = max(times * way, LEAST * (1 + float(np.abs(x).max())))
        bounds = enclose(jet, (x - r)[:, None], (x + r)[:, None])
        if here.bad[0] or bounds.bad[0]:
            return None
        lower, upper = (b[1 + n :, 0].reshape(n, n) for b in (bounds.lower, bounds.upper))
        kind = certified(lower, upper, V).kind
        if kind is Kind.INCONCLUSIVE:
            return None
        if _stays(lower, upper, slope, np.asarray(Y, dtype=np.float64), r):
            return kind
    return None


def _stays(lower: Array, upper: Array, slope: Array, Y: Array, r: float) -> bool:
    """Whether p -> p - Y ∇f maps the cube of half side r strictly into itself; a hundredth is for rounding."""
    middle, radius = 0.5 * (lower + upper), 0.5 * (upper - lower)
    off = np.abs(np.eye(len(Y)) - Y @ middle) + np.abs(Y) @ (radius + 1e-13 * np.abs(middle))
    return bool((np.abs(Y) @ slope + r * off.sum(1) < 0.99 * r).all())
