"""The Taylor model in a real browser: the known errors, slopes 1, 2 and 3, and one word to the server."""

import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import mpmath
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import put

Open = Callable[..., Page]
BOOK = "/taylor?f=" + quote("e^x cos y") + "&at=" + quote("0, 0") + "&box=" + quote("-1, 1; -1, 1")
WORST = """async ([wire, p, sizes]) => {
  const T = await import("/app/static/taylor.js?v=test"), { reader } = await import("/app/static/program.js?v=test"), { local } = await import("/app/static/local.js?v=test");
  const jet = reader(wire), here = local(jet.at(p), p), models = [0, 1, 2].map((k) => T.model(here, k));
  return sizes.map((r) => T.worst((x) => jet.at(x)[0], models, p, r, 720));
}"""


def errors(page: Page, order: int) -> list[str]:
    return page.locator(f"table.errors tbody tr:nth-child({order + 1}) td").all_inner_texts()


def test_the_known_errors(told: Any) -> None:
    page, _ = told(BOOK + "&r=0.4&tol=0.01")
    assert errors(page, 2)[:3] == ["0.01182", "0.001403", "1.71 × 10⁻⁴"]
    expect(page.locator(".law")).to_have_text("T₂ = 1 + x + 0.5 x² − 0.5 y²")
    expect(page.get_by_text("too much for the tolerance 0.01")).to_be_visible()
    chart = str(page.locator("canvas[aria-label^='Worst error']").get_attribute("aria-label"))
    slopes = [float(s) for s in re.findall(r"slope (\d\.\d+)", chart)]
    assert slopes == pytest.approx([1, 2, 3], abs=0.03)


@pytest.mark.parametrize(
    ("text", "f", "p"),
    [("e^x cos y", lambda x, y: mpmath.e**x * mpmath.cos(y), (0.3, -0.2)), ("1/(2 + x + y^2)", lambda x, y: 1 / (2 + x + y**2), (0.5, 0.4)),
     ("x^3 - 3x y^2", lambda x, y: x**3 - 3 * x * y**2, (1.0, 0.5))],
)  # fmt: skip
def test_the_worst_error_is_that_of_an_independent_calculation(
    modules: Page, text: str, f: Callable[[Any, Any], Any], p: tuple[float, float]
) -> None:
    from core.compile import program
    from core.meaning import function
    from core.program import jet
    from core.syntax import read

    sizes = (0.2, 0.05)
    found = modules.evaluate(WORST, [jet(program(function(read(text)))).to_wire(), list(p), sizes])
    d = {(i, j): mpmath.diff(f, p, (i, j)) for i in range(3) for j in range(3 - i)}
    for r, mine in zip(sizes, found, strict=True):
        most = [mpmath.mpf(0)] * 3
        for k in range(720):
            u, v = r * mpmath.cos(mpmath.pi * k / 360), r * mpmath.sin(mpmath.pi * k / 360)
            first = d[1, 0] * u + d[0, 1] * v
            second = (d[2, 0] * u**2 + d[0, 2] * v**2) / 2 + d[1, 1] * u * v
            gaps = [f(p[0] + u, p[1] + v) - T for T in (d[0, 0], d[0, 0] + first, d[0, 0] + first + second)]
            most = [max(a, abs(b)) for a, b in zip(most, gaps, strict=True)]
        assert mine == pytest.approx([float(e) for e in most], rel=1e-6)


def test_a_quadratic_is_its_own_model_and_a_kink_has_none(told: Any) -> None:
    page, _ = told("/taylor?f=" + quote("1.5x^2 + 2xy + 1.5y^2") + "&at=" + quote("1, 0.5"))
    expect(page.get_by_text("f is its own model of order 2")).to_be_visible()
    assert errors(page, 2)[0] == "0"
    put(page, "|x| + y^2", "0, 1")
    expect(page.get_by_text("There is no Hessian at the point")).to_be_visible()
    page.get_by_role("button", name="Order 0").click()
    expect(page.get_by_text("Order 0: off by up to")).to_be_visible()


SLOPES = """async ([wire, plain, p, width]) => {
  const T = await import("/app/static/taylor.js?v=test"), { reader } = await import("/app/static/program.js?v=test"), { local } = await import("/app/static/local.js?v=test");
  const value = reader(plain, [0]), jet = reader(wire), here = local([value.at(p)[0], ...jet.at(p).slice(1)], p), models = [0, 1, 2].map((k) => T.model(here, k));
  const sizes = Array.from({ length: 22 }, (_, k) => (width / 2000) * 1000 ** (k / 21)), all = sizes.map((r) => T.worst((x) => value.at(x)[0], models, p, r, 40));
  const slopes = [0, 1, 2].map((k) => T.slope(sizes.map((r, i) => (all[i][k] > 0 ? [r, all[i][k]] : null)), Math.abs(here.f)));
  return [slopes, slopes.map((s, k) => (s === null ? "" : T.kept(k, s)))];
}"""


