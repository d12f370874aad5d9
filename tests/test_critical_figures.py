"""Pictures of critical points: what they draw lies where the mathematics says, and says what is drawn."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest

from core.figures import critical as scenes
from core.figures.critical import Piece, Round
from core.immediate import programs
from core.program import Program, gradient
from core.syntax import read

SQUARE = ((-2.0, 2.0), (-2.0, 2.0))


def f(text: str) -> Program:
    reading = read(text)
    return programs(reading, {})["f"]


def walk(text: str, p: tuple[float, float] = (0.0, 0.0), r: float = 0.3) -> Round:
    return Round.of(f(text), p, r, 0.0)


# Zero curves.


@pytest.mark.parametrize(
    "text, law",
    [
        ("x^2 + y^2 - 1", lambda x, y: math.hypot(x, y) - 1),
        ("y - x^3", lambda x, y: y - x**3),
        ("x y", lambda x, y: min(abs(x), abs(y))),
        ("x^2 y", lambda x, y: min(abs(x), abs(y))),
        ("sin(3x) + y", lambda x, y: y + math.sin(3 * x)),
    ],
)
def test_a_curve_lies_where_its_program_is_zero(text: str, law: object) -> None:
    points = [p for p in scenes.zeros(f(text), SQUARE) if math.isfinite(p[0])]
    assert len(points) >= 2 and max(abs(law(*p)) for p in points) < 2e-3  # type: ignore[operator]


@pytest.mark.parametrize("text", ["x^2 y", "-x^2 y", "x^2 + 0 y", "-x^2 + 0 y"])
def test_a_curve_that_is_only_touched_is_drawn_whole_where_the_grid_meets_it(text: str) -> None:
    upright = [y for x, y in scenes.zeros(f(text), SQUARE) if x == 0.0]
    assert min(upright) == -2.0 and max(upright) == 2.0


def test_a_closed_curve_is_one_line_that_comes_back() -> None:
    points = scenes.zeros(f("x^2 + y^2 - 1"), SQUARE)
    assert points[0] == points[-1] and all(math.isfinite(x) for x, _ in points)
    assert all(math.dist(a, b) < 0.3 for a, b in pairwise(points))


@pytest.mark.parametrize("text", ["1/(x - 0.013) + 0 y", "(x - 0.013)/abs(x - 0.013) + 0 y", "1/x + 0 y"])
def test_a_pole_or_a_jump_is_no_zero(text: str) -> None:
    assert scenes.zeros(f(text), SQUARE) == ()


def test_f_x_is_solid_and_f_y_dashed() -> None:
    first, second = scenes.zero_curves(gradient(f("x^2 + y^2")), SQUARE, ("x", "y"))
    assert not first.dash and second.dash and (first.name, second.name) == ("∂f/∂x = 0", "∂f/∂y = 0")
    assert {x for x, _ in first.points} == {0.0} and {y for _, y in second.points} == {0.0}


def test_straight_lines_cost_few_points_and_all_of_rastrigin_is_still_sent_fast() -> None:
    assert len(scenes.zeros(f("y + x/3"), SQUARE)) < 12
    F = gradient(f("20 + x^2 - 10cos(2 pi x) + y^2 - 10cos(2 pi y)"))
    curves = scenes.zero_curves(F, ((-5.0, 5.0), (-5.0, 5.0)), "xy")
    assert len(json.dumps([c.points for c in curves])) < 60_000 and all(c.width == 1.0 for c in curves)


# The walk: the counts of the source of the question, each known by factoring on the circle.


@pytest.mark.parametrize(
    "text, changes",
    [
        ("x^2 + y^4", 0),
        ("x^2 - y^4", 4),
        ("x^3 - 3x y^2", 6),
        ("x^4 - 3x^2 y^2 + y^4", 8),
        ("x^2 + y^3", 2),
        ("(y - x^2)(y - 3x^2)", 4),
        ("-x^4 - y^4", 0),
        ("x^2 y^2", 0),
    ],
)
@pytest.mark.parametrize("r", [0.3, 0.1])
def test_a_walk_sees_the_changes_of_sign(text: str, changes: int, r: float) -> None:
    round_ = walk(text, r=r)
    assert len(round_.flips) == changes
    signs = [sign for *_, sign in round_.signs]
    assert len(signs) == max(1, changes) and all(a == -b for a, b in pairwise(signs))


def test_changes_are_where_f_is_zero_on_the_circle() -> None:
    flips = walk("x^3 - 3x y^2").flips  # cos 3θ = 0
    assert flips == pytest.approx([30, 90, 150, 210, 270, 330], abs=1e-3)


def test_arcs_have_the_sign_that_f_has_in_their_middle() -> None:
    round_ = walk("x^3 - 3x y^2 + y^4")
    for start, end, sign in round_.signs:
        t = math.radians(0.5 * (start + end))
        x, y = 0.3 * math.cos(t), 0.3 * math.sin(t)
        assert np.sign(x**3 - 3 * x * y**2 + y**4) == sign


def test_a_gap_of_f_is_no_change_and_rounding_is_none() -> None:
    assert walk("x sqrt(y)").flips == pytest.approx([90.0])  # nothing below the axis: no change through it
    flat = Round.of(f("1000 + 0 x + 0 y"), (0.0, 0.0), 0.1, 1000.0 * (1 + 1e-16))
    assert flat.flips == [] and flat.signs == []


def test_low_lobes_are_raised_until_they_can_be_seen() -> None:
    round_ = walk("(y - x^2)(y - 3x^2)", r=0.1)
    assert round_.power < 1 and "root" in scenes.strip(round_, "0")["title"]
    assert walk("x^3 - 3x y^2").power == 1 and "root" not in scenes.strip(walk("x^3 - 3x y^2"), "0")["title"]


def test_the_strip_fills_above_and_below_and_its_sentence_counts() -> None:
    scene = scenes.strip(walk("x^3 - 3x y^2"), "(0, 0)")
    areas = [part for part in scene["parts"] if part["part"] == "area"]
    assert scene["alt"] == "Once around (0, 0) at distance 0.3: f − f(p) changes its sign 6 times."
    for area in areas:
        heights = [y for _, y in area["points"]]
        assert min(heights) >= 0 if area["token"] == "plus" else max(heights) <= 0
    assert sum(area["token"] == "minus" for area in areas) == 3
    json.dumps(scene, allow_nan=False)


def test_a_walk_where_f_is_not_defined_is_drawn_as_nothing() -> None:
    scene = scenes.strip(walk("sqrt(-1 - x^2 - y^2)"), "(0, 0)")
    assert not [part for part in scene["parts"] if part["part"] == "area"]
    json.dumps(scene, allow_nan=False)


# At a point.


def test_the_cross_points_along_the_eigenvectors_and_tells_signs_by_dashes() -> None:
    v, w = (0.6, 0.8), (-0.8, 0.6)
    down, up = scenes.cross((1.0, 0.0), (-2.0, 4.0), (v, w), SQUARE)
    assert isinstance(down, scenes.Arrow) and isinstance(up, scenes.Arrow) and down.dash and not up.dash
    for arrow, axis in ((down, v), (up, w)):
        dx, dy = (b - a for a, b in zip(arrow.start, arrow.end, strict=True))
        assert dx * axis[1] - dy * axis[0] == pytest.approx(0, abs=1e-12)
    assert math.dist(up.start, up.end) > math.dist(down.start, down.end)


def test_an_eigenvalue_of_zero_has_no_heads() -> None:
    flat, up = scenes.cross((0.0, 0.0), (0.0, 2.0), ((1.0, 0.0), (0.0, 1.0)), SQUARE)
    assert isinstance(flat, scenes.Curve) and isinstance(up, scenes.Arrow)


def test_the_parabola_is_that_of_the_eigenvalue() -> None:
    scene = scenes.bends([(-1.0, 5.0), (0.0, 2.0), (1.0, 5.0)], 2.0, 6.0, 2)
    model = next(part for part in scene["parts"] if part["name"] == "½λ₂t²")
    assert model["points"] == [[-1.0, 5.0], [0.0, 2.0], [1.0, 5.0]] and model["token"] == "second"


# One variable, and the proof.


def test_the_sign_of_the_slope_is_told_by_arrow_colour_and_sign() -> None:
    scene = scenes.slopes([Piece(-1.0, 0.0, "down"), Piece(0.0, 1.0, "up")], [0.0], (-1.0, 1.0), "x")
    down, up = (part for part in scene["parts"] if part["part"] == "arrow")
    assert down["start"][1] > down["end"][1] and up["start"][1] < up["end"][1]
    assert [part["name"] for part in scene["parts"] if part["name"]] == ["−", "+"]


def test_what_is_undecided_is_hatched_and_has_no_sign() -> None:
    scene = scenes.slopes([Piece(-1.0, 1.0, "unknown")], [], (-1.0, 1.0), "x")
    hatch = [part for part in scene["parts"] if part["part"] == "curve" and part["width"]]
    assert hatch and not [part for part in scene["parts"] if part["part"] == "arrow"]
    xs = [p[0] for p in hatch[0]["points"] if p]
    assert min(xs) >= -1 and max(xs) <= 1 and "undecided" in scene["alt"]


def test_many_boxes_are_few_parts() -> None:
    lot = [((float(i), i + 1.0), (0.0, 1.0)) for i in range(800)]
    scene = scenes.boxes(lot, lot[:2], [], ((0.0, 800.0), (0.0, 1.0)), "xy", says="Boxes.")
    assert len(scene["parts"]) == 6 and len(json.dumps(scene)) < 200_000
    outline = next(part for part in scene["parts"] if part["part"] == "curve")
    assert outline["points"].count(None) == 800
