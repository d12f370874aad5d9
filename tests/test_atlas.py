"""The maps say what happens: every pixel as its run alone, known shares, and pictures that only grow finer."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
import pytest

from core import gallery
from core.atlas import Known, curvature, destinations, has_rule, middles
from core.atlas.moves import Eigen, Fields
from core.atlas.runs import OUTCOMES, run_all
from core.immediate import programs
from core.jobs import JobError, atlas
from core.numeric import Objective
from core.optimize import (
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    DampedNewton,
    Exact,
    GradientDescent,
    Momentum,
    Nesterov,
    Newton,
    Outcome,
    RMSprop,
    SaddleFreeNewton,
    TrustRegion,
    minimize,
)
from core.problem import Problem
from core.program import Program
from core.syntax import read
from core.wire import OUTCOMES as WORDS
from core.wire import atlas_record

SQUARE = ((-6.0, 6.0), (-6.0, 6.0))


def program(text: str) -> Program:
    return programs(read(text), {})["f"]


HIMMELBLAU = program(gallery.get("himmelblau").text)


def shares(method: Any, side: int, steps: int) -> dict[str, float]:
    *_, last = destinations(HIMMELBLAU, SQUARE, method, side=side, strides=(1,), max_steps=steps)
    return {kind: 100 * share for kind, share in last.by_kind.items()}


# Known shares.


def test_newton_on_himmelblau_goes_to_saddles_and_to_the_maximum() -> None:
    found = shares(Newton(), 160, 60)
    assert found == pytest.approx({"minimum": 64.3, "saddle": 31.4, "maximum": 4.3}, abs=0.25)


@pytest.mark.parametrize("method", [GradientDescent(0.005), SaddleFreeNewton()], ids=lambda m: m.name)
def test_what_follows_the_slope_goes_to_minima_only(method: Any) -> None:
    assert shares(method, 48, 2000) == {"minimum": pytest.approx(100.0)}


def test_the_curvature_of_himmelblau_is_that_of_its_formula() -> None:
    found = curvature(HIMMELBLAU, SQUARE, 400)
    X, Y = np.meshgrid(*middles(SQUARE, (400, 400)))
    a, b, d = 12 * X**2 + 4 * Y - 42, 4 * (X + Y), 12 * Y**2 + 4 * X - 26
    det = a * d - b * b
    assert (found.signs == np.where(det < 0, 1, np.where(a > 0, 2, 0))).all()
    assert [100 * found.share(sign) for sign in (2, 1, 0)] == pytest.approx([51.9, 41.1, 7.0], abs=0.2)


def test_half_of_a_cubic_bends_down() -> None:
    found = curvature(program("x^3"), [(-1.0, 3.0)], 400)
    assert found.signs.shape == (1, 400) and (found.share(2), found.share(0)) == (0.75, 0.25)


# Every run as if it were alone.

FUNCTIONS = {
    "himmelblau": (HIMMELBLAU, SQUARE),
    "valley": (program("100(y - x^2)^2 + (1 - x)^2"), ((-2.0, 2.0), (-1.0, 3.0))),
    "edge": (program("x - ln(x) + y^2 + x y/4"), ((-1.0, 4.0), (-2.0, 2.0))),
    "flat": (program("-exp(-x^2 - y^2)"), ((-6.0, 6.0), (-6.0, 6.0))),
    "kink": (program("|x - y| + x^2 + y^4"), ((-2.0, 2.0), (-2.0, 2.0))),
    "trough": (program("(x + y)^2"), ((-2.0, 2.0), (-2.0, 2.0))),
    "waves": (program("sin(x) cos(2y)"), ((-4.0, 4.0), (-4.0, 4.0))),
    "line": (program("f(x) = x^4 - 3x^2 + x"), ((-3.0, 3.0),)),
    "fast": (program("f(x) = exp(x^2) - 40x"), ((-30.0, 30.0),)),
}
SECOND = (Newton(), DampedNewton(), DampedNewton(search=None, rate=0.5), SaddleFreeNewton(0.1), TrustRegion())
METHODS = (
    *(*SECOND, GradientDescent(0.01), Momentum(0.01, 0.8), Nesterov(0.01, 0.8), AdaGrad(0.5), RMSprop(0.05)),
    *(Adam(0.1), AMSGrad(0.1), AdamW(0.1)),
)


def differences(f: Program, box: Any, method: Any, steps: int, count: int) -> list[str]:
    """Runs that end otherwise in the crowd than alone."""
    rng = np.random.default_rng(7)
    starts = np.stack([rng.uniform(low, high, count) for low, high in box])
    found, wrong = run_all(Fields(f), method, starts, steps), []
    assert found is not None
    for k in range(count):
        run = minimize(Objective.of(f), method, starts[:, k], max_steps=steps)
        here = OUTCOMES[found.outcomes[k]], int(found.moves[k])
        same = here == (run.outcome, len(run.steps) - 1) if run.steps else here[0] is run.outcome
        close = not same or run.outcome is Outcome.DIVERGED
        if not same or not (close or np.allclose(found.ends[:, k], run.steps[-1].x, rtol=1e-6, atol=1e-6)):
            wrong.append(f"{starts[:, k]}: {here}, alone {run.outcome} after {len(run.steps) - 1}")
    return wrong


@pytest.mark.parametrize("method", METHODS, ids=repr)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_run_in_the_crowd_ends_as_it_does_alone(name: str, method: Any) -> None:
    if name == "kink" and method in SECOND:
        pytest.skip("whether a Newton step meets the kink exactly is a matter of rounding")
    f, box = FUNCTIONS[name]
    wrong = differences(f, box, method, 40, 9)
    assert wrong == []


def test_a_crowd_larger_than_the_pool_loses_nobody() -> None:
    f, N = program("f(x) = (x - 1)^2 + x^4/9"), 20_000
    found = run_all(Fields(f), GradientDescent(0.1), np.linspace(-3, 3, N)[None], 200)
    assert found is not None and found.are(Outcome.VANISHED).all() and np.ptp(found.ends) < 1e-6
    assert found.moves.min() > 5 and len(np.unique(found.moves)) > 10


def test_newton_goes_round_between_a_half_and_minus_a_half() -> None:
    found = run_all(Fields(FUNCTIONS["flat"][0]), Newton(), np.array([[0.5, 0.3], [0.0, 0.0]]), 60)
    assert found is not None and found.are(Outcome.CYCLE).tolist() == [True, False] and found.moves[0] == 3


def test_a_start_exactly_on_the_line_into_a_saddle_ends_there_and_no_pixel_does() -> None:
    f, box = program("(x^2 - 1)^2 + y^2"), ((-2.0, 2.0), (-1.0, 1.0))
    found = run_all(Fields(f), GradientDescent(0.05), np.array([[0.0], [0.8]]), 500)
    assert found is not None and found.are(Outcome.VANISHED).all() and np.abs(found.ends).max() < 1e-6
    for side in (36, 37):  # of an odd number of columns the middle one is that line
        *_, last = destinations(f, box, GradientDescent(0.05), side=side, strides=(1,), max_steps=500)
        assert last.by_kind == {"minimum": pytest.approx(1.0)}
    *_, last = destinations(program("x y"), box[:1] * 2, GradientDescent(0.05), side=24, strides=(1,), max_steps=50)
    assert not last.by_kind  # nor are the diagonals of a square on it


def test_eigenvalues_and_vectors_are_those_of_lapack() -> None:
    rng = np.random.default_rng(3)
    A = rng.normal(size=(200, 2, 2)) * 10.0 ** rng.integers(-6, 6, size=(200, 1, 1))
    A = A + A.swapaxes(1, 2)
    A[:4] = [[[1, 0], [0, 1]], [[0, 2], [2, 0]], [[3, 0], [0, -5]], [[1, 1], [1, 1]]]
    with np.errstate(all="ignore"):
        bent = Eigen.of(A.reshape(200, 4).T.copy())
    for H, (p, q), u, v in zip(A, bent.curvatures.T, bent.u, bent.v, strict=True):
        V = np.array([[u, -v], [v, u]])
        assert np.allclose(V @ np.diag([p, q]) @ V.T, H, rtol=0, atol=1e-14 * np.abs(H).max() + 1e-300)
        assert np.allclose(V @ V.T, np.eye(2), atol=1e-14)


# Pictures.


def test_a_finer_picture_keeps_what_is_known() -> None:
    coarse, middle, fine = destinations(HIMMELBLAU, SQUARE, Newton(), side=36)
    assert [p.place.shape for p in (coarse, middle, fine)] == [(4, 4), (12, 12), (36, 36)]
    assert (fine.place[4::9, 4::9] == coarse.place).all() and (fine.moves[1::3, 1::3] == middle.moves).all()
    alone = next(iter(destinations(HIMMELBLAU, SQUARE, Newton(), side=36, strides=(1,))))
    assert (alone.moves == fine.moves).all()
    where = [
        [ends[i].at if i >= 0 else None for i in place.ravel()]
        for ends, place in ((p.ends, p.place) for p in (alone, fine))
    ]
    assert np.allclose(np.array(where[0], float), np.array(where[1], float), atol=1e-6)


def test_starts_are_the_middles_of_pixels() -> None:
    across, up = middles([(0.0, 4.0), (1.0, 2.0)], (2, 4))
    assert across.tolist() == [0.5, 1.5, 2.5, 3.5] and up.tolist() == [1.25, 1.75]


def test_a_known_point_gives_its_kind_where_the_test_is_silent() -> None:
    f, box = program("x^4 + y^4"), ((-1.0, 1.0), (-1.0, 1.0))
    *_, told = destinations(f, box, Newton(), side=18, known=[Known((0.0, 0.0), "minimum")])
    assert told.by_kind == {"minimum": 1.0} and told.ends[0].known == 0
    *_, alone = destinations(f, box, Newton(), side=18)
    assert len(alone.ends) == 1 and not alone.ends[0].proved
    *_, ridge = destinations(program("x^2 + y^4 + y^6"), box, Newton(), side=18)
    assert ridge.by_kind == {"inconclusive": 1.0} and len(ridge.ends) == 1


def test_of_very_many_points_the_further_ones_are_told_by_their_kind() -> None:
    f = program("sin(x) sin(y)")
    *_, last = destinations(f, ((-60.0, 60.0), (-60.0, 60.0)), Newton(), side=72, strides=(3, 1))
    further = [end for end in last.ends if end.at is None]
    assert len(last.ends) <= 204 and {end.kind for end in further} <= {"minimum", "saddle", "maximum"} and further
    assert sum(last.by_kind.values()) + sum(last.by_outcome.values()) == pytest.approx(1.0)


def test_a_pixel_is_found_by_its_place() -> None:
    *_, last = destinations(HIMMELBLAU, SQUARE, Newton(), side=36, strides=(1,))
    place, steps = last.at((0.01, 0.01))
    run = minimize(Objective.of(HIMMELBLAU), Newton(), (1 / 6 + 0.0137 / 3, 1 / 6 - 0.0071 / 3))
    assert np.allclose(last.ends[place].at, run.steps[-1].x, atol=1e-6) and steps == len(run.steps) - 1


def test_a_map_that_is_not_done_in_its_time_is_not_shown() -> None:
    assert list(destinations(HIMMELBLAU, SQUARE, AdaGrad(0.1), side=36, max_steps=5000, seconds=0.0)) == []


def test_there_is_no_rule_for_other_searches() -> None:
    assert not has_rule(GradientDescent(0.1, Exact())) and not has_rule(TrustRegion(dogleg=True)) and has_rule(Adam())


# What a worker answers.


def test_the_record_holds_every_pixel() -> None:
    f, box = FUNCTIONS["edge"]
    *_, last = destinations(f, box, GradientDescent(0.3), side=36, max_steps=100)
    record = atlas_record(last, curvature(f, box, 36))
    cells = np.frombuffer(zlib.decompress(base64.b64decode(record["cells"])), dtype=np.uint8)
    place, steps = cells.reshape(2, record["rows"], record["columns"])
    assert (place[last.place >= 0] == last.place[last.place >= 0]).all()
    codes = {byte: name for byte, name, _ in record["classes"]}
    told = np.vectorize(lambda byte: codes.get(byte, ""))(place)
    for outcome in last.by_outcome:
        assert (told == WORDS[outcome]).any()
    assert np.isclose(sum(end["share"] for end in record["ends"]) + sum(share for *_, share in record["classes"]), 1.0)
    assert record["outside"] == pytest.approx(0.2, abs=0.02)  # x <= 0 of [-1, 4]
    assert (np.diff(steps.ravel()[np.argsort(last.moves.ravel(), kind="stable")].astype(int)) >= 0).all()


@pytest.mark.parametrize(
    "more",
    [
        {"method": "bfgs"},
        {"method": "x"},
        {"method": "gradient-descent", "hyperparameters": {"line_search": "exact"}},
        {"problem": Problem("x y z").to_wire()},
        {"shown": "norm"},
    ],
    ids=str,
)
def test_a_job_refuses_what_has_no_map(more: dict[str, Any]) -> None:
    asked = {"problem": Problem("x^2 + y^2").to_wire(), "shown": "f", "method": "newton", "steps": 9, "side": 18}
    with pytest.raises(JobError):
        atlas({**asked, **more})
    assert atlas(asked)["atlas"]["ends"][0]["kind"] == "minimum"
