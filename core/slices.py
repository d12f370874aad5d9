r"""A line or a plane through a function of more variables, with coordinates t of its own, and s for where it lies:

    x = b + t₁ u₁ + … + t_k u_k + s₁ r₁ + … + s_m r_m,        the u and r together orthonormal, k + m = n.

Along coordinate axes b is 0, so t and s are coordinates of x itself. A program that is cut is a program of t, so its
derivatives are those along the slice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.program import Builder, Condition, Program

Point = tuple[float, ...]


@dataclass(frozen=True)
class Slice:
    """The points b + Σ tᵢ uᵢ + Σ sⱼ rⱼ with s as `held`; `axes` are the coordinates it runs along, if it does.

    >>> cut = along_axes((1.0, 2.0, 3.0), (0, 2))
    >>> cut.point((5.0, 6.0)), cut.coordinates((1.0, 2.0, 3.0)), cut.distance((1.0, 4.0, 3.0))
    ((5.0, 2.0, 6.0), (1.0, 3.0), 2.0)
    """

    base: Point
    directions: tuple[Point, ...]
    rest: tuple[Point, ...]
    held: Point
    axes: tuple[int, ...] = ()

    def point(self, t: Sequence[float]) -> Point:
        """The point of these coordinates."""
        columns = zip(self.base, *self.directions, *self.rest, strict=True)
        return tuple(b + sum(c * v for c, v in zip((*t, *self.held), u, strict=True)) for b, *u in columns)

    def coordinates(self, x: Sequence[float]) -> Point:
        """Those of the nearest point of the slice."""
        return self._along(self.directions, x)

    def through(self, x: Sequence[float]) -> Slice:
        """The same directions, through x."""
        return replace(self, held=self._along(self.rest, x))

    def distance(self, x: Sequence[float]) -> float:
        """How far x is from the slice."""
        return math.dist(self.held, self._along(self.rest, x))

    def section(self, box: Sequence[tuple[float, float]]) -> tuple[Point, ...]:
        """Of a plane, the corners of its convex part in a box, in its own coordinates; none where it misses the box.

        >>> sorted(along_axes((0.5, 0.5, 0.5), (0, 1)).section(((0, 1), (0, 2), (0, 1))))
        [(0.0, 0.0), (0.0, 2.0), (1.0, 0.0), (1.0, 2.0)]
        """
        far = 4.0 * sum(abs(end) for side in box for end in side) + 4.0 * sum(map(abs, self.base)) + 1.0
        corners: list[Point] = [(-far, -far), (far, -far), (far, far), (-far, far)]
        for i, (low, high) in enumerate(box):
            for sign, end in ((1.0, low), (-1.0, high)):
                inside = [sign * (self.point(t)[i] - end) for t in corners]
                corners = _cut(corners, inside)
        return tuple(corners)

    def _along(self, directions: Sequence[Point], x: Sequence[float]) -> Point:
        away = [a - b for a, b in zip(x, self.base, strict=True)]
        return tuple(sum(a * b for a, b in zip(u, away, strict=True)) for u in directions)

    def of(self, program: Program, free: bool = False) -> Program:
        """The program as a function of t; where s is `free`, of t and s. Its further inputs, letters, follow."""
        n, k = len(self.base), len(self.directions)
        inner = n if free else k
        builder = Builder(inner + program.inputs - n)
        inputs = [self._input(builder, i, free) for i in range(n)]
        inputs += [builder.variable(inner + j) for j in range(program.inputs - n)]
        where = builder.copy(program, inputs)
        domain = [Condition(where[c.slot], c.relation) for c in program.domain]
        return builder.program([where[slot] for slot in program.outputs], domain)

    def _input(self, builder: Builder, i: int, free: bool) -> int:
        """The slot of xᵢ."""
        moving = (*self.directions, *self.rest) if free else self.directions
        fixed = self.base[i] + (0.0 if free else sum(s * r[i] for s, r in zip(self.held, self.rest, strict=True)))
        terms = [builder.constant(fixed)] if fixed or not any(u[i] for u in moving) else []
        for j, u in enumerate(moving):
            if u[i]:
                t = builder.variable(j)
                terms.append(t if u[i] == 1 else builder.mul(builder.constant(u[i], exact=False), t))
        total = terms[0]
        for term in terms[1:]:
            total = builder.add(total, term)
        return total


def _cut(corners: Sequence[Point], inside: Sequence[float]) -> list[Point]:
    """The part of a convex polygon where what is given at its corners is not negative (Sutherland, Hodgman 1974)."""
    kept: list[Point] = []
    for k, (p, a) in enumerate(zip(corners, inside, strict=True)):
        q, b = corners[k - 1], inside[k - 1]
        if (a < 0) != (b < 0):
            kept.append(tuple(u + (v - u) * b / (b - a) for u, v in zip(q, p, strict=True)))
        if a >= 0:
            kept.append(p)
    return kept


def along_axes(point: Sequence[float], axes: Sequence[int]) -> Slice:
    """The slice through a point along some of the coordinate axes, in those coordinates.

    >>> along_axes((1.0, 2.0), (1,))
    Slice(base=(0.0, 0.0), directions=((0.0, 1.0),), rest=((1.0, 0.0),), held=(1.0,), axes=(1,))
    """
    n = len(point)

    def unit(i: int) -> Point:
        return tuple(float(k == i) for k in range(n))

    others = [i for i in range(n) if i not in axes]
    units = tuple(map(unit, axes)), tuple(map(unit, others))
    return Slice((0.0,) * n, *units, tuple(float(point[i]) for i in others), tuple(axes))
