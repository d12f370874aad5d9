"""The frame holds whatever a link or a hand brings: every page in its place, a sentence for every slip, and the last
good question kept."""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core import engine, gallery
from core.problem import read_box, read_point
from core.syntax import read
from core.ui import frame, inputs
from core.ui.inputs import Asked
from tests.pages.scenes import following, leaves, stale

ROOT = Path(__file__).resolve().parents[2]
Visit = Callable[..., AppTest]
HIMMELBLAU = gallery.get("himmelblau")


def asked(at: AppTest) -> Asked:
    """The last question that could be read, as the page keeps it."""
    kept: Any = at.session_state["_last_good"]
    assert isinstance(kept, Asked)
    return kept


def words(at: AppTest) -> str:
    return "\n".join(text.value for text in at.text)


# The pages


def test_every_file_in_pages_has_a_tab_and_every_tab_a_file() -> None:
    files = {file.name for file in (ROOT / "pages").glob("*.py")} - {"__init__.py"}
    assert {tab.file for tab in frame.TABS} == files


def test_addresses_are_unique() -> None:
    assert len({tab.url for tab in frame.TABS}) == len(frame.TABS)


@pytest.mark.parametrize("tab", frame.TABS, ids=lambda tab: tab.url)
def test_a_page_begins_with_the_guard(tab: frame.Tab) -> None:
    lines = (ROOT / "pages" / tab.file).read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines[1:] if line and not line.startswith(("import ", "from ")))
    assert first == "frame.guard()"


@pytest.mark.parametrize("tab", frame.TABS, ids=lambda tab: tab.url)
def test_a_page_opens_without_a_fault(visit: Visit, tab: frame.Tab) -> None:
    at = visit(Path(tab.file).stem)
    assert not at.exception and not at.error
    assert len(at.title) == 1


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("tab", frame.TABS, ids=lambda tab: tab.url)
def test_a_deep_link_draws_the_page_once_inside_the_frame(visit: Visit, tab: frame.Tab) -> None:
    at = visit(Path(tab.file).stem, f="x^2 + y^2")
    assert [title.value for title in at.title] == [f"Page **{tab.file}**"]
    assert at.text_input(key="f").value == "x^2 + y^2"


