"""A job is answered, or its end is named; the page never waits without end and never loads SymPy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import engine
from core.engine import Answer, memory, supply
from core.engine.answer import DIED, TIMEOUT, encode
from core.engine.child import started
from core.engine.inline import Inline
from core.engine.local import Local
from core.engine.memory import Memory
from tests.workers import JOBS, LONG, Tally, ask, eventually, gone, on_linux, only_child, outstanding

ROOT = Path(__file__).resolve().parents[1]
WAYS = [pytest.param(True, marks=on_linux, id="forked"), pytest.param(False, id="started")]


@pytest.fixture
def lane() -> Iterator[Local]:
    one = Local(JOBS, most=1)
    yield one
    one.close()


@pytest.fixture(params=WAYS)
def each_lane(request: pytest.FixtureRequest) -> Iterator[Local]:
    """Forked from the nursery, or started from here."""
    one = Local(JOBS, most=1, nursery=request.param)
    yield one
    one.close()


# Answers.


@pytest.mark.parametrize("kind", [Local, Inline])
def test_an_answer_is_the_plain_data_that_the_job_returned(kind: type) -> None:
    one = kind(JOBS)
    told = {"text": '∂f/∂x \u0000 "', "numbers": (1, 2.5, 1e-300, 10**40), "none": None}
    assert ask(one, "echo", **told) == Answer("done", {**told, "numbers": [1, 2.5, 1e-300, 10**40]})
    one.close()


@pytest.mark.parametrize("kind", [Local, Inline])
@pytest.mark.parametrize(
    ("job", "code", "message"),
    [
        ("refuse", "math", "Not that one."),
        ("fail", "failed", "This could not be computed."),
        ("fail_at_length", "failed", "This could not be computed."),
        ("recurse", "budget", "This is nested too deeply to compute."),
        ("huge", "budget", "The answer is too large to show."),
        ("unsendable", "failed", "This could not be computed."),
        ("no such job", "failed", "This could not be computed."),
    ],
)
def test_a_failure_has_a_code_and_a_sentence_without_inner_words(kind: type, job: str, code: str, message: str) -> None:
    one = kind(JOBS)
    assert ask(one, job) == Answer("failed", {"code": code, "message": message})
    assert ask(one, "echo", x=1) == Answer("done", {"x": 1})
    one.close()


def test_what_nobody_foresaw_is_in_the_log_without_what_was_typed(
    lane: Local, caplog: pytest.LogCaptureFixture
) -> None:
    ask(lane, "fail")
    assert "in fail" in caplog.text and "ValueError" in caplog.text
    assert "secret inner words" not in caplog.text


@on_linux
def test_a_memory_eater_fails_by_name_and_its_process_is_replaced(each_lane: Local) -> None:
    before = ask(each_lane, "pid").value
    assert ask(each_lane, "eat").value == {"code": "budget", "message": "This needs more memory than a worker has."}
    after = ask(each_lane, "pid", again=True)
    assert after.status == "done" and after.value != before


def test_stray_prints_and_reads_do_not_reach_the_channel(each_lane: Local) -> None:
    for i in range(3):
        assert ask(each_lane, "noise", i=i) == Answer("done", {"quiet": False})


@on_linux
def test_a_worker_writes_no_file_and_has_no_secrets(
    each_lane: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "secret")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert ask(each_lane, "write_file", file=str(tmp_path / "file")).status == "failed"
    found = ask(each_lane, "environment").value
    assert found is not None
    assert set(found["names"]) <= {"PATH", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LC_CTYPE"}
    assert "OPENBLAS_CORETYPE" in found["names"]
    assert found["flags"] == [1] and found["group"] != os.getpgrp()


# Limits and deaths.


@pytest.mark.parametrize("job", ["hang", "hang_in_c"])
def test_a_limit_is_kept_and_the_next_answer_is_right(each_lane: Local, job: str) -> None:
    ticket = each_lane.start(job, {}, seconds=0.7)
    assert ticket.wait(LONG) == Answer("timeout")
    assert ticket.seconds is not None and 0.7 <= ticket.seconds <= 0.7 + 0.3  # the promise itself
    assert ask(each_lane, "echo", x=2) == Answer("done", {"x": 2})


@on_linux
def test_a_kill_cannot_be_refused_and_takes_the_whole_family(each_lane: Local, tally: Tally) -> None:
    assert ask(each_lane, "hang_deaf", seconds=1.0, file=tally.path) == Answer("timeout")
    family = [int(pid) for pid in tally.lines[0].split()]
    assert len(family) == 2 and eventually(lambda: all(gone(pid) for pid in family))


def test_the_limit_counts_from_the_start_in_a_ready_child(lane: Local) -> None:
    tickets = [lane.start("sleep", {"seconds": 0.3, "i": i}, seconds=0.7) for i in range(4)]
    assert [ticket.wait(LONG) for ticket in tickets] == [Answer("done", {})] * 4


def test_a_killed_child_is_replaced_before_anyone_asks(lane: Local) -> None:
    assert ask(lane, "hang", seconds=0.2) == Answer("timeout")
    assert eventually(lambda: any(child.alive for child in lane._children))
    assert ask(lane, "echo", x=3).value == {"x": 3}


@pytest.mark.parametrize("job", ["die", "leave", "crash"])
def test_a_death_is_named_after_one_silent_second_try(each_lane: Local, job: str) -> None:
    assert ask(each_lane, job) == Answer("died")
    assert ask(each_lane, "echo", x=4) == Answer("done", {"x": 4})


@on_linux
def test_a_child_killed_from_outside_is_not_noticed(each_lane: Local, tally: Tally) -> None:
    assert ask(each_lane, "echo").status == "done"
    first = only_child(each_lane)
    os.kill(first.pid, signal.SIGKILL)  # while it is idle
    assert eventually(lambda: not first.alive)
    ticket = each_lane.start("count", {"file": tally.path, "sleep": 0.5}, seconds=LONG)
    assert eventually(lambda: tally.lines)
    os.kill(only_child(each_lane).pid, signal.SIGKILL)  # while it runs
    answer = ticket.wait(LONG)
    assert answer is not None and answer.status == "done" and answer.value != {"pid": first.pid}
    assert tally.lines == ["run", "run"]


@on_linux
def test_a_second_try_needs_no_patience_and_goes_first(tally: Tally) -> None:
    one = Local(JOBS, most=1, wait_seconds=0.5)
    ask(one, "echo")
    first = one.start("count", {"file": tally.path, "sleep": 1.0}, seconds=LONG)
    assert eventually(lambda: tally.lines)
    time.sleep(0.6)
    one._wait_seconds = LONG
    second = one.start("sleep", {"seconds": 0.0}, seconds=LONG)
    os.kill(only_child(one).pid, signal.SIGKILL)
    assert second.wait(LONG) == Answer("done", {}) and first.done
    assert first.result is not None and first.result.status == "done"
    one.close()


def test_storms_of_kills_lose_no_answer_and_mix_none_up(each_lane: Local) -> None:
    stop = threading.Event()

    def storm() -> None:
        while not stop.wait(0.25):
            for child in list(each_lane._children):
                child.kill()

    killer = threading.Thread(target=storm)
    killer.start()
    answers = outstanding(each_lane, [("slow_echo", {"i": i}) for i in range(300)])
    stop.set()
    killer.join()
    assert all(a in (Answer("done", {"i": i}), Answer("died")) for i, a in enumerate(answers))
    assert sum(a == Answer("died") for a in answers) < 10


@pytest.mark.parametrize("nursery", WAYS)
def test_jobs_that_cannot_be_loaded_are_named_at_once_after_some_tries(
    nursery: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    starts = []
    for name in ("Nursery", "started"):
        real = getattr(supply, name)
        monkeypatch.setattr(supply, name, lambda *all, real=real: starts.append(all) or real(*all))
    one = Local("no_such_jobs", most=1, nursery=nursery)
    assert ask(one, "echo") == Answer("died")
    assert len(starts) == supply.FAILED_STARTS + 1
    assert one.start("echo", {"x": 1}, seconds=LONG).result == Answer("died")
    assert "No module named 'no_such_jobs'" in caplog.text
    one._supply.jobs = JOBS  # as if repaired: after the pause it is tried again
    assert eventually(lambda: ask(one, "echo", x=1) == Answer("done", {"x": 1}))
    assert one._supply.failed == 0
    one.close()


# Waiting, leaving, sharing.


def test_who_waits_too_long_for_the_child_is_told_busy() -> None:
    one = Local(JOBS, most=1, wait_seconds=0.4)
    ask(one, "echo")
    long = one.start("sleep", {"seconds": 1.5}, seconds=LONG)
    assert eventually(lambda: long.flight.child)
    late, unseen = (one.start("echo", {"x": x}, seconds=LONG) for x in (1, 2))
    assert late.wait(0.01) is None and not late.done
    assert late.wait() == Answer("busy") and not long.done
    assert long.wait(LONG) == Answer("done", {})
    assert unseen.wait(LONG) == Answer("busy")  # although nobody looked while it waited
    assert ask(one, "echo", x=1) == Answer("done", {"x": 1})
    one.close()


def test_a_ticket_cancelled_while_it_waits_is_never_run(lane: Local, tally: Tally) -> None:
    running = lane.start("sleep", {"seconds": 0.3}, seconds=LONG)
    waiting = lane.start("count", {"file": tally.path}, seconds=LONG)
    waiting.cancel()
    assert waiting.done and waiting.result == Answer("busy") and not running.done
    assert running.wait(LONG) == Answer("done", {})
    assert ask(lane, "echo", x=5) == Answer("done", {"x": 5})
    assert tally.lines == []


@on_linux
def test_a_ticket_cancelled_while_it_runs_kills_the_child(each_lane: Local) -> None:
    ticket = each_lane.start("hang", {}, seconds=9 * LONG)
    assert eventually(lambda: ticket.flight.child)
    child = ticket.flight.child
    assert child is not None
    ticket.cancel()
    assert ticket.wait() == Answer("busy")
    assert eventually(lambda: gone(child.pid))
    assert ask(each_lane, "echo", x=6) == Answer("done", {"x": 6})
    ticket.cancel()  # once more does nothing
    assert ask(each_lane, "echo", x=6) == Answer("done", {"x": 6})


def test_a_shared_run_goes_on_while_anyone_wants_it(lane: Local) -> None:
    one, two = (lane.start("sleep", {"seconds": 0.4}, seconds=LONG) for _ in range(2))
    one.cancel()
    assert two.wait(LONG) == Answer("done", {}) and one.result == Answer("busy")


def test_a_question_cancelled_and_asked_again_is_run_again(lane: Local) -> None:
    first = lane.start("sleep", {"seconds": 0.5}, seconds=LONG)
    assert eventually(lambda: first.flight.child)
    first.cancel()
    second = lane.start("sleep", {"seconds": 0.5}, seconds=LONG)
    assert second.wait(LONG) == Answer("done", {})


def test_a_flight_that_has_just_started_or_landed_keeps_its_tickets(lane: Local) -> None:
    ticket = lane.start("sleep", {"seconds": 0.3}, seconds=LONG)
    assert eventually(lambda: ticket.flight.child)
    assert not lane._leave(ticket, False)
    assert ticket.wait(LONG) == Answer("done", {})
    assert not lane._leave(ticket, True)


def test_the_same_question_from_many_threads_is_run_once(lane: Local, tally: Tally) -> None:
    answers: list[Answer | None] = []

    def visitor() -> None:
        answers.append(lane.start("count", {"sleep": 0.3, "file": tally.path}, seconds=LONG).wait(LONG))

    visitors = [threading.Thread(target=visitor) for _ in range(30)]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    assert len(tally.lines) == 1 and len(answers) == 30
    assert all(a is not None and a.status == "done" for a in answers)
    assert answers[0] is not answers[1]


def test_many_threads_each_get_their_own_answer(lane: Local) -> None:
    wrong = []

    def visitor(n: int) -> None:
        for i in range(20):
            if ask(lane, "echo", n=n, i=i) != Answer("done", {"n": n, "i": i}):
                wrong.append((n, i))

    visitors = [threading.Thread(target=visitor, args=(n,)) for n in range(10)]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    assert not wrong


# Memory.


@pytest.mark.parametrize("kind", [Local, Inline])
def test_a_done_answer_is_remembered_whatever_the_limit_and_the_order(kind: type, tally: Tally) -> None:
    lane = kind(JOBS)
    for arguments, seconds in (({"file": tally.path, "a": 1}, 5.0), ({"a": 1, "file": tally.path}, 9.0)):
        assert lane.start("count", arguments, seconds=seconds).wait(LONG)
    assert len(tally.lines) == 1
    ask(lane, "count", file=tally.path, a=2)
    assert len(tally.lines) == 2
    lane.close()


def test_a_question_answered_while_it_waited_is_not_run(lane: Local, tally: Tally) -> None:
    tickets = [lane.start("count", {"file": tally.path, "sleep": 0.2}, seconds=LONG + i) for i in range(3)]
    answers = [ticket.wait(LONG) for ticket in tickets]
    assert answers[0] is not None and answers[0].status == "done" and answers == [answers[0]] * 3
    assert len(tally.lines) == 1


def test_a_remembered_answer_cannot_be_spoilt_by_who_got_it(lane: Local) -> None:
    for _ in range(2):
        answer = ask(lane, "echo", numbers=[1, 2])
        assert answer.value == {"numbers": [1, 2]}
        answer.value["numbers"].append(3)


def test_a_failure_is_not_remembered(lane: Local) -> None:
    assert ask(lane, "fail").status == "failed"
    assert lane._memory.recall(memory.key_of("fail", "{}"), LONG) is None


def test_a_timeout_is_remembered_for_limits_no_larger(lane: Local) -> None:
    arguments = {"seconds": 0.6}
    assert lane.start("sleep", arguments, seconds=0.3).wait(LONG) == Answer("timeout")
    assert lane.start("sleep", arguments, seconds=0.3).result == Answer("timeout")
    assert lane.start("sleep", arguments, seconds=0.2).result == Answer("timeout")
    assert lane.start("sleep", arguments, seconds=LONG).wait(LONG) == Answer("done", {})
    assert lane.start("sleep", arguments, seconds=0.2).result == Answer("done", {})


def test_a_timeout_is_forgotten_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(memory, "monotonic", lambda: now)
    known = Memory()
    known.keep("key", TIMEOUT, 3.0)
    assert known.recall("key", 3.0) == TIMEOUT and known.recall("key", 3.1) is None
    now += 599
    assert known.recall("key", 3.0) == TIMEOUT
    now += 2
    assert known.recall("key", 3.0) is None


def test_memory_is_bounded_and_forgets_the_least_used() -> None:
    known = Memory(most=3)
    for key in "abc":
        known.keep(key, encode("done", key), 1.0)
        known.keep("t" + key, TIMEOUT, 1.0)
    known.recall("a", 1.0)
    known.keep("ta", TIMEOUT, 1.0)
    known.keep("d", encode("done", "d"), 1.0)
    known.keep("td", TIMEOUT, 1.0)
    known.keep("e", DIED, 1.0)
    assert [key for key in "abcde" if known.recall(key, 1.0)] == ["a", "c", "d"]
    assert [key for key in ("ta", "tb", "tc", "td") if known.recall(key, 1.0)] == ["ta", "tc", "td"]


def test_memory_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "KEPT_BYTES", 100)
    known = Memory()
    for key in "ab":
        for _ in range(3):
            known.keep(key, encode("done", "x" * 15), 1.0)  # 48 bytes; again is not more
    assert known.recall("a", 1.0) and known.recall("b", 1.0)
    known.keep("c", encode("done", "x" * 20), 1.0)
    assert [key for key in "abc" if known.recall(key, 1.0)] == ["b", "c"]


def test_the_code_version_follows_the_source() -> None:
    assert len(memory.code_version()) == 64
    assert memory.key_of("a", "{}") != memory.key_of("b", "{}")


# The process around it.


def script(text: str, **environment: str) -> subprocess.Popen[str]:
    """A page's process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **environment},
    )


