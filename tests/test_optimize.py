"""Every method keeps the laws of its book on every problem, and whatever f does, a run ends in a sentence."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import scipy.optimize
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import numeric
from core.optimize import (
    CATALOGUE,
    Array,
    Backtracking,
    GradientDescent,
    Method,
    Momentum,
    Newton,
    Objective,
    Outcome,
    Quadratic,
    Step,
    Trajectory,
    minimize,
)
from core.optimize.second_order import AIMS_AT_MAXIMUM, AIMS_AT_SADDLE, NO_HESSIAN, SINGULAR
from core.program import Builder

O = Outcome  # noqa: E741
METHODS = tuple(row.make for row in CATALOGUE.values())


def row_of(method: type[Method]) -> Any:
    return next(row for row in CATALOGUE.values() if row.make is method)


HALF = Backtracking()


@dataclass(frozen=True)
class Problem:
    """f with its derivatives by hand, and a start."""

    f: Callable[..., Any]
    g: Callable[..., Any]
    H: Callable[..., Any]
    start: Sequence[float]

    def value(self, x: Array) -> float:
        with np.errstate(all="ignore"):
            return float(self.f(*x))

    def gradient(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.array(self.g(*x), dtype=float)

    def hessian(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.array(self.H(*x), dtype=float)


def lse_parts(x: float, y: float) -> Array:
    e = np.exp(np.array([x, y, -x - y]))
    return e / e.sum()


A = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])

PROBLEMS = {
    "bowl": Problem(
        lambda x, y: (x**2 + 10 * y**2) / 2, lambda x, y: (x, 10 * y), lambda x, y: ((1, 0), (0, 10)), (10, 1)
    ),
    "himmelblau": Problem(
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        lambda x, y: (
            4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
            2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
        ),
        lambda x, y: ((12 * x**2 + 4 * y - 42, 4 * (x + y)), (4 * (x + y), 12 * y**2 + 4 * x - 26)),
        (0, 0),
    ),
    "rosenbrock": Problem(
        lambda *x: scipy.optimize.rosen(np.array(x)),
        lambda *x: scipy.optimize.rosen_der(np.array(x)),
        lambda *x: scipy.optimize.rosen_hess(np.array(x)),
        (-1.2, 1),
    ),
    "quartic": Problem(
        lambda x, y: x**4 + y**4,
        lambda x, y: (4 * x**3, 4 * y**3),
        lambda x, y: ((12 * x**2, 0), (0, 12 * y**2)),
        (1, 1),
    ),
    "hollow": Problem(
        lambda x, y: -np.exp(-(x**2) - y**2),
        lambda x, y: (2 * x * np.exp(-(x**2) - y**2), 2 * y * np.exp(-(x**2) - y**2)),
        lambda x, y: np.array(((2 - 4 * x**2, -4 * x * y), (-4 * x * y, 2 - 4 * y**2))) * np.exp(-(x**2) - y**2),
        (0.3, 0.2),
    ),
    "cone": Problem(
        lambda x, y: np.sqrt(1 + x**2) + y**2,
        lambda x, y: (x / np.sqrt(1 + x**2), 2 * y),
        lambda x, y: (((1 + x**2) ** -1.5, 0), (0, 2)),
        (0.9, 0.5),
    ),
    "log-sum-exp": Problem(
        lambda x, y: np.log(np.exp(x) + np.exp(y) + np.exp(-x - y)),
        lambda x, y: A.T @ lse_parts(x, y),
        lambda x, y: A.T @ (np.diag(lse_parts(x, y)) - np.outer(lse_parts(x, y), lse_parts(x, y))) @ A,
        (0.5, 0.2),
    ),
    "saddle": Problem(lambda x, y: x**2 - y**2, lambda x, y: (2 * x, -2 * y), lambda x, y: ((2, 0), (0, -2)), (1, 0.1)),
    "double well": Problem(
        lambda x, y: x**4 / 4 - x**2 / 2 + y**2 / 2,
        lambda x, y: (x**3 - x, y),
        lambda x, y: ((3 * x**2 - 1, 0), (0, 1)),
        (0.3, 1),
    ),
    "trough": Problem(
        lambda x, y: (x + y) ** 2,
        lambda x, y: (2 * (x + y), 2 * (x + y)),
        lambda x, y: ((2, 2), (2, 2)),
        (1.5, 0.5),
    ),
    "barrier": Problem(
        lambda x: x - np.log(x) if x > 0 else np.nan,
        lambda x: (1 - 1 / x,) if x > 0 else (np.nan,),
        lambda x: ((x**-2,),) if x > 0 else ((np.nan,),),
        (0.5,),
    ),
    "edge": Problem(
        lambda x: np.sqrt(x) if x >= 0 else np.nan,
        lambda x: (0.5 / np.sqrt(x),) if x > 0 else (np.nan,),
        lambda x: ((-0.25 * x**-1.5,),) if x > 0 else ((np.nan,),),
        (1.0,),
    ),
    "kink": Problem(
        lambda x: abs(x),
        lambda x: (np.sign(x) if x else np.nan,),
        lambda x: ((0.0 if x else np.nan,),),
        (1.0,),
    ),
    "slope": Problem(np.exp, lambda x: (np.exp(x),), lambda x: ((np.exp(x),),), (0.0,)),
    "cubic": Problem(lambda x: x**3, lambda x: (3 * x**2,), lambda x: ((6 * x,),), (1.0,)),
    "wall": Problem(np.cosh, lambda x: (np.sinh(x),), lambda x: ((np.cosh(x),),), (20.0,)),
    "constant": Problem(lambda x, y: 1.0, lambda x, y: (0, 0), lambda x, y: ((0, 0), (0, 0)), (2, 3)),
}

RUNS: dict[str, Method] = {
    "descent": GradientDescent(0.1),
    "slow descent": GradientDescent(0.008),
    "descent with search": GradientDescent(1.0, HALF),
    "momentum": Momentum(0.01, 0.9),
    "newton": Newton(),
}

# How each run of at most 2,000 steps must end, in the order of RUNS.
V, RAN, OUT = O.VANISHED, O.DIVERGED, O.OUT_OF_STEPS
ENDINGS: dict[str, tuple[Outcome, ...]] = {
    "bowl": (V, OUT, V, V, V),
    "himmelblau": (RAN, V, V, V, V),
    "rosenbrock": (RAN, RAN, OUT, RAN, V),
    "quartic": (OUT, OUT, V, OUT, V),
    "hollow": (V, V, OUT, V, V),  # the search accepts 1, the rate at which the point only changes sides
    "cone": (V, V, V, V, V),
    "log-sum-exp": (V, OUT, V, V, V),
    "saddle": (RAN, RAN, RAN, RAN, V),
    "double well": (V, V, V, V, V),
    "trough": (V, V, V, V, O.STUCK),
    "barrier": (V, V, V, V, V),
    "edge": (O.LEFT_DOMAIN, O.LEFT_DOMAIN, O.TOO_SMALL, O.LEFT_DOMAIN, RAN),
    "kink": (O.CYCLE, O.CYCLE, O.NO_GRADIENT, O.CYCLE, O.STUCK),
    "slope": (OUT, OUT, OUT, OUT, RAN),
    "cubic": (OUT, OUT, RAN, RAN, V),
    "wall": (O.NOT_FINITE, O.NOT_FINITE, V, O.NOT_FINITE, V),
    "constant": (V, V, V, V, V),
}


def go(name: str, method: Method, start: Sequence[float] | None = None, **limits: Any) -> Trajectory:
    problem = PROBLEMS[name]
    return minimize(problem, method, problem.start if start is None else start, **limits)


# The table: every method on every problem.


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_derivatives_of_the_problems_are_right(name: str) -> None:
    problem = PROBLEMS[name]
    x = np.array(problem.start, dtype=float) + 0.01
    approx = scipy.optimize.approx_fprime
    np.testing.assert_allclose(problem.gradient(x), approx(x, problem.value), rtol=1e-4, atol=1e-4)
    slopes = [approx(x, lambda z, i=i: problem.gradient(z)[i]) for i in range(len(x))]  # type: ignore[misc]
    np.testing.assert_allclose(problem.hessian(x), slopes, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("name", "run"), list(itertools.product(PROBLEMS, RUNS)))
def test_every_run_ends_as_it_must_and_is_a_full_record(name: str, run: str) -> None:
    found = go(name, RUNS[run], max_steps=2000)
    assert found.outcome is ENDINGS[name][list(RUNS).index(run)]
    assert found.method == RUNS[run].name and found.sentence.endswith(".")
    assert found.points.shape == (len(found.steps), len(PROBLEMS[name].start)) and np.isfinite(found.points).all()
    assert (found.points[0] == PROBLEMS[name].start).all()
    for step, following in itertools.pairwise(found.steps):
        assert (step.target == following.x).all()
        assert np.isfinite(step.value) and np.isfinite(step.gradient).all()
    for step in found.steps:
        np.testing.assert_equal(step.value, PROBLEMS[name].value(step.x))
        np.testing.assert_equal(step.gradient, PROBLEMS[name].gradient(step.x))
    arrived = [
        np.linalg.norm(step.gradient) <= 1e-6
        and np.linalg.norm(step.step_size * step.direction) <= 1e-4 * (1 + np.linalg.norm(step.x))
        for step in found.steps
    ]
    assert not any(arrived[:-1]) and arrived[-1] == (found.outcome is O.VANISHED)


def test_the_table_has_every_outcome_but_those_of_a_region_and_of_direct_search() -> None:
    seen = {outcome for row in ENDINGS.values() for outcome in row}
    assert seen == set(Outcome) - {O.LEFT_REGION, O.AT_REST}


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_a_frozen_value_with_its_example_and_source(method: type[Method]) -> None:
    assert dataclasses.is_dataclass(method) and method() == method()
    with pytest.raises(dataclasses.FrozenInstanceError):
        method().name = "other"  # type: ignore[misc]
    doc = method.__doc__ or ""
    example = "Residuals(" if row_of(method).residuals else "Quadratic([[1, 0], [0, "
    assert example in doc and "Source:" in doc and "ield" in doc


@pytest.mark.parametrize("name", ["bowl", "cone", "log-sum-exp", "barrier", "rosenbrock", "quartic"])
def test_the_minimum_is_the_one_that_scipy_finds(name: str) -> None:
    problem = PROBLEMS[name]
    oracle = scipy.optimize.minimize(
        problem.value, problem.start, jac=problem.gradient, hess=problem.hessian, method="trust-exact", tol=1e-9
    )
    assert oracle.success
    np.testing.assert_allclose(go(name, Newton()).points[-1], oracle.x, atol=1e-3)


# Newton.

sizes = st.floats(0.1, 10.0)
coordinates = st.floats(-100, 100)


@st.composite
def bowls(draw: st.DrawFn) -> tuple[Array, Array]:
    """A positive definite H with curvatures in [0.1, 10], and a start."""
    n = draw(st.integers(1, 4))
    A = np.array(draw(st.lists(st.lists(st.floats(-1, 1), min_size=n, max_size=n), min_size=n, max_size=n)))
    V, _ = np.linalg.qr(A + 2 * np.eye(n))
    H = V @ np.diag(draw(st.lists(sizes, min_size=n, max_size=n))) @ V.T
    return (H + H.T) / 2, np.array(draw(st.lists(coordinates, min_size=n, max_size=n)))


@given(bowls())
def test_newton_needs_one_step_on_any_bowl(bowl: tuple[Array, Array]) -> None:
    H, x = bowl
    run = minimize(Quadratic(H), Newton(), x, tolerance=1e-9 * (1 + float(np.abs(x).max())))
    assert run.outcome is O.VANISHED and len(run.steps) <= 2 and not any(step.note for step in run.steps)


@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "hollow", "cone", "log-sum-exp", "double well"])
def test_newton_solves_the_system_of_the_book(name: str) -> None:
    for step in go(name, Newton()).steps[:-1]:
        p = np.linalg.solve(PROBLEMS[name].hessian(step.x), -step.gradient)
        np.testing.assert_allclose(step.direction, p, rtol=1e-9, atol=1e-12)
        assert step.step_size == 1.0


@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "hollow"])
def test_newton_does_not_care_about_the_coordinates(name: str) -> None:
    problem, B = PROBLEMS[name], np.array([[2.0, 0.5], [-0.3, 0.4]])

    class Turned:
        def value(self, z: Array) -> float:
            return problem.value(B @ z)

        def gradient(self, z: Array) -> Array:
            return np.asarray(B.T @ problem.gradient(B @ z))

        def hessian(self, z: Array) -> Array:
            return np.asarray(B.T @ problem.hessian(B @ z) @ B)

    straight = go(name, Newton()).points
    turned = minimize(Turned(), Newton(), np.linalg.solve(B, problem.start)).points
    for x, z in zip(straight, turned, strict=False):
        np.testing.assert_allclose(B @ z, x, atol=1e-6)


def test_newton_keeps_two_thirds_of_the_error_on_a_quartic() -> None:
    points = go("quartic", Newton()).points
    np.testing.assert_allclose(points[1:] / points[:-1], 2 / 3)


def test_newton_in_the_gaussian_hollow_is_decided_at_one_half() -> None:
    inside, outside = go("hollow", Newton(), (0.49, 0)), go("hollow", Newton(), (0.51, 0))
    assert inside.outcome is O.VANISHED and np.abs(inside.points[-1]).max() < 1e-8
    assert outside.outcome is O.DIVERGED and outside.points[-1][0] > 8
    assert np.linalg.norm(outside.steps[-1].gradient) < 1e-8  # small, and yet no critical point is near
    exact = [0.51]
    for _ in outside.steps[1:]:
        exact.append(-2 * exact[-1] ** 3 / (1 - 2 * exact[-1] ** 2))
    np.testing.assert_allclose(outside.points[:, 0], exact, rtol=1e-6)


def test_newton_on_the_cone_cubes_the_point() -> None:
    points = go("cone", Newton()).points[:, 0]
    np.testing.assert_allclose(points[1:4], -(points[:3] ** 3), rtol=1e-9)
    assert go("cone", Newton(), (1.1, 0.5)).outcome is O.DIVERGED
    np.testing.assert_allclose(go("cone", Newton(), (2, 0)).points[1], [-8, 0], atol=1e-12)


def test_newton_runs_to_what_the_model_has() -> None:
    saddle, maximum = go("double well", Newton()), go("himmelblau", Newton())
    np.testing.assert_allclose(saddle.points[-1], [0, 0], atol=1e-8)
    np.testing.assert_allclose(maximum.points[-1], [-0.270845, -0.923039], atol=1e-6)
    assert saddle.steps[0].note == AIMS_AT_SADDLE and maximum.steps[0].note == AIMS_AT_MAXIMUM
    assert [step.note for step in go("bowl", Newton()).steps] == ["", ""]
    uphill = go("rosenbrock", Newton())
    np.testing.assert_allclose(uphill.points[2], [0.763, -3.175], atol=1e-3)
    assert uphill.values[2] > 100 * uphill.values[1]


def test_newton_says_that_the_hessian_is_singular() -> None:
    found = go("trough", Newton())
    assert found.outcome is O.STUCK and len(found.steps) == 1 and found.steps[0].note == SINGULAR
    assert found.sentence == "After 0 steps: the method cannot go on from there. " + SINGULAR
    rounded = Quadratic(np.outer([0.1, 0.3], [0.1, 0.3]))  # singular but for rounding
    assert minimize(rounded, Newton(), [1, 1]).outcome is O.STUCK
    thin = Quadratic(np.diag([1e-14, 1.0]))  # not singular, only very long
    assert minimize(thin, Newton(), [1e8, 1]).outcome is O.VANISHED
    assert next(Newton().steps(PROBLEMS["kink"], np.array([0.0]))).note == NO_HESSIAN


# Gradient descent.


@given(bowls(), st.floats(0.05, 1.95))
def test_descent_falls_at_every_step_while_the_rate_is_below_two_over_the_largest_curvature(
    bowl: tuple[Array, Array], part: float
) -> None:
    H, x = bowl
    rate = part / float(np.linalg.eigvalsh(H)[-1])
    run = minimize(Quadratic(H), GradientDescent(rate), x, max_steps=50)
    falls = np.diff(run.values)
    assert run.outcome in (O.VANISHED, O.OUT_OF_STEPS) and (falls <= 0).all()
    shrink = np.abs(1 - rate * np.linalg.eigvalsh(H)).max()
    assert np.linalg.norm(run.points[-1]) <= shrink ** (len(run.steps) - 1) * np.linalg.norm(x) * (1 + 1e-9) + 1e-12


@given(bowls(), st.floats(2.5, 10))
def test_descent_runs_away_when_the_rate_is_above(bowl: tuple[Array, Array], part: float) -> None:
    H, _ = bowl
    curvatures, V = np.linalg.eigh(H)
    run = minimize(Quadratic(H), GradientDescent(part / float(curvatures[-1])), V[:, -1])
    assert run.outcome is O.DIVERGED and (np.diff(run.values) > 0).all()


def test_descent_at_the_best_rate_keeps_nine_elevenths_of_the_error() -> None:
    run = go("bowl", GradientDescent(2 / 11), max_steps=40)
    np.testing.assert_allclose(run.values, 55 * (9 / 11) ** (2 * np.arange(41)), rtol=1e-12)
    np.testing.assert_allclose(run.points[:, 0], 10 * (9 / 11) ** np.arange(41), rtol=1e-12)


@pytest.mark.parametrize(("kappa", "steps"), [(5, 35), (10, 69), (100, 691)])
def test_descent_needs_no_more_steps_than_the_book_allows(kappa: float, steps: int) -> None:
    f, rate = Quadratic(np.diag([1, kappa])), GradientDescent(2 / (1 + kappa))
    run = minimize(f, rate, [1, 1], tolerance=0, max_steps=steps)
    assert np.linalg.norm(run.points[-1]) <= 1e-6 * np.linalg.norm(run.points[0])


def test_descent_on_himmelblau_reaches_three_two_or_never_settles() -> None:
    settled = go("himmelblau", GradientDescent(0.01))
    assert settled.outcome is O.VANISHED
    np.testing.assert_allclose(settled.points[-1], [3, 2], atol=1e-7)
    restless = go("himmelblau", GradientDescent(0.03), max_steps=5000)
    assert restless.outcome is O.CYCLE  # it comes to bounce between two points


def test_descent_on_the_very_line_of_a_saddle_ends_there_and_beside_it_does_not() -> None:
    caught = go("saddle", GradientDescent(0.1), (1, 0))
    assert caught.outcome is O.VANISHED
    np.testing.assert_allclose(caught.points[-1], [0, 0], atol=1e-6)
    assert go("saddle", GradientDescent(0.1), (1, 1e-6)).outcome is O.DIVERGED
    assert go("double well", GradientDescent(0.1), (0, 1)).points[-1][0] == 0
    np.testing.assert_allclose(go("double well", GradientDescent(0.1)).points[-1], [1, 0], atol=1e-6)


def test_rosenbrocks_valley_takes_thirty_thousand_steps() -> None:
    run = go("rosenbrock", GradientDescent(0.001), tolerance=1e-6, max_steps=40_000)
    assert run.outcome is O.VANISHED and len(run.steps) == pytest.approx(32_076, rel=0.01)


# Momentum.


def heavy(kappa: float) -> tuple[Quadratic, Momentum]:
    """The bowl with curvatures 1 and κ, and the constants that are best for it."""
    r = kappa**0.5
    return Quadratic(np.diag([1, kappa])), Momentum((2 / (1 + r)) ** 2, ((r - 1) / (r + 1)) ** 2)


@pytest.mark.parametrize(("kappa", "steps"), [(10, 27), (100, 95), (1000, 321)])
def test_momentum_with_its_best_constants_needs_about_the_root_of_the_steps(kappa: float, steps: int) -> None:
    run = minimize(*heavy(kappa), [1, 1], tolerance=0, max_steps=2 * steps)
    far = np.flatnonzero(np.linalg.norm(run.points, axis=1) > 1e-6)
    assert far[-1] + 1 == steps


@pytest.mark.parametrize("kappa", [4, 10, 100])
def test_momentum_keeps_the_factor_of_the_book_in_the_long_run(kappa: float) -> None:
    r, k = kappa**0.5, 400
    run = minimize(*heavy(kappa), [1e6, 1e6], tolerance=0, max_steps=k)
    # both roots of the recursion agree at λ and at κ, so the error is (a + b k) q^k: a factor, and a slow k
    error, q = np.abs(run.points[:, 0]), (r - 1) / (r + 1)
    k = int(np.flatnonzero(error > 1e-200)[-1])
    assert (error[k] / error[0] / k) ** (1 / k) == pytest.approx(q, rel=0.03)


def test_momentum_without_memory_is_gradient_descent_and_obeys_its_recursion() -> None:
    np.testing.assert_array_equal(
        go("himmelblau", Momentum(0.01, 0)).points, go("himmelblau", GradientDescent(0.01)).points
    )
    run, ball = go("himmelblau", Momentum(0.01, 0.9)), PROBLEMS["himmelblau"]
    for a, b, c in zip(run.points, run.points[1:], run.points[2:], strict=False):
        np.testing.assert_allclose(c, b - 0.01 * ball.gradient(b) + 0.9 * (b - a), atol=1e-10)


# Backtracking.


@given(bowls(), st.floats(1e-3, 1e3), st.floats(0.1, 0.9), st.floats(1e-4, 0.5))
def test_a_step_accepted_by_the_search_falls_enough_and_those_refused_did_not(
    bowl: tuple[Array, Array], rate: float, rho: float, c: float
) -> None:
    H, x = bowl
    f = Quadratic(H)
    for step in minimize(f, GradientDescent(rate, Backtracking(rho, c)), x, max_steps=5).steps:
        if np.linalg.norm(step.gradient) < 1e-6:
            continue
        line = c * (step.gradient @ step.direction)
        assert f.value(step.target) <= step.value + step.step_size * line
        assert step.step_size == pytest.approx(rate * rho ** len(step.trials))
        for i, trial in enumerate(step.trials):
            np.testing.assert_allclose(trial, step.x + rate * rho**i * step.direction)
            assert not f.value(trial) <= step.value + rate * rho**i * line


def test_the_search_never_leaves_the_domain() -> None:
    run = go("barrier", GradientDescent(10, HALF))
    assert run.outcome is O.VANISHED and (run.points > 0).all()
    assert any(trial[0] < 0 for step in run.steps for trial in step.trials)


def test_a_search_without_success_is_an_outcome() -> None:
    class Liar(Quadratic):
        """Its gradient points downhill."""

        def gradient(self, x: Array) -> Array:
            return -super().gradient(x)

        def value(self, x: Array) -> float:
            return -super().value(x)

    for start, rho in ((1.0, 0.5), (1.0, 0.9), (1e-30, 0.5)):
        run = minimize(Liar([[1.0]]), GradientDescent(1, Backtracking(rho)), [start], tolerance=0)
        assert run.outcome is O.TOO_SMALL and len(run.steps) == 1 and run.steps[0].step_size == 0
        assert all(trial != start for trial in run.steps[0].trials)
    blind = Problem(lambda x: np.nan if x else 0.0, lambda x: (1.0,), lambda x: ((0.0,),), (0.0,))
    run = minimize(blind, GradientDescent(1, HALF), [0.0])
    assert run.outcome is O.TOO_SMALL and len(run.steps[0].trials) == 60


# Limits and verdicts.


def test_a_method_can_be_watched_before_each_move() -> None:
    steps = GradientDescent(0.1).steps(Quadratic([[1, 0], [0, 10]]), np.array([10.0, 1.0]))
    first = next(steps)
    assert first.target.tolist() == [9.0, 0.0] and first.x.tolist() == [10.0, 1.0]
    assert next(steps).x.tolist() == [9.0, 0.0]


def test_a_run_and_its_start_do_not_touch_each_other() -> None:
    start = np.array([10.0, 1.0])
    run = minimize(PROBLEMS["bowl"], GradientDescent(), start)
    assert start.tolist() == [10.0, 1.0]
    start[0] = 7.0
    assert run.points[0].tolist() == [10.0, 1.0]


def test_a_run_has_no_more_moves_than_allowed() -> None:
    for most in (0, 1, 7):
        run = go("rosenbrock", GradientDescent(0.001), max_steps=most)
        assert run.outcome is O.OUT_OF_STEPS and len(run.steps) == most + 1
    assert run.sentence == "After 7 steps: it ran out of steps."


def test_a_region_is_a_limit_of_its_own() -> None:
    box = [(-2.5, 2.5), (-2.5, 2.5)]
    left = go("hollow", Newton(), (0.51, 0), region=box)
    assert left.outcome is O.LEFT_REGION and abs(left.points[-1][0]) > 2.5 >= np.abs(left.points[:-1]).max()
    assert go("hollow", Newton(), region=box).outcome is O.VANISHED


def test_a_vanished_gradient_counts_only_at_rest() -> None:
    class Passing:
        """A ball rolling over the bottom of the bowl."""

        name = "passing"

        def steps(self, f: Objective, x: Array) -> Any:
            for _ in range(4):
                step = Step(x, f.value(x), f.gradient(x), np.array([1.0]), 1.0)
                yield step
                x = step.target

    run = minimize(Quadratic([[1.0]]), Passing(), [-2.0])
    assert run.outcome is O.STUCK and run.points[:, 0].tolist() == [-2, -1, 0, 1]


numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1e308, -1e308, 5e-324, 1e-200])
)


@given(
    st.sampled_from(list(RUNS)),
    st.lists(numbers, min_size=6, max_size=6),
    st.lists(coordinates, min_size=2, max_size=2),
)
@example("newton", [0.0, 1.0, 1.0, 5e-324, 0.0, 5e-324], [1.0, 1.0])
@example("newton", [0.0, 1e308, 1e308, 1e-300, 0.0, 1e-300], [1.0, 1.0])
@settings(max_examples=300, deadline=None)
def test_whatever_f_does_a_run_ends_in_a_sentence(run: str, row: list[float], start: list[float]) -> None:
    class Anything:
        """The same arbitrary numbers everywhere."""

        def value(self, x: Array) -> float:
            return row[0]

        def gradient(self, x: Array) -> Array:
            return np.array(row[1:3])

        def hessian(self, x: Array) -> Array:
            return np.array([[row[3], row[4]], [row[4], row[5]]])

    found = minimize(Anything(), RUNS[run], start, max_steps=20)
    assert isinstance(found.outcome, Outcome) and found.sentence and np.isfinite(found.points).all()
    assert 1 <= len(found.steps) <= 21


def test_the_objective_of_a_program_will_do() -> None:
    b = Builder(2)
    x, y = b.variable(0), b.variable(1)
    u = b.sub(b.add(b.power(x, 2), y), b.constant(11.0))
    v = b.sub(b.add(x, b.power(y, 2)), b.constant(7.0))
    f = numeric.Objective.of(b.program([b.add(b.power(u, 2), b.power(v, 2))]))
    ours, theirs = minimize(f, Newton(), [0, 0]), go("himmelblau", Newton())
    np.testing.assert_allclose(ours.points, theirs.points)
    assert f.values == f.gradients == f.hessians == len(ours.steps)
