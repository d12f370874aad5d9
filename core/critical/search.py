"""The critical points of f in a window: search, refine, tell apart, place against the edges, label.

`states` is the search itself, level by level, for whoever wants to watch; `find` runs it to its end and makes a
`CriticalSet` of what it left. A point is listed when it is proved to be critical and to be alone in its box; it gets
the label that its Hessian is proved to deserve. What could not be decided is listed as boxes.

Rule: the ends of the window mean the decimals that were typed. 0.1 is one tenth, and since no float is one tenth, the
search covers a window that is a rounding larger, and a point as near to an edge as that is placed by exact
arithmetic, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from time import monotonic
from typing import Final

import numpy as np

from core import settings
from core.branching import Boxes, Budget, Ending, Indices, State, every, none, some, together
from core.critical.blocks import Found, zeros_of
from core.critical.certified import (
    System,
    Zeros,
    all_zeros,
    distinct,
    hulls,
    newton,
    refined,
    search,
    system,
    unsettled,
)
from core.critical.point import Box, CriticalPoint, CriticalSet, completed
from core.critical.rational import above, below, exact_value, simplest
from core.definiteness import Array, Inertia, Kind, certified_all
from core.enclosure import enclose
from core.numeric import arrays
from core.problem import Side
from core.program import Program

LISTED: Final = 200  # undecided boxes; more are drawn together
MANY: Final = 20_000  # boxes; so many are drawn together without a look for clusters
NEAR: Final = 2.0**-20  # of the window: what leaves less room between is one cluster
CELLS: Final = (64, 32, 16, 8, 4, 2, 1)  # along a side, of the grids on which large clusters are drawn
EDGE: Final = 1e-13  # of the window
CLOSE: Final = 1e-13  # of its size: what a value may be rounded by, inside its enclosure
NARROW: Final = 1e-8  # of its size: an enclosure in which any place is as good as another
TOLD_SECONDS: Final = 0.4  # between two accounts of a search that goes on
TELLING: Final = 10.0  # times longer than such an account takes, the search goes on before the next
Watch = Callable[[CriticalSet, int], None]


def states(
    f: Program,
    box: tuple[Side, ...],
    *,
    seconds: float = 1e9,
    boxes: int = 2_000_000,
    stop: Callable[[], bool] | None = None,
) -> Iterator[State[Zeros]]:
    """The search for the critical points of f in a box, one state a level."""
    return search(system(f), Window.of(box).floats, Budget(boxes, seconds, stop))


def find(
    f: Program,
    box: tuple[Side, ...],
    *,
    seconds: float = settings.CRITICAL_SECONDS,
    boxes: int = 2_000_000,
    stop: Callable[[], bool] | None = None,
    watch: Watch | None = None,
) -> CriticalSet:
    """All critical points of f, a program of one output, in a box; or what is known of them when the budget ends.

    A search that takes long tells `watch` now and then what is known so far, and how many boxes are open.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> x, y = b.variable(0), b.variable(1)
    >>> found = find(b.program([b.sub(b.power(x, 2), b.power(y, 2))]), ((-1.0, 2.0), (-1.0, 2.0)))
    >>> found.sentence, found.points[0].at, found.points[0].kind.value
    ('The only critical point in this window: proved complete.', (0.0, 0.0), 'saddle')
    """
    run = Search(f, box, Budget(boxes, seconds, stop), watch)
    return run.until(monotonic() + seconds)


class Search:
    """A search that can be interrupted to look at what it has, and goes on after that."""

    def __init__(self, f: Program, box: tuple[Side, ...], budget: Budget, watch: Watch | None = None) -> None:
        self.system, self.window = system(f), Window.of(box)
        self.over = False  # it came to an end: its own, or that of the budget
        self._budget, self._watch = budget, watch
        self._states = search(self.system, self.window.floats, budget)
        self._due = monotonic() + TOLD_SECONDS
        self._tried = False  # whether the variables fall into groups
        self._apart: CriticalSet | None = None

    def apart(self) -> CriticalSet | None:
        """All there is, if the variables fall into groups that can be searched one by one."""
        if not self._tried:
            self._tried, found = True, zeros_of(self.system, self.window.floats, self._budget)
            self._apart = None if found is None else self._of_groups(found)
            self.over = found is not None
        return self._apart

    def until(self, end: float) -> CriticalSet:
        """What is known when the search is over, or at that time."""
        if (known := self.apart()) is not None:
            return known
        for state in self._states:
            last, now = state, monotonic()
            self.over = state.ending is not None
            if self.over or now > end:
                break
            self._tell(state, now)
        return concluded(self.system, self.window, last)

    def _of_groups(self, found: Found) -> CriticalSet:
        """A zero counts only where all conditions of f and its derivatives are proved; elsewhere it stays open."""
        s, zeros = self.system, found.zeros
        sure = ~enclose(s.J, zeros.enclosure.lower, zeros.enclosure.upper).bad
        kept = Zeros(zeros.region.where(sure), zeros.enclosure.where(sure))
        points, doubts = labelled(s, placed(s, self.window, kept))
        left = together((found.left, zeros.enclosure.where(~sure), doubts), s.n)
        undecided = drawn_together(left, self.window)
        return completed(CriticalSet(points, undecided=undecided, ended=found.ended, defined=not found.empty))

    def _tell(self, state: State[Zeros], now: float) -> None:
        s = self.system
        if self._watch and now > self._due:
            zeros, _ = distinct(refined(s, all_zeros(state, s.n)))
            points, _ = labelled(s, placed(s, self.window, zeros))
            self._watch(completed(CriticalSet(points)), len(state.open))
            self._due = monotonic() + max(TOLD_SECONDS, TELLING * (monotonic() - now))


def concluded(s: System, window: Window, state: State[Zeros]) -> CriticalSet:
    """What is known when the search is in that state."""
    zeros, clumps = distinct(refined(s, all_zeros(state, s.n)))
    left = unsettled(state.undecided, zeros)
    points, doubts = labelled(s, placed(s, window, zeros))
    undecided = drawn_together(together((left, clumps, doubts), s.n), window)
    ended = state.ending in (Ending.FINISHED, Ending.CROWD)
    defined = state.dead < state.dropped or state.dropped == 0
    return completed(CriticalSet(points, undecided=undecided, ended=ended, defined=defined))


# The window.


@dataclass(frozen=True)
class Window:
    """A window by its decimal ends, and the floats next to them: `outer` covers it, `inner` lies in it."""

    exact: tuple[tuple[Fraction, Fraction], ...]
    outer: Boxes
    inner: Boxes

    @staticmethod
    def of(box: tuple[Side, ...]) -> Window:
        """The window of those sides; each end is the shortest decimal that is that float."""
        exact = tuple((Fraction(repr(float(low))), Fraction(repr(float(high)))) for low, high in box)
        ends = [[(below(x), above(x)) for x in side] for side in exact]
        floats = np.array(ends)  # (n, which end, below or above)
        outer = Boxes(floats[:, 0, :1], floats[:, 1, 1:])
        return Window(exact, outer, Boxes(floats[:, 0, 1:], floats[:, 1, :1]))

    @property
    def floats(self) -> tuple[Side, ...]:
        """The sides of the outer box."""
        return tuple((float(a[0]), float(b[0])) for a, b in zip(self.outer.lower, self.outer.upper, strict=True))

    def holds(self, place: tuple[Fraction, ...]) -> bool:
        """Is that point in the window, its edge included?"""
        return all(low <= x <= high for x, (low, high) in zip(place, self.exact, strict=True))


@dataclass(frozen=True)
class Placed:
    """The zeros that are in the window, and for each whether that is known or only possible."""

    zeros: Zeros
    known: list[bool]
    notes: list[str]


def placed(s: System, window: Window, zeros: Zeros) -> Placed:
    """Without the zeros proved outside; those whose enclosure meets an edge are settled exactly, or in doubt."""
    E = zeros.enclosure
    inside = every((E.lower >= window.inner.lower) & (E.upper <= window.inner.upper))
    outside = some((E.upper < window.outer.lower) | (E.lower > window.outer.upper))
    keep, known, notes = ~outside, [], []
    lower, upper = E.lower.copy(), E.upper.copy()
    for i in np.flatnonzero(~outside).tolist():
        place = None if inside[i] else exact_place(s, zeros, i)
        if place is not None:
            keep[i] = window.holds(place)
            lower[:, i], upper[:, i] = [below(x) for x in place], [above(x) for x in place]
        if keep[i]:
            known.append(bool(inside[i]) or place is not None)
            notes.append("" if inside[i] else _edge_note(window, E, i, place))
    kept = Zeros(zeros.region.where(keep), Boxes(lower, upper).where(keep))
    return Placed(kept, known, notes)


def _edge_note(window: Window, E: Boxes, i: int, place: tuple[Fraction, ...] | None) -> str:
    if place is not None:
        on = any(x in side for x, side in zip(place, window.exact, strict=True))
        return "It lies on the edge of the window." if on else ""
    width = float(((E.upper - E.lower)[:, i] / (window.outer.upper - window.outer.lower)[:, 0]).max())
    within = EDGE if width <= EDGE else 10.0 ** np.ceil(np.log10(width))
    return f"It lies on the edge of the window, within {within:.0e} of its width.".replace("e-0", "e-")


def exact_place(s: System, zeros: Zeros, i: int) -> tuple[Fraction, ...] | None:
    """The zero of that region, if the simplest fractions in its enclosure are it: F is 0 there, exactly."""
    E, region = zeros.enclosure, zeros.region
    sides = [(Fraction(a), Fraction(b)) for a, b in zip(E.lower[:, i].tolist(), E.upper[:, i].tolist(), strict=True)]
    place = tuple(simplest(low, high) for low, high in sides)
    reach = zip(region.lower[:, i].tolist(), place, region.upper[:, i].tolist(), strict=True)
    alone = all(low <= x <= high for low, x, high in reach)
    return place if alone and exact_value(s.F, place) == [Fraction(0)] * s.n else None


# Labels.


def labelled(s: System, zeros: Placed, *, alone: bool = True) -> tuple[tuple[CriticalPoint, ...], Boxes]:
    """The points with their kinds; and the enclosures where f overflows, so that nothing can be told.

    s is the system ∇f = 0; `alone` says that the regions of the zeros are for that system, not for a branch of it.
    """
    E = zeros.zeros.enclosure
    if not len(E):
        return (), none(s.n)
    at = _short(E, _polished(s, E), NARROW)
    jet = enclose(s.J, E.lower, E.upper)
    values = arrays(s.J, at)
    H = values[s.entries]
    finite = every(np.isfinite(jet.lower) & np.isfinite(jet.upper)) & every(np.isfinite(values))
    eigenvalues, V = np.linalg.eigh(np.where(finite, H, 0.0).transpose(2, 0, 1))
    inertia = certified_all(jet.lower[s.entries], jet.upper[s.entries], _directions(eigenvalues, V))
    value = _short(Boxes(jet.lower[-1:], jet.upper[-1:]), values[-1:], CLOSE)[0]  # 0 rather than 1.97e-29
    points = [
        CriticalPoint(
            at=tuple(at[:, i].tolist()),
            enclosure=sides_of(E, i),
            value=float(value[i]),
            value_enclosure=(float(jet.lower[-1, i]), float(jet.upper[-1, i])),
            eigenvalues=tuple(eigenvalues[i].tolist()),
            eigenvectors=tuple(tuple(v) for v in V[i].T.tolist()),
            kind=inertia[i].kind,
            reason=" ".join(filter(None, (reason(inertia[i]), zeros.notes[i]))),
            straddles=not zeros.known[i],
            region=sides_of(zeros.zeros.region, i) if alone else None,
        )
        for i in np.flatnonzero(finite).tolist()
    ]
    return tuple(sorted(points, key=lambda p: p.at)), E.where(~finite)


def _directions(eigenvalues: Array, V: Array) -> Array:
    """Eigenvectors as columns, (n, n, N), each so long that vᵀHv is near 1 in size."""
    size = np.abs(eigenvalues)
    scale = 1.0 / np.sqrt(np.where(size > 0.0, size, 1.0))
    return np.moveaxis(V * scale[:, None, :], 0, -1)


def _polished(s: System, E: Boxes) -> Array:
    """The zeros as floats know them: a few steps of Newton from the middle, as long as they stay in the enclosure."""
    return newton(s, 0.5 * E.lower + 0.5 * E.upper, E, 3)


def _short(E: Boxes, best: Array, narrow: float) -> Array:
    """For each enclosure a point with few decimals: 1 rather than 0.9999999999999999.

    Anywhere in an enclosure that is `narrow` for its size; in a wide one beside the best float.
    """
    size, width = 1.0 + np.abs(best), E.upper - E.lower
    near = np.where(width <= narrow * size, width, CLOSE * size)
    lower, upper = np.maximum(E.lower, best - near), np.minimum(E.upper, best + near)
    at, open_ = best.copy(), np.ones(best.shape, bool)
    for digits in range(17):
        rounded = np.round(best, digits) + 0.0
        fits = open_ & (lower <= rounded) & (rounded <= upper)
        at[fits], open_ = rounded[fits], open_ & ~fits
        if not open_.any():
            break
    return at


@lru_cache
def reason(inertia: Inertia) -> str:
    """Why a point has its kind, in a sentence.

    >>> reason(Inertia(1, positive=1))
    'The second derivative is positive there.'
    """
    if inertia.n == 1:
        sign = {Kind.MINIMUM: "positive", Kind.MAXIMUM: "negative"}.get(inertia.kind)
        return f"The second derivative is {sign} there." if sign else "The second derivative may be zero there."
    which = "Both" if inertia.n == 2 else "All"
    return {
        Kind.MINIMUM: f"{which} eigenvalues of the Hessian are positive.",
        Kind.MAXIMUM: f"{which} eigenvalues of the Hessian are negative.",
        Kind.SADDLE: "The Hessian has a positive and a negative eigenvalue.",
        Kind.INCONCLUSIVE: "The sign of an eigenvalue of the Hessian is not decided.",
    }[inertia.kind]


# What is left undecided.


def drawn_together(boxes: Boxes, window: Window) -> tuple[Box, ...]:
    """Undecided boxes as at most 200: those close together in one, long chains cut by the cells of a grid.

    What is listed covers what was given.
    """
    lot = boxes if len(boxes) > MANY else _clustered(boxes, window)
    lot = _inside(lot if len(lot) <= LISTED else _by_cells(boxes, window, _coarse(boxes, window)), window)
    return tuple(sorted(sides_of(lot, i) for i in range(len(lot))))


def _inside(boxes: Boxes, window: Window) -> Boxes:
    """Without what sticks out of the window."""
    lower, upper = np.maximum(boxes.lower, window.outer.lower), np.minimum(boxes.upper, window.outer.upper)
    real = every(lower <= upper)
    return Boxes(lower[:, real], upper[:, real])


def _clustered(boxes: Boxes, window: Window) -> Boxes:
    """One box a cluster, and of a cluster that fills more than a cell of the grid, one box a cell."""
    view = window.outer.upper - window.outer.lower
    parts: list[Boxes] = []
    for cluster in _clusters(boxes, NEAR * view[:, 0]):
        hull = hulls(cluster, np.zeros(len(cluster), np.intp))
        small = ((hull.upper - hull.lower) * CELLS[0] <= view).all()
        parts.append(hull if small else _by_cells(cluster, window, CELLS[0]))
    return together(parts, len(view))


def _by_cells(boxes: Boxes, window: Window, cells: int) -> Boxes:
    """For each cell of a grid the smallest box around those whose middle is in it."""
    return hulls(
        boxes,
        np.asarray(np.ravel_multi_index(tuple(_cell(boxes, window, cells)), (cells,) * len(boxes.lower)), np.intp),
    )


def _cell(boxes: Boxes, window: Window, cells: int) -> Indices:
    """The cell of a grid that has the middle of a box, (n, N)."""
    view = window.outer.upper - window.outer.lower
    middle = 0.5 * boxes.lower + 0.5 * boxes.upper
    return np.clip(np.floor((middle - window.outer.lower) / view * cells), 0, cells - 1).astype(np.intp)


def _coarse(boxes: Boxes, window: Window) -> int:
    """Cells along a side of the finest grid of which few enough are taken. Each grid halves the one before."""
    cell, shape = _cell(boxes, window, CELLS[0]), len(boxes.lower)
    for cells in CELLS:
        taken = np.sort(np.ravel_multi_index(tuple(cell), (cells,) * shape))  # np.unique takes ten times longer
        taken = taken[np.flatnonzero(np.diff(taken, prepend=-1))]
        if len(taken) <= LISTED:
            return cells
        cell = np.array(np.unravel_index(taken, (cells,) * shape)) >> 1
    return 1


def _clusters(boxes: Boxes, room: Array) -> list[Boxes]:
    """The lots between which, along some axis, there is more room than that."""
    done, waiting = [], [boxes] if len(boxes) else []
    while waiting:
        lot = waiting.pop()
        pieces = [lot]
        for j in range(len(room)):
            pieces = _apart_along(lot, j, float(room[j]))
            if len(pieces) > 1:
                break
        if len(pieces) > 1:
            waiting += pieces
        else:
            done.append(lot)
    return done


def _apart_along(boxes: Boxes, j: int, room: float) -> list[Boxes]:
    order = np.argsort(boxes.lower[j])
    reached = np.maximum.accumulate(boxes.upper[j, order])
    cuts = np.flatnonzero(boxes.lower[j, order[1:]] > reached[:-1] + room) + 1
    return [boxes.where(part) for part in np.split(order, cuts)]


def sides_of(boxes: Boxes, i: int) -> Box:
    """Box i by its sides."""
    return tuple(zip(boxes.lower[:, i].tolist(), boxes.upper[:, i].tolist(), strict=True))
