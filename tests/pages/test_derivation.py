"""The steps and the copies under the exact derivatives, as a visitor meets them."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.derivation import TOO_LONG
from core.ui import derivation

Visit = Callable[..., AppTest]


def opened(at: AppTest, fold: str) -> AppTest:
    at.session_state[fold] = True
    return at.run()


def rules(at: AppTest) -> list[str]:
    return [m.value.strip("*") for m in at.markdown if m.value.startswith("**")]


def lines(at: AppTest) -> list[str]:
    return [piece.value.strip("$\n") for piece in at.latex]


def choose(at: AppTest, label: str, option: int) -> AppTest:
    (chooser,) = [b for b in at.get("button_group") if getattr(b, "label", "") == label]
    return chooser.set_value(option).run()


def code(at: AppTest) -> str:
    return " ".join(block.value for block in at.code)


def words(at: AppTest) -> str:
    return " ".join(element.value for kind in (at.text, at.markdown, at.error) for element in kind)


def test_nothing_is_derived_until_the_fold_is_open(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    plain = derivation.derivation
    monkeypatch.setattr(derivation, "derivation", lambda *a: asked.append(a) or plain(*a))
    at = visit(f="x^2 y + sin(x y)")
    assert {"Show the steps", "Copy as SymPy, NumPy, LaTeX"} <= {fold.label for fold in at.expander} and not asked
    at = opened(at, "steps")
    assert asked


def test_the_steps_name_their_rules_and_end_in_the_form_above(visit: Visit) -> None:
    at = opened(visit(f="x^2 y + sin(x y)"), "steps")
    for rule in ("Sum rule", "Power rule", "Chain rule: sine", "Linear term", "Together", "Collected, as shown above"):
        assert rule in rules(at)
    assert r"\frac{\partial f}{\partial x} = y \left(2 x + \cos{\left(x y \right)}\right)" in lines(at)
    assert r"\begin{align*}" in code(at)


def test_a_second_derivative_starts_from_the_exact_first_one(visit: Visit) -> None:
    at = opened(visit(f="x^3 y^2"), "steps")
    at = choose(choose(at, "Derivative by", 0), "and then by", 1)
    whole = r"\frac{\partial^2 f}{\partial y\,\partial x}"
    assert rf"{whole} = \frac{{\partial}}{{\partial y}}\left(3 x^{{2}} y^{{2}}\right)" in lines(at)
    assert any(line.startswith(whole) and line.endswith("6 x^{2} y") for line in lines(at))


def test_one_variable_is_written_with_d(visit: Visit) -> None:
    at = opened(visit(f="f(t) = e^(-t) + t^2"), "steps")
    assert r"\frac{d f}{d t} = \frac{d}{d t}\left(e^{-t} + t^{2}\right)" in lines(at)
    at = choose(at, "Derivative", 0)
    assert any(line.startswith(r"\frac{d^2 f}{d t^2}") for line in lines(at))


def test_a_vector_function_has_the_steps_of_each_row(visit: Visit) -> None:
    at = opened(visit(f="(x cos y, x sin y)"), "steps")
    at = choose(choose(at, "Component", 1), "Derivative by", 1)
    assert r"\frac{\partial f_{2}}{\partial y} = \frac{\partial}{\partial y}\left(x \sin\left(y\right)\right)" in lines(
        at
    )


@pytest.mark.parametrize("text", ["3", "|x| + max(x, y)", "Piecewise((x^2, x > 0), (y, True))", "f(x, y) = a x^b + y",
                                  "cbrt(x) y", "(x y, x + y, x/y)", "x y z w", "f(lambda) = lambda^2"])  # fmt: skip
def test_every_kind_of_function_has_steps_and_copies(visit: Visit, text: str) -> None:
    at = opened(opened(visit(f=text), "steps"), "copies")
    assert "the fault is ours" not in words(at) and len(lines(at)) > 2
    assert "symbols(" in code(at)


def test_what_is_too_long_is_said(visit: Visit) -> None:
    at = opened(visit(f=" + ".join(f"sin({k}x y)" for k in range(1, 34))), "steps")
    assert TOO_LONG in words(at) and "the fault is ours" not in words(at)


def test_the_copies_are_code_in_three_languages(visit: Visit) -> None:
    at = opened(visit(f="x^2 y"), "copies")
    assert "from sympy import" in code(at)
    (chooser,) = [b for b in at.get("button_group") if getattr(b, "label", "") == "Copy as"]
    at = chooser.set_value("NumPy").run()
    assert "def hessian(p):" in code(at)
    (chooser,) = [b for b in at.get("button_group") if getattr(b, "label", "") == "Copy as"]
    at = chooser.set_value("LaTeX").run()
    assert r"\[ f(x, y) = x^{2} y \]" in code(at) and r"\nabla f(x, y)" in code(at)
