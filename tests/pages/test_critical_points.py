"""The page of critical points: the list, how sure it is, what happens at each point, and what it says when it cannot.

Where a test needs more than the worker it runs with can prove, the record is written by hand (`tests.pages.records`).
"""

import math
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import compute
from tests.pages import records
from tests.pages.conftest import settled
from tests.pages.records import known, point
from tests.pages.scenes import drawn, scene

Visit = Callable[..., AppTest]
Given = Callable[[dict[str, Any]], None]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """`given(record)`: the page gets that record of critical points, whatever is asked."""

    def give(record: dict[str, Any]) -> None:
        monkeypatch.setattr(compute, "critical", lambda answered, shown: record)

    return give


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error, at.caption) for element in kind)


def table(at: AppTest) -> list[list[str]]:
    """The rows of the list, cell by cell, without its head."""
    (lines,) = [m.value.splitlines() for m in at.markdown if m.value.startswith("| ") and "decimal" in m.value]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines[2:]]


OPEN = "x sin(sqrt(|x|)) + y^2"  # has slope 0 at 0, where no formula for it is smooth


def chart(at: AppTest, title: str) -> dict[str, Any]:
    (found,) = [s for s in drawn(at) if s["kind"] == "chart" and title in s["title"]]
    return found


def arrows(at: AppTest) -> list[dict[str, Any]]:
    return [part for part in scene(at)["parts"] if part["part"] == "arrow"]


def test_the_table_names_every_point_with_its_evidence(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1")
    said = words(at)
    assert "All 3 critical points in this window: proved complete." in said
    assert said.count("**minimum**") == 2 and said.count("**saddle**") == 1
    assert r"\left(-1,\; -1\right)" in said and len(scene(at)["marks"]) == 3


def test_what_is_not_decided_is_said_and_drawn(visit: Visit) -> None:
    at = visit("critical_points", f=OPEN)
    assert "could not decide" in words(at) and scene(at)["undecided"]


def test_none_is_a_finding(visit: Visit) -> None:
    assert "There are none in this window. Proved." in words(visit("critical_points", f="e^x cos y"))


@pytest.mark.parametrize(
    "text", ["f(x) = x^3", "(x y, x + y)", "x^2 + y^2 + z^2", "x^4 + y^4 + z^4 + w^2", "x +", "", "sqrt(-1 - x^2)", "3"]
)
@pytest.mark.parametrize("more", [{}, {"hide": "true", "more": "Watch the proof"}, {"look": "nan, 1e999", "over": "?"}])
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str, more: dict[str, str]) -> None:
    at = visit("critical_points", f=text, **more)
    assert "the fault is ours" not in words(at) and not at.exception and scene(at)["program"]


