"""What a method believed explains the step it made: along every eigenvector, and what the model promised."""

import numpy as np
import pytest

from core.immediate import programs
from core.numeric import Objective
from core.optimize import (
    DampedNewton,
    GradientDescent,
    Method,
    ModifiedNewton,
    Newton,
    Quadratic,
    SaddleFreeNewton,
    Step,
    TrustRegion,
    believe,
    minimize,
)
from core.syntax import read

HIMMELBLAU = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
METHODS: list[Method] = [
    GradientDescent(0.01), Newton(), DampedNewton(), ModifiedNewton(), SaddleFreeNewton(), SaddleFreeNewton(0.5),
    TrustRegion(0.5), TrustRegion(0.5, dogleg=True),
]  # fmt: skip


def objective(text: str = HIMMELBLAU) -> Objective:
    return Objective.of(programs(read(text), {})["f"])


def first(method: Method, x: list[float], text: str = HIMMELBLAU) -> Step:
    return next(method.steps(objective(text), np.array(x)))


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_parts_and_promise_are_those_of_the_step_and_its_matrix(method: Method) -> None:
    rng = np.random.default_rng(3)
    for x in rng.uniform(-5, 5, (40, 2)).tolist():
        step, f = first(method, x), objective()
        H = f.hessian(x)
        b = believe(method, step, H)
        assert b is not None
        s = step.target - step.x
        assert b.axes @ b.parts == pytest.approx(s, abs=1e-9)
        B = b.axes @ np.diag(b.bends) @ b.axes.T
        assert b.predicted == pytest.approx(-(step.gradient @ s + 0.5 * s @ B @ s), rel=1e-9, abs=1e-9)
        if b.critical is not None:
            assert step.gradient + B @ (b.critical - step.x) == pytest.approx(0 * s, abs=1e-7)
        solved = (b.axes @ np.diag(b.divisors) @ b.axes.T) @ s
        if not (isinstance(method, TrustRegion) and method.dogleg):
            assert solved == pytest.approx(
                -step.step_size * step.gradient * (1 if not isinstance(method, GradientDescent) else 1 / method.rate),
                rel=1e-6,
                abs=1e-6,
            )


def test_the_multiplier_of_a_trust_region_is_zero_inside_and_lifts_all_curvatures_on_the_rim() -> None:
    rng, rims = np.random.default_rng(5), 0
    for x in rng.uniform(-5, 5, (60, 2)).tolist():
        step = first(TrustRegion(1.0), x)
        b = believe(TrustRegion(1.0), step, objective().hessian(x))
        assert b is not None and step.radius is not None
        rim = np.linalg.norm(b.parts) > 0.999 * step.radius
        rims += rim
        assert (b.shift >= 0 and (b.curvatures + b.shift >= -1e-9).all()) if rim else b.shift == 0
    assert 10 < rims < 60


def test_of_a_quadratic_newtons_promise_is_what_comes() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        A = rng.normal(size=(3, 3))
        f, x = Quadratic((A @ A.T + np.eye(3)).tolist()), rng.uniform(-9, 9, 3)
        run = minimize(f, Newton(), x)
        b = believe(Newton(), run.steps[0], f.hessian(x))
        assert b is not None and b.predicted == pytest.approx(run.steps[0].value - run.steps[1].value, rel=1e-9)
        assert b.critical == pytest.approx(np.zeros(3), abs=1e-9)


def test_on_a_dome_newton_counts_on_going_up_and_the_mirrored_matrix_on_going_down() -> None:
    H = objective().hessian([0.0, 0.0])
    newton, mirrored = (believe(m, first(m, [0.0, 0.0]), H) for m in (Newton(), SaddleFreeNewton()))
    assert newton is not None and mirrored is not None
    assert newton.predicted < 0 < mirrored.predicted
    assert newton.parts == pytest.approx(-mirrored.parts)


def test_without_a_hessian_there_is_no_belief() -> None:
    f = objective("|x| + y^2")
    x = np.array([0.0, 1.0])
    assert believe(Newton(), next(Newton().steps(f, x)), f.hessian(x)) is None


def test_the_multiplier_is_read_off_a_part_that_there_is() -> None:
    b = believe(TrustRegion(1.0), first(TrustRegion(1.0), [2.0, 0.0], "x^2 - y^2"), np.diag([2.0, -2.0]))
    assert b is not None and b.shift == 2.0 and sorted(map(abs, b.parts.tolist())) == [0.0, 1.0]
