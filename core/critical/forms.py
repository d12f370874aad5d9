r"""Taylor forms of f about an exact point, and the signs they take.

    f(p + h) - f(p) = q₁(h) + q₂(h) + q₃(h) + …        q_k homogeneous of degree k

A form that is not zero decides near p where it is not zero: the rest is smaller. Forms are polynomials with exact
coefficients; signs are counted by Sturm, or exhibited at directions of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import gcd
from typing import Any, Final

import numpy as np
import sympy
from sympy import Dummy, Expr, Integer, Poly, Rational, Symbol

from core import calculus
from core.compile import UnsupportedError, program
from core.critical.plain import raised
from core.enclosure import enclose
from core.function import Function

NODES: Final = 3000  # of a derivative along a ray
REACH: Final = {1: 1, 2: 6, 3: 3, 4: 2}  # of the coordinates of a direction; 1 in more variables
CUTS: Final = {2: 400, 3: 40, 4: 12}  # of a face of the cube, to see that a form is definite
Place = tuple[Expr, ...]
T: Final = Dummy(real=True)


@lru_cache(maxsize=64)
def letters(f: Function, place: Place) -> tuple[Symbol, ...]:
    """The variables of a form: those of f where p is 0, others by the next letters, u = x - 1."""
    if all(c == 0 for c in place):
        return f.variables
    names = iter(["u", "v", "w", "r", "s", "q", "m", "k"])
    taken = {x.name for x in f.variables}
    fresh = (name for name in names if name not in taken)
    return tuple(x if c == 0 else Dummy(next(fresh), real=True) for x, c in zip(f.variables, place, strict=True))


def forms(f: Function, place: Place, order: int) -> Iterator[Expr]:
    """q₁, q₂, … up to an order, in the variables `letters`; fewer if a derivative grows too long.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> list(forms(Function((x, y), (sympy.cos(x) + y**3,)), (Integer(0), Integer(0)), 4))
    [0, -x**2/2, y**3, x**4/24]
    """
    h = letters(f, place)
    at = {x: c + T * d for x, c, d in zip(f.variables, place, h, strict=True)}
    e = f.components[0].xreplace(at)
    if e.is_polynomial(*h, T):
        p = Poly(sympy.expand(e), T)
        yield from (p.coeff_monomial(T**k) for k in range(1, order + 1))
        return
    for k in range(1, order + 1):
        e = calculus.derivative(e, T)
        if calculus.size([e], NODES) > NODES:
            return
        yield sympy.expand(e.xreplace({T: Integer(0)})) / sympy.factorial(k)


@dataclass(frozen=True)
class Signs:
    """What is known of the signs of a form away from 0: directions where it is positive and negative, and zeros.

    `zeros` is True if it is proved to vanish in some direction, False if it is proved not to, None if not known;
    `simple` says that in two variables it changes its sign at every such direction.
    """

    up: tuple[int, ...] | None = None
    down: tuple[int, ...] | None = None
    zeros: bool | None = None
    simple: bool = False

    @property
    def definite(self) -> int:
        """1 or -1 for a form of one sign without zeros, 0 else."""
        return 0 if self.zeros is not False or (self.up and self.down) else 1 if self.up else -1


def signs(q: Expr, X: Sequence[Symbol]) -> Signs:
    """The signs of a form.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> signs(x**4 + y**4, (x, y)).definite, signs(x**2 * y**2, (x, y))
    (1, Signs(up=(1, 1), down=None, zeros=True, simple=False))
    >>> signs(x**3 - 3*x*y**2, (x, y))
    Signs(up=(1, 0), down=(-1, 0), zeros=True, simple=True)
    """
    up, down, hit = None, None, False
    for d in directions(len(X)):
        value = q.xreplace(dict(zip(X, map(Integer, d), strict=True)))
        value = sympy.expand(value)
        up = d if up is None and value.is_positive else up
        down = d if down is None and value.is_negative else down
        hit = hit or value.is_zero is True
    if len(X) == 1:
        return Signs(up, down, False)
    if up and down:
        return Signs(up, down, True, len(X) == 2 and _all_simple(q, X))
    if hit:
        return Signs(up, down, True)
    return Signs(up, down, _vanishes_somewhere(q, X))


def directions(n: int) -> list[tuple[int, ...]]:
    """Directions of small whole numbers, the simplest first."""
    reach = REACH.get(n, 1)
    lot = (d for d in product(range(-reach, reach + 1), repeat=n) if gcd(*d) == 1)
    return sorted(lot, key=lambda d: (sum(map(abs, d)), max(map(abs, d)), [-v for v in d]))


def _in_one(q: Expr, X: Sequence[Symbol]) -> tuple[Poly, int] | None:
    """A form of two variables as a polynomial in t = y/x with rational coefficients, and the multiplicity of x = 0."""
    p = Poly(q.xreplace({X[0]: Integer(1), X[1]: T}), T)
    if not (p.domain.is_ZZ or p.domain.is_QQ):
        return None
    return p, int(Poly(q, *X).total_degree()) - p.degree()


def _all_simple(q: Expr, X: Sequence[Symbol]) -> bool:
    one = _in_one(q, X)
    if one is None:
        return False
    p, at_infinity = one
    return bool(at_infinity <= 1 and all(k == 1 or g.count_roots() == 0 for g, k in p.sqf_list()[1]))


def _vanishes_somewhere(q: Expr, X: Sequence[Symbol]) -> bool | None:
    if len(X) == 2 and (one := _in_one(q, X)) is not None:
        p, at_infinity = one
        return bool(at_infinity > 0 or p.count_roots() > 0)
    return False if _away_on_faces(q, X) else None


def _away_on_faces(q: Expr, X: Sequence[Symbol]) -> bool:
    """Is the form proved not to vanish on the faces of a cube? By bounds on small boxes; opposite faces are alike."""
    n = len(X)
    if n not in CUTS:
        return False
    try:
        F = program(Function(tuple(X), (q,)))
    except UnsupportedError:
        return False
    ends = np.linspace(-1.0, 1.0, CUTS[n] + 1)
    lower, upper = (_net(side, n - 1) for side in (ends[:-1], ends[1:]))
    faces = (enclose(F, np.insert(lower, i, 1.0, axis=0), np.insert(upper, i, 1.0, axis=0)) for i in range(n))
    return all(((face.lower[0] > 0) | (face.upper[0] < 0)).all() for face in faces)


def _net(side: Any, n: int) -> Any:
    """All points with these coordinates, (n, N)."""
    return np.stack(np.meshgrid(*[side] * n, indexing="ij")).reshape(n, -1)


def written(q: Expr) -> str:
    """A polynomial as a person writes it, in one line of plain text.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> written(x**3 - 3*x*y**2), written(-x**2/2 + 3*y**12), written(sympy.sqrt(3)*x/2)
    ('x³ − 3xy²', '−x²/2 + 3y¹²', '√3x/2')
    """
    text = " ".join(_term(t) for t in (_ordered(q) if isinstance(q, sympy.Add) else [q])).removeprefix("+ ")
    return "−" + text.removeprefix("− ") if text.startswith("− ") else text


def _ordered(q: sympy.Add) -> list[Expr]:
    X = sorted(q.free_symbols, key=lambda s: s.name)
    if not X:
        return list(q.args)
    return [c * sympy.Mul(*(x**k for x, k in zip(X, m, strict=True))) for m, c in Poly(q, *X).terms()]


def _term(t: Expr) -> str:
    """One term with its sign in front."""
    c, rest = t.as_coeff_Mul()
    sign = "−" if c.is_negative else "+"
    c = abs(c)
    body = "".join(_power(f) for f in sorted(sympy.Mul.make_args(rest), key=_rank)) if rest != 1 else ""
    top = "" if c.p == 1 and body else str(c.p)
    return f"{sign} {top}{body}" + (f"/{c.q}" if isinstance(c, Rational) and c.q != 1 else "")


def _rank(f: Expr) -> tuple[bool, str]:
    return bool(f.free_symbols), str(f)


def _power(f: Expr) -> str:
    base, k = f.as_base_exp()
    if k == Rational(1, 2):
        return f"√{base}"
    letter = base.name if base.is_Symbol else str(base) if base.is_Number else f"({base})"
    name = {sympy.pi: "π", sympy.E: "e"}.get(base, letter)
    return name if k == 1 else name + (raised(int(k)) if k.is_Integer and k > 0 else f"^({k})")
