"""The page of critical points: the map, the list beside it, and the point that is looked at.

What is chosen is in the link: the point (`look`, by its place), what lies over the map (`over`), the size of the circle
(`radius`), and whether the kinds are hidden (`hide`). A click on a mark of the map chooses its point too.
"""

from __future__ import annotations

import math
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import streamlit as st

from core import settings
from core.figures import critical as scenes
from core.figures.chart import Curve, Part
from core.figures.trajectory import short
from core.numeric import arrays
from core.problem import Side
from core.program import Program, gradient
from core.syntax import latex_name
from core.ui import fields, guessing, listing, present, proving, scenery, verdict
from core.ui.compute import Answered
from core.ui.inputs import stated, write_box
from core.ui.listing import Polynomials
from core.ui.present import vector
from core.ui.scenery import View
from core.ui.verdict import Looked
from core.window import typed
from core.wire import Record

CSS: Final = pathlib.Path(__file__).with_suffix(".css")
ZEROS, CIRCLE, VALUES = "Zero curves", "Sign circle", "Values"
OVER: Final = (ZEROS, CIRCLE, VALUES)
LAYERS: Final = {"critical": True, "gradient": False}
SHORT: Final = 5  # rows of a table that leaves room below it
FIRST: Final = 3  # undecided boxes that get a button
NAMED: Final = 12  # points whose values are written on the map
NEAR: Final = 0.05  # of the window: a point that moved so little is still the one that was looked at
CLOSER: Final = 3.0  # times its own width is the window around an undecided box,
DEEPEST: Final = 100.0  # but one look closer is at most so many times closer
_FOR_YOU: Final = ""  # no choice: the list may still grow, and the choice with it
_BEFORE: Final = "_windows_before"
_LOOKS: Final = {"minimum": "minimum", "maximum": "maximum"}


@dataclass(frozen=True)
class Plan:
    """What this page draws from: the view, what is known, and what the visitor chose."""

    answered: Answered
    shown: str
    view: View
    found: Record | None
    hidden: bool
    look: int | None  # the number of the point that is looked at

    @property
    def n(self) -> int:
        """The number of variables."""
        return len(self.answered.names)

    @property
    def points(self) -> list[Record]:
        """The points that are known."""
        return list(self.found["points"]) if self.found else []

    @property
    def question(self) -> Any:
        """What tells one list from another."""
        return self.answered.problem, self.shown

    @property
    def drawn(self) -> Record | None:
        """What figures may show of the list."""
        return listing.neutral(self.found) if self.hidden else self.found

    @property
    def looked(self) -> Looked | None:
        """The point that is looked at; none while kinds are hidden, for it would tell its own."""
        if self.look is None or self.hidden:
            return None
        point = self.points[self.look]
        others = tuple(tuple(p["at"]) for i, p in enumerate(self.points) if i != self.look)
        f = self.answered.scalars[self.shown]
        names = self.answered.names
        return Looked(point, f, self.view.name, names, self.answered.box, others, Polynomials.of(self.points))


def page(answered: Answered, shown: str, view: View, found: Record | None) -> Plan:
    """What is drawn, with the point the link asks for; of more than two variables, the plane through that point."""
    st.html(CSS)
    look = _look(found, answered.box)
    if found is not None and look is not None and view.plane is not None:
        beside = view.plane.cut.through(found["points"][look]["at"])
        answered = replace(answered, point=beside.point(view.point))
        view = scenery.still(answered, shown, scenery.view(answered, shown))
    return Plan(answered, shown, view, found, guessing.hidden(), look)


# The point that is looked at.


def places(points: Sequence[Record]) -> list[str]:
    """What the points are called in the link: short decimals, or all of them where two would be the same.

    >>> places([{"at": [1.0, -0.25]}, {"at": [1/3, 0.0]}])
    ['1, -0.25', '0.333333, 0']
    """
    short = [", ".join(f"{x + 0.0:.6g}" for x in p["at"]) for p in points]
    return short if len(set(short)) == len(short) else [", ".join(repr(x) for x in p["at"]) for p in points]


def _look(found: Record | None, box: Sequence[Side]) -> int | None:
    """The number of the point that is looked at: as the link says, or the nearest, or the one with most to tell."""
    points = found["points"] if found else []
    if not points:
        return None
    offered, asked = places(points), stated("look")
    if asked in offered:
        return offered.index(asked)
    nearest = _nearest(asked, points, box)
    if nearest is not None and found is not None and found["status"] != "proving":
        st.session_state["look"] = offered[nearest]
    return nearest if nearest is not None else _telling(points, box)


def _telling(points: Sequence[Record], box: Sequence[Side]) -> int:
    """The first point where the Hessian test is silent, or the first; of very many the one nearest to the middle."""
    silent = next((i for i, p in enumerate(points) if p["kind"] == "inconclusive"), None)
    if silent is not None or len(points) <= present.ROWS:
        return silent or 0
    middle = [0.5 * (low + high) for low, high in box]
    return min(range(len(points)), key=lambda i: math.dist(points[i]["at"], middle))


