"""Edges: what is missing, where, and how surely, against answers found with pen and paper."""

import itertools
from dataclasses import replace

import pytest
import sympy

from core import gallery
from core.edges import Finding, find, inside, remark, undecided_still
from core.edges.find import _of_all
from core.edges.leading import UnknownError, leading
from core.edges.locus import loci
from core.function import Function
from core.jobs import critical, derive
from core.meaning import function
from core.numeric import floats
from core.problem import Problem
from core.program import Program
from core.syntax import read

Row = tuple[str, str, str]  # kind, place, evidence


def edges(text: str, seconds: float = 60.0) -> tuple[Function, tuple[Finding, ...]]:
    f = function(read(text))
    return f, find(f, seconds)


def place(finding: Finding, f: Function) -> str:
    sides = finding.locus.equations(f.variables)
    return ", ".join(f"{_side(left)} = {_side(right)}" for left, right in sides)


def _side(entries: tuple[sympy.Expr, ...]) -> str:
    return str(entries[0]) if len(entries) == 1 else str(tuple(entries))


# What is wrong, where. Every row was worked out by hand; "exact" unless it says otherwise.
KNOWN: dict[str, set[tuple[str, str]]] = {
    # nothing
    "x^2 + y^2": set(),
    "|x|^3": set(),  # second derivative 6|x|
    "f(x, y) = |x|^3 + y": set(),
    "1/(x^2 + x y + y^2 + 1)": set(),  # x² + xy + y² is positive definite
    "1/(x^2 - x + 1)": set(),  # discriminant 1 - 4
    "Piecewise((x^2, x >= 0), (x^2, True))": set(),
    "sqrt(x^2 + 1)": set(),
    "cbrt(x)^3": set(),
    # kinks
    "|x| + |y|": {("kink", "x = 0"), ("kink", "y = 0")},
    "|x| + 2|y|": {("kink", "x = 0"), ("kink", "y = 0")},
    "max(x, y)": {("kink", "x = y")},
    "min(x^2, 1)": {("kink", "x = 1"), ("kink", "x = -1")},
    "|x^2 + y^2 - 1|": {("kink", "x**2 + y**2 = 1")},
    "|sin x|": {("kink", "sin(x) = 0")},
    "sqrt(x^2)": {("kink", "x = 0")},
    "y|x|": {("kink", "x = 0")},
    # points
    "sqrt(x^2 + y^2)": {("cone tip", "(x, y) = (0, 0)")},
    "sqrt((x - 1)^2 + (y + 2)^2)": {("cone tip", "(x, y) = (1, -2)")},
    "sqrt(x^2 + y^2 + z^2)": {("cone tip", "(x, y, z) = (0, 0, 0)")},
    "sqrt(x^2 + y^2) + z": {("cone tip", "x = 0, y = 0")},
    "|x| + sqrt(x^2 + y^2)": {("kink", "x = 0"), ("cone tip", "(x, y) = (0, 0)")},
    # vertical tangents
    "cbrt(x y)": {("vertical tangent", "x = 0"), ("vertical tangent", "y = 0")},
    "sqrt(|x|)": {("vertical tangent", "x = 0")},
    "(x^2)^(1/3)": {("vertical tangent", "x = 0")},
    # second derivatives
    "x|x|": {("curvature jump", "x = 0")},  # slope 2|x|
    "Piecewise((x^2, x <= 1), (2x - 1, True))": {("curvature jump", "x = 1")},  # 2 on the left, 0 on the right
    # poles
    "1/(x^2 + y^2)": {("pole", "(x, y) = (0, 0)")},
    "y tan x": {("pole", "cos(x) = 0")},
    "1/(x - y)": {("pole", "x = y")},
    "1/(1 - cos x)": {("pole", "cos(x) = 1")},
    "e^(1/x)": {("pole", "x = 0")},
    "1/ln x": {("edge", "x = 0"), ("pole", "x = 1")},
    "ln x + 1/y": {("edge", "x = 0"), ("pole", "y = 0")},
    # holes
    "x^2 y/x": {("hole", "x = 0")},
    "sin(x)/x": {("hole", "x = 0")},
    "(x^2 - y^2)/(x - y)": {("hole", "x = y")},
    "tan(x)/tan(x)": {("hole", "cos(x) = 0"), ("hole", "sin(x) = 0")},
    "x y/(x^2 + y^2)": {("hole", "(x, y) = (0, 0)")},  # 1/2 along x = y, 0 along the axes
    "x^2 y/(x^2 + y^2)": {("hole", "(x, y) = (0, 0)"), ("cone tip", "(x, y) = (0, 0)")},  # slope cos² sin, not linear
    "x y (x^2 - y^2)/(x^2 + y^2)": {("hole", "(x, y) = (0, 0)"), ("failed symmetry", "(x, y) = (0, 0)")},
    "x^4/(x^2 + y^2)": {("hole", "(x, y) = (0, 0)"), ("curvature jump", "(x, y) = (0, 0)")},
    "x^4 y/(x^2 + y^2)": {("hole", "(x, y) = (0, 0)")},  # of degree 3: twice differentiable once filled
    # jumps
    "f(x, y) = sign(x) y": {("jump", "x = 0")},
    "|x|/x": {("jump", "x = 0")},
    "arctan(1/x)": {("jump", "x = 0")},  # from -pi/2 to pi/2
    "1/(1 + e^(1/x))": {("jump", "x = 0")},  # from 1 to 0
    "Piecewise((x, x > 0), (x + 1, True))": {("jump", "x = 0")},
    "Piecewise((x y/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))": {("jump", "(x, y) = (0, 0)")},
    # edges
    "e^(2 ln x)": {("edge", "x = 0")},
    "sqrt(x)^4": {("edge", "x = 0")},
    "ln x - ln x + x^2": {("edge", "x = 0")},
    "x^(2/3)": {("edge", "x = 0")},
    "sqrt(1 - x^2 - y^2)": {("edge", "x**2 + y**2 = 1")},
    "arcsin x": {("edge", "x = 1"), ("edge", "x = -1")},
    "ln(x y)": {("edge", "x = 0"), ("edge", "y = 0")},
    "sqrt(ln x)": {("edge", "x = 1")},
    "x^x": {("edge", "x = 0")},
}


