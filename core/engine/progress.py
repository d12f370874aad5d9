"""Progress: what a long job has so far, said while it still runs.

    progress.report({"points": [...], "boxes left": 40})

Any function that a job calls may say so, as often as it likes: outside a job nothing happens, and inside one only
what comes at least PROGRESS_SECONDS after the last is written down and sent. What is too long is not sent; the
answer that follows holds all of it. Not to be called where an alarm may ring in the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any, Final

from core import settings
from core.engine.answer import encode

PROGRESS: Final = "progress"  # the status of such a message


class _Reporter:
    """Hands on at most one message in PROGRESS_SECONDS."""

    def __init__(self, hear: Callable[[bytes], None]):
        self._hear = hear
        self._last = -inf

    def report(self, value: dict[str, Any]) -> None:
        if monotonic() < self._last + settings.PROGRESS_SECONDS:
            return
        self._last = monotonic()
        message = encode(PROGRESS, value)
        if len(message) <= settings.PROGRESS_BYTES:
            self._hear(message)


_reporter: ContextVar[_Reporter | None] = ContextVar("reporter", default=None)


def report(value: dict[str, Any]) -> None:
    """Say what there is so far, as plain data; TypeError when it is not.

    >>> heard = []
    >>> with heard_by(heard.append): report({"boxes left": 2}); report({"boxes left": 1})  # too soon
    >>> report({"boxes left": 0})  # not in a job
    >>> heard
    [b'{"status":"progress","value":{"boxes left":2}}']
    """
    reporter = _reporter.get()
    if reporter is not None:
        reporter.report(value)


@contextmanager
def heard_by(hear: Callable[[bytes], None]) -> Iterator[None]:
    """While a job runs, who gets its messages."""
    token = _reporter.set(_Reporter(hear))
    try:
        yield
    finally:
        _reporter.reset(token)


def is_progress(message: bytes) -> bool:
    """Whether more is to come."""
    return message.startswith(b'{"status":"progress"')
