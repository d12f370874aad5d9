"""The table of meanings: every word, in every Python reader, on ordinary, special and undefined operands.

What is expected is written down by hand from the meanings in `core.vocabulary`; ordinary values come from 50-digit
arithmetic. The browser's reader is held to NumPy's in tests/browser/test_program.py.
"""

from __future__ import annotations

import itertools
import math

import mpmath as mp
import numpy as np
import pytest

from core.enclosure import enclose
from core.interval import KERNELS
from core.numeric import ARRAYS, FLOATS, arrays, floats
from core.program import Builder, Program
from core.vocabulary import OPERATIONS
from tests.oracle import HopelessError, meaning

INF, NAN, TINY, LARGEST = math.inf, math.nan, 5e-324, 1.7976931348623157e308
PI, E = math.pi, math.e
WORDS = sorted(set(OPERATIONS) - {"const", "var"})
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, INF, -INF, NAN, 1e308, -1e308, TINY, -TINY, 1e-160)


def program(word: str, k: int = 2) -> Program:
    """The word alone, on its operands."""
    b = Builder(OPERATIONS[word].arity)
    x = [b.variable(i) for i in range(b.inputs)]
    return b.program([b.emit("powi", x[0], k) if word == "powi" else b.emit(word, *x)])


def both(word: str, *operands: float, k: int = 2) -> tuple[float, float]:
    """The answers of the two readers in floating point."""
    p = program(word, k)
    column = np.array(operands).reshape(-1, 1) * np.ones(5)
    many = arrays(p, column)[0]
    assert many.shape == (5,)
    return floats(p, list(operands))[0], float(many[3])


def same(a: float, b: float, ulps: float = 4) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= ulps * math.ulp(max(abs(a), abs(b)))


