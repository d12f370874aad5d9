r"""Typeset mathematics in the room there is: how wide a formula will be, and which of its forms a column can hold.

The server does not know how wide a visitor's column is. So a formula that some columns cannot hold is sent in all its
forms, from the widest to the narrowest, and the style sheet shows the first one for which there is room (the classes
needs_… and until_…, in rem). How much room a form needs is estimated from its LaTeX with the widths of the letters of
Computer Modern (Knuth, Computer Modern Typefaces, 1986), in em of the formula.

Rules: the LaTeX is that of checked trees and of exact results, never a visitor's text; an estimate may be too wide, but
not too narrow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

import streamlit as st

REM: Final = 1.12  # an em of mathematics; frame.css says so too
INDENT: Final = 1.5  # rem, of what goes on in the next line
STEPS: Final = (14, 16, 18, 20, 22, 24, 27, 30, 34, 38, 43, 48, 54, 62, 70, 78)  # rem; frame.css has a rule for each

# The widths, in em at full size.

LETTER: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (.53, .43, .43, .52, .47, .56, .50, .58, .35, .44, .55, .30, .88, .60, .49, .50, .48, .48, .47, .36, .57, .52,
         .74, .57, .53, .51),
        strict=True,
    )
)  # fmt: skip
MARK: Final = {"(": 0.39, ")": 0.39, "[": 0.28, "]": 0.28, "|": 0.28, ".": 0.28, "!": 0.28, "'": 0.28}
SPACE: Final = {r"\,": 0.17, r"\:": 0.22, r"\;": 0.28, r"\!": 0, r"\ ": 0.25, r"\quad": 1, r"\qquad": 2}
BINARY: Final = {"+": 0.78, "-": 0.78, r"\cdot": 0.28, r"\times": 0.78, r"\pm": 0.78, r"\wedge": 0.67, r"\vee": 0.67}
RELATION: Final = {"=", "<", ">", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\approx", r"\in", r"\to"}
NAMED: Final = {"arcsin", "arccos", "arctan", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth",
                "ln", "log", "exp", "max", "min", "det", "gcd", "arg", "lim"}  # fmt: skip
SILENT: Final = {r"\displaystyle", r"\textstyle", r"\limits", r"\hline", r"\right.", r"\left.", r"\big", r"\Big"}
ALPHABETS: Final = {r"\mathit", r"\mathrm", r"\mathsf", r"\mathbf", r"\operatorname", r"\text", r"\textbf"}
SCRIPT: Final = (1.0, 0.7, 0.5)
SHORT: Final = 4000  # characters of a line whose width is remembered
_TOKEN: Final = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


def em(latex: str, display: bool = True) -> float:
    r"""How wide the typeset formula is, in em of its own type; `display` for one that stands alone.

    >>> round(em("x^2 + y^2"), 1), round(em(r"\frac{1}{2}"), 2), em("")
    (3.1, 0.75, 0.0)
    >>> em(r"\begin{bmatrix}x & y\end{bmatrix}") > em("x y") + 1
    True
    """
    return _known_em(latex, display) if len(latex) <= SHORT else _em(latex, display)


def _em(latex: str, display: bool) -> float:
    return _row(_Scan([t for t in _TOKEN.findall(latex) if not t.isspace()]), (), 0, display)


_known_em: Final = lru_cache(maxsize=1000)(_em)  # the same lines are drawn again and again, by many visitors


@dataclass
class _Scan:
    """The tokens of a formula, and how many are read."""

    tokens: list[str]
    read: int = field(default=0)

    @property
    def next(self) -> str:
        return self.tokens[self.read] if self.read < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next
        self.read += 1
        return token

    def skip(self, token: str) -> bool:
        found = self.next == token
        self.read += found
        return found

    def word(self) -> str:
        """The text of a group, such as the name of an environment or a colour."""
        start = self.read
        while self.next not in ("}", "]", ""):
            self.read += 1
        self.read += 1
        return "".join(self.tokens[start : self.read]).strip("{}[]")


def _row(scan: _Scan, stops: Sequence[str], level: int, display: bool) -> float:
    """The width up to one of the stops, which is not taken. `level`: how deep in exponents."""
    width, size, before = 0.0, SCRIPT[min(level, 2)], ""
    while scan.next and scan.next not in stops:
        token = scan.take()
        if token in BINARY and before not in ("", "(", ",", *BINARY, *RELATION):
            width += size * (BINARY[token] + (0.44 if level == 0 else 0))
        elif token in RELATION:
            width += size * (0.78 + (0.56 if level == 0 else 0))
        elif token == ",":
            width += size * (0.28 + (0.17 if level == 0 else 0))
        elif token in ("^", "_"):
            width += _scripts(scan, token, level)
        else:
            width += _atom(scan, token, level, display)
        before = token
    return width


def _scripts(scan: _Scan, token: str, level: int) -> float:
    """Exponent and index of one thing stand over each other."""
    width = _group(scan, level + 1, False)
    if scan.next in ("^", "_") and scan.next != token:
        scan.take()
        width = max(width, _group(scan, level + 1, False))
    return width + 0.06


def _group(scan: _Scan, level: int, display: bool) -> float:
    if not scan.skip("{"):
        return _atom(scan, scan.take(), level, display)
    width = _row(scan, ("}",), level, display)
    scan.skip("}")
    return width


def _atom(scan: _Scan, token: str, level: int, display: bool) -> float:
    size = SCRIPT[min(level, 2)]
    match token:
        case "{":
            scan.read -= 1
            return _group(scan, level, display)
        case r"\frac" | r"\dfrac" | r"\tfrac":
            small = level if display and token != r"\tfrac" else level + 1
            return max(_group(scan, small, False), _group(scan, small, False)) + 0.25 * size
        case r"\sqrt":
            if scan.skip("["):
                scan.word()
            return _group(scan, level, display) + 0.9 * size
        case r"\left":
            scan.take()
            inside = _row(scan, (r"\right",), level, display)
            scan.read += 2
            return inside + 2 * 0.6 * size + (0.17 if level == 0 else 0)
        case r"\begin":
            return _table(scan, level)
        case r"\textcolor":
            scan.word()
            return _group(scan, level, display)
        case _ if token in ALPHABETS:
            return 0.56 * size * len(scan.word()) + (0.17 if token == r"\operatorname" else 0)
        case _:
            return size * _letter(token)


def _letter(token: str) -> float:
    if not token or token in SPACE or token in SILENT:
        return SPACE.get(token, 0)
    if token in BINARY:
        return BINARY[token]
    if token[1:] in NAMED:
        return 0.5 * (len(token) - 1) + 0.17
    if token[0] == "\\":
        return 0.72  # a Greek letter, or another sign
    return LETTER.get(token, MARK.get(token, 0.8 if token.isalpha() else 0.5))


def _table(scan: _Scan, level: int) -> float:
    """A matrix, an array, cases: its columns with the air between them, and what stands around."""
    kind = scan.word()
    if kind == "array":
        scan.word()
    columns: list[float] = []
    at = 0
    while scan.next:
        width = _row(scan, ("&", "\\\\", r"\end"), level, False)
        columns += [0.0] * (at + 1 - len(columns))
        columns[at] = max(columns[at], width)
        stop = scan.take()
        at = at + 1 if stop == "&" else 0
        if stop == r"\end":
            scan.word()
            break
        if stop == "\\\\" and scan.skip("["):
            scan.word()
    around = 1.4 if kind != "array" else 1.0
    return sum(columns) + 1.0 * (len(columns) - 1) + around


# Which form is shown.


def rem(form: Sequence[str]) -> float:
    """The room a form needs: that of its widest line."""
    return REM * max(em(line) for line in form)


def step(form: Sequence[str]) -> int | None:
    """The least width of a column in which a form is shown, from STEPS; None if no column is wide enough.

    >>> step([r"x + y"]), step(["x + " * 200 + "y"])
    (14, None)
    """
    return next((k for k in STEPS if rem(form) <= k), None)


def shown(forms: Sequence[Sequence[str]]) -> list[tuple[int, int | None, Sequence[str]]]:
    """The forms that some column shows: from which width, up to below which, the widest first.

    The last form is for every column that holds none before it.

    >>> wide, narrow = ["x + " * 20 + "y"], ["x", "y"]
    >>> [(least, below) for least, below, _ in shown([wide, narrow])]
    [(43, None), (0, 43)]
    >>> [(least, below) for least, below, _ in shown([narrow, wide])]
    [(0, None)]
    """
    kept: list[tuple[int, Sequence[str]]] = []
    for form in forms:
        least = 0 if form is forms[-1] else step(form)
        if least == STEPS[0]:
            least = 0
        if least is not None and (not kept or least < kept[-1][0]):
            kept.append((least, form))
    belows = [None, *(above[0] for above, _ in pairwise(kept))]
    return [(least, below, form) for (least, form), below in zip(kept, belows, strict=True)]


def fitting(key: str, *forms: Sequence[str]) -> None:
    """Draw, of several forms of one statement, the first for which there is room; each is a list of lines of LaTeX.

    A form of one line is typeset as one thing that scrolls where it must; the lines of a longer one break at their
    signs.
    """
    with st.container(key=f"room_{key}", gap=None):
        for i, (least, below, form) in enumerate(shown(forms)):
            with st.container(key=f"form_needs_{least}_until_{below}_{i}_{key}", gap="xsmall"):
                _draw(form, f"{key}_{i}")


def _draw(form: Sequence[str], key: str) -> None:
    if len(form) == 1:
        with st.container(key=f"math_{key}"):
            st.latex(form[0], width="content")
        return
    for k, line in enumerate(form):
        breaking(line, f"{key}_{k}")


def breaking(latex: str, key: str) -> None:
    """Draw a line of mathematics that goes on in the next one after a sign, where it is too long.

    Where even its longest piece is too long, its fractions are set smaller.
    """
    longest = INDENT + REM * max(em(piece) for piece in pieces(latex))
    large = next((k for k in STEPS if longest <= k), None)
    if r"\frac" not in latex or large == STEPS[0]:
        large = 0
    with st.container(key=f"room_{key}", gap=None):
        if large is not None:
            _line(rf"\displaystyle {latex}", f"needs_{large}_until_None_{key}")
        if large != 0:
            _line(latex, f"needs_0_until_{large}_{key}")


def _line(latex: str, key: str) -> None:
    with st.container(key=f"line_{key}"):
        st.markdown(f"${latex}$")


def pieces(latex: str) -> list[str]:
    r"""What a line can be broken into: its signs outside of all brackets begin something new.

    >>> pieces(r"f = \frac{a + b}{c} - \left(x + 1\right)^{2} + 3")
    ['f', '= \\frac{a + b}{c}', '- \\left(x + 1\\right)^{2}', '+ 3']
    """
    found, depth = [""], 0
    for token in _TOKEN.findall(latex):
        depth += (token in ("{", r"\left", r"\begin")) - (token in ("}", r"\right", r"\end"))
        if depth == 0 and token in ("=", r"\approx", "+", "-"):
            found.append("")
        found[-1] += token
    return [piece.strip() for piece in found]
