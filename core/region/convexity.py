r"""Is f convex on a box? A verdict with its reason, its evidence and its witnesses.

    affine · convex · concave       by rules and algebra (exact), or because intervals prove every Hessian definite
    neither                         with two chords, one above its piece of graph and one below
    undecided                       everything else, with what is missing

Rules: a definite verdict is proved, always. A chord that refutes comes from ball arithmetic; a proof by intervals holds
for every matrix between the bounds; and a proof that a chord refutes would be given up. f must have a value on the
whole box, or on all of it but some of its faces: then the verdict is about the part where it has one, and says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

import mpmath
import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Add, Expr

from core import calculus
from core.branching import Boxes, Budget, Ending, Limits, Verdict, branch, grid
from core.compile import UnsupportedError, program
from core.critical.plain import plain
from core.definiteness import certified_all
from core.enclosure import enclose
from core.function import Atan2, Function, Requirement
from core.numeric import arrays
from core.program import Program, gradient, hessian
from core.region import algebra, balls
from core.region.cones import guarded
from core.region.line import smooth_near
from core.region.regular import defined, parted
from core.region.rules import WORD, Fact, Line, Rules, strict, why_strict
from core.region.witness import Bend, Chord, Chords, bends
from core.vocabulary import NONNEGATIVE, POSITIVE

Sides = Sequence[tuple[float, float]]
EXACT, CERTIFIED, NUMERICAL = "exact", "certified", "numerical"
SECONDS: Final = 1.5
OPERATIONS: Final = 6000  # of a Hessian that is searched by intervals
DIGITS: Final = 50  # of an eigenvalue that may be just below 0
NEARLY: Final = 1e-7  # a part of a direction that may be left out
GRACE: Final = 0.25  # of the time, beyond its end, for chords that are looked for last
SEAMS: Final = 6  # at which a kink is looked for
STEPS: Final = 8  # of Newton, towards one
KINK: Final = (12, 20, 26)  # a chord across is so much shorter than the box, in powers of a half
PLACES: Final = 12  # random pieces on which a determinant is looked at
TIDY: Final = 0.15  # seconds
FEW: Final = Limits(narrow=2.0**-22, crowd=20_000)


@dataclass(frozen=True)
class Convexity:
    """The verdict on a box. `strict` is None where nothing is known of it.

    `not_convex` is a chord whose middle lies below the graph, `not_concave` one whose middle lies above it.
    `down` and `up` are points with a direction in which f bends down, or up.
    """

    verdict: str
    strict: bool | None
    evidence: str
    reason: str
    lines: tuple[Line, ...] = ()
    not_convex: Chord | None = None
    not_concave: Chord | None = None
    down: Bend | None = None
    up: Bend | None = None
    where: tuple[Requirement, ...] = ()  # the part of the box that the verdict is about, if it is not the whole
    everywhere: bool = True  # is it proved that f has a value on all of that?


def convexity(f: Function, box: Sides, seconds: float = SECONDS) -> Convexity:
    """The verdict about f, scalar and without parameters, on a closed box.

    >>> from core.meaning import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> v = convexity(Function((x, y), (x**2*y**2,)), ((-1.0, 1.0), (-1.0, 1.0)))
    >>> v.verdict, v.evidence, v.not_convex is not None and v.not_concave is not None
    ('neither', 'exact', True)
    """
    assert f.m == 1 and not f.parameters
    return _Judge(f, box, seconds).verdict()


def torn_apart(f: Function, box: Sides, found: Convexity, down: Sequence[float], up: Sequence[float]) -> Convexity:
    """An undecided verdict, where the Hessian is proved to bend down at one place and up at another: chords there."""
    box = parted(box)[0]
    chords = Chords(f, program(f), box)
    first = found.not_convex or _chord_at(f, chords, down, 1)
    second = found.not_concave or _chord_at(f, chords, up, -1)
    found = replace(found, not_convex=first, not_concave=second)
    if first is None or second is None:
        return found
    words = "At one point the Hessian bends down, at another up; a chord at each shows it."
    return replace(found, verdict="neither", strict=False, evidence=CERTIFIED, reason=words, lines=())


def _chord_at(f: Function, chords: Chords, place: Sequence[float], sign: int) -> Chord | None:
    """A chord at a place where f bends the wrong way."""
    if len(place) != f.n:
        return None
    with np.errstate(all="ignore"):
        H = sign * arrays(hessian(program(f)), np.array(place)[:, None]).reshape(f.n, f.n)
    if not np.isfinite(H).all():
        return None
    values, vectors = np.linalg.eigh(H)
    return chords.along(place, vectors[:, 0].tolist(), sign) if values[0] < 0 else None


OUTSIDE: Final = "It could not be shown that f has a value on the whole box, and without one there is no verdict."


class _Judge:
    def __init__(self, f: Function, box: Sides, seconds: float) -> None:
        self.f, self.box, self.e = f, tuple(box), f.components[0]
        self.endless = any(math.isinf(end) for side in box for end in side)
        self.began, self.seconds = monotonic(), seconds
        self.end = self.began + seconds
        self.code = program(f)
        self.rules = Rules(f.variables, self.box, 0.45 * seconds)
        self.place: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None  # where intervals found it bent wrong

    def verdict(self) -> Convexity:
        if self.endless:
            return self._without_end()
        where, missing = self._domain()
        if missing:
            return Convexity("undecided", None, NUMERICAL, missing, everywhere=False)
        chords = Chords(self.f, self.code, self.box, until=self.end + GRACE * self.seconds)
        refuted = dict(zip((1, -1), chords.search(), strict=True))
        fact = Fact(self.e) if all(refuted.values()) else self.rules.fact(self.e)
        for sign in (1, -1):  # a proof is looked at from another side: none may be left that a chord refutes
            if fact.has(sign) and refuted[sign] is None:
                refuted[sign] = self._bent_chord(sign, chords)
        fact = replace(fact, convex=fact.convex and not refuted[1], concave=fact.concave and not refuted[-1])
        found = self._definite(fact) if fact.known else self._searched(refuted, chords)
        found = replace(found, not_convex=refuted[1], not_concave=refuted[-1], where=where)
        return self._told(self._bent(found), where)

    def _without_end(self) -> Convexity:
        """By rules, or refuted by chords in the bounded part; the bounds of the curvature may settle it later."""
        if not defined(program(guarded(self.f)), self.box):
            return Convexity("undecided", None, NUMERICAL, OUTSIDE, everywhere=False)
        refuted = dict(zip((1, -1), Chords(self.f, self.code, parted(self.box)[0]).search(), strict=True))
        fact = self.rules.fact(self.e)
        fact = replace(fact, convex=fact.convex and not refuted[1], concave=fact.concave and not refuted[-1])
        found = Convexity("undecided", None, NUMERICAL, "")
        if fact.known:
            word = WORD[0] if fact.affine else WORD[1 if fact.convex else -1]
            found = Convexity(word, False if fact.affine else None, EXACT if fact.exact else CERTIFIED, "", fact.lines)
            found = self._bending(found, 1 if fact.convex else -1, fact)
        elif all(refuted.values()):
            found = Convexity("neither", False, CERTIFIED, "")
        return self._told(replace(found, not_convex=refuted[1], not_concave=refuted[-1]), ())

    # The domain.

    def _domain(self) -> tuple[tuple[Requirement, ...], str]:
        """The conditions that fail only on faces of the box; and a sentence where f may have no value inside."""
        faces: list[Requirement] = []
        for r in self.f.domain:
            state = self._holds(r)
            if state == "face":
                faces.append(r)
            elif state != "everywhere":
                return (), self._hole(r)
        return tuple(faces), ""

    def _holds(self, r: Requirement) -> str:
        form = self.rules.form(r.expression)
        if form is not None and all(c.is_Rational for c in form):
            low, high = self.rules.reach(form)
        else:
            low, high = self._range(r.expression)
        if (
            low > 0
            or (low >= 0 and r.relation == NONNEGATIVE)
            or (high < 0 and r.relation not in (POSITIVE, NONNEGATIVE))
        ):
            return "everywhere"
        if r.relation == NONNEGATIVE and self.rules.nonnegative(r.expression):
            return "everywhere"
        if r.relation == NONNEGATIVE and self._never_negative(r.expression, self.f.variables, self.box):
            return "everywhere"
        one_sided = low >= 0 or (high <= 0 and r.relation not in (POSITIVE, NONNEGATIVE))
        return "face" if form is not None and one_sided and any(form[:-1]) else "unknown"

    def _range(self, e: Expr) -> tuple[float, float]:
        """Bounds, and closer ones by cutting the box as long as 0 is between them."""
        if e.is_positive:
            return 5e-324, np.inf
        with suppress(UnsupportedError):
            low, high = self.rules.range(e)
            if low <= 0 <= high and (s := _one_sign(e, self.f.variables, self.box, 0.15 * self.seconds)):
                return (5e-324, high) if s > 0 else (low, -5e-324)
            return low, high
        return -np.inf, np.inf

    def _hole(self, r: Requirement) -> str:
        if r.relation not in (POSITIVE, NONNEGATIVE) and self._crosses(r.expression):
            words = f"f has no value where {plain(str(r.expression))} = 0, and that crosses this box"
            return f"{words}: convexity needs a value everywhere.{self._elsewhere()}"
        points = _sample(self.box, 400)
        values = arrays(self.code, points)[0]
        with np.errstate(all="ignore"):
            bad = np.flatnonzero(~np.isfinite(values))
        for k in bad[:PLACES]:
            if balls.refuted(self.f.domain, balls.at(self.f.variables, points[:, k].tolist())):
                p = ", ".join(f"{c:.6g}" for c in points[:, k])
                return (
                    f"f has no value on a part of this box, for example at ({p}): convexity needs a value everywhere."
                )
        return OUTSIDE

    def _crosses(self, e: Expr) -> bool:
        """Is it proved that e is 0 inside the box? A form by its range, others where they change their sign."""
        form = self.rules.form(e)
        if form is not None and all(c.is_Rational for c in form):
            low, high = self.rules.reach(form)
            return bool(low < 0 < high)
        with suppress(UnsupportedError):
            F = Function(self.f.variables, (e,))
            if e.has(sympy.Piecewise, sympy.sign, Atan2) or not defined(program(F), self.box):
                return False  # it may jump over 0
            points = _sample(self.box, 400)
            values = arrays(program(F), points)[0]
            ends = (int(np.argmin(values)), int(np.argmax(values)))
            return [balls.sign(e, balls.at(F.variables, points[:, k].tolist())) for k in ends] == [-1, 1]
        return False

    def _elsewhere(self) -> str:
        """What f is wherever it has a value, if that is a polynomial with a verdict of its own."""
        rest = self.e
        with suppress(Exception):  # SymPy may fail in many ways on a form that is only worth a try
            rest = calculus.within(TIDY, sympy.cancel, self.e)
        if algebra.as_poly(rest, self.f.variables) is None or not (fact := self.rules.fact(rest)).known:
            return ""
        word = WORD[0] if fact.affine else WORD[1 if fact.convex else -1]
        return f" Wherever f has a value it is {plain(str(rest))}, which is {word} on the whole box."

    # A proof by rules.

    def _definite(self, fact: Fact) -> Convexity:
        evidence = EXACT if fact.exact else CERTIFIED
        if fact.affine:
            return Convexity("affine", False, evidence, "", fact.lines)
        sign = 1 if fact.convex else -1
        found = Convexity(WORD[sign], None, evidence, "", fact.lines)
        bent = self._bending(found, sign, fact)
        return bent if bent.strict else self._flat(found, sign, fact)

    def _bending(self, found: Convexity, sign: int, fact: Fact) -> Convexity:
        """The same, and strictly so where the forms along which f bends have full rank."""
        if fact.affine or not strict(fact.forms, self.f.n):
            return found
        line = why_strict(self.e, self.f.variables, fact.forms, sign)
        return replace(found, strict=True, lines=(*found.lines, line))

    def _flat(self, found: Convexity, sign: int, fact: Fact) -> Convexity:
        """Strictly so? Not where f is proved affine along some segment; where all Hessians are definite."""
        if self._affine_along(fact):
            return replace(found, strict=False)
        word = f"strictly {WORD[sign]}"
        if (bent := self._degenerate(sign)) is not None:
            line = Line(self.e, word, "it is a polynomial, and along no line across the box is it of the first degree")
            return replace(found, strict=bent, lines=(*found.lines, line) if bent else found.lines)
        few = self.f.n <= 3
        if not few or not (count := self._by_intervals(self.e, self.f.variables, self.box, sign, False)):
            return found
        line = Line(self.e, word, _definite_everywhere(sign, count))
        return replace(found, strict=True, evidence=CERTIFIED, lines=(*found.lines, line))

    def _affine_along(self, fact: Fact) -> bool:
        """Is f affine along a direction that no form of the fact sees?"""
        n = self.f.n
        rows = [row for row in fact.forms if row] or [(sympy.Integer(0),) * n]
        t = sympy.Dummy(real=True)
        for v in sympy.Matrix(rows).nullspace()[:2]:
            for share in (sympy.Rational(1, 2), sympy.Rational(1, 3)):
                p = [balls.exactly(low) * (1 - share) + balls.exactly(high) * share for low, high in self.box]
                piece = smooth_near(self.e, dict(zip(self.f.variables, p, strict=True)))
                if piece is None or calculus.size([piece], 120) >= 120:
                    continue
                line = piece.subs(
                    dict(zip(self.f.variables, (c + t * d for c, d in zip(p, v, strict=True)), strict=True))
                )
                with suppress(Exception):  # SymPy may fail in many ways on a form that is only worth a try
                    if calculus.within(TIDY, sympy.simplify, sympy.diff(line, t, 2)) == 0:
                        return True
        return False

    def _degenerate(self, sign: int) -> bool | None:
        """False where the Hessian is singular on an open part of the box.

        There the sets on which the gradient is constant are convex and more than a point (Hartman, Nirenberg).
        """
        if self.f.n == 1 and algebra.expanded(self.e, self.f.variables) is not None:
            return True
        if algebra.as_poly(self.e, self.f.variables) is not None and self.f.n == 2:
            H = sympy.hessian(self.e, self.f.variables)
            return algebra.strict(
                sign * self.e, self.f.variables, algebra.sides(self.box), sympy.expand(algebra.determinant(H))
            )
        points = _sample(self.box, PLACES, 5)
        seen: set[Expr] = set()
        for k in range(points.shape[1]):
            if monotonic() > self.end or self.f.n > 4 or len(seen) > 3:
                return None
            piece = smooth_near(self.e, balls.at(self.f.variables, points[:, k].tolist()))
            if piece is None or piece in seen:
                continue
            seen.add(piece)
            if self._singular(piece):
                return False
        return None

    def _singular(self, piece: Expr) -> bool:
        H = sympy.hessian(piece, self.f.variables)
        if calculus.size(list(H), 400) >= 400:
            return False
        det = algebra.determinant(H)
        for form in (sympy.expand, _numerator, sympy.simplify):
            with suppress(Exception):  # SymPy may fail in many ways on a form that is only worth a try
                if calculus.within(TIDY, form, det) == 0:
                    return True
        return False

    # A proof by intervals, or a refutation.

    def _searched(self, refuted: dict[int, Chord | None], chords: Chords) -> Convexity:
        for sign in (1, -1):
            if refuted[sign] is None and monotonic() < self.end:
                if (chord := self._bent_chord(sign, chords, True)) is not None:
                    refuted[sign] = chord
                    continue
                if (found := self._proved(sign)) is not None:
                    return found
                refuted[sign] = self._bent_chord(sign, chords) if self.place is not None else None
        if refuted[1] and refuted[-1]:
            whole = algebra.as_poly(self.e, self.f.variables) is not None
            return Convexity("neither", False, EXACT if whole else CERTIFIED, "")
        return Convexity("undecided", None, NUMERICAL, "")

    def _proved(self, sign: int) -> Convexity | None:
        """All Hessians definite on the box, of f or of what is left of f after the terms that rules prove."""
        self.place = None
        terms = Add.make_args(self.e)
        proved = [fact for a in terms if (fact := self.rules.fact(a)).has(sign)]
        left = Add(*(a for a in terms if not self.rules.fact(a).has(sign)))
        parts: list[tuple[Expr, list[Fact]]] = [(self.e, [])]
        if proved and left != 0:
            parts.append((left, proved))
        kinked = [fact for fact in proved if fact.e.has(*_KINKED)]
        smooth = Add(*(a for a in terms if a not in {fact.e for fact in kinked}))
        if kinked and smooth not in (0, left) and not smooth.has(*_KINKED):
            parts.insert(0, (smooth, kinked))
        for part, others in parts:
            if (line := self._bends_everywhere(part, sign)) is not None:
                lines = (*(line for fact in others for line in fact.lines), line)
                bent = True if part.free_symbols >= set(self.f.variables) and line.parts == () else None
                word = f"strictly {WORD[sign]}" if bent else WORD[sign]
                if bent:
                    lines = (*lines[:-1], replace(line, verdict=word))
                if others:
                    why = f"a sum of {WORD[sign]} functions is {WORD[sign]}"
                    why += ", and strictly so where one of them bends in all directions, as {0} does" if bent else ""
                    lines = (*lines, Line(self.e, word, why, (part,) if bent else ()))
                return Convexity(WORD[sign], bent, CERTIFIED, "", lines)
            if self.place is not None:
                return None
        return None

    def _bends_everywhere(self, e: Expr, sign: int) -> Line | None:
        """Why no Hessian of e on the box bends the wrong way; a line without parts where all are definite."""
        Y = tuple(x for x in self.f.variables if e.has(x))
        box = [side for x, side in zip(self.f.variables, self.box, strict=True) if x in Y]
        if count := self._by_intervals(e, Y, box, sign, e == self.e):
            return Line(e, WORD[sign], _definite_everywhere(sign, count))
        return None if self.place is not None else self._by_minors(e, Y, box, sign)

    def _by_intervals(self, e: Expr, Y: tuple[sympy.Symbol, ...], box: Sides, sign: int, whole: bool) -> int:
        """How many boxes it took to prove all Hessians definite; 0 where they are not, or time was short."""
        code = program(Function(Y, (e,), self.f.domain if whole and len(Y) == self.f.n else ()))
        second = hessian(code)
        if len(second.code) > OPERATIONS:
            return 0
        examine = _Examination(second, len(Y), sign)
        budget = Budget(seconds=max(0.02, min(0.3 * self.seconds, self.end - monotonic())), stop=examine.refuted)
        *_, state = branch(box, grid(box, 1), examine, budget, FEW)
        if examine.place is not None and whole and len(Y) == self.f.n:
            self.place = examine.place
        return state.examined if state.ending is Ending.FINISHED and not state.count else 0

    def _by_minors(self, e: Expr, Y: tuple[sympy.Symbol, ...], box: Sides, sign: int) -> Line | None:
        """No principal minor negative, each by the signs of its factors: for Hessians that are singular somewhere."""
        if len(Y) > 2 or calculus.size([e], 120) >= 120 or e.has(*_KINKED):
            return None
        H = sympy.hessian(e, Y)
        for _, minor in algebra.principal_minors(sign * H):
            form = minor
            with suppress(Exception):  # SymPy may fail in many ways on a form that is only worth a try
                form = calculus.within(TIDY, lambda m: sympy.factor(sympy.simplify(m)), minor)
            if monotonic() > self.end or not (form == 0 or self._never_negative(form, Y, box)):
                return None
        words = f"no principal minor of {'' if sign > 0 else 'minus '}its Hessian is negative on the box"
        return Line(e, WORD[sign], words, (e,))

    def _never_negative(self, e: Expr, Y: tuple[sympy.Symbol, ...], box: Sides) -> bool:
        return _sign_of(e, Y, box, self.end) in (0, 1)

    def _bent_chord(self, sign: int, chords: Chords, exactly: bool = False) -> Chord | None:
        """A chord through a place where f bends the wrong way, in the direction in which it does most."""
        for p, d in self._wrong(sign, exactly):
            if (chord := chords.along(p, d, sign)) is not None:
                return chord
        return None

    def _wrong(self, sign: int, exactly: bool = True) -> list[tuple[list[float], list[float]]]:
        """Places and directions with dᵀHd of the wrong sign, by floats; the one that intervals found comes first."""
        found = []
        if self.place is not None:
            p, d = self.place
            found.append((p.tolist(), d.tolist()))
        found += self._wrong_exactly(sign) if exactly else []
        found += self._wrong_kinks(sign)
        second = hessian(self.code)
        if len(second.code) > OPERATIONS:
            return found
        points = _sample(self.box, 600, 3)
        n = self.f.n
        with np.errstate(all="ignore"):
            H = sign * np.moveaxis(arrays(second, points).reshape(n, n, -1), 2, 0)
        good = np.isfinite(H).all(axis=(1, 2))
        if not good.any():
            return found
        values, vectors = np.linalg.eigh(H[good])
        for measure in (values[:, 0], values[:, 0] / (1e-300 + np.abs(values).max(1))):
            for k in np.argsort(measure)[:3]:
                if values[k, 0] < -1e-12 * np.abs(values[k]).max():
                    found.append((points[:, good][:, k].tolist(), vectors[k][:, 0].tolist()))
        return found

    def _wrong_exactly(self, sign: int) -> list[tuple[list[float], list[float]]]:
        """Of a polynomial in at most two variables: a place where a principal minor is negative."""
        X = self.f.variables
        if len(X) > 2 or algebra.as_poly(self.e, X) is None:
            return []
        H = sign * sympy.hessian(self.e, X)
        with suppress(algebra.TooHardError):
            for _, minor in algebra.principal_minors(H):
                p = algebra.negative(algebra.polynomial(minor, X), algebra.sides(self.box), self.end)
                if p is not None:
                    at = dict(zip(X, (sympy.Rational(c.numerator, c.denominator) for c in p), strict=True))
                    with mpmath.workdps(DIGITS):
                        values, vectors = mpmath.eigsy(mpmath.matrix(H.subs(at).evalf(DIGITS).tolist()))
                        d = [float(c) for c in vectors[:, 0]]
                    flat = [c if abs(c) > NEARLY * max(map(abs, d)) else 0.0 for c in d]  # there may be no room aside
                    return [([float(c) for c in p], way) for way in (d, flat)] if values[0] < 0 else []
        return []

    def _wrong_kinks(self, sign: int) -> list[tuple[list[float], list[float]]]:
        """Places on seams where the slope turns the wrong way, by floats, with the direction across the seam."""
        low, high = (np.array(ends)[:, None] for ends in zip(*self.box, strict=True))
        found = []
        for r in calculus.seams(self.f)[:SEAMS]:
            with suppress(UnsupportedError):
                u = program(Function(self.f.variables, (r.expression,)))
                p, d = _on_zeros(u, _sample(self.box, 60, 4), low, high)
                for k in KINK:
                    found += self._turning(sign, p, d, 2.0**-k * float((high - low).max()))
        return found

    def _turning(
        self, sign: int, p: NDArray[np.float64], d: NDArray[np.float64], h: float
    ) -> list[tuple[list[float], list[float]]]:
        """The place where f is farthest on the wrong side of the chord of length 2h across."""
        with np.errstate(all="ignore"):
            here, before, after = (arrays(self.code, p + s * h * d)[0] for s in (0, -1, 1))
            gap = sign * (here - 0.5 * (before + after)) / (1 + np.abs(here) + np.abs(before) + np.abs(after))
        gap = np.where(np.isfinite(gap), gap, -np.inf)
        k = int(gap.argmax())
        return [(p[:, k].tolist(), d[:, k].tolist())] if gap[k] > 1e-15 else []

    # Words.

    def _bent(self, found: Convexity) -> Convexity:
        """The same, with points and directions of curvature of either sign, where f is smooth and has them."""
        if found.verdict not in ("neither", "undecided") or monotonic() > self.end or self.e.has(*_KINKED):
            return found
        H = sympy.hessian(self.e, self.f.variables)
        if calculus.size(list(H), 600) >= 600:
            return found
        down, up = (
            next((b for p, d in self._wrong(s) if (b := bends(self.f, H, p, d, -s)) is not None), None) for s in (1, -1)
        )
        return replace(found, down=down if found.not_convex else None, up=up if found.not_concave else None)

    def _told(self, found: Convexity, where: tuple[Requirement, ...]) -> Convexity:
        if found.verdict == "neither":
            return replace(found, reason="f is above the middle of one chord and below the middle of another.")
        if found.verdict != "undecided":
            return found
        if found.not_convex or found.not_concave:
            not_, other = ("convex", "concave") if found.not_convex else ("concave", "convex")
            words = f"f is not {not_}: a chord shows it. Whether it is {other} on this box was not settled in the time."
            return replace(found, reason=words)
        words = "No rule proves it, intervals did not finish, and no chord among thousands speaks against it."
        return replace(found, reason=words)


_KINKED: Final = (sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.Piecewise)


class _Examination:
    """Hessians between bounds, box by box: definite, or bent the wrong way for certain."""

    def __init__(self, second: Program, n: int, sign: int) -> None:
        self.second, self.n, self.sign = second, n, sign
        self.place: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def refuted(self) -> bool:
        return self.place is not None

    def __call__(self, boxes: Boxes) -> Verdict[None]:
        n = self.n
        found = enclose(self.second, boxes.lower, boxes.upper)
        low, high = (b.reshape(n, n, -1) for b in (found.lower, found.upper))
        if self.sign < 0:
            low, high = -high, -low
        with np.errstate(all="ignore"):
            middle = np.moveaxis(np.where(np.isfinite(low + high), 0.5 * (low + high), 0.0), 2, 0)
        vectors = np.linalg.eigh(middle)[1]
        inertia = certified_all(low, high, np.moveaxis(vectors, 0, 2))
        good = np.array([i.positive == n for i in inertia]) & ~found.bad
        wrong = np.flatnonzero(np.array([i.negative > 0 for i in inertia]) & ~found.bad)
        if len(wrong):
            k = int(wrong[0])
            self.place = (0.5 * boxes.lower[:, k] + 0.5 * boxes.upper[:, k], vectors[k][:, 0])
        return Verdict(boxes.where(~good), found.bad[~good], int(good.sum()))


def _on_zeros(
    u: Program, points: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points moved to where u is 0, as Newton does it, and the directions across."""
    first = gradient(u)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            g = arrays(first, points)
            step = g * (arrays(u, points)[0] / (g * g).sum(0))
            points = np.clip(np.where(np.isfinite(step), points - step, points), low, high)
        g = arrays(first, points)
        d = g / np.sqrt((g * g).sum(0))
    return points, np.where(np.isfinite(d), d, 0.0)


