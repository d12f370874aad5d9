"""The interval reader: guaranteed bounds of a program on many boxes at once.

For every box X and output f the answer holds lower <= f(x) <= upper for every x of X where f(x) is defined, and

- `bad` where it is not proved that the program has finite bounds and a value on the whole box: some operation
  that an output or a condition needs may be undefined, a condition may fail, or a bound is infinite or unknown;
- `dead` where it is proved that some condition fails on the whole box, so the program has no value there.

A derivative carries a condition at every seam (a kink of |u|, a tie of max), so where a jet is not `bad` the
function is twice differentiable. A constant that was rounded stands for itself and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.interval import DEFINED, KERNELS, Rows, Truth, constant, scale, share
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
    lower, upper = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    X = np.empty((2, *upper.shape))
    np.negative(lower, out=X[0])
    X[1] = upper
    bounds, bad, dead = bounds_of(program, X)
    return Enclosure(-bounds[0], bounds[1], bad, dead)


def bounds_of(program: Program, X: Rows) -> tuple[Rows, Truth, Truth]:
    """The same on interval arrays: X of shape (2, n, N), bounds of shape (2, m, N); row 0 is minus the lower ends."""
    N = X.shape[2]
    with np.errstate(all="ignore"):
        slots, doubts = _run(program, X)
        bad, dead = np.zeros(N, dtype=bool), np.zeros(N, dtype=bool)
        for slot in {*program.outputs, *(c.slot for c in program.domain)}:
            if doubts[slot] is not False:
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
    plan = _plan(program, constant)
    slots: list[Rows] = []
    for value in plan.values:
        slots.append(value(slots, X))
    doubts: list[Truth | bool] = [False] * len(slots)
    for slot, doubt in plan.doubts:
        doubts[slot] = doubt(slots, doubts)
    return slots, doubts


Value = Callable[[list[Rows], Rows], Rows]  # of a slot, from those before it and the boxes
Doubt = Callable[[list[Rows], "list[Truth | bool]"], "Truth | bool"]


@dataclass(frozen=True)
class _Plan:
    """What is known of a program before any box is: the kernel of each slot, and which slots may be undefined."""

    values: list[Value]
    doubts: list[tuple[int, Doubt]]


@lru_cache(maxsize=64)
def _plan(program: Program, constant: Callable[[float, bool], Rows]) -> _Plan:
    """Made once, asked for every batch of boxes."""
    values: list[Value] = []
    doubts: dict[int, Doubt] = {}
    known: dict[int, Rows] = {}  # the slots that are the same number for all boxes
    for slot, (word, *rest) in enumerate(program.code):
        if word == "const":
            c = program.constants[rest[0]]
            known[slot] = constant(c.value, c.exact)
        reads = rest[:1] if word == "powi" else [] if word in ("const", "var") else rest
        value = _same(known[slot]) if slot in known else _value(word, rest, known)
        if slot not in known and word != "var" and all(r in known for r in reads):
            known[slot] = value([known.get(i, _NOTHING) for i in range(slot)], _NOTHING)
            value = _same(known[slot])
        values.append(value)
        if (doubt := _doubt(word, rest, reads, doubts, known)) is not None:
            doubts[slot] = doubt
    return _Plan(values, list(doubts.items()))


_NOTHING = np.empty((2, 0))


def _same(rows: Rows) -> Value:
    return lambda slots, X: rows


def _value(word: str, rest: list[int], known: dict[int, Rows]) -> Value:
    """The kernel with the slots it reads; the cheaper and tighter one for a constant factor or divisor, not 0."""
    if word == "var":
        return lambda slots, X: X[:, rest[0]]
    kernel, a, b = KERNELS[word], rest[0], rest[-1]
    if word == "powi":
        return lambda slots, X: kernel(slots[a], b)
    if word == "mul" and _is_factor(known.get(a)):
        a, b = b, a
    if word in ("mul", "div") and _is_factor(known.get(b)):
        kernel = scale if word == "mul" else share
    if len(rest) == 1:
        return lambda slots, X: kernel(slots[a])
    if len(rest) == 2:
        return lambda slots, X: kernel(slots[a], slots[b])
    return lambda slots, X: kernel(*[slots[r] for r in rest])


def _is_factor(c: Rows | None) -> bool:
    return c is not None and bool(c[0, 0] < 0.0 or c[1, 0] < 0.0)


def _doubt(
    word: str, rest: list[int], reads: list[int], doubts: dict[int, Doubt], known: dict[int, Rows]
) -> Doubt | None:
    """How to see where a slot is not proved to be defined, from its operands; None if it is wherever they are."""
    doubtful = [r for r in reads if r in doubts]
    if word == "select":
        c, *arms = rest
        return (lambda slots, d: _choice_doubt(slots[c], d[c], *(d[arm] for arm in arms))) if doubtful else None
    partial = word in DEFINED and not (word == "powi" and rest[1] >= 0)
    if word == "div" and _is_factor(known.get(rest[1])):
        partial = False
    if not partial:
        return (lambda slots, d: _any(d[r] for r in doubtful)) if doubtful else None
    more = rest[1:] if word == "powi" else []
    return lambda slots, d: _or(_any(d[r] for r in doubtful), ~DEFINED[word](*(slots[r] for r in reads), *more))


def _any(doubts: Iterable[Truth | bool]) -> Truth | bool:
    all_together: Truth | bool = False
    for doubt in doubts:
        all_together = _or(all_together, doubt)
    return all_together


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
