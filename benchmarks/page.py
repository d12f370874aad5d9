"""What a visitor waits for, and what a click costs the server; ratios to the floor of the same run. Linux, Chromium.

    python -m benchmarks.page [rounds, default 5]

1. A fresh server, its first visitor: time to the first figure over time to the first title.
2. Warm: from Enter in the formula box to the last message of the answer, for every function of the gallery on every
   page that takes it, over the same for the empty script.
3. Light reruns (the held point moved by a key): processor time of the page's process for each, over that of a script
   that draws one text.
"""

import math
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from core import gallery
from core.ui import frame
from tests.browser.conftest import FLAGS, _executable, serve

RERUNS = 40
SILENCE = 0.9  # seconds
LONGEST = 15.0
GROUPS = (gallery.FUNCTIONS, gallery.MAPS, gallery.CURVES)
OF_MAPS = ("chains", "undoing", "substitution", "residuals")
EMPTY = """
import streamlit as st
st.text_input("Formula", key="f", bind="query-params")
st.text(st.session_state.f)
"""


def ready(page: Page) -> None:
    page.get_by_role("slider", name="The point you hold").first.wait_for(state="visible", timeout=60_000)


def first_visit(browser: Browser) -> tuple[float, float]:
    """Seconds to the title and to the figure, of a server nobody has visited."""
    with serve() as address:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        start = perf_counter()
        page.goto(address, wait_until="commit")
        page.get_by_role("heading", level=1).first.wait_for(state="visible", timeout=60_000)
        title = perf_counter() - start
        ready(page)
        figure = perf_counter() - start
        page.context.close()
        return title, figure


def settled(page: Page, got: list[float], text: str) -> float:
    """Seconds from Enter to the last message of the server before it is silent."""
    box = page.get_by_label("Formula", exact=True).first
    box.fill(text)
    page.wait_for_timeout(100)
    got.clear()
    start = perf_counter()
    box.press("Enter")
    while perf_counter() - (got[-1] if got else start) < SILENCE and perf_counter() - start < LONGEST:
        page.wait_for_timeout(20)
    return got[-1] - start if got else math.nan


def heard(browser: Browser, address: str) -> tuple[Page, list[float]]:
    """A page at the address, and when each message of the server came."""
    page, got = browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), list[float]()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda _: got.append(perf_counter())))
    page.goto(address)
    page.get_by_label("Formula", exact=True).first.wait_for(state="visible", timeout=60_000)
    page.wait_for_timeout(3_000)
    return page, got


def redraws(browser: Browser, address: str) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """For each page, the seconds that each function of the gallery took, asked for a second time."""
    shown = {group: [one for _, presets in gallery.menu(group) for one in presets] for group in GROUPS}
    for tab in frame.TABS:
        if tab.asks:
            page, got = heard(browser, f"{address}/{tab.url}")
            presets = shown[gallery.MAPS if tab.url in OF_MAPS else gallery.FUNCTIONS]
            presets = shown[gallery.CURVES] if tab.url == "one_variable" else presets
            _, warm = ([(one.id, settled(page, got, one.text)) for one in presets] for _ in range(2))
            yield tab.title, warm
            page.context.close()


def process_of(port: int) -> Path:
    """What the system says about the server that listens on the port."""
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            if f"--server.port={port}".encode() in words.read_bytes().split(b"\0"):
                return words.parent
    raise LookupError(port)


def processor_seconds(port: int) -> float:
    """Of the server that listens on the port: its own, without its workers'."""
    fields = (process_of(port) / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(page: Page, address: str, act: Callable[[int], None]) -> float:
    """Processor milliseconds of the server for one act."""
    port = int(address.rsplit(":", 1)[1])
    for k in range(5):
        act(k)
        page.wait_for_timeout(200)
    before = processor_seconds(port)
    for k in range(RERUNS):
        act(5 + k)
        page.wait_for_timeout(150)
    return 1000 * (processor_seconds(port) - before) / RERUNS


def light_reruns(browser: Browser, address: str) -> float:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{address}/?f={quote('x^3 + y^3 - 3xy')}")
    ready(page)
    page.wait_for_timeout(2000)
    ring = page.get_by_role("slider", name="The point you hold").first
    ring.focus()
    spent = cost(page, address, lambda k: page.keyboard.press("ArrowRight" if k % 2 else "ArrowLeft"))
    page.context.close()
    return spent


@contextmanager
def empty_app() -> Iterator[str]:
    """Serve an app that draws one text, with our settings of the collector; yields its address."""
    with tempfile.TemporaryDirectory() as home:
        script = Path(home) / "app.py"
        script.write_text(EMPTY, encoding="utf-8")
        (Path(home) / ".streamlit").mkdir()
        (Path(home) / ".streamlit" / "config.toml").write_text("[runner]\npostScriptGC = false\n", encoding="utf-8")
        with serve(script) as address:
            yield address


def empty_reruns(browser: Browser) -> float:
    with empty_app() as address:
        page = browser.new_context().new_page()
        page.goto(address)
        box = page.get_by_label("Formula", exact=True).first
        box.wait_for(state="visible", timeout=60_000)

        def act(k: int) -> None:
            box.fill(str(k))
            box.press("Enter")

        return cost(page, address, act)


def main(rounds: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(playwright), args=FLAGS)
        visits = [first_visit(browser) for _ in range(rounds)]
        titles, figures = (statistics.median(column) for column in zip(*visits, strict=True))
        ratio = statistics.median(figure / title for title, figure in visits)
        print(f"fresh server: title {titles:.2f} s, figure {figures:.2f} s, median ratio {ratio:.2f}")
        with empty_app() as address:
            page, got = heard(browser, address)
            floor = statistics.median(settled(page, got, str(k)) for k in range(RERUNS // 4))
            page.context.close()
        print(f"empty script: the answer to Enter takes {floor:.3f} s; pages over it, for the functions of the gallery")
        with serve() as address:
            for title, times in redraws(browser, address):
                known = [pair for pair in times if not math.isnan(pair[1])]
                name, most = max(known, key=lambda pair: pair[1])
                middle = statistics.median(t for _, t in known)
                print(
                    f"{title:<16} {len(known):>3} functions: median {middle:.2f} s ({middle / floor:.1f}), "
                    f"worst {most:.2f} s ({most / floor:.1f}, {name})"
                )
            light = light_reruns(browser, address)
        empty = empty_reruns(browser)
        print(f"processor time of a light rerun {light:.1f} ms, of an empty script {empty:.1f} ms: {light / empty:.1f}")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
