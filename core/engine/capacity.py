"""Capacity: how many workers this machine can hold.

    workers = min(cores + 6, 16, half of the free memory / WORKER_BYTES), but at least 2

More workers than cores, because a worker that hangs until its limit keeps a place and not much of a core: it has
yielded its priority. A container's limit counts as free memory: what is used of it is mostly copies of files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core import settings


def workers() -> int:
    """How many workers may run at once; 6 more than cores where nothing is known about the memory."""
    free = min(_free(Path("/")), default=None)
    return workers_for(os.cpu_count() or 1, free)


def workers_for(cores: int, free: int | None) -> int:
    """The rule.

    >>> workers_for(2, 8 * 1024**3), workers_for(2, 1024**3), workers_for(64, 256 * 1024**3), workers_for(1, 0)
    (8, 3, 16, 2)
    """
    most = min(cores + settings.WORKERS_MORE, settings.WORKERS)
    return most if free is None else max(settings.FEWEST_WORKERS, min(most, free // 2 // settings.WORKER_BYTES))


def _free(root: Path) -> Iterator[int]:
    """Bytes that are free, by everyone who has a say in it."""
    with suppress(OSError, ValueError, StopIteration):
        lines = (root / "proc/meminfo").read_text().splitlines()
        yield int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) * 1024
    for limit in ("memory.max", "memory/memory.limit_in_bytes"):  # control groups, versions 2 and 1
        with suppress(OSError, ValueError):  # "max" is no number: no limit
            yield int((root / "sys/fs/cgroup" / limit).read_text())
