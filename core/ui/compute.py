"""What a page asks of the workers, and what it draws while they work.

A figure never waits: its programs come straight from the text. The exact derivatives and the critical points come
from a worker, and the page is drawn again with them when they are there. A newer question of the same visitor takes
the older one back. Nothing is kept here but the tickets; the engine remembers answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import streamlit as st

from core import engine, settings
from core.immediate import programs
from core.numeric import has_values
from core.problem import Problem, Side
from core.program import Program
from core.ui import present
from core.ui.inputs import Asked, first
from core.wire import Record, failure

SORRY: Final = {
    "timeout": ("time", "This formula takes too long to differentiate. Try a shorter one, or fewer nested functions."),
    "busy": ("time", "The server is busy with other formulas. Try again in a moment."),
    "died": ("time", "This formula needs more memory than the server gives. Try a shorter one."),
    "failed": ("budget", "This formula could not be worked out."),
}
UNPROVED: Final = {
    "timeout": "The search for critical points was stopped at its limit; nothing is proved about this window.",
    "died": "The search needs more memory than the server gives; nothing is proved about this window.",
    "failed": "The search for critical points could not be made; nothing is proved about this window.",
}
PATIENCE: Final = 0.15  # seconds a page waits for a worker before it draws without its answer
GRID: Final = 17  # points a side, to see whether a function is defined anywhere in the window
STALE: Final = "Still the last formula that could be worked out"
_TICKETS: Final = "_tickets"
_LAST: Final = "_last_answered"
_DRAWING: Final = "_drawing"


def derivatives(problem: Problem, stale: str = "") -> Record:
    """Everything exact about the problem, in the form a person would write; as derived, if that takes too long."""
    answer = _derive(problem, stale).wait()
    if answer is not None and answer.status == "timeout":
        plain = {**_arguments(problem), "tidy": False, "second": False}
        answer = _ticket("plain", problem, "derive", plain, settings.HESSIAN_SECONDS).wait()
    assert answer is not None
    if answer.value is not None and (answer.status == "done" or "error" in answer.value):
        return answer.value
    if answer.value is not None:
        return failure(str(answer.value["code"]), str(answer.value["message"]))
    return failure(*SORRY[answer.status])


def _derive(problem: Problem, stale: str) -> engine.Ticket:
    """The question in the box and the last good one have a place each: a run may need both."""
    return _ticket("stale" if stale else "derive", problem, "derive", _arguments(problem), settings.DERIVE_SECONDS)


def _arguments(problem: Problem) -> Record:
    """Derivatives do not depend on the window, so neither does their place in the cache."""
    return {"problem": Problem(problem.text, problem.variables, problem.parameters).to_wire()}


def _ticket(slot: str, question: Any, job: str, arguments: Record, seconds: float) -> engine.Ticket:
    """The ticket of this visitor's question, also when it has failed; an older question of the slot is taken back."""
    tickets: dict[str, tuple[Any, engine.Ticket]] = st.session_state.setdefault(_TICKETS, {})
    before = tickets.get(slot)
    if before is not None and before[0] == question and not _turned_away(before[1]):
        return before[1]
    if before is not None:
        before[1].cancel()
    ticket = engine.start(job, arguments, seconds=seconds)
    tickets[slot] = (question, ticket)
    return ticket


def _turned_away(ticket: engine.Ticket) -> bool:
    """Whether the workers were too busy even to begin: then it is worth asking again."""
    answer = ticket.result
    return answer is not None and answer.status == "busy"


def critical(answered: Answered, shown: str) -> Record | None:
    """The critical points in the window; None while they are being proved.

    On a fresh server no worker is started before the figure is on its way: both need the processor.
    """
    if answered.record is None and not engine.ready():
        return None
    answer = _search(answered.problem, shown).wait(PATIENCE if answered.record else 0.0)
    if answer is None or answer.status == "busy":  # the next run asks again
        return None
    if answer.status == "done" and answer.value is not None:
        found: Record = answer.value["critical"]
        return found
    return _unproved(answer)


