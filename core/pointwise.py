r"""A map at one point, to many digits: its value, and its derivative where it has one.

Inside the domain and off every seam the derivative is what the rules give. On a seam (|u| at 0, a tie of max, a border
of cases) the rules are silent, and the definition is asked:

    F(p + t d) = F(p) + t J d + o(t)    for every direction d

The quotients (F(p + t d) - F(p))/t are formed with eighty digits at four tiny t, along all axes and diagonals, and on a
few parabolas and cubics. If their limits agree with one matrix, that is J; if not, F has no derivative there, and the
answer says so. Finitely many ways are no proof: a form made to vanish on all of them would pass.

Rules: coordinates are exact fractions; a component has a row or none; what is no number that a float holds is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import mpmath
import sympy
from sympy import Expr, Integer, Rational, Symbol

from core import calculus
from core.function import Function, Requirement, truth

DIGITS: Final = 30  # of a value
MORE: Final = 80  # of a difference
TINY: Final = tuple(Rational(1, 10**k) for k in (18, 24, 30, 36))  # lengths of a difference
AGREE: Final = Rational(1, 10**14)  # relative: slopes that differ by less are one
BENT: Final = ((1, 2), (1, 3), (2, 1), (3, 1))  # powers of t in two coordinates, on a curve through the point
LARGEST: Final = Rational(10) ** 308  # a float holds it
ZERO: Final = Rational(1, 10**40)  # a number that is smaller counts as zero, where algebra does not say
NOISE: Final = Rational(1, 10**20)  # a slope that is smaller than what a quotient can see
SMALLEST: Final = 1e-26  # a singular value below this part of the largest counts as zero; entries have 30 digits

Values = tuple[Expr, ...]
Way = tuple[tuple[int, int], ...]  # of every coordinate the factor and the power of t


@dataclass(frozen=True)
class Row:
    """A component at the point: its value, its slopes, and why there are none."""

    value: Expr | None
    slopes: Values | None
    reason: str = ""


@dataclass(frozen=True)
class Pointwise:
    """A map at a point, component by component."""

    rows: tuple[Row, ...]

    @property
    def value(self) -> list[float] | None:
        """The value; None outside the domain."""
        known = [row.value for row in self.rows if row.value is not None]
        return [float(v) for v in known] if len(known) == len(self.rows) else None

    @property
    def jacobian(self) -> list[list[float] | None]:
        """The rows of J; None where a component has no derivative."""
        return [None if row.slopes is None else [float(s) for s in row.slopes] for row in self.rows]

    @property
    def matrix(self) -> sympy.Matrix | None:
        """J to many digits, where all of it exists."""
        if any(row.slopes is None for row in self.rows):
            return None
        return sympy.Matrix([list(row.slopes or ()) for row in self.rows])

    @property
    def reason(self) -> str:
        """Why J is not complete; empty where it is."""
        return " ".join(dict.fromkeys(row.reason for row in self.rows if row.reason))


def at(rows: Sequence[Function], p: Sequence[Expr]) -> Pointwise:
    """The components of a map, each on its own domain, and their derivatives at a point of fractions.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> rows = [Function((x, y), (e,)) for e in (sympy.Abs(x) * x, sympy.Abs(x) + y)]
    >>> found = at(rows, [Integer(0), Integer(2)])
    >>> found.value, found.jacobian
    ([0.0, 2.0], [[0.0, 0.0], None])
    >>> found.reason
    'f_2 has no derivative there: its slopes along different directions do not fit together.'
    """
    names = ["f"] if len(rows) == 1 else [f"f_{i + 1}" for i in range(len(rows))]
    return Pointwise(
        tuple(_row(f, dict(zip(f.variables, p, strict=True)), name) for f, name in zip(rows, names, strict=True))
    )


def _row(f: Function, place: dict[Symbol, Expr], name: str) -> Row:
    if not all(holds(r, place) for r in f.domain):
        return Row(None, None, f"{name} has no value there: the point is outside its domain.")
    value = number(f.components[0].xreplace(place), DIGITS)
    if value is None:
        return Row(None, None, f"{name} has no value there that a float holds.")
    if all(holds(r, place) for r in (*calculus.interior(f.domain), *calculus.seams(f))):
        slopes = [number(calculus.derivative(f.components[0], x).xreplace(place), DIGITS) for x in f.variables]
        if all(s is not None for s in slopes):
            return Row(value, tuple(s for s in slopes if s is not None))
    found = _by_definition(f, place)
    return Row(value, found, "" if found else f"{name} has no derivative there: {_why_not(f, place)}.")


def holds(r: Requirement, place: dict[Symbol, Expr]) -> bool:
    """Does a condition hold at a point: by algebra, else by many digits?"""
    known = truth(r, place)
    if known is not None:
        return known
    u = number(r.expression.xreplace(place), MORE)
    if u is None:
        return False
    size = 0 if abs(u) < ZERO else u
    return bool({">": size > 0, ">=": size >= 0, "!=": size != 0}[r.relation])


def number(e: Expr, digits: int) -> Expr | None:
    """A finite real number to so many digits; None where the expression is none.

    >>> number(sympy.sqrt(Integer(2)), 12), number(sympy.zoo, 12), number(sympy.log(Integer(-1)), 12)
    (1.41421356237, None, None)
    """
    with suppress(TypeError, ValueError, ArithmeticError):
        found = e.evalf(digits, maxn=4 * digits + 100)
        if found.is_Number and found.is_finite and abs(found) <= LARGEST:
            return found
    return None


def _by_definition(f: Function, place: dict[Symbol, Expr]) -> Values | None:
    """The slopes by all variables as limits of quotients, where they fit together along every direction; else None."""
    n, base = f.n, number(f.components[0].xreplace(place), MORE)
    unit = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    slopes = [_along(f, place, base, tuple((k, 1) for k in d)) for d in unit]
    if any(s is None for s in slopes):
        return None
    known = tuple(s for s in slopes if s is not None)
    scale = 1 + max(abs(s) for s in known)
    ways = [tuple((k, 1) for k in d) for d in _directions(unit)] + _curves(n)
    for way in ways:
        there = _along(f, place, base, way)
        slope = sum((s * k for s, (k, power) in zip(known, way, strict=True) if power == 1), Integer(0))
        if there is None or abs(there - slope) > AGREE * scale:
            return None
    return known


def _directions(unit: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Backwards along the axes, and the diagonals of each pair of them, both even and slanted."""
    back = [tuple(-k for k in d) for d in unit]
    pairs = [(a, b) for a, b in combinations(unit, 2)]
    slanted = [tuple(u * i + v * j for i, j in zip(a, b, strict=True)) for a, b in pairs
               for u, v in ((1, 1), (1, -1), (-1, 1), (-1, -1), (2, 1), (-1, 2), (1, -3))]  # fmt: skip
    return back + slanted


