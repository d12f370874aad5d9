"""The live figure of change of variables: sums over the cells of a window, with and without the area factor.

The window is the region, the integrand is typed in the names of the image (x, y); both are in the link, with the number
of cells. What is summed and measured moves in the browser (`static/substitution.js`).
"""

from __future__ import annotations

import streamlit as st

from core import settings
from core.figures import board
from core.figures.landscape import Lab
from core.program import Program
from core.syntax import InputError, read
from core.ui import inputs, kept, live, microscope, parameters, present
from core.ui.compute import Answered
from core.ui.frame import SETTINGS

INTEGRAND = "e^(-x^2 - y^2)"
NAMES = ("x", "y")
USUAL = 8.0


def letters() -> tuple[str, ...]:
    """The letters that the integrand has beside x and y; none while it cannot be read."""
    try:
        return read(inputs.stated("integrand"), NAMES).parameters
    except InputError:
        return ()


def integrand(answered: Answered) -> Program | None:
    """Draw the box of the integrand; None, with a sentence, where it cannot be read. A step brings the usual one."""
    if "integrand" in st.session_state and st.session_state["integrand"] is None:
        st.session_state["integrand"] = INTEGRAND
    text = st.text_input(
        "The integrand g, in the x and y of the image",
        INTEGRAND,
        key="integrand",
        bind="query-params",
        autocomplete="off",
    )
    try:
        reading = read(text, NAMES)
    except InputError as error:
        present.sorry(error.message, "integrand")
        return None
    if len(reading.components) != 1:
        present.sorry("The integrand is one formula, without commas.", "integrand")
        return None
    return microscope.lettered(reading, answered)


def draw(answered: Answered, g: Program) -> None:
    """Draw the cells and their images, and what they come to."""
    n, F = len(answered.names), microscope.plane_map(answered)
    if F is None:
        present.note("Variables are changed here in the plane: two formulas in two variables.", "shape")
        return
    if len(microscope.derived(F, n).code) + len(g.code) > settings.SENT_OPERATIONS:
        present.note(microscope.LONG, "too_long")
        return
    cells = round(kept.number("cells", USUAL))
    scene = board.board(
        F,
        microscope.derived(F, n),
        names=answered.names,
        outputs=("f_1", "f_2"),
        box=answered.box,
        point=answered.point,
        lab=Lab("substitution", {"cells": cells}, {"integrand": g.to_wire(), "names": list(NAMES)}),
        letters=parameters.letters(answered.problem.parameters),
        stale=answered.stale,
        alt=f"The window {inputs.write_box(answered.box)} in {cells} times {cells} cells, and where they go.",
    )
    live.figure(scene, key="substitution", hand=microscope.hand(answered, _let_go))
    kept.link("cells")


def _let_go(values: live.Values) -> None:
    cells, (low, high) = values.get("cells"), SETTINGS["cells"]
    if isinstance(cells, int | float) and not isinstance(cells, bool) and low <= cells <= high:
        kept.hold("cells", None if cells == USUAL else round(cells))
