"""Gradients, Jacobians and Hessians over the whole vocabulary, against differences in 80-digit arithmetic.

Each text of the table is a meaning at the same time (`tests.meaning_of`), so its slopes are taken from numbers alone.
Every reader has to give them: the printed text, the printed LaTeX pasted back, floats, arrays; the interval of a point
has to contain them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from core import compile
from core.enclosure import enclose
from core.immediate import whole
from core.jobs import derive
from core.meaning import function
from core.numeric import arrays, floats
from core.problem import Problem
from core.program import Program, jet
from core.syntax import read
from core.vocabulary import WORDS
from tests.meaning_of import meaning, tree_value

Point = tuple[float, ...]
HERE: Point = (0.7, 1.3)  # unless a text needs another place
NAMES = ("x", "y", "z")
UNWANTED = ("Derivative", "Subs", "DiracDelta", "re(", "im(", "arg(", "polar", "zoo", "nan", "oo", "conjugate")

POLYNOMIALS = (
    *("x", "3*x - 2*y + 1", "x**2 + y**2", "x*y", "x**2*y", "x**3 - 3*x*y**2", "(x + y)**5", "x**4 - 2*x**2*y + y**2"),
    *("(x - 1)**2*(y + 2)**3", "100*(y - x**2)**2 + (1 - x)**2", "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2"),
    *("x**10*y**7", "x**2/2 - x*y/3 + y**2/7", "0.26*(x**2 + y**2) - 0.48*x*y", "(x*y - 1)*(x + y)*(x - y)"),
    *("(2*x - 3*y)**4 - x*(x - 1)*(x - 2)", "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2", "7"),
)
QUOTIENTS = (
    *("1/x", "x/y", "y/x**2", "(x + y)/(x - y)", "x/(1 + x**2 + y**2)", "x*y/(x**2 + y**2)", "1/(x*y) + x + y"),
    *("x*y*(x**2 - y**2)/(x**2 + y**2)", "1/(1 + 1/(1 + x*y))", "(x**2 + 1)/(y**3 - 4)", "x**(-3)*y**(-2)"),
    *("(3*x - y)**2/(x + 2*y)**3", "1/(x - y)**2", "x**2/(x + y) + y**2/(x - 2*y)"),
)
POWERS = (
    *(
        "sqrt(x)",
        "sqrt(x**2 + y**2)",
        "sqrt(1 + x*y)",
        "x*sqrt(y)",
        "sqrt(x)*sqrt(y)",
        "1/sqrt(x + y)",
        "sqrt(sqrt(x) + y)",
    ),
    *(
        "cbrt(x)",
        "cbrt(x - y)",
        "cbrt(x*y)**2",
        "x*cbrt(y)",
        "(x + y)**(3/2)",
        "x**(1/3)*y**(2/3)",
        "(x**2 + 1)**(-5/2)",
    ),
    *(
        "x**y",
        "y**x",
        "2**x",
        "2**(x*y)",
        "(x + y)**(x - y)",
        "x**(y**2)",
        "(1 + x**2)**y",
        "10**(-x)*y",
        "x**2.5*y**0.5",
    ),
    *("(x*y)**(1/2) + x**(-1/4)", "x**pi", "pi**x*y", "x**e", "(x/y)**(3/4)"),
)
EXPONENTIALS = (
    *(
        "exp(x)",
        "e**(x*y)",
        "exp(-x**2 - y**2)",
        "x*exp(-x**2)*y",
        "exp(x)*cos(y)",
        "exp(exp(x/2))",
        "ln(x)",
        "ln(x*y)",
    ),
    *(
        "ln(x**2 + y**2 + 1)",
        "x*ln(x) + y*ln(y)",
        "ln(ln(x + 2))",
        "ln(exp(x) + exp(y))",
        "ln(1 + exp(-x*y))",
        "log(x + y, 2)",
    ),
    *(
        "log(x, 10)*y",
        "ln(x)/y",
        "ln(x)**3",
        "1/(1 + exp(-x))",
        "x/(1 + exp(y))",
        "exp(-1/x)",
        "ln(x/y)",
        "exp(x - y)/(1 + exp(x + y))",
    ),
    *("(exp(x) - exp(-y))**2", "exp(-x)*ln(y + x**2)", "exp(2*x + 1)*exp(-3*y)"),
)
WAVES = (
    *(
        "sin(x)",
        "sin(x)*cos(y)",
        "sin(x*y)",
        "sin(x)**2 + cos(y)**2",
        "sin(x)**3*y",
        "tan(x*y)",
        "tan(x)**2",
        "cot(x) + y",
    ),
    *(
        "sec(x)*csc(y)",
        "sec(x*y)",
        "csc(x + y)",
        "cot(x*y)",
        "sin(x)/x",
        "sin(x**2 + y**2)/(x**2 + y**2)",
        "x*sin(1/x)",
    ),
    *(
        "cos(2*pi*x)*cos(2*pi*y)",
        "sin(cos(x) + y)",
        "exp(sin(x*y))",
        "sin(x + 2*y)*cos(3*x - y)",
        "-cos(x)*cos(y)*exp(-(x - pi)**2 - (y - pi)**2)",
    ),
    *(
        "arcsin(x/2)",
        "arcsin(x*y/2)",
        "arccos(x/3)*y",
        "arctan(x*y)",
        "arctan(y/x)",
        "arctan(x)**2",
        "arccos(x)*arcsin(y/2)",
        "arctan(sqrt(x) + y)",
    ),
)
HYPERBOLAS = (
    *(
        "sinh(x)",
        "cosh(x*y)",
        "tanh(x - y)",
        "sinh(x)*cosh(y)",
        "tanh(x)**2*y",
        "arsinh(x*y)",
        "arcosh(x + y)",
        "artanh(x/2)",
    ),
    *(
        "cosh(x)**2 - sinh(y)**2",
        "ln(cosh(x))*y",
        "1/cosh(x + y)",
        "arsinh(x)/y",
        "artanh(x*y/2)",
        "arcosh(1 + x**2)",
        "tanh(sin(x) + y)",
    ),
)
KINKS = (
    *(
        "Abs(x - y)",
        "Abs(x)*y",
        "Abs(x)**3",
        "x*Abs(y - 2)",
        "Abs(x - 1) + 2*Abs(y + 1)",
        "sqrt(Abs(x - y))",
        "ln(Abs(x - 2))*y",
        "Abs(sin(x) - y)",
    ),
    *(
        "Max(x, y)",
        "Min(x, y)",
        "Max(x**2, y, x*y)",
        "Min(x, 1) + Max(y, 2)",
        "Max(0, 1 - x*y)",
        "Max(x, y)**2",
        "exp(-Abs(x))*y",
        "sign(x - y)*x**2",
    ),
    *(
        "sign(x)*y",
        "Abs(x*y - 2)**1.5",
        "Max(0, x)**2*y",
        "Min(x**2 + y**2, 5)",
        "Abs(Abs(x) - 1)*y",
        "cbrt(Abs(x - y))",
    ),
)
COMPOSED = (
    *(
        "sech(x*y)",
        "csch(x)*y",
        "coth(x + y)",
        "erf(x)",
        "erf(x*y)",
        "x*erf(y/sqrt(2))",
        "exp(-x**2)*erf(y)",
        "atan2(y, x)",
        "atan2(x - 1, y - 2)",
    ),
    *("atan2(x*y, x**2 + 1)", "erf(sqrt(x) - y)", "sech(x)**2*tanh(y)", "erfc(x*y)", "arccot(x*y)*y"),
    *(
        "arcsec(x + y)",
        "arccsc(x + y)*x",
        "arcoth(x + y)",
        "arsech(x*y)",
        "arcsch(x/y)",
        "hypot(x, y)",
        "hypot(x*y, x - 1)**2",
    ),
    *(
        "relu(x - y)",
        "relu(x)**2*y",
        "sigmoid(x*y)",
        "sigmoid(x)*softplus(y)",
        "softplus(x - 2*y)",
        "Heaviside(x - y)*x + y**2",
    ),
    *("real_root(x, 5)", "real_root(x - y, 5)*x", "real_root(x*y, 4)", "cbrt(x)*real_root(y, 7)"),
)
THREE = (
    "x*y*z",
    "x**2 + y**2 + z**2 + x*y*z",
    "exp(x*y)*sin(z)",
    "sqrt(x**2 + y**2 + z**2)",
    "z/(x + y)",
    "x**(y*z)",
    "ln(x + y + z)*arctan(x*z)",
)
TABLE: list[tuple[str, Point]] = [
    *((text, HERE) for text in (*POLYNOMIALS, *QUOTIENTS, *POWERS, *EXPONENTIALS, *WAVES, *HYPERBOLAS, *KINKS, *COMPOSED)),
    *((text, (0.7, 1.3, 0.4)) for text in THREE),
    *((text, (-1.25, 0.375)) for text in ("cbrt(x)*y", "Abs(x)**3 + y", "x**2*Abs(x) - y", "x**3/y", "atan2(y, x)", "Max(x, y)*x", "Min(x, 2*x)*y")),
]  # fmt: skip
MAPS: list[tuple[tuple[str, ...], Point]] = [
    (("x + y", "x*y"), HERE),
    (("x**2 - y**2", "2*x*y"), HERE),
    (("x*cos(y)", "x*sin(y)"), HERE),
    (("exp(x)*cos(y)", "exp(x)*sin(y)"), HERE),
    (("x/(x**2 + y**2)", "-y/(x**2 + y**2)"), HERE),
    (("x", "y", "x**2 + y**2"), HERE),
    (("sqrt(x**2 + y**2)", "arctan(y/x)"), HERE),
    (("Abs(x) - y", "Max(x, y)", "cbrt(x*y)"), HERE),
    (("x*sin(y)*cos(z)", "x*sin(y)*sin(z)", "x*cos(y)"), (0.7, 1.3, 0.4)),
    (("x*y", "y*z", "z*x"), (0.7, 1.3, 0.4)),
    (("ln(x*y)", "x**y"), HERE),
    (("10*(y - x**2)", "1 - x"), HERE),
    (("x*y*z", "tanh(x - z)"), (0.7, 1.3, 0.4)),
]


def differences(value: Callable[..., Any], at: Point) -> tuple[list[Any], list[list[Any]]]:
    """Gradient and Hessian by central differences, right to 35 digits for a smooth function."""
    h = mp.mpf(10) ** -20
    n = len(at)

    def f(*steps: tuple[int, int]) -> Any:
        p = [mp.mpf(c) for c in at]
        for i, k in steps:
            p[i] += k * h
        return value(*p)

    g = [(f((i, 1)) - f((i, -1))) / (2 * h) for i in range(n)]
    H = [[mp.mpf(0)] * n for _ in range(n)]
    for i, j in itertools.combinations_with_replacement(range(n), 2):
        corners = f((i, 1), (j, 1)) - f((i, 1), (j, -1)) - f((i, -1), (j, 1)) + f((i, -1), (j, -1))
        H[i][j] = H[j][i] = corners / (4 * h * h)
    return g, H


def of(text: str, n: int) -> Callable[..., Any]:
    return lambda *p: meaning(text, dict(zip(NAMES[:n], p, strict=True)))


@cache
def due(text: str, at: Point) -> list[Any]:
    """Value, gradient, Hessian row by row."""
    with mp.workdps(90):
        f = of(text, len(at))
        g, H = differences(f, at)
        return [f(*map(mp.mpf, at)), *g, *itertools.chain(*H)]


@cache
def record(text: str, n: int) -> dict[str, Any]:
    return derive({"problem": Problem(text, variables=NAMES[:n]).to_wire()})


def printed(found: dict[str, Any]) -> list[str]:
    scalar = "hessian" in found
    second = list(itertools.chain(*found["hessian"])) if scalar else []
    return [*found["components"], *itertools.chain(*found["jacobian"]), *second]


def close(found: Any, expected: Any, digits: int) -> bool:
    return abs(mp.mpf(found) - expected) <= mp.mpf(10) ** -digits * max(abs(expected), mp.mpf("0.01"))


def check(found: Sequence[Any], expected: Sequence[Any], digits: int) -> None:
    assert len(found) == len(expected)
    wrong = [(k, a, b) for k, (a, b) in enumerate(zip(found, expected, strict=True)) if not close(a, b, digits)]
    assert not wrong, wrong


table = pytest.mark.parametrize(("text", "at"), TABLE, ids=[f"{text} {at}" for text, at in TABLE])


def test_the_table_is_large_and_holds_every_word() -> None:
    assert len({text for text, _ in TABLE}) + len(MAPS) >= 180
    used = {word for text, at in TABLE for word in words_in(read(text, NAMES[: len(at)]).components[0])}
    assert {word.name for word in WORDS} - used <= {"log10", "log2"}


def words_in(tree: Any) -> set[str]:
    if not isinstance(tree, tuple):
        return set()
    own = {tree[1]} if tree[0] == "call" else set()
    return own.union(*map(words_in, tree))


@table
def test_the_printed_derivatives_are_the_slopes(text: str, at: Point) -> None:
    exact = printed(record(text, len(at)))
    with mp.workdps(60):
        point = {name: mp.mpf(c) for name, c in zip(NAMES, at, strict=False)}
        check([meaning(e, point) for e in exact], due(text, at), 25)
    assert not [word for word in UNWANTED if word in " ".join(exact)]
    assert "Heaviside" not in text or "Heaviside" not in "".join(exact[1:])
    assert "I" not in {c for e in exact for c in e.split("*")}


@table
def test_the_latex_of_the_derivatives_pasted_back_is_the_same_function(text: str, at: Point) -> None:
    n, latex = len(at), record(text, len(at))["latex"]
    shown = [*latex["components"], *itertools.chain(*latex["jacobian"]), *itertools.chain(*latex["hessian"])]
    with mp.workdps(60):
        point = {name: mp.mpf(c) for name, c in zip(NAMES, at, strict=False)}
        check([tree_value(read(e, NAMES[:n]).components[0], point) for e in shown], due(text, at), 25)


@table
def test_every_reader_of_the_programs_gives_the_slopes(text: str, at: Point) -> None:
    reading = read(text, NAMES[: len(at)])
    for program in (jet(compile.program(function(reading))), jet(whole(reading, {}))):
        check(floats(program, at), due(text, at), 10)
        check(arrays(program, np.array(at)[:, None])[:, 0].tolist(), due(text, at), 10)
        contained(program, at, due(text, at))


@pytest.mark.parametrize(("texts", "at"), MAPS, ids=str)
def test_jacobians_are_the_slopes_of_each_component(texts: tuple[str, ...], at: Point) -> None:
    n = len(at)
    found = record("(" + ", ".join(texts) + ")", n)
    expected = [slope for text in texts for slope in due(text, at)[1 : n + 1]]
    with mp.workdps(60):
        point = {name: mp.mpf(c) for name, c in zip(NAMES, at, strict=False)}
        check([meaning(e, point) for e in itertools.chain(*found["jacobian"])], expected, 25)
        pasted = [read(e, NAMES[:n]).components[0] for e in itertools.chain(*found["latex"]["jacobian"])]
        check([tree_value(tree, point) for tree in pasted], expected, 25)
    program = Program.from_wire(found["programs"]["jacobian"])
    check(floats(program, at), expected, 10)
    check(arrays(program, np.array(at)[:, None])[:, 0].tolist(), expected, 10)
    contained(program, at, expected)


def contained(program: Program, at: Point, expected: Sequence[Any]) -> None:
    """The enclosure of the point and of a small box around it hold the true values, and say that they exist."""
    for width in (0.0, 2.0**-12):
        lower, upper = np.array(at)[:, None] - width, np.array(at)[:, None] + width
        e = enclose(program, lower, upper)
        assert not e.bad[0] and not e.dead[0]
        for k, value in enumerate(expected):
            error = mp.mpf(10) ** -30 * (1 + abs(value))  # of the differences
            assert e.lower[k, 0] <= value + error and value - error <= e.upper[k, 0], (k, width)
            assert math.isfinite(e.lower[k, 0]) and math.isfinite(e.upper[k, 0])
