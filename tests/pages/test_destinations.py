"""The page of destinations: the map and the run from the start are of the same method, limits and step size."""

import base64
import json
import math
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.ui import destinations
from tests.pages.scenes import leaves

Visit = Callable[..., AppTest]
SMALL = {"f": "x^2 + 3y^2 - x y", "box": "-5, 5; -5, 5"}
HIMMELBLAU = {"f": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "box": "-6, 6; -6, 6"}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A map that would take long stays coarse."""
    monkeypatch.setattr(settings, "ATLAS_SECONDS", 1.0)


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def scene(at: AppTest) -> dict[str, Any]:
    found = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    assert len(found) == 1
    return dict(json.loads(found[0].proto.json)[0])


def data(at: AppTest) -> dict[str, Any]:
    return dict(scene(at)["lab"]["data"])


def test_newton_on_himmelblau(visit: Visit) -> None:
    at = visit("destinations", **HIMMELBLAU, at="0, 0")
    known = data(at)
    ends, run = known["map"]["ends"], known["run"]
    kinds = [
        100 * sum(end["share"] for end in ends if end["kind"] == kind) for kind in ("minimum", "saddle", "maximum")
    ]
    assert kinds == pytest.approx([64.3, 31.4, 4.3], abs=0.5)
    assert [3.0, 2.0] in [end["at"] for end in ends]  # the exact place, of the proved point
    assert run["kind"] == "maximum" and run["outcome"] == "converged" and run["moves"] == 4
    assert run["at"] == pytest.approx([-0.270845, -0.923039], abs=1e-6)
    assert known["map"]["bends"] == pytest.approx([0.518, 0.412, 0.070], abs=1e-3)
    cells = zlib.decompress(base64.b64decode(known["map"]["cells"]))
    assert len(cells) == 2 * known["map"]["rows"] * known["map"]["columns"] and len(known["map"]["cells"]) < 200_000
    assert not known["rated"]
    path = scene(at)["paths"][0]
    assert path["points"][0] == [0.0, 0.0] and np.allclose(path["points"][-1], run["at"], atol=1e-6)


def test_descent_has_one_step_size_for_the_whole_window(visit: Visit) -> None:
    here, there = (data(visit("destinations", **SMALL, at=p, by="gradient-descent")) for p in ("0, 0", "4, 4"))
    assert here["rated"] and here["rate"] == there["rate"] and here["map"]["cells"] == there["map"]["cells"]
    assert {end["kind"] for end in here["map"]["ends"]} == {"minimum"} and here["most"] == 2000
    assert data(visit("destinations", **SMALL, by="gradient-descent", rate="0.05"))["rate"] == 0.05


def test_a_function_of_one_variable_has_a_strip(visit: Visit) -> None:
    known = data(visit("destinations", f="f(x) = x^3 - 3x", at="-0.3"))
    assert known["map"]["rows"] == 1 and {end["kind"] for end in known["map"]["ends"]} == {"minimum", "maximum"}
    assert known["run"]["kind"] == "maximum" and known["run"]["at"] == [-1.0]


def test_the_truth_where_the_test_is_silent(visit: Visit) -> None:
    known = data(visit("destinations", f="x^4 + y^4", at="1, 1"))
    assert [(end["kind"], end["at"]) for end in known["map"]["ends"]] == [("minimum", [0.0, 0.0])]
    assert known["run"]["kind"] == "minimum"


def test_where_there_is_no_map_a_sentence_says_why(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    at = visit("destinations", f="x^2 + y^2 + z^2")
    assert "one or two variables" in words(at) and scene(at)["lab"]["kind"] == "many"
    monkeypatch.setattr(settings, "SENT_OPERATIONS", 5)
    at = visit("destinations", f="x^2 + y^2")
    assert "too long to be sent" in words(at) and scene(at)["lab"] is None


@pytest.mark.parametrize(
    ("values", "held"),
    [
        ({"by": "adam", "rate": 1 / 3, "chosen": True}, {"by": "adam", "rate": 0.333333}),
        ({"by": "newton", "rate": 0.1, "chosen": False}, {"by": None, "rate": None}),
        ({"by": "bfgs", "rate": -1, "chosen": True}, {}),
        ({"by": 3, "rate": math.nan, "chosen": True}, {}),
        ({"rate": True}, {}),
        ({}, {}),
    ],
    ids=str,
)
def test_what_a_browser_says_is_checked(
    values: dict[str, Any], held: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(destinations.kept, "hold", kept.__setitem__)
    destinations._let_go(values)
    assert kept == held


@pytest.mark.parametrize(
    ("text", "by"),
    [("(x y, x + y)", "x"), ("ln(x) + y", "trust-region"), ("sqrt(-1 - x^2)", ""), ("|x| + |y|", "heavy-ball")],
)
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str, by: str) -> None:
    at = visit("destinations", f=text, by=by, rate="z")
    assert "the fault is ours" not in words(at) and not at.exception
