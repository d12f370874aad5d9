"""Runs of optimizers as a picture: a measure of every run against its work.

Rule: numbers in, figure out; the sentence of a chart says what its marks say. (The step, which moves under the hand,
is drawn in the browser: `static/step.js`.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.figures.chart import Axis, Curve, Scene, Symbol, chart
from core.optimize.trajectory import Array

LOOKS: Final[Mapping[str, tuple[str, tuple[float, ...], Symbol]]] = {
    "gradient descent": ("ink", (), "circle"),
    "descent, exact line": ("ink", (2.0, 4.0), "circle"),
    "descent, Armijo": ("ink", (7.0, 4.0), "circle"),
    "descent, Wolfe": ("ink", (9.0, 3.0, 2.0, 3.0), "circle"),
    "momentum": ("ochre", (), "diamond"),
    "Nesterov": ("ochre", (7.0, 4.0), "diamond"),
    "AdaGrad": ("violet", (7.0, 4.0), "cross"),
    "RMSprop": ("violet", (9.0, 3.0, 2.0, 3.0), "cross"),
    "Adam": ("violet", (2.0, 4.0), "cross"),
    "AMSGrad": ("violet", (2.0, 4.0), "diamond"),
    "AdamW": ("violet", (), "cross"),
    "Newton": ("second", (7.0, 4.0), "square"),
    "damped Newton": ("second", (), "square"),
    "modified Newton": ("second", (2.0, 4.0), "square"),
    "saddle-free Newton": ("second", (9.0, 3.0, 2.0, 3.0), "square"),
    "trust region": ("second", (), "circle"),
    "BFGS": ("second", (9.0, 3.0, 2.0, 3.0), "triangle"),
    "L-BFGS": ("second", (2.0, 4.0), "triangle"),
    "SR1": ("second", (7.0, 4.0), "triangle"),
    "CG, Fletcher–Reeves": ("ochre", (7.0, 4.0), "triangle"),
    "CG, Polak–Ribière+": ("ochre", (9.0, 3.0, 2.0, 3.0), "triangle"),
    "Gauss–Newton": ("second", (), "diamond"),
    "Levenberg–Marquardt": ("second", (7.0, 4.0), "diamond"),
    "Nelder–Mead": ("violet", (), "triangle"),
}
"""Of every method its token, dashes and symbol: a family shares its colour; `static/marks.js` has the same."""
MOST_BEADS: Final = 12
NOWHERE: Final = (math.nan, math.nan)
WIDE: Final = 30.0


def short(v: float) -> str:
    """Four significant digits, with a true minus.

    >>> short(-15.6), short(0.20634), short(126.0), short(1.5e-7)
    ('−15.6', '0.2063', '126', '1.5e−07')
    """
    return f"{v + 0.0:.4g}".replace("-", "−")


@dataclass(frozen=True)
class Run:
    """One curve of the race: the method, its work and its measure after every step, the step that is shown."""

    method: str
    work: tuple[float, ...]
    measure: tuple[float, ...]


def convergence(runs: Sequence[Run], measure: str, work: str, wide: bool = False) -> Scene:
    """A measure of every run against its work, the measure on a logarithmic scale; the work too where it may and must.

    It may with `wide`, and must where one run's work is so many times another's that the shorter would not be seen.

    >>> run = Run("Newton", (1.0, 2.0), (10.0, 0.1))
    >>> convergence([run], "f − f*", "steps")["alt"]
    'f − f* against steps: Newton from 10 to 0.1 in 2.'
    """
    spent = [run.work[-1] for run in runs if run.work[-1] > 0]
    log_work = wide and len(spent) > 1 and max(spent) > WIDE * min(spent)
    curves = [_curve(run, log_work) for run in runs]
    ends = [_says(run) for run in runs]
    seen = [v for run in runs for v in run.measure if math.isfinite(v) and v > 0]
    side = (min(seen), max(seen)) if seen else (0.1, 1.0)
    room = (side[1] / side[0]) ** 0.06 if side[1] > side[0] else 3.0
    return chart(
        *curves,
        x=Axis(words=work, log=log_work),
        y=Axis(words=measure, side=(side[0] / room, side[1] * room), log=True),
        alt=f"{measure} against {work}: {', '.join(ends)}.",
        height=290,
    )


def _says(run: Run) -> str:
    seen = [v for v in run.measure if math.isfinite(v)]
    return f"{run.method} from {short(seen[0])} to {short(seen[-1])} in {short(run.work[-1])}" if seen else run.method


def _curve(run: Run, log_work: bool) -> Curve:
    token, dash, symbol = LOOKS[run.method]
    shown = [v > 0 and (w > 0 or not log_work) for w, v in zip(run.work, run.measure, strict=True)]
    pairs = zip(run.work, run.measure, shown, strict=True)
    points = tuple((w, v) if seen else NOWHERE for w, v, seen in pairs)  # the k-th point is that of step k
    return Curve(points, run.method, token, 2.0, dash, symbol, every=max(1, math.ceil(len(points) / MOST_BEADS)))


def gaps(values: Array, lowest: float) -> tuple[float, ...]:
    """How high above `lowest`; what is only rounding counts as nothing.

    >>> gaps(np.array([5.0, 1.0 + 1e-17, 1.0]), 1.0)
    (4.0, 0.0, 0.0)
    """
    floor = 4 * np.finfo(float).eps * max(abs(lowest), 1e-300)
    above = values - lowest
    return tuple(float(v) for v in np.where(above > floor, above, 0.0))
