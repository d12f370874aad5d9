"""What is listed is true, what is called complete is complete, and what could not be decided is covered by boxes."""

import itertools
from collections import Counter
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import branching
from core.branching import TOGETHER, Boxes, Ending
from core.critical import certified, search
from core.critical.certified import system
from core.critical.point import Evidence
from core.critical.rational import exact_value, simplest
from core.critical.search import LISTED, Window, drawn_together, find, states
from core.definiteness import Kind
from core.numeric import arrays, floats
from core.program import Builder, gradient, jacobian
from tests.critical.programs import ENTRY, TRUTH, Precise, box, compiled, places, plain, program

SMOOTH = [e["id"] for e in TRUTH if plain(e)]
DEGENERATE = [e["id"] for e in TRUTH if any(p["label"] == "inconclusive" for p in e["points"])]
CURVES = {  # points on the curves of critical points
    "ring_gauss": [(np.cos(t), np.sin(t)) for t in range(7)],
    "mexican_hat": [(np.cos(t), np.sin(t)) for t in range(7)],
    "x2y2": [(0.0, t) for t in (-2.0, -0.3, 0.0, 1.7)] + [(t, 0.0) for t in (-2.0, 0.1, 2.0)],
    "x3_cyl": [(0.0, t) for t in (-2.0, -0.3, 0.0, 2.0)],
    "sin3": [(t, 0.0, 0.0) for t in (-2.0, 0.7)] + [(0.0, t, 0.0) for t in (0.0, 1.9)] + [(0.0, 0.0, -0.2)],
}
SEAMS = {  # places that must not be called anything
    "ackley": [(0.0, 0.0)],
    "schwefel": [(0.0, 0.0)],
    "cone": [(0.0, 0.0)],
    "abs_sum": [(0.0, 0.0)],
    "cross_in_tray": [(0.0, 0.0)],
}


@pytest.fixture(scope="module")
def answers():
    """Every entry of the truth file, answered once."""
    return {e["id"]: find(program(e), box(e), seconds=20) for e in TRUTH}


def holds(sides, place):
    return all(low <= x <= high for (low, high), x in zip(sides, place, strict=True))


def near(place, other, tolerance=1e-9):
    return max(abs(a - b) for a, b in zip(place, other, strict=True)) < tolerance


def listed(found, place):
    return any(near(p.at, place) for p in found.points)


def undecided(found, place):
    return any(holds(sides, place) for sides in found.undecided)


# Against the known answers.


@pytest.mark.parametrize("name", SMOOTH)
def test_all_points_of_a_smooth_function_are_found_labelled_and_complete(answers, name):
    entry, found = ENTRY[name], answers[name]
    assert found.status == "complete" and not found.undecided
    assert Counter(p.kind.value for p in found.points) == Counter(entry["counts"])
    for known in entry["points"]:
        (p,) = (p for p in found.points if near(p.at, map(float, known["coords"])))
        assert p.kind.value == known["label"]
        assert p.evidence is Evidence.CERTIFIED and p.exact is None and p.nature is None and not p.straddles


@pytest.mark.parametrize("name", [e["id"] for e in TRUTH])
def test_nothing_is_lost_and_nothing_is_invented(answers, name):
    entry, found = ENTRY[name], answers[name]
    for place in places(entry) + CURVES.get(name, []) + SEAMS.get(name, []):
        assert listed(found, place) or undecided(found, place), place
    known = {place: p["label"] for place, p in zip(places(entry), entry["points"], strict=True)}
    for p in found.points:
        (label,) = (label for place, label in known.items() if near(p.at, place))
        assert p.kind.value == label
    assert len(found.undecided) <= LISTED


PARTED = ("x4y4", "neg_x4y4", "x2y4", "u_x4", "u_x3")  # sums of functions of one variable, degenerate


