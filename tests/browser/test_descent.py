"""Live paths in a real browser: the same steps and outcomes as the server's, drawn under the hand, told once."""

import json
import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from core import gallery
from core.compile import program
from core.meaning import function
from core.numeric import Objective
from core.optimize import (
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    GradientDescent,
    Method,
    Momentum,
    Nesterov,
    Newton,
    Outcome,
    RMSprop,
    minimize,
    second_order,
)
from core.program import jet
from core.syntax import read
from core.ui.scenery import usual_rate
from tests.browser.conftest import Open, at_rest, graves, put, ring

TWO = [preset for preset in gallery.PRESETS if preset.group == gallery.FUNCTIONS and len(preset.box) == 2]
STEPS = 300
BOWL = "/optimizers?f=" + quote("x^2 + 10y^2") + "&at=" + quote("4, 1") + "&box=" + quote("-5, 5; -3, 3")
RUN = """async ([wire, value, start, methods, most]) => {
  const [M, A] = await Promise.all(["methods", "adaptive"].map((name) => import(`/app/static/${name}.js?v=test`))), f = M.objective(wire, value.domain.length < wire.domain.length ? value : null, start.length);
  return [M.usualRate(f.hessian(start), start.length), methods.map((method) => {
    const run = M.run(f, A.live(method), start, most);
    return [run.points, run.values, M.sentence(run), run.outcome, run.gradients, run.hessians];
  })];
}"""


def starts(preset: gallery.Preset) -> list[list[float]]:
    """The start of the gallery, and another one."""
    return [
        list(preset.start),
        [lo + part * (hi - lo) for (lo, hi), part in zip(preset.box, (0.81, 0.28), strict=True)],
    ]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("preset", TWO, ids=[preset.id for preset in TWO])
def test_the_browser_walks_as_the_server_does(modules: Page, preset: gallery.Preset, which: int) -> None:
    f = program(function(read(preset.text, least=("x", "y"))))
    objective, start = Objective.of(f), starts(preset)[which]
    usual = usual_rate(objective, start)
    methods: list[Method] = [GradientDescent(usual * part) for part in (0.1, 1.0, 2.2)]
    methods += [Momentum(usual * part, beta) for part, beta in ((0.5, 0.5), (1.0, 0.9))] + [Newton()]
    methods += [Nesterov(usual * part, beta) for part, beta in ((0.5, 0.5), (0.1, 0.9))]
    methods += [make(part) for part in (0.02, 0.3) for make in (AdaGrad, RMSprop, Adam, AMSGrad, AdamW)]
    asked = [{"name": m.name, **vars(m)} for m in methods]
    wires = [json.loads(json.dumps(each.to_wire())) for each in (jet(f), f)]
    rate, walked = modules.evaluate(RUN, [*wires, start, asked, STEPS])
    assert rate == usual
    for method, (points, values, sentence, outcome, gradients, hessians) in zip(methods, walked, strict=True):
        seen = Objective.of(f)
        run = minimize(seen, method, start, max_steps=STEPS)
        points, values = np.array(points, dtype=float), np.array(values, dtype=float)
        alike = agreeing(points, run.points)
        if alike < max(len(points), len(run.points)):  # a run that magnifies its own rounding: the server's does, too
            dances = isinstance(method, RMSprop)  # around a minimum, for ever, and rounding says which way
            beside = minimize(objective, method, np.nextafter(start, math.inf), max_steps=STEPS)
            same = agreeing(run.points, beside.points)
            assert (dances or same < len(run.steps)) and alike >= min(same, 50 if dances else 20), method
            continue
        assert (outcome, sentence) == (run.outcome.name, run.sentence), method
        assert (gradients, hessians) == (seen.gradients, seen.hessians), method
        assert np.allclose(values, run.values, rtol=1e-9, atol=1e-9, equal_nan=True), method


def agreeing(one: Any, other: Any) -> int:
    """How many points agree before the first that does not."""
    far = [not np.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in zip(one, other, strict=False)]
    return far.index(True) if True in far else len(far)


