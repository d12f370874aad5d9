r"""Equations that fall apart: groups of equations, each in variables of its own, are searched group by group.

The zeros of (F(x), G(y)) are all pairs of a zero of F and a zero of G. Rastrigin's function of two variables has
441 critical points because its derivative in one variable has 21 zeros; in three variables they are 9 261.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from core.branching import Boxes, Budget, Ending, Indices, none, together
from core.critical.certified import System, Zeros, all_zeros, distinct, equations, refined, search, unsettled
from core.critical.multiple import multiple, runs
from core.critical.rational import above, below
from core.problem import Side
from core.program import Builder, Condition, Program, operands

MOST: Final = 30_000  # zeros of the whole; more are not put together
NEAR: Final = 2.0**-20  # of a window of one variable: what leaves less room between is one cluster
FINE: Final = 4_000  # open boxes; of more, only what the groups themselves leave open is told apart


@dataclass(frozen=True)
class Found:
    """The zeros of a system, each once, boxes where more may be, and whether the search came to its end."""

    zeros: Zeros
    left: Boxes
    ended: bool
    empty: bool  # it is proved that the equations have no value anywhere in the window


def groups(F: Program) -> list[list[int]]:
    """The variables, parted so that no equation and no condition has variables of two groups.

    >>> b = Builder(3)
    >>> x, y, z = (b.variable(i) for i in range(3))
    >>> groups(b.program([b.mul(x, z), b.power(y, 3), b.add(x, z)]))
    [[0, 2], [1]]
    """
    label = list(range(F.inputs))
    for used in variables_of(F):
        together_ = {label[i] for i in used}
        label = [min(together_) if k in together_ else k for k in label]
    return [[i for i, k in enumerate(label) if k == first] for first in sorted(set(label))]


def variables_of(F: Program) -> list[set[int]]:
    """The variables of each output, then of each condition."""
    used: list[set[int]] = []
    for word, *rest in F.code:
        if word == "var":
            used.append({rest[0]})
        else:
            used.append(set().union(*(used[slot] for slot in operands((word, *rest)))))
    return [used[slot] for slot in (*F.outputs, *(c.slot for c in F.domain))]


def parts(F: Program) -> list[tuple[list[int], Program]] | None:
    """Each group with its own equations in its own variables; None if it is one, or one has not as many of both."""
    lots = groups(F)
    used = variables_of(F)
    if len(lots) < 2 or len(F.outputs) != F.inputs or not all(used):
        return None
    found = []
    for lot in lots:
        mine = [set(lot) >= u for u in used]
        b = Builder(len(lot))
        where = b.copy(F, [b.variable(lot.index(i)) if i in lot else b.constant(0.0) for i in range(F.inputs)])
        outputs = [where[slot] for slot, own in zip(F.outputs, mine, strict=False) if own]
        if len(outputs) != len(lot):
            return None
        conditions = zip(F.domain, mine[len(F.outputs) :], strict=True)
        found.append((lot, b.program(outputs, [Condition(where[c.slot], c.relation) for c, own in conditions if own])))
    return found


def zeros_of(s: System, window: Sequence[Side], budget: Budget) -> Found | None:
    """The zeros of a system that falls apart, or has one variable; None of others, and of those with too many zeros."""
    if s.n == 1:
        return whole(s, window, budget)
    lots = parts(s.F)
    if lots is None:
        return None
    found = [whole(equations(F), [window[i] for i in lot], budget) for lot, F in lots]
    if np.prod([float(len(one.zeros)) for one in found]) > MOST:
        return None
    order: Indices = np.argsort([i for lot, _ in lots for i in lot])
    zeros = Zeros(*(_product([getattr(one.zeros, side) for one in found], order) for side in ("region", "enclosure")))
    ended, empty = all(one.ended for one in found), any(one.empty for one in found)
    return Found(zeros, _left(found, [[window[i] for i in lot] for lot, _ in lots], order), ended, empty)


def whole(s: System, window: Sequence[Side], budget: Budget) -> Found:
    """The zeros of a system, searched as one."""
    *_, state = search(s, tuple(window), budget)
    zeros, clumps = distinct(refined(s, all_zeros(state, s.n)))
    left = together((unsettled(state.undecided, zeros), clumps), s.n)
    if s.n == 1:
        places, alone, left = multiple(s.F, runs(left, NEAR * (window[0][1] - window[0][0])))
        E = Boxes(*(np.array([[float(side(p)) for p in places]]) for side in (below, above)))
        zeros = Zeros(together((zeros.region, alone), 1), together((zeros.enclosure, E), 1))
    ended = state.ending in (Ending.FINISHED, Ending.CROWD)
    return Found(zeros, left, ended, state.dropped > 0 and state.dead == state.dropped)


def _product(lots: Sequence[Boxes], order: Indices) -> Boxes:
    """All boxes that are a product of one of each lot, the coordinates in their order."""
    index = np.indices([len(lot) for lot in lots]).reshape(len(lots), -1)
    ends = [
        np.concatenate([getattr(lot, end)[:, i] for lot, i in zip(lots, index, strict=True)])
        for end in ("lower", "upper")
    ]
    return Boxes(*(end[order] for end in ends))


def _left(found: Sequence[Found], windows: Sequence[Sequence[Side]], order: Indices) -> Boxes:
    """Where a zero of the whole may be that is not known: one group is open, every other has a zero or is open."""
    n = len(order)
    if not any(len(one.left) for one in found):
        return none(n)
    choices = [[lot for lot in (one.zeros.enclosure, one.left) if len(lot)] for one in found]
    count = np.prod([sum(map(len, lots)) for lots in choices])
    if count > FINE:
        whole = [Boxes(*np.array(window, float).T[:, :, None]) for window in windows]
        mixed = [[one.left if i == k else whole[k] for k, one in enumerate(found)] for i, one in enumerate(found)]
        return together([_product(lots, order) for lots in mixed if all(map(len, lots))], n)
    known = [one.zeros.enclosure for one in found]
    mixed = [list(lots) for lots in product(*choices) if any(a is not b for a, b in zip(lots, known, strict=True))]
    return together([_product(lots, order) for lots in mixed], n)
