"""Lipschitz enclosures hold the truth, their witnesses need what is said, and a word is said only where it is due."""

import math
import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy

from core import gallery
from core.compile import program
from core.function import Function
from core.meaning import function
from core.numeric import arrays
from core.program import gradient, hessian
from core.region import lipschitz
from core.region.cones import cones
from core.region.measure import Length
from core.region.pair import quotients
from core.region.polar import taken_apart
from core.region.regular import continuous, smooth_once
from core.region.stable import tamed
from core.region.tails import Tails
from core.region.unbounded import faults
from core.syntax import read

R = (-math.inf, math.inf)
UNIT = (-1.0, 1.0)


def slope_of_erf(x: float) -> float:
    return 4 / math.sqrt(math.pi) * math.exp(-x * x)  # of 2 erf


# formula, box, the best constant of f, the best constant of its gradient: by hand
KNOWN = [
    ("x^2", [(-1, 3)], 6.0, 2.0),
    ("sin(3x)", [(-5, 5)], 3.0, 9.0),
    ("x^4", [(-2, 2)], 32.0, 48.0),
    ("x^3", [(0, 1)], 3.0, 6.0),
    ("1/x", [(0.5, 2)], 4.0, 16.0),
    ("sqrt(x)", [(0.25, 1)], 1.0, 2.0),
    ("ln(x)", [(0.5, 3)], 2.0, 4.0),
    ("atan(x)", [(-2, 2)], 1.0, 3 * math.sqrt(3) / 8),
    ("x^2 + 10y^2", [(-3, 3), (-1, 1)], math.hypot(6, 20), 20.0),
    ("x y", [(-1, 1), (-2, 2)], math.sqrt(5), 1.0),
    ("x + 2y - 7", [UNIT, UNIT], math.sqrt(5), 0.0),
    ("sqrt(1 - x^2 - y^2)", [(-0.5, 0.5), (-0.5, 0.5)], 1.0, 2 * math.sqrt(2)),
    ("-exp(-x^2-y^2)", [(-2.5, 2.5), (-2.5, 2.5)], math.sqrt(2 / math.e), 2.0),
    ("x^2 + 2y^2 + 3z^2 + 4u^2", [UNIT] * 4, math.sqrt(4 + 16 + 36 + 64), 8.0),
    # kinks
    ("|x|", [UNIT], 1.0, "none"),
    ("|x|", [(0, 1)], 1.0, 0.0),
    ("|x| + 2|y|", [(-1.5, 1.5)] * 2, math.sqrt(5), "none"),
    ("max(x, y)", [UNIT] * 2, 1.0, "none"),
    ("max(x, 0)^2", [UNIT], 2.0, 2.0),
    ("x|x|", [(-1, 2)], 4.0, 2.0),
    ("|x|^3", [UNIT], 3.0, 6.0),
    ("tanh(max(x, 1))", [(-2, 2)], 1 - math.tanh(1) ** 2, "none"),
    ("tanh(max(x, 1)) + sin(3y + 1)/3", [(-2, 2), (-2, 1)], math.hypot(1 - math.tanh(1) ** 2, 1), "none"),
    ("Piecewise((x^2/2, |x| <= 1), (|x| - 1/2, True))", [(-3, 3)], 1.0, 1.0),
    ("sqrt(x^2 + y^2)", [UNIT] * 2, 1.0, "none"),
    ("Piecewise((x, x < 0), (x^2, True))", [UNIT], 2.0, "none"),
    # cones: the largest slope at the tip, along a ray from it, away from it
    ("sqrt((x-1)^2 + 4y^2)", [(-1, 2), (-1, 5)], 2.0, "none"),
    ("10sqrt(x^2 + y^2) + 2cosh(x)", [UNIT, (-1, 5)], 10 + 2 * math.sinh(1), "none"),
    ("sqrt(x^2 + y^2 + z^2) + x^2 - y", [UNIT] * 3, 1 + math.sqrt(5), "none"),
    ("sqrt(x^2 + x y + y^2)", [UNIT, (-1, 2)], math.sqrt(1.5), "none"),
    ("sqrt(x^2 + 4y^2) + x", [UNIT] * 2, 4 / math.sqrt(3), "none"),
    ("sqrt(x^2 + y^2) + sqrt((x-1)^2 + y^2)", [(-1, 2)] * 2, 2.0, "none"),
    ("sqrt(x^2 + y^2) - 2|x - 1|", [(-1, 2)] * 2, 3.0, "none"),
    ("sqrt(x^2 + y^2)^3", [(-1, 2)] * 2, 24.0, 12 * math.sqrt(2)),
    # the largest slope in a corner where a piece ends
    ("2erf(x) + 10|x+y| - x^2", [(-2, 4), (-3.795, 3)], math.hypot(17.59 - slope_of_erf(3.795), 10), "none"),
    # the largest slope on the end of a piece, to which boxes shrink before they are cut along the other axis
    ("exp(-|x|) sin(3y)", [UNIT, (-1.3, 1)], 3.0, "none"),
    # far out, where exponentials overflow
    ("ln(1+exp(x))", [(-1000, 1000)], 1.0, 0.25),
    ("ln(cosh(x))", [(-1000, 1000)], 1.0, 1.0),
    ("ln(exp(x)+exp(y))", [(-500, 500)] * 2, 1.0, 0.5),
    ("tanh(x) + sinh(x)/cosh(x)", [(-900, 800)], 2.0, 8 / math.sqrt(27)),
    ("Piecewise((x^2, x > 0), (x, True)) (exp(-x^2) + exp(-2x^2))/2", [(-1.5, 1.5)], 1.0, "none"),
    ("1/cosh(x)", [(-1e6, 1e6)], 0.5, 1.0),
    ("1/cosh(x)", [R], 0.5, 1.0),
    ("1/(1 + exp(-x))", [(-1e4, 1e4)], 0.25, math.sqrt(3) / 18),
    ("x ln(1 + exp(x))", [(-1000, 1000)], 2000.0, 2.0438996777),
    ("ln(exp(x) + exp(y) + exp(z))", [(100, 1e4)] * 3, 1.0, 0.5),
    ("sqrt(1 + x^2 + y^2)", [(-1e5, 1e5)] * 2, 1 - 2.5e-11, 1.0),
    ("sqrt(1+x^2)", [(-1e8, 1e8)], 1.0, 1.0),
    ("exp(-x^2-y^2)", [(-100, 100)] * 2, math.sqrt(2 / math.e), 2.0),
    # no constant, or nothing to be promised
    ("sqrt(|x|)", [UNIT], "infinite", "none"),
    ("sqrt(|x|) + y^2", [UNIT] * 2, "infinite", "none"),
    ("sqrt(x)", [(0, 1)], "infinite", "none"),
    ("|x|^(3/2)", [UNIT], 1.5, "infinite"),
    ("1/x", [(0, 1)], "infinite", "infinite"),
    ("ln(x)", [(0, 1)], "infinite", "infinite"),
    ("sign(x)", [UNIT], "none", "none"),
    ("Piecewise((x, x < 0), (x^2 + 1, True))", [UNIT], "none", "none"),
    ("sqrt(x)", [UNIT], "none", "none"),
    ("x^2/x", [UNIT], "none", "none"),
    # the whole line
    ("x^2", [R], "infinite", 2.0),
    ("x^2", [(0, math.inf)], "infinite", 2.0),
    ("x^3", [R], "infinite", "infinite"),
    ("|x|", [R], 1.0, "none"),
    ("sin(x)", [R], 1.0, 1.0),
    ("1/x", [(1, math.inf)], 1.0, 2.0),
    ("x y", [R, UNIT], "infinite", 1.0),
    ("x + 2y", [R, R], math.sqrt(5), 0.0),
    ("sqrt(1 + x^2)", [R], 1.0, 1.0),
    ("exp(-x^2)", [R], math.sqrt(2 / math.e), 2.0),
    ("x exp(-x)", [(0, math.inf)], 1.0, 2.0),
    ("ln(1 + exp(x))", [R], 1.0, 0.25),
    ("ln(1 + x^2)", [R], 1.0, 2.0),
    ("sqrt(x^2 + y^2)", [R, R], 1.0, "none"),
]


