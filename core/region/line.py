r"""How a function h of one variable bends on an interval: piece by piece, then seam by seam.

Between its seams (the kink of |u|, a tie of max, the border of a case, the tip of a root) h is smooth: there h is
convex exactly when h″ is nowhere negative. Where two pieces meet they must agree in value, and the slope must not fall:

    h convex on [a, b]   ⇔   h″ ≥ 0 on every piece,  no jump,  h′(z−) ≤ h′(z+) at every seam z.

A sign is proved by algebra (roots of polynomials, signs of factors), by intervals, and at a zero z that is known
exactly by the slope: e(z) = 0 and e′ ≥ 0 to the right of z.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from time import monotonic
from typing import Final

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Add, Expr, Integer, Mul, Piecewise, Pow, Rational, Symbol
from sympy.core.relational import Relational

from core import calculus
from core.compile import UnsupportedError, program
from core.critical.algebra import RealRoot, real_roots, vanishes
from core.enclosure import enclose
from core.function import Atan2, Function, Root
from core.program import Program
from core.region import algebra, balls

Cells = tuple[NDArray[np.float64], NDArray[np.float64]]
CELLS: Final = 32
ROUNDS: Final = 9  # of halving the cells that are not decided
DEPTH: Final = 4  # derivatives of a second derivative that are looked at
_ODD: Final = (sympy.Abs, Root, sympy.atan, sympy.sinh, sympy.tanh, sympy.asinh, sympy.erf)  # 0 at 0 alone
_WITHIN_ONE: Final = (sympy.sin, sympy.cos, sympy.tanh, sympy.erf)
_SPLIT: Final = (sympy.Abs, sympy.sign, sympy.Max, sympy.Min)
SEAMS: Final = 12
LARGE: Final = 400  # nodes of an expression whose sign is worth a search
TIDY: Final = 0.15  # seconds


@dataclass(frozen=True)
class Shape:
    """What is proved of h on an interval; False says that it is not proved, nothing more."""

    convex: bool = False
    concave: bool = False
    strict: bool = False  # convex or concave, and on no segment affine
    rising: bool = False  # nowhere falling
    falling: bool = False
    exact: bool = True  # by algebra alone, no interval was needed
    second: Expr | None = None  # h″, where h is smooth

    @property
    def affine(self) -> bool:
        return self.convex and self.concave


UNKNOWN: Final = Shape()


@dataclass(frozen=True)
class _Piece:
    """h between two seams: a smooth expression, and fractions at or beyond the ends."""

    h: Expr
    low: Rational
    high: Rational


@dataclass
class _Search:
    """What a proof may spend, and whether it needed intervals."""

    t: Symbol
    end: float
    exact: bool = True


def shape(h: Expr, t: Symbol, low: Rational, high: Rational, seconds: float = 0.4) -> Shape:
    """How h bends on [low, high], where it has a value throughout.

    >>> t = Symbol("t", real=True)
    >>> one = Rational(1)
    >>> s = shape(abs(t)**3, t, -one, one); s.convex, s.concave, s.strict
    (True, False, True)
    >>> s = shape(sympy.Max(t, 2*t), t, -one, one); s.convex, s.strict, s.rising
    (True, False, True)
    >>> shape(sympy.sqrt(abs(t)), t, -one, one).convex
    False
    """
    if not h.has(t):
        return Shape(convex=True, concave=True, rising=True, falling=True)
    search = _Search(t, monotonic() + seconds)
    with suppress(_GiveUpError, UnsupportedError, algebra.TooHardError):
        seams = _seams(h, t, low, high)
        pieces = _pieces(h, t, low, high, seams)
        if pieces and _whole(h, t, low, high, pieces):
            return _put_together(h, seams, pieces, search)
    return UNKNOWN


class _GiveUpError(Exception):
    """Nothing can be said about this."""


def _put_together(h: Expr, seams: Sequence[Expr], pieces: Sequence[_Piece], search: _Search) -> Shape:
    t, bends = search.t, []
    slopes = [sympy.diff(p.h, t) for p in pieces]
    seconds = [sympy.diff(s, t) for s in slopes]
    for piece, second in zip(pieces, seconds, strict=True):
        bends.append(_signs(second, piece, search))
    turns = [_turn(h, z, pieces[i], pieces[i + 1], t) for i, z in enumerate(seams)]
    convex = all(1 in b for b in bends) and all(s is not None and s >= 0 for s in turns)
    concave = all(-1 in b for b in bends) and all(s is not None and s <= 0 for s in turns)
    climbs = [_signs(slope, piece, search) for slope, piece in zip(slopes, pieces, strict=True)]
    whole = all(s is not None for s in turns)
    return Shape(
        convex,
        concave,
        (convex or concave) and all(not (1 in b and -1 in b) for b in bends),
        whole and all(1 in c for c in climbs),
        whole and all(-1 in c for c in climbs),
        search.exact,
        seconds[0] if len(seconds) == 1 else None,
    )


# Seams and pieces.


def _seams(h: Expr, t: Symbol, low: Rational, high: Rational) -> list[Expr]:
    """The places inside the interval where h may have a kink or a jump, in increasing order, exactly."""
    roots: dict[object, RealRoot] = {}
    for q in {u for quantity in _quantities(h) for u in _simpler(quantity)}:
        p = algebra.as_poly(q, (t,))
        if p is None:
            if _apart(q, t, low, high):
                continue
            raise _GiveUpError
        for root in real_roots(algebra._in_one(p, 0)) if p.degrees()[0] > 0 else []:
            if _inside(root, low, high):
                roots[root.number] = root
    if len(roots) > SEAMS or any(r.expression is None for r in roots.values()):
        raise _GiveUpError
    return [r.expression for r in sorted(roots.values(), key=lambda r: r.low + r.high)]


def _simpler(q: Expr) -> set[Expr]:
    """Quantities that are zero wherever q is: its factors, without absolute values, and none that is never zero."""
    if not q.free_symbols or isinstance(q, sympy.exp) or q.is_nonzero:
        return set()
    if isinstance(q, Mul):
        return {u for a in q.args for u in _simpler(a)}
    if isinstance(q, _ODD) or (isinstance(q, Pow) and q.exp.is_positive):
        return _simpler(q.args[0])
    node = next((a for a in sympy.preorder_traversal(q) if isinstance(a, _SPLIT)), None)
    if node is None:
        return {q}
    branches = node.args
    if isinstance(node, sympy.Abs):
        branches = node.args[0], -node.args[0]
    elif isinstance(node, sympy.sign):
        branches = Integer(1), Integer(-1), Integer(0)
    return {u for branch in branches for u in _simpler(q.xreplace({node: branch}))}


def _apart(q: Expr, t: Symbol, low: Rational, high: Rational) -> bool:
    """Is q proved to have no zero between the two?"""
    if calculus.size([q], LARGE) >= LARGE:
        return False
    cells = _cells(low, high)
    found = enclose(_code(q, t), cells[0][None], cells[1][None])
    return bool((~found.bad & ((found.lower[0] > 0) | (found.upper[0] < 0))).all())


def _inside(root: RealRoot, low: Rational, high: Rational) -> bool:
    """Fractions are exact; a root that is none is in its enclosure, which is narrow."""
    z = root.expression
    if z is None:
        return bool(root.high > low and root.low < high)
    return bool(balls.sign(z - low, {}) == 1 and balls.sign(high - z, {}) == 1)


def _quantities(h: Expr) -> set[Expr]:
    """What is zero where a word of h has a kink, a jump or an infinite slope."""
    found: set[Expr] = set()
    for node in sympy.preorder_traversal(h):
        match node:
            case sympy.Abs() | sympy.sign() | Root():
                found.add(node.args[0])
            case sympy.Max() | sympy.Min():
                found |= {a - b for i, a in enumerate(node.args) for b in node.args[i + 1 :]}
            case Relational():
                found.add(node.lhs - node.rhs)
            case Pow() if not node.exp.is_Integer and node.base is not sympy.E:
                found.add(node.base)
            case sympy.asin() | sympy.acos():
                found.add(1 - node.args[0] ** 2)
            case sympy.acosh():
                found.add(node.args[0] - 1)
            case Atan2():
                raise _GiveUpError
    return found


def _pieces(h: Expr, t: Symbol, low: Rational, high: Rational, seams: Sequence[Expr]) -> list[_Piece]:
    stops = [low, *seams, high]
    pieces = []
    for a, b in pairwise(stops):
        left, right = _below(a), _above(b)
        middle = (_above(a) + _below(b)) / 2
        pieces.append(_Piece(_smooth(h, {t: middle}), left, right))
    return pieces


def _below(z: Expr) -> Rational:
    return z if z.is_Rational else Rational(math.floor(z * 2**40), 2**40)


def _above(z: Expr) -> Rational:
    return z if z.is_Rational else Rational(math.floor(z * 2**40) + 1, 2**40)


def _smooth(h: Expr, p: balls.Point) -> Expr:
    """h as it reads near a point that lies on no seam."""
    if not h.args:
        return h
    if isinstance(h, Piecewise):
        try:
            return _smooth(next(u for u, c in h.args if balls.truth(c, p)), p)
        except (balls.UnknownError, StopIteration):
            raise _GiveUpError from None
    args = [_smooth(a, p) for a in h.args]
    if isinstance(h, sympy.Abs | sympy.sign):
        s = balls.sign(args[0], p)
        if s is None:
            raise _GiveUpError
        return Integer(s) * (args[0] if isinstance(h, sympy.Abs) else 1)
    if isinstance(h, sympy.Max | sympy.Min):
        return _extreme(h, args, p)
    if isinstance(h, Root) and (s := balls.sign(args[0], p)):
        return Integer(s) * (s * args[0]) ** (1 / h.args[1])
    return h.func(*args)


def smooth_near(h: Expr, p: balls.Point) -> Expr | None:
    """h without seams, as it reads near a point of any number of coordinates; None where that is not known."""
    with suppress(_GiveUpError):
        return _smooth(h, p)
    return None


def _extreme(h: Expr, args: list[Expr], p: balls.Point) -> Expr:
    best = args[0]
    for a in args[1:]:
        s = balls.sign(a - best, p)
        if s is None:
            raise _GiveUpError
        if (s > 0) == isinstance(h, sympy.Max):
            best = a
    return best


def _whole(h: Expr, t: Symbol, low: Rational, high: Rational, pieces: Sequence[_Piece]) -> bool:
    """Does h go on without a jump to the ends? Only a case or a sign may jump there."""
    if not h.has(Piecewise, sympy.sign):
        return True
    ends = ((low, pieces[0]), (high, pieces[-1]))
    return all(_same(_value(h, t, z), piece.h.subs(t, z)) for z, piece in ends)


def _value(h: Expr, t: Symbol, z: Expr) -> Expr:
    return h.subs(t, z)


def _same(a: Expr, b: Expr) -> bool:
    return bool(a.is_finite and b.is_finite and vanishes(a - b))


def _turn(h: Expr, z: Expr, left: _Piece, right: _Piece, t: Symbol) -> int | None:
    """The sign of how much the slope grows at a seam; None where h jumps there, or nothing is known."""
    values = [e.subs(t, z) for e in (left.h, right.h)]
    if not (_same(*values) and _same(values[0], _value(h, t, z))):
        return None
    before, after = _slope(left.h, t, z, -1), _slope(right.h, t, z, 1)
    if not (before.is_finite and after.is_finite):
        return None
    return 0 if vanishes(after - before) else balls.sign(after - before, {})


def _slope(h: Expr, t: Symbol, z: Expr, way: int) -> Expr:
    """The slope at z on one side, by the step s > 0 from z: so that a root of s is one."""
    s = sympy.Dummy(positive=True)
    return way * sympy.diff(h.subs(t, z + way * s), s).subs(s, 0)


# Signs.


def _signs(e: Expr, piece: _Piece, search: _Search) -> frozenset[int]:
    """1 where e is proved never negative on the piece, -1 never positive; both where it is zero."""
    if e == 0:
        return frozenset((1, -1))
    if calculus.size([e], LARGE) >= LARGE:
        return frozenset()
    s = sign_on(e, piece.low, piece.high, search)
    return frozenset() if s is None else frozenset((1, -1)) if s == 0 else frozenset((s,))


def sign_on(e: Expr, low: Rational, high: Rational, search: _Search, depth: int = DEPTH) -> int | None:
    """1 if e >= 0 is proved between low and high, -1 if e <= 0, 0 if both; e is smooth between them."""
    s = _by_algebra(e, low, high, search)
    if s is not None:
        return s
    waves = (sympy.trigsimp,) if e.has(sympy.sinh) and e.has(sympy.cosh) else ()
    for form in (*waves, sympy.factor, sympy.factor_terms):
        tidy = _tidied(form, e)
        if tidy is not None and tidy != e and (s := _by_algebra(tidy, low, high, search)) is not None:
            return s
    return _by_intervals(e, low, high, search, depth)


def _tidied(form: object, e: Expr) -> Expr | None:
    with suppress(Exception):  # SymPy may fail in many ways on a form that is only worth a try
        return calculus.within(TIDY, form, e)  # type: ignore[arg-type]
    return None


def _by_algebra(e: Expr, low: Rational, high: Rational, search: _Search) -> int | None:
    t = search.t
    if not e.has(t):
        return 0 if vanishes(e) else balls.sign(e, {})
    if e == t:
        return 1 if low >= 0 else -1 if high <= 0 else None
    p = algebra.as_poly(e, (t,))
    if p is not None:
        side = [(Fraction(int(c.p), int(c.q))) for c in (low, high)]
        for s in (1, -1):
            if algebra.negative(s * p, [(side[0], side[1])], search.end) is None:
                return s
        return None
    match e:
        case Mul():
            return _product([_by_algebra(a, low, high, search) for a in e.args])
        case Add() if (near := _beside_a_number(e)) is not None:
            return near
        case Add():
            signs = {_by_algebra(a, low, high, search) for a in e.args} - {0}
            return signs.pop() if len(signs) == 1 else None
        case Pow() if e.base is sympy.E or not e.exp.is_Integer or e.exp.is_even:
            return 1
        case Pow():
            return _by_algebra(e.base, low, high, search)
        case sympy.exp() | sympy.cosh() | sympy.Abs():
            return 1
        case sympy.sign() | sympy.sinh() | sympy.tanh() | sympy.atan() | sympy.asinh() | sympy.erf() | Root():
            return _by_algebra(e.args[0], low, high, search)
        case sympy.log():
            return _by_algebra(e.args[0] - 1, low, high, search)
    return None


def _beside_a_number(e: Add) -> int | None:
    """The sign of c + k w^m for a word w between -1 and 1, such as 1 - tanh(u)²; None where that leaves it open."""
    c, rest = e.as_coeff_Add()
    k, power = rest.as_coeff_Mul()
    w, m = (power.base, power.exp) if isinstance(power, Pow) else (power, Integer(1))
    if not isinstance(w, _WITHIN_ONE) or not (m.is_Integer and m > 0 and c.is_Rational and k.is_Rational):
        return None
    ends = (c + k, c if m.is_even else c - k)
    return 1 if min(ends) >= 0 else -1 if max(ends) <= 0 else None


def _product(signs: Sequence[int | None]) -> int | None:
    if any(s is None for s in signs):
        return None
    return math.prod(s for s in signs if s is not None)


def _by_intervals(e: Expr, low: Rational, high: Rational, search: _Search, depth: int) -> int | None:
    """Cells on which bounds decide; what is left must hold a zero known exactly, and the slope decides there."""
    if monotonic() > search.end:
        return None
    code = _code(e, search.t)
    for s in (1, -1):
        cells = _left(code, _cells(low, high), s)
        if cells is None:
            continue
        search.exact = False
        if not len(cells[0]):
            return s
        if depth and len(cells[0]) <= 2 * CELLS and _by_slope(e, cells, s, (low, high), search, depth):
            return s
    return None


def _left(code: Program, cells: Cells, s: int) -> Cells | None:
    """The cells on which that sign is not proved by bounds, cut small; None where it is refuted."""
    for round in range(ROUNDS):
        cells = _undecided(code, cells, s)
        if not len(cells[0]) or len(cells[0]) > 40 * CELLS:
            return cells
        if round == 1 and _refuted(code, cells, s):
            return None
        if round < ROUNDS - 1:
            cells = _halved(cells)
    return cells


@lru_cache(maxsize=256)
def _code(e: Expr, t: Symbol) -> Program:
    return program(Function((t,), (e,)))


def _cells(low: Rational, high: Rational) -> Cells:
    a, b = _outward(low, -1), _outward(high, 1)
    ends = np.unique(np.concatenate([np.linspace(a, b, CELLS + 1)[1:-1], [a, b], [0.0] if a < 0 < b else []]))
    return ends[:-1], ends[1:]


def _outward(q: Rational, way: int) -> float:
    x = float(q)
    return x if Rational(x) == q else math.nextafter(x, way * math.inf)


def _halved(cells: Cells) -> Cells:
    middle = 0.5 * cells[0] + 0.5 * cells[1]
    return np.concatenate([cells[0], middle]), np.concatenate([middle, cells[1]])


def _undecided(code: Program, cells: Cells, s: int) -> Cells:
    found = enclose(code, cells[0][None], cells[1][None])
    done = ~found.bad & ((found.lower[0] >= 0) if s > 0 else (found.upper[0] <= 0))
    return cells[0][~done], cells[1][~done]


def _refuted(code: Program, cells: Cells, s: int) -> bool:
    found = enclose(code, cells[0][None], cells[1][None])
    return bool((~found.bad & ((found.upper[0] < 0) if s > 0 else (found.lower[0] > 0))).any())


def _by_slope(e: Expr, cells: Cells, s: int, ends: tuple[Rational, Rational], search: _Search, depth: int) -> bool:
    """In every run of neighbouring cells: a zero z of e, and the slope away from 0 on either side of it."""
    slope = sympy.diff(e, search.t)
    if calculus.size([slope], LARGE) >= LARGE:
        return False
    for a, b in _runs(cells):
        low, high = max(balls.exactly(a), ends[0]), min(balls.exactly(b), ends[1])
        z = _zero(e, low, high, search.t)
        if z is None:
            if not _from_an_end(e, slope, low, high, s, search, depth):
                return False
            continue
        right = high == z or sign_on(slope, z, high, search, depth - 1) in (0, s)
        if not (right and (low == z or sign_on(slope, low, z, search, depth - 1) in (0, -s))):
            return False
    return True


def _from_an_end(e: Expr, slope: Expr, low: Rational, high: Rational, s: int, search: _Search, depth: int) -> bool:
    """Has e that sign at the end from which it goes away from 0?"""
    for end, way in ((low, s), (high, -s)):
        if balls.sign(e, {search.t: end}) in (0, s) and sign_on(slope, low, high, search, depth - 1) in (0, way):
            return True
    return False


def _runs(cells: Cells) -> list[tuple[float, float]]:
    runs: list[tuple[float, float]] = []
    for a, b in sorted(zip(*(c.tolist() for c in cells), strict=True)):
        if runs and runs[-1][1] == a:
            runs[-1] = runs[-1][0], b
        else:
            runs.append((a, b))
    return runs


def _zero(e: Expr, low: Rational, high: Rational, t: Symbol) -> Rational | None:
    """A place between the two where e is zero or of no consequence: an end, 0, or a short fraction."""
    places = [low, high, Integer(0), Rational((low + high) / 2).limit_denominator(12)]
    for z in places:
        if low <= z <= high:
            v = e.subs(t, z)
            if v.is_finite and vanishes(v):
                return z
    return None
