"""The middle of the formula row: what was read, what is wrong, or, while a visitor types, what it is becoming.

All of them have the same height, so nothing jumps. While a visitor types nothing is wrong yet: a text that cannot
be read leaves the last reading there, faded, and a quiet word about what is missing. It is a fragment: a stroke of
the keyboard draws this part again and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import streamlit as st

from core.problem import ProblemError
from core.syntax import InputError, Reading, read
from core.ui import fields, typed

Outcome = Reading | InputError | ProblemError

BEFORE: Final = 40  # characters of a faulty text shown around the spot; a narrow screen cuts further
AFTER: Final = 30
SPOT: Final = 14
_STAY: Final = "\u200b"  # no width; keeps `st.text` from stripping the spaces at the ends
_TYPED: Final = "_typed"


@st.fragment
def draw(text: str, outcome: Outcome, last: Reading | None, least: tuple[str, ...], after: int) -> None:
    """Draw the outcome of the committed text, or the reading of the text that is being typed.

    `last` is what the page goes on showing, `after` the number of the commitment (see `core.ui.typed`).
    """
    with st.container(key="reading", gap=None):
        typing = typed.heard(text, after)
        if typing is not None:
            _becoming(typing, last, least, after)
        elif isinstance(outcome, Reading):
            _echo(text, outcome)
        else:
            _wrong(text, outcome)


def _becoming(typing: str, last: Reading | None, least: tuple[str, ...], after: int) -> None:
    try:
        reading = read(typing, least=least)
    except InputError as error:
        commitment, kept = st.session_state.get(_TYPED, (after, last))
        with st.container(key="hint"):
            st.text(str(error))
        with st.container(key="faded"):
            _typeset(kept if commitment == after else last)
    else:
        st.session_state[_TYPED] = (after, reading)
        if not reading.notices:
            with st.container(key="hint"):
                st.text("Press Enter to draw it.")
        _echo(typing, reading, mendable=False)


def _echo(text: str, reading: Reading, mendable: bool = True) -> None:
    if reading.notices:
        with st.container(key="notices"):
            st.text(" ".join(notice.text for notice in reading.notices))
    offers = [notice for notice in reading.notices if notice.suggestion and mendable]
    if not offers:
        _typeset(reading)
        return
    with st.container(key="mendable", horizontal=True, vertical_alignment="center", gap="medium", wrap=False):
        _typeset(reading)
        _offer(text, offers[0].position, offers[0].length, offers[0].suggestion or "")


def _typeset(reading: Reading | None) -> None:
    with st.container(key="echo", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.caption("read as", width="content")
        st.latex(reading.latex if reading else "f", width="content")


# What is wrong


def _wrong(text: str, error: InputError | ProblemError) -> None:
    with st.container(key="wrong", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="wrong_told", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(":material/error:", width="content")
            with st.container(key="wrong_words", gap=None):
                if isinstance(error, InputError):
                    _spot(text, error)
                st.text(str(error))
        if isinstance(error, InputError) and error.instead:
            _offer(text, error.position, *error.instead)
        elif isinstance(error, InputError) and error.suggestion is not None:
            _offer(text, error.position, error.length, error.suggestion)


def _spot(text: str, error: InputError) -> None:
    """The text in three pieces; the style sheet puts carets under the middle one, whatever the width of its letters."""
    with st.container(key="wrong_line", horizontal=True, gap=None, wrap=False):
        for piece in around(text, error.position, error.length):
            st.text(_STAY + piece + _STAY, width="content")


def around(text: str, position: int, length: int) -> tuple[str, str, str]:
    """The text before the spot, the spot, and the text after it; dots where it was cut.

    >>> around("x^2 + sn(y)", 6, 2)
    ('x^2 + ', 'sn', '(y)')
    >>> around("x +", 3, 0)
    ('x +', ' ', '')
    """
    shown = "".join(c if c.isprintable() else " " for c in text)
    while 0 < position < len(shown) and unicodedata.combining(shown[position]):  # an accent with its letter
        position, length = position - 1, length + 1
    start = position - BEFORE if position > BEFORE + 2 else 0
    middle = min(position + min(max(length, 1), SPOT), len(shown))
    end = middle + AFTER
    before = ("… " if start else "") + shown[start:position]
    return before, shown[position:middle] or " ", shown[middle:end].rstrip() + (" …" if end < len(shown) else "")


def _offer(text: str, position: int, length: int, suggestion: str) -> None:
    mended = text[:position] + suggestion + text[position + length :]
    st.button(face(suggestion), key="mend", on_click=put, args=(mended,), width="content")


def face(suggestion: str) -> str:
    """The words on the button; a suggestion that is not a plain word is not repeated in a label.

    >>> face("sin"), face("2.5"), face(""), face("- (y + 1)"), face("www.a.org")
    ('Use sin', 'Use 2.5', 'Leave it out', 'Use left − right', 'Use the suggestion')
    """
    if not suggestion:
        return "Leave it out"
    if suggestion.startswith("- ("):
        return "Use left − right"
    # a dot between letters could be an address
    plain = re.fullmatch(r"[A-Za-z0-9^]{1,12}|\d{1,6}\.\d{1,5}", suggestion)
    return f"Use {suggestion}" if plain else "Use the suggestion"


def put(text: str) -> None:
    """Put a formula into the box, as if it had been typed and committed: for a callback of a button."""
    fields.put("f", text)
    st.rerun()  # the whole page, also from inside a fragment
