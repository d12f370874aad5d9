"""The page of conditioning: the bowl and the constants of the link, what a hand may say, and what is taken along."""

import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.immediate import programs
from core.numeric import Objective
from core.optimize.conditioning import Bowl
from core.syntax import read
from core.ui import bowls, frame, kept
from tests.pages.scenes import leaves, scene

Visit = Callable[..., AppTest]
USUAL = {"rate": 0.0, "chosen": False, "beta": 0.0, "tuned": False}


def letters(at: AppTest) -> list[float]:
    return [letter["value"] for letter in scene(at)["letters"]]


def went(at: AppTest) -> list[str]:
    """What the links of the page say in their one key."""
    links = [leaf.proto for leaf in leaves(at.main) if leaf.type == "page_link"]
    return [parse_qs(link.query_string)["go"][0] for link in links if "go=" in link.query_string]


def test_the_link_says_bowl_start_and_constants(visit: Visit) -> None:
    at = visit("conditioning")
    assert letters(at) == [10, 10, 20, 0] and scene(at)["point"] == [4.5, 3.0]
    assert scene(at)["lab"]["values"] == USUAL and set(at.query_params) == {"v"}
    at = visit("conditioning", kappa="100", steep="5", angle="30", step="0.3", momentum="0.5", x0="1", y0="-2")
    assert letters(at) == [100, 5, 30, 0] and scene(at)["point"] == [1.0, -2.0]
    assert scene(at)["lab"]["values"] == {"rate": 0.3, "chosen": True, "beta": 0.5, "tuned": False}
    assert at.query_params["kappa"] == "100" and at.query_params["step"] == "0.3"
    at = visit("conditioning", kappa="16", rescaled="1", tuned="1", angle="0", x0="4", y0="1")
    assert scene(at)["point"] == pytest.approx([1.0, 1.0]) and scene(at)["lab"]["values"] == USUAL | {"tuned": True}


@pytest.mark.parametrize("text", ["-1", "nan", "x", "1e12", "", "**b**"])
def test_a_number_that_is_none_is_as_usual(visit: Visit, text: str) -> None:
    keys = (*bowls.USUAL, *bowls.CONSTANTS)
    at = visit("conditioning", **dict.fromkeys(keys, text))
    assert letters(at) == [10, 10, 20, 0] and scene(at)["lab"]["values"] == USUAL
    assert not at.exception and not at.error and not set(keys) & set(at.query_params)


def test_what_a_hand_says_is_checked_and_the_start_is_told_where_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, Any] = {}
    monkeypatch.setattr(kept, "hold", held.__setitem__)
    monkeypatch.setattr(kept, "number", lambda key, usual: held.get(key) or usual)
    bowls._lettered((16.0, 1e9, 90.0, 1.0))
    assert held == {"kappa": 16.0, "steep": 100.0, "angle": 90.0, "rescaled": 1.0}
    bowls._moved((1.0, 0.5))
    assert (held["x0"], held["y0"]) == pytest.approx((1.0, 2.0))
    held.clear()
    bowls._let_go({"rate": 0.25, "chosen": True, "beta": 0.5, "tuned": True})
    assert held == {"step": 0.25, "momentum": 0.5, "tuned": 1.0}
    held.clear()
    bowls._let_go({"rate": math.nan, "chosen": True, "beta": 2.0, "tuned": "yes"})
    assert held == {"tuned": None}
    bowls._let_go({"rate": 0.25, "chosen": False, "beta": 0.0})
    assert held == {"tuned": None, "step": None, "momentum": None}


def test_the_bowl_is_taken_along_exactly_enough(visit: Visit) -> None:
    at = visit("conditioning", kappa="1000", steep="3", angle="77", x0="2", y0="1", step="0.5", momentum="0.25")
    (text,) = [code.value for code in at.code]
    H = Objective.of(programs(read(text, least=("x", "y")), {})["f"]).hessian([0.0, 0.0])
    assert abs(H - Bowl(1000, 3, 77).H).max() < 1e-11
    taken = [frame.read_step(step) for step in went(at)]
    races = [step for step in taken if step.get("f") == text]
    assert [step["at"] for step in races] == ["2, 1"] * 3 and {"eps": 0.5}.items() <= races[1].items()
    assert {"rate": 0.5, "beta": 0.25}.items() <= races[2].items()


def test_a_step_without_a_formula_sets_the_numbers_and_keeps_the_question(visit: Visit) -> None:
    at = visit("explore", f="x^2 + 7y^2", at="1, 1")
    at.switch_page("pages/conditioning.py")
    at.query_params["go"] = json.dumps(dict(bowls.chosen(kappa=100, rescaled=1)))
    at.run()
    assert letters(at) == [100, 10, 20, 1]
    at.switch_page("pages/explore.py").run()
    assert (at.text_input(key="f").value, at.text_input(key="at").value) == ("x^2 + 7y^2", "1, 1")


def test_the_costs_are_those_of_the_book() -> None:
    head, rows = bowls.costs()
    assert head[1:] == ("κ = 5", "κ = 10", "κ = 100", "κ = 1000")
    assert [rows[0][1:], rows[1][1:]] == [("35", "69", "691", "6908")] * 2
    assert rows[3][2:] == ("27", "95", "321") and rows[4][1:] == ("1",) * 4
