"""A run that was taken away walks the same points, to the last digit, in a Python that knows nothing of this project."""

import csv
import io
import math
import subprocess
import sys
from pathlib import Path

import numpy as np

from core.export.script import script
from core.export.steps import steps_csv
from core.immediate import programs, whole
from core.numeric import Objective, Residuals
from core.optimize import (
    BFGS,
    CATALOGUE,
    LBFGS,
    SR1,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Backtracking,
    DampedNewton,
    Exact,
    FletcherReeves,
    GaussNewton,
    GradientDescent,
    LevenbergMarquardt,
    Method,
    ModifiedNewton,
    Momentum,
    NelderMead,
    Nesterov,
    Newton,
    PolakRibiere,
    RMSprop,
    SaddleFreeNewton,
    TrustRegion,
    Wolfe,
    minimize,
)
from core.program import Builder, Program
from core.syntax import read
from core.vocabulary import OPERATIONS
from tests.formulas import FORMULAS

METHODS: list[Method] = [
    GradientDescent(0.01), GradientDescent(0.1, Backtracking()), Momentum(0.01, 0.8), Nesterov(0.01, 0.9),
    AdaGrad(0.3), RMSprop(0.05), Adam(0.1), AdamW(0.1), AMSGrad(0.1), Newton(), DampedNewton(),
    DampedNewton(None, 0.5), ModifiedNewton(), SaddleFreeNewton(), SaddleFreeNewton(0.1), TrustRegion(1.0),
    TrustRegion(1.0, dogleg=True), GradientDescent(0.1, Wolfe()), GradientDescent(0.1, Exact()), DampedNewton(Wolfe()),
    ModifiedNewton(Exact()), BFGS(), BFGS(Exact()), LBFGS(), LBFGS(3, Backtracking()), SR1(), FletcherReeves(),
    FletcherReeves(Exact()), PolakRibiere(), PolakRibiere(Backtracking()), NelderMead(),
]  # fmt: skip
RUNS = [
    ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", (0.7, 1.1)),
    ("x^4/4 - x^2/2 + y^2/2 + erf(x y)/9", (0.3, 1.0)),
    ("-exp(-x^2)", (0.5,)),
    ("sqrt(x + 9) ln(y + 9) + sinh(x)/4 + z^2", (0.7, 1.1, -0.4)),  # leaves its domain
]
ALL = "import runpy, sys\nfor path in sys.argv[1:]:\n    print('#', path)\n    runpy.run_path(path, run_name='__main__')\n"


def scalar(text: str) -> Program:
    return programs(read(text), {})["f"]