def of(text: str, box: list[tuple[float, float]], seconds: float = 4.0) -> lipschitz.Lipschitz:
    return lipschitz.of(function(read(text)), box, seconds=seconds)


@pytest.mark.parametrize(("text", "box", "best", "of_gradient"), KNOWN, ids=[f"{row[0]} on {row[1]}" for row in KNOWN])
def test_the_constants_that_are_known(
    text: str, box: list[tuple[float, float]], best: float | str, of_gradient: float | str
) -> None:
    found = of(text, box)
    for bound, truth in ((found.f, best), (found.gradient, of_gradient)):
        if isinstance(truth, str) or isinstance(bound, str):
            assert bound == truth
            continue
        low, high = bound
        assert low <= truth * (1 + 1e-14) and truth <= high * (1 + 1e-14) + 1e-300
        assert high - low <= lipschitz.WIDTH * truth + 1e-12
    assert found.done


@pytest.mark.parametrize(
    "text",
    [
        *("ln(1+exp(x))", "ln(3exp(2x) + 2exp(y))", "ln(cosh(x - y))", "y^2 sinh(x)/cosh(x)"),
        *("exp(x)/(exp(y) + 2exp(x))", "tanh(x) y/cosh(x)", "ln(exp(x) + 2exp(y) + 1) + sinh(x)/cosh(x)"),
        *("x exp(x)/(1 + exp(x))^2 + tanh(y)", "x ln(1 + exp(x - y))"),
    ],
)
def test_a_slope_in_a_form_that_does_not_overflow_is_the_same_slope(text: str) -> None:
    f = function(read(text, ("x", "y")))
    e, X = f.components[0], f.variables
    for slope in (e, *(sympy.diff(e, x) for x in X), *(sympy.diff(e, x, y) for x in X for y in X)):
        for p in ((0.3, -0.7), (2.0, 5.0), (-3.5, 1.25)):
            at = dict(zip(X, map(sympy.Rational, p), strict=True))
            assert abs((tamed(slope) - slope).xreplace(at).evalf(30)) < 1e-25
    assert tamed(sympy.diff(e, X[0])).has(sympy.tanh)