PAGE = "import sys, threading\nfrom core import engine\nengine.JOBS = 'tests.engine_jobs'\n"


def test_nothing_is_started_by_an_import_and_sympy_stays_out_of_the_page() -> None:
    with script(
        PAGE
        + "print(threading.active_count(), len(engine._engines))\n"
        + "print(engine.run('derive', {}, seconds=30).value['derivative'])\n"
        + "print([name for name in ('sympy', 'numpy', 'multiprocessing', 'core.jobs') if name in sys.modules])\n"
    ) as page:
        assert page.stdout is not None
        assert page.stdout.read().splitlines() == ["1 0", "3*x**2", "[]"]
    assert page.returncode == 0


RUNNING = PAGE + (
    "print(engine.run('pid', {}, seconds=30).value['pid'], flush=True)\n"
    "local = engine._engines['']\n"
    "print(*[child.pid for child in local._children], local._supply.nursery.pid, flush=True)\n"
    "ticket = engine.start('THIS JOB', {}, seconds=60)\n"
    "while not ticket.flight.child: pass\n"
    "print('running', flush=True)\n"
)


@on_linux
@pytest.mark.parametrize("job", ["hang", "hang_in_c"])
@pytest.mark.parametrize("killed", [True, False])
def test_no_worker_outlives_its_page(job: str, killed: bool) -> None:
    text = RUNNING.replace("THIS JOB", job) + ("threading.Event().wait()\n" if killed else "")
    text = "import atexit; atexit.register(lambda: print(engine._engines['']._closing.is_set()))\n" + text
    with script(text) as page:
        assert page.stdout is not None
        worker = int(page.stdout.readline())
        family = [int(pid) for pid in page.stdout.readline().split()]
        assert page.stdout.readline() == "running\n"
        if killed:
            assert len(family) >= 2 and worker in family and not any(map(gone, family))
            page.kill()
        assert page.stdout.read() == ("" if killed else "True\n")
    assert eventually(lambda: all(map(gone, family)))
    assert page.returncode == (-signal.SIGKILL if killed else 0)


