"""The command line: the same findings without a browser.

    python -m core analyse "x^4 + y^4 - 4xy + 1" --box "-2,2; -2,2"
    python -m core analyse --batch --limit 20 < questions.jsonl
    python -m core analyse "(x^2 - y^2, 2xy)" --at "1, 1"
    python -m core optimize "x^2 + 10y^2" --method heavy-ball --set step=0.1 --set momentum=0.5 --start "1, 2"
    python -m core region "log(e^x + e^y)" --box "-3,3; -inf,inf"

One question a line in, one answer a line out, in order; a line never takes the process down, and a hostile
line costs its time and no more. All symbolic work is done by a worker that is killed at its limit.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Iterator
from time import monotonic
from typing import Any

from core import engine, settings
from core.optimize.catalogue import CATALOGUE
from core.problem import (
    ENDLESS,
    Problem,
    ProblemError,
    Side,
    endless_box,
    read_box,
    read_endless_box,
    read_number,
    read_point,
)
from core.syntax import InputError, read
from core.wire import Record, failure

PRIVATE = ("latex", "programs")  # of the page, not of the promise
EDGE = ("kind", "where", "sentence", "evidence", "point")  # of an edge; its program is the page's
OPTION = re.compile("-h|--(help|at|box|variables|json|batch|only|limit|method|set|start|steps)(=.*)?", re.DOTALL)
LIMIT = settings.DERIVE_SECONDS + settings.HESSIAN_SECONDS + settings.CRITICAL_SECONDS
STEPS = 1000  # of a run, where nobody says how many
MARK = "\0"  # no argument of a command line can contain it
OUT_OF_TIME = "This was not done in the time allowed: try a simpler formula or a larger --limit."
REASON = {
    "timeout": ("time", OUT_OF_TIME),
    "busy": ("time", "The worker is busy: try again."),
    "died": ("time", "The worker ran out of memory on this formula."),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 when every answer is ok."""
    options = _parser().parse_args([_sheltered(text) for text in (sys.argv[1:] if arguments is None else arguments)])
    if not options.batch and options.formula is None:
        _parser().error("give a formula, or --batch")
    try:
        engine.check()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    codes = [_print(_answer(question, options), options) for question in _questions(options)]
    return max(codes, default=0)


def _sheltered(argument: str) -> str:
    """A formula or a box may begin with a minus sign: marked, it is not taken for an option."""
    return argument if OPTION.fullmatch(argument) or not argument.startswith("-") else MARK + argument


def _unmarked(argument: str) -> str:
    return argument.removeprefix(MARK)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="Exact derivatives and proved critical points.")
    commands = parser.add_subparsers(dest="command", required=True)
    analyse = commands.add_parser("analyse", help="derivatives and critical points of a formula")
    optimize = commands.add_parser("optimize", help="the run of an optimizer, step by step")
    region = commands.add_parser("region", help="what can be promised on a box: convexity, Lipschitz constants")
    for command in (analyse, optimize, region):
        command.add_argument(
            "formula", nargs="?", type=_unmarked, help='for example "x^2 + 3xy + y^4"; components on separate lines'
        )
        command.add_argument("--variables", default="", help='declared variables in their order: "x, y"')
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.add_argument("--batch", action="store_true", help="read one JSON object a line, write one a line")
        seconds = settings.REGION_LIMIT if command is region else LIMIT
        command.add_argument("--limit", type=_seconds, default=None, help=f"seconds for each answer ({seconds:g})")
    for command, more in ((analyse, ""), (region, '; a side may have no end: "-inf, 2; 0, inf"')):
        command.add_argument(
            "--box", default="", type=_unmarked, help=f'"low, high; low, high" (default -5, 5 for each variable){more}'
        )
    analyse.add_argument("--at", default="", type=_unmarked, help='also the numbers at a point: "1, 2"')
    analyse.add_argument("--only", choices=["derivatives"], help="leave the critical points out")
    optimize.add_argument("--method", default="gradient-descent", help=", ".join(CATALOGUE))
    optimize.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a hyperparameter: step=0.1, line_search=armijo",
    )
    optimize.add_argument("--start", default="", type=_unmarked, help='where it begins: "1, 2"')
    optimize.add_argument("--steps", type=_whole, default=STEPS, help=f"at most so many (default {STEPS})")
    return parser


