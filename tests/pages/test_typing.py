"""The formula box as a visitor with a keyboard meets it: read along, examples, formulas taken back, ways out of a slip."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import phrasebook, settings
from core.syntax import read
from core.ui import reading, sheet, typed

Visit = Callable[..., AppTest]
pytestmark = pytest.mark.usefixtures("plain")


def words(at: AppTest) -> list[str]:
    return [text.value.replace("\u200b", "") for text in at.text]


def echo(at: AppTest) -> str:
    """The last formula that is typeset: after the left side, the reading."""
    return str(at.latex[-1].value)


def ways(at: AppTest) -> list[Any]:
    """The buttons of the formula row; the window has one of its own."""
    return [button for button in at.button if button.key != "fit_window"]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    """Say what stands in the box without being committed."""
    said: list[str | None] = [None]
    monkeypatch.setattr(typed, "heard", lambda text, after: said[0])

    def type(text: str | None) -> None:
        said[0] = text

    return type


# Read along


def test_what_is_typed_is_read_at_once_and_nothing_is_committed(visit: Visit, typing: Callable[..., None]) -> None:
    at = visit(f="x^2 + 7")
    typing("x^2 + 7y")
    at.run()
    assert "7 y" in echo(at) and at.text_input(key="f").value == "x^2 + 7"
    assert at.session_state["_last_good"].text == "x^2 + 7"


def test_half_a_formula_is_no_error_and_the_last_reading_stays(visit: Visit, typing: Callable[..., None]) -> None:
    at = visit(f="x^2 + 7")
    for text, shown in [("x^2 + 7y", "7 y"), ("x^2 + 7y + ", "7 y"), ("x^2 + 7y + (", "7 y"), ("", "7 y")]:
        typing(text)
        at.run()
        assert shown in echo(at) and not at.error and not ways(at)
    typing("x^2 + 7y + ")
    at.run()
    assert words(at) == ["Something is missing after +."]


def test_after_a_commitment_the_last_reading_is_the_committed_one(visit: Visit, typing: Callable[..., None]) -> None:
    at = visit(f="x^2 + 7")
    typing("x^2 + 7y")
    at.run()
    typing(None)
    at.text_input(key="f").set_value("y^3").run()
    typing("y^3 +")
    at.run()
    assert "y^{3}" in echo(at) and "7 y" not in echo(at)


def test_what_a_browser_says_counts_only_as_a_short_text_about_this_formula() -> None:
    assert typed.checked({"text": "x", "after": 4}, 4) == "x"
    for other in (None, "x", 4, [], {}, {"text": "x"}, {"text": 4, "after": 4}, {"text": ["x"], "after": 4},
                  {"text": "x", "after": 5}, {"text": "x", "after": "4"}):  # fmt: skip
        assert typed.checked(other, 4) is None
    long = typed.checked({"text": "x" * 10**6, "after": 4}, 4)
    assert long is not None and len(long) == settings.CHARACTERS + 1


def test_what_is_typed_is_drawn_as_plain_text_only(visit: Visit, typing: Callable[..., None]) -> None:
    at = visit()
    typing("<img src=x onerror=alert(1)> ![a](https://example.org/a.png)")
    at.run()
    drawn = [*at.markdown, *at.latex, *at.caption, *ways(at)]
    assert words(at) and not [e for e in drawn if "onerror" in f"{getattr(e, 'value', '')}{getattr(e, 'label', '')}"]


# The sheet


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet lies open: the harness cannot open one."""
    import streamlit as st

    def popover(label: str, **_: object) -> object:
        box = st.container()
        box.open = True  # type: ignore[attr-defined]
        return box

    monkeypatch.setattr(sheet.st, "popover", popover)


def test_a_closed_sheet_draws_nothing(visit: Visit) -> None:
    assert not ways(visit())


