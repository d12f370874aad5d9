"""Function: the domain survives what SymPy simplifies."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol

from core.function import Function, Requirement, Root, fix, half_square, never, simplified

x, y, a = (Symbol(name, real=True) for name in "xya")


@given(st.fractions(max_denominator=50, min_value=-50, max_value=50))
def test_the_real_cube_root_undoes_the_cube(q: Fraction) -> None:
    r = Rational(q.numerator, q.denominator)
    assert Root(r**3, Integer(3)) == r
    assert Root(-x, Integer(3)) == -Root(x, Integer(3))


def test_the_cube_root_prints_as_text_of_the_same_value() -> None:
    text = str(Root(x - 3, Integer(3)))
    assert text == "sign(x - 3)*Abs(x - 3)**(1/3)"
    for value in (-5.0, 2.0, 11.0):
        assert sympy.sympify(text).subs("x", value).evalf() == pytest.approx(
            (abs(value - 3) ** (1 / 3)) * (1 if value > 3 else -1)
        )


def test_conditions_that_always_hold_are_dropped_and_the_strongest_of_each_stays() -> None:
    domain = (Requirement(x, ">="), Requirement(x, "!="), Requirement(sympy.exp(y), ">"), Requirement(x**2 + 1, "!="))
    assert simplified(domain) == (Requirement(x, ">"),)


def test_parameters_are_replaced_all_at_once() -> None:
    f = Function((x,), (a * x,), (Requirement(x - a, "!="),), (a,))
    g = fix(f, {a: Integer(2)})
    assert g.components == (2 * x,) and g.domain == (Requirement(x - 2, "!="),) and g.parameters == ()


def test_half_the_square_has_the_length_of_the_vector() -> None:
    f = Function((x, y), (x + y, x - y))
    assert sympy.expand(half_square(f).components[0]) == x**2 + y**2


def test_a_condition_that_never_holds_is_known() -> None:
    assert never(Requirement(-(x**2) - 1, ">=")) and not never(Requirement(x, ">="))
