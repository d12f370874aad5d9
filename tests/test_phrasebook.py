"""What the sheet and the keys offer can be read, and covers the language."""

import pytest

from core import phrasebook
from core.phrasebook import KEYS, SHEET, Key, families
from core.syntax import read
from core.vocabulary import WORDS

GROUPS = (*SHEET, *families())
EXAMPLES = [example for group in GROUPS for example in group.examples]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_read_without_a_word_of_doubt(example: str) -> None:
    convention = {word.notice for word in WORDS if word.notice}  # said about the word wherever it is typed
    assert {notice.text for notice in read(example, least=("x", "y")).notices} <= convention


def test_no_example_is_offered_twice_and_none_can_leave_its_label() -> None:
    assert len(set(EXAMPLES)) == len(EXAMPLES)
    assert not [example for example in EXAMPLES if "`" in example or "$" in example]


def test_every_word_of_the_language_is_in_one_family() -> None:
    offered = [example for group in families() for example in group.examples]
    assert sorted(offered) == sorted(phrasebook.example(word) for word in WORDS)
    titles = {example: group.title for group in families() for example in group.examples}
    assert titles["sin(x)"] == "Trigonometric" and titles["arcosh(x)"] == "Hyperbolic"
    assert titles["arctan(x)"] == "Inverse trigonometric" and titles["max(x, y)"] == "More"


def test_what_a_group_shows_is_what_its_heading_says() -> None:
    shown = {group.title: [read(example, least=("x", "y")) for example in group.examples] for group in SHEET}
    assert all(reading.vector for reading in shown["Vector functions"])
    assert any(reading.parameters for reading in shown["Names and parameters"])
    assert all("cases" in reading.latex for reading in shown["Cases"])


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_what_a_key_types_can_be_read(key: Key) -> None:
    if key.face in ("≤", "≥"):
        text = f"Piecewise((x, x {key.before} 1), (0, True))"
    elif key.after:
        text = f"{key.before}x{key.after}"
    else:
        text = (
            f"x{key.before}2"
            if key.name in ("to the power", "divided by")
            else f"x{key.before}" + "y" * (key.face == "·")
        )
    assert read(text)
