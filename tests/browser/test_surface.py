"""The 3-D view in a real browser: whose camera it is, what it tells the server, and when its library is fetched.

The camera is read from Plotly itself. Angles are those a visitor sees: azimuth from the x axis, elevation above the floor.
"""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import graves, serve

Open = Callable[..., Page]
EYE = """(plot) => { const { eye, center } = plot._fullLayout.scene._scene.getCamera();
  return ["x", "y", "z"].map((c) => eye[c] - center[c]); }"""
ANY = re.compile(".")
NAMES = {"Top": (270, 90), "Front": (270, 5), "Side": (0, 5), "Corner": (225, 30)}


def stage(page: Page) -> Locator:
    return page.locator(".solid .stage")


def opened(page: Page) -> Page:
    page.get_by_role("tab", name="Surface").click(timeout=40_000)
    expect(stage(page)).to_have_attribute("data-camera", ANY, timeout=60_000)
    return page


def camera(page: Page) -> tuple[float, float, float]:
    """Azimuth and elevation in degrees, and the distance, of the camera that Plotly draws with."""
    x, y, z = page.locator(".solid .plot").evaluate(EYE)
    return math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y))), math.hypot(x, y, z)


def close(a: tuple[float, ...], b: tuple[float, ...], by: float = 0.2) -> bool:
    turn = abs((a[0] - b[0] + 180) % 360 - 180) * math.cos(math.radians(a[1]))  # at the top, all azimuths are one
    return turn <= by and abs(a[1] - b[1]) <= by and all(abs(p - q) <= 1e-3 for p, q in zip(a[2:], b[2:], strict=False))


def rests(page: Page) -> tuple[float, float, float]:
    """The camera when it no longer moves."""
    before = camera(page)
    for _ in range(100):
        page.wait_for_timeout(120)
        now = camera(page)
        if close(before, now, 1e-6):
            return now
        before = now
    raise AssertionError("the camera never rests")


def drag(page: Page, dx: int, dy: int) -> None:
    stage(page).scroll_into_view_if_needed()
    box = stage(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 11):
        page.mouse.move(x + dx * k / 10, y + dy * k / 10)
    page.mouse.up()


def type_into(page: Page, label: str, text: str) -> None:
    box = page.get_by_label(label, exact=True).first
    box.fill(text)
    box.press("Enter")


def said(page: Page, words: str) -> None:
    expect(stage(page)).to_have_attribute("aria-label", re.compile(words), timeout=40_000)


def test_the_library_is_fetched_when_a_view_is_opened_and_not_before(open_page: Open) -> None:
    asked: list[str] = []
    page = open_page("/", meets=lambda page: page.on("request", lambda request: asked.append(request.url)))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=40_000)
    assert not [url for url in asked if "lotly" in url or "surface.js" in url]
    opened(page)
    assert len([url for url in asked if "PlotlyChart" in url]) == 1
    assert graves(page) == []
    assert page.complaints == [] and page.foreign == []  # type: ignore[attr-defined]


def test_a_camera_turned_by_hand_survives_every_change(open_page: Open) -> None:
    page = opened(open_page("/?at=1,1"))
    drag(page, -90, 60)
    page.locator(".solid .stage").press("+")
    turned = rests(page)
    assert not close(turned, (225.0, 30.0), 20) and turned[2] < 1.8
    page.wait_for_url(lambda url: "azimuth=" in url)
    type_into(page, "Point", "-2, 1.5")
    page.wait_for_url(lambda url: "at=-2" in url)
    page.wait_for_timeout(1_000)
    assert close(rests(page), turned)
    type_into(page, "Window", "-3, 3; -2, 2")
    said(page, "y from −2 to 2")
    assert close(rests(page), turned)
    page.get_by_role("textbox", name="Formula").fill("x^2 - y^2")
    page.get_by_role("textbox", name="Formula").press("Enter")
    said(page, "heights from −4 to 9")
    assert close(rests(page), turned)
    ground = page.locator(".solid .plot").evaluate("(plot) => plot._fullLayout.paper_bgcolor")
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".solid")).to_have_css("color", "rgb(236, 239, 242)")
    assert page.locator(".solid .plot").evaluate("(plot) => plot._fullLayout.paper_bgcolor") != ground
    assert close(rests(page), turned)
    page.get_by_role("tab", name="Critical points").click()
    expect(stage(page)).to_have_count(0)
    opened(page)
    assert close(rests(page), turned)


