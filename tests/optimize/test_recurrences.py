"""Every method against its recurrence, written from its source in 50-digit arithmetic: the same iterates to 1e-10.

The conventions: Nesterov in look-ahead form with the iterates x_k; ε outside the square root, after the correction of
bias in Adam; no correction in RMSprop; the weight decay of AdamW beside the gradient, not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from core.optimize import DampedNewton, GradientDescent, ModifiedNewton, SaddleFreeNewton, method, minimize
from tests.optimize.exactly import CASES, DIGITS, Case, Vector, agree, exact, residuals

STEPS = 60
Rule = Callable[..., Iterator[list[Any]]]


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mp.workdps(DIGITS):
        yield


@pytest.mark.parametrize("name", CASES)
def test_the_derivatives_by_hand_are_right(name: str) -> None:
    case = CASES[name]
    x = [c + mp.mpf(1) / 7 for c in exact(case.start)]
    for i in range(len(x)):
        order = [int(i == k) for k in range(len(x))]
        at = tuple(x)
        assert abs(mp.diff(lambda *p: case.f(p), at, tuple(order)) - case.g(x)[i]) < 1e-15
        for j in range(len(x)):
            slope = mp.diff(lambda *p, j=j: case.g(p)[j], at, tuple(order))
            assert abs(slope - case.H(x)[i][j]) < 1e-15


# First-order methods: the rule of each as its source prints it.


def descent(g: Rule, x: Vector, step: Any) -> Iterator[Vector]:
    """Cauchy: x ← x − ε g."""
    while True:
        yield x
        x = [a - step * s for a, s in zip(x, g(x), strict=True)]


def heavy_ball(g: Rule, x: Vector, step: Any, momentum: Any) -> Iterator[Vector]:
    """Polyak 1964, (9): x_{k+1} = x_k − α ∇f(x_k) + β (x_k − x_{k−1})."""
    last = x
    while True:
        yield x
        x, last = [a - step * s + momentum * (a - b) for a, b, s in zip(x, last, g(x), strict=True)], x


def nesterov(g: Rule, x: Vector, step: Any, momentum: Any) -> Iterator[Vector]:
    """Nesterov 1983: y = x_k + β (x_k − x_{k−1}), x_{k+1} = y − α ∇f(y)."""
    last = x
    while True:
        yield x
        y = [a + momentum * (a - b) for a, b in zip(x, last, strict=True)]
        x, last = [a - step * s for a, s in zip(y, g(y), strict=True)], x


def adagrad(g: Rule, x: Vector, step: Any, epsilon: Any) -> Iterator[Vector]:
    """torch.optim.Adagrad without decay: state_sum += g², θ −= lr g / (√state_sum + ε)."""
    total = [mp.mpf(0)] * len(x)
    while True:
        yield x
        s = g(x)
        total = [t + a**2 for t, a in zip(total, s, strict=True)]
        x = [c - step * a / (mp.sqrt(t) + epsilon) for c, a, t in zip(x, s, total, strict=True)]


def rmsprop(g: Rule, x: Vector, step: Any, decay: Any, epsilon: Any) -> Iterator[Vector]:
    """torch.optim.RMSprop, not centered, no momentum: v = α v + (1 − α) g², θ −= lr g / (√v + ε)."""
    v = [mp.mpf(0)] * len(x)
    while True:
        yield x
        s = g(x)
        v = [decay * b + (1 - decay) * a**2 for b, a in zip(v, s, strict=True)]
        x = [c - step * a / (mp.sqrt(b) + epsilon) for c, a, b in zip(x, s, v, strict=True)]


def adam(
    g: Rule, x: Vector, step: Any, beta1: Any, beta2: Any, epsilon: Any, decay: Any = 0, amsgrad: bool = False
) -> Iterator[Vector]:
    """torch.optim.AdamW; Adam for a decay of 0; with the largest v so far, before its correction, AMSGrad."""
    m, v, most, t = [mp.mpf(0)] * len(x), [mp.mpf(0)] * len(x), [mp.mpf(0)] * len(x), 0
    while True:
        yield x
        s, t = g(x), t + 1
        m = [beta1 * a + (1 - beta1) * b for a, b in zip(m, s, strict=True)]
        v = [beta2 * a + (1 - beta2) * b**2 for a, b in zip(v, s, strict=True)]
        most = [max(a, b) for a, b in zip(most, v, strict=True)] if amsgrad else v
        hats = [(a / (1 - beta1**t), b / (1 - beta2**t)) for a, b in zip(m, most, strict=True)]
        x = [c - step * decay * c - step * a / (mp.sqrt(b) + epsilon) for c, (a, b) in zip(x, hats, strict=True)]


RULES: dict[str, tuple[Rule, dict[str, float], bool]] = {
    "gradient-descent": (descent, {}, False),
    "heavy-ball": (heavy_ball, {"momentum": 0.75}, False),
    "nesterov": (nesterov, {"momentum": 0.75}, False),
    "adagrad": (adagrad, {"epsilon": 1e-3}, True),
    "rmsprop": (rmsprop, {"decay": 0.95, "epsilon": 1e-3}, True),
    "adam": (adam, {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}, True),
    "adamw": (adam, {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "decay": 0.125}, True),
    "amsgrad": (lambda *a, **k: adam(*a, **k, amsgrad=True), {"beta1": 0.5, "beta2": 0.6, "epsilon": 1e-3}, True),
}
USUAL = {  # what each has when nobody says anything else: ε outside the root, the constants of its source
    "heavy-ball": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9},
    "adagrad": {"epsilon": 1e-10},
    "rmsprop": {"decay": 0.9, "epsilon": 1e-8},
    "adam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "adamw": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "decay": 0.01},
    "amsgrad": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", RULES)
def test_a_first_order_method_goes_where_its_source_says(name: str, case: str) -> None:
    rule, constants, scaled = RULES[name]
    follow(name, rule, constants, CASES[case], 0.05 if scaled else CASES[case].step)


@pytest.mark.parametrize("name", USUAL)
def test_the_constants_nobody_sets_are_those_of_the_source(name: str) -> None:
    rule, _, scaled = RULES[name]
    follow(name, rule, USUAL[name], CASES["five valleys"], 0.02 if scaled else 0.005, said={})


def follow(name: str, rule: Rule, constants: dict[str, float], case: Case, step: float, said: Any = None) -> None:
    ours = method(name, {"step": step, **(constants if said is None else said)})
    run = minimize(case.objective(), ours, case.start, max_steps=STEPS, tolerance=0)
    exactly = {key: mp.mpf(value) for key, value in {"step": step, **constants}.items()}
    theirs = list(islice(rule(case.g, exact(case.start), **exactly), STEPS + 1))
    assert len(run.steps) == STEPS + 1, run.sentence
    agree(run.points, theirs)
    assert max(abs(c - d) for c, d in zip(theirs[-1], theirs[0], strict=True)) > 1e-3  # and it went somewhere


def test_pytorchs_nesterov_keeps_the_point_ahead_of_ours() -> None:
    case, step, beta = CASES["himmelblau"], mp.mpf(0.005), mp.mpf(0.75)
    theta, buffer, theirs = exact(case.start), [mp.mpf(0)] * 2, []
    for _ in range(STEPS):  # torch.optim.SGD(momentum, nesterov=True)
        theirs.append(theta)
        g = case.g(theta)
        buffer = [beta * b + s for b, s in zip(buffer, g, strict=True)]
        theta = [c - step * (s + beta * b) for c, s, b in zip(theta, g, buffer, strict=True)]
    run = minimize(case.objective(), method("nesterov", {"step": 0.005, "momentum": 0.75}), case.start, max_steps=60)
    x = run.points[:STEPS]
    ahead = x + 0.75 * (x - np.vstack([x[:1], x[:-1]]))
    agree(ahead, theirs)


# Second-order methods.


def newton(case: Case, x: Vector) -> Iterator[Vector]:
    """Nocedal and Wright, (3.30): solve H p = −g."""
    while True:
        yield x
        p = mp.lu_solve(mp.matrix(case.H(x)), mp.matrix([-s for s in case.g(x)]))
        x = [a + b for a, b in zip(x, p, strict=True)]


@pytest.mark.parametrize("case", CASES)
def test_newton_goes_where_the_linear_system_says(case: str) -> None:
    k = CASES[case]
    run = minimize(k.objective(), method("newton"), k.start, tolerance=0, max_steps=8)
    agree(
        run.points, list(islice(newton(k, exact(k.start)), len(run.steps))), 1e-9 if case == "five valleys" else 1e-10
    )
    assert len(run.steps) >= 5


@pytest.mark.parametrize("part", [0.25, 0.5, 1.0])
def test_newton_with_a_fixed_part_of_the_step(part: float) -> None:
    case = CASES["five valleys"]
    run = minimize(case.objective(), method("damped-newton", {"damping": part}), case.start, max_steps=12, tolerance=0)
    x, theirs = exact(case.start), []
    for _ in run.steps:
        theirs.append(x)
        p = mp.lu_solve(mp.matrix(case.H(x)), mp.matrix([-s for s in case.g(x)]))
        x = [a + mp.mpf(part) * b for a, b in zip(x, p, strict=True)]
    agree(run.points, theirs)


SIDE = {"five valleys": (0.5, 1.5, -0.25, 1.0, 2.0), "himmelblau": (0.5, 0.25), "tilted well": (0.3,)}  # λ < 0 there


@pytest.mark.parametrize("case", SIDE)
@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_saddle_free_newton_mirrors_the_negative_eigenvalues(case: str, damping: float) -> None:
    k, x = CASES[case], exact(SIDE[case])
    run = minimize(k.objective(), SaddleFreeNewton(damping), SIDE[case], max_steps=10)
    theirs, mirrored = [], 0
    for _ in run.steps:
        theirs.append(x)
        E, Q = mp.eigsy(mp.matrix(k.H(x)))
        mirrored += any(e < 0 for e in E)
        slope = Q.T * mp.matrix(k.g(x))
        p = Q * mp.matrix([-s / (abs(e) + mp.mpf(damping)) for s, e in zip(slope, E, strict=True)])
        x = [a + b for a, b in zip(x, p, strict=True)]
    agree(run.points, theirs)
    assert mirrored


@pytest.mark.parametrize("case", SIDE)
def test_modified_newton_adds_as_much_to_the_diagonal_as_it_says(case: str) -> None:
    k, x = CASES[case], exact(SIDE[case])
    run = minimize(k.objective(), ModifiedNewton(), SIDE[case], max_steps=10)
    theirs, shifted = [], 0
    for step in run.steps:
        theirs.append(x)
        E = list(mp.eigsy(mp.matrix(k.H(x)), eigvals_only=True))
        tau = mp.mpf(0) if min(E) > 0 else mp.mpf(1e-3) * max(map(abs, E)) - min(E)
        shifted += tau > 0
        H = mp.matrix(k.H(x)) + tau * mp.eye(len(x))
        p = mp.lu_solve(H, mp.matrix([-s for s in k.g(x)]))
        x = [a + mp.mpf(step.step_size) * b for a, b in zip(x, p, strict=True)]  # the size its search chose
    agree(run.points, theirs)
    assert shifted


@pytest.mark.parametrize("case", CASES)
def test_backtracking_takes_the_first_power_of_a_half_that_falls_enough(case: str) -> None:
    k = CASES[case]
    for ours, first in ((GradientDescent(1.0, DampedNewton().search), False), (DampedNewton(), True)):
        run = minimize(k.objective(), ours, k.start, max_steps=8, tolerance=1e-6)
        for step in run.steps[:-1]:
            x = exact(step.x)
            g = k.g(x)
            p = list(mp.lu_solve(mp.matrix(k.H(x)), mp.matrix([-s for s in g]))) if first else [-s for s in g]
            slope, alpha = sum(a * b for a, b in zip(g, p, strict=True)), mp.mpf(1)
            while k.f([a + alpha * b for a, b in zip(x, p, strict=True)]) > k.f(x) + mp.mpf(1e-4) * alpha * slope:
                alpha /= 2
            assert step.step_size == alpha and len(step.trials) == round(-mp.log(alpha, 2))


# Least squares: the residuals of a circle and a line of sight, of a fit, of Rosenbrock's valley.

FITS = {
    "valley": ("(10(y - x^2), 1 - x)", lambda x: [10 * (x[1] - x[0] ** 2), 1 - x[0]], (-1.2, 1.0)),
    "decay": (
        "(a e^(-b) - 1/2, a e^(-2b) - 1/5, a e^(-3b) - 1/8, a - 1)",
        lambda x: [
            x[0] * mp.exp(-x[1]) - mp.mpf(1) / 2,
            x[0] * mp.exp(-2 * x[1]) - mp.mpf(1) / 5,
            x[0] * mp.exp(-3 * x[1]) - mp.mpf(1) / 8,
            x[0] - 1,
        ],
        (1.5, 0.25),
    ),
    "ripple": ("(x + sin(y), y + sin(x))", lambda x: [x[0] + mp.sin(x[1]), x[1] + mp.sin(x[0])], (1.0, 0.5)),
}


def slopes(F: Callable[..., Any], x: Vector) -> Any:
    """The Jacobian by differences, to about 25 digits."""
    h = mp.mpf(10) ** -25
    columns = []
    for i in range(len(x)):
        up, down = list(x), list(x)
        up[i], down[i] = x[i] + h, x[i] - h
        columns.append([(a - b) / (2 * h) for a, b in zip(F(up), F(down), strict=True)])
    return mp.matrix(columns).T


@pytest.mark.parametrize("name", FITS)
def test_gauss_newton_solves_the_normal_equations(name: str) -> None:
    text, F, start = FITS[name]
    run = minimize(residuals(text), method("gauss-newton"), start, max_steps=8)
    x, theirs = exact(start), []
    for _ in run.steps:
        theirs.append(x)
        J, r = slopes(F, x), mp.matrix(F(x))
        p = mp.lu_solve(J.T * J, -(J.T * r))
        x = [a + b for a, b in zip(x, p, strict=True)]
    agree(run.points, theirs)


@pytest.mark.parametrize("damping", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("name", FITS)
def test_levenberg_marquardt_turns_its_damping_by_ten(name: str, damping: float) -> None:
    text, F, start = FITS[name]
    run = minimize(
        residuals(text), method("levenberg-marquardt", {"damping": damping}), start, max_steps=12, tolerance=1e-6
    )
    x, theirs, size = exact(start), [], mp.mpf(damping)

    def half(z: Vector) -> Any:
        return sum(r**2 for r in F(z)) / 2

    for step in run.steps:
        theirs.append(x)
        J, r = slopes(F, x), mp.matrix(F(x))
        refused = 0
        while True:
            p = mp.lu_solve(J.T * J + size * mp.eye(len(x)), -(J.T * r))
            ahead = [a + b for a, b in zip(x, p, strict=True)]
            if half(ahead) < half(x) or mp.norm(p) < 1e-7:
                break
            refused, size = refused + 1, 10 * size
        assert len(step.trials) == refused or mp.norm(p) < 1e-7
        x, size = ahead, size / 10
    agree(run.points, theirs)
