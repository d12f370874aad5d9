"""Every line of a derivation is a true equality, every rule is a rule, and what comes out is what the app shows."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from core import derivation as derivations
from core import gallery, jobs, settings
from core.derivation import FUNCTIONS, Derivation, Step, derivation
from core.problem import Problem
from core.syntax import Tree, read
from core.syntax.exact import tree_of
from core.vocabulary import WORDS
from tests.formulas import FORMULAS
from tests.trees import OutsideError, alike, value

MORE = [
    "f(x, y) = a x^2 + b x y",
    "f(x, y) = a sin(b x + c) e^(-k y)",
    "f(x, y) = x^n y^m",
    "f(x, y) = a^x y^b",
    "f(x, y) = ln(a + x^2)/(b + y^2)",
    "f(x, y) = (x^2 + a)^n",
    "f(x, y) = max(a x, b y)",
    "f(x) = x^x",
    "f(x) = (x^2 + 1)^(sin x)",
    "f(t) = e^(-t) cos(3t) + t/4",
    "f(t) = 1/t^3 + 4/(2t) - 0.5t^0.5",
    "x/(y^2 x^3)",
    "x y z/(x + y + z)",
    "x sin(x) cos(x) e^x",
    "1/(1 + x^2)",
    "3/(x y + 1)^2",
    "(x^2 + 1)^(-2) y",
    "-(x + 1)(y - 2)/(x - 3)",
    "sin(cos(tan(x y/9)))",
    "sqrt(1 + sqrt(1 + sqrt(1 + x^2)))",
    "log_x(y + 2)",
    "log_(y+2)(x^2 + 1)",
    "log_3(x^2 + 2)",
    "lg(x + 3) lb(y + 3)",
    "2^(x^2) + pi^(x y)",
    "e^(e^(x/4)) + e^2 x",
    "cbrt(x^2 + y) + cbrt(x)^2",
    "x cbrt(x)",
    "sec(x/3)^2 + csc(x + 1) cot(y)",
    "|x y - 1|^3 + sign(x + 9) x^2",
    "x |sin x|",
    "max(x^2, y^2, x y + 1)",
    "min(max(x, 0), 1) y",
    "max(x)",
    "Piecewise((x^2, x < 0), (x^3 y, x < 1), (2x - 1, True))",
    "Piecewise((sin x, (x > 0) & (y > 0)), (cos x, Or(x < -1, y > 1)), (x y, True))",
    "Piecewise((x^2, Not(x > 1)), (2x - 1, True))",
    "arcsin(x y/9) + arccos(x/7) arctan(x^2)",
    "arsinh(x^2) + arcosh(x^2 + 2) + artanh(x y/40)",
    "sinh(x^2) tanh(x) + cosh(x y)",
    "x^(1/3) y^(2/5) + x^(-1/2)",
    "((x + 2)^2)^3 (x^2)^2",
    "x x^2 x^3",
    "0.1x + 0.25x^4 - 1/3 x^6",
    "(0 x + 1)(x^0 + y)",
    "-(-(x^2))",
    "f(alpha, x_1) = alpha^2 x_1 + sin(alpha x_1)",
    "f(speed, mass) = mass speed^2/2",
    "exp(-x^2/2)/sqrt(2pi)",
    "(x - y)^2 (x + y)^2/(1 + x^2 y^2)",
    "7",
]
TEXTS = list(dict.fromkeys([*(t for t, _ in FORMULAS), *MORE, *(p.text for _, ps in gallery.menu() for p in ps)]))


def points(names: tuple[str, ...], count: int = 4) -> list[dict[str, float]]:
    draw = random.Random("".join(names))
    some = [
        {name: 0.6 + 0.13 * i for i, name in enumerate(names)},
        {name: 1.3 + 0.2 * i for i, name in enumerate(names)},
    ]
    return some + [{name: draw.uniform(-2.5, 3.0) for name in names} for _ in range(count)]


def checked(root: Step, names: tuple[str, ...]) -> Counter[int]:
    """How often each line was found true, by its place; an untrue one ends the test."""
    found: Counter[int] = Counter()
    for at in points(names):
        for i, step in enumerate(root.walk()):
            try:
                asked, made, out = (value(tree, at) for tree in (step.start, step.form, step.slope))
            except OutsideError:
                continue
            assert alike(asked, made) and alike(asked, out), (step.rule.name, step.asked, step.made, step.out, at)
            found[i] += 1
    return found


def partials(text: str) -> Iterator[tuple[Tree, str, Derivation, tuple[str, ...]]]:
    reading = read(text)
    for component in reading.components:
        for x in reading.variables:
            yield component, x, derivation(component, x), (*reading.variables, *reading.parameters)


def test_there_are_enough_functions() -> None:
    assert len(TEXTS) >= 100


@pytest.mark.parametrize("text", TEXTS)
def test_every_line_is_a_true_equality(text: str) -> None:
    for _, _, found, names in partials(text):
        assert found.root is not None, found.sentence
        lines = list(found.root.walk())
        seen = checked(found.root, names)
        assert [step.made for i, step in enumerate(lines) if not seen[i]] == []


@pytest.mark.parametrize("text", TEXTS)
def test_what_comes_out_is_what_the_app_shows(text: str) -> None:
    """First derivatives from the text, second ones from the exact first ones; both against the worker's answer."""
    record = jobs.derive({"problem": Problem(text).to_wire(), "tidy": False})
    names = (*record["variables"], *record["parameters"])
    components = read(text).components
    tries = [(t, row) for t, row in zip(components, record["jacobian"], strict=True)]
    second = zip(record.get("gradient", ()), record.get("hessian", ()), strict=True)
    tries += [(tree_of(exact, names), row) for exact, row in second]
    for tree, row in tries:
        assert tree is not None
        for x, exact in zip(record["variables"], row, strict=True):
            root, shown = derivation(tree, x).root, tree_of(exact, names)
            if root is None:
                continue
            agreed = 0
            for at in points(names):
                try:
                    assert alike(value(root.slope, at), value(shown, at)), (x, exact, root.out, at)
                except OutsideError:
                    continue
                agreed += 1
            assert agreed


