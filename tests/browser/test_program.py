"""The browser's reader of a Program against NumPy's: the same numbers, and nan in the same places.

    |difference| ≤ 1e-12 · max(1, |value|, the largest intermediate)

for every word on ordinary, special and undefined operands, and for values, gradients and Hessians of every function we
know. Numbers travel as bytes, so that -0, nan and the last bit arrive; both ways of reading, a point and a row, must
agree in every bit.
"""

import base64
import itertools
import json
import math
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Error, Page

from core import gallery
from core.compile import program as compiled
from core.immediate import programs
from core.meaning import function
from core.numeric import arrays
from core.program import Builder, Condition, Program, jet
from core.syntax import read
from core.vocabulary import NONNEGATIVE, NONZERO, OPERATIONS, POSITIVE
from tests.formulas import FORMULAS

Open = Callable[..., Page]
Array = NDArray[np.float64]
BOTH = """async ([wire, letters, inputs, packed]) => {
  const { reader } = await import("/app/static/program.js?v=test");
  const given = new Float64Array(Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)).buffer);
  const count = given.length / inputs, columns = [];
  for (let i = 0; i < inputs; i++) columns.push(given.subarray(i * count, (i + 1) * count));
  const pack = (lists) => {
    const bytes = new Uint8Array(Float64Array.from(lists.flatMap((list) => [...list])).buffer);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const f = reader(wire, null, letters), each = [];
  for (let k = 0; k < count; k++) each.push(f.at(columns.map((column) => column[k])));
  return [pack(f.row(columns, count)), pack(wire.outputs.map((_, i) => each.map((values) => values[i])))];
}"""
INF, NAN, PI = math.inf, math.nan, math.pi
BESIDE_ONE = (math.nextafter(1, 0), math.nextafter(1, 2))
SIZES = (
    *(
        0.0,
        5e-324,
        2.2250738585072014e-308,
        1e-300,
        1e-160,
        1e-20,
        1e-8,
        1e-3,
        0.1,
        0.5,
        0.84375,
        *BESIDE_ONE,
        1.0,
        1.25,
    ),
    *(
        1.5,
        2.0,
        1 / 0.35,
        3.0,
        6.0,
        10.0,
        22.0,
        37.0,
        PI / 4,
        PI / 2,
        PI,
        2 * PI,
        100.0,
        700.0,
        709.782,
        709.79,
        710.4758,
    ),
    *(710.4759, 745.13, 745.14, 1e5, 1e15, 2.0**53, 1e22, 1e160, 1e300, 8.9e307, 1.7976931348623157e308, INF),
)
EDGES = (*SIZES, *(-size for size in SIZES), NAN)
FEW = (0.0, -0.0, 1.0, -1.0, 5e-324, -2.5, 1e308, INF, -INF, NAN)
WORDS = [word for word in OPERATIONS if word not in ("const", "var")]
POWERS = (-1074, -101, -7, -3, -2, -1, 0, 1, 2, 3, 4, 5, 8, 50, 101, 1023)


@pytest.fixture(scope="module")
def page(open_page_module: Open) -> Page:
    return open_page_module("/app/static/program.js")  # of the same server, and nothing else runs in it


def in_browser(page: Page, program: Program, X: Array, letters: Sequence[float] = ()) -> Array:
    """All outputs at the points X of shape (n, count), read in a row; a point at a time must give the same bits."""
    wire, packed = (
        json.loads(json.dumps(program.to_wire())),
        base64.b64encode(np.ascontiguousarray(X).tobytes()).decode(),
    )
    row, at = (
        np.frombuffer(base64.b64decode(text)).reshape(len(program.outputs), -1)
        for text in page.evaluate(BOTH, [wire, list(letters), len(X), packed])
    )
    assert np.array_equal(row, at, equal_nan=True) and np.array_equal(
        np.signbit(row[row == row]), np.signbit(at[at == at])
    )
    return row


