"""Curvature direction by direction, weights that add up to 1, and mixed derivatives that do not agree."""

import math

import numpy as np
import pytest

from core import gallery
from core.curvature import bend, mixed_quotients, second_differences, smooth
from core.immediate import programs
from core.numeric import floats
from core.program import Program, hessian
from core.syntax import read

UNEQUAL = gallery.get("unequal").text


def scalar(text: str) -> Program:
    return programs(read(text), {})["f"]


def test_the_known_dial() -> None:
    b = bend([[3.0, 2.0], [2.0, 3.0]])
    for theta, value in ((0.0, 3.0), (30.0, 3 + math.sqrt(3)), (45.0, 5.0), (90.0, 3.0), (135.0, 1.0), (180.0, 3.0)):
        assert b.along(theta) == pytest.approx(value)
        first, second = b.weights(theta)
        assert first + second == 1 and b.largest * first + b.smallest * second == pytest.approx(value)
    assert [round(w, 3) for w in b.weights(30.0)] == [0.933, 0.067] and round(b.along(30.0), 3) == 4.732


@pytest.mark.parametrize("seed", range(20))
def test_no_direction_beats_the_eigenvalues_and_right_angles_add_up_to_the_trace(seed: int) -> None:
    a, c, d = np.random.default_rng(seed).normal(size=3)
    b = bend([[a, c], [c, d]])
    for theta in np.linspace(0, 180, 37):
        assert b.smallest - 1e-12 <= b.along(theta) <= b.largest + 1e-12
        assert b.along(theta) + b.along(theta + 90) == pytest.approx(a + d)
    assert b.along(b.angle) == pytest.approx(b.largest) and 0 <= b.angle < 180
    assert b.along(b.angle + 90) == pytest.approx(b.smallest)


def test_a_round_bowl_has_no_favourite_direction() -> None:
    assert bend([[2.0, 0.0], [0.0, 2.0]]).round and bend([[0.0, 0.0], [0.0, 0.0]]).round
    assert not bend([[2.0, 0.0], [0.0, 2.1]]).round


@pytest.mark.parametrize(
    ("text", "p", "sure"),
    [("x^2 y + sin(y)", (0.0, 0.0), True), ("|x| + y", (0.0, 1.0), False), ("|x| + y", (0.5, 1.0), True), ("max(x, y)", (1.0, 1.0), False),
     (UNEQUAL, (0.0, 0.0), False), (UNEQUAL, (0.3, 0.3), True), ("sqrt(x^2 + y^2)", (0.0, 0.0), False), ("ln(x) + y", (-1.0, 0.0), False),
     ("1/x + y", (1e-12, 0.0), False), ("x^2 y/x", (0.0, 1.0), False), ("|x|^3 + y", (0.0, 0.0), False)],
)  # fmt: skip
def test_smooth_is_said_only_away_from_every_seam(text: str, p: tuple[float, float], sure: bool) -> None:
    assert smooth(programs(read(text, least=("x", "y")), {})["f"], p) is sure


def test_the_order_of_differentiation_matters_at_the_famous_point_and_nowhere_else() -> None:
    for k, u, v in mixed_quotients(scalar(UNEQUAL), (0.0, 0.0)):
        assert (u, v) == (pytest.approx(-1.0, abs=1e-6), pytest.approx(1.0, abs=1e-6)) and k > 0
    rows = mixed_quotients(scalar(UNEQUAL), (0.3, 0.6))
    exact = floats(hessian(scalar(UNEQUAL)), (0.3, 0.6))
    assert rows[-1][1] == pytest.approx(exact[1], abs=1e-2) and rows[-1][2] == pytest.approx(exact[2], abs=1e-2)
    assert exact[1] == pytest.approx(exact[2])


def test_a_kink_has_no_slope_to_compare() -> None:
    assert all(math.isnan(v) for _, _, v in mixed_quotients(scalar("|x| + |y|"), (1.0, 0.0)))


@pytest.mark.parametrize(
    ("text", "p"), [("x^3 y + x y^2", (1.0, 2.0)), ("e^(x y)", (0.3, -0.4)), ("x y z + z^2", (1.0, 2.0, 3.0))]
)
def test_second_differences_of_values_are_the_hessian(text: str, p: tuple[float, ...]) -> None:
    f = scalar(text)
    H = np.array(floats(hessian(f), p)).reshape(len(p), len(p))
    assert np.allclose(second_differences(f, p), H, atol=1e-4)
