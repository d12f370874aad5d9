r"""Is f continuous on a box, and is its gradient? Proved by algebra along every seam, or not said.

A formula is continuous wherever it has a value, but for its choices: the border of a case, the jump of a sign. Such a
border is u = 0. With u > 0, u < 0 and u = 0 put in, three formulas come out of one; if they agree wherever u is 0, then
nothing jumps there.

Rules: True means proved; False only that it was not proved. A kink of |u| or max is no jump. A gradient is continuous
if the formula of each of its components is, where f is continuous: beside a seam that is the slope, and so on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Final

import numpy as np
import sympy
from sympy import Abs, Expr, Max, Min, Piecewise, Symbol, sign
from sympy.core.relational import Eq, Ne, Relational

from core import calculus
from core.branching import Boxes, Mask, grid
from core.compile import UnsupportedError, program
from core.definiteness import Array
from core.edges.side import UnknownSignError, vanishes
from core.enclosure import enclose
from core.function import Atan2, Function
from core.problem import Side
from core.program import Program
from core.region.cones import guarded
from core.region.removable import healed, smooth
from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE

CELLS: Final = {1: 64, 2: 12, 3: 5, 4: 3}
CORE: Final = 64.0  # an unbounded side is searched so far out; beyond it one box counts
HALVINGS: Final = 12  # of a box that is not proved to have values, before it is given up
MOST: Final = 4000  # such boxes
DEPTH: Final = 6  # seams inside the difference along a seam
SIZE: Final = 200  # nodes of an expression of which it is asked whether it is 0
SIMPLE: Final = 60  # and of one that SymPy simplifies for that
ANALYTIC: Final = (sympy.Add, sympy.Mul, sympy.sin, sympy.cos, sympy.exp, sympy.atan, sympy.sinh, sympy.cosh)
SILENT: Final = (
    *(UnsupportedError, calculus.TooLargeError, UnknownSignError, StopIteration, AssertionError),
    *(ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError),
)
"""Algebra on a visitor's formula may fail in ways nobody foresaw; then nothing is proved."""
FAILURES: Final = (*SILENT, calculus.LateError)
"""The same, where an allowance of time was given; inside of it, the alarm must be heard."""


def parted(box: Sequence[Side]) -> tuple[list[Side], list[list[Side]]]:
    """The part of a box that is bounded, and what lies beyond it where sides are not.

    >>> parted([(0.0, math.inf)])
    ([(0.0, 64.0)], [[(64.0, inf)]])
    """
    parts = []
    for low, high in box:
        a = low if math.isfinite(low) else min(-CORE, high - CORE) if math.isfinite(high) else -CORE
        b = high if math.isfinite(high) else max(CORE, low + CORE) if math.isfinite(low) else CORE
        parts.append([(a, b), *([(low, a)] if low < a else []), *([(b, high)] if b < high else [])])
    core, *beyond = (list(sides) for sides in product(*parts))
    return core, beyond


def ends_of(boxes: Sequence[Sequence[Side]], n: int) -> tuple[Array, Array]:
    """The lower and the upper ends of many boxes, (n, N)."""
    both = np.array(boxes, dtype=float).reshape(-1, n, 2)
    return both[..., 0].T, both[..., 1].T


def holds(F: Program, lower: Array, upper: Array) -> Mask:
    """On which boxes all conditions of a program are proved; it may have no finite bounds there."""
    u = enclose(replace(F, outputs=tuple(c.slot for c in F.domain), domain=()), lower, upper)
    signs = {POSITIVE: u.lower > 0, NONNEGATIVE: u.lower >= 0, NONZERO: (u.lower > 0) | (u.upper < 0)}
    found = np.ones(lower.shape[1], bool)
    for i, c in enumerate(F.domain):
        found &= signs[c.relation][i]
    return found


def defined(F: Program, box: Sequence[Side]) -> bool:
    """Is F proved to have values on the whole box, and, where it is bounded, finite ones?

    >>> from core.immediate import programs
    >>> from core.syntax import read
    >>> [defined(programs(read("1/x"), {})["f"], [side]) for side in ((0.5, 1.0), (0.0, 1.0))]
    [True, False]
    """
    n, (core, beyond) = len(box), parted(box)
    if beyond and not holds(F, *ends_of(beyond, n)).all():
        return False
    boxes = grid(core, CELLS.get(n, 2))
    for turn in range(HALVINGS * n):
        if len(boxes) > MOST:
            return False
        boxes = boxes.where(enclose(F, boxes.lower, boxes.upper).bad)
        if not len(boxes):
            return True
        middle = 0.5 * boxes.lower[turn % n] + 0.5 * boxes.upper[turn % n]
        low, high = boxes.lower.copy(), boxes.upper.copy()
        low[turn % n], high[turn % n] = middle, middle
        boxes = Boxes(np.concatenate((boxes.lower, low), 1), np.concatenate((high, boxes.upper), 1))
    return False


