"""The readers in floating point: they agree with each other and with 50 digits, and never warn or raise."""

from __future__ import annotations

import math
import random
import sys
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.enclosure import enclose
from core.immediate import programs
from core.interval import Box
from core.numeric import ARRAYS, FLOATS, ArrayReader, Objective, PointReader, arrays, floats, sample
from core.program import Program, component, jacobian, jet
from core.syntax import read
from core.vocabulary import OPERATIONS
from tests.oracle import HopelessError, exact, meaning, random_program, write

NAN, INF, LARGEST = math.nan, math.inf, sys.float_info.max
EXACT = [random_program(seed, n=3, exactly=True) for seed in range(150)]
RANDOM = [random_program(seed, n=3) for seed in range(120)]
DERIVED = [jacobian(random_program(seed, length=6)) for seed in range(60)]
numbers = st.one_of(
    st.floats(-4, 4), st.floats(), st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e308, 5e-324, INF, -INF, NAN])
)
LAW = settings(deadline=None, max_examples=100)


@pytest.mark.parametrize("program", RANDOM + DERIVED)
@given(x=st.lists(numbers, min_size=3, max_size=3))
@settings(LAW, max_examples=25)  # of 180 programs each
def test_a_reader_of_many_points_gives_the_same_numbers(program: Program, x: list[float]) -> None:
    read = PointReader(program)
    for point in (x, [0.5, -1.5, 2.0], x):  # what one point left behind is nothing to the next
        np.testing.assert_array_equal(read(point), floats(program, point))


def test_values_are_right_to_a_few_units_in_the_last_place():
    """On sums and products of a moderate size, where nothing cancels."""
    f = write(2, lambda x, y: [(x**2 + 3 * y).exp().sqrt(), (x + y).log() * y.atan(), x.pow(y) / (1 + y**2)])
    draw = random.Random(1)
    for _ in range(50):
        x = [draw.uniform(0.5, 2), draw.uniform(0.5, 2)]
        for found, true in zip(floats(f, x), exact(f, x), strict=True):
            assert abs(found - true) <= 1e-14 * abs(true)


@pytest.mark.parametrize("word", sorted(FLOATS))
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_every_operation_agrees_in_both_readers_and_with_its_real_value(word, data):
    """For the same operands: nan in the same places, and no further apart than some units in the last place."""
    operands = [data.draw(numbers) for _ in range(OPERATIONS[word].arity)]
    rest = [data.draw(st.integers(-30, 30))] if word == "powi" else []
    one = FLOATS[word](*operands, *rest)
    with np.errstate(all="ignore"):
        many = ARRAYS[word](*(np.full(9, a) for a in operands), *rest).tolist()
    assert all(close(one, value) for value in many), (one, many)
    if all(map(math.isfinite, operands)):
        assert close(one, real_value(word, operands, rest))


def close(a: float, b: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    a, b = (max(-LARGEST, min(LARGEST, x)) for x in (a, b))
    return abs(a / 8 - b / 8) <= math.ulp(a) / 2 + 5e-324


def real_value(word: str, operands: list[float], rest: list[int]) -> float:
    """To 50 digits and then rounded; what the reader says itself where that is too much to ask."""
    try:
        with mp.workdps(400 if word in ("sin", "cos", "tan") else 50):
            truth = meaning(word, *map(mp.mpf, operands), *rest)
            return math.copysign(INF, truth) if abs(truth) > LARGEST else float(truth)
    except HopelessError:
        return FLOATS[word](*operands, *rest)


@LAW
@given(st.sampled_from(EXACT), st.lists(numbers, min_size=3, max_size=3))
def test_programs_of_exactly_rounded_operations_give_the_same_floats_in_both_readers(program: Program, x):
    one, many = floats(program, x), arrays(program, np.array(x).reshape(3, 1, 1) * np.ones((1, 4, 2)))
    assert many.shape == (3, 4, 2)
    for values in many.reshape(3, 8).T:
        assert np.array_equal(one, values, equal_nan=True)


@LAW
@given(
    st.sampled_from(RANDOM + DERIVED),
    st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.floats(-3, 3), min_size=3, max_size=3),
)
def test_whole_programs_stay_within_the_bounds_of_their_point(program: Program, x):
    """Rounding may be magnified without limit, but never past the bounds that count with it; nor is a proof of
    being defined ever followed by nan, unless a number was too large on the way."""
    x = x[: program.inputs]
    column = np.array(x).reshape(-1, 1)
    steps = floats(replace(program, outputs=tuple(range(len(program.code))), domain=()), x)
    e = enclose(program, column, column)
    for values in (floats(program, x), arrays(program, column)[:, 0].tolist()):
        for i, value in enumerate(values):
            assert not e.lower[i, 0] > value and not e.upper[i, 0] < value
            assert e.bad[0] or not math.isnan(value) or any(map(math.isinf, steps))


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


@pytest.mark.parametrize(
    "text", ["x^3 y^4 - 1/x", "ln(x)/y^2", "|x - y| + sqrt(x)", "atan2(y, x) + min(x, y)", "cbrt(x)", "3"]
)
def test_a_reader_of_many_arrays_reads_each_as_if_alone(text):
    f = jet(programs(read(text, least=("x", "y")), {})["f"])
    reader, rng = ArrayReader(f), np.random.default_rng(5)
    for k in (7, 7, 3, 0, 7):
        X = np.round(rng.uniform(-3, 3, (2, k)))
        before, F = X.copy(), reader(X)
        reader(X + 1)  # which leaves what was read before alone
        assert np.array_equal(F, arrays(f, before), equal_nan=True) and np.array_equal(X, before)


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


@pytest.mark.parametrize("seed", range(40))
def test_what_is_asked_for_before_and_in_which_order_changes_no_digit(seed: int) -> None:
    f, rng = component(random_program(seed, n=2, length=8), 0), random.Random(seed)
    whole = jet(f)
    seen = Objective.of(f)
    assert seen._together is not None
    places = [[rng.choice([0.0, 1e308, 5e-324, rng.uniform(-4, 4)]) for _ in range(2)] for _ in range(4)]
    for _ in range(60):
        order, x = rng.choice("vgh"), rng.choice(places)
        if order == "v":
            np.testing.assert_equal(seen.value(x), floats(f, x)[0])
        else:
            expected = floats(whole, x)
            ours = seen.gradient(np.array(x)) if order == "g" else seen.hessian(x).ravel()
            np.testing.assert_equal(ours.tolist(), expected[1:3] if order == "g" else expected[3:])


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
