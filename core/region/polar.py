r"""A formula seen from the tip of a square q = Σ d_i l_i(x)² + c: by r = √q and the direction u_i = √d_i l_i/r.

    x y (x² - y²)/(x² + y²)  =  r² u₁ u₂ (u₁² - u₂²)      x/√(x² + y²) = u₁      |u_i| <= 1

0/0 at a tip and ∞/∞ far out are gone where powers of r cancel. (A blow-up, in the words of geometry.)

Rules: exact; each l_i begins with a variable that later ones do not have, so x is found from l backwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy
from sympy import Dummy, Expr, Integer, Max, Min, Pow, Rational, Symbol


@dataclass(frozen=True)
class Polar:
    """The new names, r and one u for each line, and the variables of the lines in terms of them."""

    q: Expr
    tip: bool  # is q 0 where all lines are?
    r: Dummy
    u: tuple[Dummy, ...]
    lines: tuple[Expr, ...]  # √d l
    place: dict[Symbol, Expr]

    def of(self, e: Expr) -> Expr:
        """e in the new names, expanded."""

        def named(node: Expr) -> Expr:
            if isinstance(node, Pow) and node.base == self.q:
                return self.r ** (2 * node.exp)
            if node == self.q:
                return self.r**2
            return node.func(*map(named, node.args)) if node.args else node

        return sympy.expand(named(e).xreplace(self.place))

    def back(self, e: Expr) -> Expr:
        """The same in the old names, each direction between -1 and 1 also where it has no value."""
        root = sympy.sqrt(Max(self.q, Integer(0), evaluate=False))
        names = {u: clamped(line / root) for u, line in zip(self.u, self.lines, strict=True)}
        return e.xreplace({**names, self.r: root})


def clamped(u: Expr) -> Expr:
    """u between -1 and 1."""
    return Max(-1, Min(1, u, evaluate=False), evaluate=False)


def polar(q: Expr, X: Sequence[Symbol]) -> Polar | None:
    """From the tip of q, if it is a square.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> seen = polar(x**2 + y**2, (x, y))
    >>> t = seen.of(x * y / (x**2 + y**2))
    >>> t == seen.u[0] * seen.u[1]
    True
    """
    squares = taken_apart(q, X)
    if squares is None:
        return None
    r, place, us, lines = Dummy(positive=True), dict[Symbol, Expr](), list[Dummy](), list[Expr]()
    for d, line in reversed([(d, line) for d, line in squares if line.free_symbols]):
        lead = next(x for x in X if x in line.free_symbols)  # lines come in the order of X, each without the earlier
        u = Dummy(real=True)
        place[lead] = sympy.expand(r * u / sympy.sqrt(d) - (line - lead).xreplace(place))
        us.insert(0, u)
        lines.insert(0, sympy.sqrt(d) * line)
    return Polar(q, len(lines) == len(squares), r, tuple(us), tuple(lines), place)


def squares_in(e: Expr, X: Sequence[Symbol]) -> list[Expr]:
    """The squares in e that stand in a denominator or under a root."""
    powers = (node for node in sympy.preorder_traversal(e) if isinstance(node, Pow) and node.exp.is_Rational)
    bases = dict.fromkeys(node.base for node in powers if node.exp < 0 or not node.exp.is_integer)
    return [q for q in bases if taken_apart(q, X) is not None]


def taken_apart(q: Expr, X: Sequence[Symbol]) -> list[tuple[Rational, Expr]] | None:
    """q as a sum of d l² with positive numbers d and affine l, exactly; None if it is none.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> taken_apart(x**2 + 2 * x * y + 5 * y**2 + 3, (x, y))
    [(1, x + y), (4, y), (3, 1)]
    >>> taken_apart(x**2 - y**2, (x, y)), taken_apart(x**2 + y, (x, y))
    (None, None)
    """
    if not q.free_symbols or not q.free_symbols <= set(X) or not q.is_polynomial(*X):
        return None
    rest, squares = sympy.Poly(q, *X), list[tuple[Rational, Expr]]()
    if rest.total_degree() != 2 or not (rest.domain.is_ZZ or rest.domain.is_QQ):
        return None
    for x in X:
        d = rest.coeff_monomial(x**2)
        if d > 0:
            line = sympy.expand(sympy.diff(rest.as_expr(), x) / (2 * d))
            squares.append((d, line))
            rest = sympy.Poly(sympy.expand(rest.as_expr() - d * line**2), *X)
        if x in rest.as_expr().free_symbols:
            return None
    left = rest.as_expr()
    if left < 0:
        return None
    return [*squares, (left, Integer(1))] if left > 0 else squares
