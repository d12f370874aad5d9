"""The page of optimizers: the same start for all, every step to be looked at, and what it cost.

What is chosen is in the link: the methods, their constants, what is measured against what, and the step that is
shown (k; empty means all of them). Playing happens in the browser (`static/play.js`), which is given the whole runs.

Work is counted as it was asked: a gradient is one, a Hessian n, for it has n columns, and a value beside the gradients,
which a search along a line asks for, one nth, for n differences of values make a gradient. A solve is a linear system
with a Hessian. Seconds are measured, here and now, and come out a little different every time.
"""

from __future__ import annotations

import json
import math
import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, ClassVar, Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures import trajectory
from core.figures.landscape import Lab
from core.figures.trajectory import Run, short
from core.immediate import whole
from core.numeric import Objective, Residuals
from core.optimize import CATALOGUE, Array, Method, Step, Trajectory, ending, minimize
from core.optimize.ending import ARRIVED
from core.optimize.minimize import TOLERANCE
from core.optimize.sweep import RATES
from core.program import Program, jet
from core.syntax import read
from core.ui import entrants, inputs, kept, live, present, scenery, takeaway
from core.ui.compute import Answered
from core.ui.entrants import ENTRANTS, Entrant, title
from core.ui.present import decimal, vector
from core.ui.scenery import View
from core.wire import Record

CSS: Final = pathlib.Path(__file__).with_suffix(".css")
MOST_STEPS: Final = 1000
LEAST_STEPS: Final = 60
OPERATIONS: Final = 6_000_000  # of one run; a long formula gets fewer steps
NEAR: Final = 1e-4  # a run that ends so near a critical point, relatively, has come to it
SILENT_NEAR: Final = 0.02  # the same where its Hessian is singular
ROWS: Final = 14  # of the table of steps
FEW: Final = 3  # variables of a point that stands in half a page
HEIGHT, SLOPE = "f − f*", "‖∇f‖"
STEPS, GRADIENTS, SOLVES, SECONDS = "per step", "per gradient", "per solve", "per second"
WORDS: Final = {
    STEPS: "steps",
    GRADIENTS: "gradient evaluations (a Hessian counts as one for each variable)",
    SOLVES: "linear systems solved",
    SECONDS: "milliseconds, as measured",
}
_RACE: Final = "_race"


@dataclass(frozen=True)
class Raced:
    """One method's run, and what it had asked of f when it saw each point."""

    entrant: Entrant
    run: Trajectory
    values: tuple[int, ...]
    gradients: tuple[int, ...]
    hessians: tuple[int, ...]
    seconds: tuple[float, ...]
    hessian: Array  # at the end, (n, n)
    kind: str  # of the point it came to, by the function there
    proved: bool

    @property
    def name(self) -> str:
        """Of its method."""
        return self.entrant.name

    @property
    def moves(self) -> int:
        """How many steps it made."""
        return len(self.run.steps) - 1

    @property
    def end(self) -> Step:
        """Where it was in the end."""
        return self.run.steps[-1]

    @property
    def arrived(self) -> bool:
        """Whether it came to a critical point."""
        return self.run.outcome in ARRIVED

    @property
    def solves(self) -> tuple[int, ...]:
        """Linear systems solved: one with every Hessian, and one with every Jacobian of a method for residuals."""
        return self.gradients if CATALOGUE[ENTRANTS[self.name][0]].residuals else self.hessians

    def work(self, unit: str, n: int) -> tuple[float, ...]:
        """What every point had cost, the first one nothing."""
        counted: Sequence[float] = {
            STEPS: range(len(self.run.steps)),
            GRADIENTS: [
                g + n * h + max(0, v - g) / n
                for v, g, h in zip(self.values, self.gradients, self.hessians, strict=True)
            ],
            SOLVES: self.solves,
            SECONDS: [1000 * second for second in self.seconds],
        }[unit]
        return tuple(float(c - counted[0]) for c in counted)


@dataclass(frozen=True)
class Entered:
    """Who races, and the sweep their rates are from; None where there is none."""

    entrants: tuple[Entrant, ...]
    swept: Record | None


