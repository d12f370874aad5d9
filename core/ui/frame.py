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
import json
import logging
import math
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core import engine, settings
from core.ui import fields, live, turns

NAME: Final = "Beyond Gradients"
PAGES: Final = Path(__file__).resolve().parents[2] / "pages"
VERSION: Final = "1"  # of the meaning of a link; always in it as v
QUESTION: Final = ("f", "box", "at")  # what a step replaces as a whole
WITH: Final = ("outer", "integrand")  # beside a formula, and replaced with it: None, till a page puts the usual one
_PAGE: Final = "_page"
SETTINGS: Final[dict[str, tuple[float, float]]] = {  # numbers that a step may set, with their range
    "h": (1e-4, 2.0),
    "turn": (0.0, 360.0),  # from where space is seen
    "tilt": (-90.0, 90.0),
    "cells": (1.0, 64.0),  # along a side, of a change of variables
    "goal_x": (-settings.COORDINATE, settings.COORDINATE),  # the target of undoing
    "goal_y": (-settings.COORDINATE, settings.COORDINATE),
    "theta": (0.0, 360.0),
    "entry": (0.0, 22.0),  # of H: its row and its column, 11 to 22; 0 for none
    "eps": (0.0, settings.COORDINATE),
    "rate": (0.0, settings.COORDINATE),
    "beta": (0.0, 1.0),
    "order": (0.0, 2.0),
    "tol": (0.0, settings.COORDINATE),
    "r": (0.0, settings.COORDINATE),
    "trust": (0.0, settings.COORDINATE),
    "kappa": (1.0, 1e4),  # the bowl of the page of conditioning, its start and its constants
    "steep": (0.01, 100.0),
    "angle": (0.0, 180.0),
    "rescaled": (0.0, 1.0),
    "x0": (-1000.0, 1000.0),
    "y0": (-1000.0, 1000.0),
    "step": (0.0, settings.COORDINATE),
    "momentum": (0.0, 1.0),
    "tuned": (0.0, 1.0),
    "cone": (0.0, settings.COORDINATE),  # the slope of the cone on the page of Lipschitz constants; 0 for none chosen
    "ax": (-settings.COORDINATE, settings.COORDINATE),  # the ends of a chord
    "ay": (-settings.COORDINATE, settings.COORDINATE),
    "bx": (-settings.COORDINATE, settings.COORDINATE),
    "by": (-settings.COORDINATE, settings.COORDINATE),
    "witness": (0.0, 2.0),  # the chord in all variables that refutes: 1 convexity, 2 concavity; 0 for a drawn one
    "iso": (-settings.COORDINATE, settings.COORDINATE),  # the level in space
    "ahead": (-settings.COORDINATE, settings.COORDINATE),  # the stride on the page of one variable; 0 for none chosen
}
SIZES: Final = (
    "eps",
    "rate",
    "k",
    "tol",
    "r",
    "trust",
    "ahead",
    "iso",
    "cone",
    "ax",
    "ay",
    "bx",
    "by",
    "witness",
    "anchor",
)  # numbers chosen for one question, which mean nothing for another
HERE: Final = Path(__file__).resolve().parent

STREAMLITS: Final = ("streamlit.error_util", "streamlit.runtime.scriptrunner.script_runner")  # loggers of faults

_framed: ContextVar[bool] = ContextVar("framed", default=False)
_log = logging.getLogger("beyond_gradients")


@dataclass(frozen=True)
class Tab:
    """One entry of the navigation: a file in pages/, what the tab says, where its address ends, and its group.

    Tabs of a group share one menu on top; the others stand there by themselves. `asks` says whether a formula is typed
    on that page.
    """

    file: str
    title: str
    url: str
    group: str = ""
    asks: bool = True


