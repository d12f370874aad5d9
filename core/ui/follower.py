"""A widget that follows a value held elsewhere, and may move it too: the menu of examples, the slider of a number.

A message of the browser carries the state of every widget as the browser last heard of it. Where the page has moved a
follower since, such a message looks like a hand that moved it back, and the callback would undo what the visitor asked
for a moment ago. So a follower that the page moves is a new widget, and one that is no longer there is not listened to;
one that its own hand moves stays the same, and keeps the keyboard.
"""

from __future__ import annotations

import math

import streamlit as st

_NOTHING = object()


def key(name: str, value: object) -> str:
    """The key of the follower `name`, which now shows `value`."""
    now = _newest(name)
    if not _same(st.session_state.get(now, _NOTHING), value):
        st.session_state[_counted(name)] = st.session_state.get(_counted(name), 0) + 1
        now = _newest(name)
    st.session_state[now] = value  # each time: with another range Streamlit makes a new widget of the same key
    return now


def moved(name: str, key: str) -> bool:
    """Whether a change of the widget `key` is a move of the follower `name`: for its callback."""
    return key == _newest(name)


def _newest(name: str) -> str:
    return f"{name}_{st.session_state.get(_counted(name), 0)}"


def _counted(name: str) -> str:
    return f"_follower_{name}"


def _same(held: object, value: object) -> bool:
    if isinstance(held, float) and isinstance(value, float):
        return math.isclose(held, value, rel_tol=1e-5)  # numbers are rounded where they are held
    return held == value
