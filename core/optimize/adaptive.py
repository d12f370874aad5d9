"""Adaptive methods: every coordinate has a step size of its own, from the gradients it has seen.

All work coordinate by coordinate, so points of shape (n, k) are k runs at once. The small number epsilon stands outside
the square root, after the correction of bias where there is one, as in the papers of Adam and in PyTorch.

What they cure is a bad scale along the axes. A long valley across the axes stays as long as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step


@dataclass(frozen=True)
class AdaGrad:
    """Divide by the root of the sum of all squared gradients: every coordinate slows down by itself, for ever.

        s <- s + g²,   x <- x - rate g / (√s + epsilon)

    Fields: `rate`, the length of the first step in every coordinate; `epsilon`, against a division by zero.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), AdaGrad(rate=1.0), [10, 1], max_steps=1000)
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 40.5, 34.703, 30.456, 27.101]

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011,
    figure 1, with diagonal matrices.
    """

    name: ClassVar[str] = "AdaGrad"

    rate: float = 0.1
    epsilon: float = 1e-10

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        s = np.zeros_like(x)
        while True:
            value, g = f.value(x), f.gradient(x)
            s = s + g * g
            step = Step(x, value, g, -g / (np.sqrt(s) + self.epsilon), self.rate)
            yield step
            x = step.target


@dataclass(frozen=True)
class RMSprop:
    """Divide by the root of a fading mean of the squared gradients: AdaGrad that forgets.

        s <- decay s + (1 - decay) g²,   x <- x - rate g / (√s + epsilon)

    With a fixed rate it comes near a minimum and then dances around it in steps of about `rate`.

    Fields: `rate`; `decay`, how much of the mean is kept; `epsilon`, against a division by zero. No correction of bias.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), RMSprop(rate=0.1), [10, 1])
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 49.225, 45.97, 43.653, 41.827]

    Source: Tieleman and Hinton, Neural networks for machine learning, lecture 6e, 2012.
    """

    name: ClassVar[str] = "RMSprop"

    rate: float = 0.1
    decay: float = 0.9
    epsilon: float = 1e-8

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        s = np.zeros_like(x)
        while True:
            value, g = f.value(x), f.gradient(x)
            s = self.decay * s + (1 - self.decay) * g * g
            step = Step(x, value, g, -g / (np.sqrt(s) + self.epsilon), self.rate)
            yield step
            x = step.target


@dataclass(frozen=True)
class Adam:
    """Momentum over the root of a fading mean of squares, both freed of the bias of their start at zero.

        m <- beta1 m + (1 - beta1) g,      m̂ = m / (1 - beta1ᵗ)
        s <- beta2 s + (1 - beta2) g²,     ŝ = s / (1 - beta2ᵗ)
        x <- x - rate m̂ / (√ŝ + epsilon)

    The first step has length `rate` in every coordinate, whatever the gradient.

    Fields: `rate`; `beta1` and `beta2`, how much of the two means is kept; `epsilon`, against a division by zero.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), Adam(rate=1.0), [10, 1], max_steps=1000)
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 40.5, 34.278, 27.382, 19.439]

    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015, algorithm 1.
    """

    name: ClassVar[str] = "Adam"

    rate: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        m, s, kept1, kept2 = np.zeros_like(x), np.zeros_like(x), 1.0, 1.0
        while True:
            value, g = f.value(x), f.gradient(x)
            kept1, kept2 = kept1 * self.beta1, kept2 * self.beta2
            m = self.beta1 * m + (1 - self.beta1) * g
            s = self.beta2 * s + (1 - self.beta2) * g * g
            p = m / (kept1 - 1) / (np.sqrt(s / (1 - kept2)) + self.epsilon)
            step = Step(x, value, g, p, self.rate)
            yield step
            x = step.target


@dataclass(frozen=True)
class AMSGrad:
    """Adam that never lets a coordinate's divisor shrink, so that its steps cannot grow again.

        ŝ <- max(ŝ, s)   in place of the mean s itself, corrected for bias as in PyTorch

    Fields: as of Adam.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), AMSGrad(rate=1.0), [10, 1], max_steps=1000)
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 40.5, 34.276, 27.381, 19.439]

    Source: Reddi, Kale and Kumar, On the convergence of Adam and beyond, 2018, algorithm 2.
    """

    name: ClassVar[str] = "AMSGrad"

    rate: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        m, s, most, kept1, kept2 = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x), 1.0, 1.0
        while True:
            value, g = f.value(x), f.gradient(x)
            kept1, kept2 = kept1 * self.beta1, kept2 * self.beta2
            m = self.beta1 * m + (1 - self.beta1) * g
            s = self.beta2 * s + (1 - self.beta2) * g * g
            most = np.maximum(most, s)
            p = m / (kept1 - 1) / (np.sqrt(most / (1 - kept2)) + self.epsilon)
            step = Step(x, value, g, p, self.rate)
            yield step
            x = step.target


@dataclass(frozen=True)
class AdamW:
    """Adam, and beside it a pull of every coordinate towards zero that is not divided by anything.

        x <- x - rate (m̂ / (√ŝ + epsilon) + decay x)

    So it does not end at a minimum of f, but a little nearer to the origin: where it rests, m̂/√ŝ balances decay x.

    Fields: as of Adam; `decay`, the pull.

    >>> from core.optimize import Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), AdamW(rate=1.0), [10, 1], max_steps=1000)
    >>> [round(float(f), 3) for f in run.values[:5]]
    [55.0, 39.606, 32.804, 25.481, 17.417]

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019, algorithm 2.
    """

    name: ClassVar[str] = "AdamW"

    rate: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    decay: float = 0.01

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        m, s, kept1, kept2 = np.zeros_like(x), np.zeros_like(x), 1.0, 1.0
        while True:
            value, g = f.value(x), f.gradient(x)
            kept1, kept2 = kept1 * self.beta1, kept2 * self.beta2
            m = self.beta1 * m + (1 - self.beta1) * g
            s = self.beta2 * s + (1 - self.beta2) * g * g
            p = m / (kept1 - 1) / (np.sqrt(s / (1 - kept2)) + self.epsilon) - self.decay * x
            step = Step(x, value, g, p, self.rate)
            yield step
            x = step.target
