"""Line search: how far to go once the direction is chosen.

Armijo's condition asks for a fair part c of the decrease that the slope promises, Wolfe's also for a slope that has
become flat enough (strong form: in size):

    f(x + alpha p) <= f(x) + c alpha ∇f(x)ᵀp,      |∇f(x + alpha p)ᵀp| <= curvature |∇f(x)ᵀp|.

A search gives the step size and the points it refused, in order; the step size is 0 when none was good. p points
downhill. A point where f cannot be computed is refused like one that is too high, so a search stays in the domain.
Next to a minimum all values are alike to rounding; there the slopes decide, which still differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from core.optimize.trajectory import Array

if TYPE_CHECKING:
    from core.optimize.minimize import Objective

SMALLEST: Final = 2.0**-60  # part of the first step size; below, there is nothing to be found
LARGEST: Final = 2.0**60
ROUNDING: Final = 64 * 2.0**-52  # in parts of f: values that differ by less are alike
FLATTER: Final = 0.9  # part of the first slope
TRIES: Final = 60  # in a bracket; each leaves at most nine tenths of it

Found = tuple[float, tuple[Array, ...]]


class Search(Protocol):
    """A frozen dataclass whose fields are its constants."""

    def search(self, f: Objective, x: Array, value: float, g: Array, p: Array, alpha: float) -> Found:
        """The step size, tried from `alpha` on, and the points refused; 0 when none was good. p points downhill."""


@dataclass(frozen=True)
class Backtracking:
    """Shrink the step until Armijo's condition holds: alpha <- rho alpha.

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 3.1, page 37.

    >>> import numpy as np
    >>> from core.optimize import Quadratic
    >>> f, x = Quadratic([[1, 0], [0, 10]]), np.array([10.0, 1.0])
    >>> p = -f.gradient(x)
    >>> alpha, refused = Backtracking().search(f, x, f.value(x), f.gradient(x), p, 1.0)
    >>> alpha, [f.value(point) for point in refused]
    (0.25, [405.0, 92.5])
    """

    rho: float = 0.5  # the factor of each shrinking, between 0 and 1
    c: float = 1e-4  # the part of the promised decrease that is asked for, between 0 and 1

    def search(self, f: Objective, x: Array, value: float, g: Array, p: Array, alpha: float) -> Found:
        """The step size from `alpha` down."""
        slope, smallest = float(g @ p), SMALLEST * alpha
        refused: list[Array] = []
        here = x.tolist()
        while alpha > smallest and (target := x + alpha * p).tolist() != here:
            if f.value(target) <= value + self.c * alpha * slope:
                return alpha, tuple(refused)
            refused.append(target)
            alpha *= self.rho
        return self._by_slope(f, value, slope, p, alpha / self.rho ** len(refused), refused)

    def _by_slope(self, f: Objective, value: float, slope: float, p: Array, alpha: float, tried: list[Array]) -> Found:
        """Of the points as high as x, to rounding, the first where the slope is clearly flatter; else none."""
        for k, target in enumerate(tried):
            alike = abs(f.value(target) - value) <= ROUNDING * abs(value)
            if alike and abs(float(f.gradient(target) @ p)) <= -FLATTER * slope:
                return alpha * self.rho**k, tuple(tried[:k])
        return 0.0, tuple(tried)


@dataclass(frozen=True)
class Wolfe:
    """The strong Wolfe conditions, by a bracket and then cubic interpolation in it.

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 3.5 and 3.6, pages 60 and 61; the
    interpolation is their (3.59), kept a tenth of the bracket away from its ends.

    >>> import numpy as np
    >>> from core.optimize import Quadratic
    >>> f, x = Quadratic([[1, 0], [0, 10]]), np.array([10.0, 1.0])
    >>> g = f.gradient(x)
    >>> alpha, _ = Wolfe(curvature=0.1).search(f, x, f.value(x), g, -g, 1.0)
    >>> bool(abs(f.gradient(x - alpha * g) @ g) <= 0.1 * g @ g)
    True
    """

    c: float = 1e-4
    curvature: float = 0.9  # 0.1 for conjugate gradients; between c and 1

    def search(self, f: Objective, x: Array, value: float, g: Array, p: Array, alpha: float) -> Found:
        """The step size: doubled until a bracket holds one that is good."""
        way = _Way(f, x, p, value, float(g @ p))
        last = _Place(0.0, value, way.slope)
        while last.alpha < LARGEST * alpha and not way.same(alpha, 0.0):
            here = way.at(alpha)
            if not here.value <= way.allowed(alpha, self.c) or (
                last.alpha > 0 and here.value >= last.value + way.noise
            ):
                return self._zoom(way, last, here)
            here = way.with_slope(here)
            if abs(here.slope) <= -self.curvature * way.slope:
                return way.found(alpha)
            if not here.slope < 0:
                return self._zoom(way, here, last)
            last, alpha = here, 2 * alpha
        return way.found(last.alpha)

    def _zoom(self, way: _Way, low: _Place, high: _Place) -> Found:
        """Between `low`, the best so far, and `high` there is a step size that is good."""
        for _ in range(TRIES):
            alpha = low.between(high)
            if way.same(alpha, low.alpha):
                break
            here = way.at(alpha)
            if not here.value <= way.allowed(alpha, self.c) or here.value >= low.value + way.noise:
                high = here
                continue
            here = way.with_slope(here)
            if abs(here.slope) <= -self.curvature * way.slope:
                return way.found(alpha)
            if here.slope * (high.alpha - low.alpha) >= 0:
                high = low
            low = here
        return way.found(low.alpha)


@dataclass(frozen=True)
class Exact:
    """The first lowest point on the ray, to rounding: where ∇f(x + alpha p)ᵀp = 0.

    The step is doubled until the slope along the ray is no longer negative, then halved and interpolated (the
    Illinois form of regula falsi). On a quadratic it is alpha = -gᵀp / pᵀHp.

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, (3.55) for the quadratic; Dowell and Jarratt,
    A modified regula falsi method, 1971.

    >>> import numpy as np
    >>> from core.optimize import Quadratic
    >>> f, x = Quadratic([[3, 2], [2, 3]]), np.array([2.0, 0.0])
    >>> g = f.gradient(x)
    >>> round(Exact().search(f, x, f.value(x), g, -g, 1.0)[0], 12) == round(52 / 252, 12)
    True
    """

    def search(self, f: Objective, x: Array, value: float, g: Array, p: Array, alpha: float) -> Found:
        """The step size; the largest that was looked at where f falls on and on."""
        way = _Way(f, x, p, value, float(g @ p))
        low = _Place(0.0, value, way.slope)
        while low.alpha < LARGEST * alpha:
            here = way.with_slope(way.at(low.alpha + alpha))
            if not (math.isfinite(here.value) and math.isfinite(here.slope)):
                alpha *= 0.5  # the domain ends before
                if way.same(low.alpha + alpha, low.alpha):
                    return way.found(low.alpha)
            elif here.slope >= 0 or here.value > low.value:
                return way.found(self._zero(way, low, here))
            else:
                low, alpha = here, 2 * alpha
        return way.found(low.alpha)

    def _zero(self, way: _Way, low: _Place, high: _Place) -> float:
        """Where the slope is zero between a negative one and one that is not, or past a hill."""
        left, right = low.slope, high.slope
        for k in range(2 * TRIES):
            part = left / (left - right) if right > 0 and k % 8 != 7 else 0.5
            alpha = low.alpha + min(max(part, 0.0), 1.0) * (high.alpha - low.alpha)
            if alpha in (low.alpha, high.alpha) or not high.alpha - low.alpha > 4e-16 * high.alpha:
                break
            here = way.with_slope(way.at(alpha))
            if here.slope == 0:
                return alpha
            if here.slope < 0 and here.value <= low.value + 1e-9 * abs(low.value):
                low, left, right = here, here.slope, right / 2
            else:
                high, left, right = here, left / 2, here.slope
        return high.alpha if abs(high.slope) < abs(low.slope) and high.value <= way.value else low.alpha


@dataclass(frozen=True)
class _Place:
    """A step size, f there, and the slope along the ray; nan as long as nobody asked."""

    alpha: float
    value: float
    slope: float = math.nan

    def between(self, other: _Place) -> float:
        """The lowest point of the cubic through both, or of the parabola where one slope is unknown."""
        a, b = self, other
        h = b.alpha - a.alpha
        inner = 0.5
        if math.isfinite(b.value) and math.isfinite(b.slope):
            d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.alpha - b.alpha)
            square = d1 * d1 - a.slope * b.slope
            if square >= 0:
                d2 = math.copysign(math.sqrt(square), h)
                below = b.slope - a.slope + 2 * d2
                inner = 1 - (b.slope + d2 - d1) / below if below else 0.5
        elif math.isfinite(b.value):
            below = 2 * (b.value - a.value - a.slope * h)
            inner = -a.slope * h / below if below else 0.5
        return a.alpha + h * (min(max(inner, 0.1), 0.9) if math.isfinite(inner) else 0.5)


@dataclass
class _Way:
    """f along the ray x + alpha p, and the points that were looked at."""

    f: Objective
    x: Array
    p: Array
    value: float
    slope: float

    def __post_init__(self) -> None:
        self.seen: list[tuple[float, Array]] = []
        self.noise = ROUNDING * abs(self.value)

    def at(self, alpha: float) -> _Place:
        target = self.x + alpha * self.p
        self.seen.append((alpha, target))
        return _Place(alpha, self.f.value(target))

    def with_slope(self, place: _Place) -> _Place:
        """The place that was looked at last, with its slope."""
        return _Place(place.alpha, place.value, float(self.f.gradient(self.seen[-1][1]) @ self.p))

    def same(self, alpha: float, other: float) -> bool:
        """Whether two step sizes lead to one point, in floats."""
        return bool((self.x + alpha * self.p).tolist() == (self.x + other * self.p).tolist())

    def allowed(self, alpha: float, c: float) -> float:
        return self.value + c * alpha * self.slope + self.noise

    def found(self, alpha: float) -> Found:
        return alpha, tuple(target for size, target in self.seen if size != alpha)


def first_trial(p: Array, longest: float) -> float:
    """A step size for a direction of which nothing is known: at most `longest`, and no longer a step than that."""
    size = math.sqrt(float(p @ p))
    return min(longest, longest / size) if 0 < size < math.inf else longest


SEARCHES: Final[dict[str, Callable[[], Search] | None]] = {
    "none": None,
    "armijo": Backtracking,
    "wolfe": Wolfe,
    "exact": Exact,
}
"""The searches by the name a visitor gives them."""
