"""The named pure functions a worker can be asked for: plain data in, plain data out.

    derive       text → exact gradient, Jacobian, Hessian, their LaTeX, and the program of the Jacobian
    hessian      text → the exact Hessian of a scalar, alone
    critical     text → the critical points of one scalar, proved; reports those it has meanwhile
    proof        text → the search for them, level by level, to be watched
    determinant  text → det J of a map Rⁿ → Rⁿ
    pointwise    text and a point → value, J, its determinant, rank and singular values there, as numbers
    answer       text, an entry of J and an answer → whether it is right, or which mistake it is
    chain        two texts → both Jacobians, their product, and that of the composition
    local        text and a point → J, H, rank and eigenvalues there, exact where they can be
    optimize     text, a method and a start → the run of the method, how it ended and what it cost
    atlas        text, a method and a window → where it ends from every start; reports coarser pictures meanwhile
    sweep        text, methods and a start → how each ended with fifty rates; reports those that are done
    taylor       text, a point and an order → the Taylor model of one scalar there, term by term, exact
    region       text and a box → convexity with its reason and witnesses, μ and L, Lipschitz constants
    health       nothing → one real derivation, to know that the worker works

A job never trusts its arguments: it reads the text again with the same parser and the same budgets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product
from time import monotonic

import numpy as np
import sympy
from sympy import Expr

from core import atlas as atlases
from core import calculus, checking, settings
from core import optimize as optimizers
from core import pointwise as points
from core.compile import UnsupportedError, program
from core.critical import exact, search, watching
from core.critical.plain import plain
from core.critical.point import CriticalSet, Singular
from core.critical.settle import critical_points
from core.edges import Finding, crossing, find, inside, remark
from core.engine import progress
from core.function import Function, Requirement, fix, half_square, part, reading, truth
from core.immediate import programs, whole
from core.interval import self_test
from core.meaning import MeaningError, function, number, parts
from core.numeric import Objective, Residuals, has_values
from core.problem import Problem, ProblemError, Side
from core.program import Program, jacobian, jet
from core.region import lipschitz as steepest
from core.region import verdict as regions
from core.region.inhabited import inhabited
from core.syntax import InputError, Reading, latex_name, read
from core.wire import Record, atlas_record, critical_record, failure, run_record, sweep_record

_LATEX = {">": ">", "<": "<", ">=": r"\ge", "<=": r"\le", "!=": r"\ne"}
OFTEN = 0.1  # seconds between two tellings of nearer bounds
SCALARS_ONLY = "Critical points belong to scalar functions: choose a component."


class JobError(Exception):
    """A job's own refusal; `answer` is the record that says why."""

    def __init__(self, answer: Record) -> None:
        super().__init__(answer["error"]["code"])
        self.answer = answer


def derive(arguments: Record) -> Record:
    """Everything exact about a problem.

    Arguments: `problem` (wire form), `least` (variables a page insists on), `tidy` (look for the form a person
    would write), `second` (also the Hessian), `programs` (also the programs for the values of the parameters).

    >>> record = derive({"problem": Problem("x^2 y").to_wire()})
    >>> record["gradient"], record["hessian"]
    (['2*x*y', 'x**2'], [['2*y', '2*x'], ['2*x', '0']])
    """
    problem, read_as, f = _function(arguments)
    tidy, second = bool(arguments.get("tidy", True)), bool(arguments.get("second", True))
    write = _Writer(f)
    J = _guarded(lambda: _jacobian(f, tidy))
    at = fix(f, _values(problem, f))
    record: Record = {
        "ok": True,
        "variables": list(read_as.variables),
        "parameters": dict(_parameters(problem, f)),
        "components": write.texts(f.components),
        "domain": [write.requirement(r) for r in f.domain],
        "notices": [notice.text for notice in read_as.notices],
        "jacobian": _matrix(write.texts(J.components), f.n),
        "latex": {
            "components": write.latexes(f.components),
            "jacobian": _matrix(write.latexes(J.components), f.n),
            "domain": [write.condition(r) for r in f.domain],
            "variables": [latex_name(name) for name in read_as.variables],
        },
        "programs": {"jacobian": jacobian(_compiled(at)).to_wire()} if arguments.get("programs", True) else {},
        "edges": [_edge(finding, at, write) for finding in find(at)],
    }
    if f.m == 1:
        record["gradient"] = record["jacobian"][0]
        record["hessian"], record["latex"]["hessian"] = None, None
        if second:
            found = _hessian(f, J, tidy)
            record["hessian"], record["latex"]["hessian"] = found["hessian"], found["latex"]
    return record


