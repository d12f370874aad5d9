"""The page of the Jacobian: matrix, picture and words for every shape of map, and a sentence for every failure."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import gallery
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
    assert not at.error and "numerical" in said(at) and "J(x, y)" not in said(at) and len(scenes(at)) == 3


def test_the_microscope_shows_square_image_and_gap(visit: Visit) -> None:
    at = visit("jacobian", f=RIPPLE)
    left, right, loglog = scenes(at)
    assert "side 0.8" in left["alt"] and "0.463" in right["alt"] and "in proportion to h" in loglog["alt"]
    assert ":red[0.463]" in said(at) and "### 0.526" in said(at) and "numerical" in said(at)
    assert {part["token"] for part in right["parts"] if part["part"] == "arrow"} == {"ochre", "violet", "error"}


def test_zooming_shrinks_the_gap_tenfold(visit: Visit) -> None:
    at = visit("jacobian", f=RIPPLE)
    at.button(key="go_zoom").click().run()
    assert at.number_input(key="h").value == pytest.approx(0.08)
    assert ":red[0.0397]" in said(at)  # |(sin 0.58 - sin 0.5 - 0.08 cos 0.5, sin 1.08 - sin 1 - 0.08 cos 1)| / 0.08
    at.number_input(key="h").set_value(0.5).run()
    assert "side 0.5" in scenes(at)[0]["alt"]


def test_a_link_restores_side_and_grid(visit: Visit) -> None:
    at = visit("jacobian", f=RIPPLE, h="0.2", whole="true")
    left = scenes(at)[0]
    assert "side 0.2" in left["alt"] and left["box"][0] == [-3.2, 3.2] and "h=0.2" in at.code[0].value


def test_a_straight_map_is_said_to_be_straight(visit: Visit) -> None:
    at = visit("jacobian", f="(2x + y, x - y)")
    assert "this map is straight already" in said(at) and len(scenes(at)) == 2
    assert "turned over" in said(at)


def test_the_gradient_becomes_the_map_by_one_click(visit: Visit) -> None:
    at = visit("jacobian", f="x^3 y + x y^2")
    assert "J is 1 × 2" in said(at) and [scene["kind"] for scene in scenes(at)] == ["plane"]
    at.button(key="take_gradient").click().run()
    assert "J is 2 × 2" in said(at) and at.text_input(key="f").value.startswith("g(x, y) = (")
    assert "6 x y" in said(at).replace(r"\,", " ")


@pytest.mark.parametrize(
    ("text", "pictures", "sentence"),
    [("f(x) = x^3", 1, "the matrix is the slope"), ("f(t) = (cos t, sin t)", 1, "its velocity"),
     ("(x, y, x^2 - y^2)", 1, "Singular values"), ("f(x, y, z) = (x y, y z)", 0, "no picture"),
     ("f(t) = (cos t, sin t, t)", 0, "its velocity"), ("x y z", 0, "the largest slope"), ("3", 1, "J is 1 × 1"),
     ("f(x, y) = 3", 1, "Rank at p: 0"), ("f(a,b,c,d,p,q,r,s) = (a,b,c,d,p,q,r,s)", 0, "Rank at p: 8"),
     ("(|x|, y)", 0, "no value")],
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
    assert "0.463" in scenes(at)[1]["alt"] and "Still the last formula" in said(at)


def test_exact_numbers_at_the_point_are_those_of_the_letters(visit: Callable[..., AppTest]) -> None:
    at = visit("jacobian", f="f(x, y) = (a x^2, x y)", p_a="3", at="1, 1")
    said = " ".join(element.value for kind in (at.latex, at.markdown) for element in kind)
    assert r"\det J(p) = 6" in said
