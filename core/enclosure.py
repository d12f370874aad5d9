"""The interval reader: guaranteed bounds of a program on many boxes at once.

For every box X and output f the answer holds lower <= f(x) <= upper for every x of X where f(x) is defined, and

- `bad` where it is not proved that the program has finite bounds and a value on the whole box: some operation
  that an output or a condition needs may be undefined, a condition may fail, or a bound is infinite or unknown;
- `dead` where it is proved that some condition fails on the whole box, so the program has no value there.

A derivative carries a condition at every seam (a kink of |u|, a tie of max), so where a jet is not `bad` the
function is twice differentiable. A constant that was rounded stands for itself and its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.interval import DEFINED, KERNELS, Rows, Truth, constant, rows, scale
from core.program import Condition, Program
from core.vocabulary import NONNEGATIVE, POSITIVE


@dataclass(frozen=True)
class Enclosure:
    """Bounds of m outputs on N boxes, lower and upper of shape (m, N), and the two marks of shape (N,).

    A bound may be infinite or nan: then the other side may still be known, and the box is `bad`.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    bad: Truth
    dead: Truth


def enclose(program: Program, lower: ArrayLike, upper: ArrayLike) -> Enclosure:
    """Bounds of every output on the N boxes with these corners, both of shape (n, N).

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> x = b.variable(0)
    >>> e = enclose(b.program([b.div(b.constant(1.0), b.power(x, 2))]), [[-1.0, 2.0]], [[2.0, 4.0]])
    >>> e.lower[0].round(9).tolist(), e.upper[0].round(9).tolist(), e.bad.tolist()
    ([0.25, 0.0625], [inf, 0.25], [True, False])
    """
    X = rows(lower, upper)
    bounds, bad, dead = bounds_of(program, X)
    return Enclosure(-bounds[0], bounds[1], bad, dead)


def bounds_of(program: Program, X: Rows) -> tuple[Rows, Truth, Truth]:
    """The same on interval arrays: X of shape (2, n, N), bounds of shape (2, m, N); row 0 is minus the lower ends."""
    N = X.shape[2]
    with np.errstate(all="ignore"):
        slots, doubts = _run(program, X)
        bad, dead = np.zeros(N, dtype=bool), np.zeros(N, dtype=bool)
        for slot in {*program.outputs, *(c.slot for c in program.domain)}:
            bad |= doubts[slot]
        for condition in program.domain:
            holds, fails = _judge(condition, slots[condition.slot])
            bad |= ~holds
            dead |= fails
        bounds = np.empty((2, len(program.outputs), N))
        for i, slot in enumerate(program.outputs):
            bounds[:, i] = slots[slot]
        bad |= ~np.isfinite(bounds).all(axis=(0, 1))
    return bounds, bad, dead


def _run(program: Program, X: Rows) -> tuple[list[Rows], list[Truth | bool]]:
    """Every slot's interval array, and where it is not proved to be defined (False: nowhere)."""
    slots: list[Rows] = []
    doubts: list[Truth | bool] = []
    for word, *rest in program.code:
        doubt: Truth | bool = False
        if word == "const":
            c = program.constants[rest[0]]
            value = constant(c.value, c.exact)
        elif word == "var":
            value = X[:, rest[0]]
        elif word == "powi":
            a, k = slots[rest[0]], rest[1]
            value, doubt = KERNELS[word](a, k), doubts[rest[0]]
            if k < 0:
                doubt = _or(doubt, ~DEFINED[word](a, k))
        else:
            operands = [slots[slot] for slot in rest]
            value = _product(*operands) if word == "mul" else KERNELS[word](*operands)
            doubt = _doubt(word, operands, [doubts[slot] for slot in rest])
        slots.append(value)
        doubts.append(doubt)
    return slots, doubts


def _product(a: Rows, b: Rows) -> Rows:
    """a b, by the cheaper and tighter kernel when one of them is the same number, not 0, for all boxes."""
    if b.shape[1] == 1 and (b[0, 0] < 0.0 or b[1, 0] < 0.0):
        return scale(a, b)
    if a.shape[1] == 1 and (a[0, 0] < 0.0 or a[1, 0] < 0.0):
        return scale(b, a)
    return KERNELS["mul"](a, b)


def _doubt(word: str, operands: list[Rows], doubts: list[Truth | bool]) -> Truth | bool:
    """Where the result is not proved to be defined, from its operands' values and doubts."""
    if word == "select":
        return _choice_doubt(operands[0], *doubts)
    doubt = doubts[0]
    for other in doubts[1:]:
        doubt = _or(doubt, other)
    return _or(doubt, ~DEFINED[word](*operands)) if word in DEFINED else doubt


def _choice_doubt(c: Rows, condition: Truth | bool, a: Truth | bool, b: Truth | bool) -> Truth | bool:
    """A branch counts unless it is proved not to be taken."""
    if a is False and b is False:
        return condition
    taken, refused = (c[0] < 0.0) | (c[1] < 0.0), (c[0] == 0.0) & (c[1] == 0.0)
    return _or(condition, (~refused & a) | (~taken & b))


def _or(a: Truth | bool, b: Truth | bool) -> Truth | bool:
    return b if a is False else a if b is False else a | b


def _judge(condition: Condition, u: Rows) -> tuple[Truth, Truth]:
    """Where u is proved to satisfy the condition on the whole box, and where to fail it on the whole box."""
    low, high = -u[0], u[1]
    if condition.relation == POSITIVE:
        return low > 0.0, high <= 0.0
    if condition.relation == NONNEGATIVE:
        return low >= 0.0, high < 0.0
    return (low > 0.0) | (high < 0.0), (low == 0.0) & (high == 0.0)
