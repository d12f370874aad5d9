"""The truth file, and two readers of its expressions that share nothing with core.compile and core.calculus.

`compiled` makes a Program, its domain read off powers, roots and logarithms. `Precise` evaluates the gradient and the
Hessian that SymPy derives, in 40-digit arithmetic.
"""

import json
from pathlib import Path

import mpmath as mp
import sympy

from core.program import Builder, Condition

DIGITS = 40
TRUTH = json.loads((Path(__file__).parent.parent / "data" / "critical_points_truth.json").read_text())
ENTRY = {entry["id"]: entry for entry in TRUTH}


def plain(entry):
    """Nothing but isolated non-degenerate points of a smooth function."""
    labels = [p["label"] for p in entry["points"]]
    return entry["complete"] and not entry["critical_sets"] and "inconclusive" not in labels


def box(entry):
    return tuple((float(low), float(high)) for low, high in entry["box"])


def program(entry):
    return compiled(entry["expression"], entry["variables"])


def places(entry, *labels):
    """The known points, of those labels if any are named."""
    return [tuple(map(float, p["coords"])) for p in entry["points"] if not labels or p["label"] in labels]


def read(text, variables):
    symbols = [sympy.Symbol(name, real=True) for name in variables]
    return symbols, sympy.sympify(text.replace("^", "**"), locals={s.name: s for s in symbols}, rational=True)


def compiled(text, variables=("x", "y")):
    """The program of a trusted text."""
    symbols, expression = read(text, variables)
    walk = Walk(Builder(len(symbols)), symbols)
    return walk.b.program([walk.slot(expression)], walk.domain)


class Walk:
    def __init__(self, builder, symbols):
        self.b, self.symbols, self.domain = builder, list(symbols), []

    def slot(self, e):
        b = self.b
        if e.is_Symbol:
            return b.variable(self.symbols.index(e))
        if e.is_Integer:
            return b.constant(float(e))
        if e.is_Rational:
            return b.div(b.constant(float(e.p)), b.constant(float(e.q)))
        if e.is_number and not e.args:
            return b.constant(float(e), exact=False)
        if e.is_Add or e.is_Mul:
            first, *others = (self.slot(a) for a in e.args)
            for other in others:
                first = b.add(first, other) if e.is_Add else b.mul(first, other)
            return first
        if e.is_Pow:
            return self.power(e.base, e.exp)
        slots = [self.slot(a) for a in e.args]
        if isinstance(e, sympy.log):
            self.domain.append(Condition(slots[0], ">"))
        if isinstance(e, sympy.tan):
            self.domain.append(Condition(b.call("cos", slots[0]), "!="))
        return b.call(type(e).__name__.lower(), *slots)

    def power(self, base, k):
        b = self.b
        u = self.slot(base)
        if k.is_number and k.is_negative:
            self.domain.append(Condition(u, "!="))
        if k.is_Integer:
            return b.power(u, int(k))
        self.domain.append(Condition(u, ">="))
        if k.is_Rational and k.q == 2:
            return b.power(b.call("sqrt", u), int(k.p))
        return b.call("pow", u, self.slot(k))


class Precise:
    """f's gradient and Hessian as SymPy derives them, at 40 digits."""

    def __init__(self, text, variables=("x", "y")):
        self.symbols, f = read(text, variables)
        self.F = [sympy.diff(f, s) for s in self.symbols]
        self.H = [[sympy.diff(g, s) for s in self.symbols] for g in self.F]

    def values(self, place):
        with mp.workdps(DIGITS):
            known = dict(zip(self.symbols, map(mp.mpf, place), strict=True))
            return [_precise(g, known) for g in self.F], mp.matrix(
                [[_precise(h, known) for h in row] for row in self.H]
            )

    def polished(self, place):
        """Two steps of Newton from a place that is nearly a zero; and what F and H are there."""
        with mp.workdps(DIGITS):
            z = mp.matrix(list(place))
            for _ in range(2):
                F, H = self.values(z)
                z -= mp.lu_solve(H, mp.matrix(F))
            return list(z), *self.values(z)


def _precise(e, known):
    if e not in known:
        known[e] = _applied(e, known)
    return known[e]


def _applied(e, known):
    if e.is_Rational:
        return mp.mpf(int(e.p)) / int(e.q)
    if e.is_number and not e.args:
        return {sympy.pi: mp.pi, sympy.E: mp.e}[e] * mp.mpf(1)
    args = [_precise(a, known) for a in e.args]
    if e.is_Add:
        return mp.fsum(args)
    if e.is_Mul:
        return mp.fprod(args)
    if e.is_Pow:
        return args[0] ** (int(e.exp) if e.exp.is_Integer else args[1])
    if isinstance(e, sympy.DiracDelta):
        return mp.mpf(0)
    word = {"Abs": "fabs"}.get(type(e).__name__, type(e).__name__)
    return getattr(mp, word)(*args)
