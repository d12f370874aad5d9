"""Problem: what was asked, in plain text and numbers.

It is what crosses every border: a link, the key of a cache, the message to a worker, a line of a batch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from core import settings

Side = tuple[float, float]
PLAIN = re.compile(r"[A-Za-z]+(_[A-Za-z0-9]{1,12})?")


class ProblemError(ValueError):
    """What was asked cannot be a problem; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Problem:
    """A formula, the names declared for it, the values of its parameters, and the box of interest.

    `text` is what was typed: one formula, or the components of a vector function joined by newlines.
    `variables` is empty when nothing was declared outside the text. `parameters` are (name, value) pairs
    that override the default 1. `box` is empty when nobody chose one; otherwise one side a variable.

    >>> Problem("x^2 + y^2", box=((-2.0, 2.0), (-1.0, 1.0))).to_wire()["box"]
    [[-2.0, 2.0], [-1.0, 1.0]]
    """

    text: str
    variables: tuple[str, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    box: tuple[Side, ...] = ()

    def __post_init__(self) -> None:
        if len(self.variables) > settings.VARIABLES or len(set(self.variables)) != len(self.variables):
            raise ProblemError(f"Declare at most {settings.VARIABLES} variables, each once.")
        for name in self.variables:
            if not PLAIN.fullmatch(name) or len(name) > 24:
                raise ProblemError("A variable is a word of letters, with an index after _ if you like: speed, x_1.")
        for low, high in self.box:
            check_side(low, high)

    def to_wire(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "variables": list(self.variables),
            "parameters": [list(pair) for pair in self.parameters],
            "box": [list(side) for side in self.box],
        }

    @staticmethod
    def from_wire(wire: dict[str, Any]) -> Problem:
        return Problem(
            str(wire["text"]),
            tuple(str(name) for name in wire["variables"]),
            tuple((str(name), float(value)) for name, value in wire["parameters"]),
            tuple((float(low), float(high)) for low, high in wire["box"]),
        )


def check_side(low: float, high: float) -> None:
    """Raise ProblemError unless low < high, both finite and of a size that can be drawn."""
    if not (-settings.COORDINATE <= low < high <= settings.COORDINATE):
        raise ProblemError("Each side of the box needs a smaller number, then a larger one, both below 10^9 in size.")
    if high - low < settings.NARROWEST or high - low < 1e-9 * max(abs(low), abs(high)):
        raise ProblemError("That box is too narrow to compute in.")


def read_box(text: str) -> tuple[Side, ...]:
    """The sides written as "low, high; low, high".

    >>> read_box("-2, 2; 0, 1.5")
    ((-2.0, 2.0), (0.0, 1.5))
    """
    sides = []
    for part in text.replace("−", "-").strip().strip(";").split(";"):
        ends = part.split(",")
        if len(ends) != 2:
            raise ProblemError("Write the box as low, high for each variable, with ; between: -2, 2; 0, 1.5.")
        sides.append((read_number(ends[0]), read_number(ends[1])))
    if len(sides) > settings.VARIABLES:
        raise ProblemError(f"A box has at most {settings.VARIABLES} sides.")
    for low, high in sides:
        check_side(low, high)
    return tuple(sides)


ENDLESS: Final = {"-inf": -math.inf, "-oo": -math.inf, "-∞": -math.inf, "inf": math.inf, "oo": math.inf, "∞": math.inf}


def read_endless_box(text: str) -> tuple[Side, ...]:
    """The same, where a side may have no end.

    >>> read_endless_box("-inf, 2; 0, inf")
    ((-inf, 2.0), (0.0, inf))
    """
    sides = []
    for part in text.replace("−", "-").strip().strip(";").split(";"):
        ends = [end.strip().lower().removeprefix("+") for end in part.split(",")]
        if len(ends) != 2:
            raise ProblemError('Write the box as low, high for each variable, with ; between: "-2, 2; 0, inf".')
        low, high = (ENDLESS[end] if end in ENDLESS else read_number(end) for end in ends)
        sides.append((low, high))
    return endless_box(sides)


def endless_box(sides: Sequence[Side]) -> tuple[Side, ...]:
    """Sides whose ends are numbers or infinite, checked."""
    if len(sides) > settings.VARIABLES:
        raise ProblemError(f"A box has at most {settings.VARIABLES} sides.")
    for low, high in sides:
        if math.isfinite(low) and math.isfinite(high):
            check_side(low, high)
        elif not low < high or any(math.isfinite(end) and abs(end) > settings.COORDINATE for end in (low, high)):
            raise ProblemError(
                "Each side of the box needs a smaller number, then a larger one; -inf and inf are allowed."
            )
    return tuple(sides)


def read_point(text: str, n: int) -> tuple[float, ...]:
    """The n coordinates written as "1, 2.5".

    >>> read_point("1, 2.5", 2)
    (1.0, 2.5)
    """
    parts = text.replace("−", "-").replace(";", ",").strip().strip("()").split(",")
    if len(parts) != n:
        raise ProblemError(f"A point here has {n} coordinate{'s' if n > 1 else ''}, with commas between.")
    return tuple(read_number(part) for part in parts)


def read_number(text: str) -> float:
    """A finite decimal number no larger than 10^9 in size.

    >>> read_number(" -2.5 ")
    -2.5
    """
    word = text.strip()
    if len(word) > 32 or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", word, re.ASCII):
        raise ProblemError("I need a plain decimal number there, like -2.5.")
    value = float(word)
    if not abs(value) <= settings.COORDINATE:
        raise ProblemError("That number is larger than 10^9.")
    return value
