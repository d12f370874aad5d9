r"""Conditioning: what a long valley costs. A quadratic bowl in the plane, and the two recursions that its axes obey.

    f(x) = ½ xᵀ H x,   H = λ q qᵀ + Λ p pᵀ,   κ = Λ/λ

q is the flat axis, along the valley, and p the steep one across. With a fixed step ε and momentum β the error e along
an axis goes its own way, whatever happens along the other one:

    e_{k+1} = (1 + β - ελ) e_k - β e_{k-1},   so   e_k ~ ρᵏ,   ρ the larger |z| with z² - (1 + β - ελ) z + β = 0

The same formulas are in static/conditioning.js, where they follow the hand; a test compares the two.

Source: Polyak 1964; Goh, Why Momentum Really Works, 2017; Nocedal and Wright, Numerical Optimization, section 3.3.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from core.optimize.trajectory import Array
from core.program import Builder, Program

MILLIONTH: Final = 1e-6  # of what an error was: then it counts as gone
MOST_STEPS: Final = 100_000  # that are counted
GROWN: Final = 1e6  # an error this much larger than at first runs away: no transient is as large
ROUND: Final = 1e-12  # a factor this near to 1 is 1, and roots whose square is this near to real are real
DIGITS: Final = 12  # of a coefficient that is written out

Way = Literal["monotone", "oscillating", "spiralling", "diverging", "lasting"]


@dataclass(frozen=True)
class Bowl:
    """The bowl with condition number `kappa` and curvature `steep` across its valley, which runs at `angle` degrees.

    `rescaled` goes from 0 to 1: it is seen in coordinates u with x = (H/Λ)^(-rescaled/2) u; at 1 all its level lines
    are circles, and one step of gradient descent is Newton's.

    >>> Bowl(10, 10, 0).H.tolist(), Bowl(10, 10, 0, rescaled=1).H.tolist()
    ([[1.0, 0.0], [0.0, 10.0]], [[10.0, 0.0], [0.0, 10.0]])
    """

    kappa: float
    steep: float
    angle: float
    rescaled: float = 0.0

    @property
    def flat(self) -> float:
        """The curvature along the valley, λ."""
        return self.steep / float(self.kappa ** (1 - self.rescaled))

    @property
    def axes(self) -> tuple[Array, Array]:
        """Unit vectors along the valley and across it."""
        c, s = _turn(self.angle)
        return np.array([c, s]), np.array([-s, c])

    @property
    def H(self) -> Array:
        """The Hessian, (2, 2)."""
        q, p = self.axes
        H: Array = self.flat * np.outer(q, q) + self.steep * np.outer(p, p)
        return H

    def seen(self, x: Sequence[float]) -> tuple[float, float]:
        """Where a point x of the plane is in the coordinates u of the picture."""
        return self._stretched(x, self.kappa ** (-self.rescaled / 2))

    def meant(self, u: Sequence[float]) -> tuple[float, float]:
        """The point x of the plane that is seen at u."""
        return self._stretched(u, self.kappa ** (self.rescaled / 2))

    def _stretched(self, x: Sequence[float], factor: float) -> tuple[float, float]:
        """By a factor along the valley."""
        c, s = _turn(self.angle)
        more = (factor - 1) * (c * x[0] + s * x[1])
        return x[0] + more * c, x[1] + more * s

    @property
    def text(self) -> str:
        """The formula, as one types it; its coefficients have twelve digits.

        >>> Bowl(10, 10, 0).text, Bowl(4, 8, 45).text
        ('0.5x^2 + 5y^2', '2.5x^2 - 3x y + 2.5y^2')
        """
        (a, b), (_, d) = self.H.tolist()
        terms = [(0.5 * a, "x^2"), (b, "x y"), (0.5 * d, "y^2")]
        written = [(v, f"{_decimal(abs(v))}{powers}") for v, powers in terms if abs(v) > ROUND * self.steep]
        first, *rest = written
        return first[1] + "".join(f" {'-' if v < 0 else '+'} {term}" for v, term in rest)


def _turn(degrees: float) -> tuple[float, float]:
    """Cosine and sine, which are 0 and ±1 at right angles."""
    quarter, rest = divmod(degrees, 90)
    c, s = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    return [(c, s), (-s, c), (-c, -s), (s, -c)][int(quarter) % 4]


def _decimal(v: float) -> str:
    """Without an exponent and without a factor 1."""
    text = np.format_float_positional(float(f"{v:.{DIGITS}g}"), trim="-")
    return "" if text == "1" else text


def bowl() -> Program:
    """f of x and y and of the four numbers of a Bowl, in their order.

    >>> from core.numeric import floats
    >>> floats(bowl(), [2.0, 1.0, 10.0, 10.0, 0.0, 0.0])
    [7.0]
    """
    b = Builder(6)
    x, y, kappa, steep, angle, rescaled = map(b.variable, range(6))
    turn = b.mul(angle, b.constant(math.pi / 180, exact=False))
    c, s = b.call("cos", turn), b.call("sin", turn)
    along, across = b.add(b.mul(x, c), b.mul(y, s)), b.sub(b.mul(y, c), b.mul(x, s))
    ratio = b.call("pow", kappa, b.sub(b.constant(1.0), rescaled))
    squares = b.add(b.div(b.power(along, 2), ratio), b.power(across, 2))
    return b.program([b.div(b.mul(steep, squares), b.constant(2.0))])


# One axis: `s` is the step times its curvature.


def factor(s: float) -> float:
    """What a step of gradient descent keeps of the error, |1 - ελ|."""
    return abs(1 - s)


def roots(s: float, beta: float) -> tuple[complex, complex]:
    """The eigenvalues of the companion matrix of the recursion, the one of larger size first.

    >>> [round(abs(z), 6) for z in roots(0.5, 0.25)]
    [0.5, 0.5]
    """
    t = 1 + beta - s
    root = cmath.sqrt(t * t - 4 * beta)
    first = (t + root) / 2 if t >= 0 else (t - root) / 2
    return first, t - first


def radius(s: float, beta: float) -> float:
    """What a step keeps of the error in the long run: the spectral radius of the companion matrix."""
    t = 1 + beta - s
    within = t * t - 4 * beta
    return math.sqrt(beta) if within < 0 else (abs(t) + math.sqrt(within)) / 2


def way(s: float, beta: float) -> Way:
    """How the error goes: without a change of side, with one at every step, or around.

    >>> [way(s, beta) for s, beta in ((0.1, 0), (1.9, 0), (0.5, 0.5), (2.1, 0), (2, 0))]
    ['monotone', 'oscillating', 'spiralling', 'diverging', 'lasting']
    """
    t, rho = 1 + beta - s, radius(s, beta)
    if abs(rho - 1) <= ROUND:
        return "lasting"
    if rho > 1:
        return "diverging"
    return "spiralling" if t * t < 4 * beta - ROUND else "monotone" if t >= 0 else "oscillating"


# Both axes.


def slowest(rate: float, beta: float, flat: float, steep: float) -> float:
    """What a step keeps of the error that dies last."""
    return max(radius(rate * flat, beta), radius(rate * steep, beta))


def best_rate(flat: float, steep: float, beta: float = 0.0) -> float:
    """The step that keeps least of the larger error, for a given momentum: there both errors shrink alike.

    >>> best_rate(1, 10) == 2 / 11
    True
    """
    return 2 * (1 + beta) / (flat + steep)


def best_momentum(kappa: float) -> float:
    """The momentum that, with its best step, keeps least of all: √κ takes the place of κ. Polyak 1964.

    >>> best_momentum(9)
    0.25
    """
    root = math.sqrt(kappa)
    return ((root - 1) / (root + 1)) ** 2


def predicted(rho: float) -> int | None:
    """The steps to a millionth of the error, by the factor alone; None when it never comes there.

    >>> [predicted((kappa - 1) / (kappa + 1)) for kappa in (1, 5, 10, 100, 1000)]
    [1, 35, 69, 691, 6908]
    """
    if rho >= 1 - ROUND:
        return None
    return 1 if rho <= 0 else max(1, math.ceil(math.log(MILLIONTH) / math.log(rho)))


def errors(s: float, beta: float, steps: int) -> list[float]:
    """The error along an axis, from 1 at rest, after 0, 1, …, so many steps.

    >>> errors(0.5, 0.0, 3)
    [1.0, 0.5, 0.25, 0.125]
    """
    e = [1.0, 1.0 - s]
    while len(e) <= steps:
        e.append((1 + beta - s) * e[-1] - beta * e[-2])
    return e[: steps + 1]


def measured(rate: float, beta: float, flat: float, steep: float) -> int | None:
    """The steps after which the errors along both axes are at most a millionth of what they were, counted.

    From every start off the axes it is the same number; None when it is more than `MOST_STEPS`, or there is none.

    >>> [measured(best_rate(1, kappa), 0.0, 1, kappa) for kappa in (5, 10, 100)]
    [35, 69, 691]
    """
    a, b = 1 + beta - rate * flat, 1 + beta - rate * steep
    e, f, e_before, f_before = 1.0 - rate * flat, 1.0 - rate * steep, 1.0, 1.0
    for k in range(1, MOST_STEPS + 1):
        size = max(abs(e), abs(f))
        if size <= MILLIONTH:
            return k
        if size > GROWN:
            return None
        e, e_before = a * e - beta * e_before, e
        f, f_before = b * f - beta * f_before, f
    return None


@dataclass(frozen=True)
class Cost:
    """Steps to a millionth of the error on a bowl of this condition number, with the best constants of each method."""

    kappa: float
    descent: tuple[int | None, int | None]  # predicted by the factor, and counted
    momentum: tuple[int | None, int | None]
    newton: int = 1


def cost(kappa: float) -> Cost:
    """What a valley costs.

    >>> cost(10.0)
    Cost(kappa=10.0, descent=(69, 69), momentum=(22, 27), newton=1)
    """
    said = []
    for beta in (0.0, best_momentum(kappa)):
        rate = best_rate(1.0, kappa, beta)
        said.append((predicted(slowest(rate, beta, 1.0, kappa)), measured(rate, beta, 1.0, kappa)))
    return Cost(kappa, said[0], said[1])
