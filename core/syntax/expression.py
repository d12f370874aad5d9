"""The grammar of one expression, read by precedence climbing.

    sum      = signed term, then + or - and terms
    term     = power, then *, / or nothing at all and powers: one precedence, left to right, so 1/2x is (1/2) x
    power    = factor, then ^ and a signed power: x^y^z is x^(y^z), -x^2 is -(x^2), e^2x is e^2 x
    factor   = number, name, bracket, bars, root, function, cases; then ! for a whole number

A function without brackets takes the product that touches it: sin 2x, sin xy, but sin x · y for sin x y.
A bar opens where an operand is due and closes where one has just ended.
Every reading that could have been meant otherwise leaves a notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from core import settings
from core.syntax import measure
from core.syntax.cases import Cases, rows_within
from core.syntax.cursor import Level
from core.syntax.measure import Part
from core.syntax.source import source_of
from core.syntax.tokens import CASES_OPENING, CLOSING, OPENING, Token, pairs, tokens_of
from core.syntax.tree import InputError
from core.syntax.words import EULER, FORMS, GREEK_NAMES, IMAGINARY
from core.vocabulary import WORD

INVERSE: Final = {
    **{"sin": "asin", "cos": "acos", "tan": "atan"},
    **{"sinh": "asinh", "cosh": "acosh", "tanh": "atanh"},
    **{"cot": "acot", "sec": "asec", "csc": "acsc", "coth": "acoth", "sech": "asech", "csch": "acsch"},
}
LOGARITHMS: Final = {("const", "e"): "ln", ("num", 2, 1): "log2", ("num", 10, 1): "log10"}  # by their base
FACTORIAL: Final = 20

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


class Reader(Cases):
    """Reads expressions from tokens."""

    def component(self, start: int, end: int) -> Part:
        """The expression that tokens[start:end] are, all of them."""
        self.at, self.start, self.end = start, start, end
        self.levels = [Level()]
        part = self.choice()
        if self.at < self.end:
            raise self.unexpected()
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
        if token.kind == before.kind == "number":
            raise self.fault("syntax", "There is no sign between these two numbers.", before.start, token.end)
        if last.tail == "denominator" and last.tree[0] == "div" and (glued or last.tree[2][0] != "num"):
            self.notice(FRACTION_NOTICE, last.start)
        if last.tail == "exponent" and glued and token.kind in ("name", "constant", "function"):
            self.notice(EXPONENT_NOTICE, last.start)
        if last.tail == "argument" and token.kind != "function":
            word = WORD[last.tree[1]].spellings[0] if last.tree[0] == "call" else "The function"
            self.notice(ARGUMENT_NOTICE.format(word), last.start)
        if last.tail == "root" and glued and token.kind != "function":
            self.notice(ROOT_NOTICE, last.start)
        if before.kind == "name" and before.value in GREEK_NAMES and self.on("("):
            self.notice(f"I read {before.value} as a Greek letter times the bracket.", before.start)
        if self.on("|") and any(part.tree[:2] == ("call", "abs") for part in product) and last.tree[0] != "call":
            self.notice(
                "I read the bars in pairs from the left; use abs with brackets to pair them otherwise.", last.end
            )

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
                if self.following("(") and self.match[self.at + 1] == self.at + 2:
                    self.at += 2  # PI()
                    return self.leaf(
                        ("const", token.value), measure.of_constant(token.value), replace(token, end=self.take().end)
                    )
                return self.leaf(("const", token.value), measure.of_constant(token.value), self.take())
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
                return self.deeper(self.pieces)
            case "special" if token.value in FORMS:
                return self.deeper(self.form)
        if self.on("|", "|<"):
            return self.deeper(self.bars)
        if self.on(CASES_OPENING):
            return self.deeper(self.latex_cases)
        if self.on(*OPENING) and not self.on("⟨"):
            return self.deeper(self.rows if rows_within(self.tokens, self.match, self.at) else self.group)
        raise self.missing()

    def group(self) -> Part:
        r"""A bracket of any kind around one expression, or around a \over b."""
        opening = self.take()
        inner = self.inside(self.choice)
        if self.on("over"):
            self.take()
            below = self.inside(self.sum)
            inner = self.over(inner, below, opening.start)
        closing = self.close()
        return replace(inner, start=opening.start, end=closing.end, tail="")

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
        number = self.leaf(("num", index, 1), measure.of_fraction(index, 1), replace(token, value=None))
        return replace(self.call("root", [inner, number], token, tail), end=inner.end)

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
        if not 2 <= number.value[0] <= settings.ROOT_INDEX:
            raise self.large_root(number.start, number.end)
        self.at += 3
        return int(number.value[0])

    def fraction(self) -> Part:
        r"""\frac{a}{b}."""
        token = self.take()
        above, below = self.atom(), self.atom()
        return self.over(above, below, token.start)

    def over(self, above: Part, below: Part, start: int) -> Part:
        if below.tree[0] == "num" and below.tree[1] == 0:
            raise self.fault("math", "This divides by zero.", start, below.end)
        return self.make(("div", above.tree, below.tree), [above, below], start, below.end)

    # Functions

    def function(self) -> Part:
        token = self.take()
        word, spelling = str(token.value), self.spelling(token)
        base = self.base(token)
        exponent = self.deeper(self.function_exponent) if self.on("^") else None
        if exponent and measure.literal(exponent.tree) == (-1, 1):
            word, exponent = self.inverse(token, spelling), None
        mathematica = self.on("[") and spelling == "Log"
        arguments, tail = self.arguments_of(token, spelling)
        if mathematica and len(arguments) == 2:
            self.notice("In square brackets I read the base of a logarithm first, as in Log[2, x].", token.start)
            arguments.reverse()
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
        if WORD[token.value].least > 1 or WORD[token.value].most > 2:
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
        parts, commas = [self.inside(self.choice)], []
        while self.on(",", ";"):
            commas.append(self.at)
            self.take()
            parts.append(self.inside(self.choice))
        closing = self.close()
        word = WORD[token.value]
        if word.most > 2 and len(parts) > settings.EXTREMUM_ARGUMENTS:
            message = f"The function {spelling} takes at most {settings.EXTREMUM_ARGUMENTS} arguments here."
            raise self.fault("budget", message, token.start, closing.end)
        if not word.least <= len(parts) <= word.most:
            count = {(1, 1): "one argument", (2, 2): "two arguments"}.get(
                (word.least, word.most), "one or two arguments"
            )
            meant = self.decimal(commas[0]) if commas and word.most == 1 else ""
            hint = f"; did you mean {meant}?" if meant else "."
            raise self.fault("syntax", f"The function {spelling} takes {count}{hint}", token.start, closing.end)
        return parts

    def decimal(self, comma: int) -> str:
        """The number that was meant when its decimal point was typed as the comma of that number, or nothing."""
        before, sign, after = self.tokens[comma - 1 : comma + 2]
        low, high = self.source.chars[before.start : before.end], self.source.chars[after.start : after.end]
        whole = (low + high).isdigit() and len(low + high) < 20 and not (sign.spaced or after.spaced)
        return f"{low}.{high}" if whole and before.kind == after.kind == "number" else ""

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
            word = LOGARITHMS.get(arguments[1].tree, word)
            arguments = arguments[:1] if arguments[1].tree in LOGARITHMS else arguments
        if word == "root":
            word, arguments = self.root_of(arguments[0], arguments[1], token)
        if WORD[word].notice:
            self.notice(WORD[word].notice, token.start)
        tree = ("call", word, *(part.tree for part in arguments))
        means = meaning_of(word).tree if WORD[word].means else None
        return self.make(tree, arguments, token.start, self.tokens[self.at - 1].end, tail, means)

    def root_of(self, inner: Part, index: Part, token: Token) -> tuple[str, Sequence[Part]]:
        """The word for a root of that index, and its arguments."""
        n = index.tree[1] if index.tree[0] == "num" and index.tree[2] == 1 else 0
        if n > settings.ROOT_INDEX:
            raise self.large_root(index.start, index.end)
        if n < 2:
            message = f"The index of a root is a whole number from 2 to {settings.ROOT_INDEX}, as in root(x, 5)."
            raise self.fault("syntax", message, token.start, index.end)
        return {2: "sqrt", 3: "cbrt"}.get(n, "root"), [inner] if n < 4 else [inner, index]

    # Functions that stand for signs: pow(x, 2), Rational(1, 2), where(x > 0, x, 0)

    def form(self) -> Part:
        token = self.take()
        form, count = FORMS[token.value]
        if form == "where":
            return self.where(token)
        parts = self.listed(token, lambda: self.inside(self.sum))
        if count and len(parts) != count:
            takes = "one argument" if count == 1 else "two arguments"
            raise self.fault(
                "syntax", f"The function {token.value} takes {takes}.", token.start, self.tokens[self.at - 1].end
            )
        part = self.of_form(form, parts, token)
        return replace(part, start=token.start, end=self.tokens[self.at - 1].end, tail="")

    def of_form(self, form: str, parts: list[Part], token: Token) -> Part:
        one, two = (self.leaf(("num", k, 1), measure.of_fraction(k, 1), token) for k in (1, 2))
        match form:
            case "pow":
                return self.raised(parts[0], parts[1])
            case "square":
                return self.raised(parts[0], two)
            case "exp2":
                return self.raised(two, parts[0])
            case "expm1":
                e = self.leaf(("const", "e"), measure.of_constant("e"), token)
                return self.join("add", [self.raised(e, parts[0]), self.negative(one, token)])
            case "log1p":
                return self.call("ln", [self.join("add", [one, parts[0]])], token, "")
            case "div":
                return self.over(parts[0], parts[1], token.start)
            case "add" | "mul":
                return self.join(form, parts)
            case _:
                return parts[0]


@cache
def meaning_of(word: str) -> Part:
    """What a composed word stands for, over its arguments u and v."""
    source = source_of(WORD[word].means)
    tokens = tokens_of(source, ("u", "v")).tokens
    return Reader(source, tokens, pairs(source, tokens), ("u", "v")).component(0, len(tokens))
