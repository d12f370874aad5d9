"""The cone in a real browser: it slides under the hand without a message, breaks where L is too low, and says so."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import QUIET, ring
from tests.browser.test_descent import Sent

Open = Callable[..., Page]

# Of x² from 1 on [-1, 3]; of x y from (1, 0) on a square, and of its gradient (y, x).
SEEN = """async () => {
  const { fastest, chord, cone } = await import("/app/static/cone.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const f = reader({ inputs: 1, constants: [], code: [["var", 0], ["powi", 0, 2]], outputs: [1], domain: [] });
  const g = reader({ inputs: 2, constants: [], code: [["var", 0], ["var", 1], ["mul", 0, 1]], outputs: [2], domain: [] });
  const J = reader({ inputs: 2, constants: [], code: [["var", 0], ["var", 1]], outputs: [1, 0], domain: [] });
  const box = [[-1, 1], [-1, 1]], bent = [0, 1, 2, 3].map((x) => [x, x * x]);
  return [fastest(f, 1, [-1, 3]), fastest(f, 3, [-1, 3], 5), chord(g, [1, 0], box).slope, chord(J, [0.3, 0.2], box).slope,
    [3.01, 2.99].map((L) => cone(bent.slice(0, 3), [1, 1], L, [0, 3], 9).broken)];
}"""


def test_the_cone_slides_and_breaks(open_page: Open) -> None:
    sent = Sent()
    page = open_page(f"/lipschitz?f={quote('f(x) = x^2')}&box={quote('-1, 3')}&at=1", hears=sent.hears)
    sign, said = page.locator(".stands"), page.locator(".lipschitz .say").first
    expect(sign).to_have_text("✓ holds", timeout=30_000)
    expect(page.locator(".bounds")).to_contain_text("Step 1/L = 0.5")
    steepest, worst, across, turning, broken = page.evaluate(SEEN)
    assert (steepest["x"], steepest["slope"]) == (3.0, pytest.approx(4.0))
    assert worst["x"] == pytest.approx(2.5, abs=0.02) and worst["slope"] == pytest.approx(5.5, abs=0.02)
    assert across == pytest.approx(1.0, abs=1e-3) and turning == pytest.approx(1.0) and broken == [False, True]
    page.wait_for_timeout(1500)
    sent.clear()

    page.get_by_role("button", name="1 % too low").click()
    expect(said).to_contain_text("another one needs 6")
    page.wait_for_timeout(1000)
    assert len(sent) == 1 and parse_qs(urlsplit(page.url).query)["cone"] == ["5.94"]
    sent.clear()
    box = ring(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 9):
        page.mouse.move(x + 35 * k, y)
        page.wait_for_timeout(30)
    expect(sign).to_have_text("✕ broken")
    expect(said).to_contain_text("From 3.000 to 2.9")
    assert sent == []
    page.mouse.up()
    page.wait_for_timeout(QUIET)
    assert len(sent) == 1 and page.complaints == []  # type: ignore[attr-defined]
    slider = page.get_by_role("slider", name="Slope L of the cone")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(sign).to_have_text("✓ holds")
