"""A proposed window shows what the function is known for, in numbers a person would type, and always the same one."""

import math
from decimal import Decimal

import numpy as np
import pytest

from core import gallery, settings, window
from core.gallery import Preset
from core.immediate import programs
from core.numeric import arrays
from core.problem import Side, check_side, read_box
from core.program import Program
from core.syntax import read

PI = math.pi


def scalars(text: str) -> list[Program]:
    """The function, or the components of the map."""
    return [f for name, f in programs(read(text, least=("x", "y")), {}).items() if name != "norm"]


def fitted(text: str) -> tuple[Side, ...]:
    return window.fit(*scalars(text))


def half(side: Side) -> float:
    return (side[1] - side[0]) / 2


@pytest.mark.parametrize("preset", gallery.PRESETS, ids=lambda p: p.id)
def test_a_window_of_the_gallery_shows_every_known_point_and_is_not_much_wider(preset: Preset) -> None:
    box = fitted(preset.text)
    for known in preset.answer.points if preset.answer else ():
        assert all(low <= x <= high for x, (low, high) in zip(known.at, box, strict=True)), known
    for side, good in zip(box, preset.box, strict=True):
        assert half(side) <= 4.5 * half(good)


# What belongs into the window and how wide it may be: each side, at least and at most, found with pen and paper.
ASKED = [
    ("f(x) = x^2", [(-1, 1)], [(-3, 3)]),
    ("f(x) = x^3 - 3x", [(-1.5, 1.5)], [(-4, 4)]),
    ("f(x) = x^4 - 1000x^2", [(-23, 23)], [(-90, 90)]),  # minima at ±√500
    ("f(x) = (x - 30)^2", [(29, 31)], [(20, 40)]),
    ("f(x) = 1000 + x^2", [(-1, 1)], [(-3, 3)]),
    ("f(x) = sin(x)", [(-2 * PI, 2 * PI)], [(-5 * PI, 5 * PI)]),
    ("f(x) = sin(50x)", [(-2 * PI / 50, 2 * PI / 50)], [(-5 * PI / 50, 5 * PI / 50)]),
    ("f(x) = x sin(x)", [(-2 * PI, 2 * PI)], [(-5 * PI, 5 * PI)]),
    ("f(x) = tan(x)", [(-2, 2)], [(-5 * PI, 5 * PI)]),
    ("f(x) = e^x", [(-1, 1)], [(-4, 4)]),
    ("f(x) = e^(10x)", [(-0.1, 0.1)], [(-0.5, 0.5)]),
    ("f(x) = ln(x)", [(0, 2)], [(-1, 10)]),
    ("f(x) = ln(x - 100)", [(105, 120)], [(90, 200)]),
    ("f(x) = sqrt(1 - x^2)", [(-1, 1)], [(-1.5, 1.5)]),
    ("f(x) = x ln(x)", [(0.1, 1)], [(-1, 5)]),
    ("f(x) = 1/x", [(-1, 1)], [(-5, 5)]),
    ("f(x) = e^(-x^2)", [(-1.5, 1.5)], [(-4, 4)]),
    ("f(x) = e^(-x^2/10000)", [(-150, 150)], [(-500, 500)]),
    ("f(x) = 1/(1 + 25x^2)", [(-0.4, 0.4)], [(-2, 2)]),
    ("f(x) = tanh(x)", [(-2, 2)], [(-5, 5)]),
    ("f(x) = |x|", [(-1, 1)], [(-3, 3)]),
    ("f(x) = 3", [(-1, 1)], [(-5, 5)]),
    ("f(x) = x^6", [(-1, 1)], [(-3, 3)]),
    ("x + y", [(-1, 1)] * 2, [(-5, 5)] * 2),
    ("x y", [(-1, 1)] * 2, [(-5, 5)] * 2),
    ("sin(x) + sin(y)", [(-2 * PI, 2 * PI)] * 2, [(-5 * PI, 5 * PI)] * 2),
    ("sin(x) sin(10y)", [(-2 * PI, 2 * PI), (-0.6, 0.6)], [(-5 * PI, 5 * PI), (-1.6, 1.6)]),
    ("e^x cos(y)", [(-1, 1), (-2 * PI, 2 * PI)], [(-5, 5), (-5 * PI, 5 * PI)]),
    ("sin(10x) + y^2", [(-0.6, 0.6), (-0.6, 0.6)], [(-2, 2), (-3, 3)]),
    ("sqrt(1 - x^2 - y^2)", [(-1, 1)] * 2, [(-1.5, 1.5)] * 2),
    ("ln(x) + 1/y", [(0.1, 2), (-1, 1)], [(-1, 8), (-8, 8)]),
    ("e^(-100(x^2 + y^2))", [(-0.1, 0.1)] * 2, [(-0.5, 0.5)] * 2),
    ("x e^(-x^2 - y^2)", [(-1.2, 1.2), (-1, 1)], [(-4, 4)] * 2),
    ("e^(-x^2/100 - 100y^2)", [(-15, 15), (-0.15, 0.15)], [(-50, 50), (-0.5, 0.5)]),
    ("(x - 3)^2 + (y - 2)^2", [(2, 4), (1, 3)], [(-3, 9), (-4, 8)]),
    ("(x - 1000)^2 + (y + 2000)^2", [(999, 1001), (-2001, -1999)], [(900, 1100), (-2100, -1900)]),
    ("(x^2 + y^2 - 100)^2", [(-11, 11)] * 2, [(-25, 25)] * 2),  # a circle of minima
    ("(x - 1)(x - 2)(x - 3)(x - 4) + y^2", [(1, 4), (-0.5, 0.5)], [(-2, 7), (-4, 4)]),
    ("e^(-4(x - 2)^2 - 4(y - 1)^2) + e^(-4(x + 2)^2 - 4y^2) - e^(-4x^2 - 4(y - 2)^2)", [(-2, 2), (0, 2)], [(-8, 8)] * 2),
    ("x^8 + y^8", [(-1, 1)] * 2, [(-4, 4)] * 2),
    ("x^2 + y^2 + z^2", [(-1, 1)] * 3, [(-3, 3)] * 3),
    ("sin(x) + sin(y) + sin(z)", [(-2 * PI, 2 * PI)] * 3, [(-5 * PI, 5 * PI)] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "least", "most"), ASKED, ids=[text for text, *_ in ASKED])
