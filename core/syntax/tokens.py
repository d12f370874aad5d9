"""Tokens: numbers, names, functions and signs, each with its place.

What a letter means depends on what was declared, so names are settled here, once, and the grammar that follows
is free of letters. An index belongs to the letter it touches: x1, x_1, x_{1} and x₁ are one name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core import settings
from core.syntax import commands, words
from core.syntax.source import GREEK_LETTERS, Source
from core.syntax.tree import InputError, Notice
from core.syntax.words import Piece

NUMBER: Final = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
MANTISSA: Final = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
LETTERS: Final = re.compile(r"[A-Za-z]+")
DIGITS: Final = re.compile(r"[0-9]+")
WORDY: Final = r"\\(?:math(?:it|rm|sf)|text(?:rm|it)?) *\{ *([A-Za-z0-9]+) *\}"  # \mathit{max}
INDEX: Final = re.compile(
    rf"_(?:\{{ *\\?([A-Za-z0-9]+) *\}}|([0-9]+)|([A-Za-z][A-Za-z0-9]*)|{WORDY}|\{{ *{WORDY} *\}})"
)
BASE: Final = re.compile(r"_(?:\{ *([A-Za-z]|[0-9]+) *\}|([A-Za-z](?![A-Za-z])|[0-9]+))")
MARK: Final = re.compile(r"->|\*\*|<=|>=|==|!=|:=|&&|.", re.DOTALL)
SAME: Final = {"**": "^", ":=": "=", "&&": "&", "∨": "or"}
ROOTS: Final = {"√": 2, "∛": 3, "∜": 4}
OPENING: Final = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
CLOSING: Final = frozenset(OPENING.values())
CASES_OPENING, CASES_CLOSING = "⦃", "⦄"  # the environment cases of LaTeX; nobody can type these two
BRACKETS: Final = {**OPENING, CASES_OPENING: CASES_CLOSING}
SAYS: Final = {
    **{"|<": "|", "|>": "|", "⟨": "<", "⟩": ">"},
    **{CASES_OPENING: "begin{cases}", CASES_CLOSING: "end{cases}"},
}  # how a sign is named in a sentence
PREFIX: Final = re.compile(
    r"(?:np|numpy|jnp|jax\.(?:numpy|nn|scipy\.special)|[Mm]ath|cmath|sympy|sp|mp|mpmath|scipy\.special|F"
    r"|torch(?:\.nn\.functional|\.nn|\.special)?|tf(?:\.math|\.nn)?)\.(?=([A-Za-z]+[0-9]*[a-z]*))"
)
CALLED_AT: Final = r"(?= *(?:[(\[{]|\\left|\\[bB]igg?l? *[(\[]))"  # a bracket follows
DIGITED: Final = re.compile(
    rf"(?:{'|'.join(sorted(words.DIGITED, key=len, reverse=True))}){CALLED_AT}|(?:expm1|log1p)(?![A-Za-z0-9])"
)
ARC: Final = re.compile(r"[Aa]rc +\\?(sin|cos|tan|cot|sec|csc)(?![A-Za-z])")
INDEX_LENGTH: Final = 12
CONTINUED: Final = frozenset("+-*/^,;=&~(<>") | {"[", "{", "⟨", "<=", ">=", "!=", "==", "->", "|<", "or", "\n"}
CONTINUING: Final = frozenset("+*/^,;)=&>") | {"]", "}", "⟩", "<=", ">=", "!=", "==", "|>", "or", "\n"}


@dataclass(frozen=True, slots=True)
class Token:
    """kind: number (p, q) · name · constant · function · index · root · fraction · special · head · mark · end."""

    kind: str
    value: Any
    start: int  # in Source.chars
    end: int
    spaced: bool = False  # a space or a line end stands before it


@dataclass(frozen=True)
class Head:
    """What stands before a component: `f(x, y) =`, `z =`, `u:`; the span, the label, the names it declares."""

    start: int
    end: int
    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Tokens:
    """The tokens, the notices that names gave rise to, and the names that were typed like x1, with their place."""

    tokens: tuple[Token, ...]
    notices: tuple[Notice, ...]
    indexed: Mapping[str, int]


def tokens_of(source: Source, declared: Iterable[str] = (), heads: Iterable[Head] = ()) -> Tokens:
    """Cut a source into tokens.

    >>> from core.syntax.source import source_of
    >>> [token.value for token in tokens_of(source_of("2xsin(y1)")).tokens]
    [(2, 1), 'x', 'sin', '(', 'y_1', ')']
    """
    scanner = _Scanner(source, frozenset(declared), {head.start: head for head in heads})
    while scanner.at < len(source.chars):
        scanner.step()
    return Tokens(tuple(_joined(scanner.tokens)), tuple(scanner.notices), scanner.indexed)


def _joined(tokens: list[Token]) -> list[Token]:
    """Without the line ends inside a formula that goes on: after an operator, before one, or twice."""
    kept: list[Token] = []
    for token, following in zip(tokens, (*tokens[1:], None), strict=bool(tokens)):
        if _line_end(token):
            before = kept[-1] if kept else None
            if before is None or following is None or _in(before, CONTINUED) or _in(following, CONTINUING):
                continue
        kept.append(token)
    return kept


def _in(token: Token, values: frozenset[str]) -> bool:
    return (token.kind == "mark" and token.value in values) or (token.kind == "head" and values is CONTINUED)


def _line_end(token: Token) -> bool:
    return token.kind == "mark" and token.value == "\n"


class _Scanner:
    """The place reached in the characters, and what was found before it."""

    def __init__(self, source: Source, declared: frozenset[str], heads: Mapping[int, Head]) -> None:
        self.source = source
        self.chars = source.chars
        self.declared = declared
        self.bases = frozenset(name.split("_")[0] for name in declared)
        self.heads = heads
        self.at = 0
        self.spaced = False
        self.tokens: list[Token] = []
        self.notices: list[Notice] = []
        self.indexed: dict[str, int] = {}
        self.environments: list[set[str]] = []  # of LaTeX: the signs seen in each

    def step(self) -> None:
        """One token further, or over one space."""
        char = self.chars[self.at]
        if self.at in self.heads:
            head = self.heads[self.at]
            self.emit("head", head, head.start, head.end)
        elif char == " ":
            self.at += 1
            self.spaced = True
        elif char in GREEK_LETTERS:
            self.greek(GREEK_LETTERS[char], self.at, self.at + 1)
        elif self.said():
            pass
        elif match := LETTERS.match(self.chars, self.at):
            self.letters(match.start(), match.end(), match.end())
        elif match := NUMBER.match(self.chars, self.at):
            self.number(match)
        elif char == "\\":
            self.command()
        elif char in ROOTS:
            self.emit("root", ROOTS[char], self.at, self.at + 1)
        else:
            self.mark()

    def said(self) -> bool:
        """Names with a point, a digit or a space in them: np.sin, log1p, arc tan."""
        if match := PREFIX.match(self.chars, self.at):
            if words.known(match.group(1)) and match.group().split(".")[0] not in self.declared:
                self.at = match.end()
                return True
        elif match := DIGITED.match(self.chars, self.at):
            self.digited(match)
            return True
        elif match := ARC.match(self.chars, self.at):
            self.emit("function", words.FUNCTIONS["arc" + match.group(1)], *match.span())
            return True
        return False

    def digited(self, match: re.Match[str]) -> None:
        """A name with a digit in it."""
        name = match.group()
        known = name in words.FUNCTIONS
        self.emit("function" if known else "special", words.FUNCTIONS.get(name, name), *match.span())

    def emit(self, kind: str, value: Any, start: int, end: int) -> None:
        """Add a token; what follows begins at `end`."""
        if len(self.tokens) >= settings.TOKENS:
            message = f"That formula is too long: it has more than {settings.TOKENS} signs, numbers and names."
            raise self.fault("budget", message, start, end)
        self.tokens.append(Token(kind, value, start, end, self.spaced))
        self.at = end
        self.spaced = kind == "mark" and value == "\n"

    def fault(self, code: str, message: str, start: int, end: int, suggestion: str | None = None) -> InputError:
        return self.source.fault(code, message, start, end, suggestion)

    def notice(self, text: str, start: int) -> None:
        self.notices.append(Notice(text, self.source.place(start)))

    # Numbers

    def number(self, match: re.Match[str]) -> None:
        """A decimal as the exact fraction it is; 2e3 is a number unless e is declared."""
        start = match.start()
        if match.group()[0] == "." and self.touching(start):
            raise self.fault("syntax", "This decimal point does not belong to a number.", start, start + 1)
        plain = MANTISSA.match(self.chars, start)
        assert plain
        end = plain.end() if self.declared & {"e", "E"} else match.end()
        self.emit("number", self.fraction(start, plain.end(), end), start, end)

    def fraction(self, start: int, middle: int, end: int) -> tuple[int, int]:
        whole, _, decimals = self.chars[start:middle].partition(".")
        exponent = self.chars[middle + 1 : end].lstrip("+")
        if len(whole + decimals) > settings.DIGITS:
            message = f"That number is too long: at most {settings.DIGITS} digits, please."
            raise self.fault("budget", message, start, middle)
        if len(exponent.lstrip("-0")) > 3 or abs(int(exponent or "0")) > settings.DECIMAL_EXPONENT:
            message = f"That power of ten is too large: at most {settings.DECIMAL_EXPONENT}, please."
            raise self.fault("budget", message, start, end)
        shift = int(exponent or "0") - len(decimals)
        p, q = int(whole + decimals) * 10 ** max(shift, 0), 10 ** max(-shift, 0)
        return reduced(p, q)

    def touching(self, start: int) -> bool:
        """Whether an operand ends exactly where this begins."""
        if self.spaced or not self.tokens:
            return False
        last = self.tokens[-1]
        return last.end == start and (last.kind in ("number", "name", "constant") or last.value in CLOSING)

    # Letters

    def greek(self, name: str, start: int, end: int) -> None:
        """A Greek letter, with its index."""
        index, after, style = self.index(end, name)
        kind = "constant" if name == "pi" and name not in self.declared and style != "_" else "name"
        if kind == "constant":
            self.emit("constant", "pi", start, end)
        else:
            self.name(name, index, style, start, after)

    def letters(self, start: int, stop: int, after: int) -> None:
        """The run chars[start:stop]; what touches it begins at `after`."""
        run = self.chars[start:stop]
        if len(run) > settings.TOKENS:
            raise self.fault("budget", "That row of letters is too long.", start, stop)
        index, end, _style = self.index(after, run)
        if f"{run}_{index}" in self.declared or (run in self.declared and not index):
            self.emit("name", f"{run}_{index}" if index else run, start, end)
        elif run in words.SPECIAL:
            self.emit("special", run, start, after)
        else:
            self.pieces(run, start, after)

    def pieces(self, run: str, start: int, after: int) -> None:
        """The names and functions in a run, with the index that touches the last of them."""
        following = self.chars[after:].lstrip(" ")[:1]
        digits = DIGITS.match(self.chars, after)
        argued = following.isalnum() or following in ("(", "[", "{", "|", "\\", "^", "_", *ROOTS, *GREEK_LETTERS)
        parts = words.split(run, self.bases, bool(following) and argued)
        bracket = self.chars[after : after + 1] in ("(", "[") or (run in words.CALLED and following == "(")
        doubt = words.doubt(run, parts, self.bases, bracket)
        if doubt:
            where = start + doubt.start, start + doubt.end
            raise self.fault("name", doubt.message, *where, doubt.suggestion)
        self.warn(run, parts, start)
        for piece in parts[:-1]:
            self.piece(piece, start)
        self.last(parts[-1], start, after, digits)

    def piece(self, piece: Piece, start: int) -> None:
        where = start + piece.start, start + piece.end
        if piece.kind in ("letter", "name"):
            self.name(piece.value, "", "", *where)
        else:
            self.emit(piece.kind, piece.value, *where)

    def last(self, piece: Piece, start: int, after: int, digits: re.Match[str] | None) -> None:
        """The last piece of a run, which takes the index."""
        begin = start + piece.start
        with_digits = self.chars[begin:after] + (digits.group() if digits else "")
        if piece.kind == "function":
            if digits and with_digits in ("log10", "log2"):
                self.emit("function", words.FUNCTIONS[with_digits], begin, digits.end())
            elif digits and (match := DIGITED.match(self.chars, begin)):
                self.digited(match)
            else:
                self.emit("function", piece.value, begin, after)
                self.base(after)
            return
        base = self.chars[begin : start + piece.end]
        index, end, style = self.index(after, base)
        if piece.kind == "constant" and style != "_":
            if digits and piece.value == "e":
                message = f"Please write a power of {base} with ^, like {base}^{digits.group()[:3]}."
                raise self.fault("syntax", message, begin, digits.end(), f"{base}^{digits.group()[:3]}")
            self.emit("constant", piece.value, begin, after)
        else:
            self.name(base, index, style, begin, end)

    def base(self, start: int) -> None:
        """The base of a logarithm, as in log_2: digits, one letter, or what is in braces."""
        if match := BASE.match(self.chars, start):
            self.emit("index", match.group(1) or match.group(2), start, match.end())

    def index(self, start: int, base: str) -> tuple[str, int, str]:
        """The index that touches a letter: itself, where it ends, and the style it was typed in (_ or digits)."""
        known = [name.partition("_")[2] for name in self.declared if name.startswith(base + "_")]
        known = [index for index in known if self.chars.startswith("_" + index, start)]
        if known:
            index = max(known, key=len)
            return index, start + 1 + len(index), "_"
        if match := INDEX.match(self.chars, start):
            index, end = next(filter(None, match.groups())), match.end()
            if match.group(3) and self.chars[end : end + 1] == "_" and len(index) > 1:
                index, end = index[:-1], end - 1  # in x_ay_b the y has an index of its own
            return index, end, "_"
        if match := DIGITS.match(self.chars, start):
            return match.group(), match.end(), "digits"
        return "", start, ""

    def name(self, base: str, index: str, style: str, start: int, end: int) -> None:
        """A variable or parameter, checked: its letters are one letter, a Greek word, or declared."""
        if len(index) > INDEX_LENGTH:
            raise self.fault("budget", f"An index may have at most {INDEX_LENGTH} letters or digits.", start, end)
        name = f"{base}_{index}" if index else base
        if len(base) > 1 and base not in words.GREEK_NAMES | {"pi"} and name not in self.declared:
            raise self.fault("name", f"I do not know the name {base}{' with this index' if index else ''}.", start, end)
        if style == "digits":
            self.indexed.setdefault(name, self.source.place(start))
            if base in self.declared and name not in self.declared:
                self.notice(f"I read {base}{index} as a name of its own; write {base}^{index} for a power.", start)
        elif len(index) > 1 and not index.isdigit() and name not in self.declared and self.chars[end - 1] != "}":
            self.notice(f"I read all of {index} as the index of {base}; put a space where it ends.", start)
        self.emit("name", name, start, end)

    def warn(self, run: str, parts: list[Piece], start: int) -> None:
        """Notices about a run that could have been meant otherwise."""
        letters = [piece for piece in parts if piece.kind == "letter"]
        if len(letters) == len(run) > 2:
            self.notice(f"I read {run} as a product of its letters.", start)
        for piece in parts:
            spelling = run[piece.start : piece.end]
            if piece.kind == "function" and spelling in words.EDGE_WORDS and len(parts) > 1:
                spread = " ".join(spelling)
                self.notice(f"I read {spelling} as a function; write {spread} for a product.", start + piece.start)

    # LaTeX

    def command(self) -> None:
        """A LaTeX command, by the tables of `core.syntax.commands`."""
        start = self.at
        if self.environment():
            return
        if match := commands.SIDE.match(self.chars, start):
            self.side(match)
        elif match := commands.NAMED.match(self.chars, start):
            self.named(match)
        elif match := commands.TEXT.match(self.chars, start):
            self.text(match)
        elif match := commands.FRACTION.match(self.chars, start):
            self.emit("fraction", "frac", start, match.end())
            self.short_fraction()
        elif match := commands.ROOT.match(self.chars, start):
            self.emit("root", 0, start, match.end())
        else:
            self.plain_command()

    def environment(self) -> bool:
        """The beginning or the end of a matrix or of cases, or the end of a row in it."""
        start = self.at
        if match := commands.CASES_BEGIN.match(self.chars, start):
            self.environments.append({"cases"})
            self.emit("mark", CASES_OPENING, start, match.end())
        elif match := commands.CASES_END.match(self.chars, start):
            self.environments = self.environments[:-1]
            self.emit("mark", CASES_CLOSING, start, match.end())
        elif match := commands.ENVIRONMENT.match(self.chars, start):
            self.matrix(match)
        elif match := commands.ROW_END.match(self.chars, start):
            inside = self.environments[-1] if self.environments else set()
            inside.add("row")
            self.emit("mark", ";" if "cases" in inside else "\n", start, match.end())
        else:
            return False
        return True

    def matrix(self, match: re.Match[str]) -> None:
        """A column, or a row, of components."""
        if "begin" in match.groups():
            self.environments.append({"matrix"})
            self.emit("mark", "(", *match.span())
            return
        inside = self.environments.pop() if self.environments else set()
        if {"row", "column"} <= inside:
            message = "A matrix with several columns is not a function here; please type its entries as one column."
            raise self.fault("latex", message, *match.span())
        if self.tokens and _line_end(self.tokens[-1]):
            self.tokens.pop()  # the end of the last row
        self.emit("mark", ")", *match.span())

    def named(self, match: re.Match[str]) -> None:
        r"""\operatorname{arsinh}, \mathrm{e}."""
        name, (start, end) = match.group(1), match.span(1)
        if not name.isalpha() and name in words.FUNCTIONS:
            self.emit("function", words.FUNCTIONS[name], start, match.end())
        elif not name.isalpha():
            raise self.fault("name", "I do not know the name that is written here.", start, end)
        else:
            self.letters(start, end, match.end())

    def text(self, match: re.Match[str]) -> None:
        r"""\text{if}: one word, or words that say nothing."""
        said = match.group(1).strip(" ,.;:\n~")
        start = match.start(1) + match.group(1).find(said) if said else match.end()
        if said.isalpha():
            self.letters(start, start + len(said), match.end())
        elif not said or said.lower() in commands.NOISE:
            self.at, self.spaced = match.end(), True
        else:
            message = "I cannot read the words in this text; please leave them out."
            raise self.fault("latex", message, *match.span())

    def side(self, match: re.Match[str]) -> None:
        r"""`\left` or `\right`, with the bar or the point it may have; any other bracket follows by itself."""
        bar = {"left": "|<", "right": "|>"}.get(match.group(1), "|")
        if match.group(2) and match.group(2) != ".":
            self.emit("mark", bar, match.start(), match.end())
        else:
            self.at = match.end()

    def short_fraction(self) -> None:
        r"""The two digits of `\frac12`."""
        for _ in range(2):
            match = re.compile(r" *([0-9])").match(self.chars, self.at)
            if not match:
                return
            self.emit("number", (int(match.group(1)), 1), match.start(1), match.end())

    def plain_command(self) -> None:
        match = commands.COMMAND.match(self.chars, self.at)
        assert match
        start, end = match.span()
        word = match.group(1) or match.group(2) or ""
        if word in commands.SPACING:
            self.at, self.spaced = end, True
        elif word in commands.MARKS:
            self.emit("mark", commands.MARKS[word], start, end)
        elif word in commands.LETTERS:
            self.greek(commands.LETTERS[word], start, end)
        elif word in commands.OPERATORS:
            self.emit("function", words.FUNCTIONS[word], start, end)
            self.base(end)
        elif word in commands.REFUSED:
            whole = re.compile(r"\\(\w+\{\w+\})|").match(self.chars, start)
            message = commands.REFUSED.get(whole.group(1) if whole else "", commands.REFUSED[word])
            raise self.fault("latex", message, start, end)
        else:
            raise self.strange(word, start, end)

    def strange(self, word: str, start: int, end: int) -> InputError:
        """The sentence for a command that nobody knows."""
        guess = words.near_command(word) if word.isalpha() else None
        shown = f"the LaTeX command {word}" if word.isalpha() and len(word) <= 20 else "this LaTeX command"
        rest = f"did you mean {guess[1:]}?" if guess else "please write it in plain signs."
        return self.fault("latex", f"I do not know {shown}; {rest}", start, end, guess)

    # Signs

    def mark(self) -> None:
        """An operator, a bracket, a bar, a separator."""
        match = MARK.match(self.chars, self.at)
        assert match
        value = SAME.get(match.group(), match.group())
        if value in ("$", "`"):
            message = "A dollar sign or backtick belongs at both ends of the formula, or nowhere."
            raise self.fault("char", message, *match.span())
        inside: set[str] = self.environments[-1] if self.environments else set()
        if value == "&" and "matrix" in inside:
            inside.add("column")
            value = ","
        if value == "\n" and inside:  # in LaTeX a line ends with two backslashes
            self.at, self.spaced = match.end(), True
            return
        self.emit("mark", value, *match.span())


def pairs(source: Source, tokens: Sequence[Token]) -> dict[int, int]:
    """The closing bracket of each opening one, by token number."""
    match: dict[int, int] = {}
    stack: list[int] = []
    for k, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.value in BRACKETS:
            stack.append(k)
            if len(stack) > settings.NESTING:
                message = f"That is nested too deeply: at most {settings.NESTING} levels."
                raise source.fault("budget", message, token.start, token.end)
        elif token.value in BRACKETS.values():
            match[_opening(source, tokens, stack, token)] = k
    if stack:
        token = tokens[stack[-1]]
        raise source.fault("syntax", f"This bracket {_shown(token.value)} is never closed.", token.start, token.end)
    return match


def _opening(source: Source, tokens: Sequence[Token], stack: list[int], token: Token) -> int:
    """The number of the bracket that this one closes."""
    if not stack:
        raise source.fault("syntax", f"This bracket {_shown(token.value)} closes nothing.", token.start, token.end)
    opening = tokens[stack[-1]]
    due = BRACKETS[opening.value]
    if token.value != due:
        message = f"The bracket {_shown(opening.value)} is closed by {_shown(token.value)} here; {_shown(due)} is due."
        raise source.fault("syntax", message, token.start, token.end, None if due == CASES_CLOSING else due)
    return stack.pop()


def _shown(bracket: str) -> str:
    return bracket if bracket in "⟨⟩" else SAYS.get(bracket, bracket)


def reduced(p: int, q: int) -> tuple[int, int]:
    """The fraction p/q in lowest terms, q > 0.

    >>> reduced(5, 10)
    (1, 2)
    """
    g = math.gcd(p, q)
    return p // g, q // g
