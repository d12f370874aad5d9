r"""Slopes that overflow far out although they are small there, written so that they do not: of log(1 + e^x) at 1000.

    e^u/(a e^u + b e^v)  =  (1 − tanh((v − u + log(b/a))/2)) / 2a          sinh u / cosh u  =  tanh u
    e^u/Σ aᵢ e^(uᵢ)      =  1/Σ aᵢ e^(uᵢ − u)
    log Σ aᵢ e^(uᵢ)      =  m + log Σ aᵢ e^(uᵢ − m),  m = max uᵢ

Rule: both sides are the same number wherever the left one is defined, and the right one is defined everywhere. So they
are derived first and written anew then: a maximum that comes in so has no kink.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import sympy
from sympy import Add, Expr, Integer, Mul, Pow

from core import calculus
from core.compile import program
from core.function import Function
from core.problem import Side
from core.region.regular import FAILURES, defined

FAR: Final = 40.0  # the size of an end of a box at which exponentials make bounds wide
SIZE: Final = 1200  # nodes of all derivatives together
MOST: Final = 3  # of the power of a sum of exponentials in a denominator, beyond the order of the derivative
SECONDS: Final = 1.0
Term = tuple[Expr, Expr]  # the factor and the exponent of an exponential


@dataclass(frozen=True)
class Tame:
    """The gradient, the Hessian by its upper triangle, and the slopes of that, entry by entry; `usual`: as derived."""

    gradient: Function
    hessian: Function
    third: Function
    usual: tuple[tuple[Expr, ...], tuple[Expr, ...]]


def derivatives(f: Function, box: Sequence[Side]) -> Tame | None:
    """Those of a scalar in that form, if it is another one, and the first two have values on the whole box.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> f = function(read("log(1 + e^x)"))
    >>> derivatives(f, [(-1000.0, 1000.0)]).gradient.components
    (tanh(x/2)/2 + 1/2,)
    """
    found: list[Tame] = []

    def look(e: Expr) -> Expr:
        if (tame := _derived(f)) is not None:
            found.append(tame)
        return e

    with suppress(*FAILURES):
        if not f.components[0].has(sympy.exp, sympy.cosh, sympy.sinh):
            return None
        calculus.within(SECONDS, look, f.components[0])
        if found and all(defined(program(F), box) for F in (found[0].gradient, found[0].hessian)):
            return found[0]
    return None


def _derived(f: Function) -> Tame | None:
    X, inner = f.variables, (*calculus.interior(f.domain), *calculus.seams(f))
    g = [sympy.diff(f.components[0], x) for x in X]
    H = [sympy.diff(g[i], X[j]) for i in range(f.n) for j in range(i, f.n)]
    T = [sympy.diff(h, x) for h in H for x in X]
    if calculus.size([*g, *H, *T], SIZE) >= SIZE:
        return None
    tame = [tuple(map(tamed, entries)) for entries in (g, H, T)]
    if all(a == sympy.expand_mul(b) for a, b in zip((*tame[0], *tame[1]), (*g, *H), strict=True)):
        return None
    first, second, third = (Function(X, entries, inner) for entries in tame)
    return Tame(first, second, third, (tuple(g), tuple(H)))


def far(box: Sequence[Side]) -> bool:
    """Does the box reach so far out that the form matters, also where nothing overflows?"""
    return any(abs(end) >= FAR for side in box for end in side)


def tamed(e: Expr) -> Expr:
    """e with quotients of exponentials and of hyperbolic functions, and logarithms of their sums, in that form.

    >>> x, y = sympy.Symbol("x", real=True), sympy.Symbol("y", real=True)
    >>> tamed(sympy.sinh(x) / sympy.cosh(x)), tamed(y * sympy.exp(x) / (sympy.exp(x) + 1))
    (tanh(x), y*tanh(x/2)/2 + y/2)
    >>> tamed(sympy.log(sympy.exp(x) + 1) / sympy.cosh(y))
    (log(exp(Min(0, x - Max(0, x))) + exp(-Max(0, x))) + Max(0, x))/cosh(y)
    """
    return Add(*(_term(term) for term in Add.make_args(sympy.expand_mul(e))))


def _term(e: Expr) -> Expr:
    for factor in Mul.make_args(e):
        if isinstance(factor, sympy.log) and (parts := sum_of_exponentials(factor.args[0])) is not None:
            return _term(e / factor) * _logarithm(parts)
        if not isinstance(factor, Pow) or not (factor.exp.is_Integer and factor.exp.is_negative):
            continue
        if isinstance(factor.base, sympy.cosh):
            found = _by_tanh(e, factor.base.args[0], -factor.exp)
        else:
            parts = sum_of_exponentials(factor.base)
            found = None if parts is None else _quotient(e / factor, parts, int(-factor.exp))
        if found is not None:
            tame, rest = found
            return sympy.expand(tame * _term(rest)) if tame.has(sympy.tanh) else tame * _term(rest)
    return e


def _by_tanh(e: Expr, u: Expr, k: Expr) -> tuple[Expr, Expr] | None:
    """sinh(u)^j/cosh(u)^k, and what is left; 1/cosh(u)² = 1 - tanh(u)²."""
    more = e * sympy.cosh(u) ** k
    j = more.as_powers_dict().get(sympy.sinh(u), Integer(0))
    if not (j.is_Integer and 0 <= j <= k):
        return None
    rest, left = more / sympy.sinh(u) ** j, k - j
    if j == 0 and left % 2:  # what is left of 1/cosh is as it should be
        return None if left == 1 else ((1 - sympy.tanh(u) ** 2) ** ((left - 1) / 2), rest / sympy.cosh(u))
    return sympy.tanh(u) ** j * (1 - sympy.tanh(u) ** 2) ** (left // 2), rest / sympy.cosh(u) ** (left % 2)


def sum_of_exponentials(e: Expr) -> list[Term] | None:
    """Factors and exponents of a sum of exponentials with positive factors."""
    if isinstance(e, sympy.cosh):
        return [(sympy.Rational(1, 2), e.args[0]), (sympy.Rational(1, 2), -e.args[0])]
    found = [_exponential(term) for term in Add.make_args(e)]
    if len(found) < 2 or any(not rest.is_positive or rest.free_symbols for rest, _ in found):
        return None
    return found


def _exponential(e: Expr) -> Term:
    """The rest of a product, and the exponent of its exponentials."""
    exponents = [f.args[0] if isinstance(f, sympy.exp) else f.exp for f in Mul.make_args(e) if _is_exponential(f)]
    return Mul(*(f for f in Mul.make_args(e) if not _is_exponential(f))), Add(*exponents)


def _is_exponential(e: Expr) -> bool:
    return isinstance(e, sympy.exp) or (isinstance(e, Pow) and e.base is sympy.E)


def _quotient(top: Expr, below: list[Term], k: int) -> tuple[Expr, Expr] | None:
    """Of `top` over a sum to the power k: the shares of the sum that are in it, and what is left."""
    rest, U = _exponential(top)
    if k > MOST + 2:
        return None
    for chosen in combinations_with_replacement(range(len(below)), k):
        if sympy.expand(U - Add(*(below[i][1] for i in chosen))) == 0:
            return Mul(*(_share(below, i) for i in chosen)), rest
    if k > 1:
        return None
    more = sympy.exp(sympy.expand(U - below[-1][1]))
    return _share(below, len(below) - 1), rest * more


def _share(below: list[Term], i: int) -> Expr:
    """e^u over the sum, for one of its exponents."""
    a, u = below[i]
    if len(below) == 2:
        b, v = below[1 - i]
        return (1 - sympy.tanh(sympy.expand(v - u + sympy.log(b / a)) / 2)) / (Integer(2) * a)
    return 1 / Add(*(b * sympy.exp(sympy.expand(v - u)) for b, v in below))


def _logarithm(parts: list[Term]) -> Expr:
    most = sympy.Max(*(u for _, u in parts))
    return most + sympy.log(Add(*(a * sympy.exp(sympy.Min(0, u - most)) for a, u in parts)))
