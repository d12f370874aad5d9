"""The truth file, and a small compiler of its own from its expressions to programs, independent of core.compile."""

import json
from pathlib import Path

import sympy

from core.program import Builder, Condition, Program

TRUTH = json.loads((Path(__file__).parent.parent / "data" / "critical_points_truth.json").read_text())
ENTRY = {entry["id"]: entry for entry in TRUTH}


def plain(entry):
    """Nothing but isolated non-degenerate points of a smooth function, and few variables."""
    labels = [p["label"] for p in entry["points"]]
    return entry["complete"] and not entry["critical_sets"] and "inconclusive" not in labels


def box(entry):
    return tuple((float(low), float(high)) for low, high in entry["box"])


def of(entry):
    return compiled(entry["expression"], entry["variables"])


def compiled(text, variables=("x", "y")):
    """The program of a trusted text, its domain read off its powers, roots and logarithms."""
    symbols = sympy.symbols(list(variables), real=True)
    expression = sympy.sympify(text.replace("^", "**"), locals={str(s): s for s in symbols}, rational=True)
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
        word = {"Abs": "abs", "Max": "max", "Min": "min"}.get(type(e).__name__, type(e).__name__)
        slots = [self.slot(a) for a in e.args]
        if word == "log":
            self.domain.append(Condition(slots[0], ">"))
        if word == "tan":
            self.domain.append(Condition(b.call("cos", slots[0]), "!="))
        return b.call(word, *slots)

    def power(self, base, k):
        b = self.b
        if base == sympy.E:
            return b.call("exp", self.slot(k))
        u = self.slot(base)
        if k.is_number and k.is_negative:
            self.domain.append(Condition(u, "!="))
        if k.is_Integer:
            return b.power(u, int(k))
        self.domain.append(Condition(u, ">="))
        if k.is_Rational and k.q == 2:
            return b.power(b.call("sqrt", u), int(k.p))
        return b.call("pow", u, self.slot(k))


def program_of(text, variables=("x", "y")) -> Program:
    return compiled(text, variables)
