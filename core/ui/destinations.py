"""The page of destinations: where a method ends, if it starts here; and from every other start in the window.

The map is computed by a worker, coarse first and then finer (`core.atlas`), and drawn by the browser under the marks
(`static/destinations.js`). Only the run from the held point is made here, with the same limits. The method and its
step size are in the link (`by`, `rate`); a step size nobody chose suits the whole window, so that the map does not
change with the start.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import streamlit as st

from core import settings
from core.figures.landscape import Lab
from core.numeric import Objective, arrays
from core.optimize import Array, Outcome, Trajectory, TrustRegion, method, minimize
from core.problem import Side
from core.program import Program, jet
from core.ui import compute, inputs, kept, live, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked
from core.ui.scenery import View
from core.wire import OUTCOMES, Record

METHODS: Final = {
    "newton": "Newton",
    "damped-newton": "Damped",
    "saddle-free-newton": "Saddle-free",
    "trust-region": "Trust region",
    "gradient-descent": "Descent",
    "heavy-ball": "Momentum",
    "adam": "Adam",
}
LAWS: Final = {
    "newton": "Each step solves *H*(*x*) *s* = −∇*f*(*x*), and that equation does not ask what kind of point it finds.",
    "damped-newton": (
        "Newton’s direction, as far along it as *f* falls. Where that direction points uphill, no part of it does, and "
        "the run is stuck."
    ),
    "saddle-free-newton": (
        "Newton with |*H*|: every negative curvature is mirrored, so a saddle pushes away instead of pulling."
    ),
    "trust-region": (
        "The lowest point of the model within a radius that adapts. It leaves saddles, because the model falls there."
    ),
    "gradient-descent": (
        "Each step goes against the gradient. Only starts exactly on the thin lines that lead into a saddle end there: "
        "thinner than a pixel, so the map does not show them."
    ),
    "heavy-ball": "Each step keeps 0.9 of the last one, so a run may roll past the nearest minimum into the next.",
    "adam": "The first steps have one length in every coordinate, whatever the gradient, so borders look straight.",
}
SPEAKS: Final = {
    "newton": "Newton",
    "damped-newton": "Damped Newton",
    "saddle-free-newton": "Saddle-free Newton",
    "trust-region": "The trust region",
    "gradient-descent": "Gradient descent",
    "heavy-ball": "Momentum",
    "adam": "Adam",
}
NONE: Final = {
    "out of steps": "no end in so many steps",
    "cycle": "in a circle",
    "diverged": "runs away",
    "left the domain": "leaves the domain",
    "stalled": "gets stuck",
    "outside": "no value of *f*",
}
RATED: Final = ("gradient-descent", "heavy-ball", "adam")
NEWTON_STEPS: Final = 60
DESCENT_STEPS: Final = 2000
OPERATIONS: Final = 1_500_000  # of one run of first order; a long formula gets fewer steps
ADAM_PART: Final = 0.02  # of the longer side: the first step of Adam
GRID: Final = 17  # points a side where the curvature is looked at for a step size
NEAR: Final = 1e-4  # a run that ends so near a critical point, relatively, has come to it
NEAR_SILENT: Final = 3e-2  # or so near one where the Hessian test is silent, for there the gradient vanishes flatly
LARGEST: Final = 8  # regions in the table
MANY: Final = "Maps of destinations are for one or two variables: of more, a window has too many starts to be drawn."
LONG: Final = (
    "This formula is too long to be sent to the browser, which draws the map. Try a shorter one, or look at the runs "
    "on the page Race."
)
UNDONE: Final = "The map could not be computed in its time. Try a shorter formula or a smaller window."
_RUN: Final = "_destination"


def draw(asked: Asked, answered: Answered, shown: str) -> None:
    """Draw the map with the start on it, the shares, and the window below."""
    view = scenery.view(answered, shown)
    if not view.whole or scenery.too_long(view):
        present.note(LONG if view.whole else MANY, "destinations")
        found = compute.critical(answered, shown)
        lab = None if view.plane is None else scenery.many(answered, shown, view.plane, found)
        scenery.figure(answered, view, found, key="destinations_map", layers={"critical": True}, lab=lab)
        scenery.window(asked, view)
        return
    name = chosen()
    most, rate = most_steps(answered.scalars[shown], name), step_size(view, name)
    atlas = compute.atlas(answered, shown, name, _constants(name, rate), most)  # first: it is what the page is for
    found, run = compute.critical(answered, shown), _run(answered, shown, name, rate, most)
    scenery.figure(
        answered,
        view,
        found,
        (scenery.path(run, view),),
        key="destinations_map",
        layers={"map": True, "critical": True, **({"signs": False} if len(view.names) == 2 else {})},
        alone=True,
        lab=Lab("destinations", _values(name, rate), _known(view, name, rate, most, run, atlas, found)),
        on_values=_let_go,
    )
    kept.link("by", "rate")
    scenery.window(asked, view)


# What is chosen.


def chosen() -> str:
    """The method that was chosen, else Newton."""
    if "by" not in st.session_state:
        kept.hold("by", inputs.stated("by"))
    name = inputs.stated("by")
    return name if name in METHODS else "newton"


def most_steps(f: Program, name: str) -> int:
    """How many steps a run may take: few for a method that squares its error, and fewer of a long formula."""
    if name not in RATED:
        return NEWTON_STEPS
    return min(DESCENT_STEPS, max(NEWTON_STEPS, OPERATIONS // (len(jet(f).code) + 1)))


def step_size(view: View, name: str) -> float:
    """The step size that was chosen, or the usual one of the window."""
    if "rate" not in st.session_state:
        kept.hold("rate", inputs.stated_number("rate"))
    return inputs.stated_number("rate") or usual(view.jet, view.box, name)


def usual(derivatives: Program, box: tuple[Side, ...], name: str) -> float:
    """A step size for the whole window: one over the largest curvature that is met nearly everywhere in it.

    Adam's is a length: a small part of the window.
    """
    if name == "adam":
        return float(f"{ADAM_PART * max(high - low for low, high in box):.1e}")
    n = len(box)
    axes = np.stack(np.meshgrid(*(np.linspace(low, high, GRID) for low, high in box)))
    bends = np.abs(arrays(derivatives, axes)[1 + n :].reshape(n, n, -1)).sum(1).max(0)
    seen = bends[np.isfinite(bends)]
    size = float(np.quantile(seen, 0.9)) if seen.size else 0.0
    return float(f"{1 / size:.1e}") if size > 1e-9 else 0.1


def _law(name: str, n: int) -> str:
    """What a step of the method does; in one variable with the letters that are used there."""
    said = LAWS[name]
    return (
        said
        if n > 1
        else said.replace("*H*(*x*) *s* = −∇*f*(*x*)", "*f*″(*x*) *s* = −*f*′(*x*)").replace("*H*", "*f*″")
    )


def _constants(name: str, rate: float) -> dict[str, float]:
    return {"step": rate} if name in RATED else {}


def _values(name: str, rate: float) -> dict[str, float | bool | str]:
    """What the hand may change, as the link has it."""
    stated = inputs.stated_number("rate")
    return {"by": name, "rate": rate, "chosen": bool(stated)}


def _let_go(values: live.Values) -> None:
    """Hold the method and the step size that the hand left."""
    name, rate = values.get("by"), values.get("rate")
    if isinstance(name, str) and name in METHODS:
        kept.hold("by", None if name == "newton" else name)
    if isinstance(rate, int | float) and not isinstance(rate, bool) and 0 <= rate <= settings.COORDINATE:
        kept.hold("rate", float(f"{rate:.6g}") if values.get("chosen") is True and rate > 0 else None)


# The run from the held point.


def _run(answered: Answered, shown: str, name: str, rate: float, most: int) -> Trajectory:
    """Where the held point leads; the last run is kept, so that what comes later costs nothing."""
    f, start = answered.scalars[shown], answered.point
    key = (f, name, rate, start, most)
    before: tuple[Any, Trajectory] | None = st.session_state.get(_RUN)
    if before is not None and before[0] == key:
        return before[1]
    run = minimize(Objective.of(f), method(name, _constants(name, rate)), start, max_steps=most)
    st.session_state[_RUN] = (key, run)
    return run


def _known(
    view: View, name: str, rate: float, most: int, run: Trajectory, atlas: Record | None, found: Record | None
) -> dict[str, Any]:
    """What only the server knows: words, the map, and how the run from the held point ended."""
    return {
        "methods": [list(pair) for pair in METHODS.items()],
        "speaks": SPEAKS,
        "none": NONE,
        "law": _law(name, len(view.names)),
        "rated": name in RATED,
        "rate": rate,
        "most_rate": settings.COORDINATE,
        "beta": scenery.BETA,
        "radius": TrustRegion().radius,
        "most": most,
        "largest": LARGEST,
        "map": _placed(atlas, found) if atlas and "cells" in atlas else None,
        "trouble": UNDONE if atlas is not None and "cells" not in atlas else "",
        "run": _ended(run, found),
    }


def _placed(atlas: Record, found: Record | None) -> Record:
    """The map with its ends at the critical points that are known, where they are."""
    return {**atlas, "ends": [_named(end, found) for end in atlas["ends"]]}


def _named(end: Record, found: Record | None) -> Record:
    point = None if end["at"] is None else _nearest(end["at"], found)
    if point is None:
        return end
    return {**end, "at": point["at"], "kind": _nature(point), "value": point["value"], "evidence": point["evidence"]}


def _ended(run: Trajectory, found: Record | None) -> dict[str, Any]:
    """How the run ended: where, after how many moves, at a point of which kind, as far as that is known; or why not."""
    x = run.steps[-1].x if run.steps else np.empty(0)
    arrived = run.outcome is Outcome.VANISHED
    point = _nearest(x.tolist(), found) if arrived else None
    return {
        "at": [float(v) for v in (point["at"] if point else x) if math.isfinite(v)],
        "kind": _nature(point) if point else "",
        "moves": max(0, len(run.steps) - 1),
        "outcome": OUTCOMES[run.outcome],
        "sentence": run.sentence,
    }


def _nearest(x: list[float], found: Record | None) -> Record | None:
    """The critical point that is known there."""
    for point in found["points"] if found else ():
        at: Array = np.array(point["at"])
        near = NEAR_SILENT if point["kind"] == "inconclusive" else NEAR
        if at.shape == (len(x),) and np.linalg.norm(at - x) <= near * (1 + np.linalg.norm(at)):
            known: Record = point
            return known
    return None


def _nature(point: Record) -> str:
    """The kind of a critical point, and the truth where the test is silent."""
    return str(point["nature"] or point["kind"]) if point["kind"] == "inconclusive" else str(point["kind"])
