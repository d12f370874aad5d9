"""The Jacobian in a real browser: the formulas of the server, what a hand moves, and one word when it lets go."""

import random
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core import deformation
from core.immediate import whole
from core.program import jacobian, join
from core.syntax import read
from tests.browser.conftest import Open, ring

RIPPLE = "(x + sin(y), y + sin(x))"
SAME = """async ([wire, p, sides, matrices]) => {
  const L = await import("/app/static/linear.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const F = reader(wire, [0, 1]), J = reader(wire, [2, 3, 4, 5]).at(p), at = F.at(p);
  const gaps = sides.map((h) => [h, L.gap(F, at, J, p, h, false) / h]);
  const areas = sides.map((h) => { const edge = L.outline(p, h, false); return L.area(...F.row(edge, edge[0].length)) / h ** 2; });
  const round = L.outline(p, 0.5, true);
  return [gaps.map(([, g]) => g), L.slope(gaps), areas, L.area(...round), matrices.map((m) => L.svd(m))];
}"""


def test_the_browser_measures_as_the_server_does_and_the_hand_is_heard_once(
    told: Callable[..., tuple[Page, list[int]]],
) -> None:
    page, sent = told("/jacobian?f=" + quote(RIPPLE))
    F, p = whole(read(RIPPLE), {}), (1.0, 0.5)
    at, sides = deformation.local(F, p), [10 ** (k / 6 - 3) for k in range(19)]
    draws = random.Random(8)
    matrices = [[draws.gauss(0, 1) for _ in range(4)] for _ in range(40)] + [[1, 2, 2, 4], [0, 0, 0, 0], [0, 1, 1, 0]]
    gaps, slope, areas, circle, parts = page.evaluate(SAME, [join(F, jacobian(F)).to_wire(), p, sides, matrices])
    mine = deformation.gaps(F, at, sides)
    assert gaps == pytest.approx([gap for _, gap in mine], rel=1e-6) and slope == pytest.approx(deformation.slope(mine))
    assert areas == pytest.approx([deformation.area_ratio(F, p, h) for h in sides], rel=2e-3)
    assert circle == pytest.approx(0.25 * np.pi, rel=1e-3)
    for m, found in zip(matrices, parts, strict=True):
        A, V, U = np.array(m).reshape(2, 2), np.array(found["v"]).T, np.array(found["u"]).T
        assert found["s"] == pytest.approx(np.linalg.svd(A, compute_uv=False).tolist(), abs=1e-12)
        assert pytest.approx(A @ V, abs=1e-12) == U * found["s"] and pytest.approx(np.eye(2), abs=1e-12) == V.T @ V
    a_grip_is_held(page)
    of_any_shape(page)
    undone_and_chained(page)
    substituted(page)
    residuals(page)
    the_hand(page, sent)


GRIP = """async () => {
  const B = await import("/app/static/board.js?v=test"), told = [], root = document.body.appendChild(document.createElement("div")), seen = [];
  root.style.width = "400px";
  const host = B.host(root, { commit: (...message) => told.push(message) }), from = (point, t) => host.take({ point, letters: [], lab: { values: { t, u: 0 } } });
  from([1, 1], 0);
  const pane = B.pane(host, "A pane");
  root.append(pane.el);
  pane.layout([[-2, 2], [-2, 2]]);
  const handle = pane.grip({ name: "point", label: "A grip", at: () => host.point(), to: (q) => host.move(q), step: () => false, text: () => "" });
  handle.setPointerCapture = () => {};
  const send = (type, clientX) => handle.dispatchEvent(new PointerEvent(type, { clientX, clientY: 200, button: 0, pointerId: 1, cancelable: true })), look = () => seen.push([host.held("point"), host.point()[0], host.values.t, told.length]);
  look();
  send("pointerdown", 200);
  from([0, 0], 7); // the server speaks of another place
  look();
  host.put("u", 5);
  host.settle(); // a key that is let go beside it
  look();
  send("pointermove", 240);
  host.settle();
  look();
  send("pointerup", 240);
  look();
  send("lostpointercapture", 240);
  root.remove();
  host.dispose();
  return [seen, told, host.point()];
}"""


