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

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from time import monotonic
from typing import Final

import sympy
from sympy import Expr, Rational

from core import calculus
from core.critical.point import COMPLETE, Box, CriticalPoint, CriticalSet, Curve, Evidence, completed
from core.definiteness import Kind
from core.function import Function

LARGEST_DENOMINATOR = 24
FEW = 12  # undecided boxes; more are a curve, on which guesses are endless
Place = tuple[Expr, ...]


CONSTANT: Final = CriticalSet(
    curves=(Curve("0", "weak minimum and weak maximum"),),
    status=COMPLETE,
    sentence="f is constant: every point where it is defined is critical.",
    ended=True,
)


def is_constant(f: Function) -> bool:
    """Is the gradient the number zero?"""
    return all(c.is_number for c in f.components)


def name(found: CriticalSet, f: Function, box: Sequence[tuple[float, float]], seconds: float) -> CriticalSet:
    """The same set, with exact names where they could be proved within the time."""
    if not found.points and not found.undecided:
        return found
    end = monotonic() + seconds
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
        return all(_is_zero(g.xreplace(at)) for g in self.gradient.components)

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


def _is_zero(e: Expr) -> bool:
    return e.is_zero is True or (e.is_number and _reduced(e) == 0)


def _reduced(e: Expr) -> Expr:
    """A number in its simplest form; small expressions only."""
    if e.is_Rational or calculus.size([e], 80) > 80:
        return e
    return sympy.radsimp(sympy.expand(sympy.expand_trig(e)))


def _named(p: CriticalPoint, exact: _Exact, box: Sequence[tuple[float, float]], end: float) -> CriticalPoint | None:
    """p with its name; None when the name shows that it lies outside the window."""
    for place in _candidates(p.enclosure):
        if monotonic() > end:
            break
        if exact.vanishes(place):
            if not all(_between(lo, x, hi) for x, (lo, hi) in zip(place, box, strict=True)):
                return None
            return replace(p, exact=tuple(str(x) for x in place), evidence=Evidence.EXACT, straddles=False)
    return p


def _inside(undecided: Box, exact: _Exact, box: Sequence[tuple[float, float]], end: float) -> Iterator[CriticalPoint]:
    """The exact critical points that could be guessed in an undecided box."""
    for place in _candidates(undecided):
        if monotonic() > end:
            return
        within = all(_between(lo, x, hi) for x, (lo, hi) in zip(place, box, strict=True))
        if within and exact.vanishes(place):
            yield _point(place, exact)
            return


def _point(place: Place, exact: _Exact) -> CriticalPoint:
    H = exact.hessian(place)
    kind = _kind(H)
    decimals = tuple(float(x) for x in place)
    eigenvalues = tuple(sorted(_eigenvalues(H)))
    silent = "The Hessian test is silent here: no eigenvalue has the wrong sign, but one is zero."
    return CriticalPoint(
        at=decimals,
        enclosure=tuple((x, x) for x in decimals),
        value=exact.value(place),
        eigenvalues=eigenvalues,
        kind=kind,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in place),
        reason=silent if kind is Kind.INCONCLUSIVE else "",
    )


def _kind(H: list[list[Expr]]) -> Kind:
    """From the exact signs of the leading minors, for one and two variables."""
    if len(H) == 1:
        (entry,) = H[0]
        return Kind.MINIMUM if entry.is_positive else Kind.MAXIMUM if entry.is_negative else Kind.INCONCLUSIVE
    if len(H) != 2:
        return Kind.INCONCLUSIVE
    determinant = _reduced(H[0][0] * H[1][1] - H[0][1] * H[1][0])
    if determinant.is_negative:
        return Kind.SADDLE
    if determinant.is_positive and H[0][0].is_positive:
        return Kind.MINIMUM
    if determinant.is_positive and H[0][0].is_negative:
        return Kind.MAXIMUM
    return Kind.INCONCLUSIVE


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


def _candidates(enclosure: Box) -> Iterator[Place]:
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
    middle = Fraction((lo + hi) / 2)
    for most in (1, 4, LARGEST_DENOMINATOR):
        guess = middle.limit_denominator(most)
        if Fraction(lo) <= guess <= Fraction(hi):
            return guess
    return None


def _between(lo: float, x: Expr, hi: float) -> bool:
    """Is lo <= x <= hi, exactly?"""
    below, above = (x - _rational(lo)), (_rational(hi) - x)
    return bool(below.is_nonnegative) and bool(above.is_nonnegative)


def _rational(value: float) -> Rational:
    exact = Fraction(value)
    return Rational(exact.numerator, exact.denominator)