def ran(folder: Path, sources: list[str]) -> list[list[str]]:
    """The lines each script prints, all in one process that cannot see this project."""
    paths = []
    for k, source in enumerate(sources):
        paths.append(folder / f"run_{k}.py")
        paths[-1].write_text(source, encoding="utf-8")
    command = [sys.executable, "-I", "-W", "error", "-c", ALL, *map(str, paths)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    return [part.splitlines()[1:] for part in done.stdout.split("# ")[1:]]


def test_every_method_walks_the_same_points_to_the_last_digit(tmp_path: Path) -> None:
    sources, expected, lengths = [], [], []
    for text, start in RUNS:
        for method in METHODS:
            run = minimize(Objective.of(scalar(text)), method, start, max_steps=25)
            moves = len(run.steps) - 1
            source = script(scalar(text), method, start, moves, text)
            sources.append(source)
            expected.append(
                [" ".join([str(k), *map(repr, s.x.tolist()), repr(s.value)]) for k, s in enumerate(run.steps)]
            )
            lengths.append(moves)
    assert sum(lengths) > 15 * len(sources) / 2
    assert ran(tmp_path, sources) == expected


def test_every_operation_means_in_the_script_what_it_means_here(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    sources, expected, seen = [], [], set()
    for text, point in FORMULAS:
        f = programs(read(text, least=("x", "y")), {})["f"]
        points = [list(point), [0.0, 0.0], [1e200, -1e200], *rng.uniform(-3, 3, (6, 2)).tolist()]
        source = script(f, Newton(), point, 0, text)
        ask = "    print(repr([value(x), *gradient(x).tolist(), *hessian(x).ravel().tolist()]))\n"
        sources.append(source + f"for x in {points!r}:\n{ask}")
        objective = Objective.of(f)
        with np.errstate(all="ignore"):
            lines = [
                repr([objective.value(x), *objective.gradient(x).tolist(), *objective.hessian(x).ravel().tolist()])
                for x in points
            ]
        expected.append(lines)
        seen |= {word for word, *_ in objective.jet.code}
    assert set(OPERATIONS) - seen <= {"const", "var"}
    b = Builder(1)
    bare = script(b.program([b.div(b.constant(1.0), b.variable(0))]), GradientDescent(), [0.0], 0)  # no condition
    sources.append(bare + "print(value([2.0]))")
    expected.append(["0.5"])
    printed = ran(tmp_path, sources)
    assert [lines[1:] for lines in printed] == expected and printed[-1][0] == "0 0.0 nan"


def test_a_kink_has_the_gradient_of_one_side_where_the_run_had_it(tmp_path: Path) -> None:
    f, method = scalar("|x| + (y - 1)^2"), GradientDescent(0.5)
    run = minimize(Objective.of(f, one_sided=True), method, [0.5, 0.0], max_steps=6)
    assert any("kink" in step.note for step in run.steps)
    source = script(f, method, [0.5, 0.0], len(run.steps) - 1, one_sided=True)
    ((*lines,),) = ran(tmp_path, [source])
    assert [line.split()[1:3] for line in lines] == [[repr(v) for v in step.x.tolist()] for step in run.steps]


def test_what_was_typed_is_no_code() -> None:
    source = script(scalar("x^2"), Newton(), [1.0], 1, 'x^2\nimport os\n\'""" + x')
    assert "\nimport os" not in source and "FORMULA = " in source


def test_a_method_of_residuals_walks_the_same_points(tmp_path: Path) -> None:
    reading = read("(10(y - x^2), 1 - x, sin(x y)/9)")
    half_square, F = programs(reading, {})["norm"], whole(reading, {})
    sources, expected = [], []
    for method in (GaussNewton(), LevenbergMarquardt(1.0), LevenbergMarquardt()):
        run = minimize(Residuals(F, Objective.of(half_square)), method, [-1.2, 1.0], max_steps=25)
        sources.append(script(half_square, method, [-1.2, 1.0], len(run.steps) - 1, residuals=F))
        expected.append([" ".join([str(k), *map(repr, s.x.tolist()), repr(s.value)]) for k, s in enumerate(run.steps)])
        assert len(run.steps) > 3
    assert ran(tmp_path, sources) == expected


def test_every_method_of_the_catalogue_is_among_those_that_were_run() -> None:
    tried = {type(method) for method in METHODS} | {GaussNewton, LevenbergMarquardt}
    assert {row.make for row in CATALOGUE.values()} == tried


def test_the_table_of_all_numbers_gives_the_run_back() -> None:
    f = scalar(RUNS[0][0])
    run = minimize(Objective.of(f), TrustRegion(8.0), [0.0, 0.0])
    rows = list(csv.DictReader(io.StringIO(steps_csv(run, ["x", "y"]))))
    assert (
        len(rows) == len(run.steps)
        and sum(int(row["refused"]) for row in rows) == sum(len(s.trials) for s in run.steps) > 0
    )
    for row, after, step in zip(rows, rows[1:], run.steps, strict=False):
        assert [float(row["x"]), float(row["y"])] == step.x.tolist() and float(row["f"]) == step.value
        assert float(row["slope"]) == math.hypot(float(row["df/dx"]), float(row["df/dy"]))
        assert float(row["x"]) + float(row["move x"]) == float(after["x"])
        assert float(row["radius"]) == step.radius
