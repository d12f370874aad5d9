"""The box in a real browser: fit, the rules of the levels, and a slider under a hand."""

import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]

# The rule on f over a grid: what is asked of it, without drawing.
RULE = """async ([text, box, wanted]) => {
  const C = await import("/app/static/contours.js?v=test");
  const shapes = {
    bowl: (x, y) => x * x + y * y, saddle: (x, y) => x * x - y * y, hill: (x, y) => -Math.exp(-x * x - y * y),
    high: (x, y) => 1000.3333 + x * x + y * y, steep: (x, y) => Math.exp(10 * x), pole: (x, y) => 1 / (x * x + y * y),
    valley: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, plateau: (x, y) => Math.max(x, 0) + Math.max(y, 0),
  };
  const [[a, b], [c, d]] = box, n = 120, v = [];
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) v.push(shapes[text](a + ((b - a) * i) / (n - 1), c + ((d - c) * j) / (n - 1)));
  const sorted = Float64Array.from(v).filter(Number.isFinite).sort();
  const { levels, t, say } = C.rule({ sorted }, wanted, 20);
  const shares = levels.map((level) => sorted.filter((value) => value < level).length / sorted.length);
  return { levels, say, tones: levels.map(t), ends: [t(sorted[0]), t(sorted[sorted.length - 1])], shares };
}"""
SHAPES = ["bowl", "saddle", "hill", "high", "steep", "pole", "valley", "plateau"]


def caption(page: Page) -> Any:
    return page.locator(".caption")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    shown = open_page_module("/")
    expect(caption(shown)).to_contain_text("Contours", timeout=30_000)
    return shown


def rule(page: Page, shape: str, wanted: str) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(RULE, [shape, [[-2, 2], [-2, 2]], wanted])
    return answer


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("wanted", ["auto", "linear", "log", "quantile"])
def test_levels_rise_colours_with_them_and_every_rule_is_said(page: Page, shape: str, wanted: str) -> None:
    found = rule(page, shape, wanted)
    levels, tones = found["levels"], found["tones"]
    assert 4 <= len(levels) <= 30 and levels == sorted(set(levels)) and tones == sorted(tones)
    assert all(0 <= tone <= 1 for tone in tones) and found["ends"] == pytest.approx(
        [0, 1], abs=0.26 if shape == "plateau" else 0.02
    )
    assert found["say"].startswith("Contours") and found["say"].endswith(".")
    assert all(len(f"{level:.6g}".split("e")[0].replace("-", "").replace(".", "")) <= 6 for level in levels)


@pytest.mark.parametrize("shape", SHAPES)
def test_linear_steps_are_equal(page: Page, shape: str) -> None:
    levels = rule(page, shape, "linear")["levels"]
    steps = [b - a for a, b in pairwise(levels)]
    assert max(steps) == pytest.approx(min(steps), rel=1e-6)


@pytest.mark.parametrize("shape", ["bowl", "saddle", "hill", "valley", "pole"])
def test_quantile_levels_leave_equal_areas_between_them(page: Page, shape: str) -> None:
    shares = [0.0, *rule(page, shape, "quantile")["shares"], 1.0]
    areas = [b - a for a, b in pairwise(shares)]
    assert len(areas) == 21 and all(0.75 / 21 <= area <= 1.25 / 21 for area in areas)


@pytest.mark.parametrize(
    ("shape", "said", "foot"),
    [("bowl", "at 1, 2, 5 × 10ᵏ", 0), ("hill", "at −1, 2, 5 × 10ᵏ", 0), ("saddle", "at 0 and ±1, 2, 5 × 10ᵏ from ±0.01 on", 0),
     ("high", "at 1000.33 + 1, 2, 5 × 10ᵏ", 1000.33), ("valley", "at 1, 2, 5 × 10ᵏ", 0)],
)  # fmt: skip
def test_logarithmic_levels_are_those_the_sentence_names(page: Page, shape: str, said: str, foot: float) -> None:
    found = rule(page, shape, "log")
    assert said in found["say"]
    for level in found["levels"]:
        size = abs(round(level - foot, 9))
        assert size == 0 or round(size / 10 ** math.floor(math.log10(size) + 1e-9), 6) in (1, 2, 5), level
    if shape == "saddle":
        assert found["levels"] == [-level for level in reversed(found["levels"])] and 0 in found["levels"]


