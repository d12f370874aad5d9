"""The two readers in floating point: a program at one point (Python floats) and on whole arrays (NumPy).

Both obey the table of meanings in `core.vocabulary`: nan wherever an operand is nan, an operation undefined, or
a condition false; an infinity where a number grows too large. `Objective` is what an optimizer sees of a
function; `Samples` is what a picture sees.

Rules: no reader raises or warns about a number; the two agree to a few units in the last place, and are nan in
the same places.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.error_function import erf, erfs
from core.interval import Box
from core.program import Builder, Condition, Program, gradient, jacobian, jet, operands
from core.vocabulary import NONNEGATIVE, POSITIVE

Array = NDArray[np.float64]
Point = Sequence[float] | Array

# One point.


def floats(program: Program, x: Point) -> list[float]:
    """All outputs at one point; all nan where a condition of the program fails.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> f = b.program([b.add(b.power(b.variable(0), 2), b.variable(1)), b.call("log", b.variable(1))])
    >>> floats(f, [3.0, 1.0]), floats(f, [3.0, -1.0])
    ([10.0, 0.0], [8.0, nan])
    """
    slots: list[float] = []
    for word, *rest in program.code:
        if word == "const":
            slots.append(float(program.constants[rest[0]].value))
        elif word == "var":
            slots.append(float(x[rest[0]]))
        elif word == "powi":
            slots.append(_float_powi(slots[rest[0]], rest[1]))
        else:
            slots.append(FLOATS[word](*[slots[slot] for slot in rest]))
    if all(_holds(condition, slots[condition.slot]) for condition in program.domain):
        return [slots[slot] for slot in program.outputs]
    return [math.nan] * len(program.outputs)


def _holds(condition: Condition, u: Any) -> Any:
    """Whether u satisfies the condition; nan satisfies none."""
    if condition.relation == POSITIVE:
        return u > 0.0
    if condition.relation == NONNEGATIVE:
        return u >= 0.0
    return (u > 0.0) | (u < 0.0)


def _tamed(function: Callable[[float], float], overflow: Callable[[float], float] = abs) -> Callable[[float], float]:
    """A function of `math` that gives nan and infinities instead of raising; `overflow` carries their sign."""

    def tamed(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return math.copysign(math.inf, overflow(a))
        except ValueError:
            return math.nan

    return tamed


def _float_powi(a: float, k: int) -> float:
    if math.isnan(a) or (a == 0.0 and k < 0):
        return math.nan
    if k in (2, 3):
        return a * a if k == 2 else a * a * a
    try:
        return float(a**k)
    except OverflowError:
        return math.copysign(math.inf, a) if k % 2 else math.inf


def _float_pow(a: float, b: float) -> float:
    if math.isnan(b) or not (a > 0.0 or (a == 0.0 and b > 0.0)):
        return math.nan
    try:
        return math.pow(a, b)
    except OverflowError:
        return math.inf


def _float_atan2(a: float, b: float) -> float:
    """The negative axis belongs to pi, for either zero: -0 + 0 is 0."""
    nowhere = (a == 0.0 and b == 0.0) or (math.isinf(a) and math.isinf(b))
    return math.nan if nowhere else math.atan2(a + 0.0, b)


def _float_select(c: float, a: float, b: float) -> float:
    return math.nan if math.isnan(c) else a if c != 0.0 else b


def _float_min(a: float, b: float) -> float:
    """Of a and b; nan when either is nan, for then neither comparison holds, as in the next four."""
    return b if b < a else a if b >= a else math.nan


def _float_max(a: float, b: float) -> float:
    return b if b > a else a if b <= a else math.nan


def _float_lt(a: float, b: float) -> float:
    return 1.0 if a < b else 0.0 if a >= b else math.nan


def _float_le(a: float, b: float) -> float:
    return 1.0 if a <= b else 0.0 if a > b else math.nan


def _float_eq(a: float, b: float) -> float:
    return 1.0 if a == b else 0.0 if a < b or a > b else math.nan


def _float_sign(a: float) -> float:
    return a if math.isnan(a) else float((a > 0.0) - (a < 0.0))


FLOATS: Final[dict[str, Callable[..., float]]] = {
    "neg": lambda a: -a,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else math.nan,
    "powi": _float_powi,
    "pow": _float_pow,
    "sqrt": _tamed(math.sqrt),
    "cbrt": _tamed(math.cbrt),
    "exp": _tamed(math.exp),
    "log": _tamed(math.log),
    "sin": _tamed(math.sin),
    "cos": _tamed(math.cos),
    "tan": _tamed(math.tan),
    "asin": _tamed(math.asin),
    "acos": _tamed(math.acos),
    "atan": _tamed(math.atan),
    "sinh": _tamed(math.sinh, lambda a: a),
    "cosh": _tamed(math.cosh),
    "tanh": _tamed(math.tanh),
    "asinh": _tamed(math.asinh),
    "acosh": _tamed(math.acosh),
    "atanh": _tamed(math.atanh),
    "erf": erf,
    "atan2": _float_atan2,
    "abs": abs,
    "sign": _float_sign,
    "min": _float_min,
    "max": _float_max,
    "lt": _float_lt,
    "le": _float_le,
    "eq": _float_eq,
    "select": _float_select,
}

RAW: Final[dict[str, Callable[..., float]]] = {
    "neg": operator.neg,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    **{word: getattr(math, word) for word in ("sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "asin", "acos")},
    **{word: getattr(math, word) for word in ("atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
}
"""Operations of Python itself that mean the same, except that they raise where ours give nan or an infinity."""


Code = list[tuple[Callable[..., float], int, int, int]]  # what to do, where it goes, and two slots: see `_run`
_RAISED: Final = (ValueError, OverflowError, ZeroDivisionError)


class PointReader:
    """A program made ready to be read at many points, one after the other: the same numbers as `floats`.

    Where an operation of Python raises, the point is read again by the table, which does not.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> f = PointReader(b.program([b.call("log", b.variable(0))]))
    >>> f([1.0]), f([-1.0])
    ([0.0], [nan])
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._slots, self._inputs, self._code = _ready(program)
        self._domain, self._outputs = program.domain, program.outputs

    def __call__(self, x: Point) -> list[float]:
        """All outputs at one point; all nan where a condition of the program fails."""
        slots = self._slots
        for slot, i in self._inputs:
            slots[slot] = float(x[i])
        try:
            _run(self._code, slots)
        except _RAISED:
            return floats(self.program, x)
        for condition in self._domain:
            if not _holds(condition, slots[condition.slot]):
                return [math.nan] * len(self._outputs)
        return [slots[slot] for slot in self._outputs]


