"""Jobs: plain data in, plain data out, and the same answer the mathematics gives."""

import json
import math

import pytest
import sympy

from core import numeric
from core.jobs import JOBS, JobError, critical, derive, health
from core.problem import Problem
from core.program import Program
from core.syntax import latex_name
from tests.formulas import FORMULAS


def asked(text: str, **rest: object) -> dict:
    return {"problem": Problem(text).to_wire(), "least": ["x", "y"], **rest}


@pytest.mark.parametrize(("text", "at"), FORMULAS, ids=[t for t, _ in FORMULAS])
def test_the_printed_text_evaluates_to_the_values_of_the_program(text: str, at: tuple[float, float]) -> None:
    record = derive(asked(text))
    names = {name: sympy.Symbol(name, real=True) for name in record["variables"]}
    values = numeric.floats(Program.from_wire(record["programs"]["scalars"]["f"]), at)
    printed = [*record["components"], *record["gradient"], *(e for row in record["hessian"] for e in row)]
    for value, e in zip(values, printed, strict=True):
        exact = sympy.sympify(e, locals=names).subs(dict(zip(names.values(), at, strict=True)))
        assert value == pytest.approx(float(exact.evalf(30)), rel=1e-10, abs=1e-10)


def test_every_answer_is_plain_json_without_nan() -> None:
    for text, _ in FORMULAS:
        json.dumps(derive(asked(text)), allow_nan=False)
        if "sqrt(abs" not in text:
            json.dumps(critical({**asked(text), "seconds": 0.6}), allow_nan=False)


def test_a_vector_function_has_a_jacobian_and_a_landscape_for_each_component_and_its_length() -> None:
    record = derive(asked("(x cos y, x sin y)"))
    assert record["jacobian"] == [["cos(y)", "-x*sin(y)"], ["sin(y)", "x*cos(y)"]]
    assert "gradient" not in record and set(record["programs"]["scalars"]) == {"0", "1", "norm"}
    norm = numeric.floats(Program.from_wire(record["programs"]["scalars"]["norm"]), (3.0, 0.7))
    assert norm[:3] == pytest.approx([4.5, 3.0, 0.0], abs=1e-12)


def test_parameters_have_values_in_the_programs_and_letters_in_the_text() -> None:
    problem = Problem("f(x, y) = a x^2 + b y", parameters=(("a", 2.5),))
    record = derive({"problem": problem.to_wire()})
    assert record["parameters"] == {"a": 2.5, "b": 1.0} and record["gradient"] == ["2*a*x", "b"]
    assert numeric.floats(Program.from_wire(record["programs"]["map"]), (2.0, 3.0)) == [13.0]


def test_the_domain_is_in_the_record() -> None:
    assert derive(asked("ln x + 1/y"))["domain"] == ["x > 0", "y != 0"]


@pytest.mark.parametrize(
    ("text", "code"), [("sinn(x)", "name"), ("x +", "syntax"), ("1/0", "math"), ("9^9^9^9", "budget")]
)
def test_a_refusal_says_why(text: str, code: str) -> None:
    with pytest.raises(JobError) as refusal:
        derive(asked(text))
    error = refusal.value.answer["error"]
    assert error["code"] == code and error["message"].endswith((".", "?"))


def test_critical_points_of_the_shown_scalar() -> None:
    problem = Problem("(x^2 - y, y^2 - x)")
    first = critical({"problem": problem.to_wire(), "shown": "0"})["critical"]
    norm = critical({"problem": problem.to_wire(), "shown": "norm"})["critical"]
    assert first["points"] == [] and first["status"] == "complete"
    assert sorted(p["kind"] for p in norm["points"]) == ["minimum", "minimum", "saddle"]
    assert critical({"problem": problem.to_wire()})["critical"]["status"] == "not attempted"


def test_points_have_exact_names_where_they_can_be_proved() -> None:
    record = critical({"problem": Problem("x^4 + y^4 - 4xy + 1").to_wire()})["critical"]
    assert {tuple(p["exact"]) for p in record["points"]} == {("0", "0"), ("1", "1"), ("-1", "-1")}
    record = critical({"problem": Problem("x^3 - 6x").to_wire()})["critical"]
    assert {tuple(p["exact"]) for p in record["points"]} == {("sqrt(2)",), ("-sqrt(2)",)}
    record = critical({"problem": Problem("cos x").to_wire()})["critical"]
    assert {tuple(p["exact"]) for p in record["points"]} == {("0",), ("pi",), ("-pi",)}


def test_a_silent_hessian_is_called_inconclusive_and_the_set_not_complete() -> None:
    record = critical({"problem": Problem("x^4 + y^4").to_wire()})["critical"]
    (point,) = record["points"]
    assert point["kind"] == "inconclusive" and point["exact"] == ["0", "0"] and point["eigenvalues"] == [0, 0]
    assert record["status"] == "incomplete" and record["undecided"]


def test_a_point_on_the_edge_is_settled_by_its_exact_name() -> None:
    record = critical({"problem": Problem("x^2 + y^2", box=((0.0, 2.0), (0.0, 2.0))).to_wire()})["critical"]
    assert record["status"] == "complete" and [p["exact"] for p in record["points"]] == [["0", "0"]]


def test_health_is_a_real_derivation() -> None:
    assert health({}) == {"ok": True} and set(JOBS) == {"derive", "critical", "health"}
    assert latex_name("alpha") == r"\alpha" and math.pi > 3


def test_a_constant_is_critical_everywhere() -> None:
    for text in ("3", "f(x, y) = 0 x + pi", "x/x"):
        record = critical({"problem": Problem(text).to_wire()})["critical"]
        assert record["status"] == "complete" and record["points"] == [] and record["curves"][0]["equation"] == "0"
    assert derive({"problem": Problem("3").to_wire()})["gradient"] == ["0"]
