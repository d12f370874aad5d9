"""Meaning: what the text says, with the domain it had as text."""

import math

import pytest
import sympy

from core.function import Function
from core.meaning import MeaningError, function, number, symbol
from core.syntax import read

CONDITIONS = {  # text: what must be excluded although SymPy forgets it
    "e^(2 ln x)": ["x > 0"],
    "sqrt(x)^4": ["x >= 0"],
    "x^2 y/x": ["x != 0"],
    "ln x - ln x + x^2": ["x > 0"],
    "x/x": ["x != 0"],
    "0/x + y": ["x != 0"],
    "0 ln(x) + y": ["x > 0"],
    "sqrt(x) sqrt(x)": ["x >= 0"],
    "tan(x) - tan(x) + y": ["cos(x) != 0"],
    "arcsin(x) - arcsin(x)": ["1 - x**2 >= 0"],
    "x^(1/3)": ["x >= 0"],
    "x^(-2)": ["x != 0"],
    "x^y": ["x > 0"],
    "(x^2)^(1/2)": [],
    "1/(x^2 + 1)": [],
    "ln(x^2 + y^2 + 1)": [],
    "cbrt(x)": [],
    "x^(4/2)": [],
    "log(x, y)": ["x > 0", "y > 0", "y - 1 != 0"],
}


def conditions(f: Function) -> list[str]:
    return [f"{r.expression} {r.relation} 0" for r in f.domain]


@pytest.mark.parametrize("text", CONDITIONS)
def test_the_domain_is_read_off_the_text(text: str) -> None:
    found = conditions(function(read(text)))
    assert sorted(found) == sorted(CONDITIONS[text])


@pytest.mark.parametrize(
    "text",
    ["1/0 + x", "ln(-1) x", "sqrt(-x^2 - 1)", "ln(0)", "arcsin(2)", "x/(1 - 1)", "sqrt(-4)", "0^(1-1) x", "1/(x-x)"],
)
def test_a_formula_without_real_values_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises((MeaningError, ValueError)) as error:
        function(read(text))
    message = str(getattr(error.value, "message", error.value))
    assert message.endswith(".") and "Traceback" not in message


def test_names_are_real_symbols_of_that_name() -> None:
    f = function(read("f(x, y) = a x^2 + b y^2"))
    assert f.variables == (symbol("x"), symbol("y")) and f.parameters == (symbol("a"), symbol("b"))
    assert all(s.is_real for s in (*f.variables, *f.parameters))


def test_a_number_in_a_widget_is_the_decimal_a_person_sees() -> None:
    assert number(0.1) == sympy.Rational(1, 10)
    assert number(-3.0) == -3
    assert number(1e-12) == sympy.Rational(1, 10**12)
    assert number(1e9) == 10**9


def test_a_condition_of_a_branch_counts_only_where_the_branch_is_taken() -> None:
    f = function(read("Piecewise((x y/(x - y), x > 0), (0, True))"))
    (requirement,) = f.domain
    X, Y = f.variables
    assert requirement.expression.subs({X: -1, Y: -1}) != 0  # the other branch is taken there
    assert requirement.expression.subs({X: 1, Y: 1}) == 0


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Piecewise((x y (x^2 - y^2)/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))", []),
        ("Piecewise((ln x, x > 0), (0, True))", []),
        ("Piecewise((sqrt(x), x >= 0), (0, True))", []),
        ("Piecewise((ln x, And(x > 0, y > 0)), (0, True))", []),
        ("(x^x)^y", [("x", ">")]),
        ("1/(x^2 + x y + y^2 + 1) + 1/(x^2 - x + 1)", []),
        ("ln x + sqrt(ln x)", [("x - 1", ">=")]),
        ("ln(x^2 + 1)", []),
    ],
)
def test_conditions_that_always_hold_are_not_conditions(text: str, domain: list[tuple[str, str]]) -> None:
    assert [(str(r.expression), r.relation) for r in function(read(text)).domain] == domain


@pytest.mark.parametrize(
    "text",
    [
        "Piecewise((ln x, x >= 0), (0, True))",  # 0 is no good
        "Piecewise((1/x, x > -1), (0, True))",
        "1/(x^2 + 3x y + y^2 + 1)",  # zero at (1, -1): 1 - 3 + 1 + 1
        "1/(x^2 - 3x + 1)",
        "ln(x^2 + y^2)",  # not at the origin
        "(y^y)^(1/x) + ln x",
    ],
)
def test_conditions_that_can_fail_stay(text: str) -> None:
    assert function(read(text)).domain


@pytest.mark.parametrize("seed", range(20))
def test_the_expression_has_the_value_of_the_text(seed: int) -> None:
    texts = {
        "3sin^2 x + |y - 2|": lambda x, y: 3 * math.sin(x) ** 2 + abs(y - 2),
        "max(x, y) - min(x, 2y)": lambda x, y: max(x, y) - min(x, 2 * y),
        "sec x + csc y + cot x": lambda x, y: 1 / math.cos(x) + 1 / math.sin(y) + 1 / math.tan(x),
        "log_2 x + lg y": lambda x, y: math.log2(x) + math.log10(y),
        "arsinh x artanh(y/9)": lambda x, y: math.asinh(x) * math.atanh(y / 9),
    }
    u, v = 0.3 + 0.07 * seed, 2.9 - 0.11 * seed
    for text, expected in texts.items():
        f = function(read(text))
        value = f.components[0].subs(dict(zip(f.variables, (u, v), strict=True))).evalf()
        assert float(value) == pytest.approx(expected(u, v), rel=1e-12)
