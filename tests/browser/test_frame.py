"""What only a browser shows of the frame: deep links, the address bar, both themes, a narrow screen, no other host."""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Page]


def link(page: Page) -> dict[str, str]:
    return {key: values[-1] for key, values in parse_qs(urlsplit(page.url).query).items()}


def formula(page: Page) -> Locator:
    return page.get_by_label("Formula", exact=True).first


def enter(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Enter")


def tab(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stTopNavLink").filter(has_text=name).first


def wait_for_link(page: Page, **wanted: str) -> None:
    page.wait_for_url(
        lambda url: wanted.items() <= {k: v[-1] for k, v in parse_qs(urlsplit(url).query).items()}.items()
    )


def test_a_deep_link_into_a_fresh_server_brings_the_page_in_its_frame(open_page: Open, fresh_server: str) -> None:
    page = open_page("/critical_points?f=" + quote("x^3 + y^3 - 3xy + 1"), base=fresh_server)
    expect(formula(page)).to_have_value("x^3 + y^3 - 3xy + 1")
    expect(tab(page, "Explore")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page).to_have_title("Critical points · Beyond Gradients")
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    assert page.foreign == [] and page.complaints == []


def test_the_name_of_the_first_page_is_an_address_too(open_page: Open, plain_server: str) -> None:
    page = open_page("/explore?f=" + quote("x^2 + 7y^2"), base=plain_server)
    expect(formula(page)).to_have_value("x^2 + 7y^2")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert urlsplit(page.url).path == "/"


def test_the_address_bar_follows_the_hand_and_the_pages_share_it(open_page: Open, plain_server: str) -> None:
    page = open_page(base=plain_server)
    expect(formula(page)).to_have_value("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")
    wait_for_link(page, v="1")
    enter(page, "Formula", "x^2 + 3y^2")
    wait_for_link(page, v="1", f="x^2 + 3y^2")
    enter(page, "Window", "-1, 1; -2, 2")
    wait_for_link(page, f="x^2 + 3y^2", box="-1, 1; -2, 2")
    tab(page, "Critical points").click()
    expect(page).to_have_title("Critical points · Beyond Gradients")
    expect(page.get_by_label("Window", exact=True).first).to_have_value("-1, 1; -2, 2")
    wait_for_link(page, v="1", f="x^2 + 3y^2", box="-1, 1; -2, 2")
    page.get_by_role("combobox", name="Examples").first.click()
    page.keyboard.type("Rosenbrock")  # the list is long, and only what is seen of it is there
    page.get_by_role("option", name="Rosenbrock valley").click()
    expect(formula(page)).to_have_value("(1 - x)^2 + 100(y - x^2)^2")
    expect(page.get_by_label("Window", exact=True).first).to_have_value("")
    expect(page.get_by_label("Window", exact=True).first).to_have_attribute("placeholder", "-2, 2; -1, 3")
    wait_for_link(page, v="1", f="(1 - x)^2 + 100(y - x^2)^2")
    assert "box" not in link(page)
    assert page.foreign == [] and page.complaints == []


def test_a_slip_takes_the_place_of_the_reading_and_moves_nothing(open_page: Open, plain_server: str) -> None:
    page = open_page("/?f=" + quote("x^2 + y^2 + 1"), base=plain_server)
    reading = page.locator(".st-key-reading")
    expect(reading.locator(".katex").first).to_be_visible()
    page.wait_for_timeout(1_000)  # fonts
    before = reading.bounding_box()
    enter(page, "Formula", "x^2 + y^2 + 1 + sinn(x)")
    expect(page.locator(".st-key-wrong")).to_be_visible()
    after = page.locator(".st-key-wrong").bounding_box()
    assert before is not None and after is not None
    assert (before["y"], before["height"]) == (after["y"], after["height"]) and after["height"] == 68
    pieces = page.locator(".st-key-wrong_line > div").all_inner_texts()
    assert [piece.replace("\u200b", "") for piece in pieces] == ["x^2 + y^2 + 1 + ", "sinn", "(x)"]
    page.get_by_role("button", name="Use sin").click()
    expect(formula(page)).to_have_value("x^2 + y^2 + 1 + sin(x)")
    expect(page.locator(".st-key-wrong")).to_have_count(0)


def test_what_was_typed_never_becomes_markup(open_page: Open, plain_server: str) -> None:
    hostile = "<img src=x onerror=window.caught=1> ![a](https://example.org/a.png) <script>window.caught=1</script>"
    page = open_page(
        f"/?f={quote(hostile)}&box={quote(hostile)}&at={quote(hostile)}&v={quote(hostile)}", base=plain_server
    )
    expect(page.locator(".st-key-wrong_line")).to_be_visible()
    enter(page, "Window", hostile)
    expect(page.locator(".st-key-remark_box")).to_be_visible()
    assert page.evaluate("window.caught") is None
    assert page.locator("img[src='x'], img[alt='a']").count() == 0
    assert page.foreign == []


def test_the_dark_theme_follows_the_system(open_page: Open, plain_server: str) -> None:
    page = open_page("/?f=" + quote("x^2 + y^2 + 1 + sinn(x)"), dark=True, base=plain_server)
    expect(page.locator(".st-key-wrong")).to_have_css("background-color", "rgb(58, 30, 34)")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(20, 23, 28)")
    expect(page.locator(".stApp")).to_have_css("color", "rgb(236, 239, 242)")


def test_a_narrow_screen_needs_no_sideways_scrolling(open_page: Open, plain_server: str) -> None:
    page = open_page(
        "/critical_points?f=" + quote("(x^2 + y - 11)^2 + (x + y^2 - 7)^2 + 40sin(x)cos(y)"),
        width=360,
        base=plain_server,
    )
    expect(page.locator(".st-key-reading .katex").first).to_be_visible()
    box = formula(page).bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360
