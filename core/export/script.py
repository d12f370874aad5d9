"""A run as a Python script to take away: it walks the same points, to the last digit.

    script(f, Newton(), [1.0, 2.0], 5, "x^2 + y^4")   →   "import math … def value(x): … def steps(x): …"

f, its gradient and its Hessian are written out as plain code, operation by operation, from the same Program that the
run has read, with the same meanings (`core.vocabulary`). The method is its loop, as in its source, where that is a few
lines; where it is more (a search with a bracket, a learned Hessian, a simplex) it is our own code, taken out of here
with all that it needs. Only Python and NumPy are imported. Nothing here runs the code; it is text for a reader.

Rules: of what a visitor typed only `repr` goes into the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from core import error_function
from core.export.source import pieces, source
from core.optimize import (
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Backtracking,
    DampedNewton,
    GaussNewton,
    GradientDescent,
    LevenbergMarquardt,
    Method,
    ModifiedNewton,
    Momentum,
    Nesterov,
    Newton,
    RMSprop,
    SaddleFreeNewton,
    TrustRegion,
    line_search,
)
from core.optimize import trust_region as region
from core.optimize.second_order import FLAT
from core.optimize.second_order import POSITIVE as SURE
from core.program import Program, gradient, jacobian, jet, operands
from core.vocabulary import NONNEGATIVE, POSITIVE


def script(
    f: Program,
    method: Method,
    start: Sequence[float],
    moves: int,
    text: str = "",
    one_sided: bool = False,
    residuals: Program | None = None,
) -> str:
    """The script that makes so many moves from `start`, and prints step, point and value.

    `one_sided`: at a kink the gradient is that of one side, as the run had it (`core.numeric.Objective`).
    `residuals`: F, where f is ½ ‖F‖² and the method asks for F.
    """
    functions = _functions(f, second=_curved(method), one_sided=one_sided)
    functions += _residuals(residuals) if residuals is not None else []
    start_line = f"START = np.array({[float(v) for v in start]!r})"
    imports, *code = loop(method)
    head = ['"""A run of an optimizer, step by step."""', imports, _formula(text)]
    tail = f"for k, x in zip(range({moves + 1}), steps(START)):\n    print(k, *map(repr, x.tolist()), repr(value(x)))"
    pieces = [*head, _meanings(functions), *functions, *code, start_line + '\nnp.seterr(all="ignore")\n' + tail]
    return "\n\n\n".join(piece for piece in pieces if piece).replace('"""\n\n\n', '"""\n\n', 1) + "\n"


def _formula(text: str) -> str:
    return f"FORMULA = {text!r}" if text else ""


# The function.


def _functions(f: Program, second: bool, one_sided: bool) -> list[str]:
    """value, gradient and, where it is asked for, hessian of one point."""
    n, whole = f.inputs, jet(f)
    found = [_function("value", f, "{0}", "math.nan")]
    name = "smooth_gradient" if one_sided else "gradient"
    row, nowhere = _array(range(n)), f"np.full({n}, math.nan)"
    found.append(_function(name, _outputs(whole, range(1, 1 + n)), row, nowhere))
    if one_sided:
        found.append(_function("side_gradient", gradient(f, seams=False), row, nowhere))
        found.append(_ONE_SIDED)
    if second:
        rows = f"{_array(range(n * n))}.reshape({n}, {n})"
        found.append(
            _function("hessian", _outputs(whole, range(1 + n, 1 + n + n * n)), rows, f"np.full(({n}, {n}), math.nan)")
        )
    return found


def _residuals(F: Program) -> list[str]:
    """residual and jacobian of one point."""
    m, n = len(F.outputs), F.inputs
    rows = f"{_array(range(m * n))}.reshape({m}, {n})"
    return [
        _function("residual", F, _array(range(m)), f"np.full({m}, math.nan)"),
        _function("jacobian", jacobian(F), rows, f"np.full(({m}, {n}), math.nan)"),
    ]


_ONE_SIDED: Final = '''def gradient(x):
    """The gradient; where f has a kink, that of one side."""
    g = smooth_gradient(x)
    return side_gradient(x) if math.isnan(g[0]) else g'''


def _array(entries: range) -> str:
    """An array with a place for each of its numbers."""
    return f"np.array([{', '.join(f'{{{k}}}' for k in entries)}])"


def _outputs(program: Program, which: Iterable[int]) -> Program:
    return Program(
        program.inputs, program.constants, program.code, tuple(program.outputs[i] for i in which), program.domain
    )


def _function(name: str, program: Program, result: str, nowhere: str) -> str:
    """A program as a function of one point, an operation a line."""
    written = _Written(program)
    names = ", ".join(f"x{i}" for i in range(program.inputs))
    lines = [f"def {name}(x):", f"    {names if program.inputs > 1 else '(x0,)'} = map(float, x)"]
    lines += [f"    {line}" for line in written.lines]
    for condition in program.domain:
        u = written.name(condition.slot)
        holds = {POSITIVE: f"{u} > 0.0", NONNEGATIVE: f"{u} >= 0.0"}.get(condition.relation, f"{u} > 0.0 or {u} < 0.0")
        lines.append(f"    if not ({holds}):\n        return {nowhere}")
    lines.append(f"    return {result.format(*map(written.name, program.outputs))}")
    return "\n".join(lines)


class _Written:
    """The lines of a program's operations, those that somebody reads."""

    def __init__(self, program: Program) -> None:
        self.program = program
        needed = {*program.outputs, *(c.slot for c in program.domain)}
        for i in range(len(program.code) - 1, -1, -1):
            if i in needed:
                needed.update(operands(program.code[i]))
        self.lines = [
            f"{self.name(i)} = {self._operation(word, rest)}"
            for i, (word, *rest) in enumerate(program.code)
            if i in needed and word not in ("const", "var")
        ]

    def name(self, slot: int) -> str:
        """What stands for a slot: a coordinate, a number, or the name of a line."""
        word, *rest = self.program.code[slot]
        if word == "var":
            return f"x{rest[0]}"
        if word == "const":
            number = repr(float(self.program.constants[rest[0]].value))
            return f"({number})" if number.startswith("-") else number
        return f"a{slot}"

    def _operation(self, word: str, rest: Sequence[Any]) -> str:
        if word == "powi":
            u, k = self.name(rest[0]), rest[1]
            return " * ".join([u] * k) if k in (2, 3) else f"powi({u}, {k})"
        names = [self.name(slot) for slot in rest]
        if word in _INFIX:
            return f" {_INFIX[word]} ".join(names)
        return f"-{names[0]}" if word == "neg" else f"{_CALLS.get(word, word)}({', '.join(names)})"


