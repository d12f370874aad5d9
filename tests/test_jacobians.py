"""Jacobians against differences of fifty digits, on maps of our own; and where there is no derivative, that it is said.

The oracle is Python with mpmath: the text of a map is also an expression of Python, so neither our parser nor SymPy nor
a rule of differentiation is in it.
"""

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import mpmath
import numpy as np
import pytest

from core.immediate import whole
from core.jobs import derive, pointwise
from core.numeric import floats
from core.problem import Problem
from core.program import jacobian
from core.syntax import read

MAPS: list[tuple[str, str, tuple[float, ...]]] = [  # names, components, a point
    ("x", "x**3 - 2*x", (1.3,)),
    ("x", "exp(sin(x))/(1 + x**2)", (0.7,)),
    ("x", "abs(x - 2)**3", (0.4,)),
    ("t", "cos(t), sin(t), t", (2.1,)),
    ("t", "exp(-t/4)*cos(3*t), exp(-t/4)*sin(3*t)", (1.9,)),
    ("t", "t**2, t**3, t**4, t**5, t**6", (0.8,)),
    ("t", "max(t, t**2, 1/2), min(t, t**2)", (0.9,)),
    ("x y", "x**2*y + y**3", (1.1, -0.6)),
    ("x y", "hypot(x, y)", (3.0, -4.0)),
    ("x y", "atan2(y, x)", (-1.2, 0.4)),
    ("x y", "log(exp(x) + exp(y))", (0.3, 2.2)),
    ("x y", "x**y", (1.7, -0.8)),
    ("x y", "x + sin(y), y + sin(x)", (1.0, 0.5)),
    ("x y", "x**2 - y**2, 2*x*y", (1.0, 0.5)),
    ("r t", "r*cos(t), r*sin(t)", (2.0, 1.1)),
    ("x y", "hypot(x, y), atan2(y, x)", (-0.7, -1.6)),
    ("x y", "exp(x)*cos(y), exp(x)*sin(y)", (0.2, 2.5)),
    ("x y", "abs(x) + y, x*abs(y)", (-1.4, -0.3)),
    ("x y", "max(x, y), min(x, y)", (0.2, 0.9)),
    ("x y", "max(x**2, sin(y))*y, min(abs(x), abs(y), x*y)", (-0.6, 1.3)),
    ("x y", "abs(abs(x) - abs(y)), abs(x + abs(y - abs(x)))", (0.3, -1.7)),
    ("x y", "Piecewise((x**2 + y, x < y), (x*y**2, True)), x - y", (0.4, 0.7)),
    ("x y", "Piecewise((x**2 + y, x < y), (x*y**2, True)), x - y", (1.4, 0.7)),
    ("x y", "Piecewise((sin(x), x + y > 1), (Piecewise((y**3, x < 0), (x*y, True)), True)), y", (-0.5, 0.2)),
    ("x y", "Piecewise((x**2/2, abs(x) <= 1), (abs(x) - 1/2, True)), hypot(max(x, y), 2)", (-1.8, 0.4)),
    ("x y", "sqrt(abs(x*y) + 1), cbrt(x - 2*y)", (0.6, 1.1)),
    ("x y", "asin(x*y), acos(x - y)", (0.5, 0.7)),
    ("x y", "atan(x/y), atan2(x*y, x - y)", (1.6, -0.9)),
    ("x y", "sinh(x)*cosh(y), tanh(x*y)", (0.8, -1.2)),
    ("x y", "asinh(x*y), acosh(2 + x**2), atanh(x*y/4)", (0.9, 1.3)),
    ("x y", "erf(x - y), erf(x*y)/2", (0.4, 0.9)),
    ("x y", "tan(x/2), log(1 + x**2*y**2)", (1.2, -0.7)),
    ("x y", "1/(x**2 + y**2), x/(1 + y**4)", (0.8, 0.6)),
    ("x y", "(x + y)**5, (x - y)**7, x**3*y**4", (0.9, 0.3)),
    ("x y", "exp(-x**2 - y**2)*sin(5*x*y), x", (0.5, 0.8)),
    ("x y", "hypot(abs(x), min(x, y)), atan2(abs(y), x)", (-0.4, 1.5)),
    ("x y", "x, y, x**2 - y**2", (0.7, -0.2)),
    ("u v", "(2 + cos(v))*cos(u), (2 + cos(v))*sin(u), sin(v)", (0.6, 2.3)),
    ("u v", "cos(u)*sin(v), sin(u)*sin(v), cos(v), u*v", (1.1, 0.4)),
    ("u v", "u**2, u*v, v**2, exp(u - v), atan2(v, u)", (0.8, 1.7)),
    ("x y z", "x*y*z", (1.2, -0.5, 2.0)),
    ("x y z", "hypot(x, hypot(y, z)) + max(x, y, z)", (0.3, 1.4, -0.8)),
    ("x y z", "x*y + z, y*z - x", (0.6, -1.1, 0.9)),
    ("r s t", "r*sin(s)*cos(t), r*sin(s)*sin(t), r*cos(s)", (1.5, 0.8, 2.4)),
    ("x y z", "sqrt(x**2 + y**2 + z**2), atan2(hypot(x, y), z), atan2(y, x)", (0.4, -1.3, 0.9)),
    ("x y z", "y*z, x*z, x*y", (1.0, 2.0, 3.0)),
    ("x y z", "abs(x - y) + z, abs(y - z)*x, max(x*y, y*z, z*x)", (0.9, 0.2, -1.6)),
    ("x y z", "Piecewise((x*y, z > 0), (x - y, True)), exp(x*z), min(x, y)**2 + z", (0.5, 0.8, -0.4)),
    ("x y z", "log(x + y + z), x**z, sin(x*y)/z", (1.3, 0.7, 1.9)),
    ("x y z", "x**2, y**2, z**2, x*y*z", (0.3, 0.5, 0.7)),
    ("x y z", "hypot(x - 1, y), hypot(y - 1, z), hypot(z - 1, x), x + y, y*z**3", (0.2, 0.4, 0.6)),
    ("a b c d", "a*d - b*c", (1.0, 2.0, 3.0, 4.5)),
    ("a b c d", "a*b + c*d, sin(a)*cos(d)", (0.2, 0.4, 0.6, 0.8)),
    ("a b c d", "a + b, b*c, c**d, max(a, d) - min(b, c)", (0.9, 1.2, 1.5, 0.4)),
    ("a b c d", "a*b*c*d, exp(a - d), atan2(b, c), hypot(c, d)", (0.7, -0.4, 1.2, 0.9)),
    ("a b c d", "a**2 - b, b**2 - c, c**2 - d, d**2 - a, abs(a*b*c*d)", (0.6, 1.4, -0.9, 0.3)),
    ("a b c d", "Piecewise((a*b, c < d), (a/b, True)), sqrt(c + d), tanh(a*d)", (0.6, 1.7, 0.9, 0.3)),
    ("a b c d g", "a + b*c, b + c*d, c + d*g, d + g*a, g + a*b", (0.3, -0.7, 1.1, 0.5, -1.3)),
    ("a b c d g", "a*b*c*d*g", (1.1, 0.9, -0.8, 1.2, 0.7)),
    ("a b c d g", "sin(a + b), cos(b - c), exp(c*d/4), log(1 + d**2), atan(g*a)", (0.4, 0.6, 0.8, 1.0, 1.2)),
    ("a b c d g", "max(a, b), min(b, c), abs(c - d), hypot(d, g), atan2(g, a)", (0.7, 0.2, 0.9, -0.4, 1.6)),
    ("a b c d g", "a**2*b, b**3*c, c**4*d, d**5*g, g**6*a", (1.1, 0.9, 1.2, 0.8, 1.3)),
    ("a b c d g", "a/(1 + b**2), b/(1 + c**2), c/(1 + d**2), d/(1 + g**2), g/(1 + a**2)", (0.2, 0.4, 0.6, 0.8, 1.0)),
    ("a b c d g", "Piecewise((a*b, a > b), (a - b, c > d), (g**2, True)), a*c, d, g*b", (0.3, 0.5, 0.2, 0.8, -0.9)),
    ("a b c d g", "hypot(a, hypot(b, hypot(c, hypot(d, g)))), abs(max(a, min(b, max(c, min(d, g)))))",
     (0.3, -0.5, 0.7, 0.2, 0.9)),
    ("x y", "(1 - cos(x))/x**2 + y, (exp(y) - 1 - y)/y**2", (0.001, 0.002)),
]  # fmt: skip


