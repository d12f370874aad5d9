"""Memory: replies that are known already. The application's one cache.

A done reply is kept while there is room, the least used going first. A time-out is kept for ten minutes, for
limits no larger than the one that was reached: a link that is popular and hopeless costs one burn, not many.
Not thread safe: whoever holds it has the lock.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, Final

from core import settings
from core.engine.answer import TIMEOUT, is_done

TIMEOUT_SECONDS: Final = 600.0
KEPT_BYTES: Final = 64 * 1024**2  # of done replies


class Memory:
    """Replies by key.

    >>> from core.engine.answer import encode
    >>> memory = Memory(most=2)
    >>> for key in "abc": memory.keep(key, encode("done", key), 1.0)
    >>> memory.recall("a", 1.0), memory.recall("c", 1.0)
    (None, b'{"status":"done","value":"c"}')
    """

    def __init__(self, most: int = settings.CACHED_ANSWERS):
        self._most = most
        self._done: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._timeouts: OrderedDict[str, tuple[float, float]] = OrderedDict()  # limit, and when it was reached

    def recall(self, key: str, seconds: float) -> bytes | None:
        """The reply a job with this limit would get, if it is known."""
        if key in self._done:
            self._done.move_to_end(key)
            return self._done[key]
        limit, when = self._timeouts.get(key, (0.0, 0.0))
        return TIMEOUT if seconds <= limit and monotonic() < when + TIMEOUT_SECONDS else None

    def keep(self, key: str, reply: bytes, seconds: float) -> None:
        """Remember a done reply, or that this limit was too small; let go of all others."""
        if reply == TIMEOUT:
            self._timeouts[key] = (seconds, monotonic())
            self._timeouts.move_to_end(key)
            while len(self._timeouts) > self._most:
                self._timeouts.popitem(last=False)
        elif is_done(reply):
            self._size += len(reply) - len(self._done.pop(key, b""))
            self._done[key] = reply
        while len(self._done) > self._most or self._size > KEPT_BYTES:
            self._size -= len(self._done.popitem(last=False)[1])


def canonical(arguments: dict[str, Any]) -> str:
    """The one spelling of some arguments.

    >>> canonical({"b": (1, 2), "a": None})
    '{"a":null,"b":[1,2]}'
    """
    return json.dumps(arguments, sort_keys=True, separators=(",", ":"))


def key_of(job: str, arguments: str) -> str:
    """The key of a question: the same code, job and canonical arguments have the same answer."""
    return hashlib.sha256("\n".join((code_version(), job, arguments)).encode()).hexdigest()


@cache
def code_version() -> str:
    """A digest of the source of `core`, as it was when first asked."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
