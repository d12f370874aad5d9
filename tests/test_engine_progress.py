"""What a job says while it runs reaches the page, is bounded, and is never taken for the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core import engine, settings
from core.__main__ import main
from core.engine import Answer, progress
from core.engine.inline import Inline
from core.engine.local import Local
from tests.workers import JOBS, LONG, eventually, only_child


@pytest.fixture
def lane() -> Iterator[Local]:
    one = Local(JOBS, most=1)
    yield one
    one.close()


def test_the_newest_report_is_there_while_the_job_runs_and_stays(lane: Local) -> None:
    ticket = lane.start("report", {"steps": 6, "sleep": 0.15}, seconds=LONG)
    assert ticket.progress is None and ticket.seconds is None and not ticket.started
    steps = []
    while not ticket.wait(0.02):
        if ticket.progress and ticket.progress["step"] not in steps:
            steps.append(ticket.progress["step"])
            assert ticket.started and ticket.seconds is not None and ticket.seconds > 0
    assert ticket.result == Answer("done", {"steps": 6})
    assert steps == sorted(steps) and len(steps) >= 3
    assert ticket.progress == {"step": 5, "more": ""} and ticket.progress is not ticket.progress
    seconds = ticket.seconds
    assert seconds is not None and seconds > 0.5 and ticket.seconds == seconds


def test_a_job_that_is_stopped_at_its_limit_leaves_what_it_had(lane: Local) -> None:
    ticket = lane.start("report", {"steps": 100, "sleep": 0.2}, seconds=0.7)
    assert ticket.wait(LONG) == Answer("timeout")
    assert ticket.progress is not None and 1 <= ticket.progress["step"] <= 3


def test_all_who_share_a_run_see_its_progress(lane: Local) -> None:
    one, two = (lane.start("report", {"steps": 100, "sleep": 0.2}, seconds=LONG) for _ in range(2))
    assert eventually(lambda: one.progress and two.progress)
    one.cancel()
    assert not two.done
    two.cancel()


def test_reports_are_few_and_small_whatever_the_job_does(lane: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = lane.start("report", {"steps": 5_000, "sleep": 0}, seconds=LONG)
    assert ticket.wait(LONG) == Answer("done", {"steps": 5_000})
    large = lane.start("report", {"steps": 1, "sleep": 0, "size": settings.PROGRESS_BYTES}, seconds=LONG)
    assert large.wait(LONG) == Answer("done", {"steps": 1}) and large.progress is None
    now, heard = 0.0, []
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    with progress.heard_by(heard.append):
        for _ in range(1000):
            now += 0.001
            progress.report({})
    assert 9 <= len(heard) <= 10


def test_inline_keeps_the_last_report_and_outside_a_job_there_is_none() -> None:
    progress.report({"nobody": "hears"})
    ticket = Inline(JOBS).start("report", {"steps": 1, "sleep": 0}, seconds=LONG)
    assert ticket.progress == {"step": 0, "more": ""}
    assert Inline(JOBS).start("echo", {}, seconds=LONG).progress is None


def test_what_is_known_has_no_progress_and_ran_no_time(lane: Local) -> None:
    for _ in range(2):
        ticket = lane.start("echo", {}, seconds=LONG)
        ticket.wait(LONG)
    assert ticket.progress is None and ticket.seconds is None and not ticket.started


# Health, and the address of the engine.


def use(monkeypatch: pytest.MonkeyPatch, one: Local | Inline) -> None:
    monkeypatch.setenv(engine.URL, "here")
    monkeypatch.setattr(engine, "_engines", {"here": one})


def test_health_is_a_real_run_each_time_and_fills_no_memory(lane: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lane)
    assert engine.health(LONG)
    child = only_child(lane)
    assert child._asked == 1 and engine.health(LONG)
    assert child._asked == 2 and only_child(lane) is child
    assert not lane._memory._done


def test_a_busy_engine_is_in_good_health(lane: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lane)
    nap = lane.start("sleep", {"seconds": 60.0}, seconds=LONG)
    assert eventually(lambda: nap.started)
    assert engine.health(0.1) and not nap.done


@pytest.mark.parametrize("jobs", ["no_such_jobs", "tests.ill_jobs"])
def test_an_engine_that_cannot_derive_is_not(jobs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Local(jobs, most=1)
    use(monkeypatch, one)
    assert not engine.health(LONG)
    one.close()


def test_an_unknown_address_is_one_line_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.check()
    monkeypatch.setenv(engine.URL, "redis://user:password@host")
    with pytest.raises(ValueError, match="nothing else"):
        engine.check()
    assert main(["analyse", "x^2"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and engine.URL in err and "password" not in err
