"""The letters a declaration leaves over, each a slider with a number box: f(x, y) = a x² + b y² has a and b.

The number box is the state: it is bound to the key p_a of the link, and takes any number that can be drawn. The slider
beside it is a hand on it. Its range is -5 to 5 in steps of 0.1; a larger number in the box makes it wider, and keeps it
so until another number is typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import settings
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
    """One parameter; the box is read first, because the slider follows it."""
    with st.container(key=f"parameter_{name}", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        letter, hand, box = st.container(width="content"), st.container(), st.container(width=104)
        letter.latex(rf"{latex_name(name)} =", width="content")
        with box:
            value = _number(name)
        with hand:
            _slider(name, value)
    return value


def _number(name: str) -> float:
    value = st.number_input(
        f"Value of {_spoken(name)}",
        -settings.COORDINATE,
        settings.COORDINATE,
        FIRST,
        0.1,
        "%g",
        key=f"p_{name}",
        bind="query-params",
        on_change=_widen,
        args=(name,),
        label_visibility="collapsed",
    )
    return float(value) if math.isfinite(value) and abs(value) <= settings.COORDINATE else FIRST


def _slider(name: str, value: float) -> None:
    kept: float = st.session_state.get(_reach(name), 0.0)
    reach = kept if kept >= abs(value) and kept >= RANGE else reach_of(value)
    st.session_state[_hand(name)] = value
    st.slider(
        f"Slider of {_spoken(name)}",
        -reach,
        reach,
        step=reach / STEPS,
        format="%g",
        key=_hand(name),
        on_change=_moved,
        args=(name,),
        label_visibility="collapsed",
    )


def _spoken(name: str) -> str:
    """The name in a label that is read aloud, not seen: letters and digits only."""
    return " ".join(re.findall(r"[A-Za-z0-9]+", name))


def _moved(name: str) -> None:
    st.session_state[f"p_{name}"] = round(float(st.session_state[_hand(name)]), 9)


def _widen(name: str) -> None:
    st.session_state[_reach(name)] = reach_of(float(st.session_state[f"p_{name}"]))


def _hand(name: str) -> str:
    return f"slide_{name}"


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
