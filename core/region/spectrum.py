r"""The constants μ and L of a box: the least eigenvalue that the Hessian has anywhere on it, and the greatest.

    μ = min λ_min(H(x))        L = max λ_max(H(x))        H >= μ everywhere: strongly convex if μ > 0

Each is an enclosure: the truth lies between its two ends at any time, and more time brings them together. An outer end
is infinite as long as it is not proved that H exists, or that seams do not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from core.compile import program
from core.function import Function
from core.problem import Side
from core.program import Program, hessian
from core.region import stable
from core.region.beyond import most_beyond
from core.region.composed import bending
from core.region.fields import bend, bends, tame
from core.region.measure import Top
from core.region.peak import Field, peaks
from core.region.regular import defined, in_time, parted, smooth_once

WIDTH: Final = 0.002
ALLOWED: Final = 1.0  # seconds, to see that seams do not matter
SHARE: Final = 0.05  # of the larger constant: the smaller is wanted as near as if it were at least so large

Range = tuple[float, float]


@dataclass(frozen=True)
class Spectrum:
    """Enclosures of μ and of L, where the values that bound them from inside are taken, and whether they are near."""

    mu: Range
    L: Range
    done: bool
    lowest: tuple[float, ...] = ()
    highest: tuple[float, ...] = ()

    @property
    def condition(self) -> Range | None:
        """An enclosure of κ = L/μ, where f is strongly convex."""
        low, high = self.mu
        return (self.L[0] / high, self.L[1] / low) if low > 0 else None


def bounds(
    f: Function | Program,
    box: Sequence[Side],
    *,
    seconds: float,
    width: float = WIDTH,
    tick: Callable[[Spectrum], None] | None = None,
) -> Spectrum:
    """Both constants of a scalar whose parameters are fixed.

    >>> from sympy import Symbol
    >>> x, y = Symbol("x", real=True), Symbol("y", real=True)
    >>> found = bounds(Function((x, y), (x**2 + 2 * y**4,)), [(-1.0, 1.0), (1.0, 2.0)], seconds=1.0)
    >>> [round(end, 6) for end in (*found.mu, *found.L)], found.done
    ([2.0, 2.0, 96.0, 96.0], True)
    """
    for found in watch(f, box, seconds=seconds, width=width):
        if tick is not None:
            tick(found)
    return found


def watch(f: Function | Program, box: Sequence[Side], *, seconds: float, width: float = WIDTH) -> Iterator[Spectrum]:
    """The same, nearer and nearer. A program with seams at which H jumps has no outer bounds; a function may have."""
    until = monotonic() + seconds
    F = f if isinstance(f, Program) else program(f)
    A, top = _fields(f, F, box), Top(F.inputs)
    core, beyond = parted(box)
    above, below = (most_beyond(A, top, (s,), beyond) for s in (1, -1))
    least, most = bending(f, box) if isinstance(f, Function) else (-math.inf, math.inf)
    high, low = peaks(A, core, top, width=width), peaks(A, core, top, signs=(-1,), width=width)
    up, down = next(high), next(low)
    while True:
        scale = SHARE * max(abs(up.lower), abs(down.lower))
        mu = min(max(-max(down.upper, below), least), -down.lower), -down.lower
        L = up.lower, max(min(max(up.upper, above), most), up.lower)
        up_near, down_near = (_near(ends, width, scale) for ends in (L, (down.lower, -mu[0])))
        near = up_near and down_near
        found = Spectrum(mu, L, near, down.at, up.at)
        yield found
        before = up, down
        if not up_near:
            up = next(high, up)
        if not down_near:
            down = next(low, down)
        if found.done or before == (up, down) or monotonic() >= until:
            return


def _fields(f: Function | Program, F: Program, box: Sequence[Side]) -> list[Field]:
    if isinstance(f, Program):
        return [bend(F)]
    if any(math.isinf(end) for side in box for end in side):
        once = in_time(ALLOWED, smooth_once, f, box)
        known = stable.derivatives(f, box) if once else None
        return [tame(F, known)[1]] if known else bends(f, F, box, once)
    usual = defined(hessian(F), box)
    if (stable.far(box) or not usual) and (known := stable.derivatives(f, box)) is not None:
        return [tame(F, known)[1]]
    if usual:
        return bends(f, F, box, False)
    return bends(f, F, box, in_time(ALLOWED, smooth_once, f, box))


def _near(ends: Range, width: float, scale: float) -> bool:
    low, high = ends
    size = max(abs(low), scale) if math.isfinite(low) else 0.0
    return high - low <= width * size + 1e-300
