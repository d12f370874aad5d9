"""The part of a page that follows the hand: all that depends on the window and the point, below the formula row.

A page is three things: a question with its formula row, this part, and the lesson. When a hand lets go of a point, or
types a window, only this part is drawn again; that is half the work of drawing the page.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.ui import compute, frame, inputs, stages
from core.ui.compute import Answered
from core.ui.inputs import Asked

Draw = Callable[[Asked, Answered], None]


def the_hand(draw: Draw) -> Callable[[Asked], None]:
    """Make a part of a page out of what draws it.

    The part is called with the question as the formula row put it; `draw` gets it with the window and the point of
    now, and what is known of it.
    """

    def part(asked: Asked) -> None:
        with frame.net():
            now = inputs.again(asked)
            draw(now, compute.answered(now))
            stages.end()

    part.__qualname__ = draw.__qualname__  # by which Streamlit tells parts apart
    return st.fragment(part)
