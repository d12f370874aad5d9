"""What a page asks of the workers: each question once, and the last good picture when there is no answer."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import engine
from core.engine.answer import encode
from core.engine.ticket import Ticket, landed
from core.ui import compute, stages
from tests.pages.scenes import scene

Visit = Callable[..., AppTest]
REPLIES = {
    "failed": encode("failed", {"code": "budget", "message": "This derivative is too large to show."}),
    "timeout": encode("timeout"),
    "died": encode("died"),
    "busy": encode("busy"),
}


def refuse(monkeypatch: pytest.MonkeyPatch, reply: bytes, job: str, text: str) -> list[str]:
    """Let one job fail for one formula; what was asked for is written down."""
    asked: list[str] = []
    real = engine.start

    def start(name: str, arguments: dict[str, Any], *, seconds: float, session: str, lane: str) -> Ticket:
        if name == job and arguments["problem"]["text"] == text:
            asked.append(name)
            return landed(reply)
        return real(name, arguments, seconds=seconds, session=session, lane=lane)

    monkeypatch.setattr(engine, "start", start)
    return asked


def words(at: AppTest) -> str:
    return " ".join(t.value for t in at.text)


@pytest.mark.parametrize(("status", "most"), [("failed", 1), ("died", 1), ("timeout", 2)])
def test_a_derivation_that_failed_is_not_asked_for_again_and_the_last_picture_stays(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, status: str, most: int
) -> None:
    asked = refuse(monkeypatch, REPLIES[status], "derive", "x^3 + y^5")
    at = visit("explore", f="x^2 + y^4")
    before = scene(at)["value"] or scene(at)["program"]
    at.text_input(key="f").set_value("x^3 + y^5").run()
    for _ in range(3):
        at.run()
    assert len(asked) == most  # after a time-out the plain form is tried, once
    assert (scene(at)["value"] or scene(at)["program"]) == before and scene(at)["stale"] == compute.STALE


def test_a_search_that_was_turned_away_is_asked_for_again(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    at = visit("explore", f="x^2 + y^4")
    asked = refuse(monkeypatch, REPLIES["busy"], "critical", "x^3 + y^6")
    at.text_input(key="f").set_value("x^3 + y^6").run()
    at.run()
    assert len(asked) == 1  # not at once
    monkeypatch.setattr(stages, "AGAIN_SECONDS", 0.0)
    at.run()
    assert len(asked) >= 2 and scene(at)["badge"]["title"] == "Proving completeness"


@pytest.mark.parametrize(
    ("status", "says"), [("died", "more memory"), ("timeout", "stopped at its limit"), ("failed", "too large to show")]
)
def test_a_search_without_an_answer_says_the_true_reason(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, status: str, says: str
) -> None:
    refuse(monkeypatch, REPLIES[status], "critical", "x^3 + y^7")
    at = visit("explore", f="x^3 + y^7")
    assert says in scene(at)["badge"]["title"]
