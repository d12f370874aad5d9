"""Programs: the derivative of every operation, the builder's identities, the wire form."""

from __future__ import annotations

import itertools
import json
import math
import random

import mpmath as mp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.numeric import floats
from core.program import (
    Builder,
    Condition,
    Constant,
    Program,
    component,
    gradient,
    hessian,
    jacobian,
    jet,
    join,
)
from core.vocabulary import OPERATIONS
from tests.oracle import DIGITS, HopelessError, exact, random_program, write

NAN, INF = math.nan, math.inf
LAW = settings(deadline=None, max_examples=100, derandomize=True)


def difference(program: Program, x: list, i: int, j: int):
    """d f_i / d x_j by a symmetric quotient in 50-digit arithmetic: about 20 digits are right."""
    with mp.workdps(DIGITS):
        h = mp.mpf(10) ** -20
        ahead = exact(program, [a + h * (k == j) for k, a in enumerate(map(mp.mpf, x))])[i]
        behind = exact(program, [a - h * (k == j) for k, a in enumerate(map(mp.mpf, x))])[i]
        return (ahead - behind) / (2 * h)


def one(word: str, k: int = 2) -> Program:
    b = Builder(OPERATIONS[word].arity)
    x = [b.variable(i) for i in range(b.inputs)]
    return b.program([b.emit("powi", x[0], k) if word == "powi" else b.emit(word, *x)])


INSIDE = {
    "asin": (-0.9, 0.9),
    "acos": (-0.9, 0.9),
    "atanh": (-0.9, 0.9),
    "acosh": (1.1, 4),
    "log": (0.1, 4),
    "sqrt": (0.1, 4),
    "pow": (0.1, 3),
}
CASES = [
    (word, k)
    for word in OPERATIONS
    if word not in ("const", "var")
    for k in ((-3, -1, 0, 1, 2, 3, 7) if word == "powi" else (2,))
]


@pytest.mark.parametrize(("word", "k"), CASES)
def test_the_derivative_of_every_operation_is_the_limit_of_quotients(word, k):
    f, draw = one(word, k), random.Random(word)
    J = jacobian(f)
    assert len(J.outputs) == f.inputs
    for _ in range(8):
        x = [draw.uniform(*INSIDE.get(word, (-3, 3))) for _ in range(f.inputs)]
        for j, found in enumerate(exact(J, x)):
            if word == "select" and j == 0:
                continue
            true = difference(f, x, 0, j)
            assert abs(found - true) <= mp.mpf(10) ** -15 * (1 + abs(true)), (x, j)
        for found, true in zip(floats(J, x), exact(J, x), strict=True):
            assert abs(found - true) <= 1e-13 * (1 + abs(true))


@pytest.mark.parametrize(("word", "k"), CASES)
def test_the_second_derivative_of_every_operation_too(word, k):
    f, draw = one(word, k), random.Random(word)
    g, H = gradient(f), hessian(f)
    for _ in range(4):
        x = [draw.uniform(*INSIDE.get(word, (-3, 3))) for _ in range(f.inputs)]
        for (i, j), found in zip(itertools.product(range(f.inputs), repeat=2), exact(H, x), strict=True):
            true = difference(g, x, i, j)
            assert abs(found - true) <= mp.mpf(10) ** -12 * (1 + abs(true)), (x, i, j)


@LAW
@given(st.integers(0, 10**6))
def test_the_chain_rule_holds_for_random_programs(seed):
    f = random_program(seed, length=8)
    J, draw = jacobian(f), random.Random(seed)
    x = [draw.uniform(-2, 2) for _ in range(2)]
    try:
        D = exact(J, x)
        close = [exact(f, [a + s * 1e-9 for a in x]) for s in (-1, 1)]
        for (i, j), found in zip(itertools.product(range(len(f.outputs)), range(2)), D, strict=True):
            true = difference(f, x, i, j)
            if (
                mp.isnan(found)
                or mp.isnan(true)
                or any(mp.isnan(c[i]) or abs(c[i]) > 1e6 for c in close)
                or abs(true) > 1e6
            ):
                continue
            assert abs(found - true) <= mp.mpf(10) ** -8 * (1 + abs(true)), (i, j)
    except HopelessError:
        return


SEAMS = [
    (lambda x: x.abs(), 0.0),
    (lambda x: x.sign(), 0.0),
    (lambda x: x.max(1), 1.0),
    (lambda x: x.min(1), 1.0),
    (lambda x: x.cbrt(), 0.0),
    (lambda x: x.sqrt(), 0.0),
    (lambda x: x.asin(), 1.0),
    (lambda x: x.acos(), -1.0),
    (lambda x: x.acosh(), 1.0),
    (lambda x: x.lt(2).select(x, x**2), 2.0),
    (lambda x: x.le(2).select(x, x**2), 2.0),
    (lambda x: x.eq(2).select(x, x**2), 2.0),
    (lambda x: x.pow(2.5), 0.0),
]


