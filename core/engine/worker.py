"""The worker: a process of its own that loads the jobs once, then answers questions until its input ends.

The first message says which jobs to load and where; every later one is [job, arguments]. Rules:

- nothing but replies can get into the channel: it is moved off standard output before anything is imported;
- the limits of memory and files come after the import, so that the jobs' compiled modules can be kept on disk;
- when the page's process is gone the worker goes too, even in the middle of a job.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h


def main() -> None:
    """Answer until the page's process ends."""
    die_with_parent()
    questions, replies = private_channel()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from core import settings
    from core.engine.answer import encode, perform
    from core.engine.channel import write

    inbox: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=listen, args=(questions, inbox), daemon=True).start()
    first = json.loads(inbox.get())
    sys.path.extend(entry for entry in first["path"] if entry not in sys.path)
    try:
        jobs = import_module(first["jobs"]).JOBS
    except Exception:
        write(replies, encode("failed", trace=traceback.format_exc()))
        os._exit(1)
    limit(settings.MEMORY_BYTES)
    if "health" in jobs:
        perform(jobs, "health", {})  # what loads late loads now
    write(replies, encode("done"))
    while True:
        job, arguments = json.loads(inbox.get())
        write(replies, perform(jobs, job, arguments))


def private_channel() -> tuple[BinaryIO, BinaryIO]:
    """Where questions come from and replies go to; whoever prints or asks for input meets nothing."""
    questions, replies = os.dup(0), os.dup(1)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return os.fdopen(questions, "rb"), os.fdopen(replies, "wb")


def listen(questions: BinaryIO, inbox: SimpleQueue[bytes]) -> None:
    """Hand on what is asked; end the whole process with the channel."""
    from core.engine.channel import read

    try:
        while True:
            inbox.put(read(questions, 2**31))
    except (EOFError, OSError):
        os._exit(0)


def die_with_parent() -> None:
    """On Linux: no new rights, and death with the thread that started us. Elsewhere `listen` must do."""
    if sys.platform == "linux":
        import ctypes
        import signal

        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def limit(memory: int) -> None:
    """On Linux: so much address space, few files, none of them written, no core dump."""
    if sys.platform == "linux":
        import resource

        limits = {
            resource.RLIMIT_AS: memory,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_NOFILE: 64,
        }
        for kind, most in limits.items():
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
