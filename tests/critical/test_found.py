"""In many variables: every point listed is one, with its label; nobody says that they are all."""

import itertools
from math import prod

import numpy as np
import pytest
from scipy.optimize import fsolve, minimize, rosen_der, rosen_hess

from core.critical import found
from core.critical.found import find_some, spread
from core.critical.settle import critical_points
from core.definiteness import Kind
from core.meaning import function
from core.numeric import Objective
from core.syntax import read
from tests.critical.programs import compiled

NAMES = ["x", "y", "z", "w", "u", "v", "s", "t"]
COUPLED = 0.2


def rosenbrock(n):
    return "+".join(f"100*({b} - {a}^2)^2 + (1 - {a})^2" for a, b in itertools.pairwise(NAMES[:n]))


def coupled(n):
    bowls = "+".join(f"{a}^4/4 - {a}^2/2" for a in NAMES[:n])
    return bowls + "+" + "+".join(f"{a}*{b}/5" for a, b in itertools.pairwise(NAMES[:n]))


def coupled_slope(x):
    g = x**3 - x
    g[1:] += COUPLED * x[:-1]
    g[:-1] += COUPLED * x[1:]
    return g


def coupled_hessian(x):
    return np.diag(3 * x**2 - 1) + COUPLED * (np.eye(len(x), k=1) + np.eye(len(x), k=-1))


def search(text, n, side, seconds=20.0, **more):
    return find_some(compiled(text, NAMES[:n]), ((-side, side),) * n, seconds=seconds, **more)


def kind(hessian):
    signs = np.linalg.eigvalsh(hessian) > 0
    return Kind.MINIMUM if signs.all() else Kind.SADDLE if signs.any() else Kind.MAXIMUM


def check(points, slope, hessian):
    """Each is a critical point to the last digits, with the kind that NumPy sees, and in its enclosure."""
    for p in points:
        x = np.array(p.at)
        assert np.abs(slope(x)).max() < 1e-10 * (1 + np.abs(hessian(x)).max())
        assert p.kind is kind(hessian(x))
        assert all(low <= c <= high for c, (low, high) in zip(p.at, p.enclosure, strict=True))


@pytest.mark.parametrize("n", [5, 6, 7, 8])
def test_rosenbrock_has_its_points_and_scipy_finds_no_other(n):
    answer = search(rosenbrock(n), n, 2.0)
    check(answer.points, rosen_der, rosen_hess)
    assert len(answer.points) == 3 and sum(p.kind is Kind.MINIMUM for p in answer.points) == 2
    assert (1.0,) * n in {p.at for p in answer.points}
    assert by_scipy(rosen_der, rosen_hess, n, 2.0, 200) <= {near(p.at) for p in answer.points}


def test_a_coupled_quartic_in_five_variables_has_what_scipy_finds():
    answer = search(coupled(5), 5, 3.0)
    check(answer.points, coupled_slope, coupled_hessian)
    seen = by_scipy(coupled_slope, coupled_hessian, 5, 3.0, 2000)
    assert len(seen) > 150 and seen <= {near(p.at) for p in answer.points}


@pytest.mark.parametrize("n", [6, 7, 8])
def test_what_is_found_within_a_second_is_right(n):
    answer = search(coupled(n), n, 3.0, seconds=1.0)
    assert len(answer.points) > 50
    check(answer.points, coupled_slope, coupled_hessian)
    assert len({near(p.at) for p in answer.points}) == len(answer.points)


def by_scipy(slope, hessian, n, side, starts):
    rng = np.random.default_rng(n)
    seen = set()
    for x0 in rng.uniform(-side, side, (starts, n)):
        x, _, ok, _ = fsolve(slope, x0, fprime=hessian, full_output=True)
        if ok == 1 and np.abs(x).max() <= side and np.abs(slope(x)).max() < 1e-10:
            seen.add(near(x))
    return seen


def near(place):
    return tuple(np.round(place, 5) + 0.0)


def test_styblinski_tang_in_six_variables_is_a_product_of_729():
    answer = search("+".join(f"({a}^4 - 16*{a}^2 + 5*{a})/2" for a in NAMES[:6]), 6, 5.0)
    roots = np.sort(np.roots([2, 0, -16, 2.5]).real)
    curvature = {round(r, 5) + 0.0: 6 * r**2 - 16 for r in roots}
    assert {near(p.at) for p in answer.points} == {near(p) for p in itertools.product(roots, repeat=6)}
    for p in answer.points:
        signs = {curvature[c] > 0 for c in near(p.at)}
        expected = {(True,): Kind.MINIMUM, (False,): Kind.MAXIMUM}.get(tuple(signs), Kind.SADDLE)
        assert p.kind is expected


def test_it_never_says_that_these_are_all():
    answer = search(rosenbrock(5), 5, 2.0)
    assert (answer.status, answer.ended, answer.sampled) == ("incomplete", False, True)
    assert answer.sentence == (
        "3 points found; each is proved to be a critical point with this label; there may be more."
    )


