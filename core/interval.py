r"""Intervals, one by one and by the thousand, that contain every real result for certain.

An interval array holds N intervals as floats of shape (2, N): row 0 is MINUS the lower end, row 1 the upper end,

    X = [-lower, upper],

so that every rounding is upward: -X is the array with its rows exchanged, and X + Y is one sum and one `up`.

Meaning: where an operation is undefined it has no values, so log [-1, e] = (-inf, 1]; `DEFINED` tells whether
it is defined on the whole operand. nan on a side means that no bound is known on that side, as an infinity
does. So a proof asks `lower > 0` or `upper < 0`, which nan never satisfies, and never asks for the opposite.

Rounding: sums, products, quotients and square roots are the nearest float (IEEE 754), so one step up is a
bound. Elementary functions are NumPy's, widened by 8 units in the last place (sin, cos, tan: by 1e-15). Their
measured errors stay below 2; `self_test` measures them again on the machine at hand. That is tested, not proved.

Rules: no kernel writes to its operands; kernels are called inside `np.errstate(all="ignore")`, because an
overflow or a nan is an answer here. Source: Moore, Kearfott, Cloud, Introduction to Interval Analysis, ch. 2-5.
"""

from __future__ import annotations

import decimal
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.error_function import erfs

Rows = NDArray[np.float64]  # (2, N): minus the lower ends, the upper ends
Truth = NDArray[np.bool_]  # (N,)

ULP: Final = 2.0**-52  # |x| ULP is between one and two units in the last place of x
TINY: Final = sys.float_info.min  # more than any underflow loses, even where subnormal numbers are flushed to 0
LARGEST: Final = sys.float_info.max
ROOM: Final = LARGEST * 2.0**-20  # a lower bound of what overflows; sums of many such do not overflow themselves
FEW: Final = 256  # entries, below which one call of nextafter is faster than four simple ones
LIBRARY_ULPS: Final = 8.0  # what NumPy's elementary functions are trusted with
PI_ABOVE: Final = math.nextafter(math.pi, math.inf)  # the float after pi; math.pi is the one before
WAVE_ERROR: Final = 1e-15  # what its sine, cosine and tangent are trusted with, near their zeros


@dataclass(frozen=True)
class Interval:
    """The real numbers from lo to hi, both included.

    >>> side = Interval(-1.0, 3.0)
    >>> side.width, side.midpoint, side.contains(3.0)
    (4.0, 1.0, True)
    >>> side.split()
    (Interval(lo=-1.0, hi=1.0), Interval(lo=1.0, hi=3.0))
    """

    lo: float
    hi: float

    def __post_init__(self) -> None:
        assert not self.lo > self.hi

    @property
    def width(self) -> float:
        return self.hi - self.lo

    @property
    def midpoint(self) -> float:
        """A number inside, half way up to rounding."""
        return min(max(0.5 * self.lo + 0.5 * self.hi, self.lo), self.hi)

    def contains(self, x: float) -> bool:
        return self.lo <= x <= self.hi

    def split(self) -> tuple[Interval, Interval]:
        """The two halves."""
        return Interval(self.lo, self.midpoint), Interval(self.midpoint, self.hi)