@pytest.mark.parametrize("name", DEGENERATE)
def test_a_degenerate_point_gets_no_definite_label(answers, name):
    """Where the variables part it is proved, as a zero of higher order; elsewhere boxes cannot decide."""
    found = answers[name]
    for place in places(ENTRY[name], "inconclusive"):
        if name in PARTED:
            (p,) = (p for p in found.points if near(p.at, place))
            assert found.status == "complete" and p.kind is Kind.INCONCLUSIVE
        else:
            assert undecided(found, place) and not listed(found, place)
            assert found.status == "incomplete" and "could not decide" in found.sentence


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_is_boxes_and_never_points(answers, name):
    found = answers[name]
    assert found.status == "incomplete"
    assert len(found.points) == len(ENTRY[name]["points"])
    for place in CURVES[name]:
        assert undecided(found, place) and not listed(found, place)


@pytest.mark.parametrize("name", SEAMS)
def test_a_kink_is_undecided(answers, name):
    for place in SEAMS[name]:
        assert undecided(answers[name], place) and not listed(answers[name], place)


@pytest.mark.parametrize("name", [e["id"] for e in TRUTH if e["points"]])
def test_every_label_holds_at_30_digits_and_the_point_is_in_its_enclosure(answers, name):
    entry, found = ENTRY[name], answers[name]
    precise = Precise(entry["expression"], entry["variables"])
    for p in found.points:
        if p.kind is Kind.INCONCLUSIVE:
            assert name in PARTED
            continue
        z, F, H = precise.polished(p.at)
        assert max(abs(g) for g in F) < mp.mpf(10) ** -28 * (1 + max(abs(h) for h in H))
        for (low, high), x, at in zip(p.enclosure, z, p.at, strict=True):
            assert low <= x <= high and low <= at <= high and high - low < 1e-9
        signs = {int(mp.sign(v)) for v in mp.eigsy(H, eigvals_only=True)}
        assert {Kind.MINIMUM: {1}, Kind.MAXIMUM: {-1}, Kind.SADDLE: {1, -1}}[p.kind] == signs
        assert np.allclose(
            sorted(float(v) for v in mp.eigsy(H, eigvals_only=True)), p.eigenvalues, rtol=1e-6, atol=1e-6
        )


def test_values_eigenvectors_and_reasons_go_with_their_point(answers):
    for name in ("himmelblau", "peaks", "u_sin_inv", "markov"):
        f = program(ENTRY[name])
        for p in answers[name].points:
            (value,) = floats(f, p.at)
            assert p.value_enclosure[0] <= p.value <= p.value_enclosure[1]
            assert value == pytest.approx(p.value, abs=1e-12)
            assert ("derivative" if len(p.at) == 1 else "eigenvalue") in p.reason
            V = np.array(p.eigenvectors).T
            H = V @ np.diag(p.eigenvalues) @ V.T
            direct = np.reshape(floats(jacobian(gradient(f)), p.at), H.shape)
            assert np.allclose(H, direct, atol=1e-7 * np.abs(H).max()) and np.allclose(V.T @ V, np.eye(len(V)))


def test_round_places_are_shown_round(answers):
    assert (3.0, 2.0) in {p.at for p in answers["himmelblau"].points}
    assert {p.at for p in answers["quartic_xy"].points} == {(-1.0, -1.0), (0.0, 0.0), (1.0, 1.0)}


def test_rastrigin_on_eleven_by_eleven_has_529_points():
    found = find(program(ENTRY["rastrigin"]), ((-5.0, 6.0), (-5.0, 6.0)))
    assert found.sentence == "All 529 critical points in this window: proved complete."
    assert Counter(p.kind.value for p in found.points) == {"saddle": 264, "minimum": 144, "maximum": 121}


# Next to degenerate.


@pytest.mark.parametrize("exponent", range(2, 13))
def test_two_points_about_to_merge_are_two_and_after_merging_none(exponent):
    window = ((-2.0, 2.0), (-2.0, 2.0))
    two = find(compiled(f"x^3/3 - x/{10**exponent} + y^2"), window)
    assert two.status == "complete"
    assert [p.kind for p in two.points] == [Kind.SADDLE, Kind.MINIMUM]
    assert two.points[1].at[0] == pytest.approx(10 ** (-exponent / 2), rel=1e-9)
    none = find(compiled(f"x^3/3 + x/{10**exponent} + y^2"), window)
    assert none.sentence == "There are none in this window. Proved."


