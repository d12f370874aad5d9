"""Exact names: each is a point where the gradient is zero to many digits, inside its enclosure; none is made up."""

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from core.critical import exact
from core.critical.algebra import eliminants, polynomials, real_roots
from core.critical.exact import candidates, name
from core.critical.point import Evidence
from core.critical.settle import critical_points
from core.function import Function
from core.meaning import function
from core.syntax import read
from tests.critical.programs import ENTRY

x, y = (sympy.Symbol(v, real=True) for v in "xy")
TEXTS = {  # f, window, how many of its points have a name
    "x^4 + y^4 - 4x y + 1": (((-3.0, 3.0),) * 2, 3),
    "x y exp(-x^2 - y^2)": (((-3.0, 3.0),) * 2, 5),
    "x^3 - 3x y^2 + (x^2 + y^2)^2/2": (((-2.0, 2.0),) * 2, 4),
    "0.07x y + 10/y + 30/x": (((0.1, 40.0),) * 2, 1),
    "x + 2cos(x) + y^2": (((0.0, 6.0),) * 2, 2),
    "x^2 ln(x) + y^2": (((0.1, 3.0), (-1.0, 1.0)), 1),
    "sin(x) sin(y) sin(x + y)": (((-3.0, 3.0),) * 2, 9),
    "x^2 + 2y^2 - x y^3": (((-3.0, 3.0),) * 2, 3),
    "sin(x + y) + (x - y)^2 - 3x/2 + 5y/2 + 1": (((-1.5, 4.0), (-3.0, 4.0)), 3),  # McCormick
    "e^(x y) - x^2 - y^2": (((-2.0, 2.0),) * 2, 1),
    "x^5/5 - x + y^2 + y": (((-3.0, 3.0),) * 2, 2),
}


def named(f: Function, box):
    return name(critical_points(f, box, seconds=8.0), f, box, 8.0)


def precise(text: str) -> mpmath.mpf:
    return mpmath.mpf(str(sympy.N(sympy.sympify(text), 60)))


@pytest.mark.parametrize("text", TEXTS)
def test_at_a_name_the_gradient_is_zero_to_forty_digits_and_the_enclosure_holds_it(text: str) -> None:
    box, count = TEXTS[text]
    f = function(read(text, ("x", "y")))
    found = named(f, box)
    assert sum(p.exact is not None for p in found.points) == count
    g = sympy.lambdify(f.variables, [sympy.diff(f.components[0], v) for v in f.variables], "mpmath")
    with mpmath.workdps(60):
        for p in (p for p in found.points if p.exact):
            place = [precise(t) for t in p.exact]
            assert max(abs(v) for v in g(*place)) < mpmath.mpf(10) ** -40 and p.evidence is Evidence.EXACT
            assert all(low - 1e-15 <= v <= high + 1e-15 for v, (low, high) in zip(place, p.enclosure, strict=True))
            if p.exact_value is not None:
                F = sympy.lambdify(f.variables, f.components[0], "mpmath")
                assert abs(precise(p.exact_value) - F(*place)) < mpmath.mpf(10) ** -40
            for t, v in zip(p.exact_eigenvalues or (), p.eigenvalues, strict=False):
                assert abs(float(precise(t)) - v) < 1e-6 * (1 + abs(v))


@pytest.mark.parametrize("key", ["himmelblau", "six_hump_camel", "beale", "goldstein_price", "styblinski_tang"])
def test_every_point_of_a_polynomial_has_a_name_which_is_the_place(key: str) -> None:
    entry = ENTRY[key]
    f = function(read(entry["expression"], tuple(entry["variables"])))
    found = named(f, [tuple(map(float, side)) for side in entry["box"]])
    for p in found.points:
        assert p.exact is not None
        for text, at in zip(p.exact, p.at, strict=True):
            assert abs(float(sympy.N(sympy.sympify(text), 20)) - at) < 1e-9


