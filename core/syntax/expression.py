"""The grammar of one expression, read by precedence climbing.

    sum      = signed term, then + or - and terms
    term     = power, then *, / or nothing at all and powers: one precedence, left to right, so 1/2x is (1/2) x
    power    = factor, then ^ and a signed power: x^y^z is x^(y^z), -x^2 is -(x^2), e^2x is e^2 x
    factor   = number, name, bracket, bars, root, function; then ! for a whole number

A function without brackets takes the product that touches it: sin 2x, sin xy, but sin x · y for sin x y.
A bar opens where an operand is due and closes where one has just ended.
Every reading that could have been meant otherwise leaves a notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core import settings
from core.syntax import measure
from core.syntax.measure import Part
from core.syntax.source import Source
from core.syntax.tokens import CLOSING, OPENING, Token
from core.syntax.tree import InputError, Notice, Tree
from core.syntax.words import EULER, FORMS, GREEK_NAMES, IMAGINARY
from core.vocabulary import WORD

INVERSE: Final = {
    **{"sin": "asin", "cos": "acos", "tan": "atan"},
    **{"sinh": "asinh", "cosh": "acosh", "tanh": "atanh"},
}
RELATIONS: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "==": "eq", "!=": "ne"}
RELATION_WORDS: Final = {"Eq": "eq", "Ne": "ne", "Lt": "lt", "Le": "le", "Gt": "gt", "Ge": "ge"}
CONDITION_WORDS: Final = frozenset(("And", "Or", "Not", "True", "true", "otherwise", "not", *RELATION_WORDS))
FACTORIAL: Final = 20
SAYS: Final = {"|<": "|", "|>": "|", "⟨": "<", "⟩": ">"}  # how a sign is named in a sentence

FRACTION_NOTICE = "A product after a fraction multiplies the whole fraction; use brackets to put more below the bar."
EXPONENT_NOTICE = "Only the first factor after ^ is the exponent; use brackets for a longer one."
ARGUMENT_NOTICE = (
    "Only what touches {} is its argument, and the rest is multiplied; use brackets for a longer argument."
)
SPACED_NOTICE = "I read everything up to the first variable as the argument of {}; use brackets to change that."
ROOT_NOTICE = "The root covers only the first factor; use brackets for more."
HALF_NOTICE = "A power comes before a division, so x^1/2 is half of x^1; use brackets for a fraction as an exponent."
PRINCIPAL_NOTICE = (
    "A power with a fraction as its exponent is not real for a negative base; cbrt is the real cube root."
)


@dataclass
class _Level:
    """What is open in the bracket that is being read: bars, and whether it is a condition."""

    bars: int = 0
    condition: bool = False


class Reader:
    """Reads expressions from tokens; `match` gives the closing bracket of each opening one, by token number."""

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
        self.levels = [_Level()]

    def component(self, start: int, end: int) -> Part:
        """The expression that tokens[start:end] are, all of them."""
        self.at, self.start, self.end = start, start, end
        self.levels = [_Level()]
        part = self.over_all()
        if self.at < self.end:
            raise self.unexpected()
        return part

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

    def closed(self) -> bool:
        """Whether the last token read was a closing bracket."""
        last = self.tokens[self.at - 1]
        return last.kind == "mark" and last.value in CLOSING

    def begins(self, token: Token) -> bool:
        """Whether an operand begins here, so that a product goes on without a sign."""
        if token.kind == "mark":
            bar = token.value == "|" and not self.levels[-1].bars and not self.levels[-1].condition
            return (token.value in OPENING and token.value != "⟨") or token.value == "|<" or bar
        return token.kind in ("number", "name", "constant", "function", "root", "fraction") or (
            token.kind == "special" and token.value in ("Piecewise", "piecewise", *FORMS.values())
        )

    # Making parts

    def make(self, tree: Tree, parts: Sequence[Part], start: int, end: int, tail: str = "") -> Part:
        """A part over parts, with its budgets checked."""
        self.nodes += 1
        depth = 1 + max((part.depth for part in parts), default=-1)
        if self.nodes > settings.NODES:
            raise self.fault("budget", f"That formula is too large: at most {settings.NODES} operations.", start, end)
        if depth > settings.NESTING:
            raise self.too_deep(start, end)
        word = str(tree[1]) if tree[0] == "call" else ""
        size = measure.of_node(tree[0], word, [part.size for part in parts])
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

    def deeper(self, read: Callable[[], Part]) -> Part:
        """Read one level further down; every recursion passes here."""
        self.depth += 1
        if self.depth > settings.NESTING:
            token = self.peek()
            raise self.too_deep(token.start, token.end)
        part = read()
        self.depth -= 1
        return part

    # Sums, products, powers

    def sum(self) -> Part:
        terms = [self.signed(self.term)]
        while self.on("+", "-"):
            sign = self.take()
            term = self.signed(self.term)
            terms.append(self.negative(term, sign) if sign.value == "-" else term)
        return self.join("add", terms)

    def signed(self, read: Callable[[], Part]) -> Part:
        """Any number of signs, then what `read` reads."""
        signs = []
        while self.on("+", "-"):
            signs.append(self.take())
        part = read()
        for sign in reversed(signs):
            part = self.negative(part, sign) if sign.value == "-" else part
        return part

    def term(self) -> Part:
        product = [self.power()]
        while True:
            token = self.peek()
            if self.on("*"):
                self.take()
                product.append(self.signed(self.power))
            elif self.on("/"):
                product = [self.quotient(product)]
            elif self.begins(token):
                self.doubt(product, token)
                product.append(self.power())
            else:
                return self.join("mul", product)

    def quotient(self, product: list[Part]) -> Part:
        """What was read so far, over the next factor."""
        above = self.join("mul", product)
        if product[-1].tail == "argument":
            self.notice("The argument of a function without brackets ends before the division.", product[-1].start)
        if product[-1].tail == "exponent" and product[-1].tree[-1] == ("num", 1, 1):
            self.notice(HALF_NOTICE, product[-1].start)
        slash = self.take()
        below = self.signed(self.power)
        if below.tree[0] == "num" and below.tree[1] == 0:
            raise self.fault("math", "This divides by zero.", slash.start, below.end)
        tail = "" if self.closed() else "denominator"
        return self.make(("div", above.tree, below.tree), [above, below], above.start, below.end, tail)

    def doubt(self, product: Sequence[Part], token: Token) -> None:
        """A product without a sign: refuse two numbers side by side, and say how an ambiguous one is read."""
        last, glued = product[-1], not token.spaced
        before = self.tokens[self.at - 1]
        if glued and before.kind == "name" and self.on("["):
            self.check_index(before)
        if token.kind == before.kind == "number":
            raise self.fault("syntax", "There is no sign between these two numbers.", before.start, token.end)
        if last.tail == "denominator" and last.tree[0] == "div" and (glued or last.tree[2][0] != "num"):
            self.notice(FRACTION_NOTICE, last.start)
        if last.tail == "exponent" and glued and token.kind in ("name", "constant", "function"):
            self.notice(EXPONENT_NOTICE, last.start)
        if last.tail == "argument" and token.kind != "function":
            word = WORD[last.tree[1]].spellings[0] if last.tree[0] == "call" else "The function"
            self.notice(ARGUMENT_NOTICE.format(word), last.start)
        if last.tail == "root" and glued and token.kind not in ("function", "root"):
            self.notice(ROOT_NOTICE, last.start)
        if before.kind == "name" and before.value in GREEK_NAMES and self.on("("):
            self.notice(f"I read {before.value} as a Greek letter times the bracket.", before.start)
        if self.on("|") and any(part.tree[:2] == ("call", "abs") for part in product) and last.tree[0] != "call":
            self.notice(
                "I read the bars in pairs from the left; use abs with brackets to pair them otherwise.", last.end
            )

    def check_index(self, name: Token) -> None:
        """x[0] is an element of a list for a programmer, and a product for nobody."""
        closing = self.match[self.at]
        index = self.tokens[self.at + 1]
        if closing == self.at + 2 and index.kind == "number" and index.value[1] == 1:
            written = f"{self.source.chars[name.start : name.end]}_{index.value[0]}"
            message = f"Please write an index behind a letter as {written}."
            raise self.wrong(message, replace(name, end=self.tokens[closing].end), written)

    def power(self) -> Part:
        base = self.factor()
        if not self.on("^"):
            return base
        self.take()
        return self.raised(base, self.deeper(self.exponent))

    def exponent(self) -> Part:
        return self.signed(self.power)

    def raised(self, base: Part, exponent: Part) -> Part:
        """base to the exponent, within the budgets of powers."""
        start, end = base.start, exponent.end
        self.check_power(base, exponent)
        number = exponent.tree[0] == "num" and base.tree != ("const", "e")
        tail = "" if self.closed() else "power" if number and exponent.tree != ("num", 1, 1) else "exponent"
        part = self.make(("pow", base.tree, exponent.tree), [base, exponent], start, end, tail)
        k = abs(exponent.size.value) if exponent.size else 1.0
        growth = 1.0 if base.size else base.growth * max(k, 1.0)  # the digits of a constant are counted elsewhere
        if growth > settings.EXPONENT and k > 1:
            message = f"These powers of powers make an exponent over {settings.EXPONENT}, which is too large."
            raise self.fault("budget", message, start, end)
        return replace(part, growth=growth)

    def check_power(self, base: Part, exponent: Part) -> None:
        start, end = base.start, exponent.end
        k = measure.literal(exponent.tree)
        if base.tree == ("num", 0, 1) and k and k[0] <= 0:
            message = "Zero to the power zero has no value." if k[0] == 0 else "This divides by zero."
            raise self.fault("math", message, start, end)
        if exponent.size and abs(exponent.size.value) > settings.EXPONENT:
            raise self.large_exponent(exponent.start, exponent.end)
        if k and exponent.tree[0] != "num" and k[1] > settings.ROOT_INDEX:
            raise self.large_root(exponent.start, exponent.end)
        if k and base.size is None:
            q = k[1] // math.gcd(*k)
            if q % 2 and q > 1:
                self.notice(PRINCIPAL_NOTICE, start)

    def large_exponent(self, start: int, end: int) -> InputError:
        message = f"That exponent is too large: at most {settings.EXPONENT}, please."
        return self.fault("budget", message, start, end)

    def large_root(self, start: int, end: int) -> InputError:
        message = f"That root is too high: at most the {settings.ROOT_INDEX}th, please."
        return self.fault("budget", message, start, end)

    # Factors

    def factor(self) -> Part:
        part = self.atom()
        if self.on("!"):
            part = self.factorial(part, self.take())
            if self.on("!"):
                raise self.wrong("Two signs ! in a row have more than one meaning; please use brackets.", self.peek())
        return part

    def factorial(self, part: Part, sign: Token) -> Part:
        if part.tree[0] != "num" or part.tree[2] != 1:
            message = f"A factorial is for whole numbers from 0 to {FACTORIAL}."
            raise self.fault("math", message, part.start, sign.end)
        if part.tree[1] > FACTORIAL:
            message = f"That factorial is too large: at most that of {FACTORIAL}, please."
            raise self.fault("budget", message, part.start, sign.end)
        value = math.factorial(part.tree[1])
        return self.leaf(("num", value, 1), measure.of_fraction(value, 1), replace(sign, start=part.start))

    def atom(self) -> Part:
        token = self.peek()
        match token.kind:
            case "number":
                return self.leaf(("num", *token.value), measure.of_fraction(*token.value), self.take())
            case "constant":
                constant = self.leaf(("const", token.value), measure.of_constant(token.value), self.take())
                if token.value == "pi" and self.on("(") and self.match[self.at] == self.at + 1:
                    self.at += 2  # PI() of a spreadsheet
                return constant
            case "name":
                self.names.setdefault(token.value, token)
                return self.leaf(("name", token.value), None, self.take())
            case "function":
                return self.deeper(self.function)
            case "root":
                return self.deeper(self.root)
            case "fraction":
                return self.deeper(self.fraction)
            case "special" if token.value in ("Piecewise", "piecewise"):
                return self.deeper(self.cases)
            case "special" if token.value in FORMS.values():
                return self.deeper(self.form)
        if self.on("|", "|<"):
            return self.deeper(self.bars)
        if self.on(*OPENING) and not self.on("⟨"):
            return self.deeper(self.group)
        raise self.missing()

    def group(self) -> Part:
        """A bracket of any kind around one expression."""
        opening = self.take()
        inner = self.inside(self.over_all if opening.value == "{" else self.sum)
        closing = self.close()
        return replace(inner, start=opening.start, end=closing.end, tail="")

    def over_all(self) -> Part:
        r"""A sum, or a \over b, which ends where the bracket does."""
        above = self.sum()
        if not self.on("over"):
            return above
        self.take()
        below = self.sum()
        return self.over(above, below, above.start, below.end)

    def over(self, above: Part, below: Part, start: int, end: int) -> Part:
        """One part above the bar, one below."""
        if below.tree[0] == "num" and below.tree[1] == 0:
            raise self.fault("math", "This divides by zero.", start, end)
        return self.make(("div", above.tree, below.tree), [above, below], start, end)

    def inside(self, read: Callable[[], Part], condition: bool = False) -> Part:
        """Read within a bracket of its own: bars outside are out of sight."""
        self.levels.append(_Level(condition=condition))
        part = read()
        self.levels.pop()
        return part

    def close(self) -> Token:
        if not self.on(*CLOSING):
            raise self.unexpected()
        return self.take()

    def bars(self) -> Part:
        opening = self.take()
        level = self.levels[-1]
        level.bars += 1
        inner = self.sum()
        if not self.on("|", "|>"):
            if self.at < self.end and not self.on(*CLOSING):
                raise self.unexpected()
            raise self.wrong("This bar | is never closed.", opening)
        level.bars -= 1
        return self.make(("call", "abs", inner.tree), [inner], opening.start, self.take().end)

    def root(self) -> Part:
        r"""√, ∛, ∜ or \sqrt[n]."""
        token = self.take()
        index = token.value or self.root_index()
        if self.on(*OPENING) or self.begins_fraction():
            inner, tail = self.factor_alone(), ""
        else:
            inner, tail = self.power(), "root"
            if inner.tree[0] == "pow":
                self.notice("The root covers the power that follows it; use brackets to change that.", token.start)
        end = inner.end
        if index in (2, 3):
            word = "sqrt" if index == 2 else "cbrt"
            return self.make(("call", word, inner.tree), [inner], token.start, end, tail)
        number = replace(token, value=None)
        one, n = (self.leaf(("num", p, 1), measure.of_fraction(p, 1), number) for p in (1, index))
        exponent = self.make(("div", one.tree, n.tree), [one, n], token.start, end)
        return replace(self.raised(inner, exponent), start=token.start, end=end, tail=tail)

    def begins_fraction(self) -> bool:
        return self.peek().kind == "fraction"

    def factor_alone(self) -> Part:
        return self.fraction() if self.begins_fraction() else self.group()

    def root_index(self) -> int:
        r"""The number in \sqrt[n]{…}; 2 when there is none."""
        if not self.on("["):
            return 2
        opening = self.at
        number = self.tokens[opening + 1]
        if self.match.get(opening) != opening + 2 or number.kind != "number" or number.value[1] != 1:
            raise self.wrong("The index of a root is a whole number.", self.peek())
        if number.value[0] < 2:
            raise self.fault("math", "The index of a root is a whole number, at least 2.", number.start, number.end)
        if number.value[0] > settings.ROOT_INDEX:
            raise self.large_root(number.start, number.end)
        self.at += 3
        return int(number.value[0])

    def fraction(self) -> Part:
        r"""\frac{a}{b}."""
        token = self.take()
        above, below = self.atom(), self.atom()
        return self.over(above, below, token.start, below.end)

    # Functions

    def function(self) -> Part:
        token = self.take()
        word, spelling = str(token.value), self.spelling(token)
        base = self.base(token)
        exponent = self.deeper(self.function_exponent) if self.on("^") else None
        if exponent and measure.literal(exponent.tree) == (-1, 1):
            word, exponent = self.inverse(token, spelling), None
        square = self.on("[")
        arguments, tail = self.arguments_of(token, spelling)
        if square and spelling == "Log":  # calculators that write Log[b, x] put the base first
            arguments = arguments[::-1]
        if base and len(arguments) > 1:
            message = "This logarithm has a base already, so it takes one argument."
            raise self.fault("syntax", message, token.start, self.tokens[self.at - 1].end)
        if base:
            arguments = [*arguments, base]
        if len(arguments) == 1 and spelling.lower() == "log":
            self.notice("I read log as the natural logarithm ln.", token.start)
        part = self.call(word, arguments, token, tail)
        return replace(self.raised(part, exponent), end=part.end, tail=tail) if exponent else part

    def spelling(self, token: Token) -> str:
        """How a function was typed, letters and digits only."""
        return "".join(filter(str.isalnum, self.source.chars[token.start : token.end]))

    def base(self, token: Token) -> Part | None:
        """The base typed as an index of log."""
        if self.peek().kind != "index" and not self.on("_"):
            return None
        if token.value != "ln":
            raise self.wrong("Only a logarithm has an index, its base.", self.peek())
        if self.on("_"):
            self.take()
            if not self.on(*OPENING):
                raise self.wrong("After log and _ comes the base of the logarithm.", token)
            return self.deeper(self.group)
        index = self.take()
        if index.value.isdigit():
            return self.check_base(
                self.leaf(("num", int(index.value), 1), measure.of_fraction(int(index.value), 1), index)
            )
        return self.letter(index)

    def letter(self, token: Token) -> Part:
        """The letter of an index, as a name or a constant."""
        if token.value in IMAGINARY - set(self.declared):
            message = f"I work with real numbers only, so {token.value} is not available unless it is declared."
            raise self.fault("name", message, token.start, token.end)
        if token.value in EULER - set(self.declared):
            return self.leaf(("const", "e"), measure.of_constant("e"), token)
        self.names.setdefault(token.value, token)
        return self.leaf(("name", token.value), None, token)

    def check_base(self, base: Part) -> Part:
        value = base.size.value if base.size else 2.0
        if value <= 0 or value == 1:
            message = "The base of a logarithm is positive and not 1."
            raise self.fault("math", message, base.start, base.end)
        return base

    def function_exponent(self) -> Part:
        """The exponent between a function and its argument, as in sin^2 x."""
        self.take()
        return self.signed(self.power)

    def inverse(self, token: Token, spelling: str) -> str:
        word = INVERSE.get(token.value)
        if word is None:
            message = f"It is not clear what {spelling} to the power -1 means; please write 1/{spelling}(x)."
            raise self.wrong(message, token)
        name = WORD[word].spellings[0]
        self.notice(f"I read the power -1 of {spelling} as its inverse {name}.", token.start)
        return word

    def arguments_of(self, token: Token, spelling: str) -> tuple[list[Part], str]:
        """The arguments in brackets, or the one that touches the function, and the tail they leave."""
        if self.on(*OPENING) and not self.on("⟨"):
            return self.arguments(token, spelling), ""
        if WORD[token.value].most > 2:
            raise self.wrong(f"Please put the arguments of {spelling} in brackets.", token)
        if not (self.begins(self.peek()) or self.on("|") or self.on_negative()):
            message = f"The function {spelling} needs an argument, like {spelling}(x)."
            raise self.wrong(message, token)
        return [self.deeper(lambda: self.signed(lambda: self.touching(spelling)))], "argument"

    def on_negative(self) -> bool:
        """Whether a minus sign begins an argument, as in exp -x: a space before it and none behind."""
        following = self.tokens[self.at + 1] if self.at + 1 < self.end else None
        return self.on("-") and self.peek().spaced and following is not None and not following.spaced

    def arguments(self, token: Token, spelling: str) -> list[Part]:
        """The arguments between brackets."""
        opening = self.take()
        if self.on(*CLOSING):
            raise self.fault(
                "syntax", f"There is nothing between the brackets of {spelling}.", opening.start, self.peek().end
            )
        parts = [self.inside(self.sum)]
        while self.on(",", ";"):
            self.take()
            parts.append(self.inside(self.sum))
        closing = self.close()
        word = WORD[token.value]
        if word.most > 2 and len(parts) > settings.EXTREMUM_ARGUMENTS:
            message = f"The function {spelling} takes at most {settings.EXTREMUM_ARGUMENTS} arguments here."
            raise self.fault("budget", message, token.start, closing.end)
        if not word.least <= len(parts) <= word.most:
            count = "one argument" if word.most == 1 else "one or two arguments"
            raise self.fault("syntax", f"The function {spelling} takes {count}.", token.start, closing.end)
        return parts

    def touching(self, spelling: str) -> Part:
        """The product that touches a function without brackets: number and letters, up to a space or a sign."""
        first = self.peek()
        parts = [self.power()]
        while first.kind != "function" and first.value not in OPENING and self.goes_on(parts, spelling):
            parts.append(self.power())
        return self.join("mul", parts)

    def goes_on(self, parts: Sequence[Part], spelling: str) -> bool:
        """Whether the next factor still belongs to the argument; a space ends it once a variable is in it."""
        token = self.peek()
        constant = all(part.size is not None for part in parts) and spelling not in ("sqrt", "cbrt")
        letter = token.kind in ("name", "constant")
        other = self.begins(token) and token.kind in ("mark", "root", "fraction")
        belongs = (letter and (constant or not token.spaced)) or (other and constant)
        if belongs and (token.spaced or spelling in ("sqrt", "cbrt")):
            self.notice(SPACED_NOTICE.format(spelling), parts[0].start)
        if belongs and parts[-1].tail == "exponent":
            self.notice(EXPONENT_NOTICE, parts[-1].start)
        return belongs

    def call(self, word: str, arguments: Sequence[Part], token: Token, tail: str) -> Part:
        if word == "ln" and len(arguments) == 2:
            self.check_base(arguments[1])
            if arguments[1].tree == ("const", "e"):
                arguments = arguments[:1]
        tree = ("call", word, *(part.tree for part in arguments))
        end = self.tokens[self.at - 1].end
        return self.make(tree, arguments, token.start, end, tail)

    def form(self) -> Part:
        """pow(a, b), square(a), factorial(n), S(1): what other systems write with a word."""
        token = self.take()
        parts = self.listed(token, lambda: self.inside(self.sum))
        end = self.tokens[self.at - 1]
        if len(parts) != (2 if token.value == "power" else 1):
            count = "a base and an exponent" if token.value == "power" else "one argument"
            message = f"The function {self.spelling(token)} takes {count}."
            raise self.fault("syntax", message, token.start, end.end)
        if token.value == "factorial":
            return self.factorial(parts[0], end)
        if token.value == "square":
            parts = [parts[0], self.leaf(("num", 2, 1), measure.of_fraction(2, 1), token)]
        part = parts[0] if len(parts) == 1 else self.raised(parts[0], parts[1])
        return replace(part, start=token.start, end=end.end, tail="")

    # Cases

    def cases(self) -> Part:
        """Piecewise((expression, condition), …, (expression, True))."""
        token = self.take()
        if not self.on(*OPENING):
            raise self.wrong("Please write cases as Piecewise((x^2, x > 0), (0, True)).", token)
        self.take()
        pieces = [self.deeper(self.piece)]
        while self.on(",", ";"):
            self.take()
            pieces.append(self.deeper(self.piece))
        end = self.close().end
        parts = [replace(piece, size=None) for piece in pieces]
        return self.make(("cases", *(piece.tree for piece in pieces)), parts, token.start, end)

    def piece(self) -> Part:
        opening = self.peek()
        if not self.on(*OPENING):
            raise self.wrong("Each case is a pair in brackets: an expression, a comma, its condition.", opening)
        self.take()
        value = self.inside(self.sum)
        if not self.on(",", ";"):
            raise self.wrong("Each case is a pair in brackets: an expression, a comma, its condition.", opening)
        self.take()
        condition = self.inside(self.condition, condition=True)
        end = self.close().end
        return Part((value.tree, condition.tree), opening.start, end, max(value.depth, condition.depth))

    def condition(self) -> Part:
        return self.chain(("or", "|"), "or", lambda: self.chain(("and", "&"), "and", self.negation))

    def chain(self, signs: tuple[str, str], head: str, read: Callable[[], Part]) -> Part:
        part = read()
        while self.on(*signs) or self.on_word(*signs):
            self.take()
            part = self.combine(head, [part, read()])
        return part

    def combine(self, head: str, parts: Sequence[Part]) -> Part:
        return self.make((head, *(part.tree for part in parts)), parts, parts[0].start, parts[-1].end)

    def negation(self) -> Part:
        if self.on("~") or self.on_word("not"):
            token = self.take()
            inner = self.deeper(self.negation)
            return self.make(("not", inner.tree), [inner], token.start, inner.end)
        if self.on_word("True", "true", "otherwise"):
            return self.make(("true",), (), self.peek().start, self.take().end)
        if self.on_word("And", "Or", "Not"):
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
        if token.value == "Not" and len(parts) == 1:
            return self.make(("not", parts[0].tree), parts, token.start, parts[0].end)
        if token.value == "Not":
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

    # What is wrong

    def missing(self) -> InputError:
        """The sentence for an operand that is not there."""
        token = self.peek()
        before = self.tokens[self.at - 1] if self.at > self.start else None
        if token.kind == "end":
            if before is None:
                return self.wrong("There is nothing to read here yet.", token)
            return self.wrong(f"Something is missing after {name_of(before)}.", before)
        if token.kind in ("index", "special") or self.on("_", "."):
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
            message = "This looks like an inequality; please type the function alone."
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
