"""The page of residuals: the landscape of half their square, the residuals beside it, and a sentence for other shapes."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from tests.pages.scenes import drawn
from tests.pages.test_jacobian import said

Visit = Callable[..., AppTest]


def test_the_landscape_is_that_of_half_the_square_and_the_residuals_come_along(visit: Visit) -> None:
    (scene,) = drawn(visit("residuals", f="(x^2, x + y, 3y)", at="1, 2"))
    jet = floats(Program.from_wire(scene["program"]), (1.0, 2.0))
    assert jet[0] == 0.5 * (1 + 9 + 36) and jet[1:3] == [2 + 3, 3 + 18]
    parts = floats(Program.from_wire(scene["lab"]["data"]["program"]), (1.0, 2.0))
    assert parts == [1, 3, 6, 2, 0, 1, 1, 0, 3] and scene["lab"]["data"]["count"] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x^2 + y^2", "type two or more formulas"),
        ("f(x, y, z) = (x, y z)", "these have 3 variables"),
        ("f(t) = (t, t^2 - 1)", "these have one variable"),
    ],
)
def test_another_shape_costs_a_sentence_and_offers_what_to_do_instead(visit: Visit, text: str, words: str) -> None:
    at = visit("residuals", f=text)
    (scene,) = drawn(at)
    assert (scene["lab"] or {}).get("kind") != "residual" and words in said(at)
    assert "the fault is ours" not in said(at)
    leads = [link.proto.label for link in at.get("page_link")]
    assert ("Race the methods on these residuals" in leads) is ("," in text)