def _seconds(text: str) -> float:
    value = float(_unmarked(text))
    if not 0.05 <= value <= 3600:
        raise argparse.ArgumentTypeError("between 0.05 and 3600 seconds")
    return value


def _whole(text: str) -> int:
    try:
        return int(_unmarked(text))
    except ValueError:
        raise argparse.ArgumentTypeError("a whole number, please") from None


def _questions(options: argparse.Namespace) -> Iterator[Record | str]:
    """Each a record, or the sentence that says why the line is none."""
    if not options.batch:
        yield _asked(options)
        return
    for raw in sys.stdin.buffer:
        if line := raw.strip():
            yield _question(line)


def _asked(options: argparse.Namespace) -> Record:
    question: Record = {"f": options.formula, "variables": options.variables or None}
    if options.command != "optimize":
        at = {"at": options.at or None} if options.command == "analyse" else {}
        return question | {"box": options.box or None} | at
    pairs = (text.partition("=") for text in options.set)
    settings = {name.strip(): _value(value.strip()) for name, _, value in pairs}
    run = {"method": options.method, "hyperparameters": settings, "start": options.start, "steps": options.steps}
    return question | run


def _value(text: str) -> float | str:
    """A number where it is one; else a word, such as the name of a line search."""
    try:
        return read_number(text)
    except ProblemError:
        return text


def _question(line: bytes) -> Record | str:
    try:
        question = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return "This line is not a JSON object."
    return question if isinstance(question, dict) else "This line is not a JSON object."


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def _answer(question: Record | str, options: argparse.Namespace) -> Record:
    if isinstance(question, str):
        return {"id": None, **failure("syntax", question)}
    label = _label(question.get("id"))
    try:
        sides = _endless(question.get("box")) if options.command == "region" else ()
        problem = _problem({**question, "box": None} if sides else question)
        n = len(read(problem.text, problem.variables).variables) or 1  # the worker's refusal, without asking it
        box = sides or problem.box
        if box and len(box) != n:
            raise ProblemError(f"The box needs one side a variable: {n}, not {len(box)}.")
    except ProblemError as error:
        return {"id": label, **failure("syntax", str(error))}
    except InputError as error:
        return {"id": label, **failure(error.code, error.message, error.position, error.suggestion)}
    if options.command == "region":
        return {"id": label, **region(problem, options.limit or settings.REGION_LIMIT, sides)}
    limit = options.limit or LIMIT
    if options.command == "optimize":
        return {"id": label, **optimize(problem, question, n, limit)}
    try:
        at = None if question.get("at") is None else _point(question["at"], n, "at")
    except ProblemError as error:
        return {"id": label, **failure("syntax", str(error))}
    return {"id": label, **analyse(problem, limit, options.only != "derivatives", at)}


