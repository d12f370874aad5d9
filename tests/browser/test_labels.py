"""Where the names stand: no text on another, on a ring or on a mark, and all inside the figure.

Every canvas of ours lists what is on it: `texts`, each with its box, and `marks`, each with its radius.
"""

import json
import math
import re
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from core import gallery
from core.compile import program
from core.figures import landscape
from core.meaning import function
from core.numeric import Objective
from core.optimize import GradientDescent, Momentum, Newton, minimize
from core.program import jet
from core.syntax import read

Open = Callable[..., Page]
Figure = dict[str, Any]
TOUCH = 0.5  # px by which two boxes may touch
WIDTHS = (328, 450, 630)
SCALARS = [preset for preset in gallery.PRESETS if preset.group == gallery.FUNCTIONS]
METHODS = (GradientDescent(0.01), Momentum(0.01, 0.9), Newton())


def faults(figure: Figure) -> list[str]:
    """Where a figure breaks the law."""
    texts, (wide, tall) = figure["texts"], figure["size"]
    found = [f"{a['text']} on {b['text']}" for a, b in combinations(texts, 2) if overlap(a["box"], b["box"])]
    for text in texts:
        left, top, right, bottom = text["box"]
        found += [f"{text['text']} on a mark at {x:.0f}, {y:.0f}" for x, y, r in figure["marks"]
                  if math.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom)) < r]  # fmt: skip
        if left < -TOUCH or top < -TOUCH or right > wide + TOUCH or bottom > tall + TOUCH:
            found.append(f"{text['text']} leaves the figure")
    return found


def overlap(a: list[float], b: list[float]) -> bool:
    return all(min(a[i + 2], b[i + 2]) - max(a[i], b[i]) > TOUCH for i in (0, 1))


def test_a_broken_law_is_seen() -> None:
    text = {"text": "f", "box": [10, 10, 30, 23]}
    lawful = {"texts": [text, {"text": "g", "box": [31, 10, 40, 23]}], "marks": [[20, 40, 9]], "size": [60, 60]}
    assert faults(lawful) == []
    assert faults(lawful | {"texts": [text, text]}) == ["f on f"]
    assert faults(lawful | {"marks": [[34, 26, 9]], "texts": [text]}) == ["f on a mark at 34, 26"]
    assert faults(lawful | {"size": [39, 60]}) == ["g leaves the figure"]


# Every function of the gallery, with everything on, wherever the ring is taken.

DRAW = """async ([scene, widths, points]) => {
  const names = ["plane", "line", "theme", "local", "axes"];
  const [{ plane }, { line }, { themeOf }, { local }, A] =
    await Promise.all(names.map((name) => import(`/app/static/${name}.js?v=test`)));
  const theme = themeOf(document.body), layers = { gradient: true, eigen: true, model: true, critical: true, path: true };
  const out = [];
  for (const width of widths) {
    const under = document.createElement("canvas"), over = document.createElement("canvas");
    const view = scene.kind === "line" ? line(scene) : plane(scene), fr = view.frame(under.getContext("2d"), width, 548);
    view.base(A.paper(under, width, fr.height), theme, fr);
    for (const p of points) {
      const here = local([view.f.at(p)[0], ...view.jet.at(p).slice(1)], p);
      view.top(A.paper(over, width, fr.height), theme, fr, { here, layers, held: false, marks: scene.marks, shown: 1, dim: 1 });
      out.push({ texts: [...under.texts, ...over.texts], marks: over.marks, size: [width, fr.height] });
    }
  }
  return out;
}"""


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    return open_page_module("/")


def scene_of(preset: gallery.Preset) -> dict[str, Any]:
    """Its landscape with its critical points and three paths."""
    f = program(function(read(preset.text, least=("x", "y") if len(preset.box) > 1 else ("x",))))
    known = preset.answer.points if preset.answer else ()
    runs = [minimize(Objective.of(f), method, preset.start, max_steps=60) for method in METHODS]
    draw = landscape.plane if len(preset.box) == 2 else landscape.line
    scene = draw(
        jet(f),
        names=("x", "y")[: len(preset.box)],
        box=preset.box,
        point=preset.held,
        marks=[landscape.Mark(point.at, point.kind) for point in known],
        paths=[landscape.Path(run.method, tuple(tuple(map(float, step.x)) for step in run.steps)) for run in runs],
    )
    return json.loads(json.dumps(scene))  # type: ignore[no-any-return]


def places(preset: gallery.Preset) -> list[list[float]]:
    """Where it is held first, corners and middles of the window, and the critical points themselves."""
    spots = [[low + t * (high - low) for (low, high), t in zip(preset.box, ts, strict=False)]
             for ts in ((0.02, 0.03), (0.97, 0.96), (0.5, 0.5), (0.5, 0.97), (0.98, 0.4))]  # fmt: skip
    known = preset.answer.points if preset.answer else ()
    return [list(preset.held), *spots, *(list(point.at) for point in known[:4])]


@pytest.mark.parametrize("preset", SCALARS, ids=[preset.id for preset in SCALARS])
def test_no_name_covers_anything_wherever_the_ring_is(page: Page, preset: gallery.Preset) -> None:
    figures = page.evaluate(DRAW, [scene_of(preset), WIDTHS, places(preset)])
    assert len(figures) == len(WIDTHS) * len(places(preset))
    assert [fault for figure in figures for fault in faults(figure)] == []


# The ticks of a logarithmic axis.

