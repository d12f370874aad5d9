r"""What a function of one variable does on one side of a place: its limit, those of its slope and second derivative.

On one side, close enough, every |u|, sgn u, max and case distinction is one of its branches. So g(t) for small t > 0
is written with τ > 0 and without them; what is left is differentiated and τ = 0 is put in, or a limit is taken.

Rule: a limit is exact when it was found by algebra and agrees with the values near by; otherwise it is numerical.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import sympy
from sympy import Abs, Add, Dummy, Expr, Float, Integer, Max, Min, Mul, Piecewise, Symbol, sign
from sympy.core.relational import Eq, Ne, Relational
from sympy.logic.boolalg import And, Boolean, Not, Or

from core.calculus import LateError, derivative, size, within
from core.edges.leading import UnknownError, leading
from core.edges.locus import DIGITS
from core.function import Requirement, Root
from core.vocabulary import NONNEGATIVE, NONZERO

LIMIT_SECONDS: Final = 0.4  # of wall clock, for one limit by SymPy; the allowance of the whole ends it sooner
ORDERS: Final = 6  # of derivatives that are tried for the sign of an expression
DEPTH: Final = (6, 10, 14, 18)  # values are taken at 10^-k
_UNREAL: Final = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.AccumBounds)


ROUNDED: Final = 1e-30  # a sum of terms of many digits; smaller, it is 0


class UnknownSignError(ArithmeticError):
    """The sign of an expression beside the place cannot be told."""


@dataclass(frozen=True)
class Limit:
    """A one-sided limit: a number, an infinity, or None where there is none; `exact` when it is so by algebra."""

    value: Expr | None
    exact: bool

    @property
    def finite(self) -> bool:
        return self.value is not None and bool(self.value.is_finite)

    @property
    def opposite(self) -> Limit:
        return Limit(None if self.value is None else -self.value, self.exact)


@dataclass
class Side:
    """g along a ray: each variable x of `start` is start[x] + s τ way[x], τ > 0 small; t = s τ."""

    g: Expr
    start: dict[Symbol, Expr]
    way: dict[Symbol, Expr]
    s: int = 1
    tau: Expr = field(default_factory=lambda: Dummy(positive=True))
    patient: bool = True  # also ask SymPy for a limit
    exact: bool = True  # every sign so far was found by algebra

    def defined(self, domain: tuple[Requirement, ...]) -> bool:
        """Do the conditions, written in t, hold on this side?"""
        return all(self._holds(r) for r in domain)

    def _holds(self, r: Requirement) -> bool:
        s = self.sign_of(self.branch(r.expression))
        return s != 0 if r.relation == NONZERO else s >= 0 if r.relation == NONNEGATIVE else s > 0

    @cached_property
    def resolved(self) -> Expr:
        return self.branch(self.g)

    @cached_property
    def at(self) -> dict[Symbol, Expr]:
        """The variables as functions of τ."""
        return {x: a + self.s * self.tau * self.way.get(x, Integer(0)) for x, a in self.start.items()}

    @cached_property
    def value(self) -> Limit:
        return self._limit(self.resolved)

    @cached_property
    def slope(self) -> Limit:
        """With respect to t."""
        return self._limit(self.s * self._first)

    @cached_property
    def bend(self) -> Limit:
        return self._limit(derivative(self._first, self.tau))

    @cached_property
    def _first(self) -> Expr:
        return derivative(self.resolved, self.tau)

    # One branch

    def branch(self, e: Expr) -> Expr:
        """e with the variables put in, as a function of τ without case distinctions."""
        if not e.args:
            return self.at.get(e, e)
        if isinstance(e, Piecewise):
            return next(self.branch(u) for u, c in e.args if self._true(c))
        u = [self.branch(a) for a in e.args]
        if isinstance(e, Abs):
            return self.sign_of(u[0]) * u[0]
        if isinstance(e, sign):
            return Integer(self.sign_of(u[0]))
        if isinstance(e, Root):
            s = self.sign_of(u[0])
            return s * (s * u[0]) ** (1 / u[1])
        if isinstance(e, sympy.tan | sympy.cot | sympy.sec | sympy.csc):
            return _with_sines(e, u[0])
        if isinstance(e, Max | Min):
            best = u[0]
            for other in u[1:]:
                if (self.sign_of(other - best) > 0) == isinstance(e, Max):
                    best = other
            return best
        return e.func(*u)

    def _true(self, c: Boolean) -> bool:
        if c in (sympy.true, sympy.false):
            return bool(c)
        if isinstance(c, And):
            return all(self._true(a) for a in c.args)
        if isinstance(c, Or):
            return any(self._true(a) for a in c.args)
        if isinstance(c, Not):
            return not self._true(c.args[0])
        assert isinstance(c, Relational)
        s = self.sign_of(self.branch(c.lhs - c.rhs))
        holds = {"<": s < 0, "<=": s <= 0, ">": s > 0, ">=": s >= 0}
        return s == 0 if isinstance(c, Eq) else s != 0 if isinstance(c, Ne) else holds[c.rel_op]

    def sign_of(self, u: Expr) -> int:
        """The sign of u for small τ > 0: that of its first derivative that is not zero at 0."""
        if self.tau not in u.free_symbols:
            return 0 if vanishes(u) else 1 if u.evalf(DIGITS) > 0 else -1
        d = u
        for _ in range(ORDERS if size([u], 60) <= 60 else 1):
            at = d.xreplace({self.tau: Integer(0)})
            if at.has(*_UNREAL) or at.free_symbols:
                return self._leading_sign(u)
            if not vanishes(at):
                return 1 if at.evalf(DIGITS) > 0 else -1
            d = derivative(d, self.tau)
        return self._numerical_sign(u)

    def _leading_sign(self, u: Expr) -> int:
        with suppress(UnknownError):
            _, c = leading(u, [self.tau])
            return 1 if c.xreplace({self.tau: Integer(1)}).evalf(DIGITS) > 0 else -1
        return self._numerical_sign(u)

    def _numerical_sign(self, u: Expr) -> int:
        self.exact = False
        signs = {_sign(near(u, self.tau, k)) for k in DEPTH[1:]}
        if len(signs) != 1 or None in signs:
            raise UnknownSignError
        return next(s for s in signs if s is not None)

    # Limits

    def _limit(self, h: Expr) -> Limit:
        """The limit of h for τ → 0."""
        if self.tau not in h.free_symbols:
            return Limit(h, self.exact)
        put = self._put(h)
        if not put.has(*_UNREAL) and not self._has_power(h):
            return Limit(put, self.exact)
        seen = _numerical_limit([near(h, self.tau, k) for k in DEPTH])
        for way in (self._by_parts, self._by_sympy):
            found = way(h)
            if found is not None and _agree(found, seen):
                return Limit(found, self.exact)
        return Limit(seen, False)

    def _put(self, h: Expr) -> Expr:
        """h at τ = 0; at a point that is known by its first digits only, a sum that is 0 but for them is 0."""
        if not any(a.has(sympy.Float) for a in self.start.values()):
            return h.xreplace({self.tau: Integer(0)})
        return _chopped(h, self.tau)

    def _has_power(self, h: Expr) -> bool:
        """Is τ in an exponent? Everything else here is continuous where it has a value; 0⁰ is not."""
        return any(self.tau in p.exp.free_symbols and p.base is not sympy.E for p in h.atoms(sympy.Pow))

    def _by_parts(self, h: Expr) -> Expr | None:
        """From the limits of terms, factors and of what stands under a logarithm, where these settle it."""
        if isinstance(h, Add | Mul):
            parts = [self._by_parts(a) for a in h.args]
            known = [v for v in parts if v is not None]
            whole = h.func(*known) if len(known) == len(parts) else sympy.nan
            if not whole.has(sympy.nan, sympy.zoo):
                return whole
        if isinstance(h, sympy.log):
            inner = self._by_parts(h.args[0])
            if inner is not None and (vanishes(inner) or inner is sympy.oo):
                return -sympy.oo if inner is not sympy.oo else sympy.oo
        if isinstance(h, sympy.exp | sympy.atan | sympy.tanh):  # continuous, with limits at both infinities
            inner = self._by_parts(h.args[0])
            return None if inner is None else h.func(inner)
        with suppress(UnknownError):
            k, c = leading(h, [self.tau])
            if k.is_zero:
                return c
            return Integer(0) if k.is_positive else sympy.oo * c.xreplace({self.tau: Integer(1)})
        return None

    def _by_sympy(self, h: Expr) -> Expr | None:
        if not self.patient or size([h], 120) > 120:
            return None
        with suppress(LateError, Exception):
            return within(LIMIT_SECONDS, lambda e: sympy.limit(e, self.tau, 0, "+"), h)
        return None


def _with_sines(e: Expr, u: Expr) -> Expr:
    above = {sympy.tan: sympy.sin(u), sympy.cot: sympy.cos(u)}.get(type(e), Integer(1))
    return above / (sympy.cos(u) if isinstance(e, sympy.tan | sympy.sec) else sympy.sin(u))


def _chopped(e: Expr, tau: Expr) -> Expr:
    if tau not in e.free_symbols:
        return e
    if not e.args:
        return Integer(0)
    value = e.func(*(_chopped(a, tau) for a in e.args))
    small = isinstance(e, Add) and value.is_Float and abs(value) < ROUNDED
    return Integer(0) if small else value


def near(h: Expr, tau: Expr, k: int) -> Expr:
    """h at τ = 10^-k, a float of many digits; nan where there is none."""
    value = h.xreplace({tau: Float(10, DIGITS) ** -k}).evalf(DIGITS)
    return value if value.is_comparable else sympy.nan


def _sign(v: Expr) -> int | None:
    if v is sympy.nan:
        return None
    return 0 if abs(v) < Float(10, DIGITS) ** (8 - DIGITS) else 1 if v > 0 else -1


def _numerical_limit(v: list[Expr]) -> Expr | None:
    """Where values at smaller and smaller steps go; None when they go nowhere."""
    if sympy.nan in v:
        return None
    a, b, c = (abs(v[i + 1] - v[i]) for i in range(3))
    scale = 1 + abs(v[3])
    if c <= b <= a and (c < Float(10) ** -6 * scale or c < 0.6 * b < 0.36 * a):
        end = v[3] + (v[3] - v[2]) * c / (b - c) if b > c else v[3]
        return _tidy(end)
    if abs(v[3]) > abs(v[2]) > abs(v[1]) > abs(v[0]) and c > 0.7 * b > 0.49 * a:
        return sympy.oo if v[3] > 0 else -sympy.oo
    return None


def _tidy(v: Expr) -> Expr:
    """The whole number next to it when there is nothing between them, else a decimal."""
    if abs(v) > 10**6:
        return v.n(12)
    whole = Integer(0) if abs(v) < Float(10) ** -9 else Integer(round(v))
    return whole if abs(v - whole) < Float(10) ** -9 else v.n(12)


def _agree(found: Expr, seen: Expr | None) -> bool:
    """Is a limit by algebra a real number or an infinity, and where the values go?"""
    if seen is None or found.free_symbols or found.has(sympy.nan, sympy.AccumBounds) or not found.is_extended_real:
        return False
    if found.is_infinite or seen.is_infinite:
        return bool(found == seen)
    return bool(abs(found.evalf(20) - seen) < Float(3) / 100 * (1 + abs(seen)))


def vanishes(d: Expr) -> bool:
    """Is this number zero? By algebra; a number of fifty digits that is 0 to forty is taken for zero."""
    if d.is_Rational:
        return bool(d == 0)
    value = d.evalf(DIGITS)
    if not value.is_comparable:  # of a sum that is 0, no digit is sure
        return bool(d.is_number and sympy.expand(d) == 0)
    return bool(abs(value) < Float(10, DIGITS) ** (10 - DIGITS))


def same(a: Limit, b: Limit) -> bool:
    """Are two finite limits equal?"""
    assert a.value is not None and b.value is not None
    if a.exact and b.exact:
        return vanishes(a.value - b.value)
    return bool(abs((a.value - b.value).evalf(20)) < Float(10) ** -5 * (1 + abs(a.value.evalf(20))))