TABLE: dict[str, list[tuple]] = {  # operands, then the answer
    "neg": [(1, -1), (0, 0), (INF, -INF), (-INF, INF), (1e308, -1e308), (TINY, -TINY)],
    "add": [
        (1, 2, 3),
        (1e308, 1e308, INF),
        (-1e308, -1e308, -INF),
        (INF, -INF, NAN),
        (INF, 1, INF),
        (TINY, -TINY, 0),
        (0.0, -0.0, 0),
    ],
    "sub": [(1, 2, -1), (1e308, -1e308, INF), (INF, INF, NAN), (-INF, INF, -INF), (TINY, TINY, 0)],
    "mul": [
        (2, -3, -6),
        (1e308, 10, INF),
        (1e308, -10, -INF),
        (0, INF, NAN),
        (-INF, 0, NAN),
        (INF, -2, -INF),
        (TINY, 0.5, 0),
        (1e-200, 1e-200, 0),
    ],
    "div": [
        (1, 2, 0.5),
        (1, 0, NAN),
        (-1, -0.0, NAN),
        (0, 0, NAN),
        (INF, 0, NAN),
        (1, INF, 0),
        (INF, INF, NAN),
        (INF, -2, -INF),
        (1e308, 0.1, INF),
        (1, TINY, INF),
        (-1, TINY, -INF),
        (0, 5, 0),
    ],
    "pow": [
        (4, 0.5, 2),
        (4, -0.5, 0.5),
        (0, 2, 0),
        (-0.0, 3, 0),
        (0, 0.5, 0),
        (0, 0, NAN),
        (0, -1, NAN),
        (-0.0, -1, NAN),
        (-2, 2, NAN),
        (-8, 1 / 3, NAN),
        (-INF, 2, NAN),
        (5, 0, 1),
        (1, NAN, NAN),
        (NAN, 0, NAN),
        (0, NAN, NAN),
        (INF, 2, INF),
        (INF, -2, 0),
        (INF, 0, 1),
        (2, INF, INF),
        (2, -INF, 0),
        (0.5, INF, 0),
        (0.5, -INF, INF),
        (0, INF, 0),
        (0, -INF, NAN),
        (10, 400, INF),
        (10, -400, 0),
        (1e-300, 0.5, 1e-150),
    ],
    "sqrt": [(4, 2), (0, 0), (-0.0, 0), (-TINY, NAN), (-1, NAN), (INF, INF), (-INF, NAN), (1e308, 1e154)],
    "cbrt": [(8, 2), (-8, -2), (0, 0), (INF, INF), (-INF, -INF), (1e-300, 1e-100), (-1e300, -1e100)],
    "exp": [(0, 1), (1, E), (INF, INF), (-INF, 0), (1000, INF), (1e308, INF), (-1000, 0), (TINY, 1)],
    "log": [
        (1, 0),
        (E, 1),
        (0, NAN),
        (-0.0, NAN),
        (-1, NAN),
        (-INF, NAN),
        (INF, INF),
        (TINY, -744.4400719213812),
        (1e308, 709.1962086421661),
    ],
    "sin": [
        (0, 0),
        (PI / 2, 1),
        (PI / 6, 0.49999999999999994),
        (INF, NAN),
        (-INF, NAN),
        (TINY, TINY),
        (1e308, 0.4533964905016491),
    ],
    "cos": [(0, 1), (PI / 3, 0.5000000000000001), (INF, NAN), (-INF, NAN), (1e308, -0.8913089376870335)],
    "tan": [(0, 0), (PI / 4, 0.9999999999999999), (INF, NAN), (-INF, NAN), (-TINY, -TINY)],
    "asin": [
        (0, 0),
        (1, PI / 2),
        (-1, -PI / 2),
        (1.0000000000000002, NAN),
        (-2, NAN),
        (INF, NAN),
        (-INF, NAN),
        (TINY, TINY),
    ],
    "acos": [(1, 0), (0, PI / 2), (-1, PI), (1.0000000000000002, NAN), (-2, NAN), (INF, NAN), (-INF, NAN)],
    "atan": [(0, 0), (1, PI / 4), (INF, PI / 2), (-INF, -PI / 2), (1e308, PI / 2), (TINY, TINY)],
    "sinh": [(0, 0), (1, 1.1752011936438014), (INF, INF), (-INF, -INF), (1000, INF), (-1000, -INF), (TINY, TINY)],
    "cosh": [(0, 1), (1, 1.5430806348152437), (INF, INF), (-INF, INF), (1000, INF), (-1000, INF)],
    "tanh": [(0, 0), (1, 0.7615941559557649), (INF, 1), (-INF, -1), (1e308, 1), (TINY, TINY)],
    "asinh": [
        (0, 0),
        (1, 0.881373587019543),
        (INF, INF),
        (-INF, -INF),
        (1e308, 709.889355822726),
        (-1e308, -709.889355822726),
        (TINY, TINY),
    ],
    "acosh": [
        (1, 0),
        (2, 1.3169578969248166),
        (0.9999999999999999, NAN),
        (0, NAN),
        (-1, NAN),
        (-INF, NAN),
        (INF, INF),
        (1e308, 709.889355822726),
    ],
    "atanh": [(0, 0), (0.5, 0.5493061443340549), (1, NAN), (-1, NAN), (2, NAN), (INF, NAN), (-INF, NAN), (TINY, TINY)],
    "erf": [
        (0, 0),
        (1, 0.8427007929497149),
        (-0.5, -0.5204998778130465),
        (2, 0.9953222650189527),
        (-3, -0.9999779095030014),
        (6, 1),
        (INF, 1),
        (-INF, -1),
        (1e308, 1),
        (1e-160, 1.1283791670955126e-160),
        (TINY, TINY),
    ],
    "atan2": [
        (0, 0, NAN),
        (-0.0, 0, NAN),
        (0, -0.0, NAN),
        (0, 2, 0),
        (0, -2, PI),
        (-0.0, -2, PI),
        (2, 0, PI / 2),
        (2, -0.0, PI / 2),
        (-2, 0, -PI / 2),
        (1, 1, PI / 4),
        (1, -1, 3 * PI / 4),
        (-1, -1, -3 * PI / 4),
        (-TINY, -1, -PI),
        (TINY, -1, PI),
        (INF, 1, PI / 2),
        (1, INF, 0),
        (1, -INF, PI),
        (INF, INF, NAN),
        (-INF, INF, NAN),
        (1e308, 1e308, PI / 4),
    ],
    "abs": [(-3, 3), (3, 3), (0, 0), (-0.0, 0), (-INF, INF), (-TINY, TINY)],
    "sign": [(5, 1), (-5, -1), (0, 0), (-0.0, 0), (INF, 1), (-INF, -1), (TINY, 1), (-TINY, -1)],
    "min": [(1, 2, 1), (2, 1, 1), (-INF, INF, -INF), (0, 0, 0), (NAN, 1, NAN), (1, NAN, NAN)],
    "max": [(1, 2, 2), (2, 1, 2), (-INF, INF, INF), (TINY, 0, TINY), (NAN, 1, NAN), (1, NAN, NAN)],
    "lt": [
        (1, 2, 1),
        (2, 1, 0),
        (1, 1, 0),
        (0.0, -0.0, 0),
        (-INF, INF, 1),
        (INF, INF, 0),
        (0, TINY, 1),
        (NAN, 1, NAN),
        (1, NAN, NAN),
    ],
    "le": [(1, 2, 1), (2, 1, 0), (1, 1, 1), (0.0, -0.0, 1), (INF, INF, 1), (NAN, 1, NAN), (NAN, NAN, NAN)],
    "eq": [(1, 2, 0), (1, 1, 1), (0.0, -0.0, 1), (INF, INF, 1), (INF, -INF, 0), (NAN, NAN, NAN), (NAN, 1, NAN)],
    "select": [
        (1, 2, 3, 2),
        (0, 2, 3, 3),
        (-0.0, 2, 3, 3),
        (-1, 2, 3, 2),
        (TINY, 2, 3, 2),
        (NAN, 2, 2, NAN),
        (1, 2, NAN, 2),
        (0, NAN, 3, 3),
        (1, NAN, 3, NAN),
        (0, 2, NAN, NAN),
        (INF, INF, 0, INF),
    ],
}
WHOLE_POWERS = [  # a, k, a^k
    (0, 0, 1), (-0.0, 0, 1), (INF, 0, 1), (NAN, 0, NAN), (NAN, 2, NAN), (3, 1, 3), (-3, 2, 9), (-2, 3, -8), (2, 10, 1024), (-2, 17, -131072),
    (2, -1, 0.5), (-2, -3, -0.125), (-2, -2, 0.25), (0, -1, NAN), (-0.0, -1, NAN), (0, -2, NAN), (0, 5, 0), (INF, 2, INF), (-INF, 3, -INF),
    (-INF, 2, INF), (INF, -1, 0), (-INF, -2, 0), (1e200, 2, INF), (-1e200, 3, -INF), (-1e200, 4, INF), (1e-200, 2, 0), (1e-200, -2, INF),
    (-1e-200, -3, -INF), (1e308, 17, INF), (-1e308, 201, -INF), (TINY, -1, INF), (-TINY, -1, -INF), (1e154, -2, 1e-308), (1e158, -2, 1e-316),
]  # fmt: skip