@pytest.mark.parametrize("exponent", [14, 16, 18, 20, 30])
def test_closer_than_can_be_told_apart_is_undecided_or_right(exponent):
    found = find(compiled(f"x^3/3 - x/{10**exponent} + y^2"), ((-2.0, 2.0), (-2.0, 2.0)))
    for x in (10 ** (-exponent / 2), -(10 ** (-exponent / 2))):
        assert undecided(found, (x, 0.0)) or any(holds(p.enclosure, (x, 0.0)) for p in found.points)
    assert found.status == "incomplete" or len(found.points) == 2


# Holes, poles, kinks.


@pytest.mark.parametrize(
    ("text", "window", "points"),
    [
        ("x*log(x) + y^2", ((-1, 4), (-2, 2)), {(0.36787944117144233, 0.0): "minimum"}),
        ("1/x + 1/y + x*y", ((-4, 5), (-3, 5)), {(1.0, 1.0): "minimum"}),
        ("sqrt(1 - x^2 - y^2)", ((-2, 2), (-2, 2)), {(0.0, 0.0): "maximum"}),
        ("x + 1/x + y^2", ((-3, 2), (-1, 1)), {(-1.0, 0.0): "saddle", (1.0, 0.0): "minimum"}),
        ("log(x) - x + log(y) - 2*y", ((-1, 3), (-1, 3)), {(1.0, 0.5): "maximum"}),
        (
            "tan(x) - 2*x - y^2",
            ((-2, 2), (-1, 1)),
            {(-0.7853981633974483, 0.0): "maximum", (0.7853981633974483, 0.0): "saddle"},
        ),
    ],
)
def test_outside_the_domain_there_is_nothing_and_inside_all_is_found(text, window, points):
    found = find(compiled(text), tuple((float(a), float(b)) for a, b in window))
    assert found.status == "complete"
    assert len(found.points) == len(points)
    for place, kind in points.items():
        assert [p.kind.value for p in found.points if near(p.at, place)] == [kind]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("abs(x) + x^2 + y^2", (0.0, 0.0)),
        ("sqrt(x^2 + y^2)", (0.0, 0.0)),
        ("abs(x)^3 + y^2", (0.0, 0.0)),
        ("(x^2)^(3/4) + y^2", (0.0, 0.0)),
        ("max(x, -x) + y^2", (0.0, 0.0)),
        ("x*abs(x) + y^2", (0.0, 0.0)),
        ("sign(x - 1)*(x - 1)^3 + y^2", (1.0, 0.0)),
    ],
)
def test_where_a_second_derivative_may_be_missing_nothing_is_said(text, place):
    found = find(compiled(text), ((-2.0, 3.0), (-2.0, 3.0)))
    assert found.status == "incomplete" and not found.points and undecided(found, place)


def test_a_hidden_smooth_function_is_not_called_undefined():
    """|u| + x² + y² with u = 0 all over the window: the slope of |u| has a seam everywhere, f has none."""
    b = Builder(2)
    x, y = b.variable(0), b.variable(1)
    zero = b.call("select", b.call("lt", x, b.constant(-100.0)), x, b.constant(0.0))
    found = find(b.program([b.add(b.call("abs", zero), b.add(b.power(x, 2), b.power(y, 2)))]), ((-1.0, 2.0),) * 2)
    assert found.status == "incomplete" and undecided(found, (0.0, 0.0))


def test_infinitely_many_points_are_never_complete():
    found = find(compiled("sin(1/x)", ("x",)), ((0.0, 1.0),), seconds=5)
    assert found.status == "incomplete" and undecided(found, (1e-5,))


@pytest.mark.parametrize("text", ["sqrt(-1 - x^2)", "log(-x^2 - y^2)", "log(x) + log(-x - 1)"])
def test_defined_nowhere_is_said(text):
    found = find(compiled(text), ((-2.0, 2.0), (-2.0, 2.0)))
    assert (found.status, found.sentence) == ("complete", "f is not defined anywhere in this window.")


