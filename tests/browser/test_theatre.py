"""The stage in a real browser: the same steps and beliefs as the server's, a step by a key, and one word when it rests."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.immediate import programs
from core.numeric import Objective
from core.optimize import believe, minimize
from core.program import jet
from core.syntax import read
from core.ui.theatre import PARTS
from tests.browser.conftest import ring

Open = Callable[..., Page]
CASES = [
    ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", [[0.0, 0.0], [1.0, 2.4], [-4.1, 0.3]]),
    ("x^4/4 - x^2/2 + y^2/2", [[0.3, 1.0], [0.0, 1.0]]),  # the second is the hard case of a trust region
    ("(x + y)^2 + x^4/9", [[1.0, -2.0]]),
    ("|x| + ln(y)", [[0.7, 0.4], [0.0, 1.0]]),
    ("f(x) = -exp(-x^2)", [[0.5], [1.3]]),
]
RUN = """async ([wire, value, start, keys, constants, most]) => {
  const [M, S] = await Promise.all(["methods", "second"].map((name) => import(`/app/static/${name}.js?v=test`)));
  return keys.map((key) => {
    const f = M.objective(wire, value.domain.length < wire.domain.length ? value : null, start.length);
    const run = M.run(f, { name: key, curved: key !== "gradient-descent", steps: S.stepper(key, constants, f) }, start, most);
    const { target, radius, trials, alpha } = run.moves[0], s = target.map((v, i) => v - start[i]);
    const b = S.believe(key, start, f.gradient(start), f.hessian(start), alpha ? s : null, { rate: constants.rate, radius });
    return [run.points, run.outcome, run.moves.map(({ trials }) => trials.length), b && [b.rows.map((r) => [r.value, r.bend, Math.abs(r.part)]), b.shift, b.predicted, b.critical]];
  });
}"""


def linked(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def parity(page: Page) -> None:
    """Every method from every start, step by step, and what was believed at the first one."""
    keys = list(PARTS)
    for text, starts in CASES:
        f = programs(read(text), {})["f"]
        wires = [json.loads(json.dumps(each.to_wire())) for each in (jet(f), f)]
        for start in starts:
            found = page.evaluate(RUN, [*wires, start, keys, {"rate": 0.02, "trust": 3.0}, 40])
            for key, (points, outcome, refused, belief) in zip(keys, found, strict=True):
                method, objective = PARTS[key].make(0.02, 3.0), Objective.of(f)
                run = minimize(objective, method, start, max_steps=40)
                where = (text, start, key)
                assert outcome == run.outcome.name, where
                assert np.allclose(np.array(points, dtype=float), run.points, rtol=1e-8, atol=1e-8), where
                assert refused == [len(step.trials) for step in run.steps], where
                b = believe(method, run.steps[0], objective.hessian(start))
                assert (b is None) == (belief is None), where
                if b is not None:
                    rows = np.array([b.curvatures, b.bends, np.abs(b.parts)]).T
                    assert np.allclose(np.array(belief[0], dtype=float), rows, rtol=1e-8, atol=1e-8), where
                    assert belief[1:3] == pytest.approx([b.shift, b.predicted], rel=1e-7, abs=1e-7), where
                    assert belief[3] == (
                        None if b.critical is None else pytest.approx(b.critical.tolist(), rel=1e-8)
                    ), where


def test_the_stage_steps_by_keys_follows_the_hand_and_tells_the_server_when_it_rests(open_page: Open) -> None:
    sent: list[Any] = []
    page = open_page("/newton?at=" + quote("0, 0"), hears=lambda _: sent.append(1))
    expect(ring(page)).to_be_visible(timeout=30_000)
    came = page.locator(".came")
    expect(came).to_contain_text("It comes to the maximum (−0.2708, −0.923) in 4 steps: proved.")
    parity(page)
    page.wait_for_timeout(1_500)  # proofs and exact names have come by now
    firsts = page.locator("table.firsts")
    expect(firsts.locator("tr", has_text="Newton").first).to_contain_text("up")
    expect(firsts.locator("tr", has_text="|H|")).to_contain_text("down")
    expect(firsts.locator("tr", has_text="Damped")).to_contain_text("uphill")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Python script").click()
    script = taken.value.path().read_text(encoding="utf-8")
    assert "def steps(x):" in script and "START = np.array([0.0, 0.0])" in script
    page.wait_for_timeout(300)
    sent.clear()
    page.keyboard.press("n")
    expect(page.get_by_text("Step 1 of 4")).to_be_visible()
    page.wait_for_url("**k=1**")
    assert len(sent) == 1
    page.keyboard.press("p")
    expect(page.get_by_text("Step 4 of 4")).to_be_visible(timeout=10_000)
    page.wait_for_url("**k=4**")
    assert len(sent) == 2
    page.keyboard.press("0")
    expect(page.get_by_text("Step 0 of 4")).to_be_visible()
    page.wait_for_timeout(500)
    sent.clear()
    ring(page).scroll_into_view_if_needed()
    box = ring(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 9):
        page.mouse.move(x + 15 * k, y - 8 * k)
        page.wait_for_timeout(30)
    expect(came).to_contain_text("a preview")
    foreseen, solve = came.inner_text(), page.locator("table.solve").inner_text()
    assert sent == []
    page.mouse.up()
    expect(came).not_to_contain_text("a preview", timeout=10_000)
    assert len(sent) == 1 and page.locator("table.solve").inner_text() == solve
    assert came.inner_text().split(":")[0] == foreseen.split(":")[0]
    assert linked(page, "at") != "0, 0" and page.complaints == [] and page.foreign == []  # type: ignore[attr-defined]
