"""Fields that are filled for the visitor, too: a hand on a figure moves the point, an example brings its window.

A message of the browser carries what every field holds, as the browser last heard of it. One that was on its way while
a field was filled looks like a hand that typed the old text again, and would undo what the visitor did a moment ago.
So what a field held before it was filled is not listened to until the browser has surely heard of it. (For widgets that
only mirror a value see `core.ui.follower`.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final

import streamlit as st

HEARD: Final = 1.0  # seconds after a field was drawn
_FILLED: Final = "_filled"


@dataclass(frozen=True)
class Filled:
    """What a field was filled with, what the browser may still believe that it holds, and until when."""

    value: Any
    before: tuple[Any, ...]
    until: float = math.inf


def put(key: str, value: Any) -> None:
    """Fill a field, as if the value had been typed: for a callback, or before the field is drawn."""
    held, known = st.session_state.get(key), _filled(key)
    before = (*known.before, known.value, held) if known else (held,)
    st.session_state[key] = value
    _all()[key] = Filled(value, tuple(each for each in dict.fromkeys(before) if each != value))


def mend(key: str) -> None:
    """Take back a change of a field that is none, but of an older message: for its `on_change`."""
    filled = _filled(key)
    if filled is not None and st.session_state[key] in filled.before:
        put(key, filled.value)


def drawn(key: str) -> None:
    """Say that the field is drawn."""
    filled = _all().get(key)
    if filled is not None and filled.until == math.inf:
        _all()[key] = replace(filled, until=monotonic() + HEARD)


def _filled(key: str) -> Filled | None:
    filled = _all().get(key)
    return filled if filled is not None and monotonic() < filled.until else None


def _all() -> dict[str, Filled]:
    filled: dict[str, Filled] = st.session_state.setdefault(_FILLED, {})
    return filled
