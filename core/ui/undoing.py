"""The live figure of undoing a map of the plane: F(x) = y solved by Newton's method, as start or target is held.

The start is the point of the page; the target is two numbers of the link, and near the image of the start where nobody
chose one. It moves in the browser (`static/undoing.js`).
"""

from __future__ import annotations

import math
from typing import Final

import streamlit as st

from core.figures import board
from core.figures.landscape import Lab
from core.numeric import floats
from core.program import Program
from core.ui import kept, live, microscope, parameters, present
from core.ui.compute import Answered
from core.ui.frame import SETTINGS

KEYS: Final = {"gx": "goal_x", "gy": "goal_y"}
AWAY: Final = (
    0.09,
    0.06,
)  # of a target that nobody chose: how far the start would have to move, in parts of the window


def draw(answered: Answered) -> None:
    """Draw the map with its start and its target."""
    n, F = len(answered.names), microscope.plane_map(answered)
    if F is None:
        present.note("Undoing is drawn for maps from the plane to the plane: two formulas in two variables.", "shape")
        return
    if microscope.too_long(F, n):
        present.note(microscope.LONG, "too_long")
        return
    x, y = target(answered, F)
    scene = board.board(
        F,
        microscope.derived(F, n),
        names=answered.names,
        outputs=("f_1", "f_2"),
        box=answered.box,
        point=answered.point,
        lab=Lab("undoing", {"gx": x, "gy": y}, {}),
        letters=parameters.letters(answered.problem.parameters),
        stale=answered.stale,
        alt=f"From {present.vector(answered.point)}, Newton's method looks for a point that goes to "
        f"{present.vector((x, y))}.",
    )
    live.figure(scene, key="undoing", hand=microscope.hand(answered, _let_go))
    kept.link(*KEYS.values())


def target(answered: Answered, F: Program) -> tuple[float, float]:
    """The target of the link, or the image of a point not far from the start; the last inputs of F are the letters."""
    letters = [value for _, value in answered.problem.parameters]
    sides = zip(answered.point, answered.box, AWAY, strict=True)
    near = [c + part * (high - low) * (1 if c < (low + high) / 2 else -1) for c, (low, high), part in sides]
    usual = floats(F, [*near, *letters])
    if not all(math.isfinite(v) for v in usual):
        usual = floats(F, [*answered.point, *letters])
    values = []
    for key, v in zip(KEYS.values(), usual, strict=True):
        low, high = SETTINGS[key]
        bounded = min(max(v, low), high) if math.isfinite(v) else 0.0
        values.append(kept.number(key, float(f"{bounded:.4g}")) if _chosen(key) else float(f"{bounded:.4g}"))
    return values[0], values[1]


def _chosen(key: str) -> bool:
    return st.session_state.get(key, st.query_params.get(key)) not in (None, "")


def _let_go(values: live.Values) -> None:
    """Hold the target that the hand left."""
    for name, key in KEYS.items():
        value, (low, high) = values.get(name), SETTINGS[key]
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            kept.hold(key, float(f"{value:.8g}"))


def words(answered: Answered) -> None:
    """Draw where the map cannot be undone, exactly: where det J is zero."""
    if answered.record is None or (answered.components, len(answered.names)) != (2, 2):
        return
    microscope.determinant(answered)