TICKS = """async (sides) => {
  const { ticksOf } = await import("/app/static/chart.js?v=test");
  return sides.map(([side, most]) => ticksOf({ log: true }, side, most));
}"""
DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number(text: str) -> float:
    """A tick's words as a number: 0.05, 2 × 10⁻⁵, 10⁻⁵."""
    power = re.fullmatch(r"(?:([\d.]+) × )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if not power:
        return float(text.replace("\u2009", ""))
    return float(power[1] or 1) * 10.0 ** int(power[2].translate(DIGITS))


def test_the_ticks_of_a_logarithmic_axis_stand_apart_and_say_their_place(page: Page) -> None:
    sides = [((low, low + length), most)
             for low in (-8.3, -3.0, -1.9, -0.6, 0.0, 0.45, 4.8)
             for length in (0.6, 1.0, 1.3, 1.8, 2.0, 2.7, 4.0, 9.5, 17.0)
             for most in (2.4, 3, 5, 9)]  # fmt: skip
    for (side, most), ticks in zip(sides, page.evaluate(TICKS, sides), strict=True):
        (low, high), case = side, (side, most, ticks)
        assert 2 <= len(ticks) <= most + 2, case
        assert all(b[0] - a[0] >= (high - low) / (most + 1) - 1e-9 for a, b in pairwise(ticks)), case
        assert all(low - 1e-6 <= place <= high + 1e-6 for place, _ in ticks), case
        assert all(abs(10**place / number(text) - 1) < 1e-3 for place, text in ticks), case


# The pages, as they are drawn.

READ = """(canvases) => {
  const figures = new Map();
  for (const canvas of canvases) {
    if (!canvas.texts || !canvas.clientWidth) continue;
    const one = figures.get(canvas.parentElement) ?? { texts: [], marks: [], size: [canvas.clientWidth, canvas.clientHeight] };
    one.texts.push(...canvas.texts);
    one.marks.push(...canvas.marks);
    figures.set(canvas.classList.contains("over") || canvas.nextElementSibling ? canvas.parentElement : canvas, one);
  }
  return [...figures.values()];
}"""
PAGES = {
    "/": ("its quadratic model", "∇f", "λ1", "λ2"),
    "/?f=" + quote("ln x + 1/y"): ("edge", "pole"),
    "/?f=" + quote("f(x) = tan x"): ("tangent", "pole"),
    "/optimizers": ("gradient descent", "momentum", "Newton"),
    "/steps": ("−ε∇f", "slope’s promise", "its parabola", "uphill", "2.09"),
    "/steps?f=" + quote("1.5x^2+2xy+1.5y^2") + "&at=2,0&eps=0.3&run=true": ("later steps", "2ε*", "f"),
    "/steps?f=" + quote("1.5x^2+2xy+1.5y^2") + "&at=2,0&eps=0.5": ("1/λmax", "2/λmax", "→ 1/λmin", "uphill", "11.5"),
    "/steps?f=" + quote("x^2+2y^2+2.2z^2") + "&at=1,1,1": ("1/λmax", "2/λmax", "ε*", "−ε∇f"),
    "/steps?f=" + quote("x^2+y^2") + "&at=1,1&eps=40": ("1/λ", "2/λ", "ε*"),
    "/steps?f=" + quote("f(x) = -exp(-x^2)") + "&at=2": ("slope’s promise", "its parabola", "−ε∇f"),
    "/steps?f=" + quote("f(x) = x - ln(x)") + "&at=3&eps=9": ("edge", "uphill", "+2"),
    "/critical_points?look=3,2": ("∂f/∂x = 0", "∂f/∂y = 0", "λ₁", "λ₂", "½λ₁t²", "f"),
    "/critical_points?box=-2,2;-2,2&f=" + quote("x^3 - 3x y^2 + (x^2+y^2)^2/2"): ("+", "−", "1", "6"),
    "/critical_points?f=" + quote("f(x) = x^3 - 3x"): ("+", "−"),
    "/hessian": ("q1", "q2", "d", "λ min = −23.036"),
    "/taylor": ("r", "order 2: slope 3.0", "tolerance"),
    "/jacobian?f=" + quote("(x + sin(y), y + sin(x))"): ("he1", "hJe2", "gap", "f(p)", "dashed: what J predicts"),
}


def written(figures: list[Figure]) -> set[str]:
    return {text["text"] for figure in figures for text in figure["texts"]}


def settled(page: Page, pause: int = 250, wanted: set[str] | None = None) -> list[Figure]:
    """What is drawn, once all wanted is there and nothing changes within a pause (ms); after 10 s as it is."""
    before: list[Figure] = []
    for _ in range(10_000 // pause):
        page.wait_for_timeout(pause)
        now: list[Figure] = page.locator(".live canvas").evaluate_all(READ)
        if now and now == before and (wanted or set()) <= written(now):
            return now
        before = now
    return before


def told(open_page: Open, link: str) -> Page:
    """The page, once all that is wanted of it is written on it.

    On a machine with much else to do a place may stay undecided, and such an answer is remembered. So it is asked up to
    three times: the same formula with blanks after it is another question.
    """
    for blanks in range(3):
        page = open_page(re.sub("(f=[^&]*)", rf"\1{'%20' * blanks}", link))
        expect(page.locator(".live canvas").first).to_be_visible(timeout=30_000)
        if set(PAGES[link]) <= written(settled(page, wanted=set(PAGES[link]))):
            break
    return page


@pytest.mark.parametrize("link", PAGES)
def test_the_names_of_a_page_are_there_and_keep_the_law(open_page: Open, link: str) -> None:
    page = told(open_page, link)
    for width in (1440, 1024, 360):
        page.set_viewport_size({"width": width, "height": 1600})
        wanted = set(PAGES[link]) - ({"its quadratic model"} if width <= 360 else set())  # off at first on a phone
        figures = settled(page, wanted=wanted)
        assert wanted <= written(figures), (width, wanted - written(figures))
        assert [(width, fault) for figure in figures for fault in faults(figure)] == []
    assert page.complaints == []  # type: ignore[attr-defined]
