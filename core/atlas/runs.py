"""Many runs at once: from each of N starts until it arrives or cannot go on, with the verdicts of `minimize`.

Runs that have ended are taken out, and new ones put in their place, so that whole arrays stay full to the end. What
is odd about a run (a small gradient, a number that is none, a step that leads nowhere) is found for all at once by a
few comparisons; only those few are then judged one rule after the other, in the order of `minimize`.

Two differences from it, and no others but rounding: a circle, and a step too small to lead anywhere, are looked for
every few steps, so one that a run leaves at once is not seen; and of a long flat way only its first point is kept.
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

POOL: Final = 4096  # runs at once: their numbers stay near the processor
EVERY: Final = 16  # steps between two looks for circles
KEPT: Final = 2 * LONGEST_CYCLE + EVERY  # points of every run that are remembered
EMPTIED: Final = 0.75  # so full a pool is emptied of what has ended
OUTCOMES: Final = tuple(Outcome)
GOING: Final = -1
SMALL: Final = 1.01 * TOLERANCE**2  # a squared slope above it is above the tolerance, whatever is rounded

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
        return np.asarray(self.outcomes == _code(outcome))


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
                pool.look_back()
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
        self.which, self.born = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)  # born: the tick of its start
        self.alive, self.flat = np.empty(0, dtype=bool), np.empty(0, dtype=bool)
        self.tick, self.eldest, self.all_alive = 0, 0, True  # eldest: the least of `born`
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
        self.X = np.hstack((self.X, self.ends.take(which, 1)))
        self.M = np.hstack((self.M, np.repeat(self.column, k, 1)))
        self.which, self.born = np.hstack((self.which, which)), np.hstack((self.born, np.full(k, self.tick)))
        self.eldest = int(self.born.min())
        self.alive, self.flat = np.hstack((self.alive, np.ones(k, bool))), np.hstack((self.flat, np.zeros(k, bool)))
        self.first = np.hstack((self.first, nothing[0]))

    def clear(self) -> None:
        """Take out the runs that have ended, when they are many."""
        if self.all_alive or self.alive.sum() > EMPTIED * self.size:
            return
        stay = np.flatnonzero(self.alive)
        self.past = [(x.take(stay, 1), v[stay]) for x, v in self.past]
        self.X, self.M, self.first = self.X.take(stay, 1), self.M.take(stay, 1), self.first.take(stay, 1)
        self.which, self.born, self.flat = self.which[stay], self.born[stay], self.flat[stay]
        self.alive, self.all_alive = np.ones(len(stay), dtype=bool), True
        self.eldest = int(self.born.min(initial=self.tick))

    def step(self) -> None:
        """Move all of them once; those that shall not move any more have ended."""
        seen = self.rule(self.method, self.f, self.X, self.M)
        self.seen, self.past = seen, [*self.past[1 - KEPT :], (self.X, seen.value)]
        slope2 = _length2(seen.gradient)
        if self._remarkable(seen, slope2):
            odd = self._odd(seen, slope2)
            self.flat &= odd
            odd &= self.alive
            if odd.any():
                self._judge(np.flatnonzero(odd), seen)
        self.X, self.M, self.tick = seen.target, seen.memory, self.tick + 1

    def _remarkable(self, seen: Moves, slope2: Array) -> bool:
        """Whether something is odd about one of the runs, by the extremes of all; nan is no extreme, and fails."""
        usual = slope2.min() > SMALL and slope2.max() < np.inf and np.abs(seen.value).max() < np.inf
        near = usual and self.X.min() >= -settings.COORDINATE and self.X.max() <= settings.COORDINATE
        young = near and self.tick - self.eldest < self.max_steps
        return not young or (seen.stuck is not None and bool(seen.stuck.any()))

    def _odd(self, seen: Moves, slope2: Array) -> NDArray[np.bool_]:
        """The runs about which something is odd."""
        usual = (slope2 > SMALL) & (slope2 < np.inf) & np.isfinite(seen.value)
        odd = ~(usual & (_most(self.X) <= settings.COORDINATE)) | (self.tick - self.born >= self.max_steps)
        return odd if seen.stuck is None else odd | seen.stuck

    def _judge(self, some: Ints, seen: Moves) -> None:
        """Why these runs end here, if they do: rules that count more are written over those that count less."""
        x, to, g, f = self.X.take(some, 1), seen.target.take(some, 1), seen.gradient.take(some, 1), seen.value[some]
        missing = np.flatnonzero(~np.isfinite(f))
        if missing.size:
            f[missing] = self.f.value(x[:, missing])
        code, slope, way = np.full(len(some), GOING, dtype=np.int8), _length(g), _length(to - x)
        stuck = np.zeros(len(some), bool) if seen.stuck is None else seen.stuck[some]
        small, rests = slope <= TOLERANCE, way <= REST * (1 + _length(x))
        code[stuck] = _code(Outcome.STUCK)
        code[self.tick - self.born[some] >= self.max_steps] = _code(Outcome.OUT_OF_STEPS)
        code[(to == x).all(0) & seen.direction.take(some, 1).any(0)] = _code(Outcome.TOO_SMALL)
        code[small & ~rests & self._strays(some, small & ~rests)] = _code(Outcome.DIVERGED)
        code[small & rests] = _code(Outcome.VANISHED)
        code[~np.isfinite(g).all(0)] = _code(Outcome.NO_GRADIENT)
        code[np.isinf(f)] = _code(Outcome.NOT_FINITE)
        code[np.isnan(f)] = _code(Outcome.LEFT_DOMAIN)
        code[~(np.abs(x).max(0) <= settings.COORDINATE)] = _code(Outcome.DIVERGED)
        late = some[code == _code(Outcome.OUT_OF_STEPS)]
        if late.size:  # one that goes round in a circle has not run out of steps
            self.look_back()
            code[~self.alive[some]] = GOING
        over = code != GOING
        nowhere = ~np.isfinite(x[:, over]).all(0)  # that is no point to have moved to
        self._end(some[over], self.X[:, some[over]], code[over], self.tick - self.born[some[over]] - nowhere)

    def _strays(self, some: Ints, small: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether the gradient was small all along a way longer than 1 + ‖x‖ up to now."""
        new = some[small & ~self.flat[some]]
        self.first[:, new] = self.X[:, new]
        self.flat[some] = small
        first = self.first.take(some, 1)
        return small & (_length(self.X.take(some, 1) - first) > 1 + _length(first))

    def _end(self, some: Ints, x: Array, code: Any, moves: Any) -> None:
        which = self.which[some]
        self.ends[:, which], self.outcomes[which], self.moves[which] = x, code, moves
        self.alive[some], self.all_alive = False, False

    def look_back(self) -> None:
        """End the runs that since the last look came to a stop on the way, or went round a circle twice."""
        if len(self.past) < 2:
            return
        (x, f), (before, _) = self.past[-1], self.past[-2]
        way, size, near = _most(x - before), 1 + _most(x), 1e-9 * (1 + np.abs(f))
        rests = self.alive & (way == 0)
        if rests.any():
            self._rest(np.flatnonzero(rests))
        again = np.zeros(self.size, dtype=bool)
        for past, value in self.past[-1 - LONGEST_CYCLE : -2]:
            back = np.abs(value - f) <= near
            if back.any():
                again |= back & (_most(past - x) <= SAME * size)
        again &= self.alive & (way > APART * size)
        if again.any():
            self._round(np.flatnonzero(again))

    def _rest(self, some: Ints) -> None:
        """End those that stand still although they have a direction, at the move with which they began to."""
        some = some[self.seen.direction.take(some, 1).any(0)]
        still = np.ones(len(some), dtype=bool)
        moves = self._moves(some)
        for (after, _), (x, _) in zip(reversed(self.past[1:]), reversed(self.past[:-1]), strict=True):
            still &= (after.take(some, 1) == x.take(some, 1)).all(0)
            moves = moves - still
        self._end(some, self.past[-1][0][:, some], _code(Outcome.TOO_SMALL), moves)

    def _round(self, some: Ints) -> None:
        """End those whose last points are a round of at most so many, gone twice, at the first time when they were."""
        x = np.stack([x.take(some, 1) for x, _ in self.past])
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
        return self.tick - self.born[some] - (0 if self.past[-1][0] is self.X else 1)


def _length2(v: Array) -> Array:
    """‖v‖² of each column."""
    return np.asarray(v[0] * v[0] if len(v) == 1 else v[0] * v[0] + v[1] * v[1])


def _most(v: Array) -> Array:
    """The size of the largest coordinate of each column."""
    return np.asarray(np.abs(v[0]) if len(v) == 1 else np.maximum(np.abs(v[0]), np.abs(v[1])))


def _length(v: Array) -> Array:
    """‖v‖ of each column."""
    return np.asarray(np.abs(v[0]) if len(v) == 1 else np.hypot(v[0], v[1]))
