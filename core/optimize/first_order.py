"""First-order methods: they see the gradient and nothing more.

With a fixed rate they work coordinate by coordinate, so points of shape (n, k) are k runs at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.optimize.line_search import Search
from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step


@dataclass(frozen=True)
class GradientDescent:
    """Walk against the gradient, the direction of steepest descent.

        x <- x - rate ∇f(x)

    On a bowl with curvatures between λ and Λ it arrives when rate < 2/Λ, and fastest with rate = 2/(λ + Λ): then
    every step multiplies the error by (Λ - λ)/(Λ + λ). Below, 9/11 a step, and (9/11)² = 0.669 for f.

    Fields: `rate`, the step size, also called learning rate; `search`, to choose each step along the ray instead,
    tried from `rate` on.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), GradientDescent(rate=2 / 11), [10, 1])
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 36.818, 24.647, 16.499, 11.045]
    >>> run.sentence
    'After 83 steps: the gradient vanished.'

    Source: Cauchy 1847; Nocedal and Wright, Numerical Optimization, 2nd edition, section 3.3.
    """

    name: ClassVar[str] = "gradient descent"

    rate: float = 0.1
    search: Search | None = None

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        while True:
            value, g = f.value(x), f.gradient(x)
            alpha, refused = self.search.search(f, x, value, g, -g, self.rate) if self.search else (self.rate, ())
            step = Step(x, value, g, -g, alpha, refused)
            yield step
            x = step.target


@dataclass(frozen=True)
class Momentum:
    """A heavy ball: every step keeps a part of the last one.

        v <- beta v - ∇f(x),   x <- x + rate v

    On a bowl with curvatures between λ and Λ, and κ = Λ/λ, the best constants are

        rate = (2/(√λ + √Λ))²,   beta = ((√κ - 1)/(√κ + 1))²,

    and every step then multiplies the error by nearly (√κ - 1)/(√κ + 1): about √κ steps instead of κ. It may go
    uphill on the way. Below, κ = 10.

    Fields: `rate`, the step size; `beta`, the part of the last step that is kept, from 0 (gradient descent) to 1.

    >>> from core.optimize import Quadratic, minimize
    >>> ball = Momentum(rate=(2 / (1 + 10**0.5)) ** 2, beta=((10**0.5 - 1) / (10**0.5 + 1)) ** 2)
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), ball, [10, 1])
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 38.142, 19.945, 8.895, 3.593]
    >>> run.sentence
    'After 31 steps: the gradient vanished.'

    Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
    """

    name: ClassVar[str] = "momentum"

    rate: float = 0.1
    beta: float = 0.9

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        v = np.zeros_like(x)
        while True:
            value, g = f.value(x), f.gradient(x)
            v = self.beta * v - g
            step = Step(x, value, g, v, self.rate)
            yield step
            x = step.target


@dataclass(frozen=True)
class Nesterov:
    """Momentum that looks ahead: the gradient is taken where the last step is about to carry the point.

        v <- beta v - rate ∇f(x + beta v),   x <- x + v

    Compared with the heavy ball, it brakes before the valley rises, not after. On a bowl with curvatures between λ and
    Λ, and κ = Λ/λ, rate = 1/Λ and beta = (√κ - 1)/(√κ + 1) need about √κ steps. Below, κ = 10.

    Fields: `rate`, the step size; `beta`, the part of the last step that is kept. The gradient of a Step is the one at
    the point ahead.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), Nesterov(0.1, (10**0.5 - 1) / (10**0.5 + 1)), [10, 1])
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 40.5, 29.127, 19.405, 12.256]
    >>> run.sentence
    'After 50 steps: the gradient vanished.'

    Source: Nesterov 1983; in this form Sutskever, Martens, Dahl and Hinton, On the importance of initialization and
    momentum in deep learning, 2013, (3) and (4).
    """

    name: ClassVar[str] = "Nesterov"

    rate: float = 0.1
    beta: float = 0.9

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        v = np.zeros_like(x)
        while True:
            value, g = f.value(x), f.gradient(x + self.beta * v)
            v = self.beta * v - self.rate * g
            step = Step(x, value, g, v, 1.0, ahead=True)
            yield step
            x = step.target
