"""Functions written down by hand for the oracles: f, its gradient and its Hessian in 50-digit arithmetic.

They share nothing with `core`: a test compares what a method of `core` does on the text with what a recurrence from
its source does on these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mpmath as mp
import numpy as np

from core.immediate import programs, whole
from core.numeric import Objective, Residuals
from core.syntax import read

DIGITS = 50
Vector = Sequence[Any]


@dataclass(frozen=True)
class Case:
    """A text, its derivatives by hand, and a start."""

    text: str
    f: Callable[[Vector], Any]
    g: Callable[[Vector], list[Any]]
    H: Callable[[Vector], list[list[Any]]]
    start: tuple[float, ...]
    step: float = 0.01  # a rate with which a first-order method goes calmly

    def objective(self) -> Objective:
        """The function as a method of `core` sees it."""
        return objective(self.text)


def objective(text: str) -> Objective:
    """A scalar as a method sees it, or half the square of a vector function."""
    scalars = programs(read(text), {})
    return Objective.of(scalars.get("f") or scalars["norm"], one_sided=True)


def residuals(text: str) -> Residuals:
    """A vector function as Gauss–Newton sees it."""
    reading = read(text)
    return Residuals(whole(reading, {}), Objective.of(programs(reading, {})["norm"]))


def _valleys(x: Vector) -> Any:
    return sum((b - a**2) ** 2 + (1 - a) ** 2 / 4 for a, b in pairwise(x))


def _valleys_g(x: Vector) -> list[Any]:
    g = [mp.mpf(0)] * len(x)
    for i, (a, b) in enumerate(pairwise(x)):
        g[i] += -4 * a * (b - a**2) - (1 - a) / 2
        g[i + 1] += 2 * (b - a**2)
    return g


def _valleys_H(x: Vector) -> list[list[Any]]:
    H = [[mp.mpf(0)] * len(x) for _ in x]
    for i, (a, b) in enumerate(pairwise(x)):
        H[i][i] += 12 * a**2 - 4 * b + mp.mpf(1) / 2
        H[i][i + 1] -= 4 * a
        H[i + 1][i] -= 4 * a
        H[i + 1][i + 1] += 2
    return H


def _lse_g(x: Vector) -> list[Any]:
    a, b, c = mp.exp(x[0]), mp.exp(x[1]), mp.exp(-x[0] - x[1])
    return [(a - c) / (a + b + c), (b - c) / (a + b + c)]


def _lse_H(x: Vector) -> list[list[Any]]:
    a, b, c = mp.exp(x[0]), mp.exp(x[1]), mp.exp(-x[0] - x[1])
    g, total = _lse_g(x), a + b + c
    return [
        [(a + c) / total - g[0] ** 2, c / total - g[0] * g[1]],
        [c / total - g[0] * g[1], (b + c) / total - g[1] ** 2],
    ]


CASES = {
    "tilted well": Case(
        "x^4/4 - x^2/2 + x/5",
        lambda x: x[0] ** 4 / 4 - x[0] ** 2 / 2 + x[0] / 5,
        lambda x: [x[0] ** 3 - x[0] + mp.mpf(1) / 5],
        lambda x: [[3 * x[0] ** 2 - 1]],
        (2.0,),
    ),
    "log-cosh": Case(
        "ln(cosh(x))",
        lambda x: mp.log(mp.cosh(x[0])),
        lambda x: [mp.tanh(x[0])],
        lambda x: [[mp.sech(x[0]) ** 2]],
        (0.75,),
    ),
    "himmelblau": Case(
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
        lambda x: [
            4 * x[0] * (x[0] ** 2 + x[1] - 11) + 2 * (x[0] + x[1] ** 2 - 7),
            2 * (x[0] ** 2 + x[1] - 11) + 4 * x[1] * (x[0] + x[1] ** 2 - 7),
        ],
        lambda x: [
            [12 * x[0] ** 2 + 4 * x[1] - 42, 4 * (x[0] + x[1])],
            [4 * (x[0] + x[1]), 12 * x[1] ** 2 + 4 * x[0] - 26],
        ],
        (1.0, 2.5),
        0.005,
    ),
    "rosenbrock": Case(
        "(1 - x)^2 + 100(y - x^2)^2",
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
        lambda x: [-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)],
        lambda x: [[2 - 400 * (x[1] - 3 * x[0] ** 2), -400 * x[0]], [-400 * x[0], mp.mpf(200)]],
        (-1.2, 1.0),
        0.0005,
    ),
    "log-sum-exp": Case(
        "ln(e^x + e^y + e^(-x - y))",
        lambda x: mp.log(mp.exp(x[0]) + mp.exp(x[1]) + mp.exp(-x[0] - x[1])),
        _lse_g,
        _lse_H,
        (0.5, -0.25),
        0.1,
    ),
    "five valleys": Case(
        "f(p, q, r, s, t) = (q - p^2)^2 + (r - q^2)^2 + (s - r^2)^2 + (t - s^2)^2"
        " + ((1 - p)^2 + (1 - q)^2 + (1 - r)^2 + (1 - s)^2)/4",
        _valleys,
        _valleys_g,
        _valleys_H,
        (0.5, -0.25, 1.5, 0.25, -1.0),
        0.01,
    ),
}


def exact(x: Sequence[float]) -> list[Any]:
    """Floats as the numbers they are."""
    return [mp.mpf(float(c)) for c in x]


def agree(ours: Sequence[Sequence[float]], theirs: Sequence[Vector], within: float = 1e-10) -> None:
    """Iterate by iterate the same, to a part of 1 + the size of the point."""
    assert len(ours) == len(theirs) > 1
    for k, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        size = 1 + max(abs(c) for c in b)
        far = max(abs(mp.mpf(float(p)) - q) for p, q in zip(a, b, strict=True))
        assert far <= within * size, f"iterate {k}: {list(map(float, a))} against {[mp.nstr(c, 17) for c in b]}"


def floats(x: Vector) -> np.ndarray:
    """The nearest floats."""
    return np.array([float(c) for c in x])