def test_a_constant_is_critical_everywhere_and_a_plane_nowhere():
    window = ((-2.0, 2.0), (-2.0, 2.0))
    assert find(compiled("x + 2*y"), window).sentence == "There are none in this window. Proved."
    constant = find(compiled("5"), window)
    assert constant.status == "incomplete"
    for place in itertools.product((-2.0, -0.3, 1.1, 2.0), repeat=2):
        assert undecided(constant, place)


# The edge.

BOWL = "(x - 1/3)^2 + (y - 1/10)^2"


@pytest.mark.parametrize(
    ("window", "count"),
    [
        (((0.0, 1.0), (0.1, 1.0)), 1),  # 0.1 is meant, though no float is one tenth
        (((0.0, 1.0), (-1.0, 0.1)), 1),
        (((0.0, 1.0), (0.1000000001, 1.0)), 0),
        (((0.0, 1.0), (-1.0, 0.0999999999)), 0),
        (((0.3333333333333333, 1.0), (0.0, 1.0)), 1),  # a third is right of that decimal
        (((0.0, 0.3333333333333333), (0.0, 1.0)), 0),
        (((-1.0, 0.3333333333333334), (0.0, 0.1)), 1),
    ],
)
def test_a_point_with_fractions_for_coordinates_is_placed_exactly(window, count):
    found = find(compiled(BOWL), window)
    assert found.status == "complete" and len(found.points) == count
    assert all(not p.straddles for p in found.points)


@pytest.mark.parametrize("low", [0.0, -1.0, 1.0, 1e-9, -1e-9, 5e-324, -5e-324])
@pytest.mark.parametrize("text", ["x^2 + y^2", "x*y*exp(-x^2-y^2)", "cos(x) - cosh(y) + sin(x)^2/4"])
def test_the_origin_belongs_to_the_windows_that_hold_it(low, text):
    found = find(compiled(text), ((low, low + 1.5), (-0.3, 0.2)))
    assert found.status == "complete"
    assert [p.at for p in found.points] == ([(0.0, 0.0)] if low <= 0 <= low + 1.5 else [])
    assert all(("edge" in p.reason) == (low == 0.0) for p in found.points)


@pytest.mark.parametrize("high", [3.141592653589793, float(np.nextafter(3.141592653589793, 4))])
def test_a_point_that_cannot_be_placed_is_kept_and_completes_nothing(high):
    found = find(compiled("cos(x)", ("x",)), ((1.0, high),))
    (p,) = found.points
    assert p.straddles and "on the edge of the window, within 1e-13" in p.reason
    assert found.status == "incomplete" and "edge" in found.sentence


def test_far_enough_from_pi_it_is_placed():
    assert len(find(compiled("cos(x)", ("x",)), ((1.0, 3.1415926535897),)).points) == 0
    found = find(compiled("cos(x)", ("x",)), ((1.0, 3.1415926535899),))
    assert len(found.points) == 1 and found.status == "complete"


# Against exact algebra.


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-5, 5), min_size=2, max_size=7).filter(lambda c: any(c[:-1])),
    st.integers(-3, 1),
    st.integers(1, 3),
)
@example([1, 0, 0, 0], -1, 2)
@example([1, 0, -2, 0, 0], -1, 2)
@example([-3, -3, -1, 0], -1, 1)  # a double root at -1/3
def test_in_one_variable_complete_means_as_many_as_sturm_counts(coefficients, low, width):
    x = sympy.Symbol("x", real=True)
    f = sympy.Poly(coefficients, x)
    slope = f.diff(x)
    found = find(compiled(str(f.as_expr()), ("x",)), ((float(low), float(low + width)),))
    roots = slope.count_roots(low, low + width) if not slope.is_zero else None
    simple = not slope.is_zero and (slope.degree() < 1 or slope.gcd(slope.diff(x)).count_roots(low, low + width) == 0)
    if simple:
        sure = [p for p in found.points if not p.straddles]
        assert len(sure) <= roots <= len(found.points)
    assert (found.status == "complete") <= (not slope.is_zero)
    if found.status == "complete":
        assert len(found.points) == roots
    double = sympy.Poly(0, x) if slope.is_zero else slope.gcd(slope.diff(x))
    for p in found.points:
        curvature = f.diff(x).diff(x).eval(sympy.Rational(p.at[0]))
        if not double.is_zero and double.count_roots(*map(sympy.Rational, p.enclosure[0])):
            curvature = 0  # as it is at the root itself, which may be no float
        assert (p.kind is Kind.MINIMUM) == (curvature > 0)


