"""What a page asks of the workers, and what it draws while they work.

A figure never waits: its programs come straight from the text. The exact derivatives and the critical points come
from a worker, and the page is drawn again with them when they are there (`core.ui.stages`): first the gradient or the
Jacobian, then the Hessian, then the critical points with their exact names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import streamlit as st

from core import engine, settings
from core.immediate import programs, whole
from core.numeric import has_values
from core.problem import Problem, ProblemError, Side
from core.program import Program, jacobian
from core.syntax import InputError, read
from core.ui import present, stages
from core.ui.inputs import Asked, first
from core.ui.stages import Question, Stage
from core.wire import Record, failure

SORRY: Final = {
    "timeout": ("time", "This formula takes too long to differentiate. Try a shorter one, or fewer nested functions."),
    "died": ("time", "This formula needs more memory than the server gives. Try a shorter one."),
    "failed": ("budget", "This formula could not be worked out."),
    "stopped": ("time", "You stopped the work on this formula."),
}
NO_HESSIAN: Final = {
    "timeout": "The Hessian takes too long to derive. Try a shorter formula, or fewer nested functions.",
    "died": "The Hessian needs more memory than the server gives. Try a shorter formula.",
    "stopped": "You stopped the work on the Hessian.",
    "failed": "The Hessian could not be worked out.",
}
UNFINISHED: Final = "The search was stopped at its limit: there may be more critical points in this window."
STOPPED: Final = "You stopped the search: there may be more critical points in this window."
UNJUDGED: Final = "This window could not be judged in the time allowed. Try a shorter formula."
NOTHING: Final[Record] = {"points": [], "curves": [], "singular": [], "undecided": []}
UNPROVED: Final = {
    "timeout": "The search for critical points was stopped at its limit; nothing is proved about this window.",
    "died": "The search needs more memory than the server gives; nothing is proved about this window.",
    "failed": "The search for critical points could not be made; nothing is proved about this window.",
}
GRID: Final = 17  # points a side, to see whether a function is defined anywhere in the window
STALE: Final = "Still the last formula that could be worked out"
_LAST: Final = "_last_answered"


def _derived(problem: Problem, stale: str, seconds: float | None = None) -> Record | None:
    """Everything exact about the problem but the Hessian, in the form a person would write; None while it is derived.

    If that form takes too long, then as derived. A page that has nothing else to draw waits so many seconds.
    """
    lane = "stale" if stale else "derive"  # the question in the box and the last good one: a run may need both
    stage = _put(Question(lane, "derive", _arguments(problem), settings.DERIVE_SECONDS, "Differentiating"), seconds)
    if stage.answer is not None and stage.answer.status == "timeout":
        arguments = {**_arguments(problem), "tidy": False}
        stage = _put(
            Question(f"plain {lane}", "derive", arguments, settings.DERIVE_SECONDS, "Differentiating"), seconds
        )
    if stage.stopped:
        return failure(*SORRY["stopped"])
    answer = stage.answer
    if answer is None:
        return None
    if answer.value is not None and (answer.status == "done" or "error" in answer.value):
        return _valued(answer.value, problem)
    if answer.value is not None:
        return failure(str(answer.value["code"]), str(answer.value["message"]))
    return failure(*SORRY[answer.status])


def _put(question: Question, seconds: float | None) -> Stage:
    return stages.ask(question) if seconds is None else stages.wait(question, seconds)


def _valued(record: Record, problem: Problem) -> Record:
    """The record with programs for the chosen values; its formulas keep the letters, so they serve all values."""
    if not problem.parameters or not record["ok"]:
        return record
    values = dict(problem.parameters)
    F = whole(read(problem.text, problem.variables), values)
    wires = {"jacobian": jacobian(F).to_wire()}
    return {**record, "parameters": {**record["parameters"], **values}, "programs": wires}


def _arguments(problem: Problem) -> Record:
    """Derivatives depend on neither the window nor the values of letters, so neither does their place in the cache.

    Programs do depend on the values; with letters they are made here (`_valued`).
    """
    problem_of_all = Problem(problem.text, problem.variables).to_wire()
    return {"problem": problem_of_all, "programs": not problem.parameters, "second": False}


def critical(answered: Answered, shown: str) -> Record | None:
    """The critical points in the window: all of them, those proved so far while the search runs, or None."""
    stage = stages.ask(_search(answered.problem, shown), stages.PATIENCE if answered.record else 0.0)
    answer, so_far = stage.answer, _critical(stage.so_far)
    if answer is not None and answer.status == "done" and answer.value is not None:
        return _critical(answer.value)
    if so_far and so_far["status"] != "proving":  # only the exact names are missing
        return so_far
    if stage.stopped:
        return {**(so_far or NOTHING), "status": "incomplete", "sentence": STOPPED}
    if answer is None:
        return so_far
    return _unproved(answer, so_far)


def inflections(answered: Answered) -> Record | None:
    """The critical points of f′ of a function of one variable: all of them, or None while, or where, there is no list.

    The exact derivative is a formula like any other, and is asked about as one.
    """
    record, problem = answered.record, answered.problem
    if record is None or answered.components != 1 or len(answered.names) != 1:
        return None
    try:
        slope = Problem(record["gradient"][0], answered.names, problem.parameters, problem.box)
        read(slope.text, slope.variables)
    except (InputError, ProblemError):  # a derivative that our language has no word for
        return None
    question = replace(_search(slope, "f"), lane="inflections", doing="Looking for the inflections")
    answer = stages.ask(question, stages.PATIENCE).answer
    return _critical(answer.value) if answer is not None and answer.status == "done" else None


def _critical(said: Record | None) -> Record | None:
    found: Record | None = (said or {}).get("critical")
    return found


def atlas(answered: Answered, shown: str, method: str, constants: dict[str, float], steps: int) -> Record | None:
    """The map of where a method ends from every start in the window: as fine as it is by now.

    None when there is nothing yet; nothing in it when there will be none.
    """
    asked: Record = {"problem": answered.problem.to_wire(), "shown": shown, "method": method, "steps": steps}
    asked |= {"hyperparameters": constants, "seconds": settings.ATLAS_SECONDS}
    question = Question("atlas", "atlas", asked, settings.ATLAS_SECONDS + 2, "Mapping the starts")
    stage = stages.ask(question, stages.PATIENCE if answered.record else 0.0)
    so_far, answer = (stage.so_far or {}).get("atlas"), stage.answer
    if answer is not None and answer.status == "done" and answer.value is not None and "error" not in answer.value:
        return answer.value["atlas"] or {}
    return so_far if so_far or (answer is None and not stage.stopped) else {}


def region(answered: Answered, shown: str, whole: bool = False) -> Record | None:
    """What is promised about the window, or the whole space: what is known by now; None when there is nothing yet.

    One question for all pages: no two of them say different things.

    Where nothing could be said the record has only a "sorry", one sentence.
    """
    seconds, asked = settings.REGION_PAGE_SECONDS, {"problem": answered.problem.to_wire(), "shown": shown}
    arguments: Record = {**asked, "seconds": seconds, "width": settings.REGION_PAGE_WIDTH, "page": True, "whole": whole}
    question = Question("region", "region", arguments, 2 * seconds, "Judging the window")
    stage = stages.ask(question, stages.PATIENCE if answered.record else 0.0)
    so_far, answer = (stage.so_far or {}).get("region"), stage.answer
    if answer is not None and answer.status == "done" and answer.value is not None and "error" not in answer.value:
        return answer.value
    if so_far or (answer is None and not stage.stopped):
        return so_far
    return {"sorry": (refusal(answer) if answer else "") or UNJUDGED}


def _search(problem: Problem, shown: str) -> Question:
    arguments: Record = {"problem": problem.to_wire(), "shown": shown, "seconds": settings.CRITICAL_SECONDS}
    return Question("critical", "critical", arguments, settings.CRITICAL_SECONDS + 1, "Proving completeness")


def _unproved(answer: engine.Answer, so_far: Record | None) -> Record:
    """What is said when there was no search, or none to its end."""
    sentence = UNFINISHED if so_far and so_far["points"] else refusal(answer) or UNPROVED[answer.status]
    return {**(so_far or NOTHING), "status": "incomplete", "sentence": sentence}


def refusal(answer: engine.Answer) -> str:
    """The job's own words for why it refused; empty when it did not get to say."""
    why = answer.value or {}
    return str(why.get("error", why).get("message", ""))


