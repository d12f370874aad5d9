"""What boxes alone cannot decide: degenerate points, curves, kinks. Every expectation is a hand proof."""

import math
from itertools import pairwise

import numpy as np
import pytest
import sympy

from core.critical import cellwise
from core.critical.settle import critical_points
from core.function import Function
from core.meaning import function
from core.syntax import read

NAMES = ("x", "y", "z", "u", "v", "w")


def scalar(text: str, n: int) -> Function:
    return function(read(text, NAMES[:n]))


def found(text: str, n: int, side: float = 3.0):
    return critical_points(scalar(text, n), [(-side, side)] * n, seconds=8.0)


# f, number of variables, the points that are critical and alone, the curves of critical points
COMPLETE = [
    ("x^4", 1, [(0,)], []),
    ("x^3", 1, [(0,)], []),
    ("cos(x) - 1 + x^2/2", 1, [(0,)], []),  # x - sin x is 0 only at 0
    ("exp(x) - x - x^2/2", 1, [(0,)], []),  # e^x > 1 + x elsewhere
    ("sin(x)/x", 1, [], []),  # a hole at 0; tan x = x has no other root in (-3, 3)
    ("x^3 - 3x y^2", 2, [(0, 0)], []),
    ("(y - x^2)(y - 3x^2)", 2, [(0, 0)], []),
    ("x^4 + y^4", 2, [(0, 0)], []),
    ("(x^2 + y^2)^2", 2, [(0, 0)], []),
    ("(x^2 - 2)^3 + y^2", 2, [(-math.sqrt(2), 0), (0, 0), (math.sqrt(2), 0)], []),
    ("sinh(x) - x - y^2", 2, [(0, 0)], []),
    ("x^2 + (y - sin(y))^2", 2, [(0, 0)], []),
    ("sin(x) + sin(y) + sin(x + y)", 2, [(s * math.pi / 3,) * 2 for s in (-1, 1)], []),
    ("x^2 y^2", 2, [], ["x", "y"]),
    ("x^3", 2, [], ["x"]),
    ("(x^2 + y^2 - 1)^2", 2, [(0, 0)], ["x**2 + y**2 - 1"]),
    ("(x^2 + y^2) exp(-x^2 - y^2)", 2, [(0, 0)], ["x**2 + y**2 - 1"]),
    ("(y - x^2)^2", 2, [], ["x**2 - y"]),
    ("sin(x y)", 2, [(0, 0)], [f"2*x*y {s} {k}pi" for s, k in zip("---+++", ("5*", "3*", "", "", "3*", "5*"), strict=True)]),
    ("x y z", 3, [], ["(x)**2 + (y)**2", "(x)**2 + (z)**2", "(y)**2 + (z)**2"]),
    ("(x^2 + y^2 + z^2 - 1)^2", 3, [(0, 0, 0)], ["x**2 + y**2 + z**2 - 1"]),
    ("x^2 + y^4 + z^6", 3, [(0, 0, 0)], []),
    ("sqrt(x^2 + y^2)", 2, [], []),
    ("sqrt(x^2 + y^2) + x/2", 2, [], []),
    ("|x^2 + y^2 - 1|", 2, [(0, 0)], []),
    ("|x| + |y| + x^2 y^2", 2, [], []),
    ("|x|^3 + y^2", 2, [(0, 0)], []),
    ("x |x| + y^2", 2, [(0, 0)], []),
    ("{x^2 if x < 0, x^3 otherwise} + y^2", 2, [(0, 0)], []),
    ("sqrt(|x|) + y^2", 2, [], []),
    ("x y sqrt(1 - x^2 - y^2)", 2, [(0, 0), *((a / math.sqrt(3), b / math.sqrt(3)) for a in (-1, 1) for b in (-1, 1))], []),
    ("(x^2 + y^2)^(3/2)", 2, [(0, 0)], []),
    ("x^3 - 3x y^2 + (x^2 + y^2)^2/2", 2, [(0, 0), (-1.5, 0), (0.75, 0.75 * math.sqrt(3)), (0.75, -0.75 * math.sqrt(3))], []),
    ("cos(x y) + x^3 - x y^2", 2, [(0, 0)], []),  # no factors, no polynomial
    ("(x^2 + y^2)^2 (x - 1)^2", 2, [(0, 0), (2 / 3, 0)], ["x - 1"]),
    ("((x-y-4/5)^3 - 2y - 4/5)^2", 2, [], ["-125*x**3 + 375*x**2*y + 300*x**2 - 375*x*y**2 - 600*x*y - 240*x + 125*y**3 + 300*y**2 + 490*y + 164"]),
    ("1/(x^2 + y^2)", 2, [], []),
    ("max(x, y)", 2, [], []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "n", "places", "curves"), COMPLETE, ids=lambda v: v if isinstance(v, str) else "")
def test_these_are_settled(text: str, n: int, places: list[tuple[float, ...]], curves: list[str]) -> None:
    got = found(text, n)
    assert got.status == "complete", got.sentence
    assert [c.equation for c in got.curves] == curves
    assert np.allclose(sorted(p.at for p in got.points), sorted(places), atol=1e-9) or not (got.points or places)


# f, n: the truth is out of reach of what is proved here, and that is said
HONEST = [
    ("max(0, x)^2 + y^2", 2),  # critical on half a line
    ("max(x^2, 1) + y^2", 2),  # critical on a stretch of a line
    ("x^x", 1),  # at the edge of the domain
]