def test_the_same_question_has_the_same_answer():
    assert search(rosenbrock(6), 6, 2.0) == search(rosenbrock(6), 6, 2.0)


def test_a_degenerate_point_is_a_box_and_no_point():
    answer = search("+".join(f"{a}^4" for a in NAMES[:5]), 5, 2.0)
    assert not answer.points and answer.undecided
    assert any(all(low <= 0 <= high for low, high in sides) for sides in answer.undecided)
    assert answer.sentence.startswith("No critical point found; there may be some. In ")
    assert "of the window we could not decide" in answer.sentence  # no figure shades boxes of five variables


@pytest.mark.parametrize(
    ("term", "window", "at"),
    [
        ("{a} - log({a})", (-1.0, 3.0), 1.0),
        ("sqrt({a}) + 1/{a}", (-1.0, 3.0), 2 ** (2 / 3)),
        ("({a} - 3/2)^2", (-1.0, 2.0), 1.5),
        ("({a} - 3/2)^2", (-1.0, 1.0), None),  # outside
        ("({a} - 3/2)^2", (-1.0, 1.5), 1.5),  # on the edge
        ("abs({a} - 1/3) + {a}^2", (-1.0, 2.0), None),  # a kink is none
        ("abs({a})^3 + {a}/2", (-1.0, 2.0), -(6**-0.5)),
        ("exp({a})", (-1.0, 2.0), None),
    ],
)
def test_domain_kinks_and_edges_are_kept(term, window, at):
    text = "+".join(term.format(a=a) for a in NAMES[:5])
    answer = find_some(compiled(text, NAMES[:5]), (window,) * 5, seconds=20.0)
    assert [p.at for p in answer.points] == ([] if at is None else [pytest.approx((at,) * 5, abs=1e-12)])


def test_after_a_stop_there_is_no_further_round(monkeypatch):
    """Counted: once it was told to stop, one more step of Newton at most, and no more boxes than it had found."""
    asked, steps = [], []
    step = found.newton_step

    def counted(s, x):
        steps.append(len(asked))
        return step(s, x)

    def stop():
        asked.append(1)
        return len(asked) > 25

    monkeypatch.setattr(found, "newton_step", counted)
    answer = search(coupled(8), 8, 3.0, stop=stop)
    assert sum(a > 25 for a in steps) <= 1 and answer.sampled


def test_no_step_takes_long():
    """Starts times instructions, so that a long program is asked at few starts."""
    long = compiled(
        "+".join(f"sin({k}*{a} + {b}^2)" for k in range(1, 20) for a, b in itertools.pairwise(NAMES)), NAMES
    )
    sampling = found._Sampling(found.system(long), found.Window.of(((-1.0, 1.0),) * 8))
    assert sampling.starts(0).shape[1] * len(sampling.s.J.code) <= max(
        found.WORK, found.FEWEST * len(sampling.s.J.code)
    )
    assert sampling.starts(0).shape[1] < found.STARTS


def test_who_watches_is_told(monkeypatch):
    monkeypatch.setattr(found, "TOLD_SECONDS", 0.0)
    told = []
    search(coupled(5), 5, 3.0, watch=lambda known, open_: told.append((len(known.points), open_)))
    counts = [count for count, _ in told]
    assert counts == sorted(counts) and counts[-1] > 100 and {open_ for _, open_ in told} == {0}


@pytest.mark.parametrize("n", [1, 3, 8])
def test_starts_are_spread_evenly(n):
    """Each half of each axis, and each corner, gets its part."""
    points = spread(n, 0, 4096)
    assert ((points >= 0) & (points < 1)).all()
    assert np.abs((points < 0.5).mean(1) - 0.5).max() < 0.01
    corner = prod(points[i] < 0.5 for i in range(n)).mean()
    assert corner == pytest.approx(0.5**n, rel=0.4)
    assert (spread(n, 100, 7) == points[:, 100:107]).all()


def test_a_dense_quartic_in_eight_variables_costs_no_algebra_and_still_gives_its_points() -> None:
    """‖x‖² − 8 x₁x₂ + (Σx)⁴ + Σ (xᵢ − xᵢ₊₁)⁴: a saddle at 0, and two minima that a descent finds as well."""
    X = [f"x_{i + 1}" for i in range(8)]
    differences = "".join(f" + ({a} - {b})^4" for a, b in itertools.pairwise(X))
    text = f"({' + '.join(X)})^4{differences}" + "".join(f" + {x}^2" for x in X) + " - 8*x_1*x_2"
    f = function(read(text))
    points = {tuple(round(v, 4) for v in p.at): p for p in critical_points(f, [(-8.0, 8.0)] * 8, seconds=5).points}
    assert points[(0.0,) * 8].kind is Kind.SADDLE
    value = Objective.of(compiled(text, X)).value
    start = np.array([0.5, 0.5, *([-0.2] * 6)])
    for x in (minimize(value, start, tol=1e-12).x, minimize(value, -start, tol=1e-12).x):
        (near,) = [p for p in points.values() if np.allclose(p.at, x, atol=1e-3)]
        assert near.kind is Kind.MINIMUM