@pytest.mark.parametrize("text", KNOWN)
def test_exactly_what_is_missing_is_named(text: str) -> None:
    f, found = edges(text)
    assert {(finding.kind, place(finding, f)) for finding in found} == KNOWN[text]
    assert all(finding.evidence == "exact" for finding in found)


@pytest.mark.parametrize(
    ("text", "kind"), [("sin(1/x)", "hole"), ("1/(x^3 + y^3 - 3x y)", "pole"), ("(x^2 + y^2) ln(x^2 + y^2)", "hole")]
)
def test_what_was_only_measured_is_called_numerical(text: str, kind: str) -> None:
    _, (finding,) = edges(text)
    assert (finding.kind, finding.evidence) == (kind, "numerical")


def test_the_presets_of_the_gallery_name_what_they_teach() -> None:
    names = {"huber": {("curvature jump", "Abs(x) = 1"), ("curvature jump", "Abs(y) = 1")}}
    names["l1"] = {("kink", "x = 0"), ("kink", "y = 0")}
    names["unequal"] = {("failed symmetry", "(x, y) = (0, 0)")}
    for preset in gallery.PRESETS:
        f, found = edges(preset.text)
        assert {(finding.kind, place(finding, f)) for finding in found} == names.get(preset.id, set()), preset.id


@pytest.mark.parametrize("text", ["x y (x^2 - y^2)/(x^2 + y^2)", gallery.get("unequal").text])
def test_unequal_mixed_derivatives_come_with_both_numbers(text: str) -> None:
    _, found = edges(text)
    said = found[-1].sentence
    assert "d/dy of f_x is −1, d/dx of f_y is 1" in said and found[-1].evidence == "exact"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("x^2 y/x", "the limit 0:"),
        ("(x^2 - y^2)/(x - y)", "the limit 2 y:"),
        ("f(x, y) = y sin(x)/x", "the limit y:"),
        ("sin(x)/x", "the limit 1:"),
        ("x y/(x^2 + y^2)", "no limit"),
        ("f(x, y) = (x^2 - 1)/(x - 1) + y", "the limit y + 2:"),
    ],
)
def test_a_hole_names_its_limit(text: str, limit: str) -> None:
    _, found = edges(text)
    assert limit in found[0].sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("f(x) = |x|", "slope jumps from −1 to 1"),
        ("x|x|", "second derivative jumps from −2 to 2"),
        ("Piecewise((x, x > 0), (x + 1, True))", "from 1 to 0"),
        ("ln x", "only where x > 0. Towards this edge it falls without bound"),
        ("sqrt(x)", "only where x ≥ 0. The slope grows without bound"),
        ("1/x^2", "f grows without bound"),
        ("-1/x^2", "f falls without bound"),
        ("1/x", "The size of f grows without bound"),
        ("sqrt(4 - x^2 - y^2)", "x^2 + y^2 ≤ 4"),
    ],
)
def test_the_sentence_carries_the_numbers(text: str, words: str) -> None:
    _, found = edges(text)
    assert words in found[0].sentence


