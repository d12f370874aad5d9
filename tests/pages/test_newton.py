"""Step by step: the memorable runs, the kind of point each comes to, and what the hand may leave behind."""

import itertools
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import theatre
from tests.pages.scenes import leaves, scene

Visit = Callable[..., AppTest]
WELL = "x^4/4 - x^2/2 + y^2/2"


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def lab(at: AppTest) -> dict[str, Any]:
    given: dict[str, Any] = scene(at)["lab"]
    return given


def run(at: AppTest) -> dict[str, Any]:
    given: dict[str, Any] = lab(at)["data"]["run"]
    return given


@pytest.mark.parametrize(
    ("link", "kind", "at", "moves"),
    [
        ({"at": "0, 0"}, "maximum", [-0.2708, -0.923], 4),  # Himmelblau
        ({"f": WELL, "at": "0.3, 1"}, "saddle", [0, 0], None),
        ({"f": WELL, "at": "0.3, 1", "method": "gradient-descent", "rate": "0.1"}, "minimum", [1, 0], None),
        ({"f": "1.5x^2 + 2xy + 1.5y^2", "at": "2, 0"}, "minimum", [0, 0], 1),
        ({"at": "0, 0", "method": "saddle-free-newton"}, "minimum", [3, 2], None),
        ({"at": "0, 0", "method": "trust-region", "trust": "2"}, "minimum", [3, 2], None),
        ({"f": "f(x) = x^2 + x", "at": "3"}, "minimum", [-0.5], 1),
    ],
)
def test_a_run_comes_to_the_known_point_and_says_its_kind(
    visit: Visit, link: dict[str, str], kind: str, at: list[float], moves: int | None
) -> None:
    said = run(visit("newton", **link))
    assert said["end"]["kind"] == kind and said["end"]["at"] == pytest.approx(at, abs=2e-4)
    assert said["end"]["evidence"] == "proved"
    assert moves is None or len(said["steps"]) - 1 == moves


def test_newton_hits_the_saddle_of_beale_in_one_step(visit: Visit) -> None:
    beale = "(3/2 - x + x y)^2 + (9/4 - x + x y^2)^2 + (21/8 - x + x y^3)^2"
    said = run(visit("newton", f=beale, at="1, 1"))
    assert said["end"]["kind"] == "saddle" and said["steps"][0]["to"] == pytest.approx([0, 1], abs=1e-9)


def test_newton_bounces_and_damped_newton_says_that_it_points_uphill(visit: Visit) -> None:
    at = visit("newton", f="-exp(-x^2 - y^2)", at="0.5, 0")
    assert run(at)["end"] is None and "round in a circle" in run(at)["sentence"]
    said = run(visit("newton", at="0, 0", method="damped-newton"))
    assert said["end"] is None and said["note"] == theatre.UPHILL and said["steps"][0]["to"] is None


def test_a_step_goes_to_the_next_point_and_refused_ones_are_kept(visit: Visit) -> None:
    steps = run(visit("newton", at="0, 0", method="trust-region", trust="8"))["steps"]
    assert steps[0]["trials"] and all(math.hypot(*trial) <= 8.001 for trial in steps[0]["trials"])
    assert 0 < steps[0]["radius"] < 8
    for before, after in itertools.pairwise(steps):
        assert before["to"] == after["x"]


def test_the_link_says_what_is_on_the_stage(visit: Visit) -> None:
    at = visit("newton", at="0, 0", method="trust-region", trust="0.5", k="2")
    assert lab(at)["values"] == {"method": "trust-region", "k": 2, "rate": 0.0, "trust": 0.5}
    assert lab(at)["data"]["of"] == {"method": "trust-region", "start": [0.0, 0.0], "rate": 0.0, "trust": 0.5}
    (link,) = [code.value for code in at.code if "method=trust-region" in code.value]
    assert "trust=0.5" in link and "k=2" in link


@pytest.mark.parametrize(
    ("values", "held"),
    [
        ({"method": "dogleg", "k": 3, "rate": 0.0, "trust": 0.25}, {"method": "dogleg", "k": 3, "rate": None, "trust": 0.25}),
        ({"method": "newton", "k": 0}, {"method": None, "k": None}),
        ({"method": "eval", "k": -1, "rate": math.nan, "trust": True}, {}),
        ({"method": 3, "k": "1", "rate": 1e300, "trust": math.inf}, {}),
        ({"k": 2.7, "rate": 1 / 3}, {"k": 2, "rate": 0.333333}),
    ],
)  # fmt: skip
def test_what_a_browser_says_is_checked(
    values: dict[str, Any], held: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(theatre.kept, "hold", kept.__setitem__)
    theatre._let_go(values)
    assert kept == held and all(type(v) is int for key, v in kept.items() if key == "k" and v is not None)


def test_of_more_variables_the_same_numbers_stand_in_a_table(visit: Visit) -> None:
    at = visit("newton", f="x^2 - y^2 + 2z^2", at="1, 2, 3", k="0")
    said = words(at)
    assert "H is indefinite" in said and "It comes to the saddle (0, 0, 0) in 1 step: proved." in said
    assert "| −2 | −4 | −2 | −2 |" in said and "| 4 | 12 | 4 | −3 |" in said
    assert "| Newton | (0, 0, 0) | −15 |" in said and "| \\|H\\| | (0, 4, 0) | −31 |" in said
    at.segmented_control(key="stage").set_value("saddle-free-newton").run()
    assert "| −2 | −4 | 2 | 2 |" in words(at)


@pytest.mark.parametrize(
    "text",
    ["x^2 + y^4 + z^2 + x z", "(x y, x + y)", "f(t) = (cos t, sin t)", "x +", "3", "ln(x) + y", "|x| + |y|", "(x + y)^2",
     "sqrt(-1 - x^2)", "e^(e^x) + y^2", "f(x) = x"],
)  # fmt: skip
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str) -> None:
    for link in (
        {"k": "999", "trust": "1e9", "rate": "0", "method": "dogleg"},
        {"k": "-4", "rate": "x", "method": "?"},
    ):
        at = visit("newton", f=text, **link)
        assert "the fault is ours" not in words(at) and not at.exception
        for given in [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]:
            json.dumps(json.loads(given.proto.json), allow_nan=False)
