"""The bounds of a region: how near after a second, how fast compared with a search that proves nothing, and a fuzz.

    python -m benchmarks.regions [functions of the fuzz, default 200] [its seed]

1. The gallery's smooth functions of two variables on their windows: seconds until both Lipschitz constants are known
   to 0.2 %, over one second; and the width that both have then.
2. The same seconds over those that SciPy's DIRECT takes to find the largest slope and the largest curvature, to the
   same 0.2 %, from floats, on the same readers, and without any proof.
3. μ and L: seconds until both are known to 0.2 % of the larger one, over one second.
4. The fuzz: random functions of one to four variables, with kinks, against dense samples of slopes, eigenvalues and
   difference quotients. How many of the enclosures that do not hold them: it has to be none.

Times are processor time, the best of three.
"""

from __future__ import annotations

import math
import os
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import process_time

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # processor time is that of one thread

import numpy as np
import scipy.optimize

from core import gallery
from core.compile import program
from core.function import Function
from core.meaning import MeaningError, function
from core.numeric import arrays
from core.program import gradient, hessian
from core.region import lipschitz, spectrum
from core.syntax import InputError, read

WIDTH, BAR = 0.002, 1.0
ROUGH = ("l1", "unequal")  # a kink, and a place where the formula is 0/0
SOFT = 1e-9

Box = Sequence[tuple[float, float]]


def timed(act: Callable[[], object]) -> tuple[float, object]:
    """The best of three, in seconds, and what came of it."""
    best, found = math.inf, None
    for _ in range(3):
        began = process_time()
        found = act()
        best = min(best, process_time() - began)
    return best, found


def width(bound: lipschitz.Bound) -> float:
    return math.nan if isinstance(bound, str) else bound[1] / bound[0] - 1


def direct(f: Function, box: Box, found: lipschitz.Lipschitz) -> float:
    """Seconds of DIRECT for both largest values."""
    F = program(f)
    g, H = gradient(F), hessian(F)

    def slope(x: np.ndarray) -> float:
        return -float(np.linalg.norm(arrays(g, x[:, None])[:, 0]))

    def bend(x: np.ndarray) -> float:
        return -float(np.abs(np.linalg.eigvalsh(arrays(H, x[:, None]).reshape(f.n, f.n))).max())

    seconds = 0.0
    for act, bound in ((slope, found.f), (bend, found.gradient)):
        goal = -bound[0] * (1 - WIDTH)  # it may stop where it is as near as we are
        spent, _ = timed(
            lambda act=act, goal=goal: scipy.optimize.direct(
                act, list(box), f_min=goal, f_min_rtol=1e-12, maxfun=20_000, maxiter=10_000
            )
        )
        seconds += spent
    return seconds


def tables() -> None:
    print(f"{'':12} {'f':>22} {'width':>8} {'gradient':>22} {'width':>8} {'s / 1 s':>8} {'/ DIRECT':>8} {'μ, L':>7}")
    worst = 0.0
    for preset in gallery.PRESETS:
        if preset.group != gallery.FUNCTIONS or preset.id in ROUGH:
            continue
        f = function(read(preset.text))
        spent, found = timed(lambda f=f, box=preset.box: lipschitz.of(f, box, seconds=20.0, width=WIDTH))
        assert isinstance(found, lipschitz.Lipschitz) and not isinstance(found.f, str)
        assert not isinstance(found.gradient, str) and found.done
        both, _ = timed(lambda f=f, box=preset.box: spectrum.bounds(f, box, seconds=3.0, width=WIDTH))
        guess = direct(f, preset.box, found)
        worst = max(worst, spent)
        said = [f"{low:.6g} … {high:.6g}" for low, high in (found.f, found.gradient)]
        print(
            f"{preset.id:12} {said[0]:>22} {width(found.f):8.1e} {said[1]:>22} {width(found.gradient):8.1e}"
            f" {spent / BAR:8.3f} {spent / guess:8.3f} {both / BAR:7.3f}"
        )
    print(f"\nworst: {worst / BAR:.3f} of a second for both constants to {100 * WIDTH:.1f} %\n")


# The fuzz.

LEAVES = ("1", "2", "3", "0.5")
UNARY = ("({})^2", "({})^3", "sin({})", "cos({})", "exp(-({})^2)", "sqrt(1+({})^2)", "ln(2+({})^2)", "|{}|", "tanh({})")
BINARY = ("({})+({})", "({})-({})", "({})*({})", "max({}, {})", "min({}, {})", "({})/(1+({})^2)")
CASES = "Piecewise((({})^2, {} > 0), ({}, True))"


