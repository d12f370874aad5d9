"""The page that shows one step at a time: what a method believes, the linear solve, the jump, and what came of it.

What is chosen is in the link: the method, the step that is shown (k), the step size of descent and the first radius of
a trust region; one that nobody chose is 0 here. The run is made here and sent as a whole; stepping and playing through
it is the browser's (`static/theatre.js`), which tells where it came to rest.

Of more than two variables there is no map: the same numbers stand in tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import streamlit as st

from core import settings
from core.figures.landscape import Lab
from core.numeric import Objective
from core.optimize import (
    Array,
    Belief,
    DampedNewton,
    Ending,
    GradientDescent,
    Method,
    ModifiedNewton,
    Newton,
    Outcome,
    SaddleFreeNewton,
    Step,
    Trajectory,
    TrustRegion,
    believe,
    ending,
    minimize,
)
from core.optimize.second_order import NO_HESSIAN, NO_STEP, SINGULAR, UPHILL
from core.optimize.trust_region import NO_PART
from core.program import Program, jet
from core.ui import bending, compute, inputs, kept, live, present, scenery, takeaway
from core.ui.compute import Answered
from core.ui.inputs import Asked
from core.ui.present import decimal, vector
from core.ui.scenery import View
from core.wire import Record

MOST: Final = 300  # steps
OPERATIONS: Final = 3_000_000  # of one run; a long formula gets fewer steps
LEAST: Final = 60
TRUST: Final = 1.0  # the first radius, where nobody chose another
NEAR: Final = 1e-4  # a run that ends so near a critical point, relatively, has come to it
KEYS: Final = ("method", "k", "rate", "trust")
_RUN: Final = "_theatre"


@dataclass(frozen=True)
class Part:
    """A method on this stage: the word on its button, its name, its law, and what makes it."""

    label: str
    title: str
    law: str  # *…* is mathematics in italics
    make: Callable[[float, float], Method]  # of the step size and the radius


PARTS: Final[dict[str, Part]] = {
    "gradient-descent": Part("Descent", "Gradient descent", "*s* = −*η* *g*", lambda rate, _: GradientDescent(rate)),
    "newton": Part("Newton", "Newton", "*H* *s* = −*g*", lambda *_: Newton()),
    "damped-newton": Part("Damped", "Damped Newton", "*H* *s* = −*g*, a part *α* of it", lambda *_: DampedNewton()),
    "modified-newton": Part("Modified", "Modified Newton", "(*H* + *τI*) *s* = −*g*", lambda *_: ModifiedNewton()),
    "saddle-free-newton": Part("|H|", "Saddle-free Newton", "|*H*| *s* = −*g*", lambda *_: SaddleFreeNewton()),
    "trust-region": Part(
        "Trust region", "Trust region", "(*H* + *μI*) *s* = −*g*, |*s*| ≤ *Δ*", lambda _, trust: TrustRegion(trust)
    ),
    "dogleg": Part("Dogleg", "Dogleg", "|*s*| ≤ *Δ*", lambda _, trust: TrustRegion(trust, dogleg=True)),
}
FIRST: Final = "newton"
VARIANTS: Final = ("newton", "damped-newton", "saddle-free-newton", "trust-region")
FIRSTS: Final = ("first steps from here", "goes to", "change of $f$", "")
WORDS: Final = {
    "singular": SINGULAR,
    "hessian": NO_HESSIAN,
    "uphill": UPHILL,
    "none": NO_STEP,
    "part": NO_PART,
    "value": "The function has no value here.",
    # where the run ends
    "proved": "It comes to the {0}: proved.",
    "floats": "It comes to the {0}, as floats see it.",
    "preview": "It comes to the {0}: a preview.",
    "silent": "It comes to the critical point{0}, where the Hessian test is silent.",
    "rests": "The slope is zero here: it rests.",
    # what H is here
    "up": "H is positive definite here",
    "down": "H is negative definite here",
    "mixed": "H is indefinite here",
    "flat": "H is singular here",
    "up1": "The second derivative is positive here",
    "down1": "The second derivative is negative here",
    "flat1": "The second derivative is zero here",
    # what a method makes of it
    "zero": "The gradient is zero: there is nowhere to go.",
    "round": "Descent does not look at H: it believes in a round bowl of curvature 1/η.",
    "mirrored": "|H| mirrors the negative curvature, so its model is a bowl around the {0}.",
    "unmirrored": "There is nothing to mirror: this is Newton’s step, to the {0}.",
    "lifted": "τ = {0} is added to every curvature, so its model is a bowl.",
    "unlifted": "Nothing needs to be added: this is Newton’s direction.",
    "rim": "The model is trusted only within Δ: the step ends on the rim.",
    "inside": "The model’s lowest point lies within Δ: this is Newton’s step.",
    "low": "Newton aims at the {0}.",
    "level": "Newton aims at the {0}: it asks where the model is level, not where it is low.",
    "out": ", outside of the window",
    # how the solve came out
    "no_step": "There is no step.",
    "same": "The same number in every direction: the steep one and the flat one get the same step size.",
    "mu": "μ = {0} is added to every curvature, so that the step is just as long as Δ = {1}.",
    "no_mu": "The rim is out of play: μ = 0, and the step is shorter than Δ = {0}.",
    "bent": "No system is solved: a bent path, down the gradient and then towards Newton’s point, as far as Δ = {0}.",
    "whole": "Newton’s point lies within Δ = {0}.",
    "turned": "Where λ < 0, the part of the step has the opposite sign of Newton’s.",
    "against": "Where λ < 0, the division turns that part of the step uphill.",
    "fraction": "Of that step only the part α = {0} was taken.",
    # what came of it
    "nowhere": "{0} has no value where the step ends.",
    "on_purpose": "The model itself goes up by {1}: a step uphill by design. {0} rises by {2}.",
    "yet_lower": "The model itself goes up by {1}: a step uphill by design. Yet {0} falls by {2}.",
    "nothing": "The model promised no change; {0} changed by {2}.",
    "broken": "The model promised a fall of {1}, but {0} rose by {2}.",
    "right": "The model was right, or nearly.",
    "too_much": "The model promised too much.",
    "too_little": "The model promised too little.",
    "refused": " Refused before: {0}.",
    "unmade": " This step was not made any more.",
}
HEADS: Final = {
    "solve": "The linear solve",
    "promise": "What the model promised, and what came",
    "firsts": "First steps from this point",
    "along": "along",
    "slope": "slope ",
    "divided": "divided by",
    "promised": "promised ",
    "came": "came ",
    "goes": "goes to",
    "changes": " changes by",
    "radius": "First trust radius",
    "delta": "First radius *Δ*",
    "plane": "The model is drawn where it is believed: solid where it is as high as at its point, dashed at other "
    "heights. Dotted: the first steps of the others.",
    "line": "Dashed: the parabola that the method believes in.",
}
BRIEFLY: Final = {
    "singular": "H is singular: no single aim",
    "hessian": "no Hessian here",
    "uphill": "points uphill: it refuses",
    "none": "no part of it helps",
    "part": "nothing comes true",
}


@dataclass(frozen=True)
class Act:
    """One method's run from the held point, and what it came to."""

    part: Part
    method: Method
    f: Program
    run: Trajectory
    ending: Ending
    end: Record | None  # the kind of point it came to, its place, the evidence

    @property
    def moves(self) -> int:
        """How many steps it made."""
        return len(self.run.steps) - 1

    @property
    def sentence(self) -> str:
        """How it ended: at which kind of point, or why not."""
        if self.end is None:
            return self.run.sentence
        kind, place = self.end["kind"], vector(self.end["at"])
        steps = f"in {self.moves} step{'' if self.moves == 1 else 's'}"
        if kind == "inconclusive":
            return f"It comes to the critical point {place} {steps}, where the Hessian test is silent."
        evidence = ": proved." if self.end["evidence"] == "proved" else ", as floats see it."
        return f"It comes to the {present.word(kind, self.f.inputs)} {place} {steps}{evidence}"


