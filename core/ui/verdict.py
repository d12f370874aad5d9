"""What happens at one critical point: the second-derivative test with its numbers, and the walk where it is silent.

The test reads the signs of the eigenvalues. Where it is silent, f is compared with f(p) on a circle around p, or on
both sides of p in one variable. What floats see on the way is a picture; what is proved comes with the record, and only
that is called proved.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import streamlit as st

from core.figures import critical as scenes
from core.figures.critical import Piece, Round
from core.figures.trajectory import short
from core.numeric import Array, arrays, floats
from core.problem import Side
from core.program import Program, gradient, hessian
from core.syntax import latex_name
from core.ui import inputs, listing, live, present
from core.ui.listing import Polynomials
from core.ui.present import decimal, latex_number, vector
from core.wire import Record

CIRCLE: Final = 0.24  # of the window: the largest circle, where none is proved
SIZES: Final = (5, 100, 5)  # per cent of the largest circle
SLICES: Final = 4  # eigenvectors along which f is drawn
SIGNED: Final = {1: "> 0", -1: "< 0", 0: "= 0"}
WORDS: Final = {"minimum": "strict local minimum", "maximum": "strict local maximum", "saddle": "saddle"}


@dataclass(frozen=True)
class Looked:
    """The critical point that is looked at, with f, its window, and the other points of the list."""

    point: Record
    f: Program
    name: str
    names: tuple[str, ...]
    box: tuple[Side, ...]
    others: tuple[tuple[float, ...], ...]
    polynomials: Polynomials

    @property
    def at(self) -> tuple[float, ...]:
        """Where it is."""
        return tuple(self.point["at"])

    @property
    def n(self) -> int:
        """The number of variables."""
        return len(self.at)

    @property
    def silent(self) -> bool:
        """Whether the Hessian test says nothing."""
        return bool(self.point["kind"] == "inconclusive")

    @property
    def written(self) -> str:
        """The place as Markdown: exact, else decimal."""
        exact = listing.place(self.point, self.polynomials)
        return exact if exact and "root" not in exact else vector(self.at)

    @property
    def signs(self) -> list[int]:
        """The signs of the eigenvalues, smallest first; of those that are as good as zero 0."""
        return listing.signs(self.point)

    @property
    def largest(self) -> float:
        """The radius of the largest circle: the proved one, as far as it fits into the window."""
        short_side = min(high - low for low, high in self.box)
        apart = min((math.dist(self.at, other) for other in self.others), default=math.inf)
        walk = self.point["walk"]
        return min(float(walk["radius"]), 0.45 * short_side) if walk else min(CIRCLE * short_side, 0.45 * apart)

    @property
    def radius(self) -> float:
        """That of the circle which is drawn."""
        low, high, _ = SIZES
        percent = inputs.stated_number("radius") or high
        return self.largest * min(max(percent, low), high) / 100

    @property
    def round(self) -> Round | None:
        """The walk around a point of the plane where the test is silent."""
        if self.n != 2 or not self.silent:
            return None
        x, y = self.at
        return Round.of(self.f, (x, y), self.radius, float(self.point["value"]))


def card(looked: Looked) -> None:
    """Draw the test with the numbers of the point; where it is silent, the walk; else f along the eigenvectors."""
    with st.container(key="verdict", gap="small"):
        if looked.silent:
            _silent(looked)
        else:
            st.markdown(f"{listing.GLYPH[looked.point['kind']]} {written_out(looked)}")
            if looked.n == 2:
                st.markdown(determinant(looked))
        _polynomials(looked)
        if looked.n > 1 and not (looked.n == 2 and looked.silent):
            _slices(looked)


# The test.


def written_out(looked: Looked) -> str:
    r"""The second-derivative test written out, as Markdown.

    >>> point = {"at": [0.0], "kind": "minimum", "eigenvalues": [4.5], "exact_eigenvalues": ["9/2"], "exact": None}
    >>> written_out(Looked(point, None, "f", ("x",), ((-1.0, 1.0),), (), Polynomials(())))
    "At 0: $f''(p) = \\frac{9}{2} > 0$, so a **strict local minimum**."
    """
    kind = WORDS[looked.point["kind"]]
    signs = looked.signs
    if looked.n == 1:
        return f"At {looked.written}: $f''(p) = {_lambda(looked, 0)} {SIGNED[signs[0]]}$, so a **{kind}**."
    values = r",\; ".join(
        rf"\lambda_{{{looked.n - i}}} {_equals(looked)} {_lambda(looked, i)} {_sign(looked, signs[i])}"
        for i in reversed(range(looked.n))
    )
    return f"At {looked.written}: ${values}$: {_because(signs)}, so a **{kind}**."


def _sign(looked: Looked, sign: int) -> str:
    """How an eigenvalue compares with 0; that it is 0 only an exact one says."""
    return SIGNED[sign] if sign or looked.point["exact_eigenvalues"] else r"\text{ (no proved sign)}"


def _because(signs: Sequence[int]) -> str:
    all_of_them = "both" if len(signs) == 2 else "all"
    if len(set(signs)) == 1:
        return f"{all_of_them} {'positive' if signs[0] > 0 else 'negative'}"
    return "up along one eigenvector and down along another" + (
        ", whatever the third is" if 0 in signs and len(signs) == 3 else ""
    )


def _equals(looked: Looked) -> str:
    return "=" if looked.point["exact_eigenvalues"] else r"\approx"


def _lambda(looked: Looked, i: int) -> str:
    """One eigenvalue, exact where that is known."""
    exact = looked.point["exact_eigenvalues"]
    written = looked.polynomials.typeset(exact[i]) if exact else ""
    return written if written and len(written) < 80 else latex_number(looked.point["eigenvalues"][i])


def determinant(looked: Looked) -> str:
    """The test of two variables as many books write it, with D = f_xx f_yy − f_xy².

    >>> from core.program import Builder
    >>> b = Builder(2)
    >>> f = b.program([b.mul(b.variable(0), b.variable(1))])
    >>> point = {"at": [0.0, 0.0], "kind": "saddle"}
    >>> print(determinant(Looked(point, f, "f", ("x", "y"), ((-1.0, 1.0), (-1.0, 1.0)), (), Polynomials(()))))
    The same with $D = f_{x x} f_{y y} - f_{x y}^2 = 0 \\cdot 0 - (1)^2 = -1 < 0$: a saddle.
    """
    a, b, _, c = (v + 0.0 for v in floats(hessian(looked.f), looked.at))
    x, y = (latex_name(name) for name in looked.names)
    D = a * c - b * b
    product = rf"{latex_number(a)} \cdot {_bracketed(c)} - ({latex_number(b)})^2"
    equals = "=" if all(float(f"{v:.4g}") == v for v in (a, b, c, D)) else r"\approx"
    ends = {
        "saddle": "< 0$: a saddle",
        "minimum": f"> 0$ and $f_{{{x} {x}}} > 0$: a minimum",
        "maximum": f"> 0$ and $f_{{{x} {x}}} < 0$: a maximum",
    }[looked.point["kind"]]
    square = f"f_{{{x} {x}}} f_{{{y} {y}}} - f_{{{x} {y}}}^2"
    return f"The same with $D = {square} {equals} {product} {equals} {latex_number(D)} {ends}."


def _bracketed(v: float) -> str:
    return latex_number(v) if v >= 0 else f"({latex_number(v)})"


def _polynomials(looked: Looked) -> None:
    """Draw, behind one line, which polynomials name the coordinates."""
    used = looked.polynomials.used(listing.exacts(looked.point))
    if not used:
        return
    with st.expander("Its exact coordinates: the minimal polynomials"):
        for text in used:
            typeset = listing.reread(text)
            if typeset:
                st.markdown(f"${looked.polynomials.letter(text)}(x) = {typeset}$")
        place = listing.place(looked.point, looked.polynomials)
        if place:
            st.markdown(f"The point is {place}, about {vector(looked.at)}. Real roots are counted from the left.")


# The slices.


def _slices(looked: Looked) -> None:
    """Draw f along the eigenvectors, each with the parabola of its eigenvalue, the largest, λ₁, first.

    Of many variables only those of the largest two and of the smallest two.
    """
    n, reach = looked.n, 0.25 * min(high - low for low, high in looked.box)
    shown = list(range(1, n + 1)) if n <= SLICES else [1, 2, n - 1, n]
    for k, index in enumerate(shown):
        if k % 2 == 0:
            with st.container(key=f"slices_{k}"):
                columns = st.columns(2, gap="medium")
        value, eigenvalue = float(looked.point["value"]), float(looked.point["eigenvalues"][n - index])
        along = slice_along(looked.f, looked.at, looked.point["eigenvectors"][n - index], reach)
        with columns[k % 2]:
            live.chart(scenes.bends(along, value, eigenvalue, index, looked.name), key=f"slice_{k}")
    if n > SLICES:
        present.note(f"Of {n} eigenvectors those of the two largest eigenvalues and of the two smallest.", "slices")


def slice_along(f: Program, at: Sequence[float], v: Sequence[float], reach: float) -> list[tuple[float, float]]:
    """(t, f(p + t v)) for t from -reach to reach; nan where f has no value.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> slice_along(b.program([b.variable(0)]), (1.0,), (1.0,), 0.5)[0]
    (-0.5, 0.5)
    """
    t = np.linspace(-reach, reach, 101)
    values = arrays(f, np.array(at)[:, None] + np.array(v)[:, None] * t)[0]
    return list(zip(t.tolist(), values.tolist(), strict=True))


# Where the test is silent.


def _silent(looked: Looked) -> None:
    st.markdown(f"**?** {silence(looked)}")
    if looked.n == 2:
        _walked(looked)
    elif looked.n == 1:
        st.markdown(sides(looked))
    st.markdown(nature(looked))
    if looked.point["because"]:
        present.note(looked.point["because"], "because")


def silence(looked: Looked) -> str:
    """Why the test says nothing, and what to do instead.

    >>> point = {"at": [0.0, 0.0], "kind": "inconclusive", "eigenvalues": [0.0, 0.0], "exact": ["0", "0"],
    ...          "exact_eigenvalues": ["0", "0"]}
    >>> silence(Looked(point, None, "f", ("x", "y"), ((-1.0, 1.0), (-1.0, 1.0)), (), Polynomials(())))
    '**At $\\\\left(0,\\\\; 0\\\\right)$ both eigenvalues are 0: the Hessian test is silent.** Walk around it instead.'
    """
    if not looked.point["eigenvalues"]:  # there is no Hessian to be tested
        return f"**At {looked.written} there is no Hessian.** {looked.point['reason']}"
    exactly = "0" in (looked.point["exact_eigenvalues"] or ())
    signs, where = looked.signs, looked.written
    if looked.n == 1:
        zero = "$f'' = 0$" if exactly else "$f''$ has no proved sign"
        return f"**At {where}, {zero}: the second-derivative test is silent.** Look left and right instead."
    if not exactly:
        what = "the sign of an eigenvalue is not decided"
    elif not any(signs):
        what = f"{'both' if looked.n == 2 else 'all'} eigenvalues are 0"
    else:
        others = [_lambda(looked, i) for i, s in enumerate(signs) if s]
        zeros = {1: "one eigenvalue is"}.get(signs.count(0), f"{signs.count(0)} eigenvalues are")
        what = f"{zeros} 0, the other{'s' if len(others) > 1 else ''} ${', '.join(others)}$"
    instead = " Walk around it instead." if looked.n == 2 else ""
    return f"**At {where} {what}: the Hessian test is silent.**{instead}"


def _walked(looked: Looked) -> None:
    walk = looked.round
    if walk is None:
        return
    st.markdown(walked(walk, looked.point["walk"]))
    live.chart(scenes.strip(walk, vector(looked.at)), key="walk")
    low, high, step = SIZES
    st.slider(
        "Size of the circle", low, high, high, step, "%d %%", key="radius", bind="query-params", help="Walk closer."
    )


def walked(walk: Round, proved: Record | None) -> str:
    """What was seen on the way round, and what is proved about it, as Markdown."""
    seen, r = len(walk.flips), decimal(float(f"{walk.radius:.3g}"))
    if proved is None:
        return f"On the circle $r = {_plain(r)}$ floats see {_times(seen)}. *Numerical: this count is not proved.*"
    changes = int(proved["changes"])
    words = f"On the circle $r = {_plain(r)}$ the sign of $f - f(p)$ {_changes(changes)}, and so it is on every smaller"
    words += f" circle: proved.{_ways(changes)}"
    if seen != changes:
        words += f" The picture shows {seen}: the other arcs are too narrow for it."
    return words


def _plain(text: str) -> str:
    return text.replace("−", "-").replace("\u2009", r"\,").replace("×", r"\times")


def _changes(k: int) -> str:
    return "**never changes**" if k == 0 else f"changes **{k} times**"


def _times(k: int) -> str:
    change = {0: "no change", 1: "one change"}.get(k, f"{k} changes")
    return f"{change} of the sign of $f - f(p)$"


_COUNT: Final = {1: "one way", 2: "two ways", 3: "three ways", 4: "four ways", 5: "five ways", 6: "six ways"}


def _ways(k: int) -> str:
    ways = _COUNT.get(k // 2, f"{k // 2} ways") if k else ""
    return f" {ways.capitalize()} down, {ways} up." if ways else ""


def sides(looked: Looked) -> str:
    """The sign of f − f(p) left and right of a point of the line, as floats see it."""
    ((low, high),) = looked.box
    (at,) = looked.at
    apart = min((abs(at - other[0]) for other in looked.others), default=math.inf)
    h = min(0.05 * (high - low), 0.45 * apart)
    p = float(looked.point["value"])
    left, right = (float(v) - p for v in arrays(looked.f, np.array([[at - h, at + h]]))[0])
    return (
        f"Left of it, at a distance of {decimal(float(f'{h:.2g}'))}, $f - f(p)$ is {_signed(left)}; "
        f"right of it {_signed(right)}."
    )


def _signed(v: float) -> str:
    if not math.isfinite(v):
        return "without a value"
    return f"**{'+' if v > 0 else '−' if v < 0 else ''}** {short(abs(v))}" if v else "0"


def nature(looked: Looked) -> str:
    """The verdict where the test is silent, as Markdown.

    >>> point = {"at": [0.0], "kind": "inconclusive", "nature": "saddle", "walk": None}
    >>> nature(Looked(point, None, "f", ("x",), ((-1.0, 1.0),), (), Polynomials(())))
    'So it is a :violet[✕] **horizontal inflection**: neither minimum nor maximum.'
    """
    word = looked.point["nature"]
    if word not in listing.MANY:
        return "**Undecided.** No argument of ours settles what this point is."
    more = ": neither minimum nor maximum" if word == "saddle" else ""
    return f"So it is a {listing.GLYPH[word]} **{present.word(word, looked.n)}**{more}."


# One variable: the sign of f′.


def slope_strip(found: Record, f: Program, box: Sequence[Side], name: str, edges: Sequence[float] | None) -> None:
    """Draw where f rises and falls between its critical points; `edges` are other places where f′ may change."""
    pieces = trends(found, f, box[0], edges)
    points = [float(p["at"][0]) for p in found["points"]]
    with st.container(key="slopes"):
        live.chart(scenes.slopes(pieces, points, box[0], name), key="slope_strip")
    if any(piece.trend == "unknown" for piece in pieces):
        present.note("Hatched: where the sign of f′ is not decided.", "slopes")


def trends(found: Record, f: Program, side: Side, edges: Sequence[float] | None) -> list[Piece]:
    """The stretches between the critical points and edges, with what f does there.

    Between neighbours a continuous f′ without a zero keeps its sign, so a few samples tell it; where they disagree, or
    where the list is not complete, nothing is told. `edges` is None where they are not known yet.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> f = b.program([b.power(b.variable(0), 2)])
    >>> found = {"points": [{"at": [0.0]}], "status": "complete", "undecided": []}
    >>> [piece.trend for piece in trends(found, f, (-1.0, 1.0), ())]
    ['down', 'up']
    """
    low, high = side
    open_boxes = [(float(a), float(b)) for ((a, b),) in found["undecided"]]
    between = {float(p["at"][0]) for p in found["points"]} | set(edges or ()) | {x for box in open_boxes for x in box}
    cuts = [low, *sorted(x for x in between if low < x < high), high]
    covered = found["status"] == "complete" or (found["status"] == "incomplete" and bool(found["undecided"]))
    sure = edges is not None and covered  # the undecided boxes of a search that ended early are all that is left
    return [_piece(f, a, b, open_boxes, sure) for a, b in pairwise(cuts)]


def _piece(f: Program, a: float, b: float, undecided: Sequence[tuple[float, float]], sure: bool) -> Piece:
    middle = 0.5 * (a + b)
    x = a + (b - a) * (np.arange(1, 64) / 64.0)
    slope: Array = arrays(gradient(f), x[None])[0]
    known = slope[np.isfinite(slope)]
    if not known.size and not np.isfinite(arrays(f, x[None])[0]).any():
        return Piece(a, b, "none")
    in_doubt = any(low <= middle <= high for low, high in undecided)
    if not sure or in_doubt or not known.size or not ((known > 0).all() or (known < 0).all()):
        return Piece(a, b, "unknown")
    return Piece(a, b, "up" if known[0] > 0 else "down")