@pytest.mark.usefixtures("opened")
def test_an_example_is_put_into_the_box_as_if_typed(visit: Visit) -> None:
    at = visit(box="-1, 1; -1, 1")
    labels = [button.label for button in ways(at)]
    for group in (*phrasebook.SHEET, *phrasebook.families()):
        assert {f"`{example}`" for example in group.examples} <= set(labels)
    next(button for button in at.button if button.label == "`max(x^2, y)`").click().run()
    assert at.text_input(key="f").value == "max(x^2, y)" == at.session_state["_last_good"].text
    assert at.text_input(key="box").value == "-1, 1; -1, 1"


@pytest.mark.usefixtures("opened")
def test_a_recent_formula_is_taken_back(visit: Visit) -> None:
    at = visit(f="x^2 + 1")
    for text in ("x^2 + 2", "x^2 +", "(x, y)"):
        at.text_input(key="f").set_value(text).run()
    recent = [button.label for button in at.button if str(button.key).startswith("recent_")]
    assert recent == ["$f(x, y) = x^{2} + 2$", "$f(x, y) = x^{2} + 1$"]
    at.button(key="recent_1").click().run()
    assert at.text_input(key="f").value == "x^2 + 1"
    assert at.button(key="recent_0").label == r"$f(x, y) = \left(x,\; y\right)$"


@pytest.mark.usefixtures("opened")
def test_the_last_eight_other_formulas_are_remembered_each_once(visit: Visit) -> None:
    at = visit(f="x + 1")
    for k in (*range(2, 13), 12, 11, 12):
        at.text_input(key="f").set_value(f"x + {k}").run()
    recent = [button.label for button in at.button if str(button.key).startswith("recent_")]
    assert recent == [f"$f(x, y) = x + {k}$" for k in (11, 10, 9, 8, 7, 6, 5, 4)]


# Ways out of a slip


@pytest.mark.parametrize(
    ("text", "face", "mended"),
    [
        ("x^2 + y^2 = 1", "Use left − right", "x^2 + y^2 - (1)"),
        ("x^2 = 2y + 1", "Use left − right", "x^2 - (2y + 1)"),
        ("x^2 - y = 0", "Leave it out", "x^2 - y "),
        ("2,5", "Use 2.5", "2.5"),
        ("x^2 + 2,5y", "Use 2.5", "x^2 + 2.5y"),
        ("x + x2", "Use x^2", "x + x^2"),
        ("cós(x)", "Use o", "cos(x)"),
    ],
)
def test_a_slip_has_a_way_out(visit: Visit, text: str, face: str, mended: str) -> None:
    at = visit(f=text)
    assert at.button(key="mend").label == face
    at.button(key="mend").click().run()
    assert at.text_input(key="f").value == mended and not words(at)
    assert read(mended) and not ways(at)


@pytest.mark.parametrize("text", ["x^2 + 1 = y = z", "x^2 =", "x^2 + 1 = f(x) = 2"])
def test_where_there_is_no_sure_way_out_none_is_offered(visit: Visit, text: str) -> None:
    at = visit(f=text)
    assert words(at) and not ways(at) and not at.exception


@pytest.mark.parametrize("position", [0, 5, 45, 99])
@pytest.mark.parametrize("length", [0, 1, 4, 100])
def test_the_three_pieces_are_the_text_around_the_spot(position: int, length: int) -> None:
    text = "".join(chr(ord("a") + i % 26) for i in range(100))
    before, spot, after = reading.around(text, position, length)
    assert text.startswith(spot, position) and 1 <= len(spot) <= max(length, 1)
    assert text[:position].endswith(before.removeprefix("… "))
    assert text[position + len(spot) :].startswith(after.removesuffix(" …"))
    assert len(before) <= reading.BEFORE + 2 and len(after) <= reading.AFTER + 2


def test_an_accent_is_shown_with_its_letter() -> None:
    assert reading.around("xe\u0301y", 2, 1) == ("x", "e\u0301", "y")
