"""The lab of one step in a real browser: the book's numbers, the numbers of Python, and one word to the server."""

import json
import math
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core import gallery
from core.compile import program
from core.meaning import function
from core.numeric import Objective
from core.optimize.step import Downhill, backtrack
from core.program import jet
from core.syntax import read
from tests.browser.conftest import Open, graves, put, ring

BOWL = "1.5x^2 + 2xy + 1.5y^2"
BOOK = "/steps?f=" + quote(BOWL) + "&at=" + quote("2, 0") + "&box=" + quote("-3, 3; -3, 3")
SPACE = "x^2 + 2y^2 + 3z^2 + x y z"
HOLLOW = "/steps?f=" + quote("f(x) = -exp(-x^2)") + "&at=2"
STEPS = [preset for preset in gallery.PRESETS if preset.group == gallery.FUNCTIONS]


def tip(page: Page) -> Any:
    return page.get_by_role("slider", name="The end of the step")


def slice_of(page: Page) -> Any:
    return page.locator("canvas.slides")


def alt(page: Page, start: str) -> str:
    return str(page.locator(f"canvas[aria-label^='{start}']").get_attribute("aria-label"))


def middle(element: Any) -> tuple[float, float]:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def linked(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def objective(text: str) -> Objective:
    return Objective.of(program(function(read(text))))


# What it says.


def test_the_numbers_of_the_book(told: Any) -> None:
    page, _ = told(BOOK + "&eps=0.5")
    expect(page.locator(".law")).to_have_text("f(p − ε∇f) ≈ 6 − 52 ε + 126 ε²")
    assert "best step of the parabola at ε = 0.2063, break-even at 0.4127" in alt(page, "f and its parabola")
    assert alt(page, "Start") == "Start 6, promised −26, curvature +31.5, result 11.5; the true new value is 11.5."
    factors = "Error factor of a step of 0.5 repeated: 0.50 along λ = 1, 1.50 along λ = 5; the limit is 1."
    assert alt(page, "Error") == factors
    expect(page.locator(".outcome")).to_have_text("predicted 11.5true 11.5uphill")
    names = page.locator("table.sizes tr:visible button").all_inner_texts()
    values = page.locator("table.sizes tr:visible .number").all_inner_texts()
    assert [(name.replace("\n", ""), value) for name, value in zip(names, values, strict=True)] == [
        ("ε* = gᵀg / gᵀHg", "13/63 ≈ 0.2063"),
        ("2ε*", "26/63 ≈ 0.4127"),
        ("1/λmax", "1/5 = 0.2"),
        ("1/λmin", "1"),
        ("2/λmax", "2/5 = 0.4"),
        ("2/(λmin + λmax)", "1/3 ≈ 0.3333"),
    ]
    assert page.complaints == []


def test_what_is_exact_belongs_to_the_point_the_server_knows(told: Any) -> None:
    page, _ = told(BOOK)
    best = page.locator("table.sizes .number").first
    expect(best).to_have_text("13/63 ≈ 0.2063")
    x, y = middle(ring(page))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 37, steps=4)
    expect(best).not_to_contain_text("/")
    page.mouse.up()
    page.wait_for_url(lambda url: "at=2%2C+0" not in url)
    field = page.get_by_role("textbox", name="Point", exact=True)
    field.fill("1, 1")  # an eigenvector of λ = 5
    field.press("Enter")
    expect(best).to_have_text("1/5 = 0.2", timeout=20_000)


