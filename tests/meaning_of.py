"""Two small evaluators in 30-digit arithmetic that share nothing with `core`: of a meaning, written as a line of
Python by the author of a corpus, and of a tree, the parser's answer. Where a real number has no value, `Undefined`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp

Point = Mapping[str, Any]


class Undefined(ArithmeticError):  # noqa: N818 (it is a value, not a mistake)
    """There is no real number here."""


def real(u: Any) -> Any:
    if isinstance(u, mp.mpc) or not mp.isfinite(u):
        raise Undefined
    return u


def over(a: Any, b: Any) -> Any:
    if b == 0:
        raise Undefined
    return a / b


def power(a: Any, b: Any) -> Any:
    if (a < 0 and b != int(b)) or (a == 0 and b <= 0 and b != 0):
        raise Undefined
    if abs(b) > 10 and a and abs(b * mp.log(abs(a))) > 10**5:
        raise Undefined  # no double is that large
    return mp.mpf(1) if b == 0 else real(a**b)


def logarithm(u: Any, base: Any = mp.e) -> Any:
    if u <= 0 or base <= 0 or base == 1:
        raise Undefined
    return mp.log(u) / mp.log(base)


def sign(u: Any) -> Any:
    return mp.mpf((u > 0) - (u < 0))


def inverse(name: str, low: Any = -mp.inf, high: Any = mp.inf) -> Callable[[Any], Any]:
    def of(u: Any) -> Any:
        if not low <= u <= high:
            raise Undefined
        return real(getattr(mp, name)(u))

    return of


def cube_root(u: Any) -> Any:
    return mp.cbrt(u) if u >= 0 else -mp.cbrt(-u)


def any_root(u: Any, n: Any) -> Any:
    """The n-th root: of every number where n is odd, of those not negative where it is even."""
    if u < 0 and n % 2 == 0:
        raise Undefined
    return mp.root(u, int(n)) if u >= 0 else -mp.root(-u, int(n))


def square_root(u: Any) -> Any:
    if u < 0:
        raise Undefined
    return mp.sqrt(u)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(mp, name) for name in ("sin", "cos", "tan", "sec", "csc", "cot", "erf", "exp")},
    **{name: getattr(mp, name) for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
    **{"arcsin": inverse("asin", -1, 1), "arccos": inverse("acos", -1, 1), "arctan": inverse("atan")},
    **{"arsinh": inverse("asinh"), "arcosh": inverse("acosh", 1), "artanh": inverse("atanh", -1, 1)},
    **{"ln": logarithm, "log": logarithm, "sqrt": square_root, "cbrt": cube_root},
    **{"asin": inverse("asin", -1, 1), "acos": inverse("acos", -1, 1), "atan": inverse("atan")},
    **{"asinh": inverse("asinh"), "acosh": inverse("acosh", 1), "atanh": inverse("atanh", -1, 1)},
    **{"Abs": abs, "sign": sign, "Max": max, "Min": min, "atan2": lambda y, x: real(mp.atan2(y, x))},
    **{"arccot": lambda u: mp.pi / 2 - mp.atan(u), "erfc": mp.erfc, "hypot": lambda u, v: mp.sqrt(u * u + v * v)},
    **{"arcsec": lambda u: inverse("acos", -1, 1)(over(1, u)), "arccsc": lambda u: inverse("asin", -1, 1)(over(1, u))},
    **{"arcoth": lambda u: inverse("atanh", -1, 1)(over(1, u)), "arsech": lambda u: inverse("acosh", 1)(over(1, u))},
    **{"arcsch": lambda u: inverse("asinh")(over(1, u)), "relu": lambda u: max(u, mp.mpf(0))},
    **{"sigmoid": lambda u: 1 / (1 + mp.exp(-u)), "softplus": lambda u: mp.log(1 + mp.exp(u))},
    **{"Heaviside": lambda u: (1 + sign(u)) / 2, "real_root": lambda u, n: any_root(u, n)},
}
CONSTANTS = {"pi": mp.pi, "e": mp.e, "E": mp.e}
ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: over,
    ast.Pow: power,
}
COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def names_in(means: str) -> set[str]:
    """The variables and parameters of a meaning."""
    nodes = [node for node in ast.walk(ast.parse(means)) if isinstance(node, ast.Name)]
    return {node.id.rstrip("_") for node in nodes if node.id not in FUNCTIONS}


def meaning(means: str, at: Point) -> Any:
    """The value of a meaning: a name of `at` comes before a constant, `lambda_` stands for lambda."""
    return real(_meaning(ast.parse(means.strip(), mode="eval").body, at))


def _meaning(node: ast.expr, at: Point) -> Any:
    def of(part: ast.expr) -> Any:
        return _meaning(part, at)

    match node:
        case ast.Constant(bool(value)):
            return value
        case ast.Constant(value):
            return mp.mpf(str(value))
        case ast.Name(name):
            return at[name.rstrip("_")] if name.rstrip("_") in at else +CONSTANTS[name]
        case ast.UnaryOp(ast.USub(), a):
            return -of(a)
        case ast.BinOp(a, sign_, b) if type(sign_) in ARITHMETIC:
            return real(ARITHMETIC[type(sign_)](of(a), of(b)))
        case ast.Call(ast.Name("Piecewise"), branches):
            return next((of(value) for value, test in map(_pair, branches) if of(test)), mp.nan)
        case ast.Call(ast.Name("Ne"), [a, b]):
            return of(a) != of(b)
        case ast.Call(ast.Name("Eq"), [a, b]):
            return of(a) == of(b)
        case ast.BinOp(a, ast.BitAnd(), b):
            return of(a) and of(b)
        case ast.BinOp(a, ast.BitOr(), b):
            return of(a) or of(b)
        case ast.Call(ast.Name(word), arguments):
            return real(FUNCTIONS[word](*map(of, arguments)))
        case ast.IfExp(test, a, b):
            return of(a) if of(test) else of(b)
        case ast.Compare(a, [relation], [b]):
            return COMPARISONS[type(relation)](of(a), of(b))
        case ast.BoolOp(ast.And(), tests):
            return all(map(of, tests))
        case ast.BoolOp(ast.Or(), tests):
            return any(map(of, tests))
    raise AssertionError(ast.dump(node))


def _pair(node: ast.expr) -> tuple[ast.expr, ast.expr]:
    assert isinstance(node, ast.Tuple) and len(node.elts) == 2
    return node.elts[0], node.elts[1]


# The words of a tree

WORDS: dict[str, Callable[..., Any]] = {
    **{name: FUNCTIONS[name] for name in ("exp", "ln", "sqrt", "cbrt", "sin", "cos", "tan", "cot", "sec", "csc")},
    **{name: FUNCTIONS[name] for name in ("sinh", "cosh", "tanh", "sign", "erf", "atan2")},
    **{"log10": lambda u: logarithm(u, 10), "log2": lambda u: logarithm(u, 2)},
    **{"asin": FUNCTIONS["arcsin"], "acos": FUNCTIONS["arccos"], "atan": FUNCTIONS["arctan"]},
    **{"asinh": FUNCTIONS["arsinh"], "acosh": FUNCTIONS["arcosh"], "atanh": FUNCTIONS["artanh"]},
    **{"abs": abs, "min": min, "max": max, "heaviside": FUNCTIONS["Heaviside"], "root": any_root},
    **{name: FUNCTIONS[name] for name in ("coth", "sech", "csch")},
    **{"acot": FUNCTIONS["arccot"], "asec": FUNCTIONS["arcsec"], "acsc": FUNCTIONS["arccsc"]},
    **{"acoth": FUNCTIONS["arcoth"], "asech": FUNCTIONS["arsech"], "acsch": FUNCTIONS["arcsch"]},
    **{name: FUNCTIONS[name] for name in ("erfc", "hypot", "relu", "sigmoid", "softplus")},
}
RELATIONS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq}


def tree_value(tree: Any, at: Point) -> Any:
    """The value of a tree at a point of named coordinates."""
    head, *rest = tree
    match head:
        case "num":
            return mp.mpf(rest[0]) / rest[1]
        case "name":
            return at[rest[0]]
        case "const":
            return +CONSTANTS[rest[0]]
        case "call":
            return real(WORDS[rest[0]](*(tree_value(a, at) for a in rest[1:])))
        case "cases":
            for piece, condition in rest:
                if holds(condition, at):
                    return tree_value(piece, at)
            raise Undefined
    a = [tree_value(part, at) for part in rest]
    match head:
        case "neg":
            return -a[0]
        case "add":
            return mp.fsum(a)
        case "mul":
            return mp.fprod(a)
        case "div":
            return over(*a)
        case "pow":
            return power(*a)
    raise AssertionError(head)


def holds(condition: Any, at: Point) -> bool:
    head, *rest = condition
    match head:
        case "true":
            return True
        case "and":
            return all(holds(part, at) for part in rest)
        case "or":
            return any(holds(part, at) for part in rest)
        case "not":
            return not holds(rest[0], at)
        case "ne":
            return bool(tree_value(rest[0], at) != tree_value(rest[1], at))
    return bool(RELATIONS[head](tree_value(rest[0], at), tree_value(rest[1], at)))


def tried(value: Callable[..., Any], *arguments: Any) -> Any:
    """The value, or None where there is none."""
    try:
        return value(*arguments)
    except (Undefined, ZeroDivisionError, OverflowError, ValueError):
        return None
