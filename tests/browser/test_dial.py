"""The dial of the Hessian page in a real browser: the known values, weights that add up to 1, and one word to the server."""

import math
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core import gallery
from core.curvature import mixed_quotients
from core.immediate import programs
from core.syntax import read
from tests.browser.conftest import Open, graves, put, ring
from tests.browser.test_labels import faults, settled

KNOWN = "/hessian?f=" + quote("1.5x^2 + 2xy + 1.5y^2") + "&at=" + quote("0, 0") + "&box=" + quote("-2, 2; -2, 2")


def tip(page: Page) -> Any:
    return page.get_by_role("slider", name="The direction d")


def curvature(page: Page) -> str:
    return str(page.locator("b.large").inner_text())


def test_the_known_values(open_page: Open) -> None:
    page = open_page(f"{KNOWN}&theta=0")
    box = page.get_by_role("spinbutton", name="Direction θ in degrees, exactly")
    for theta, value, weights in (
        (0, "3.000", (0.5, 0.5)), (30, "4.732", (0.933, 0.067)), (45, "5.000", (1, 0)), (135, "1.000", (0, 1)),
    ):  # fmt: skip
        box.fill(str(theta))
        box.press("Enter")
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


def test_keys_turn_it_by_one_and_by_ten_and_go_past_nought(told: Any) -> None:
    page, _ = told(KNOWN + "&theta=2")
    tip(page).focus()
    for key, shown in (
        ("ArrowUp", 3), ("ArrowRight", 2), ("Shift+ArrowLeft", 12), ("Shift+ArrowDown", 2), ("Shift+ArrowDown", 352),
        ("ArrowLeft", 353), ("Shift+ArrowLeft", 3),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(tip(page)).to_have_attribute("aria-valuenow", str(shown))
    slider = page.get_by_role("slider", name="Direction θ in degrees", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(tip(page)).to_have_attribute("aria-valuenow", "4")
    page.keyboard.press("Shift+ArrowLeft")
    expect(tip(page)).to_have_attribute("aria-valuenow", "14")
    page.wait_for_url(lambda url: "theta=14" in url)


def plot(page: Page) -> tuple[float, float]:
    """The middle of the polar plot."""
    page.locator("canvas.turns").scroll_into_view_if_needed()
    box = page.locator("canvas.turns").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_mouse_turns_it_in_the_polar_plot_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(KNOWN + "&theta=100")
    cx, cy = plot(page)
    page.mouse.move(cx + 60, cy)
    page.mouse.down()
    for theta, value in ((0, 3.0), (10, 3.684), (60, 4.732), (90, 3.0), (120, 1.268)):
        page.mouse.move(cx + 60 * math.cos(math.radians(theta)), cy - 60 * math.sin(math.radians(theta)))
        page.wait_for_timeout(60)
        assert float(curvature(page)) == pytest.approx(value, abs=0.02)
    assert sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=120" in url)
    page.wait_for_timeout(500)
    assert 1 <= len(sent) <= 2


def test_the_hand_is_told_where_it_was_taken(told: Any) -> None:
    page, _ = told(KNOWN + "&theta=100")
    cx, cy = plot(page)
    says = page.get_by_role("status").filter(has_text="eigenvector")
    page.mouse.move(cx + 60, cy)
    page.mouse.down()
    for theta, taken, words in ((43.2, True, "no direction bends more"), (47.9, False, ""), (46.5, True, "q₁"), (136.9, True, "no direction bends less"), (223.2, True, "q₁")):  # fmt: skip
        page.mouse.move(cx + 70 * math.cos(math.radians(theta)), cy - 70 * math.sin(math.radians(theta)))
        expect(says).to_have_count(int(taken))
        if taken:
            expect(says).to_contain_text(words)
    assert curvature(page) == "5.000"
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=225" in url)


def test_a_round_bowl_takes_no_hand_anywhere(told: Any) -> None:
    page, _ = told("/hessian?f=" + quote("x^2 + y^2") + "&at=" + quote("0.5, 0.5") + "&theta=30")
    cx, cy = plot(page)
    page.mouse.move(cx + 60, cy)
    page.mouse.down()
    page.mouse.move(cx + 60, cy - 1)  # 1 degree
    expect(tip(page)).to_have_attribute("aria-valuenow", "1")
    page.mouse.up()
    expect(page.get_by_role("button", name="Snap to q1")).to_be_disabled()
    expect(page.get_by_text("every direction is an eigenvector").first).to_be_visible()
    assert curvature(page) == "2.000"


def test_a_finger_turns_it_and_scrolls_beside_it(open_page: Open) -> None:
    page = open_page(KNOWN + "&theta=100", width=360, height=740, touch=True)
    expect(ring(page)).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    for held in (tip(page), page.locator(".stage:has(canvas.turns) .handle")):
        held.scroll_into_view_if_needed()
        box = held.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        client = page.context.new_cdp_session(page)
        before = curvature(page)
        for kind, points in (
            ("touchStart", [{"x": x, "y": y}]), ("touchMove", [{"x": x + 20, "y": y + 12}]), ("touchMove", [{"x": x + 40, "y": y + 25}]), ("touchEnd", []),
        ):  # fmt: skip
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            page.wait_for_timeout(60)
        assert curvature(page) != before
    assert page.locator("canvas.turns").evaluate("(c) => getComputedStyle(c).touchAction") == "pan-y"
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360


def test_at_a_corner_of_the_window_it_can_still_be_held(told: Any) -> None:
    page, _ = told("/hessian?f=" + quote("1.5x^2 + 2xy + 1.5y^2") + "&box=" + quote("-2, 2; -2, 2") + "&at=" + quote("2, 2") + "&theta=30")  # fmt: skip
    paper, box = page.locator(".stage .over").first.bounding_box(), tip(page).bounding_box()
    assert paper and box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    middle = ring(page).bounding_box()
    assert middle and x < middle["x"] and y > middle["y"]  # at the tail of d
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y + 40)
    page.mouse.move(middle["x"] + 22 + 400, y)  # far out
    expect(tip(page)).to_be_visible()
    page.mouse.move(middle["x"] + 22, middle["y"] + 22 + 90)  # straight below p: d points up
    expect(tip(page)).to_have_attribute("aria-valuenow", "90")
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=90" in url)


def test_the_weights_fill_one_bar_between_them_in_every_direction(told: Any) -> None:
    page, _ = told("/hessian?f=" + quote("x^2 - 3y^2 + x y") + "&at=" + quote("1, 1") + "&theta=0")
    tip(page).focus()
    for _ in range(19):
        page.keyboard.press("Shift+ArrowLeft")
        page.wait_for_timeout(40)
        fills = page.locator(".fill").evaluate_all("(all) => all.map((e) => parseFloat(e.style.width))")
        assert sum(fills) == pytest.approx(100, abs=1e-4)  # a style keeps six digits
        first, second = (round(1000 * float(text)) for text in page.locator(".weight .number").all_inner_texts())
        assert first + second == 1000
        terms = [float(text.replace("−", "-")) for text in re.findall(r"[−\d.]+", page.locator(".law").inner_text())]
        assert terms[0] * terms[1] + terms[2] * terms[3] == pytest.approx(terms[4], abs=5e-3)
    expect(page.get_by_text("Dashed: dᵀHd is negative there")).to_be_visible()


def test_an_entry_is_taken_apart_and_is_in_the_link(told: Any) -> None:
    page, sent = told("/hessian?f=" + quote("x^2 y") + "&at=" + quote("1, 2"))
    for k, (entry, says, formula) in enumerate((("1, 1", "bends up along x", "= 2y"), ("1, 2", "a twist", "= 2x"), ("2, 1", "a twist", "= 2x"), ("2, 2", "neither up nor down", "= 0"))):  # fmt: skip
        button = page.get_by_role("button", name=f"Entry {entry} of H")
        button.click()
        expect(page.locator(".entries")).to_contain_text(says)
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_contain_text(formula)
        expect(button).to_contain_text(("4.000", "2.000", "2.000", "0.000")[k])
        page.wait_for_url(lambda url, entry=entry: f"entry={entry.replace(', ', '')}" in url)
    page.wait_for_timeout(400)
    assert len(sent) <= 8
    page.keyboard.press("Space")  # once more: nothing is chosen
    page.wait_for_url(lambda url: "entry=0" in url)


def test_entries_follow_the_point_while_it_is_dragged(told: Any) -> None:
    page, sent = told("/hessian?f=" + quote("x^3 y") + "&at=" + quote("1, 1"))
    box = ring(page).bounding_box()
    assert box
    x, y = box["x"] + 22, box["y"] + 22
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 8):
        page.mouse.move(x + 9 * k, y - 5 * k)
        page.wait_for_timeout(60)
        p = [
            float(text.replace("−", "-"))
            for text in re.findall(r"[−\d.]+", str(ring(page).get_attribute("aria-valuetext")))[:2]
        ]
        H = [float(text.replace("−", "-")) for text in page.locator(".entry .value").all_inner_texts()]
        assert pytest.approx([6 * p[0] * p[1], 3 * p[0] ** 2, 3 * p[0] ** 2, 0], abs=0.02) == H
    assert sent == []
    page.mouse.up()


