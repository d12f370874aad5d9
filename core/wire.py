"""Findings as plain data: the record that the page, the command line and a file all hold.

One answer is one JSON object; the keys are a promise to everybody who reads it. Decimals are plain
numbers, exact expressions are plain text that means the same real value.
"""

from __future__ import annotations

from typing import Any, TypedDict

from core.critical.point import CriticalPoint, CriticalSet

Record = dict[str, Any]


class Shown(TypedDict):
    """A critical point as the record holds it."""

    at: list[float]
    exact: list[str] | None
    kind: str
    nature: str | None
    reason: str
    evidence: str
    eigenvalues: list[float]
    value: float


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
        "curves": [{"equation": c.equation, "nature": c.nature} for c in found.curves],
        "singular": [{"where": s.where, "reason": s.reason} for s in found.singular],
        "undecided": [[[lo, hi] for lo, hi in box] for box in found.undecided],
    }


def point_record(p: CriticalPoint) -> Shown:
    """The record of one critical point."""
    return {
        "at": list(p.at),
        "exact": None if p.exact is None else list(p.exact),
        "kind": p.kind.value,
        "nature": p.nature,
        "reason": p.reason,
        "evidence": p.evidence.value,
        "eigenvalues": list(p.eigenvalues),
        "value": p.value,
    }


def failure(code: str, message: str, position: int = 0, suggestion: str | None = None) -> Record:
    """The record of a text that could not be answered.

    >>> failure("time", "Not done in 3 s.")["ok"]
    False
    """
    error = {"code": code, "message": message, "position": position, "suggestion": suggestion}
    return {"ok": False, "error": error}
