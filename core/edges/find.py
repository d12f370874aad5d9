"""Every edge of a function: candidates from its domain and its seams, each looked at where it is.

The domain says where f may have no value, the seams (|u| at 0, a tie of max, the border of a case) where it may have
no derivative. Whether something is wrong there, and what, is decided at points of the place itself: so a seam inside
a branch that is not taken is no finding, and neither is |x|³ at 0.

Rule: everything together has an allowance of time; what was not looked at is a finding that says "not decided".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from time import process_time

import sympy
from sympy import Expr, Rational, Symbol

from core import calculus, settings
from core.edges.across import Seen, cross
from core.edges.finding import UNDEFINED, Evidence, Finding, Kind
from core.edges.locus import Locus, Point, loci, samples
from core.edges.tip import point_behaviour
from core.edges.words import has_limit, limit_on, sentence
from core.function import Function, Requirement
from core.vocabulary import NONZERO

Look = tuple[Point, list[Seen]]  # a point near which f is defined, and what is wrong there

WORST: tuple[Kind, ...] = (
    *("pole", "edge", "hole", "jump", "vertical tangent", "cone tip", "kink", "curvature jump", "failed symmetry"),
)
LOOKS = 3  # points of a curve at which f is defined
WALL = 3  # the allowance counts the time of the processor; on a busy machine it may last so many times longer
STEP = Rational(1, 1000)
LEVELS: tuple[Evidence, ...] = ("exact", "numerical", "undecided")


def find(f: Function, seconds: float = settings.EDGE_SECONDS) -> tuple[Finding, ...]:
    """What is missing of f, whose parameters are fixed: poles, holes, edges, jumps, kinks, in the order of its domain.

    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> f = Function((x, y), (sympy.Abs(x) + 1/y,), (Requirement(y, "!="),))
    >>> [(found.kind, found.locus.zeros) for found in find(f)]
    [('pole', (y,)), ('kink', (x,))]
    """
    end = process_time() + seconds
    found: dict[Locus, tuple[Finding, ...]] = {}
    tasks = [(locus, r, e) for locus, r in _candidates(f).items() for e in f.components]
    for i, (locus, r, e) in enumerate(tasks):
        share = (end - process_time()) / (len(tasks) - i)
        here = _concluded(f, e, locus, r, _looks_within(share, f, e, locus))
        found[locus] = _of_all(found.get(locus, ()), tuple(here))
    return tuple(finding for here in found.values() for finding in here)


def _of_all(before: tuple[Finding, ...], here: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What a place is for all components so far and one more: the worst that one of them says.

    Where one component has a pole, another that only lacks a value there is no hole of the map.
    """
    if not before or not here:
        return before or here
    undecided = [one for one in (before, here) if one[0].evidence == "undecided"]
    if len(undecided) == 1:  # it may be worse than what is known
        known = here if undecided[0] is before else before
        return known if _badness(known) <= _badness(undecided[0]) else (*known, *undecided[0])
    return min(before, here, key=_badness)


def _badness(here: tuple[Finding, ...]) -> tuple[float, bool, int]:
    """Of maps a jump is worse than a hole: what jumps cannot be filled. Of two alike the worse one says more."""
    worst = here[0]
    order = WORST.index("hole") - 0.5 if worst.kind == "jump" else WORST.index(worst.kind)
    return order, worst.fillable, -len(worst.sentence)


def _candidates(f: Function) -> dict[Locus, Requirement | None]:
    """Places to look at; with each the condition of the domain it comes from, if it does."""
    places: dict[Locus, Requirement | None] = {}
    for r in f.domain:
        for locus in loci(r.expression, f.variables):
            if locus not in places or (r.relation != NONZERO):
                places[locus] = r
    for r in calculus.seams(f):
        for locus in loci(r.expression, f.variables):
            places.setdefault(locus, None)
    return places


def _looks_within(seconds: float, f: Function, e: Expr, locus: Locus) -> list[Look] | None:
    """What was seen at some points of a place while the time lasted; None when it did not suffice for one."""
    looks: list[Look] = []

    def look(e: Expr) -> Expr:
        for seen in islice(_looks(f, e, locus), LOOKS):
            looks.append(seen)
        return e

    late = False
    try:
        calculus.within(WALL * seconds, look, e)
    except calculus.LateError:
        late = True
    return None if late and not any(lot for _, lot in looks) else looks


def _concluded(f: Function, e: Expr, locus: Locus, r: Requirement | None, looks: list[Look] | None) -> list[Finding]:
    """The worst kind that was seen, and what is seen besides when a hole is filled."""
    if looks is None:
        return [Finding("kink" if r is None else "hole", locus, sentence("undecided", r), "undecided")]
    heads = [lot[0] for _, lot in looks if lot]
    if not heads:
        return []
    worst = min((s.kind for s in heads), key=WORST.index)
    here = [(p, lot[0]) for p, lot in looks if lot and lot[0].kind == worst]
    many = len(f.components) > 1
    limit = limit_on(e, locus, f.variables, here) if worst == "hole" and not many else None
    if all(s.evidence == "undecided" for _, s in here):
        return [Finding(worst, locus, sentence("undecided", r if worst in UNDEFINED else None), "undecided")]
    everywhere = len(here) == len(looks)
    seen = [s for _, s in here]
    words = sentence(worst, r, seen, limit, everywhere=everywhere, n=f.n, many=many)
    fillable = worst == "hole" and (limit is not None or has_limit(seen[0]))
    found = [Finding(worst, locus, words, _evidence(here), fillable)]
    for p, lot in looks:
        for s in lot[1:]:
            words = sentence(s.kind, r, [s], filled=worst == "hole", n=f.n)
            found.append(Finding(s.kind, locus, words, _evidence([(p, s)])))
    return found


def _evidence(here: list[tuple[Point, Seen]]) -> Evidence:
    """As sure as the surest look; a place known only as a decimal is numerical."""
    levels = ["numerical" if _rounded(p) and s.evidence == "exact" else s.evidence for p, s in here]
    return next(level for level in LEVELS if level in levels)


def _rounded(p: Point) -> bool:
    return any(c.has(sympy.Float) for c in p)


def _looks(f: Function, e: Expr, locus: Locus) -> Iterator[Look]:
    """At each sample point near which f is defined: what is wrong there, perhaps nothing."""
    for p in samples(locus, f.variables):
        if len(locus.zeros) > 1:
            bound = [x for x in f.variables if any(x in q.free_symbols for q in locus.zeros)]
            yield p, point_behaviour(f, e, p, bound)
        elif (seen := cross(f, e, p, _axis(locus.zeros[0], f.variables, p))) is not None:
            yield p, seen


def _axis(q: Expr, X: Sequence[Symbol], p: Point) -> Symbol:
    """The variable along which q changes most at p: that axis crosses its zeros."""
    return max((x for x in X if x in q.free_symbols), key=lambda x: _change(q, X, p, x))


def _change(q: Expr, X: Sequence[Symbol], p: Point, x: Symbol) -> float:
    at = {y: (a + STEP if y == x else a) for y, a in zip(X, p, strict=True)}
    value = q.xreplace(at).evalf(20)
    return abs(float(value)) if value.is_comparable else -1.0