@dataclass(frozen=True)
class Race:
    """The runs from one start, how far they are shown, and what each came to."""

    runs: tuple[Raced, ...]
    shown: int  # moves
    names: tuple[str, ...]
    found: Record | None
    of: str  # the question, start and constants, as the browser compares them
    swept: Record | None

    @property
    def longest(self) -> int:
        """The moves of the longest run."""
        return max((raced.moves for raced in self.runs), default=0)


# What is chosen.


def methods(answered: Answered, shown: str) -> Entered:
    """Draw the choice of methods with their constants."""
    f = scenery.objective(answered, shown)
    alone = len(answered.names) <= 2  # then the constants have their sliders at the map
    which, rate, beta = (st.container(), None, None) if alone else st.columns([6, 3, 3], gap="small")
    with which:
        names = entrants.choice(squares=shown == scenery.NORM)
    swept = entrants.sweep(answered, shown, names, most_steps(answered.scalars[shown]))
    entered = entrants.entrants(answered, shown, names, swept)
    if rate is not None and beta is not None:
        with rate:
            scenery.rate_box(f, answered.point, disabled=not any(each.handed for each in entered))
        with beta:
            st.number_input(
                "Momentum β",
                0.0,
                1.0,
                scenery.BETA,
                0.01,
                format="%.4g",
                key="beta",
                bind="query-params",
                disabled=not any(each.kept is not None for each in entered),
                help="The part of the last step that is kept; 0 is gradient descent.",
            )
    return Entered(entered, swept)


def race(answered: Answered, shown: str, entered: Entered, found: Record | None) -> Race:
    """Let every method run from the held point; the last race is kept, so that looking at its steps costs nothing."""
    f, start = answered.scalars[shown], answered.point
    key = (f, entered.entrants, start)
    before: tuple[Any, tuple[Raced, ...]] | None = st.session_state.get(_RACE)
    if before is not None and before[0] == key:
        runs = before[1]
    else:
        runs = tuple(raced(answered, shown, entrant) for entrant in entered.entrants)
        st.session_state[_RACE] = (key, runs)
    longest = max((r.moves for r in runs), default=0)
    of = json.dumps([repr(each.method) for each in entered.entrants] + [answered.problem.parameters, start])
    return Race(runs, _stated_step(longest), answered.names, found, of, entered.swept)


def raced(answered: Answered, shown: str, entrant: Entrant) -> Raced:
    """One run, with its own counters."""
    program, start = answered.scalars[shown], answered.point
    f: Objective | Residuals = Objective.of(program)
    if CATALOGUE[ENTRANTS[entrant.name][0]].residuals:
        problem = answered.problem
        f = Residuals(whole(read(problem.text, problem.variables), dict(problem.parameters)), Objective.of(program))
    notes: list[tuple[int, int, int, float]] = []
    run = minimize(f, _Noted(entrant.method, notes), start, max_steps=most_steps(program))
    notes = [*notes[: len(run.steps) - 1], (f.values, f.gradients, f.hessians, notes[len(run.steps) - 1][3])]
    values, gradients, hessians, seconds = zip(*notes, strict=True)
    seen = f.half_square if isinstance(f, Residuals) else f
    H, end = seen.hessian(run.steps[-1].x), ending(seen, run)
    named = replace(run, method=entrant.name)
    return Raced(entrant, named, values, gradients, hessians, seconds, H, end.kind, end.proved)


@dataclass(frozen=True)
class _Noted:
    """A method, and what it had asked of f when it saw each point: values, gradients, Hessians; and the time."""

    name: ClassVar[str] = ""

    method: Method
    notes: list[tuple[int, int, int, float]]

    def steps(self, f: Any, x: Array) -> Iterator[Step]:
        """The steps of the method."""
        for step in self.method.steps(f, x):
            self.notes.append((f.values, f.gradients, f.hessians, perf_counter()))
            yield step