def hessian(arguments: Record) -> Record:
    """The exact Hessian of a scalar problem and its LaTeX, as `derive` has them; and as a person writes it in one line.

    >>> found = hessian({"problem": Problem("x^2 y").to_wire()})
    >>> found["hessian"], found["plain"]
    ([['2*y', '2*x'], ['2*x', '0']], [['2y', '2x'], ['2x', '0']])
    """
    _, _, f = _function(arguments)
    if f.m != 1:
        raise JobError(failure("math", "Only a scalar function has a Hessian: choose a component."))
    found = _hessian(f, _guarded(lambda: _jacobian(f, True)), True)
    return found | {"plain": [[plain(entry) for entry in row] for row in found["hessian"]]}


def _hessian(f: Function, J: Function, tidy: bool) -> Record:
    write, H = _Writer(f), _guarded(lambda: calculus.jacobian(J, tidy))
    return {"hessian": _matrix(write.texts(H.components), f.n), "latex": _matrix(write.latexes(H.components), f.n)}


def critical(arguments: Record) -> Record:
    """The critical points of one scalar of a problem, in its box.

    Arguments: `problem`, `least`, `shown` ("f", "norm" or the number of a component), `seconds` to search.

    >>> record = critical({"problem": Problem("x^2 + y^2").to_wire()})["critical"]
    >>> record["status"], [p["kind"] for p in record["points"]]
    ('complete', ['minimum'])
    """
    f, box = _searched(arguments)
    if f.m != 1:
        return {"critical": critical_record(CriticalSet.not_attempted(SCALARS_ONLY))}
    compiled = _compiled(f)
    if exact.is_constant(f) and has_values(compiled, list(product(*(_places(side) for side in box)))):
        return {"critical": critical_record(_with_edges(exact.CONSTANT, f, box, settings.EDGE_SECONDS))}
    seconds = float(arguments.get("seconds", settings.CRITICAL_SECONDS))
    began = monotonic()
    found = critical_points(f, box, seconds=0.7 * seconds, watch=_tell, compiled=compiled)
    done = critical_record(found)
    progress.report({"words": "naming the points exactly", "found": "all", "critical": done})
    named = exact.name(found, f, box, seconds=began + 0.9 * seconds - monotonic())
    return {"critical": critical_record(_with_edges(named, f, box, min(settings.EDGE_SECONDS, 0.1 * seconds)))}


def _searched(arguments: Record) -> tuple[Function, tuple[Side, ...]]:
    """The function whose critical points are asked for, and the window; a vector function where it has none."""
    if not _trusted():
        raise JobError(failure("math", "Arithmetic on this machine fails its self-test, so nothing can be proved."))
    problem, read_as, f = _function(arguments)
    f = _shown(fix(f, _values(problem, f)), arguments)
    box = problem.box or (settings.SIDE,) * f.n
    if f.m == 1 and len(box) != f.n:
        raise JobError(failure("math", f"The box needs {f.n} sides, one for each of {', '.join(read_as.variables)}."))
    return f, box


def _shown(f: Function, arguments: Record) -> Function:
    """The scalar that a page shows: a component, or half the square of the length."""
    shown = arguments.get("shown", "f")
    if shown == "f":
        return f
    return half_square(f) if shown == "norm" else part(f, min(int(shown), f.m - 1))


def proof(arguments: Record) -> Record:
    """The search for critical points of one or two variables, level by level, to be watched.

    Arguments: as of `critical`. The boxes are drawn, so their ends are rounded and very many are merged: no proof
    rests on them. Each level has the boxes that are "open" after it, those "proved" in it to hold one point, those set
    "aside" so far as too small to cut; "count" is how many are open, "points" how many different ones are caught;
    "examined", "settled" and "dropped" count boxes since the start.

    >>> levels = proof({"problem": Problem("x^2 + y^2").to_wire()})["levels"]
    >>> levels[0]["examined"], levels[-1]["points"], levels[-1]["open"]
    (0, 1, [])
    """
    f, box = _searched(arguments)
    if f.m != 1 or f.n > 2:
        raise JobError(failure("math", "Boxes can be watched for scalar functions of one or two variables."))
    seconds = float(arguments.get("seconds", settings.CRITICAL_SECONDS))
    states = list(search.states(_compiled(f), box, seconds=0.8 * seconds))
    ending = states[-1].ending
    return {"levels": watching.levels(states, box), "ended": ending is not None and ending.name.lower()}


def _tell(found: CriticalSet, open: int) -> None:
    """Report what a search has so far: points that are proved, of how many more nobody knows."""
    points = f"{len(found.points)} point{'s' if len(found.points) != 1 else ''} proved"
    so_far = {**critical_record(found), "status": "proving", "sentence": "Proving completeness", "undecided": []}
    boxes = f"{open:,}".replace(",", "\u2009")
    progress.report({"words": f"{points}, {boxes} boxes open", "found": len(found.points), "critical": so_far})


