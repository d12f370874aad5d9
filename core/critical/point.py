"""What is known about the critical points of f in a window, and how surely.

A point where ∇f = 0 comes with a box that holds it and no other, with the eigenvalues of the Hessian there, and
with the kind they make of it. A set of points says whether it is all of them.

Rule: the words here are the only place where "complete" is said. They say it when no box is undecided, no point
is in doubt, and the search came to its end; never otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from core.critical.plain import plain
from core.definiteness import Kind
from core.program import Program

Side = tuple[float, float]
Box = tuple[Side, ...]

COMPLETE: Final = "complete"
INCOMPLETE: Final = "incomplete"
NOT_ATTEMPTED: Final = "not attempted"

UNDEFINED: Final = "f is not defined anywhere in this window."


class Evidence(Enum):
    """How surely a thing is known."""

    EXACT = "exact"
    CERTIFIED = "certified"
    NUMERICAL = "numerical"


@dataclass(frozen=True)
class Walk:
    """Once around a point of the plane: how often f - f(p) changes its sign on the circle of that radius.

    It is proved that the count is the same on every smaller circle.
    """

    radius: float
    changes: int


@dataclass(frozen=True)
class CriticalPoint:
    """One point where the gradient is zero.

    The true point lies in `enclosure`, where it is the only one, and its value in `value_enclosure`; `at` and `value`
    are floats between, the shortest decimals there are. `eigenvectors[i]` belongs to `eigenvalues[i]`, smallest first.
    `kind` is what the Hessian test proves, for the `reason` given. When that is inconclusive, `nature` is what is known
    otherwise ("minimum", "maximum", "saddle", "undetermined"), and `because` is the argument, for a student. `exact`,
    `exact_value` and `exact_eigenvalues` are text that SymPy reads as the same real numbers.
    """

    at: tuple[float, ...]
    enclosure: Box
    value: float
    eigenvalues: tuple[float, ...]
    kind: Kind
    value_enclosure: Side | None = None
    eigenvectors: tuple[tuple[float, ...], ...] = ()
    nature: str | None = None
    reason: str = ""
    because: str = ""
    walk: Walk | None = None
    evidence: Evidence = Evidence.CERTIFIED
    exact: tuple[str, ...] | None = None
    exact_value: str | None = None
    exact_eigenvalues: tuple[str, ...] | None = None
    region: Box | None = None  # the gradient is zero nowhere else in it
    straddles: bool = False  # it is on the edge of the window, or so near that nobody knows on which side

    @property
    def word(self) -> str:
        """The kind as it is called in so many variables."""
        return word(self.kind, len(self.at))


@dataclass(frozen=True)
class Curve:
    """Equations all of whose common zeros are critical: a curve, a surface, or for "0" all of space.

    `nature` is what f has there ("weak minimum", "weak maximum", "no extremum", "undetermined"), `because` why.
    `programs` are the left sides, to be drawn.
    """

    equations: tuple[str, ...]
    nature: str
    because: str = ""
    programs: tuple[Program, ...] = ()

    @property
    def equation(self) -> str:
        """One expression with the same real zeros.

        >>> Curve(("x**2 - y",), "").equation, Curve(("x", "y - 1"), "").equation
        ('x**2 - y', '(x)**2 + (y - 1)**2')
        """
        one, *more = self.equations
        return " + ".join(f"({e})**2" for e in self.equations) if more else one

    @property
    def words(self) -> str:
        """That it is critical, in a sentence.

        >>> Curve(("x**2 - y",), "").words, Curve(("x", "y - 1"), "").words
        ('Every point of x² − y = 0 is critical.', 'Every point of (x, y − 1) = (0, 0) is critical.')
        """
        one, *more = (plain(e) for e in self.equations)
        where = f"({', '.join((one, *more))}) = ({', '.join('0' for _ in self.equations)})" if more else f"{one} = 0"
        return f"Every point of {where} is critical."


@dataclass(frozen=True)
class Singular:
    """Where f has no gradient to be zero: a kink, a pole, a hole, an edge of its domain."""

    where: str
    reason: str


@dataclass(frozen=True)
class CriticalSet:
    """The critical points of f in a window, what else is known of them, and how far that goes.

    >>> CriticalSet.not_attempted("Critical points belong to scalar functions.").status
    'not attempted'
    """

    points: tuple[CriticalPoint, ...] = ()
    curves: tuple[Curve, ...] = ()
    singular: tuple[Singular, ...] = ()
    undecided: tuple[Box, ...] = ()
    status: str = NOT_ATTEMPTED
    sentence: str = ""
    ended: bool = False  # the search came to its end: nothing is outside the points, curves and undecided boxes
    sampled: bool = False  # nobody searched all of the window: points were looked for, and each is proved
    defined: bool = True  # f is defined somewhere in the window, for all we know

    @staticmethod
    def not_attempted(sentence: str) -> CriticalSet:
        """Nobody looked; the sentence says why."""
        return CriticalSet(sentence=sentence)


def word(kind: Kind, n: int) -> str:
    """A kind in plain words; in one variable there are no saddles.

    >>> word(Kind.SADDLE, 1), word(Kind.SADDLE, 2)
    ('horizontal inflection', 'saddle')
    """
    return "horizontal inflection" if kind is Kind.SADDLE and n == 1 else kind.value


def completed(found: CriticalSet) -> CriticalSet:
    """The same set with the status and the sentence it deserves; call it after every change.

    >>> completed(CriticalSet(ended=True)).sentence
    'There are none in this window. Proved.'
    >>> completed(CriticalSet(ended=True, undecided=(((0.0, 1.0),),))).sentence
    'No critical point proved. In the shaded box we could not decide.'
    """
    complete = found.ended and not found.undecided and not any(p.straddles for p in found.points)
    sentence = _all(found) if complete else " ".join(_some(found))
    return replace(found, status=COMPLETE if complete else INCOMPLETE, sentence=sentence)


def _all(found: CriticalSet) -> str:
    count = len(found.points)
    if found.curves:
        rest = "no other critical point" if count == 0 else _count(count)
        return f"{_along(found)} Apart from that there {'are' if count > 1 else 'is'} {rest} here: proved complete."
    if count == 0:
        return "There are none in this window. Proved." if found.defined else UNDEFINED
    which = {1: "The only critical point", 2: "Both critical points"}.get(count, f"All {count} critical points")
    return f"{which} in this window: proved complete."


def _some(found: CriticalSet) -> list[str]:
    """What is proved, what is in doubt at the edge, what is undecided, what was not looked at."""
    points, boxes = found.points, len(found.undecided)
    words = [_along(found)] if found.curves else []
    words.append(_sampled(len(points)) if found.sampled else f"{_count(len(points))} proved.")
    if doubtful := sum(p.straddles for p in points):
        which = "One is" if doubtful == 1 else f"{doubtful} are"
        words.append(f"{which} so near the edge of the window that we could not decide on which side.")
    if not found.ended and not found.sampled:
        words.append("The search was stopped at its budget; there may be more.")
    elif boxes:
        words.append(f"In {_boxes(boxes, len(found.undecided[0]))} we could not decide.")
    return words


def _boxes(count: int, n: int) -> str:
    """The undecided boxes; of more than two variables no figure shades them.

    >>> _boxes(1, 2), _boxes(3, 2), _boxes(1, 8), _boxes(3, 8)
    ('the shaded box', 'the 3 shaded boxes', 'one box of the window', '3 boxes of the window')
    """
    if n > 2:
        return "one box of the window" if count == 1 else f"{count} boxes of the window"
    return "the shaded box" if count == 1 else f"the {count} shaded boxes"


def _sampled(count: int) -> str:
    each = "it is" if count == 1 else "each is"
    proved = f"{_count(count, 'point')} found; {each} proved to be a critical point with this label; there may be more."
    return proved if count else "No critical point found; there may be some."


def _along(found: CriticalSet) -> str:
    return " ".join(curve.words for curve in found.curves)


def _count(count: int, what: str = "critical point") -> str:
    return f"No {what}" if count == 0 else f"{count} {what}{'' if count == 1 else 's'}"
