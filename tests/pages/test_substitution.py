"""The page of new variables: its region, its integrand, and sentences where there is none."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from core.ui.frame import step
from tests.pages.conftest import settled
from tests.pages.scenes import drawn
from tests.pages.test_jacobian import said

Visit = Callable[..., AppTest]


def test_the_figure_is_given_the_map_and_the_integrand(visit: Visit) -> None:
    at = visit("substitution", cells="20", integrand="e^(-x^2 - y^2)")
    assert "cells=20" in at.code[0].value and "integrand=e" in at.code[0].value
    (scene,) = drawn(at)
    assert scene["lab"]["kind"] == "substitution" and scene["lab"]["values"] == {"cells": 20}
    assert scene["box"][0] == [0.0, 2.0]  # polar coordinates, of the gallery
    assert floats(Program.from_wire(scene["lab"]["data"]["integrand"]), (0.0, 0.0)) == [1.0]


def test_a_step_brings_the_usual_integrand_along(visit: Visit) -> None:
    at = visit("substitution", integrand="x y")
    assert at.text_input(key="integrand").value == "x y"
    at.query_params["go"] = step("(x cos(y), x sin(y))", box="0, 1; 0, 6.283185307179586")["go"]
    (scene,) = drawn(settled(at.run()))
    assert at.text_input(key="integrand").value == "e^(-x^2 - y^2)"
    assert floats(Program.from_wire(scene["lab"]["data"]["integrand"]), (0.0, 0.0)) == [1.0]


def test_letters_of_the_integrand_have_sliders(visit: Visit) -> None:
    (scene,) = drawn(visit("substitution", f="F(u, v) = (a u, v)", integrand="b x + v", p_b="3"))
    assert [(one["name"], one["value"]) for one in scene["letters"]] == [("a", 1.0), ("b", 3.0), ("v", 1.0)]
    assert floats(Program.from_wire(scene["lab"]["data"]["integrand"]), (2.0, 0.0, 1.0, 3.0, 5.0)) == [11.0]


@pytest.mark.parametrize(("text", "words"), [("x +", ""), ("(x, y)", "one formula"), ("", "nothing to read")])
def test_an_integrand_that_cannot_be_read_costs_a_sentence(visit: Visit, text: str, words: str) -> None:
    at = visit("substitution")
    at.text_input(key="integrand").set_value(text).run()
    assert drawn(at) == [] and words in said(at) and "the fault is ours" not in said(at)


def test_another_shape_costs_a_sentence(visit: Visit) -> None:
    at = visit("substitution", f="(x, y, x y)")
    assert drawn(at) == [] and "changed here in the plane" in said(at)