def nowhere(F: Program, box: Sequence[Side]) -> bool:
    """Is it proved that some part of the box, not a thin one, has no value of F?"""
    boxes = grid(parted(box)[0], CELLS.get(len(box), 2) * (4 if len(box) < 3 else 1))
    return bool(enclose(F, boxes.lower, boxes.upper).dead.any())


def continuous(f: Function, box: Sequence[Side]) -> bool:
    """Are all components of f proved to be continuous on the box?

    >>> x = Symbol("x", real=True)
    >>> [continuous(Function((x,), (e,)), [(-2.0, 2.0)]) for e in (Abs(x), sign(x), x * sign(x))]
    [True, False, True]
    """
    return _healed(f, box) or _continuous(f, box, True)


def smooth_once(f: Function, box: Sequence[Side]) -> bool:
    """Is the gradient of f proved to exist and to be continuous on the box, seams included?

    >>> x = Symbol("x", real=True)
    >>> [smooth_once(Function((x,), (e,)), [(-2.0, 2.0)]) for e in (Abs(x), x * Abs(x))]
    [False, True]
    >>> smooth_once(Function((x,), (Abs(x),)), [(0.0, 2.0)])
    True
    """
    if not continuous(f, box):
        return False
    with suppress(*SILENT):
        if smooth(f, parted(box)[0]):
            return True
    try:
        g = calculus.gradient(f, tidy=False)
    except calculus.TooLargeError:
        return False
    return _continuous(replace(g, domain=calculus.interior(f.domain)), box, False)


def in_time(
    seconds: float, proved: Callable[[Function, Sequence[Side]], bool], f: Function, box: Sequence[Side]
) -> bool:
    """Is it proved within an allowance?"""
    answer = [False]

    def ask(e: Expr) -> Expr:
        answer[0] = proved(f, box)
        return e

    with suppress(*FAILURES):
        calculus.within(seconds, ask, f.components[0])
    return answer[0]


def _healed(f: Function, box: Sequence[Side]) -> bool:
    try:
        return healed(f, parted(box)[0])
    except SILENT:
        return False


def _continuous(f: Function, box: Sequence[Side], on: bool) -> bool:
    """The same; what the formula says `on` a seam itself counts, or only what it says beside it."""
    try:
        return defined(program(guarded(f)), box) and all(_joined(e, f.variables, box, on) for e in f.components)
    except SILENT:
        return False


def _joined(e: Expr, X: Sequence[Symbol], box: Sequence[Side], on: bool) -> bool:
    """Does nothing of e jump?"""
    if any(_signs(Max(Abs(angle.args[0]), angle.args[1]), X, box) != {1} for angle in e.atoms(Atan2)):
        return False  # the cut of the angle
    for u in _borders(e):
        signs = _signs(u, X, box)
        sides = [s for s in (1, -1) if s in signs]
        if 0 in signs and not _agree(e, u, [*sides, 0] if on or not _thin(u) else sides):
            return False
    return True


def _thin(u: Expr) -> bool:
    """Is u one analytic formula, so that it is 0 on a thin set only, if not everywhere?"""
    return all(isinstance(node, ANALYTIC) or _whole(node) or node.is_Atom for node in sympy.preorder_traversal(u))


def _whole(node: Expr) -> bool:
    return isinstance(node, sympy.Pow) and ((node.exp.is_nonnegative and node.exp.is_integer) or node.base is sympy.E)


def _signs(u: Expr, X: Sequence[Symbol], box: Sequence[Side]) -> set[int]:
    """Which signs u may have in the box; by bounds on small boxes."""
    core, beyond = parted(box)
    try:
        F, boxes = program(Function(tuple(X), (u,))), grid(core, CELLS.get(len(box), 2))
    except UnsupportedError:
        return {1, 0, -1}
    more = np.array(beyond).reshape(-1, len(box), 2)
    lower, upper = (np.concatenate((a, more[..., i].T), 1) for i, a in enumerate((boxes.lower, boxes.upper)))
    bounds = enclose(F, lower, upper)
    may = {1: ~(bounds.upper[0] <= 0), -1: ~(bounds.lower[0] >= 0)}
    may[0] = ~((bounds.lower[0] > 0) | (bounds.upper[0] < 0))
    return {s for s, marks in may.items() if marks.any()}


def _borders(e: Expr) -> list[Expr]:
    """The expressions at whose zeros a choice in e changes; of u and -u one."""
    found: list[Expr] = []
    for node in sympy.preorder_traversal(e):
        u = node.lhs - node.rhs if isinstance(node, Relational) else node.args[0] if isinstance(node, sign) else None
        if u is not None and not any(_ratio(u, known) for known in found):
            found.append(u)
    return found