def cases(*branches: tuple[Any, Any]) -> Any:
    return next(value for value, holds in branches if holds)


def oracle(components: str, names: list[str]) -> Callable[[list[Any]], list[Any]]:
    m = mpmath
    words = {name: getattr(m, name) for name in
             ("sin", "cos", "tan", "exp", "log", "sqrt", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
              "asinh", "acosh", "atanh", "erf", "hypot")}  # fmt: skip
    words |= {"abs": abs, "min": min, "max": max, "Piecewise": cases}
    words["cbrt"] = lambda u: m.sign(u) * m.cbrt(abs(u))
    code = compile(f"({components},)", "map", "eval")
    return lambda x: [m.mpf(v) for v in eval(code, {**words, **dict(zip(names, x, strict=True))})]


def differences(F: Callable[[list[Any]], list[Any]], p: tuple[float, ...]) -> list[list[Any]]:
    """Central ones, with a step whose square is far below fifty digits' worth of what is asked."""
    h, x = mpmath.mpf(10) ** -18, [mpmath.mpf(repr(c)) for c in p]
    columns = []
    for j in range(len(p)):
        ahead, behind = ([c + s * h * (i == j) for i, c in enumerate(x)] for s in (1, -1))
        columns.append([(a - b) / (2 * h) for a, b in zip(F(ahead), F(behind), strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def leibniz(A: list[list[Any]]) -> Any:
    """A determinant as the sum over all permutations."""
    total = mpmath.mpf(0)
    for order in permutations(range(len(A))):
        odd = sum(a > b for a, b in combinations(order, 2)) % 2
        total += (-1) ** odd * mpmath.fprod(A[i][j] for i, j in enumerate(order))
    return total


def asked(names: str, components: str, p: tuple[float, ...]) -> tuple[Problem, dict[str, Any]]:
    problem = Problem("\n".join(split(components)), tuple(names.split()))
    return problem, {"problem": problem.to_wire(), "at": list(p)}


def split(components: str) -> list[str]:
    """At the commas outside of brackets."""
    parts, depth = [""], 0
    for c in components:
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]


def test_there_are_enough_maps_of_many_kinds() -> None:
    assert len(MAPS) >= 60 and any(len(p) == 5 == len(split(text)) for _, text, p in MAPS)
    every = " ".join(text for _, text, _ in MAPS)
    assert all(word in every for word in ("Piecewise", "abs(", "min(", "max(", "hypot(", "atan2(", "abs(abs("))


@pytest.mark.parametrize(("names", "components", "p"), MAPS, ids=[text[:40] for _, text, _ in MAPS])
def test_jacobians_agree_with_differences_of_fifty_digits(names: str, components: str, p: tuple[float, ...]) -> None:
    problem, question = asked(names, components, p)
    with mpmath.workdps(60):
        F = oracle(components, names.split())
        truth, value = differences(F, p), F([mpmath.mpf(repr(c)) for c in p])
        m, n = len(truth), len(p)
        there = pointwise(question)["at"]
        assert there["reason"] is None and there["value"] == pytest.approx([float(v) for v in value], rel=1e-14)
        program = floats(jacobian(whole(read(problem.text, problem.variables), {})), p)
        for i in range(m):
            for j in range(n):
                exact = truth[i][j]
                assert abs(there["jacobian"][i][j] - exact) <= 1e-10 * abs(exact) + 1e-30
                rough = 1e-6 if "1 - cos" in components else 1e-12  # there floats cancel, whatever reads them
                assert abs(program[i * n + j] - exact) <= rough * (1 + abs(exact))
        if m == n:
            assert abs(there["determinant"] - leibniz(truth)) <= 1e-10 * (1 + abs(there["determinant"]))
        A = np.array([[float(v) for v in row] for row in truth])
        s = np.linalg.svd(A, compute_uv=False)
        assert there["singular_values"] == pytest.approx(s, abs=1e-9 * (1 + s[0]))
        assert there["rank"] == np.linalg.matrix_rank(A, tol=1e-9 * s[0])


@pytest.mark.parametrize(("names", "components", "p"), MAPS[12:60:6], ids=[text[:40] for _, text, _ in MAPS[12:60:6]])
def test_the_formulas_have_these_numbers_too(names: str, components: str, p: tuple[float, ...]) -> None:
    import sympy

    problem, _ = asked(names, components, p)
    formulas = derive({"problem": problem.to_wire(), "tidy": False})["jacobian"]
    with mpmath.workdps(60):
        truth = differences(oracle(components, names.split()), p)
    symbols = {name: sympy.Symbol(name, real=True) for name in names.split()}
    at = {symbols[name]: sympy.Rational(repr(c)) for name, c in zip(names.split(), p, strict=True)}
    for row, exact in zip(formulas, truth, strict=True):
        for text, e in zip(row, exact, strict=True):
            said = sympy.sympify(text, locals=symbols).xreplace(at).evalf(20)
            assert abs(float(said) - float(e)) <= 1e-10 * (1 + abs(float(e))), text


SMOOTH_ON_A_SEAM = [  # known answers
    ("x", "x*abs(x)", (0.0,), [[0]]),
    ("x y", "max(x, y)**2, abs(x - y)**3 + x", (0.0, 0.0), [[0, 0], [1, 0]]),
    ("x", "Piecewise((x**2/2, abs(x) <= 1), (abs(x) - 1/2, True))", (1.0,), [[1]]),
    ("x", "Piecewise((x**2*sin(1/x), Ne(x, 0)), (0, True))", (0.0,), [[0]]),
    ("x y", "min(x, y) + max(x, y), 2*x", (0.3, 0.3), [[1, 1], [2, 0]]),
    ("x y", "x*hypot(x, y), y", (0.0, 0.0), [[0, 0], [0, 1]]),
]
NO_DERIVATIVE = [  # which rows there are
    ("x", "abs(x)", (0.0,), [False]),
    ("x y", "abs(x), y**2", (0.0, 1.0), [False, True]),
    ("x y", "max(x, y), min(x, 2*y), x*y", (1.0, 1.0), [False, True, True]),
    ("x y", "hypot(x, y), atan2(y, x)", (0.0, 0.0), None),
    ("x y", "hypot(x, y), x", (0.0, 0.0), [False, True]),
    ("x y", "atan2(y, x)", (-1.0, 0.0), [False]),
    ("x", "cbrt(x)", (0.0,), [False]),
    ("x", "sqrt(x)", (0.0,), [False]),
    ("x", "sqrt(x)", (-1.0,), None),
    ("x y", "1/x, y", (0.0, 1.0), None),
    ("x y", "Piecewise((x*y/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))", (0.0, 0.0), [False]),
    ("x y", "abs(abs(x) - abs(y)), y", (0.5, 0.5), [False, True]),
    ("x", "Piecewise((x, x < 1), (x + 1, True))", (1.0,), [False]),
]


@pytest.mark.parametrize(("names", "components", "p", "known"), SMOOTH_ON_A_SEAM)
def test_a_derivative_that_exists_on_a_seam_is_found(
    names: str, components: str, p: tuple[float, ...], known: list[list[float]]
) -> None:
    there = pointwise(asked(names, components, p)[1])["at"]
    assert there["jacobian"] == pytest.approx(np.array(known), abs=1e-15) and there["reason"] is None


@pytest.mark.parametrize(("names", "components", "p", "rows"), NO_DERIVATIVE)
def test_where_there_is_no_derivative_it_is_said(
    names: str, components: str, p: tuple[float, ...], rows: list[bool] | None
) -> None:
    there = pointwise(asked(names, components, p)[1])["at"]
    assert there["reason"] and there["rank"] is there["determinant"] is there["singular_values"] is None
    assert (there["value"] is None) == (rows is None)
    if rows is not None:
        assert [row is not None for row in there["jacobian"]] == rows


def at(f: str | list[str], *place: float) -> dict[str, Any]:
    text = f if isinstance(f, str) else "(" + ", ".join(f) + ")"
    names = ("x", "y")[: len(place)]
    found: dict[str, Any] = pointwise({"problem": Problem(text, names).to_wire(), "at": list(place)})["at"]
    return found


@pytest.mark.parametrize(
    ("f", "place", "jacobian", "rank"),
    [
        ("cbrt(x)^4", (0.0,), [[0.0]], 0),
        ("|x|^1.5", (0.0,), [[0.0]], 0),
        ("x + |x|^1.1", (0.0,), [[1.0]], 1),
        ("hypot(x, y)^1.5", (0.0, 0.0), [[0.0, 0.0]], 0),
        ("10^-10 |x|", (0.0,), [None], None),
        ("cbrt(x)", (0.0,), [None], None),
        ("{x^3 y/(x^6 + y^2) if x^2 + y^2 > 0; 0}", (0.0, 0.0), [None], None),  # 1/2 on y = x^3
        ("{x^3 y/(x^4 + y^2) if x^2 + y^2 > 0; 0}", (0.0, 0.0), [None], None),  # x/2 on y = x^2
        ("exp(1000x)", (1.0,), [None], None),
    ],
)
def test_a_derivative_by_definition(f: str, place: tuple[float, ...], jacobian: list[Any], rank: int | None) -> None:
    found = at(f, *place)
    assert (found["jacobian"], found["rank"]) == (jacobian, rank) and bool(found["reason"]) == (jacobian == [None])


def test_every_component_has_its_own_domain() -> None:
    found = at(["1/x", "y^2", "x^2/x", "ln(y - 1)"], 0.0, 1.0)
    assert found["jacobian"] == [None, [0.0, 2.0], None, None] and found["value"] is None
    assert all(f"f_{i} has no value there" in found["reason"] for i in (1, 3, 4)) and "f_2" not in found["reason"]


@pytest.mark.parametrize(
    ("f", "place", "why", "not_why"),
    [
        ("sqrt(x)", (0.0,), ("edge", "without bound"), "fit together"),
        ("x^1.5", (0.0,), ("edge",), "without bound"),
        ("x y + sqrt(1 - x^2 - y^2)", (0.0, 1.0), ("edge", "without bound"), "fit together"),
        ("cbrt(x) + y", (0.0, 0.0), ("without bound",), "edge"),
        ("{x ln|x| if x != 0; 0}", (0.0,), ("without bound",), "jumps"),
        ("sign(x)", (0.0,), ("jumps",), "without bound"),
        ("atan2(y, x)", (-1.0, 0.0), ("jumps",), "without bound"),
        ("|x|", (0.0,), ("two sides",), "edge"),
        ("{x sin(1/x) if x != 0; 0}", (0.0,), ("no number",), "two sides"),
        ("max(x, y)", (1.0, 1.0), ("fit together",), "edge"),
    ],
)
def test_it_is_said_why_there_is_no_derivative(
    f: str, place: tuple[float, ...], why: tuple[str, ...], not_why: str
) -> None:
    reason = at(f, *place)["reason"]
    assert all(word in reason for word in why) and not_why not in reason, reason


def test_rank_and_determinant_agree() -> None:
    found = at(["10^12 x", "10^-12 y"], 0.0, 0.0)
    assert found["rank"] == 2 and found["determinant"] == 1.0
    found = at(["sqrt(2) x + y", "2x + sqrt(2) y"], 0.0, 0.0)
    assert found["rank"] == 1 and found["determinant"] == 0.0
    assert at(["x^20", "y^20"], 1e9, 1e9)["determinant"] is None  # no float holds it
