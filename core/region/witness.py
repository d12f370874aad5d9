r"""A witness that f is not convex on a box: a chord [p, q] whose middle lies below the graph,

    f((p + q)/2) > (f(p) + f(q))/2,

found with floats, proved with balls. Where f is smooth, also a point and a direction d in which f bends down, dᵀHd < 0.

Rules: the ends of a chord are short binary fractions, so that their middle is a float as well, without rounding; all
three points are in the box, and f is proved to have a value at each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr

from core.function import Function
from core.numeric import arrays
from core.program import Program
from core.region import balls

Array = NDArray[np.float64]
Sides = Sequence[tuple[float, float]]
CHORDS: Final = 4096
TRIED: Final = 5  # of the best by either measure
MARGIN: Final = 0.12  # of a side
SNAPS: Final = (4, 9, 16, 30)  # bits of a coordinate, in parts of its side
ROUNDS, STEPS = 7, 160  # of a climb
INWARDS: Final = (5, 10, 16, 22, 30)  # a place is moved to the middle of the box by such powers of a half
SHRINKS: Final = 56  # times a chord along a direction is halved


@dataclass(frozen=True)
class Chord:
    """Two points of the box, and how far f at their middle is above the mean of its values at the two (or below)."""

    p: tuple[float, ...]
    q: tuple[float, ...]
    gap: float

    @property
    def middle(self) -> tuple[float, ...]:
        return tuple((a + b) / 2 for a, b in zip(self.p, self.q, strict=True))


@dataclass(frozen=True)
class Bend:
    """A point, a direction d of length 1, and the proved sign of dᵀHd with about its value."""

    point: tuple[float, ...]
    direction: tuple[float, ...]
    curvature: float


class Chords:
    """Looks for chords of f on a box, of either kind: `above` = 1 where f is above the chord, -1 where it is below."""

    def __init__(self, f: Function, code: Program, box: Sides, seed: int = 8, until: float = math.inf) -> None:
        self.f, self.code, self.box, self.until = f, code, box, until
        self.random = np.random.default_rng(seed)
        self.low, self.high = (np.array(ends) for ends in zip(*box, strict=True))
        self.finest = np.array([_finest(low, high) for low, high in box])

    def search(self, count: int = CHORDS) -> tuple[Chord | None, Chord | None]:
        """The best chords of a sample: one with f above its middle, one with f below; None where none was proved."""
        C, D = self._sample(count)
        with np.errstate(all="ignore"):
            gap, noise = self._gaps(C, D)
            return self._best(*self._climbed(C, D, gap, noise, 1), 1), self._best(
                *self._climbed(C, D, gap, noise, -1), -1
            )

    def _gaps(self, C: Array, D: Array) -> tuple[Array, Array]:
        """How far f at the middle is above its mean at the ends, by floats, and how much of that may be rounding."""
        values = [arrays(self.code, points)[0] for points in (C, C - D, C + D)]
        return values[0] - (values[1] + values[2]) / 2, 1e-15 * sum(np.abs(v) for v in values) + 1e-300

    def _climbed(self, C: Array, D: Array, gap: Array, noise: Array, sign: int) -> tuple[Array, Array, Array, Array]:
        """The sample, with what a few rounds of steps at random make of its best chord: a larger gap is better seen."""
        gap, size = sign * gap, 0.25
        for _ in range(ROUNDS):
            best = int(np.nanargmax(np.where(np.isfinite(gap) & (gap > noise), gap, -np.inf)))
            if not gap[best] > noise[best]:
                break
            side = size * (self.high - self.low)[:, None]
            c, d = (P[:, [best]] + side * self.random.standard_normal((len(side), STEPS)) for P in (C, D))
            inside = ((c - np.abs(d) >= self.low[:, None]) & (c + np.abs(d) <= self.high[:, None])).all(0)
            more, rounding = self._gaps(c[:, inside], d[:, inside])
            C, D = np.concatenate([C, c[:, inside]], 1), np.concatenate([D, d[:, inside]], 1)
            gap, noise = np.concatenate([gap, sign * more]), np.concatenate([noise, rounding])
            size *= 0.6
        return C, D, gap, noise

    def _sample(self, count: int) -> tuple[Array, Array]:
        """Middles and half chords, shape (n, N): of all lengths, many along an axis, some through the centre or 0."""
        n, random = len(self.box), self.random
        side = (self.high - self.low)[:, None]
        C = self.low[:, None] + side * random.uniform(0, 1, (n, count))
        middle = np.where((self.low < 0) & (self.high > 0), 0.0, (self.low + self.high) / 2)[:, None]
        C = np.where(random.uniform(0, 1, (n, count)) < 0.15, middle, C)
        D = side * random.standard_normal((n, count))
        axis = random.integers(0, n, count) == np.arange(n)[:, None]
        D = np.where(axis | (random.uniform(0, 1, count) < 0.6), D, 0.0)
        room = np.minimum(C - self.low[:, None], self.high[:, None] - C)
        with np.errstate(all="ignore"):
            reach = np.where(D == 0, np.inf, room / np.abs(D)).min(0)
        share = np.where(random.uniform(0, 1, count) < 0.5, 1.0, 2.0 ** -random.uniform(0, 12, count))
        return C, D * np.where(np.isfinite(reach), reach * share, 0.0)

    def _best(self, C: Array, D: Array, gap: Array, noise: Array, sign: int) -> Chord | None:
        inner = MARGIN * (self.high - self.low)[:, None]  # a chord that does not hide on the frame is better seen
        clear = ((C - np.abs(D) >= self.low[:, None] + inner) & (C + np.abs(D) <= self.high[:, None] - inner)).all(0)
        seen = np.where(clear & (gap > 0.1 * np.nanmax(gap, initial=0.0)), gap, -np.inf)
        for measure in (seen, gap, gap / noise):
            measure = np.where(np.isfinite(gap) & (gap > noise), measure, -np.inf)
            for k in np.argsort(-measure)[:TRIED]:
                if measure[k] == -np.inf:
                    break
                for share in (1.0, 0.875):  # the ends may lie on a face where f has no value
                    if (chord := self.proved(C[:, k], share * D[:, k], sign)) is not None:
                        return chord
        return None

    def proved(self, c: Array, d: Array, sign: int) -> Chord | None:
        """The chord from c - d to c + d, rounded as roughly as its gap allows; None where no gap is proved."""
        for bits in SNAPS:
            grid = np.maximum(2.0**-bits * 2.0 ** np.floor(np.log2(self.high - self.low)), self.finest)
            middle, half = np.round(c / grid) * grid, np.round(d / grid) * grid
            p, q = middle - half, middle + half
            inside = (p >= self.low) & (p <= self.high) & (q >= self.low) & (q <= self.high)
            if inside.all() and half.any() and (chord := self._checked(p, q, sign)) is not None:
                return chord
        return None

    def _checked(self, p: Array, q: Array, sign: int) -> Chord | None:
        X, e = self.f.variables, self.f.components[0]
        a, b = (balls.at(X, v.tolist()) for v in (p, q))
        middle = {x: (a[x] + b[x]) / 2 for x in X}
        if not all(balls.defined(self.f.domain, point) for point in (a, b, middle)):
            return None
        if balls.decided(lambda: balls.gap(e, a, b)) != sign:
            return None
        return Chord(tuple(p.tolist()), tuple(q.tolist()), balls.gap_number(e, a, b))

    def along(self, c: Sequence[float], d: Sequence[float], sign: int) -> Chord | None:
        """The longest chord through c in direction d that is a witness, of those halved again and again.

        Where a face of the box leaves no room, through places nearer and nearer to c.
        """
        place, direction = np.array(c, dtype=float), np.array(d, dtype=float)
        if self._room(place, direction) > 0:
            return self._through(place, direction, sign)
        for k in INWARDS:
            near = place + 2.0**-k * ((self.low + self.high) / 2 - place)
            if (chord := self._through(near, direction, sign)) is not None:
                return chord
        return None

    def _room(self, c: Array, d: Array) -> float:
        with np.errstate(all="ignore"):
            room = np.minimum(c - self.low, self.high - c) / np.abs(d)
        return float(np.where(d == 0, np.inf, room).min())

    def _through(self, c: Array, d: Array, sign: int) -> Chord | None:
        reach = self._room(c, d)
        for k in range(SHRINKS):
            if not reach > 0 or monotonic() > self.until:
                return None
            if (chord := self._fine(c, d * reach * 2.0**-k, sign)) is not None:
                return chord
        return None

    def _fine(self, c: Array, d: Array, sign: int) -> Chord | None:
        grid = np.maximum(self.finest, 2.0 ** (np.floor(np.log2(np.abs(d).max())) - 24))
        middle, half = np.where(d == 0, c, np.round(c / grid) * grid), np.round(d / grid) * grid
        p, q = (np.clip(end, self.low, self.high) for end in (middle - half, middle + half))
        if ((p + q) / 2 != middle).any() or (q - middle != half).any() or not half.any():
            return None
        return self._checked(p, q, sign)


def _finest(low: float, high: float) -> float:
    """The grid on which sums of two coordinates are exact floats."""
    return math.ldexp(1.0, math.frexp(max(abs(low), abs(high)))[1] - 51)


def bends(f: Function, H: sympy.Matrix, p: Sequence[float], d: Sequence[float], sign: int) -> Bend | None:
    """The direction with the curvature there, where its sign is proved to be that one."""
    point, v = balls.at(f.variables, list(p)), [balls.exactly(round(c, 6)) for c in d]
    size = math.sqrt(sum(float(c) ** 2 for c in v))
    form: Expr = sum((v[i] * v[j] * H[i, j] for i in range(len(v)) for j in range(len(v))), sympy.Integer(0))
    if size == 0 or not balls.defined(f.domain, point) or balls.sign(form, point) != sign:
        return None
    value = balls.number(form, point)
    return None if value is None else Bend(tuple(p), tuple(float(c) / size for c in v), value / size**2)