def _nearest(asked: str, points: Sequence[Record], box: Sequence[Side]) -> int | None:
    """The point that was meant, when it moved a little."""
    try:
        at = [float(word) for word in asked.split(",")]
    except ValueError:
        return None
    if len(at) != len(box) or not all(map(math.isfinite, at)):
        return None
    widths = [high - low for low, high in box]

    def away(i: int) -> float:
        return max(abs(float(a) - b) / w for a, b, w in zip(points[i]["at"], at, widths, strict=True))

    best = min(range(len(points)), key=away)
    return best if away(best) <= NEAR else None


def _choice(p: Plan) -> None:
    """Draw the box that chooses a point."""
    if p.look is None:
        return
    offered = places(p.points)
    if st.session_state.get("look") not in (None, _FOR_YOU, *offered):
        del st.session_state["look"]
    st.selectbox(
        "Look at",
        [_FOR_YOU, *offered],
        key="look",
        bind="query-params",
        format_func=lambda text: text or "Chosen for you",  # a place is written as in the link
        on_change=fields.mend,
        args=("look",),
    )
    fields.drawn("look")


# The left side: the map.


def figure(p: Plan) -> None:
    """Draw the map or the graph with what was chosen to lie over it; a click on a mark chooses its point.

    Beside a long list the point that is looked at has its place here.
    """
    picture = st.container(gap="xsmall")
    over = _over(p)
    with picture:
        scenery.figure(
            p.answered,
            p.view,
            p.drawn,
            key="critical",
            layers=LAYERS,
            parts=_parts(p, over),
            alone=True,
            on_mark=_choose,
        )
    if p.n == 2 and ZEROS in over:
        x, y = (latex_name(name) for name in p.answered.names)
        with st.container(key="over_words"):
            st.caption(f"Solid: $f_{{{x}}} = 0$. Dashed: $f_{{{y}}} = 0$. Where they cross, the gradient vanishes.")
    if p.n == 1 and p.found and not p.hidden:
        verdict.slope_strip(
            p.found, p.answered.scalars[p.shown], p.answered.box, p.answered.names[0], _edges_on_line(p.answered)
        )
    _undecided(p)
    if len(p.points) > SHORT:
        _look_at(p)


def _choose(at: Sequence[float]) -> None:
    """For the callback of the map: the point of a mark that was hit."""
    fields.put("look", places([{"at": list(at)}])[0])


def _over(p: Plan) -> list[str]:
    if p.n != 2:
        return []
    chosen = st.pills(
        "Over the map",
        OVER,
        selection_mode="multi",
        default=[ZEROS, CIRCLE],
        key="over",
        bind="query-params",
        label_visibility="collapsed",
    )
    return list(chosen)


def _parts(p: Plan, over: Sequence[str]) -> tuple[Part, ...]:
    if p.n != 2:
        return ()
    parts: list[Part] = []
    if ZEROS in over:
        F = gradient(p.view.value)
        parts += scenes.zero_curves(F, p.answered.box, p.answered.names)
    parts += curves(p.found, p.answered.box, p.hidden)
    looked = p.looked
    if looked is not None:
        walk = looked.round
        if walk is None or any(looked.signs):
            q = looked.point
            parts += scenes.cross(_pair(looked.at), q["eigenvalues"], q["eigenvectors"], looked.box)
        if walk is not None and CIRCLE in over:
            parts += scenes.circle(walk)
    if VALUES in over:
        parts += [_value(q, p.view.name) for q in p.points[:NAMED]]
    return tuple(parts)


def _value(point: Record, name: str) -> Curve:
    """The value of f beside a point: a name without a line."""
    return Curve((_pair(point["at"]),), f"{name} = {short(float(point['value']))}", "ink", 0.0)


def _pair(at: Sequence[float]) -> tuple[float, float]:
    return float(at[0]), float(at[1])


def curves(found: Record | None, box: Sequence[Side], hidden: bool = False) -> list[Curve]:
    """The curves of critical points on the map, wide, with what f has there."""
    drawn: list[Curve] = []
    for c in found["curves"] if found else []:
        if len(c.get("programs", ())) == 1:
            points = scenes.zeros(Program.from_wire(c["programs"][0]), box)
            what = "critical" if hidden else c["nature"]
            name = "" if any(what == other.name for other in drawn) else what  # one name for all of a kind
            token = "ink" if hidden else _LOOKS.get(c["nature"].split()[-1], "ink")
            drawn.append(Curve(points, name, token, 5.0, faint=0.85))
    return drawn


def _edges_on_line(answered: Answered) -> list[float] | None:
    """Where f of one variable may turn without a derivative; None while that is not known."""
    if answered.record is None:
        return None
    places: list[float] = []
    for e in answered.record["edges"]:
        if e["point"] is not None:
            places.append(float(e["point"][0]))
        elif e["program"] is not None:
            places += _zeros_on_line(Program.from_wire(e["program"]), answered.box[0])
    return places


