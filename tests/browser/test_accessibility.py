"""Every page in both themes and three widths: nothing that axe calls serious or critical, and nothing wider than the screen."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.ui import frame

Open = Callable[..., Page]
ADDRESSES = [tab.url if k else "" for k, tab in enumerate(frame.TABS)]
GRAVE = ("serious", "critical")


def settled(page: Page) -> Page:
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
    expect(page.locator("canvas[role=img]").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_grave(open_page: Open, address: str, dark: bool) -> None:
    page = settled(open_page(f"/{address}", dark=dark))
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found if v["impact"] in GRAVE] == []


@pytest.mark.parametrize("width", [360, 1024, 1440])
@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_wider_than_the_screen(open_page: Open, address: str, width: int) -> None:
    page = settled(open_page(f"/{address}", width=width))
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