def _ready(program: Program) -> tuple[list[float], list[tuple[int, int]], Code]:
    """A place for every slot, the constants in it; which slots are coordinates; what is to be done for the others."""
    slots = [0.0] * len(program.code)  # constants stay; what depends on x is written before it is read
    inputs: list[tuple[int, int]] = []
    code: Code = []
    for slot, (word, *rest) in enumerate(program.code):
        if word == "const":
            slots[slot] = float(program.constants[rest[0]].value)
        elif word == "var":
            inputs.append((slot, rest[0]))
        elif word == "powi" and rest[1] == 2:
            code.append((operator.mul, slot, rest[0], rest[0]))
        elif word == "powi":
            code.append((functools.partial(_power, rest[1]), slot, rest[0], _ONE))
        elif len(rest) > 2:
            assert word == "select"
            code.append((functools.partial(_selected, *rest), slot, _MANY, _MANY))
        else:
            code.append((RAW.get(word, FLOATS[word]), slot, rest[0], rest[1] if len(rest) > 1 else _ONE))
    return slots, inputs, code


_ONE: Final = -1  # in the place of the second slot: there is one operand
_MANY: Final = -2  # there are more than two, and the operation finds them itself


def _run(code: Code, slots: list[float]) -> None:
    for act, slot, a, b in code:
        if b >= 0:
            slots[slot] = act(slots[a], slots[b])
        elif b == _ONE:
            slots[slot] = act(slots[a])
        else:
            slots[slot] = act(slots)


