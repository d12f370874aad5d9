"""The letters a declaration leaves over, each a slider with a number box: f(x, y) = a x² + b y² has a and b.

The live figure of a page draws them (`letters`). A slider reaches from -5 to 5 in steps of 0.1; the number box takes
any number that can be drawn, and with a larger one the slider gets wider. The value is held here and in the link: p_a.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import settings
from core.figures.landscape import Letter
from core.problem import ProblemError, read_number
from core.syntax import text_name
from core.ui import kept, present

RANGE: Final = 5.0  # of a slider, to either side of zero
STEPS: Final = 50  # from zero to its end
FIRST: Final = 1.0  # the value of a parameter nobody has chosen
_OF: Final = "_parameters_of"

Values = tuple[tuple[str, float], ...]


def values(text: str, names: Sequence[str]) -> Values:
    """The values of the letters, written into the link. With another text they are those of the link."""
    fresh = st.session_state.get(_OF) != text
    st.session_state[_OF] = text
    values = tuple((name, _held(name, fresh)) for name in names)
    _link(dict(values))
    return values


def letters(values: Values) -> tuple[Letter, ...]:
    """The letters as a live figure draws them, each with a slider and a number box."""
    return tuple(
        Letter(name, value, reach_of(value), reach_of(value) / STEPS, settings.COORDINATE, _spoken(name))
        for name, value in values
    )


def put(values: Values) -> None:
    """Hold these values: for the callback of a figure whose sliders were let go."""
    for name, value in values:
        st.session_state[_kept(name)] = value


def _held(name: str, fresh: bool) -> float:
    held: float | None = st.session_state.get(_kept(name))
    if held is None or fresh:
        held = st.session_state[_kept(name)] = _linked(name)
    return held


def _linked(name: str) -> float:
    """The value in the link, if it is one."""
    try:
        return read_number(st.query_params.get(f"p_{name}", ""))
    except ProblemError:
        return FIRST


def _link(values: dict[str, float]) -> None:
    """Write the values into the link; those of letters that are gone go, and so does what need not be said."""
    wanted = {f"p_{name}": "" if v == FIRST else repr(v).removesuffix(".0") for name, v in values.items()}
    kept.tell({key: "" for key in st.query_params if key.startswith("p_")} | wanted)


def _spoken(name: str) -> str:
    """The name in a label that is read aloud, not seen: letters and digits only."""
    return " ".join(re.findall(r"[A-Za-z0-9]+", name))


def _kept(name: str) -> str:
    return f"_parameter_{name}"


def reach_of(value: float) -> float:
    """How far a slider reaches to either side of zero to hold a value: 5, or the next of 10, 20, 50, 100, …

    >>> reach_of(1.0), reach_of(-12.0), reach_of(50.0), reach_of(1e9)
    (5.0, 20.0, 50.0, 1000000000.0)
    """
    if abs(value) <= RANGE:
        return RANGE
    ten = 10.0 ** math.floor(math.log10(abs(value)))
    return next(m * ten for m in (1.0, 2.0, 5.0, 10.0) if m * ten >= abs(value))


def given(values: Values) -> str:
    """The sentence that says for which values a finding holds; nothing when there are no parameters.

    >>> given((("a", 2.0), ("b", -0.5))), given(())
    ('For a = 2, b = −0.5.', '')
    """
    each = [f"{text_name(name)} = {present.decimal(value)}" for name, value in values]
    return f"For {', '.join(each)}." if each else ""
