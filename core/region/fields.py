r"""The fields whose sizes are promised: the gradient of f, and its Hessian, with their slopes, as programs.

    slope      A = ∇f     slopes = H
    bend       A = H      slopes = the third derivatives, each once

Rule: `values` and `slopes` exist only where f is smooth enough; `loose` may go across seams, with the slopes of all
sides.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.critical.certified import symmetric
from core.program import Builder, Condition, Program, jacobian
from core.region.peak import Field


def slope(f: Program, across: bool = False) -> Field:
    """The gradient; also `across` its seams, where f is known to be continuous."""
    n = f.inputs
    g, loose = jacobian(f), jacobian(f, seams=False)
    H = jacobian(g)
    upper = symmetric(n)
    slopes = _of(H, [*(H.outputs[i * n + j] for i in range(n) for j in range(i, n))], g)
    return Field(f, g, slopes, replace(loose, domain=()) if across else g, n + upper, across)


def bend(f: Program, across: bool = False) -> Field:
    """The Hessian, by its upper triangle; also `across` its seams, where the gradient is known to be continuous."""
    n = f.inputs
    g, loose = jacobian(f), jacobian(f, seams=False)
    H = _triangle(jacobian(g), n)
    T = jacobian(H)
    places: dict[tuple[int, ...], int] = {}
    wanted: list[int] = []
    pairs = [(i, j) for i in range(n) for j in range(i, n)]
    index = np.empty((len(pairs), n), np.intp)
    for e, pair in enumerate(pairs):
        for k in range(n):
            triple = tuple(sorted((*pair, k)))
            if triple not in places:
                places[triple] = len(wanted)
                wanted.append(T.outputs[_entry(pairs, triple) * n + triple[2]])
            index[e, k] = len(pairs) + places[triple]
    again = replace(_triangle(jacobian(loose, seams=False), n), domain=())
    return Field(f, H, _of(T, wanted, H), again if across else H, index, across)


def _entry(pairs: list[tuple[int, int]], triple: tuple[int, ...]) -> int:
    return pairs.index((triple[0], triple[1]))


def _triangle(H: Program, n: int) -> Program:
    """The upper triangle of a matrix of n rows."""
    return _of(H, [H.outputs[i * n + j] for i in range(n) for j in range(i, n)])


def _of(program: Program, slots: list[int], before: Program | None = None) -> Program:
    """A program of these slots, behind the outputs of another, under the conditions of both."""
    b = Builder(program.inputs)
    first, domain = [], []
    if before is not None:
        where = b.copy(before)
        first = [where[slot] for slot in before.outputs]
        domain = [Condition(where[c.slot], c.relation) for c in before.domain]
    where = b.copy(program)
    domain += [Condition(where[c.slot], c.relation) for c in program.domain]
    return b.program([*first, *(where[slot] for slot in slots)], domain)
