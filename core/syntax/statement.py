"""The whole text: what it declares, its components, and the Reading it comes to.

    f(x, y) = a x^2      declares x and y; the letters left over are parameters
    y = x^2   z = …      a label, which is left out
    (x, y)  [x; y]  <x, y>  Matrix([x, y])      or commas, semicolons, lines: a vector function

Without a declaration every letter is a variable: x, y, z first, then by the alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core import settings
from core.problem import PLAIN
from core.syntax import commands, words
from core.syntax.cases import rows_within, rows_without_braces
from core.syntax.expression import Reader
from core.syntax.measure import Part
from core.syntax.source import GREEK_LETTERS, Source, source_of
from core.syntax.tokens import CASES_OPENING, CLOSING, OPENING, Head, Token, Tokens, pairs, tokens_of
from core.syntax.tree import InputError, Notice, Tree
from core.syntax.typeset import column, latex_of

_BASE: Final = rf"[A-Za-z]+|[{''.join(GREEK_LETTERS)}]|\\(?:{'|'.join(commands.LETTERS)})(?![A-Za-z])"
NAME: Final = rf"(?:{_BASE})(?:_\{{ *[A-Za-z0-9]+ *\}}|_[A-Za-z0-9]+|[0-9]+)?"
NAMES: Final = rf"{NAME}_?(?: *, *{NAME}_?)*"  # some calculators declare f[x_, y_] := …
_LABEL: Final = rf"(?:\\(?:math(?:bf|rm|it|sf|cal)|vec|boldsymbol) *\{{ *)?(?P<label>{NAME})(?: *\}})?"
_LEFT, _RIGHT = (rf"(?:\\(?:{side}|[bB]igg?[lr]?) *)?" for side in ("left", "right"))
DECLARATION: Final = re.compile(rf"{_LABEL} *{_LEFT}[(\[] *(?P<names>{NAMES}) *{_RIGHT}[)\]] *(?:&? *:?=(?!=)|:)[ \n]*")
LABEL: Final = re.compile(rf"{_LABEL} *:?=(?!=)[ \n]*|(?P<colon>[fghuvFGH](?:_?[0-9])?) *:(?!=)[ \n]*")
ARROW: Final = re.compile(
    rf"(?:{_LEFT}\( *(?P<names>{NAMES}) *{_RIGHT}\)|(?P<bare>{NAMES})) *(?:\|?->|\\(?:mapsto|to)(?![A-Za-z])) *"
)
LAMBDA: Final = re.compile(rf"lambda +(?P<names>{NAMES}) *: *")
LAMBDA_CALL: Final = re.compile(rf"Lambda *\( *(\( *{NAMES} *\)|{NAME}) *, *(?=.*\)$)", re.DOTALL)
_D: Final = r"d(?:\^[2-9({][2-9)}]*)?"
DERIVATIVE: Final = re.compile(
    rf"(?<![A-Za-z\\_]){_D} ?[A-Za-z]? ?/ ?\(?d ?[A-Za-z](?![A-Za-z])|"
    rf"\\[dt]?frac ?\{{ ?{_D} ?[A-Za-z]? ?\}} ?\{{ ?d ?[A-Za-z]"
)  # d/dx, d^2f/dx^2, \frac{{df}}{{dx}}
NOT_NAMES: Final = re.compile(r"[fghFGH] *\(([^()=]*)\) *:?=(?!=)")
LONGEST_NAME: Final = 24
COMMAND: Final = re.compile(r"\\(?:begin|end|quad|qquad|.)", re.DOTALL)
NESTS: Final = {r"\begin": 1, r"\end": -1, r"\{": 1, r"\}": -1}
BLANK: Final = frozenset((r"\quad", r"\qquad", r"\,", r"\;", r"\:", "\\ "))


@dataclass(frozen=True)
class Reading:
    """What a text means: its components as trees, its variables in order, its parameters, and how it was read.

    `name` is what the function is called in the text, f when the text does not say.
    """

    components: tuple[Tree, ...]
    variables: tuple[str, ...]
    parameters: tuple[str, ...]
    notices: tuple[Notice, ...]
    name: str

    @property
    def vector(self) -> bool:
        """Whether there is more than one component."""
        return len(self.components) > 1

    @property
    def latex(self) -> str:
        r"""The typeset echo, in the shape that was typed.

        >>> read("x/2, sin^2 x").latex
        '\\begin{pmatrix} \\frac{x}{2} \\\\ \\sin^{2}\\left(x\\right) \\end{pmatrix}'
        """
        return column(self.components) if self.vector else latex_of(self.components[0])


def read(text: str, variables: tuple[str, ...] = (), least: tuple[str, ...] = ()) -> Reading:
    """Read a formula; raises InputError with a sentence and a place when it cannot be read.

    `variables` are names declared outside the text. `least` are names that are variables even if they do not
    occur, when neither the text nor `variables` declares any, and when fewer names occur than these.

    >>> read("f(x, y) = a x^2").components
    (('mul', ('name', 'a'), ('pow', ('name', 'x'), ('num', 2, 1))),)
    >>> read("t z + x").variables
    ('x', 'z', 't')
    >>> read("x^2", least=("x", "y")).variables, read("u v", least=("x", "y")).variables
    (('x', 'y'), ('u', 'v'))
    """
    try:
        return _read(text, tuple(variables), tuple(least))
    except RecursionError:
        message = f"That is nested too deeply: at most {settings.NESTING} levels."
        raise InputError("budget", message, 0, min(len(text), settings.CHARACTERS)) from None


def _read(text: str, variables: tuple[str, ...], least: tuple[str, ...]) -> Reading:
    _check_declared(variables)
    source = _without_lambda(source_of(text))
    nothing = InputError("syntax", "There is nothing to read yet; type a formula such as x^2 + y^2.", 0, len(text))
    if not source.chars:
        raise nothing
    heads = _heads(source, variables)
    declared = _declared(source, heads, variables)
    _check_derivative(source, declared)
    found = tokens_of(source, declared, heads)
    if not found.tokens:
        raise nothing  # only separators of rows
    match = pairs(source, found.tokens)
    reader = Reader(source, found.tokens, match, declared)
    spans, commas = _components(source, found.tokens, match)
    parts = [_component(reader, found.tokens, span) for span in spans]
    labels = _labels(source, reader, found.tokens, declared)
    enough = len(reader.names) >= len(least)
    names = declared or _ordered(set(reader.names) if enough else {*reader.names, *least})
    _check_number(source, reader, names)
    notices = (*found.notices, *reader.notices, *labels, *commas, *_index_notices(reader, found, declared))
    return Reading(
        components=tuple(part.tree for part in parts),
        variables=names,
        parameters=_ordered(set(reader.names) - set(names)),
        notices=_unique(notices),
        name=_name(heads, spans, names),
    )


# Declarations


def _without_lambda(source: Source) -> Source:
    """Lambda((x, y), …) as (x, y) -> …"""
    match = LAMBDA_CALL.match(source.chars)
    if not match:
        return source
    chars, end = source.chars, len(source.chars) - 1
    start, comma = match.start(1), match.end(1)
    return Source(
        f"{chars[start:comma]} -> {chars[match.end() : end]}",
        (*source.places[start:comma], *(source.places[comma],) * 4, *source.places[match.end() : end]),
        source.places[end],
    )


def _check_declared(variables: tuple[str, ...]) -> None:
    if len(variables) > settings.VARIABLES:
        raise InputError("budget", f"At most {settings.VARIABLES} variables can be declared.")
    if len(set(variables)) < len(variables):
        raise InputError("name", "Each variable can be declared only once.")
    if not all(PLAIN.fullmatch(name) and len(name) <= LONGEST_NAME for name in variables):
        raise InputError("name", "A variable is a word of letters, with an index after _ if you like: speed, x_1.")


def _heads(source: Source, variables: tuple[str, ...]) -> list[Head]:
    """What stands before the components, wherever one may begin: at the start, after a comma or a line end."""
    chars, heads = source.chars, []
    depth, begins = 0, True
    at = 0
    while at < len(chars):
        char = chars[at]
        if begins and char not in " \n" and (head := _head(source, at, variables)):
            heads.append(head)
            at = head.end
            begins = False
            continue
        command = COMMAND.match(chars, at)
        if command:
            depth += NESTS.get(command.group(), 0)
            begins = depth == 0 and (command.group() == r"\\" or (begins and command.group() in BLANK))
            at = command.end()
            continue
        depth += (char in OPENING) - (char in CLOSING)
        begins = depth == 0 and (char in ",;\n" or (begins and char == " "))
        at += 1
    return heads


def _head(source: Source, at: int, variables: tuple[str, ...]) -> Head | None:
    """The head that begins at a place, if one does."""
    chars = source.chars
    if at == 0 and (match := LAMBDA.match(chars)):
        return _new_head(source, match, "f")
    if at == 0 and (match := ARROW.match(chars)):
        return _new_head(source, match, "f")
    match = DECLARATION.match(chars, at)
    if match and match["label"] not in words.FUNCTIONS:
        return _new_head(source, match, canonical(match["label"]))
    if NOT_NAMES.match(chars, at):
        message = "Between the brackets before = come the names of the variables, like f(x, y) =."
        raise source.fault("syntax", message, at, chars.index("=", at))
    match = LABEL.match(chars, at)
    if not match:
        return None
    label = canonical(match["label"] or match["colon"])
    if arrow := ARROW.match(chars, match.end()) or LAMBDA.match(chars, match.end()):
        head = _new_head(source, arrow, label)
        return Head(at, head.end, label, head.names)
    return Head(at, match.end(), label, ()) if _may_be_label(label, variables) else None


def _may_be_label(label: str, variables: tuple[str, ...]) -> bool:
    """Whether what stands before = is a name, not the product xy or a function of x."""
    base = label.split("_")[0]
    if label in variables or len(base) == 1 or base in words.GREEK_NAMES:
        return True
    pieces = words.split(base, frozenset(), True)
    return len(base) > 3 and all(piece.kind != "function" for piece in pieces) and not words.USUAL.issuperset(base)


def _new_head(source: Source, match: re.Match[str], label: str) -> Head:
    group = "names" if match["names"] else "bare"
    names = tuple(canonical(name) for name in match[group].split(","))
    if len(set(names)) < len(names):
        raise source.fault("name", "Each variable can be declared only once.", *match.span(group))
    if len(names) > settings.VARIABLES:
        raise source.fault("budget", f"At most {settings.VARIABLES} variables, please.", *match.span(group))
    if not all(PLAIN.fullmatch(name) and len(name) <= LONGEST_NAME for name in names):
        raise source.fault(
            "name", "A variable is a word of letters, with a short index if you like.", *match.span(group)
        )
    return Head(match.start(), match.end(), label, names)


def canonical(name: str) -> str:
    """The name as it stands in a tree.

    >>> canonical("x1"), canonical("x_{1}"), canonical("α_2")
    ('x_1', 'x_1', 'alpha_2')
    """
    match = re.fullmatch(r"\\?([A-Za-z]+|.)_?\{? *([A-Za-z0-9]*) *\}?", name.strip().rstrip("_"))
    assert match
    base = GREEK_LETTERS.get(match[1], match[1])
    base = commands.LETTERS[base] if name.strip()[0] == "\\" else base
    return f"{base}_{match[2]}" if match[2] else base


def _declared(source: Source, heads: Sequence[Head], variables: tuple[str, ...]) -> tuple[str, ...]:
    """The declared names in their order: those given from outside, else those of the text."""
    named = [head for head in heads if head.names]
    for head in named[1:]:
        if head.names != named[0].names:
            message = "All components must have the same variables, in the same order."
            raise source.fault("name", message, head.start, head.end)
    inside = named[0].names if named else ()
    if variables and not set(inside) <= set(variables):
        message = f"The variables are given as {', '.join(variables)}, and this declares others."
        raise source.fault("name", message, named[0].start, named[0].end)
    return variables or inside


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    """x, y, z first, then by the alphabet, x_2 before x_10."""

    def key(name: str) -> tuple[bool, str, str, int, str]:
        base, _, index = name.partition("_")
        return name not in ("x", "y", "z"), base.lower(), base, int(index) if index.isdigit() else -1, index

    return tuple(sorted(names, key=key))


def _check_derivative(source: Source, declared: tuple[str, ...]) -> None:
    """d/dx, df/dx are no quotients, unless d is a variable."""
    if "d" not in declared and (match := DERIVATIVE.search(source.chars)):
        message = "Please type the function itself; its derivatives are computed for you."
        raise source.fault("syntax", message, *match.span())


# Brackets and components


Span = tuple[int, int]


def _components(source: Source, tokens: Sequence[Token], match: Mapping[int, int]) -> tuple[list[Span], list[Notice]]:
    """The token spans of the components, and a notice where a comma may have been a decimal point."""
    start, end = 0, len(tokens)
    if tokens and tokens[0].kind == "head":
        start = 1
    if end - start > 2 and (tokens[start].value, tokens[end - 1].value) == ("<", ">"):
        start, end = start + 1, end - 1
    if rows_without_braces(tokens, match, start, end):
        return [(start, end)], []
    spans, commas = _split(source, tokens, match, start, end)
    while len(spans) == 1 and (inner := _unwrapped(tokens, match, *spans[0])):
        spans, _ = _split(source, tokens, match, *inner)  # in a bracket of its own a comma separates
    if len(spans) > settings.COMPONENTS:
        token = tokens[spans[settings.COMPONENTS][0]]
        message = f"A vector function has at most {settings.COMPONENTS} components here."
        raise source.fault("budget", message, token.start, token.end)
    return spans, commas


def _unwrapped(tokens: Sequence[Token], match: Mapping[int, int], start: int, end: int) -> Span | None:
    """What is inside the one bracket that is the whole span: any kind, Matrix(…), <…>, also transposed."""
    if end - start < 3:
        return None
    for tail in ((), ("^", "T"), ("^", "(", "T", ")"), ("^", "{", "T", "}")):
        last = end - len(tail) - 1
        values = tuple(token.value for token in tokens[last + 1 : end])
        first = start + (tokens[start].value in words.VECTORS and tokens[start].kind == "special")
        if values == tail and match.get(first) == last and first < last and not _cases(tokens, match, first):
            return first + 1, last
    return None


def _cases(tokens: Sequence[Token], match: Mapping[int, int], first: int) -> bool:
    return tokens[first].value == CASES_OPENING or rows_within(tokens, match, first)


def _split(
    source: Source, tokens: Sequence[Token], match: Mapping[int, int], start: int, end: int
) -> tuple[list[Span], list[Notice]]:
    """The parts between commas, semicolons and line ends outside every bracket."""
    spans: list[Span] = []
    commas: list[Notice] = []
    signs: set[str] = set()
    begin, k = start, start
    while k < end:
        token = tokens[k]
        if k in match:
            k = match[k]
        elif token.kind == "mark" and token.value in (",", ";", "\n"):
            signs.add(token.value)
            if {",", ";"} <= signs:
                message = "Here both commas and semicolons separate components; use one kind, and points in decimals."
                raise source.fault("syntax", message, token.start, token.end)
            spans.append((begin, k))
            begin = k + 1
            commas += _decimal_comma(source, tokens, k, end)
        k += 1
    spans.append((begin, end))
    return spans, commas


def _decimal_comma(source: Source, tokens: Sequence[Token], k: int, end: int) -> list[Notice]:
    comma = tokens[k]
    neighbours = [*tokens[max(k - 1, 0) : k], *tokens[k + 1 : min(k + 2, end)]]
    if comma.value != "," or [token.kind for token in neighbours] != ["number", "number"]:
        return []
    before, after = neighbours
    if comma.spaced or after.spaced:
        return []
    low, high = source.chars[before.start : before.end], source.chars[after.start : after.end]
    text = "I read the comma as separating two components; "
    if not (low + high).isdigit() or len(low + high) >= 20:
        return [Notice(f"{text}use a decimal point.", source.place(comma.start))]
    start, length = source.place(before.start), source.place(after.end - 1) + 1 - source.place(before.start)
    return [Notice(f"{text}did you mean {low}.{high}?", start, length, f"{low}.{high}")]


def _component(reader: Reader, tokens: Sequence[Token], span: Span) -> Part:
    """One component, without its head."""
    start, end = span
    while start < end and tokens[start].kind == "head":
        start += 1
    if start == end:
        near = tokens[start - 1] if start else tokens[0]
        sign = "= sign" if "=" in reader.source.chars[near.start : near.end] else "arrow or colon"
        what = f"There is nothing after the {sign}." if near.kind == "head" else "A component is missing here."
        raise reader.fault("syntax", what, near.start, near.end)
    if len([t for t in tokens[start:end] if t.kind == "head"]):
        head = next(t for t in tokens[start:end] if t.kind == "head")
        raise reader.wrong("This looks like an equation; please type the function alone.", head)
    if tokens[start].kind == "special" and tokens[start].value in words.VECTORS:
        raise reader.wrong("A vector can only be the whole formula, not a part of it.", tokens[start])
    return reader.component(start, end)


# What is said about the reading


def _labels(source: Source, reader: Reader, tokens: Sequence[Token], declared: tuple[str, ...]) -> list[Notice]:
    """Notices about left sides that were left out; raises InputError when one is an equation."""
    notices = []
    for token in tokens:
        if token.kind != "head" or token.value.names:
            continue
        label = token.value.label
        equals = next(i for i in range(token.start, token.end) if source.chars[i] in "=:")
        if label in reader.names:
            message = (
                "This looks like an equation, since its left side occurs on the right; "
                "please type one function, such as the left side minus the right side."
            )
            raise source.fault("syntax", message, equals, equals + 1)
        if label == "x" or label in declared:
            text = f"I left out {label} and the equals sign, and read the rest as the function."
            notices.append(Notice(text, source.place(token.start)))
    return notices


def _index_notices(reader: Reader, found: Tokens, declared: tuple[str, ...]) -> list[Notice]:
    """x2 beside a plain x may have been meant as a power."""
    notices = []
    for name, position in found.indexed.items():
        base, _, index = name.partition("_")
        if base in reader.names and f"{base}_1" not in reader.names and not declared:
            text = f"I read {base}{index} as a variable of its own; write {base}^{index} for a power."
            meant = f"{base}^{index}" if len(base) == 1 else None
            notices.append(Notice(text, position, len(base + index), meant))
    return notices


def _check_number(source: Source, reader: Reader, names: tuple[str, ...]) -> None:
    others = [name for name in reader.names if name not in names]
    for kind, these in (("variables", [n for n in reader.names if n in names]), ("parameters", others)):
        if len(these) > settings.VARIABLES or (kind == "variables" and len(names) > settings.VARIABLES):
            token = reader.names[these[-1]]
            message = f"There are too many {kind}: at most {settings.VARIABLES}, please."
            raise source.fault("budget", message, token.start, token.end)


def _unique(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Each sentence once, in the order of the text."""
    first: dict[str, Notice] = {}
    for notice in sorted(notices, key=lambda notice: notice.position):
        first.setdefault(notice.text, notice)
    return tuple(first.values())


def _name(heads: Sequence[Head], spans: Sequence[Span], names: tuple[str, ...]) -> str:
    if not heads or (len(heads) > 1 and len(spans) > 1) or heads[0].label in names:
        return "f"
    return heads[0].label
