"""Our derivatives against the plain way, in one run: `diff` + `lambdify` on the same formulas.

    python -m benchmarks.derivatives

For each formula: the whole job (read, derive, tidy, typeset, compile) against SymPy's `diff` of gradient and
Hessian followed by `lambdify`; and the numerical jet alone (differentiating the Program) against the same. Then the
two ways of computing f, ∇f and H at 200 × 200 points. Printed as ratios ours / theirs; below 1 we are faster.
"""

import statistics
from collections.abc import Callable
from time import perf_counter

import numpy as np
import sympy

from core import compile, numeric
from core.jobs import derive
from core.meaning import function
from core.problem import Problem
from core.program import jet
from core.syntax import read
from tests.formulas import FORMULAS


def median(call: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        sympy.core.cache.clear_cache()
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return statistics.median(times)


def plain(e: sympy.Expr, variables: tuple[sympy.Symbol, ...]) -> Callable[..., object]:
    g = [sympy.diff(e, v) for v in variables]
    H = [sympy.diff(gi, v) for gi in g for v in variables]
    return sympy.lambdify(variables, [e, *g, *H], "numpy")


def main() -> None:
    whole, machine, values = [], [], []
    axis = np.linspace(0.3, 1.7, 200)
    X, Y = np.meshgrid(axis, axis)
    points = np.stack([X, Y])
    for text, _ in FORMULAS[:24]:
        f = function(read(text, least=("x", "y")))
        problem = {"problem": Problem(text, variables=("x", "y")).to_wire()}
        theirs = median(lambda f=f: plain(f.components[0], f.variables))
        whole.append(median(lambda problem=problem: derive(problem)) / theirs)
        machine.append(median(lambda f=f: jet(compile.program(f))) / theirs)
        program, call = jet(compile.program(f)), plain(f.components[0], f.variables)
        ours = median(lambda program=program: numeric.arrays(program, points))
        try:
            with np.errstate(all="ignore"):
                values.append(ours / median(lambda call=call: call(X, Y)))
            ratio = f"{values[-1]:8.2f}"
        except NameError:  # the generated code names a DiracDelta that NumPy does not have
            ratio = "   fails"
        print(f"{whole[-1]:8.2f} {machine[-1]:8.3f} {ratio}   {text[:70]}")
    for name, ratios in (("whole job", whole), ("numerical jet", machine), ("40,000 points", values)):
        print(f"median ratio to diff + lambdify, {name}: {statistics.median(ratios):.3f}  (worst {max(ratios):.2f})")


if __name__ == "__main__":
    main()
