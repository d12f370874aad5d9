"""Pages are tested as a visitor meets them: through app.py, with a link, in Streamlit's own harness."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import engine
from core.ui import frame

ROOT = Path(__file__).resolve().parents[2]
Visit = Callable[..., AppTest]
PLAIN = """
from core.ui import frame, inputs, present

frame.guard()
present.question("Page **{file}**")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)
inputs.box_and_point(asked)
"""

PATIENCE = 30.0  # seconds, for workers


@pytest.fixture
def visit() -> Visit:
    """`visit("critical_points", f="x^2")` opens that page by that link and runs it once."""

    engine.warm()
    while not engine.ready():
        time.sleep(0.02)

    def open(page: str = "explore", **link: str | list[str]) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.query_params.update(link)
        if page != "explore":
            at.switch_page(f"pages/{page}.py")
        return settled(at.run())

    return open


def settled(at: AppTest) -> AppTest:
    """The page after its worker has answered: a browser would look again by itself."""
    end = time.monotonic() + PATIENCE
    while is_waiting(at) and time.monotonic() < end:
        time.sleep(0.05)
        at.run()
    return at


def is_waiting(at: AppTest) -> bool:
    """Whether the page will be drawn again by itself."""
    state = at.session_state
    return "_open_stages" in state and any(not state["_stages"][lane].stopped for lane in state["_open_stages"])


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for all pages that draw the question and the inputs only; a test may write another body."""
    for tab in frame.TABS:
        (tmp_path / tab.file).write_text(PLAIN.format(file=tab.file), encoding="utf-8")
    monkeypatch.setattr(frame, "PAGES", tmp_path)
    return tmp_path
