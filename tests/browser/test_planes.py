"""A plane of more variables in a real browser: sliders and boxes move the one point, and a level in space is that level."""

import math
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ring

Open = Callable[..., Page]
SPACE = "/?f=" + quote("x^2 + y^2 + z^2 - x y z") + "&at=" + quote("1, 1.5, 2")
LEVEL = """async () => {
  const { march } = await import("/app/static/isosurface.js?v=test"), n = 25;
  const on = (f) => Float64Array.from({ length: n ** 3 }, (_, k) => f(...[n * n, n, 1].map((by) => 2 * (Math.floor(k / by) % n) / (n - 1) - 1)));
  const measured = ({ x, y, z, i, j, k }) => {
    const P = (a) => [x[a], y[a], z[a]].map((t) => 2 * t - 1), edges = new Map();
    let area = 0, volume = 0, far = 0;
    for (let t = 0; t < i.length; t++) {
      const [p, q, r] = [i[t], j[t], k[t]].map(P), u = q.map((v, a) => v - p[a]), w = r.map((v, a) => v - p[a]);
      const c = [u[1] * w[2] - u[2] * w[1], u[2] * w[0] - u[0] * w[2], u[0] * w[1] - u[1] * w[0]];
      area += Math.hypot(...c) / 2;
      volume += (p[0] * c[0] + p[1] * c[1] + p[2] * c[2]) / 6;
      for (const [a, b] of [[i[t], j[t]], [j[t], k[t]], [k[t], i[t]]]) edges.set([Math.min(a, b), Math.max(a, b)].join(), (edges.get([Math.min(a, b), Math.max(a, b)].join()) ?? 0) + 1);
    }
    x.forEach((_, a) => { far = Math.max(far, Math.abs(Math.hypot(...P(a)) - 0.8)); });
    return { area, volume, far, euler: x.length - edges.size + i.length, open: [...edges.values()].filter((v) => v !== 2).length, count: i.length };
  };
  const ball = on((x, y, z) => x * x + y * y + z * z), holed = ball.map((v, k) => (k < n ** 3 / 2 ? NaN : v));
  const pole = on((x, y, z) => 1 / (x + 0.01));
  return [measured(march(ball, n, 0.64)), measured(march(holed, n, 0.64)), march(pole, n, 0, 4).i.length, march(ball, n, 9).i.length];
}"""


@pytest.fixture
def page(open_page: Open) -> Page:
    opened: Page = open_page(SPACE)
    expect(ring(opened)).to_be_visible(timeout=30_000)
    opened.wait_for_timeout(2_000)
    return opened


def test_a_level_is_a_closed_surface_where_f_has_values_and_has_no_wall_at_a_pole(page: Page) -> None:
    ball, holed, pole, empty = page.evaluate(LEVEL)
    assert ball["area"] == pytest.approx(4 * math.pi * 0.64, rel=0.01)
    assert ball["volume"] == pytest.approx(4 / 3 * math.pi * 0.8**3, rel=0.02)  # positive: it faces to where f grows
    assert ball["far"] < 0.005 and ball["euler"] == 2 and ball["open"] == 0
    assert 0 < holed["count"] < 0.6 * ball["count"] and holed["open"] > 0
    assert pole == 0 and empty == 0


def test_slider_and_box_move_the_point_in_all_variables_and_the_server_hears_once(page: Page) -> None:
    sent: list[str] = []
    slope = page.locator(".side .eigs.two .number")
    assert slope.all_inner_texts() == ["−1.00", "1.00", "2.50"]
    cells = page.get_by_role("table", name="The Hessian, entry by entry").locator("td span").all_inner_texts()
    assert cells == ["+2", "−2", "−1.5", "−2", "+2", "−1", "−1.5", "−1", "+2"]
    page.evaluate(
        "() => { const send = WebSocket.prototype.send; window.told = 0; WebSocket.prototype.send = function (...a) { window.told += 1; return send.apply(this, a); }; }"
    )
    slider = page.get_by_role("slider", name="Slider of z, which is held")
    box = slider.bounding_box()
    assert box
    x, y = box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], y, steps=8)
    expect(slope.nth(0)).to_have_text("2.00")  # z = 0: 2x − yz
    assert page.evaluate("window.told") == 0 and sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "at=1%2C+1.5%2C+2" not in url)
    assert parse_qs(urlsplit(page.url).query)["at"] == ["1, 1.5, 0"]
    entry = page.get_by_role("spinbutton", name="y of the point")
    entry.fill("-2")
    entry.press("Enter")
    page.wait_for_url(lambda url: "-2" in url)
    assert parse_qs(urlsplit(page.url).query)["at"] == ["1, -2, 0"]
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_eigenvalues_of_a_plane_are_told_from_those_of_all_of_h_and_indices_stand_below(open_page: Open) -> None:
    at = np.array([0.02, 0.5, 0.3])
    page = open_page(
        "/hessian?f=" + quote("x1^2 + abs(x1) + x1 x2 + x2^2 + exp(x2 x3)") + "&at=" + quote("0.02, 0.5, 0.3")
    )
    said = page.locator(".item.gap > .say")
    expect(said).to_contain_text("μ₁", timeout=30_000)
    e, (_, y, z) = math.exp(at[1] * at[2]), at
    H = np.array([[2, 1, 0], [1, 2 + z * z * e, (1 + y * z) * e], [0, (1 + y * z) * e, y * y * e]])
    (a, b, c), (m, n) = (np.linalg.eigvalsh(M)[::-1] for M in (H, H[:2, :2]))
    assert a > m > b > n > c
    number = r"−?[\d.]+"
    chain = re.search(
        rf"λ₁ = ({number}) ≥ μ₁ = ({number}) ≥ λ₂ = ({number}) ≥ μ₂ = ({number}) ≥ λ₃ = ({number})\.", said.inner_text()
    )
    assert chain and [float(v.replace("−", "-")) for v in chain.groups()] == pytest.approx([a, m, b, n, c], abs=5e-3)
    assert (
        page.locator(".weight").all_inner_texts()[0].startswith("μ1 =")
        and "λ" not in page.locator(".weights").inner_text()
    )
    entry = page.get_by_role("button", name="Entry 2, 2 of B")
    expect(entry.locator("sub").nth(0)).to_have_text("3", timeout=20_000)  # x₃² exp(x₂ x₃) + 2
    drawn = page.locator(".live").first.inner_text()
    assert not re.search(r"\w_\w", drawn), drawn
    expect(page.get_by_role("slider", name="Slider of x₃, which is held")).to_be_visible()
    ring(page).press("ArrowLeft")  # on the kink
    first = page.get_by_role("button", name="Entry 1, 1 of B")
    expect(first).to_have_text(re.compile("no value here"))
    assert "=" not in first.inner_text() and "–" not in first.inner_text()
    first.click()
    expect(page.locator(".entries")).to_contain_text("no second derivative")
    expect(said).to_be_hidden()
    assert page.complaints == []  # type: ignore[attr-defined]
