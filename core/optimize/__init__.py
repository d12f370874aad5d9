"""Optimizers that can be watched: every step says what it saw, what it refused, and where it goes.

    for step in Newton().steps(f, x): ...            a method is an iterator; stop it where you like
    minimize(f, Newton(), x).sentence                or let the one loop run it, with its limits and its verdict
    method("adam", {"step": 0.1})                    by name, as the command line does

A new method is a frozen dataclass with a `name` and a generator `steps`, in the file of its family, and one row
in `CATALOGUE`. Its memory is the local variables of the generator, so it reads as in the book.
"""

from core.optimize.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from core.optimize.belief import Belief, believe
from core.optimize.catalogue import CATALOGUE, method
from core.optimize.conjugate import FletcherReeves, PolakRibiere
from core.optimize.direct import NelderMead
from core.optimize.ending import Ending, ending, kind_near
from core.optimize.first_order import GradientDescent, Momentum, Nesterov
from core.optimize.least_squares import GaussNewton, LevenbergMarquardt
from core.optimize.line_search import Backtracking, Exact, Wolfe
from core.optimize.minimize import Method, Objective, minimize
from core.optimize.quadratic import Quadratic
from core.optimize.quasi_newton import BFGS, LBFGS, SR1
from core.optimize.second_order import DampedNewton, ModifiedNewton, Newton, SaddleFreeNewton
from core.optimize.sweep import LENGTHS, SWEPT, rates, sweep
from core.optimize.trajectory import Array, Outcome, Step, Trajectory
from core.optimize.trust_region import TrustRegion

__all__ = [
    "BFGS",
    "CATALOGUE",
    "LBFGS",
    "LENGTHS",
    "SR1",
    "SWEPT",
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Array",
    "Backtracking",
    "Belief",
    "DampedNewton",
    "Ending",
    "Exact",
    "FletcherReeves",
    "GaussNewton",
    "GradientDescent",
    "LevenbergMarquardt",
    "Method",
    "ModifiedNewton",
    "Momentum",
    "NelderMead",
    "Nesterov",
    "Newton",
    "Objective",
    "Outcome",
    "PolakRibiere",
    "Quadratic",
    "RMSprop",
    "SaddleFreeNewton",
    "Step",
    "Trajectory",
    "TrustRegion",
    "Wolfe",
    "believe",
    "ending",
    "kind_near",
    "method",
    "minimize",
    "rates",
    "sweep",
]
