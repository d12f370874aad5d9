"""The page of chains: two typed maps, the inner in the formula box of every page, the outer in one of its own.

The square that travels through both moves under the hand (`static/chains.js`); the exact product comes from a worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from core import settings
from core.figures import board
from core.figures.landscape import Lab
from core.problem import Problem
from core.program import Program
from core.syntax import InputError, Reading, latex_name, read
from core.ui import inputs, kept, live, matrices, microscope, parameters, present, room, stages
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.stages import Question

OUTER: Final = {  # by the number of what comes out of the inner map
    1: "F(t) = (cos t, sin t)",
    2: "F(x, y) = (x^2, x y)",
    3: "F(x, y, z) = (x y, y z)",
}
LETTERS: Final = "abcdpqrs"
USUAL: Final = 0.3
MISTAKES: Final = ("order", "place")
SWITCHES: Final = (*MISTAKES, "near")
_FOLLOWED: Final = "_followed"  # of how many numbers the inner map was that the box last followed


@dataclass(frozen=True)
class Outer:
    """The outer map as it was read, with its program: further inputs are the letters of both maps."""

    text: str
    reading: Reading
    program: Program

    @property
    def name(self) -> str:
        """What it is called."""
        return self.reading.name or "F"


def letters() -> tuple[str, ...]:
    """The letters that the outer map leaves over; none while it cannot be read."""
    try:
        return read(inputs.stated("outer")).parameters
    except InputError:
        return ()


def outer(answered: Answered) -> Outer | None:
    """Draw the box of the outer map; None, with a sentence, where it cannot follow the inner one.

    The usual map of an inner one before, and any map when a step has put a new question, make way for the usual one.
    """
    k, before = answered.components, st.session_state.get(_FOLLOWED, answered.components)
    usual = _usual(k)
    if "outer" in st.session_state and st.session_state["outer"] in (None, _usual(before)):
        st.session_state["outer"] = usual
    st.session_state[_FOLLOWED] = k
    text = st.text_input("The outer map", usual, key="outer", bind="query-params", autocomplete="off")
    try:
        reading = read(text)
    except InputError as error:
        present.sorry(error.message, "outer")
        return None
    takes = len(reading.variables)
    if k != takes:
        present.sorry(
            f"The inner map gives {k} number{'s' * (k > 1)}, and the outer one takes {takes}. They must be as many.",
            "outer",
        )
        return None
    if shared := [name for name in reading.parameters if name in answered.names]:
        present.sorry(
            f"{shared[0]} is an input of the inner map. Give this letter of the outer one another name, or declare it: "
            f"F({', '.join((*reading.variables, shared[0]))}) = …",
            "outer",
        )
        return None
    return Outer(text, reading, microscope.lettered(reading, answered))


def _usual(k: int) -> str:
    """An outer map of k numbers.

    >>> _usual(2), _usual(4)
    ('F(x, y) = (x^2, x y)', 'F(a, b, c, d) = a^2 + b^2 + c^2 + d^2')
    """
    return OUTER.get(k) or f"F({', '.join(LETTERS[:k])}) = {' + '.join(f'{x}^2' for x in LETTERS[:k])}"


def draw(answered: Answered, last: Outer) -> None:
    """Draw the chain under the hand."""
    problem = answered.problem
    n, G = len(answered.names), microscope.lettered(read(problem.text, problem.variables), answered)
    k, m = answered.components, len(last.reading.components)
    derived, after = microscope.derived(G, n), microscope.derived(last.program, k)
    if len(derived.code) + len(after.code) > settings.SENT_OPERATIONS:
        present.note(microscope.LONG, "too_long")
        return
    h = kept.number("h", USUAL)
    values: dict[str, float | bool | str] = {"h": h, **{key: kept.on(key) for key in SWITCHES}}
    first = inner_name(answered)
    whole_outer = last.program if len(last.program.domain) != len(after.domain) else None
    data = {
        "words": [first, last.name],
        "outer": {
            "program": after.to_wire(),
            "value": None if whole_outer is None else whole_outer.to_wire(),
            "names": list(last.reading.variables),
            "outputs": _named(last.name, m),
        },
    }
    scene = board.board(
        G,
        derived,
        names=answered.names,
        outputs=_named(first, k),
        box=answered.box,
        point=answered.point,
        lab=Lab("chains", values, data),
        letters=parameters.letters(answered.problem.parameters),
        stale=answered.stale,
        alt=f"A chain of two maps: {n} numbers to {k} to {m}, at {present.vector(answered.point)}.",
    )
    live.figure(scene, key="chains", hand=microscope.hand(answered, _let_go))
    kept.link("h", *SWITCHES)


def inner_name(answered: Answered) -> str:
    """What the inner map is called."""
    return read(answered.problem.text, answered.problem.variables).name or "G"


def _named(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}_{i + 1}" for i in range(count)]


def _let_go(values: live.Values) -> None:
    h, (low, high) = values.get("h"), SETTINGS["h"]
    if isinstance(h, int | float) and not isinstance(h, bool) and low <= h <= high:
        kept.hold("h", None if h == USUAL else float(f"{h:.6g}"))
    for key in SWITCHES:
        kept.hold(key, values.get(key) is True)


def exactly(answered: Answered, last: Outer) -> None:
    """Draw the exact matrices of the chain, and their product beside the derivative of the composition."""
    problem = Problem(answered.problem.text, answered.problem.variables)
    asked = {"problem": problem.to_wire(), "outer": last.text}
    answer = stages.ask(Question("chain", "chain", asked, settings.DERIVE_SECONDS, "Multiplying the matrices")).answer
    if answer is None:
        return
    if answer.status != "done" or answer.value is None or "error" in answer.value:
        present.sorry("The exact product of these two takes too long, or cannot be had.", "chain")
        return
    found, u, v = answer.value, latex_name(inner_name(answered)), latex_name(last.name)
    names = [latex_name(name) for name in answered.names]
    at = f"({', '.join(names)})"
    st.subheader("The chain, exact", anchor=False)
    inner, outer = present.matrix(found["inner"]), present.matrix(found["outer"])
    room.fitting(
        "chain",
        [rf"J_{{{v}}}\big({u}{at}\big)\, J_{{{u}}}{at} = {outer}\,{inner}"],
        [rf"J_{{{v}}}\big({u}{at}\big) = {outer}", rf"J_{{{u}}}{at} = {inner}"],
    )
    outputs = [rf"{v}_{{{i + 1}}}" if len(found["whole"]) > 1 else v for i in range(len(found["whole"]))]
    matrices.jacobian(rf"J_{{{v} \circ {u}}}{at}", found["whole"], outputs, names, "whole")
    present.note(
        "Computed twice: from the composed formula, and as the product. They agree"
        + (", as an identity." if found["exact"] else " to forty digits wherever they were compared."),
        "agree",
    )
