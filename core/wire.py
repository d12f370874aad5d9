"""Findings as plain data: the record that the page, the command line and a file all hold.

One answer is one JSON object; the keys are a promise to everybody who reads it. Decimals are plain
numbers, exact expressions are plain text that means the same real value.
"""

from __future__ import annotations

import base64
import math
import zlib
from typing import Any, TypedDict

import numpy as np

from core.atlas import Curvature, Destinations
from core.critical.point import CriticalPoint, CriticalSet, Curve
from core.optimize.ending import ARRIVED, Ending
from core.optimize.second_order import SINGULAR
from core.optimize.sweep import Sweep
from core.optimize.trajectory import Outcome, Trajectory

Record = dict[str, Any]


class Shown(TypedDict):
    """A critical point as the record holds it."""

    at: list[float]
    exact: list[str] | None
    kind: str
    nature: str | None
    reason: str
    because: str
    walk: Record | None
    evidence: str
    eigenvalues: list[float]
    eigenvectors: list[list[float]]
    exact_eigenvalues: list[str] | None
    value: float
    exact_value: str | None


def critical_record(found: CriticalSet) -> Record:
    """The record of a critical set; "complete" only when nothing is left undecided.

    >>> from core.critical.point import CriticalSet
    >>> critical_record(CriticalSet.not_attempted("Critical points belong to scalar functions."))["status"]
    'not attempted'
    """
    return {
        "status": found.status,
        "sentence": found.sentence,
        "points": [point_record(p) for p in found.points],
        "curves": [curve_record(c) for c in found.curves],
        "singular": [{"where": s.where, "reason": s.reason} for s in found.singular],
        "undecided": [[[lo, hi] for lo, hi in box] for box in found.undecided],
    }


def point_record(p: CriticalPoint) -> Shown:
    """The record of one critical point."""
    walk = None if p.walk is None else {"radius": p.walk.radius, "changes": p.walk.changes}
    return {
        "at": list(p.at),
        "exact": None if p.exact is None else list(p.exact),
        "kind": p.kind.value,
        "nature": p.nature,
        "reason": p.reason,
        "because": p.because,
        "walk": walk,
        "evidence": p.evidence.value,
        "eigenvalues": list(p.eigenvalues),
        "eigenvectors": [list(v) for v in p.eigenvectors],
        "exact_eigenvalues": None if p.exact_eigenvalues is None else list(p.exact_eigenvalues),
        "value": p.value,
        "exact_value": p.exact_value,
    }


def curve_record(c: Curve) -> Record:
    """The record of a set of critical points; `programs` draw the left sides of its equations."""
    return {
        "equation": c.equation,
        "equations": list(c.equations),
        "words": c.words,
        "nature": c.nature,
        "because": c.because,
        "programs": [program.to_wire() for program in c.programs],
    }


OUTCOMES = {
    Outcome.VANISHED: "converged",
    Outcome.AT_REST: "converged",
    Outcome.OUT_OF_STEPS: "out of steps",
    Outcome.CYCLE: "cycle",
    Outcome.DIVERGED: "diverged",
    Outcome.NOT_FINITE: "overflow",
    Outcome.LEFT_DOMAIN: "left the domain",
    Outcome.LEFT_REGION: "left the domain",
    Outcome.NO_GRADIENT: "stalled",
    Outcome.TOO_SMALL: "stalled",
    Outcome.STUCK: "stalled",
}
"""How a run ended, in the words of the promise."""


def run_record(run: Trajectory, end: Ending, cost: dict[str, int], first: int = 10) -> Record:
    """The record of one run: its first points, its end, why it stopped, what it came to and what it cost.

    >>> from core.optimize import Newton, Quadratic, minimize
    >>> run = minimize(Quadratic([[1, 0], [0, 10]]), Newton(), [10, 1])
    >>> record = run_record(run, Ending("minimum", True), {})
    >>> record["iterates"], record["outcome"], record["sentence"]
    ([[10.0, 1.0], [0.0, 0.0]], 'converged', 'After 1 step: the gradient vanished, at a minimum (proved).')
    """
    last = run.steps[-1]
    singular = run.outcome is Outcome.STUCK and last.note == SINGULAR
    return {
        "iterates": [step.x.tolist() for step in run.steps[: first + 1]],
        "end": last.x.tolist(),
        "value": last.value if math.isfinite(last.value) else None,
        "steps": len(run.steps) - 1,
        "outcome": "singular Hessian" if singular else OUTCOMES[run.outcome],
        "sentence": _how_it_ended(run, end),
        "kind": end.kind,
        "evidence": "certified" if end.proved else "numerical",
        "cost": cost,
    }


def sweep_record(name: str, found: Sweep) -> Record:
    """The record of a sweep, under the name of its method; all lists have an entry for each rate."""
    return {
        "method": name,
        "rates": found.rates.tolist(),
        "outcomes": [OUTCOMES[outcome] for outcome in found.outcomes],
        "kinds": list(found.kinds),
        "moves": found.moves.tolist(),
        "best": found.best,
    }


def _how_it_ended(run: Trajectory, end: Ending) -> str:
    if run.outcome not in ARRIVED:
        return run.sentence
    if end.kind == "inconclusive":
        return f"{run.sentence} What kind of point this is, the Hessian there does not say."
    return f"{run.sentence[:-1]}, at a {end.kind} ({'proved' if end.proved else 'by floats, not proved'})."


def atlas_record(found: Destinations, bends: Curvature) -> Record:
    """The record of a map of destinations: its ends with their shares, and its pixels.

    `cells`, packed by zlib and base64: a byte for each pixel, row by row from below, which is the number of its end, or
    255 less the number of the `Outcome` of a run that came to no point; then as many bytes for the moves, from 0 to 255
    as the logarithm of 1 + moves grows to that of 1 + `steps`. `bends` are the parts of the window where H is positive
    definite, indefinite, negative definite; `outside` is the part where f has no value to start from, which is in
    the class "left the domain" too, with no moves.
    """
    rows, columns = found.place.shape
    cells = np.where(found.place < 0, 256 + found.place, found.place).astype(np.uint8)
    moves = np.rint(255 * np.log1p(found.moves) / math.log1p(max(1, found.max_steps))).astype(np.uint8)
    packed = zlib.compress(cells.tobytes() + moves.tobytes(), 6)
    return {
        "rows": rows,
        "columns": columns,
        "stride": found.stride,
        "steps": found.max_steps,
        "cells": base64.b64encode(packed).decode(),
        "ends": [
            {
                "at": None if end.at is None else list(end.at),
                "kind": end.kind,
                "value": end.value if math.isfinite(end.value) else None,
                "evidence": "certified" if end.proved else "numerical",
                "share": share,
            }
            for end, share in zip(found.ends, found.by_end, strict=True)
        ],
        "classes": [[255 - list(Outcome).index(o), OUTCOMES[o], share] for o, share in found.by_outcome.items()],
        "outside": found.outside,
        "bends": [bends.share(sign) for sign in (2, 1, 0)],
    }


def failure(code: str, message: str, position: int = 0, suggestion: str | None = None) -> Record:
    """The record of a text that could not be answered.

    >>> failure("time", "Not done in 3 s.")["ok"]
    False
    """
    error = {"code": code, "message": message, "position": position, "suggestion": suggestion}
    return {"ok": False, "error": error}