def common_roots(f, x, y, window):
    """Real critical points of a polynomial, by resultants and gcds: exact until the last step."""
    F = [sympy.Poly(sympy.diff(f, s), x, y) for s in (x, y)]
    eliminant = sympy.Poly(sympy.resultant(F[0].as_expr(), F[1].as_expr(), x), y)
    roots = set()
    for root in sympy.Poly(eliminant, y).sqf_part().nroots(n=30, maxsteps=200):
        if abs(sympy.im(root)) > 1e-20:
            continue
        row = sympy.Poly(F[0].as_expr().subs(y, sympy.re(root)), x)
        for place in row.nroots(n=30, maxsteps=200):
            other = abs(F[1].eval((sympy.re(place), sympy.re(root))))
            if abs(sympy.im(place)) < 1e-12 and other < 1e-9:
                roots.add((float(sympy.re(place)), float(sympy.re(root))))
    inside = [r for r in roots if holds(window, r)]
    return [r for i, r in enumerate(inside) if not any(near(r, q, 1e-8) for q in inside[:i])]


@pytest.mark.parametrize("seed", range(14))
def test_in_two_variables_complete_means_what_elimination_finds(seed):
    rng = np.random.default_rng(seed)
    degree = 3 + seed % 2
    x, y = sympy.symbols("x y", real=True)
    f = sum(int(rng.integers(-5, 6)) * x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i))
    window = ((-2.03125, 3.0625), (-3.0625, 2.03125))
    found = find(compiled(str(f)), window)
    assert found.status == "complete"
    known = common_roots(f, x, y, window)
    assert len(found.points) == len(known)
    assert all(listed(found, place) for place in known)


@pytest.mark.parametrize("seed", range(6))
def test_a_sum_of_one_variable_functions_has_the_product_of_their_points(seed):
    rng = np.random.default_rng(100 + seed)
    x = sympy.Symbol("x", real=True)
    one = [sympy.Poly(rng.integers(-6, 7, 6).tolist(), x) for _ in range(2)]
    counts = [p.diff(x).count_roots(-2, 2) for p in one]
    text = f"{one[0].as_expr()} + {str(one[1].as_expr()).replace('x', 'y')}"
    found = find(compiled(text), ((-2.0, 2.0), (-2.0, 2.0)))
    assert found.status == "complete" and len(found.points) == counts[0] * counts[1]


# Against Newton from many starts.

UNARY = (
    "sin({})",
    "cos({})",
    "exp({}/2)",
    "tanh({})",
    "atan({})",
    "1/(2 + ({})^2)",
    "log(3 + ({})^2)",
    "({})^2",
    "({})^3/5",
)


def random_formula(rng, depth=3):
    if depth == 0:
        return str(rng.choice(["x", "y", "x + y", "x - 2*y", "x*y", "2*x", "1", "3"]))
    if rng.random() < 0.45:
        return str(rng.choice(UNARY)).format(random_formula(rng, depth - 1))
    left, right = random_formula(rng, depth - 1), random_formula(rng, depth - 1)
    return f"({left}) {rng.choice(['+', '-', '*'])} ({right})"


def newton(f, window, rng, starts=250, steps=25):
    """Zeros of the gradient in the window that Newton reaches from random starts, in floats."""
    n = f.inputs
    F = gradient(f)
    J = jacobian(F)
    low, high = np.array(window).T
    X = rng.uniform(low, high, (starts, n)).T
    with np.errstate(all="ignore"):
        for _ in range(steps):
            H = np.moveaxis(arrays(J, X).reshape(n, n, -1), -1, 0)
            H = np.where(
                np.isfinite(H).all((1, 2))[:, None, None] & (np.linalg.det(H) != 0)[:, None, None], H, np.eye(n)
            )
            step = np.linalg.solve(H, arrays(F, X).T[..., None])[..., 0].T
            X = X - np.clip(np.nan_to_num(step), -1.0, 1.0)
    inside = ((low + 1e-9 <= X.T) & (high - 1e-9 >= X.T)).all(1) & (np.abs(step).max(0) < 1e-11)
    return {tuple(np.round(x, 7)): tuple(x) for x in X.T[inside].tolist()}.values()


