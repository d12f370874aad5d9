"""The race in a real browser: keys step it, playing stops by itself, and the address says what is shown."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_keys_step_the_race_and_the_address_keeps_the_step_and_the_methods(open_page: Open) -> None:
    page = open_page("/optimizers?f=x%5E2%2By%5E2&at=1.5,1&rate=0.25")
    expect(page.get_by_text("Shown: step")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Shown: step 0 of")).to_be_visible(timeout=10_000)
    page.keyboard.press("n")
    expect(page.get_by_text("Shown: step 1 of")).to_be_visible(timeout=10_000)
    page.keyboard.press("n")
    expect(page.get_by_text("Shown: step 2 of")).to_be_visible(timeout=10_000)
    page.keyboard.press("b")
    expect(page.get_by_text("Shown: step 1 of")).to_be_visible(timeout=10_000)
    page.wait_for_url("**k=1**")
    page.get_by_role("button", name="Momentum", exact=True).click()
    page.wait_for_url("**methods=Newton**")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Newton came to the minimum (0, 0) after 1 step.")).to_be_visible()
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
