"""Interval kernels: containment, isotonicity, sharpness, honest one-sided bounds, rounding, the self-test."""

from __future__ import annotations

import math
import sys
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core import interval
from core.interval import DEFINED, FEW, KERNELS, LIBRARY, ROOM, Box, Interval, constant, rows, scale, self_test, up
from core.vocabulary import OPERATIONS
from tests.oracle import DIGITS, HopelessError, meaning

INF, NAN, LARGEST, SMALLEST = math.inf, math.nan, sys.float_info.max, 5e-324
EXPONENTS = (-7, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 20)
WORDS = sorted(set(KERNELS) - {"powi"}) + [f"powi {k}" for k in EXPONENTS]
SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    SMALLEST,
    -SMALLEST,
    2.3e-308,
    1e308,
    -1e308,
    LARGEST,
    math.pi / 2,
    math.pi,
    0.5,
    1e-160,
    2.0,
)

QUICK = settings(deadline=None, max_examples=30)


def apply(word: str, *operands: tuple[float, float], copies: int = 1) -> tuple[float, float]:
    """A kernel on single intervals (lower, upper), as many side by side as `copies` says."""
    arrays = [np.repeat(rows([low], [high]), copies, axis=1) for low, high in operands]
    with np.errstate(all="ignore"):
        r = KERNELS["powi"](arrays[0], int(word[5:])) if word.startswith("powi") else KERNELS[word](*arrays)
    return -float(r[0, -1]), float(r[1, -1])


def defined(word: str, *operands: tuple[float, float]) -> bool:
    arrays = [rows([low], [high]) for low, high in operands]
    if word.startswith("powi"):
        return bool(DEFINED["powi"](arrays[0], int(word[5:]))[0])
    return bool(DEFINED[word](*arrays)[0]) if word in DEFINED else True


def truth(word: str, *x: float):
    with mp.workdps(DIGITS):
        if word.startswith("powi"):
            return meaning("powi", mp.mpf(x[0]), int(word[5:])) if not math.isnan(x[0]) else mp.nan
        return meaning(word, *(mp.mpf(a) for a in x))


def arity(word: str) -> int:
    return 1 if word.startswith("powi") else OPERATIONS[word].arity


def contains(bounds: tuple[float, float], t) -> bool:
    return mp.isnan(t) or not (bounds[0] > t or bounds[1] < t)


@st.composite
def sides(draw) -> tuple[float, float]:
    """Wide, thin and point intervals of every size."""
    size = st.one_of(st.sampled_from(SPECIAL), st.floats(-8, 8), st.floats(allow_nan=False, allow_infinity=False))
    low = draw(size)
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return low, low
    if kind == 1:
        high = math.nextafter(low, INF) if draw(st.booleans()) else low + abs(low) * draw(st.floats(0, 1e-6))
        return low, min(high, LARGEST)
    other = draw(size)
    return min(low, other), max(low, other)


@st.composite
def point_of(draw, side: tuple[float, float]) -> float:
    low, high = side
    some = st.floats(low, high) if low < high else st.just(low)
    return draw(st.one_of(st.sampled_from((low, high)), some, st.just(min(max(0.0, low), high))))


@pytest.mark.parametrize("word", WORDS)
@QUICK
@given(data=st.data())
def test_the_result_contains_the_value_at_every_point_and_knows_where_it_is_defined(word, data):
    operands = [data.draw(sides()) for _ in range(arity(word))]
    x = [data.draw(point_of(side)) for side in operands]
    try:
        t = truth(word, *x)
    except HopelessError:
        assume(False)
    assert contains(apply(word, *operands), t)
    assert contains(apply(word, *operands, copies=FEW), t)
    assert not (mp.isnan(t) and defined(word, *operands))


