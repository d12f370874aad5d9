"""The jobs of core under watch, for a worker: what a job does that no formula should cause goes into the pipe `tell`.

Through a pipe and not with the answer, because a job that is killed has none. `misbehave` is there to see the watch work.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from core import jobs
from tests import audit

Data = dict[str, Any]
Job = Callable[[Data], Data]

audit.install()


def watched(job: Job) -> Job:
    def run(arguments: Data) -> Data:
        arguments = dict(arguments)
        pipe = arguments.pop("tell", None)
        with audit.watch(lambda event: _tell(pipe, event)):
            return job(arguments)

    return run


def _tell(pipe: str | None, event: str) -> None:
    if pipe is not None:
        line = os.open(pipe, os.O_WRONLY)
        os.write(line, event.encode() + b"\n")
        os.close(line)


def misbehave(arguments: Data) -> Data:
    """Everything that must be seen, each in its way."""
    acts: dict[str, Callable[[], object]] = {
        "exec": lambda: exec("1"),
        "eval": lambda: eval("1"),
        "open": lambda: open(arguments["file"], "w"),  # noqa: SIM115
        "read": lambda: open("/etc/hostname"),  # noqa: SIM115
        "import": lambda: __import__("antigravity_of_no_use"),
        "socket": lambda: __import__("_socket").socket(),
        "system": lambda: os.system("true"),
        "process": lambda: subprocess.Popen([sys.executable, "-c", ""]),
        "lambdify": lambda: __import__("sympy").lambdify([], 1)(),
        "sympify": lambda: __import__("sympy").sympify("x + 1"),
    }
    try:
        acts[arguments["act"]]()
    except Exception as error:
        return {"error": type(error).__name__}
    return {}


JOBS = {name: watched(job) for name, job in jobs.JOBS.items()} | {"misbehave": watched(misbehave)}
