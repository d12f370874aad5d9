"""Nonlinear conjugate gradients: steepest descent that remembers one direction, and so needs n steps on a bowl of n."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from core.optimize.line_search import Found, Search, Wolfe, first_trial
from core.optimize.minimize import Objective
from core.optimize.trajectory import Array, Step

AGAIN: Final = "Along the direction it had, f does not fall: it starts again with the gradient."
NO_STEP: Final = "No step along this direction makes f smaller."

Keep = Callable[[Array, Array], float]  # β from the new gradient and the last one


@dataclass(frozen=True)
class FletcherReeves:
    """The new direction keeps so much of the last one as the gradient has kept of its length.

        p <- -g⁺ + β p,   β = g⁺ᵀg⁺ / gᵀg

    With an exact line search it arrives on a quadratic of n variables after at most n steps. A bad direction is not
    forgotten: it may take many small steps.

    Fields: `search`, the line search; `rate`, where its first one begins.

    >>> from core.optimize import Exact, Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), FletcherReeves(Exact()), [10, 1]).sentence
    'After 2 steps: the gradient vanished.'

    Source: Fletcher and Reeves, Function minimization by conjugate gradients, 1964; Nocedal and Wright, Numerical
    Optimization, 2nd edition, algorithm 5.4, page 121.
    """

    name: ClassVar[str] = "CG, Fletcher–Reeves"

    search: Search = field(default_factory=lambda: Wolfe(curvature=0.1))
    rate: float = 1.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        return _steps(f, x, self.search, self.rate, lambda new, old: float(new @ new / (old @ old)))


@dataclass(frozen=True)
class PolakRibiere:
    """The same with a β that is zero where the gradient has not changed: it starts again by itself.

        p <- -g⁺ + β p,   β = max(0, g⁺ᵀ(g⁺ - g) / gᵀg)

    Fields: `search`, the line search; `rate`, where its first one begins.

    >>> from core.optimize import Exact, Quadratic, minimize
    >>> minimize(Quadratic([[1, 0], [0, 10]]), PolakRibiere(Exact()), [10, 1]).sentence
    'After 2 steps: the gradient vanished.'

    Source: Polak and Ribière 1969; Gilbert and Nocedal 1992; Nocedal and Wright, Numerical Optimization, 2nd edition,
    (5.44) and (5.45), page 122.
    """

    name: ClassVar[str] = "CG, Polak–Ribière+"

    search: Search = field(default_factory=lambda: Wolfe(curvature=0.1))
    rate: float = 1.0

    def steps(self, f: Objective, x: Array) -> Iterator[Step]:
        """Each step before its move, from x on."""
        return _steps(f, x, self.search, self.rate, lambda new, old: max(0.0, float(new @ (new - old) / (old @ old))))


def _steps(f: Objective, x: Array, search: Search, rate: float, keep: Keep) -> Iterator[Step]:
    """It starts again where no step along p helps. A trial promises as much as the last step, no longer than `rate`."""
    g, p, promise = None, np.zeros_like(x), 0.0

    def along(p: Array, slope: float) -> Found:
        alpha = first_trial(p, rate)
        if not (np.isfinite(slope) and slope < 0):
            return 0.0, ()
        return search.search(f, x, value, new, p, min(alpha, promise / slope) if promise else alpha)

    while True:
        value, new = f.value(x), f.gradient(x)
        p, note = (-new, "") if g is None else (-new + keep(new, g) * p, "")
        alpha, refused = along(p, float(new @ p))
        if not alpha and new.any() and g is not None:
            p, note, promise = -new, AGAIN, 0.0
            alpha, more = along(p, float(new @ p))
            refused += more
        g, promise = new, alpha * float(new @ p)
        step = Step(x, value, g, p, alpha, refused, note if alpha or not g.any() else NO_STEP)
        yield step
        x = step.target
