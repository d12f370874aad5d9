"""Whatever happens to the processes, every question has its answer or a named error, and the pool is whole again."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.engine import Answer, supply
from core.engine.capacity import workers, workers_for
from core.engine.child import Child, is_stopped
from core.engine.local import Local
from tests.workers import JOBS, LONG, Tally, ask, eventually, gone, on_linux, only_child, outstanding

pytestmark = on_linux


@pytest.fixture
def lane() -> Iterator[Local]:
    one = Local(JOBS, most=1)
    yield one
    one.close()


@pytest.fixture
def pool() -> Iterator[Local]:
    one = Local(JOBS, most=8)
    yield one
    one.close()


def nursery(one: Local) -> int:
    assert eventually(lambda: one.ready)
    assert one._supply.nursery is not None
    return one._supply.nursery.pid


def born_of(pid: int) -> set[int]:
    """The children of a process, the dead that nobody has waited for among them."""
    with contextlib.suppress(OSError):
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return set()


def full_strength(one: Local) -> bool:
    """Whether as many jobs as there may be workers run at the same time."""
    naps = [one.start("sleep", {"seconds": 60.0, "strength": i}, seconds=LONG) for i in range(one._most)]
    whole = eventually(lambda: all(ticket.started for ticket in naps))
    for ticket in naps:
        ticket.cancel()
    return whole


# Priority and age.


def test_a_long_job_yields_priority_and_its_worker_is_not_used_again(lane: Local) -> None:
    quick = ask(lane, "niceness", sleep=0.0).value
    slow = ask(lane, "niceness", sleep=settings.YIELD_AT_MOST + 0.3).value
    after = ask(lane, "niceness", sleep=0.001).value
    assert quick and slow and after
    assert quick["niceness"] == after["niceness"] == settings.WORKER_NICENESS
    assert slow["niceness"] == settings.NICENESS and slow["pid"] == quick["pid"] != after["pid"]


def test_priority_is_yielded_by_work_and_not_by_waiting(lane: Local) -> None:
    waited = ask(lane, "niceness", sleep=2 * settings.YIELD_SECONDS).value
    worked = ask(lane, "niceness", work=3 * settings.YIELD_SECONDS, sleep=0.0).value
    assert waited and waited["niceness"] == settings.WORKER_NICENESS
    assert worked and worked["niceness"] == settings.NICENESS and worked["pid"] == waited["pid"]


def test_a_worker_is_replaced_after_so_many_jobs(lane: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "JOBS_OF_A_WORKER", 3)
    pids = [(ask(lane, "pid", i=i).value or {})["pid"] for i in range(9)]
    assert pids == [pid for pid in dict.fromkeys(pids) for _ in range(3)]
    assert eventually(lambda: born_of(nursery(lane)) == {child.pid for child in lane._children})


# The pool grows and shrinks.


def test_an_idle_pool_holds_one_worker_and_one_to_spare(pool: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IDLE_SECONDS", 0.2)
    assert pool._lanes == set()
    pool.warm()
    assert eventually(lambda: len(pool._children) == 2) and len(pool._lanes) == 2
    assert full_strength(pool) and len(pool._lanes) == 8
    assert eventually(lambda: len(pool._children) == len(pool._lanes) == 2)
    assert eventually(lambda: len(born_of(nursery(pool))) == 2)
    assert ask(pool, "echo", x=1) == Answer("done", {"x": 1})


def test_one_that_runs_has_one_to_spare_beside_it(pool: Local) -> None:
    pool.warm()
    assert eventually(lambda: len(pool._children) == 2)
    naps = []
    for i in range(4):
        naps.append(pool.start("sleep", {"seconds": 60.0, "i": i}, seconds=LONG))
        assert eventually(lambda: len(pool._children) == max(2, len(naps) + 1))


def test_there_are_as_many_workers_as_memory_allows() -> None:
    gib = 1024**3
    assert workers_for(2, 24 * gib) >= 6 and workers_for(8, 64 * gib) > 8
    assert [workers_for(2, free) for free in (0, gib, 2 * gib)] == [2, 3, 6]
    assert workers_for(4, None) == 4 + settings.WORKERS_MORE
    assert 2 <= workers() <= settings.WORKERS


# The nursery.


def test_a_nursery_that_is_killed_is_replaced_and_no_job_is_lost(pool: Local, tally: Tally) -> None:
    ticket = pool.start("count", {"file": tally.path, "sleep": 0.5}, seconds=LONG)
    assert eventually(lambda: tally.lines)
    first, children = nursery(pool), list(pool._children)
    os.kill(first, signal.SIGKILL)
    answer = ticket.wait(LONG)
    assert answer is not None and answer.status == "done" and tally.lines == ["run", "run"]
    assert eventually(lambda: all(gone(pid) for pid in (first, *(child.pid for child in children))))
    assert nursery(pool) != first and full_strength(pool)


def test_an_idle_pool_notices_that_its_nursery_has_gone(pool: Local) -> None:
    pool.warm()
    first = nursery(pool)
    assert eventually(lambda: len(pool._children) == 2)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: nursery(pool) != first)
    assert eventually(lambda: len(pool._children) == 2 and all(child.alive for child in pool._children))


def test_a_nursery_that_is_stopped_is_replaced(lane: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engine.nursery.FORK_SECONDS", 0.5)
    assert ask(lane, "echo").status == "done"
    first = nursery(lane)
    os.kill(first, signal.SIGSTOP)
    only_child(lane).kill()
    assert ask(lane, "echo", x=1) == Answer("done", {"x": 1})
    assert eventually(lambda: gone(first))


def test_jobs_that_start_threads_are_never_forked(caplog: pytest.LogCaptureFixture) -> None:
    one = Local("tests.threaded_jobs", most=2)
    assert ask(one, "pid").status == "done"
    assert "every worker has to load them by itself" in caplog.text
    assert one._supply.nursery is not None and not one._supply.nursery.alive
    assert only_child(one).pid in born_of(os.getpid()) or full_strength(one)
    one.close()


def test_five_failing_starts_are_borne(pool: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failed = supply.Nursery, []

    def failing(*arguments: Any) -> supply.Nursery:
        if len(failed) < supply.FAILED_STARTS:
            failed.append(1)
            raise OSError("no process")
        return real(*arguments)

    monkeypatch.setattr(supply, "Nursery", failing)
    assert ask(pool, "echo", x=1) == Answer("done", {"x": 1}) and len(failed) == supply.FAILED_STARTS
    assert full_strength(pool)


def test_while_one_worker_is_left_nobody_is_sent_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = Local(JOBS, most=3)
    assert ask(one, "echo").status == "done" and eventually(lambda: len(one._children) == 2)
    monkeypatch.setattr(supply.Nursery, "child", lambda nursery: (_ for _ in ()).throw(OSError("no process")))
    monkeypatch.setattr(supply, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(settings, "YIELD_SECONDS", 9 * LONG)
    monkeypatch.setattr(settings, "YIELD_AT_MOST", 9 * LONG)  # so that a worker is used again
    naps = [one.start("sleep", {"seconds": s}, seconds=2 * LONG) for s in (60.0, 1.0)]
    assert eventually(lambda: caplog.text.count("could not be started") > supply.FAILED_STARTS)
    assert ask(one, "echo", x=1) == Answer("done", {"x": 1}) and naps[1].done and not naps[0].done
    one.close()


# Workers that misbehave.


def test_a_stopped_worker_is_not_asked(lane: Local) -> None:
    assert ask(lane, "echo").status == "done"
    stopped = only_child(lane).pid
    os.kill(stopped, signal.SIGSTOP)
    assert eventually(lambda: is_stopped(stopped))  # or gone: the lane may have noticed
    answer = ask(lane, "pid")
    assert answer.status == "done" and answer.value != {"pid": stopped} and eventually(lambda: gone(stopped))


def test_a_worker_stopped_in_the_middle_answers_when_it_goes_on(lane: Local, tally: Tally) -> None:
    ticket = lane.start("count", {"file": tally.path, "sleep": 0.2}, seconds=LONG)
    assert eventually(lambda: tally.lines)
    pid = only_child(lane).pid
    os.kill(pid, signal.SIGSTOP)
    time.sleep(0.4)
    assert not ticket.done
    os.kill(pid, signal.SIGCONT)
    assert ticket.wait(LONG) == Answer("done", {"pid": pid})


def test_a_stop_for_good_is_a_death_and_no_word_about_the_formula(lane: Local, tally: Tally) -> None:
    ticket = lane.start("count", {"file": tally.path, "sleep": 0.3}, seconds=1.0)
    assert eventually(lambda: tally.lines)
    os.kill(only_child(lane).pid, signal.SIGSTOP)
    answer = ticket.wait(LONG)
    assert answer is not None and answer.status == "done" and len(tally.lines) == 2


@pytest.mark.parametrize("raw", ["", "00", "000000027b7d", "00000002000000007b7d", "ff" * 300, "00" * 9000])
def test_garbage_is_never_taken_for_an_answer(lane: Local, raw: str) -> None:
    assert ask(lane, "garbage", bytes=raw) == Answer("died")
    assert ask(lane, "echo", x=1) == Answer("done", {"x": 1})


def test_a_reply_to_another_question_is_never_taken_for_an_answer(lane: Local) -> None:
    for i in range(6):
        assert ask(lane, "answer_twice", i=i) == Answer("done", {"i": i})
        time.sleep(0.1)
        assert ask(lane, "echo", x=i) == Answer("done", {"x": i})


def test_memory_eaters_cost_nobody_else_anything(pool: Local) -> None:
    eaters = [pool.start("eat", {"i": i}, seconds=LONG) for i in range(6)]
    others = outstanding(pool, [("echo", {"i": i}) for i in range(20)])
    assert others == [Answer("done", {"i": i}) for i in range(20)]
    for ticket in eaters:
        answer = ticket.wait(LONG)
        assert answer is not None and answer.value is not None and answer.value["code"] == "budget"
    assert full_strength(pool)


def test_a_storm_of_kills_loses_no_answer_mixes_none_up_and_leaves_no_orphan(
    pool: Local, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    stop, rng, seen = threading.Event(), random.Random(4), set()

    def storm() -> None:
        while not stop.wait(0.03):
            if children := list(pool._children):
                pid = rng.choice(children).pid
                seen.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if rng.random() < 0.03 and pool._supply.nursery:
                seen.add(pool._supply.nursery.pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pool._supply.nursery.pid, signal.SIGKILL)

    killer = threading.Thread(target=storm)
    killer.start()
    answers = outstanding(pool, [("slow_echo", {"i": i}) for i in range(1000)])
    stop.set()
    killer.join()
    assert all(a in (Answer("done", {"i": i}), Answer("died")) for i, a in enumerate(answers))
    assert len(seen) > 20 and sum(a == Answer("died") for a in answers) < 100
    assert full_strength(pool)
    assert eventually(lambda: all(gone(pid) or pid == nursery(pool) or pid in born_of(nursery(pool)) for pid in seen))
    assert eventually(lambda: born_of(nursery(pool)) == {child.pid for child in pool._children})


def test_a_pid_is_not_killed_after_it_was_let_go(lane: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(lane, "echo").status == "done"
    child: Child = only_child(lane)
    child.kill()
    assert eventually(lambda: not born_of(nursery(lane)) & {child.pid})
    killed: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda pid, number: killed.append(pid))
    child.kill()
    assert killed == []
