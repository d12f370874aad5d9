r"""A line or a plane through a function of more variables, with coordinates of its own:

    x = o + t₁ u₁ + … + t_k u_k,        u_i · u_j = δ_ij.

Of a plane along two coordinate axes the coordinates are those of x itself; of any other the origin lies at the held
point. A program that is cut is a program of t, so its derivatives are those along the plane.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.program import Builder, Condition, Program

Point = tuple[float, ...]


@dataclass(frozen=True)
class Slice:
    """The set of points o + Σ tᵢ uᵢ; `axes` are the numbers of the coordinates it runs along, if it does.

    >>> cut = along_axes((1.0, 2.0, 3.0), (0, 2))
    >>> cut.point((5.0, 6.0)), cut.coordinates((1.0, 2.0, 3.0)), cut.distance((1.0, 4.0, 3.0))
    ((5.0, 2.0, 6.0), (1.0, 3.0), 2.0)
    """

    origin: Point
    directions: tuple[Point, ...]
    axes: tuple[int, ...] = ()

    def point(self, t: Sequence[float]) -> Point:
        """The point of these coordinates."""
        columns = zip(*self.directions, strict=True)
        return tuple(
            o + sum(a * b for a, b in zip(t, u, strict=True)) for o, u in zip(self.origin, columns, strict=True)
        )

    def coordinates(self, x: Sequence[float]) -> Point:
        """Those of the nearest point of the slice."""
        away = [a - b for a, b in zip(x, self.origin, strict=True)]
        return tuple(sum(a * b for a, b in zip(u, away, strict=True)) for u in self.directions)

    def distance(self, x: Sequence[float]) -> float:
        """How far x is from the slice."""
        return math.dist(x, self.point(self.coordinates(x)))

    def of(self, program: Program) -> Program:
        """The program as a function of t; inputs beyond the variables, letters, follow after t."""
        n, k = len(self.origin), len(self.directions)
        builder = Builder(k + program.inputs - n)
        inputs = [self._input(builder, i) for i in range(n)]
        inputs += [builder.variable(k + j) for j in range(program.inputs - n)]
        where = builder.copy(program, inputs)
        domain = [Condition(where[c.slot], c.relation) for c in program.domain]
        return builder.program([where[slot] for slot in program.outputs], domain)

    def _input(self, builder: Builder, i: int) -> int:
        """The slot of xᵢ."""
        total = builder.constant(self.origin[i]) if self.origin[i] or not any(u[i] for u in self.directions) else None
        for t, u in enumerate(self.directions):
            if u[i]:
                term = builder.variable(t)
                term = term if u[i] == 1 else builder.mul(builder.constant(u[i], exact=False), term)
                total = term if total is None else builder.add(total, term)
        assert total is not None
        return total


def along_axes(point: Sequence[float], axes: Sequence[int]) -> Slice:
    """The slice through a point along some of the coordinate axes, in those coordinates.

    >>> along_axes((1.0, 2.0), (1,))
    Slice(origin=(1.0, 0.0), directions=((0.0, 1.0),), axes=(1,))
    """
    n = len(point)
    directions = tuple(tuple(float(k == i) for k in range(n)) for i in axes)
    return Slice(tuple(0.0 if k in axes else float(v) for k, v in enumerate(point)), directions, tuple(axes))
