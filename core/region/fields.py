r"""The fields whose sizes are promised: the gradient of f, and its Hessian, with their slopes, as programs.

    slope      A = ∇f     slopes = H
    bend       A = H      slopes = the third derivatives, each once

and the same for the pieces of an f that has kinks, by exact derivatives of its formula on each.

Rule: `values` and `slopes` exist only where f is smooth enough; `loose` may go across seams, with the slopes of all
sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import numpy as np
import sympy
from sympy import Expr, Integer, Pow, Symbol

from core import calculus
from core.compile import program
from core.critical.cells import Cell
from core.critical.certified import symmetric
from core.function import Function
from core.problem import Side
from core.program import Builder, Condition, Program, gradient, hessian, jacobian
from core.region.cones import Cones, cones, guarded
from core.region.peak import Field
from core.region.regular import FAILURES, parted
from core.region.removable import Turned, healed, pieces_of, turned
from core.region.stable import Tame
from core.region.tails import Tails

CANCEL_SECONDS: Final = 0.3


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


def slopes(f: Function, F: Program, box: Sequence[Side], across: bool) -> list[Field]:
    """The gradient, piece by piece where it has seams that can be told apart."""
    return [slope(F, across)] if not across else _pieces(f, F, box, slope_on) or [slope(F, across)]


def bends(f: Function, F: Program, box: Sequence[Side], across: bool) -> list[Field]:
    """The Hessian, piece by piece where it has seams that can be told apart."""
    return [bend(F, across)] if not across else _pieces(f, F, box, bend_on) or [bend(F, across)]


def _pieces(f: Function, F: Program, box: Sequence[Side], make: Callable[[Cell, Program], Field]) -> list[Field] | None:
    with suppress(*FAILURES):
        core, beyond = parted(box)
        whole = program(
            Function(f.variables, (Integer(0),)) if healed(f, core) else guarded(f)
        )  # has a value where f has
        return [replace(make(cell, F), f=whole) for cell in pieces_of(f, core, bool(beyond)) or ()] or None
    return None


def tame(F: Program, known: Tame) -> tuple[Field, Field]:
    """The gradient of F and its Hessian, from derivatives in a form that overflows nowhere."""
    n = F.inputs
    g, H, T = (program(f) for f in (known.gradient, known.hessian, known.third))
    entries = len(H.outputs)
    by_pair = entries + np.arange(entries * n).reshape(entries, n)
    first, second = (Tails(known.gradient.variables, entries) for entries in known.usual)
    slope = Field(F, g, _of(H, [*H.outputs], g), g, n + symmetric(n), tails=first)
    return slope, Field(F, H, _of(T, [*T.outputs], H), H, by_pair, tails=second)


def slope_on(cell: Cell, f: Program) -> Field:
    """The gradient of one piece of f."""
    n, exact = cell.f.n, calculus.gradient(cell.f, tidy=False)
    g = program(_inside(exact, cell.f))
    H = jacobian(g)
    slopes = _of(H, [H.outputs[i * n + j] for i in range(n) for j in range(i, n)], g)
    index, points = n + symmetric(n), gradient(f)
    return Field(
        f,
        g,
        slopes,
        replace(g, domain=()),
        index,
        True,
        _sides(cell),
        points,
        _square(exact),
        _cones(cell.f),
        Tails(exact.variables, exact.components),
        _turned(exact.components, exact.variables),
    )


def _cones(f: Function) -> Cones | None:
    found: list[Cones | None] = [None]

    def look(e: Expr) -> Expr:
        found[0] = cones(f)
        return e

    with suppress(*FAILURES):
        calculus.within(CANCEL_SECONDS, look, f.components[0])
    return found[0]


def _turned(entries: Sequence[Expr], X: Sequence[Symbol]) -> Turned | None:
    with suppress(*FAILURES):
        return turned(entries, X)
    return None


def _square(g: Function) -> Program | None:
    """‖∇f‖² over one denominator, where the entries have roots in denominators: of √(x² + y²) it is 1."""
    if not any(isinstance(node, Pow) and not node.exp.is_integer for e in g.components for node in e.atoms(Pow)):
        return None
    with suppress(*FAILURES):
        total = sum((e**2 for e in g.components), Integer(0))
        return program(Function(g.variables, (calculus.within(CANCEL_SECONDS, sympy.cancel, total),)))
    return None


def bend_on(cell: Cell, f: Program) -> Field:
    """The Hessian of one piece of f."""
    n = cell.f.n
    g = _inside(calculus.gradient(cell.f, tidy=False), cell.f)
    exact = calculus.jacobian(g, tidy=False)
    H = _triangle(program(_inside(exact, cell.f)), n)
    upper = tuple(exact.components[i * n + j] for i in range(n) for j in range(i, n))
    T = jacobian(H)
    entries = len(H.outputs)
    index = entries + np.arange(entries * n).reshape(entries, n)
    points = _triangle(hessian(f), n)
    return Field(
        f,
        H,
        _of(T, list(T.outputs), H),
        replace(H, domain=()),
        index,
        True,
        _sides(cell),
        points,
        tails=Tails(g.variables, upper),
        turned=_turned(upper, g.variables),
    )


def _inside(derivative: Function, f: Function) -> Function:
    """A derivative on the domain of f without its edge; a formula without seams has no others."""
    return replace(derivative, domain=calculus.interior(f.domain))


def _sides(cell: Cell) -> Program | None:
    return program(Function(cell.f.variables, cell.sides)) if cell.sides else None


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
