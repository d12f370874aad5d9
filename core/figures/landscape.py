"""The landscape of a scalar: the scene of a live figure.

A scene is plain data that the browser draws (`static/live.js`): the Program with the window, the held point, what
is known of the critical points, and the words around them. Two kinds: `plane` for two variables, `line` for one.

Rules: every number in a scene is finite (JSON has no nan); a scene always has `alt`, one sentence that says what
the picture shows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from core.figures.chart import Part, parts_of
from core.numeric import arrays, floats
from core.program import Program

Scene = dict[str, Any]
Side = tuple[float, float]
Point = tuple[float, ...]
Rule = Literal["auto", "linear", "root", "log", "quantile"]

PLANE_LAYERS: Final = {"gradient": True, "eigen": True, "model": True, "critical": True}
LINE_LAYERS: Final = {"gradient": True, "model": True, "critical": True}
MAP_LAYERS: Final = {"field": False, "zeros": False, "signs": False}  # over the whole map

_PLURALS: Final = {
    "minimum": ("minimum", "minima"),
    "maximum": ("maximum", "maxima"),
    "saddle": ("saddle", "saddles"),
    "inflection": ("horizontal inflection", "horizontal inflections"),
    "inconclusive": ("where the Hessian test is silent", "where the Hessian test is silent"),
    "unknown": ("of a kind that is hidden", "of kinds that are hidden"),
}


@dataclass(frozen=True)
class Mark:
    """A critical point on the map: minimum · maximum · saddle · inconclusive."""

    at: Point
    kind: str
    label: str = ""

    def wire(self) -> dict[str, Any]:
        """The mark in a scene."""
        return {"at": finite(self.at), "kind": self.kind, "label": self.label}


@dataclass(frozen=True)
class Path:
    """Where a method went, with the sentence of its end."""

    method: str
    points: tuple[Point, ...]
    sentence: str = ""

    def wire(self) -> dict[str, Any]:
        """The path in a scene; it ends before the first point that cannot be drawn."""
        drawn = []
        for point in self.points:
            if not all(math.isfinite(v) for v in point):
                break
            drawn.append(finite(point))
        return {"method": self.method, "points": drawn, "sentence": self.sentence}


LABELS: Final = {"cone tip": "tip", "curvature jump": "H jumps", "failed symmetry": "H not symmetric"}


@dataclass(frozen=True)
class Edge:
    """Where something is missing: the zeros of `program`, or one `point`; drawn dashed, or as an open dot.

    >>> Edge("cone tip", point=(0.0, 0.0)).wire()
    {'kind': 'cone tip', 'label': 'tip', 'program': None, 'points': [[0.0, 0.0]]}
    """

    kind: str
    program: Program | None = None
    point: Point | None = None
    decided: bool = True

    @property
    def label(self) -> str:
        """The word on the figure; in one variable the Hessian is f″."""
        one = (self.program is not None and self.program.inputs == 1) or (
            self.point is not None and len(self.point) == 1
        )
        return LABELS.get(self.kind, self.kind).replace("H ", "f″ " if one else "H ")

    def wire(self) -> dict[str, Any]:
        """The edge in a scene."""
        return {
            "kind": self.kind,
            "label": self.label if self.decided else "?",
            "program": None if self.program is None else self.program.to_wire(),
            "points": [] if self.point is None else [finite(self.point)],
        }


@dataclass(frozen=True)
class Badge:
    """How sure the picture is: shield (proved) · numerical · question (undecided) · ring (at work)."""

    icon: Literal["shield", "numerical", "question", "ring"]
    title: str
    text: str = ""

    def wire(self) -> dict[str, str]:
        """The badge in a scene."""
        return {"icon": self.icon, "title": self.title, "text": self.text}


TABLE_NODES: Final = {1: 400, 2: 90}  # a side, of a function that is too long to travel
TOO_LONG: Final = (
    "This formula is too long to be computed in the browser: what you see was computed by the server, and follows "
    "when you let go."
)


def table(f: Program, box: Sequence[Side]) -> dict[str, Any]:
    """The values of f at the nodes of a grid over the box, row by row from below; None where it has none.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> table(b.program([b.variable(0)]), [(0.0, 399.0)])["values"][:3]
    [0.0, 1.0, 2.0]
    """
    nodes = TABLE_NODES[len(box)]
    axes = np.stack(np.meshgrid(*(np.linspace(*side, nodes) for side in box)))
    values = arrays(f, axes)[0].ravel()
    said = [float(f"{v:.7g}") if math.isfinite(v) else None for v in values.tolist()]
    return {"box": [list(map(float, side)) for side in box], "nodes": nodes, "values": said}


@dataclass(frozen=True)
class Letter:
    """A parameter of the function, with a slider: the programs have it as a further input, after the variables."""

    name: str
    value: float
    reach: float
    step: float
    most: float
    spoken: str
    low: float | None = None  # where it begins, if that is not as far below zero
    log: bool = False  # in even steps of its logarithm

    def wire(self) -> dict[str, Any]:
        """The letter in a scene."""
        return {
            "name": self.name,
            "spoken": f"Slider of {self.spoken}",
            "value": self.value,
            "lo": -self.reach if self.low is None else self.low,
            "hi": self.reach,
            "least": -self.most if self.low is None else self.low,
            "most": self.most,
            "step": self.step,
            "log": self.log,
        }


@dataclass(frozen=True)
class Lab:
    """What a page adds to its live figure: a module of the browser's half by its name, values that the hand changes
    there and that come back when it lets go, and data that only the server knows.
    """

    kind: str
    values: Mapping[str, float | bool | str]
    data: Mapping[str, Any]

    def wire(self) -> dict[str, Any]:
        """The lab in a scene."""
        return {"kind": self.kind, "values": dict(self.values), "data": dict(self.data)}


def plane(
    jet: Program,
    *,
    names: Sequence[str],
    box: Sequence[Side],
    point: Sequence[float],
    value: Program | None = None,
    name: str = "f",
    levels: Rule = "auto",
    layers: Mapping[str, bool] = PLANE_LAYERS,
    marks: Sequence[Mark] = (),
    undecided: Sequence[Sequence[Side]] = (),
    paths: Sequence[Path] = (),
    edges: Sequence[Edge] = (),
    badge: Badge | None = None,
    stale: str = "",
    caption: str = "",
    parts: Sequence[Part] = (),
    alone: bool = False,
    letters: Sequence[Letter] = (),
    lab: Lab | None = None,
    whole: bool = True,
) -> Scene:
    r"""The scene of f(x, y) around a point.

    `jet` has the outputs f, gradient, Hessian row by row, as many as are known; `value` is f alone, whose domain may
    be larger than its derivatives'. `letters` are further inputs of both, after the variables. `layers` says which
    chips there are and which are on. `parts` are drawn over the landscape, in its own coordinates; `alone` leaves the
    numbers beside it to the page; `lab` puts its own there. `whole` is False for a plane cut out of more variables.

    >>> from core.program import Builder, jet
    >>> b = Builder(2)
    >>> f = b.program([b.add(b.power(b.variable(0), 2), b.power(b.variable(1), 2))])
    >>> scene = plane(jet(f), names=("x", "y"), box=((-2, 2), (-2, 2)), point=(1, 2), marks=[Mark((0, 0), "minimum")])
    >>> print(scene["alt"].replace("; ", ";\n"))
    Contour map of f, x from −2 to 2, y from −2 to 2;
    gradient (2, 4), length 4.47 at (1, 2);
    1 critical point: 1 minimum.
    """
    assert jet.inputs - len(letters) == len(names) == len(box) == len(point) == 2
    slope = _slope(jet, point, letters)
    g = "" if slope is None else f"gradient {_tuple(slope)}, length {short(math.hypot(*slope))} at {_tuple(point)}"
    scene = _scene(
        "plane", jet, value, names, box, point, name, layers, marks, undecided, paths, edges, badge, stale, caption
    )
    return scene | {
        "parts": parts_of(parts),
        "alone": alone,
        "letters": [letter.wire() for letter in letters],
        "lab": None if lab is None else lab.wire(),
        "whole": whole,
        "levels": levels,
        "alt": sentence("Contour map of", name, names, box, g, counted(marks, 2)),
    }


def sampled(scene: Scene, f: Program) -> Scene:
    """The scene of a function that is too long to travel: its values instead of its program, and a sentence.

    The letters of f have their values; a lab has nothing to compute with.
    """
    stub = {"inputs": len(scene["names"]), "constants": [], "code": [], "outputs": [0], "domain": []}
    words = " ".join(filter(None, (TOO_LONG, scene["caption"])))
    return scene | {
        "program": stub,
        "value": None,
        "table": table(f, scene["box"]),
        "lab": None,
        "caption": words,
        "edges": [],
    }


def line(
    jet: Program,
    *,
    names: Sequence[str],
    box: Sequence[Side],
    point: Sequence[float],
    value: Program | None = None,
    name: str = "f",
    layers: Mapping[str, bool] = LINE_LAYERS,
    marks: Sequence[Mark] = (),
    undecided: Sequence[Sequence[Side]] = (),
    paths: Sequence[Path] = (),
    edges: Sequence[Edge] = (),
    badge: Badge | None = None,
    stale: str = "",
    caption: str = "",
    parts: Sequence[Part] = (),
    alone: bool = False,
    letters: Sequence[Letter] = (),
    lab: Lab | None = None,
    whole: bool = True,
) -> Scene:
    """The scene of f(x) around a point: the curve with its tangent and its osculating parabola.

    >>> from core.program import Builder, jet
    >>> b = Builder(1)
    >>> scene = line(jet(b.program([b.power(b.variable(0), 3)])), names=["x"], box=[(-2, 2)], point=[1])
    >>> scene["alt"]
    'Graph of f, x from −2 to 2; slope 3 at x = 1.'
    """
    assert jet.inputs - len(letters) == len(names) == len(box) == len(point) == 1
    slope = _slope(jet, point, letters)
    g = "" if slope is None else f"slope {short(slope[0])} at {names[0]} = {short(point[0])}"
    scene = _scene(
        "line", jet, value, names, box, point, name, layers, marks, undecided, paths, edges, badge, stale, caption
    )
    return scene | {
        "parts": parts_of(parts),
        "alone": alone,
        "letters": [letter.wire() for letter in letters],
        "lab": None if lab is None else lab.wire(),
        "whole": whole,
        "alt": sentence("Graph of", name, names, box, g, counted(marks, 1)),
    }


def _scene(
    kind: str,
    jet: Program,
    value: Program | None,
    names: Sequence[str],
    box: Sequence[Side],
    point: Sequence[float],
    name: str,
    layers: Mapping[str, bool],
    marks: Sequence[Mark],
    undecided: Sequence[Sequence[Side]],
    paths: Sequence[Path],
    edges: Sequence[Edge],
    badge: Badge | None,
    stale: str,
    caption: str,
) -> Scene:
    return {
        "kind": kind,
        "program": jet.to_wire(),
        "value": None if value is None or len(value.domain) == len(jet.domain) else value.to_wire(),
        "table": None,
        "name": name,
        "names": list(names),
        "box": [finite(side) for side in box],
        "point": finite(point),
        "layers": dict(layers),
        "marks": [mark.wire() for mark in marks],
        "undecided": [[finite(side) for side in sides] for sides in undecided],
        "paths": [path.wire() for path in paths],
        "edges": [edge.wire() for edge in edges],
        "badge": None if badge is None else badge.wire(),
        "stale": stale,
        "caption": caption,
    }


def finite(numbers: Sequence[float]) -> list[float]:
    """Numbers as a scene holds them."""
    assert all(math.isfinite(v) for v in numbers)
    return [float(v) for v in numbers]


# The sentence for those who do not see the picture.


def _slope(jet: Program, point: Sequence[float], letters: Sequence[Letter]) -> list[float] | None:
    """The gradient at the point, where there is one."""
    n = len(point)
    g = floats(jet, [*point, *(letter.value for letter in letters)])[1 : 1 + n]
    return g if len(g) == n and all(math.isfinite(v) for v in g) else None


def sentence(what: str, name: str, names: Sequence[str], box: Sequence[Side], slope: str, count: str) -> str:
    """What is shown, of what, over which window; what is known of it."""
    sides = [f"{x} from {short(low)} to {short(high)}" for x, (low, high) in zip(names, box, strict=True)]
    return "; ".join(part for part in (", ".join([f"{what} {name}", *sides]), slope, count) if part) + "."


def counted(marks: Sequence[Mark], n: int) -> str:
    """ "9 critical points: 4 minima, 4 saddles, 1 maximum"; nothing when none is known."""
    found = Counter("inflection" if mark.kind == "saddle" and n == 1 else mark.kind for mark in marks)
    words = [f"{found[kind]} {_PLURALS[kind][found[kind] > 1]}" for kind in _PLURALS if found[kind]]
    return f"{len(marks)} critical point{'s' if len(marks) > 1 else ''}: {', '.join(words)}" if marks else ""


def short(v: float) -> str:
    """Three significant digits, with a true minus."""
    return f"{v + 0.0:.3g}".replace("-", "−")


def _tuple(numbers: Sequence[float]) -> str:
    return f"({', '.join(short(v) for v in numbers)})"
