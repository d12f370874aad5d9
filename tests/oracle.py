"""The independent reader: a program at one point in 50-digit arithmetic, and a short way to write programs.

It follows the table of meanings for real numbers: nothing overflows, and nan stands for "undefined". It shares no
code with the readers of `core`. `HopelessError` is raised for a number too large to be written down.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp

from core.program import Builder, Condition, Program

DIGITS = 50
NAN = mp.mpf("nan")


class HopelessError(Exception):
    """The value has more digits in its exponent than a test can afford."""


def _small(a: Any, limit: float) -> Any:
    if abs(a) > limit:
        raise HopelessError
    return a


def _pow(a: Any, b: Any) -> Any:
    if a == 0:
        return mp.mpf(0) if b > 0 else NAN
    if a < 0:
        return NAN
    return mp.exp(_small(b * mp.log(a), 1e6))


def _powi(a: Any, k: int) -> Any:
    if k == 0:
        return mp.mpf(1)
    if a == 0:
        return NAN if k < 0 else a
    _small(mp.log(abs(a)) * k, 1e6)
    return a**k


MEANINGS: dict[str, Callable[..., Any]] = {
    "neg": lambda a: -a,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: NAN if b == 0 else a / b,
    "powi": _powi,
    "pow": _pow,
    "sqrt": lambda a: NAN if a < 0 else mp.sqrt(a),
    "cbrt": lambda a: mp.cbrt(a) if a >= 0 else -mp.cbrt(-a),
    "exp": lambda a: mp.exp(_small(a, 1e6)),
    "log": lambda a: NAN if a <= 0 else mp.log(a),
    "sin": lambda a: mp.sin(_small(a, 1e100)),
    "cos": lambda a: mp.cos(_small(a, 1e100)),
    "tan": lambda a: mp.tan(_small(a, 1e100)),
    "asin": lambda a: mp.asin(a) if -1 <= a <= 1 else NAN,
    "acos": lambda a: mp.acos(a) if -1 <= a <= 1 else NAN,
    "atan": mp.atan,
    "sinh": lambda a: mp.sinh(_small(a, 1e6)),
    "cosh": lambda a: mp.cosh(_small(a, 1e6)),
    "tanh": lambda a: mp.tanh(a) if abs(a) < 1000 else mp.sign(a),
    "asinh": lambda a: mp.asinh(abs(a)) * mp.sign(a),
    "acosh": lambda a: NAN if a < 1 else mp.acosh(a),
    "atanh": lambda a: mp.atanh(a) if -1 < a < 1 else NAN,
    "erf": mp.erf,
    "atan2": lambda a, b: NAN if a == b == 0 else mp.atan2(a, b),
    "abs": abs,
    "sign": mp.sign,
    "min": min,
    "max": max,
    "lt": lambda a, b: mp.mpf(a < b),
    "le": lambda a, b: mp.mpf(a <= b),
    "eq": lambda a, b: mp.mpf(a == b),
}


def meaning(word: str, *operands: Any) -> Any:
    """What one operation gives for real operands (and a plain k for powi); nan for nan."""
    if word == "select":
        c, a, b = operands
        return NAN if mp.isnan(c) else a if c != 0 else b
    if any(mp.isnan(a) for a in operands):
        return NAN
    return MEANINGS[word](*operands)


def exact(program: Program, x: Sequence[float], nudge: float = 0.0) -> list[Any]:
    """All outputs at x to 50 digits; all nan where a condition fails.

    A constant that was rounded stands for any number up to half a unit in its last place away: nudge in [-1, 1].
    """
    slots: list[Any] = []
    with mp.workdps(DIGITS):
        for word, *rest in program.code:
            if word == "const":
                slots.append(_constant(program, rest[0], nudge))
            elif word == "var":
                slots.append(mp.mpf(x[rest[0]]))
            elif word == "powi":
                slots.append(meaning(word, slots[rest[0]], rest[1]))
            else:
                slots.append(meaning(word, *(slots[slot] for slot in rest)))
    holds: dict[str, Callable[[Any], bool]] = {
        ">": lambda u: u > 0,
        ">=": lambda u: u >= 0,
        "!=": lambda u: u < 0 or u > 0,
    }
    if all(holds[c.relation](slots[c.slot]) for c in program.domain):
        return [slots[slot] for slot in program.outputs]
    return [NAN] * len(program.outputs)


def _constant(program: Program, i: int, nudge: float) -> Any:
    c = program.constants[i]
    return mp.mpf(c.value) if c.exact else mp.mpf(c.value) * (1 + mp.mpf(nudge) * mp.mpf(2) ** -54)


@dataclass(frozen=True)
class E:
    """A slot of a builder that can be written with +, -, *, / and **."""

    builder: Builder
    slot: int

    def of(self, other: E | float) -> int:
        return other.slot if isinstance(other, E) else self.builder.constant(float(other))

    def __neg__(self) -> E:
        return E(self.builder, self.builder.neg(self.slot))

    def __add__(self, other: E | float) -> E:
        return E(self.builder, self.builder.add(self.slot, self.of(other)))

    def __radd__(self, other: float) -> E:
        return E(self.builder, self.builder.add(self.of(other), self.slot))

    def __sub__(self, other: E | float) -> E:
        return E(self.builder, self.builder.sub(self.slot, self.of(other)))

    def __rsub__(self, other: float) -> E:
        return E(self.builder, self.builder.sub(self.of(other), self.slot))

    def __mul__(self, other: E | float) -> E:
        return E(self.builder, self.builder.mul(self.slot, self.of(other)))

    __rmul__ = __mul__

    def __truediv__(self, other: E | float) -> E:
        return E(self.builder, self.builder.div(self.slot, self.of(other)))

    def __rtruediv__(self, other: float) -> E:
        return E(self.builder, self.builder.div(self.of(other), self.slot))

    def __pow__(self, k: int) -> E:
        return E(self.builder, self.builder.power(self.slot, k))

    def __getattr__(self, word: str) -> Callable[..., E]:
        return lambda *others: E(
            self.builder, self.builder.call(word, self.slot, *(self.of(other) for other in others))
        )

    def rounded(self, value: float) -> E:
        """A constant that is only the nearest float to what was meant."""
        return E(self.builder, self.builder.constant(value, exact=False))


def write(n: int, formula: Callable[..., Any], domain: Callable[..., Any] = lambda *x: []) -> Program:
    """The program of a formula in n coordinates, with (quantity, relation) pairs as its domain."""
    builder = Builder(n)
    x = [E(builder, builder.variable(i)) for i in range(n)]
    y = formula(*x)
    outputs = [e.slot for e in (y if isinstance(y, list) else [y])]
    return builder.program(outputs, [Condition(u.slot, relation) for u, relation in domain(*x)])


UNARY = ("neg", "sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
MORE_UNARY = ("asinh", "acosh", "atanh", "erf", "abs", "sign")
EXACT_UNARY = ("neg", "sqrt", "abs", "sign")
BINARY = ("add", "sub", "mul", "div", "pow", "atan2", "min", "max", "lt", "le", "eq")
EXACT_BINARY = ("add", "sub", "mul", "div", "min", "max", "lt", "le", "eq")


def random_program(seed: int, n: int = 2, length: int = 12, exactly: bool = False) -> Program:
    """A program of random operations on random earlier slots, the same for the same seed.

    With `exactly`, only operations that IEEE 754 rounds correctly, the same for everybody.
    """
    draw = random.Random(seed)
    unary, binary = (EXACT_UNARY, EXACT_BINARY) if exactly else (UNARY + MORE_UNARY, BINARY)
    powers = (0, 2, 2, 3) if exactly else (-4, -3, -2, -1, 0, 2, 2, 2, 3, 4, 5, 7, 20)
    b = Builder(n)
    slots = [b.variable(i) for i in range(n)]
    for _ in range(length):
        kind = draw.random()
        recent = [draw.choice(slots[-5:] if draw.random() < 0.7 else slots) for _ in range(3)]
        if kind < 0.15:
            as_meant = draw.random() < 0.5
            value = float(draw.choice((0, 1, 2, -3, 0.5, 10))) if as_meant else draw.uniform(-3, 3)
            slots.append(b.constant(value, as_meant))
        elif kind < 0.3:
            slots.append(b.power(recent[0], draw.choice(powers)))
        elif kind < 0.55:
            slots.append(b.call(draw.choice(unary), recent[0]))
        elif kind < 0.62:
            slots.append(b.call("select", *recent))
        else:
            word = draw.choice(binary if draw.random() < 0.5 else binary[:4])
            method = {"add": b.add, "sub": b.sub, "mul": b.mul, "div": b.div}.get(word)
            slots.append(method(*recent[:2]) if method else b.call(word, *recent[:2]))
    domain = [Condition(draw.choice(slots), draw.choice((">", ">=", "!=")))] if draw.random() < 0.3 else []
    return b.program(slots[-3:], domain)
