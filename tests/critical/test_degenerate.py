"""Where the Hessian test is silent: what the point is, why, and how often f changes its sign around it.

The natures are pen and paper: sums of even powers; a sign along a curve; a factor. The walks are counted a second time
with floats, on the circle that is claimed and on one a third of its size.
"""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Poly, Symbol

from core.branching import Boxes
from core.critical import degenerate
from core.critical.degenerate import along, nature
from core.critical.forms import forms, signs, written
from core.critical.point import Walk
from core.critical.walk import walk
from core.function import Function
from core.meaning import function
from core.syntax import read

x, y = Symbol("x", real=True), Symbol("y", real=True)

KNOWN = [  # f, variables, the point, its nature, the sign changes around it
    ("x^4", 1, "0", "minimum", None),
    ("-x^4", 1, "0", "maximum", None),
    ("x^3", 1, "0", "saddle", None),
    ("cos(x) - 1 + x^2/2", 1, "0", "minimum", None),  # x⁴/24 - …
    ("x - sin(x)", 1, "0", "saddle", None),
    ("exp(x) - 1 - x - x^2/2", 1, "0", "saddle", None),
    ("(x-1)^6", 1, "1", "minimum", None),
    ("x^5 (x-1)", 1, "0", "saddle", None),
    ("x^2 + y^4", 2, "0,0", "minimum", 0),
    ("x^2 - y^4", 2, "0,0", "saddle", 4),
    ("x^2 + y^3", 2, "0,0", "saddle", 2),
    ("x^3 - 3x y^2", 2, "0,0", "saddle", 6),
    ("x^3 - 3x y^2 + (x^2+y^2)^2/2", 2, "0,0", "saddle", 6),
    ("(y-x^2)(y-3x^2)", 2, "0,0", "saddle", 4),  # negative between the parabolas
    ("(y-2-(x-1)^2)(y-2-3(x-1)^2)", 2, "1,2", "saddle", 4),
    ("x^4 + y^4", 2, "0,0", "minimum", 0),
    ("-x^4 - y^4", 2, "0,0", "maximum", 0),
    ("x^4 - 3x^2y^2 + y^4", 2, "0,0", "saddle", 8),
    ("x^2 y + y^4", 2, "0,0", "saddle", 4),  # y (x² + y³)
    ("x^2 - 2x y^2 + y^4", 2, "0,0", "minimum", 0),  # (x - y²)²
    ("x^2 - 2x y^2 + y^4 + y^6", 2, "0,0", "minimum", 0),
    ("x^2 - 2x y^2 + y^4 - y^6", 2, "0,0", "saddle", 4),
    ("x^2 - 2x y^2 + y^4 + y^5", 2, "0,0", "saddle", 2),
    ("x^4 + x^2y^3 + y^6", 2, "0,0", "minimum", 0),  # discriminant 1 - 4 < 0 in x² and y³
    ("x^4 + 4x^2y^3 + y^6", 2, "0,0", "saddle", 4),  # negative at x² = -y³
    ("x^4 y^4 - x^10", 2, "0,0", "saddle", 4),
    ("x^3 y - x y^3", 2, "0,0", "saddle", 8),
    ("x^6 + y^6 + x^3y^3", 2, "0,0", "minimum", 0),
    ("x^2y^2", 2, "0,0", "minimum", 0),
    ("(x-y)^4 + (x+y)^2", 2, "0,0", "minimum", 0),
    ("x^2 + 2x y + y^2 + x^4", 2, "0,0", "minimum", 0),
    ("(x^2+y^2)^2", 2, "0,0", "minimum", 0),
    ("sin(x) + sin(y) + sin(x+y)", 2, "pi,pi", "saddle", 6),  # -uv(u + v)/2
    ("1 - cos(x)cos(y) - x^2/2 - y^2/2", 2, "0,0", "maximum", 0),
    ("cosh(x) - cos(y) - x^2/2 - y^2/2", 2, "0,0", "saddle", 4),
    ("(x^2-2)^3 + y^2", 2, "sqrt(2),0", "saddle", None),
    ("(x^2-2)^4 + y^2", 2, "sqrt(2),0", "minimum", None),
    ("exp(x^3) + y^2", 2, "0,0", "saddle", None),
    ("y^2 + sin(x)^4", 2, "0,0", "minimum", None),
    ("log(1+x^4) + y^2", 2, "0,0", "minimum", None),
    ("x^2 exp(y) + y^4", 2, "0,0", "minimum", None),
    ("x^2 cos(y) - y^4 + x y^2", 2, "0,0", "saddle", None),
    ("y^2 - 2y sin(x)^2 + sin(x)^4", 2, "0,0", "minimum", None),
    ("x^2 + y^2 z", 3, "0,0,0", "saddle", None),
    ("x^2 + y^4 + z^6", 3, "0,0,0", "minimum", None),
    ("x^2 + y^2 - z^4", 3, "0,0,0", "saddle", None),
    ("x y z", 3, "0,0,0", "saddle", None),
    ("x^4 + y^4 + z^4", 3, "0,0,0", "minimum", None),
    ("x^2 + y^2 + z^4 + x z^2", 3, "0,0,0", "minimum", None),  # (x + z²/2)² + y² + 3z⁴/4
    ("x^2 + y^2 + z^4 + 3x z^2", 3, "0,0,0", "saddle", None),
    ("x^2y^2 + z^2", 3, "0,0,0", "minimum", None),
    ("(x+y+z)^2 + x^4 + y^4", 3, "0,0,0", "minimum", None),
]  # fmt: skip


