"""μ and L hold every eigenvalue of the Hessian; measures bound what they say they bound."""

import math

import mpmath as mp
import numpy as np
import pytest

from core import gallery
from core.compile import program
from core.critical.certified import symmetric
from core.meaning import function
from core.numeric import arrays
from core.program import hessian
from core.region import beyond, spectrum
from core.region.fields import bend
from core.region.measure import Length, Top
from core.region.regular import continuous, parted, smooth_once
from core.syntax import read

# formula, box, the least eigenvalue of H on it, the greatest: by hand
KNOWN = [
    ("x^2 + 10y^2", [(-1, 1), (-1, 1)], 2.0, 20.0),
    ("5x^2 - 6x y + 5y^2", [(-2, 2), (-2, 2)], 4.0, 16.0),
    ("x^4 + y^4", [(-1.5, 1.5), (-1, 1)], 0.0, 27.0),
    ("x^2 y^2", [(0, 1), (0, 1)], -2.0, 6.0),
    ("(x^2 + y^2 - 1)^2", [(-1, 1), (-1, 1)], -4.0, 20.0),
    ("x^2 + 2y^2 + 3z^2 - x y", [(-1, 1)] * 3, 3 - math.sqrt(2), 6.0),
    ("x y z", [(-1, 1)] * 3, -2.0, 2.0),
    ("x^3", [(1, 2)], 6.0, 12.0),
    ("x^2 + 2y^2 + 3z^2 + 4u^2 + 5v^2", [(-1, 1)] * 5, 2.0, 10.0),
    ("Piecewise((x^2/2, |x| <= 1), (|x| - 1/2, True)) + y^2", [(-3, 3), (-3, 3)], 0.0, 2.0),
]


@pytest.mark.parametrize(("text", "box", "least", "greatest"), KNOWN, ids=[row[0] for row in KNOWN])
def test_the_constants_that_are_known(text: str, box: list[tuple[float, float]], least: float, greatest: float) -> None:
    found = spectrum.bounds(function(read(text)), box, seconds=4.0)
    for (low, high), truth in ((found.mu, least), (found.L, greatest)):
        assert low <= truth + 1e-12 and truth - 1e-12 <= high
        assert high - low <= 0.003 * max(abs(least), abs(greatest))
    assert found.done


@pytest.mark.parametrize("id", ["himmelblau", "rosenbrock", "peaks", "lse", "huber", "cone"])
def test_no_eigenvalue_lies_outside(id: str) -> None:
    preset = gallery.get(id)
    f = function(read(preset.text))
    found = spectrum.bounds(f, preset.box, seconds=0.5)
    low, high = (np.array(ends)[:, None] for ends in zip(*preset.box, strict=True))
    X = low + (high - low) * np.concatenate(
        (np.random.default_rng(1).random((2, 4000)), [[0, 0, 1, 1], [0, 1, 0, 1]]), 1
    )
    H = np.moveaxis(arrays(hessian(program(f)), X).reshape(2, 2, -1), -1, 0)
    values = np.linalg.eigvalsh(H[np.isfinite(H).all((1, 2))])
    room = 1e-9 * np.abs(values).max()
    assert found.mu[0] - room <= values.min() and values.max() <= found.L[1] + room
    assert found.mu[1] >= found.mu[0] and found.L[1] >= found.L[0]


def test_a_kink_has_no_outer_bounds() -> None:
    """The formula of -|x| has second derivative 0 wherever it has one, and is not convex."""
    for f in (function(read("-|x|")), program(function(read("-|x|")))):
        found = spectrum.bounds(f, [(-1.0, 1.0)], seconds=0.2)
        assert found.mu[0] == -math.inf and not found.done


def test_kappa_needs_strong_convexity() -> None:
    strong, weak = (spectrum.bounds(function(read(t)), [(-1.0, 1.0)] * 2, seconds=2.0) for t in ("x^2+4y^2", "x^4+y^2"))
    assert strong.condition == pytest.approx((4.0, 4.0))
    assert weak.condition is None


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_the_largest_eigenvalue_of_matrices_between_bounds(n: int) -> None:
    rng, entries, top = np.random.default_rng(n), n * (n + 1) // 2, Top(n)
    A, a = rng.standard_normal((entries, 50)), 0.3 * rng.random((entries, 50))
    low, high = top.bounds(A, a)
    over, spread = top.over(A - a, A + a), top.spread(a)
    for share in rng.uniform(-1, 1, (40, entries, 1)):
        M = np.moveaxis((A + share * a)[symmetric(n)], -1, 0)
        E = np.moveaxis((share * a)[symmetric(n)], -1, 0)
        values = np.linalg.eigvalsh(M)[:, -1]
        assert (low - 1e-12 <= values).all() and (values <= high + 1e-12).all() and (values <= over + 1e-12).all()
        assert (np.linalg.eigvalsh(E)[:, -1] <= spread + 1e-12).all()
    exact = top.bounds(A, 0 * a)
    assert (exact[1] - exact[0] <= 1e-12 * (1 + np.abs(A).max())).all()


