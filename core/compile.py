"""From exact expressions to a Program: one walk over the shared expression, node by node.

Constants stay honest: an integer is exact, a fraction is a division of two integers, π and e are the
nearest float with a mark that it is not exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy
from sympy import Add, And, Eq, Expr, Mul, Ne, Not, Or, Piecewise, Pow, Rational
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from core.function import Atan2, Function, Root
from core.program import Builder, Condition, Program

_ONE_FOR_ONE: dict[type, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.asin: "asin",
    sympy.acos: "acos",
    sympy.atan: "atan",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.asinh: "asinh",
    sympy.acosh: "acosh",
    sympy.atanh: "atanh",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.erf: "erf",
}


class UnsupportedError(ValueError):
    """An expression that no reader can compute with floats."""


def program(f: Function) -> Program:
    """The program of f: Rⁿ → Rᵐ with its domain; parameters must be fixed before.

    >>> x, y = (sympy.Symbol(name, real=True) for name in ("x", "y"))
    >>> program(Function((x, y), (x**2 - y / 3,))).code
    (('var', 0), ('powi', 0, 2), ('var', 1), ('const', 0), ('div', 2, 3), ('sub', 1, 4))
    """
    assert not f.parameters
    walk = _Walk(Builder(f.n), {x: i for i, x in enumerate(f.variables)}, {})
    outputs = [walk.slot(component) for component in f.components]
    domain = [Condition(walk.slot(r.expression), r.relation) for r in f.domain]
    return walk.builder.program(outputs, domain)


@dataclass
class _Walk:
    builder: Builder
    index: dict[sympy.Symbol, int]
    known: dict[Expr, int]

    def slot(self, e: Expr) -> int:
        if e not in self.known:
            self.known[e] = self._slot(e)
        return self.known[e]

    def _slot(self, e: Expr) -> int:
        b = self.builder
        if e.is_Symbol:
            return b.variable(self.index[e])
        if e.is_Rational:
            return self._rational(e)
        if e.is_NumberSymbol:
            return b.constant(_finite(float(e)), exact=False)
        if isinstance(e, Add):
            return self._sum(e)
        if isinstance(e, Mul):
            return self._product(e)
        if isinstance(e, Pow):
            return self._power(e.base, e.exp)
        if isinstance(e, sympy.Max | sympy.Min):
            word = "max" if isinstance(e, sympy.Max) else "min"
            first, *others = (self.slot(a) for a in e.args)
            for other in others:
                first = b.call(word, first, other)
            return first
        if isinstance(e, Piecewise):
            return self._cases(e)
        if isinstance(e, sympy.sec | sympy.csc | sympy.cot):
            return self._reciprocal(e)
        if isinstance(e, Root):
            return self._root(*e.args)
        if isinstance(e, Atan2):
            return b.call("atan2", *(self.slot(a) for a in e.args))
        if type(e) in _ONE_FOR_ONE:
            return b.call(_ONE_FOR_ONE[type(e)], self.slot(e.args[0]))
        raise UnsupportedError("This function cannot be computed numerically.")

    def _rational(self, e: Rational) -> int:
        top = self._integer(int(e.p))
        return top if e.q == 1 else self.builder.div(top, self._integer(int(e.q)))

    def _integer(self, k: int) -> int:
        if abs(k) >= 10**308:
            raise UnsupportedError("A number in this formula is too large to compute with.")
        value = float(k)
        return self.builder.constant(value, exact=int(value) == k)

    def _sum(self, e: Add) -> int:
        """Positive terms first, so that a - b is one subtraction."""
        terms = sorted(e.args, key=lambda t: t.could_extract_minus_sign())
        total = self.slot(terms[0])
        for term in terms[1:]:
            if term.could_extract_minus_sign():
                total = self.builder.sub(total, self.slot(-term))
            else:
                total = self.builder.add(total, self.slot(term))
        return total

    def _product(self, e: Mul) -> int:
        """Numerator, then one division by the denominator."""
        if e.could_extract_minus_sign():
            return self.builder.neg(self.slot(-e))
        top, bottom = [], []
        for factor in e.args:
            if factor.is_Rational:
                top += [Rational(factor.p)] if factor.p != 1 else []
                bottom += [Rational(factor.q)] if factor.q != 1 else []
            elif isinstance(factor, Pow) and factor.exp.could_extract_minus_sign() and factor.exp.is_number:
                bottom.append(1 / factor)
            else:
                top.append(factor)
        above = self._times(top)
        return above if not bottom else self.builder.div(above, self._times(bottom))

    def _times(self, factors: list[Expr]) -> int:
        total = self.builder.constant(1.0)
        for factor in factors:
            total = self.builder.mul(total, self.slot(factor))
        return total

    def _power(self, base: Expr, k: Expr) -> int:
        b = self.builder
        one = b.constant(1.0)
        if k.is_Integer:
            if k == -1:
                return b.div(one, self.slot(base))
            if abs(int(k)) > 10_000:
                raise UnsupportedError("A power in this formula is too large to compute with.")
            return b.power(self.slot(base), int(k))
        if base is sympy.E:
            return b.call("exp", self.slot(k))
        if k.is_number and k.could_extract_minus_sign():
            return b.div(one, self._power(base, -k))
        if k.is_Rational and k.q == 2 and abs(int(k.p)) < 1000:
            return b.power(b.call("sqrt", self.slot(base)), int(k.p))
        return b.call("pow", self.slot(base), self.slot(k))

    def _root(self, u: Expr, n: Expr) -> int:
        """sgn(u) |u|^(1/n), for odd n."""
        b, s = self.builder, self.slot(u)
        if n == 3:
            return b.call("cbrt", s)
        return b.mul(b.call("sign", s), b.call("pow", b.call("abs", s), self._rational(1 / n)))

    def _reciprocal(self, e: Expr) -> int:
        """1/cos, 1/sin, cos/sin."""
        b, u = self.builder, self.slot(e.args[0])
        below = b.call("cos" if isinstance(e, sympy.sec) else "sin", u)
        above = b.call("cos", u) if isinstance(e, sympy.cot) else b.constant(1.0)
        return b.div(above, below)

    def _cases(self, e: Piecewise) -> int:
        *arms, (last, _) = e.args
        slot = self.slot(last)
        for value, condition in reversed(arms):
            slot = self.builder.call("select", self._truth(condition), self.slot(value), slot)
        return slot

    def _truth(self, c: Boolean) -> int:
        """1 where the condition holds, 0 where it does not."""
        b = self.builder
        if isinstance(c, And | Or):
            first, *others = (self._truth(a) for a in c.args)
            for other in others:
                first = b.mul(first, other) if isinstance(c, And) else b.call("max", first, other)
            return first
        if isinstance(c, Not):
            return b.sub(b.constant(1.0), self._truth(c.args[0]))
        if c in (sympy.true, sympy.false):
            return b.constant(1.0 if c == sympy.true else 0.0)
        if isinstance(c, sympy.ITE):  # a case distinction inside a condition
            return b.call("select", *(self._truth(a) for a in c.args))
        assert isinstance(c, Relational)
        left, right = self.slot(c.lhs), self.slot(c.rhs)
        if isinstance(c, Eq):
            return b.call("eq", left, right)
        if isinstance(c, Ne):
            return b.sub(b.constant(1.0), b.call("eq", left, right))
        word = "lt" if c.rel_op in ("<", ">") else "le"
        return b.call(word, left, right) if c.rel_op in ("<", "<=") else b.call(word, right, left)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise UnsupportedError("A number in this formula is too large to compute with.")
    return value
