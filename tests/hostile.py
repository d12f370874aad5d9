"""Texts that mean harm, and every door of the page's process that a text can come in by.

    python -m tests.hostile          every line of data/hostile.json through every door, under watch; prints one JSON object

MARKER in a line stands for a file that nobody must ever write. A door returns what became of the text; it may refuse in
its own way only, so any other exception is a defect.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.__main__ import _problem, _question
from core.immediate import programs
from core.problem import Problem, ProblemError, read_box, read_number, read_point
from core.syntax import InputError, Reading, read
from core.ui import frame, inputs, kept, live, reading, typed
from core.ui.sheet import one_line
from tests import audit

FILE = Path(__file__).parent / "data" / "hostile.json"
REFUSALS = (InputError, ProblemError)
Door = Callable[[str], object]


@dataclass(frozen=True)
class Line:
    kind: str
    text: str


def lines(marker: str = "MARKER") -> list[Line]:
    """The corpus, with the file that must not be written."""
    found = json.loads(FILE.read_text(encoding="ascii"))
    return [Line(each["kind"], each["text"].replace("MARKER", marker)) for each in found]


def of_kind(start: str, marker: str = "MARKER") -> list[str]:
    return [line.text for line in lines(marker) if line.kind.startswith(start)]


# The doors.


def formula(text: str) -> object:
    """What is typed: read, typeset, compiled for the figure, offered again as a mended text."""
    try:
        found = read(text, least=("x", "y"))
    except InputError as error:
        reading.around(text, error.position, error.length)
        reading.face(error.suggestion or "")
        raise
    one_line(found)
    return programs(found, dict.fromkeys(found.parameters, 1.0))


def window(text: str) -> object:
    return inputs._window(text, 2, inputs.first().box)


def point(text: str) -> object:
    return inputs._place(text, inputs.first().box, None)


def question(text: str) -> object:
    """Formula, window and point of one link."""
    return inputs._ask(text, read(text), (text, text), inputs.first())


def step(text: str) -> object:
    said = frame.read_step(text)
    return [(inputs._window(str(said.get("box", "")), 2, inputs.first().box), said)]


def packed(text: str) -> object:
    """A step that is well formed, with the text in all of it."""
    everywhere = dict.fromkeys((*frame.QUESTION, *frame.SETTINGS, "_page", text), text)
    return frame.read_step(json.dumps(everywhere)[:1999]), frame.read_step(json.dumps(everywhere))


def browser(text: str) -> object:
    """What a browser sends back of the figure and of the box."""
    said = [text, [text, text], {"point": [text, 1], "values": {text: True}}, {"text": text, "after": 1}]
    heard = [live.said({"point": each}, "point") for each in (*said, *([each, 1] for each in said))]
    readers = (lambda each: live._point(each, 2), live._values, lambda each: live._window(each, 2))
    return [[read(each) for read in readers] for each in heard], [typed.checked(each, 1) for each in said]


def command_line(text: str) -> object:
    """A line of a batch: as it is, and well formed."""
    _question(text.encode("utf-8", "replace"))
    return [
        _problem({"f": text}),
        Problem("x", variables=tuple(text.split(",")[:9])),
    ]


DOORS: dict[str, Door] = {
    **{door.__name__: door for door in (formula, window, point, question, step, packed, browser, command_line)},
    "box": read_box,
    "at": lambda text: read_point(text, 2),
    "number": read_number,
    "kept": lambda text: kept.number("theta", 30.0) if text else None,
    "cell": lambda text: inputs._said(text),
}


def through(door: Door, text: str) -> str:
    """ "taken", "refused", or what went wrong."""
    try:
        door(text)
    except REFUSALS as refusal:
        return "refused" if str(refusal).endswith((".", "?")) and "\n" not in str(refusal) else str(refusal)
    except Exception as error:
        return f"{type(error).__name__} from {door.__name__}"
    return "taken"


def accepted(marker: str = "MARKER") -> Iterator[Line]:
    """The lines that are formulas after all."""
    for line in lines(marker):
        try:
            found: Reading = read(line.text)
        except InputError:
            continue
        if found.variables:
            yield line


def main() -> None:
    audit.install()
    frame.read_step(json.dumps({"f": "x", "h": 1}))  # what loads late loads now
    events, wrong, count = [], [], 0
    for line in lines(sys.argv[1] if len(sys.argv) > 1 else "MARKER"):
        for name, door in DOORS.items():
            with audit.watch() as seen:
                outcome = through(door, line.text)
            count += 1
            events += [f"{name}: {ascii(line.text)[:80]}: {event}" for event in seen]
            wrong += [] if outcome in ("taken", "refused") else [f"{name}: {ascii(line.text)[:80]}: {outcome}"]
    with audit.watch() as control:
        exec("1")
    print(json.dumps({"count": count, "events": events, "wrong": wrong, "control": len(control)}))


if __name__ == "__main__":
    main()
