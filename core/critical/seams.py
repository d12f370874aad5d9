r"""Points on the seams of f, where several of its formulas meet: which are critical, and what they are.

If f is differentiable at p with slope 0, it changes there by less than any share of the distance. So p is not critical
if one formula has another slope near p, on a side that holds more than a cusp. And p is critical if every formula that
meets there is smooth, has slope 0 at p, and has the value that f has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from sympy import Expr, Piecewise, Symbol, sign

from core import calculus
from core.branching import Boxes
from core.compile import program
from core.critical.algebra import vanishes
from core.critical.cells import Cell
from core.critical.certified import system
from core.critical.degenerate import Nature, by_sight
from core.critical.point import CriticalPoint, Evidence
from core.critical.search import sides_of
from core.definiteness import Kind, certified_all
from core.enclosure import enclose
from core.function import Function, Requirement, truth
from core.program import jacobian
from core.vocabulary import NONZERO

DECIDED: Final = (
    "Each of these formulas, for itself, goes {} from here in every direction, and f is always one of them."
)
OPEN: Final = "The formulas do not agree in a way that decides it."
At = dict[Symbol, Expr]


def on_seam(f: Function, cells: Sequence[Cell], at: At, E: Boxes) -> CriticalPoint | bool | None:
    """A zero of a formula of f where that formula ends: the critical point there; False if it is none, None if unknown.

    `cells` are all cells of f, E is a box around the point.
    """
    if any(_other_slope(cell, E) for cell in cells):
        return False
    meeting = [cell for cell in cells if not any(u.xreplace(at).is_negative for u in cell.sides)]
    here = f.components[0].xreplace(at)
    gaps = [cell.f.components[0].xreplace(at) - here for cell in meeting]
    if any(gap.is_nonzero for gap in gaps):
        return False  # f jumps there
    joined = all(vanishes(gap) and _flat(cell, at, E) for gap, cell in zip(gaps, meeting, strict=True))
    return _point(f, meeting, at, E) if joined else None


def interior(f: Function, at: At) -> bool | None:
    """Is f defined all around a point? None where that is not known."""
    if any(truth(r, at) is False or _ends(r, at) for r in f.domain):
        return False
    return True if all(truth(r, at) for r in calculus.interior(f.domain)) else None


def _ends(r: Requirement, at: At) -> bool:
    """Does the domain end there: a quantity that must not be negative is 0, and has a slope?"""
    u = r.expression
    slopes = (calculus.derivative(u, x).xreplace(at) for x in at)
    return r.relation != NONZERO and bool(u.xreplace(at).is_zero) and any(s.is_nonzero for s in slopes)


def _other_slope(cell: Cell, E: Boxes) -> bool:
    """Has f on this cell a slope that is not 0 near the box, and does the cell reach it with more than a cusp?

    It does if at most one of its sides may be 0 there, and that one crosses 0 with a slope of its own.
    """
    wide = Boxes(np.nextafter(E.lower, -np.inf), np.nextafter(E.upper, np.inf))
    sides = [enclose(program(Function(cell.f.variables, (u,))), wide.lower, wide.upper) for u in cell.sides]
    if any(s.bad[0] or s.upper[0, 0] <= 0 for s in sides):
        return False
    active = [u for u, s in zip(cell.sides, sides, strict=True) if not s.lower[0, 0] > 0]
    crossing = [_slope(cell.f, u, wide) for u in active]
    return len(active) <= 1 and all(crossing) and _slope(cell.f, cell.f.components[0], wide)


def _slope(f: Function, u: Expr, E: Boxes) -> bool:
    """Is the gradient of u proved to exist and not to be 0 on the box?"""
    domain = f.domain if u == f.components[0] else ()
    g = calculus.gradient(Function(f.variables, (u,), domain), tidy=False)
    bounds = enclose(program(g), E.lower, E.upper)
    return bool(not bounds.bad[0] and ((bounds.lower > 0) | (bounds.upper < 0)).any())


def _flat(cell: Cell, at: At, E: Boxes) -> bool:
    """Is the formula of a cell proved to be smooth near a point, and its gradient to be 0 there?"""
    wide = Boxes(np.nextafter(E.lower, -np.inf), np.nextafter(E.upper, np.inf))
    g = calculus.gradient(cell.f, tidy=False)
    bad = enclose(jacobian(program(g)), wide.lower, wide.upper).bad[0]
    return not bad and all(vanishes(c.xreplace(at)) for c in g.components)


def _point(f: Function, meeting: Sequence[Cell], at: At, E: Boxes) -> CriticalPoint:
    """The critical point at which these formulas meet."""
    place, found = tuple(at.values()), _nature(f, meeting, tuple(at.values()), E)
    return CriticalPoint(
        at=tuple(float(x) for x in place),
        enclosure=sides_of(E, 0),
        value=float(f.components[0].xreplace(at)),
        eigenvalues=(),
        kind=Kind.INCONCLUSIVE,
        nature=found.word,
        reason="Several formulas of f meet here, all with slope 0, so the Hessian test does not apply.",
        because=OPEN if found.word == "undetermined" else found.because,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in place),
    )


def _nature(f: Function, meeting: Sequence[Cell], place: tuple[Expr, ...], E: Boxes) -> Nature:
    """If all formulas bend the same way, and f is one of them on the seams too; else what can be seen of f itself."""
    kinds = {_kind_on(cell, E) for cell in meeting}
    continuous = not f.components[0].has(Piecewise, sign)
    if continuous and kinds in ({Kind.MINIMUM}, {Kind.MAXIMUM}):
        (kind,) = kinds
        return Nature(kind.value, DECIDED.format("up" if kind is Kind.MINIMUM else "down"))
    return by_sight(f, place)


def _kind_on(cell: Cell, E: Boxes) -> Kind:
    s = system(program(cell.f))
    bounds = enclose(s.J, E.lower, E.upper)
    H = (bounds.lower[s.entries], bounds.upper[s.entries])
    if bounds.bad[0]:
        return Kind.INCONCLUSIVE
    _, V = np.linalg.eigh(0.5 * (H[0] + H[1])[..., 0])
    return certified_all(*H, V[..., None])[0].kind