JACOBIAN: Final = "Jacobian"
OPTIMIZERS: Final = "Optimizers"
REGIONS: Final = "Regions"
TABS: Final = (
    Tab("explore.py", "Explore", "explore"),
    Tab("one_variable.py", "One variable", "one_variable"),
    Tab("jacobian.py", "Linear map", "jacobian", JACOBIAN),
    Tab("chains.py", "Chains", "chains", JACOBIAN),
    Tab("undoing.py", "Undoing", "undoing", JACOBIAN),
    Tab("substitution.py", "New variables", "substitution", JACOBIAN),
    Tab("residuals.py", "Residuals", "residuals", JACOBIAN),
    Tab("hessian.py", "Hessian", "hessian"),
    Tab("taylor.py", "Taylor", "taylor"),
    Tab("critical_points.py", "Critical points", "critical_points"),
    Tab("steps.py", "Steps", "steps"),
    Tab("newton.py", "Step by step", "newton", OPTIMIZERS),
    Tab("optimizers.py", "Race", "optimizers", OPTIMIZERS),
    Tab("destinations.py", "Where it ends", "destinations", OPTIMIZERS),
    Tab("conditioning.py", "Conditioning", "conditioning", OPTIMIZERS, asks=False),
    Tab("convexity.py", "Convexity", "convexity", REGIONS),
    Tab("lipschitz.py", "Lipschitz", "lipschitz", REGIONS),
)


def run() -> None:
    """Draw the frame, then the page the visitor asked for, when it is its turn."""
    with turns.drawing.mine():
        _run()


def _run() -> None:
    st.set_page_config(page_title=NAME, page_icon=str(HERE / "ring.svg"), layout="wide")
    st.logo(str(HERE / "wordmark.svg"))
    st.html(HERE / "frame.css")
    with st.container(key="ahead"):  # takes no room
        live.ahead()
    chosen = _navigation()
    st.set_page_config(page_title=f"{chosen.title} · {NAME}")
    if st.query_params.get("v") != VERSION:
        st.query_params["v"] = VERSION
    _drop_endless()
    if chosen.url_path != TABS[0].url:  # which only leads on
        take_step(chosen)
    try:
        engine.check()
    except ValueError as wrong:  # of the environment, and in words of ours
        st.error(str(wrong))
        st.stop()
    token = _framed.set(True)
    try:
        with net():
            chosen.run()
    finally:
        _framed.reset(token)


def _drop_endless() -> None:
    """Take numbers without end out of the link: a box for whole numbers that is bound to one fails."""
    endless = [key for key, value in st.query_params.items() if key not in QUESTION and is_endless(value)]
    with suppress(StreamlitAPIException):  # a widget that is there already has checked its own
        for key in endless:
            del st.query_params[key]
        if endless:
            st.rerun()  # a widget would still be given the link as it came


def is_endless(text: str) -> bool:
    """Whether a text is a number to Python, but none that can be counted to.

    >>> [is_endless(text) for text in ("-inf", "1e999", "NaN", "1e308", "x")]
    [True, True, True, False, False]
    """
    try:
        return not math.isfinite(float(text))
    except ValueError:
        return False


def _navigation() -> st.Page:
    """The tabs on top. The first page lives at /; its own name, a fair guess at an address, leads there too."""
    groups = {tab.group: [_page(one) for one in TABS if one.group == tab.group] for tab in TABS}
    groups[""].append(link_to(TABS[0]))
    return st.navigation(groups, position="top")


def _page(tab: Tab) -> st.Page:
    home = tab is TABS[0]
    return st.Page(PAGES / tab.file, title=tab.title, url_path="home" if home else tab.url, default=home)


def link_to(tab: Tab) -> st.Page:
    """The page that a link leads to. That of the first tab has an address of its own: / cannot be said relatively."""
    if tab is not TABS[0]:
        return _page(tab)
    return st.Page(_go_home, title=tab.title, url_path=tab.url, visibility="hidden")


def _go_home() -> None:
    st.switch_page(_page(TABS[0]), query_params=st.query_params.to_dict())


