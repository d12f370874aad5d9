"""Textbook and exam problems: what a student works out with pen and paper, the app must say, or not claim to know.

`data/textbook.json` was made without any code of this project. Its places are found twice: by hand (checked by SymPy
where they have names, by a Gröbner basis where the gradient is polynomial), and by Newton from a dense grid of starts in
50-digit arithmetic. An entry that `must` be complete has to be finished; one that must be honest may stay undecided.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy

from core.compile import program
from core.jobs import critical
from core.meaning import function
from core.numeric import arrays
from core.problem import Problem
from core.syntax import read

ENTRIES = json.loads((Path(__file__).parent / "data" / "textbook.json").read_text(encoding="utf-8"))
ENTRY = {entry["id"]: entry for entry in ENTRIES}
SECONDS = 30.0  # of the whole, so that a busy machine changes nothing
DIGITS = 40
WHOLE = ("critical", "region")  # sets all of whose points are critical
each = pytest.mark.parametrize("name", ENTRY)

Entry = dict[str, Any]
Place = tuple[Any, ...]


def smooth(entry: Entry) -> bool:
    """Nothing but isolated points at which the Hessian decides."""
    return not entry["sets"] and all(p["kind"] != "inconclusive" for p in entry["points"])


@cache
def answer(name: str) -> Entry:
    entry = ENTRY[name]
    problem = Problem(entry["f"], tuple(entry["variables"]), box=tuple(map(tuple, entry["box"])))
    return dict(critical({"problem": problem.to_wire(), "seconds": SECONDS})["critical"])


# An independent reading: SymPy's own, of the text that the file holds beside the one that is typed.


class Truth:
    """f of an entry, its gradient and its Hessian, by SymPy's parser and derivatives."""

    def __init__(self, entry: Entry) -> None:
        self.names = {name: sympy.Symbol(name, real=True) for name in entry["variables"]}
        self.symbols = list(self.names.values())
        self.f = self.read(entry["plain"])
        self.g = [_without_deltas(sympy.diff(self.f, x)) for x in self.symbols]

    def read(self, text: str) -> sympy.Expr:
        return sympy.sympify(text, locals=self.names, rational=True)

    def floats(self, *expressions: sympy.Expr) -> Callable[..., Any]:
        return sympy.lambdify(self.symbols, expressions, ["numpy", "scipy"])  # type: ignore[no-any-return]

    def gradient(self, place: Place) -> list[Any]:
        with mp.workdps(DIGITS):
            return [mp.mpmathify(g) for g in sympy.lambdify(self.symbols, self.g, "mpmath")(*place)]

    def eigenvalues(self, place: Place) -> list[Any]:
        H = sympy.Matrix([[_without_deltas(sympy.diff(g, x)) for x in self.symbols] for g in self.g])
        with mp.workdps(DIGITS):
            return list(mp.eigsy(sympy.lambdify(self.symbols, H, "mpmath")(*place), eigvals_only=True))


def _without_deltas(e: sympy.Expr) -> sympy.Expr:
    return e.replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))


@cache
def truth(name: str) -> Truth:
    return Truth(ENTRY[name])


def precise(texts: list[str]) -> Place:
    """The numbers that SymPy reads in some texts, to 40 digits."""
    with mp.workdps(DIGITS):
        return tuple(mp.mpf(str(sympy.N(sympy.sympify(text, rational=True), DIGITS))) for text in texts)


def place(point: Entry) -> Place:
    return precise(point["exact"] or point["at"])


def size(entry: Entry) -> float:
    return float(max(high - low for low, high in entry["box"]))


def near(entry: Entry, at: list[float]) -> Entry | None:
    """The true point at a place, if there is one."""
    room = 1e-9 * (1 + size(entry) + max(abs(x) for x in at))
    close = [p for p in entry["points"] if max(abs(a - float(b)) for a, b in zip(at, p["at"], strict=True)) < room]
    return close[0] if close else None


def lies_on(entry: Entry, expressions: list[str], at: list[float], room: float = 1e-6) -> bool:
    """Do the expressions vanish at a place?"""
    reader = truth(entry["id"])
    values = reader.floats(*(reader.read(e) for e in expressions))(*at)
    return bool(np.max(np.abs(np.asarray(values, float))) < room * (1 + size(entry)))


def on_a_set(entry: Entry, at: list[float]) -> bool:
    return any(lies_on(entry, s["equations"], at) for s in entry["sets"] if s["kind"] in WHOLE)


# The file stands on its own.


