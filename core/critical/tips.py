r"""Around one point of the plane where f has no gradient: the tip of a cone, in polar coordinates.

With x = p + ρ (cos θ, sin θ) the root √(x² + y²) is ρ, which is smooth. If the slope ∂f/∂ρ along every ray is proved
not to be 0 for all 0 <= ρ <= R, then no point of the disc is critical, and neither is p: along a ray f changes at least
in proportion to the distance, so its derivative there, if it has one, is not 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import monotonic
from typing import Final

import numpy as np
import sympy
from sympy import Abs, Expr, Pow, Symbol

from core import calculus
from core.branching import Boxes
from core.calculus import LateError
from core.compile import UnsupportedError, program
from core.critical.point import Box
from core.edges import loci
from core.enclosure import enclose
from core.function import Function

NEAR: Final = 1e-3  # of the window: boxes so near to a tip are tried with it
PIECES: Final = (32, 256, 2048)  # of the angle
RHO: Final = Symbol("rho", positive=True)
THETA: Final = Symbol("theta", real=True)
Point = tuple[Expr, ...]


def without_tips(boxes: Sequence[Box], f: Function, view: Sequence[float], end: float) -> tuple[Box, ...]:
    """The boxes that are not proved to be free of critical points by a tip near them. `view` is the window's sides.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (sympy.sqrt(x**2 + y**2) + x/3,))
    >>> without_tips([((-1e-9, 1e-9), (0.0, 1e-9)), ((1.0, 1.1), (0.0, 0.1))], f, [4.0, 4.0], monotonic() + 1)
    (((1.0, 1.1), (0.0, 0.1)),)
    """
    left = tuple(boxes)
    for p in tips(f) if f.n == 2 and left else ():
        near = [b for b in left if _reach(b, p) <= NEAR * max(view)]
        if near and monotonic() < end:
            radius = 1.01 * max(_reach(b, p) for b in near)
            left = tuple(b for b in left if b not in near) if _rises(f, p, radius) else left
    return left


def tips(f: Function) -> list[Point]:
    """Single points, exactly known, at which an expression of f has a kink."""
    places = (locus.point for r in calculus.seams(f) for locus in loci(r.expression, f.variables))
    return list(dict.fromkeys(p for p in places if p is not None and all(c.is_real for c in p)))


def _reach(box: Box, p: Point) -> float:
    """No point of the box is further from p."""
    return math.hypot(*(max(abs(low - float(c)), abs(high - float(c))) for (low, high), c in zip(box, p, strict=True)))


def _rises(f: Function, p: Point, radius: float) -> bool:
    """Is the slope along every ray from p proved not to be 0 up to that distance?"""
    try:
        slope = calculus.within(0.5, lambda e: calculus.derivative(in_polar(e, f.variables, p), RHO), f.components[0])
        compiled = program(Function((RHO, THETA), (slope,)))
    except (LateError, UnsupportedError):
        return False
    for pieces in PIECES:
        turns = np.linspace(0.0, math.nextafter(2.0 * math.pi, 7.0), pieces + 1)
        boxes = Boxes(np.stack([np.zeros(pieces), turns[:-1]]), np.stack([np.full(pieces, radius), turns[1:]]))
        bounds = enclose(compiled, boxes.lower, boxes.upper)
        if np.all(~bounds.bad & ((bounds.lower[0] > 0) | (bounds.upper[0] < 0))):
            return True
    return False


def in_polar(e: Expr, X: Sequence[Symbol], p: Point) -> Expr:
    """e at p + ρ (cos θ, sin θ), with ρ taken out of its roots.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> in_polar(sympy.sqrt(x**2 + y**2) + x, [x, y], (sympy.Integer(0), sympy.Integer(0)))
    rho*cos(theta) + rho
    """
    at = {X[0]: p[0] + RHO * sympy.cos(THETA), X[1]: p[1] + RHO * sympy.sin(THETA)}

    def formula(node: Expr) -> Expr:
        if not node.has(*X):
            return node
        if not node.args:
            return at[node]
        args = [formula(a) for a in node.args]
        if isinstance(node, Abs) or (isinstance(node, Pow) and not node.exp.is_integer):
            args[0] = sympy.factor(sympy.trigsimp(sympy.expand(args[0])))
        return node.func(*args)

    return formula(e)
