r"""Convexity by composition, the way a person proves it: from the inside out, one rule a line.

    affine is convex and concave · sums, and multiples c > 0, of convex are convex · max of convex is convex
    h convex and rising on the range of u, u convex  ⟹  h(u) convex          (falling: u concave)
    log Σ e^u · √(‖Au + b‖² + m) · (Σ |u|^p)^(1/p) · u²/v · Π u^a · products of log-convex factors · v h(u/v)

A function of one affine form is judged as a function of one number (`core.region.line`), a polynomial by the principal
minors of its Hessian (`core.region.algebra`). What no rule proves stays open: nothing is refuted here.

Each fact also knows linear forms along which f bends: on a segment where one of them changes, f is not affine. Where
they have full rank, f is strictly convex.

Source: Grant, Boyd, Ye, Disciplined convex programming (2006); Boyd, Vandenberghe, Convex Optimization, 3.1-3.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from time import monotonic
from typing import Final

import numpy as np
import sympy
from sympy import Add, Expr, Integer, Mul, Piecewise, Pow, Rational, Symbol

from core import calculus
from core.branching import grid
from core.compile import UnsupportedError, program
from core.enclosure import enclose
from core.function import Function, Root
from core.numeric import arrays
from core.region import algebra
from core.region.line import Shape, shape
from core.region.regular import parted

Form = tuple[Expr, ...]  # the coefficients of a linear form
Range = tuple[float, float]
CELLS: Final = 1024  # on which the range of a subexpression is bounded
MINORS: Final = 3  # variables, at most, of a polynomial whose minors are looked at
LARGE: Final = 600
PARTS: Final = 12
BRANCHES: Final = 3
WORD: Final = {1: "convex", -1: "concave", 0: "affine"}
ROUNDED: Final = (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.atan, sympy.sinh, sympy.cosh, sympy.erf)


@dataclass(frozen=True)
class Line:
    """One line of a derivation: what is said of an expression, and why; `{0}` … stand for the parts."""

    e: Expr
    verdict: str
    because: str
    parts: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Fact:
    """What is proved of an expression on the box."""

    e: Expr
    convex: bool = False
    concave: bool = False
    forms: tuple[Form, ...] = ()
    exact: bool = True
    lines: tuple[Line, ...] = ()

    def has(self, sign: int) -> bool:
        return self.convex if sign > 0 else self.concave

    @property
    def affine(self) -> bool:
        return self.convex and self.concave

    @property
    def known(self) -> bool:
        return self.convex or self.concave


class Rules:
    """Facts about the subexpressions of one function on one box, each found once."""

    def __init__(self, X: Sequence[Symbol], box: Sequence[tuple[float, float]], seconds: float) -> None:
        self.X, self.box = tuple(X), tuple(box)
        self.endless = any(math.isinf(end) for side in box for end in side)
        self.sides = dict(zip(self.X, [] if self.endless else algebra.sides(box), strict=not self.endless))
        self.end = monotonic() + seconds
        self._facts: dict[Expr, Fact] = {}
        self._ranges: dict[Expr, Range] = {}
        self.depth = 0  # of branches inside branches

    def fact(self, e: Expr) -> Fact:
        """What the rules prove of e.

        >>> from core.meaning import symbol
        >>> x, y = symbol("x"), symbol("y")
        >>> rules = Rules((x, y), ((-1.0, 1.0), (1.0, 2.0)), 1.0)
        >>> f = rules.fact(sympy.log(sympy.exp(x) + sympy.exp(y)) + x**2/y)
        >>> f.convex, f.lines[-1].because
        (True, 'a sum of convex functions is convex')
        """
        if e not in self._facts:
            self._facts[e] = self._fact(e)
        return self._facts[e]

    def _fact(self, e: Expr) -> Fact:
        if (form := self.form(e)) is not None:
            words = "every variable comes in to the first power, alone" if any(form[:-1]) else "it is constant"
            return Fact(e, True, True, lines=(Line(e, WORD[0], words),))
        if monotonic() > self.end or calculus.size([e], LARGE) >= LARGE:
            return Fact(e)
        rules = (
            self._of_one_form,
            self._quadratic,
            self._by_kind,
            self._of_one_part,
            self._perspective,
            self._polynomial,
        )
        for rule in rules:
            with suppress(UnsupportedError, algebra.TooHardError):
                found = rule(e)
                if found.known:
                    return found
        return Fact(e)

    # Affine forms and ranges.

    def form(self, e: Expr) -> Form | None:
        """The coefficients of an affine expression, its constant last; None where it is not affine."""
        p = algebra.expanded(e, self.X)
        if p is None or p.total_degree() > 1:
            return None
        return (*(p.coeff_monomial(x) for x in self.X), p.coeff_monomial(1))

    def range(self, e: Expr) -> Range:
        """Bounds of e on the box: those of an affine form with fractions are exact, but for one rounding outward."""
        if e not in self._ranges:
            self._ranges[e] = self._range(e)
        return self._ranges[e]

    def _range(self, e: Expr) -> Range:
        form = self.form(e)
        if form is not None and all(c.is_Rational for c in form):
            low, high = self.reach(form)
            return _down(low), _up(high)
        core, beyond = parted(self.box)
        boxes = grid(core, max(1, int(CELLS ** (1 / len(self.X)))))
        more = np.array(beyond).reshape(-1, len(self.X), 2)
        ends = (np.concatenate((a, more[..., i].T), 1) for i, a in enumerate((boxes.lower, boxes.upper)))
        found = enclose(program(Function(self.X, (e,))), *ends)
        low = -math.inf if np.isnan(found.lower).any() else float(found.lower.min())
        high = math.inf if np.isnan(found.upper).any() else float(found.upper.max())
        return low, high

    def reach(self, form: Form) -> tuple[Rational, Rational]:
        """The least and the greatest value of an affine form with fractions on the box."""
        low = high = form[-1]
        for x, side, c in zip(self.X, self.box, form, strict=False):
            a, b = (c * end if c else Integer(0) for end in self._ends(x, side))
            low, high = low + min(a, b), high + max(a, b)
        return low, high

    def _ends(self, x: Symbol, side: Range) -> tuple[Expr, Expr]:
        if not self.endless:
            low, high = self.sides[x]
            return Rational(low.numerator, low.denominator), Rational(high.numerator, high.denominator)
        low, high = (Rational(end) if math.isfinite(end) else sympy.oo * int(math.copysign(1, end)) for end in side)
        return low, high

    def least(self, e: Expr) -> float:
        """A lower bound; 0 where e is known never to be negative, and a little more where it is positive."""
        low = self.range(e)[0]
        if low <= 0 and e.is_positive:
            return 5e-324
        return max(low, 0.0) if e.is_nonnegative else low

    def most(self, e: Expr) -> float:
        high = self.range(e)[1]
        return min(high, 0.0) if e.is_nonpositive else high

    def positive(self, e: Expr) -> bool:
        return self.least(e) > 0

    def nonnegative(self, e: Expr) -> bool:
        return self.side(e) > 0

    def side(self, e: Expr) -> int:
        """1 where e is proved never negative, -1 never positive: by bounds, or by the signs of its parts."""
        if self.least(e) >= 0:
            return 1
        if self.most(e) <= 0:
            return -1
        match e:  # bounds of 0 · 0 reach a little below 0
            case Mul():
                return math.prod(self.side(a) for a in e.args)
            case Add():
                return next(iter(sides)) if len(sides := {self.side(a) for a in e.args}) == 1 else 0
            case Pow():
                even = not e.exp.is_Integer or bool(e.exp.is_even)
                return 1 if even else self.side(e.base)
        return 0

    def sure(self, *parts: Expr) -> bool:
        """Whether signs of the parts came without rounded elementary functions."""
        return all(self.form(u) is not None or u.is_nonnegative or not u.has(*ROUNDED) for u in parts)

    # One affine form: a function of one number.

    def _of_one_form(self, e: Expr) -> Fact:
        forms = {f for u in _atoms(e, self) if (f := _direction(self.form(u))) is not None}
        if len(forms) != 1:
            return Fact(e)
        (form,) = forms
        if not all(c.is_Rational for c in form) or self.endless:
            return Fact(e)
        t = sympy.Dummy(real=True)
        h = _in_terms(e, form, t, self)
        if h is None:
            return Fact(e)
        low, high = self.reach((*form, Integer(0)))
        found = shape(h, t, low, high, max(0.05, min(0.5, self.end - monotonic())))
        if not (found.convex or found.concave):
            return Fact(e)
        u = sum((c * x for c, x in zip(form, self.X, strict=True)), Integer(0))
        line = Line(e, _word(found.convex, found.concave), *_why_on_line(e, h, t, u, (low, high), found))
        return Fact(e, found.convex, found.concave, (form,) if found.strict else (), found.exact, (line,))

    # Quadratics and polynomials.

    def _quadratic(self, e: Expr) -> Fact:
        if (p := algebra.expanded(e, self.X)) is None or p.total_degree() != 2:
            return Fact(e)
        if isinstance(e, Add) and all(self._alone(a) for a in e.args):
            return Fact(e)  # a sum of squares and lines reads better as a sum
        H = sympy.hessian(e, self.X)
        for sign in (1, -1):
            known = algebra.semidefinite(sign * H)
            if known and known[0]:
                rows = tuple(tuple(H.row(i)) for i in range(H.rows))
                used = [i for i in range(H.rows) if any(H.row(i))]
                words, parts = _why_quadratic(H.extract(used, used), sign, known[1] and len(used) == H.rows)
                line = Line(e, WORD[sign], words, parts)
                return Fact(e, sign > 0, sign < 0, rows, True, (line,))
        return Fact(e)

    def _alone(self, e: Expr) -> bool:
        return len(e.free_symbols & set(self.X)) <= 1

    def _polynomial(self, e: Expr) -> Fact:
        Y = tuple(x for x in self.X if e.has(x))
        if not 1 < len(Y) <= MINORS or algebra.as_poly(e, Y) is None or self.endless:
            return Fact(e)
        H, box = sympy.hessian(e, Y), [self.sides[x] for x in Y]
        for sign in (1, -1):
            minor: Expr = Integer(0)
            for _, minor in algebra.principal_minors(sign * H):
                if algebra.negative(algebra.polynomial(minor, Y), box, self.end) is not None:
                    break
            else:
                bends = algebra.strict(sign * e, Y, box, minor)
                forms = tuple(tuple(Integer(x == y) for x in self.X) for y in Y) if bends else ()
                det = _tidy(minor)
                words = f"no principal minor of {'' if sign > 0 else 'minus '}its Hessian is negative on the box"
                words += "; the whole determinant is {0}" if len(str(det)) < 90 else ""
                return Fact(e, sign > 0, sign < 0, forms, True, (Line(e, WORD[sign], words, (det,)),))
        return Fact(e)

    # Sums, products, powers, words.

    def _by_kind(self, e: Expr) -> Fact:
        match e:
            case Add():
                return self._sum(e)
            case Mul():
                return self._product(e)
            case Pow() if e.base is sympy.E:
                return self._exponential(e, e.exp)
            case sympy.exp():
                return self._exponential(e, e.args[0])
            case Pow():
                return self._power(e)
            case sympy.log():
                return self._logarithm(e)
            case sympy.Max() | sympy.Min():
                return self._extreme(e)
            case sympy.Abs():
                return self._absolute(e)
            case Piecewise():
                return self._cases(e)
            case Root():
                return self._root(e)
        return self._composed(e) if len(e.args) == 1 or isinstance(e, Root) else Fact(e)

    def _sum(self, e: Expr) -> Fact:
        if (apart := _paired(e)) != e:
            inner = self.fact(apart)
            line = Line(e, _word(inner.convex, inner.concave), "it is {0}, as min(a, b) = a + b − max(a, b)", (apart,))
            return replace(inner, e=e, lines=(*_curved([inner]), line)) if inner.known else Fact(e)
        for sign in (1, -1):
            facts = self._summands(e, sign)
            if facts is not None:
                curved = [f for f in facts if not f.affine]
                words = f"a sum of {WORD[sign]} functions is {WORD[sign]}"
                lines = (*_lines(curved), Line(e, WORD[sign], words))
                forms = tuple(form for f in facts for form in f.forms)
                return Fact(e, sign > 0, sign < 0, forms, all(f.exact for f in facts), lines)
            if (found := self._by_branches(e, sign)).known:
                return found
        return Fact(e)

    def _by_branches(self, e: Expr, sign: int) -> Fact:
        """A sum with |u| or a max in it is the max of two sums, which may both be convex where the terms are not."""
        for term in e.args:
            c, word = term.as_independent(*self.X, as_Add=False)
            up = sign * c
            if not (
                (up.is_positive and isinstance(word, sympy.Abs | sympy.Max))
                or (up.is_negative and isinstance(word, sympy.Min))
            ):
                continue
            branches = (word.args[0], -word.args[0]) if isinstance(word, sympy.Abs) else word.args
            sums = [e - term + c * branch for branch in branches]
            self.depth += 1
            facts = [self.fact(sympy.expand(s)) for s in sums] if self.depth <= BRANCHES else []
            self.depth -= 1
            if facts and all(f.has(sign) for f in facts):
                extreme = "largest" if sign > 0 else "smallest"
                line = Line(
                    e,
                    WORD[sign],
                    f"it is the {extreme} of " + " and ".join(f"{{{i}}}" for i in range(len(sums))),
                    tuple(sums),
                )
                forms = facts[0].forms if all(strict(f.forms, len(self.X)) for f in facts) else ()
                return Fact(e, sign > 0, sign < 0, forms, all(f.exact for f in facts), (*_curved(facts), line))
        return Fact(e)

    def _summands(self, e: Expr, sign: int) -> list[Fact] | None:
        """Parts of the sum that all bend to one side: its terms, or the polynomial among them and the other terms, or
        the parts that have no variable in common."""
        facts = [self.fact(a) for a in e.args]
        if all(f.has(sign) for f in facts):
            return facts
        rest = [f for f in facts if algebra.expanded(f.e, self.X) is None]
        whole = Add(*(f.e for f in facts if f not in rest))
        if rest and whole != 0 and all(f.has(sign) for f in rest) and whole != e:
            inner = self.fact(whole)
            return [inner, *rest] if inner.has(sign) else None
        groups = _connected(e.args, self.X)
        if len(groups) > 1:
            parts = [self.fact(Add(*g)) for g in groups]
            return parts if all(f.has(sign) for f in parts) else None
        return self._with_neighbours(facts, sign)

    def _with_neighbours(self, facts: Sequence[Fact], sign: int) -> list[Fact] | None:
        """Each term that bends otherwise together with all terms that have no other variables than it."""
        left, parts = list(facts), list[Fact]()
        for bad in sorted((f for f in facts if not f.has(sign)), key=lambda f: -len(f.e.free_symbols)):
            if bad in left:
                near = [f for f in left if f.e.free_symbols <= bad.e.free_symbols]
                groups = [near, *([bad, f] for f in near if f is not bad and len(near) > 2)]
                found = ((g, self.fact(Add(*(f.e for f in g)))) for g in groups if 1 < len(g) < len(facts))
                group, fact = next(((g, fact) for g, fact in found if fact.has(sign)), ([], bad))
                if not group:
                    return None
                left = [f for f in left if f not in group]
                parts.append(fact)
        return [*left, *parts]

    def _product(self, e: Expr) -> Fact:
        c, rest = e.as_independent(*self.X, as_Add=False)
        if c != 1:
            inner = self.fact(rest)
            s = _number_sign(c)
            return _scaled(inner, e, c, s) if s else Fact(e)
        for rule in (self._over, self._powers, self._log_convex, self._entropy):
            found = rule(e)
            if found.known:
                return found
        return Fact(e)

    def _over(self, e: Expr) -> Fact:
        """A quadratic that is nowhere negative, over a positive concave function: ‖Ax + b‖²/v."""
        top, bottom = e.as_numer_denom()
        if not (bottom.free_symbols & set(self.X)) or algebra.expanded(top, self.X) is None:
            return Fact(e)
        floor = self.square(top)
        below = self.fact(bottom)
        if floor is None or not below.concave or not self.nonnegative(bottom):  # where it is 0, f has no value
            return Fact(e)
        words = "a sum of squares of affine forms, {0}, over a positive " + ("affine" if below.affine else "concave")
        line = Line(e, WORD[1], f"{words} function {{1}} is convex (quadratic over linear)", (top, bottom))
        return Fact(e, True, False, (), self.sure(bottom) and below.exact, (*_curved([below]), line))

    def square(self, q: Expr) -> tuple[sympy.Matrix, Expr] | None:
        """The Hessian and the least value of a quadratic that is nowhere negative on ℝⁿ and convex; None for others."""
        if (p := algebra.expanded(q, self.X)) is None or p.total_degree() != 2:
            return None
        H = sympy.hessian(q, self.X)
        known = algebra.semidefinite(H)
        if not known or not known[0]:
            return None
        low = self._level(q)
        return (H, low) if low is not None and low.is_nonnegative else None

    def _level(self, q: Expr) -> Expr | None:
        """The value of a quadratic where its gradient is zero; None where that is nowhere."""
        g = [sympy.diff(q, x) for x in self.X]
        try:
            solution = sympy.linsolve(g, list(self.X))
        except (ValueError, NotImplementedError):
            return None
        if not solution:
            return None
        (c,) = solution
        low = sympy.expand(q.subs(dict(zip(self.X, c, strict=True)), simultaneous=True))
        return low.subs(dict.fromkeys(self.X, 0))

    def _powers(self, e: Expr) -> Fact:
        """Π u^a: a geometric mean, or one large power over small ones."""
        parts = [part for f in Mul.make_args(e) for part in _powers_of(f)]
        if not all(k.is_Rational for _, k in parts) or len(parts) < 2:
            return Fact(e)
        up, down = [p for p in parts if p[1] > 0], [p for p in parts if p[1] < 0]
        facts = [self.fact(u) for u, _ in parts]
        bases = tuple(u for u, _ in parts)
        total = sum(k for _, k in parts)
        exact = self.sure(*bases) and all(f.exact for f in facts)
        lines = _curved(facts)
        if not down and total <= 1 and all(f.concave and self.nonnegative(f.e) for f in facts):
            words = "a product of powers of concave functions that are not negative, with exponents from 0 up and "
            words += "sum 1, is concave (geometric mean)" if total == 1 else "sum below 1, is concave"
            inside = total < 1 and all(f.affine and self.positive(f.e) for f in facts)
            forms = tuple(_direction(self.form(u)) or () for u in bases) if inside else ()
            return Fact(e, False, True, forms, exact, (*lines, Line(e, WORD[-1], words)))
        if len(up) == 1 and down:
            (u, k), above = up[0], self.fact(up[0][0])
            small = -sum(j for _, j in down)
            even = above.affine and k.is_Integer and k.is_even
            fits = even or (above.convex and self.nonnegative(u))
            if k >= 1 + small and fits and all(self.fact(v).concave and self.nonnegative(v) for v, _ in down):
                words = (
                    "a power {0} over powers of positive concave functions with exponents of sum {1} is convex, since "
                )
                words += "{0} ≥ 1 + {1}"
                return Fact(e, True, False, (), exact, (*lines, Line(e, WORD[1], words, (k, small))))
        return Fact(e)

    def _log_convex(self, e: Expr) -> Fact:
        """Factors e^u with u convex and u^(−a) with u > 0 concave: the logarithm of the product is convex."""
        facts, forms = [], []
        for f in Mul.make_args(e):
            base, k = (f.base, f.exp) if isinstance(f, Pow) else (f, Integer(1))
            if isinstance(f, sympy.exp) or base is sympy.E:
                u = self.fact(f.args[0] if isinstance(f, sympy.exp) else k)
                good = u.convex
            else:
                u = self.fact(base)
                good = bool(k.is_negative) and u.concave and self.nonnegative(base)
                if u.affine:
                    forms.append(_direction(self.form(base)) or ())
            if not good:
                return Fact(e)
            facts.append(u)
            forms += u.forms
        words = "each factor is log-convex: the logarithm of the product is convex, so the product is"
        exact = all(f.exact for f in facts) and self.sure(*(f.e for f in facts))
        return Fact(e, True, False, tuple(forms), exact, (*_curved(facts), Line(e, WORD[1], words)))

    def _entropy(self, e: Expr) -> Fact:
        """u log(u/v), with u and v affine and positive: the relative entropy."""
        logs = [f for f in Mul.make_args(e) if isinstance(f, sympy.log)]
        if len(logs) != 1:
            return Fact(e)
        u = e / logs[0]
        v = sympy.cancel(u / logs[0].args[0])
        for w, sign in ((v, 1), (sympy.cancel(u * logs[0].args[0]), -1)):
            if self.form(u) is not None and self.form(w) is not None and self.positive(u) and self.positive(w):
                words = "the relative entropy of the positive affine functions {0} and {1} is convex"
                words += "" if sign > 0 else ", and this is its negative"
                return Fact(e, sign > 0, sign < 0, (), True, (Line(e, WORD[sign], words, (u, w)),))
        return Fact(e)

    def _exponential(self, e: Expr, u: Expr) -> Fact:
        inner = self.fact(u)
        if not inner.convex:
            return Fact(e)
        line = Line(e, WORD[1], "the exponential is convex and rising, and {0} is convex", (u,))
        return Fact(e, True, False, self._along(inner), inner.exact, (*_curved([inner]), line))

    def _along(self, inner: Fact) -> tuple[Form, ...]:
        """Forms along which a strictly convex, or concave, function of that bends: of an affine one that itself."""
        form = self.form(inner.e)
        direction = None if form is None else _direction(form)
        return inner.forms if direction is None else (direction,)

    def _power(self, e: Expr) -> Fact:
        u, k = e.base, e.exp
        if not k.is_number or not k.is_real:
            return Fact(e)
        if k == Rational(1, 2) and (found := self._norm(e)).known:
            return found
        if (k.is_negative or 0 < k <= Rational(1, 2)) and self._cone(u):
            side = 1 if k.is_negative else -1
            words = "{0} is a square less squares, and positive: its root is concave, so this power is " + WORD[side]
            return Fact(e, side > 0, side < 0, (), True, (Line(e, WORD[side], words, (u,)),))
        if k.is_Rational and k.p == 1 and (found := self._p_norm(e)).known:
            return found
        if isinstance(u, Mul) and (found := self._powers(e)).known:
            return found
        return self._outer(e, u, *self._power_shape(u, k))

    def _power_shape(self, u: Expr, k: Expr) -> tuple[Shape, str]:
        """t^k on the range of u."""
        low, high = self.least(u), self.most(u)
        words = "the power {1} is %s and %s on the values of {0}"
        if k.is_Integer and k > 0:
            even = bool(k.is_even)
            rising = not even or low >= 0
            return Shape(even or low >= 0, not even and high <= 0, rising=rising, falling=even and high <= 0), words
        if k.is_Integer:
            even = bool(k.is_even)
            if low >= 0:  # where u is 0, its power has no value
                return Shape(True, falling=True), words
            return (Shape(even, not even, rising=even, falling=not even) if high <= 0 else Shape()), words
        if k.is_negative:
            return Shape(True, falling=True), words
        return Shape(bool(k >= 1), bool(k <= 1), rising=True), words

    def _root(self, e: Expr) -> Fact:
        """An odd root of what does not change its sign is a power, or minus one."""
        u, n = e.args
        s = self.side(u)
        if s == 0:
            return self._composed(e)
        inner = self.fact(s * Pow(s * u, 1 / n))
        words = "{0} does not change its sign on the box, so this is a power"
        line = Line(e, _word(inner.convex, inner.concave), words, (u,))
        found = replace(inner, e=e, exact=inner.exact and self.sure(u), lines=(*_curved([inner]), line))
        return found if inner.known else self._composed(e)

    def _outer(self, e: Expr, u: Expr, h: Shape, words: str, strictly: bool | None = None) -> Fact:
        """h(u) by what h does on the range of u; without `strictly`, h is strictly monotone if its word is."""
        inner = self.fact(u)
        for sign in (1, -1):
            bent = h.convex if sign > 0 else h.concave
            up, down = h.rising and inner.has(sign), h.falling and inner.has(-sign)
            if not bent or not (up or down or inner.affine):
                continue
            said = words % (WORD[sign], "rising" if up else "falling")
            said += f", and {{0}} is {WORD[sign if up else -sign]}"
            if inner.affine:
                said = words.replace(" and %s", "") % WORD[sign] + ", and {0} is affine"
            line = Line(e, WORD[sign], said, (u, e.exp if isinstance(e, Pow) else u))
            exact = inner.exact and h.exact and self.sure(u)
            forms = inner.forms if (_strictly_monotone(e) if strictly is None else strictly) else ()
            if inner.affine and isinstance(e, Pow | sympy.log):  # no line: powers 0 and 1 are none
                forms = self._along(inner)
            return Fact(e, sign > 0, sign < 0, forms, exact, (*_curved([inner]), line))
        return Fact(e)

    def _norm(self, e: Expr) -> Fact:
        square = self.square(e.base)
        if square is None:
            return self._squares(e)
        H, low = square
        words = "the root of a sum of squares of affine forms is a norm: convex"
        forms = tuple(tuple(H.row(i)) for i in range(H.rows)) if low.is_positive else ()
        return Fact(e, True, False, forms, True, (Line(e, WORD[1], words),))

    def _squares(self, e: Expr) -> Fact:
        """√(Σ g²) with each g affine, or convex and not negative: a norm, which rises in what is not negative."""
        flat, lines, exact = Integer(0), [], True
        for term in Add.make_args(e.base):
            p = algebra.expanded(term, self.X)
            if p is not None and p.total_degree() <= 2:
                flat += term
                continue
            c, power = term.as_independent(*self.X, as_Add=False)
            g = _half(power)
            if not c.is_positive or g is None or not (inner := self.fact(g)).convex or not self.nonnegative(g):
                return Fact(e)
            lines.append(inner)
            exact = exact and inner.exact and self.sure(g)
        if not lines or not (flat.is_nonnegative or self.square(flat) is not None):
            return Fact(e)
        words = "the root of a sum of squares of affine, or convex and never negative, functions is convex"
        return Fact(e, True, False, (), exact, (*_curved(lines), Line(e, WORD[1], words)))

    def _cone(self, q: Expr) -> bool:
        """Whether q is a square less squares, (a·x + b)² − ‖Cx + d‖² − m with m >= 0, and not negative on the box.

        There its root is concave: the cone of light is convex, and q^(1/2) is its gauge (Gårding, 1959). A box in
        which q is not negative lies in one half of the cone, unless q is a square alone.
        """
        p = algebra.expanded(q, self.X)
        if p is None or p.total_degree() != 2 or not algebra.as_poly(q, self.X):
            return False
        H = sympy.hessian(q, self.X)
        up, down = _signs_of_eigenvalues(H)
        low = self._level(q)
        if up != 1 or low is None or not low.is_nonpositive or (down == 0 and low == 0):
            return False
        return self.nonnegative_exactly(q)

    def nonnegative_exactly(self, q: Expr) -> bool:
        """The same for a polynomial, by algebra where bounds do not show it."""
        if self.nonnegative(q):
            return True
        if self.endless:
            return False
        with suppress(algebra.TooHardError):
            sides = [self.sides[x] for x in self.X]
            return algebra.negative(algebra.as_poly(q, self.X), sides, self.end) is None
        return False

    def _p_norm(self, e: Expr) -> Fact:
        p = e.exp.q
        for term in Add.make_args(e.base):
            c, power = term.as_independent(*self.X, as_Add=False)
            u = _base_of(power, p)
            if not c.is_positive or u is None or self.form(u) is None:
                return Fact(e)
        words = "a p-norm of affine forms is convex"
        return Fact(e, True, False, (), True, (Line(e, WORD[1], words),))

    def _logarithm(self, e: Expr) -> Fact:
        u = e.args[0]
        if (found := self._log_sum_exp(e)).known:
            return found
        if self._cone(u):
            words = "{0} is a square less squares, and positive: its root is concave, and so is its logarithm"
            return Fact(e, False, True, (), True, (Line(e, WORD[-1], words, (u,)),))
        if isinstance(u, Mul) and all(self.positive(a) for a in u.args):
            apart = Add(*(self._log_of(a) for a in u.args))
            inner = self.fact(apart) if apart != e else Fact(e)
            if inner.known:
                line = Line(
                    e, _word(inner.convex, inner.concave), "the logarithm of a product is the sum {0}", (apart,)
                )
                return replace(inner, e=e, lines=(*inner.lines, line), exact=inner.exact and self.sure(*u.args))
        return self._outer(e, u, Shape(concave=True, rising=True), "the logarithm is %s and %s")

    def _log_of(self, u: Expr) -> Expr:
        """log(u), of a power the exponent before it: for an even one, the base may as well be negative."""
        if not isinstance(u, Pow) or not u.exp.is_number or u.base is sympy.E:
            return sympy.log(u)
        if self.positive(u.base):
            return u.exp * sympy.log(u.base)
        even = u.exp.is_Integer and u.exp.is_even and self.positive(-u.base)
        return u.exp * sympy.log(-u.base) if even else sympy.log(u)

    def _log_sum_exp(self, e: Expr) -> Fact:
        exponents, facts = [], []
        for term in Add.make_args(e.args[0]):
            c, power = term.as_independent(*self.X, as_Add=False)
            if not c.is_positive:
                return Fact(e)
            u = (
                power.args[0]
                if isinstance(power, sympy.exp)
                else power.exp
                if power.is_Pow and power.base is sympy.E
                else 0
            )
            if u == 0 and power != 1:
                return Fact(e)
            exponents.append(u)
            facts.append(self.fact(sympy.Add(u)))
        if len(facts) < 2 or not all(f.convex for f in facts):
            return Fact(e)
        forms: tuple[Form, ...] = ()
        if all(f.affine for f in facts):
            forms = tuple(self.form(u - exponents[0])[:-1] for u in exponents[1:])  # type: ignore[index]
        words = "log-sum-exp of " + ("affine" if all(f.affine for f in facts) else "convex") + " functions is convex"
        exact = all(f.exact for f in facts)
        return Fact(e, True, False, forms, exact, (*_curved(facts), Line(e, WORD[1], words)))

    def _extreme(self, e: Expr) -> Fact:
        sign = 1 if isinstance(e, sympy.Max) else -1
        args = self._leading(list(e.args), sign)
        facts = [self.fact(a) for a in args]
        if len(facts) == 1 and facts[0].known:
            words = f"on this box the {'largest' if sign > 0 else 'smallest'} of them is always {{0}}"
            line = Line(e, _word(facts[0].convex, facts[0].concave), words, (args[0],))
            return replace(facts[0], e=e, exact=False, lines=(*_curved(facts), line))
        if not all(f.has(sign) for f in facts):
            return Fact(e)
        full = all(strict(f.forms, len(self.X)) for f in facts)
        word = "maximum" if sign > 0 else "minimum"
        line = Line(e, WORD[sign], f"the {word} of {WORD[sign]} functions is {WORD[sign]}")
        forms = facts[0].forms if full else ()
        return Fact(e, sign > 0, sign < 0, forms, all(f.exact for f in facts), (*_curved(facts), line))

    def _leading(self, args: list[Expr], sign: int) -> list[Expr]:
        """The arguments of a max (of a min for -1) without those that another is proved never to let through."""
        kept = args
        for a in args:
            if any(b is not a and self.nonnegative(sign * (b - a)) for b in kept):
                kept = [b for b in kept if b is not a]
        return kept

    def _absolute(self, e: Expr) -> Fact:
        u = e.args[0]
        inner = self.fact(u)
        if inner.affine and self.endless:
            return Fact(e, True, False, (), True, (Line(e, WORD[1], "the absolute value of an affine form is convex"),))
        for s in (1, -1):
            if inner.has(s) and self.nonnegative(s * u):
                line = Line(e, WORD[1], "{0} does not change its sign on the box", (u,))
                return Fact(e, True, inner.affine, inner.forms, inner.exact and self.sure(u), (*_curved([inner]), line))
            if inner.has(-s) and self.nonnegative(s * u):
                line = Line(e, WORD[-1], "{0} does not change its sign on the box", (u,))
                return Fact(e, inner.affine, True, inner.forms, inner.exact and self.sure(u), (*_curved([inner]), line))
        return Fact(e)

    def _cases(self, e: Piecewise) -> Fact:
        """What all cases have in common, and the rest, if that is a function of one number: of a form, or of a norm."""
        if (found := self._of_norm(e)).known:
            return found
        last = e.args[-1][0]
        if not last.free_symbols & set(self.X) or not self._has_values(last):  # it is asked where it is not taken
            return Fact(e)
        rest = Piecewise(*((sympy.expand(u - last), c) for u, c in e.args))
        apart = Add(last, rest)
        if apart == e or not isinstance(rest, Piecewise) or not self._of_one_form(rest).known:
            return Fact(e)
        inner = self._sum(apart)
        return replace(inner, e=e) if inner.known else Fact(e)

    def _has_values(self, e: Expr) -> bool:
        """Is e proved to be defined on the whole box, whatever the cases of f are?"""
        if self.endless:
            return False
        boxes = grid(self.box, max(1, int(CELLS ** (1 / len(self.X)))))
        return not enclose(program(Function(self.X, (e,))), boxes.lower, boxes.upper).bad.any()

    def _of_norm(self, e: Expr) -> Fact:
        """h(r) with r = ‖Ax + b‖, h convex and rising where r has its values."""
        for q in {a.base for a in e.atoms(Pow) if a.exp == Rational(1, 2)}:
            if self.square(q) is None:
                continue
            r = sympy.Dummy(nonnegative=True)
            h = _in_norm(e, q, r, self)
            low, high = self.range(sympy.sqrt(q))
            if h is None or h.free_symbols - {r} or not (math.isfinite(low) and math.isfinite(high)):
                continue
            found = shape(h, r, Rational(max(low, 0.0)), Rational(high), 0.3)
            if found.convex and found.rising:
                words = "as a function of the norm r = {0} alone it is convex and rising, and the norm is convex"
                return Fact(e, True, False, (), found.exact, (Line(e, WORD[1], words, (sympy.sqrt(q),)),))
        return Fact(e)

    def _composed(self, e: Expr) -> Fact:
        """Any word h of one argument, by its shape on the range of the argument."""
        u = e.args[0]
        if not self.fact(u).known:
            return Fact(e)
        low, high = self.range(u)
        if not (math.isfinite(low) and math.isfinite(high)) or low == high:
            return Fact(e)
        t = sympy.Dummy(real=True)
        h = e.func(t, *e.args[1:])
        found = enclose(program(Function((t,), (h,))), [[low]], [[high]])
        if found.bad[0]:
            return Fact(e)
        a, b = Rational(low), Rational(high)
        words = f"the outer function {e.func.__name__.lower()} is %s and %s on the values of {{0}}"
        return self._outer(e, u, shape(h, t, a, b, 0.2), words)

    def _of_one_part(self, e: Expr) -> Fact:
        """h(u) where a subexpression u is all that holds the variables: sqrt(1 + u²) is more than its last word."""
        parts = [
            u for u in dict.fromkeys(sympy.preorder_traversal(e)) if isinstance(u, Expr) and u != e and not u.is_Atom
        ]
        for u in parts[:PARTS]:
            t = sympy.Dummy(real=True)
            h = e.xreplace({u: t})
            if self.form(u) is not None or h.free_symbols - {t} or not self.fact(u).known:
                continue
            low, high = max(self.range(u)[0], 0.0 if u.is_nonnegative else -math.inf), self.range(u)[1]
            if not (math.isfinite(low) and math.isfinite(high)) or low == high:
                continue
            if enclose(program(Function((t,), (h,))), [[low]], [[high]]).bad[0]:
                continue
            words = "as a function of {0} alone it is %s and %s"
            found = self._outer(
                e, u, shape(h, t, Rational(low), Rational(high), 0.2), words, strictly=False
            )  # it may be flat
            if found.known:
                return found
        return Fact(e)

    def _perspective(self, e: Expr) -> Fact:
        """v h(u/v), with two of the variables and one of them positive: homogeneous of degree 1."""
        Y = [x for x in self.X if e.has(x)]
        if len(Y) != 2 or e.has(Piecewise) or self.endless or not _doubles(e, Y):
            return Fact(e)
        for u, v in (Y, Y[::-1]):
            if self.sides[v][0] <= 0:
                continue
            t, w = sympy.Dummy(real=True), sympy.Dummy(positive=True)
            with suppress(Exception):  # SymPy may fail in many ways on a form that is only worth a try
                h = calculus.within(0.1, sympy.simplify, e.subs({u: t * w, v: w}, simultaneous=True) / w)
                if h.has(w):
                    continue
                (a, b), (c, d) = self.sides[u], self.sides[v]
                ends = [Rational((p / q).numerator, (p / q).denominator) for p in (a, b) for q in (c, d)]
                found = shape(h, t, min(ends), max(ends), 0.3)
                for sign in (1, -1):
                    if found.convex if sign > 0 else found.concave:
                        words = f"it is {{0}} h({{1}}), the perspective of a {WORD[sign]} function h(t) of one number"
                        return Fact(e, sign > 0, sign < 0, (), found.exact, (Line(e, WORD[sign], words, (v, u / v)),))
        return Fact(e)


def _paired(e: Expr) -> Expr:
    """A sum with both max(a, b) and min(a, b) in it, written without the min, which is a + b - max(a, b)."""
    terms = {word: c for c, word in (t.as_independent(sympy.Max, sympy.Min, as_Add=False) for t in Add.make_args(e))}
    for word, c in terms.items():
        if isinstance(word, sympy.Min) and len(word.args) == 2 and (other := sympy.Max(*word.args)) in terms:
            return _paired(e - c * word + c * Add(*word.args) - c * other)
    return e


def _doubles(e: Expr, Y: Sequence[Symbol]) -> bool:
    """May e be homogeneous of degree 1? By floats at one place and at its double."""
    values = arrays(program(Function(tuple(Y), (e,))), np.array([[0.7, 1.4], [1.3, 2.6]]))[0]
    return not np.isfinite(values).all() or bool(abs(values[1] - 2 * values[0]) <= 1e-9 * np.abs(values).max())


def strict(forms: Iterable[Form], n: int) -> bool:
    """Whether the forms have full rank: then no segment is left along which f could be affine."""
    rows = [row for row in forms if row]
    return bool(rows) and sympy.Matrix(rows).rank() == n


def why_strict(e: Expr, X: Sequence[Symbol], forms: Iterable[Form], sign: int) -> Line:
    """The line that says so, of forms of full rank: as few of them as it takes, those first that are variables."""
    chosen: list[Form] = []
    for row in sorted((row for row in forms if row), key=lambda row: sum(c != 0 for c in row)):
        if sympy.Matrix([*chosen, row]).rank() > len(chosen):
            chosen.append(row)
    parts = tuple(_direct(row, X) for row in chosen)
    if len(parts) == 1:
        return Line(e, f"strictly {WORD[sign]}", "on no segment of the box is its second derivative zero throughout")
    names = ", ".join(f"{{{i}}}" for i in range(len(parts) - 1)) + f" or {{{len(parts) - 1}}}"
    because = f"on every segment of the box {names} changes, and it bends wherever one of them does"
    return Line(e, f"strictly {WORD[sign]}", because, parts)


def _direct(row: Form, X: Sequence[Symbol]) -> Expr:
    """A linear form, divided by its first coefficient."""
    first = next(c for c in row if c != 0)
    return sum((c / first * x for c, x in zip(row, X, strict=False)), Integer(0))


def _lines(facts: Iterable[Fact]) -> tuple[Line, ...]:
    return tuple(dict.fromkeys(line for f in facts for line in f.lines))


def _curved(facts: Iterable[Fact]) -> tuple[Line, ...]:
    """The lines of those that are not affine: that a line is a line needs no proof."""
    return _lines(f for f in facts if not f.affine)


def _word(convex: bool, concave: bool) -> str:
    return WORD[0] if convex and concave else WORD[1] if convex else WORD[-1]


def _scaled(inner: Fact, e: Expr, c: Expr, s: int) -> Fact:
    if not inner.known:
        return Fact(e)
    convex, concave = (inner.convex, inner.concave) if s > 0 else (inner.concave, inner.convex)
    words = "a positive multiple bends the same way" if s > 0 else "the sign turns it over"
    lines = (*inner.lines, Line(e, _word(convex, concave), words))
    return Fact(e, convex, concave, inner.forms, inner.exact, lines)


def _number_sign(c: Expr) -> int:
    return 1 if c.is_positive else -1 if c.is_negative else 0


def _signs_of_eigenvalues(H: sympy.Matrix) -> tuple[int, int]:
    """How many eigenvalues are positive, and negative: Descartes' rule is exact where all roots are real."""
    known = [int(sympy.sign(c)) for c in H.charpoly().all_coeffs()]
    turned = [s if i % 2 == 0 else -s for i, s in enumerate(known)]
    up, down = (sum(a != b for a, b in pairwise(s for s in signs if s)) for signs in (known, turned))
    return up, down


