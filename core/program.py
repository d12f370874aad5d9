r"""Program: a function as one flat list of operations on plain numbers, and its derivative.

Instruction i fills slot i from earlier slots; equal instructions share one slot, so common subexpressions
are computed once. There is no generated code: NumPy, Python floats, intervals and the browser all
interpret this same list, by the table of meanings in `core.vocabulary`.

The derivative is the chain rule, one instruction at a time: if slot s is u(a, b), then

    ds/dx = u_a da/dx + u_b db/dx.

It keeps the conditions of its function, without the edge of the domain, and adds one at every seam (|u| at 0,
a tie of max): there the derivative does not exist.

Rules: a program is immutable; only `Builder` makes one; only numbers and words of `OPERATIONS` are in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

from core.vocabulary import NONNEGATIVE, NONZERO, OPERATIONS, POSITIVE, RELATIONS

Instruction = tuple[Any, ...]  # (name, slots...); const, var and powi carry one plain number


@dataclass(frozen=True)
class Constant:
    """A float, and whether it is the very number that was meant or the nearest float to it."""

    value: float
    exact: bool


@dataclass(frozen=True)
class Condition:
    """Slot `slot` must be > 0, >= 0 or != 0 for the program to have a value."""

    slot: int
    relation: str


@dataclass(frozen=True)
class Program:
    """m outputs of n coordinates, with the conditions under which they exist.

    >>> b = Builder(2)
    >>> x, y = b.variable(0), b.variable(1)
    >>> p = b.program([b.add(b.power(x, 2), y)])
    >>> p.code
    (('var', 0), ('var', 1), ('powi', 0, 2), ('add', 1, 2))
    >>> Program.from_wire(p.to_wire()) == p
    True
    """

    inputs: int
    constants: tuple[Constant, ...]
    code: tuple[Instruction, ...]
    outputs: tuple[int, ...]
    domain: tuple[Condition, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        return {
            "inputs": self.inputs,
            "constants": [[c.value, c.exact] for c in self.constants],
            "code": [list(instruction) for instruction in self.code],
            "outputs": list(self.outputs),
            "domain": [[c.slot, c.relation] for c in self.domain],
        }

    @staticmethod
    def from_wire(wire: dict[str, Any]) -> Program:
        program = Program(
            int(wire["inputs"]),
            tuple(Constant(float(value), bool(exact)) for value, exact in wire["constants"]),
            tuple((str(word), *(int(number) for number in rest)) for word, *rest in wire["code"]),
            tuple(int(slot) for slot in wire["outputs"]),
            tuple(Condition(int(slot), str(relation)) for slot, relation in wire["domain"]),
        )
        _check(program)
        return program


def _check(program: Program) -> None:
    """A wire form may come from anywhere; raises ValueError when it is no program."""
    slots = range(len(program.code))
    fits = all(_fits(program, i) for i in slots)
    ends = (*program.outputs, *(c.slot for c in program.domain))
    if not (fits and all(slot in slots for slot in ends) and all(c.relation in RELATIONS for c in program.domain)):
        raise ValueError("This is not a program.")


def _fits(program: Program, i: int) -> bool:
    """Whether instruction i has a known name, the right number of fields, and reads only what is before it."""
    word, *rest = program.code[i]
    if word not in OPERATIONS or len(rest) != (
        1 if word in ("const", "var") else 2 if word == "powi" else OPERATIONS[word].arity
    ):
        return False
    limit = {"const": len(program.constants), "var": program.inputs}.get(word, i)
    return all(0 <= field < limit for field in (rest[:1] if word == "powi" else rest))


@dataclass
class Builder:
    """Collects instructions; the same instruction twice is the same slot.

    It simplifies only what is true for every operand, nan included: a + 0, 1 a, a^1, -(-a).
    """

    inputs: int
    constants: list[Constant] = field(default_factory=list)
    code: list[Instruction] = field(default_factory=list)
    _known: dict[Any, int] = field(default_factory=dict)

    def emit(self, word: str, *rest: int) -> int:
        instruction = (word, *rest)
        if instruction not in self._known:
            self._known[instruction] = len(self.code)
            self.code.append(instruction)
        return self._known[instruction]

    def variable(self, i: int) -> int:
        return self.emit("var", i)

    def constant(self, value: float, exact: bool = True) -> int:
        assert math.isfinite(value)
        key = ("constant", value, exact)
        if key not in self._known:
            self._known[key] = len(self.constants)
            self.constants.append(Constant(value, exact))
        return self.emit("const", self._known[key])

    def value(self, slot: int) -> float | None:
        """The exact constant in a slot, if that is what it holds."""
        word, *rest = self.code[slot]
        if word == "const" and self.constants[rest[0]].exact:
            return self.constants[rest[0]].value
        return None

    def neg(self, a: int) -> int:
        if self.code[a][0] == "neg":
            return int(self.code[a][1])
        value = self.value(a)
        return self.emit("neg", a) if value is None else self.constant(0.0 - value)

    def add(self, a: int, b: int) -> int:
        if self.value(a) == 0:
            return b
        if self.value(b) == 0:
            return a
        if self.code[b][0] == "neg":
            return self.sub(a, self.code[b][1])
        if self.code[a][0] == "neg":
            return self.sub(b, self.code[a][1])
        return self.emit("add", min(a, b), max(a, b))

    def sub(self, a: int, b: int) -> int:
        if self.value(b) == 0:
            return a
        if self.value(a) == 0:
            return self.neg(b)
        return self.add(a, self.code[b][1]) if self.code[b][0] == "neg" else self.emit("sub", a, b)

    def mul(self, a: int, b: int) -> int:
        if self.value(a) == 1:
            return b
        if self.value(b) == 1:
            return a
        if self.value(a) == -1:
            return self.neg(b)
        if self.value(b) == -1:
            return self.neg(a)
        p, q = self.value(a), self.value(b)
        if p is not None and q is not None and p == int(p) and q == int(q) and abs(p * q) < 2**53:
            return self.constant(p * q)
        if self.code[a][0] == "neg":
            return self.neg(self.mul(self.code[a][1], b))
        if self.code[b][0] == "neg":
            return self.neg(self.mul(a, self.code[b][1]))
        if a == b:
            return self.power(a, 2)
        return self.emit("mul", min(a, b), max(a, b))

    def div(self, a: int, b: int) -> int:
        return a if self.value(b) == 1 else self.emit("div", a, b)

    def power(self, a: int, k: int) -> int:
        return a if k == 1 else self.emit("powi", a, k)

    def call(self, word: str, *slots: int) -> int:
        return self.emit(word, *slots)

    def copy(self, program: Program, coordinates: list[int] | None = None) -> list[int]:
        """Put a program's instructions here, slots in the place of its coordinates; where each of its slots went."""
        where: list[int] = []
        for word, *rest in program.code:
            if word == "const":
                constant = program.constants[rest[0]]
                where.append(self.constant(constant.value, constant.exact))
            elif word == "var":
                where.append(self.variable(rest[0]) if coordinates is None else coordinates[rest[0]])
            elif word == "powi":
                where.append(self.emit("powi", where[rest[0]], rest[1]))
            else:
                where.append(self.emit(word, *(where[slot] for slot in rest)))
        return where

    def program(self, outputs: list[int], domain: list[Condition] | None = None) -> Program:
        """The finished program, without the instructions nobody reads."""
        return _pruned(
            Program(self.inputs, tuple(self.constants), tuple(self.code), tuple(outputs), _once(domain or []))
        )


