"""The steps in a real browser: the fold opens, rules are read beside typeset lines, and a phone scrolls no page."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
TEXT = "x^2 y + sin(x y)/(1 + x^2)"


@pytest.mark.parametrize("width", [1440, 360])
def test_the_fold_shows_rules_and_lines_and_long_lines_scroll_in_their_own_box(open_page: Open, width: int) -> None:
    page = open_page("/?f=" + quote(TEXT), width=width)
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=30_000)
    page.get_by_text("Show the steps").click()
    steps = page.locator(".st-key-steps_lines")
    for rule in ("Sum rule", "Power rule", "Quotient rule", "Collected, as shown above"):
        expect(steps.get_by_text(rule, exact=True)).to_be_visible()
    assert steps.locator(".katex-error").count() == 0 and steps.locator(".katex").count() > 10
    hidden = steps.locator(".st-key-steps_fold_0_1_0")
    expect(hidden.get_by_text("Linear term")).to_be_hidden()
    hidden.locator("summary").first.click()
    expect(hidden.get_by_text("Linear term")).to_be_visible()
    expect(hidden.locator("strong").first).to_have_text(re.compile("Chain rule: sine"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    inside = "(e) => [...e.querySelectorAll('*')].filter((c) => c.scrollWidth > c.clientWidth + 1 && getComputedStyle(c).overflowX === 'auto').length"
    assert (steps.evaluate(inside) > 0) is (width == 360)
    assert page.complaints == []


def test_the_code_has_a_button_that_copies_it(open_page: Open) -> None:
    page = open_page("/?f=" + quote("x^2 + x y + y^2"))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=30_000)
    page.get_by_text("Copy as SymPy, NumPy, LaTeX").click()
    copies = page.locator(".st-key-copies")
    copies.get_by_role("button", name="NumPy", exact=True).or_(copies.get_by_role("radio", name="NumPy")).first.click()
    expect(copies.get_by_text("def hessian(p):")).to_be_visible()
    copies.get_by_text("def hessian(p):").hover()
    expect(copies.get_by_role("button", name=re.compile("copy", re.I)).last).to_be_attached()
