"""The step page: one step downhill from the held point, its forecast, and what became of it.

The step size is a number of the link (eps); empty means "choose for me": half as far again as the best step, or
less where f would not fall.

Where there is a map, all of this moves under the hand (`static/step.js`, which draws the same pictures from the same
formulas). Of more than two variables there is none; then pictures and numbers are drawn here, and follow a slider.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core import settings
from core.figures import landscape, trajectory
from core.figures.landscape import Lab
from core.figures.trajectory import short, signed
from core.numeric import Objective
from core.optimize import GradientDescent, Trajectory, minimize
from core.optimize.step import (
    NO_GRADIENT,
    NO_HESSIAN,
    NO_VALUE,
    TOO_LARGE,
    VANISHED,
    Downhill,
    Limits,
    along,
    backtrack,
)
from core.ui import compute, follower, inputs, kept, live, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked
from core.ui.present import latex_number
from core.ui.scenery import View
from core.wire import Record

REPEATED: Final = 30
MANY: Final = "More than two variables have no landscape; the ray and the numbers are of all of them."
TRIALS: Final = 12  # rows of the search that are shown
TROUBLES: Final = {
    "value": NO_VALUE,
    "gradient": NO_GRADIENT,
    "hessian": NO_HESSIAN,
    "large": TOO_LARGE,
    "zero": VANISHED,
}
LATEX: Final = {"f": "f", scenery.NORM: r"\tfrac12\lVert f\rVert^2"}


@dataclass(frozen=True)
class Chosen:
    """The step that is shown: from where, how far, and the steps after it when they are asked for."""

    f: Objective
    down: Downhill
    eps: float
    end: float  # of the ray that is drawn
    later: Trajectory | None
    name: str
    latex: str

    @property
    def true(self) -> float:
        """The value of f where the step ends; nan outside the domain."""
        return self.f.value(self.down.target(self.eps))


def chosen(answered: Answered, shown: str, view: View) -> Chosen:
    """The step from the held point, as the link has it or a good one."""
    f = scenery.objective(answered, shown)
    down = Downhill.at(f, answered.point)
    latex = LATEX.get(shown) or f"f_{{{int(shown) + 1}}}"
    if down.trouble:
        return Chosen(f, down, 0.0, 1.0, None, view.name, latex)
    end = down.reach(math.dist(*zip(*answered.box, strict=True)))
    eps = inputs.stated_number("eps")
    if eps is None:
        trials = backtrack(f, down, float(f"{1.45 * down.best if down.best else 0.25 * end:.2g}"))
        eps = trials[-1].eps  # where f falls, so that the first picture is of a step one would make
    run = minimize(f, GradientDescent(eps), down.x, max_steps=REPEATED) if _repeats() else None
    return Chosen(f, down, eps, max(end, eps), run, view.name, latex)


def _repeats() -> bool:
    return kept.on("run")


def draw(asked: Asked, answered: Answered, shown: str) -> None:
    """Draw the step with its numbers, in the browser where there is a map, else here."""
    view = scenery.view(answered, shown)
    found = compute.critical(answered, shown)
    if view.whole and not scenery.too_long(view):
        _live(answered, view, found, shown)
        scenery.window(asked, view)
        return
    step = chosen(answered, shown, view)
    left, right = st.columns([5, 6], gap="large")
    with left:
        long = landscape.TOO_LONG if view.whole else MANY
        present.note(long, "map")
        if not step.down.trouble:
            _ray(step)
        controls(step)
    with right:
        forecast(step)
    scenery.window(asked, view)
    left, right = st.columns([6, 5], gap="large")
    with left:
        limits(step)
    with right:
        search(step)


# Under the hand.


def _live(answered: Answered, view: View, found: Record | None, shown: str) -> None:
    if "eps" not in st.session_state:
        kept.hold("eps", inputs.stated_number("eps"))
    kept.hold("run", kept.on("run"))
    eps = inputs.stated_number("eps")
    values = {"eps": eps or 0.0, "chosen": eps is not None, "run": kept.on("run")}
    lab = Lab("step", values, {"troubles": TROUBLES, "most": settings.COORDINATE})
    layers = {"critical": True}
    scenery.figure(answered, view, found, key="step_map", layers=layers, alone=True, lab=lab, on_values=_let_go)
    kept.link("eps", "run")


def _let_go(values: live.Values) -> None:
    """Hold what the hand left: a step size, whether it was chosen, and whether it is repeated."""
    eps = values.get("eps")
    if isinstance(eps, int | float) and not isinstance(eps, bool) and 0 <= eps <= settings.COORDINATE:
        kept.hold("eps", float(f"{eps:.6g}") if values.get("chosen") is True else None)
    kept.hold("run", values.get("run") is True)


# Drawn here: the hand on the step.


def controls(step: Chosen) -> None:
    """Draw the slider with its number box, and what to do with the step."""
    idle = bool(step.down.trouble)
    slider = follower.key("eps_slide", step.eps)
    slide, box = st.columns([5, 3], gap="medium", vertical_alignment="bottom")
    with slide:
        digits = max(0, 3 - math.floor(math.log10(step.end)))
        st.slider(
            "Step size $\\varepsilon$",
            0.0,
            step.end,
            step=step.end / 200,
            format=f"%.{min(digits, 9)}f",
            key=slider,
            on_change=_slid,
            args=(slider,),
            disabled=idle,
        )
    with box:
        st.number_input(
            "$\\varepsilon$, as a number",
            min_value=0.0,
            max_value=settings.COORDINATE,
            value=None,
            step=0.001,
            format="%.6g",
            key="eps",
            bind="query-params",
            placeholder=f"{step.eps:.4g}",
            disabled=idle,
            label_visibility="collapsed",
        )
    with st.container(horizontal=True, key="step_buttons", vertical_alignment="center"):
        st.toggle(f"Run {REPEATED} steps", key="run", bind="query-params", disabled=idle)
        st.button(
            "Best step", on_click=_hold, args=(step.down.best,), shortcut="b", disabled=idle or step.down.best is None
        )
        st.button("Reset", on_click=_reset, shortcut="0")
    if step.later is not None:
        present.note(_repeated(step.later), "later")


def _slid(slider: str) -> None:
    if follower.moved("eps_slide", slider):
        _hold(st.session_state[slider])


def _hold(eps: float) -> None:
    st.session_state["eps"] = float(f"{eps:.6g}")


def _reset() -> None:
    st.session_state["eps"], st.session_state["run"] = None, False


def _repeated(run: Trajectory) -> str:
    if len(run.steps) > REPEATED:
        last = run.steps[-1]
        value, slope = present.decimal(last.value), present.decimal(math.hypot(*last.gradient))
        return f"After {REPEATED} steps of this size: f = {value}, slope {slope}."
    return run.sentence


# Drawn here: the forecast.


def forecast(step: Chosen) -> None:
    """Draw the account of the step, and what repeating would do; or why there is no step."""
    down = step.down
    if down.trouble:
        present.badge("question", down.trouble, key="step")
        return
    with st.container(key="step_says"):
        st.markdown(says(down, step.eps, step.true, step.name))
    with st.container(key="step_pair"):
        account, factors = st.columns([6, 5], gap="medium")
    with account:
        live.chart(trajectory.account(down, step.eps, step.true), key="step_account")
    with factors:
        live.chart(trajectory.factors(down, step.eps), key="step_factors")
        st.markdown(repeats(down, step.eps))


def _ray(step: Chosen) -> None:
    """Draw the formula of the ray and its curve, to a little past break-even or past the chosen step."""
    down, end = step.down, step.end
    if down.break_even is not None:
        end = max(1.25 * down.break_even, 1.05 * step.eps)
    present.formula(ray_latex(step.latex, down), "ray")
    live.chart(trajectory.ray(down, along(step.f, down, end), step.eps, end, step.name), key="step_ray")


def ray_latex(name: str, down: Downhill) -> str:
    r"""The parabola with its numbers.

    >>> from core.optimize import Quadratic
    >>> print(ray_latex("f", Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0])))
    f(p - \varepsilon\nabla f) \approx 6 - 52\,\varepsilon + 126\,\varepsilon^2
    """
    half = 0.5 * down.bend
    curved = "" if half == 0 else rf" {'+' if half > 0 else '-'} {latex_number(abs(half))}\,\varepsilon^2"
    start = latex_number(down.value)
    return rf"{name}(p - \varepsilon\nabla f) \approx {start} - {latex_number(down.gg)}\,\varepsilon{curved}"


def says(down: Downhill, eps: float, true: float, name: str = "f") -> str:
    """The step in words: the account, what came of it, and why there is no best step where there is none.

    >>> from core.optimize import Quadratic
    >>> says(Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0]), 0.5, 11.5)
    'The slope promises a drop of 26; curvature takes back 31.5, more than was promised. f ends **uphill**, at 11.5.'
    """
    _, promised, curved = down.terms(eps)
    takes = f"takes back {short(curved)}" if curved >= 0 else f"adds a drop of {short(-curved)}"
    more = ", more than was promised" if curved > -promised > 0 else ""
    words = f"The slope promises a drop of {short(-promised)}; curvature {takes}{more}."
    if math.isfinite(true):
        words += f" {outcome(down, eps, true, name)}"
    else:
        words += f" Where the step ends, {name} has **no value**: the model does not know the domain."
    if down.best is None:
        words += (
            f" **There is no best step**: $g^{{\\mathsf T}}Hg = {latex_number(down.bend)} \\le 0$, so the parabola "
            "falls for ever. It is trusted only near the start; a search must find where to stop."
        )
    return words


def outcome(down: Downhill, eps: float, true: float, name: str) -> str:
    """Where f itself ends, and how far that is from the model."""
    change = true - down.value
    way = "**uphill**" if change > 0 else "lower" if change < 0 else "as high as it began"
    surprise, size = true - down.model(eps), max(map(abs, (true, *down.terms(eps))))
    higher = f", a surprise of {signed(surprise)} from the higher orders" if abs(surprise) > 1e-9 * size else ""
    return f"{name} ends {way}, at {short(true)}{higher}."


def repeats(down: Downhill, eps: float) -> str:
    """What the factors say.

    >>> from core.optimize import Quadratic
    >>> repeats(Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0]), 0.41)
    'A bar is longer than 1: on the quadratic model this step, repeated, runs away along that eigenvector.'
    """
    most = max(down.factors(eps))
    if abs(most - 1) <= 1e-12:
        return "A bar is exactly 1: on the quadratic model the error along that eigenvector never dies."
    if most > 1:
        return "A bar is longer than 1: on the quadratic model this step, repeated, runs away along that eigenvector."
    longer = down.best is not None and eps > down.best
    also = ", although it is longer than the best one" if longer else ""
    return f"All bars stay below 1: on the quadratic model this step, repeated, converges{also}."


# Below: four numbers that are easily confused, and what to do without them.


def limits(step: Chosen) -> None:
    """Draw the step sizes that belong to the Hessian, each with what it means."""
    if step.down.trouble:
        return
    bounds = step.down.limits
    st.subheader("Step sizes that are easily confused", anchor=False)
    if bounds is None:
        st.markdown(
            "The Hessian is not positive definite here, so it sets no limits: along an eigenvector with $\\lambda < 0$ "
            "the factor $|1 - \\varepsilon\\lambda|$ is above 1 for every step size, and with $\\lambda = 0$ it is 1."
        )
        return
    if len(step.down.x) > 1:
        live.chart(trajectory.limits(step.down, bounds, step.eps), key="step_limits")
    present.table(("step size", "here", "what it is"), meanings(step.down, bounds), "limits")


def meanings(down: Downhill, bounds: Limits) -> list[tuple[str, str, str]]:
    """One row for each step size."""
    best = short(down.best or bounds.shortest)
    if len(down.x) == 1:
        return [
            ("$\\varepsilon^* = 1/f''$", best, "lowest point of the parabola: the Newton step"),
            ("$2/f''$", short(bounds.stable), "limit of a fixed step, and break-even: in one variable they agree"),
        ]
    return [
        (
            "$\\varepsilon^* = g^{\\mathsf T}g\\,/\\,g^{\\mathsf T}Hg$",
            best,
            "lowest point of the model on this ray",
        ),
        (
            "$1/\\lambda_{\\max}$",
            short(bounds.shortest),
            "the smallest ε* any gradient here can have: cautious, **not** a limit",
        ),
        ("$1/\\lambda_{\\min}$", short(bounds.longest), "the largest ε* any gradient here can have"),
        (
            "$2/\\lambda_{\\max}$",
            short(bounds.stable),
            "**the limit** of a fixed step on this quadratic: below it every start converges, above almost none",
        ),
        (
            "$2/(\\lambda_{\\min} + \\lambda_{\\max})$",
            short(bounds.fastest),
            "the fixed step with the best guarantee: the longest bar is as short as it can be",
        ),
    ]


def search(step: Chosen) -> None:
    """Draw a backtracking search from the end of the ray, trial by trial."""
    if step.down.trouble:
        return
    st.subheader("When the curvature is unknown: backtracking", anchor=False)
    trials = backtrack(step.f, step.down, step.end)
    rows = [
        (
            str(i),
            short(t.eps),
            present.decimal(t.value),
            present.decimal(t.allowed),
            "**accepted**" if t.accepted else "no value: halve ε" if math.isnan(t.value) else "too high: halve ε",
        )
        for i, t in enumerate(trials, 1)
    ]
    present.table(("trial", "ε", f"{step.name} there", "at most", ""), rows[:TRIALS], "search")
    if len(rows) > TRIALS:
        accepted = f"accepted at ε = {short(trials[-1].eps)}" if trials[-1].accepted else "none accepted"
        present.note(f"… and {len(rows) - TRIALS} more trials; {accepted}.", "search")
    st.markdown(
        "Start far out and halve $\\varepsilon$ until $f$ falls by a fair part of what the slope promises: "
        "$f(p - \\varepsilon g) \\le f(p) - 10^{-4}\\,\\varepsilon\\, g^{\\mathsf T}g$ (Armijo). "
        "No second derivative is needed."
    )
