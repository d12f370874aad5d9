"""The scene of a surface: gaps and no spikes, a range that nothing stretches, paths that lie on it, a light wire."""

import json
import math

import numpy as np
import pytest

from core.compile import program
from core.figures.isosurface import isosurface
from core.figures.landscape import Mark
from core.figures.landscape import Path as Route
from core.figures.surface import NODES, POINTS, packed, surface, taylor, unpacked
from core.meaning import function
from core.numeric import arrays, floats
from core.program import Program, jet
from core.syntax import read
from core.ui import solid

BOX = ((-2.0, 2.0), (-2.0, 2.0))


def scalar(text: str) -> Program:
    return program(function(read(text, least=("x", "y"))))


def heights(scene: dict, which: str = "heights") -> np.ndarray:
    """The heights as they are drawn."""
    low, high = scene["range"]
    held = scene[which] if which == "heights" else scene[which]["heights"]
    return low + unpacked(held).astype(float).reshape(scene["nodes"], -1) * (high - low)


def test_the_heights_are_those_of_the_function_row_by_row() -> None:
    scene = surface(scalar("x + 10 y"), names="xy", box=((0.0, 1.0), (0.0, 2.0)), nodes=5)
    expected = [[x + 10 * y for x in np.linspace(0, 1, 5)] for y in np.linspace(0, 2, 5)]
    assert heights(scene) == pytest.approx(np.array(expected), rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "1/x + 1/y",
        "ln x",
        "tan(x y)",
        "3",
        "sqrt(-x)",
        "1/(x^2 + y^2)",
        "-1/|x - 0.31|",
        "1/(x - 0.11)^2 - 1/(y - 0.3)^4",
    ],
)
def test_a_surface_has_gaps_and_never_spikes(text: str) -> None:
    scene = surface(scalar(text), names="xy", box=BOX, nodes=41)
    z = heights(scene)
    known = z[np.isfinite(z)]
    most = np.abs(scene["range"]).max() * 1e-6
    assert known.size > 0
    assert float(np.ptp(known)) <= 8 * max(float(np.ptp(np.quantile(known, [0.02, 0.98]))), 1e-9) + most
    assert scene["range"][0] - most <= known.min() <= known.max() <= scene["range"][1] + most


@pytest.mark.parametrize("text", ["e^(200 x y)", "e^(e^(x + y + 4))", "10^(150 x)", "x/10^200"])
def test_heights_of_any_size_stay_numbers(text: str) -> None:
    scene = surface(scalar(text), names="xy", box=BOX, point=(1.9, 1.9))
    parts = unpacked(scene["heights"])
    known = parts[np.isfinite(parts)]
    assert known.size > 0 and known.min() >= 0 and known.max() <= 1
    assert json.loads(json.dumps(scene, allow_nan=False)) == scene


def test_where_f_has_no_value_there_is_a_gap_and_nowhere_else() -> None:
    scene = surface(scalar("sqrt(x) + y"), names="xy", box=BOX, nodes=41)
    gaps = ~np.isfinite(heights(scene))
    assert (gaps == (np.linspace(-2, 2, 41) < 0)[None, :]).all()


@pytest.mark.parametrize("text", ["1/x + 1/y", "sign(x y)", "1/(x - y)", "x/|x| + tan(y)", "atan(1/x)"])
def test_the_surface_has_no_wall_where_f_jumps(text: str) -> None:
    f = scalar(text)
    z = heights(surface(f, names="xy", box=BOX))
    assert np.isfinite(z).mean() > 0.7
    x = np.linspace(-2, 2, NODES)
    for axis in (0, 1):
        (rows, columns) = np.nonzero(np.abs(np.diff(z, axis=axis)) > 0.15 * np.ptp(z[np.isfinite(z)]))
        for j, i in zip(rows, columns, strict=True):  # between these two the function climbs, and does not jump
            way = np.linspace(0, 1, 4001)
            places = [x[i] + way * (x[1] - x[0]) * (axis == 1), x[j] + way * (x[1] - x[0]) * (axis == 0)]
            steps = np.abs(np.diff(arrays(f, np.stack(places))[0]))
            assert np.isfinite(steps).all() and steps.max() < 0.02 * np.ptp(z[np.isfinite(z)])


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)/x + y",
        "x^2 + y^2",
        "atan(40 x)",
        "|x| + |y|",
        "100 (y - x^2)^2 + (1 - x)^2",
        "e^(-30 (x^2 + y^2))",
        "e^(-900 ((x - 0.3)^2 + y^2))",
        "e^(9 x^2)",
    ],
)
def test_the_surface_of_a_continuous_function_is_whole(text: str) -> None:
    assert np.isfinite(heights(surface(scalar(text), names="xy", box=((-2.0, 2.0), (-1.0, 1.0))))).all()


