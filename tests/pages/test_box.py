"""The box on the page: fit writes a window as if typed, levels reach the scene, letters have sliders and stay letters."""

import math
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from core.problem import read_box
from core.program import Program
from core.ui import inputs, parameters
from tests.pages.conftest import settled
from tests.pages.scenes import scene

Visit = Callable[..., AppTest]
BOWL = "f(x, y) = a x^2 + b y^2"


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def link(at: AppTest) -> dict[str, list[str]]:
    return parse_qs(urlsplit(next(c.value for c in at.code if "f=" in c.value)).query)


def stated(at: AppTest, key: str) -> str:
    """What the address bar says: a list with one entry once the page itself has written it."""
    value = at.query_params[key]
    return value if isinstance(value, str) else value[0]


def fit(at: AppTest) -> AppTest:
    return settled(at.button(key="fit_window").click().run())


# Fit


@pytest.mark.parametrize("page", ["explore", "critical_points"])
def test_fit_writes_the_window_into_field_link_and_figure(visit: Visit, page: str) -> None:
    at = fit(visit(page, f="(x - 30)^2 + y^2", box="-1, 1; -1, 1"))
    box = read_box(at.text_input(key="box").value)
    assert box == ((25.0, 35.0), (-5.0, 5.0))
    assert link(at)["box"] == ["25, 35; -5, 5"]
    assert scene(at)["box"] == [list(side) for side in box] and len(scene(at)["marks"]) == 1


@pytest.mark.parametrize(
    ("text", "sides"),
    [("f(t) = sin(t)", 1), ("x^2 + y^2 + z^2", 3), ("(x y, x + y)", 2), ("sqrt(-1 - x^2)", 2), ("x +", 2)],
)
def test_fit_answers_for_every_kind_of_question(visit: Visit, text: str, sides: int) -> None:
    at = fit(visit("explore", f=text))
    assert len(read_box(at.text_input(key="box").value)) == sides
    assert "the fault is ours" not in words(at) and not at.exception


def test_a_held_point_stays_if_the_window_has_it_and_goes_if_not(visit: Visit) -> None:
    assert fit(visit("explore", f="x^2 + y^2", at="1.25, 0.5")).text_input(key="at").value == "1.25, 0.5"
    at = visit("explore", f="x^2 + y^2 - x")
    at.text_input(key="at").set_value("4.5, 0.5").run()
    assert fit(at).text_input(key="at").value == "" and scene(at)["point"] != [4.5, 0.5]


def test_fit_knows_the_values_of_the_letters(visit: Visit) -> None:
    at = fit(visit("explore", f="f(x, y) = (x - c)^2 + y^2", p_c="40"))
    assert scene(at)["box"][0] == [35.0, 45.0]


# Levels


@pytest.mark.parametrize(
    ("chosen", "rule"), [("Automatic", "auto"), ("Linear", "linear"), ("Logarithmic", "log"), ("Quantile", "quantile")]
)
def test_the_link_says_the_rule_of_the_levels(visit: Visit, chosen: str, rule: str) -> None:
    at = visit("critical_points", levels=chosen)
    assert at.selectbox(key="levels").value == chosen and scene(at)["levels"] == rule


def test_a_rule_nobody_knows_is_the_automatic_one(visit: Visit) -> None:
    at = visit("explore", levels="Logarithmisch")
    assert scene(at)["levels"] == "auto" and not at.exception


def test_a_curve_has_no_contours_and_no_rule_for_them(visit: Visit) -> None:
    at = visit("explore", f="f(x) = x^2", levels="Quantile")
    assert "levels" not in scene(at) and "levels" not in [s.key for s in at.selectbox]


# Parameters


def slid(at: AppTest, **values: float) -> AppTest:
    """The page after the sliders of its figure were let go at these values."""
    for name, value in values.items():
        at.session_state[f"_parameter_{name}"] = value
    return settled(at.run())


def letters(at: AppTest) -> dict[str, float]:
    return {letter["name"]: letter["value"] for letter in scene(at)["letters"]}


def test_a_page_with_a_live_figure_has_its_sliders_there(visit: Visit) -> None:
    at = visit("explore", f="f(x, y) = a x^2 + b y^2 + k_1 x", p_b="12")
    assert letters(at) == {"a": 1.0, "b": 12.0, "k_1": 1.0} and not at.slider
    given = scene(at)["letters"]
    assert [(g["lo"], g["hi"], g["spoken"]) for g in given[1:]] == [
        (-20.0, 20.0, "Slider of b"),
        (-5.0, 5.0, "Slider of k 1"),
    ]
    assert letters(slid(at, a=-2.5)) == {"a": -2.5, "b": 12.0, "k_1": 1.0} and link(at)["p_a"] == ["-2.5"]
    assert Program.from_wire(scene(at)["program"]).inputs == 2 + 3


