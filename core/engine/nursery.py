"""Nursery: a process that has loaded the jobs and answers nothing; it forks workers that do. Linux only.

    page ──► nursery ──► worker, worker, …        one private pair of pipes from the page to each worker

Loading takes most of a second, a fork some milliseconds; and what is loaded is in memory once. Rules:

- the nursery never has more than one thread, or a fork might copy a lock that nobody opens again;
- a worker dies with the nursery, and the nursery with the thread that keeps it here: kill the page, and all are gone;
- a dead worker keeps its number until the page lets it go, so that a kill never meets a stranger; then the nursery
  waits for it;
- whoever asks the nursery for a worker is alone in doing so (`Supply` holds a lock).

On the wire: a packet of four bytes. 0, with two pipes, asks for a worker, and its number comes back (0: there can be
none); a number lets that worker go.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from core import settings
from core.engine.answer import is_done, remarks
from core.engine.child import Child, is_stopped, run_worker

FORK_SECONDS: Final = 2.0  # for a worker to be forked and ready


class Nursery:
    """The page's end. `on_end` is called from another thread when the process has ended."""

    def __init__(self, jobs: str, on_end: Callable[[], None]):
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._popen: subprocess.Popen[bytes] | None = None
        self._error: OSError | None = None
        self._ended = False
        self._lock = threading.Lock()  # nobody writes to a socket that is being closed
        started = threading.Event()
        threading.Thread(
            target=self._keep, args=(jobs, theirs, started, on_end), name="engine nursery", daemon=True
        ).start()
        started.wait()
        if self._error:
            self._control.close()
            raise self._error

    def _keep(self, jobs: str, theirs: socket.socket, started: threading.Event, on_end: Callable[[], None]) -> None:
        """Start the process, and stay as long as it lives."""
        try:
            self._popen = run_worker("nursery", jobs, stdin=theirs, stdout=subprocess.DEVNULL)
        except OSError as error:
            self._error = error
        theirs.close()
        started.set()
        if self._popen:
            self._popen.wait()
        self._ended = True
        on_end()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._popen
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked; if not, its workers are dead, or will be in a moment."""
        return not self._ended

    def load(self, seconds: float) -> bool:
        """Wait until the jobs are loaded; whether it may fork. An OSError or EOFError when they cannot be loaded."""
        reply = self._packet(seconds, 200_000)
        if not is_done(reply):
            raise EOFError(remarks(reply)[0])
        alone: bool = json.loads(reply)["value"]["alone"]
        return alone

    def child(self) -> Child:
        """A new worker; an OSError or EOFError when there is none."""
        questions, to = os.pipe()
        back, replies = os.pipe()
        try:
            pid = self._forked(questions, replies)
        except (OSError, EOFError):
            os.close(to)
            os.close(back)
            raise
        finally:
            os.close(questions)
            os.close(replies)
        child = Child(Forked(self, pid), os.fdopen(to, "wb"), os.fdopen(back, "rb"))
        child.load(FORK_SECONDS)
        return child

    def _forked(self, questions: int, replies: int) -> int:
        """The number of a new worker that reads and writes there; a nursery that does not even answer is ended."""
        try:
            self._control.settimeout(FORK_SECONDS)
            socket.send_fds(self._control, [_packed(0)], [questions, replies])
            pid = int.from_bytes(self._packet(FORK_SECONDS, 4), "big")
        except (OSError, EOFError):
            self.kill()
            raise
        if pid == 0:
            raise OSError("the nursery could not fork")
        return pid

    def _packet(self, seconds: float, most: int) -> bytes:
        self._control.settimeout(seconds)
        if not (packet := self._control.recv(most)):
            raise EOFError("the nursery ended")
        return packet

    def let_go(self, pid: int) -> None:
        """The page will not kill this worker again."""
        with self._lock, suppress(OSError):
            self._control.send(_packed(pid))

    def kill(self) -> None:
        """End it, and with it every worker."""
        self._ended = True
        if self._popen:
            self._popen.kill()

    def close(self) -> None:
        """The same, for good."""
        self.kill()
        with self._lock:
            self._control.close()


class Forked:
    """The Process of a worker that the nursery has forked."""

    def __init__(self, nursery: Nursery, pid: int):
        self._nursery = nursery
        self.pid: Final = pid

    def works(self) -> bool:
        return self._nursery.alive and not is_stopped(self.pid)

    def slow_down(self) -> bool:
        with suppress(ProcessLookupError, PermissionError):
            if self._nursery.alive:
                os.setpriority(os.PRIO_PGRP, self.pid, settings.NICENESS)
                os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))  # whoever else wakes goes first
        return True

    def kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if self._nursery.alive:  # else its number may be another's, and it is dead
                os.killpg(self.pid, signal.SIGKILL)

    def let_go(self) -> None:
        self._nursery.let_go(self.pid)


def _packed(number: int) -> bytes:
    return number.to_bytes(4, "big")