def _once(domain: list[Condition]) -> tuple[Condition, ...]:
    return tuple(dict.fromkeys(domain))


def operands(instruction: Instruction) -> tuple[int, ...]:
    """The earlier slots an instruction reads."""
    word, *rest = instruction
    return tuple(rest[: OPERATIONS[word].arity])


def _pruned(program: Program) -> Program:
    needed = {*program.outputs, *(c.slot for c in program.domain)}
    for i in range(len(program.code) - 1, -1, -1):
        if i in needed:
            needed.update(operands(program.code[i]))
    new: dict[int, int] = {}
    constants: dict[int, int] = {}
    code: list[Instruction] = []
    for i, (word, *rest) in enumerate(program.code):
        if i not in needed:
            continue
        new[i] = len(code)
        if word == "const":
            code.append(("const", constants.setdefault(rest[0], len(constants))))
        elif word == "var":
            code.append(("var", rest[0]))
        elif word == "powi":
            code.append(("powi", new[rest[0]], rest[1]))
        else:
            code.append((word, *(new[slot] for slot in rest)))
    return Program(
        program.inputs,
        tuple(program.constants[old] for old in constants),
        tuple(code),
        tuple(new[slot] for slot in program.outputs),
        tuple(Condition(new[c.slot], c.relation) for c in program.domain),
    )


