"""Inline: the job runs in this very process and thread, without limits. For unit tests and for browsers."""

from __future__ import annotations

import json
import logging
from collections import deque
from importlib import import_module
from typing import Any

from core.engine.answer import perform, remarks
from core.engine.memory import Memory, canonical, key_of
from core.engine.progress import heard_by
from core.engine.ticket import Ticket, landed

log = logging.getLogger(__name__)


class Inline:
    """An engine without a process."""

    ready = True

    def __init__(self, jobs: str):
        self._jobs = jobs
        self._memory = Memory()

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
        """The answer at once; plain data goes in and comes out, as through a pipe. Sessions and lanes do not matter."""
        text = canonical(arguments)
        key = key_of(job, text)
        if known := self._memory.recall(key, seconds) if kept else None:
            return landed(known)
        newest: deque[bytes] = deque(maxlen=1)
        with heard_by(newest.append):
            reply = perform(import_module(self._jobs).JOBS, job, json.loads(text))
        if unforeseen := remarks(reply)[0]:
            log.error("%s failed\n%s", job, unforeseen)
        if kept:
            self._memory.keep(key, reply, seconds)
        return landed(reply, *newest)

    def warm(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""
