"""Two corpora. What people write is read as they mean it; what cannot be read is refused in one plain sentence.

`data/natural.json`: a text, its meaning (`tests.meaning_of`), the variables where the text declares them, and whether
two readings are common, so that the chosen one has to be said. `where` restricts the points of comparison, for
functions whose inverse is cut in more than one way. `data/malformed.json`: a text, the code of the error where it is
beyond doubt, the suggestion where there is one right, and for a misspelt name the one that was meant.
"""

import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mpmath as mp
import pytest

from core.immediate import whole
from core.jobs import derive
from core.numeric import floats
from core.problem import Problem
from core.syntax import InputError, Reading, read
from tests.meaning_of import meaning, names_in, tree_value, tried

DATA = Path(__file__).parent / "data"
NATURAL = json.loads((DATA / "natural.json").read_text(encoding="utf-8"))
MALFORMED = json.loads((DATA / "malformed.json").read_text(encoding="utf-8"))
DISTINCT = list({(str(item["means"]), str(item.get("variables"))): item for item in NATURAL}.values())
MISSPELT = [item for item in MALFORMED if "meant" in item]
RANGES = ((0.1, 0.9), (0.1, 0.9), (1.1, 2.5), (1.1, 2.5), (-2.0, -0.1), (-0.9, 0.9), (-2.0, 2.0), (3.0, 6.0))


def short(item: dict[str, Any]) -> str:
    return ascii(item["text"][:40])


def meanings(item: dict[str, Any]) -> list[str]:
    return item["means"] if isinstance(item["means"], list) else [item["means"]]


