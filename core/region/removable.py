r"""Formulas that are 0/0 at the tip of a square and have a limit there, such as x y (x² - y²)/(x² + y²), and 0 at 0.

By length r and direction u from the tip (`polar`) such a formula T(r, u) has no denominator left. It is continuous if
T(0, u) is the same for all u and is the value there. The same holds for its slopes, which are bounded in any case.

Rule: what is claimed is proved by algebra; T counts only if it is made of functions that are continuous everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import sympy
from sympy import Expr, Symbol

from core import calculus
from core.compile import program
from core.critical.cells import Cell, cells
from core.definiteness import Array
from core.enclosure import enclose
from core.function import Function
from core.problem import Side
from core.program import Program
from core.region.measure import Measure
from core.region.polar import Polar, polar, squares_in, taken_apart

ARCS: Final = 128  # of the circle of directions at first
ROUNDS: Final = 12  # of halving those arcs that count
NEAR: Final = 5e-4  # relative
MANY: Final = 4000  # arcs


@dataclass(frozen=True)
class Turned:
    """Entries by length and direction: `parts` of (r, u…, other variables), `names` gives r and u of x, clamped."""

    parts: Program
    names: Program
    others: tuple[int, ...]  # which variables are not replaced

    def over(self, measure: Measure, lower: Array, upper: Array, side: Array) -> Array:
        """Above Φ(±A) on N boxes; nan where nothing is known."""
        at = enclose(self.names, lower, upper)
        low, high = (np.concatenate((a, b[list(self.others)])) for a, b in ((at.lower, lower), (at.upper, upper)))
        low[0] = np.maximum(low[0], 0.0)
        best = self._size(measure, low, high, side)
        if self.names.outputs and len(at.lower) == 3:  # r and two directions: a circle
            for i in np.flatnonzero((low[0] <= 0.0) & np.isfinite(high[0])):
                best[i] = np.fmin(best[i], self._round(measure, low[:, i], high[:, i], float(side[i])))
        return best

    def _size(self, measure: Measure, low: Array, high: Array, side: Array) -> Array:
        found = enclose(self.parts, low, high)
        most = np.where(side > 0, found.upper, -found.lower)
        return np.array(measure.over(np.where(side > 0, found.lower, -found.upper), most))

    def _round(self, measure: Measure, low: Array, high: Array, side: float) -> float:
        """The bound at a tip, over ever shorter arcs of the circle of directions."""
        edges = np.linspace(0.0, 2 * np.pi, ARCS + 1)
        start, end, done = edges[:-1], edges[1:], -np.inf
        for turn in range(ROUNDS):
            middle, reach = 0.5 * (start + end), 0.5 * (end - start) + 1e-12
            bounds = self._directed(measure, low, high, middle, reach, side)
            taken = self._directed(measure, low, high, middle, np.zeros_like(reach), side)
            keep = ~(bounds <= np.nanmax(taken, initial=-np.inf) * (1 + NEAR))
            if turn == ROUNDS - 1 or not keep.any() or keep.sum() > MANY:
                break
            done = max(done, float(bounds[~keep].max(initial=-np.inf)))
            start, end = np.concatenate((start[keep], middle[keep])), np.concatenate((middle[keep], end[keep]))
        return float(np.maximum(done, bounds.max(initial=-np.inf)))  # nan stays nan

    def _directed(self, measure: Measure, low: Array, high: Array, middle: Array, reach: Array, side: float) -> Array:
        """The bounds for directions at an angle of at most `reach` from these."""
        lower, upper = (np.repeat(a[:, None], len(middle), 1) for a in (low, high))
        for row, u in ((1, np.cos(middle)), (2, np.sin(middle))):
            lower[row], upper[row] = np.maximum(u - reach, -1.0), np.minimum(u + reach, 1.0)
        return self._size(measure, lower, upper, np.full(len(middle), side))


def turned(entries: Sequence[Expr], X: Sequence[Symbol]) -> Turned | None:
    """Entries of a field that are 0/0 at one tip, if their other form has no denominators."""
    seen = _seen(entries, X)
    if seen is None:
        return None
    frame, parts = seen
    others = [x for x in X if x not in frame.place]
    r = frame.back(frame.r)
    names = (r, *(frame.back(u) for u in frame.u))
    return Turned(
        program(Function((frame.r, *frame.u, *others), tuple(parts))),
        program(Function(tuple(X), names)),
        tuple(i for i, x in enumerate(X) if x in others),
    )


def _seen(entries: Sequence[Expr], X: Sequence[Symbol]) -> tuple[Polar, list[Expr]] | None:
    """All entries from the one tip that they have, continuous in length and direction."""
    tips = dict.fromkeys(q for e in entries for q in squares_in(e, X))
    frames = [frame for q in tips if (frame := polar(q, X)) is not None and frame.tip and len(frame.u) > 1]
    if len(frames) != 1:
        return None
    parts = [frames[0].of(e) for e in entries]
    return (frames[0], parts) if all(map(_entire, parts)) else None


def _entire(e: Expr) -> bool:
    """Is e made of functions that have values everywhere?"""
    plain = (sympy.Add, sympy.Mul, sympy.sin, sympy.cos, sympy.exp, sympy.atan, sympy.sinh, sympy.cosh)
    return all(
        isinstance(node, plain)
        or node.is_Atom
        or (isinstance(node, sympy.Pow) and (node.base is sympy.E or (node.exp.is_Integer and node.exp > 0)))
        or (isinstance(node, sympy.Pow) and not node.free_symbols)
        for node in sympy.preorder_traversal(e)
    )


def pieces_of(f: Function, box: Sequence[Side], beyond: bool = False) -> list[Cell] | None:
    """The cells of f, but for those that are surely thin: where a square would have to be negative."""
    found = cells(f, box, beyond)
    return found and [cell for cell in found if not any(taken_apart(-side, f.variables) for side in cell.sides)]


def healed(f: Function, box: Sequence[Side]) -> bool:
    """Is a case distinction between a formula that is 0/0 at a tip, and a value there, proved to be continuous?

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> f = function(read("Piecewise((x y/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))"))
    >>> healed(f, [(-1.0, 1.0), (-1.0, 1.0)])
    False
    >>> f = function(read("Piecewise((x^2 y/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))"))
    >>> healed(f, [(-1.0, 1.0), (-1.0, 1.0)])
    True
    """
    e = f.components[0]
    pieces = pieces_of(f, box) if isinstance(e, sympy.Piecewise) and f.m == 1 and not f.domain else None
    if pieces is None or len(pieces) != 1 or not _everywhere(e, pieces[0].f.components[0]):
        return False
    seen = _seen(pieces[0].f.components, f.variables)
    if seen is None or [sympy.expand(s - seen[0].q) for s in pieces[0].sides] != [0]:
        return False
    frame, (T,) = seen
    here = e.xreplace({x: p.xreplace({frame.r: sympy.Integer(0)}) for x, p in frame.place.items()})
    return bool(sympy.expand(_limit(frame, T) - here) == 0)


def _everywhere(e: Expr, piece: Expr) -> bool:
    """Is the piece the formula wherever its border is not 0?"""
    return isinstance(e, sympy.Piecewise) and e.args[0][0] == piece and len(e.args) == 2


def smooth(f: Function, box: Sequence[Side]) -> bool:
    """Is the gradient of a continuous f continuous also at the tip at which its formula is 0/0?"""
    pieces = pieces_of(f, box) or ()
    if len(pieces) != 1 or (pieces[0].sides and not healed(f, box)):
        return False
    seen = _seen(calculus.gradient(pieces[0].f, tidy=False).components, f.variables)
    if seen is None:
        return False
    frame, parts = seen
    return not any(set(frame.u) & _limit(frame, part).free_symbols for part in parts)


def _limit(frame: Polar, e: Expr) -> Expr:
    """e at the tip, by its direction, whose squares add up to 1."""
    here = e.xreplace({frame.r: sympy.Integer(0)})
    if not here.is_polynomial(*frame.u):
        return here
    ball = sum((u**2 for u in frame.u), sympy.Integer(-1))
    return sympy.expand(sympy.reduced(here, [ball], *frame.u)[1])