@dataclass(frozen=True)
class Answered:
    """A question with what is known of it, and why it may not be the one in the formula box.

    `scalars` are the programs a figure can show (`core.immediate.programs`), `moving` the same with the letters as
    further inputs; `record` is None while a worker derives.
    """

    problem: Problem
    box: tuple[Side, ...]
    point: tuple[float, ...]
    names: tuple[str, ...]
    components: int
    scalars: dict[str, Program]
    moving: dict[str, Program]
    record: Record | None
    stale: str


def answered(asked: Asked) -> Answered:
    """The question to draw: this one, or the last that could be answered, saying so.

    A formula that means nothing, or cannot be differentiated, costs a sentence; the picture of the last one stays.
    """
    stages.begin()
    last = st.session_state.get(_LAST) or first()
    answer = _answered(asked.shown, asked.stale)
    if answer is None and last.problem != asked.shown.problem:
        answer = _answered(last, STALE)
    if answer is None:
        stages.end()
        st.stop()
    return answer


def _answered(shown: Asked, stale: str) -> Answered | None:
    assert shown.problem is not None and shown.reading is not None
    values = dict(shown.problem.parameters)
    scalars = programs(shown.reading, values)
    moving = programs(shown.reading, values, free=True) if values else scalars
    record = _derived(shown.problem, stale)
    if record is None and not _drawable(scalars, shown):
        record = _derived(shown.problem, stale, settings.DERIVE_SECONDS)
    if record is not None and not record["ok"]:
        present.sorry(record["error"]["message"], key=f"derive_{bool(stale)}")
        return None
    if record is not None:
        st.session_state[_LAST] = replace(shown, margin=None)
    names, count = shown.reading.variables, len(shown.reading.components)
    if record is not None and count == 1:
        stages.ask(_second(shown.problem), 0.0, needed=False)  # before what takes longer
    return Answered(shown.problem, shown.box, shown.point, names, count, scalars, moving, record, stale)


