"""The chord in a real browser: its section follows the hand, and the server hears of it once."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.conftest import QUIET, ring
from tests.browser.test_descent import Sent

Open = Callable[..., Page]
WELL = "/convexity?f=" + quote("x^4 - 2x^2 + y^2") + "&box=" + quote("-2, 2; -2, 2")
SECTION = """async () => {
  const { section, signOf } = await import("/app/static/chord.js?v=test"), { gapped } = await import("/app/static/gapped.js?v=test");
  const gaps = (f) => gapped({ inputs: 1, row: ([x]) => [x.map(f)], at: ([x]) => [f(x)], signs() {} }, -1, 2, 161, (t) => [t]).filter(([, v]) => Number.isNaN(v)).map(([t]) => Math.abs(t) < 0.02);
  const cut = section(([x]) => x ** 4, [-1], [1]);
  return [cut.half, cut.above, cut.below, section(([x]) => 3 * x + 1, [0.1], [0.7]).half,
    ...[[2, 1, 1, 2], [1, 2, 2, 1], [-2, 0, 0, -1], [1, 1, 1, 1], [0, 0, 0, 0]].map((H) => signOf(H, 2)), Number.isNaN(signOf([NaN, 0, 0, 1], 2)),
    ...[(x) => Math.sign(x) + 10 * x, (x) => Math.tanh(80 * x), (x) => Math.abs(x)].map((f) => gaps(f).join())];
}"""


def test_the_section_follows_the_hand_and_the_server_hears_once(open_page: Open) -> None:
    sent = Sent()
    page = open_page(WELL, hears=sent.hears)
    expect(ring(page)).to_be_visible(timeout=30_000)
    assert page.evaluate(SECTION) == [-1, 0, 1, 0, 2, 1, 0, -1, -2, True, "true", "", ""]
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
    page.wait_for_timeout(QUIET)
    assert len(sent) == 1 and page.complaints == []  # type: ignore[attr-defined]
    assert {"ax", "ay", "bx", "by"} <= parse_qs(urlsplit(page.url).query).keys()
    drawn = said.inner_text()
    page.get_by_role("button", name="A chord below the graph").click()
    expect(said).not_to_have_text(drawn)
    expect(said).to_contain_text("above this chord")


def test_a_witness_in_more_variables_is_shown_along_itself_and_gives_way_to_a_chord_on_the_map(open_page: Open) -> None:
    page = open_page("/convexity?f=" + quote("x^2 + y^2 - 3x z + z^2") + "&box=" + quote("-2, 2; -2, 2; -2, 2"))
    said, end = page.locator(".convexity .outcome"), page.get_by_role("slider", name="End A of the chord")
    expect(said).to_contain_text("above this chord", timeout=30_000)
    expect(said).to_contain_text("not on the plane of the map")
    expect(end).to_be_hidden()
    p, q = (np.array(written(side)) for side in page.locator(".convexity h2 .type").inner_text()[5:].split(" to "))
    H = np.array([[2, 0, -3], [0, 2, 0], [-3, 0, 2]])
    assert p.shape == (3,) and (q - p) @ H @ (q - p) < 0
    below, above = (page.get_by_role("button", name=f"A chord {side} the graph") for side in ("below", "above"))
    expect(below).to_have_attribute("aria-pressed", "true")
    above.click()
    expect(said).to_contain_text("below this chord")
    page.wait_for_url(lambda url: "witness=2" in url)
    page.get_by_role("button", name="A chord on the map").click()
    expect(end).to_be_visible()
    expect(said).not_to_contain_text("not on the plane")
    page.wait_for_url(lambda url: "witness" not in url and "ax=" in url)
    assert page.complaints == []  # type: ignore[attr-defined]


def written(text: str) -> list[float]:
    return [float(v.replace("−", "-")) for v in text.strip("()").split(", ")]
