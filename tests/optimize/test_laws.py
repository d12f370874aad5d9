"""What the books promise of each method, on random problems of one to eight variables."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from core import gallery
from core.immediate import programs
from core.numeric import arrays
from core.optimize import (
    BFGS,
    LBFGS,
    SR1,
    Array,
    Exact,
    FletcherReeves,
    GradientDescent,
    LevenbergMarquardt,
    ModifiedNewton,
    Momentum,
    Newton,
    Objective,
    Outcome,
    PolakRibiere,
    Quadratic,
    SaddleFreeNewton,
    TrustRegion,
    method,
    minimize,
)
from core.optimize.quasi_newton import inverse_update, pair, rank_one_update, two_loops
from core.program import gradient
from core.syntax import read
from tests.optimize.exactly import objective, residuals

O = Outcome  # noqa: E741
SIZES = range(1, 9)


def quadratic(rng: np.random.Generator, n: int, signs: bool = False) -> Array:
    """A symmetric matrix with curvatures in [0.5, 8], of either sign if that is asked for."""
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    curvatures = rng.uniform(0.5, 8, n) * (rng.choice([-1, 1], n) if signs else 1)
    H = Q @ np.diag(curvatures) @ Q.T
    return np.asarray((H + H.T) / 2)


# Quadratics.


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("signs", [False, True])
def test_newton_needs_one_step_on_a_bowl_a_dome_and_a_saddle(n: int, signs: bool) -> None:
    rng = np.random.default_rng(n)
    for _ in range(10):
        H, x = quadratic(rng, n, signs), rng.uniform(-10, 10, n)
        run = minimize(Quadratic(H), Newton(), x)
        assert run.outcome is O.VANISHED and len(run.steps) == 2
        np.testing.assert_allclose(run.points[1], np.zeros(n), atol=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("make", [FletcherReeves, PolakRibiere, BFGS, lambda search: LBFGS(10, search)])
def test_with_an_exact_search_n_steps_are_enough_on_a_bowl_and_the_directions_are_conjugate(
    n: int, make: Callable[[Exact], FletcherReeves]
) -> None:
    rng = np.random.default_rng(n)
    for _ in range(5):
        H, x = quadratic(rng, n), rng.uniform(-10, 10, n)
        run = minimize(Quadratic(H), make(Exact()), x, tolerance=1e-6)
        assert run.outcome is O.VANISHED and len(run.steps) - 1 <= n
        P = np.array([step.direction / np.linalg.norm(step.direction) for step in run.steps[:-1]])
        products = P @ H @ P.T
        np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-4)


@pytest.mark.parametrize("n", SIZES)
def test_on_a_bowl_all_of_them_walk_the_same_points(n: int) -> None:
    rng = np.random.default_rng(n)
    H, x = quadratic(rng, n), rng.uniform(-10, 10, n)
    runs = [minimize(Quadratic(H), m, x) for m in (FletcherReeves(Exact()), PolakRibiere(Exact()), BFGS(Exact()))]
    for run in runs[1:]:
        np.testing.assert_allclose(run.points[: n + 1], runs[0].points[: n + 1], atol=1e-5)


@pytest.mark.parametrize("n", SIZES)
def test_a_learned_hessian_keeps_the_secant_equation_and_in_the_end_is_the_hessian(n: int) -> None:
    rng = np.random.default_rng(n)
    H = quadratic(rng, n)
    B, C, pairs = np.eye(n), np.eye(n), []
    for _ in range(n):
        s = rng.normal(size=n)
        y = H @ s
        B, C = rank_one_update(B, s, y), inverse_update(C, s, y)
        pairs.append(pair(s, y))
        np.testing.assert_allclose(B @ s, y, atol=1e-9)
        np.testing.assert_allclose(C @ y, s, atol=1e-9)
        np.testing.assert_allclose(two_loops(y, [p for p in pairs if p]), s, atol=1e-9)
        np.testing.assert_allclose(B, B.T, atol=1e-9 * np.abs(B).max())
        assert np.linalg.eigvalsh((C + C.T) / 2)[0] > 0
    np.testing.assert_allclose(B, H, atol=1e-5)  # SR1 after n independent steps: Nocedal and Wright, theorem 6.1


@pytest.mark.parametrize("n", SIZES)
def test_bfgs_with_an_exact_search_has_learned_the_inverse_after_n_steps(n: int) -> None:
    rng = np.random.default_rng(n + 100)
    H = quadratic(rng, n)
    run = minimize(Quadratic(H), BFGS(Exact()), rng.uniform(-10, 10, n), tolerance=0, max_steps=n)
    C = np.eye(n)
    for a, b in pairwise(run.steps):
        C = inverse_update(C, b.x - a.x, b.gradient - a.gradient)
    np.testing.assert_allclose(C @ H, np.eye(n), atol=1e-5)


def test_a_pair_that_does_not_bend_upwards_teaches_nothing() -> None:
    s, C = np.array([1.0, 0.0]), np.diag([2.0, 3.0])
    for y in ([-1.0, 0.5], [0.0, 1.0], [0.0, 0.0]):
        assert pair(s, np.array(y)) is None and inverse_update(C, s, np.array(y)) is C
    assert rank_one_update(C, s, C @ s) is C
    assert rank_one_update(C, s, C @ s + [0.0, 1.0]) is C  # a denominator of 0


# First steps, and scales.


@pytest.mark.parametrize("n", SIZES)
def test_the_first_adaptive_step_is_the_rate_in_every_coordinate_whatever_the_scale(n: int) -> None:
    rng = np.random.default_rng(n)
    scales = 10.0 ** rng.uniform(-4, 6, n)
    f, x = Quadratic(np.diag(scales)), rng.choice([-1, 1], n) * rng.uniform(0.5, 2, n)
    for name, part in (("adam", 1.0), ("amsgrad", 1.0), ("adagrad", 1.0), ("rmsprop", 1 / 0.1**0.5)):
        made = method(name, {"step": 0.25, "epsilon": 0.0})
        first = minimize(f, made, x, max_steps=1, tolerance=0).points[1]
        np.testing.assert_allclose(first, x - 0.25 * part * np.sign(x), rtol=1e-12)
    decayed = minimize(f, method("adamw", {"step": 0.25, "epsilon": 0.0, "decay": 0.5}), x, max_steps=1).points[1]
    np.testing.assert_allclose(decayed, x - 0.25 * (np.sign(x) + 0.5 * x), rtol=1e-12)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam", "amsgrad"])
def test_an_adaptive_method_does_not_see_the_scale_of_a_coordinate_and_descent_does(name: str) -> None:
    near, far = Quadratic(np.diag([1.0, 1.0])), Quadratic(np.diag([1.0, 1e4]))
    for made, same in ((method(name, {"epsilon": 0.0}), True), (GradientDescent(0.1), False)):
        one, other = (minimize(f, made, [1.0, 2.0], max_steps=20, tolerance=0).points[:5] for f in (near, far))
        assert (one.shape == other.shape and np.allclose(one, other, rtol=1e-9)) is same


def test_amsgrad_never_takes_a_longer_step_than_adam_would_where_gradients_fade() -> None:
    class Fading:
        """A slope of 1000 once, then of 1."""

        asked = 0

        def value(self, x: Array) -> float:
            return 0.0

        def gradient(self, x: Array) -> Array:
            self.asked += 1
            return np.array([1000.0 if self.asked == 1 else 1.0])

        def hessian(self, x: Array) -> Array:
            return np.zeros((1, 1))

    constants = {"beta1": 0.0, "beta2": 0.5, "step": 1.0}
    adam, ams = (
        np.diff(minimize(Fading(), method(name, constants), [0.0], max_steps=30).points[:, 0])
        for name in ("adam", "amsgrad")
    )
    assert np.abs(ams[5:]).max() < 0.01 and np.abs(adam[25:]).min() > 0.9


# Saddles.


@pytest.mark.parametrize(("id", "rate", "steps"), [("well", 0.1, 400), ("himmelblau", 0.01, 400), ("camel", 0.05, 400)])
@pytest.mark.parametrize("make", [GradientDescent, lambda rate: Momentum(rate / 4, 0.7)])
def test_descent_from_ten_thousand_starts_never_ends_at_a_strict_saddle(
    id: str, rate: float, steps: int, make: Callable[[float], GradientDescent]
) -> None:
    preset = gallery.get(id)
    assert preset.answer is not None
    f = programs(read(preset.text), {})["f"]
    slope = gradient(f)

    class Crowd:
        """f on many points at once, a column each."""

        def value(self, x: Array) -> float:
            return 0.0

        def gradient(self, x: Array) -> Array:
            return arrays(slope, x)

        def hessian(self, x: Array) -> Array:
            raise AssertionError

    rng = np.random.default_rng(7)
    lows, highs = np.array(preset.box).T
    starts = rng.uniform(lows[:, None], highs[:, None], (2, 10_000))
    for _, step in zip(range(steps), make(rate).steps(Crowd(), starts), strict=False):
        ends = step.x
    kinds = {k: np.array([p.at for p in preset.answer.points if p.kind == k]) for k in ("minimum", "saddle")}
    far = {k: np.linalg.norm(ends.T[:, None] - places, axis=2).min(1) for k, places in kinds.items()}
    assert far["saddle"].min() > 0.05
    assert (far["minimum"] < 1e-2).mean() > 0.999  # the last ones were near a ridge and are still on their way
    assert far["minimum"].max() < 1.5


@pytest.mark.parametrize("id", ["saddle", "hidden", "well", "folium", "himmelblau", "camel", "beale"])
def test_what_repairs_newton_leaves_a_saddle_that_newton_runs_into(id: str) -> None:
    preset, rng = gallery.get(id), np.random.default_rng(3)
    assert preset.answer is not None
    f = objective(preset.text)
    for point in preset.answer.points:
        if point.kind == "minimum":
            continue
        start = np.array(point.at) + rng.uniform(1e-3, 2e-3, 2) * rng.choice([-1, 1], 2)
        newton = minimize(f, Newton(), start)
        np.testing.assert_allclose(newton.points[-1], point.at, atol=1e-6)
        for repaired in (TrustRegion(0.5), SaddleFreeNewton(), ModifiedNewton(), BFGS(), SR1(0.5)):
            run = minimize(f, repaired, start, max_steps=100)
            assert np.abs(run.points[-1] - point.at).max() > 0.1, repaired
            if run.outcome is O.VANISHED:
                assert np.linalg.eigvalsh(f.hessian(run.points[-1]))[0] >= -1e-9, repaired


# Least squares without a rest at the end.

ZERO = {
    "circle and line": ("(x^2 + y^2 - 4, x - y)", (2.0, 1.0)),
    "fold": ("(x^2 - y, y^2 - x)", (1.5, 1.2)),
    "three products": ("(x y - 2, y z - 6, x z - 3)", (1.2, 1.8, 3.3)),
    "exact fit": ("(a e^(-b) - 1/e, a e^(-2b) - 1/e^2, a - 1)", (1.3, 0.7)),
}


@pytest.mark.parametrize("name", ZERO)
@pytest.mark.parametrize("make", [lambda: method("gauss-newton"), LevenbergMarquardt])
def test_where_the_residuals_vanish_they_arrive_with_twice_the_digits_a_step(
    name: str, make: Callable[[], LevenbergMarquardt]
) -> None:
    text, start = ZERO[name]
    f = residuals(text)
    run = minimize(f, make(), start, tolerance=1e-12, max_steps=60)
    size = [float(np.linalg.norm(f.residual(x))) for x in run.points]
    assert run.outcome in (O.VANISHED, O.TOO_SMALL) and size[-1] < 1e-7 and run.values[-1] < 1e-14
    assert len(run.steps) < 15
    for a, b in pairwise(size):
        assert b <= 10 * a**1.5 + 1e-14 or a > 0.1


@pytest.mark.parametrize("n", SIZES)
def test_gauss_newton_solves_linear_residuals_at_once_and_so_does_light_damping(n: int) -> None:
    rng = np.random.default_rng(n)
    A, b = rng.normal(size=(n + 2, n)), rng.normal(size=n + 2)

    class Linear:
        """F = A x - b."""

        def residual(self, x: Array) -> Array:
            return np.asarray(A @ x - b)

        def jacobian(self, x: Array) -> Array:
            return A

        def value(self, x: Array) -> float:
            return float(self.residual(x) @ self.residual(x) / 2)

        def gradient(self, x: Array) -> Array:
            return np.asarray(A.T @ self.residual(x))

        def hessian(self, x: Array) -> Array:
            return np.asarray(A.T @ A)

    start, least = rng.normal(size=n), np.linalg.lstsq(A, b, rcond=None)[0]
    run = minimize(Linear(), method("gauss-newton"), start)
    assert run.outcome is O.VANISHED and len(run.steps) == 2
    np.testing.assert_allclose(run.points[-1], least, atol=1e-10)
    light, heavy = (minimize(Linear(), LevenbergMarquardt(d), start, max_steps=1).points[1] for d in (1e-12, 1e6))
    np.testing.assert_allclose(light, least, atol=1e-8)
    np.testing.assert_allclose(heavy - start, -Linear().gradient(start) / 1e6, rtol=1e-3, atol=1e-12)


# How near the end it goes.


@pytest.mark.parametrize("id", ["himmelblau", "rosenbrock", "beale", "lse", "folium"])
@pytest.mark.parametrize("name", ["newton", "trust-region", "damped-newton", "modified-newton", "saddle-free-newton"])
def test_near_a_minimum_the_error_is_squared(id: str, name: str) -> None:
    preset = gallery.get(id)
    assert preset.answer is not None
    end = np.array(next(p.at for p in preset.answer.points if p.kind == "minimum"))
    f = objective(preset.text)
    run = minimize(f, method(name), end + np.array([2e-2, 1e-2]), tolerance=1e-12, max_steps=8)
    errors = np.linalg.norm(run.points - end, axis=1)
    for a, b in pairwise(errors):
        assert b <= 500 * a * a + 2e-12  # the ends in the gallery have twelve digits
    assert errors[-1] < 1e-11 and len(errors) <= 7


def test_the_objective_is_a_protocol_that_a_quadratic_keeps() -> None:
    f: Objective = Quadratic([[2.0]])
    assert f.value(np.array([3.0])) == 9.0


# What the values of f cannot tell.


@pytest.mark.parametrize("search", ["armijo", "wolfe"])
@pytest.mark.parametrize("name", ["gradient-descent", "l-bfgs", "cg-fr", "cg-pr"])
@pytest.mark.parametrize("id", ["camel", "rastrigin", "peaks", "styblinski"])
def test_where_all_values_are_alike_to_rounding_the_slope_leads_on(id: str, name: str, search: str) -> None:
    preset, f = gallery.get(id), objective(gallery.get(id).text)
    assert preset.answer is not None
    for point in preset.answer.points:
        if point.kind == "minimum":
            start = np.array(point.at) + np.array([3e-5, -2e-5])
            run = minimize(f, method(name, {"line_search": search}), start, tolerance=2e-8, max_steps=100)
            # halving may be deceived by noise that falls, for a while; it is never at a loss
            fine = (O.VANISHED, O.OUT_OF_STEPS) if search == "armijo" else (O.VANISHED,)
            assert run.outcome in fine, (point.at, run.sentence, run.steps[-1].gradient)


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_a_look_ahead_has_arrived_only_where_the_point_itself_has(beta: float) -> None:
    f = Quadratic(np.diag([1.0, 10.0]))
    ends = []
    for rate in np.geomspace(0.003, 0.1, 40):
        run = minimize(f, method("nesterov", {"step": float(rate), "momentum": beta}), [1.0, 0.3], max_steps=3000)
        ends += [np.linalg.norm(f.gradient(run.points[-1]))] if run.outcome is O.VANISHED else []
    assert len(ends) > 10 and max(ends) <= 1e-6


@pytest.mark.parametrize("name", ["gradient-descent", "bfgs", "cg-pr"])
@pytest.mark.parametrize("text", ["-e^x", "-e^(x^2)", "3x e^y - x^3 - e^(3y)", "-x^3", "-x^2"])
def test_a_bottomless_valley_is_never_called_a_small_step(text: str, name: str) -> None:
    f = objective(text)
    for start in (0.5, 1.0, 3.0):
        x = [start] * f.n
        for search in ("exact", "wolfe", "armijo"):
            run = minimize(f, method(name, {"line_search": search}), x, max_steps=40)
            assert run.outcome in (O.NOT_FINITE, O.DIVERGED, O.OUT_OF_STEPS, O.VANISHED), (start, search, run.sentence)
            if run.outcome is O.VANISHED:
                assert np.linalg.norm(f.gradient(run.points[-1])) <= 1e-6
