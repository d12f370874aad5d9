"""Bounds of programs contain every value: a fuzz against 50-digit values, and its mutation."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import interval
from core.enclosure import Enclosure, enclose
from core.program import Program, jacobian, jet
from tests.oracle import HopelessError, exact, random_program, write

INF, NAN = math.inf, math.nan


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def goldstein_price(x, y):
    a = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    return a * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))


def peaks(x, y):
    return (
        3 * (1 - x) ** 2 * (-(x**2) - (y + 1) ** 2).exp()
        - 10 * (x / 5 - x**3 - y**5) * (-(x**2) - y**2).exp()
        - (-((x + 1) ** 2) - y**2).exp() / 3
    )


SCALARS = {
    "himmelblau": (himmelblau, None),
    "goldstein-price": (goldstein_price, None),
    "peaks": (peaks, None),
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, None),
    "rastrigin": (
        lambda x, y: 20 + x**2 + y**2 - 10 * ((x * x.rounded(2 * math.pi)).cos() + (y * x.rounded(2 * math.pi)).cos()),
        None,
    ),
    "mccormick": (lambda x, y: (x + y).sin() + (x - y) ** 2 - x * 1.5 + y * 2.5 + 1, None),
    "branin": (
        lambda x, y: (
            (y - x.rounded(5.1 / (4 * math.pi**2)) * x**2 + x.rounded(5 / math.pi) * x - 6) ** 2
            + x.rounded(10 - 10 / (8 * math.pi)) * x.cos()
            + 10
        ),
        None,
    ),
    "log bowl": (lambda x, y: x * y - x.log() * 2 - y.log(), lambda x, y: [(x, ">"), (y, ">")]),
    "kinks": (lambda x, y: (x * y - 1).abs() + (x - y).max(x * y) - x.min(y**3), None),
    "piecewise": (lambda x, y: x.lt(y).select(x**2 - y, (x * y).sin()), None),
    "filled hole": (lambda x, y: (x - x.of(0)).eq(0).select(1, x.sin() / x) + y**2, None),
    "cone": (lambda x, y: (x**2 + y**2).sqrt(), lambda x, y: [(x**2 + y**2, ">=")]),
    "rational": (lambda x, y: (x + y) / (1 + x**2 + y**2) + 1 / (x * y - 2), lambda x, y: [(x * y - 2, "!=")]),
    "powers": (lambda x, y: x**-2 + y**-3 + (x**7) * y**20 / 1024, lambda x, y: [(x, "!="), (y, "!=")]),
    "real power": (lambda x, y: x.pow(y) + (x**2 + 1).pow(x.rounded(0.3)), lambda x, y: [(x, ">")]),
    "inverse": (lambda x, y: (x / 6).asin() * (y / 6).acos() + (x * y).atan() + (x / 7).atanh(), None),
    "hyperbolic": (lambda x, y: x.sinh() * y.tanh() - (x / 3).cosh() + (x - y).asinh() + (1 + y**2).acosh(), None),
    "tangent": (lambda x, y: (x / 2).tan() + (x * y).tan() * y.cbrt(), None),
    "bell and angle": (lambda x, y: (x * y).erf() * y.atan2(x) + (x - 1).atan2(y**2 - 2) - (y / 3).erf(), None),
    "oscillating": (lambda x, y: (1 / (x**2 + 1)).sin() * (x * 7 - y**3).cos() + (100 * x * y).sin(), None),
}
SCALARS = {name: write(2, f, domain or (lambda x, y: [])) for name, (f, domain) in SCALARS.items()}


@dataclass
class Tally:
    checks: int = 0
    wrong: int = 0


def boxes(draw: random.Random, n: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Wide, thin, very thin and point boxes, some with an end at a whole number or zero."""
    lower, upper = np.empty((n, count)), np.empty((n, count))
    for k in range(count):
        width = draw.choice((3.0, 0.5, 1e-2, 1e-6, 1e-12, 1e-15, 0.0))
        for i in range(n):
            low = draw.uniform(-5, 5) if draw.random() < 0.7 else float(draw.randint(-3, 3))
            lower[i, k], upper[i, k] = low, low + width * draw.random()
    return lower, upper


