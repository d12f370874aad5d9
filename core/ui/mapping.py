"""The map of a page at its held point: the picture that its numbers of inputs and outputs allow, and the matrix.

Figures come from the program of the text and are there at once; what is exact comes from a worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from core import deformation
from core.deformation import Local
from core.figures.theme import THEMES
from core.immediate import whole
from core.numeric import arrays
from core.program import Program, jacobian
from core.syntax import InputError, latex_name, read
from core.ui import compute, fields, matrices, microscope, practice, present, room, shapes
from core.ui.compute import Answered
from core.wire import Record

_ABOUT: Final = r"\approx"
BOARD: Final = ["ℝ⁰", "ℝ", "ℝ²", "ℝ³", "ℝ⁴", "ℝ⁵", "ℝ⁶", "ℝ⁷", "ℝ⁸"]


@dataclass(frozen=True)
class Mapped:
    """A map with its program, and its numbers at the held point."""

    answered: Answered
    F: Program
    at: Local

    @property
    def shape(self) -> tuple[int, int]:
        """Outputs × inputs."""
        return len(self.F.outputs), self.F.inputs

    @property
    def outputs(self) -> tuple[str, ...]:
        """What the components are called in formulas."""
        m = self.shape[0]
        return ("f",) if m == 1 else tuple(f"f_{i + 1}" for i in range(m))


def mapped(answered: Answered) -> Mapped:
    """The map that is asked for, at the point that is held."""
    problem = answered.problem
    F = whole(read(problem.text, problem.variables), dict(problem.parameters))
    return Mapped(answered, F, deformation.local(F, answered.point))


def picture(f: Mapped) -> None:
    """Draw the map around the held point, as it moves under the hand."""
    if f.shape == (2, 2):
        microscope.draw(f.answered, f.F, f.at)
    else:
        shapes.draw(f.answered, f.at, f.outputs)


def account(f: Mapped) -> None:
    """Draw the exact Jacobian, and beside it what the numbers at the held point mean, and where there are none."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Jacobian, exact", anchor=False)
        matrix(f)
    with right:
        practice.draw(f.answered)
        st.subheader("What it says at p", anchor=False)
        words(f)
        if f.answered.record:
            present.failings(f.answered.record)


def words(f: Mapped) -> None:
    """Draw what the numbers mean: rank and stretches, and how rows and columns are read."""
    if not f.at.defined:
        present.note("The map, or one of its slopes, has no value at the held point: there is no Jacobian.", "no_slope")
        return
    said = [rank_words(f, compute.exact_values(f.answered)["rank"]), stretch_words(f)]
    said += ["Rows of J: the gradients of the outputs. Columns: where the edges of a small square go."]
    with st.container(key="words", gap="xsmall"):
        for i, text in enumerate(said):
            present.note(text, f"word_{i}")


# The matrix.


def type_of(f: Mapped) -> str:
    """What kind of thing it is, in words.

    It reads "ℝ² → ℝ³: J is 3 × 2, outputs × inputs".
    """
    m, n = f.shape
    return f"{BOARD[n]} → {BOARD[m]}: J is {m} × {n}, outputs × inputs"


def matrix(f: Mapped) -> None:
    """Draw the exact Jacobian with its rows and columns named, its value at p, determinant, rank and stretches;
    for a scalar, the offer to take its gradient as the map."""
    record = compute.exactly(f.answered)
    if record is None:
        return
    names, m, n = [latex_name(name) for name in f.answered.names], *f.shape
    present.note(type_of(f), "type")
    at = f"({', '.join(names)})"
    entries = practice.covered(f.answered, record["latex"]["jacobian"], r"\boxed{?}")
    matrices.jacobian(f"J{at}", entries, f.outputs, names, "jacobian")
    if record["latex"]["domain"]:
        room.breaking(r"\text{where } " + r",\; ".join(record["latex"]["domain"]), "domain")
    if practice.hidden(f.answered) is not None:
        return
    if m == n > 1 and (det := compute.exact_determinant(f.answered)):
        room.breaking(rf"\det J{at} = {det}", "determinant")
    if f.at.defined:
        exact = compute.exact_values(f.answered)
        _at_point(f, exact)
    if m == 1:
        _offer_gradient(f, record)


