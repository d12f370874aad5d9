r"""The critical points of f in a window, with what a search by boxes leaves open settled by algebra where it can be.

First the search for ∇f = 0 itself. Where boxes are left over, the points are degenerate, or not isolated, or f has
kinks. Then f is cut into cells without kinks (`cells`), the gradient of each is taken apart into branches
(`preparation`), and each branch is searched as a system of its own: most are regular where ∇f is not.

What is left in the end is where both fail: a critical point lies in the boxes of the first search, and in those of the
second.

Rules: what is found here has been proved to be critical for f itself; a box is given up only when every cell that
meets it has been searched; a curve is listed only when it is proved to have points in the window.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, islice, product
from time import monotonic
from typing import Final

import numpy as np
from sympy import Expr, Integer, Rational, Symbol

from core import calculus
from core.branching import Boxes, Budget, Mask, Verdict, branch, grid, none, some, together
from core.compile import UnsupportedError, program
from core.critical.algebra import vanishes
from core.critical.blocks import whole, zeros_of
from core.critical.cells import Cell, cells
from core.critical.certified import CELLS, System, Zeros, equations, system
from core.critical.degenerate import Nature, along, by_sight
from core.critical.exact import CONSTANT, candidates, in_window, point_at
from core.critical.found import find_some
from core.critical.point import Box, CriticalPoint, CriticalSet, Curve, Evidence, completed
from core.critical.polar import Around, around, tips
from core.critical.preparation import Branch, ManyBranchesError, Within, branches, by_ideal
from core.critical.rational import exact_value, simplest
from core.critical.search import Placed, Search, Window, drawn_together, exact_place, labelled, placed, sides_of
from core.definiteness import Kind, certified_all
from core.edges import undecided_still
from core.enclosure import Enclosure, enclose
from core.function import Function, Requirement
from core.program import jacobian, restrict
from core.vocabulary import NONZERO

FIRST: Final = 0.3  # of the time, for the first search; it goes on if algebra does not help
ALGEBRA: Final = 0.5  # of the time, for the branches; what is left then is for points that nobody proves complete
IDEAL: Final = 0.3  # of what is left of it, for a Gröbner basis of one branch
PREPARING: Final = 0.5  # of that, for taking the gradient apart
SEARCHED: Final = 4  # variables; with more, points are looked for, and proved, one by one
ALONG_SECONDS: Final = 0.3  # for the nature of one curve
FEW: Final = 12  # undecided boxes, in which exact places are guessed
CURVE_BOXES: Final = 20_000  # to see where a curve may be
TRIALS: Final = 9  # boxes along a curve, through which it is looked for
SEAM_DECIDED: Final = (
    "Each of these formulas, for itself, goes {} from here in every direction, and f is always one of them."
)
SEAM_OPEN: Final = "The formulas do not agree in a way that decides it."
FAILURES: Final = (
    *(ManyBranchesError, UnsupportedError, calculus.TooLargeError, calculus.LateError),
    *(ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError),
)
Tell = Callable[[CriticalSet, int], None]
At = dict[Symbol, Expr]


def critical_points(
    f: Function,
    box: Sequence[tuple[float, float]],
    *,
    seconds: float,
    stop: Callable[[], bool] | None = None,
    watch: Tell | None = None,
) -> CriticalSet:
    """All critical points of a scalar f whose parameters are fixed, or what is known of them when the time is up.

    >>> x, y = (Symbol(name, real=True) for name in "xy")
    >>> found = critical_points(Function((x, y), ((x**2 + y**2 - 1)**2,)), [(-2, 2), (-2, 2)], seconds=5)
    >>> found.sentence
    'Every point of x**2 + y**2 - 1 = 0 is critical. Apart from that there is 1 critical point here: proved complete.'
    """
    began, sides = monotonic(), tuple((float(a), float(b)) for a, b in box)
    compiled = program(f)
    run = Search(compiled, sides, Budget(seconds=seconds, stop=stop), watch)
    if f.n > SEARCHED:
        found = run.apart() or CriticalSet(undecided=(run.window.floats,), ended=True)
    else:
        found = run.until(began + FIRST * seconds)
    if _settled(found) or (stop and stop()):
        return found
    if watch and found.points:
        watch(found, len(found.undecided))  # whatever happens now, these are known
    found = _by_algebra(found, f, run, box, began + (FIRST + ALGEBRA) * seconds, stop)
    if not _settled(found) and not run.over and f.n <= SEARCHED:
        found = _both(run.until(began + (FIRST + ALGEBRA) * seconds), found)
    if _settled(found) or (found.ended and f.n <= SEARCHED):
        return found
    more = find_some(compiled, sides, seconds=began + seconds - monotonic(), stop=stop, watch=watch)
    return _both(more, replace(found, sampled=f.n > SEARCHED, ended=found.ended and f.n <= SEARCHED))


def _settled(found: CriticalSet) -> bool:
    return found.ended and not found.undecided


def _both(first: CriticalSet, second: CriticalSet) -> CriticalSet:
    """What is known from both: `second` has all points that are known, an open box must be open in both."""
    known = second.points
    more = [p for p in first.points if not any(_one(p, q) for q in known)]
    ended = first.ended or second.ended
    return completed(
        replace(second, points=_sorted((*second.points, *more)), ended=ended, undecided=_common(first, second))
    )


def _one(p: CriticalPoint, q: CriticalPoint) -> bool:
    """Does one of two critical points lie where the other is the only one?"""
    regions = ((p.region, q), (q.region, p))
    return any(region is not None and _inside(other.enclosure, region) for region, other in regions)


def _common(first: CriticalSet, second: CriticalSet) -> tuple[Box, ...]:
    met = {
        tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(p, q, strict=True))
        for p in first.undecided
        for q in second.undecided
    }
    return tuple(sorted(box for box in met if all(a <= b for a, b in box)))


def _by_algebra(
    found: CriticalSet,
    f: Function,
    run: Search,
    box: Sequence[tuple[float, float]],
    end: float,
    stop: Callable[[], bool] | None,
) -> CriticalSet:
    """The same with tips, cells and branches looked at, as far as the time goes."""
    window = run.window
    view = [high - low for low, high in window.floats]
    places = [*tips(f), *_guesses(found.undecided)] if 2 <= f.n <= SEARCHED else []
    places = [p for p in places if _interior(f, p) is not None]
    left, known = around(found.undecided, f, places, view, end)
    more = [_point_of(a, f) for a in known if a.critical and in_window(a.p, box) is True and _interior(f, a.p)]
    found = replace(found, points=_sorted((*found.points, *more)), undecided=undecided_still(left, f))
    found = completed(found)
    parts = None if _settled(found) else cells(f, window.floats)
    if parts is None:
        return found
    try:
        searches = [_Cell(f, cell, parts, window, end, stop) for cell in parts]
        looked = _pieced([one.looked() for one in searches], searches)
    except FAILURES:  # algebra on a visitor's formula may fail in ways nobody foresaw: the search stands without it
        return found
    return _joined(found, f, run.system, window, looked)


def _interior(f: Function, p: tuple[Expr, ...]) -> bool | None:
    """Is f defined all around p? None where that is not known."""
    at = dict(zip(f.variables, p, strict=True))
    if any(_fact(r, at) is False or _at_edge(r, at) for r in f.domain):
        return False
    return True if all(_fact(replace(r, relation=_STRICT[r.relation]), at) for r in f.domain) else None


_STRICT: Final = {">": ">", ">=": ">", "!=": "!="}


def _guesses(boxes: Sequence[Box]) -> list[tuple[Expr, ...]]:
    """Simple exact places in undecided boxes, if these are few."""
    return [place for box in boxes[:FEW] for place in islice(candidates(box), 2)] if len(boxes) <= FEW else []


def _point_of(a: Around, f: Function) -> CriticalPoint:
    """The critical point that was proved by going around it; where f is smooth it is named like all others."""
    smooth = not any(_fact(r, dict(zip(f.variables, a.p, strict=True))) is not True for r in calculus.seams(f))
    how = {
        "minimum": f"Along every ray from here f rises like ρ{raised(a.order)}, ρ the distance.",
        "maximum": f"Along every ray from here f falls like ρ{raised(a.order)}, ρ the distance.",
        "saddle": f"Along some rays from here f rises like ρ{raised(a.order)}, along others it falls.",
    }
    because = how.get(a.nature or "", "")
    place, reach = tuple(float(x) for x in a.p), 0.7 * a.radius / math.sqrt(f.n)
    region = tuple((x - reach, x + reach) for x in place)  # inside the disc
    around_ = tuple((math.nextafter(x, -math.inf), math.nextafter(x, math.inf)) for x in place)
    if smooth:
        unnamed = replace(point_at(a.p, f), exact=None, enclosure=around_, evidence=Evidence.CERTIFIED)
        return replace(unnamed, nature=a.nature, because=because, region=region)
    return CriticalPoint(
        at=place,
        enclosure=around_,
        value=float(f.components[0].xreplace(dict(zip(f.variables, a.p, strict=True)))),
        eigenvalues=(),
        kind=Kind.INCONCLUSIVE,
        nature=a.nature or "undetermined",
        reason="f has slope 0 here, but its formula has a kink, so the Hessian test does not apply.",
        because=because,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in a.p),
        region=region,
    )


def raised(k: int) -> str:
    """An exponent in small digits.

    >>> raised(12)
    '¹²'
    """
    return str(k).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


# What a branch was found to hold.


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
class _Cell:
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
        return (*self.cell.f.domain, *(Requirement(u, ">=") for u in self.cell.sides))

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
        return _where(equations(F), self.window, Budget(seconds=max(0.0, self.end - monotonic())))

    def meets(self, boxes: Boxes) -> Mask:
        """Which boxes may have a point of the closed cell?"""
        return ~self._bounds(self._conditions(), boxes).dead

    def holds(self, boxes: Boxes) -> Mask:
        """Which boxes lie inside the open cell, where its formula has a gradient?"""
        gradient = calculus.gradient(self.cell.f, tidy=False)
        return ~self._bounds((*gradient.domain, *self._strict()), boxes).bad

    def _strict(self) -> tuple[Requirement, ...]:
        return tuple(Requirement(u, ">") for u in self.cell.sides)

    def _bounds(self, domain: tuple[Requirement, ...], boxes: Boxes) -> Enclosure:
        one = replace(self.cell.f, components=(Integer(1),), domain=domain)
        return enclose(program(one), boxes.lower, boxes.upper)

    def _at(
        self, place: tuple[Fraction, ...] | None, box: Box, gradient: Function, spare: tuple[Expr, ...]
    ) -> CriticalPoint | bool | None:
        """Is a zero of a branch critical? True, False, None: not known; or the point, if it is one on a seam."""
        E = Boxes(*(np.array([[side[k]] for side in box]) for k in (0, 1)))
        if self._bounds(self._conditions(), E).dead[0]:
            return False
        if place is None:
            return None
        at = _numbers(self.cell.f, place)
        if not all(e.xreplace(at).is_zero for e in spare):
            return False if any(e.xreplace(at).is_nonzero for e in spare) else None
        facts = [_fact(r, at) for r in (*gradient.domain, *self._strict())]
        if all(fact is True for fact in facts):
            return True
        if any(_fact(r, at) is False or _at_edge(r, at) for r in self.cell.f.domain):
            return False
        return self._seam(at, E) if any(fact is False for fact in facts) else None

    def _seam(self, at: At, E: Boxes) -> CriticalPoint | bool | None:
        """A zero where this formula of f ends. Not critical if f has another slope on a side that is wide enough;
        critical if all formulas that meet there are smooth, and agree in their value and in a slope of 0."""
        if any(_other_slope(cell, E) for cell in self.all):
            return False
        meeting = [cell for cell in self.all if not any(u.xreplace(at).is_negative for u in cell.sides)]
        values = [cell.f.components[0].xreplace(at) for cell in meeting]
        flat = all(_flat(cell, at, E) for cell in meeting)
        return _on_seam(meeting, at, E, self.f) if flat and all(vanishes(v - values[0]) for v in values) else None

    # Fewer equations than variables: a curve.

    def _along(self, part: Branch, F: System, gradient: Function, budget: Budget) -> Looked:
        boxes = _where(F, self.window, budget)
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


def _where(F: System, window: Window, budget: Budget) -> Boxes:
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


def _numbers(f: Function, place: tuple[Fraction, ...]) -> At:
    return dict(zip(f.variables, (Rational(x.numerator, x.denominator) for x in place), strict=True))


def _fact(r: Requirement, at: At) -> bool | None:
    """Does the condition hold at a point? None where that is not known."""
    u = r.expression.xreplace(at)
    facts = {">": u.is_positive, ">=": u.is_nonnegative, "!=": u.is_nonzero}
    known: bool | None = facts[r.relation]
    return known


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


def _on_seam(meeting: Sequence[Cell], at: At, E: Boxes, f: Function) -> CriticalPoint:
    """The critical point at which these formulas meet; if all bend the same way there, its nature is known."""
    kinds, place = {_kind_on(cell, E) for cell in meeting}, tuple(at.values())
    nature = kinds.pop() if len(kinds) == 1 else None
    if nature in (Kind.MINIMUM, Kind.MAXIMUM):
        found = Nature(nature.value, SEAM_DECIDED.format("up" if nature is Kind.MINIMUM else "down"))
    else:
        found = by_sight(f, place)
    return CriticalPoint(
        at=tuple(float(x) for x in place),
        enclosure=sides_of(E, 0),
        value=float(meeting[0].f.components[0].xreplace(at)),
        eigenvalues=(),
        kind=Kind.INCONCLUSIVE,
        nature=found.word,
        reason="Several formulas of f meet here, all with slope 0, so the Hessian test does not apply.",
        because=SEAM_OPEN if found.word == "undetermined" else found.because,
        evidence=Evidence.EXACT,
        exact=tuple(str(x) for x in place),
    )


def _kind_on(cell: Cell, E: Boxes) -> Kind:
    s = system(program(cell.f))
    bounds = enclose(s.J, E.lower, E.upper)
    H = (bounds.lower[s.entries], bounds.upper[s.entries])
    if bounds.bad[0]:
        return Kind.INCONCLUSIVE
    _, V = np.linalg.eigh(0.5 * (H[0] + H[1])[..., 0])
    return certified_all(*H, V[..., None])[0].kind


def _flat(cell: Cell, at: At, E: Boxes) -> bool:
    """Is the formula of a cell proved to be smooth near a point, and its gradient to be 0 there?"""
    wide = Boxes(np.nextafter(E.lower, -np.inf), np.nextafter(E.upper, np.inf))
    g = calculus.gradient(cell.f, tidy=False)
    bad = enclose(jacobian(program(g)), wide.lower, wide.upper).bad[0]
    return not bad and all(vanishes(c.xreplace(at)) for c in g.components)


def _at_edge(r: Requirement, at: At) -> bool:
    """Does the domain end there: a quantity that must not be negative is 0, and has a slope?"""
    u = r.expression
    slopes = (calculus.derivative(u, x).xreplace(at) for x in at)
    return r.relation != NONZERO and bool(u.xreplace(at).is_zero) and any(s.is_nonzero for s in slopes)


def _slope(f: Function, u: Expr, E: Boxes) -> bool:
    """Is the gradient of u proved to exist and not to be 0 on the box?"""
    domain = f.domain if u == f.components[0] else ()
    g = calculus.gradient(Function(f.variables, (u,), domain), tidy=False)
    bounds = enclose(program(g), E.lower, E.upper)
    return bool(not bounds.bad[0] and ((bounds.lower > 0) | (bounds.upper < 0)).any())


def _some_of(here: Placed, mask: Mask) -> Placed:
    chosen = np.flatnonzero(mask).tolist()
    zeros = Zeros(here.zeros.region.where(mask), here.zeros.enclosure.where(mask))
    return Placed(zeros, [here.known[i] for i in chosen], [here.notes[i] for i in chosen])


def _pieced(looked: Sequence[Looked], searches: Sequence[_Cell]) -> list[Looked]:
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


# All branches together.


def _joined(found: CriticalSet, f: Function, s: System, window: Window, looked: Sequence[Looked]) -> CriticalSet:
    """The points that were known and those of the branches, each once; the curves; what is open in both searches."""
    left = [one.left for one in looked]
    if not _accounted(found, looked):
        return found
    points, sources = list(found.points), dict[int, tuple[Expr, ...]]()
    known = [p.region for p in points if p.region]
    points += {p.exact: p for one in looked for p in one.seams}.values()
    for place in (place for one in looked for place in one.places):
        new, doubts = labelled(s, place.zeros, alone=False)
        left.append(doubts)
        for p in new:
            if any(_inside(p.enclosure, region) for region in known):
                continue
            same = next((q for q in points if id(q) in sources and _meet(p.enclosure, q.enclosure)), None)
            if same is None:
                points.append(p)
                sources[id(p)] = place.source
            elif not _same(p, same, place.source, sources[id(same)], f):
                left.append(_hull(p.enclosure, same.enclosure))
    pieces = {piece.equations: piece for one in looked for piece in one.curves}
    curves = tuple(_curve(piece, f) for piece in pieces.values())
    points = [p for p in points if id(p) not in sources or not any(_lies_on(p, sources[id(p)], f, c) for c in curves)]
    undecided = drawn_together(together(left, f.n), window)
    second = CriticalSet(_sorted(points), curves, undecided=undecided, ended=True, defined=found.defined)
    return completed(replace(second, undecided=_common(found, second)))


def _curve(piece: Piece, f: Function) -> Curve:
    """The curve with its nature."""
    if not piece.equations:
        return CONSTANT.curves[0]
    nature, because = along(f, piece.equations, piece.cover, ALONG_SECONDS)
    programs = tuple(program(Function(f.variables, (e,))) for e in piece.equations)
    return Curve(tuple(str(e) for e in piece.equations), nature, because, programs)


def _accounted(found: CriticalSet, looked: Sequence[Looked]) -> bool:
    """Did the branches find, or leave open, every point that is known? If not, nothing is believed of them."""
    boxes = [
        sides_of(place.zeros.zeros.enclosure, i)
        for one in looked
        for place in one.places
        for i in range(len(place.zeros.zeros))
    ]
    boxes += [p.enclosure for one in looked for p in one.seams]
    boxes += [sides_of(one.left, i) for one in looked for i in range(len(one.left))]
    on_curve = [piece.cover for one in looked for piece in one.curves]
    return all(
        any(_meet(p.enclosure, box) for box in boxes) or any(_may_lie_on(p, cover) for cover in on_curve)
        for p in found.points
    )


def _may_lie_on(p: CriticalPoint, cover: Boxes) -> bool:
    return any(_meet(p.enclosure, sides_of(cover, i)) for i in range(len(cover)))


def _lies_on(p: CriticalPoint, source: tuple[Expr, ...], f: Function, curve: Curve) -> bool:
    """Is a zero of a branch proved to be a certain fraction, and that to lie on a curve? Only then it may go."""
    place = tuple(simplest(Fraction(low), Fraction(high)) for low, high in p.enclosure)
    at = _numbers(f, place)
    same = all(e.xreplace(at).is_zero for e in source)
    return same and all(exact_value(F, place) == [Fraction(0)] for F in curve.programs)


def _sorted(points: Sequence[CriticalPoint]) -> tuple[CriticalPoint, ...]:
    return tuple(sorted(points, key=lambda p: p.at))


def _inside(e: Box, region: Box) -> bool:
    return all(a <= c and d <= b for (a, b), (c, d) in zip(region, e, strict=True))


def _meet(e: Box, g: Box) -> bool:
    return all(a <= d and c <= b for (a, b), (c, d) in zip(e, g, strict=True))


def _hull(*boxes: Box) -> Boxes:
    ends = np.array(boxes)
    return Boxes(ends[:, :, 0].min(0)[:, None], ends[:, :, 1].max(0)[:, None])


def _same(p: CriticalPoint, q: CriticalPoint, a: tuple[Expr, ...], b: tuple[Expr, ...], f: Function) -> bool:
    """Are zeros of two branches, in enclosures that meet, one point? If a common exact zero lies in both."""
    common = tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(p.enclosure, q.enclosure, strict=True))
    for place in candidates(common):
        at = dict(zip(f.variables, place, strict=True))
        if all(vanishes(e.xreplace(at)) for e in (*a, *b)):
            return True
    return False
