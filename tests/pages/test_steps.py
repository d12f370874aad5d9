"""The page of steps: the numbers of the book, and a sentence wherever there is no step."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.scenes import following, leaves, stale

Visit = Callable[..., AppTest]
BOWL = "1.5x^2 + 2xy + 1.5y^2"
BOWL_3 = "1.5x^2 + 2xy + 1.5y^2 + z^2"  # of more than two variables, so it is drawn by the server


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def latex(at: AppTest) -> str:
    return " ".join(piece.value for piece in at.latex)


def scenes(at: AppTest) -> list[dict[str, Any]]:
    found = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    return [dict(json.loads(figure.proto.json)[0]) for figure in found]


def chart(at: AppTest, start: str) -> dict[str, Any]:
    (found,) = [scene for scene in scenes(at) if scene["kind"] == "chart" and scene["alt"].startswith(start)]
    return found


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


def test_the_step_of_the_book(visit: Visit) -> None:
    at = visit("steps", f=BOWL_3, at="2, 0, 0", eps="0.5")
    assert r"6 - 52\,\varepsilon + 126\,\varepsilon^2" in latex(at)
    assert "best step of the parabola at ε = 0.2063, break-even at 0.4127" in chart(at, "f and")["alt"]
    assert (
        chart(at, "Start")["alt"] == "Start 6, promised −26, curvature +31.5, result 11.5; the true new value is 11.5."
    )
    assert chart(at, "Error")["alt"].endswith("0.50 along λ = 1, 0.00 along λ = 2, 1.50 along λ = 5; the limit is 1.")
    assert "**uphill**, at 11.5" in words(at) and "surprise" not in words(at).split("The idea")[0]
    assert "0.2063" in words(at) and "0.3333" in words(at) and "**accepted**" in words(at)


def test_buttons_and_slider_hold_the_same_number(visit: Visit) -> None:
    at = visit("steps", f=BOWL_3, at="2, 0, 0")
    assert at.number_input(key="eps").value is None and following(at.slider, "eps_slide").value == 0.3
    next(b for b in at.button if b.label == "Best step").click().run()
    assert at.number_input(key="eps").value == pytest.approx(52 / 252, abs=1e-6)
    following(at.slider, "eps_slide").set_value(0.4).run()
    assert at.number_input(key="eps").value == pytest.approx(0.4)
    assert "exactly 1" in words(at)
    at.toggle(key="run").set_value(True).run()
    assert "After 30 steps of this size" in words(at)
    next(b for b in at.button if b.label == "Reset").click().run()
    assert at.number_input(key="eps").value is None and not at.toggle(key="run").value


def test_the_link_restores_the_repeated_steps(visit: Visit) -> None:
    at = visit("steps", f=BOWL_3, at="2, 0, 0", eps="0.41", run="true")
    assert at.toggle(key="run").value and at.number_input(key="eps").value == 0.41
    assert "runs away" in words(at)


def test_a_ray_that_bends_down_has_no_best_step_but_a_search(visit: Visit) -> None:
    at = visit("steps", f="f(x, y, z) = -exp(-x^2) + 0 y + 0 z", at="2, 0, 0")
    assert "There is no best step" in words(at) and "no best step" in chart(at, "f and")["alt"]
    assert next(b for b in at.button if b.label == "Best step").disabled
    assert "too high: halve ε" in words(at) and "**accepted**" in words(at)
    assert "not positive definite" in words(at)


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        (BOWL_3, "0, 0, 0", "The gradient is zero here"),
        ("ln(x) + y^2 + z", "-1, 1, 0", "has no value"),
        ("|x| + y^2 + z", "0, 1, 0", "No gradient can be computed"),
        ("cbrt(x)^4 + y^2 + z", "0, 1, 0", "can be computed at this point"),
    ],
)
def test_where_there_is_no_step_a_sentence_says_why(visit: Visit, text: str, at: str, sentence: str) -> None:
    page = visit("steps", f=text, at=at)
    assert sentence in words(page) and not scenes(page) and not page.exception


def test_a_step_out_of_the_domain_is_said(visit: Visit) -> None:
    at = visit("steps", f="f(x, y, z) = x - ln(x) + 0 y + 0 z", box="-1, 4; 0, 1; 0, 1", at="3, 0, 0", eps="9")
    assert "**no value**" in words(at) and "no value there" in chart(at, "Start")["alt"]


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


def test_a_message_that_was_on_its_way_does_not_throw_a_number_back(visit: Visit) -> None:
    at = visit("steps", f=BOWL_3, at="2, 0, 0")
    before = at._tree.get_widget_states()
    at.number_input(key="eps").set_value(0.2).run()
    at._run(stale(before, at, "eps"))
    assert at.number_input(key="eps").value == following(at.slider, "eps_slide").value == 0.2
    key = following(at.slider, "eps_slide").key
    following(at.slider, "eps_slide").set_value(0.4).run()
    assert at.number_input(key="eps").value == 0.4
    assert following(at.slider, "eps_slide").key == key  # moved by its own hand it keeps the keyboard


def test_the_slider_says_the_step_also_when_its_range_has_changed(visit: Visit) -> None:
    at = visit("steps", f="sqrt(1 + x^2 + 5y^2) + x/2 + 0 z", eps="1.5")
    ends = {following(at.slider, "eps_slide").max}
    for box in ("-2, 3; -3, 3; 0, 1", "-9, 9; -9, 9; 0, 1", ""):
        at.text_input(key="box").set_value(box).run()
        slider = following(at.slider, "eps_slide")
        assert slider.value == at.number_input(key="eps").value == 1.5
        ends.add(slider.max)
    assert len(ends) == 3  # else nothing was tested


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
