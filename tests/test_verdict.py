"""What a page says at a critical point: signs are told only where they are known."""

from typing import Any

import pytest

from core.figures.critical import Round
from core.immediate import programs
from core.program import Program
from core.syntax import read
from core.ui import verdict
from core.ui.listing import Polynomials
from core.ui.verdict import Looked, trends
from tests.pages.records import known, point

SIDE = (-2.0, 2.0)


def f(text: str) -> Program:
    return programs(read(text), {})["f"]


def told(record: dict[str, Any], text: str, edges: tuple[float, ...] | None = ()) -> list[str]:
    return [piece.trend for piece in trends(record, f(text), SIDE, edges)]


def test_between_proved_points_of_a_complete_list_the_sign_of_the_slope_is_told() -> None:
    assert told(known(point(-1.0), point(1.0)), "f(x) = x^3 - 3x") == ["up", "down", "up"]


@pytest.mark.parametrize(
    "more, edges", [({"status": "incomplete"}, ()), ({"status": "proving"}, ()), ({"status": "complete"}, None)]
)
def test_of_a_list_that_may_lack_points_or_kinks_nothing_is_told(more: dict[str, Any], edges: Any) -> None:
    assert set(told(known(point(-1.0), point(1.0), **more), "f(x) = x^3 - 3x", edges)) == {"unknown"}


def test_an_undecided_stretch_stays_undecided_and_the_rest_is_told() -> None:
    record = known(point(-1.0), status="incomplete", undecided=[[[0.9, 1.1]]])
    assert told(record, "f(x) = x^3 - 3x") == ["up", "down", "unknown", "up"]


def test_a_kink_parts_two_stretches_and_an_unknown_one_leaves_them_open() -> None:
    assert told(known(), "f(x) = abs(x)", (0.0,)) == ["down", "up"]
    assert told(known(), "f(x) = abs(x)") == ["unknown"]
    assert told(known(), "f(x) = ln(x)", (0.0,)) == ["none", "up"]


def looked(text: str, p: dict[str, Any], *others: tuple[float, float]) -> Looked:
    return Looked(p, f(text), "f", ("x", "y"), (SIDE, SIDE), others, Polynomials(()))


def silent(**more: Any) -> dict[str, Any]:
    return point(0.0, 0.0, kind="inconclusive", **({"eigenvalues": [0.0, 0.0]} | more))


def test_a_circle_that_is_not_proved_keeps_clear_of_the_other_points() -> None:
    assert looked("x^4", silent(), (0.1, 0.0)).largest < 0.05
    assert looked("x^4", silent(walk={"radius": 0.7, "changes": 0}), (0.1, 0.0)).largest == 0.7
    assert looked("x^4", silent(walk={"radius": 70.0, "changes": 0})).largest < 2.0


def test_no_zero_is_claimed_that_is_not_exact() -> None:
    assert "both eigenvalues are 0" in verdict.silence(looked("x^4", silent(exact_eigenvalues=["0", "0"])))
    assert "not decided" in verdict.silence(looked("x^4", silent()))
    one = silent(eigenvalues=[0.0, 2.0], exact_eigenvalues=["0", "2"])
    assert "one eigenvalue is 0, the other $2$" in verdict.silence(looked("x^4 + y^2", one))


def test_a_proved_count_is_said_also_where_the_picture_shows_fewer() -> None:
    walk = Round.of(f("x^2 + y^2"), (0.0, 0.0), 0.3, 0.0)
    words = verdict.walked(walk, {"radius": 0.3, "changes": 4})
    assert "changes **4 times**" in words and "The picture shows 0" in words
    assert "**never changes**" in verdict.walked(walk, {"radius": 0.3, "changes": 0})


@pytest.mark.parametrize("nature", [None, "undetermined", "unheard of"])
def test_what_nobody_knows_is_called_undecided(nature: str | None) -> None:
    assert verdict.nature(looked("x^4", silent(nature=nature))).startswith("**Undecided.**")


def test_zeros_do_not_matter_where_two_signs_differ() -> None:
    p = point(0.0, 0.0, 0.0, kind="saddle", eigenvalues=[-2.0, 0.0, 2.0], exact_eigenvalues=["-2", "0", "2"])
    words = verdict.written_out(Looked(p, f("x^2 - y^2 + 0 z"), "f", ("x", "y", "z"), (SIDE,) * 3, (), Polynomials(())))
    assert "= 0" in words and "whatever the third is" in words and "a **saddle**" in words


def test_an_eigenvalue_near_zero_is_not_called_zero() -> None:
    p = point(0.0, 0.0, 0.0, kind="saddle", eigenvalues=[-2.0, 1e-17, 2.0])
    words = verdict.written_out(Looked(p, f("x^2 - y^2 + 0 z"), "f", ("x", "y", "z"), (SIDE,) * 3, (), Polynomials(())))
    assert "= 0" not in words and "no proved sign" in words


def test_where_there_is_no_hessian_it_is_not_said_that_one_is_undecided() -> None:
    """|x|³ + y² at 0: two formulas meet there, and no eigenvalue is known."""
    p = {**point(0.0, 0.0, kind="inconclusive"), "eigenvalues": [], "exact_eigenvalues": None, "reason": "Two meet."}
    said = verdict.silence(looked("|x|^3 + y^2", p))
    assert "there is no Hessian" in said and "Two meet." in said and "eigenvalue" not in said
