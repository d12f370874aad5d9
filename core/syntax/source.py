"""Characters: the text as it was typed, turned into the few characters the language is made of.

Every character is mapped by a table, dropped by a table, or refused with a sentence. The whole text is never
normalised at once: that would turn x² into x2. Each character kept remembers where it came from, so that an
error points into the visitor's own text.

Superscripts become ^(…), subscripts _{…}, a vulgar fraction (1/2); a Greek letter stays one character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core import settings
from core.syntax.tree import InputError
from core.vocabulary import GREEK

GREEK_LETTERS: Final[dict[str, str]] = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", GREEK, strict=True)),
    **{"Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi"},
    **{"Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega"},
}

SIGNS: Final[dict[str, str]] = {
    **dict.fromkeys("×·⋅∙•∗⁎✕✖⨯⨉‧\u0387\u2062", "*"),
    **dict.fromkeys("÷∕⁄➗", "/"),
    **dict.fromkeys("−–—‒―‐‑﹘➖⁃", "-"),
    **dict.fromkeys("➕\u2064", "+"),
    **dict.fromkeys("∣❘⏐│⎮ǀ￨", "|"),
    **dict.fromkeys("⟨〈\u2329", "⟨"),
    **dict.fromkeys("⟩〉\u232a", "⟩"),
    **dict.fromkeys("→↦⟶⟼", "->"),
    **dict.fromkeys("≤⩽≦", "<="),
    **dict.fromkeys("≥⩾≧", ">="),
    **{"≠": "!=", "∧": "&", "⋀": "&", "∨": "∨", "⋁": "∨", "¬": "~", "≔": ":=", "∶": ":", "ˆ": "^", "\u2063": ","},
    **{"√": "√", "∛": "∛", "∜": "∜", "⅟": "1/", "ⅇ": "e", "ⅈ": "i", "ƒ": "f"},
    **{"ϵ": "ε", "ϑ": "θ", "ϕ": "φ", "ϱ": "ρ", "ϖ": "π", "ς": "σ", "µ": "μ", "ϰ": "κ", "∆": "Δ", "\u2126": "Ω"},
    **{letter: letter for letter in GREEK_LETTERS},
}
SPACES: Final = frozenset("\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
LINE_ENDS: Final = frozenset("\n\r\u0085\u2028\u2029")
DROPPED: Final = frozenset("\u200b\u200c\u200d\u2060\u2061\u00ad\ufeff\u180e") | set(map(chr, range(0xFE00, 0xFE10)))
DIRECTION: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

UP: Final[dict[str, str]] = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣʸᶻᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᵀ", "0123456789+-()nixyzabcdefghjklmoprstuvwT", strict=True)
)
DOWN: Final[dict[str, str]] = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
FRACTIONS: Final[dict[str, str]] = {
    letter: "(" + unicodedata.normalize("NFKC", letter).replace("⁄", "/") + ")" for letter in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒↉"
}

LOOK_ALIKE: Final[dict[str, str]] = {
    **dict(zip("асеһіјкморѕтухѵԁԛԝ", "acehijkmopstyxvdqw", strict=True)),
    **dict(zip("АВСЕНІЈКМОРЅТУХ", "ABCEHIJKMOPSTYX", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
}  # letters of other scripts that a reader takes for a Latin one

BLACKBOARD: Final = frozenset("ℍℕℙℚℝℤℂ")
MIXED: Final = "Please write a mixed number as a sum or as a decimal."
QUOTE: Final = "Quotation marks and primes have no place in a formula; please remove them."
REFUSED: Final[dict[str, str]] = {
    **dict.fromkeys("'\"‘’‚‛“”„‟′″‴‵⁗ʹʺˊ‹›«»´", QUOTE),
    "#": "The sign # has no meaning in a formula.",
    "@": "The sign @ has no meaning in a formula.",
    "?": "A question mark has no meaning in a formula.",
    "%": "Please write a percentage as a number, like 0.05.",
    **dict.fromkeys("°º˚", "Angles are in radians here: please write degrees as a multiple of pi."),
    "∞": "Infinity is not a number I can compute with.",
    "±": "A plus-minus sign means two formulas; please type one of them.",
    "∓": "A plus-minus sign means two formulas; please type one of them.",
    **dict.fromkeys("‖∥", "Please write a length out, like sqrt(x^2 + y^2)."),
    **dict.fromkeys(BLACKBOARD, "A set of numbers has no place in a formula; please type the function alone."),
    **dict.fromkeys("⌊⌋⌈⌉", "Rounding to whole numbers is not among the functions I know."),
    **dict.fromkeys("∂∇", "Please type the function itself; its derivatives are computed for you."),
    **dict.fromkeys("∑∏∫Π", "Sums, products and integrals with limits are not among the things I can read."),
    **dict.fromkeys("≈≃≅≡∈∉⊂⊆∝", "Please type the function alone, without a sign that compares."),
    "…": "Please write the formula out, without dots.",
}
STYLED: Final = (
    *((0xFF01, 0xFF5E), (0xFE50, 0xFE6B)),  # full-width and small forms
    *((0x1D400, 0x1D7FF), (0x210A, 0x2113), (0x211B, 0x211C), (0x212C, 0x2134)),  # letters of mathematics
)
PLAIN: Final = frozenset("+-*/^()[]{}|,;:.!=<>_&~$\\` \n") | {chr(c) for c in range(128) if chr(c).isalnum()}
WRAPPINGS: Final = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("```", "```"), ("`", "`"))
SMALL: Final = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[⁄/∕]([₀₁₂₃₄₅₆₇₈₉]+)")
DISPLAY: Final = re.compile(
    r"\\(?:begin|end) *\{ *(?:equation|displaymath|math|align|aligned|alignat|gather|gathered|split|multline|eqnarray)"
    r"\*? *\}|\\(?:label|tag)\*? *\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])"
)
TABLE: Final = re.compile(r"\\begin *\{[^{}]*(?:cases|matrix|array)")
RUNS: Final = re.compile(f"{SMALL.pattern}|[{re.escape(''.join(UP))}]+|[{''.join(DOWN)}]+|.", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """The characters of the language, each with its place in the text as it was typed."""

    chars: str
    places: tuple[int, ...]  # chars[k] came from text[places[k]]
    after: int  # the place just behind the last of them

    def place(self, k: int) -> int:
        """Where chars[k] stands in the text as it was typed."""
        return self.places[k] if k < len(self.places) else self.after

    def fault(self, code: str, message: str, start: int, end: int, suggestion: str | None = None) -> InputError:
        """The error about chars[start:end]."""
        position = self.place(start)
        length = self.places[end - 1] + 1 - position if start < end <= len(self.places) else 0
        return InputError(code, message, position, max(0, length), suggestion)


def source_of(text: str) -> Source:
    """The text in the characters of the language, without wrapping and closing punctuation.

    >>> source_of("  $x² − ½$ ").chars
    'x^(2) - (1/2)'
    """
    if len(text) > settings.CHARACTERS:
        message = f"That text is too long: a formula may have at most {settings.CHARACTERS} characters."
        raise InputError("budget", message, settings.CHARACTERS, len(text) - settings.CHARACTERS)
    pairs = [(char, place) for chars, place in _mapped(text) for char in chars]
    chars = _undisplayed("".join(char for char, _ in pairs))
    start, end = _core(chars)
    places = tuple(place for _, place in pairs[start:end])
    return Source(chars[start:end], places, places[-1] + 1 if places else 0)


def _undisplayed(chars: str) -> str:
    r"""With spaces in the place of what only arranges a formula on a page: environments, labels, and their marks &.

    >>> _undisplayed(r"\\begin{align}f&=x\\end{align}").strip()
    'f =x'
    """
    shown = DISPLAY.sub(lambda match: " " * len(match.group()), chars)
    return shown if shown == chars or TABLE.search(chars) else shown.replace("&", " ")


def _mapped(text: str) -> Iterator[tuple[str, int]]:
    """Pieces of the new text, each with the place it comes from."""
    before = ""
    for match in RUNS.finditer(text):
        run, place = match.group(), match.start()
        if match.group(1):
            yield from _small(match, before)
        elif run[0] in UP:
            yield from _raised(run, place, before)
        elif run[0] in DOWN:
            yield "_{", place
            yield from ((DOWN[letter], place + k) for k, letter in enumerate(run))
            yield "}", match.end() - 1
        else:
            yield _one(run, place, before), place
        before = before if run.isspace() else run[-1]


def _small(match: re.Match[str], before: str) -> Iterator[tuple[str, int]]:
    """A fraction of raised and lowered digits, like ¹⁄₂."""
    if before.isdigit():
        raise InputError("syntax", MIXED, match.start(), len(match.group()))
    yield "(", match.start()
    for k, digit in enumerate(match.group()):
        yield UP.get(digit) or DOWN.get(digit) or "/", match.start() + k
    yield ")", match.end() - 1


def _raised(run: str, place: int, before: str) -> Iterator[tuple[str, int]]:
    yield ("(" if before == "^" else "^("), place
    yield from ((UP[letter], place + k) for k, letter in enumerate(run))
    yield ")", place + len(run) - 1


def _one(char: str, place: int, before: str) -> str:
    """What one character becomes; raises InputError when it has no place in a formula."""
    if char in PLAIN:
        return char
    if char in SPACES:
        return " "
    if char in DROPPED:
        return ""
    if char in LINE_ENDS:
        return "\n"
    if char in SIGNS:
        if char == "⅟" and before.isdigit():
            raise InputError("syntax", MIXED, place, 1)
        return SIGNS[char]
    if char in FRACTIONS:
        if before.isdigit():
            raise InputError("syntax", MIXED, place, 1)
        return FRACTIONS[char]
    code = ord(char)
    styled = any(first <= code <= last for first, last in STYLED) and char not in BLACKBOARD
    if styled:
        plain = unicodedata.normalize("NFKC", char)
        return _one(plain, place, before) if len(plain) == 1 and plain != char else _refuse(char, place)
    return _refuse(char, place)


def _refuse(char: str, place: int) -> str:
    message, suggestion = _objection(char)
    raise InputError("char", message, place, 1, suggestion)


def _objection(char: str) -> tuple[str, str | None]:
    """Why a character is refused, in one sentence, and what to type in its place."""
    category = unicodedata.category(char)
    script = unicodedata.name(char, "UNKNOWN").split()[0].split("-")[0].capitalize()
    base = unicodedata.normalize("NFD", char)[0]
    if char in REFUSED:
        return REFUSED[char], None
    if char in DIRECTION:
        return "There is a hidden mark for the direction of writing here; please delete it.", None
    if char in LOOK_ALIKE:
        latin = LOOK_ALIKE[char]
        return f"This letter is {script} and only looks like {latin}; please type the Latin {latin}.", latin
    if category[0] == "M":
        return "There is an accent on its own here; please use plain letters.", None
    if category[0] == "C":
        return "There is a hidden control character here; please delete it.", None
    if base != char and base.isascii() and base.isalpha():
        return f"Please use letters without accents: {base}.", base
    if category[0] == "N":
        return "Please write numbers with the digits 0 to 9.", None
    if category[0] == "L":
        return f"I read Latin and Greek letters only, and this one is {script}.", None
    return "This character has no meaning in a formula.", None


def _core(chars: str) -> tuple[int, int]:
    """The span of the formula itself, without one wrapping, a sign = at the front and the end of a sentence."""
    start, end = _trim(chars, 0, len(chars))
    for left, right in WRAPPINGS:
        inside = start + len(left), end - len(right)
        if inside[0] <= inside[1] and chars.startswith(left, start) and chars.endswith(right, 0, end):
            start, end = _trim(chars, *inside)
            break
    if chars.startswith("=", start) and not chars.startswith("==", start):
        start, end = _trim(chars, start + 1, end)  # as a spreadsheet wants it
    return start, end


def _trim(chars: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces around, and without the point, comma or semicolon that closes a sentence."""
    while start < end and chars[start] in " \n":
        start += 1
    while start < end and chars[end - 1] in " \n.,;" and not chars.endswith(("\\", "\\right"), start, end - 1):
        end -= 1
    return start, end
