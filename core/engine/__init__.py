"""The engine: run a named job within limits of time and memory, outside the page's process.

    answer = run("derive", {"problem": ...}, seconds=3.0)          wait for it
    ticket = start("critical", {"problem": ...}, seconds=8.0)      look at ticket.done, ticket.result; ticket.cancel()

SymPy cannot be interrupted: one power of a large fraction holds every thread of its process for seconds. So jobs
run in processes that can be killed, questions and answers are plain data, and no answer is waited for without end.
The engine knows no mathematics; the table of jobs is a name to it, loaded by the workers.

A question may say whose it is, `session`, and from which place of that visitor's page, `lane`: sessions take turns, and
a newer question from the same place takes the older one back. Without a session every question is one of its own.

BEYOND_GRADIENTS_COMPUTE_URL says where jobs run: unset, in local worker processes; `inline:`, here and now and
without limits (unit tests, builds inside the browser).
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Final, Protocol

from core.engine.answer import Answer
from core.engine.inline import Inline
from core.engine.local import Local
from core.engine.ticket import Ticket

__all__ = ["Answer", "Ticket", "check", "health", "ready", "run", "start", "warm"]

JOBS: Final = "core.jobs"
URL: Final = "BEYOND_GRADIENTS_COMPUTE_URL"


class Engine(Protocol):
    """Something that runs jobs. A new kind is one file and one line in `_opened`."""

    @property
    def ready(self) -> bool:
        """Whether an answer needs no worker to be started first."""

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
        """Ask, and come back at once."""

    def warm(self) -> None:
        """Get ready in the background."""

    def close(self) -> None:
        """End what was started."""


def run(job: str, arguments: dict[str, Any], *, seconds: float, session: str = "", lane: str = "") -> Answer:
    """The answer to a job that may take so many seconds from its start in a worker."""
    answer = start(job, arguments, seconds=seconds, session=session, lane=lane).wait()
    assert answer is not None  # it is waited for without end: the engine ends it
    return answer


def start(job: str, arguments: dict[str, Any], *, seconds: float, session: str = "", lane: str = "") -> Ticket:
    """Ask without waiting for the answer."""
    return _engine().start(job, arguments, seconds=seconds, session=session, lane=lane)


def ready() -> bool:
    """Whether an answer needs no worker to be started first."""
    return _engine().ready


def warm() -> None:
    """Get a worker ready in the background, so that the first question finds it."""
    _engine().warm()


def check() -> None:
    """ValueError, one line, when the environment asks for an engine that there is not. Call it once, at the start."""
    _engine()


def health(seconds: float) -> bool:
    """Whether a worker does the job "health" within so many seconds, here and now.

    An engine that is only busy is in good health: no job runs longer than its limit.
    """
    ticket = _engine().start("health", {}, seconds=seconds, kept=False)
    answer = ticket.wait(seconds)
    if answer is None:
        ticket.cancel()
    if answer is None or answer.status == "busy":
        return ready() and not ticket.started
    return answer.status == "done" and (answer.value or {}).get("ok") is True


_engines: dict[str, Engine] = {}
_lock = threading.Lock()


def _engine() -> Engine:
    """The engine that the environment asks for; one for the whole process."""
    url = os.environ.get(URL) or ("inline:" if sys.platform == "emscripten" else "")
    with _lock:
        if url not in _engines:
            _engines[url] = _opened(url)
        return _engines[url]


def _opened(url: str) -> Engine:
    match url:
        case "":
            return Local(JOBS)
        case "inline:":
            return Inline(JOBS)
    raise ValueError(f"{URL} may be unset (local workers) or inline: (this process), nothing else.")
