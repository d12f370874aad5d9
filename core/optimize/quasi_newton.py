r"""Quasi-Newton methods: a Hessian that is learned from the gradients alone.

After a step s = x⁺ - x the gradient has changed by y = ∇f(x⁺) - ∇f(x). Every learned matrix B keeps the secant equation

    B⁺ s = y,

which for a quadratic is what H itself does. The methods differ in what else they ask of B⁺.

Source: Nocedal and Wright, Numerical Optimization, 2nd edition, chapters 6 and 7.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from operator import mul
from typing import ClassVar, Final

import numpy as np

from core.optimize.line_search import Search, Wolfe, first_trial
from core.optimize.minimize import Objective
from core.optimize.second_order import NO_STEP, searched
from core.optimize.trajectory import Array, Step
from core.optimize.trust_region import lowest, trusted

LEAST: Final = 1e-8  # of SR1's denominator, in parts of what it is made of; below, the update is skipped
FLATTEST: Final = 1e-14  # sᵀy below this part of ‖s‖‖y‖ is rounding


@dataclass(frozen=True)
class BFGS:
    """Keep a positive definite guess C of H⁻¹, as near to the last one as the secant equation allows.

        C <- (I - ρ s yᵀ) C (I - ρ y sᵀ) + ρ s sᵀ,   ρ = 1/(yᵀs),   p = -C ∇f(x)

    It starts as the identity, so its first step is one of steepest descent; near a minimum it is nearly Newton.

    Fields: `search`, the line search: the strong Wolfe conditions make yᵀs > 0; `rate`, the longest first trial.

    >>> from core.optimize import Exact, Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), BFGS(Exact()), [10, 1]).sentence
    'After 2 steps: the gradient vanished.'

    Source: Nocedal and Wright, algorithm 6.1, page 140; Broyden, Fletcher, Goldfarb, Shanno, each 1970.
    """

    name: ClassVar[str] = "BFGS"

    search: Search = field(default_factory=Wolfe)
    rate: float = 1.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        C, value, g = np.eye(len(x)), f.value(x), f.gradient(x)
        for trial in chain([first_trial(g, self.rate)], iter(lambda: 1.0, None)):
            p = -C @ g
            alpha, refused = searched(self.search, f, x, value, g, p, trial)
            step = Step(x, value, g, p, alpha, refused, "" if alpha or not g.any() else NO_STEP)
            yield step
            s, x = step.target - x, step.target
            value, new = f.value(x), f.gradient(x)
            C, g = inverse_update(C, s, new - g), new


def inverse_update(C: Array, s: Array, y: Array) -> Array:
    """The next guess of H⁻¹ for a step s along which the gradient changed by y; the same where yᵀs is not positive.

    >>> C = inverse_update(np.eye(2), np.array([1.0, 0.0]), np.array([4.0, 1.0]))
    >>> (C @ [4.0, 1.0]).tolist()
    [1.0, 0.0]
    """
    ys = float(y @ s)
    if not ys > FLATTEST * np.sqrt(float(s @ s) * float(y @ y)):
        return C
    Cy = C @ y
    return C + ((ys + y @ Cy) / ys**2) * np.outer(s, s) - (np.outer(Cy, s) + np.outer(s, Cy)) / ys


@dataclass(frozen=True)
class LBFGS:
    """BFGS from the last few pairs (s, y) alone: no matrix is kept, so it works in a million variables.

        p = -C ∇f(x),   with C made anew from (sᵀy / yᵀy) I and the pairs that are remembered

    Fields: `memory`, how many pairs; `search`, the line search; `rate`, the longest first trial.

    >>> from core.optimize import Exact, Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), LBFGS(search=Exact()), [10, 1]).sentence
    'After 2 steps: the gradient vanished.'

    Source: Nocedal and Wright, algorithms 7.4 and 7.5, pages 178 and 179; Nocedal 1980.
    """

    name: ClassVar[str] = "L-BFGS"

    memory: int = 10
    search: Search = field(default_factory=Wolfe)
    rate: float = 1.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        pairs: list[Pair] = []
        value, g = f.value(x), f.gradient(x)
        for trial in chain([first_trial(g, self.rate)], iter(lambda: 1.0, None)):
            p = -two_loops(g, pairs)
            alpha, refused = searched(self.search, f, x, value, g, p, trial)
            step = Step(x, value, g, p, alpha, refused, "" if alpha or not g.any() else NO_STEP)
            yield step
            s, x = step.target - x, step.target
            value, new = f.value(x), f.gradient(x)
            if taught := pair(s, new - g):
                pairs = [*pairs, taught][-self.memory :]
            g = new


Pair = tuple[list[float], list[float], float, float]  # s, y, sᵀy and yᵀy


def two_loops(g: Array, pairs: list[Pair]) -> Array:
    """C g for the C that these pairs make, the newest last; in Python floats, which are faster for few coordinates."""
    q, parts = g.tolist(), []
    for s, y, sy, _ in reversed(pairs):
        a = _dot(s, q) / sy
        q = [u - a * v for u, v in zip(q, y, strict=True)]
        parts.append(a)
    if pairs:
        *_, sy, yy = pairs[-1]
        q = [sy / yy * u for u in q]
    for (s, y, sy, _), a in zip(pairs, reversed(parts), strict=True):
        a -= _dot(y, q) / sy
        q = [u + a * v for u, v in zip(q, s, strict=True)]
    return np.array(q)


def pair(s: Array, y: Array) -> Pair | None:
    """What a step s and the change y of the gradient teach; None where the gradients did not bend upwards."""
    sy, yy = float(s @ y), float(y @ y)
    taught = sy > FLATTEST * math.sqrt(float(s @ s) * yy) and yy > 0
    return (s.tolist(), y.tolist(), sy, yy) if taught else None


def _dot(a: list[float], b: list[float]) -> float:
    return float(sum(map(mul, a, b)))


@dataclass(frozen=True)
class SR1:
    """Correct the guess B of H by a matrix of rank one, whatever its sign: B may become indefinite, like H.

        B <- B + r rᵀ / (rᵀs),   r = y - B s,      step: lowest point of the model within a trust region

    Fields: `radius`, the first one of the trust region.

    >>> from core.optimize import Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), SR1(), [10, 1]).sentence
    'After 4 steps: the gradient vanished.'

    Source: Nocedal and Wright, algorithm 6.2, page 146.
    """

    name: ClassVar[str] = "SR1"

    radius: float = 1.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on; a refused trial teaches B too."""
        B, radius = np.eye(len(x)), self.radius
        value, g = f.value(x), f.gradient(x)
        while True:
            step, radius = trusted(f, x, value, g, B, radius, lowest)
            yield step
            if not step.step_size and g.any():
                return
            s, x = step.target - x, step.target
            value, new = f.value(x), f.gradient(x)
            B, g = rank_one_update(B, s, new - g), new


def rank_one_update(B: Array, s: Array, y: Array) -> Array:
    """The next guess of H; the same where the correction would rest on rounding.

    >>> B = rank_one_update(np.eye(2), np.array([1.0, 1.0]), np.array([3.0, -1.0]))
    >>> (B @ [1.0, 1.0]).tolist() == [1.0, 1.0], rank_one_update(np.eye(1), np.ones(1), 3 * np.ones(1)).tolist()
    (True, [[3.0]])
    """
    r = y - B @ s
    below = float(r @ s)
    if not np.isfinite(r).all() or abs(below) <= LEAST * np.sqrt(float(s @ s) * float(r @ r)):
        return B
    return B + np.outer(r, r) / below