@pytest.mark.parametrize("text", ["1/((x-y)^3 - 2y - 1)", "1/((x-y-4/5)^3 - 2y - 4/5)", "ln|(x-y-4/5)^3 - 2y - 4/5|"])
def test_a_pole_along_a_curve_that_is_known_by_decimals_is_a_pole(text: str) -> None:
    """A value at a root of a cubic, rounded to fifty digits, is large; the limit there is not that value."""
    _, found = edges(text)
    assert [(finding.kind, finding.evidence) for finding in found] == [("pole", "numerical")]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("(1/x, y)", "pole", "The size of f grows without bound towards this place."),
        ("(y, 1/x)", "pole", "The size of f grows without bound towards this place."),
        ("(sin(x)/x, y)", "hole", "f has no value here, but it has a limit: the hole could be filled."),
        ("(y, |x|/x)", "jump", "f has no value here, and jumps."),
        ("(x/|x| + y, 1/x, y)", "pole", "The size of f grows without bound towards this place."),
        ("(|x| + y, sign(x))", "jump", "f jumps here."),
        ("(y, log(x))", "edge", "f is defined only where x > 0. Towards this edge its size grows without bound."),
    ],
)
def test_a_place_of_a_map_is_told_once_as_the_worst_of_its_components(text: str, kind: str, words: str) -> None:
    f, found = edges(text)
    assert [(one.kind, place(one, f), one.sentence) for one in found] == [(kind, "x = 0", words)]


def test_a_hole_that_cannot_be_filled_is_worse_than_one_that_can_at_some_points() -> None:
    _, (hole,) = edges("x y/(x^2 + y^2)")
    _, (filled,) = edges("sin(x)/x")
    assert (hole.kind, hole.fillable) == ("hole", False) and (filled.kind, filled.fillable) == ("hole", True)
    filled = replace(filled, sentence=f"{filled.sentence} Not at every point of it.")
    assert _of_all((filled,), (hole,)) == _of_all((hole,), (filled,)) == (hole,)


def test_a_moved_and_scaled_function_has_its_edges_moved() -> None:
    bases = {
        "|{u}|": "kink",
        "1/({u})": "pole",
        "sqrt({u})": "edge",
        "sign({u})": "jump",
        "({u})|{u}|": "curvature jump",
    }
    for (text, kind), a, b in itertools.product(bases.items(), (1, -2, 3), (-3, 1, 5)):
        _, (finding,) = edges(text.replace("{u}", f"({a} x + {b})"))
        assert finding.kind == kind and finding.locus.point == (sympy.Rational(-b, a),), (text, a, b)
        assert finding.evidence == "exact"


def test_without_time_nothing_is_claimed() -> None:
    for text in ("|x| + 1/y", "sqrt(x^2 + y^2)"):
        _, found = edges(text, 0.0)
        assert found and all(finding.evidence == "undecided" for finding in found)
        assert all("not decided" in finding.sentence for finding in found)


def test_only_what_lies_in_the_window_is_listed() -> None:
    f, found = edges("1/(x - 3) + |y| + sqrt((x - 9)^2 + y^2)")
    assert len(found) == 3
    assert [e.kind for e in inside(found, f, [(0.0, 5.0), (-1.0, 1.0)])] == ["pole", "kink"]
    assert inside(found, f, [(4.0, 8.0), (1.0, 2.0)]) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("|x| + |y|", "(x, y) = (0, 0), f has its smallest value, 0: proved"),
        ("3 + |x - 1| + y^2 + |y|", "(x, y) = (1, 0), f has its smallest value, 3: proved"),
        ("2 - sqrt(x^2 + y^2)", "f has its largest value, 2: proved"),
        ("|x| - x^2", "not examined"),
        ("x^2 + y^2", ""),
    ],
)
def test_a_minimum_at_a_kink_is_claimed_only_with_a_proof(text: str, words: str) -> None:
    f, found = edges(text)
    said = remark(found, f, [(-5.0, 5.0)] * f.n)
    assert words in said and bool(words) == bool(said)