def test_a_window_holds_what_matters_and_little_more(text: str, least: list[Side], most: list[Side]) -> None:
    box = fitted(text)
    assert len(box) == len(least)
    for side, inner, outer in zip(box, least, most, strict=True):
        assert outer[0] <= side[0] <= inner[0] and inner[1] <= side[1] <= outer[1], box


@pytest.mark.parametrize("text", [text for text, *_ in ASKED] + [p.text for p in gallery.PRESETS])
def test_its_ends_are_short_numbers_and_the_same_every_time(text: str) -> None:
    box = fitted(text)
    assert fitted(text) == box
    for low, high in box:
        check_side(low, high)
        digits = [len(Decimal(repr(end)).normalize().as_tuple().digits) for end in (low, high)]
        assert max(digits) <= (2 if max(-low, high) < 100 * (high - low) and low * high <= 0 else 4), box
    assert read_box("; ".join(f"{low!r}, {high!r}" for low, high in box)) == box


@pytest.mark.parametrize(
    "text", ["e^(-x^2 - y^2)", "x + y", "tanh(x) + tanh(y)", "ln(x) + ln(y)", "e^(3x + 3y)", "sqrt(x y)"]
)
def test_f_varies_visibly_in_it(text: str) -> None:
    box = fitted(text)
    X = np.stack(np.meshgrid(*[np.linspace(low, high, 40) for low, high in box]))
    v = arrays(scalars(text)[0], X)[0]
    low, quarter, three, high = np.nanquantile(v, [0.02, 0.25, 0.75, 0.98])
    assert np.isfinite(v).mean() > 0.2 and three - quarter > 0.03 * (high - low) > 0


def test_of_a_map_all_components_are_shown() -> None:
    box = fitted("((x - 5)^2 + y^2, x^2 + (y + 4)^2)")
    assert box[0][0] < 0 < 5 < box[0][1] and box[1][0] < -4 < 0 < box[1][1]


@pytest.mark.parametrize("text", ["sqrt(-1 - x^2 - y^2)", "ln(-1) + x y"])
def test_a_function_that_is_nowhere_defined_gets_the_usual_window(text: str) -> None:
    assert fitted(text) == (settings.SIDE, settings.SIDE)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("x^3 - 3x + y^2", [(-1, 0), (1, 0)]),
        ("(x - 5000)^2 + 10^6 (y - x)^2", [(5000, 5000)]),  # two scales, and far away
        ("tan(x) + y^2", []),  # a pole is no critical point, nor is a tail
        ("e^(-x) + y^2", []),
        ("x^2 - y", []),
        ("y^2 + x^4", [(0, 0)]),  # where Newton's method is slow, one point is found once
        ("(y - x^2)(y - 3x^2)", [(0, 0)]),  # and where it wanders
        ("3x e^y - x^3 - e^(3y)", [(1, 0)]),
    ],
)
@pytest.mark.parametrize("reach", [2.0, 20.0, 100.0])
def test_critical_points_are_found_once_each_and_no_others(
    text: str, places: list[tuple[float, float]], reach: float
) -> None:
    (f,) = scalars(text)
    starts = np.random.default_rng(0).uniform(-reach, reach, (2, 400))
    found = window.critical(f, starts).T
    assert len(found) == len(places)
    for place in places:
        assert np.abs(found - place).max(axis=1).min() < 1e-3


def test_gallery_points_are_all_found_by_newton_alone() -> None:
    for id in ("himmelblau", "camel", "peaks", "styblinski"):
        preset = gallery.get(id)
        assert preset.answer is not None
        (f,) = scalars(preset.text)
        sides = np.array(preset.box)
        starts = np.random.default_rng(0).uniform(sides[:, :1], sides[:, 1:], (2, 600))
        found = window.critical(f, starts).T
        for known in preset.answer.points:
            assert np.abs(found - known.at).max(axis=1).min() < 1e-6, (id, known)


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [((-5.98, 5.79), (-6, 6)), ((-0.93, 3.1), (-1, 3)), ((-1.98, 2.02), (-2, 2)), ((0.2814, 0.2951), (0.28, 0.295)),
     ((994.9, 1005.2), (995, 1005)), ((-12.4, 12.4), (-12, 12)), ((-3e-9, 2e-9), (-2e-6, 2e-6)), ((-0.9, 1.1), (-1.1, 1.1)), ((-8e9, 3e9), (-1e9, 1e9))],
)  # fmt: skip
def test_ends_are_rounded_as_a_person_would(ends: Side, wanted: Side) -> None:
    assert window.typed(*ends) == pytest.approx(wanted, rel=1e-12)
