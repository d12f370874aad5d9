"""Exact expressions of a record, back to trees.

What a worker derived travels as plain text. Its words are those of the language, so the same parser reads it. Two
things are written there otherwise than on the page, and put right: exp(u) is e^u, sgn(u) |u|^(1/n) a root.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.syntax.statement import read
from core.syntax.tree import InputError, Tree


def tree_of(text: str, names: Sequence[str]) -> Tree | None:
    """The tree of an exact expression in these names; None when it is too long to be read.

    >>> tree_of("x**2*(sign(y)*Abs(y)**(1/3))", ("x", "y"))
    ('mul', ('pow', ('name', 'x'), ('num', 2, 1)), ('call', 'cbrt', ('name', 'y')))
    """
    try:
        return _rooted(read(text, tuple(names)).components[0])
    except InputError:
        return None


def _rooted(tree: Tree) -> Tree:
    """The tree with its odd roots put together, and its exponentials as powers of e."""
    parts = tuple(_rooted(part) if isinstance(part, tuple) else part for part in tree)
    if parts[:2] == ("call", "exp"):
        return ("pow", ("const", "e"), parts[2])
    if parts[0] != "mul":
        return parts
    factors = list(parts[1:])
    for sign in [f for f in factors if f[:2] == ("call", "sign")]:
        for power in [f for f in factors if f[:2] == ("pow", ("call", "abs", sign[2]))][:1]:
            if n := _odd_index(power[2]):
                factors[factors.index(sign)] = _root(sign[2], n)
                factors.remove(power)
    return ("mul", *factors) if len(factors) > 1 else factors[0]


def _root(u: Tree, n: int) -> Tree:
    return ("call", "cbrt", u) if n == 3 else ("call", "root", u, ("num", n, 1))


def _odd_index(exponent: Tree) -> int | None:
    """n, of an exponent 1/n with odd n."""
    match exponent:
        case ("div", ("num", 1, 1), ("num", n, 1)) if n % 2:
            return int(n)
    return None
