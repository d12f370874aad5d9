"""Supply: where children come from. One at a time, so that the first is not kept back by the second.

On Linux they are forked from a nursery, which is replaced when it has ended; elsewhere, and when the jobs start
threads while they are loaded, each is started and loads the jobs by itself. After FAILED_STARTS failures in a row
the supply is down: it tries again after a pause, and each pause is longer than the last.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Final

from core.engine.child import Child, started
from core.engine.nursery import Nursery

START_SECONDS: Final = 30.0  # for Python, SymPy and the jobs to load
FAILED_STARTS: Final = 5
LONGEST_PAUSE: Final = 60.0

log = logging.getLogger(__name__)


class Supply:
    """Children for lanes. `closing` ends every wait; `on_end` is called when a nursery has ended."""

    def __init__(self, jobs: str, forks: bool, closing: threading.Event, on_end: Callable[[], None]):
        self.jobs = jobs
        self.nursery: Nursery | None = None
        self.failed = 0  # starts in a row
        self._forks, self._closing, self._on_end = forks, closing, on_end
        self._one_at_a_time = threading.Lock()
        self._loading: Child | Nursery | None = None
        self._down_until = 0.0

    @property
    def is_down(self) -> bool:
        """Whether nothing is tried now."""
        return monotonic() < self._down_until

    def child(self) -> Child | None:
        """A child with the jobs loaded, after a pause if there is one; None when it failed, or all is being closed."""
        with self._one_at_a_time:
            self._closing.wait(self._down_until - monotonic())
            if self._closing.is_set():
                return None
            try:
                child = self._forked() if self._forks else self._started()
            except (OSError, EOFError) as error:  # TimeoutError is an OSError
                self._failed(error)
                return None
            self.failed = 0
            return child

    def stop_loading(self) -> None:
        """Whoever waits for something to load waits no longer, if all is being closed."""
        if loading := self._loading:
            loading.kill()

    def close(self) -> None:
        """End the nursery. Everyone who asked for a child has gone."""
        with self._one_at_a_time:
            if self.nursery:
                self.nursery.close()

    def _started(self) -> Child:
        child = started(self.jobs)
        self._load(child)
        return child

    def _forked(self) -> Child:
        if self.nursery is None or not self.nursery.alive:
            if self.nursery:
                self.nursery.close()
            self.nursery = Nursery(self.jobs, self._on_end)
            self._forks = self._load(self.nursery)
        if self._forks:
            return self.nursery.child()
        log.warning("the jobs start threads when they are loaded: every worker has to load them by itself")
        self.nursery.close()
        return self._started()

    def _load(self, what: Child | Nursery) -> bool:
        """Wait until it has loaded the jobs; what cannot do so is ended, and so is all when the engine is closed."""
        self._loading = what
        try:
            if self._closing.is_set():
                raise EOFError("the engine is closed")
            return what.load(START_SECONDS)
        except (OSError, EOFError):
            what.kill()
            raise
        finally:
            self._loading = None

    def _failed(self, error: Exception) -> None:
        if self._closing.is_set():
            return
        self.failed += 1
        log.error("a worker could not be started, %d in a row: %s", self.failed, error)
        if self.failed > FAILED_STARTS:
            self._down_until = monotonic() + min(LONGEST_PAUSE, 2.0 ** (self.failed - FAILED_STARTS))
