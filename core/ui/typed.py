"""The hand on the formula box, before anything is committed: keys that type, and what stands in the box meanwhile.

One component, mounted twice: `keys` draws buttons that type at the caret and never talks to the server; `heard`
draws nothing and gives back, a quarter of a second after the last stroke, the text that is in the box.

Rule: what comes back is a visitor's text. It is cut to the length of a formula, and it counts only while it is
about the formula that is committed now: `after` is the number of that commitment, and it comes back with the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core import settings
from core.phrasebook import KEYS
from core.ui import live

CSS: Final = Path(__file__).with_suffix(".css")
NAME: Final = "beyond_gradients.typed"
PAUSE: Final = 250  # milliseconds without a stroke
LOADER: Final = """
export default async function (component) {
  return (await import(new URL("app/static/typed.js?v=VERSION", document.baseURI).href)).default(component);
}
"""


def keys() -> None:
    """Draw the keys."""
    _component()(key="keys", data=[{"keys": [asdict(key) for key in KEYS]}], width="stretch")


def heard(text: str, after: int) -> str | None:
    """What is in the box in the place of the committed `text`; None when it is that, or about another formula."""
    data = [{"text": text, "after": after, "pause": PAUSE, "longest": settings.CHARACTERS + 1}]
    result = _component()(key="heard", data=data, on_heard_change=lambda: None)
    typing = checked(getattr(result, "heard", None), after)
    return None if typing == text else typing


def checked(given: Any, after: int) -> str | None:
    """The text a browser sent, if it is one and in time.

    >>> checked({"text": "x^2", "after": 3}, 3), checked({"text": "x^2", "after": 2}, 3), checked("x^2", 3)
    ('x^2', None, None)
    """
    if not isinstance(given, dict) or given.get("after") != after or not live.is_text(given.get("text")):
        return None
    text: str = given["text"]
    return text[: settings.CHARACTERS + 1]  # one more than may be read, so that it is still told to be too long


@cache
def _component() -> Callable[..., Any]:
    mount: Callable[..., Any] = st.components.v2.component(
        NAME, html=" ", css=CSS.read_text(encoding="utf-8"), js=LOADER.replace("VERSION", live.version())
    )
    return mount
