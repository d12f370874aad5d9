r"""Exact names for the points that the search has enclosed, and all that follows from a name.

A certified enclosure holds exactly one critical point. Its coordinates are roots of polynomials that the gradient
implies (`algebra`); if only one root lies in the enclosure, it is that one. Where the gradient is no polynomial,
numbers that people write are guessed, p/q, √(p/q), (p/q)π, p/q + (r/s)π, ln(p/q) and the like, and accepted when the
gradient vanishes there symbolically.

A point with a name has an exact value and exact eigenvalues, where these are short, and if the Hessian test is silent
there, the argument that decides what it is (`degenerate`).

Rules: a candidate is accepted only when the gradient is zero by algebra, never because it is small; an unknown sign is
never read as zero.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, pairwise, product
from time import monotonic
from typing import Any, Final

import numpy as np
import sympy
from sympy import Expr, Integer, Rational

from core import calculus
from core.compile import UnsupportedError, program
from core.critical import degenerate
from core.critical.algebra import RealRoot, eliminants, polynomials, real_roots, reduced, vanishes
from core.critical.cells import cells
from core.critical.point import COMPLETE, Box, CriticalPoint, CriticalSet, Curve, Evidence, completed
from core.critical.preparation import ManyBranchesError, Within, branches
from core.critical.rational import simplest
from core.critical.search import reason
from core.definiteness import Inertia, Kind
from core.edges import located
from core.enclosure import enclose
from core.function import Function, truth

LARGEST_DENOMINATOR: Final = 24
LARGEST_OF_NARROW: Final = 200  # where the enclosure is so narrow that few fractions are in it by chance
NARROW: Final = 1e-9  # of its size
MIXED_DENOMINATOR: Final = 8  # of both parts of p/q + (r/s)π
NUMERATOR: Final = 40  # of r in it
FEW: Final = 12  # undecided boxes; more are a curve, on which guesses are endless
GUESSED: Final = 40  # points
DETAILED: Final = 60  # points whose value and eigenvalues are written exactly
LETTERS: Final = 40  # of an exact value
NATURE_SECONDS: Final = 2.0  # for one point
Place = tuple[Expr, ...]

CONSTANT: Final = CriticalSet(
    curves=(Curve(("0",), "weak minimum and weak maximum", "f has the same value everywhere."),),
    status=COMPLETE,
    sentence="f is constant: every point where it is defined is critical.",
    ended=True,
)


def is_constant(f: Function) -> bool:
    """Is every component a number?"""
    return all(c.is_number for c in f.components)


def name(found: CriticalSet, f: Function, box: Sequence[tuple[float, float]], seconds: float) -> CriticalSet:
    """The same set with exact names, values, eigenvalues and natures, as far as they could be proved in the time.

    >>> from sympy import Symbol
    >>> x = Symbol("x", real=True)
    >>> from core.critical.settle import critical_points
    >>> f = Function((x,), (x**4/4 - x,))
    >>> point = name(critical_points(f, [(-2, 2)], seconds=1), f, [(-2, 2)], 1).points[0]
    >>> point.exact, point.exact_value, point.exact_eigenvalues
    (('1',), '-3/4', ('3',))
    """
    if not found.points and not found.undecided:
        return found
    end = monotonic() + seconds
    try:
        exact = _Exact(f)
        rooted = _by_roots(found.points, f, box, monotonic() + 0.5 * seconds)
        guessed = _by_guesses(rooted, exact, box, end)
        extra = [] if found.curves or len(found.undecided) > FEW else _in_open_boxes(found, exact, box, end)
    except calculus.TooLargeError:  # the places stay numbers, as proved as they were
        return found
    kept = [n for n in guessed if n is not None]
    points = [_detailed(n, exact, end, i < DETAILED) for i, n in enumerate(_distinct(kept, extra))]
    return completed(replace(found, points=tuple(sorted(points, key=lambda p: p.at))))


@dataclass(frozen=True)
class Named:
    """A point, and its exact place if that is an expression; a root of higher degree has a name only."""

    point: CriticalPoint
    place: Place | None = None


def _distinct(kept: list[Named], extra: list[Named]) -> list[Named]:
    names = {n.point.exact for n in kept}
    return [*kept, *{n.point.exact: n for n in extra if n.point.exact not in names}.values()]


class _Exact:
    """The gradient and Hessian of f, and whether they are known at an exact place."""

    def __init__(self, f: Function) -> None:
        self.f = f
        self.gradient = calculus.gradient(f, tidy=False)
        self._hessian: Function | None = None

    def vanishes(self, place: Place) -> bool:
        """Is the gradient zero there, by algebra, at a place of the domain?"""
        at = dict(zip(self.f.variables, place, strict=True))
        if not all(truth(r, at) for r in self.gradient.domain):
            return False
        return all(vanishes(g.xreplace(at)) for g in self.gradient.components)

    def hessian(self, place: Place) -> list[list[Expr]]:
        if self._hessian is None:
            self._hessian = calculus.jacobian(self.gradient, tidy=False)
        at = dict(zip(self.f.variables, place, strict=True))
        return [[reduced(entry.xreplace(at)) for entry in row] for row in calculus.rows(self._hessian)]

    def value(self, place: Place) -> Expr:
        return reduced(self.f.components[0].xreplace(dict(zip(self.f.variables, place, strict=True))))


# By roots of polynomials.


@dataclass(frozen=True)
class Known:
    """A number that is an expression, between two fractions."""

    expression: Expr
    low: Fraction
    high: Fraction

    @staticmethod
    def of(e: Expr) -> Known:
        """The expression, with bounds from its first digits."""
        if e.is_Rational:
            x = Fraction(int(e.p), int(e.q))
            return Known(e, x, x)
        x = Fraction(str(e.evalf(40)))
        room = Fraction(1, 10**36) * (1 + abs(x))
        return Known(e, x - room, x + room)

    @property
    def number(self) -> Expr:
        return self.expression

    @property
    def text(self) -> str:
        return str(self.expression)


Number = RealRoot | Known


@dataclass(frozen=True)
class _Roots:
    """One branch of the gradient: its equations, and for each variable the roots its coordinate may be, or nothing."""

    equations: Function
    roots: tuple[tuple[Number, ...], ...] | None


def _by_roots(
    points: Sequence[CriticalPoint], f: Function, box: Sequence[tuple[float, float]], end: float
) -> list[Named | None]:
    """Each point with its name, if the branches it may lie on leave one choice of roots; None: outside the window."""
    unnamed = [p for p in points if p.exact is None]
    lots = _branches(f, box, end) if unnamed else None
    if not lots:
        return [Named(p) for p in points]
    ends = np.array([p.enclosure for p in points]).transpose(2, 1, 0)
    meets = np.array([_may_lie(lot.equations, ends[0], ends[1]) for lot in lots])
    tables = [None if lot.roots is None else [_Table.of(r) for r in lot.roots] for lot in lots]
    return [_rooted(p, [t for t, on in zip(tables, meets[:, i], strict=True) if on], box) for i, p in enumerate(points)]


def _branches(f: Function, box: Sequence[tuple[float, float]], end: float) -> list[_Roots] | None:
    """All branches on all cells of f; None if they could not be found."""
    found: list[_Roots] = []
    w = Within(end, f.variables, tuple((float(a), float(b)) for a, b in box))
    with suppress(ManyBranchesError, UnsupportedError, calculus.LateError, calculus.TooLargeError):
        parts = cells(f, box)
        if parts is None:
            return None
        for cell in parts:
            for b in branches(calculus.gradient(cell.f, tidy=False), w):
                found.append(_Roots(Function(f.variables, b.equations), _coordinates_of(b.equations, f, end)))
        return found
    return None


def _coordinates_of(equations: Sequence[Expr], f: Function, end: float) -> tuple[tuple[Number, ...], ...] | None:
    place = located(tuple(equations), f.variables).point
    if place is not None:
        return tuple((Known.of(c),) for c in place)
    system = polynomials(equations, f.variables)
    alone = None if system is None or monotonic() > end else eliminants(system, f.n, end)
    return None if alone is None else tuple(tuple(real_roots(p)) for p in alone)


def _may_lie(equations: Function, lower: Any, upper: Any) -> Any:
    """Which of the boxes may hold a zero of the equations?"""
    bounds = enclose(program(equations), lower, upper)
    return ~((bounds.lower > 0) | (bounds.upper < 0)).any(axis=0)


@dataclass(frozen=True)
class _Table:
    """Roots in increasing order, with their upper ends to look them up by."""

    roots: tuple[Number, ...]
    upper: tuple[Fraction, ...]

    @staticmethod
    def of(roots: tuple[Number, ...]) -> _Table:
        ordered = sorted(roots, key=lambda r: r.high)
        return _Table(tuple(ordered), tuple(r.high for r in ordered))

    def inside(self, low: float, high: float) -> list[Number]:
        """Those that may lie between two numbers."""
        found = []
        for r in self.roots[bisect_left(self.upper, Fraction(low)) :]:
            if r.low > Fraction(high):
                break
            found.append(r)
        return found


def _rooted(p: CriticalPoint, tables: list[list[_Table] | None], box: Sequence[tuple[float, float]]) -> Named | None:
    """The point by its roots, one for each coordinate; as it was if there is a choice."""
    if p.exact is not None or not tables or any(t is None for t in tables):
        return Named(p)
    chosen: list[Number] = []
    for i, (low, high) in enumerate(p.enclosure):
        found = {r.number: r for t in tables if t is not None for r in t[i].inside(low, high)}
        if len(found) != 1:
            return Named(p)
        chosen += found.values()
    inside = _roots_in_window(chosen, box)
    return Named(p) if inside is None else _with_roots(p, chosen) if inside else None


def _with_roots(p: CriticalPoint, chosen: Sequence[Number]) -> Named:
    expressions = tuple(r.expression for r in chosen)
    place = None if any(e is None for e in expressions) else tuple(e for e in expressions if e is not None)
    at = p.at if place is None else tuple(float(e) for e in place)
    names = tuple(r.text for r in chosen)
    return Named(replace(p, at=at, exact=names, evidence=Evidence.EXACT, straddles=False), place)


def _roots_in_window(chosen: Sequence[Number], box: Sequence[tuple[float, float]]) -> bool | None:
    ends = [(Fraction(repr(float(low))), Fraction(repr(float(high)))) for low, high in box]
    if any(r.high < low or high < r.low for r, (low, high) in zip(chosen, ends, strict=True)):
        return False
    return True if all(low <= r.low and r.high <= high for r, (low, high) in zip(chosen, ends, strict=True)) else None


# By guesses.


def _by_guesses(
    points: Sequence[Named | None], exact: _Exact, box: Sequence[tuple[float, float]], end: float
) -> list[Named | None]:
    """Those without a name by a guess that is proved, while the time lasts."""
    named: list[Named | None] = []
    tried = 0
    for n in points:
        if n is None or n.point.exact is not None or tried >= GUESSED or monotonic() > end:
            named.append(n)
        else:
            tried += 1
            named.append(_guessed(n.point, exact, box, end))
    return named


def _guessed(p: CriticalPoint, exact: _Exact, box: Sequence[tuple[float, float]], end: float) -> Named | None:
    """p with its name; None when the name shows that it lies outside the window."""
    for place in candidates(p.enclosure):
        if monotonic() > end:
            break
        if exact.vanishes(place):
            inside = in_window(place, box)
            if inside is None:
                return Named(p)
            if not inside:
                return None
            at, names = tuple(float(x) for x in place), tuple(str(x) for x in place)
            return Named(replace(p, at=at, exact=names, evidence=Evidence.EXACT, straddles=False), place)
    return Named(p)


def in_window(place: Place, box: Sequence[tuple[float, float]]) -> bool | None:
    """Whether an exact place is in the window, its edge included; None where that cannot be decided.

    The end of a window is the decimal that was typed: 0.1 is 1/10, not the float beside it.
    """
    room = [d for x, (low, high) in zip(place, box, strict=True) for d in (x - _decimal(low), _decimal(high) - x)]
    if any(d.is_negative for d in room):
        return False
    return True if all(d.is_nonnegative for d in room) else None


def _decimal(value: float) -> Rational:
    exact = Fraction(repr(float(value)))
    return Rational(exact.numerator, exact.denominator)


def _in_open_boxes(found: CriticalSet, exact: _Exact, box: Sequence[tuple[float, float]], end: float) -> list[Named]:
    """The exact critical points that could be guessed in undecided boxes, which stay undecided."""
    named: list[Named] = []
    for undecided in found.undecided:
        for place in candidates(undecided):
            if monotonic() > end:
                return named
            if in_window(place, box) and exact.vanishes(place):
                named.append(Named(_point(place, exact), place))
                break
    return named


def candidates(enclosure: Box) -> Iterator[Place]:
    """Exact places inside a box, simplest first; at most a few.

    >>> next(candidates(((0.7499999, 0.7500001),)))
    (3/4,)
    """
    choices = [list(_numbers(lo, hi)) for lo, hi in enclosure]
    return islice(product(*choices), 16)


def _numbers(lo: float, hi: float) -> Iterator[Expr]:
    """Numbers in [lo, hi] that people write, the simplest first."""
    largest = LARGEST_OF_NARROW if hi - lo < NARROW * (1 + abs(lo)) else LARGEST_DENOMINATOR
    if (simple := _simplest(lo, hi, largest)) is not None:
        yield Rational(simple.numerator, simple.denominator)
        if simple == 0:
            return
    if lo * hi <= 0:
        return
    sign = 1 if lo > 0 else -1
    low, high = sorted((abs(lo), abs(hi)))
    for number in _powers(low, high, largest):
        if _between(lo, sign * number, hi):
            yield sign * number
    for number in _logarithms(lo, hi):
        if _between(lo, number, hi):
            yield number
    if largest == LARGEST_OF_NARROW:
        yield from (number for number in _with_pi(lo, hi) if _between(lo, number, hi))


def _powers(low: float, high: float, largest: int) -> Iterator[Expr]:
    """√q, qπ, q/π, √(qπ) of positive numbers."""
    yield from (sympy.sqrt(q) for q in _ratio(low * low, high * high) if not sympy.sqrt(q).is_Rational)
    yield from (q * sympy.pi for q in _ratio(low / math.pi, high / math.pi))
    yield from (q / sympy.pi for q in _ratio(low * math.pi, high * math.pi, largest))
    yield from (sympy.sqrt(q * sympy.pi) for q in _ratio(low * low / math.pi, high * high / math.pi))


def _logarithms(lo: float, hi: float) -> Iterator[Expr]:
    """ln q, e^q and -e^q: numbers whose exponential, or the logarithm of whose size, is a fraction."""
    if max(abs(lo), abs(hi)) < 20:
        yield from (sympy.log(q) for q in _ratio(math.exp(lo), math.exp(hi)) if q != 1)
    low, high = sorted((abs(lo), abs(hi)))
    yield from ((1 if lo > 0 else -1) * sympy.exp(q) for q in _ratio(math.log(low), math.log(high)) if q != 0)


def _with_pi(lo: float, hi: float) -> Iterator[Expr]:
    """p/q + (r/s)π with small denominators."""
    x = 0.5 * (lo + hi)
    rest = (x - _TURNS[:, 0] * math.pi / _TURNS[:, 1])[:, None] * np.arange(1, MIXED_DENOMINATOR + 1)
    near = np.flatnonzero((np.abs(rest - np.round(rest)) < 1e-9).any(1) & (np.abs(rest[:, 0]) < 100))
    for r, s in _TURNS[near].astype(int).tolist():
        part = _simplest(lo - r * math.pi / s - 1e-14, hi - r * math.pi / s + 1e-14, MIXED_DENOMINATOR)
        if part:
            yield Rational(part.numerator, part.denominator) + Rational(r, s) * sympy.pi


_TURNS: Final = np.array(
    [
        (float(r), float(s))
        for s in range(1, MIXED_DENOMINATOR + 1)
        for r in range(-NUMERATOR, NUMERATOR + 1)
        if r and math.gcd(r, s) == 1
    ]
)


def _ratio(low: float, high: float, largest: int = LARGEST_DENOMINATOR) -> list[Rational]:
    """The simplest fraction between two numbers, each moved a little, if it is simple."""
    a, b = sorted((low, high))
    found = _simplest(a - 4e-15 * abs(a), b + 4e-15 * abs(b), largest)
    return [] if found is None else [Rational(found.numerator, found.denominator)]


def _simplest(lo: float, hi: float, largest: int = LARGEST_DENOMINATOR) -> Fraction | None:
    """The fraction of smallest denominator in [lo, hi], if that is small.

    >>> _simplest(0.7499999, 0.7500001)
    Fraction(3, 4)
    """
    found = simplest(Fraction(lo), Fraction(hi))
    return found if found.denominator <= largest else None


def _between(lo: float, x: Expr, hi: float) -> bool:
    """Is lo <= x <= hi, exactly?"""
    below, above = (x - _rational(lo)), (_rational(hi) - x)
    return bool(below.is_nonnegative) and bool(above.is_nonnegative)


def _rational(value: float) -> Rational:
    exact = Fraction(value)
    return Rational(exact.numerator, exact.denominator)


# What follows from a name.


def point_at(place: Place, f: Function) -> CriticalPoint:
    """The critical point at an exact place, where f is smooth."""
    return _point(place, _Exact(f))


def _point(place: Place, exact: _Exact) -> CriticalPoint:
    H = exact.hessian(place)
    inertia = _inertia(H)
    decimals = tuple(float(x) for x in place)
    eigenvalues, vectors = np.linalg.eigh(np.array(H, float))
    return CriticalPoint(
        at=decimals,
        enclosure=tuple((x, x) for x in decimals),
        value=float(exact.value(place)),
        eigenvalues=tuple(eigenvalues.tolist()),
        eigenvectors=tuple(map(tuple, vectors.T.tolist())),
        kind=inertia.kind,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in place),
        reason=reason(inertia),
    )


def _detailed(n: Named, exact: _Exact, end: float, details: bool) -> CriticalPoint:
    """The point with all that its exact place tells."""
    p, place = n.point, n.place
    if place is None or monotonic() > end:
        return _unknown(p)
    if details:
        with suppress(calculus.LateError, calculus.TooLargeError, TypeError, ValueError):
            p = calculus.within(min(0.2, end - monotonic()), lambda _: _numbers_at(p, place, exact), Integer(0))
    if p.kind is Kind.INCONCLUSIVE:
        with suppress(calculus.TooLargeError):
            found = _silent(p, place, exact, end)
            known = p.nature is not None and found.nature == "undetermined"
            return replace(found, nature=p.nature, because=p.because) if known else found
    return _unknown(p)


def _unknown(p: CriticalPoint) -> CriticalPoint:
    if p.kind is not Kind.INCONCLUSIVE or p.nature is not None:
        return p
    return replace(
        p, nature="undetermined", because="Its place is not known exactly, and only exact arguments decide here."
    )


def _numbers_at(p: CriticalPoint, place: Place, exact: _Exact) -> CriticalPoint:
    """Value and eigenvalues, where they are short."""
    value = _short(exact.value(place), p.value)
    eigenvalues = _eigenvalues(exact.hessian(place))
    return replace(p, exact_value=value, exact_eigenvalues=_all_short(eigenvalues, p.eigenvalues))


def _short(e: Expr, near: float) -> str | None:
    """As text, if it is an exact number of a few letters without roots in roots, and the one known otherwise."""
    text = str(e)
    nested = any(_is_root(p) and any(_is_root(q) for q in sympy.preorder_traversal(p.base)) for p in e.atoms(sympy.Pow))
    plain = e.is_number and not nested and not e.has(sympy.Float, sympy.nan, sympy.zoo) and len(text) <= LETTERS
    return text if plain and abs(float(e) - near) <= 1e-6 * (1 + abs(near)) else None


def _is_root(e: Expr) -> bool:
    return isinstance(e, sympy.Pow) and not e.exp.is_integer


def _all_short(lot: Sequence[Expr] | None, near: Sequence[float]) -> tuple[str, ...] | None:
    if lot is None or len(lot) != len(near):
        return None
    texts = [_short(e, v) for e, v in zip(sorted(lot, key=float), near, strict=True)]
    return None if any(t is None for t in texts) else tuple(t for t in texts if t is not None)


def _eigenvalues(H: list[list[Expr]]) -> list[Expr] | None:
    """Of a matrix of one or two rows, or a diagonal one."""
    n = len(H)
    if all(H[i][j] == 0 for i in range(n) for j in range(n) if i != j):
        return [H[i][i] for i in range(n)]
    if n != 2:
        return None
    a, b, d = H[0][0], H[0][1], H[1][1]
    root = sympy.sqrt(sympy.expand((a - d) ** 2 + 4 * b**2))
    return [sympy.expand((a + d) / 2 + s * root / 2) for s in (-1, 1)]


def _silent(p: CriticalPoint, place: Place, exact: _Exact, end: float) -> CriticalPoint:
    """A point at which the Hessian test is silent: why, and what it is all the same."""
    inertia = _inertia(exact.hessian(place))
    if inertia.kind is not Kind.INCONCLUSIVE:  # exact signs tell more than intervals
        return replace(p, kind=inertia.kind, reason=reason(inertia))
    known = inertia.positive + inertia.negative + inertia.zero == inertia.n
    found = degenerate.nature(exact.f, place, min(NATURE_SECONDS, max(0.0, end - monotonic())))
    why = silence(inertia) if known else p.reason
    return replace(p, reason=why, nature=found.word, because=found.because, walk=found.walk)


def silence(inertia: Inertia) -> str:
    """Why the Hessian test says nothing.

    >>> silence(Inertia(2, positive=1, zero=1))
    'One eigenvalue of the Hessian is positive, the other is 0: the Hessian test is silent.'
    """
    if inertia.n == 1:
        return "The second derivative is 0: the test is silent."
    if inertia.zero == inertia.n:
        return f"{'Both' if inertia.n == 2 else 'All'} eigenvalues of the Hessian are 0: the Hessian test is silent."
    sign = "positive" if inertia.positive else "negative"
    if inertia.n == 2:
        return f"One eigenvalue of the Hessian is {sign}, the other is 0: the Hessian test is silent."
    zeros = "one is 0" if inertia.zero == 1 else f"{inertia.zero} are 0"
    return f"No eigenvalue of the Hessian has another sign than {sign}, but {zeros}: the Hessian test is silent."


def _inertia(H: list[list[Expr]]) -> Inertia:
    """How many eigenvalues are positive, negative, zero, by the signs of the characteristic polynomial.

    Its roots are real, so Descartes' rule counts them exactly. A sign that is not known is tried as each of three.
    """
    n = len(H)
    coefficients = [reduced(c) for c in sympy.Matrix(H).charpoly().all_coeffs()]
    signs = [_signs(c) for c in coefficients]
    if math.prod(map(len, signs)) > 27:
        return Inertia(n)
    counts = [(_changes(s), _changes([(-1) ** i * v for i, v in enumerate(s)]), _zeros(s)) for s in product(*signs)]
    possible = [c for c in counts if sum(c) == n]
    return Inertia(n, *(min(column) for column in zip(*possible, strict=True)))


def _signs(e: Expr) -> tuple[int, ...]:
    known = [sign for sign, fact in ((1, e.is_positive), (-1, e.is_negative), (0, e.is_zero)) if fact]
    return tuple(known) or (1, -1, 0)


def _changes(signs: Sequence[int]) -> int:
    seen = [s for s in signs if s]
    return sum(a != b for a, b in pairwise(seen))


def _zeros(signs: Sequence[int]) -> int:
    """The multiplicity of the root 0."""
    return next(k for k, s in enumerate(reversed(signs)) if s)
