r"""The best Lipschitz constants of f and of its gradient on a box, each between two bounds.

    |f(p) - f(q)| <= L ‖p - q‖      the best L is the largest ‖∇f‖      (the box is convex: mean value theorem)
    ‖∇f(p) - ∇f(q)‖ <= L ‖p - q‖    the best L is the largest ‖H‖

From below by a pair of points that needs it, from above by interval arithmetic. At a kink the slopes of all sides
count, if f is proved to be continuous there, and the same for the gradient. "infinite" and "none" are proved by what
happens along a line (`unbounded`); if nothing is proved, the upper bound is infinite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final, Literal

import numpy as np

from core import calculus
from core.compile import program
from core.definiteness import Array
from core.function import Function, part
from core.numeric import arrays
from core.problem import Side
from core.program import Program, gradient, hessian
from core.region import stable
from core.region.beyond import most_beyond, most_on
from core.region.composed import bending, steepness
from core.region.fields import bends, slopes, tame
from core.region.measure import Length, Measure, Top
from core.region.pair import Pair, pair
from core.region.peak import Field, Peak, peaks
from core.region.regular import continuous, defined, in_time, nowhere, parted, smooth_once
from core.region.stable import Tame
from core.region.unbounded import SECONDS, Fault, faults

Range = tuple[float, float]
Word = Literal["infinite", "none"]
Bound = Range | Word
WIDTH: Final = 0.002  # of a bound, relative: as near as it is wanted
ROUNDED: Final = 1 + 1e-9  # so far a quotient may be above a bound that it reaches
LINES: Final = 60  # of a history; of more, every other one goes
SHARE: Final = 0.3  # of the time, to see what is wrong along lines, if it is more than usual
QUESTIONS: Final = 2.4  # times that, for all that is asked of algebra before the search
LEAST: Final = 0.05  # seconds for each
OUTSIDE: Final[set[Fault]] = {"outside", "jump", "gap", "hole"}
UNBOUNDED: Final[set[Fault]] = {"pole", "steep", "far"}


@dataclass(frozen=True)
class Lipschitz:
    """Bounds of both constants, or a word; the pairs that reach the lower bounds; the faults that were proved."""

    f: Bound
    gradient: Bound
    witness: Pair | None = None
    gradient_witness: Pair | None = None
    faults: tuple[Fault, ...] = ()
    done: bool = False
    boxes: tuple[int, int] = (0, 0)  # looked at, for f and for its gradient

    @property
    def step(self) -> float | None:
        """1/L: with steps no longer, gradient descent never goes up. None where nothing is promised."""
        return 1.0 / self.gradient[1] if isinstance(self.gradient, tuple) and 0 < self.gradient[1] < math.inf else None


def of(
    f: Function,
    box: Sequence[Side],
    *,
    seconds: float,
    width: float = WIDTH,
    tick: Callable[[Lipschitz], None] | None = None,
) -> Lipschitz:
    """Both constants of a scalar whose parameters are fixed, as near as `width` if the time suffices.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> found = of(function(read("x^2")), [(-1.0, 2.0)], seconds=1.0)
    >>> [round(end, 4) for end in (*found.f, *found.gradient)]
    [4.0, 4.0, 2.0, 2.0]
    >>> for text in ("|x|", "sqrt(|x|)", "1/x"):
    ...     found = of(function(read(text)), [(-1.0, 1.0)], seconds=1.0)
    ...     print(found.f if isinstance(found.f, str) else [round(end, 4) for end in found.f], found.gradient)
    [1.0, 1.0] none
    infinite none
    infinite infinite
    """
    for found in watch(f, box, seconds=seconds, width=width):
        if tick is not None:
            tick(found)
    return found


def watch(f: Function, box: Sequence[Side], *, seconds: float, width: float = WIDTH) -> Iterator[Lipschitz]:
    """The same, nearer and nearer."""
    until = monotonic() + seconds
    F = program(f)
    plan = _planned(f, F, box, max(SECONDS, SHARE * seconds))
    now = Lipschitz(plan.f or (0.0, math.inf), plan.gradient or (0.0, math.inf), faults=plan.faults)
    searches: list[_Search] = []
    tamed = None if plan.tame is None else tame(F, plan.tame)
    if plan.f is None:
        A = [tamed[0]] if tamed else slopes(f, F, box, plan.across_f)
        searches.append(_Search("f", F, box, A, Length(), width, steepness(f, box)))
    if plan.gradient is None:
        A = [tamed[1]] if tamed else bends(f, F, box, plan.across_gradient)
        searches.append(_Search("gradient", F, box, A, Top(f.n), width, max(map(abs, bending(f, box)))))
    if not searches:
        yield replace(now, done=True)
    while searches:
        for search in tuple(searches):
            now = search.step(now)
            if search.over or monotonic() >= until:
                searches.remove(search)
        now = replace(now, done=not searches and all(near(b, width) for b in (now.f, now.gradient)))
        yield now


def near(bound: Bound, width: float = WIDTH) -> bool:
    """Is it as near as it is wanted?"""
    return isinstance(bound, str) or bound[1] - bound[0] <= max(width * bound[0], 1e-300)


@dataclass(frozen=True)
class _Plan:
    """What is known before any search: a word for each constant, or how it may be searched."""

    f: Word | None
    gradient: Word | None
    across_f: bool = False
    across_gradient: bool = False
    faults: tuple[Fault, ...] = ()
    tame: Tame | None = None  # derivatives, where their own formulas overflow


def _planned(f: Function, F: Program, box: Sequence[Side], seconds: float) -> _Plan:
    """Where f is smooth on the whole box there is nothing to ask; else algebra is asked what is wrong."""
    unbounded = any(math.isinf(end) for side in box for end in side)
    if not unbounded:
        usual = defined(hessian(F), box)
        if (stable.far(box) or not usual) and (known := stable.derivatives(f, box)) is not None:
            return _Plan(None, None, tame=known)
        if usual:
            return _Plan(None, None)
    if not unbounded and nowhere(F, box):
        return _Plan("none", "none", faults=("outside",))
    until = monotonic() + QUESTIONS * seconds

    def left() -> float:
        return max(LEAST, min(seconds, until - monotonic()))

    found: set[Fault] = faults(f, box, seconds)  # soon seen, where smoothness takes long to be refuted
    once = not found - {"far"} and in_time(left(), smooth_once, f, box)
    gradient_found = _gradient_faults(f, box, left()) if not found & {"kink", "steep"} else set()
    if "outside" in found or (found & OUTSIDE and not found & UNBOUNDED):
        return _Plan("none", "none", faults=tuple(sorted(found)))
    word_f: Word | None = "infinite" if found & UNBOUNDED else None
    word_g: Word | None = None
    if found & {"kink", "steep"} or "jump" in gradient_found:
        word_g = "none"
    elif gradient_found & UNBOUNDED or "pole" in found:
        word_g = "infinite"
    whole = once or in_time(left(), continuous, f, box)
    known = stable.derivatives(f, box) if unbounded and once else None
    return _Plan(word_f, word_g, whole, once, tuple(sorted(found | gradient_found)), known)


def _gradient_faults(f: Function, box: Sequence[Side], seconds: float) -> set[Fault]:
    """What is proved to be wrong with the components of the gradient; kinks of theirs are not."""
    try:
        g = calculus.gradient(f, tidy=False)
    except calculus.TooLargeError:
        return set()
    inside = replace(g, domain=calculus.interior(f.domain))
    found: set[Fault] = set().union(*(faults(part(inside, i), box, seconds / f.n) for i in range(f.n)))
    return found & {*UNBOUNDED, "jump"}  # a formula may have a hole where the gradient has none


class _Search:
    """One of the two constants, in work."""

    def __init__(
        self,
        name: str,
        F: Program,
        box: Sequence[Side],
        A: Sequence[Field],
        measure: Measure,
        width: float,
        most: float,  # by rules
    ) -> None:
        signs = (1,) if name == "f" else (1, -1)
        self.name, self.measure, self.n, self.width, self.by_rules = name, measure, F.inputs, width, most
        self.core, beyond = parted(box)
        self.beyond = max(most_beyond(A, measure, signs, beyond), 0.0)
        self.most = max(most_on(A, self.core, measure, signs), 0.0) if beyond else math.inf
        self.states = peaks(A, self.core, measure, signs=signs, width=0.95 * width)
        self.rises, self.values = (F, gradient(F)) if name == "f" else (gradient(F), hessian(F))
        self.seen: tuple[float, ...] = ()
        self.pair: Pair | None = None
        self.over = False

    def step(self, now: Lipschitz) -> Lipschitz:
        """The bounds after one more look."""
        state = next(self.states, None)
        if state is None:
            self.over = True
            return now
        self.over = state.done
        if state.at and state.at != self.seen:
            self.seen = state.at
            new = pair(self.rises, self.core, state.at, self._way(state))
            if new is not None and (self.pair is None or new.quotient > self.pair.quotient):
                self.pair = new
        low = self.pair.quotient if self.pair else max(state.lower, 0.0)  # its values may be too large for floats
        upper = min(max(min(state.upper, self.most), self.beyond), self.by_rules)
        bound = (low, max(upper, low) if low <= upper * ROUNDED else math.inf)  # else a proof of ours is wrong
        self.over |= near(bound, self.width)
        if self.name == "f":
            return replace(now, f=bound, witness=self.pair, boxes=(state.boxes, now.boxes[1]))
        return replace(now, gradient=bound, gradient_witness=self.pair, boxes=(now.boxes[0], state.boxes))

    def _way(self, state: Peak) -> Array:
        """Along the gradient, or along the eigenvector of the eigenvalue that counts."""
        A = arrays(self.values, np.array(state.at)[:, None])[:, 0]
        if self.name == "f":
            return A
        H = state.sign * A.reshape(self.n, self.n)
        return np.linalg.eigh(H)[1][:, -1] if np.isfinite(H).all() else np.zeros(self.n)


# Plain data.


class History:
    """The record of a search that is watched: what is known now, and how the bounds came nearer."""

    def __init__(self) -> None:
        self.lines: dict[str, list[list[float | None]]] = {"f": [], "gradient": []}

    def record(self, found: Lipschitz) -> dict[str, Any]:
        """As plain data; an end that is not known is None. A line of a history: boxes looked at, both ends."""
        for name, bound, boxes in (("f", found.f, found.boxes[0]), ("gradient", found.gradient, found.boxes[1])):
            lines = self.lines[name]
            if not isinstance(bound, str) and boxes and (not lines or lines[-1][1:] != _ends(bound)):
                lines.append([boxes, *_ends(bound)])
                if len(lines) > LINES:
                    del lines[1:-1:2]
        return {
            "f": found.f if isinstance(found.f, str) else _ends(found.f),
            "gradient": found.gradient if isinstance(found.gradient, str) else _ends(found.gradient),
            "pairs": {"f": _pair(found.witness), "gradient": _pair(found.gradient_witness)},
            "faults": list(found.faults),
            "done": found.done,
            "history": {name: [*lines] for name, lines in self.lines.items()},
        }


def _ends(bound: Range) -> list[float | None]:
    return [end if math.isfinite(end) else None for end in bound]


def _pair(found: Pair | None) -> dict[str, Any] | None:
    return None if found is None else {"p": list(found.p), "q": list(found.q), "quotient": found.quotient}
