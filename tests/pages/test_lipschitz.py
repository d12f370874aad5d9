"""The page of Lipschitz constants: what the cone is given, what a hand may leave, and where 1/L leads."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.numeric import floats
from core.program import Program
from core.ui import steepness
from tests.pages.scenes import leaves, scene

Visit = Callable[..., AppTest]


def data(at: AppTest) -> dict[str, Any]:
    return dict(scene(at)["lab"]["data"])


def test_a_curve_and_its_bounds(visit: Visit) -> None:
    at = visit("lipschitz", f="f(x) = x^2", box="-1, 3", at="1", cone="5.94")
    drawn, found = scene(at), data(at)["found"]
    assert drawn["kind"] == "line" and drawn["name"] == "f" and drawn["lab"]["values"] == {
        "of": "f", "cone": 5.94, "chosen": True, "everywhere": False,
    }  # fmt: skip
    assert found["f"][0] <= 6.0 <= found["f"][1] and found["f"][1] - found["f"][0] < 1e-5 and found["done"]
    pair = found["pairs"]["f"]
    rise = abs(pair["p"][0] ** 2 - pair["q"][0] ** 2) / abs(pair["p"][0] - pair["q"][0])
    assert rise == pytest.approx(pair["quotient"]) and pair["quotient"] > 5.99
    assert [leaf.proto.label for leaf in links(at, "A step of")] == ["A step of 1/L = 0.5"]


def test_one_function_on_one_window_has_one_number(visit: Visit) -> None:
    asked = {"f": "f(x) = sin(x) + 0.3cos(3x)", "box": "-2, 2", "at": "1"}
    at = visit("lipschitz", **asked)
    found, table = data(at)["found"], " ".join(table_of(at))
    written = [said.removeprefix("≈ ") for said in found["said"].values()]
    assert all(said.startswith("≈ ") for said in found["said"].values())  # neither is a short number
    assert f"at most about {written[0]} " in f"{table} " and f"*L* ≈ {written[1]}" in table
    mu_L = " ".join(table_of(visit("convexity", **asked)))
    assert f"≈ −{written[1]}" in mu_L or f"≈ {written[1]}" in mu_L  # max ‖H‖ is L, or -μ
    step = float(links(at, "A step of")[0].proto.label.split("≈ ")[1])
    assert step * found["gradient"][1] <= 1 < (step + 1e-4) * found["gradient"][1]


def table_of(at: AppTest) -> list[str]:
    return [str(leaf.proto.body) for leaf in leaves(at.main) if "|" in getattr(leaf.proto, "body", "")]


def links(at: AppTest, words: str) -> list[Any]:
    return [leaf for leaf in leaves(at.main) if getattr(leaf.proto, "label", "").startswith(words)]


def test_of_the_gradient_the_slope_is_drawn(visit: Visit) -> None:
    drawn = scene(visit("lipschitz", f="f(x) = x^3", box="-1, 2", at="1", constant="gradient"))
    assert drawn["name"] == "f′" and floats(Program.from_wire(drawn["program"]), [2.0]) == [12.0]
    drawn = scene(visit("lipschitz", f="x^2 - 3y^2", at="1, 1", constant="gradient"))
    assert drawn["kind"] == "plane" and drawn["name"] == "‖H‖"
    assert floats(Program.from_wire(drawn["program"]), [2.0, 1.0]) == pytest.approx([6.0])
    known = drawn["lab"]["data"]
    assert floats(Program.from_wire(known["gradient"]), [2.0, 1.0]) == [4.0, -6.0]
    assert known["found"]["gradient"] == pytest.approx([6.0, 6.0])


def test_off_a_compact_window(visit: Visit) -> None:
    found = data(visit("lipschitz", f="f(x) = x^2", at="1", everywhere="true"))["found"]
    assert found["f"] == "infinite" and found["gradient"] == pytest.approx([2.0, 2.0])
    assert found["why"] == steepness.FAULTS["far"]
    found = data(visit("lipschitz", f="f(x) = |x|", at="1"))["found"]
    assert found["f"] == pytest.approx([1.0, 1.0]) and found["gradient"] == "none"
    assert not links(visit("lipschitz", f="f(x) = |x|", at="1"), "A step of")


@pytest.mark.parametrize("cone", ["-1", "nan", "1e99", "x"])
def test_a_link_may_say_anything(visit: Visit, cone: str) -> None:
    at = visit("lipschitz", f="f(x) = x^2", at="1", cone=cone, constant="x", everywhere="perhaps")
    assert not at.exception and scene(at)["lab"]["values"] == {
        "of": "f", "cone": 0.0, "chosen": False, "everywhere": False,
    }  # fmt: skip


def test_what_a_hand_leaves_is_checked(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, Any] = {}
    monkeypatch.setattr(steepness.kept, "hold", held.__setitem__)
    steepness._let_go({"of": "gradient", "cone": 2.0000004, "chosen": True, "everywhere": True})
    assert held == {"constant": "gradient", "cone": 2.0, "everywhere": True}
    held.clear()
    steepness._let_go({"of": "something", "cone": -1.0, "chosen": True, "everywhere": "yes"})
    assert held == {"everywhere": False}
    steepness._let_go({"of": "f", "cone": 3.0, "chosen": False})
    assert held == {"constant": None, "cone": None, "everywhere": False}


def test_more_variables_have_a_plane_and_bounds_of_all(visit: Visit) -> None:
    found = data(visit("lipschitz", f="x^2 + y^2 + 3z^2", at="0, 0, 0", box="-1, 1; -1, 1; -1, 1"))
    assert not found["whole"] and found["found"]["gradient"] == pytest.approx([6.0, 6.0])
