"""What a link carries is shown as text, in fields and nowhere else, on every page; and the page stays usable."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import frame, live
from tests import hostile
from tests.pages.scenes import leaves

Visit = Callable[..., AppTest]
MARK = "zqxj"
KEYS = (
    *("f", "box", "at", "show", "levels", "path", "go", "p_a", "theta", "eps", "rate", "beta", "h", "k", "methods"),
    *("measure", "work", "of", "run", "whole", "azimuth", "elevation", "v", "steps", "copies", "_page"),
    *("example_0", "example_1"),
)
SHOWN = {"text", "text_input", "code"}  # elements that read no Markdown
PAGES = [tab.file.removesuffix(".py") for tab in frame.TABS if tab.asks]


def markup(at: AppTest, text: str) -> list[tuple[str, str]]:
    """Where a text stands in what a page draws, other than as text; a component gets it as data."""
    found = []
    for leaf in leaves(at.main):
        if leaf.type == "bidi_component" or leaf.type in SHOWN:
            drawn = [getattr(leaf.proto, name, "") for name in ("label", "help", "placeholder", "html_content")]
        else:
            drawn = [str(leaf.proto)]
        found += [(leaf.type, each[:80]) for each in drawn if text in each]
    return found


def carrying(text: str, formula: str = "") -> dict[str, str]:
    return dict.fromkeys(KEYS, text) | ({"f": formula} if formula else {})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("formula", ["", "x^2 + 3y^2", "f(x, y) = a x^2 + y^2", "(x^2 - y^2, 2xy)"])
def test_a_text_in_every_key_of_a_link_is_drawn_as_text_only(visit: Visit, page: str, formula: str) -> None:
    at = visit(page, **carrying(f"<b>{MARK}</b> **{MARK}** ![{MARK}](https://example.org/{MARK})", formula))
    assert not at.exception and not at.error
    assert markup(at, MARK) == []
    assert MARK in at.text_input(key="box").value  # else nothing was tested
    at.text_input(key="f").set_value("x^2 + 5y^2").run()
    assert not at.exception and any("5 y" in each.value for each in at.latex)


def test_the_test_would_see_a_label(visit: Visit) -> None:
    at = visit("explore", f="x^2 + 3y^2")
    assert markup(at, "Formula") and not markup(at, "no such words")


@pytest.mark.parametrize("page", PAGES)
def test_every_line_of_markup_in_a_link_leaves_the_page_whole(visit: Visit, page: str) -> None:
    texts = [text for text in hostile.of_kind("markup") if text.isprintable()]
    for text in texts[PAGES.index(page) :: len(PAGES)]:
        at = visit(page, **carrying(text))
        assert not at.exception and not at.error, text
        assert len(text) < 12 or markup(at, text) == [], text


def test_every_hostile_step_and_number_in_a_link_leaves_the_page_whole(visit: Visit) -> None:
    steps, others = hostile.of_kind("link: step"), hostile.of_kind("link")[::12]
    for k, text in enumerate((*steps, *others)):
        if live.is_text(text):  # no address can hold the rest
            at = visit(PAGES[k % len(PAGES)], **carrying(text[:2500], "x^2 + 3y^2"))
            assert not at.exception and not at.error, text[:80]


@pytest.mark.parametrize("where", ["@st.fragment", ""])
def test_a_fault_outside_the_net_is_logged_without_what_it_says(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    script = tmp_path / "app.py"
    script.write_text(
        "import streamlit as st\nfrom core.ui import frame\n\n"
        f"{where}\ndef draw():\n    raise ValueError(st.query_params['f'])\n\ndraw()\n"
    )
    at = AppTest.from_file(str(script))
    at.query_params["f"] = MARK
    at.run()
    assert at.exception
    assert [r for r in caplog.records if "ValueError" in r.getMessage()] and MARK not in caplog.text