def _half(e: Expr) -> Expr | None:
    """g where e is g²: an even power, an exponential; of a power of 4 or more with its sign taken off."""
    if isinstance(e, sympy.exp) or (isinstance(e, Pow) and e.base is sympy.E):
        return sympy.exp((e.args[0] if isinstance(e, sympy.exp) else e.exp) / 2)
    if isinstance(e, Pow) and e.exp.is_Integer and e.exp.is_even and e.exp > 0:
        half = e.exp / 2
        return e.base**half if half.is_even or half == 1 else sympy.Abs(e.base) ** half
    return None


def _powers_of(e: Expr) -> list[tuple[Expr, Expr]]:
    """A power as its base and exponent; a root of a product is the product of the roots."""
    if not isinstance(e, Pow) or e.base is sympy.E:
        return [(e, Integer(1))]
    if isinstance(e.base, Mul) and not e.exp.is_Integer:
        return [(b, k * e.exp) for f in e.base.args for b, k in _powers_of(f)]
    return [(e.base, e.exp)]


def _base_of(e: Expr, p: int) -> Expr | None:
    """u where e is |u|^p, which for an odd p may be written u²|u|."""
    if isinstance(e, Pow) and e.exp == p and (p % 2 == 0 or isinstance(e.base, sympy.Abs)):
        return e.base.args[0] if isinstance(e.base, sympy.Abs) else e.base
    size = next(iter(e.atoms(sympy.Abs)), None)
    if size is None:
        return None
    w = sympy.Dummy(positive=True)
    u = size.args[0]
    return u if e.xreplace({size: w}).subs(u**2, w**2) == w**p else None