@pytest.mark.parametrize("seed", range(40))
def test_newton_from_many_starts_finds_nothing_that_is_not_listed_or_undecided(seed):
    rng = np.random.default_rng(seed)
    text = random_formula(rng)
    window = ((-2.5, 3.0), (-3.0, 2.0))
    f = compiled(text)
    found = find(f, window, boxes=150_000, seconds=5)
    precise = Precise(text)
    for place in newton(f, window, rng):
        if truly_critical(precise, place):
            assert any(near(p.at, place, 1e-7) for p in found.points) or undecided_near(found, place), (text, place)
    for p in found.points[:10]:
        _, F, H = precise.polished(p.at)
        assert max(abs(g) for g in F) < 1e-25 * (1 + max(abs(h) for h in H))
        eigenvalues = mp.eigsy(H, eigvals_only=True)
        assert all(v * w > 0 for v, w in zip(sorted(eigenvalues), p.eigenvalues, strict=True))


def truly_critical(precise, place):
    """Near a zero of the gradient, not only where the gradient is small because f is flat."""
    try:
        z, F, _ = precise.polished(place)
    except ZeroDivisionError:
        return False
    return max(map(abs, F)) < 1e-30 and near(map(float, z), place, 1e-7)


def undecided_near(found, place):
    """In an undecided box, to within Newton's error."""
    return any(holds([(low - 1e-7, high + 1e-7) for low, high in sides], place) for sides in found.undecided)


# What does not depend on the axes.


@pytest.mark.parametrize(
    ("u", "v"),
    [
        ("(3*x/5 - 4*y/5)", "(4*x/5 + 3*y/5)"),
        ("(5*x/13 + 12*y/13 + 1/7)", "(12*x/13 - 5*y/13 - 1/3)"),
        ("(x + 3/10)", "(y - 2/7)"),
        ("(2*x + y)", "(x - y)"),
    ],
)
@pytest.mark.parametrize("name", ["himmelblau", "quartic_xy", "lemniscate", "xy_gauss"])
def test_kinds_survive_turning_shifting_and_shearing(answers, name, u, v):
    text = ENTRY[name]["expression"].replace("exp", "EXP").replace("x", "U").replace("y", "V")
    text = text.replace("U", u).replace("V", v).replace("EXP", "exp")
    found = find(compiled(text), ((-8.0, 8.0), (-8.0, 8.0)))
    expected = Counter(p.kind for p in answers[name].points)
    assert found.status == "complete" and Counter(p.kind for p in found.points) == expected


@pytest.mark.parametrize("name", ["himmelblau", "peaks", "mccormick"])
def test_upside_down_minima_are_maxima(answers, name):
    upside = find(compiled(f"-({ENTRY[name]['expression']})"), box(ENTRY[name]))
    swap = {Kind.MINIMUM: Kind.MAXIMUM, Kind.MAXIMUM: Kind.MINIMUM, Kind.SADDLE: Kind.SADDLE}
    assert [p.kind for p in upside.points] == [swap[p.kind] for p in answers[name].points]


@pytest.mark.parametrize("scale", ["10^12", "1/10^12", "10^100", "1/10^100"])
def test_the_size_of_f_does_not_matter(answers, scale):
    found = find(compiled(f"{scale}*({ENTRY['himmelblau']['expression']})"), box(ENTRY["himmelblau"]))
    assert found.status == "complete"
    assert [p.kind for p in found.points] == [p.kind for p in answers["himmelblau"].points]


def test_where_f_overflows_nothing_is_claimed():
    found = find(compiled("exp(exp(9*x^2)) + y^2"), ((-4.0, 4.0), (-1.0, 1.0)))
    for p in found.points:
        assert near(p.at, (0.0, 0.0)) and p.kind is Kind.MINIMUM
    assert listed(found, (0.0, 0.0)) or undecided(found, (0.0, 0.0))
    assert all(np.isfinite([*p.at, p.value, *p.eigenvalues]).all() for p in found.points)


