"""The page of the Jacobian: matrix, picture and words for every shape of map, and a sentence for every failure."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import gallery
from core.numeric import floats
from core.program import Program
from tests.pages.scenes import leaves

Visit = Callable[..., AppTest]
RIPPLE = gallery.get("ripple").text
SQUARE = gallery.get("square").text


def scenes(at: AppTest) -> list[dict[str, Any]]:
    """What the figures of the page were given, in their order."""
    live = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    return [dict(json.loads(figure.proto.json)[0]) for figure in live]


def said(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.latex, at.error) for element in kind)


def test_the_known_matrix_is_exact_with_named_rows_and_columns(visit: Visit) -> None:
    at = visit("jacobian", f=SQUARE, at="1, 1")
    words = said(at)
    assert r"& x & y\\\hline f_1 & 2 x & - 2 y\\[4pt]f_2 & 2 y & 2 x" in words
    assert r"\det J(x, y) = 4 \left(x^{2} + y^{2}\right)" in words and r"\det J(p) = 8" in words
    assert "Rank at p: 2, full (exact)." in words and "ℝ² → ℝ²: J is 2 × 2" in words


def test_a_fresh_server_draws_the_picture_and_its_words_before_the_matrix(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.engine.ready", lambda: False)  # as if no worker had started yet
    monkeypatch.setattr("tests.pages.conftest.PATIENCE", 1.0)
    at = visit("jacobian", f="(sin(x + 2y), x y - y)")
    (scene,) = scenes(at)
    assert not at.error and "numerical" in said(at) and "J(x, y)" not in said(at)
    assert scene["lab"]["data"]["entries"] is None


def test_the_microscope_is_given_the_map_with_its_derivatives_and_says_what_it_shows(visit: Visit) -> None:
    (scene,) = scenes(visit("jacobian", f=RIPPLE))
    assert "side 0.8" in scene["alt"] and "gap over h 0.463, area factor 0.526" in scene["alt"]
    given = floats(Program.from_wire(scene["program"]), (1.0, 0.5))
    mine = [1 + math.sin(0.5), 0.5 + math.sin(1), 1, math.cos(0.5), math.cos(1), 1]
    assert given == pytest.approx(mine) and scene["lab"]["data"]["entries"] == [["1", "cos y"], ["cos x", "1"]]
    assert scene["lab"]["kind"] == "linear" and scene["lab"]["values"] == {
        "h": 0.8, "circle": False, "whole": False, "warp": False}  # fmt: skip


def test_a_link_restores_side_and_switches(visit: Visit) -> None:
    at = visit("jacobian", f=RIPPLE, h="0.2", whole="true")
    (scene,) = scenes(at)
    values = scene["lab"]["values"]
    assert "side 0.2" in scene["alt"] and values["h"] == 0.2 and values["whole"] is True and not values["circle"]
    assert "h=0.2" in at.code[0].value and "whole=true" in at.code[0].value and "circle" not in at.code[0].value
    (scene,) = scenes(visit("jacobian", f=RIPPLE, h="12", circle="perhaps"))
    assert scene["lab"]["values"]["h"] == 0.8 and scene["lab"]["values"]["circle"] is False


def test_where_a_slope_is_missing_is_said_and_drawn(visit: Visit) -> None:
    at = visit("jacobian", f="(|x - 1|, y/(x + 2))", at="1, 0")
    (scene,) = scenes(at)
    assert "has no value" in scene["alt"] and "there is no Jacobian" in said(at)
    assert {edge["kind"] for edge in scene["edges"]} >= {"kink", "pole"} and "Where this fails" in said(at)


def test_letters_are_moved_in_the_figure(visit: Visit) -> None:
    (scene,) = scenes(visit("jacobian", f="f(x, y) = (a x^2, x y)", p_a="3", at="1, 1"))
    assert [(letter["name"], letter["value"]) for letter in scene["letters"]] == [("a", 3.0)]
    assert floats(Program.from_wire(scene["program"]), (1.0, 1.0, 5.0))[2] == 10.0
    (scene,) = scenes(visit("jacobian", f="f(x, y) = a x^2 y", p_a="3", at="1, 1"))
    assert [letter["value"] for letter in scene["letters"]] == [3.0]


def test_the_gradient_becomes_the_map_by_one_click(visit: Visit) -> None:
    at = visit("jacobian", f="x^3 y + x y^2")
    assert "J is 1 × 2" in said(at) and [scene["lab"]["kind"] for scene in scenes(at)] == ["shapes"]
    at.button(key="take_gradient").click().run()
    assert "J is 2 × 2" in said(at) and at.text_input(key="f").value.startswith("g(x, y) = (")
    assert "6 x y" in said(at).replace(r"\,", " ")


@pytest.mark.parametrize(
    ("text", "pictures", "sentence"),
    [("f(x) = x^3", 1, "the matrix is the slope"), ("f(t) = (cos t, sin t)", 1, "its velocity"),
     ("(x, y, x^2 - y^2)", 1, "Singular values"), ("f(x, y, z) = (x y, y z)", 1, "Singular values"),
     ("f(t) = (cos t, sin t, t)", 1, "its velocity"), ("x y z", 1, "the largest slope"), ("3", 1, "J is 1 × 1"),
     ("f(x, y) = 3", 1, "Rank at p: 0"), ("f(a,b,c,d,p,q,r,s) = (a,b,c,d,p,q,r,s)", 1, "Rank at p: 8"),
     ("(|x|, y)", 1, "no value")],
)  # fmt: skip
def test_every_shape_has_its_picture_and_its_sentence(visit: Visit, text: str, pictures: int, sentence: str) -> None:
    link = {"at": "0, 0"} if text == "(|x|, y)" else {}
    at = visit("jacobian", f=text, **link)
    assert sentence in said(at) and "the fault is ours" not in said(at) and not at.exception
    assert len(scenes(at)) == pictures and all(scene["alt"].endswith(".") for scene in scenes(at))


@pytest.mark.parametrize("text", ["x +", "", "1/(x - x)", "(x, )"])
def test_a_slip_keeps_the_last_picture(visit: Visit, text: str) -> None:
    at = visit("jacobian", f=RIPPLE)
    at.text_input(key="f").set_value(text).run()
    (scene,) = scenes(at)
    assert "0.463" in scene["alt"] and "Still the last formula" in scene["stale"]


def test_exact_numbers_at_the_point_are_those_of_the_letters(visit: Callable[..., AppTest]) -> None:
    at = visit("jacobian", f="f(x, y) = (a x^2, x y)", p_a="3", at="1, 1")
    said = " ".join(element.value for kind in (at.latex, at.markdown) for element in kind)
    assert r"\det J(p) = 6" in said


def test_the_pair_that_is_drawn_is_in_the_link_and_nonsense_there_is_as_if_unsaid(visit: Visit) -> None:
    text = "f(x, y, z) = (x y, y z, z x, x + y + z)"
    (scene,) = scenes(visit("jacobian", f=text, ins="20", outs="310", turn="40"))
    values = scene["lab"]["values"]
    assert scene["lab"]["kind"] == "shapes" and (values["ins"], values["outs"], values["turn"]) == ("20", "310", 40.0)
    for ins, outs in (("00", "311"), ("29", "abc"), ("2", "0123")):
        values = scenes(visit("jacobian", f=text, ins=ins, outs=outs))[0]["lab"]["values"]
        assert (values["ins"], values["outs"]) == ("01", "012")


def test_an_entry_is_hidden_everywhere_until_it_is_answered(visit: Visit) -> None:
    at = visit("jacobian", f="(x^2 y, x + sin(y)^2)", hidden="12")
    (scene,) = scenes(at)
    assert scene["lab"]["data"]["hidden"] == [1] and scene["lab"]["data"]["entries"][0][1] == "?"
    assert r"f_1 & 2 x y & \boxed{?}" in said(at) and r"\det J(x, y)" not in said(at)
    at.text_input(key="answer_12").set_value("1").run()
    assert "That is ∂f_2/∂x, across the diagonal" in said(at) and r"\boxed{?}" in said(at)
    at.text_input(key="answer_12").set_value("x x").run()
    assert "Right: an identity." in said(at) and r"\boxed{?}" not in said(at)
    assert scenes(at)[0]["lab"]["data"]["hidden"] == []
