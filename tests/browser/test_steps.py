"""In a real browser: the dial, and the links to what to try next, by mouse and by keyboard."""

from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_frame import formula, tab, wait_for_link

Open = Callable[..., Page]


def step(page: Page, words: str) -> Locator:
    return page.get_by_test_id("stPageLink-NavLink").filter(has_text=words).first


def picture(page: Page, words: str) -> Locator:
    return page.locator(f'canvas[aria-label*="{words}"]').first


def test_the_dial_turns_and_snaps_and_the_address_says_where(open_page: Open) -> None:
    page = open_page("/hessian?f=" + quote("1.5x^2 + 2xy + 1.5y^2") + "&at=0,0&theta=30")
    expect(picture(page, "4.732 at 30°")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Snap to q1").click()
    expect(picture(page, "5.000 at 45°")).to_be_visible(timeout=30_000)
    wait_for_link(page, theta="45")
    assert page.foreign == [] and page.complaints == []


def test_a_next_step_puts_another_question_by_keyboard_and_in_a_new_tab(open_page: Open) -> None:
    page = open_page("/hessian?f=" + quote("x^2 + 3y^2") + "&box=-1,1;-1,1")
    expect(formula(page)).to_have_value("x^2 + 3y^2")
    link = step(page, "Where the order matters")
    address = page.evaluate("a => a.href", link.element_handle())
    link.focus()
    page.keyboard.press("Enter")
    wait_for_link(page, at="0, 0", v="1")
    expect(formula(page)).to_have_value("Piecewise((xy(x^2 - y^2)/(x^2 + y^2), Ne(x^2 + y^2, 0)), (0, True))")
    expect(page.get_by_label("Window", exact=True).first).to_have_value("")
    fresh = page.context.new_page()
    fresh.goto(address)
    expect(formula(fresh)).to_have_value(formula(page).input_value(), timeout=30_000)
    expect(fresh).to_have_title("Hessian · Beyond Gradients")


def test_a_next_step_to_another_page_and_on_through_the_tabs_keeps_its_question(open_page: Open) -> None:
    page = open_page("/hessian?f=" + quote("x^2 + 3y^2"))
    link = step(page, "Drag the point")
    expect(link).to_be_visible(timeout=30_000)
    assert "/hessian" not in page.evaluate("a => a.href", link.element_handle())
    link.click()
    expect(page).to_have_title("Explore · Beyond Gradients")
    expect(formula(page)).to_have_value("x^3 + y^3 - 3xy")
    tab(page, "Critical points").click()
    expect(page).to_have_title("Critical points · Beyond Gradients")
    expect(formula(page)).to_have_value("x^3 + y^3 - 3xy")
    wait_for_link(page, f="x^3 + y^3 - 3xy")


def test_a_deep_link_keeps_its_question_on_the_next_page(open_page: Open) -> None:
    page = open_page("/?f=" + quote("x^2 + 3y^2") + "&at=0.5,0.5")
    expect(formula(page)).to_have_value("x^2 + 3y^2")
    tab(page, "Hessian").click()
    expect(page).to_have_title("Hessian · Beyond Gradients")
    expect(formula(page)).to_have_value("x^2 + 3y^2")
    wait_for_link(page, f="x^2 + 3y^2", at="0.5,0.5")
