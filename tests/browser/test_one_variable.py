"""The page of one variable in a real browser: signs and events are those of mathematics, and one hand moves all graphs."""

import math
import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from core.immediate import programs
from core.program import jet
from core.syntax import read
from tests.browser.conftest import ring

CUBIC = "/one_variable?f=" + quote("f(x) = x^3 - 3x") + "&at=1.6&box=" + quote("-2.5, 2.5")
EVENTS = """async (cases) => {
  const [S, { reader }, W, L] = await Promise.all(["stacked", "program", "curve", "line"].map((name) => import(`/app/static/${name}.js?v=test`)));
  return cases.map(([wire, plain, [lo, hi]]) => {
    const f = reader(plain, [0]), [one, two] = [1, 2].map((k) => reader(wire, [k])), at = (r) => (x) => r.at([x])[0];
    const walks = [one, two].map((r) => { const walk = W.walk(r, lo, hi, 1401, (x) => [x]), [a, b] = L.heightsShown(walk.sorted); W.cutWalk(walk, r, b - a, (x) => [x]); return walk; });
    const all = [f, one, two].map(at), [first, bends] = S.read(all, walks);
    const broken = S.seams(two, walks[1]).map((x) => S.broke(all, x, hi - lo)).filter(Boolean).map((one) => S.brokenWords(one, ["f", "f′", "f″"]));
    return [S.events(all[0], all[2], first, bends, [], all[1]).map(({ at, what, test }) => [at, what, test ?? ""]), broken, W.swings(walks[1]).length];
  });
}"""
# What happens in a window, by hand: the place, what f has there, and what the second-derivative test says of it.
KNOWN: list[tuple[str, tuple[float, float], list[tuple[float, str, str]]]] = [
    ("x^3 - 3x", (-2.5, 2.5), [(-1, "maximum", "maximum"), (0, "bend", ""), (1, "minimum", "minimum")]),
    ("x^4", (-1.5, 1.5), [(0, "minimum", "silent")]),
    ("-x^6", (-1.2, 1.3), [(0, "maximum", "silent")]),
    ("x^3", (-1.5, 1.4), [(0, "inflection", "silent"), (0, "bend", "")]),
    ("e^x", (-2, 2), []),
    ("-exp(-x^2)", (-3, 3), [(-math.sqrt(0.5), "bend", ""), (0, "minimum", "minimum"), (math.sqrt(0.5), "bend", "")]),
    ("|x| + x^2/4", (-2, 2), [(0, "minimum", "none")]),
    ("x + 1/x", (-4, 4), [(-1, "maximum", "maximum"), (1, "minimum", "minimum")]),
    ("tan(x)", (-1, 4), [(0, "bend", ""), (math.pi, "bend", "")]),
    ("x|x|", (-1, 1.1), [(0, "bend", "")]),
    ("|x|^3", (-2, 2.1), [(0, "minimum", "silent")]),
    ("|x|^1.5", (-2, 2.1), [(0, "minimum", "missing")]),
    ("x^2 + |x|^3", (-2, 2.1), [(0, "minimum", "minimum")]),
    ("sqrt(|x|)", (-2, 2), [(0, "minimum", "vertical")]),
    ("-sqrt(|x - 1|)", (-2, 2.3), [(1, "maximum", "vertical")]),
    ("1/x", (-2, 2.1), []),
    ("1/x^2", (-2, 2.1), []),
    ("-1/x^2", (-2, 2), []),
    ("cbrt(x)", (-2, 2.1), [(0, "bend", "")]),
    ("sign(x) (1 + x^2)", (-2, 2.1), []),
    ("ln(x)/x", (-1, 6), [(math.e, "maximum", "maximum"), (math.exp(1.5), "bend", "")]),
    ("cbrt(x^2)", (-1, 1.3), [(0, "minimum", "vertical")]),
    ("sin(x)", (0.5, 6), [(math.pi / 2, "maximum", "maximum"), (math.pi, "bend", ""), (1.5 * math.pi, "minimum", "minimum")]),
    ("7", (-1, 1), []),
    ("1/x^2", (-2, 2), []),  # a pole is no maximum
    ("x^3/x", (-1, 1.1), []),  # nor is a hole a minimum
    ("sqrt(x^2)", (-1, 1), [(0, "minimum", "none")]),  # its f″ is 0, and rounding has no signs
    ("x^2", (0, 2), [(0, "minimum", "minimum")]),  # at the end of the window
    ("|x^2 - 1| + sqrt(x^2)", (-5, 5.1), [(-1, "minimum", "none"), (-1, "bend", ""), (-0.5, "maximum", "maximum"), (0, "minimum", "none"), (0.5, "maximum", "maximum"), (1, "minimum", "none"), (1, "bend", "")]),
    ("exp(-1/x^2)", (-1, 1.2), [(-math.sqrt(2 / 3), "bend", ""), (math.sqrt(2 / 3), "bend", "")]),
]  # fmt: skip
# Which of f, f′ and f″ breaks where the formula changes, by hand.
BROKEN: list[tuple[str, tuple[float, float], list[str]]] = [
    ("|x - 0.3| + x^2", (-1, 1), ["f has a kink: f′ jumps from −0.4 to 1.6"]),
    ("x|x|", (-2, 2), ["f′ has a kink: f″ jumps from −2 to 2; f has none"]),
    ("|x|^3", (-2, 2.1), ["f″ has a kink; f and f′ have none"]),
    ("x|x|^3", (-1, 1.1), []),
    ("cos(|x|)", (-2, 2), []),
    ("sqrt(|x|)", (-2, 2), ["f has a vertical tangent: f′ has no bound"]),
    ("cbrt(x)", (-2, 2.1), ["f has a vertical tangent: f′ has no bound"]),
    ("|x|^1.5", (-2, 2.1), ["f′ has a vertical tangent: f″ has no bound; f has none"]),
    ("sign(x) (1 + x^2)", (-2, 2.1), ["f jumps from −1 to 1"]),
    ("|sin(x)|", (-4, 4), 3 * ["f has a kink: f′ jumps from −1 to 1"]),
    ("1/x", (-2, 2), []),
]


