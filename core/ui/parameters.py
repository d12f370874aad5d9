"""The letters a declaration leaves over, each a slider with a number box: f(x, y) = a x² + b y² has a and b.

The slider is the state, bound to the key p_a of the link. Its range is -5 to 5 in steps of 0.1; the number box takes
any number that can be drawn, and with a larger one the slider gets wider, until another number is typed.

The box is a new one after each move of the slider, and an old one is not listened to. Else the browser, with many moves
in quick succession, would send back with one what the box said before it, and throw the hand back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import settings
from core.problem import ProblemError, read_number
from core.syntax import latex_name
from core.ui import present

RANGE: Final = 5.0  # of a slider, to either side of zero
STEPS: Final = 50  # from zero to its end
FIRST: Final = 1.0  # the value of a parameter nobody has chosen

Values = tuple[tuple[str, float], ...]


def sliders(names: Sequence[str]) -> Values:
    """Draw a row with a slider and a number box for each name, and return the values; draw nothing without names."""
    if not names:
        return ()
    with st.container(key="parameters", horizontal=True, gap="medium"):
        return tuple((name, _parameter(name)) for name in names)


def _parameter(name: str) -> float:
    """One parameter: its letter, the slider, the box."""
    with st.container(key=f"parameter_{name}", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.container(width="content").latex(rf"{latex_name(name)} =", width="content")
        with st.container():
            value = _slider(name)
        with st.container(width=104):
            _number(name, value)
    return value


def _slider(name: str) -> float:
    stated = _stated(name)
    kept: float = st.session_state.get(_reach(name), RANGE)
    reach = kept if kept >= abs(stated) else reach_of(stated)
    value = st.slider(
        f"Slider of {_spoken(name)}",
        -reach,
        reach,
        FIRST,
        reach / STEPS,
        "%g",
        key=_key(name),
        bind="query-params",
        on_change=_moved,
        args=(name,),
        label_visibility="collapsed",
    )
    return round(float(value), 9) if math.isfinite(value) and abs(value) <= settings.COORDINATE else FIRST


def _stated(name: str) -> float:
    """The value as the slider or the link has it, to know how wide the slider must be."""
    if _key(name) in st.session_state:
        return float(st.session_state[_key(name)])
    try:
        return read_number(st.query_params.get(_key(name), ""))
    except ProblemError:
        return FIRST


def _number(name: str, value: float) -> None:
    key = _box(name)
    st.session_state[key] = value
    st.number_input(
        f"Value of {_spoken(name)}",
        -settings.COORDINATE,
        settings.COORDINATE,
        step=0.1,
        format="%g",
        key=key,
        on_change=_typed,
        args=(name, key),
        label_visibility="collapsed",
    )


def _moved(name: str) -> None:
    st.session_state[_turn(name)] = st.session_state.get(_turn(name), 0) + 1


def _typed(name: str, key: str) -> None:
    if key != _box(name):
        return
    value = float(st.session_state[key])
    st.session_state[_key(name)], st.session_state[_reach(name)] = value, reach_of(value)


def _spoken(name: str) -> str:
    """The name in a label that is read aloud, not seen: letters and digits only."""
    return " ".join(re.findall(r"[A-Za-z0-9]+", name))


def _key(name: str) -> str:
    return f"p_{name}"


def _box(name: str) -> str:
    return f"number_{name}_{st.session_state.get(_turn(name), 0)}"


def _turn(name: str) -> str:
    return f"_turn_{name}"


def _reach(name: str) -> str:
    return f"_reach_{name}"


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
    return f"For {', '.join(f'{name} = {present.decimal(value)}' for name, value in values)}." if values else ""
