"""The page of Taylor models: how far a model of f may be trusted.

All of it moves under the hand (`static/taylor.js`): the order, the tolerance and the radius are numbers of the link; a
tolerance or a radius that nobody chose is 0 here, and chosen in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import settings
from core.figures.landscape import Lab
from core.figures.surface import taylor
from core.numeric import floats
from core.syntax import latex_name
from core.ui import compute, kept, live, present, room, scenery
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.inputs import Asked
from core.ui.scenery import View
from core.wire import Record

ORDER: Final = 2.0
LONG: Final = "The exact coefficients at this point are too long to be read. At a rounder point they are short."
KEYS: Final = ("order", "tol", "r")


def draw(asked: Asked, answered: Answered, shown: str) -> View:
    """Draw f with its model under the hand."""
    view, found = scenery.view(answered, shown), compute.critical(answered, shown)
    for key in KEYS:
        if key not in st.session_state:
            kept.hold(key, kept.number(key, ORDER if key == "order" else 0.0) or (0.0 if key == "order" else None))
    values = {"order": order(), "tol": kept.number("tol", 0.0), "r": kept.number("r", 0.0)}
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


def order() -> int:
    """The order of the model that is chosen."""
    return round(kept.number("order", ORDER))


def exact(answered: Answered, shown: str) -> None:
    """Draw the model at the held point with exact coefficients, and with decimals where they say more."""
    found = compute.exact_model(answered, shown, order())
    if found is None:
        return
    if found["terms"] is None:
        if found["long"]:
            present.note(LONG, "long")
        return
    left = rf"T_{{{order()}}}({', '.join(map(latex_name, answered.names))})"
    st.markdown("**Taylor model**")
    room.breaking(f"{left} = {polynomial(found['terms'])}", "model")
    if not all(re.fullmatch(r"\d*|\\frac\{\d+\}\{\d+\}", term["coefficient"]) for term in found["terms"]):
        room.breaking(rf"{left} \approx {polynomial(found['terms'], decimals=True)}", "model_decimals")


def polynomial(terms: Sequence[Record], decimals: bool = False) -> str:
    r"""The LaTeX of a sum of terms as the job "taylor" gives them.

    >>> half = {"sign": -1, "coefficient": r"\frac{1}{2}", "value": 0.5, "powers": "x^{2}"}
    >>> polynomial([half, half]), polynomial([half], decimals=True), polynomial([])
    ('-\\frac{1}{2} x^{2} - \\frac{1}{2} x^{2}', '-0.5 x^{2}', '0')
    """
    text = ""
    for term in terms:
        size = present.latex_number(term["value"]) if decimals and term["coefficient"] else term["coefficient"]
        sign = "-" if term["sign"] < 0 else "+"
        text += (f" {sign} " if text else sign.strip("+")) + f"{size} {term['powers']}".strip()
    return text or "0"


def surface(answered: Answered, view: View, shown: str) -> None:
    """Draw f in three dimensions, and over it the model of the order that is chosen."""
    found = compute.critical(answered, shown)
    scenery.surface(view, found, sheet=taylor(floats(view.jet, view.point), view.point, order()))
