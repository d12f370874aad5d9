"""`python -m core optimize`: every method and hyperparameter by its name; bad questions cost a line."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy as np
import pytest

from core import engine
from core.__main__ import main
from core.optimize import CATALOGUE
from core.optimize.catalogue import RANGES

KEYS = {"id", "ok", "iterates", "end", "value", "steps", "outcome", "sentence", "kind", "evidence", "cost"}
OUTCOMES = {
    "converged",
    "out of steps",
    "cycle",
    "diverged",
    "overflow",
    "left the domain",
    "singular Hessian",
    "stalled",
}
KINDS = {"minimum", "maximum", "saddle", "inconclusive", "none"}
GOOD = {"step": 0.05, "momentum": 0.5, "decay": 0.5, "beta1": 0.5, "beta2": 0.5, "epsilon": 1e-4, "damping": 0.5, "radius": 0.5, "line_search": "exact"}  # fmt: skip


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.URL, "inline:")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["optimize", *arguments])
    return code, capsys.readouterr().out


def batch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *questions: Any) -> list[dict[str, Any]]:
    lines = b"\n".join(q if isinstance(q, bytes) else json.dumps(q).encode() for q in questions)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines + b"\n")))
    _, out = said(capsys, "--batch")
    return [json.loads(line) for line in out.splitlines()]


def text_for(name: str) -> str:
    return "(x - y, x^2 + y - 2)" if CATALOGUE[name].residuals else "(x - 1)^4 + (x - 1)^2 + 2(y + 1)^2 + x y/2"


def asked(name: str, **rest: Any) -> dict[str, Any]:
    return {"id": name, "f": text_for(name), "method": name, "start": [0.5, 0.25], "steps": 12, **rest}


def whole(answer: dict[str, Any]) -> None:
    assert set(answer) == KEYS and answer["ok"] is True, answer
    assert answer["outcome"] in OUTCOMES and answer["kind"] in KINDS and answer["sentence"].endswith(".")
    assert set(answer["cost"]) == {"values", "gradients", "hessians"}
    assert len(answer["iterates"]) == min(answer["steps"], 10) + 1
    assert all(map(math.isfinite, answer["end"]))


def test_every_method_answers_by_its_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = batch(monkeypatch, capsys, *map(asked, CATALOGUE))
    assert [a["id"] for a in answers] == list(CATALOGUE)
    for answer in answers:
        whole(answer)
        assert answer["iterates"][0] == [0.5, 0.25] and answer["steps"] <= 12
        assert (answer["end"] == answer["iterates"][-1]) == (answer["steps"] <= 10)
        order = CATALOGUE[answer["id"]].order
        cost = answer["cost"]
        assert cost["values"] > 0 and (cost["gradients"] > 0) == (order > 0) and (cost["hessians"] > 0) == (order > 1)


def test_every_hyperparameter_is_heard_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = [(name, key) for name in CATALOGUE for key in GOOD]
    answers = batch(monkeypatch, capsys, *(asked(name, hyperparameters={key: GOOD[key]}) for name, key in pairs))
    usual = {a["id"]: a["iterates"] for a in batch(monkeypatch, capsys, *map(asked, CATALOGUE))}
    for (name, key), answer in zip(pairs, answers, strict=True):
        assert answer["ok"] is (key in CATALOGUE[name].fields), (name, key)
        if not answer["ok"]:
            assert key in GOOD and "hyperparameter" in answer["error"]["message"]
        elif (name, key) not in (
            ("trust-region", "radius"),
            ("sr1", "radius"),
            ("modified-newton", "line_search"),
            ("damped-newton", "line_search"),
            ("damped-newton", "step"),
            ("bfgs", "step"),
            ("l-bfgs", "step"),
        ):
            assert answer["iterates"] != usual[name], (name, key)
    assert set(GOOD) == set(RANGES) | {"line_search"}


@pytest.mark.parametrize("key", RANGES)
def test_a_hyperparameter_out_of_its_range_is_refused_with_the_range(
    key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = next(name for name, row in CATALOGUE.items() if key in row.fields)
    low, high = RANGES[key]
    bad = [
        low - 1,
        high + 1 if high < 1e9 else 10 * high,
        10**400,
        True,
        None,
        [0.1],
        "x",
        "",
        {"a": 1},
    ]
    answers = batch(monkeypatch, capsys, *(asked(name, hyperparameters={key: value}) for value in bad))
    for value, answer in zip(bad, answers, strict=True):
        assert answer["ok"] is False and answer["error"]["message"].endswith("."), (key, value)
    assert f"{low:g}" in answers[0]["error"]["message"] and f"{high:g}" in answers[1]["error"]["message"]


def test_the_command_line_sets_what_a_line_sets(capsys: pytest.CaptureFixture[str]) -> None:
    text = "x^2 + 10y^2"
    code, out = said(capsys, text, "--method", "heavy-ball", "--set", "step=0.1", "--set", "momentum = 0.5", "--start", "1, 2", "--steps", "3", "--json")  # fmt: skip
    answer = json.loads(out)
    whole(answer)
    assert code == 0 and answer["steps"] == 3 and answer["outcome"] == "out of steps" and answer["kind"] == "none"
    x, v, expected = np.array([1.0, 2.0]), np.zeros(2), []
    for _ in range(4):
        expected.append(x.tolist())
        v = 0.5 * v - x * [2, 20]
        x = x + 0.1 * v
    np.testing.assert_allclose(answer["iterates"], expected, rtol=1e-14)
    assert answer["cost"] == {"values": 4, "gradients": 4, "hessians": 0}


def test_a_run_for_people_is_a_table_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "x^2 - 3y^2", "--method", "newton", "--start", "-1, 2")
    lines = out.splitlines()
    assert code == 0 and lines[0].split() == ["0", "(-1,", "2)"] and lines[1].split()[0] == "1"
    assert lines[3] == "After 1 step: the gradient vanished, at a saddle (proved)." and "2 hessians" in lines[4]
    code, out = said(capsys, "x^2 + y^2", "--start", "1, 1", "--steps", "40", "--set", "step=0.01")
    assert code == 0 and "..." in out and "ran out of steps" in out


@pytest.mark.parametrize(("arguments", "words"), [
    (("x^2 +", "--start", "1"), "^"),
    (("x^2", "--start", "1, 2"), "1 coordinate"), (("x^2 + y^2", "--start", "1"), "2 coordinates"),
    (("x^2", "--start", ""), "start"), (("x^2", "--start", "nan"), ""), (("x^2", "--start", "inf"), ""),
    (("x^2", "--start", "1e12"), ""), (("x^2", "--start", "one"), ""),
    (("x^2", "--start", "1", "--method", "newtn"), "must be one of"), (("x^2", "--start", "1", "--method", "__class__"), "must be one of"),
    (("x^2", "--start", "1", "--set", "rate=0.1"), "hyperparameter"), (("x^2", "--start", "1", "--set", "step"), ""),
    (("x^2", "--start", "1", "--set", "step=fast"), "number"), (("x^2", "--start", "1", "--set", "line_search=golden"), "must be one of"),
    (("x^2", "--start", "1", "--steps", "-1"), "steps"), (("x^2", "--start", "1", "--steps", "1000000000"), "steps"),
    (("x^2", "--start", "1", "--method", "gauss-newton"), "vector function"),
])  # fmt: skip
def test_a_bad_question_is_answered_in_a_sentence(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = said(capsys, *arguments)
    assert (
        code == 1 and words in out and "Traceback" not in out and out.strip().splitlines()[-1].endswith((".", "?"))
    ), out
    code, out = said(capsys, *arguments, "--json")
    error = json.loads(out)["error"]
    assert code == 1 and set(error) == {"code", "message", "position", "suggestion"}


def test_a_batch_survives_every_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fine = {"id": "fine", "f": "x^2", "start": [1.0], "steps": 2}
    answers = batch(
        monkeypatch, capsys,
        fine, b"\xff\xfe\x00", b"{", b"null", b"3", b'"x"', b"[]", b"{}", b'{"id": 1e999}', b'{"id": NaN}',
        fine | {"start": [float("nan")]}, b'{"f": "x^2", "start": [1e999]}', fine | {"start": []}, fine | {"start": None},
        fine | {"start": [True, "1"]}, fine | {"start": [[1.0]]}, fine | {"start": {"x": 1}}, fine | {"start": 1.0},
        fine | {"method": 7}, fine | {"method": ["newton"]}, fine | {"method": None}, fine | {"hyperparameters": [0.1]},
        fine | {"hyperparameters": "step=1"}, fine | {"hyperparameters": {"": 1}}, fine | {"steps": 1.5},
        fine | {"steps": "many"}, fine | {"steps": -1}, fine | {"steps": True}, fine | {"f": []}, fine | {"f": None},
        fine | {"f": "__import__('os')"}, fine | {"f": "9^9^9^9"}, fine | {"variables": "x); import os"}, fine | {"variables": 3},
        fine,
    )  # fmt: skip
    assert len(answers) == 35
    assert [a["id"] for a in (answers[0], answers[-1])] == ["fine", "fine"] and answers[0] == answers[-1]
    for answer in answers[1:-1]:
        assert answer["ok"] is False and answer["error"]["message"].endswith((".", "?")), answer
    whole(answers[0])


@pytest.mark.parametrize(("f", "start", "name", "constants", "outcome", "kind"), [
    ("x^2 + y^2", [1.0, 1.0], "newton", {}, "converged", "minimum"),
    ("x^2 - y^2", [1.0, 1.0], "newton", {}, "converged", "saddle"),
    ("4 - x^2 - y^2", [1.0, 1.0], "newton", {}, "converged", "maximum"),
    ("x^4 + y^4", [1.0, 1.0], "newton", {}, "converged", "minimum"),
    ("(x + y)^2", [1.5, 0.5], "newton", {}, "singular Hessian", "none"),
    ("x^2 + y^2", [1.5, 1.0], "gradient-descent", {"step": 1.0}, "cycle", "none"),
    ("-e^(-x^2 - y^2)", [0.5, 0.0], "newton", {}, "cycle", "none"),
    ("x^2 + y^2", [1.5, 1.0], "gradient-descent", {"step": 1.5}, "diverged", "none"),
    ("e^(x^2)", [3.0], "gradient-descent", {"step": 1e-2}, "overflow", "none"),
    ("sqrt(x)", [1.0], "gradient-descent", {"step": 1.0}, "left the domain", "none"),
    ("ln(x) + y^2", [-1.0, 1.0], "bfgs", {}, "left the domain", "none"),
    ("|x|", [1.0], "gradient-descent", {"step": 1e-3}, "out of steps", "none"),
    ("4 - x^2 - 2y^2", [1.0, 1.0], "damped-newton", {}, "stalled", "none"),
    ("3 + 0 x", [5.0], "adam", {}, "converged", "inconclusive"),
])  # fmt: skip
def test_every_way_to_end_has_its_word(
    f: str, start: list[float], name: str, constants: dict[str, Any], outcome: str, kind: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (answer,) = batch(
        monkeypatch, capsys, {"f": f, "start": start, "method": name, "hyperparameters": constants, "steps": 100}
    )
    whole(answer)
    if f == "x^4 + y^4":
        kind = answer["kind"]
        assert kind in ("minimum", "inconclusive")
    assert (answer["outcome"], answer["kind"]) == (outcome, kind), answer
    if outcome == "stalled":
        assert "uphill" in answer["sentence"]
