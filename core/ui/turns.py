"""Turns: when a whole class presses Enter, pages are drawn one after the other, whoever pressed first.

All pages are drawn by one process, which computes on one core at a time. Thirty that are drawn at once are all ready
when the last one is; one after the other, half of them are ready in half of that time. So a page is drawn when it has a
place; while it waits for a worker it gives its place away, and gets the next one of all that began later. Nobody waits
for a place longer than LONGEST seconds: then the machine decides.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from itertools import count
from time import monotonic
from typing import Final

PLACES: Final = 1  # a second one would only share the core, and keep finished pages from being sent
LONGEST: Final = 8.0


class Turns:
    """Places, and who waits for one. Thread safe.

    >>> turns = Turns(places=1, longest=0.0)
    >>> with turns.mine():
    ...     with turns.mine(): turns.free  # of the same drawing
    ...     with turns.away(): turns.free
    0
    1
    >>> turns.free
    1
    """

    def __init__(self, places: int = PLACES, longest: float = LONGEST):
        self.free = places
        self._longest = longest
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._number = count()
        self._here = _Here()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """While a page, or a part of one, is drawn in this thread."""
        if self._here.began is not None:
            yield
            return
        self._here.began = monotonic()
        try:
            self._enter()
            yield
        finally:
            self._leave()
            self._here.began = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """While the drawing in this thread waits for something else."""
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def _enter(self) -> None:
        if self._here.began is None or self._here.placed:
            return
        with self._lock:
            if self.free > 0:
                self.free -= 1
                self._here.placed = True
                return
            called = threading.Event()
            entry = (self._here.began, next(self._number), called)
            heappush(self._waiting, entry)
        called.wait(self._longest)
        with self._lock:
            self._here.placed = called.is_set()
            if not called.is_set():
                self._waiting.remove(entry)
                heapify(self._waiting)

    def _leave(self) -> None:
        if not self._here.placed:
            return
        self._here.placed = False
        with self._lock:
            if self._waiting:
                heappop(self._waiting)[2].set()
            else:
                self.free += 1


class _Here(threading.local):
    """Of this thread: when its drawing began, and whether it has a place."""

    began: float | None = None
    placed = False


drawing: Final = Turns()