def test_no_statement_stands_twice(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1")
    assert scene(at)["alone"] and words(at).count("proved complete") == 1


# The point that is looked at.


def test_the_point_with_most_to_tell_is_looked_at_first(visit: Visit, given: Given) -> None:
    given(records.monkey())
    at = visit("critical_points", f=records.MONKEY, box="-2, 2; -2, 2")
    assert r"both eigenvalues are 0: the Hessian test is silent" in words(at)
    assert "changes **6 times**" in words(at) and "Three ways down, three ways up" in words(at)
    assert "So it is a :violet[✕] **saddle**" in words(at) and "The lowest-order form takes both signs." in words(at)


def test_a_link_restores_the_point_with_the_test_written_out(visit: Visit, given: Given) -> None:
    given(records.monkey())
    at = visit("critical_points", f=records.MONKEY, box="-2, 2; -2, 2", look="-1.5, 0")
    assert at.selectbox(key="look").value == "-1.5, 0"
    assert r"\lambda_{1} = \frac{27}{2} > 0,\; \lambda_{2} = \frac{9}{2} > 0$: both positive" in words(at)
    assert "so a **strict local minimum**" in words(at) and "= 60.75 > 0$ and $f_{x x} > 0$: a minimum" in words(at)
    lengths = {a["name"]: math.dist(a["start"], a["end"]) for a in arrows(at)}
    assert lengths["λ₁"] > lengths["λ₂"] and all(not a["dash"] for a in arrows(at))
    slices = [s for s in drawn(at) if "eigenvector" in s.get("title", "")]
    assert [s["alt"].partition(", ")[0] for s in slices] == [
        "f along the eigenvector of λ₁ = 13.5",
        "f along the eigenvector of λ₂ = 4.5",
    ]  # as on the page of the Hessian the first one is the largest


def test_of_many_eigenvectors_the_steepest_and_the_flattest_are_shown(visit: Visit, given: Given) -> None:
    zeros = [0.0, 0.0, 0.0, 0.0, 4.0, 6.0]
    given(known(point(*[0.0] * 6, exact=["0"] * 6, eigenvalues=zeros)))
    at = visit("critical_points", f="x1^4 + x2^4 + x3^4 + x4^4 + 2x5^2 + 3x6^2")
    titles = [s["title"][-2:] for s in drawn(at) if "eigenvector" in s.get("title", "")]
    assert titles == ["λ₁", "λ₂", "λ₅", "λ₆"] and "Of 6 eigenvectors" in words(at)
    (listed,) = [m.value for m in at.markdown if m.value.startswith("| ")]
    assert r"$\left(0,\; 0,\; 0,\; 0,\; 0,\; 0\right)$ | 0 | 2 up, 4 flat |" in listed and "decimal" not in listed


def test_a_point_that_moved_a_little_is_still_the_one_looked_at(visit: Visit, given: Given) -> None:
    given(known(point(1.0, 0.0), point(1.5, 0.0, kind="saddle", eigenvalues=[-1.0, 1.0])))
    at = visit("critical_points", f="x y", look="1.52, 0")
    assert at.selectbox(key="look").value == "1.5, 0" and "a **saddle**" in words(at)


def test_a_point_that_is_no_longer_there_is_forgotten(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1", look="1, 1")
    at.text_input(key="f").set_value("(x - 3)^2 + y^2")
    assert settled(at.run()).selectbox(key="look").value == "" and "At $" in words(at)


def test_an_eigenvector_is_solid_where_f_bends_up_and_dashed_where_it_bends_down(visit: Visit) -> None:
    at = visit("critical_points", f="x^2 - 3y^2")
    down, up = arrows(at)
    assert down["dash"] and not up["dash"]
    across = [abs(b - a) for a, b in zip(up["start"], up["end"], strict=True)]
    assert across[0] > 0 and across[1] == pytest.approx(0, abs=1e-12)


def test_in_one_variable_the_second_derivative_decides(visit: Visit) -> None:
    at = visit("critical_points", f="f(x) = x^3 - 3x", box="-2, 2", look="1, ")
    assert "f''(p)" in words(at) and "Hessian test" not in words(at)
    assert chart(at, "")["alt"] == "Sign of f′ from −2 to 2: + up to x = −1, then − up to x = 1, then + to 2."


def test_a_silent_point_of_a_line_is_looked_at_from_both_sides(visit: Visit, given: Given) -> None:
    given(known(point(0.0, kind="inconclusive", eigenvalues=[0.0], exact_eigenvalues=["0"], nature="saddle")))
    at = visit("critical_points", f="f(x) = x^3", box="-2, 2")
    assert "$f'' = 0$: the second-derivative test is silent" in words(at)
    assert "is **−** 0.008; right of it **+** 0.008" in words(at)
    assert ":violet[✕] **horizontal inflection**" in words(at) and "1 :violet[✕] horizontal inflection" in words(at)


def test_three_variables_have_the_plane_through_the_point_and_a_slice_for_each_eigenvector(visit: Visit) -> None:
    at = visit("critical_points", f="x^2 + y^2 - z^2 + 2z", box="-2, 2; -2, 2; -2, 2")
    assert "The plane z = 1" in scene(at)["caption"] and [m["at"] for m in scene(at)["marks"]] == [[0.0, 0.0]]
    assert len([s for s in drawn(at) if "eigenvector" in s.get("title", "")]) == 3


# The walk.


def test_the_strip_numbers_six_changes_for_the_monkey_saddle(visit: Visit, given: Given) -> None:
    given(records.monkey())
    at = visit("critical_points", f=records.MONKEY, box="-2, 2; -2, 2", radius="50")
    strip = chart(at, "on the way round")
    spots = [part for part in strip["parts"] if part["part"] == "spot"]
    assert [s["name"] for s in spots] == ["1", "2", "3", "4", "5", "6"] and "at distance 0.25" in strip["alt"]
    arcs = [part["token"] for part in scene(at)["parts"] if part.get("width") == 7.0]
    assert sorted(arcs) == ["minus"] * 3 + ["plus"] * 3


def test_a_count_that_is_only_seen_is_not_called_proved(visit: Visit, given: Given) -> None:
    silent = point(0.0, 0.0, kind="inconclusive", eigenvalues=[0.0, 0.0], exact_eigenvalues=["0", "0"])
    given(known(silent, status="incomplete", sentence="1 critical point proved."))
    said = words(visit("critical_points", f="x^4 - y^4"))
    assert "floats see 4 changes" in said and "this count is not proved" in said and "Undecided." in said
    assert "smaller circle" not in said


def test_the_circle_can_be_left_out_of_the_map(visit: Visit, given: Given) -> None:
    given(records.monkey())
    at = visit("critical_points", f=records.MONKEY, box="-2, 2; -2, 2", over="Values")
    names = [part["name"] for part in scene(at)["parts"]]
    assert names.count("f = −0.8438") == 3 and "f = 0" in names and not any("∂" in name for name in names)
    assert not [part for part in scene(at)["parts"] if part.get("width") == 7.0]


# Curves, exact names.


def test_a_curve_of_critical_points_is_said_once_and_drawn(visit: Visit, given: Given) -> None:
    given(records.ring())
    at = visit("critical_points", f=records.RING, box="-2, 2; -2, 2")
    said = words(at)
    assert said.count("Every point of") == 1 and "= 0$ is critical: weak minimum." in said
    (curve,) = [part for part in scene(at)["parts"] if part["name"] == "weak minimum"]
    on = [math.hypot(*p) for p in curve["points"] if p]
    assert len(on) > 40 and all(r == pytest.approx(1.0, abs=1e-3) for r in on)


def test_a_root_of_a_polynomial_is_named_by_its_number_and_the_polynomial_on_demand(visit: Visit, given: Given) -> None:
    p = point(1.2128, 0.0, exact=["CRootOf(4*x**3 - 8*x + 3, 2)", "0"], exact_eigenvalues=["1", "1"])
    given(known(p, point(-1.0, 0.0, exact=["-1", "0"]), point(0.5, 0.0)))
    at = visit("critical_points", f="x^2 + y^2", look="1.2128, 0")
    assert table(at)[0][1] == r"$\left(\text{root 3 of }p_{1},\; 0\right)$" and "CRootOf" not in words(at)
    assert table(at)[0][2] == "(1.2128, 0)"
    inside = [m.value for e in at.expander for m in e.markdown]
    assert "$p_{1}(x) = 4 x^{3} - 8 x + 3$" in inside
    at.selectbox(key="look").set_value("0.5, 0").run()
    assert not at.expander


def test_exact_numbers_stand_with_their_decimals(visit: Visit, given: Given) -> None:
    given(records.monkey())
    row = table(visit("critical_points", f=records.MONKEY, box="-2, 2; -2, 2"))[1]
    assert row[1:5] == [
        r"$\left(\frac{3}{4},\; -\frac{3 \sqrt{3}}{4}\right)$",
        "(0.75, −1.299)",
        r"$-\frac{27}{32}$ = −0.84375",
        r"$\frac{9}{2},\; \frac{27}{2}$",
    ]


# Undecided boxes.


def test_zoom_here_sets_the_window_and_the_whole_window_comes_back(visit: Visit) -> None:
    at = visit("critical_points", f=OPEN, box="-2, 3; -2, 3")
    settled(at.button(key="zoom_0").click().run())
    sides = scene(at)["box"]
    assert all(low <= 0 <= high and 0 < high - low < 0.1 for low, high in sides)
    assert at.text_input(key="box").value != "-2, 3; -2, 3"
    settled(at.button(key="zoom_out").click().run())
    assert at.text_input(key="box").value == "-2, 3; -2, 3" and "zoom_out" not in [b.key for b in at.button]


def test_another_function_has_no_way_back_to_the_window_of_the_last(visit: Visit) -> None:
    at = visit("critical_points", f=OPEN, box="-2, 3; -2, 3")
    settled(at.button(key="zoom_0").click().run())
    at.text_input(key="f").set_value("x^2 + y^2")
    assert "zoom_out" not in [b.key for b in settled(at.run()).button]


# Predict before reveal.


def test_hidden_kinds_are_told_by_nothing_on_the_page(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1", hide="true")
    assert at.toggle(key="hide").value and {m["kind"] for m in scene(at)["marks"]} == {"unknown"}
    told = " ".join([words(at), *(s["alt"] for s in drawn(at))]).split("**The idea")[0]
    for word in ("**minimum**", "**saddle**", "minima", "eigenvalues $", "λ₁", "strict local minimum**"):
        assert word not in told
    assert "All 3 critical points in this window: proved complete." in words(at)
    assert "look" not in [s.key for s in at.selectbox]


def test_the_slopes_of_a_line_are_hidden_too(visit: Visit) -> None:
    assert [s for s in drawn(visit("critical_points", f="f(x) = x^3 - 3x")) if s["alt"].startswith("Sign of f′")]
    at = visit("critical_points", f="f(x) = x^3 - 3x", hide="true")
    assert not [s for s in drawn(at) if s["alt"].startswith("Sign of f′")]


def test_a_check_says_how_many_are_right_and_answers_each_wrong_guess_with_its_numbers(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1", hide="true")
    guesses = [s for s in at.selectbox if s.key and s.key.startswith("guess_")]
    for box, kind in zip(guesses, ("minimum", "minimum", "maximum"), strict=True):
        box.set_value(kind)
    settled(at.button(key="go_check").click().run())
    said = words(at)
    assert "**1 of 3 right.**" in said and not at.toggle(key="hide").value
    assert "saddle, not a minimum. One eigenvalue is −4: f falls along its eigenvector." in said
    assert "minimum, not a maximum. The eigenvalues are 8 and 16, all of one sign: f rises in every direction." in said
    assert {m["kind"] for m in scene(at)["marks"]} == {"minimum", "saddle"}
    at.button(key="close_answers").click().run()
    assert "right.**" not in words(at)


def test_answers_are_forgotten_with_their_question(visit: Visit) -> None:
    at = visit("critical_points", f="x^2 + y^2", hide="true")
    (guess,) = [s for s in at.selectbox if s.key and s.key.startswith("guess_")]
    guess.set_value("minimum")
    settled(at.button(key="go_check").click().run())
    assert "**Right.**" in words(at)
    at.text_input(key="f").set_value("x^2 - y^2")
    assert "**Right.**" not in words(settled(at.run()))


# The proof, to be watched.


def test_the_proof_is_asked_for_only_when_it_is_to_be_watched(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1")
    assert "proof" not in at.session_state["_stages"]
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1", more="Watch the proof", level="1")
    assert at.slider(key="level").value == 1 and "Level 1: **" in words(at)
    settled(at.slider(key="level").set_value(at.slider(key="level").max).run())
    assert "**0** boxes open" in words(at) and "**3** different points caught" in words(at)


def test_the_boxes_of_one_variable_stand_under_each_other(visit: Visit) -> None:
    at = visit("critical_points", f="f(x) = x^3 - 3x", more="Watch the proof", level="1")
    assert any(s["alt"].startswith("Level 1") for s in drawn(at)) and not at.exception