def _label(id: Any) -> Any:
    """What a question is called, where it can be said in JSON: an infinity cannot."""
    try:
        json.dumps(id, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return id


def _problem(question: Record) -> Problem:
    return Problem(_text(question.get("f")), variables=_names(question.get("variables")), box=_box(question.get("box")))


def _text(f: Any) -> str:
    """One formula, or the components of a vector, each on its own line."""
    if isinstance(f, str):
        return f
    if isinstance(f, list) and f and all(isinstance(part, str) for part in f):
        return "\n".join(" ".join(part.split()) for part in f)
    raise ProblemError('"f" must be a formula, or a list of formulas.')


def _names(variables: Any) -> tuple[str, ...]:
    if variables is None:
        return ()
    if isinstance(variables, str):
        variables = [name.strip() for name in variables.split(",")]
    if isinstance(variables, list) and all(isinstance(name, str) for name in variables):
        return tuple(variables)
    raise ProblemError('"variables" must be a list of names.')


def _box(box: Any) -> tuple[tuple[float, float], ...]:
    if box is None:
        return ()
    if isinstance(box, str):
        return read_box(box)
    try:
        return tuple((float(low), float(high)) for low, high in box)
    except (TypeError, ValueError, OverflowError):
        raise ProblemError('"box" must be a list of [low, high] pairs of numbers.') from None


def _endless(box: Any) -> tuple[Side, ...]:
    """A box of which a side may have no end: null, or "-inf" or "inf"; nothing where nobody chose one."""
    if box is None:
        return ()
    if isinstance(box, str):
        return read_endless_box(box)
    try:
        sides = [tuple(_end(end, far) for end, far in zip(side, (-math.inf, math.inf), strict=True)) for side in box]
        return endless_box([(low, high) for low, high in sides])
    except (TypeError, ValueError, OverflowError) as error:
        message = '"box" must be a list of [low, high] pairs, each a number, or null, "-inf" or "inf" for no end.'
        raise error if isinstance(error, ProblemError) else ProblemError(message) from None


def _end(end: Any, far: float) -> float:
    if end is None:
        return far
    return ENDLESS[end.strip().lower()] if isinstance(end, str) and end.strip().lower() in ENDLESS else float(end)


def analyse(problem: Problem, limit: float, with_critical: bool = True, at: list[float] | None = None) -> Record:
    """The findings about a problem within `limit` seconds of wall clock: derivatives first, then the proof.

    Of a square map its determinant too; what is asked `at` a point is numbers.
    """
    end = monotonic() + limit
    answer = _derivatives(problem, end)
    if not answer["ok"]:
        return answer
    record = {key: value for key, value in answer.items() if key not in PRIVATE}
    record["edges"] = [{key: edge[key] for key in EDGE} for edge in answer["edges"]]
    if len(answer["components"]) == len(answer["variables"]):
        record["determinant"] = _found("determinant", {"problem": problem.to_wire()}, end).get("text")
    if at is not None:
        record["at"] = _found("pointwise", {"problem": problem.to_wire(), "at": at}, end).get("at")
    return {**record, "critical": _critical(problem, answer, end) if with_critical else _none("not attempted", "")}


def _found(job: str, arguments: Record, end: float) -> Record:
    """What a job says in at most half of the time that is left; nothing where it does not get to say it."""
    answer = engine.run(job, arguments, seconds=max(0.5 * (end - monotonic()), 0.01))
    return answer.value if answer.status == "done" and answer.value is not None else {}


def optimize(problem: Problem, question: Record, n: int, limit: float) -> Record:
    """The run that a question asks for, within `limit` seconds of wall clock."""
    try:
        run = {
            "method": _word(question.get("method", "gradient-descent")),
            "hyperparameters": _hyperparameters(question.get("hyperparameters")),
            "start": _point(question.get("start"), n, "start"),
            "steps": _count(question.get("steps")),
        }
    except ProblemError as error:
        return failure("syntax", str(error))
    answer = engine.run("optimize", {"problem": problem.to_wire(), **run}, seconds=limit)
    if answer.status == "done" and answer.value is not None:
        return {"ok": True, **answer.value}
    if answer.status == "failed" and answer.value is not None:
        return answer.value if "error" in answer.value else failure("budget", answer.value["message"])
    return failure(*REASON[answer.status])


def region(problem: Problem, limit: float, sides: tuple[Side, ...] = ()) -> Record:
    """What is promised about a scalar on its box, or on one whose `sides` may have no end, within `limit` seconds."""
    seconds = settings.REGION_SECONDS * limit / settings.REGION_LIMIT
    more = {"sides": [[end if math.isfinite(end) else None for end in side] for side in sides]} if sides else {}
    ticket = engine.start("region", {"problem": problem.to_wire(), "seconds": seconds, **more}, seconds=limit)
    answer = ticket.wait()
    assert answer is not None  # it is waited for without end: the engine ends it
    if answer.status == "done" and answer.value is not None:
        return answer.value
    if answer.status == "failed" and answer.value is not None:
        return answer.value if "error" in answer.value else failure("budget", answer.value["message"])
    if answer.status == "timeout" and ticket.progress:
        return {"ok": True, **ticket.progress["region"]}  # what was settled by then
    return failure(*REASON[answer.status])


def _word(method: Any) -> str:
    if not isinstance(method, str) or method not in CATALOGUE:
        raise ProblemError(f'"method" must be one of {", ".join(CATALOGUE)}.')
    return method


def _hyperparameters(given: Any) -> Record:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(v, int | float | str) for v in given.values()):
        raise ProblemError('"hyperparameters" must be an object of numbers and words.')
    return given


