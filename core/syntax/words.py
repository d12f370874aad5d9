r"""Names: how a run of letters is read, and what a misspelt one was meant to be.

A run that is a declared name or a known word is that word. Any other run is split from the left into the longest
known words and single letters: `xsin` is x · sin, `2piy` holds π · y. Two-letter spellings that are also ordinary
products (sh, ch, th, tg, lg, lb) count only at an end of the run; mu, nu and xi only as the whole run.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.syntax.source import GREEK_LETTERS
from core.vocabulary import WORDS

FUNCTIONS: Final[dict[str, str]] = {spelling: word.name for word in WORDS for spelling in word.spellings}
_LONG: Final = {spelling: name for spelling, name in FUNCTIONS.items() if len(spelling) > 2 or spelling == "ln"}
CAPITALS: Final[dict[str, str]] = {
    **{spelling.capitalize(): name for spelling, name in _LONG.items()},
    **{"Arc" + s[3:].capitalize(): name for s, name in _LONG.items() if s.startswith("arc") and not s.endswith("2")},
    **{spelling.upper(): name for spelling, name in _LONG.items() if not spelling.endswith("2")},
}  # a telephone's keyboard begins with a capital; other systems write ArcTan and SQRT, but ATAN2 with x first
GREEK_NAMES: Final = frozenset(GREEK_LETTERS.values()) - {"pi"}
CONSTANTS: Final[dict[str, str]] = {"pi": "pi", "Pi": "pi", "PI": "pi"}
EULER: Final = frozenset("eE")
IMAGINARY: Final = frozenset("iI")
EDGE_WORDS: Final = frozenset(("sh", "ch", "th", "tg", "lg", "lb"))
WHOLE_WORDS: Final = frozenset(("mu", "nu", "xi"))
LONGEST: Final = max(map(len, (*FUNCTIONS, *GREEK_NAMES)))
WHEN: Final = ("if", "when", "for")
OTHERWISE: Final = ("otherwise", "else", "elsewhere")
VECTORS: Final = ("Matrix", "Vector", "array")
FORMS: Final[dict[str, tuple[str, int]]] = {
    **dict.fromkeys(("pow", "power", "Pow", "Power", "POWER"), ("pow", 2)),
    **dict.fromkeys(("square", "Square"), ("square", 1)),
    **{"exp2": ("exp2", 1), "expm1": ("expm1", 1), "log1p": ("log1p", 1), "Rational": ("div", 2)},
    **dict.fromkeys(("Integer", "Float"), ("same", 1)),
    **{"Add": ("add", 0), "Mul": ("mul", 0)},
    **dict.fromkeys(("where", "IF", "If"), ("where", 0)),
}  # functions that stand for signs: how they are read, and how many arguments they have (0: as many as you like)
SPECIAL: Final = frozenset(
    (
        *("Piecewise", "piecewise", *VECTORS, "And", "Or", "Not", "Eq", "Ne", "Lt", "Le", "Gt", "Ge"),
        *("AND", "OR", "NOT", "True", "true", "and", "or", "not", *WHEN, *OTHERWISE, *FORMS),
    )
)
USUAL: Final = frozenset("xyztuvw")  # variables nobody needs to be asked about
FAMILIAR: Final = USUAL | frozenset("abck")
CALLED: Final = frozenset("fghFGH")  # letters that are functions when a bracket follows

CASES: Final = "{x^2 if x > 0, 0 otherwise}"
TOLD: Final[dict[str, tuple[str, str | None]]] = {
    **dict.fromkeys(("sine", "sinus"), ("Please write sin for the sine.", "sin")),
    **dict.fromkeys(("cosine", "cosinus", "kos"), ("Please write cos for the cosine.", "cos")),
    **dict.fromkeys(("tangent", "tangens"), ("Please write tan for the tangent.", "tan")),
    **dict.fromkeys(("squareroot", "sqroot"), ("Please write sqrt for the square root.", "sqrt")),
    **dict.fromkeys(("curt", "cuberoots"), ("Please write cbrt for the cube root.", "cbrt")),
    "modulus": ("Please write abs for the absolute value.", "abs"),
    **dict.fromkeys(("exponential", "expo"), ("Please write exp for the exponential function.", "exp")),
    **dict.fromkeys(("logarithm", "loge"), ("Please write ln for the natural logarithm.", "ln")),
    **dict.fromkeys(("arc", "area"), ("Please write arcsin, arccos or arctan as one word.", None)),
    "factorial": ("Please write a factorial with an exclamation mark, like 5!.", None),
    **dict.fromkeys(("binomial", "binom", "nchoosek", "comb"), ("Please write a binomial coefficient out.", None)),
    **dict.fromkeys(("floor", "ceil", "ceiling", "round", "trunc", "mod", "gcd", "lcm"), (
        "Functions of whole numbers have no derivative, so they are not among the words I know.", None)),
    "sinc": ("The name sinc has two meanings; please write it out, like sin(x)/x.", None),
    "step": ("Please write heaviside for the step function.", "heaviside"),
    "norm": ("Please write a length out, like sqrt(x^2 + y^2).", None),
    "det": ("Please write a determinant out.", None),
    **dict.fromkeys(("erfi", "erfinv", "dirac", "diracdelta", "besselj", "lambertw"), (
        "That function is not among the words I know.", None)),
    **dict.fromkeys(("real", "imag", "conj", "conjugate"), ("I work with real numbers only.", None)),
    **dict.fromkeys(("sum", "prod", "product", "int", "integral", "integrate", "lim", "limit"), (
        "Sums, integrals and limits are not among the things I can read.", None)),
    **dict.fromkeys(("diff", "derivative", "grad", "nabla", "hessian", "jacobian"), (
        "Please type the function itself; its derivatives are computed for you.", None)),
    **dict.fromkeys(("np", "math", "numpy", "sympy", "torch", "cmath", "jnp", "jax", "scipy", "tf", "mpmath"), (
        "What follows this prefix is not among the names I know; please write the formula without it.", None)),
    "elif": (f"Please write cases like {CASES}.", None),
    **dict.fromkeys(("degrees", "radians", "deg", "degree"), (
        "Angles are in radians here: please write degrees as a multiple of pi.", None)),
    **dict.fromkeys(("inf", "infty", "infinity", "oo", "nan"), ("Infinity is not a number I can compute with.", None)),
    **dict.fromkeys(("import", "eval", "exec", "open", "print", "def", "return", "class", "while"), (
        "That is a word of a programming language; please type a formula.", None)),
}  # fmt: skip
COMMANDS: Final = ("frac", "sqrt", "cdot", "times", "left", "right", "begin", "end", "text", "operatorname")
DIGITED: Final = tuple(spelling for spelling in (*FUNCTIONS, *FORMS) if not spelling.isalpha())


@dataclass(frozen=True)
class Piece:
    """A part of a run: kind is letter, name (Greek or declared), constant or function."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Doubt:
    """Why a run is not read, the part of it that is meant, and what it may have been."""

    message: str
    start: int
    end: int
    suggestion: str | None = None