def step(f: str = "", box: str = "", at: str = "", **numbers: float) -> dict[str, str]:
    """The keys of a link inside the application that puts another question.

    Between pages Streamlit drops from a link what the widgets of the old page own, and what a widget holds wins over
    the address. So a step travels in one key of its own, and is unpacked where it arrives.

    >>> step("x^2", at="1, 2")
    {'v': '1', 'go': '{"f": "x^2", "at": "1, 2"}'}
    """
    said = {"f": f, "box": box, "at": at, **numbers}
    return {"v": VERSION, "go": json.dumps({key: value for key, value in said.items() if value != ""})}


def take_step(chosen: st.Page) -> None:
    """Put the question of a step where the widgets will find it; a step to another page takes the question along."""
    said = read_step(st.query_params.get("go", ""))
    if "go" in st.query_params:
        del st.query_params["go"]
    before, st.session_state[_PAGE] = st.session_state.get(_PAGE), chosen.url_path
    if "f" in said:
        said = {"box": "", "at": "", **unsized(), **{key: None for key in WITH if key in st.session_state}, **said}
    elif before not in (None, chosen.url_path):
        said |= {key: st.session_state[key] for key in QUESTION if key in st.session_state}
    for key in said.keys() & set(QUESTION):
        fields.put(key, said[key])
    st.session_state.update(said)
    told = {key: str(value) for key, value in said.items() if value not in ("", None)}
    if told:  # even to tell nothing would send the whole link of this run, over a newer one of the browser
        with suppress(StreamlitAPIException):  # the widgets are there already, and write the address themselves
            st.query_params.update(told)


def unsized() -> dict[str, None]:
    """What empties the boxes of `SIZES` that hold a number."""
    return {key: None for key in SIZES if key in st.session_state}


def read_step(text: str) -> dict[str, str | float | None]:
    """What a step says, without what no step can say; without a formula only its numbers.

    >>> read_step('{"f": "x^2", "at": "1, 2", "_secret": "y", "box": 3}')
    {'f': 'x^2', 'at': '1, 2'}
    >>> read_step('{"kappa": 100, "at": "1, 2"}'), read_step('{"f": 3, "kappa": 100}')
    ({'kappa': 100.0}, {})
    >>> read_step("[" * 5000), read_step('{"at": "1"}'), read_step('{"f": "x", "h": 1' + "0" * 400 + "}")
    ({}, {}, {'f': 'x', 'h': 2.0})
    """
    try:
        given = json.loads(text) if len(text) <= settings.CHARACTERS else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict) or not live.is_text(given.get("f", "")):
        return {}
    question = QUESTION if "f" in given else ()
    said: dict[str, str | float | None] = {key: given[key] for key in question if live.is_text(given.get(key))}
    for key, (least, most) in SETTINGS.items():
        number = given.get(key)
        if isinstance(number, int | float) and not isinstance(number, bool) and number == number:
            said[key] = float(min(max(number, least), most))  # a whole number may be too large for a float
    return said


def guard() -> None:
    """First line of every page: when Streamlit runs it without the frame, start again inside it."""
    if not _framed.get():
        run()
        st.stop()


@contextmanager
def net() -> Iterator[None]:
    """Draw in turn, and turn a fault of ours into one sentence for the visitor and one line in the log.

    The frame puts it around every page; a page may put it around a part, so that the parts after it still come.
    """
    try:
        with turns.drawing.mine():
            yield
    except Exception as fault:
        name = fingerprint(fault)
        _log.error("fault %s: %s", name, type(fault).__name__)
        st.error(
            "This part of the page failed, and the fault is ours, not yours. Everything else still works: try another "
            f"formula or an example. If you report it, name fault {name}.",
            icon=":material/error:",
        )


def nameless(record: logging.LogRecord) -> bool:
    """A filter of logs: of a fault that never met the net, in a fragment or a callback, only what the net would say."""
    fault = record.exc_info[1] if record.exc_info else None
    if fault is not None:
        record.msg, record.args = "fault %s: %s", (fingerprint(fault), type(fault).__name__)
        record.exc_info = record.exc_text = None
    return True


for _name in STREAMLITS:
    logging.getLogger(_name).addFilter(nameless)


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