def agree(found: Array, expected: Array, scale: Array | float = 1.0) -> Array:
    """Where two answers are the same: both nan, the same infinity, or close for numbers of that size."""
    with np.errstate(all="ignore"):
        close = np.abs(found - expected) <= 1e-12 * np.maximum(np.maximum(1.0, np.abs(expected)), scale)
    return np.where(np.isfinite(expected), close, (np.isnan(found) & np.isnan(expected)) | (found == expected))


def largest(program: Program, X: Array) -> Array:
    """The size of the largest finite intermediate at each point."""
    every = Program(program.inputs, program.constants, program.code, tuple(range(len(program.code))))
    sizes = np.abs(arrays(every, X))
    return np.asarray(np.where(np.isfinite(sizes), sizes, 0.0).max(axis=0))


def check(page: Page, program: Program, X: Array) -> None:
    found, expected = in_browser(page, program, X), arrays(program, X)
    wrong = ~agree(found, expected, largest(program, X))
    assert not wrong.any(), [
        (X[:, k].tolist(), found[:, k], expected[:, k]) for k in np.unique(np.nonzero(wrong)[1])[:5]
    ]


def alone(word: str, k: int) -> Program:
    """The word, on its operands."""
    b = Builder(OPERATIONS[word].arity)
    operands = [b.variable(i) for i in range(b.inputs)]
    return b.program([b.emit(word, *operands, *((k,) if word == "powi" else ()))])


def operands(arity: int) -> Array:
    """Every edge with every other, and ten thousand random points, half of them of all sizes that there are."""
    draw = np.random.default_rng(arity)
    edges = np.array(list(itertools.product(EDGES if arity < 3 else FEW, repeat=arity))).T
    near = draw.uniform(-4, 4, (arity, 5_000))
    far = draw.choice((-1.0, 1.0), (arity, 5_000)) * 10.0 ** draw.uniform(-30, 30, (arity, 5_000))
    with np.errstate(over="ignore"):  # beside the largest number
        beside = np.nextafter(np.repeat(edges, 2, axis=1), np.tile((-INF, INF), edges.shape[1]))
    return np.concatenate([edges, *([beside] if arity == 1 else []), near, far], axis=1)


@pytest.mark.parametrize("word", WORDS)
def test_every_word_means_what_it_means_to_numpy(page: Page, word: str) -> None:
    """Within 1e-12 of the value, on the bounded scale of the value alone: no operand excuses an error."""
    X = operands(OPERATIONS[word].arity)
    for k in POWERS if word == "powi" else (0,):
        program = alone(word, k)
        found, expected = in_browser(page, program, X)[0], arrays(program, X)[0]
        wrong = np.nonzero(~agree(found, expected))[0]
        assert not len(wrong), (len(wrong), k, [(X[:, i].tolist(), found[i], expected[i]) for i in wrong[:5]])


def test_the_browser_has_every_word_of_the_vocabulary_and_no_other(page: Page) -> None:
    names = page.evaluate("""async () => Object.keys((await import("/app/static/program.js?v=test")).MEANINGS)""")
    assert set(names) == set(OPERATIONS)


GRID = [k / 8 for k in range(9)]


def places(box: Sequence[tuple[float, float]], seed: str) -> Array:
    """Random points of a box, the nodes of a coarse grid over it, where seams lie, and some far outside."""
    draw = random.Random(seed)
    inside = [[draw.uniform(lo, hi) for lo, hi in box] for _ in range(400)]
    nodes = [[lo + (hi - lo) * draw.choice(GRID) for lo, hi in box] for _ in range(100)]
    whole = [[float(draw.randint(-3, 3)) for _ in box] for _ in range(60)]
    beyond = [[draw.choice((-1, 1)) * 10 ** draw.uniform(-12, 12) for _ in box] for _ in range(40)]
    return np.array(inside + nodes + whole + beyond).T


