r"""How a map deforms a small square, and how far its matrix is from it.

    F(p + v) = F(p) + J(p) v + o(|v|)

The square has the corner p and the side h. Its far corner p + h(1, 1) goes to F(p + h(1, 1)); the matrix predicts
F(p) + h J(1, 1). Their distance is the gap: of order h², so gap/h falls like h. By Green's formula the area that the
image of the edge encloses, with its sign, is the integral of det J over the square; over h² it tends to det J(p).

Rules: numbers only; what has no value is nan, and None where nothing can be said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.numeric import Array, Point, arrays, floats
from core.program import Program, jacobian

Side = tuple[float, float]
SMALLEST: Final = 1e-9  # a singular value below this part of the largest counts as zero
ROUNDING: Final = 1e-12  # a gap below this part of the numbers it is made of is rounding
EDGE: Final = 64  # points along one edge of the square


@dataclass(frozen=True)
class Local:
    """A map at a point: its value, shape (m,), its Jacobian, shape (m, n), and the singular values."""

    p: Array
    value: Array
    J: Array

    @property
    def defined(self) -> bool:
        """Whether the map and all its slopes have a value there."""
        return bool(np.isfinite(self.value).all() and np.isfinite(self.J).all())

    @property
    def stretches(self) -> Array:
        """The singular values, largest first."""
        return np.asarray(np.linalg.svd(self.J, compute_uv=False))

    @property
    def rank(self) -> int:
        """How many singular values count as not zero; not a proof."""
        s = self.stretches
        return int((s > SMALLEST * s[0]).sum()) if s[0] > 0 else 0

    @property
    def determinant(self) -> float | None:
        """det J of a square matrix."""
        m, n = self.J.shape
        return float(np.linalg.det(self.J)) if m == n else None


def local(F: Program, p: Point) -> Local:
    """The map with its matrix at p.

    >>> from core.immediate import whole
    >>> from core.syntax import read
    >>> at = local(whole(read("(x^2 - y^2, 2xy)"), {}), (1.0, 1.0))
    >>> at.J.tolist(), round(at.determinant, 9), at.rank
    ([[2.0, -2.0], [2.0, 2.0]], 8.0, 2)
    """
    J = np.array(floats(jacobian(F), p)).reshape(len(F.outputs), F.inputs)
    return Local(np.array(p, dtype=float), np.array(floats(F, p)), J)


def gap(F: Program, at: Local, h: float) -> float:
    """The distance between the image of the far corner of the square and what the matrix predicts; 0 if rounding."""
    v = np.full(F.inputs, h)
    image = np.array(floats(F, at.p + v))
    size = float(np.abs(image).max(initial=0.0) + np.abs(at.value).max(initial=0.0) + h * np.abs(at.J).sum())
    distance = float(np.linalg.norm(image - at.value - at.J @ v))
    return 0.0 if distance <= ROUNDING * size else distance


def gaps(F: Program, at: Local, sides: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """(h, gap/h) for each side: on logarithmic axes a line of slope 1 where F is smooth and curved."""
    return tuple((h, gap(F, at, h) / h) for h in sides)


def slope(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The slope of log(gap/h) over log h at the smallest sides, when there is a gap at two of them."""
    seen = sorted((h, g) for h, g in pairs if math.isfinite(g) and g > 0)
    if len(seen) < 2:
        return None
    (h, g), (k, q) = seen[0], seen[min(4, len(seen) - 1)]
    return math.log(q / g) / math.log(k / h)


def edge(p: Sequence[float], h: float, points: int = EDGE) -> Array:
    """The edge of the square once around, shape (2, 4 points + 1), anticlockwise from p.

    >>> edge((0.0, 0.0), 1.0, 1).T.tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    """
    t, none, all = np.arange(points) / points, np.zeros(points), np.ones(points)
    x = np.concatenate([t, all, 1 - t, none, [0.0]])
    y = np.concatenate([none, t, all, 1 - t, [0.0]])
    return np.stack([p[0] + h * x, p[1] + h * y])


def area_ratio(F: Program, p: Sequence[float], h: float) -> float | None:
    """The signed area enclosed by the image of the edge, over h².

    >>> from core.immediate import whole
    >>> from core.syntax import read
    >>> round(area_ratio(whole(read("(3x, 2y)"), {}), (0.0, 0.0), 0.5), 9)
    6.0
    """
    u, v = arrays(F, edge(p, h, 512))
    area = float(0.5 * ((u[:-1] * v[1:] - u[1:] * v[:-1]).sum())) / h**2
    return area if math.isfinite(area) else None
