"""The command `region` keeps its promise: the agreed record a line, in order, whatever stands on the line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LINES: list[Any] = [
    {"id": "bowl", "f": "x^2 + y^2", "box": [[-1, 1], [-1, 1]]},
    {"id": "neither", "f": "x^2y^2", "variables": ["x", "y"], "box": [[-1, 1], [-1, 1]]},
    {"id": "kink", "f": "|x|", "box": [[-1, 1]]},
    {"id": "root", "f": "sqrt(|x|)", "box": [[-1, 1]]},
    {"id": "hole", "f": "log x", "box": [[-1, 1]]},
    {"id": "line", "f": "2x - 3y"},
    {"id": "face", "f": "x log x", "box": [[0, 1]]},
    {"id": "map", "f": ["x", "y"]},
    {"id": "sides", "f": "x^2 + y^2", "box": [[-1, 1]]},
    {"id": "code", "f": "__import__('os')"},
    {"id": "large", "f": "x^200 y^200 + (x + y)^200 z^99 - e^(x y z)"},
    {"id": "endless", "f": "x^2 + |y|", "box": [[None, "inf"], [0, "inf"]]},
    {"id": "line without end", "f": "sqrt(1 + x^2)", "box": "-inf, inf"},
    {"id": "turned", "f": "x^2", "box": [["inf", "-inf"]]},
    {"id": "words", "f": "x^2", "box": [["a", "b"]]},
    b"no JSON",
]


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    lines = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in LINES)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "core",
            "region",
            "--batch",
            "--limit",
            "30",
        ],  # as machines are slow that do much at once
        input=lines,
        capture_output=True,
        cwd=ROOT,
        timeout=600,  # other tests may be running beside it
        check=False,
        env={k: v for k, v in os.environ.items() if k != "BEYOND_GRADIENTS_COMPUTE_URL"},
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return [json.loads(line, parse_constant=refused) for line in done.stdout.splitlines()]


def refused(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_every_line_has_an_answer_of_the_agreed_shape(answers: list[dict[str, Any]]) -> None:
    assert [answer["id"] for answer in answers] == [*(line["id"] for line in LINES[:-1]), None]
    for answer in answers:
        if answer["ok"]:
            assert set(answer) == {"id", "ok", "convexity", "lipschitz"}
            bent = answer["convexity"]
            assert set(bent) == {"verdict", "strict", "evidence", "reason", "witness", "mu", "L"}
            assert set(bent["witness"]) == {"not_convex", "not_concave"} and bent["reason"]
            assert set(answer["lipschitz"]) == {"f", "gradient", "witness"}
        else:
            assert set(answer["error"]) == {"code", "message", "position", "suggestion"}


def test_what_the_lines_say(answers: list[dict[str, Any]]) -> None:
    found = {answer["id"]: answer for answer in answers}
    words = {name: answer["convexity"]["verdict"] for name, answer in found.items() if answer["ok"] and name != "large"}
    assert words == {
        "bowl": "convex",
        "neither": "neither",
        "kink": "convex",
        "root": "neither",
        "hole": "undecided",
        "line": "affine",
        "face": "convex",
        "endless": "convex",
        "line without end": "convex",
    }
    assert [found[name]["ok"] for name in ("map", "sides", "code", "turned", "words", None)] == [False] * 6
    assert found["endless"]["lipschitz"]["f"] == "infinite"
    low, high = found["line without end"]["lipschitz"]["f"]
    assert low <= 1.0 <= high < 1.002
    assert found["bowl"]["convexity"]["mu"] == found["bowl"]["convexity"]["L"] == [2.0, 2.0]
    assert found["kink"]["lipschitz"]["gradient"] == "none" and found["root"]["lipschitz"]["f"] == "infinite"
    p, q = found["neither"]["convexity"]["witness"]["not_convex"]
    f = [(x * y) ** 2 for x, y in (p, q, [(a + b) / 2 for a, b in zip(p, q, strict=True)])]
    assert f[2] > (f[0] + f[1]) / 2
