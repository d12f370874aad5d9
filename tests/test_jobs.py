"""Jobs: plain data in, plain data out, and the same answer the mathematics gives."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import pytest
import sympy

from core import gallery, numeric, settings
from core.compile import program
from core.critical import search
from core.engine import progress
from core.jobs import JOBS, JobError, critical, derive, determinant, health, hessian, region
from core.meaning import function
from core.problem import Problem
from core.program import Program, jet
from core.syntax import latex_name, read
from core.wire import Record
from tests.formulas import FORMULAS


def asked(text: str, **rest: object) -> dict:
    return {"problem": Problem(text).to_wire(), "least": ["x", "y"], **rest}


@pytest.mark.parametrize(("text", "at"), FORMULAS, ids=[t for t, _ in FORMULAS])
def test_the_printed_text_evaluates_to_the_values_of_the_program(text: str, at: tuple[float, float]) -> None:
    record = derive(asked(text))
    names = {name: sympy.Symbol(name, real=True) for name in record["variables"]}
    values = numeric.floats(jet(program(function(read(text, least=("x", "y"))))), at)
    printed = [*record["components"], *record["gradient"], *(e for row in record["hessian"] for e in row)]
    for value, e in zip(values, printed, strict=True):
        exact = sympy.sympify(e, locals=names).subs(dict(zip(names.values(), at, strict=True)))
        assert value == pytest.approx(float(exact.evalf(30)), rel=1e-10, abs=1e-10)


def test_every_answer_is_plain_json_without_nan() -> None:
    for text, _ in FORMULAS:
        json.dumps(derive(asked(text)), allow_nan=False)
        if "sqrt(abs" not in text:
            json.dumps(critical({**asked(text), "seconds": 0.1}), allow_nan=False)


def test_a_vector_function_has_a_jacobian_as_text_and_as_a_program() -> None:
    record = derive(asked("(x cos y, x sin y)"))
    assert record["jacobian"] == [["cos(y)", "-x*sin(y)"], ["sin(y)", "x*cos(y)"]]
    slopes = numeric.floats(Program.from_wire(record["programs"]["jacobian"]), (3.0, 0.5))
    assert "gradient" not in record
    assert slopes == pytest.approx([math.cos(0.5), -3 * math.sin(0.5), math.sin(0.5), 3 * math.cos(0.5)])


def test_parameters_have_values_in_the_programs_and_letters_in_the_text() -> None:
    problem = Problem("f(x, y) = a x^2 + b y", parameters=(("a", 2.5),))
    record = derive({"problem": problem.to_wire()})
    assert record["parameters"] == {"a": 2.5, "b": 1.0} and record["gradient"] == ["2*a*x", "b"]
    assert numeric.floats(Program.from_wire(record["programs"]["jacobian"]), (2.0, 3.0)) == [10.0, 1.0]


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


def test_a_silent_hessian_is_called_inconclusive_and_the_point_has_a_nature_with_a_reason() -> None:
    record = critical({"problem": Problem("x^4 + y^4").to_wire()})["critical"]
    (point,) = record["points"]
    assert point["kind"] == "inconclusive" and point["exact"] == ["0", "0"] and point["eigenvalues"] == [0, 0]
    assert record["status"] == "complete" and point["nature"] == "minimum"
    assert "Both eigenvalues of the Hessian are 0" in point["reason"] and "x⁴ + y⁴" in point["because"]


def test_a_point_on_the_edge_is_settled_by_its_exact_name() -> None:
    record = critical({"problem": Problem("x^2 + y^2", box=((0.0, 2.0), (0.0, 2.0))).to_wire()})["critical"]
    assert record["status"] == "complete" and [p["exact"] for p in record["points"]] == [["0", "0"]]


def test_health_is_a_real_derivation() -> None:
    assert health({}) == {"ok": True}
    assert set(JOBS) == {
        "derive",
        "hessian",
        "critical",
        "proof",
        "determinant",
        "pointwise",
        "answer",
        "chain",
        "local",
        "taylor",
        "optimize",
        "sweep",
        "region",
        "atlas",
        "health",
    }
    assert latex_name("alpha") == r"\alpha" and math.pi > 3


def test_a_constant_is_critical_everywhere() -> None:
    for text in ("3", "f(x, y) = 0 x + pi", "x/x"):
        record = critical({"problem": Problem(text).to_wire()})["critical"]
        assert record["status"] == "complete" and record["points"] == [] and record["curves"][0]["equation"] == "0"
    assert derive({"problem": Problem("3").to_wire()})["gradient"] == ["0"]


@pytest.mark.parametrize(
    ("text", "box", "at"),
    [
        ("(x-0.1)^2", ((0.1, 1),), [(0.1,)]),
        ("(x-0.3)^2", ((-1, 0.3),), [(0.3,)]),
        ("(x-0.7)^2+(y-0.1)^2", ((0.7, 1), (0.1, 1)), [(0.7, 0.1)]),
        ("x^3-0.27x", ((0, 0.3),), [(0.3,)]),
        ("(10x-1)^2 (10x-3)^2", ((0.1, 0.3),), [(0.1,), (0.2,), (0.3,)]),
        ("cos(10 pi x)", ((0.1, 0.3),), [(0.1,), (0.2,), (0.3,)]),
        ("(x-0.1)^2", ((0.1000001, 1),), []),
    ],
)
def test_the_end_of_a_window_is_the_decimal_that_was_typed(text: str, box: tuple, at: list) -> None:
    record = critical({"problem": Problem(text, box=box).to_wire()})["critical"]
    assert record["status"] == "complete" and [tuple(p["at"]) for p in record["points"]] == at


@pytest.mark.parametrize(
    ("text", "near"),
    [("sin(6x)+cos(4x)", 2.0), ("sin(4x)+cos(12x)", -2.1), ("sin(16x)+cos(19x)", 0.62), ("sin(12x)/(1+x^2)", 1.1)],
)
def test_a_point_is_where_newton_in_many_digits_finds_it(text: str, near: float) -> None:
    record = critical({"problem": Problem(text, box=((-5.0, 5.0),)).to_wire()})["critical"]
    point = min(record["points"], key=lambda p: abs(p["at"][0] - near))
    x = sympy.Symbol("x", real=True)
    f = function(read(text)).components[0]
    true = sympy.nsolve(sympy.diff(f, x), x, point["at"][0], prec=30)
    assert point["at"][0] == pytest.approx(float(true), abs=1e-11)
    assert point["value"] == pytest.approx(float(f.subs(x, true)), abs=1e-10)
    assert point["eigenvalues"][0] == pytest.approx(float(sympy.diff(f, x, 2).subs(x, true)), rel=1e-8)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("x^2-y^2+z^4", "saddle", "positive and a negative"),
        ("x^2+y^2+z^4", "inconclusive", "silent"),
        ("x^2+2y^2+3z^2", "minimum", "All eigenvalues"),
        ("-x^2-y^2-z^2+x y", "maximum", "All eigenvalues"),
    ],
)
def test_in_three_variables_the_signs_of_all_eigenvalues_count(text: str, kind: str, words: str) -> None:
    (point,) = critical({"problem": Problem(text, box=((-1.0, 1.0),) * 3).to_wire()})["critical"]["points"]
    assert point["kind"] == kind and words in point["reason"]


@pytest.mark.parametrize("text", ["ln(x)-ln(x)", "0 sqrt(x) + 3"])
def test_a_constant_that_is_defined_nowhere_in_the_window_is_not_critical_everywhere(text: str) -> None:
    record = critical({"problem": Problem(text, box=((-2.0, -1.0),)).to_wire()})["critical"]
    assert record["sentence"] == "f is not defined anywhere in this window." and record["curves"] == []


@pytest.mark.parametrize("text", ["cbrt(x)^4", "1/cbrt(x)+x", "x^2/cbrt(x)", "2^cbrt(x)", "cbrt(x)^3 x", "cbrt(x-1)^2"])
def test_a_cube_root_is_printed_as_one_thing(text: str) -> None:
    record = derive({"problem": Problem(text).to_wire()})
    x = sympy.Symbol("x", real=True)
    f = jet(program(function(read(text))))
    for at in (-0.3, 0.7):
        printed = [record["components"][0], record["gradient"][0], record["hessian"][0][0]]
        texts = [float(sympy.sympify(e, locals={"x": x}).subs(x, at)) for e in printed]
        assert texts == pytest.approx(numeric.floats(f, [at]), rel=1e-9)


@pytest.mark.parametrize(
    "text", ["0 sqrt(x-2y) + 0 sqrt(x+2y) + x^2 - y^2", "sqrt(x)^4 + y^2", "sqrt(x)^4 + sqrt(y)^4"]
)
def test_a_point_on_the_edge_of_the_domain_has_no_hessian_to_be_tested(text: str) -> None:
    record = critical({"problem": Problem(text, box=((-2.0, 2.0),) * 2).to_wire()})["critical"]
    assert record["points"] == []


# What is exact at one point


def at_point(text: str, *at: float) -> Record:
    return JOBS["local"]({"problem": Problem(text).to_wire(), "at": list(at)})


def test_matrix_determinant_rank_and_eigenvalues_are_exact_at_decimal_points() -> None:
    found = at_point("(x^2 - y^2, 2xy)", 0.1, 0.2)
    assert found["jacobian"] == [[r"\frac{1}{5}", r"- \frac{2}{5}"], [r"\frac{2}{5}", r"\frac{1}{5}"]]
    assert (found["determinant_at"], found["rank"]) == (r"\frac{1}{5}", 2)
    bent = at_point("1.5x^2 + 2xy + 1.5y^2", 0.3, 7.0)
    assert (bent["hessian"], bent["eigenvalues"]) == ([["3", "2"], ["2", "3"]], ["5", "1"])
    assert at_point("x^2 + xy", 0.0, 0.0)["eigenvalues"] == [r"1 + \sqrt{2}", r"1 - \sqrt{2}"]
    assert at_point("(x^2 - y, y^2 - x)", 0.5, 0.5)["rank"] == 1


@pytest.mark.parametrize(
    ("text", "at"),
    [("|x| + y", (0.0, 1.0)), ("x^2 y/x", (0.0, 1.0)), ("sqrt(x) + y", (0.0, 1.0)), ("sin(x) + y", (0.5, 1.0)), ("max(x, y)", (2.0, 2.0))],
)  # fmt: skip
def test_nothing_is_called_exact_where_a_slope_is_missing_or_not_rational(text: str, at: tuple[float, ...]) -> None:
    found = at_point(text, *at)
    assert found["jacobian"] is None and found["rank"] is None and found["hessian"] is None


def test_slopes_that_exist_beside_a_kink_are_exact() -> None:
    assert at_point("|x| + y", -2.0, 1.0)["jacobian"] == [["-1", "1"]]


# The Taylor model at one point


def model_at(text: str, at: Sequence[float], order: int = 2, **more: Any) -> Record:
    problem = Problem(text, parameters=more.pop("parameters", ()))
    return JOBS["taylor"]({"problem": problem.to_wire(), "at": list(at), "order": order, **more})


def written(found: Record) -> str:
    return " ".join(f"{'-' if t['sign'] < 0 else '+'} {t['coefficient']} {t['powers']}" for t in found["terms"])


def test_the_taylor_model_is_written_as_a_person_would() -> None:
    assert written(model_at("e^x cos y", (0.0, 0.0))) == r"+ 1  +  x + \frac{1}{2} x^{2} - \frac{1}{2} y^{2}"
    assert written(model_at("e^x cos y", (0.0, 0.0), 1)) == "+ 1  +  x"
    assert written(model_at("x^2 y", (1.0, 1.0))) == (
        r"+ 1  + 2 \left(x - 1\right) +  \left(y - 1\right) +  \left(x - 1\right)^{2} "
        r"+ 2 \left(x - 1\right) \left(y - 1\right)"
    )
    assert written(model_at("f(x) = x^3", (-1.0,))) == r"- 1  + 3 \left(x + 1\right) - 3 \left(x + 1\right)^{2}"
    assert model_at("x^3 + y^3", (0.0, 0.0))["terms"] == []


@pytest.mark.parametrize(
    ("text", "p", "f"),
    [("e^x cos y", (1.0, 2.5), lambda x, y: mpmath.e**x * mpmath.cos(y)),
     ("sin(x y) + ln(x + 3)", (1.0, 0.5), lambda x, y: mpmath.sin(x * y) + mpmath.log(x + 3)),
     ("erf(x) y^3", (0.25, -2.0), lambda x, y: mpmath.erf(x) * y**3)],
)  # fmt: skip
def test_the_terms_of_the_taylor_model_are_those_of_another_calculation(
    text: str, p: tuple[float, float], f: Callable[..., Any]
) -> None:
    terms = model_at(text, p)["terms"]
    powers = {(0, 0): 1, (1, 0): 1, (0, 1): 1, (2, 0): 2, (1, 1): 1, (0, 2): 2}
    expected = [float(mpmath.diff(f, p, k) / share) for k, share in powers.items()]
    assert [t["sign"] * t["value"] for t in terms] == pytest.approx([c for c in expected if abs(c) > 1e-12], rel=1e-9)


def test_the_taylor_model_is_of_the_scalar_that_is_shown_and_of_the_values_of_letters() -> None:
    assert written(model_at("(x y, x + y)", (1.0, 2.0), 1, shown="1")) == (
        r"+ 3  +  \left(x - 1\right) +  \left(y - 2\right)"
    )
    assert written(model_at("(x, 2y)", (1.0, 0.0), 0, shown="norm")) == r"+ \frac{1}{2} "
    assert written(model_at("f(x, y) = a x^2 + y", (0.0, 0.0), parameters=(("a", 3.0),))) == "+  y + 3 x^{2}"


@pytest.mark.parametrize(
    ("text", "at", "order"), [("|x| + y", (0.0, 1.0), 1), ("x^2 y/x", (0.0, 1.0), 0), ("sqrt(x) + y", (0.0, 1.0), 1)]
)
def test_where_derivatives_are_missing_there_is_no_taylor_model(text: str, at: tuple[float, ...], order: int) -> None:
    assert model_at(text, at, order) == {"terms": None, "long": False}


def test_coefficients_nobody_can_read_are_not_shown() -> None:
    assert model_at("(x^2 + y - 11)^2", (1.123, 2.4567)) == {"terms": None, "long": True}
    assert model_at("|x| + y", (0.0, 1.0), 0)["terms"][0]["coefficient"] == "1"


DENSE = "(" + ", ".join(f"a b c d p q/{letter}" for letter in "abcdpq") + ")"  # its Jacobian has no 0 off the diagonal


@pytest.mark.parametrize(
    ("text", "determinant"),
    [("(x cos y, x sin y)", "x"), ("(e^x cos y, e^x sin y)", "e^{2 x}"), ("(x y, y z, z x)", "2 x y z"), ("x + y", None),
     ("(a + b, b + c, c + d, d + p, p + a)", "2"), ("(a p, b a, c b, d c, p d)", "2 a b c d p"),
     ("f(a, b, c, d) = (a + b + c + d, a b + a c + a d + b c + b d + c d, a b c + a b d + a c d + b c d, a b c d)",
      "\\left(a - b\\right) \\left(a - c\\right) \\left(a - d\\right) \\left(b - c\\right) \\left(b - d\\right) "
      "\\left(c - d\\right)"),
     (DENSE, None)],
)  # fmt: skip
def test_determinants_are_written_as_a_person_would(text: str, determinant: str | None) -> None:
    assert JOBS["determinant"]({"problem": Problem(text).to_wire()})["determinant"] == determinant


def test_the_hessian_alone_is_the_one_of_the_whole_derivation() -> None:
    for name in ("stretched", "himmelblau", "folium", "twohills", "l1"):
        problem = {"problem": Problem(gallery.get(name).text).to_wire()}
        whole, alone = derive(problem), hessian(problem)
        assert (whole["hessian"], whole["latex"]["hessian"]) == (alone["hessian"], alone["latex"])
    with pytest.raises(JobError):
        hessian({"problem": Problem("(x, y)").to_wire()})


@pytest.mark.parametrize("name", ["himmelblau", "monkey", "peano", "peaks"])
def test_what_a_search_reports_meanwhile_is_true_in_the_end_and_never_called_complete(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(search, "TOLD_SECONDS", -1.0)
    monkeypatch.setattr(search, "TELLING", 0.0)
    preset, heard = gallery.get(name), []
    with progress.heard_by(lambda message: heard.append(json.loads(message)["value"])):
        found = critical({"problem": Problem(preset.text, box=preset.box).to_wire()})["critical"]
    *meanwhile, last = heard
    assert len(meanwhile) >= 2 and {m["critical"]["status"] for m in meanwhile} == {"proving"}
    kinds = [(p["kind"], p["at"]) for p in found["points"]]
    for message in meanwhile:
        for point in message["critical"]["points"]:
            assert any(kind == point["kind"] and math.dist(at, point["at"]) < 1e-9 for kind, at in kinds)
    named = [(p["kind"], p["at"]) for p in last["critical"]["points"]]
    assert all(point in kinds for point in named) and last["critical"]["status"] != "proving"


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("f(r, t, p) = (r sin t cos p, r sin t sin p, r cos t)", "r**2*sin(t)"),
        ("f(r, t, p) = ((R + r cos t) cos p, (R + r cos t) sin p, r sin t)", "-r*(R + r*cos(t))"),
        ("f(r, a, b, c) = (r cos a, r sin a cos b, r sin a sin b cos c, r sin a sin b sin c)", "r**3*sin(a)**2*sin(b)"),
        ("(cosh x cos y, sinh x sin y)", "sin(y)**2 + sinh(x)**2"),
        ("(min(x, y), max(x, y))", "Piecewise((1, x < y), (-1, True))"),
        ("(x^y, y^x)", "-x**y*y**x*(log(x)*log(y) - 1)"),
    ],
)
def test_area_factors_are_those_of_the_books(text: str, factor: str) -> None:
    assert determinant({"problem": Problem(text).to_wire()})["text"] == factor


def test_what_is_promised_on_a_box_is_told_as_it_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs out of time has the verdict at least: the command line as well as a page."""
    for page in (False, True):
        told: list[dict[str, Any]] = []
        monkeypatch.setattr(progress, "report", told.append)
        found = region({"problem": Problem("x^2 + y^2", box=((-1.0, 1.0), (-1.0, 1.0))).to_wire(), "page": page})
        first, last = (record["region"] for record in (told[0], told[-1]))
        assert first["convexity"]["verdict"] == last["convexity"]["verdict"] == "convex"
        assert first["lipschitz"]["f"] == [0.0, None] and found["lipschitz"]["gradient"] == [2.0, 2.0]
        assert set(last) <= set(found) and ("limits" in last) == page


def test_the_boundary_between_regions_is_written_in_its_shortest_form() -> None:
    """det H by pen and paper, without what is constant, repeated, or never zero."""
    due = {
        "x^2 + y^2 + z^2 - x y z": "x^{2} + x y z + y^{2} + z^{2} - 4",  # 8 - 2 (x^2 + y^2 + z^2) - 2 x y z
        "x^2 y^2": "x y",  # -12 x^2 y^2
        "x^4 - 3x^2 + y^2": "2 x^{2} - 1",  # 24 x^2 - 12
        "e^x y": None,  # -e^(2x)
        "x + y": "0",
    }
    for text, written in due.items():
        found = region({"problem": Problem(text).to_wire(), "page": True, "seconds": 0.05})
        assert found["boundary"] == written, text
