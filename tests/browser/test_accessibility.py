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


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_grave_and_nothing_is_wider_than_the_screen(open_page: Open, address: str) -> None:
    page = settled(open_page(f"/{address}"))
    assert (grave(page), fits(page, 1440)) == ([], True)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(1000)
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme") == "dark"
    assert grave(page) == []
    page.set_viewport_size({"width": 1024, "height": 900})
    page.wait_for_timeout(500)
    assert fits(page, 1024)
    page.set_viewport_size({"width": 360, "height": 900})
    page.wait_for_timeout(500)
    assert fits(page, 360)


def grave(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found if v["impact"] in GRAVE]


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width)