@pytest.mark.parametrize("value", ["nan", "inf", "1e12", "a", "-"])
def test_a_link_with_no_number_for_a_letter_leaves_the_figure_its_first(visit: Visit, value: str) -> None:
    at = visit("explore", f=BOWL, p_a=value)
    assert letters(at)["a"] == parameters.FIRST and "the fault is ours" not in words(at)


def test_every_letter_left_over_has_a_slider_and_begins_at_one(visit: Visit) -> None:
    at = visit("jacobian", f="f(x, y) = a x^2 + b y^2 + c x + d y + g x y + h x^3 + k y^3 + m")
    assert letters(at) == dict.fromkeys("abcdghkm", 1.0) and "the fault is ours" not in words(at)


def test_the_link_has_the_values_of_the_letters_there_are(visit: Visit) -> None:
    at = visit("jacobian", f=BOWL, p_b="-0.5", p_c="7")
    assert stated(at, "p_b") == "-0.5" and not {"p_a", "p_c"} & set(at.query_params)
    assert stated(slid(at, a=2.0), "p_a") == "2" and "p_a" not in slid(at, a=1.0).query_params
    at.text_input(key="f").set_value("f(x, y) = b x^2 + c y^2").run()
    assert letters(settled(at)) == {"b": -0.5, "c": 1.0} and stated(at, "p_b") == "-0.5"
    at.text_input(key="f").set_value("x^2 + y^2").run()
    assert "p_b" not in at.query_params and not letters(settled(at))


def test_formulas_keep_the_letters_and_points_are_for_the_values(visit: Visit) -> None:
    at = visit("explore", f="f(x, y) = a x^2 + b y^2", p_a="2", p_b="-3")
    formulas = " ".join(piece.value for piece in at.latex)
    assert "2 a x" in formulas and "2 b y" in formulas
    assert [m["kind"] for m in scene(at)["marks"]] == ["saddle"]
    assert scene(at)["badge"]["text"].endswith("For a = 2, b = −3.")
    assert "Exact for every value of the letters. For a = 2, b = −3 in the figure" in words(at)
    assert "For a = 2, b = −3." in words(visit("critical_points", f="f(x, y) = a x^2 + b y^2", p_a="2", p_b="-3"))


def test_numbers_of_a_vector_function_are_for_the_values(visit: Visit) -> None:
    at = visit("explore", f="f(x, y) = (a x, x y)", p_a="7", at="1, 2")
    assert r"J(p) \approx \begin{bmatrix}7 & 0\\[4pt]2 & 1\end{bmatrix}" in " ".join(piece.value for piece in at.latex)


def test_a_value_without_a_function_costs_the_picture_and_nothing_else(visit: Visit) -> None:
    at = visit("explore", f="f(x, y) = x^2/(a - 1) + y^2")  # a is 1 at first
    assert r"\nabla f" in " ".join(piece.value for piece in at.latex) and not at.exception
    slid(at, a=2.0)
    assert [m["kind"] for m in scene(at)["marks"]] == ["minimum"] and not scene(at)["stale"]
    slid(at, a=0.0)
    assert [m["kind"] for m in scene(at)["marks"]] == ["saddle"] and "the fault is ours" not in words(at)


def test_a_moved_slider_asks_for_no_new_derivatives(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from core import engine

    asked: list[str] = []
    start = engine.start
    monkeypatch.setattr(
        engine, "start", lambda job, *rest, **more: asked.append(str((job, rest, more))) or start(job, *rest, **more)
    )
    at = visit("explore", f=BOWL)
    slid(at, a=4.0)
    derived = {call for call in asked if call.startswith("('derive'")}
    searched = {call for call in asked if call.startswith("('critical'")}
    assert len(derived) == 1 and len(searched) == 2


def test_a_slider_moves_the_last_picture_while_the_formula_is_broken(visit: Visit) -> None:
    at = visit("explore", f=BOWL)
    at.text_input(key="f").set_value("f(x, y) = a x^2 +").run()
    slid(at, a=3.0)
    assert scene(at)["stale"] and letters(at)["a"] == 3.0


def test_a_range_holds_its_value_and_is_a_round_number() -> None:
    for value in (0.0, 5.0, -5.1, 10.0, 99.0, -1e9, 3e5):
        reach = parameters.reach_of(value)
        assert abs(value) <= reach <= max(5.0, 2.5 * abs(value))
        assert reach / 10 ** math.floor(math.log10(reach)) in (1.0, 2.0, 5.0)
    assert inputs.write_box(((-1.0, 3.0),)) == "-1, 3"