def test_where_there_is_no_step_or_no_end_a_sentence_says_so(open_page: Open) -> None:
    page = open_page("/steps?eps=9")
    expect(ring(page)).to_be_visible(timeout=30_000)
    for text, at, says in (
        ("x^2 + y^2", "0, 0", "The gradient is zero here"),
        ("ln(x) + y^2", "-1, 1", "has no value"),
        ("|x| + y^2", "0, 1", "No gradient can be computed"),
        ("exp(exp(x^2 + y^2))", "2.2, 1", "too large to compute with"),
        ("|x| + y^2 + z", "0, 1, 0", "No gradient can be computed"),
        ("f(x) = x - ln(x)", "3", "true not defined"),
        ("f(x) = exp(exp(x)) - 1000x", "1", "true too large"),
        ("f(x) = x^2 + 5", "1", "uphill"),
    ):
        put(page, text, at)
        expect(page.locator(".side").get_by_text(says).first).to_be_visible()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_component_and_the_length_of_a_vector_function_have_their_own_step(told: Any) -> None:
    page, _ = told("/steps?f=" + quote("(x + 2y, x y)") + "&at=" + quote("1, 1"))
    expect(page.locator(".law")).to_have_text("f₁(p − ε∇f₁) ≈ 3 − 5 ε")
    expect(page.get_by_text("There is no best step: gᵀHg = 0 ≤ 0")).to_be_visible()
    page.get_by_role("radio", name="½‖f‖²").click()
    expect(page.locator(".law")).to_contain_text("≈ 5 − 65 ε", timeout=20_000)  # g = (x + 2y + x y², 2x + 4y + x² y)


def test_of_more_variables_the_map_is_a_plane_and_the_numbers_are_of_all(told: Any) -> None:
    page, _ = told("/steps?f=" + quote(SPACE) + "&at=" + quote("1, 1, 0.5"))
    f = objective(SPACE)
    down = Downhill.at(f, [1, 1, 0.5])
    best = page.locator("table.sizes .number").first.inner_text()
    assert float(best.split("≈ ")[-1]) == pytest.approx(down.best, rel=1e-3)
    expect(page.get_by_text("the map shows its shadow")).to_be_visible()
    eigenvalues = ", ".join(f"along λ = {v:.4g}".replace("-", "−") for v in down.eigenvalues)
    assert [part.split(" ", 1)[1] for part in alt(page, "Error").split(": ")[1].split(";")[0].split(", ")] == (
        eigenvalues.split(", ")
    )
    (x, y), (a, b) = middle(ring(page)), middle(tip(page))
    page.mouse.move(a, b)
    page.mouse.down()
    page.mouse.move(a + 0.5 * (a - x), b + 0.5 * (b - y), steps=5)
    page.mouse.up()
    page.wait_for_url("**eps=*")
    eps = float(str(linked(page, "eps")))
    expect(page.locator(".outcome .number").nth(1)).to_have_text(
        f"{f.value(down.target(eps)):.4g}".replace("-", "−"), timeout=5_000
    )
    assert page.complaints == []


def test_a_search_is_shown_trial_by_trial_below_its_line_and_can_be_taken(told: Any) -> None:
    page, sent = told(
        "/steps?f=" + quote("x^4 - 8x^2 + 3y^2 + x") + "&at=" + quote("1, 0.5") + "&box=" + quote("-3, 3; -3, 3")
    )
    more, take = page.get_by_role("button", name="Next trial"), page.get_by_role("button", name="Take it")
    f = objective("x^4 - 8x^2 + 3y^2 + x")
    expect(take).to_be_disabled()
    for _ in range(30):
        if more.is_disabled():
            break
        more.press("Enter")
        page.wait_for_timeout(60)
    assert sent == []
    rows = page.locator("ol.trials li").all_inner_texts()
    down = Downhill.at(f, [1, 0.5])
    trials = backtrack(f, down, down.reach(math.dist((-3, -3), (3, 3))))
    assert len(rows) == len(trials) > 1
    for row, trial in zip(rows, trials, strict=True):
        assert row.startswith(f"ε = {trial.eps:.4g}:")
        assert row.endswith("accepted" if trial.accepted else "too high, halve ε")
        assert (trial.value <= trial.allowed) is trial.accepted
    texts = [text["text"] for text in slice_of(page).evaluate("(c) => c.texts")]
    assert "at most this" in texts and {"1", "2"} <= {text.rstrip("↑") for text in texts}
    take.press("Enter")
    page.wait_for_url("**eps=*")
    assert float(str(linked(page, "eps"))) == pytest.approx(trials[-1].eps)


