r"""LaTeX: what a command in a pasted formula stands for. Tables only.

`\frac`, `\sqrt`, `\left`, `\right`, matrices and named operators have a shape of their own and are read in
`core.syntax.tokens`; every other command is a row here.
"""

from __future__ import annotations

import re
from typing import Final

from core.syntax.source import GREEK_LETTERS
from core.syntax.words import FUNCTIONS

SPACING: Final = frozenset(
    (
        *(",", ";", ":", "!", ">", " ", "/", "quad", "qquad", "enspace", "thinspace", "displaystyle", "textstyle"),
        *("limits", "nolimits", "rm", "bf", "it", "mathstrut", "strut", "hfill", "null"),
    )
)
MARKS: Final[dict[str, str]] = {
    **{"cdot": "*", "times": "*", "ast": "*", "div": "/", "slash": "/"},
    **{"le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">="},
    **{"ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "land": "&", "wedge": "&", "lor": "or", "vee": "or"},
    **{"lnot": "~", "neg": "~", "to": "->", "mapsto": "->", "rightarrow": "->", "over": "over", "colon": ":"},
    **{"{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "lbrack": "["},
    **{"langle": "⟨", "rangle": "⟩", "lvert": "|<", "rvert": "|>", "vert": "|", "mid": "|"},
    **{"lparen": "(", "rparen": ")", "rbrack": "]", "coloneqq": ":=", "coloneq": ":=", "&": "&"},
}
LETTERS: Final[dict[str, str]] = {
    **{name: name for name in GREEK_LETTERS.values()},
    **{"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma"},
    **{"ell": "l", "Pi": "pi"},
}
OPERATORS: Final = frozenset(FUNCTIONS)  # \sin, \ln, \arctan, … by any spelling

COMMAND: Final = re.compile(r"\\(?:([A-Za-z]+)\*?|(.)|$)", re.DOTALL)
SIDE: Final = re.compile(r"\\(left|right|[bB]igg?[lr]?)(?![A-Za-z])[ \n]*(\\[lr]?vert(?![A-Za-z])|\||\.)?")
NAMED: Final = re.compile(
    r"\\(?:operatorname|math(?:it|rm|bf|sf|tt|normal)|boldsymbol|bm)\*?[ \n]*\{[ \n]*([A-Za-z]+[0-9]?)[ \n]*\}"
)
TEXT: Final = re.compile(r"\\(?:text(?:rm|it|bf|normal)?|mbox|hbox)[ \n]*\{([^{}\\$]*)\}")
ENVIRONMENT: Final = re.compile(
    r"\\(begin|end) *\{(?:[pbB]?matrix|smallmatrix|array)\}(?<!\\begin\{array\})|\\(begin) *\{array\} *\{[lcr| ]*\}"
)
CASES_BEGIN: Final = re.compile(
    r"\\begin *\{[dr]?cases\*?\}|\\left *\\(?:\{|lbrace)[ \n]*\\begin *\{array\} *\{[lcr| ]*\}"
)
CASES_END: Final = re.compile(r"\\end *\{[dr]?cases\*?\}|\\end *\{array\}[ \n]*\\right *\.")
ROW_END: Final = re.compile(r"\\\\\*?(?: *\[ *[0-9.]+ *(?:pt|em|ex|mm|cm)\])?|\\(?:cr|newline)(?![A-Za-z])")
FRACTION: Final = re.compile(r"\\[dtc]?frac(?![A-Za-z])")
ROOT: Final = re.compile(r"\\sqrt(?![A-Za-z])")
NOISE: Final = frozenset(("for all", "if and only if", "for every", "if it is", "is"))  # said in \text, and skipped

_LIMITS: Final = "Sums, integrals and limits are not among the things I can read."
_REAL: Final = "I work with real numbers only."
_WHOLE: Final = "Rounding to whole numbers is not among the functions I know."
_LENGTH: Final = "Please write a length out, like sqrt(x^2 + y^2)."
_DERIVED: Final = "Please type the function itself; its derivatives are computed for you."
REFUSED: Final[dict[str, str]] = {
    **dict.fromkeys(("int", "iint", "oint", "sum", "prod", "lim", "limsup", "liminf"), _LIMITS),
    **dict.fromkeys(("partial", "nabla", "dot", "ddot"), _DERIVED),
    **dict.fromkeys(("Re", "Im", "imath", "arg"), _REAL),
    **dict.fromkeys(("lfloor", "rfloor", "lceil", "rceil", "bmod", "mod", "pmod"), _WHOLE),
    **dict.fromkeys(("lVert", "rVert", "Vert", "|", "norm"), _LENGTH),
    **dict.fromkeys(("binom", "dbinom", "tbinom", "choose"), "Please write a binomial coefficient out."),
    **dict.fromkeys(("circ", "degree"), "Angles are in radians here: please write degrees as a multiple of pi."),
    **dict.fromkeys(("prime", "'"), "Primes have no place in a formula; please type the function itself."),
    **dict.fromkeys(("pm", "mp"), "A plus-minus sign means two formulas; please type one of them."),
    "infty": "Infinity is not a number I can compute with.",
    **dict.fromkeys(("ldots", "dots", "cdots"), "Please write the formula out, without dots."),
    **dict.fromkeys(("approx", "equiv", "sim", "in"), "Please type the function alone, without a sign that compares."),
    **dict.fromkeys(("hat", "bar", "vec", "tilde", "overline"), "Please use letters without marks above them."),
    **dict.fromkeys(("det", "begin{vmatrix}"), "Please write a determinant out."),
    **dict.fromkeys(("begin", "end"), "I cannot read this kind of LaTeX environment; please type the formula alone."),
}