def draw(asked: Asked, answered: Answered, shown: str) -> None:
    """Draw the stage with the run on it, the window, every step as a table, and what can be taken away."""
    view = scenery.view(answered, shown)
    _hold()
    f = answered.scalars[shown]
    act = perform(f, answered.point)
    if view.whole and not scenery.too_long(view):
        lab = Lab("theatre", _values(), _data(act, answered.point))
        found, layers = compute.critical(answered, shown), {"critical": True}
        scenery.figure(answered, view, found, key="theatre_map", layers=layers, alone=True, lab=lab, on_values=_let_go)
    elif scenery.too_long(view) or view.whole:
        _numbers(act, f)
    else:
        left, right = st.columns([5, 6], gap="large")
        with right:
            _numbers(act, f)
        with left:
            _shadow(answered, shown, view, act)
    kept.link(*KEYS)
    scenery.window(asked, view)
    takeaway.steps(act.f, act.method, act.run, answered)


# What is chosen.


def _hold() -> None:
    """Take what the link says where nothing is held yet."""
    if "method" not in st.session_state:
        kept.hold("method", inputs.stated("method") or None)
    for key in KEYS[1:]:
        if key not in st.session_state:
            number = inputs.stated_number(key)
            kept.hold(key, int(number) if key == "k" and number is not None else number)