def points(item: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """Points in and out of the domain, as 15-digit decimals that a double holds; the same on every run."""
    chance = random.Random(item["text"])
    for low, high in RANGES:
        at = {name: mp.mpf(chance.uniform(low, high)) for name in names}
        variable, _, bound = item.get("where", "").partition(" > ")
        if not variable or at[variable] > mp.mpf(bound):
            yield at


def values(item: dict[str, Any], at: dict[str, Any]) -> list[Any]:
    return [tried(meaning, text, at) for text in meanings(item)]


def same(a: Any, b: Any, digits: int) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= mp.mpf(10) ** -digits * max(1, abs(a), abs(b))


def test_the_corpora_are_large() -> None:
    assert len({item["text"] for item in NATURAL}) == len(NATURAL) >= 430
    assert len({item["text"] for item in MALFORMED}) == len(MALFORMED) >= 530
    assert len(MISSPELT) >= 120
    assert min(Counter(item["kind"] for item in NATURAL).values()) >= 10
    assert sum(item["notice"] for item in NATURAL) >= 50


# What people write


def names_of(item: dict[str, Any]) -> set[str]:
    used = set().union(*(names_in(text) for text in meanings(item)))
    return (used - ({"pi", "e"} - set(item.get("variables", ())))) | set(item.get("variables", ()))


@pytest.mark.parametrize("item", NATURAL, ids=short)
def test_a_text_has_the_variables_of_its_meaning(item: dict[str, Any]) -> None:
    reading = read(item["text"])
    assert {*reading.variables, *reading.parameters} == names_of(item)
    if "variables" in item:
        assert list(reading.variables) == item["variables"]
    else:
        assert not reading.parameters
        usual = [name for name in reading.variables if name[0] in "xyz"]
        assert (
            usual == sorted(usual, key=lambda name: (name[0], len(name), name)) == list(reading.variables[: len(usual)])
        )


@pytest.mark.parametrize("item", NATURAL, ids=short)
def test_a_text_is_read_as_it_is_meant(item: dict[str, Any]) -> None:
    compared = agreeing(read(item["text"]), item)
    assert compared, "no point of the domain was met"


def agreeing(reading: Reading, item: dict[str, Any]) -> int:
    """At how many points tree and meaning have a value; at each it is the same one."""
    compared = 0
    with mp.workdps(30):
        for at in points(item, sorted(names_of(item))):
            due = values(item, at)
            found = [tried(tree_value, tree, at) for tree in reading.components]
            assert len(found) == len(due)
            for a, b in zip(found, due, strict=True):
                assert same(a, b, 24), (reading.components, at, a, b)
                compared += b is not None
    return compared


@pytest.mark.parametrize("item", NATURAL, ids=short)
def test_the_program_computes_what_is_meant(item: dict[str, Any]) -> None:
    reading = read(item["text"])
    at_all = points(item, sorted(names_of(item)))
    for at in at_all:
        program = whole(reading, {name: float(at[name]) for name in reading.parameters})
        found = floats(program, [float(at[name]) for name in reading.variables])
        with mp.workdps(30):
            due = values(item, at)
        if None in due:  # one component without a value leaves the vector without one
            assert all(map(math.isnan, found)), (at, found)
        else:
            assert all(same(mp.mpf(a), b, 9) for a, b in zip(found, due, strict=True)), (at, found, due)


@pytest.mark.parametrize("item", DISTINCT, ids=short)
def test_the_exact_way_means_the_same(item: dict[str, Any]) -> None:
    """The components that a worker prints have the meaning's value wherever it has one."""
    problem = Problem(item["text"]).to_wire()
    printed = derive({"problem": problem, "tidy": False, "second": False})["components"]
    printed = [re.sub(r"\blambda\b", "lambda_", text) for text in printed]
    with mp.workdps(30):
        for at in points(item, sorted(names_of(item))):
            for text, b in zip(printed, values(item, at), strict=True):
                assert b is None or same(tried(meaning, text, at), b, 24), (printed, at)


@pytest.mark.parametrize("item", NATURAL, ids=short)
def test_a_notice_is_there_exactly_where_two_readings_are_common(item: dict[str, Any]) -> None:
    reading = read(item["text"])
    assert bool(reading.notices) == item["notice"], [notice.text for notice in reading.notices]
    assert all(0 <= notice.position <= len(item["text"]) for notice in reading.notices)
    assert all(sentence(notice.text) for notice in reading.notices)


@pytest.mark.parametrize("item", NATURAL, ids=short)
def test_the_echo_pasted_back_means_the_same(item: dict[str, Any]) -> None:
    first = read(item["text"])
    again = read(first.latex, first.variables)
    assert set(again.variables) | set(again.parameters) == set(first.variables) | set(first.parameters)
    assert agreeing(again, item)


# What cannot be read

PROGRAMMER = re.compile(
    r"traceback|exception|nonetype|\bfloat\b|\bstr\b|\bint object|invalid syntax|\btoken|\btuple|\bnull\b|parse|"
    r"list index|\bNone\b|KeyError|ValueError|TypeError|unhashable|regex|unicode|assert|lambda function",
    re.IGNORECASE,
)


def sentence(message: str, text: str = "") -> bool:
    """One plain sentence: a capital, one end, 160 characters at most, no programmer's word but the visitor's own."""
    ends = re.findall(r"[.?](?=\s|$)", message)
    return (
        0 < len(message) <= 160
        and message[0].isupper()
        and message[-1] in ".?"
        and len(ends) == 1
        and all(found.group() in text for found in PROGRAMMER.finditer(message))
    )


def refusal(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize("item", MALFORMED, ids=short)
def test_what_cannot_be_read_is_refused_with_a_place_and_a_sentence(item: dict[str, Any]) -> None:
    error = refusal(item["text"])
    assert 0 <= error.position <= error.position + error.length <= len(item["text"])
    assert sentence(error.message, item["text"]), error.message
    assert error.code == item.get("code", error.code)
    assert error.code in ("syntax", "name", "char", "latex", "budget", "math")
    if item["suggestion"]:
        assert error.suggestion == item["suggestion"]


def test_a_misspelt_name_is_guessed() -> None:
    """Most guesses are right, and few are missing: the figures are bounds."""
    guesses = {item["text"]: refusal(item["text"]).suggestion for item in MISSPELT}
    given = [text for text, guess in guesses.items() if guess]
    right = [item["text"] for item in MISSPELT if alike(guesses[item["text"]], item["meant"])]
    missed = {item["text"]: guesses[item["text"]] for item in MISSPELT if item["text"] not in right}
    assert len(given) >= 0.95 * len(MISSPELT), missed
    assert len(right) >= 0.9 * len(MISSPELT), missed


SAME_WORD = (
    {"ln", "log"},
    {"asin", "arcsin"},
    {"sign", "sgn"},
    {"heaviside", "Heaviside"},
    {"relu", "ReLU"},
    {"arsinh", "arcsinh"},
)


def alike(guess: str | None, meant: str) -> bool:
    return guess is not None and (guess.lstrip("\\") == meant or any({guess, meant} <= words for words in SAME_WORD))


def spliced(count: int) -> Iterator[str]:
    """Texts of both corpora, cut and joined: nearly right, in ways nobody thought of."""
    chance = random.Random(1)
    texts = [item["text"] for item in (*NATURAL, *MALFORMED) if len(item["text"]) < 200]
    for _ in range(count):
        a, b = chance.sample(texts, 2)
        i, j = chance.randrange(len(a) + 1), chance.randrange(len(b) + 1)
        yield chance.choice((a[:i] + b[j:], a[:i] + b + a[i:], a.replace("x", b, 1), a[:i] + b[j : j + 2] + a[i + 1 :]))


def test_what_is_spliced_from_both_corpora_is_read_or_refused_in_the_same_manner() -> None:
    for text in spliced(4000):
        try:
            reading = read(text)
        except InputError as error:
            assert 0 <= error.position <= error.position + error.length <= len(text), text
            assert sentence(error.message, text), (text, error.message)
        else:
            assert reading.latex
            assert len(whole(reading, {}).outputs) == len(reading.components), text


# Effort, counted in calls


def calls(text: str) -> int:
    """How many functions of Python are called while a text is read or refused."""
    count = 0

    def one_more(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(one_more)
    try:
        tried(read, text)
    finally:
        sys.setprofile(before)
    return count


GROWING = {
    "sum": lambda n: "+".join("x" * n),
    "product": lambda n: "2x sin(y) " * n,
    "letters": lambda n: "xyzt" * n,
    "strange letters": lambda n: "qzrp" * n,
    "brackets": lambda n: "(" * n + "x" + ")" * n,
    "brackets left open": lambda n: "(x+" * n,
    "bars": lambda n: "|x|+" * n + "1",
    "powers": lambda n: "^".join("x" * n),
    "functions": lambda n: "sin(" * n + "x" + ")" * n,
    "fractions": lambda n: r"\frac{1}{" * n + "x" + "}" * n,
    "roots": lambda n: "√" * n + "x",
    "signs": lambda n: "-" * n + "x",
    "superscripts": lambda n: "x²+" * n + "1",
    "cases": lambda n: "Piecewise(" + "(x, x > 1), " * n + "(0, True))",
    "lines": lambda n: "x +\n" * n + "1",
    "names": lambda n: "x1 + " * n + "1",
}


@pytest.mark.parametrize("family", GROWING)
def test_a_text_twice_as_long_takes_about_twice_the_effort(family: str) -> None:
    grow = GROWING[family]
    least, twice, four = (calls(grow(n)) for n in (12, 24, 48))
    assert four - twice <= 2.5 * (twice - least) + 200


def test_no_text_of_the_corpora_takes_much_effort() -> None:
    effort = {item["text"]: calls(item["text"]) for item in (*NATURAL, *MALFORMED)}
    assert max(effort.values()) < 30_000
    assert sorted(effort.values())[len(effort) // 2] < 800
