"""A server of our own and a real Chromium for the tests in this folder.

Without a browser the tests are skipped, saying so; where CI is set they fail instead, so that nobody believes they
ran. A test that fails is run once more, for a browser on a busy machine may miss a gesture; one that fails twice has
failed. The browser is the one named by CHROMIUM, else the one on the path, else Playwright's own. Chromium without its
windows, `chromium-headless-shell`, comes first: a page costs two thirds of the work in it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed") if not os.environ.get("CI") else None

from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from playwright.sync_api import (  # noqa: E402
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--renderer-process-limit=1",  # what one page has compiled serves the next: a fifth less work
]
PLAIN = """
from core.ui import frame, inputs, present

frame.guard()
present.question("What does **f** do?")
inputs.box_and_point(inputs.problem(least=("x", "y"), groups=inputs.ALL))
"""
PLAIN_APP = """
from pathlib import Path

from core.ui import frame

frame.PAGES = Path(__file__).parent / "pages"
frame.run()
"""
START_SECONDS = 60.0
QUIET = 1_200  # ms: three times as long as a page waits before it asks again for what is not proved yet
VIOLATIONS = """
addEventListener("securitypolicyviolation", (e) => console.error(`violates ${e.violatedDirective}: ${e.blockedURI}`));
"""
Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


def _none(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI is set: the browser tests must run here.")
    pytest.skip(reason)


def _executable(playwright: Playwright) -> str:
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    own = playwright.chromium.executable_path
    path = found or (own if Path(own).exists() else None)
    return path or _none("No Chromium: set CHROMIUM, or install chromium or google-chrome")


class Visitors:
    """Who opens the pages of the tests: one visitor under a mouse, one under a finger, and any number of strangers.

    The two have a profile on disk, so that what Chromium has loaded and compiled for one page serves all others. A
    stranger has a browser context of their own and shares nothing.
    """

    def __init__(self, playwright: Playwright, home: Path) -> None:
        self._playwright, self._home = playwright, home
        self._known: dict[bool, BrowserContext] = {}
        self._browser: Browser | None = None

    def known(self, touch: bool) -> BrowserContext:
        if touch not in self._known:
            context = self._known[touch] = self._playwright.chromium.launch_persistent_context(
                self._home / ("finger" if touch else "mouse"),
                executable_path=_executable(self._playwright),
                args=FLAGS,
                has_touch=touch,
                is_mobile=touch,
            )
            context.set_default_timeout(20_000)
            context.add_init_script(VIOLATIONS)
        return self._known[touch]

    def stranger(self, **more: Any) -> BrowserContext:
        if self._browser is None:
            self._browser = self._playwright.chromium.launch(executable_path=_executable(self._playwright), args=FLAGS)
        return self._browser.new_context(**more)

    def close(self) -> None:
        for opened in (*self._known.values(), self._browser):
            if opened is not None:
                opened.close()


@pytest.fixture(scope="session")
def visitors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    """The browsers of all tests."""
    with sync_playwright() as playwright:
        found = Visitors(playwright, tmp_path_factory.mktemp("visitors"))
        yield found
        found.close()


@contextmanager
def serve(app: Path = ROOT / "app.py") -> Iterator[str]:
    """Run an app on a free port of this machine; yields its address, and ends that very process afterwards."""
    port = free_port()
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.serverAddress": "localhost",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(app), *(f"--{name}={v}" for name, v in options.items())]
    with running(command, port, app.parent) as address:
        yield address


@contextmanager
def serve_strictly(log: Path | None = None) -> Iterator[str]:
    """Run the application as a server for a class, with its headers; what it says goes into the file `log`."""
    port = free_port()
    command = [sys.executable, "-m", "core.ui.server", f"--port={port}", "--address=127.0.0.1"]
    with running(command, port, ROOT, log) as address:
        yield address


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, home: Path, log: Path | None = None) -> Iterator[str]:
    """Run a server until it is no longer needed."""
    with open(log or os.devnull, "wb") as said:
        process = subprocess.Popen(
            command, cwd=home, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=said, stderr=said
        )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(health: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not come up in {START_SECONDS:.0f} s.")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the application, one server for all tests."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The frame and the inputs alone, with pages that draw nothing else."""
    home = tmp_path_factory.mktemp("plain")
    for folder in (".streamlit", "static"):
        shutil.copytree(ROOT / folder, home / folder)
    (home / "pages").mkdir()
    for page in (ROOT / "pages").glob("[a-z]*.py"):
        (home / "pages" / page.name).write_text(PLAIN, encoding="utf-8")
    (home / "app.py").write_text(PLAIN_APP, encoding="utf-8")
    with serve(home / "app.py") as address:
        yield address


