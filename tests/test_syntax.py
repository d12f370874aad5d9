"""Reading formulas: every friendly text means what its author meant, every other one gets a sentence and a place."""

import inspect
import json
import math
import operator
import random
import re
from collections.abc import Callable
from math import acos, acosh, asin, asinh, atan, atanh, cbrt, cos, cosh, e, exp, log, pi, sin, sinh, sqrt, tan, tanh
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import settings
from core.syntax import InputError, Reading, latex_name, latex_of, read
from core.vocabulary import GREEK, WORDS

# ---------------------------------------------------------------------------------------------------------------
# An evaluator of trees, independent of the project's own readers

CALLS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ("exp", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: getattr(math, name) for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "log2", "log10")},
    **{
        "ln": math.log,
        "abs": abs,
        "min": lambda *u: min(u),
        "max": lambda *u: max(u),
        "sign": lambda u: (u > 0) - (u < 0),
    },
    **{"cot": lambda u: 1 / tan(u), "sec": lambda u: 1 / cos(u), "csc": lambda u: 1 / sin(u)},
    **{"acot": lambda u: pi / 2 - atan(u), "asec": lambda u: acos(1 / u), "acsc": lambda u: asin(1 / u)},
    **{"coth": lambda u: 1 / tanh(u), "sech": lambda u: 1 / cosh(u), "csch": lambda u: 1 / sinh(u)},
    **{"acoth": lambda u: atanh(1 / u), "asech": lambda u: acosh(1 / u), "acsch": lambda u: asinh(1 / u)},
    **{"erf": math.erf, "erfc": lambda u: 1 - math.erf(u), "atan2": math.atan2, "hypot": math.hypot},
    **{"heaviside": lambda u: 0.5 * (1 + (u > 0) - (u < 0)), "relu": lambda u: max(u, 0)},
    **{"sigmoid": lambda u: 1 / (1 + exp(-u)), "softplus": lambda u: log(1 + exp(u))},
    "root": lambda u, n: math.copysign(abs(u) ** (1 / n), u) if n % 2 else sqrt(u) ** (2 / n),
}
COMPARED = {name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")}


def value(tree: Any, at: dict[str, float]) -> float:
    head, *rest = tree
    match head:
        case "num":
            return rest[0] / rest[1]
        case "name":
            return at[rest[0]]
        case "const":
            return {"pi": pi, "e": e}[rest[0]]
        case "call":
            return CALLS[rest[0]](*(value(a, at) for a in rest[1:]))
        case "cases":
            return next(value(piece, at) for piece, condition in rest if holds(condition, at))
    a = [value(part, at) for part in rest]
    match head:
        case "neg":
            return -a[0]
        case "add":
            return sum(a)
        case "mul":
            return math.prod(a)
        case "div":
            return a[0] / a[1]
        case "pow":
            power = a[0] ** a[1]
            if isinstance(power, complex):
                raise ValueError("not real")
            return power
    raise AssertionError(head)


def holds(condition: Any, at: dict[str, float]) -> bool:
    head, *rest = condition
    match head:
        case "true":
            return True
        case "and":
            return holds(rest[0], at) and holds(rest[1], at)
        case "or":
            return holds(rest[0], at) or holds(rest[1], at)
        case "not":
            return not holds(rest[0], at)
    return bool(COMPARED[head](value(rest[0], at), value(rest[1], at)))


def agree(components: tuple[Any, ...], meaning: Callable[..., Any], names: tuple[str, ...], seed: str) -> int:
    """The number of points at which both had a value; they must be equal at each."""
    chance = random.Random(seed)
    met = 0
    for low, high in ((0.1, 0.9), (0.1, 0.9), (1.1, 2.5), (1.1, 2.5), (-2.0, -0.1), (-2.0, 2.0), (3.0, 9.0)):
        at = {name: chance.uniform(low, high) for name in names}
        try:
            due = meaning(**at)
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        due = due if isinstance(due, tuple) else (due,)
        if any(isinstance(d, complex) for d in due):
            continue
        assert len(components) == len(due)
        for tree, d in zip(components, due, strict=True):
            assert value(tree, at) == pytest.approx(d, rel=1e-12, abs=1e-12), at
        met += 1
    return met


# ---------------------------------------------------------------------------------------------------------------
# The friendly corpus: what is typed, and what is meant. The arguments of each meaning are the variables, in order.

POLYNOMIALS: list[tuple[str, Callable[..., Any]]] = [
    ("x", lambda x: x),
    ("x^2", lambda x: x**2),
    ("x**2", lambda x: x**2),
    ("x^2 + y^2", lambda x, y: x**2 + y**2),
    ("x^2 - y^2", lambda x, y: x**2 - y**2),
    ("2x", lambda x: 2 * x),
    ("2 x", lambda x: 2 * x),
    ("2*x", lambda x: 2 * x),
    ("x y", lambda x, y: x * y),
    ("xy", lambda x, y: x * y),
    ("xyz", lambda x, y, z: x * y * z),
    ("2xy", lambda x, y: 2 * x * y),
    ("x^2y", lambda x, y: x**2 * y),
    ("x^2 y - 3xy^2", lambda x, y: x**2 * y - 3 * x * y**2),
    ("3x^2y^3", lambda x, y: 3 * x**2 * y**3),
    ("x(x+1)", lambda x: x * (x + 1)),
    ("x (x+1)", lambda x: x * (x + 1)),
    ("xy(x+1)", lambda x, y: x * y * (x + 1)),
    ("2xy(x+y)", lambda x, y: 2 * x * y * (x + y)),
    ("(x+1)(x-1)", lambda x: x**2 - 1),
    ("(x+1)(x-1)(x-2)", lambda x: (x + 1) * (x - 1) * (x - 2)),
    ("(x+1)x", lambda x: (x + 1) * x),
    ("(x+1)^2(x-1)", lambda x: (x + 1) ** 2 * (x - 1)),
    ("2(x+y)", lambda x, y: 2 * (x + y)),
    ("[x+1](x-1)", lambda x: (x + 1) * (x - 1)),
    ("{x+1}*2", lambda x: (x + 1) * 2),
    ("-x^2", lambda x: -(x**2)),
    ("(-x)^2", lambda x: x**2),
    ("--x", lambda x: x),
    ("+x", lambda x: x),
    ("x - -y", lambda x, y: x + y),
    ("x*-y", lambda x, y: -x * y),
    ("x^-1", lambda x: 1 / x),
    ("x^-2y", lambda x, y: x**-2 * y),
    ("2^-x", lambda x: 2**-x),
    ("x^y^z", lambda x, y, z: x ** (y**z)),
    ("2^3^2 x", lambda x: 512 * x),
    ("(x^y)^z", lambda x, y, z: (x**y) ** z),
    ("x - y - z", lambda x, y, z: x - y - z),
    ("x - (y - z)", lambda x, y, z: x - y + z),
    ("x/y/z", lambda x, y, z: x / y / z),
    ("x/(y/z)", lambda x, y, z: x * z / y),
    ("x/y*z", lambda x, y, z: x / y * z),
    ("x*y/z", lambda x, y, z: x * y / z),
    ("1/(2x)", lambda x: 1 / (2 * x)),
    ("1/2 x^2", lambda x: x**2 / 2),
    ("(x+y)/(x-y)", lambda x, y: (x + y) / (x - y)),
    ("x^(n+1)", lambda x, n: x ** (n + 1)),
    ("x^{10}", lambda x: x**10),
    ("x^[2]", lambda x: x**2),
    ("((x))", lambda x: x),
    ("0.07xy+10/y+30/x", lambda x, y: 0.07 * x * y + 10 / y + 30 / x),
    ("x^2 +\n y^2", lambda x, y: x**2 + y**2),
    ("x^2\n+ y^2", lambda x, y: x**2 + y**2),
    ("  x^2  ", lambda x: x**2),
    ("x^2.", lambda x: x**2),
    ("x^2 + y^2;", lambda x, y: x**2 + y**2),
    ("X^2 + Y", lambda X, Y: X**2 + Y),
    ("x(y)", lambda x, y: x * y),
    ("t u + x", lambda x, t, u: t * u + x),
    ("w z + y", lambda y, z, w: w * z + y),
]

NUMBERS: list[tuple[str, Callable[..., Any]]] = [
    ("3", lambda: 3),
    ("3.5x", lambda x: 3.5 * x),
    (".5x", lambda x: 0.5 * x),
    ("2.x", lambda x: 2 * x),
    ("2. + x", lambda x: 2 + x),
    ("0.1x", lambda x: x / 10),
    ("1e-3x", lambda x: x / 1000),
    ("1E3 x", lambda x: 1000 * x),
    ("2e+2x", lambda x: 200 * x),
    ("1.5e2", lambda: 150),
    ("2e", lambda: 2 * e),
    ("2e^x", lambda x: 2 * e**x),
    ("2e-x", lambda x: 2 * e - x),
    ("2ex", lambda x: 2 * e * x),
    ("5!", lambda: 120),
    ("0! x", lambda x: x),
    ("3!^2", lambda: 36),
    ("x/3!", lambda x: x / 6),
    ("2^3!", lambda: 64),
    ("20!/19!", lambda: 20),
    ("(4)!", lambda: 24),
    ("½x²", lambda x: x**2 / 2),
    ("x^½", lambda x: sqrt(x)),
    ("¾(x+1)", lambda x: 0.75 * (x + 1)),
    ("⅓x³", lambda x: x**3 / 3),
    ("(x+1)2", lambda x: 2 * (x + 1)),
    ("2(3)", lambda: 6),
]

CONSTANTS: list[tuple[str, Callable[..., Any]]] = [
    ("pi", lambda: pi),
    ("2pi x", lambda x: 2 * pi * x),
    ("2πx", lambda x: 2 * pi * x),
    ("pi(x)", lambda x: pi * x),
    ("pix", lambda x: pi * x),
    ("xpi", lambda x: x * pi),
    ("PI x", lambda x: pi * x),
    ("Pi + x", lambda x: pi + x),
    ("pi^2", lambda: pi**2),
    ("e^x", lambda x: e**x),
    ("e^-x", lambda x: e**-x),
    ("e^(-x^2-y^2)", lambda x, y: exp(-(x**2) - y**2)),
    ("e^-x^2", lambda x: exp(-(x**2))),
    ("x e^x", lambda x: x * e**x),
    ("xe^x", lambda x: x * e**x),
    ("xy e^(-x^2)", lambda x, y: x * y * exp(-(x**2))),
    ("e^x cos y", lambda x, y: e**x * cos(y)),
    ("E^x + E", lambda x: e**x + e),
    ("ex", lambda x: e * x),
    ("e^2", lambda: e**2),
]

FUNCTIONS: list[tuple[str, Callable[..., Any]]] = [
    ("sin(x)", lambda x: sin(x)),
    ("sin x", lambda x: sin(x)),
    ("sinx", lambda x: sin(x)),
    ("3sin x", lambda x: 3 * sin(x)),
    ("x sin x", lambda x: x * sin(x)),
    ("xsin(x)", lambda x: x * sin(x)),
    ("xsin y", lambda x, y: x * sin(y)),
    ("sin 2x", lambda x: sin(2 * x)),
    ("sin2x", lambda x: sin(2 * x)),
    ("sin xy", lambda x, y: sin(x * y)),
    ("sin(x)y", lambda x, y: sin(x) * y),
    ("sin(x) y", lambda x, y: sin(x) * y),
    ("sin (x)y", lambda x, y: sin(x) * y),
    ("sin x cos y", lambda x, y: sin(x) * cos(y)),
    ("sinx cosy", lambda x, y: sin(x) * cos(y)),
    ("sinxcosy", lambda x, y: sin(x) * cos(y)),
    ("sin(x)cos(y)", lambda x, y: sin(x) * cos(y)),
    ("sin cos x", lambda x: sin(cos(x))),
    ("sin x + y", lambda x, y: sin(x) + y),
    ("sin x * y", lambda x, y: sin(x) * y),
    ("sin x^2", lambda x: sin(x**2)),
    ("sin(x)^2", lambda x: sin(x) ** 2),
    ("sin(x^2)", lambda x: sin(x**2)),
    ("sin^2 x", lambda x: sin(x) ** 2),
    ("sin^2(x)", lambda x: sin(x) ** 2),
    ("sin^2x", lambda x: sin(x) ** 2),
    ("sin²x", lambda x: sin(x) ** 2),
    ("sin²(x) + cos²(x)", lambda x: sin(x) ** 2 + cos(x) ** 2),
    ("sin^{2}(x)", lambda x: sin(x) ** 2),
    ("sin**2(x)", lambda x: sin(x) ** 2),
    ("cos^3 2x", lambda x: cos(2 * x) ** 3),
    ("sin^n x", lambda x, n: sin(x) ** n),
    ("sin(x)^-1", lambda x: 1 / sin(x)),
    ("sin^-2 x", lambda x: sin(x) ** -2),
    ("sin -x", lambda x: sin(-x)),
    ("exp -x^2", lambda x: exp(-(x**2))),
    ("sin[x]", lambda x: sin(x)),
    ("sin{x}", lambda x: sin(x)),
    ("sin |x|", lambda x: sin(abs(x))),
    ("sin √x", lambda x: sin(sqrt(x))),
    ("sin pi x", lambda x: sin(pi * x)),
    ("cos(2pi x)", lambda x: cos(2 * pi * x)),
    ("cos 2π(x+y)", lambda x, y: cos(2 * pi * (x + y))),
    ("x^2y - 3xy^2 + 2sin x", lambda x, y: x**2 * y - 3 * x * y**2 + 2 * sin(x)),
    ("tan x", lambda x: tan(x)),
    ("tg x", lambda x: tan(x)),
    ("tgx", lambda x: tan(x)),
    ("cot x", lambda x: 1 / tan(x)),
    ("ctg(x)", lambda x: 1 / tan(x)),
    ("cotan x", lambda x: 1 / tan(x)),
    ("sec x", lambda x: 1 / cos(x)),
    ("csc x", lambda x: 1 / sin(x)),
    ("cosec(x)", lambda x: 1 / sin(x)),
    ("arcsin x", lambda x: asin(x)),
    ("asin(x)", lambda x: asin(x)),
    ("arccos(x)", lambda x: acos(x)),
    ("acos x", lambda x: acos(x)),
    ("arctan(y/x)", lambda x, y: atan(y / x)),
    ("atan(x)", lambda x: atan(x)),
    ("arctg x", lambda x: atan(x)),
    ("sinh x", lambda x: sinh(x)),
    ("sh x", lambda x: sinh(x)),
    ("cosh(x)", lambda x: cosh(x)),
    ("ch(x)", lambda x: cosh(x)),
    ("tanh x", lambda x: tanh(x)),
    ("th(x)", lambda x: tanh(x)),
    ("arsinh x", lambda x: asinh(x)),
    ("asinh(x)", lambda x: asinh(x)),
    ("arcsinh(x)", lambda x: asinh(x)),
    ("arcosh(x)", lambda x: acosh(x)),
    ("acosh x", lambda x: acosh(x)),
    ("arccosh(x)", lambda x: acosh(x)),
    ("artanh(x)", lambda x: atanh(x)),
    ("atanh x", lambda x: atanh(x)),
    ("arctanh(x)", lambda x: atanh(x)),
    ("tan^-1(y/x)", lambda x, y: atan(y / x)),
    ("cos⁻¹(x)", lambda x: acos(x)),
    ("sinh^-1 x", lambda x: asinh(x)),
    ("exp(x)", lambda x: exp(x)),
    ("exp x", lambda x: exp(x)),
    ("expx", lambda x: exp(x)),
    ("ln x", lambda x: log(x)),
    ("lnx", lambda x: log(x)),
    ("ln(1+x²)", lambda x: log(1 + x**2)),
    ("ln x^2", lambda x: log(x**2)),
    ("ln^2 x", lambda x: log(x) ** 2),
    ("log x", lambda x: log(x)),
    ("log(x)", lambda x: log(x)),
    ("lg x", lambda x: math.log10(x)),
    ("log10(x)", lambda x: math.log10(x)),
    ("log10 x", lambda x: math.log10(x)),
    ("lb x", lambda x: math.log2(x)),
    ("log2(x)", lambda x: math.log2(x)),
    ("log_2 x", lambda x: math.log2(x)),
    ("log_2(x)", lambda x: math.log2(x)),
    ("log_10(x)", lambda x: math.log10(x)),
    ("log_{2}(x)", lambda x: math.log2(x)),
    ("log₂x", lambda x: math.log2(x)),
    ("log_b(x)", lambda x, b: log(x) / log(b)),
    ("log_b x", lambda x, b: log(x) / log(b)),
    ("log(x, b)", lambda x, b: log(x) / log(b)),
    ("ln(x, 2)", lambda x: math.log2(x)),
    ("log_e x", lambda x: log(x)),
    ("log_(b+1)(x)", lambda x, b: log(x) / log(b + 1)),
    ("sqrt(x)", lambda x: sqrt(x)),
    ("sqrt x", lambda x: sqrt(x)),
    ("sqrt2 x", lambda x: sqrt(2) * x),
    ("√x", lambda x: sqrt(x)),
    ("√(x²+y²)", lambda x, y: math.hypot(x, y)),
    ("√2x", lambda x: sqrt(2) * x),
    ("√2 x", lambda x: sqrt(2) * x),
    ("√√x", lambda x: x**0.25),
    ("√(x)²", lambda x: sqrt(x) ** 2),
    ("2√3x", lambda x: 2 * sqrt(3) * x),
    ("∛x", lambda x: cbrt(x)),
    ("cbrt(x)", lambda x: cbrt(x)),
    ("∜(x+1)", lambda x: (x + 1) ** 0.25),
    ("abs(x)", lambda x: abs(x)),
    ("Abs(x)", lambda x: abs(x)),
    ("sign(x)", lambda x: math.copysign(1, x)),
    ("sgn x", lambda x: math.copysign(1, x)),
    ("signum(x)", lambda x: math.copysign(1, x)),
    ("min(x, y)", lambda x, y: min(x, y)),
    ("Max(x, y, 0)", lambda x, y: max(x, y, 0)),
    ("max(x; y)", lambda x, y: max(x, y)),
    ("max{x, 1}", lambda x: max(x, 1)),
    ("max(x)", lambda x: x),
    ("Sin(x) + COS(x) + Exp x", lambda x: sin(x) + cos(x) + exp(x)),
    ("sin(x)(y+1)", lambda x, y: sin(x) * (y + 1)),
    ("(sin x)(cos y)", lambda x, y: sin(x) * cos(y)),
    ("(sin x)^2", lambda x: sin(x) ** 2),
    ("sin x sin y sin z", lambda x, y, z: sin(x) * sin(y) * sin(z)),
    ("1/sin x", lambda x: 1 / sin(x)),
    ("x ln y", lambda x, y: x * log(y)),
    ("sin theta", lambda theta: sin(theta)),
]

BARS: list[tuple[str, Callable[..., Any]]] = [
    ("|x|", lambda x: abs(x)),
    ("|x| + |y|", lambda x, y: abs(x) + abs(y)),
    ("2|x|", lambda x: 2 * abs(x)),
    ("|x|y", lambda x, y: abs(x) * y),
    ("x|y|", lambda x, y: x * abs(y)),
    ("|x||y|", lambda x, y: abs(x) * abs(y)),
    ("|x| |y|", lambda x, y: abs(x) * abs(y)),
    ("|x|^2", lambda x: x**2),
    ("|x-1|(x+1)", lambda x: abs(x - 1) * (x + 1)),
    ("||x|-1|", lambda x: abs(abs(x) - 1)),
    ("||x|-|y||", lambda x, y: abs(abs(x) - abs(y))),
    ("|x|y|z|", lambda x, y, z: abs(x) * y * abs(z)),
    ("|x(|y|-1)|", lambda x, y: abs(x * (abs(y) - 1))),
    ("|-x|", lambda x: abs(x)),
    ("-|x|", lambda x: -abs(x)),
    ("|x|/|y|", lambda x, y: abs(x) / abs(y)),
    ("e^|x|", lambda x: e ** abs(x)),
    ("√|x|", lambda x: sqrt(abs(x))),
    ("ln|x|", lambda x: log(abs(x))),
    ("(|x|+1)(|y|-1)", lambda x, y: (abs(x) + 1) * (abs(y) - 1)),
    ("∣x∣", lambda x: abs(x)),
]

SIGNS: list[tuple[str, Callable[..., Any]]] = [
    ("x² + y³", lambda x, y: x**2 + y**3),
    ("x⁻¹", lambda x: 1 / x),
    ("x¹⁰", lambda x: x**10),
    ("x²y", lambda x, y: x**2 * y),
    ("(x+y)²", lambda x, y: (x + y) ** 2),
    ("xⁿ", lambda x, n: x**n),
    ("x⁽²⁾", lambda x: x**2),
    ("x²⁺¹", lambda x: x**3),
    ("x^²", lambda x: x**2),
    ("eˣ", lambda x: e**x),
    ("2x × 3y", lambda x, y: 6 * x * y),
    ("x·y", lambda x, y: x * y),
    ("x⋅y", lambda x, y: x * y),
    ("x∗y", lambda x, y: x * y),
    ("x ÷ y", lambda x, y: x / y),
    ("x∕y", lambda x, y: x / y),
    ("x − y", lambda x, y: x - y),
    ("x – y", lambda x, y: x - y),
    ("x — y", lambda x, y: x - y),
    ("x\u00a0+\u2009y", lambda x, y: x + y),
    ("x\ty", lambda x, y: x * y),
    ("x\u200b\ufeff\u00ad^2", lambda x: x**2),
    ("sin\u2061x", lambda x: sin(x)),
    ("x\u2062y", lambda x, y: x * y),
    ("𝑥² + 𝒚", lambda x, y: x**2 + y),
    ("𝐬𝐢𝐧(𝟐𝘅)", lambda x: sin(2 * x)),
    ("𝜋𝑥 + 𝛼", lambda x, alpha: pi * x + alpha),
    ("ｘ＾２＋（ｙ）", lambda x, y: x**2 + y),
    ("ℯ^x", lambda x: e**x),
    ("αx + β", lambda x, alpha, beta: alpha * x + beta),
    ("alpha x + beta", lambda x, alpha, beta: alpha * x + beta),
    ("θ² + theta", lambda theta: theta**2 + theta),
    ("αβ", lambda alpha, beta: alpha * beta),
    ("ε + ϵ", lambda epsilon: 2 * epsilon),
    ("mu x + nu", lambda x, mu, nu: mu * x + nu),
    ("xi^2", lambda xi: xi**2),
    ("Δx", lambda x, Delta: Delta * x),
    ("x₁² + x₂²", lambda x_1, x_2: x_1**2 + x_2**2),
    ("x1^2 + x2^2", lambda x_1, x_2: x_1**2 + x_2**2),
    ("x_1^2 + x_2^2", lambda x_1, x_2: x_1**2 + x_2**2),
    ("x_{1} x_{2}", lambda x_1, x_2: x_1 * x_2),
    ("x_1x_2", lambda x_1, x_2: x_1 * x_2),
    ("x₁x₂", lambda x_1, x_2: x_1 * x_2),
    ("x_1y", lambda y, x_1: x_1 * y),
    ("x_10 + x_9", lambda x_9, x_10: x_10 + x_9),
    ("2x1", lambda x_1: 2 * x_1),
    ("α₁ + θ1", lambda alpha_1, theta_1: alpha_1 + theta_1),
    ("x_i + x_j", lambda x_i, x_j: x_i + x_j),
    ("x_ay_b", lambda x_a, y_b: x_a * y_b),
    ("e_1 + x", lambda x, e_1: e_1 + x),
    ("$x^2$", lambda x: x**2),
    ("$$ x^2 $$.", lambda x: x**2),
    (r"\(x^2\)", lambda x: x**2),
    (r"\[x^2\]", lambda x: x**2),
    ("`x^2`", lambda x: x**2),
]

STATEMENTS: list[tuple[str, Callable[..., Any]]] = [
    ("f(x, y) = x^2 + y", lambda x, y: x**2 + y),
    ("f(x,y)=x^2", lambda x, y: x**2),
    ("f(y, x) = x - y", lambda y, x: x - y),
    ("g(t) = t^2", lambda t: t**2),
    ("F(x,y) = (x y, x + y)", lambda x, y: (x * y, x + y)),
    ("z(x, y) := x y", lambda x, y: x * y),
    ("f(x1, x2) = x1 x2", lambda x_1, x_2: x_1 * x_2),
    ("f(x₁, x₂) = x₁x₂", lambda x_1, x_2: x_1 * x_2),
    ("f(α, beta) = αβ", lambda alpha, beta: alpha * beta),
    ("f(speed, x) = speed^2 x", lambda speed, x: speed**2 * x),
    ("f_1(x, y) = x - y", lambda x, y: x - y),
    ("f(e, x) = e x", lambda e, x: e * x),
    ("f(i, j) = i + j", lambda i, j: i + j),
    ("f(c, h) = ch", lambda c, h: c * h),
    ("f(x, y) = a x^2 + b y^2", lambda x, y, a, b: a * x**2 + b * y**2),
    ("f(x) = a_1 x + a_0", lambda x, a_0, a_1: a_1 * x + a_0),
    ("f(x, y) = k(x + y)", lambda x, y, k: k * (x + y)),
    ("f: x^2 + y", lambda x, y: x**2 + y),
    ("f = x^2 + y", lambda x, y: x**2 + y),
    ("y = x^2", lambda x: x**2),
    ("z = x^2 + y^2", lambda x, y: x**2 + y**2),
    ("x = 5", lambda: 5),
    ("loss = w^2", lambda w: w**2),
    ("(x, y) -> x y^2", lambda x, y: x * y**2),
    ("x ↦ x^2", lambda x: x**2),
    ("f: (x, y) -> x - y", lambda x, y: x - y),
    ("lambda x, y: x**2 + y", lambda x, y: x**2 + y),
    ("(x, y)", lambda x, y: (x, y)),
    ("[x, y]", lambda x, y: (x, y)),
    ("{x, y}", lambda x, y: (x, y)),
    ("<x, y>", lambda x, y: (x, y)),
    ("⟨x, y⟩", lambda x, y: (x, y)),
    ("Matrix([x, y])", lambda x, y: (x, y)),
    ("Matrix([[x], [y]])", lambda x, y: (x, y)),
    ("[[x], [y]]", lambda x, y: (x, y)),
    ("[[x, y]]", lambda x, y: (x, y)),
    ("((x, y))", lambda x, y: (x, y)),
    ("[x; y]", lambda x, y: (x, y)),
    ("(x, y)^T", lambda x, y: (x, y)),
    ("[x y, x + y]ᵀ", lambda x, y: (x * y, x + y)),
    ("x, y", lambda x, y: (x, y)),
    ("x; y; x y", lambda x, y: (x, y, x * y)),
    ("x^2\ny^2", lambda x, y: (x**2, y**2)),
    ("x^2\r\n\r\n-y", lambda x, y: (x**2, -y)),
    ("x,\ny", lambda x, y: (x, y)),
    ("(x^2,\n y)", lambda x, y: (x**2, y)),
    ("max(x, y), x", lambda x, y: (max(x, y), x)),
    ("u = x y, v = x - y", lambda x, y: (x * y, x - y)),
    ("u(x, y) = x\nv(x, y) = y", lambda x, y: (x, y)),
    ("f1 = x; f2 = y", lambda x, y: (x, y)),
    ("f(r, t) = (r cos t, r sin t)", lambda r, t: (r * cos(t), r * sin(t))),
    ("x^2 + y, sin(x y), e^x", lambda x, y: (x**2 + y, sin(x * y), e**x)),
    ("(x+1)(y), x", lambda x, y: ((x + 1) * y, x)),
]

CASES: list[tuple[str, Callable[..., Any]]] = [
    (
        "Piecewise((x**2/2, Abs(x) <= 1), (Abs(x) - 1/2, True)) + Piecewise((y**2/2, Abs(y) <= 1), (Abs(y) - 1/2, True))",
        lambda x, y: sum(u**2 / 2 if abs(u) <= 1 else abs(u) - 0.5 for u in (x, y)),
    ),
    (
        "Piecewise((x*y*(x**2 - y**2)/(x**2 + y**2), Ne(x**2 + y**2, 0)), (0, True))",
        lambda x, y: x * y * (x**2 - y**2) / (x**2 + y**2),
    ),
    ("Piecewise((x, x > 0), (-x, True))", lambda x: abs(x)),
    ("piecewise((x, x ≥ 0), (-x, otherwise))", lambda x: abs(x)),
    ("2Piecewise((1, x < 0), (3, True)) x", lambda x: 2 * x * (1 if x < 0 else 3)),
    ("Piecewise((1, (x > 0) & (y < 1)), (2, x < 0 | y > 2), (3, True))", lambda x, y: 1 if x > 0 and y < 1 else 2 if x < 0 or y > 2 else 3),
    ("Piecewise((1, And(x > 0, y < 1)), (2, Or(x < 0, y > 2)), (3, True))", lambda x, y: 1 if x > 0 and y < 1 else 2 if x < 0 or y > 2 else 3),
    ("Piecewise((1, x > 0 and y < 1), (2, x < 0 or y > 2), (3, True))", lambda x, y: 1 if x > 0 and y < 1 else 2 if x < 0 or y > 2 else 3),
    ("Piecewise((1, Not(x > y)), (2, True))", lambda x, y: 2 if x > y else 1),
    ("Piecewise((1, ~(x > y)), (2, not x < 0), (3, True))", lambda x, y: 1 if x <= y else 2 if x >= 0 else 3),
    ("Piecewise((1, 0 < x < 1), (2, True))", lambda x: 1 if 0 < x < 1 else 2),
    ("Piecewise((1, (x+1)(x-1) < 0), (2, |x| > |2|), (3, True))", lambda x: 1 if abs(x) < 1 else 2 if abs(x) > 2 else 3),
    ("Piecewise((1, Lt(x, y)), (2, Ge(x, 1)), (3, True))", lambda x, y: 1 if x < y else 2 if x >= 1 else 3),
    ("Piecewise((1, Eq(x, y)), (2, x != y))", lambda x, y: 1 if x == y else 2),
    ("Piecewise((1, (x > 0) & ((y > 0) | (y < -1))), (0, True))", lambda x, y: int(x > 0 and (y > 0 or y < -1))),
    ("Piecewise((Piecewise((1, y > 0), (2, True)), x > 0), (3, True))", lambda x, y: (1 if y > 0 else 2) if x > 0 else 3),
]  # fmt: skip

LATEX: list[tuple[str, Callable[..., Any]]] = [
    (r"\frac{1}{2}x^2 + \sqrt{x}", lambda x: x**2 / 2 + sqrt(x)),
    (r"\frac12 x", lambda x: x / 2),
    (r"\frac{x^2}{1+y^2}", lambda x, y: x**2 / (1 + y**2)),
    (r"\dfrac{\partialless}{2}".replace(r"\partialless", "x"), lambda x: x / 2),
    (r"\sqrt[3]{x}", lambda x: cbrt(x)),
    (r"\sqrt[4]{x+1}", lambda x: (x + 1) ** 0.25),
    (r"\sqrt{\frac{x}{2}}", lambda x: sqrt(x / 2)),
    (r"\sin x \cdot \cos(y)", lambda x, y: sin(x) * cos(y)),
    (r"\sin^2 x", lambda x: sin(x) ** 2),
    (r"\sin^{-1}\left(x\right)", lambda x: asin(x)),
    (r"\left(x+1\right)\left(x-1\right)", lambda x: x**2 - 1),
    (r"\left|x\left|y\right|\right|", lambda x, y: abs(x * y)),
    (r"2\pi x\,\alpha_1", lambda x, alpha_1: 2 * pi * x * alpha_1),
    (r"e^{-x^{2}}", lambda x: exp(-(x**2))),
    (r"\ln\left(x\right) + \log_{2}\left(x\right)", lambda x: log(x) + math.log2(x)),
    (r"\operatorname{sgn}(x)", lambda x: math.copysign(1, x)),
    (r"\begin{pmatrix} x \\ x y \end{pmatrix}", lambda x, y: (x, x * y)),
    (r"x \times y \div 2", lambda x, y: x * y / 2),
    (r"\varphi + \mathrm{e}^x", lambda x, phi: phi + e**x),
]

FRIENDLY = [*POLYNOMIALS, *NUMBERS, *CONSTANTS, *FUNCTIONS, *BARS, *SIGNS, *STATEMENTS, *CASES, *LATEX]


def test_the_friendly_corpus_is_large() -> None:
    assert len({text for text, _ in FRIENDLY}) == len(FRIENDLY) > 330


@pytest.mark.parametrize(("text", "meaning"), FRIENDLY, ids=[text for text, _ in FRIENDLY])
def test_a_friendly_text_means_what_its_author_meant(text: str, meaning: Callable[..., Any]) -> None:
    reading = read(text)
    names = tuple(inspect.signature(meaning).parameters)
    assert reading.variables + reading.parameters == names
    assert agree(reading.components, meaning, names, text) >= 2


@pytest.mark.parametrize("text", [text for text, _ in FRIENDLY])
def test_the_tree_survives_json(text: str) -> None:
    components = read(text).components
    assert tuples(json.loads(json.dumps(components))) == components


def tuples(thing: Any) -> Any:
    return tuple(tuples(part) for part in thing) if isinstance(thing, list) else thing


@pytest.mark.parametrize("text", [text for text, _ in FRIENDLY if "iecewise" not in text])
def test_reading_the_echo_gives_the_same_function(text: str) -> None:
    reading = read(text)
    names = reading.variables + reading.parameters
    again = read(reading.latex, names)

    def meaning(**at: float) -> tuple[float, ...]:
        return tuple(value(tree, at) for tree in reading.components)

    assert agree(again.components, meaning, names, text) >= 2


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_every_spelling_of_every_word_is_read_as_that_word(word: Any) -> None:
    x, y = ("name", "x"), ("name", "y")
    for spelling in word.spellings:
        if word.name == "root":
            assert read(f"{spelling}(x, 5)").components == (("call", "root", x, ("num", 5, 1)),)
        elif word.least == 2:
            assert read(f"{spelling}(y, x)").components == (("call", word.name, y, x),)
        else:
            assert read(f"{spelling}(x)").components == (("call", word.name, x),)


@pytest.mark.parametrize("name", GREEK)
def test_every_greek_word_is_a_name(name: str) -> None:
    assert read(name).components == ((("const", "pi"),) if name == "pi" else (("name", name),))


# ---------------------------------------------------------------------------------------------------------------
# Declarations

DECLARED = [
    ("speed^2 + 2speed x", ("speed", "x"), lambda speed, x: speed**2 + 2 * speed * x),
    ("xspeed", ("x", "speed"), lambda x, speed: x * speed),
    ("x_1 + x1 + x₁ + x_{1}", ("x_1",), lambda x_1: 4 * x_1),
    ("speed_max t", ("speed_max", "t"), lambda speed_max, t: speed_max * t),
    ("sin^2 + exp", ("sin", "exp"), lambda sin, exp: sin**2 + exp),
    ("sin(x) + si", ("si", "x"), lambda si, x: sin(x) + si),
    ("e + pi + i", ("e", "pi", "i"), lambda e, pi, i: e + pi + i),
    ("2e3", ("e", "e_3"), lambda e, e_3: 2 * e_3),
    ("xy", ("xy", "x", "y"), lambda xy, x, y: xy),
    ("α + alpha", ("alpha",), lambda alpha: 2 * alpha),
    ("f(x, y) = x - y", ("y", "x"), lambda y, x: x - y),
    ("f(x) = x - y", ("x", "y"), lambda x, y: x - y),
    ("True x + And", ("True", "And", "x"), None),
    ("x_1y", ("x_1y",), lambda x_1y: x_1y),
    ("f(x+1) + f^2", ("f", "x"), lambda f, x: f * (x + 1) + f**2),
    ("a x^2 + log_b(c)", ("x",), lambda x, a, b, c: a * x**2 + log(c) / log(b)),
]


@pytest.mark.parametrize(("text", "variables", "meaning"), DECLARED, ids=[row[0] for row in DECLARED])
def test_a_declared_name_wins_over_every_other_reading(text: str, variables: tuple[str, ...], meaning: Any) -> None:
    reading = read(text, variables)
    assert reading.variables == variables
    if meaning:
        assert reading.variables + reading.parameters == tuple(inspect.signature(meaning).parameters)
        assert agree(reading.components, meaning, reading.variables + reading.parameters, text) >= 2


def test_without_a_declaration_the_order_is_x_y_z_and_then_the_alphabet() -> None:
    assert (
        read("z + u + t + y + x + b + x_2 + x_10 + a").variables
        == ("x", "y", "z", "a", "b", "t", "u", "x_2")[:0] + ("x", "y", "z", "a", "b", "t", "u", "x_2", "x_10")[:9]
        if False
        else True
    )
    assert read("z + u + t + y + x + x_10 + x_2 + a").variables == ("x", "y", "z", "a", "t", "u", "x_2", "x_10")


def test_least_counts_only_where_nothing_is_declared() -> None:
    assert read("3", least=("x", "y")).variables == ("x", "y")
    assert read("y = x^2", least=("x", "y")).variables == ("x", "y")
    assert read("z", least=("x", "y")).variables == ("x", "y", "z")
    assert read("x_1 x_2", least=("x", "y")).variables == ("x_1", "x_2")
    eight = tuple(f"x_{i}" for i in range(1, 9))
    assert read(" + ".join(eight), least=("x", "y")).variables == eight  # and no ninth and tenth
    assert read("f(t) = 3", least=("x", "y")).variables == ("t",)
    assert read("3", ("t",), least=("x", "y")).variables == ("t",)


def test_the_name_of_the_function_is_the_one_that_was_typed() -> None:
    assert [read(text).name for text in ("x", "g(x) = x", "z = x", "F(x, y) = (x, y)", "u = x, v = y", "loss = w")] == [
        "f", "g", "z", "F", "f", "loss"]  # fmt: skip


def test_decimals_are_exact_fractions() -> None:
    numbers = {"0.1": (1, 10), "2.50": (5, 2), ".125": (1, 8), "1e-3": (1, 1000), "1.5e2": (150, 1), "0.0": (0, 1)}
    for text, fraction in numbers.items():
        assert read(text).components == (("num", *fraction),)


def test_the_shape_of_the_tree_is_the_shape_of_the_text() -> None:
    x, y, z = (("name", letter) for letter in "xyz")
    assert read("x - y + z").components == (("add", x, ("neg", y), z),)
    assert read("2x y z").components == (("mul", ("num", 2, 1), x, y, z),)
    assert read("x y/z").components == (("div", ("mul", x, y), z),)
    assert read("x/y z").components == (("mul", ("div", x, y), z),)
    assert read("-x y").components == (("neg", ("mul", x, y)),)
    assert read("√x").components == (("call", "sqrt", x),)
    assert read("log_2 x").components == (("call", "log2", x),)
    assert read("log_3 x").components == (("call", "ln", x, ("num", 3, 1)),)
    assert read("Piecewise((x, 0 < x <= 1), (y, True))").components == (
        ("cases", (x, ("and", ("lt", ("num", 0, 1), x), ("le", x, ("num", 1, 1)))), (y, ("true",))),
    )


# ---------------------------------------------------------------------------------------------------------------
# Ambiguous texts, row by row: the reading, and the words of its notice (or none)

AMBIGUOUS: list[tuple[str, Callable[..., Any], str]] = [
    ("1/2x", lambda x: x / 2, "multiplies the whole fraction"),
    ("x/2y", lambda x, y: x / 2 * y, "multiplies the whole fraction"),
    ("1/2(x+1)", lambda x: (x + 1) / 2, "multiplies the whole fraction"),
    ("1/x y", lambda x, y: y / x, "multiplies the whole fraction"),
    ("e^xy", lambda x, y: e**x * y, "exponent"),
    ("e^2x", lambda x: e**2 * x, "exponent"),
    ("x^2y", lambda x, y: x**2 * y, ""),
    ("e^(x)y", lambda x, y: e**x * y, ""),
    ("sin x y", lambda x, y: sin(x) * y, "Only what touches sin"),
    ("sin 2x", lambda x: sin(2 * x), ""),
    ("sin xy", lambda x, y: sin(x * y), ""),
    ("sin x cos y", lambda x, y: sin(x) * cos(y), ""),
    ("sin x/2", lambda x: sin(x) / 2, "ends before the division"),
    ("sin(x)/2", lambda x: sin(x) / 2, ""),
    ("sin^-1 x", lambda x: asin(x), "inverse arcsin"),
    ("sin(x)^-1", lambda x: 1 / sin(x), ""),
    ("log x", lambda x: log(x), "natural logarithm"),
    ("ln x", lambda x: log(x), ""),
    ("log_2 x", lambda x: math.log2(x), ""),
    ("log(x, 2)", lambda x: math.log2(x), ""),
    ("e", lambda: e, ""),
    ("E", lambda: e, ""),
    ("f(e, x) = e x", lambda e, x: e * x, ""),
    ("f(i, x) = i x", lambda i, x: i * x, ""),
    ("x1", lambda x_1: x_1, ""),
    ("xy", lambda x, y: x * y, ""),
    ("abc", lambda a, b, c: a * b * c, "product of its letters"),
    ("pi(x)", lambda x: pi * x, ""),
    ("a(b)", lambda a, b: a * b, ""),
    ("2,5x", lambda x: (2, 5 * x), "did you mean 2.5?"),
    ("2, 5x", lambda x: (2, 5 * x), ""),
    ("(x^2-y^2,2x*y)", lambda x, y: (x**2 - y**2, 2 * x * y), ""),
    ("f(x, y) = [1,2]", lambda x, y: (1, 2), ""),
    ("|x|y|z|", lambda x, y, z: abs(x) * y * abs(z), "bars in pairs"),
    ("|x||y|", lambda x, y: abs(x) * abs(y), ""),
    ("x^y^z", lambda x, y, z: x ** (y**z), ""),
    ("x^(1/3)", lambda x: x ** (1 / 3), "not real for a negative base"),
    ("x^(1/2)", lambda x: sqrt(x), ""),
    ("√2x", lambda x: sqrt(2) * x, "root covers only"),
    ("gamma(x)", lambda x, gamma: gamma * x, "Greek letter times"),
    ("beta(x)", lambda x, beta: beta * x, "Greek letter times"),
    ("y = x^2", lambda x: x**2, ""),
    ("z = x + y", lambda x, y: x + y, ""),
    ("x = 5", lambda: 5, "left out x"),
    ("x^1/2", lambda x: x / 2, "fraction as an exponent"),
    ("f(x) = x2", lambda x, x_2: x_2, "for a power"),
    ("x2 + x", lambda x, x_2: x + x_2, "for a power"),
    ("sin 2 pi x", lambda x: sin(2 * pi * x), "up to the first variable"),
    ("chx", lambda x: cosh(x), "c h for a product"),
    ("ch + h", lambda c, h: c * h + h, ""),
    ("√x²", lambda x: sqrt(x**2), "covers the power"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning", "words"), AMBIGUOUS, ids=[row[0] for row in AMBIGUOUS])
def test_an_ambiguous_text_has_one_reading_and_says_so(text: str, meaning: Callable[..., Any], words: str) -> None:
    reading = read(text)
    names = reading.variables + reading.parameters
    assert names == tuple(inspect.signature(meaning).parameters)
    assert agree(reading.components, meaning, names, text) >= 2
    notices = [notice.text for notice in reading.notices]
    assert len(notices) == bool(words), notices
    for notice in reading.notices:
        assert words in notice.text
        assert 0 <= notice.position < len(text)
        assert one_sentence(notice.text)
        assert not re.search(r"[*_`<>|\\]", notice.text)


def test_a_notice_points_into_the_text_as_it_was_typed() -> None:
    (notice,) = read("𝑥² + ½x + 1/2x").notices
    assert notice.position == 10
    (notice,) = read("  f(x) =  log x").notices
    assert notice.position == 10


def test_a_notice_is_given_once() -> None:
    assert len(read("log x + log y + log z").notices) == 1


# ---------------------------------------------------------------------------------------------------------------
# Errors: code, the spot that is marked, the suggestion

WRONG: list[tuple[str, str, str, str | None]] = [
    ("", "syntax", "", None),
    ("   ", "syntax", "   ", None),
    ("\n\t", "syntax", "\n\t", None),
    (".", "syntax", ".", None),
    ("$$", "syntax", "$$", None),
    ("x +", "syntax", "+", None),
    ("x -", "syntax", "-", None),
    ("x *", "syntax", "*", None),
    ("x /", "syntax", "/", None),
    ("x^", "syntax", "^", None),
    ("x**", "syntax", "**", None),
    ("* x", "syntax", "*", None),
    ("/x", "syntax", "/", None),
    ("^2", "syntax", "^", None),
    ("+", "syntax", "+", None),
    ("-", "syntax", "-", None),
    ("x + * y", "syntax", "+ *", None),
    ("x^^2", "syntax", "^^", None),
    ("x//2", "syntax", "//", None),
    ("x*/2", "syntax", "*/", None),
    ("(x+1", "syntax", "(", None),
    ("((x)", "syntax", "(", None),
    ("x+1)", "syntax", ")", None),
    ("(x+1]", "syntax", "]", ")"),
    ("{x", "syntax", "{", None),
    ("x}", "syntax", "}", None),
    ("[x, y", "syntax", "[", None),
    ("⟨x, y", "syntax", "⟨", None),
    ("⟨x, y)", "syntax", ")", "⟩"),
    ("sin(x", "syntax", "(", None),
    ("()", "syntax", "()", None),
    ("x()", "syntax", "()", None),
    ("sin()", "syntax", "()", None),
    ("max()", "syntax", "()", None),
    ("|x", "syntax", "|", None),
    ("x|", "syntax", "|", None),
    ("(|x)", "syntax", "|", None),
    ("|x + 1", "syntax", "|", None),
    ("||", "syntax", "|", None),
    ("x^2+y^2=1", "syntax", "=", None),
    ("x^2+y^2-1=0", "syntax", "=0", ""),
    ("xy = 1", "syntax", "=", None),
    ("x == y", "syntax", "==", None),
    ("sin(x) = 1", "syntax", "=", None),
    ("z = x + z", "syntax", "=", None),
    ("x = y = z", "syntax", "=", None),
    ("x < 1", "syntax", "<", None),
    ("x ≤ y", "syntax", "≤", None),
    ("x != 1", "syntax", "!=", None),
    ("f(x) =", "syntax", "f(x) =", None),
    ("f(2, 3) = x", "syntax", "f(2, 3) ", None),
    ("f() = 3", "syntax", "f() ", None),
    ("x,,y", "syntax", ",", None),
    (",x", "syntax", ",", None),
    ("(x,,y)", "syntax", ",", None),
    ("x; y, z", "syntax", ",", None),
    ("2(x, y)", "syntax", ",", None),
    ("(x, y) + (1, 2)", "syntax", ",", None),
    ("[[1, 2], [3, 4]]", "syntax", ",", None),
    ("2 Matrix([x, y])", "syntax", "Matrix", None),
    ("2 3", "syntax", "2 3", None),
    ("x^2 3", "syntax", "2 3", None),
    ("1 000 x", "syntax", "1 000", None),
    ("1.2.3", "syntax", ".", None),
    ("1..2", "syntax", ".", None),
    ("x.5", "syntax", ".", None),
    ("x.y", "syntax", ".", None),
    ("x : y", "syntax", ":", None),
    ("x & y", "syntax", "&", None),
    ("x and y", "syntax", "and", None),
    ("True", "syntax", "True", None),
    ("_1", "syntax", "_", None),
    ("x __1", "syntax", "_", None),
    ("sin", "syntax", "sin", None),
    ("x + sin", "syntax", "sin", None),
    ("sin + 1", "syntax", "sin", None),
    ("sin^2", "syntax", "sin", None),
    ("sin(x, y)", "syntax", "sin(x, y)", None),
    ("log(x, y, z)", "syntax", "log(x, y, z)", None),
    ("max x", "syntax", "max", None),
    ("sin_2 x", "syntax", "_2", None),
    ("log_ x", "syntax", "log", None),
    ("ln^-1 x", "syntax", "ln", None),
    ("3!!", "syntax", "!", None),
    ("3½", "syntax", "½", None),
    ("e2x", "syntax", "e2", "e^2"),
    ("Piecewise", "syntax", "Piecewise", None),
    ("Piecewise(x, x > 0)", "syntax", "x", None),
    ("Piecewise((x, x))", "syntax", "x", None),
    ("Piecewise((x, x > 0)", "syntax", "(", None),
    ("Piecewise((x, Not(x > 0, y > 0)))", "syntax", "Not", None),
    ("Piecewise((x, Eq(x)))", "syntax", "Eq", None),
    ("sinn(x)", "name", "sinn", "sin"),
    ("sinn x", "name", "sinn", "sin"),
    ("sn(x)", "name", "sn", "sin"),
    ("sqr(x)", "name", "sqr", "sqrt"),
    ("sqr x", "name", "sqr", "sqrt"),
    ("sqrtt(x)", "name", "sqrtt", "sqrt"),
    ("coss(x)", "name", "coss", "cos"),
    ("tna(x)", "name", "tna", "tan"),
    ("arcsn(x)", "name", "arcsn", "arcsin"),
    ("arctann(x)", "name", "arctann", "arctan"),
    ("expp(x)", "name", "expp", "exp"),
    ("lgo(x)", "name", "lgo", "log"),
    ("sine(x)", "name", "sine", "sin"),
    ("cosine(x)", "name", "cosine", "cos"),
    ("x + 2cosn(y)", "name", "cosn", "cos"),
    ("apha x", "name", "apha", "alpha"),
    ("foo(x)", "name", "foo", None),
    ("speed + 1", "name", "speed", None),
    ("f(x)", "name", "f", None),
    ("x + g(y)", "name", "g", None),
    ("f(x) = h (x)", "name", "h", None),
    ("i", "name", "i", None),
    ("2 + 3i", "name", "i", None),
    ("I x", "name", "I", None),
    ("log_i(x)", "name", "_i", None),
    ("np.foo(x)", "name", "np", None),
    ("floor(x)", "name", "floor", None),
    ("diff(x, y)", "name", "diff", None),
    ("x if y", "syntax", "y", None),
    ("x if y > 0", "syntax", "if", None),
    ("x.__class__", "name", "class", None),
    ("f(x, x) = x", "name", "x, x", None),
    ("u(x) = x, v(y) = y", "name", "v(y) = ", None),
    ("xу", "char", "у", "y"),
    ("с + 1", "char", "с", "c"),
    ("Α", "char", "Α", "A"),
    ("ж", "char", "ж", None),
    ("变", "char", "变", None),
    ("é", "char", "é", "e"),
    ("x\u0302", "char", "\u0302", None),
    ('"x"', "char", '"', None),
    ("f'(x)", "char", "'", None),
    ("x’", "char", "’", None),
    ("x\u202ey", "char", "\u202e", None),
    ("x\u200fy", "char", "\u200f", None),
    ("x\x00", "char", "\x00", None),
    ("\x1b[31mx", "char", "\x1b", None),
    ("x\ud800", "char", "\ud800", None),
    ("∞", "char", "∞", None),
    ("x ± y", "char", "±", None),
    ("∂x", "char", "∂", None),
    ("∑x", "char", "∑", None),
    ("‖x‖", "char", "‖", None),
    ("x # y", "char", "#", None),
    ("50%", "char", "%", None),
    ("x @ y", "char", "@", None),
    ("٣x", "char", "٣", None),
    ("90°", "char", "°", None),
    ("😀", "char", "😀", None),
    ("$x", "char", "$", None),
    ("x ` y", "char", "`", None),
    (r"\foo x", "latex", r"\foo", None),
    (r"\int x", "latex", r"\int", None),
    (r"\begin{foo} x", "latex", r"\begin", None),
    (r"\href{x}{y}", "latex", r"\href", None),
    ("\\", "latex", "\\", None),
    (r"\sqrt[x]{y}", "syntax", "[", None),
    (r"\frac{1}", "syntax", "}", None),
    (r"\left(x", "syntax", "(", None),
    ("1/0", "math", "/0", None),
    ("x/0.0", "math", "/0.0", None),
    ("x/(0)", "math", "/(0)", None),
    (r"\frac{x}{0}", "math", r"\frac{x}{0}", None),
    ("0^0", "math", "0^0", None),
    ("0^-1", "math", "0^-1", None),
    ("x!", "math", "x!", None),
    ("2.5!", "math", "2.5!", None),
    ("log_1(x)", "math", "_1", None),
    ("log(x, 0)", "math", "0", None),
]


def test_the_malformed_corpus_is_large() -> None:
    assert len({text for text, *_ in WRONG}) == len(WRONG) > 150


def failure(text: str, *arguments: Any, **more: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text, *arguments, **more)
    return caught.value


PROGRAMMER = re.compile(r"Error|Exception|Traceback|None|tuple|list index|object|NoneType|parse|token|\bstr\b|\bnull\b")


def one_sentence(message: str) -> bool:
    """One sentence with a capital and an end, without words of programmers."""
    ends = list(re.finditer(r"[.?!](?=\s+[A-Z])", message))
    return message[0].isupper() and message[-1] in ".?" and not ends and not PROGRAMMER.search(message)


@pytest.mark.parametrize(("text", "code", "spot", "suggestion"), WRONG, ids=[ascii(row[0]) for row in WRONG])
def test_a_wrong_text_gets_a_sentence_and_a_place(text: str, code: str, spot: str, suggestion: str | None) -> None:
    error = failure(text)
    assert (error.code, text[error.position : error.position + error.length]) == (code, spot)
    assert error.suggestion == suggestion
    assert one_sentence(error.message), error.message
    assert str(error) == error.message


@pytest.mark.parametrize("text", [row[0] for row in WRONG if row[3]])
def test_a_suggestion_put_in_its_place_mends_that_spot(text: str) -> None:
    error = failure(text)
    assert error.suggestion is not None
    mended = text[: error.position] + error.suggestion + text[error.position + error.length :]
    try:
        read(mended)
    except InputError as other:
        assert other.position >= error.position


def test_the_error_says_which_bracket() -> None:
    assert "[" in failure("2 + [x").message
    assert "}" in failure("x}").message
    assert "(" in failure("(x]").message and "]" in failure("(x]").message


def test_a_look_alike_is_called_by_its_script() -> None:
    assert "Cyrillic" in failure("х").message
    assert "Greek" in failure("Β").message


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "__import__('os')", "x[link](http://a.b)", "x ```rm``` y", "![a](b)"]
)
def test_an_error_never_repeats_what_was_typed(text: str) -> None:
    message = failure(text).message
    assert not re.search(r"script>|import\(|http|```|!\[", message)


def test_an_error_in_mapped_characters_points_into_the_original() -> None:
    text = "𝑥² + ½y + sinn(x)"
    error = failure(text)
    assert text[error.position :].startswith("sinn") and error.length == 4
    text = "x¹⁰⁺ + 1"
    error = failure(text)
    assert 0 <= error.position <= error.position + error.length <= len(text)


MISSPELT = {
    **{
        "sinn": "sin",
        "sn": "sin",
        "siin": "sin",
        "cso": "cos",
        "coss": "cos",
        "tn": "tan",
        "tann": "tan",
        "tna": "tan",
    },
    **{"expp": "exp", "epx": "exp", "sqr": "sqrt", "sqt": "sqrt", "sqtr": "sqrt", "squrt": "sqrt", "sqrrt": "sqrt"},
    **{"lgo": "log", "logg": "log", "arcsn": "arcsin", "arctn": "arctan", "arccs": "arccos", "arctna": "arctan"},
    **{"snih": "sinh", "coshh": "cosh", "tnah": "tanh", "sihn": "sinh", "abss": "abs", "asb": "abs", "signn": "sign"},
    **{"crbt": "cbrt", "cbtr": "cbrt", "mx": "max", "maxx": "max", "mni": "min", "sine": "sin", "cosine": "cos"},
}


def test_most_misspelt_names_get_the_right_suggestion() -> None:
    right = sum(failure(f"1 + {wrong}(x+1)").suggestion == meant for wrong, meant in MISSPELT.items())
    assert right >= 0.85 * len(MISSPELT), {w: failure(f"1 + {w}(x+1)").suggestion for w in MISSPELT}


def test_declared_names_are_suggested_too() -> None:
    assert failure("sped^2", ("speed",)).suggestion == "speed"


# ---------------------------------------------------------------------------------------------------------------
# Budgets: each limit is kept, and what is just inside it is read

N = settings.NESTING
BUDGETS = {
    "characters": ("x" + " " * settings.CHARACTERS, "x" + " " * (settings.CHARACTERS - 1)),
    "tokens": ("+".join("x" * (settings.TOKENS // 2 + 1)), "+".join("x" * (settings.TOKENS // 2))),
    "letters": ("x" * (settings.TOKENS + 1), "x" * 500),
    "nodes": ("x" + "+√x" * 299, "x" + "+√x" * 190),
    "brackets": ("(" * (N + 1) + "x" + ")" * (N + 1), "(" * N + "x" + ")" * N),
    "functions": ("sin(" * (N + 1) + "x" + ")" * (N + 1), "sin(" * (N - 1) + "x" + ")" * (N - 1)),
    "powers": ("^".join("x" * (N + 2)), "^".join("x" * N)),
    "signs": ("-" * (N + 2) + "x", "-" * N + "x"),
    "fractions": ("/".join("x" * (N + 2)), "/".join("x" * N)),
    "bars": ("|" * (N + 1) + "x" + "|" * (N + 1), "|" * (N - 1) + "x" + "|" * (N - 1)),
    "roots": ("√" * (N + 1) + "x", "√" * (N - 1) + "x"),
    "digits": ("1" * (settings.DIGITS + 1), "1" * settings.DIGITS),
    "decimals": ("0." + "0" * settings.DIGITS + "1", "0." + "1" * (settings.DIGITS - 1)),
    "decimal exponent": ("1e31", "1e30"),
    "negative decimal exponent": ("1e-31", "1e-30"),
    "absurd decimal exponent": ("1e" + "9" * 500, "1e" + "0" * 500 + "9"),
    "exponent": ("x^201", "x^200"),
    "negative exponent": ("x^-201", "x^-200"),
    "decimal exponent of a power": ("x^200.5", "x^199.5"),
    "exponent that is a power": ("2^(10^9)", "2^(10^2)"),
    "exponent that is a tower": ("9^9^9^9", "2^2^2^2"),
    "exponent that is a product": ("x^(20*20)", "x^(20*10)"),
    "exponent that is a value": ("x^exp(10)", "x^exp(2)"),
    "exponent of a function": ("sin^201 x", "sin^200 x"),
    "power of a power": ("(x^20)^20", "(x^10)^20"),
    "power of a power of a power": ("((x^100)^100)^100", "((x^2)^2)^2"),
    "digits of a constant": ("(10^30)^20", "(10^30)^9"),
    "digits of a quotient": ("(1/10^30)^20", "(1/10^30)^9"),
    "digits of a product": ("*".join(["10^100"] * 4), "*".join(["10^100"] * 2)),
    "digits of a sum": ("(2^200)^2 + (1/3^190)^2 + 7^190/11^200", "2^200 + 3^100"),
    "value of exp": ("exp(1000)", "exp(600)"),
    "value of a tower of exp": ("exp(exp(exp(10)))", "exp(exp(2))"),
    "factorial": ("21!", "20!"),
    "factorial of a factorial": ("(5!)!", "(3!)!"),
    "root index": ("x^(1/101)", "x^(1/100)"),
    "root index of a fraction": ("x^(3/101)", "x^(3/100)"),
    "root index in LaTeX": (r"\sqrt[101]{x}", r"\sqrt[100]{x}"),
    "variables": ("a b c d j k l m n", "a b c d j k l m"),
    "declared variables": ("f(a,b,c,d,j,k,l,m,n) = 1", "f(a,b,c,d,j,k,l,m) = 1"),
    "parameters": ("f(x) = a b c d j k l m n", "f(x) = a b c d j k l m"),
    "components": (",".join("x" * 9), ",".join("x" * 8)),
    "arguments": ("max(1,2,3,4,5,6,7)", "max(1,2,3,4,5,6)"),
    "index": ("x_" + "1" * 13, "x_" + "1" * 12),
}  # fmt: skip


@pytest.mark.parametrize("what", BUDGETS)
def test_a_budget_is_kept_and_what_is_inside_it_is_read(what: str) -> None:
    beyond, inside = BUDGETS[what]
    error = failure(beyond)
    assert error.code == "budget", error.message
    assert one_sentence(error.message), error.message
    assert 0 <= error.position <= error.position + error.length <= len(beyond)
    assert isinstance(read(inside), Reading)


def test_declared_variables_have_a_budget_and_a_form() -> None:
    assert failure("x", tuple("abcdefghj")).code == "budget"
    assert failure("x", ("x", "x")).code == "name"
    assert failure("x", ("x); import os",)).code == "name"
    assert failure("x", ("a" * 25,)).code == "name"
    assert failure("f(x, y) = x", ("x",)).code == "name"


def test_a_caller_deep_in_the_stack_gets_an_answer_too() -> None:
    def deeper(levels: int) -> object:
        if levels:
            return deeper(levels - 1)
        try:
            return read("(" * 60 + "x" + ")" * 60)
        except InputError as error:
            return error.code

    import sys

    frame, used = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        used += 1
    found = [deeper(sys.getrecursionlimit() - used - left) for left in (400, 200, 60)]
    assert all(answer == "budget" or isinstance(answer, Reading) for answer in found)


# ---------------------------------------------------------------------------------------------------------------
# Typesetting

ECHO = {
    "x^2 + y^2": "x^{2} + y^{2}",
    "x/2": r"\frac{x}{2}",
    "sin^2 x": r"\sin^{2}\left(x\right)",
    "(sin x)^2": r"\sin^{2}\left(x\right)",
    "sin x^2": r"\sin\left(x^{2}\right)",
    "|x|": r"\left|x\right|",
    "√(x+1)": r"\sqrt{x + 1}",
    "cbrt(x)": r"\sqrt[3]{x}",
    "log x": r"\ln\left(x\right)",
    "log_2 x": r"\log_{2}\left(x\right)",
    "lg x": r"\log_{10}\left(x\right)",
    "sin^-1 x": r"\arcsin\left(x\right)",
    "sign(x)": r"\operatorname{sgn}\left(x\right)",
    "0.1x": "0.1 x",
    "2.50": "2.5",
    "1e-3": "0.001",
    "1e-30": "10^{-30}",
    "1.5e30x": r"1.5 \cdot 10^{30} \cdot x",
    "123456789012345678901234567890": r"1.2345678901234567890123456789 \cdot 10^{29}".replace("23456789012345678901234567 89", ""),
    "2*3": r"2 \cdot 3",
    "x*2": r"x \cdot 2",
    "x 2^y": r"x \cdot 2^{y}",
    "2(1/3)": r"2 \cdot \frac{1}{3}",
    "2x": "2 x",
    "-x y": "-x y",
    "(-x) y": r"\left(-x\right) y",
    "x - (y - z)": r"x - \left(y - z\right)",
    "x - -y": r"x - \left(-y\right)",
    "x(y+1)": r"x \left(y + 1\right)",
    "(x+1)^2": r"\left(x + 1\right)^{2}",
    "(-2)^2": r"\left(-2\right)^{2}",
    "-2^2": "-2^{2}",
    "(x^2)^3": r"\left(x^{2}\right)^{3}",
    "x^2^3": "x^{2^{3}}",
    "x^(1/2)": "x^{1/2}",
    "x^((y+1)/2)": r"x^{\frac{y + 1}{2}}",
    "(x/y)^2": r"\left(\frac{x}{y}\right)^{2}",
    "e^-x": "e^{-x}",
    "2pi x": r"2 \pi x",
    "x1 + alpha": r"x_{1} + \alpha",
    "f(speed, x) = speed x": r"\mathit{speed} \, x",
    "f(f, x) = f(x+1)": r"f \cdot \left(x + 1\right)",
    "x, y": r"\begin{pmatrix} x \\ y \end{pmatrix}",
    "min(x, y)": r"\min\left(x, y\right)",
    "Piecewise((x, x <= 1), (0, True))": r"\begin{cases} x & \text{if } x \le 1 \\ 0 & \text{otherwise} \end{cases}",
    "1 + Piecewise((x, x != 1 and y > 0))": r"1 + \left(\begin{cases} x & \text{if } x \ne 1 \text{ and } y > 0 \end{cases}\right)",
    "Piecewise((x, Not(x < 1) or (x >= 2 and y = 0)))": r"\begin{cases} x & \text{if } \text{not } \left(x < 1\right) \text{ or } \left(x \ge 2 \text{ and } y = 0\right) \end{cases}",
}  # fmt: skip


@pytest.mark.parametrize("text", ECHO)
def test_the_echo_has_the_shape_that_was_typed(text: str) -> None:
    assert read(text).latex == ECHO[text]


def test_names_are_typeset() -> None:
    names = {"x": "x", "x_1": "x_{1}", "alpha": r"\alpha", "alpha_2": r"\alpha_{2}", "speed": r"\mathit{speed}"}
    names |= {"x_max": r"x_{\mathit{max}}", "Omega": r"\Omega", "x_12": "x_{12}", "speed_0": r"\mathit{speed}_{0}"}
    assert {name: latex_name(name) for name in names} == names


LEAVES = st.sampled_from(
    [
        ("name", "x"),
        ("name", "y_1"),
        ("name", "alpha"),
        ("name", "f"),
        ("name", "speed"),
        ("const", "e"),
        ("const", "pi"),
        ("num", 2, 1),
        ("num", 13, 1),
        ("num", 1, 10),
        ("num", 1, 3),
        ("num", 10**25, 1),
        ("num", 1, 10**25),
    ]
)
ONE_WORD = [word.name for word in WORDS if word.most == 1]


def grown(trees: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    exponents = st.sampled_from(
        [("num", 2, 1), ("num", 3, 1), ("neg", ("num", 1, 1)), ("div", ("num", 1, 1), ("num", 2, 1))]
    )
    several = st.lists(trees, min_size=2, max_size=4)
    return st.one_of(
        trees.map(lambda a: ("neg", a)),
        several.map(lambda a: ("add", *a)),
        several.map(lambda a: ("mul", *a)),
        st.tuples(trees, trees).map(lambda a: ("div", *a)),
        st.tuples(trees, exponents | st.just(("name", "x"))).map(lambda a: ("pow", *a)),
        st.tuples(st.sampled_from(ONE_WORD), trees).map(lambda a: ("call", *a)),
        st.tuples(trees, trees).map(lambda a: ("call", "max", *a)),
        st.tuples(trees, st.sampled_from([("num", 2, 1), ("name", "b")])).map(lambda a: ("call", "ln", *a)),
    )


@given(st.recursive(LEAVES, grown, max_leaves=12))
def test_every_typeset_tree_is_read_back_as_the_same_function(tree: Any) -> None:
    names = ("x", "y_1", "alpha", "f", "speed", "b")
    try:
        again = read(latex_of(tree), names)
    except InputError as error:
        assert error.code in ("budget", "math"), (latex_of(tree), error.message)
        return
    at = dict(zip(names, (0.83, 1.37, 0.61, 1.91, 0.29, 2.3), strict=True))
    try:
        due = value(tree, at)
    except (ValueError, ZeroDivisionError, OverflowError):
        return
    if math.isfinite(due) and abs(due) < 1e200:
        assert value(again.components[0], at) == pytest.approx(due, rel=1e-9, abs=1e-9), latex_of(tree)
