"""The server for a class: strict headers on every answer, and a policy that the browser keeps.

That no page breaks it is asked of every page in `test_every_page`; here, that a breach would be seen.
"""

import json
import urllib.error
import urllib.request

import pytest

from core.ui import frame, headers, server
from tests.browser.conftest import Open
from tests.browser.test_every_page import ADDRESSES, settled


def test_the_policy_stops_what_it_should_and_the_test_would_see_it(open_page: Open, strict_server: str) -> None:
    page = settled(open_page("/", base=strict_server, strict=True))
    page.evaluate(
        "() => { const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));"
        " add('script', {textContent: 'window.caught = 1'}); add('img', {src: 'https://example.org/beacon.png'});"
        " add('iframe', {src: 'https://example.org/'}); add('object', {data: 'https://example.org/'});"
        " fetch('https://example.org/').catch(() => {}); new WebSocket('wss://example.org/'); }"
    )
    page.wait_for_timeout(500)
    said = " ".join(page.complaints)  # type: ignore[attr-defined]
    for directive in ("script-src-elem", "img-src", "frame-src", "object-src", "connect-src"):
        assert f"violates {directive}" in said
    assert page.evaluate("window.caught") is None


def answer(address: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(address, timeout=30) as got:
            return got.status, {k.lower(): v for k, v in got.headers.items()}, got.read()
    except urllib.error.HTTPError as refused:
        return refused.code, {k.lower(): v for k, v in refused.headers.items()}, refused.read()


@pytest.mark.parametrize(
    "path", [*ADDRESSES, "explore", "health", "_stcore/health", "app/static/live.js", "no/such/_stcore/health"]
)
def test_every_answer_has_the_headers(strict_server: str, path: str) -> None:
    _, got, _ = answer(f"{strict_server}/{path}")
    for name, value in headers.headers(server.page()).items():
        assert got[name.lower()] == value


def test_a_link_into_the_application_comes_back_with_where_its_server_is(strict_server: str) -> None:
    for tab in frame.TABS:
        status, got, body = answer(f"{strict_server}/{tab.url}?f=x")
        assert status == 200 and got["cache-control"] == "no-cache" and server.WHERE.encode() in body


def test_health_is_one_real_answer_of_a_worker(strict_server: str) -> None:
    status, got, body = answer(f"{strict_server}/health")
    assert (status, got["cache-control"], json.loads(body)) == (200, "no-store", {"ok": True})


def test_what_this_cures_is_still_there_without_it(open_page: Open, server: str) -> None:
    """Streamlit's own page looks for its server below its own address first. When it stops, `WHERE` can go."""
    page = settled(open_page("/jacobian", base=server, strict=True))
    assert page.complaints and all("404" in said for said in page.complaints)  # type: ignore[attr-defined]