def test_no_page_loads_sympy(tmp_path: Path) -> None:
    pages = [f"pages/{tab.file}" for tab in frame.TABS]
    script = tmp_path / "visit_all.py"
    script.write_text(
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"for page in {pages!r}:\n"
        f"    at = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=60).switch_page(page).run()\n"
        "    assert len(at.title) == 1\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sympy', 'flint', 'pandas', 'scipy'}))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr[-2000:]


# The net


def test_a_fault_in_a_page_costs_one_sentence_and_not_the_formula(
    visit: Visit, plain: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = plain / frame.TABS[0].file
    page.write_text(page.read_text(encoding="utf-8") + "raise ValueError(asked.text)\n", encoding="utf-8")
    with caplog.at_level(logging.ERROR, logger="beyond_gradients"):
        at = visit(f="x^2 + 31415y^2")
    assert len(at.error) == 1 and "the fault is ours" in at.error[0].value
    assert at.text_input(key="f").value == "x^2 + 31415y^2"
    assert "ValueError" in caplog.text and "31415" not in caplog.text
    assert at.error[0].value.split()[-1].rstrip(".") in caplog.text


def test_a_fault_in_one_part_leaves_the_next_part(visit: Visit, plain: Path) -> None:
    (plain / frame.TABS[0].file).write_text(
        "import streamlit as st\nfrom core.ui import frame\n\nframe.guard()\n"
        "with frame.net():\n    raise RuntimeError\nst.text('still here')\n",
        encoding="utf-8",
    )
    at = visit()
    assert len(at.error) == 1 and words(at) == "still here"


def test_a_page_may_stop_without_that_being_a_fault(visit: Visit, plain: Path) -> None:
    page = plain / frame.TABS[0].file
    page.write_text("import streamlit as st\nfrom core.ui import frame\n\nframe.guard()\nst.stop()\n", encoding="utf-8")
    assert not visit().error


def test_an_engine_that_there_is_not_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.URL, "redis://user:password@host")
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    (error,) = at.error
    assert not at.exception and engine.URL in error.value and "password" not in error.value


# The question


@pytest.mark.usefixtures("plain")
def test_there_is_a_good_question_before_anything_is_typed(visit: Visit) -> None:
    at = visit()
    assert (asked(at).text, asked(at).box, asked(at).point) == (HIMMELBLAU.text, HIMMELBLAU.box, (1.0, 2.4))
    assert following(at.selectbox, "example").value == "himmelblau"


@pytest.mark.usefixtures("plain")
def test_a_link_says_formula_window_point_and_parameters(visit: Visit) -> None:
    at = visit(f="f(x, y) = a x^2 + y^2", box="-2, 2; 0, 1.5", at="1, 0.25", p_a="2.5", v="1", unknown="7")
    problem = asked(at).problem
    assert problem is not None
    assert (problem.box, asked(at).point) == (((-2.0, 2.0), (0.0, 1.5)), (1.0, 0.25))
    assert problem.parameters == (("a", 2.5),)
    assert not at.error and not at.exception


@pytest.mark.usefixtures("plain")
def test_every_link_carries_the_version_of_its_meaning(visit: Visit) -> None:
    assert visit().query_params["v"] == frame.VERSION
    assert visit(v="99").query_params["v"] == frame.VERSION


@pytest.mark.usefixtures("plain")
def test_the_link_shown_brings_back_the_same_question(visit: Visit) -> None:
    at = visit(f="f(x, y) = a x^2 + |y|", box="-2, 2; 0, 1.5", at="1, 0.25", p_a="-0.5")
    again = visit(**dict(parse_qsl(at.code[0].value.partition("?")[2])))
    assert asked(again) == asked(at)


@pytest.mark.usefixtures("plain")
def test_an_example_brings_its_own_window_and_point(visit: Visit) -> None:
    at = visit(f="x^2", box="0, 1; 0, 1", at="0.5, 0.5")
    following(at.selectbox, "example").set_value("rosenbrock").run()
    rosenbrock = gallery.get("rosenbrock")
    assert at.text_input(key="f").value == rosenbrock.text
    assert (asked(at).box, asked(at).point) == (rosenbrock.box, rosenbrock.held)
    assert at.text_input(key="box").value == at.text_input(key="at").value == ""


@pytest.mark.usefixtures("plain")
def test_the_menu_says_your_own_after_a_formula_is_edited_by_hand(visit: Visit) -> None:
    at = visit()
    at.text_input(key="f").set_value("x^2 + 3y^2").run()
    assert following(at.selectbox, "example").value == ""
    assert (asked(at).box, asked(at).point) == (((-5.0, 5.0), (-5.0, 5.0)), (1.0, 1.5))


@pytest.mark.usefixtures("plain")
def test_a_message_that_was_on_its_way_does_not_throw_a_formula_back(visit: Visit) -> None:
    at = visit()
    before = at._tree.get_widget_states()
    at.text_input(key="f").set_value("x^2 + 3y^2").run()
    at._run(stale(before, at, "f"))
    assert (at.text_input(key="f").value, asked(at).text) == ("x^2 + 3y^2", "x^2 + 3y^2")
    following(at.selectbox, "example").set_value("rosenbrock").run()
    assert at.text_input(key="f").value == gallery.get("rosenbrock").text


@pytest.mark.usefixtures("plain")
def test_a_window_chosen_by_hand_stays_when_the_formula_changes(visit: Visit) -> None:
    at = visit()
    at.text_input(key="box").set_value("-1, 1; -2, 2").run()
    at.text_input(key="f").set_value("x^2 + 3y^2").run()
    assert asked(at).box == ((-1.0, 1.0), (-2.0, 2.0))


@pytest.mark.usefixtures("plain")
def test_the_value_of_every_parameter_reaches_the_problem(visit: Visit) -> None:
    at = visit(f="f(x, y) = a x^2 + b y^2 + c x + d y + k")
    at.session_state["_parameter_b"] = -2.0  # as a figure does whose slider is let go
    at.run()
    problem = asked(at).problem
    assert problem is not None and dict(problem.parameters) == {"a": 1.0, "b": -2.0, "c": 1.0, "d": 1.0, "k": 1.0}


# Steps


@pytest.mark.usefixtures("plain")
def test_a_step_puts_the_whole_question_anew(visit: Visit) -> None:
    at = visit(f="x^2", box="0, 1; 0, 1", at="0.5, 0.5")
    at.query_params["go"] = frame.step("x + y^3", at="1, 2")["go"]
    at.run()
    assert (asked(at).text, asked(at).fields) == ("x + y^3", ("", "1, 2"))
    assert "go" not in at.query_params


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("text", ["", "[", "[" * 5000, "null", '{"f": 7}', '{"at": "1, 1"}', "x" * 9000])
def test_a_step_that_says_nothing_changes_nothing(visit: Visit, text: str) -> None:
    at = visit(f="x^2 + y", go=text)
    assert asked(at).text == "x^2 + y" and not at.error and not at.exception


@pytest.mark.parametrize("tab", frame.TABS, ids=lambda tab: tab.url)
def test_every_step_offered_leads_to_a_page_and_can_be_read(visit: Visit, tab: frame.Tab) -> None:
    links = [leaf.proto for leaf in leaves(visit(Path(tab.file).stem).main) if leaf.type == "page_link"]
    assert len(links) >= 3
    for proto in links:
        assert proto.page in {"", *(t.url for t in frame.TABS)}
        said = frame.read_step(dict(parse_qsl(proto.query_string)).get("go", ""))
        assert not proto.query_string or (read(str(said["f"])) if "f" in said else said)


# Slips


@pytest.mark.usefixtures("plain")
def test_an_error_has_a_caret_under_the_spot_and_the_last_good_question_stays(visit: Visit) -> None:
    at = visit(f="x^2 + 2y^2")
    good = asked(at)
    at.text_input(key="f").set_value("x^2 + sinn(y)").run()
    *pieces, sentence = (text.value.replace("\u200b", "") for text in at.text)
    assert pieces == ["x^2 + ", "sinn", "(y)"] and "sinn" in sentence
    assert asked(at) == good and not at.error and not at.exception


@pytest.mark.usefixtures("plain")
def test_the_button_mends_the_formula(visit: Visit) -> None:
    at = visit(f="x^2 + sinn(y)")
    assert at.button(key="mend").label == "Use sin"
    at.button(key="mend").click().run()
    assert at.text_input(key="f").value == "x^2 + sin(y)"
    assert asked(at).text == "x^2 + sin(y)" and not words(at)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("box", "-2, 2; 0", "low, high"),
        ("box", "2, -2; 0, 1", "smaller number, then a larger one"),
        ("box", "0, 1e99; 0, 1", "10^9"),
        ("box", "0, 1", "2 sides"),
        ("at", "1, x", "plain decimal number"),
        ("at", "1, 2, 3", "2 coordinates"),
        ("at", "1, 7", "outside the window"),
    ],
)
def test_a_slip_in_window_or_point_is_a_sentence_beside_it(visit: Visit, key: str, text: str, sentence: str) -> None:
    at = visit(**{"f": "x^2 + y^2 + 1", key: text})
    assert sentence in words(at)
    assert (asked(at).box, asked(at).point) == (((-5.0, 5.0), (-5.0, 5.0)), (1.0, 1.5))
    assert not at.error and not at.exception


