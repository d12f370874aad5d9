"""What a visitor typed is shown as text and in no other way; a lint over the sources holds it as far as a lint can.

Streamlit reads Markdown in most of what it draws: in words, in labels, in what helps. Whatever goes in there must be
written in the source, or be in the table below with the reason why it can hold nothing that was typed. A new expression
fails until somebody has looked at it; one that is gone fails too, so the table stays true.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted([ROOT / "app.py", *ROOT.glob("core/ui/*.py"), *ROOT.glob("pages/*.py")])
# Where Markdown, LaTeX, HTML or a title is read; of some the second argument too, which are options with labels.
SINKS = {
    *("markdown", "caption", "title", "header", "subheader", "write", "html", "latex", "button", "checkbox", "toggle"),
    *("radio", "selectbox", "multiselect", "select_slider", "slider", "number_input", "text_input", "text_area"),
    *("segmented_control", "pills", "expander", "popover", "tabs", "toast", "error", "warning", "info", "success"),
    *("exception", "metric", "page_link", "link_button", "download_button", "dataframe", "set_page_config", "logo"),
    *("dialog", "status", "Page", "plotly_chart", "menu_button", "iframe", "echarts_chart", "mermaid_chart", "image"),
    *("formula", "question", "table", "breaking", "lead"),  # of core.ui.present and core.ui.room, which hand on
}
OPTIONS = {"table", "radio", "selectbox", "multiselect", "select_slider", "segmented_control", "pills"}
NAMED = {"help", "label", "placeholder", "alt", "page_title", "title", "caption", "format_func", "options", "body"}

OURS, NUMBERS, TREE, NAMES, CHECKED = (
    "words of ours",
    "numbers of ours",
    "typeset from a checked tree, or by the printer of exact results",
    "names of variables: a letter or a Greek word with an index, by the grammar",
    "handed on: the callers are looked at",
)
TABLE: dict[str, dict[str, str]] = {
    "bending.py": {
        "'\\\\text{where } ' + ',\\\\; '.join(latex['domain'])": TREE,
        "caption": CHECKED,
        "f'### {number}'": NUMBERS,
        "names": NAMES,
        "text_name": NAMES,
    },
    "bowls.py": {"head": NUMBERS, "rows": NUMBERS, "words": OURS},
    "chords.py": {
        "_bent(bend, way, n)": NUMBERS,
        "_refuted(name, chord, side, found['gaps'][name])": NUMBERS,
        "f\"This is about the part of the window where f has a value: ${', '.join(found['where'])}$.\"": TREE,
        "f\"is **{line['verdict']}**: {line['because']}.\"": TREE,
        "f'{det} = 0'": TREE,
        "line['latex']": TREE,
    },
    "critical.py": {
        "[_FOR_YOU, *offered]": NUMBERS,
        "f'Solid: $f_{{{x}}} = 0$. Dashed: $f_{{{y}}} = 0$. Where they cross, the gradient vanishes.'": NAMES,
        "f'Zoom to the box near {where}'": NUMBERS,
        "lambda text: text or 'Chosen for you'": NUMBERS,
    },
    "derivation.py": {
        "f'${formula}$'": OURS,
        "f'**{rule}**'": OURS,
        "f'{inner.rule.name}: ${inner.asked}$'": TREE,
        "label": CHECKED,
        "latex": TREE,
        "list(options)": NUMBERS,
        "options.__getitem__": TREE,
        "whole": TREE,
    },
    "entrants.py": {
        "name": OURS,
        "offered": OURS,
    },
    "frame.py": {
        "HERE / 'frame.css'": OURS,
        "PAGES / tab.file": OURS,
        "_go_home": OURS,
        "f'This part of the page failed, and the fault is ours, not yours. Everything else still works: try another formula or an example. If you report it, name fault {name}.'": OURS,
        "f'{chosen.title} · {NAME}'": OURS,
        "str(HERE / 'wordmark.svg')": OURS,
        "str(wrong)": OURS,
        "tab.title": OURS,
    },
    "guarantees.py": {"promises(k)": NUMBERS, "properties(k)": NUMBERS, "rows": NUMBERS},
    "guessing.py": {
        "GUESSES.__getitem__": OURS,
        "f\"{vector(p['at'])}: {answer(p, guesses[_key(p)], n)}\"": NUMBERS,
        "f\"{vector(point['at'])}\"": NUMBERS,
        "offered": OURS,
        "score(len(told) - len(wrong), len(told))": NUMBERS,
    },
    "inputs.py": {
        "[_OWN, *offered]": OURS,
        "_left_side(asked.shown.reading)": TREE,
        "chosen": NUMBERS,
        "f'{help} Empty: chosen for you.'": NUMBERS,
        "label": OURS,
        "lambda id: offered.get(id, 'Your own')": OURS,
    },
    "listing.py": {
        "curve_words(c, hidden)": TREE,
        "f'<style>{_marked(look + 1)}</style>'": NUMBERS,
        "as_markdown(points, n, typeset=not long, hidden=hidden)": TREE,
        "present.ICONS[icon]": OURS,
        "words": NUMBERS,
    },
    "mapping.py": {
        "'\\\\text{where } ' + ',\\\\; '.join(record['latex']['domain'])": TREE,
        "f'\\\\det J(p) {det}'": TREE,
        "f'\\\\det J{at} = {det}'": TREE,
        "what": OURS,
    },
    "microscope.py": {"f'\\\\det J{at} = {det}'": TREE},
    "practice.py": {
        "SIGNS[said['verdict']]": OURS,
        "lambda one: label(answered, one)": NAMES,
        "offered": NUMBERS,
    },
    "present.py": {
        "':material/warning_amber: ' + ' · '.join((_named(e) for e in record['edges']))": TREE,
        "'\\n'.join(('| ' + ' | '.join(line) + ' |' for line in lines))": CHECKED,
        "ICONS[icon]": OURS,
        "_named(e)": TREE,
        "fails": CHECKED,
        "frame.link_to(_TAB[page])": OURS,
        "hint": CHECKED,
        "idea": CHECKED,
        "latex": CHECKED,
        "statement": CHECKED,
        "step.words": OURS,
        "text": CHECKED,
        "words": CHECKED,
    },
    "proving.py": {
        "says(levels, k)": NUMBERS,
    },
    "racing.py": {
        "title": OURS,
        "raced.name": OURS,
        "head": OURS,
        "names": OURS,
        "rows": NUMBERS,
        "str(race.shown)": NUMBERS,
    },
    "reading.py": {
        "face(suggestion)": OURS,
        "reading.latex if reading else 'f'": TREE,
    },
    "room.py": {
        "f'${latex}$'": CHECKED,
        "form[0]": CHECKED,
        "line": CHECKED,
    },
    "scenery.py": {
        "',\\\\quad '.join(latex['domain'])": TREE,
        "chosen if chosen in METHODS else 'Path'": OURS,
        "f'**{heading}**'": OURS,
        "f'{usual_rate(f, x):.3g}'": NUMBERS,
        "list(keys)": OURS,
    },
    "sheet.py": {
        "f'${latex}$'": TREE,
        "f'**{group.title}**'": OURS,
        "f'`{example}`'": OURS,
        "group.says": OURS,
    },
    "solid.py": {
        "words": OURS,
    },
    "stages.py": {
        "label": OURS,
    },
    "planes.py": {"[*pairs, *eigen]": NAMES},
    "stacked.py": {"names": NAMES},
    "steepness.py": {"f'A step of 1/L {guarantees.step_said(bound)}'": NUMBERS},
    "takeaway.py": {
        "[row(run, k) for k in range(min(ROWS, len(run.steps)))]": NUMBERS,
    },
    "theatre.py": {
        "_label": OURS,
        "_rows(belief)": NUMBERS,
        "firsts(f, step)": NUMBERS,
    },
    "trusting.py": {
        "f\"{left} = {polynomial(found['terms'])}\"": TREE,
        "f\"{left} \\\\approx {polynomial(found['terms'], decimals=True)}\"": NUMBERS,
    },
    "verdict.py": {
        "determinant(looked)": NUMBERS,
        "f\"{listing.GLYPH[looked.point['kind']]} {written_out(looked)}\"": TREE,
        "f'${looked.polynomials.letter(text)}(x) = {typeset}$'": TREE,
        "f'**?** {silence(looked)}'": TREE,
        "f'The point is {place}, about {vector(looked.at)}. Real roots are counted from the left.'": TREE,
        "nature(looked)": OURS,
        "sides(looked)": NUMBERS,
        "walked(walk, looked.point['walk'])": NUMBERS,
    },
}


def sinks(source: Path) -> Iterator[tuple[int, str]]:
    """The line and the source of every expression that is not written out and goes where Markdown is read."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        if name in SINKS:
            given = node.args[: 2 if name in OPTIONS else 1]
            given += [keyword.value for keyword in node.keywords if keyword.arg in NAMED]
            yield from ((node.lineno, ast.unparse(each)) for each in given if not written_out(each))


