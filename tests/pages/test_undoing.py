"""The page of undoing: its target, chosen or not, and a sentence for maps of another shape."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.scenes import drawn
from tests.pages.test_jacobian import said

Visit = Callable[..., AppTest]
FOLD = "(x^2 - y, y^2 - x)"


def values(at: AppTest) -> dict[str, Any]:
    (scene,) = drawn(at)
    assert scene["lab"]["kind"] == "undoing"
    return dict(scene["lab"]["values"])


def test_a_target_nobody_chose_is_the_image_of_a_point_near_the_start(visit: Visit) -> None:
    found = values(visit("undoing", f=FOLD, at="1, -1"))
    x, y = 1 - 0.09 * 3, -1 + 0.06 * 3
    assert abs(found["gx"] - (x * x - y)) < 1e-3 and abs(found["gy"] - (y * y - x)) < 1e-3


def test_a_target_of_the_link_is_kept_where_it_is_one(visit: Visit) -> None:
    assert values(visit("undoing", f=FOLD, goal_x="0.25", goal_y="-2")) == {"gx": 0.25, "gy": -2.0}
    assert abs(values(visit("undoing", f=FOLD, goal_x="nan", goal_y="much"))["gx"]) < 10
    assert r"\det J(x, y) = 4 x y - 1" in said(visit("undoing", f=FOLD))


def test_of_a_scalar_the_gradient_is_undone(visit: Visit) -> None:
    at = visit("undoing", f="f(x, y) = a x^2 + y^2", p_a="3", at="1, -1")
    found, x, y = values(at), 1 - 0.09 * 10, -1 + 0.06 * 10
    assert abs(found["gx"] - 6 * x) < 1e-3 and abs(found["gy"] - 2 * y) < 1e-3 and "its gradient" in said(at)


def test_another_shape_costs_a_sentence(visit: Visit) -> None:
    at = visit("undoing", f="(x, y, x y)")
    assert drawn(at) == [] and "from the plane to the plane" in said(at) and "the fault is ours" not in said(at)
    assert drawn(visit("undoing", f="(|x|, ln(y))", at="0, -1")) != []
