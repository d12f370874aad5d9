"""How the scalar of a page bends at its held point: the dial and its account, the two routes to a mixed derivative,
and for other numbers of variables what can be said without a dial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from core import curvature
from core.curvature import Bend
from core.definiteness import by_eigenvalues
from core.figures import curvature as scenes
from core.figures import deformation as graphs
from core.interval import Box
from core.numeric import Array, arrays, floats, sample
from core.problem import Side
from core.program import Program, hessian, jet
from core.syntax import latex_name
from core.ui import compute, knob, live, matrices, present, room
from core.ui.compute import Answered

USUAL: Final = 30.0  # degrees
STOPS: Final = tuple(float(t) for t in range(0, 181, 5))
NODES: Final = 81
ANGLES: Final = tuple(float(t) for t in range(0, 181, 2))
WORDS: Final = {
    (True, False, False): "positive definite: it bends up in every direction",
    (False, True, False): "negative definite: it bends down in every direction",
    (True, True, False): "indefinite: up in some directions, down in others",
    (True, True, True): "indefinite: up in some directions, down in others",
    (True, False, True): "positive semidefinite, as far as floats can tell: up or not at all",
    (False, True, True): "negative semidefinite, as far as floats can tell: down or not at all",
    (False, False, True): "zero: no bending of second order",
}


@dataclass(frozen=True)
class Bent:
    """A scalar with its Hessian at the held point, shape (n, n)."""

    answered: Answered
    f: Program
    H: Array
    scalar: bool  # False for a component of a vector function

    @property
    def n(self) -> int:
        """The number of variables."""
        return self.f.inputs

    @property
    def defined(self) -> bool:
        """Whether all second derivatives have a value there."""
        return bool(np.isfinite(self.H).all())


def bent(answered: Answered, shown: str) -> Bent:
    """The scalar that is shown, and how it bends at the point that is held."""
    f = answered.scalars[shown]
    H = np.array(floats(hessian(f), answered.point)).reshape(f.inputs, f.inputs)
    return Bent(answered, f, H, shown == "f")


def dial(b: Bent) -> None:
    """Draw the direction over the contours, with its knob; for other numbers of variables what replaces it."""
    if b.answered.stale:
        present.note(b.answered.stale, "stale")
    if b.n == 1:
        _graph(b)
    elif b.n > 2:
        _axis(b)
    else:
        _dial(b)


def account(b: Bent) -> None:
    """Draw the curvature along d, over every direction, and as a weighted average of the eigenvalues."""
    if not b.defined:
        more = " Below you see what their quotients do there." if b.n == 2 else ""
        present.sorry(f"The second derivatives have no value at the held point.{more}", "no_hessian")
        return
    exact = compute.exact_values(b.answered) if b.scalar else {"hessian": None, "eigenvalues": None}
    if b.n == 1:
        matrices.at_point("f''(p)", exact["hessian"], b.H.tolist(), "hessian_at")
        present.note(_one(float(b.H[0, 0])), "one")
        return
    if b.n == 2:
        bend = curvature.bend(b.H)
        along, matrix = st.columns([2, 5], gap="small", vertical_alignment="center")
        with along:
            main_number("Curvature along d", _three(bend.along(knob.value("theta", USUAL))), "along")
        with matrix:
            matrices.at_point("H(p)", exact["hessian"], b.H.tolist(), "hessian_at")
    else:
        matrices.at_point("H(p)", exact["hessian"], b.H.tolist(), "hessian_at")
    lines = _eigenvalues(b, exact["eigenvalues"])
    room.fitting("eigenvalues", [r",\qquad ".join(lines)], lines)
    present.note(f"H is {definiteness(b.H)}.", "definiteness")
    if b.n == 2:
        _over_angle(bend)


def main_number(caption: str, number: str, key: str) -> None:
    """Draw the one number of a page that follows the hand, under what it is called."""
    with st.container(key=f"number_{key}", gap=None):
        st.caption(caption)
        st.markdown(f"### {number}")


def definiteness(H: Array) -> str:
    """The word for the signs of the eigenvalues, as floats see them.

    >>> definiteness(np.array([[1.0, 2.0], [2.0, 1.0]]))
    'indefinite: up in some directions, down in others'
    """
    inertia = by_eigenvalues(H)
    return WORDS[inertia.positive > 0, inertia.negative > 0, inertia.zero > 0]


def _eigenvalues(b: Bent, exact: Sequence[str] | None) -> list[str]:
    """One line for each eigenvalue where they are exact, else one for all."""
    values = sorted((float(v) for v in np.linalg.eigvalsh(b.H)), reverse=True)
    decimals = [present.latex_number(v) for v in values]
    if exact is None:
        return [r",\; ".join(rf"\lambda_{{{i + 1}}} \approx {text}" for i, text in enumerate(decimals))]
    pairs = zip(exact, decimals, strict=True)
    return [rf"\lambda_{{{i + 1}}} = {e}" + ("" if e == d else rf" \approx {d}") for i, (e, d) in enumerate(pairs)]


# Two variables.


def _dial(b: Bent) -> None:
    x, y = b.answered.point
    box = _square(b.answered.box, (x, y))
    heights = sample(b.f, Box.of([(float(lo), float(hi)) for lo, hi in box]), (NODES, NODES)).values[0]
    bend = curvature.bend(b.H) if b.defined else None
    picture = st.container(gap="xsmall")
    theta = knob.draw("theta", "Direction θ, degrees", USUAL, STOPS, "%.1f", 1.0)
    if bend is not None and not bend.round:
        with st.container(horizontal=True, key="snap", gap="small"):
            for name, angle in (("Snap to q₁", bend.angle), ("Snap to q₂", (bend.angle + 90) % 180)):
                st.button(name, on_click=knob.turn, args=("theta", angle), key=f"snap_{name[-1]}")
    frame = [] if bend is None or bend.round else [(bend.largest, bend.angle), (bend.smallest, (bend.angle + 90) % 180)]
    with picture:
        live.chart(scenes.dial(heights, box, (x, y), theta, frame, b.answered.names), key="dial")
        present.note(
            "Both axes have one scale, so angles are true. Eigenvectors: solid bends up, dashed bends down.", "dial"
        )


def _square(box: Sequence[Side], p: tuple[float, float]) -> list[Side]:
    """A square window around p, as wide as the shorter side of the window."""
    half = 0.5 * min(high - low for low, high in box)
    return [(c - half, c + half) for c in p]


def _over_angle(bend: Bend) -> None:
    theta = knob.value("theta", USUAL)
    now = bend.along(theta)
    along = [(t, bend.along(t)) for t in ANGLES]
    live.chart(scenes.over_angle(along, theta, now, bend.largest, bend.smallest), key="over_angle")
    if bend.round:
        present.note(
            "Both eigenvalues are the same: every direction is an eigenvector, and the curve is flat.", "round"
        )
        return
    first, second = bend.weights(theta)
    with st.container(key="weights_head", horizontal=True):
        st.markdown("**The weights**", width="content")
        st.caption("together 1, in every direction", width="content")
    live.chart(scenes.weights(first), key="weights")
    room.breaking(
        rf"d^{{\mathsf T}} H d = {_term(bend.largest)} \times {first:.3f} + {_term(bend.smallest)} \times {second:.3f}"
        rf" \approx {_latex_three(now)}",
        "sum",
    )
    low, high = _three(bend.smallest), _three(bend.largest)
    present.note(f"Between {low} and {high}, whatever the direction: it is their weighted average.", "average")


# One variable, or more than two.


def _graph(b: Bent) -> None:
    ((low, high),) = b.answered.box
    x = b.answered.point[0]
    t = np.linspace(low, high, 401)
    value, slope, *_ = floats(jet(b.f), (x,))
    if not math.isfinite(value + slope):
        present.sorry("The function or its slope has no value at the held point. Choose another.", "no_graph")
        return
    live.chart(graphs.graph(np.stack([t, arrays(b.f, t[None])[0]]), (x, value), slope, b.answered.names[0]), key="line")


def _one(second: float) -> str:
    if abs(second) < 1e-12:
        return (
            "The slope does not change here, to first order. The graph need not be flat: it can be steep and straight."
        )
    return "The slope grows here: the graph bends up." if second > 0 else "The slope falls here: the graph bends down."


def _axis(b: Bent) -> None:
    names = b.answered.names
    chosen = st.segmented_control("Direction", names, default=names[0], key="along", help="Along one coordinate.")
    if not b.defined:
        return
    i = names.index(chosen) if chosen in names else 0
    values = np.linalg.eigvalsh(b.H)
    main_number("Curvature along it", _three(float(b.H[i, i])), "axis")
    present.note(
        f"It lies between the smallest eigenvalue {_three(float(values[0]))} and the largest "
        f"{_three(float(values[-1]))}, like the curvature along any direction. "
        "The diagonal of H holds the curvatures along the axes.",
        "between",
    )


# Differentiate the gradient.


def gradient_again(b: Bent) -> None:
    """Draw the gradient as a map, its Jacobian entry by entry, and beside it second differences of f alone."""
    record = compute.exactly(b.answered) if b.scalar else None
    if not b.scalar:
        present.note("This is shown for scalar functions: write one component alone.", "scalars")
    if record is None:
        return
    names = [latex_name(name) for name in record["variables"]]
    at = f"({', '.join(names)})"
    latex = record["latex"]
    matrices.gradient(rf"\nabla f{at}", latex["jacobian"][0], names, "gradient")
    if not latex["hessian"]:
        compute.hessian_waits(b.answered)
        return
    matrices.hessian(f"H{at} = J_{{\\nabla f}}{at}", latex["hessian"], names, "hessian")
    if latex["domain"]:
        room.breaking(r"\text{where } " + r",\; ".join(latex["domain"]), "domain")
    D = curvature.second_differences(b.f, b.answered.point)
    if b.defined and np.isfinite(D).all():
        _match(b, D)


def _match(b: Bent, D: Array) -> None:
    again, alone = (
        present.matrix([[present.latex_number(float(v)) for v in row] for row in M]) for M in (b.H, np.round(D, 4))
    )
    room.fitting("match", [rf"\text{{at }}p:\quad {again} \quad {alone}"], [again, alone])
    size = 1.0 + float(np.abs(b.H).max())
    close = float(np.abs(b.H - D).max()) < 1e-3 * size
    present.note(
        "First: the derivatives of the gradient. Second: second differences of values of f alone. "
        + ("They match, entry by entry." if close else "They differ: f is too rough here for such small differences."),
        "match",
    )


# Does the order matter?


def order(b: Bent) -> None:
    """Draw both mixed difference quotients with a shrinking step, and what may be said about their limits."""
    if b.n != 2:
        present.note("The two orders are compared for functions of two variables.", "order")
        return
    rows = curvature.mixed_quotients(b.f, b.answered.point)
    x, y = (latex_name(name) for name in b.answered.names)
    head = rf"| step $k$ | $f_{{{x}}}$ changes along ${y}$ | $f_{{{y}}}$ changes along ${x}$ |"
    lines = [head, "| --- | --- | --- |", *(f"| {k:g} | {_three(u)} | {_three(v)} |" for k, u, v in rows)]
    with st.container(key="critical_table"):
        st.markdown("\n".join(lines))
    present.badge(*verdict(curvature.smooth(b.f, b.answered.point), rows), key="order")


def verdict(smooth: bool, rows: Sequence[tuple[float, float, float]]) -> tuple[str, str, str]:
    """Icon, title and sentence about the order of differentiation, from the last quotients.

    >>> verdict(False, ((0.01, -1.0, 1.0), (0.001, -1.0, 1.0)))[1]
    'The order matters here: the quotients settle at −1.000 and 1.000.'
    """
    (_, u, v), (_, a, b) = rows[-1], rows[-2]
    if smooth:
        return "shield", "Symmetric here, because the second partials are continuous.", "No kink, edge or hole at p."
    if not (math.isfinite(u) and math.isfinite(v)):
        return "question", "Not checked: a first derivative is missing near p.", ""
    steady = abs(u - a) + abs(v - b) < 1e-3 * (1 + abs(u) + abs(v))
    if steady and abs(u - v) > 1e-2 * (1 + abs(u)):
        said = (
            "Numerical. The matrix of second derivatives is not symmetric at p; the second partials are not continuous."
        )
        return "numerical", f"The order matters here: the quotients settle at {_three(u)} and {_three(v)}.", said
    return "question", "Not checked: p lies on a kink, an edge or a seam of the formula.", "Symmetry is not claimed."


def _term(v: float) -> str:
    text = present.latex_number(v)
    return text if v >= 0 else rf"\left({text}\right)"


def _latex_three(v: float) -> str:
    return f"{v:.3f}" if 1e-3 <= abs(v) < 1e5 else present.latex_number(v)


def _three(v: float) -> str:
    if not math.isfinite(v):
        return "–"
    v = 0.0 if abs(v) < 1e-12 else v
    return f"{v:.3f}".replace("-", "−") if 0.01 <= abs(v) < 1e5 or v == 0 else present.decimal(float(f"{v:.3g}"))
