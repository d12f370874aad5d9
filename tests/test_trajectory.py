"""The charts of a step and of a race show the numbers they are given, and say them."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from core.figures import trajectory
from core.figures.trajectory import Run
from core.optimize import METHODS, Quadratic
from core.optimize.step import Downhill, along

BOWL = Quadratic([[3, 2], [2, 3]])
DOWN = Downhill.at(BOWL, [2, 0])
DOME = Downhill.at(Quadratic([[-1, 0], [0, 2]]), [1, 0])


def parts(scene: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    json.dumps(scene, allow_nan=False)
    return [part for part in scene["parts"] if part["part"] == kind]


def test_the_ray_marks_the_best_step_break_even_and_the_chosen_one() -> None:
    scene = trajectory.ray(DOWN, along(BOWL, DOWN, 0.5), 0.3, 0.5)
    assert [line["at"] for line in parts(scene, "line")] == pytest.approx([52 / 252, 26 / 63])
    (uphill,) = parts(scene, "area")
    assert min(x for x, _ in uphill["points"]) == pytest.approx(26 / 63) and uphill["name"] == "uphill"
    ring = next(spot for spot in parts(scene, "spot") if spot["kind"] == "ring")
    assert ring["at"] == pytest.approx([0.3, 1.74])
    truth, promise, model = parts(scene, "curve")
    assert np.allclose(truth["points"], model["points"]) and promise["points"][-1] == pytest.approx([0.5, -20])


def test_a_ray_that_bends_down_has_no_marks_and_says_so() -> None:
    f = Quadratic([[-1, 0], [0, 2]])
    scene = trajectory.ray(DOME, along(f, DOME, 2.0), 1.0, 2.0)
    assert not parts(scene, "line") and not parts(scene, "area") and "no best step" in scene["alt"]


def test_a_curve_that_runs_away_does_not_squeeze_the_other() -> None:
    truth = [(s, DOWN.model(s) + 1e9 * s**3) for s in np.linspace(0, 0.5, 50)]
    low, high = trajectory.ray(DOWN, truth, 0.3, 0.5)["box"][1]
    assert math.hypot(low, high) < 60 and np.ptp([DOWN.model(s) for s, _ in truth]) > 0.25 * (high - low)
    gap = [(s, math.nan if s > 0.2 else DOWN.model(s)) for s in np.linspace(0, 0.5, 50)]
    assert parts(trajectory.ray(DOWN, gap, 0.3, 0.5), "curve")[0]["points"][-1] is None


def test_a_curve_that_leaves_the_picture_says_where() -> None:
    truth = [(s, DOWN.model(s) + 1e9 * max(0.0, s - 0.2)) for s in np.linspace(0, 0.5, 501)]
    scene = trajectory.ray(DOWN, truth, 0.1, 0.5)
    assert parts(scene, "curve")[0]["name"] == "f leaves at ε = 0.2"
    assert "; f leaves at ε = 0.2;" in scene["alt"]
    stays = trajectory.ray(DOWN, along(BOWL, DOWN, 0.5), 0.1, 0.5)
    assert parts(stays, "curve")[0]["name"] == "f" and "leaves" not in stays["alt"]
    ends = [(s, v if s < 0.3 else math.nan) for s, v in along(BOWL, DOWN, 0.5)]
    assert "leaves" not in trajectory.ray(DOWN, ends, 0.1, 0.5)["alt"]


def test_the_bars_of_the_account_lead_from_start_to_result() -> None:
    scene = trajectory.account(DOWN, 0.3, 1.5)
    bars = [area for area in parts(scene, "area") if area["name"]]
    assert [bar["points"][0][1] for bar in bars] == pytest.approx([0, 6, -9.6, 0, 0])
    assert [bar["points"][2][1] for bar in bars] == pytest.approx([6, -9.6, 1.74, 1.74, 1.5])
    assert [bar["name"] for bar in bars] == ["6", "−15.6", "+11.34", "1.74", "1.5"]
    assert len([a for a in parts(trajectory.account(DOWN, 0.3, math.nan), "area") if a["name"]]) == 4


@pytest.mark.parametrize(("eps", "sizes"), [(0.3, [0.7, 0.5]), (0.5, [0.5, 1.5]), (9.0, [8.0, 44.0])])
def test_the_factors_are_bars_and_what_is_longer_than_the_paper_keeps_its_number(
    eps: float, sizes: list[float]
) -> None:
    scene = trajectory.factors(DOWN, eps)
    ends = [max(x for x, _ in bar["points"]) for bar in parts(scene, "area")]
    assert ends == pytest.approx([min(q, scene["box"][0][1]) for q in sizes])
    assert [c["name"] for c in parts(scene, "curve")] == [f"{q:.2f}" for q in sizes]
    assert parts(scene, "line")[0]["at"] == 1.0


@pytest.mark.parametrize("eps", [0.0, 0.2, 7.0])
def test_the_scale_of_the_limits_holds_them_all(eps: float) -> None:
    assert DOWN.limits is not None
    scene = trajectory.limits(DOWN, DOWN.limits, eps)
    (bar,), (line,) = parts(scene, "area"), parts(scene, "line")
    assert sorted({x for x, _ in bar["points"]}) == pytest.approx([0.2, 1.0]) and line["at"] == pytest.approx(0.4)
    low, high = scene["box"][0]
    assert low < math.log10(0.2) and high > math.log10(max(1.0, eps))


def test_every_method_has_its_look_and_what_is_not_positive_is_left_out() -> None:
    assert set(trajectory.LOOKS) == {method.name for method in METHODS}
    assert len({look for look, *_ in trajectory.LOOKS.values()}) == len(METHODS)
    runs = [Run("momentum", (0.0, 1.0, 2.0), (4.0, 0.0, 1e-9))]
    (curve,) = parts(trajectory.convergence(runs, "f − f*", "steps"), "curve")
    assert curve["points"] == [[0.0, 4.0], [2.0, 1e-9]] and curve["token"] == "ochre"
    assert trajectory.convergence([Run("Newton", (0.0,), (0.0,))], "f", "steps")["box"]
