r"""Slopes that overflow far out although they are small there, written so that they do not: of log(1 + e^x) at 1000.

    e^u/(a e^u + b e^v)  =  (1 − tanh((v − u + log(b/a))/2)) / 2a          sinh u / cosh u  =  tanh u

Rule: both sides are the same number wherever the left one is defined, and the right one is defined everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import sympy
from sympy import Add, Expr, Integer, Mul, Pow

from core import calculus
from core.compile import program
from core.function import Function
from core.problem import Side
from core.program import jacobian
from core.region.regular import SILENT, defined

FAR: Final = 40.0  # the size of an end of a box at which exponentials make bounds wide
SIZE: Final = 200  # nodes of a slope that is written anew


def gradient(f: Function, box: Sequence[Side]) -> Function | None:
    """The gradient of a scalar in that form, if it is another one and has finite slopes on the whole box.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> f = function(read("log(1 + e^x)"))
    >>> gradient(f, [(-1000.0, 1000.0)]).components
    (tanh(x/2)/2 + 1/2,)
    """
    with suppress(*SILENT):
        if not f.components[0].has(sympy.exp, sympy.cosh, sympy.sinh):
            return None
        g = calculus.gradient(f, tidy=False)
        if calculus.size(list(g.components), SIZE) >= SIZE:
            return None
        tame = tuple(map(tamed, g.components))
        if tame != g.components:
            found = replace(g, components=tame, domain=calculus.interior(f.domain))
            return found if defined(jacobian(program(found)), box) else None
    return None


def far(box: Sequence[Side]) -> bool:
    """Does the box reach so far out that the form matters, also where nothing overflows?"""
    return any(abs(end) >= FAR for side in box for end in side)


def tamed(e: Expr) -> Expr:
    """e with quotients of exponentials and of hyperbolic functions written by tanh.

    >>> x, y = sympy.Symbol("x", real=True), sympy.Symbol("y", real=True)
    >>> tamed(sympy.sinh(x) / sympy.cosh(x)), tamed(y * sympy.exp(x) / (sympy.exp(x) + 1))
    (tanh(x), y*tanh(x/2)/2 + y/2)
    """
    return Add(*(sympy.expand(_term(term)) for term in Add.make_args(sympy.expand(e))))


def _term(e: Expr) -> Expr:
    for factor in Mul.make_args(e):
        if not isinstance(factor, Pow) or not (factor.exp.is_Integer and factor.exp.is_negative):
            continue
        if isinstance(factor.base, sympy.cosh):
            return _by_tanh(e, factor.base.args[0], -factor.exp)
        if factor.exp == -1 and (parts := _two(factor.base)) is not None:
            return _quotient(e / factor, parts)
    return e


def _by_tanh(e: Expr, u: Expr, k: Expr) -> Expr:
    """sinh(u)^j/cosh(u)^k, times more; 1/cosh(u)² = 1 - tanh(u)²."""
    more = e * sympy.cosh(u) ** k
    j = more.as_powers_dict().get(sympy.sinh(u), Integer(0))
    rest, left = more / sympy.sinh(u) ** j, k - j
    if rest.has(sympy.sinh(u), sympy.cosh(u)) or not (j.is_Integer and 0 <= j <= k and left.is_even):
        return e
    return rest * sympy.tanh(u) ** j * (1 - sympy.tanh(u) ** 2) ** (left / 2)


def _two(e: Expr) -> list[tuple[Expr, Expr]] | None:
    """Numbers and exponents of a sum of two exponentials with positive factors."""
    found = [_exponential(term) for term in Add.make_args(e)]
    if len(found) != 2 or any(not rest.is_positive or rest.free_symbols for rest, _ in found):
        return None
    return found


def _exponential(e: Expr) -> tuple[Expr, Expr]:
    """The rest of a product, and the exponent of its exponentials."""
    exponents = [f.args[0] if isinstance(f, sympy.exp) else f.exp for f in Mul.make_args(e) if _is_exponential(f)]
    return Mul(*(f for f in Mul.make_args(e) if not _is_exponential(f))), Add(*exponents)


def _is_exponential(e: Expr) -> bool:
    return isinstance(e, sympy.exp) or (isinstance(e, Pow) and e.base is sympy.E)


def _quotient(top: Expr, below: list[tuple[Expr, Expr]]) -> Expr:
    rest, U = _exponential(top)
    (a, u), (b, v) = below if sympy.expand(U - below[0][1]) == 0 else below[::-1]
    more = sympy.exp(sympy.expand(U - u))
    return rest * more * (1 - sympy.tanh(sympy.expand(v - u + sympy.log(b / a)) / 2)) / (Integer(2) * a)
