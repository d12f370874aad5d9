"""A function of more than two variables is shown on a plane through the held point, which the link names."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from tests.pages.scenes import scene

Visit = Callable[..., AppTest]
F = "x^2 + y^2 + z^2 - x y z"


def letters(drawn: dict[str, Any]) -> list[tuple[str, float]]:
    return [(letter["name"], letter["value"]) for letter in drawn["letters"]]


def test_the_plane_of_the_link_is_drawn_and_the_other_coordinates_are_sliders(visit: Visit) -> None:
    drawn = scene(visit(f=F, at="1, 1.5, 2", plane="x, z"))
    assert drawn["names"] == ["x", "z"] and drawn["point"] == [1.0, 2.0] and letters(drawn) == [("y", 1.5)]
    f = Program.from_wire(drawn["program"])
    assert floats(f, [1.0, 2.0, 1.5]) == [4.25, -1.0, 2.5, 2.0, -1.5, -1.5, 2.0]
    assert floats(f, [1.0, 2.0, 3.0])[0] == 1 + 9 + 4 - 6


@pytest.mark.parametrize("plane", ["x_1, x_3", "x₁, x₃"])
def test_a_plane_of_indexed_names_is_written_with_small_digits_and_read_either_way(visit: Visit, plane: str) -> None:
    at = visit(f="x1^2 + x2^2 + x3^2 - x1 x2 x3", at="1, 1.5, 2", plane=plane)
    assert scene(at)["names"] == ["x_1", "x_3"] and scene(at)["letters"][0]["spoken"] == "Slider of x₂, which is held"
    menu = next(box for box in at.selectbox if box.label == "Plane")
    assert menu.value == "x₁, x₃" and "_" not in "".join(menu.options)


def test_eigenvectors_belong_to_the_anchor_and_the_plane_stays_while_the_point_moves(visit: Visit) -> None:
    at = visit(f=F, at="1, 1.5, 2", plane="eigenvectors 1, 3")
    drawn = scene(at)
    H = np.array([[2, -2, -1.5], [-2, 2, -1], [-1.5, -1, 2]])
    values = np.linalg.eigvalsh(H)
    out = floats(Program.from_wire(drawn["program"]), [0.0, 0.0, 0.0])
    assert drawn["names"] == ["q_1", "q_3"] and drawn["point"] == [0.0, 0.0]
    assert out[0] == 4.25 and out[3:] == pytest.approx([values[2], 0, 0, values[0]], abs=1e-12)
    assert at.query_params["anchor"] == "1, 1.5, 2"
    moved = scene(visit(f=F, at="1, 1.5, 1", plane="eigenvectors 1, 3", anchor="1, 1.5, 2"))
    full = [*moved["point"], moved["letters"][0]["value"]]
    assert moved["program"] == drawn["program"] and floats(Program.from_wire(moved["program"]), full)[
        0
    ] == pytest.approx(2.75)
    assert sum(v * v for v in full) == pytest.approx(1.0)


def test_what_is_critical_is_on_the_plane_beside_it_or_not_shown(visit: Visit) -> None:
    on = scene(visit(f=F, at="1, 1.5, 2"))
    assert [(m["at"], m["kind"]) for m in on["marks"]] == [([-2.0, -2.0], "saddle"), ([2.0, 2.0], "saddle")]
    assert on["lab"]["data"]["near"] == []
    near = scene(visit(f=F, at="1, 1.5, 1"))
    assert near["marks"] == []
    assert {(tuple(p["at"]), p["kind"], round(p["away"], 9)) for p in near["lab"]["data"]["near"]} == {
        ((0.0, 0.0), "minimum", 1.0), ((-2.0, -2.0), "saddle", 1.0), ((2.0, 2.0), "saddle", 1.0)
    }  # fmt: skip


def test_a_path_goes_through_all_variables_and_its_shadow_is_drawn(visit: Visit) -> None:
    drawn = scene(visit(f="x^2 + 2y^2 + 4z^2 + x z", at="1, 1, 1", plane="y, z", path="Newton"))
    (path,) = drawn["paths"]
    assert path["points"][0] == [1.0, 1.0] and path["points"][1] == pytest.approx([0, 0], abs=1e-12)
    assert "shadows" in drawn["caption"]


@pytest.mark.parametrize(
    "plane", ["z, q", "x", "a_b_c", "x_1, a_b_c", "eigenvectors 1, 9", "eigenvectors 2, 1", "nonsense, ,"]
)
def test_a_plane_that_is_none_is_the_first_one(visit: Visit, plane: str) -> None:
    at = visit(f=F, at="1, 1.5, 2", plane=plane, anchor="1, 2")
    assert not at.exception and not at.error and scene(at)["names"] == ["x", "y"]


@pytest.mark.parametrize(
    "page", ["explore", "hessian", "critical_points", "steps", "taylor", "optimizers", "newton", "destinations"]
)
def test_every_page_draws_the_plane(visit: Visit, page: str) -> None:
    at = visit(page, f=F, at="1, 1.5, 2", plane="y, z")
    assert not at.exception and not at.error
    assert scene(at)["names"] == ["y", "z"] and scene(at)["caption"].startswith("The plane x = ")
