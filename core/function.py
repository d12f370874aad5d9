r"""Function: an exact map f: Rⁿ → Rᵐ with the conditions under which it is defined.

SymPy simplifies when it builds: x²y/x becomes xy and forgets that x = 0 was excluded. So a Function is two
things, its components and its domain: requirements `expression relation 0` that were read off the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import sympy
from sympy import Expr, Integer, Mul, Pow, Symbol
from sympy.printing.precedence import PRECEDENCE

from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE

LONG: Final = 200  # characters, beyond which a root is written so that its argument stands there once


class Root(sympy.Function):  # type: ignore[misc]
    r"""The real n-th root of every real number, for odd n: sgn(u) |u|^(1/n).

    >>> Root(Integer(-8), Integer(3))
    -2
    >>> x = Symbol("x", real=True)
    >>> Root(x, Integer(3)).fdiff()
    1/(3*Abs(x)**(2/3))
    """

    nargs = 2
    is_extended_real = True
    precedence = PRECEDENCE["Mul"]  # it is printed as a product

    @classmethod
    def eval(cls, u: Expr, n: Expr) -> Expr | None:
        """Roots of perfect powers, a root of a root, and the sign out of the root."""
        assert n.is_Integer and n > 1 and n % 2 == 1
        if u.is_Rational:
            p, exact_p = sympy.integer_nthroot(abs(int(u.p)), int(n))
            q, exact_q = sympy.integer_nthroot(int(u.q), int(n))
            if exact_p and exact_q:
                return sympy.Rational(p if u.p >= 0 else -p, q)
        if isinstance(u, Root):
            return cls(u.args[0], u.args[1] * n)
        return -cls(-u, n) if u.could_extract_minus_sign() else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """The slope: |u|^(1/n - 1) / n."""
        u, n = self.args
        return sympy.Abs(u) ** (1 / n - 1) / n

    def _eval_evalf(self, prec: int) -> Expr:
        u = self.args[0]._eval_evalf(prec)
        return sympy.sign(u) * (sympy.Abs(u) ** (1 / self.args[1]))._eval_evalf(prec)

    def _sympystr(self, printer: sympy.StrPrinter) -> str:
        u, n = (printer._print(a) for a in self.args)
        return f"sign({u})*Abs({u})**(1/{n})" if len(u) < LONG else f"real_root({u}, {n})"

    def _latex(self, printer: sympy.printing.latex.LatexPrinter, exp: str | None = None) -> str:
        root = rf"\sqrt[{self.args[1]}]{{{printer._print(self.args[0])}}}"
        return root if exp is None else rf"{root}^{{{exp}}}"


class Atan2(sympy.Function):  # type: ignore[misc]
    r"""The angle of the point (x, y), in (-π, π]; SymPy's atan2, without its cases for complex numbers.

    >>> Atan2(Integer(1), Integer(-1)), Atan2(Integer(0), Integer(-2))
    (3*pi/4, pi)
    >>> y, x = (Symbol(name, real=True) for name in "yx")
    >>> Atan2(y, x).fdiff(1), Atan2(y, x).fdiff(2)
    (x/(x**2 + y**2), -y/(x**2 + y**2))
    """

    nargs = 2
    is_extended_real = True

    @classmethod
    def eval(cls, y: Expr, x: Expr) -> Expr | None:
        """The angle of two fractions."""
        if not (y.is_Rational and x.is_Rational):
            return None
        if x == 0:
            return sympy.nan if y == 0 else sympy.sign(y) * sympy.pi / 2
        return sympy.atan(y / x) + (0 if x > 0 else -sympy.pi if y < 0 else sympy.pi)

    def fdiff(self, argindex: int = 1) -> Expr:
        """The slopes x/r² and -y/r²."""
        y, x = self.args
        return (x if argindex == 1 else -y) / (x**2 + y**2)

    def _eval_evalf(self, prec: int) -> Expr:
        return sympy.atan2(*(a._eval_evalf(prec) for a in self.args))._eval_evalf(prec)

    def _sympystr(self, printer: sympy.StrPrinter) -> str:
        return f"atan2({', '.join(printer._print(a) for a in self.args)})"

    def _latex(self, printer: sympy.printing.latex.LatexPrinter, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        inside = ", ".join(printer._print(a) for a in self.args)
        return rf"\operatorname{{atan2}}{power}\left({inside}\right)"


@dataclass(frozen=True)
class Requirement:
    """`expression` must be > 0, >= 0 or != 0."""

    expression: Expr
    relation: str


@dataclass(frozen=True)
class Function:
    """f: Rⁿ → Rᵐ, n variables, m components, with letters left free as parameters.

    >>> x, a = Symbol("x", real=True), Symbol("a", real=True)
    >>> f = Function((x,), (a * x**2,), parameters=(a,))
    >>> fix(f, {a: Integer(3)}).components
    (3*x**2,)
    """

    variables: tuple[Symbol, ...]
    components: tuple[Expr, ...]
    domain: tuple[Requirement, ...] = ()
    parameters: tuple[Symbol, ...] = ()

    @property
    def n(self) -> int:
        """The number of variables."""
        return len(self.variables)

    @property
    def m(self) -> int:
        """The number of components."""
        return len(self.components)


def fix(f: Function, values: dict[Symbol, Expr]) -> Function:
    """f with its parameters replaced by numbers, all at once."""
    return Function(
        f.variables,
        tuple(c.xreplace(values) for c in f.components),
        simplified(tuple(Requirement(r.expression.xreplace(values), r.relation) for r in f.domain)),
    )


def part(f: Function, i: int) -> Function:
    """Component i, on the domain of the whole."""
    return replace(f, components=(f.components[i],))


def half_square(f: Function) -> Function:
    """½‖f‖², the landscape of a vector function: zero exactly where all components are."""
    total = sum((c**2 for c in f.components), Integer(0)) / 2
    return replace(f, components=(total,))


def simplified(domain: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """The same conditions, without those that always hold, each once, the strongest of each.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> [(r.expression, r.relation) for r in simplified((Requirement(x**2 * y, "!="), Requirement(x**2 + 1, ">")))]
    [(x, '!='), (y, '!=')]
    """
    strongest: dict[Expr, str] = {}
    for requirement in domain:
        for r in _parts(requirement):
            if _always(r):
                continue
            known = strongest.get(r.expression)
            strongest[r.expression] = r.relation if known in (None, r.relation) else POSITIVE
    return tuple(Requirement(e, relation) for e, relation in strongest.items())


_ZERO_AT_ZERO = (sympy.sinh, sympy.tanh, sympy.asinh, sympy.atan, sympy.asin, sympy.atanh, sympy.erf, Root)


def _parts(r: Requirement) -> list[Requirement]:
    """A product is not zero when no factor is; a power when its base is not; tanh u when u is not."""
    if r.relation != NONZERO:
        return [r]
    e = r.expression
    if isinstance(e, Mul):
        return [p for factor in e.as_ordered_factors() for p in _parts(Requirement(factor, NONZERO))]
    if isinstance(e, Pow) and e.exp.is_positive:
        return _parts(Requirement(e.base, NONZERO))
    if isinstance(e, _ZERO_AT_ZERO):
        return _parts(Requirement(e.args[0], NONZERO))
    return [Requirement(-e, NONZERO)] if e.could_extract_minus_sign() else [r]


def _always(r: Requirement) -> bool:
    e = r.expression
    facts = {POSITIVE: e.is_positive, NONNEGATIVE: e.is_nonnegative, NONZERO: e.is_nonzero}
    return bool(facts[r.relation])


def never(r: Requirement) -> bool:
    """Is it proved that the condition fails everywhere?"""
    e = r.expression
    facts = {POSITIVE: e.is_nonpositive, NONNEGATIVE: e.is_negative, NONZERO: e.is_zero}
    return bool(facts[r.relation])
