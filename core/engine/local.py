"""Local: jobs run in worker processes that can be killed and replaced.

    start ──► waiting: a line a session ──► lanes (threads) ──► children (processes) ◄── supply

A lane gets a child ready, takes the next flight, and holds the child's life in its hands. Rules:

- a job's limit counts from its start in a child that is ready; a child over its limit is killed and replaced
  at once, so that the next job finds a warm one;
- a child that dies is replaced and the job runs once more in silence; after that the answer is "died";
- sessions take turns; each may have one job in a worker, and a second one in one worker of four at most, when
  nobody without any waits. So three workers of four are for as many sessions, whatever these ask, and yet the page
  of a visitor may look up something quick while a proof runs;
- flights that have not taken long yet start one after the other, as many at a time as there are cores: if all of a
  class ran at once, all would be late; those that take long yield their priority and their place;
- a newer question from the same place (`lane`) of the same session takes the older one back;
- who finds his line full is told "busy" at once; who waits too long, then;
- there are lanes for all that run and wait, and one to spare, at least two; those that nobody needs end after a while;
- while there are no children to be had, and none is left, everyone is told "died" at once;
- one lock guards all that is shared; nobody computes, reads or writes while holding it.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable
from itertools import count
from math import inf
from time import monotonic
from typing import Any, Final
from weakref import WeakValueDictionary

from core import settings
from core.engine.answer import BUSY, DIED, TIMEOUT, remarks
from core.engine.capacity import workers
from core.engine.child import Child
from core.engine.memory import Memory, canonical, key_of
from core.engine.supply import Supply
from core.engine.ticket import Flight, Ticket, landed
from core.engine.waiting import Waiting

KEPT_LANES: Final = 2  # a warm one, and one to spare

log = logging.getLogger(__name__)


class Local:
    """An engine of several children. Thread safe; no thread and no process before the first use.

    `most` children at a time (default: what this machine can hold), `abreast` of them with flights that have not
    yielded (default: the cores); `nursery` says whether they may be forked.
    """

    def __init__(
        self,
        jobs: str,
        *,
        wait_seconds: float = settings.WAIT_SECONDS,
        most: int | None = None,
        abreast: int | None = None,
        nursery: bool = sys.platform == "linux",
    ):
        self._wait_seconds = wait_seconds
        self._most = most or workers()
        self._abreast = abreast or max(2, os.cpu_count() or 1)
        self._lock = threading.RLock()
        self._idle: list[
            threading.Condition
        ] = []  # of lanes without a flight; the last has flown last, its child is warmest
        self._waiting = Waiting()
        self._again: deque[Flight] = deque()  # whose child died: they go first
        self._flights: dict[tuple[str, float], Flight] = {}  # waiting or under way
        self._under_way: set[Flight] = set()
        self._newest: WeakValueDictionary[tuple[str, str], Ticket] = WeakValueDictionary()
        self._memory = Memory()
        self._strangers = count()
        self._lanes: set[threading.Thread] = set()
        self._children: set[Child] = set()  # loaded
        self._closing = threading.Event()
        self._supply = Supply(jobs, nursery, self._closing, self._look)
        self._calm = False  # whether a lane had nothing to do yet: the first answer does not share the processor

    @property
    def ready(self) -> bool:
        """Whether a child waits for questions, or answers one."""
        return bool(self._children)

    def start(
        self,
        job: str,
        arguments: dict[str, Any],
        *,
        seconds: float,
        session: str = "",
        lane: str = "",
        kept: bool = True,
    ) -> Ticket:
        """Ask; who asks the same with the same limit while it waits or runs shares the run.

        Without a session every question is a session of its own. What is not `kept` is not remembered, and run anew.
        """
        text = canonical(arguments)
        key = key_of(job, text)
        with self._lock:
            flight = self._flights.get((key, seconds))
            older = self._newest.get((session, lane)) if session and lane else None
            if older and flight and older in flight.tickets:  # to ask the same again is not new
                return older
            if older:
                older.cancel()
            if reply := (self._memory.recall(key, seconds) if kept else None) or self._refusal():
                return landed(reply)
            session = session or f"\0{next(self._strangers)}"
            if flight is None:
                if not self._waiting.has_room(session):
                    return landed(BUSY)
                flight = Flight(key, f"[{json.dumps(job)},{text}]".encode(), seconds, session, kept)
                self._flights[key, seconds] = flight
                self._waiting.join(flight)
            ticket = Ticket(flight, monotonic() + self._wait_seconds, self._leave, session)
            if lane:
                self._newest[session, lane] = ticket
            self._open_lanes()
            self._wake()
            return ticket

    def warm(self) -> None:
        """Get children ready in the background."""
        with self._lock:
            self._open_lanes()

    def close(self) -> None:
        """End all children and lanes; whoever waits is told "died"."""
        with self._lock:
            self._closing.set()
            self._dismiss()
            self._wake_all()
            children, lanes = list(self._children), list(self._lanes)
        for child in children:
            child.kill()
        self._supply.stop_loading()
        for lane in lanes:
            lane.join(5)
        self._supply.close()
        atexit.unregister(self.close)

    # Coming and going. All of these hold the lock.

    def _refusal(self) -> bytes | None:
        down = self._supply.is_down and not self._children
        return DIED if down or self._closing.is_set() else None

    def _leave(self, ticket: Ticket, running: bool) -> bool:
        """Take a ticket off its flight; one that runs is left only if `running`. The last to leave ends it."""
        flight = ticket.flight
        with self._lock:
            if flight.reply is not None or (flight.started is not None and not running):
                return False
            flight.tickets.discard(ticket)
            if not flight.tickets:
                if flight.child:
                    flight.child.kill()
                self._forget(flight)
            elif all(other.session != flight.session for other in flight.tickets):
                self._pass_on(flight)
            self._wake_all()
            return True

    def _pass_on(self, flight: Flight) -> None:
        """Whose flight it was has left: it goes to the account of another, and to the end of that one's line."""
        waited = flight.started is None
        if waited:
            self._waiting.leave(flight)
        flight.session = next(iter(flight.tickets)).session
        if waited:
            self._waiting.join(flight)

    def _forget(self, flight: Flight) -> None:
        if self._flights.get((flight.key, flight.limit)) is flight:
            del self._flights[flight.key, flight.limit]
        self._under_way.discard(flight)
        self._waiting.leave(flight)

    def _land(self, flight: Flight, reply: bytes) -> None:
        self._forget(flight)
        flight.land(reply)

    def _dismiss(self) -> None:
        """Tell everyone who waits that there is nothing to wait for."""
        for flight in list(self._flights.values()):
            if flight.child is None or self._closing.is_set():
                self._land(flight, DIED)

    def _open_lanes(self) -> None:
        """A lane for each flight under way, for each that may start, and, after the first rush, one to spare."""
        starting = min(len(self._again) + self._waiting.sessions, max(0, self._places()))
        wanted = max(1, len(self._under_way) + starting)
        if self._calm:
            wanted = max(KEPT_LANES, wanted + 1)
        while len(self._lanes) < min(wanted, self._most) and not self._closing.is_set():
            if not self._lanes:
                atexit.register(self.close)
            lane = threading.Thread(target=self._serve, name="engine lane", daemon=True)
            self._lanes.add(lane)
            lane.start()

    # A lane.

    def _serve(self) -> None:
        """Fly one flight after the other, until the engine is closed or the lane is one too many."""
        me = threading.current_thread()
        try:
            while me in self._lanes and not self._closing.is_set():
                if child := self._ready_child():
                    self._use(child, me)
        finally:
            with self._lock:
                self._lanes.discard(me)

    def _use(self, child: Child, lane: threading.Thread) -> None:
        """Fly with one child as long as it serves."""
        try:
            while flight := self._board(child, lane):
                self._fly(flight, child)
        finally:
            child.kill()
            with self._lock:
                self._children.discard(child)

    def _board(self, child: Child, lane: threading.Thread) -> Flight | None:
        """The next flight, bound to this child; None when the child, or the lane, is of no more use."""
        since = monotonic()
        with self._lock:
            while child.alive and not child.spent and not self._closing.is_set():
                flight = self._next()
                if flight is not None:
                    flight.board(child)
                    self._under_way.add(flight)
                    self._open_lanes()
                    return flight
                if not self._calm:
                    self._calm = True
                    self._open_lanes()
                self._rest()
                if monotonic() >= since + settings.IDLE_SECONDS and self._too_many():
                    self._lanes.discard(lane)
                    break
            self._wake()  # another lane, for what was meant for this child
        return None

    def _rest(self) -> None:
        """Until there may be something to do."""
        me = threading.Condition(self._lock)
        self._idle.append(me)
        me.wait(settings.IDLE_SECONDS)
        if me in self._idle:
            self._idle.remove(me)

    def _wake(self) -> None:
        """One lane."""
        if self._idle:
            self._idle.pop().notify()

    def _wake_all(self) -> None:
        while self._idle:
            self._wake()

    def _too_many(self) -> bool:
        return len(self._lanes) > max(KEPT_LANES, len(self._under_way) + 1)

    def _next(self) -> Flight | None:
        """Whose turn it is, of those who have not lost patience, and whose answer is not known since they asked."""
        if self._places() <= 0:
            return None
        while self._again:
            again = self._again.popleft()
            if again.tickets and again.reply is None:
                return again
        aloft = Counter(flight.session for flight in self._under_way)
        seconds = sum(n - 1 for n in aloft.values()) < self._most // 4
        while (flight := self._waiting.next(aloft, seconds)) is not None:
            reply = self._memory.recall(flight.key, flight.limit) if flight.kept else None
            if reply is None and any(ticket.until >= monotonic() for ticket in flight.tickets):
                return flight
            self._land(flight, reply or BUSY)
        return None

    def _places(self) -> int:
        """How many may start now: beside those that take long, no more than there are cores."""
        return self._abreast - sum(not flight.yielded for flight in self._under_way)

    def _fly(self, flight: Flight, child: Child) -> None:
        """Run one flight, and give its tickets what became of it."""
        since = monotonic()
        reply = _reply(flight, child, lambda: self._yield(flight))
        with self._lock:
            flight.child = None
            self._waiting.worked(flight.session, 0.0 if flight.yielded else monotonic() - since)
            if flight.reply is None and flight.tickets:  # else what came back does not matter
                if reply is None and flight.deaths == 1:
                    self._under_way.discard(flight)
                    self._again.append(flight)
                else:
                    if reply is not None and flight.kept:
                        self._memory.keep(flight.key, reply, flight.limit)
                    self._land(flight, reply or DIED)
            if self._again or len(self._waiting):
                self._wake_all()

    def _yield(self, flight: Flight) -> None:
        """It takes long: let another start beside it."""
        with self._lock:
            flight.yielded = True
            self._waiting.worked(flight.session, inf)  # what its session asks next is behind all that have begun
            self._open_lanes()
            self._wake()

    # Children.

    def _ready_child(self) -> Child | None:
        """A child with the jobs loaded; None when there is none now."""
        child = self._supply.child()
        with self._lock:
            if child:
                self._children.add(child)
                if self._closing.is_set():
                    child.kill()
            elif self._supply.is_down and not self._children:
                self._dismiss()
        return child

    def _look(self) -> None:
        """The nursery has ended, and its workers with it: let the lanes notice."""
        with self._lock:
            self._wake_all()


def _reply(flight: Flight, child: Child, yielded: Callable[[], None]) -> bytes | None:
    """What the child makes of a flight; None when it died of it."""
    try:
        reply = child.ask(flight.question, flight.limit, flight.hear, yielded)
    except TimeoutError:
        return TIMEOUT
    except EOFError:
        flight.deaths += 1
        return None
    unforeseen, spent = remarks(reply)
    if unforeseen:
        log.error("%s failed\n%s", json.loads(flight.question)[0], unforeseen)
    child.spent = child.spent or spent
    return reply
