"""The gallery says what it means: each text reads without a notice as the function it is named for, and the
known critical points are critical, of the kind they claim, and all there are."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core import gallery
from core.gallery import Preset
from core.syntax import read

Real = Any  # a float or an array

# The same functions, written again for NumPy: the independent oracle.
ORACLE: dict[str, Callable[[Real, Real], Real]] = {
    "bowl": lambda x, y: x**2 + y**2,
    "stretched": lambda x, y: (x**2 + 10 * y**2) / 2,
    "rotated": lambda x, y: 5 * x**2 - 6 * x * y + 5 * y**2,
    "dome": lambda x, y: 4 - x**2 - 2 * y**2,
    "saddle": lambda x, y: x**2 - y**2,
    "hidden": lambda x, y: x**2 + 4 * x * y + y**2,
    "monkey": lambda x, y: x**3 - 3 * x * y**2,
    "peano": lambda x, y: (y - x**2) * (y - 3 * x**2),
    "quartic": lambda x, y: x**4 + y**4,
    "trough": lambda x, y: (x + y) ** 2,
    "ring": lambda x, y: (x**2 + y**2 - 1) ** 2,
    "well": lambda x, y: (x**2 - 1) ** 2 + y**2,
    "folium": lambda x, y: x**3 + y**3 - 3 * x * y,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "camel": lambda x, y: 4 * x**2 - 21 * x**4 / 10 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "styblinski": lambda x, y: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
    "rastrigin": lambda x, y: 20 + x**2 - 10 * np.cos(2 * np.pi * x) + y**2 - 10 * np.cos(2 * np.pi * y),
    "peaks": lambda x, y: (
        3 * (1 - x) ** 2 * np.exp(-(x**2) - (y + 1) ** 2)
        - 10 * (x / 5 - x**3 - y**5) * np.exp(-(x**2) - y**2)
        - np.exp(-((x + 1) ** 2) - y**2) / 3
    ),
    "lonely": lambda x, y: 3 * x * np.exp(y) - x**3 - np.exp(3 * y),
    "twohills": lambda x, y: -((x**2 - 1) ** 2) - (x**2 * y - x - 1) ** 2,
    "gauss": lambda x, y: -np.exp(-(x**2) - y**2),
    "cone": lambda x, y: np.sqrt(1 + x**2) + y**2,
    "lse": lambda x, y: np.log(np.exp(x) + np.exp(y) + np.exp(-x - y)),
    "l1": lambda x, y: abs(x) + 2 * abs(y),
    "huber": lambda x, y: sum(u**2 / 2 if abs(u) <= 1 else abs(u) - 0.5 for u in (x, y)),
    "unequal": lambda x, y: x * y * (x**2 - y**2) / (x**2 + y**2) if x or y else 0.0,
}
MAPS: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "polar": lambda x, y: (x * np.cos(y), x * np.sin(y)),
    "ripple": lambda x, y: (x + np.sin(y), y + np.sin(x)),
    "square": lambda x, y: (x**2 - y**2, 2 * x * y),
    "foldmap": lambda x, y: (x**2 - y, y**2 - x),
    "expmap": lambda x, y: (np.exp(x) * np.cos(y), np.exp(x) * np.sin(y)),
    "arm": lambda x, y: (np.cos(x) + np.cos(x + y), np.sin(x) + np.sin(x + y)),
}
CALLS: dict[str, Callable[[float], float]] = {
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "ln": np.log,
    "sqrt": np.sqrt,
    "abs": abs,
}
EVERY = pytest.mark.parametrize("preset", gallery.PRESETS, ids=lambda p: p.id)
KNOWN = pytest.mark.parametrize("preset", [p for p in gallery.PRESETS if p.answer is not None], ids=lambda p: p.id)


def value(tree: Any, at: dict[str, float]) -> Any:
    """A tree's value, by the plainest reading of its shapes."""
    head, *rest = tree
    match head:
        case "num":
            return rest[0] / rest[1]
        case "name":
            return at[rest[0]]
        case "const":
            return {"pi": np.pi, "e": np.e}[rest[0]]
        case "neg":
            return -value(rest[0], at)
        case "add":
            return sum(value(part, at) for part in rest)
        case "mul":
            return np.prod([value(part, at) for part in rest])
        case "div":
            return value(rest[0], at) / value(rest[1], at)
        case "pow":
            return value(rest[0], at) ** value(rest[1], at)
        case "call":
            return CALLS[rest[0]](value(rest[1], at))
        case "cases":
            return next(value(e, at) for e, condition in rest if holds(condition, at))
    raise AssertionError(head)


