"""Exact fractions beside floats: the simplest one in an interval, the floats next to one, a program's value at one."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from core.program import Program


def below(x: Fraction) -> float:
    """The largest float that is not above x."""
    nearest = float(x)
    return nearest if Fraction(nearest) <= x else float(np.nextafter(nearest, -np.inf))


def above(x: Fraction) -> float:
    """The smallest float that is not below x."""
    return -below(-x)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of smallest denominator between two numbers, both included.

    >>> simplest(Fraction("0.333"), Fraction("0.334")), simplest(Fraction(-1), Fraction(2))
    (Fraction(1, 3), Fraction(0, 1))
    """
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = low.numerator // low.denominator
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


_AT_POINTS: Final[dict[tuple[str, int], int]] = {
    **{(word, 0): 0 for word in ("sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "sqrt", "cbrt")},
    **{(word, 0): 1 for word in ("cos", "exp", "cosh")},
    **{("log", 1): 0, ("acos", 1): 0, ("acosh", 1): 0, ("sqrt", 1): 1, ("cbrt", 1): 1},
}
_BITS: Final = 4000  # of a fraction; more is not worth the time


def exact_value(program: Program, place: tuple[Fraction, ...]) -> list[Fraction] | None:
    """The outputs at a point of the domain in exact fractions, or None where this is more than arithmetic.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> x = b.variable(0)
    >>> exact_value(b.program([b.add(b.power(x, 2), b.call("cos", x))]), (Fraction(0),))
    [Fraction(1, 1)]
    """
    slots: list[Fraction | None] = []
    for word, *rest in program.code:
        if word == "const":
            constant = program.constants[rest[0]]
            slots.append(Fraction(constant.value) if constant.exact else None)
        elif word == "var":
            slots.append(place[rest[0]])
        elif word == "powi":
            slots.append(_exactly(word, [slots[rest[0]], Fraction(rest[1])]))
        else:
            slots.append(_exactly(word, [slots[slot] for slot in rest]))
    outputs = [slots[slot] for slot in program.outputs]
    return None if None in outputs else [value for value in outputs if value is not None]


def _exactly(word: str, values: list[Fraction | None]) -> Fraction | None:
    """One operation on fractions; None if an operand is not known, or the result is no fraction we know."""
    if word == "mul" and 0 in values:
        return Fraction(0)
    u = [value for value in values if value is not None]
    if len(u) < len(values) or any(v.numerator.bit_length() + v.denominator.bit_length() > _BITS for v in u):
        return None
    match word:
        case "neg":
            return -u[0]
        case "add":
            return u[0] + u[1]
        case "sub":
            return u[0] - u[1]
        case "mul":
            return u[0] * u[1]
        case "div":
            return u[0] / u[1] if u[1] else None
        case "powi":
            return u[0] ** int(u[1]) if u[0] or u[1] > 0 else None
    value = _AT_POINTS.get((word, int(u[0]))) if len(u) == 1 and u[0].denominator == 1 else None
    return None if value is None else Fraction(value)
