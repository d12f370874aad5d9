"""Which plane of a function of more than two variables is drawn, always through the held point.

Along two coordinates, the others being sliders under the figure; or along two eigenvectors of the Hessian. Those belong
to one point, the anchor (where the plane was chosen, else the held one), so that the plane stays while the point moves.
Both are in the link, as `plane` ("x, z" or "eigenvectors 1, 3") and `anchor`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import streamlit as st

from core.figures.landscape import Letter
from core.numeric import Objective
from core.problem import ProblemError, Side, read_point
from core.program import Program
from core.slices import Point, Slice, along_axes
from core.syntax import text_name
from core.ui import inputs, kept, present

STOPS: Final = 100  # of a slider
NEAR: Final = 0.12  # of the narrowest side: so near a critical point is drawn beside the plane
_EIGEN: Final = re.compile(r"eigenvectors (\d), (\d)")
HELP: Final = (
    "Along two coordinates, the others held by the sliders. Or along two eigenvectors of the Hessian at the point "
    "where you choose it, the first being that of the largest eigenvalue."
)


@dataclass(frozen=True)
class Plane:
    """A plane, or a line: what its coordinates are called, its window, the sliders that hold the others, and words."""

    cut: Slice
    names: tuple[str, ...]
    box: tuple[Side, ...]
    letters: tuple[Letter, ...]
    words: str


def chosen(f: Program, names: Sequence[str], box: Sequence[Side], point: Point) -> Plane:
    """The plane of the link through a point, else that of the first two coordinates."""
    eigen = _EIGEN.fullmatch(inputs.stated("plane"))
    if eigen:
        first, second = (int(digit) - 1 for digit in eigen.groups())
        if first < second < len(names):
            plane = _eigenplane(f, box, point, (first, second))
            if plane is not None:
                return plane
    wanted = [name.strip() for name in inputs.stated("plane").split(",")]
    axes = tuple(i for i, name in enumerate(names) if {name, text_name(name)} & set(wanted))
    return axial(names, box, point, axes if len(axes) == len(wanted) == 2 else (0, 1))


def axial(names: Sequence[str], box: Sequence[Side], point: Point, axes: Sequence[int]) -> Plane:
    """The line or plane through a point along coordinate axes."""
    cut = along_axes(point, axes)
    others = [i for i in range(len(names)) if i not in axes]
    letters = tuple(_letter(names[i], point[i], box[i]) for i in others)
    words = ", ".join(f"{text_name(letter.name)} = {present.decimal(letter.value)}" for letter in letters)
    words = f"The {'plane' if len(axes) == 2 else 'line'} {words}."
    return Plane(cut, tuple(names[i] for i in axes), tuple(box[i] for i in axes), letters, words)


def _letter(name: str, value: float, side: Side) -> Letter:
    low, high = side
    return Letter(name, value, high, (high - low) / STOPS, high, f"{text_name(name)}, which is held", low=low)


def _eigenplane(f: Program, box: Sequence[Side], point: Point, which: tuple[int, int]) -> Plane | None:
    """The plane along two eigenvectors of the Hessian at the anchor; None where there is no Hessian."""
    anchor = _anchor(len(point), point)
    Q = eigenvectors(f, anchor)
    if Q is None:
        return None
    rest = [k for k in range(len(point)) if k not in which]
    cut = Slice(anchor, (Q[which[0]], Q[which[1]]), tuple(Q[k] for k in rest), (0.0,) * len(rest)).through(point)
    reach = 0.5 * min(high - low for low, high in box)
    t = cut.coordinates(point)
    side = max(reach, *(1.2 * abs(v) for v in t))
    letters = tuple(
        _letter(f"q_{k + 1}", s, (-max(reach, abs(s)), max(reach, abs(s)))) for k, s in zip(rest, cut.held, strict=True)
    )
    where = present.vector([float(f"{v:.4g}") for v in anchor])
    words = f"The plane through the point along two eigenvectors of the Hessian at {where}."
    return Plane(cut, tuple(f"q_{k + 1}" for k in which), ((-side, side),) * 2, letters, words)


def _anchor(n: int, point: Point) -> Point:
    """Where the eigenvectors are from: as held, else the point, which is held from now on."""
    try:
        return read_point(inputs.stated("anchor"), n)
    except ProblemError:
        kept.hold("anchor", inputs.write_point(point))
        return point


def eigenvectors(f: Program, x: Point) -> tuple[Point, ...] | None:
    """Unit eigenvectors of the Hessian at x, of the largest eigenvalue first; the largest entry of each is positive.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> f = b.program([b.mul(b.variable(0), b.variable(1))])
    >>> [[round(v, 3) for v in q] for q in eigenvectors(f, (1.0, 1.0))]
    [[0.707, 0.707], [0.707, -0.707]]
    """
    H = np.asarray(Objective.of(f).hessian(x))
    if not np.isfinite(H).all():
        return None
    _, Q = np.linalg.eigh(0.5 * (H + H.T))
    turned = [q * (1.0 if q[np.argmax(np.abs(q) > np.abs(q).max() - 1e-9)] > 0 else -1.0) for q in Q.T[::-1]]
    return tuple(tuple(float(v) for v in q) for q in turned)


def inside(point: Point, box: Sequence[Side]) -> Point:
    """The point, or the nearest one of the window: an oblique plane leaves it."""
    return tuple(min(max(v, low), high) for v, (low, high) in zip(point, box, strict=True))


def control(names: Sequence[str]) -> None:
    """Draw the choice of the plane, where there is one."""
    n = len(names)
    if n < 3:
        return
    pairs = [f"{text_name(names[i])}, {text_name(names[j])}" for i, j in combinations(range(n), 2)]
    eigen = [f"eigenvectors {i + 1}, {j + 1}" for i, j in combinations(range(n), 2)]
    respelled("plane", pairs)
    if st.session_state.get("plane") not in (None, *pairs, *eigen):
        del st.session_state["plane"]
    with st.container(key="plane_box"):
        st.selectbox(
            "Plane",
            [*pairs, *eigen],
            key="plane",
            bind="query-params",
            on_change=_cut_anew,
            help=HELP,
        )
    kept.link("anchor")


def respelled(key: str, options: Sequence[str]) -> None:
    """Read a link whose names have their index beside them, x_1, as the menu writes them, x₁; the run begins anew."""
    given = st.query_params.get(key, "")
    written = ", ".join(text_name(name.strip()) for name in given.split(","))
    if key not in st.session_state and written != given and written in options:
        st.query_params[key] = written
        st.rerun()


def _cut_anew() -> None:
    kept.hold("anchor", None)


def reach(box: Sequence[Side]) -> float:
    """How far from the plane a critical point is still drawn beside it."""
    return NEAR * min(high - low for low, high in box if math.isfinite(high - low))
