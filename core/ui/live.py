"""The live figure on a page: one component that draws a scene in the browser and gives back the point that is held.

Its code is `static/*.js`, which the browser fetches once; the component itself carries only a loader and a style
sheet, because those travel with every change of the scene.

Versions cannot mix: the loader asks for `live.js?v=…`, where … is a digest over all modules together, and every
module asks for the ones it needs with the query it was itself asked with. So all addresses change when any file
does, and no cache can pair an old module with a new one.

Rule: what comes back from a browser is somebody's word; it is checked here before a page sees it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core import settings

STATIC: Final = Path(__file__).resolve().parents[2] / "static"
CSS: Final = Path(__file__).with_suffix(".css")
NAME: Final = "beyond_gradients.live"
# Fetched by the pages with such a lab only, and by others of these:
LABS: Final = (
    "dial",
    "step",
    "taylor",
    "descent",
    "race",
    "theatre",
    "chord",
    "conditioning",
    "destinations",
    "linear",
    "shapes",
    "chains",
    "undoing",
    "substitution",
    "residual",
    "stacked",
    "cone",
    "many",
)
PARTS: Final = (
    *("entries", "methods", "adaptive", "second", "preview", "play", "strip", "looks", "surface", "typed", "reach"),
    *("line", "slice", "board", "lattice", "tableau", "linalg", "space", "sketch", "lift", "spectrum"),
    *("isosurface", "gapped", "table", "panel", "local"),
)
_SERIALS: Final = "_serials"

Values = dict[str, float | bool | str]

# Pages live at …/ and …/critical_points, the modules at …/app/static: relative to the page in both cases, and below
# a base path too.
LOADER: Final = """
const address = (file) => new URL(`app/static/${file}?v=VERSION`, document.baseURI).href;
const all = MODULES.map((file) => import(address(file))); // at once, not one level of imports after the other
export default async function (component) {
  await Promise.all(all);
  return (await import(address("live.js"))).default(component);
}
"""


# Asked for at the top of a page, so that the browser fetches what draws the figure before what draws the widgets.
AHEAD: Final = """
const address = (file) => new URL(`app/static/${file}?v=VERSION`, document.baseURI).href;
for (const file of MODULES) import(address(file)).catch(() => {}); // what fails here fails again for the figure
export default function () {}
"""


@dataclass(frozen=True)
class Hand:
    """Who is told, before the page runs again, what a hand changed: once for a whole gesture, when it lets go.

    `point(p)`; `values(named)` of the lab; `letters(in their order)`; `window(sides)` that shall be searched.
    """

    point: Callable[[tuple[float, ...]], None] | None = None
    values: Callable[[Values], None] | None = None
    letters: Callable[[tuple[float, ...]], None] | None = None
    window: Callable[[tuple[tuple[float, float], ...]], None] | None = None


NOBODY: Final = Hand()


def figure(scene: dict[str, Any], *, key: str, hand: Hand = NOBODY) -> None:
    """Draw a scene of `core.figures`, and tell of what a hand does to it.

    A page that gives back in its next scene what the hand left there leaves everything where it is; something else
    moves it.
    """
    n, letters = len(scene["names"]), len(scene.get("letters", ()))
    readers: dict[str, tuple[Callable[[Any], Any], Callable[[Any], None] | None]] = {
        "point": (lambda given: _point(given, n), hand.point),
        "values": (_values, hand.values),
        "letters": (lambda given: _point(given, letters), hand.letters),
        "window": (lambda given: _window(given, n), hand.window),
    }

    def told(what: str, given: Any) -> None:
        read, tell = readers[what]
        meant = read(given)
        if tell is not None and meant is not None:
            tell(meant)

    def changed(what: str) -> None:
        told(what, said(st.session_state.get(key), what))

    def several() -> None:
        given = said(st.session_state.get(key), "hand")
        for what in ("letters", "point", "values") if isinstance(given, Mapping) else ():
            if what in given:
                told(what, given[what])

    _component()(
        key=key,
        data=numbered(key, scene),
        on_point_change=partial(changed, "point"),
        on_values_change=partial(changed, "values"),
        on_letters_change=partial(changed, "letters"),
        on_window_change=partial(changed, "window"),
        on_hand_change=several,
        width="stretch",
    )


def chart(scene: dict[str, Any], *, key: str) -> None:
    """Draw a scene of `core.figures.chart`."""
    _component()(key=key, data=numbered(key, scene), width="stretch")


def numbered(key: str, scene: dict[str, Any]) -> list[Any]:
    """A scene with a number that grows when it changes, so that the browser can tell an older one.

    In a list, because Streamlit loads pandas to look for tables in a dictionary: a third of a second, once.
    """
    serials: dict[str, tuple[bytes, int]] = st.session_state.setdefault(_SERIALS, {})
    digest = hashlib.blake2b(json.dumps(scene).encode(), digest_size=16).digest()
    before, serial = serials.get(key, (b"", 0))
    serials[key] = (digest, serial if digest == before else serial + 1)
    return [scene, serials[key][1]]


def ahead() -> None:
    """Draw nothing; let the browser fetch what a figure needs."""
    _ahead()(key="live_ahead")


@cache
def version() -> str:
    """A digest of all modules of the browser's half."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.glob("*.js")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def _component() -> Callable[..., Any]:
    mount: Callable[..., Any] = st.components.v2.component(
        NAME,
        html='<div class="place"></div>\n',
        css=CSS.read_text(encoding="utf-8"),
        js=_filled(LOADER),
    )
    return mount