def table(page: Page) -> list[list[float]]:
    texts = page.locator("table.orders td").all_inner_texts()
    numbers = [math.nan if text == "–" else float(text.replace("−", "-")) for text in texts]
    return [numbers[k : k + 3] for k in range(0, len(numbers), 3)]


def test_both_orders_are_the_quotients_that_python_finds(open_page: Open) -> None:
    page = open_page("/hessian")
    expect(page.locator("table.orders")).to_contain_text("0.001", timeout=30_000)
    for text, at, says in (
        (gallery.get("unequal").text, (0.0, 0.0), "They settle at −1.000 and 1.000"),
        ("x^3 y - x y^2", (1.0, 0.5), "Both go to 2.000"),
        ("|x| + y^2", (0.0, 1.0), "do not both settle"),
        ("sin(x y) + x", (0.4, -0.7), "in either order"),
        ("x |y|", (0.0, 0.0), "do not both settle"),
    ):
        put(page, text, f"{at[0]}, {at[1]}")
        page.wait_for_url(lambda url, text=text: parse_qs(urlsplit(url).query)["f"] == [text])
        expect(page.locator(".compare")).to_contain_text(says)
        expect(ring(page)).to_have_attribute("aria-valuetext", re.compile(f"{at[0]:g}".replace("-", "−")))
        for shown, row in zip(table(page), mixed_quotients(programs(read(text), {})["f"], at), strict=True):
            assert shown == pytest.approx(list(row), abs=6e-4, nan_ok=True)