@pytest.mark.parametrize("preset", gallery.PRESETS, ids=[preset.id for preset in gallery.PRESETS])
def test_the_gallery_is_read_as_numpy_reads_it(page: Page, preset: gallery.Preset) -> None:
    """Value, gradient and Hessian of each component."""
    for f in programs(read(preset.text, least=("x", "y")[: len(preset.box)]), {}).values():
        check(page, jet(f), places(preset.box, preset.id))


@pytest.mark.parametrize("text", [text for text, _ in FORMULAS])
def test_formulas_over_the_whole_language_are_read_as_numpy_reads_them(page: Page, text: str) -> None:
    """Value, gradient and Hessian, as SymPy leaves the formula."""
    check(page, jet(compiled(function(read(text, least=("x", "y"))))), places([(-4.0, 4.0)] * 2, text))


@pytest.mark.parametrize("relation", [POSITIVE, NONNEGATIVE, NONZERO])
def test_where_a_condition_fails_every_output_is_nan(page: Page, relation: str) -> None:
    b = Builder(2)
    x, y = b.variable(0), b.variable(1)
    program = b.program([x, b.add(x, y), b.constant(3)], [Condition(y, relation)])
    X = np.array(list(itertools.product(FEW, EDGES))).T
    expected = arrays(program, X)
    holds = {POSITIVE: X[1] > 0, NONNEGATIVE: X[1] >= 0, NONZERO: (X[1] > 0) | (X[1] < 0)}[relation]
    assert (np.isnan(expected[2]) == ~holds).all() and holds.any()
    assert agree(in_browser(page, program, X), expected).all()


def test_the_last_inputs_may_be_letters(page: Page) -> None:
    b = Builder(4)
    x, y, s, t = (b.variable(i) for i in range(4))
    program = jet(b.program([b.add(b.mul(s, b.power(x, 2)), b.call("sin", b.mul(t, b.mul(x, y))))]), 2)
    X = np.random.default_rng(1).uniform(-3, 3, (2, 500))
    found = in_browser(page, program, X, letters=(1.5, -0.25))
    whole = np.concatenate([X, np.full((1, 500), 1.5), np.full((1, 500), -0.25)])
    assert agree(found, arrays(program, whole), largest(program, whole)).all()


AGAIN = """async ([wire, first, then]) => {
  const { reader } = await import("/app/static/program.js?v=test"), f = reader(wire, [1]);
  const columns = [...Array(wire.inputs)].map((_, i) => Float64Array.from({ length: 40 }, (_, k) => i + 0.1 * k));
  const before = f.row(columns, first).map((row) => [...row]), held = f.row(columns, first);
  f.at(columns.map(() => 7));
  const after = f.row(columns, then).map((row) => [...row]);
  return [before, held.map((row) => [...row]), after];
}"""


def test_rows_of_another_length_follow_and_a_chosen_output_is_read_alone(page: Page) -> None:
    b = Builder(2)
    x, y = b.variable(0), b.variable(1)
    program = b.program([b.call("exp", x), b.add(b.mul(x, y), b.constant(2))])
    expected = [(0.1 * k) * (1 + 0.1 * k) + 2 for k in range(40)]
    for first, then in ((5, 40), (40, 5), (7, 7), (0, 3)):
        before, held, after = page.evaluate(AGAIN, [json.loads(json.dumps(program.to_wire())), first, then])
        assert before == held and np.allclose(before, [expected[:first]], rtol=1e-14)
        assert np.allclose(after, [expected[:then]], rtol=1e-14)


@pytest.mark.parametrize("word", ["SIN", "constructor", "__proto__", "toString", "eval", ""])
def test_a_word_that_is_not_of_the_vocabulary_is_refused(page: Page, word: str) -> None:
    wire = {"inputs": 1, "constants": [], "code": [["var", 0], [word, 0]], "outputs": [1], "domain": []}
    with pytest.raises(Error, match="unknown operation"):
        page.evaluate(BOTH, [wire, [], 1, base64.b64encode(np.zeros(1).tobytes()).decode()])
