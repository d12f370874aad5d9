"""What a long valley costs: the recursions against methods that really walk, mpmath's eigenvalues and Polyak's theorem."""

import math

import mpmath
import numpy as np
import pytest

from core.immediate import programs
from core.numeric import Objective, floats
from core.optimize import GradientDescent, Method, Momentum, Newton, Quadratic, conditioning, minimize
from core.optimize.conditioning import Bowl
from core.program import jet
from core.syntax import read

BOWLS = [Bowl(1, 10, 0), Bowl(10, 10, 20), Bowl(100, 0.5, 137), Bowl(1e4, 100, 90), Bowl(7, 3, 180, rescaled=0.4)]
PLACES = [(s, beta) for s in (0.0, 0.05, 0.4, 1.0, 1.7, 2.0, 2.6, 3.9) for beta in (0.0, 0.1, 0.35, 0.8, 0.97)]


def walked(bowl: Bowl, method: Method, steps: int) -> np.ndarray:
    """The errors along the flat and the steep axis, as parts of the first, (steps + 1, 2), of a method of core.optimize."""
    axes = np.array(bowl.axes)
    run = minimize(Quadratic(bowl.H), method, 1e6 * np.array([4.5, 3.0]), max_steps=steps, tolerance=0.0)
    errors = run.points @ axes.T
    return np.array(errors / errors[0])


@pytest.mark.parametrize(("kappa", "steps"), [(5, 35), (10, 69), (100, 691)])
def test_the_best_step_takes_the_steps_of_the_book(kappa: float, steps: int) -> None:
    bowl = Bowl(kappa, 10, 20)
    rate = conditioning.best_rate(bowl.flat, bowl.steep)
    gone = np.abs(walked(bowl, GradientDescent(rate), steps + 5)).max(axis=1) <= 1e-6
    assert int(gone.argmax()) == steps
    assert conditioning.cost(kappa).descent == (steps, steps)


@pytest.mark.parametrize(("kappa", "steps"), [(10, 27), (100, 95), (1000, 321)])
def test_the_best_momentum_takes_the_steps_of_the_book(kappa: float, steps: int) -> None:
    bowl, beta = Bowl(kappa, 10, 20), conditioning.best_momentum(kappa)
    rate = conditioning.best_rate(bowl.flat, bowl.steep, beta)
    gone = np.abs(walked(bowl, Momentum(rate, beta), steps + 5)).max(axis=1) <= 1e-6
    assert int(gone.argmax()) == steps
    assert conditioning.cost(kappa).momentum[1] == steps


def test_a_thousand_takes_a_thousand_times_as_long_as_a_fraction() -> None:
    assert conditioning.cost(1000).descent == (6908, 6908) and conditioning.cost(1).descent == (1, 1)


@pytest.mark.parametrize(("s", "beta"), PLACES)
def test_a_factor_is_the_size_of_an_eigenvalue_of_the_companion_matrix(s: float, beta: float) -> None:
    with mpmath.workdps(40):
        companion = mpmath.matrix([[1 + mpmath.mpf(beta) - mpmath.mpf(s), -mpmath.mpf(beta)], [1, 0]])
        sizes = sorted((float(abs(z)) for z in mpmath.eig(companion)[0]), reverse=True)
    assert conditioning.radius(s, beta) == pytest.approx(sizes[0], abs=1e-7)
    assert [abs(z) for z in conditioning.roots(s, beta)] == pytest.approx(sizes, abs=1e-7)
    if beta == 0:
        assert conditioning.radius(s, beta) == pytest.approx(conditioning.factor(s), abs=1e-15)


@pytest.mark.parametrize(("s", "beta"), PLACES)
def test_an_error_goes_the_way_that_is_said(s: float, beta: float) -> None:
    e = np.array(conditioning.errors(s, beta, 400))
    seen = e[20:][np.abs(e[20:]) > 1e-290]
    turns = np.mean(np.sign(seen[1:]) != np.sign(seen[:-1])) if len(seen) > 1 else 0.0
    way = conditioning.way(s, beta)
    match way:
        case "diverging":
            assert abs(e[-1]) > 1e3
        case "lasting":
            assert abs(e[-1]) == pytest.approx(abs(e[-3]), rel=1e-9) and abs(e[-1]) > 1e-3
        case "spiralling":
            assert 0 < turns < 1
        case _:
            assert turns == (way == "oscillating") and np.abs(e[-1]) < 1e-3


