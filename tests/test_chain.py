"""The chain rule in the worker: the product is the Jacobian of the composition, whatever the shapes."""

import pytest

from core.jobs import JobError, chain
from core.problem import Problem


def asked(inner: str, outer: str) -> dict[str, object]:
    return chain({"problem": Problem(inner).to_wire(), "outer": outer})


def test_a_known_product() -> None:
    found = asked("G(u, v) = (u + v, u v)", "F(x, y) = (x^2, x y)")
    assert found["inner"] == [["1", "1"], ["v", "u"]] and found["exact"]
    assert found["outer"] == [["2 u + 2 v", "0"], ["u v", "u + v"]]  # at the image, not at (u, v)


@pytest.mark.parametrize(
    ("inner", "outer", "shape"),
    [("G(t) = (cos t, sin t)", "F(x, y) = x^2 y", (1, 1)), ("G(t) = (cos t, sin t, t)", "F(x, y, z) = (x z, y z)", (2, 1)),
     ("G(u, v) = (u v, u - v, e^u)", "F(x, y, z) = x y z", (1, 2)), ("x y", "F(t) = (t, t^2, ln t)", (3, 2)),
     ("G(u, v) = (|u|, max(u, v))", "F(x, y) = min(x, y)", (1, 2))],
)  # fmt: skip
def test_every_shape_that_fits(inner: str, outer: str, shape: tuple[int, int]) -> None:
    whole = asked(inner, outer)["whole"]
    assert isinstance(whole, list) and (len(whole), len(whole[0])) == shape


def test_maps_that_do_not_fit_are_refused() -> None:
    with pytest.raises(JobError) as refused:
        asked("(u, v)", "F(x, y, z) = x y z")
    assert "gives 2 numbers" in refused.value.answer["error"]["message"]


def test_letters_stay_letters_unless_they_are_variables_of_the_inner_map() -> None:
    assert asked("G(t) = (t, a t^2)", "F(x, a) = (b x, c a)")["whole"] == [["b"], ["2 a c t"]]
    with pytest.raises(JobError):
        asked("G(u, v) = (u, v)", "F(x, y) = u x y")
