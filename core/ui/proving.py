"""Watch the proof: the boxes of the search, level by level, until each is dropped, proved or set aside.

The levels come from a worker when the tab is opened. Only this part is drawn again while they play.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core import settings
from core.figures import critical as scenes
from core.figures.chart import Curve
from core.program import gradient
from core.ui import live, present, stages
from core.ui.compute import Answered
from core.ui.scenery import View
from core.ui.stages import Question
from core.wire import Record

TICK: Final = 0.7  # seconds between two levels
KEY: Final = (
    "Grey: still open. Green: proved to hold exactly one critical point. Ochre: too small to be cut, undecided. "
    "White: dropped, for the gradient cannot vanish there."
)
_PLAYING: Final = "_proof_plays"
_AT: Final = "_proof_at"
Level = dict[str, Any]


def watch(answered: Answered, shown: str, view: View) -> None:
    """Draw the player of the levels; while they are fetched, a place of its height."""
    if not view.whole:
        present.note("Boxes can be watched for functions of one or two variables.", "proof")
        return
    answer = stages.ask(_question(answered, shown)).answer
    if answer is None:
        st.container(key="proof_waiting", height=520, border=False).skeleton()
        return
    if answer.status != "done" or not (answer.value or {}).get("levels"):
        present.note("The levels of this search could not be had.", "proof")
        return
    levels: list[Level] = (answer.value or {})["levels"]
    curves = scenes.zero_curves(gradient(view.value), view.box, view.names) if len(view.names) == 2 else ()
    playing = bool(st.session_state.get(_PLAYING))
    st.fragment(_player, run_every=TICK if playing else None)(levels, view, curves)


def _question(answered: Answered, shown: str) -> Question:
    arguments: Record = {"problem": answered.problem.to_wire(), "shown": shown, "seconds": settings.CRITICAL_SECONDS}
    return Question("proof", "proof", arguments, settings.CRITICAL_SECONDS, "Recording the search")


def _player(levels: list[Level], view: View, curves: tuple[Curve, ...]) -> None:
    """The part that is drawn again with every level."""
    last = len(levels) - 1
    k = _stepped(last)
    left, right = st.columns([5, 6], gap="large", vertical_alignment="top")
    with left, st.container(key="proof_row", horizontal=True, vertical_alignment="bottom", gap="small"):
        playing = bool(st.session_state.get(_PLAYING))
        st.button(
            "Pause" if playing else "Play", key="go_proof", type="primary", on_click=_play, args=(k, last), shortcut="p"
        )
        st.slider("Level", 0, max(last, 1), 0, key="level", bind="query-params", on_change=_slid, disabled=last == 0)
    with left:
        live.chart(scene(levels, k, view, curves), key="proof_chart")
    with right:
        st.markdown(says(levels, k))
        present.note(KEY, "proof_key")


def _stepped(last: int) -> int:
    """The level that is shown; while it plays the next one, and at the end the page is told that it is over."""
    if st.session_state.get(_PLAYING):
        k = min(last, int(st.session_state.get(_AT, -1)) + 1)
        st.session_state[_AT] = st.session_state["level"] = k
        if k == last:
            st.session_state[_PLAYING] = False
            st.rerun()  # without the clock
        return k
    held = st.session_state.get("level", st.query_params.get("level", 0))
    k = max(0, min(last, int(held))) if str(held).lstrip("-").isdigit() else 0
    st.session_state["level"] = k
    return k


def _slid() -> None:
    st.session_state[_PLAYING] = False


def _play(k: int, last: int) -> None:
    playing = not st.session_state.get(_PLAYING)
    st.session_state[_PLAYING] = playing
    st.session_state[_AT] = -1 if k == last else k
    st.rerun()  # with the clock, or without


def scene(levels: list[Level], k: int, view: View, curves: tuple[Curve, ...] = ()) -> dict[str, Any]:
    """The picture of level k."""
    now, alt = levels[k], says(levels, k).replace("*", "")
    if len(view.names) == 1:
        told = [([b[0] for b in one["open"]], [b[0] for b in one["proved"]], _fresh_aside(levels, i)) for i, one in
                enumerate(levels[: k + 1])]  # fmt: skip
        return scenes.rows(told, view.box[0], view.names[0], says=alt)
    proved = [box for one in levels[: k + 1] for box in one["proved"]]
    return scenes.boxes(now["open"], proved, now["aside"], view.box, view.names, curves, says=alt)


def _fresh_aside(levels: list[Level], i: int) -> list[Any]:
    before = levels[i - 1]["aside"] if i else []
    return [box[0] for box in levels[i]["aside"] if box not in before]


def says(levels: list[Level], k: int) -> str:
    """What has happened up to a level, as Markdown.

    >>> level = {"count": 12, "aside": [], "examined": 256, "dropped": 240, "settled": 4, "points": 2}
    >>> says([level], 0)
    'Level 0: **12** boxes open. Of 256 examined, 240 dropped, 4 settled by a proof. **2** different points caught.'
    """
    now = levels[k]
    aside = f", {len(now['aside'])} set aside" if now["aside"] else ""
    count = "" if now["points"] is None else f" **{now['points']}** different point{_s(now['points'])} caught."
    return (
        f"Level {k}: **{now['count']}** box{'es' if now['count'] != 1 else ''} open{aside}. Of {now['examined']} "
        f"examined, {now['dropped']} dropped, {now['settled']} settled by a proof.{count}"
    )


def _s(k: int) -> str:
    return "" if k == 1 else "s"
