r"""Typesetting: a tree as LaTeX, in the shape that was typed, with brackets only where the meaning needs them.

Every printed formula can be read again by `core.syntax`, and means the same. Only a derivation holds a node that
nobody can type, ("diff", d, x, a): the derivative of a by x, still to be taken, with d or ∂ as its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.syntax.source import GREEK_LETTERS
from core.syntax.tree import Tree
from core.vocabulary import CONSTANTS, WORD

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a formula holds together
RELATIONS: Final = {"lt": "<", "le": r"\le", "gt": ">", "ge": r"\ge", "eq": "=", "ne": r"\ne"}
GREEK: Final = frozenset(GREEK_LETTERS.values())
GREEK_SIGNS: Final = {word: sign for sign, word in GREEK_LETTERS.items()}
BELOW: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
CALLED: Final = frozenset("fghFGH")  # letters that would look like a function before a bracket
DIGITS_SHOWN: Final = 21


def latex_of(tree: Tree) -> str:
    r"""The LaTeX of a tree.

    >>> latex_of(("pow", ("call", "sin", ("name", "x")), ("num", 2, 1)))
    '\\sin^{2}\\left(x\\right)'
    >>> latex_of(("mul", ("num", 1, 10), ("add", ("name", "x_1"), ("neg", ("const", "pi")))))
    '0.1 \\left(x_{1} - \\pi\\right)'
    """
    match tree[0]:
        case "num":
            return _number(tree[1], tree[2])[0]
        case "name":
            return latex_name(tree[1])
        case "const":
            return CONSTANTS[tree[1]]
        case "neg":
            return "-" + _held(tree[1], PRODUCT)
        case "add":
            return _sum(tree[1:])
        case "mul":
            return _product(tree[1:])
        case "div":
            return rf"\frac{{{latex_of(tree[1])}}}{{{latex_of(tree[2])}}}"
        case "pow":
            return _power(tree[1], tree[2])
        case "call":
            return _call(tree[1], tree[2:])
        case "diff":
            return rf"\frac{{{tree[1]}}}{{{tree[1]} {latex_name(tree[2])}}}\left({latex_of(tree[3])}\right)"
        case _:
            return _cases(tree[1:])


def column(components: Sequence[Tree]) -> str:
    """The components as one column."""
    return r"\begin{pmatrix} " + r" \\ ".join(latex_of(tree) for tree in components) + r" \end{pmatrix}"


def latex_name(name: str) -> str:
    r"""A name as LaTeX.

    >>> latex_name("x_1"), latex_name("alpha"), latex_name("speed")
    ('x_{1}', '\\alpha', '\\mathit{speed}')
    """
    base, _, index = name.partition("_")
    return _word(base) + (f"_{{{_word(index)}}}" if index else "")


def text_name(name: str) -> str:
    """A name as plain text, its index below the line where that has a sign.

    >>> text_name("x_1"), text_name("alpha"), text_name("speed_max")
    ('x₁', 'α', 'speed max')
    """
    base, _, index = name.partition("_")
    return GREEK_SIGNS.get(base, base) + (index.translate(BELOW) if index.isdigit() else f" {index}" if index else "")


def _word(word: str) -> str:
    if word in GREEK:
        return "\\" + word
    return word if len(word) == 1 or word.isdigit() else rf"\mathit{{{word}}}"


def _number(p: int, q: int) -> tuple[str, int]:
    """A number and how tightly it holds: a decimal where there is one, with a power of ten when it is long."""
    if p < 0:
        return "-" + _number(-p, q)[0], SUM
    twos, fives, rest = 0, 0, q
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest != 1:
        return rf"\frac{{{p}}}{{{q}}}", POWER
    places = max(twos, fives)
    digits = str(p * 10**places // q)
    shown = digits if not places else digits.rjust(places + 1, "0")
    shown = shown if not places else f"{shown[:-places]}.{shown[-places:]}"
    return (shown, ATOM) if len(shown) <= DIGITS_SHOWN else _scientific(digits, places)


def _scientific(digits: str, places: int) -> tuple[str, int]:
    """The digits, read as a whole number over 10^places, with a power of ten."""
    kept = digits.rstrip("0")
    exponent = len(digits) - 1 - places
    mantissa = kept[0] + ("." + kept[1:] if kept[1:] else "")
    power = f"10^{{{exponent}}}"
    return (power, POWER) if mantissa == "1" else (rf"{mantissa} \cdot {power}", PRODUCT)


def _strength(tree: Tree) -> int:
    """How tightly the printed tree holds together."""
    match tree[0]:
        case "num":
            return _number(tree[1], tree[2])[1]
        case "add" | "neg" | "cases":
            return SUM
        case "mul":
            return PRODUCT
        case "div" | "pow" | "diff":
            return POWER
        case "call":
            return ATOM if tree[1] == "abs" else POWER
        case _:
            return ATOM


def _held(tree: Tree, strength: int) -> str:
    """The tree, in brackets if it holds less tightly than its place asks."""
    text = latex_of(tree)
    return text if _strength(tree) >= strength else rf"\left({text}\right)"


def _sum(terms: Sequence[Tree]) -> str:
    text = ""
    for k, term in enumerate(terms):
        if term[0] == "neg":
            text += (" - " if k else "-") + _held(term[1], PRODUCT)
        else:
            text += (" + " if k else "") + _held(term, PRODUCT)
    return text


def _product(factors: Sequence[Tree]) -> str:
    """Factors side by side, with a dot where a space would not do: before digits, between a number and a fraction."""
    text = ""
    for before, factor in zip((None, *factors), factors, strict=False):
        printed = _held(factor, PRODUCT)
        dotted = before is not None and (
            printed[0].isdigit()
            or factor[0] == "diff"
            or [side[0] for side in factor[1:] if factor[0] == "div"] == ["num", "num"]
            or (
                (before[0] == "num" and (printed.startswith(r"\frac") or before[2] != 1 or before[1] >= 10**20))
                and (printed.startswith(r"\frac") or r"\cdot" in _held(before, PRODUCT))
            )
            or (before[0] == "name" and before[1] in CALLED and printed.startswith(r"\left("))
        )
        text += ("" if before is None else r" \cdot " if dotted else _space(before, factor)) + printed
    return text


def _space(before: Tree, factor: Tree) -> str:
    """A thin space beside names of several letters, which would run together."""
    bases = (tree[1].split("_")[0] for tree in (before, factor) if tree[0] == "name")
    long = any(len(base) > 1 and base not in GREEK for base in bases)
    return r" \, " if long else " "


def _power(base: Tree, exponent: Tree) -> str:
    raised = f"^{{{_exponent(exponent)}}}"
    if base[0] == "call" and WORD[base[1]].latex and len(base) == 3 and base[1] not in ("log10", "log2"):
        whole = exponent[0] == "num" and exponent[2] == 1 and exponent[1] > 1
        if whole:
            return WORD[base[1]].latex + raised + rf"\left({latex_of(base[2])}\right)"
    return _held(base, ATOM) + raised


def _exponent(tree: Tree) -> str:
    """An exponent; a fraction of two numbers or names lies on one line."""
    if tree[0] == "neg" and tree[1][0] == "div":
        return "-" + _exponent(tree[1])
    if tree[0] == "div" and all(side[0] in ("num", "name") and _strength(side) == ATOM for side in tree[1:]):
        return f"{latex_of(tree[1])}/{latex_of(tree[2])}"
    return latex_of(tree)


def _call(word: str, arguments: Sequence[Tree]) -> str:
    inside = ", ".join(latex_of(argument) for argument in arguments)
    match word:
        case "abs":
            return rf"\left|{inside}\right|"
        case "sqrt":
            return rf"\sqrt{{{inside}}}"
        case "cbrt":
            return rf"\sqrt[3]{{{inside}}}"
        case "root":
            return rf"\sqrt[{arguments[1][1]}]{{{latex_of(arguments[0])}}}"
        case "ln" if len(arguments) == 2:
            return rf"\log_{{{latex_of(arguments[1])}}}\left({latex_of(arguments[0])}\right)"
        case _:
            return rf"{WORD[word].latex}\left({inside}\right)"


def _cases(pieces: Sequence[Tree]) -> str:
    rows = []
    for value, condition in pieces:
        when = r"\text{otherwise}" if condition == ("true",) else rf"\text{{if }} {_condition(condition)}"
        rows.append(f"{latex_of(value)} & {when}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _condition(tree: Tree) -> str:
    match tree[0]:
        case "true":
            return r"\text{true}"
        case "and" | "or":
            return rf"{_part(tree[1])} \text{{ {tree[0]} }} {_part(tree[2])}"
        case "not":
            return rf"\text{{not }} \left({_condition(tree[1])}\right)"
        case _:
            return f"{latex_of(tree[1])} {RELATIONS[tree[0]]} {latex_of(tree[2])}"


def _part(tree: Tree) -> str:
    return rf"\left({_condition(tree)}\right)" if tree[0] in ("and", "or") else _condition(tree)
