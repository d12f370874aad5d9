"""The letters a declaration leaves over, each a slider with a number box: f(x, y) = a x² + b y² has a and b.

The value is in the link as p_a. A slider reaches from -5 to 5 in steps of 0.1; the number box takes any number that can
be drawn, and with a larger one the slider gets wider, until another number is typed.

Two widgets show one number, so neither can be bound to the link: the number is held here, and written into the link. A
browser sends with a move of the slider what the box said before it; therefore the box is a new one after each move, the
slider after each entry, and one that is no longer there is not listened to. Else a hand would be thrown back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from core import settings
from core.figures.landscape import Letter
from core.problem import ProblemError, read_number
from core.syntax import latex_name
from core.ui import present

RANGE: Final = 5.0  # of a slider, to either side of zero
STEPS: Final = 50  # from zero to its end
FIRST: Final = 1.0  # the value of a parameter nobody has chosen
_OF: Final = "_parameters_of"

Values = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Held:
    """The value of one parameter, how far its slider reaches, and how often slider and box were used."""

    value: float
    reach: float
    moves: int = 0
    entries: int = 0


def values(text: str, names: Sequence[str]) -> Values:
    """The values of the letters, written into the link. With another text they are those of the link."""
    fresh = st.session_state.get(_OF) != text
    st.session_state[_OF] = text
    values = tuple((name, _held(name, fresh).value) for name in names)
    _link(dict(values))
    return values


def sliders(text: str, names: Sequence[str]) -> Values:
    """Draw a row with a slider and a number box for each name, and return the values; draw nothing without names.

    For a page without a live figure; there the sliders belong to the figure (`letters`).
    """
    said = values(text, names)
    if names:
        with st.container(key="parameters", horizontal=True, gap="medium"):
            for name in names:
                _draw(name, _held(name))
    return said


def letters(values: Values) -> tuple[Letter, ...]:
    """The letters as a live figure draws them, each with a slider and a number box."""
    return tuple(
        Letter(name, value, reach_of(value), reach_of(value) / STEPS, settings.COORDINATE, _spoken(name))
        for name, value in values
    )


def put(values: Values) -> None:
    """Hold these values: for the callback of a figure whose sliders were let go."""
    for name, value in values:
        held = _held(name)
        new = replace(held, value=value, reach=reach_of(value), moves=held.moves + 1, entries=held.entries + 1)
        st.session_state[_kept(name)] = new


def _held(name: str, fresh: bool = False) -> Held:
    held: Held | None = st.session_state.get(_kept(name))
    if held is None or fresh:
        value = _linked(name)
        before = held or Held(value, RANGE)
        held = Held(value, reach_of(value), before.moves + 1, before.entries + 1)
        st.session_state[_kept(name)] = held
    return held


def _linked(name: str) -> float:
    """The value in the link, if it is one."""
    try:
        return read_number(st.query_params.get(f"p_{name}", ""))
    except ProblemError:
        return FIRST


def _link(values: dict[str, float]) -> None:
    """Write the values into the link; those of letters that are gone go, and so does what need not be said."""
    wanted = {f"p_{name}": repr(value).removesuffix(".0") for name, value in values.items() if value != FIRST}
    for key in [key for key in st.query_params if key.startswith("p_") and key not in wanted]:
        del st.query_params[key]
    for key, text in wanted.items():
        if st.query_params.get(key) != text:
            st.query_params[key] = text


def _draw(name: str, held: Held) -> None:
    """One parameter: its letter, the slider, the box."""
    with st.container(key=f"parameter_{name}", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.container(width="content").latex(rf"{latex_name(name)} =", width="content")
        with st.container():
            _slider(name, held)
        with st.container(width=104):
            _box(name, held)


def _slider(name: str, held: Held) -> None:
    key = _slider_key(name, held)
    st.slider(
        f"Slider of {_spoken(name)}",
        -held.reach,
        held.reach,
        st.session_state.get(key, held.value),
        held.reach / STEPS,
        "%g",
        key=key,
        on_change=_moved,
        args=(name, key),
        label_visibility="collapsed",
    )


def _box(name: str, held: Held) -> None:
    key = _box_key(name, held)
    st.number_input(
        f"Value of {_spoken(name)}",
        -settings.COORDINATE,
        settings.COORDINATE,
        st.session_state.get(key, held.value),
        0.1,
        "%g",
        key=key,
        on_change=_typed,
        args=(name, key),
        label_visibility="collapsed",
    )


def _moved(name: str, key: str) -> None:
    held = _held(name)
    if key == _slider_key(name, held):
        value = round(float(st.session_state[key]), 9)  # without the noise of counting steps
        st.session_state[_kept(name)] = replace(held, value=value, moves=held.moves + 1)


def _typed(name: str, key: str) -> None:
    held, value = _held(name), float(st.session_state[key])
    if key == _box_key(name, held) and math.isfinite(value) and abs(value) <= settings.COORDINATE:
        new = replace(held, value=value, reach=reach_of(value), entries=held.entries + 1)
        st.session_state[_kept(name)] = new


def _spoken(name: str) -> str:
    """The name in a label that is read aloud, not seen: letters and digits only."""
    return " ".join(re.findall(r"[A-Za-z0-9]+", name))


def _kept(name: str) -> str:
    return f"_parameter_{name}"


def _slider_key(name: str, held: Held) -> str:
    return f"slider_{name}_{held.entries}"


def _box_key(name: str, held: Held) -> str:
    return f"number_{name}_{held.moves}"


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