def test_a_length_whose_square_no_float_holds_has_a_finite_lower_bound() -> None:
    low, high = Length().bounds(np.array([[3e200], [4e200]]), np.zeros((2, 1)))
    assert low[0] <= 5e200 <= high[0] and math.isfinite(low[0])


def test_a_steep_place_far_out_is_not_overlooked() -> None:
    found = of("atan(x - 100)", [R], seconds=0.3)
    assert not isinstance(found.f, str) and found.f[0] <= 1.0 <= found.f[1]


@pytest.mark.parametrize(
    ("text", "box", "wrong"),
    [
        ("1/x", [UNIT], {"pole"}),
        ("tan(x)", [(0, 2)], {"pole"}),
        ("sqrt(|x - 1|)", [(0, 3)], {"steep"}),
        ("sqrt(|x - 1|)", [(2, 3)], set()),
        ("|x - y|", [(0, 1), (0, 1)], {"kink"}),
        ("max(x^2 + y^2, 2x)", [(-1, 2)] * 2, {"kink"}),
        ("Piecewise((x, x < 0), (1 - x, True))", [UNIT], {"jump"}),
        ("Piecewise((3, Eq(x, 0)), (x, True))", [UNIT], {"gap"}),
        ("x^2/x", [UNIT], {"hole"}),
        ("sqrt(x + y)", [UNIT] * 2, {"outside", "steep"}),
        ("x^2", [(1, math.inf)], {"far"}),
        ("x|x| + e^x", [UNIT], set()),
    ],
)
def test_what_is_wrong_along_lines(text: str, box: list[tuple[float, float]], wrong: set[str]) -> None:
    assert faults(function(read(text)), box, seconds=20.0) == wrong


def test_a_pair_needs_the_lower_bound_in_exact_arithmetic() -> None:
    found = of("x^3 - 3x y^2 + y", [(-1.0, 2.0), (-1.0, 0.5)])
    assert found.witness and not isinstance(found.f, str)
    p, q = (tuple(map(Fraction, end)) for end in (found.witness.p, found.witness.q))
    rise = abs(exactly(*p) - exactly(*q))
    assert rise**2 >= Fraction(found.f[0]) ** 2 * sum((a - b) ** 2 for a, b in zip(p, q, strict=True))
    assert all(low <= c <= high for end in (p, q) for c, (low, high) in zip(end, [(-1, 2), (-1, 0.5)], strict=True))


def exactly(x: Fraction, y: Fraction) -> Fraction:
    return x**3 - 3 * x * y**2 + y


