"""What a learner takes away of a run: every step in a table, all numbers to copy or as a file, the loop as a script."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import streamlit as st

from core.export.script import script
from core.export.steps import steps_csv
from core.immediate import whole
from core.optimize import GaussNewton, LevenbergMarquardt, Method, Step, Trajectory
from core.optimize.ending import ARRIVED
from core.program import Program
from core.syntax import read
from core.ui import present
from core.ui.compute import Answered
from core.ui.present import decimal, vector

ROWS: Final = 14  # of the table
HEAD: Final = ("step", "point", "$f$", "slope $\\lVert\\nabla f\\rVert$", "length of the step", "what happened")


def steps(f: Program, method: Method, run: Trajectory, answered: Answered) -> None:
    """Draw the steps of a run as a table, the first of them where there are many, and what can be taken away."""
    present.table(HEAD, [row(run, k) for k in range(min(ROWS, len(run.steps)))], "steps")
    if len(run.steps) > ROWS:
        present.note(f"The first {ROWS} of {len(run.steps)} rows; all of them are below.", "rows")
    files(f, method, run, answered)


def row(run: Trajectory, k: int) -> tuple[str, ...]:
    """A step in words and short numbers."""
    step, last = run.steps[k], k == len(run.steps) - 1
    length = "" if last else _rough(math.dist(step.x, run.steps[k + 1].x))
    place = vector([float(f"{v:.4g}") for v in step.x])
    return str(k), place, _rough(step.value), _rough(math.hypot(*step.gradient)), length, _happened(run, k, last)


def _rough(v: float) -> str:
    return decimal(float(f"{v:.4g}")) if math.isfinite(v) else "–"


def _happened(run: Trajectory, k: int, last: bool) -> str:
    step: Step = run.steps[k]
    if last:
        return run.outcome.value if run.outcome in ARRIVED else f"{step.note} {run.outcome.value}".strip()
    after = run.steps[k + 1].value
    change = "f fell." if after < step.value else "f **rose**." if after > step.value else "f stayed."
    refused = f"{len(step.trials)} refused." if step.trials else ""
    return " ".join(filter(None, (change, refused, step.note)))


def files(f: Program, method: Method, run: Trajectory, answered: Answered) -> None:
    """Draw the buttons for the numbers and the script of a run; a file is made when it is asked for."""
    names, name = answered.names, "_".join(method.name.lower().split())
    with st.container(key="takeaway", horizontal=True, vertical_alignment="top", gap="small"):
        st.download_button(
            "All numbers (CSV)",
            partial(steps_csv, run, names),
            f"{name}.csv",
            "text/csv",
            key="steps_csv",
            on_click="ignore",
            icon=":material/download:",
            help="Every step to the last digit.",
        )
        st.download_button(
            "Python script",
            partial(_script, f, method, run, answered),
            f"{name}.py",
            "text/x-python",
            key="steps_script",
            on_click="ignore",
            icon=":material/code:",
            help="f, its derivatives and the method as plain code: it walks this very path, to the last digit.",
        )
    with st.expander("All numbers, to copy", key="numbers_to_copy", on_change="rerun") as all_numbers:
        if all_numbers.open:
            st.code(steps_csv(run, names), language=None, height=320)


def _script(f: Program, method: Method, run: Trajectory, answered: Answered) -> str:
    problem, residuals = answered.problem, None
    if isinstance(method, GaussNewton | LevenbergMarquardt):
        residuals = whole(read(problem.text, problem.variables), dict(problem.parameters))
    return script(f, method, run.steps[0].x.tolist(), len(run.steps) - 1, problem.text, residuals=residuals)
