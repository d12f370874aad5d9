"""Jobs that behave badly in every way a real one might, for tests/test_engine.py."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import Any

from core.engine import progress

Data = dict[str, Any]


class RefusalError(Exception):
    def __init__(self, answer: Data) -> None:
        super().__init__("the words of a refusal")
        self.answer = answer


def echo(a: Data) -> Data:
    return a


def slow_echo(a: Data) -> Data:
    time.sleep(0.005)
    return a


def unhurried_echo(a: Data) -> Data:
    time.sleep(0.02)
    return a


def echo_after(a: Data) -> Data:
    """Some are quick, some are not."""
    time.sleep(0.002 * (a["i"] % 50))
    return a


def pid(a: Data) -> Data:
    return {"pid": os.getpid()}


def count(a: Data) -> Data:
    """Add a line to a pipe that the test made: files cannot be written from a worker."""
    line = os.open(a["file"], os.O_WRONLY)
    os.write(line, b"run\n")
    os.close(line)
    time.sleep(a.get("sleep", 0))
    return {"pid": os.getpid()}


def name(a: Data) -> Data:
    """The same with a line of one's own."""
    line = os.open(a["file"], os.O_WRONLY)
    os.write(line, a["name"].encode() + b"\n")
    os.close(line)
    return {}


def sleep(a: Data) -> Data:
    time.sleep(a["seconds"])
    return {}


def hang(a: Data) -> Data:
    while True:
        pass


def hang_in_c(a: Data) -> Data:
    """One bytecode that never lets go of the interpreter."""
    return {"size": len(str((1 << 40_000_000) % 3**3_000_000))}


def hang_deaf(a: Data) -> Data:
    """Hang, with every polite signal ignored and a child of one's own, if there may be one: without rights there may not."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        grandchild = os.fork()
    except BlockingIOError:
        grandchild = os.getpid()
    if grandchild == 0:
        time.sleep(60)
    line = os.open(a["file"], os.O_WRONLY)
    os.write(line, f"{os.getpid()} {grandchild}\n".encode())
    return hang(a)


def die(a: Data) -> Data:
    os._exit(3)


def leave(a: Data) -> Data:
    sys.exit(4)


def crash(a: Data) -> Data:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


def refuse(a: Data) -> Data:
    raise RefusalError({"code": "math", "message": "Not that one."})


def fail(a: Data) -> Data:
    raise ValueError(" ".join(["secret", "inner", "words"]))  # so that it is not in a line of this file


def fail_at_length(a: Data) -> Data:
    raise ValueError("∂" * 1_000_000)


def eat(a: Data) -> Data:
    food = []
    while True:
        food.append(bytes(300_000_000))  # zeros nobody touches: address space, not memory


def recurse(a: Data) -> Data:
    return recurse(a)


def noise(a: Data) -> Data:
    """Print on every channel a stray print can reach."""
    print("noise " * 50_000, flush=True)
    print("noise", file=sys.stderr, flush=True)
    os.write(1, b"\x00\x00\x00\x02{}")
    os.system("echo more noise")
    sys.stdin.read()
    return {"quiet": False}


def garbage(a: Data) -> Data:
    """Write into every pipe that can be reached, a reply among them that looks like one."""
    reply = b'{"status":"done","value":{"wrong":true}}'
    for end in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(end, bytes.fromhex(a["bytes"]) or len(reply).to_bytes(4, "big") + bytes(4) + reply)
    return a


def answer_twice(a: Data) -> Data:
    """Two processes come back from here, and both reply."""
    with contextlib.suppress(BlockingIOError):
        os.fork()
    time.sleep(0.05)
    return a


def report(a: Data) -> Data:
    """Say what there is, step by step."""
    for step in range(a["steps"]):
        progress.report({"step": step, "more": "x" * a.get("size", 0)})
        time.sleep(a["sleep"])
    return {"steps": a["steps"]}


def niceness(a: Data) -> Data:
    end = time.process_time() + a.get("work", 0.0)
    while time.process_time() < end:
        pass
    time.sleep(a["sleep"])
    return {"pid": os.getpid(), "niceness": os.getpriority(os.PRIO_PROCESS, 0)}


def health(a: Data) -> Data:
    return {"ok": True}


def huge(a: Data) -> Data:
    return {"text": "x" * 3_000_000}


def unsendable(a: Data) -> Data:
    return {"what": object()}


def write_file(a: Data) -> Data:
    with open(a["file"], "w") as file:
        file.write("no")
    return {}


def environment(a: Data) -> Data:
    return {"names": sorted(os.environ), "path": sys.path, "flags": [sys.flags.isolated], "group": os.getpgrp()}


def derive(a: Data) -> Data:
    import sympy

    x = sympy.Symbol("x")
    return {"derivative": str(sympy.diff(x**3, x))}


JOBS = {
    job.__name__: job
    for job in (
        *(
            echo,
            slow_echo,
            unhurried_echo,
            echo_after,
            pid,
            count,
            name,
            sleep,
            hang,
            hang_in_c,
            hang_deaf,
            die,
            leave,
            crash,
            refuse,
            fail,
            fail_at_length,
            eat,
            recurse,
        ),
        *(garbage, answer_twice, report, niceness, health),
        *(noise, huge, unsendable, write_file, environment, derive),
    )
}