@pytest.mark.parametrize("word", WORDS)
@QUICK
@given(data=st.data())
def test_a_smaller_box_has_smaller_bounds(word, data):
    """Inclusion isotonicity: exact for arithmetic, to the accuracy of the library for elementary functions."""
    wide = [data.draw(sides()) for _ in range(arity(word))]
    thin = [tuple(sorted((data.draw(point_of(side)), data.draw(point_of(side))))) for side in wide]
    if defined(word, *thin):
        (low, high), (least, most) = apply(word, *thin), apply(word, *wide)
        slack = 4 if word in LIBRARY or word == "powi 20" else 0
        if math.isfinite(low) and math.isfinite(high):  # an overflow may forget the other side
            assert not least > moved(low, slack) and not most < moved(high, -slack)


def moved(x: float, units: int) -> float:
    """x, that many floats and a little further."""
    for _ in range(abs(units)):
        x = math.nextafter(x, math.copysign(INF, units))
    return x + math.copysign(1e-16, units) if units else x


@pytest.mark.parametrize("word", WORDS)
@QUICK
@given(data=st.data())
def test_bounds_of_a_moderate_interval_are_no_wider_than_its_range_and_the_rounding(word, data):
    """Subset of the hull: a kernel that answered "anything" would be sound and useless."""
    domain = {
        "log": (0.1, 5),
        "sqrt": (0, 5),
        "acosh": (1, 5),
        "atanh": (-0.9, 0.9),
        "asin": (-1, 1),
        "acos": (-1, 1),
        "pow": (0.1, 3),
        "tan": (-1.5, 1.5),
        "atan2": (0.1, 4),
    }
    low, high = domain.get(word, (0.1, 4) if word == "div" or "-" in word else (-4, 4))
    operands = [
        tuple(sorted((data.draw(st.floats(low, high)), data.draw(st.floats(low, high))))) for _ in range(arity(word))
    ]
    if word in ("lt", "le", "eq", "select"):
        return
    inner = [0.0, *(k * 0.5 * math.pi for k in range(-3, 4))]
    points = [[a, b, *(c for c in inner if a < c < b)] for a, b in operands]
    values = [
        truth(word, *(x[i % len(x)] for x, i in zip(points, (i, i // len(points[0])), strict=False)))
        for i in range(len(points[0]) * len(points[-1]))
    ]
    lower, upper = apply(word, *operands)
    margin = 1e-13 * float(1 + max(abs(v) for v in values))
    assert min(values) - margin <= lower and upper <= max(values) + margin


ONE_SIDED = [
    ("powi -2", [(-1, 2)], (0.25, INF)),
    ("powi -2", [(0, 2)], (0.25, INF)),
    ("powi -3", [(0, 2)], (0.125, INF)),
    ("powi -3", [(-2, 0)], (-INF, -0.125)),
    ("powi -3", [(-0.0, 2)], (0.125, INF)),
    ("powi -1", [(-1, 2)], (-INF, INF)),
    ("powi -3", [(-1, 2)], (-INF, INF)),
    ("powi -1", [(4, INF)], (0, 0.25)),
    ("div", [(1, 1), (-1, 2)], (-INF, INF)),
    ("div", [(1, 2), (0, 4)], (0.25, INF)),
    ("div", [(1, 2), (-4, 0)], (-INF, -0.25)),
    ("div", [(-2, -1), (0, 4)], (-INF, -0.25)),
    ("div", [(-2, -1), (-4, -0.0)], (0.25, INF)),
    ("div", [(1, 2), (4, INF)], (0, 0.5)),
    ("log", [(0, math.e)], (-INF, 1)),
    ("log", [(-3, math.e)], (-INF, 1)),
    ("log", [(1, INF)], (0, INF)),
    ("sqrt", [(-1, 4)], (0, 2)),
    ("sqrt", [(4, INF)], (2, INF)),
    ("pow", [(0, 2), (-1, -1)], (0.5, INF)),
    ("pow", [(-0.0, 2), (-3, -3)], (0.125, INF)),
    ("pow", [(-5, 2), (2, 3)], (0, 8)),
    ("pow", [(0, 4), (0.5, 0.5)], (0, 2)),
    ("pow", [(0.5, 2), (-INF, INF)], (0, INF)),
    ("tan", [(1, 2)], (-INF, INF)),
    ("tan", [(-INF, 0)], (-INF, INF)),
    ("sin", [(-INF, 0)], (-1, 1)),
    ("sin", [(1e16, 1e16)], (-1, 1)),
    ("cos", [(-1, 1)], (math.cos(1), 1)),
    ("cos", [(3, 4)], (-1, math.cos(4))),
    ("sin", [(1, 2)], (math.sin(1), 1)),
    ("sin", [(4, 5)], (-1, math.sin(4))),
    ("asin", [(-3, 0)], (-math.pi / 2, 0)),
    ("acos", [(0, 7)], (0, math.pi / 2)),
    ("atan", [(-INF, INF)], (-math.pi / 2, math.pi / 2)),
    ("tanh", [(0, INF)], (0, 1)),
    ("cosh", [(-INF, 0)], (1, INF)),
    ("acosh", [(-2, 1)], (0, 0)),
    ("atanh", [(0, 1)], (0, INF)),
    ("erf", [(0, INF)], (0, 1)),
    ("erf", [(-1, 2)], (-math.erf(1), math.erf(2))),
    ("atan2", [(1, 1), (-1, 1)], (math.pi / 4, 3 * math.pi / 4)),
    ("atan2", [(1, 2), (1, 2)], (math.atan2(1, 2), math.atan2(2, 1))),
    ("atan2", [(-2, -1), (-2, -1)], (math.atan2(-1, -2), math.atan2(-2, -1))),
    ("atan2", [(0, 1), (-2, -1)], (3 * math.pi / 4, math.pi)),
    ("atan2", [(-0.0, 1), (-2, -1)], (3 * math.pi / 4, math.pi)),
    ("atan2", [(-1, 0), (-2, -1)], (-math.pi, math.pi)),
    ("atan2", [(-1, 1), (-2, -1)], (-math.pi, math.pi)),
    ("atan2", [(-1, 1), (-2, 1)], (-math.pi, math.pi)),
    ("atan2", [(-1, 1), (1, 2)], (-math.pi / 4, math.pi / 4)),
    ("atan2", [(0, 0), (1, 2)], (0, 0)),
    ("atan2", [(0, 1), (0, 1)], (-math.pi, math.pi)),
    ("atan2", [(1, INF), (-INF, -1)], (math.pi / 2, math.pi)),
    ("atan2", [(-INF, INF), (1, INF)], (-math.pi / 2, math.pi / 2)),
    ("atanh", [(-2, 0)], (-INF, 0)),
    ("exp", [(-INF, 0)], (0, 1)),
    ("exp", [(710, 711)], (ROOM, INF)),
    ("powi 2", [(-3, 2)], (0, 9)),
    ("powi 2", [(-INF, 2)], (0, INF)),
    ("powi 4", [(-3, -2)], (16, 81)),
    ("powi 5", [(-2, 1)], (-32, 1)),
    ("abs", [(-3, 2)], (0, 3)),
    ("abs", [(-3, -2)], (2, 3)),
    ("sign", [(-3, -2)], (-1, -1)),
    ("sign", [(-3, 0)], (-1, 0)),
    ("sign", [(0, 0)], (0, 0)),
    ("sign", [(0, 2)], (0, 1)),
    ("lt", [(0, 1), (1, 2)], (0, 1)),
    ("lt", [(0, 1), (1.5, 2)], (1, 1)),
    ("lt", [(1, 2), (0, 1)], (0, 0)),
    ("le", [(0, 1), (1, 2)], (1, 1)),
    ("le", [(1, 2), (0, 1)], (0, 1)),
    ("le", [(1, 2), (0, 0.5)], (0, 0)),
    ("eq", [(1, 1), (1, 1)], (1, 1)),
    ("eq", [(1, 1), (1, 2)], (0, 1)),
    ("eq", [(1, 2), (3, 4)], (0, 0)),
    ("select", [(1, 1), (2, 3), (NAN, NAN)], (2, 3)),
    ("select", [(-2, -1), (2, 3), (NAN, NAN)], (2, 3)),
    ("select", [(0, 0), (NAN, NAN), (2, 3)], (2, 3)),
    ("select", [(0, 1), (2, 3), (5, 6)], (2, 6)),
    ("select", [(NAN, NAN), (2, 3), (5, 6)], (2, 6)),
    ("min", [(1, 5), (2, 3)], (1, 3)),
    ("max", [(1, 5), (2, 3)], (2, 5)),
]


@pytest.mark.parametrize(("word", "operands", "expected"), ONE_SIDED)
def test_bounds_known_by_hand(word, operands, expected):
    for copies in (1, FEW):
        found = apply(word, *operands, copies=copies)
        for side, hand in zip(found, expected, strict=True):
            assert side == hand if math.isinf(hand) else abs(side - hand) <= 8e-15 * max(1, abs(hand)), (
                found,
                expected,
            )
        assert not found[0] > expected[0] + 1e-16 and not found[1] < expected[1] - 1e-16


NO_BOUND = [  # nan on a side: no bound known there; what follows from the other side is kept
    ("neg", [(NAN, 2)], (-2, None)),
    ("add", [(NAN, 2), (1, 1)], (None, 3)),
    ("sub", [(NAN, 2), (1, 1)], (None, 1)),
    ("sub", [(1, 1), (NAN, 2)], (-1, None)),
    ("mul", [(NAN, 2), (1, 1)], (None, None)),
    ("div", [(1, 1), (NAN, -2)], (None, None)),
    ("powi 2", [(NAN, -2)], (4, None)),
    ("powi 3", [(NAN, -2)], (None, -8)),
    ("powi -2", [(2, NAN)], (0, 0.25)),
    ("powi -3", [(NAN, NAN)], (None, None)),
    ("sqrt", [(4, NAN)], (2, None)),
    ("sqrt", [(NAN, 4)], (0, 2)),
    ("exp", [(NAN, 0)], (0, 1)),
    ("log", [(NAN, 1)], (None, 0)),
    ("sin", [(NAN, NAN)], (-1, 1)),
    ("cos", [(0.1, NAN)], (-1, 1)),
    ("tan", [(NAN, 1)], (None, None)),
    ("atan", [(NAN, 0)], (-math.pi / 2, 0)),
    ("asin", [(NAN, 0)], (-math.pi / 2, 0)),
    ("acos", [(NAN, 0)], (math.pi / 2, math.pi)),
    ("cosh", [(NAN, NAN)], (1, None)),
    ("tanh", [(NAN, 0)], (-1, 0)),
    ("erf", [(NAN, 0)], (-1, 0)),
    ("atan2", [(NAN, NAN), (1, 1)], (-math.pi / 2, math.pi / 2)),
    ("atan2", [(1, NAN), (1, 1)], (math.pi / 4, math.pi / 2)),
    ("sinh", [(NAN, 0)], (None, 0)),
    ("asinh", [(0, NAN)], (0, None)),
    ("acosh", [(1, NAN)], (0, None)),
    ("atanh", [(NAN, 0)], (None, 0)),
    ("cbrt", [(8, NAN)], (2, None)),
    ("pow", [(NAN, NAN), (2, 2)], (0, None)),
    ("pow", [(1, 1), (NAN, 3)], (0, None)),
    ("pow", [(2, NAN), (0, 0)], (0, None)),
    ("abs", [(NAN, -3)], (3, None)),
    ("sign", [(NAN, -3)], (-1, -1)),
    ("sign", [(3, NAN)], (1, 1)),
    ("sign", [(NAN, NAN)], (-1, 1)),
    ("min", [(NAN, NAN), (1, 2)], (None, 2)),
    ("max", [(NAN, NAN), (1, 2)], (1, None)),
    ("lt", [(NAN, 1), (2, NAN)], (1, 1)),
    ("lt", [(NAN, NAN), (2, 2)], (0, 1)),
    ("eq", [(NAN, NAN), (NAN, NAN)], (0, 1)),
    ("select", [(0, 1), (NAN, 1), (0, 2)], (None, 2)),
]


@pytest.mark.parametrize(("word", "operands", "expected"), NO_BOUND)
def test_nan_on_a_side_is_no_bound_known_on_that_side(word, operands, expected):
    for side, hand in zip(apply(word, *operands), expected, strict=True):
        assert not math.isfinite(side) if hand is None else side == pytest.approx(hand, abs=1e-13)


UNPROVED = [
    *[("div", (1, 1), side) for side in ((0, 1), (-1, 0), (-1, 1), (0, 0), (NAN, 1), (NAN, NAN))],
    *[("powi -1", side) for side in ((0, 1), (-1, 0), (-1, 1), (NAN, 1))],
    *[("sqrt", side) for side in ((-SMALLEST, 1), (NAN, 1), (-2, -1))],
    *[("log", side) for side in ((0, 1), (-0.0, 1), (NAN, 1))],
    *[("asin", side) for side in ((-1, 1.0000000000000002), (-1.0000000000000002, 0), (NAN, 0), (0, NAN))],
    *[("acos", side) for side in ((-1, 1.0000000000000002), (-1.0000000000000002, 0))],
    *[("atanh", side) for side in ((-1, 0), (0, 1), (NAN, 0))],
    *[("acosh", side) for side in ((0.9999999999999999, 2), (NAN, 2))],
    *[("tan", side) for side in ((1, 2), (-2, -1), (1e300, 1e300), (NAN, 0), (-INF, INF))],
    *[("atan2", a, b) for a, b in (((-1, 1), (-1, 1)), ((0, 1), (0, 1)), ((-0.0, 0), (-1, 0)), ((NAN, 1), (-1, 1)))],
    *[("pow", a, b) for a, b in (((0, 1), (0, 1)), ((-1, 1), (2, 2)), ((0, 1), (-1, 1)), ((NAN, 1), (1, 1)))],
]
PROVED = [
    ("div", (0, 1), (SMALLEST, 1)),
    ("powi -1", (-1, -SMALLEST)),
    ("powi 2", (-1, 1)),
    ("sqrt", (0, INF)),
    ("log", (SMALLEST, INF)),
    ("asin", (-1, 1)),
    ("acos", (-1, 1)),
    ("atanh", (-0.999, 0.999)),
    ("acosh", (1, 2)),
    ("tan", (-1.57, 1.57)),
    ("atan2", (SMALLEST, 1), (-1, 1)),
    ("atan2", (-1, 1), (-2, -SMALLEST)),
    ("pow", (0, 1), (SMALLEST, 1)),
    ("pow", (SMALLEST, 1), (-1, 1)),
]


@pytest.mark.parametrize("case", UNPROVED + PROVED, ids=str)
def test_whether_an_operation_is_defined_on_the_whole_operand(case):
    word, *operands = case
    assert defined(word, *operands) is (case in PROVED)


def test_up_is_above_every_number_that_rounds_to_the_float():
    """Zero, subnormal numbers, powers of two, the largest float: each with the half unit it may hide."""
    x = [
        0.0,
        -0.0,
        SMALLEST,
        -SMALLEST,
        2.3e-308,
        -2.3e-308,
        1e-292,
        1.0,
        -1.0,
        0.75,
        -0.75,
        1.5,
        -2.0,
        1e308,
        LARGEST,
        -LARGEST,
    ]
    for values in (x, x * FEW):
        with np.errstate(over="ignore"):
            above = up(np.array([values]))[0].tolist()
        for before, after in zip(values, above, strict=True):
            hidden = Fraction(before) + Fraction(math.ulp(before)) / 2
            assert after == INF or Fraction(after) >= hidden
            assert after == INF or Fraction(after) - Fraction(before) <= Fraction(math.ulp(before)) * 3 + Fraction(
                4.5e-308
            )


@QUICK
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
@example([-LARGEST])
def test_up_moves_every_float_by_the_units_asked_for(values):
    for ulps in (1.0, 2.0, 8.0):
        with np.errstate(over="ignore"):
            above = up(np.array([values]), ulps)[0].tolist()
        for before, after in zip(values, above, strict=True):
            step = Fraction(math.ulp(before)) / (2 if before < 0 else 1)  # the unit above a negative power of two
            assert after == INF or Fraction(after) >= Fraction(before) + Fraction(ulps) * step * Fraction(7, 8)


def test_an_overflow_stays_a_bound():
    for copies in (1, FEW):
        low, high = apply("add", (LARGEST, LARGEST), (LARGEST, LARGEST), copies=copies)
        assert not low > LARGEST and high == INF
        low, high = apply("mul", (-LARGEST, -LARGEST), (2, 2), copies=copies)
        assert low == -INF and not high < -LARGEST
        low, high = apply("powi 2", (1e200, 1e201), copies=copies)
        assert not low > LARGEST and high == INF


def test_an_underflow_stays_a_bound():
    for copies in (1, FEW):
        low, high = apply("mul", (1e-200, 1e-200), (-1e-200, 1e-200), copies=copies)
        assert low < 0 < high
        low, high = apply("exp", (-1e4, -1e4), copies=copies)
        assert low == 0 < high


def test_a_sum_of_zeros_is_zero_and_a_square_is_never_negative():
    assert apply("add", (0, 0), (0, 0)) == (0, 0) == apply("sub", (0, 0), (0, 0), copies=FEW)
    assert apply("powi 2", (-1, 1))[0] == 0 == apply("powi 4", (0, 1e-300), copies=FEW)[0]


@QUICK
@given(a=sides(), c=sides())
def test_scaling_by_a_constant_is_a_product(a, c):
    assume(c[0] > 0 or c[1] < 0)
    with np.errstate(all="ignore"):
        r = scale(rows([a[0]], [a[1]]), rows([c[0]], [c[1]]))
    product = apply("mul", a, c)
    assert (-r[0, 0], r[1, 0]) == product or np.isnan(product).any()
    assert all(contains((-r[0, 0], r[1, 0]), mp.mpf(x) * mp.mpf(y)) for x in a for y in c)


def test_a_rounded_constant_stands_for_its_neighbours_too():
    assert constant(0.1).tolist() == [[-0.1], [0.1]]
    assert constant(0.1, exact=False).tolist() == [[-math.nextafter(0.1, 0)], [math.nextafter(0.1, 1)]]
    assert constant(-0.1, exact=False).tolist() == [[math.nextafter(0.1, 1)], [-math.nextafter(0.1, 0)]]


@pytest.mark.parametrize("word", WORDS)
def test_kernels_leave_their_operands_alone_and_give_one_answer_for_one_or_many(word):
    x = np.linspace(-3, 3, 14)
    operands = [rows(x * s, x * s + 0.5) for s in (1.0, 0.7, -0.9)[: arity(word)]]
    kept = [a.copy() for a in operands]
    extra = [int(word[5:])] if word.startswith("powi") else []
    kernel = KERNELS[word.split()[0]]
    with np.errstate(all="ignore"):
        r = kernel(*operands, *extra)
        singles = [kernel(*(a[:, [i]] for a in operands), *extra) for i in range(14)]
        mixed = kernel(*operands[:-1], operands[-1][:, :1], *extra) if arity(word) > 1 else None
    assert all((a == b).all() for a, b in zip(operands, kept, strict=True))
    off = 1e-14 if word in LIBRARY or word in ("powi -7", "powi -3") else 0.0  # NumPy may take another way through SIMD
    assert np.allclose(np.broadcast_to(r, (2, 14)), np.concatenate(singles, axis=1), rtol=off, atol=off, equal_nan=True)
    if mixed is not None:
        with np.errstate(all="ignore"):
            wide = kernel(*operands[:-1], np.repeat(operands[-1][:, :1], 14, axis=1))
        assert np.allclose(mixed, wide, rtol=off, atol=off, equal_nan=True)


@pytest.mark.parametrize(("word", "k"), [("sin", 0), ("cos", 1), ("tan", 2)])
def test_extrema_are_never_missed_near_multiples_of_a_quarter_turn(word, k):
    """Boxes of a few units in the last place around k pi/2, also for large k."""
    for multiple in (*range(-9, 10), 1001, 12345678, 10**12 + 1):
        with mp.workdps(DIGITS):
            centre = mp.pi / 2 * multiple
            low, high = float(centre), float(centre)
            low = math.nextafter(low, -INF) if low > centre else low
            high = math.nextafter(high, INF) if high < centre else high
            bounds = apply(word, (low, high))
            for t in (centre, mp.mpf(low), mp.mpf(high)):
                value = {"sin": mp.sin, "cos": mp.cos, "tan": mp.tan}[word](t)
                if word != "tan" or abs(value) < 1e20:
                    assert contains(bounds, value), (multiple, bounds, value)


def off_by(function, relative: float, absolute: float):
    return lambda x: function(x) * (1 + relative) + absolute


def test_the_self_test_accepts_this_machine_and_refuses_a_library_that_is_off():
    self_test()
    for word, function in LIBRARY.items():
        wave = word in ("sin", "cos")
        with pytest.raises(ArithmeticError, match=word):
            self_test({word: off_by(function, 1e-15 if wave else 4e-15, 1e-15 if wave else 0.0)})
    with pytest.raises(ArithmeticError, match="exp"):
        self_test({"exp": lambda x: np.where(x > 100, INF, np.exp(x))})


@pytest.mark.parametrize("word", sorted(LIBRARY))
def test_the_self_test_knows_the_true_values(word):
    """Its decimal arithmetic against mpmath."""
    functions = {
        "pow": lambda x: x ** mp.mpf(2.3),
        "atan2": lambda x: mp.atan2(mp.mpf(0.7), x),
        "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    }
    with mp.workdps(80), interval.decimal.localcontext(interval._PRECISE):
        for x in interval._sample(word).tolist()[::5]:
            value = meaning(word, mp.mpf(x)) if word not in functions else functions[word](mp.mpf(x))
            found = mp.mpf(str(interval._truth(word, interval.Decimal(x))))
            assert abs(found - value) <= mp.mpf(10) ** -30 * abs(value) + mp.mpf(10) ** -40


def test_the_self_test_refuses_floats_that_are_flushed_to_zero(monkeypatch):
    monkeypatch.setattr(interval, "TINY", SMALLEST)
    with pytest.raises(ArithmeticError, match="gradual underflow"):
        self_test({})


@QUICK
@given(sides(), st.floats(allow_nan=False))
def test_a_side_splits_into_two_that_cover_it(side, x):
    whole = Interval(*side)
    left, right = whole.split()
    assert whole.lo == left.lo and left.hi == right.lo == whole.midpoint and right.hi == whole.hi
    assert whole.contains(x) == (left.contains(x) or right.contains(x))
    assert whole.contains(whole.midpoint)


def test_a_box_splits_its_longest_side():
    box = Box.of([(0, 1), (-2, 2)])
    assert box.split() == (Box.of([(0, 1), (-2, 0)]), Box.of([(0, 1), (0, 2)]))
    assert box.split(0) == (Box.of([(0, 0.5), (-2, 2)]), Box.of([(0.5, 1), (-2, 2)]))
    assert box.contains([0.5, 2.0]) and not box.contains([0.5, 2.1])
    with pytest.raises(AssertionError):
        Interval(1.0, 0.0)
