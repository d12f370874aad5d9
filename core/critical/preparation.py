r"""Before a search: the equations ∇f = 0 taken apart exactly, into systems whose zeros are regular where they can be.

A component of the gradient is a product over a denominator. The denominator is not zero where f has a gradient, and
neither is e^u, so they go. A product is zero when one of its factors is: each choice of one factor for every component
is a `Branch`, and the critical points are the zeros of all branches together,

    x³ = 0, y³ = 0            one branch, (x, y), whose zero is regular
    2xy² = 0, 2x²y = 0        branches {x}, {y} and {x, y}: two curves, and what lies on both

A branch of fewer equations than variables is a curve (or a surface) of critical points; {x, y} above lies on one and
goes. An equation y = e(x) is put into the others, which are taken apart again: of (y - x²)(y - 3x²) are left y = 2x²
and x = 0.

Rules: no step loses a zero at which f has a gradient; the zeros of a branch are critical where f has a gradient, which
whoever finds them must see to; a form that takes long to find is not looked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from time import monotonic
from typing import Final

import numpy as np
import sympy
from sympy import Abs, Add, Expr, Integer, Mul, Pow, Symbol, cos, cosh, exp, log, sin

from core import calculus
from core.compile import UnsupportedError, program
from core.enclosure import enclose
from core.function import Function, Root, completed_square, definite
from core.problem import Side

BRANCHES: Final = 400  # more are given up: the search goes on with the gradient itself
FORM_SECONDS: Final = 0.4  # for one form of one equation
MULTIPLES: Final = 12  # of π
NODES: Final = 400  # of an equation that is taken apart
CROWDED: Final = 4  # variables; with more,
DENSE: Final = 100  # terms of one equation, written out, are too many: their algebra outlasts every budget
Equations = frozenset[Expr]
Sets = list[Equations]  # one of these, all of whose equations hold

_AS_ITS_ARGUMENT: Final = (
    Abs,
    Root,
    sympy.sinh,
    sympy.tanh,
    sympy.asinh,
    sympy.atanh,
    sympy.asin,
    sympy.atan,
    sympy.erf,
)


@dataclass(frozen=True)
class Branch:
    """Equations that hold together. As many as there are variables: points; fewer: a curve; one that fails: none."""

    equations: tuple[Expr, ...]


class ManyBranchesError(ValueError):
    """There are too many choices of factors, or too many terms to look for any."""


@dataclass(frozen=True)
class Within:
    """When to stop looking for forms, and perhaps the window with its variables: zeros elsewhere do not count."""

    end: float
    variables: tuple[Symbol, ...] = ()
    box: tuple[Side, ...] = ()


def branches(gradient: Function, w: Within) -> list[Branch]:
    """The branches of ∇f = 0, none inside another: curves first.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> [b.equations for b in branches(Function((x, y), (2*x*y**2, 2*x**2*y)), Within(monotonic() + 1))]
    [(x,), (y,)]
    >>> [b.equations for b in branches(Function((x, y), (12*x**3 - 8*x*y, 2*y - 4*x**2)), Within(monotonic() + 1))]
    [(x, y)]
    """
    if gradient.n > CROWDED and max(map(terms, gradient.components)) > DENSE:
        raise ManyBranchesError
    return _apart([zero_sets(e, w) for e in gradient.components], gradient.variables, w)


def terms(e: Expr) -> int:
    """How many terms an expression has at most when it is written out.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> terms((x + y) ** 4 + x * y), terms(x * (x + 1) * (y + 1))
    (6, 4)
    """
    if e.is_Add:
        return sum(map(terms, e.args))
    if e.is_Mul:
        return math.prod(map(terms, e.args))
    if e.is_Pow and e.exp.is_Integer and e.exp > 1 and e.base.is_Add:
        return math.comb(terms(e.base) + int(e.exp) - 1, int(e.exp))
    return 1


def _apart(parts: Sequence[Sets], X: Sequence[Symbol], w: Within) -> list[Branch]:
    found = [s for s in _chosen(parts) for s in _solved(s, X, w)]
    kept = sorted(_minimal(found), key=lambda s: (len(s), sorted(map(sympy.default_sort_key, s))))
    return [Branch(tuple(sorted(s, key=sympy.default_sort_key))) for s in kept]


def by_ideal(equations: Sequence[Expr], X: Sequence[Symbol], w: Within) -> list[Branch] | None:
    """The same common zeros from a Gröbner basis, taken apart again; None unless all are polynomials, or if it is late.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> found = by_ideal([4*(x - y)**3 + 2*(x + y), -4*(x - y)**3 + 2*(x + y)], [x, y], Within(monotonic() + 1))
    >>> [b.equations for b in found]
    [(x, y)]
    """
    plain = all(e.is_polynomial(*X) and sympy.Poly(e, *X).domain in (sympy.ZZ, sympy.QQ) for e in equations)
    if not plain or w.end < monotonic():
        return None
    try:
        basis = calculus.within(
            w.end - monotonic(), lambda e: sympy.groebner(e, *X, order="lex").exprs, list(equations)
        )
    except (calculus.LateError, sympy.PolynomialError):
        return None
    return _apart([zero_sets(e, w) for e in basis], X, w)


def _chosen(parts: Sequence[Sets]) -> Sets:
    """One set of each component, all their equations together; the smallest choices only."""
    whole: Sets = [frozenset()]
    for part in parts:
        whole = _minimal(a | b for a, b in product(whole, part))
        if len(whole) > BRANCHES:
            raise ManyBranchesError
    return whole


def _minimal(sets: Iterable[Equations]) -> Sets:
    """Without those that contain another: all their zeros are zeros of that one."""
    kept: Sets = []
    for s in sorted(set(sets), key=len):
        if not any(k <= s for k in kept):
            kept.append(s)
    return kept


# One equation.


def zero_sets(e: Expr, w: Within) -> Sets:
    """Where e is zero, as one of several sets of equations; no set where e is nowhere zero, the empty set where e = 0.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> [sorted(map(str, s)) for s in zero_sets(2*x**3*exp(-x)*(x**2 + y**2)/(1 + y**2), Within(monotonic() + 1))]
    [['x'], ['x', 'y']]
    >>> sorted(sorted(map(str, s)) for s in zero_sets(cos(x) + cos(x + y), Within(monotonic() + 1)))
    [['cos(x + y/2)'], ['cos(y/2)']]
    """
    if not e.free_symbols:
        return [frozenset()] if e.is_zero else [] if e.is_nonzero else [frozenset([e])]
    if e.is_nonzero:
        return []
    if isinstance(e, Mul):
        return [s for factor in e.args for s in zero_sets(factor, w)]
    if isinstance(e, Pow):
        return zero_sets(e.base, w) if e.exp.is_positive else [] if e.exp.is_number else [frozenset([e])]
    if isinstance(e, exp | cosh):
        return []
    if isinstance(e, _AS_ITS_ARGUMENT):
        return zero_sets(e.args[0], w)
    if isinstance(e, sympy.tan):
        return zero_sets(sin(e.args[0]), w)
    if isinstance(e, log):
        return zero_sets(e.args[0] - 1, w)
    if isinstance(e, sin | cos):
        return _of_wave(e, w)
    return _of_sum(e, w) if isinstance(e, Add) else [frozenset([_monic(e)])]


def _of_wave(e: Expr, w: Within) -> Sets:
    """sin u = 0 where u is a multiple of π, if there are few in the window."""
    u, first = e.args[0], sympy.pi / 2 if isinstance(e, cos) else Integer(0)
    turns = _range(u - first, w)
    if turns is None or turns[1] - turns[0] > MULTIPLES:
        return [frozenset([_monic(e)])]
    return [
        s for k in range(math.ceil(turns[0]), math.floor(turns[1]) + 1) for s in zero_sets(u - first - k * sympy.pi, w)
    ]


def _range(u: Expr, w: Within) -> tuple[float, float] | None:
    """Bounds of u/π in the window."""
    if not w.box:
        return None
    try:
        bounds = enclose(program(Function(w.variables, (u / sympy.pi,))), *np.array(w.box, float).T[:, :, None])
    except UnsupportedError:
        return None
    low, high = float(bounds.lower[0, 0]), float(bounds.upper[0, 0])
    return (low, high) if math.isfinite(low) and math.isfinite(high) else None


def _of_sum(e: Add, w: Within) -> Sets:
    """A sum: by the signs of its terms, as a product, by its squares; else as it stands."""
    for sign in (1, -1):
        if all((sign * a).is_nonnegative for a in e.args):
            return _chosen([zero_sets(a, w) for a in e.args])
    if calculus.size([e], NODES) > NODES:
        return [frozenset([e])]
    for form in (_over_one_bar, _as_product, _of_exponentials, _of_waves, _of_multiple_angles):
        with suppress(calculus.LateError, sympy.PolynomialError, NotImplementedError):
            other = calculus.within(min(FORM_SECONDS, w.end - monotonic()), form, e)
            if other != e and other is not None:
                return zero_sets(other, w)
    return _of_irreducible(e, w)


def _over_one_bar(e: Expr) -> Expr:
    """The numerator, where there is a denominator."""
    if not any(p.exp.is_negative or p.exp.is_rational is not True or p.exp.q > 1 for p in e.atoms(Pow)):
        return e
    top, bottom = sympy.fraction(sympy.together(e))
    return top if bottom.free_symbols else e


def _as_product(e: Expr) -> Expr:
    """Factored over the rationals, with every function in it as a letter."""
    form = sympy.factor(e)
    return form if isinstance(form, Mul | Pow) else e


def _of_exponentials(e: Expr) -> Expr:
    """a eᵘ + b eᵛ is 0 where u - v = ln(-b/a)."""
    if len(e.args) != 2:
        return e
    (a, u), (b, v) = (_exponential(t) for t in e.args)
    if not (u.free_symbols or v.free_symbols):
        return e
    ratio = -b / a
    if ratio.is_negative:
        return Integer(1)
    return u - v - log(ratio) if ratio.is_positive else e


def _exponential(term: Expr) -> tuple[Expr, Expr]:
    """(a, u) of a·eᵘ with a number a; u = 0 if there is no e."""
    a, rest = term.as_coeff_Mul()
    if isinstance(rest, exp):
        return a, rest.args[0]
    return (term, Integer(0)) if not term.free_symbols else (sympy.nan, Integer(0))


def _of_waves(e: Expr) -> Expr:
    """a sin u ± a sin v, and with cosines, as a product; cos u - 1 and the like too."""
    if len(e.args) != 2:
        return e
    waves = [_wave(t) for t in e.args]
    if any(w is None for w in waves):
        return e
    (a, u), (b, v) = (w for w in waves if w is not None)
    if a != b and a != -b:
        return e
    if a == b:  # cos u + cos v
        return 2 * a * cos((u + v) / 2) * cos((u - v) / 2)
    return -2 * a * sin((u + v) / 2) * sin((u - v) / 2)


def _wave(term: Expr) -> tuple[Expr, Expr] | None:
    """(a, u) of a·cos u."""
    a, rest = term.as_coeff_Mul()
    if isinstance(rest, cos):
        return a, rest.args[0]
    if isinstance(rest, sin):
        return a, sympy.pi / 2 - rest.args[0]
    return (a, Integer(0)) if rest == 1 else None


def _of_multiple_angles(e: Expr) -> Expr:
    """As a product once sin 2u is 2 sin u cos u, and cos² is 1 - sin² or the other way round."""
    if not e.has(sin, cos):
        return e
    plain = sympy.expand(sympy.expand_trig(e))
    for form in (plain, _without_squares(plain, cos, sin), _without_squares(plain, sin, cos)):
        parts = sympy.factor(form)
        if isinstance(parts, Mul | Pow) and any(f.free_symbols and f != e for f in parts.args):
            return parts
    return e


def _without_squares(e: Expr, old: type, new: type) -> Expr:
    """old² as 1 - new², of the same angle."""

    def square(t: Expr) -> bool:
        return isinstance(t, Pow) and isinstance(t.base, old) and t.exp.is_Integer and bool(t.exp >= 2)

    def other(t: Expr) -> Expr:
        return (1 - new(t.base.args[0]) ** 2) ** (t.exp // 2) * t.base ** (t.exp % 2)

    return sympy.expand(e.replace(square, other))


def _of_irreducible(e: Expr, w: Within) -> Sets:
    """Of a sum that is no product: nothing if it has one sign; both squares if it is a sum of two."""
    X = sorted(e.free_symbols, key=str)
    if e.is_polynomial(*X):
        if definite(e) or definite(-e):
            return []
        for sign in (1, -1):
            square = completed_square(sign * e, X) if len(X) > 1 else None
            if square is not None and (rest := _of_square(square[1], w)) is not None:
                return [s | frozenset([_monic(square[0])]) for s in rest]
    return [frozenset([_monic(e)])]


def _of_square(D: Expr, w: Within) -> Sets | None:
    """The zeros of D when it is proved to be nowhere negative."""
    if D == 0:
        return [frozenset()]
    c, factors = sympy.factor_list(D)
    odd = Mul(*(q for q, k in factors if k % 2))
    if not c.is_positive or not (odd == 1 or definite(odd) or _never_negative(odd)):
        return None
    return [s for q, _ in factors for s in _of_irreducible(q, w)]


def _never_negative(q: Expr) -> bool:
    X = sorted(q.free_symbols, key=str)
    square = completed_square(q, X) if len(X) > 1 else None
    return square is not None and _of_square(square[1], Within(monotonic())) is not None


def _monic(e: Expr) -> Expr:
    """The equation without a number in front, and with a plus first, so that the same one looks the same."""
    _content, primitive = e.as_content_primitive() if isinstance(e, Add) else (Integer(1), e.as_coeff_Mul()[1])
    return -primitive if primitive.could_extract_minus_sign() else primitive


# Several equations.


def _solved(s: Equations, X: Sequence[Symbol], w: Within) -> Sets:
    """The same zeros with what an equation says about a variable put into the other equations."""
    done: Sets = []
    waiting: list[tuple[Equations, frozenset[Symbol]]] = [(s, frozenset())]
    while waiting:
        s, used = waiting.pop()
        step = _explicit(s, X, used) if monotonic() < w.end else None
        if step is None:
            done.append(s)
        else:
            waiting += _put(s, *step, used, w)
        if len(waiting) + len(done) > BRANCHES:
            raise ManyBranchesError
    return done


def _explicit(s: Equations, X: Sequence[Symbol], used: frozenset[Symbol]) -> tuple[Expr, Symbol, Expr] | None:
    """An equation, a variable that is in others too, and what the equation says it is: the shortest there is."""
    found = []
    for e in s:
        others = set().union(*(o.free_symbols for o in s if o != e)) if len(s) > 1 else set()
        for x in X:
            if x in e.free_symbols and x in others and x not in used and (value := _value(e, x)) is not None:
                found.append((sympy.count_ops(value), sympy.default_sort_key(e), x.name, e, x, value))
    return min(found, key=lambda t: t[:3])[3:] if found else None


def _value(e: Expr, x: Symbol) -> Expr | None:
    """What x is if e = 0, where e = a x + rest with a number a."""
    a = e.coeff(x) if isinstance(e, Add) else Integer(1) if e == x else Integer(0)
    rest = sympy.expand(e - a * x)
    return None if not a.is_nonzero or x in rest.free_symbols else -rest / a


def _put(
    s: Equations, e: Expr, x: Symbol, value: Expr, used: frozenset[Symbol], w: Within
) -> list[tuple[Equations, frozenset[Symbol]]]:
    """Sets with x = value in all other equations, each taken apart again."""
    parts = [zero_sets(o.xreplace({x: value}), w) if x in o.free_symbols else [frozenset([o])] for o in s if o != e]
    return [(whole | {e}, used | {x}) for whole in _chosen(parts)]