def scalar(text: str, n: int) -> Function:
    return function(read(text, ("x", "y", "z")[:n]))


@pytest.mark.parametrize(
    ("text", "n", "place", "word", "changes"), KNOWN, ids=lambda v: v if isinstance(v, str) else ""
)
def test_the_nature_is_the_true_one_with_a_reason(
    text: str, n: int, place: str, word: str, changes: int | None
) -> None:
    found = nature(scalar(text, n), tuple(sympy.S(c) for c in place.split(",")), 5.0)
    assert (found.word, None if found.walk is None or changes is None else found.walk.changes) == (word, changes)
    assert len(found.because) > 20 and "**" not in found.because


def test_what_is_flat_to_every_order_looked_at_is_left_undetermined() -> None:
    assert nature(scalar("x^2 + y^14", 2), (Integer(0),) * 2, 5.0).word in ("minimum", "undetermined")
    assert nature(scalar("x^24 - x^25", 1), (Integer(0),), 5.0).word == "undetermined"
    assert nature(scalar("|x|^3 + y^4", 2), (Integer(0),) * 2, 5.0).word == "undetermined"


def test_if_two_arguments_disagree_there_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(degenerate, "_walked", lambda f, place: ("minimum", Walk(0.5, 0)))
    assert nature(scalar("x^3 - 3x y^2", 2), (Integer(0),) * 2, 5.0).word == "undetermined"


def counted(g: sympy.Expr, r: float) -> int | None:
    """Sign changes of g on a circle, by floats; None where they are not clear."""
    t = np.linspace(0, 2 * math.pi, 40_001)[:-1] + 1e-5
    v = sympy.lambdify((x, y), g)(r * np.cos(t), r * np.sin(t)) + 0 * t
    if (np.abs(v) < 1e-8 * np.max(np.abs(v))).any():
        return None
    return int(np.sum(np.sign(v) != np.sign(np.roll(v, 1))))


coefficients = st.integers(-3, 3)
exponents = [(i, j) for i in range(6) for j in range(6) if 2 <= i + j <= 6]


