"""Some critical points of f, where there are too many variables to search all of the window.

Newton's method runs from many starts, spread evenly. Where it ends is rounded to a box, and Krawczyk's test proves
that the box holds a critical point, and only one; it gets the label that its Hessian is proved to deserve, as in the
search. What is listed is therefore as sure as there. That it is all there is, nobody says: the set is `sampled`, and
never complete.

Half of the starts first walk towards a point of a given index, the number of negative eigenvalues of the Hessian: along
each eigenvector downhill or uphill as that index asks. So the deep valleys are found, and the saddles between them.
(With H replaced by ±|H|: Dauphin et al. 2014 for the escape from saddles; here any index is sought.)

Rules: the same question gets the same answer, unless time ends it; it goes on for as long again as the last new point
took, and `seconds` at most; between two steps of Newton it looks whether it is to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from time import monotonic
from typing import Final

import numpy as np

from core.branching import Boxes, Ending, Indices, State, every, some, together
from core.critical.certified import System, Zeros, krawczyk, newton_step, system
from core.critical.point import CriticalSet, completed
from core.critical.search import TELLING, TOLD_SECONDS, Watch, Window, concluded
from core.definiteness import Array
from core.numeric import arrays
from core.problem import Side
from core.program import Program

STARTS: Final = 512  # of one round, when a step is cheap
FEWEST: Final = 32
WORK: Final = 200_000  # starts times instructions of one step
STEPS: Final = 40  # of Newton, at most
WALK: Final = 15  # steps towards a point of an index, before
LONGEST: Final = 0.1  # of the window: no step is longer
NEAR: Final = 2.0**-20  # of the window: so short a step ends it, and what is nearer is the same point
LAST: Final = 3  # more steps, then it is as near as floats are
RADII: Final = (2.0**-8, 2.0**-14, 2.0**-20, 2.0**-28, 2.0**-36)  # of the window: boxes in which it may be alone
ROUNDS: Final = 8  # at least


def find_some(
    f: Program,
    box: tuple[Side, ...],
    *,
    seconds: float,
    stop: Callable[[], bool] | None = None,
    watch: Watch | None = None,
) -> CriticalSet:
    """Critical points of f, a program of one output, in a box; there may be more.

    What is known so far is told to `watch` now and then, with the number 0 for the boxes that are open.

    >>> from core.program import Builder
    >>> b = Builder(5)
    >>> squares = [b.power(b.variable(i), 2) for i in range(5)]
    >>> bowl = b.add(b.add(b.add(b.add(squares[0], squares[1]), squares[2]), squares[3]), squares[4])
    >>> find_some(b.program([bowl]), ((-1.0, 2.0),) * 5, seconds=5.0).sentence
    '1 point found; it is proved to be a critical point with this label; there may be more.'
    """
    over = _Clock(monotonic() + seconds, stop)
    sampling = _Sampling(system(f), Window.of(box))
    due = monotonic() + TOLD_SECONDS
    for number in count():
        starts = sampling.starts(number)
        if not sampling.add(_ends(sampling, starts, number % 2 == 1, over), number) or over():
            break
        now = monotonic()
        if watch and now > due:
            watch(sampling.known(), 0)
            due = monotonic() + max(TOLD_SECONDS, TELLING * (monotonic() - now))
    return sampling.known()


@dataclass(frozen=True)
class _Clock:
    """Is it over?"""

    end: float
    stop: Callable[[], bool] | None

    def __call__(self) -> bool:
        return monotonic() >= self.end or (self.stop is not None and self.stop())


@dataclass
class _Sampling:
    """What has been found so far."""

    s: System
    window: Window
    zeros: list[Zeros] = field(default_factory=list)
    unproved: list[Boxes] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    news: int = 0  # the last round that brought a point

    @property
    def width(self) -> Array:
        """Of the window, (n, 1)."""
        width: Array = self.window.outer.upper - self.window.outer.lower
        return width

    def starts(self, number: int) -> Array:
        """The points of that round, (n, N)."""
        size = max(FEWEST, min(STARTS, WORK // len(self.s.J.code)))
        return self.window.outer.lower + self.width * spread(self.s.n, size * number, size)

    def add(self, places: Array, number: int) -> bool:
        """Prove what is new among the ends of a round; is there reason to go on?"""
        new = self._new(places)
        if len(new.T):
            proved, rest = _proved(self.s, new, self.width)
            self.zeros.append(proved)
            self.unproved.append(rest)
            if len(proved):
                self.news = number
        return number + 1 < max(ROUNDS, 2 * (self.news + 1))

    def _new(self, places: Array) -> Array:
        """Those not seen before; one on the border of two cells of the net may come twice, and is told apart later."""
        cells = np.round((places - self.window.outer.lower) / (4 * NEAR * self.width)).astype(np.int64)
        fresh = np.zeros(len(cells.T), bool)
        for i, cell in enumerate(cells.T):
            fresh[i] = (key := cell.tobytes()) not in self.seen
            self.seen.add(key)
        return places[:, fresh]

    def known(self) -> CriticalSet:
        """The points with their labels, and boxes around what was not proved."""
        n = self.s.n
        aside = together(self.unproved, n)
        state = State(0, (), aside, tuple(self.zeros), ending=Ending.BUDGET)
        return completed(replace(concluded(self.s, self.window, state), sampled=True))


def spread(n: int, first: int, size: int) -> Array:
    """Points of the unit cube, (n, size), evenly spread however many are taken (Roberts 2018, the sequence R_n).

    >>> spread(2, 0, 3).round(3).tolist()
    [[0.5, 0.255, 0.01], [0.5, 0.07, 0.64]]
    """
    golden = 2.0
    for _ in range(60):
        golden = (1.0 + golden) ** (1.0 / (n + 1))  # the root above 1 of x^(n+1) = x + 1
    alpha = golden ** -np.arange(1.0, n + 1)
    points: Array = (0.5 + np.arange(first, first + size) * alpha[:, None]) % 1.0
    return points


# From a start to a point.


def _ends(sampling: _Sampling, x: Array, walk: bool, over: Callable[[], bool]) -> Array:
    """Where Newton's method comes to rest in the window; nothing of a round that is cut short."""
    s, lower, width = sampling.s, sampling.window.outer.lower, sampling.width
    path = _path(s, x, lower, width, walk)
    ends = x[:, :0]
    for ends in path:
        if over():
            return ends[:, :0]
    return ends


