"""Pages are drawn one after the other, the oldest first, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from core.ui.turns import Turns

LONG = 20.0


def eventually(condition: Callable[[], object]) -> bool:
    end = time.monotonic() + LONG
    while not condition() and time.monotonic() < end:
        time.sleep(0.002)
    return bool(condition())


def test_one_at_a_time_and_the_oldest_first_also_after_it_was_away() -> None:
    turns, order, answered = Turns(places=1, longest=LONG), [], threading.Event()
    asking = threading.Event()

    def first() -> None:
        with turns.mine():
            order.append("first begins")
            with turns.away():
                asking.set()
                answered.wait(LONG)
            order.append("first ends")

    def later(name: str) -> None:
        with turns.mine():
            order.append(name)
            if name == "a":
                answered.set()  # while the others wait for their place
                assert eventually(lambda: len(turns._waiting) == 3)

    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert asking.wait(LONG)
    with turns.mine():  # until all are there
        for i, name in enumerate("abc"):
            threads.append(threading.Thread(target=later, args=(name,)))
            threads[-1].start()
            assert eventually(lambda i=i: len(turns._waiting) == i + 1)
    for thread in threads:
        thread.join(LONG)
    assert order == ["first begins", "a", "first ends", "b", "c"] and turns.free == 1


def test_a_drawing_that_fails_gives_its_place_back() -> None:
    turns = Turns(places=1)
    with pytest.raises(KeyboardInterrupt), turns.mine(), turns.away():
        raise KeyboardInterrupt  # as Streamlit ends a script: no Exception
    assert turns.free == 1


def test_nobody_waits_longer_than_that_and_no_place_is_made_or_lost() -> None:
    turns, drawn = Turns(places=1, longest=0.05), []

    def hurried() -> None:
        with turns.mine():
            drawn.append(turns.free)

    with turns.mine():
        threads = [threading.Thread(target=hurried) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
        assert drawn == [0] * 5 and turns._waiting == []
    assert turns.free == 1