@dataclass(frozen=True)
class Box:
    """A product of sides: a region of interest, or a unit of proof.

    >>> box = Box.of([(-2, 2), (0, 1)])
    >>> box.lower, box.upper, box.width, box.midpoint
    ((-2.0, 0.0), (2.0, 1.0), 4.0, (0.0, 0.5))
    >>> [half.sides[0] for half in box.split()]
    [Interval(lo=-2.0, hi=0.0), Interval(lo=0.0, hi=2.0)]
    """

    sides: tuple[Interval, ...]

    @staticmethod
    def of(sides: Iterable[Sequence[float]]) -> Box:
        """The box with these (low, high) sides."""
        return Box(tuple(Interval(float(low), float(high)) for low, high in sides))

    @property
    def lower(self) -> tuple[float, ...]:
        return tuple(side.lo for side in self.sides)

    @property
    def upper(self) -> tuple[float, ...]:
        return tuple(side.hi for side in self.sides)

    @property
    def width(self) -> float:
        """Of the longest side."""
        return max(side.width for side in self.sides)

    @property
    def midpoint(self) -> tuple[float, ...]:
        return tuple(side.midpoint for side in self.sides)

    def contains(self, x: Sequence[float]) -> bool:
        return all(side.contains(float(coordinate)) for side, coordinate in zip(self.sides, x, strict=True))

    def split(self, i: int | None = None) -> tuple[Box, Box]:
        """The two halves along side i, or along the longest side."""
        if i is None:
            i = max(range(len(self.sides)), key=lambda j: self.sides[j].width)
        first, second = self.sides[i].split()
        return Box((*self.sides[:i], first, *self.sides[i + 1 :])), Box((*self.sides[:i], second, *self.sides[i + 1 :]))


# Making and reading interval arrays.


def rows(lower: Any, upper: Any) -> Rows:
    """The interval array with these ends.

    >>> rows([1.0, -2.0], [3.0, -1.0]).tolist()
    [[-1.0, 2.0], [3.0, -1.0]]
    """
    return np.stack(np.broadcast_arrays(-np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)))


def constant(value: float, exact: bool = True) -> Rows:
    """One interval around a constant: the float itself, or it and its neighbours if it was rounded.

    >>> constant(2.0).tolist()
    [[-2.0], [2.0]]
    >>> bool(constant(0.1, exact=False)[1, 0] > 0.1)
    True
    """
    x = np.array([[-value], [value]])
    return x if exact else up(x)


def up(x: Rows, ulps: float = 1.0, absolute: float = TINY) -> Rows:
    """Move every entry of x up, in place, by at least `ulps` units in the last place, and `absolute`.

    A result that was rounded to the nearest float is then a bound from above. It holds at 0, among subnormal
    numbers, and at overflow, where the bound is inf; an entry of -inf is an overflow too: it becomes nan or
    the smallest float.
    """
    if ulps == 1.0 and absolute == TINY and x.size < FEW:
        return np.nextafter(x, np.inf, out=x)
    step = np.abs(x)
    step *= ulps * ULP
    if absolute:
        step += absolute
    return np.add(x, step, out=x)


def _library(x: Rows, absolute: float = TINY) -> Rows:
    """What NumPy's elementary functions gave, made a bound."""
    return up(np.maximum(x, -ROOM, out=x), LIBRARY_ULPS, absolute)


def _honest(a: Rows) -> Rows:
    """An unknown bound as an infinite one."""
    return np.fmin(a, np.inf)


def _sizes(a: Rows) -> Rows:
    """The smallest |x| (or -|x|), and the largest."""
    size = np.empty_like(a)
    np.fmin(a[0], a[1], out=size[0])
    np.fmin(size[0], 0.0, out=size[0])
    np.maximum(a[0], a[1], out=size[1])
    return size


def _not_negative(r: Rows) -> Rows:
    """The part of r from 0 up, for a result that cannot be negative."""
    np.fmin(r[0], 0.0, out=r[0])
    return r


# Arithmetic.


def neg(a: Rows) -> Rows:
    """-a."""
    return a[::-1]


def add(a: Rows, b: Rows) -> Rows:
    """a + b. A sum of floats never underflows, so 0 + 0 stays 0."""
    return up(a + b, absolute=0.0)


def sub(a: Rows, b: Rows) -> Rows:
    """a - b."""
    return up(a + b[::-1], absolute=0.0)


def _hull(p: Rows, q: Rows) -> Rows:
    """From p = [ll, uu], q = [lu, ul] (products of rows, so lu and ul have the wrong sign) the bounds of all four."""
    r = np.empty_like(p)
    least = np.empty_like(p)
    np.maximum(q[0], q[1], out=r[0])
    np.maximum(p[0], p[1], out=r[1])
    np.minimum(p[0], p[1], out=least[0])
    np.minimum(q[0], q[1], out=least[1])
    np.negative(least, out=least)
    return np.maximum(r, least, out=r)


