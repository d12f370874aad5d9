"""Optimizers that can be watched: every step says what it saw, what it refused, and where it goes.

    for step in Newton().steps(f, x): ...            a method is an iterator; stop it where you like
    minimize(f, Newton(), x).sentence                or let the one loop run it, with its limits and its verdict

A new method is a frozen dataclass with a `name` and a generator `steps`, in the file of its family, and one row
in `METHODS`. Its memory is the local variables of the generator, so it reads as in the book.
"""

from core.optimize.first_order import GradientDescent, Momentum
from core.optimize.line_search import Backtracking
from core.optimize.minimize import Method, Objective, minimize
from core.optimize.quadratic import Quadratic
from core.optimize.second_order import Newton
from core.optimize.trajectory import Array, Outcome, Step, Trajectory

METHODS: tuple[type[Method], ...] = (GradientDescent, Momentum, Newton)

__all__ = [
    "METHODS",
    "Array",
    "Backtracking",
    "GradientDescent",
    "Method",
    "Momentum",
    "Newton",
    "Objective",
    "Outcome",
    "Quadratic",
    "Step",
    "Trajectory",
    "minimize",
]
