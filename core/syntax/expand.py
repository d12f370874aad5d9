"""Words composed of others, written out: sech u is 1/cosh u.

What a word `means` is a text of our own language in `core.vocabulary`, read by the same grammar as every other. So
a domain, a derivative or a program of such a word is that of the formula it stands for, and nobody has to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.syntax.expression import meaning_of
from core.syntax.tree import Tree

LETTERS: Final = ("u", "v")  # the arguments of a word, in what it means


def expanded(tree: Tree) -> Tree:
    """The formula that a call of a composed word stands for; its arguments are put in as they are.

    >>> expanded(("call", "sech", ("name", "x")))
    ('div', ('num', 1, 1), ('call', 'cosh', ('name', 'x')))
    """
    _, word, *arguments = tree
    return _put(meaning_of(word).tree, dict(zip(LETTERS, arguments, strict=False)))


def _put(tree: Tree, arguments: Mapping[str, Tree]) -> Tree:
    """The tree with its letters replaced, all at once."""
    if tree[0] == "name":
        return arguments[tree[1]]
    return (tree[0], *(_put(part, arguments) if isinstance(part, tuple) else part for part in tree[1:]))
