"""The levels of a search, as they are sent to be watched: small, and nothing of the window is lost."""

import json
import random
from functools import cache

import numpy as np
import pytest

from core.critical import search
from core.jobs import JobError, critical, proof
from core.problem import Problem
from tests.critical.programs import compiled

TEXTS = {
    "(x^2+y-11)^2+(x+y^2-7)^2": ((-6.0, 6.0), (-6.0, 6.0)),
    "x^4 + y^4": ((-1.5, 1.5), (-1.5, 1.5)),
    "(x^2 + y^2 - 1)^2": ((-2.0, 2.0), (-2.0, 2.0)),
    "20+x^2-10cos(2 pi x)+y^2-10cos(2 pi y)": ((-5.0, 5.0), (-5.0, 5.0)),
    "-(y+47)*sin(sqrt(abs(y+x/2+47)))-x*sin(sqrt(abs(x-(y+47))))": ((-100.0, 100.0), (-100.0, 100.0)),
    "f(x) = x^3 - 3x": ((-2.0, 2.0),),
    "f(x) = x sin(1/x)": ((-1.0, 1.0),),
}


def asked(text: str) -> dict:
    return {"problem": Problem(text, box=TEXTS[text]).to_wire(), "seconds": 5.0}  # x sin(1/x) would go on for ever


@cache
def levels(text: str) -> list[dict]:
    return proof(asked(text))["levels"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_watched_search_is_small_enough_to_be_sent(text: str) -> None:
    told = levels(text)
    assert len(json.dumps(told)) < 500_000
    assert all(len(level["open"]) <= 800 for level in told)


@pytest.mark.parametrize("text", TEXTS)
def test_no_critical_point_is_ever_outside_what_is_drawn(text: str) -> None:
    told = levels(text)
    points = critical(asked(text))["critical"]["points"]
    at = np.array([p["at"] for p in points])[:, None]
    for k, level in enumerate(told):
        proved = [box for one in told[: k + 1] for box in one["proved"]]
        drawn = np.array([*level["open"], *level["aside"], *proved])
        inside = (drawn[..., 0] <= at) & (at <= drawn[..., 1])  # point, box, coordinate
        assert inside.all(axis=2).any(axis=1).all()


def test_every_open_box_of_the_search_lies_in_one_that_is_drawn() -> None:
    text = "(x^2 + y^2 - 1)^2"
    states = list(search.states(compiled(text), TEXTS[text]))
    told = levels(text)
    assert len(states) == len(told) and any(level["count"] > len(level["open"]) for level in told)
    for state, level in zip(states, told, strict=True):
        assert level["count"] == len(state.open)
        for i in random.Random(5).sample(range(len(state.open)), min(40, len(state.open))):
            sides = list(zip(state.open.lower[:, i], state.open.upper[:, i], strict=True))
            assert any(
                all(a <= low and high <= b for (a, b), (low, high) in zip(box, sides, strict=True))
                for box in level["open"]
            )


def test_counts_only_grow_and_the_last_level_knows_every_point() -> None:
    told = levels("(x^2+y-11)^2+(x+y^2-7)^2")
    for name in ("examined", "settled", "dropped", "points"):
        assert [level[name] for level in told] == sorted(level[name] for level in told)
    assert told[-1]["points"] == 9 and told[-1]["open"] == []


def test_what_cannot_be_watched_is_refused_with_a_reason() -> None:
    for text in ("x^2 + y^2 + z^2", "(x y, x + y)"):
        with pytest.raises(JobError):
            proof({"problem": Problem(text).to_wire()})
