"""The map of destinations in a real browser: drawn under the marks, read under the hand, and told to the server once."""

import base64
import zlib
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import QUIET, ring
from tests.browser.test_descent import Sent

Open = Callable[..., Page]
HIMMELBLAU = "/destinations?f=" + quote("(x^2 + y - 11)^2 + (x + y^2 - 7)^2") + "&box=" + quote("-6, 6; -6, 6")
UNPACKED = """async (packed) => {
  const { unpacked, shares } = await import("/app/static/destinations.js?v=test");
  const told = shares({ ends: [{ kind: "saddle", share: 0.5 }], classes: [[200, "overflow", 0.2], [201, "left the domain", 0.3]], outside: 0.1 });
  return [[...(await unpacked(packed))], told];
}"""

# The mean colour of a square of the map, so far right of the ring and below it.
COLOUR = """(stage, [u, v]) => {
  const canvas = stage.querySelector("canvas"), ring = stage.querySelector(".handle"), ratio = canvas.width / canvas.clientWidth;
  const at = [ring.style.left, ring.style.top].map(parseFloat);
  const { data } = canvas.getContext("2d").getImageData((at[0] + u) * ratio, (at[1] + v) * ratio, 12 * ratio, 12 * ratio), sum = [0, 0, 0];
  for (let k = 0; k < data.length; k += 4) for (const c of [0, 1, 2]) sum[c] += (4 * data[k + c]) / data.length;
  return sum;
}"""


def test_a_packed_map_is_unpacked_and_its_classes_are_counted(open_page: Open) -> None:
    cells = bytes([0, 1, 2, 255, 254] * 50)
    found, told = open_page("/").evaluate(UNPACKED, base64.b64encode(zlib.compress(cells)).decode())
    assert bytes(found) == cells
    shown = {kind: round(share, 6) for kind, share in told.items() if share}
    assert shown == {"saddle": 0.5, "diverged": 0.2, "left the domain": 0.2, "outside": 0.1}


def test_the_map_is_read_under_the_hand_and_the_server_hears_once(open_page: Open) -> None:
    sent = Sent()
    page = open_page(f"{HIMMELBLAU}&at={quote('0, 0')}", hears=sent.hears)
    expect(ring(page)).to_be_visible(timeout=30_000)
    side, said = page.locator(".destinations"), page.locator(".destinations .say")
    expect(side).to_contain_text("405 × 405 starts", timeout=30_000)
    rows = [row.inner_text().split() for row in page.locator(".share").all()]
    assert [(row[0], float(row[-2])) for row in rows[:3]] == [("minimum", 64.3), ("saddle", 31.4), ("maximum", 4.3)]
    expect(said).to_have_text("Newton goes to the maximum at (−0.271, −0.923) in 4 steps.")
    expect(page.locator(".regions tbody tr")).to_have_count(8)
    stage = page.locator(".stage").first
    orange, blue = (stage.evaluate(COLOUR, place) for place in ([-40, -15], [-150, -150]))
    assert orange[0] > orange[2] + 40 and blue[2] > blue[0] + 40
    page.wait_for_timeout(1500)
    sent.clear()

    box = ring(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 9):
        page.mouse.move(x + 14 * k, y - 9 * k)
        page.wait_for_timeout(30)
    expect(said).to_contain_text("Newton goes to the minimum at (3.000, 2.000)")
    assert sent == []
    page.mouse.up()
    page.wait_for_timeout(QUIET)
    assert len(sent) == 1 and page.complaints == []  # type: ignore[attr-defined]
    expect(said).to_contain_text("Newton goes to the minimum at (3.000, 2.000)")
    assert parse_qs(urlsplit(page.url).query)["at"] != ["0, 0"]

    page.get_by_role("button", name="Saddle-free").click()
    expect(page.locator(".share").first).to_contain_text("100.0 %", timeout=20_000)
    assert parse_qs(urlsplit(page.url).query)["by"] == ["saddle-free-newton"]


def test_what_was_said_of_one_start_is_not_said_of_another_under_the_hand(open_page: Open) -> None:
    """x⁴ − x³: from 1 to the minimum at 0.75; from the left to 0, where the test is silent, and which is none."""
    page = open_page("/destinations?f=" + quote("f(x) = x^4 - x^3") + "&at=1&box=" + quote("-2, 2"))
    said = page.locator(".destinations .say")
    expect(said).to_contain_text("minimum at 0.75", timeout=30_000)
    page.wait_for_timeout(1500)
    ring(page).focus()
    page.keyboard.down("Shift")
    for _ in range(12):
        page.keyboard.down("ArrowLeft")
    page.wait_for_timeout(500)
    here = float(str(ring(page).get_attribute("aria-valuenow") or "nan"))
    foreseen = said.inner_text()
    page.keyboard.up("ArrowLeft")
    page.keyboard.up("Shift")
    assert here < 0 and "minimum" not in foreseen, (here, foreseen)
    page.wait_for_timeout(2500)
    assert "minimum" not in said.inner_text()
