"""Known functions with known answers: for the menu, the lessons and the tests.

A preset is a formula as a visitor would type it, the window that shows its point, a start from which
something happens, and, where the truth is known, all its critical points in that window. The answers
were proved once, by interval search and, for polynomials, by exact elimination; they are written here so
that a test needs no second opinion from the code it tests.

Rules: data only; `box` is what the window shows, to the last digit; a text here reads without a notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

Side = tuple[float, float]
At = tuple[float, ...]

FUNCTIONS: Final = "Functions"
MAPS: Final = "Maps"
CURVES: Final = "One variable"


@dataclass(frozen=True)
class Known:
    """One critical point: its place, what the Hessian test says, and the truth where the test is silent."""

    at: At
    kind: str  # minimum · maximum · saddle · inconclusive
    nature: str = ""


@dataclass(frozen=True)
class Answer:
    """All critical points of the window: the isolated ones, and curves on which every point is critical."""

    points: tuple[Known, ...] = ()
    curves: tuple[str, ...] = ()  # left sides of "… = 0"

    def count(self, kind: str) -> int:
        """How many isolated points are of that kind."""
        return sum(point.kind == kind for point in self.points)


@dataclass(frozen=True)
class Preset:
    """A function worth looking at.

    `start` is where an optimizer begins; `point` is where the ring lies at first, if that is another place.
    """

    id: str
    name: str
    text: str
    box: tuple[Side, ...]
    start: At
    why: str
    notice: str
    lessons: tuple[int, ...]
    answer: Answer | None = None
    point: At = ()
    group: str = FUNCTIONS

    @property
    def held(self) -> At:
        """Where the ring lies at first.

        >>> get("himmelblau").held
        (1.0, 2.4)
        """
        return self.point or self.start


def get(id: str) -> Preset:
    """The preset of that name.

    >>> get("himmelblau").answer.count("saddle")
    4
    """
    return _BY_ID[id]


def find(text: str) -> Preset | None:
    """The preset with exactly this formula, spaces apart.

    >>> find("x^2+y^2").name
    'Round bowl'
    >>> find("x^2 + y^3") is None
    True
    """
    return _BY_TEXT.get(_bare(text))


def menu(*groups: str) -> tuple[tuple[str, tuple[Preset, ...]], ...]:
    """The presets in the order of the menu, by group.

    >>> [(group, len(presets)) for group, presets in menu()]
    [('Functions', 28), ('Maps', 6)]
    """
    wanted = groups or (FUNCTIONS, MAPS)
    return tuple((group, tuple(p for p in (*PRESETS, *ONE) if p.group == group)) for group in wanted)


def _bare(text: str) -> str:
    return "".join(text.split())


def _points(kind: str, *places: At, nature: str = "") -> tuple[Known, ...]:
    return tuple(Known(at, kind, nature) for at in places)


def _both(minima: tuple[float, ...], maxima: tuple[float, ...]) -> tuple[Known, ...]:
    """The critical points of g(x) + g(y), from those of g: alike is alike, mixed is a saddle."""
    line = [(x, "minimum") for x in minima] + [(x, "maximum") for x in maxima]
    return tuple(Known((x, y), k if k == m else "saddle") for (x, k), (y, m) in product(line, line))


_ORIGIN: Final = (0.0, 0.0)
_LEAST: Final = Answer(_points("minimum", _ORIGIN))
_PASS: Final = Answer(_points("saddle", _ORIGIN))

HIMMELBLAU: Final = Answer(
    _points(
        "minimum",
        (3.0, 2.0),
        (-2.805118086953, 3.131312518251),
        (-3.779310253378, -3.283185991286),
        (3.58442834033, -1.848126526964),
    )
    + _points(
        "saddle",
        (-3.073025750764, -0.081353044288),
        (-0.127961346731, -1.953714980245),
        (0.086677504555, 2.884254701175),
        (3.385154183607, 0.073851879838),
    )
    + _points("maximum", (-0.270844590667, -0.92303855648))
)
CAMEL: Final = Answer(
    _points(
        "minimum",
        (-1.70360671497, 0.796083568673),
        (-1.60710475292, -0.568651454884),
        (-0.0898420131, 0.712656403021),
        (0.0898420131, -0.712656403021),
        (1.60710475292, 0.568651454884),
        (1.70360671497, -0.796083568673),
    )
    + _points(
        "saddle",
        (-1.63806798419, -0.228674069044),
        (-1.296070267167, -0.605084388039),
        (-1.109205336805, 0.76826809251),
        _ORIGIN,
        (1.109205336805, -0.76826809251),
        (1.296070267167, 0.605084388039),
        (1.63806798419, 0.228674069044),
    )
    + _points("maximum", (-1.230229876517, -0.162334584459), (1.230229876517, 0.162334584459))
)
PEAKS: Final = Answer(
    _points(
        "minimum",
        (-1.347396244368, 0.204518866097),
        (0.228278920556, -1.6255349575),
        (0.296445553847, 0.320196247667),
    )
    + _points(
        "saddle",
        (-0.265937556837, 0.466739993726),
        (0.416323321679, -0.394145098402),
        (1.098272834335, 0.854460979525),
    )
    + _points(
        "maximum",
        (-0.460024518034, -0.629196508717),
        (-0.00931758196, 1.581367962939),
        (1.285684697241, -0.004847559076),
    )
)
BEALE: Final = Answer(_points("minimum", (3.0, 0.5)) + _points("saddle", (0.0, 1.0), (0.100537937324, -2.644513585023)))
STYBLINSKI: Final = Answer(_both((-2.903534027771, 2.746802770991), (0.15673125678,)))
RASTRIGIN: Final = Answer(
    _both(
        (-1.989912233709, -0.994958637652, 0.0, 0.994958637652, 1.989912233709),
        (-1.50764073187, -0.502546036555, 0.502546036555, 1.50764073187),
    )
)

PRESETS: Final[tuple[Preset, ...]] = (
    Preset(
        "bowl",
        "Round bowl",
        "x^2 + y^2",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.5, 1.0),
        "the perfect case, κ = 1",
        "step 0.5 lands on the minimum at once; step 1 mirrors for ever",
        (1, 9),
        _LEAST,
    ),
    Preset(
        "stretched",
        "Stretched bowl",
        "(x^2 + 10y^2)/2",
        ((-11.0, 11.0), (-3.0, 3.0)),
        (10.0, 1.0),
        "worst start for exact line search",
        "each step multiplies f by exactly (9/11)² = 0.669; fixed 2/11 needs 83 steps, 0.21 diverges (limit 0.2)",
        (1, 9, 10),
        _LEAST,
    ),
    Preset(
        "rotated",
        "Rotated bowl",
        "5x^2 - 6xy + 5y^2",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.8, 0.2),
        "eigenvectors off the axes",
        "eigenvalues 4 and 16 along the diagonals; per-coordinate scaling cannot help",
        (6, 10),
        _LEAST,
    ),
    Preset(
        "dome",
        "Dome",
        "4 - x^2 - 2y^2",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.0, 1.0),
        "maximum; gradient ascent",
        "same picture upside down: negative definite",
        (1, 8),
        Answer(_points("maximum", _ORIGIN)),
    ),
    Preset(
        "saddle",
        "Saddle",
        "x^2 - y^2",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.0, 1e-06),
        "the model saddle",
        "from y = 0 descent converges to the saddle; from y = 10⁻⁶ it takes about 76 steps of 0.1 until |y| = 1",
        (8, 11),
        _PASS,
        point=(1.0, 0.5),
    ),
    Preset(
        "hidden",
        "Hidden saddle",
        "x^2 + 4xy + y^2",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.0, -0.9),
        "positive diagonal, still a saddle",
        "eigenvalues 6 and −2; falls along y = −x",
        (6, 8),
        _PASS,
    ),
    Preset(
        "monkey",
        "Monkey saddle",
        "x^3 - 3xy^2",
        ((-1.5, 1.5), (-1.5, 1.5)),
        (0.5, 0.01),
        "Hessian zero, three valleys",
        "test inconclusive; from (0.5, 0) descent creeps towards 0, from (0.5, 0.01) it escapes",
        (8,),
        Answer(_points("inconclusive", _ORIGIN, nature="saddle")),
    ),
    Preset(
        "peano",
        "Peano-type saddle",
        "(y - x^2)(y - 3x^2)",
        ((-1.0, 1.0), (-0.6, 1.4)),
        (0.5, 0.5),
        "minimum on every line, not a minimum",
        "walk along y = 2x²: downhill both ways",
        (8,),
        Answer(_points("inconclusive", _ORIGIN, nature="saddle")),
    ),
    Preset(
        "quartic",
        "Quartic bowl",
        "x^4 + y^4",
        ((-1.5, 1.5), (-1.5, 1.5)),
        (1.0, 1.0),
        "minimum the test cannot see",
        "Newton keeps 2/3 of the error per step; descent with 0.1 needs about 40 000 steps to gradient 10⁻⁶",
        (8, 11),
        Answer(_points("inconclusive", _ORIGIN, nature="minimum")),
    ),
    Preset(
        "trough",
        "Trough",
        "(x + y)^2",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.5, 0.5),
        "a line of minima",
        "singular Hessian everywhere; Newton undefined; points are not isolated",
        (8, 11),
        Answer(curves=("x + y",)),
    ),
    Preset(
        "ring",
        "Mexican hat",
        "(x^2 + y^2 - 1)^2",
        ((-1.6, 1.6), (-1.6, 1.6)),
        (0.1, 0.05),
        "a circle of minima around a maximum",
        "Hessian on the ring has one zero eigenvalue, along the ring",
        (8,),
        Answer(_points("maximum", _ORIGIN), ("x^2 + y^2 - 1",)),
    ),
    Preset(
        "well",
        "Double well",
        "(x^2 - 1)^2 + y^2",
        ((-2.0, 2.0), (-1.5, 1.5)),
        (0.1, 1.0),
        "two basins and the border",
        "descent: right well; from x = 0 it stops at the saddle; Newton from (0.3, 1) goes to the saddle",
        (8, 11),
        Answer(_points("minimum", (-1.0, 0.0), (1.0, 0.0)) + _points("saddle", _ORIGIN)),
    ),
    Preset(
        "folium",
        "Textbook cubic",
        "x^3 + y^3 - 3xy",
        ((-2.0, 2.0), (-2.0, 2.0)),
        (1.5, 0.4),
        "one saddle, one minimum, no global minimum",
        "model at 0 is a pure saddle, at (1, 1) a bowl",
        (7, 8),
        Answer(_points("minimum", (1.0, 1.0)) + _points("saddle", _ORIGIN)),
    ),
    Preset(
        "himmelblau",
        "Himmelblau",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        ((-6.0, 6.0), (-6.0, 6.0)),
        (0.0, 0.0),
        "nine critical points",
        "4 minima, 4 saddles, 1 maximum; Newton from (0, 0) reaches the maximum; descent 0.01 reaches (3, 2), "
        "0.03 never settles",
        (8, 11),
        HIMMELBLAU,
        point=(1.0, 2.4),
    ),
    Preset(
        "camel",
        "Six-hump camel",
        "4x^2 - 2.1x^4 + x^6/3 + xy - 4y^2 + 4y^4",
        ((-2.2, 2.2), (-1.3, 1.3)),
        (1.6, -0.3),
        "fifteen critical points",
        "6 minima (2 global), 7 saddles, 2 maxima; start leads to a poor minimum",
        (8,),
        CAMEL,
    ),
    Preset(
        "rosenbrock",
        "Rosenbrock valley",
        "(1 - x)^2 + 100(y - x^2)^2",
        ((-2.0, 2.0), (-1.0, 3.0)),
        (-1.2, 1.0),
        "curved valley, κ about 2508",
        "descent 0.001: 32 076 steps; Newton: 7, with a jump uphill to (0.763, −3.175) on the way",
        (9, 10, 11),
        Answer(_points("minimum", (1.0, 1.0))),
    ),
    Preset(
        "beale",
        "Beale",
        "(3/2 - x + xy)^2 + (9/4 - x + xy^2)^2 + (21/8 - x + xy^3)^2",
        ((-4.5, 4.5), (-4.5, 4.5)),
        (1.0, 1.0),
        "plateaus and walls",
        "Newton from (1, 1) hits the saddle (0, 1) in one step; descent 0.01 needs 3 845 steps to (3, 1/2)",
        (11,),
        BEALE,
    ),
    Preset(
        "styblinski",
        "Styblinski-Tang",
        "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)/2",
        ((-4.5, 4.5), (-4.5, 4.5)),
        (0.2, 0.2),
        "nearly symmetric basins",
        "0.2 leads to the worst minimum (2.747, 2.747), 0.1 to the best (−2.904, −2.904)",
        (8, 11),
        STYBLINSKI,
    ),
    Preset(
        "rastrigin",
        "Rastrigin",
        "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)",
        ((-2.2, 2.2), (-2.2, 2.2)),
        (0.8, 1.7),
        "a lattice of minima",
        "step 0.002 settles in the nearest well, 0.01 hops about without settling",
        (8, 9),
        RASTRIGIN,
    ),
    Preset(
        "peaks",
        "Peaks",
        "3(1 - x)^2 e^(-x^2 - (y + 1)^2) - 10(x/5 - x^3 - y^5)e^(-x^2 - y^2) - e^(-(x + 1)^2 - y^2)/3",
        ((-3.0, 3.0), (-3.0, 3.0)),
        (0.3, 0.9),
        "three hills, three hollows, three passes",
        "start ends in the shallow hollow (f = −0.065) although −6.55 exists; far field is nearly flat",
        (1, 8),
        PEAKS,
    ),
    Preset(
        "lonely",
        "Lonely hill",
        "3x e^y - x^3 - e^(3y)",
        ((-2.0, 2.5), (-2.0, 1.0)),
        (0.5, -0.5),
        "one critical point, a local maximum, not global",
        "f(−2, −2) is above 7, the hill top is only 1",
        (8,),
        Answer(_points("maximum", (1.0, 0.0))),
    ),
    Preset(
        "twohills",
        "Two hills, no pass",
        "-(x^2 - 1)^2 - (x^2 y - x - 1)^2",
        ((-1.8, 1.8), (-0.6, 3.0)),
        (0.5, 1.0),
        "two maxima and no saddle",
        "impossible in one variable",
        (8,),
        Answer(_points("maximum", (-1.0, 0.0), (1.0, 2.0))),
    ),
    Preset(
        "gauss",
        "Gaussian hollow",
        "-e^(-x^2 - y^2)",
        ((-2.5, 2.5), (-2.5, 2.5)),
        (1.0, 0.0),
        "inflection ring, vanishing gradients",
        "Newton: from 0.49 in, at exactly 0.5 bounces for ever, from 0.51 out; descent 0.3 from (1, 0): 18 steps",
        (7, 11),
        _LEAST,
    ),
    Preset(
        "cone",
        "Smooth cone",
        "sqrt(1 + x^2) + y^2",
        ((-4.0, 4.0), (-2.0, 2.0)),
        (1.1, 0.5),
        "convex, slope bounded in x, yet Newton can diverge",
        "x becomes −x³: from 0.9 it converges, from 1.1 it explodes",
        (11, 12),
        _LEAST,
    ),
    Preset(
        "lse",
        "Log-sum-exp",
        "ln(e^x + e^y + e^(-x - y))",
        ((-4.0, 4.0), (-4.0, 4.0)),
        (3.0, 3.0),
        "convex and smooth; softmax gradient",
        "descent with step 1: 9 steps; pure Newton overshoots from (1, 1) already",
        (11, 12),
        _LEAST,
    ),
    Preset(
        "l1",
        "Weighted absolute value",
        "|x| + 2|y|",
        ((-1.5, 1.5), (-1.5, 1.5)),
        (1.0, 0.75),
        "convex, Lipschitz (constant √5), not smooth",
        "descent 0.1 ends in a permanent zigzag around y = 0",
        (12,),
    ),
    Preset(
        "huber",
        "Huber bowl",
        "Piecewise((x^2/2, |x| <= 1), (|x| - 1/2, True)) + Piecewise((y^2/2, |y| <= 1), (|y| - 1/2, True))",
        ((-3.0, 3.0), (-3.0, 3.0)),
        (2.5, -2.0),
        "smooth near 0, linear far away",
        "gradient Lipschitz with constant 1; Hessian jumps at the seams",
        (5, 12),
    ),
    Preset(
        "unequal",
        "Unequal mixed partials",
        "Piecewise((xy(x^2 - y^2)/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))",
        ((-1.0, 1.0), (-1.0, 1.0)),
        (0.3, 0.3),
        "Schwarz needs continuity",
        "at 0: d/dy of f_x = −1, d/dx of f_y = +1",
        (5,),
    ),
    Preset(
        "polar",
        "Polar (inputs r = x, angle = y)",
        "(x cos(y), x sin(y))",
        ((0.0, 2.0), (0.0, 6.283185307)),
        (1.0, 0.785),
        "area factor r",
        "cells grow with r; det 0 on r = 0",
        (2, 3),
        group=MAPS,
    ),
    Preset(
        "ripple",
        "Ripple",
        "(x + sin(y), y + sin(x))",
        ((-3.2, 3.2), (-3.2, 3.2)),
        (1.0, 0.5),
        "curved everywhere, straight up close",
        "gap/h falls with h; det = 1 − cos x cos y, zero at 0",
        (2,),
        group=MAPS,
    ),
    Preset(
        "square",
        "Complex square",
        "(x^2 - y^2, 2xy)",
        ((-1.5, 1.5), (-1.5, 1.5)),
        (1.0, 0.5),
        "angles kept",
        "circles stay circles (s₁ = s₂ = 2r) except at 0",
        (3,),
        group=MAPS,
    ),
    Preset(
        "foldmap",
        "Fold",
        "(x^2 - y, y^2 - x)",
        ((-1.5, 1.5), (-1.5, 1.5)),
        (0.5, 0.5),
        "area collapses on xy = 1/4",
        "ellipse becomes a segment on the fold",
        (3, 4),
        group=MAPS,
    ),
    Preset(
        "expmap",
        "Complex exponential",
        "(e^x cos(y), e^x sin(y))",
        ((-1.0, 1.0), (-6.5, 6.5)),
        (0.0, 1.0),
        "invertible locally, not globally",
        "y and y + 2π land together; det = e^(2x)",
        (4,),
        group=MAPS,
    ),
    Preset(
        "arm",
        "Two-link arm (joint angles)",
        "(cos(x) + cos(x + y), sin(x) + sin(x + y))",
        ((-3.1415927, 3.1415927), (-3.1415927, 3.1415927)),
        (0.6, 0.9),
        "singular poses",
        "det = sin y: straight arm cannot move outward",
        (3, 4),
        group=MAPS,
    ),
)


def _curve(id: str, name: str, text: str, side: Side, at: float, why: str, notice: str, answer: Answer) -> Preset:
    return Preset(id, name, f"f(x) = {text}", (side,), (at,), why, notice, (5, 8), answer, group=CURVES)


ONE: Final[tuple[Preset, ...]] = (
    _curve("cubic", "Cubic", "x^3 - 3x", (-2.5, 2.5), 1.6, "one of each: maximum, inflection, minimum",
           "f″ = 6x changes its sign half-way between them",
           Answer(_points("minimum", (1.0,)) + _points("maximum", (-1.0,)))),
    _curve("doublewell1", "Double well in one variable", "x^4 - 2x^2", (-1.8, 1.8), 0.4,
           "two minima, and a maximum between them", "inflections at ±1/√3",
           Answer(_points("minimum", (-1.0,), (1.0,)) + _points("maximum", (0.0,)))),
    _curve("silent", "Fourth power", "x^4", (-1.5, 1.5), 0.8, "a minimum the test cannot see",
           "f″(0) = 0, and f′ changes from − to +", Answer(_points("inconclusive", (0.0,), nature="minimum"))),
    _curve("terrace", "Terrace", "x^3", (-1.5, 1.5), 0.8, "level at 0, and rising on both sides",
           "f″ changes its sign: a horizontal inflection", Answer(_points("inconclusive", (0.0,), nature="saddle"))),
    _curve("wave", "Rising wave", "x + 2sin(x)", (-7.0, 7.0), 1.0, "many turns, many inflections",
           "f″ = −2 sin x: an inflection at every multiple of π",
           Answer(_points("minimum", (-2.09439510239,), (4.18879020479,))
                  + _points("maximum", (-4.18879020479,), (2.09439510239,)))),
    _curve("dip", "Dip", "-exp(-x^2)", (-3.0, 3.0), 1.4, "bends up only near its bottom",
           "outside ±1/√2 a Newton step goes uphill", Answer(_points("minimum", (0.0,)))),
    _curve("kink", "Kink", "|x| + x^2/4", (-2.0, 2.0), 1.0, "a minimum without a slope",
           "f′ jumps from −1 to 1: the test cannot be made", Answer()),
    _curve("pole", "Pole", "x + 1/x", (-4.0, 4.0), 2.0, "signs on each side of a gap",
           "the maximum lies lower than the minimum",
           Answer(_points("minimum", (1.0,)) + _points("maximum", (-1.0,)))),
)  # fmt: skip
_BY_ID: Final = {preset.id: preset for preset in (*PRESETS, *ONE)}
_BY_TEXT: Final = {_bare(preset.text): preset for preset in (*PRESETS, *ONE)}
