"""How the proved search grows with the number of variables, the degree, and the number of points.

    python -m benchmarks.growth            the table, as it stands in docs/critical_points.md; some minutes
    python -m benchmarks.growth dense 2 6  one row

Each row is a process of its own: its time is from the program of f to the points with their labels, its memory what
the process needed on top of what it had before. A search may take 2,000,000 boxes and 30 s. The families:

    dense        all terms up to that degree, tenths from -0.9 to 0.9 (fixed seed), on [-2, 2]ⁿ
    Rastrigin    10 n + Σ x² - 10 cos 2πx on [-5.12, 5.12]ⁿ
    Rosenbrock   Σ 100 (x' - x²)² + (1 - x)² on [-2, 2]ⁿ
    Styblinski   Styblinski-Tang, Σ (x⁴ - 16x² + 5x)/2, on [-5, 5]ⁿ, not split into its variables
    Griewank     Σ x²/4000 - Π cos(x/√i) + 1 on [-5, 5]ⁿ
    found        not searched, only sampled: Rosenbrock and Styblinski-Tang in more variables
"""

from __future__ import annotations

import itertools
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import reduce
from math import pi
from time import perf_counter

import numpy as np

from core.branching import Budget
from core.critical.certified import search, system
from core.critical.found import find_some
from core.critical.point import CriticalSet
from core.critical.search import Window, concluded
from core.program import Builder, Program

SECONDS = 30.0
ROWS = [
    *(("dense", 1, d) for d in (2, 4, 8, 12)),
    *(("dense", 2, d) for d in (2, 3, 4, 6, 8, 10, 12)),
    *(("dense", 3, d) for d in (2, 3, 4, 6)),
    *(("dense", 4, d) for d in (2, 3, 4)),
    *(("dense", 5, d) for d in (2, 3)),
    *(("Rastrigin", n, 0) for n in (1, 2, 3)),
    *(("Rosenbrock", n, 4) for n in (2, 3, 4, 5)),
    *(("Styblinski", n, 4) for n in (1, 2, 3, 4, 5)),
    *(("Griewank", n, 0) for n in (1, 2, 3, 4, 5)),
    *(("found Rosenbrock", n, 4) for n in (5, 6, 7, 8)),
    *(("found Styblinski", n, 4) for n in (5, 6)),
]


@dataclass(frozen=True)
class Row:
    """What one search took."""

    family: str
    variables: int
    degree: int
    points: int
    boxes: int
    levels: int
    milliseconds: float
    megabytes: float
    status: str

    def __str__(self) -> str:
        boxes = f"{self.boxes:,} | {self.levels}" if self.boxes else "– | –"
        time = f"{self.milliseconds:,.0f}" if self.milliseconds >= 10 else f"{self.milliseconds:.1f}"
        cells = (self.family, self.variables, self.degree or "–", f"{self.points:,}", boxes, time)
        return f"| {' | '.join(map(str, cells))} | {self.megabytes:.0f} | {self.status} |"


def dense(b: Builder, x: list[int], degree: int) -> int:
    """A polynomial with every term up to that degree."""
    rng = np.random.default_rng(degree)
    powers = [e for e in itertools.product(range(degree + 1), repeat=len(x)) if 0 < sum(e) <= degree]
    return total(b, [term(b, x, e, int(rng.integers(-9, 10))) for e in powers])


def term(b: Builder, x: list[int], powers: tuple[int, ...], tenths: int) -> int:
    factors = [b.power(v, k) for v, k in zip(x, powers, strict=True) if k]
    return b.div(reduce(b.mul, factors, b.constant(float(tenths))), b.constant(10.0))


def total(b: Builder, terms: list[int]) -> int:
    return reduce(b.add, terms)


def rastrigin(b: Builder, x: list[int], _: int) -> int:
    turn = b.mul(b.constant(2.0), b.constant(pi, exact=False))
    waves = [b.mul(b.constant(10.0), b.call("cos", b.mul(turn, v))) for v in x]
    return total(b, [b.sub(b.power(v, 2), wave) for v, wave in zip(x, waves, strict=True)])


def rosenbrock(b: Builder, x: list[int], _: int) -> int:
    one, hundred = b.constant(1.0), b.constant(100.0)
    valleys = [b.mul(hundred, b.power(b.sub(after, b.power(v, 2)), 2)) for v, after in itertools.pairwise(x)]
    return total(b, valleys + [b.power(b.sub(one, v), 2) for v in x[:-1]])


def styblinski(b: Builder, x: list[int], _: int) -> int:
    def one(v: int) -> int:
        bent = b.sub(b.power(v, 4), b.mul(b.constant(16.0), b.power(v, 2)))
        return b.div(b.add(bent, b.mul(b.constant(5.0), v)), b.constant(2.0))

    return total(b, [one(v) for v in x])


def griewank(b: Builder, x: list[int], _: int) -> int:
    bowl = b.div(total(b, [b.power(v, 2) for v in x]), b.constant(4000.0))
    waves = [b.call("cos", b.div(v, b.call("sqrt", b.constant(i + 1.0)))) for i, v in enumerate(x)]
    return b.sub(bowl, reduce(b.mul, waves))


FAMILIES: dict[str, tuple[Callable[[Builder, list[int], int], int], float]] = {
    "dense": (dense, 2.0),
    "Rastrigin": (rastrigin, 5.12),
    "Rosenbrock": (rosenbrock, 2.0),
    "Styblinski": (styblinski, 5.0),
    "Griewank": (griewank, 5.0),
}


def question(family: str, n: int, degree: int) -> tuple[Program, tuple[tuple[float, float], ...]]:
    """The function and its window."""
    formula, side = FAMILIES[family]
    b = Builder(n)
    return b.program([formula(b, [b.variable(i) for i in range(n)], degree)]), ((-side, side),) * n


def row(family: str, n: int, degree: int) -> Row:
    """One search, warm."""
    sampled = family.startswith("found ")
    warm, window = question("Styblinski", 2, 4)
    answered(warm, window)
    f, window = question(family.removeprefix("found "), n, degree)
    before, start = memory(), perf_counter()
    if sampled:
        known, boxes, levels = find_some(f, window, seconds=SECONDS), 0, 0
    else:
        known, boxes, levels = answered(f, window)
    took = 1000 * (perf_counter() - start)
    status = "found" if sampled else known.status
    return Row(family, n, degree, len(known.points), boxes, levels, took, memory() - before, status)


def answered(f: Program, window: tuple[tuple[float, float], ...]) -> tuple[CriticalSet, int, int]:
    """The points, and how many boxes and levels it took."""
    s, sides = system(f), Window.of(window)
    *_, state = search(s, sides.floats, Budget(seconds=SECONDS))
    return concluded(s, sides, state), state.examined, state.level


def memory() -> float:
    """The most this process has needed so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """One row, or all in processes of their own."""
    if len(sys.argv) > 1:
        family, n, degree = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        print(json.dumps(asdict(row(family, n, degree))))
        return
    print("| family | variables | degree | points | boxes | levels | ms | MB | status |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for family, n, degree in ROWS:
        command = [sys.executable, "-m", "benchmarks.growth", family, str(n), str(degree)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        print(Row(**json.loads(run.stdout)), flush=True)


if __name__ == "__main__":
    main()
