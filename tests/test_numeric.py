"""The readers in floating point: they agree with each other and with 50 digits, and never warn or raise."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import HopelessError, exact, random_program, write

from core.interval import Box
from core.numeric import Objective, arrays, floats, sample
from core.program import Program, jacobian, jet

NAN, INF = math.nan, math.inf
RANDOM = [random_program(seed, n=3) for seed in range(120)]
DERIVED = [jacobian(random_program(seed, length=6)) for seed in range(60)]
numbers = st.one_of(
    st.floats(-4, 4), st.floats(), st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e308, 5e-324, INF, -INF, NAN])
)
LAW = settings(deadline=None, max_examples=100, derandomize=True)  # agreement has tolerances: no lottery


def test_values_are_right_to_a_few_units_in_the_last_place():
    """On sums and products of a moderate size, where nothing cancels."""
    f = write(2, lambda x, y: [(x**2 + 3 * y).exp().sqrt(), (x + y).log() * y.atan(), x.pow(y) / (1 + y**2)])
    draw = random.Random(1)
    for _ in range(50):
        x = [draw.uniform(0.5, 2), draw.uniform(0.5, 2)]
        for found, true in zip(floats(f, x), exact(f, x), strict=True):
            assert abs(found - true) <= 1e-14 * abs(true)


@LAW
@given(st.sampled_from(RANDOM), st.lists(numbers, min_size=3, max_size=3))
def test_one_point_and_arrays_give_nan_in_the_same_places(program: Program, x):
    one, many = floats(program, x), arrays(program, np.array(x).reshape(3, 1, 1) * np.ones((1, 4, 2)))
    assert many.shape == (3, 4, 2)
    if not any(fragile(value) for value in one):
        assert [math.isnan(value) for value in one] == np.isnan(many[:, 2, 1]).tolist()


def fragile(value: float) -> bool:
    """Near overflow, or so small that an intermediate number may have vanished in one of two libraries."""
    return 1e290 < abs(value) < INF


@LAW
@given(st.sampled_from(RANDOM + DERIVED), st.integers(0, 10**6))
def test_one_point_and_arrays_agree(program: Program, seed: int):
    """To rounding: no further apart than a change of the input by some units in the last place can explain."""
    X = np.random.default_rng(seed).uniform(-3, 3, (program.inputs, 5))
    many = arrays(program, X)
    for k in range(5):
        one = np.array(floats(program, X[:, k]))
        assert (np.isnan(one) == np.isnan(many[:, k])).all()
        with np.errstate(all="ignore"):
            near = np.stack([np.array(floats(program, X[:, k] * (1 + s * 1e-15))) for s in (-2, -1, 1, 2)])
            room = 1e-12 + 1e-13 * np.abs(one) + 4 * np.nan_to_num(np.abs(near - one), posinf=INF).max(axis=0)
            assert ((one == many[:, k]) | np.isnan(one) | (np.abs(one - many[:, k]) <= room)).all()


@LAW
@given(st.sampled_from(RANDOM), st.lists(st.integers(-192, 192), min_size=3, max_size=3))
def test_a_value_is_nan_exactly_where_the_function_is_undefined(program: Program, whole):
    """Away from borders and overflows: where all that is computed is of a moderate size, and defined alike nearby."""
    x = [k / 64 for k in whole]
    everything = replace(program, outputs=tuple(range(len(program.code))), domain=())
    try:
        steps, *near = (exact(everything, [a + s * (j + 1) for j, a in enumerate(x)]) for s in (0, -1e-9, 1e-9))
    except HopelessError:
        return
    if all(map(alike, steps, *near)):
        truth, found = exact(program, x), floats(program, x)
        assert [bool(mp.isnan(t)) for t in truth] == list(map(math.isnan, found))


def alike(here, before, after) -> bool:
    """Undefined at all three points, or close to each other, far from overflow, and not within rounding of 0."""
    if mp.isnan(here):
        return bool(mp.isnan(before) and mp.isnan(after))
    return (
        bool(
            1e-6 < abs(here) < 1e100 and abs(before - here) < 1e-3 * abs(here) and abs(after - here) < 1e-3 * abs(here)
        )
        or here == before == after
    )


def test_all_outputs_are_nan_where_a_condition_fails_or_is_nan():
    for relation, good in ((">", [2.0]), (">=", [0.0, 2.0]), ("!=", [-1.0, 2.0])):
        f = write(
            1,
            lambda x: [x, x * 2],
            lambda x, relation=relation: [(x, relation), (x.sqrt() + 1 if relation != "!=" else x, relation)],
        )
        for x in (-1.0, 0.0, 2.0, NAN):
            expected = [x, 2 * x] if x in good else [NAN, NAN]
            assert np.array_equal(floats(f, [x]), expected, equal_nan=True)
            assert np.array_equal(arrays(f, [[x, 2.0]])[:, 0], expected, equal_nan=True)


def test_a_condition_on_constants_alone_rules_the_whole_array():
    f = write(1, lambda x: x, lambda x: [(x.rounded(-1.0), ">")])
    assert np.isnan(arrays(f, np.ones((1, 3, 2)))).all() and math.isnan(floats(f, [1.0])[0])


def test_a_hole_filled_by_hand_is_filled():
    sinc = write(1, lambda x: x.eq(0).select(1, x.sin() / x))
    assert floats(sinc, [0.0]) == [1.0] and arrays(sinc, [[0.0, math.pi]])[0, 0] == 1.0


def test_constants_alone_fill_the_array_and_points_may_have_any_shape():
    f = write(2, lambda x, y: [x.rounded(3.0), x + y])
    for shape in ((), (0,), (4,), (2, 3)):
        F = arrays(f, np.ones((2, *shape)))
        assert F.shape == (2, *shape) and (F[0] == 3).all() and (F[1] == 2).all()


def test_readers_leave_their_input_alone_and_accept_whole_numbers():
    f = write(2, lambda x, y: [x, -y, x * y], lambda x, y: [(y, ">")])
    X = np.array([[1, 2], [3, -4]])
    assert np.array_equal(arrays(f, X)[:, 0], floats(f, [1, 3])) and X.tolist() == [[1, 2], [3, -4]]
    Y = X.astype(float)
    arrays(f, Y)
    assert Y.tolist() == [[1, 2], [3, -4]]


def test_nothing_warns_or_raises_on_the_hardest_numbers():
    """pytest turns a warning into an error."""
    X = np.array([[0.0, -0.0, 1e308, -1e308, INF, -INF, NAN, 5e-324]] * 3)
    for program in RANDOM:
        arrays(program, X)
        for column in X.T:
            floats(program, column)


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def test_an_objective_gives_value_gradient_and_hessian_and_counts():
    f = Objective(jet(write(2, rosenbrock)))
    x, y = -1.2, 1.0
    assert f.n == 2
    assert f.value([x, y]) == pytest.approx(24.2)
    assert f.gradient([x, y]) == pytest.approx(np.array([-400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2)]))
    assert f.hessian(np.array([x, y])) == pytest.approx(
        np.array([[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200]])
    )
    f.value([1, 1])
    assert (f.values, f.gradients, f.hessians) == (2, 1, 1)


def test_two_objectives_count_apart_and_f_is_seen_alone():
    f, g = Objective.of(write(1, lambda x: x.abs())), Objective(jet(write(1, lambda x: x.abs())))
    assert f.value([0.0]) == 0.0 and math.isnan(g.value([0.0]))
    assert (
        np.isnan(f.gradient([0.0])).all() and f.gradient([-2.0]).tolist() == [-1.0] and f.hessian([2.0]).shape == (1, 1)
    )
    assert (f.values, f.gradients, g.values, g.gradients) == (1, 2, 1, 0)


def test_an_objective_wants_a_jet():
    with pytest.raises(AssertionError):
        Objective(write(2, rosenbrock))


def test_samples_lie_on_a_grid_that_includes_the_ends_of_the_box():
    f = write(2, lambda x, y: [x + 10 * y, x * y])
    s = sample(f, Box.of([(-1, 1), (0, 4)]), (3, 5))
    assert [axis.tolist() for axis in s.axes] == [[-1, 0, 1], [0, 1, 2, 3, 4]]
    assert s.values.shape == (2, 3, 5)
    for a, x in enumerate(s.axes[0]):
        for b, y in enumerate(s.axes[1]):
            assert s.values[:, a, b].tolist() == floats(f, [x, y])
    line = sample(write(1, lambda x: x.log()), Box.of([(-1, 1)]), (3,))
    assert np.array_equal(line.values, [[NAN, NAN, 0.0]], equal_nan=True)