def test_where_the_ray_bends_down_there_is_no_best_step_and_why(told: Any) -> None:
    page, _ = told(HOLLOW)
    expect(page.get_by_text("There is no best step: gᵀHg = −0.001376 ≤ 0")).to_be_visible()
    expect(page.get_by_role("button", name="Best step B")).to_be_disabled()
    expect(page.get_by_text("The Hessian is not positive definite here")).to_be_visible()
    assert "no best step" in alt(page, "f and its parabola")


# The hand.


def test_the_tip_of_the_arrow_runs_along_the_ray_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(BOOK)
    x, y = middle(tip(page))
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for k in range(15):
        page.mouse.move(x - 6 * k, y + 4 * k)
        page.wait_for_timeout(30)
        seen.add(alt(page, "Start"))
    assert len(seen) > 8 and sent == []
    page.mouse.up()
    page.wait_for_url("**eps=*")
    page.wait_for_timeout(1_500)
    eps = float(str(linked(page, "eps")))
    assert len(sent) == 1 and page.complaints == []
    assert float(page.get_by_role("spinbutton", name="Step size ε, exactly").input_value()) == eps
    down = Downhill.at(objective(BOWL), [2, 0])
    said = [float(v) for v in page.locator(".outcome .number").all_inner_texts()]
    assert said == pytest.approx([down.model(eps)] * 2, rel=1e-3)


def test_the_ring_on_the_ray_is_held_and_a_mark_takes_it_exactly(told: Any) -> None:
    page, sent = told(BOOK + "&eps=0.3")
    box = slice_of(page).bounding_box()
    assert box
    frame = {"x": box["x"], "y": box["y"] + 0.5 * box["height"]}
    spots = {text["text"]: text["box"] for text in slice_of(page).evaluate("(c) => c.texts")}
    x03, x04 = ((spots[tick][0] + spots[tick][2]) / 2 for tick in ("0.3", "0.4"))
    page.mouse.move(frame["x"] + x03, frame["y"])
    page.mouse.down()
    for k in range(1, 11):
        page.mouse.move(frame["x"] + x03 + k * (x04 - x03) * 0.05, frame["y"])
        page.wait_for_timeout(25)
    assert sent == []
    page.mouse.up()
    page.wait_for_url("**eps=0.3*")
    page.wait_for_timeout(1_200)
    assert len(sent) == 1 and float(str(linked(page, "eps"))) == pytest.approx(0.35, abs=2e-3)
    hint = page.locator(".hint")
    page.mouse.move(frame["x"] + x04 + 2, frame["y"])
    expect(hint).to_have_text(
        "2/λmax = 0.4: the limit of a fixed step on this quadratic: below it every start converges, above almost none."
    )
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(lambda url: "eps=0.4" in url and "eps=0.40" not in url)
    expect(page.get_by_text("A bar is exactly 1")).to_be_visible()
    assert page.complaints == []


def test_the_slider_says_nothing_until_it_is_let_go(told: Any) -> None:
    page, sent = told(BOOK + "&eps=0.1")
    box = page.get_by_role("slider", name="Step size ε").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], y)
    page.mouse.down()
    seen = set()
    for k in range(12):
        page.mouse.move(box["x"] + (0.2 + 0.05 * k) * box["width"], y)
        page.wait_for_timeout(30)
        seen.add(alt(page, "Start"))
    assert len(seen) > 8 and sent == []
    page.mouse.up()
    page.wait_for_timeout(1_500)
    assert len(sent) == 1 and linked(page, "eps") != "0.1"


def test_the_point_takes_the_step_along(told: Any) -> None:
    page, _ = told(BOOK)
    ring(page).focus()
    before = alt(page, "Start")
    page.keyboard.press("ArrowUp")
    expect(page.locator("canvas[aria-label^='Start']")).not_to_have_attribute("aria-label", before)
    page.wait_for_url(lambda url: "at=2%2C+0&" not in url)


