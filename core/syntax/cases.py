r"""Cases, in every form people write them, and the conditions in them.

    Piecewise((x^2, x > 0), (0, True))        SymPy; in Mathematica the pairs stand in a list
    {x^2 if x > 0, 0 otherwise}               on one line or several
    {x > 0: x^2, 0}                           Desmos
    x^2 if x > 0 else 0                       Python, also as a chain
    where(x > 0, x^2, 0)   if(x > 0; x^2; 0)  NumPy, spreadsheets
    \begin{cases} x^2 & x > 0 \\ 0 & \text{otherwise} \end{cases}

The first case whose condition holds counts. Where none does, there is no value.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from core.syntax.cursor import RELATIONS, Cursor
from core.syntax.measure import Part
from core.syntax.tokens import CASES_CLOSING, CLOSING, OPENING, Token
from core.syntax.words import CASES, OTHERWISE, WHEN

RELATION_WORDS: Final = {"Eq": "eq", "Ne": "ne", "Lt": "lt", "Le": "le", "Gt": "gt", "Ge": "ge"}
CONNECTIVES: Final = ("And", "Or", "Not", "AND", "OR", "NOT")
ENDS: Final = (",", ";", "\n", "}")
CONDITION_WORDS: Final = frozenset((*CONNECTIVES, "True", "true", "not", *OTHERWISE, *RELATION_WORDS))


def rows_within(tokens: Sequence[Token], match: Mapping[int, int], opening: int) -> bool:
    """Whether the brace that opens here holds cases: words like if, a colon or a comparison, outside its brackets."""
    if tokens[opening].value != "{" or opening not in match:
        return False
    k, end = opening + 1, match[opening]
    while k < end:
        token = tokens[k]
        if (token.kind == "special" and token.value in (*WHEN, *OTHERWISE)) or (
            token.kind == "mark" and token.value in (":", *RELATIONS)
        ):
            return True
        k = match.get(k, k) + 1
    return False


class Cases(Cursor):
    """The part of the grammar that has conditions in it."""

    @abstractmethod
    def sum(self) -> Part:
        """A sum: what a case is worth, and what a condition compares."""

    # Cases

    def choice(self) -> Part:
        """A sum, or a chain of Python's: a if c else b if d else e."""
        value = self.sum()
        if not self.on_word(*WHEN):
            return value
        rows = []
        while self.on_word(*WHEN):
            word = self.take()
            rows.append((value, self.inside(self.condition, condition=True)))
            if not self.on_word(*OTHERWISE):
                raise self.wrong(f"After a condition comes else; or write all cases like {CASES}.", word)
            self.take()
            value = self.deeper(self.sum)
        return self.of_rows([*rows, (value, self.always(value))], value.start)

    def always(self, part: Part) -> Part:
        """The condition that always holds, where that part ends."""
        return Part(("true",), part.end, part.end)

    def of_rows(self, rows: Sequence[tuple[Part, Part]], start: int) -> Part:
        """The cases with these values and conditions, which end here."""
        pieces = [
            Part((value.tree, condition.tree), value.start, condition.end, max(value.depth, condition.depth))
            for value, condition in rows
        ]
        end = self.tokens[self.at - 1].end
        return self.make(("cases", *(piece.tree for piece in pieces)), pieces, start, end)

    def rows(self) -> Part:
        """Cases in braces: one a row, its condition behind it, or before it and a colon."""
        opening = self.take()
        rows = [self.row()]
        while not self.on(*CLOSING):
            if not self.on(",", ";", "\n") and not self.on_word(*OTHERWISE):
                raise self.unexpected()
            while self.on(",", ";", "\n"):
                self.take()
            if not self.on(*CLOSING):
                rows.append(self.row())
        self.close()
        return self.of_rows(rows, opening.start)

    def row(self) -> tuple[Part, Part]:
        if self.on_word(*OTHERWISE):
            self.take()
            if self.on(":", ","):
                self.take()
            value = self.inside(self.sum)
            return value, self.always(value)
        if self.ahead(self.at, ":"):
            condition = self.inside(self.condition, condition=True)
            self.take()
            return self.inside(self.sum), condition
        value = self.inside(self.sum)
        if self.on(",") and self.condition_ahead():
            self.take()
            if not self.on_word(*WHEN, *OTHERWISE):
                return value, self.inside(self.condition, condition=True)
        return value, self.when(value)

    def when(self, value: Part) -> Part:
        """The condition behind a value: if …, otherwise, or nothing at all in the last row."""
        if self.on_word(*WHEN):
            self.take()
            return self.inside(self.condition, condition=True)
        if self.on_word(*OTHERWISE):
            self.take()
        elif not self.on(*CLOSING):
            raise self.unexpected()
        return self.always(value)

    def ahead(self, start: int, *values: str) -> bool:
        """Whether one of these signs or words comes before this row or its part ends."""
        k = start
        while k < self.end and self.tokens[k].value not in ENDS:
            if self.tokens[k].kind in ("mark", "special") and self.tokens[k].value in values:
                return True
            k = self.match.get(k, k) + 1
        return False

    def condition_ahead(self) -> bool:
        """Whether a condition follows this comma, and not the next row."""
        following = self.tokens[self.at + 1] if self.at + 1 < self.end else None
        if following is not None and following.kind == "special" and following.value in (*WHEN, *OTHERWISE):
            return following.value in WHEN or self.at + 2 >= self.end or self.tokens[self.at + 2].value in ENDS
        return self.ahead(self.at + 1, *RELATIONS) and not self.ahead(self.at + 1, ":", *WHEN)

    def latex_cases(self) -> Part:
        r"""The environment cases: value & condition \\ …"""
        opening = self.take()
        rows = [self.latex_row()]
        while not self.on(CASES_CLOSING):
            if not self.on(";"):
                raise self.unexpected()
            while self.on(";"):
                self.take()
            if not self.on(CASES_CLOSING):
                rows.append(self.latex_row())
        self.take()
        return self.of_rows(rows, opening.start)

    def latex_row(self) -> tuple[Part, Part]:
        value = self.inside(self.sum)
        if not self.on(",", "&"):
            raise self.wrong("Between a case and its condition stands the sign & in LaTeX.", self.tokens[self.at - 1])
        while self.on(",", "&") or self.on_word(*WHEN):
            self.take()
        condition = self.inside(self.condition, condition=True)
        if self.on(","):
            self.take()
        return value, condition

    def where(self, token: Token) -> Part:
        """where(condition, then, else)."""
        usage = f"After {token.value} come a condition and two values, like {token.value}(x > 0, x^2, 0)."
        if not self.on(*OPENING):
            raise self.wrong(usage, token)
        self.take()
        condition = self.inside(self.condition, condition=True)
        values = []
        while self.on(",", ";"):
            self.take()
            values.append(self.inside(self.choice))
        self.close()
        if len(values) != 2:
            raise self.wrong(usage, token)
        return self.of_rows([(values[0], condition), (values[1], self.always(values[1]))], token.start)

    def pieces(self) -> Part:
        """Piecewise((expression, condition), …, (expression, True)), the pairs also in a list."""
        token = self.take()
        if not self.on(*OPENING):
            raise self.wrong(f"Please write cases like {CASES}.", token)
        self.take()
        listed = self.on(*OPENING) and self.lists_pairs()
        if listed:
            self.take()
        rows = [self.deeper(self.pair)]
        while self.on(",", ";"):
            self.take()
            rows.append(self.deeper(self.pair))
        self.close()
        if listed:
            if self.on(","):
                self.take()
                value = self.inside(self.sum)
                rows.append((value, self.always(value)))
            self.close()
        return self.of_rows(rows, token.start)

    def lists_pairs(self) -> bool:
        """Whether the bracket here holds brackets only, separated by commas: a list of pairs, not a pair."""
        k, end = self.at + 1, self.match[self.at]
        while k < end:
            k = self.match.get(k, end) + 1
            if k < end and self.tokens[k].value not in (",", ";"):
                return False
            k += k < end
        return k == end

    def pair(self) -> tuple[Part, Part]:
        opening = self.peek()
        if not self.on(*OPENING):
            raise self.wrong("Each case is a pair in brackets: an expression, a comma, its condition.", opening)
        self.take()
        value = self.inside(self.sum)
        if not self.on(",", ";"):
            raise self.wrong("Each case is a pair in brackets: an expression, a comma, its condition.", opening)
        self.take()
        condition = self.inside(self.condition, condition=True)
        self.close()
        return value, condition

    # Conditions

    def condition(self) -> Part:
        return self.chain(("or", "|"), "or", lambda: self.chain(("and", "&"), "and", self.negation))

    def chain(self, signs: tuple[str, str], head: str, read: Callable[[], Part]) -> Part:
        part = read()
        while self.on(*signs) or self.on_word(*signs):
            bar = self.take()
            if bar.value == "|" and self.on("|") and not self.peek().spaced:
                self.take()  # || is the or of some languages
            part = self.combine(head, [part, read()])
        return part

    def combine(self, head: str, parts: Sequence[Part]) -> Part:
        return self.make((head, *(part.tree for part in parts)), parts, parts[0].start, parts[-1].end)

    def negation(self) -> Part:
        if self.on("~") or self.on_word("not"):
            token = self.take()
            inner = self.deeper(self.negation)
            return self.make(("not", inner.tree), [inner], token.start, inner.end)
        if self.on_word("True", "true", *OTHERWISE):
            return self.make(("true",), (), self.peek().start, self.take().end)
        if self.on_word(*CONNECTIVES):
            return self.deeper(self.connective)
        if self.on_word(*RELATION_WORDS):
            return self.deeper(self.relation_word)
        if self.on(*OPENING) and self.bracketed_condition():
            return self.deeper(self.condition_group)
        return self.comparison()

    def bracketed_condition(self) -> bool:
        """Whether the bracket here holds a condition, not a number that is compared."""
        close = self.match[self.at]
        for token in self.tokens[self.at + 1 : close]:
            if (token.kind == "mark" and token.value in RELATIONS) or (
                token.kind == "special" and token.value in CONDITION_WORDS
            ):
                break
        else:
            return False
        following = self.tokens[close + 1] if close + 1 < self.end else None
        return following is None or following.value not in (*RELATIONS, "+", "-", "*", "/", "^")

    def condition_group(self) -> Part:
        self.take()
        part = self.inside(self.condition, condition=True)
        self.close()
        return part

    def connective(self) -> Part:
        token = self.take()
        parts = self.listed(token, lambda: self.inside(self.condition, condition=True))
        if token.value.lower() == "not" and len(parts) == 1:
            return self.make(("not", parts[0].tree), parts, token.start, parts[0].end)
        if token.value.lower() == "not":
            raise self.wrong("Not takes one condition.", token)
        part = parts[0]
        for other in parts[1:]:
            part = self.combine(token.value.lower(), [part, other])
        return part

    def relation_word(self) -> Part:
        token = self.take()
        parts = self.listed(token, lambda: self.inside(self.sum))
        if len(parts) != 2:
            raise self.wrong(f"{token.value} compares two things.", token)
        return self.compare(RELATION_WORDS[token.value], parts[0], parts[1])

    def comparison(self) -> Part:
        """a < b, or a chain a < b < c."""
        left = self.sum()
        if not self.on(*RELATIONS):
            raise self.wrong("Here I need a condition, such as x > 0 or True.", self.tokens[self.at - 1])
        links = []
        while self.on(*RELATIONS):
            relation = RELATIONS[self.take().value]
            right = self.sum()
            links.append(self.compare(relation, left, right))
            left = right
        part = links[0]
        for link in links[1:]:
            part = self.combine("and", [part, link])
        return part

    def compare(self, relation: str, left: Part, right: Part) -> Part:
        return replace(self.combine(relation, [left, right]), size=None)
