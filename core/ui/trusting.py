"""The page of Taylor models: how far a model of f may be trusted.

All of it moves under the hand (`static/taylor.js`): the order, the tolerance and the radius are numbers of the link; a
tolerance or a radius that nobody chose is 0 here, and chosen in the browser.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import settings
from core.figures.landscape import Lab
from core.figures.surface import taylor
from core.numeric import floats
from core.ui import compute, kept, live, scenery
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.inputs import Asked
from core.ui.scenery import View

ORDER: Final = 2.0
KEYS: Final = ("order", "tol", "r")


def draw(asked: Asked, answered: Answered, shown: str) -> View:
    """Draw f with its model under the hand."""
    view, found = scenery.view(answered, shown), compute.critical(answered, shown)
    for key in KEYS:
        if key not in st.session_state:
            kept.hold(key, kept.number(key, ORDER if key == "order" else 0.0) or (0.0 if key == "order" else None))
    values = {"order": round(kept.number("order", ORDER)), "tol": kept.number("tol", 0.0), "r": kept.number("r", 0.0)}
    lab = Lab("taylor", values, {"most": settings.COORDINATE})
    layers = {"critical": False}
    scenery.figure(answered, view, found, key="taylor", layers=layers, alone=True, lab=lab, on_values=_let_go)
    scenery.window(asked, view)
    kept.link(*KEYS)
    return view


def _let_go(values: live.Values) -> None:
    """Hold what the hand left, where it is in its range."""
    for key in KEYS:
        value, (low, high) = values.get(key), SETTINGS[key]
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            kept.hold(key, float(value) if key == "order" or value > 0 else None)


def surface(answered: Answered, view: View, shown: str) -> None:
    """Draw f in three dimensions, and over it the model of the order that is chosen."""
    found = compute.critical(answered, shown)
    order = round(kept.number("order", ORDER))
    scenery.surface(view, found, sheet=taylor(floats(view.jet, view.point), view.point, order))
