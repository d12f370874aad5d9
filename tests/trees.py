"""The value of a tree in forty digits, by mpmath and by nothing of the project: what derivations and code are held to."""

from collections.abc import Mapping
from typing import Any

from mpmath import mp

mp.dps = 40
Point = Mapping[str, Any]


class OutsideError(Exception):
    """The tree has no real value there, or no slope."""


CALLS = {
    **{word: getattr(mp, word) for word in ("exp", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos")},
    **{word: getattr(mp, word) for word in ("atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "ln", "sign")},
    **{word: getattr(mp, word) for word in ("asec", "acsc", "coth", "sech", "csch", "acoth", "asech", "acsch", "erf")},
    **{"erfc": mp.erfc, "hypot": mp.hypot, "atan2": mp.atan2, "acot": lambda u: mp.pi / 2 - mp.atan(u)},
    **{"heaviside": lambda u: mp.mpf(u > 0), "relu": lambda u: max(u, mp.mpf(0))},
    **{"sigmoid": lambda u: (1 + mp.tanh(u / 2)) / 2, "softplus": lambda u: mp.log1p(mp.exp(u))},
    **{"root": lambda u, n: mp.sign(u) * mp.root(abs(u), int(n)) if n % 2 else mp.root(u, int(n))},
    **{"log10": lambda u: mp.ln(u) / mp.ln(10), "log2": lambda u: mp.ln(u) / mp.ln(2), "abs": abs},
    **{"min": lambda *u: min(u), "max": lambda *u: max(u), "cbrt": lambda u: mp.sign(u) * mp.cbrt(abs(u))},
}
RELATIONS = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def value(tree: Any, at: Point) -> Any:
    """The value of a tree where its names have these values; a derivative that is still to be taken, by differences."""
    try:
        found = _value(tree, at)
    except (ZeroDivisionError, ValueError, OverflowError):
        raise OutsideError from None
    if isinstance(found, mp.mpc) or not mp.isfinite(found):
        raise OutsideError
    return found


def _value(tree: Any, at: Point) -> Any:
    match tree:
        case ("num", p, q):
            return mp.mpf(p) / q
        case ("const", name):
            return +mp.pi if name == "pi" else +mp.e
        case ("name", name):
            return mp.mpf(at[name])
        case ("neg", a):
            return -value(a, at)
        case ("add", *terms):
            return mp.fsum(value(t, at) for t in terms)
        case ("mul", *factors):
            return mp.fprod(value(f, at) for f in factors)
        case ("div", a, b):
            return value(a, at) / value(b, at)
        case ("pow", a, b):
            return mp.power(value(a, at), value(b, at))
        case ("call", "ln", u, base):
            return mp.ln(value(u, at)) / mp.ln(value(base, at))
        case ("call", word, *u):
            return CALLS[word](*(value(a, at) for a in u))
        case ("cases", *branches):
            for branch, condition in branches:
                if holds(condition, at):
                    return value(branch, at)
            raise OutsideError
        case ("diff", _, x, u):
            return _slope(u, x, at)
    raise AssertionError(tree)


def _slope(u: Any, x: str, at: Point) -> Any:
    h, p = mp.mpf(10) ** -8, mp.mpf(at[x])
    above, below, twice_above, twice_below = (value(u, {**at, x: p + k * h}) for k in (1, -1, 2, -2))
    return (8 * (above - below) - (twice_above - twice_below)) / (12 * h)


def holds(condition: Any, at: Point) -> bool:
    """Whether a condition holds."""
    match condition:
        case ("true",):
            return True
        case ("and", a, b):
            return holds(a, at) and holds(b, at)
        case ("or", a, b):
            return holds(a, at) or holds(b, at)
        case ("not", a):
            return not holds(a, at)
        case (relation, a, b):
            return bool(RELATIONS[relation](value(a, at), value(b, at)))
    raise AssertionError(condition)


def alike(a: Any, b: Any) -> bool:
    """Equal but for the rounding of differences."""
    return bool(abs(a - b) <= mp.mpf(10) ** -20 * (1 + abs(a) + abs(b)))
