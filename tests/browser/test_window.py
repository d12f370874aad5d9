"""The window of the live figure in a real browser: pan, zoom, home, search here, letters; and what the server is told."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ring

Open = Callable[..., Page]
LETTERS = "f(x, y) = a x^2 + b y^2"


def ticks(page: Page) -> tuple[float, float]:
    """The first and the last number on the axis of x."""
    return tuple(
        page.locator(".stage canvas").first.evaluate(
            """(c) => { const low = Math.max(...c.texts.map(({ box }) => box[3]));
              const v = c.texts.filter(({ box, text }) => box[3] > low - 6 && /\\d/.test(text)).map(({ text }) => Number(text.replace("−", "-")));
              return [Math.min(...v), Math.max(...v)]; }"""
        )
    )


def middle(page: Page, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
    box = page.locator(".stage canvas").first.bounding_box()
    assert box
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def value(page: Page) -> str:
    return str(ring(page).get_attribute("aria-valuetext"))


def rest(page: Page) -> None:
    page.wait_for_timeout(450)


def test_the_wheel_zooms_and_the_paper_pans_without_a_word_to_the_server(told: Any) -> None:
    page, sent = told("/")
    assert ticks(page) == (-6, 6)
    page.mouse.move(*middle(page, 0.6, 0.6))
    page.mouse.wheel(0, -400)
    rest(page)
    low, high = ticks(page)
    assert high - low < 9
    x, y = middle(page, 0.5, 0.7)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y)
    page.mouse.move(x + 160, y)
    rest(page)
    assert ticks(page)[0] < low
    page.mouse.up()
    rest(page)
    assert sent == [] and "box=" not in page.url and page.complaints == []


def test_a_double_click_leads_home_and_leaves_the_point_where_it_was(told: Any) -> None:
    page, sent = told("/")
    before = value(page)
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -300)
    rest(page)
    assert ticks(page) != (-6, 6)
    page.mouse.dblclick(*middle(page, 0.3, 0.7))
    rest(page)
    assert ticks(page) == (-6, 6) and value(page) == before and sent == []


def test_a_click_puts_the_point_there_and_tells_it_once(told: Any) -> None:
    page, sent = told("/")
    before = value(page)
    page.mouse.click(*middle(page, 0.4, 0.6))
    assert value(page) != before
    page.wait_for_url(lambda url: "at=" in url)
    rest(page)
    assert 1 <= len(sent) <= 2  # the second is the browser's word on what the page wrote into the link


def test_keys_zoom_lead_home_and_take_the_window_along(told: Any) -> None:
    page, _ = told("/?f=" + quote("x^2 + 3y^2") + "&at=" + quote("1, 1"))
    ring(page).focus()
    for _ in range(4):
        page.keyboard.press("+")
    rest(page)
    near = ticks(page)
    assert near[1] - near[0] <= 4
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    rest(page)
    assert ticks(page) != near  # the point was going to leave the window
    page.keyboard.press("-")
    page.keyboard.press("0")
    rest(page)
    assert ticks(page) == (-5, 5)


def test_buttons_do_what_keys_do_and_search_here_makes_the_window_the_question(told: Any) -> None:
    page, sent = told("/")
    search = page.get_by_role("button", name="Search here")
    expect(search).to_be_hidden()
    expect(page.get_by_role("button", name="Back to the window")).to_be_disabled()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    rest(page)
    assert sent == []
    expect(search).to_be_visible()
    search.click()
    page.wait_for_url(lambda url: "box=" in url)
    sides = [[float(v) for v in side.split(",")] for side in parse_qs(urlsplit(page.url).query)["box"][0].split(";")]
    assert all(abs(lo + 3.84) < 0.011 and abs(hi - 3.84) < 0.011 for lo, hi in sides)
    expect(search).to_be_hidden()
    expect(page.get_by_text("All 9 critical points").first).to_be_visible(timeout=20_000)


def test_a_wheel_that_scrolls_the_page_goes_on_scrolling_it(told: Any) -> None:
    page, _ = told("/")
    page.mouse.move(600, 20)
    page.mouse.wheel(0, 40)
    page.mouse.move(*middle(page, 0.5, 0.5))
    page.mouse.wheel(0, 40)
    rest(page)
    assert ticks(page) == (-6, 6)


def test_two_fingers_zoom_and_one_finger_scrolls(open_page: Open) -> None:
    page = open_page("/", width=400, height=800, touch=True)
    expect(ring(page)).to_be_visible(timeout=30_000)
    rest(page)
    before = ticks(page)
    x, y = middle(page)
    client = page.context.new_cdp_session(page)

    def touch(kind: str, apart: float | None) -> None:
        points = [] if apart is None else [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 30)
    for apart in (40, 60, 90, 120):
        touch("touchMove", apart)
        page.wait_for_timeout(30)
    touch("touchEnd", None)
    rest(page)
    after = ticks(page)
    assert after[1] - after[0] < 0.6 * (before[1] - before[0])
    assert page.locator(".stage .over").evaluate("(c) => getComputedStyle(c).touchAction") == "pan-x pan-y"


def test_a_finger_drags_the_ring_and_the_page_stays(open_page: Open) -> None:
    page = open_page("/", width=400, height=800, touch=True)
    expect(ring(page)).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1_500)
    before, box = value(page), ring(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = page.context.new_cdp_session(page)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for k in range(1, 8):
        client.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 8 * k, "y": y + 6 * k}]}
        )
        page.wait_for_timeout(30)
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_url(lambda url: "at=" in url)
    after = ring(page).bounding_box()
    assert after and value(page) != before
    assert after["x"] - box["x"] == pytest.approx(-56, abs=3) and after["y"] - box["y"] == pytest.approx(42, abs=3)


def test_a_letter_moves_the_function_at_once_and_the_server_hears_of_it_once(told: Any) -> None:
    page, sent = told("/?f=" + quote(LETTERS) + "&at=" + quote("1, 1"))
    slider = page.get_by_role("slider", name="Slider of a")
    box = slider.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for k in range(12):
        page.mouse.move(x + 5 * k, y)
        page.wait_for_timeout(30)
        seen.add(value(page))
    expect(page.get_by_text("Let go to prove")).to_be_visible()
    assert len(seen) > 6 and sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "p_a=" in url)
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=20_000)
    a = float(parse_qs(urlsplit(page.url).query)["p_a"][0])
    said = re.search(r"f (\S+), slope", value(page))
    assert said and float(said[1]) == pytest.approx(a + 1, abs=6e-5)
    assert float(page.get_by_role("spinbutton", name="Slider of a, exactly").input_value()) == a
    assert 1 <= len(sent) <= 3 and page.complaints == []


def test_a_letter_is_typed_beyond_its_slider_and_moved_by_keys(told: Any) -> None:
    page, _ = told("/?f=" + quote(LETTERS) + "&at=" + quote("1, 1"))
    box = page.get_by_role("spinbutton", name="Slider of b, exactly")
    box.fill("12")
    box.press("Enter")
    page.wait_for_url(lambda url: "p_b=12" in url)
    rest(page)
    assert " 13.0000" in value(page)
    slider = page.get_by_role("slider", name="Slider of a", exact=True)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: "p_a=0.9" in url)
    assert " 12.9000" in value(page)
    expect(page.get_by_text(re.compile(r"For a = 0\.9, b = 12"))).not_to_have_count(0, timeout=20_000)


def test_layers_of_the_whole_map_change_the_picture_and_say_what_they_are(told: Any) -> None:
    page, _ = told("/")
    under = page.locator(".stage canvas").first
    shot = "(c) => c.toDataURL()"
    pictures = {under.evaluate(shot)}
    for chip, says in (
        ("Gradient field", "Small arrows"),
        ("Zero slopes", "is level in"),
        ("Curvature signs", "Eigenvalues of"),
    ):
        page.locator(".chip", has_text=chip).click()
        rest(page)
        pictures.add(under.evaluate(shot))
        expect(page.locator(".caption").first).to_contain_text(says)
    assert len(pictures) == 4