def test_every_word_has_a_column_in_every_python_reader_and_in_this_table():
    assert set(FLOATS) == set(ARRAYS) == set(KERNELS) == set(WORDS) == {*TABLE, "powi"}


@pytest.mark.parametrize(("word", "row"), [(word, row) for word in TABLE for row in TABLE[word]], ids=str)
def test_special_operands_mean_what_the_table_says(word, row):
    *operands, expected = row
    one, many = both(word, *map(float, operands))
    assert same(one, expected) and same(many, expected), (one, many)


@pytest.mark.parametrize(("a", "k", "expected"), WHOLE_POWERS)
def test_whole_powers_mean_what_the_table_says(a, k, expected):
    one, many = both("powi", float(a), k=k)
    assert same(one, expected) and same(many, expected), (one, many)


@pytest.mark.parametrize("word", WORDS)
def test_nan_in_any_operand_gives_nan(word):
    """Except in the branch of a select that is not taken."""
    n = OPERATIONS[word].arity
    for i in range(n):
        for others in itertools.product(SPECIAL, repeat=n - 1):
            operands = [*others[:i], NAN, *others[i:]]
            if word == "select" and i > 0 and (operands[0] != 0) == (i == 2) and not math.isnan(operands[0]):
                continue
            assert all(map(math.isnan, both(word, *operands))), operands
    for k in (-3, -2, -1, 0, 1, 2, 3, 4, 9):
        assert all(map(math.isnan, both("powi", NAN, k=k)))


