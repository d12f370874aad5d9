"""Many runs at once: from each of N starts until it arrives or cannot go on, with the verdicts of `minimize`.

Runs that have ended are taken out, and new ones put in their place, so that whole arrays stay full to the end. What
is odd about a run (a small gradient, a number that is none, a step that leads nowhere) is found for all at once by a
few comparisons; only those few are then judged one rule after the other, in the order of `minimize`.

Two differences from it, and no others but rounding: a circle is looked for every few steps, so one that a run leaves
again at once is not seen; and of a long flat way only the first point is remembered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.atlas.moves import RULES, Fields, Moves, has_rule, memory
from core.numeric import Array
from core.optimize.minimize import APART, LONGEST_CYCLE, REST, SAME, TOLERANCE
from core.optimize.trajectory import Outcome

POOL: Final = 8192  # runs at once: their numbers stay near the processor
EVERY: Final = 8  # steps between two looks for circles
KEPT: Final = 2 * LONGEST_CYCLE + EVERY  # points of every run that are remembered
EMPTIED: Final = 0.75  # so full a pool is emptied of what has ended
OUTCOMES: Final = tuple(Outcome)
GOING: Final = -1

Ints = NDArray[np.int64]


def _code(outcome: Outcome) -> int:
    return OUTCOMES.index(outcome)


@dataclass(frozen=True, eq=False)
class Runs:
    """How N runs ended: where, why (the number of an `Outcome`), and after how many moves."""

    ends: Array  # (n, N)
    outcomes: NDArray[np.int8]  # (N,)
    moves: NDArray[np.int32]  # (N,)

    def are(self, outcome: Outcome) -> NDArray[np.bool_]:
        """Which of them ended so."""
        return self.outcomes == _code(outcome)


def run_all(f: Fields, method: Any, starts: Array, max_steps: int, until: float = math.inf) -> Runs | None:
    """Run the method from every start, (n, N); None when `until` (of the clock `monotonic`) comes first.

    >>> from core.immediate import programs
    >>> from core.optimize import Newton
    >>> from core.syntax import read
    >>> f = Fields(programs(read("f(x) = x^2 + x^4/4"), {})["f"])
    >>> found = run_all(f, Newton(), np.array([[-1.0, 0.0, 2.0]]), 50)
    >>> found.moves.tolist(), bool(found.are(Outcome.VANISHED).all())
    ([4, 0, 5], True)
    """
    assert has_rule(method)
    pool, N = _Pool(f, method, starts, max_steps), starts.shape[1]
    fed = tick = 0
    with np.errstate(all="ignore"):
        while fed < N or pool.size:
            if fed < N and pool.size <= POOL // 2:
                more = min(N, fed + POOL - pool.size)
                pool.join(np.arange(fed, more))
                fed = more
            pool.step()
            tick += 1
            if tick % EVERY == 0:
                pool.circles()
                if monotonic() > until:
                    return None
            pool.clear()
    return Runs(pool.ends, pool.outcomes, pool.moves)


class _Pool:
    """The runs that are on their way."""

    def __init__(self, f: Fields, method: Any, starts: Array, max_steps: int) -> None:
        self.f, self.method, self.max_steps, self.rule = f, method, max_steps, RULES[type(method)]
        n, N = starts.shape
        self.ends = starts.astype(float)
        self.outcomes, self.moves = np.full(N, GOING, dtype=np.int8), np.zeros(N, dtype=np.int32)
        self.column = memory(method, n)
        self.X, self.M = np.empty((n, 0)), np.empty((len(self.column), 0))
        self.which, self.count = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.alive, self.flat = np.empty(0, dtype=bool), np.empty(0, dtype=bool)
        self.first = np.empty((n, 0))  # where a run that is on a flat came to it
        self.past: list[tuple[Array, Array]] = []  # points and values, the latest last

    @property
    def size(self) -> int:
        return len(self.which)

    def join(self, which: Ints) -> None:
        """Take in new runs; what is remembered of the others is nan for them, which equals nothing."""
        n, k = len(self.X), len(which)
        nothing = np.full((n, k), np.nan), np.full(k, np.nan)
        self.past = [(np.hstack((x, nothing[0])), np.hstack((v, nothing[1]))) for x, v in self.past]
        self.X = np.hstack((self.X, self.ends[:, which]))
        self.M = np.hstack((self.M, np.repeat(self.column, k, 1)))
        self.which, self.count = np.hstack((self.which, which)), np.hstack((self.count, np.zeros(k, dtype=np.int64)))
        self.alive, self.flat = np.hstack((self.alive, np.ones(k, bool))), np.hstack((self.flat, np.zeros(k, bool)))
        self.first = np.hstack((self.first, nothing[0]))

    def clear(self) -> None:
        """Take out the runs that have ended, when they are many."""
        if self.alive.sum() > EMPTIED * self.size:
            return
        stay = np.flatnonzero(self.alive)
        self.past = [(x[:, stay], v[stay]) for x, v in self.past]
        self.X, self.M, self.first = self.X[:, stay], self.M[:, stay], self.first[:, stay]
        self.which, self.count, self.flat = self.which[stay], self.count[stay], self.flat[stay]
        self.alive = np.ones(len(stay), dtype=bool)

    def step(self) -> None:
        """Move all of them once; those that shall not move any more have ended."""
        seen = self.rule(self.method, self.f, self.X, self.M)
        F, G, X = seen.value, seen.gradient, self.X
        self.past = [*self.past[1 - KEPT :], (X, F)]
        slope2 = (G * G).sum(0)
        usual = (slope2 > 1.01 * TOLERANCE**2) & (slope2 < np.inf) & (np.abs(X).max(0) <= settings.COORDINATE)
        odd = ~(usual & np.isfinite(F)) | (seen.target == X).all(0) | (self.count >= self.max_steps)
        if seen.stuck is not None:
            odd |= seen.stuck
        self.flat &= odd
        odd &= self.alive
        if odd.any():
            self._judge(np.flatnonzero(odd), seen)
        self.X, self.M, self.count = seen.target, seen.memory, self.count + 1

    def _judge(self, some: Ints, seen: Moves) -> None:
        """Why these runs end here, if they do: rules that count more are written over those that count less."""
        x, to, g, f = self.X[:, some], seen.target[:, some], seen.gradient[:, some], seen.value[some]
        missing = np.flatnonzero(~np.isfinite(f))
        if missing.size:
            f[missing] = self.f.value(x[:, missing])
        code, slope, way = np.full(len(some), GOING, dtype=np.int8), _length(g), _length(to - x)
        stuck = np.zeros(len(some), bool) if seen.stuck is None else seen.stuck[some]
        small, rests = slope <= TOLERANCE, way <= REST * (1 + _length(x))
        code[stuck] = _code(Outcome.STUCK)
        code[self.count[some] >= self.max_steps] = _code(Outcome.OUT_OF_STEPS)
        code[(to == x).all(0) & seen.direction[:, some].any(0)] = _code(Outcome.TOO_SMALL)
        code[small & ~rests & self._strays(some, small & ~rests)] = _code(Outcome.DIVERGED)
        code[small & rests] = _code(Outcome.VANISHED)
        code[~np.isfinite(g).all(0)] = _code(Outcome.NO_GRADIENT)
        code[np.isinf(f)] = _code(Outcome.NOT_FINITE)
        code[np.isnan(f)] = _code(Outcome.LEFT_DOMAIN)
        code[~(np.abs(x).max(0) <= settings.COORDINATE)] = _code(Outcome.DIVERGED)
        late = some[code == _code(Outcome.OUT_OF_STEPS)]
        if late.size:  # one that goes round in a circle has not run out of steps
            self._round(late)
            code[~self.alive[some]] = GOING
        over = code != GOING
        nowhere = ~np.isfinite(x[:, over]).all(0)  # that is no point to have moved to
        self._end(some[over], self.X[:, some[over]], code[over], self.count[some[over]] - nowhere)

    def _strays(self, some: Ints, small: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether the gradient was small all along a way longer than 1 + ‖x‖ up to now."""
        new = some[small & ~self.flat[some]]
        self.first[:, new] = self.X[:, new]
        self.flat[some] = small
        first = self.first[:, some]
        return small & (_length(self.X[:, some] - first) > 1 + _length(first))

    def _end(self, some: Ints, x: Array, code: Any, moves: Any) -> None:
        which = self.which[some]
        self.ends[:, which], self.outcomes[which], self.moves[which] = x, code, moves
        self.alive[some] = False

    def circles(self) -> None:
        """End the runs that have gone round in a circle twice since the last look."""
        if len(self.past) < 4:
            return
        x, f = self.past[-1]
        size, near = 1 + np.abs(x).max(0), 1e-9 * (1 + np.abs(f))
        moved = self.alive & (np.abs(x - self.past[-2][0]).max(0) > APART * size)
        again = np.zeros(len(moved), dtype=bool)
        for before, value in self.past[-1 - LONGEST_CYCLE : -2]:
            again |= (np.abs(value - f) <= near) & (np.abs(before - x).max(0) <= SAME * size)
        some = np.flatnonzero(moved & again)
        if some.size:
            self._round(some)

    def _round(self, some: Ints) -> None:
        """End those whose last points are a round of at most so many, gone twice, at the first time when they were."""
        x = np.stack([x[:, some] for x, _ in self.past])
        f = np.stack([f[some] for _, f in self.past])
        last, open_ = len(x) - 1, np.ones(len(some), dtype=bool)
        for t in range(max(3, last + 1 - EVERY), last + 1):
            size, near = 1 + np.abs(x[t]).max(0), 1e-9 * (1 + np.abs(f[t]))
            for k in range(2, min(LONGEST_CYCLE, (t + 1) // 2) + 1):
                now, before = x[t + 1 - k : t + 1], x[t + 1 - 2 * k : t + 1 - k]
                apart = np.abs(now - np.roll(now, -1, 0)).max(1) > APART * size
                same = np.abs(now - before).max(1) <= SAME * size
                found = open_ & (np.abs(f[t - k] - f[t]) <= near) & same.all(0) & apart.all(0)
                if found.any():
                    ended = some[found]
                    self._end(ended, x[t][:, found], _code(Outcome.CYCLE), self._moves(ended) - (last - t))
                    open_ &= ~found

    def _moves(self, some: Ints) -> Ints:
        """How many moves led to the latest point that is remembered."""
        return self.count[some] - (0 if self.past[-1][0] is self.X else 1)


def _length(v: Array) -> Array:
    """‖v‖ of each column."""
    return np.abs(v[0]) if len(v) == 1 else np.hypot(v[0], v[1])