def test_a_turn_tells_the_server_once_and_is_not_thrown_back(open_page: Open) -> None:
    sent: list[int] = []
    page = open_page("/", hears=lambda _: sent.append(1))
    expect(page.get_by_text("proved complete").first).to_be_visible(timeout=40_000)
    opened(page)
    page.wait_for_timeout(1_500)
    sent.clear()
    stage(page).scroll_into_view_if_needed()
    box = stage(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 15):
        page.mouse.move(x + 7 * k, y - 3 * k)
    assert sent == []
    page.mouse.up()
    here = rests(page)
    azimuth, elevation = round(here[0]) % 360, round(here[1])
    page.wait_for_url(lambda url: f"azimuth={azimuth}" in url and f"elevation={elevation}" in url)
    expect(page.get_by_label("Azimuth °")).to_have_value(str(azimuth))
    page.wait_for_timeout(800)
    assert len(sent) == 1
    assert close(camera(page), (225 - 0.4 * 98, 30 - 0.4 * 42), 1e-3)  # where the hand left it, not in whole degrees


SEEN = """async () => {
  const stage = document.querySelector(".solid .stage"), seen = new Set();
  const watch = new MutationObserver(() => seen.add(stage.dataset.camera));
  watch.observe(stage, { attributes: true });
  document.querySelector(".solid .views button").click();
  await new Promise((done) => setTimeout(done, 900));
  watch.disconnect();
  return [...seen];
}"""


def test_buttons_keys_and_boxes_turn_the_view_with_motion_and_without(open_page: Open) -> None:
    page = opened(open_page("/?azimuth=100&elevation=-20"))
    assert close(camera(page), (100, -20))
    by_buttons(page)
    by_keys(page)
    type_into(page, "Azimuth °", "300")
    page.wait_for_url(lambda url: "azimuth=300" in url)
    said(page, "azimuth 300°")
    assert close(rests(page), (300, 30))
    for less in (False, True):
        page.emulate_media(reduced_motion="reduce" if less else "no-preference")
        page.get_by_role("group", name="Look from").get_by_role("button", name="Corner").click()
        assert close(rests(page), NAMES["Corner"])
        seen = page.evaluate(SEEN)
        assert seen[-1].startswith("270 90 ")
        assert (len(seen) == 1) is less
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 360


def by_buttons(page: Page) -> None:
    before = page.url
    for name in NAMES:
        button = page.get_by_role("group", name="Look from").get_by_role("button", name=name)
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, old=before: url != old)
        assert close(rests(page), NAMES[name])
        before = page.url


def by_keys(page: Page) -> None:
    start = camera(page)
    assert close(start, (225, 30))
    stage(page).focus()
    for keys, (azimuth, elevation) in [
        (["ArrowRight"], (230, 30)),
        (["Shift+ArrowRight"], (245, 30)),
        (["ArrowLeft", "ArrowUp", "Shift+ArrowUp"], (240, 50)),
        (["ArrowDown"], (240, 45)),
    ]:
        for key in keys:
            page.keyboard.press(key)
        assert close(rests(page), (azimuth, elevation, start[2]))
    page.keyboard.press("+")
    assert rests(page)[2] == pytest.approx(start[2] / 1.1)
    page.keyboard.press("-")
    assert rests(page)[2] == pytest.approx(start[2])
    page.keyboard.press("Home")
    assert close(rests(page), (225, 30))
    said(page, "azimuth 225°, elevation 30°")


