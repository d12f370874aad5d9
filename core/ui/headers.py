"""What a server says about the pages it sends: which scripts may run, who may frame them, what a browser may do.

A browser that is told so runs no script that did not come with the application, fetches nothing from another machine
and sends nothing to one, even if a page had a hole. The one script that stands in Streamlit's own HTML is allowed by
its digest, which is taken from the HTML that is really sent; so a new version of Streamlit cannot lock us out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit

INDEX: Final = Path(streamlit.__file__).parent / "static" / "index.html"
_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SITE: Final = re.compile(r"https?://[A-Za-z0-9*.-]+(:\d{1,5})?")
DIRECTIVES: Final = {
    "default-src": "'self'",
    # the loaders of our components are modules made in the browser; Streamlit colours code with a compiled module
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit writes its styles into the page
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
UNUSED: Final = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
                 "midi", "payment", "usb")  # fmt: skip


def headers(html: str, embedders: Sequence[str] = ()) -> dict[str, str]:
    """The headers for every answer of a server that sends `html` as its page.

    `embedders` are other sites that may show the application inside of theirs, such as a course page; ValueError for
    what is not the address of a site.

    >>> headers("<script>a</script>")["X-Content-Type-Options"]
    'nosniff'
    >>> headers("", ["http://localhost:8080"])["Content-Security-Policy"].rpartition("; ")[2]
    "frame-ancestors 'self' http://localhost:8080"
    """
    embedders = [site(each) for each in embedders]
    said = {
        "Content-Security-Policy": policy(html, embedders),
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # a link holds what was typed
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    }
    if embedders:
        del said["X-Frame-Options"]  # which knows no list
    return said


def site(text: str) -> str:
    """The address of a site as it is; ValueError for anything else, which could say more than it should."""
    if not _SITE.fullmatch(text):
        raise ValueError(f"{text!r} is not the address of a site: a scheme, a name, and a port if it has one")
    return text


def policy(html: str, embedders: Sequence[str] = ()) -> str:
    """The Content-Security-Policy, with the digest of each script that stands in `html` itself.

    >>> policy("<script>a</script>").split("; ")[1]
    "script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"
    """
    own = "".join(f" '{digest(script)}'" for script in _INLINE.findall(html))
    directives = {
        **DIRECTIVES,
        "script-src": DIRECTIVES["script-src"] + own,
        "frame-ancestors": " ".join(("'self'", *embedders)),
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def digest(script: str) -> str:
    """The name of a script in a policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def for_proxy(kind: str, embedders: Sequence[str] = ()) -> str:
    """The same headers as lines for the configuration of a reverse proxy, `nginx` or `caddy`.

    They are for a server that was started with `streamlit run app.py` and sends Streamlit's page as it is.
    """
    said = headers(INDEX.read_text(encoding="utf-8"), embedders)
    if kind == "nginx":
        return "\n".join(f'add_header {name} "{value}" always;' for name, value in said.items())
    return "\n".join(["header {", *(f'    {name} "{value}"' for name, value in said.items()), "}"])
