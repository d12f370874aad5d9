"""The landscape of a page: which scalar of the question, which window, what is known of it, as one live figure.

A vector function is shown by one of its components or by ½‖F‖²; a function of more than two variables by a plane
through the held point (`core.slices`). What the figure draws is numbers of programs that come straight from the text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import streamlit as st

from core import settings
from core.figures import landscape
from core.figures.chart import Curve, Part
from core.figures.landscape import Badge, Edge, Lab, Letter, Mark, Path, Rule
from core.figures.surface import Sheet
from core.numeric import Objective, floats
from core.optimize import GradientDescent, Method, Momentum, Newton, Trajectory, minimize
from core.problem import Side
from core.program import Program, jet
from core.slices import Slice
from core.syntax import latex_name
from core.ui import compute, inputs, kept, live, matrices, parameters, planes, present, room, solid
from core.ui.compute import Answered
from core.ui.inputs import Asked
from core.ui.planes import Plane
from core.wire import Record

NORM: Final = "norm"
LENGTH: Final = "½‖f‖²"
DESCENT: Final = "Gradient descent"
MOMENTUM: Final = "Momentum"
NEWTON: Final = "Newton"
METHODS: Final = (DESCENT, MOMENTUM, NEWTON)
PATHS: Final = ("No path", *METHODS)
BETA: Final = 0.9  # of momentum, where nobody chose another
STEPS: Final = 200
LEVELS: Final[dict[str, Rule]] = {
    "Automatic": "auto",
    "Linear": "linear",
    "Logarithmic": "log",
    "Quantile": "quantile",
}
LEVELS_HELP: Final = (
    "Of the contours. Linear: equal steps of f. Logarithmic: 1, 2, 5, 10, 20, … Quantile: equal areas between "
    "neighbours. Automatic: the first of equal steps of f, √f, log f that spreads over the map."
)
SOLIDS: Final = ("Level in space", "Graph over the plane")
SHADOW: Final = "Paths go through all variables: the map shows their shadows on this plane."
CRITICAL_LAYERS: Final = {"critical": True, "gradient": False, "eigen": False, "model": False}


@dataclass(frozen=True)
class View:
    """What is drawn: one scalar of one or two variables with its derivatives, in its window, around its point."""

    value: Program  # f itself: it has a value at a kink
    jet: Program  # f, gradient, Hessian: they have none
    moving: Program  # f with the letters as further inputs
    names: tuple[str, ...]
    box: tuple[Side, ...]
    point: tuple[float, ...]
    name: str
    plane: Plane | None = None  # where it lies among more variables

    @property
    def whole(self) -> bool:
        """False for a line or a plane cut out of more variables."""
        return self.plane is None

    @property
    def held(self) -> tuple[Letter, ...]:
        """The sliders that hold the other variables: further inputs of `moving`, before the letters of the formula."""
        return () if self.plane is None else self.plane.letters

    def full(self, point: Sequence[float]) -> tuple[float, ...]:
        """A point of the figure in all variables."""
        return tuple(point) if self.plane is None else self.plane.cut.point(point)

    def flat(self, x: Sequence[float]) -> tuple[float, ...]:
        """The nearest point of the figure to one in all variables."""
        return tuple(x) if self.plane is None else self.plane.cut.coordinates(x)


def scalar(answered: Answered) -> str:
    """Which scalar to show; asks only when there is a choice. The number of a component, or "norm"."""
    m = answered.components
    if m == 1:
        return "f"
    keys = {f"f{_subscript(i + 1)}": str(i) for i in range(m)} | {LENGTH: NORM}
    if st.session_state.get("show") not in (None, *keys):
        del st.session_state["show"]
    chosen = st.segmented_control(
        "Shown",
        list(keys),
        key="show",
        bind="query-params",
        default=next(iter(keys)),
        help="A vector function has a landscape for each component, and one for its length.",
    )
    return keys[chosen] if chosen else "0"


def _subscript(i: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(i))


def view(answered: Answered, shown: str) -> View:
    """The scalar that is shown, cut down to two variables where there are more."""
    if len(answered.names) <= 2:
        program, names = answered.scalars[shown], answered.names
        return View(program, jet(program), answered.moving[shown], names, answered.box, answered.point, titled(shown))
    return cut(answered, shown, planes.chosen(answered.scalars[shown], answered.names, answered.box, answered.point))


def titled(shown: str) -> str:
    """What the scalar is called on its figure.

    >>> titled("f"), titled("0")
    ('f', 'f₁')
    """
    return {"f": "f", NORM: LENGTH}.get(shown) or f"f{_subscript(int(shown) + 1)}"


def cut(answered: Answered, shown: str, plane: Plane) -> View:
    """The scalar on a line or a plane through the held point."""
    value = plane.cut.of(answered.scalars[shown])
    moving = plane.cut.of(answered.moving[shown], free=True)
    point = plane.cut.coordinates(answered.point)
    return View(value, jet(value), moving, plane.names, plane.box, point, titled(shown), plane)


def still(answered: Answered, shown: str, view: View) -> View:
    """The same plane without its sliders, for a page that chooses where it lies."""
    if view.plane is None:
        return view
    return replace(view, moving=view.plane.cut.of(answered.moving[shown]), plane=replace(view.plane, letters=()))


def beyond(answered: Answered, shown: str, plane: Plane) -> dict[str, Any]:
    """The scalar in all its variables and where the plane lies among them, for a browser (`static/lift.js`)."""
    f = answered.moving[shown]
    return {
        "value": f.to_wire(),
        "jet": jet(f, len(answered.names)).to_wire(),
        "base": list(plane.cut.base),
        "directions": [list(u) for u in plane.cut.directions],
        "rest": [list(r) for r in plane.cut.rest],
    }


def figure(
    answered: Answered,
    view: View,
    found: Record | None,
    paths: Sequence[Path] = (),
    *,
    key: str,
    layers: Mapping[str, bool] = landscape.PLANE_LAYERS,
    parts: Sequence[Part] = (),
    alone: bool = False,
    on_mark: Callable[[Sequence[float]], None] | None = None,
    lab: Lab | None = None,
    on_values: Callable[[live.Values], None] | None = None,
) -> None:
    """Draw the view with what is known of its critical points; what the hand lets go goes into the link.

    `parts` lie over the landscape; `alone` leaves out the numbers beside it; `on_mark` is told the critical point
    whose mark was hit; `lab` is what the page adds, and `on_values` is told its values.
    """

    def marked(point: tuple[float, ...]) -> None:
        if on_mark is not None and known and any(point == tuple(p["at"]) for p in known["points"]):
            on_mark(view.full(point))

    n, letters = len(view.names), sliders(answered, view)
    derived = jet(view.moving, n) if letters else view.jet
    draw = partial(landscape.plane, levels=levels()) if n == 2 else landscape.line
    known = found if view.plane is None else _in_plane(found, view.plane.cut)
    scene = draw(
        derived,
        value=view.moving,
        names=view.names,
        box=view.box,
        point=view.point,
        name=view.name,
        layers=_chips(layers, n, bool(paths)),
        marks=marks(known),
        undecided=known["undecided"] if known and view.whole else (),
        paths=paths,
        edges=edges(answered, view),
        badge=badge(found, view.whole, given(answered)),
        stale=answered.stale,
        caption=_where(view, bool(paths)),
        parts=(*parts, *_edge_of_window(answered, view)),
        alone=alone,
        letters=letters,
        lab=lab,
        whole=view.whole,
    )
    if too_long(view):
        scene = landscape.sampled(scene, view.value)
    live.figure(scene, key=key, hand=hand(answered, view, on_values, marked))


def sliders(answered: Answered, view: View) -> tuple[Letter, ...]:
    """What has a slider under the figure: the variables that are held, and the letters of the formula."""
    return (*view.held, *parameters.letters(answered.problem.parameters))


def hand(
    answered: Answered,
    view: View,
    on_values: Callable[[live.Values], None] | None = None,
    on_point: Callable[[tuple[float, ...]], None] | None = None,
) -> live.Hand:
    """Who is told what the hand leaves: the point and the letters go into the link, and what a page wants to know."""
    cut_now: list[Slice | None] = [view.plane.cut if view.plane else None]  # of one gesture, letters are told first

    def moved(point: tuple[float, ...]) -> None:
        inputs.hold(point if cut_now[0] is None else planes.inside(cut_now[0].point(point), answered.box))
        if on_point is not None:
            on_point(point)

    def lettered(values: tuple[float, ...]) -> None:
        names = [name for name, _ in answered.problem.parameters]
        if cut_now[0] is not None and values[: len(view.held)] != cut_now[0].held:
            cut_now[0] = replace(cut_now[0], held=values[: len(view.held)])
            inputs.hold(planes.inside(cut_now[0].point(view.point), answered.box))
        parameters.put(tuple(zip(names, values[len(view.held) :], strict=True)))

    return live.Hand(moved, on_values, lettered, inputs.look)


def too_long(view: View) -> bool:
    """Whether the function with its derivatives is more than a browser is given."""
    return len(view.jet.code) > settings.SENT_OPERATIONS


def landscape_with(answered: Answered, shown: str, view: View, found: Record | None, paths: Sequence[Path]) -> None:
    """Draw the landscape of the explore page, with the path of a method that follows the hand where one is chosen.

    Beside a plane of more variables stand the numbers of all of them.
    """
    chosen = inputs.stated("path")
    walkers = []
    if chosen in METHODS:
        one = method(chosen, *constants(Objective(view.jet, view.value), view.point))
        walkers = [{"name": one.name, "rate": getattr(one, "rate", 0.0), "handed": chosen != NEWTON, "swept": False}]
    lab = walking(view, walkers, STEPS) if view.plane is None else many(answered, shown, view.plane, found)
    figure(answered, view, found, paths, key="landscape", lab=lab, on_values=let_go)
    if lab is not None and view.plane is None:
        kept.link("rate", "beta")


def many(answered: Answered, shown: str, plane: Plane, found: Record | None) -> Lab | None:
    """The lab of a plane: the point, the gradient and the Hessian in all variables, and what is critical beside it.

    None where that is more than a browser is given.
    """
    whole = beyond(answered, shown, plane)
    if len(whole["jet"]["code"]) > settings.SENT_OPERATIONS:
        return None
    data = {
        "whole": whole,
        "names": list(answered.names),
        "box": [list(side) for side in answered.box],
        "near": _beside(found, plane.cut, planes.reach(answered.box)),
    }
    return Lab("many", {}, data)


def _beside(found: Record | None, cut: Slice, reach: float) -> list[Record]:
    """The critical points near a plane but not on it: their shadows, and how far away they are."""
    points = [(p, cut.distance(p["at"])) for p in (found["points"] if found else [])]
    size = _same(cut)
    return [
        {"at": list(cut.coordinates(p["at"])), "kind": p["kind"], "away": away}
        for p, away in points
        if size < away <= reach
    ]


def _same(cut: Slice) -> float:
    """So near a plane is on it."""
    return 1e-9 * (1 + max(map(abs, cut.held), default=0.0))


def _where(view: View, path: bool) -> str:
    """Where a line or a plane lies among more variables, and what of a path is on it."""
    if view.plane is None:
        return ""
    return f"{view.plane.words} {SHADOW if path else ''}".strip()


def _edge_of_window(answered: Answered, view: View) -> tuple[Part, ...]:
    """On an oblique plane, where it leaves the window that is searched."""
    if view.plane is None or view.plane.cut.axes:
        return ()
    corners = view.plane.cut.section(answered.box)
    closed = tuple((t[0], t[1]) for t in (*corners, *corners[:1]))
    return (Curve(closed, "edge of the window", "ink2", 1.5, (4.0, 4.0)),) if closed else ()


def _in_plane(found: Record | None, cut: Slice) -> Record | None:
    """The critical points in a line or a plane, in its coordinates."""
    if found is None:
        return None
    size = _same(cut)
    inside = [{**p, "at": list(cut.coordinates(p["at"]))} for p in found["points"] if cut.distance(p["at"]) <= size]
    return {**found, "points": inside}


def _chips(layers: Mapping[str, bool], n: int, path: bool) -> dict[str, bool]:
    """The layers that make sense: an eigen-cross needs two directions, a path must be there."""
    chosen = {name: on for name, on in layers.items() if name != "eigen" or n == 2}
    if n == 2 and layers is landscape.PLANE_LAYERS:
        chosen |= landscape.MAP_LAYERS
    return {**chosen, "path": True} if path else chosen


def edges(answered: Answered, view: View) -> list[Edge]:
    """What is missing of f, for the figure; of a plane through more variables, what meets it in a curve.

    A landscape of one component, or of the length, is not f: of that only the domain is known.
    """
    known: list[Record] = answered.record["edges"] if answered.record else []
    if answered.components > 1:
        known = [e for e in known if e["kind"] in ("edge", "pole", "hole")]
    drawn = []
    for e in known:
        if e["program"] is not None:
            curve = Program.from_wire(e["program"])
            curve = curve if view.plane is None else view.plane.cut.of(curve)
            drawn.append(Edge(e["kind"], curve, decided=e["evidence"] != "undecided"))
        elif e["point"] is not None and view.whole:
            drawn.append(Edge(e["kind"], point=tuple(e["point"]), decided=e["evidence"] != "undecided"))
    return drawn


def marks(found: Record | None) -> list[Mark]:
    """The critical points as marks."""
    points: list[Record] = found["points"] if found else []
    return [Mark(tuple(p["at"]), p["kind"], present.vector(p["at"])) for p in points]


def badge(found: Record | None, whole: bool = True, given: str = "") -> Badge:
    """How sure the list of critical points is, in words; `given` says for which values of the parameters."""
    if found is None:
        return Badge("ring", "Proving completeness", "Looking for every critical point in this window.")
    words = present.counted(found)
    counted = words if whole else f"{words} (in all variables)" if words else "In all variables, whatever is held"
    sentence = (
        found["sentence"] if whole else found["sentence"].replace(" shaded", "")
    )  # on a line or a plane nothing is
    return Badge(present.ICON[found["status"]], sentence, ". ".join(filter(None, (counted, given))))


# The rule of the contour levels. Its control stands under the figure too.


def levels() -> Rule:
    """The rule that was chosen."""
    return LEVELS.get(inputs.stated("levels"), "auto")


def window(asked: Asked, view: View, *more: Callable[[], object]) -> None:
    """Draw the window, the point, what a page adds to them, and for a map of contours the rule of its levels."""
    plane = () if view.plane is None or len(view.names) < 2 else (lambda: planes.control(_variables(asked)),)
    inputs.box_and_point(asked, *plane, *((_which_levels,) if len(view.names) == 2 else ()), *more)


def _variables(asked: Asked) -> tuple[str, ...]:
    return asked.shown.reading.variables if asked.shown.reading is not None else ()


def _which_levels() -> None:
    with st.container(key="contours"):
        st.selectbox("Levels", list(LEVELS), key="levels", bind="query-params", help=LEVELS_HELP)


def given(answered: Answered) -> str:
    """The sentence that says for which values of the parameters the figure and its points are."""
    return parameters.given(answered.problem.parameters)


# The path of an optimizer. Its two controls stand under the figure, so the figure reads them from the state.


def objective(answered: Answered, shown: str) -> Objective:
    """The scalar that is shown in all its variables, as a method sees it."""
    return Objective.of(answered.scalars[shown])


def route(answered: Answered, shown: str, view: View) -> tuple[Path, ...]:
    """Where the chosen method goes from the held point, in all variables; nothing when none is chosen."""
    chosen = inputs.stated("path")
    if chosen not in METHODS:
        return ()
    f, start = seen(answered, shown, view)
    rate, beta = constants(f, start)
    run = minimize(f, method(chosen, rate, beta), start, max_steps=STEPS)
    return (path(run, view),)


def seen(answered: Answered, shown: str, view: View) -> tuple[Objective, tuple[float, ...]]:
    """The scalar with its start as a method sees them: of all variables, whatever the figure shows of them."""
    if view.plane is None:
        return Objective(view.jet, view.value), view.point
    return objective(answered, shown), answered.point


def path(run: Trajectory, view: View) -> Path:
    """A run on the map, until it leaves the window for good; on a plane of more variables, its shadow."""
    points = [tuple(float(v) for v in view.flat(x)) for x in run.points]
    inside = [i for i, x in enumerate(points) if all(a <= v <= b for v, (a, b) in zip(x, view.box, strict=True))]
    return Path(run.method, tuple(points[: max(inside, default=0) + 2]), run.sentence)


def constants(f: Objective, x: Sequence[float]) -> tuple[float, float]:
    """The step size and the momentum that were chosen, or the usual ones at x."""
    beta = inputs.stated_number("beta")
    return inputs.stated_number("rate") or usual_rate(f, x), BETA if beta is None else min(beta, 1.0)


@dataclass(frozen=True)
class Played:
    """What is known of runs that are played through: the moves of the longest, and which question they are of.

    `of` says which question, start and constants, for whoever else on the page shows the runs.
    """

    longest: int
    of: str


def walking(view: View, walkers: Sequence[Record], most: int, played: Played | None = None) -> Lab | None:
    """The lab that lets methods follow the hand; None for a plane cut out of more variables, or without a method.

    A walker has a name, its constants, whether its rate is the one under the hand, and whether that is from a sweep.
    """
    if not walkers or not view.whole:
        return None
    for key in ("rate", "beta", "k"):
        if key not in st.session_state:
            kept.hold(key, inputs.stated_number(key))
    rate, beta = constants(Objective(view.jet, view.value), view.point)
    chosen = bool(inputs.stated_number("rate"))
    data = {
        "methods": list(walkers),
        "start": list(view.point),
        "most": most,
        "most_rate": settings.COORDINATE,
        "plays": played is not None,
        "longest": played.longest if played else 0,
        "of": played.of if played else "",
    }
    values: dict[str, float | bool] = {"rate": rate if chosen else 0.0, "chosen": chosen, "beta": beta}
    if played is not None:
        k = inputs.stated_number("k")
        values["k"] = -1 if k is None else int(k)
    return Lab("descent", values, data)


def let_go(values: live.Values) -> None:
    """Hold the step size and the momentum that the hand left, and the step that is shown; less than none is all."""
    rate, beta, k = (_number(values.get(name)) for name in ("rate", "beta", "k"))
    if k is not None and k == int(k) and k <= settings.RUN_STEPS:
        kept.hold("k", int(k) if k >= 0 else None)
    if rate is not None and 0 <= rate <= settings.COORDINATE:
        kept.hold("rate", float(f"{rate:.6g}") if values.get("chosen") is True and rate > 0 else None)
    if beta is not None and 0 <= beta <= 1:
        kept.hold("beta", None if beta == BETA else beta)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def method(name: str, rate: float, beta: float = BETA) -> Method:
    """The method of that name with its constants."""
    if name == NEWTON:
        return Newton()
    return Momentum(rate, beta) if name == MOMENTUM else GradientDescent(rate)


def controls(asked: Asked, answered: Answered, shown: str, view: View) -> None:
    """Draw the window, the point, the levels, and behind one button the method of a path with its step size."""
    window(asked, view, lambda: _which_path(answered, shown, view))


def _which_path(answered: Answered, shown: str, view: View) -> None:
    chosen = inputs.stated("path")
    with (
        st.container(key="route"),
        st.popover(chosen if chosen in METHODS else "Path", icon=":material/route:", width="stretch"),
    ):
        st.selectbox("Path", PATHS, key="path", bind="query-params", help="Where a method goes from the held point.")
        if not view.whole:
            rate_box(*seen(answered, shown, view), disabled=chosen not in (DESCENT, MOMENTUM))


def rate_box(f: Objective, x: Sequence[float], disabled: bool = False) -> None:
    """Draw the box for the step size of a method."""
    st.number_input(
        "Step size",
        min_value=0.0,
        max_value=settings.COORDINATE,
        value=None,
        step=0.001,
        format="%.6g",
        key="rate",
        bind="query-params",
        placeholder=f"{usual_rate(f, x):.3g}",
        disabled=disabled,
        help="Of gradient descent and of momentum. Empty: one over the largest curvature at the point.",
    )


def usual_rate(f: Objective, x: Sequence[float]) -> float:
    """One over the largest curvature at x, in two digits: the best safe step of the quadratic model."""
    size = max(sum(abs(float(v)) for v in row) for row in f.hessian(x))
    return float(f"{1 / size:.1e}") if math.isfinite(size) and size > 1e-9 else 0.1


# Exact formulas with their values.


def jacobian_at(record: Record, point: Sequence[float]) -> list[list[float]]:
    """The Jacobian of the whole map at a point."""
    n = len(record["variables"])
    values = floats(Program.from_wire(record["programs"]["jacobian"]), point)
    return [values[i : i + n] for i in range(0, len(values), n)]


def typeset(record: Record, point: Sequence[float]) -> dict[str, str]:
    """The LaTeX that the tab of derivatives shows: what each is called, and the formula.

    A vector function adds its Jacobian at the held point; a scalar's numbers stand beside its figure.
    """
    latex, names = record["latex"], [latex_name(name) for name in record["variables"]]
    at = f"({', '.join(names)})"
    if len(record["components"]) > 1:
        rows = [[present.latex_number(v) for v in row] for row in jacobian_at(record, point)]
        return {
            "Jacobian": rf"J{at} = {present.matrix(latex['jacobian'])}",
            "At the held point": rf"J(p) \approx {present.matrix(rows)}",
        }
    if len(names) == 1:
        shown = {"Derivative": rf"f'{at} = {latex['jacobian'][0][0]}"}
        return shown | ({"Second derivative": rf"f''{at} = {latex['hessian'][0][0]}"} if latex["hessian"] else {})
    gradient = present.matrix([[entry] for entry in latex["jacobian"][0]])
    shown = {"Gradient": rf"\nabla f{at} = {gradient}"}
    if latex["hessian"]:
        shown["Hessian"] = rf"H{at} = {present.matrix(latex['hessian'])}"
    return shown


def exact(answered: Answered, record: Record) -> None:
    """Draw what `typeset` says, each under its heading and as its column has room for it, then the domain."""
    latex, names = record["latex"], [latex_name(name) for name in record["variables"]]
    at = f"({', '.join(names)})"
    for heading, formula in typeset(record, answered.point).items():
        st.markdown(f"**{heading}**")
        match heading:
            case "Jacobian":
                outputs = [f"f_{i + 1}" for i in range(len(record["components"]))]
                matrices.jacobian(f"J{at}", latex["jacobian"], outputs, names, "exact_jacobian")
            case "Gradient":
                matrices.gradient(rf"\nabla f{at}", latex["jacobian"][0], names, "exact_gradient")
            case "Hessian":
                matrices.hessian(f"H{at}", latex["hessian"], names, "exact_hessian")
            case _:
                room.fitting(f"exact_{heading.split()[0].lower()}", [formula])
    if answered.components == 1 and not latex["hessian"]:
        st.markdown("**Hessian**" if len(names) > 1 else "**Second derivative**")
        compute.hessian_waits(answered)
    if latex["domain"]:
        st.markdown("**Defined where**")
        room.breaking(r",\quad ".join(latex["domain"]), "exact_domain")


# The surface: its library is fetched when it is opened.


def solid_of(answered: Answered, shown: str, view: View, found: Record | None, paths: Sequence[Path]) -> None:
    """Draw the graph over the map; of a function of three variables a level in space, or the graph over the plane."""
    if len(answered.names) == 3:
        chosen = st.segmented_control(
            "Drawn", list(SOLIDS), key="solid", bind="query-params", default=SOLIDS[0], required=True
        )
        if chosen == SOLIDS[0]:
            f = answered.scalars[shown]
            name, at = view.name, answered.point
            solid.levels(f, names=answered.names, box=answered.box, point=at, name=name, marks=marks(found))
            present.note("Where f has this one value. Slide the level: at a critical value the surface changes.", "iso")
            return
    surface(view, found, paths=paths)


def surface(
    view: View, found: Record | None, *, sheet: Sheet | None = None, paths: Sequence[Path] = (), key: str = "surface"
) -> None:
    """Draw the graph in three dimensions, with the held point, the critical points and what a page lays over it."""
    if len(view.names) != 2:
        present.note("A function of one variable has a curve, not a surface: it is drawn above.", "surface")
        return
    solid.surface(
        view.value,
        names=view.names,
        box=view.box,
        name=view.name,
        point=view.point,
        marks=marks(found if view.whole else None),
        sheet=sheet,
        paths=paths,
        key=key,
    )