def _search(problem: Problem, shown: str) -> engine.Ticket:
    arguments: Record = {"problem": problem.to_wire(), "shown": shown, "seconds": settings.CRITICAL_SECONDS}
    return _ticket("critical", (problem, shown), "critical", arguments, settings.CRITICAL_SECONDS + 1)


def _unproved(answer: engine.Answer) -> Record:
    """What is said when there was no search, or none to its end."""
    why = answer.value or {}
    sentence = why.get("error", why).get("message") or UNPROVED[answer.status]
    empty: Record = {"points": [], "curves": [], "singular": [], "undecided": []}
    return {"status": "incomplete", "sentence": sentence, **empty}


def wait_for_answers(answered: Answered, shown: str, found: Record | None) -> None:
    """While derivatives or a proof are missing, look for them and draw the page again when they are there."""
    if answered.record is None or found is None:
        if engine.ready():
            _search(answered.problem, shown)
        st.session_state[_DRAWING] = True
        _look(answered.problem, shown, answered.record is None, answered.stale)


@st.fragment(run_every=0.4)
def _look(problem: Problem, shown: str, derive: bool, stale: str) -> None:
    """Not yet while the page itself is drawn: a browser that paints its first figure needs the processor."""
    if st.session_state.pop(_DRAWING, False):
        return
    ticket = _derive(problem, stale) if derive else _search(problem, shown)
    if ticket.done:
        st.rerun()


@dataclass(frozen=True)
class Answered:
    """A question with what is known of it, and why it may not be the one in the formula box.

    `scalars` are the programs a figure can show (`core.immediate.programs`); `record` is None while a worker derives.
    """

    problem: Problem
    box: tuple[Side, ...]
    point: tuple[float, ...]
    names: tuple[str, ...]
    components: int
    scalars: dict[str, Program]
    record: Record | None
    stale: str


def answered(asked: Asked) -> Answered:
    """The question to draw: this one, or the last that could be answered, saying so.

    A formula that means nothing, or cannot be differentiated, costs a sentence; the picture of the last one stays.
    """
    last = st.session_state.get(_LAST) or first()
    answer = _answered(asked.shown, asked.stale)
    if answer is None and last.problem != asked.shown.problem:
        answer = _answered(last, STALE)
    if answer is None:
        st.stop()
    return answer


def _answered(shown: Asked, stale: str) -> Answered | None:
    assert shown.problem is not None and shown.reading is not None
    scalars = programs(shown.reading, dict(shown.problem.parameters))
    record: Record | None = None
    quick = engine.ready() and _derive(shown.problem, stale).wait(PATIENCE) is not None
    if quick or not _drawable(scalars, shown):
        record = derivatives(shown.problem, stale)
        if not record["ok"]:
            present.sorry(record["error"]["message"], key=f"derive_{bool(stale)}")
            return None
        st.session_state[_LAST] = replace(shown, margin=None)
    names, count = shown.reading.variables, len(shown.reading.components)
    return Answered(shown.problem, shown.box, shown.point, names, count, scalars, record, stale)


def _drawable(scalars: dict[str, Program], shown: Asked) -> bool:
    """Whether there is anything to draw before the worker has spoken."""
    axes = [[lo + (hi - lo) * k / (GRID - 1) for k in range(GRID)] for lo, hi in shown.box[:2]]
    held = [[value] for value in shown.point[2:]]
    points = list(zip(*product(*axes, *held), strict=True))
    return any(has_values(f, points) for f in scalars.values())


def exactly(answered: Answered) -> Record | None:
    """The exact derivatives; None while a fresh server starts its worker, a sentence when they cannot be had."""
    if answered.record is None and not engine.ready():
        st.container(key="formulas_waiting", height=220, border=False).skeleton()
        return None
    record = answered.record or derivatives(answered.problem, answered.stale)
    if record["ok"]:
        return record
    present.sorry(record["error"]["message"], key="derive_late")
    return None
