r"""Moves of many runs at once: what a method sees at k points, and where it goes from each of them.

A rule here is the loop body of its method in `core.optimize`, with the same operations in the same order, on arrays of
shape (n, k); what the method remembers are rows of `memory`, so that runs that have ended can be taken out of it. One
or two variables: the eigenvalues of a 2 × 2 matrix have a closed form,

    λ₁ = ½ (a + c ± √((a - c)² + 4 b²)),   λ₂ = det H / λ₁,

the second by the product, for a difference would lose its digits where H is nearly singular.

Source of the closed form: LAPACK, dlaev2, which is also what eigenvalue routines for larger matrices end with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.numeric import Array, ArrayReader, arrays
from core.optimize import adaptive, first_order, second_order, trust_region
from core.optimize.line_search import FLATTER, ROUNDING, SMALLEST, Backtracking
from core.program import Program, component, jet, join

EPS: Final = float(np.finfo(float).eps)

Truths = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Fields:
    """f and its derivatives at many points: nan where there are none.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> f = Fields(b.program([b.power(b.variable(0), 3)]))
    >>> [row.tolist() for part in f.bend(np.array([[1.0, 2.0]])) for row in np.atleast_2d(part)]
    [[1.0, 8.0], [3.0, 12.0], [6.0, 12.0]]
    """

    def __init__(self, f: Program) -> None:
        self.f, self.n, self.jet = f, f.inputs, jet(f)

    @cached_property
    def _slope(self) -> ArrayReader:
        """f and its gradient, with the conditions of the whole jet: a method must see the same whatever it asks for."""
        return ArrayReader(join(*(component(self.jet, i) for i in range(1 + self.n))))

    @cached_property
    def _bend(self) -> ArrayReader:
        return ArrayReader(self.jet)

    def value(self, X: Array) -> Array:
        """f, of shape (k,); it has a value at a kink, where the jet has none."""
        values: Array = arrays(self.f, X)[0]
        return values

    def slope(self, X: Array) -> tuple[Array, Array]:
        """f and its gradient, (k,) and (n, k)."""
        seen = self._slope(X)
        return seen[0], seen[1:]

    def bend(self, X: Array) -> tuple[Array, Array, Array]:
        """f, its gradient and its Hessian row by row, (k,), (n, k), (n n, k)."""
        seen = self._bend(X)
        return seen[0], seen[1 : 1 + self.n], seen[1 + self.n :]


@dataclass(frozen=True, eq=False)
class Moves:
    """What k runs saw, and where they go; `stuck` where the method cannot go on."""

    value: Array  # (k,)
    gradient: Array  # (n, k)
    direction: Array  # (n, k): zero where the run has none
    target: Array  # (n, k)
    memory: Array  # (rows, k)
    stuck: Truths | None = None  # (k,)


Rule = Callable[[Any, Fields, Array, Array], Moves]


def memory(method: Any, n: int) -> Array:
    """What a run of the method remembers at its start: a column, (rows, 1)."""
    match method:
        case first_order.Momentum() | first_order.Nesterov() | adaptive.AdaGrad() | adaptive.RMSprop():
            rows = [0.0] * n
        case adaptive.Adam() | adaptive.AdamW():
            rows = [0.0] * (2 * n) + [1.0, 1.0]
        case adaptive.AMSGrad():
            rows = [0.0] * (3 * n) + [1.0, 1.0]
        case trust_region.TrustRegion():
            rows = [method.radius]
        case _:
            rows = []
    return np.array(rows).reshape(-1, 1)


# First order.


def _gradient_descent(m: first_order.GradientDescent, f: Fields, X: Array, M: Array) -> Moves:
    F, G = f.slope(X)
    return Moves(F, G, G, X - m.rate * G, M)


def _momentum(m: first_order.Momentum, f: Fields, X: Array, V: Array) -> Moves:
    F, G = f.slope(X)
    V = m.beta * V - G
    return Moves(F, G, V, X + m.rate * V, V)


def _nesterov(m: first_order.Nesterov, f: Fields, X: Array, V: Array) -> Moves:
    F, (_, G) = f.value(X), f.slope(X + m.beta * V)
    V = m.beta * V - m.rate * G
    return Moves(F, G, V, X + V, V)


def _adagrad(m: adaptive.AdaGrad, f: Fields, X: Array, Q: Array) -> Moves:
    F, G = f.slope(X)
    Q = Q + G * G
    P = -G / (np.sqrt(Q) + m.epsilon)
    return Moves(F, G, P, X + m.rate * P, Q)


def _rmsprop(m: adaptive.RMSprop, f: Fields, X: Array, Q: Array) -> Moves:
    F, G = f.slope(X)
    Q = m.decay * Q + (1 - m.decay) * G * G
    P = -G / (np.sqrt(Q) + m.epsilon)
    return Moves(F, G, P, X + m.rate * P, Q)


def _adam(m: adaptive.Adam | adaptive.AMSGrad | adaptive.AdamW, f: Fields, X: Array, M: Array) -> Moves:
    n, (F, G) = f.n, f.slope(X)
    kept1, kept2 = M[-2] * m.beta1, M[-1] * m.beta2
    mean = m.beta1 * M[:n] + (1 - m.beta1) * G
    Q = m.beta2 * M[n : 2 * n] + (1 - m.beta2) * G * G
    most = np.maximum(M[2 * n : 3 * n], Q) if isinstance(m, adaptive.AMSGrad) else Q
    P = -(mean / (1 - kept1)) / (np.sqrt(most / (1 - kept2)) + m.epsilon)
    if isinstance(m, adaptive.AdamW):
        P = P - m.decay * X
    kept = (mean, Q, most) if isinstance(m, adaptive.AMSGrad) else (mean, Q)
    return Moves(F, G, P, X + m.rate * P, np.vstack((*kept, kept1, kept2)))


# Second order.


@dataclass(frozen=True, eq=False)
class Eigen:
    """H along its eigenvectors: the curvatures, and (u, v), the unit vector of the first; the other is (-v, u)."""

    curvatures: Array  # (n, k)
    u: Array
    v: Array
    defined: Truths  # (k,): where H has a value

    @staticmethod
    def of(H: Array) -> Eigen:
        """Of symmetric matrices, row by row, (n n, k).

        >>> Eigen.of(np.array([[2.0], [1.0], [1.0], [2.0]])).curvatures.round(12).tolist()
        [[3.0], [1.0]]
        """
        one = np.ones(H.shape[1])
        defined: Truths = np.asarray(np.isfinite(H).all(0))
        if len(H) == 1:
            return Eigen(H, one, 0.0 * one, defined)
        a, b, c = H[0], H[2], H[3]
        total, gap, across = a + c, a - c, 2.0 * b
        wide, reach = np.abs(gap), np.abs(across)
        most, least = np.maximum(wide, reach), np.minimum(wide, reach)
        root = np.where(most > 0, most * np.sqrt(1.0 + (least / most) ** 2), 0.0)
        down, level = total < 0, total == 0
        first = np.where(level, 0.5 * root, np.where(down, 0.5 * (total - root), 0.5 * (total + root)))
        larger = np.abs(a) > np.abs(c)
        large, small = np.where(larger, a, c), np.where(larger, c, a)
        second = np.where(level, -0.5 * root, (large / first) * small - (b / first) * b)
        side = np.where(gap >= 0, gap + root, gap - root)
        steep = np.abs(side) > reach
        t = np.where(steep, -across / side, np.where(reach == 0, 0.0, -side / across))
        unit = 1.0 / np.sqrt(1.0 + t * t)
        u, v = np.where(steep, t * unit, unit), np.where(steep, unit, t * unit)
        turned = down == (gap < 0)
        return Eigen(np.stack((first, second)), np.where(turned, -v, u), np.where(turned, u, v), defined)

    def slopes(self, G: Array) -> Array:
        """The gradient in the coordinates of the eigenvectors."""
        return G if len(G) == 1 else np.stack((self.u * G[0] + self.v * G[1], self.u * G[1] - self.v * G[0]))

    def back(self, Q: Array) -> Array:
        """And back again."""
        return Q if len(Q) == 1 else np.stack((self.u * Q[0] - self.v * Q[1], self.v * Q[0] + self.u * Q[1]))

    def some(self, which: Ints) -> Eigen:
        """Of some of the runs."""
        return Eigen(self.curvatures.take(which, 1), self.u[which], self.v[which], self.defined[which])

    def divided(self, G: Array, sizes: Array) -> tuple[Array, Truths]:
        """-V (Vᵀg / sizes), zero where one of the sizes is nothing beside the other or H has no value; and where."""
        least, most = np.abs(sizes).min(0), np.abs(sizes).max(0)
        stuck = ~self.defined | (least <= len(G) * EPS * most)
        return np.where(stuck, 0.0, -self.back(self.slopes(G) / sizes)), stuck


def _newton(m: second_order.Newton, f: Fields, X: Array, M: Array) -> Moves:
    F, G, H = f.bend(X)
    bent = Eigen.of(H)
    P, stuck = bent.divided(G, bent.curvatures)
    return Moves(F, G, P, X + P, M, stuck)


def _saddle_free(m: second_order.SaddleFreeNewton, f: Fields, X: Array, M: Array) -> Moves:
    F, G, H = f.bend(X)
    bent = Eigen.of(H)
    P, stuck = bent.divided(G, np.abs(bent.curvatures) + m.damping)
    return Moves(F, G, P, X + P, M, stuck)


def _damped_newton(m: second_order.DampedNewton, f: Fields, X: Array, M: Array) -> Moves:
    F, G, H = f.bend(X)
    bent = Eigen.of(H)
    P, stuck = bent.divided(G, bent.curvatures)
    if m.search is None:
        return Moves(F, G, P, X + m.rate * P, M, stuck)
    alpha = _backtracked(m.search, f, X, F, (G * P).sum(0), P, m.rate)
    return Moves(F, G, P, X + alpha * P, M, stuck)


def _backtracked(search: Any, f: Fields, X: Array, F: Array, slope: Array, P: Array, first: float) -> Array:
    """The step sizes of the backtracking search, each tried from `first` down; 0 where none was good."""
    assert isinstance(search, Backtracking)
    alpha = np.where(slope < 0, first, 0.0)
    rest = np.flatnonzero(slope < 0)
    lost = rest[:0]
    while rest.size:
        x, size = X.take(rest, 1), alpha[rest]
        target = x + size * P.take(rest, 1)
        given_up = (size <= SMALLEST * first) | (target == x).all(0)
        good = f.value(target) <= F[rest] + search.c * size * slope[rest]
        alpha[rest] = np.where(given_up, 0.0, np.where(good, size, size * search.rho))
        lost, rest = np.append(lost, rest[given_up]), rest[~given_up & ~good]
    part = first
    while lost.size and part > SMALLEST * first:  # where the values are alike to rounding, the slope decides
        p = P.take(lost, 1)
        there, g = f.slope(X.take(lost, 1) + part * p)
        level = np.abs(there - F[lost]) <= ROUNDING * np.abs(F[lost])
        found = level & (np.abs((g * p).sum(0)) <= -FLATTER * slope[lost])
        alpha[lost[found]] = part
        lost, part = lost[~found], part * search.rho
    return alpha


# Trust region.


def _trust_region(m: trust_region.TrustRegion, f: Fields, X: Array, M: Array) -> Moves:
    """One step from each point that keeps a fair part of its promise."""
    F, G, H = f.bend(X)
    bent, P, radius = Eigen.of(H), np.zeros_like(X), M[0].copy()
    rest = np.flatnonzero(bent.defined & np.isfinite(G).all(0))
    stuck = np.ones(len(F), dtype=bool)
    for _ in range(trust_region.REFUSALS):
        if not rest.size:
            break
        x, g, now, some = X.take(rest, 1), G.take(rest, 1), radius[rest], bent.some(rest)
        p = some.back(_lowest(some.curvatures, some.slopes(g), now))
        promised = -((g * p).sum(0) + 0.5 * _form(H.take(rest, 1), p))
        fell = F[rest] - f.value(x + p)
        level = np.abs(F[rest])
        alike = (promised <= trust_region.ROUNDING * level) & (np.abs(fell) <= trust_region.ALIKE * level)
        ratio = np.where(alike, 1.0, np.where(promised > 0, fell / promised, 0.0))
        far = np.sqrt((p * p).sum(0)) >= (1 - 1e-9) * now
        wider = np.where((ratio > 0.75) & far, np.minimum(2 * now, np.maximum(trust_region.LARGEST, now)), now)
        radius[rest] = np.where(ratio >= 0.25, wider, 0.25 * now)
        taken = (ratio > trust_region.FAIR) | ~g.any(0)
        P[:, rest[taken]] = p[:, taken]
        stuck[rest[taken]] = False
        rest = rest[~taken & (radius[rest] >= trust_region.SMALLEST) & ((x + p) != x).any(0)]
    return Moves(F, G, P, X + P, radius[None], stuck)


def _form(H: Array, p: Array) -> Array:
    """pᵀHp."""
    n = len(p)
    return np.asarray(sum(p[i] * H[i * n + j] * p[j] for i in range(n) for j in range(n)))


def _lowest(L: Array, Q: Array, radius: Array) -> Array:
    """The lowest point of sᵀq + ½ Σ λ q² within the radius, in the coordinates of the eigenvectors: (n, k).

    Newton's point where it is a lowest one within reach; the hard case; else the root of the secular equation.
    """
    least, size = L.min(0), np.maximum(np.abs(L).max(0), trust_region.SMALLEST)
    q = -Q / L
    inside = (least > len(L) * EPS * size) & (np.sqrt((q * q).sum(0)) <= radius)
    edge = np.maximum(0.0, -least)
    flat = L + edge <= 1e-14 * size
    steep = np.maximum(np.abs(Q).max(0), trust_region.SMALLEST)
    level = np.where(flat, np.abs(Q), 0.0).max(0) <= 1e-14 * steep
    rim = np.where(flat, 0.0, -Q / np.where(flat, 1.0, L + edge))
    room = radius**2 - (rim * rim).sum(0)
    hard = ~inside & level & (room >= 0)
    first = flat & (np.cumsum(flat, 0) == 1)
    added = first * np.where((least < 0) | (room == 0), np.sqrt(np.maximum(room, 0.0)), 0.0)
    rest = np.flatnonzero(~inside & ~hard)
    out = np.where(inside, q, rim + added)
    if rest.size:
        mu = _shift(L.take(rest, 1), Q.take(rest, 1), radius[rest], edge[rest])
        out[:, rest] = -Q.take(rest, 1) / (L.take(rest, 1) + mu)
    return out


def _shift(L: Array, Q: Array, radius: Array, edge: Array) -> Array:
    """The μ above `edge` for which ‖q(μ)‖ is the radius, by Newton on 1/‖q(μ)‖ - 1/radius between two bounds."""
    size = np.sqrt((Q * Q).sum(0))
    low, high = edge.copy(), edge + size / radius + np.abs(L).max(0)
    mu = np.maximum(low + 1e-3 * (high - low), size / radius - L.min(0))
    rest = np.arange(len(mu))
    for _ in range(100):
        shifted, r, at = L.take(rest, 1) + mu[rest], radius[rest], mu[rest]
        q = Q.take(rest, 1) / shifted
        length = np.sqrt((q * q).sum(0))
        short = ~(np.isfinite(length) & (length <= r))
        low[rest], high[rest] = np.where(short, at, low[rest]), np.where(short, high[rest], at)
        going = ~(np.abs(length - r) <= 1e-14 * r)
        slope = (q * q / shifted).sum(0)
        better = np.where(slope > 0, at + (length / r - 1) * length * length / slope, np.nan)
        between = (low[rest] < better) & (better < high[rest])
        then = np.where(between, better, 0.5 * (low[rest] + high[rest]))
        mu[rest] = np.where(going, then, at)
        rest = rest[going & (then != low[rest]) & (then != high[rest])]
        if not rest.size:
            break
    return np.asarray(mu)


RULES: Final[dict[type, Rule]] = {
    first_order.GradientDescent: _gradient_descent,
    first_order.Momentum: _momentum,
    first_order.Nesterov: _nesterov,
    adaptive.AdaGrad: _adagrad,
    adaptive.RMSprop: _rmsprop,
    adaptive.Adam: _adam,
    adaptive.AMSGrad: _adam,
    adaptive.AdamW: _adam,
    second_order.Newton: _newton,
    second_order.DampedNewton: _damped_newton,
    second_order.SaddleFreeNewton: _saddle_free,
    trust_region.TrustRegion: _trust_region,
}
"""How each method moves many points at once."""


def has_rule(method: Any) -> bool:
    """Whether there is a rule for this method: not for every line search, nor for the dogleg.

    >>> from core.optimize import GradientDescent, Exact
    >>> has_rule(GradientDescent(0.1)), has_rule(GradientDescent(0.1, Exact()))
    (True, False)
    """
    search = (type(None), Backtracking) if isinstance(method, second_order.DampedNewton) else type(None)
    searched, dogleg = getattr(method, "search", None), getattr(method, "dogleg", False)
    return type(method) in RULES and isinstance(searched, search) and not dogleg
