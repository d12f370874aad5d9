"""The page of one variable: what is proved of a function reaches its figure, and it stands whatever is asked."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.scenes import scene

Visit = Callable[..., AppTest]


def known(at: AppTest) -> dict[str, Any]:
    return dict(scene(at)["lab"]["data"])


def test_extrema_and_inflections_arrive_with_their_exact_names(visit: Visit) -> None:
    at = visit("one_variable", f="f(x) = x^4 - 2x^2", box="-2, 2")
    data = known(at)
    assert [(p["at"], p["exact"]) for p in data["known"]] == [(-1.0, "−1"), (0.0, "0"), (1.0, "1")]
    assert [p["exact"] for p in data["bends"]["points"]] == ["−√3/3", "√3/3"]
    assert "proved complete" in data["bends"]["sentence"]


def test_a_zero_of_the_second_derivative_is_no_inflection_unless_the_slope_turns(visit: Visit) -> None:
    assert known(visit("one_variable", f="f(x) = x^4", box="-2, 2"))["bends"]["points"] == []
    assert [p["at"] for p in known(visit("one_variable", f="f(x) = x^3", box="-2, 2"))["bends"]["points"]] == [0.0]


def test_the_stride_is_a_number_of_the_link(visit: Visit) -> None:
    for said, due in (("-0.25", -0.25), ("nan", 0.0), ("1e12", 0.0), ("x", 0.0)):
        assert scene(visit("one_variable", f="f(x) = x^2", ahead=said))["lab"]["values"] == {"ahead": due}


def test_of_more_variables_it_shows_the_line_through_the_point(visit: Visit) -> None:
    at = visit("one_variable", f="x^2 + y^2 z", at="1, 2, 3", axis="y")
    drawn = scene(at)
    assert drawn["names"] == ["y"] and drawn["point"] == [2.0] and "x = 1, z = 3" in drawn["caption"]
    from core.numeric import floats
    from core.program import Program

    assert floats(Program.from_wire(drawn["program"]), [2.0, 1.0, 3.0]) == [13.0, 12.0, 6.0]


@pytest.mark.parametrize("text", ["f(x) = |x|", "(x^2, x^3)", "3", "x +", "f(x) = a x^3 - b", "sqrt(-1 - x^2)"])
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str) -> None:
    at = visit("one_variable", f=text)
    assert not at.exception and not at.error and scene(at)["kind"] == "line"
