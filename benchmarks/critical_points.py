"""The proved search against `sympy.solve` and a multistart, in one run.

    python -m benchmarks.critical_points [seconds for each solve, default 15]

For every smooth entry of the ground truth with at most two variables: the whole job (read, derive, search, label)
against `sympy.solve` on the gradient in a process killed at its limit, and SciPy's `fsolve` from a 20 × 20 grid.
Printed: points found of points there are, and time ratios peer / ours; above 1 we are faster.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.optimize import fsolve

from core import compile, numeric
from core.jobs import critical
from core.meaning import function
from core.problem import Problem
from core.program import jet
from core.syntax import read

ROOT = Path(__file__).parents[1]

SOLVE = """
import json, sys, sympy
from time import perf_counter
text, names, box = json.loads(sys.argv[1])
symbols = [sympy.Symbol(n) for n in names]
f = sympy.sympify(text.replace("^", "**").replace("abs", "Abs"), locals={n: s for n, s in zip(names, symbols)})
f.diff(symbols[0])
start = perf_counter()
found = sympy.solve([f.diff(s) for s in symbols], symbols, dict=True)
places = set()
for s in found:
    try:
        p = [complex(s.get(v, v).evalf()) for v in symbols]
    except TypeError:
        continue
    if all(abs(c.imag) < 1e-9 and lo <= c.real <= hi for c, (lo, hi) in zip(p, box)):
        places.add(tuple(round(c.real, 6) for c in p))
print(json.dumps([len(places), perf_counter() - start]))
"""


def by_solve(entry: dict, limit: float) -> tuple[int | None, float | None]:
    question = json.dumps([entry["expression"], entry["variables"], entry["box"]])
    try:
        run = subprocess.run(
            [sys.executable, "-c", SOLVE, question], capture_output=True, timeout=limit + 2, check=True
        )
        count, seconds = json.loads(run.stdout)
        return count, seconds
    except (subprocess.SubprocessError, ValueError):
        return None, None


def by_multistart(entry: dict) -> tuple[int, float]:
    start = perf_counter()
    program = jet(compile.program(function(read(entry["expression"], tuple(entry["variables"])))))
    n = len(entry["variables"])
    found: set[tuple[float, ...]] = set()
    grids = np.meshgrid(*(np.linspace(lo, hi, 20 if n == 2 else 400) for lo, hi in entry["box"]))
    for x0 in np.stack([g.ravel() for g in grids], 1):
        x, _, ok, _ = fsolve(
            lambda x: numeric.floats(program, x)[1 : n + 1],
            x0,
            fprime=lambda x: np.reshape(numeric.floats(program, x)[n + 1 :], (n, n)),
            full_output=True,
        )
        if ok == 1 and all(lo <= c <= hi for c, (lo, hi) in zip(x, entry["box"], strict=True)):
            found.add(tuple(np.round(x, 5) + 0.0))
    return len(found), perf_counter() - start


def ours(entry: dict) -> tuple[int, str, float]:
    problem = Problem(entry["expression"], tuple(entry["variables"]), box=tuple(map(tuple, entry["box"])))
    times = []
    for _ in range(3):
        start = perf_counter()
        record = critical({"problem": problem.to_wire()})["critical"]
        times.append(perf_counter() - start)
    return len(record["points"]), record["status"], statistics.median(times)


def main() -> None:
    import warnings

    warnings.simplefilter("ignore")
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    entries = json.loads((ROOT / "tests/data/critical_points_truth.json").read_text())
    solve_ratios, start_ratios = [], []
    for entry in entries:
        labels = {p["label"] for p in entry["points"]}
        if len(entry["variables"]) > 2 or entry["critical_sets"] or "inconclusive" in labels or not entry["complete"]:
            continue
        count, status, seconds = ours(entry)
        solved, solve_seconds = by_solve(entry, limit)
        started, start_seconds = by_multistart(entry)
        if solve_seconds is not None:
            solve_ratios.append(solve_seconds / seconds)
        start_ratios.append(start_seconds / seconds)
        print(
            f"{entry['id']:<18} {len(entry['points']):>4} points: ours {count} {status} {1000 * seconds:7.1f} ms | "
            f"solve {solved} x{solve_ratios[-1] if solve_seconds else float('nan'):.1f} | "
            f"multistart {started} x{start_ratios[-1]:.1f}"
        )
    print(f"median time ratio sympy.solve / ours (where it ended): {statistics.median(solve_ratios):.1f}")
    print(f"median time ratio multistart / ours: {statistics.median(start_ratios):.1f}")


if __name__ == "__main__":
    main()
