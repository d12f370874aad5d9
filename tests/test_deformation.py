"""A map under the microscope: known matrices, gaps of second order, areas by Green's formula."""

import math

import numpy as np
import pytest

from core import gallery
from core.deformation import area_ratio, gap, gaps, local, slope
from core.immediate import whole
from core.program import Program
from core.syntax import read


def program(text: str) -> Program:
    return whole(read(text), {})


RIPPLE, SQUARE, POLAR = (program(gallery.get(id).text) for id in ("ripple", "square", "polar"))


def test_known_matrices() -> None:
    at = local(SQUARE, (1.0, 1.0))
    assert at.J.tolist() == [[2.0, -2.0], [2.0, 2.0]] and at.determinant == pytest.approx(8.0)
    assert local(POLAR, (1.7, 0.3)).determinant == pytest.approx(1.7)
    assert local(RIPPLE, (1.0, 0.5)).determinant == pytest.approx(1 - math.cos(1) * math.cos(0.5))
    shear = local(program("(x + y, y)"), (0.0, 0.0))
    assert shear.stretches[0] == pytest.approx((1 + math.sqrt(5)) / 2)


def test_the_gap_of_the_ripple_by_pen_and_paper() -> None:
    at, h = local(RIPPLE, (1.0, 0.5)), 0.8
    u = math.sin(1.3) - math.sin(0.5) - h * math.cos(0.5)
    v = math.sin(1.8) - math.sin(1.0) - h * math.cos(1.0)
    assert gap(RIPPLE, at, h) / h == pytest.approx(math.hypot(u, v) / h)
    assert round(gap(RIPPLE, at, h) / h, 3) == 0.463 and round(at.determinant or 0, 3) == 0.526


@pytest.mark.parametrize("F", [RIPPLE, SQUARE, POLAR, program("(e^x cos y, e^x sin y)")])
def test_half_the_square_has_a_quarter_of_the_gap(F: Program) -> None:
    at = local(F, (0.7, 0.4))
    assert gap(F, at, 1e-3) / gap(F, at, 5e-4) == pytest.approx(4.0, rel=1e-2)
    assert slope(gaps(F, at, [10.0 ** (k / 6) for k in range(-18, 1)])) == pytest.approx(1.0, abs=0.02)


def test_a_straight_map_has_no_gap_even_in_floats() -> None:
    F = program("(0.1x + 0.3y + 1, x/3 - y)")
    at = local(F, (0.1, 0.7))
    assert all(g == 0 for _, g in gaps(F, at, (1.0, 0.1, 1e-3))) and slope(gaps(F, at, (1.0, 0.1))) is None


def test_the_enclosed_area_is_the_integral_of_the_determinant() -> None:
    # det = 4 (x² + y²): over [1, 1 + h]² it is 8/3 ((1 + h)³ - 1) h, by pen and paper
    for h in (0.5, 0.1):
        assert area_ratio(SQUARE, (1.0, 1.0), h) == pytest.approx(8 / 3 * ((1 + h) ** 3 - 1) / h, rel=1e-5)
    assert area_ratio(program("(y, x)"), (0.0, 0.0), 1.0) == pytest.approx(-1.0)
    assert area_ratio(program("(ln(x), y)"), (-0.5, 0.0), 1.0) is None


@pytest.mark.parametrize(
    ("text", "p", "rank"),
    [("(x^2 - y, y^2 - x)", (0.5, 0.5), 1), ("(x, y, z, x + y)", (0.0, 0.0, 0.0), 3), ("(x + y, 2x + 2y, 3)", (1.0, 2.0), 1),
     ("f(x, y) = 3", (0.0, 0.0), 0), ("(x, y)", (0.0, 0.0), 2)],
)  # fmt: skip
def test_ranks(text: str, p: tuple[float, ...], rank: int) -> None:
    at = local(program(text), p)
    assert at.rank == rank == np.linalg.matrix_rank(at.J)


def test_without_a_slope_nothing_is_defined() -> None:
    assert not local(program("(|x|, y)"), (0.0, 1.0)).defined
    assert not local(program("(ln(x), y)"), (-1.0, 1.0)).defined