@pytest.mark.parametrize(
    ("text", "p", "slopes"),
    [("e^x cos y", (0.3, -0.2), (1, 2, 3)), ("x^2 + 3y^2", (1, 1), (1, 2, None)), ("x + 2y", (1, 1), (1, None, None)), ("f(x, y) = 7", (1, 1), (None,) * 3),
     ("x^2 + y^2 + x^3", (0, 0), (2, 2, 3)), ("x^4 + y^4", (0, 0), (4, 4, 4)), ("sqrt(x^2 + y^2) + x", (0, 0), (1, None, None)), ("x |x| + y", (0, 0), (1, None, None)),
     ("f(x) = cos x", (0,), (2, 2, 4)), ("1000000 + sin x + y^3", (1, 1), (1, 2, 3))],
)  # fmt: skip
def test_the_slope_is_measured_also_where_it_is_not_what_was_promised(
    modules: Page, text: str, p: tuple[float, ...], slopes: tuple[float | None, ...]
) -> None:
    from core.compile import program
    from core.meaning import function
    from core.program import jet
    from core.syntax import read

    least = () if len(p) == 1 else ("x", "y")
    F = program(function(read(text, least=least)))
    found, said = modules.evaluate(SLOPES, [jet(F).to_wire(), F.to_wire(), list(p), 2.0])
    for k, (mine, due) in enumerate(zip(found, slopes, strict=True)):
        assert (mine is None) == (due is None), (k, mine)
        assert due is None or mine == pytest.approx(due, abs=0.06)
        promised = "as promised" if due == k + 1 else "more than the promised"
        assert due is None or (promised in said[k] and (due == k + 1 or f"terms of order {k + 1} vanish" in said[k]))


def test_a_slope_below_the_promise_is_said_to_be_that(told: Any) -> None:
    page, _ = told("/taylor?f=" + quote("|x| + y^2") + "&at=" + quote("0, 1") + "&order=0")
    expect(page.locator("p.say[role=status]")).to_contain_text("as promised")
    put(page, "sqrt(|x|) + y^2", "0, 1")
    expect(page.locator("p.say[role=status]")).to_contain_text("less than the promised 1: f is not smooth enough here")


def test_a_circle_that_leaves_the_domain_is_said_to(told: Any) -> None:
    page, _ = told(
        "/taylor?f=" + quote("ln x + y^2") + "&at=" + quote("1, 0") + "&box=" + quote("-2, 4; -3, 3") + "&r=2"
    )
    expect(page.get_by_text("f is not defined everywhere on the circle of radius 2.")).to_be_visible()
    assert errors(page, 2)[0] == "–" and errors(page, 2)[2] != "–"


def test_one_variable_has_two_points_and_a_grip(told: Any) -> None:
    page, sent = told("/taylor?f=" + quote("f(x) = sin x") + "&at=1&r=0.5")
    worst = max(abs(math.sin(1 + v) - (math.sin(1) + math.cos(1) * v - math.sin(1) * v * v / 2)) for v in (-0.5, 0.5))
    assert float(errors(page, 2)[0]) == pytest.approx(worst, rel=1e-3)
    tip = page.get_by_role("slider", name="The edge of the circle")
    box = tip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=5)
    assert sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "r=0.5&" not in url and not url.endswith("r=0.5"))
    page.wait_for_timeout(500)
    assert 1 <= len(sent) <= 2 and page.complaints == []


def test_the_page_fits_a_phone_and_a_finger_turns_the_circle(told: Any) -> None:
    page, _ = told(BOOK + "&r=0.2", width=360, height=740, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    tops = {round(cell.bounding_box()["y"] / 12) for cell in page.locator("table.errors tbody tr:first-child td").all()}
    assert len(tops) == 1, "the numbers of one order stand in one row"
    tip = page.get_by_role("slider", name="The edge of the circle")
    tip.scroll_into_view_if_needed()
    box = tip.bounding_box()
    assert box and min(box["width"], box["height"]) >= 24
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = page.context.new_cdp_session(page)
    for kind, d in (("touchStart", 0), ("touchMove", 12), ("touchMove", 24), ("touchEnd", None)):
        points = [] if d is None else [{"x": x + d, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_url(lambda url: "r=0.2&" not in url and not url.endswith("r=0.2"))


def test_the_circle_widens_under_the_hand_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(BOOK + "&r=0.2")
    tip = page.get_by_role("slider", name="The edge of the circle")
    box = tip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for k in range(1, 14):
        page.mouse.move(x + 5 * k, y - 5 * k)
        page.wait_for_timeout(40)
        seen.add(errors(page, 2)[0])
    assert len(seen) > 8 and sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "r=0.2&" not in url and not url.endswith("r=0.2"))
    page.wait_for_timeout(500)
    assert 1 <= len(sent) <= 2 and page.complaints == []
    assert float(parse_qs(urlsplit(page.url).query)["r"][0]) > 0.25


def test_order_tolerance_and_radius_by_keyboard(told: Any) -> None:
    page, _ = told(BOOK + "&r=0.2")
    page.get_by_role("button", name="Order 1").press("Enter")
    page.wait_for_url(lambda url: "order=1" in url)
    box = page.get_by_role("spinbutton", name="Tolerance, exactly")
    box.fill("0.5")
    box.press("Enter")
    page.wait_for_url(lambda url: "tol=0.5" in url)
    expect(page.get_by_text("within the tolerance 0.5")).to_be_visible()
    page.get_by_role("slider", name="The edge of the circle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "r=0.21" in url)


def test_the_surface_shows_the_model_as_a_second_sheet(told: Any) -> None:
    page, _ = told(BOOK)
    page.get_by_role("tab", name="Surface").click()
    expect(page.get_by_role("img", name=re.compile("quadratic model"))).to_be_visible(timeout=30_000)