def test_a_finger_turns_sideways_and_scrolls_upwards(open_page: Open) -> None:
    page = opened(open_page("/", width=360, height=740, touch=True))
    stage(page).evaluate("(el) => el.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(500)
    box = stage(page).bounding_box()
    assert box is not None and box["width"] <= 360 and box["height"] < 360
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    hand = page.context.new_cdp_session(page)

    def swipe(dx: float, dy: float) -> None:
        hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for k in range(1, 9):
            at = {"x": x + dx * k / 8, "y": y + dy * k / 8}
            hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    before = camera(page)
    swipe(100, 4)
    sideways = rests(page)
    assert abs(sideways[0] - before[0]) > 20
    swipe(0, -160)
    page.wait_for_timeout(500)
    after = stage(page).bounding_box()
    assert after is not None and after["y"] < box["y"] - 40
    assert close(rests(page), sideways, 12)


def test_a_wheel_zooms_unless_it_was_scrolling_the_page(open_page: Open) -> None:
    page = opened(open_page("/", height=500))
    stage(page).scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.solid').scrollIntoView()")
    page.wait_for_timeout(600)
    box, start = stage(page).bounding_box(), camera(page)
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.wheel(0, 200)
    zoomed = rests(page)
    assert zoomed[2] == pytest.approx(start[2] * 1.0015**200, rel=1e-3)
    page.evaluate("dispatchEvent(new WheelEvent('wheel', { deltaY: 10 }))")  # of a scroll that began elsewhere
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(600)
    after = stage(page).bounding_box()
    assert after is not None and after["y"] < box["y"] and close(camera(page), zoomed)


def test_marks_lie_where_plotly_draws_the_place(open_page: Open) -> None:
    page = opened(open_page("/?azimuth=200&elevation=35"))
    page.wait_for_timeout(500)
    apart = page.evaluate(
        """() => {
          const plot = document.querySelector(".solid .plot"), over = document.querySelector(".solid .over");
          const gl = plot._fullLayout.scene._scene, { model, view, projection } = gl.glplot.cameraParams;
          const times = (m, v) => [0, 1, 2, 3].map((i) => m[i] * v[0] + m[4 + i] * v[1] + m[8 + i] * v[2] + m[12 + i] * v[3]);
          const { x, y, z } = plot.data.at(-1), { width, height } = plot._fullLayout;
          return x.map((_, k) => {
            const at = [x[k], y[k], z[k]].map((v, i) => v * gl.dataScale[i]);
            const c = times(projection, times(view, times(model, [...at, 1])));
            const [u, v] = over.marks[k];
            return Math.hypot(u - (width * (1 + c[0] / c[3])) / 2, v - (height * (1 - c[1] / c[3])) / 2);
          });
        }"""
    )
    assert len(apart) == 9 and max(apart) < 1.5


APP = """
import sys
from core.figures.landscape import Path
from core.figures.surface import taylor
from core.program import Builder, jet
from core.numeric import floats
from core.ui import solid
import streamlit as st

{before}
b = Builder(2)
x, y = b.variable(0), b.variable(1)
f = b.program([b.add(b.call("sin", x), b.call("cos", y))])
at = (0.5, 0.5)
solid.surface(
    f, names=("x", "y"), box=((-3.0, 3.0), (-3.0, 3.0)), point=at, sheet=taylor(floats(jet(f), at), at, 2),
    paths=(Path("Newton", ((0.5, 0.5), (-1.0, 2.0), (-1.57, 3.0))),),
)
"""


@contextmanager
def small(folder: Path, before: str = "") -> Iterator[str]:
    """A server with nothing but one view."""
    root = Path(__file__).resolve().parents[2]
    for name in (".streamlit", "static"):
        (folder / name).symlink_to(root / name)
    (folder / "app.py").write_text(APP.replace("{before}", before), encoding="utf-8")
    with serve(folder / "app.py") as address:
        yield address


def test_a_model_and_a_path_lie_over_the_surface_inside_its_room(open_page: Open, tmp_path: Path) -> None:
    with small(tmp_path) as address:
        page = open_page("/", base=address)
        expect(stage(page)).to_have_attribute("data-camera", ANY, timeout=60_000)
        kinds = page.locator(".solid .plot").evaluate(
            "(plot) => plot.data.map((t) => [t.type, t.opacity ?? 1, t.mode ?? ''])"
        )
        assert kinds == [
            ["surface", 1, ""],
            ["surface", 0.42, ""],
            ["scatter3d", 1, "lines"],
            ["scatter3d", 1, "markers"],
        ]
        low, high = page.locator(".solid .plot").evaluate("(plot) => plot._fullLayout.scene.zaxis.range")
        assert -2.2 < low < -2 and 2 < high < 2.2
        assert page.complaints == []  # type: ignore[attr-defined]


def test_where_streamlit_ships_no_library_the_package_s_own_is_served(open_page: Open, tmp_path: Path) -> None:
    with small(tmp_path, before="solid.shipped = lambda: None") as address:
        page = open_page("/", base=address)
        expect(stage(page)).to_have_attribute("data-camera", ANY, timeout=60_000)
        assert close(camera(page), (225, 30))
        address_of = "() => performance.getEntriesByType('resource').map((e) => e.name)"
        assert not [url for url in page.evaluate(address_of) if "PlotlyChart" in url]
        assert page.complaints == []  # type: ignore[attr-defined]


def test_where_the_library_cannot_be_fetched_a_sentence_says_so(open_page: Open, tmp_path: Path) -> None:
    with small(tmp_path, before="solid.shipped = lambda: 'static/js/none.js'") as address:
        page = open_page("/", base=address)
        expect(page.get_by_text("could not be fetched")).to_be_visible(timeout=40_000)
