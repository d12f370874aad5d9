"""Answer: what became of a job, and the reply it travels as.

    done      value is what the job returned
    failed    value is {"code", "message"}: the job refused, or it could not
    timeout   the limit was reached and the process was killed
    died      the process ended, twice, before it could answer, or it cannot be started
    busy      no worker was free in time; asking again may help

A reply is one JSON object in bytes, {"status", "value"}. A failure nobody foresaw adds its `trace`: places and
type, not the message, which may hold what a visitor typed; it goes to the log. `spent` asks for a fresh process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from traceback import format_tb
from typing import Any, Final, Literal

from core import settings

Status = Literal["done", "timeout", "died", "busy", "failed"]
LONGEST_TRACE: Final = 10_000  # characters; the end of it says most
Jobs = Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]


@dataclass(frozen=True)
class Answer:
    """What became of a job; `value` is there when it is done or failed."""

    status: Status
    value: dict[str, Any] | None = None


def encode(status: str, value: Any = None, **extra: Any) -> bytes:
    """The reply as bytes; TypeError when `value` is not made of plain data."""
    return json.dumps({"status": status, "value": value, **extra}, separators=(",", ":")).encode()


def decode(reply: bytes) -> Answer:
    """The answer in a reply: a fresh copy at every call, so that no two visitors share one.

    >>> decode(encode("done", {"x": [1, 2.5]}))
    Answer(status='done', value={'x': [1, 2.5]})
    """
    fields = json.loads(reply)
    return Answer(fields["status"], fields["value"])


def is_done(reply: bytes) -> bool:
    """Whether the job returned, without reading all of it."""
    return reply.startswith(b'{"status":"done"')


def remarks(reply: bytes) -> tuple[str, bool]:
    """What the log should say (mostly nothing), and whether the process that replied is spent."""
    fields = {} if is_done(reply) else json.loads(reply)
    return str(fields.get("trace", "")), bool(fields.get("spent"))


TIMEOUT: Final = encode("timeout")
DIED: Final = encode("died")
BUSY: Final = encode("busy")


def perform(jobs: Jobs, job: str, arguments: dict[str, Any]) -> bytes:
    """Call a job here and now, and turn whatever happens into a reply.

    >>> decode(perform({"half": lambda a: {"x": a["x"] / 2}}, "half", {"x": 1}))
    Answer(status='done', value={'x': 0.5})
    """
    try:
        reply = encode("done", jobs[job](arguments))
    except Exception as error:
        return _failed(error)
    if len(reply) > settings.REPLY_BYTES:
        return encode("failed", _sorry("budget", "The answer is too large to show."))
    return reply


def _failed(error: Exception) -> bytes:
    """The failure as a reply: a refusal in its own words (its `answer`), any other in ours."""
    refusal = getattr(error, "answer", None)
    if isinstance(refusal, dict):
        return encode("failed", refusal)
    if isinstance(error, MemoryError):
        return encode("failed", _sorry("budget", "This needs more memory than a worker has."), spent=True)
    if isinstance(error, RecursionError):
        return encode("failed", _sorry("budget", "This is nested too deeply to compute."))
    trace = "".join([*format_tb(error.__traceback__), type(error).__name__])[-LONGEST_TRACE:]
    return encode("failed", _sorry("failed", "This could not be computed."), trace=trace)


def _sorry(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}