def _with_edges(found: CriticalSet, f: Function, box: tuple[Side, ...], seconds: float) -> CriticalSet:
    """The same set, with the places of the window where f has no gradient to be zero."""
    write = _Writer(f)
    here = inside(find(f, seconds), f, box)
    singular = tuple(Singular(write.place(finding)[0], finding.reason) for finding in here)
    return replace(found, singular=singular, sentence=" ".join(filter(None, (found.sentence, remark(here, f, box)))))


def determinant(arguments: Record) -> Record:
    r"""The determinant of the Jacobian, as a person would write it; None when there is none or it is too large.

    >>> determinant({"problem": Problem("(x cos y, x sin y)").to_wire()})
    {'determinant': 'x', 'text': 'x'}
    """
    _, _, f = _function(arguments)
    with suppress(calculus.TooLargeError):
        det = calculus.determinant(calculus.jacobian(f, False))
        if det is not None:
            return {"determinant": _Writer(f).latex(det), "text": _Writer(f).text(det)}
    return {"determinant": None, "text": None}


def pointwise(arguments: Record) -> Record:
    """The map and its derivative at one point, as numbers; on a seam by the definition of the derivative.

    Arguments: `problem`, `at` (one number a variable, whose decimals are taken at their word). A row of a component
    without a derivative is None, and then there is neither rank nor stretch, but a reason.

    >>> found = pointwise({"problem": Problem("(x^2 - y^2, 2xy)").to_wire(), "at": [1.0, 1.0]})["at"]
    >>> found["jacobian"], found["determinant"], found["rank"]
    ([[2.0, -2.0], [2.0, 2.0]], 8.0, 2)
    """
    problem, read_as, f = _function(arguments)
    p, values = [float(c) for c in arguments["at"]], _values(problem, f)
    found = points.at([fix(row, values) for row in parts(read_as)], list(map(number, p)))
    J = found.matrix
    return {
        "at": {
            "point": p,
            "value": found.value,
            "jacobian": found.jacobian,
            "determinant": points.determinant(J) if J is not None and f.m == f.n else None,
            "rank": None if J is None else points.rank(J),
            "singular_values": None if J is None else points.stretches(J),
            "reason": found.reason or None,
        }
    }


def answer(arguments: Record) -> Record:
    """Whether an answer is the entry of a Jacobian that was asked for, or the whole of it; and if not, what it is.

    Arguments: `problem`, `entry` (row and column as two digits from 1, or "all"), `answer` (a text; rows of a matrix on
    lines or with ; between). The verdict is right, transposed, wrong, unknown or, of a text that means nothing, unread.

    >>> asked = {"problem": Problem("(x^2 y, x + y)").to_wire(), "entry": "12", "answer": "1"}
    >>> answer(asked)["verdict"], answer({**asked, "answer": "x x"})["verdict"]
    ('transposed', 'right')
    """
    _, read_as, f = _function(arguments)
    text, entry = str(arguments["answer"]), str(arguments["entry"])
    try:
        if entry == "all":
            said = checking.matrix(f, [[_answered(part, read_as, f) for part in row] for row in _rows(text)])
        else:
            said = checking.entry(f, int(entry[0]) - 1, int(entry[1]) - 1, _answered(text, read_as, f))
    except InputError as error:
        return {"verdict": "unread", "sentence": error.message, "exact": False}
    except MeaningError as error:
        return {"verdict": "unread", "sentence": str(error), "exact": False}
    except calculus.TooLargeError as error:
        raise JobError(failure("budget", str(error))) from None
    return {"verdict": said.verdict, "sentence": said.sentence, "exact": said.exact}