def test_the_file_has_problems_of_every_sort() -> None:
    assert len(ENTRIES) == len(ENTRY) >= 140
    for n, least in ((1, 40), (2, 80), (3, 25), (4, 4)):
        assert sum(len(e["variables"]) == n for e in ENTRIES) >= least
    kinds = [(p["kind"], p["nature"]) for e in ENTRIES for p in e["points"]]
    assert {("inconclusive", nature) for nature in ("minimum", "maximum", "saddle")} <= set(kinds)
    assert sum(not e["points"] for e in ENTRIES) >= 30
    assert all(len(e["checked_by"]) >= 2 and e["must"] in ("complete", "honest") for e in ENTRIES)
    assert all(e["must"] == "complete" for e in ENTRIES if smooth(e))


@each
def test_every_place_of_the_file_is_critical_of_that_kind_to_40_digits(name: str) -> None:
    entry, f = ENTRY[name], truth(name)
    for point in entry["points"]:
        z = place(point)
        assert all(abs(a - mp.mpf(b)) <= mp.mpf("1e-14") * abs(a) for a, b in zip(z, point["at"], strict=True))
        small = mp.mpf("1e-30") if point["exact"] else mp.mpf("1e-10")
        assert all(abs(g) < small * (1 + abs(max(z, key=abs))) ** 4 for g in f.gradient(z))
        if point["kind"] != "inconclusive":
            signs = {int(mp.sign(v)) for v in f.eigenvalues(z) if abs(v) > 1e-25}
            assert signs == {"minimum": {1}, "maximum": {-1}, "saddle": {1, -1}}[point["kind"]]
        elif entry["must"] == "complete":
            assert min(abs(v) for v in f.eigenvalues(z)) < 1e-25


@each
def test_what_is_typed_and_what_is_held_beside_it_are_one_function(name: str) -> None:
    entry, draw = ENTRY[name], np.random.default_rng(3)
    low, high = np.array(entry["box"]).T[..., None]
    x = low + (high - low) * draw.random((len(low), 40))
    typed = arrays(program(function(read(entry["f"], tuple(entry["variables"])))), x)[0]
    with np.errstate(all="ignore"):
        held = np.broadcast_to(np.asarray(truth(name).floats(truth(name).f)(*x)[0], float), typed.shape)
    both = np.isfinite(typed) & np.isfinite(held)
    assert both.sum() >= 4 and np.allclose(typed[both], held[both], rtol=1e-9, atol=1e-12)
    assert np.array_equal(np.isfinite(typed), np.isfinite(held))


# What is said is true.


@each
def test_no_definite_kind_and_no_nature_is_wrong(name: str) -> None:
    """On a curve of critical points no Hessian is definite; a saddle it may be, in three variables."""
    entry = ENTRY[name]
    for said in answer(name)["points"]:
        true = near(entry, said["at"])
        if true is None:
            assert on_a_set(entry, said["at"]), f"no critical point at {said['at']}"
            assert said["kind"] in ("inconclusive", "saddle")
        elif said["kind"] != "inconclusive":
            assert said["kind"] == true["kind"]
        elif said["nature"] not in (None, "undetermined"):
            assert said["nature"] == (true["nature"] or true["kind"])


@each
def test_complete_means_every_point_and_every_curve(name: str) -> None:
    entry, said = ENTRY[name], answer(name)
    if said["status"] != "complete":
        return
    alone = [near(entry, p["at"]) for p in said["points"] if not on_a_set(entry, p["at"])]
    assert sorted(p["at"] for p in alone if p) == sorted(p["at"] for p in entry["points"]) and None not in alone
    for s in entry["sets"]:
        for at in s["samples"]:
            assert any(lies_on(entry, c["equations"], at) for c in said["curves"]), (s["equations"], at)


@each
def test_an_undecided_answer_leaves_no_point_out(name: str) -> None:
    """When the search came to its end, what is not listed lies in a box that is."""
    entry, said = ENTRY[name], answer(name)
    if said["status"] == "complete" or "stopped" in said["sentence"]:
        return
    found = [near(entry, p["at"]) for p in said["points"]]
    for p in entry["points"]:
        at = [float(x) for x in p["at"]]
        assert p in found or any(_inside(b, at) for b in said["undecided"]), at
    for s in entry["sets"]:
        for at in s["samples"]:
            assert any(_inside(b, at) for b in said["undecided"]) or any(
                lies_on(entry, c["equations"], at) for c in said["curves"]
            )


def _inside(undecided: list[list[float]], at: list[float]) -> bool:
    return all(low - 1e-9 <= x <= high + 1e-9 for (low, high), x in zip(undecided, at, strict=True))


