"""Every word, operation, kind and page is in every place where it belongs."""

import re
from pathlib import Path

from core import interval, meaning, numeric
from core.definiteness import Kind
from core.figures import theme
from core.syntax import measure
from core.ui import frame
from core.vocabulary import OPERATIONS, WORDS
from tests.formulas import FORMULAS

ROOT = Path(__file__).parents[1]
LEAVES = {"const", "var"}  # read by every reader's loop itself


def test_every_operation_has_a_column_in_every_reader() -> None:
    readers = {"floats": numeric.FLOATS, "arrays": numeric.ARRAYS, "intervals": interval.KERNELS}
    for name, table in readers.items():
        assert set(table) - {"powi"} == set(OPERATIONS) - LEAVES - {"powi"}, name
    browser = (ROOT / "static" / "program.js").read_text(encoding="utf-8")
    table = browser[browser.index("MEANINGS") : browser.index("});", browser.index("MEANINGS"))]
    assert set(re.findall(r"^  (\w+):", table, re.M)) - {"__proto__"} == set(OPERATIONS)


def test_every_word_has_a_meaning_and_its_operation_exists() -> None:
    assert set(meaning._COMPOSED) == {word.name for word in WORDS if not word.means}
    assert not any(word.operation or word.domain or word.smooth for word in WORDS if word.means)
    assert {word.operation for word in WORDS if word.operation} <= set(OPERATIONS)
    assert {rule.quantity for word in WORDS for rule in (*word.domain, *word.smooth)} <= set(meaning._QUANTITY)


def test_every_word_is_evaluated_by_the_budgets_and_tested_by_a_formula() -> None:
    assert {word.name for word in WORDS if not word.means} <= set(measure.FLOAT)
    typed = " ".join(text for text, _ in FORMULAS)
    known = {"log10": "log_2", "log2": "log_2", "sqrt": "sqrt", "abs": "|", "exp": "exp", "atanh": "artanh"}
    missing = [w.name for w in WORDS if not any(s in typed for s in (*w.spellings, known.get(w.name, "\0")))]
    assert missing == []


def test_no_spelling_has_two_words() -> None:
    spellings = [spelling for word in WORDS for spelling in word.spellings]
    assert len(spellings) == len(set(spellings))


def test_every_kind_has_a_shape_a_colour_and_a_word() -> None:
    for kind in Kind:
        assert kind.value in theme.GLYPHS and theme.LIGHT.fill(kind.value) and theme.DARK.text(kind.value)
    assert len(set(theme.GLYPHS.values())) == len(theme.GLYPHS)


def test_every_page_is_in_the_navigation_in_the_readme_and_asks_a_question_first() -> None:
    files = {file.name for file in (ROOT / "pages").glob("[a-z]*.py")}
    assert files == {tab.file for tab in frame.TABS}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for tab in frame.TABS:
        source = (ROOT / "pages" / tab.file).read_text(encoding="utf-8")
        assert f"**{tab.title}**" in readme
        asks = source.index("inputs.problem(") if tab.asks else source.index(".draw(")
        assert source.index("frame.guard()") < source.index("present.question(") < asks
        assert tab.asks == ("inputs.problem(" in source)
        assert re.search(r'present\.question\("[^"]*\?"', source)


def test_nothing_is_fetched_from_elsewhere() -> None:
    for file in [
        *ROOT.glob("static/*.js"),
        *ROOT.glob("core/**/*.css"),
        *ROOT.glob("core/**/*.py"),
        *ROOT.glob("pages/*.py"),
    ]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org|127\.0\.0\.1|localhost)", text), file


def test_the_readme_has_one_line_for_each_command_and_system() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^(?:python3|py) -m venv .*$", readme, re.M)
    assert len(lines) == 4 and all("\n" not in line for line in lines)
    assert sum("streamlit run app.py" in line for line in lines) == 2 and sum("pytest" in line for line in lines) == 2


def test_every_page_has_one_shape() -> None:
    for tab in frame.TABS:
        source = (ROOT / "pages" / tab.file).read_text(encoding="utf-8")
        place = source.index("present.lesson(")
        assert source.index("present.question(") < place and source.count("present.lesson(") == 1
        parts = [source.index(f"    {part}=", place) for part in ("idea", "statement", "fails", "then")]
        assert parts == sorted(parts) and source.count("present.Next(") >= 3