@pytest.mark.parametrize("nursery", WAYS)
def test_a_closed_engine_leaves_no_thread_and_no_process(nursery: bool) -> None:
    before = set(threading.enumerate())
    one = Local(JOBS, nursery=nursery)
    ask(one, "echo")
    pids = [child.pid for child in one._children] + ([one._supply.nursery.pid] if one._supply.nursery else [])
    one.close()
    assert eventually(lambda: all(map(gone, pids)) and set(threading.enumerate()) <= before)


def test_a_worker_ends_with_its_channel_even_in_the_middle_of_a_job() -> None:
    child = started(JOBS)
    child.load(LONG)
    threading.Timer(0.3, child._to.close).start()
    with pytest.raises(EOFError):
        child.ask(b'["hang",{}]', LONG)


# Which engine.


def test_inline_runs_in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.URL, "inline:")
    monkeypatch.setattr(engine, "JOBS", JOBS)
    monkeypatch.setattr(engine, "_engines", {})
    threads = threading.active_count()
    assert engine._engine() is engine._engine()
    assert engine.run("pid", {}, seconds=1.0) == Answer("done", {"pid": os.getpid()})
    ticket = engine.start("echo", {"x": 1}, seconds=1.0)
    assert ticket.done and ticket.result == ticket.wait() == Answer("done", {"x": 1})
    ticket.cancel()
    engine.warm()
    assert ticket.result == Answer("done", {"x": 1}) and threading.active_count() == threads


def test_any_other_address_is_refused_in_one_line_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.URL, "redis://user:password@host")
    with pytest.raises(ValueError, match="may be unset") as caught:
        engine.warm()
    assert "\n" not in str(caught.value) and "password" not in str(caught.value)


def test_a_closed_engine_answers_at_once() -> None:
    one = Local(JOBS, most=1)
    running = one.start("hang", {}, seconds=LONG)
    waiting = one.start("echo", {}, seconds=LONG)
    assert eventually(lambda: running.flight.child)
    one.close()
    late = one.start("echo", {}, seconds=LONG)
    assert [ticket.wait(LONG) for ticket in (running, waiting, late)] == [Answer("died")] * 3
