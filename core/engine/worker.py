"""The worker: a process of its own that loads the jobs once, then answers questions until its input ends.

    python -I worker.py ROLE JOBS PATH      ROLE is worker or nursery; JOBS a module; PATH a JSON list of its places

Its first message says that it is ready; every question after that is [job, arguments]. A nursery answers nothing:
it forks workers for whoever asks (see nursery.py). Rules:

- nothing but replies can get into the channel: it is moved off standard output before anything is imported;
- the limits of memory and files come after the import, so that the jobs' compiled modules can be kept on disk;
- when the page's process is gone the worker goes too, even in the middle of a job.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
Jobs = Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]


def main(role: str, jobs: str, path: str) -> None:
    """Be a worker or a nursery until the page's process ends."""
    die_with(os.getppid())
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    questions, replies = private_channel()
    if role == "nursery":
        raise_workers(socket.socket(fileno=questions), jobs, json.loads(path))
    else:
        serve(os.fdopen(questions, "rb"), os.fdopen(replies, "wb"), lambda: load(jobs, json.loads(path)))


def private_channel() -> tuple[int, int]:
    """Where questions come from and replies go to; whoever prints or asks for input meets nothing."""
    questions, replies = os.dup(0), os.dup(1)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return questions, replies


def load(jobs: str, path: list[str]) -> Jobs:
    """The table of jobs, with everything loaded that loads late.

    What is loaded stays: to look for garbage in it costs time now, and later a copy of all that workers share.
    """
    from core.engine.answer import perform

    gc.disable()
    sys.path.extend(entry for entry in path if entry not in sys.path)
    table: Jobs = import_module(jobs).JOBS
    if "health" in table:
        perform(table, "health", {})
    gc.freeze()
    gc.enable()
    return table


# A worker.


def serve(questions: BinaryIO, replies: BinaryIO, loaded: Callable[[], Jobs]) -> None:
    """Answer one question after the other."""
    from core import settings
    from core.engine.answer import encode
    from core.engine.channel import write

    inbox: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=listen, args=(questions, inbox), daemon=True).start()
    try:
        jobs = loaded()
    except Exception:
        write(replies, encode("failed", trace=traceback.format_exc()), 0)
        os._exit(1)
    limit(settings.MEMORY_BYTES, settings.WORKER_NICENESS)
    write(replies, encode("done"), 0)
    for number in count(1):
        answer(jobs, inbox.get(), replies, number)


def answer(jobs: Jobs, question: bytes, replies: BinaryIO, number: int) -> None:
    """Do what is asked; send what the job reports meanwhile, and then the reply."""
    from core.engine.answer import perform
    from core.engine.channel import write
    from core.engine.progress import heard_by

    job, arguments = json.loads(question)
    with heard_by(lambda message: write(replies, message, number)):
        reply = perform(jobs, job, arguments)
    write(replies, reply, number)


def listen(questions: BinaryIO, inbox: SimpleQueue[bytes]) -> None:
    """Hand on what is asked; end the whole process with the channel."""
    from core.engine.channel import read

    try:
        for number in count(1):
            inbox.put(read(questions, 2**31, number))
    except (EOFError, OSError):
        os._exit(0)


def limit(memory: int, niceness: int) -> None:
    """On Linux: so much address space, few files, none of them written, no other process, no core dump.

    And when the machine itself is out of memory, this process is ended before the page's.
    """
    if sys.platform == "linux":
        import resource

        limits = {
            resource.RLIMIT_AS: memory,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_NOFILE: 64,
            resource.RLIMIT_NPROC: 0,  # does not hold for root
        }
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500")
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
        for kind, most in limits.items():
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


# A nursery.


def raise_workers(control: socket.socket, jobs: str, path: list[str]) -> None:
    """Load the jobs, then fork whenever a worker is asked for, and wait for those that were let go."""
    from core.engine.answer import encode

    try:
        table = load(jobs, path)
    except Exception:
        control.send(encode("failed", trace=traceback.format_exc()))
        return
    control.send(encode("done", {"alone": len(os.listdir("/proc/self/task")) == 1}))
    over: set[int] = set()
    while True:
        control.settimeout(0.1 if over else None)
        try:
            packet, pipes, _, _ = socket.recv_fds(control, 4, 2)
        except TimeoutError:
            packet, pipes = b"", []
        else:
            if not packet:
                return  # the page has gone
        if pipes:
            control.send(fork(control, pipes, table).to_bytes(4, "big"))
        elif packet:
            over.add(int.from_bytes(packet, "big"))
        over = {pid for pid in over if os.waitpid(pid, os.WNOHANG) == (0, 0)}


def fork(control: socket.socket, pipes: list[int], table: Jobs) -> int:
    """The number of a new worker with these pipes of its own; 0 when there can be none."""
    nursery = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        pid = -1
    if pid == 0:
        try:
            os.setpgid(0, 0)
            die_with(nursery)
            control.close()
            serve(os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb"), lambda: table)
        finally:
            os._exit(1)
    for pipe in pipes:
        os.close(pipe)
    if pid < 0:
        return 0
    with suppress(OSError):
        os.setpgid(pid, pid)  # both do, so that it is done whoever is first
    return pid


def die_with(parent: int) -> None:
    """On Linux: no new rights, and death with the thread that started us. Elsewhere `listen` must do."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:  # it died before
            os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
