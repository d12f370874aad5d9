"""A sweep is many runs at once: each rate ends as the run of that rate alone does, and the best is the best of those."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest

from core import gallery
from core.engine import progress
from core.immediate import programs
from core.jobs import sweep as job
from core.numeric import Objective
from core.optimize import LENGTHS, SWEPT, Outcome, ending, minimize, rates, sweep
from core.problem import Problem
from core.program import Program, jet
from core.syntax import read

STEPS = 150
UNSEEN = (Outcome.CYCLE, Outcome.DIVERGED)  # a sweep goes on where one run is seen to go round, or to stray on a plain


def scalar(text: str) -> Program:
    return programs(read(text, least=("x", "y")), {})["f"]


@pytest.mark.parametrize(
    ("make", "id"),
    [*itertools.product(SWEPT, ("himmelblau", "stretched", "saddle"))],
    ids=lambda v: getattr(v, "name", v),
)
def test_every_rate_ends_as_it_does_alone(make: Any, id: str) -> None:
    preset = gallery.get(id)
    f, start = scalar(preset.text), preset.start
    found = sweep(jet(f), f, make(), rates(make(), 10.0, 8.0), start, STEPS)
    assert found.rates.shape == (50,) and (np.diff(found.rates) > 0).all()
    for i in range(0, 50, 7):
        objective = Objective.of(f)
        run = minimize(objective, make(float(found.rates[i])), start, max_steps=STEPS)
        if run.outcome in UNSEEN and found.outcomes[i] is Outcome.OUT_OF_STEPS:
            continue
        assert (found.outcomes[i], found.moves[i]) == (run.outcome, len(run.steps) - 1)
        kind = ending(objective, run).kind
        assert found.kinds[i] == ("" if kind == "none" else kind)
        if np.isfinite(run.points[-1]).all():
            np.testing.assert_allclose(found.ends[:, i], run.points[-1], rtol=1e-6, atol=1e-6)


def test_the_best_is_the_soonest_at_a_minimum_else_the_lowest() -> None:
    f = scalar("x^2 + 10y^2")
    found = sweep(jet(f), f, SWEPT[0](), [0.02, 0.09, 0.2], [4.0, 1.0], 400)
    assert found.best == 1 and found.moves[1] < found.moves[0] and found.outcomes[2] is Outcome.DIVERGED
    short = sweep(jet(f), f, SWEPT[0](), [0.02, 0.09, 0.2], [4.0, 1.0], 5)
    assert short.kinds == ("", "", "") and short.best == int(np.nanargmin(short.values))


def test_rates_of_the_two_families_have_their_own_measure() -> None:
    for make in SWEPT:
        near, far = rates(make(), 100.0, 6.0), rates(make(), 1.0, 6.0)
        assert (near == far).all() if make in LENGTHS else np.allclose(100 * near, far, rtol=0.01)
    assert np.isfinite(rates(SWEPT[0](), float("inf"), 6.0)).all()


def test_edges_poles_and_steep_walls_end_without_a_warning() -> None:
    for text in ("ln(x) + y^2", "1/(x^2 + y^2)", "e^(e^x) + y^2", "|x| + |y|", "sqrt(-1 - x^2) + y"):
        f = scalar(text)
        found = sweep(jet(f), f, SWEPT[1](), rates(SWEPT[1](), 1.0, 10.0), [1.0, 1.5], 50)
        assert len(found.outcomes) == 50 and 0 <= found.best < 50


def test_the_job_says_the_same_twice_and_reports_on_its_way() -> None:
    asked = {
        "problem": Problem("(x y, x + y)").to_wire(),
        "shown": "norm",
        "methods": ["adam", "nesterov"],
        "start": [1.0, 2.0],
        "steps": 60,
    }
    heard: list[bytes] = []
    with progress.heard_by(heard.append):
        first = job(asked)
    assert first == job(asked) and json.loads(heard[0])["value"]["sweeps"]
    assert [each["method"] for each in first["sweeps"]] == ["adam", "nesterov"]
    assert all(len(each[key]) == 50 for each in first["sweeps"] for key in ("rates", "kinds", "outcomes", "moves"))