def test_every_outcome_and_note_is_said_in_the_words_of_the_server(modules: Page) -> None:
    said = modules.evaluate("""async () => {
      const M = await import("/app/static/methods.js?v=test");
      return [M.OUTCOMES, M.SINGULAR, M.NO_HESSIAN];
    }""")
    given = {
        outcome.name: outcome.value for outcome in Outcome if outcome not in (Outcome.LEFT_REGION, Outcome.AT_REST)
    }  # neither can be here
    assert said == [given | {"UNFINISHED": said[0]["UNFINISHED"]}, second_order.SINGULAR, second_order.NO_HESSIAN]


@pytest.mark.parametrize(
    "H", [[2, 0, 0, 3], [3, 0, 0, 2], [0, 1, 1, 0], [1, 2, 2, -4], [-3, 1, 1, -3], [0, 0, 0, 5], [1, 1, 1, 1.0000000001], [1e-9, 1, 1, 1e9]]
)  # fmt: skip
def test_eigenpairs_are_those_of_numpy(modules: Page, H: list[float]) -> None:
    pairs = modules.evaluate("async (H) => (await import('/app/static/methods.js?v=test')).eigenpairs(H)", H)
    A = np.array(H, dtype=float).reshape(2, 2)
    values = np.linalg.eigvalsh(A)
    assert np.allclose(sorted(value for value, _ in pairs), values, rtol=1e-14, atol=4e-16 * np.abs(values).max())
    for value, v in pairs:
        assert math.hypot(*v) == pytest.approx(1, abs=1e-15)
        assert np.allclose(A @ v, value * np.array(v), rtol=0, atol=1e-15 * np.abs(A).max())


# What is seen of it.


class Sent(list[str]):
    """The reruns a page asked its server for; `clock` grows with those that its clock asked for, too."""

    def __init__(self) -> None:
        self.clock: list[int] = []

    def hears(self, payload: str | bytes) -> None:
        self.clock.append(1)
        message = BackMsg()
        message.ParseFromString(payload if isinstance(payload, bytes) else payload.encode())
        if message.WhichOneof("type") == "rerun_script" and not message.rerun_script.is_auto_rerun:
            self.append(message.rerun_script.query_string)


@pytest.fixture
def told(open_page: Open) -> Callable[..., tuple[Page, Sent]]:
    """A page that has come to rest, and what it tells the server from then on."""

    def open(address: str, **more: Any) -> tuple[Page, Sent]:
        sent = Sent()
        page = open_page(address, hears=sent.hears, **more)
        expect(ring(page)).to_be_visible(timeout=30_000)
        if "optimizers" in address:
            expect(page.locator("table.race")).to_be_visible(timeout=30_000)
        at_rest(page, sent.clock)
        sent.clear()
        return page, sent

    return open


def picture(page: Page, of: str = ".stage .over") -> str:
    return str(page.locator(of).first.evaluate("(c) => c.toDataURL()"))


CHART = "canvas:has(~ table.race)"


def results(page: Page) -> list[list[str]]:
    """What the table says of every method, without how sure that is; then the sentences under it. On a busy machine a run takes several frames."""
    expect(page.locator("table.race")).not_to_contain_text("still on its way")
    rows = page.locator("table.race tbody tr")
    cells = [row.locator("th, td:not(:last-child)").all_inner_texts() for row in rows.all()]
    return [
        [" ".join(cell.split()) for cell in row]
        for row in [*cells, page.locator("table.race + div p").all_inner_texts()]
    ]


def foreseen(page: Page) -> Locator:
    return page.locator(".foreseen")


def drag(page: Page, thing: Locator, by: tuple[float, float], held: Callable[[], None]) -> None:
    """Take a thing, lead it there in twelve moves, look, and let it go."""
    box = thing.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 13):
        page.mouse.move(x + by[0] * k / 12, y + by[1] * k / 12)
        page.wait_for_timeout(30)
    held()
    page.mouse.up()


def test_the_paths_follow_the_start_without_a_word_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(BOWL)
    before, chart, first = picture(page), picture(page, CHART), results(page)
    seen: dict[str, Any] = {}

    def held() -> None:
        seen.update(map=picture(page), chart=picture(page, CHART), results=results(page))
        assert sent == []
        expect(foreseen(page)).to_have_count(1)
        assert page.locator("table.race td:last-child").all_inner_texts() == ["preview"] * 3

    drag(page, ring(page), (-70, 35), held)
    assert seen["map"] != before and seen["chart"] != chart and seen["results"] != first
    expect(foreseen(page)).to_have_count(0, timeout=10_000)
    assert len(sent) == 1 and page.complaints == []
    assert results(page) == seen["results"] and picture(page, CHART) == seen["chart"]
    assert page.locator("table.race td:last-child").all_inner_texts() == ["exact"] * 3


