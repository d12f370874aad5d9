"""The quick way to a program computes what the exact way computes, and is undefined in the same places."""

import math
import random

import pytest

from core import compile
from core.function import half_square
from core.immediate import programs
from core.meaning import function
from core.numeric import floats
from core.program import jet
from core.syntax import read
from tests.formulas import FORMULAS
from tests.test_meaning import CONDITIONS

POWERS = [
    *("x^2^2 - 2x^2 + y^2", "x^(1+1) + y", "x^sqrt(4) - y", "x^|-2| y", "x^cos(0) + y", "x^ln(e) y"),
    *("x^pi + y^2", "x^sqrt(2) y", "x^(-sqrt(2)) + y", "x^(2^-1) + y", "x^(6/4) y", "x^(1/2 + 1/2) y", "x^(2 - 2) + y"),
]
TEXTS = [*(text for text, _ in FORMULAS), *CONDITIONS, *POWERS]


@pytest.mark.parametrize("text", TEXTS)
def test_value_gradient_and_hessian_agree_with_the_exact_way(text: str) -> None:
    reading = read(text, least=("x", "y"))
    quick, exact = jet(programs(reading, {})["f"]), jet(compile.program(function(reading)))
    random.seed(text)
    points = [(random.uniform(-4, 4), random.uniform(-4, 4)) for _ in range(60)]
    compared = 0
    for p in [*points, (0.0, 1.0), (1.0, 0.0), (-1.0, 2.0)]:
        for a, b in zip(floats(quick, p), floats(exact, p), strict=True):
            if math.isfinite(a) and math.isfinite(b):
                assert a == pytest.approx(b, rel=1e-9, abs=1e-9), (p, a, b)
                compared += 1
    assert compared > 30


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_undefined_where_the_text_is(text: str) -> None:
    reading = read(text, least=("x", "y"))
    quick, exact = programs(reading, {})["f"], compile.program(function(reading))
    random.seed(text)
    for p in [(random.uniform(-4, 4), random.uniform(-4, 4)) for _ in range(60)] + [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)]:
        assert math.isnan(floats(quick, p)[0]) == math.isnan(floats(exact, p)[0]), p


def test_components_and_length_of_a_vector_function() -> None:
    reading = read("f(x, y) = (x cos y, a x sin y, x/y)")
    found = programs(reading, {"a": 2.0})
    assert set(found) == {"0", "1", "2", "norm"}
    values = [floats(found[str(i)], (1.5, 0.7))[0] for i in range(3)]
    assert floats(found["norm"], (1.5, 0.7))[0] == pytest.approx(sum(v * v for v in values) / 2)
    assert values[1] == pytest.approx(3 * math.sin(0.7)) and math.isnan(floats(found["0"], (1.0, 0.0))[0])
    assert half_square(function(read("(x, y)"))).m == 1
