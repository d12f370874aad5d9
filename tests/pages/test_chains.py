"""The page of chains: two typed maps, both in the link, and a sentence where they do not fit."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from tests.pages.scenes import drawn
from tests.pages.test_jacobian import said

Visit = Callable[..., AppTest]


def test_the_figure_is_given_both_maps_with_their_derivatives(visit: Visit) -> None:
    at = visit("chains", f="G(u, v) = (u + v, u v)", at="1, 2", order="true")
    (scene,) = drawn(at)
    assert floats(Program.from_wire(scene["program"]), (1.0, 2.0)) == [3.0, 2.0, 1.0, 1.0, 2.0, 1.0]
    outer = scene["lab"]["data"]["outer"]
    assert floats(Program.from_wire(outer["program"]), (3.0, 2.0)) == [9.0, 6.0, 6.0, 0.0, 2.0, 3.0]
    assert scene["lab"]["values"] == {"h": 0.3, "order": True, "place": False}
    assert "They agree, as an identity." in said(at) and r"J_{F \circ G}(u, v)" in said(at)


@pytest.mark.parametrize(
    ("outer", "words"),
    [("F(x, y, z) = x y z", "the outer one takes 3"), ("F(x, y) = (x^2, ", ""), ("", "nothing to read")],
)
def test_an_outer_map_that_cannot_follow_costs_a_sentence(visit: Visit, outer: str, words: str) -> None:
    at = visit("chains", f="G(u, v) = (u + v, u v)")
    at.text_input(key="outer").set_value(outer).run()
    assert drawn(at) == [] and words in said(at) and "the fault is ours" not in said(at)
