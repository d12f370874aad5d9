"""The page of Taylor models: what the hand is given, what the link says, and that it stands whatever is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.scenes import scene

Visit = Callable[..., AppTest]
BOOK = {"f": "e^x cos y", "at": "0, 0", "box": "-1, 1; -1, 1"}


def values(at: AppTest) -> dict[str, Any]:
    return dict(scene(at)["lab"]["values"])


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def test_the_hand_is_given_what_the_link_says(visit: Visit) -> None:
    assert values(visit("taylor", **BOOK)) == {"order": 2, "tol": 0.0, "r": 0.0}
    at = visit("taylor", **BOOK, order="1", tol="0.01", r="0.4")
    assert values(at) == {"order": 1, "tol": 0.01, "r": 0.4}
    assert "order=1" in at.code[0].value and "tol=0.01" in at.code[0].value and "r=0.4" in at.code[0].value


@pytest.mark.parametrize("text", ["-1", "nan", "x", "1e12", ""])
def test_a_number_that_is_none_is_not_taken(visit: Visit, text: str) -> None:
    assert values(visit("taylor", **BOOK, order=text, tol=text, r=text)) == {"order": 2, "tol": 0.0, "r": 0.0}


def test_another_question_begins_with_its_own_radius(visit: Visit) -> None:
    at = visit("taylor", **BOOK, r="0.4", order="1")
    at.query_params["go"] = '{"f": "x^2 + 3y^2", "at": "1, 1"}'
    at.run()
    assert values(at) == {"order": 1, "tol": 0.0, "r": 0.0}


@pytest.mark.parametrize(
    "text",
    ["f(x) = sin x", "x^2 + y^4 + z^2", "(x y, x + y)", "|x| + y", "3", "x +", "sqrt(-1 - x^2)", "f(x, y) = a x^2 + y"],
)
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str) -> None:
    at = visit("taylor", f=text)
    assert "the fault is ours" not in words(at) and not at.exception
    assert scene(at)["lab"]["kind"] == "taylor"
