"""Branch and prune: cut the window into boxes, drop what is proved, cut the rest, until nothing is left.

The loop knows nothing of what is proved. It hands all open boxes of a level to `examine`, which drops, settles
or narrows them, and it owns everything else: splitting, what is too small to go on with, what has become a
crowd (a curve of solutions doubles at every level), and the budget.

Rules: the boxes of a state and the boxes that were dropped or settled cover the window, always. Boxes are closed
and share their ends, so no point falls between two of them. Breadth first, as in Neumaier, Interval Methods, as long as
all open boxes make one wave; of more, those that were cut last go first, so that their number stays bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from time import monotonic
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]
Found = TypeVar("Found")

TOGETHER = 2048  # boxes examined at once; between two such batches the budget is looked at
WAVE = 16_384  # boxes of one level; more have to wait
OPEN = 1_000_000  # boxes open or set aside, at most: tens of megabytes; more are the end of the budget
FEW = 2000  # while so few boxes come of it, every long side is cut at once: fewer levels
SO_FEW = 256  # while so few come of it, twice: then a level costs about the same however many boxes it has


@dataclass(frozen=True)
class Boxes:
    """N closed boxes in n dimensions: two arrays of shape (n, N).

    >>> grid([(0.0, 1.0)], 2).upper.tolist()
    [[0.5, 1.0]]
    """

    lower: Array
    upper: Array

    def __len__(self) -> int:
        return int(self.lower.shape[1])

    def where(self, mask: Mask | Indices) -> Boxes:
        """The boxes for which a mask is true, or of those numbers."""
        return Boxes(self.lower[:, mask], self.upper[:, mask])

    def batches(self, size: int) -> list[Boxes]:
        """The same boxes, in runs of at most `size`."""
        starts = range(0, len(self), size)
        return [Boxes(self.lower[:, i : i + size], self.upper[:, i : i + size]) for i in starts]


def every(marks: Mask) -> Mask:
    """For each box: true along all axes."""
    return np.asarray(marks.all(0))


def some(marks: Mask) -> Mask:
    """For each box: true along some axis."""
    return np.asarray(marks.any(0))


def none(n: int) -> Boxes:
    """No box, in n dimensions."""
    return Boxes(np.empty((n, 0)), np.empty((n, 0)))


def together(parts: Sequence[Boxes], n: int) -> Boxes:
    """All boxes of several lots."""
    if len(parts) < 2:
        return parts[0] if parts else none(n)
    return Boxes(np.concatenate([p.lower for p in parts], 1), np.concatenate([p.upper for p in parts], 1))


def grid(window: Sequence[tuple[float, float]], cells: int) -> Boxes:
    """The window in cells × … × cells boxes. A line of the grid goes through 0: kinks and poles like to lie there.

    >>> len(grid([(0.0, 1.0), (-1.0, 1.0)], 16))
    256
    """
    edges = [_edges(low, high, cells) for low, high in window]
    lower = np.meshgrid(*(e[:-1] for e in edges), indexing="ij")
    upper = np.meshgrid(*(e[1:] for e in edges), indexing="ij")
    return Boxes(np.array([a.ravel() for a in lower]), np.array([a.ravel() for a in upper]))


def _edges(low: float, high: float, cells: int) -> Array:
    edges = np.linspace(low, high, cells + 1)
    edges[0], edges[-1] = low, high
    if cells > 1 and low < 0 < high:
        edges[1 + np.abs(edges[1:-1]).argmin()] = 0.0
    return np.unique(edges)


@dataclass(frozen=True)
class Verdict(Generic[Found]):
    """What an examination makes of a batch: the boxes still open, which of them are `bad`, and what was found.

    `bad` boxes are those that no smaller box may ever settle, for example on a kink. `settled` boxes are done;
    `dead` counts those dropped because there is nothing to look at in them.
    """

    open: Boxes
    bad: Mask
    settled: int = 0
    dead: int = 0
    found: tuple[Found, ...] = ()


class Ending(Enum):
    """Why the loop ended."""

    FINISHED = "every box is settled, or too small to cut"
    CROWD = "too many small boxes: what is searched is not isolated"
    BUDGET = "the budget is used up"
    STOPPED = "somebody asked to stop"


@dataclass(frozen=True)
class Budget:
    """How long the loop may go on: boxes examined, seconds from its start, and a question asked all the time."""

    boxes: int = 2_000_000
    seconds: float = 8.0
    stop: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Limits:
    """When a box is too small to cut, when small boxes are a crowd, how many are examined between looks at the budget.

    Widths are relative to the window.
    """

    narrow: float = 2.0**-30
    crowd: int = 4000
    crowd_width: float = 1 / 200
    together: int = TOGETHER


@dataclass(frozen=True)
class State(Generic[Found]):
    """After a level: the lots of boxes still open, those set aside undecided, and counts of all that was done."""

    level: int
    lots: tuple[Boxes, ...]  # the last is examined next
    aside: Boxes
    found: tuple[Found, ...] = ()
    examined: int = 0
    settled: int = 0
    dropped: int = 0
    dead: int = 0
    ending: Ending | None = None

    @property
    def open(self) -> Boxes:
        """All boxes that are to be cut or examined."""
        return together(self.lots, len(self.aside.lower))

    @property
    def undecided(self) -> Boxes:
        """All boxes about which nothing is known yet."""
        return together((*self.lots, self.aside), len(self.aside.lower))

    @property
    def count(self) -> int:
        """How many they are."""
        return sum(map(len, self.lots)) + len(self.aside)


def branch(
    window: Sequence[tuple[float, float]],
    start: Boxes,
    examine: Callable[[Boxes], Verdict[Found]],
    budget: Budget | None = None,
    limits: Limits | None = None,
) -> Iterator[State[Found]]:
    """The states of the loop, first the start, last the one with an ending.

    >>> def holds_third(boxes):
    ...     open = boxes.where(((boxes.lower <= 1 / 3) & (boxes.upper >= 1 / 3))[0])
    ...     return Verdict(open, np.zeros(len(open), bool))
    >>> *_, last = branch([(0.0, 1.0)], grid([(0.0, 1.0)], 4), holds_third)
    >>> len(last.aside), last.ending.name, float(last.aside.lower[0, 0])
    (1, 'FINISHED', 0.3333333330228925)
    """
    loop = _Loop(np.array([high - low for low, high in window])[:, None], budget or Budget(), limits or Limits())
    state: State[Found] = State(0, (start,), none(len(window)))
    while state.ending is None:
        yield state
        state = loop.level(state, examine)
    yield state


@dataclass
class _Loop:
    view: Array  # widths of the window, (n, 1)
    budget: Budget
    limits: Limits
    began: float = field(default_factory=monotonic)

    def level(self, state: State[Found], examine: Callable[[Boxes], Verdict[Found]]) -> State[Found]:
        """Examine a wave of open boxes, set the too small ones aside, look for a crowd, and cut the rest."""
        n = len(self.view)
        waves, lots = _parted(state.lots, WAVE)
        waiting = together(waves, n).batches(self.limits.together)
        kept, bad = [], []
        ending: Ending | None = None
        while waiting and (ending := self._over(state)) is None:
            batch = waiting.pop(0)
            verdict = examine(batch)
            kept.append(verdict.open)
            bad.append(verdict.bad)
            state = _counted(state, len(batch), verdict)
        if ending is not None:
            return replace(state, lots=(*lots, *waiting, *kept), ending=ending)
        return self._onward(replace(state, lots=lots), together(kept, n), np.concatenate(bad or [np.zeros(0, bool)]))

    def _over(self, state: State[Found]) -> Ending | None:
        if self.budget.stop is not None and self.budget.stop():
            return Ending.STOPPED
        over = state.examined >= self.budget.boxes or monotonic() - self.began >= self.budget.seconds
        return Ending.BUDGET if over or state.count > OPEN else None

    def _onward(self, state: State[Found], boxes: Boxes, bad: Mask) -> State[Found]:
        sides, long = self._sides(boxes)
        small = ~some(long)
        crowd = ~small & (sides.max(0, initial=0.0) < self.limits.crowd_width)
        if crowd.sum() > self.limits.crowd:
            small |= crowd & bad
        state = replace(state, level=state.level + 1, aside=together((state.aside, boxes.where(small)), len(self.view)))
        boxes, still = boxes.where(~small), (crowd & ~small).sum()
        if still > self.limits.crowd:
            return replace(state, lots=(*state.lots, boxes), ending=Ending.CROWD)
        lots = (*state.lots, self._cut(boxes)) if len(boxes) else state.lots
        return replace(state, lots=lots, ending=None if lots else Ending.FINISHED)

    def _sides(self, boxes: Boxes) -> tuple[Array, Mask]:
        """The sides of each box, relative to the window, and which are long enough to be cut: floats lie between."""
        scale = np.maximum(np.abs(boxes.lower), np.abs(boxes.upper)) / self.view
        sides: Array = (boxes.upper - boxes.lower) / self.view
        return sides, sides > np.maximum(self.limits.narrow, 2.0**-50 * scale)

    def _cut(self, boxes: Boxes) -> Boxes:
        """Halve the longest side; while there are few boxes, every side at least half as long too, and twice if few."""
        n = len(self.view)
        if len(boxes) << n > FEW:
            sides, long = self._sides(boxes)
            return _all_halved(boxes, np.arange(n)[:, None] == np.where(long, sides, 0.0).argmax(0))
        for _ in range(2 if len(boxes) << 2 * n <= SO_FEW else 1):
            sides, long = self._sides(boxes)
            sides = np.where(long, sides, 0.0)
            boxes = _all_halved(boxes, long & (sides >= 0.5 * sides.max(0, initial=0.0)))
        return boxes


def _parted(lots: tuple[Boxes, ...], most: int) -> tuple[list[Boxes], tuple[Boxes, ...]]:
    """So many boxes, those that were cut last, and the rest."""
    taken, left = [], list(lots)
    while left and most:
        lot = left.pop()
        start = max(0, len(lot) - most)
        if start:
            left.append(Boxes(lot.lower[:, :start], lot.upper[:, :start]))
        taken.append(Boxes(lot.lower[:, start:], lot.upper[:, start:]))
        most -= len(taken[-1])
    return taken, tuple(left)


def _counted(state: State[Found], examined: int, verdict: Verdict[Found]) -> State[Found]:
    return replace(
        state,
        found=state.found + verdict.found,
        examined=state.examined + examined,
        settled=state.settled + verdict.settled,
        dropped=state.dropped + examined - verdict.settled - len(verdict.open),
        dead=state.dead + verdict.dead,
    )


def _all_halved(boxes: Boxes, marks: Mask) -> Boxes:
    """The boxes with every marked side in two."""
    for j in range(len(marks)):
        boxes, marks = _halved(boxes, marks, j)
    return boxes


def _halved(boxes: Boxes, marks: Mask, j: int) -> tuple[Boxes, Mask]:
    """The marked boxes in two, at the float nearest the middle of side j."""
    cut, rest = boxes.where(marks[j]), boxes.where(~marks[j])
    middle = 0.5 * cut.lower[j] + 0.5 * cut.upper[j]
    left, right = Boxes(cut.lower, cut.upper.copy()), Boxes(cut.lower.copy(), cut.upper)
    left.upper[j] = right.lower[j] = middle
    twice = marks[:, marks[j]]
    halves = together((left, right, rest), len(boxes.lower))
    return halves, np.concatenate((twice, twice, marks[:, ~marks[j]]), 1)