def test_the_preview_stays_until_the_very_same_comes_from_the_server(told: Any) -> None:
    """Drawn from the last key on: one picture of the map and one of the chart, whoever ran."""
    page, sent = told(BOWL)
    ring(page).focus()
    page.keyboard.down("Shift")
    for _ in range(3):
        page.keyboard.down("ArrowLeft")
    page.wait_for_timeout(400)
    expect(foreseen(page)).to_have_count(1)
    assert sent == []
    page.evaluate(
        """(chart) => {
      const canvases = [...document.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? [...e.shadowRoot.querySelectorAll("canvas")] : []);
      window.pictures = new Set();
      const [map, race] = [canvases.find((c) => c.matches(".over")), canvases.find((c) => c.matches(chart))];
      const look = () => { pictures.add(map.toDataURL() + race.toDataURL()); requestAnimationFrame(look); };
      look();
    }""",
        CHART,
    )
    page.keyboard.up("ArrowLeft")
    expect(foreseen(page)).to_have_count(0, timeout=10_000)
    page.wait_for_timeout(600)
    assert page.evaluate("pictures.size") == 1 and len(sent) == 1
    page.keyboard.up("Shift")


@pytest.mark.parametrize(
    ("more", "functions"),
    [("&rate=0.3", (("x^2 + 10y^2", "4, 1"), ("|x| + |y|", "2, 1"), ("x^2 - y^2", "1, 0"))), ("&rate=1&k=2", (("x^2 + y^2", "2, 1"), ("f(x, y) = a x^2 + y^2", "1, 1"))), ("&methods=Newton", (("x y", "1, 2"), ("f(x) = x^4 - 2x^2", "1.5"))),
     ("", (("sqrt(x) + ln(y)", "2, 1"), ("exp(-x^2 - y^2)", "2, 1"), ("1/(x^2 + y^2)", "1, 1"), ("f(x) = e^(e^x)", "2"), ("f(x) = sqrt(x)", "1")))],
)  # fmt: skip
def test_what_is_foreseen_is_what_the_server_says(told: Any, more: str, functions: tuple[tuple[str, str], ...]) -> None:
    """Divergence, edges, kinks, saddles, poles: no frozen page, nothing that is not a number, the same words."""
    page, sent = told("/optimizers?f=" + quote(functions[0][0]) + "&at=" + quote(functions[0][1]) + more)
    for k, (f, at) in enumerate(functions):
        if k:
            put(page, f, at)
            at_rest(page, sent.clock)
            sent.clear()
        ring(page).focus()
        page.keyboard.down("ArrowLeft")
        expect(foreseen(page)).to_have_count(1)
        page.wait_for_timeout(400)
        said, chart = results(page), picture(page, CHART)
        assert sent == [] and "NaN" not in str(said) and "Infinity" not in str(said) and "undefined" not in str(said)
        page.keyboard.up("ArrowLeft")
        expect(foreseen(page)).to_have_count(0, timeout=30_000)
        assert results(page) == said and picture(page, CHART) == chart
        expect(page.get_by_role("textbox", name="Point", exact=True)).not_to_have_value(at)  # before it is typed over
        sent.clear()
    assert page.complaints == []


def test_a_letter_that_slides_moves_the_paths_too(told: Any) -> None:
    page, sent = told("/optimizers?f=" + quote("f(x, y) = a x^2 + y^2") + "&rate=0.3&at=" + quote("1, 1"))
    first = results(page)  # with a rate that a hand set: what a sweep finds is another one for another a
    letter = page.get_by_role("slider", name="Slider of a")
    letter.focus()
    page.keyboard.down("ArrowRight")
    expect(foreseen(page)).to_have_count(1)
    said = results(page)
    assert said != first and sent == []
    page.keyboard.up("ArrowRight")
    expect(foreseen(page)).to_have_count(0, timeout=10_000)
    assert results(page) == said and len(sent) == 1


