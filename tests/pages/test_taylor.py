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


def formulas(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.latex, at.markdown) for element in kind)


def test_the_model_of_the_chosen_order_is_written_exactly() -> None:
    from core.ui.trusting import polynomial

    half = {"sign": -1, "coefficient": r"\frac{1}{2}", "value": 0.5, "powers": "x^{2}"}
    assert polynomial([half, {**half, "sign": 1, "coefficient": "", "value": 1.0, "powers": "y"}]) == (
        r"-\frac{1}{2} x^{2} + y"
    )


@pytest.mark.parametrize(
    ("order", "model"),
    [("0", "T_{0}(x, y) = 1$"), ("1", "T_{1}(x, y) = 1 + x$"), ("2", r"= 1 + x + \frac{1}{2} x^{2} - \frac{1}{2} y^{2}$")],
)  # fmt: skip
def test_the_exact_model_follows_the_order(visit: Visit, order: str, model: str) -> None:
    assert model in formulas(visit("taylor", **BOOK, order=order))


def test_an_exact_model_has_decimals_where_they_say_more_and_the_values_of_letters(visit: Visit) -> None:
    assert r"T_{1}(x) \approx 0.8415 + 0.5403 \left(x - 1\right)" in formulas(
        visit("taylor", f="f(x) = sin x", at="1", order="1")
    )
    assert r"\approx" not in formulas(visit("taylor", f="x^2 + y", at="0, 0"))
    assert "= y + 3 x^{2}$" in formulas(visit("taylor", f="f(x, y) = a x^2 + y", p_a="3", at="0, 0"))


@pytest.mark.parametrize(
    "text",
    ["f(x) = sin x", "x^2 + y^4 + z^2", "(x y, x + y)", "|x| + y", "3", "x +", "sqrt(-1 - x^2)", "f(x, y) = a x^2 + y"],
)
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str) -> None:
    at = visit("taylor", f=text)
    assert "the fault is ours" not in words(at) and not at.exception
    assert scene(at)["lab"]["kind"] == "taylor"
