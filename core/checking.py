r"""Is an answer the entry of a Jacobian that was asked for? And if not, which mistake is it?

Two formulas are compared at points of many digits: where they differ, the answer is wrong, and the point proves it.
Where they agree everywhere, algebra is asked for the identity; if it does not find one in its time, forty digits at
many points must do, and that is said. A wrong answer is then compared with what is often taken for the right one: the
entry across the diagonal, another entry, the opposite sign, the component itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal

import sympy
from sympy import Expr, Rational, Symbol

from core import calculus
from core.function import Function
from core.pointwise import holds, number

DIGITS: Final = 40
POINTS: Final = 12
SMALL: Final = Rational(1, 10**30)
PROOF_SECONDS: Final = 0.8
PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)  # one a letter
ROWS: Final = "Rows are outputs, columns are inputs"

Verdict = Literal["right", "transposed", "wrong", "unknown"]
Entries = Sequence[Sequence[Expr]]


@dataclass(frozen=True)
class Checked:
    """What an answer is, in a word and in a sentence; `exact` says whether algebra found the identity."""

    verdict: Verdict
    sentence: str
    exact: bool = False


def points(n: int) -> list[tuple[Expr, ...]]:
    """Places without a pattern, near and far, on all sides of the axes.

    >>> len(points(2)), points(1)[0]
    (12, (2/5,))
    """
    odd = [Rational(2 + 3 * i, 5 + i) for i in range(n)]
    more = [
        [Rational((7 * k * p + 3 * p + k) % 37 - 18, 10 + (k + i) % 5) for i, p in enumerate(PRIMES[:n])]
        for k in range(1, POINTS)
    ]
    return [tuple(row) for row in (odd, *more)]


def difference(a: Expr, b: Expr, f: Function) -> tuple[bool | None, dict[Symbol, Expr]]:
    """Do two formulas agree where f has a derivative? None where no point could be looked at; where not, a point."""
    seen = False
    names = (*f.variables, *f.parameters)
    for p in points(len(names)):
        place = dict(zip(names, p, strict=True))
        if not all(holds(r, place) for r in f.domain):
            continue
        u, v = (number(e.xreplace(place), DIGITS) for e in (a, b))
        if u is None and v is None:
            continue
        seen = True
        if u is None or v is None or abs(u - v) > SMALL * (1 + abs(v)):
            return False, place
    return (True, {}) if seen else (None, {})


def identical(a: Expr, b: Expr) -> bool:
    """Does algebra find, within its time, that two formulas are one?"""
    end, gap = monotonic() + PROOF_SECONDS, a - b
    ways: tuple[Callable[[Expr], Expr], ...] = (sympy.expand, sympy.cancel, sympy.trigsimp, sympy.simplify)
    for way in ways:
        with suppress(calculus.LateError, Exception):
            if calculus.within(end - monotonic(), way, gap) == 0:
                return True
    return False


def entry(f: Function, i: int, j: int, answer: Expr) -> Checked:
    """Check an answer for ∂f_i/∂x_j.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (x**2*y, x + sympy.sin(y)**2))
    >>> entry(f, 0, 0, y*2*x).verdict, entry(f, 1, 1, sympy.sin(2*y)).exact
    ('right', True)
    >>> print(entry(f, 0, 1, sympy.Integer(1)).sentence)
    That is ∂f_2/∂x, across the diagonal. Rows are outputs, columns are inputs: asked is ∂f_1/∂y.
    """
    J = calculus.jacobian(f, False)
    entries = calculus.rows(J)
    same, place = difference(answer, entries[i][j], J)
    if same is None:
        return Checked("unknown", "This could not be checked: no point was found where both have a value.")
    if same:
        exact = identical(answer, entries[i][j])
        sure = "an identity" if exact else f"the same to {DIGITS} digits wherever it was looked at"
        return Checked("right", f"Right: {sure}.", exact)
    return _mistake(f, J, entries, i, j, answer) or Checked(
        "wrong", f"Not yet. {_witness(answer, entries[i][j], place)}"
    )


def _mistake(f: Function, J: Function, entries: Entries, i: int, j: int, answer: Expr) -> Checked | None:
    """What the wrong answer is the right one of."""
    asked, m, n = _partial(f, i, j), f.m, f.n
    if j < m and i < n and difference(answer, entries[j][i], J)[0]:
        return Checked("transposed", f"That is {_partial(f, j, i)}, across the diagonal. {ROWS}: asked is {asked}.")
    for k in range(m):
        for x in range(n):
            if (k, x) != (i, j) and entries[k][x] != 0 and difference(answer, entries[k][x], J)[0]:
                return Checked("wrong", f"That is {_partial(f, k, x)}; asked is {asked}.")
    if difference(answer, -entries[i][j], J)[0]:
        return Checked("wrong", "Right but for its sign.")
    if difference(answer, f.components[i], J)[0]:
        return Checked("wrong", f"That is {_output(f, i)} itself: differentiate it by {f.variables[j]}.")
    return None


def matrix(f: Function, answers: Entries) -> Checked:
    """Check a whole matrix of answers.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (x**2*y, x + y, sympy.sin(x)))
    >>> print(matrix(f, [[2*x*y, sympy.Integer(1), sympy.cos(x)], [x**2, sympy.Integer(1), sympy.Integer(0)]]).sentence)
    That is the transpose of J: yours is 2 × 3, J is 3 × 2. Rows are outputs, columns are inputs.
    """
    J, (m, n) = calculus.jacobian(f, False), (f.m, f.n)
    entries = calculus.rows(J)
    shape = (len(answers), len(answers[0]))
    if any(len(row) != shape[1] for row in answers):
        return Checked("wrong", f"All rows need the same number of entries: {n}, one for each input.")
    places = [(i, j) for i in range(m) for j in range(n)]
    if shape == (n, m) and all(difference(answers[j][i], entries[i][j], J)[0] for i, j in places):
        if m != n:
            sizes = f"yours is {n} × {m}, J is {m} × {n}"
            return Checked("transposed", f"That is the transpose of J: {sizes}. {ROWS}.")
        if not all(difference(answers[i][j], entries[i][j], J)[0] for i, j in places):
            return Checked("transposed", f"That is the transpose of J: rows and columns are swapped. {ROWS}.")
    if shape != (m, n):
        return Checked("wrong", f"J is {m} × {n}, outputs × inputs; yours is {shape[0]} × {shape[1]}.")
    wrong = [(i, j) for i, j in places if not difference(answers[i][j], entries[i][j], J)[0]]
    if not wrong:
        exact = all(identical(answers[i][j], entries[i][j]) for i, j in places)
        sure = "every entry is an identity" if exact else f"every entry is the same to {DIGITS} digits"
        return Checked("right", f"Right: {sure}.", exact)
    (i, j), others = wrong[0], len(wrong) - 1
    first = entry(f, i, j, answers[i][j]).sentence.removeprefix("Not yet. ")
    more = f" {others} more entr{'y is' if others == 1 else 'ies are'} not right yet." if others else ""
    return Checked("wrong", f"{_partial(f, i, j)} is not right yet. {first}{more}")


def _witness(answer: Expr, right: Expr, place: dict[Symbol, Expr]) -> str:
    where = ", ".join(f"{x} = {c}" for x, c in place.items())
    yours, its = (_said(number(e.xreplace(place), 15)) for e in (answer, right))
    return f"At {where} yours is {yours}, and the entry is {its}."


def _said(v: Expr | None) -> str:
    return "not defined" if v is None else f"{float(v):.6g}".replace("-", "−")


def _output(f: Function, i: int) -> str:
    return "f" if f.m == 1 else f"f_{i + 1}"


def _partial(f: Function, i: int, j: int) -> str:
    return f"∂{_output(f, i)}/∂{f.variables[j]}"