def mul(a: Rows, b: Rows) -> Rows:
    """The hull of the four products of ends; 0 times an infinite end is nan, no bound known."""
    return up(_hull(a * b, a * b[::-1]))


def scale(a: Rows, c: Rows) -> Rows:
    """a c for one constant interval c of shape (2, 1) that does not contain 0: cheaper than `mul`, and tighter."""
    low, high = -float(c[0, 0]), float(c[1, 0])
    if low < 0.0:
        a, low, high = a[::-1], -high, -low
    r = a * low
    return up(r if low == high else np.maximum(r, a * high, out=r))


def share(a: Rows, c: Rows) -> Rows:
    """a / c for one constant interval c of shape (2, 1) that does not contain 0, as `scale`."""
    low, high = -float(c[0, 0]), float(c[1, 0])
    if low < 0.0:
        a, low, high = a[::-1], -high, -low
    r = a / low
    return up(r if low == high else np.maximum(r, a / high, out=r))


def div(a: Rows, b: Rows) -> Rows:
    """a / b where b is not 0: bounded on one side if 0 is an end of b and a has one sign."""
    r = up(_hull(a / b, a / b[::-1]))
    near = np.broadcast_to(~_apart(b), r.shape[1:])
    if near.any():
        a, b = np.broadcast_to(a, r.shape), np.broadcast_to(b, r.shape)
        r[:, near] = mul(a[:, near], _reciprocal(b[:, near], -1))
    return r


def _apart(a: Rows) -> Truth:
    """Whether 0 is proved to lie outside."""
    return np.asarray((a[0] < 0.0) | (a[1] < 0.0))


def powi(a: Rows, k: int) -> Rows:
    """a to the whole power k."""
    if k == 0:
        return constant(1.0)
    if k == 1:
        return a
    if k < 0:
        return _even_reciprocal(a, k) if k % 2 == 0 else _reciprocal(a, k)
    if k % 2:
        return up(*_whole_power(a, k))
    size = _sizes(a)
    p, ulps = _whole_power(size, k)
    np.negative(p[0], out=p[0])
    return _not_negative(up(p, ulps))


def _whole_power(x: Rows, k: int) -> tuple[Rows, float]:
    """x^k for k >= 2 entry by entry, and its error in units in the last place.

    Up to 16 by repeated squaring: at most k - 1 roundings of half a unit count. An underflow on the way
    means |x| < 1, so it costs less than TINY in the end.
    """
    if k > 16:
        p = np.power(x, float(k))
        return np.maximum(p, -LARGEST, out=p), LIBRARY_ULPS
    square = x * x
    p = square if k % 2 == 0 else square * x
    rest = k // 2 - 1
    while rest:
        if rest % 2:
            p = p * square
        rest //= 2
        if rest:
            square = square * square
    return p, (1.0 if k == 2 else float(k))


def _even_reciprocal(a: Rows, k: int) -> Rows:
    size = _sizes(a)[::-1]
    r = np.power(np.abs(_honest(size)), float(k))
    np.negative(r[0], out=r[0])
    return _not_negative(_library(r))


def _reciprocal(a: Rows, k: int) -> Rows:
    """a^k for odd k < 0: decreasing on either side of 0, without bound towards it."""
    r = -(1.0 / a[::-1] if k == -1 else np.power(a[::-1], float(k)))
    below = ~(a[0] <= 0.0) & ~(a[1] < 0.0)  # may take values below 0, as near 0 as you like
    above = ~(a[1] <= 0.0) & ~(a[0] < 0.0)
    r = up(r) if k == -1 else _library(r)
    r[0][below] = np.inf
    r[1][above] = np.inf
    return r


