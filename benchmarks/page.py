"""What a visitor waits for, and what a click costs the server; ratios to the floor of the same run. Linux, Chromium.

    python -m benchmarks.page [rounds, default 5]

1. A fresh server, its first visitor: time to the first figure over time to the first title.
2. Warm: from Enter in the formula box to the new figure, for every function of the gallery.
3. Light reruns (the held point moved by a key): processor time of the page's process for each, over that of a script
   that draws one text.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from core import gallery
from tests.browser.conftest import FLAGS, _executable, serve

RERUNS = 40
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


def redraws(browser: Browser, address: str) -> list[tuple[str, float]]:
    """Seconds from Enter to the new figure, for each function of the gallery; each is asked for twice, once warm."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address)
    ready(page)
    found = []
    for _, presets in gallery.menu(gallery.FUNCTIONS):
        for preset in presets:
            page.get_by_label("Formula", exact=True).first.fill(preset.text)
            before = page.locator("canvas[role=img]").first.get_attribute("aria-label")
            start = perf_counter()
            page.get_by_label("Formula", exact=True).first.press("Enter")
            while page.locator("canvas[role=img]").first.get_attribute("aria-label") == before:
                if perf_counter() - start > 10:
                    break
                sleep(0.005)
            found.append((preset.id, perf_counter() - start))
            page.wait_for_timeout(700)
    page.context.close()
    return found


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
        with serve() as address:
            times = redraws(browser, address)
            worst = max(times, key=lambda pair: pair[1])
            median = statistics.median(t for _, t in times)
            print(f"gallery function redrawn: median {median:.2f} s, worst {worst[1]:.2f} s ({worst[0]})")
            light = light_reruns(browser, address)
        empty = empty_reruns(browser)
        print(f"processor time of a light rerun {light:.1f} ms, of an empty script {empty:.1f} ms: {light / empty:.1f}")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
