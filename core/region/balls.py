r"""Values that cannot lie: an expression at a point in ball arithmetic, with as many bits as its sign needs.

A chord is only a witness if f at its middle is above the mean of its ends for certain. Floats lose a gap of 1e-18 in
rounding; a ball [m ± r] of FLINT holds the true value, so a sign read off it is proved.

Source: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic (2017).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Final

import flint
import sympy
from flint import arb
from sympy import Add, And, Eq, Expr, Mul, Ne, Not, Or, Piecewise, Pow, Rational, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from core.function import Atan2, Requirement, Root
from core.vocabulary import NONNEGATIVE, POSITIVE

Point = Mapping[Symbol, Rational]
BITS: Final = (64, 160, 400, 1100)

_WORDS: Final[dict[type, Callable[[arb], arb]]] = {
    sympy.exp: lambda u: u.exp(),
    sympy.log: lambda u: u.log(),
    sympy.sin: lambda u: u.sin(),
    sympy.cos: lambda u: u.cos(),
    sympy.tan: lambda u: u.tan(),
    sympy.cot: lambda u: u.cot(),
    sympy.sec: lambda u: 1 / u.cos(),
    sympy.csc: lambda u: 1 / u.sin(),
    sympy.asin: lambda u: u.asin(),
    sympy.acos: lambda u: u.acos(),
    sympy.atan: lambda u: u.atan(),
    sympy.sinh: lambda u: u.sinh(),
    sympy.cosh: lambda u: u.cosh(),
    sympy.tanh: lambda u: u.tanh(),
    sympy.asinh: lambda u: u.asinh(),
    sympy.acosh: lambda u: u.acosh(),
    sympy.atanh: lambda u: u.atanh(),
    sympy.erf: lambda u: u.erf(),
    sympy.Abs: abs,
}


class UnknownError(ValueError):
    """A ball cannot tell, or the expression has a word that no ball knows."""


def exactly(value: float) -> Rational:
    """The number that a float is.

    >>> exactly(0.5), exactly(0.1) == Rational(1, 10)
    (1/2, False)
    """
    q = Fraction(value)
    return Rational(q.numerator, q.denominator)


def at(X: tuple[Symbol, ...], p: tuple[float, ...] | list[float]) -> Point:
    """The point with these floats as coordinates, exactly."""
    return dict(zip(X, map(exactly, p), strict=True))


def sign(e: Expr, p: Point) -> int | None:
    """The proved sign of e at a point: 1, -1, or 0 for a fraction that is 0; None where no ball decides.

    >>> x = Symbol("x", real=True)
    >>> sign(sympy.exp(x) - 1 - x, {x: Rational(1, 10**12)}), sign(x**2 - x, {x: Rational(1)})
    (1, 0)
    """
    exact = e.xreplace(dict(p))
    return int(sympy.sign(exact)) if exact.is_Rational else decided(lambda: value(e, p))


def gap(e: Expr, p: Point, q: Point) -> arb:
    """How much e at the middle of p and q is above its mean at the two."""
    middle = {x: (p[x] + q[x]) / 2 for x in p}
    return value(e, middle) - (value(e, p) + value(e, q)) / 2


def gap_number(e: Expr, p: Point, q: Point) -> float:
    """About that gap."""
    with _precision(BITS[-1]):
        return float(gap(e, p, q).mid())


def decided(ball_of: Callable[[], arb]) -> int | None:
    """The sign of a number that is asked for with more and more bits; None where none decides."""
    for bits in BITS:
        with _precision(bits):
            try:
                ball = ball_of()
            except (UnknownError, ZeroDivisionError, ValueError, OverflowError):
                return None
            if not ball.is_finite():
                return None
            if ball > 0 or ball < 0:
                return 1 if ball > 0 else -1
    return None


def number(e: Expr, p: Point, bits: int = 128) -> float | None:
    """About the value at a point, as a float; None where it has none."""
    with _precision(bits):
        try:
            ball = value(e, p)
        except (UnknownError, ZeroDivisionError, ValueError, OverflowError):
            return None
        return float(ball.mid()) if ball.is_finite() else None


def defined(domain: tuple[Requirement, ...], p: Point) -> bool:
    """Is it proved that every condition holds at a point?"""
    return all(_holds(r, p) for r in domain)


def _holds(r: Requirement, p: Point) -> bool:
    s = sign(r.expression, p)
    return s is not None and _fits(r, s)


def refuted(domain: tuple[Requirement, ...], p: Point) -> bool:
    """Is it proved that some condition fails at a point?

    >>> x = Symbol("x", real=True)
    >>> [refuted((Requirement(sympy.log(x) + 1, POSITIVE),), {x: Rational(k, 8)}) for k in (1, 4)]
    [True, False]
    """
    return any((s := sign(r.expression, p)) is not None and not _fits(r, s) for r in domain)


def _fits(r: Requirement, s: int) -> bool:
    return s > 0 if r.relation == POSITIVE else s >= 0 if r.relation == NONNEGATIVE else s != 0


@contextmanager
def _precision(bits: int) -> Iterator[None]:
    before, flint.ctx.prec = flint.ctx.prec, bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def value(e: Expr, p: Point) -> arb:
    """A ball that holds e at a point, in the precision that is set."""
    if e.is_Symbol:
        return _rational(p[e])
    if e.is_Rational:
        return _rational(e)
    if e is sympy.pi:
        return arb.pi()
    if e is sympy.E:
        return arb(1).exp()
    if isinstance(e, Add):
        return sum((value(a, p) for a in e.args), arb(0))
    if isinstance(e, Mul):
        return _product(e, p)
    if isinstance(e, Pow):
        return _power(e, p)
    if isinstance(e, sympy.Max | sympy.Min):
        first, *others = (value(a, p) for a in e.args)
        for other in others:
            first = first.max(other) if isinstance(e, sympy.Max) else first.min(other)
        return first
    if isinstance(e, Piecewise):
        return next(value(u, p) for u, c in e.args if truth(c, p))
    if isinstance(e, Root):
        u = value(e.args[0], p)
        s = _sign(e.args[0], p)
        return arb(0) if s == 0 else s * abs(u) ** (arb(1) / int(e.args[1]))
    if isinstance(e, Atan2):
        return arb.atan2(value(e.args[0], p), value(e.args[1], p))
    if isinstance(e, sympy.sign):
        return arb(_sign(e.args[0], p))
    if type(e) in _WORDS:
        return _WORDS[type(e)](value(e.args[0], p))
    raise UnknownError(type(e).__name__)


def _rational(q: Rational) -> arb:
    return arb(flint.fmpq(int(q.p), int(q.q)))


def _product(e: Mul, p: Point) -> arb:
    product = arb(1)
    for a in e.args:
        product *= value(a, p)
    return product


def _power(e: Pow, p: Point) -> arb:
    if e.exp.is_Integer:
        return value(e.base, p) ** int(e.exp)
    if e.base is sympy.E:
        return value(e.exp, p).exp()
    s = _sign(e.base, p)
    if s < 0:
        raise UnknownError("a power of a negative number")
    if s == 0:
        if not e.exp.is_positive:
            raise UnknownError("0 to a power that is not positive")
        return arb(0)
    base = value(e.base, p)
    return base.sqrt() if e.exp == Rational(1, 2) else base ** value(e.exp, p)


def _sign(e: Expr, p: Point) -> int:
    """By algebra where the value is a fraction, else by the ball of the precision that is set."""
    if (exact := e.xreplace(dict(p))).is_Rational:
        return int(sympy.sign(exact))
    u: Any = value(e, p)
    if not (u > 0 or u < 0):
        raise UnknownError("a sign")
    return 1 if u > 0 else -1


def truth(c: Boolean, p: Point) -> bool:
    """Does a condition of a case hold at a point?"""
    if c in (sympy.true, sympy.false):
        return bool(c)
    if isinstance(c, And):
        return all(truth(a, p) for a in c.args)
    if isinstance(c, Or):
        return any(truth(a, p) for a in c.args)
    if isinstance(c, Not):
        return not truth(c.args[0], p)
    if isinstance(c, sympy.ITE):
        return truth(c.args[1] if truth(c.args[0], p) else c.args[2], p)
    assert isinstance(c, Relational)
    if isinstance(c, Eq | Ne):
        return (_sign(c.lhs - c.rhs, p) == 0) == isinstance(c, Eq)
    s = _sign(c.gts - c.lts, p)
    return s > 0 if c.rel_op in ("<", ">") else s >= 0
