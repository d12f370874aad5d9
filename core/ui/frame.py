"""The frame around every page: the navigation on top, the wordmark, the style sheet, and the net below.

Why `guard`: the folder is called `pages`, and Streamlit takes such a folder for its older kind of application
until a script has called `st.navigation`. So the first visitor of a fresh server who arrives by a link to a
page gets the bare page. `guard`, the first line of every page, notices that no frame is around and draws it.

Why a net: a fault of ours in one page must not cost the visitor the formula or the other pages, and must not
show or log what was typed. What is logged is the type of the error and a short hash of the place it came from:
the same fault has the same hash.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from core.ui import live

NAME: Final = "Beyond Gradients"
PAGES: Final = Path(__file__).resolve().parents[2] / "pages"
VERSION: Final = "1"  # of the meaning of a link; always in it as v
HERE: Final = Path(__file__).resolve().parent

_framed: ContextVar[bool] = ContextVar("framed", default=False)
_log = logging.getLogger("beyond_gradients")


@dataclass(frozen=True)
class Tab:
    """One entry of the navigation: a file in pages/, what the tab says, and where its address ends."""

    file: str
    title: str
    url: str


TABS: Final = (
    Tab("explore.py", "Explore", "explore"),
    Tab("critical_points.py", "Critical points", "critical_points"),
)


def run() -> None:
    """Draw the frame, then the page the visitor asked for."""
    st.set_page_config(page_title=NAME, page_icon=str(HERE / "ring.svg"), layout="wide")
    st.logo(str(HERE / "wordmark.svg"))
    st.html(HERE / "frame.css")
    with st.container(key="ahead"):  # takes no room
        live.ahead()
    page = _navigation()
    st.set_page_config(page_title=f"{page.title} · {NAME}")
    if st.query_params.get("v") != VERSION:
        st.query_params["v"] = VERSION
    token = _framed.set(True)
    try:
        with net():
            page.run()
    finally:
        _framed.reset(token)


def _navigation() -> st.Page:
    """The tabs on top. The first page lives at /; its own name, a fair guess at an address, leads there too."""
    first, *others = TABS
    home = st.Page(PAGES / first.file, title=first.title, url_path="home", default=True)
    pages = [st.Page(PAGES / tab.file, title=tab.title, url_path=tab.url) for tab in others]
    alias = st.Page(
        lambda: st.switch_page(home, query_params=st.query_params.to_dict()),
        title=first.title,
        url_path=first.url,
        visibility="hidden",
    )
    return st.navigation([home, *pages, alias], position="top")


def guard() -> None:
    """First line of every page: when Streamlit runs it without the frame, start again inside it."""
    if not _framed.get():
        run()
        st.stop()


@contextmanager
def net() -> Iterator[None]:
    """Turn a fault of ours into one sentence for the visitor and one line in the log.

    The frame puts it around every page; a page may put it around a part, so that the parts after it still come.
    """
    try:
        yield
    except Exception as fault:
        name = fingerprint(fault)
        _log.error("fault %s: %s", name, type(fault).__name__)
        st.error(
            "This part of the page failed, and the fault is ours, not yours. Everything else still works: try another "
            f"formula or an example. If you report it, name fault {name}.",
            icon=":material/error:",
        )


def fingerprint(fault: BaseException) -> str:
    """Eight hexadecimal digits for the place a fault came from; nothing of its message goes in.

    >>> def place(message):
    ...     try:
    ...         raise ValueError(message)
    ...     except ValueError as fault:
    ...         return fingerprint(fault)
    >>> place("a secret") == place("another"), len(place("x"))
    (True, 8)
    """
    steps = traceback.extract_tb(fault.__traceback__)
    place = "|".join([type(fault).__name__, *(f"{Path(step.filename).name}:{step.lineno}" for step in steps)])
    return hashlib.sha256(place.encode()).hexdigest()[:8]
