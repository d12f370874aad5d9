"""Every method on every function of the gallery, from its start and from nasty ones: a sentence, never a warning; and
what the sentence says is true by an independent reader in 50-digit arithmetic.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from core import gallery
from core.immediate import programs, whole
from core.numeric import Objective, Residuals, floats
from core.optimize import CATALOGUE, Ending, Outcome, Step, Trajectory, method, minimize
from core.optimize.minimize import TOLERANCE
from core.optimize.second_order import SINGULAR
from core.program import Program
from core.syntax import read
from core.wire import OUTCOMES, run_record
from tests.oracle import HopelessError, exact

O = Outcome  # noqa: E741
STEPS = 20
SEARCHES = ("armijo", "wolfe", "exact")
SCALAR = tuple(name for name, row in CATALOGUE.items() if not row.residuals)
RATED = ("gradient-descent", "heavy-ball", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "amsgrad")
FALLING = ("modified-newton", "trust-region", "sr1", "bfgs", "l-bfgs", "cg-fr", "cg-pr", "levenberg-marquardt")
ROUNDING = 1024 * 2.0**-52  # of f, within which a search may not see that f rises
WORDS = {"converged", "out of steps", "cycle", "diverged", "overflow", "left the domain", "singular Hessian", "stalled"}


def runs_of(preset: gallery.Preset) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every method with what nobody sets, then every search of those that search, and a large step of those that do not."""
    for name, row in CATALOGUE.items():
        if row.residuals and preset.group != gallery.MAPS:
            continue
        yield name, {}
        if name in ("gradient-descent", "damped-newton", "cg-fr", "l-bfgs"):
            yield from ((name, {"line_search": search}) for search in SEARCHES)
        if name in RATED:
            yield name, {"step": 10.0}
        if name in ("damped-newton", "saddle-free-newton"):
            yield name, {"damping": 0.5}


def starts_of(preset: gallery.Preset) -> list[tuple[float, ...]]:
    """Its own, the origin (a critical point, a kink, a hole), and a corner far outside of its window."""
    return [preset.start, (0.0, 0.0), tuple(high + 7 * (high - low) for low, high in preset.box)]


@cache
def program_of(id: str) -> Program:
    scalars = programs(read(gallery.get(id).text), {})
    return scalars.get("f") or scalars["norm"]


@cache
def seen_by(id: str, residuals: bool) -> Objective | Residuals:
    f = Objective.of(program_of(id), one_sided=True)
    return Residuals(whole(read(gallery.get(id).text), {}), f) if residuals else f


def slope(program: Program, x: Sequence[float]) -> float:
    """‖∇f‖ by central differences in 50 digits; |u| has the slope 0 at 0, as in the convention for kinks."""
    with mp.workdps(50):
        h, at = mp.mpf(10) ** -20, [mp.mpf(float(c)) for c in x]
        total = mp.mpf(0)
        for i in range(len(at)):
            up, down = [*at[:i], at[i] + h, *at[i + 1 :]], [*at[:i], at[i] - h, *at[i + 1 :]]
            total += ((exact(program, up)[0] - exact(program, down)[0]) / (2 * h)) ** 2
        return float(mp.sqrt(total))


@pytest.mark.parametrize("preset", gallery.PRESETS, ids=lambda preset: preset.id)
def test_every_method_ends_in_a_sentence_that_is_true(preset: gallery.Preset) -> None:
    seen = set()
    for start, (name, constants) in itertools.product(starts_of(preset), runs_of(preset)):
        if constants and start == (0.0, 0.0):
            continue
        f = seen_by(preset.id, CATALOGUE[name].residuals)
        run = minimize(f, method(name, constants), start, max_steps=STEPS)
        where = f"{name} {constants} from {start}: {run.sentence}"
        full_record(run, start, where)
        true(run, program_of(preset.id), f, name, where)
        if name in FALLING or constants.get("line_search"):
            rises = np.diff(run.values) - ROUNDING * np.abs(run.values[:-1])
            assert not (rises > 0).any(), where
        seen.add(run.outcome)
    assert len(seen) > 1


def full_record(run: Trajectory, start: Sequence[float], where: str) -> None:
    assert 1 <= len(run.steps) <= STEPS + 1 and (run.points[0] == start).all(), where
    assert np.isfinite(run.points).all() and run.points.shape == (len(run.steps), 2), where
    for step, following in itertools.pairwise(run.steps):
        assert (step.target == following.x).all() or step.simplex is not None, where
        assert np.isfinite(step.value), where
    record = run_record(run, Ending("none", False), {"values": 1, "gradients": 1, "hessians": 0})
    json.dumps(record, allow_nan=False)
    assert record["outcome"] in WORDS and record["outcome"] == OUTCOMES[run.outcome].replace(
        "stalled", "singular Hessian" if run.steps[-1].note == SINGULAR else "stalled"
    )
    assert record["sentence"].startswith(f"After {len(run.steps) - 1} step") and record["sentence"].endswith("."), where


