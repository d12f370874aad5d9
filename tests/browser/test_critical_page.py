"""The page of critical points in a real browser: marks and keys choose a point, and the address restores it."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
HIMMELBLAU = "/critical_points?f=" + quote("(x^2+y-11)^2+(x+y^2-7)^2")
MONKEY = "/critical_points?box=-2,2;-2,2&f=" + quote("x^3 - 3x y^2 + (x^2+y^2)^2/2")
COMPLETE = 30_000


def names(page: Page) -> dict[str, list[float]]:
    """The texts on the map with their boxes."""
    texts = page.locator("canvas.over").evaluate("(canvas) => canvas.texts")
    return {str(t["text"]): t["box"] for t in texts}


def middle(page: Page, name: str) -> list[float]:
    left, top, right, bottom = names(page)[name]
    return [(left + right) / 2, (top + bottom) / 2]


def test_another_point_takes_the_cross_of_eigenvectors_along(open_page: Open) -> None:
    page = open_page(HIMMELBLAU + "&look=3,%202")
    expect(page.get_by_text("both positive, so a")).to_be_visible(timeout=COMPLETE)
    before = middle(page, "λ₁")
    box = page.get_by_role("combobox", name="Look at")
    box.fill("-3.77931")
    box.press("Enter")
    page.wait_for_url(re.compile("look=-3.77931"))
    expect(page.get_by_text(re.compile("At \\(−3.77931"))).to_be_visible()
    after = middle(page, "λ₁")
    assert after[0] < before[0] - 100 and after[1] > before[1] + 80  # far left and below
    assert page.complaints == [] and page.foreign == []  # type: ignore[attr-defined]


def test_a_click_on_a_mark_looks_at_its_point_and_the_address_restores_it(open_page: Open) -> None:
    page = open_page(HIMMELBLAU)
    expect(page.get_by_text("All 9 critical points in this window: proved complete.")).to_be_visible(timeout=COMPLETE)
    over = page.locator("canvas.over")
    x, y, _ = min(over.evaluate("(canvas) => canvas.marks"), key=lambda mark: abs(mark[0] - 260) + abs(mark[1] - 240))
    over.click(position={"x": x, "y": y})
    page.wait_for_url(re.compile("look="))
    place = page.evaluate("new URL(location).searchParams.get('look')")
    expect(page.get_by_role("combobox", name="Look at")).to_have_value(place)
    again = open_page(page.url[page.url.index("/critical_points") :])
    expect(again.get_by_role("combobox", name="Look at")).to_have_value(place, timeout=COMPLETE)


def test_the_walk_is_a_picture_with_its_count_and_follows_the_slider(open_page: Open) -> None:
    page = open_page(MONKEY)
    strip = page.get_by_role("img", name="changes its sign 6 times")
    expect(strip).to_be_visible(timeout=COMPLETE)
    wide = page.get_by_role("img", name="Once around").get_attribute("aria-label")
    page.get_by_role("slider", name="Size of the circle").press("ArrowLeft")
    page.wait_for_url("**radius=95**")
    expect(page.get_by_role("img", name="Once around")).not_to_have_attribute("aria-label", str(wide))
    expect(strip).to_be_visible()


def test_kinds_are_guessed_and_revealed_by_keys_alone(open_page: Open) -> None:
    page = open_page("/critical_points?hide=true&f=" + quote("x^2 - y^2"))
    guess = page.get_by_role("combobox", name="(0, 0)")
    expect(guess).to_be_visible(timeout=COMPLETE)
    expect(page.get_by_role("img", name="of a kind that is hidden")).to_be_visible()
    guess.fill("minimum")
    guess.press("Enter")
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.get_by_text("0 of 1 right.")).to_be_visible()
    expect(page.get_by_text("f falls along its eigenvector.")).to_be_visible()
    assert "hide=" not in page.url and page.complaints == []  # type: ignore[attr-defined]


def test_the_proof_plays_to_its_end_and_draws_nothing_else_again(open_page: Open) -> None:
    page = open_page(HIMMELBLAU + "&more=" + quote("Watch the proof"))
    play = page.get_by_role("button", name="Play")
    expect(play).to_be_visible(timeout=COMPLETE)
    expect(page.get_by_text("Level 0:")).to_be_visible(timeout=COMPLETE)
    page.evaluate("document.querySelector('.st-key-critical_table').dataset.seen = 'yes'")
    play.click()
    expect(page.get_by_text(re.compile("Level 1: "))).to_be_visible(timeout=10_000)
    expect(page.get_by_text("9 different points caught")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=10_000)
    assert page.evaluate("document.querySelector('.st-key-critical_table').dataset.seen") == "yes"
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "f", ["(x^2+y-11)^2+(x+y^2-7)^2", "x^4 + y^4", "f(x) = x^3", "x^2 + y^2 + z^2 - x y z", "(x^2 + y^2 - 1)^2"]
)
def test_a_phone_shows_all_of_it_without_moving_sideways(open_page: Open, f: str) -> None:
    more = quote("Watch the proof")
    page = open_page(f"/critical_points?f={quote(f)}&more={more}", width=360, height=800)
    expect(page.get_by_text("critical point").first).to_be_visible(timeout=COMPLETE)
    expect(page.get_by_text(re.compile("proved complete|we could not decide")).first).to_be_visible(timeout=COMPLETE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wider = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] button, [data-testid=stMain] input:not([type=range])')]"
        ".filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.st-key-keys_row')).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert wider == [] and page.complaints == []  # type: ignore[attr-defined]