def sqrt(a: Rows) -> Rows:
    """The root that is not negative, of the part of a from 0 up."""
    r = np.empty_like(a)
    np.negative(_honest(a[0]), out=r[0])
    np.maximum(r[0], 0.0, out=r[0])
    r[1] = a[1]
    np.sqrt(r, out=r)
    np.negative(r[0], out=r[0])
    return _not_negative(up(r))


def power(a: Rows, b: Rows) -> Rows:
    """a^b for the part of a from 0 up: monotone in a and in b, so its bounds are at the corners."""
    low, high = np.maximum(-_honest(a[0]), 0.0) + 0.0, a[1] + 0.0  # no -0: its odd negative powers are -inf
    corners = np.stack(
        np.broadcast_arrays(np.power(low, -b[0]), np.power(low, b[1]), np.power(high, -b[0]), np.power(high, b[1]))
    )
    r = np.stack([-corners.min(axis=0), corners.max(axis=0)])
    r[:, np.isnan(high) | np.isnan(b[0] + b[1]) | np.zeros(r.shape[1], dtype=bool)] = np.nan  # power(nan, 0) is 1
    return _not_negative(_library(r))


# Elementary functions: increasing ones act on each row alone when they are odd.


def cbrt(a: Rows) -> Rows:
    """The real cube root."""
    return _library(np.cbrt(a))


def exp(a: Rows) -> Rows:
    """e^a."""
    r = _honest(a)
    np.negative(r[0], out=r[0])
    np.exp(r, out=r)
    np.negative(r[0], out=r[0])
    return _not_negative(_library(r))


def log(a: Rows) -> Rows:
    """The natural logarithm of the positive part of a."""
    r = _honest(a)
    np.negative(r[0], out=r[0])
    np.maximum(r[0], 0.0, out=r[0])
    np.log(r, out=r)
    np.negative(r[0], out=r[0])
    return _library(r)


def sin(a: Rows) -> Rows:
    """The sine: its values at both ends, and +-1 where a crest or a trough may lie between."""
    ends = np.sin(a)
    np.negative(ends[0], out=ends[0])
    return _wave(a, ends, 0.25)


def cos(a: Rows) -> Rows:
    """The cosine."""
    return _wave(a, np.cos(a), 0.0)


def _wave(a: Rows, ends: Rows, crest: float) -> Rows:
    turns = _turns(a, 2.0 * math.pi)
    r = np.empty_like(ends)
    np.minimum(ends[0], ends[1], out=r[0])
    np.negative(r[0], out=r[0])
    np.maximum(ends[0], ends[1], out=r[1])
    up(r, 0.0, WAVE_ERROR)
    r[0][_reached(turns, crest + 0.5)] = 1.0
    r[1][_reached(turns, crest)] = 1.0
    return np.minimum(r, 1.0, out=r)


def _turns(a: Rows, period: float) -> Rows:
    """a / period, moved up by more than the error of that division (which counts for large a)."""
    turns = a * (1.0 / period)
    margin = np.abs(turns)
    margin *= 2e-15
    margin += 1e-9
    return np.add(turns, margin, out=turns)


def _reached(turns: Rows, place: float) -> Truth:
    """Whether place + k may lie in the interval for some whole k; when in doubt, yes."""
    floors = np.floor(turns + np.array([[place], [-place]]))
    return np.asarray(~(floors[0] + floors[1] < 0.0))


def tan(a: Rows) -> Rows:
    """The tangent: increasing between poles, the whole line where a pole may lie inside."""
    r = _library(np.tan(a), WAVE_ERROR)
    r[:, ~_no_pole(a)] = np.inf
    return r


def _no_pole(a: Rows) -> Truth:
    return ~_reached(_turns(a, math.pi), 0.5)


def asin(a: Rows) -> Rows:
    """The inverse of the sine, of the part of a in [-1, 1]."""
    return _library(np.arcsin(np.fmin(a, 1.0)))