def _strictly_monotone(e: Expr) -> bool:
    """Words that are strictly monotone wherever they are used here: a power is, where its base has one sign."""
    words = (Pow, sympy.exp, sympy.log, sympy.sinh, sympy.atan, sympy.tanh, sympy.asinh, sympy.erf)
    return isinstance(e, words)


def _down(q: Rational) -> float:
    x = float(q)
    return x if q.is_infinite or Rational(x) <= q else math.nextafter(x, -math.inf)


def _up(q: Rational) -> float:
    x = float(q)
    return x if q.is_infinite or Rational(x) >= q else math.nextafter(x, math.inf)


def _connected(terms: Sequence[Expr], X: Sequence[Symbol]) -> list[list[Expr]]:
    """The terms in groups that have no variable in common."""
    groups: list[tuple[set[Symbol], list[Expr]]] = []
    for term in terms:
        names, mine = term.free_symbols & set(X), [term]
        apart = []
        for others, theirs in groups:
            if names & others:
                names, mine = names | others, [*theirs, *mine]
            else:
                apart.append((others, theirs))
        groups = [*apart, (names, mine)]
    return [terms for _, terms in groups]


# One affine form.


def _atoms(e: Expr, rules: Rules) -> set[Expr]:
    """The largest affine subexpressions; what is affine in a sum counts together."""
    if not e.free_symbols & set(rules.X):
        return set()
    if isinstance(e, Expr) and rules.form(e) is not None:
        return {e}
    if isinstance(e, Add):
        line = Add(*(a for a in e.args if rules.form(a) is not None))
        rest = [a for a in e.args if rules.form(a) is None]
        return reduce(set.union, (_atoms(a, rules) for a in rest), _atoms(line, rules))
    return reduce(set.union, (_atoms(a, rules) for a in e.args), set())


