r"""A function with kinks, cut along them into pieces that have none.

On one side of u = 0 the function |u| is u, on the other -u; max(a, b) is a or b by the sign of a - b; a case holds or
does not. So f is one smooth formula on each `Cell`, the part of the window where certain expressions are positive, and
its critical points off the seams are those of the formulas, each counted only inside its own cell.

Rule: the closed cells cover the window and a little more, so that every point of its edge has all its sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import sympy
from sympy import Abs, And, Expr, Max, Min, Not, Or, Piecewise, Pow, Symbol, sign
from sympy.core.relational import Relational

from core import calculus
from core.branching import grid
from core.compile import UnsupportedError, program
from core.enclosure import enclose
from core.function import Atan2, Function, Requirement, Root
from core.problem import Side

MOST: Final = 32  # cells
MARGIN: Final = 1e-3  # of the window
LOOK: Final = {1: 64, 2: 16}  # boxes along a side, to see whether a cell meets the window; 6 in more variables


_CUT: Final = (sympy.log, sympy.asin, sympy.acos, sympy.acosh, sympy.atanh, Atan2)
FINE: Final = {1: 1024, 2: 64}  # boxes along a side, to see that a seam is thin


@dataclass(frozen=True)
class Cell:
    """One formula for f, and the expressions that are positive where it holds."""

    f: Function
    sides: tuple[Expr, ...] = ()


def cells(f: Function, box: Sequence[Side], beyond: bool = False) -> list[Cell] | None:
    """The cells of f that meet the window, or also those `beyond`; None when too many, or a seam is of another kind.

    >>> from sympy import Symbol
    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (Abs(x - 1) + y**2,))
    >>> [(c.f.components[0], c.sides) for c in cells(f, [(-2, 2), (-2, 2)])]
    [(x + y**2 - 1, (x - 1,)), (-x + y**2 + 1, (1 - x,))]
    """
    wide = [(a - MARGIN * (b - a), b + MARGIN * (b - a)) for a, b in ((float(a), float(b)) for a, b in box)]
    waiting, done = [Cell(f)], list[Cell]()
    while waiting:
        cell = waiting.pop()
        u = _seam(cell.f.components[0])
        if u is None:
            done.append(cell)
        elif not _thin(u, f.variables, wide) or (beyond and _cut(u)):
            return None
        else:
            halves = (Cell(_on_side(cell.f, u, s), (*cell.sides, s * u)) for s in (-1, 1))
            waiting += [half for half in halves if beyond or _meets(half, wide)]
        if len(waiting) + len(done) > MOST:
            return None
    return done


def _thin(u: Expr, X: Sequence[Symbol], box: Sequence[Side]) -> bool:
    """Is it proved that u, of the visitor's making, is 0 on a thin set only, so that two signs cover the window?

    A function without roots and logarithms is 0 nowhere else if it is not 0 at one point. Of others it is asked that
    wherever u may be 0 in the window, it has a slope.
    """
    own = Function(tuple(X), (u,))
    try:
        F, slope = program(own), program(calculus.gradient(own, tidy=False))
    except (UnsupportedError, calculus.TooLargeError):
        return False
    middle = np.array([[a + (0.37 + 0.11 * i) * (b - a)] for i, (a, b) in enumerate(box)])
    at = enclose(F, middle, middle)
    if not _cut(u):
        return bool(at.lower[0, 0] > 0 or at.upper[0, 0] < 0)
    boxes = grid(box, FINE.get(len(box), 12))
    bounds, slopes = (enclose(p, boxes.lower, boxes.upper) for p in (F, slope))
    away = (bounds.lower[0] > 0) | (bounds.upper[0] < 0) | bounds.dead
    steep = ((slopes.lower > 0) | (slopes.upper < 0)).any(axis=0)
    return bool((away | steep).all())


def _cut(u: Expr) -> bool:
    """May u have values in separate regions that do not continue each other?"""
    return any(_branching(node) for node in sympy.preorder_traversal(u))


def _branching(node: Expr) -> bool:
    """May this node have values in separate regions that do not continue each other?"""
    return (isinstance(node, Pow) and not node.exp.is_integer) or isinstance(node, _CUT)


def _seam(e: Expr) -> Expr | None:
    """An expression on whose sign a node of e depends; innermost first, so that it has no seam itself."""
    for node in sympy.postorder_traversal(e):
        if isinstance(node, Abs | sign | Root):
            return node.args[0]
        if isinstance(node, Max | Min):
            return node.args[0] - node.args[1]
        if isinstance(node, Relational):
            return node.lhs - node.rhs
    return None


def _on_side(f: Function, u: Expr, s: int) -> Function:
    """f where s·u is positive."""

    def formula(node: Expr) -> Expr:
        if not node.args:
            return node
        args = [formula(a) for a in node.args]
        if isinstance(node, Abs | sign | Root) and (c := _ratio(args[0], u)):
            return _of_sign(node, args[0], s * c)
        if isinstance(node, Max | Min):
            return _larger(node, args, u, s)
        if isinstance(node, Relational) and (c := _ratio(args[0] - args[1], u)):
            return sympy.true if _true(node, s * c) else sympy.false
        if isinstance(node, Piecewise):
            return _arm(args)
        return node.func(*args) if tuple(args) != node.args else node

    domain = tuple(Requirement(formula(r.expression), r.relation) for r in f.domain)
    return replace(f, components=(formula(f.components[0]),), domain=domain)


def _ratio(v: Expr, u: Expr) -> int:
    """1 if v is u, -1 if it is -u, 0 else."""
    return 1 if v == u or sympy.expand(v - u) == 0 else -1 if sympy.expand(v + u) == 0 else 0


def _of_sign(node: Expr, u: Expr, s: int) -> Expr:
    if isinstance(node, Abs):
        return s * u
    return sympy.Integer(s) if isinstance(node, sign) else s * Pow(s * u, 1 / node.args[1])


def _larger(node: Expr, args: list[Expr], u: Expr, s: int) -> Expr:
    """Without the one of two arguments that loses where s·u is positive."""
    ahead = 1 if isinstance(node, Max) else -1
    for i, a in enumerate(args):
        for b in args[i + 1 :]:
            if c := _ratio(a - b, u):
                loser = b if s * c * ahead > 0 else a
                return node.func(*(x for x in args if x != loser))
    return node.func(*args)


def _true(node: Relational, s: int) -> bool:
    """Is lhs - rhs, of sign s, as the relation says?"""
    if node.rel_op in ("==", "!="):
        return bool(node.rel_op == "!=")
    return bool(node.rel_op[0] == ("<" if s < 0 else ">"))


def _arm(args: Sequence[Expr]) -> Expr:
    """A case distinction without the cases that are out."""
    left = [(value, _truth(condition)) for value, condition in args]
    left = [(value, condition) for value, condition in left if condition is not sympy.false]
    return left[0][0] if left and left[0][1] is sympy.true else Piecewise(*left)


def _truth(c: Expr) -> Expr:
    return c.func(*(_truth(a) for a in c.args)) if isinstance(c, And | Or | Not) else c


def _meets(cell: Cell, box: Sequence[Side]) -> bool:
    """May the cell have a point in the window? By bounds of its last side on small boxes."""
    boxes = grid(box, LOOK.get(len(box), 6))
    try:
        bounds = enclose(program(Function(cell.f.variables, (cell.sides[-1],))), boxes.lower, boxes.upper)
    except UnsupportedError:
        return True
    return bool(np.any(~(bounds.upper[0] <= 0)))