def _selected(c: int, a: int, b: int, slots: list[float]) -> float:
    return _float_select(slots[c], slots[a], slots[b])


class _Jet:
    """f, gradient and Hessian at one point after the other, each going on where the one before it stopped.

    The code of f is where a jet begins, so what f and its derivatives share is computed once.
    """

    def __init__(self, jet: Program, f: Program) -> None:
        n = jet.inputs
        self._slots, self._inputs, code = _ready(jet)
        first, second = (
            {*f.outputs, *(c.slot for c in f.domain)},
            {*jet.outputs[: 1 + n], *(c.slot for c in jet.domain)},
        )
        self._codes: list[Code] = []
        done: set[int] = set()
        for wanted in (first, second, {*jet.outputs}):
            needed = _needed(jet, wanted) - done
            self._codes.append([step for step in code if step[1] in needed])
            done |= needed
        self._domains = f.domain, jet.domain, jet.domain
        self._outputs = jet.outputs[:1], jet.outputs[1 : 1 + n], jet.outputs[1 + n :]
        self._place: list[float] = []
        self._stage = -1

    def read(self, stage: int, place: list[float]) -> list[float] | None:
        """The outputs of a stage; None where an operation raised, or the stage before it was not read there."""
        slots = self._slots
        if stage == 0:
            self._place = place
            for slot, i in self._inputs:
                slots[slot] = place[i]
        elif self._stage < stage - 1 or self._place != place:
            return None
        try:
            if self._stage < stage or not stage:
                self._stage = -1
                _run(self._codes[stage], slots)
                self._stage = stage
        except _RAISED:
            return None
        for condition in self._domains[stage]:
            if not _holds(condition, slots[condition.slot]):
                return [math.nan] * len(self._outputs[stage])
        return [slots[slot] for slot in self._outputs[stage]]


def _needed(program: Program, wanted: set[int]) -> set[int]:
    """The slots that these are computed from, with themselves."""
    needed = set(wanted)
    for i in range(len(program.code) - 1, -1, -1):
        if i in needed:
            needed.update(operands(program.code[i]))
    return needed


def _power(k: int, a: float) -> float:
    return _float_powi(a, k)


# Arrays.


def arrays(program: Program, X: ArrayLike) -> Array:
    """All outputs on an array of points: X of shape (n, ...) gives (m, ...).

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> arrays(b.program([b.call("sqrt", b.variable(0))]), [[4.0, -1.0]])
    array([[ 2., nan]])
    """
    X = np.asarray(X, dtype=float)
    with np.errstate(all="ignore"):
        slots = _array_slots(program, X)
        F = np.empty((len(program.outputs), *X.shape[1:]))
        for i, slot in enumerate(program.outputs):
            F[i] = slots[slot]
        for condition in program.domain:
            F[:, ~np.broadcast_to(_holds(condition, slots[condition.slot]), X.shape[1:])] = np.nan
    return F


def has_values(program: Program, X: ArrayLike) -> bool:
    """Whether the first output is a finite number at one of the points of an array of shape (n, ...).

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> has_values(b.program([b.call("log", b.variable(0))]), [[-1.0, 0.0]])
    False
    """
    return bool(np.isfinite(arrays(program, X)[0]).any())


def _array_slots(program: Program, X: Array) -> list[Any]:
    slots: list[Any] = []
    for word, *rest in program.code:
        if word == "const":
            slots.append(np.float64(program.constants[rest[0]].value))
        elif word == "var":
            slots.append(X[rest[0]])
        elif word == "powi":
            slots.append(_array_powi(slots[rest[0]], rest[1]))
        else:
            slots.append(ARRAYS[word](*[slots[slot] for slot in rest]))
    return slots