def acos(a: Rows) -> Rows:
    """The inverse of the cosine, decreasing."""
    r = np.fmin(a[::-1], 1.0)
    np.negative(r[1], out=r[1])
    np.arccos(r, out=r)
    np.negative(r[0], out=r[0])
    return _not_negative(_library(r))


def atan(a: Rows) -> Rows:
    """The inverse of the tangent."""
    return _library(np.arctan(_honest(a)))


def sinh(a: Rows) -> Rows:
    """The hyperbolic sine."""
    return _library(np.sinh(a))


def cosh(a: Rows) -> Rows:
    """The hyperbolic cosine, at least 1."""
    r = np.cosh(_sizes(a))
    np.negative(r[0], out=r[0])
    _library(r)
    np.fmin(r[0], -1.0, out=r[0])
    return r


def tanh(a: Rows) -> Rows:
    """The hyperbolic tangent."""
    r = _library(np.tanh(_honest(a)))
    return np.minimum(r, 1.0, out=r)


def asinh(a: Rows) -> Rows:
    """The inverse of the hyperbolic sine."""
    return _library(np.arcsinh(a))


def acosh(a: Rows) -> Rows:
    """The inverse of the hyperbolic cosine, of the part of a from 1 up."""
    r = _honest(a)
    np.negative(r[0], out=r[0])
    np.maximum(r[0], 1.0, out=r[0])
    np.arccosh(r, out=r)
    np.negative(r[0], out=r[0])
    return _not_negative(_library(r))


def atanh(a: Rows) -> Rows:
    """The inverse of the hyperbolic tangent, of the part of a in (-1, 1)."""
    return _library(np.arctanh(np.fmin(a, 1.0)))


def erf(a: Rows) -> Rows:
    """The error function."""
    r = _library(erfs(_honest(a)))
    return np.minimum(r, 1.0, out=r)


def atan2(a: Rows, b: Rows) -> Rows:
    """The angle of (b, a): its values at the corners, and every angle where the box meets the cut or the origin.

    Elsewhere the angle is monotone along every line parallel to an axis, so a corner has the largest.
    """
    low, high, left, right = np.broadcast_arrays(-_honest(a[0]), _honest(a[1]), -_honest(b[0]), _honest(b[1]))
    corners = np.stack([np.arctan2(y + 0.0, x) for y in (low, high) for x in (left, right)])
    r = np.minimum(_library(np.stack([-corners.min(axis=0), corners.max(axis=0)])), PI_ABOVE)
    cut = (low < 0.0) & (high >= 0.0) & (left < 0.0)
    r[:, cut | ~(_apart(a) | _apart(b))] = PI_ABOVE
    return r


# Seams and choices: exact, no rounding.


def absolute(a: Rows) -> Rows:
    """|a|."""
    return _sizes(a)


def sign(a: Rows) -> Rows:
    """1, 0 or -1."""
    return np.asarray(1.0 - (a <= 0.0) - (a < 0.0), dtype=float)


def minimum(a: Rows, b: Rows) -> Rows:
    """The smaller; it is below both upper ends, so one known upper end is enough."""
    return np.stack([np.maximum(a[0], b[0]), np.fmin(a[1], b[1])])


def maximum(a: Rows, b: Rows) -> Rows:
    """The larger."""
    return np.stack([np.fmin(a[0], b[0]), np.maximum(a[1], b[1])])


def _decided(yes: Truth, no: Truth) -> Rows:
    """1 where proved, 0 where refuted, [0, 1] otherwise."""
    return np.stack([np.where(yes, -1.0, 0.0), np.where(no, 0.0, 1.0)])


def lt(a: Rows, b: Rows) -> Rows:
    """1 if a < b else 0."""
    return _decided(a[1] < -b[0], -a[0] >= b[1])


def le(a: Rows, b: Rows) -> Rows:
    """1 if a <= b else 0."""
    return _decided(a[1] <= -b[0], -a[0] > b[1])


