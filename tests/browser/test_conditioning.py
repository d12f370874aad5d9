"""The bowl in a real browser: the formulas of the server, everything under the hand, and one word when it lets go."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.optimize import conditioning
from core.optimize.conditioning import Bowl
from tests.browser.conftest import ring

SAME = """async ([places, bowls]) => {
  const C = await import("/app/static/conditioning.js?v=test");
  return [
    places.map(([s, beta]) => [C.radius(s, beta), C.way(s, beta), C.predicted(C.radius(s, beta))]),
    bowls.map(([letters, x, rates]) => {
      const b = C.bowl(letters), u = b.seen(x);
      return [b.H, u, b.meant(u), rates.map(([share, beta]) => {
        const rate = share / b.steep, run = C.walk(b, u, rate, beta, true);
        return [run.steps, ...run.errors.map((e) => [...e.slice(0, 30)])];
      }), C.bestRate(b.flat, b.steep, 0.3), C.bestMomentum(b.ratio)];
    }),
    [C.MILLIONTH, C.MOST, C.GROWN, C.ROUND],
  ];
}"""
BOWLS = [Bowl(1, 10, 0), Bowl(10, 10, 20), Bowl(100, 0.5, 137), Bowl(1000, 100, 90, rescaled=0.4)]
RATES = [(1.0, 0.0), (1.9, 0.0), (2.3, 0.4), (2.1, 0.0)]


def test_the_browser_counts_and_foretells_as_the_server_does_and_the_hand_is_heard_once(
    told: Callable[..., tuple[Page, list[int]]],
) -> None:
    page, sent = told("/conditioning?kappa=100")
    places = [(s / 8, beta / 8) for s in range(33) for beta in range(9)]
    asked = [[[b.kappa, b.steep, b.angle, b.rescaled], [4.5, 3.0], RATES] for b in BOWLS]
    one, all_of_them, constants = page.evaluate(SAME, [places, asked])
    known = conditioning
    assert constants == [known.MILLIONTH, known.MOST_STEPS, known.GROWN, known.ROUND]
    for (s, beta), (rho, way, steps) in zip(places, one, strict=True):
        mine = conditioning.radius(s, beta)
        assert (rho, way, steps) == (mine, conditioning.way(s, beta), conditioning.predicted(mine))
    for bowl, (H, u, x, runs, rate, beta) in zip(BOWLS, all_of_them, strict=True):
        assert [H[0], H[1], H[2]] == pytest.approx([bowl.H[0, 0], bowl.H[0, 1], bowl.H[1, 1]], rel=1e-12, abs=1e-12)
        assert u == pytest.approx(bowl.seen((4.5, 3.0))) and x == pytest.approx([4.5, 3.0])
        assert rate == pytest.approx(conditioning.best_rate(bowl.flat, bowl.steep, 0.3))
        assert beta == pytest.approx(conditioning.best_momentum(bowl.steep / bowl.flat))
        for (share, momentum), (steps, *traces) in zip(RATES, runs, strict=True):
            step = share / bowl.steep
            assert steps == conditioning.measured(step, momentum, bowl.flat, bowl.steep)
            for errors, curvature in zip(traces, (bowl.flat, bowl.steep), strict=True):
                mine = conditioning.errors(step * curvature, momentum, len(errors) - 1)
                assert errors == pytest.approx([abs(e) for e in mine], rel=1e-6, abs=1e-9)
    the_hand(page, sent)


def the_hand(page: Page, sent: list[int]) -> None:
    said, table = page.locator(".side [role=status]"), page.locator("table.errors tbody tr")
    expect(said).to_have_text("Every step keeps 0.98 of both errors: 691 steps to a millionth.")
    rows = [row.inner_text().split("\t") for row in table.all()]
    assert rows[1] == ["Best step", "0.98", "691", "691"] and rows[2] == ["Best momentum", "0.82", "69", "95"]
    assert rows[3] == ["Newton", "0", "1", "1"]

    kappa = page.get_by_role("spinbutton", name="Slider of the condition number κ, exactly")
    kappa.fill("10")  # typed, not yet let go
    expect(said).to_have_text("Every step keeps 0.82 of both errors: 69 steps to a millionth.")
    assert sent == []
    kappa.press("Enter")
    page.wait_for_url(lambda url: "kappa" not in parse_qs(urlsplit(url).query))  # ten is as usual
    assert len(sent) == 1
    sent.clear()

    paper = page.locator("canvas.slides")
    box = paper.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    for k in range(8):
        page.mouse.move(box["x"] + (0.4 + 0.01 * k) * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_timeout(20)
    held = said.inner_text()
    assert sent == [] and held.startswith("In the long run every step keeps ")
    page.mouse.up()
    page.wait_for_url(lambda url: "momentum=" in url)
    link: dict[str, Any] = {key: float(one) for key, (one,) in parse_qs(urlsplit(page.url).query).items()}
    assert len(sent) == 1 and said.inner_text() == held
    rho = conditioning.slowest(link["step"], link["momentum"], 1, 10)
    assert f"{rho:.2f}" in held

    sent.clear()
    start = ring(page).get_attribute("aria-valuetext")
    assert start
    page.get_by_role("button", name="Best step").click()
    page.wait_for_url(lambda url: "momentum" not in url)
    sent.clear()
    page.get_by_role("spinbutton", name="Slider of how far it is rescaled as Newton does, exactly").fill("0.5")
    expect(ring(page)).not_to_have_attribute("aria-valuetext", re.compile("^" + re.escape(start.split(";")[0])))
    assert sent == []
    page.get_by_role("button", name="Rescale as Newton does").click()
    expect(said).to_have_text("One step keeps nothing of either error: it is there.")
    page.wait_for_url(lambda url: "rescaled=1" in url)
    assert ring(page).get_attribute("aria-valuetext") != start and "x0" not in page.url
    page.get_by_role("button", name="Rescale as Newton does").click()
    page.wait_for_url(lambda url: "rescaled" not in url)
    assert ring(page).get_attribute("aria-valuetext") == start
    assert page.complaints == []  # type: ignore[attr-defined]
