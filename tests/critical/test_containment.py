"""The bounds that every proof rests on hold every value: some 1,000,000 of them, told by balls of 200 bits.

The oracle reads the same programs with Arb (python-flint): another representation (midpoint and radius), other
algorithms for every function, no code shared with `core`. A ball that does not decide says nothing and is not counted.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from core import interval
from core.branching import Boxes
from core.compile import program as compiled
from core.critical.certified import System, inflated, krawczyk, system
from core.enclosure import enclose
from core.meaning import function
from core.numeric import arrays
from core.program import Program, jacobian
from core.syntax import read
from tests.critical.programs import TRUTH, box, places, plain
from tests.oracle import random_program

BITS = 200
VAGUE = arb.nan()


# The oracle: a ball, or None where there is certainly no value; a ball of nan where nobody knows.

Value = Any


def _only(defined: bool, refused: bool, value: Any) -> Value:
    """The value where it is defined for certain, None where it is certainly not."""
    return value() if defined else None if refused else VAGUE


def _within_one(a: arb, value: Any) -> Value:
    return _only(bool(abs(a) <= 1), bool(abs(a) > 1), value)


def _div(a: arb, b: arb) -> Value:
    return _only(bool(b != 0), b.is_zero(), lambda: a / b)


def _powi(a: arb, k: int) -> Value:
    return arb(1) if k == 0 else _only(k > 0 or bool(a != 0), a.is_zero(), lambda: a**k)


def _pow(a: arb, b: arb) -> Value:
    if a.is_zero():
        return _only(bool(b > 0), bool(b <= 0), lambda: arb(0))
    return _only(bool(a > 0), bool(a < 0), lambda: (b * a.log()).exp())


def _cbrt(a: arb) -> Value:
    return a if a.is_zero() else a.root(3) if a > 0 else -((-a).root(3)) if a < 0 else VAGUE


def _tan(a: arb) -> Value:
    return a.tan() if a.cos() != 0 else VAGUE


def _atan2(a: arb, b: arb) -> Value:
    if a.is_zero() and b.is_zero():
        return None
    return arb.atan2(a, b) if b > 0 or a != 0 or (a.is_zero() and b < 0) else VAGUE


def _truth(yes: bool, no: bool) -> arb:
    return arb(1) if yes else arb(0) if no else VAGUE


MEANINGS: dict[str, Any] = {
    "neg": lambda a: -a,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": _div,
    "powi": _powi,
    "pow": _pow,
    "sqrt": lambda a: _only(bool(a >= 0), bool(a < 0), a.sqrt),
    "cbrt": _cbrt,
    "exp": lambda a: a.exp(),
    "log": lambda a: _only(bool(a > 0), bool(a <= 0), a.log),
    "sin": lambda a: a.sin(),
    "cos": lambda a: a.cos(),
    "tan": _tan,
    "asin": lambda a: _within_one(a, a.asin),
    "acos": lambda a: _within_one(a, a.acos),
    "atan": lambda a: a.atan(),
    "sinh": lambda a: a.sinh(),
    "cosh": lambda a: a.cosh(),
    "tanh": lambda a: a.tanh(),
    "asinh": lambda a: a.asinh(),
    "acosh": lambda a: _only(bool(a >= 1), bool(a < 1), a.acosh),
    "atanh": lambda a: _only(bool(abs(a) < 1), bool(abs(a) >= 1), a.atanh),
    "erf": lambda a: a.erf(),
    "atan2": _atan2,
    "abs": abs,
    "sign": lambda a: arb(0) if a.is_zero() else a.sgn() if a != 0 else VAGUE,
    "min": arb.min,
    "max": arb.max,
    "lt": lambda a, b: _truth(bool(a < b), bool(a >= b)),
    "le": lambda a, b: _truth(bool(a <= b), bool(a > b)),
    "eq": lambda a, b: _truth(bool(a == b), bool(a != b)),
}


def _select(c: Value, a: Value, b: Value) -> Value:
    return None if c is None else a if c != 0 else b if c.is_zero() else VAGUE


def _applied(word: str, operands: list[Value]) -> Value:
    if word == "select":
        return _select(*operands)
    return None if None in operands else MEANINGS[word](*operands)


def balls(program: Program, x: list[Any], nudge: float = 0.0) -> list[Value]:
    """All outputs at one point; a rounded constant is moved by `nudge` half units in its last place."""
    slots: list[Value] = []
    for word, *rest in program.code:
        if word == "const":
            c = program.constants[rest[0]]
            slots.append(arb(c.value) if c.exact else arb(c.value) * (1 + arb(nudge) * arb(2) ** -54))
        elif word == "var":
            slots.append(arb(x[rest[0]]))
        elif word == "powi":
            slots.append(None if slots[rest[0]] is None else _powi(slots[rest[0]], rest[1]))
        else:
            slots.append(_applied(word, [slots[slot] for slot in rest]))
    verdicts = [_holds(slots[c.slot], c.relation) for c in program.domain]
    if False in verdicts:
        return [None] * len(program.outputs)
    return [slots[slot] if None not in verdicts else VAGUE for slot in program.outputs]


def _holds(u: Value, relation: str) -> bool | None:
    """Does a condition hold? None when the ball does not decide."""
    if u is None:
        return False
    yes, no = {">": (u > 0, u <= 0), ">=": (u >= 0, u < 0), "!=": (u != 0, u.is_zero())}[relation]
    return True if yes else False if no else None


# The fuzz.


@dataclass
class Tally:
    checks: int = 0
    wrong: int = 0


@pytest.fixture(autouse=True)
def many_bits() -> Iterator[None]:
    with ctx.workprec(BITS):
        yield


WIDTHS = (1.0, 0.3, 1e-2, 1e-5, 1e-9, 1e-13, 0.0)


def some_boxes(draw: random.Random, window: tuple[tuple[float, float], ...], count: int) -> Boxes:
    """Wide, thin and point boxes of a window, each side of its own width; some ends are whole numbers."""
    lower, upper = np.empty((len(window), count)), np.empty((len(window), count))
    for k in range(count):
        for i, (low, high) in enumerate(window):
            at = draw.uniform(low, high) if draw.random() < 0.75 else float(draw.randint(math.ceil(low), int(high)))
            lower[i, k], upper[i, k] = at, at + draw.choice(WIDTHS) * draw.random() * (high - low)
    return Boxes(lower, upper)


def inside(draw: random.Random, lower: list[float], upper: list[float]) -> list[float]:
    """A random point or a corner, or something between."""
    point = [
        draw.choice((a, b, a + draw.random() * (b - a), a + draw.random() * (b - a)))
        for a, b in zip(lower, upper, strict=True)
    ]
    return [min(max(x, a), b) for x, a, b in zip(point, lower, upper, strict=True)]


def fuzz(cases: list[tuple[Program, tuple[tuple[float, float], ...]]], count: int, points: int, seed: int) -> Tally:
    """Bounds on random boxes against values at points of every box."""
    draw, tally = random.Random(seed), Tally()
    for program, window in cases:
        boxes = some_boxes(draw, window, count)
        e = enclose(program, boxes.lower, boxes.upper)
        sides = zip(boxes.lower.T.tolist(), boxes.upper.T.tolist(), e.lower.T.tolist(), e.upper.T.tolist(), strict=True)
        for (lower, upper, least, most), bad, dead in zip(sides, e.bad.tolist(), e.dead.tolist(), strict=True):
            for _ in range(points):
                truth = balls(program, inside(draw, lower, upper), draw.uniform(-1, 1))
                audit(truth, least, most, bad, dead, tally)
    return tally


def audit(truth: list[Value], least: list[float], most: list[float], bad: bool, dead: bool, tally: Tally) -> None:
    """What is certain at a point, against what is claimed for its box."""
    for t, low, high in zip(truth, least, most, strict=True):
        if t is None:
            tally.checks += 1
            tally.wrong += not bad
        elif t.is_finite():
            tally.checks += dead or math.isfinite(low) or math.isfinite(high)
            tally.wrong += dead or (math.isfinite(low) and bool(t < low)) or (math.isfinite(high) and bool(t > high))


def searched(entry: dict[str, Any]) -> System:
    """The programs that a search for the critical points of an entry reads, made from its text as the app does."""
    return system(compiled(function(read(entry["expression"], tuple(entry["variables"])))))


SYSTEMS = {entry["id"]: (searched(entry), box(entry)) for entry in TRUTH}
KNOWN = [(p, window) for s, window in SYSTEMS.values() for p in (s.F, s.J)]
ANYWHERE = ((-4.0, 4.0), (-4.0, 4.0))
RANDOM = [(random_program(seed, length=10), ANYWHERE) for seed in range(5000, 5250)]
DERIVATIVES = [(jacobian(random_program(seed, length=7)), ANYWHERE) for seed in range(6000, 6200)]


def test_gradients_and_hessians_of_the_ground_truth_lie_within_their_bounds() -> None:
    """f, ∇f and the Hessian, in the very shape the search uses: f is the last output of J, before it ∇f."""
    tally = fuzz(KNOWN, count=80, points=6, seed=1)
    assert tally.checks > 160_000 and tally.wrong == 0


def test_random_programs_of_all_operations_lie_within_their_bounds() -> None:
    tally = fuzz(RANDOM, count=80, points=4, seed=2)
    assert tally.checks > 180_000 and tally.wrong == 0


def test_derivatives_of_random_programs_lie_within_their_bounds() -> None:
    tally = fuzz(DERIVATIVES, count=60, points=4, seed=3)
    assert tally.checks > 200_000 and tally.wrong == 0


@pytest.mark.parametrize("which", ["KNOWN", "RANDOM", "DERIVATIVES"])
def test_each_of_them_finds_violations_when_nothing_is_rounded_outward(
    which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interval, "up", lambda x, *_, **__: x)
    monkeypatch.setattr(interval, "_library", lambda x, *_: x)
    assert fuzz(globals()[which][::3], count=12, points=2, seed=4).wrong > 100


def test_random_programs_use_every_operation() -> None:
    used = {word for program, _ in RANDOM for word, *_ in program.code}
    assert used >= {*MEANINGS, "select", "const", "var"}


# Krawczyk's operator: it holds every zero of its box.


def true_zero(s: System, place: tuple[float, ...]) -> list[arb] | None:
    """Newton with the Jacobian of floats and the residual of balls: 12 digits more at every step."""
    n, x = s.n, [arb(c) for c in place]
    J = np.zeros((n, n))
    J[np.triu_indices(n)] = arrays(s.J, np.array(place)[:, None])[: n * (n + 1) // 2, 0]
    inverse = np.linalg.inv(J + np.triu(J, 1).T).tolist()
    for _ in range(9):
        F = balls(s.F, x)
        if any(value is None or not value.is_finite() for value in F):
            return None
        x = [(c - sum(q * f for q, f in zip(row, F, strict=True))).mid() for c, row in zip(x, inverse, strict=True)]
    return x if all(abs(f) < 1e-40 for f in balls(s.F, x)) else None


def around(draw: random.Random, zero: list[arb], window: tuple[tuple[float, float], ...], count: int) -> Boxes:
    """Boxes of every size that hold the zero, anywhere in them."""
    lower, upper = np.empty((len(zero), count)), np.empty((len(zero), count))
    for k in range(count):
        width = draw.choice(WIDTHS) + 1e-15
        for i, (c, (low, high)) in enumerate(zip(zero, window, strict=True)):
            middle, side = float(c), width * draw.random() * (high - low)
            lower[i, k] = math.nextafter(middle - side * draw.random(), -math.inf)
            upper[i, k] = math.nextafter(middle + side * draw.random(), math.inf)
    return Boxes(lower, upper)


def krawczyk_fuzz(seed: int) -> Tally:
    draw, tally = random.Random(seed), Tally()
    for entry in filter(plain, TRUTH):
        s, window = SYSTEMS[entry["id"]]
        known = places(entry)
        for place in draw.sample(known, min(len(known), 12)):
            zero = true_zero(s, place)
            if zero is not None:
                _held(s, zero, around(draw, zero, window, 30), tally)
    return tally


def _held(s: System, zero: list[arb], X: Boxes, tally: Tally) -> None:
    k = krawczyk(s, X)
    for i in np.flatnonzero(k.sound).tolist():
        sides = zip(zero, k.K.lower[:, i].tolist(), k.K.upper[:, i].tolist(), strict=True)
        tally.checks += 1
        tally.wrong += any(bool(c < low) or bool(c > high) for c, low, high in sides)


def test_krawczyks_box_holds_the_zero_of_every_box_around_it() -> None:
    tally = krawczyk_fuzz(seed=5)
    assert tally.checks > 4_000 and tally.wrong == 0


def test_an_inflated_box_holds_the_box() -> None:
    boxes = some_boxes(random.Random(6), ((-3.0, 3.0), (1e5, 1e5 + 1.0), (-1e-12, 1e-12)), 3000)
    larger = inflated(boxes)
    assert (larger.lower < boxes.lower).all() and (boxes.upper < larger.upper).all()


def test_krawczyks_box_loses_zeros_when_its_roundings_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interval, "up", lambda x, *_, **__: x)
    monkeypatch.setattr(interval, "_library", lambda x, *_: x)
    assert krawczyk_fuzz(seed=5).wrong > 30