def test_steep_values_have_powers_of_ten_only(page: Page) -> None:
    found = rule(page, "steep", "log")
    exponents = [math.log10(level) for level in found["levels"]]
    assert exponents == pytest.approx([round(e) for e in exponents]) and "equal steps of log" in found["say"]


def test_choosing_a_rule_changes_figure_sentence_and_link(open_page: Open) -> None:
    page = open_page("/")
    expect(caption(page)).to_contain_text("equal steps of √f", timeout=30_000)
    expect(page.get_by_text("All 9 critical points in this window: proved complete.").first).to_be_visible()
    page.get_by_role("combobox", name="Levels").click()
    page.keyboard.type("Quan")
    page.get_by_role("option", name="Quantile").click()
    expect(caption(page)).to_contain_text("nearly equal areas")
    expect(page).to_have_url(re.compile("[?&]levels=Quantile"))
    page.reload()
    expect(caption(page)).to_contain_text("nearly equal areas", timeout=30_000)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_fit_moves_the_window_of_figure_field_and_link_and_lets_go_of_a_point_outside(open_page: Open) -> None:
    page = open_page("/?at=4,4&f=" + quote("x^3 - 3x + y^2"))
    expect(page.get_by_label("Point", exact=True)).to_have_value("4,4", timeout=30_000)
    page.get_by_role("button", name="Fit", exact=True).click()
    expect(page.get_by_role("textbox", name="Window", exact=True)).to_have_value("-3, 3; -1.5, 1.5", timeout=20_000)
    expect(page.get_by_role("img", name="x from −3 to 3, y from −1.5 to 1.5")).to_be_visible()
    expect(page.get_by_text("critical points in this window: proved complete.").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]box=-3%2C\+3%3B\+-1\.5%2C\+1\.5"))
    assert "at" not in query(page)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_slider_redraws_the_figure_and_is_in_the_link(open_page: Open) -> None:
    page = open_page("/?f=" + quote("f(x, y) = a x^2 + b y^2"))
    slider = page.get_by_role("slider", name="Slider of a").first
    expect(slider).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1 minimum. For a = 1, b = 1.")).to_be_visible(timeout=30_000)
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("1 saddle. For a = −1, b = 1.")).to_be_visible(timeout=30_000)
    assert query(page)["p_a"] == ["-1"]
    box = page.get_by_role("spinbutton", name="Slider of a, exactly")
    expect(box).to_have_value("-1")
    place = slider.bounding_box()
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    for _ in range(2):  # the second time it is let go at the very number where it was taken, and no longer held
        page.mouse.move(x, y)
        page.mouse.down()
        for far in (10, 20, 30, 20, 10, 0):
            page.mouse.move(x + far, y)
        page.mouse.up()
    box.fill("12")
    box.press("Enter")
    expect(page.get_by_text("1 minimum. For a = 12, b = 1.")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Critical points").click()
    expect(page).to_have_title("Critical points · Beyond Gradients")
    expect(page.get_by_text("For a = 12, b = 1.").filter(visible=True).first).to_be_visible(timeout=30_000)
    expect(page).to_have_url(re.compile("[?&]p_a=12(&|$)"))
    page.reload()
    expect(page.get_by_text("For a = 12, b = 1.").filter(visible=True).first).to_be_visible(timeout=30_000)
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1440, 1024, 360])
def test_eight_letters_find_room(open_page: Open, width: int) -> None:
    page = open_page("/?f=" + quote("f(x, y) = a x^2 + b y^2 + c x + d y + g x y + h x^3 + k y^3 + m"), width=width)
    boxes = page.locator(".knobs input[type=number]")
    expect(boxes).to_have_count(8, timeout=30_000)
    places = [boxes.nth(i).bounding_box() for i in range(8)]
    assert all(p is not None and p["x"] >= 0 and p["x"] + p["width"] <= width and p["width"] >= 40 for p in places)
    tops = sorted({round(p["y"]) for p in places if p is not None})
    assert all(b - a >= 36 for a, b in pairwise(tops)) and len(tops) <= 8
