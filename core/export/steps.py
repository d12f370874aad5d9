"""Every step of a run with all its numbers, as a table that other programs read.

A row a step, numbers to the last digit; what a method has not is empty. The last row has the move that was not made.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.optimize import Array, Trajectory


def steps_csv(run: Trajectory, names: Sequence[str]) -> str:
    r"""The steps as comma separated values, with a head.

    >>> from core.optimize import Newton, Quadratic, minimize
    >>> print(steps_csv(minimize(Quadratic([[2]]), Newton(), [3]), ["x"]))
    step,x,f,df/dx,slope,move x,step size,refused,radius,note
    0,3.0,9.0,6.0,6.0,-3.0,1.0,0,,
    1,0.0,0.0,0.0,0.0,0.0,1.0,0,,The gradient vanished.
    <BLANKLINE>
    """
    head = ["step", *names, "f", *(f"df/d{name}" for name in names), "slope", *(f"move {name}" for name in names)]
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow([*head, "step size", "refused", "radius", "note"])
    for k, step in enumerate(run.steps):
        with np.errstate(all="ignore"):
            move = step.step_size * step.direction
        last = k == len(run.steps) - 1
        note = f"{step.note} {run.outcome.value}".strip() if last else step.note
        slope = math.hypot(*step.gradient)
        numbers = _said([*step.x, step.value, *step.gradient, slope, *move, step.step_size])
        rows.writerow([k, *numbers, len(step.trials), *_said([step.radius]), note])
    return written.getvalue()


def _said(numbers: Sequence[Any] | Array) -> list[str]:
    return ["" if v is None or math.isnan(v) else repr(float(v) + 0.0) for v in numbers]  # no -0.0
