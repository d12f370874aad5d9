"""What the tests of the engine ask and look at."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.engine import Answer
from core.engine.child import Child
from core.engine.inline import Inline
from core.engine.local import Local

JOBS = "tests.engine_jobs"
LONG = 30.0  # a limit that no test should reach
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="these limits exist on Linux only")


def ask(one: Local | Inline, job: str, seconds: float = LONG, **arguments: object) -> Answer:
    answer = one.start(job, arguments, seconds=seconds).wait(LONG)
    assert answer is not None, "nothing came back"
    return answer


def eventually(condition: Callable[[], object]) -> bool:
    """Whether it becomes true within the time in which everything here must happen."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def gone(pid: int) -> bool:
    """Whether a process has ended (it may still wait for its parent to look)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Tally:
    """Lines that jobs wrote into a named pipe; a worker can write no file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        os.mkfifo(path)
        self._end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._text = ""

    @property
    def lines(self) -> list[str]:
        with contextlib.suppress(BlockingIOError):
            self._text += os.read(self._end, 65536).decode()
        return self._text.splitlines()


def only_child(one: Local) -> Child:
    """Of an engine with one lane."""
    assert eventually(lambda: len(one._children) == 1)
    return next(iter(one._children))


def outstanding(one: Local, questions: list[tuple[str, dict[str, object]]], at_once: int = 50) -> list[Answer | None]:
    """The answers to many questions, with no more than so many of them in the queue."""
    tickets = []
    for i, (job, arguments) in enumerate(questions):
        if i >= at_once:
            tickets[i - at_once].wait(LONG)
        tickets.append(one.start(job, arguments, seconds=LONG))
    return [ticket.wait(LONG) for ticket in tickets]
