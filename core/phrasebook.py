"""What can be typed, said by examples: for the sheet beside the formula box and the keys above it. Data only.

The examples of `SHEET` were chosen by hand, one idea each; those of `families()` follow from the words of the
language, so that a new word brings its own. `KEYS` are the signs a keyboard makes hard to find.

Rule: every example here is read without an error and without a notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.vocabulary import WORDS, Word


@dataclass(frozen=True)
class Group:
    """A heading, examples to choose from, and one sentence that says what they show."""

    title: str
    examples: tuple[str, ...]
    says: str = ""


@dataclass(frozen=True)
class Key:
    """A key above the formula box: its face, its name for a reader without eyes, and what it types.

    `before` and `after` go around what is selected, and the caret stays between them when nothing is. `base` is
    what a power is of, where nothing stands before the caret. `room` says where the key is shown: everywhere, where
    there is room for it ("plain"), or only where fingers type ("spare").
    """

    face: str
    name: str
    before: str
    after: str = ""
    base: str = ""
    room: str = ""


SHEET: Final = (
    Group(
        "Powers and products",
        ("x^2 + y^2", "x² − 3xy + y²", "2x(y - 1)^3", "x^2/(1 + y^2)"),
        "A power is written with ^ or raised. Factors may touch; a point or a star between them is welcome.",
    ),
    Group(
        "Roots, exponentials, logarithms",
        ("sqrt(1 + x^2 + y^2)", "√(x² + 1)", "e^(-x^2 - y^2)", "ln(1 + x^2) + y^2", "log_2(x^2 + y^2 + 1)"),
        "A logarithm without a base, ln or log, is the natural one.",
    ),
    Group("Absolute value, smallest, largest", ("|x| + |y|", "|x - y|", "max(x^2, y)", "min(x^2, y^2, 1)")),
    Group(
        "Cases",
        ("{x^2 if x > 0, 0 otherwise}", "Piecewise((x y, x^2 + y^2 < 4), (4, True))"),
        "The first condition that holds decides. Pairs in brackets are read too, and cases pasted from LaTeX.",
    ),
    Group(
        "Vector functions",
        ("(x cos y, x sin y)", "[x^2 - y^2; 2xy]", "f(t) = (cos t, sin t)"),
        "Components in brackets, with commas or semicolons between them.",
    ),
    Group(
        "Names and parameters",
        ("f(x, y) = a x^2 + b y^2", "g(u, v) = u v e^(-u)", "E(speed) = m speed^2/2", "x_1^2 + x_1 x_2"),
        "Variables named on the left stay; every other letter becomes a parameter with a slider. "
        "Without a left side all letters are variables.",
    ),
    Group("Constants and numbers", ("sin(pi x) sin(π y)", "x e^(-x)", "x^2 + 0.1y^2", "1/3 x^3 - 2.5e-1 x")),
    Group(
        "LaTeX",
        (r"\frac{x^2}{1 + y^2}", r"\sqrt{x^2 + y^2 + 1}", r"\sin\left(x y\right)", r"\left|x\right| \cdot y"),
        "What was copied from a text is read as it is.",
    ),
)

KEYS: Final = (
    Key("√", "square root", "√(", ")"),
    Key("π", "pi", "π"),
    Key("x²", "squared", "^2", base="x"),
    Key("xʸ", "to the power", "^", base="x"),
    Key("eˣ", "exponential", "e^(", ")"),
    Key("|x|", "absolute value", "|", "|"),
    Key("( )", "brackets", "(", ")", room="plain"),
    Key("·", "times", "·", room="plain"),
    Key("/", "divided by", "/", room="spare"),
    Key("≤", "less than or equal", "≤"),
    Key("≥", "greater than or equal", "≥", room="spare"),
)

_FAMILIES: Final = (
    ("Exponential and logarithms", re.compile(r"exp|ln|log\d*")),
    ("Roots and lengths", re.compile(r"\w*(?:root|sqrt|cbrt|hypot)\w*")),
    ("Trigonometric", re.compile(r"(?:sin|cos|tan|cot|sec|csc)")),
    ("Inverse trigonometric", re.compile(r"a(?:sin|cos|tan|cot|sec|csc)2?")),
    ("Hyperbolic", re.compile(r"a?(?:sin|cos|tan|cot|sec|csc)h")),
    ("More", re.compile(r"\w+")),
)


def families() -> Iterator[Group]:
    """All words of the language, in families, each word with the arguments it takes.

    >>> next(families()).examples[:2]
    ('exp(x)', 'ln(x)')
    """
    left = list(WORDS)
    for title, pattern in _FAMILIES:
        words = [word for word in left if pattern.fullmatch(word.name)]
        left = [word for word in left if word not in words]
        if words:
            yield Group(title, tuple(example(word) for word in words), _others(words))


def example(word: Word) -> str:
    """The word with as many arguments as it needs, two if it takes any number.

    >>> from core.vocabulary import WORD
    >>> example(WORD["asin"]), example(WORD["max"])
    ('arcsin(x)', 'max(x, y)')
    """
    if word.name == "root":  # its second argument is a whole number
        return "root(x, 5)"
    count = max(word.least, 2 if word.most > 2 else 1)
    return f"{word.spellings[0]}({', '.join('xyztuv'[:count])})"


def _others(words: list[Word]) -> str:
    spellings = [spelling for word in words for spelling in word.spellings[1:] if spelling.islower()]
    return f"Also read: {', '.join(spellings)}." if spellings else ""
