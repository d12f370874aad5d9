"""The chord in a real browser: its section follows the hand, and the server hears of it once."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import ring
from tests.browser.test_descent import Sent

Open = Callable[..., Page]
WELL = "/convexity?f=" + quote("x^4 - 2x^2 + y^2") + "&box=" + quote("-2, 2; -2, 2")
SECTION = """async () => {
  const { section, signOf } = await import("/app/static/chord.js?v=test");
  const cut = section(([x]) => x ** 4, [-1], [1]);
  return [cut.half, cut.above, cut.below, section(([x]) => 3 * x + 1, [0.1], [0.7]).half,
    ...[[2, 1, 1, 2], [1, 2, 2, 1], [-2, 0, 0, -1], [1, 1, 1, 1], [0, 0, 0, 0]].map((H) => signOf(H, 2)), Number.isNaN(signOf([NaN, 0, 0, 1], 2))];
}"""


def test_the_section_follows_the_hand_and_the_server_hears_once(open_page: Open) -> None:
    sent = Sent()
    page = open_page(WELL, hears=sent.hears)
    expect(ring(page)).to_be_visible(timeout=30_000)
    assert page.evaluate(SECTION) == [-1, 0, 1, 0, 2, 1, 0, -1, -2, True]
    side, said = page.locator(".convexity"), page.locator(".convexity .outcome")
    expect(side).to_contain_text("Neither convex nor concave", timeout=30_000)
    expect(said).to_contain_text("above this chord")
    end = page.get_by_role("slider", name="End A of the chord")
    page.wait_for_timeout(1500)
    sent.clear()

    box = end.bounding_box()
    assert box
    x, y, before = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, said.inner_text()
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 9):
        page.mouse.move(x + 3 * k, y + 4 * k)
        page.wait_for_timeout(30)
    expect(said).not_to_have_text(before)
    assert sent == []
    page.mouse.up()
    page.wait_for_timeout(2500)
    assert len(sent) == 1 and page.complaints == []  # type: ignore[attr-defined]
    assert {"ax", "ay", "bx", "by"} <= parse_qs(urlsplit(page.url).query).keys()
    drawn = said.inner_text()
    page.get_by_role("button", name="A chord below the graph").click()
    expect(said).not_to_have_text(drawn)
    expect(said).to_contain_text("above this chord")