@pytest.mark.usefixtures("plain")
def test_a_slip_in_the_window_keeps_the_window_that_was_there(visit: Visit) -> None:
    at = visit(f="x^2 + y^2 + 1", box="-1, 1; -1, 1")
    at.text_input(key="box").set_value("-1, 1; -1").run()
    assert asked(at).box == ((-1.0, 1.0), (-1.0, 1.0))


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("value", ["7e9", "-1e300", "nan", "zz", ""])
def test_a_parameter_that_is_no_number_to_draw_is_the_usual_one(visit: Visit, value: str) -> None:
    at = visit(f="f(x, y) = a x^2 + y^2", p_a=value)
    problem = asked(at).problem
    assert problem is not None and problem.parameters == (("a", 1.0),)
    assert not at.error and not at.exception


HOSTILE = (
    "<img src=x onerror=alert(1)> ![a](https://example.org/a.png) :material/home: $\\href{javascript:alert(1)}{x}$"
)


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("text", [HOSTILE, "x\n\n# y", "", " ", "x" * 5000, "\x00", "𝕏\u202e", "%s{0}", "`x`", "\t+ +"])
def test_what_was_typed_is_drawn_as_plain_text_only(visit: Visit, text: str) -> None:
    at = visit(f=text, box=text, at=text)
    assert not at.error and not at.exception
    drawn = [*at.markdown, *at.latex, *at.title, *at.caption, *at.button, *at.slider, *at.selectbox]
    for element in drawn:
        shown = f"{getattr(element, 'value', '')} {getattr(element, 'label', '')} {getattr(element, 'help', '')}"
        assert "onerror" not in shown and "example.org" not in shown and "javascript" not in shown


def test_a_point_written_is_the_point_read() -> None:
    for point in [(0.1, -2.5), (1e-6, 1e8), (1 / 3, -0.0), (123456.789, 5e-324)]:
        assert read_point(inputs.write_point(point), 2) == point
    assert read_box(inputs.write_box(HIMMELBLAU.box)) == HIMMELBLAU.box
