"""Whoever asks much waits, the others do not: turns, places in line, and the newest question of a place."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from core import settings
from core.engine import Answer
from core.engine.local import Local
from core.engine.ticket import Flight, Ticket
from core.engine.waiting import GONE_SECONDS, REMEMBERED, TURN_SECONDS, Waiting
from tests.workers import JOBS, LONG, Tally, ask, eventually, gone

Pool = Callable[..., Local]


@pytest.fixture
def pool() -> Iterator[Pool]:
    """A pool of so many workers."""
    made: list[Local] = []

    def make(most: int, **more: float) -> Local:
        made.append(Local(JOBS, most=most, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def nap(one: Local, session: str, name: str = "", seconds: float = 60.0, lane: str = "") -> Ticket:
    """A long question that burns nothing."""
    return one.start(
        "sleep", {"seconds": seconds, "name": session + name}, seconds=9 * LONG, session=session, lane=lane
    )


def flight(session: str, name: str = "") -> Flight:
    return Flight(session + name, b"", 1.0, session)


# Turns.


def test_five_sessions_of_hanging_jobs_never_keep_a_sixth_from_an_answer(pool: Pool) -> None:
    one = pool(8)
    hanging = [nap(one, session, str(i)) for i in range(3) for session in "abcde"]
    assert eventually(lambda: sum(ticket.started for ticket in hanging) == 7)  # two sessions have a second one
    for i in range(3):
        assert one.start("echo", {"x": i}, seconds=LONG, session="f").wait(LONG) == Answer("done", {"x": i})
    assert not any(ticket.done for ticket in hanging)


def test_a_session_with_twenty_questions_is_behind_others_when_its_turn_is_over(pool: Pool, tally: Tally) -> None:
    one = pool(1)

    def count(session: str, name: str) -> Ticket:
        return one.start("name", {"file": tally.path, "name": name}, seconds=LONG, session=session)

    first = one.start("sleep", {"seconds": 0.5}, seconds=LONG, session="a")
    assert eventually(lambda: first.started)
    many = [count("a", f"a{i}") for i in range(20)]
    others = [count(session, session) for session in "bc"]
    assert [ticket.result for ticket in many[3:]] == [Answer("busy")] * 17  # at once
    for ticket in (*many, *others):
        ticket.wait(LONG)
    assert tally.lines == ["b", "c", "a0", "a1", "a2"]  # half a second was more than a turn


@pytest.mark.parametrize("seed", range(5))
def test_while_a_session_waits_every_other_has_at_most_one_turn_and_a_flight(seed: int) -> None:
    rng, now, longest = random.Random(seed), 0.0, 0.2
    waiting = Waiting(most=1000, most_of_one=1000, clock=lambda: now)
    for _ in range(200):
        waiting.join(flight(rng.choice("aaaaabbcd")))
    flown: list[tuple[str, float]] = []
    while found := waiting.next(Counter(), False):
        work = rng.uniform(0.01, longest)
        now += work
        waiting.worked(found.session, work)
        flown.append((found.session, work))
        if len(flown) < 50:  # and more is asked meanwhile
            waiting.join(flight(rng.choice("aaad")))
    assert len(flown) == 249
    for session in "abcd":
        places = [i for i, (whose, _) in enumerate(flown) if whose == session]
        for here, there in pairwise(places):
            between: Counter[str] = Counter()
            for whose, work in flown[here + 1 : there]:
                between[whose] += work  # type: ignore[assignment]
            assert max(between.values(), default=0) <= TURN_SECONDS + longest


def test_a_turn_is_not_one_question_and_begins_anew_after_a_while() -> None:
    now = 0.0
    waiting = Waiting(clock=lambda: now)
    waiting.join(flight("a", "derive"))
    waiting.join(flight("b", "derive"))
    assert (found := waiting.next(Counter(), False)) and found.session == "a"
    waiting.worked("a", 0.02)
    waiting.join(flight("a", "hessian"))  # b waits, but the page of a is begun
    assert (found := waiting.next(Counter(), False)) and found.key == "ahessian"
    now += GONE_SECONDS + 0.1
    waiting.join(flight("a", "another formula"))
    assert (found := waiting.next(Counter(), False)) and found.session == "b"


def test_sessions_that_have_gone_leave_no_turn_behind() -> None:
    now = 0.0
    waiting = Waiting(clock=lambda: now)
    for i in range(10 * REMEMBERED):
        now += 0.1
        waiting.join(flight(f"s{i}"))
        assert waiting.next(Counter(), False)
    assert len(waiting._turns) <= REMEMBERED + 1


def test_a_session_has_a_second_worker_only_while_nobody_else_waits_and_one_is_set_aside(pool: Pool) -> None:
    one = pool(4)  # one of them for second jobs
    a = [nap(one, "a", str(i)) for i in range(3)]
    assert eventually(lambda: a[1].started)
    b = [nap(one, "b", str(i)) for i in range(2)]
    c = nap(one, "c")
    assert eventually(lambda: b[0].started and c.started)
    d = nap(one, "d")
    assert not any(ticket.started for ticket in (a[2], b[1], d))
    b[0].cancel()
    assert eventually(lambda: b[1].started)  # now b's only one, before d: b asked earlier
    c.cancel()
    assert eventually(lambda: d.started) and not a[2].started


def test_without_a_session_every_question_is_one_of_its_own(pool: Pool) -> None:
    one = pool(4)
    naps = [one.start("sleep", {"seconds": 60.0, "i": i}, seconds=9 * LONG) for i in range(4)]
    assert eventually(lambda: all(ticket.started for ticket in naps))


# Places in line.


def test_a_full_queue_says_so_at_once_and_whoever_asks_what_is_asked_already_still_shares(pool: Pool) -> None:
    one = pool(1)
    running = nap(one, "", "running")
    assert eventually(lambda: running.started)
    waiting = [nap(one, f"s{i}", seconds=0.0) for i in range(settings.QUEUE)]
    assert not any(ticket.done for ticket in waiting)
    assert nap(one, "late").result == Answer("busy")
    shared = nap(one, "s0", seconds=0.0)
    assert not shared.done
    running.cancel()
    assert [ticket.wait(LONG) for ticket in (*waiting, shared)] == [Answer("done", {})] * (settings.QUEUE + 1)
    assert ask(one, "echo", x=1) == Answer("done", {"x": 1})


def test_a_shared_question_goes_to_the_account_of_whoever_stays(pool: Pool) -> None:
    one = pool(1)
    running = nap(one, "", "running")
    assert eventually(lambda: running.started)
    first, second = (one.start("echo", {"x": 1}, seconds=LONG, session=session) for session in "ab")
    assert first.flight is second.flight and first.flight.session == "a"
    first.cancel()
    assert first.result == Answer("busy") and second.flight.session == "b"
    assert one._waiting.sessions == 1
    running.cancel()
    assert second.wait(LONG) == Answer("done", {"x": 1})


def test_lines_are_left_from_any_place_and_leave_nothing_behind() -> None:
    waiting = Waiting(most=3, most_of_one=2)
    a1, a2, b1 = flight("a", "1"), flight("a", "2"), flight("b", "1")
    for each in (a1, a2, b1):
        assert waiting.has_room(each.session)
        waiting.join(each)
    assert not waiting.has_room("c")  # full
    waiting.leave(b1)
    waiting.leave(b1)
    assert not waiting.has_room("a") and waiting.has_room("c")
    waiting.leave(a1)
    assert waiting.next(Counter({"a": 1}), False) is None
    assert waiting.next(Counter({"a": 2}), True) is None
    assert waiting.next(Counter({"a": 1}), True) is a2
    assert len(waiting) == waiting.sessions == 0


# The newest question of a place.


def test_the_newest_question_of_a_place_takes_the_older_back(pool: Pool) -> None:
    one = pool(4)
    old = nap(one, "a", "old", lane="formula")
    assert eventually(lambda: old.flight.child)
    child = old.flight.child
    assert child is not None
    assert nap(one, "a", "old", lane="formula") is old  # to ask again is not new
    other_place, other_session = nap(one, "a", "2", lane="point"), nap(one, "b", lane="formula")
    assert not old.done
    new = one.start("echo", {"x": 1}, seconds=LONG, session="a", lane="formula")
    assert new.wait(LONG) == Answer("done", {"x": 1})
    assert old.result == Answer("busy") and not other_place.done and not other_session.done
    assert eventually(lambda: gone(child.pid))


def test_an_answer_that_is_known_takes_the_older_question_back_too(pool: Pool) -> None:
    one = pool(2)
    ask(one, "echo", x=1)
    old = nap(one, "a", lane="formula")
    known = one.start("echo", {"x": 1}, seconds=LONG, session="a", lane="formula")
    assert known.result == Answer("done", {"x": 1}) and old.result == Answer("busy")


def test_of_fifty_questions_typed_in_a_row_only_the_last_is_answered(pool: Pool, tally: Tally) -> None:
    one = pool(1)
    running = nap(one, "", "running")
    assert eventually(lambda: running.started)
    typed = [
        one.start("name", {"file": tally.path, "name": str(i)}, seconds=LONG, session="a", lane="formula")
        for i in range(50)
    ]
    running.cancel()
    assert [ticket.wait(LONG) for ticket in typed] == [Answer("busy")] * 49 + [Answer("done", {})]
    assert tally.lines == ["49"]


def test_whoever_waits_for_a_question_that_is_taken_back_hears_of_it_at_once(pool: Pool) -> None:
    one = pool(2)
    old = nap(one, "a", lane="formula")
    shared = nap(one, "a")  # the same run goes on for this one
    assert eventually(lambda: old.started)  # from here on only an event can wake who waits
    heard: list[Answer | None] = []
    waiter = threading.Thread(target=lambda: heard.append(old.wait()))
    waiter.start()
    nap(one, "a", "new", lane="formula")
    waiter.join(LONG)
    assert heard == [Answer("busy")] and not shared.done


def test_places_of_sessions_that_have_gone_are_forgotten(pool: Pool) -> None:
    one = pool(2)
    for i in range(20):
        one.start("echo", {"x": i}, seconds=LONG, session=f"s{i}", lane="formula").wait(LONG)
    assert eventually(lambda: len(one._newest) == 0)
    assert not one._flights and not one._under_way and one._waiting.sessions == 0