@each
def test_what_must_be_finished_is_finished(name: str) -> None:
    entry, said = ENTRY[name], answer(name)
    if entry["must"] == "honest":
        return
    assert said["status"] == "complete", said["sentence"]
    for p in said["points"]:
        true = near(entry, p["at"])
        if true is not None:
            assert p["kind"] == true["kind"] and p["nature"] == true["nature"]
    if any(s["kind"] in ("kink", "pole", "edge") for s in entry["sets"]):
        assert said["singular"], "kinks, poles and edges of the domain are named"


@each
def test_exact_names_mean_the_true_place(name: str) -> None:
    entry, f = ENTRY[name], truth(name)
    for p in answer(name)["points"]:
        if p["exact"] is None:
            continue
        z, true = precise(p["exact"]), near(entry, p["at"])
        if true is not None and true["exact"]:
            assert all(abs(a - b) < mp.mpf("1e-35") * (1 + abs(b)) for a, b in zip(z, place(true), strict=True))
        assert all(abs(a - b) <= 1e-13 * (1 + abs(b)) for a, b in zip(z, p["at"], strict=True))
        if not f.f.has(sympy.Piecewise, sympy.Abs, sympy.Max, sympy.Min):
            assert all(abs(g) < mp.mpf("1e-30") * (1 + abs(max(z, key=abs))) ** 4 for g in f.gradient(z))


@each
def test_exact_values_and_eigenvalues_are_those_at_the_point(name: str) -> None:
    f = truth(name)
    for p in answer(name)["points"]:
        if p["exact"] is None:
            continue
        z = precise(p["exact"])
        if p["exact_value"] is not None:
            with mp.workdps(DIGITS):
                value = mp.mpf(sympy.lambdify(f.symbols, f.f, "mpmath")(*z))
            assert abs(precise([p["exact_value"]])[0] - value) < mp.mpf("1e-30") * (1 + abs(value))
        if p["exact_eigenvalues"] is not None:
            said, true = sorted(precise(p["exact_eigenvalues"])), sorted(f.eigenvalues(z))
            assert all(abs(a - b) < mp.mpf("1e-25") * (1 + abs(b)) for a, b in zip(said, true, strict=True))


@each
def test_every_point_of_a_curve_is_critical_and_of_that_nature(name: str) -> None:
    """Not only the true curves are among those reported: those reported hold nothing else."""
    entry, f = ENTRY[name], truth(name)
    for curve in answer(name)["curves"]:
        equations = [f.read(e) for e in curve["equations"]]
        places = on_zeros(f, equations, entry["box"])
        for z in places:
            assert max(abs(g) for g in f.floats(*f.g)(*z)) < 1e-6 * (1 + size(entry)) ** 3
        if curve["nature"] in NATURES:
            assert {behaviour(f, z, size(entry)) for z in places[:12]} <= {NATURES[curve["nature"]]}
        elif curve["nature"] == "weak minimum or weak maximum, by place":
            assert len({behaviour(f, z, size(entry)) for z in places}) > 1
        else:
            assert curve["nature"] in ("undetermined", "weak minimum and weak maximum")


def on_zeros(f: Truth, equations: list[sympy.Expr], box: list[list[float]]) -> list[Any]:
    """Points of a window where all equations hold: Gauss and Newton from random places."""
    draw, (low, high) = np.random.default_rng(1), np.array(box).T
    F = f.floats(*equations)
    J = f.floats(*(sympy.diff(e, x) for e in equations for x in f.symbols))
    found = []
    for _ in range(60):
        z = low + (high - low) * draw.random(len(low))
        with np.errstate(all="ignore"):
            for _ in range(40):
                step = np.linalg.pinv(np.nan_to_num(np.reshape(J(*z), (len(equations), -1)))) @ np.array(F(*z), float)
                z = z - np.nan_to_num(step)
            residual = np.max(np.abs(np.array(F(*z), float)))
        if residual < 1e-12 * (1 + size_of(z)) ** 3 and (low <= z).all() and (z <= high).all():
            found.append(z)
    return found


def size_of(z: Any) -> float:
    return float(np.max(np.abs(z)))


NATURES = {"weak minimum": (False, True), "weak maximum": (True, False), "no extremum": (True, True)}


def behaviour(f: Truth, z: Any, width: float) -> tuple[bool, bool]:
    """Does f take smaller, and does it take larger values on a small circle or sphere round a point?"""
    draw, value = np.random.default_rng(2), f.floats(f.f)
    directions = draw.standard_normal((4000, len(z)))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    here = float(value(*z)[0])
    with np.errstate(all="ignore"):
        around = z[:, None] + 1e-3 * width * directions.T
        change = np.broadcast_to(np.asarray(value(*around)[0], float), 4000) - here
    slack = 1e-13 * (1 + abs(here))
    return bool((change < -slack).any()), bool((change > slack).any())