def test_a_pair_at_a_corner_stays_in_the_box() -> None:
    """At (1, 1) the gradient of x - y leads out of the box, and so does its opposite."""
    found = of("(x + 2)^2 - (y + 2)^2", [UNIT, UNIT])
    assert found.witness and not isinstance(found.f, str)
    assert found.f[0] > 0.999 * 6 * math.sqrt(2)
    assert all(abs(c) <= 1 for end in (found.witness.p, found.witness.q) for c in end)


@pytest.mark.parametrize("preset", [p for p in gallery.PRESETS if p.group == gallery.FUNCTIONS], ids=lambda p: p.id)
def test_the_gallery(preset: gallery.Preset) -> None:
    """Smooth functions to 0.2 %; whatever is said holds on a grid of points, and for pairs of them."""
    f = function(read(preset.text))
    found = lipschitz.of(f, preset.box, seconds=0.5 if preset.id == "unequal" else 20.0)
    if preset.id not in ("l1", "unequal"):
        assert found.done and not isinstance(found.f, str) and not isinstance(found.gradient, str)
        assert found.f[1] <= 1.002 * found.f[0] and found.gradient[1] <= 1.002 * found.gradient[0]
    holds(f, [*preset.box], found, random.Random(preset.id))


PARTS = ("({})+({})", "({})*({})", "sin({})-({})", "|{}|+({})", "max({}, {})", "exp(-({})^2)*({})", "sqrt(1+({})^2)")
LEAVES = ("x", "y", "x^2", "x y", "2x-y", "1")


@pytest.mark.parametrize("seed", range(10))
def test_random_functions(seed: int) -> None:
    choice = random.Random(seed)
    text = choice.choice(PARTS).format(*(choice.choice(PARTS).format(*choice.choices(LEAVES, k=2)) for _ in range(2)))
    box = [(-1.0, choice.choice((0.5, 2.0))), (choice.choice((-2.0, 0.0)), 1.0)]
    f = function(read(text, ("x", "y")))
    holds(f, box, lipschitz.of(f, box, seconds=0.4), choice)


def holds(f: Function, box: list[tuple[float, float]], found: lipschitz.Lipschitz, choice: random.Random) -> None:
    """No slope, no curvature and no quotient at sampled points is above what was enclosed."""
    F, rng = program(f), np.random.default_rng(choice.randrange(2**32))
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    edges = rng.choice([0.0, 0.5, 1.0], (f.n, 500))  # the largest slopes like to lie there
    X = low + (high - low) * np.concatenate((rng.random((f.n, 2000)), edges), 1)
    Y = np.clip(X + 1e-3 * (high - low) * rng.standard_normal(X.shape), low, high)
    run = np.sqrt(((X - Y) ** 2).sum(0))
    if not isinstance(found.f, str):
        slopes = np.sqrt((arrays(gradient(F), X) ** 2).sum(0))
        rise = np.abs(arrays(F, X) - arrays(F, Y))[0]
        assert found.f[0] <= found.f[1] >= np.nanmax(slopes) * (1 - 1e-12)
        assert (rise / np.maximum(run, 1e-9) <= found.f[1] * (1 + 1e-9) + 1e-6).all()
    if not isinstance(found.gradient, str):
        H = np.moveaxis(arrays(hessian(F), X).reshape(f.n, f.n, -1), -1, 0)
        known = np.isfinite(H).all((1, 2))
        largest = np.abs(np.linalg.eigvalsh(H[known])).max(initial=0.0)
        assert found.gradient[0] <= found.gradient[1] >= largest * (1 - 1e-9)


def test_bounds_only_come_nearer() -> None:
    seen = list(lipschitz.watch(function(read(gallery.get("peaks").text)), gallery.get("peaks").box, seconds=20.0))
    assert len(seen) > 3
    for before, after in pairwise(seen):
        for a, b in ((before.f, after.f), (before.gradient, after.gradient)):
            assert not isinstance(a, str) and not isinstance(b, str)
            assert a[0] <= b[0] <= b[1] <= a[1]


def test_what_cannot_be_proved_has_no_upper_bound() -> None:
    """x² sin(1/x) has slopes of size 1 near 0 however small the box; its formula says nothing there."""
    found = of("Piecewise((0, Eq(x, 0)), (x^2 sin(1/x), True))", [UNIT], seconds=0.3)
    assert not isinstance(found.f, str) and found.f[0] >= 1.0 and found.f[1] == math.inf and not found.done


