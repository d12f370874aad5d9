"""Krawczyk's operator holds what it must hold, to the last rounding, and nothing is claimed where it says nothing."""

from fractions import Fraction

import numpy as np
import pytest

from core.branching import Boxes, Budget
from core.critical import certified
from core.critical.certified import (
    Zeros,
    all_zeros,
    distinct,
    examine,
    inflated,
    krawczyk,
    refined,
    search,
    system,
    unsettled,
)
from core.definiteness import midpoint
from core.enclosure import Enclosure, enclose
from core.program import Builder
from tests.critical.programs import compiled

POLYNOMIALS = {  # each with a place where its gradient nearly cancels
    "x^4 + y^4 - 4*x*y + 1": (-1.0, -1.0),
    "(x+1000)^3/3 - 1000000*x + y^2 - x*y/7": (0.0, 0.0),
    "(1-x)^2 + 100*(y-x^2)^2": (1.0, 1.0),
    "(x^2+y-11)^2 + (x+y^2-7)^2": (-2.8051180869, 3.1313125182),
}


def boxes(*sides):
    """Boxes given as (low, high), (low, high) each."""
    ends = np.array(sides, float)
    return Boxes(ends[..., 0].T.copy(), ends[..., 1].T.copy())


def exactly(program, place):
    """Outputs of a polynomial program in fractions."""
    slots = []
    for word, *rest in program.code:
        u = [slots[k] for k in rest] if word not in ("const", "var", "powi") else []
        match word:
            case "const":
                slots.append(Fraction(program.constants[rest[0]].value))
            case "var":
                slots.append(place[rest[0]])
            case "powi":
                slots.append(slots[rest[0]] ** rest[1])
            case "neg":
                slots.append(-u[0])
            case "add":
                slots.append(u[0] + u[1])
            case "sub":
                slots.append(u[0] - u[1])
            case "mul":
                slots.append(u[0] * u[1])
            case "div":
                slots.append(u[0] / u[1])
    return [slots[k] for k in program.outputs]


