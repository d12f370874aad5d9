"""What the engine bears: thousands of jobs while their processes are killed, stopped, starved and spoilt.

    python -m benchmarks.faults [jobs, default 5000] [kills, default 1000] [seed, default 1]

Each part asks with no more questions at once than the queue holds, and looks at every answer: the right one, a named
error, a wrong one, or none. Then it asks how long the pool needs to run as many jobs at once as it has workers, ends
the page's process with kill -9, and counts what is left of its family. It exits with 1 when anything is lost, wrong,
orphaned or late. Linux only; with root the disk that is full is a real one, without it the limit of files stands in.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from core.engine import Answer, supply
from core.engine.local import Local

JOBS = "tests.engine_jobs"
AT_ONCE = 48  # questions
LIMIT = 20.0  # seconds of a job that nobody disturbs
LATE = 3.0  # seconds until full strength
NAMED = ("died", "timeout", "busy", "failed")


@dataclass
class Row:
    """What came of one part."""

    part: str
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: str = ""
    orphans: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return bool(self.outcomes["lost"] or self.outcomes["wrong"] or self.orphans or self.seconds > LATE)

    def __str__(self) -> str:
        named = sum(self.outcomes[name] for name in NAMED)
        counts = (self.outcomes.total(), self.outcomes["right"], named, self.outcomes["lost"], self.outcomes["wrong"])
        return f"{self.part:<34}" + "".join(f"{n:>9}" for n in (*counts, self.orphans)) + f"{self.seconds:>10.2f}"


HEAD = (
    f"{'':<34}"
    + "".join(f"{n:>9}" for n in ("jobs", "right", "named", "lost", "wrong", "orphans"))
    + f"{'full in s':>10}"
)


# Asking.


def ask(pool: Local, jobs: int, job: str = "unhurried_echo", seconds: float = LIMIT) -> Counter[str]:
    """What became of so many questions, each with a number of its own that must come back."""
    waiting: list[tuple[int, Any]] = []
    outcomes: Counter[str] = Counter()
    for i in range(jobs):
        if len(waiting) == AT_ONCE:
            number, ticket = waiting.pop(0)
            outcomes[outcome(ticket.wait(3 * LIMIT), number)] += 1
        waiting.append((i, pool.start(job, {"i": i, "bytes": "", "job": job}, seconds=seconds)))
    for number, ticket in waiting:
        outcomes[outcome(ticket.wait(3 * LIMIT), number)] += 1
    return outcomes


def outcome(answer: Answer | None, number: int) -> str:
    if answer is None:
        return "lost"
    if answer.status != "done":
        return answer.status
    return "right" if answer.value is not None and answer.value.get("i") == number else "wrong"


def seconds_to_full_strength(pool: Local) -> float:
    """Until as many jobs run at once as there may be workers; these are all answered."""
    begun = monotonic()
    naps = [pool.start("sleep", {"seconds": 60.0, "nap": (i, begun)}, seconds=60) for i in range(pool._most)]
    while not all(nap.started for nap in naps):
        sleep(0.001)
        if monotonic() > begun + 60:
            break
    needed = monotonic() - begun
    for nap in naps:
        nap.cancel()
    return needed


def orphans(pool: Local, seen: set[int]) -> int:
    """Processes that were once of the family, are still there, and have no place in it."""
    end = monotonic() + 5
    while (left := {pid for pid in seen if is_there(pid)} - family(pool)) and monotonic() < end:
        sleep(0.05)
    return len(left)


def family(pool: Local) -> set[int]:
    nursery = pool._supply.nursery.pid if pool._supply.nursery else 0
    return {child.pid for child in list(pool._children)} | {nursery}


def is_there(pid: int) -> bool:
    """Whether it runs; whoever is dead and not waited for counts too, if its parent is the nursery or the page."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b"" or " Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


# Faults, each in a thread beside the questions.


