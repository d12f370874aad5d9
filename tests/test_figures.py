"""Figures: numbers in, plain data out, a sentence with every picture."""

import json
import math
import re
from pathlib import Path

import pytest

from core.compile import program
from core.figures.landscape import Badge, Mark, line, plane
from core.figures.landscape import Path as Route
from core.figures.theme import DARK, GLYPHS, LIGHT
from core.meaning import function
from core.program import Program, jet
from core.syntax import read

ROOT = Path(__file__).parents[1]


def jet_of(text: str) -> Program:
    return jet(program(function(read(text, least=("x", "y")))))


def test_a_scene_is_json_and_says_what_it_shows() -> None:
    marks = [Mark((0.0, 0.0), "minimum"), Mark((1.0, 1.0), "saddle"), Mark((2.0, 1.0), "saddle")]
    scene = plane(
        jet_of("x^2 + 3 y^2"), names=("x", "y"), box=((-2, 2), (-1, 1)), point=(1, 1), marks=marks,
        badge=Badge("shield", "All."), paths=[Route("Newton", ((1.0, 1.0), (0.0, 0.0)), "Done.")],
    )  # fmt: skip
    assert json.loads(json.dumps(scene, allow_nan=False)) == scene
    assert "gradient (2, 6)" in scene["alt"] and "3 critical points: 1 minimum, 2 saddles" in scene["alt"]


def test_a_path_ends_before_what_cannot_be_drawn() -> None:
    drawn = Route("Newton", ((1.0, 1.0), (math.inf, 0.0), (2.0, 2.0))).wire()["points"]
    assert drawn == [[1.0, 1.0]]


def test_in_one_variable_a_saddle_is_a_horizontal_inflection() -> None:
    f = jet(program(function(read("f(x) = x^3 - 3x^2 + 3x"))))
    scene = line(f, names=["x"], box=[(-2, 2)], point=[0.5], marks=[Mark((1.0,), "saddle")])
    assert scene["kind"] == "line" and "1 horizontal inflection" in scene["alt"]


def test_both_halves_of_the_application_use_the_same_colours() -> None:
    browser = (ROOT / "static" / "theme.js").read_text(encoding="utf-8").upper()
    for theme in (LIGHT, DARK):
        for colour in (theme.bg, theme.ink, theme.accent, theme.second, theme.minimum, theme.maximum, *theme.heights):
            assert colour.upper() in browser, colour
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8").upper()
    assert {LIGHT.bg, LIGHT.ink, LIGHT.accent, DARK.bg, DARK.ink, DARK.accent} <= set(
        re.findall(r"#[0-9A-F]{6}", config)
    )


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_and_marks_be_seen_on_every_height(theme: object) -> None:
    for kind in GLYPHS:
        assert contrast(theme.text(kind), theme.bg) >= 4.5  # type: ignore[attr-defined]
    for height in theme.heights:  # type: ignore[attr-defined]
        assert contrast(theme.outline, height) >= 3.0  # type: ignore[attr-defined]