@pytest.mark.parametrize(("formula", "seam"), SEAMS)
def test_the_derivative_is_nan_at_a_seam_where_the_function_is_not(formula, seam):
    f = write(1, formula)
    assert not math.isnan(floats(f, [seam])[0])
    assert math.isnan(floats(jacobian(f), [seam])[0])
    assert all(map(math.isnan, floats(jet(f), [seam])))


def test_a_derivative_keeps_the_conditions_of_its_function():
    f = write(1, lambda x: x.log(), lambda x: [(x, ">")])
    assert math.isnan(floats(jacobian(f), [-1.0])[0]) and floats(jacobian(f), [2.0]) == [0.5]
    assert jacobian(f).domain == (Condition(0, ">"),)


def test_what_does_not_depend_on_a_coordinate_costs_nothing():
    f = write(2, lambda x, y: x.sin().exp())
    J = jacobian(f)
    assert floats(J, [0.3, NAN])[1] == 0.0
    assert ("var", 1) not in J.code


# The builder.

SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.0, -0.3, INF, -INF, NAN, 1e308, 5e-324)


def plain(word: str, a: float, b: float) -> float:
    return {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b if b else NAN}[word]


def same(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or a == b


@pytest.mark.parametrize("word", ["add", "sub", "mul", "div"])
@pytest.mark.parametrize("shape", list(itertools.product(range(6), repeat=2)))
def test_what_the_builder_simplifies_is_true_for_every_operand(word, shape):
    """Operands that are variables, constants (0, 1, -1, 3) or negated variables, on every special number."""
    for x, y in itertools.product(SPECIAL, repeat=2):
        b = Builder(2)
        u, v = b.variable(0), b.variable(1)

        def operand(kind: int, slot: int, value: float, b: Builder = b) -> tuple[int, float]:
            constants = {1: 0.0, 2: 1.0, 3: -1.0, 4: 3.0}
            if kind in constants:
                return b.constant(constants[kind]), constants[kind]
            return (slot, value) if kind == 0 else (b.neg(slot), -value)

        (p, left), (q, right) = operand(shape[0], u, x), operand(shape[1], v, y)
        program = b.program([getattr(b, word)(p, q)])
        assert same(floats(program, [x, y])[0], plain(word, left, right)), (x, y)


def test_the_builder_knows_squares_double_negation_and_first_powers():
    b = Builder(1)
    x = b.variable(0)
    assert b.mul(x, x) == b.power(x, 2) and b.neg(b.neg(x)) == x and b.power(x, 1) == x
    assert b.add(x, b.neg(x)) == b.sub(x, x)
    assert b.value(b.mul(b.constant(3.0), b.constant(-2.0))) == -6.0


def test_the_builder_never_folds_a_rounded_constant():
    b = Builder(1)
    c = b.constant(1.0, exact=False)
    assert b.value(c) is None and b.mul(c, b.variable(0)) != b.variable(0)
    assert b.value(b.mul(c, b.constant(2.0))) is None


def test_nan_is_not_lost_by_a_factor_zero():
    f = write(1, lambda x: 0 * x)
    assert math.isnan(floats(f, [NAN])[0]) and math.isnan(floats(f, [INF])[0]) and floats(f, [5.0]) == [0.0]


def test_equal_instructions_share_a_slot_and_unread_ones_are_dropped():
    b = Builder(1)
    x = b.variable(0)
    b.call("exp", x)
    b.constant(7.0)
    p = b.program([b.add(b.call("sin", x), b.call("sin", x)), b.constant(3.0)])
    assert p.code == (("var", 0), ("sin", 0), ("add", 1, 1), ("const", 0)) and p.constants == (Constant(3.0, True),)


# Seams count where they are seams of the result.


def select(condition, yes, no) -> Program:
    """One variable; the three parts are written with a builder."""
    b = Builder(1)
    x = b.variable(0)
    return b.program([b.call("select", condition(b, x), yes(b, x), no(b, x))])


def slopes(f: Program, *xs: float) -> list[float]:
    return [floats(jacobian(f), [x])[0] for x in xs]


def test_a_kink_in_a_branch_that_is_not_taken_is_no_kink():
    huber = select(
        lambda b, x: b.call("le", b.call("abs", x), b.constant(1.0)),
        lambda b, x: b.mul(b.constant(0.5), b.power(x, 2)),
        lambda b, x: b.sub(b.call("abs", x), b.constant(0.5)),
    )
    assert slopes(huber, -3.0, -0.5, 0.0, 0.5, 3.0) == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert all(map(math.isnan, slopes(huber, -1.0, 1.0)))
    assert floats(jet(huber), [0.0]) == [0.0, 0.0, 1.0]


def test_a_kink_in_the_branch_that_is_taken_stays_one():
    f = select(lambda b, x: b.call("le", x, b.constant(1.0)), lambda b, x: b.call("abs", x), lambda b, x: x)
    assert math.isnan(slopes(f, 0.0)[0]) and slopes(f, -1.0, 0.5, 2.0) == [-1.0, 1.0, 1.0]


def test_a_kink_that_both_a_branch_and_the_rest_have_stays_one():
    b = Builder(1)
    x = b.variable(0)
    size = b.call("abs", x)
    f = b.program([b.add(size, b.call("select", b.call("lt", x, b.constant(-9.0)), size, x))])
    assert math.isnan(slopes(f, 0.0)[0]) and slopes(f, 1.0) == [2.0]


def test_a_jump_that_carries_a_comparison_across_its_border_is_a_seam():
    f = select(
        lambda b, x: b.call("lt", b.call("sign", x), b.constant(0.5)), lambda b, x: x, lambda b, x: b.constant(7.0)
    )
    assert math.isnan(slopes(f, 0.0)[0]) and slopes(f, -1.0, 1.0) == [1.0, 0.0]


def test_a_kink_in_a_sign_that_does_not_change_is_no_kink():
    b = Builder(1)
    x = b.variable(0)
    f = b.program([b.add(b.power(x, 2), b.call("sign", b.sub(b.call("abs", x), b.constant(2.0))))])
    assert slopes(f, 0.0, 3.0) == [0.0, 6.0] and math.isnan(slopes(f, 2.0)[0])


def test_a_branch_within_a_branch_counts_where_both_are_taken():
    def inner(b, x):
        return b.call("select", b.call("lt", x, b.constant(0.0)), b.call("abs", b.add(x, b.constant(1.0))), x)

    f = select(lambda b, x: b.call("lt", x, b.constant(5.0)), inner, lambda b, x: b.call("abs", x))
    assert slopes(f, -2.0, -0.5, 1.0, 6.0) == [-1.0, 1.0, 1.0, 1.0]
    assert list(map(math.isnan, slopes(f, -1.0, 0.0, 1.0, 5.0, 0.5))) == [True, True, False, True, False]
    f = select(lambda b, x: b.call("lt", b.constant(-0.5), x), inner, lambda b, x: x)
    assert slopes(f, -1.0, -0.25, 2.0) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("borders", [(1.0, -1.0), (-1.0, 1.0)])
def test_a_kink_in_two_branches_is_one_if_either_is_taken(borders):
    b = Builder(1)
    x = b.variable(0)
    zero, size = b.constant(0.0), b.call("abs", x)
    first, second = (b.call("select", b.call("lt", x, b.constant(border)), size, zero) for border in borders)
    f = b.program([b.add(first, second)])
    assert math.isnan(slopes(f, 0.0)[0]) and slopes(f, -2.0, 0.5, 2.0) == [-2.0, 1.0, 0.0]


# Whole programs.


@LAW
@given(st.integers(0, 10**6))
def test_the_wire_form_is_json_and_comes_back_the_same(seed):
    for program in (random_program(seed), jacobian(random_program(seed, length=5))):
        assert Program.from_wire(json.loads(json.dumps(program.to_wire()))) == program


@pytest.mark.parametrize(
    "change",
    [
        {"code": [["var", 2]]},
        {"code": [["var", 0], ["exp", 1]]},
        {"code": [["var", 0], ["exp", 0, 0]]},
        {"code": [["var", 0], ["powi", 0]]},
        {"code": [["const", 1]]},
        {"code": [["const"]]},
        {"code": [["var", 0], ["add", 0]]},
        {"code": [["system", 0]]},
        {"outputs": [5]},
        {"outputs": [-1]},
        {"domain": [[0, "<"]]},
        {"domain": [[9, ">"]]},
    ],
)
def test_a_wire_form_that_is_not_a_program_is_refused(change):
    wire = {"inputs": 1, "constants": [[1.0, True]], "code": [["var", 0]], "outputs": [0], "domain": []}
    assert Program.from_wire(wire)
    with pytest.raises(ValueError, match="not a program"):
        Program.from_wire({**wire, **change})


@LAW
@given(st.integers(0, 10**6), st.lists(st.floats(-3, 3), min_size=2, max_size=2))
def test_components_joined_are_the_whole(seed, x):
    f = random_program(seed)
    parts = [component(f, i) for i in range(3)]
    assert all(map(same, floats(join(*parts), x), floats(f, x)))
    assert [len(part.outputs) for part in parts] == [1, 1, 1]


@LAW
@given(st.integers(0, 10**6), st.lists(st.floats(-3, 3), min_size=2, max_size=2))
def test_a_jet_is_value_gradient_and_hessian_with_all_their_conditions(seed, x):
    f = component(random_program(seed, length=6), 2)
    expected = [*floats(f, x), *floats(gradient(f), x), *floats(hessian(f), x)]
    found = floats(jet(f), x)
    assert len(found) == 7
    assert all(map(math.isnan, found)) or all(map(same, found, expected))


@LAW
@given(st.integers(0, 10**6), st.integers(-128, 128), st.integers(-128, 128))
def test_the_hessian_is_symmetric(seed, p, q):
    try:
        H = exact(hessian(component(random_program(seed, length=6), 2)), [p / 64, q / 64])
    except HopelessError:
        return
    if not any(map(mp.isnan, H)):
        assert abs(H[1] - H[2]) <= mp.mpf(10) ** -20 * (1 + abs(H[1]))
