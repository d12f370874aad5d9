r"""How a scalar bends at a point, direction by direction, and whether the order of differentiation matters there.

    d = (cos θ, sin θ)        dᵀ H d = Σ λ_i (q_i · d)²        weights cos², sin², together 1

Rules: numbers only. `smooth` says yes only when no seam, edge or hole of the formula is near the point; a no means
that nothing was shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.numeric import Array, arrays, floats
from core.program import Builder, Condition, Program, component, gradient, jacobian, jet
from core.vocabulary import NONZERO

NEAR: Final = 1e-9  # a condition whose quantity is smaller is not said to hold
STEPS: Final = (0.1, 0.01, 0.001)


@dataclass(frozen=True)
class Bend:
    """A symmetric H, shape (2, 2), in the frame of its eigenvectors: λ₁ ≥ λ₂, q₁ at `angle` degrees in [0, 180)."""

    H: Array
    largest: float
    smallest: float
    angle: float

    def along(self, theta: float) -> float:
        """The curvature dᵀ H d at θ degrees."""
        d = direction(theta)
        return float(d @ self.H @ d)

    def weights(self, theta: float) -> tuple[float, float]:
        """The weights of λ₁ and λ₂ at θ degrees.

        >>> [round(w, 3) for w in bend([[3.0, 2.0], [2.0, 3.0]]).weights(30.0)]
        [0.933, 0.067]
        """
        c = math.cos(math.radians(theta - self.angle))
        return c * c, 1 - c * c

    @property
    def round(self) -> bool:
        """Whether both eigenvalues are one: then every direction is an eigenvector."""
        return self.largest - self.smallest <= 1e-9 * max(abs(self.largest), abs(self.smallest))


def bend(H: Sequence[Sequence[float]] | Array) -> Bend:
    """The eigenvalues and the first eigenvector's angle.

    >>> b = bend([[3.0, 2.0], [2.0, 3.0]])
    >>> round(b.largest, 9), round(b.smallest, 9), round(b.angle, 9)
    (5.0, 1.0, 45.0)
    >>> [round(b.along(theta), 3) for theta in (0, 30, 45, 135)]
    [3.0, 4.732, 5.0, 1.0]
    """
    H = np.asarray(H, dtype=float)
    values, Q = np.linalg.eigh((H + H.T) / 2)
    x, y = Q[:, 1]
    angle = math.degrees(math.atan2(y, x)) % 180.0
    return Bend(H, float(values[1]), float(values[0]), 0.0 if 180.0 - angle < 1e-9 else angle)


def direction(theta: float) -> Array:
    """The unit vector at θ degrees from the x axis."""
    return np.array([math.cos(math.radians(theta)), math.sin(math.radians(theta))])


def smooth(f: Program, p: Sequence[float]) -> bool:
    """Whether f is smooth near p, up to rounding: all its conditions, and those of its derivatives, hold there with
    room to spare. Then f is built from smooth words only, and its second partials are continuous.

    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> f = programs(read("|x| + y^2"), {})["f"]
    >>> smooth(f, (1.0, 0.0)), smooth(f, (0.0, 0.0))
    (True, False)
    """
    all_of_it = jet(f)
    quantities = replace(all_of_it, outputs=tuple(c.slot for c in all_of_it.domain), domain=())
    values = floats(quantities, p)
    held = (
        abs(u) > NEAR and (c.relation == NONZERO or u > 0) for u, c in zip(values, all_of_it.domain, strict=True)
    )  # nan > NEAR is false
    return all(held) and all(math.isfinite(v) for v in floats(all_of_it, p))


def mixed_quotients(
    f: Program, p: Sequence[float], steps: Sequence[float] = STEPS
) -> tuple[tuple[float, float, float], ...]:
    """For each step k: (k, [f_x(p + k e₂) - f_x(p)] / k, [f_y(p + k e₁) - f_y(p)] / k).

    At a seam, where the formula has no slope, the slope at p itself is a difference quotient of f.

    >>> from core import gallery
    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> f = programs(read(gallery.get("unequal").text), {})["f"]
    >>> [[round(q, 6) for q in row] for row in mixed_quotients(f, (0.0, 0.0), (0.1, 0.01))]
    [[0.1, -1.0, 1.0], [0.01, -1.0, 1.0]]
    """
    x, y = p
    g = gradient(f)
    parts = component(g, 0), component(g, 1)
    at = [_slope(f, part, p, i) for i, part in enumerate(parts)]
    return tuple(
        (
            k,
            (_slope(f, parts[0], (x, y + k), 0) - at[0]) / k,
            (_slope(f, parts[1], (x + k, y), 1) - at[1]) / k,
        )
        for k in steps
    )


def _slope(f: Program, part: Program, p: Sequence[float], i: int, k: float = 1e-6) -> float:
    """∂f/∂x_i at p; where the formula has none, its central difference quotient."""
    (value,) = floats(part, p)
    if math.isfinite(value):
        return value
    ends = [list(p), list(p)]
    ends[0][i], ends[1][i] = p[i] - k, p[i] + k
    (before,), (after,), (middle,) = floats(f, ends[0]), floats(f, ends[1]), floats(f, p)
    one_sided = (after - middle) / k, (middle - before) / k
    agree = abs(one_sided[0] - one_sided[1]) <= 1e-3 * (1 + abs(one_sided[0]))
    return (after - before) / (2 * k) if agree else math.nan  # a kink has no slope


def second_differences(f: Program, p: Sequence[float]) -> Array:
    """The Hessian from values of f alone, shape (n, n): [f(++) - f(+-) - f(-+) + f(--)] / 4k², on the diagonal too.

    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> second_differences(programs(read("x^2 y"), {})["f"], (1.0, 2.0)).round(4).tolist()
    [[4.0, 2.0], [2.0, 0.0]]
    """
    n = f.inputs
    k = 1e-4 * max(1.0, *(abs(v) for v in p))
    step = k * np.eye(n)
    H = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            corners = [np.array(p) + a * step[i] + b * step[j] for a in (1, -1) for b in (1, -1)]
            pp, pm, mp, mm = arrays(f, np.stack(corners, axis=1))[0]
            H[i, j] = (pp - pm - mp + mm) / (4 * k * k)
    return H


def steepness(f: Program, n: int) -> Program:
    """The program of ‖∇f‖, by the first n inputs; in one variable of f′ with its sign.

    >>> from core.immediate import programs
    >>> from core.numeric import floats
    >>> from core.syntax import read
    >>> floats(steepness(programs(read("x^2 - 2y^2"), {})["f"], 2), (1.5, 1.0))
    [5.0]
    """
    g = gradient(f, n)
    if n == 1:
        return g
    b = Builder(g.inputs)
    where = b.copy(g)
    total = b.constant(0.0)
    for slot in g.outputs:
        total = b.add(total, b.power(where[slot], 2))
    return b.program([b.call("sqrt", total)], [Condition(where[c.slot], c.relation) for c in g.domain])


def stiffness(f: Program, n: int) -> Program:
    """The program of ‖H‖, the size of the larger eigenvalue, in two variables; in one of f″ with its sign.

    >>> from core.immediate import programs
    >>> from core.numeric import floats
    >>> from core.syntax import read
    >>> floats(stiffness(programs(read("x^2 - 2y^2"), {})["f"], 2), (1.5, 1.0))
    [4.0]
    """
    H = jacobian(gradient(f, n), n)
    if n == 1:
        return H
    b = Builder(H.inputs)
    where = b.copy(H)
    (p, q, _, r), half = (where[slot] for slot in H.outputs), b.constant(0.5)
    middle, apart = b.mul(half, b.add(p, r)), b.mul(half, b.sub(p, r))
    reach = b.call("sqrt", b.add(b.power(apart, 2), b.power(q, 2)))
    return b.program([b.add(b.call("abs", middle), reach)], [Condition(where[c.slot], c.relation) for c in H.domain])