@cache
def _ahead() -> Callable[..., Any]:
    mount: Callable[..., Any] = st.components.v2.component(f"{NAME}.ahead", html=" ", js=_filled(AHEAD))
    return mount


def _filled(loader: str) -> str:
    modules = sorted(file.name for file in STATIC.glob("*.js") if file.stem not in (*LABS, *PARTS))
    return loader.replace("VERSION", version()).replace("MODULES", json.dumps(modules))


def said(state: Any, name: str) -> Any:
    """What a hand said last under a name, without the number of its word; None for what is no word.

    >>> said({"point": [[1.0, 2.0], 7]}, "point"), said({}, "point"), said({"point": "x"}, "point")
    ([1.0, 2.0], None, None)
    """
    given = state.get(name) if isinstance(state, Mapping) else getattr(state, name, None)
    return given[0] if isinstance(given, list | tuple) and len(given) == 2 else None


def _point(given: Any, n: int) -> tuple[float, ...] | None:
    if not isinstance(given, (list, tuple)) or len(given) != n:
        return None
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in given):
        return None
    if not all(-settings.COORDINATE <= v <= settings.COORDINATE for v in given):  # nan is not, nor a huge whole number
        return None
    return tuple(float(v) for v in given)


def _values(given: Any) -> Values | None:
    """Named values of a lab: numbers that can be drawn, yes or no, short words. The lab's page knows what they mean."""
    if not isinstance(given, Mapping) or len(given) > 24:
        return None
    return {name: v for name, v in given.items() if is_text(name) and _is_value(v)}


def _is_value(v: Any) -> bool:
    if isinstance(v, str):
        return is_text(v) and len(v) <= 40
    return isinstance(v, bool) or (isinstance(v, int | float) and -settings.COORDINATE <= v <= settings.COORDINATE)


def _window(given: Any, n: int) -> tuple[tuple[float, float], ...] | None:
    if not isinstance(given, list | tuple) or len(given) != n:
        return None
    sides = [_point(side, 2) for side in given]
    if any(side is None or not side[0] < side[1] for side in sides):
        return None
    return tuple((side[0], side[1]) for side in sides if side is not None)


def is_text(given: Any) -> bool:
    """Whether a word of a browser or a link is a text that can be sent back: JSON can hold half a character.

    >>> is_text("x^2"), is_text("\\ud83d"), is_text(3)
    (True, False, False)
    """
    return isinstance(given, str) and not any("\ud800" <= c <= "\udfff" for c in given)
