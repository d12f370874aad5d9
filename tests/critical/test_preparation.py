"""The parts of an equation, of a gradient, of a window, of a system: nothing is lost, nothing is made up."""

from time import monotonic

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from core import calculus
from core.branching import Boxes, Budget
from core.compile import program
from core.critical import multiple
from core.critical.blocks import groups, parts, whole, zeros_of
from core.critical.cells import cells
from core.critical.certified import equations
from core.critical.multiple import runs
from core.critical.polar import look
from core.critical.preparation import Within, branches, zero_sets
from core.function import Function
from core.meaning import function
from core.program import gradient
from core.syntax import read

x, y = (sympy.Symbol(name, real=True) for name in "xy")
# equations with known zeros: factors, and where each is 0
FACTORS = [
    (x, {"x": 0.0}),
    (y - 1, {"y": 1.0}),
    (x**2 - 2, {"x": 2**0.5}),
    (sympy.sin(x + y), {"x": 1.0, "y": sympy.pi.evalf() - 1.0}),
    (sympy.cos(x) + sympy.cos(y), {"x": 0.3, "y": float(sympy.pi) - 0.3}),
    (sympy.exp(x) - 2, {"x": float(sympy.log(2))}),
    (sympy.log(1 + y**2), {"y": 0.0}),
    (x**2 + y**2, {"x": 0.0, "y": 0.0}),
    (x**2 + x * y + y**2, {"x": 0.0, "y": 0.0}),
    (sympy.sin(2 * x) - sympy.sin(x), {"x": float(sympy.pi) / 3}),
    (1 / x - 2, {"x": 0.5}),
    (sympy.sqrt(1 + x) - 2, {"x": 3.0}),
]
NEVER = [sympy.Integer(3), sympy.exp(x * y), 1 + x**2, sympy.cosh(y), x**2 + x * y + y**2 + 1, sympy.exp(x) + 1]


@given(
    st.sampled_from(FACTORS), st.lists(st.sampled_from([f for f, _ in FACTORS] + NEVER), max_size=2), st.integers(1, 3)
)
@settings(max_examples=120, deadline=None)
def test_no_zero_of_a_product_is_lost(known: tuple, others: list, k: int) -> None:
    factor, place = known
    at = {x: place.get("x", 0.7713), y: place.get("y", 0.2297)}
    sets = zero_sets(sympy.Mul(factor**k, *others), Within(monotonic() + 5))
    assert any(all(abs(sympy.N(e.subs(at), 30)) < 1e-9 for e in s) for s in sets), (sets, at)


@pytest.mark.parametrize("e", NEVER)
def test_what_is_never_zero_has_no_zeros(e: sympy.Expr) -> None:
    assert zero_sets(e, Within(monotonic() + 5)) == []


FUNCTIONS = [
    "(y - x^2)(y - 3x^2)",
    "x^2 y^2 - x y",
    "x y exp(-x^2 - y^2)",
    "sin(x) sin(y)",
    "x^3 - 3x y^2 + x^2 y^2",
    "(x^2 + y^2 - 1)^2 x",
]


@pytest.mark.parametrize("text", FUNCTIONS)
def test_zeros_of_a_branch_are_zeros_of_the_gradient_and_the_other_way_round(text: str) -> None:
    """By Newton from many starts on both: every zero of one is a zero of the other."""
    g = calculus.gradient(function(read(text, ("x", "y"))), tidy=False)
    parts_ = branches(g, Within(monotonic() + 5))
    G = sympy.lambdify((x, y), g.components)
    E = [sympy.lambdify((x, y), b.equations) for b in parts_]
    rng = np.random.default_rng(5)
    for start in rng.uniform(-2, 2, (60, 2)):
        p = newton(lambda v: np.array(G(*v)), start)
        assert p is None or any(np.max(np.abs(e(*p))) < 1e-3 for e in E)
        for e in E:
            p = newton(lambda v, e=e: np.array(e(*v)), start)
            assert p is None or np.max(np.abs(G(*p))) < 1e-6


def newton(F, p: np.ndarray) -> np.ndarray | None:
    """A zero of F near p, by steps of least squares with a numerical Jacobian; None if it does not come."""
    for _ in range(200):
        value = F(p)
        J = np.array([(F(p + d) - F(p - d)) / 2e-6 for d in 1e-6 * np.eye(2)]).T
        p = p - np.linalg.lstsq(J, value, rcond=1e-12)[0]
        if not np.isfinite(p).all():
            return None
    return p if np.max(np.abs(F(p))) < 1e-13 and np.max(np.abs(p)) < 4 else None  # e^(-x²) underflows far away


# Cells.

KINKED = [
    "|x| + |x - y|",
    "max(x, y, 1 - x)",
    "min(x^2, y) + |y|",
    "cbrt(x) + y",
    "{x^2 if x < 1, 2x - 1 otherwise} + y",
    "||x| - 1| y",
    "sign(x + y) x",
    "{1 if x < 0 and y < 0, x if x > 1, y otherwise}",
]


@pytest.mark.parametrize("text", KINKED)
def test_every_point_off_the_seams_is_in_one_cell_whose_formula_is_f(text: str) -> None:
    f = function(read(text, ("x", "y")))
    lots = cells(f, [(-2, 2), (-2, 2)])
    assert lots is not None and len(lots) > 1
    rng = np.random.default_rng(3)
    for point in rng.uniform(-2, 2, (80, 2)):
        at = {x: sympy.Float(float(point[0]), 30), y: sympy.Float(float(point[1]), 30)}
        mine = [c for c in lots if all(u.xreplace(at) > 0 for u in c.sides)]
        assert len(mine) == 1
        assert abs(sympy.N(mine[0].f.components[0].xreplace(at)) - sympy.N(f.components[0].xreplace(at))) < 1e-12


