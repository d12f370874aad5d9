"""Two visitors at once, each with functions of their own: neither ever sees a value of the other.

The letters tell whose a value is: one visitor's variables carry the index 7, the other's the index 8, wherever they are
shown. The numbers tell which question it is: each has its own coefficient.
"""

from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

Open = Callable[..., Page]
RERUNS = 12  # of both together; benchmarks/sessions.py has the long form
EVERYTHING = """
() => [location.search, document.title,
  ...[...document.querySelectorAll('input, textarea')].map((e) => e.value + ' ' + e.placeholder),
  ...[...document.querySelectorAll('[aria-label], [title], [alt]')].map((e) => e.ariaLabel + e.title + (e.alt ?? '')),
  ...[...document.querySelectorAll('annotation')].map((e) => e.textContent),
  ...[...document.querySelectorAll('.place, [data-testid=stText], [data-testid=stCode]')].map((e) => e.textContent
    + (e.shadowRoot?.textContent ?? ''))].join('\\n')
"""


def question(mine: int, k: int) -> str:
    return f"{k}u_{mine}^2 + v_{mine}^4 + u_{mine}"


def ask(page: Page, mine: int, k: int) -> None:
    """Commit the k-th question and do not wait for it; every fourth time with a window of one's own too."""
    if k % 4 == 0:
        field = page.get_by_label("Window", exact=True).first
        field.fill(f"-{mine}, {mine}; -{mine}, {mine}.5")
        field.press("Enter")
        page.wait_for_timeout(300)  # no hand is faster from one field to the next
    box = page.get_by_label("Formula", exact=True).first
    box.fill(question(mine, k))
    box.press("Enter")


def foreign(page: Page, theirs: int) -> list[str]:
    """What is shown of the other visitor."""
    marks = (f"_{theirs}", f"_{{{theirs}}}", f"-{theirs}, {theirs}", f"₍{theirs}₎", chr(0x2080 + theirs))
    return [line for line in str(page.evaluate(EVERYTHING)).splitlines() if any(mark in line for mark in marks)]


def interleave(first: Page, second: Page, reruns: int) -> list[str]:
    """Everything foreign that either saw in so many questions of both, each pair asked at the same time."""
    seen = []
    for k in range(2, 2 + reruns // 2):
        ask(first, 7, k)
        ask(second, 8, k + 500)
        for page, mine, coefficient in ((first, 7, k), (second, 8, k + 500)):
            echo = page.locator(".st-key-echo annotation").first
            expect(echo).to_have_text(f"{coefficient} u_{{{mine}}}^{{2}} + v_{{{mine}}}^{{4}} + u_{{{mine}}}")
            seen += foreign(page, 15 - mine)
    return seen


def opened(open_page: Open, base: str, mine: int) -> Page:
    page = open_page(f"/?f={quote(question(mine, 1))}", base=base, own=True)
    expect(page.locator("canvas[role=img]").first).to_be_visible(timeout=30_000)
    expect(page.locator(".st-key-echo .katex").first).to_be_visible(timeout=30_000)
    return page


def test_two_visitors_at_once_see_nothing_of_each_other(open_page: Open, server: str) -> None:
    first, second = opened(open_page, server, 7), opened(open_page, server, 8)
    assert interleave(first, second, RERUNS) == []
    for page, mine in ((first, 7), (second, 8)):
        assert foreign(page, mine), "the marks are there to be seen"
        assert f"{mine}.5" in page.get_by_label("Window", exact=True).first.input_value()
        assert page.complaints == []  # type: ignore[attr-defined]