@pytest.mark.parametrize("word", [w.name for w in WORDS])
def test_every_word_of_the_language_has_its_steps(word: str) -> None:
    least = next(w.least for w in WORDS if w.name == word)
    x, half = ("name", "x"), ("div", ("name", "x"), ("num", 2, 1))
    for inside in (x, half):
        tree = ("call", word, *[inside, ("num", 5, 1) if word == "root" else ("name", "y")][:least])
        root = derivation(tree, "x").root
        assert root is not None
        shifted = checked(root, ("x", "y"))
        assert sum(shifted.values()) or word == "acosh"
    if word in FUNCTIONS:
        plain, chained = derivations._rules_of(word)
        assert plain.name and chained.name.startswith("Chain rule: ") and "u'" in chained.latex


def test_acosh_where_it_is_defined() -> None:
    root = derivation(("call", "acosh", ("mul", ("num", 5, 1), ("name", "x"))), "x").root
    assert root is not None and sum(checked(root, ("x",)).values())


def rules(text: str, x: str = "x") -> list[str]:
    root = derivation(read(text).components[0], x).root
    assert root is not None
    return [step.rule.name for step in root.walk()]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("y^3 + 7", ["Constant"]),
        ("x", ["The variable itself"]),
        ("3x y", ["Linear term"]),
        ("3x^4 y", ["Power rule"]),
        ("5/x^2", ["Power rule"]),
        ("x^2 + y", ["Sum rule", "Power rule"]),
        ("(x^2 + y)^5", ["Chain rule: power", "Power rule, term by term"]),
        ("y sin x", ["Constant factor", "Sine"]),
        ("x e^x", ["Product rule", "The variable itself", "Exponential"]),
        ("x sin(x) e^x", ["Product rule, several factors", "The variable itself", "Sine", "Exponential"]),
        ("x/sin x", ["Quotient rule", "The variable itself", "Sine"]),
        ("y/sin x", ["Reciprocal rule", "Sine"]),
        ("sin(3x)", ["Chain rule: sine", "Linear term"]),
        ("x^x", ["General power", "The variable itself", "The variable itself"]),
        ("2^x", ["Exponential"]),
        ("|x|", ["Absolute value"]),
        ("max(x, y)", ["Maximum: the slope of the largest", "The variable itself"]),
    ],
)
def test_rules_are_named_as_a_teacher_names_them_and_no_step_is_needless(text: str, named: list[str]) -> None:
    assert rules(text) == named