def wild_boxes(draw: random.Random, n: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Sides whose ends have any size, from the smallest float to an infinity, or no bound."""

    def end() -> float:
        return draw.choice((0.0, -0.0, 5e-324, 1.0, -1.0, draw.choice((-1, 1)) * 10.0 ** draw.uniform(-320, 308)))

    lower, upper = np.sort([[[end() for _ in range(count)] for _ in range(n)] for _ in range(2)], axis=0)
    open_ended = np.array([[draw.random() < 0.15 for _ in range(count)] for _ in range(n)])
    lower[open_ended] = draw.choice((-INF, NAN))
    upper[open_ended[:, ::-1]] = draw.choice((INF, NAN))
    return lower, upper


def inside(draw: random.Random, lower: np.ndarray, upper: np.ndarray) -> list[float]:
    """A corner or a random point."""
    lower = np.where(lower > -INF, lower, np.fmin(upper, draw.choice((0.0, -1e100))) - draw.random())
    upper = np.where(upper < INF, upper, np.fmax(lower, draw.choice((0.0, 1e100))) + draw.random())
    point = [
        draw.choice(
            (a, b, 0.0, a + draw.random() * (b - a), draw.choice((1, -1)) * math.sqrt(abs(a)) * math.sqrt(abs(b)))
        )
        for a, b in zip(lower, upper, strict=True)
    ]
    return [float(min(max(x, a), b)) for x, a, b in zip(point, lower, upper, strict=True)]


def audit(e: Enclosure, k: int, truth: list, tally: Tally) -> None:
    """Compare one point's true values with the bounds on box k; only what says something counts as a check."""
    undefined = [bool(mp.isnan(t)) for t in truth]
    tally.wrong += any(undefined) and not e.bad[k]
    tally.wrong += not all(undefined) and bool(e.dead[k])
    for i, t in enumerate(truth):
        lower, upper = e.lower[i, k], e.upper[i, k]
        tally.checks += undefined[i] or bool(np.isfinite(lower) or np.isfinite(upper))
        tally.wrong += bool(lower > t) or bool(upper < t)


def fuzz(programs: list[Program], count: int, points: int, seed: int, boxes=boxes) -> Tally:
    """Bounds by both ways of rounding (few boxes, many boxes) against points of every box."""
    draw, tally = random.Random(seed), Tally()
    for program in programs:
        lower, upper = boxes(draw, program.inputs, count)
        few = enclose(program, lower, upper)
        copies = 1 + interval.FEW // count
        many = enclose(program, np.tile(lower, copies), np.tile(upper, copies))
        for k in range(count):
            for _ in range(points):
                try:
                    truth = exact(program, inside(draw, lower[:, k], upper[:, k]), draw.uniform(-1, 1))
                except HopelessError:
                    continue
                audit(few, k, truth, tally)
                audit(many, k, truth, tally)
    return tally


JETS = [jet(program) for program in SCALARS.values()]
RANDOM = [random_program(seed) for seed in range(200)]
RANDOM_DERIVATIVES = [jacobian(random_program(seed, length=7)) for seed in range(1000, 1100)]


def test_bounds_contain_every_value_of_known_functions_and_their_derivatives():
    tally = fuzz(JETS, count=30, points=4, seed=1)
    assert tally.checks > 25_000 and tally.wrong == 0


def test_bounds_contain_every_value_of_random_programs():
    tally = fuzz(RANDOM, count=10, points=3, seed=2)
    assert tally.checks > 20_000 and tally.wrong == 0


def test_bounds_contain_every_derivative_of_random_programs():
    tally = fuzz(RANDOM_DERIVATIVES, count=8, points=3, seed=3)
    assert tally.checks > 20_000 and tally.wrong == 0


def test_bounds_contain_every_value_on_boxes_of_any_size_and_without_bounds():
    tally = fuzz(JETS + RANDOM, count=8, points=2, seed=4, boxes=wild_boxes)
    assert tally.checks > 15_000 and tally.wrong == 0


def test_the_same_fuzz_finds_violations_when_nothing_is_rounded_outward(monkeypatch):
    monkeypatch.setattr(interval, "up", lambda x, *_, **__: x)
    assert fuzz(JETS, count=8, points=2, seed=1).wrong > 500


@pytest.mark.parametrize("defect", ["no rounding of sums", "no 8 units", "constants taken as exact"])
def test_the_fuzz_finds_smaller_defects_too(monkeypatch, defect):
    real = interval.up
    if defect == "constants taken as exact":
        monkeypatch.setattr("core.enclosure.constant", lambda value, exact: interval.constant(value))
    else:
        unit = 1.0 if "sums" in defect else 8.0
        monkeypatch.setattr(
            interval, "up", lambda x, ulps=1.0, absolute=interval.TINY: x if ulps == unit else real(x, ulps, absolute)
        )
    assert fuzz(JETS + RANDOM, count=8, points=2, seed=1).wrong > 10


@pytest.mark.parametrize("word", ["powi", "sqrt", "log", "div", "asin", "select"])
def test_the_fuzz_finds_an_operation_that_claims_to_be_defined_everywhere(monkeypatch, word):
    if word == "select":
        monkeypatch.setattr("core.enclosure._choice_doubt", lambda *_: False)
    else:
        monkeypatch.setitem(interval.DEFINED, word, lambda a, *_: np.ones(a.shape[1], dtype=bool))
    assert fuzz(RANDOM + RANDOM_DERIVATIVES, count=10, points=2, seed=1).wrong > 0


# Laws.

ends = st.floats(-4, 4)
LAW = settings(deadline=None, max_examples=60)


@st.composite
def nested_boxes(draw, n: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Two boxes, the first inside the second: lower and upper corners of shape (n, 2)."""
    sides = [sorted(draw(st.lists(ends, min_size=4, max_size=4))) for _ in range(n)]
    return np.array([[s[1], s[0]] for s in sides]), np.array([[s[2], s[3]] for s in sides])


@LAW
@given(st.sampled_from([*JETS, *RANDOM]), nested_boxes())
def test_a_smaller_box_has_smaller_bounds_and_fewer_doubts(program, pair):
    """Inclusion isotonicity, up to the last units of the elementary functions where they are not monotone."""
    e = enclose(program, *pair)
    if not e.bad[1]:
        slack = 1e-12 * (1 + np.abs(e.lower[:, 1]) + np.abs(e.upper[:, 1]))
        assert not e.bad[0]
        assert (e.lower[:, 0] >= e.lower[:, 1] - slack).all() and (e.upper[:, 0] <= e.upper[:, 1] + slack).all()
    assert e.dead[0] or not e.dead[1]


@LAW
@given(st.sampled_from(JETS), nested_boxes(), st.floats(0, 1))
def test_bounds_of_two_halves_lie_within_the_bounds_of_the_whole(program, pair, cut):
    """So their hull does: splitting never loses a value and never gains one."""
    lower, upper = pair[0][:, 1], pair[1][:, 1]
    middle = min(max(lower[0] + cut * (upper[0] - lower[0]), lower[0]), upper[0])
    left, right = upper.copy(), lower.copy()
    left[0] = right[0] = middle
    e = enclose(program, np.array([lower, right, lower]).T, np.array([left, upper, upper]).T)
    if not e.bad[2]:
        hull = np.minimum(e.lower[:, 0], e.lower[:, 1]), np.maximum(e.upper[:, 0], e.upper[:, 1])
        slack = 1e-12 * (1 + np.abs(e.lower[:, 2]) + np.abs(e.upper[:, 2]))
        assert (hull[0] >= e.lower[:, 2] - slack).all() and (hull[1] <= e.upper[:, 2] + slack).all()


@LAW
@given(st.sampled_from([*JETS, *RANDOM]), nested_boxes(), st.floats(0, 1), st.floats(0, 1))
def test_bounds_contain_the_values_at_points(program, pair, s, t):
    lower, upper = pair[0][:, 0], pair[1][:, 0]
    x = np.clip(lower + np.array([s, t]) * (upper - lower), lower, upper).tolist()
    tally = Tally()
    try:
        audit(enclose(program, pair[0], pair[1]), 0, exact(program, x), tally)
        audit(enclose(program, pair[0], pair[1]), 1, exact(program, x), tally)
    except HopelessError:
        return
    assert tally.wrong == 0


def test_bounds_of_thin_boxes_are_sharp():
    """Within a small multiple of the rounding error: a reader that answered "anything" would be useless."""
    point = np.array([[1.3], [0.7]])
    for name, program in SCALARS.items():
        e = enclose(jet(program), point, point)
        assert not e.bad[0], name
        assert (e.upper - e.lower <= 1e-11 * (1 + np.abs(e.upper))).all(), name


# Conditions.


SIDES = ((1, 2), (0, 2), (-1, 2), (-1, 0), (-2, -1), (0, 0), (NAN, 2), (NAN, -1), (1, NAN), (-INF, INF))
VERDICTS = {  # per side: is it bad, is it dead
    ">": ("", "b", "b", "bd", "bd", "bd", "b", "bd", "", "b"),
    ">=": ("", "", "b", "b", "bd", "", "b", "bd", "", "b"),
    "!=": ("", "b", "b", "b", "", "bd", "b", "", "", "b"),
}


@pytest.mark.parametrize("relation", VERDICTS)
def test_conditions_are_proved_refuted_or_left_open(relation):
    program = write(1, lambda x: x.rounded(7.0), lambda x: [(x, relation)])
    e = enclose(program, [[low for low, _ in SIDES]], [[high for _, high in SIDES]])
    assert e.bad.tolist() == ["b" in verdict for verdict in VERDICTS[relation]]
    assert e.dead.tolist() == ["d" in verdict for verdict in VERDICTS[relation]]


def test_a_condition_that_may_be_undefined_is_not_proved():
    program = write(1, lambda x: x, lambda x: [(x.sqrt() + 1, ">")])
    e = enclose(program, [[-1.0, 0.0]], [[1.0, 1.0]])
    assert e.bad.tolist() == [True, False] and not e.dead.any()


def test_a_bounded_function_of_a_pole_is_still_bad():
    e = enclose(write(1, lambda x: (1 / x).sin()), [[-1.0, 1.0]], [[1.0, 2.0]])
    assert e.bad.tolist() == [True, False] and np.isfinite(e.upper).all()


def test_a_branch_that_is_not_taken_is_not_asked():
    """x > 0: ln x, else 0."""
    program = write(1, lambda x: x.lt(0).select(0, x.log()))
    e = enclose(program, [[-3.0, 1.0, -1.0]], [[-2.0, 2.0, 1.0]])
    assert e.bad.tolist() == [False, False, True]
    assert (e.lower[0, 0], e.upper[0, 0]) == (0.0, 0.0) and abs(e.upper[0, 1] - math.log(2)) < 1e-14


def test_a_branch_that_is_taken_is_asked():
    e = enclose(write(1, lambda x: x.lt(0).select(x.log(), 0)), [[-3.0, 1.0]], [[-2.0, 2.0]])
    assert e.bad.tolist() == [True, False]


def test_an_unbounded_output_is_bad_and_keeps_the_bound_it_has():
    e = enclose(write(1, lambda x: 1 / x**2), [[-1.0, 0.0, 1.0]], [[2.0, 2.0, 2.0]])
    assert e.bad.tolist() == [True, True, False] and np.allclose(e.lower[0], 0.25) and e.upper[0, 0] == INF


def test_a_rounded_constant_is_an_interval_and_an_exact_one_a_number():
    e = enclose(write(1, lambda x: [x.rounded(0.1), 0.5 + 0 * x]), [[1.0]], [[1.0]])
    assert e.lower[0, 0] < 0.1 < e.upper[0, 0] and e.upper[0, 0] - e.lower[0, 0] <= 4 * math.ulp(0.1)
    assert e.upper[1, 0] - e.lower[1, 0] < 1e-15


def test_constants_alone_fill_all_boxes():
    program = write(2, lambda x, y: [x.rounded(2.0) * x.rounded(3.0), x])
    e = enclose(program, np.zeros((2, 5)), np.ones((2, 5)))
    assert e.lower.shape == e.upper.shape == (2, 5) and (e.lower[0] < 6).all() and (e.upper[0] > 6).all()


def test_no_boxes_give_no_bounds():
    e = enclose(JETS[0], np.empty((2, 0)), np.empty((2, 0)))
    assert e.lower.shape == (7, 0) and e.bad.shape == e.dead.shape == (0,)


def test_a_jet_is_bad_at_a_seam_and_only_there():
    for formula, bad in (
        (lambda x: x.abs(), [True, False, True]),
        (lambda x: x.max(1), [False, True, True]),
        (lambda x: x.lt(0).select(x, x**3), [True, False, True]),
    ):
        e = enclose(jet(write(1, formula)), [[-0.5, 0.5, -1.0]], [[0.5, 1.5, 2.0]])
        assert e.bad.tolist() == bad


def test_the_bounds_of_powers_know_even_from_odd():
    e = enclose(write(1, lambda x: [x**2, x**3, x**-3]), [[-2.0]], [[1.0]])
    assert e.lower[0, 0] == 0 and abs(e.upper[0, 0] - 4) < 1e-14 and abs(e.lower[1, 0] + 8) < 1e-14
    assert not np.isfinite(e.lower[2, 0]) and not np.isfinite(e.upper[2, 0])