def a_grip_is_held(page: Page) -> None:
    """What is held stays in the hand whatever the server says, and nothing is told before it is let go; then all at once."""
    seen, told, point = page.evaluate(GRIP)
    assert [held for held, *_ in seen] == [False, True, True, True, False]
    assert [count for *_, count in seen] == [0, 0, 0, 0, 1]
    assert [x for _, x, *_ in seen[:3]] == [1, 1, 1] and seen[3][1] == seen[4][1] == point[0] > 1
    assert seen[1][2] == 7  # what is not held follows the server
    ((what, message),) = told
    assert what == "hand" and message == {"point": point, "values": {"t": 7, "u": 5}}


NEWTON = """async ([wire, solves, inner, outer, p, curve]) => {
  const { newton } = await import("/app/static/undoing.js?v=test"), { chain } = await import("/app/static/chains.js?v=test");
  const { reader } = await import("/app/static/program.js?v=test"), R = reader(wire), of = (w, k) => reader(w, k);
  const c = chain(of(inner, [0, 1]), of(inner, [2, 3, 4, 5]), of(outer, [0, 1]), of(outer, [2, 3, 4, 5]), p, [2, 2]);
  const t = chain(of(curve, [0, 1]), of(curve, [2, 3]), of(outer, [0, 1]), of(outer, [2, 3, 4, 5]), [0.8], [2, 1]);
  return [solves.map(([y, x]) => { const run = newton(R, y, x); return [run.how, run.points.at(-1), run.errors]; }), c, t];
}"""


FLAT = """async (all) => {
  const { flat } = await import("/app/static/undoing.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  return all.map(([wire, box]) => flat(reader(wire, [2, 3, 4, 5]), box));
}"""


def test_a_flat_map_and_a_singular_matrix_are_said(open_page: Open) -> None:
    flat = {
        "(x + y, 2x + 2y)": "everywhere", "(sin(x y), cos(x y))": "everywhere", "f(x, y) = (3, 4)": "everywhere",
        "(max(x, 1), y)": "part", "(min(x, y), max(x, y))": "", "(x^2, y)": "", "(x^2 - y, y^2 - x)": "", "(x y, x + y)": "",
    }  # fmt: skip
    programs = [whole(read(text), {}) for text in flat]
    page = open_page("/undoing?f=" + quote("(x + y, 2x + 2y)"))
    expect(ring(page)).to_be_visible(timeout=30_000)
    box = [[-2, 2], [-2, 2]]
    assert page.evaluate(FLAT, [[join(F, jacobian(F)).to_wire(), box] for F in programs]) == list(flat.values())
    expect(page.get_by_text("the map flattens the plane, and can nowhere be undone")).to_be_visible()
    expect(page.get_by_text("None to show: Newton found no x that goes to y.")).to_be_visible()
    page = open_page("/residuals?f=" + quote("(x^2, y)") + "&at=0,4.9")
    expect(page.get_by_text("Gauss–Newton: stops after 0, where JᵀJ is singular")).to_be_visible(timeout=30_000)
    the_buttons_make_way(page)
    the_words_change_with_what_they_say(open_page)


def the_words_change_with_what_they_say(open_page: Open) -> None:
    """(x + x²/1000, y) is straight along y, and bends by 0.0002/√2 of H at (0.1, 0), where its size is the same."""
    page = open_page("/residuals?f=" + quote("(x + x^2/1000, y)") + "&at=0,0.1")
    expect(page.get_by_text("They agree: the residuals are 0 here, or straight.")).to_be_visible(timeout=30_000)
    point = page.get_by_label("Point", exact=True).first
    point.fill("0.1, 0")
    point.press("Enter")
    expect(page.get_by_text("They nearly agree: the residuals are small")).to_be_visible()


