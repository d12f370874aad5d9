"""Ends: which critical points the runs of a map came to, and of what kind each is.

A run that arrives stops near its point, not on it. It belongs to a point that is known, exactly or from other runs,
when it is nearer than a small part of 1 + ‖p‖; where the Hessian test is silent the gradient vanishes so flatly that
runs stop further away, and the part is larger. What fits nowhere is a new point. Of very many points only the first
are told apart; the others are told by their kind alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.atlas.moves import Eigen, Fields
from core.definiteness import Kind
from core.numeric import Array, Objective
from core.optimize.ending import FLAT, kind_near

NEAR: Final = 1e-4  # of an end to its point, in parts of 1 + the length of the point
NEAR_SILENT: Final = 3e-2  # where the Hessian test says nothing
STEPS: Final = 10.0  # or so many lengths of a Newton step, where that is more
MOST: Final = 200  # points that are told apart
PROVED: Final = 40  # and whose kind is proved
SILENT: Final = Kind.INCONCLUSIVE.value

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """A critical point that is known already, with its kind."""

    at: tuple[float, ...]
    kind: str


@dataclass(frozen=True)
class End:
    """A point where runs end: its kind, the value of f there; `known` is its number among the known ones.

    Without a place it stands for all further points of its kind.
    """

    at: tuple[float, ...] | None
    kind: str
    value: float = np.nan
    proved: bool = False
    known: int | None = None


class Ends:
    """The points that runs came to so far."""

    def __init__(self, f: Fields, known: Sequence[Known] = ()) -> None:
        self._f, self._objective = f, Objective(f.jet, f.f)
        self.all: list[End] = []
        self._places: list[tuple[Array, float]] = []  # and how near a run must come
        for i, point in enumerate(known):
            value = float(f.value(np.array(point.at)[:, None])[0])
            self._add(End(tuple(map(float, point.at)), point.kind, value, True, i))

    def place(self, X: Array) -> Ints:
        """To which of them each of the places belongs, (n, k) to (k,); new ones are added."""
        found = np.full(X.shape[1], -1, dtype=np.int64)
        for i, (at, near) in enumerate(self._places):
            rest = np.flatnonzero(found < 0)
            if not rest.size:
                break
            found[rest[self._belongs(X.take(rest, 1), at, near)]] = i
        rest = np.flatnonzero(found < 0)
        while rest.size and len(self._places) < MOST:
            at, near = self._new(X[:, rest[0]])
            found[rest[self._belongs(X.take(rest, 1), at, near)]] = len(self._places) - 1
            rest = rest[found[rest] < 0]
        if rest.size:
            found[rest] = self._others(X.take(rest, 1))
        return found

    def _belongs(self, X: Array, at: Array, near: float) -> NDArray[np.bool_]:
        way = X - at[:, None]
        return np.asarray((way * way).sum(0) <= near**2)

    def _new(self, x: Array) -> tuple[Array, float]:
        """A point that no other run came to before."""
        proving = len(self._places) < PROVED
        ending = kind_near(self._objective, x) if proving else None
        kind = ending.kind if ending else str(self._kinds(x[:, None])[0])
        value = float(self._f.value(x[:, None])[0])
        self._add(End(tuple(x.tolist()), kind, value, bool(ending and ending.proved)))
        return self._places[-1]

    def _add(self, end: End) -> None:
        assert end.at is not None
        self.all.insert(len(self._places), end)
        self._places.append((np.array(end.at), self._reach(np.array(end.at))))

    def _reach(self, x: Array) -> float:
        """How near a run must come: a few lengths of the step Newton would still take, if it can take one."""
        size = 1.0 + float(np.sqrt((x * x).sum()))
        with np.errstate(all="ignore"):
            _, G, H = self._f.bend(x[:, None])
            bent = Eigen.of(H)
            step, stuck = bent.divided(G, bent.curvatures)
        if stuck[0] or self._kinds(x[:, None])[0] == SILENT:
            return NEAR_SILENT * size
        return max(NEAR * size, min(STEPS * float(np.sqrt((step * step).sum())), NEAR_SILENT * size))

    def _others(self, X: Array) -> Ints:
        """Further points, by their kind alone."""
        kinds = self._kinds(X)
        found = np.empty(len(kinds), dtype=np.int64)
        for kind in np.unique(kinds):
            end = End(None, str(kind))
            if end not in self.all[len(self._places) :]:
                self.all.append(end)
            found[kinds == kind] = len(self._places) + self.all[len(self._places) :].index(end)
        return found

    def _kinds(self, X: Array) -> NDArray[np.str_]:
        """What the Hessian in floats says, at many places."""
        with np.errstate(all="ignore"):
            bent = Eigen.of(self._f.bend(X)[2])
            small = FLAT * np.abs(bent.curvatures).max(0)
            up, down = (bent.curvatures > small).sum(0), (bent.curvatures < -small).sum(0)
        both, n = (up > 0) & (down > 0), len(X)
        choices = [k.value for k in (Kind.SADDLE, Kind.MINIMUM, Kind.MAXIMUM)]
        return np.select([both, up == n, down == n], choices, default=SILENT)