def chain(arguments: Record) -> Record:
    """The chain rule for two maps: both matrices, their product, and the Jacobian of the composition.

    Arguments: `problem` (the inner map), `outer` (the text of the other). `outer` of the answer is J of the outer map
    at the image; `exact` says whether product and composition are one by algebra, else to forty digits; if they are
    not, the job fails.

    >>> found = chain({"problem": Problem("(u + v, u v)").to_wire(), "outer": "F(x, y) = (x^2, x y)"})
    >>> found["inner"], found["whole"][0]
    ([['1', '1'], ['v', 'u']], ['2 \\\\left(u + v\\\\right)', '2 \\\\left(u + v\\\\right)'])
    """
    _, _, g = _function(arguments)
    try:
        f = function(read(str(arguments["outer"])))
    except InputError as error:
        raise JobError(failure(error.code, error.message, error.position, error.suggestion)) from None
    except MeaningError as error:
        raise JobError(failure(error.code, str(error))) from None
    if f.n != g.m:
        raise JobError(failure("math", f"The inner map gives {g.m} numbers, and the outer one takes {f.n}."))
    if shared := {p.name for p in f.parameters} & {x.name for x in g.variables}:
        raise JobError(failure("name", f"{min(shared)} is a variable of the inner map and a letter of the outer one."))
    outer = _guarded(lambda: calculus.compose(calculus.jacobian(f), g))
    inner, both = _guarded(lambda: calculus.jacobian(g)), _guarded(lambda: calculus.jacobian(calculus.compose(f, g)))
    product = list(sympy.Matrix(_by(outer.components, f.n)) * sympy.Matrix(calculus.rows(inner)))
    seen = replace(both, domain=(*both.domain, *outer.domain))
    pairs = list(zip(both.components, product, strict=True))
    if any(checking.difference(a, b, seen)[0] is False for a, b in pairs):
        raise JobError(failure("math", "The product and the derivative of the composition differ: a fault of ours."))
    write = _Writer(both)
    return {
        "inner": _matrix(write.latexes(inner.components), g.n),
        "outer": [write.latexes(tuple(row)) for row in _by(outer.components, f.n)],
        "whole": _matrix(write.latexes(both.components), g.n),
        "exact": all(checking.identical(a, b) for a, b in pairs),
    }


def _by(entries: tuple[Expr, ...], n: int) -> list[tuple[Expr, ...]]:
    return [entries[i : i + n] for i in range(0, len(entries), n)]


def _answered(text: str, read_as: Reading, f: Function) -> Expr:
    """One formula in the letters of the question."""
    found = function(read(text, read_as.variables))
    if found.m != 1:
        raise InputError("syntax", "One formula is asked for here, without commas.", 0)
    unknown = {p.name for p in found.parameters} - {p.name for p in f.parameters}
    if unknown:
        names = ", ".join(read_as.variables)
        raise InputError("name", f"{min(unknown)} is no letter of the question, which has {names}.", 0)
    return found.components[0]


def _rows(text: str) -> list[list[str]]:
    """The entries of a matrix as it was typed: lines or ; between rows, commas between entries."""
    bare = text.strip().strip("[]")
    rows = [row.strip().strip("[],") for row in bare.replace(";", "\n").replace("],", "\n").splitlines()]
    return [_parts(row) for row in rows if row] or [[""]]


def _parts(row: str) -> list[str]:
    """A row cut at the commas outside of brackets.

    >>> _parts("max(x, y), 2")
    ['max(x, y)', '2']
    """
    parts, depth = [""], 0
    for c in row:
        depth += (c in "({") - (c in ")}")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts]


def local(arguments: Record) -> Record:
    """What is exact about a problem at one point, whose decimals are taken at their word.

    Arguments: `problem`, `least`, `at` (one number a variable). What cannot be had is None: entries that are not
    rational (their rank would rest on floats), eigenvalues of more than two variables.

    >>> found = local({"problem": Problem("(x^2 - y^2, 2xy)").to_wire(), "at": [1.0, 1.0]})
    >>> found["jacobian"], found["determinant_at"], found["rank"]
    ([['2', '-2'], ['2', '2']], '8', 2)
    """
    problem, _, f = _function(arguments)
    write, values = _Writer(f), _values(problem, f)
    J = _guarded(lambda: calculus.jacobian(f, False))
    at = dict(zip(f.variables, map(number, arguments["at"]), strict=True))
    A = _rational(fix(J, values), at)
    H = _rational(fix(calculus.jacobian(J, False), values), at) if f.m == 1 else None
    return {
        "jacobian": None if A is None else _matrix(write.latexes(tuple(A)), f.n),
        "determinant_at": write.latex(A.det()) if A is not None and f.m == f.n else None,
        "rank": None if A is None else int(A.rank()),
        "hessian": None if H is None else _matrix(write.latexes(tuple(H)), f.n),
        "eigenvalues": None if H is None or f.n > 2 else write.latexes(_eigenvalues(H)),
        "ray": None if A is None or H is None else _ray(_rational(fix(f, values), at, 1), A, H),
    }