def component(program: Program, i: int) -> Program:
    """The program of output i alone, with the conditions of the whole."""
    builder = Builder(program.inputs)
    where = builder.copy(program)
    return builder.program([where[program.outputs[i]]], _moved(program, where))


def restrict(program: Program, fixed: dict[int, float]) -> Program:
    """The program as a function of the coordinates that are left, the others held at a number.

    >>> b = Builder(2)
    >>> p = b.program([b.add(b.variable(0), b.variable(1))])
    >>> restrict(p, {0: 3.0}).code
    (('const', 0), ('var', 0), ('add', 0, 1))
    """
    left = [i for i in range(program.inputs) if i not in fixed]
    builder = Builder(len(left))
    coordinates = [
        builder.constant(fixed[i]) if i in fixed else builder.variable(left.index(i)) for i in range(program.inputs)
    ]
    where = builder.copy(program, coordinates)
    return builder.program([where[slot] for slot in program.outputs], _moved(program, where))


def join(*programs: Program) -> Program:
    """One program with the outputs of all, one after the other, and the conditions of all."""
    builder = Builder(programs[0].inputs)
    outputs: list[int] = []
    domain: list[Condition] = []
    for program in programs:
        where = builder.copy(program)
        outputs += [where[slot] for slot in program.outputs]
        domain += _moved(program, where)
    return builder.program(outputs, domain)


def _moved(program: Program, where: list[int]) -> list[Condition]:
    return [Condition(where[c.slot], c.relation) for c in program.domain]


_INSIDE: Final = {POSITIVE: POSITIVE, NONNEGATIVE: POSITIVE, NONZERO: NONZERO}  # on the edge there is no derivative


def jacobian(program: Program, n: int | None = None, seams: bool = True) -> Program:
    """The m n partial derivatives, row by row: output i n + j is d f_i / d x_j.

    By the first n inputs, or by all: further ones are letters, which are held. At a seam (a kink of |u|, a tie of max)
    there is no derivative; without `seams` it is that of one side, and 0 for |u| at 0.

    >>> b = Builder(1)
    >>> p = b.program([b.power(b.variable(0), 3)])
    >>> jacobian(p).code
    (('var', 0), ('const', 0), ('powi', 0, 2), ('mul', 1, 2))
    """
    builder = Builder(program.inputs)
    where = builder.copy(program)
    domain = [Condition(c.slot, _INSIDE[c.relation]) for c in _moved(program, where)]
    matters = _Where.of(program, builder, where) if seams else _Where({}, {})
    partials = [_Tangent(builder, j, domain, matters).of(program, where) for j in range(n or program.inputs)]
    zero = builder.constant(0.0)
    outputs = [
        zero if partial[slot] is None else int(partial[slot] or 0) for slot in program.outputs for partial in partials
    ]
    return builder.program(outputs, domain)


def gradient(program: Program, n: int | None = None, seams: bool = True) -> Program:
    """The partial derivatives of a program with one output, by the first n inputs or by all."""
    assert len(program.outputs) == 1
    return jacobian(program, n, seams)