def lost(seed, tries=60):
    """How often z - Y F(z), exact, is not in K, for a point z of the box: the law behind Krawczyk's theorem."""
    rng = np.random.default_rng(seed)
    count = 0
    for text, place in POLYNOMIALS.items():
        s = system(compiled(text))
        middle, radius = rng.uniform(-3, 3, (2, tries)), 10.0 ** rng.uniform(-16, 0, (2, tries))
        middle[:, ::2] = np.array(place)[:, None] + 10.0 ** rng.uniform(-12, -3, (2, tries // 2))
        X = Boxes(middle - radius, middle + radius)
        k = krawczyk(s, X)
        over = enclose(s.J, X.lower, X.upper)
        Y = certified._inverse(midpoint(*(side[s.entries] for side in (over.lower, over.upper)))[0])
        for i in np.flatnonzero(k.sound):
            for corner in ((0, 0), (0, 1), (1, 1), (0.5, 0.5)):
                z = [
                    Fraction(a) + Fraction(t) * (Fraction(b) - Fraction(a))
                    for a, b, t in zip(X.lower[:, i].tolist(), X.upper[:, i].tolist(), corner, strict=True)
                ]
                F = exactly(s.F, z)
                for j in range(2):
                    image = z[j] - sum(Fraction(float(Y[j, m, i])) * F[m] for m in range(2))
                    count += not Fraction(k.K.lower[j, i]) <= image <= Fraction(k.K.upper[j, i])
    return count


def test_krawczyk_holds_the_image_of_every_point_of_its_box():
    assert lost(1) == 0


def test_that_guard_sees_forgotten_roundings(monkeypatch):
    """Each in turn is left out: the radius of the products, the bounds of F at the middle."""
    preconditioned = certified.preconditioned
    with monkeypatch.context() as patch:
        patch.setattr(certified, "preconditioned", lambda Y, A, a: (preconditioned(Y, A, a)[0], 0 * a))
        assert lost(1) > 10
    with monkeypatch.context() as patch:
        patch.setattr(certified, "enclose", point_values)
        assert lost(1) > 10


def point_values(program, lower, upper):
    """A wrong enclosure: at points, floats instead of bounds."""
    e = enclose(program, lower, upper)
    if (lower == upper).all():
        middle = 0.5 * e.lower + 0.5 * e.upper
        return Enclosure(middle, middle, e.bad, e.dead)
    return e


def test_a_zero_on_a_corner_is_proved_and_enclosed():
    s = system(compiled("x^2 + y^2 + x*y"))
    verdict = examine(s, boxes([(0, 1), (0, 1)]))
    (zeros,) = verdict.found
    assert verdict.settled == 1 and len(verdict.open) == 0
    assert (zeros.enclosure.lower <= 0).all() and (zeros.enclosure.upper >= 0).all()


def test_a_box_without_zero_is_dropped_and_one_with_a_double_zero_stays_open():
    s = system(compiled("x^2 + y^3"))
    assert len(examine(s, boxes([(1, 2), (1, 2)])).open) == 0
    left = examine(s, boxes([(-1, 1), (-1, 1)]))
    assert len(left.open) == 1 and not left.found and not left.bad.any()


def test_inflated_boxes_hold_the_old_ones_and_more():
    rng = np.random.default_rng(0)
    lower = rng.uniform(-9, 9, (3, 200))
    upper = lower + 10.0 ** rng.uniform(-17, 1, (3, 200))
    big = inflated(Boxes(lower, upper))
    assert (big.lower < lower).all() and (big.upper > upper).all()
    wide = upper - lower > 1e-9
    assert np.allclose((big.upper - big.lower)[wide], 1.35 * (upper - lower)[wide])


@pytest.mark.parametrize(
    ("text", "side"),
    [("abs(x) + x^2", (-1, 1)), ("x^2 + sqrt(x)^5", (-0.5, 1)), ("x^2*log(x)", (-1, 1)), ("1/x + x^2", (-1, 1))],
)
def test_nothing_is_proved_across_a_seam(text, side):
    """K may be inside X there; it must not count. Without the guard the first would be proved to be critical at 0."""
    k = krawczyk(system(compiled(text, ("x",))), boxes([side]))
    assert not k.smooth.any() and not k.sound.any() and not k.proves.any()
    assert (k.narrowed(k.X).lower == k.X.lower).all() and (k.narrowed(k.X).upper == k.X.upper).all()


def test_nan_never_drops_a_box_and_never_proves_a_zero(monkeypatch):
    s = system(compiled("x^2 + y^2"))
    box = boxes([(0.5, 1), (0.5, 1)])

    def unknown(program, lower, upper):
        e = enclose(program, lower, upper)
        return Enclosure(e.lower * np.nan, e.upper * np.nan, np.zeros(lower.shape[1], bool), e.dead)

    assert len(examine(s, box).open) == 0
    monkeypatch.setattr(certified, "enclose", unknown)
    verdict = examine(s, box)
    assert len(verdict.open) == 1 and not verdict.found and verdict.bad.all()
    assert (verdict.open.lower == box.lower).all() and (verdict.open.upper == box.upper).all()


def test_a_seam_of_the_derivative_is_no_hole_of_the_function():
    """|u| + x² with u = 0 all over the window is x²: smooth and critical at 0, though the slope of |u| is a seam."""
    b = Builder(1)
    x = b.variable(0)
    zero = b.call("select", b.call("lt", x, b.constant(-100.0)), x, b.constant(0.0))
    s = system(b.program([b.add(b.call("abs", zero), b.power(x, 2))]))
    assert enclose(s.J, [[-1.0]], [[1.0]]).dead.all()
    verdict = examine(s, boxes([(-1, 1)]))
    assert len(verdict.open) == 1 and verdict.dead == 0


def test_tangents_and_cancelled_quotients_are_bounded_near_their_poles():
    F = system(compiled("tan(x) - 2*x", ("x",))).F
    assert enclose(F, [[1.5]], [[1.6]]).lower[0, 0] > 100
    s = system(compiled("x*log(x)", ("x",)))
    assert enclose(s.F, [[0.0]], [[0.1]]).upper[0, 0] < 0
    assert enclose(s.J, [[0.0]], [[0.1]]).bad.all()


def test_a_quotient_that_is_cancelled_keeps_its_hole():
    b = Builder(1)
    x = b.variable(0)
    f = b.program([b.mul(x, b.div(b.power(x, 2), x))])  # x², but not at 0, and the program does not say so
    assert enclose(system(f).J, [[-1.0]], [[1.0]]).bad.all()
    assert not enclose(system(f).J, [[1.0]], [[2.0]]).bad.any()


def test_refinement_ends_at_a_few_floats_and_loses_nothing():
    s = system(compiled("(x^2+y-11)^2 + (x+y^2-7)^2"))
    *_, state = search(s, ((-5.0, 5.0), (-5.0, 5.0)), Budget(20_000, 5.0))
    rough = all_zeros(state, 2)
    fine = refined(s, rough)
    assert (fine.enclosure.upper - fine.enclosure.lower).max() < 1e-13
    assert (fine.enclosure.lower >= rough.enclosure.lower).all() and (
        fine.enclosure.upper <= rough.enclosure.upper
    ).all()
    inside = (fine.enclosure.lower <= np.array([[3.0], [2.0]])) & (fine.enclosure.upper >= np.array([[3.0], [2.0]]))
    assert inside.all(0).any()


def zeros(*pairs):
    """Zeros on a line from (region, enclosure) pairs."""
    return Zeros(boxes(*([region] for region, _ in pairs)), boxes(*([enclosure] for _, enclosure in pairs)))


def test_two_zeros_are_one_two_or_in_doubt():
    far = ((5, 6), (5.5, 5.6))
    one, hulls = distinct(zeros(((0, 2), (0.9, 1.1)), ((0.5, 3), (1.0, 1.2)), far))
    assert one.enclosure.lower.tolist() == [[1.0, 5.5]] and one.enclosure.upper.tolist() == [[1.1, 5.6]]
    assert len(hulls) == 0
    two, hulls = distinct(zeros(((0, 2), (0.9, 1.0)), ((0, 2.5), (1.01, 1.2)), far))
    assert len(two) == 3 and len(hulls) == 0
    sure, hulls = distinct(zeros(((0.8, 1.1), (0.9, 1.1)), ((0.95, 1.3), (1.0, 1.2)), far))
    assert sure.enclosure.lower.tolist() == [[5.5]]
    assert (hulls.lower.tolist(), hulls.upper.tolist()) == ([[0.9]], [[1.2]])


def test_being_the_same_zero_is_handed_on():
    chain = zeros(((0, 1.1), (0.9, 1.1)), ((0.9, 1.3), (1.0, 1.2)), ((0.8, 1.9), (1.05, 1.25)))
    one, hulls = distinct(chain)
    assert (len(one), len(hulls)) == (1, 0)
    assert (one.enclosure.lower.tolist(), one.enclosure.upper.tolist()) == ([[1.05]], [[1.1]])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_sweep_sees_every_pair_of_boxes_that_touch(n):
    rng = np.random.default_rng(n)
    lower = np.round(rng.uniform(0, 3, (n, 120)), 1)
    E = Boxes(lower, lower + np.round(rng.uniform(0, 0.4, (n, 120)), 1))
    pairs = {frozenset(p) for p in zip(*(side.tolist() for side in certified._touching(E)), strict=True)}
    every = {
        frozenset((i, j))
        for i in range(120)
        for j in range(i)
        if ((E.lower[:, i] <= E.upper[:, j]) & (E.lower[:, j] <= E.upper[:, i])).all()
    }
    assert pairs == every and len(every) > 10


def test_undecided_boxes_in_the_region_of_a_known_zero_are_settled():
    known = zeros(((0, 1), (0.4, 0.6)))
    left = unsettled(boxes([(0.1, 0.3)], [(0.9, 1.1)], [(0, 1)], [(2, 3)]), known)
    assert left.lower.tolist() == [[0.9, 2.0]]


def test_three_variables_use_the_same_code():
    s = system(compiled("x^2 + y^2 + z^2 - x*y*z", ("x", "y", "z")))
    *_, state = search(s, ((-4.0, 4.0),) * 3, Budget(100_000, 5.0))
    assert len(state.undecided) == 0
    assert len(distinct(refined(s, all_zeros(state, 3)))[0]) == 5
