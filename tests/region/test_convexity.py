"""Verdicts about convexity: none is wrong, most are proved, and what the table says is true in 50 digits."""

from __future__ import annotations

import random
from functools import cache

import mpmath as mp
import pytest

from core.compile import program
from core.function import Function
from core.meaning import function
from core.region.convexity import CERTIFIED, EXACT, Convexity, convexity
from core.region.witness import Chords
from core.syntax import read
from tests.oracle import exact
from tests.region.bent import KNOWN, Known

DEFINITE = [known for known in KNOWN if known.verdict != "undefined"]
NAMES = [f"{known.text} on {known.box[0]}" for known in KNOWN]


@cache
def asked(known: Known) -> tuple[Function, tuple[tuple[float, float], ...], Convexity]:
    f = function(read(known.text, known.variables))
    box = known.box * f.n if len(known.box) == 1 else known.box
    return f, box, convexity(f, box)


def gap(f: Function, p: tuple[float, ...], q: tuple[float, ...]) -> mp.mpf:
    """How far f at the middle is above the mean of its ends, in 50 digits; nan where one has no value."""
    code = program(f)
    with mp.workdps(50):
        middle = [(mp.mpf(a) + mp.mpf(b)) / 2 for a, b in zip(p, q, strict=True)]
        at, before, after = (exact(code, x)[0] for x in (middle, p, q))
        return at - (before + after) / 2


def chords(box: tuple[tuple[float, float], ...], count: int) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Chords long and short, through the inside and along faces."""
    draw = random.Random(7)
    found = []
    for _ in range(count):
        ends: list[list[float]] = [[], []]
        for low, high in box:
            grid = (high - low) / 4096
            k = (
                sorted((draw.randrange(4097), draw.randrange(4097)))
                if draw.random() < 0.9
                else [draw.choice((0, 4096))] * 2
            )
            if draw.random() < 0.3:
                k[1] = min(4096, k[0] + draw.randrange(16))
            for end, i in zip(ends, k if draw.random() < 0.5 else k[::-1], strict=True):
                end.append(min(max(low + i * grid, low), high))
        found.append((tuple(ends[0]), tuple(ends[1])))
    return found


def test_the_table_is_large_enough() -> None:
    assert len(set(KNOWN)) == len(KNOWN) >= 80
    assert {known.verdict for known in KNOWN} == {"convex", "concave", "affine", "neither", "undefined"}


@pytest.mark.parametrize("known", KNOWN, ids=NAMES)
def test_no_definite_verdict_is_wrong(known: Known) -> None:
    _, _, found = asked(known)
    if known.verdict == "undefined":
        assert found.verdict == "undecided" and "no value" in found.reason
    elif found.verdict != "undecided":
        assert found.verdict == known.verdict, (known, found)
        assert found.strict is None or known.strict is None or found.strict == known.strict
        assert found.evidence in (EXACT, CERTIFIED)


@pytest.mark.parametrize("known", [k for k in DEFINITE if k.strict], ids=lambda k: f"{k.text} on {k.box[0]}")
def test_what_is_called_strict_says_why(known: Known) -> None:
    _, _, found = asked(known)
    assert bool(found.strict) == found.lines[-1].verdict.startswith("strictly")


def test_four_fifths_are_decided_with_proof() -> None:
    decided = [known for known in DEFINITE if asked(known)[2].verdict == known.verdict]
    assert len(decided) >= 0.8 * len(DEFINITE)
    told = [known for known in decided if asked(known)[2].strict is not None]
    assert len(told) >= 0.8 * len(decided)


@pytest.mark.parametrize("known", DEFINITE, ids=[f"{k.text} on {k.box[0]}" for k in DEFINITE])
def test_the_table_is_right_in_fifty_digits(known: Known) -> None:
    """No chord of a sample speaks against it; a witness of a refutation holds in the same arithmetic."""
    f, box, found = asked(known)
    gaps = [g for p, q in chords(box, 50) if p != q and not mp.isnan(g := gap(f, p, q))]
    little = mp.mpf(10) ** -35 * (1 + max(map(abs, gaps)))
    assert len(gaps) > 20
    if known.verdict in ("convex", "affine"):
        assert max(gaps) <= little
    if known.verdict in ("concave", "affine"):
        assert min(gaps) >= -little
    for chord, sign in ((found.not_convex, 1), (found.not_concave, -1)):
        if chord is not None:
            assert sign * gap(f, chord.p, chord.q) > 0
            assert all(low <= c <= high for p in (chord.p, chord.q) for c, (low, high) in zip(p, box, strict=True))
    if found.verdict == "neither":
        assert found.not_convex is not None and found.not_concave is not None


def test_a_chord_along_a_direction_ends_in_the_box_whichever_way_it_goes() -> None:
    f = function(read("exp(-x^2 - y^2) + x^2/(2y + 16)", ("x", "y")))
    box = ((2.573, 2.576), (-3.606, -0.54))
    for d in ((0.31, 0.95), (-0.31, -0.95), (-0.31, 0.95), (0.31, -0.95)):
        for c in ((2.5734405785737628, -0.5516792106205355), (2.5759, -0.5516792106205355)):
            chord = Chords(f, program(f), box).along(c, d, 1)
            ends = (chord.p, chord.q) if chord else ()
            assert all(low <= x <= high for end in ends for x, (low, high) in zip(end, box, strict=True)), (c, d)
            assert chord or d[0] * d[1] < 0 or c[0] > 2.575


def test_a_chord_is_not_looked_for_when_the_time_is_up() -> None:
    f = function(read("|x| - x^2"))
    box = ((-1.0, 1.0),)
    assert Chords(f, program(f), box).along([0.5], [1.0], 1) is not None
    assert Chords(f, program(f), box, until=0.0).along([0.5], [1.0], 1) is None