def _path(s: System, x: Array, lower: Array, width: Array, walk: bool) -> Iterator[Array]:
    """All starts step by step; at last those that came to rest in the window."""
    index = np.arange(x.shape[1]) % (s.n + 1)
    for _ in range(WALK if walk else 0):
        x = _moved(x, _walking_step(s, x, index), lower, width)
        yield x
    done = x[:, :0]
    for _ in range(STEPS):
        step = newton_step(s, x)
        x = _moved(x, step, lower, width)
        rest = every(np.abs(step) <= NEAR * width)
        done, x = np.concatenate((done, x[:, rest]), 1), x[:, ~rest]
        if not len(x.T):
            break
        yield x
    for _ in range(LAST):
        done = _moved(done, newton_step(s, done), lower, width)
    inside = every((lower - NEAR * width <= done) & (done <= lower + (1.0 + NEAR) * width))
    F = arrays(s.F, done)
    stuck = every(newton_step(s, done) == 0.0) & some(F != 0.0)  # there is no step, where f or its Hessian fails
    yield done[:, inside & ~stuck & every(np.isfinite(F))]


def _moved(x: Array, step: Array, lower: Array, width: Array) -> Array:
    """The points after a step that is no longer than allowed, and not far out of the window."""
    long = np.maximum(1.0, np.abs(step / (LONGEST * width)).max(0, initial=0.0))
    moved: Array = np.clip(x - step / long, lower - LONGEST * width, lower + (1.0 + LONGEST) * width)
    return moved


def _walking_step(s: System, x: Array, index: Indices) -> Array:
    """Newton's step with the eigenvalues' signs as the index wants them: that many negative, the smallest first."""
    values = arrays(s.J, x)
    usable = every(np.isfinite(values))
    values = np.where(usable, values, 0.0)
    eigenvalues, V = np.linalg.eigh(values[s.entries].transpose(2, 0, 1))
    slope = np.einsum("kij,ik->kj", V, values[s.distinct : s.distinct + s.n])
    size = np.maximum(np.abs(eigenvalues), 1e-12 * (1e-300 + np.abs(eigenvalues).max(1, keepdims=True)))
    sign = np.where(np.arange(s.n) < index[:, None], -1.0, 1.0)
    step: Array = np.einsum("kij,kj->ik", V, slope * sign / size)
    return np.where(usable, step, 0.0)


# The proof.


def _proved(s: System, places: Array, width: Array) -> tuple[Zeros, Boxes]:
    """For each place the largest box about it in which a zero is proved to be, and alone; and the rest, as boxes."""
    zeros, open_ = Zeros(_around(places[:, :0], width), _around(places[:, :0], width)), np.ones(len(places.T), bool)
    for radius in RADII:
        k = krawczyk(s, _around(places[:, open_], radius * width))
        yes = k.proves
        zeros = _with(zeros, k.X.where(yes), k.K.where(yes), s.n)
        open_[open_] = ~yes
        if not open_.any():
            break
    return zeros, _around(places[:, open_], NEAR * width)


def _with(zeros: Zeros, region: Boxes, enclosure: Boxes, n: int) -> Zeros:
    return Zeros(together((zeros.region, region), n), together((zeros.enclosure, enclosure), n))


def _around(places: Array, radius: Array) -> Boxes:
    return Boxes(places - radius, places + radius)
