r"""The list of critical points on a page: how sure it is, what is counted, the table, the curves, the exact names.

A coordinate that is a root of a polynomial is written "root 2 of $p_1$": the roots are those on the real line, counted
from the left. Which polynomial p₁ is stands where its point is looked at.

Rules: what the record says is text of the project's own printers; it is typeset by the project's own reader or shown
as text. A sentence is said once: what the badge says of a curve is not listed again below.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import streamlit as st

from core.syntax import InputError, latex_of, read
from core.ui import present, room
from core.ui.present import ICON, ROWS, decimal, latex_number, vector
from core.wire import Record

GLYPH: Final = {"minimum": ":blue[▼]", "maximum": ":orange[▲]", "saddle": ":violet[✕]", "inconclusive": "**?**"}
MANY: Final = {"minimum": "minima", "maximum": "maxima", "saddle": "saddles"}
PLACE: Final = 5  # digits in the table; six where two points would look the same
HIDDEN: Final = "unknown"  # the kind of every point while kinds are hidden
FEW: Final = 3  # variables: of more, a place is written once, and of the eigenvalues their signs
FLAT: Final = 1e-9  # of the largest entry of H: as good as zero, where nothing exact is known
WIDE: Final = 9.0  # em: an exact number that is wider does not stand in the table
_ROOT: Final = re.compile(r"CRootOf\(([^(),]+), (\d+)\)")
_STANDS_IN: Final = "abcdghpqrs"  # letters for roots inside a longer expression, while it is typeset

PROVED: Final = """
The window is cut into boxes. Interval arithmetic, with every rounding outward, encloses the gradient on each box. Where
it cannot be zero, the box is **dropped**. Where Krawczyk's test maps a box into its own inside, the box holds **exactly
one** zero. A box that resists is shaded and listed, never counted as empty.

This rests on IEEE 754 arithmetic and on elementary functions accurate to 8 units in the last place, which is tested
when the server starts. A place has an **exact** name only where the gradient vanishes there symbolically.