NAMES: Final = (*(s for s in (*FUNCTIONS, *FORMS) if len(s) > 2 and s.islower()), "ln", "pi", *sorted(GREEK_NAMES))


def known(name: str) -> bool:
    """Whether a run, with the digits in it, is a name of the language by itself.

    >>> known("log1p"), known("ArcTan"), known("e"), known("foo")
    (True, True, True, False)
    """
    return any(name in table for table in (FUNCTIONS, CAPITALS, SPECIAL, CONSTANTS, EULER))


def near_command(word: str) -> str | None:
    r"""The LaTeX command closest to a misspelt one, with its backslash.

    >>> near_command("sinn"), near_command("fracc"), near_command("foo")
    ('\\sin', '\\frac', None)
    """
    guess = next(iter(difflib.get_close_matches(word[:32], (*NAMES, *COMMANDS), 1, 0.75)), None)
    return guess and "\\" + guess


def near(word: str, declared: Iterable[str] = ()) -> str | None:
    """The known name closest to a misspelt one.

    >>> near("sinn"), near("sn"), near("sqr"), near("foo")
    ('sin', 'sin', 'sqrt', None)
    """
    names = [*NAMES, *declared]
    shuffled = [name for name in names if len(word) > 2 and sorted(name) == sorted(word.lower())]
    close = difflib.get_close_matches(word[:32].lower(), names, 1, 0.67)
    return next(iter(shuffled + close), None)


def split(run: str, declared: frozenset[str], argued: bool) -> list[Piece]:
    """The run in known words and single letters; `argued` says that an argument could follow the run.

    >>> [piece.value for piece in split("xsin", frozenset(), True)]
    ['x', 'sin']
    >>> [piece.value for piece in split("speedx", frozenset(["speed"]), True)]
    ['speed', 'x']
    """
    pieces: list[Piece] = []
    start = 0
    while start < len(run):
        pieces.append(_longest(run, start, declared, argued))
        start = pieces[-1].end
    return pieces


def _longest(run: str, start: int, declared: frozenset[str], argued: bool) -> Piece:
    longest = max(LONGEST, *map(len, declared)) if declared else LONGEST
    for end in range(min(len(run), start + longest), start, -1):
        kind, value = _known(run, start, end, declared, argued)
        if kind:
            return Piece(kind, value, start, end)
    return Piece("letter", run[start], start, start + 1)


