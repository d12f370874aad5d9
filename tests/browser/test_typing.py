"""The formula box under real hands: read along without Enter, keys at the caret, the sheet, what was typed before."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from core.ui import live

Open = Callable[..., Page]


def box(page: Page) -> Locator:
    return page.get_by_label("Formula", exact=True).first


def reading(page: Page) -> Locator:
    return page.locator(".st-key-reading")


def formula(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("f", [""])[-1]


def echo(page: Page) -> Locator:
    return reading(page).locator(".st-key-echo annotation").first


def caret(page: Page) -> list[int]:
    return list(box(page).evaluate("e => [e.selectionStart, e.selectionEnd]"))


def key(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar", name="Signs to type").get_by_role("button", name=name, exact=True)


def start(page: Page, text: str) -> Page:
    expect(box(page)).to_have_value(text)
    expect(key(page, "pi")).to_be_visible()
    box(page).click()
    page.keyboard.press("End")
    return page


@pytest.fixture
def at(open_page: Open, plain_server: str) -> Page:
    return start(open_page("/?f=" + quote("x^2 + 1"), base=plain_server), "x^2 + 1")


# Read along


def test_the_reading_follows_the_keyboard_without_enter(at: Page) -> None:
    at.keyboard.type(" + 7y")
    expect(echo(at)).to_have_text("x^{2} + 1 + 7 y")
    assert formula(at) == "x^2 + 1"
    at.keyboard.type(" + (")
    expect(at.locator(".st-key-hint")).to_contain_text("This bracket ( is never closed.")
    expect(at.locator(".st-key-faded annotation")).to_have_text("x^{2} + 1 + 7 y")
    expect(at.locator(".st-key-wrong")).to_have_count(0)
    height = reading(at).bounding_box()
    assert height is not None and height["height"] == 68
    at.keyboard.press("Enter")
    expect(at.locator(".st-key-wrong")).to_be_visible()
    expect(at.locator(".st-key-hint")).to_have_count(0)
    at.keyboard.type("y)")
    expect(echo(at)).to_have_text(r"x^{2} + 1 + 7 y + y")
    expect(at.locator(".st-key-wrong")).to_have_count(0)
    expect(box(at)).to_be_focused()
    assert at.foreign == [] and at.complaints == []  # type: ignore[attr-defined]


def test_what_was_typed_and_taken_back_by_hand_leaves_the_committed_reading(at: Page) -> None:
    at.keyboard.type("3")
    expect(echo(at)).to_have_text("x^{2} + 13")
    at.keyboard.press("Backspace")
    expect(echo(at)).to_have_text("x^{2} + 1")
    expect(at.locator(".st-key-hint")).to_have_count(0)


def test_reading_along_goes_on_on_another_page_and_back(at: Page) -> None:
    text = "x^2 + 1"
    for title in ("Critical points", "Explore", "Critical points"):
        at.keyboard.type("3")
        expect(echo(at)).to_have_text(f"x^{{2}} + {text[6:]}3")
        at.keyboard.press("Enter")
        text += "3"
        at.wait_for_url(lambda url, text=text: text[4:] in url.replace("+", " ").replace("%2B", "+"))
        at.get_by_test_id("stTopNavLink").filter(has_text=title).first.click()
        expect(at).to_have_title(title + " · Beyond Gradients")
        start(at, text)


def test_a_run_of_the_page_does_not_take_what_is_being_typed(open_page: Open) -> None:
    page = start(open_page("/?f=" + quote("x^4 + y^4 + 1")), "x^4 + y^4 + 1")
    page.keyboard.type(" + 7y")
    expect(echo(page)).to_contain_text("7 y")
    page.get_by_role("slider", name="The point you hold").first.evaluate(
        "e => ['keydown', 'keyup'].forEach((kind) =>"
        " e.dispatchEvent(new KeyboardEvent(kind, {key: 'ArrowRight', bubbles: true})))"
    )
    expect(page.get_by_label("Point", exact=True).first).not_to_have_value("")
    expect(box(page)).to_have_value("x^4 + y^4 + 1 + 7y")
    expect(echo(page)).to_contain_text("7 y")
    assert formula(page) == "x^4 + y^4 + 1"


# Keys


def test_a_key_types_at_the_caret_and_keeps_the_box(at: Page) -> None:
    for _ in range(4):
        at.keyboard.press("ArrowLeft")
    key(at, "pi").click()
    expect(box(at)).to_have_value("x^2π + 1")
    expect(box(at)).to_be_focused()
    assert caret(at) == [4, 4] and formula(at) == "x^2 + 1"
    expect(echo(at)).to_have_text(r"x^{2} \pi + 1")
    at.keyboard.press("Control+z")
    expect(box(at)).to_have_value("x^2 + 1")
    at.keyboard.press("End")
    key(at, "times").click()
    key(at, "absolute value").click()
    at.keyboard.type("y")
    expect(box(at)).to_have_value("x^2 + 1·|y|")
    expect(echo(at)).to_have_text(r"x^{2} + 1 \left|y\right|")
    expect(at.locator(".st-key-hint")).to_have_text(re.compile("Press Enter to draw it."))
    assert formula(at) == "x^2 + 1"
    key(at, "square root").click()
    at.keyboard.type("2")
    expect(box(at)).to_have_value("x^2 + 1·|y√(2)|")
    at.keyboard.press("Enter")
    at.wait_for_url(lambda url: "%E2%88%9A" in url)
    assert formula(at) == "x^2 + 1·|y√(2)|"


def test_a_key_goes_around_what_is_selected(at: Page) -> None:
    at.keyboard.press("Control+a")
    key(at, "square root").click()
    expect(box(at)).to_have_value("√(x^2 + 1)")
    at.keyboard.press("Control+a")
    key(at, "squared").click()
    expect(box(at)).to_have_value("(√(x^2 + 1))^2")
    at.keyboard.press("Control+a")
    at.keyboard.press("Delete")
    key(at, "squared").click()
    expect(box(at)).to_have_value("x^2")


def test_the_keyboard_alone_reaches_box_keys_sheet_and_examples(at: Page) -> None:
    def focused() -> str:
        return str(at.evaluate(
            "() => { let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
            " return e.getAttribute('aria-label') || e.innerText || e.tagName }"
        ))  # fmt: skip

    at.keyboard.press("Tab")
    assert focused() == "square root"
    at.keyboard.press("ArrowRight")
    assert focused() == "pi"
    at.keyboard.press("Enter")
    expect(box(at)).to_have_value("x^2 + 1π")
    expect(box(at)).to_be_focused()
    at.keyboard.press("Tab")
    assert focused() == "pi"
    at.keyboard.press("Tab")
    assert "What can I type?" in focused()
    at.keyboard.press("Enter")
    expect(at.get_by_role("button", name="2x(y - 1)^3")).to_be_visible()
    at.get_by_role("button", name="2x(y - 1)^3").press("Enter")
    expect(box(at)).to_have_value("2x(y - 1)^3")
    at.keyboard.press("Escape")
    expect(at.get_by_role("button", name="2x(y - 1)^3")).to_have_count(0)
    at.get_by_role("button", name="What can I type?").focus()
    at.keyboard.press("Tab")
    assert "Examples" in focused()


def test_keys_are_as_large_as_a_finger_on_a_telephone(open_page: Open, plain_server: str) -> None:
    page = start(open_page("/?f=x", width=360, base=plain_server), "x")
    shown = page.get_by_role("toolbar", name="Signs to type").get_by_role("button")
    for i in range(shown.count()):
        size = shown.nth(i).bounding_box()
        assert size is not None and size["width"] >= 44 and size["height"] >= 44
    key(page, "greater than or equal").click()
    expect(box(page)).to_have_value("x≥")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360


def test_the_component_is_small() -> None:
    assert len((live.STATIC / "typed.js").read_bytes()) <= 8_000


# The sheet


def test_an_example_goes_into_the_box_and_the_link_and_the_sheet_stays(at: Page) -> None:
    row = at.locator(".st-key-formula").bounding_box()
    at.get_by_role("button", name="What can I type?").click()
    at.get_by_role("button", name="|x - y|", exact=True).click()
    expect(box(at)).to_have_value("|x - y|")
    expect(echo(at)).to_have_text(r"\left|x - y\right|")
    at.wait_for_url(lambda url: "x+-+y" in url)
    expect(at.get_by_role("button", name=r"\frac{x^2}{1 + y^2}")).to_be_visible()
    at.locator(".st-key-recent_0 button").click()
    expect(box(at)).to_have_value("x^2 + 1")
    expect(at.locator(".st-key-recent_0 annotation")).to_contain_text("|x - y")
    sheet = at.locator(".st-key-sheet_body").bounding_box()
    assert row is not None and sheet is not None and sheet["y"] >= row["y"] + row["height"]
    assert row["height"] == pytest.approx(67, abs=1)
    at.keyboard.press("Escape")
    start(at, "x^2 + 1")
    at.keyboard.type("5")
    expect(echo(at)).to_have_text("x^{2} + 15")
    assert at.complaints == []  # type: ignore[attr-defined]


# The caret under a slip

LONG = "x^2 + y^2 + " * 12 + "sinn(x)" + " + x^2 + y^2" * 12
SLIPS = [
    "sinn(x) + x^2 + y^2 + x^2 + y^2 + x^2 + y",
    "x^2 + y^2 + x^2 + y^2 + x^2 + 1 + sinn(x)",
    LONG,
    "ｘ＋ｙ＋ｘ＋ｙ＋sinn(x)",
]


@pytest.mark.parametrize("text", SLIPS, ids=["left", "right", "long", "wide"])
@pytest.mark.parametrize("width", [360, 1024])
def test_the_caret_is_seen_under_the_spot(open_page: Open, plain_server: str, text: str, width: int) -> None:
    page = open_page("/?f=" + quote(text), width=width, base=plain_server)
    expect(page.locator(".st-key-wrong_line")).to_be_visible()
    spot = page.locator(".st-key-wrong_line > div").nth(1)
    expect(page.locator(".st-key-wrong_line")).to_have_css("padding-bottom", "12px")  # the style sheet is there
    expect(page.get_by_role("button", name="Use sin")).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => {})")
    expect(spot).to_have_text(re.compile("^\u200bsinn\u200b$"))
    # All in one look: the line, the end of the text before the spot, the spot, and the carets under it.
    (left, right), before, (start, end), carets = page.locator(".st-key-wrong_line").evaluate(
        """(line) => {
          const [before, spot] = line.children, all = document.createRange();
          all.selectNodeContents(before);
          const span = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.right] };
          return [span(line), span(all)[1], span(spot), parseFloat(getComputedStyle(spot, "::after").width)];
        }"""
    )
    assert 0 <= left <= start < end <= right <= width and end - start > 30
    assert before == pytest.approx(start, abs=1)  # what is cut off is the beginning
    assert carets == pytest.approx(end - start, abs=1)
