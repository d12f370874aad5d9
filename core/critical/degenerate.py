r"""What a critical point is when the Hessian test is silent, decided by exact arguments alone.

The order in which they are tried, each a proof:

    one variable    the first derivative that is not 0: of even order an extremum, of odd order none
    by sight        f - f(p) is a product of squares and of what has one sign
    leading form    the first Taylor form that is not 0: definite, or taking both signs, or of odd degree
    splitting       with H of rank r: r variables follow the others along ∂f/∂y = 0; what is left is a form again
                    (Gromoll and Meyer 1969; Poston and Stewart, Catastrophe Theory, ch. 4)
    walk            in the plane: the sign changes of f - f(p) on every small circle

Rules: a verdict is given only if the argument decides it; if two of them disagree there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
import sympy
from sympy import Expr, Integer, Matrix, Mul, Poly, Symbol

from core import calculus
from core.branching import Boxes
from core.compile import UnsupportedError, program
from core.critical import polar
from core.critical.algebra import reduced, vanishes
from core.critical.certified import system
from core.critical.forms import Place, forms, letters, signs, written
from core.critical.plain import plain
from core.critical.point import Walk
from core.critical.walk import walk
from core.definiteness import certified_all
from core.edges import Locus, samples, solved
from core.enclosure import enclose
from core.function import Function, truth

ORDER: Final = 10  # of Taylor forms
ORDERS: Final = (4, 6, ORDER)  # tried in turn when variables are split off
LONG: Final = 48  # characters of a form that is shown
PASSING: Final = "f passes through its value here, above it on one side, below it on the other."
OPPOSITE: Final = "in opposite directions it has opposite signs, so f rises one way and falls the other."
RADII: Final = (0.5, 0.25, 0.125, 0.0625, 0.03125)


@dataclass(frozen=True)
class Nature:
    """minimum · maximum · saddle (neither) · undetermined; the argument for a student; and the walk, in the plane.

    `strict` says of an extremum whether p is alone in having its value nearby; None: not examined.
    """

    word: str
    because: str
    strict: bool | None = None
    walk: Walk | None = None


UNKNOWN: Final = Nature(
    "undetermined", "The arguments tried here do not decide it: its first Taylor forms leave it open."
)


def nature(f: Function, place: Place, seconds: float) -> Nature:
    """What the critical point of f at an exact place is.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> found = nature(Function((x, y), ((y - x**2)*(y - 3*x**2),)), (Integer(0), Integer(0)), 2.0)
    >>> found.word, found.walk.changes
    ('saddle', 4)
    """
    at = dict(zip(f.variables, place, strict=True))
    if not all(truth(r, at) for r in (*calculus.interior(f.domain), *calculus.seams(f))):
        return replace(UNKNOWN, because="The formula has a kink or an edge here, so Taylor forms say nothing.")
    try:
        found: Nature = calculus.within(seconds, lambda _: _decided(f, place), f.components[0])
    except (calculus.LateError, UnsupportedError, calculus.TooLargeError, sympy.PolynomialError, NotImplementedError):
        return replace(UNKNOWN, because="The exact arguments took too long here.")
    return found


def _decided(f: Function, place: Place) -> Nature:
    if f.n == 1:
        return _in_one(f, place)
    by_form = _by_form(f, place)
    around = _walked(f, place) if f.n == 2 else None
    seen = by_sight(f, place) if by_form.word == "undetermined" else by_form
    if around is None:
        return seen
    word, w = around
    if seen.word == "undetermined":
        return Nature(word, _by_walk(word, w), walk=w)
    return replace(seen, walk=w) if word == seen.word else UNKNOWN


def _in_one(f: Function, place: Place) -> Nature:
    """By the first derivative that is not 0."""
    for k, q in enumerate(forms(f, place, 2 * ORDER), start=1):
        if vanishes(q):
            continue
        c = q.xreplace({letters(f, place)[0]: Integer(1)}) * sympy.factorial(k)
        which = f"The first derivative that is not 0 at this point is the {_ordinal(k)}, {written(c)}"
        if k % 2:
            return Nature("saddle", f"{which}, of odd order: {PASSING}")
        if c.is_positive:
            return Nature("minimum", f"{which}, of even order: f goes up on both sides.", True)
        if c.is_negative:
            return Nature("maximum", f"{which}, of even order: f goes down on both sides.", True)
        break
    return UNKNOWN


def _ordinal(k: int) -> str:
    return f"{k}{'th' if k % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(k % 10, 'th')}"


# The leading form, and what is left of it.


def _by_form(f: Function, place: Place) -> Nature:
    X = letters(f, place)
    known: list[Expr] = []
    for k, q in enumerate(forms(f, place, ORDER), start=1):
        known.append(q)
        if vanishes(q) or q == 0:
            continue
        if k == 2:
            return _split(f, place, X)
        return _of_form(q, k, X, f"The lowest-order form of f − f(p) is {_shown(q, f, place)}")
    return UNKNOWN


def _of_form(q: Expr, k: int, X: Sequence[Symbol], which: str) -> Nature:
    if k % 2:
        return Nature("saddle", f"{which}, of odd degree: {OPPOSITE}")
    s = signs(q, X)
    if s.up and s.down:
        ways = f"It is positive along {_along(s.up)} and negative along {_along(s.down)}"
        return Nature("saddle", f"{which}. {ways}: f rises one way and falls the other.")
    if s.definite:
        word, sign = ("minimum", "positive") if s.definite > 0 else ("maximum", "negative")
        return Nature(word, f"{which}, {sign} in every direction; near the point it outweighs all that follows.", True)
    return UNKNOWN


def _along(d: tuple[int, ...]) -> str:
    return f"({', '.join(str(v).replace('-', '−') for v in d)})"


def _shown(q: Expr, f: Function, place: Place) -> str:
    """A form in one line, with what its letters are if p is not the origin."""
    X, text = letters(f, place), written(q)
    if len(text) > LONG:
        return f"of degree {Poly(q, *X).total_degree()}"
    moved = [(x, v, c) for x, v, c in zip(X, f.variables, place, strict=True) if c != 0]
    new = ", ".join(f"{x.name} = {v} − {plain(str(c))}" for x, v, c in moved)
    return text + (f", where {new}".replace("− −", "+ ") if new else "")


def _split(f: Function, place: Place, X: Sequence[Symbol]) -> Nature:
    """The splitting lemma: y follows z along ∂f/∂y = 0, where the Hessian in y is regular; then the form in z alone."""
    known = list(forms(f, place, ORDER))
    H = Matrix(sympy.hessian(known[1], X))
    regular = _regular(H)
    if regular is None:
        return UNKNOWN
    Y, Z = [X[i] for i in regular], [X[i] for i in range(len(X)) if i not in regular]
    A = H.extract(regular, regular)
    sign = _one_sign(A)
    for order in (k for k in ORDERS if sign and Z and k <= len(known)):
        G = sympy.expand(sum(known[:order], Integer(0)))
        curve = _followed(G, A, Y, Z, order)
        rest = _cut(G.xreplace(dict(zip(Y, curve, strict=True))), Z, order)
        m, q = next(((k, t) for k in range(3, order + 1) if (t := _degree(rest, Z, k)) != 0), (0, Integer(0)))
        if m:
            return _of_rest(q, m, sign, Y, Z, curve, place)
    return UNKNOWN


def _degree(e: Expr, X: Sequence[Symbol], k: int) -> Expr:
    """The terms of that degree."""
    return _terms(e, X, lambda d: d == k)


def _cut(e: Expr, Z: Sequence[Symbol], order: int) -> Expr:
    """The terms up to a degree."""
    return _terms(sympy.expand(e), Z, lambda d: d <= order)


def _terms(e: Expr, X: Sequence[Symbol], wanted: Callable[[int], bool]) -> Expr:
    lot = ((m, c) for m, c in Poly(e, *X).terms() if wanted(sum(m)))
    return sum((c * Mul(*(x**i for x, i in zip(X, m, strict=True))) for m, c in lot), Integer(0))


def _regular(H: Matrix) -> tuple[int, ...] | None:
    """The rows of a largest principal minor that is proved not to be 0, all larger ones being 0."""
    n = H.rows
    for r in range(n, 0, -1):
        for rows in combinations(range(n), r):
            minor = sympy.expand(H.extract(rows, rows).det(method="berkowitz"))
            if minor.is_nonzero or (minor.is_number and not vanishes(minor) and minor.is_nonzero):
                return rows
            if not vanishes(minor):
                return None
    return None


def _one_sign(A: Matrix) -> int:
    """1 if A is positive definite, -1 if negative definite, by its leading minors; 0 if neither, or not known."""
    minors = [sympy.expand(A[:k, :k].det(method="berkowitz")) for k in range(1, A.rows + 1)]
    if all(m.is_positive for m in minors):
        return 1
    return -1 if all((m * (-1) ** k).is_positive for k, m in enumerate(minors, start=1)) else 0


def _followed(G: Expr, A: Matrix, Y: Sequence[Symbol], Z: Sequence[Symbol], order: int) -> list[Expr]:
    """y as power series of z with ∂G/∂y = 0: each round of y - A⁻¹ ∂G/∂y makes one more degree right."""
    slopes, inverse = [sympy.diff(G, y) for y in Y], A.inv()
    curve: list[Expr] = [Integer(0)] * len(Y)
    for _ in range(order):
        at = dict(zip(Y, curve, strict=True))
        step = inverse * Matrix([_cut(s.xreplace(at), Z, order) for s in slopes])
        new = [_cut(c - d, Z, order) for c, d in zip(curve, step, strict=True)]
        if new == curve:
            break
        curve = new
    return curve


def _of_rest(
    q: Expr, m: int, sign: int, Y: Sequence[Symbol], Z: Sequence[Symbol], curve: Sequence[Expr], place: Place
) -> Nature:
    """What is left in the directions in which the Hessian is flat, against the sign of the others."""
    way, turn = ("up", "down") if sign > 0 else ("down", "up")
    path = ", ".join(f"{y.name} = {_start(c, Z)}" for y, c in zip(Y, curve, strict=True))
    moved = " (letters measured from the point)" if any(c != 0 for c in place) else ""
    head = f"In the directions the Hessian sees, f goes {way}. Along {path} it does that least, and there"
    head = f"{head} f − f(p) = {written(q)} + …{moved}"
    s = signs(q, Z)
    if m % 2 or (s.down if sign > 0 else s.up):
        lines = " A straight cut may hide that." if any(sympy.diff(c, z, 2) != 0 for c in curve for z in Z) else ""
        return Nature("saddle", f"{head}, which also goes {turn}. So f rises one way and falls another.{lines}")
    if s.definite == sign:
        word = "minimum" if sign > 0 else "maximum"
        return Nature(word, f"{head}, which goes {way} too: {way} in every direction.", True)
    return UNKNOWN


def _start(c: Expr, Z: Sequence[Symbol]) -> str:
    """The first term of a series."""
    if c == 0:
        return "0"
    low = min(sum(m) for m, _ in Poly(c, *Z).terms())
    first = _degree(c, Z, low)
    return written(first) + (" + …" if sympy.expand(c - first) != 0 else "")


# By sight, and by walking round.


def by_sight(f: Function, place: Place) -> Nature:
    """f - f(p) as a product all of whose factors have one sign; f need not be smooth."""
    e = f.components[0] - f.components[0].xreplace(dict(zip(f.variables, place, strict=True)))
    for form in (e, sympy.factor(e)):
        text = plain(str(form))
        shown = f"f − f(p) = {text}" if len(text) <= LONG else "f − f(p)"
        if form.is_nonnegative:
            return Nature("minimum", f"{shown} is nowhere negative, and 0 at the point.")
        if form.is_nonpositive:
            return Nature("maximum", f"{shown} is nowhere positive, and 0 at the point.")
    return UNKNOWN


def _walked(f: Function, place: Place) -> tuple[str, Walk] | None:
    """In the plane: the verdict of the sign changes on small circles, and the walk, on the largest circle proved."""
    (x, y), (a, b), e = f.variables, place, f.components[0]
    g = e.xreplace({x: x + a, y: y + b}) - e.xreplace({x: a, y: b})
    found = walk(sympy.expand(g), x, y) if g.is_polynomial(x, y) else None
    least = 0.0 if found is None else found[0].radius
    for r in RADII if found is None else (r for r in RADII[:2] if r > least):
        around = polar.look(f, place, r)
        if around is not None and around.nature is not None:
            return (
                (around.nature, Walk(r, around.changes))
                if found is None or found[0].changes == around.changes
                else None
            )
    if found is None:
        return None
    w, sign = found
    word = "saddle" if w.changes else {1: "minimum", -1: "maximum"}.get(sign)
    return None if word is None else (word, w)


def _by_walk(word: str, w: Walk) -> str:
    circle = "On every small circle round the point"
    if word == "saddle":
        return f"{circle} the sign of f − f(p) changes {w.changes} times: f rises and falls from here."
    return f"{circle} f − f(p) is never {'negative' if word == 'minimum' else 'positive'}."


# Along curves.

OPEN: Final = ("undetermined", "What f does around it may differ from place to place, or was not decided.")
SIDES: Final = "f takes larger and smaller values on its two sides."


def along(f: Function, equations: Sequence[Expr], boxes: Boxes, seconds: float) -> tuple[str, str]:
    """What f is at all points of a set of critical points that the boxes cover: a word, and why.

    "weak minimum", "weak maximum", "no extremum", or "undetermined".

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (x**2 * y**2,))
    >>> along(f, [x], Boxes(np.array([[0.0], [-1.0]]), np.array([[0.0], [1.0]])), 1.0)[0]
    'weak minimum'
    """
    try:
        found = calculus.within(seconds, lambda e: _by_factors(e, f, equations, boxes), f.components[0])
    except (calculus.LateError, sympy.PolynomialError, NotImplementedError):
        found = None
    return found or _by_bending(f, equations, boxes) or OPEN


def _by_factors(e: Expr, f: Function, equations: Sequence[Expr], boxes: Boxes) -> tuple[str, str] | None:
    """f minus its value there as a product one of whose factors is 0 on the set: so it has that value everywhere on it.

    Even powers only, or such a factor an odd number of times: it changes its sign, where it has a slope, and what is
    left of the product is 0 on a thin part of that at most.
    """
    for value in dict.fromkeys((Integer(0), *_values_on(e, f, equations))):
        product = sympy.factor(e - value)
        powers = dict(t.as_base_exp() for t in Mul.make_args(product))
        own = [q for q in powers if _zero_on(q, f, equations)]
        for sign, word, side in ((1, "weak minimum", "less"), (-1, "weak maximum", "more")):
            if own and (sign * product).is_nonnegative:
                return word, f"f is nowhere {side} than on it: the difference is a product of squares and of one sign."
        for q in own:
            k = powers[q]
            if k.is_Integer and k % 2 and _crossed(q, product / q**k, f, boxes):
                name = plain(str(q))
                return "no extremum", f"f minus its value there has the factor {name} an odd number of times: {SIDES}"
    return None


def _zero_on(q: Expr, f: Function, equations: Sequence[Expr]) -> bool:
    """Is q one of the equations of the set, or 0 when they are solved for single variables?"""
    return q in equations or -q in equations or q.xreplace(solved(equations, f.variables)) == 0


def _crossed(q: Expr, rest: Expr, f: Function, boxes: Boxes) -> bool:
    """Does q change its sign at the set, where the rest of the product is 0 on a thin part at most?"""
    X = f.variables
    apart = not (q.free_symbols & rest.free_symbols) or (q.is_polynomial(*X) and rest.is_polynomial(*X))
    slope = enclose(program(calculus.gradient(Function(X, (q,)), tidy=False)), boxes.lower, boxes.upper)
    return apart and not slope.bad.any() and bool(((slope.lower > 0) | (slope.upper < 0)).any(axis=0).all())


def _values_on(e: Expr, f: Function, equations: Sequence[Expr]) -> list[Expr]:
    """Values of f at exact points of the set; elsewhere on it there may be others."""
    points = [p for p in samples(Locus(tuple(equations)), f.variables) if not any(c.has(sympy.Float) for c in p)]
    values = (reduced(e.xreplace(dict(zip(f.variables, p, strict=True)))) for p in points[:3])
    return [v for v in values if v.is_number and not v.has(sympy.nan, sympy.zoo)]


def _by_bending(f: Function, equations: Sequence[Expr], boxes: Boxes) -> tuple[str, str] | None:
    """By the eigenvalues across the set, wherever it is in the window: all of one sign, or both signs at each place."""
    if not len(boxes):
        return None
    if len(equations) == 1:
        return _by_one_bend(f, boxes)
    s = system(program(f))
    bounds = enclose(s.J, boxes.lower, boxes.upper)
    H = bounds.lower[s.entries], bounds.upper[s.entries]
    with np.errstate(all="ignore"):
        _, V = np.linalg.eigh(np.nan_to_num(0.5 * (H[0] + H[1])).transpose(2, 0, 1))
    inertia = certified_all(*H, np.moveaxis(V, 0, -1))
    if not bounds.bad.any() and all(i.positive and i.negative for i in inertia):
        return "no extremum", "Everywhere on it the Hessian has a positive and a negative eigenvalue."
    return None


def _by_one_bend(f: Function, boxes: Boxes) -> tuple[str, str] | None:
    """Across a curve in the plane, or a surface in space, is one direction; its eigenvalue is the trace of H."""
    trace = enclose(program(_trace(f)), boxes.lower, boxes.upper)
    known = ~trace.bad
    up, down = (trace.lower[0] > 0)[known], (trace.upper[0] < 0)[known]
    where = "everywhere in this window" if known.all() else "in this window, but where f fails nothing is said"
    for word, sure, how in (("weak minimum", up, "up"), ("weak maximum", down, "down")):
        if len(sure) and sure.all():
            return word, f"Along it f does not change; across it f bends {how} {where}."
    if up.any() and down.any():
        return (
            "weak minimum or weak maximum, by place",
            "Across it f bends up at some places, a weak minimum, and down at others, a weak maximum.",
        )
    return None


def _trace(f: Function) -> Function:
    """The sum of the second derivatives: on a curve of critical points in the plane the eigenvalue across it."""
    g = calculus.gradient(f, tidy=False)
    second = sum((calculus.derivative(c, x) for c, x in zip(g.components, f.variables, strict=True)), Integer(0))
    return replace(g, components=(second,))
