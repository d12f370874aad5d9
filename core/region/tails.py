r"""Bounds of a slope where the box has no end, where plain intervals only say ∞/∞ or 0·∞.

    (1 - x²)/(1 + x²)²  =  (1/x⁴ - 1/x²)/(1/x⁴ + 2/x² + 1)      over a term of its denominator
    x/√(1 + x² + y²)  is a direction                             between -1 and 1
    -2x e^(-x²) y                                                factors without common variables, each by itself
    x e^(-x²)  falls for x >= 1                                  its largest value stands at the beginning

Rules: every form is the same function, wherever it has a value; so all bounds hold and the nearest count. A form may
have no value on a thin set, where the term it is divided by is 0; there the slope is the limit of those beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import sympy
from sympy import Add, Expr, Mul, Pow, Symbol

from core import calculus
from core.compile import UnsupportedError, program
from core.enclosure import enclose
from core.function import Function
from core.problem import Side
from core.region.polar import polar, squares_in

MOST: Final = 2  # squares
TERMS: Final = 8  # of a denominator
SIZE: Final = 120  # nodes of a slope that is written in other ways
DEPTH: Final = 3  # of bounds of parts inside of bounds of parts
Box = tuple[Side, ...]
ALL: Final = (-math.inf, math.inf)


@dataclass(frozen=True)
class Tails:
    """The entries of a field as expressions in these variables."""

    variables: tuple[Symbol, ...]
    entries: tuple[Expr, ...]

    def over(self, box: Sequence[Side]) -> list[Side]:
        """Bounds of each entry on a box; infinite where nothing is known.

        >>> x = Symbol("x", real=True)
        >>> Tails((x,), ((1 - x**2) / (1 + x**2) ** 2, x * sympy.exp(-x))).over([(8.0, math.inf)])[0][1] < 0.01
        True
        """
        sides = tuple((float(low), float(high)) for low, high in box)
        return [_bounds(e, self.variables, sides, DEPTH) for e in self.entries]


@cache
def _bounds(e: Expr, X: tuple[Symbol, ...], box: Box, depth: int) -> Side:
    found = ALL
    for form in (*_forms(e), *_turned(e, X)):
        found = _both(found, _plain(form, X, box))
    s = _sign(e, X, box)
    found = _both(found, (0.0 if s > 0 else -math.inf, 0.0 if s < 0 else math.inf))
    if depth == 0 or not math.isinf(found[1] - found[0]):
        return found
    parts = _parts(_factored(e))
    if len(parts) > 1:
        inside = [_bounds(part, X, box, depth - 1) for part in parts]
        found = _both(found, _product(inside))
    elif isinstance(e, Add):
        inside = [_bounds(part, X, box, depth - 1) for part in e.args]
        found = _both(found, tuple(math.fsum(ends) for ends in zip(*inside, strict=True)), rounded=True)
    for upper in (False, True):
        end = _towards(e, X, box, upper)
        if end != box:
            at = _bounds(e, X, end, 0)
            found = _both(found, (-math.inf, at[1]) if upper else (at[0], math.inf))
    return found


def _both(a: Side, b: tuple[float, ...], rounded: bool = False) -> Side:
    """What holds if both hold; nan is no bound."""
    low, high = b
    if rounded:
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    return (a[0] if math.isnan(low) else max(a[0], low), a[1] if math.isnan(high) else min(a[1], high))


@cache
def _forms(e: Expr) -> tuple[Expr, ...]:
    """The same in other ways, if it is not too large."""
    if calculus.size([e], SIZE) > SIZE:
        return (e,)
    top, bottom = map(sympy.expand, sympy.fraction(sympy.together(e)))
    found = [e, _factored(e)]
    terms = bottom.args if isinstance(bottom, Add) else ()
    for t in terms if len(terms) <= TERMS else ():
        found.append(_over(top, t) / _over(bottom, t))
    return tuple(found)


@cache
def _turned(e: Expr, X: tuple[Symbol, ...]) -> tuple[Expr, ...]:
    """The same by length and direction."""
    if calculus.size([e], SIZE) > SIZE:
        return ()
    seen = (polar(q, X) for q in squares_in(e, X)[:MOST])
    return tuple(p.back(p.of(e)) for p in seen if p is not None)


def _over(e: Expr, t: Expr) -> Expr:
    return Add(*(sympy.powsimp(part / t) for part in Add.make_args(e)))


def _plain(e: Expr, X: tuple[Symbol, ...], box: Box) -> Side:
    """By intervals."""
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    try:
        found = enclose(program(Function(X, (e,))), low, high)
    except UnsupportedError:
        return ALL
    return float(found.lower[0, 0]), float(found.upper[0, 0])


def _sign(e: Expr, X: tuple[Symbol, ...], box: Box) -> int:
    """1 if e is proved not to be negative on the box, -1 if not positive, 0 if neither."""
    if isinstance(e, sympy.exp) or (isinstance(e, Pow) and (e.base is sympy.E or e.exp.is_even)):
        return 1
    if isinstance(e, Mul):
        return math.prod(_sign(part, X, box) for part in e.args)
    if isinstance(e, Pow) and e.exp.is_Rational:
        s = _sign(e.base, X, box)
        return s if e.exp.is_integer else max(s, 0)
    if isinstance(e, Add):
        signs = {_sign(part, X, box) for part in e.args}
        if len(signs) == 1:
            return signs.pop()
    low, high = _plain(e, X, box)
    return 1 if low >= 0 else -1 if high <= 0 else 0


def _parts(e: Expr) -> list[Expr]:
    """Factors of e without common variables."""
    groups: list[tuple[set[Symbol], list[Expr]]] = []
    for factor in _factors(e):
        own, parts = set(factor.free_symbols), [factor]
        apart = []
        for symbols, others in groups:
            if symbols & own:
                own, parts = own | symbols, parts + others
            else:
                apart.append((symbols, others))
        groups = [*apart, (own, parts)]
    return [Mul(*parts) for _, parts in groups]


def _factors(e: Expr) -> Iterator[Expr]:
    for factor in Mul.make_args(e):
        if isinstance(factor, sympy.exp):
            yield from (sympy.exp(part) for part in Add.make_args(sympy.expand(factor.args[0])))
        else:
            yield factor


def _product(sides: Sequence[Side]) -> Side:
    low, high = 1.0, 1.0
    for a, b in sides:
        ends = [
            0.0 if 0.0 in (p, q) else p * q for p in (low, high) for q in (a, b)
        ]  # of finite factors, however large
        low, high = math.nextafter(min(ends), -math.inf), math.nextafter(max(ends), math.inf)
    return low, high


def _towards(e: Expr, X: tuple[Symbol, ...], box: Box, upper: bool) -> Box:
    """The box without the axes along which e is proved to fall from an end, or to rise to one."""
    sides = list(box)
    for i, x in enumerate(X):
        s = _sign(_slope(e, x), X, box) * (-1 if upper else 1)
        end = box[i][0] if s > 0 else box[i][1]
        if s and math.isfinite(end):
            sides[i] = (end, end)
    return tuple(sides)


@cache
def _slope(e: Expr, x: Symbol) -> Expr:
    return _factored(calculus.derivative(e, x))


@cache
def _factored(e: Expr) -> Expr:
    """As a product, if it is not too large."""
    with suppress(sympy.PolynomialError):
        return sympy.factor(sympy.together(e)) if calculus.size([e], SIZE) <= SIZE else e
    return e
