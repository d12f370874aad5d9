"""What a drag costs in the browser, as ratios to an empty canvas in the same run; what the first screen weighs.

    python -m benchmarks.live [seconds of each drag, default 4]

1. While a hand drags the point, the point with a path, or the slider of a letter: frames drawn over frames in which
   the hand had moved; the time of a frame, over that of an empty canvas that is cleared and stroked once; messages
   sent to the server while the hand moves, and when it lets go.
2. Bytes over the wire of the first screen of the explore page, over those of a bare page with one formula; whether
   the library of the 3-D view is among them; and our own modules, as they travel. Linux, Chromium.
"""

import math
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS, _executable, serve

SECONDS = 4.0
LETTERS = "f(x, y) = a x^2 + b y^2 + sin(c x y)"
TORUS = "f(u, v) = ((2 + cos v) cos u, (2 + cos v) sin u, sin v)"
BARE = 'import streamlit as st\nst.latex("x^2")\n'
WATCH = """
const ask = requestAnimationFrame.bind(window);
window.seen = { spent: [], frames: 0, offered: 0, drawn: 0, moved: false };
let worked = false;
window.requestAnimationFrame = (act) => ask((t) => {
  const start = performance.now();
  act(t);
  const spent = performance.now() - start;
  if (spent > 0.25) { seen.spent.push(spent); worked = true; }
});
const slid = (event) => event.composedPath()[0].matches?.("input[type=range]");
addEventListener("pointermove", (event) => { seen.moved ||= !slid(event); }, true);
addEventListener("input", (event) => { seen.moved ||= slid(event); }, true); // not every move is a stop
ask(function tick() {
  seen.frames += 1;
  if (seen.moved) seen.offered += 1;
  seen.moved = false;
  ask(() => { if (worked) seen.drawn += 1; worked = false; });
  ask(tick);
});
window.fresh = () => { Object.assign(seen, { spent: [], frames: 0, offered: 0, drawn: 0, moved: false }); };
"""
EMPTY = """<canvas width=600 height=600></canvas><script>
const ctx = document.querySelector("canvas").getContext("2d");
requestAnimationFrame(function draw(t) {
  ctx.clearRect(0, 0, 600, 600);
  ctx.beginPath();
  for (let k = 0; k < 4000; k++) ctx.lineTo(300 + 250 * Math.cos(k + t), 300 + 250 * Math.sin(k * 1.1));
  ctx.stroke();
  ctx.getImageData(0, 0, 1, 1);
  requestAnimationFrame(draw);
});
</script>"""


def part(values: list[float], q: float) -> float:
    """The quantile q of some numbers."""
    return sorted(values)[min(len(values) - 1, int(q * len(values)))] if values else math.nan


def empty(browser: Browser, seconds: float) -> float:
    """Milliseconds of a frame that clears a canvas and strokes one line of four thousand pieces."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto("data:text/html," + quote(EMPTY))
    page.wait_for_timeout(1000 * seconds / 2)
    found = part(page.evaluate("seen.spent"), 0.5)
    page.close()
    return found


def held(name: str) -> Callable[[Page], Any]:
    """The first slider of a page that has a name."""
    return lambda page: page.get_by_role("slider", name=name).first


def dragged(
    browser: Browser, address: str, seconds: float, of: Callable[[Page], Any], upright: bool
) -> dict[str, float]:
    """What is seen while something of a page is dragged to and fro for some seconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(WATCH)
    sent: list[float] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(perf_counter())))
    page.goto(address)
    thing = of(page)
    thing.wait_for(state="visible", timeout=60_000)
    page.wait_for_timeout(4_000)
    box = thing.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)
    page.wait_for_timeout(200)
    page.evaluate("fresh()")
    sent.clear()
    start, k = perf_counter(), 0
    while perf_counter() - start < seconds:
        k += 1
        page.mouse.move(x + 70 * math.sin(k / 11), y + (45 * math.cos(k / 8) if upright else 0))
        page.wait_for_timeout(8)
    seen, during = page.evaluate("seen"), len(sent)
    page.mouse.up()
    page.wait_for_timeout(1_500)
    spent = seen["spent"]
    page.close()
    return {
        "frames": seen["frames"],
        "drawn of offered": seen["drawn"] / max(1, seen["offered"]),
        "p50 ms": part(spent, 0.5),
        "p95 ms": part(spent, 0.95),
        "messages during": during,
        "messages after": len(sent) - during,
    }


