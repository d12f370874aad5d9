"""Child: the page's end of one worker process.

A thread of its own writes each question and reads the reply, so whoever asks can stop waiting at the limit and
kill; a worker that does not even read is killed all the same. Only `subprocess` is used: a process started by
`multiprocessing` from a page would run the whole application again.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from core import settings
from core.engine.answer import is_done, remarks
from core.engine.channel import read, write

WORKER: Final = Path(__file__).with_name("worker.py")
KEPT: Final = ("PATH", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # of our environment: no secrets in it
MESSAGE_BYTES: Final = settings.REPLY_BYTES + 100_000  # a reply, and the trace of a failure


class Child:
    """A worker process. Start it from a thread that stays: on Linux it dies with the thread that started it."""

    def __init__(self, jobs: str):
        self._first = json.dumps({"jobs": jobs, "path": [entry for entry in sys.path if entry]}).encode()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
            **_own_group(),
        )
        self._killed = False
        self._questions: SimpleQueue[bytes | None] = SimpleQueue()
        self._replies: SimpleQueue[bytes | None] = SimpleQueue()
        threading.Thread(target=self._talk, name="worker channel", daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._killed and self._process.poll() is None

    def load(self, seconds: float) -> None:
        """Wait until the jobs are loaded; fails as `ask` does, also when they cannot be loaded."""
        reply = self.ask(self._first, seconds)
        if not is_done(reply):
            self.kill()
            raise EOFError(remarks(reply)[0])

    def ask(self, question: bytes, seconds: float) -> bytes:
        """The reply; TimeoutError when it did not come in time and the child was killed, EOFError when it died."""
        self._questions.put(question)
        try:
            reply = self._replies.get(timeout=seconds)
        except Empty:
            self.kill()
            raise TimeoutError(f"no reply in {seconds:g} seconds") from None
        if reply is None:
            raise EOFError("the process ended")
        return reply

    def kill(self) -> None:
        """End the process and all it started, at once. Harmless when it has ended."""
        self._killed = True
        self._questions.put(None)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            elif self._process.poll() is None:
                os.killpg(self.pid, signal.SIGKILL)

    def _talk(self) -> None:
        """Write, read, and clean up after the last reply."""
        to, back = self._process.stdin, self._process.stdout
        assert to and back
        with contextlib.suppress(OSError, EOFError):
            while (question := self._questions.get()) is not None:
                write(to, question)
                self._replies.put(read(back, MESSAGE_BYTES))
        self.kill()
        self._replies.put(None)
        self._process.wait()
        back.close()
        with contextlib.suppress(OSError):  # the rest of a question cannot be sent
            to.close()


def _own_group() -> dict[str, Any]:
    """So that a key pressed for the page does not reach the worker, and killing it reaches all it started."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