def _definite_everywhere(sign: int, count: int) -> str:
    side, boxes = "positive" if sign > 0 else "negative", f"{count:,} boxes" if count > 1 else "1 box"
    return f"intervals prove all Hessians on the box {side} definite ({boxes})".replace(",", "\u2009")


def _numerator(e: Expr) -> Expr:
    return sympy.expand(sympy.fraction(sympy.together(e))[0])


def _sample(box: Sides, count: int, seed: int = 1) -> NDArray[np.float64]:
    """Points of the box, shape (n, N): its corners and middle, and others at random."""
    n = len(box)
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    corners = np.array([[(k >> i) & 1 for k in range(1 << n)] for i in range(n)], dtype=float)
    inner = np.random.default_rng(seed).uniform(0, 1, (n, count))
    points = low + (high - low) * np.concatenate([np.full((n, 1), 0.5), inner, corners], axis=1)
    clipped: NDArray[np.float64] = np.clip(points, low, high)
    return clipped


def _one_sign(e: Expr, X: tuple[sympy.Symbol, ...], box: Sides, seconds: float) -> int:
    """1 or -1 where branch and prune proves that e is positive, or negative, on the whole box; else 0."""
    code = program(Function(X, (e,)))
    seen: set[int] = set()

    def examine(boxes: Boxes) -> Verdict[None]:
        found = enclose(code, boxes.lower, boxes.upper)
        up, down = found.lower[0] > 0, found.upper[0] < 0
        seen.update([1] if up.any() else [], [-1] if down.any() else [])
        left = ~(up | down)
        return Verdict(boxes.where(left), found.bad[left], int((~left).sum()))

    budget = Budget(seconds=seconds, stop=lambda: len(seen) > 1)
    *_, state = branch(box, grid(box, 2), examine, budget, FEW)
    done = state.ending is Ending.FINISHED and not state.count and len(seen) == 1
    return seen.pop() if done else 0


def _sign_of(e: Expr, X: tuple[sympy.Symbol, ...], box: Sides, end: float) -> int | None:
    """1 where e is proved never negative on the box, -1 never positive, 0 both."""
    if not e.free_symbols:
        return balls.sign(e, {})
    if isinstance(e, sympy.Mul):
        signs = [_sign_of(a, X, box, end) for a in e.args]
        known = [s for s in signs if s is not None]
        return math.prod(known) if len(known) == len(signs) else None
    if isinstance(e, sympy.exp | sympy.cosh | sympy.Abs) or e.is_nonnegative:
        return 1
    if isinstance(e, sympy.Pow):
        odd = e.exp.is_Integer and e.exp.is_odd
        return _sign_of(e.base, X, box, end) if odd else 1
    p = algebra.as_poly(e, X)
    if p is not None:
        with suppress(algebra.TooHardError):
            for s in (1, -1):
                if algebra.negative(s * p, algebra.sides(box), end) is None:
                    return s
        return None
    return _one_sign(e, X, box, max(0.02, 0.3 * (end - monotonic()))) or None