def eq(a: Rows, b: Rows) -> Rows:
    """1 if a = b else 0."""
    same = (a[1] == -a[0]) & (b[1] == -b[0]) & (a[1] == b[1])
    return _decided(same, (a[1] < -b[0]) | (-a[0] > b[1]))


def select(c: Rows, a: Rows, b: Rows) -> Rows:
    """a where c is proved not 0, b where it is proved 0, else the hull of both."""
    no = (c[0] == 0.0) & (c[1] == 0.0)
    return np.asarray(np.where(_apart(c), a, np.where(no, b, np.maximum(a, b))))


KERNELS: Final[dict[str, Callable[..., Rows]]] = {
    "neg": neg,
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "powi": powi,
    "pow": power,
    "sqrt": sqrt,
    "cbrt": cbrt,
    "exp": exp,
    "log": log,
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "asin": asin,
    "acos": acos,
    "atan": atan,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
    "erf": erf,
    "atan2": atan2,
    "abs": absolute,
    "sign": sign,
    "min": minimum,
    "max": maximum,
    "lt": lt,
    "le": le,
    "eq": eq,
    "select": select,
}

# Where an operation that is not defined everywhere is proved to be defined on the whole operand.
DEFINED: Final[dict[str, Callable[..., Truth]]] = {
    "div": lambda a, b: _apart(b),
    "powi": lambda a, k: _apart(a) if k < 0 else np.ones(a.shape[1], dtype=bool),
    "pow": lambda a, b: (a[0] < 0.0) | ((a[0] <= 0.0) & (b[0] < 0.0)),
    "sqrt": lambda a: a[0] <= 0.0,
    "log": lambda a: a[0] < 0.0,
    "tan": _no_pole,
    "asin": lambda a: (a[0] <= 1.0) & (a[1] <= 1.0),
    "acos": lambda a: (a[0] <= 1.0) & (a[1] <= 1.0),
    "acosh": lambda a: a[0] <= -1.0,
    "atanh": lambda a: (a[0] < 1.0) & (a[1] < 1.0),
    "atan2": lambda a, b: _apart(a) | _apart(b),
}


# The self-test: what the bounds rest on, measured on this machine against 60-digit decimal arithmetic.

LIBRARY: Final[dict[str, Callable[..., Any]]] = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "erf": erfs,
    "pow": lambda x: np.power(x, 2.3),
    "atan2": lambda x: np.arctan2(0.7, x),
}
_LARGE: Final = {
    "exp": 700.0,
    "sinh": 700.0,
    "cosh": 700.0,
    "tanh": 1e5,
    "erf": 30.0,
    "sin": 1e15,
    "cos": 1e15,
    "tan": 1e15,
    "pow": 1e130,
}
_PRECISE: Final = decimal.Context(prec=60, Emax=999999, Emin=-999999)
_PI: Final = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798"
)


def self_test(library: Mapping[str, Callable[..., Any]] = LIBRARY) -> None:
    """Raise ArithmeticError unless floats round as the bounds here need; takes about 0.1 s.

    Half of what the kernels allow for is accepted, because a sample does not meet the worst case.

    >>> self_test()
    """
    _test_rounding()
    for word, function in library.items():
        x = _sample(word)
        with np.errstate(all="ignore"):
            worst = max(_error(word, x, function(x)), _error(word, x[::7], function(x[::7])))
        if not worst <= 0.5:
            raise ArithmeticError(f"{word}: off by {worst:.2g} times what the interval bounds allow for")


def _test_rounding() -> None:
    one, small = np.ones(9), np.full(9, TINY)
    nearest = (one + 2.0**-53 == one) & (one + 1.5 * 2.0**-53 > one) & (one - 2.0**-54 == one)
    gradual = (small * 0.5 > 0.0) & (small * 1.5 - small > 0.0)
    if not (nearest & gradual).all():
        raise ArithmeticError("floats here do not round to nearest with gradual underflow")


