"""Ticket and Flight: a visitor's claim on an answer, and the one run that serves all who asked the same.

A flight waits in a queue, runs in a child, and has landed when its reply is there. A ticket whose flight still
waits when its patience is over becomes "busy" by itself; nobody has to look for it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final

from core.engine.answer import BUSY, Answer, decode

if TYPE_CHECKING:
    from core.engine.child import Child


class Flight:
    """One run of one question. The engine's lock guards it."""

    def __init__(self, key: str, question: bytes, seconds: float):
        self.key: Final = key
        self.question: Final = question
        self.seconds: Final = seconds
        self.tickets: set[Ticket] = set()
        self.deaths = 0  # children that died of it
        self.child: Child | None = None  # while it runs
        self.reply: bytes | None = None
        self.landed: Final = Event()

    def land(self, reply: bytes) -> None:
        """Give everyone the reply."""
        self.reply = reply
        self.landed.set()
        self.child = None


class Ticket:
    """A claim on an answer. `leave(ticket, running)` gives it up, and says whether it could."""

    def __init__(self, flight: Flight, until: float, leave: Callable[[Ticket, bool], bool]):
        self.flight: Final = flight
        self.until = until  # how long it may wait for its flight to start; monotonic time
        self._leave = leave
        self._answer: Answer | None = None
        flight.tickets.add(self)

    @property
    def result(self) -> Answer | None:
        """The answer, or None while there is none."""
        if self._answer is None:
            if self.flight.reply is not None:
                self._answer = decode(self.flight.reply)
            elif self.flight.child is None and monotonic() > self.until:
                self._give_up(running=False)
        return self._answer

    @property
    def done(self) -> bool:
        """Whether there is an answer."""
        return self.result is not None

    def wait(self, timeout: float | None = None) -> Answer | None:
        """The answer as soon as there is one; None after `timeout` seconds without."""
        end = inf if timeout is None else monotonic() + timeout
        while self.result is None and (now := monotonic()) < end:
            wake = end if self.flight.child else min(end, self.until)
            self.flight.landed.wait(None if wake == inf else max(0.0, wake - now) + 0.001)
        return self.result

    def cancel(self) -> None:
        """Give the answer up; it reads "busy" from now on. The last one to leave a flight ends it."""
        if not self.done:
            self._give_up(running=True)

    def _give_up(self, running: bool) -> None:
        if self._leave(self, running):
            self._answer = decode(BUSY)


def landed(reply: bytes) -> Ticket:
    """A ticket whose answer is there already."""
    flight = Flight("", b"", 0.0)
    flight.land(reply)
    return Ticket(flight, inf, lambda ticket, running: True)