def the_buttons_make_way(page: Page) -> None:
    """A ring in the corner of the buttons of the window is not under them."""
    buttons, held = page.get_by_role("toolbar", name="Window"), ring(page)
    before = buttons.bounding_box()
    for _ in range(30):
        held.press("Shift+ArrowRight")
    there, place = buttons.bounding_box(), held.bounding_box()
    assert before and there and place and there["x"] < before["x"] and there["x"] + there["width"] < place["x"]


def undone_and_chained(page: Page) -> None:
    """Newton on the fold map, by its formula; and the chain of the book."""
    texts = ("(x^2 - y, y^2 - x)", "(x + y, x y)", "(x^2, x y)", "G(t) = (cos t, sin t)")
    wires = [join(F, jacobian(F)).to_wire() for F in (whole(read(t), {}) for t in texts)]
    solves = [[[0.2, 0.1], [0.9, 0.9]], [[2.0, 2.0], [0.5, 0.5]], [[-0.6, -0.9], [0.9, 0.9]]]
    (there, singular, lost), chained, curve = page.evaluate(
        NEWTON, [*wires[:1], solves, *wires[1:3], [1.0, 2.0], wires[3]]
    )
    assert np.ravel(curve["right"]) == pytest.approx([-np.sin(1.6), np.cos(1.6)])  # of (cos² t, cos t sin t)
    assert curve["order"] is None and curve["place"] is None
    x, y = there[1]
    assert there[0] == "there" and (x * x - y, y * y - x) == pytest.approx((0.2, 0.1), abs=1e-11)
    assert there[2][-1] <= 20 * there[2][-2] ** 2 + 1e-15 and there[2][-2] <= 20 * there[2][-3] ** 2
    assert singular[0] == "singular" and lost[0] == "steps"  # the sum of its outputs is at least -1/2
    assert (chained["right"], chained["order"], chained["place"]) == (
        [[6, 6], [8, 5]], [[8, 3], [14, 3]], [[2, 2], [4, 3]])  # fmt: skip


RESIDUALS = """async ([wire, H, p]) => {
  const L = await import("/app/static/residual.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const there = L.at(reader(wire), 3, p), run = L.run(reader(wire), 3, null, [0.2, 1], false);
  const stuck = [false, true].map((curved) => L.run(reader(wire), 3, () => [[0, 0], [0, 1]], [0, 1], curved));
  return [there, L.keeps(there.A, H), L.apart(there.A, H), L.level([1, 0.5], there.A, [1, -1]), run.points, stuck.map(({ singular, sizes }) => [singular, sizes.length])];
}"""


EDGES = """async (wire) => {
  const L = await import("/app/static/residual.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const of = (start) => L.run(reader(wire), 2, null, start, false), unit = [[1, 0], [0, 1]], zero = [[0, 0], [0, 0]];
  return [of([1, 1]), of([0, 5 + Math.exp(2)]), L.apart(unit, zero), L.apart([[NaN, 0], [0, 1]], zero)];
}"""


