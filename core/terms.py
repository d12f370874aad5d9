"""Arithmetic on trees: what everybody does in the head while differentiating, and no more.

    0 u = 0    1 u = u    u + 0 = u    2 · 3 x = 6 x    x · x² = x³    u + u = 2 u    (a/b) c = a c/b    u^(−2) = 1/u²

Nothing is expanded, factored or cancelled but numbers. A fraction that was typed as a decimal stays a decimal.

Rules: every function gives a tree with the same value wherever all its pieces have one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from core.syntax import Tree
from core.syntax.measure import literal

ZERO: Final[Tree] = ("num", 0, 1)
ONE: Final[Tree] = ("num", 1, 1)
TWO: Final[Tree] = ("num", 2, 1)


def number(k: int | Fraction) -> Tree:
    """A whole number, or a fraction written with a bar.

    >>> number(Fraction(-2, 3))
    ('neg', ('div', ('num', 2, 1), ('num', 3, 1)))
    """
    if k < 0:
        return ("neg", number(-k))
    k = Fraction(k)
    top: Tree = ("num", k.numerator, 1)
    return top if k.denominator == 1 else ("div", top, ("num", k.denominator, 1))


def call(word: str, *u: Tree) -> Tree:
    """A word of the vocabulary with its arguments."""
    return ("call", word, *u)


def depends(tree: Tree, x: str) -> bool:
    """Whether the name x occurs.

    >>> depends(("mul", ("num", 2, 1), ("name", "y")), "y"), depends(("name", "x_1"), "x")
    (True, False)
    """
    if tree[0] == "name":
        return bool(tree[1] == x)
    return any(isinstance(part, tuple) and depends(part, x) for part in tree)


def nodes(tree: Tree) -> int:
    """The number of nodes."""
    return 1 + sum(nodes(part) for part in tree if isinstance(part, tuple))


# Products: a number, what stands above the bar, and what stands below it.


@dataclass(frozen=True)
class Product:
    """k · above / below, with everything that was multiplied or divided laid side by side."""

    k: Fraction
    decimal: bool  # whether a decimal went into the number
    above: tuple[Tree, ...] = ()
    below: tuple[Tree, ...] = ()

    def times(self, other: Product) -> Product:
        decimal = self.decimal or other.decimal
        return Product(self.k * other.k, decimal, self.above + other.above, self.below + other.below)

    def over(self, other: Product) -> Product:
        decimal = self.decimal or other.decimal
        return Product(self.k / other.k, decimal, self.above + other.below, self.below + other.above)


def product(*factors: Tree) -> Tree:
    """The product, with its number in front and one bar at most.

    >>> x, y = ("name", "x"), ("name", "y")
    >>> product(y, number(2), x), product(x, ("pow", x, TWO)), product(x, ("div", ONE, y))
    (('mul', ('num', 2, 1), ('name', 'x'), ('name', 'y')), ('pow', ('name', 'x'), ('num', 3, 1)), \
('div', ('name', 'x'), ('name', 'y')))
    """
    whole = Product(Fraction(1), False)
    for factor in factors:
        whole = whole.times(split(factor))
    return joined(whole)


def quotient(a: Tree, b: Tree) -> Tree:
    """a over b.

    >>> quotient(("mul", TWO, ("name", "x")), number(4))
    ('div', ('name', 'x'), ('num', 2, 1))
    """
    below = split(b)
    return ("div", a, b) if below.k == 0 else joined(split(a).over(below))


def minus(a: Tree) -> Tree:
    """The negative."""
    return product(number(-1), a)


def split(tree: Tree) -> Product:
    """The factors of a tree.

    >>> split(("neg", ("div", ("mul", TWO, ("name", "x")), ("name", "y"))))
    Product(k=Fraction(-2, 1), decimal=False, above=(('name', 'x'),), below=(('name', 'y'),))
    """
    match tree:
        case ("num", p, q):
            return Product(Fraction(p, q), q != 1)
        case ("neg", a):
            inner = split(a)
            return Product(-inner.k, inner.decimal, inner.above, inner.below)
        case ("mul", *factors):
            whole = Product(Fraction(1), False)
            for factor in factors:
                whole = whole.times(split(factor))
            return whole
        case ("div", a, b) if (below := split(b)).k != 0:
            return split(a).over(below)
        case ("pow", a, b) if (k := literal(b)) and k[0] < 0:
            return Product(Fraction(1), False, (), (power(a, minus(b)),))
    return Product(Fraction(1), False, (tree,))


def joined(p: Product) -> Tree:
    """The tree of these factors."""
    if p.k == 0:
        return ZERO
    size = abs(p.k)
    whole = p.decimal and _ends(size.denominator)
    top = [] if size.numerator == 1 else [("num", size.numerator, 1)]
    bottom = [] if size.denominator == 1 else [("num", size.denominator, 1)]
    if whole:
        top, bottom = [] if size == 1 else [("num", size.numerator, size.denominator)], []
    above, below = _side(top, p.above), _side(bottom, p.below)
    tree = above if below == ONE else ("div", above, below)
    return ("neg", tree) if p.k < 0 else tree


def _ends(q: int) -> bool:
    """Whether a fraction over q has finitely many decimals."""
    while q % 2 == 0:
        q //= 2
    while q % 5 == 0:
        q //= 5
    return q == 1


def _side(numbers: list[Tree], factors: Iterable[Tree]) -> Tree:
    """The product of one side of the bar: powers of the same base gathered, short factors first."""
    gathered: dict[Tree, int] = {}
    for factor in factors:
        base, k = _power_of(factor)
        gathered[base] = gathered.get(base, 0) + k
    parts = [*numbers, *sorted((power(base, number(k)) for base, k in gathered.items()), key=_rank)]
    return ONE if not parts else parts[0] if len(parts) == 1 else ("mul", *parts)


def _power_of(factor: Tree) -> tuple[Tree, int]:
    if factor[0] == "pow" and (k := literal(factor[2])) and k[0] > 0 and k[0] % k[1] == 0:
        return factor[1], k[0] // k[1]
    return factor, 1


def _rank(factor: Tree) -> tuple[int, str]:
    """Constants, then names by the alphabet, then functions, then sums."""
    base = factor[1] if factor[0] == "pow" else factor
    if base[0] == "name" and (factor[0] == "name" or literal(factor[2])):
        return 1, base[1]
    return {"num": 0, "const": 0, "add": 3, "cases": 3}.get(factor[0] if base[0] == "const" else base[0], 2), ""


# Powers and sums.


def power(base: Tree, exponent: Tree) -> Tree:
    """base^exponent; a whole power of a whole power is one power.

    >>> power(("name", "x"), ONE), power(("name", "x"), ZERO)
    (('name', 'x'), ('num', 1, 1))
    """
    k = literal(exponent)
    if (k and k[0] == 0) or base == ONE:
        return ONE
    inner, j = _power_of(base)
    if j > 1 and k and k[1] == 1 and k[0] > 0:
        return ("pow", inner, number(j * k[0]))
    return base if k and k[0] == k[1] else ("pow", base, exponent)


def lowered(exponent: Tree) -> Tree:
    """The exponent less one.

    >>> lowered(number(Fraction(2, 3))), lowered(("name", "n"))
    (('neg', ('div', ('num', 1, 1), ('num', 3, 1))), ('add', ('name', 'n'), ('neg', ('num', 1, 1))))
    """
    k = literal(exponent)
    if k is None:
        return total([exponent, number(-1)])
    less = Fraction(*k) - 1
    decimal = split(exponent).decimal and _ends(less.denominator)
    return joined(Product(less, decimal))


def total(terms: Sequence[Tree]) -> Tree:
    """The sum: flat, without zeros, with like terms gathered.

    >>> x, y = ("name", "x"), ("name", "y")
    >>> total([x, ZERO, y, x])
    ('add', ('mul', ('num', 2, 1), ('name', 'x')), ('name', 'y'))
    """
    gathered: dict[Tree, Product] = {}
    for term in _flat(terms):
        p = split(term)
        body = joined(Product(Fraction(1), False, p.above, p.below))
        known = gathered.get(body, Product(Fraction(0), False))
        gathered[body] = Product(known.k + p.k, known.decimal or p.decimal, p.above, p.below)
    kept = [joined(p) for p in gathered.values() if p.k != 0]
    return ZERO if not kept else kept[0] if len(kept) == 1 else ("add", *kept)


def _flat(terms: Sequence[Tree]) -> list[Tree]:
    flat: list[Tree] = []
    for term in terms:
        flat += _flat(term[1:]) if term[0] == "add" else [term]
    return flat