def written_out(node: ast.expr) -> bool:
    """Whether all of it stands in the source, also under a name in capitals."""
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr).strip("_").isupper()
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "list" and all(map(written_out, node.args))
    if isinstance(node, ast.List | ast.Tuple):
        return all(map(written_out, node.elts))
    if isinstance(node, ast.IfExp):
        return written_out(node.body) and written_out(node.orelse)
    return isinstance(node, ast.Constant)


def test_what_is_drawn_as_markdown_is_ours() -> None:
    found = {source.name: {text for _, text in sinks(source)} for source in SOURCES}
    unknown = {name: sorted(texts - TABLE.get(name, {}).keys()) for name, texts in found.items()}
    assert {name: texts for name, texts in unknown.items() if texts} == {}, "look at it, then say why in the table"
    gone = {name: sorted(texts.keys() - found.get(name, set())) for name, texts in TABLE.items()}
    assert {name: texts for name, texts in gone.items() if texts} == {}, "no longer there"


def test_the_lint_sees_a_label_made_of_what_was_typed(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        'st.markdown(f"**{text}**")\nst.button("ok", help=text)\nst.error(str(error))\n'
        'st.selectbox("ok", [text])\nst.text(text)\nst.code(text)\npresent.formula(text, "key")\nst.title("ok")\n'
    )
    assert [line for line, _ in sinks(bad)] == [1, 2, 3, 4, 7]