@pytest.fixture(scope="session")
def strict_server() -> Iterator[str]:
    """The address of the application as a server for a class."""
    with serve_strictly() as address:
        yield address


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """The address of a server nobody has visited yet."""
    with serve() as address:
        yield address


@contextmanager
def _opener(visitors: Visitors, server: str) -> Iterator[Open]:
    pages, alone = [], []

    def open(
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        base: str = "",
        strict: bool = False,
        touch: bool = False,
        own: bool = False,
        hears: Callable[[Any], object] | None = None,
        meets: Callable[[Page], object] | None = None,
    ) -> Page:
        context = visitors.stranger() if own else visitors.known(touch)
        alone.extend([context] if own else [])
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.foreign = []  # type: ignore[attr-defined]
        page.complaints = []  # type: ignore[attr-defined]
        page.strict = strict  # type: ignore[attr-defined]
        page.on("request", lambda request: _note(page, request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda said: _complain(page, said))
        if hears is not None:
            page.on("websocket", lambda socket: socket.on("framesent", hears))
        if meets is not None:
            meets(page)
        page.goto((base or server) + path)
        return page

    yield open
    for page in pages:
        with suppress(Error):  # it may have gone
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.close()
    for context in alone:
        context.close()


@pytest.fixture
def open_page(visitors: Visitors, server: str) -> Iterator[Open]:
    """`open_page("/critical_points?f=x^2", width=360, dark=True)`; `page.foreign` lists requests to other machines.

    With `own` it is in a browser of its own, as another visitor's. `hears` is called with every message that the page
    sends to the server, from its first on; `meets` with the page before it goes anywhere.

    `page.complaints` collects errors of the console and uncaught exceptions.
    """
    with _opener(visitors, server) as open:
        yield open


@pytest.fixture(scope="module")
def modules(open_page_module: Open) -> Page:
    """A page in which nothing runs: for what the modules of `static` compute, imported from where it lies."""
    return open_page_module("/app/static/program.js")


def ring(page: Page) -> Locator:
    """What is held on a live figure."""
    return page.get_by_role("slider", name="The point you hold").first


def at_rest(page: Page, sent: list[Any]) -> None:
    """Wait for proofs and exact names, which come later: until a page has sent nothing for a while; forget what it sent."""
    for _ in range(30):
        before = len(sent)
        page.wait_for_timeout(QUIET)
        if len(sent) == before:
            return sent.clear()
    pytest.fail(f"The page goes on talking: {len(sent)} messages.")


@pytest.fixture
def told(open_page: Open) -> Callable[..., tuple[Page, list[int]]]:
    """`told("/hessian?theta=30")`: a page at rest, and a list that grows with every message it sends from then on."""

    def open(address: str, **more: Any) -> tuple[Page, list[int]]:
        sent: list[int] = []
        page = open_page(address, hears=lambda _: sent.append(1), **more)
        expect(ring(page)).to_be_visible(timeout=30_000)
        at_rest(page, sent)
        return page, sent

    return open


@pytest.fixture(scope="module")
def open_page_module(visitors: Visitors, server: str) -> Iterator[Open]:
    """The same, for a page that many tests share."""
    with _opener(visitors, server) as open:
        yield open


def graves(page: Page) -> list[tuple[str, list[str]]]:
    """What axe calls serious or critical: all its rules in the light theme, those of colours in the dark one."""
    found = []
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator(".stApp")).to_have_css("color-scheme", scheme)
        page.wait_for_timeout(500)
        found += Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]


def put(page: Page, f: str, at: str) -> None:
    """Type another formula and another point into a page that is open: a fifth of the work of opening it anew."""
    for name, text in (("Formula", f), ("Point", at)):
        field = page.get_by_role("textbox", name=name, exact=True)
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_value(text)


def _complain(page: Page, said: ConsoleMessage) -> None:
    # Opened by a deep link, Streamlit itself asks below that address for its server first, and is told 404. The server
    # for a class tells it where to ask, so there nothing is forgiven.
    if said.type == "error" and (page.strict or "/_stcore/" not in said.location.get("url", "")):  # type: ignore[attr-defined]
        page.complaints.append(said.text)  # type: ignore[attr-defined]


def _note(page: Page, url: str) -> None:
    local = ("http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:", "ws://localhost:", "data:", "blob:")
    if not url.startswith(local):
        page.foreign.append(url)  # type: ignore[attr-defined]