def holds(condition: Any, at: dict[str, float]) -> bool:
    head, *rest = condition
    if head == "true":
        return True
    a, b = (value(side, at) for side in rest)
    return bool({"lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b, "eq": a == b, "ne": a != b}[head])


@EVERY
def test_a_text_means_the_function_it_is_named_for(preset: Preset) -> None:
    reading = read(preset.text, least=("x", "y"))
    assert reading.variables == ("x", "y") and not reading.parameters
    for x, y in np.random.default_rng(1).uniform(-1.7, 1.7, (25, 2)):
        got = [value(tree, {"x": x, "y": y}) for tree in reading.components]
        wanted = MAPS[preset.id](x, y) if preset.group == gallery.MAPS else (ORACLE[preset.id](x, y),)
        assert got == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@EVERY
def test_a_text_reads_without_a_notice(preset: Preset) -> None:
    assert read(preset.text, least=("x", "y")).notices == ()


@EVERY
def test_start_and_ring_lie_in_the_window(preset: Preset) -> None:
    for at in (preset.start, preset.held):
        assert all(low <= x <= high for x, (low, high) in zip(at, preset.box, strict=True))


@EVERY
def test_a_preset_is_found_by_its_name_and_by_its_text(preset: Preset) -> None:
    assert gallery.get(preset.id) is preset
    assert gallery.find(f" {preset.text.replace(' ', '')} ") is preset


def test_names_are_unique_and_the_menu_shows_each_once() -> None:
    shown = [preset for _, presets in gallery.menu() for preset in presets]
    assert shown == list(gallery.PRESETS)
    assert len({preset.name for preset in shown}) == len(shown) == len(ORACLE) + len(MAPS)


def test_a_page_may_offer_one_group_of_the_menu() -> None:
    assert [group for group, _ in gallery.menu(gallery.MAPS)] == [gallery.MAPS]


# f′ of the curves, by hand; where it is not defined, no number.
SLOPES: dict[str, Callable[[float], float]] = {
    "cubic": lambda x: 3 * x**2 - 3,
    "doublewell1": lambda x: 4 * x**3 - 4 * x,
    "silent": lambda x: 4 * x**3,
    "terrace": lambda x: 3 * x**2,
    "wave": lambda x: 1 + 2 * np.cos(x),
    "dip": lambda x: 2 * x * np.exp(-(x**2)),
    "kink": lambda x: np.sign(x) + x / 2,
    "pole": lambda x: 1 - 1 / x**2,
}


@pytest.mark.parametrize("preset", gallery.ONE, ids=lambda p: p.id)
def test_a_curve_is_level_where_it_is_said_to_be_and_turns_nowhere_else(preset: Preset) -> None:
    reading = read(preset.text)
    assert reading.variables == ("x",) and not reading.parameters and reading.notices == ()
    assert gallery.get(preset.id) is preset and gallery.find(preset.text) is preset
    (low, high), slope, answer = preset.box[0], SLOPES[preset.id], preset.answer
    assert answer is not None and low <= preset.held[0] <= high
    for x in np.random.default_rng(1).uniform(max(low, 0.1), high, 20):
        near = [value(reading.components[0], {"x": x + d}) for d in (-1e-5, 1e-5)]
        assert (near[1] - near[0]) / 2e-5 == pytest.approx(slope(x), rel=1e-5, abs=1e-6)
    signs = {"minimum": (-1, 1), "maximum": (1, -1), "saddle": (1, 1)}
    for point in answer.points:
        (x,) = point.at
        assert slope(x) == pytest.approx(0, abs=1e-9)
        assert tuple(np.sign([slope(x - 1e-3), slope(x + 1e-3)])) == signs[point.nature or point.kind]
    grid = np.linspace(low + 1e-4, high, 1999)
    turns = [x for x, a, b in zip(grid, map(slope, grid), map(slope, grid[1:]), strict=False) if a * b < 0]
    smooth = [x for x in turns if abs(slope(x)) < 0.5]  # across a kink or a pole the slope jumps
    assert len(smooth) == sum((point.nature or point.kind) != "saddle" for point in answer.points)


def gradient(f: Callable[[Real, Real], Real], x: Real, y: Real) -> Any:
    """By the complex step, exact to rounding."""
    h = 1e-30
    return np.array([f(x + 1j * h, y + 0j).imag / h, f(x + 0j, y + 1j * h).imag / h])


def hessian(f: Callable[[Real, Real], Real], x: Real, y: Real) -> Any:
    d = 1e-5
    along = [(gradient(f, x + d, y) - gradient(f, x - d, y)), (gradient(f, x, y + d) - gradient(f, x, y - d))]
    return np.array(along) / (2 * d)


@KNOWN
def test_known_points_are_critical_and_of_their_kind(preset: Preset) -> None:
    f = ORACLE[preset.id]
    assert preset.answer is not None
    for known in preset.answer.points:
        x, y = known.at
        low, high = np.linalg.eigvalsh(hessian(f, x, y))
        scale = max(abs(low), abs(high), 1.0)
        assert np.abs(gradient(f, x, y)).max() <= 1e-10 * scale
        small = abs(low) < 1e-6 * scale or abs(high) < 1e-6 * scale
        kind = "inconclusive" if small else "minimum" if low > 0 else "maximum" if high < 0 else "saddle"
        assert known.kind == kind
        assert bool(known.nature) == (kind == "inconclusive")


@KNOWN
def test_newton_from_everywhere_finds_no_other_critical_point(preset: Preset) -> None:
    f, answer = ORACLE[preset.id], preset.answer
    assert answer is not None
    sides = [np.linspace(low, high, 44)[1:-1] for low, high in preset.box]
    x, y = (grid.ravel() for grid in np.meshgrid(*sides))
    with np.errstate(all="ignore"):
        for _ in range(80):
            g, H = gradient(f, x, y), hessian(f, x, y)
            det = H[0, 0] * H[1, 1] - H[0, 1] * H[1, 0]
            x, y = (
                x - (H[1, 1] * g[0] - H[0, 1] * g[1]) / det,
                y - (H[0, 0] * g[1] - H[1, 0] * g[0]) / det,
            )
        inside = np.logical_and.reduce([(lo < u) & (u < hi) for u, (lo, hi) in zip((x, y), preset.box, strict=True)])
        found = inside & (np.abs(gradient(f, x, y)).max(axis=0) < 1e-8)
    unknown = [at for at in zip(x[found], y[found], strict=True) if not _listed(at, answer)]
    assert unknown == []


def _listed(at: tuple[float, float], answer: gallery.Answer) -> bool:
    near = any(np.hypot(at[0] - x, at[1] - y) < 1e-2 for x, y in (known.at for known in answer.points))
    names = dict(zip("xy", at, strict=True))
    return near or any(abs(value(read(c).components[0], names)) < 1e-4 for c in answer.curves)


@pytest.mark.parametrize(
    ("id", "minima", "saddles", "maxima"),
    [
        ("himmelblau", 4, 4, 1),
        ("camel", 6, 7, 2),
        ("peaks", 3, 3, 3),
        ("styblinski", 4, 4, 1),
        ("rastrigin", 25, 40, 16),
    ],
)
def test_counts_are_those_of_the_literature(id: str, minima: int, saddles: int, maxima: int) -> None:
    answer = gallery.get(id).answer
    assert answer is not None
    assert [answer.count(kind) for kind in ("minimum", "saddle", "maximum")] == [minima, saddles, maxima]
