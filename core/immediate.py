r"""From the tree of a text straight to programs: what a picture needs before the exact derivatives are there.

No SymPy is loaded, so a figure can be drawn in the page's process within milliseconds of a formula being typed;
its derivatives come from differentiating the program. It obeys the same table of meanings as the exact way
(`core.meaning`, then `core.compile`), and has the same domain; a test holds the two against each other.

    x^2 y/x   →   outputs [x² y / x], domain [x != 0]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.program import Builder, Condition, Program, component
from core.syntax import Reading, Tree, expanded, written_out
from core.syntax.measure import rational, size_of
from core.vocabulary import NONNEGATIVE, NONZERO, POSITIVE, WORD

_COMPARE: Final = {"lt": "lt", "le": "le", "gt": "lt", "ge": "le", "eq": "eq"}


def programs(reading: Reading, parameters: Mapping[str, float], free: bool = False) -> dict[str, Program]:
    """The programs of all scalars a page can show: "f" of a scalar function; of a vector function each
    component by its number, and "norm", half the square of its length. Parameters without a value are 1;
    where they are `free` they are further inputs, after the variables.

    >>> from core.numeric import floats
    >>> from core.syntax import read
    >>> floats(programs(read("f(x, y) = a x^2 y/x"), {"a": 3.0})["f"], [2.0, 5.0])
    [30.0]
    >>> floats(programs(read("f(x, y) = a x^2 y/x"), {}, free=True)["f"], [2.0, 5.0, 3.0])
    [30.0]
    """
    F = whole(reading, parameters, free)
    m = len(F.outputs)
    if m == 1:
        return {"f": F}
    return {str(i): component(F, i) for i in range(m)} | {"norm": _half_square(F)}


def whole(reading: Reading, parameters: Mapping[str, float], free: bool = False) -> Program:
    """The program of all components, with the conditions that the text implies."""
    letters = reading.parameters if free else ()
    builder = Builder(len(reading.variables) + len(letters))
    names = {name: builder.variable(i) for i, name in enumerate((*reading.variables, *letters))}
    names |= {name: _constant(builder, parameters.get(name, 1.0)) for name in reading.parameters if not free}
    walk = _Walk(builder, names)
    outputs = [walk.slot(tree) for tree in reading.components]
    return builder.program(outputs, walk.domain)


def _constant(builder: Builder, value: float) -> int:
    """A decimal that a person sees: exact only when it is a whole number."""
    return builder.constant(value, exact=value == round(value))


def _half_square(F: Program) -> Program:
    builder = Builder(F.inputs)
    where = builder.copy(F)
    total = builder.constant(0.0)
    for slot in F.outputs:
        total = builder.add(total, builder.power(where[slot], 2))
    half = builder.div(total, builder.constant(2.0))
    return builder.program([half], [Condition(where[c.slot], c.relation) for c in F.domain])


@dataclass
class _Walk:
    """Emits a tree node by node, and collects the conditions of the branch it is in."""

    builder: Builder
    names: dict[str, int]
    domain: list[Condition] = field(default_factory=list)
    known: dict[Tree, int] = field(default_factory=dict)

    def slot(self, tree: Tree) -> int:
        if tree not in self.known:
            self.known[tree] = self._slot(tree)
        return self.known[tree]

    def _slot(self, tree: Tree) -> int:
        b = self.builder
        match tree:
            case ("num", p, q):
                top = self._whole(int(p))
                return top if q == 1 else b.div(top, self._whole(int(q)))
            case ("const", name):
                return b.constant(math.pi if name == "pi" else math.e, exact=False)
            case ("name", name):
                return self.names[name]
            case ("neg", a):
                return b.neg(self.slot(a))
            case ("add", *terms):
                return self._fold(b.add, terms)
            case ("mul", *factors):
                return self._fold(b.mul, factors)
            case ("div", above, below):
                bottom = self.slot(below)
                self._require(bottom, NONZERO)
                return b.div(self.slot(above), bottom)
            case ("pow", base, exponent):
                return self._power(base, exponent)
            case ("call", word, *_) if WORD[word].means:
                return self.slot(expanded(tree))
            case ("call", "root", u, (_, n, _)):
                return self._root(self.slot(u), int(n))
            case ("call", word, *arguments):
                return self._call(word, [self.slot(a) for a in arguments])
            case ("cases", *branches):
                return self._cases(branches)
        raise AssertionError(tree)

    def _whole(self, k: int) -> int:
        return self.builder.constant(float(k), exact=int(float(k)) == k)

    def _fold(self, join: Callable[[int, int], int], parts: Sequence[Tree]) -> int:
        total = self.slot(parts[0])
        for part in parts[1:]:
            total = join(total, self.slot(part))
        return total

    def _require(self, slot: int, relation: str) -> None:
        self.domain.append(Condition(slot, relation))

    def _power(self, base: Tree, exponent: Tree) -> int:
        b, constant = self.builder, written_out(exponent)
        k, size = rational(constant), size_of(constant)
        if base == ("const", "e"):
            return b.call("exp", self.slot(exponent))
        u = self.slot(base)
        if k is None:
            self._require(u, NONNEGATIVE if size is not None and size.value > 0 else POSITIVE)
            return b.call("pow", u, self.slot(exponent))
        p, q = k.numerator, k.denominator
        if q == 1:
            if p < 0:
                self._require(u, NONZERO)
            return b.power(u, p) if p >= 0 else b.div(b.constant(1.0), b.power(u, -p))
        self._require(u, NONNEGATIVE if p > 0 else POSITIVE)
        root = b.power(b.call("sqrt", u), abs(p)) if q == 2 else b.call("pow", u, self._fraction(abs(p), q))
        return root if p > 0 else b.div(b.constant(1.0), root)

    def _root(self, u: int, n: int) -> int:
        b = self.builder
        index = self._fraction(1, n)
        if n % 2:
            return b.mul(b.call("sign", u), b.call("pow", b.call("abs", u), index))
        self._require(u, NONNEGATIVE)
        return b.call("pow", u, index)

    def _fraction(self, p: int, q: int) -> int:
        return self.builder.div(self._whole(p), self._whole(q))

    def _call(self, name: str, u: list[int]) -> int:
        b, word = self.builder, WORD[name]
        one = b.constant(1.0)
        quantity: dict[str, Callable[[], int]] = {
            "u": lambda: u[0],
            "1-u^2": lambda: b.sub(one, b.power(u[0], 2)),
            "u-1": lambda: b.sub(u[0], one),
            "cos u": lambda: b.call("cos", u[0]),
            "sin u": lambda: b.call("sin", u[0]),
        }
        for rule in word.domain:
            self._require(quantity[rule.quantity](), rule.relation)
        match name:
            case "sec":
                return b.div(one, b.call("cos", u[0]))
            case "csc":
                return b.div(one, b.call("sin", u[0]))
            case "cot":
                return b.div(b.call("cos", u[0]), b.call("sin", u[0]))
            case "ln" if len(u) == 2:
                self._require(u[1], POSITIVE)
                self._require(b.sub(u[1], one), NONZERO)
                return b.div(b.call("log", u[0]), b.call("log", u[1]))
        assert word.operation is not None
        first, *others = u
        if not others:
            return first if word.operation in ("min", "max") else b.call(word.operation, first)
        for other in others:
            first = b.call(word.operation, first, other)
        return first

    def _cases(self, branches: Sequence[tuple[Tree, Tree]]) -> int:
        """Branch by branch; a condition of a branch counts only where that branch is taken."""
        b = self.builder
        one = b.constant(1.0)
        tests = [self._truth(condition) for _, condition in branches]
        values = []
        for i, (tree, _) in enumerate(branches):
            inner = _Walk(b, self.names)
            values.append(inner.slot(tree))
            for condition in inner.domain:
                taken = b.call("select", tests[i], condition.slot, one)
                self._require(self._unless(tests[:i], one, taken), condition.relation)
        if branches[-1][1] != ("true",):
            self._require(self._unless(tests, one, b.constant(-1.0)), POSITIVE)
        slot = values[-1]
        for test, value in zip(reversed(tests[:-1]), reversed(values[:-1]), strict=True):
            slot = b.call("select", test, value, slot)
        return slot

    def _unless(self, tests: Sequence[int], then: int, otherwise: int) -> int:
        """`then` where one of the tests holds, else `otherwise`."""
        for test in reversed(tests):
            otherwise = self.builder.call("select", test, then, otherwise)
        return otherwise

    def _truth(self, tree: Tree) -> int:
        b: Any = self.builder
        one = b.constant(1.0)
        match tree:
            case ("true",):
                return int(one)
            case ("and", left, right):
                return int(b.mul(self._truth(left), self._truth(right)))
            case ("or", left, right):
                return int(b.call("max", self._truth(left), self._truth(right)))
            case ("not", inner):
                return int(b.sub(one, self._truth(inner)))
            case ("ne", left, right):
                return int(b.sub(one, b.call("eq", self.slot(left), self.slot(right))))
            case (relation, left, right):
                a, c = self.slot(left), self.slot(right)
                swapped = relation in ("gt", "ge")
                return int(b.call(_COMPARE[relation], c, a) if swapped else b.call(_COMPARE[relation], a, c))
        raise AssertionError(tree)