def _at_point(f: Mapped, exact: Record) -> None:
    if f.shape == (2, 2):
        matrices.at_point("J(p)", exact["jacobian"], f.at.J.tolist(), "jacobian_at", _tinted)
    else:
        matrices.at_point("J(p)", exact["jacobian"], f.at.J.tolist(), "jacobian_at")
    if f.at.determinant is not None and f.shape[0] > 1:
        known, decimal = exact["determinant_at"], present.latex_number(f.at.determinant)
        det = f"= {known}" if known else f"{_ABOUT} {decimal}"
        room.breaking(rf"\det J(p) {det}", "determinant_at")


def _tinted(entries: Sequence[Sequence[str]]) -> list[list[str]]:
    """The columns of a 2 × 2 matrix in the colours of their arrows."""
    theme = THEMES["dark" if st.context.theme.type == "dark" else "light"]
    tints = theme.ochre, theme.violet
    return [[rf"\textcolor{{{c}}}{{{e}}}" for e, c in zip(row, tints, strict=True)] for row in entries]


def rank_words(f: Mapped, exact: int | None) -> str:
    """The rank at p, and how sure it is."""
    m, n = f.shape
    rank = f.at.rank if exact is None else exact
    full = min(m, n)
    sure = "exact" if exact is not None else "numerical: singular values below 10⁻⁹ of the largest count as zero"
    effect = "full" if rank == full else f"at most {full} is possible, so some small steps change nothing or collapse"
    return f"Rank at p: {rank}, {effect} ({sure})."


def stretch_words(f: Mapped) -> str:
    """The singular values at p, with what they mean for this kind of map."""
    m, n = f.shape
    s = [present.decimal(float(f"{v:.4g}")) for v in f.at.stretches]
    if (m, n) == (1, 1):
        return f"One input, one output: the matrix is the slope. Small steps are stretched by {s[0]}."
    if n == 1:
        return f"A curve: the one column is its velocity, and {s[0]} its speed."
    if m == 1:
        return f"A scalar: the one row is the gradient, and {s[0]} the largest slope over all directions."
    return f"Singular values at p: {', '.join(s)}. The first is the largest stretch of a small step."


# The gradient as a map.


def _offer_gradient(f: Mapped, record: Record) -> None:
    """One button that puts the gradient into the formula box, when it can be read back."""
    text = gradient_text(record)
    if text is None or not _reads_back(text, f):
        present.note("Its gradient is too long to be typed here.", "no_gradient")
        return
    what = "Take the gradient as the map" if f.shape[1] > 1 else "Take the derivative as the map"
    st.button(what, on_click=_take, args=(text,), key="take_gradient", icon=":material/arrow_forward:")


def gradient_text(record: Record) -> str | None:
    """The gradient of a record as a visitor would type it.

    >>> gradient_text({"variables": ["x", "y"], "gradient": ["2*x*y", "x**2"]})
    'g(x, y) = (2*x*y, x^2)'
    """
    parts = [part.replace("**", "^") for part in record["gradient"]]
    inside = parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
    text = f"g({', '.join(record['variables'])}) = {inside}"
    try:
        read(text)
    except InputError:
        return None
    return text


def _reads_back(text: str, f: Mapped) -> bool:
    """Whether the text, read as a visitor's, has the values of the gradient at points of the window."""
    reading = read(text)
    if reading.variables != f.answered.names:
        return False
    box = np.array(f.answered.box)
    at = np.array([[0.13, 0.38, 0.61, 0.87]]) + 0.01 * np.arange(len(box))[:, None]
    points = np.concatenate([box[:, :1] + at * (box[:, 1:] - box[:, :1]), np.array(f.answered.point)[:, None]], axis=1)
    said = arrays(whole(reading, dict(f.answered.problem.parameters)), points)
    meant = arrays(jacobian(f.F), points)
    seen = np.isfinite(meant)
    return bool(np.allclose(said[seen], meant[seen], rtol=1e-8, atol=1e-10))


def _take(text: str) -> None:
    fields.put("f", text)