# Ends and states.


@pytest.mark.parametrize("budget", [{"boxes": 100}, {"boxes": 600}, {"seconds": 0.0}, {"stop": lambda: True}])
def test_a_search_that_was_stopped_says_so_and_loses_nothing(budget):
    entry = ENTRY["goldstein_price"]
    found = find(program(entry), box(entry), **budget)
    assert found.status == "incomplete"
    assert "stopped at its budget; there may be more" in found.sentence
    for place in places(entry):
        assert listed(found, place) or undecided(found, place)


def test_four_variables_within_a_budget_are_honest():
    entry = ENTRY["rosen4"]
    found = find(program(entry), box(entry), boxes=4000)
    assert found.status == "incomplete" and len(found.undecided) <= LISTED
    for place in places(entry):
        assert listed(found, place) or undecided(found, place)


GRIEWANK4 = "(x^2 + y^2 + z^2 + w^2)/4000 - cos(x)*cos(y/sqrt(2))*cos(z/sqrt(3))*cos(w/2) + 1"


def test_once_told_to_stop_it_examines_no_more_than_one_batch(monkeypatch):
    """Counted, not timed: the boxes examined when somebody says stop, and those at the end."""
    seen = []
    examine = certified.examine

    def counted(s, boxes):
        seen.append(len(boxes))
        return examine(s, boxes)

    monkeypatch.setattr(certified, "examine", counted)
    f, window = compiled(GRIEWANK4, ("x", "y", "z", "w")), ((-10.0, 10.0),) * 4
    found = find(f, window, seconds=60, stop=lambda: sum(seen) >= 20_000)
    assert 20_000 <= sum(seen) < 20_000 + TOGETHER and max(seen) <= TOGETHER
    assert found.status == "incomplete" and len(found.undecided) <= LISTED


def test_of_a_long_program_fewer_boxes_are_examined_at_once(monkeypatch):
    seen = []
    examine = certified.examine
    monkeypatch.setattr(certified, "examine", lambda s, boxes: seen.append(len(boxes)) or examine(s, boxes))
    text = "+".join(f"sin({k}*x + y*{k + 1}) * cos({k}*y - x)" for k in range(1, 41))
    f = compiled(text)
    find(f, ((-3.0, 3.0),) * 2, boxes=3000, seconds=60)
    length = len(system(f).J.code)
    assert length > 1000 and max(seen) * length <= certified.WORK


def test_a_search_in_four_variables_keeps_few_boxes(monkeypatch):
    """Counted: most of what would be open at once waits uncut. Breadth first, the same search has four times as many."""
    f, window = compiled(GRIEWANK4, ("x", "y", "z", "w")), ((-5.0, 5.0),) * 4

    def most(wave):
        monkeypatch.setattr(branching, "WAVE", wave)
        seen = list(states(f, window, boxes=120_000))
        assert seen[-1].ending is Ending.BUDGET
        return max(state.count for state in seen)

    assert 4 * most(1024) < most(10**9)


def test_waves_lose_no_point(monkeypatch):
    monkeypatch.setattr(branching, "WAVE", 50)
    entry = ENTRY["griewank"]
    found = find(program(entry), box(entry))
    assert found.status == "complete" and len(found.points) == len(entry["points"])


def test_in_every_state_each_point_is_found_or_in_an_open_box():
    entry = ENTRY["himmelblau"]
    seen = list(states(program(entry), box(entry)))
    assert seen[-1].ending is Ending.FINISHED and seen[0].examined == 0
    for state in seen:
        regions = certified.all_zeros(state, 2).region
        for place in np.array(places(entry))[:, :, None]:
            lots = (regions, state.undecided)
            assert any(((lot.lower <= place + 1e-9) & (place - 1e-9 <= lot.upper)).all(0).any() for lot in lots)


# The parts.