_INFIX: Final = {"add": "+", "sub": "-", "mul": "*"}
_CALLS: Final = {"min": "minimum", "max": "maximum", "pow": "power", "lt": "less", "le": "at_most", "eq": "equal"}

_TAMED: Final = '''def tamed(function, overflow=abs):
    """A function of `math` that gives nan and infinities instead of raising."""

    def tame(a):
        try:
            return function(a)
        except OverflowError:
            return math.copysign(math.inf, overflow(a))
        except ValueError:
            return math.nan

    return tame'''
_OF_TWO: Final = """def of_two(choose):
    return lambda a, b: math.nan if math.isnan(a) or math.isnan(b) else float(choose(a, b))"""
_MEANINGS: Final[dict[str, str]] = {
    "div": "def div(a, b):\n    return a / b if b else math.nan",
    "powi": """def powi(a, k):
    if math.isnan(a) or (a == 0.0 and k < 0):
        return math.nan
    try:
        return float(a**k)
    except OverflowError:
        return math.copysign(math.inf, a) if k % 2 else math.inf""",
    "power": """def power(a, b):
    if math.isnan(b) or not (a > 0.0 or (a == 0.0 and b > 0.0)):
        return math.nan
    try:
        return math.pow(a, b)
    except OverflowError:
        return math.inf""",
    "atan2": """def atan2(a, b):
    nowhere = (a == 0.0 and b == 0.0) or (math.isinf(a) and math.isinf(b))
    return math.nan if nowhere else math.atan2(a + 0.0, b)""",
    "sign": "def sign(a):\n    return a if math.isnan(a) else float((a > 0.0) - (a < 0.0))",
    "select": "def select(c, a, b):\n    return math.nan if math.isnan(c) else a if c != 0.0 else b",
    "minimum": "minimum = of_two(min)",
    "maximum": "maximum = of_two(max)",
    "less": "less = of_two(lambda a, b: a < b)",
    "at_most": "at_most = of_two(lambda a, b: a <= b)",
    "equal": "equal = of_two(lambda a, b: a == b)",
    "sinh": "sinh = tamed(math.sinh, lambda a: a)",
}
_OF_MATH: Final = (
    *("sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("cosh", "tanh", "asinh", "acosh", "atanh"),
)


def _meanings(functions: Sequence[str]) -> str:
    """What the operations mean that Python has not with the same meaning: only those that are used."""
    body = "\n".join(functions)
    said = [text for word, text in _MEANINGS.items() if f" {word}(" in body]
    said += [f"{word} = tamed(math.{word})" for word in _OF_MATH if f" {word}(" in body]
    said += [_error_function()] if " erf(" in body else []
    text = "\n\n\n".join(said)
    return "\n\n\n".join([t for t, mark in ((_TAMED, "tamed("), (_OF_TWO, "of_two(")) if mark in text] + said)


def _error_function() -> str:
    """The error function as the run had it: that of `math` may differ in the last digit."""
    e = error_function
    names = [name for name in vars(e) if name.isupper()]
    numbers = "\n".join(f"{name} = {getattr(e, name)!r}" for name in names)
    return "\n\n\n".join([numbers, *(source(part) for part in (e._polynomial, e._near, e._middle, e._exponent, e.erf))])


# The method: its loop, as in its source, or our own code.

IMPORTS: Final = "import math\n\nimport numpy as np"


def _curved(method: Method) -> bool:
    return isinstance(method, Newton | DampedNewton | ModifiedNewton | SaddleFreeNewton | TrustRegion)


def loop(method: Method) -> list[str]:
    """What it imports, then the method as pieces of code that end with `steps`, a generator of points."""
    written = _written(method)
    return [IMPORTS, *written] if written else _taken(method)


def _written(method: Method) -> list[str]:
    """The loop as in the book; empty where that would be more than a page."""
    match method:
        case GradientDescent(rate=rate, search=None):
            return [_numbers(rate=rate) + _DESCENT]
        case GradientDescent(rate=rate, search=Backtracking() as search):
            return [_backtracking(search), _numbers(rate=rate) + _SEARCHED_DESCENT]
        case Momentum(rate=rate, beta=beta):
            return [_numbers(rate=rate, beta=beta) + _MOMENTUM]
        case Nesterov(rate=rate, beta=beta):
            return [_numbers(rate=rate, beta=beta) + _NESTEROV]
        case AdaGrad(rate=rate, epsilon=epsilon):
            return [_numbers(rate=rate, epsilon=epsilon) + _ADAGRAD]
        case RMSprop(rate=rate, decay=decay, epsilon=epsilon):
            return [_numbers(rate=rate, decay=decay, epsilon=epsilon) + _RMSPROP]
        case Adam() | AMSGrad() | AdamW():
            return [_adam(method)]
        case Newton():
            return [_NEWTON_DIRECTION, _NEWTON]
        case DampedNewton(rate=rate, search=None):
            return [_NEWTON_DIRECTION, _numbers(rate=rate) + _PART_OF_NEWTON]
        case DampedNewton(rate=rate, search=Backtracking() as search):
            return [_NEWTON_DIRECTION, _backtracking(search), _numbers(rate=rate) + _DAMPED_NEWTON]
        case ModifiedNewton(search=Backtracking() as search, least=least):
            return [_backtracking(search), _numbers(least=least, FLAT=FLAT, POSITIVE=SURE) + _MODIFIED_NEWTON]
        case SaddleFreeNewton(damping=damping):
            return [_numbers(damping=damping) + _SADDLE_FREE]
        case TrustRegion(radius=radius, dogleg=dogleg):
            return _trust_region(radius, dogleg)
    return []


def _taken(method: Method) -> list[str]:
    """The very code that ran, with the constants of this run."""
    search = getattr(method, "search", None)
    used: list[Callable[..., Any]] = [type(search), type(method)] if search else [type(method)]
    imports, *code = pieces(used, given={"Step": _STEP})
    asked = ["value", "gradient"]
    asked += ["hessian"] if _curved(method) else []
    asked += ["residual", "jacobian"] if isinstance(method, GaussNewton | LevenbergMarquardt) else []
    shown = ", ".join(f"{name}={name}" for name in asked)
    return [
        f"import math\n{imports}\nfrom types import SimpleNamespace\n\nimport numpy as np",
        *code,
        f"""def steps(x):
    f = SimpleNamespace({shown})
    for step in METHOD.steps(f, x):
        yield step.x


METHOD = {method!r}""",
    ]


_STEP: Final = '''class Step:
    """The move from x: so far along a direction."""

    def __init__(self, x, value, gradient, direction, step_size, *seen, **more):
        self.x, self.step_size = x, step_size
        self.target = x if step_size == 0.0 else x + step_size * direction'''


def _numbers(**named: float) -> str:
    return "".join(f"{name} = {float(value)!r}\n" for name, value in named.items()) + "\n\n"


def _backtracking(search: Backtracking) -> str:
    rounding = {"ROUNDING": line_search.ROUNDING, "FLATTER": line_search.FLATTER}
    return _numbers(rho=search.rho, c=search.c, **rounding) + _BACKTRACKING


_DESCENT: Final = """def steps(x):
    while True:
        yield x
        x = x + rate * -gradient(x)"""
_SEARCHED_DESCENT: Final = """def steps(x):
    while True:
        yield x
        g = gradient(x)
        x = x + backtracking(x, g, -g, rate) * -g"""
_MOMENTUM: Final = """def steps(x):
    v = np.zeros_like(x)
    while True:
        yield x
        v = beta * v - gradient(x)
        x = x + rate * v"""
_NESTEROV: Final = """def steps(x):
    v = np.zeros_like(x)
    while True:
        yield x
        v = beta * v - rate * gradient(x + beta * v)
        x = x + v"""
_ADAGRAD: Final = """def steps(x):
    s = np.zeros_like(x)
    while True:
        yield x
        g = gradient(x)
        s = s + g * g
        x = x + rate * (-g / (np.sqrt(s) + epsilon))"""
_RMSPROP: Final = """def steps(x):
    s = np.zeros_like(x)
    while True:
        yield x
        g = gradient(x)
        s = decay * s + (1 - decay) * g * g
        x = x + rate * (-g / (np.sqrt(s) + epsilon))"""
_ADAM: Final = """def steps(x):
    m, s, kept1, kept2 = np.zeros_like(x), np.zeros_like(x), 1.0, 1.0{memory}
    while True:
        yield x
        g = gradient(x)
        kept1, kept2 = kept1 * beta1, kept2 * beta2
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g * g{most}
        p = -(m / (1 - kept1)) / (np.sqrt({size} / (1 - kept2)) + epsilon){pull}
        x = x + rate * p"""
_BACKTRACKING: Final = '''def backtracking(x, g, p, alpha):
    """Halve the step until f falls by a fair part of what the slope promises; 0 when no part does."""
    value_here, slope, smallest, tried = value(x), float(g @ p), 2.0**-60 * alpha, []
    while alpha > smallest and ((target := x + alpha * p) != x).any():
        if value(target) <= value_here + c * alpha * slope:
            return alpha
        tried.append(target)
        alpha *= rho
    alpha /= rho ** len(tried)
    for k, target in enumerate(tried):  # where the values are alike to rounding, the slope decides
        alike = abs(value(target) - value_here) <= ROUNDING * abs(value_here)
        if alike and abs(float(gradient(target) @ p)) <= -FLATTER * slope:
            return alpha * rho**k
    return 0.0'''
_NEWTON_DIRECTION: Final = '''def newton_direction(g, H):
    """p with H p = -g: along each eigenvector the slope, divided by the curvature; None where H is singular."""
    if not np.isfinite(H).all():
        return None
    curvatures, V = np.linalg.eigh(H)
    sizes = np.abs(curvatures)
    if sizes.min() <= len(g) * np.finfo(float).eps * sizes.max():
        return None
    return -V @ ((V.T @ g) / curvatures)'''
_NEWTON: Final = """def steps(x):
    while True:
        yield x
        p = newton_direction(gradient(x), hessian(x))
        if p is None:
            return
        x = x + p"""
_PART_OF_NEWTON: Final = """def steps(x):
    while True:
        yield x
        p = newton_direction(gradient(x), hessian(x))
        if p is None:
            return
        x = x + rate * p"""
_DAMPED_NEWTON: Final = """def steps(x):
    while True:
        yield x
        g = gradient(x)
        p = newton_direction(g, hessian(x))
        if p is None or not g @ p < 0:
            return
        x = x + backtracking(x, g, p, rate) * p"""
_MODIFIED_NEWTON: Final = """def steps(x):
    while True:
        yield x
        g, H = gradient(x), hessian(x)
        if not np.isfinite(H).all():
            return
        curvatures, V = np.linalg.eigh(H)
        most = float(np.abs(curvatures).max())
        shift = least * (most if most > FLAT else 1.0) - float(curvatures[0])
        if most > FLAT and curvatures[0] > POSITIVE * most:
            shift = 0.0
        p = -V @ ((V.T @ g) / (curvatures + shift))
        if not g @ p < 0:
            return
        x = x + backtracking(x, g, p, 1.0) * p"""
_SADDLE_FREE: Final = """def steps(x):
    while True:
        yield x
        g, H = gradient(x), hessian(x)
        if not np.isfinite(H).all():
            return
        curvatures, V = np.linalg.eigh(H)
        sizes = np.abs(curvatures) + damping
        if sizes.min() <= len(g) * np.finfo(float).eps * sizes.max():
            return
        x = x + -V @ ((V.T @ g) / sizes)"""
_TRUST_REGION: Final = """def steps(x, radius=radius):
    while True:
        yield x
        g, H, here, refused = gradient(x), hessian(x), value(x), 0
        if not (np.isfinite(H).all() and np.isfinite(g).all()):
            return
        while True:
            p, _ = {solve}(g, H, radius)
            promised = -float(g @ p + 0.5 * (p @ H @ p))
            fell = here - value(x + p)
            alike = promised <= ROUNDING * abs(here) and abs(fell) <= ALIKE * abs(here)
            ratio = 1.0 if alike else fell / promised if promised > 0 else 0.0
            if not ratio >= 0.25:
                radius *= 0.25
            elif ratio > 0.75 and math.sqrt(p @ p) >= (1 - 1e-9) * radius:
                radius = min(2 * radius, max(LARGEST, radius))
            if ratio > FAIR or not g.any():
                break
            refused += 1
            if refused == REFUSALS or radius < SMALLEST or ((x + p) == x).all():
                return
        x = x + p"""


def _adam(method: Adam | AMSGrad | AdamW) -> str:
    """Adam, and what its relatives change in it."""
    named = {key: getattr(method, key) for key in ("rate", "beta1", "beta2", "epsilon")}
    parts = {"memory": "", "most": "", "size": "s", "pull": ""}
    if isinstance(method, AMSGrad):
        parts |= {"memory": "\n    most = np.zeros_like(x)", "most": "\n        most = np.maximum(most, s)"}
        parts["size"] = "most"
    if isinstance(method, AdamW):
        named["decay"], parts["pull"] = method.decay, " - decay * x"
    return _numbers(**named) + _ADAM.format(**parts)


def _trust_region(radius: float, dogleg: bool) -> list[str]:
    names = ("FAIR", "LARGEST", "SMALLEST", "REFUSALS", "ROUNDING", "ALIKE", "CUT", "NOT_CONVEX")
    numbers = "\n".join(f"{name} = {_plain(getattr(region, name))!r}" for name in names)
    solve: list[Callable[..., Any]] = [region.dogleg] if dogleg else [region._shift, region.lowest]
    steps = _TRUST_REGION.format(solve="dogleg" if dogleg else "lowest")
    return [numbers, *(source(part) for part in solve), _numbers(radius=radius) + steps]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else float(value)
