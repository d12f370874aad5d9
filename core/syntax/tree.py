"""The tree a text becomes, and what can be said about the text: a notice, or an error.

A tree is nested tuples of words and whole numbers, so it survives JSON:

    ("num", p, q)      the exact fraction p/q          ("name", "x_1")     a variable or a parameter
    ("const", "pi")    π or Euler's number             ("neg", a)          minus a
    ("add", a, b, …)   what was typed as one sum       ("mul", a, b, …)    what was typed as one product
    ("div", a, b)      a over b                        ("pow", a, b)       a to the power b
    ("call", word, a)  a word of `core.vocabulary`     ("cases", (a, condition), …)

A condition is ("true",), a comparison ("lt" | "le" | "gt" | "ge" | "eq" | "ne", a, b), or ("and" | "or" | "not", …).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Tree = tuple[Any, ...]


@dataclass(frozen=True)
class Notice:
    """How an ambiguous text was read: a plain sentence, and where in the text it belongs.

    `suggestion`, if there is one, is what might have been meant in the place of the `length` characters there.
    """

    text: str
    position: int
    length: int = 0
    suggestion: str | None = None


class InputError(ValueError):
    """What is wrong with a text, and where.

    `code` is syntax, name, char, latex, budget or math. `position` and `length` mark the spot in the text as it
    was typed; `suggestion`, if there is one, is what might have been meant in its place. Where a way out changes
    more than the spot, `instead` says how many characters from `position` it replaces, and by what.
    """

    instead: tuple[int, str] | None = None

    def __init__(
        self, code: str, message: str, position: int = 0, length: int = 0, suggestion: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.position = position
        self.length = length
        self.suggestion = suggestion
