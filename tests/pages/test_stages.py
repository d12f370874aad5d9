"""What takes long is told and can be stopped, and what is known meanwhile is shown."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import engine, settings
from core.engine.answer import encode
from core.engine.ticket import Flight, Ticket, landed
from core.jobs import JOBS
from core.ui import compute, stages
from tests.pages.scenes import scene

Visit = Callable[..., AppTest]
TEXT = "x^4/4 - x^2/2 + y^2"


class Held:
    """An engine that holds one job back until the test lands it; all others are done here and now."""

    def __init__(self, job: str):
        self.job = job
        self.asked = 0
        self.cancelled = 0
        self.arguments: dict[str, Any] = {}
        self.flight = Flight("", b"", 9.0)

    def start(self, job: str, arguments: dict[str, Any], *, seconds: float, session: str, lane: str) -> Ticket:
        assert session and lane
        if job != self.job:
            return landed(encode("done", JOBS[job](arguments)))
        self.asked += 1
        self.arguments = arguments
        self.flight = Flight("", b"", seconds)
        self.flight.started = 0.0
        return Ticket(self.flight, inf, self._leave)

    def _leave(self, ticket: Ticket, running: bool) -> bool:
        self.cancelled += 1
        return True

    def report_all(self) -> None:
        """Say that only the exact names are missing."""
        found = JOBS["critical"](self.arguments)["critical"]
        points = [{**p, "exact": None, "exact_value": None, "exact_eigenvalues": None} for p in found["points"]]
        self.flight.hear(encode("progress", {"words": "", "found": "all", "critical": {**found, "points": points}}))

    def report(self, *kinds: str) -> None:
        """Say that so many points of the answer are proved."""
        found = JOBS["critical"](self.arguments)["critical"]
        points = [next(p for p in found["points"] if p["kind"] == kind) for kind in kinds]
        so_far = {**found, "points": points, "status": "proving", "sentence": "Proving completeness"}
        self.flight.hear(encode("progress", {"words": "some", "found": len(points), "critical": so_far}))

    def land(self) -> None:
        """Give the answer."""
        self.flight.land(encode("done", JOBS[self.job](self.arguments)))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Held:
    one = Held(request.param)
    monkeypatch.setattr(engine, "start", one.start)
    monkeypatch.setattr(engine, "ready", lambda: True)
    monkeypatch.setattr("tests.pages.conftest.settled", lambda at: at)
    return one


def texts(at: AppTest) -> str:
    return " ".join(t.value for t in at.text)


def button(at: AppTest, label: str) -> Any:
    return next(b for b in at.button if b.label == label)


@pytest.mark.parametrize("held", ["critical"], indirect=True)
def test_points_are_shown_as_they_are_proved_and_never_as_all_of_them(visit: Visit, held: Held) -> None:
    at = visit("critical_points", f=TEXT)
    assert scene(at)["marks"] == [] and scene(at)["badge"]["title"] == "Proving completeness"
    held.report("minimum")
    at.run()
    assert [m["kind"] for m in scene(at)["marks"]] == ["minimum"]
    assert scene(at)["badge"]["title"] == "Proving completeness"
    assert "1 :blue[▼] minimum so far" in [m.value for m in at.markdown]
    assert "complete." not in texts(at) and held.asked == 1
    held.land()
    at.run()
    assert len(scene(at)["marks"]) == 3 and "proved complete" in scene(at)["badge"]["title"]


@pytest.mark.parametrize("held", ["critical"], indirect=True)
def test_a_search_can_be_stopped_keeps_what_it_had_and_goes_on(
    visit: Visit, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STOP_SECONDS", 1e9)
    at = visit("critical_points", f=TEXT)
    assert all(b.label != "Stop" for b in at.button) and "Proving completeness: " not in texts(at)
    monkeypatch.setattr(stages, "SAID_SECONDS", 0.0)
    at.run()
    assert all(b.label != "Stop" for b in at.button) and "Proving completeness · " in texts(at)
    monkeypatch.setattr(stages, "STOP_SECONDS", 0.0)
    held.report("saddle")
    at.run()
    button(at, "Stop").click().run()
    at.run()
    assert held.cancelled == 1 and held.asked == 1
    assert [m["kind"] for m in scene(at)["marks"]] == ["saddle"] and scene(at)["badge"]["title"] == compute.STOPPED
    at.run()
    assert held.asked == 1  # it stays stopped
    button(at, "Go on").click().run()
    at.run()
    assert held.asked == 2 and scene(at)["badge"]["title"] == "Proving completeness"
    held.land()
    at.run()
    assert "proved complete" in scene(at)["badge"]["title"] and "Stopped." not in texts(at)


@pytest.mark.parametrize("held", ["critical"], indirect=True)
@pytest.mark.parametrize("end", ["done", "timeout", "died", "stopped"])
def test_what_is_proved_stays_proved_when_the_exact_names_do_not_come(
    visit: Visit, held: Held, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "SAID_SECONDS", 0.0)
    monkeypatch.setattr(stages, "STOP_SECONDS", 0.0)
    at = visit("critical_points", f=TEXT)
    held.report_all()
    at.run()
    assert "proved complete" in scene(at)["badge"]["title"] and len(scene(at)["marks"]) == 3
    table = next(m.value for m in at.markdown if "| exact place |" in m.value)
    assert "$" not in table.split("\n", 2)[2]
    match end:
        case "done":
            held.land()
        case "stopped":
            button(at, "Stop").click()
        case status:
            held.flight.land(encode(status))
    at.run()
    assert "proved complete" in scene(at)["badge"]["title"] and len(scene(at)["marks"]) == 3


@pytest.mark.parametrize("held", ["critical"], indirect=True)
def test_another_formula_takes_the_search_of_the_last_one_back(visit: Visit, held: Held) -> None:
    at = visit("critical_points", f=TEXT)
    first, answer = held.flight, encode("done", JOBS["critical"](held.arguments))
    at.text_input(key="f").set_value("x^2 + 5y^2").run()
    assert held.asked == 2 and held.flight is not first
    first.land(answer)
    at.run()
    assert scene(at)["badge"]["title"] == "Proving completeness" and scene(at)["marks"] == []


@pytest.mark.parametrize(
    ("held", "status", "says"),
    [("hessian", "timeout", "too long to derive"), ("hessian", "died", "more memory")],
    indirect=["held"],
)
@pytest.mark.parametrize("page", ["explore", "hessian"])
def test_the_gradient_is_there_before_the_hessian_and_without_it(
    visit: Visit, held: Held, page: str, status: str, says: str
) -> None:
    at = visit(page, f=TEXT)
    assert "x^{3}" in " ".join(piece.value for piece in at.latex)
    assert not at.exception and says not in texts(at)
    held.flight.land(encode(status))
    at.run()
    assert says in texts(at) and "x^{3}" in " ".join(piece.value for piece in at.latex) and held.asked == 1


@pytest.mark.parametrize("held", ["hessian"], indirect=True)
@pytest.mark.parametrize("page", ["explore", "hessian"])
def test_a_hessian_that_comes_while_the_page_is_drawn_is_not_called_a_failure(
    visit: Visit, held: Held, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = compute.hessian_waits
    monkeypatch.setattr(compute, "hessian_waits", lambda answered: held.land() or real(answered))
    at = visit(page, f=TEXT)
    assert not at.exception and not at.error and "could not" not in texts(at)
    at.run()
    assert r"3 x^{2}" in " ".join(piece.value for piece in at.latex)


@pytest.mark.parametrize("held", ["derive"], indirect=True)
def test_a_page_that_waited_for_its_answer_is_not_drawn_twice(
    visit: Visit, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ticket, "wait", lambda ticket, timeout=None: timeout == settings.DERIVE_SECONDS and held.land())
    at = visit("jacobian", f="sqrt(x - 100) + y")
    assert not at.exception and "derive" not in at.session_state["_open_stages"]


@pytest.mark.parametrize("held", ["derive"], indirect=True)
@pytest.mark.parametrize("page", ["explore", "jacobian", "hessian", "critical_points", "steps", "optimizers"])
def test_every_page_draws_before_its_derivatives_are_there(visit: Visit, held: Held, page: str) -> None:
    at = visit(page, f=TEXT)
    assert not at.exception and not at.error
    held.land()
    at.run()
    assert not at.exception and not at.error and "Stop" not in [b.label for b in at.button]
