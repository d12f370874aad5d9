"""The page of conditioning: a bowl made of numbers, and the step and the momentum under the hand.

No formula is typed here. The bowl has four numbers, which are letters of its program: so the figure draws their
sliders, and all of it moves in the browser (`static/conditioning.js`, with the formulas of
`core.optimize.conditioning`). They are numbers of the link, with the start in x and y and the constants; a step that
nobody chose is the best one. What is shown may be rescaled as Newton does; the start is then seen, and told, elsewhere.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import streamlit as st

from core import settings
from core.figures import landscape
from core.figures.landscape import Lab, Letter
from core.optimize import conditioning
from core.optimize.conditioning import Bowl, Cost
from core.program import jet
from core.ui import frame, inputs, kept, live, present
from core.ui.frame import SETTINGS

SIDES: Final = ((-5.0, 5.0), (-5.0, 5.0))
USUAL: Final = {"kappa": 10.0, "steep": 10.0, "angle": 20.0, "rescaled": 0.0}  # the letters, in their order
START: Final = {"x0": 4.5, "y0": 3.0}
CONSTANTS: Final = {"step": 0.0, "momentum": 0.0, "tuned": 0.0}  # none chosen, none, and not the best of the bowl
KAPPAS: Final = (5.0, 10.0, 100.0, 1000.0)
WORDS: Final = {
    "ways": {
        "monotone": "The slower error shrinks without a change of side: a longer step would help it.",
        "oscillating": "The slower error changes sides at every step: the step is too long for the steep axis.",
        "spiralling": "The roots are complex: the ball swings around and keeps √β at every step, whatever the step.",
        "diverging": "A bar is longer than 1: the error grows along that axis, from almost every start.",
        "even": "Both errors shrink alike: with this momentum, any other step keeps more of one of them.",
        "gone": "Neither axis asks for another step than the other one: that is what κ = 1 means.",
        "lasting": "A bar is exactly 1: that error neither grows nor dies.",
    },
    "table": (
        "Predicted by the factor *ρ* alone, and counted on points that walked. At the best momentum the two roots "
        "meet, and the error goes like *k* times the *k*th power of *ρ*: hence more steps than foretold."
    ),
}


@st.fragment
def draw() -> None:
    """Draw the bowl with its paths, its constants and what they cost, then where it can be taken."""
    with frame.net():
        for key, usual in (USUAL | START | CONSTANTS).items():
            _hold(key, kept.number(key, usual), usual)
        bowl, start = held()
        point, (step, momentum, tuned) = bowl.seen(start), constants()
        values = {"rate": step or 0.0, "chosen": step is not None, "beta": momentum, "tuned": tuned}
        f = conditioning.bowl()
        scene = landscape.plane(
            jet(f, 2),
            names=("x", "y"),
            box=SIDES,
            point=point,
            layers={"path": True},
            letters=letters(bowl),
            lab=Lab("conditioning", values, {"words": WORDS, "start": start, "most": settings.COORDINATE}),
            whole=False,
        )
        live.figure(scene, key="bowl", hand=live.Hand(_moved, _let_go, _lettered))
        kept.link(*USUAL, *START, *CONSTANTS)
        st.subheader("What the best constants cost", anchor=False)
        head, rows = costs()
        present.table(head, rows, "costs")
        take_along(bowl, start, step, momentum)


def held() -> tuple[Bowl, tuple[float, float]]:
    """The bowl and the start, by the state or the link."""
    kappa, steep, angle, rescaled = (kept.number(key, usual) for key, usual in USUAL.items())
    x, y = (kept.number(key, usual) for key, usual in START.items())
    return Bowl(kappa, steep, angle, rescaled), (x, y)


def constants() -> tuple[float | None, float, bool]:
    """The step size, None where nobody chose one; the momentum; and whether it is the best one of the bowl."""
    step, momentum, tuned = (kept.number(key, usual) for key, usual in CONSTANTS.items())
    return step or None, momentum, tuned > 0.5


def chosen(**numbers: float) -> tuple[tuple[str, float], ...]:
    """The numbers of a link to this page: these, and of all others the usual ones.

    >>> chosen(kappa=100)[:2]
    (('kappa', 100), ('steep', 10.0))
    """
    return tuple((USUAL | START | CONSTANTS | numbers).items())


def letters(bowl: Bowl) -> tuple[Letter, ...]:
    """The sliders of the bowl."""
    (_, kappa), (least, steep), (_, angle), _ = (SETTINGS[key] for key in USUAL)
    return (
        Letter("kappa", bowl.kappa, kappa, 0.0, kappa, "the condition number κ", low=1.0, log=True),
        Letter("Λ", bowl.steep, steep, 0.0, steep, "the steepest curvature", low=least, log=True),
        Letter("theta", bowl.angle, angle, 1.0, angle, "the direction of the valley in degrees", low=0.0),
        Letter("rescaled", bowl.rescaled, 1.0, 0.01, 1.0, "how far it is rescaled as Newton does", low=0.0),
    )


def _lettered(values: tuple[float, ...]) -> None:
    for key, value in zip(USUAL, values, strict=True):
        low, high = SETTINGS[key]
        _hold(key, min(max(value, low), high), USUAL[key])


def _moved(point: tuple[float, ...]) -> None:
    bowl, _ = held()
    for (key, usual), value in zip(START.items(), bowl.meant(point), strict=True):
        low, high = SETTINGS[key]
        _hold(key, min(max(value, low), high), usual)


def _let_go(values: live.Values) -> None:
    """Hold what the hand left of the step and the momentum."""
    chosen = values.get("chosen") is True
    for key, name, counts in (("step", "rate", chosen), ("momentum", "beta", True)):
        value, (low, high) = values.get(name), SETTINGS[key]
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            _hold(key, float(f"{value:.6g}") if counts else 0.0, 0.0)
    _hold("tuned", float(values.get("tuned") is True), 0.0)


def _hold(key: str, value: float, usual: float) -> None:
    """In the state, and so in the link; what is as usual is not said."""
    kept.hold(key, None if value == usual else value)


def costs() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows of the table of costs."""
    known = [_cost(kappa) for kappa in KAPPAS]
    head = ("Steps to a millionth of the error", *(f"κ = {cost.kappa:g}" for cost in known))
    rows: list[tuple[str, ...]] = [
        ("Gradient descent, best step: predicted", *(_steps(cost.descent[0]) for cost in known)),
        ("Gradient descent, best step: counted", *(_steps(cost.descent[1]) for cost in known)),
        ("Best momentum: predicted by its factor", *(_steps(cost.momentum[0]) for cost in known)),
        ("Best momentum: counted", *(_steps(cost.momentum[1]) for cost in known)),
        ("Newton", *(str(cost.newton) for cost in known)),
    ]
    return head, rows


@cache
def _cost(kappa: float) -> Cost:
    return conditioning.cost(kappa)


def _steps(count: int | None) -> str:
    return present.decimal(count)


def take_along(bowl: Bowl, start: tuple[float, float], step: float | None, momentum: float) -> None:
    """Draw the formula of the bowl, and the links that take it to the other pages, with its start and constants."""
    text, at = bowl.text, inputs.write_point(bowl.seen(start))
    st.subheader("Take this bowl along", anchor=False)
    st.code(text, language=None, wrap_lines=True)
    eps = step or conditioning.best_rate(bowl.flat, bowl.steep, momentum)
    box = inputs.write_box(SIDES)
    with st.container(key="along", horizontal=True):
        for words, page, more in (
            ("Explore it", "explore", {}),
            ("One step of it", "steps", {"eps": eps}),
            ("Race on it", "optimizers", {"rate": eps, "beta": momentum} if momentum else {"rate": eps}),
        ):
            present.lead(words, page, frame.step(text, box, at, **more))
