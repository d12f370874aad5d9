"""The part of a page that follows the hand is drawn again by itself, and nothing is left running when it is done."""

from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

Open = Callable[..., Page]
LESSON = b"The exact statement"  # on every page, below the part that follows


def hearing(open_page: Open, address: str) -> tuple[Page, list[bytes]]:
    """A page, and what the server says to it."""
    words: list[bytes] = []

    def said(data: str | bytes) -> None:
        words.append(data if isinstance(data, bytes) else data.encode())

    return open_page(
        address, meets=lambda page: page.on("websocket", lambda socket: socket.on("framereceived", said))
    ), words


def quiet(page: Page, words: list[bytes]) -> None:
    """Wait until the server has said nothing for a second."""
    for _ in range(30):
        before = len(words)
        page.wait_for_timeout(1000)
        if len(words) == before:
            return
    raise AssertionError("the server goes on talking")


def test_a_moved_point_draws_neither_formula_row_nor_lesson(open_page: Open) -> None:
    page, words = hearing(open_page, "/?f=" + quote("x^3 + y^3 - 3xy"))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=30_000)
    quiet(page, words)
    assert any(LESSON in word for word in words)
    words.clear()
    page.get_by_role("slider", name="The point you hold").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**at=**")
    quiet(page, words)
    assert 0 < len(words) < 60 and not any(LESSON in word for word in words)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_typed_window_is_searched_anew_and_the_clock_stops(open_page: Open) -> None:
    f = "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)"  # takes longer than a page waits
    page, words = hearing(open_page, "/critical_points?box=-0.2,0.2;-0.2,0.2&f=" + quote(f))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=30_000)
    quiet(page, words)
    page.get_by_role("textbox", name="Window", exact=True).fill("-2, 2.1; -2, 2.2")
    page.get_by_role("textbox", name="Window", exact=True).press("Enter")
    expect(page.get_by_text("All 81 critical points in this window: proved complete.").first).to_be_visible(
        timeout=30_000
    )
    quiet(page, words)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_race_that_is_paused_stands_still(open_page: Open) -> None:
    page = open_page("/optimizers?f=" + quote("x^2 + 40y^2") + "&at=1.5,1&rate=0.001&methods=Gradient+descent")
    expect(page.get_by_text("Shown: step")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Shown: step 0 of")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=10_000)
    page.wait_for_timeout(1500)
    expect(page.get_by_text("Shown: step 0 of")).to_have_count(0)
    stopped = page.get_by_text("Shown: step").inner_text()
    page.wait_for_timeout(2000)
    assert page.get_by_text("Shown: step").inner_text() == stopped
    assert page.complaints == []  # type: ignore[attr-defined]


def test_an_answer_that_comes_while_the_hand_moves_stops_the_clock_too(open_page: Open) -> None:
    page, words = hearing(
        open_page, "/critical_points?box=-2,2.1;-2,2.2&f=" + quote("20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)")
    )
    ring = page.get_by_role("slider", name="The point you hold").first
    ring.wait_for(timeout=30_000)
    ring.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(150)
    expect(page.get_by_text("All 81 critical points").first).to_be_visible(timeout=30_000)
    quiet(page, words)
