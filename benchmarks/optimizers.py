"""Our optimizers against a bar and against SciPy's of the same kind, in one run.

    python -m benchmarks.optimizers [rounds, default 3]

1. 10,000 steps of every method with a fixed rate, on the gallery's functions of two variables: seconds, over 0.25 s.
2. A method that searches along a line: microseconds an evaluation of f or its gradient, over 25 µs.
3. The same run by SciPy's method of the same kind, given the very same float reader as f and gradient, and given what
   `lambdify` makes of the formula for NumPy: our time an evaluation over theirs. Below 1 we are faster; the bar is 1.2.
4. Where PyTorch is installed: our time a step over that of its optimizer of the same name; the bar is 0.2.
5. The maps of where each start ends: seconds until the first and the last picture, over what they may take.

Times are processor time, the best of the rounds, ours and theirs by turns.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from statistics import median
from time import process_time
from typing import Any

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # processor time is that of one thread

import numpy as np
import scipy.optimize
import sympy

from core import gallery
from core.atlas import destinations
from core.immediate import programs
from core.meaning import function
from core.numeric import Objective
from core.optimize import GradientDescent, Newton, TrustRegion, method, minimize
from core.program import Program
from core.syntax import read

FIRST_ORDER = ("gradient-descent", "heavy-ball", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "amsgrad")
STEPS = 10_000
BAR = 0.25  # seconds
SEARCHING = ("gradient-descent", "damped-newton", "modified-newton", "bfgs", "l-bfgs", "cg-fr", "cg-pr")
SEARCHES = ("armijo", "wolfe", "exact")
EVALUATION = 25.0  # microseconds
LONG = 20  # evaluations, of a run that is looked at alone
PEERS = {
    "bfgs": ("BFGS", False),
    "l-bfgs": ("L-BFGS-B", False),
    "cg-pr": ("CG", False),
    "trust-region": ("trust-exact", True),
    "dogleg": ("dogleg", True),
    "nelder-mead": ("Nelder-Mead", False),
}
VALLEYS = ("rosenbrock", "himmelblau", "beale", "styblinski", "lse", "stretched", "peaks", "rastrigin")
CONVEX = ("lse", "stretched", "bowl", "rotated", "cone")  # SciPy's dogleg stops where a model is no bowl
Timed = tuple[float, int]  # seconds, evaluations or steps


def program_of(preset: gallery.Preset) -> Program:
    return programs(read(preset.text, least=("x", "y")), {})["f"]


def best(rounds: int, *runs: Callable[[], Timed]) -> list[float]:
    """The least time a unit of each, all taken by turns."""
    found = [float("inf")] * len(runs)
    for _ in range(rounds):
        for i, run in enumerate(runs):
            seconds, units = run()
            found[i] = min(found[i], seconds / max(units, 1))
    return found


def timed(call: Callable[[], int]) -> Timed:
    start = process_time()
    units = call()
    return process_time() - start, units


def steps_of(f: Program, name: str, start: Iterable[float], rate: float = 1e-6) -> Timed:
    objective, ours = Objective.of(f), method(name, {"step": rate})
    return timed(lambda: len(minimize(objective, ours, list(start), max_steps=STEPS, tolerance=0).steps))


def first_order(rounds: int) -> None:
    print(f"\n1. {STEPS:,} steps, seconds (bar {BAR})")
    for name in FIRST_ORDER:
        taken = {
            preset.id: STEPS * best(rounds, lambda p=preset, n=name: steps_of(program_of(p), n, p.start))[0]
            for preset in gallery.PRESETS
            if preset.group == gallery.FUNCTIONS
        }
        print(f"   {name:18} {_said(taken, BAR)}")


def _said(taken: dict[str, float], bar: float) -> str:
    worst = max(taken, key=taken.__getitem__)
    ratio = taken[worst] / bar
    return f"median {median(taken.values()):.3g}   worst {taken[worst]:.3g} ({worst})   ratio {ratio:.2f}"


def asked(f: Objective) -> int:
    return f.values + f.gradients + f.hessians


def ours_on(f: Program, name: str, start: Iterable[float], **constants: Any) -> Timed:
    objective = Objective.of(f)
    made = TrustRegion(dogleg=True) if name == "dogleg" else method(name, constants)

    def run() -> int:
        minimize(objective, made, list(start), max_steps=200, tolerance=1e-6)
        return asked(objective)

    return timed(run)


def searches(rounds: int) -> None:
    print("\n2. line searches, microseconds an evaluation, over all and the slowest of the long runs (bar 25)")
    for name in SEARCHING:
        for search in SEARCHES:
            taken, count = {}, {}
            for id in VALLEYS:
                seen = [_searched(id, name, search) for _ in range(rounds)]
                taken[id], count[id] = min(seconds for seconds, _ in seen) * 1e6, seen[0][1]
            each = {id: taken[id] / count[id] for id in VALLEYS if count[id] >= LONG}
            whole = sum(taken.values()) / sum(count.values())
            print(f"   {name:18}{search:8} all {whole:5.1f}   {_said(each, EVALUATION)}")


def _searched(id: str, name: str, search: str) -> Timed:
    preset = gallery.get(id)
    return ours_on(program_of(preset), name, preset.start, line_search=search)


def peers(rounds: int) -> None:
    print("\n3. our time an evaluation over SciPy's: with our float reader (bar 1.2), with lambdify for NumPy")
    for name, (theirs, hessian) in PEERS.items():
        same, plain = [], []
        for id in CONVEX if name == "dogleg" else VALLEYS:
            preset = gallery.get(id)
            f = program_of(preset)
            lambdified = numpy_of(preset.text)
            ours, reader, numpy = best(
                rounds,
                lambda f=f, p=preset, n=name: ours_on(f, n, p.start),
                lambda f=f, p=preset, t=theirs, h=hessian: theirs_on(Objective.of(f), t, p.start, h),
                lambda c=lambdified, p=preset, t=theirs, h=hessian: theirs_on(c, t, p.start, h),
            )
            same.append(ours / reader)
            plain.append(ours / numpy)
        said = [f"{median(ratios):6.2f} (worst {max(ratios):.2f})" for ratios in (same, plain)]
        print(f"   {name:14} {theirs:12} {'   '.join(said)}")


def theirs_on(f: Any, name: str, start: Iterable[float], hessian: bool) -> Timed:
    asked = {"jac": f.gradient} if name != "Nelder-Mead" else {}
    asked |= {"hess": f.hessian} if hessian else {}

    def run() -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = scipy.optimize.minimize(
                f.value, list(start), method=name, tol=1e-6, options={"maxiter": 200}, **asked
            )
        return int(found.nfev + getattr(found, "njev", 0) + getattr(found, "nhev", 0))

    return timed(run)


class numpy_of:  # noqa: N801 (read as a function)
    """The formula the plain way: `lambdify` for NumPy, of f, its gradient and its Hessian."""

    def __init__(self, text: str) -> None:
        f = function(read(text, least=("x", "y")))
        e, v = f.components[0], f.variables
        g = [sympy.diff(e, a) for a in v]
        self.f, self.g = sympy.lambdify(v, e, "numpy"), sympy.lambdify(v, g, "numpy")
        self.H = sympy.lambdify(v, [[sympy.diff(a, b) for b in v] for a in g], "numpy")

    def value(self, x: Any) -> float:
        return float(self.f(*x))

    def gradient(self, x: Any) -> Any:
        return np.array(self.g(*x), dtype=float)

    def hessian(self, x: Any) -> Any:
        return np.array(self.H(*x), dtype=float)


def torch_steps(rounds: int) -> None:
    if importlib.util.find_spec("torch") is None:
        print("\n4. PyTorch is not installed")
        return
    torch: Any = importlib.import_module("torch")
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    print("\n4. our time a step over PyTorch's, on Rosenbrock's valley (bar 0.2)")
    makers = {
        "gradient-descent": lambda p: torch.optim.SGD(p, 1e-6),
        "heavy-ball": lambda p: torch.optim.SGD(p, 1e-6, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, 1e-6, momentum=0.9, nesterov=True),
        "adagrad": lambda p: torch.optim.Adagrad(p, 1e-6),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 1e-6, alpha=0.9),
        "adam": lambda p: torch.optim.Adam(p, 1e-6),
        "adamw": lambda p: torch.optim.AdamW(p, 1e-6),
        "amsgrad": lambda p: torch.optim.Adam(p, 1e-6, amsgrad=True),
    }

    def theirs(name: str, steps: int = 1000) -> Timed:
        x = torch.tensor([-1.2, 1.0], requires_grad=True)
        optimizer = makers[name]([x])

        def run() -> int:
            for _ in range(steps):
                optimizer.zero_grad()
                ((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2).backward()
                optimizer.step()
            return steps

        return timed(run)

    f = program_of(gallery.get("rosenbrock"))
    for name in makers:
        ours, other = best(rounds, lambda n=name: steps_of(f, n, (-1.2, 1.0)), lambda n=name: theirs(n))
        print(f"   {name:18} {ours / other:.3f}")


def maps(rounds: int) -> None:
    print("\n5. maps of where each start ends, Himmelblau on [-6, 6]², seconds")
    f, box = program_of(gallery.get("himmelblau")), [(-6.0, 6.0), (-6.0, 6.0)]
    for name, made, side, steps, bar in (
        ("newton, 400 x 400", Newton(), 400, 60, 1.5),
        ("descent 0.005, 300 x 300, 2,000 steps", GradientDescent(0.005), 300, 2000, 5.0),
    ):
        first, last = float("inf"), float("inf")
        for _ in range(rounds):
            start = process_time()
            pictures = [(p, process_time() - start) for p in destinations(f, box, made, side=side, max_steps=steps)]
            first, last = min(first, pictures[0][1]), min(last, pictures[-1][1])
        picture, _ = pictures[-1]
        shares = ", ".join(f"{kind} {share:.1%}" for kind, share in picture.by_kind.items())
        print(f"   {name}: first picture {first:.2f} (bar 2), last {last:.2f} (bar {bar:g}, ratio {last / bar:.2f})")
        print(f"      {picture.place.shape[0]} x {picture.place.shape[1]}: {shares}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    first_order(rounds)
    searches(rounds)
    peers(rounds)
    torch_steps(rounds)
    maps(rounds)


if __name__ == "__main__":
    main()
