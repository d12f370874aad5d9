"""Findings on the page: the question, badges, formulas, the table of critical points, quiet sentences.

Rules: words of ours go into Markdown, formulas of ours into LaTeX; everything that may hold a word of the
visitor's (a sentence of an error, of a notice, of a finding) is drawn by `st.text`. A kind is told by a shape
and a word; its colour repeats them. No table needs pandas, which costs more to load than all the rest.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import gallery
from core.ui import frame
from core.wire import Record

WORDS_OF_AN_IDEA: Final = 150
ROWS: Final = 60  # typeset at most; a longer table is plain numbers in a window of its own
ICONS: Final = {
    "shield": ":material/verified_user:",
    "numerical": "≈",
    "question": ":material/help:",
    "ring": ":material/progress_activity:",
}
_KINDS: Final = {
    "minimum": ":blue[▼ **minimum**]",
    "maximum": ":orange[▲ **maximum**]",
    "saddle": ":violet[✕ **saddle**]",
    "horizontal inflection": ":violet[✕ **horizontal inflection**]",
    "inconclusive": "**?** test silent",
}
_MANY: Final = {
    "minimum": "minima",
    "maximum": "maxima",
    "saddle": "saddles",
    "inconclusive": "where the test is silent",
}
EVIDENCE: Final = {"exact": "exact", "certified": "proved", "numerical": "numerical"}
ICON: Final[dict[str, Literal["shield", "question", "numerical", "ring"]]] = {
    "complete": "shield",
    "incomplete": "question",
    "not attempted": "numerical",
    "proving": "ring",
}
_TAB: Final = {tab.url: tab for tab in frame.TABS}
_ARROW: Final = ":material/arrow_forward:"
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def question(text: str, hint: str = "") -> None:
    """Draw the question of the page, with its one stressed word in **…**, and what the hand may do."""
    with st.container(key="question", horizontal=True, vertical_alignment="bottom"):
        st.title(text, anchor=False, width="content")
        if hint:
            st.caption(hint, width="content")


@dataclass(frozen=True)
class Next:
    """Something to try: words of ours, the page it is on, and what its link asks there.

    `example` names a function of the gallery, `f` is a formula of ours; without either the visitor's own question
    goes along. `more` are numbers of `frame.SETTINGS`, which a page without a formula may be told alone.

    >>> Next("Try the trough.", "explore", example="trough", at="0, 0").link["go"]
    '{"f": "(x + y)^2", "at": "0, 0"}'
    """

    words: str
    page: str  # where its address ends
    example: str = ""
    f: str = ""
    at: str = ""
    box: str = ""
    more: tuple[tuple[str, float], ...] = ()

    @property
    def link(self) -> dict[str, str] | None:
        """The keys of the link; None for a step that only changes the page."""
        f = self.f or (gallery.get(self.example).text if self.example else "")
        return frame.step(f, self.box, self.at, **dict(self.more)) if f or self.more else None


def lesson(*, idea: str, statement: str, fails: str, then: Sequence[Next]) -> None:
    """Draw what stands under every picture: the idea, the exact statement, where it fails, and what to try next.

    All words are Markdown of ours; the idea is short enough to be read.
    """
    assert len(idea.split()) <= WORDS_OF_AN_IDEA
    with st.container(key="lesson"):
        left, right = st.columns([5, 6], gap="large")
        with left, st.container(key="idea"):
            st.subheader("The idea", anchor=False)
            st.markdown(idea)
        with right, st.container(key="statement"):
            st.subheader("The exact statement", anchor=False)
            st.markdown(statement)
            st.subheader("Where it fails", anchor=False)
            st.markdown(fails)
        with st.container(key="next", gap="xsmall"):
            st.subheader("Try next", anchor=False)
            for step in then:
                lead(step.words, step.page, step.link)


def lead(words: str, page: str, link: Mapping[str, str | list[str]] | None) -> None:
    """Draw a link, in words of ours, to a page inside the application."""
    st.page_link(frame.link_to(_TAB[page]), label=words, icon=_ARROW, query_params=link)


def badge(icon: str, title: str, text: str = "", key: str = "") -> None:
    """Draw how sure a finding is: `shield` proved, `numerical`, `question` undecided, `ring` still proving."""
    with st.container(key=f"badge_{key or icon}", horizontal=True, gap="small", wrap=False):
        st.markdown(ICONS[icon], width="content")
        with st.container(key=f"badge_words_{key or icon}", gap=None):
            st.text(title)
            if text:
                st.text(text)


def sorry(text: str, key: str = "here") -> None:
    """Draw one sentence about something that could not be done."""
    with st.container(key=f"sorry_{key}", horizontal=True, gap="small", vertical_alignment="center", wrap=False):
        st.markdown(":material/error:", width="content")
        st.text(text)


def note(text: str, key: str) -> None:
    """Draw a quiet sentence."""
    with st.container(key=f"note_{key}"):
        st.text(text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], key: str) -> None:
    """Draw a table of words and numbers of ours."""
    lines = [head, ("---",) * len(head), *rows]
    with st.container(key=f"table_{key}"):
        st.markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


# Formulas


def formula(latex: str, key: str) -> None:
    """Draw one line of typeset mathematics of ours, at the left."""
    with st.container(key=f"math_{key}"):
        st.latex(latex, width="content")


def letters(given: str) -> None:
    """Say that the formulas keep the letters of the parameters, and what has numbers for them."""
    if given:
        note(f"Exact for every value of the letters. {given[:-1]} in the figure and the critical points.", "letters")


_MISSING: Final = {
    "edge": "Edge of the domain",
    "curvature jump": "Second derivative jumps",
    "failed symmetry": "Hessian not symmetric",
}


def missing(record: Record | None, place: DeltaGenerator | None) -> None:
    """Draw what is missing of f in one line, in the place kept for it; nothing while it is not known."""
    if record and record["edges"] and place is not None:
        with place:
            st.markdown(":material/warning_amber: " + " · ".join(_named(e) for e in record["edges"]))


def failings(record: Record) -> None:
    """Draw where f fails, and how: one sentence each, with how surely it is known."""
    if not record["edges"]:
        return
    st.markdown("**Where this fails**")
    for i, e in enumerate(record["edges"]):
        with st.container(key=f"failing_{i}", gap=None):
            st.markdown(_named(e))
            note(f"{e['sentence']} {_SURELY[e['evidence']]}", f"failing_{i}")


_SURELY: Final = {"exact": "Exact.", "numerical": "Numerical: measured close by, not proved.", "undecided": ""}


def _named(e: Record) -> str:
    """Words and typeset mathematics of ours.

    >>> _named({"kind": "pole", "latex": "x = 0", "evidence": "exact", "point": None})
    'Pole along $x = 0$'
    """
    kind = _MISSING.get(e["kind"], e["kind"].capitalize())
    if e["evidence"] == "undecided":
        kind = "Not defined" if e["kind"] == "hole" else "Perhaps no derivative"
    doubt = " (numerical)" if e["evidence"] == "numerical" else ""
    return f"{kind}{doubt} {'along' if e['point'] is None else 'at'} ${e['latex']}$"


def matrix(entries: Sequence[Sequence[str]]) -> str:
    r"""LaTeX of a matrix in square brackets; rows far enough apart for fractions.

    >>> print(matrix([["2x", "0"], ["0", "2y"]]))
    \begin{bmatrix}2x & 0\\[4pt]0 & 2y\end{bmatrix}
    """
    return r"\begin{bmatrix}" + r"\\[4pt]".join(" & ".join(row) for row in entries) + r"\end{bmatrix}"


# Critical points


def counted(found: Record) -> str:
    """The kinds of a list, counted; of one that is still growing it says so."""
    words = counts(found["points"])
    return f"{words or 'None'} so far" if found["status"] == "proving" else words


def counts(points: Sequence[Record]) -> str:
    """The kinds, counted.

    >>> counts([{"kind": "minimum"}, {"kind": "saddle"}, {"kind": "minimum"}])
    '2 minima, 1 saddle'
    """
    counted = Counter(point["kind"] for point in points)
    one = {"inconclusive": _MANY["inconclusive"]}
    words = [f"{k} {_MANY[kind] if k > 1 else one.get(kind, kind)}" for kind in _MANY if (k := counted[kind])]
    return ", ".join(words)


def kind(name: str, nature: str | None, n: int) -> str:
    """What the Hessian test says, as shape and word; and the truth, where the test is silent.

    >>> kind("inconclusive", "saddle", 1)
    '**?** test silent: :violet[✕ **horizontal inflection**]'
    """
    words = _KINDS[word(name, n)]
    if name == "inconclusive" and nature in ("minimum", "maximum", "saddle"):
        return f"{words}: {_KINDS[word(nature, n)]}"
    return f"{words}: undecided" if nature == "undetermined" else words


def word(kind: str, n: int) -> str:
    """A kind in plain words; in one variable there are no saddles.

    >>> word("saddle", 1), word("saddle", 2)
    ('horizontal inflection', 'saddle')
    """
    return "horizontal inflection" if kind == "saddle" and n == 1 else kind


def vector(at: Sequence[float]) -> str:
    """A point in up to six digits.

    >>> vector([1.0, -0.25]), vector([0.5])
    ('(1, −0.25)', '0.5')
    """
    numbers = [decimal(x) for x in at]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def decimal(x: float | None) -> str:
    """A number in up to six digits, with a true minus, thin spaces between thousands, and no e.

    >>> decimal(-0.25), decimal(1.5e-7), decimal(16127.0), decimal(-0.0), decimal(None)
    ('−0.25', '1.5 × 10⁻⁷', '16\\u2009127', '0', '–')
    """
    if x is None or not math.isfinite(x):
        return "–"
    mantissa, _, exponent = f"{x + 0.0:.6g}".partition("e")
    if not exponent and abs(x) >= 10_000:
        mantissa = re.sub(r"\d(?=(\d{3})+$)", "\\g<0>\u2009", mantissa)
    power = f" × 10{str(int(exponent)).translate(_RAISED)}" if exponent else ""
    return (mantissa + power).replace("-", "−")


def about(x: float, digits: int = 6) -> str:
    """A number after = where these digits are all it has, else after ≈.

    >>> about(-0.25), about(1 / 3), about(1 / 3, 4)
    ('= −0.25', '≈ 0.333333', '≈ 0.3333')
    """
    return f"{'=' if is_short(x, digits=digits) else '≈'} {decimal(float(f'{x:.{digits}g}'))}"


def is_short(*numbers: float, digits: int = 6) -> bool:
    """Are so many digits all that these numbers have?"""
    return all(float(f"{x:.{digits}g}") == x for x in numbers)


def latex_number(x: float) -> str:
    r"""A number in up to four digits for typeset mathematics.

    >>> latex_number(-0.5), latex_number(2.5e-7), latex_number(float("nan"))
    ('-0.5', '2.5 \\cdot 10^{-7}', '\\text{–}')
    """
    if not math.isfinite(x):
        return r"\text{–}"
    mantissa, _, exponent = f"{x + 0.0:.4g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
