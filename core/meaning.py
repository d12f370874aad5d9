r"""From the tree of a text to an exact Function: the only place where SymPy objects are made from input.

Every node becomes a SymPy expression through a table of whitelisted constructors, and on the way every
division, root and logarithm leaves a requirement behind. Requirements inside a branch of a case
distinction hold only there: they are wrapped so that they are satisfied elsewhere.

Rules: no string reaches a constructor of SymPy except the checked name of a symbol; all symbols are real.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from sympy import And, Eq, Expr, Ge, Gt, Integer, Le, Lt, Ne, Not, Or, Piecewise, Rational, Symbol
from sympy.logic.boolalg import Boolean

from core import settings
from core.function import Atan2, Function, Requirement, Root, never, simplified
from core.syntax import Reading, expanded
from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE, WORD, Rule

Tree = tuple[Any, ...]
_NAME = re.compile(r"[A-Za-z]+(_[A-Za-z0-9]{1,12})?")
_COMPOSED: dict[str, Callable[..., Expr]] = {
    "exp": sympy.exp,
    "ln": lambda u, base=None: sympy.log(u) if base is None else sympy.log(u) / sympy.log(base),
    "sqrt": sympy.sqrt,
    "cbrt": lambda u: Root(u, Integer(3)),
    "root": lambda u, n: Root(u, n) if n % 2 else u ** (1 / n),
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "cot": sympy.cot,
    "sec": sympy.sec,
    "csc": sympy.csc,
    "asin": sympy.asin,
    "acos": sympy.acos,
    "atan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "asinh": sympy.asinh,
    "acosh": sympy.acosh,
    "atanh": sympy.atanh,
    "atan2": Atan2,
    "erf": sympy.erf,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "min": sympy.Min,
    "max": sympy.Max,
}
_QUANTITY: dict[str, Callable[[Expr], Expr]] = {
    "u": lambda u: u,
    "1-u^2": lambda u: 1 - u**2,
    "u-1": lambda u: u - 1,
    "cos u": sympy.cos,
    "sin u": sympy.sin,
}
_RELATION: dict[str, Callable[[Expr, Expr], Boolean]] = {"lt": Lt, "le": Le, "gt": Gt, "ge": Ge, "eq": Eq, "ne": Ne}
_UNREAL = (sympy.I, sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)


class MeaningError(ValueError):
    """The text can be read but means no real function; `code` is "math" or "budget", the message one sentence."""

    def __init__(self, message: str, code: str = "math") -> None:
        super().__init__(message)
        self.code = code


def function(reading: Reading) -> Function:
    """The exact function that a text means.

    >>> from core.syntax import read
    >>> f = function(read("f(x, y) = x^2 y/x + ln y"))
    >>> f.components, [(str(r.expression), r.relation) for r in f.domain]
    ((x*y + log(y),), [('x', '!='), ('y', '>')])
    """
    builder = _Builder()
    components = tuple(builder.expression(tree) for tree in reading.components)
    for component in components:
        _check(component)
    domain = simplified(tuple(builder.domain))
    if any(never(r) for r in domain):
        raise MeaningError("This is not defined for any real numbers.")
    names = (reading.variables, reading.parameters)
    variables, parameters = (tuple(symbol(name) for name in group) for group in names)
    return Function(variables, components, domain, parameters)


def parts(reading: Reading) -> tuple[Function, ...]:
    """Every component by itself, on the domain that its own text has.

    >>> from core.syntax import read
    >>> [[str(r.expression) for r in f.domain] for f in parts(read("(1/x, y, ln(y) x/x)"))]
    [['x'], [], ['x', 'y']]
    """
    return tuple(function(replace(reading, components=(tree,))) for tree in reading.components)


def symbol(name: str) -> Symbol:
    """The real variable of that checked name."""
    assert _NAME.fullmatch(name), name
    return Symbol(name, real=True)


def number(value: float) -> Rational:
    """The decimal number a person sees in a widget, exactly: 0.1 is 1/10.

    >>> number(0.1), number(-2.0), number(1e-06)
    (1/10, -2, 1/1000000)
    """
    mantissa, _, exponent = repr(float(value)).partition("e")
    whole, _, decimals = mantissa.partition(".")
    return Rational(int(whole + decimals), 10 ** len(decimals)) * Integer(10) ** int(exponent or 0)


def _check(component: Expr) -> None:
    for size, node in enumerate(sympy.preorder_traversal(component)):
        if node in _UNREAL:
            raise MeaningError("This has no real value: somewhere a root, logarithm or division is impossible.")
        if size >= settings.BUILT_NODES:
            raise MeaningError("This formula is too large to work with.", "budget")


@dataclass
class _Builder:
    """Walks the tree; collects the requirements of the branch it is in."""

    domain: list[Requirement] = field(default_factory=list)
    _known: dict[Tree, Expr] = field(default_factory=dict)

    def expression(self, tree: Tree) -> Expr:
        if tree not in self._known:
            self._known[tree] = self._build(tree)
        return self._known[tree]

    def _build(self, tree: Tree) -> Expr:
        match tree:
            case ("num", p, q):
                return Rational(int(p), int(q))
            case ("const", "pi"):
                return sympy.pi
            case ("const", "e"):
                return sympy.E
            case ("name", name):
                return symbol(name)
            case ("neg", a):
                return -self.expression(a)
            case ("add", *terms):
                return sympy.Add(*(self.expression(t) for t in terms))
            case ("mul", *factors):
                return sympy.Mul(*(self.expression(t) for t in factors))
            case ("div", a, b):
                below = self.expression(b)
                self._require(below, NONZERO)
                return self.expression(a) / below
            case ("pow", a, b):
                return self._power(self.expression(a), self.expression(b))
            case ("call", word, *_) if WORD[word].means:
                return self.expression(expanded(tree))
            case ("call", word, *arguments):
                return self._call(word, [self.expression(t) for t in arguments])
            case ("cases", *branches):
                return self._cases(branches)
        raise AssertionError(tree)

    def _power(self, a: Expr, b: Expr) -> Expr:
        if b.is_Integer:
            if b.is_negative:
                self._require(a, NONZERO)
            elif b.is_zero and a.is_zero:
                raise MeaningError("0 to the power 0 is not defined.")
        elif a is not sympy.E:
            self._require(a, NONNEGATIVE if b.is_positive and b.is_number else POSITIVE)
        if a.is_number and b.is_number and b.is_Rational and abs(b) > settings.EXPONENT:
            raise MeaningError("That power of a number is too large to write out.", "budget")
        return a**b

    def _call(self, name: str, arguments: list[Expr]) -> Expr:
        word = WORD[name]
        for rule in word.domain:
            self._rule(rule, arguments[0])
        if name == "ln" and len(arguments) == 2:
            self._require(arguments[1], POSITIVE)
            self._require(arguments[1] - 1, NONZERO)
        if name == "root" and arguments[1].is_even:
            self._require(arguments[0], NONNEGATIVE)
        try:
            return _COMPOSED[name](*arguments)
        except (ValueError, TypeError):
            raise MeaningError("This has no real value: an argument of a function is not a real number.") from None

    def _rule(self, rule: Rule, u: Expr) -> None:
        self._require(_QUANTITY[rule.quantity](u), rule.relation)

    def _require(self, expression: Expr, relation: str) -> None:
        self.domain.append(Requirement(expression, relation))

    def _cases(self, branches: list[tuple[Tree, Tree]]) -> Expr:
        """Branch by branch; a requirement of a branch counts only where that branch is taken."""
        one = Integer(1)
        arms: list[tuple[Expr, Boolean]] = []
        for tree, condition in branches:
            inner = _Builder()
            holds = self._condition(condition)
            arms.append((inner.expression(tree), holds))
            earlier = [(one, c) for _, c in arms[:-1]]
            for r in inner.domain:
                self._require(Piecewise(*earlier, (r.expression, holds), (one, True)), r.relation)
        if arms[-1][1] != sympy.true:
            covered = [(one, c) for _, c in arms]
            self._require(Piecewise(*covered, (-one, True)), POSITIVE)
            arms[-1] = (arms[-1][0], sympy.true)
        return Piecewise(*arms)

    def _condition(self, tree: Tree) -> Boolean:
        match tree:
            case ("true",):
                return sympy.true
            case ("and", a, b):
                return And(self._condition(a), self._condition(b))
            case ("or", a, b):
                return Or(self._condition(a), self._condition(b))
            case ("not", a):
                return Not(self._condition(a))
            case (relation, a, b):
                return _RELATION[relation](self.expression(a), self.expression(b))
        raise AssertionError(tree)
