r"""Slopes of f near the tip of a cone: f = F(x, √q₁, …, √q_k) with squares q = ‖Bx + b‖² + c, F smooth, c not negative.

    ∇f = F_x + Σ_j F_{r_j} B_jᵀu_j,      u = (Bx + b)/√q,      ‖u‖ <= 1

At a tip u has no value, but its length has a bound. So over any box, with G and c the slopes of F by x and by r,

    ‖∇f‖ <= ‖G‖ + Σ_j |c_j| ‖B_j‖      and      ‖∇f‖ <= max over the corners w of a polygon around the unit disc of
                                                  ‖G + c_j B_jᵀw + the other terms‖,

because a length is convex. The other terms are bounded entry by entry, each u by -1 and 1.

Rule: every q is taken apart in rational numbers; what floats lose later is a part of the slack.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import sympy
from sympy import Dummy, Expr, Integer, Max, Pow, Rational

from core import calculus
from core.compile import program
from core.definiteness import Array
from core.enclosure import enclose
from core.function import Function
from core.program import Program
from core.region.measure import Length
from core.region.polar import clamped, taken_apart
from core.vocabulary import NONNEGATIVE

MOST: Final = 4  # roots
CORNERS: Final = 96  # of the polygon: its corners are 0.05 % out
SLACK: Final = 1e-12  # relative, far above all roundings here


@dataclass(frozen=True)
class Cones:
    """Bounds of ‖∇f‖ near tips. Outputs of `parts`: G, then c_j, then all terms c_j B_jᵀu_j; n, k, k n of them."""

    parts: Program
    frames: tuple[Array, ...]  # B_j, with rows ∇l_i
    tips: bool  # may one of them have a tip?

    def over(self, lower: Array, upper: Array) -> Array:
        """Above ‖∇f‖ on N boxes, corners of shape (n, N); nan where nothing is known."""
        n, k = len(lower), len(self.frames)
        at = enclose(self.parts, lower, upper)
        low, high = at.lower, at.upper
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(low), np.abs(high))
            slopes = size[n : n + k] * np.array([np.linalg.norm(B, 2) for B in self.frames])[:, None]
            slack = SLACK * (size[:n].sum(0) + size[n:].sum(0) + slopes.sum(0))
            best = Length().over(low[:n], high[:n]) + slopes.sum(0)
            for j, B in enumerate(self.frames):
                if len(B) < 3:
                    best = np.fmin(best, self._around(low, high, j))
            return np.where(np.isfinite(best), best * (1 + SLACK) + slack, np.nan)

    def _around(self, low: Array, high: Array, j: int) -> Array:
        """With u_j anywhere in the polygon, and the others where they are bounded."""
        B, k = self.frames[j], len(self.frames)
        n = B.shape[1]
        others = [slice(n + k + i * n, n + k + (i + 1) * n) for i in range(k) if i != j]
        G = [ends[:n] + sum((ends[rows] for rows in others), np.zeros_like(ends[:n])) for ends in (low, high)]
        most = np.full(low.shape[1], -np.inf)
        for p in _corners(len(B)) @ B:
            ends = np.sort(np.stack([c[n + j] * p[:, None] for c in (low, high)]), axis=0)
            most = np.maximum(most, Length().over(G[0] + ends[0], G[1] + ends[1]))
        return most


def _corners(m: int) -> Array:
    """Of a segment or a polygon around the unit ball."""
    if m == 1:
        return np.array([[1.0], [-1.0]])
    angles = 2 * np.pi / CORNERS * np.arange(CORNERS)
    return (1 + SLACK) / math.cos(math.pi / CORNERS) * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def cones(f: Function) -> Cones | None:
    """The cones of a scalar without seams, if it has any.

    >>> x, y = sympy.Symbol("x", real=True), sympy.Symbol("y", real=True)
    >>> found = cones(Function((x, y), (x + 3 * sympy.sqrt(x**2 + y**2),)))
    >>> round(float(found.over(np.array([[-1.0], [-1.0]]), np.array([[1.0], [1.0]]))[0]), 2)
    4.0
    """
    X, roots = f.variables, dict[Expr, tuple[Dummy, list[tuple[Rational, Expr]]]]()

    def named(e: Expr) -> Expr:
        """e with a name for every root."""
        if isinstance(e, Pow) and e.exp.is_Rational and e.exp.q == 2 and e.exp.p > 0:
            if e.base not in roots and (squares := taken_apart(e.base, X)) is not None:
                roots[e.base] = (Dummy(positive=True), squares)
            if e.base in roots:
                return roots[e.base][0] ** e.exp.p
        return e.func(*map(named, e.args)) if e.args else e

    F = named(f.components[0])
    if not roots or len(roots) > MOST:
        return None
    back = {r: sympy.sqrt(q) for q, (r, _) in roots.items()}
    G = [calculus.derivative(F, x).xreplace(back) for x in X]
    c = [calculus.derivative(F, r).xreplace(back) for r, _ in roots.values()]
    frames, terms, tips = [], list[Expr](), False
    for (q, (_, squares)), slope in zip(roots.items(), c, strict=True):
        lines = [sympy.sqrt(d) * line for d, line in squares if line.free_symbols]
        B = [[sympy.diff(line, x) for x in X] for line in lines]
        u = [clamped(line / sympy.sqrt(q)) for line in lines]
        terms += [slope * sum((row[i] * t for row, t in zip(B, u, strict=True)), Integer(0)) for i in range(len(X))]
        frames.append(np.array(B, dtype=float))
        tips |= len(lines) == len(squares)
    return Cones(program(Function(X, (*G, *c, *terms))), tuple(frames), tips)


def guarded(f: Function) -> Function:
    """f with max(q, 0) for every square q under a root: intervals may not see that q is never negative."""
    X, squares = f.variables, set[Expr]()

    def held(e: Expr) -> Expr:
        if isinstance(e, Pow) and e.exp.is_Rational and e.exp.q == 2 and e.exp.p > 0:
            found = taken_apart(e.base, X)
            if found is not None and all(line.free_symbols for _, line in found):
                squares.add(sympy.expand(e.base))
                return Pow(Max(e.base, Integer(0), evaluate=False), e.exp)
        return e.func(*map(held, e.args)) if e.args else e

    components = tuple(map(held, f.components))
    if not squares:
        return f
    domain = (r for r in f.domain if r.relation != NONNEGATIVE or sympy.expand(r.expression) not in squares)
    return replace(f, components=components, domain=tuple(domain))
