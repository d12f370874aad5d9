"""The page of steps: the numbers of the book, and a sentence wherever there is no step."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from core.ui import stepping
from tests.pages.scenes import following, leaves

Visit = Callable[..., AppTest]
BOWL = "1.5x^2 + 2xy + 1.5y^2"
BOWL_3 = "1.5x^2 + 2xy + 1.5y^2 + z^2"


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def scenes(at: AppTest) -> list[dict[str, Any]]:
    found = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    return [dict(json.loads(figure.proto.json)[0]) for figure in found]


def lab(at: AppTest) -> dict[str, Any]:
    return dict(scenes(at)[0]["lab"])


def test_the_hand_is_given_the_step_of_the_link(visit: Visit) -> None:
    assert lab(visit("steps", f=BOWL, at="2, 0", eps="0.5", run="true"))["values"] == {
        "eps": 0.5,
        "chosen": True,
        "run": True,
    }
    at = visit("steps", f=BOWL, at="2, 0")
    assert lab(at)["values"] == {"eps": 0.0, "chosen": False, "run": False} and len(scenes(at)) == 1
    assert lab(at)["data"]["troubles"]["zero"].startswith("The gradient is zero here")


@pytest.mark.parametrize("eps", ["-3", "nan", "z", "1e10"])
def test_a_link_with_no_step_is_one_that_nobody_chose(visit: Visit, eps: str) -> None:
    assert lab(visit("steps", f=BOWL, eps=eps))["values"]["chosen"] is False


def test_of_more_variables_the_whole_function_goes_along(visit: Visit) -> None:
    known = lab(visit("steps", f=BOWL_3, at="2, 0, 1", box="-3, 3; -4, 4; 0, 12"))["data"]["whole"]
    assert known["rest"] == [[0.0, 0.0, 1.0]] and known["width"] == pytest.approx(math.hypot(6, 8, 12))
    assert floats(Program.from_wire(known["value"]), [2, 0, 1]) == [7.0]
    assert floats(Program.from_wire(known["jet"]), [2, 0, 1])[:4] == [7.0, 6.0, 4.0, 2.0]
    assert lab(visit("steps", f=BOWL, at="2, 0"))["data"]["whole"] is None


def test_what_is_exact_at_the_point_comes_from_a_worker(visit: Visit) -> None:
    known = lab(visit("steps", f=BOWL, at="2, 0"))["data"]["exact"]
    assert known == {
        "at": [2.0, 0.0],
        "value": "6",
        "gg": "52",
        "half": "126",
        "best": "13/63",
        "even": "26/63",
        "shortest": "1/5",
        "longest": "1",
        "stable": "2/5",
        "fastest": "1/3",
    }
    assert lab(visit("steps", f="sin(x) + y^2", at="1, 1"))["data"]["exact"] is None
    assert lab(visit("steps", f="(x y, x + y)", at="1, 1"))["data"]["exact"] is None


@pytest.mark.parametrize(
    ("values", "held"),
    [
        ({"eps": 0.25, "chosen": True, "run": True}, {"eps": 0.25, "run": True}),
        ({"eps": 0.25, "chosen": False}, {"eps": None, "run": False}),
        ({"eps": 1 / 3, "chosen": True}, {"eps": 0.333333, "run": False}),
        ({"eps": -1, "chosen": True, "run": "yes"}, {"run": False}),
        ({"eps": math.nan, "chosen": True}, {"run": False}),
        ({"eps": 1e300, "chosen": True}, {"run": False}),
        ({"eps": "0.1", "chosen": True}, {"run": False}),
        ({"eps": True, "chosen": True}, {"run": False}),
        ({}, {"run": False}),
    ],
)
def test_what_a_browser_says_is_checked(
    values: dict[str, Any], held: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(stepping.kept, "hold", kept.__setitem__)
    stepping._let_go(values)
    assert kept == held


@pytest.mark.parametrize(
    "text",
    [
        "x^2 + y^4 + z^2 + x z",
        "a b c d x y z w",
        "(x y, x + y)",
        "f(t) = (cos t, sin t)",
        "x +",
        "",
        "3",
        "sqrt(-1 - x^2)",
    ],
)
@pytest.mark.parametrize("eps", ["", "0", "1e9", "-3", "nan", "z"])
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str, eps: str) -> None:
    at = visit("steps", f=text, eps=eps, run="true")
    assert "the fault is ours" not in words(at) and not at.exception


def test_another_question_begins_with_its_own_step(visit: Visit) -> None:
    at = visit("steps", f=BOWL, at="2, 0", eps="0.5")
    following(at.selectbox, "example").set_value("bowl").run()
    assert not lab(at)["values"]["chosen"] and "eps" not in at.query_params
    at.session_state["eps"] = 0.3
    at.run()
    assert lab(at)["values"]["eps"] == 0.3
    at.query_params["go"] = '{"f": "x^2 + 3y^2", "at": "1, 1"}'
    at.run()
    assert not lab(at)["values"]["chosen"]
    at.query_params["go"] = '{"f": "x^2 + 5y^2", "at": "1, 1", "eps": 0.25}'
    at.run()
    assert lab(at)["values"]["eps"] == 0.25
