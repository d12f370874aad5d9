"""A program computes what the expression says, and its derivative is SymPy's derivative."""

import math

import numpy as np
import pytest

from core import calculus, compile, numeric
from core.function import Function
from core.meaning import function
from core.program import Program, jet
from core.syntax import read
from tests.formulas import FORMULAS


def scalar(text: str) -> Function:
    return function(read(text, least=("x", "y")))


@pytest.mark.parametrize(("text", "at"), FORMULAS, ids=[t for t, _ in FORMULAS])
def test_the_jet_agrees_with_the_exact_derivatives(text: str, at: tuple[float, float]) -> None:
    f = scalar(text)
    exact = [*f.components, *calculus.gradient(f).components, *calculus.hessian(f).components]
    place = dict(zip(f.variables, at, strict=True))
    values = numeric.floats(jet(compile.program(f)), at)
    for value, e in zip(values, exact, strict=True):
        expected = float(e.subs(place).evalf(30))
        assert value == pytest.approx(expected, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(("text", "at"), FORMULAS, ids=[t for t, _ in FORMULAS])
def test_floats_and_arrays_read_the_same_program_alike(text: str, at: tuple[float, float]) -> None:
    program = jet(compile.program(scalar(text)))
    points = np.array(at)[:, None] + np.linspace(-4, 4, 41)[None, :] * np.array([[1.0], [0.7]])
    many = numeric.arrays(program, points)
    for k in range(points.shape[1]):
        one = numeric.floats(program, points[:, k])
        for a, b in zip(many[:, k], one, strict=True):
            assert (math.isnan(a) and math.isnan(b)) or a == pytest.approx(b, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("x^2 y/x", (0.0, 1.0)),
        ("e^(2 ln x)", (-1.0, 0.0)),
        ("sqrt(x)^4", (-1.0, 0.0)),
        ("ln x - ln x + x^2", (-2.0, 0.0)),
        ("tan(x) - tan(x) + y x/x", (0.0, 0.0)),
        ("x^(1/3)", (-8.0, 0.0)),
    ],
)
def test_a_program_is_nan_where_the_text_was_undefined(text: str, bad: tuple[float, float]) -> None:
    program = compile.program(scalar(text))
    assert math.isnan(numeric.floats(program, bad)[0])
    assert not math.isnan(numeric.floats(program, (1.0, 1.0))[0])


def test_a_filled_hole_is_filled() -> None:
    program = compile.program(scalar("Piecewise((x y (x^2 - y^2)/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))"))
    assert numeric.floats(program, (0.0, 0.0)) == [0.0]


def test_fractions_and_constants_keep_track_of_exactness() -> None:
    program = compile.program(scalar("x/10 + pi y + 3"))
    assert {(c.value, c.exact) for c in program.constants} == {(10.0, True), (math.pi, False), (3.0, True)}


def test_a_number_beyond_floats_is_refused_in_words() -> None:
    with pytest.raises(compile.UnsupportedError):
        compile.program(Function(scalar("x").variables, (scalar("x").components[0] * 10**400,)))


def test_the_wire_form_is_the_program() -> None:
    for text, _ in FORMULAS:
        program = jet(compile.program(scalar(text)))
        assert Program.from_wire(program.to_wire()) == program


def test_a_case_distinction_inside_a_condition_is_computed() -> None:
    f = function(read("{x^2 if ({x if |x| < 1; 2x - 3}) > 0; -1}"))
    program = compile.program(f)
    assert [numeric.floats(program, [x])[0] for x in (-2.0, -0.5, 0.5, 1.25, 2.0)] == [-1.0, -1.0, 0.25, -1.0, 4.0]
