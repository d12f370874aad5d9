"""Words composed of others, roots, cases in every form, and the habits of NumPy, SymPy, Mathematica, Desmos and LaTeX."""

import inspect
import math
from collections import Counter
from collections.abc import Callable
from itertools import islice
from math import asin, atan, cosh, exp, log, pi, sin, sqrt, tanh
from typing import Any

import mpmath as mp
import pytest
import sympy

from benchmarks.round_trip import outcome, trees
from core import calculus, compile, settings
from core.function import Root
from core.immediate import programs
from core.interval import PI_ABOVE
from core.jobs import derive
from core.meaning import MeaningError, function
from core.numeric import floats
from core.problem import Problem
from core.program import jet
from core.syntax import expanded, read
from core.syntax.expression import meaning_of
from core.syntax.words import FORMS, TOLD, known
from core.vocabulary import WORDS
from tests.formulas import FORMULAS
from tests.test_syntax import agree, failure, one_sentence

COMPOSED = [word for word in WORDS if word.means]


def huber(x: float, y: float = 0) -> float:
    return x**2 if x > 0 else -x


HABITS: list[tuple[str, Callable[..., Any]]] = [
    ("np.sin(x) + numpy.exp(y)", lambda x, y: sin(x) + exp(y)),
    ("math.sqrt(x**2 + y**2) + np.pi + math.e", lambda x, y: math.hypot(x, y) + pi + math.e),
    ("np.power(x, 2) + np.square(y) - pow(x, 3)", lambda x, y: x**2 + y**2 - x**3),
    ("np.maximum(x, 0) + np.minimum(x, y) + fmax(x, y)", lambda x, y: max(x, 0) + min(x, y) + max(x, y)),
    ("np.expm1(x) + log1p(y)", lambda x, y: math.expm1(x) + math.log1p(y)),
    ("exp2(x) + 2exp2(x)", lambda x: 3 * 2**x),
    ("torch.nn.functional.relu(x) + torch.sigmoid(y)", lambda x, y: max(x, 0) + 1 / (1 + exp(-y))),
    ("jax.numpy.tanh(x) jnp.cosh(x)", lambda x: tanh(x) * cosh(x)),
    ("np.arctan2(y, x) + np.arcsin(x/9)", lambda x, y: math.atan2(y, x) + asin(x / 9)),
    ("np.abs(x) + np.absolute(x) + fabs(x)", lambda x: 3 * abs(x)),
    ("np.log2(x) + math.log(x, 3) + sp.log(x)", lambda x: math.log2(x) + log(x, 3) + log(x)),
    ("sympy.Rational(1, 2)*x + Integer(3) + Float(2.5)", lambda x: x / 2 + 5.5),
    ("Pow(x, 2) + Add(x, y, 3) + Mul(x, y)", lambda x, y: x**2 + x + y + 3 + x * y),
    (
        "Sin[x] + Exp[x] + Sqrt[x] + ArcTan[x] + Abs[x] + Pi",
        lambda x: sin(x) + exp(x) + sqrt(x) + atan(x) + abs(x) + pi,
    ),
    ("Log[2, x]", lambda x: math.log2(x)),
    ("CubeRoot[x] + Erf[x] + Max[x, y]", lambda x, y: math.cbrt(x) + math.erf(x) + max(x, y)),
    ("arc sin(x/9) + arc tan x", lambda x: asin(x / 9) + atan(x)),
    ("=SQRT(A^2+B^2)", lambda A, B: math.hypot(A, B)),
    ("=POWER(x;2)+PI()*LN(y)", lambda x, y: x**2 + pi * log(y)),
    ("root(x, 5) + root(y, 4)", lambda x, y: math.copysign(abs(x) ** 0.2, x) + sqrt(y) ** 0.5),
    ("root(x, 2) + root(x, 3)", lambda x: sqrt(x) + math.cbrt(x)),
    (r"\sqrt[5]{x} + ∜y", lambda x, y: math.copysign(abs(x) ** 0.2, x) + sqrt(y) ** 0.5),
    ("heaviside(x) + hypot(x, y)", lambda x, y: float(x > 0) + math.hypot(x, y)),
    ("softplus x + logistic(x)", lambda x: log(1 + exp(x)) + 1 / (1 + exp(-x))),
    ("erf x + erfc 2x", lambda x: math.erf(x) + 1 - math.erf(2 * x)),
    ("sech^2 x + coth^-1(x + 9)", lambda x: 1 / cosh(x) ** 2 + math.atanh(1 / (x + 9))),
    ("np.array([x, y])", lambda x, y: (x, y)),
    ("lambda x, y: np.where(x > y, x, y)", max),
]

