r"""Function: an exact map f: Rⁿ → Rᵐ with the conditions under which it is defined.

SymPy simplifies when it builds: x²y/x becomes xy and forgets that x = 0 was excluded. So a Function is two
things, its components and its domain: requirements `expression relation 0` that were read off the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy
from sympy import Expr, Integer, Mul, Pow, Symbol
from sympy.printing.precedence import PRECEDENCE

from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE


class Cbrt(sympy.Function):  # type: ignore[misc]
    r"""The real cube root of every real number: sgn(u) |u|^(1/3).

    >>> Cbrt(Integer(-8))
    -2
    >>> x = Symbol("x", real=True)
    >>> Cbrt(x).fdiff()
    1/(3*Abs(x)**(2/3))
    """

    nargs = 1
    is_extended_real = True
    precedence = PRECEDENCE["Mul"]  # it is printed as a product

    @classmethod
    def eval(cls, u: Expr) -> Expr | None:
        """Roots of perfect cubes, and the sign out of the root."""
        if u.is_Rational:
            p, exact_p = sympy.integer_nthroot(abs(int(u.p)), 3)
            q, exact_q = sympy.integer_nthroot(int(u.q), 3)
            if exact_p and exact_q:
                return sympy.Rational(p if u.p >= 0 else -p, q)
        return -cls(-u) if u.could_extract_minus_sign() else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """The slope: |u|^(-2/3) / 3."""
        return sympy.Abs(self.args[0]) ** sympy.Rational(-2, 3) / 3

    def _eval_evalf(self, prec: int) -> Expr:
        u = self.args[0]._eval_evalf(prec)
        return sympy.sign(u) * (sympy.Abs(u) ** sympy.Rational(1, 3))._eval_evalf(prec)

    def _sympystr(self, printer: sympy.StrPrinter) -> str:
        u = printer._print(self.args[0])
        return f"(sign({u})*Abs({u})**(1/3))"  # brackets, for it may be the base of a power

    def _latex(self, printer: sympy.printing.latex.LatexPrinter, exp: str | None = None) -> str:
        root = rf"\sqrt[3]{{{printer._print(self.args[0])}}}"
        return root if exp is None else rf"{root}^{{{exp}}}"


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


def _parts(r: Requirement) -> list[Requirement]:
    """A product is not zero when no factor is; a power when its base is not."""
    if r.relation != NONZERO:
        return [r]
    e = r.expression
    if isinstance(e, Mul):
        return [p for factor in e.as_ordered_factors() for p in _parts(Requirement(factor, NONZERO))]
    if isinstance(e, Pow) and e.exp.is_positive:
        return _parts(Requirement(e.base, NONZERO))
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