def test_a_seam_that_may_fill_a_region_is_not_cut_along() -> None:
    """√(x⁴ + 2x²y² + y⁴) - x² - y² is 0 everywhere, and looks like a function."""
    u = sympy.sqrt(sympy.expand((x**2 + y**2) ** 2)) - x**2 - y**2
    f = Function((x, y), (sympy.Abs(u, evaluate=False) + x,))
    assert cells(f, [(-2, 2), (-2, 2)]) is None


# Around a point.

ORIGIN = (sympy.Integer(0), sympy.Integer(0))
AROUND = [  # f, the order of f - f(0), what 0 is; None: not proved
    ("sqrt(x^2 + y^2)", (1, None)),
    ("sqrt(x^2 + y^2) + x/2", (1, None)),
    ("sqrt(x^2 + y^2) + 2x", (1, None)),
    ("sqrt(x^2 + y^2) + x", None),  # flat along (-1, 0)
    ("sqrt(x^2 + y^2)^3", (3, "minimum")),
    ("x^3 - 3x y^2 + (x^2 + y^2)^2/2", (3, "saddle")),
    ("-x^6 - y^6 - x^3 y^3", (6, "maximum")),
    ("x |x| + y |y|", (2, "saddle")),
    ("x^2 + y^4", None),  # x² alone does not decide
    ("x^2 y", None),  # critical along x = 0
    ("|x - x^2| + y^2", None),
    ("sqrt(x^2 + y^2) |x|", None),  # critical along x = 0
]


@pytest.mark.parametrize(("text", "expected"), AROUND)
def test_around_a_point_the_first_term_along_the_rays_decides_where_it_can(text: str, expected: object) -> None:
    found = look(function(read(text, ("x", "y"))), ORIGIN, 1e-3)
    assert (None if found is None else (found.order, found.nature)) == expected


def test_a_disc_with_another_critical_point_in_it_is_not_settled() -> None:
    """x³ - 3xy² + (x² + y²)²/2 has minima at distance 3/2."""
    f = function(read("x^3 - 3x y^2 + (x^2 + y^2)^2/2", ("x", "y")))
    assert look(f, ORIGIN, 0.1) is not None and look(f, ORIGIN, 1.6) is None


# Zeros of higher order.


def one(text: str) -> object:
    return gradient(program(function(read(text, ("x",)))))


@pytest.mark.parametrize("text", ["x^4", "cos(x) - 1 + x^2/2", "x^5 + x^6", "(x - 1/2)^3"])
def test_a_zero_of_higher_order_is_proved_to_be_alone(text: str) -> None:
    found = whole(equations(one(text)), [(-1.0, 1.1)], Budget())
    assert len(found.zeros) >= 1 and not len(found.left) and found.ended


@pytest.mark.parametrize("text", ["x^4/4 - 10^(-24) x^2/2", "x^4/4 + x/10^27"])
def test_two_zeros_close_together_are_not_taken_for_one_of_higher_order(text: str) -> None:
    found = whole(equations(one(text)), [(-1.0, 1.1)], Budget())
    assert len(found.left) or len(found.zeros) == (3 if "x^2" in text else 1)


def test_the_derivative_that_must_not_vanish_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """x³ - x/10¹⁰ has three zeros within 2·10⁻⁵ of each other; its first derivative is not 0 at 0, but elsewhere."""
    F = one("x^4/4 - 10^(-10) x^2/2")
    interval = Boxes(np.array([[-1e-4]]), np.array([[1e-4]]))
    assert multiple.multiple(F, interval)[0] == []


def test_intervals_that_touch_are_one() -> None:
    lot = runs(Boxes(np.array([[0.0, 1.0, 5.0]]), np.array([[1.0, 2.0, 6.0]])))
    assert lot.lower.tolist() == [[0.0, 5.0]] and lot.upper.tolist() == [[2.0, 6.0]]
    assert len(runs(Boxes(np.empty((1, 0)), np.empty((1, 0))))) == 0


# Groups of variables.


def test_variables_that_share_an_equation_are_one_group() -> None:
    F = gradient(program(function(read("x^2 + y z + cos(z) + u^4", ("x", "y", "z", "u")))))
    assert groups(F) == [[0], [1, 2], [3]]
    lots = parts(F)
    assert lots is not None and [lot for lot, _ in lots] == [[0], [1, 2], [3]]
    assert parts(gradient(program(function(read("x^2 y", ("x", "y")))))) is None


def test_group_by_group_gives_the_same_zeros_as_all_at_once() -> None:
    s = equations(gradient(program(function(read("x^4 - 3x^2 + x + y^4 - 2y^2", ("x", "y"))))))
    window = [(-2.0, 2.1), (-2.0, 2.1)]
    apart, once = zeros_of(s, window, Budget()), whole(s, window, Budget())
    assert apart is not None and len(apart.zeros) == len(once.zeros) == 9
    middles = [
        sorted(map(tuple, np.round(0.5 * (f.zeros.enclosure.lower + f.zeros.enclosure.upper), 9).T.tolist()))
        for f in (apart, once)
    ]
    assert middles[0] == middles[1]


def test_what_one_group_leaves_open_is_open_with_every_zero_of_the_other() -> None:
    s = equations(gradient(program(function(read("x^4 - 2x^2 + sin(y^2)^2 y^3 |y|", ("x", "y"))))))
    found = zeros_of(s, [(-2.0, 2.1), (-1.0, 1.1)], Budget())
    assert found is not None and len(found.left)
    for place in (-1.0, 0.0, 1.0):
        inside = (
            (found.left.lower[0] <= place)
            & (place <= found.left.upper[0])
            & (found.left.lower[1] <= 0)
            & (found.left.upper[1] >= 0)
        )
        assert inside.any()