CASES: list[tuple[str, Callable[..., Any]]] = [
    *(
        (text, lambda x: huber(x))
        for text in (
            "{x^2 if x > 0, -x otherwise}",
            "{x^2 if x > 0; -x}",
            "{x^2 if x > 0\n  -x otherwise\n}",
            "{x^2, if x > 0; -x, otherwise}",
            "{x^2, x > 0; -x, x <= 0}",
            "{ x^2   x>0 : }".replace("x^2   x>0 :", "x > 0: x^2, -x"),
            "{x^2 if x > 0 else -x}",
            "x^2 if x > 0 else -x",
            "(x^2 if x > 0 else -x)",
            "0 + (x^2 if not x <= 0 else -x)",
            "where(x > 0, x^2, -x)",
            "np.where(x > 0, x**2, -x)",
            "=IF(x>0; x^2; -x)",
            "If[x > 0, x^2, -x]",
            "Piecewise[{{x^2, x > 0}}, -x]",
            "Piecewise[{{x^2, x > 0}, {-x, True}}]",
            r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}",
            r"\begin{cases} x^2, & \text{if } x > 0, \\ -x, & \text{otherwise.} \\ \end{cases}",
            "$$\\begin{cases}\n x^2 & \\text{for}\\: x > 0 \\\\[2pt]\n- x & \\text{else}\n\\end{cases}$$",
            r"\left\{ \begin{array}{ll} x^2 & \mbox{if } x > 0 \\ -x & \mbox{else} \end{array} \right.",
            r"\left\{x>0: x^{2}, -x\right\}",
        )
    ),
    ("x if x > 1 else y if y > 1 else 3", lambda x, y: x if x > 1 else y if y > 1 else 3),
    ("{1 if 0 < x < 1, 2 if x < 0 or y > 2, 3}", lambda x, y: 1 if 0 < x < 1 else 2 if x < 0 or y > 2 else 3),
    ("{1 if x < 0 || y > 2, 0}", lambda x, y: int(x < 0 or y > 2)),
    ("{1 if x < 0 ∨ y > 2, 2 if x>1 ∧ y>1, 0}", lambda x, y: 1 if x < 0 or y > 2 else 2 if x > 1 and y > 1 else 0),
    ("{1 if AND(x>0, NOT(y>1)), 0}", lambda x, y: int(x > 0 and y <= 1)),
    ("{x > 0: {y > 0: 1, 2}, -x}", lambda x, y: (1 if y > 0 else 2) if x > 0 else -x),
    ("2{x > 0: x^2, -x} + 1", lambda x: 2 * huber(x) + 1),
    ("max(x if x > 0 else 0, y)", lambda x, y: max(x, 0, y)),
    ("u = {x if x > 0, 0}; v = y", lambda x, y: (max(x, 0), y)),
    (
        r"f(x,y) = \begin{cases} \frac{1}{x} & x \le -1 \land y > 0 \\ \left|x\right| & \text{otherwise} \end{cases} + y",
        lambda x, y: (1 / x if x <= -1 and y > 0 else abs(x)) + y,
    ),
]

LATEX: list[tuple[str, Callable[..., Any]]] = [
    (r"\cfrac{1}{1+x} + \tfrac12 x + {x \over y+1}", lambda x, y: 1 / (1 + x) + x / 2 + x / (y + 1)),
    (r"\operatorname{atan2}(y, x) + \operatorname{erf}\left(x\right)", lambda x, y: math.atan2(y, x) + math.erf(x)),
    (r"\begin{align*} f(x,y) &= x^2 \\ &\quad + y^2 \end{align*}", lambda x, y: x**2 + y**2),
    (r"\begin{equation}f\left(x,y\right)=x^{2}y\label{eq:1}\end{equation}", lambda x, y: x**2 * y),
    (r"\[ \begin{aligned} u &= x y \\ v &= x - y \end{aligned} \]", lambda x, y: (x * y, x - y)),
    (r"f\left(\alpha, \beta\right) = \alpha - \beta", lambda alpha, beta: alpha - beta),
    (r"(x, y) \mapsto x y^2", lambda x, y: x * y**2),
    (r"\left[\begin{matrix}x\\x y\end{matrix}\right]", lambda x, y: (x, x * y)),
    (r"\begin{bmatrix} x & y \end{bmatrix}", lambda x, y: (x, y)),
    (r"\left(\begin{array}{c} x \\ y \\ \end{array}\right)", lambda x, y: (x, y)),
    (r"\coth x + \operatorname{sech}^{2} x", lambda x: 1 / tanh(x) + 1 / cosh(x) ** 2),
    (r"\bigl(x+1\bigr)\Big/2 \cdot \lvert x\rvert".replace(r"\Big/", "/"), lambda x: (x + 1) / 2 * abs(x)),
    (r"\exp\left(-x^{2}\right) \, \max\{x, y\} \quad", lambda x, y: exp(-(x**2)) * max(x, y)),
    (r"x_{\mathrm{max}} + x_{\text{min}}", lambda x_max, x_min: x_max + x_min),
]

