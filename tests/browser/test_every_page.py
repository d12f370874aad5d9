"""Every page of the server for a class, opened once: in both themes and three widths, and all that opens on it opened.

The browser complains of nothing: a breach of the policy is an event, and an error in the console; both are among
`page.complaints`. axe calls nothing serious or critical. Nothing is wider than its room.
"""

from contextlib import suppress

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from core.ui import frame
from tests.browser.conftest import Open, graves

ADDRESSES = [tab.url if k else "" for k, tab in enumerate(frame.TABS)]


def settled(page: Page) -> Page:
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
    expect(page.locator("canvas[role=img]").first).to_be_visible(timeout=30_000)
    expect(page.locator(".katex").first).to_be_visible(timeout=30_000)
    return page


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_without_blame(open_page: Open, strict_server: str, address: str) -> None:
    page = settled(open_page(f"/{address}", base=strict_server, strict=True))
    page.wait_for_timeout(500)
    expect(page.locator(".katex-error")).to_have_count(0)
    assert fits(page, 1440)
    assert graves(page) == []
    assert fits(page, 1024)
    assert fits(page, 360)
    visit_all(page)
    assert (page.complaints, page.foreign) == ([], [])  # type: ignore[attr-defined]


def fits(page: Page, width: int) -> bool:
    """Whether neither the page nor a formula of its lesson is wider than its room."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    cut = "[...document.querySelectorAll('.katex-display')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    return bool(page.evaluate(f"document.querySelector('[data-testid=stMain]').scrollWidth <= {width} && {cut} === 0"))


def visit_all(page: Page) -> None:
    """Open what there is to open: the sheet, the surface, the steps; then walk on by a link at the end."""
    page.set_viewport_size({"width": 1440, "height": 900})
    if page.get_by_role("button", name="What can I type?").count():
        page.get_by_role("button", name="What can I type?").click()
        expect(page.locator(".st-key-sheet_body")).to_be_visible(timeout=30_000)
        page.keyboard.press("Escape")
    if page.get_by_role("tab", name="Surface").count():
        if page.get_by_text("Show the steps").count():
            page.get_by_text("Show the steps").first.click()
            expect(page.locator(".st-key-steps_lines")).to_be_visible(timeout=30_000)
        page.get_by_role("tab", name="Surface").click()
        expect(page.locator(".js-plotly-plot")).to_be_visible(timeout=30_000)
    page.locator(".st-key-next a").first.click()
    with suppress(TimeoutError):  # what it shows is another test's business; here it only must not complain
        page.wait_for_load_state("networkidle", timeout=5_000)
    settled(page)
