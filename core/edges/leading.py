r"""How an expression behaves close to the origin: as r^k φ(d) in the direction d, k and φ found by algebra.

It is what is left of a Taylor series when only the first term counts, and roots and quotients are allowed.

Rule: an answer holds uniformly in all directions: a divisor, or what is under a root, has no zero but the origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sympy
from sympy import Abs, Add, Expr, Integer, Mul, Pow, Symbol

from core.edges.locus import loci

Leading = tuple[Expr, Expr]  # the degree k and the form φ

_ODD_AT_0: Final = (sympy.sin, sympy.tan, sympy.sinh, sympy.tanh, sympy.asin, sympy.atan, sympy.asinh, sympy.atanh)
_SMOOTH: Final = (*_ODD_AT_0, sympy.exp, sympy.cos, sympy.cosh, sympy.log, sympy.acos, sympy.acosh)


class UnknownError(ArithmeticError):
    """The leading behaviour cannot be found by algebra."""


def leading(e: Expr, X: Sequence[Symbol]) -> Leading:
    """k and φ: e behaves as φ, of degree k, uniformly in all directions, where the coordinates X go to 0.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> leading(x*y*(x**2 - y**2) / (x**2 + y**2 + x**3), [x, y])
    (2, x*y*(x - y)*(x + y)/(x**2 + y**2))
    """
    if not e.free_symbols & set(X):
        return Integer(0), e
    if e.is_polynomial(*X):
        return _lowest(e, X)
    if isinstance(e, Mul):
        parts = [leading(a, X) for a in e.args]
        return Add(*(k for k, _ in parts)), Mul(*(phi for _, phi in parts))
    if isinstance(e, Pow) and e.exp.is_number:
        k, phi = leading(e.base, X)
        if not (e.exp.is_Integer and e.exp.is_positive):
            demand(only_at_0(phi, X) and (e.exp.is_Integer or _positive(phi, X)))
        return k * e.exp, phi**e.exp
    if isinstance(e, Abs):
        k, phi = leading(e.args[0], X)
        return k, Abs(phi)
    if isinstance(e, Add):
        return _sum(e, X)
    if isinstance(e, _SMOOTH):
        return _composed(e, X)
    raise UnknownError


def _composed(e: Expr, X: Sequence[Symbol]) -> Leading:
    """F(u) where F is continuous at the limit of u; where F(0) = 0, its slope there is 1."""
    k, phi = leading(e.args[0], X)
    demand(k.is_positive or (k == 0 and not phi.free_symbols & set(X)))
    if k.is_positive and isinstance(e, _ODD_AT_0):
        return k, phi
    value = e.func(phi if k == 0 else Integer(0))
    demand(bool(value.is_finite) and bool(value.is_real) and bool(value.is_nonzero))
    return Integer(0), value


def _lowest(e: Expr, X: Sequence[Symbol]) -> Leading:
    terms = sympy.Poly(e, *X).terms()
    k = min(sum(powers) for powers, _ in terms)
    form = Add(*(c * Mul(*(x**i for x, i in zip(X, powers, strict=True))) for powers, c in terms if sum(powers) == k))
    demand(form != 0)
    return Integer(k), sympy.factor(form)


def _sum(e: Add, X: Sequence[Symbol]) -> Leading:
    parts = [leading(a, X) for a in e.args]
    least = min((k for k, _ in parts), key=lambda k: k.evalf(15))
    form = sympy.cancel(sympy.together(Add(*(phi for k, phi in parts if k == least))))
    if form == 0 and (whole := sympy.cancel(sympy.together(e))) != e:
        return leading(whole, X)
    demand(form != 0)
    return least, form


def demand(fact: bool) -> None:
    """Give up unless that is so."""
    if not fact:
        raise UnknownError


def only_at_0(phi: Expr, X: Sequence[Symbol]) -> bool:
    """Is the form zero at the origin only?"""
    if len(X) == 1:
        return True
    if not phi.free_symbols & set(X):
        return bool(phi.is_nonzero)
    return all(part.point is not None and not any(part.point) for part in loci(phi, X))


def _positive(phi: Expr, X: Sequence[Symbol]) -> bool:
    """Of a form without zeros: is it positive? Its value in one direction says so."""
    return bool(phi.xreplace({x: Integer(1) for x in X}).evalf(20) > 0)