def test_a_box_across_a_seam_is_settled_when_no_branch_is_critical_in_it() -> None:
    tiny = ((-1e-6, 1e-6), (-1e-6, 1e-6))
    for text in ("|x| + 2|y|", "max(x, y)", "f(x, y) = sign(x) + y", "|x| + y^2 + 3 min(x, y)", "|x - |y|| + y"):
        assert undecided_still([tiny], function(read(text))) == (), text


def test_a_box_with_a_critical_point_beside_or_on_a_seam_is_never_settled() -> None:
    tiny = ((-1e-6, 1e-6), (-1e-6, 1e-6))
    for text in (
        "|x| - x + y^2",  # every point with x > 0, y = 0
        "x|x| + y^2",  # the origin, on the seam
        "|x|^3 + y^2",
        "Piecewise((x^2 + y^2, x > 0), (x^2 + 2y^2, True))",
        "f(x, y) = sign(max(x, 0)) y + 0 x",  # 0 for all x < 0
        "max(x, y^2, 0) + 0 y",
        "cbrt(x) + y^2",  # no derivative is known at the seam
        "x^2 + y^2",
    ):
        assert len(undecided_still([tiny], function(read(text)))) == 1, text


def test_where_seams_are_thin_the_list_of_critical_points_is_complete() -> None:
    record = critical({"problem": Problem("|x| + 2|y|").to_wire()})["critical"]
    assert record["status"] == "complete" and record["points"] == [] and len(record["singular"]) == 2
    assert "f has its smallest value, 0: proved" in record["sentence"]


def test_the_record_carries_what_the_page_shows_and_draws() -> None:
    (pole,) = derive({"problem": Problem("f(x, y) = a/(x - 1) + y", parameters=(("a", 2.0),)).to_wire()})["edges"]
    assert (pole["kind"], pole["where"], pole["latex"]) == ("pole", "x = 1", "x = 1")
    assert pole["evidence"] == "exact" and pole["point"] is None
    assert floats(Program.from_wire(pole["program"]), [3.0, 0.0]) == [2.0]
    (tip,) = derive({"problem": Problem("sqrt((x - 1)^2 + y^2)").to_wire()})["edges"]
    assert (tip["where"], tip["point"], tip["program"]) == ("(x, y) = (1, 0)", [1.0, 0.0], None)
    assert (
        derive({"problem": Problem("f(x, y) = a/(x - 1) + y", parameters=(("a", 0.0),)).to_wire()})["edges"][0]["kind"]
        == "hole"
    )


def test_places_that_only_touch_are_drawn_by_something_that_crosses() -> None:
    (pole,) = derive({"problem": Problem("1/(1 - cos x)").to_wire()})["edges"]
    q = Program.from_wire(pole["program"])
    assert floats(q, [-0.1])[0] * floats(q, [0.1])[0] < 0 and pole["where"] == "cos(x) = 1"


def test_a_branch_that_is_not_proved_to_be_differentiable_settles_nothing() -> None:
    across = ((-1e-6, 1e-6), (8.9, 9.1))  # the slope of the root has a bound from below there, and no value at x = 0
    assert len(undecided_still([across], function(read("cbrt(x) + |y - 9| + y")))) == 1
    assert undecided_still([across], function(read("x + |y - 9| + y"))) == ()


def test_an_expression_that_is_never_zero_has_no_locus_and_a_hidden_zero_no_leading_term() -> None:
    x, y = sympy.symbols("x y", real=True)
    assert loci(x**2 + x * y + y**2 + 1, [x, y]) == [] and loci((x**2 + 1) * sympy.exp(y), [x, y]) == []
    with pytest.raises(UnknownError):
        leading((x + y) ** 2 - x**2 - 2 * x * y - y**2, [x, y])


def test_two_roots_that_meet_are_no_jump() -> None:
    """x² + 1/4 and 2x meet at 1 ± √3/2: that both have one value there, no digit of their difference tells."""
    _, found = edges("max(x^2 + 1/4, 2x)")
    assert {(finding.kind, finding.evidence) for finding in found} == {("kink", "exact")}
