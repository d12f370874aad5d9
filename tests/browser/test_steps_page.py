"""The step in a real browser: slider and keys move it, and the address restores it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_the_slider_and_the_keys_hold_one_number_that_the_address_keeps(open_page: Open) -> None:
    page = open_page("/steps?f=1.5x%5E2%2B2xy%2B1.5y%5E2&at=2,0&eps=0.5")
    curve = page.get_by_role("img", name="best step of the parabola at ε = 0.2063")
    expect(curve).to_be_visible(timeout=30_000)
    expect(page.get_by_text("at 11.5")).to_be_visible()
    page.get_by_role("slider", name="Step size").press("ArrowLeft")
    page.wait_for_url("**eps=0.4975**")
    page.get_by_role("heading").first.click()
    page.keyboard.press("b")
    page.wait_for_url("**eps=0.206349**")
    expect(page.get_by_text("All bars stay below 1")).to_be_visible(timeout=10_000)
    page.get_by_text("Run 30 steps", exact=True).click()
    page.wait_for_url("**run=true**")
    expect(page.get_by_text("After 30 steps of this size")).to_be_visible(timeout=10_000)
    assert page.complaints == [] and page.foreign == []  # type: ignore[attr-defined]