def _point(point: Any, n: int, key: str) -> list[float]:
    """One number for each variable, as a text or a list."""
    if isinstance(point, str) and point:
        return list(read_point(point, n))
    if not isinstance(point, list) or len(point) != n or not all(isinstance(c, int | float) for c in point):
        raise ProblemError(f'"{key}" must be a list of {n} number{"s" if n > 1 else ""}, one for each variable.')
    if not all(abs(c) <= settings.COORDINATE for c in point):
        raise ProblemError(f'A number of "{key}" is larger than 10^9.')
    return [float(c) for c in point]


def _count(steps: Any) -> int:
    if steps is None:
        return STEPS
    if isinstance(steps, bool) or not isinstance(steps, int) or not 0 <= steps <= settings.RUN_STEPS:
        raise ProblemError(f'"steps" must be a whole number from 0 to {settings.RUN_STEPS}.')
    return steps


def _derivatives(problem: Problem, end: float) -> Record:
    """In the form a person would write; if that takes too long, as derived."""
    for tidy, share in ((True, 0.5), (False, 1.0)):
        seconds = share * (end - monotonic())
        arguments = {"problem": problem.to_wire(), "tidy": tidy}
        answer = engine.run("derive", arguments, seconds=max(seconds, 0.01))
        if answer.status == "done" and answer.value is not None:
            return answer.value
        if answer.status == "failed" and answer.value is not None:
            return answer.value if "error" in answer.value else failure("budget", answer.value["message"])
    return failure(*REASON[answer.status])


def _critical(problem: Problem, derived: Record, end: float) -> Record:
    if len(derived["components"]) != 1:
        return _none("not attempted", "Critical points belong to scalar functions.")
    seconds = max(end - monotonic(), 0.05)
    arguments = {"problem": problem.to_wire(), "seconds": min(seconds, settings.CRITICAL_SECONDS)}
    answer = engine.run("critical", arguments, seconds=seconds)
    if answer.status == "done" and answer.value is not None:
        found: Record = answer.value["critical"]
        return found
    if answer.status == "failed" and answer.value is not None and "error" in answer.value:
        return _none("not attempted", answer.value["error"]["message"])
    return _none("incomplete", "The search was stopped at its time limit, before a point was proved.")


def _none(status: str, sentence: str) -> Record:
    return {"status": status, "sentence": sentence, "points": [], "curves": [], "singular": [], "undecided": []}


def _print(answer: Record, options: argparse.Namespace) -> int:
    if options.batch or options.json:
        print(json.dumps(answer, allow_nan=False), flush=True)
    else:
        print({"analyse": report, "optimize": told, "region": promised}[options.command](answer, options.formula))
    return 0 if answer["ok"] else 1


def told(answer: Record, text: str) -> str:
    """A run as a page of plain text."""
    if not answer["ok"]:
        return _refusal(answer, text)
    points = [f"   {i:>4}   ({', '.join(f'{c:.10g}' for c in x)})" for i, x in enumerate(answer["iterates"])]
    dots = [f"   ...    ({', '.join(f'{c:.10g}' for c in answer['end'])})"] if answer["steps"] >= len(points) else []
    spent = ", ".join(f"{count} {name}" for name, count in answer["cost"].items())
    value = "nan" if answer["value"] is None else f"{answer['value']:.10g}"
    return "\n".join([*points, *dots, "", answer["sentence"], f"f = {value}; it asked for {spent}."])


