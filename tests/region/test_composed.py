"""Bounds by composition hold at every point, and are reached where they should be."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from core.compile import program
from core.meaning import function
from core.numeric import arrays
from core.program import gradient, hessian
from core.region.composed import bending, steepness
from core.syntax import read

FORMS = ("x", "2x - y", "x + y + 1", "3 - y", "0.1y", "0")
PARTS = (
    "log(e^({}) + 3e^({}) + e^({}))",
    "log(2e^({}) + e^({}))",
    "sqrt(1 + ({})^2 + ({})^2)",
    "sqrt(({})^2 + 0.01)",
    "({})",
    "({})^2",
)


def formula(draw: random.Random) -> str:
    """A sum of a few parts of affine forms."""
    texts = []
    for _ in range(draw.randrange(1, 4)):
        part = draw.choice(PARTS)
        texts.append(f"{draw.choice((1, 2, -1, 0.5))} * " + part.format(*draw.choices(FORMS, k=part.count("{}"))))
    return " + ".join(texts)


@pytest.mark.parametrize("seed", range(12))
def test_bounds_hold_where_they_are_looked_at(seed: int) -> None:
    draw = random.Random(seed)
    f = function(read(formula(draw), ("x", "y")))
    box = [(-draw.choice((1, 5, 300)), draw.choice((1, 5, 300))) for _ in range(2)]
    most, (low, high) = steepness(f, box), bending(f, box)
    inner = [(max(a, -20.0), min(b, 20.0)) for a, b in box]
    points = np.array([np.random.default_rng(seed).uniform(a, b, 2000) for a, b in inner])
    F = program(f)
    slopes, H = arrays(gradient(F), points), arrays(hessian(F), points).reshape(2, 2, -1)
    assert np.hypot(*slopes).max() <= most * (1 + 1e-12)
    values = np.linalg.eigvalsh(np.moveaxis(H, 2, 0))
    assert low - 1e-9 <= values.min() and values.max() <= high + 1e-9


@pytest.mark.parametrize(
    ("text", "slope", "bend"),
    [
        ("log(e^x + e^y)", 1.0, (0.0, 0.5)),
        ("3log(e^(2x) + e^(-2x)) - 4x", 10.0, (0.0, 12.0)),
        ("sqrt(4 + x^2 + 9y^2)", 3.0, (0.0, 4.5)),
        ("|2x| + max(x, y)", 3.0, (-math.inf, math.inf)),
        ("x^3", math.inf, (-math.inf, math.inf)),
        ("log(e^x - e^y)", math.inf, (-math.inf, math.inf)),
        ("sqrt(x^2 - y^2)", math.inf, (-math.inf, math.inf)),
        ("sqrt(x^2 + y^2)", 1.0, (-math.inf, math.inf)),
        ("x/x log(e^x + e^y)", math.inf, (-math.inf, math.inf)),  # no value at 0
    ],
)
def test_bounds_that_are_known(text: str, slope: float, bend: tuple[float, float]) -> None:
    f = function(read(text, ("x", "y")))
    box = [(-50.0, 1e4)] * 2
    assert steepness(f, box) == pytest.approx(slope)
    low, high = bending(f, box)
    assert (low, high) == pytest.approx(bend) or (bend[0] == -math.inf and high == math.inf)