def test_a_scene_is_json_whatever_is_missing() -> None:
    scene = surface(scalar("ln(x - 5) + y"), names="xy", box=BOX, point=(0.0, 0.0), marks=[Mark((0.0, 0.0), "minimum")])
    assert json.loads(json.dumps(scene, allow_nan=False)) == scene
    assert scene["range"] == [-1.0, 1.0] and "no value in this window" in scene["alt"]
    assert scene["point"] == [0.0, 0.0, -1.0] and scene["marks"] == []  # the ring lies on the floor


def test_a_level_surface_lies_in_the_middle_of_its_room() -> None:
    for level in (0.0, 3.0, -1e9):
        scene = surface(scalar(f"x - x + {level}"), names="xy", box=BOX, nodes=3)
        low, high = scene["range"]
        assert low < level < high and unpacked(scene["heights"]) == pytest.approx(0.5)


def test_the_held_point_and_the_marks_stand_on_the_surface() -> None:
    f = scalar("x^2 + 3 y")
    scene = surface(
        f, names="xy", box=BOX, point=(1.0, 0.5), marks=[Mark((0.0, 0.0), "saddle"), Mark((1.0, 1.0), "?")][:1]
    )
    assert scene["point"] == [1.0, 0.5, 2.5] and scene["marks"][0]["at"] == [0.0, 0.0, 0.0]


def test_the_taylor_sheet_touches_where_it_was_taken_and_bends_as_f_does() -> None:
    f = scalar("1.5 x^2 + 2 x y + 1.5 y^2")
    at = (2.0, 0.0)
    two, one, none = (taylor(floats(jet(f), at), at, order) for order in (2, 1, 0))
    for x in [(0.3, -0.7), (2.0, 0.0), (-1.0, 1.5)]:
        assert floats(two.heights, x)[0] == pytest.approx(floats(f, x)[0])  # of a quadratic it is the function
        assert floats(one.heights, x)[0] == pytest.approx(6 + 6 * (x[0] - 2) + 4 * x[1])
        assert floats(none.heights, x)[0] == 6
    assert (two.order, one.order, none.order) == (2, 1, 0)


def test_a_sheet_does_not_stretch_the_room_and_stays_finite() -> None:
    f = scalar("sin(x) + cos(y)")
    steep = taylor([0.0, 1e300, 1e300, 1e300, 1e300, 1e300, 1e300], (0.0, 0.0), 2)
    with_it, without = (surface(f, names="xy", box=BOX, sheet=sheet) for sheet in (steep, None))
    assert with_it["range"] == without["range"]
    drawn = unpacked(with_it["sheet"]["heights"])
    assert np.abs(drawn[np.isfinite(drawn)]).max() <= 6


def test_a_path_lies_on_the_surface_between_its_points_too() -> None:
    f = scalar("x^2 - y^2 + x y")
    points = ((-1.9, -1.5), (1.8, 1.2), (1.7, -1.0), (1.7, -1.0))
    scene = surface(f, names="xy", box=BOX, paths=[Route("Newton", points)])
    (path,), (low, high) = scene["paths"], scene["range"]
    line = unpacked(path["line"]).reshape(-1, 3).astype(float)
    places = -2 + 4 * line[:, :2]
    assert np.abs(np.diff(line[:, :2], axis=0)).max() <= 1.01 / (NODES - 1)
    assert places[path["stops"]] == pytest.approx(np.array(points), abs=1e-5)
    assert low + line[:, 2] * (high - low) == pytest.approx([floats(f, p)[0] for p in places], abs=1e-4)


