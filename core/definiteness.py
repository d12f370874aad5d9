r"""Which way a critical point bends: the inertia of its Hessian, and the kind it makes of the point.

Sylvester: VᵀHV has as many positive and negative eigenvalues as H, for every invertible V. So take V = the
eigenvectors of H as floats know them: VᵀHV is then nearly diagonal, and Gershgorin reads signs off its rows,

    |λ - d_i| <= Σ_{j≠i} |d_ij|      for (d_ij) = VᵀHV.

Rules: a sign is claimed only by `certified`, from bounds that hold for every H between two matrices, every
rounding counted (Rump's midpoint-radius arithmetic; Higham, Accuracy and Stability, 3.1). `by_eigenvalues`
is what floats say; nothing may be claimed from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ULP = 2.0**-52
TINY = 2.0**-1000  # more than all that underflows in one product


class Kind(Enum):
    """What the Hessian test says about a critical point."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Inertia:
    """Of a symmetric n × n matrix: how many eigenvalues are known to be positive, negative, zero.

    The three add up to n when all signs are known, as they are in exact arithmetic.

    >>> Inertia(3, positive=1, negative=1).kind
    <Kind.SADDLE: 'saddle'>
    >>> Inertia(2, positive=1, zero=1).kind
    <Kind.INCONCLUSIVE: 'inconclusive'>
    """

    n: int
    positive: int = 0
    negative: int = 0
    zero: int = 0

    @property
    def kind(self) -> Kind:
        """Both signs make a saddle, whatever the rest is; one sign must fill all n."""
        if self.positive and self.negative:
            return Kind.SADDLE
        if self.positive == self.n:
            return Kind.MINIMUM
        return Kind.MAXIMUM if self.negative == self.n else Kind.INCONCLUSIVE


def by_eigenvalues(H: Array, tolerance: float = 1e-9) -> Inertia:
    """What the float eigenvalues say; those below `tolerance` times the largest count as zero. Not a proof.

    >>> by_eigenvalues(np.array([[2.0, 0.0], [0.0, -3.0]]))
    Inertia(n=2, positive=1, negative=1, zero=0)
    """
    values = np.linalg.eigvalsh(H)
    small = tolerance * float(np.abs(values).max(initial=0.0))
    positive, negative = int((values > small).sum()), int((values < -small).sum())
    return Inertia(len(values), positive, negative, len(values) - positive - negative)


def certified(lower: Array, upper: Array, V: Array) -> Inertia:
    """Signs that the eigenvalues of every symmetric H with lower <= H <= upper are proved to have.

    V is any matrix of directions, best the eigenvectors of the midpoint; a bad V only proves less.

    >>> H = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> certified(H, H, np.eye(2)).kind
    <Kind.MINIMUM: 'minimum'>
    >>> certified(H - 1.5, H + 1.5, np.eye(2)).kind
    <Kind.INCONCLUSIVE: 'inconclusive'>
    """
    return certified_all(lower[..., None], upper[..., None], V[..., None])[0]


def certified_all(lower: Array, upper: Array, V: Array) -> list[Inertia]:
    """`certified` for N matrices at once, in arrays of shape (n, n, N).

    k discs on one side of 0 are k directions on whose span H is definite, so k eigenvalues have that sign. A
    diagonal entry is vᵀHv for one direction v: its sign alone is the sign of some eigenvalue. nan proves nothing.
    """
    with np.errstate(all="ignore"):
        D, rest = congruence(lower, upper, V)
        d, own = np.einsum("iik->ik", D), np.einsum("iik->ik", rest)
        beside = np.abs(D) * (1.0 - np.eye(len(D)))[..., None]
        around = above((beside + rest).sum(1), 2 * len(D) + 2)  # a disc and the doubt about its centre
        sides = [np.maximum((s * d > around).sum(0), (s * d > own).any(0)) for s in (1.0, -1.0)]
    return [Inertia(len(D), int(p), int(q)) for p, q in zip(*sides, strict=True)]


def congruence(lower: Array, upper: Array, V: Array) -> tuple[Array, Array]:
    """Midpoint and radius of VᵀHV, for lower <= H <= upper."""
    H, radius = midpoint(lower, upper)
    HV = product(H, radius, V, np.zeros_like(V))
    return product(V.swapaxes(0, 1), np.zeros_like(V), *HV)


def midpoint(lower: Array, upper: Array) -> tuple[Array, Array]:
    """A centre between the bounds, and a radius that reaches both.

    >>> midpoint(np.array([1.0]), np.array([3.0]))[0]
    array([2.])
    """
    centre = 0.5 * lower + 0.5 * upper
    return centre, np.nextafter(np.maximum(upper - centre, centre - lower), np.inf)


def product(A: Array, a: Array, B: Array, b: Array) -> tuple[Array, Array]:
    """Midpoint and radius of all products of a matrix within a of A and one within b of B, rounding included.

    Arrays of shape (l, m, ...) and (m, n, ...); what follows the first two sides are N independent cases. The
    midpoint is the float product AB; Σ_k A_ik B_kj of m terms is off by at most m ULP/2 Σ |A_ik| |B_kj|.
    """
    m = A.shape[1]
    size, reach = np.abs(A), np.abs(B)
    radius = _times(size, b) + _times(a, reach + b) + (m + 2) * ULP * _times(size, reach)
    return _times(A, B), above(radius, 2 * m + 8) + TINY


def above(x: Array, roundings: int) -> Array:
    """At least the true value of a sum of products of non-negative floats that took so many roundings."""
    return x * (1.0 + roundings * ULP) + TINY


def _times(A: Array, B: Array) -> Array:
    product: Array = (A[:, :, None] * B[None]).sum(1)
    return product
