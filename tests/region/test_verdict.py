"""The parts of a region help each other: a bound that one of them proves holds for all, and none contradicts another."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from core.meaning import function
from core.region import spectrum
from core.region.convexity import CERTIFIED, NUMERICAL, Convexity, torn_apart
from core.region.lipschitz import Bound, Lipschitz
from core.region.spectrum import Spectrum
from core.region.verdict import Region, _agreed, _with_constants, region
from core.syntax import read

OPEN = Convexity("undecided", None, NUMERICAL, "")
INF = math.inf


def agreed(verdict: str, mu: tuple[float, float], L: tuple[float, float], gradient: Bound) -> tuple[object, ...]:
    found = _agreed(Region(replace(OPEN, verdict=verdict), Spectrum(mu, L, False), Lipschitz((0.0, INF), gradient)))
    return found.spectrum.mu, found.spectrum.L, found.lipschitz.gradient


@pytest.mark.parametrize(
    ("verdict", "mu", "L", "gradient", "then"),
    [
        ("undecided", (-INF, 1.0), (2.0, INF), (3.0, 4.0), ((-4.0, 1.0), (2.0, 4.0), (3.0, 4.0))),
        ("convex", (0.0, 1.0), (2.0, INF), (3.0, 4.0), ((0.0, 1.0), (3.0, 4.0), (3.0, 4.0))),
        ("concave", (-INF, -1.0), (-2.0, 0.0), (3.0, 4.0), ((-4.0, -3.0), (-2.0, 0.0), (3.0, 4.0))),
        ("neither", (-7.0, -6.0), (2.0, 3.0), (0.0, INF), ((-7.0, -6.0), (2.0, 3.0), (6.0, 7.0))),
        ("convex", (0.0, 0.0), (0.0, INF), (9.0, INF), ((0.0, 0.0), (0.0, INF), (9.0, INF))),  # it may be a kink
        ("convex", (0.0, 0.0), (0.0, INF), "none", ((0.0, 0.0), (0.0, INF), "none")),
    ],
)
def test_a_bound_that_one_proves_holds_for_the_other(
    verdict: str, mu: tuple[float, float], L: tuple[float, float], gradient: Bound, then: tuple[object, ...]
) -> None:
    assert agreed(verdict, mu, L, gradient) == then


def test_the_constant_of_the_gradient_of_a_convex_function_is_its_greatest_curvature() -> None:
    found = region(function(read("x_1^4 + x_2^4 + x_3^4 + x_4^4 + x_1^2 x_2^2")), [(-5.0, 5.0)] * 4)
    assert found.convexity.verdict == "convex" and found.lipschitz.gradient == found.spectrum.L
    assert found.spectrum.mu[0] == 0.0


@pytest.mark.parametrize("text", ["x^3 + y^2", "y sin(x)", "x^2 y^2", "atan(x) + y^3/9 - y^2"])
def test_curvatures_of_both_signs_make_chords_also_where_they_stand_in_a_corner(text: str) -> None:
    f, box = function(read(text, ("x", "y"))), [(-1.0, 1.0), (0.0, 1.0)]
    bounds = spectrum.bounds(f, box, seconds=1.0)
    assert bounds.mu[1] < 0 < bounds.L[0]
    found = torn_apart(f, box, OPEN, bounds.lowest, bounds.highest)
    assert (found.verdict, found.evidence) == ("neither", CERTIFIED)
    assert found.not_convex and found.not_convex.gap > 0 and found.not_concave and found.not_concave.gap < 0


def test_no_place_is_no_chord() -> None:
    assert torn_apart(function(read("x^2")), [(-1.0, 1.0)], OPEN, (), ()).verdict == "undecided"


LINE, UP, UNIT = (-INF, INF), (0.0, INF), (-1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "box", "verdict"),
    [
        ("x^2", [LINE], "convex"),
        ("|x - 2y| + x^2", [LINE, LINE], "convex"),
        ("cosh(x)", [LINE], "convex"),  # by the least eigenvalue alone
        ("x^2/y", [LINE, (1.0, INF)], "convex"),
        ("-x^2 - |y|", [LINE, LINE], "concave"),
        ("log(x)", [(1.0, INF)], "concave"),
        ("e^(x - y)", [LINE, LINE], "convex"),
        ("3x - y", [LINE, UP], "affine"),
        ("x^3", [UP], "convex"),
        ("x^3", [(-100.0, INF)], "neither"),
        ("x y", [LINE, UP], "neither"),
        ("x^2 - 10^-20 x^4", [LINE], "undecided"),  # it bends down far out, where nobody looked
        ("1/x", [LINE], "undecided"),
    ],
)
def test_boxes_without_an_end(text: str, box: list[tuple[float, float]], verdict: str) -> None:
    found = region(function(read(text)), box)
    assert found.convexity.verdict == verdict
    assert all(low <= high for low, high in (found.spectrum.mu, found.spectrum.L))


@pytest.mark.parametrize(
    ("text", "box", "slope"),
    [
        ("max(x, y) - x", [UNIT, (2.0, 3.0)], math.sqrt(2)),  # a maximum that never changes
        ("max(x^2, 1) - 3x", [UNIT], 3.0),  # a slope that the formula only has beside the box
        ("|x - 2| + y/4", [UNIT, UNIT], math.hypot(1, 0.25)),
    ],
)
def test_what_is_affine_by_its_box_has_the_slope_of_a_line(
    text: str, box: list[tuple[float, float]], slope: float
) -> None:
    found = region(function(read(text)), box)
    assert (found.convexity.verdict, found.convexity.strict) == ("affine", False)
    low, high = found.lipschitz.f
    assert low <= slope * (1 + 1e-15) and slope <= high * (1 + 1e-15) and high <= slope * (1 + 1e-9)  # type: ignore[operator]


def test_a_kink_is_no_less_one_for_being_small() -> None:
    assert region(function(read("10^(-30)|x| + x^2")), [UNIT]).lipschitz.gradient == "none"


def test_where_every_curvature_is_zero_f_is_affine() -> None:
    f = function(read("x")).components[0]
    bent = _with_constants(OPEN, Spectrum((0.0, 0.0), (0.0, 0.0), True), f)
    assert (bent.verdict, bent.strict) == ("affine", False)
    assert (
        _with_constants(replace(OPEN, everywhere=False), Spectrum((0.0, 0.0), (0.0, 0.0), True), f).verdict
        == "undecided"
    )
