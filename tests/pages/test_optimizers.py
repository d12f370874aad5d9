"""The page of optimizers: every step can be looked at, and every run ends in a sentence with a kind of point."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import scenery
from core.ui.entrants import ENTRANTS, title
from tests.pages.conftest import settled
from tests.pages.scenes import leaves

Visit = Callable[..., AppTest]


def words(at: AppTest) -> str:
    """What the page says, and what it gives the race to say."""
    said = [element.value for kind in (at.text, at.markdown, at.error) for element in kind]
    for race in results(at):
        said += [race["said"], *(row["sentence"] for row in race["rows"])]
    return " ".join(said)


def results(at: AppTest) -> list[dict[str, Any]]:
    return [scene["lab"]["data"] for scene in scenes(at) if scene["kind"] == "chart"]


def scenes(at: AppTest) -> list[dict[str, Any]]:
    found = [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live")]
    return [dict(json.loads(figure.proto.json)[0]) for figure in found]


def landscape(at: AppTest) -> dict[str, Any]:
    (found,) = [scene for scene in scenes(at) if scene["kind"] != "chart"]
    return found


def chart(at: AppTest) -> dict[str, Any]:
    (found,) = [scene for scene in scenes(at) if scene["kind"] == "chart"]
    return found


def test_every_run_says_at_which_kind_of_point_it_ended(visit: Visit) -> None:
    at = visit("optimizers", at="0, 0")
    said = words(at)
    assert "Newton came to the maximum (−0.2708, −0.923) after" in said
    assert "Gradient descent came to the minimum (3, 2) after" in said
    assert "f* = 0, the lowest proved minimum in the window" in said
    assert [path["method"] for path in landscape(at)["paths"]] == ["gradient descent", "momentum", "Newton"]
    descent, _, newton = results(at)[0]["rows"]
    assert newton["end"] == {"kind": "maximum", "nature": None, "at": [-0.2708, -0.923]}
    assert (
        newton["evidence"] in ("exact", "certified")
        and newton["hessians"] == newton["gradients"] == newton["steps"] + 1
    )
    assert descent["end"]["kind"] == "minimum" and descent["hessians"] == 0


def test_letters_have_a_sweep_of_their_own_and_the_last_one_holds_until_it_is_there(visit: Visit) -> None:
    at = visit("optimizers", f="f(x, y) = a x^2 + 10 y^2", p_a="3", at="1, 1")
    (first,) = results(at)
    assert "a = 3, evenly spaced" in first["rated"] and len(first["sweeps"]) == 2
    for each in first["sweeps"]:
        assert each["rate"] == each["rates"][each["best"]]
    at.session_state["_parameter_a"] = 9.0
    (between,) = results(at.run())
    assert between["sweeps"] and "evenly spaced" in between["rated"]
    (second,) = results(settled(at))
    assert "a = 9, evenly spaced" in second["rated"]


def test_a_run_that_came_to_no_point_says_why(visit: Visit) -> None:
    ((row, *_),) = (race["rows"] for race in results(visit("optimizers", f="x^2 + 10y^2", at="4, 1", rate="0.3")))
    assert row["end"] is None and row["words"] == "It diverges: the points run away" and row["evidence"] == ""


def test_map_and_results_say_that_they_are_of_the_same_runs(visit: Visit) -> None:
    seen = []
    for link in ({}, {"at": "1, 1"}, {"rate": "0.01"}, {"methods": "Newton"}):
        at = visit("optimizers", **link)
        assert landscape(at)["lab"]["data"]["of"] == results(at)[0]["of"]
        seen.append(results(at)[0]["of"])
    assert len(set(seen)) == len(seen)


def test_from_the_very_line_descent_comes_to_the_saddle(visit: Visit) -> None:
    at = visit("optimizers", f="x^2 - y^2", at="1, 0", rate="0.1")
    assert "Gradient descent came to the saddle (0, 0)" in words(at)
    assert "No minimum is known here" in words(at) and chart(at)["alt"].startswith("‖∇f‖")


def test_a_run_of_one_variable_has_no_saddles(visit: Visit) -> None:
    at = visit("optimizers", f="f(x) = x^3", at="1", rate="0.1")
    said = " ".join([*(text.value for text in at.text), *(row["sentence"] for row in results(at)[0]["rows"])])
    assert "Newton came to 0 after" in said or "Newton came to the horizontal inflection" in said
    assert "saddle" not in said


def test_the_step_that_is_shown_is_in_the_link_and_the_whole_runs_are_sent(visit: Visit) -> None:
    at, whole = visit("optimizers", k="3"), visit("optimizers")
    assert (landscape(at)["lab"]["values"]["k"], landscape(whole)["lab"]["values"]["k"]) == (3, -1)
    assert landscape(at)["paths"] == landscape(whole)["paths"] and chart(at)["parts"] == chart(whole)["parts"]
    assert landscape(at)["lab"]["data"]["longest"] == max(row["steps"] for row in results(at)[0]["rows"])
    rows = [len([line for line in words(page).splitlines() if line.startswith("| ")]) for page in (at, whole)]
    assert rows[0] < rows[1]


def test_what_the_hand_leaves_is_checked(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, Any] = {}
    monkeypatch.setattr(scenery.kept, "hold", held.__setitem__)
    for k, said in ((4.0, 4), (-1.0, None), (2.5, "nothing"), (True, "nothing"), ("3", "nothing"), (1e9, "nothing")):
        held.clear()
        scenery.let_go({"k": k})
        assert held.get("k", "nothing") == said


def test_in_space_a_box_chooses_the_step(visit: Visit) -> None:
    at = visit("optimizers", f="x^2 + 2y^2 + 3z^2", k="2")
    assert at.number_input(key="k").value == 2 and all(len(part["points"]) <= 3 for part in chart(at)["parts"])


def test_the_methods_and_their_constants_are_in_the_link(visit: Visit) -> None:
    at = visit("optimizers", f="(x^2 + 10y^2)/2", at="10, 1", methods="Gradient descent", rate="0.21")
    (path,) = landscape(at)["paths"]
    assert path["method"] == "gradient descent" and path["points"][1] == pytest.approx([7.9, -1.1])
    assert "it diverges" in words(at) or "ran out of steps" in words(at)
    assert "| the start | 10 | 0.1 | 0.2 |" in words(at)


def test_newtons_hessian_is_counted_as_work(visit: Visit) -> None:
    text = "(x^2 + 10y^2)/2"
    per = [
        visit("optimizers", f=text, at="10, 1", methods="Newton", work=w, measure="‖∇f‖")
        for w in ("per step", "per gradient")
    ]
    ends = [chart(at)["parts"][0]["points"][0][0] for at in per]
    assert ends == [0.0, 0.0] and [f"in {k}." in chart(at)["alt"] for at, k in zip(per, (1, 3), strict=True)] == [
        True,
        True,
    ]
    (row,) = results(per[0])[0]["rows"]
    assert (row["steps"], row["gradients"], row["hessians"]) == (1, 2, 2)


@pytest.mark.parametrize(
    "text",
    ["x^2 + y^4 + z^2 + x z", "a b c d x y z w", "(x y, x + y)", "f(t) = (cos t, sin t)", "x +", "", "3", "ln(x) + y",
     "|x| + |y|", "(x + y)^2", "sqrt(-1 - x^2)", "e^(e^x) + y^2"],
)  # fmt: skip
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str) -> None:
    for link in (
        {},
        {"k": "2", "rate": "1e9", "beta": "1", "methods": "Momentum", "of": "Newton"},
        {"k": "-4", "rate": "x"},
    ):
        at = visit("optimizers", f=text, **link)
        assert "the fault is ours" not in words(at) and not at.exception


def test_the_link_in_words_says_what_is_shown(visit: Visit) -> None:
    at = visit("optimizers", f="x^2 + y^2", k="1", methods="Newton", rate="0.25", work="per gradient")
    (link,) = [code.value for code in at.code if "f=x" in code.value]
    assert all(part in link for part in ("k=1", "methods=Newton", "rate=0.25", "work=per+gradient"))


def test_a_point_where_the_test_is_silent_is_no_minimum_that_was_reached(visit: Visit) -> None:
    said = words(visit("optimizers", f="x^3 + y^2"))
    assert "minimum a method came to" not in said and "No minimum is known here" in said


def test_a_run_can_be_taken_away_and_as_a_script_where_its_loop_is_short(visit: Visit) -> None:
    given = {}
    for method in ("Newton", "BFGS"):
        at = visit("optimizers", f="x^2 + y^2", methods=method)
        given[method] = [leaf.proto.label for leaf in leaves(at.main) if leaf.type == "download_button"]
    assert given == {"Newton": ["All numbers (CSV)", "Python script"], "BFGS": ["All numbers (CSV)", "Python script"]}


NAMES = [title(name) for name in ENTRANTS]
SIXES = [NAMES[k : k + 6] for k in range(0, len(NAMES), 6)]


@pytest.mark.parametrize("names", SIXES, ids=lambda names: names[0])
def test_every_method_races_and_says_how_it_ended_in_every_unit(visit: Visit, names: list[str]) -> None:
    for work in ("per gradient", "per solve", "per second"):
        at = visit("optimizers", f="(10(y - x^2), 1 - x)", show="½‖f‖²", at="-1.2, 1", methods=names, work=work)
        (race,) = results(at)
        assert [title(row["method"]) for row in race["rows"]] == [name for name in NAMES if name in names]
        assert all(row["sentence"].endswith(".") for row in race["rows"]) and race["cost"].keys() <= {
            row["method"] for row in race["rows"]
        }
        solvers = {row["method"] for row in race["rows"] if row["hessians"]} | {"Gauss–Newton", "Levenberg–Marquardt"}
        if work == "per solve":
            assert race["cost"].keys() == solvers & {row["method"] for row in race["rows"]}
        assert "the fault is ours" not in words(at) and not at.exception


def test_who_arrives_without_a_gradient_arrives(visit: Visit) -> None:
    (row,) = results(visit("optimizers", methods="Nelder–Mead"))[0]["rows"]
    assert row["end"]["kind"] == "minimum" and row["hessians"] == row["gradients"] == 0
    assert row["sentence"].startswith("Nelder–Mead came to the minimum")


def test_a_link_with_too_many_or_unknown_methods_leaves_the_page_whole(visit: Visit) -> None:
    for methods in (NAMES, ["Newton", "Newton", "x"], ["<b>"], NAMES[6:13]):
        at = visit("optimizers", methods=methods)
        assert not at.exception and "the fault is ours" not in words(at)
