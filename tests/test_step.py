"""One step downhill keeps the arithmetic of the book, and says when there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numeric import Objective
from core.optimize import GradientDescent, Quadratic, minimize
from core.optimize import step as words
from core.optimize.step import Downhill, Limits, along, backtrack, nice
from core.program import Builder

BOWL = Quadratic([[3, 2], [2, 3]])  # 1.5x² + 2xy + 1.5y²: eigenvalues 1 and 5
DOWN = Downhill.at(BOWL, [2, 0])


def hollow() -> Objective:
    """-exp(-x²)."""
    b = Builder(1)
    return Objective.of(b.program([b.neg(b.call("exp", b.neg(b.power(b.variable(0), 2))))]))


def of_x(word: str) -> Objective:
    b = Builder(1)
    return Objective.of(b.program([b.call(word, b.variable(0))]))


def test_the_three_terms_and_the_two_marks_are_those_of_the_book() -> None:
    assert (DOWN.value, DOWN.gg, DOWN.bend) == (6.0, 52.0, 252.0)
    assert DOWN.best == pytest.approx(52 / 252) and DOWN.break_even == pytest.approx(26 / 63)
    assert DOWN.terms(0.5) == (6.0, -26.0, 31.5) and DOWN.model(0.5) == 11.5 == BOWL.value(DOWN.target(0.5))
    assert DOWN.model(DOWN.break_even or 0.0) == pytest.approx(DOWN.value)


def test_the_limits_are_not_confused() -> None:
    limits = DOWN.limits
    assert limits is not None
    found = (limits.shortest, limits.longest, limits.stable, limits.fastest)
    assert found == pytest.approx((1 / 5, 1, 2 / 5, 1 / 3))
    assert max(DOWN.factors(limits.stable)) == pytest.approx(1)
    assert DOWN.factors(limits.fastest) == pytest.approx((2 / 3, 2 / 3))


@pytest.mark.parametrize(("eps", "shrinks"), [(0.39, True), (0.40, None), (0.41, False)])
def test_a_fixed_step_converges_exactly_below_two_over_the_largest_curvature(eps: float, shrinks: bool | None) -> None:
    run = minimize(BOWL, GradientDescent(eps), [2, 0], max_steps=263)
    sizes = np.linalg.norm(run.points, axis=1)
    if shrinks is None:
        assert sizes[-1] == pytest.approx(math.sqrt(2), rel=1e-6)  # only the error along λ = 5 is left, and stays
    else:
        assert bool(sizes[-1] <= 1e-6 * sizes[0]) is shrinks and bool(sizes[-1] > sizes[0]) is not shrinks


angles = st.floats(0, 2 * math.pi)


@given(angles, st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_best_step_lies_between_the_two_reciprocals_and_is_the_lowest_point(a: float, p: float, q: float) -> None:
    down = Downhill.at(Quadratic(np.diag([p, q])), [math.cos(a), math.sin(a)])
    limits, best = down.limits, down.best
    assert limits is not None and best is not None
    assert limits.shortest * (1 - 1e-9) <= best <= limits.longest * (1 + 1e-9)
    assert down.model(best) <= min(down.model(best * 0.99), down.model(best * 1.01)) + 1e-12


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=2), st.floats(0, 1))
def test_on_a_quadratic_the_model_is_the_truth(x: list[float], eps: float) -> None:
    down = Downhill.at(BOWL, x)
    assert down.model(eps) == pytest.approx(BOWL.value(down.target(eps)), abs=1e-9)


def test_where_the_ray_bends_down_there_is_no_best_step_and_the_search_finds_one() -> None:
    f = hollow()
    down = Downhill.at(f, [2.0])
    assert down.g[0] == pytest.approx(0.0733, abs=5e-5) and down.H[0, 0] == pytest.approx(-0.2564, abs=5e-5)
    assert down.bend < 0 and down.best is None and down.break_even is None and down.limits is None
    end = down.reach(10.0)
    trials = backtrack(f, down, end)
    assert [t.accepted for t in trials] == [False] * (len(trials) - 1) + [True]
    assert all(t.eps == pytest.approx(end / 2**i) for i, t in enumerate(trials))
    for t in trials:
        assert t.value == f.value(down.target(t.eps)) and (t.value <= t.allowed) is t.accepted
    assert min(v for _, v in along(f, down, end)) > -1.0 > down.model(end)


def test_a_straight_ray_has_no_best_step_whatever_rounding_says() -> None:
    assert Downhill.at(Quadratic([[2, 0], [0, -2]]), [1, 1]).best is None
    turned = np.array([[0.6, 0.8], [-0.8, 0.6]])
    saddle = Quadratic(turned.T @ np.diag([2.0, -2.0]) @ turned)
    assert Downhill.at(saddle, turned.T @ [1.0, 1.0]).bend == 0.0


def test_there_is_no_step_where_there_is_no_slope_no_value_or_no_derivative() -> None:
    assert Downhill.at(BOWL, [0, 0]).trouble == words.VANISHED
    assert Downhill.at(of_x("log"), [-1.0]).trouble == words.NO_VALUE
    assert Downhill.at(of_x("abs"), [0.0]).trouble == words.NO_GRADIENT
    assert Downhill.at(Quadratic([[1e200]]), [1.0]).trouble == words.TOO_LARGE
    assert Downhill.at(of_x("log"), [1.0]).trouble == ""
    b = Builder(1)
    ramp = Objective.of(b.program([b.mul(b.variable(0), b.call("abs", b.variable(0)))]))
    assert Downhill.at(ramp, [1.0]).trouble == ""


def test_a_search_refuses_what_is_outside_the_domain_and_says_when_it_found_nothing() -> None:
    f = of_x("sqrt")
    down = Downhill.at(f, [1.0])
    trials = backtrack(f, down, 8.0)
    assert math.isnan(trials[0].value) and not trials[0].accepted and trials[-1].accepted

    class Liar(Quadratic):  # it claims a slope at its lowest point, so nothing is ever accepted
        def gradient(self, x: np.ndarray) -> np.ndarray:
            return np.ones_like(x)

        def value(self, x: np.ndarray) -> float:
            return float(x @ x)

    false = Liar([[1.0]])
    assert not any(t.accepted for t in backtrack(false, Downhill.at(false, [0.0]), 1.0))


@given(st.floats(1e-12, 1e12))
def test_a_nice_number_is_a_little_larger(x: float) -> None:
    assert x * (1 - 1e-8) <= nice(x) <= 1.5 * x * (1 + 1e-9)


def test_the_reach_shows_break_even() -> None:
    assert DOWN.reach(99.0) == 0.5
    assert Limits(2.0, 2.0).shortest == Limits(2.0, 2.0).longest == 0.5
