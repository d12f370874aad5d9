"""Where f has no value: it is said truthfully, and the part that is offered instead has values everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.compile import program
from core.meaning import function
from core.numeric import arrays
from core.region.convexity import convexity
from core.region.inhabited import inhabited
from core.syntax import read

U = (-1.0, 1.0)

# formula, box, the share of the box that the part must have at least: by hand
KNOWN = [
    ("log x", [U], 0.48),
    ("1/x", [(-1.0, 2.0)], 0.65),
    ("log(x) + 1/y", [U, (-1.0, 3.0)], 0.33),
    ("sqrt(x - y)", [U, U], 0.25),
    ("asin(2x)", [U], 0.47),
    ("1/(x^2 + y^2 - 1)", [(-3.0, 3.0)] * 2, 0.31),
    ("log(x y z)", [(-2.0, 2.0)] * 3, 0.06),
    ("sqrt(x^2 + y^2)", [U, U], 1.0),
    ("log(a) + b^2 + c^2 + d^2", [U] * 4, 0.39),
    ("tan x", [(-5.0, 5.0)], 0.3),
    ("x log x", [(0.0, math.inf)], 0.0),
]


@pytest.mark.parametrize(("text", "box", "share"), KNOWN, ids=[row[0] for row in KNOWN])
def test_the_part_that_is_offered_has_values_everywhere(
    text: str, box: list[tuple[float, float]], share: float
) -> None:
    f = function(read(text))
    part = inhabited(f, box)
    assert part is not None and all(a <= c < d <= b for (a, b), (c, d) in zip(box, part, strict=True))
    low, high = (np.array(ends)[:, None] for ends in zip(*part, strict=True))
    rng = np.random.default_rng(1)
    points = low + (high - low) * np.concatenate((rng.random((f.n, 2000)), rng.integers(0, 2, (f.n, 60))), 1)
    assert np.isfinite(arrays(program(f), np.clip(points, low, high))).all()
    assert math.prod((d - c) / (b - a) for (a, b), (c, d) in zip(box, part, strict=True)) >= share


def test_where_there_is_no_such_part_none_is_offered() -> None:
    assert inhabited(function(read("log(sin(x) - 2)")), [U]) is None
    assert inhabited(function(read("log(x - y - 2)")), [U, U]) is None


@pytest.mark.parametrize(
    ("text", "box", "said"),
    [
        ("log x", [U], "no value on a part"),
        ("tan x", [(-5.0, 5.0)], "no value where cos(x) = 0"),
        ("1/(x^2 + y^2 - 1)", [(-2.0, 2.0)] * 2, "no value where x² + y² − 1 = 0"),
        ("x^2/x", [U], "Wherever f has a value it is x, which is affine"),
        ("(x^3 - y^3)/(x - y)", [U, U], "Wherever f has a value it is x² + xy + y², which is convex"),
    ],
)
def test_a_hole_is_called_by_its_name(text: str, box: list[tuple[float, float]], said: str) -> None:
    found = convexity(function(read(text)), box)
    assert found.verdict == "undecided" and not found.everywhere and said in found.reason
