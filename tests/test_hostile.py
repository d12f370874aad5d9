"""Text that means harm gets an answer or a refusal, and nothing else happens: no code, no file, no traceback, no hang."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import engine
from core.problem import Problem
from core.syntax import InputError, read
from tests import hostile

ROOT = Path(__file__).resolve().parents[1]
SHORT = 0.5  # seconds for a job here; the page's own limits are in benchmarks/hostile.py
AMPLE = 10.0  # seconds over a limit on a machine that does other things too
CALLS = 600_000  # calls and returns while one text is read: some 30 ms of a processor; the worst of the corpus takes 110,000
ACTS = ("exec", "eval", "open", "read", "import", "socket", "system", "process", "lambdify", "sympify")
on_linux = pytest.mark.skipif(sys.platform == "win32", reason="a named pipe carries what a worker does")


def test_the_corpus_is_of_every_kind() -> None:
    lines = hostile.lines()
    assert len(lines) >= 500 and len({line.text for line in lines}) == len(lines)
    kinds = {line.kind.partition(":")[0] for line in lines}
    assert kinds == {"code", "unicode", "cost", "markup", "export", "log", "link"}
    assert len(hostile.of_kind("markup")) >= 70


def test_no_door_of_the_page_runs_writes_imports_or_calls_anything(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    command = [sys.executable, "-m", "tests.hostile", str(marker)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["wrong"] == [] and found["events"] == []
    assert found["control"] and found["count"] == len(hostile.lines()) * len(hostile.DOORS)
    assert not marker.exists()


def calls(text: str) -> int:
    count = 0

    def one_more(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(one_more)
    try:
        read(text)
    except InputError:
        pass
    finally:
        sys.setprofile(None)
    return count


def test_reading_any_line_takes_a_bounded_number_of_calls() -> None:
    assert [ascii(line.text)[:80] for line in hostile.lines() if calls(line.text) > CALLS] == []
    assert calls("+".join(["x"] * 900)) < calls("+".join(f"x^{k}" for k in range(150))) < CALLS


# End to end


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Its name, and the end where what workers did can be read."""
    name = tmp_path_factory.mktemp("hostile") / "pipe"
    os.mkfifo(name)
    end = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    yield str(name), end
    os.close(end)


@pytest.fixture(scope="module")
def workers() -> Iterator[engine.Engine]:
    """The engine of the page, with every job under watch."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "JOBS", "tests.audited_jobs")
        one = engine._opened("")
    one.warm()
    yield one
    one.close()


def ask(workers: engine.Engine, job: str, arguments: dict[str, object], seconds: float) -> engine.Answer:
    while not workers.ready:
        time.sleep(0.01)
    start = time.monotonic()
    answer = workers.start(job, arguments, seconds=seconds).wait()
    assert answer is not None and time.monotonic() - start < seconds + AMPLE
    return answer


def heard(end: int) -> list[str]:
    try:
        return os.read(end, 65536).decode().splitlines()
    except BlockingIOError:
        return []


@on_linux
@pytest.mark.parametrize("act", ACTS)
def test_the_watch_sees_what_it_is_there_for(
    workers: engine.Engine, pipe: tuple[str, int], act: str, tmp_path: Path
) -> None:
    name, end = pipe
    heard(end)
    ask(workers, "misbehave", {"act": act, "file": str(tmp_path / "marker"), "tell": name}, 10.0)
    assert heard(end)


@on_linux
def test_what_can_be_read_is_answered_or_refused_in_words_by_a_worker_that_does_nothing_else(
    workers: engine.Engine, pipe: tuple[str, int], tmp_path: Path
) -> None:
    (name, end), marker = pipe, tmp_path / "marker"
    heard(end)
    wrong = []
    costly = [line for line in hostile.accepted(str(marker)) if line.kind.startswith("cost")]
    cheap = [line for line in hostile.accepted(str(marker)) if not line.kind.startswith("cost")]
    for line in (*cheap, *costly[::10]):  # all of them with the limits of the page: benchmarks/hostile.py
        for job in ("derive", "critical"):
            arguments = {"problem": Problem(line.text).to_wire(), "tell": name, "seconds": 0.5 * SHORT}
            answer = ask(workers, job, arguments, SHORT)
            said = json.dumps(answer.value)
            if answer.status not in ("done", "failed", "timeout") or "Traceback" in said or 'File "' in said:
                wrong.append((job, answer.status, ascii(line.text)[:80]))
    assert wrong == [] and heard(end) == [] and not marker.exists()


def test_a_product_too_large_to_differentiate_keeps_its_proved_points() -> None:
    from core.jobs import critical

    text = "*".join(f"(x+{k})" for k in range(100))
    found = critical({"problem": Problem(text, box=((-1.5, -0.2),)).to_wire(), "seconds": 2.0})["critical"]
    assert found["points"] and all(p["exact"] is None for p in found["points"])


def test_a_batch_of_hostile_lines_is_answered_line_by_line(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    easy = {line.text for line in hostile.accepted(str(marker)) if not line.kind.startswith("cost")}
    refused = [line.text for line in hostile.lines(str(marker)) if not line.kind.startswith("cost")]
    texts = [text for text in refused if text not in easy] + sorted(easy)[:20]
    asked = b"".join(json.dumps({"id": k, "f": text}).encode() + b"\n" for k, text in enumerate(texts))
    raw = b"".join(text.encode("utf-8", "replace").replace(b"\n", b" ").replace(b"\r", b" ") + b"\n" for text in texts)
    command = [sys.executable, "-m", "core", "analyse", "--batch", "--only", "derivatives", "--limit", "2"]
    done = subprocess.run(command, cwd=ROOT, input=asked + raw, capture_output=True, check=False, timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers[: len(texts)]] == list(range(len(texts)))
    for answer in answers:
        assert answer["ok"] or answer["error"]["message"].endswith((".", "?"))
    assert b"Traceback" not in done.stdout + done.stderr and not marker.exists()
