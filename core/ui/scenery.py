"""The landscape of a page: which scalar of the question, which window, what is known of it, as one live figure.

A vector function is shown by one of its components or by ½‖F‖²; a function of more than two variables by the plane
of its first two, through the held point. What the figure draws is numbers; they come from the worker's programs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core.figures import landscape
from core.figures.landscape import Badge, Mark, Path
from core.numeric import Objective, floats
from core.optimize.first_order import GradientDescent
from core.optimize.minimize import Method, minimize
from core.optimize.second_order import Newton
from core.optimize.trajectory import Trajectory
from core.problem import ProblemError, Side, read_number
from core.program import Program, jet, restrict
from core.syntax import latex_name
from core.ui import inputs, live
from core.ui.inputs import Asked
from core.wire import Record

NORM: Final = "norm"
NO_PATH, DESCENT, NEWTON = "none", "descent", "newton"
PATHS: Final = {NO_PATH: "No path", DESCENT: "Gradient descent", NEWTON: "Newton"}
STEPS: Final = 200
SINGLE: Final = {"minimum": "minimum", "maximum": "maximum", "saddle": "saddle", "inconclusive": "test silent"}
MANY: Final = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles", "inconclusive": "test silent"}


@dataclass(frozen=True)
class View:
    """What is drawn: the jet of one scalar of one or two variables, in its window, around its point."""

    jet: Program
    names: tuple[str, ...]
    box: tuple[Side, ...]
    point: tuple[float, ...]
    name: str
    whole: bool  # False for a plane cut out of more variables


def scalar(record: Record) -> str:
    """Which scalar to show; asks only when there is a choice. The name of a component, or "norm"."""
    m = len(record["components"])
    if m == 1:
        return "f"
    options = [*(str(i) for i in range(m)), NORM]
    if st.session_state.get("show", options[0]) not in options:
        st.session_state["show"] = options[0]
    names = {str(i): f"f{_subscript(i + 1)}" for i in range(m)} | {NORM: "½‖f‖²"}
    chosen = st.segmented_control(
        "Shown", options, key="show", bind="query-params", default=options[0], format_func=lambda o: names[o],
        help="A vector function has a landscape for each component, and one for its length.",
    )  # fmt: skip
    return chosen or options[0]


def _subscript(i: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(i))


def view(asked: Asked, record: Record, shown: str) -> View:
    """The scalar that is shown, cut down to two variables where there are more."""
    program = Program.from_wire(record["programs"]["scalars"][shown])
    names = tuple(record["variables"])
    title = {"f": "f", NORM: "½‖f‖²"}.get(shown) or f"f{_subscript(int(shown) + 1)}"
    if len(names) <= 2:
        return View(program, names, asked.box, asked.point, title, True)
    held = {i: asked.point[i] for i in range(2, len(names))}
    return View(jet(restrict(program, held)), names[:2], asked.box[:2], asked.point[:2], title, False)


def figure(asked: Asked, view: View, found: Record | None, path: Trajectory | None, key: str) -> None:
    """Draw the view with what is known of its critical points."""

    def moved(point: tuple[float, ...]) -> None:
        inputs.hold((*point, *asked.point[len(point) :]))

    draw = landscape.plane if len(view.names) == 2 else landscape.line
    scene = draw(
        view.jet,
        names=view.names,
        box=view.box,
        point=view.point,
        name=view.name,
        marks=marks(found) if view.whole else (),
        undecided=found["undecided"] if found and view.whole else (),
        paths=() if path is None or not view.whole else (_drawn(path),),
        badge=badge(found, view.whole),
        stale=asked.stale,
        caption="" if view.whole else "The plane through the held point, along the first two variables.",
    )
    live.figure(scene, key=key, on_point=moved)


def marks(found: Record | None) -> list[Mark]:
    """The critical points as marks."""
    points: list[Record] = found["points"] if found else []
    return [Mark(tuple(p["at"]), p["kind"], place(p["at"])) for p in points]


def place(at: Sequence[float]) -> str:
    """A point in a few digits, with a true minus.

    >>> place([1.0, -0.25])
    '(1, −0.25)'
    """
    return f"({', '.join(f'{x + 0.0:.5g}' for x in at)})".replace("-", "−")


def badge(found: Record | None, whole: bool = True) -> Badge:
    """How sure the list of critical points is, in words."""
    if found is None:
        return Badge("ring", "Proving completeness", "Looking for every critical point in this window")
    counts = Counter(p["kind"] for p in found["points"])
    words = [f"{counts[kind]} {SINGLE[kind] if counts[kind] == 1 else MANY[kind]}" for kind in SINGLE if counts[kind]]
    text = "  ".join(words) if whole else "  ".join([*words, "(of all variables, not only of this plane)"])
    icon = {"complete": "shield", "incomplete": "question"}.get(found["status"], "numerical")
    return Badge(icon, found["sentence"], text)  # type: ignore[arg-type]


# The path of an optimizer.


def path(view: View) -> Trajectory | None:
    """Ask for a method and its step size; return where it goes from the held point."""
    which, rate = st.columns([1, 1], gap="small")
    with which:
        chosen = st.selectbox("Path", list(PATHS), key="path", bind="query-params", format_func=lambda o: PATHS[o])
    objective = Objective(view.jet)
    usual = usual_rate(objective, view.point)
    with rate:
        written = st.text_input(
            "Step size", key="rate", bind="query-params", placeholder=f"{usual:.3g}", disabled=chosen != DESCENT,
            autocomplete="off", help="Empty: one over the largest curvature at the point.",
        )  # fmt: skip
    if chosen == NO_PATH:
        return None
    method: Method = Newton() if chosen == NEWTON else GradientDescent(_rate(written, usual))
    return minimize(objective, method, view.point, max_steps=STEPS)


def _rate(text: str, usual: float) -> float:
    try:
        rate = read_number(text) if text.strip() else usual
    except ProblemError as error:
        st.caption(str(error))
        return usual
    return rate if rate > 0 else usual


def usual_rate(f: Objective, x: Sequence[float]) -> float:
    """One over the largest curvature at x, in two digits: the best safe step of the quadratic model."""
    H = [[float(v) for v in row] for row in f.hessian(x)]
    size = max((sum(abs(v) for v in row) for row in H), default=0.0)
    if not (math.isfinite(size) and size > 1e-9):
        return 0.1
    return float(f"{1 / size:.1e}")


def _drawn(path: Trajectory) -> Path:
    points = tuple(tuple(float(v) for v in x) for x in path.points)
    return Path(path.method, points, path.sentence)


# Exact formulas with their values.


def jacobian_at(record: Record, point: Sequence[float]) -> list[list[float]]:
    """The Jacobian of the whole map at a point."""
    n = len(record["variables"])
    values = floats(Program.from_wire(record["programs"]["jacobian"]), point)
    return [values[i : i + n] for i in range(0, len(values), n)]


def typeset(record: Record) -> dict[str, Any]:
    """The pieces of LaTeX that the tab of derivatives shows: what each is called, and the formula."""
    latex, names = record["latex"], [latex_name(name) for name in record["variables"]]
    at = f"({', '.join(names)})"
    if len(record["components"]) > 1:
        return {"Jacobian": rf"J{at} = {matrix(latex['jacobian'])}"}
    gradient = matrix([[entry] for entry in latex["jacobian"][0]])
    shown = {"Gradient": rf"\nabla f{at} = {gradient}"}
    if latex["hessian"]:
        shown["Hessian"] = rf"H{at} = {matrix(latex['hessian'])}"
    return shown


def matrix(entries: Sequence[Sequence[str]]) -> str:
    r"""A matrix in brackets; rows far enough apart for fractions.

    >>> matrix([["1", "x"], ["x", "2"]])
    '\\begin{bmatrix}1 & x\\\\[4pt]x & 2\\end{bmatrix}'
    """
    return r"\begin{bmatrix}" + r"\\[4pt]".join(" & ".join(row) for row in entries) + r"\end{bmatrix}"