def _curves(n: int) -> list[Way]:
    """Curves that leave along an axis and bend off: (t, ±t²) and the like, for each pair of coordinates."""
    found = []
    for i, j in combinations(range(n), 2):
        for powers in BENT:
            for sign in (1, -1):
                way = [(0, 1)] * n
                way[i], way[j] = (1, powers[0]), (sign, powers[1])
                found.append(tuple(way))
    return found


def _why_not(f: Function, place: dict[Symbol, Expr]) -> str:
    """Why the quotients have no limits that fit together, as the end of a sentence."""
    n, base = f.n, number(f.components[0].xreplace(place), MORE)
    unit = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    ways = [tuple((k, 1) for k in d) for d in (*unit, *_directions(unit))]
    quotients = [_quotients(f, place, base, way) for way in ways]
    known = [q for q in quotients if q is not None]
    said = []
    if any(not _leads_inside(f, place, way) for way in ways):
        said.append("the point is on the edge of its domain")
    if any(map(_jumps, known)):
        said.append("its value jumps")
    elif any(map(_grows, known)):
        said.append("its slope grows without bound, as at a vertical tangent")
    if not said and n == 1:
        settled = all(_limit(q) is not None for q in known)
        said.append("the slopes on its two sides are not the same" if settled else "its slopes tend to no number")
    return ", and ".join(said) or "its slopes along different directions do not fit together"


