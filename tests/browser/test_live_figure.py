"""The live figure in a real browser: the hand, the keys, and the same numbers as the Python readers."""

import gzip
import json
import math
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from core.compile import program as compiled
from core.figures import landscape
from core.meaning import function
from core.numeric import floats
from core.program import Builder, Program, jet
from core.syntax import read
from core.ui import live
from core.vocabulary import OPERATIONS
from tests.formulas import FORMULAS

Open = Callable[..., Page]
READ = """async ([wire, points]) => {
  const { reader } = await import("/app/static/program.js?v=test");
  const f = reader(wire);
  return points.map((p) => [...f.at(p)].map(String));
}"""


def ring(page: Page) -> Any:
    return page.get_by_role("slider", name="The point you hold").first


def drawn(page: Page) -> Page:
    expect(ring(page)).to_be_visible(timeout=30_000)
    return page


def in_browser(page: Page, program: Program, points: list[list[float]]) -> list[list[float]]:
    answer = page.evaluate(READ, [json.loads(json.dumps(program.to_wire())), points])
    return [[float(v.replace("Infinity", "inf")) for v in row] for row in answer]


def alike(a: float, b: float, scale: float) -> bool:
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return (math.isnan(a) and math.isnan(b)) or a == b
    return abs(a - b) <= 1e-12 * max(1.0, abs(b), scale)


def slots(program: Program) -> Program:
    """The program with every intermediate value as an output, to know how large they are."""
    return Program(program.inputs, program.constants, program.code, tuple(range(len(program.code))), program.domain)


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    return open_page_module("/")


@pytest.mark.parametrize("text", [t for t, _ in FORMULAS], ids=[t for t, _ in FORMULAS])
def test_the_browser_reads_a_program_as_python_does(page: Page, text: str) -> None:
    program = jet(compiled(function(read(text, least=("x", "y")))))
    random.seed(7)
    points = [[random.uniform(-4, 4), random.uniform(-4, 4)] for _ in range(150)] + [[0.0, 0.0], [1.0, 1.0], [0.0, 2.0]]
    found = in_browser(page, program, points)
    for p, row in zip(points, found, strict=True):
        sizes = [abs(v) for v in floats(slots(program), p) if math.isfinite(v)]
        for a, b in zip(row, floats(program, p), strict=True):
            assert alike(a, b, max(sizes, default=1.0)), (text, p, a, b)


WORDS = [word for word in OPERATIONS if word not in ("const", "var")]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_means_the_same_in_the_browser(page: Page, word: str) -> None:
    arity = OPERATIONS[word].arity
    for power in (-3, -1, 0, 1, 2, 5) if word == "powi" else (None,):
        b = Builder(arity)
        operands = [b.variable(i) for i in range(arity)]
        program = b.program([b.call(word, *operands, *(() if power is None else (power,)))])
        special = [0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-300, 1e300, 700.0]
        random.seed(3)
        points = [[random.choice(special) for _ in range(arity)] for _ in range(60)]
        points += [[random.uniform(-3, 3) for _ in range(arity)] for _ in range(60)]
        for p, (a,) in zip(points, in_browser(page, program, points), strict=True):
            b_value = floats(program, p)[0]
            assert alike(a, b_value, 0.0) or a == pytest.approx(b_value, rel=1e-12), (word, power, p, a, b_value)


def test_the_browser_has_every_word_of_the_vocabulary_and_no_other(page: Page) -> None:
    names = page.evaluate("""async () => Object.keys((await import("/app/static/program.js?v=test")).MEANINGS)""")
    assert set(names) == set(OPERATIONS)


def test_dragging_moves_the_numbers_and_asks_the_server_once_at_the_end(open_page: Open) -> None:
    sent: list[int] = []
    page = open_page("/")
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    page.reload()
    drawn(page)
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


@pytest.mark.parametrize(
    "text",
    ["1/x + 1/y", "tan x", "ln x + 1/y", "x^2 y/x", "sqrt(x^2 + y^2)", "|x| + |y|", "3", "f(x) = sin(1/x)", "f(x) = |x|",
     "(x cos y, x sin y)", "x^2 + y^2 + z^2", "sqrt(-1 - x^2 - y^2)", "f(x, y) = a x^2 + y", "1/(x-x)", "sign(x) y",
     "e^(e^x)", "x^100 - y^100", "max(x, y)"],
)  # fmt: skip
def test_any_function_draws_or_says_why_not(open_page: Open, text: str) -> None:
    page = drawn(open_page("/?f=" + quote(text)))
    expect(page.get_by_text("BidiComponent Error")).to_have_count(0)
    expect(page.get_by_text("the fault is ours")).to_have_count(0)
    assert page.complaints == []


def test_no_page_fetches_more_than_eighty_kilobytes_of_ours() -> None:
    """What a figure needs, the largest lab with the parts that it names, and all other parts; packed as a server sends it."""
    packed = {file.stem: len(gzip.compress(file.read_bytes())) for file in live.STATIC.glob("*.js")}
    assert packed.keys() >= {*live.LABS, *live.PARTS}
    source = {lab: (live.STATIC / f"{lab}.js").read_text(encoding="utf-8") for lab in live.LABS}
    named = {lab: [part for part in live.PARTS if f'"{part}"' in text] for lab, text in source.items()}
    others = set(live.PARTS).difference(*named.values())
    shared = sum(size for name, size in packed.items() if name not in (*live.LABS, *live.PARTS))
    largest = max(packed[lab] + sum(packed[part] for part in parts) for lab, parts in named.items())
    assert shared < shared + largest + sum(packed[part] for part in others) <= 80_000


AROUND = """async ([scene, places]) => {
  const { plane } = await import("/app/static/plane.js?v=test");
  const { themeOf } = await import("/app/static/theme.js?v=test");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [440, 440];
  const ctx = canvas.getContext("2d"), view = plane(scene), fr = view.frame(ctx, 420, 400);
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