@pytest.mark.parametrize(("text", "n"), HONEST)
def test_what_is_not_settled_is_said(text: str, n: int) -> None:
    got = found(text, n)
    assert got.status == "incomplete" and got.undecided


def test_a_kink_at_which_the_slopes_differ_is_no_critical_point() -> None:
    """max(x², -x) has slopes 0 and -1 at 0: the zero of 2x there belongs to one side only."""
    got = found("max(x^2, -x) + y^2", 2)
    assert got.status == "complete" and not any(abs(p.at[0]) < 1e-6 for p in got.points)


def test_where_pieces_meet_smoothly_the_nature_is_known_when_all_bend_alike() -> None:
    (p,) = found("{x^2 if x < 0, 3x^2 otherwise} + y^2", 2).points
    assert (p.kind.value, p.nature) == ("inconclusive", "minimum")
    (p,) = found("{x^3 if x < 0, x^5 otherwise} + y^2", 2).points
    assert (p.kind.value, p.nature) == ("inconclusive", "undetermined")


def test_where_values_jump_there_is_no_critical_point() -> None:
    """Every formula has slope 0 at the seam, but f is not continuous there: a jump, or a value of its own."""
    for text in JUMPS:
        got = found(text, 2)
        assert got.points == () and got.status == "complete", text


JUMPS = [
    "{x^2 if x < 0, 1 + x^2 otherwise} + y^2",
    "{x^2 + y^2 if x^2 + y^2 > 0, 5 otherwise}",
    "{x^2 if x < 0, 5 if x = 0, x^2 otherwise} + y^2",
    "sign(x) + x^2 + y^2",
    "x^2 + y^2 + sign(x) sign(y)",
    "sign(x)^2 + x^2 + y^2",
    "|sign(x)| + x^4 + y^4",
]


def test_what_f_is_on_the_seam_itself_counts() -> None:
    """-y² on the line x = 0 makes the origin of x² + y² no minimum, though both formulas beside it have one."""
    (p,) = found("{x^2 + y^2 if x != 0, -y^2 otherwise}", 2).points
    assert p.at == (0.0, 0.0) and p.nature == "undetermined"


@pytest.mark.parametrize("text", ["max(x^2, -x) + y^2", "max(x^2, -x) + |y|^3"])
def test_a_kink_on_the_edge_of_the_window_is_a_kink(text: str) -> None:
    """The formula -x holds only outside of [0, 2], but it is what f is on the other side of 0."""
    got = critical_points(scalar(text, 2), [(0.0, 2.0), (-1.0, 1.0)], seconds=8.0)
    assert got.points == () and (got.status == "complete" or "|y|" in text)


def test_where_f_has_no_value_it_has_no_critical_point_even_if_its_formula_has() -> None:
    """π/2 is taken out of the domain; the variables part, so that each is searched alone."""
    got = critical_points(scalar("sin(x) (x - pi/2)/(x - pi/2) + y^2", 2), [(-1.0, 3.0)] * 2, seconds=8.0)
    assert got.points == ()
    assert found("x^3/x + y^2", 2).points == () and found("(x^4 + y^4) sin(x)/sin(x)", 2).points == ()


def test_a_value_given_where_a_formula_has_none_counts() -> None:
    """x⁴/(x² + y²) + y², filled with y² on x = 0, has slope 0 at the origin: it must not be lost."""
    got = found("{x^4/(x^2 + y^2) if x != 0, 0 otherwise} + y^2", 2)
    assert got.status == "incomplete" or (0.0, 0.0) in [p.at for p in got.points]


@pytest.mark.parametrize("n", [5, 6])
def test_sums_of_functions_of_one_variable_are_complete_in_any_number_of_variables(n: int) -> None:
    """Styblinski and Tang: 3 roots in each variable, so 3ⁿ points, 2ⁿ minima."""
    text = " + ".join(f"{v}^4 - 16{v}^2 + 5{v}" for v in NAMES[:n])
    got = critical_points(scalar(text, n), [(-5.0, 5.0)] * n, seconds=20.0)
    assert got.status == "complete" and len(got.points) == 3**n
    assert sum(p.kind.value == "minimum" for p in got.points) == 2**n


def test_if_the_branches_miss_a_known_point_they_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minimum at 0 is found by the first search, the points at ±√2 only by branches; these must find both."""
    text = "(x^2 - 2)^3 + y^2 + x^2 y^2"
    true = cellwise.branches
    assert found(text, 2).status == "complete"
    x = sympy.Symbol("x", real=True)
    monkeypatch.setattr(cellwise, "branches", lambda g, end: [b for b in true(g, end) if x not in b.equations])
    assert found(text, 2).status == "incomplete"


def test_a_curve_without_real_points_is_not_listed() -> None:
    """(x⁴ + y⁴ - xy + 5)² has its gradient's common factor nowhere 0."""
    got = found("(x^4 + y^4 - x y + 5)^2", 2)
    assert not got.curves and got.status == "complete"


def test_the_undecided_boxes_shrink_with_algebra_and_never_grow() -> None:
    f = scalar("-(y+47)*sin(sqrt(|x/2+y+47|))-x*sin(sqrt(|x-(y+47)|))", 2)
    got = critical_points(f, [(-100.0, 100.0)] * 2, seconds=8.0)
    area = sum(math.prod(high - low for low, high in box) for box in got.undecided)
    assert len(got.points) == 61 and len(got.undecided) < 8 and area < 1e-6
    assert all(a <= b for a, b in pairwise(sorted(got.undecided)))