def _direction(form: Form | None) -> Form | None:
    """The linear part, its first coefficient 1."""
    if form is None:
        return None
    first = next((c for c in form[:-1] if c != 0), None)
    return None if first is None else tuple(c / first for c in form[:-1])


def _in_terms(e: Expr, form: Form, t: Symbol, rules: Rules) -> Expr | None:
    """e with the number t for that form."""

    def walk(e: Expr) -> Expr:
        if not e.free_symbols & set(rules.X):
            return e
        if isinstance(e, Expr) and (f := rules.form(e)) is not None:
            k = next(a / b for a, b in zip(f, form, strict=False) if b != 0)
            return k * t + f[-1]
        if isinstance(e, Add):
            line = Add(*(a for a in e.args if rules.form(a) is not None))
            return Add(walk(line), *(walk(a) for a in e.args if rules.form(a) is None))
        return e.func(*(walk(a) for a in e.args))

    h = walk(e)
    return None if h.free_symbols - {t} else h


def _in_norm(e: Expr, q: Expr, r: Symbol, rules: Rules) -> Expr | None:
    """e with r for the root of q, and r² for q."""

    def walk(e: Expr) -> Expr:
        if not e.free_symbols & set(rules.X):
            return e
        if isinstance(e, Pow) and e.base == q and e.exp == Rational(1, 2):
            return r
        p, base = algebra.expanded(e, rules.X) if isinstance(e, Expr) else None, algebra.expanded(q, rules.X)
        if p is not None and base is not None:
            k = p.coeff_monomial(base.LM()) / base.LC()
            left = p - k * base
            if left.total_degree() <= 0:
                return k * r**2 + left.as_expr()
        return e.func(*(walk(a) for a in e.args)) if e.args else e

    return walk(e)


