"""Markup in the box and in links, in a real browser without a policy to help: it runs nothing, asks for nothing, and the
page goes on; and nothing of it comes into the log of the server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from core.ui import frame
from tests import hostile
from tests.browser.conftest import serve_strictly
from tests.pages.test_hostile import KEYS, MARK

Open = Callable[..., Page]
TEXTS = [text for text in hostile.of_kind("markup") if "\n" not in text]
ADDRESSES = [tab.url if k else "" for k, tab in enumerate(frame.TABS) if tab.asks]


def watched(page: Page) -> Page:
    page.dialogs = []  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))  # type: ignore[attr-defined]
    return page


def unharmed(page: Page) -> None:
    """No script ran, nobody was asked, nothing of the visitor's became an element."""
    assert page.evaluate("[window.caught, ...Array.from(frames, (f) => f.caught)].filter(Boolean)") == []
    assert page.dialogs == [] and page.foreign == []  # type: ignore[attr-defined]
    assert page.locator("img[src*='evil'], a[href*='evil'], [src*='javascript:'], [href*='javascript:']").count() == 0
    assert page.locator("iframe, object, embed, meta[http-equiv], base, marquee").count() == 0


def usable(page: Page) -> None:
    box = page.get_by_label("Formula", exact=True).first
    box.fill("x^2 + 5y^2")
    box.press("Enter")
    expect(page.locator(".st-key-echo annotation").first).to_have_text("x^{2} + 5 y^{2}")


def enter(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Enter")


def test_markup_that_is_typed_stays_text(open_page: Open, plain_server: str) -> None:
    page = watched(open_page("/?f=x%5E2", base=plain_server))
    expect(page.locator(".st-key-echo .katex").first).to_be_visible()
    for text in TEXTS:
        enter(page, "Formula", text)
        expect(page.get_by_label("Formula", exact=True).first).to_have_value(text)
        unharmed(page)
    enter(page, "Window", TEXTS[0])
    expect(page.locator(".st-key-remark_box")).to_be_visible()
    unharmed(page)
    usable(page)
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("turn", range(9))
def test_markup_in_every_key_of_a_link_stays_text(open_page: Open, server: str, turn: int) -> None:
    """Another line in each key; over the turns every line is in some key twice."""
    keys = {key: TEXTS[(turn * len(KEYS) + k) % len(TEXTS)] for k, key in enumerate(KEYS)}
    if turn % 2:
        keys["f"] = "f(x, y) = a x^2 + y^2"  # a formula, so that all of the page is there
    page = watched(open_page(f"/{ADDRESSES[turn % len(ADDRESSES)]}?{urlencode(keys)}", base=server))
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
    expect(page.locator("canvas[role=img]").first).to_be_visible(timeout=30_000)
    unharmed(page)
    usable(page)
    unharmed(page)


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    with serve_strictly(tmp_path / "log") as address:
        yield address, tmp_path / "log"


def test_the_log_holds_nothing_that_was_typed(open_page: Open, logged: tuple[str, Path]) -> None:
    address, log = logged
    link = urlencode(dict.fromkeys(KEYS, MARK + " \x1b[2J"))
    page = open_page(f"/jacobian?{link}", base=address)
    expect(page.locator("canvas[role=img]").first).to_be_visible(timeout=30_000)
    for text in (f"{MARK}(x", "9^9^9^9", f"x + {MARK}", "1/(x-x)", "f(x) = |x|^" + MARK):
        enter(page, "Formula", text)
        page.wait_for_timeout(300)
    usable(page)
    said = log.read_text(encoding="utf-8", errors="replace")
    assert "You can now view" in said and MARK not in said and "\x1b[2J" not in said