def chosen() -> str:
    """The method that is on the stage."""
    name = inputs.stated("method")
    return name if name in PARTS else FIRST


def _values() -> dict[str, float | bool | str]:
    k, rate, trust = (inputs.stated_number(key) for key in KEYS[1:])
    return {"method": chosen(), "k": int(k or 0), "rate": rate or 0.0, "trust": trust or 0.0}


def _let_go(values: live.Values) -> None:
    """Hold what the hand left, where it can be meant."""
    name = values.get("method")
    if name in PARTS:
        kept.hold("method", None if name == FIRST else name)
    k, rate, trust = (_number(values.get(key)) for key in KEYS[1:])
    if k is not None and k <= MOST:
        kept.hold("k", int(k) or None)
    if rate is not None:
        kept.hold("rate", float(f"{rate:.6g}") or None)
    if trust is not None:
        kept.hold("trust", float(f"{trust:.6g}") or None)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= settings.COORDINATE:
        return None
    return float(value)


# The run.


def perform(f: Program, start: tuple[float, ...]) -> Act:
    """Let the chosen method run; the last run is kept, so that stepping through it costs nothing."""
    part, objective = PARTS[chosen()], Objective.of(f)
    rate = inputs.stated_number("rate") or scenery.usual_rate(objective, start)
    method = part.make(rate, inputs.stated_number("trust") or TRUST)
    key = (f, method, start)
    before: tuple[Any, Act] | None = st.session_state.get(_RUN)
    if before is not None and before[0] == key:
        return before[1]
    run = minimize(objective, method, start, max_steps=_most(f))
    act = acted(part, method, f, run)
    st.session_state[_RUN] = key, act
    return act


def acted(part: Part, method: Method, f: Program, run: Trajectory) -> Act:
    """A run, with the kind of point it came to."""
    found = ending(Objective.of(f), run)
    end = None
    if run.outcome is Outcome.VANISHED:
        at = [round(float(v), 4) + 0.0 for v in run.steps[-1].x]
        end = {"kind": found.kind, "at": at, "evidence": "proved" if found.proved else "floats"}
    return Act(part, method, f, run, found, end)


