"""A second opinion on completeness: codac (IBEX's descendant, in C++) covers the zeros of the gradient with boxes.

Its boxes hold all zeros, ours are to be the same ones: each of our points lies in one of its boxes, and each cluster of its
boxes meets one of our points or undecided boxes. Merely importing codac makes floats round upward in the whole process,
which breaks every proof made in it; so it lives in a process of its own, which is this file run as a script.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sympy

from core.critical.point import Box
from core.critical.search import find
from tests.critical.programs import ENTRY, box, program, read

ROOT = Path(__file__).parents[2]
PAVED = {  # and the smallest side of a box
    **dict.fromkeys(("himmelblau", "six_hump_camel", "quartic_xy", "mccormick", "rational_bump", "lemniscate"), 1e-4),
    **dict.fromkeys(("xy_gauss", "aniso_gauss", "beale", "branin", "griewank", "rastrigin", "exp_cos", "markov"), 1e-4),
    **dict.fromkeys(("peaks", "u_sin_inv"), 1e-5),
    "sin_sum": 1e-3,
    "monkey": 1e-2,
    "mexican_hat": 2e-2,
}
BESIDE = 4.0  # sides of a smallest box: so near to a zero codac may leave a box that holds none

pytestmark = pytest.mark.skipif(importlib.util.find_spec("codac") is None, reason="codac is not installed")


# The other process.


def paving(name: str) -> list[list[tuple[float, float]]]:
    """Boxes that together hold every zero of the gradient of an entry, by codac."""
    import codac

    entry = ENTRY[name]
    symbols, f = read(entry["expression"], entry["variables"])
    x = codac.VectorVar(len(symbols))
    place = {s: x[i] for i, s in enumerate(symbols)}
    F = codac.AnalyticFunction([x], [_written(f.diff(s), place, codac) for s in symbols])
    zero = codac.IntervalVector([[0.0, 0.0]] * len(symbols))
    window = codac.IntervalVector([list(side) for side in box(entry)])
    boxes = codac.pave(window, codac.CtcInverse(F, zero), PAVED[name])
    leaves = [leaf for leaf in boxes.boxes(codac.PavingOut.outer) if not leaf.is_empty()]
    return [[(side.lb(), side.ub()) for side in leaf] for leaf in leaves]


def _written(e: Any, place: dict[Any, Any], codac: Any) -> Any:
    """A SymPy expression in codac's own operations."""
    if e in place:
        return codac.ScalarExpr(place[e])
    if e.is_Rational:
        return codac.ScalarExpr(codac.Interval(int(e.p)) / codac.Interval(int(e.q)))
    if e.is_NumberSymbol:
        return codac.ScalarExpr(codac.Interval.pi() if e is sympy.pi else codac.exp(codac.Interval(1)))
    if e.is_Pow and e.exp.is_Integer:
        base = _written(e.base, place, codac)
        power = codac.pow(base, abs(int(e.exp)))
        return power if e.exp > 0 else codac.ScalarExpr(codac.Interval(1)) / power
    if e.is_Pow and e.exp.is_Rational and e.exp.q == 2:
        return codac.pow(codac.sqrt(_written(e.base, place, codac)), int(e.exp.p))
    args = [_written(a, place, codac) for a in e.args]
    if e.is_Add or e.is_Mul:
        return functools.reduce(lambda a, b: a + b if e.is_Add else a * b, args)
    return getattr(codac, type(e).__name__)(*args)


# What is compared.


@pytest.fixture(scope="module")
def pavings() -> dict[str, list[Box]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.critical.test_outer"], capture_output=True, cwd=ROOT, timeout=120, check=False
    )
    if b"ImportError" in done.stderr:
        pytest.skip("codac cannot be imported here: " + done.stderr.decode().splitlines()[-1])
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: [tuple((a, b) for a, b in leaf) for leaf in leaves] for name, leaves in found.items()}


@functools.cache
def ours(name: str) -> tuple[list[Box], list[Box]]:
    """The enclosures of the points, and the undecided boxes."""
    found = find(program(ENTRY[name]), box(ENTRY[name]))
    return [p.enclosure for p in found.points], list(found.undecided)


def meet(a: Box, b: Box) -> bool:
    return all(
        low <= other_high and other_low <= high for (low, high), (other_low, other_high) in zip(a, b, strict=True)
    )


def lonely(name: str, boxes: list[Box], known: list[Box]) -> list[Box]:
    """Boxes of codac that neither meet any of ours nor lie beside it."""
    room = BESIDE * PAVED[name]
    wide = [(b, tuple((low - room, high + room) for low, high in b)) for b in boxes]
    return [b for b, around in wide if not any(meet(known_one, around) for known_one in known)]


@pytest.mark.parametrize("name", PAVED)
def test_each_of_our_points_lies_in_a_box_of_codac(name: str, pavings: dict[str, list[Box]]) -> None:
    points, _ = ours(name)
    assert all(any(meet(p, b) for b in pavings[name]) for p in points)


@pytest.mark.parametrize("name", PAVED)
def test_each_box_of_codac_is_at_a_point_or_an_undecided_box_of_ours(name: str, pavings: dict[str, list[Box]]) -> None:
    points, undecided = ours(name)
    assert not lonely(name, pavings[name], [*points, *undecided])


def test_the_comparison_notices_each_point_that_is_taken_away(pavings: dict[str, list[Box]]) -> None:
    for name in ("himmelblau", "peaks", "markov"):
        points, _ = ours(name)
        for gone in points:
            assert lonely(name, pavings[name], [p for p in points if p is not gone])


def test_codac_in_the_same_process_would_spoil_the_proofs_and_the_self_test_says_so() -> None:
    script = "import codac; from core.interval import self_test; self_test()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0 or b"do not round to nearest" in done.stderr


if __name__ == "__main__":
    print(json.dumps({name: paving(name) for name in PAVED}))