@pytest.mark.parametrize("bowl", BOWLS, ids=str)
def test_the_errors_are_those_of_points_that_walk(bowl: Bowl) -> None:
    for share, beta in ((0.7, 0.0), (1.9, 0.0), (2.2, 0.4)):
        rate = share / bowl.steep
        method = Momentum(rate, beta) if beta else GradientDescent(rate)
        seen = walked(bowl, method, 40)
        for i, curvature in enumerate((bowl.flat, bowl.steep)):
            said = conditioning.errors(rate * curvature, beta, len(seen) - 1)
            assert np.allclose(seen[:, i], said, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kappa", [1.5, 10, 400, 1e4])
def test_no_constants_are_better_than_polyaks(kappa: float) -> None:
    beta = conditioning.best_momentum(kappa)
    rate, promised = conditioning.best_rate(1, kappa, beta), (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    assert rate == pytest.approx((2 / (1 + math.sqrt(kappa))) ** 2)
    assert conditioning.slowest(rate, beta, 1, kappa) == pytest.approx(promised, abs=1e-7)
    for other, momentum in np.random.default_rng(0).uniform((0, 0), (4 / kappa, 1), (2000, 2)):
        assert conditioning.slowest(other, momentum, 1, kappa) >= promised - 1e-7
        ours = conditioning.slowest(conditioning.best_rate(1, kappa, momentum), momentum, 1, kappa)
        assert conditioning.slowest(other, momentum, 1, kappa) >= ours - 1e-7


@pytest.mark.parametrize("bowl", BOWLS, ids=str)
def test_the_program_is_the_bowl(bowl: Bowl) -> None:
    f = jet(conditioning.bowl(), 2)
    letters = [bowl.kappa, bowl.steep, bowl.angle, bowl.rescaled]
    x = np.array([1.25, -0.75])
    value, *rest = floats(f, [*x, *letters])
    assert value == pytest.approx(x @ bowl.H @ x / 2)
    assert np.allclose(rest, [*(bowl.H @ x), *bowl.H.ravel()], rtol=1e-12, atol=1e-12 * bowl.steep)
    assert np.linalg.eigvalsh(bowl.H) == pytest.approx([bowl.flat, bowl.steep])
    assert np.allclose(bowl.H @ bowl.axes[0], bowl.flat * bowl.axes[0], atol=1e-12 * bowl.steep)


@pytest.mark.parametrize("bowl", BOWLS, ids=str)
def test_the_formula_that_is_taken_along_is_the_bowl(bowl: Bowl) -> None:
    H = Objective.of(programs(read(bowl.text, least=("x", "y")), {})["f"]).hessian([0.0, 0.0])
    assert np.abs(H - bowl.H).max() <= 2e-12 * bowl.steep
    assert np.linalg.eigvalsh(H)[0] == pytest.approx(bowl.flat, rel=1e-7)


@pytest.mark.parametrize("part", [0.0, 0.3, 1.0])
def test_a_rescaled_bowl_is_the_same_function_in_other_coordinates(part: float) -> None:
    plain, other, x = Bowl(50, 8, 33), Bowl(50, 8, 33, rescaled=part), (2.0, -1.0)
    u = other.seen(x)
    assert np.allclose(other.meant(u), x, rtol=1e-14)
    assert np.dot(u, other.H @ u) == pytest.approx(np.dot(x, plain.H @ x))
    assert other.steep / other.flat == pytest.approx(50 ** (1 - part))


def test_as_newton_sees_it_one_step_is_enough() -> None:
    plain, other, x = Bowl(50, 8, 33), Bowl(50, 8, 33, rescaled=1), (2.0, -1.0)
    rate = conditioning.best_rate(other.flat, other.steep)
    step = minimize(Quadratic(other.H), GradientDescent(rate), other.seen(x), max_steps=1).points[1]
    jump = minimize(Quadratic(plain.H), Newton(), x, max_steps=1).points[1]
    assert rate == pytest.approx(1 / 8) and np.allclose(step, 0, atol=1e-13) and np.allclose(jump, 0, atol=1e-13)
    assert conditioning.measured(rate, 0.0, other.flat, other.steep) == 1


def test_what_never_comes_is_not_counted() -> None:
    assert conditioning.measured(0.21, 0.0, 1, 10) is None and conditioning.predicted(1.0) is None
    assert conditioning.measured(0.0, 0.5, 1, 10) is None
