"""Child: the page's end of one worker process.

A thread of its own writes each question and reads the reply, so whoever asks can stop waiting at the limit and
kill; a worker that does not even read is killed all the same. How the process came about is the business of its
`Process`: forked by the nursery, or started here. Only `subprocess` is used: a process started by `multiprocessing`
from a page would run the whole application again.

A child is spent, and its lane replaces it, when it says so, when it has answered many questions, and when a job
took so long that it yielded its priority: without rights no process gets that back.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import IO, Any, Final, Protocol

from core import settings
from core.engine.answer import is_done, remarks
from core.engine.channel import read, write
from core.engine.progress import is_progress

WORKER: Final = Path(__file__).with_name("worker.py")
KEPT: Final = ("PATH", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # of our environment: no secrets in it
MESSAGE_BYTES: Final = settings.REPLY_BYTES + 100_000  # a reply, and the trace of a failure
ENOUGH: Final = 0.8  # of the time after which a job yields: what the kernel has counted of it by then
Hear = Callable[[bytes], None]


class Process(Protocol):
    """A process and all it started, from its start until it is let go."""

    @property
    def pid(self) -> int: ...

    def works(self) -> bool:
        """Whether it is there, and not stopped."""

    def slow_down(self) -> bool:
        """Yield priority, if it can be replaced in no time; whether it did."""

    def kill(self) -> None:
        """End it all at once."""

    def let_go(self) -> None:
        """It has been killed: wait for it. Its number may belong to another from now on."""


class Child:
    """A worker process, asked through a pair of pipes."""

    def __init__(self, process: Process, to: IO[bytes], back: IO[bytes]):
        self._process, self._to, self._back = process, to, back
        self._lock = threading.Lock()  # a process is not killed after it was let go
        self._killed = self._gone = False
        self._asked = 0
        self._questions: SimpleQueue[tuple[bytes, Hear] | None] = SimpleQueue()
        self._replies: SimpleQueue[bytes | None] = SimpleQueue()
        self.spent = False
        threading.Thread(target=self._talk, name="worker channel", daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._killed and self._process.works()

    def load(self, seconds: float) -> bool:
        """Wait until the jobs are loaded, then True; fails as `ask` does, also when they cannot be loaded."""
        reply = self._reply(seconds)
        if not is_done(reply):
            self.kill()
            raise EOFError(remarks(reply)[0])
        return True

    def ask(
        self,
        question: bytes,
        seconds: float,
        hear: Hear = lambda message: None,
        yielded: Callable[[], None] = lambda: None,
    ) -> bytes:
        """The reply; TimeoutError when it did not come in time and the child was killed, EOFError when it died.

        `hear` gets each message about progress, in another thread; `yielded` is called when it takes long.
        """
        self._asked += 1
        self.spent = self._asked >= settings.JOBS_OF_A_WORKER
        self._questions.put((question, hear))
        began, worked, waited = processor_seconds(self.pid), 0.0, 0.0
        while waited < min(seconds, settings.YIELD_AT_MOST) and worked < ENOUGH * settings.YIELD_SECONDS:
            pause = min(seconds - waited, settings.YIELD_SECONDS)
            with contextlib.suppress(Empty):
                return self._next(pause)
            waited, worked = waited + pause, processor_seconds(self.pid) - began
        if seconds > waited:
            self.spent = self._process.slow_down() or self.spent
            yielded()
        return self._reply(max(0.0, seconds - waited))

    def _reply(self, seconds: float) -> bytes:
        try:
            return self._next(seconds)
        except Empty:
            stopped = not self._process.works()
            self.kill()
            if stopped:  # by someone else: that says nothing about the question
                raise EOFError("the process was stopped") from None
            raise TimeoutError("no reply in time") from None

    def _next(self, seconds: float) -> bytes:
        reply = self._replies.get(timeout=seconds)
        if reply is None:
            raise EOFError("the process ended")
        return reply

    def kill(self) -> None:
        """End the process and all it started, at once. Harmless when it has ended."""
        self._killed = True
        self._questions.put(None)
        with self._lock:
            if not self._gone:
                self._process.kill()

    def _talk(self) -> None:
        """Read that it is ready; then write, read, and clean up after the last reply."""
        number = 0
        with contextlib.suppress(OSError, EOFError):
            self._replies.put(read(self._back, MESSAGE_BYTES, number))
            while (asked := self._questions.get()) is not None:
                question, hear = asked
                number += 1
                write(self._to, question, number)
                while is_progress(reply := read(self._back, MESSAGE_BYTES, number)):
                    hear(reply)
                self._replies.put(reply)
        self.kill()
        self._replies.put(None)
        with self._lock:
            self._gone = True
        self._process.let_go()
        self._back.close()
        with contextlib.suppress(OSError):  # the rest of a question cannot be sent
            self._to.close()


class Started:
    """A process started by this one: slow to get, so it is not slowed down. The Process of most systems."""

    def __init__(self, popen: subprocess.Popen[bytes]):
        self._popen = popen
        self.pid: Final = popen.pid

    def works(self) -> bool:
        return self._popen.poll() is None and not is_stopped(self.pid)

    def slow_down(self) -> bool:
        return False

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._popen.kill()
            elif self._popen.poll() is None:
                os.killpg(self.pid, signal.SIGKILL)

    def let_go(self) -> None:
        self._popen.wait()


def started(jobs: str) -> Child:
    """A child of this very process. Call it from a thread that stays: on Linux the child dies with that thread."""
    popen = run_worker("worker", jobs, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert popen.stdin and popen.stdout
    return Child(Started(popen), popen.stdin, popen.stdout)


def run_worker(role: str, jobs: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """Start worker.py: isolated, without our environment, in a process group of its own.

    A key pressed for the page does not reach that group, and killing it reaches all that the process started. It is
    no session of its own: the priority that a process yields counts within a session only, where the kernel so groups.
    """
    how: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        how = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return subprocess.Popen(
        [sys.executable, "-I", str(WORKER), role, jobs, json.dumps([entry for entry in sys.path if entry])],
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in KEPT if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
        **pipes,
        **how,
    )


def is_stopped(pid: int) -> bool:
    """Whether a process does not run although it is there, or there no more: stopped, ended, unknown. Linux only."""
    if sys.platform != "linux":
        return False
    try:
        return _counted(pid)[0] in "TtZX"
    except OSError:
        return True


def processor_seconds(pid: int) -> float:
    """What a process has used of processors, in ticks of 10 ms; the time that goes by where that cannot be read."""
    try:
        user, system = _counted(pid)[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return monotonic()


def _counted(pid: int) -> list[str]:
    """What Linux counts of a process, from its state on: after its name, in which anything may stand."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
