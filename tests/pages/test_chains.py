"""The page of chains: two typed maps, both in the link, and a sentence where they do not fit."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from core.ui.frame import step
from tests.pages.conftest import settled
from tests.pages.scenes import drawn
from tests.pages.test_jacobian import said

Visit = Callable[..., AppTest]


def test_the_figure_is_given_both_maps_with_their_derivatives(visit: Visit) -> None:
    at = visit("chains", f="G(u, v) = (u + v, u v)", at="1, 2", order="true")
    (scene,) = drawn(at)
    assert floats(Program.from_wire(scene["program"]), (1.0, 2.0)) == [3.0, 2.0, 1.0, 1.0, 2.0, 1.0]
    outer = scene["lab"]["data"]["outer"]
    assert floats(Program.from_wire(outer["program"]), (3.0, 2.0)) == [9.0, 6.0, 6.0, 0.0, 2.0, 3.0]
    assert scene["lab"]["values"] == {"h": 0.3, "order": True, "place": False, "near": False}
    assert "They agree, as an identity." in said(at) and r"J_{F \circ G}(u, v)" in said(at)


@pytest.mark.parametrize(
    ("outer", "words"),
    [("F(x, y, z) = x y z", "the outer one takes 3"), ("F(x, y) = (x^2, ", ""), ("", "nothing to read")],
)
def test_an_outer_map_that_cannot_follow_costs_a_sentence(visit: Visit, outer: str, words: str) -> None:
    at = visit("chains", f="G(u, v) = (u + v, u v)")
    at.text_input(key="outer").set_value(outer).run()
    assert drawn(at) == [] and words in said(at) and "the fault is ours" not in said(at)


def test_the_outer_map_follows_until_one_is_typed(visit: Visit) -> None:
    at = visit("chains", f="x^2 + y^2", at="1, 2")
    assert at.text_input(key="outer").value == "F(t) = (cos t, sin t)"
    for f, usual in (("G(u, v) = (u + v, u v)", "F(x, y) = (x^2, x y)"), ("x y", "F(t) = (cos t, sin t)")):
        at.text_input(key="f").set_value(f).run()
        at = settled(at)
        assert at.text_input(key="outer").value == usual and len(drawn(at)) == 1
    at.text_input(key="outer").set_value("F(t) = (t, t^2)").run()
    at.text_input(key="f").set_value("x + y").run()
    assert at.text_input(key="outer").value == "F(t) = (t, t^2)"


def test_a_step_brings_the_usual_outer_map_along(visit: Visit) -> None:
    at = visit("chains", f="x^2 + y^2", at="1, 2", outer="F(t) = (t, t^2)")
    assert at.text_input(key="outer").value == "F(t) = (t, t^2)"
    at.query_params["go"] = step("G(u, v) = (u + v, u v)", at="1, 2")["go"]
    at = settled(at.run())
    assert at.text_input(key="outer").value == "F(x, y) = (x^2, x y)" and len(drawn(at)) == 1
    assert "They agree, as an identity." in said(at)


def test_letters_of_both_maps_have_sliders_and_values_of_the_link(visit: Visit) -> None:
    at = visit("chains", f="G(t) = (t, a t^2)", at="2", outer="F(x, a) = (b x, c a)", p_a="3", p_b="5")
    (scene,) = drawn(at)
    assert [(one["name"], one["value"]) for one in scene["letters"]] == [("a", 3.0), ("b", 5.0), ("c", 1.0)]
    letters = [3.0, 5.0, 7.0]
    assert floats(Program.from_wire(scene["program"]), [2.0, *letters]) == [2.0, 12.0, 1.0, 12.0]
    outer = Program.from_wire(scene["lab"]["data"]["outer"]["program"])  # its a is the second number of the inner map
    assert floats(outer, [2.0, 12.0, *letters]) == [10.0, 84.0, 5.0, 0.0, 0.0, 7.0]
    assert "2 a c t" in said(at) and "5" in at.query_params["p_b"]
    at.text_input(key="outer").set_value("F(x, y) = (x, y)").run()
    (scene,) = drawn(at)
    assert [one["name"] for one in scene["letters"]] == ["a"]


def test_the_link_says_all_of_a_chain(visit: Visit) -> None:
    link = {"f": "G(u, v) = (u v, v)", "outer": "F(x, y) = (b x, y)", "p_b": "3", "place": "true", "at": "2, 1"}
    at = visit("chains", **link)
    told = dict(parse_qsl(next(code.value for code in at.code if "f=" in code.value).partition("?")[2]))
    assert told == {**link, "v": "1"}


def test_a_letter_that_is_a_variable_of_the_inner_map_costs_a_sentence(visit: Visit) -> None:
    at = visit("chains", f="G(u, v) = (u + v, u v)", outer="F(x, y) = (u x, y)")
    assert drawn(at) == [] and "u is an input of the inner map" in said(at)
