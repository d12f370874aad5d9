"""The race in a real browser: keys step it, playing stops by itself, and the address says what is shown."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Open, at_rest


def test_keys_step_the_race_and_the_address_keeps_the_step_and_the_methods(open_page: Open) -> None:
    sent: list[Any] = []
    page = open_page("/optimizers?f=x%5E2%2By%5E2&at=1.5,1&rate=0.25", hears=lambda payload: sent.append(payload))
    shown = page.locator(".knobs p[role=status]")
    expect(shown).to_contain_text("Shown: step", timeout=30_000)
    at_rest(page, sent)
    page.get_by_role("button", name="Reset").click()
    expect(shown).to_contain_text("Shown: step 0 of")
    for key, k in (("n", 1), ("n", 2), ("b", 1)):
        page.keyboard.press(key)
        expect(shown).to_contain_text(f"Shown: step {k} of")
    page.wait_for_url("**k=1**")
    at_rest(page, sent)
    expect(page).to_have_url(re.compile("k=1(&|$)"))
    methods = page.get_by_role("combobox", name="Methods")
    methods.focus()
    for _ in range(2):
        page.keyboard.press("Backspace")
    page.wait_for_url(lambda url: "methods=Gradient" in url and "Newton" not in url)
    page.keyboard.press("Escape")
    shown.click()
    at_rest(page, sent)
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert sent == []
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(500)
    assert len(sent) == 1
    expect(page.get_by_text("Gradient descent came to the minimum (0, 0)")).to_be_visible()
    assert page.complaints == [] and page.foreign == []  # type: ignore[attr-defined]


def test_on_a_phone_the_table_of_the_race_is_seen_whole(open_page: Open) -> None:
    page = open_page("/optimizers", width=360, height=780)
    table = page.locator("table.race")
    expect(table.get_by_text("exact").first).to_be_visible(timeout=30_000)
    for words in ("Gradient descent", "Momentum", "Newton", "minimum"):
        expect(table.get_by_text(words).first).to_be_visible()
    assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    ends = table.locator("td").evaluate_all("cells => cells.map(c => c.getBoundingClientRect().right)")
    assert max(ends) <= 360