def _affine(e: Expr) -> bool:
    X = sorted(e.free_symbols, key=str)
    return bool(X and e.is_polynomial(*X) and sympy.Poly(e, *X).total_degree() <= 1)


def _why_on_line(
    e: Expr, h: Expr, t: Symbol, u: Expr, ends: tuple[Rational, Rational], found: Shape
) -> tuple[str, tuple[Expr, ...]]:
    """Why a function of one number bends as it does."""
    straight = isinstance(e, Pow | sympy.Abs | sympy.exp | sympy.log) and _affine(e.args[0])
    if straight and isinstance(e, sympy.Abs) and found.convex:
        return "the absolute value of an affine form is convex", ()
    if straight and isinstance(e, sympy.exp):
        return "the exponential of an affine form is convex", ()
    if straight and isinstance(e, Pow) and e.exp.is_Integer and e.exp.is_even and e.exp > 0:
        return "an even power of an affine form is convex", ()
    if straight and isinstance(e, sympy.log):
        return "the logarithm of an affine form is concave", ()
    about = "" if u.is_Symbol else "as a function of {1} alone, "
    word = "negative" if found.convex else "positive"
    low, high = (f"{float(z):.6g}" for z in ends)
    if found.second is None:
        jump = "up" if found.convex else "down"
        words = (
            f"{about}piece by piece its second derivative is nowhere {word}, and at every kink the slope jumps {jump}"
        )
        return words, (u, u)
    return f"{about}its second derivative {{0}} is nowhere {word} on [{low}, {high}]", (
        _tidy(found.second.subs(t, u)),
        u,
    )


def _tidy(e: Expr) -> Expr:
    with suppress(Exception):  # only for reading
        short = calculus.within(0.1, sympy.factor, e)
        return min((e, short), key=lambda form: len(str(form)))
    return e


def _why_quadratic(H: sympy.Matrix, sign: int, definite: bool) -> tuple[str, tuple[Expr, ...]]:
    minors = [algebra.determinant(H[:k, :k]) for k in range(1, H.rows + 1)]
    if definite and H.rows <= 4:
        listed = ", ".join(f"{{{k}}}" for k in range(H.rows))
        rule = "are all positive" if sign > 0 else "alternate in sign, beginning with minus"
        return f"its Hessian is constant, and the leading minors {listed} {rule}", tuple(minors)
    kind = "positive" if sign > 0 else "negative"
    return f"its Hessian is a constant {kind} {'definite' if definite else 'semidefinite'} matrix (by elimination)", ()