def test_a_long_path_is_not_heavier_than_it_may_be() -> None:
    wild = Route("momentum", tuple((2 * math.cos(2.4 * k), 2 * math.sin(2.4 * k)) for k in range(1500)))
    far = Route("momentum", ((0.0, 0.0), (1e9, 1e9), (-1e12, 3.0)))
    scene = surface(scalar("x^2 + y^2"), names="xy", box=BOX, paths=[wild, far, Route("none", ())])
    for path in scene["paths"]:
        assert unpacked(path["line"]).size // 3 <= 1500 + POINTS
    assert [len(path["stops"]) for path in scene["paths"]] == [1500, 3, 0]


def test_the_wire_is_light() -> None:
    f = scalar("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")
    alone = surface(f, names="xy", box=((-6, 6), (-6, 6)), point=(1, 1), marks=[Mark((3.0, 2.0), "minimum")] * 9)
    both = surface(f, names="xy", box=((-6, 6), (-6, 6)), sheet=taylor(floats(jet(f), (1, 1)), (1, 1), 2))
    assert len(json.dumps(alone)) < 21_000 and len(json.dumps(both)) < 40_000


def test_packed_numbers_keep_their_gaps() -> None:
    assert unpacked(packed(np.array([0.5, np.nan]))).tolist() == pytest.approx([0.5, np.nan], nan_ok=True)


# Where the library is.


def test_the_library_is_found_among_the_files_of_the_installed_version() -> None:
    found = solid.shipped()
    assert found is not None and solid.SAYS in (solid.SHIPPED / found).read_bytes()


def test_the_library_is_found_by_what_it_says_whatever_it_is_called(tmp_path: object) -> None:
    folder = tmp_path / "static" / "js"  # type: ignore[operator]
    folder.mkdir(parents=True)
    assert solid.shipped(tmp_path) is None  # type: ignore[arg-type]
    (folder / "PlotlyChart.abc.js").write_text("import './other.js'")
    (folder / "other.js").write_text("var t; window.Plotly=t;")
    solid.shipped.cache_clear()
    assert solid.shipped(tmp_path) == "static/js/other.js"  # type: ignore[arg-type]


def test_what_a_browser_says_of_its_camera_is_checked() -> None:
    for given in (
        [0, 0, 0],
        [400, 0],
        [0, -91],
        [1.5, 2],
        [float("nan"), 0],
        [float("inf"), 0],
        [True, 0],
        "ab",
        None,
        [10**400, 0],
        ["1", 2],
    ):
        assert solid._look({"look": [given, 1]}) is None, given
    assert solid._look({"look": [[359, -90], 1]}) == (359, -90)


def test_a_level_in_space_goes_through_the_point_and_has_a_gap_beside_a_pole() -> None:
    f = program(function(read("x + y + 1/z")))
    scene = isosurface(f, names="xyz", box=((-1, 1), (-1, 1), (-1, 1)), point=(0.5, 0.25, 0.5), nodes=10)
    assert scene["through"] == scene["level"] == 2.75 and not scene["chosen"]
    low, high = scene["range"]
    values = (low + unpacked(scene["values"]) * (high - low)).reshape(10, 10, 10)
    t = np.linspace(-1, 1, 10)
    assert values[2, 7, 9] == pytest.approx(t[2] + t[7] + 1, rel=1e-5)
    assert np.isnan(values[:, :, 4:6]).all() and not np.isnan(values[:, :, [3, 6]]).any()  # on both sides of z = 0
    assert isosurface(f, names="xyz", box=((-1, 1),) * 3, point=(0, 0, 1), level=1e9, nodes=4)["level"] < 1e9
