"""Waiting: the flights that are not under way yet. Every session has a short line of its own; the sessions take turns.

    A ▸ a1 a2 a3        next: a1, b1, c1, a2, c2, a3
    B ▸ b1
    C ▸ c1 c2

So what others ask costs a session at most one flight of each of them before its own next one, however much they ask.
A session with nothing under way goes before one that already has a worker, whatever their turn. Not thread safe.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING

from core import settings

if TYPE_CHECKING:
    from core.engine.ticket import Flight


class Waiting:
    """Lines of flights, one a session."""

    def __init__(self, most: int = settings.QUEUE, most_of_one: int = settings.QUEUE_OF_ONE):
        self._most, self._most_of_one = most, most_of_one
        self._lines: OrderedDict[str, deque[Flight]] = OrderedDict()  # no line is empty; the first has its turn

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    @property
    def sessions(self) -> int:
        """How many sessions wait."""
        return len(self._lines)

    def has_room(self, session: str) -> bool:
        """Whether this session may put one more in its line."""
        return len(self) < self._most and len(self._lines.get(session, ())) < self._most_of_one

    def join(self, flight: Flight) -> None:
        """To the end of its session's line; a new line has the last turn."""
        self._lines.setdefault(flight.session, deque()).append(flight)

    def leave(self, flight: Flight) -> None:
        """Out of the line, from any place in it. Harmless when it is in none."""
        line = self._lines.get(flight.session, deque())
        if flight in line:
            line.remove(flight)
            if not line:
                del self._lines[flight.session]

    def next(self, under_way: Counter[str], seconds: bool) -> Flight | None:
        """Take out the flight whose turn it is; a second one of a session only if `seconds` are allowed.

        `under_way` counts the flights that each session has in the air.
        """
        for already in (0, 1) if seconds else (0,):
            for session, line in self._lines.items():
                if under_way[session] == already:
                    self._lines.move_to_end(session)
                    flight = line[0]
                    self.leave(flight)
                    return flight
        return None