def residuals(page: Page) -> None:
    """The minimum of ½|(x, x²/2 + 3, y)|² at 0, by pen and paper: JᵀJ is the unit, H is 4 along x; it repels."""
    F = whole(read("(x, x^2/2 + 3, y)"), {})
    H = [[4.0, 0.0], [0.0, 1.0]]
    there, keeps, apart, level, points, stuck = page.evaluate(
        RESIDUALS, [join(F, jacobian(F)).to_wire(), H, [0.0, 0.0]]
    )
    assert there["r"] == [0, 3, 0] and there["A"] == [[1, 0], [0, 1]] and there["g"] == [0, 0]
    assert keeps == pytest.approx(3.0) and apart == pytest.approx(3 / np.sqrt(17))
    model = [x + 0.5 * x * x - y + 0.5 * y * y for x, y in (np.array(level["places"]) - (1, 0.5))]
    assert model == pytest.approx([0.0] * 97, abs=1e-12)  # as high as at p, all around
    assert (
        abs(points[1][0]) > 2.5 * abs(points[0][0]) and points[1][1] == 0
    )  # driven away along x, there at once along y
    assert stuck == [[False, 2], [True, 1]]  # a singular H ends the run of Newton at once, not that of Gauss–Newton
    F = whole(read("(x, ln(y - 5))"), {})
    nowhere, left, far, unknown = page.evaluate(EDGES, join(F, jacobian(F)).to_wire())
    assert nowhere == {"points": [[1, 1]], "sizes": [], "singular": False, "left": False}
    # y - 5 = e^2 goes to e^2 - 2 e^2, where the logarithm has no value
    assert len(left["points"]) == 1 and len(left["sizes"]) == 1 and left["left"]
    assert far == np.inf and np.isnan(unknown)  # H is 0 and JᵀJ is not; JᵀJ does not exist


SUMS = """async ([wire, g, box]) => {
  const S = await import("/app/static/substitution.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const R = reader(wire, [0, 1, 2, 3, 4, 5]), F = reader(wire, [0, 1]), of = reader(g);
  return [S.straight(F, of, box), S.sums(R, of, box, 32), S.sums(R, of, box, 64)];
}"""


NARROW = """async ([wire, g, box, wider]) => {
  const S = await import("/app/static/substitution.js?v=test"), { reader } = await import("/app/static/program.js?v=test");
  const F = reader(wire), of = reader(g), finds = (where) => S.measured(F, of, where, 5);
  return [finds(box), S.straight(F, of, box), finds(wider)];
}"""


def substituted(page: Page) -> None:
    """Integrals known by pen and paper: with the factor the sums come to them, of second order; without, to others."""
    cases = [  # map, integrand, window, integral, what is left of it without the factor
        ("(x cos(y), x sin(y))", "exp(-x^2-y^2)", [[0, 1], [0, 2 * np.pi]], np.pi * (1 - np.exp(-1)), np.pi * 1.493648),
        ("(3x, 2y)", "1", [[0, 1], [0, 1]], 6.0, 1.0),
        ("(x + y^2, y)", "x^2", [[0, 1], [0, 1]], 1 / 3 + 1 / 3 + 1 / 5, None),
        ("(-x, y^3)", "y", [[0, 2], [0, 1]], 1.0, 0.5),
    ]
    for text, g, box, integral, bare in cases:
        F = whole(read(text), {})
        wires = join(F, jacobian(F)).to_wire(), whole(read(g, ("x", "y")), {}).to_wire()
        truth, coarse, fine = page.evaluate(SUMS, [*wires, box])
        assert truth == pytest.approx(integral, rel=2e-4) and fine["factored"] == pytest.approx(integral, rel=1e-3)
        assert abs(fine["factored"] - integral) <= 0.26 * abs(coarse["factored"] - integral) + 1e-9
        if bare is not None:
            assert fine["bare"] == pytest.approx(bare, rel=1e-3)
    F, g = whole(read("(e^x cos y, e^x sin y)"), {}), whole(read("exp(-x^2 - y^2)", ("x", "y")), {})
    found, coarse, narrow = page.evaluate(NARROW, [F.to_wire(), g.to_wire(), [[-5, 5], [-5, 5]], [[-20, 20], [-5, 5]]])
    assert found == {"value": pytest.approx(np.pi, rel=2e-3), "unsure": False}  # a bell in the middle of a large disc
    assert abs(coarse - np.pi) > 0.1  # which it takes finer rows to see
    assert narrow["unsure"]