def _array_powi(a: Any, k: int) -> Any:
    if k == 0:
        return np.where(np.isnan(a), np.nan, 1.0)
    if k < 0:
        return np.where(a == 0.0, np.nan, np.power(a, float(k)))
    return a if k == 1 else a * a if k == 2 else a * a * a if k == 3 else np.power(a, float(k))


def _array_pow(a: Any, b: Any) -> Any:
    defined = (a > 0.0) | ((a == 0.0) & (b > 0.0))
    return np.where(defined & ~np.isnan(b), np.power(a, b), np.nan)


def _array_atan2(a: Any, b: Any) -> Any:
    nowhere = ((a == 0.0) & (b == 0.0)) | (np.isinf(a) & np.isinf(b))
    return np.where(nowhere, np.nan, np.arctan2(a + 0.0, b))


def _array_compare(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: np.where(np.isnan(a) | np.isnan(b), np.nan, compare(a, b))


ARRAYS: Final[dict[str, Callable[..., Any]]] = {
    "neg": np.negative,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": lambda a, b: np.where(b == 0.0, np.nan, np.divide(a, b)),
    "powi": _array_powi,
    "pow": _array_pow,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "exp": np.exp,
    "log": lambda a: np.where(a > 0.0, np.log(a), np.nan),
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": lambda a: np.where(np.abs(a) < 1.0, np.arctanh(a), np.nan),
    "erf": erfs,
    "atan2": _array_atan2,
    "abs": np.abs,
    "sign": np.sign,
    "min": np.minimum,
    "max": np.maximum,
    "lt": _array_compare(np.less),
    "le": _array_compare(np.less_equal),
    "eq": _array_compare(np.equal),
    "select": lambda c, a, b: np.where(np.isnan(c), np.nan, np.where(c != 0.0, a, b)),
}


class ArrayReader:
    """A program made ready to be read on many arrays of points, (n, k) to (m, k): the same numbers as `arrays`.

    What is computed on the way lies in the same memory every time, as long as k is the same.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> f = ArrayReader(b.program([b.call("sqrt", b.variable(0))]))
    >>> f(np.array([[4.0, -1.0]])), f(np.array([[9.0]]))
    (array([[ 2., nan]]), array([[3.]]))
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._k = -1

    def __call__(self, X: Array) -> Array:
        """All outputs; nan where a condition of the program fails."""
        if X.shape[1] != self._k:
            self._prepare(X.shape[1])
        for place, i in self._inputs:
            place[:] = X[i]
        with np.errstate(all="ignore"):
            for act, operands in self._code:
                act(*operands)
            F = np.empty((len(self.program.outputs), self._k))
            for i, slot in enumerate(self.program.outputs):
                F[i] = self._slots[slot]
            for condition in self.program.domain:
                F[:, ~_holds(condition, self._slots[condition.slot])] = np.nan
        return F

    def _prepare(self, k: int) -> None:
        """Lay out the memory for k points: every operation with the rows it reads and, last, the row it writes."""
        self._k, self._slots = k, np.empty((len(self.program.code), k))
        self._inputs: list[tuple[Array, int]] = []
        self._code: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        row = list(self._slots)
        for i, (word, *rest) in enumerate(self.program.code):
            if word == "const":
                row[i][:] = self.program.constants[rest[0]].value
            elif word == "var":
                self._inputs.append((row[i], rest[0]))
            elif word == "powi" and rest[1] in (2, 3):
                a = row[rest[0]]
                self._code.append((np.multiply, (a, a, row[i])))
                self._code += [(np.multiply, (row[i], a, row[i]))] * (rest[1] == 3)
            elif word == "powi":
                self._code.append((functools.partial(_written, _array_powi), (row[rest[0]], rest[1], row[i])))
            else:
                act, operands = ARRAYS[word], tuple(row[slot] for slot in rest)
                if word in ("min", "max"):  # which take a third operand for another number
                    self._code.append((functools.partial(act, out=row[i]), operands))
                    continue
                act = act if isinstance(act, np.ufunc) else functools.partial(_written, act)
                self._code.append((act, (*operands, row[i])))


def _written(act: Callable[..., Any], *operands: Any) -> None:
    """Do it, and write the result into the last operand."""
    *read, place = operands
    place[:] = act(*read)


# What an optimizer sees, and what a picture sees.


@dataclass
class Objective:
    """A scalar f of n coordinates with its gradient and Hessian, counting what it was asked.

    Made from a jet (outputs f, gradient, Hessian row by row); a jet has no value at a kink, because the
    derivatives have none there. `Objective.of(f)` keeps f's own value at a kink. What was asked last is remembered.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> f = Objective.of(b.program([b.add(b.power(b.variable(0), 2), b.call("abs", b.variable(1)))]))
    >>> f.value([3.0, 0.0]), f.gradient([3.0, -1.0]).tolist(), f.hessian([3.0, -1.0]).tolist()
    (9.0, [6.0, -1.0], [[2.0, 0.0], [0.0, 0.0]])
    >>> f.gradient([3.0, 0.0]).tolist(), f.values, f.gradients, f.hessians
    ([nan, nan], 1, 2, 1)

    With `one_sided`, a gradient is given at a kink too: that of one side, and 0 for |u| at 0. `kinks` counts them.

    >>> f = Objective.of(f.f, one_sided=True)
    >>> f.gradient([3.0, 0.0]).tolist(), f.kinks
    ([6.0, 0.0], 1)
    """

    jet: Program
    f: Program | None = None  # when f itself has fewer conditions than its jet
    one_sided: bool = False
    values: int = field(default=0, init=False)  # calls so far
    gradients: int = field(default=0, init=False)
    hessians: int = field(default=0, init=False)
    kinks: int = field(default=0, init=False)  # gradients that were those of one side

    def __post_init__(self) -> None:
        n = self.n
        assert len(self.jet.outputs) == 1 + n + n * n
        f = self.f or part(self.jet, 0, 1)
        self._readers = (f, part(self.jet, 1, 1 + n), part(self.jet, 1 + n, 1 + n + n * n))
        self._alone: dict[int, PointReader] = {}  # made when they are asked for
        self._together = _Jet(self.jet, f) if _begins(self.jet, f) else None
        self._side: PointReader | None = None
        self._last: list[tuple[list[float], list[float]]] = [_NEVER] * 3

    @staticmethod
    def of(f: Program, one_sided: bool = False) -> Objective:
        """The objective of a program with one output."""
        return Objective(jet(f), f, one_sided)

    @property
    def n(self) -> int:
        """How many coordinates it has."""
        return self.jet.inputs

    def value(self, x: Point) -> float:
        """f(x)."""
        self.values += 1
        return self._read(0, x)[0]

    def gradient(self, x: Point) -> Array:
        """The gradient at x, of shape (n,)."""
        self.gradients += 1
        return np.array(self._read(1, x))

    def hessian(self, x: Point) -> Array:
        """The Hessian at x, of shape (n, n)."""
        self.hessians += 1
        return np.array(self._read(2, x)).reshape(self.n, self.n)

    def _read(self, order: int, x: Point) -> list[float]:
        """The derivatives of an order at x, remembered or read."""
        place = x.tolist() if isinstance(x, np.ndarray) else [float(c) for c in x]
        at, known = self._last[order]
        if at != place:
            found = self._together.read(order, place) if self._together else None
            known = found or self._apart(order)(place)
            if order == 1 and self.one_sided and math.isnan(known[0]):
                known = self._one_sided(place)
            self._last[order] = place, known
        return known

    def _apart(self, order: int) -> PointReader:
        if order not in self._alone:
            self._alone[order] = PointReader(self._readers[order])
        return self._alone[order]

    def _one_sided(self, x: Point) -> list[float]:
        """The gradient of one side where f has a kink; nan where it has no value, or an edge."""
        self._side = self._side or PointReader(gradient(self._readers[0], seams=False))
        g = self._side(x)
        self.kinks += all(map(math.isfinite, g))
        return g


def _begins(jet: Program, f: Program) -> bool:
    """Whether the code of f is the beginning of the code of its jet, as `core.program.jet` makes it."""
    code, constants = len(f.code), len(f.constants)
    return jet.code[:code] == f.code and jet.constants[:constants] == f.constants and jet.outputs[:1] == f.outputs


_NEVER: Final[tuple[list[float], list[float]]] = ([], [])


@dataclass
class Residuals:
    """½ ‖F‖² of a vector function F: Rⁿ → Rᵐ as an objective that also shows F and its Jacobian J, and counts.

    A Jacobian is counted as a gradient; F comes with the value of f and is not counted.

    >>> from core.immediate import programs, whole
    >>> from core.syntax import read
    >>> reading = read("(x + y - 3, x y - 2)")
    >>> f = Residuals(whole(reading, {}), Objective.of(programs(reading, {})["norm"]))
    >>> f.value([0.0, 0.0]), f.residual([0.0, 0.0]).tolist(), f.jacobian([1.0, 2.0]).tolist(), f.gradients
    (6.5, [-3.0, -2.0], [[1.0, 1.0], [2.0, 1.0]], 1)
    """

    F: Program
    half_square: Objective
    gradients: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._residual, self._jacobian = PointReader(self.F), PointReader(jacobian(self.F))

    @property
    def values(self) -> int:
        """Values of f asked for so far."""
        return self.half_square.values

    @property
    def hessians(self) -> int:
        """Hessians asked for so far."""
        return self.half_square.hessians

    def value(self, x: Point) -> float:
        """½ ‖F(x)‖²."""
        return self.half_square.value(x)

    def residual(self, x: Point) -> Array:
        """F(x), of shape (m,)."""
        return np.array(self._residual(x))

    def jacobian(self, x: Point) -> Array:
        """J(x), of shape (m, n)."""
        self.gradients += 1
        return np.array(self._jacobian(x)).reshape(len(self.F.outputs), self.F.inputs)

    def gradient(self, x: Point) -> Array:
        """Jᵀ F at x, of shape (n,)."""
        g: Array = self.jacobian(x).T @ self.residual(x)
        return g

    def hessian(self, x: Point) -> Array:
        """The whole Hessian at x, of shape (n, n)."""
        return self.half_square.hessian(x)


def part(program: Program, start: int, stop: int) -> Program:
    """The program of the outputs start, …, stop - 1, with the conditions of the whole.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> floats(part(b.program([b.variable(0), b.power(b.variable(0), 2)]), 1, 2), [3.0])
    [9.0]
    """
    builder = Builder(program.inputs)
    where = builder.copy(program)
    domain = [Condition(where[c.slot], c.relation) for c in program.domain]
    return builder.program([where[slot] for slot in program.outputs[start:stop]], domain)


@dataclass(frozen=True)
class Samples:
    """Values on a grid over a box: values[i, a, b, ...] is output i at (axes[0][a], axes[1][b], ...)."""

    axes: tuple[Array, ...]
    values: Array


def sample(program: Program, box: Box, shape: Sequence[int]) -> Samples:
    """All outputs on a grid of that shape, both ends of every side included.

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> s = sample(b.program([b.mul(b.variable(0), b.variable(1))]), Box.of([(0, 2), (1, 3)]), (3, 2))
    >>> s.values.tolist()
    [[[0.0, 0.0], [1.0, 3.0], [2.0, 6.0]]]
    """
    axes = tuple(np.linspace(side.lo, side.hi, count) for side, count in zip(box.sides, shape, strict=True))
    return Samples(axes, arrays(program, np.stack(np.meshgrid(*axes, indexing="ij"))))
