"""What a finding says to a student, with the numbers that say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import sympy
from sympy import Expr, Symbol

from core import calculus
from core.edges.across import Seen
from core.edges.locus import Locus, Point
from core.edges.side import LIMIT_SECONDS
from core.function import Requirement, reading
from core.vocabulary import NONZERO

Here = Sequence[tuple[Point, Seen]]


def said(e: Expr) -> str:
    """An expression in running text.

    >>> x = sympy.Dummy("x")
    >>> said(2*sympy.pi), said(sympy.Float(0.25, 20)), said(-sympy.Integer(1))
    ('2 pi', '0.25', '−1')
    """
    if e.has(sympy.Float):
        e = e.n(4)
        return f"{float(e):.4g}".replace("-", "−") if e.is_number and e.is_comparable else str(e)
    return str(e).replace("**", "^").replace("*", " ").replace("-", "−")


def sentence(
    kind: str,
    r: Requirement | None,
    seen: Sequence[Seen] = (),
    limit: Expr | None = None,
    *,
    everywhere: bool = True,
    filled: bool = False,
    n: int = 2,
    many: bool = False,
) -> str:
    """One or two plain sentences about a finding of that kind; of a map of `many` components no number of only one."""
    first = seen[0] if seen else None
    start = "Filled with its limit, f has " if filled else "f has "
    match kind:
        case "undecided" if r is None:
            text = "f may have no derivative here: this was not decided."
        case "undecided":
            text = "f is not defined here. Whether it is a pole or a hole was not decided."
        case "edge":
            text = _edge(r, first, many)
        case "pole":
            text = f"{_runaway(seen, many)} without bound towards this place."
        case "hole":
            text = _hole(first, limit)
        case "jump":
            text = _jump(seen, many)
        case "kink":
            text = f"f is continuous, but its slope jumps{_from_to(seen, n)}: there is no derivative here."
        case "cone tip":
            text = f"{start}a cone tip: the slopes in all directions do not fit into one tangent plane."
        case "vertical tangent":
            text = f"{start}a slope that grows without bound: there is no derivative here."
        case "failed symmetry":
            assert first is not None
            xy, yx = (said(v) for v in first.numbers)
            text = (
                f"{start}unequal mixed second derivatives here: d/dy of f_x is {xy}, d/dx of f_y is {yx}. "
                "The Hessian is not symmetric."
            )
        case _:
            text = _curvature(seen, n, filled)
    return text if everywhere else f"{text} Not at every point of it."


def _runaway(seen: Sequence[Seen], many: bool) -> str:
    ends = {v for s in seen for v in s.numbers}
    signed = not many and len(ends) == 1 and all(s.numbers for s in seen)
    return ("f grows" if ends.pop().is_extended_positive else "f falls") if signed else "The size of f grows"


def _edge(r: Requirement | None, seen: Seen | None, many: bool) -> str:
    text = "The domain of f ends here."
    if r is not None and r.relation != NONZERO and not r.expression.has(sympy.Piecewise):
        left, relation, right = reading(r.expression, r.relation)
        sign = {">=": "≥", "<=": "≤"}.get(relation, relation)
        text = f"f is defined only where {said(left)} {sign} {said(right)}."
    if seen is None or not seen.numbers:
        return text
    value, *slope = seen.numbers
    if value.is_infinite and many:
        return f"{text} Towards this edge its size grows without bound."
    if value.is_infinite:
        return f"{text} Towards this edge it {'grows' if value.is_extended_positive else 'falls'} without bound."
    return f"{text} The slope grows without bound at this edge." if slope else text


def has_limit(seen: Seen | None) -> bool:
    """Whether what was seen of a hole knows where f tends to."""
    return seen is not None and bool(seen.numbers)


def _hole(seen: Seen | None, limit: Expr | None) -> str:
    if limit is not None:
        return f"f has no value here, but the limit {said(limit)}: the hole could be filled."
    if has_limit(seen):
        return "f has no value here, but it has a limit: the hole could be filled."
    return "f has no value here, and no limit: different ways towards it give different values."


def _jump(seen: Sequence[Seen], many: bool) -> str:
    numbers = {s.numbers for s in seen}
    if () in numbers:
        return "f has no limit here: different ways towards this place give different values."
    a, b = (said(v) for v in numbers.pop())
    start = "f jumps here" if seen[0].inside else "f has no value here, and jumps"
    return f"{start}{f', from {a} to {b}' if not many and not numbers and a != b else ''}."


def _from_to(seen: Sequence[Seen], n: int) -> str:
    """The slopes on both sides, where there are only these two."""
    if n != 1 or len(seen) != 1 or len(seen[0].numbers) != 2:
        return ""
    return " from {} to {}".format(*(said(v) for v in seen[0].numbers))


def _curvature(seen: Sequence[Seen], n: int, filled: bool) -> str:
    numbers = seen[0].numbers if seen else ()
    if any(v.is_infinite for v in numbers):
        return "The slope is continuous, but the second derivative grows without bound here."
    second = f"the second derivative jumps{_from_to(seen, n)} here" if n == 1 else "the Hessian jumps here"
    return f"{'Filled with its limit, f' if filled else 'f'} has a continuous slope, but {second}."


def limit_on(e: Expr, locus: Locus, X: Sequence[Symbol], here: Here) -> Expr | None:
    """The limit of e at a hole, as a formula along it; None where it is not known."""
    known = [(p, s.numbers[0]) for p, s in here if s.numbers]
    if not known:
        return None
    if len({v for _, v in known}) == 1 and (len(known) > 1 or locus.point is not None or len(X) == 1):
        return known[0][1]
    for x, solution in _solved(locus, X):
        for way in (_put, sympy.limit):
            with suppress(calculus.LateError, Exception):
                formula = calculus.within(LIMIT_SECONDS, partial(_reached, way, x, solution), e)
                if all(_fits(formula, X, p, v) for p, v in known):
                    return sympy.factor_terms(formula)
    return None


def _reached(way: Callable[[Expr, Symbol, Expr], Expr], x: Symbol, solution: Expr, e: Expr) -> Expr:
    return way(e, x, solution)


def _put(e: Expr, x: Symbol, solution: Expr) -> Expr:
    return sympy.cancel(e).xreplace({x: solution})


def _solved(locus: Locus, X: Sequence[Symbol]) -> list[tuple[Symbol, Expr]]:
    (q, *others) = locus.zeros
    if others or not q.is_polynomial(*X):
        return []
    return [(x, x - q / q.coeff(x)) for x in X if sympy.degree(q, x) == 1 and q.coeff(x).is_number]


def _fits(formula: Expr, X: Sequence[Symbol], p: Point, v: Expr) -> bool:
    value = formula.xreplace(dict(zip(X, p, strict=True))).evalf(20)
    return bool(value.is_comparable and abs(value - v) < sympy.Float(10) ** -8 * (1 + abs(v)))