def _known(run: str, start: int, end: int, declared: frozenset[str], argued: bool) -> tuple[str, str]:
    """What run[start:end] is by itself: kind and value, or two empty words."""
    word = run[start:end]
    if word in declared:
        return "name", word
    if word in EDGE_WORDS:
        at_edge = start == 0 or end == len(run)
        if not at_edge or (end == len(run) and not argued) or declared.issuperset(word):
            return "", ""
    if word in FUNCTIONS:
        return "function", FUNCTIONS[word]
    if start == 0 and word in CAPITALS:
        return "function", CAPITALS[word]
    if word in CONSTANTS:
        return "constant", CONSTANTS[word]
    if word in EULER:
        return "constant", "e"
    whole = end - start == len(run)
    if word in GREEK_NAMES and (word not in WHOLE_WORDS or (whole and not declared.issuperset(word))):
        return "name", word
    return "", ""


def doubt(run: str, pieces: list[Piece], declared: frozenset[str], bracket: bool) -> Doubt | None:
    """Why this reading of a run is not to be trusted, if so; `bracket` says that one follows at once."""
    if run.lower() in TOLD:
        message, suggestion = TOLD[run.lower()]
        return Doubt(message, 0, len(run), suggestion)
    return (
        _imaginary(run, pieces, declared)
        or _strangers(run, pieces, declared)
        or _doubled(run, pieces, declared)
        or (_glued(run, pieces, declared) if bracket else _misspelt(run, pieces, declared))
    )


def _imaginary(run: str, pieces: list[Piece], declared: frozenset[str]) -> Doubt | None:
    for piece in pieces:
        if piece.kind == "letter" and piece.value in IMAGINARY:
            if len(run) > 2:
                return _unknown(run, 0, len(run), declared)
            message = f"I work with real numbers only, so {piece.value} is not available unless it is declared."
            return Doubt(message, piece.start, piece.end)
    return None


def _strangers(run: str, pieces: list[Piece], declared: frozenset[str]) -> Doubt | None:
    """More than three letters in a row, most of them unknown, are a word nobody declared."""
    streak: list[Piece] = []
    for piece in [*pieces, None]:
        if piece and (piece.kind == "letter" or piece.value == "e"):
            streak.append(piece)
            continue
        if len(streak) > 3 and sum(p.value not in USUAL for p in streak) > 2:
            return _unknown(run, 0, len(run), declared)
        streak = []
    return None


def _doubled(run: str, pieces: list[Piece], declared: frozenset[str]) -> Doubt | None:
    """`sinn`, `coss`: the last letter of a function typed twice."""
    for word, extra in itertools.pairwise(pieces):
        last = run[word.end - 1]
        if word.kind == "function" and extra.kind == "letter" and extra.value == last and word.end - word.start > 2:
            return _unknown(run, word.start, extra.end, declared)
    return None


def _glued(run: str, pieces: list[Piece], declared: frozenset[str]) -> Doubt | None:
    """Letters that stand before a bracket: a product such as xy(x + 1), or a function that is not known."""
    count = 0
    for piece in reversed(pieces):
        if piece.kind != "letter" and not (piece.value == "e" and len(pieces) > 1):
            break
        count += 1
    tail = pieces[len(pieces) - count :]
    letters = "".join(run[piece.start : piece.end] for piece in tail)
    if not tail:
        return None
    if count < len(pieces) and pieces[-count - 1].kind == "function":
        return None if USUAL.issuperset(letters) else _unknown(run, pieces[-count - 1].start, len(run), declared)
    if letters[-1] in CALLED:
        return _unknown(run, tail[0].start, len(run), declared)
    if count == 1 or USUAL.issuperset(letters):
        return None
    guess = near(letters, declared)
    if (count == 2 and guess is None) or (count < 4 and FAMILIAR.issuperset(letters) and not _alike(letters, guess)):
        return None
    return _unknown(run, tail[0].start, len(run), declared)


def _misspelt(run: str, pieces: list[Piece], declared: frozenset[str]) -> Doubt | None:
    """Three letters or more that are nearly a function: `sqr x`."""
    if len(run) < 3 or any(piece.kind != "letter" for piece in pieces) or FAMILIAR.issuperset(run):
        return None
    guess = near(run, declared)
    if guess and (sorted(guess) == sorted(run) or _alike(run, guess)):
        return _unknown(run, 0, len(run), declared)
    return None


def _alike(word: str, guess: str | None) -> bool:
    return guess is not None and difflib.SequenceMatcher(None, word, guess).ratio() > 0.82


def _unknown(run: str, start: int, end: int, declared: frozenset[str]) -> Doubt:
    word = run[start:end]
    guess = near(word, declared)
    if len(word) == 1:
        message = (
            f"The function {word} is not defined here; to multiply, please put a sign between {word} and the bracket."
        )
        return Doubt(message, start, end)
    shown = word if len(word) <= 20 else "that is written here"
    question = f"; did you mean {guess}?" if guess else "; please put a space between letters that are multiplied."
    return Doubt(f"I do not know the name {shown}{question}", start, end, guess)