def _most(f: Program) -> int:
    return min(MOST, max(LEAST, OPERATIONS // (2 * len(jet(f).code) + 1)))


def _data(act: Act, start: tuple[float, ...]) -> dict[str, Any]:
    """What only the server knows, and its run."""
    method = act.method
    return {
        "methods": [
            {
                "key": key,
                "label": part.label,
                "title": part.title,
                "law": part.law,
                "name": one.name,
                "trusts": isinstance(one, TrustRegion),
            }
            for key, part in PARTS.items()
            for one in [part.make(1.0, 1.0)]
        ],
        "variants": VARIANTS,
        "words": WORDS,
        "heads": HEADS,
        "briefly": BRIEFLY,
        "trust": TRUST,
        "most": _most(act.f),
        "most_size": settings.COORDINATE,
        "of": {
            "method": chosen(),
            "start": list(start),
            "rate": getattr(method, "rate", 0.0),
            "trust": getattr(method, "radius", TRUST),
        },
        "run": {
            "steps": [_step(step) for step in act.run.steps],
            "sentence": act.run.sentence,
            "end": act.end,
            "note": act.run.steps[-1].note if act.end is None and act.run.steps else "",
            "ours": False,
        },
    }


def _step(step: Step) -> dict[str, Any]:
    """A step as the browser shows it; what is no number is None."""
    moves = bool(step.step_size) and bool(step.direction.any()) and bool(np.isfinite(step.target).all())
    return {
        "x": step.x.tolist(),
        "value": step.value if math.isfinite(step.value) else None,
        "to": step.target.tolist() if moves else None,
        "alpha": step.step_size,
        "trials": [trial.tolist() for trial in step.trials if np.isfinite(trial).all()],
        "radius": step.radius,
    }


# Without a map.


def _shadow(answered: Answered, shown: str, view: View, act: Act) -> None:
    """Draw the run up to the step that is shown on a plane of more variables."""
    begun = replace(act.run, steps=act.run.steps[: min(int(inputs.stated_number("k") or 0), act.moves) + 2])
    found, layers = compute.critical(answered, shown), {"critical": True, "path": True}
    paths = (scenery.path(begun, view),)
    scenery.figure(answered, view, found, paths, key="theatre_map", layers=layers, alone=True)


def _numbers(act: Act, f: Program) -> None:
    """Draw the methods, the step, and the numbers of its solve."""
    left, right = st.columns([6, 2], gap="small")
    with left:
        name = st.segmented_control(
            "Method", list(PARTS), default=chosen(), required=True, format_func=_label, key="stage", on_change=_chose,
            wrap=True,
        )  # fmt: skip
        assert name in PARTS
    with right:
        st.number_input(
            "Step", 0, max(act.moves, 0), min(int(inputs.stated_number("k") or 0), act.moves), 1, key="which_step",
            on_change=_stepped,
        )  # fmt: skip
    k = min(int(inputs.stated_number("k") or 0), act.moves)
    step = act.run.steps[k]
    H = Objective.of(f).hessian(step.x)
    belief = believe(act.method, step, H)
    present.note(f"{act.part.title}. {act.sentence}", "came")
    if belief is None:
        present.note(NO_HESSIAN, "no_belief")
        return
    present.note(f"Step {k} of {act.moves}. H is {bending.definiteness(H)}.", "kind")
    present.table(("$\\lambda$", "slope along its eigenvector", "divided by", "step along it"), _rows(belief), "solve")
    present.note(judged(step, belief, act, k), "judged")
    present.table(FIRSTS, firsts(f, step), "firsts")


def _label(key: str) -> str:
    return PARTS[key].label.replace("|", "\\|")


def _chose() -> None:
    kept.hold("method", st.session_state["stage"])
    kept.hold("k", None)


def _stepped() -> None:
    kept.hold("k", int(st.session_state["which_step"]) or None)


def _rows(belief: Belief) -> list[tuple[str, ...]]:
    columns: tuple[Array, ...] = (belief.curvatures, belief.slopes, belief.divisors, belief.parts)
    return [tuple(_rough(float(v)) for v in row) for row in zip(*columns, strict=True)]


def _rough(v: float) -> str:
    return decimal(float(f"{v:.4g}")) if math.isfinite(v) else "–"


def firsts(f: Program, step: Step) -> list[tuple[str, ...]]:
    """The first steps of the variants from the point of a step: where each goes, and what becomes of f."""
    rows: list[tuple[str, ...]] = []
    trust = inputs.stated_number("trust") or TRUST
    for key in VARIANTS:
        with np.errstate(all="ignore"):
            one = next(PARTS[key].make(0.0, trust).steps(Objective.of(f), step.x))
            change = Objective.of(f).value(one.target) - step.value
        moved = bool((one.target != one.x).any())
        said = (vector([float(f"{v:.4g}") for v in one.target]), _rough(change)) if moved else ("–", "–")
        rows.append((_label(key), *said, one.note))
    return rows


def judged(step: Step, belief: Belief, act: Act, k: int) -> str:
    """What the model promised, and what came: one sentence."""
    if k == act.moves:
        return step.note or "The run ends here."
    fell = step.value - act.run.steps[k + 1].value
    came = f"f {'falls' if fell >= 0 else 'rises'} by {_rough(abs(fell))}"
    promise = f"The model promised {'a fall' if belief.predicted >= 0 else 'a rise'} of {_rough(abs(belief.predicted))}"
    return f"{promise}; {came}.{'' if fell >= 0 else ' The step goes uphill.'} {step.note}".strip()