@pytest.mark.parametrize("n", [2, 3])
def test_an_eigenvalue_is_said_to_grow_only_where_it_does(n: int) -> None:
    rng, entries, top = np.random.default_rng(n), n * (n + 1) // 2, Top(n)
    T = rng.standard_normal((entries, 400))
    T[[symmetric(n)[i, i] for i in range(n)]] += 1.5
    grows, falls = top.turns(T, T, T - 0.1, T + 0.1)
    least = np.linalg.eigvalsh(np.moveaxis(T[symmetric(n)], -1, 0))[:, 0]
    assert 5 < grows.sum() < 395 and (least[grows] >= -1e-12).all() and not (grows & falls).any()


def test_a_length_grows_where_the_slope_goes_along() -> None:
    grows, falls = Length().turns(*np.array([[[1.0], [0.0]], [[2.0], [0.1]], [[3.0], [-1.0]], [[3.0], [1.0]]]))
    assert grows.tolist() == [True] and falls.tolist() == [False]
    assert Length().bounds(np.array([[3.0], [4.0]]), np.zeros((2, 1)))[1][0] == pytest.approx(5.0, abs=1e-14)


@pytest.mark.parametrize(
    ("text", "joined", "once"),
    [
        ("|x|", True, False),
        ("sign(x)", False, False),
        ("x sign(x)", True, False),
        ("x|x| + y", True, True),
        ("Piecewise((x^2, x > y), (x y, True))", True, False),
        ("Piecewise((x^2 y, x^2 + y^2 < 1), (y (1 - y^2), True))", True, False),
        ("Piecewise((x^2 y, x^2 + y^2 < 1), (y (2 - y^2), True))", False, False),
        ("Piecewise((1, Eq(x, 0)), (x, True))", False, False),
        ("Piecewise((-x, x < 0), (x, x > 0), (0, True))", True, False),
        ("Piecewise((-x, x < 0), (x, x > 0), (5, True))", False, False),
        ("1/(x^2 + y^2)", False, False),
        ("atan2(y, x)", False, False),
    ],
)
def test_continuity_along_seams(text: str, joined: bool, once: bool) -> None:
    f, box = function(read(text, ("x", "y"))), [(-2.0, 2.0)] * 2
    assert (continuous(f, box), smooth_once(f, box)) == (joined, once)


def test_a_length_whose_squares_are_lost_below_the_floats_is_not_lost() -> None:
    """3·10⁻²⁰⁰ squared is 0 in floats, and so would be the bound of a slope of that size."""
    for size in (1e-200, 1e-160, 1.0, 1e160, 1e200):
        low, high = Length().bounds(np.array([[3 * size], [4 * size]]), np.zeros((2, 1)))
        assert low[0] <= 5 * size <= high[0] and high[0] <= 5 * size * (1 + 1e-13) + 2.0**-990
        found = Top(3).bounds(
            np.array([[size], [0.3 * size], [0.0], [size], [0.2 * size], [0.5 * size]]), np.zeros((6, 1))
        )
        exact = mp.eigsy(mp.matrix([[1, 0.3, 0], [0.3, 1, 0.2], [0, 0.2, 0.5]]), eigvals_only=True)[2]
        assert found[0][0] <= float(exact) * size * (1 + 1e-14) and float(exact) * size * (1 - 1e-14) <= found[1][0]


def test_what_a_piece_far_out_bends_is_not_forgotten() -> None:
    """The piece x < -500 does not meet the part of the line that is searched."""
    cases = (("(x + 2)^2 - max(0.001x + 0.5, 0)^2", 1.999998, 2.0), ("x^2 - min(x + 300, 0)^2/2", 1.0, 2.0))
    for text, least, most in cases:
        found = spectrum.bounds(function(read(text)), [(-math.inf, math.inf)], seconds=2.0)
        assert found.mu[0] <= least * (1 + 1e-12) and most <= found.L[1] * (1 + 1e-12)


def test_all_parts_of_a_box_without_an_end_are_bounded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In eight variables there are thousands."""
    asked: list[int] = []
    look = beyond.enclose
    monkeypatch.setattr(beyond, "enclose", lambda F, a, b: asked.append(a.shape[1]) or look(F, a, b))
    f = program(function(read("x^2 + 2y^2 + sin(z u) + v w")))
    parts = parted([(-math.inf, math.inf)] * 6)[1]
    most = beyond.most_beyond([bend(f)], Top(6), (1,), parts)
    assert len(parts) == 3**6 - 1 == max(asked) and len(asked) <= 3 and most == math.inf
    assert beyond.most_beyond([bend(program(function(read("x^2 + 2y^2 + u v + w z"))))], Top(6), (1,), parts) >= 4.0
