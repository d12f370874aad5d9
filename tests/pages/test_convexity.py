"""The page of convexity: the verdict and its chord agree, a chord that was drawn is in the link, promises are proved."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import guarantees
from core.ui.guarantees import Known
from tests.pages.scenes import leaves

Visit = Callable[..., AppTest]
SADDLES = {"f": "x^2 y^2", "box": "-1, 1; -1, 1"}


def lab(at: AppTest) -> dict[str, Any]:
    (found,) = (leaf for leaf in leaves(at.main) if getattr(leaf.proto, "component_name", "").endswith(".live"))
    return dict(json.loads(found.proto.json)[0]["lab"])


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def test_a_refuted_function_is_shown_with_the_chord_that_refutes_it(visit: Visit) -> None:
    at = visit("convexity", **SADDLES)
    shown = lab(at)
    assert shown["data"]["verdict"] == "Neither convex nor concave" and not shown["values"]["chosen"]
    (px, py), (qx, qy) = shown["data"]["chords"]["not_convex"]
    assert [shown["values"][name] for name in ("ax", "ay", "bx", "by")] == [px, py, qx, qy]
    assert ((px + qx) / 2 * (py + qy) / 2) ** 2 > ((px * py) ** 2 + (qx * qy) ** 2) / 2
    assert "**Not convex**" in words(at) and "**not convex**" in words(at) and "bends **down**" in words(at)


def test_a_derivation_and_a_chord_of_the_link(visit: Visit) -> None:
    at = visit("convexity", f="abs(x) + y^2", box="-2, 2; -2, 2", ax="-1", ay="0.5", bx="1", by="0.5")
    shown = lab(at)
    assert shown["data"]["verdict"] == "Convex" and shown["values"]["chosen"]
    assert [shown["values"][name] for name in ("ax", "ay", "bx", "by")] == [-1, 0.5, 1, 0.5]
    assert "is **convex**: a sum of convex functions is convex." in words(at)
    assert "**not smooth**" in words(at) and "also at kinks" in words(at)


def test_a_chord_outside_the_window_is_not_drawn(visit: Visit) -> None:
    shown = lab(visit("convexity", **SADDLES, ax="7", ay="0", bx="1", by="nan"))
    assert not shown["values"]["chosen"] and abs(shown["values"]["ax"]) <= 1


def test_a_chord_that_nobody_drew_has_values_at_both_ends_where_one_has(visit: Visit) -> None:
    ends = lab(visit("convexity", f="ln(x) + sqrt(y - 1)", box="-3, 2; -2, 2"))["values"]
    assert all(0 < ends[k] <= 2 for k in ("ax", "bx")) and all(1 <= ends[k] <= 2 for k in ("ay", "by"))
    assert (ends["ax"], ends["ay"]) != (ends["bx"], ends["by"]) and not ends["chosen"]


def test_a_witness_of_more_variables_stands_in_the_place_of_a_chord_that_nobody_drew(visit: Visit) -> None:
    many = {"f": "x^2 + y^2 - 3x z + z^2", "box": "-2, 2; -2, 2; -2, 2"}
    drawn = {"ax": "-1", "ay": "0", "bx": "1", "by": "0.5"}
    asked = [{}, drawn, {**drawn, "witness": "2"}, {"witness": "7"}]
    shown = [lab(visit("convexity", **many, **more)) for more in asked]
    assert [one["values"]["witness"] for one in shown] == [1, 0, 2, 1]
    assert all(len(end) == 3 for name in ("not_convex", "not_concave") for end in shown[0]["data"]["chords"][name])
    assert {"value", "jet", "base", "directions", "rest"} == shown[0]["data"]["whole"].keys()
    assert lab(visit("convexity", **SADDLES))["values"]["witness"] == 0
    convex = lab(visit("convexity", f="abs(x) + y^2 + z^2"))  # which the map shows as well
    assert convex["values"]["witness"] == 0 and convex["data"]["chords"]["not_concave"]


def test_where_f_has_no_value_there_is_no_verdict_but_a_way_to_where_it_has(visit: Visit) -> None:
    at = visit("convexity", f="f(x) = ln(x) + a", p_a="2", box="-1, 3")
    assert lab(at)["data"]["verdict"] == "No verdict" and "f has no value on a part" in lab(at)["data"]["badge"]["text"]
    assert guarantees.HOLED in words(at) and "no bound" not in words(at)
    at.button(key="inhabited").click().run()
    assert at.session_state["box"] == "0.04, 3" and lab(at)["data"]["verdict"] == "Strictly concave"
    assert list(at.query_params["p_a"]) == ["2"] and not [button for button in at.button if button.key == "inhabited"]


@pytest.mark.parametrize(
    ("known", "descent", "newton"),
    [
        (Known(True, True, 2.0, 4.0, 8.0, False, False, False), "factor 0.75", "fast near"),
        (Known(True, True, None, 4.0, 8.0, False, False, True), "(2k)", "nothing"),
        (Known(True, False, None, 4.0, 8.0, False, False, True), "not promised", "nothing"),
        (Known(False, True, None, 4.0, None, False, True, True), "no step is safe", "nothing"),
        (Known(None, None, None, None, None, False, False, False), "not known", "nothing"),
    ],
)
def test_nothing_is_promised_without_its_condition(known: Known, descent: str, newton: str) -> None:
    said = dict(guarantees.promises(known))
    assert descent in said["Gradient descent, step $1/L$"] and newton in said["Newton, pure"]
    assert ("nothing" in said["Subgradient method"]) == (not known.convex)
    assert ("nothing" in said["Accelerated gradient"]) == (not (known.convex and known.L))