def hessian(program: Program) -> Program:
    """The Jacobian of the gradient: n n outputs, row by row."""
    return jacobian(gradient(program))


def jet(program: Program, n: int | None = None) -> Program:
    """Value, gradient, Hessian of one output in one program: 1 + n + n n outputs.

    By the first n inputs, or by all of them.
    """
    g = gradient(program, n)
    return join(program, g, jacobian(g, n))


@dataclass(frozen=True)
class _Where:
    """For each slot, a slot that is not 0 where a jump or a kink of it is one of an output; absent: nowhere.

    What stands in a branch of a `select` matters where that branch is taken. A comparison, like a sign, only asks on
    which side its operands are: a kink in them is no kink of it, but a jump may carry them across.
    """

    jump: dict[int, int]
    kink: dict[int, int]

    @staticmethod
    def of(program: Program, builder: Builder, where: list[int]) -> _Where:
        one, zero = builder.constant(1.0), builder.constant(0.0)
        jump, kink = (dict.fromkeys(program.outputs, one) for _ in range(2))

        def add(matters: dict[int, int], slot: int, reason: int | None) -> None:
            known = matters.get(slot)
            if known is None and reason is not None:
                matters[slot] = reason
            elif known is not None and reason is not None and one not in (known, reason):
                matters[slot] = builder.call("max", known, reason)
            elif reason == one:
                matters[slot] = one

        for i in range(len(program.code) - 1, -1, -1):
            word, *rest = program.code[i]
            for matters in (jump, kink):
                reason = matters.get(i)
                if reason is None:
                    continue
                if word == "select":
                    no = builder.call("eq", where[rest[0]], zero)
                    for slot, taken in ((rest[1], builder.sub(one, no)), (rest[2], no)):
                        add(matters, slot, taken if reason == one else builder.call("select", reason, taken, zero))
                    add(matters, rest[0], reason)
                elif matters is jump or word not in ("lt", "le", "eq", "sign"):
                    for slot in operands(program.code[i]):
                        add(matters, slot, reason)
        return _Where(jump, kink)


