r"""The derivation of one partial derivative, line by line, and the exact derivatives as code to copy.

One fold under the formulas, closed at first and computed only when it is opened. In it, the visitor says which
component, by which variable, and then by which: so first and second derivatives of any function need three rows of
buttons. Every line has its rule beside it; what is inside of an inner derivative is a fold again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.derivation import Derivation, Step, derivation, same
from core.export import code
from core.syntax import Tree, latex_name, read
from core.syntax.exact import tree_of
from core.ui import frame, present, scenery
from core.ui.compute import Answered
from core.wire import Record

ONCE: Final = -1  # differentiated once, not twice
DEEP: Final = 2  # levels that are open at first
TOO_LONG: Final = "These formulas are too long to be written out as code. The LaTeX holds them all."
LANGUAGES: Final = {"SymPy": "python", "NumPy": "python", "LaTeX": "latex"}


@st.fragment
def show(answered: Answered, record: Record) -> None:
    """Draw the two folds that belong under exact derivatives: their steps, and their copies."""
    with frame.net(), st.container(key="derivation"):
        steps = st.expander("Show the steps", key="steps", on_change="rerun", icon=":material/format_list_numbered:")
        if steps.open:
            with steps:
                _steps(answered, record)
        copies = st.expander("Copy as SymPy, NumPy, LaTeX", key="copies", on_change="rerun", icon=":material/code:")
        if copies.open:
            with copies:
                _copies(answered, record)


# Copies.


def _copies(answered: Answered, record: Record) -> None:
    language = st.segmented_control(
        "Copy as", list(LANGUAGES), default="SymPy", required=True, key="copy_as", label_visibility="collapsed"
    )
    text = _copy(str(language), answered, record)
    if text is None:
        present.note(TOO_LONG, "copy")
    else:
        st.code(text, language=LANGUAGES[str(language)])


def _copy(language: str, answered: Answered, record: Record) -> str | None:
    if language == "LaTeX":
        latex = record["latex"]
        function = _function(record["components"], record["variables"])
        whole = [f"{function} = {_stacked(latex['components'])}", *scenery.typeset(record, answered.point).values()]
        return code.latex_code(whole, latex["domain"])
    return code.sympy_code(record) if language == "SymPy" else code.numpy_code(record)


def _function(components: Sequence[str], names: Sequence[str]) -> str:
    return ("F" if len(components) > 1 else "f") + f"({', '.join(map(latex_name, names))})"


def _stacked(latex: Sequence[str]) -> str:
    return latex[0] if len(latex) == 1 else present.matrix([[entry] for entry in latex])


# Steps.


@dataclass(frozen=True)
class _Asked:
    """Which derivative: of which component, by which variable, and then by which (or once)."""

    component: int
    first: int
    second: int


def _steps(answered: Answered, record: Record) -> None:
    asked = _which(record)
    whole, exact = _shown(asked, record)
    found = _derived(asked, answered, record)
    if found.root is None:
        present.note(found.sentence, "steps")
        return
    with st.container(key="steps_lines", gap="small"):
        _line("", f"{whole} = {found.root.asked}", "whole")
        _draw(found.root, whole, 1, "0")
        if not same(found.root.out, exact):
            _line("Collected, as shown above", f"{whole} = {exact}", "exact")
    with st.popover("Copy these steps", icon=":material/content_copy:", key="copy_steps"):
        st.code(found.latex(whole, exact), language="latex")


def _which(record: Record) -> _Asked:
    """Ask for the derivative; only what there is to choose."""
    n, m = len(record["variables"]), len(record["components"])
    names = {j: f"${latex_name(name)}$" for j, name in enumerate(record["variables"])}
    here = ",".join(record["variables"])
    with st.container(horizontal=True, key="steps_which"):
        component = _choice("Component", {i: f"$f_{{{i + 1}}}$" for i in range(m)}, f"steps_row_{m}") if m > 1 else 0
        first = _choice("Derivative by", names, f"steps_by_{here}") if n > 1 else 0
        second = ONCE
        if record.get("hessian") and n == 1:
            second = _choice("Derivative", {ONCE: "first", 0: "second"}, "steps_order")
        elif record.get("hessian"):
            second = _choice("and then by", {ONCE: "once only", **names}, f"steps_then_{here}")
    return _Asked(component, first, second)


def _choice(label: str, options: dict[int, str], key: str) -> int:
    chosen = st.segmented_control(
        label, list(options), format_func=options.__getitem__, default=next(iter(options)), required=True, key=key
    )
    assert chosen is not None
    return int(chosen)


def _sign(record: Record) -> str:
    return r"\partial" if len(record["variables"]) > 1 else "d"


def _shown(asked: _Asked, record: Record) -> tuple[str, str]:
    """The LaTeX of the derivative that is asked for, and of its exact form as the formulas above show it."""
    d, names = _sign(record), [latex_name(name) for name in record["variables"]]
    f = "f" if len(record["components"]) == 1 else f"f_{{{asked.component + 1}}}"
    x = names[asked.first]
    if asked.second == ONCE:
        return rf"\frac{{{d} {f}}}{{{d} {x}}}", record["latex"]["jacobian"][asked.component][asked.first]
    y = names[asked.second]
    below = f"{d} {x}^2" if asked.first == asked.second else rf"{d} {y}\,{d} {x}"
    return rf"\frac{{{d}^2 {f}}}{{{below}}}", record["latex"]["hessian"][asked.first][asked.second]


def _derived(asked: _Asked, answered: Answered, record: Record) -> Derivation:
    """From the formula as it was typed; twice, from the exact first derivative."""
    names, sign = record["variables"], _sign(record)
    typed: Tree = read(answered.problem.text, answered.problem.variables).components[asked.component]
    once = derivation(typed, names[asked.first], sign)
    if asked.second == ONCE:
        return once
    slope = tree_of(record["gradient"][asked.first], (*names, *record["parameters"]))
    if slope is None and once.root is not None:
        slope = once.root.slope
    return once if slope is None else derivation(slope, names[asked.second], sign)


def _draw(step: Step, asked: str, level: int, place: str) -> None:
    """A step with what is inside of it: open on the first levels, folded below."""
    _line(step.rule.name, f"{asked} = {step.made}", place, step.rule.latex)
    if not step.inner:
        return
    with st.container(key=f"steps_in_{place}", gap="small"):
        for i, inner in enumerate(step.inner):
            where = f"{place}_{i}"
            if level < DEEP or not inner.inner:
                _draw(inner, inner.asked, level + 1, where)
            else:
                with st.expander(f"{inner.rule.name}: ${inner.asked}$", key=f"steps_fold_{where}"):
                    _draw(inner, inner.asked, level + 1, where)
    _line("Together", f"{asked} = {step.out}", f"{place}_out")


def _line(rule: str, latex: str, place: str, formula: str = "") -> None:
    """One line: the rule with its formula, then what it says here; a long line scrolls by itself."""
    with st.container(key=f"step_{place}", gap=None):
        if rule:
            with st.container(horizontal=True, gap="small", key=f"step_rule_{place}"):
                st.markdown(f"**{rule}**", width="content")
                if formula:
                    st.markdown(f"${formula}$", width="content")
        present.formula(latex, f"step_{place}")
