"""The 3-D view on a page: the graph of f as a surface that a hand turns, with its camera kept in the browser.

It is drawn by the Plotly library that Streamlit ships for its own charts, fetched when a view is first opened and never
before. The server hears of the camera once a turn, when the hand lets go: whole degrees, for the link. It does not turn
the camera back; only another angle, from a link or a number box, does.

The library has no promised address: it is looked for among Streamlit's files by what it says of itself. Where it
is not found, the copy that the Python package of Plotly brings is served in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from mimetypes import types_map
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.runtime import get_instance

from core.figures import surface as figures
from core.figures.isosurface import isosurface
from core.figures.landscape import Mark, Scene
from core.figures.landscape import Path as Route
from core.figures.surface import Sheet
from core.problem import Side
from core.program import Program
from core.ui import headers, kept, live, present
from core.ui.frame import SETTINGS

NAME: Final = "beyond_gradients.solid"
CSS: Final = Path(__file__).with_suffix(".css")
SHIPPED: Final = headers.INDEX.parent  # what Streamlit serves
SAYS: Final = b"window.Plotly="  # what a library says that can be used from outside
CORNER: Final = (225, 30)
LEVEL: Final = "iso"
ANGLES: Final = {"azimuth": (0, 360), "elevation": (-90, 90)}
LOADER: Final = """
const address = new URL("app/static/surface.js?v=VERSION", document.baseURI).href;
export default async function (component) {
  return (await import(address)).default(component);
}
"""


def surface(
    f: Program,
    *,
    names: Sequence[str],
    box: Sequence[Side],
    name: str = "f",
    point: Sequence[float] | None = None,
    marks: Sequence[Mark] = (),
    sheet: Sheet | None = None,
    paths: Sequence[Route] = (),
    key: str = "surface",
) -> None:
    """Draw the graph of output 0 of a program of two inputs, and under it the boxes for the angles of the camera.

    `point` is held and drawn as a ring on the surface, or on the floor where f has no value. `sheet` is a second,
    translucent surface, cut where it leaves the heights of f (`core.figures.surface.taylor` makes one). `paths` follow
    the surface. A page that draws it only while its tab or switch is open leaves Plotly's library unfetched until then.
    """
    scene = figures.surface(f, names=names, box=box, name=name, point=point, marks=marks, sheet=sheet, paths=paths)
    _turnable(scene, key)


def levels(
    f: Program,
    *,
    names: Sequence[str],
    box: Sequence[Side],
    point: Sequence[float],
    name: str = "f",
    marks: Sequence[Mark] = (),
    key: str = "space",
) -> None:
    """Draw one level surface of output 0 of a program of three inputs, with the slider of its level.

    The level is a number of the link; where none was chosen it is that of the held point.
    """
    level = kept.number(LEVEL, math.nan)
    if LEVEL not in st.session_state:
        kept.hold(LEVEL, level if math.isfinite(level) else None)
    chosen = st.session_state[LEVEL]
    _turnable(isosurface(f, names=names, box=box, point=point, name=name, level=chosen, marks=marks), key)
    kept.link(LEVEL)


def _turnable(scene: Scene, key: str) -> None:
    """Draw a scene in three dimensions, and under it the boxes for the angles of the camera."""
    address = library()
    if address is None:
        present.note("The library that draws in three dimensions is not installed here.", "no_library")
        return
    look = [angle(name, usual) for name, usual in zip(ANGLES, CORNER, strict=True)]

    def turned() -> None:
        if told := _look(st.session_state.get(key)):
            st.session_state.update(zip(ANGLES, told, strict=True))

    def raised() -> None:
        level = live.said(st.session_state.get(key), "level")
        low, high = SETTINGS[LEVEL]
        number = level if isinstance(level, int | float) and not isinstance(level, bool) else math.nan
        kept.hold(LEVEL, float(number) if low <= number <= high else None)

    data = live.numbered(key, scene | {"look": look, "corner": CORNER, "library": address})
    _component()(key=key, data=data, on_look_change=turned, on_level_change=raised, width="stretch")
    with st.container(key="angles", horizontal=True, gap="small"):
        for (each, (low, high)), words, usual in zip(ANGLES.items(), ("Azimuth °", "Elevation °"), CORNER, strict=True):
            st.number_input(words, low, high, usual, 5, key=each, bind="query-params", width=150)


def angle(key: str, usual: int) -> int:
    """An angle of the camera, before its box is drawn: its state, else the link, else the usual one."""
    low, high = ANGLES[key]
    held = st.session_state[key] if key in st.session_state else st.query_params.get(key, usual)
    try:
        number = int(held)
    except (TypeError, ValueError):
        return usual
    return number if low <= number <= high else usual


def library() -> str | None:
    """The address of Plotly's library, relative to the application; None when there is none.

    >>> library().startswith("static/js/")
    True
    """
    found = shipped()
    return found if found is not None else _served()


@cache
def shipped(root: Path = SHIPPED) -> str | None:
    """The library among the files that Streamlit serves; its name differs from version to version."""
    files = sorted(root.glob("static/js/*.js"), key=lambda file: (not file.name.startswith("PlotlyChart"), file.name))
    return next((file.relative_to(root).as_posix() for file in files if SAYS in file.read_bytes()), None)


def _served() -> str | None:
    """The library of the Python package, served as a file of this page."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    if not file.exists():
        return None
    address = get_instance().media_file_mgr.add(str(file), types_map[".js"], NAME)
    return address.lstrip("/")


@cache
def _component() -> Callable[..., Any]:
    mount: Callable[..., Any] = st.components.v2.component(
        NAME,
        html='<div class="place"></div>\n',
        css=CSS.read_text(encoding="utf-8"),
        js=LOADER.replace("VERSION", live.version()),
        isolate_styles=False,  # Plotly puts its own style sheet into the page
    )
    return mount


def _look(given: Any) -> tuple[int, int] | None:
    """The camera as a browser says it is, in whole degrees; None for what cannot be one.

    >>> _look({"look": [[225, 30], 1]}), _look({"look": [[225, 91], 2]}), _look({"look": "x"}), _look(None)
    ((225, 30), None, None, None)
    """
    said = live.said(given, "look")
    if not isinstance(said, list | tuple) or len(said) != len(ANGLES):
        return None
    whole = all(isinstance(v, int | float) and not isinstance(v, bool) and v == v // 1 for v in said)
    if not whole or not all(low <= v <= high for v, (low, high) in zip(said, ANGLES.values(), strict=True)):
        return None
    return int(said[0]), int(said[1])