def true(run: Trajectory, program: Program, f: Any, name: str, where: str) -> None:
    """What the outcome says of the last point, by the other reader."""
    last = run.steps[-1]
    try:
        value = exact(program, last.x)[0]
    except HopelessError:
        value = mp.inf
    if run.outcome is O.VANISHED:
        assert slope(program, last.x) <= TOLERANCE + 1e-13 * (1 + float(abs(value))), where
    elif run.outcome is O.AT_REST:
        assert last.simplex is not None and np.ptp(last.simplex, axis=0).max() <= 2e-8, where
    elif run.outcome is O.LEFT_DOMAIN:
        assert mp.isnan(value), where
    elif run.outcome is O.NOT_FINITE:  # the value, or how steep it is
        assert not np.isfinite(last.value) or steep(last) > 1e300, where
    elif run.outcome is O.DIVERGED:
        target = np.abs(last.target).max()
        assert np.abs(last.x).max() > 1e9 or not target < 1e9 or slope(program, last.x) <= 1e-7, where
    elif run.outcome is O.OUT_OF_STEPS:
        assert len(run.steps) == STEPS + 1, where
    elif run.outcome is O.CYCLE:
        assert any(np.allclose(run.points[-1 - k], last.x, rtol=0, atol=1e-9) for k in range(2, 9)), where
    elif run.outcome is O.NO_GRADIENT:
        assert not np.isfinite(f.gradient(last.x)).all(), where
    elif run.outcome is O.TOO_SMALL:
        assert (last.target == last.x).all() and slope(program, last.x) > 1e-9, where
    elif run.outcome is O.STUCK and last.note.startswith(SINGULAR):
        sizes = np.abs(np.linalg.eigvalsh(f.hessian(last.x)))
        assert sizes.min() <= 1e-14 * sizes.max(), where
    else:
        assert run.outcome is O.STUCK and last.note and last.note in run.sentence, where


def steep(step: Step) -> float:
    return sum(abs(a * b) for a, b in zip(step.gradient.tolist(), step.direction.tolist(), strict=True))


def test_the_table_has_every_method_and_every_way_to_end() -> None:
    """And what is counted is what was asked."""
    asked = {name for preset in gallery.PRESETS for name, _ in runs_of(preset)}
    assert asked == set(CATALOGUE) and {preset.group for preset in gallery.PRESETS} == {"Functions", "Maps"}
    assert set(OUTCOMES) == set(Outcome) and set(OUTCOMES.values()) | {"singular Hessian"} == WORDS


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_method_counts_its_questions_and_asks_for_no_more_than_its_order(name: str) -> None:
    preset = gallery.get("foldmap" if CATALOGUE[name].residuals else "himmelblau")
    f = seen_by.__wrapped__(preset.id, CATALOGUE[name].residuals)
    run = minimize(f, method(name), preset.start, max_steps=10)
    order = CATALOGUE[name].order
    assert f.values >= len(run.steps) and (f.gradients > 0) == (order > 0) and (f.hessians > 0) == (order > 1)
    if order and CATALOGUE[name].fields.keys() <= {"step", "momentum", "decay", "beta1", "beta2", "epsilon"}:
        assert f.values == f.gradients == len(run.steps)


@pytest.mark.parametrize(
    "text", ["ln(x) + 1/y", "sqrt(x) - sqrt(y)", "x ln(x) + y^2", "asin(x) + y^2", "1/(x^2 + y^2)"]
)
@pytest.mark.parametrize("start", [(0.5, 0.5), (1e-300, 1e-300), (-1.0, 2.0), (0.0, 0.0), (1.0, 1e-9), (-0.0, 5e-324)])
def test_an_edge_of_the_domain_is_an_outcome_or_is_not_crossed(text: str, start: tuple[float, float]) -> None:
    program = programs(read(text), {})["f"]
    inside = not np.isnan(floats(program, start)[0])
    f = Objective.of(program, one_sided=True)
    for name in SCALAR:
        run = minimize(f, method(name), start, max_steps=STEPS)
        assert run.sentence.endswith(".")
        for step in run.steps[:-1]:
            assert not mp.isnan(exact(program, step.x)[0]), (name, step.x)
        if not inside:
            assert len(run.steps) == 1 and run.outcome is O.LEFT_DOMAIN, name
        if name in FALLING and inside:  # a search stays inside
            assert run.outcome is not O.LEFT_DOMAIN, name


@pytest.mark.parametrize(
    "text",
    ["3 + 0 x + 0 y", "f(x, y) = x^2", "(x + y)^4", "e^(x^2 + y^2)", "x^9 y^9", "x^2/10^30 + y^2", "10^30 (x^2 + y^2)", "|x| + |y|",
     "max(x, y)", "cosh(x) - cosh(y)", "e^x + e^y", "-x - y", "x y", "Piecewise((x, x > 0), (-x, True)) + y^2"],
)  # fmt: skip
def test_flat_steep_kinked_and_bottomless_functions_too(text: str) -> None:
    f = Objective.of(programs(read(text, least=("x", "y")), {})["f"], one_sided=True)
    for name, start in itertools.product(SCALAR, [(0.0, 0.0), (1.0, -1.0), (1e9, -1e9), (1e-200, 1e-200)]):
        run = minimize(f, method(name), start, max_steps=8)
        full_record(run, start, f"{name} from {start}")
        if text.startswith("3 +") and name not in ("adamw", "nelder-mead"):  # one decays, one has to shrink
            assert run.outcome is O.VANISHED and len(run.steps) == 1


def test_the_word_for_a_kink_stands_on_the_steps_that_used_one_side() -> None:
    program = programs(read("|x| + 2|y|"), {})["f"]
    run = minimize(
        Objective.of(program, one_sided=True), method("gradient-descent", {"step": 0.25}), (0.5, 0.75), max_steps=3
    )
    assert [bool(step.note) for step in run.steps] == [step.x[0] == 0 or step.x[1] == 0 for step in run.steps]
    assert any(step.note for step in run.steps)
    assert minimize(Objective.of(program), method("gradient-descent"), (0.0, 1.0)).outcome is O.NO_GRADIENT
