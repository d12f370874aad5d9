"""The lab of one step in a real browser: the book's numbers, the same pictures as Python draws, and one word to the server."""

import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core import gallery
from core.compile import program
from core.figures import trajectory
from core.meaning import function
from core.numeric import Objective
from core.optimize.step import Downhill, along, backtrack
from core.program import jet
from core.syntax import read
from tests.browser.conftest import ring

Open = Callable[..., Page]
BOOK = "/steps?f=" + quote("1.5x^2 + 2xy + 1.5y^2") + "&at=" + quote("2, 0") + "&box=" + quote("-3, 3; -3, 3")
STEPS = [preset for preset in gallery.PRESETS if preset.group == gallery.FUNCTIONS and len(preset.box) <= 2]
DRAW = """async ([wire, value, p, sizes, width]) => {
  const S = await import("/app/static/step.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const { local } = await import("/app/static/local.js?v=test");
  const jet = reader(wire), own = reader(value), f = (x) => own.at(x)[0];
  const down = S.downhill(local([f(p), ...jet.at(p).slice(1)], p));
  if (down.trouble) return { trouble: down.trouble };
  const end = S.reach(down, width), to = down.even === null ? end : 1.25 * down.even;
  const truth = Array.from({ length: 161 }, (_, k) => [(to * k) / 160, f(down.target((to * k) / 160))]);
  return { end, best: down.best, pictures: sizes.map((part) => { const eps = part * end;
    return [S.ray(down, truth, eps, to, "f", []), S.account(down, eps, f(down.target(eps))), S.factors(down, eps)]; }),
    trials: S.backtrack(f, down, end).map(({ eps, value, allowed, accepted }) => [eps, String(value), allowed, accepted]) };
}"""


def tip(page: Page) -> Any:
    return page.get_by_role("slider", name="The end of the step")


def alt(page: Page, start: str) -> str:
    return str(page.locator(f"canvas[aria-label^='{start}']").get_attribute("aria-label"))


def test_the_numbers_of_the_book(told: Any) -> None:
    page, _ = told(BOOK + "&eps=0.5")
    expect(page.locator(".law")).to_have_text("f(p − ε∇f) ≈ 6 − 52 ε + 126 ε²")
    assert "best step of the parabola at ε = 0.2063, break-even at 0.4127" in alt(page, "f and its parabola")
    assert alt(page, "Start") == "Start 6, promised −26, curvature +31.5, result 11.5; the true new value is 11.5."
    assert (
        alt(page, "Error")
        == "Error factor of a step of 0.5 repeated: 0.50 along λ = 1, 1.50 along λ = 5; the limit is 1."
    )
    expect(page.locator("b", has_text="uphill")).to_be_visible()
    sizes = page.locator("table.sizes tr:visible .number").all_inner_texts()
    assert sizes == ["0.2063", "0.2", "1", "0.4", "0.3333"]


def test_turning_the_step_says_nothing_to_the_server_until_it_is_let_go(told: Any) -> None:
    page, sent = told(BOOK)
    box = tip(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for k in range(15):
        page.mouse.move(x - 6 * k, y + 4 * k)
        page.wait_for_timeout(30)
        seen.add(alt(page, "Start"))
    assert len(seen) > 8 and sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "eps=" in url)
    page.wait_for_timeout(600)
    eps = float(parse_qs(urlsplit(page.url).query)["eps"][0])
    assert 1 <= len(sent) <= 2 and page.complaints == []
    said = alt(page, "Start")
    assert float(page.get_by_role("spinbutton", name="Step size ε, exactly").input_value()) == eps
    assert f"promised {trajectory.short(-52 * eps)}" in said


def test_the_point_takes_the_step_along(told: Any) -> None:
    page, sent = told(BOOK)
    ring(page).focus()
    before = alt(page, "Start")
    page.keyboard.press("ArrowUp")
    expect(page.locator("canvas[aria-label^='Start']")).not_to_have_attribute("aria-label", before)
    page.wait_for_url(lambda url: "at=2%2C+0&" not in url)
    assert len(sent) <= 2


