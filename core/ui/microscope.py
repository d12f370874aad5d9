"""The live figure of a map R² → R²: a small square or circle, its true image, and what the Jacobian makes of it.

It moves under the hand (`static/linear.js`, with the formulas of `core.deformation`): the side h and what is shown are
numbers and switches of the link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from core import deformation, settings
from core.critical.plain import plain
from core.figures import board
from core.figures.landscape import Edge, Lab
from core.immediate import whole
from core.program import Program, gradient, jacobian, join
from core.syntax import Reading, latex_name, read
from core.ui import compute, inputs, kept, live, parameters, practice, present, room
from core.ui.compute import Answered
from core.ui.frame import SETTINGS

USUAL: Final = 0.8  # side of the square
SWITCHES: Final = ("circle", "whole", "warp")
LONG: Final = "This formula is too long to be sent to the browser, which draws the map: try a shorter one."


def moving(answered: Answered) -> Program:
    """The map with its letters as further inputs, after the variables."""
    problem = answered.problem
    return whole(read(problem.text, problem.variables), dict(problem.parameters), free=True)


def lettered(reading: Reading, answered: Answered) -> Program:
    """One of several formulas of a page with the letters of all as further inputs, in the order of their sliders.

    A letter of another formula may be a variable of this one: here it then has a name that nobody types.
    """
    names = [name if name not in reading.variables else f"{name}′" for name, _ in answered.problem.parameters]
    return whole(replace(reading, parameters=tuple(names)), {}, free=True)


def plane_map(answered: Answered) -> Program | None:
    """The map R² → R² of a page that needs one: the map that was typed, or the gradient of a scalar; else None."""
    n, m = len(answered.names), answered.components
    if n != 2 or m > 2:
        return None
    F = lettered(read(answered.problem.text, answered.problem.variables), answered)
    if m == 2:
        return F
    present.note("A scalar was typed: the map here is its gradient.", "gradient_map")
    return gradient(F, n)


def derived(F: Program, n: int) -> Program:
    """The values and then the partial derivatives by the first n inputs, row by row."""
    return join(F, jacobian(F, n))


def too_long(F: Program, n: int) -> bool:
    """Whether the map with its derivatives is more than a browser is given."""
    return len(derived(F, n).code) > settings.SENT_OPERATIONS


def entries(answered: Answered) -> list[list[str]] | None:
    """The entries of J as a person writes them in one line; None while they are worked out."""
    record = answered.record
    if record is None:
        return None
    return practice.covered(answered, [[_bare(plain(entry)) for entry in row] for row in record["jacobian"]], "?")


def covers(answered: Answered) -> list[int]:
    """The numbers of the entries that the figure does not tell, row by row."""
    m, n = answered.components, len(answered.names)
    flat = practice.covered(answered, [[""] * n] * m, "?")
    return [k for k, cover in enumerate(entry for row in flat for entry in row) if cover]


def _bare(text: str) -> str:
    """Without the brackets around a single letter.

    >>> _bare("−2·sin(x) + exp(−y)")
    '−2·sin x + exp(−y)'
    """
    return re.sub(r"\b(sin|cos|tan|sinh|cosh|tanh|exp|log)\((\w)\)", r"\1 \2", text)


def edges(answered: Answered) -> list[Edge]:
    """Where the map, or its derivative, is missing: what is a curve or a point of the plane."""
    known = answered.record["edges"] if answered.record else []
    drawn = []
    for e in known:
        program = None if e["program"] is None else Program.from_wire(e["program"])
        point = None if e["point"] is None else tuple(e["point"])
        if program is not None or point is not None:
            drawn.append(Edge(e["kind"], program, None if program else point, decided=e["evidence"] != "undecided"))
    return drawn


def draw(answered: Answered, F_at: Program, at: deformation.Local) -> None:
    """Draw the map around the held point, as it moves under the hand; `F_at` has numbers for the letters."""
    n, F = len(answered.names), moving(answered)
    if too_long(F, n):
        present.note(LONG, "too_long")
        return
    h, switches = _held()
    lab = Lab(
        "linear", {"h": h, **switches}, {"usual": USUAL, "entries": entries(answered), "hidden": covers(answered)}
    )
    scene = board.board(
        F,
        derived(F, n),
        names=answered.names,
        outputs=("f_1", "f_2"),
        box=answered.box,
        point=answered.point,
        lab=lab,
        letters=parameters.letters(answered.problem.parameters),
        edges=edges(answered),
        stale=answered.stale,
        alt=told(answered.point, deformation.gap(F_at, at, h) / h, at, h),
    )
    live.figure(scene, key="microscope", hand=hand(answered, _let_go))
    kept.link("h", *SWITCHES)


def _held() -> tuple[float, dict[str, bool]]:
    """The side and the switches, by the state or the link."""
    h, switches = kept.number("h", USUAL), {key: kept.on(key) for key in SWITCHES}
    if "h" not in st.session_state:
        kept.hold("h", None if h == USUAL else h)
    for key, on in switches.items():
        if key not in st.session_state:
            kept.hold(key, on)
    return h, switches


def determinant(answered: Answered) -> None:
    """Draw det J, exact, and that its zeros are the fold."""
    det = compute.exact_determinant(answered)
    if det is None:
        return
    at = f"({', '.join(latex_name(name) for name in answered.names)})"
    room.breaking(rf"\det J{at} = {det}", "determinant")
    present.note("Where it is zero, J has no inverse: there a map may fold.", "fold")


def hand(answered: Answered, values: Callable[[live.Values], None] | None) -> live.Hand:
    """Who hears what a hand did to a figure of a map: the point and the letters go into the link."""

    def lettered(given: Sequence[float]) -> None:
        parameters.put(tuple(zip((name for name, _ in answered.problem.parameters), given, strict=True)))

    return live.Hand(inputs.hold, values, lettered)


def _let_go(values: live.Values) -> None:
    """Hold the side and the switches that the hand left."""
    h, (low, high) = values.get("h"), SETTINGS["h"]
    if isinstance(h, int | float) and not isinstance(h, bool) and low <= h <= high:
        kept.hold("h", None if h == USUAL else float(f"{h:.6g}"))
    for key in SWITCHES:
        kept.hold(key, values.get(key) is True)


def told(point: Sequence[float], gap: float, at: deformation.Local, h: float) -> str:
    """The picture in one sentence."""
    where, side = present.vector(point), present.decimal(h)
    if not at.defined:
        return f"A square of side {side} at {where}, where the map or one of its slopes has no value."
    return (
        f"A square of side {side} with its corner at {where}, its true image, and the parallelogram of the Jacobian: "
        f"gap over h {_three(gap)}, area factor {_three(at.determinant or 0.0)}."
    )


def _three(v: float) -> str:
    return present.decimal(float(f"{v:.3g}"))
