"""Catalogue: every method by the name the command line gives it, with the hyperparameters it takes from outside.

    method("adam", {"step": 0.1})            a frozen record, or a ValueError that says in a sentence what is wrong

One row here is all that a new method needs to be asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.optimize.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from core.optimize.conjugate import FletcherReeves, PolakRibiere
from core.optimize.direct import NelderMead
from core.optimize.first_order import GradientDescent, Momentum, Nesterov
from core.optimize.least_squares import GaussNewton, LevenbergMarquardt
from core.optimize.line_search import SEARCHES, Search, Wolfe
from core.optimize.quasi_newton import BFGS, LBFGS, SR1
from core.optimize.second_order import DampedNewton, ModifiedNewton, Newton, SaddleFreeNewton
from core.optimize.trust_region import TrustRegion

LINE_SEARCH: Final = "line_search"
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "step": (1e-300, 1e12),
    "momentum": (0.0, 1.0),
    "decay": (0.0, 1.0),
    "beta1": (0.0, 1.0 - 2.0**-53),
    "beta2": (0.0, 1.0 - 2.0**-53),
    "epsilon": (0.0, 1e6),
    "damping": (0.0, 1e12),
    "radius": (1e-300, 1e12),
}
"""Every hyperparameter that is a number, and between what it lies."""


@dataclass(frozen=True)
class Row:
    """A method: what makes it, and which of its fields a hyperparameter sets."""

    make: Callable[..., Any]
    fields: Mapping[str, str]
    order: int = 1  # of the derivatives it asks for; 0 for none
    residuals: bool = False  # whether it needs the components of a vector function


_RATED: Final = {"step": "rate"}
_MOVING: Final = {"step": "rate", "momentum": "beta"}
_ADAM: Final = {"step": "rate", "beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"}
_SEARCHING: Final = {"step": "rate", LINE_SEARCH: "search"}

CATALOGUE: Final[Mapping[str, Row]] = {
    "gradient-descent": Row(GradientDescent, _SEARCHING),
    "heavy-ball": Row(Momentum, _MOVING),
    "nesterov": Row(Nesterov, _MOVING),
    "adagrad": Row(AdaGrad, {"step": "rate", "epsilon": "epsilon"}),
    "rmsprop": Row(RMSprop, {"step": "rate", "decay": "decay", "epsilon": "epsilon"}),
    "adam": Row(Adam, _ADAM),
    "adamw": Row(AdamW, _ADAM | {"decay": "decay"}),
    "amsgrad": Row(AMSGrad, _ADAM),
    "newton": Row(Newton, {}, 2),
    "damped-newton": Row(DampedNewton, _SEARCHING | {"damping": "rate"}, 2),
    "modified-newton": Row(ModifiedNewton, {LINE_SEARCH: "search"}, 2),
    "saddle-free-newton": Row(SaddleFreeNewton, {"damping": "damping"}, 2),
    "trust-region": Row(TrustRegion, {"radius": "radius"}, 2),
    "bfgs": Row(BFGS, _SEARCHING),
    "l-bfgs": Row(LBFGS, _SEARCHING),
    "sr1": Row(SR1, {"radius": "radius"}),
    "cg-fr": Row(FletcherReeves, _SEARCHING),
    "cg-pr": Row(PolakRibiere, _SEARCHING),
    "gauss-newton": Row(GaussNewton, {}, 1, residuals=True),
    "levenberg-marquardt": Row(LevenbergMarquardt, {"damping": "damping"}, 1, residuals=True),
    "nelder-mead": Row(NelderMead, {}, 0),
}


def method(name: str, hyperparameters: Mapping[str, Any] | None = None) -> Any:
    """The method of this name with these hyperparameters, the others as its class has them.

    >>> method("heavy-ball", {"step": 0.2, "momentum": 0.5})
    Momentum(rate=0.2, beta=0.5)
    >>> method("gradient-descent", {"line_search": "exact"}).search
    Exact()
    """
    row = CATALOGUE.get(name)
    if row is None:
        raise ValueError(f"There is no method of this name. There are: {', '.join(CATALOGUE)}.")
    fields: dict[str, Any] = {}
    for key, value in (hyperparameters or {}).items():
        if key not in row.fields:
            known = ", ".join(row.fields) or "none"
            raise ValueError(f"{name} has no such hyperparameter. It has: {known}.")
        fields[row.fields[key]] = _search(name, value) if key == LINE_SEARCH else _number(key, value)
    if name == "damped-newton" and "damping" in (hyperparameters or {}):
        fields["search"] = None  # a fixed part of every step
    return row.make(**fields)


def _search(name: str, value: Any) -> Search | None:
    if not isinstance(value, str) or value not in SEARCHES:
        raise ValueError(f'"{LINE_SEARCH}" must be one of {", ".join(SEARCHES)}.')
    make = SEARCHES[value]
    if make is None and name == "modified-newton":
        raise ValueError(f"{name} needs a line search.")
    return Wolfe(curvature=0.1) if make is Wolfe and name.startswith("cg") else make() if make else None


def _number(key: str, value: Any) -> float:
    low, high = RANGES[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f'"{key}" must be a number.')
    number = float(value) if abs(value) < 1e300 else math.inf
    if not low <= number <= high:
        raise ValueError(f'"{key}" must be between {low:g} and {high:g}.')
    return number
