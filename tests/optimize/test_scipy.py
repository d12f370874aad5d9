"""SciPy as the oracle: the same iterates to 1e-10 where it is the same algorithm, the same end where it is a variant."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.optimize
from scipy.optimize._trustregion import _minimize_trust_region
from scipy.optimize._trustregion_dogleg import DoglegSubproblem
from scipy.optimize._trustregion_exact import IterativeSubproblem

from core.numeric import Objective
from core.optimize import (
    BFGS,
    SR1,
    Array,
    NelderMead,
    Trajectory,
    TrustRegion,
    Wolfe,
    method,
    minimize,
)
from core.optimize.quasi_newton import Pair, inverse_update, pair, rank_one_update, two_loops
from core.optimize.trust_region import dogleg, lowest
from tests.optimize.exactly import CASES, DIGITS, Case, agree, exact, residuals

STARTS = {
    "tilted well": [(2.0,), (0.3,)],
    "log-cosh": [(0.73,), (4.1,)],
    "himmelblau": [(1.0, 2.5), (0.0, 0.0), (-4.0, 1.0)],
    "rosenbrock": [(-1.2, 1.0), (2.0, -1.0)],
    "log-sum-exp": [(0.5, -0.25), (3.0, 2.0)],
    "five valleys": [(0.5, -0.25, 1.5, 0.25, -1.0), (2.0, 2.0, -1.0, 1.0, 0.0)],
}
RUNS = [(case, start) for case, starts in STARTS.items() for start in starts]


def calls(f: Objective) -> tuple[Any, Any, Any]:
    return f.value, f.gradient, f.hessian


# Trust regions.


@pytest.mark.parametrize(("case", "start"), RUNS)
@pytest.mark.parametrize("radius", [0.25, 5.0])
def test_a_trust_region_with_the_exact_subproblem_takes_the_steps_of_scipy(
    case: str, start: tuple[float, ...], radius: float
) -> None:
    f = CASES[case].objective()
    sharp = functools.partial(IterativeSubproblem, k_easy=1e-14, k_hard=1e-14, maxiter=200)  # SciPy solves it to 10 %
    same_steps(f, minimize(f, TrustRegion(radius), start, tolerance=1e-6), sharp, radius)


@pytest.mark.parametrize(("case", "start"), RUNS)
def test_a_dogleg_takes_the_steps_of_scipy_as_long_as_the_model_is_a_bowl(case: str, start: tuple[float, ...]) -> None:
    f = CASES[case].objective()
    run = minimize(f, TrustRegion(0.5, dogleg=True), start, tolerance=1e-6)
    assert run.outcome.name == "VANISHED"
    bowls = itertools.takewhile(lambda step: np.linalg.eigvalsh(step.hessian)[0] > 0, run.steps)
    count = len(list(bowls))  # SciPy's Cholesky factor stops at the first model that is none
    if count:
        same_steps(f, Trajectory(run.method, run.steps[:count], run.outcome), DoglegSubproblem, 0.5)


def same_steps(f: Objective, run: Trajectory, subproblem: Any, radius: float) -> None:
    theirs = _minimize_trust_region(
        *(f.value, run.points[0]),
        **{"jac": f.gradient, "hess": f.hessian, "subproblem": subproblem, "initial_trust_radius": radius},
        **{"gtol": 1e-6, "return_all": True, "maxiter": len(run.steps) - 1 + sum(len(s.trials) for s in run.steps)},
    )
    seen = [run.points[0]]
    for step in run.steps:  # a refused trial of ours is a step of SciPy's that stays
        seen += [step.x] * len(step.trials) + [step.target]
    count = min(len(seen), len(theirs.allvecs))
    assert count >= len(run.steps)
    np.testing.assert_allclose(seen[:count], theirs.allvecs[:count], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_the_lowest_point_in_a_ball_is_that_of_scipy_and_of_the_optimality_conditions(n: int) -> None:
    rng, same = np.random.default_rng(n), 0
    for k in range(15):
        A, g = rng.normal(size=(n, n)), rng.normal(size=n)
        B = A @ A.T + 0.1 * np.eye(n) if k % 3 == 0 else (A + A.T) / 2
        radius = float(10 ** rng.uniform(-2, 1))
        p, theirs = lowest(g, B, radius)[0], scipys_lowest(g, B, radius)
        if np.linalg.norm(B @ theirs + g) < 1e-9 or abs(np.linalg.norm(theirs) - radius) < 1e-12 * radius:
            np.testing.assert_allclose(p, theirs, rtol=1e-9, atol=1e-9 * radius)
            same += 1
        else:  # once in a hundred SciPy stops short of the rim
            assert g @ p + p @ B @ p / 2 < g @ theirs + theirs @ B @ theirs / 2
        shift = -float(p @ (B @ p + g) / (p @ p))  # (B + μ I) p = −g, μ (radius − ‖p‖) = 0, B + μ I positive
        assert np.linalg.norm(p) <= radius * (1 + 1e-12) and shift >= -1e-9
        np.testing.assert_allclose((B + shift * np.eye(n)) @ p, -g, atol=1e-9 * (1 + np.abs(B).max()))
        assert np.linalg.eigvalsh(B)[0] + shift >= -1e-9
        assert abs(shift * (radius - np.linalg.norm(p))) <= 1e-8
    assert same >= 13


def scipys_lowest(g: Array, B: Array, radius: float) -> Array:
    sharp = {"k_easy": 1e-13, "k_hard": 1e-13, "maxiter": 500}
    p, _ = IterativeSubproblem(np.zeros(len(g)), lambda x: 0.0, lambda x: g, lambda x: B, **sharp).solve(radius)
    return np.asarray(p)


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_the_hard_case_of_the_subproblem_is_no_worse_than_scipys(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(5):
        Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
        curvatures = np.sort(rng.uniform(-2, 2, n))
        curvatures[0] = -2.5
        slope = rng.normal(size=n)
        slope[0] = 0.0  # nothing along the lowest eigenvector
        B, g, radius = Q @ np.diag(curvatures) @ Q.T, Q @ slope, 10.0
        p, theirs = lowest(g, (B + B.T) / 2, radius)[0], scipys_lowest(g, B, radius)
        assert np.linalg.norm(p) == pytest.approx(radius)
        ours, other = (float(g @ q + q @ B @ q / 2) for q in (p, theirs))
        assert ours <= other + 1e-9 * abs(other)


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_the_dogleg_is_scipys(n: int) -> None:
    rng = np.random.default_rng(n)
    pieces = set()
    for _ in range(60):
        A, g = rng.normal(size=(n, n)), rng.normal(size=n)
        B, radius = A @ A.T + 0.3 * np.eye(n), float(10 ** rng.uniform(-1.5, 1.0))
        model = DoglegSubproblem(np.zeros(n), lambda x: 0.0, lambda x, g=g: g, lambda x, B=B: B)
        theirs, rim = model.solve(radius)
        np.testing.assert_allclose(dogleg(g, B, radius)[0], theirs, rtol=1e-10, atol=1e-10 * radius)
        pieces.add((rim, bool(np.linalg.norm(model.cauchy_point()) < radius)))
    assert len(pieces) == 3  # down the gradient, along the knee, all the way


# Nelder–Mead.


@pytest.mark.parametrize(("case", "start"), RUNS)
def test_nelder_mead_is_scipys_simplex_by_simplex(case: str, start: tuple[float, ...]) -> None:
    f = CASES[case].objective()
    run = minimize(f, NelderMead(), start, max_steps=120)
    assert np.array_equal(run.points[0], start)
    theirs = scipy.optimize.minimize(
        *(f.value, start),
        method="Nelder-Mead",
        options={
            "initial_simplex": first_simplex(start), "return_all": True, "xatol": 1e-8, "fatol": 1e-8,
            **{"maxiter": len(run.steps) - 1, "maxfev": 10**6},
        },
    )  # fmt: skip
    gap = [max(f.value(c) for c in step.simplex) - step.value for step in run.steps]
    count = sum(g > 1e-11 for g in gap)  # then rounding decides which corner is the best
    assert min(count, len(run.steps) - 1) >= 15
    count = min(count, len(theirs.allvecs))
    np.testing.assert_allclose(run.points[:count], theirs.allvecs[:count], rtol=1e-10, atol=1e-10)


def first_simplex(x: tuple[float, ...]) -> Array:
    """As SciPy makes it: each coordinate by 5 % of itself, or by 0.00025 where it is 0."""
    corners = np.tile(np.array(x), (len(x) + 1, 1))
    for i, c in enumerate(x):
        corners[i + 1, i] = 1.05 * c if c else 0.00025
    return corners


# Learned Hessians: SciPy's own updates, and the book's recurrences in 50 digits with the step sizes our search chose.


@pytest.mark.parametrize(("case", "start"), RUNS)
def test_bfgs_and_l_bfgs_keep_the_matrix_of_scipy(case: str, start: tuple[float, ...]) -> None:
    f, n = CASES[case].objective(), len(start)
    run = minimize(f, BFGS(), start, max_steps=15)
    C, theirs = np.eye(n), scipy.optimize.BFGS(init_scale=1.0, min_curvature=0.0)
    theirs.initialize(n, "inv_hess")
    pairs: list[Pair] = []
    for a, b in itertools.pairwise(run.steps):
        s, y = b.x - a.x, b.gradient - a.gradient
        if not y @ s > 0 or np.linalg.norm(a.gradient) < 1e-5:
            break
        C = inverse_update(C, s, y)
        theirs.update(s, y)
        np.testing.assert_allclose(C, theirs.get_matrix(), rtol=1e-7, atol=1e-7 * np.abs(C).max())
        np.testing.assert_allclose(C @ y, s, rtol=1e-8, atol=1e-10)  # the secant equation
        taught = pair(s, y)
        assert taught
        pairs = [*pairs, taught]
        scale = float(s @ y / (y @ y))
        root = np.sqrt(scale)  # SciPy's first matrix is I, ours scale I: stretch the space
        product = scipy.optimize.LbfgsInvHessProduct(
            np.array([s for s, *_ in pairs]) / root, np.array([y for _, y, *_ in pairs]) * root
        )
        np.testing.assert_allclose(
            two_loops(b.gradient, pairs), scale * product(b.gradient), rtol=1e-7, atol=1e-9 * np.linalg.norm(b.gradient)
        )
        np.testing.assert_allclose(two_loops(y, pairs), s, rtol=1e-8, atol=1e-10)
    assert pairs


@pytest.mark.parametrize(("case", "start"), RUNS)
def test_sr1_keeps_the_matrix_of_scipy(case: str, start: tuple[float, ...]) -> None:
    f, n = CASES[case].objective(), len(start)
    run = minimize(f, SR1(), start, max_steps=25)
    theirs = scipy.optimize.SR1(init_scale=1.0)
    theirs.initialize(n, "hess")
    B, seen = np.eye(n), 0
    for a, b in itertools.pairwise(run.steps):
        s, y = b.x - a.x, b.gradient - a.gradient
        if np.linalg.norm(b.gradient) < 1e-4:
            break
        B = rank_one_update(B, s, y)
        theirs.update(s, y)
        np.testing.assert_allclose(B, theirs.get_matrix(), rtol=1e-8, atol=1e-8 * np.abs(B).max())
        np.testing.assert_allclose(B @ s, y, rtol=1e-7, atol=1e-8 * np.abs(B).max())  # the secant equation
        np.testing.assert_allclose(b.hessian, B, rtol=1e-12)  # and it is the model the step believed in
        seen += 1
    assert seen


SEARCHING = {
    "gradient-descent": lambda g, last, p, C: [-a for a in g],
    "cg-fr": lambda g, last, p, C: [-a + dot(g, g) / dot(last, last) * b for a, b in zip(g, p, strict=True)],
    "cg-pr": lambda g, last, p, C: [
        -a + max(mp.mpf(0), (dot(g, g) - dot(g, last)) / dot(last, last)) * b for a, b in zip(g, p, strict=True)
    ],
    "bfgs": lambda g, last, p, C: [-a for a in C * mp.matrix(g)],
    "l-bfgs": lambda g, last, p, C: [-a for a in C * mp.matrix(g)],
}


def dot(a: Any, b: Any) -> Any:
    return sum(p * q for p, q in zip(a, b, strict=True))


def bfgs_matrix(pairs: list[Any], n: int, limited: bool) -> Any:
    """Nocedal and Wright, (6.17), from the identity; for L-BFGS (7.19), from (7.20) and the last ten pairs."""
    C = mp.eye(n)
    if limited and pairs:
        pairs = pairs[-10:]
        s, y = pairs[-1]
        C *= dot(s, y) / dot(y, y)
    for s, y in pairs:
        S, Y, rho = mp.matrix(s), mp.matrix(y), 1 / dot(s, y)
        V = mp.eye(n) - rho * S * Y.T
        C = V * C * V.T + rho * S * S.T
    return C


@pytest.mark.parametrize("case", ["himmelblau", "rosenbrock", "five valleys", "tilted well"])
@pytest.mark.parametrize("name", SEARCHING)
@pytest.mark.parametrize("search", ["wolfe", "exact"])
def test_with_its_own_step_sizes_a_method_goes_where_the_book_says(case: str, name: str, search: str) -> None:
    k = CASES[case]
    run = minimize(k.objective(), method(name, {"line_search": search}), k.start, max_steps=15, tolerance=1e-4)
    sizes = [step.step_size for step in run.steps]
    with mp.workdps(DIGITS):
        first = run.points[:9]
        agree(first, by_the_book(k, name, sizes[: len(first) - 1], [k.start]))
        # later the errors of the first steps have grown, in ours and in any: step by step from our own points
        targets = [step.target for step in run.steps]
        agree(targets, by_the_book(k, name, sizes, run.points)[1:], 1e-9)


def by_the_book(k: Case, name: str, sizes: list[float], points: Any) -> list[Any]:
    """All points of a run with these step sizes; where a point of the run is given, it goes on from that."""
    x, pairs, g, p = exact(points[0]), [], [], []
    seen, found = [x], [x]
    for i, size in enumerate(sizes):
        last, g = g, k.g(x)
        if last:
            pairs.append((minus(x, seen[-2]), minus(g, last)))
        C = bfgs_matrix(pairs, len(x), name == "l-bfgs") if "bfgs" in name else None
        p = SEARCHING[name](g, last, p, C) if last else [-a for a in g]
        found.append([a + mp.mpf(size) * b for a, b in zip(x, p, strict=True)])
        x = exact(points[i + 1]) if i + 1 < len(points) else found[-1]
        seen.append(x)
    return found


def minus(a: Any, b: Any) -> Any:
    return [p - q for p, q in zip(a, b, strict=True)]


@pytest.mark.parametrize(("case", "start"), RUNS)
@pytest.mark.parametrize("curvature", [0.1, 0.9])
def test_a_step_of_the_search_keeps_the_strong_wolfe_conditions(
    case: str, start: tuple[float, ...], curvature: float
) -> None:
    k = CASES[case]
    run = minimize(k.objective(), BFGS(Wolfe(1e-4, curvature)), start, max_steps=30, tolerance=1e-4)
    with mp.workdps(DIGITS):
        for step in run.steps[:-1]:
            x, p, alpha = exact(step.x), exact(step.direction), mp.mpf(step.step_size)
            to = [a + alpha * b for a, b in zip(x, p, strict=True)]
            slope = dot(k.g(x), p)
            assert alpha > 0 and k.f(to) <= k.f(x) + mp.mpf(1e-4) * alpha * slope * (1 - mp.mpf(1e-6))
            assert abs(dot(k.g(to), p)) <= curvature * abs(slope) * (1 + mp.mpf(1e-9))


@pytest.mark.parametrize(("case", "start"), RUNS)
def test_the_exact_search_ends_where_the_slope_is_zero(case: str, start: tuple[float, ...]) -> None:
    k = CASES[case]
    run = minimize(
        k.objective(), method("gradient-descent", {"line_search": "exact"}), start, max_steps=10, tolerance=1e-3
    )
    with mp.workdps(DIGITS):
        for step in run.steps[:-1]:
            x, p = exact(step.x), exact(step.direction)
            to = [a + mp.mpf(step.step_size) * b for a, b in zip(x, p, strict=True)]
            assert abs(dot(k.g(to), p)) <= mp.mpf(1e-7) * abs(dot(k.g(x), p))
            assert k.f(to) < k.f(x)


# The same end.

ENDS = ["bfgs", "l-bfgs", "cg-fr", "cg-pr", "trust-region", "sr1", "modified-newton", "nelder-mead"]
INNER = {"tilted well": (1.0,)}  # from further out a longer first step ends in the other well
THEIRS = {"bfgs": "BFGS", "l-bfgs": "L-BFGS-B", "cg-fr": "CG", "cg-pr": "CG", "nelder-mead": "Nelder-Mead"}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ENDS)
def test_it_ends_where_scipys_method_of_its_kind_ends(case: str, name: str) -> None:
    f, start = CASES[case].objective(), np.array(INNER.get(case, CASES[case].start))
    kind = THEIRS.get(name, "trust-exact")
    kept = {} if name == "nelder-mead" else {"jac": f.gradient} | ({"hess": f.hessian} if kind == "trust-exact" else {})
    theirs = scipy.optimize.minimize(f.value, start, method=kind, tol=1e-9, options={"maxiter": 5000}, **kept)
    run = minimize(f, method(name), start, max_steps=3000)
    assert run.outcome.name in ("VANISHED", "AT_REST"), run.sentence
    np.testing.assert_allclose(run.points[-1], theirs.x, atol=1e-5)


@pytest.mark.parametrize(
    "text, start", [("(10(y - x^2), 1 - x)", (-1.2, 1.0)), ("(a e^(-b) - 1/2, a e^(-2b) - 1/5, a - 1)", (1.5, 0.25))]
)
@pytest.mark.parametrize("name", ["gauss-newton", "levenberg-marquardt"])
def test_least_squares_end_where_minpacks_ends(text: str, start: tuple[float, ...], name: str) -> None:
    f = residuals(text)
    theirs = scipy.optimize.least_squares(
        f.residual, start, f.jacobian, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14
    )
    run = minimize(f, method(name), start, tolerance=1e-8)
    assert run.outcome.name == "VANISHED"
    np.testing.assert_allclose(run.points[-1], theirs.x, atol=1e-7)
