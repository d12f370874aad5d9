"""Measures: how large a piece of a tree is, kept while it is built, so that a budget is broken before it hurts.

A constant piece carries its value as a float and a bound on its digits: if it is the fraction p/q, then

    above >= log10 |p|,   below >= log10 q.

They add up as logarithms do, so 9^9^9^9 is refused without any large number being made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from core import settings
from core.syntax.tree import Tree


@dataclass(frozen=True, slots=True)
class Size:
    """The value of a constant piece, as a float, and the digits above and below its fraction bar."""

    value: float
    above: float
    below: float

    @property
    def digits(self) -> float:
        """The larger of the two numbers of digits."""
        return max(self.above, self.below)


@dataclass(frozen=True, slots=True)
class Part:
    """A tree with its place in the characters, its depth, and its size if it is constant.

    `tail` says what the text just read could have gone on with: the argument of a function without brackets, an
    exponent, a denominator, what stands under a root; it is empty behind a bracket. `growth` is the exponent
    that powers of powers have piled up.
    """

    tree: Tree
    start: int
    end: int
    depth: int = 0
    size: Size | None = None
    tail: str = ""
    growth: float = 1.0


FLOAT: Final[dict[str, Callable[..., float]]] = {
    **{name: getattr(math, name) for name in ("exp", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: getattr(math, name) for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "atan2")},
    **{"ln": math.log, "abs": abs, "min": lambda *u: min(u), "max": lambda *u: max(u)},
    **{"sign": lambda u: (u > 0) - (u < 0), "sec": lambda u: 1 / math.cos(u)},
    **{"root": lambda u, n: math.copysign(abs(u) ** (1 / n), u)},
    **{"csc": lambda u: 1 / math.sin(u), "cot": lambda u: 1 / math.tan(u)},
}


def of_fraction(p: int, q: int) -> Size:
    """The size of p/q."""
    return Size(p / q, math.log10(p) if p else 0.0, math.log10(q))


def of_constant(name: str) -> Size:
    """The size of π or e."""
    return Size({"pi": math.pi, "e": math.e}[name], 0.5, 0.0)


def of_node(head: str, word: str, sizes: Sequence[Size | None]) -> Size | None:
    """The size of a node over pieces of these sizes; None when one of them is not constant.

    >>> nine = of_fraction(9, 1)
    >>> of_node("pow", "", [nine, nine])
    Size(value=387420489.0, above=8.588182584953923, below=0.0)
    """
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes) or not sizes:
        return None
    above, below = [size.above for size in known], [size.below for size in known]
    values = [size.value for size in known]
    match head:
        case "neg":
            return Size(-values[0], above[0], below[0])
        case "add":
            largest = max(a + sum(below) - b for a, b in zip(above, below, strict=True))
            return Size(sum(values), largest + math.log10(len(known)), sum(below))
        case "mul":
            return Size(math.prod(values), sum(above), sum(below))
        case "div":
            value = values[0] / values[1] if values[1] else math.nan
            return Size(value, above[0] + below[1], below[0] + above[1])
        case "pow":
            return _power(known[0], known[1])
        case _:
            return _call(word, values)


def of_tree(tree: Tree, sizes: Sequence[Size | None]) -> Size | None:
    """The size of a formula over u and v, when these are their sizes.

    >>> of_tree(("div", ("num", 1, 1), ("name", "u")), [of_fraction(4, 1)]).value
    0.25
    """
    match tree[0]:
        case "num":
            return of_fraction(tree[1], tree[2])
        case "const":
            return of_constant(tree[1])
        case "name":
            return sizes["uv".index(tree[1])]
    parts = [part for part in tree[1:] if isinstance(part, tuple)]
    return of_node(tree[0], str(tree[1]), [of_tree(part, sizes) for part in parts])


def nodes(tree: Tree) -> int:
    """How many nodes a tree has."""
    return 1 + sum(nodes(part) for part in tree[1:] if isinstance(part, tuple))


def depth(tree: Tree) -> int:
    """How many levels a tree has above its leaves."""
    return 1 + max((depth(part) for part in tree[1:] if isinstance(part, tuple)), default=-1)


def _power(base: Size, exponent: Size) -> Size:
    value = evaluate(pow, base.value, exponent.value)
    k = abs(exponent.value)
    if not math.isfinite(k):
        return Size(value, 0.0, 0.0)
    above, below = k * base.above, k * base.below
    return Size(value, above, below) if exponent.value >= 0 else Size(value, below, above)


def _call(word: str, values: Sequence[float]) -> Size:
    value = evaluate(FLOAT.get(word, lambda *_: math.nan), *values)
    if word == "exp" and math.isfinite(values[0]):
        digits = values[0] / math.log(10)
        return Size(value, max(digits, 0.0), max(-digits, 0.0))
    if math.isinf(value):
        return Size(value, math.inf, 0.0)
    return Size(value, math.log10(abs(value)) if abs(value) > 1 else 0.0, 0.0)


def evaluate(function: Callable[..., float], *values: float) -> float:
    """The value as a float: an infinity when it is too large, nan when there is none."""
    try:
        value = function(*values)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
    return value if isinstance(value, int | float) else math.nan


def literal(tree: Tree) -> tuple[int, int] | None:
    """The fraction a tree spells out: 3, -3, 2/3, -2/3; None for anything else.

    >>> literal(("neg", ("div", ("num", 2, 1), ("num", 4, 1))))
    (-2, 4)
    """
    if tree[0] == "num":
        return int(tree[1]), int(tree[2])
    if tree[0] == "neg" and (inner := literal(tree[1])):
        return -inner[0], inner[1]
    if tree[0] == "div":
        above, below = literal(tree[1]), literal(tree[2])
        if above and below and below[0] > 0:
            return above[0] * below[1], above[1] * below[0]
    return None


def size_of(tree: Tree) -> Size | None:
    """The size of a whole tree; None when it holds a name.

    >>> size_of(("call", "sqrt", ("num", 9, 4))).value, size_of(("name", "x"))
    (1.5, None)
    """
    match tree:
        case ("num", p, q):
            return of_fraction(p, q)
        case ("const", name):
            return of_constant(name)
        case ("name", _) | ("cases", *_):
            return None
        case ("call", word, *parts):
            return of_node("call", word, [size_of(part) for part in parts])
        case (head, *parts):
            return of_node(head, "", [size_of(part) for part in parts])
    raise AssertionError(tree)


def rational(tree: Tree) -> Fraction | None:
    """The fraction a constant tree comes to by exact arithmetic; None when it is none, or not a small one.

    >>> rational(("pow", ("num", 2, 1), ("neg", ("num", 2, 1)))), rational(("call", "sqrt", ("num", 9, 4)))
    (Fraction(1, 4), Fraction(3, 2))
    """
    match tree:
        case ("num", p, q):
            return Fraction(p, q)
        case ("const", _) | ("name", _) | ("cases", *_):
            return None
        case ("call", "ln", ("const", "e")):
            return Fraction(1)
    parts = [rational(part) for part in tree[2 if tree[0] == "call" else 1 :]]
    known = [part for part in parts if part is not None]
    return _folded(str(tree[0]), str(tree[1]), known) if known and len(known) == len(parts) else None


def _folded(head: str, word: str, u: Sequence[Fraction]) -> Fraction | None:
    match head:
        case "neg":
            return -u[0]
        case "add":
            return sum(u, Fraction(0))
        case "mul":
            return math.prod(u, start=Fraction(1))
        case "div":
            return u[0] / u[1] if u[1] else None
        case "pow":
            small = u[1].denominator == 1 and abs(u[1]) <= settings.EXPONENT and (u[0] or u[1] > 0)
            return u[0] ** int(u[1]) if small else None
        case _:
            return _called(word, u[0]) if len(u) == 1 else None


def _called(word: str, u: Fraction) -> Fraction | None:
    """The values of words that are fractions again: |−2|, √4, cos 0, e⁰, ln 1."""
    if word == "abs":
        return abs(u)
    if word == "sign":
        return Fraction((u > 0) - (u < 0))
    if word == "sqrt" and u >= 0:
        root = Fraction(math.isqrt(u.numerator), math.isqrt(u.denominator))
        return root if root * root == u else None
    if word in ("cos", "cosh", "exp") and u == 0:
        return Fraction(1)
    if word == "ln" and u == 1:
        return Fraction(0)
    return Fraction(0) if u == 0 and word in ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh") else None