@cache
def _ratio(v: Expr, u: Expr) -> int:
    """1 if v is u, -1 if it is -u, 0 else."""
    return 1 if v == u or sympy.expand(v - u) == 0 else -1 if sympy.expand(v + u) == 0 else 0


def _agree(e: Expr, u: Expr, signs: Sequence[int]) -> bool:
    """Are the formulas of e for u > 0, u < 0 and u = 0, as far as they are asked for, the same wherever u is 0?"""
    first, *others = (_chosen(e, u, s) for s in signs)
    return all(_zero_on(first - other, u, (), DEPTH) for other in others)


def _chosen(e: Expr, u: Expr, s: int) -> Expr:
    """e with every choice that depends on the sign of u made, as for u of sign s."""
    if not e.args:
        return e
    args = [_chosen(a, u, s) for a in e.args]
    if isinstance(e, Relational) and (c := _ratio(e.lhs - e.rhs, u)):
        return sympy.true if _holds(e, s * c) else sympy.false
    if isinstance(e, sign) and (c := _ratio(e.args[0], u)):
        return sympy.Integer(s * c)
    if isinstance(e, Abs | Max | Min) and s == 0:
        return e.func(*args)
    if isinstance(e, Piecewise):
        arms = [(value, condition) for value, condition in args if condition is not sympy.false]
        return arms[0][0] if arms[0][1] is sympy.true else Piecewise(*arms)
    return e.func(*args)


def _holds(c: Relational, s: int) -> bool:
    """Is lhs - rhs, of sign s, as the relation says?"""
    if isinstance(c, Eq | Ne):
        return (s == 0) == isinstance(c, Eq)
    return {"<": s < 0, "<=": s <= 0, ">": s > 0, ">=": s >= 0}[c.rel_op]


def _zero_on(d: Expr, u: Expr, sides: tuple[Expr, ...], depth: int) -> bool:
    """Is d proved to be 0 wherever u is 0 and the sides are not negative?"""
    if d == 0 or u.is_nonzero:
        return True
    if depth == 0 or calculus.size([d, u], SIZE) > SIZE:
        return False
    if any(_by(d, u, sides, x) for x in sorted(u.free_symbols, key=str)):
        return True
    for v in _borders(d)[:1]:
        ways: tuple[tuple[int, tuple[Expr, ...]], ...] = ((1, (v,)), (-1, (-v,)), (0, (v, -v)))
        return all(_zero_on(_chosen(d, v, s), u, (*sides, *more), depth - 1) for s, more in ways)
    for w in _folds(sympy.Tuple(d, u)):
        halves = ((_unfolded(d, w, s), _unfolded(u, w, s), s) for s in (1, -1))
        return all(_zero_on(d_, u_, (*sides, s * w), depth - 1) for d_, u_, s in halves)
    return False


def _folds(e: Expr) -> Iterator[Expr]:
    """Of what |u| and max are the fold, innermost first."""
    for node in sympy.postorder_traversal(e):
        if isinstance(node, Abs):
            yield node.args[0]
        elif isinstance(node, Max | Min):
            yield node.args[0] - node.args[1]


def _unfolded(e: Expr, w: Expr, s: int) -> Expr:
    """e where s w is not negative."""
    if not e.args:
        return e
    args = [_unfolded(a, w, s) for a in e.args]
    if isinstance(e, Abs) and (c := _ratio(e.args[0], w)):
        return s * c * args[0]
    if isinstance(e, Max | Min) and len(args) > 1 and (c := _ratio(e.args[0] - e.args[1], w)):
        first = (s * c > 0) == isinstance(e, Max)
        return e.func(args[0] if first else args[1], *args[2:])
    return e.func(*args)


def _by(d: Expr, u: Expr, sides: tuple[Expr, ...], x: Symbol) -> bool:
    """With u = 0 solved for x: a polynomial of degree one, or with all its roots numbers; else d as a multiple of u."""
    if not u.is_polynomial(x):
        return False
    p = sympy.Poly(u, x)
    if p.degree() == 1 and p.LC().is_nonzero:
        roots = [sympy.expand(-p.TC() / p.LC())]
    elif u.free_symbols == {x} and (p.domain.is_ZZ or p.domain.is_QQ):
        roots = list(dict.fromkeys(p.real_roots()))
    else:
        top = sympy.fraction(sympy.together(d))[0]
        return bool(top.is_polynomial(x) and sympy.rem(sympy.Poly(top, x), p).is_zero)
    return all(_vanishes(d.xreplace({x: r})) for r in roots if not any(s.xreplace({x: r}).is_negative for s in sides))


def _vanishes(d: Expr) -> bool:
    if not d.free_symbols:
        return bool(d.is_comparable and vanishes(d))
    if sympy.expand(d) == 0:
        return True
    plain = not d.has(Piecewise) and calculus.size([d], SIMPLE) <= SIMPLE  # of others SymPy may think for minutes
    return plain and bool(sympy.simplify(d) == 0)
