"""First-order methods: they see the gradient and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from core.optimize.line_search import Backtracking
from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step


@dataclass(frozen=True)
class GradientDescent:
    """Walk against the gradient, the direction of steepest descent.

        x <- x - rate ∇f(x)

    On a bowl with curvatures between λ and Λ it arrives when rate < 2/Λ, and fastest with rate = 2/(λ + Λ): then
    every step multiplies the error by (Λ - λ)/(Λ + λ). Below, 9/11 a step, and (9/11)² = 0.669 for f.

    Fields: `rate`, the step size, also called learning rate; `search`, to shrink each step from there until f
    falls enough.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), GradientDescent(rate=2 / 11), [10, 1])
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 36.818, 24.647, 16.499, 11.045]
    >>> run.sentence
    'After 105 steps: the gradient vanished.'

    Source: Cauchy 1847; Nocedal and Wright, Numerical Optimization, 2nd edition, section 3.3.
    """

    name: ClassVar[str] = "gradient descent"

    rate: float = 0.1
    search: Backtracking | None = None

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        while True:
            value, g = f.value(x), f.gradient(x)
            alpha, refused = self.search.search(f, x, value, g, -g, self.rate) if self.search else (self.rate, ())
            step = Step(x, value, g, -g, alpha, refused)
            yield step
            x = step.target
