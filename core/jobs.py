"""The named pure functions a worker can be asked for: plain data in, plain data out.

    derive    text → exact gradient, Jacobian, Hessian, their LaTeX, and the program of the Jacobian
    critical  text → the critical points of one scalar, proved
    health    nothing → one real derivation, to know that the worker works

A job never trusts its arguments: it reads the text again with the same parser and the same budgets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

import sympy
from sympy import Expr

from core import calculus, settings
from core.compile import UnsupportedError, program
from core.critical import exact, search
from core.critical.point import CriticalSet
from core.function import Function, Requirement, fix, half_square, part
from core.interval import self_test
from core.meaning import MeaningError, function, number
from core.numeric import has_values
from core.problem import Problem, ProblemError
from core.program import Program, jacobian
from core.syntax import InputError, Reading, latex_name, read
from core.wire import Record, critical_record, failure

_TEXT = {">": ">", ">=": ">=", "!=": "!="}
_LATEX = {">": ">", ">=": r"\ge", "!=": r"\ne"}
SCALARS_ONLY = "Critical points belong to scalar functions: choose a component."


class JobError(Exception):
    """A job's own refusal; `answer` is the record that says why."""

    def __init__(self, answer: Record) -> None:
        super().__init__(answer["error"]["code"])
        self.answer = answer


def derive(arguments: Record) -> Record:
    """Everything exact about a problem.

    Arguments: `problem` (wire form), `least` (variables a page insists on), `tidy` (look for the form a person
    would write), `second` (also the Hessian).

    >>> record = derive({"problem": Problem("x^2 y").to_wire()})
    >>> record["gradient"], record["hessian"]
    (['2*x*y', 'x**2'], [['2*y', '2*x'], ['2*x', '0']])
    """
    problem, reading, f = _function(arguments)
    tidy, second = bool(arguments.get("tidy", True)), bool(arguments.get("second", True))
    write = _Writer(f)
    J = _guarded(lambda: calculus.jacobian(f, tidy))
    at = fix(f, _values(problem, f))
    record: Record = {
        "ok": True,
        "variables": list(reading.variables),
        "parameters": dict(_parameters(problem, f)),
        "components": write.texts(f.components),
        "domain": [f"{write.text(r.expression)} {_TEXT[r.relation]} 0" for r in f.domain],
        "notices": [notice.text for notice in reading.notices],
        "jacobian": _matrix(write.texts(J.components), f.n),
        "latex": {
            "components": write.latexes(f.components),
            "jacobian": _matrix(write.latexes(J.components), f.n),
            "domain": [write.condition(r) for r in f.domain],
            "variables": [latex_name(name) for name in reading.variables],
        },
        "programs": {"jacobian": jacobian(_compiled(at)).to_wire()},
    }
    if f.m == 1:
        record["gradient"] = record["jacobian"][0]
        record["hessian"], record["latex"]["hessian"] = None, None
        if second:
            H = _guarded(lambda: calculus.jacobian(J, tidy))
            record["hessian"] = _matrix(write.texts(H.components), f.n)
            record["latex"]["hessian"] = _matrix(write.latexes(H.components), f.n)
    return record


def critical(arguments: Record) -> Record:
    """The critical points of one scalar of a problem, in its box.

    Arguments: `problem`, `least`, `shown` ("f", "norm" or the number of a component), `seconds` to search.

    >>> record = critical({"problem": Problem("x^2 + y^2").to_wire()})["critical"]
    >>> record["status"], [p["kind"] for p in record["points"]]
    ('complete', ['minimum'])
    """
    if not _trusted():
        raise JobError(failure("math", "Arithmetic on this machine fails its self-test, so nothing can be proved."))
    problem, reading, f = _function(arguments)
    f = fix(f, _values(problem, f))
    shown = arguments.get("shown", "f")
    if shown == "norm":
        f = half_square(f)
    elif shown != "f":
        f = part(f, min(int(shown), f.m - 1))
    if f.m != 1:
        return {"critical": critical_record(CriticalSet.not_attempted(SCALARS_ONLY))}
    box = problem.box or (settings.SIDE,) * f.n
    if len(box) != f.n:
        raise JobError(failure("math", f"The box needs {f.n} sides, one for each of {', '.join(reading.variables)}."))
    program = _compiled(f)
    if exact.is_constant(f) and has_values(program, list(product(*(_places(side) for side in box)))):
        return {"critical": critical_record(exact.CONSTANT)}
    seconds = float(arguments.get("seconds", settings.CRITICAL_SECONDS))
    found = search.find(program, box, seconds=0.8 * seconds)
    return {"critical": critical_record(exact.name(found, f, box, seconds=0.1 * seconds))}