def weight(browser: Browser, address: str) -> tuple[int, int, bool]:
    """Bytes over the wire of a page, those of our own modules, and whether the library of the 3-D view came."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    client.on("Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]["url"]}))
    client.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(address)
    page.wait_for_timeout(6_000)
    own = sum(size for key, size in sizes.items() if re.search(r"/app/static/\w+\.js", names.get(key, "")))
    library = any("plotly" in name.lower() for name in names.values())
    page.context.close()
    return sum(int(size) for size in sizes.values()), int(own), library


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    ring, letter = held("The point you hold"), held("Slider of a")
    cases: dict[str, tuple[str, Callable[[Page], Any], bool]] = {
        "point": ("/", ring, True),
        "point and path": ("/?path=" + quote("Gradient descent"), ring, True),
        "letter": ("/?f=" + quote(LETTERS), letter, False),
        "step": ("/steps", ring, True),
        "dial": ("/hessian", ring, True),
        "Taylor": ("/taylor", ring, True),
        "race": ("/optimizers", ring, True),
        "one variable": ("/one_variable", ring, True),
        "four variables": ("/?f=" + quote("x^4 + y^4 + z^4 + w^4 - x y z w + x z"), ring, True),
        "Jacobian": ("/jacobian", ring, True),
        "side h": ("/jacobian", held("Side h"), False),
        "torus": ("/jacobian?box=0,6.28;0,6.28&f=" + quote(TORUS), ring, True),
        "chain": ("/chains", ring, True),
        "undoing": ("/undoing", ring, True),
        "target": ("/undoing", held("The target y"), True),
        "new variables": ("/substitution", ring, True),
        "cells": ("/substitution", held("Cells along a side"), False),
        "residuals": ("/residuals", ring, True),
        "chord": ("/convexity", held("End A of the chord"), True),
        "cone": ("/lipschitz?f=" + quote("sin(3x) + x/2"), held("The side of the cone"), True),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(playwright), args=FLAGS)
        floor = empty(browser, seconds)
        print(f"An empty canvas, cleared and stroked: {floor:.2f} ms\n")
        print("dragged          frames  drawn/offered  p50 ms  p95 ms  p95 / empty  messages: during  after")
        with serve() as address:
            for name, (path, of, upright) in cases.items():
                found = dragged(browser, address + path, seconds, of, upright)
                print(
                    f"{name:<16} {found['frames']:>6.0f}  {found['drawn of offered']:>13.2f}  {found['p50 ms']:>6.1f}  "
                    f"{found['p95 ms']:>6.1f}  {found['p95 ms'] / floor:>11.1f}  {found['messages during']:>16.0f}  "
                    f"{found['messages after']:>5.0f}"
                )
            total, own, library = weight(browser, address)
        with tempfile.TemporaryDirectory() as folder:
            app = Path(folder) / "app.py"
            app.write_text(BARE, encoding="utf-8")
            with serve(app) as address:
                bare, _, _ = weight(browser, address)
        browser.close()
    print(
        f"\nFirst screen: {total / 1e6:.2f} MB, {total / bare:.2f} of a bare page with a formula ({bare / 1e6:.2f} MB)"
    )
    print(
        f"Our own modules: {own / 1e3:.1f} kB over the wire; "
        f"library of the 3-D view: {'fetched' if library else 'not fetched'}"
    )


if __name__ == "__main__":
    main()
