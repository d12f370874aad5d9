r"""Exact algebra of polynomials: real roots, and the equation that each coordinate of a common zero satisfies.

Resultants eliminate one variable after the other, so a coordinate of every common zero is a root of a polynomial in it
alone. FLINT factors that polynomial and encloses its real roots; which of them a point has is told by its enclosure,
if only one root is in there. No root is accepted because it is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import lcm
from time import monotonic
from typing import Any, Final

import flint
import sympy
from sympy import Add, Expr, Mul, Pow, Rational, Symbol

from core import calculus

DEGREE: Final = 140  # of a polynomial whose roots are looked for
TERMS: Final = 4000
BITS: Final = (64, 192, 1024)
SMALL: Final = 80  # nodes of a number that is brought to its simplest form


def vanishes(e: Expr) -> bool:
    """Is a number proved to be zero, by algebra?"""
    return e.is_zero is True or bool(e.is_number and reduced(e) == 0)


def reduced(e: Expr) -> Expr:
    """A number in its simplest form; small expressions only."""
    if e.is_Rational or calculus.size([e], SMALL) > SMALL:
        return e
    return sympy.radsimp(sympy.expand(sympy.expand_trig(e)))


# Real algebraic numbers.


@dataclass(frozen=True)
class RealRoot:
    """Root number `index`, counted from 0 upwards, of the real roots of an irreducible polynomial.

    `coefficients` are whole, constant first, without a common divisor. The root lies between `low` and `high`.

    >>> [str(r.expression) for r in real_roots(flint.fmpz_poly([6, 0, -5, 0, 1]))]
    ['-sqrt(3)', '-sqrt(2)', 'sqrt(2)', 'sqrt(3)']
    >>> real_roots(flint.fmpz_poly([-2, 0, 0, 1]))[0].text
    'CRootOf(x**3 - 2, 0)'
    """

    coefficients: tuple[int, ...]
    index: int
    low: Fraction
    high: Fraction

    @property
    def degree(self) -> int:
        return len(self.coefficients) - 1

    @property
    def number(self) -> tuple[tuple[int, ...], int]:
        """Two roots with this in common are one."""
        return self.coefficients, self.index

    @property
    def expression(self) -> Expr | None:
        """The number itself, by a fraction or a square root; None if it takes more than that."""
        if self.degree == 1:
            c, a = self.coefficients
            return Rational(-c, a)
        if self.degree > 2:
            return None
        c, b, a = self.coefficients
        root = sympy.sqrt(Rational(b * b - 4 * a * c, 4 * a * a))
        return Rational(-b, 2 * a) + (root if self.index else -root)

    @property
    def text(self) -> str:
        """The number as SymPy reads it."""
        if self.degree <= 2:
            return str(self.expression)
        return f"CRootOf({_text_of(self.coefficients)}, {self.index})"


def _text_of(coefficients: Sequence[int]) -> str:
    """A polynomial in x as SymPy reads it.

    >>> _text_of([-2, 0, 1, 3])
    '3*x**3 + x**2 - 2'
    """
    text = ""
    for i, c in reversed(list(enumerate(coefficients))):
        power = ("", "x")[i] if i < 2 else f"x**{i}"
        size = str(abs(c)) if abs(c) != 1 or not power else ""
        sign = (" - " if c < 0 else " + ") if text else "-" if c < 0 else ""
        text += f"{sign}{size}{'*' if size and power else ''}{power}" if c else ""
    return text


def real_roots(p: Any) -> list[RealRoot]:
    """The real roots of a polynomial with whole coefficients, each once, in increasing order."""
    found = [root for factor, _ in p.factor()[1] if factor.degree() > 0 for root in _roots(_whole(factor))]
    return sorted(found, key=lambda r: r.low + r.high)


def _whole(p: Any) -> tuple[int, ...]:
    return tuple(int(c) for c in p.coeffs())


@lru_cache(maxsize=512)
def _roots(coefficients: tuple[int, ...]) -> tuple[RealRoot, ...]:
    """Of an irreducible polynomial, enclosed so narrowly that no two enclosures meet."""
    if len(coefficients) == 2:
        x = Fraction(-coefficients[0], coefficients[1])
        return (RealRoot(coefficients, 0, x, x),)
    for bits in BITS:
        sides = _enclosed(coefficients, bits)
        if all(a[1] < b[0] for a, b in pairwise(sides)):
            break
    return tuple(RealRoot(coefficients, i, low, high) for i, (low, high) in enumerate(sides))


def _enclosed(coefficients: tuple[int, ...], bits: int) -> list[tuple[Fraction, Fraction]]:
    """Bounds of the real roots; FLINT gives those an imaginary part that is exactly 0."""
    before, flint.ctx.prec = flint.ctx.prec, bits
    try:
        balls = [z.real for z, _ in flint.fmpz_poly(list(coefficients)).complex_roots() if z.imag == 0]
    finally:
        flint.ctx.prec = before
    return sorted((_fraction(b.lower()), _fraction(b.upper())) for b in balls)


def _fraction(x: Any) -> Fraction:
    """A ball of radius 0 as the number it is."""
    m, e = (int(v) for v in x.mid().man_exp())
    return Fraction(m) * Fraction(2) ** e


# Polynomials in several variables.


def polynomials(equations: Sequence[Expr], X: Sequence[Symbol]) -> list[Any] | None:
    """The equations as polynomials with whole coefficients; None if one is none, or has too many terms.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> polynomials([x**2/2 - y], [x, y]), polynomials([sympy.sin(x)], [x, y])
    ([x0^2 - 2*x1], None)
    """
    ring = flint.fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(X))], flint.Ordering.lex)
    letters = dict(zip(X, ring.gens(), strict=True))
    found = [_polynomial(e, letters, ring) for e in equations]
    return None if any(p is None for p in found) else [_cleared(p) for p in found]


def _polynomial(e: Expr, letters: dict[Symbol, Any], ring: Any) -> Any:
    if e in letters:
        return letters[e]
    if e.is_Rational:
        return ring.constant(flint.fmpq(int(e.p), int(e.q)))
    if isinstance(e, Pow) and e.exp.is_Integer and e.exp > 0:
        base = _polynomial(e.base, letters, ring)
        return None if base is None or len(base) ** min(int(e.exp), 4) > TERMS else base ** int(e.exp)
    if not isinstance(e, Add | Mul):
        return None
    total: Any = ring.constant(0 if isinstance(e, Add) else 1)
    for part in e.args:
        p = _polynomial(part, letters, ring)
        if p is None or len(total) > TERMS:
            return None
        total = total + p if isinstance(e, Add) else total * p
    return total


def _cleared(p: Any) -> Any:
    """Times the common denominator, over the common divisor."""
    terms = p.to_dict()
    d = lcm(*(int(c.q) for c in terms.values())) if terms else 1
    ring = flint.fmpz_mpoly_ctx.get(list(p.context().names()), flint.Ordering.lex)
    whole = ring.from_dict({m: int(c.p) * (d // int(c.q)) for m, c in terms.items()})
    return whole.primitive()[1] if terms else whole


def eliminants(system: Sequence[Any], n: int, end: float) -> list[Any] | None:
    """For each variable a polynomial that is 0 at that coordinate of every common zero; None if there is none in time.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> eliminants(polynomials([x**2 + y**2 - 1, x - y], [x, y]), 2, monotonic() + 1)
    [2*x^2 + (-1), 2*x^2 + (-1)]
    """
    found = [_eliminant(list(system), i, n, end) for i in range(n)]
    return None if any(p is None for p in found) else found


def _eliminant(system: list[Any], i: int, n: int, end: float) -> Any:
    """All other variables out of the equations, one after the other, by resultants with the simplest equation."""
    for j in (j for j in range(n) if j != i):
        having = sorted((p for p in system if p.degrees()[j] > 0), key=lambda p: (p.degrees()[j], len(p)))
        without = [p for p in system if p.degrees()[j] <= 0]
        if not having:
            continue
        first, *others = having
        for p in others:
            if monotonic() > end or _cost(first, p, j) > DEGREE:
                return None
            r = first.resultant(p, j)
            without += [] if r == 0 else [r.primitive()[1]]
        system = without
    alone = [p for p in system if p != 0 and all(d <= 0 for k, d in enumerate(p.degrees()) if k != i)]
    return min((_in_one(p, i) for p in alone), key=lambda p: p.degree(), default=None)


def _cost(p: Any, q: Any, j: int) -> int:
    """The degree of a resultant is at most that."""
    others = [k for k in range(len(p.degrees())) if k != j]
    top, bottom = (max([0, *(poly.degrees()[k] for k in others)]) for poly in (p, q))
    return int(p.degrees()[j] * bottom + q.degrees()[j] * top)


def _in_one(p: Any, i: int) -> Any:
    coefficients = [0] * (max(0, p.degrees()[i]) + 1)
    for m, c in p.to_dict().items():
        coefficients[m[i]] = int(c)
    return flint.fmpz_poly(coefficients)
