"""Charts: everything finite, logarithms of axes, room for what is drawn."""

import json
import math

import pytest

from core.figures.chart import Area, Arrow, Axis, Curve, Line, Spot, chart

NAN, INF = math.nan, math.inf


def test_a_chart_is_json_and_gaps_interrupt_a_curve() -> None:
    scene = chart(
        Curve(((0.0, 1.0), (1.0, NAN), (2.0, INF), (3.0, 5.0)), "f"),
        Area(((0.0, 0.0), (1.0, 0.0), (1.0, 2.0))),
        Line(2.5, "x", name="limit"),
        Arrow((0.0, 0.0), (NAN, 1.0)),
        Spot((3.0, 5.0), "minimum"),
        x=Axis("x"), y=Axis("f"), alt="A curve.",
    )  # fmt: skip
    assert json.loads(json.dumps(scene, allow_nan=False)) == json.loads(json.dumps(scene))
    assert scene["parts"][0]["points"] == [[0.0, 1.0], None, None, [3.0, 5.0]]
    assert scene["parts"][3]["end"] is None and scene["parts"][2]["part"] == "line"


def test_everything_that_is_drawn_is_inside() -> None:
    parts = (Curve(((-3.0, 1.0), (1.0, 9.0))), Line(-2.0, "y"), Line(4.0, "x"), Arrow((0.0, 0.0), (5.0, 1.0)))
    (x0, x1), (y0, y1) = chart(*parts, x=Axis(), y=Axis(), alt="Lines.")["box"]
    assert (x0, x1) == (-3.0, 5.0) and y0 < -2.0 and y1 > 9.0
    assert chart(*parts, x=Axis(side=(0, 1)), y=Axis(side=(2, 3)), alt="Lines.")["box"] == [[0.0, 1.0], [2.0, 3.0]]


def test_a_logarithmic_axis_counts_powers_of_ten_and_leaves_out_what_has_no_logarithm() -> None:
    curve = Curve(((1.0, 0.0), (10.0, 1e-6), (1000.0, 1e2), (2000.0, -1.0)))
    (x0, x1), (y0, y1) = chart(curve, x=Axis(log=True), y=Axis(log=True), alt="A curve.")["box"]
    assert (x0, x1) == (0.0, pytest.approx(math.log10(2000)))
    assert y0 == pytest.approx(-6 - 0.64) and y1 == pytest.approx(2 + 0.64)


def test_a_chart_of_nothing_or_of_one_point_still_has_a_window() -> None:
    assert chart(x=Axis(), y=Axis(), alt="Nothing.")["box"] == [[0.0, 1.0], [0.0, 1.0]]
    for low, high in chart(Spot((2.0, 0.0)), x=Axis(), y=Axis(), alt="A point.")["box"]:
        assert low < high