def test_the_lines_read_like_a_book() -> None:
    root = derivation(read("x^2 y + sin(x y)").components[0], "x").root
    assert root is not None
    first, chain = root.inner
    assert first.made == r"y \cdot 2 x = 2 x y"
    assert chain.made == r"\cos\left(x y\right) \cdot \frac{\partial}{\partial x}\left(x y\right)"
    assert (chain.variable, chain.out, root.out) == ("x", r"y \cos\left(x y\right)", r"2 x y + y \cos\left(x y\right)")


def test_a_rule_says_where_it_holds() -> None:
    for text, where in (("|x|", r"x \ne 0"), ("arcsin(x)", "-1 < x < 1"), ("sqrt(x)", "x > 0"), ("x^x", "u > 0")):
        root = derivation(read(text).components[0], "x").root
        assert root is not None and where in root.rule.latex


@pytest.mark.parametrize(
    "text",
    [
        "sin(" * 20 + "x" + ")" * 20,
        " + ".join(f"sin({k}x)" for k in range(1, 40)),
        "*".join(f"(x + {k})" for k in range(1, 60)),
    ],
)
def test_what_nobody_would_read_is_refused_with_a_sentence(text: str) -> None:
    found = derivation(read(text).components[0], "x")
    assert found.root is None and found.sentence == derivations.TOO_LONG


@pytest.mark.parametrize("text", TEXTS)
def test_derivations_are_bounded(text: str) -> None:
    for _, _, found, _ in partials(text):
        assert found.root is None or len(list(found.root.walk())) <= settings.DERIVATION_STEPS


def test_a_word_without_a_rule_costs_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(derivations.FUNCTIONS, "tanh")
    found = derivation(read("x + tanh(x)").components[0], "x")
    assert found.root is None and found.sentence == derivations.UNWRITTEN


def test_the_copied_latex_holds_every_line_once() -> None:
    found = derivation(read("x^2 y + sin(x y)").components[0], "x")
    copied = found.latex(r"\frac{\partial f}{\partial x}", r"y \left(2 x + \cos\left(x y\right)\right)")
    lines = copied.splitlines()
    assert lines[0] == r"\begin{align*}" and lines[-1] == r"\end{align*}" and len(lines) == 2 + 1 + 4 + 2 + 1
    assert copied.count(r"\text{Chain rule: sine}") == 1 and lines[-2].endswith(r"\cos\left(x y\right)\right)")


# The checks above can fail: a rule with a wrong sign, factor or argument is seen.

WRONG: list[tuple[str, str, str]] = [
    ("cos", "sin", "cos(x y)"),
    ("tan", "sin", "tan(x)"),
    ("asin", "acos", "arcsin(x/4)"),
    ("sqrt", "cbrt", "sqrt(x + 5)"),
]


@pytest.mark.parametrize(("word", "other", "text"), WRONG)
def test_a_wrong_rule_is_noticed(word: str, other: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(derivations.FUNCTIONS, word, FUNCTIONS[other])
    with pytest.raises(AssertionError):
        test_every_line_is_a_true_equality(text)
