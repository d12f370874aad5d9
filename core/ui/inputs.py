"""What a visitor asks for: formula, window, point, parameters. The state is the link.

Every widget here is bound to a key of the link (f, box, at), as plain text; p_a is the number of a parameter a, and
v is the version of their meaning. An empty window or point means "choose for me": the example's own, or the
usual one. Nothing else remembers anything, but for one thing: the last question that could be read, so that a
slip of the keyboard does not take the picture away.

Rules: what a visitor typed is drawn by `st.text` and in input fields only, never in a label, Markdown, HTML or
a title; a value that cannot be read gives a sentence, never an exception; the widgets' own limits are for
comfort, everything is checked here again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import gallery, settings, window
from core.immediate import programs
from core.problem import Problem, ProblemError, Side, read_box, read_point
from core.syntax import InputError, Reading, latex_name, read
from core.ui import fields, follower, parameters, reading, sheet, typed
from core.ui.frame import SETTINGS, VERSION, unsized

FIRST: Final = gallery.get("himmelblau")  # the picture that is there before anything is typed
ALL: Final = (gallery.FUNCTIONS, gallery.MAPS)
MAPS_FIRST: Final = (gallery.MAPS, gallery.FUNCTIONS)
ONE: Final = (gallery.CURVES, gallery.FUNCTIONS)
LINKED: Final = (
    *("show", "levels", "path", "whole", "run", "k", "method", "methods", "measure", "work", "of", "by"),
    *(
        "look",
        "circle",
        "warp",
        "near",
        "ins",
        "outs",
        "over",
        "radius",
        "hide",
        "level",
        "more",
        "azimuth",
        "elevation",
        "axis",
        "plane",
        "anchor",
        "solid",
    ),
    *("constant", "everywhere"),
    *("outer", "place", "integrand", "hidden"),
    *SETTINGS,
)
FIT: Final = "Proposes a window: around the critical points that are quickly found, or where f varies visibly."
FEW: Final = 5  # variables that are all named on the left side
_KEPT: Final = "_last_good"
_COMMITTED: Final = "_committed"
_OWN: Final = ""  # the entry of the menu for a formula that is not in it


@dataclass(frozen=True)
class Asked:
    """A question as it was put, and what became of it.

    `problem` and `reading` are None when the formula could not be read; then `error` says why, and `shown` is
    the question the page goes on showing. `box` and `point` are always filled, with one entry a variable.
    `remarks` are the sentences about a window or a point that could not be used, by the key of the field.
    """

    text: str
    problem: Problem | None
    reading: Reading | None
    error: InputError | ProblemError | None
    box: tuple[Side, ...]
    point: tuple[float, ...]
    remarks: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, str] = ("", "")  # the window and the point as written
    last_good: Asked | None = None
    margin: DeltaGenerator | None = field(
        default=None, compare=False, repr=False
    )  # above the echo, for what is missing
    letters: Callable[[], Sequence[str]] = field(default=tuple, compare=False, repr=False)  # of other boxes of the page

    @property
    def shown(self) -> Asked:
        """The question to draw: this one, or the last good one."""
        return self if self.problem is not None or self.last_good is None else self.last_good

    @property
    def outcome(self) -> Reading | InputError | ProblemError:
        """What was read, or why nothing was."""
        outcome = self.reading or self.error
        assert outcome is not None
        return outcome

    @property
    def stale(self) -> str:
        """Why the picture is not of the formula in the box; empty when it is."""
        return "" if self.problem is not None else "Still the last formula that could be read"

    def remark(self, key: str) -> str:
        """The sentence about the field `key`, or nothing."""
        return dict(self.remarks).get(key, "")


def problem(
    least: tuple[str, ...] = (),
    groups: tuple[str, ...] = (gallery.FUNCTIONS,),
    start: str = FIRST.text,
    letters: Callable[[], Sequence[str]] = tuple,
) -> Asked:
    """Draw the row formula · reading · examples; return what is asked.

    `least` names the variables a page cannot do without, `groups` the groups of the gallery it offers, `start` is the
    formula that is there before anything is typed; `letters` says which letters another formula of the page has.
    """
    ask = st.container(key="ask")
    left, middle, right = ask.columns([480, 594, 190], gap="small", vertical_alignment="bottom")
    formula = left.container(key="formula", gap=None)
    name = formula.container(key="name")
    text = formula.text_input(
        "Formula",
        start,
        key="f",
        bind="query-params",
        label_visibility="collapsed",
        autocomplete="off",
        on_change=fields.mend,
        args=("f",),
    )
    fields.drawn("f")
    with formula.container(key="keys_row"):
        typed.keys()
    with formula.container(key="sheet"):  # no deeper: a fragment copies all that it is in, and what these are in
        sheet.draw(text)
    with right.container(key="examples"):
        _examples(text, groups)
    asked = replace(understand(text, least), letters=letters)
    name.latex(_left_side(asked.shown.reading), width="content")
    with middle:
        reading.draw(text, asked.outcome, asked.shown.reading, least, _commitment(text))
        margin = st.container(key="missing")  # over the reading's first line, which is free where nothing is noted
    with ask:
        asked = _with_parameters(asked)
    if asked.problem is not None and asked.reading is not None:
        st.session_state[_KEPT] = replace(asked, last_good=None)
        sheet.remember(text, asked.reading)
    return replace(asked, margin=margin)


def _commitment(text: str) -> int:
    """How often the formula was another one: what is typed after one commitment says nothing after the next."""
    count, before = st.session_state.get(_COMMITTED, (0, None))
    if text != before:
        st.session_state[_COMMITTED] = count, before = count + 1, text
    return int(count)


def understand(text: str, least: tuple[str, ...]) -> Asked:
    """Read the formula, and the window and the point as the link or the fields have them."""
    kept = st.session_state.get(_KEPT)
    try:
        return _ask(text, read(text, least=least), _written(), kept)
    except (InputError, ProblemError) as error:
        kept = kept or first()
        return _remarked(Asked(text, None, None, error, kept.box, kept.point, last_good=kept))


def again(asked: Asked) -> Asked:
    """The same question, with the letters, the window and the point as they are now."""
    shown = asked.shown
    if shown.problem is not None and (shown.problem.parameters or asked.letters()):
        asked = _with_parameters(asked)
    if _written() == asked.fields:
        return asked
    if asked.problem is None or asked.reading is None:
        return _remarked(asked)
    moved = _ask(asked.text, asked.reading, _written(), asked)
    assert moved.problem is not None
    moved = replace(moved, problem=replace(moved.problem, parameters=asked.problem.parameters))
    st.session_state[_KEPT] = moved
    return replace(moved, margin=asked.margin, letters=asked.letters)


def _written() -> tuple[str, str]:
    return stated("box"), stated("at")


def _remarked(asked: Asked) -> Asked:
    """A formula that cannot be read, with what is to be said of its window and its point."""
    window, place = _written()
    about = _window(window, len(asked.box), asked.box)[1], _place(place, asked.box, None)[1]
    return replace(asked, remarks=_remarks(*about), fields=(window, place))


def first() -> Asked:
    """The question that is there before anybody asks.

    >>> first().box, first().point
    (((-6.0, 6.0), (-6.0, 6.0)), (1.0, 2.4))
    """
    return _ask(FIRST.text, read(FIRST.text), ("", ""), None)


def _ask(text: str, reading: Reading, written: tuple[str, str], kept: Asked | None) -> Asked:
    preset = gallery.find(text)
    n = len(reading.variables)
    same = kept if kept is not None and kept.text == text and len(kept.box) == n else None
    kept_box = same.box if same is not None and written[0].strip() else _usual_box(preset, n)
    box, about_box = _window(written[0], n, kept_box)
    point, about_point = _place(written[1], box, preset)
    asked = Problem(text, reading.variables, (), box)
    return Asked(text, asked, reading, None, box, point, _remarks(about_box, about_point), written)


def _remarks(about_box: str, about_point: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, words) for key, words in (("box", about_box), ("at", about_point)) if words)


def _usual_box(preset: gallery.Preset | None, n: int) -> tuple[Side, ...]:
    return preset.box if preset and len(preset.box) == n else (settings.SIDE,) * n


def _window(text: str, n: int, usual: tuple[Side, ...]) -> tuple[tuple[Side, ...], str]:
    """The window that was written, else the usual one, with the sentence that says why."""
    if not text.strip():
        return usual, ""
    try:
        box = read_box(text)
    except ProblemError as error:
        return usual, str(error)
    if len(box) != n:
        return usual, f"The window needs {n} side{'s' if n > 1 else ''}, one for each variable, with ; between."
    return box, ""


def _place(text: str, box: tuple[Side, ...], preset: gallery.Preset | None) -> tuple[tuple[float, ...], str]:
    """The point that was written, else a good one in the box, with the sentence that says why."""
    usual = _usual_place(box, preset)
    if not text.strip():
        return usual, ""
    try:
        point = read_point(text, len(box))
    except ProblemError as error:
        return usual, str(error)
    if not _inside(point, box):
        return usual, "That point is outside the window, so another one is held."
    return point, ""


def _usual_place(box: tuple[Side, ...], preset: gallery.Preset | None) -> tuple[float, ...]:
    return preset.held if preset and _inside(preset.held, box) else good_point(box)


def usual_point(asked: Problem) -> tuple[float, ...]:
    """The point that is held where nobody chose one.

    >>> usual_point(Problem("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", ("x", "y"), (), ((-6, 6), (-6, 6))))
    (1.0, 2.4)
    """
    return _usual_place(asked.box, gallery.find(asked.text))


def _inside(point: Sequence[float], box: Sequence[Side]) -> bool:
    return len(point) == len(box) and all(low <= x <= high for x, (low, high) in zip(point, box, strict=True))


def good_point(box: Sequence[Side]) -> tuple[float, ...]:
    """A point off the centre and off the diagonal, where a gradient is seldom zero, rounded to be readable.

    >>> good_point(((-5.0, 5.0), (-5.0, 5.0)))
    (1.0, 1.5)
    """
    return tuple(_round(low + (0.6 + 0.05 * i) * (high - low), high - low) for i, (low, high) in enumerate(box))


def _round(x: float, width: float) -> float:
    return round(x, 2 - math.floor(math.log10(width)))


def write_point(point: Sequence[float]) -> str:
    """A point as the field and the link write it.

    >>> write_point((1.0, 2.4)), write_point((1e-06, -0.25))
    ('1, 2.4', '0.000001, -0.25')
    """
    return ", ".join(_plain(x) for x in point)


def write_box(box: Sequence[Side]) -> str:
    """A box as the field and the link write it.

    >>> write_box(((-6.0, 6.0), (0.0, 1.5)))
    '-6, 6; 0, 1.5'
    """
    return "; ".join(write_point(side) for side in box)


def _plain(x: float) -> str:
    """The number without an exponent where that is short, so that a visitor can edit it."""
    short = f"{x:.9f}".rstrip("0").rstrip(".") if 1e-6 <= abs(x) < 1e7 else repr(x)
    return "0" if x == 0 else short if float(short) == x else repr(x)


def hold(point: Sequence[float]) -> None:
    """Put the point into the link: for a callback of a figure whose ring was let go."""
    fields.put("at", write_point(point))


def look(box: Sequence[Side]) -> None:
    """Put the window into the link, and let go of a point outside: for a callback of a figure that looked elsewhere."""
    fields.put("box", write_box(box))
    try:
        inside = _inside(read_point(stated("at"), len(box)), box)
    except ProblemError:
        inside = False
    if not inside:
        fields.put("at", "")


def stated(key: str) -> str:
    """The text of a bound field that may be drawn further down the page: its own state, else the link."""
    value = st.session_state[key] if key in st.session_state else st.query_params.get(key, "")
    return value if isinstance(value, str) else ""


def stated_number(key: str) -> float | None:
    """The number of a bound box that may be drawn further down the page; None for nothing, or for no number."""
    value = st.session_state[key] if key in st.session_state else st.query_params.get(key)
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 <= number <= settings.COORDINATE else None


def _left_side(reading: Reading | None) -> str:
    """f(x, y) =, in the names of the formula."""
    if reading is None:
        return "f ="
    names = [latex_name(name) for name in reading.variables]
    shown = [names[0], r"\dots", names[-1]] if len(names) > FEW else names
    return rf"{latex_name(reading.name or 'f')}({', '.join(shown)}) ="


# Examples


def _examples(text: str, groups: tuple[str, ...]) -> None:
    offered = {preset.id: preset.name for _, presets in gallery.menu(*groups) for preset in presets}
    chosen = gallery.find(text)
    key = follower.key("example", chosen.id if chosen and chosen.id in offered else _OWN)
    st.selectbox(
        "Examples",
        [_OWN, *offered],
        key=key,
        format_func=lambda id: offered.get(id, "Your own"),
        on_change=_choose,
        args=(key,),
    )


def _choose(key: str) -> None:
    """Put an example into the link: its formula, and its own window and point."""
    id = st.session_state[key]
    if id != _OWN and follower.moved("example", key):
        for field, text in (("f", gallery.get(id).text), ("box", ""), ("at", "")):
            fields.put(field, text)
        st.session_state.update(unsized())


# Parameters


def _with_parameters(asked: Asked) -> Asked:
    """Put the values of the letters into the question that is shown; their sliders belong to the figure."""
    shown = asked.shown
    own = shown.reading.parameters if shown.reading is not None else ()
    values = parameters.values(shown.text, tuple(dict.fromkeys((*own, *asked.letters()))))
    if shown.problem is None or values == shown.problem.parameters:
        return asked
    valued = replace(shown, problem=replace(shown.problem, parameters=values))
    return valued if shown is asked else replace(asked, last_good=valued)


# Window and point


def box_and_point(asked: Asked, *more: Callable[[], object]) -> None:
    """Draw the fields of the window and the point, what a page adds to them, and the link.

    Empty means: choose for me; grey shows the choice. "Fit" writes a window as if it had been typed.
    """
    with st.container(key="where", horizontal=True, gap="small", vertical_alignment="top"):
        with st.container(key="window", horizontal=True, vertical_alignment="top", gap="xsmall", wrap=False):
            with st.container():
                _field(
                    "Window",
                    "box",
                    write_box(asked.shown.box),
                    asked,
                    "from, to; from, to: one side for each variable.",
                )
            with st.container(key="fit", width="content"):
                st.button("Fit", key="fit_window", on_click=_fit, args=(asked.shown,), help=FIT)
        with st.container(key="point"):
            _field("Point", "at", write_point(asked.shown.point), asked, "One number for each variable.")
        for draw in more:
            draw()
        with st.container(key="link"), st.popover("Link", icon=":material/link:", width="stretch"):
            st.caption("Whoever opens it sees what you see. It is also what the address bar says.")
            st.code(address(asked), language=None, wrap_lines=True)
    if (stated("box"), stated("at")) != asked.fields:
        st.rerun()  # the browser went back in its history, and only now do the fields say so


def _fit(asked: Asked) -> None:
    """Write the window that shows what matters; a held point that is not in it is let go."""
    assert asked.problem is not None and asked.reading is not None
    scalars = programs(asked.reading, dict(asked.problem.parameters))
    box = window.fit(*(f for name, f in scalars.items() if name != "norm"))
    fields.put("box", write_box(box))
    if not _inside(asked.point, box):
        fields.put("at", "")


def _field(label: str, key: str, chosen: str, asked: Asked, help: str) -> None:
    st.text_input(
        label,
        key=key,
        bind="query-params",
        placeholder=chosen,
        autocomplete="off",
        help=f"{help} Empty: chosen for you.",
        on_change=fields.mend,
        args=(key,),
    )
    fields.drawn(key)
    if words := asked.remark(key):
        with st.container(key=f"remark_{key}"):
            st.text(words)


def address(asked: Asked) -> str:
    """The link to what is asked: the address of the page, and the state in words."""
    values = asked.problem.parameters if asked.problem is not None else ()
    state: dict[str, str | list[str]] = {"f": asked.text, "box": asked.fields[0], "at": asked.fields[1]}
    state |= {f"p_{name}": _plain(value) for name, value in values if value != parameters.FIRST}
    said = st.query_params  # of what nobody has touched since the page was opened
    held = {key: st.session_state.get(key, said.get(key)) for key in LINKED}  # what is chosen on any page
    state |= {key: _said(value) for key, value in held.items() if value is not None and value is not False}
    query = urlencode({key: value for key, value in state.items() if value} | {"v": VERSION}, doseq=True)
    return f"{st.context.url or ''}?{query}"


def _said(value: object) -> str | list[str]:
    """The value of a widget as the link writes it."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return f"{value:.9g}" if isinstance(value, float) else str(value).lower() if value is True else str(value)
