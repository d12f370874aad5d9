"""The dial of the Hessian page in a real browser: the known values, weights that add up to 1, and one word to the server."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core import gallery
from tests.browser.conftest import ring

Open = Callable[..., Page]
KNOWN = "/hessian?f=" + quote("1.5x^2 + 2xy + 1.5y^2") + "&at=" + quote("0, 0") + "&box=" + quote("-2, 2; -2, 2")


def tip(page: Page) -> Any:
    return page.get_by_role("slider", name="The direction d")


def curvature(page: Page) -> str:
    return str(page.locator("b.large").inner_text())


@pytest.mark.parametrize(
    ("theta", "value", "weights"),
    [(0, "3.000", (0.5, 0.5)), (30, "4.732", (0.933, 0.067)), (45, "5.000", (1, 0)), (135, "1.000", (0, 1))],
)
def test_the_known_values(open_page: Open, theta: int, value: str, weights: tuple[float, float]) -> None:
    page = open_page(f"{KNOWN}&theta={theta}")
    expect(page.locator("b.large")).to_have_text(value, timeout=30_000)
    shown = [float(text) for text in page.locator(".weight .number").all_inner_texts()]
    assert shown == pytest.approx(list(weights), abs=6e-4)
    expect(page.get_by_role("img", name="between 1.000 and 5.000")).to_be_visible()


def test_the_direction_turns_under_the_hand_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(KNOWN + "&theta=100")
    box, middle = tip(page).bounding_box(), ring(page).bounding_box()
    assert box and middle
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for k in range(1, 20):
        page.mouse.move(x + 6 * k, y)
        page.wait_for_timeout(30)
        seen.add(curvature(page))
        first, second = (float(text) for text in page.locator(".weight .number").all_inner_texts())
        assert first + second == pytest.approx(1, abs=1.1e-3)
    assert len(seen) > 10 and sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=100" not in url)
    page.wait_for_timeout(500)
    assert 1 <= len(sent) <= 2 and page.complaints == []


def test_the_hand_snaps_to_an_eigenvector_and_the_keys_do_not(told: Any) -> None:
    page, _ = told(KNOWN + "&theta=30")
    middle, box = ring(page).bounding_box(), tip(page).bounding_box()
    assert middle and box
    cx, cy = middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(cx + 100, cy - 101.5)  # at 45.4 degrees
    page.wait_for_timeout(100)
    assert curvature(page) == "5.000"
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=45" in url)
    tip(page).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query)["theta"] == ["46"])
    expect(tip(page)).to_have_attribute("aria-valuetext", re.compile("46°, curvature 4.99"))


def test_buttons_and_slider_turn_it(told: Any) -> None:
    page, _ = told(KNOWN + "&theta=30")
    page.get_by_role("button", name="Snap to q2").click()
    page.wait_for_url(lambda url: "theta=135" in url)
    assert curvature(page) == "1.000"
    page.get_by_role("button", name="Turn by 90°").click()
    page.wait_for_url(lambda url: "theta=225" in url)
    assert curvature(page) == "5.000"  # the sum of both is the trace
    box = page.get_by_role("spinbutton", name="Direction θ in degrees, exactly")
    box.fill("90")
    box.press("Enter")
    page.wait_for_url(lambda url: "theta=90" in url)
    assert curvature(page) == "3.000"


def test_the_point_takes_the_dial_along(told: Any) -> None:
    page, sent = told("/hessian?f=" + quote("x^3 + y^2") + "&at=" + quote("1, 1") + "&theta=0")
    assert curvature(page) == "6.000"
    ring(page).focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("b.large")).not_to_have_text("6.000")
    p = float(str(ring(page).get_attribute("aria-valuetext")).split()[1].strip(",;"))
    assert float(curvature(page)) == pytest.approx(6 * p, abs=2e-3) and len(sent) <= 40


def test_an_entry_is_taken_apart(told: Any) -> None:
    page, sent = told("/hessian?f=" + quote("x^2 y") + "&at=" + quote("1, 2"))
    for name, says in (("H₁₁", "H₁₁ = 4.000"), ("H₁₂", "H₁₂ = 2.000"), ("H₂₁", "the same"), ("H₂₂", "not at all")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".entries")).to_contain_text(says)
    assert sent == []


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [("|x| + y^2", "0, 1", "have no value at the held point"), ("x^2 + y^2", "1, 1", "every direction is an eigenvector"), ("3", "1, 1", "every direction"),
     (gallery.get("unequal").text, "0, 0", "The order matters here: the quotients settle at −1.000 and 1.000")],
)  # fmt: skip
def test_where_there_is_nothing_to_turn_a_sentence_says_so(open_page: Open, text: str, at: str, says: str) -> None:
    page = open_page(f"/hessian?f={quote(text)}&at={quote(at)}")
    expect(ring(page)).to_be_visible(timeout=30_000)
    expect(page.get_by_text(says).first).to_be_visible(timeout=20_000)
    assert page.complaints == []
