"""Live paths in a real browser: the same steps and outcomes as the server's, drawn under the hand, told once."""

import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core import gallery
from core.compile import program
from core.meaning import function
from core.numeric import Objective
from core.optimize import GradientDescent, Method, Momentum, Newton, minimize
from core.program import jet
from core.syntax import read
from core.ui.scenery import usual_rate

Open = Callable[..., Page]
TWO = [preset for preset in gallery.PRESETS if preset.group == gallery.FUNCTIONS and len(preset.box) == 2]
STEPS = 300
# Along y = 2x² H is singular to the last digit, and Newton’s step is rounding: the server differs from itself when its start moves by one ulp
CHAOTIC = {("peano", "Newton")}
BOWL = "/optimizers?f=" + quote("x^2 + 10y^2") + "&at=" + quote("4, 1") + "&box=" + quote("-5, 5; -3, 3")
RUN = """async ([wire, value, start, methods, most]) => {
  const M = await import("/app/static/methods.js?v=test"), f = M.objective(wire, value.domain.length < wire.domain.length ? value : null, start.length);
  return [M.usualRate(f.hessian(start), start.length), methods.map((method) => {
    const run = M.run(f, method, start, most);
    return [run.points, run.values, M.sentence(run), run.outcome, run.gradients, run.hessians];
  })];
}"""


def ring(page: Page) -> Any:
    return page.get_by_role("slider", name="The point you hold").first


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    return open_page_module("/")


@pytest.mark.parametrize("preset", TWO, ids=[preset.id for preset in TWO])
def test_the_browser_walks_as_the_server_does(page: Page, preset: gallery.Preset) -> None:
    program_of = program(function(read(preset.text, least=("x", "y"))))
    objective, start = Objective.of(program_of), list(preset.start)
    usual = usual_rate(objective, start)
    methods: list[Method] = [GradientDescent(usual * part) for part in (0.1, 1.0, 2.2)]
    methods += [Momentum(usual * part, beta) for part, beta in ((0.5, 0.5), (1.0, 0.9))] + [Newton()]
    asked = [{"name": m.name, "rate": getattr(m, "rate", 1), "beta": getattr(m, "beta", 0)} for m in methods]
    wires = [json.loads(json.dumps(each.to_wire())) for each in (jet(program_of), program_of)]
    rate, walked = page.evaluate(RUN, [*wires, start, asked, STEPS])
    assert rate == usual
    for method, (points, values, sentence, outcome, gradients, hessians) in zip(methods, walked, strict=True):
        f = Objective.of(program_of)
        run = minimize(f, method, start, max_steps=STEPS)
        points, values = np.array(points, dtype=float), np.array(values, dtype=float)
        if (preset.id, method.name) in CHAOTIC:
            beside = minimize(objective, method, np.nextafter(start, math.inf), max_steps=STEPS)
            same = agreeing(run.points, beside.points)
            assert same < len(run.steps), "not chaotic: take it off the list"
            assert agreeing(points, run.points) >= min(same, 20)
            continue
        assert (outcome, sentence) == (run.outcome.name, run.sentence), method
        assert (gradients, hessians) == (f.gradients, f.hessians), method
        assert np.allclose(points, run.points, rtol=1e-9, atol=1e-9), method
        assert np.allclose(values, run.values, rtol=1e-9, atol=1e-9, equal_nan=True), method


def agreeing(one: Any, other: Any) -> int:
    """How many points agree before the first that does not."""
    far = [not np.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in zip(one, other, strict=False)]
    return far.index(True) if True in far else len(far)


@pytest.fixture
def told(open_page: Open) -> Callable[..., tuple[Page, list[int]]]:
    def open(address: str, **more: Any) -> tuple[Page, list[int]]:
        sent: list[int] = []
        page = open_page(address, **more)
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
        page.reload()
        expect(ring(page)).to_be_visible(timeout=30_000)
        page.wait_for_timeout(2_500)
        sent.clear()
        return page, sent

    return open


def picture(page: Page) -> str:
    return str(page.locator(".stage .over").first.evaluate("(c) => c.toDataURL()"))


def test_the_paths_follow_the_start_without_a_word_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(BOWL)
    box = ring(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for k in range(1, 12):
        page.mouse.move(x - 6 * k, y - 3 * k)
        page.wait_for_timeout(40)
        seen.add(picture(page))
    said = page.locator(".ends p").all_inner_texts()
    assert len(seen) > 8 and sent == []
    assert len(said) == 3 and any("Newton: the gradient vanished after 1 step" in line for line in said)
    page.mouse.up()
    page.wait_for_url(lambda url: "at=4%2C+1&" not in url and "at=4,1" not in url)
    expect(page.locator(".ends p")).to_have_count(0, timeout=10_000)  # the server's own paths are there
    assert 1 <= len(sent) <= 2 and page.complaints == []
    steps = {line.split(" after ")[1].split(" ")[0] for line in said}
    counts = page.locator(".st-key-race_ends").inner_text()
    assert all(f"after {count} step" in counts for count in steps)


def test_the_rate_and_the_momentum_slide_and_are_in_the_link(told: Any) -> None:
    page, _ = told(BOWL)
    slider = page.get_by_role("slider", name="Step size", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "rate=" in url)
    rate = float(parse_qs(urlsplit(page.url).query)["rate"][0])
    assert rate > 0.05
    box = page.get_by_role("spinbutton", name="Momentum β, exactly")
    box.fill("0.5")
    box.press("Enter")
    page.wait_for_url(lambda url: "beta=0.5" in url)
    page.get_by_role("button", name="Usual step").click()
    page.wait_for_url(lambda url: "rate=" not in url)
    assert page.complaints == []


def test_a_rate_that_is_too_large_is_said_under_the_hand(told: Any) -> None:
    page, sent = told(BOWL)
    box = page.get_by_role("spinbutton", name="Step size, exactly")
    box.fill("0.3")
    expect(page.locator(".ends p").first).to_contain_text("it diverges")
    assert sent == []


def test_a_path_on_the_explore_page_follows_the_hand(told: Any) -> None:
    page, sent = told("/?path=Newton")
    ring(page).focus()
    before = picture(page)
    page.keyboard.down("Shift")
    for _ in range(4):
        page.keyboard.down("ArrowRight")
    page.wait_for_timeout(80)
    assert picture(page) != before and page.locator(".ends p").count() == 1 and sent == []
    page.keyboard.up("ArrowRight")
    page.keyboard.up("Shift")
    page.wait_for_url(lambda url: "at=" in url)
    expect(page.locator(".ends p")).to_have_count(0, timeout=10_000)