def test_all_of_it_by_the_keyboard(told: Any) -> None:
    page, _ = told(BOOK)
    page.get_by_role("heading").first.click()
    page.keyboard.press("b")
    page.wait_for_url(lambda url: "eps=0.206349" in url)
    page.get_by_role("button", name="Run 30 steps").press("Enter")
    page.wait_for_url(lambda url: "run=true" in url)
    expect(page.get_by_text("After 30 steps of this size: f = ")).to_be_visible()
    use = page.get_by_role("button", name="2/λmax", exact=True)
    use.focus()
    expect(page.locator(".hint")).to_contain_text("2/λmax = 0.4: the limit of a fixed step")
    use.press("Enter")
    page.wait_for_url(lambda url: "eps=0.4" in url)
    expect(page.get_by_text("A bar is exactly 1")).to_be_visible()
    tip(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "eps=0.4025" in url)
    page.get_by_role("slider", name="Step size ε").press("ArrowLeft")
    page.wait_for_url(lambda url: "eps=0.4&" in url or url.endswith("eps=0.4"))
    box = page.get_by_role("spinbutton", name="Step size ε, exactly")
    box.fill("0.123")
    box.press("Enter")
    page.wait_for_url(lambda url: "eps=0.123" in url)
    page.get_by_role("button", name="Reset 0").press("Enter")
    page.wait_for_url(lambda url: "eps=" not in url and "run=" not in url)
    assert page.complaints == []


def test_a_finger_moves_the_ring_and_elsewhere_scrolls_the_page(told: Any) -> None:
    page, sent = told(BOOK + "&eps=0.3", width=360, height=740, touch=True)
    slice_of(page).scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = slice_of(page).bounding_box()
    assert box
    spots = {text["text"]: text["box"] for text in slice_of(page).evaluate("(c) => c.texts")}
    (left, _, right, _), y = spots["0.3"], box["y"] + 0.6 * box["height"]
    hand = page.context.new_cdp_session(page)

    def drag(x: float, by: float, down: float) -> None:
        hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for k in range(1, 9):
            at = {"x": x + by * k / 8, "y": y + down * k / 8}
            hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
            page.wait_for_timeout(20)
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    drag(box["x"] + (left + right) / 2, 40, 0)
    page.wait_for_url(lambda url: "eps=0.3" in url and not url.endswith("eps=0.3") and "eps=0.3&" not in url)
    page.wait_for_timeout(1_200)
    eps = linked(page, "eps")
    drag(box["x"] + 60, 0, -60)
    page.wait_for_timeout(800)
    assert linked(page, "eps") == eps and len(sent) == 1
    assert slice_of(page).evaluate("(c) => getComputedStyle(c).touchAction") == "pan-y"


def test_a_short_arrow_does_not_take_the_ring_out_of_reach(told: Any) -> None:
    page, _ = told(BOOK + "&eps=0.0001")
    expect(tip(page)).to_be_hidden()
    x, y = middle(ring(page))
    label = page.evaluate(
        "([x, y]) => { let e = document.elementFromPoint(x, y); while (e.shadowRoot?.elementFromPoint(x, y)) "
        "e = e.shadowRoot.elementFromPoint(x, y); return e.getAttribute('aria-label'); }",
        [x, y],
    )
    assert label.startswith("The point you hold")


def test_axe_finds_nothing_grave_while_a_search_is_shown(open_page: Open) -> None:
    page = open_page(BOOK + "&eps=0.5&run=true")
    more = page.get_by_role("button", name="Next trial")
    expect(more).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1_500)
    more.click()
    more.click()
    assert graves(page) == []


# The same numbers as Python, from the module itself.