@pytest.mark.parametrize("word", WORDS)
def test_the_two_readers_agree_on_every_combination_of_special_operands(word):
    for operands in itertools.product(SPECIAL, repeat=OPERATIONS[word].arity):
        for k in (-3, -2, -1, 0, 1, 2, 3, 4, 5, 20) if word == "powi" else (0,):
            one, many = both(word, *operands, k=k)
            assert same(one, many), (operands, k, one, many)


@pytest.mark.parametrize("word", WORDS)
def test_finite_operands_give_the_real_value_or_its_overflow(word):
    finite = [x for x in SPECIAL if math.isfinite(x)]
    for operands in itertools.product([*finite, 0.3, -0.7, 2.5, 40.0], repeat=min(OPERATIONS[word].arity, 2)):
        operands = (*operands, 7.0) if word == "select" else operands
        for k in (-3, -2, -1, 0, 1, 2, 3, 4, 5, 20) if word == "powi" else (0,):
            with mp.workdps(400):
                try:
                    rest = [k] if word == "powi" else [mp.mpf(x) for x in operands[1:]]
                    truth = meaning(word, mp.mpf(operands[0]), *rest)
                    expected = (
                        NAN
                        if mp.isnan(truth)
                        else INF
                        if truth > LARGEST
                        else -INF
                        if truth < -LARGEST
                        else float(truth)
                    )
                except HopelessError:
                    continue
            for found in both(word, *operands, k=k):
                assert same(found, expected) or abs(found - expected) <= 4 * TINY, (operands, k, found, expected)


@pytest.mark.parametrize("word", WORDS)
def test_bounds_of_a_point_contain_the_value_that_floats_give(word):
    """Also where a float overflows, and with no claim where it is nan."""
    for operands in itertools.product([x for x in SPECIAL if math.isfinite(x)], repeat=OPERATIONS[word].arity):
        for k in (-3, -2, 0, 1, 2, 3, 20) if word == "powi" else (0,):
            value, _ = both(word, *operands, k=k)
            column = np.array(operands).reshape(-1, 1)
            e = enclose(program(word, k), column, column)
            lower, upper = float(e.lower[0, 0]), float(e.upper[0, 0])
            if math.isnan(value):
                assert e.bad[0]
            else:
                assert not lower > value and not upper < value, (operands, k, value, lower, upper)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("unknown", [(NAN, NAN), (-INF, INF)])
def test_operands_without_bounds_give_no_false_bound(word, unknown):
    """Whatever the operands are, the value lies within the bounds."""
    n = OPERATIONS[word].arity
    e = enclose(program(word), np.full((n, 1), unknown[0]), np.full((n, 1), unknown[1]))
    for operands in itertools.product((0.0, 1.0, -1.0, 0.3, -2.0, 1e308, -1e308, 1e-160), repeat=n):
        value, _ = both(word, *operands)
        assert not e.lower[0, 0] > value and not e.upper[0, 0] < value
