"""Jobs that start a thread when they are loaded, so that nothing may be forked from there."""

from __future__ import annotations

import threading

from tests.engine_jobs import JOBS

threading.Thread(target=threading.Event().wait, daemon=True).start()

__all__ = ["JOBS"]
