"""Stages: what a page asks of the workers and does not wait for.

A page asks, waits a blink, draws what there is, and is drawn again when more is there. Each question has a place of its
own, a lane: a newer one takes the older one back. What is still missing is told in a corner of the window that takes no
room of the page: after half a second what is being done, after two seconds with a button that stops it. Nothing is kept
here but the tickets; the engine remembers answers.

On a fresh server no worker is started before the page is on its way: both need the processor.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final

import streamlit as st

from core import engine
from core.ui import turns
from core.wire import Record

PATIENCE: Final = 0.15  # seconds a page waits for a worker that has begun before it draws without its answer
LINE_SECONDS: Final = 3.0  # a drawing waits for its turn in all: to draw twice would make the line longer for everyone
LOOK_AT_LINE: Final = 0.03
LOOK_SECONDS: Final = 0.4  # between two looks whether there is more
AGAIN_SECONDS: Final = 1.5  # before the page asks again where it was turned away
MORE_SECONDS: Final = 2.0  # before more of what still runs is drawn: that costs a whole page
SAID_SECONDS: Final = 0.5  # of work; then it is said
STOP_SECONDS: Final = 2.0  # of work; then it can be stopped
_STAGES: Final = "_stages"
_OPEN: Final = "_open_stages"
_BEGAN: Final = "_drawing_began"
_DRAWING: Final = "_drawing"
_REDRAW: Final = "_redraw"
_VISITOR: Final = "_visitor"


@dataclass(frozen=True)
class Question:
    """A job with its arguments and limit, its place, and what doing it is called."""

    lane: str
    job: str
    arguments: Record
    seconds: float
    doing: str


@dataclass(frozen=True)
class Stage:
    """A question that was put, and when; without a ticket it is put when the page has been drawn."""

    question: Question
    since: float
    ticket: engine.Ticket | None = None
    stopped: bool = False  # by the visitor
    shown: Any = None  # how far it was when it was last drawn
    shown_at: float = 0.0

    @property
    def so_far(self) -> Record | None:
        """What the job has reported."""
        return self.ticket.progress if self.ticket else None

    @property
    def answer(self) -> engine.Answer | None:
        """The answer, if there is one; not when the workers were too busy even to begin."""
        answer = self.ticket.result if self.ticket else None
        return None if answer is None or answer.status == "busy" else answer

    @property
    def turned_away(self) -> bool:
        """Whether it is worth asking again."""
        return not self.stopped and self.ticket is not None and self.ticket.done and self.answer is None


def ask(question: Question, patience: float = PATIENCE, *, needed: bool = True) -> Stage:
    """The stage of this question; if it is `needed` and has no answer, the page is to be drawn again."""
    stage = _asked(question, patience)
    if needed and stage.answer is None:
        st.session_state.setdefault(_OPEN, {})[question.lane] = None
    return stage


def wait(question: Question, seconds: float) -> Stage:
    """The same, for a page that has nothing to draw without the answer: a worker is started if need be."""
    stage = _put(_asked(question, 0.0))
    _keep(stage)
    if stage.ticket and not stage.stopped:
        with turns.drawing.away():
            stage.ticket.wait(seconds)
    st.session_state.setdefault(_OPEN, {}).pop(question.lane, None)
    return ask(question, 0.0)


def _asked(question: Question, patience: float) -> Stage:
    stage = _stages().get(question.lane)
    if stage is None or stage.question != question:
        stage = Stage(question, monotonic())
    if engine.ready():
        stage = _put(stage)
        if stage.ticket:
            _wait(stage.ticket, patience)
    _keep(stage)
    return stage


def _wait(ticket: engine.Ticket, patience: float) -> None:
    """As long as a page waits: for its turn, and then a blink."""
    if ticket.done or not patience:
        return
    line_ends = st.session_state.get(_BEGAN, 0.0) + LINE_SECONDS
    with turns.drawing.away():
        while not ticket.done and not ticket.started and monotonic() < line_ends:
            ticket.wait(LOOK_AT_LINE)
        ticket.wait(patience)


def begin() -> None:
    """Before the questions of a drawing: nothing is missing yet."""
    st.session_state[_OPEN], st.session_state[_BEGAN] = {}, monotonic()


def end() -> None:
    """After all else on the page: look for what is missing, and say so."""
    lanes = tuple(st.session_state.get(_OPEN, ()))
    if any(not _stages()[lane].stopped for lane in lanes):
        st.session_state[_DRAWING] = True
        _look(lanes)
    elif lanes:
        _rest(lanes)


def _stages() -> dict[str, Stage]:
    stages: dict[str, Stage] = st.session_state.setdefault(_STAGES, {})
    return stages


def _keep(stage: Stage) -> None:
    _stages()[stage.question.lane] = stage


def _put(stage: Stage) -> Stage:
    """Ask the engine, where that is still to be done, or worth doing again."""
    if stage.stopped or (stage.ticket is not None and not _is_time_again(stage)):
        return stage
    q = stage.question
    visitor = st.session_state.setdefault(_VISITOR, secrets.token_hex(8))
    ticket = engine.start(q.job, q.arguments, seconds=q.seconds, session=visitor, lane=q.lane)
    return replace(stage, ticket=ticket, since=monotonic())


def _is_time_again(stage: Stage) -> bool:
    return stage.turned_away and monotonic() > stage.since + AGAIN_SECONDS


@st.fragment(run_every=LOOK_SECONDS)
def _look(lanes: tuple[str, ...]) -> None:
    """Not yet while the page itself is drawn: a browser that paints its first figure needs the processor."""
    if st.session_state.pop(_DRAWING, False):
        _say(lanes)
        return
    if st.session_state.pop(_REDRAW, False):
        st.rerun()
    for lane in lanes:
        if lane in _stages() and _stages()[lane].ticket is None:
            _keep(_put(_stages()[lane]))
    missing = [_stages()[lane] for lane in lanes if lane in _stages()]
    if any(stage.answer is not None or _is_time_again(stage) or _has_more(stage) for stage in missing):
        st.rerun()
    _say(lanes)


@st.fragment
def _rest(lanes: tuple[str, ...]) -> None:
    """Nothing comes by itself any more."""
    if st.session_state.pop(_REDRAW, False):
        st.rerun()
    _say(lanes)


def _has_more(stage: Stage) -> bool:
    """Whether the job has found more than what is drawn."""
    so_far = stage.so_far
    if so_far is None or stage.stopped or so_far.get("found") == stage.shown:
        return False
    if monotonic() < stage.shown_at + MORE_SECONDS:
        return False
    _keep(replace(stage, shown=so_far.get("found"), shown_at=monotonic()))
    return True


# The corner.


def _say(lanes: tuple[str, ...]) -> None:
    """Draw what is being done, or that it was stopped, with what the visitor can do about it."""
    stages = [_stages()[lane] for lane in lanes if lane in _stages()]
    if any(stage.stopped for stage in stages):
        _corner("Stopped.", "Go on", _go_on, lanes)
        return
    longest = max(stages, key=lambda stage: monotonic() - stage.since, default=None)
    if longest is None or monotonic() < longest.since + SAID_SECONDS:
        return
    long = monotonic() >= longest.since + STOP_SECONDS
    _corner(_doing(longest), "Stop" if long else "", _stop, lanes)


def _doing(stage: Stage) -> str:
    """What is being done, in words and numbers of ours.

    >>> _doing(Stage(Question("critical", "critical", {}, 8.0, "Proving completeness"), 0.0))
    'Proving completeness: a worker is being started.'
    """
    doing, ticket = stage.question.doing, stage.ticket
    if ticket is None:
        return f"{doing}: a worker is being started."
    if not ticket.started:
        return f"{doing}: waiting for a free worker. Others are computing too."
    far = (stage.so_far or {}).get("words", "")
    return f"{doing}{': ' if far else ''}{far} · {ticket.seconds or 0.0:.0f} s of at most {stage.question.seconds:.0f}"


def _corner(words: str, label: str, act: Any, lanes: tuple[str, ...]) -> None:
    with st.container(key="stages", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.text(words)
        if label:
            st.button(label, key=f"stages_{label}", on_click=act, args=(lanes,), width="content")


def _stop(lanes: tuple[str, ...]) -> None:
    """Take back all that is missing; what was reported so far stays."""
    for lane in lanes:
        stage = _stages().get(lane)
        if stage is not None and stage.answer is None:
            if stage.ticket:
                stage.ticket.cancel()
            _keep(replace(stage, stopped=True))
    st.session_state[_REDRAW] = True


def _go_on(lanes: tuple[str, ...]) -> None:
    """Ask again for all that was stopped."""
    for lane in lanes:
        if lane in _stages() and _stages()[lane].stopped:
            del _stages()[lane]
    st.session_state[_REDRAW] = True
