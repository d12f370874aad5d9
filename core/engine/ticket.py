"""Ticket and Flight: a visitor's claim on an answer, and the one run that serves all who asked the same.

A flight waits, runs in a child, and has landed when its reply is there. It is on the account of one session: that of
one of its tickets. A ticket whose flight still waits when its patience is over becomes "busy" by itself; nobody has
to look for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import inf
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from core.engine.answer import BUSY, Answer, decode

if TYPE_CHECKING:
    from core.engine.child import Child


class Flight:
    """One run of one question. The engine's lock guards it."""

    def __init__(self, key: str, question: bytes, limit: float, session: str = "", kept: bool = True):
        self.key: Final = key
        self.question: Final = question
        self.limit: Final = limit  # seconds
        self.session = session  # on whose account it waits and runs
        self.kept: Final = kept  # whether its reply is remembered
        self.tickets: set[Ticket] = set()
        self.deaths = 0  # children that died of it
        self.yielded = False  # it takes long: others start beside it
        self.started: float | None = None  # monotonic time; the first start, if it is run again
        self.ended: float | None = None
        self.child: Child | None = None  # while it runs
        self.progress: bytes | None = None  # the newest message of the running job
        self.reply: bytes | None = None

    def board(self, child: Child) -> None:
        """Its run begins."""
        self.child = child
        self.yielded = False
        self.started = self.started or monotonic()

    def hear(self, message: bytes) -> None:
        """The job says what it has so far."""
        self.progress = message

    def land(self, reply: bytes) -> None:
        """Give everyone the reply."""
        self.ended = monotonic()
        self.reply = reply
        self.child = None
        for ticket in self.tickets:
            ticket.over.set()
        self.tickets.clear()  # no cycle is left for the collector


class Ticket:
    """A claim on an answer. `leave(ticket, running)` gives it up, and says whether it could."""

    def __init__(self, flight: Flight, until: float, leave: Callable[[Ticket, bool], bool], session: str = ""):
        self.flight: Final = flight
        self.until: Final = until  # how long it may wait for its flight to start; monotonic time
        self.session: Final = session
        self.over: Final = Event()  # landed, or given up
        self._leave = leave
        self._answer: Answer | None = None
        if flight.reply is None:
            flight.tickets.add(self)

    @property
    def result(self) -> Answer | None:
        """The answer, or None while there is none."""
        if self._answer is None:
            if self.flight.reply is not None:
                self._answer = decode(self.flight.reply)
            elif self.flight.started is None and monotonic() > self.until:
                self._give_up(running=False)
        return self._answer

    @property
    def done(self) -> bool:
        """Whether there is an answer."""
        return self.result is not None

    @property
    def started(self) -> bool:
        """Whether a worker has begun; False for ever when the answer was known already."""
        return self.flight.started is not None

    @property
    def seconds(self) -> float | None:
        """How long it has run, or ran; None when it has not begun."""
        if self.flight.started is None:
            return None
        return (self.flight.ended or monotonic()) - self.flight.started

    @property
    def progress(self) -> dict[str, Any] | None:
        """The newest that the job has reported, also when it was stopped after that; None when it has not."""
        message = self.flight.progress
        return None if message is None else json.loads(message)["value"]

    def wait(self, timeout: float | None = None) -> Answer | None:
        """The answer as soon as there is one; None after `timeout` seconds without."""
        end = inf if timeout is None else monotonic() + timeout
        while self.result is None and (now := monotonic()) < end:
            wake = end if self.started else min(end, self.until)
            self.over.wait(None if wake == inf else max(0.0, wake - now) + 0.001)
        return self.result

    def cancel(self) -> None:
        """Give the answer up; it reads "busy" from now on. The last one to leave a flight ends it."""
        if not self.done:
            self._give_up(running=True)

    def _give_up(self, running: bool) -> None:
        if self._leave(self, running):
            self._answer = decode(BUSY)
            self.over.set()


def landed(reply: bytes, progress: bytes | None = None) -> Ticket:
    """A ticket whose answer is there already."""
    flight = Flight("", b"", 0.0)
    flight.progress = progress
    flight.land(reply)
    return Ticket(flight, inf, lambda ticket, running: True)