def promised(answer: Record, text: str) -> str:
    """The promises on a box as a page of plain text."""
    if not answer["ok"]:
        return _refusal(answer, text)
    bent, limits = answer["convexity"], answer["lipschitz"]
    strictly = "strictly " if bent["strict"] else ""
    lines = [f"f is {strictly}{bent['verdict']} on the box ({bent['evidence']}).", f"   {bent['reason']}"]
    for name, chord in bent["witness"].items():
        if chord:
            ends = " to ".join(f"({', '.join(f'{c:.10g}' for c in point)})" for point in chord)
            lines.append(f"   {name.replace('_', ' ')}: the chord from {ends}")
    lines += [f"Eigenvalues of the Hessian: least in {_ends(bent['mu'])}, greatest in {_ends(bent['L'])}"]
    return "\n".join(
        [*lines, f"Lipschitz constant of f: {_ends(limits['f'])}, of its gradient: {_ends(limits['gradient'])}"]
    )


def _ends(bound: Any) -> str:
    return bound if isinstance(bound, str) else "[" + ", ".join("?" if b is None else f"{b:.10g}" for b in bound) + "]"


def _refusal(answer: Record, text: str) -> str:
    error = answer["error"]
    caret = " " * error["position"] + "^"
    hint = [f"Did you mean {error['suggestion']}?"] if error["suggestion"] else []
    return "\n".join([text, caret, error["message"], *hint])


def report(answer: Record, text: str) -> str:
    """The answer as a page of plain text."""
    if not answer["ok"]:
        return _refusal(answer, text)
    lines = [f"f({', '.join(answer['variables'])}) = " + ", ".join(answer["components"])]
    lines += [f"   where {condition}" for condition in answer["domain"]]
    lines += [f"   {notice}" for notice in answer["notices"]]
    if "gradient" in answer:
        lines += ["", "Gradient"] + [f"   {entry}" for entry in answer["gradient"]]
        lines += ["Hessian"] + [f"   {'   '.join(row)}" for row in answer["hessian"] or [["too large to show"]]]
    else:
        lines += ["", "Jacobian"] + [f"   {'   '.join(row)}" for row in answer["jacobian"]]
    if answer.get("determinant"):
        lines += ["Determinant", f"   {answer['determinant']}"]
    lines += _there(answer["at"]) if answer.get("at") else []
    lines += ["", "Edges"] if answer["edges"] else []
    lines += [f"   {e['kind']} at {e['where']} ({e['evidence']}): {e['sentence']}" for e in answer["edges"]]
    return "\n".join([*lines, "", *_critical_lines(answer["critical"])])


def _there(at: Record) -> list[str]:
    """What there is at a point, as lines."""

    def row(numbers: list[float] | None) -> str:
        return "none" if numbers is None else ", ".join(f"{v:.10g}" for v in numbers)

    lines = ["", f"At ({row(at['point'])})", f"   value {row(at['value'])}"]
    lines += [f"   J row {i + 1}: {row(slopes)}" for i, slopes in enumerate(at["jacobian"])]
    lines += [] if at["determinant"] is None else [f"   determinant {at['determinant']:.10g}"]
    if at["rank"] is not None:
        lines += [f"   rank {at['rank']}, singular values {row(at['singular_values'])}"]
    return [*lines, *([f"   {at['reason']}"] if at["reason"] else [])]


def _critical_lines(critical: Record) -> list[str]:
    lines = [critical["sentence"] or "Critical points: not attempted."]
    for p in critical["points"]:
        place = ", ".join(p["exact"]) if p["exact"] else ", ".join(f"{c:.12g}" for c in p["at"])
        eigenvalues = ", ".join(f"{v:.6g}" for v in p["eigenvalues"])
        lines.append(f"   {p['kind']:<12} ({place})   f = {p['value']:.10g}   eigenvalues {eigenvalues}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