@dataclass
class _Tangent:
    """The derivative by coordinate j of every slot; None is the number zero, and costs nothing.

    The conditions at the seams it meets go into `domain`, each for where its slot matters.
    """

    builder: Builder
    j: int
    domain: list[Condition]
    matters: _Where
    slot: int = 0  # of the program, in work

    def of(self, program: Program, where: list[int]) -> list[int | None]:
        d: list[int | None] = []
        for self.slot, instruction in enumerate(program.code):
            word, *rest = instruction
            if word == "var":
                d.append(self.builder.constant(1.0) if rest[0] == self.j else None)
            elif word == "const" or all(d[slot] is None for slot in operands(instruction)):
                d.append(None)
            elif word == "powi":
                d.append(self._powi(where[rest[0]], rest[1], d[rest[0]]))
            else:
                d.append(self._rule(word, [where[s] for s in rest], [d[s] for s in rest], where[self.slot]))
        return d

    def _kink(self, slot: int, relation: str) -> None:
        self._seam(self.matters.kink.get(self.slot), slot, relation)

    def _jump(self, slot: int, relation: str) -> None:
        self._seam(self.matters.jump.get(self.slot), slot, relation)

    def _seam(self, where: int | None, slot: int, relation: str) -> None:
        one = self.builder.constant(1.0)  # satisfies every relation
        if where is not None:
            slot = slot if where == one else self.builder.call("select", where, slot, one)
            self.domain.append(Condition(slot, relation))

    def _powi(self, a: int, k: int, da: int | None) -> int | None:
        b = self.builder
        if k == 0 or da is None:
            return None
        outer = b.constant(float(k)) if k == 1 else b.mul(b.constant(float(k)), b.power(a, k - 1))
        return b.mul(outer, da)

    def _sum(self, a: int | None, b: int | None) -> int | None:
        return b if a is None else a if b is None else self.builder.add(a, b)

    def _times(self, a: int | None, da: int | None) -> int | None:
        return None if a is None or da is None else self.builder.mul(a, da)

    def _rule(self, word: str, u: list[int], du: list[int | None], s: int) -> int | None:
        b = self.builder
        one = b.constant(1.0)
        if len(u) == 1:
            outer = self._outer(word, u[0], s)
            return None if outer is None else self._times(outer, du[0])
        (a, c), (da, dc) = u[:2], du[:2]
        match word:
            case "add":
                return self._sum(da, dc)
            case "sub":
                return self._sum(da, None if dc is None else b.neg(dc))
            case "mul":
                return self._sum(self._times(c, da), self._times(a, dc))
            case "div":  # (da - s dc) / c, with s = a / c
                top = self._sum(da, None if dc is None else b.neg(b.mul(s, dc)))
                return None if top is None else b.div(top, c)
            case "atan2":  # (c da - a dc) / (a^2 + c^2); a jump where a = 0 and c <= 0
                self._jump(b.call("max", b.call("abs", a), c), POSITIVE)
                top = self._sum(self._times(c, da), None if dc is None else b.neg(b.mul(a, dc)))
                return None if top is None else b.div(top, b.add(b.power(a, 2), b.power(c, 2)))
            case "pow":  # c a^(c-1) da + a^c ln(a) dc
                self._kink(a, POSITIVE)
                left = self._times(b.mul(c, b.call("pow", a, b.sub(c, one))), da)
                return self._sum(left, self._times(b.mul(s, b.call("log", a)) if dc is not None else None, dc))
            case "min" | "max":
                self._kink(b.sub(a, c), NONZERO)
                first = b.call("lt", a, c) if word == "min" else b.call("lt", c, a)
                zero = b.constant(0.0)
                return b.call("select", first, zero if da is None else da, zero if dc is None else dc)
            case "lt" | "le" | "eq":
                self._jump(b.sub(a, c), NONZERO)
                return None
            case "select":
                zero = b.constant(0.0)
                yes, no = (zero if d is None else d for d in du[1:])
                return yes if yes == no else b.call("select", u[0], yes, no)
        raise AssertionError(word)

    def _outer(self, word: str, u: int, s: int) -> int | None:
        """d word(u) / du, with s = word(u)."""
        b = self.builder
        one = b.constant(1.0)

        def square(slot: int) -> int:
            return b.power(slot, 2)

        match word:
            case "neg":
                return b.constant(-1.0)
            case "sqrt":
                self._kink(u, POSITIVE)
                return b.div(b.constant(0.5), s)
            case "cbrt":
                self._kink(u, NONZERO)
                return b.div(one, b.mul(b.constant(3.0), square(s)))
            case "exp":
                return s
            case "log":
                return b.div(one, u)
            case "sin":
                return b.call("cos", u)
            case "cos":
                return b.neg(b.call("sin", u))
            case "tan":
                return b.add(one, square(s))
            case "asin" | "acos":
                rest = b.sub(one, square(u))
                self._kink(rest, POSITIVE)
                slope = b.div(one, b.call("sqrt", rest))
                return slope if word == "asin" else b.neg(slope)
            case "atan":
                return b.div(one, b.add(one, square(u)))
            case "sinh":
                return b.call("cosh", u)
            case "cosh":
                return b.call("sinh", u)
            case "tanh":
                return b.sub(one, square(s))
            case "asinh":
                return b.div(one, b.call("sqrt", b.add(one, square(u))))
            case "acosh":
                rest = b.sub(square(u), one)
                self._kink(rest, POSITIVE)
                return b.div(one, b.call("sqrt", rest))
            case "atanh":
                return b.div(one, b.sub(one, square(u)))
            case "erf":  # 2/sqrt(pi) e^(-u^2)
                return b.mul(b.constant(2.0 / math.sqrt(math.pi), exact=False), b.call("exp", b.neg(square(u))))
            case "abs":
                self._kink(u, NONZERO)
                return b.call("sign", u)
            case "sign":
                self._jump(u, NONZERO)
                return None
        raise AssertionError(word)