def test_no_source_lets_markup_through() -> None:
    for source in SOURCES:
        assert "unsafe_allow_html" not in source.read_text(encoding="utf-8"), source
        assert "javascript" not in source.read_text(encoding="utf-8").lower().replace("unsafe_allow_javascript", ""), (
            source
        )


def test_logs_say_nothing_that_was_typed() -> None:
    """A log is given the name of a fault, the name of a job, numbers and places in our sources."""
    said = []
    for source in sorted(ROOT.glob("core/**/*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log" | "logging" | "logger"), attr=attr)):
                    if attr in {"debug", "info", "warning", "error", "critical", "exception", "log"}:
                        said += [(source.name, attr, *map(ast.unparse, node.args), *map(ast.unparse, node.keywords))]
                case ast.Call(func=ast.Name(id="print")):
                    said += [(source.name, "print")] if source.name not in ("__main__.py", "server.py") else []
    assert set(said) == LOGGED


LOGGED: set[tuple[str, ...]] = {
    ("frame.py", "error", "'fault %s: %s'", "name", "type(fault).__name__"),
    # the trace of a fault: places in our sources and the type, not the message
    ("inline.py", "error", "'%s failed\\n%s'", "job", "unforeseen"),
    ("local.py", "error", "'%s failed\\n%s'", "json.loads(flight.question)[0]", "unforeseen"),
    # a worker that cannot even start: nothing was asked of it
    ("supply.py", "error", "'a worker could not be started, %d in a row: %s'", "self.failed", "error"),
    ("supply.py", "warning", "'the jobs start threads when they are loaded: every worker has to load them by itself'"),
}


# The browser's half


def test_the_modules_make_no_markup_of_words_and_ask_no_other_machine() -> None:
    makes = re.compile(
        r"outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function|DOMParser"
        r"|\bfetch\(|XMLHttpRequest|new WebSocket|EventSource|sendBeacon|importScripts|\.href\s*=|\.src\s*="
    )
    for module in sorted((ROOT / "static").glob("*.js")):
        text = module.read_text(encoding="utf-8")
        assert not makes.search(text), module.name
        assert text.count("innerHTML") == (module.name == "marks.js"), module.name


def test_the_one_place_with_markup_is_given_pictures_only() -> None:
    text = (ROOT / "static" / "marks.js").read_text(encoding="utf-8")
    pictures = text[text.index("function svg(") :]
    filled = set(re.findall(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}", pictures))
    assert not {each for each in filled if re.search(r"scene|text\b(?!}</text>)|name(?!d)", each) and each != "text"}
    assert set(re.findall(r"lettered\(([^)]*)\)", pictures)) <= {"text, size", '"?", 16', '"?", 20', '"≈", 20'}
