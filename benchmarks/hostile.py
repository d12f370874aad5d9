"""Everything hostile, under an audit hook: the corpus of the tests and fuzzed texts. Linux.

    python -m benchmarks.hostile [fuzzed texts, default 1000000] [seed, default 1]

1. Every line of tests/data/hostile.json through every door of the page's process.
2. Fuzzed texts: those of `benchmarks.fuzz_syntax`, and lines of the corpus cut, spliced and nested in one another,
   through the formula's door, and every tenth through all doors.
3. Every line that is a formula after all, end to end: derivatives and critical points in a worker with the limits of
   the page, each asked when a worker is ready.

A table is printed. Code events are what `tests.audit` sees; over the limit is wall clock from the question to the
answer, beyond the limit of the job.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time, thread_time

from benchmarks import fuzz_syntax
from core import engine, settings
from core.engine import Answer
from core.problem import Problem
from core.syntax import InputError, read
from tests import audit, hostile

GRACE = 0.3  # seconds over a limit in which the answer must be there


def texts(seed: int, marker: str) -> Iterator[str]:
    """Endless, the same for the same seed."""
    rng, known = random.Random(seed), [line.text for line in hostile.lines(marker)]
    fuzzed = fuzz_syntax.texts(seed)
    while True:
        yield next(fuzzed)
        first, second = rng.choice(known), rng.choice(known)
        yield first[: rng.randrange(len(first) + 1)] + second[rng.randrange(len(second)) :]
        yield first.replace(rng.choice(first), second[:300], 2)[:3000]


def through_all(text: str, doors: dict[str, hostile.Door]) -> tuple[list[str], list[str]]:
    """The events a text caused, and the doors that did not answer in their own way."""
    with audit.watch() as events:
        outcomes = {name: hostile.through(door, text) for name, door in doors.items()}
    return events, [f"{name}: {said}" for name, said in outcomes.items() if said not in ("taken", "refused")]


def page_side(named: str, given: Iterator[str]) -> int:
    formula = {"formula": hostile.formula}
    count, wrong, slowest, worst = 0, 0, 0.0, ""
    seen: list[str] = []
    start = process_time()
    for text in given:
        before = thread_time()  # of all doors; the slowest parse is looked for only where that is more
        events, defects = through_all(text, formula if named == "fuzzed" and count % 10 else hostile.DOORS)
        spent = thread_time() - before
        if spent > slowest and (alone := parse(text)) > slowest:
            slowest, worst = alone, text
        count, wrong, seen = count + 1, wrong + len(defects), seen + events
        for defect in defects[:3]:
            print("  DEFECT", defect, ascii(text[:100]))
    taken = process_time() - start
    print(
        f"{named:>10} {count:>9} texts  {len(seen):>3} code events  {wrong:>3} other exceptions  slowest parse"
        f" {1000 * slowest:.1f} ms of processor ({fuzz_syntax.printable(worst)[:40]})  {taken:.0f} s"
    )
    return len(seen) + wrong


def parse(text: str) -> float:
    """Processor seconds to read a text, at best of three: the collector may run in one of them."""
    spent = []
    for _ in range(3):
        start = thread_time()
        with suppress(InputError):
            read(text)
        spent.append(thread_time() - start)
    return min(spent)


def ask(job: str, arguments: dict[str, object], seconds: float) -> tuple[Answer, float]:
    while not engine.ready():
        time.sleep(0.01)
    start = perf_counter()
    answer = engine.run(job, arguments, seconds=seconds)
    return answer, perf_counter() - start


def end_to_end(lines: list[hostile.Line], tell: str) -> int:
    jobs = {"derive": settings.DERIVE_SECONDS, "critical": settings.CRITICAL_SECONDS + 1}
    defects = 0
    for job, limit in jobs.items():
        ends: Counter[str] = Counter()
        latest, spent = -limit, []
        for line in lines:
            arguments = {"problem": Problem(line.text).to_wire(), "tell": tell}
            if job == "critical":
                arguments["seconds"] = settings.CRITICAL_SECONDS
            answer, seconds = ask(job, arguments, limit)
            ends[answer.status] += 1
            spent.append(seconds)
            latest = max(latest, seconds - limit)
            if seconds > limit + GRACE or "Traceback" in json.dumps(answer.value) or answer.status in ("died", "busy"):
                defects += 1
                print(f"  DEFECT {job} {answer.status} after {seconds:.2f} s: {line.text[:90]!a}")
        spent.sort()
        print(
            f"{job:>10} {len(lines):>9} lines  {dict(ends)}  median {1000 * spent[len(spent) // 2]:.0f} ms"
            f"  longest {spent[-1]:.2f} s  over the limit at most {max(latest, 0.0):.2f} s"
        )
    return defects


def main(count: int, seed: int) -> int:
    audit.install()
    engine.JOBS = "tests.audited_jobs"
    with tempfile.TemporaryDirectory() as home:
        marker, pipe = Path(home) / "marker", Path(home) / "pipe"
        os.mkfifo(pipe)
        told = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        engine.warm()
        hostile.through(hostile.packed, "x")  # what loads late loads now
        defects = page_side("corpus", (line.text for line in hostile.lines(str(marker))))
        defects += page_side("fuzzed", islice(texts(seed, str(marker)), count))
        defects += end_to_end(list(hostile.accepted(str(marker))), str(pipe))
        events = os.read(told, 65536).decode().splitlines()
        print(f"code events in workers: {len(events)}; marker written: {marker.exists()}")
        for event in events[:20]:
            print("  EVENT", event)
        return 1 if defects or events or marker.exists() else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
