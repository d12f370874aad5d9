"""The page of Lipschitz constants: how fast f, or its gradient, can change between two points of the window.

A worker judges the window, or the whole space, as for every page that knows a region (`guarantees`), and closes in on
the best constants; its bounds are drawn while they come nearer. The cone with the slope L moves in the browser
(`static/cone.js`): in one variable it slides along the graph of f, or of f′; in two the map shows ‖∇f‖, or ‖H‖, and the
cone stands in the section through the held point where f changes fastest.
L is a number of the link (cone); empty means "choose for me": the least that is proved to do.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from core import gallery, settings
from core.curvature import steepness, stiffness
from core.figures import landscape
from core.figures.landscape import Lab
from core.program import gradient
from core.ui import compute, guarantees, inputs, kept, live, present, scenery
from core.ui.compute import Answered
from core.ui.frame import step
from core.ui.inputs import Asked
from core.ui.scenery import View
from core.wire import Record

FIRST: Final = gallery.get("dip").text  # the graph that is there before anything is typed
GRADIENT: Final = "gradient"
FAULTS: Final = {
    "outside": "it has no value in a part of it",
    "hole": "it has no value at a place of it",
    "jump": "it jumps",
    "gap": "its value at a place is not where its graph leads",
    "steep": "at a place its graph is vertical",
    "pole": "it grows without bound at a place",
    "far": "further out its slope grows without bound",
    "kink": "at a kink there are two slopes",
}
ORDER: Final = tuple(FAULTS)
SPACES: Final = {1: "line", 2: "plane"}
LATE: Final = "This was not settled in its time: nothing is proved."
MANY: Final = "The cone stands on this plane of the window; the constants are those of all variables."
LONG: Final = "This formula is too long to be sent to the browser, so there is no cone to slide. The bounds are proved."


def draw(asked: Asked, answered: Answered, shown: str) -> None:
    """Draw the cone with its numbers, what the constants are good for, and the window below."""
    view = scenery.view(answered, shown)
    everywhere = kept.on("everywhere")
    found = bounds(answered, shown, everywhere)
    of = _chosen()
    lab = Lab("cone", _values(of, everywhere), _known(view, of, found))
    _figure(answered, view, of, lab)
    kept.link("constant", "cone", "everywhere")
    if scenery.too_long(view):
        present.note(LONG, "cone")
    if not view.whole:
        present.note(MANY, "cone_plane")
    _promise(asked, answered, found)
    scenery.window(asked, view)
    if not everywhere:
        guarantees.follow(answered, shown)


def bounds(answered: Answered, shown: str, everywhere: bool) -> Record | None:
    """What is known of both constants by now; None when there is nothing yet, nothing in it when there will be none."""
    found = compute.region(answered, shown, everywhere)
    return None if found is None else {} if "sorry" in found else found["limits"]


def _chosen() -> str:
    """Whose constant the cone is about: of f, or of its gradient."""
    if "constant" not in st.session_state:
        kept.hold("constant", inputs.stated("constant"))
    return GRADIENT if inputs.stated("constant") == GRADIENT else "f"


def _values(of: str, everywhere: bool) -> dict[str, float | bool | str]:
    """What the hand may change, as the link has it."""
    if "cone" not in st.session_state:
        kept.hold("cone", kept.number("cone", 0.0) or None)
    kept.hold("everywhere", everywhere)
    cone = kept.number("cone", 0.0)
    return {"of": of, "cone": cone, "chosen": cone > 0, "everywhere": everywhere}


def _let_go(values: live.Values) -> None:
    """Hold what the hand left: whose constant, the slope of the cone, and whether all of space counts."""
    of, cone = values.get("of"), values.get("cone")
    if of in ("f", GRADIENT):
        kept.hold("constant", GRADIENT if of == GRADIENT else None)
    if isinstance(cone, int | float) and not isinstance(cone, bool) and 0 <= cone <= settings.COORDINATE:
        kept.hold("cone", float(f"{cone:.6g}") or None if values.get("chosen") is True else None)
    kept.hold("everywhere", values.get("everywhere") is True)


def _known(view: View, of: str, found: Record | None) -> dict[str, Any]:
    """What only the server knows: the bounds, their pairs, why there are none; of two variables f and its gradient."""
    n = len(view.names)
    programs = {"value": view.moving.to_wire(), "gradient": gradient(view.moving, n).to_wire()} if n == 2 else {}
    return {
        **programs,
        "found": None if found is None else _worded(found),
        "most": settings.COORDINATE,
        "whole": view.whole,
        "title": view.name,
        "space": SPACES.get(n, "space") if view.whole else "space",
    }


def _worded(found: Record) -> Record:
    """The bounds with the sentences for what is proved to be wrong."""
    if not found:
        return {"late": LATE}
    words = [FAULTS[fault] for fault in sorted(found["faults"], key=ORDER.index)]
    said = {one: guarantees.constant(found[one]) for one in ("f", GRADIENT)}
    enough = {one: guarantees.enough(found[one]) for one in ("f", GRADIENT)}
    step = guarantees.step_said(found[GRADIENT])
    return {**found, "why": "; ".join(words), "said": said, "enough": enough, "step": step}


def _figure(answered: Answered, view: View, of: str, lab: Lab) -> None:
    """Draw the graph of f or f′, or the map of ‖∇f‖ or ‖H‖, with what the hand left in the link."""
    n = len(view.names)
    value, name = drawn(view, of)
    draw = partial(landscape.plane, levels=scenery.levels()) if n == 2 else landscape.line
    scene = draw(
        value,
        names=view.names,
        box=view.box,
        point=view.point,
        name=name,
        layers={},
        edges=scenery.edges(answered, view),
        stale=answered.stale,
        alone=True,
        letters=scenery.sliders(answered, view),
        lab=lab,
        whole=view.whole,
        caption="" if view.plane is None else view.plane.words,
    )
    if scenery.too_long(view):
        scene = landscape.sampled(scene, drawn(replace(view, moving=view.value), of)[0])
    live.figure(scene, key="cone", hand=scenery.hand(answered, view, _let_go))


def drawn(view: View, of: str) -> tuple[Any, str]:
    """The program that is drawn, with its name."""
    n = len(view.names)
    if n == 1:
        return (steepness(view.moving, 1), f"{view.name}′") if of == GRADIENT else (view.moving, view.name)
    return (stiffness(view.moving, 2), "‖H‖") if of == GRADIENT else (steepness(view.moving, 2), f"‖∇{view.name}‖")


def _promise(asked: Asked, answered: Answered, found: Record | None) -> None:
    """Draw the way to the step that a constant of the gradient promises."""
    bound = (found or {}).get(GRADIENT, "none")
    eps = guarantees.safe_step(bound)
    if eps is None:
        return
    text, box, at = answered.problem.text, inputs.write_box(answered.box), inputs.write_point(answered.point)
    present.lead(f"A step of 1/L {guarantees.step_said(bound)}", "steps", step(text, box, at, eps=eps))
