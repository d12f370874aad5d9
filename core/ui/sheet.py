"""The sheet beside the formula box: what can be typed, by examples, and what was typed before.

It is a fragment whose body is drawn when it is open: closed, it costs a page one button.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import phrasebook
from core.phrasebook import Group
from core.syntax import Reading, latex_name, latex_of
from core.ui import reading

RECENT: Final = 8
_RECENT: Final = "_recent"
_Entry = tuple[str, str]  # a formula as it was typed, and typeset in one line


@st.fragment
def draw(text: str) -> None:
    """Draw the button that opens the sheet, and the sheet; `text` is the formula that is in the box."""
    sheet = st.popover("What can I type?", type="tertiary", icon=":material/help:", key="sheet_is", on_change="rerun")
    if sheet.open:
        with sheet, st.container(key="sheet_body", gap="xxsmall"):
            _recent(text)
            for group in (*phrasebook.SHEET, *phrasebook.families()):
                _group(group)


def remember(text: str, read: Reading) -> None:
    """Note a formula that could be read as the most recent of this session."""
    recent: tuple[_Entry, ...] = st.session_state.get(_RECENT, ())
    if not recent or recent[0][0] != text:
        others = tuple(entry for entry in recent if entry[0] != text)
        st.session_state[_RECENT] = ((text, one_line(read)), *others)[: RECENT + 1]  # the first is in the box


def one_line(read: Reading) -> str:
    r"""The function in one line of LaTeX, components side by side.

    >>> from core.syntax import read
    >>> one_line(read("g(t) = (t, t^2)"))
    'g(t) = \\left(t,\\; t^{2}\\right)'
    """
    names = ", ".join(latex_name(name) for name in read.variables)
    components = r",\; ".join(latex_of(component) for component in read.components)
    right = rf"\left({components}\right)" if read.vector else components
    return f"{latex_name(read.name)}({names}) = {right}"


def _recent(text: str) -> None:
    recent: tuple[_Entry, ...] = st.session_state.get(_RECENT, ())
    others = [entry for entry in recent if entry[0] != text][:RECENT]
    if others:
        st.markdown("**Recent**")
        with st.container(key="sheet_recent", gap=None):
            for i, (formula, latex) in enumerate(others):
                st.button(f"${latex}$", key=f"recent_{i}", type="tertiary", on_click=reading.put, args=(formula,))


def _group(group: Group) -> None:
    st.markdown(f"**{group.title}**")
    with st.container(horizontal=True, gap="xsmall"):
        for example in group.examples:
            st.button(f"`{example}`", key=f"type_{group.title}_{example}", on_click=reading.put, args=(example,))
    if group.says:
        st.caption(group.says)