def _drawable(scalars: dict[str, Program], shown: Asked) -> bool:
    """Whether there is anything to draw before the worker has spoken."""
    axes = [[lo + (hi - lo) * k / (GRID - 1) for k in range(GRID)] for lo, hi in shown.box[:2]]
    held = [[value] for value in shown.point[2:]]
    points = list(zip(*product(*axes, *held), strict=True))
    return any(has_values(f, points) for f in scalars.values())


def exactly(answered: Answered) -> Record | None:
    """The exact derivatives; None while they are worked out, with a place kept for them.

    Of a scalar function the Hessian comes later: "hessian" is None until then, and `hessian_waits` draws why.
    """
    record = answered.record
    if record is None:
        waiting("formulas")
        return None
    if answered.components == 1:
        answer = stages.ask(_second(answered.problem)).answer
        if answer is not None and answer.status == "done" and answer.value is not None:
            found = answer.value
            return {**record, "hessian": found["hessian"], "latex": {**record["latex"], "hessian": found["latex"]}}
    return record


def plain_hessian(answered: Answered) -> list[list[str]]:
    """The entries of the Hessian of a scalar function, in plain text; none while they are worked out."""
    if answered.record is None or answered.components != 1:
        return []
    answer = stages.ask(_second(answered.problem), 0.0).answer
    return answer.value["plain"] if answer is not None and answer.status == "done" and answer.value else []


def _second(problem: Problem) -> Question:
    arguments = {"problem": Problem(problem.text, problem.variables).to_wire()}
    return Question("hessian", "hessian", arguments, settings.HESSIAN_SECONDS, "Differentiating the gradient")


def hessian_waits(answered: Answered) -> None:
    """Draw, in the place of the Hessian, that it is being worked out, or why there is none."""
    stage = stages.ask(_second(answered.problem), 0.0)
    answer = stage.answer
    if (answer is None and not stage.stopped) or (answer and answer.status == "done"):  # it came this very moment
        waiting("hessian")
        return
    words = NO_HESSIAN["stopped"] if answer is None else refusal(answer) or NO_HESSIAN[answer.status]
    present.sorry(words, key="hessian")


def waiting(key: str) -> None:
    """Keep a place for formulas that are being worked out."""
    st.container(key=f"{key}_waiting", height=220, border=False).skeleton()


def exact_determinant(answered: Answered) -> str | None:
    """The LaTeX of det J; None when there is none, or not yet, or it takes too long."""
    found = _exact("determinant", _arguments(answered.problem))
    return None if found is None else found["determinant"]


def exact_values(answered: Answered) -> Record:
    """What is exact at the held point; every entry is None where it cannot be had, or not yet."""
    found = _exact("local", _there(answered))
    return found or dict.fromkeys(("jacobian", "determinant_at", "rank", "hessian", "eigenvalues", "ray"))


def exact_model(answered: Answered, shown: str, order: int) -> Record | None:
    """The Taylor model at the held point, term by term; None when there is none, or not yet."""
    return _exact("taylor", {**_there(answered), "shown": shown, "order": order})


def _there(answered: Answered) -> Record:
    """What is asked at the held point depends on the values of the letters, and not on the window."""
    problem = answered.problem
    wire = Problem(problem.text, problem.variables, problem.parameters).to_wire()
    return {"problem": wire, "at": list(answered.point)}


def _exact(job: str, arguments: Record) -> Record | None:
    answer = stages.ask(Question(job, job, arguments, settings.DERIVE_SECONDS, "Looking for exact numbers")).answer
    if answer is None or answer.status != "done" or "error" in (answer.value or {}):
        return None
    return answer.value
