"""Local: jobs run in a child process of this one, one at a time.

    start ──► queue of flights ──► lane (a thread) ──► child (a process that can be killed and replaced)

A lane gets a child ready, then takes the next flight, and holds the child's life in its hands: it started the
child, so on Linux the child dies with it. Rules:

- a job's limit counts from its start in a child that is ready; a child over its limit is killed and replaced
  at once, so that the next job finds a warm one;
- a child that dies is replaced and the job runs once more in silence; after that the answer is "died";
- after FAILED_STARTS failed starts in a row everyone is told "died" at once, until a pause is over;
- one lock guards all that is shared; nobody computes, reads or writes while holding it.

A pool is several lanes over the same queue: a lane shares nothing with another but what the lock guards.
"""

from __future__ import annotations

import atexit
import json
import logging
import threading
from collections import deque
from time import monotonic
from typing import Any, Final

from core import settings
from core.engine.answer import BUSY, DIED, TIMEOUT, remarks
from core.engine.child import Child
from core.engine.memory import Memory, canonical, key_of
from core.engine.ticket import Flight, Ticket, landed

START_SECONDS: Final = 30.0  # for Python, SymPy and the jobs to load
FAILED_STARTS: Final = 5
LONGEST_PAUSE: Final = 60.0

log = logging.getLogger(__name__)


class Local:
    """An engine with one child. Thread safe; no thread and no process before the first use."""

    def __init__(self, jobs: str, *, wait_seconds: float = settings.WAIT_SECONDS):
        self._jobs = jobs
        self._wait_seconds = wait_seconds
        self._changed = threading.Condition()
        self._queue: deque[Flight] = deque()
        self._flights: dict[tuple[str, float], Flight] = {}  # waiting or running
        self._memory = Memory()
        self._lane: threading.Thread | None = None
        self._child: Child | None = None
        self.ready = False  # whether a child waits for questions, or answers one
        self._failed_starts = 0
        self._down_until = 0.0
        self._closed = False

    def start(self, job: str, arguments: dict[str, Any], *, seconds: float) -> Ticket:
        """Ask; who asks the same with the same limit while it waits or runs shares the run."""
        text = canonical(arguments)
        key = key_of(job, text)
        with self._changed:
            known = self._memory.recall(key, seconds) or self._refusal()
            if known is not None:
                return landed(known)
            flight = self._flights.get((key, seconds))
            if flight is None:
                flight = Flight(key, f"[{json.dumps(job)},{text}]".encode(), seconds)
                self._flights[key, seconds] = flight
                self._queue.append(flight)
                self._open()
            return Ticket(flight, monotonic() + self._wait_seconds, self._leave)

    def warm(self) -> None:
        """Start the child in the background."""
        with self._changed:
            self._open()

    def close(self) -> None:
        """End the child and the lane; whoever waits is told "died"."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            child, lane = self._child, self._lane
        if child:
            child.kill()
        if lane:
            lane.join(5)
        atexit.unregister(self.close)

    def _open(self) -> None:
        if self._lane is None and not self._closed:
            self._lane = threading.Thread(target=self._serve, name="engine lane", daemon=True)
            self._lane.start()
            atexit.register(self.close)
        self._changed.notify_all()

    def _refusal(self) -> bytes | None:
        return DIED if self._closed or monotonic() < self._down_until else None

    def _leave(self, ticket: Ticket, running: bool) -> bool:
        """Take a ticket off its flight; one that runs is left only if `running`. The last to leave ends it."""
        flight = ticket.flight
        with self._changed:
            if flight.landed.is_set() or (flight.child and not running):
                return False
            flight.tickets.discard(ticket)
            if not flight.tickets:
                self._flights.pop((flight.key, flight.seconds), None)
                if flight.child:
                    flight.child.kill()
                elif flight in self._queue:
                    self._queue.remove(flight)
            return True

    # The lane.

    def _serve(self) -> None:
        """Fly one flight after the other until the engine is closed."""
        try:
            while not self._closed:
                child = self._ready_child()
                while child and (flight := self._board(child)):
                    self._fly(flight, child)
        finally:
            if self._child:
                self._child.kill()
            with self._changed:
                self._lane = None
                self._queue.clear()
                for flight in list(self._flights.values()):
                    self._land(flight, DIED)

    def _ready_child(self) -> Child | None:
        """A child with the jobs loaded, or None when that failed; then perhaps after a pause."""
        self.ready = False
        try:
            child = self._child = Child(self._jobs)
            child.load(START_SECONDS)
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            if not self._closed:
                self._pause(error)
            return None
        self._failed_starts = 0
        self.ready = True
        return child

    def _pause(self, error: Exception) -> None:
        """After too many failed starts, send everyone away and try again later and later."""
        self._failed_starts += 1
        log.error("a worker could not be started, %d in a row: %s", self._failed_starts, error)
        if self._failed_starts > FAILED_STARTS:
            seconds = min(LONGEST_PAUSE, 2.0 ** (self._failed_starts - FAILED_STARTS))
            with self._changed:
                self._down_until = monotonic() + seconds
                while self._queue:
                    self._land(self._queue.popleft(), DIED)
                self._changed.wait_for(lambda: self._closed, seconds)

    def _board(self, child: Child) -> Flight | None:
        """The next flight, bound to this child; None when the child is of no more use."""
        with self._changed:
            while child.alive and not self._closed:
                if not self._queue:
                    self._changed.wait()
                    continue
                flight = self._queue.popleft()
                known = self._memory.recall(flight.key, flight.seconds)  # since it was asked
                if known is None and any(ticket.until >= monotonic() for ticket in flight.tickets):
                    flight.child = child
                    return flight
                self._land(flight, known or BUSY)
        return None

    def _fly(self, flight: Flight, child: Child) -> None:
        """Run one flight, and give its tickets what became of it."""
        reply = _reply(flight, child)
        with self._changed:
            if not flight.tickets:  # cancelled: what came back does not matter
                return
            if reply is None and flight.deaths == 1 and not self._closed:
                self._again(flight)
                return
            if reply is not None:
                self._memory.keep(flight.key, reply, flight.seconds)
            self._land(flight, reply or DIED)

    def _again(self, flight: Flight) -> None:
        """Put it in front of the queue, with new patience (before it counts as waiting)."""
        for ticket in flight.tickets:
            ticket.until = monotonic() + self._wait_seconds
        flight.child = None
        self._queue.appendleft(flight)

    def _land(self, flight: Flight, reply: bytes) -> None:
        del self._flights[flight.key, flight.seconds]
        flight.land(reply)


def _reply(flight: Flight, child: Child) -> bytes | None:
    """What the child makes of a flight; None when it died of it."""
    try:
        reply = child.ask(flight.question, flight.seconds)
    except TimeoutError:
        return TIMEOUT
    except EOFError:
        flight.deaths += 1
        return None
    unforeseen, spent = remarks(reply)
    if unforeseen:
        log.error("%s failed\n%s", json.loads(flight.question)[0], unforeseen)
    if spent:
        child.kill()
    return reply
