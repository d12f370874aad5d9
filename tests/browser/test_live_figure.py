"""The live figure in a real browser: the hand, the keys, and what is drawn. The reader of Programs: test_program."""

import gzip
import json
import math
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.compile import program as compiled
from core.figures import landscape
from core.meaning import function
from core.program import Builder, jet
from core.syntax import read
from core.ui import fields, live

Open = Callable[..., Page]


def ring(page: Page) -> Any:
    return page.get_by_role("slider", name="The point you hold").first


def drawn(page: Page) -> Page:
    expect(ring(page)).to_be_visible(timeout=30_000)
    return page


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    return open_page_module("/")


def test_dragging_moves_the_numbers_and_asks_the_server_once_at_the_end(open_page: Open) -> None:
    sent: list[int] = []
    page = drawn(open_page("/", hears=lambda _: sent.append(1)))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(800)
    box = ring(page).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = ring(page).get_attribute("aria-valuetext")
    page.mouse.move(x, y)
    page.mouse.down()
    sent.clear()
    seen = set()
    for k in range(1, 25):
        page.mouse.move(x + 3 * k, y + 2 * k)
        seen.add(ring(page).get_attribute("aria-valuetext"))
    assert len(seen) > 15 and before not in seen and sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "at=" in url)
    page.wait_for_timeout(500)
    assert 1 <= len(sent) <= 3
    assert page.complaints == []