def test_a_step_of_one_over_L_never_goes_up() -> None:
    preset = gallery.get("camel")
    found = lipschitz.of(function(read(preset.text)), preset.box, seconds=4.0)
    F = program(function(read(preset.text)))
    low, high = (np.array(ends)[:, None] for ends in zip(*preset.box, strict=True))
    X = low + (high - low) * np.random.default_rng(3).random((2, 4000))
    assert found.step and found.step > 0.9 / 121
    Y = X - found.step * arrays(gradient(F), X)
    inside = ((low <= Y) & (high >= Y)).all(0)
    drop = 0.5 * found.step * (arrays(gradient(F), X) ** 2).sum(0)
    assert inside.sum() > 1000
    assert (arrays(F, Y)[0] <= arrays(F, X)[0] - drop + 1e-9)[inside].all()


def test_an_upper_bound_counts_the_roundings_of_a_negative_entry() -> None:
    """The second derivative of x e^(-x) is -2 at 0, and floats are not sure of it."""
    found = of("x exp(-x)", [(0.0, 64.0)])
    assert not isinstance(found.gradient, str)
    assert found.gradient[0] <= 2.0 <= found.gradient[1] <= 2.0 + 1e-12


def test_quotients_are_bounds_from_below() -> None:
    F = program(function(read("x/3 + y")))
    p, q = np.array([[0.1, 0.0], [0.2, 0.0]]), np.array([[0.7, 0.0], [0.3, 0.0]])
    found = quotients(F, p, q)
    rise = Fraction(0.7) / 3 + Fraction(0.3) - Fraction(0.1) / 3 - Fraction(0.2)
    run = (Fraction(0.7) - Fraction(0.1)) ** 2 + (Fraction(0.3) - Fraction(0.2)) ** 2
    assert Fraction(found[0]) ** 2 * run <= rise**2 <= (Fraction(found[0]) * Fraction("1.00000001")) ** 2 * run
    assert found[1] == 0.0  # two points that are one need nothing


def test_a_bound_at_a_tip_holds_every_slope_near_it() -> None:
    """Of random cones with random other terms, over random boxes about and beside their tips."""
    rng = np.random.default_rng(5)
    for _ in range(40):
        a, b, c, d, k = (int(n) for n in rng.integers(1, 5, 5) * rng.choice([-1, 1], 5))
        text = f"({k}+x)*sqrt(({a}x+{b}y)^2+({c}x+7y)^2)+sqrt(x^2+3(y-1)^2+{abs(d)}/7)*{d}+x*y"
        f = function(read(text, ("x", "y")))
        found = cones(f)
        assert found is not None
        low = rng.uniform(-1, 1, (2, 20)) * rng.choice([1.0, 1e-3], 20)
        high = np.maximum(low + rng.choice([1e-6, 0.01, 1.0], (2, 20)), rng.choice([0.0, -2.0], 20))
        upper = found.over(low, high)
        X = low[..., None] + (high - low)[..., None] * rng.random((2, 20, 400))
        slopes = arrays(gradient(program(f)), X.reshape(2, -1)).reshape(2, 20, -1)
        assert (np.nanmax(np.sqrt((slopes * slopes).sum(0)), -1) <= upper * (1 + 1e-13)).all()


TIP = "Piecewise((({0})/((x-1)^2 + 4y^2), Ne((x-1)^2 + 4y^2, 0)), ({1}, True))"
REMOVABLE = [  # is f continuous, and is its gradient?
    (TIP.format("(x-1)^2 y", "0"), True, False),
    (TIP.format("(x-1) y((x-1)^2 - y^2)", "0"), True, True),
    (TIP.format("(x-1) y((x-1)^2 - y^2)", "1"), False, False),
    ("Piecewise((1 + (x-1)^2 y^2/((x-1)^2 + 4y^2), Ne((x-1)^2 + 4y^2, 0)), (1, True))", True, True),
    (TIP.format("y (x-1)", "0"), False, False),
    (TIP.format("y (x-1)", "y"), False, False),
    (TIP.format("y^3 sin(x)", "0"), True, False),
    ("(x-1) sqrt((x-1)^2 + 4y^2)", True, True),
    ("x sqrt((x-1)^2 + 4y^2)", True, False),
]