def health(_: Record) -> Record:
    """One real derivation and one proof. A worker does it first, so that no visitor pays for what loads late.

    >>> health({})
    {'ok': True}
    """
    problem = Problem("x^2 y/2 + sin(x) + y^2", box=((-1.0, 1.0), (-1.0, 1.0))).to_wire()
    found = critical({"problem": problem})["critical"]
    return {"ok": len(derive({"problem": problem})["gradient"]) == 2 and found["status"] == "complete"}


def _places(side: tuple[float, float]) -> list[float]:
    """Three places of a side, none of them round."""
    low, high = side
    return [low + q * (high - low) for q in (0.13, 0.47, 0.91)]


JOBS: dict[str, Callable[[Record], Record]] = {"derive": derive, "critical": critical, "health": health}


@cache
def _trusted() -> bool:
    """Whether floats and elementary functions here are as accurate as every proof assumes."""
    try:
        self_test()
    except ArithmeticError:
        return False
    return True


def _function(arguments: Record) -> tuple[Problem, Reading, Function]:
    try:
        problem = Problem.from_wire(arguments["problem"])
        reading = read(problem.text, problem.variables, tuple(arguments.get("least", ())))
        if not reading.variables:  # a constant is a function of x
            reading = read(problem.text, problem.variables, ("x",))
        return problem, reading, function(reading)
    except InputError as error:
        raise JobError(failure(error.code, error.message, error.position, error.suggestion)) from None
    except MeaningError as error:
        raise JobError(failure(error.code, str(error))) from None
    except ProblemError as error:
        raise JobError(failure("syntax", str(error))) from None


def _guarded(derivative: Callable[[], Function]) -> Function:
    try:
        return derivative()
    except calculus.TooLargeError as error:
        raise JobError(failure("budget", str(error))) from None


def _compiled(f: Function) -> Program:
    try:
        return program(f)
    except UnsupportedError as error:
        raise JobError(failure("math", str(error))) from None


def _parameters(problem: Problem, f: Function) -> list[tuple[str, float]]:
    chosen = dict(problem.parameters)
    return [(p.name, chosen.get(p.name, 1.0)) for p in f.parameters]


def _values(problem: Problem, f: Function) -> dict[sympy.Symbol, Expr]:
    return dict(zip(f.parameters, (number(v) for _, v in _parameters(problem, f)), strict=True))


def _matrix(entries: list[str], n: int) -> list[list[str]]:
    return [entries[i : i + n] for i in range(0, len(entries), n)]


class _Writer:
    """Expressions as plain text and as LaTeX; too long a formula becomes a sentence."""

    def __init__(self, f: Function) -> None:
        self.names = {x: latex_name(x.name) for x in (*f.variables, *f.parameters)}

    def text(self, e: Expr) -> str:
        return str(sympy.sstr(e))

    def texts(self, expressions: tuple[Expr, ...]) -> list[str]:
        return [self.text(e) for e in expressions]

    def latex(self, e: Expr) -> str:
        if calculus.size([e], settings.BUILT_NODES) > settings.BUILT_NODES:
            return r"\text{too long to show}"
        written = str(
            sympy.latex(e, ln_notation=True, inv_trig_style="full", symbol_names=self.names, fold_short_frac=False)
        )
        return written if len(written) <= settings.LATEX_CHARACTERS else r"\text{too long to show}"

    def latexes(self, expressions: tuple[Expr, ...]) -> list[str]:
        return [self.latex(e) for e in expressions]

    def condition(self, r: Requirement) -> str:
        """x - 1 > 0 is written x > 1, when that is all there is."""
        constant, rest = r.expression.as_coeff_Add()
        return f"{self.latex(rest)} {_LATEX[r.relation]} {self.latex(-constant)}"