def test_a_name_outside_the_window_takes_the_point_away() -> None:
    """The minimum is at 1/10; a window that ends just before it has none."""
    f = function(read("(x - 1/10)^2", ("x",)))
    assert len(named(f, [(0.0, 0.1)]).points) == 1
    assert len(named(f, [(0.0, 0.0999999999999999)]).points) == 0


def test_a_guess_is_taken_only_if_the_gradient_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """cos x = x/1000 has a root near π/2, which is not π/2; a check that always says yes would take it."""
    f = function(read("sin(x) - x^2/2000", ("x",)))
    points = named(f, [(1.0, 2.0)]).points
    assert len(points) == 1 and points[0].exact is None
    monkeypatch.setattr(exact, "candidates", lambda box: iter([(sympy.pi / 2,)]))
    assert named(f, [(1.0, 2.0)]).points[0].exact is None
    monkeypatch.setattr(exact._Exact, "vanishes", lambda self, place: True)
    assert named(f, [(1.0, 2.0)]).points[0].exact == ("pi/2",)


@given(st.integers(-30, 30), st.integers(1, 12), st.sampled_from(["p/q", "sqrt", "pi", "1/2 + pi", "log", "-exp"]))
@settings(max_examples=80, deadline=None)
def test_numbers_people_write_are_among_the_candidates(p: int, q: int, form: str) -> None:
    r = sympy.Rational(p, q)
    e = {"p/q": r, "sqrt": sympy.sqrt(abs(r)), "pi": r * sympy.pi, "1/2 + pi": sympy.Rational(1, 2) + r * sympy.pi, "log": sympy.log(abs(r) or 1), "-exp": -sympy.exp(sympy.Rational(p % 7, q))}[form]  # fmt: skip
    if q > 8 and form == "1/2 + pi":
        return
    v = float(e)
    places = [c for (c,) in candidates(((v - 2e-14 * (1 + abs(v)), v + 2e-14 * (1 + abs(v))),))]
    assert any(sympy.simplify(c - e) == 0 for c in places)


# Algebra.


@given(st.lists(st.integers(-6, 6), min_size=2, max_size=7).filter(lambda c: c[-1] != 0))
@settings(max_examples=120, deadline=None)
def test_real_roots_are_those_that_sympy_isolates(coefficients: list[int]) -> None:
    mine = real_roots(flint.fmpz_poly(coefficients))
    z = sympy.Symbol("z")
    theirs = sympy.Poly(list(reversed(coefficients)), z).real_roots(multiple=False)
    assert len(mine) == len(theirs)
    for root, (value, _) in zip(mine, sorted(theirs, key=lambda t: float(t[0])), strict=True):
        assert float(root.low) - 1e-12 <= float(value) <= float(root.high) + 1e-12
        assert abs(float(sympy.N(sympy.sympify(root.text), 20)) - float(value)) < 1e-12


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=3, unique=True), st.integers(-2, 2)
)
@settings(max_examples=60, deadline=None)
def test_planted_zeros_are_among_the_roots_of_the_eliminants(places: list[tuple[int, int]], t: int) -> None:
    """Equations with known common zeros: products of linear forms through each."""
    a = sympy.prod([(x - p) + t * (y - q) for p, q in places])
    b = sympy.prod([(y - q) - 2 * (x - p) for p, q in places]) + (x - places[0][0]) * a
    if sympy.gcd(a, b) != 1:
        return
    system = polynomials([sympy.expand(a), sympy.expand(b)], [x, y])
    alone = None if system is None else eliminants(system, 2, float("inf"))
    if alone is None:
        return
    roots = [[r.expression for r in real_roots(p)] for p in alone]
    for p, q in places:
        assert p in roots[0] and q in roots[1]


def test_a_hundred_points_of_rastrigin_are_proved_on_an_odd_window() -> None:
    f = function(read("20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)", ("x", "y")))
    found = critical_points(f, [(-5.0, 6.0)] * 2, seconds=8.0)
    assert found.status == "complete" and len(found.points) == 529
    assert len(np.unique(np.round([p.at for p in found.points], 6), axis=0)) == 529