def _sample(word: str) -> Rows:
    """Some sixty numbers of the word's domain, small, large and hard."""
    small = np.geomspace(1e-8, 0.999, 20)
    large = np.geomspace(1.01, _LARGE.get(word, 1e300), 20)
    if word in ("asin", "acos", "atanh"):
        return np.concatenate([-small, small, 1.0 - small[:15]])
    if word == "acosh":
        return np.concatenate([1.0 + small, large])
    if word in ("log", "pow"):
        return np.concatenate([small, large, 1.0 - small[5:], 1.0 + small[5:]])
    hard = np.arange(1.0, 13.0) * (0.5 * math.pi) if word in ("sin", "cos", "tan") else large
    return np.concatenate([-small, small, large, -hard])


def _error(word: str, x: Rows, found: Rows) -> float:
    """The largest error, as a part of what is allowed."""
    worst = 0.0
    for number, value in zip(x.tolist(), np.asarray(found).tolist(), strict=True):
        if not math.isfinite(value):
            return math.inf
        with decimal.localcontext(_PRECISE):
            truth = _truth(word, Decimal(number))
            allowed = Decimal(LIBRARY_ULPS * math.ulp(value))
            if word in ("sin", "cos", "tan"):
                allowed = Decimal(WAVE_ERROR) + (allowed if word == "tan" else 0)
            worst = max(worst, float(abs(Decimal(value) - truth) / allowed))
    return worst


def _truth(word: str, x: Decimal) -> Decimal:
    """The word's value, in the precision of the decimal context."""
    one = Decimal(1)
    match word:
        case "exp":
            return x.exp()
        case "log":
            return x.ln()
        case "pow":
            return (x.ln() * Decimal.from_float(2.3)).exp()
        case "cbrt":
            return (abs(x).ln() / 3).exp().copy_sign(x)
        case "sin":
            return _sine(x)
        case "cos":
            return _sine(_PI / 2 - x)
        case "tan":
            return _sine(x) / _sine(_PI / 2 - x)
        case "atan":
            return _arc(x)
        case "asin":
            return _arc(x / (one - x * x).sqrt())
        case "acos":
            return _PI / 2 - _arc(x / (one - x * x).sqrt())
        case "sinh":
            return (x.exp() - (-x).exp()) / 2
        case "cosh":
            return (x.exp() + (-x).exp()) / 2
        case "tanh":
            return one - 2 / ((2 * x).exp() + 1)
        case "asinh":
            return (abs(x) + (x * x + 1).sqrt()).ln().copy_sign(x)
        case "acosh":
            return (x + (x * x - 1).sqrt()).ln()
        case "atanh":
            return ((one + x) / (one - x)).ln() / 2
        case "erf":
            return _bell(x)
        case "atan2":
            return _arc(Decimal.from_float(0.7) / x) + (0 if x > 0 else _PI)
    raise AssertionError(word)


def _sine(x: Decimal) -> Decimal:
    """By Taylor's series, after taking away whole turns."""
    x -= 2 * _PI * (x / (2 * _PI)).to_integral_value()
    term, total, k = x, x, 1
    while abs(term) > Decimal("1e-58"):
        k += 2
        term = -term * x * x / (k * (k - 1))
        total += term
    return total


def _bell(x: Decimal) -> Decimal:
    """The error function: e^(-x^2) times a series of positive terms, 2^k x^(2k+1) / (1 3 5 ... (2k+1))."""
    if abs(x) > 12:
        return Decimal(1).copy_sign(x)  # to 60 digits
    term, total, k = x, x, 1
    while abs(term) > Decimal("1e-60") * abs(total):
        k += 2
        term = term * 2 * x * x / k
        total += term
    return 2 / _PI.sqrt() * (-x * x).exp() * total


def _arc(x: Decimal) -> Decimal:
    """The arc tangent, by its series after halving the angle five times."""
    for _ in range(5):
        x = x / (1 + (1 + x * x).sqrt())
    power, total, k = x, x, 1
    while abs(power) > Decimal("1e-58"):
        k += 2
        power = -power * x * x
        total += power / k
    return 32 * total