def taylor(arguments: Record) -> Record:
    """The Taylor model of a scalar about a point, whose decimals are taken at their word: its terms, in their order.

    Arguments: `problem`, `least`, `at`, `order`, `shown` (which scalar). There are no terms where f has no derivatives
    so far, or where a coefficient would be too `long` to be read.

    >>> found = taylor({"problem": Problem("e^x cos y").to_wire(), "at": [0.0, 0.0], "order": 2})["terms"]
    >>> [(term["sign"], term["coefficient"], term["powers"]) for term in found]
    [(1, '1', ''), (1, '', 'x'), (1, '\\\\frac{1}{2}', 'x^{2}'), (-1, '\\\\frac{1}{2}', 'y^{2}')]
    """
    problem, _, f = _function(arguments)
    f, order = _shown(fix(f, _values(problem, f)), arguments), int(arguments.get("order", 2))
    if f.m != 1:
        raise JobError(failure("math", "Only a scalar function has a Taylor model here: choose a component."))
    p = list(map(number, arguments["at"]))
    parts = [f]
    for _ in range(order):
        last = parts[-1]
        parts.append(_guarded(lambda: _jacobian(last, False)))  # noqa: B023
    if not all(truth(r, dict(zip(f.variables, p, strict=True))) for r in parts[-1].domain):
        return {"terms": None, "long": False}
    write = _Writer(f)
    found = calculus.taylor_terms(parts, p)
    if any(max(abs(int(q.p)), int(q.q)) >= 10**6 for c, _ in found for q in c.atoms(sympy.Rational)):
        return {"terms": None, "long": True}
    terms = [_term(c, powers, p, f, write) for c, powers in found]
    readable = all(len(term["coefficient"]) <= settings.COEFFICIENT_CHARACTERS for term in terms)
    return {"terms": terms if readable else None, "long": not readable}


def _term(c: Expr, powers: Sequence[int], p: Sequence[Expr], f: Function, write: _Writer) -> Record:
    """One term: its sign, the size of its coefficient, exact (no 1 before powers) and as a float, the powers."""
    sign = -1 if c.could_extract_minus_sign() and not c.is_Add else 1
    size = sign * c
    latex = write.latex(size)
    if any(powers):
        latex = "" if size == 1 else rf"\left({latex}\right)" if size.is_Add else latex
    steps = [_power(x, a, k, write) for x, a, k in zip(f.variables, p, powers, strict=True) if k]
    return {"sign": sign, "coefficient": latex, "value": float(size), "powers": " ".join(steps)}


def _power(x: sympy.Symbol, a: Expr, k: int, write: _Writer) -> str:
    """x², (x − 1)², (x + 1)²: as the terms are written in their order."""
    base = write.latex(x) if a == 0 else rf"\left({write.latex(x)} {'-' if a > 0 else '+'} {write.latex(abs(a))}\right)"
    return base if k == 1 else f"{base}^{{{k}}}"


def _ray(value: sympy.Matrix | None, g: sympy.Matrix, H: sympy.Matrix) -> dict[str, str]:
    """The way along -g in rational numbers, as far as they are: its parabola, and the step sizes with a name."""
    gg, bend = (g * g.T)[0], (g * H * g.T)[0]
    found = {"gg": gg, "half": bend / 2}
    if value is not None:
        found["value"] = value[0]
    if bend > 0:
        found |= {"best": gg / bend, "even": 2 * gg / bend}
    ends = _eigenvalues(H) if H.rows == 2 else ()
    if ends and ends[1].is_positive:
        most, least = ends
        found |= {"shortest": 1 / most, "longest": 1 / least, "stable": 2 / most, "fastest": 2 / (least + most)}
    return {name: str(v) for name, v in found.items() if v.is_Rational and len(str(v)) <= 12}


