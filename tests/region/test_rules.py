"""The proofs by themselves, without the chords that would give a wrong one away: what is not so is not claimed."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational

from core.branching import Budget, Ending, branch, grid
from core.compile import program
from core.meaning import function
from core.program import hessian
from core.region import algebra
from core.region.convexity import _Examination
from core.region.line import shape
from core.region.rules import Fact, Rules
from core.syntax import read

U, W, P = (-1.0, 1.0), (-3.0, 3.0), (0.5, 2.0)


def fact(text: str, *box: tuple[float, float]) -> Fact:
    f = function(read(text))
    return Rules(f.variables, box if len(box) == f.n else box * f.n, 2.0).fact(f.components[0])


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("(x^2 + y^2 - 1)^2", W),  # the square falls where its base is negative
        ("(x^2 + y^2 + 1)^3 - 9(x^2 + y^2)", W),
        ("(log x + log y)^2", P),
        ("1/(x^2 + y^2 + 1)", W),
        ("1/(x + y)", W),
        ("sqrt(x^2 - y^2 + 9)", U),
        ("(x^2 - y^2)/(x + y + 9)", U),
        ("x^2/(y^2 + 1)", U),
        ("(x y)^0.6", P),
        ("x^2/y^1.5", P),
        ("x log(y/x^2)", P),
        ("log(e^x - e^y/99)", U),
        ("log(e^(x^2) + e^(-y^2))", U),
        ("max(x^2 - 1, -(y^2))", U),
        ("|x^2 + y^2 - 1|", W),
        ("min(x^2, y^2)", U),
        ("e^x e^(-y^2)", U),
        ("{x^2 + y^2 if x > 0; y^2 + x}", U),
        ("{x^2 + y^2 if x > 0; y^2 - sqrt(1 - 2x) + 1}", U),  # its last case has no value where it is not taken
        ("atan(x^2 + y^2)", W),
        ("x y + x^4/4 + y^4/4", U),
    ],
)
def test_no_rule_proves_what_is_false(text: str, side: tuple[float, float]) -> None:
    assert not fact(text, side).convex


@pytest.mark.parametrize(
    ("text", "low", "high", "sides"),
    [
        ("abs(t)", -1, 1, (True, False)),
        ("-abs(t)", -1, 1, (False, True)),
        ("abs(t^2 - 1)", -2, 2, (False, False)),
        ("max(t^2, 2t)", -3, 3, (True, False)),
        ("min(t^2, 2t)", -3, 3, (False, False)),
        ("{t^2 if t > 0; t^2 + 1}", -1, 1, (False, False)),
        ("{t^2 if t > 0; t^2/2 + t/9}", -1, 1, (False, False)),
        ("{t^2 if t > 0; t^2/2 - t/9}", -1, 1, (True, False)),
        ("sign(t)", 0, 1, (False, False)),  # 0 at its end, and 1 beside it
        ("cbrt(t)", -1, 1, (False, False)),
        ("t^3", -1e-9, 1, (False, False)),
        ("t^3", 0, 1, (True, False)),
        ("1 - cos(t)", -1, 1, (True, False)),
        ("t^2/2 + 1.000001cos(t)", -1, 1, (False, False)),
        ("2t - 1", -1, 1, (True, True)),
    ],
)
def test_a_function_of_one_number(text: str, low: float, high: float, sides: tuple[bool, bool]) -> None:
    f = function(read(text))
    found = shape(f.components[0], f.variables[0], Rational(low), Rational(high))
    assert (found.convex, found.concave) == sides


def proved(text: str, *box: tuple[float, float], sign: int = 1) -> bool:
    """Whether intervals say that all Hessians are definite."""
    code = program(function(read(text)))
    examine = _Examination(hessian(code), code.inputs, sign)
    *_, last = branch(box, grid(box, 1), examine, Budget(seconds=1.0, stop=examine.refuted))
    return last.ending is Ending.FINISHED and not last.count


def test_intervals_prove_definite_hessians_and_no_others() -> None:
    assert proved("x^2 + y^2 + sin(x y)", (-0.5, 0.5), (-0.5, 0.5))
    assert proved("-e^x - e^y", U, U, sign=-1) and not proved("e^x + e^y", U, U, sign=-1)
    assert not proved("x^2 + y^2 + 3x y", U, U)
    assert not proved("x^2 + y^2 - abs(x)", U, U)  # definite on either side of the kink
    assert not proved("x^2 + y^2 - abs(x - 0.3)", U, U)
    assert not proved("x^2 + y^2 - sqrt(x)", (0.0, 1.0), U)  # no Hessian on the edge


def test_a_polynomial_is_negative_where_it_is_said_to_be() -> None:
    x, y = (sympy.Symbol(name, real=True) for name in "xy")
    box = algebra.sides([(-2.0, 2.0), (-2.0, 2.0)])
    end = float("inf")
    for p in (x**2 * y**2 - Rational(1, 10**12), -(x**2) * (y - 1) ** 2, (x - y) ** 2 * (x**2 + y**2 - 7), x * y):
        found = algebra.negative(algebra.polynomial(p, (x, y)), box, end)
        at = dict(zip((x, y), (Rational(c.numerator, c.denominator) for c in found or ()), strict=True))
        assert found is not None and p.subs(at) < 0
    for p in (x**2 * y**2, (x**2 - 2 * y**2) ** 2, x**4 - x**2 * y**2 + y**4, (x - y) ** 2 * (9 - x**2 - y**2)):
        assert algebra.negative(algebra.polynomial(p, (x, y)), box, end) is None


def test_a_derivation_reads_from_the_inside_out() -> None:
    found = fact("log(e^x + e^y) + x^2/(y + 4) + abs(x)", U)
    assert [str(line.e) for line in found.lines][-1] == str(found.e) and found.exact and found.convex
    assert [line.verdict for line in found.lines] == ["convex"] * 4
    assert "log-sum-exp" in " ".join(line.because for line in found.lines)


def test_strictly_or_not_is_told_by_forms() -> None:
    f = function(read("e^(x + y) + e^(x - y)"))
    found = Rules(f.variables, (U, U), 1.0).fact(f.components[0])
    assert sympy.Matrix(found.forms).rank() == 2
    assert sympy.Matrix(fact("e^(x + y) + abs(x)", U).forms).rank() == 1