@pytest.fixture(scope="module")
def page(open_page_module: Any) -> Page:
    opened: Page = open_page_module(CUBIC)
    expect(ring(opened)).to_be_visible(timeout=30_000)
    return opened


def asked(page: Page, rows: list[tuple[str, tuple[float, float], Any]]) -> Any:
    scalars = [programs(read(f"f(x) = {text}"), {})["f"] for text, _, _ in rows]
    cases = [[jet(f).to_wire(), f.to_wire(), side] for f, (_, side, _) in zip(scalars, rows, strict=True)]
    return page.evaluate(EVENTS, cases)


def test_signs_tell_extrema_inflections_kinks_and_gaps(page: Page) -> None:
    for (text, _, due), (found, _, swings) in zip(KNOWN, asked(page, KNOWN), strict=True):
        assert [tuple(event[1:]) for event in found] == [event[1:] for event in due], text
        assert text == "sqrt(x^2)" or not swings, text  # whose f″ is nothing but rounding
        for (at, _, _), (x, _, _) in zip(found, due, strict=True):
            assert at == pytest.approx(x, abs=1e-8), text
    for (text, _, words), (_, broken, _) in zip(BROKEN, asked(page, BROKEN), strict=True):
        assert broken == words, text
    assert asked(page, [("sin(300 x)", (-5, 5), [])])[0][2] > 0


def test_one_hand_moves_all_three_graphs_and_the_server_hears_once(told: Any) -> None:
    page, sent = told(CUBIC)
    rows = page.locator(".tests tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("x = −1")
    expect(rows.nth(2)).to_contain_text("f″ > 0: minimum")
    expect(page.get_by_text("Inflections: all zeros of f″ in the window were found: proved complete.")).to_be_visible()
    grip = page.get_by_role("slider", name="The same point on the graph of f′")
    box = grip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=6)
    assert sent == []
    moved = float(str(ring(page).get_attribute("aria-valuenow")))
    assert moved < 1.2
    said = re.search(r"f′\(p\) =\s*(−?[\d.]+)", page.locator(".panel").inner_text())
    assert said and float(said[1].replace("−", "-")) == pytest.approx(3 * moved**2 - 3, abs=6e-3)
    page.mouse.up()
    page.wait_for_url(lambda url: "at=1.6" not in url)
    page.wait_for_timeout(500)
    assert 1 <= len(sent) <= 2
    errors = page.locator("table.errors").first.locator("tr.chosen td")
    before = errors.all_inner_texts()
    page.get_by_role("button", name="Halve h").click()
    expect(errors.first).to_have_text(before[1])  # what was off by at h/2 is now off by at h
    assert page.complaints == []