def _rational(f: Function, at: dict[sympy.Symbol, Expr], columns: int = 0) -> sympy.Matrix | None:
    """The entries of a function at a point, a column for each variable or so many, when it exists there and all are
    rational and short enough to be read.
    """
    if not all(truth(r, at) for r in f.domain):
        return None
    entries = [c.xreplace(at) for c in f.components]
    if not all(e.is_Rational and max(abs(int(e.p)), int(e.q)) < 10**6 for e in entries):
        return None
    return sympy.Matrix(len(entries) // (columns or f.n), columns or f.n, entries)


def _holds(r: Requirement) -> bool:
    """Is it certain that a condition on a number holds?"""
    u = r.expression
    return bool({">": u.is_positive, ">=": u.is_nonnegative, "!=": u.is_nonzero}[r.relation])


def _eigenvalues(H: sympy.Matrix) -> tuple[Expr, ...]:
    """Of a symmetric matrix of one or two rows, the largest first."""
    if H.rows == 1:
        return (H[0, 0],)
    a, b, c = H[0, 0], H[0, 1], H[1, 1]
    middle, reach = (a + c) / 2, sympy.sqrt((a - c) ** 2 + 4 * b**2) / 2
    return middle + reach, middle - reach


def optimize(arguments: Record) -> Record:
    """One run of an optimizer on a scalar, or on half the square of a vector function's length.

    Arguments: `problem`, `method` (a name of the catalogue), `hyperparameters`, `start` (one number a variable),
    `steps` (at most so many). At a kink the gradient of one side is used, and the step says so.

    >>> asked = {"problem": Problem("x^2 + y^2").to_wire(), "method": "newton", "start": [1.0, 2.0], "steps": 9}
    >>> found = optimize(asked)
    >>> found["end"], found["outcome"], found["kind"], found["cost"]
    ([0.0, 0.0], 'converged', 'minimum', {'values': 2, 'gradients': 2, 'hessians': 2})
    """
    problem, read_as = _read(arguments)
    try:
        method = optimizers.method(str(arguments["method"]), arguments.get("hyperparameters"))
    except ValueError as error:
        raise JobError(failure("name", str(error))) from None
    start = [float(c) for c in arguments["start"]]
    if len(start) != len(read_as.variables):
        names = ", ".join(read_as.variables)
        raise JobError(failure("math", f"The start needs one number for each of {names}."))
    parameters = dict(problem.parameters)
    scalars = programs(read_as, parameters)
    f: Objective | Residuals = Objective.of(scalars.get("f") or scalars["norm"], one_sided=True)
    if optimizers.CATALOGUE[str(arguments["method"])].residuals:
        if "f" in scalars:
            raise JobError(failure("math", "This method needs a vector function: give its residuals as components."))
        f = Residuals(whole(read_as, parameters), Objective.of(scalars["norm"]))
    run = optimizers.minimize(f, method, start, max_steps=min(int(arguments["steps"]), settings.RUN_STEPS))
    cost = {"values": f.values, "gradients": f.gradients, "hessians": f.hessians}
    seen = f.half_square if isinstance(f, Residuals) else f
    return run_record(run, optimizers.ending(seen, run), cost)


def atlas(arguments: Record) -> Record:
    """Where a method ends from every start in the window of a scalar of one or two variables.

    Arguments: `problem`, `least`, `shown`, `method` (a name of the catalogue), `hyperparameters`, `steps` (at most so
    many), `side` (pixels), `seconds`. None when not even the first picture was done in that time.

    >>> asked = {"problem": Problem("x^3/3 - x + y^2").to_wire(), "shown": "f", "method": "newton", "side": 54}
    >>> found = atlas({**asked, "steps": 60})["atlas"]
    >>> found["rows"], found["columns"], sorted(end["kind"] for end in found["ends"])
    (54, 54, ['minimum', 'saddle'])
    """
    problem, read_as = _read(arguments)
    try:
        method = optimizers.method(str(arguments["method"]), arguments.get("hyperparameters"))
    except ValueError as error:
        raise JobError(failure("name", str(error))) from None
    f = programs(read_as, dict(problem.parameters)).get(str(arguments["shown"]))
    box = problem.box or (settings.SIDE,) * len(read_as.variables)
    if f is None or not f.inputs == len(box) <= 2 or not atlases.has_rule(method):
        raise JobError(failure("math", "There are maps for one or two variables, and not for every method."))
    steps, side = (
        min(int(arguments["steps"]), settings.RUN_STEPS),
        min(int(arguments.get("side", atlases.SIDE)), 3 * atlases.SIDE),
    )
    seconds = float(arguments.get("seconds", settings.ATLAS_SECONDS))
    bends = atlases.curvature(f, box)
    found: Record | None = None
    for picture in atlases.destinations(f, box, method, side=side, max_steps=steps, seconds=seconds):
        found = atlas_record(picture, bends)
        progress.report({"words": f"{picture.starts} starts", "found": picture.starts, "atlas": found})
    return {"atlas": found}


def sweep(arguments: Record) -> Record:
    """The runs of methods from one start with many rates: how each ended, and which rate is the best.

    Arguments: `problem`, `shown` (which scalar), `methods` (names of the catalogue that have a rate), `start`, `steps`
    (at most so many). Each sweep is reported when it is there.

    >>> asked = {"problem": Problem("x^2 + 10y^2").to_wire(), "methods": ["gradient-descent"], "start": [4.0, 1.0]}
    >>> (found,) = sweep({**asked, "steps": 100})["sweeps"]
    >>> len(found["rates"]), found["kinds"][found["best"]], found["outcomes"][-1]
    (50, 'minimum', 'diverged')
    """
    problem, read_as = _read(arguments)
    f = programs(read_as, dict(problem.parameters))[str(arguments.get("shown", "f"))]
    start, derived = [float(c) for c in arguments["start"]], jet(f)
    H = np.array(Objective(derived, f).hessian(start))
    curvature = float(np.abs(np.linalg.eigvalsh(H)).max()) if np.isfinite(H).all() else 0.0
    size = max(high - low for low, high in problem.box) if problem.box else settings.SIDE[1] - settings.SIDE[0]
    found: list[Record] = []
    for name in arguments["methods"]:
        method = optimizers.method(str(name))
        tried = optimizers.rates(method, curvature, size)
        steps = min(int(arguments["steps"]), settings.RUN_STEPS)
        found.append(sweep_record(str(name), optimizers.sweep(derived, f, method, tried, start, steps)))
        progress.report({"sweeps": found, "found": len(found), "words": f"{len(found)} of {len(arguments['methods'])}"})
    return {"sweeps": found, "start": start}


def region(arguments: Record) -> Record:
    """What is promised about one scalar of a problem on its box, as the command line promises it.

    Arguments: `problem`, `least`, `shown` (which scalar), `seconds`; `sides` (instead of the box of the problem; an end
    that is None is infinite), or `whole`: the whole space; `width`, as near as bounds are wanted, relatively. `page`
    adds what only a page shows: the lines of the derivation, det H, points with a direction in which f bends down, or
    up, how the Lipschitz constants were closed in on, and, where f may have no value on all of the box, the largest
    part on which it has. Then the verdict is reported, and bounds as they come nearer.

    >>> found = region({"problem": Problem("|x| + y^2", box=((-1.0, 1.0), (-1.0, 1.0))).to_wire()})
    >>> found["convexity"]["verdict"], found["convexity"]["evidence"], found["lipschitz"]["gradient"]
    ('convex', 'exact', 'none')
    """
    f, box = _searched(arguments)
    if f.m != 1:
        raise JobError(failure("math", "Convexity belongs to scalar functions: choose a component."))
    _compiled(f)
    if sides := arguments.get("sides"):
        box = tuple(
            (-math.inf if low is None else float(low), math.inf if high is None else float(high)) for low, high in sides
        )
    if arguments.get("whole"):
        box = ((-math.inf, math.inf),) * f.n
    seconds = min(float(arguments.get("seconds", settings.REGION_SECONDS)), settings.CRITICAL_SECONDS)
    width = float(arguments.get("width", steepest.WIDTH))
    write, closing = _Writer(f) if arguments.get("page") else None, _Closing()

    def tell(found: regions.Region) -> None:
        limits = closing.heard(found)
        if closing.is_news(found):
            told = {"region": _region(found, write, limits), "found": closing.told, "words": closing.words(found)}
            progress.report(told)

    judged = regions.region(f, box, seconds, tell, width)
    found = _region(judged, write, closing.heard(judged))
    if write is None:
        return {"ok": True, **found}
    part = None if judged.convexity.everywhere else inhabited(f, box)
    return {"ok": True, **found, "boundary": _boundary(f, write), "part": part and [list(side) for side in part]}


class _Closing:
    """How the search for the constants goes on: its record, and what of it is told."""

    def __init__(self) -> None:
        self.history, self.told, self.at = steepest.History(), 0, -math.inf

    def heard(self, found: regions.Region) -> Record | None:
        """Both constants with how they were closed in on; None as long as they are not looked at."""
        return None if found.lipschitz is regions.OPEN else self.history.record(found.lipschitz)

    def is_news(self, found: regions.Region) -> bool:
        """Not each of many nearer bounds is told, but all that comes before them."""
        if found.lipschitz is not regions.OPEN and monotonic() < self.at + OFTEN:
            return False
        self.told, self.at = self.told + 1, monotonic()
        return True

    def words(self, found: regions.Region) -> str:
        """What is being done."""
        return "bounding the curvature" if found.lipschitz is regions.OPEN else "closing in"


def _region(found: regions.Region, write: _Writer | None, limits: Record | None) -> Record:
    if write is None:
        return regions.record(found)
    bent = found.convexity
    bends = {"down": bent.down, "up": bent.up}
    return {
        **regions.record(found),
        "limits": limits,
        "lines": regions.steps(bent, write.latex),
        "sentence": bent.reason,
        "everywhere": bent.everywhere,
        "gaps": {
            name: chord and chord.gap
            for name, chord in (("not_convex", bent.not_convex), ("not_concave", bent.not_concave))
        },
        "where": [write.condition(r) for r in bent.where],
        "bends": {
            way: bend and {"at": list(bend.point), "along": list(bend.direction), "curvature": bend.curvature}
            for way, bend in bends.items()
        },
    }


def _boundary(f: Function, write: _Writer) -> str | None:
    """The LaTeX of what is zero where det H is, in its shortest form.

    Constant factors, powers, and what is never zero are left out. "0" where det H is zero everywhere; None where it is
    nowhere, or too long.
    """
    with suppress(calculus.TooLargeError, calculus.LateError):
        H = calculus.jacobian(calculus.jacobian(f, False), False)
        det = calculus.determinant(H) if f.n in (2, 3) else None
        if det is None:
            return None
        top = calculus.within(settings.TIDY_SECONDS, lambda e: sympy.fraction(sympy.together(e))[0], det)
        if not top.free_symbols:
            return "0" if top == 0 else None
        rest = [
            g.base if g.is_Pow and g.exp.is_positive else g for g in sympy.Mul.make_args(top) if g.is_zero is not False
        ]
        bare = sympy.Mul(*rest).primitive()[1]
        written = write.latex(-bare if bare.as_ordered_terms()[0].could_extract_minus_sign() else bare)
        return written if rest and len(written) <= settings.COEFFICIENT_CHARACTERS else None
    return None


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


JOBS: dict[str, Callable[[Record], Record]] = {
    "derive": derive,
    "hessian": hessian,
    "critical": critical,
    "proof": proof,
    "determinant": determinant,
    "pointwise": pointwise,
    "answer": answer,
    "chain": chain,
    "local": local,
    "taylor": taylor,
    "optimize": optimize,
    "atlas": atlas,
    "sweep": sweep,
    "region": region,
    "health": health,
}


@cache
def _trusted() -> bool:
    """Whether floats and elementary functions here are as accurate as every proof assumes."""
    try:
        self_test()
    except ArithmeticError:
        return False
    return True


def _read(arguments: Record) -> tuple[Problem, Reading]:
    try:
        problem = Problem.from_wire(arguments["problem"])
        read_as = read(problem.text, problem.variables, tuple(arguments.get("least", ())))
        if not read_as.variables:  # a constant is a function of x
            read_as = read(problem.text, problem.variables, ("x",))
        return problem, read_as
    except InputError as error:
        raise JobError(failure(error.code, error.message, error.position, error.suggestion)) from None
    except ProblemError as error:
        raise JobError(failure("syntax", str(error))) from None


def _function(arguments: Record) -> tuple[Problem, Reading, Function]:
    problem, read_as = _read(arguments)
    try:
        return problem, read_as, function(read_as)
    except MeaningError as error:
        raise JobError(failure(error.code, str(error))) from None


def _guarded(derivative: Callable[[], Function]) -> Function:
    try:
        return derivative()
    except calculus.TooLargeError as error:
        raise JobError(failure("budget", str(error))) from None


@lru_cache(maxsize=4)
def _jacobian(f: Function, tidy: bool) -> Function:
    """The same worker is often asked for the Hessian next."""
    return calculus.jacobian(f, tidy)


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


def _edge(finding: Finding, f: Function, write: _Writer) -> Record:
    """A finding as the page shows and draws it: a point, or the zeros of a program, or neither in space."""
    where, latex = write.place(finding)
    point, zeros = finding.locus.point, finding.locus.zeros
    return {
        "kind": finding.kind,
        "where": where,
        "latex": latex,
        "sentence": finding.sentence,
        "evidence": finding.evidence,
        "point": None if point is None else [float(c) for c in point],
        "program": _zeros(f, zeros[0]) if point is None and len(zeros) == 1 else None,
    }


def _zeros(f: Function, q: Expr) -> Record | None:
    with suppress(UnsupportedError):
        return program(Function(f.variables, (crossing(q),))).to_wire()
    return None


def _matrix(entries: list[str], n: int) -> list[list[str]]:
    return [entries[i : i + n] for i in range(0, len(entries), n)]


class _Writer:
    """Expressions as plain text and as LaTeX; too long a formula becomes a sentence."""

    def __init__(self, f: Function) -> None:
        self.n = f.n
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
        """x - 1 > 0 is written x > 1."""
        left, relation, right = reading(r.expression, r.relation)
        return f"{self.latex(left)} {_LATEX[relation]} {self.latex(right)}"

    def requirement(self, r: Requirement) -> str:
        """The same as plain text."""
        left, relation, right = reading(r.expression, r.relation)
        return f"{self.text(left)} {relation} {self.text(right)}"

    def place(self, finding: Finding) -> tuple[str, str]:
        """Where that is, as plain text and as LaTeX."""
        sides = finding.locus.equations(tuple(self.names)[: self.n])
        text = ", ".join(f"{_tuple(left, self.text)} = {_tuple(right, self.text)}" for left, right in sides)
        latex = r",\; ".join(f"{_tuple(left, self.latex)} = {_tuple(right, self.latex)}" for left, right in sides)
        return text, latex


def _tuple(entries: Sequence[Expr], write: Callable[[Expr], str]) -> str:
    written = ", ".join(write(e) for e in entries)
    return written if len(entries) == 1 else f"({written})"
