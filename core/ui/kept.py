"""What the hand on a live figure set: held in the state of the session, and written into the link.

No widget is bound to these keys, since the figure has its own controls; so the link is written here. A value in the
state wins over the link, which is read when there is none: on the first run, or after a step to another question.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from core.ui.frame import SETTINGS

_TOLD: Final = "_told"


def hold(key: str, value: float | str | bool | None) -> None:
    """Hold a value; None lets go of it."""
    st.session_state[key] = value


def number(key: str, usual: float) -> float:
    """A number by the state or the link, within its range of `frame.SETTINGS`; the usual one where it says none."""
    low, high = SETTINGS[key]
    try:
        value = float(st.session_state.get(key, st.query_params.get(key, usual)))
    except (TypeError, ValueError):
        return usual
    return value if low <= value <= high else usual


def on(key: str) -> bool:
    """Whether a switch is on, by the state or the link."""
    return str(st.session_state.get(key, st.query_params.get(key))).lower() == "true"


def link(*keys: str) -> None:
    """Write what is held into the link; what is not said there is as nobody chose."""
    held = {key: st.session_state[key] for key in keys if key in st.session_state}
    tell({key: "" if value is None or value is False else said(value) for key, value in held.items()})


def tell(texts: Mapping[str, str]) -> None:
    """Write into the link; an empty text takes its key out.

    The link that comes with a run is the browser's when it asked, which may be older than the word it was told by the
    run before. So what was told last counts, too: 1, 2 and again 1 in quick succession ends at 1.
    """
    told: dict[str, str | None] = st.session_state.setdefault(_TOLD, {})
    wanted = {key: text or None for key, text in texts.items()}
    news = {key: text for key, text in wanted.items() if {st.query_params.get(key), told.get(key, text)} != {text}}
    told.update(wanted)
    gone = [key for key, text in news.items() if text is None and key in st.query_params]
    for key in gone:
        del st.query_params[key]
    given = {key: text for key, text in news.items() if text}
    if given or (news and not gone):  # also where only the browser has the key by now
        st.query_params.update(given)


def said(value: float | str | bool) -> str:
    """A value as the link writes it.

    >>> said(0.5), said(True), said("quadratic"), said(1e-7)
    ('0.5', 'true', 'quadratic', '1e-07')
    """
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else f"{value:.9g}"