@given(st.fractions(-5, 5, max_denominator=300), st.fractions(0, 1, max_denominator=300))
def test_the_simplest_fraction_is_the_simplest(low, width):
    best = simplest(low, low + width)
    assert low <= best <= low + width
    for q in range(1, best.denominator):
        assert -(-low * q // 1) > (low + width) * q  # no fraction with that denominator


def test_exact_values_are_exact_or_none():
    third = (Fraction(1, 3), Fraction(-2, 7))
    assert exact_value(compiled("x^3 - y/x + 5"), third) == [Fraction(1, 27) + Fraction(6, 7) + 5]
    assert exact_value(compiled("sin(x)*y + cos(x) + exp(x)"), (Fraction(0), Fraction(9))) == [Fraction(2)]
    assert exact_value(compiled("sin(x) + y"), third) is None
    assert exact_value(compiled("pi*x + y"), third) is None
    assert exact_value(compiled("pi*x + y"), (Fraction(0), Fraction(2))) == [Fraction(2)]
    assert exact_value(compiled("1/x + y"), (Fraction(0), Fraction(2))) is None


def test_a_window_means_its_decimals():
    window = Window.of(((0.1, 0.3), (-1.0, 2.0)))
    (low, high), (left, right) = window.floats
    assert Fraction(low) <= Fraction(1, 10) and Fraction(high) >= Fraction(3, 10) and (left, right) == (-1.0, 2.0)
    assert window.holds((Fraction(1, 10), Fraction(2))) and not window.holds((Fraction(1, 10**9), Fraction(0)))


@pytest.mark.parametrize(
    ("n", "count", "size"), [(1, 5, 1e-9), (2, 3000, 1e-9), (2, 900, 0.01), (3, 800, 1e-3), (2, 25_000, 1e-4)]
)
def test_what_is_drawn_together_covers_all_and_is_short(n, count, size):
    rng = np.random.default_rng(count)
    middle = rng.uniform(-1, 1, (n, 6))[:, rng.integers(0, 6, count)] + rng.normal(size=(n, count)) * rng.choice(
        [1e-8, 0.1]
    )
    middle = np.clip(middle, -1 + size, 1 - size)
    lower, upper = middle - size / 2, middle + size / 2
    drawn = drawn_together(Boxes(lower, upper), Window.of(((-1.0, 1.0),) * n))
    assert len(drawn) <= LISTED
    covered = np.zeros(count, bool)
    for sides in drawn:
        a, b = np.array(sides).T[..., None]
        covered |= ((a <= lower) & (upper <= b)).all(0)
    assert covered.all()


def test_clusters_far_apart_stay_apart():
    window = Window.of(((-1.0, 1.0),) * 2)
    lower = np.array([[0.0, 1e-9, 0.5], [0.0, 1e-9, 0.5]])
    assert len(drawn_together(Boxes(lower, lower + 1e-9), window)) == 2


def test_pairs_in_doubt_are_listed_as_boxes(monkeypatch):
    """If two enclosures can be neither told apart nor shown to be one, neither is a point."""
    f, window = compiled("x^2 + y^2 + x*y"), ((-1.0, 1.0), (-1.0, 1.0))

    def doubtful(zeros):
        return certified.Zeros(
            *(lot.where(np.zeros(len(zeros), bool)) for lot in (zeros.region, zeros.enclosure))
        ), Boxes(np.full((2, 1), -0.1), np.full((2, 1), 0.1))

    monkeypatch.setattr(search, "distinct", doubtful)
    found = find(f, window)
    assert (found.status, found.points, found.undecided) == ("incomplete", (), (((-0.1, 0.1), (-0.1, 0.1)),))


def test_the_programs_of_a_system_are_f_its_gradient_and_its_hessian():
    s = system(compiled("x^2*y + exp(x*y)"))
    place = (0.3, -0.7)
    x, y = place
    e = np.exp(x * y)
    assert floats(s.F, place) == pytest.approx([2 * x * y + y * e, x * x + x * e])
    hessian = [2 * y + y * y * e, 2 * x + e + x * y * e, x * x * e]
    assert floats(s.J, place) == pytest.approx([*hessian, 2 * x * y + y * e, x * x + x * e, x * x * y + e])
