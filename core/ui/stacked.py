"""The page of one variable: f, f′ and f″ over one axis, the signs of both, and what the slope's promise is worth.

All of it moves under the hand (`static/stacked.js`). What is proved comes from workers: the critical points of f, and
the inflections, which are the places where f′ has a minimum or a maximum. A function of more variables is shown along
one of its coordinates, through the held point.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

import streamlit as st

from core import gallery, settings
from core.figures.landscape import LINE_LAYERS, Lab
from core.numeric import floats
from core.syntax import text_name
from core.ui import compute, kept, live, planes, scenery
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.inputs import Asked
from core.ui.planes import Plane
from core.ui.scenery import View
from core.wire import Record

FIRST: Final = gallery.get("cubic").text  # the graph that is there before anything is typed
STRIDE: Final = "ahead"
BENDS: Final = ("minimum", "maximum")  # of f′: there f″ changes its sign
_SHORT: Final = re.compile(r"[-\d/*()+ ]*(sqrt\(\d+\)|pi)?[-\d/*()+ ]*")


def draw(asked: Asked, answered: Answered, shown: str) -> View:
    """Draw the three graphs with the stride under the hand, and the window below."""
    n = len(answered.names)
    view = scenery.view(answered, shown) if n == 1 else scenery.cut(answered, shown, _line(answered))
    found = compute.critical(answered, shown)
    if STRIDE not in st.session_state:
        kept.hold(STRIDE, kept.number(STRIDE, 0.0) or None)
    lab = Lab("stacked", {STRIDE: kept.number(STRIDE, 0.0)}, _known(answered, view, found))
    scenery.figure(answered, view, found, key="stacked", layers=LINE_LAYERS, lab=lab, on_values=_let_go)
    kept.link(STRIDE)
    scenery.window(asked, view)
    return view


def _line(answered: Answered) -> Plane:
    """Draw the choice of the coordinate that is let go; the others are held by sliders."""
    names = [text_name(name) for name in answered.names]
    planes.respelled("axis", names)
    if st.session_state.get("axis") not in (None, *names):
        del st.session_state["axis"]
    chosen = st.segmented_control(
        "Along one variable, the others held",
        names,
        key="axis",
        bind="query-params",
        default=names[0],
        required=True,
        help="f has more than one variable: this is its graph along one of them, the others held at the point.",
    )
    axis = names.index(chosen) if chosen in names else 0
    return planes.axial(answered.names, answered.box, answered.point, (axis,))


def _known(answered: Answered, view: View, found: Record | None) -> dict[str, Any]:
    """What only the server knows: exact places, and what is proved of the inflections."""
    points = found["points"] if found and view.whole else []
    known = [_place(p) for p in points]
    return {"most": settings.COORDINATE, "known": known, "bends": _bends(answered, view)}


def _bends(answered: Answered, view: View) -> Record | None:
    """The inflections in the window; None while they are not known."""
    found = compute.inflections(answered) if view.whole else None
    if found is None:
        return None
    points = [p for p in found["points"] if p["kind"] in BENDS or p["nature"] in BENDS]
    inside = [_place(p) for p in points if math.isfinite(floats(view.value, p["at"])[0])]
    complete = found["status"] == "complete" and not found["curves"] and not found["singular"]
    sentence = "all zeros of f″ in the window were found: proved complete." if complete else ""
    return {"points": inside, "sentence": sentence}


def _place(p: Record) -> Record:
    exact = (p["exact"] or [""])[0]
    return {"at": p["at"][0], "exact": written(exact), "proved": p["evidence"] != "numerical"}


def written(exact: str) -> str:
    """A short exact number as one reads it; nothing where it is long, or a decimal says as much.

    >>> written("-sqrt(3)/3"), written("1/2"), written("CRootOf(x**5 - x - 1, 0)")
    ('−√3/3', '1/2', '')
    """
    if len(exact) > 14 or not _SHORT.fullmatch(exact):
        return ""
    return re.sub(r"sqrt\((\d+)\)", r"√\1", exact).replace("*", "·").replace("-", "−").replace("pi", "π")


def _let_go(values: live.Values) -> None:
    """Hold the stride that the hand left; 0 stands for one that nobody chose."""
    stride, (low, high) = values.get(STRIDE), SETTINGS[STRIDE]
    if isinstance(stride, int | float) and not isinstance(stride, bool) and low <= stride <= high:
        kept.hold(STRIDE, float(f"{stride:.6g}") or None)