def _zeros_on_line(q: Program, side: Side, nodes: int = 2001) -> list[float]:
    """Where a program of one variable passes through zero, or is zero, at the nodes of a fine grid."""
    x = np.linspace(*side, nodes)
    v = arrays(q, x[None])[0]
    with np.errstate(invalid="ignore"):
        through = np.flatnonzero(v[:-1] * v[1:] < 0)
    cuts = x[through] - v[through] * (x[through + 1] - x[through]) / (v[through + 1] - v[through])
    return [float(c) for c in (*cuts, *x[v == 0.0])]


# Undecided boxes.


def _undecided(p: Plan) -> None:
    """Draw, for the first undecided boxes, a button that looks closer; and the way back."""
    boxes = p.found["undecided"] if p.found and p.found["status"] == "incomplete" else []
    text = p.answered.problem.text
    before = _before(text)
    if not boxes and not before:
        return
    distinct = {vector(_roughly(box, p.answered.box)): box for box in reversed(boxes)}
    first = [(where, box) for where, box in reversed(distinct.items())][:FIRST]
    with st.container(key="undecided", horizontal=True, vertical_alignment="center", gap="small"):
        for i, (where, box) in enumerate(first):
            wide = closer(box, p.answered.box)
            st.button(f"Zoom to the box near {where}", key=f"zoom_{i}", on_click=_zoom, args=(text, wide))
        if before:
            st.button("Whole window", key="zoom_out", icon=":material/zoom_out:", on_click=_back)
    if len(boxes) > FIRST:
        some = "boxes are shaded" if len(p.answered.names) <= 2 else "boxes are undecided"
        present.note(f"{len(boxes)} {some}; {len(first)} of them have a button.", "zoom")


def _before(text: str) -> tuple[str, ...]:
    """The windows of this function before it was looked at more closely, the first one first."""
    about, windows = st.session_state.get(_BEFORE, ("", ()))
    return tuple(windows) if about == text else ()


def _roughly(box: Sequence[Side], shown: Sequence[Side]) -> list[float]:
    """The middle of a box, to a thousandth of the window."""
    digits = [3 - math.floor(math.log10(high - low)) for low, high in shown]
    return [round(0.5 * (a + b), d) + 0.0 for (a, b), d in zip(box, digits, strict=True)]


def closer(box: Sequence[Side], shown: Sequence[Side]) -> str:
    """The window around an undecided box, as the field writes it.

    >>> closer([[-1e-9, 1e-9]], [(-2.0, 2.0)]), closer([[0.4, 0.6]], [(-2.0, 2.0)])
    ('-0.02, 0.02', '0.2, 0.8')
    """
    sides = []
    for (a, b), (low, high) in zip(box, shown, strict=True):
        wide = max(CLOSER * (b - a), (high - low) / DEEPEST, 4 * settings.NARROWEST)
        middle = 0.5 * (a + b)
        sides.append(typed(middle - 0.5 * wide, middle + 0.5 * wide))
    return write_box(sides)


def _zoom(text: str, box: str) -> None:
    st.session_state[_BEFORE] = (text, (*_before(text), stated("box")))
    fields.put("box", box)
    fields.put("at", "")


def _back() -> None:
    _, (first, *_) = st.session_state.pop(_BEFORE)
    fields.put("box", first)
    fields.put("at", "")


# The right side: the list, and the point that is looked at.


def account(p: Plan) -> None:
    """Draw how sure the list is, the list, and below a short one what happens at the point that is looked at."""
    listing.badge(p.found, p.n, scenery.given(p.answered), p.hidden)
    listing.points_table(p.found, p.n, p.look if p.found and not p.hidden else None, p.hidden)
    if len(p.points) <= SHORT:
        _look_at(p)


def _look_at(p: Plan) -> None:
    """Draw the choice of a point with its verdict; while kinds are hidden, what is to be guessed."""
    if not p.points:
        return
    with st.container(key="look_row", horizontal=True, vertical_alignment="bottom", gap="medium"):
        if not p.hidden:
            _choice(p)
        guessing.toggle()
    if p.hidden:
        guessing.guess(p.points, p.n, p.question)
        return
    guessing.answers(p.points, p.n, p.question)
    looked = p.looked
    if looked is not None:
        verdict.card(looked)


# Below: the proof to be watched, the surface.


PROOF, SURFACE = "Watch the proof", "Surface"


def below(p: Plan) -> None:
    """Draw what was asked for: the proof level by level, or the surface with the points on it."""
    more = st.segmented_control("More", [PROOF, SURFACE], key="more", bind="query-params", label_visibility="collapsed")
    if more == PROOF:
        proving.watch(p.answered, p.shown, p.view)
    elif more == SURFACE:
        scenery.surface(p.view, p.drawn)
