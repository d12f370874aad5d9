"""Who races: every method by the title it is chosen by, with the constants it runs with.

A rate that the hand set holds for the methods whose step is the rate times a gradient. Without it every method with a
rate takes the best one of a sweep (`core.optimize.sweep`) that a worker makes once for a function: from the start that
the page chose and with the usual momentum, not from where the hand now is, so that nothing changes under it. Letters
at other values make another function with a sweep of its own; until that is there, the last one of the formula holds.
Before there is any, the rates are the usual ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core import settings
from core.optimize import LevenbergMarquardt, Method, Momentum, NelderMead, Nesterov, method
from core.optimize.catalogue import CATALOGUE
from core.optimize.sweep import LENGTHS, SWEPT
from core.ui import inputs, present, scenery, stages
from core.ui.compute import Answered
from core.ui.parameters import Values
from core.ui.stages import Question
from core.wire import Record

_SWEPT: Final = "_swept"
VARIANTS: Final[Mapping[str, tuple[str, Record]]] = {
    "descent, exact line": ("gradient-descent", {"line_search": "exact"}),
    "descent, Armijo": ("gradient-descent", {"line_search": "armijo"}),
    "descent, Wolfe": ("gradient-descent", {"line_search": "wolfe"}),
}
"""Methods that are one of the catalogue with a search along the line, by a name of their own."""
ENTRANTS: Final[Mapping[str, tuple[str, Record]]] = {
    **{method(name).name: (name, {}) for name in CATALOGUE},
    **VARIANTS,
}
"""Every method by its name: that of the catalogue, and the hyperparameters that are not its usual ones."""
USUAL: Final = ("gradient descent", "momentum", "Newton")
MOST: Final = 6  # curves that can be told apart on one map
PART: Final = 100.0  # of the window, as the step of a method whose rate is a length, before it was swept


@dataclass(frozen=True)
class Entrant:
    """A method that races, and by which name."""

    name: str
    method: Method
    handed: bool  # whether the rate under the hand is its rate

    @property
    def rate(self) -> float | None:
        """Its rate; None for a method that finds its own step sizes."""
        return float(self.method.rate) if isinstance(self.method, SWEPT) and not _searches(self.method) else None

    @property
    def kept(self) -> float | None:
        """The part of the last step it keeps; None for a method without momentum."""
        return self.method.beta if isinstance(self.method, Momentum | Nesterov) else None

    @property
    def pace(self) -> str:
        """How long its steps are, in a word or a number."""
        if self.rate is not None:
            return present.decimal(self.rate)
        if isinstance(self.method, LevenbergMarquardt):
            return "damping"
        if hasattr(self.method, "radius"):
            return "trust radius"
        if isinstance(self.method, NelderMead):
            return "simplex"
        return "line search" if _searches(self.method) else "full step"

    def walker(self, swept: Record | None) -> Record:
        """The method as the browser runs it: its name and its constants."""
        constants = {field: value for field, value in vars(self.method).items() if isinstance(value, float)}
        chosen = bool(swept and self.name in swept["best"])
        return {**constants, "name": self.name, "handed": self.handed, "swept": chosen}


def title(name: str) -> str:
    """The name at the beginning of a line.

    >>> title("gradient descent"), title("L-BFGS")
    ('Gradient descent', 'L-BFGS')
    """
    return name[0].upper() + name[1:]


def choice(squares: bool) -> tuple[str, ...]:
    """Draw the choice of methods, and return their names; `squares`: whether ½‖F‖² of a vector function is shown."""
    offered = [title(name) for name, (row, _) in ENTRANTS.items() if squares or not CATALOGUE[row].residuals]
    held = st.session_state.get("methods")
    if held is not None and not set(held) <= set(offered):
        st.session_state["methods"] = [each for each in held if each in offered]
    chosen = st.multiselect(
        "Methods",
        offered,
        default=[title(name) for name in USUAL],
        max_selections=MOST,
        key="methods",
        bind="query-params",
        placeholder="Choose a method",
        help="The first five see gradients only. Newton's family sees the Hessian, too.",
    )
    return tuple(name for name in ENTRANTS if title(name) in chosen)


def entrants(answered: Answered, shown: str, names: Sequence[str], swept: Record | None) -> tuple[Entrant, ...]:
    """The methods of these names, with their constants at the held point."""
    f = scenery.objective(answered, shown)
    hand, usual = inputs.stated_number("rate"), scenery.usual_rate(f, answered.point)
    _, beta = scenery.constants(f, answered.point)
    size = max(high - low for low, high in answered.box)
    found = []
    for name in names:
        row, more = ENTRANTS[name]
        given: dict[str, Any] = dict(more)
        plain = method(row, more)
        handed = isinstance(plain, SWEPT) and not isinstance(plain, LENGTHS) and not _searches(plain)
        if handed or isinstance(plain, LENGTHS):
            best = None if swept is None else swept["best"].get(name)
            given["step"] = (hand if handed else None) or best or (usual if handed else float(f"{size / PART:.2g}"))
        if "momentum" in CATALOGUE[row].fields:
            given["momentum"] = beta
        found.append(Entrant(name, method(row, given), handed))
    return tuple(found)


def _searches(one: Any) -> bool:
    return getattr(one, "search", None) is not None


# The sweep.


def sweep(answered: Answered, shown: str, names: Sequence[str], steps: int) -> Record | None:
    """How fifty rates of each method ended, and which is the best; None before a worker has made one."""
    methods = [name for name in names if isinstance(method(*ENTRANTS[name]), SWEPT) and name not in VARIANTS]
    if not methods:
        return None
    arguments: Record = {
        "problem": answered.problem.to_wire(),
        "shown": shown,
        "methods": [ENTRANTS[name][0] for name in methods],
        "start": list(inputs.usual_point(answered.problem)),
        "steps": steps,
    }
    question = Question("sweep", "sweep", arguments, settings.SWEEP_SECONDS, "Trying fifty rates of each method")
    answer, of = stages.ask(question).answer, (answered.problem.text, shown, methods)
    if answer is not None and answer.status == "done" and answer.value is not None:
        st.session_state[_SWEPT] = of, _named(answer.value, answered.problem.parameters)
    last: tuple[Any, Record] | None = st.session_state.get(_SWEPT)
    return last[1] if last is not None and last[0] == of else None


def _named(found: Record, letters: Values) -> Record:
    sweeps = [{**each, "method": method(each["method"]).name} for each in found["sweeps"]]
    return {
        **found,
        "letters": letters,
        "sweeps": sweeps,
        "best": {each["method"]: each["rates"][each["best"]] for each in sweeps},
    }
