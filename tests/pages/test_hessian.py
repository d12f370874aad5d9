"""The page of the Hessian: the dial and its account, two routes to a mixed derivative, and what is not claimed."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import gallery
from tests.pages.test_jacobian import said, scenes

Visit = Callable[..., AppTest]
KNOWN = {"f": "1.5x^2 + 2xy + 1.5y^2", "at": "0, 0", "box": "-2, 2; -2, 2"}


def theta(at: AppTest) -> float:
    return float(scenes(at)[0]["lab"]["values"]["theta"])


def test_the_known_dial_is_given_to_the_hand_with_what_is_exact(visit: Visit) -> None:
    at = visit("hessian", **KNOWN)
    words = said(at)
    assert r"H(p) = \begin{bmatrix}3 & 2\\[4pt]2 & 3\end{bmatrix}" in words and r"\lambda_{1} = 5" in words
    assert theta(at) == 30.0 and len(scenes(at)) == 1


@pytest.mark.parametrize(
    ("link", "shown"), [("0", 0.0), ("135", 135.0), ("360", 360.0), ("400", 30.0), ("nan", 30.0), ("x", 30.0)]
)
def test_the_direction_is_that_of_the_link(visit: Visit, link: str, shown: float) -> None:
    at = visit("hessian", **KNOWN, theta=link)
    assert theta(at) == shown
    at.session_state["theta"] = 77.0
    at.run()
    assert theta(at) == 77.0 and "theta=77" in at.code[0].value


@pytest.mark.parametrize(
    ("link", "shown"), [("12", 12), ("21", 21), ("0", 0), ("13", 0), ("11.5", 0), ("-1", 0), ("99", 0), ("x", 0)]
)
def test_the_entry_is_that_of_the_link(visit: Visit, link: str, shown: int) -> None:
    assert scenes(visit("hessian", **KNOWN, entry=link))[0]["lab"]["values"]["entry"] == shown


def test_every_entry_has_its_formula_in_one_line(visit: Visit) -> None:
    at = visit("hessian", f="x^3 y - x y^2", at="1, 2")
    assert scenes(at)[0]["lab"]["data"]["formulas"] == [["6xy", "3x² − 2y"], ["3x² − 2y", "−2x"]]
    assert scenes(visit("hessian", f="(x y, x + y)"))[0]["lab"]["data"]["formulas"] == []


def test_more_variables_have_a_dial_in_a_plane_and_all_of_the_matrix_below(visit: Visit) -> None:
    at = visit("hessian", f="x y z + z^2 + x^2", at="1, 1, 1")
    (figure,) = scenes(at)
    assert figure["names"] == ["x", "y"] and not figure["whole"] and figure["lab"]["kind"] == "dial"
    assert r"\begin{bmatrix}2 & 1 & 1\\[4pt]1 & 0 & 1\\[4pt]1 & 1 & 2\end{bmatrix}" in said(at)


def test_one_variable_has_its_graph_under_the_hand(visit: Visit) -> None:
    at = visit("hessian", f="f(x) = x^3 - x", at="1")
    (figure,) = scenes(at)
    assert figure["kind"] == "line" and figure["lab"] is None and "f''(p) = \\begin{bmatrix}6" in said(at)


def test_the_gradient_differentiated_again_matches_values_of_f_alone(visit: Visit) -> None:
    at = visit("hessian", f="x^3 y + x y^2", at="1, 2")
    assert "They match, entry by entry." in said(at) and r"J_{\nabla f}(x, y) = " in said(at)


def test_where_the_order_matters_the_quotients_are_said(visit: Visit) -> None:
    at = visit("hessian", f=gallery.get("unequal").text, at="0, 0")
    assert "the quotients settle at −1.000 and 1.000" in said(at) and "Symmetric here" not in said(at)


@pytest.mark.parametrize(("text", "at"), [("|x| + y^2", "0, 1"), ("max(x, y)", "1, 1"), ("ln(x) + y", "-1, 1")])
def test_symmetry_is_not_claimed_at_a_seam(visit: Visit, text: str, at: str) -> None:
    page = visit("hessian", f=text, at=at)
    assert "Not checked" in said(page) and "Symmetric here" not in said(page)


def test_symmetry_is_claimed_where_f_is_smooth(visit: Visit) -> None:
    assert "Symmetric here, because the second partials are continuous." in said(
        visit("hessian", f="|x| + y^2", at="1, 1")
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("f(x) = x^3", "bends up"), ("x y z + z^2", "indefinite"), ("x^2 + y^2", "positive definite"), ("3", "zero"),
     ("(x y, x + y)", "scalar functions"), ("f(x, y) = a x^2 + b y^2", "positive definite"), ("f(x) = 3", "straight"),
     ("a b c d x y z w", "Curvature along it"), ("-(x^2 + y^2 + z^2)", "negative definite")],
)  # fmt: skip
def test_every_kind_of_function_has_its_sentence(visit: Visit, text: str, sentence: str) -> None:
    at = visit("hessian", f=text)
    words = said(at) + " ".join(c.value for c in at.caption)
    assert sentence in words and "the fault is ours" not in words and not at.exception


@pytest.mark.parametrize("text", ["x +", "", "sqrt(-1 - x^2)"])
def test_a_slip_keeps_the_last_picture(visit: Visit, text: str) -> None:
    at = visit("hessian", **KNOWN)
    at.text_input(key="f").set_value(text).run()
    assert "1.5" not in text and scenes(at)[0]["stale"].startswith("Still the last formula")
