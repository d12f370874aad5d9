"""The code that is copied runs, and gives the numbers of the app. It is run here, and only here."""

import math
import warnings
from typing import Any

import numpy as np
import pytest
import sympy

from core import jobs
from core.export.code import NUMPY, SYMPY, latex_code, numpy_code, sympy_code
from core.numeric import floats
from core.problem import Problem
from core.program import Program
from core.syntax import Tree
from core.syntax.exact import tree_of
from core.vocabulary import WORDS
from tests.formulas import FORMULAS
from tests.test_derivation import MORE, points
from tests.trees import OutsideError, value

TEXTS = [*(t for t, _ in FORMULAS), *MORE, "(x cos y, x sin y)", "f(t) = (cos t, sin t, t)", "f(lambda, x) = x^lambda",
         "f(x, f) = x f^2", "f(gradient, p) = p gradient^2 + a", "f(x, np) = np x", "10^25 x^2 + y/3"]  # fmt: skip


def answer(text: str) -> dict[str, Any]:
    problem = Problem(text, parameters=(("a", 1.5), ("b", 0.75)))
    return jobs.derive({"problem": problem.to_wire(), "tidy": False})


def run(code: str | None) -> dict[str, Any]:
    assert code is not None
    names: dict[str, Any] = {}
    exec(compile(code, "copied", "exec"), names)
    return names


def places(record: dict[str, Any]) -> list[dict[str, float]]:
    """Points that have values of the parameters as the record has them."""
    return [{**at, **record["parameters"]} for at in points((*record["variables"], *record["parameters"]))]


def truth(record: dict[str, Any], texts: list[str], at: dict[str, float]) -> list[float]:
    names = (*record["variables"], *record["parameters"])
    trees: list[Tree | None] = [tree_of(text, names) for text in texts]
    return [float(value(tree, at)) for tree in trees]


def findings(record: dict[str, Any]) -> dict[str, list[str]]:
    flat = {"F" if len(record["components"]) > 1 else "f": record["components"]}
    if "gradient" not in record:
        return flat | {"jacobian": [e for row in record["jacobian"] for e in row]}
    return flat | {"gradient": record["gradient"], "hessian": [e for row in record["hessian"] for e in row]}


@pytest.mark.parametrize("text", TEXTS)
def test_the_numpy_code_runs_and_gives_our_numbers(text: str) -> None:
    record = answer(text)
    names, agreed = run(numpy_code(record)), 0
    for at in places(record):
        p = [at[name] for name in record["variables"]]
        for title, texts in findings(record).items():
            try:
                expected = truth(record, texts, at)
            except OutsideError:
                continue
            with warnings.catch_warnings():  # np.where looks into both of its branches
                warnings.simplefilter("ignore", RuntimeWarning)
                found = np.asarray(names[title](p), dtype=float)
            assert found.ravel() == pytest.approx(expected, rel=1e-9, abs=1e-9), (title, at)
            agreed += 1
    assert agreed


def test_shapes_and_parameters_are_those_of_the_app() -> None:
    names = run(numpy_code(answer("f(x, y) = a x^2 + b x y")))
    assert names["gradient"]([1.0, 2.0]).shape == (2,) and names["hessian"]([1.0, 2.0]).shape == (2, 2)
    assert names["f"]([1.0, 2.0]) == 1.5 + 0.75 * 2 and names["f"]([1.0, 2.0], a=0.0, b=1.0) == 2.0
    assert run(numpy_code(answer("f(t) = t^3")))["f"](2.0) == 8.0
    assert run(numpy_code(answer("(x y, x + y, y^2)")))["jacobian"]([1.0, 2.0]).tolist() == [[2, 1], [1, 1], [0, 4]]


@pytest.mark.parametrize("text", ["x^2 y + sin(x y)", "cbrt(x) y", "Piecewise((x^2, x > 1), (y, True))", "max(x, y)"])
def test_the_numpy_code_agrees_with_the_program_of_the_jacobian(text: str) -> None:
    record = answer(text)
    program = Program.from_wire(record["programs"]["jacobian"])
    for p in ([0.7, -1.3], [2.5, 0.4], [-0.8, 1.9]):
        assert run(numpy_code(record))["gradient"](p) == pytest.approx(floats(program, p), rel=1e-12)