def formula(choice: random.Random, names: Sequence[str], depth: int) -> str:
    if depth == 0:
        return choice.choice((*names, *names, *names, *LEAVES))

    def inner() -> str:
        return formula(choice, names, depth - 1)

    if choice.random() < 0.07:
        return CASES.format(inner(), choice.choice(names), inner())
    shape = choice.choice(UNARY + BINARY)
    return shape.format(*(inner() for _ in range(shape.count("{}"))))


def drawn(choice: random.Random) -> tuple[str, str]:
    """A formula that can be read, and its variables; one with a number of hundreds of digits cannot."""
    while True:
        names = "xyzu"[: choice.choice((1, 1, 2, 2, 2, 3, 4))]
        text = "+".join((formula(choice, names, choice.choice((2, 3))), *(f"0*{x}" for x in names)))
        with suppress(InputError, MeaningError):
            function(read(text, tuple(names)))
            return text, names


def fuzz(functions: int, seed: int) -> None:
    choice, wrong, counts = random.Random(seed), 0, {"settled": 0, "bounded": 0, "open": 0, "a word": 0}
    for _ in range(functions):
        text, names = drawn(choice)
        box = [
            (a, a + choice.choice((0.5, 1.0, 2.3, 3.0)))
            for a in choice.choices((-2.0, -1.5, -1.0, 0.0, 0.3), k=len(names))
        ]
        f = function(read(text, tuple(names)))
        found, bent = lipschitz.of(f, box, seconds=0.5), spectrum.bounds(f, box, seconds=0.3)
        faults = violations(f, box, found, bent, np.random.default_rng(choice.randrange(2**32)))
        wrong += bool(faults)
        for fault in faults:
            print(f"WRONG {fault}: {text} on {box}: {found} {bent}")
        words = isinstance(found.f, str) or isinstance(found.gradient, str)
        ends = [bound[1] for bound in (found.f, found.gradient) if not isinstance(bound, str)]
        counts["a word" if words else "settled" if found.done else "bounded" if max(ends) < math.inf else "open"] += 1
    print(f"fuzz: {functions} functions, seed {seed}: {wrong} wrong; {counts}")


def violations(
    f: Function, box: Box, found: lipschitz.Lipschitz, bent: spectrum.Spectrum, rng: np.random.Generator
) -> list[str]:
    """What samples say against the bounds."""
    F, n = program(f), f.n
    low, high = (np.array(ends)[:, None] for ends in zip(*box, strict=True))
    corners = rng.choice([0.0, 0.5, 1.0], (n, 2000))
    X = low + (high - low) * np.concatenate((rng.random((n, 6000)), corners), 1)
    Y = np.clip(X + 10.0 ** rng.uniform(-5, 0, X.shape[1]) * rng.standard_normal(X.shape), low, high)
    run = np.maximum(np.sqrt(((X - Y) ** 2).sum(0)), 1e-12)
    g, H = arrays(gradient(F), X), arrays(hessian(F), X).reshape(n, n, -1)
    H = np.moveaxis(H[..., np.isfinite(H).all((0, 1))], -1, 0)
    values = np.linalg.eigvalsh(H) if len(H) else np.zeros((1, n))
    wrong = []
    if not isinstance(found.f, str):
        slopes, rise = np.sqrt((g * g).sum(0)), np.abs(arrays(F, X) - arrays(F, Y))[0]
        most = max(np.nanmax(slopes, initial=0.0), np.nanmax(rise / run - 1e-13 / run, initial=0.0))
        if most > found.f[1] * (1 + 1e-7) + SOFT or found.f[0] > found.f[1]:
            wrong.append("f")
    if not isinstance(found.gradient, str):
        turn = np.sqrt(((g - arrays(gradient(F), Y)) ** 2).sum(0))
        most = max(np.abs(values).max(), np.nanmax(turn / run - 1e-12 / run, initial=0.0))
        if most > found.gradient[1] * (1 + 1e-6) + SOFT or found.gradient[0] > found.gradient[1]:
            wrong.append("gradient")
    room = SOFT * (1 + np.abs(values).max())
    if len(H) and (values.min() < bent.mu[0] - room or values.max() > bent.L[1] + room):
        wrong.append("eigenvalues")
    return wrong


if __name__ == "__main__":
    tables()
    given = [int(word) for word in sys.argv[1:3]]
    fuzz(*(given + [200, 1][len(given) :]))
