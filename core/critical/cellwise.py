r"""The search of one cell of f, where f is one smooth formula: every branch of its gradient, one after the other.

A branch with as many equations as variables has points; one with fewer a curve, or a surface. What a branch is found to
hold counts for f where the conditions of the cell, and of the gradient, are proved; on a seam all cells are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from time import monotonic
from typing import Final

import numpy as np
from sympy import Expr, Integer, Rational

from core import calculus
from core.branching import Boxes, Budget, Mask, Verdict, branch, grid, none, some, together
from core.compile import program
from core.critical.blocks import whole, zeros_of
from core.critical.cells import Cell
from core.critical.certified import CELLS, System, Zeros, equations
from core.critical.point import Box, CriticalPoint
from core.critical.preparation import Branch, Within, branches, by_ideal
from core.critical.seams import At, interior, on_seam
from core.critical.search import Placed, Window, exact_place, placed, sides_of
from core.enclosure import Enclosure, enclose
from core.function import Function, Requirement, truth
from core.program import restrict
from core.vocabulary import NONNEGATIVE, POSITIVE

PREPARING: Final = 0.5  # of the time, for taking the gradient apart
IDEAL: Final = 0.3  # of what is left of it, for a Gröbner basis of one branch
CURVE_BOXES: Final = 20_000  # to see where a curve may be
TRIALS: Final = 9  # boxes along a curve, through which it is looked for


@dataclass(frozen=True)
class Place:
    """A zero of a branch at which f is known to have a gradient, and so a critical point; `source` is the branch."""

    zeros: Placed
    source: tuple[Expr, ...]


@dataclass(frozen=True)
class Piece:
    """Equations all of whose common zeros are critical, and boxes that cover these zeros."""

    equations: tuple[Expr, ...]
    cover: Boxes


@dataclass(frozen=True)
class Looked:
    """What a cell was found to hold, and boxes: a critical point that is none of these is in one of them.

    `seams` are critical points, known exactly, at which several formulas of f meet. `pieces` are curves of which only
    the points inside this cell are known to be critical.
    """

    places: tuple[Place, ...]
    curves: tuple[Piece, ...]
    left: Boxes
    seams: tuple[CriticalPoint, ...] = ()
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class CellSearch:
    """The search of one cell."""

    f: Function
    cell: Cell
    all: Sequence[Cell]
    window: Window
    end: float
    stop: Callable[[], bool] | None

    @property
    def n(self) -> int:
        return self.cell.f.n

    def looked(self) -> Looked:
        """Every branch of the gradient, one after the other."""
        gradient = calculus.gradient(self.cell.f, tidy=False)
        now = monotonic()
        limit = Within(now + PREPARING * (self.end - now), self.cell.f.variables, self.window.floats)
        parts = branches(gradient, limit)
        found = [self._part(part, gradient, len(parts) - i) for i, part in enumerate(parts)]
        return self._merged(found)

    def _merged(self, found: Sequence[Looked]) -> Looked:
        return Looked(
            tuple(p for one in found for p in one.places),
            tuple(c for one in found for c in one.curves),
            together([one.left for one in found], self.n),
            tuple(p for one in found for p in one.seams),
            tuple(piece for one in found for piece in one.pieces),
        )

    def _part(self, part: Branch, gradient: Function, remaining: int) -> Looked:
        """A branch; if boxes are left over, by other equations with the same zeros."""
        found = self._branch(part, gradient, remaining + 1)
        if not len(found.left) or len(part.equations) < self.n:
            return found
        limit = Within(monotonic() + IDEAL * max(0.0, self.end - monotonic()) / remaining)
        others = by_ideal(part.equations, self.cell.f.variables, limit)
        if others is None:
            return found
        again = self._merged([self._branch(other, gradient, len(others) - i) for i, other in enumerate(others)])
        return again if len(again.left) < len(found.left) else found

    def _branch(self, part: Branch, gradient: Function, remaining: int) -> Looked:
        F = equations(program(replace(self.cell.f, components=part.equations, domain=self._conditions())))
        seconds = max(0.0, self.end - monotonic()) / remaining
        budget = Budget(seconds=seconds, stop=self.stop)
        return (self._along if len(part.equations) < self.n else self._points)(part, F, gradient, budget)

    def _conditions(self) -> tuple[Requirement, ...]:
        """What lets a box be dropped: f has no value on it, or it is outside the closed cell."""
        return (*self.cell.f.domain, *(Requirement(u, NONNEGATIVE) for u in self.cell.sides))

    # As many equations as variables: points.

    def _points(self, part: Branch, F: System, gradient: Function, budget: Budget) -> Looked:
        found = zeros_of(F, self.window.floats, budget) or whole(F, self.window.floats, budget)
        here = placed(F, self.window, found.zeros)
        inside, doubt, seams = self._held(F, here, gradient, part)
        left = together((found.left, here.zeros.enclosure.where(doubt)), self.n)
        return Looked((Place(_some_of(here, inside), part.equations),), (), left, seams)

    def _held(
        self, F: System, here: Placed, gradient: Function, part: Branch
    ) -> tuple[Mask, Mask, tuple[CriticalPoint, ...]]:
        """Which zeros are inside the cell, where f has a gradient that is 0; of which nobody knows; those on seams."""
        E = here.zeros.enclosure
        spare = part.equations[self.n :]
        proved = ~self._bounds(gradient.domain, E).bad & ~self._bounds(self._strict(), E).bad
        inside, doubt, seams = proved & (not spare), np.zeros(len(E), bool), list[CriticalPoint]()
        for i in np.flatnonzero(~inside).tolist():
            word = self._at(exact_place(F, here.zeros, i), sides_of(E, i), gradient, spare)
            inside[i], doubt[i] = word is True, word is None
            seams += [word] if isinstance(word, CriticalPoint) else []
        return inside, doubt, tuple(seams)

    def cover(self, together_: tuple[Expr, ...]) -> Boxes:
        """Boxes that cover the common zeros of equations in the window, in all cells."""
        F = program(Function(self.cell.f.variables, together_ or (Integer(0),)))
        return cover_of(equations(F), self.window, Budget(seconds=max(0.0, self.end - monotonic())))

    def meets(self, boxes: Boxes) -> Mask:
        """Which boxes may have a point of the closed cell?"""
        return ~self._bounds(self._conditions(), boxes).dead

    def holds(self, boxes: Boxes) -> Mask:
        """Which boxes lie inside the open cell, where its formula has a gradient?"""
        gradient = calculus.gradient(self.cell.f, tidy=False)
        return ~self._bounds((*gradient.domain, *self._strict()), boxes).bad

    def _strict(self) -> tuple[Requirement, ...]:
        return tuple(Requirement(u, POSITIVE) for u in self.cell.sides)

    def _bounds(self, domain: tuple[Requirement, ...], boxes: Boxes) -> Enclosure:
        one = replace(self.cell.f, components=(Integer(1),), domain=domain)
        return enclose(program(one), boxes.lower, boxes.upper)

    def _at(
        self, place: tuple[Fraction, ...] | None, box: Box, gradient: Function, spare: tuple[Expr, ...]
    ) -> CriticalPoint | bool | None:
        """Is a zero of a branch critical? True, False, None: not known; or the point, if it is one on a seam."""
        E = Boxes(*(np.array([[side[k]] for side in box]) for k in (0, 1)))
        outside = tuple(Requirement(u, NONNEGATIVE) for u in self.cell.sides)
        if self._bounds((*self.f.domain, *outside), E).dead[0]:
            return False
        if place is None:
            return None
        at = numbers(self.cell.f, place)
        if not all(e.xreplace(at).is_zero for e in spare):
            return False if any(e.xreplace(at).is_nonzero for e in spare) else None
        facts = [truth(r, at) for r in (*gradient.domain, *self._strict())]
        if all(fact is True for fact in facts):
            return True
        if interior(self.f, at) is not True:
            return interior(self.f, at)
        return on_seam(self.f, self.all, at, E) if any(fact is False for fact in facts) else None

    # Fewer equations than variables: a curve.

    def _along(self, part: Branch, F: System, gradient: Function, budget: Budget) -> Looked:
        boxes = cover_of(F, self.window, budget)
        if not len(boxes) or not self._exists(part, gradient, boxes):
            return Looked((), (), boxes)
        bad = self._bounds(gradient.domain, boxes)
        piece = Piece(part.equations, boxes)
        if self.cell.sides:
            return Looked((), (), none(self.n), pieces=(piece,))
        return Looked((), (piece,), boxes.where(bad.bad & ~bad.dead))

    def _exists(self, part: Branch, gradient: Function, cover: Boxes) -> bool:
        """Is it proved that the equations have a regular common zero in the window, where f has a gradient?

        Looked for in sections of the window, through the middle of some of the boxes that cover the zeros.
        """
        if not part.equations:
            return True
        F = program(Function(self.cell.f.variables, part.equations))
        sides, n, m = self.window.floats, self.n, len(part.equations)
        middle = 0.5 * cover.lower + 0.5 * cover.upper
        chosen = np.unique(np.linspace(0, len(cover) - 1, TRIALS).astype(int)).tolist()
        for k, free in product(chosen, combinations(range(n), n - m)):
            held = {i: float(f"{middle[i, k]:.6g}") for i in free}
            inner = tuple(side for i, side in enumerate(sides) if i not in held)
            s = equations(restrict(F, held))
            seconds = min(0.2, self.end - monotonic())
            E = _lifted(whole(s, inner, Budget(5_000, seconds, self.stop)).zeros.enclosure, held, n)
            inside = ~some((E.lower < self.window.inner.lower) | (E.upper > self.window.inner.upper))
            E = E.where(inside)
            if (~self._bounds((*gradient.domain, *self._strict()), E).bad).any():
                return True
        return False


def cover_of(F: System, window: Window, budget: Budget) -> Boxes:
    """Boxes that cover the common zeros of any number of equations in the window."""

    def examine(boxes: Boxes) -> Verdict[Zeros]:
        bounds = enclose(F.F, boxes.lower, boxes.upper)
        left = ~bounds.dead & ~some((bounds.lower > 0) | (bounds.upper < 0))
        return Verdict(boxes.where(left), np.zeros(int(left.sum()), bool))

    few = replace(budget, boxes=CURVE_BOXES)
    *_, state = branch(window.floats, grid(window.floats, CELLS.get(F.n, 2)), examine, few)
    return state.undecided


def _lifted(E: Boxes, held: dict[int, float], n: int) -> Boxes:
    """The boxes with the coordinates that were held put back."""
    free = [i for i in range(n) if i not in held]
    sides = np.empty((2, n, len(E)))
    sides[:, free] = E.lower, E.upper
    for i, value in held.items():
        sides[:, i] = value
    return Boxes(*sides)


def numbers(f: Function, place: tuple[Fraction, ...]) -> At:
    """The coordinates as numbers of SymPy."""
    return dict(zip(f.variables, (Rational(x.numerator, x.denominator) for x in place), strict=True))


def _some_of(here: Placed, mask: Mask) -> Placed:
    chosen = np.flatnonzero(mask).tolist()
    zeros = Zeros(here.zeros.region.where(mask), here.zeros.enclosure.where(mask))
    return Placed(zeros, [here.known[i] for i in chosen], [here.notes[i] for i in chosen])


def pieced(looked: Sequence[Looked], searches: Sequence[CellSearch]) -> list[Looked]:
    """The same with the pieces of curves put together: those all of whose points in the window are critical.

    A curve is one if every cell that it meets has a piece of it. On its boxes that may meet a seam nothing is known.
    """
    all_of: dict[tuple[Expr, ...], Boxes] = {}
    open_: dict[tuple[Expr, ...], Boxes] = {}
    for e in dict.fromkeys(piece.equations for one in looked for piece in one.pieces):
        cover = searches[0].cover(e)
        having = [any(piece.equations == e for piece in one.pieces) for one in looked]
        if all(has or not search.meets(cover).any() for has, search in zip(having, searches, strict=True)):
            all_of[e] = cover
            open_[e] = cover.where(~np.any([search.holds(cover) for search in searches], axis=0))
    merged = []
    for one in looked:
        left = [one.left, *(open_.get(piece.equations, piece.cover) for piece in one.pieces)]
        mine = tuple(Piece(p.equations, all_of[p.equations]) for p in one.pieces if p.equations in all_of)
        merged.append(replace(one, curves=(*one.curves, *mine), left=together(left, searches[0].n)))
    return merged
