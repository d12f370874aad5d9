"""Waiting: the flights that are not under way yet. Every session has a line of its own; the sessions take turns.

A turn is so many seconds of a worker, not one question: a page asks for its derivatives, and when it has them for its
Hessian, and then for a proof; and it is better to have half of the pages done than all of them half done. So

- whose turn began first goes first;
- a turn ends when TURN_SECONDS of work are spent in it, or when the session has asked for nothing for GONE_SECONDS;
  the next one is behind all that have begun;
- a session with nothing under way goes before one that already has a worker, whatever their turns.

So what others ask costs a session at most one turn of each of them, and one flight at its end, however much they ask.
Not thread safe.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from core import settings

if TYPE_CHECKING:
    from core.engine.ticket import Flight

TURN_SECONDS: Final = 0.12
GONE_SECONDS: Final = 1.0
REMEMBERED: Final = 300  # sessions; beyond that those that have gone are forgotten


@dataclass
class _Turn:
    """The turn of a session: its number in the order of beginnings, the work spent in it, and its line."""

    number: int
    spent: float = 0.0
    last: float = 0.0  # when the session asked for something, or got it
    line: deque[Flight] = field(default_factory=deque)


class Waiting:
    """Lines of flights, one a session."""

    def __init__(
        self,
        most: int = settings.QUEUE,
        most_of_one: int = settings.QUEUE_OF_ONE,
        clock: Callable[[], float] = monotonic,
    ):
        self._most, self._most_of_one, self._clock = most, most_of_one, clock
        self._turns: dict[str, _Turn] = {}
        self._begun = 0

    def __len__(self) -> int:
        return sum(len(turn.line) for turn in self._turns.values())

    @property
    def sessions(self) -> int:
        """How many sessions wait."""
        return sum(bool(turn.line) for turn in self._turns.values())

    def has_room(self, session: str) -> bool:
        """Whether this session may put one more in its line."""
        turn = self._turns.get(session)
        return len(self) < self._most and (turn is None or len(turn.line) < self._most_of_one)

    def join(self, flight: Flight) -> None:
        """To the end of its session's line."""
        turn = self._turns.get(flight.session)
        if turn is None or (not turn.line and self._clock() > turn.last + GONE_SECONDS):
            turn = self._turns[flight.session] = self._new()
            self._forget()
        turn.last = self._clock()
        turn.line.append(flight)

    def leave(self, flight: Flight) -> None:
        """Out of the line, from any place in it. Harmless when it is in none."""
        turn = self._turns.get(flight.session)
        if turn and flight in turn.line:
            turn.line.remove(flight)

    def worked(self, session: str, seconds: float) -> None:
        """So much work was done for a session."""
        turn = self._turns.get(session)
        if turn is None:
            return
        turn.spent += seconds
        turn.last = self._clock()
        if turn.spent > TURN_SECONDS:
            self._turns[session] = new = self._new()
            new.last, new.line = turn.last, turn.line

    def next(self, under_way: Counter[str], seconds: bool) -> Flight | None:
        """Take out the flight whose turn it is; a second one of a session only if `seconds` are allowed.

        `under_way` counts the flights that each session has in the air.
        """
        for already in (0, 1) if seconds else (0,):
            waiting = [(s, turn) for s, turn in self._turns.items() if turn.line and under_way[s] == already]
            if waiting:
                _, turn = min(waiting, key=lambda pair: pair[1].number)
                return turn.line.popleft()
        return None

    def _new(self) -> _Turn:
        self._begun += 1
        return _Turn(self._begun, last=self._clock())

    def _forget(self) -> None:
        if len(self._turns) > REMEMBERED:
            old = self._clock() - GONE_SECONDS
            self._turns = {s: turn for s, turn in self._turns.items() if turn.line or turn.last > old}
