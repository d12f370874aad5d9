"""Predict before reveal: with the kinds hidden, a learner says what each critical point is; then the app answers.

A wrong guess is answered with the numbers of its point, because only that teaches. Guesses are the learner's own: they
are not part of the link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from core.ui import listing, present
from core.ui.present import decimal, vector
from core.wire import Record

MOST: Final = 8  # points to be guessed
SILENT: Final = "the test is silent"
GUESSES: Final = {"minimum": "minimum", "maximum": "maximum", "saddle": "saddle", "inconclusive": SILENT}
_GUESSED: Final = "_guessed"


def hidden() -> bool:
    """Whether the kinds are hidden, before the toggle is drawn."""
    value = st.session_state.get("hide", st.query_params.get("hide"))
    return str(value).lower() == "true"


def toggle() -> None:
    """Draw the toggle that hides the kinds."""
    st.toggle("Hide the kinds", key="hide", bind="query-params", help="Say what each point is before the app does.")


def guess(points: Sequence[Record], n: int, question: Any) -> None:
    """Draw a choice for each of the first points, and the button that checks them; `question` tells lists apart."""
    if not points:
        return
    asked = list(points[:MOST])
    offered = [kind for kind in GUESSES if n > 1 or kind != "saddle"]
    with st.container(key="guesses"):
        st.markdown("**What is each of them?** Look at the contours." if n > 1 else "**What is each of them?**")
        with st.container(key="guess_boxes", horizontal=True, gap="small"):
            for point in asked:
                st.selectbox(
                    f"{vector(point['at'])}",
                    offered,
                    index=None,
                    key=_key(point),
                    format_func=GUESSES.__getitem__,
                    placeholder="Your guess",
                )
        st.button("Check", key="go_check", type="primary", on_click=_check, args=(asked, question))
        if len(points) > MOST:
            present.note(f"The first {MOST} of {len(points)}.", "guesses")


def _key(point: Record) -> str:
    return "guess_" + ", ".join(map(repr, point["at"]))  # no two are alike


def _check(points: Sequence[Record], question: Any) -> None:
    """Keep the guesses, and reveal."""
    st.session_state[_GUESSED] = (question, {_key(p): st.session_state.get(_key(p)) for p in points})
    st.session_state["hide"] = False


def answers(points: Sequence[Record], n: int, question: Any) -> None:
    """Draw how many guesses were right, and for each wrong one why; nothing when this list was not guessed."""
    about, guesses = st.session_state.get(_GUESSED, (None, {}))
    if about != question or not any(guesses.values()):
        return
    told = [p for p in points if guesses.get(_key(p))]
    wrong = [p for p in told if guesses[_key(p)] != p["kind"]]
    with st.container(key="answers", gap="xsmall"):
        st.markdown(score(len(told) - len(wrong), len(told)))
        for p in wrong:
            st.markdown(f"{vector(p['at'])}: {answer(p, guesses[_key(p)], n)}")
        st.button("Close", key="close_answers", type="tertiary", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(_GUESSED, None)


def score(right: int, all_of_them: int) -> str:
    """How it went.

    >>> score(3, 4), score(1, 1)
    ('**3 of 4 right.**', '**Right.**')
    """
    return "**Right.**" if right == all_of_them == 1 else f"**{right} of {all_of_them} right.**"


def answer(point: Mapping[str, Any], guessed: str, n: int) -> str:
    """Why a guess was wrong, with the numbers of the point, as Markdown.

    >>> answer({"kind": "saddle", "nature": None, "eigenvalues": [-4.0, 6.0]}, "minimum", 2)
    ':violet[✕] saddle, not a minimum. One eigenvalue is −4: f falls along its eigenvector.'
    """
    kind, low, high = point["kind"], min(point["eigenvalues"]), max(point["eigenvalues"])
    a_guess = "not silent" if guessed == "inconclusive" else f"not a {guessed}"
    start = f"{listing.GLYPH[kind]} {GUESSES[kind]}, {a_guess}."
    if kind == "inconclusive":
        return f"{start} {_silent(point, guessed, n)}"
    if guessed == "inconclusive":
        return f"{start} {_speaks(kind, low, high, n)}"
    if n == 1:
        bends = "up" if low > 0 else "down"
        return f"{start} f″ is {decimal(low)} there: the graph bends {bends}."
    if kind == "saddle":
        against, way = (low, "falls") if guessed == "minimum" else (high, "rises")
        return f"{start} One eigenvalue is {decimal(against)}: f {way} along its eigenvector."
    rises = "rises" if kind == "minimum" else "falls"
    return f"{start} The eigenvalues are {_list(point)}, all of one sign: f {rises} in every direction."


def _list(point: Mapping[str, Any]) -> str:
    return " and ".join(decimal(v) for v in point["eigenvalues"])


def _speaks(kind: str, low: float, high: float, n: int) -> str:
    if n == 1:
        return f"f″ is {decimal(low)} there, and not 0: the test speaks."
    if kind == "saddle":
        return f"The eigenvalues {decimal(low)} and {decimal(high)} differ in sign: that is enough."
    nearest = low if kind == "minimum" else high
    return f"No eigenvalue is 0, the nearest to it is {decimal(nearest)}: the test speaks."


def _silent(point: Mapping[str, Any], guessed: str, n: int) -> str:
    zero = "f″ is 0 there" if n == 1 else f"The eigenvalues are {_list(point)}: with a zero and no two signs"
    test = f"{zero}, and the test says nothing" if n == 1 else f"{zero} the test says nothing"
    if point["nature"] == guessed:
        return f"{test}. It is a {guessed} all the same; another argument shows it."
    return f"{test}."
