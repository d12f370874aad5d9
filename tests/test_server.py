"""The server for a class without a browser: what is loaded before anybody comes, its headers, its health; and one setting."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit import config

from core import engine
from core.ui import frame, headers, server

ROOT = Path(__file__).resolve().parents[1]
AWAY = {"sympy", "flint", "pandas", "scipy"}  # loaded in workers, or by nobody; Plotly is loaded by Streamlit itself


def run(*words: str) -> str:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip().splitlines()[-1] if words[0] == "-c" else done.stdout


# What is loaded when


def test_the_collection_after_every_run_can_still_be_switched_off_and_is() -> None:
    """Streamlit hides this option; without it every click would cost several times its work."""
    assert "runner.postScriptGC" in config._config_options_template
    shown = run("-c", "from streamlit import config; print(config.get_option('runner.postScriptGC'))")
    assert shown == "False"


def test_nothing_is_left_to_load_for_the_first_visitor_and_nothing_too_much_is_loaded() -> None:
    program = (
        "import sys\nfrom core.ui import server\nserver.load()\nbefore = set(sys.modules)\n"
        "from streamlit.testing.v1 import AppTest\ntesting = set(sys.modules)\n"
        f"for page in {[f'pages/{tab.file}' for tab in frame.TABS]!r}:\n"
        "    at = AppTest.from_file('app.py', default_timeout=60).switch_page(page).run()\n"
        "    assert len(at.title) == 1 and not at.exception\n"
        "late = set(sys.modules) - testing\n"
        "print(sorted(n for n in late if n.startswith(('core', 'numpy'))), "
        f"sorted({{n.split('.')[0] for n in sys.modules}} & {AWAY!r}))"
    )
    assert run("-c", program) == "[] []"


# Headers


def test_a_proxy_is_told_every_header_with_the_digest_of_the_page_that_is_installed() -> None:
    index = headers.INDEX.read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    assert inline
    for kind in ("nginx", "caddy"):
        said = run("-m", "core.ui.server", "--headers", kind)
        for name, value in headers.headers(index).items():
            assert f'{name} "{value}"' in said and '"' not in value and "\n" not in value
        assert all(headers.digest(script) in said for script in inline)
        assert "'unsafe-eval'" not in said and "script-src 'self' 'unsafe-inline'" not in said


def test_the_page_of_the_server_is_streamlits_with_one_script_more() -> None:
    assert server.page().replace(f"\n    {server.WHERE}", "") == headers.INDEX.read_text(encoding="utf-8")
    script = server.WHERE.removeprefix("<script>").removesuffix("</script>")
    assert headers.digest(script) in headers.policy(server.page())


@pytest.mark.parametrize(
    "site", ["*", "https://a.org; script-src *", "https://a.org\nX: y", "javascript:x", "a.org", ""]
)
def test_what_is_no_site_embeds_nothing(site: str) -> None:
    with pytest.raises(ValueError, match="not the address of a site"):
        headers.headers("", [site])


def test_other_sites_may_be_let_in_one_by_one() -> None:
    said = headers.headers("", ["https://moodle.example.org", "https://*.school.example:8443"])
    assert said["Content-Security-Policy"].endswith("'self' https://moodle.example.org https://*.school.example:8443")
    assert "X-Frame-Options" not in said and headers.headers("")["X-Frame-Options"] == "SAMEORIGIN"


# Health


def test_health_is_a_real_answer_that_is_given_again_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, now = [], 1000.0
    monkeypatch.setattr(server, "_health", server._Health())
    monkeypatch.setattr(server, "monotonic", lambda: now)
    for well, status in ((True, 200), (False, 503)):
        monkeypatch.setattr(engine, "health", lambda seconds, well=well: asked.append(seconds) or well)
        for _ in range(3):
            said = server.health(None)  # type: ignore[arg-type]
            assert (said.status_code, json.loads(said.body)) == (status, {"ok": well})
        now += server.HEALTH_EVERY
    assert len(asked) == 2


def test_an_engine_that_there_is_not_is_one_line_at_the_start() -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], engine.URL: "redis://user:password@host"}
    done = subprocess.run(
        [sys.executable, "-m", "core.ui.server"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.strip().count("\n") == 0 and engine.URL in done.stderr and "password" not in done.stderr


# Logs


def test_a_log_of_who_asked_for_what_holds_no_question() -> None:
    arguments = ("127.0.0.1:5", "GET", "/jacobian?f=secret", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', arguments, None)
    assert server.without_query(record) and record.getMessage() == '127.0.0.1:5 - "GET /jacobian HTTP/1.1" 200'
    assert server.application() and server.without_query in logging.getLogger("uvicorn.access").filters


# Routes


def test_the_application_may_live_below_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.config, "get_option", lambda name: {"server.baseUrlPath": "/class/"}[name])
    assert {route.path for route in server._pages("")} == {f"/class/{tab.url}" for tab in frame.TABS} | {"/class/"}
