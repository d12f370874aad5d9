r"""Boxes that a search could not decide because a seam runs through them: |u| at 0, a tie of max, the border of a case.

On each side of its seams f is one of its branches, where |u| is u or -u, max(a, b) is a or b. If f is differentiable
at a point p, the closed regions of its branches cover a neighbourhood of p; one of them has directions enough to fix
a gradient, and there ∇f(p) is the gradient of that branch. So a box in which no branch has a gradient of 0 holds no
critical point, on the seams or off them.

Rule: a branch counts only where it is proved to be differentiable on the whole box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

import numpy as np
from sympy import Abs, Expr, Integer, Max, Min, Piecewise, preorder_traversal, sign

from core.compile import UnsupportedError, program
from core.enclosure import enclose
from core.function import Function
from core.problem import Side
from core.program import gradient

MOST: Final = 64  # branches

Box = tuple[Side, ...]


def undecided_still(boxes: Sequence[Box], f: Function) -> tuple[Box, ...]:
    """Those boxes in which a branch of the scalar f may have a critical point.

    >>> from sympy import Symbol
    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> box = ((-1e-3, 1e-3), (-1e-3, 1e-3))
    >>> undecided_still([box], Function((x, y), (Abs(x) + 2*Abs(y),)))
    ()
    >>> len(undecided_still([box], Function((x, y), (Abs(x) + y**2 - x,))))
    1
    """
    seams = _seams(f.components[0])
    if not boxes or not seams or prod(len(_options(node)) for node in seams) > MOST:
        return tuple(boxes)
    lower, upper = (np.array([[side[end] for side in box] for box in boxes]).T for end in (0, 1))
    empty = np.ones(len(boxes), bool)
    for branch in branches(f.components[0]):
        try:
            slope = enclose(gradient(program(Function(f.variables, (branch,)))), lower, upper)
        except UnsupportedError:
            return tuple(boxes)
        empty &= ~slope.bad & ((slope.lower > 0) | (slope.upper < 0)).any(axis=0)
    return tuple(box for box, settled in zip(boxes, empty, strict=True) if not settled)


def branches(e: Expr) -> Iterator[Expr]:
    """All expressions that e may be, away from its seams.

    >>> from sympy import Symbol
    >>> x = Symbol("x", real=True)
    >>> sorted(map(str, branches(Abs(x) + Max(x, 1))))
    ['0', '1 - x', '2*x', 'x + 1']
    """
    seams = _seams(e)
    for choice in product(*(_options(node) for node in seams)):
        yield _chosen(e, dict(zip(seams, choice, strict=True)))


def _seams(e: Expr) -> list[Expr]:
    """The nodes of e with more than one branch, but not those that only decide a case."""
    found: dict[Expr, None] = {}
    steps = preorder_traversal(e)
    for node in steps:
        if isinstance(node, Abs | sign | Max | Min | Piecewise):
            found[node] = None
        if getattr(node, "is_Boolean", False) or getattr(node, "is_Relational", False):
            steps.skip()
    return list(found)


def _options(node: Expr) -> list[Expr]:
    if isinstance(node, Abs):
        return [node.args[0], -node.args[0]]
    if isinstance(node, sign):
        flat = [0] if _seams(node.args[0]) else []  # only then can u be 0 on more than a thin set
        return [Integer(s) for s in (1, -1, *flat)]
    return [arm for arm, _ in node.args] if isinstance(node, Piecewise) else list(node.args)


def _chosen(e: Expr, choice: dict[Expr, Expr]) -> Expr:
    if e in choice:
        return _chosen(choice[e], choice)
    return e.func(*(_chosen(a, choice) for a in e.args)) if e.args else e