def _leads_inside(f: Function, place: dict[Symbol, Expr], way: Way) -> bool:
    return all(holds(r, _moved(place, way, TINY[-1])) for r in f.domain)


def _jumps(q: Sequence[Expr]) -> bool:
    """Does the value keep a distance, from which the quotients are that over t?"""
    rises = [a * t for a, t in zip(q, TINY, strict=True)]
    return bool(abs(rises[3]) > NOISE and abs(rises[3] - rises[2]) <= Rational(1, 10**6) * abs(rises[3]))


def _grows(q: Sequence[Expr]) -> bool:
    """Do the quotients grow without bound: by steps that do not become smaller?"""
    steps = [abs(b) - abs(a) for a, b in pairwise(q)]
    return bool(min(steps) > NOISE and all(10 * b >= 9 * a for a, b in pairwise(steps)))


def _moved(place: dict[Symbol, Expr], way: Way, t: Rational) -> dict[Symbol, Expr]:
    return {x: c + k * t**power for (x, c), (k, power) in zip(place.items(), way, strict=True)}


def _along(f: Function, place: dict[Symbol, Expr], base: Expr | None, way: Way) -> Expr | None:
    """The limit of the quotients along the curve of coordinates k t^power, where they tend to one; else None."""
    found = _quotients(f, place, base, way)
    limit = None if found is None else _limit(found)
    return None if limit is None else Integer(0) if abs(limit) < NOISE else limit


def _quotients(f: Function, place: dict[Symbol, Expr], base: Expr | None, way: Way) -> list[Expr] | None:
    """(F(p + curve) - F(p))/t at four tiny t; None where the curve leaves the domain."""
    found = []
    for t in TINY:
        there = _moved(place, way, t)
        if base is None or not all(holds(r, there) for r in f.domain):
            return None
        value = number(f.components[0].xreplace(there), MORE)
        if value is None:
            return None
        found.append((value - base) / t)
    return found


def _limit(q: Sequence[Expr]) -> Expr | None:
    """What four quotients tend to: the last where they agree; s, where they are s + c tᵃ (Aitken's Δ²); else None."""
    if abs(q[3] - q[2]) <= NOISE * (1 + abs(q[3])):
        return q[3]
    steps = [b - a for a, b in pairwise(q)]
    if any(step == 0 for step in steps):
        return None
    first, second = steps[1] / steps[0], steps[2] / steps[1]
    if not 0 < second < Rational(9, 10) or abs(first - second) > Rational(1, 10**6):
        return None
    limit = q[3] + steps[2] * second / (1 - second)
    return Integer(0) if abs(limit) <= Rational(1, 10**6) * abs(q[3]) else limit


def stretches(J: sympy.Matrix) -> list[float]:
    """The singular values, largest first."""
    return [float(s) for s in _singular(J)]


def rank(J: sympy.Matrix) -> int:
    """How many singular values count as not zero."""
    s = _singular(J)
    return sum(one > SMALLEST * s[0] for one in s) if s and s[0] > 0 else 0


def determinant(J: sympy.Matrix) -> float | None:
    """det J, 0 where a singular value counts as zero; None where no float holds it."""
    if rank(J) < J.rows:
        return 0.0
    found = number(J.det(), DIGITS)
    return None if found is None else float(found)


def _singular(J: sympy.Matrix) -> list[mpmath.mpf]:
    with mpmath.workdps(2 * DIGITS):
        A = mpmath.matrix([[mpmath.mpf(str(entry)) for entry in J.row(i)] for i in range(J.rows)])
        return sorted(mpmath.svd_r(A, compute_uv=False), reverse=True)