UNICODE: list[tuple[str, Callable[..., Any]]] = [
    ("¹⁄₂x + ⅟4 x", lambda x: 0.75 * x),
    ("ℯ^x + ℓ + ℎ", lambda x, h, l: math.e**x + l + h),  # noqa: E741
    ("x ∙ y ⨉ 2 ➗ 4", lambda x, y: x * y / 2),
    ("│x│ + ǀyǀ", lambda x, y: abs(x) + abs(y)),
    ("3\u2064x\ufe0e", lambda x: 3 + x),
    ("xᶠ", lambda x, f: x**f),
    ("﹙x﹢1﹚²", lambda x: (x + 1) ** 2),
]


@pytest.mark.parametrize(
    ("text", "meaning"), [*HABITS, *CASES, *LATEX, *UNICODE], ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_habit_from_elsewhere_means_what_it_means_there(text: str, meaning: Callable[..., Any]) -> None:
    reading = read(text)
    names = ("x", "y") if meaning is max else tuple(inspect.signature(meaning).parameters)
    assert set(reading.variables + reading.parameters) == set(names)
    points = meaning if meaning is not max else lambda x, y: max(x, y)
    assert agree(reading.components, points, names, text) >= 2
    assert read(reading.latex, reading.variables + reading.parameters).components == reading.components


KINDLY: list[tuple[str, str, str | None]] = [  # text, words of the sentence, suggestion
    (r"\sinn x", "did you mean sin", r"\sin"),
    (r"\fracc{x}{2}", "did you mean frac", r"\frac"),
    (r"\foo x", "plain signs", None),
    (r"90^\circ", "radians", None),
    (r"f^\prime(x)", "Primes", None),
    ("f′(x)", "primes", None),
    (r"\binom{x}{2}", "binomial", None),
    (r"\Re x", "real numbers", None),
    (r"\lVert x \rVert", "sqrt(x^2 + y^2)", None),
    (r"\begin{vmatrix} x & y \end{vmatrix}", "determinant", None),
    (r"\begin{bmatrix} x & y \\ 1 & 2 \end{bmatrix}", "one column", None),
    (r"\begin{cases} x & x > 0", "never closed", None),
    (r"\begin{cases} x \\ y \end{cases}", "sign &", None),
    (r"\text{for my friends} x", "leave them out", None),
    ("3½", "mixed number", None),
    ("3¹⁄₂", "mixed number", None),
    ("3⅟2", "mixed number", None),
    ("ℝ", "set of numbers", None),
    ("sin(2,5)", "did you mean 2.5?", None),
    ("x^2 if x > 0", "else", None),
    ("x < 1", "cases like", None),
    ("where(x > 0, x)", "two values", None),
    ("root(x, n)", "whole number from 2 to 100", None),
    ("root(x, 1)", "whole number from 2 to 100", None),
    ("root(x, 2.5)", "whole number from 2 to 100", None),
    ("root(x)", "two arguments", None),
    ("atan2(y)", "two arguments", None),
    ("hypot x", "brackets", None),
    ("pow(x)", "two arguments", None),
    ("log1p x", "bracket", None),
    ("np.foo(x)", "prefix", None),
    ("hypott(x, y)", "hypot", "hypot"),
    ("softpus(x)", "softplus", "softplus"),
    ("heavyside(x)", "heaviside", "heaviside"),
    ("sigmod(x)", "sigmoid", "sigmoid"),
    ("arcoht(x)", "arcoth", "arcoth"),
    ("sehc(x)", "sech", "sech"),
    ("efrc(x)", "erfc", "erfc"),
    ("Rational(1, 0)", "divides by zero", None),
]


@pytest.mark.parametrize(("text", "words", "suggestion"), KINDLY, ids=[row[0] for row in KINDLY])
def test_what_cannot_be_read_is_refused_with_the_way_out(text: str, words: str, suggestion: str | None) -> None:
    error = failure(text)
    assert words in error.message and one_sentence(error.message), error.message
    assert error.suggestion == suggestion


@pytest.mark.parametrize("text", ["pow(x, 201)", "x^relu(201)", "2^hypot(300, 400)", "root(x, 101)", "square(10^160)"])
def test_a_composed_word_or_a_function_for_a_sign_is_no_way_around_a_budget(text: str) -> None:
    assert failure(text).code == "budget"


def test_a_composed_word_costs_what_it_stands_for() -> None:
    levels = settings.NESTING // 4
    assert failure("sigmoid(" * (levels + 3) + "x" + ")" * (levels + 3)).code == "budget"
    assert read("sigmoid(" * (levels - 2) + "x" + ")" * (levels - 2)).components
    many = settings.NODES // 7
    assert failure("+".join(["sigmoid x"] * (many + 4))).code == "budget"


def test_conventions_are_said() -> None:
    (notice,) = read("arccot x + acot y").notices
    assert "between 0 and pi" in notice.text and one_sentence(notice.text)
    assert "not real" in read("x^(1/5)").notices[0].text and read("root(x, 5)").notices == ()


def test_no_known_word_is_told_to_be_unknown() -> None:
    assert not [name for name in TOLD if known(name) or name in FORMS]


@pytest.mark.parametrize("word", COMPOSED, ids=lambda word: word.name)
def test_a_composed_word_has_each_argument_once_and_only_words_with_an_operation(word: Any) -> None:
    seen: Counter[str] = Counter()

    def walk(tree: Any) -> None:
        if tree[0] == "name":
            seen[tree[1]] += 1
        if tree[0] == "call":
            inner = next(w for w in WORDS if w.name == tree[1])
            assert inner.operation and not inner.means
        for part in tree[1:]:
            if isinstance(part, tuple):
                walk(part)

    walk(meaning_of(word.name).tree)
    assert seen == dict.fromkeys("uv"[: word.least], 1)


def test_arguments_are_put_in_all_at_once() -> None:
    u, v = ("name", "u"), ("name", "v")
    tree = expanded(("call", "hypot", v, u))
    assert tree == ("call", "sqrt", ("add", ("pow", v, ("num", 2, 1)), ("pow", u, ("num", 2, 1))))


DOMAINS = {
    "coth x": ["x != 0"],
    "csch(x - y)": ["x - y != 0"],
    "arcsec x": ["x != 0", "1 - 1/x**2 >= 0"],
    "arsech x": ["x != 0", "-1 + 1/x >= 0"],
    "sech x": [],
    "sigmoid x": [],
    "softplus x": [],
    "hypot(x, y)": [],
    "lg x": ["x > 0"],
    "root(x, 4)": ["x >= 0"],
    "root(x, 5)": [],
    "atan2(y, x)": [],
    "erfc x": [],
    "heaviside x": [],
}


@pytest.mark.parametrize("text", DOMAINS)
def test_the_domain_of_a_word_is_that_of_its_formula(text: str) -> None:
    found = [f"{r.expression} {r.relation} 0" for r in function(read(text, least=("x", "y"))).domain]
    assert sorted(found) == sorted(DOMAINS[text])


VALUES = {  # known values, by hand
    "heaviside(x)": [(0, 0.5), (2, 1), (-2, 0)],
    "arccot(x)": [(0, pi / 2), (-1, 3 * pi / 4), (1, pi / 4)],
    "arcsec(x)": [(2, pi / 3), (-2, 2 * pi / 3), (0.5, math.nan)],
    "coth(x)": [(0, math.nan), (1, 1.3130352854993312)],
    "arsech(x)": [(1, 0), (0.5, 1.3169578969248166), (2, math.nan), (-1, math.nan)],
    "atan2(x, -1)": [(0, pi), (1, 3 * pi / 4), (-1, -3 * pi / 4)],
    "atan2(0, x)": [(0, math.nan), (1, 0), (-3, pi)],
    "root(x, 5)": [(-32, -2), (32, 2), (0, 0)],
    "root(x, 4)": [(16, 2), (0, 0), (-16, math.nan)],
    "sigmoid(x)": [(0, 0.5), (800, 1), (-800, 0)],
    "erfc(x)": [(0, 1), (1, 0.15729920705028513)],
    "log2(x) + lg(x)": [(1, 0), (0, math.nan)],
}


@pytest.mark.parametrize("text", VALUES)
def test_values_known_by_hand_on_both_ways_to_a_program(text: str) -> None:
    reading = read(text)
    for program in (compile.program(function(reading)), programs(reading, {})["f"]):
        for x, expected in VALUES[text]:
            found = floats(program, [float(x)])[0]
            assert found == pytest.approx(expected, rel=1e-14, abs=1e-15, nan_ok=True), x


@pytest.mark.parametrize(
    "text", ["x^relu(2)", "x^hypot(3, 4)", "x^root(32, 5)", "x^cbrt(27)", "x^max(1, 3)", "x^heaviside(3)", "x^sech(1)"]
)
def test_a_constant_exponent_is_the_same_on_both_ways_to_a_program(text: str) -> None:
    exact, quick = compile.program(function(read(text))), programs(read(text), {})["f"]
    for x in (-2.0, -0.5, 0.0, 1.5):
        assert floats(quick, [x]) == pytest.approx(floats(exact, [x]), nan_ok=True), x


def test_an_angle_that_exists_nowhere_is_refused() -> None:
    with pytest.raises(MeaningError):
        function(read("atan2(0, 0) + x"))


@pytest.mark.parametrize(
    ("text", "seams"), [("atan2(y, x)", [(-1.0, 0.0), (0.0, 0.0)]), ("root(x, 5) + y", [(0.0, 1.0)])]
)
def test_a_seam_has_no_derivative(text: str, seams: list[tuple[float, float]]) -> None:
    f = function(read(text))
    exact, quick = compile.program(calculus.gradient(f)), jet(programs(read(text), {})["f"])
    for p in seams:
        assert all(map(math.isnan, floats(exact, p))) and all(map(math.isnan, floats(quick, p)))
    for p in [(1.0, 0.0), (1.0, 2.0), (-1.0, 0.1)]:
        assert floats(exact, p) == pytest.approx(floats(quick, p)[1:3])


def test_the_upper_bound_of_pi_is_the_float_above_it() -> None:
    with mp.workdps(30):
        assert mp.mpf(math.pi) < +mp.pi < mp.mpf(PI_ABOVE) and math.nextafter(math.pi, 4) == PI_ABOVE


@pytest.mark.parametrize(("text", "at"), FORMULAS, ids=[text for text, _ in FORMULAS])
def test_the_text_of_a_component_has_the_same_value_in_plain_sympy(text: str, at: tuple[float, float]) -> None:
    problem = Problem(text, variables=("x", "y"))
    record = derive({"problem": problem.to_wire(), "tidy": False, "second": False})
    place = dict(zip("xy", at, strict=True))
    due = floats(programs(read(text, ("x", "y")), {})["f"], at)[0]
    found = complex(sympy.sympify(record["components"][0]).subs(place).evalf())
    assert found.real == pytest.approx(due, rel=1e-11) and abs(found.imag) < 1e-12
    for slope, number in zip(
        record["gradient"], floats(jet(programs(read(text, ("x", "y")), {})["f"]), at)[1:], strict=False
    ):
        found = complex(sympy.sympify(slope).subs(place).evalf())
        assert found.real == pytest.approx(number, rel=1e-9, abs=1e-9)


def test_nested_roots_do_not_grow() -> None:
    text = "x"
    for _ in range(4):
        text = f"cbrt({text} + 1)"
    (component,) = function(read(text)).components
    assert len(str(component)) < 250
    x = sympy.Symbol("x", real=True)
    assert Root(Root(x, sympy.Integer(3)), sympy.Integer(5)) == Root(x, sympy.Integer(15))
    for value in (-9.0, 4.0):
        expected = float(component.subs(x, value).evalf())
        assert complex(sympy.sympify(str(component)).subs("x", value).evalf()).real == pytest.approx(expected)


def test_every_typeset_tree_is_read_back_as_the_same_tree() -> None:
    found = Counter(outcome(tree) for tree in islice(trees(1), 2000))
    assert found["same"] + found["refused"] == 2000 and found["same"] > 1800, found.most_common(5)
