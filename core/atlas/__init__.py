"""Atlas: maps over the window. Where does a method end, from each start? And which way does f bend?

    for picture in destinations(f, box, Newton()): ...      coarse first, then finer, each whole

The starts are the middles of the pixels, or rather a hundredth of a pixel beside them: many a function has a symmetry
about a line through the middles, and a start exactly on it may end where none beside it does. A coarser picture is made
of every ninth, every third of them in each direction, so that nothing is computed twice and the last picture is as if
it had been made alone. A pixel says to which point its run came, of which kind that is, and after how many moves; a run
that came to none says why.

A picture is what happens to these starts. A set of starts that is thinner than a pixel is not in it: gradient
descent from a point exactly on the line that leads into a saddle ends at the saddle, although no pixel around it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.atlas.ends import End, Ends, Known
from core.atlas.moves import Eigen, Fields, has_rule
from core.atlas.runs import OUTCOMES, run_all
from core.numeric import Array
from core.optimize.trajectory import Outcome
from core.program import Program

__all__ = ["Curvature", "Destinations", "End", "Known", "curvature", "destinations", "has_rule", "middles"]

SIDE: Final = 405  # pixels of the longer side of a map
BESIDE: Final = (0.0137, -0.0071)  # of a pixel, in each direction: how far a start is from the middle
STRIDES: Final = (9, 3, 1)  # odd, each a multiple of the next: the middle of a block is the middle of a pixel
UNKNOWN: Final = -1 - len(OUTCOMES)

Side = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Destinations:
    """Where the runs from a grid of starts end; rows from below, columns from the left.

    `place` is the number of an end, or -1 - the number of the `Outcome` of a run that came to no point.
    """

    box: tuple[Side, ...]
    stride: int  # pixels of the last picture along a side of one of this
    ends: tuple[End, ...]
    place: NDArray[np.int16]  # (rows, columns); one row in one variable
    moves: NDArray[np.int32]  # (rows, columns)
    max_steps: int

    @property
    def starts(self) -> int:
        """How many runs it is made of."""
        return int(self.place.size)

    @cached_property
    def by_end(self) -> tuple[float, ...]:
        """Which part of the starts comes to each of the ends."""
        counts = np.bincount(self.place[self.place >= 0].ravel(), minlength=len(self.ends))
        return tuple((counts / self.starts).tolist())

    @cached_property
    def by_kind(self) -> dict[str, float]:
        """Which part comes to a point of each kind; kinds that no run came to are not in it."""
        shares: dict[str, float] = {}
        for end, share in zip(self.ends, self.by_end, strict=True):
            if share:
                shares[end.kind] = shares.get(end.kind, 0.0) + share
        return shares

    @cached_property
    def by_outcome(self) -> dict[Outcome, float]:
        """Which part comes to no point, and why."""
        counts = np.bincount(-1 - self.place[self.place < 0].ravel(), minlength=len(OUTCOMES))
        return {outcome: float(k) / self.starts for outcome, k in zip(OUTCOMES, counts, strict=True) if k}

    @cached_property
    def outside(self) -> float:
        """Which part of the starts has no value of f to start from."""
        left = -1 - OUTCOMES.index(Outcome.LEFT_DOMAIN)
        return float(((self.place == left) & (self.moves == 0)).mean())

    def at(self, x: Sequence[float]) -> tuple[int, int]:
        """The place and the moves of the pixel that holds a point of the window."""
        rows, columns = self.place.shape
        i, *rest = (
            min(size - 1, max(0, int(size * (v - low) / (high - low))))
            for v, (low, high), size in zip(x, self.box, (columns, rows), strict=False)
        )
        j = rest[0] if rest else 0
        return int(self.place[j, i]), int(self.moves[j, i])


def destinations(
    f: Program,
    box: Sequence[Side],
    method: Any,
    *,
    side: int = SIDE,
    strides: Sequence[int] = STRIDES,
    max_steps: int = 60,
    known: Sequence[Known] = (),
    seconds: float = math.inf,
) -> Iterator[Destinations]:
    """Ever finer pictures of where the runs from the window end, as many as fit into `seconds`.

    `side` is how many pixels the longer side has; the other has as many as make them square. `known` critical points
    have the first numbers among the ends.

    >>> from core.immediate import programs
    >>> from core.optimize import Newton
    >>> from core.syntax import read
    >>> f = programs(read("x^3/3 - x + y^2"), {})["f"]
    >>> *_, last = destinations(f, [(-2.0, 2.0), (-1.0, 1.0)], Newton(), side=90)
    >>> last.place.shape, {kind: round(share, 2) for kind, share in last.by_kind.items()}
    ((45, 90), {'saddle': 0.5, 'minimum': 0.5})
    """
    until = monotonic() + seconds
    fields, shape = Fields(f), _shape(box, side, strides[0])
    ends = Ends(fields, known)
    columns, rows = (
        at + beside * (at[-1] - at[0]) / max(1, len(at) - 1)
        for at, beside in zip(middles(box, shape), BESIDE, strict=True)
    )
    place = np.full(shape, UNKNOWN, dtype=np.int16)
    moves = np.zeros(shape, dtype=np.int32)
    for stride in strides:
        here = _lattice(shape, stride)
        j, i = (index.ravel() for index in np.meshgrid(*here, indexing="ij"))
        new = place[j, i] == UNKNOWN
        j, i = j[new], i[new]
        starts = np.stack((columns[i], rows[j])[: len(box)])
        found = run_all(fields, method, starts, max_steps, until)
        if found is None:
            return
        arrived = np.flatnonzero(found.are(Outcome.VANISHED))
        places = -1 - found.outcomes.astype(np.int16)
        places[arrived] = ends.place(found.ends[:, arrived])
        place[j, i], moves[j, i] = places, found.moves
        seen = np.ix_(*here)
        yield Destinations(tuple(box), stride, tuple(ends.all), place[seen], moves[seen], max_steps)


def _shape(box: Sequence[Side], side: int, stride: int) -> tuple[int, int]:
    """Rows and columns: pixels are nearly square, and whole blocks of the first picture fill the window.

    >>> _shape([(0.0, 3.0), (0.0, 1.0)], 405, 9)
    (135, 405)
    """
    widths = [high - low for low, high in box]
    sizes = [stride * max(1, round(side * width / max(widths) / stride)) for width in widths]
    return (sizes[1], sizes[0]) if len(box) == 2 else (1, sizes[0])


def _lattice(shape: tuple[int, int], stride: int) -> tuple[NDArray[np.int64], ...]:
    """The middles of blocks, in each direction; a side of one pixel is its own."""
    return tuple(np.arange(stride // 2 if size > 1 else 0, size, stride) for size in shape)


def middles(box: Sequence[Side], shape: tuple[int, int]) -> tuple[Array, Array]:
    """The first coordinate of the middles of all columns, and the second of all rows."""
    (a, b), (c, d) = (*box, (-1.0, 1.0))[:2]
    rows, columns = shape
    return a + (b - a) * (np.arange(columns) + 0.5) / columns, c + (d - c) * (np.arange(rows) + 0.5) / rows


@dataclass(frozen=True, eq=False)
class Curvature:
    """The signs of the eigenvalues of H at the middles of pixels.

    2: all positive; 1: of both signs; 0: all negative; -1: one is zero, or H has no value.
    """

    box: tuple[Side, ...]
    signs: NDArray[np.int8]

    def share(self, sign: int) -> float:
        """Which part of the window has this sign."""
        return float((self.signs == sign).mean())


def curvature(f: Program, box: Sequence[Side], side: int = SIDE) -> Curvature:
    """Where f bends up in all directions, up and down, down in all.

    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> found = curvature(programs(read("x^3 + y^2"), {})["f"], [(-1.0, 1.0), (-1.0, 1.0)], 54)
    >>> [found.share(sign) for sign in (2, 1, 0)]
    [0.5, 0.5, 0.0]
    """
    shape = _shape(box, side, 1)
    columns, rows = middles(box, shape)
    signs = np.empty(shape, dtype=np.int8)
    fields = Fields(f)
    with np.errstate(all="ignore"):
        for j, y in enumerate(rows):
            X = np.stack((columns, np.full_like(columns, y))[: len(box)])
            bent = Eigen.of(fields.bend(X)[2]).curvatures
            least, most = bent.min(0), bent.max(0)
            signs[j] = np.select([least > 0, most < 0, (least < 0) & (most > 0)], [2, 0, 1], default=-1)
    return Curvature(tuple(box), signs)