def test_both_orders_follow_the_point(told: Any) -> None:
    page, _ = told(
        "/hessian?f="
        + quote(gallery.get("unequal").text)
        + "&box="
        + quote("-1, 1; -1, 1")
        + "&at="
        + quote("0.3, 0.3")
    )
    expect(page.locator(".compare")).to_contain_text("in either order the same")
    ring(page).focus()
    said = set()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
        said.add(tuple(table(page)[-1]))
    assert len(said) > 5 and page.complaints == []


def test_a_page_of_two_fields_is_lawful_everywhere(open_page: Open) -> None:
    """No text on another, on a ring, or out of its canvas, wherever the dial points."""
    page = open_page("/hessian?entry=21")
    expect(ring(page)).to_be_visible(timeout=30_000)
    for text, at in (("1.5x^2 + 2xy + 1.5y^2", "0, 0"), ("x^2 - 3y^2", "1, 1"), ("3x + y", "1, 1")):
        put(page, text, at)
        for width, stops in ((1440, 3), (360, 2)):
            page.set_viewport_size({"width": width, "height": 1600})
            settled(page)
            tip(page).focus()
            for _ in range(stops):
                for _ in range(11):
                    page.keyboard.press("Shift+ArrowLeft")
                figures = settled(page, 50)
                assert len(figures) >= 5
                assert [(text, width, fault) for figure in figures for fault in faults(figure)] == []


def test_axe_finds_nothing_grave_in_the_lab(open_page: Open) -> None:
    page = open_page(f"/hessian?f={quote('|x| + y^2')}&at={quote('0, 1')}&entry=12")
    expect(page.locator("table.orders")).to_contain_text("0.001", timeout=30_000)
    assert graves(page) == []


def test_where_there_is_nothing_to_turn_a_sentence_says_so(open_page: Open) -> None:
    page = open_page("/hessian")
    expect(ring(page)).to_be_visible(timeout=30_000)
    for text, at, says in (
        ("|x| + y^2", "0, 1", "have no value at p"),
        ("x^2 + y^2", "1, 1", "every direction is an eigenvector"),
        ("3", "1, 1", "H is zero"),
        (gallery.get("unequal").text, "0, 0", "The order matters here: the quotients settle at −1.000 and 1.000"),
    ):
        put(page, text, at)
        expect(page.get_by_text(says).first).to_be_visible(timeout=20_000)
    assert page.complaints == []
