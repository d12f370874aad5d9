"""Pages are tested as a visitor meets them: through app.py, with a link, in Streamlit's own harness."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

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


@pytest.fixture
def visit() -> Visit:
    """`visit("critical_points", f="x^2")` opens that page by that link and runs it once."""

    def open(page: str = "explore", **link: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.query_params.update(link)
        if page != "explore":
            at.switch_page(f"pages/{page}.py")
        return at.run()

    return open


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for all pages that draw the question and the inputs only; a test may write another body."""
    for tab in frame.TABS:
        (tmp_path / tab.file).write_text(PLAIN.format(file=tab.file), encoding="utf-8")
    monkeypatch.setattr(frame, "PAGES", tmp_path)
    return tmp_path
