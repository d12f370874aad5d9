"""The room of typeset mathematics: the estimate of its width, and the form that a column shows."""

import re

import pytest

from core.ui import matrices, room
from core.ui.live import CSS

STYLES = CSS.with_name("frame.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("latex", "width"),  # by the metrics of cmmi10, cmr10 and the spaces of TeX, added up by hand
    [
        ("x + y", 0.572 + 0.778 + 2 * 0.222 + 0.490),
        ("-2", 0.778 + 0.5),
        ("x = 1", 0.572 + 0.778 + 2 * 0.278 + 0.5),
        (r"\frac{1234}{5}", 4 * 0.5 + 0.24),
        (r"2 a b", 0.5 + 0.529 + 0.429),
        (r"m^{2}_{n}", 0.878 + 0.7 * 0.600 + 0.05),
    ],
)
def test_the_width_is_that_of_the_letters_and_spaces(latex: str, width: float) -> None:
    assert width - 0.03 <= room.em(latex) <= 1.1 * width


def test_small_type_is_narrower() -> None:
    assert room.em("x^{abc}") < room.em("x abc") and room.em(r"\frac{a+b}{c}", display=False) < room.em("a+b")


def test_a_matrix_is_as_wide_as_its_columns_and_the_air_between_them() -> None:
    wide, narrow = "x + y + z", "1"
    one = room.em(rf"\begin{{bmatrix}}{wide} & {narrow}\\[4pt]{narrow} & {wide}\end{{bmatrix}}")
    assert 2 * room.em(wide) + 1 < one < 2 * room.em(wide) + 3
    assert room.em(rf"\begin{{array}}{{r|c}} & x\\\hline f & {wide}\end{{array}}") > room.em(wide) + room.em("f")


def test_every_bracket_is_read_to_its_end() -> None:
    once = room.em(r"\left(\sqrt[3]{\textcolor{#123456}{x}}\right)^{\frac{2}{3}}")
    assert room.em(r"\left(\sqrt[3]{\textcolor{#123456}{x}}\right)^{\frac{2}{3}} y") == pytest.approx(
        once + room.em("y")
    )


@pytest.mark.parametrize("broken", [r"\frac{", "{{{", r"\begin{bmatrix}x", r"\left(", "^", r"\end", "&", r"\sqrt["])
def test_what_is_no_formula_has_a_width_too(broken: str) -> None:
    assert room.em(broken) >= 0


def test_every_width_belongs_to_one_form() -> None:
    forms = [["x + " * k + "y"] for k in (40, 20, 10)]
    spans = [(least, below) for least, below, _ in room.shown(forms)]
    assert spans[0][1] is None and spans[-1][0] == 0
    assert [least for least, _ in spans[:-1]] == [below for _, below in spans[1:]]


def test_the_style_sheet_hides_what_has_no_room_and_what_gives_way_for_every_step() -> None:
    for k in room.STEPS:
        assert f"(max-width: {k - 0.01:.2f}rem)" in STYLES and f'"_needs_{k}_"' in STYLES
        assert f"(min-width: {k}rem)" in STYLES and f'"_until_{k}_"' in STYLES
    assert {int(k) for k in re.findall(r'"_needs_(\d+)_"', STYLES)} == set(room.STEPS)


def test_mixed_derivatives_share_a_line_only_where_they_are_written_alike() -> None:
    lines = matrices.entry_lines([["1", "x", "0"], ["x", "0", "y"], ["0", "2 y", "0"]], ["x", "y", "z"])
    assert lines == [
        "f_{x x} = 1",
        "f_{x y} = f_{y x} = x",
        "f_{y z} = y",
        "f_{z y} = 2 y",
        r"\text{all others} = 0",
    ]
