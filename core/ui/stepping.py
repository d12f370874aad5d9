"""The step page: one step downhill from the held point, its forecast, and what became of it.

The step size is a number of the link (eps); empty means "choose for me": half as far again as the best step, or
less where f would not fall. All of it moves under the hand (`static/step.js`, with the formulas of
`core.optimize.step`, against which it is tested); what is exact at the held point comes from a worker.
"""

from __future__ import annotations

import math
from typing import Any, Final

import streamlit as st

from core import settings
from core.figures.landscape import Lab
from core.optimize.step import NO_GRADIENT, NO_HESSIAN, NO_VALUE, TOO_LARGE, VANISHED
from core.ui import compute, inputs, kept, live, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked
from core.ui.scenery import View

TROUBLES: Final = {
    "value": NO_VALUE,
    "gradient": NO_GRADIENT,
    "hessian": NO_HESSIAN,
    "large": TOO_LARGE,
    "zero": VANISHED,
}
WORDS: Final = {
    "best": "the lowest point of the model on this ray",
    "newton": "the lowest point of the parabola: the Newton step",
    "even": "break-even: the model is back at its start, and beyond it goes uphill",
    "both": "break-even, and the limit of a fixed step: in one variable they agree",
    "shortest": "the smallest ε* any gradient here can have: cautious, not a limit",
    "longest": "the largest ε* any gradient here can have",
    "stable": "the limit of a fixed step on this quadratic: below it every start converges, above almost none",
    "fastest": "the fixed step with the best guarantee: the longest bar is as short as it can be",
    "none": (
        "The Hessian is not positive definite here, so it sets no limits: along an eigenvector with λ < 0 the factor "
        "|1 − ελ| is above 1 for every step size, and with λ = 0 it is 1."
    ),
    "search": (
        "Start far out and halve *ε* until *f* falls by a fair part of what the slope promises: "
        "*f*(*p* − *εg*) ≤ *f*(*p*) − 10⁻⁴ *ε* *g*ᵀ*g* (Armijo). No second derivative is needed."
    ),
    "left": " The step ends outside the domain, which the model does not know.",
    "falls": (", so the parabola falls for ever. It is trusted only near the start; a search must find where to stop."),
    "same": "A bar is exactly 1: on the quadratic model the error along that eigenvector never dies.",
    "grows": "A bar is longer than 1: on the quadratic model this step, repeated, runs away along that eigenvector.",
    "shrinks": "All bars stay below 1: on the quadratic model this step, repeated, converges",
    "longer": ", although it is longer than the best one.",
}


def draw(asked: Asked, answered: Answered, shown: str) -> None:
    """Draw the map with the step on it and its numbers, and the window below."""
    view = scenery.view(answered, shown)
    scenery.figure(
        answered,
        view,
        compute.critical(answered, shown),
        key="step_map",
        layers={"critical": True},
        alone=True,
        lab=Lab("step", _values(), _known(answered, shown, view)),
        on_values=_let_go,
    )
    kept.link("eps", "run")
    scenery.window(asked, view)


def _values() -> dict[str, float | bool]:
    """What the hand may change, as the link has it."""
    if "eps" not in st.session_state:
        kept.hold("eps", inputs.stated_number("eps"))
    kept.hold("run", kept.on("run"))
    eps = inputs.stated_number("eps")
    return {"eps": eps or 0.0, "chosen": eps is not None, "run": kept.on("run")}


def _known(answered: Answered, shown: str, view: View) -> dict[str, Any]:
    """What only the server knows: words, exact numbers, and of more than two variables the whole function."""
    ray = compute.exact_values(answered)["ray"] if answered.components == 1 else None
    return {
        "troubles": TROUBLES,
        "words": WORDS,
        "most": settings.COORDINATE,
        "exact": None if ray is None else {"at": list(answered.point), **ray},
        "whole": _whole(answered, shown, view),
    }


def _whole(answered: Answered, shown: str, view: View) -> dict[str, Any] | None:
    """The function in all its variables, of which the map shows a plane."""
    if view.plane is None:
        return None
    return scenery.beyond(answered, shown, view.plane) | {"width": math.dist(*zip(*answered.box, strict=True))}


def _let_go(values: live.Values) -> None:
    """Hold what the hand left: a step size, whether it was chosen, and whether it is repeated."""
    eps = values.get("eps")
    if isinstance(eps, int | float) and not isinstance(eps, bool) and 0 <= eps <= settings.COORDINATE:
        kept.hold("eps", float(f"{eps:.6g}") if values.get("chosen") is True else None)
    kept.hold("run", values.get("run") is True)
