r"""LaTeX: what a command in a pasted formula stands for. Tables only.

`\frac`, `\sqrt`, `\left`, `\right`, matrices and named operators have a shape of their own and are read in
`core.syntax.tokens`; every other command is a row here.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

from core.syntax.source import GREEK_LETTERS
from core.syntax.words import FUNCTIONS

SPACING: Final = frozenset(
    (",", ";", ":", "!", " ", "quad", "qquad", "displaystyle", "textstyle", "thinspace", "limits", "nolimits")
)
MARKS: Final[dict[str, str]] = {
    **{"cdot": "*", "times": "*", "ast": "*", "div": "/", "slash": "/"},
    **{"le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">="},
    **{"ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "land": "&", "wedge": "&", "lor": "or", "vee": "or"},
    **{"lnot": "~", "neg": "~", "to": "->", "mapsto": "->", "rightarrow": "->"},
    **{"{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]"},
    **{"langle": "⟨", "rangle": "⟩", "lvert": "|<", "rvert": "|>", "vert": "|", "mid": "|", "\\": "\n", "over": "over"},
}
LETTERS: Final[dict[str, str]] = {
    **{name: name for name in GREEK_LETTERS.values()},
    **{"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma"},
    **{"ell": "l", "Pi": "pi"},
}
OPERATORS: Final = frozenset(FUNCTIONS)  # \sin, \ln, \arctan, … by any spelling

COMMAND: Final = re.compile(r"\\(?:([A-Za-z]+)\*?|(.)|$)", re.DOTALL)
SIDE: Final = re.compile(r"\\(left|right|[bB]igg?[lr]?)(?![A-Za-z]) *(\\[lr]?vert(?![A-Za-z])|\||\.)?")
NAMED: Final = re.compile(r"\\(?:operatorname|math(?:it|rm|bf|sf)|text)\*? *\{ *([A-Za-z]+) *\}")
ENVIRONMENT: Final = re.compile(r"\\(begin|end) *\{[pbB]?matrix\}")
FRACTION: Final = re.compile(r"\\[dtc]?frac(?![A-Za-z])")
ROOT: Final = re.compile(r"\\sqrt(?![A-Za-z])")


def near(command: str) -> str | None:
    r"""The known command closest to a misspelt one.

    >>> near("farc"), near("alhpa"), near("int")
    ('frac', 'alpha', None)
    """
    known = {"frac", "sqrt", "left", "right", "begin", "end", "operatorname", *MARKS, *LETTERS, *OPERATORS} - {
        "mid",
        command,
    }
    names = sorted(name for name in known if len(name) > 1)
    shuffled = [name for name in names if len(command) > 3 and sorted(name) == sorted(command)]
    close = difflib.get_close_matches(command[:32], names, 1, 0.8) if len(command) > 2 else []
    return next(iter(shuffled + close), None)
