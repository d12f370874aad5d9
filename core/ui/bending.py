"""How the scalar of a page bends at its held point: the dial and its account, the two routes to a mixed derivative,
and for other numbers of variables what can be said without a dial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import streamlit as st

from core import curvature
from core.definiteness import by_eigenvalues
from core.figures.landscape import Lab
from core.numeric import Array, floats
from core.program import Program, hessian
from core.syntax import latex_name, text_name
from core.ui import compute, kept, live, matrices, present, room, scenery
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.inputs import Asked
from core.ui.scenery import View

USUAL: Final = {"theta": 30.0, "entry": 0.0}  # degrees, and no entry of H
ENTRIES: Final = (11, 12, 21, 22)
LINE: Final = {"gradient": True, "model": True, "critical": False}
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


def draw(asked: Asked, answered: Answered, shown: str) -> Bent:
    """Draw how f bends under the hand; of more than two variables in the plane of the first two, and then in all."""
    b, view = bent(answered, shown), scenery.view(answered, shown)
    if b.n == 1:
        scenery.figure(answered, view, compute.critical(answered, shown), key="graph", layers=LINE)
        scenery.window(asked, view)
        return b
    _dial(answered, shown, view)
    scenery.window(asked, view)
    if b.n > 2:
        _axis(b)
    return b


def account(b: Bent) -> None:
    """Draw the Hessian at the point with its eigenvalues, exact where they can be, and what it is."""
    if not b.defined:
        present.sorry("The second derivatives have no value at the held point.", "no_hessian")
        return
    exact = compute.exact_values(b.answered) if b.scalar else {"hessian": None, "eigenvalues": None}
    if b.n == 1:
        matrices.at_point("f''(p)", exact["hessian"], b.H.tolist(), "hessian_at")
        present.note(_one(float(b.H[0, 0])), "one")
        return
    matrices.at_point("H(p)", exact["hessian"], b.H.tolist(), "hessian_at")
    lines = _eigenvalues(b, exact["eigenvalues"])
    room.fitting("eigenvalues", [r",\qquad ".join(lines)], lines)
    present.note(f"H is {definiteness(b.H)}.", "definiteness")


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


# The figure.


def _dial(answered: Answered, shown: str, view: View) -> None:
    for key, usual in USUAL.items():
        if key not in st.session_state:
            kept.hold(key, kept.number(key, usual))
    theta, entry = (kept.number(key, usual) for key, usual in USUAL.items())
    entry = int(entry) if entry in ENTRIES else 0
    known: dict[str, Any] = {"formulas": _formulas(compute.plain_hessian(answered), view)}
    if view.plane is not None and not scenery.too_long(view):
        known |= {"whole": scenery.beyond(answered, shown, view.plane), "names": list(answered.names)}
    lab = Lab("dial", {"theta": theta, "entry": entry}, known)
    scenery.figure(answered, view, None, key="dial", layers={}, alone=True, lab=lab, on_values=_let_go)
    kept.link(*USUAL)


def _formulas(H: Sequence[Sequence[str]], view: View) -> list[list[str]]:
    """The formulas of the entries that the map shows; an oblique plane has none."""
    axes = (0, 1) if view.plane is None else view.plane.cut.axes
    return [[H[i][j] for j in axes] for i in axes] if H else []


def _let_go(values: live.Values) -> None:
    """Hold the direction and the entry of H that the hand left."""
    for key in USUAL:
        value, (low, high) = values.get(key), SETTINGS[key]
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            kept.hold(key, float(value))


def _one(second: float) -> str:
    if abs(second) < 1e-12:
        return (
            "The slope does not change here, to first order. The graph need not be flat: it can be steep and straight."
        )
    return "The slope grows here: the graph bends up." if second > 0 else "The slope falls here: the graph bends down."


def _axis(b: Bent) -> None:
    names = b.answered.names
    chosen = st.segmented_control(
        "Direction", names, default=names[0], format_func=text_name, key="along", help="Along one coordinate."
    )
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
    at = matrices.arguments(names)
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
    """Draw whether the order of differentiation matters at the point, and why it mostly does not."""
    if b.n != 2:
        words = (
            "Above, both orders are compared in the plane that is shown." if b.n > 2 else "One variable has one order."
        )
        present.note(words, "order")
        return
    rows = curvature.mixed_quotients(b.f, b.answered.point)
    present.badge(*verdict(curvature.smooth(b.f, b.answered.point), rows), key="order")
    x, y = (latex_name(name) for name in b.answered.names)
    present.note("Both orders are limits of one quotient, over the corners of a small rectangle at p:", "square")
    near, far = rf"f({x}+h, {y}+k) - f({x}+h, {y})", rf"f({x}, {y}+k) + f({x}, {y})"
    room.fitting(
        "square", [rf"\frac{{{near} - {far}}}{{h\,k}}"], [rf"\frac{{1}}{{h\,k}}\,\big( {near}", rf"- {far} \big)"]
    )
    present.note(
        "Let h go to 0 first, or k. Where the second partials are continuous, both ways end at one number.", "limits"
    )


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


def _three(v: float) -> str:
    if not math.isfinite(v):
        return "–"
    v = 0.0 if abs(v) < 1e-12 else v
    return f"{v:.3f}".replace("-", "−") if 0.01 <= abs(v) < 1e5 or v == 0 else present.decimal(float(f"{v:.3g}"))
