r"""Exact names for points that the search has enclosed, and for points it could not decide.

A certified enclosure holds exactly one zero of the gradient. So if an exact candidate lies inside it and
the gradient vanishes there symbolically, the candidate *is* that point. Candidates are the numbers people
write: p/q, √(p/q), (p/q)π with small p and q.

In an undecided box there may be any number of zeros. A candidate that is one is listed, with the label its
exact Hessian allows; the box stays undecided, because nothing is proved about the rest of it.

Rules: a candidate is accepted only when the gradient is zero by algebra, never because it is small; an
unknown sign is never read as zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise, product
from time import monotonic
from typing import Final

import sympy
from sympy import Expr, Rational

from core import calculus
from core.critical.point import COMPLETE, Box, CriticalPoint, CriticalSet, Curve, Evidence, completed
from core.critical.rational import simplest
from core.critical.search import reason
from core.definiteness import Inertia, Kind
from core.function import Function

LARGEST_DENOMINATOR = 24
FEW = 12  # undecided boxes; more are a curve, on which guesses are endless
SILENT: Final = "The Hessian test is silent here: no eigenvalue has the wrong sign, but one is zero."
Place = tuple[Expr, ...]

CONSTANT: Final = CriticalSet(
    curves=(Curve(("0",), "weak minimum and weak maximum"),),
    status=COMPLETE,
    sentence="f is constant: every point where it is defined is critical.",
    ended=True,
)


def is_constant(f: Function) -> bool:
    """Is every component a number?"""
    return all(c.is_number for c in f.components)


def name(found: CriticalSet, f: Function, box: Sequence[tuple[float, float]], seconds: float) -> CriticalSet:
    """The same set, with exact names where they could be proved within the time."""
    if not found.points and not found.undecided:
        return found
    try:
        return _with_names(found, f, box, monotonic() + seconds)
    except calculus.TooLargeError:  # the places stay numbers, as proved as they were
        return found


def _with_names(found: CriticalSet, f: Function, box: Sequence[tuple[float, float]], end: float) -> CriticalSet:
    exact = _Exact(f)
    points = [_named(p, exact, box, end) for p in found.points]
    kept = [p for p in points if p is not None]
    open_boxes = found.undecided if len(found.undecided) <= FEW else ()
    extra = [p for place in open_boxes for p in _inside(place, exact, box, end)]
    return completed(replace(found, points=(*kept, *_distinct(extra, kept))))


class _Exact:
    """The gradient and Hessian of f, and whether they are known at an exact place."""

    def __init__(self, f: Function) -> None:
        self.f = f
        self.gradient = calculus.gradient(f, tidy=False)
        self._hessian: Function | None = None

    def vanishes(self, place: Place) -> bool:
        """Is the gradient zero there, by algebra, at a place of the domain?"""
        at = dict(zip(self.f.variables, place, strict=True))
        if not all(_holds(r.expression.xreplace(at), r.relation) for r in self.gradient.domain):
            return False
        return all(vanishes(g.xreplace(at)) for g in self.gradient.components)

    def hessian(self, place: Place) -> list[list[Expr]]:
        if self._hessian is None:
            self._hessian = calculus.jacobian(self.gradient, tidy=False)
        at = dict(zip(self.f.variables, place, strict=True))
        H = [[entry.xreplace(at) for entry in row] for row in calculus.rows(self._hessian)]
        return [[_reduced(entry) for entry in row] for row in H]

    def value(self, place: Place) -> float:
        return float(self.f.components[0].xreplace(dict(zip(self.f.variables, place, strict=True))))


def _holds(e: Expr, relation: str) -> bool:
    facts = {">": e.is_positive, ">=": e.is_nonnegative, "!=": e.is_nonzero}
    return facts[relation] is True


def vanishes(e: Expr) -> bool:
    """Is a number zero, by algebra?"""
    return e.is_zero is True or (e.is_number and _reduced(e) == 0)


def _reduced(e: Expr) -> Expr:
    """A number in its simplest form; small expressions only."""
    if e.is_Rational or calculus.size([e], 80) > 80:
        return e
    return sympy.radsimp(sympy.expand(sympy.expand_trig(e)))


def _named(p: CriticalPoint, exact: _Exact, box: Sequence[tuple[float, float]], end: float) -> CriticalPoint | None:
    """p with its name; None when the name shows that it lies outside the window."""
    for place in candidates(p.enclosure):
        if monotonic() > end:
            break
        if exact.vanishes(place):
            inside = in_window(place, box)
            if inside is None:
                return p
            if not inside:
                return None
            at, names = tuple(float(x) for x in place), tuple(str(x) for x in place)
            return replace(p, at=at, exact=names, evidence=Evidence.EXACT, straddles=False)
    return p


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


def _inside(undecided: Box, exact: _Exact, box: Sequence[tuple[float, float]], end: float) -> Iterator[CriticalPoint]:
    """The exact critical points that could be guessed in an undecided box."""
    for place in candidates(undecided):
        if monotonic() > end:
            return
        if in_window(place, box) and exact.vanishes(place):
            yield _point(place, exact)
            return


def point_at(place: Place, f: Function) -> CriticalPoint:
    """The critical point at an exact place, where f is smooth."""
    return _point(place, _Exact(f))


def _point(place: Place, exact: _Exact) -> CriticalPoint:
    H = exact.hessian(place)
    inertia = _inertia(H)
    silent = inertia.kind is Kind.INCONCLUSIVE and sum((inertia.positive, inertia.negative, inertia.zero)) == inertia.n
    decimals = tuple(float(x) for x in place)
    eigenvalues = tuple(sorted(_eigenvalues(H)))
    return CriticalPoint(
        at=decimals,
        enclosure=tuple((x, x) for x in decimals),
        value=exact.value(place),
        eigenvalues=eigenvalues,
        kind=inertia.kind,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in place),
        reason=SILENT if silent else reason(inertia),
    )


def _inertia(H: list[list[Expr]]) -> Inertia:
    """How many eigenvalues are positive, negative, zero, by the signs of the characteristic polynomial.

    Its roots are real, so Descartes' rule counts them exactly. A sign that is not known is tried as each of three.
    """
    n = len(H)
    coefficients = [_reduced(c) for c in sympy.Matrix(H).charpoly().all_coeffs()]
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


def _eigenvalues(H: list[list[Expr]]) -> list[float]:
    if len(H) == 1:
        return [float(H[0][0])]
    if len(H) == 2:
        a, b, d = float(H[0][0]), float(H[0][1]), float(H[1][1])
        half, root = (a + d) / 2, (((a - d) / 2) ** 2 + b * b) ** 0.5
        return [half - root, half + root]
    return [float(sympy.re(v)) for v in sympy.Matrix(H).evalf().eigenvals(multiple=True)]


def _distinct(extra: list[CriticalPoint], kept: list[CriticalPoint]) -> list[CriticalPoint]:
    names = {p.exact for p in kept}
    found: dict[tuple[str, ...] | None, CriticalPoint] = {p.exact: p for p in extra if p.exact not in names}
    return list(found.values())


def candidates(enclosure: Box) -> Iterator[Place]:
    """Exact places inside a box, simplest first; at most a few."""
    choices = [list(_coordinates(lo, hi)) for lo, hi in enclosure]
    return islice(product(*choices), 9)


def _coordinates(lo: float, hi: float) -> Iterator[Expr]:
    """The simplest p/q, √(p/q) and (p/q)π in [lo, hi]."""
    if (simple := _simplest(lo, hi)) is not None:
        yield Rational(simple.numerator, simple.denominator)
        if simple == 0:
            return
    sign = 1 if lo > 0 else -1
    low, high = sorted((abs(lo), abs(hi)))
    if lo * hi > 0:
        square = _simplest(low * low * (1 - 1e-15), high * high * (1 + 1e-15))
        root = None if square is None else sign * sympy.sqrt(Rational(square.numerator, square.denominator))
        if root is not None and not root.is_Rational and _between(lo, root, hi):
            yield root
        turn = _simplest(low / 3.141592653589794, high / 3.141592653589793)
        angle = None if turn is None else sign * Rational(turn.numerator, turn.denominator) * sympy.pi
        if angle is not None and _between(lo, angle, hi):
            yield angle


def _simplest(lo: float, hi: float) -> Fraction | None:
    """The fraction of smallest denominator in [lo, hi], if that is small.

    >>> _simplest(0.7499999, 0.7500001)
    Fraction(3, 4)
    """
    found = simplest(Fraction(lo), Fraction(hi))
    return found if found.denominator <= LARGEST_DENOMINATOR else None


def _between(lo: float, x: Expr, hi: float) -> bool:
    """Is lo <= x <= hi, exactly?"""
    below, above = (x - _rational(lo)), (_rational(hi) - x)
    return bool(below.is_nonnegative) and bool(above.is_nonnegative)


def _rational(value: float) -> Rational:
    exact = Fraction(value)
    return Rational(exact.numerator, exact.denominator)
