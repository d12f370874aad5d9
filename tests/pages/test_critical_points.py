"""The page of critical points: the list, how sure it is, and what it says when it is not."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.scenes import scene

Visit = Callable[..., AppTest]


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def test_the_table_names_every_point_with_its_evidence(visit: Visit) -> None:
    at = visit("critical_points", f="x^4 + y^4 - 4xy + 1")
    said = words(at)
    assert "All 3 critical points in this window: proved complete." in said
    assert said.count("**minimum**") == 2 and said.count("**saddle**") == 1
    assert r"\left(-1,\; -1\right)" in said and len(scene(at)["marks"]) == 3


def test_what_is_not_decided_is_said_and_drawn(visit: Visit) -> None:
    at = visit("critical_points", f="sqrt(x^2 + y^2)")
    assert "could not decide" in words(at) and scene(at)["undecided"]


def test_none_is_a_finding(visit: Visit) -> None:
    assert "There are none in this window. Proved." in words(visit("critical_points", f="e^x cos y"))


@pytest.mark.parametrize("text", ["f(x) = x^3", "(x y, x + y)", "x^2 + y^2 + z^2", "x +", "", "sqrt(-1 - x^2)"])
def test_whatever_is_asked_the_page_stands(visit: Visit, text: str) -> None:
    at = visit("critical_points", f=text)
    assert "the fault is ours" not in words(at) and not at.exception and scene(at)["program"]
