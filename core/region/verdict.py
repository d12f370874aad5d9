"""What is promised about a scalar on a box, all in one: convexity, the constants μ and L, the Lipschitz constants.

Each part has its own search; here they help each other, so that no two of them say different things:

    a Hessian that nowhere bends down makes f convex            f convex has μ >= 0
    one that bends down here and up there makes it neither      ‖H‖ is the larger of L and -μ, the constant of ∇f

Then the findings as plain data, the record that the page and the command line share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final

import numpy as np
from sympy import Expr

from core.compile import program
from core.critical.plain import plain
from core.definiteness import ULP, above
from core.enclosure import enclose
from core.function import Function
from core.program import hessian
from core.region import lipschitz, spectrum
from core.region.convexity import CERTIFIED, NUMERICAL, Convexity, convexity, torn_apart
from core.region.lipschitz import Bound, Lipschitz
from core.region.measure import Length
from core.region.regular import parted
from core.region.rules import Line
from core.region.spectrum import Spectrum

Sides = Sequence[tuple[float, float]]
Record = dict[str, Any]
SECONDS: Final = 1.5
SHARES: Final = (0.6, 0.2, 0.2)  # of the time: for the verdict, for μ and L, for the Lipschitz constants
UNKNOWN: Final = Spectrum((-math.inf, math.inf), (-math.inf, math.inf), False)
TORN: Final = "The proof and the bounds of the curvature contradict each other. The fault is ours, so nothing is said."
OPEN: Final = Lipschitz((0.0, math.inf), (0.0, math.inf))
SHOWN: Final = 8  # lines of a derivation in a reason of one paragraph
OPERATIONS: Final = 20_000  # of a Hessian whose eigenvalues are looked for


@dataclass(frozen=True)
class Region:
    """All three findings, as far as the time allowed."""

    convexity: Convexity
    spectrum: Spectrum
    lipschitz: Lipschitz

    @property
    def condition(self) -> tuple[float, float] | None:
        """An enclosure of κ = L/μ, where f is strongly convex."""
        return self.spectrum.condition


def region(
    f: Function,
    box: Sides,
    seconds: float = SECONDS,
    tell: Callable[[Region], None] | None = None,
    width: float = lipschitz.WIDTH,
) -> Region:
    """The findings about a scalar whose parameters are fixed, constants as near as `width`; `tell` hears of each.

    >>> from core.meaning import function
    >>> from core.syntax import read
    >>> found = region(function(read("x^2 + 3y^2")), [(-1.0, 1.0), (-1.0, 1.0)])
    >>> found.convexity.verdict, [round(k, 6) for k in found.condition or ()]
    ('convex', [3.0, 3.0])
    """
    say = tell or (lambda _: None)
    begun = monotonic()
    bent = convexity(f, box, SHARES[0] * seconds)
    constants = UNKNOWN
    say(Region(bent, _with_verdict(constants, bent), OPEN))
    if len(hessian(program(f)).code) <= OPERATIONS:
        constants = spectrum.bounds(f, box, seconds=SHARES[1] * seconds, width=width)
    bent = _with_constants(_unless(bent, constants), constants, f.components[0])
    if bent.verdict == "undecided" and bent.everywhere and constants.mu[1] < 0 < constants.L[0]:
        bent = torn_apart(f, box, bent, constants.lowest, constants.highest)
    constants = _with_verdict(constants, bent)
    say(Region(bent, constants, OPEN))
    found = Region(bent, constants, OPEN)
    most = _straight(f, box) if bent.verdict == "affine" and bent.everywhere and not bent.where else math.inf
    for limits in _slopes(f, box, SHARES[2] * seconds, begun + seconds, width):
        if not isinstance(limits.f, str):
            limits = replace(limits, f=(limits.f[0], max(min(limits.f[1], most), limits.f[0])))
        found = _agreed(Region(bent, constants, limits), width)
        say(found)
    return found


def _straight(f: Function, box: Sides) -> float:
    """Above the slope of an affine f, by its values at corners of the box: its formula may hide it."""
    core = parted(box)[0]
    points = np.array([low for low, _ in core])[:, None].repeat(f.n + 1, 1)
    sides = np.array([high - low for low, high in core])
    points[np.arange(f.n), np.arange(f.n)] = [high for _, high in core]
    with np.errstate(all="ignore"):
        at = enclose(program(f), points, points)
        rises = np.fmax(at.upper[0, :-1] - at.lower[0, -1], at.upper[0, -1] - at.lower[0, :-1])
        size = np.abs(at.lower[0]) + np.abs(at.upper[0])
        slopes = above(rises + ULP * (size[:-1] + size[-1]), 8) / (sides * (1 - ULP))
    return math.inf if at.bad.any() else float(Length().spread(slopes[:, None])[0])


def _slopes(f: Function, box: Sides, seconds: float, until: float, width: float) -> Iterator[Lipschitz]:
    """The Lipschitz constants, within their share of the time; that of f also in the time that the others left."""
    begun = monotonic()
    for found in lipschitz.watch(f, box, seconds=max(seconds, until - begun), width=width):
        yield found
        if monotonic() - begun > seconds and lipschitz.near(found.f, width):
            return


def _unless(bent: Convexity, constants: Spectrum) -> Convexity:
    """The verdict, unless the bounds of the curvature contradict it: then a proof of ours is wrong, and none counts."""
    convex, concave = bent.verdict in ("convex", "affine"), bent.verdict in ("concave", "affine")
    if (convex and constants.mu[1] < 0) or (concave and constants.L[0] > 0):
        return replace(bent, verdict="undecided", strict=None, evidence=NUMERICAL, reason=TORN, lines=())
    return bent


def _strictly(bent: Convexity, e: Expr) -> Convexity:
    """A verdict about e that is strict by the bounds of the curvature."""
    name, side = ("least", "positive") if bent.verdict == "convex" else ("greatest", "negative")
    because = f"the {name} eigenvalue of its Hessian on the box is {side}, by intervals"
    line = Line(e, f"strictly {bent.verdict}", because)
    return replace(bent, strict=True, evidence=CERTIFIED, lines=(*bent.lines, line))


def _flat(bent: Convexity) -> Convexity:
    """The verdict where nothing bends, unless a chord speaks against it."""
    if bent.not_convex or bent.not_concave:
        return bent
    words = "Every eigenvalue of the Hessian on the box is 0, by intervals."
    return replace(bent, verdict="affine", strict=False, evidence=CERTIFIED, reason=words, lines=())


def _with_constants(bent: Convexity, constants: Spectrum, e: Expr) -> Convexity:
    """An undecided verdict, settled by the least and the greatest eigenvalue that the Hessian has on the box."""
    if (bent.verdict == "convex" and constants.mu[0] > 0) or (bent.verdict == "concave" and constants.L[1] < 0):
        return bent if bent.strict else _strictly(bent, e)
    if bent.verdict in ("convex", "concave") and bent.everywhere and constants.mu[0] >= 0 >= constants.L[1]:
        return _flat(bent)
    up, down = constants.mu[0] >= 0 and bent.not_convex is None, constants.L[1] <= 0 and bent.not_concave is None
    if bent.verdict != "undecided" or not bent.everywhere or not (up or down):
        return bent
    if up and down:
        return _flat(bent)
    word, name, value = ("convex", "least", constants.mu[0]) if up else ("concave", "greatest", constants.L[1])
    side = ("positive" if up else "negative") if value else f"at {'least' if up else 'most'} 0"
    words = f"The {name} eigenvalue of the Hessian on the box is {side}, by intervals."
    return replace(bent, verdict=word, strict=True if value else None, evidence=CERTIFIED, reason=words, lines=())


def _with_verdict(constants: Spectrum, bent: Convexity) -> Spectrum:
    """What a verdict adds: f convex has μ >= 0, f concave L <= 0; and 0 where it is not strictly so.

    A curvature that were at least μ > 0 everywhere would make f strictly convex.
    """
    mu, L = constants.mu, constants.L
    if bent.verdict in ("convex", "affine"):
        mu = max(mu[0], 0.0), 0.0 if bent.strict is False else max(mu[1], 0.0)
        L = max(L[0], 0.0), L[1]
    if bent.verdict in ("concave", "affine"):
        L = 0.0 if bent.strict is False else min(L[0], 0.0), min(L[1], 0.0)
        mu = mu[0], min(mu[1], 0.0)
    return replace(constants, mu=mu, L=L)


def _agreed(found: Region, width: float = lipschitz.WIDTH) -> Region:
    """Each bound of the curvature by whoever has the nearer: where the gradient has a constant G, G = max ‖H‖.

    Of a convex f G is L, of a concave one -μ. A quotient across what may be a kink is none of H: it counts where G is
    proved to be finite only.
    """
    G, (mu, L) = found.lipschitz.gradient, (found.spectrum.mu, found.spectrum.L)
    if isinstance(G, str):
        return found
    low, high = max(G[0], L[0], -mu[1]), min(G[1], max(L[1], -mu[0]))
    if low > high:  # one of the two is wrong: neither is made to fit the other
        return found
    if high < math.inf:
        mu, L = (max(mu[0], -high), mu[1]), (L[0], min(L[1], high))
        if found.convexity.verdict in ("convex", "affine"):
            L = max(L[0], low), L[1]
        if found.convexity.verdict in ("concave", "affine"):
            mu = mu[0], min(mu[1], -low)
    done = found.lipschitz.done or (lipschitz.near((low, high), width) and lipschitz.near(found.lipschitz.f, width))
    return replace(
        found,
        spectrum=replace(found.spectrum, mu=mu, L=L),
        lipschitz=replace(found.lipschitz, gradient=(low, high), done=done),
    )


# Plain data.


def record(found: Region) -> Record:
    """The promise of the command line: numbers, words, lists; an end that is not known is None."""
    bent, limits = found.convexity, found.lipschitz
    chords = {"not_convex": bent.not_convex, "not_concave": bent.not_concave}
    return {
        "convexity": {
            "verdict": bent.verdict,
            "strict": bent.strict,
            "evidence": bent.evidence,
            "reason": reason(bent),
            "witness": {name: chord and [list(chord.p), list(chord.q)] for name, chord in chords.items()},
            "mu": ends(found.spectrum.mu),
            "L": ends(found.spectrum.L),
        },
        "lipschitz": {
            "f": _bound(limits.f),
            "gradient": _bound(limits.gradient),
            "witness": limits.witness and [list(limits.witness.p), list(limits.witness.q)],
        },
    }


def steps(bent: Convexity, write: Callable[[Expr], str]) -> list[Record]:
    """The derivation for a page: of each line the expression, what is said of it, and why, with formulas in $…$."""
    return [
        {
            "latex": write(line.e),
            "verdict": line.verdict,
            "because": line.because.format(*(f"${write(part)}$" for part in line.parts))
            if line.parts
            else line.because,
        }
        for line in bent.lines
    ]


def ends(interval: tuple[float, float]) -> list[float | None]:
    """Both ends; None for one that is not known.

    >>> ends((0.0, math.inf))
    [0.0, None]
    """
    return [end + 0.0 if math.isfinite(end) else None for end in interval]  # no -0.0


def _bound(bound: Bound) -> list[float | None] | str:
    return bound if isinstance(bound, str) else ends(bound)


def reason(bent: Convexity) -> str:
    """Why, in one paragraph: the last lines of the derivation, from the inside out."""
    lines = bent.lines[-SHOWN:]
    said = " ".join(f"{sentence(line, _text)}." for line in lines)
    more = "" if len(lines) == len(bent.lines) else f"(The first {len(bent.lines) - len(lines)} lines are left out.) "
    where = ""
    if bent.where:
        parts = ", ".join(f"{_text(r.expression)} {r.relation} 0" for r in bent.where)
        where = f" This is about the part of the box where f has a value: {parts}."
    return f"{more}{said} {bent.reason}".strip() + where


def sentence(line: Line, write: Callable[[Expr], str]) -> str:
    """A line in words: what is said of which expression, and why."""
    because = line.because.format(*map(write, line.parts)) if line.parts else line.because
    return f"{write(line.e)} is {line.verdict}: {because}"


def _text(e: Expr) -> str:
    return plain(str(e))