def test_a_best_step_a_run_and_back_by_the_keyboard(told: Any) -> None:
    page, _ = told(BOOK)
    page.get_by_role("button", name="Best step B").press("Enter")
    page.wait_for_url(lambda url: "eps=0.206349" in url)
    page.get_by_role("button", name="Run 30 steps").press("Enter")
    page.wait_for_url(lambda url: "run=true" in url)
    expect(page.get_by_text("After 30 steps of this size: f = ")).to_be_visible()
    page.get_by_role("button", name="2/λmax", exact=True).press("Enter")
    page.wait_for_url(lambda url: "eps=0.4" in url)
    expect(page.get_by_text("A bar is exactly 1")).to_be_visible()
    tip(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "eps=0.4025" in url)
    page.get_by_role("button", name="Reset 0").press("Enter")
    page.wait_for_url(lambda url: "eps=" not in url and "run=" not in url)


def test_a_search_is_shown_trial_by_trial(told: Any) -> None:
    page, sent = told("/steps?f=" + quote("f(x) = -exp(-x^2)") + "&at=2")
    expect(page.get_by_text("There is no best step")).to_be_visible()
    expect(page.get_by_role("button", name="Best step B")).to_be_disabled()
    more = page.get_by_role("button", name="Next trial")
    for _ in range(12):
        if more.is_disabled():
            break
        more.click()
        page.wait_for_timeout(80)
    rows = page.locator("ol.trials li").all_inner_texts()
    assert len(rows) > 1 and rows[-1].endswith("accepted") and all("too high" in row for row in rows[:-1])
    assert sent == []


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("x^2 + y^2", "0, 0", "The gradient is zero here"),
        ("ln(x) + y^2", "-1, 1", "has no value"),
        ("|x| + y^2", "0, 1", "No gradient can be computed"),
        ("f(x) = x - ln(x)", "3", "no value"),
    ],
)
def test_where_there_is_no_step_or_no_end_a_sentence_says_so(open_page: Open, text: str, at: str, says: str) -> None:
    page = open_page(f"/steps?f={quote(text)}&at={quote(at)}&eps=9")
    expect(ring(page)).to_be_visible(timeout=30_000)
    expect(page.get_by_text(says).first).to_be_visible()
    assert page.complaints == []


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    return open_page_module("/")


def alike(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(alike(u, v) for u, v in zip(a, b, strict=True))
    if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return bool(a == b)


@pytest.mark.parametrize("preset", STEPS, ids=[preset.id for preset in STEPS])
def test_the_browser_draws_what_python_draws(page: Page, preset: gallery.Preset) -> None:
    f = program(function(read(preset.text, least=("x", "y") if len(preset.box) > 1 else ("x",))))
    objective, parts = Objective.of(f), (0.1, 0.3, 0.8)
    width = math.dist(*zip(*preset.box, strict=True))
    drawn = page.evaluate(
        DRAW, [*(json.loads(json.dumps(each.to_wire())) for each in (jet(f), f)), list(preset.held), parts, width]
    )
    down = Downhill.at(objective, preset.held)
    assert bool(drawn.get("trouble")) == bool(down.trouble)
    if down.trouble:
        return
    end = down.reach(width)
    assert alike(drawn["end"], end) and alike(drawn["best"], down.best)
    trials = [[t.eps, str(t.value), t.allowed, t.accepted] for t in backtrack(objective, down, end)]
    assert alike([[t[0], *t[2:]] for t in drawn["trials"]], [[t[0], *t[2:]] for t in trials])
    to = end if down.break_even is None else 1.25 * down.break_even
    truth = along(objective, down, to)
    for part, pictures in zip(parts, drawn["pictures"], strict=True):
        eps = part * end
        expected = [
            trajectory.ray(down, truth, eps, to),
            trajectory.account(down, eps, objective.value(down.target(eps))),
            trajectory.factors(down, eps),
        ]
        for mine, theirs in zip(pictures, json.loads(json.dumps(expected)), strict=True):
            assert alike(mine["box"], theirs["box"])
            kinds = [
                [p for p in scene["parts"] if p["part"] == kind]
                for scene in (mine, theirs)
                for kind in ("curve", "area")
            ]
            assert alike([p["points"] for p in kinds[1]], [p["points"] for p in kinds[3]])
            same = {p["token"]: p["points"] for p in kinds[2] if len(p["points"]) > 2}
            assert all(alike(p["points"], same[p["token"]]) for p in kinds[0] if len(p["points"]) > 2)