From five variables on the list says *found*: each point is proved, but not that there are no others.
"""


# The badge.


def badge(found: Record | None, n: int, given: str = "", hidden: bool = False) -> None:
    """Draw how sure the list is, once, with the kinds counted and what "proved" means; `hidden` counts no kinds."""
    with st.container(key="badge_proof", horizontal=True, gap="small", wrap=False):
        icon = "ring" if found is None else ICON.get(found["status"], "numerical")
        st.markdown(present.ICONS[icon], width="content")
        with st.container(key="badge_words_proof", gap=None):
            if found is None:
                st.text("Proving completeness")
                st.text("Looking for every critical point in this window.")
            else:
                _said(found, n, hidden)
            if given:
                st.text(given)
            _meaning()


def _said(found: Record, n: int, hidden: bool) -> None:
    for c in _known_curves(found):
        st.markdown(curve_words(c, hidden))
    with st.container(key="sentence"):
        st.text(sentence(found))
    words = "" if hidden else tally(found["points"], n)
    if found["status"] == "proving" and not hidden:
        words = f"{words or 'None'} so far"
    if words:
        with st.container(key="tally"):
            st.markdown(words)


def _meaning() -> None:
    with (
        st.container(key="meaning"),
        st.popover("What does *proved* mean here?", type="tertiary", icon=":material/help:"),
    ):
        st.markdown(PROVED)


def sentence(found: Record) -> str:
    """The sentence of the list, without what is said of its curves: they have lines of their own.

    >>> sentence({"sentence": "Every point of x = 0 is critical. 1 critical point proved.",
    ...           "curves": [{"equation": "x", "words": "Every point of x = 0 is critical."}]})
    '1 critical point proved.'
    """
    said: str = found["sentence"]
    for c in _known_curves(found):
        said = said.replace(c["words"], "")
    return " ".join(said.split())


def _known_curves(found: Record) -> list[Record]:
    return [c for c in found["curves"] if c["equation"] != "0"]


def curve_words(curve: Record, hidden: bool = False) -> str:
    """What a set of critical points is, and what f has there, as Markdown.

    >>> curve_words({"equation": "x**2 + y**2 - 1", "equations": ["x**2 + y**2 - 1"], "nature": "weak minimum"})
    '**Every point of $x^{2} + y^{2} - 1 = 0$ is critical: weak minimum.**'
    """
    written = [reread(e) for e in curve.get("equations") or [curve["equation"]]]
    where = ",\\; ".join(f"{e} = 0" for e in written) if all(written) else r"\text{a curve}"
    nature = "" if hidden or not curve["nature"] else f": {NATURES.get(curve['nature'], curve['nature'])}"
    return f"**Every point of ${where}$ is critical{nature}.**"


NATURES: Final = {"undetermined": "undecided what f has there"}


def tally(points: Sequence[Record], n: int) -> str:
    """The kinds with their shapes, counted, as Markdown; and what is known where the Hessian test is silent.

    >>> tally([{"kind": "minimum", "nature": None}, {"kind": "inconclusive", "nature": "saddle"}], 2)
    '1 :blue[▼] minimum · 1 **?** where the Hessian test is silent: 1 :violet[✕] saddle'
    """
    counted = Counter(p["kind"] for p in points)
    words = _counted(counted, n)
    if silent := counted["inconclusive"]:
        natures = Counter(p["nature"] for p in points if p["kind"] == "inconclusive")
        known = ", ".join(_counted(natures, n))
        test = "Hessian test" if n > 1 else "second-derivative test"
        words.append(f"{silent} {GLYPH['inconclusive']} where the {test} is silent{': ' if known else ''}{known}")
    return " · ".join(words)


def _counted(counted: Counter[str], n: int) -> list[str]:
    return [
        f"{k} {GLYPH[kind]} {_plural(kind, n) if k > 1 else present.word(kind, n)}"
        for kind in MANY
        if (k := counted[kind])
    ]


def _plural(kind: str, n: int) -> str:
    return "horizontal inflections" if kind == "saddle" and n == 1 else MANY[kind]


def neutral(found: Record | None) -> Record | None:
    """The same places without what is known of them."""
    if found is None:
        return None
    return {**found, "points": [{**p, "kind": HIDDEN, "nature": None} for p in found["points"]]}


# Exact names.


@dataclass(frozen=True)
class Polynomials:
    """The polynomials whose roots name coordinates, in the order in which the list meets them.

    >>> names = Polynomials.of([{"exact": ["CRootOf(x**3 - 2, 0)", "1/2"], "exact_value": None}])
    >>> names.typeset("CRootOf(x**3 - 2, 0)"), names.used(["CRootOf(x**3 - 2, 0)"])
    ('\\\\text{root 1 of }p_{1}', ('x**3 - 2',))
    """

    texts: tuple[str, ...]

    @staticmethod
    def of(points: Sequence[Record]) -> Polynomials:
        """Of all exact places and values of a list."""
        texts: dict[str, None] = {}
        for p in points:
            for text in exacts(p):
                texts |= dict.fromkeys(m.group(1) for m in _ROOT.finditer(text))
        return Polynomials(tuple(texts))

    def used(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The polynomials that these names speak of."""
        said = {m.group(1) for text in texts for m in _ROOT.finditer(text)}
        return tuple(p for p in self.texts if p in said)

    def letter(self, polynomial: str) -> str:
        """How it is called: p₁, p₂, …; p alone is a point."""
        return f"p_{{{self.texts.index(polynomial) + 1}}}"

    def typeset(self, text: str) -> str:
        """An exact number as LaTeX; empty if it cannot be typeset."""
        roots = list(dict.fromkeys(_ROOT.findall(text)))
        if not roots:
            return reread(text)
        names = [rf"\text{{root {int(k) + 1} of }}{self.letter(p)}" for p, k in roots]
        if _ROOT.fullmatch(text):
            return names[0]
        if len(roots) > len(_STANDS_IN):
            return ""
        for letter, (p, k) in zip(_STANDS_IN, roots, strict=False):
            text = text.replace(f"CRootOf({p}, {k})", f"({letter})")
        written = reread(text)
        for letter, name in zip(_STANDS_IN, names, strict=False):
            written = re.sub(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", lambda _: rf"[{name}]", written)  # noqa: B023
        return written


def exacts(point: Record) -> list[str]:
    """All exact texts of a point: its place, its value, its eigenvalues."""
    value = point.get("exact_value")
    return [*(point["exact"] or ()), *([value] if value else []), *(point.get("exact_eigenvalues") or ())]


def reread(text: str) -> str:
    """An expression of the printer, typeset by our own reader; empty where it cannot be read."""
    try:
        return latex_of(read(text).components[0])
    except InputError:
        return ""


def place(point: Record, names: Polynomials) -> str:
    r"""The exact place as Markdown for a cell; nothing without one, or where it cannot be typeset.

    >>> print(place({"exact": ["-3/4", "sqrt(2)"]}, Polynomials(())))
    $\left(-\frac{3}{4},\; \sqrt{2}\right)$
    """
    written = [names.typeset(text) for text in point["exact"] or ()]
    if not written or not all(written):
        return ""
    inside = r",\; ".join(written)
    typeset = inside if len(written) == 1 else rf"\left({inside}\right)"
    return f"${typeset}$".replace("|", r"\vert ")  # a bar would end the cell


def number(exact: str | None, value: float | None, names: Polynomials) -> str:
    r"""A number as Markdown: exact where that is short, with the decimal beside it where that says something new.

    >>> print(number("-27/32", -0.84375, Polynomials(())), number("0", 0.0, Polynomials(())))
    $-\frac{27}{32}$ = −0.84375 $0$
    """
    written = names.typeset(exact) if exact else ""
    if not written or room.em(written, False) > WIDE:
        return decimal(value)
    if value is None or written == latex_number(value):
        return f"${written}$"
    return f"${written}$ {_relation(exact, value)} {decimal(value)}".replace("|", r"\vert ")


def _relation(exact: str | None, value: float) -> str:
    """Whether six digits are all of it."""
    try:
        return "=" if Fraction(exact or "") == Fraction(f"{value:.6g}") else "≈"
    except ValueError:  # not rational
        return "≈"


# The table.


def points_table(found: Record | None, n: int, look: int | None = None, hidden: bool = False) -> None:
    """Draw the critical points, one a row, that of number `look` marked; then what is not a point."""
    if found is None:
        return
    points = found["points"]
    if points:
        long = len(points) > ROWS
        with st.container(key="critical_table", height=420 if long else "content"):
            st.markdown(as_markdown(points, n, typeset=not long, hidden=hidden))
        if n > FEW:
            st.html("<style>.st-key-critical_table td:nth-child(2) { white-space: normal; }</style>")
        if look is not None and not long:
            st.html(f"<style>{_marked(look + 1)}</style>")
    for i, text in enumerate(_others(found)):
        present.note(text, f"critical_{i}")


def _marked(row: int) -> str:
    """The style of the row that is looked at."""
    return (
        f".st-key-critical_table tbody tr:nth-child({row}) {{ background: light-dark(#ECEEFA, #2A2E4A); "
        "box-shadow: inset 3px 0 0 light-dark(#3A49C4, #AEB6FF); }"
    )


def _others(found: Record) -> list[str]:
    """Why a curve has its nature, and the places without a gradient that the sentence does not name."""
    curves = list(dict.fromkeys(c["because"] for c in _known_curves(found) if c.get("because")))
    singular = ", ".join(f"{s['where']} ({s['reason']})" for s in found["singular"])
    return [*curves, *([f"No critical points, and not counted: {singular}."] if singular else [])]


def as_markdown(points: Sequence[Record], n: int, typeset: bool = True, hidden: bool = False) -> str:
    """The table as Markdown: words and numbers of ours, nothing else.

    >>> point = {"at": [0.75], "exact": ["3/4"], "kind": "minimum", "nature": None, "evidence": "exact",
    ...          "eigenvalues": [4.5], "exact_eigenvalues": ["9/2"], "value": -0.84375, "exact_value": None}
    >>> print(as_markdown([point], 1).splitlines()[-1])
    | :blue[▼ **minimum**] | $\\frac{3}{4}$ | 0.75 | −0.84375 | $\\frac{9}{2}$ | exact |
    """
    names = Polynomials.of(points)
    curvature = "eigenvalues $\\lambda$" if n > 1 else "$f''$"
    test = "Hessian test" if n > 1 else "$f''$ test"
    columns = {test: [], "exact place": [], "decimal": [], "$f$": [], curvature: [], "evidence": []}  # type: dict[str, list[str]]
    digits = PLACE if len({tuple(f"{x:.{PLACE}g}" for x in p["at"]) for p in points}) == len(points) else 6
    for p in points:
        cells = (
            "○" if hidden else present.kind(p["kind"], p["nature"], n),
            place(p, names) if typeset else "",
            (n > FEW and typeset and _written(p, names)) or vector([float(f"{x:.{digits}g}") for x in p["at"]]),
            number(p.get("exact_value") if typeset else None, float(f"{p['value']:.{PLACE}g}"), names),
            _eigenvalues(p, names, typeset) if n <= FEW else bends(p),
            present.EVIDENCE[p["evidence"]],
        )
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    left_out = [curvature, "evidence"] if hidden else []
    left_out += [] if typeset and n <= FEW else ["exact place"]  # else it has its room before the names come
    shown = {head: column for head, column in columns.items() if head not in left_out}
    if n > FEW:
        shown = {{"decimal": "place", curvature: "$f$ bends"}.get(head, head): column for head, column in shown.items()}
    if hidden:
        shown = {"point" if head == test else head: column for head, column in shown.items()}
    rows = [list(shown), ["---"] * len(shown), *(list(row) for row in zip(*shown.values(), strict=True))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _eigenvalues(point: Record, names: Polynomials, typeset: bool) -> str:
    """Exact where all of them are short, else decimals."""
    exact = point.get("exact_eigenvalues")
    if typeset and exact:
        written = [names.typeset(text) for text in exact]
        if all(written) and sum(room.em(text, False) for text in written) <= WIDE:
            return f"${', '.join(written)}$".replace(", ", r",\; ").replace("|", r"\vert ")
    return ", ".join(decimal(float(f"{x:.{PLACE}g}")) for x in point["eigenvalues"])


def _written(point: Record, names: Polynomials) -> str:
    """The exact place where that says more than decimals: not one of numbered roots."""
    exact = place(point, names)
    return "" if "root" in exact else exact


def signs(point: Record) -> list[int]:
    """The signs of the eigenvalues, smallest first; of those that are as good as zero 0."""
    values = point["eigenvalues"]
    exact = point["exact_eigenvalues"] or [None] * len(values)
    size = max(map(abs, values), default=0.0)
    near = [abs(v) <= FLAT * max(size, 1e-300) if e is None else e == "0" for e, v in zip(exact, values, strict=True)]
    if point["kind"] == "inconclusive" and point["exact_eigenvalues"] is None and size < FLAT:
        return [0] * len(values)
    return [0 if flat else int(math.copysign(1, v)) for flat, v in zip(near, values, strict=True)]


def bends(point: Record) -> str:
    """Along how many eigenvectors f bends up, and along how many down.

    >>> bends({"kind": "saddle", "eigenvalues": [-2.0, 1.0, 3.0, 5.0], "exact_eigenvalues": None})
    '3 up, 1 down'
    """
    counted = Counter(signs(point))
    return ", ".join(f"{counted[sign]} {way}" for sign, way in ((1, "up"), (-1, "down"), (0, "flat")) if counted[sign])