KNOWN = """async ([wire, value, p, sizes, width]) => {
  const S = await import("/app/static/step.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const { local } = await import("/app/static/local.js?v=test");
  const jet = reader(wire), own = reader(value), f = (x) => own.at(x)[0];
  const down = S.downhill(local([f(p), ...jet.at(p).slice(1)], p));
  if (down.trouble) return { trouble: down.trouble };
  const end = S.reach(down, width), { gg, bend, best, even, eigenvalues, limits } = down;
  return { end, gg, bend, best, even, eigenvalues, limits,
    steps: sizes.map((eps) => [...down.terms(eps * end), down.model(eps * end), ...down.target(eps * end)]),
    trials: S.backtrack(f, down, end).map(({ eps, value, allowed, accepted }) => [eps, String(value), allowed, accepted]) };
}"""
PICTURES = """async ([gg, bend, start, eps, truth, end, there, eigenvalues]) => {
  const S = await import("/app/static/step.js?v=test");
  const b = eigenvalues[0] > 0 ? { shortest: 1 / eigenvalues.at(-1), longest: 1 / eigenvalues[0], stable: 2 / eigenvalues.at(-1) } : null;
  const down = { f: start, gg, bend, n: 2, p: [0, 0], eigenvalues, limits: b, best: bend > 0 ? gg / bend : null, even: bend > 0 ? 2 * gg / bend : null,
    terms: (e) => [start, -e * gg, 0.5 * e * e * bend], model: (e) => start - e * gg + 0.5 * e * e * bend };
  const whole = truth.map(([s, v]) => [s, v ?? NaN]);
  return { ray: S.ray(down, whole, eps, end, "f", [], there ?? NaN), account: S.account(down, eps, there ?? NaN), factors: S.factors(down, eps) };
}"""