ANY = """async (matrices) => {
  const L = await import("/app/static/linalg.js?v=test"), S = await import("/app/static/shapes.js?v=test");
  return matrices.map((A) => [L.svd(A), A.length === A[0].length ? S.determinant(A) : null, S.factor(A[0].slice(0, 2).map((_, j) => A.map((row) => row[j])))]);
}"""


def of_any_shape(page: Page) -> None:
    """Stretches, null spaces, determinants and area factors of matrices up to 8 × 8, some of them singular."""
    draws = np.random.default_rng(8)
    matrices = [draws.normal(size=(m, n)) for m in range(1, 9) for n in range(1, 9)]
    matrices += [np.outer(A[:, 0], A[0]) for A in matrices[20:40]] + [np.zeros((3, 4)), np.diag([1e-9, 1.0, 1e6])]
    found = page.evaluate(ANY, [A.tolist() for A in matrices])
    for A, (parts, determinant, factor) in zip(matrices, found, strict=True):
        m, n = A.shape
        s, V = np.array(parts["s"]), np.array(parts["v"]).T
        mine, size = np.linalg.svd(A, compute_uv=False), 1 + np.abs(A).max()
        assert s[: min(m, n)] == pytest.approx(mine, abs=1e-12 * size) and not (s[min(m, n) :] > 1e-12 * size).any()
        assert np.allclose(V.T @ V, np.eye(n), atol=1e-12)
        assert np.allclose(np.linalg.norm(A @ V, axis=0), s, atol=1e-12 * size)
        if m == n:
            assert determinant == pytest.approx(np.linalg.det(A), abs=1e-10 * size)
        B = A[:, :2]
        assert factor**2 == pytest.approx(np.linalg.det(B.T @ B), abs=1e-10 * size**4)


def the_hand(page: Page, sent: list[int]) -> None:
    gap = page.locator(".large.miss")
    expect(gap).to_have_text("0.463")
    held = ring(page)
    box = held.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 9):
        page.mouse.move(x + 6 * k, y - 3 * k)
    expect(gap).not_to_have_text("0.463")
    assert sent == []
    page.mouse.up()
    page.wait_for_url(lambda url: "at" in parse_qs(urlsplit(url).query))
    assert len(sent) == 1
    sent.clear()

    page.get_by_role("button", name=re.compile("^Zoom in ×10")).click()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("h") == ["0.08"])
    assert len(sent) == 1

    page.get_by_role("button", name="Column 2: show where this edge goes").focus()
    lit = page.locator(".named .cell.lit")
    expect(lit).to_have_count(2)
    page.get_by_role("button", name="Row 1: show the gradient of this output").focus()
    expect(page.locator(".pane canvas.over").first).to_be_visible()
    written = "all => all.map(({ texts }) => (texts ?? []).map(({ text }) => text))"
    expect(lit).to_have_count(2)
    page.wait_for_timeout(100)
    assert "∇f1" in page.locator(".pane canvas.over").evaluate_all(written)[0]
    assert page.foreign == [] and page.complaints == []  # type: ignore[attr-defined]


def test_a_curve_is_pushed_through_a_map_with_its_velocity(open_page: Open) -> None:
    page = open_page(
        "/chains?f=" + quote("G(t) = (t, a t^2)") + "&at=1&outer=" + quote("F(x, y) = (x y, b x)") + "&p_b=3"
    )
    expect(ring(page)).to_be_visible(timeout=30_000)
    expect(page.get_by_label("at (1.000, 1.000), velocity (1.000, 2.000)")).to_be_visible()
    expect(page.get_by_label("at (1.000, 3.000), velocity (3.000, 3.000)")).to_be_visible()
    letter = page.get_by_label("b, exactly")
    letter.fill("2")
    letter.press("Enter")
    expect(page.get_by_label("at (1.000, 2.000), velocity (3.000, 2.000)")).to_be_visible()
    ring(page).press("ArrowLeft")
    expect(page.get_by_label(re.compile(r"^The input 0\.\d+, and a step of 0.3"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"p_b=2"))
