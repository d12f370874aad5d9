"""A slice is the function it is cut from: its values, and its derivatives along the slice."""

import numpy as np
import pytest

from core.immediate import programs
from core.numeric import Objective, floats
from core.program import Program, jet
from core.slices import Slice, along_axes
from core.syntax import read


def program(text: str, **letters: float) -> Program:
    return programs(read(text), letters, free=bool(letters))["f"]


def oblique(n: int, k: int, seed: int) -> Slice:
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    columns = tuple(tuple(float(v) for v in q) for q in Q.T)
    return Slice(tuple(rng.normal(size=n)), columns[:k], columns[k:], tuple(rng.normal(size=n - k)))


@pytest.mark.parametrize("seed", range(4))
def test_value_gradient_and_hessian_are_those_of_f_along_the_directions(seed: int) -> None:
    f, cut = program("x^2 y - z exp(w) + sin(x z) / (2 + w^2)"), oblique(4, 2, seed)
    t = np.random.default_rng(seed).normal(size=2)
    x, U = cut.point(t), np.array(cut.directions)
    whole = Objective.of(f)
    out = floats(jet(cut.of(f)), t)
    due = [whole.value(x), *(U @ whole.gradient(x)), *(U @ whole.hessian(x) @ U.T).ravel()]
    assert out == pytest.approx(due, rel=1e-11, abs=1e-11)
    assert floats(cut.of(f, free=True), [*t, *cut.held]) == pytest.approx([whole.value(x)], rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_coordinates_undo_point_and_the_distance_is_the_shortest_way(seed: int) -> None:
    cut, rng = oblique(5, 2, seed), np.random.default_rng(100 + seed)
    t, x = rng.normal(size=2), rng.normal(size=5)
    assert cut.coordinates(cut.point(t)) == pytest.approx(t) and cut.distance(cut.point(t)) == pytest.approx(
        0, abs=1e-12
    )
    through = cut.through(x)
    assert through.point(through.coordinates(x)) == pytest.approx(x)
    shortest = min(np.linalg.norm(x - np.array(cut.point(s))) for s in rng.normal(size=(400, 2)) * 3)
    assert cut.distance(x) <= shortest


def test_along_axes_the_coordinates_are_those_of_the_point_and_letters_come_last() -> None:
    f, cut = program("f(x, y, z) = a x + b y^2 z", a=1.0, b=1.0), along_axes((1.0, 2.0, 3.0), (0, 2))
    assert cut.coordinates((1.0, 2.0, 3.0)) == (1.0, 3.0) and cut.held == (2.0,)
    assert floats(cut.of(f), [5.0, 7.0, 10.0, 100.0]) == [5 * 10 + 100 * 4 * 7]
    assert floats(cut.of(f, free=True), [5.0, 7.0, 3.0, 10.0, 100.0]) == [5 * 10 + 100 * 9 * 7]


@pytest.mark.parametrize("seed", range(6))
def test_a_section_is_where_the_plane_is_in_the_box(seed: int) -> None:
    cut, rng = oblique(4, 2, seed), np.random.default_rng(seed)
    box = [(-2.0, 1.5), (-1.0, 3.0), (-2.5, 2.5), (-3.0, 1.0)]
    corners = np.array(cut.section(box)).reshape(-1, 2)

    def within(t: np.ndarray) -> bool:  # all corners turn the same way around it
        sides = np.roll(corners, -1, axis=0) - corners
        turns = sides[:, 0] * (t[1] - corners[:, 1]) - sides[:, 1] * (t[0] - corners[:, 0])
        return bool(len(corners)) and bool((turns > 0).all() or (turns < 0).all())

    for t in rng.uniform(-6, 6, (400, 2)):
        x = cut.point(t)
        margin = min(min(v - low, high - v) for v, (low, high) in zip(x, box, strict=True))
        if abs(margin) > 1e-9:
            assert within(t) == bool(margin > 0)
