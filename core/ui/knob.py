"""A number that a hand turns: a slider and a number box that always say the same.

The box is bound to the link; the slider follows it, and writes into it. Ranges are those of `frame.SETTINGS`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from core.ui import follower
from core.ui.frame import SETTINGS


def value(key: str, usual: float) -> float:
    """What the knob says, before it is drawn: its state, else the link, else the usual value."""
    low, high = SETTINGS[key]
    held = st.session_state[key] if key in st.session_state else st.query_params.get(key, usual)
    try:
        number = float(held)
    except (TypeError, ValueError):
        return usual
    return number if low <= number <= high else usual


def draw(key: str, label: str, usual: float, stops: Sequence[float], format: str, step: float) -> float:
    """Draw the slider over its stops and the box beside it."""
    low, high = SETTINGS[key]
    now = value(key, usual)
    slider = follower.key(f"{key}_slider", min(stops, key=lambda stop: abs(stop - now)))
    with st.container(key=f"knob_{key}", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.select_slider(
            label, list(stops), key=slider, on_change=_slid, args=(key, slider), format_func=lambda v: f"{v:g}"
        )
        number = st.number_input(
            f"{label}, exactly",
            low,
            high,
            usual,
            step,
            format=format,
            key=key,
            bind="query-params",
            width=130,
            label_visibility="collapsed",
        )
    return float(number) if math.isfinite(number) else usual


def turn(key: str, to: float) -> None:
    """Put the number into the link: for the callback of a button."""
    low, high = SETTINGS[key]
    st.session_state[key] = min(max(to, low), high)


def _slid(key: str, slider: str) -> None:
    if follower.moved(f"{key}_slider", slider):
        st.session_state[key] = st.session_state[slider]