def test_arrow_keys_move_the_point_and_tell_it(open_page: Open) -> None:
    page = drawn(open_page("/?f=" + quote("x^2 + 3y^2") + "&at=" + quote("1, 1")))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=30_000)
    before = ring(page).get_attribute("aria-valuetext")
    ring(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(ring(page)).not_to_have_attribute("aria-valuetext", before)
    expect(ring(page)).to_have_attribute("aria-valuetext", re.compile("slope"))
    page.wait_for_url(lambda url: "at=1%2C" not in url.replace("+", ""))


def test_a_hand_that_leaves_what_it_left_before_is_heard_again(open_page: Open) -> None:
    page = drawn(open_page("/?f=" + quote("x^2 + 3y^2") + "&at=" + quote("1, 1")))
    field = page.get_by_role("textbox", name="Point", exact=True)
    for _ in range(2):
        ring(page).press("ArrowRight")
        expect(field).not_to_have_value("1, 1", timeout=20_000)
        page.wait_for_timeout(1000 * fields.HEARD)  # a field that was filled is deaf for so long to what it held before
        field.fill("1, 1")
        field.press("Enter")
        expect(ring(page)).to_have_attribute("aria-valuenow", "1")


def test_the_canvas_has_its_sentence_and_is_painted_in_both_themes(open_page: Open) -> None:
    for dark in (False, True):
        page = drawn(open_page("/", dark=dark))
        canvas = page.get_by_role("img", name="Contour map of f").first
        expect(canvas).to_be_visible()
        colours = canvas.evaluate(
            "(c) => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
        )
        assert colours > 50


def test_an_error_keeps_the_last_picture_and_says_so(open_page: Open) -> None:
    page = drawn(open_page("/?f=" + quote("x^2 + 3y^2")))
    field = page.get_by_label("Formula", exact=True).first
    field.fill("x^2 + sn(y)")
    field.press("Enter")
    expect(page.get_by_text("Still the last formula that could be read")).to_be_visible()
    expect(ring(page)).to_be_visible()
    page.get_by_role("button", name="Use sin").click()
    expect(field).to_have_value("x^2 + sin(y)")
    expect(page.get_by_text("Still the last formula that could be read")).to_be_hidden()


def test_calls_that_overtake_each_other_leave_the_newest_figure_standing(open_page: Open) -> None:
    """As when two imports of one module are under way: the older call is served last, and then its cleanup."""
    page = drawn(open_page("/?f=" + quote("x^2 + 3y^2")))
    left = page.evaluate("""async () => {
      const address = performance.getEntriesByType("resource").map((e) => e.name).find((n) => n.includes("/live.js"));
      const live = (await import(address)).default;
      const scene = (alt) => ({ kind: "chart", parts: [], axes: [{}, {}], box: [[0, 1], [0, 1]], height: 99, alt });
      const host = document.createElement("div");
      document.body.append(host);
      const parentElement = host.attachShadow({ mode: "open" });
      const call = (alt, serial) => live({ data: [scene(alt), serial], parentElement, setStateValue: () => {} });
      call("new", 2);
      call("old", 1)();
      await new Promise((done) => setTimeout(done, 50));
      const standing = parentElement.querySelector("canvas")?.getAttribute("aria-label");
      const down = call("newer", 3);
      const newer = parentElement.querySelector("canvas").getAttribute("aria-label");
      host.remove();
      down();
      await new Promise((done) => setTimeout(done, 50));
      return [standing, newer, parentElement.childElementCount];
    }""")
    assert left == ["new", "newer", 0]


ANY = (
    "1/x + 1/y", "tan x", "ln x + 1/y", "x^2 y/x", "sqrt(x^2 + y^2)", "|x| + |y|", "3", "f(x) = sin(1/x)", "f(x) = |x|",
    "(x cos y, x sin y)", "x^2 + y^2 + z^2", "sqrt(-1 - x^2 - y^2)", "f(x, y) = a x^2 + y", "1/(x-x)", "sign(x) y",
    "e^(e^x)", "x^100 - y^100", "max(x, y)",
)  # fmt: skip


def test_any_function_draws_or_says_why_not(open_page: Open) -> None:
    page = drawn(open_page("/"))
    box = page.get_by_role("textbox", name="Formula")
    for text in ANY:
        box.fill(text)
        box.press("Enter")
        page.wait_for_url(lambda url, text=text: parse_qs(urlsplit(url).query).get("f") == [text])
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
        page.wait_for_timeout(400)
        drawn(page)
        expect(page.get_by_text("BidiComponent Error")).to_have_count(0)
        expect(page.get_by_text("the fault is ours")).to_have_count(0)
        expect(page.locator(".katex-error")).to_have_count(0)
        assert (text, page.complaints) == (text, [])  # type: ignore[attr-defined]


def asked_for(module: str, known: frozenset[str] = frozenset()) -> set[str]:
    """A module, and all that it imports, at once or later."""
    text = (live.STATIC / f"{module}.js").read_text(encoding="utf-8")
    lists = re.findall(r"\[((?:\s*\"\w+\",?)+)\s*\]\s*\.map\(\(name\) => import", text)
    names = {
        *re.findall(r"import\(`\./(\w+)\.js", text),
        *(name for each in lists for name in re.findall(r"\w+", each)),
    }
    return {module}.union(*(asked_for(name, known | {module}) for name in names - known))


SOLID = ("descent", "taylor")  # labs of pages that have a 3-D view too, which functions of one variable have not
PLANAR = ("conditioning", "many")  # labs that no function of one variable has; those on a board draw no graph either


def test_no_page_fetches_more_than_eighty_kilobytes_of_ours() -> None:
    """What every figure needs, one lab, the keyboard of the formula, a 3-D view where there is one; packed as sent."""
    views = {
        page.stem
        for page in (live.STATIC.parent / "pages").glob("*.py")
        if re.search(r"\.(surface|solid_of)\(", page.read_text(encoding="utf-8"))
    }
    assert views == {"explore", "taylor"}  # a list of critical points has one as well, and no lab
    packed = {file.stem: len(gzip.compress(file.read_bytes())) for file in live.STATIC.glob("*.js")}
    everywhere = {name for name in packed if name not in (*live.LABS, *live.PARTS)}
    assert asked_for("live") <= everywhere and packed.keys() >= {*live.LABS, *live.PARTS}
    for lab in live.LABS:
        solid = (
            {"surface", "slice"} if lab in SOLID else set() if lab in PLANAR or "board" in asked_for(lab) else {"line"}
        )
        beside = (
            set() if "board" in asked_for(lab) else asked_for("panel")
        )  # of the numbers beside a landscape or graph
        paths = asked_for("descent") if lab == "race" else set()  # which the page of a race has, too
        own = asked_for(lab) if lab == "many" else asked_for(lab) - {"many"}  # which one variable does not need
        for parts in (own | solid, asked_for(lab) | solid - {"line"}):
            fetched = everywhere | parts | {"typed", "reach"} | paths | beside
            assert sum(packed[name] for name in fetched) <= 80_000, lab


AROUND = """async ([scene, places]) => {
  const { plane } = await import("/app/static/plane.js?v=test"), { tableReader } = await import("/app/static/table.js?v=test");
  const { themeOf } = await import("/app/static/theme.js?v=test");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [440, 440];
  const ctx = canvas.getContext("2d"), view = plane(scene, [], scene.table && tableReader(scene.table)), fr = view.frame(ctx, 420, 400);
  view.base(ctx, themeOf(document.body), fr, []);
  return places.map((at) => [...ctx.getImageData(...fr.to(at).map(Math.round), 1, 1).data]);
}"""


def colours(page: Page, text: str, places: list[tuple[float, float]], edges: list[landscape.Edge]) -> list[list[int]]:
    """Of the figure of f at some places."""
    f = compiled(function(read(text)))
    scene = landscape.plane(jet(f), names=("x", "y"), box=((-2, 2), (-2, 2)), point=(0.5, 0.5), value=f, edges=edges)
    answer: list[list[int]] = page.evaluate(AROUND, [json.loads(json.dumps(scene)), places])
    return answer


def test_colours_stop_at_the_edge_of_the_domain(page: Page) -> None:
    places = [(r * math.cos(a), r * math.sin(a)) for a in (0.1, 0.9, 2.0, 3.3, 4.4, 5.5) for r in (0.97, 1.03)]
    shown = colours(page, "sqrt(1 - x^2 - y^2)", places, [])
    assert all(colour[3] == 255 for colour in shown[::2]) and all(colour[3] == 0 for colour in shown[1::2])


def test_an_edge_is_drawn_only_where_f_has_a_value_beside_it(page: Page) -> None:
    x = Builder(2)
    pole = landscape.Edge("pole", x.program([x.variable(1)]))  # y = 0, of a function that needs x > 0
    places = [(-1.7 + 0.01 * k, 0.0) for k in range(100)] + [(0.3 + 0.01 * k, 0.0) for k in range(100)]
    without, drawn = (colours(page, "ln x + 1/y", places, edges) for edges in ([], [pole]))
    changed = [a != b for a, b in zip(without, drawn, strict=True)]
    assert not any(changed[:100]) and sum(changed[100:]) > 50


TABLE = """async ([table, points]) => {
  const { tableReader } = await import("/app/static/table.js?v=test"), f = tableReader(table);
  const X = Float64Array.from(points, ([x]) => x), Y = Float64Array.from(points, ([, y]) => y);
  return [points.map((p) => String(f.at(p)[0])), [...f.row([X, Y], points.length)[0]].map(String)];
}"""


def test_what_is_too_long_to_travel_is_read_between_the_nodes_of_a_table(page: Page) -> None:
    f = compiled(function(read("x + 10 y + ln(x + 2)/10^9")))  # straight, with an edge at x = -2
    given = landscape.table(f, ((-3.0, 3.0), (-1.0, 2.0)))
    random.seed(5)
    points = [[random.uniform(-3.3, 3.3), random.uniform(-1.2, 2.2)] for _ in range(300)] + [[3.0, 2.0], [3.0, -1.0]]
    at, row = page.evaluate(TABLE, [json.loads(json.dumps(given)), points])
    assert at == row
    for (x, y), text in zip(points, at, strict=True):
        inside, cell = x <= 3 and -1 <= y <= 2, 6 / (given["nodes"] - 1)
        if not inside or x < -2:
            assert text == "NaN", (x, y)
        elif x > -2 + cell:
            assert float(text) == pytest.approx(x + 10 * y, abs=1e-5)


def test_a_sampled_scene_is_drawn(page: Page) -> None:
    f = compiled(function(read("x^2 + y^2")))
    box = ((-2.0, 2.0), (-2.0, 2.0))
    scene = landscape.plane(jet(f), names=("x", "y"), box=box, point=(0.5, 0.5), value=f)
    places = [(-1.5, -1.5), (0.1, 0.1), (1.5, 1.5)]
    own, sampled = (
        page.evaluate(AROUND, [json.loads(json.dumps(each)), places]) for each in (scene, landscape.sampled(scene, f))
    )
    for a, b in zip(own, sampled, strict=True):
        assert all(abs(u - v) <= 6 for u, v in zip(a, b, strict=True))