def alike(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(alike(u, v) for u, v in zip(a, b, strict=True))
    if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return bool(a == b)


@pytest.mark.parametrize("preset", STEPS, ids=[preset.id for preset in STEPS])
def test_the_browser_finds_what_python_finds(modules: Page, preset: gallery.Preset) -> None:
    f = program(function(read(preset.text, least=("x", "y") if len(preset.box) > 1 else ("x",))))
    own, sizes = Objective.of(f), [0.1, 0.3, 0.8]
    width = math.dist(*zip(*preset.box, strict=True))
    wires = [json.loads(json.dumps(each.to_wire())) for each in (jet(f), f)]
    found = modules.evaluate(KNOWN, [*wires, list(preset.held), sizes, width])
    down = Downhill.at(own, preset.held)
    assert bool(found.get("trouble")) == bool(down.trouble)
    if down.trouble:
        return
    end = down.reach(width)
    assert alike([found[k] for k in ("end", "gg", "bend", "best", "even")], [end, down.gg, down.bend, down.best, down.break_even])  # fmt: skip
    assert alike(found["eigenvalues"], list(down.eigenvalues))
    assert alike(found["limits"] and list(found["limits"].values()), down.limits and [down.limits.shortest, down.limits.longest, down.limits.stable, down.limits.fastest])  # fmt: skip
    steps = [[*down.terms(s * end), down.model(s * end), *map(float, down.target(s * end))] for s in sizes]
    assert alike(found["steps"], steps)
    trials = [[t.eps, t.allowed, t.accepted] for t in backtrack(own, down, end)]
    assert alike([[t[0], *t[2:]] for t in found["trials"]], trials)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_the_eigenvalues_of_any_symmetric_matrix(modules: Page, n: int) -> None:
    rng = np.random.default_rng(n)
    matrices = [m + m.T for m in rng.normal(size=(20, n, n))] + [np.eye(n), np.zeros((n, n)), 1e9 * np.ones((n, n))]
    found = modules.evaluate(
        """async ([all, n]) => { const { spectrum } = await import("/app/static/spectrum.js?v=test");
        return all.map((m) => spectrum(m, n)); }""",
        [[m.ravel().tolist() for m in matrices], n],
    )
    for values, m in zip(found, matrices, strict=True):
        assert np.allclose(values, np.linalg.eigvalsh(m), atol=1e-12 * max(1.0, float(np.abs(m).sum())))


# Its pictures: of the bowl of the book, with f as it is and as it might be.


def pictures(page: Page, *, eps: float = 0.3, truth: Any = None, there: float | None = 1.74, down: bool = False) -> Any:
    def model(s: float) -> float:
        return 6 - 52 * s + (-126 if down else 126) * s * s

    truth = [(s / 100, model(s / 100)) for s in range(51)] if truth is None else truth
    curve = [[s, None if math.isnan(v) else v] for s, v in truth]
    return page.evaluate(PICTURES, [52, -252 if down else 252, 6, eps, curve, 0.5, there, [-1, 5] if down else [1, 5]])


def parts(scene: Any, kind: str) -> list[Any]:
    return [part for part in scene["parts"] if part["part"] == kind]


def test_the_ray_marks_the_best_step_break_even_the_limits_and_the_chosen_one(modules: Page) -> None:
    scene = pictures(modules)["ray"]
    assert [line["at"] for line in parts(scene, "line")] == pytest.approx([52 / 252, 26 / 63])
    (uphill,) = parts(scene, "area")
    assert min(x for x, _ in uphill["points"]) == pytest.approx(26 / 63) and uphill["name"] == "uphill"
    assert next(s for s in parts(scene, "spot") if s["kind"] == "ring")["at"] == pytest.approx([0.3, 1.74])
    assert [mark["at"] for mark in scene["above"]] == pytest.approx([1 / 5, 1, 2 / 5])
    truth, promise, model = (c for c in parts(scene, "curve") if len(c["points"]) > 2)
    assert np.allclose(truth["points"], model["points"]) and promise["points"][-1] == pytest.approx([0.5, -20])


def test_a_true_value_that_is_another_is_shown_beside_the_predicted_one(modules: Page) -> None:
    def named(scene: Any) -> list[Any]:
        return [s for s in parts(scene, "spot") if s["name"].startswith("true")]

    assert not named(pictures(modules)["ray"])
    (spot,) = named(pictures(modules, there=4)["ray"])
    assert spot["at"] == [0.3, 4] and spot["name"] == "true 4"


def test_a_ray_that_bends_down_has_no_marks_and_says_so(modules: Page) -> None:
    scene = pictures(modules, down=True)["ray"]
    assert not parts(scene, "line") and not parts(scene, "area") and not scene["above"]
    assert "no best step" in scene["alt"]


def test_a_curve_that_runs_away_does_not_squeeze_the_other_and_says_where_it_leaves(modules: Page) -> None:
    grid = np.linspace(0, 0.5, 501)
    model = 6 - 52 * grid + 126 * grid**2
    wild = pictures(modules, truth=list(zip(grid, model + 1e9 * grid**3, strict=True)))["ray"]
    low, high = wild["box"][1]
    assert math.hypot(low, high) < 60 and np.ptp(model) > 0.25 * (high - low)
    left = pictures(modules, truth=list(zip(grid, model + 1e9 * np.maximum(0, grid - 0.2), strict=True)))["ray"]
    assert parts(left, "curve")[0]["name"] == "f leaves at ε = 0.2" and "; f leaves at ε = 0.2;" in left["alt"]
    gap = pictures(modules, truth=list(zip(grid, np.where(grid > 0.2, np.nan, model), strict=True)))["ray"]
    assert parts(gap, "curve")[0]["points"][-1] is None and parts(gap, "curve")[0]["name"] == "f"


def test_the_bars_of_the_account_lead_from_start_to_result(modules: Page) -> None:
    bars = [area for area in parts(pictures(modules, there=1.5)["account"], "area") if area["name"]]
    assert [bar["points"][0][1] for bar in bars] == pytest.approx([0, 6, -9.6, 0, 0])
    assert [bar["points"][2][1] for bar in bars] == pytest.approx([6, -9.6, 1.74, 1.74, 1.5])
    assert [bar["name"] for bar in bars] == ["6", "−15.6", "+11.34", "1.74", "1.5"]
    assert len([a for a in parts(pictures(modules, there=None)["account"], "area") if a["name"]]) == 4


@pytest.mark.parametrize(("eps", "sizes"), [(0.3, [0.7, 0.5]), (0.5, [0.5, 1.5]), (9.0, [8.0, 44.0])])
def test_factors_are_bars_and_what_is_longer_than_the_paper_keeps_its_number(
    modules: Page, eps: float, sizes: list[float]
) -> None:
    scene = pictures(modules, eps=eps)["factors"]
    ends = [max(x for x, _ in bar["points"]) for bar in parts(scene, "area")]
    assert ends == pytest.approx([min(q, scene["box"][0][1]) for q in sizes])
    assert [c["name"] for c in parts(scene, "curve")] == [f"{q:.2f}" for q in sizes]
    assert parts(scene, "line")[0]["at"] == 1.0
