"""The explore page, as a visitor without eyes for pictures meets it: its scene, its words, its formulas."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import gallery
from core.numeric import floats
from core.program import Program
from tests.pages.scenes import scene

Visit = Callable[..., AppTest]


def latex(at: AppTest) -> str:
    return " ".join(piece.value for piece in at.latex)


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def test_a_picture_is_there_before_anything_is_typed(visit: Visit) -> None:
    at = visit("explore")
    shown = scene(at)
    assert shown["kind"] == "plane" and len(shown["marks"]) == 9 and shown["badge"]["icon"] == "shield"
    assert "9 critical points: 4 minima, 1 maximum, 4 saddles" in shown["alt"]
    assert r"\nabla f(x, y)" in latex(at) and "H(x, y)" in latex(at)


@pytest.mark.parametrize("preset", [p.id for _, presets in gallery.menu() for p in presets])
def test_every_example_has_a_picture(visit: Visit, preset: str) -> None:
    at = visit("explore", f=gallery.get(preset).text)
    shown = scene(at)
    assert shown["kind"] == "plane" and shown["stale"] == ""
    assert [list(side) for side in gallery.get(preset).box] == shown["box"]
    assert "the fault is ours" not in words(at)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("f(x) = x^3", "line"), ("x^2", "plane"), ("3", "plane"), ("x^2 + y^2 + z^2", "plane"), ("a b c d x y z w", "plane"),
     ("(x y, x + y)", "plane"), ("f(t) = (cos t, sin t)", "line"), ("f(x, y) = a x^2 + b y", "plane")],
)  # fmt: skip
def test_every_kind_of_function_has_its_picture(visit: Visit, text: str, kind: str) -> None:
    at = visit("explore", f=text)
    assert scene(at)["kind"] == kind and "the fault is ours" not in words(at)


def test_a_vector_function_shows_its_jacobian_and_each_component(visit: Visit) -> None:
    at = visit("explore", f="(x cos y, x sin y)", at="2, 0")
    assert "J(x, y)" in latex(at) and r"J(p) \approx \begin{bmatrix}1 & 0\\[4pt]0 & 2\end{bmatrix}" in latex(at)
    norm = visit("explore", f="(x cos y, x sin y)", show="½‖f‖²")
    assert scene(norm)["name"] == "½‖f‖²"


def test_a_path_starts_at_the_held_point_and_says_how_it_ended(visit: Visit) -> None:
    for method in ("Gradient descent", "Momentum", "Newton"):
        (path,) = scene(visit("explore", path=method, at="1, 2.4"))["paths"]
        assert path["points"][0] == [1.0, 2.4] and path["method"] == method.lower().replace("newton", "Newton")
        ended = "it ran out of steps." if method == "Momentum" else "the gradient vanished."
        assert path["sentence"].endswith(ended)


@pytest.mark.parametrize("text", ["sqrt(-1 - x^2)", "1/(x - x)", "ln(-1)"])
def test_a_function_that_is_nowhere_defined_gets_a_sentence_and_the_last_picture_stays(visit: Visit, text: str) -> None:
    at = visit("explore", f=text)
    assert len(scene(at)["marks"]) == 9 and scene(at)["stale"]
    assert "." in words(at) and "the fault is ours" not in words(at)


def test_a_silent_test_is_drawn_as_such(visit: Visit) -> None:
    shown = scene(visit("explore", f="x^4 + y^4"))
    assert [m["kind"] for m in shown["marks"]] == ["inconclusive"] and shown["badge"]["icon"] == "shield"
    assert shown["undecided"] == []


def test_a_parameter_is_a_slider_whose_value_is_in_the_figure(visit: Visit) -> None:
    at = visit("explore", f="f(x, y) = a x^2 + y^2", p_a="3")
    assert [(g["name"], g["value"]) for g in scene(at)["letters"]] == [("a", 3.0)] and "a" in latex(at)
    assert floats(Program.from_wire(scene(at)["program"]), [2.0, 1.0, 3.0])[:3] == [13.0, 12.0, 2.0]


def test_parts_of_the_page(visit: Visit) -> None:
    at = visit("explore")
    labels: list[Any] = [tab.label for tab in at.tabs]
    assert labels == ["Derivatives, exact", "Critical points", "Surface"]


HARD = {  # a formula, what stands above the echo, and what the figure draws
    "|x| + |y|": ("Kink along $x = 0$ · Kink along $y = 0$", ["kink", "kink"]),
    "sqrt(x^2 + y^2)": ("Cone tip at $(x, y) = (0, 0)$", ["tip"]),
    "xy(x^2 - y^2)/(x^2 + y^2)": ("Hessian not symmetric at $(x, y) = (0, 0)$", ["hole", "H not symmetric"]),
    "ln x + 1/y": ("Edge of the domain along $x = 0$ · Pole along $y = 0$", ["edge", "pole"]),
    "y tan x": (r"Pole along $\cos{\left(x \right)} = 0$", ["pole"]),
    "x^2 y/x": ("Hole along $x = 0$", ["hole"]),
    "max(x, y)": ("Kink along $x = y$", ["kink"]),
    "sqrt(1 - x^2 - y^2)": ("Edge of the domain along $x^{2} + y^{2} = 1$", ["edge"]),
    "f(x, y) = sign(x) y": ("Jump along $x = 0$", ["jump"]),
    "x|x|": ("Second derivative jumps along $x = 0$", ["H jumps"]),
    "f(x) = x|x|": ("Second derivative jumps at $x = 0$", ["f″ jumps"]),
    "f(x) = tan x": (r"Pole along $\cos{\left(x \right)} = 0$", ["pole"]),
    "f(x) = sin(x)/x": ("Hole at $x = 0$", ["hole"]),
}


@pytest.mark.parametrize("text", HARD)
def test_what_is_missing_is_named_above_the_echo_and_drawn(visit: Visit, text: str) -> None:
    at = visit("explore", f=text)
    named, drawn = HARD[text]
    assert named in words(at) and "the fault is ours" not in words(at) and not at.exception
    assert [edge["label"] for edge in scene(at)["edges"]] == drawn


def test_where_a_function_fails_has_its_section_with_sentences(visit: Visit) -> None:
    said = words(visit("explore", f="xy(x^2 - y^2)/(x^2 + y^2)"))
    assert "Where this fails" in said and "the limit 0" in said and "d/dy of f_x is −1, d/dx of f_y is 1" in said
    assert "Where this fails" not in words(visit("explore", f="x^2 + y^2"))


def test_a_smooth_function_has_nothing_missing(visit: Visit) -> None:
    at = visit("explore", f="|x|^3 + y^2")
    assert scene(at)["edges"] == [] and "warning_amber" not in words(at)


def test_a_plane_through_space_shows_the_edges_that_meet_it(visit: Visit) -> None:
    shown = scene(visit("explore", f="1/(x + y + z)", at="1, 1, 2"))
    (edge,) = shown["edges"]
    assert edge["kind"] == "pole" and edge["program"]["inputs"] == 2


def test_a_formula_too_long_for_the_browser_comes_as_values_with_a_sentence(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import settings

    monkeypatch.setattr(settings, "SENT_OPERATIONS", 5)
    for page in ("explore", "hessian", "taylor", "steps", "optimizers", "critical_points"):
        at = visit(page, f="f(x, y) = a x^2 + ln(y)", p_a="3", box="-1, 1; -1, 1")
        assert not at.exception and "the fault is ours" not in words(at)
        given = scene(at)
        assert "too long to be computed in the browser" in given["caption"] and given["lab"] is None
        table = given["table"]
        n = table["nodes"]
        assert len(table["values"]) == n * n and given["program"]["code"] == []
        top = table["values"][-1]  # at (1, 1)
        assert top == pytest.approx(3.0) and table["values"][0] is None  # no logarithm at (-1, -1)
