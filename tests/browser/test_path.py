"""The path of a method on the first page: chosen behind one button, kept in the link."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_a_path_is_chosen_behind_its_button_and_the_link_keeps_it(open_page: Open) -> None:
    page = open_page("/")
    expect(page.locator(".st-key-route button")).to_be_visible(timeout=30_000)
    page.locator(".st-key-route button").click()
    path = page.locator(".st-key-path").get_by_role("combobox")
    path.click()
    path.fill("Newton")
    path.press("Enter")
    expect(page.locator(".st-key-route button").first).to_contain_text("Newton", timeout=15_000)
    expect(path).to_be_visible()  # what was chosen did not close what it was chosen in
    assert "path=Newton" in page.url
