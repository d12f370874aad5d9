"""The live figure of a map of any other shape: curves, surfaces, maps of space, and more inputs and outputs.

Of these a pair of inputs and up to three outputs are drawn (`static/shapes.js`); which ones, the side h, and from where
space is seen are in the link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import deformation
from core.figures import board
from core.figures.landscape import Lab
from core.ui import inputs, kept, live, microscope, parameters, present
from core.ui.compute import Answered
from core.ui.frame import SETTINGS

USUAL: Final = {"h": 0.4, "turn": 225.0, "tilt": 30.0}
SWITCHES: Final = ("near", "whole")  # of up to two inputs the whole window is usual, of more a part of it
LISTS: Final = ("ins", "outs")


def draw(answered: Answered, at: deformation.Local, outputs: Sequence[str]) -> None:
    """Draw the map around the held point, as it moves under the hand."""
    n, m, F = len(answered.names), answered.components, microscope.moving(answered)
    if microscope.too_long(F, n):
        present.note(microscope.LONG, "too_long")
        return
    values: dict[str, float | bool | str] = {key: _number(key) for key in USUAL}
    values |= {key: kept.on(key) for key in SWITCHES}
    values |= {"ins": chosen("ins", n, 2), "outs": chosen("outs", m, 3)}
    data = {"entries": microscope.entries(answered), "hidden": microscope.covers(answered), "usual": USUAL["h"]}
    scene = board.board(
        F,
        microscope.derived(F, n),
        names=answered.names,
        outputs=outputs,
        box=answered.box,
        point=answered.point,
        lab=Lab("shapes", values, data),
        letters=parameters.letters(answered.problem.parameters),
        stale=answered.stale,
        alt=told(answered, at),
    )
    live.figure(scene, key="shapes", hand=microscope.hand(answered, _let_go))
    kept.link(*USUAL, *SWITCHES, *LISTS)


def _number(key: str) -> float:
    value = kept.number(key, USUAL[key])
    if key not in st.session_state:
        kept.hold(key, None if value == USUAL[key] else value)
    return value


def chosen(key: str, count: int, wanted: int) -> str:
    """Which inputs or outputs are drawn, as digits from 0: those of the link, else the first ones."""
    usual = "".join(str(i) for i in range(min(count, wanted)))
    said = inputs.stated(key)
    good = len(said) == len(usual) == len(set(said)) and all(c in "01234567"[:count] for c in said)
    return said if good else usual


def _let_go(values: live.Values) -> None:
    """Hold what the hand left, where it is in its range."""
    for key, usual in USUAL.items():
        value, (low, high) = values.get(key), SETTINGS[key]
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            kept.hold(key, None if value == usual else float(f"{value:.6g}"))
    for key in SWITCHES:
        kept.hold(key, values.get(key) is True)
    for key in LISTS:
        said = values.get(key)
        if isinstance(said, str) and said.isdigit() and len(said) <= 3:
            kept.hold(key, said)


def told(answered: Answered, at: deformation.Local) -> str:
    """The picture in one sentence."""
    m, n, where = answered.components, len(answered.names), present.vector(answered.point)
    if not at.defined:
        return f"A map of {n} inputs and {m} outputs at {where}, where it or one of its slopes has no value."
    s = ", ".join(present.decimal(float(f"{v:.4g}")) for v in at.stretches)
    return f"A map of {n} inputs and {m} outputs at {where}: rank {at.rank}, singular values {s}."
