"""The exact derivatives of a record as code to take away: SymPy, NumPy, LaTeX.

    {"components": ["x**2*y"], "gradient": ["2*x*y", "x**2"], …}   →   def gradient(p): …

The texts of a record are read back to trees, and each dialect writes trees in its own words: SymPy with exact
fractions, NumPy with floats at one point. Nothing here runs the code; it is text for a reader.

Rules: a name that means something else in Python gets a line under its end; what is too long to read back is None.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.syntax import Tree, expanded
from core.syntax.exact import tree_of
from core.vocabulary import WORD
from core.wire import Record

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a piece of code holds together
EXACT_IN_FLOATS: Final = 2**53
_RELATIONS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_SAME: Final = ("exp", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
_ONE: Final[Tree] = ("num", 1, 1)
_COLUMNS: Final = ("F", "gradient")


def _of(word: str, *u: Tree) -> Tree:
    return ("call", word, *u)


def _root(u: Tree, n: Tree) -> Tree:
    """The real root: of every number, where n is odd."""
    part = ("div", _ONE, n)
    return ("mul", _of("sign", u), ("pow", _of("abs", u), part)) if n[1] % 2 else ("pow", u, part)


def _logarithm(u: Tree, base: Tree) -> Tree:
    return ("div", _of("ln", u), _of("ln", base))


@dataclass(frozen=True)
class Dialect:
    """How a language writes what trees hold: the names of words, words written by others, and the rest."""

    calls: Mapping[str, str]
    rewritten: Mapping[str, Callable[..., Tree]]
    constants: Mapping[str, str]
    fraction: Callable[[int, int], tuple[str, int]]
    cases: Callable[[Sequence[tuple[str, str]]], str]
    logic: Mapping[str, str]  # and, or, not, eq, ne as functions, where they are
    taken: frozenset[str] = frozenset()

    def name(self, name: str) -> str:
        """The name in code."""
        return name + "_" if keyword.iskeyword(name) or name in self.taken else name

    def write(self, tree: Tree) -> str:
        """The code of a tree."""
        return self._code(tree)[0]

    def _held(self, tree: Tree, strength: int) -> str:
        text, holds = self._code(tree)
        return text if holds >= strength else f"({text})"

    def _code(self, tree: Tree) -> tuple[str, int]:
        match tree:
            case ("num", p, q):
                return self.fraction(p, q)
            case ("div", ("num", p, 1), ("num", q, 1)) if q != 0:
                return self.fraction(p, q)
            case ("const", name):
                return self.constants[name], ATOM
            case ("name", name):
                return self.name(name), ATOM
            case ("neg", a):
                return "-" + self._held(a, PRODUCT), SUM
            case ("add", *terms):
                return self._sum(terms), SUM
            case ("mul", *factors):
                return "*".join(self._held(f, PRODUCT if i == 0 else POWER) for i, f in enumerate(factors)), PRODUCT
            case ("div", a, b):
                return f"{self._held(a, PRODUCT)}/{self._held(b, POWER)}", PRODUCT
            case ("pow", ("const", "e"), b):
                return self._code(_of("exp", b))
            case ("pow", a, b):
                return f"{self._held(a, ATOM)}**{self._held(b, ATOM)}", POWER
            case ("call", word, *arguments):
                return self._call(word, arguments)
            case ("cases", *branches):
                return self.cases([(self.write(v), self._condition(c)) for v, c in branches]), ATOM
        raise AssertionError(tree)

    def _sum(self, terms: Sequence[Tree]) -> str:
        text = ""
        for term in terms:
            written = self._held(term, PRODUCT) if term[0] != "neg" else self._held(term[1], PRODUCT)
            sign = "-" if term[0] == "neg" else "+"
            text = f"{text} {sign} {written}" if text else written if sign == "+" else f"-{written}"
        return text

    def _call(self, word: str, arguments: Sequence[Tree]) -> tuple[str, int]:
        if word == "ln" and len(arguments) == 2:
            return self._code(_logarithm(*arguments))
        if word in self.rewritten:
            return self._code(self.rewritten[word](*arguments))
        if word not in self.calls and word in WORD:
            return self._code(expanded(("call", word, *arguments)))
        return f"{self.calls[word]}({', '.join(self.write(a) for a in arguments)})", ATOM

    def _condition(self, tree: Tree) -> str:
        match tree:
            case ("true",):
                return "True"
            case ("and" | "or" | "not" as word, *parts):
                return f"{self.logic[word]}({', '.join(self._condition(p) for p in parts)})"
            case (relation, a, b) if relation in self.logic:
                return f"{self.logic[relation]}({self.write(a)}, {self.write(b)})"
            case (relation, a, b):
                return f"{self.write(a)} {_RELATIONS[relation]} {self.write(b)}"
        raise AssertionError(tree)


# SymPy: exact.


def _rational(p: int, q: int) -> tuple[str, int]:
    return (str(p) if q == 1 else f"Rational({p}, {q})"), ATOM


def _piecewise(branches: Sequence[tuple[str, str]]) -> str:
    return f"Piecewise({', '.join(f'({value}, {condition})' for value, condition in branches)})"


_SYMPY_CALLS: Final = {
    **{word: word for word in (*_SAME, "cot", "sec", "csc", "asin", "acos", "atan", "asinh", "acosh", "atanh", "sign")},
    **{"atan2": "atan2", "erf": "erf"},
    **{"ln": "log", "abs": "Abs", "min": "Min", "max": "Max"},
}
SYMPY_NAMES: Final = frozenset(
    (*_SYMPY_CALLS.values(), "And", "E", "Eq", "Matrix", "Ne", "Not", "Or", "Piecewise", "Rational", "pi", "symbols")
)
SYMPY: Final = Dialect(
    calls=_SYMPY_CALLS,
    rewritten={
        "cbrt": lambda u: _root(u, ("num", 3, 1)),
        "root": _root,
    },
    constants={"pi": "pi", "e": "E"},
    fraction=_rational,
    cases=_piecewise,
    logic={"and": "And", "or": "Or", "not": "Not", "eq": "Eq", "ne": "Ne"},
    taken=SYMPY_NAMES,
)


def sympy_code(record: Record) -> str | None:
    """The function and its derivatives as SymPy expressions.

    >>> record = {"variables": ["x"], "parameters": {}, "components": ["x**2/3"], "domain": [],
    ...           "jacobian": [["2*x/3"]], "gradient": ["2*x/3"], "hessian": [["2/3"]]}
    >>> print(sympy_code(record))
    from sympy import Matrix, Rational, symbols
    <BLANKLINE>
    x = symbols("x", real=True)
    f = x**2/3
    gradient = Matrix([
        2*x/3,
    ])
    hessian = Matrix([
        [Rational(2, 3)],
    ])
    """
    found = _trees(record)
    if found is None:
        return None
    names = [*record["variables"], *record["parameters"]]
    symbols = ", ".join(SYMPY.name(name) for name in names)
    lines = [f'{symbols} = symbols("{" ".join(names)}", real=True)']
    for title, rows in found.items():
        result = f"Matrix([\n{_entries(SYMPY, title, rows, '    ')}])"
        result = SYMPY.write(rows[0][0]) if title == "f" else result
        lines.append(f"{title}_ = {result}" if title in names else f"{title} = {result}")
    body = "\n".join(lines)
    used = sorted(SYMPY_NAMES & set(re.findall(r"\b[A-Za-z]\w*", body)), key=lambda word: (word.islower(), word))
    return f"from sympy import {', '.join(used)}\n\n{body}"


# NumPy: floats, at one point.


def _float(p: int, q: int) -> tuple[str, int]:
    above, below = (str(k) if abs(k) <= EXACT_IN_FLOATS else repr(float(k)) for k in (p, q))
    return (above, ATOM) if q == 1 else (f"{above}/{below}", PRODUCT)


def _where(branches: Sequence[tuple[str, str]]) -> str:
    *tested, (last, condition) = branches
    text = last if condition == "True" else f"np.where({condition}, {last}, np.nan)"
    for value, test in reversed(tested):
        text = f"np.where({test}, {value}, {text})"
    return text


def _folded(word: str) -> Callable[..., Tree]:
    """max(a, b, c) as a maximum of two, twice."""

    def fold(first: Tree, *others: Tree) -> Tree:
        for other in others:
            first = _of(word, first, other)
        return first

    return fold


NUMPY: Final = Dialect(
    calls={
        **{word: f"np.{word}" for word in (*_SAME, "log10", "log2", "cbrt", "abs", "sign")},
        **{f"a{word}": f"np.arc{word}" for word in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{"atan2": "np.arctan2", "erf": "erf", "ln": "np.log", "minimum": "np.minimum", "maximum": "np.maximum"},
    },
    rewritten={
        "cot": lambda u: ("div", _ONE, _of("tan", u)),
        "sec": lambda u: ("div", _ONE, _of("cos", u)),
        "csc": lambda u: ("div", _ONE, _of("sin", u)),
        "root": _root,
        "min": _folded("minimum"),
        "max": _folded("maximum"),
    },
    constants={"pi": "np.pi", "e": "np.e"},
    fraction=_float,
    cases=_where,
    logic={"and": "np.logical_and", "or": "np.logical_or", "not": "np.logical_not"},
    taken=frozenset(("np", "erf", "math")),
)


def numpy_code(record: Record) -> str | None:
    """Functions of one point that give the value and the derivatives as NumPy arrays.

    >>> record = {"variables": ["x", "y"], "parameters": {"a": 2.0}, "components": ["a*x**2/y"], "domain": ["y != 0"],
    ...           "jacobian": [["2*a*x/y", "-a*x**2/y**2"]], "gradient": ["2*a*x/y", "-a*x**2/y**2"], "hessian": None}
    >>> print(numpy_code(record))
    import numpy as np
    <BLANKLINE>
    # defined where y != 0
    <BLANKLINE>
    <BLANKLINE>
    def f(p, a=2.0):
        x, y = np.asarray(p, dtype=float)
        return a*x**2/y
    <BLANKLINE>
    <BLANKLINE>
    def gradient(p, a=2.0):
        x, y = np.asarray(p, dtype=float)
        return np.array([
            2*a*x/y,
            -a*x**2/y**2,
        ], dtype=float)
    """
    found = _trees(record)
    if found is None:
        return None
    names = {*record["variables"], *record["parameters"]}
    point = next(word for word in ("p", "point", "place", "p_") if word not in names)
    given = "".join(f", {NUMPY.name(name)}={float(v)!r}" for name, v in record["parameters"].items())
    symbols = ", ".join(NUMPY.name(name) for name in record["variables"])
    taken_apart = f"    {symbols} = np.asarray({point}, dtype=float)"
    if len(record["variables"]) == 1:
        taken_apart = f"    ({symbols},) = np.atleast_1d(np.asarray({point}, dtype=float))"
    pieces = []
    for title, rows in found.items():
        result = f"np.array([\n{_entries(NUMPY, title, rows, ' ' * 8)}    ], dtype=float)"
        result = NUMPY.write(rows[0][0]) if title == "f" else result
        pieces.append(f"def {title}({point}{given}):\n{taken_apart}\n    return {result}")
    body = "\n\n\n".join(pieces)
    head = f"{_ERF[0]}import numpy as np{_ERF[1]}" if "erf(" in body else "import numpy as np"
    return f"{head}{_defined(record['domain'])}\n\n\n{body}"


_ERF: Final = ("import math\n\n", "\n\nerf = np.vectorize(math.erf)")  # NumPy has none of its own


def _defined(domain: Iterable[str]) -> str:
    lines = [f"# defined where {condition}" for condition in domain if len(condition) <= 100]
    return "\n\n" + "\n".join(lines) if lines else ""


# What both have in common; LaTeX is already there.


def _trees(record: Record) -> dict[str, list[list[Tree]]] | None:
    """Each finding by its name in code, as rows of trees; a column has rows of one."""
    names = (*record["variables"], *record["parameters"])
    if "gradient" in record:
        texts = {"f": [record["components"]], "gradient": [[e] for e in record["gradient"]]}
        texts |= {"hessian": record["hessian"]} if record["hessian"] else {}
    else:
        texts = {"F": [[e] for e in record["components"]], "jacobian": record["jacobian"]}
    known = {title: [[tree_of(e, names) for e in row] for row in rows] for title, rows in texts.items()}
    sure = {title: [[e for e in row if e is not None] for row in rows] for title, rows in known.items()}
    return sure if sure == known else None


def _entries(dialect: Dialect, title: str, rows: Sequence[Sequence[Tree]], margin: str) -> str:
    """The rows of a matrix, one a line; a column has plain entries."""
    written = [", ".join(dialect.write(e) for e in row) for row in rows]
    return "".join(f"{margin}{row},\n" if title in _COLUMNS else f"{margin}[{row}],\n" for row in written)


def latex_code(pieces: Iterable[str], conditions: Sequence[str] = ()) -> str:
    r"""Each formula as a display of its own, then the conditions under which they hold.

    >>> print(latex_code([r"f'(x) = \frac{1}{x}"], [r"x \ne 0"]))
    \[ f'(x) = \frac{1}{x} \]
    \[ x \ne 0 \]
    """
    shown = [*pieces, *([r",\quad ".join(conditions)] if conditions else [])]
    return "\n".join(rf"\[ {piece} \]" for piece in shown)
