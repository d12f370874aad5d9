"""The place reached in the tokens, the parts made so far with their budgets, and the words for what is wrong.

The grammar of `core.syntax.cases` and `core.syntax.expression` is written on top of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from core import settings
from core.syntax import measure
from core.syntax.measure import Part
from core.syntax.source import Source
from core.syntax.tokens import CASES_CLOSING, CASES_OPENING, CLOSING, OPENING, SAYS, Token
from core.syntax.tree import InputError, Notice, Tree
from core.syntax.words import CASES, FORMS, OTHERWISE, WHEN

Read = TypeVar("Read")
RELATIONS: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "==": "eq", "!=": "ne"}


@dataclass
class Level:
    """What is open in the bracket that is being read: bars, and whether it is a condition."""

    bars: int = 0
    condition: bool = False


class Cursor:
    """A place in the tokens; `match` gives the closing bracket of each opening one, by token number."""

    def __init__(
        self, source: Source, tokens: Sequence[Token], match: Mapping[int, int], declared: Collection[str] = ()
    ) -> None:
        self.source = source
        self.tokens = tokens
        self.match = match
        self.declared = declared
        self.notices: list[Notice] = []
        self.names: dict[str, Token] = {}  # each name where it first occurs
        self.at = self.start = self.end = 0
        self.depth = self.nodes = 0
        self.levels = [Level()]

    # Looking at tokens

    def peek(self) -> Token:
        if self.at < self.end:
            return self.tokens[self.at]
        place = self.tokens[self.end - 1].end if self.end > self.start else 0
        return Token("end", "", place, place)

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def on(self, *values: str) -> bool:
        token = self.peek()
        return token.kind == "mark" and token.value in values

    def on_word(self, *values: str) -> bool:
        token = self.peek()
        return token.kind == "special" and token.value in values

    def following(self, value: str) -> bool:
        """Whether that sign comes after this token."""
        token = self.tokens[self.at + 1] if self.at + 1 < self.end else None
        return token is not None and token.kind == "mark" and token.value == value

    def closed(self) -> bool:
        """Whether the last token read was a closing bracket."""
        last = self.tokens[self.at - 1]
        return last.kind == "mark" and (last.value in CLOSING or last.value == CASES_CLOSING)

    def begins(self, token: Token) -> bool:
        """Whether an operand begins here, so that a product goes on without a sign."""
        if token.kind == "mark":
            bar = token.value == "|" and not self.levels[-1].bars and not self.levels[-1].condition
            return (token.value in OPENING and token.value != "⟨") or token.value in ("|<", CASES_OPENING) or bar
        return token.kind in ("number", "name", "constant", "function", "root", "fraction") or (
            token.kind == "special" and (token.value in ("Piecewise", "piecewise") or token.value in FORMS)
        )

    # Making parts

    def make(
        self, tree: Tree, parts: Sequence[Part], start: int, end: int, tail: str = "", means: Tree | None = None
    ) -> Part:
        """A part over parts, with its budgets checked; a composed word costs what it `means`."""
        self.nodes += 1 if means is None else measure.nodes(means)
        depth = max((part.depth for part in parts), default=-1) + (1 if means is None else measure.depth(means))
        if self.nodes > settings.NODES:
            raise self.fault("budget", f"That formula is too large: at most {settings.NODES} operations.", start, end)
        if depth > settings.NESTING:
            raise self.too_deep(start, end)
        word = str(tree[1]) if tree[0] == "call" else ""
        sizes = [part.size for part in parts]
        size = measure.of_node(tree[0], word, sizes) if means is None else measure.of_tree(means, sizes)
        if size is not None and size.digits > settings.CONSTANT_DIGITS:
            message = f"A number in this formula has more than {settings.CONSTANT_DIGITS} digits."
            raise self.fault("budget", message, start, end)
        growth = max((part.growth for part in parts), default=1.0) if tree[0] in ("neg", "mul", "div") else 1.0
        return Part(tree, start, end, depth, size, tail, growth)

    def leaf(self, tree: Tree, size: measure.Size | None, token: Token) -> Part:
        return replace(self.make(tree, (), token.start, token.end), size=size)

    def join(self, head: str, parts: Sequence[Part]) -> Part:
        """One part as it is; several as a sum or a product."""
        if len(parts) == 1:
            return parts[0]
        tree = (head, *(part.tree for part in parts))
        return self.make(tree, parts, parts[0].start, parts[-1].end, parts[-1].tail)

    def negative(self, part: Part, sign: Token) -> Part:
        return self.make(("neg", part.tree), [part], sign.start, part.end, part.tail)

    def fault(self, code: str, message: str, start: int, end: int, suggestion: str | None = None) -> InputError:
        return self.source.fault(code, message, start, end, suggestion)

    def wrong(self, message: str, token: Token, suggestion: str | None = None) -> InputError:
        return self.fault("syntax", message, token.start, token.end, suggestion)

    def too_deep(self, start: int, end: int) -> InputError:
        return self.fault("budget", f"That is nested too deeply: at most {settings.NESTING} levels.", start, end)

    def notice(self, text: str, start: int) -> None:
        if all(notice.text != text for notice in self.notices):
            self.notices.append(Notice(text, self.source.place(start)))

    def deeper(self, read: Callable[[], Read]) -> Read:
        """Read one level further down; every recursion passes here."""
        self.depth += 1
        if self.depth > settings.NESTING:
            token = self.peek()
            raise self.too_deep(token.start, token.end)
        part = read()
        self.depth -= 1
        return part

    def inside(self, read: Callable[[], Part], condition: bool = False) -> Part:
        """Read within a bracket of its own: bars outside are out of sight."""
        self.levels.append(Level(condition=condition))
        part = read()
        self.levels.pop()
        return part

    def close(self) -> Token:
        """The closing bracket that is due here."""
        if not self.on(*CLOSING):
            raise self.unexpected()
        return self.take()

    def listed(self, token: Token, read: Callable[[], Part]) -> list[Part]:
        """What stands between the brackets after a word, read one by one."""
        if not self.on(*OPENING):
            raise self.wrong(f"After {token.value} comes a bracket.", token)
        self.take()
        parts = [read()]
        while self.on(",", ";"):
            self.take()
            parts.append(read())
        self.close()
        return parts

    # What is wrong

    def missing(self) -> InputError:
        """The sentence for an operand that is not there."""
        token = self.peek()
        before = self.tokens[self.at - 1] if self.at > self.start else None
        if token.kind == "end":
            if before is None:
                return self.wrong("There is nothing to read here yet.", token)
            return self.wrong(f"Something is missing after {name_of(before)}.", before)
        if token.kind in ("index", "special") or self.on("_", ".", *CASES_CLOSING):
            return self.unexpected()
        if before and before.value in OPENING and token.value in CLOSING:
            return self.fault("syntax", "There is nothing between these brackets.", before.start, token.end)
        if before is None or before.value in (*OPENING, ",", ";", "\n"):
            return self.wrong(f"Something is missing before {name_of(token)}.", token)
        message = f"Something is missing between {name_of(before)} and {name_of(token)}."
        return self.fault("syntax", message, before.start, token.end)

    def unexpected(self) -> InputError:
        """The sentence for a token that cannot stand where it does."""
        token = self.peek()
        value = token.value
        if self.on("=", "=="):
            return self.equation(token)
        if self.on(*RELATIONS):
            message = f"This looks like an inequality; please type the function alone, or cases like {CASES}."
        elif self.on(",", ";", "\n"):
            message = "A list of components can only be the whole formula, not a part of it."
        elif self.on("_") or token.kind == "index":
            message = "An index like _1 belongs directly behind a letter."
        elif self.on("."):
            message = "A point belongs inside a number, like 2.5."
        elif self.on("|", "|>"):
            message = "This bar | has no partner."
        elif self.on("!"):
            message = "The sign ! belongs directly behind a whole number."
        elif token.kind == "special" and value in (*WHEN, *OTHERWISE):
            message = f"I cannot read these cases; please write them like {CASES}."
        elif token.kind == "special" and isinstance(value, str):
            message = f"The word {value} cannot stand here."
        elif token.kind == "head":
            message = "A name with = belongs at the beginning of a component."
        else:
            message = f"{name_of(token, capital=True)} cannot stand here."
        return self.wrong(message, token)

    def equation(self, token: Token) -> InputError:
        message = "This looks like an equation; please type the function alone."
        rest = self.tokens[self.at + 1 : self.end]
        if len(rest) == 1 and rest[0].value == (0, 1):
            return self.fault("syntax", message, token.start, rest[0].end, "")
        return self.wrong(message, token)


def name_of(token: Token, capital: bool = False) -> str:
    """How a token is called in a sentence."""
    article = "The" if capital else "the"
    kinds = {"number": "number", "root": "root", "fraction": "fraction"}
    if token.kind in kinds:
        return f"{article} {kinds[token.kind]}"
    if token.kind in ("function", "name", "constant", "special"):
        return f"{article} name {token.value}"
    value: Any = SAYS.get(token.value, token.value) if isinstance(token.value, str) else "="
    words = {"\n": "end of the line", ",": "comma", ";": "semicolon", ".": "point"}
    return f"{article} {words[value]}" if value in words else f"{article} sign {value}" if capital else str(value)