def most_steps(program: Program) -> int:
    """How many steps a run of it may take."""
    return min(MOST_STEPS, max(LEAST_STEPS, OPERATIONS // (2 * len(jet(program).code) + 1)))


def _stated_step(longest: int) -> int:
    k = inputs.stated_number("k")
    return longest if k is None else min(int(k), longest)


# The left side: the paths, and the hand on them.


def figure(answered: Answered, shown: str, view: View, race: Race) -> None:
    """Draw the landscape with the paths; on a plane of more variables, their shadows up to the step that is shown."""
    runs = [raced.run if view.whole else _begun(raced.run, race.shown) for raced in race.runs]
    paths = tuple(scenery.path(run, view) for run in runs)
    layers = {"critical": True, "path": True}
    walkers = [raced.entrant.walker(race.swept) for raced in race.runs]
    played = scenery.Played(race.longest, race.of)
    lab = scenery.walking(view, walkers, most_steps(answered.scalars[shown]), played)
    scenery.figure(
        answered, view, race.found, paths, key="race_map", layers=layers, alone=True, lab=lab, on_values=scenery.let_go
    )
    if lab is not None:
        kept.link("rate", "beta", "k")


def _begun(run: Trajectory, moves: int) -> Trajectory:
    return replace(run, steps=run.steps[: moves + 1])


def controls(race: Race) -> None:
    """Draw the number of the step that is shown, where there is no figure to play it."""
    if len(race.names) > 2:
        st.number_input(
            "Step", 0, MOST_STEPS, None, 1, key="k", bind="query-params", placeholder=str(race.shown), width=120
        )


# The right side: who is first, and what it cost.


def measures(race: Race) -> None:
    """Draw what is measured against what, and the results."""
    st.html(CSS)
    left, right = st.columns([3, 7], gap="small")
    with left:
        st.segmented_control(
            "Measure", [HEIGHT, SLOPE], key="measure", bind="query-params", default=HEIGHT, required=True
        )
    with right:
        st.segmented_control(
            "Work", list(WORDS), key="work", bind="query-params", default=STEPS, required=True, wrap=True
        )
    results(race)


def results(race: Race) -> None:
    """Draw the measure of every run against its work, and what every run came to: what follows the hand on the map."""
    measure, unit, n = st.session_state["measure"], st.session_state["work"], len(race.names)
    lowest = reference(race)
    by_height = measure == HEIGHT and lowest is not None
    if not race.runs:
        present.note("Choose a method.", "race")
        return
    solving = [raced for raced in race.runs if unit != SOLVES or raced.solves[-1] > 0]
    runs = [_measured(raced, race, lowest if by_height else None, unit) for raced in solving]
    data = {
        "of": race.of,
        "name": "f",
        "n": n,
        "by_height": measure == HEIGHT,
        "wide": unit != STEPS,
        "cost": {raced.name: raced.work(unit, n)[-1] / max(raced.moves, 1) for raced in solving},
        "known": [{k: point[k] for k in ("at", "kind", "nature", "value")} for point in _points(race.found)],
        "said": " ".join(filter(None, (_what_is_measured(race, measure, lowest), _left_out(race, solving)))),
        "rows": [row(raced, race) for raced in race.runs],
        "sweeps": _sweeps(race),
        "rated": _how_rated(race),
    }
    chart = trajectory.convergence(runs, HEIGHT if by_height else SLOPE, WORDS[unit], wide=unit != STEPS)
    live.chart(chart | {"lab": Lab("race", {}, data).wire()}, key="race_chart")


def _left_out(race: Race, shown: Sequence[Raced]) -> str:
    names = [title(raced.name) for raced in race.runs if raced not in shown]
    return f"{', '.join(names)}: no linear system is solved, so there is no curve." if names else ""


def _sweeps(race: Race) -> list[Record]:
    """What fifty rates came to: of each the kind of point, else how it ended; the best, and the one that runs."""
    names = {raced.name: raced.entrant for raced in race.runs}
    sweeps = race.swept["sweeps"] if race.swept else []
    return [
        {
            "method": each["method"],
            "rates": each["rates"],
            "ends": [kind or outcome for kind, outcome in zip(each["kinds"], each["outcomes"], strict=True)],
            "moves": each["moves"],
            "best": each["best"],
            "rate": names[each["method"]].rate,
        }
        for each in sweeps
        if each["method"] in names
    ]


def _how_rated(race: Race) -> str:
    """Where the rates are from."""
    if not any(raced.entrant.rate is not None for raced in race.runs):
        return ""
    stopped = f"Stopped at a slope of {decimal(TOLERANCE)}."
    if race.swept is None:
        return f"{stopped} A rate that nobody chose is the usual one."
    start = vector(_rounded(race.swept["start"]))
    letters = "".join(f", {name} = {decimal(value)}" for name, value in race.swept["letters"])
    sweep = f"the best of a sweep of {RATES} from {start}{letters}, evenly spaced in the logarithm"
    return f"{stopped} A rate that nobody chose is {sweep}."


def _what_is_measured(race: Race, measure: str, lowest: float | None) -> str:
    if measure != HEIGHT:
        return "The length of the gradient: zero at every critical point, of whatever kind."
    if lowest is None:
        return "No minimum is known here, so the length of the gradient is shown."
    proved = any(_nature(p) == "minimum" and p["value"] == lowest for p in _points(race.found))
    source = "the lowest proved minimum in the window" if proved else "the lowest minimum a method came to, numerically"
    return f"f* = {decimal(lowest)}, {source}. A curve that stays up has not come to that minimum."


def reference(race: Race) -> float | None:
    """The value of the lowest minimum that is known: proved in the window, or reached by a run."""
    proved = [p["value"] for p in _points(race.found) if _nature(p) == "minimum" and p["value"] is not None]
    reached = [r.end.value for r in race.runs if r.arrived and _kind(r, race) == "minimum"]
    lower = [v for v in reached if not proved or v < min(proved) - NEAR * (1 + abs(min(proved)))]
    known = [float(v) for v in (*proved, *lower)]
    return min(known) if known else None


def _kind(raced: Raced, race: Race) -> str:
    """Of the critical point a run came to: as it is known, else as floats say."""
    point = known_point(raced, race.found)
    return _nature(point) if point else raced.kind


def _points(found: Record | None) -> list[Record]:
    points: list[Record] = found["points"] if found else []
    return points


def _nature(point: Record) -> str:
    return str(point["nature"] or point["kind"]) if point["kind"] == "inconclusive" else str(point["kind"])


def _measured(raced: Raced, race: Race, lowest: float | None, unit: str) -> Run:
    steps = raced.run.steps if len(race.names) <= 2 else raced.run.steps[: race.shown + 1]
    work = raced.work(unit, len(race.names))[: len(steps)]
    if lowest is None:
        return Run(raced.name, work, tuple(math.hypot(*step.gradient) for step in steps))
    return Run(raced.name, work, trajectory.gaps(np.array([step.value for step in steps]), lowest))


def row(raced: Raced, race: Race) -> dict[str, Any]:
    """What a method came to, and what it cost: `end` is a critical point, `words` say why there is none."""
    end, evidence = _end(raced, race)
    return {
        "method": raced.name,
        "steps": raced.moves,
        "gradients": raced.gradients[-1],
        "hessians": raced.hessians[-1],
        "rate": raced.entrant.pace,
        "value": raced.end.value if math.isfinite(raced.end.value) else None,
        "end": end,
        "words": "" if end else raced.run.outcome.value.rstrip("."),
        "evidence": evidence,
        "sentence": sentence(raced, race),
    }


def _end(raced: Raced, race: Race) -> tuple[dict[str, Any] | None, str]:
    """The kind of point at the end of a run and its place, with the evidence; None when it came to none."""
    if not raced.arrived:
        return None, ""
    point = known_point(raced, race.found)
    if point is None:
        evidence = "certified" if raced.proved else "numerical"
        return {"kind": raced.kind, "nature": None, "at": _rounded(raced.end.x)}, evidence
    return {"kind": point["kind"], "nature": point["nature"] or None, "at": _rounded(point["at"])}, point["evidence"]


def known_point(raced: Raced, found: Record | None) -> Record | None:
    """The critical point that the run came to, when it is known: the nearest one, if it is near enough.

    A slope vanishes long before a degenerate point is reached, so that of those more is forgiven.
    """
    x, near = raced.end.x, []
    for point in _points(found):
        at = np.array(point["at"])
        reach = SILENT_NEAR if point["kind"] == "inconclusive" else NEAR
        far = float(np.linalg.norm(x - at)) if at.shape == x.shape else math.inf
        if far <= reach * (1 + np.linalg.norm(at)):
            near.append((far, point))
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _rounded(x: Sequence[float] | Array) -> list[float]:
    return [round(float(v), 4) for v in x]


def sentence(raced: Raced, race: Race) -> str:
    """How a run ended: at which kind of point, or why not."""
    name, n = title(raced.name), len(race.names)
    if not raced.arrived:
        words = raced.run.sentence
        return f"{name}: {words[0].lower()}{words[1:]}"
    point = known_point(raced, race.found)
    kind, place = _kind(raced, race), point["at"] if point else raced.end.x
    steps = f"after {raced.moves} step{'' if raced.moves == 1 else 's'}"
    if kind in ("minimum", "maximum", "saddle"):
        return f"{name} came to the {present.word(kind, n)} {vector(_rounded(place))} {steps}."
    return f"{name} came to {vector(_rounded(place))} {steps}: a critical point where the Hessian test is silent."


def limits(race: Race, answered: Answered, shown: str) -> None:
    """Draw the limits of a fixed rate: at the start, and where gradient descent ended."""
    f = scenery.objective(answered, shown)
    rows = [_limit("the start", f.hessian(answered.point))]
    rows += [
        _limit(f"the end of {raced.name}", raced.hessian)
        for raced in race.runs
        if not raced.hessians[-1] and raced.arrived
    ]
    present.table(
        ("largest curvature at", "$\\lambda_{\\max}$", "cautious: $1/\\lambda_{\\max}$", LIMIT), rows, "limits"
    )


LIMIT: Final = "limit of gradient descent: $2/\\lambda_{\\max}$"


def _limit(where: str, H: Array) -> tuple[str, str, str, str]:
    most = float(np.linalg.eigvalsh(H)[-1]) if np.isfinite(H).all() else math.nan
    if not most > 0:
        return where, decimal(most), "–", "–"
    return where, short(most), short(1 / most), short(2 / most)


# Every step.


def places(answered: Answered) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the table of steps and the limits stand: side by side, where a row with its point has room for that."""
    if len(answered.names) > FEW:
        return st.container(), st.container()
    left, right = st.columns([7, 5], gap="large")
    return left, right


def steps(race: Race, answered: Answered, shown: str) -> None:
    """Draw the steps of one method up to the step that is shown, and what can be taken away of its whole run."""
    names = [raced.name for raced in race.runs]
    if not names:
        return
    chosen = st.session_state.get("of", st.query_params.get("of"))
    if chosen not in names and "of" in st.session_state:
        del st.session_state["of"]
    name = st.segmented_control(
        "Steps of", names, key="of", bind="query-params", default=names[0], required=True, format_func=title, wrap=True
    )
    raced = next((r for r in race.runs if r.name == name), race.runs[0])
    seen = raced.run.steps[: race.shown + 1]
    first = max(0, len(seen) - ROWS)
    rows = [_row(raced, i) for i in range(first, len(seen))]
    head = ("step", "point", "$f$", "slope $\\lVert\\nabla f\\rVert$", "length of the step", "what happened")
    present.table(head, rows, "steps")
    if first:
        present.note(f"The last {ROWS} of {len(seen)} rows.", "rows")
    takeaway.files(answered.scalars[shown], raced.entrant.method, raced.run, answered)


def _rough(v: float) -> str:
    return decimal(float(f"{v:.4g}"))


def _row(raced: Raced, i: int) -> tuple[str, ...]:
    step = raced.run.steps[i]
    last = i == raced.moves
    length = "" if last else _rough(math.hypot(*_move(step)))
    slope, place = _rough(math.hypot(*step.gradient)), vector([float(f"{v:.4g}") for v in step.x])
    return str(i), place, _rough(step.value), slope, length, _happened(raced, i, last)


def _move(step: Step) -> Array:
    with np.errstate(all="ignore"):
        return step.target - step.x


def _happened(raced: Raced, i: int, last: bool) -> str:
    step = raced.run.steps[i]
    if last:
        return f"{step.note} {raced.run.outcome.value}".strip() if step.note else raced.run.outcome.value
    after = raced.run.steps[i + 1].value
    change = "f fell." if after < step.value else "f **rose**." if after > step.value else "f stayed."
    return f"{change} {step.note}".strip()