def test_the_rate_slides_without_a_word_and_is_in_the_link(told: Any) -> None:
    page, sent = told(BOWL)
    box = page.get_by_role("spinbutton", name="Step size, exactly")
    seen: list[Any] = []
    drag(
        page,
        page.get_by_role("slider", name="Step size", exact=True),
        (25, 0),
        lambda: seen.extend([list(sent), results(page), box.input_value()]),
    )
    assert seen[0] == []
    page.wait_for_url(lambda url: "rate=" in url)
    expect(foreseen(page)).to_have_count(0, timeout=10_000)
    assert results(page) == seen[1] and len(sent) == 1 and page.complaints == []
    assert parse_qs(urlsplit(page.url).query)["rate"] == [seen[2]]


def test_keys_slide_the_rate_and_tell_it_once(told: Any) -> None:
    page, sent = told(BOWL)
    slider = page.get_by_role("slider", name="Step size", exact=True)
    slider.focus()
    for _ in range(5):
        page.keyboard.down("ArrowRight")
    expect(foreseen(page)).to_have_count(1)
    assert sent == []
    page.keyboard.up("ArrowRight")
    page.wait_for_url(lambda url: "rate=" in url)
    assert len(sent) == 1 and float(parse_qs(urlsplit(page.url).query)["rate"][0]) > 0.05
    page.get_by_role("button", name="Usual").click()
    page.wait_for_url(lambda url: "rate=" not in url)


def test_the_momentum_is_typed_and_in_the_link(told: Any) -> None:
    page, _ = told(BOWL)
    box = page.get_by_role("spinbutton", name="Momentum β, exactly")
    box.fill("0.5")
    expect(foreseen(page)).to_have_count(1)
    said = results(page)
    box.press("Enter")
    page.wait_for_url(lambda url: "beta=0.5" in url)
    expect(foreseen(page)).to_have_count(0, timeout=10_000)
    assert results(page) == said


def test_a_rate_that_is_too_large_is_said_under_the_hand(told: Any) -> None:
    page, sent = told(BOWL)
    page.get_by_role("spinbutton", name="Step size, exactly").fill("0.3")
    expect(page.locator("table.race tbody tr").first).to_contain_text("It diverges: the points run away")
    assert sent == []


def test_a_path_on_the_explore_page_follows_the_hand(told: Any) -> None:
    page, sent = told("/?path=Newton")
    said = page.locator(".panel .item p:has(svg)", has_text="Newton:")
    ring(page).focus()
    before = picture(page)
    page.keyboard.down("Shift")
    for _ in range(4):
        page.keyboard.down("ArrowRight")
    expect(said).to_contain_text("(preview)")
    foretold = said.inner_text().replace(" (preview)", "")
    assert picture(page) != before and sent == []
    page.keyboard.up("ArrowRight")
    page.keyboard.up("Shift")
    page.wait_for_url(lambda url: "at=" in url)
    expect(said).not_to_contain_text("(preview)", timeout=10_000)
    assert said.inner_text() == foretold and len(sent) == 1 and page.complaints == []


def test_a_finger_leads_the_start_on_a_phone(told: Any) -> None:
    page, sent = told(BOWL, width=360, height=740, touch=True)
    first = results(page)
    box = ring(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for k in range(1, 10):
        finger.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 5 * k, "y": y + 2 * k}]}
        )
        page.wait_for_timeout(30)
    expect(foreseen(page)).to_have_count(1)
    said = results(page)
    assert said != first and sent == []
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(foreseen(page)).to_have_count(0, timeout=10_000)
    assert results(page) == said and len(sent) == 1
    for control in page.locator(".walk :is(input, button)").all():
        size = control.bounding_box()
        assert size and min(size["height"], size["width"]) >= 24
        assert size["x"] >= 0 and size["x"] + size["width"] <= 360


def test_axe_finds_nothing_grave_in_a_preview(told: Any) -> None:
    page, _ = told(BOWL)
    page.get_by_role("spinbutton", name="Step size, exactly").fill("0.02")
    expect(foreseen(page)).to_have_count(1)
    assert graves(page) == []
