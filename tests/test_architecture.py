"""The picture of the house stays true: imports go one way, and text never becomes code."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([ROOT / "app.py", *ROOT.glob("core/**/*.py"), *ROOT.glob("pages/*.py")])
FORBIDDEN = {
    *("eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify", "S", "unsafe_allow_html"),
    *("pickle", "multiprocessing", "parse_latex", "nsimplify"),
}


def names(source: Path) -> set[str]:
    """Every name, attribute, keyword and import a source uses."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Attribute(attr=name) if name != "compile":  # re.compile makes no code
                found.add(name)
            case ast.Import(names=aliases):
                found.update(part for alias in aliases for part in alias.name.split("."))
            case ast.ImportFrom(names=aliases, module=module):
                found.update(alias.name for alias in aliases if module != "core")
    return found


def test_imports_flow_one_way_and_the_page_never_reaches_sympy() -> None:
    # in a process of its own, because the linter reconfigures logging
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: str(s.relative_to(ROOT)))
def test_no_source_can_turn_text_into_code(source: Path) -> None:
    assert not names(source) & FORBIDDEN


def test_the_guard_sees_what_it_forbids(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import pickle\nsympy.sympify(text)\nst.markdown(x, unsafe_allow_html=True)\neval('1')\n")
    assert names(bad) >= {"pickle", "sympify", "unsafe_allow_html", "eval"}


def constructors_given_text(source: Path) -> list[int]:
    """Lines where a constructor of SymPy is given a string literal or an f-string."""
    lines = []
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            owner = node.func
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            text = any(
                isinstance(a, ast.JoinedStr) or (isinstance(a, ast.Constant) and isinstance(a.value, str))
                for a in node.args
            )
            if text and name in {
                "Symbol",
                "Integer",
                "Rational",
                "Float",
                "Function",
                "Poly",
                "Matrix",
                "diff",
                "subs",
                "Lambda",
                "solve",
                "symbols",
                "Add",
                "Mul",
                "Pow",
                "Dummy",
            }:
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: str(s.relative_to(ROOT)))
def test_no_constructor_of_sympy_is_given_text(source: Path) -> None:
    assert not constructors_given_text(source)


def test_symbols_are_made_in_one_place_only() -> None:
    makers = [
        s.relative_to(ROOT).as_posix()
        for s in SOURCES
        if "Symbol("
        in "".join(
            line for line in s.read_text(encoding="utf-8").splitlines() if ">>>" not in line and "..." not in line
        )
    ]
    assert makers == ["core/meaning.py"]


def test_sympify_of_a_string_is_never_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    import sympy

    from core.jobs import derive
    from core.problem import Problem

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a string reached SymPy")

    monkeypatch.setattr("sympy.parsing.sympy_parser.parse_expr", refuse)
    assert derive({"problem": Problem("f(x, y) = a x^2 y/x + sin(x)^y + |x| max(x, y)").to_wire()})["ok"]
    with pytest.raises(AssertionError, match="a string reached"):
        sympy.sympify("x + 1")


def test_the_page_side_does_not_load_sympy() -> None:
    program = (
        "import core.syntax, core.wire, core.figures, core.optimize, core.engine, core.ui.compute, "
        "core.ui.inputs, core.ui.scenery, core.ui.present, core.ui.live, core.ui.frame, sys; "
        "raise SystemExit('sympy' in sys.modules or 'flint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