@pytest.mark.parametrize(("text", "joined", "once"), REMOVABLE)
def test_what_is_removable_at_a_tip(text: str, joined: bool, once: bool) -> None:
    """And the bounds hold the slopes on circles about the tip, large and small."""
    f, box = function(read(text)), [(0.0, 3.0), (-1.0, 0.5)]
    assert (continuous(f, box), smooth_once(f, box)) == (joined, once)
    if not joined:
        return
    for found in lipschitz.watch(f, box, seconds=30.0):
        if lipschitz.near(found.f) and not (once and not isinstance(found.gradient, str) and found.gradient[1] > 100):
            break
    angles = np.linspace(0, 2 * np.pi, 721)
    X = np.concatenate([[1 + r * np.cos(angles), r * np.sin(angles) / 2] for r in (1.0, 0.1, 1e-5)], 1)
    slopes = arrays(gradient(program(f)), X)
    steepest = np.nanmax(np.sqrt((slopes**2).sum(0)))
    assert not isinstance(found.f, str) and lipschitz.near(found.f)
    assert steepest * (1 - 1e-9) <= found.f[1]
    if once:
        H = np.moveaxis(arrays(hessian(program(f)), X).reshape(2, 2, -1), -1, 0)
        assert not isinstance(found.gradient, str)
        assert np.abs(np.linalg.eigvalsh(H[np.isfinite(H).all((1, 2))])).max() * (1 - 1e-9) <= found.gradient[1]
        assert found.gradient[1] < 100


TAILS = [
    ("exp(-x^2-y^2) x", 1e-300),
    ("(4x^2 - 2) exp(-x^2) tanh(y)", 1e-300),
    ("(y - 3) exp(-x) / (1 + exp(-x))^2", math.inf),
    ("exp(x)/(exp(x) + exp(y))", 1.001),
    ("(1 - x^2)/(1 + x^2)^2 + atan(y)", 1.6),
    ("x y/(1 + x^2 + y^2)^(3/2)", 0.02),
    ("atan(x) + x/(1 + x^2)", 1.6),
    ("(x^3 + 2)/(1 + x^2 y^2 + x^4)", 0.1),
]


@pytest.mark.parametrize(("text", "most"), TAILS)
def test_bounds_far_out_hold_and_are_finite(text: str, most: float) -> None:
    """Of slopes on which intervals give up, at points from the edge of the tail to 10⁹ times as far."""
    f = function(read(text, ("x", "y")))
    tails, F, rng = Tails(f.variables, f.components), program(f), np.random.default_rng(2)
    far, nearer = (64.0, math.inf), (-3.0, 5.0)
    for box in ([far, nearer], [far, far], [(-math.inf, -64.0), nearer], [(1.0, 64.0), nearer]):
        ((low, high),) = tails.over(box)
        X = np.array([_spread(side, rng) for side in box])
        values = arrays(F, X)[0]
        values = values[np.isfinite(values)]
        assert (values >= low - 1e-12 * abs(low)).all() and (values <= high + 1e-12 * abs(high)).all()
        if box[0][0] == 64.0:
            assert max(-low, high) <= most


def test_a_huge_bound_far_out_is_not_the_last_word() -> None:
    """The slopes of log(e^x + e^y) are shares of 1, and quotients of huge numbers in the formula."""
    found = of("ln(exp(x) + exp(y))", [R, R], seconds=2.0)
    assert not isinstance(found.f, str) and 0.999 < found.f[0] <= 1.0 <= found.f[1] < 1.5


def _spread(side: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    low, high = side
    if math.isinf(high):
        return low * 10.0 ** np.concatenate(([0.0], rng.uniform(0, 9, 999)))
    if math.isinf(low):
        return high * 10.0 ** np.concatenate(([0.0], rng.uniform(0, 9, 999)))
    return rng.uniform(low, high, 1000)


def test_squares_are_taken_apart_exactly() -> None:
    f = function(read("x^2 - 2x y + 3y^2 + y z + z^2/3 + 2x + 9"))
    x, y, z = f.variables
    q = f.components[0]
    parts = taken_apart(q, f.variables)
    assert parts is not None and sympy.expand(sum(d * line**2 for d, line in parts) - q) == 0
    assert all(d > 0 for d, _ in parts)
    for other in (q - 20, q - 4 * y**2, q + x**3, x * y, x + 1, -(x**2)):
        assert taken_apart(other, (x, y, z)) is None
