r"""Measures of a vector or a symmetric matrix that are convex and grow no faster than it: a length, an eigenvalue.

    Φ(A + B) <= Φ(A) + Φ(B)        Length: ‖a‖        Top: λ_max(A)

Rules: entries are arrays whose first side counts them, a matrix by its upper triangle; everything else is vectorised.
Bounds hold for every entry within its radius, every rounding counted; nan is no bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from core.branching import Mask
from core.critical.certified import symmetric
from core.definiteness import ULP, Array, above

FEW_ULPS: Final = 6.0  # more than the roundings of a closed form of two rows
TINY: Final = 2.0**-1000
SMALL, LARGE = 2.0**-480, 2.0**480  # between these, squares of numbers that count are floats
LARGEST: Final = float(np.finfo(float).max)
ROUNDS: Final = 4  # of the power method, for a bound of a matrix that is not negative


class Measure(Protocol):
    """What a search for the largest value has to know of Φ."""

    def size(self, A: Array) -> Array:
        """Φ(A) in floats."""

    def bounds(self, A: Array, a: Array) -> tuple[Array, Array]:
        """Below and above Φ of everything within a of A."""

    def spread(self, a: Array) -> Array:
        """Above Φ(E) for every |E| <= a."""

    def over(self, lower: Array, upper: Array) -> Array:
        """Above Φ(A) for every lower <= A <= upper."""

    def turns(self, lower: Array, upper: Array, slope_lower: Array, slope_upper: Array) -> tuple[Mask, Mask]:
        """Where Φ is proved to grow, and to fall, along a direction with slopes between these bounds."""


@dataclass(frozen=True)
class Length:
    """The Euclidean length of a vector."""

    def size(self, A: Array) -> Array:
        return _root_of_squares(A, 0)

    def bounds(self, A: Array, a: Array) -> tuple[Array, Array]:
        size = np.abs(A)
        least = np.maximum(size - a, 0.0)
        below = self.size(least)
        below = np.where(np.isfinite(below), below, np.minimum(least.max(0), LARGEST))
        return below * (1.0 - (len(A) + 4) * ULP) - TINY, self.spread(size + a)

    def spread(self, a: Array) -> Array:
        longest: Array = np.where((a == 0.0).all(0), 0.0, above(self.size(a), len(a) + 4))
        return longest

    def over(self, lower: Array, upper: Array) -> Array:
        return self.spread(np.maximum(np.abs(lower), np.abs(upper)))

    def turns(self, lower: Array, upper: Array, slope_lower: Array, slope_upper: Array) -> tuple[Mask, Mask]:
        """By the sign of A · dA."""
        ends = np.stack([a * d for a in (lower, upper) for d in (slope_lower, slope_upper)])
        size = np.abs(ends).max(0).sum(0)
        doubt = np.where(size == 0.0, 0.0, len(lower) * ULP * size + TINY)
        return ends.min(0).sum(0) >= doubt, ends.max(0).sum(0) <= -doubt


@dataclass(frozen=True)
class Top:
    """The largest eigenvalue of a symmetric matrix of n rows."""

    n: int

    def size(self, A: Array) -> Array:
        return self._top(A)[0]

    def bounds(self, A: Array, a: Array) -> tuple[Array, Array]:
        top, doubt = self._top(A)
        reach = above(self.spread(a) + doubt, 2)
        sure = (doubt == 0.0) & (a == 0.0).all(0)
        return (
            np.where(sure, top, np.nextafter(top - reach, -np.inf)),
            np.where(sure, top, np.nextafter(top + reach, np.inf)),
        )

    def _top(self, A: Array) -> tuple[Array, Array]:
        """λ_max in floats, and by how much it may be wrong."""
        if self.n == 1:
            return A[0], np.zeros_like(A[0])
        if self.n == 2:
            a, b, c = A
            size = np.abs(a) + np.abs(b) + np.abs(c)
            top = np.where(b == 0.0, np.maximum(a, c), 0.5 * (a + c) + np.hypot(0.5 * (a - c), b))
            return top, np.where(b == 0.0, 0.0, FEW_ULPS * ULP * size + TINY)
        return _decomposed(np.moveaxis(A[symmetric(self.n)], (0, 1), (-2, -1)))

    def spread(self, a: Array) -> Array:
        """|λ_max(E)| <= ρ(|E|) <= ρ(a), and that is at most the largest (a u)_i / u_i, for any u > 0. (Collatz)"""
        if self.n < 3:
            top, doubt = self._top(a)
            return np.where(doubt == 0.0, top, np.nextafter(top + doubt, np.inf))
        R = np.moveaxis(a[symmetric(self.n)], (0, 1), (-2, -1))
        u = np.ones((*R.shape[:-1], 1))
        for _ in range(ROUNDS):
            u = R @ u
            u = u / np.maximum(u.max(-2, keepdims=True), TINY) + 2.0**-20
        reached: Array = np.max(R @ u / u, axis=(-2, -1))
        return above(reached, self.n + 4)

    def over(self, lower: Array, upper: Array) -> Array:
        """λ_max grows with the entries of the diagonal; of two rows also with the size of the other one."""
        if self.n == 1:
            return np.asarray(upper[0])
        if self.n == 2:
            beside = np.maximum(np.abs(lower[1]), np.abs(upper[1]))
            return self.bounds(np.stack([upper[0], beside, upper[2]]), np.zeros_like(upper))[1]
        middle = 0.5 * lower + 0.5 * upper
        return self.bounds(middle, np.nextafter(np.maximum(upper - middle, middle - lower), np.inf))[1]

    def turns(self, lower: Array, upper: Array, slope_lower: Array, slope_upper: Array) -> tuple[Mask, Mask]:
        """Adding a matrix that is not negative definite anywhere makes no eigenvalue smaller."""
        return self._semidefinite(slope_lower, slope_upper), self._semidefinite(-slope_upper, -slope_lower)

    def _semidefinite(self, lower: Array, upper: Array) -> Mask:
        """Are all matrices between the bounds proved to be positive semidefinite?"""
        own = lower[symmetric(self.n)[np.arange(self.n), np.arange(self.n)]]
        beside: Array = np.maximum(np.abs(lower), np.abs(upper))
        if self.n == 2:
            room: Array = own[0] * own[1] * (1.0 - 8 * ULP) - TINY
            both: Mask = np.all(own >= 0.0, axis=0)
            return np.asarray(both & ((beside[1] == 0.0) | (room >= np.square(beside[1]))))
        rows = beside[symmetric(self.n)] * (1.0 - np.eye(self.n))[..., None]
        sums = np.where((rows == 0.0).all(1), 0.0, above(rows.sum(1), self.n))
        return np.asarray(np.all(own >= np.maximum(sums, 0.0), axis=0))


def _decomposed(M: Array) -> tuple[Array, Array]:
    """The largest eigenvalue of each matrix of a stack, and a bound of its error.

    With V and Λ as LAPACK gives them, R = M - V Λ Vᵀ and E = VᵀV - 1, the eigenvalues of M are those of Λ up to
    ‖R‖ + ‖Λ‖ ‖E‖ (Weyl; Ostrowski). Both norms are at most Frobenius'; what floats lose in them is added.
    """
    n, known = M.shape[-1], np.asarray(np.isfinite(M).all((-2, -1)))
    A = np.where(known[..., None, None], M, 0.0)
    values, V = np.linalg.eigh(A)
    back = np.swapaxes(V, -1, -2)
    size = np.abs(A) + (np.abs(V) * np.abs(values)[..., None, :]) @ np.abs(back)
    rest = np.abs(A - (V * values[..., None, :]) @ back) + (n + 4) * ULP * size
    skew = np.abs(back @ V - np.eye(n)) + (n + 4) * ULP * (np.abs(back) @ np.abs(V))
    doubt = _frobenius(rest) + 2.0 * np.abs(values).max(-1) * _frobenius(skew)
    top = np.where(known, values[..., -1], np.nan)
    return top, above(doubt, 2 * n * n + 8)


def _frobenius(A: Array) -> Array:
    return _root_of_squares(A, (-2, -1))


def _root_of_squares(A: Array, axis: int | tuple[int, ...]) -> Array:
    """√Σ a²; where squares would be lost below the floats, or beyond them, of the a over the largest of them."""
    with np.errstate(all="ignore"):
        root: Array = np.sqrt((A * A).sum(axis))
        most = np.abs(A).max(axis, initial=0.0)
        lost = ((most < SMALL) & (most > 0.0)) | ((most > LARGE) & np.isfinite(most))
        if lost.any():
            unit = np.where(lost, most, 1.0)
            parts = A / np.expand_dims(unit, axis)
            root = np.where(lost, unit * np.sqrt((parts * parts).sum(axis)), root)
    return root