@pytest.mark.parametrize("text", TEXTS)
def test_the_sympy_code_runs_and_its_expressions_are_exact(text: str) -> None:
    record = answer(text)
    names = run(sympy_code(record))
    symbols = {name: names[SYMPY.name(name)] for name in (*record["variables"], *record["parameters"])}
    agreed = 0
    for title, texts in findings(record).items():
        result = names[title + "_" if title in symbols else title]
        entries = list(result) if isinstance(result, sympy.MatrixBase) else [result]
        assert not any(e.atoms(sympy.Float) for e in map(sympy.sympify, entries))
        for at in places(record)[:3]:
            try:
                expected = truth(record, texts, at)
            except OutsideError:
                continue
            put = {symbols[name]: sympy.Float(v, 30) for name, v in at.items()}
            found = [complex(sympy.sympify(e).xreplace(put).evalf(20)) for e in entries]
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), (title, at)
            agreed += 1
    assert agreed


def test_the_sympy_derivatives_are_those_that_sympy_finds() -> None:
    names = run(sympy_code(answer("x^2 y + sin(x y)/3")))
    x, y, f = (names[name] for name in "xyf")
    assert sympy.simplify(names["gradient"] - sympy.Matrix([f.diff(x), f.diff(y)])) == sympy.zeros(2, 1)
    assert sympy.simplify(names["hessian"] - sympy.hessian(f, (x, y))) == sympy.zeros(2, 2)


@pytest.mark.parametrize("word", [w.name for w in WORDS])
def test_every_word_is_written_in_every_dialect(word: str) -> None:
    least = next(w.least for w in WORDS if w.name == word)
    tree = ("call", word, *[("name", "x"), ("num", 5, 1) if word == "root" else ("name", "y")][:least])
    for dialect in (NUMPY, SYMPY):
        assert dialect.write(tree)
    at = {"x": 1.25 if word in ("acosh", "asec", "acsc", "acoth") else 0.4, "y": 0.7}
    found = eval(NUMPY.write(tree), {"np": np, "erf": math.erf, **{k: np.float64(v) for k, v in at.items()}})
    assert found == pytest.approx(float(value(tree, at)), rel=1e-12)


def test_brackets_are_kept_where_they_mean_something() -> None:
    x, y, two = ("name", "x"), ("name", "y"), ("num", 2, 1)
    for tree, code in [
        (("pow", ("neg", x), two), "(-x)**2"),
        (("neg", ("pow", x, two)), "-x**2"),
        (("div", x, ("mul", x, y)), "x/(x*y)"),
        (("mul", x, ("div", x, y)), "x*(x/y)"),
        (("div", ("div", x, y), y), "x/y/y"),
        (("pow", ("pow", x, two), y), "(x**2)**y"),
        (("pow", x, ("pow", y, two)), "x**(y**2)"),
        (("add", x, ("neg", ("add", x, y))), "x - (x + y)"),
        (("pow", ("div", ("num", 1, 1), ("num", 3, 1)), x), "(1/3)**x"),
    ]:
        assert NUMPY.write(tree) == code


def test_what_is_too_long_to_read_back_is_none() -> None:
    record = answer("x^2")
    long = {**record, "gradient": ["x + " * 700 + "1", "y"]}
    assert numpy_code(long) is None and sympy_code(long) is None


def test_a_text_that_tries_to_be_code_does_not_get_through() -> None:
    record = {**answer("x^2"), "gradient": ["__import__('os')"]}
    assert numpy_code(record) is None and sympy_code(record) is None


def test_the_latex_is_every_formula_in_a_display() -> None:
    assert latex_code(["a", "b"], ["x > 0", "y > 0"]).splitlines() == [
        r"\[ a \]",
        r"\[ b \]",
        r"\[ x > 0,\quad y > 0 \]",
    ]
