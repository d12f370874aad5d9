"""Fill-in practice: an entry of the Jacobian is hidden, or all of it, and the answer is checked by a worker.

Which entry is hidden is in the link (`hidden`: its row and column from 1, or "all"); the answer is nobody's business
but the visitor's. What is said of an answer holds words of the visitor, so it is drawn as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import settings
from core.problem import Problem
from core.syntax import text_name
from core.ui import compute, follower, inputs, kept, present, stages
from core.ui.compute import Answered
from core.ui.stages import Question

ALL: Final = "all"
SIGNS: Final = {
    "right": ":material/check_circle:",
    "transposed": ":material/swap_horiz:",
    "wrong": ":material/cancel:",
    "unknown": ":material/help:",
    "unread": ":material/error:",
}
SECONDS: Final = 6.0
_RIGHT: Final = "_filled_in"


def hidden(answered: Answered) -> tuple[int, int] | str | None:
    """The entry that is hidden, from 0, or all of them; None while nothing is, or once it was answered."""
    said = inputs.stated("hidden")
    if said not in choices(answered) or st.session_state.get(_RIGHT) == (answered.problem.text, said):
        return None
    return ALL if said == ALL else (int(said[0]) - 1, int(said[1]) - 1)


def covered(answered: Answered, entries: Sequence[Sequence[str]], cover: str) -> list[list[str]]:
    """The entries of J, with a cover over what is hidden."""
    now = hidden(answered)
    return [[cover if now in (ALL, (i, j)) else e for j, e in enumerate(row)] for i, row in enumerate(entries)]


def choices(answered: Answered) -> list[str]:
    """What can be hidden."""
    return [f"{i + 1}{j + 1}" for i in range(answered.components) for j in range(len(answered.names))] + [ALL]


def label(answered: Answered, choice: str) -> str:
    """A choice as the menu says it."""
    if not choice:
        return "Nothing is hidden"
    if choice == ALL:
        return "All of J"
    f = "f" if answered.components == 1 else f"f{_index(choice[0])}"
    return f"∂{f}/∂{text_name(answered.names[int(choice[1]) - 1])}"


def _index(digit: str) -> str:
    """A digit as a small index.

    >>> _index("2")
    '₂'
    """
    return chr(0x2080 + int(digit))


def draw(answered: Answered) -> None:
    """Draw the choice of an entry, the field for the answer, and what is to be said of it."""
    st.subheader("Fill it in", anchor=False)
    offered = ["", *choices(answered)]
    stated = inputs.stated("hidden")
    key = follower.key("hide", stated if stated in offered else "")
    st.selectbox(
        "Hide an entry",
        offered,
        key=key,
        format_func=lambda one: label(answered, one),
        on_change=_choose,
        args=(key,),
    )
    choice = stated if stated in offered else ""
    kept.hold("hidden", choice)
    kept.link("hidden")
    if not choice:
        present.note("Hide an entry, work it out, and have it checked. Every form of the right answer counts.", "fill")
        return
    help = "Rows on separate lines, or with ; between; entries with commas." if choice == ALL else None
    field = st.text_area if choice == ALL else st.text_input
    text = field("Your answer", key=f"answer_{choice}", help=help, max_chars=settings.CHARACTERS)
    if text and text.strip():
        _judge(answered, choice, text)


def _choose(key: str) -> None:
    """Hide another entry; what was answered before is asked again."""
    if follower.moved("hide", key):
        kept.hold("hidden", st.session_state[key])
        st.session_state.pop(_RIGHT, None)


def _judge(answered: Answered, choice: str, text: str) -> None:
    """Ask a worker, and draw its verdict."""
    problem = Problem(answered.problem.text, answered.problem.variables)
    asked = {"problem": problem.to_wire(), "entry": choice, "answer": text}
    answer = stages.ask(Question("answer", "answer", asked, SECONDS, "Checking your answer")).answer
    if answer is None:
        return
    if answer.status != "done" or answer.value is None:
        present.sorry(compute.refusal(answer) or "This answer could not be checked in its time.", "answer")
        return
    said = answer.value
    with st.container(key="verdict_answer", horizontal=True, gap="small", vertical_alignment="top", wrap=False):
        st.markdown(SIGNS[said["verdict"]], width="content")
        st.text(said["sentence"])
    done = (answered.problem.text, choice)
    if said["verdict"] == "right" and st.session_state.get(_RIGHT) != done:
        st.session_state[_RIGHT] = done
        st.rerun()
