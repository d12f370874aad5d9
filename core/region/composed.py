r"""How fast f and its gradient can change, by the rules of composition: what a search by boxes finds late, or nearly.

    ‖∇ log Σ cᵢ e^(uᵢ)‖  <=  max ‖∇uᵢ‖         an average of the slopes of the uᵢ
    0 <= H <= d²/4                             of affine uᵢ, d the largest distance of two of their slopes (Popoviciu)
    ‖∇√Q‖ <= √a,  0 <= H <= a/√Q              Q convex, quadratic, nowhere negative; a the largest eigenvalue of ½ ∇²Q
    sums, multiples, maxima                   add, are multiplied, take the larger

Rule: every bound holds on the whole box, roundings counted; infinite where no rule applies.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Final

import numpy as np
import sympy
from sympy import Add, Expr, Mul, Pow, Rational

from core import calculus
from core.definiteness import Array
from core.function import Function, Requirement
from core.region import algebra
from core.region.measure import Length, Top
from core.region.regular import FAILURES
from core.region.rules import Form, Rules
from core.region.stable import sum_of_exponentials
from core.vocabulary import NONNEGATIVE, POSITIVE

Range = tuple[float, float]
SECONDS: Final = 0.2
LARGE: Final = 200  # nodes of a formula
HALF: Final = Rational(1, 2)
SLACK: Final = 1 + 2.0**-40  # more than all roundings of a bound
UNKNOWN: Final = (-math.inf, math.inf)


def steepness(f: Function, box: Sequence[Range]) -> float:
    """Above ‖∇f‖ on the box, and above every difference quotient of f.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> f = function(read("log(e^x + e^y + e^z) + 3x"))
    >>> round(steepness(f, [(-1e5, 1e5)] * 3), 9)
    4.0
    """
    return _asked(f, box, lambda one, e: (0.0, one.steep(e)))[1]


def bending(f: Function, box: Sequence[Range]) -> Range:
    """Below the least eigenvalue of the Hessian on the box, and above the greatest.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> [round(end, 9) for end in bending(function(read("sqrt(4 + x^2 + y^2) - y^2")), [(-1e5, 1e5)] * 2)]
    [-2.0, 0.5]
    """
    return _asked(f, box, lambda one, e: one.bent(e))


def _asked(f: Function, box: Sequence[Range], ask: Callable[[_Composed, Expr], Range]) -> Range:
    e, found = f.components[0], [UNKNOWN]

    def look(e: Expr) -> Expr:
        one = _Composed(Rules(f.variables, box, SECONDS))
        with np.errstate(all="ignore"):
            low, high = ask(one, e)
        known = -math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high
        if any(map(math.isfinite, known)) and all(map(one.holds, f.domain)):
            found[0] = known
        return e

    with suppress(*FAILURES):
        if calculus.size([e], LARGE) < LARGE:
            calculus.within(SECONDS, look, e)
    return found[0]


class _Composed:
    """Bounds of one formula after another, each of the parts of the last."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.n = rules, len(rules.X)

    def holds(self, r: Requirement) -> bool:
        """Is a condition of the domain proved on the box?"""
        if r.relation == NONNEGATIVE:
            return self.rules.nonnegative(r.expression)
        positive = sum_of_exponentials(r.expression) is not None or self.rules.positive(r.expression)
        return positive or (r.relation != POSITIVE and self.rules.positive(-r.expression))

    def steep(self, e: Expr) -> float:
        """Above ‖∇e‖."""
        if (form := self.rules.form(e)) is not None:
            return _length(form)
        match e:
            case Add():
                return SLACK * sum(self.steep(part) for part in self._together(e))
            case Mul():
                c, rest = e.as_independent(*self.rules.X, as_Add=False)
                return SLACK * abs(float(c)) * self.steep(rest) if c != 1 else math.inf
            case sympy.log():
                exponents = _exponents(e.args[0])
                return max(map(self.steep, exponents)) if exponents else math.inf
            case Pow() if e.exp == HALF and (known := self.rules.square(e.base)) is not None:
                return SLACK * math.sqrt(max(self._top(known[0]) / 2, 0.0))
            case sympy.Abs() | sympy.Max() | sympy.Min():
                return max(map(self.steep, e.args))
        return math.inf

    def bent(self, e: Expr) -> Range:
        """Below and above the eigenvalues of the Hessian of e."""
        p = algebra.expanded(e, self.rules.X)
        if p is not None:
            H = sympy.hessian(e, self.rules.X)
            return (-self._top(-H), self._top(H)) if p.total_degree() <= 2 else UNKNOWN
        match e:
            case Add():
                known = [self.bent(part) for part in self._together(e)]
                lower, upper = zip(*known, strict=True)
                rounding = [(SLACK - 1) * sum(map(abs, ends)) for ends in (lower, upper)]
                return sum(lower) - rounding[0], sum(upper) + rounding[1]
            case Mul():
                c, rest = e.as_independent(*self.rules.X, as_Add=False)
                low, high = self.bent(rest) if c != 1 else UNKNOWN
                ends = sorted(float(c) * end for end in (low, high))
                return ends[0] * (SLACK if ends[0] < 0 else 1 / SLACK), ends[1] * (SLACK if ends[1] > 0 else 1 / SLACK)
            case sympy.log():
                forms = [self.rules.form(u) for u in _exponents(e.args[0])]
                known_forms = [form for form in forms if form is not None]
                if not forms or len(known_forms) < len(forms):
                    return UNKNOWN
                gaps = (tuple(a - b for a, b in zip(u, v, strict=True)) for u, v in combinations(known_forms, 2))
                return 0.0, SLACK * max(map(_length, gaps)) ** 2 / 4
            case Pow() if e.exp == HALF and (square := self.rules.square(e.base)) is not None:
                floor = max(float(square[1]) / SLACK, self.rules.range(e.base)[0])
                return 0.0, SLACK * self._top(square[0]) / 2 / math.sqrt(floor) if floor > 0 else math.inf
        return UNKNOWN

    def _together(self, e: Add) -> list[Expr]:
        """The terms, those that are polynomials as one."""
        rest = [a for a in e.args if algebra.expanded(a, self.rules.X) is None]
        whole = Add(*(a for a in e.args if a not in rest))
        return [*rest, *([whole] if whole != 0 else [])] if len(rest) < len(e.args) else list(e.args)

    def _top(self, H: sympy.Matrix) -> float:
        """Above the largest eigenvalue of a matrix of numbers."""
        A: Array = np.array([[float(H[i, j])] for i in range(self.n) for j in range(i, self.n)])
        return float(Top(self.n).bounds(A, np.abs(A) * (SLACK - 1))[1][0])


def _exponents(e: Expr) -> list[Expr]:
    """Of a sum of exponentials with positive factors."""
    parts = sum_of_exponentials(e)
    return [] if parts is None else [u for _, u in parts]


def _length(form: Form) -> float:
    a = np.array([[abs(float(c))] for c in form[:-1]])
    return float(Length().spread(SLACK * a)[0])