@given(st.dictionaries(st.sampled_from(exponents), coefficients.filter(bool), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_walk_counts_what_floats_count_on_its_circle_and_on_a_smaller_one(terms: dict[tuple[int, int], int]) -> None:
    g = sum((c * x**i * y**j for (i, j), c in terms.items()), Integer(0))
    found = walk(sympy.expand(g), x, y)
    if found is None:
        return
    w, sign = found
    for r in (w.radius, w.radius / 3):
        seen = counted(g, r)
        assert seen is None or seen == w.changes, (g, r, seen, w)
    if not w.changes:
        t = np.linspace(0, 2 * math.pi, 997)
        v = sympy.lambdify((x, y), g)(w.radius * np.cos(t), w.radius * np.sin(t)) + 0 * t
        assert (sign * v >= -1e-12).all()


@given(st.dictionaries(st.sampled_from(exponents), coefficients.filter(bool), min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_no_verdict_contradicts_the_values_nearby(terms: dict[tuple[int, int], int]) -> None:
    """A minimum has no smaller value on small circles, a saddle has both signs on them."""
    g = sum((c * x**i * y**j for (i, j), c in terms.items()), Integer(0))
    if sympy.hessian(g, (x, y)).subs({x: 0, y: 0}).det() != 0 or g.is_number:
        return
    found = nature(Function((x, y), (g,)), (Integer(0),) * 2, 5.0)
    t = np.linspace(0, 2 * math.pi, 20_001)
    F = sympy.lambdify((x, y), g)
    v = np.concatenate([F(r * np.cos(t), r * np.sin(t)) + 0 * t for r in (0.02, 0.005)])
    if found.word == "minimum":
        assert (v >= -1e-25).all()
    elif found.word == "maximum":
        assert (v <= 1e-25).all()


# Forms.


def test_forms_are_the_taylor_terms() -> None:
    f = scalar("exp(x) cos(y) + x y^3", 2)
    place = (Integer(1), Integer(0))
    total = sum(forms(f, place, 5), f.components[0].subs({x: 1, y: 0}))
    u = next(iter(total.free_symbols - {y}))
    for a, b in ((0.02, -0.01), (-0.015, 0.02)):
        exact = float(f.components[0].subs({x: 1 + a, y: b}))
        assert abs(float(total.subs({u: a, y: b})) - exact) < 1e-9


@pytest.mark.parametrize(
    ("q", "definite", "simple"),
    [(x**2 + y**2, 1, False), (-(x**4) - y**4, -1, False), (x**2 - y**2, 0, True), (x**2 * y**2, 0, False), (x**3 * y, 0, False), (x**4 + x**2 * y**2, 0, False)],
)  # fmt: skip
def test_signs_of_forms(q: sympy.Expr, definite: int, simple: bool) -> None:
    s = signs(q, (x, y))
    assert (s.definite, s.simple) == (definite, simple)


def test_polynomials_are_written_for_people() -> None:
    assert written(Poly(2 * x**2 * y - y**3 / 3, x, y).as_expr()) == "2x²y − y³/3"
    assert written(sympy.pi * x) == "πx" and written(Integer(-7)) == "−7"


# Curves.

LINE = Boxes(np.array([[-1e-9], [-2.0]]), np.array([[1e-9], [2.0]]))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x^2 y^2", "weak minimum"),
        ("-x^2 (1 + y^2)", "weak maximum"),
        ("x^3", "no extremum"),
        ("x^3 (y^2 + 1)", "no extremum"),
        ("cosh(x)", "weak minimum"),
        ("cos(x) + 5", "weak maximum"),
        ("x^2 y", "undetermined"),
        ("x^4 exp(y)", "weak minimum"),
    ],
)
def test_along_a_line_of_critical_points(text: str, word: str) -> None:
    assert along(scalar(text, 2), [x], LINE, 2.0)[0] == word


def test_a_value_on_one_piece_of_a_curve_is_not_taken_for_that_on_another() -> None:
    """cos x is highest on x = 0, lowest on x = π; both are sin x = 0."""
    both = Boxes(np.array([[-1e-9, math.pi - 1e-9], [-2.0, -2.0]]), np.array([[1e-9, math.pi + 1e-9], [2.0, 2.0]]))
    assert along(scalar("cos(x)", 2), [sympy.sin(x)], both, 2.0)[0] == "weak minimum or weak maximum, by place"