@contextlib.contextmanager
def beside(fault: Callable[[], bool], pause: float) -> Iterator[Counter[str]]:
    """Again and again; counts how often the fault came about."""
    stop, done = threading.Event(), Counter[str]()

    def go() -> None:
        while not stop.wait(pause):
            done["faults"] += fault()

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def send(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def kills(pool: Local, jobs: int, most: int, rng: random.Random) -> Row:
    """Random kill -9 of workers, and one in fifty of the nursery, spread over all jobs and until there were enough."""
    row, seen = Row(f"{most} kill -9"), set[int]()
    killed: Counter[str] = Counter()

    def kill() -> bool:
        children = list(pool._children)
        if not children or killed.total() >= most:
            return False
        name, pid = "workers", rng.choice(children).pid
        if rng.random() < 0.02 and pool._supply.nursery:
            name, pid = "nurseries", pool._supply.nursery.pid
        seen.update((pid, *family(pool)))
        killed[name] += (hit := send(pid, signal.SIGKILL))
        return hit

    with beside(kill, 0.01):
        row.outcomes = ask(pool, jobs, "echo_after")
    for pid in family(pool):  # and at last all of them at once
        seen.add(pid)
        send(pid, signal.SIGKILL)
    row.faults = ", ".join(f"{n} {name}" for name, n in killed.items())
    row.seconds = seconds_to_full_strength(pool)
    row.orphans = orphans(pool, seen)
    return row


def stops(pool: Local, jobs: int, rng: random.Random) -> Row:
    """Workers stopped, and some of them continued, while they are idle or answer."""
    row, seen, stopped = Row("workers stopped and continued"), set[int](), list[int]()

    def stop() -> bool:
        children = list(pool._children)
        if stopped and rng.random() < 0.5:
            return send(stopped.pop(rng.randrange(len(stopped))), signal.SIGCONT)
        if children:
            stopped.append(rng.choice(children).pid)
            seen.add(stopped[-1])
            return send(stopped[-1], signal.SIGSTOP)
        return False

    with beside(stop, 0.01) as done:
        row.outcomes = ask(pool, jobs, seconds=1.0)
    row.faults = f"{done['faults']} signals"
    row.seconds = seconds_to_full_strength(pool)
    row.orphans = orphans(pool, seen)
    return row


def beside_others(pool: Local, job: str, name: str, bad: int, jobs: int) -> Row:
    """So many jobs that misbehave, among others that do not."""
    row, seen = Row(name), set[int]()
    spoilt: Counter[str] = Counter()
    thread = threading.Thread(target=lambda: spoilt.update(ask(pool, bad, job)))
    thread.start()
    row.outcomes = ask(pool, jobs)
    seen |= family(pool)
    thread.join()
    row.outcomes += Counter({"wrong" if kind == "right" else kind: n for kind, n in spoilt.items()})
    row.faults = ", ".join(f"{n} {kind}" for kind, n in spoilt.items())
    row.seconds = seconds_to_full_strength(pool)
    row.orphans = orphans(pool, seen)
    return row


def failing_starts() -> Row:
    """The first five starts fail; everyone who waited meanwhile is answered."""
    row, real, failed = Row("five failing starts"), supply.Nursery, []

    def failing(*arguments: Any) -> supply.Nursery:
        if len(failed) < supply.FAILED_STARTS:
            failed.append(1)
            raise OSError("no process")
        return real(*arguments)

    supply.Nursery = failing  # type: ignore[assignment,misc]
    pool = Local(JOBS)
    row.outcomes = ask(pool, 200)
    supply.Nursery = real  # type: ignore[misc]
    row.seconds = seconds_to_full_strength(pool)
    row.orphans = closed(pool)
    return row


def closed(pool: Local) -> int:
    """Close it; what is left of it."""
    seen = family(pool)
    pool.close()
    pool._children.clear()
    pool._supply.nursery = None
    return orphans(pool, seen)


def full_disk() -> Row:
    """Where the page runs and temporary files go, nothing can be written any more."""
    row, root = Row("full disk"), Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as place:
        mounted = not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True, check=False
        ).returncode
        try:
            if mounted:
                with contextlib.suppress(OSError), open(f"{place}/filler", "wb", buffering=0) as filler:
                    while True:
                        filler.write(bytes(4096))
            limit = "" if mounted else "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
            code = f"{limit}from benchmarks import faults; faults.on_full_disk()"
            run = subprocess.run(
                [sys.executable, "-c", code],
                cwd=place,
                env={**os.environ, "TMPDIR": place, "PYTHONPATH": str(root)},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            if mounted:
                subprocess.run(["umount", place], check=True)
    right, others, seconds = (run.stdout.split() or ["0", "500", "99"])[:3]
    row.outcomes.update({"right": int(right), "lost": int(others)})
    row.seconds, row.faults = float(seconds), "a full tmpfs" if mounted else "no file may be written"
    return row


def on_full_disk() -> None:
    """In a process of its own, on that disk; one job in ten tries to write."""
    pool = Local(JOBS)
    outcomes = ask(pool, 450)
    wrote = [pool.start("write_file", {"file": f"file{i}"}, seconds=LIMIT) for i in range(50)]
    failed = sum((answer := ticket.wait(LIMIT)) is not None and answer.status == "failed" for ticket in wrote)
    print(outcomes["right"] + failed, 500 - outcomes["right"] - failed, seconds_to_full_strength(pool))
    pool.close()


def end_of_the_page() -> Row:
    """kill -9 of a page whose workers are all at work: nobody may be left."""
    row = Row("kill -9 of the page itself")
    code = (
        "from benchmarks.faults import *; pool = Local(JOBS); "
        "naps = [pool.start('hang', {'i': i}, seconds=60) for i in range(pool._most)]\n"
        "while not all(n.started for n in naps): sleep(0.01)\n"
        "print(*family(pool), flush=True); sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout
        seen = {int(pid) for pid in page.stdout.readline().split()}
        page.kill()
    row.faults = f"{len(seen)} processes"
    begun = monotonic()
    while any(map(is_there, seen)) and monotonic() < begun + 5:
        sleep(0.01)
    row.orphans, row.seconds = sum(map(is_there, seen)), 0.0
    return row


def main(jobs: int, most: int, seed: int) -> int:
    logging.disable()
    rng, pool = random.Random(seed), Local(JOBS)
    print(f"{pool._most} workers, {os.cpu_count()} cores\n\n{HEAD}")
    parts: tuple[Callable[[], Row], ...] = (
        lambda: kills(pool, jobs, most, rng),
        lambda: stops(pool, jobs // 10, rng),
        lambda: beside_others(pool, "eat", "memory eaters among others", max(5, jobs // 100), jobs // 10),
        lambda: beside_others(pool, "garbage", "workers that write garbage", max(5, jobs // 100), jobs // 10),
        lambda: beside_others(pool, "die", "jobs that end their process", max(5, jobs // 100), jobs // 10),
        failing_starts,
        full_disk,
        end_of_the_page,
    )
    failed = False
    for part in parts:
        row = part()
        failed |= row.failed
        print(f"{row}   {row.faults}", flush=True)
    left = closed(pool)
    print(f"\nleft when the pool was closed: {left} processes")
    return 1 if failed or left else 0


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(numbers + [5000, 1000, 1][len(numbers) :])))
