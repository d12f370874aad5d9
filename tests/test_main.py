"""The command line keeps its promise: one JSON object an answer, and no line takes it down."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
KEYS = {
    "id",
    "ok",
    "variables",
    "parameters",
    "components",
    "domain",
    "notices",
    "jacobian",
    "gradient",
    "hessian",
    "critical",
    "edges",
}


def run(*arguments: str, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "core", "analyse", *arguments],
        input=lines,
        capture_output=True,
        cwd=ROOT,
        timeout=600,  # other tests may be running beside it
        check=False,
        env={k: v for k, v in os.environ.items() if k != "BEYOND_GRADIENTS_COMPUTE_URL"},
    )


def batch(*questions: Any, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    lines = b"\n".join(q if isinstance(q, bytes) else json.dumps(q).encode() for q in questions)
    done = run("--batch", *options, lines=lines)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_answer_as_json_has_the_promised_shape() -> None:
    done = run("x^4 + y^4 - 4xy + 1", "--box", "-2,2; -2,2", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and set(answer) == KEYS and answer["ok"] is True
    assert answer["variables"] == ["x", "y"] and answer["components"] == ["x**4 - 4*x*y + y**4 + 1"]
    critical = answer["critical"]
    assert critical["status"] == "complete" and "All 3 critical points" in critical["sentence"]
    kinds = sorted((p["kind"], tuple(p["at"])) for p in critical["points"])
    assert kinds == [("minimum", (-1.0, -1.0)), ("minimum", (1.0, 1.0)), ("saddle", (0.0, 0.0))]
    assert set(critical["points"][0]) >= {"at", "exact", "kind", "nature", "reason", "evidence", "eigenvalues", "value"}
    assert sorted(critical["points"][0]["eigenvalues"]) in ([8.0, 16.0], [-4.0, 4.0])


def test_a_formula_and_a_box_may_begin_with_a_minus_sign() -> None:
    done = run("-x^2-y^2", "--box", "-3,3;-3,3", "--json")
    points = json.loads(done.stdout)["critical"]["points"]
    assert [(p["kind"], p["at"]) for p in points] == [("maximum", [0.0, 0.0])]
    assert run("-2 y +* x").stdout.decode().splitlines()[:2] == ["-2 y +* x", "     ^"]


def test_the_report_for_people_names_points_and_completeness() -> None:
    done = run("x^2 - y^2")
    assert b"saddle" in done.stdout and b"proved complete" in done.stdout and done.returncode == 0


def test_an_error_for_people_has_a_caret_and_a_suggestion() -> None:
    done = run("x + sinn(y)")
    text = done.stdout.decode().splitlines()
    assert done.returncode == 1 and text[1].index("^") == 4 and "sin" in text[2]


def test_a_batch_answers_each_line_in_order_and_survives_every_line() -> None:
    answers = batch(
        {"id": 1, "f": "x^2 + y^2"},
        b"this is no json",
        b"[1, 2]",
        b'{"id": "deep", "f": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        {"id": 2, "f": ["x y", "x + y"]},
        {"id": 3, "f": "speed^2 + drag", "variables": ["speed", "drag"], "box": [[-1, 1], [0, 2]]},
        {"id": 4, "f": "x", "box": [[1, 1]]},
        {"id": 5, "f": "x", "box": [[0, "a"]]},
        {"id": 6, "f": "x + y", "box": [[0, 1]]},
        {"id": 7, "f": 12},
        {"id": 8, "f": "x", "variables": ["x); import os"]},
        {"id": 9},
        {"id": "\ud800", "f": "\ud800"},
        {"id": 10, "f": "__import__('os').system('true')"},
        {"id": 11, "f": "9^9^9^9^9"},
        {"id": 12, "f": "x^2", "box": [[-1e300, 1e300]]},
        options=("--only", "derivatives"),
    )
    assert [a["id"] for a in answers] == [1, None, None, None, 2, 3, 4, 5, 6, 7, 8, 9, "\ud800", 10, 11, 12]
    assert [a["ok"] for a in answers] == [True, False, False, False, True, True] + [False] * 10
    assert answers[0]["critical"]["status"] == "not attempted"
    assert answers[4]["jacobian"] == [["y", "x"], ["1", "1"]]
    assert answers[5]["gradient"] == ["2*speed", "1"]
    for answer in answers:
        if not answer["ok"]:
            assert set(answer["error"]) == {"code", "message", "position", "suggestion"}
            assert answer["error"]["code"] in {"syntax", "name", "char", "latex", "budget", "math", "time"}


def test_a_hostile_line_costs_its_limit_and_no_more() -> None:
    tower = "sin(" * 50 + "x y" + ")" * 50 + "*exp(" * 1 + "x" + ")"
    answers = batch({"id": 1, "f": tower}, {"id": 2, "f": "x^2"}, options=("--limit", "1.5"))
    assert answers[0]["ok"] in (True, False) and answers[1]["ok"] is True
    if not answers[0]["ok"]:
        assert answers[0]["error"]["code"] in ("time", "budget")


@pytest.mark.parametrize("arguments", [("--batch", "--limit", "0"), ()])
def test_wrong_use_is_explained(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and b"usage" in done.stderr and b"Traceback" not in done.stderr


def test_a_line_that_is_not_json_by_the_letter_costs_one_line() -> None:
    answers = batch(b'{"id": NaN, "f": "x^2"}', b'{"id": Infinity, "f": "x^"}', {"id": 3, "f": "x^2"})
    assert [a["ok"] for a in answers] == [False, False, True]


@pytest.mark.parametrize(
    ("f", "domain", "singular"),
    [
        ("ln x + 1/y", ["x > 0", "y != 0"], [("x = 0", "edge of the domain"), ("y = 0", "not defined: pole")]),
        ("x^2 y/x", ["x != 0"], [("x = 0", "not defined: hole")]),
        ("|x| + |y|", [], [("x = 0", "not differentiable: kink"), ("y = 0", "not differentiable: kink")]),
        ("sqrt(x^2 + y^2)", [], [("(x, y) = (0, 0)", "not differentiable: cone tip")]),
        ("1/(x - 7)", ["x != 7"], []),  # a pole outside the window
        ("x^2 + y^2", [], []),
    ],
)
def test_the_json_names_what_is_missing_in_the_window(
    f: str, domain: list[str], singular: list[tuple[str, str]]
) -> None:
    (answer,) = batch({"id": 1, "f": f})
    assert answer["domain"] == domain
    assert [(s["where"], s["reason"]) for s in answer["critical"]["singular"]] == singular


def test_the_report_lists_what_is_missing() -> None:
    said = run("|x| + 2|y|").stdout.decode()
    assert "kink at x = 0 (exact)" in said and "f has its smallest value, 0: proved" in said


def test_square_maps_have_a_determinant_and_a_point_has_numbers() -> None:
    square, kink, bad, few, scalar = batch(
        {"id": 1, "f": ["x^2 - y^2", "2xy"], "at": [1, 1]},
        {"id": 2, "f": ["|x|", "x y", "y^2"], "at": [0, 2]},
        {"id": 3, "f": "x y", "at": [1, "2"]},
        {"id": 4, "f": "x y", "at": [1]},
        {"id": 5, "f": "x y"},
        options=("--only", "derivatives"),
    )
    assert square["determinant"] == "4*(x**2 + y**2)"
    assert square["at"] == {
        "point": [1.0, 1.0],
        "value": [0.0, 2.0],
        "jacobian": [[2.0, -2.0], [2.0, 2.0]],
        "determinant": 8.0,
        "rank": 2,
        "singular_values": pytest.approx([8**0.5, 8**0.5]),
        "reason": None,
    }
    assert "determinant" not in kink and kink["at"]["jacobian"] == [None, [2.0, 0.0], [0.0, 4.0]]
    assert "f_1 has no derivative there" in kink["at"]["reason"] and kink["at"]["rank"] is None
    assert not bad["ok"] and not few["ok"] and "2 numbers" in few["error"]["message"]
    assert scalar["ok"] and not {"at", "determinant"} & set(scalar)


def test_the_report_says_what_is_at_a_point() -> None:
    said = run("(x^2 - y^2, 2xy)", "--at", "-1, 1", "--only", "derivatives").stdout.decode()
    assert "Determinant\n   4*(x**2 + y**2)" in said and "At (-1, 1)" in said and "determinant 8" in said
