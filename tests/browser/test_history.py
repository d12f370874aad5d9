"""The browser's Back and Forward: a page and a formula at a time, each as it was left."""

from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, ring

ELSEWHERE = "/app/static/program.js"


def shows(page: Page, path: str, f: str, at: str) -> None:
    expect(page.get_by_role("textbox", name="Formula", exact=True)).to_have_value(f, timeout=30_000)
    expect(page.get_by_role("textbox", name="Point", exact=True)).to_have_value(at)
    page.wait_for_url(lambda url: f"{path}?" in url and quote(f) in url.replace("+", "%20"))


def test_the_way_back_shows_the_pages_and_formulas_before_as_they_were_left(open_page: Open, server: str) -> None:
    page = open_page(ELSEWHERE)
    page.goto(f"{server}/hessian?f={quote('x^2 + 5y^2')}&at={quote('1, 1')}")
    expect(ring(page)).to_be_visible(timeout=30_000)
    field = page.get_by_role("textbox", name="Formula", exact=True)
    field.fill("x y")
    field.press("Enter")
    shows(page, "/hessian", "x y", "1, 1")
    ring(page).press("ArrowRight")  # no entry of its own
    expect(page.get_by_role("textbox", name="Point", exact=True)).not_to_have_value("1, 1")
    at = page.get_by_role("textbox", name="Point", exact=True).input_value()
    page.get_by_role("link", name="Steps", exact=True).first.click()
    shows(page, "/steps", "x y", at)
    page.go_back()
    shows(page, "/hessian", "x y", at)
    page.go_back()
    shows(page, "/hessian", "x^2 + 5y^2", "1, 1")
    page.go_forward()
    shows(page, "/hessian", "x y", at)
    page.go_back()
    shows(page, "/hessian", "x^2 + 5y^2", "1, 1")
    page.go_back()  # past what was made while the page was opened
    page.wait_for_url(f"{server}{ELSEWHERE}")
