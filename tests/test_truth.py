"""The ground truth through the command line: every point, its kind and its nature, every curve, "complete"."""

import json
from pathlib import Path
from typing import Any

import pytest
import sympy

from tests.test_main import batch

TRUTH = json.loads((Path(__file__).parent / "data" / "critical_points_truth.json").read_text(encoding="utf-8"))
ENTRY = {entry["id"]: entry for entry in TRUTH}
# What boxes and algebra leave open: f has a gradient of 0 there, but no formula that is smooth.
OPEN = {"schwefel": 29, "eggholder": 8, "cross_in_tray": 8}
# Sets of critical points, each with a point on it and the number of equations of the set.
CURVES = {
    "ring_gauss": [((0.6, 0.8), "weak maximum")],
    "mexican_hat": [((0.6, 0.8), "weak minimum")],
    "x2y2": [((0.0, 1.3), "weak minimum"), ((1.1, 0.0), "weak minimum")],
    "x3_cyl": [((0.0, -1.4), "no extremum")],
    "sin3": [((0.0, 0.0, 1.0), "no extremum"), ((0.0, 1.0, 0.0), "no extremum"), ((1.0, 0.0, 0.0), "no extremum")],
}


def question(entry: dict[str, Any]) -> dict[str, Any]:
    return {"id": entry["id"], "f": entry["expression"], "variables": entry["variables"], "box": entry["box"]}


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    return {
        a["id"]: a["critical"] for a in batch(*(question(e) for e in TRUTH), options=("--limit", "240"))
    }  # other tests may run beside it


def nearest(place: tuple[float, ...], points: list[dict[str, Any]]) -> dict[str, Any]:
    return min(points, key=lambda p: max(abs(a - b) for a, b in zip(place, p["at"], strict=True)))


@pytest.mark.parametrize("entry", TRUTH, ids=lambda e: e["id"])
def test_every_point_with_its_kind_and_its_nature_and_nothing_else(
    entry: dict[str, Any], answers: dict[str, Any]
) -> None:
    critical = answers[entry["id"]]
    assert len(critical["points"]) == len(entry["points"])
    known = [(tuple(map(float, p["coords"])), p) for p in entry["points"]]
    for place, truth in known:
        p = nearest(place, critical["points"])
        assert max(abs(a - b) for a, b in zip(place, p["at"], strict=True)) < 1e-6
        assert p["kind"] == truth["label"]
        if p["kind"] == "inconclusive":
            assert p["nature"] == truth["true_nature"] and p["because"]
    assert len({tuple(nearest(place, critical["points"])["at"]) for place, _ in known}) == len(known)


@pytest.mark.parametrize("entry", TRUTH, ids=lambda e: e["id"])
def test_all_are_complete_but_those_with_an_open_strip_that_is_said(
    entry: dict[str, Any], answers: dict[str, Any]
) -> None:
    critical = answers[entry["id"]]
    if entry["id"] in OPEN:
        assert critical["status"] == "incomplete" and 0 < len(critical["undecided"]) <= OPEN[entry["id"]]
        widths = [high - low for box in critical["undecided"] for low, high in box]
        whole = max(high - low for low, high in entry["box"])
        assert max(widths) < 1e-3 * whole
    else:
        assert critical["status"] == "complete", critical["sentence"]


@pytest.mark.parametrize("entry", TRUTH, ids=lambda e: e["id"])
def test_every_curve_of_critical_points_with_its_nature_and_no_other(
    entry: dict[str, Any], answers: dict[str, Any]
) -> None:
    curves, names = answers[entry["id"]]["curves"], entry["variables"]
    expected = CURVES.get(entry["id"], [])
    assert len(curves) == len(expected)
    for place, nature in expected:
        at = dict(zip(names, place, strict=True))
        on = [c for c in curves if abs(float(sympy.sympify(c["equation"]).subs(at))) < 1e-12]
        assert [c["nature"] for c in on] == [nature]


@pytest.mark.parametrize("entry", [e for e in TRUTH if any(p["exact"] for p in e["points"])], ids=lambda e: e["id"])
def test_where_the_truth_has_a_name_so_has_the_answer(entry: dict[str, Any], answers: dict[str, Any]) -> None:
    for truth in entry["points"]:
        if not truth["exact"] or entry["id"] == "u_sin_inv":
            continue
        p = nearest(tuple(map(float, truth["coords"])), answers[entry["id"]]["points"])
        assert p["exact"] is not None and p["evidence"] == "exact"
        for mine, theirs in zip(p["exact"], truth["exact"], strict=True):
            assert abs(sympy.N(sympy.sympify(mine) - sympy.sympify(theirs), 40)) < 1e-30


def test_the_ground_truth_is_there() -> None:
    assert len(TRUTH) == 52 and sum(len(e["points"]) for e in TRUTH) > 1400
