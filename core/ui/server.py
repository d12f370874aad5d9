"""The application for a class: the pages of `streamlit run app.py`, behind strict headers, warm before anybody comes.

    python -m core.ui.server --port 8501 --address 0.0.0.0

What it adds:

- every answer carries the headers of `core.ui.headers`;
- all that the pages import is imported, and the workers are started, before the first visitor can connect;
- /health runs one real derivation and one proof in a worker, and says 503 when that fails;
- an address below /, such as /jacobian, is answered with a page that knows where its server is. Streamlit's own page
  has to guess, asks below its own address first, and leaves two errors in the console of everybody who follows a link.

`python -m core.ui.server --headers nginx` (or caddy) prints the headers for a proxy in front of `streamlit run app.py`.
"""

from __future__ import annotations

import argparse
import gc
import logging
import math
import sys
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from time import monotonic
from typing import Any, Final

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from core import engine, settings
from core.ui import frame, headers

SCRIPT: Final = frame.PAGES.parent / "app.py"
HEALTH_EVERY: Final = 5  # seconds; who asks more often gets the last answer
LATE: Final = ("numpy.ma",)  # by the first quantile
# All pages live right below the application, wherever that is.
WHERE: Final = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", document.baseURI).href }</script>'


def page() -> str:
    """Streamlit's page, told where its server is."""
    return headers.INDEX.read_text(encoding="utf-8").replace("<head>", f"<head>\n    {WHERE}", 1)


def application(embedders: Sequence[str] = ()) -> st.App:
    """The application, for any server that speaks ASGI.

    With uvicorn: `uvicorn --factory core.ui.server:application`. One process only: a visitor's session lives in it.
    """
    logging.getLogger("uvicorn.access").addFilter(without_query)
    html = page()
    said = headers.headers(html, embedders)
    return st.App(
        SCRIPT,
        lifespan=warm,
        routes=[*_pages(html), Route(f"{_base()}/health", health)],
        middleware=[Middleware(_Headers, said=said)],
    )


def _base() -> str:
    path = str(config.get_option("server.baseUrlPath")).strip("/")
    return f"/{path}" if path else ""


def _pages(html: str) -> list[Route]:
    async def answer(_: Request) -> HTMLResponse:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    return [Route(f"{_base()}/{tab.url}", answer) for tab in frame.TABS] + [Route(f"{_base()}/", answer)]


def health(_: Request) -> JSONResponse:
    """One real derivation and proof by a worker: 200, or 503; also 200 where all workers are busy with others."""
    with _checking:
        if monotonic() >= _health.until:
            _health.well = engine.health(settings.CRITICAL_SECONDS)
            _health.until = monotonic() + HEALTH_EVERY
        well = _health.well
    return JSONResponse({"ok": well}, 200 if well else 503, {"Cache-Control": "no-store"})


@dataclass
class _Health:
    """The last answer, and until when it is given again."""

    well: bool = False
    until: float = -math.inf


_health = _Health()
_checking = threading.Lock()


@asynccontextmanager
async def warm(_: st.App) -> AsyncIterator[None]:
    """Before the first visitor: start the workers, import what the pages import, let the collector skip all that."""
    engine.warm()
    load()
    gc.collect()
    gc.freeze()
    yield


def load() -> None:
    """Import what the pages import, and what that imports when it is first used."""
    for name in LATE:
        import_module(name)
    for module in iter_modules([str(frame.HERE)]):
        if module.name != Path(__file__).stem:
            import_module(f"core.ui.{module.name}")


def without_query(record: logging.LogRecord) -> bool:
    """A filter of logs: who asked for which page, without the question, which holds what was typed."""
    if isinstance(record.args, tuple):
        record.args = tuple(a.partition("?")[0] if isinstance(a, str) else a for a in record.args)
    return True


class _Headers:
    """Add the headers to every answer, whoever gives it."""

    def __init__(self, app: ASGIApp, said: Mapping[str, str]):
        self._app = app
        self._said = said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._said)
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped, or print the headers."""
    asked = _command().parse_args(arguments)
    if asked.headers:
        print(headers.for_proxy(asked.headers, asked.embed_in))
        return
    try:
        engine.check()
    except ValueError as wrong:
        sys.exit(str(wrong))
    chosen: dict[str, Any] = {"server.port": asked.port, "server.address": asked.address}
    sys.argv = [str(SCRIPT)]  # beside which Streamlit looks for its settings
    config._main_script_path = str(SCRIPT)
    application(asked.embed_in).run(
        config={
            "server.headless": True,
            "server.fileWatcherType": "none",
            **{name: value for name, value in chosen.items() if value is not None},
        }
    )


def _command() -> argparse.ArgumentParser:
    command = argparse.ArgumentParser(prog="python -m core.ui.server", description="Serve Beyond Gradients to a class.")
    command.add_argument("--port", type=int, help="8501 if not given")
    command.add_argument("--address", help="listen here only; everywhere if not given")
    command.add_argument(
        "--embed-in", action="append", default=[], type=headers.site, metavar="SITE", help="may show it in a frame"
    )
    command.add_argument("--headers", choices=("nginx", "caddy"), help="print the headers for a proxy, and stop")
    return command


if __name__ == "__main__":
    main()
