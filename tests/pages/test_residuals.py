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


@pytest.mark.parametrize("text", ["x^2 + y^2", "f(x, y, z) = (x, y z)", "(x, y, z)"])
def test_another_shape_costs_a_sentence(visit: Visit, text: str) -> None:
    at = visit("residuals", f=text)
    (scene,) = drawn(at)
    assert scene["lab"] is None and "two or more formulas in two variables" in said(at)
