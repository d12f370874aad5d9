"""Hostile texts that are formulas after all leave the application as formulas: the code to copy holds nothing else."""

import ast

import pytest

from core.export import code
from core.jobs import JobError, derive
from core.problem import Problem
from tests import hostile

LINES = [line.text for line in hostile.accepted() if not line.kind.startswith("cost")]
NODES = (
    *(ast.Module, ast.ImportFrom, ast.Import, ast.alias, ast.Assign, ast.FunctionDef, ast.arguments, ast.arg, ast.Return),
    *(ast.Expr, ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Constant, ast.List, ast.Tuple, ast.BinOp, ast.UnaryOp),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq),
    *(ast.NotEq, ast.Load, ast.Store, ast.Starred, ast.Subscript),
)  # fmt: skip
MODULES = {"sympy", "numpy", "math"}


def faults(text: str) -> list[str]:
    """What code to copy may not hold."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                found += [each.name for each in names if each.name not in MODULES]
            case ast.ImportFrom(module=module) if module not in MODULES:
                found.append(str(module))
            case ast.Constant(value=str(value)) if not value.replace(" ", "").replace("_", "").isalnum():
                found.append(value)
            case ast.Attribute(value=owner) if ast.unparse(owner) not in ("np", "math"):
                found.append(ast.unparse(node))
            case ast.AST() if not isinstance(node, NODES):
                found.append(type(node).__name__)
    return found


@pytest.mark.parametrize("text", LINES, ids=lambda text: ascii(text)[:40])
def test_the_code_of_a_hostile_text_is_a_formula(text: str) -> None:
    try:
        record = derive({"problem": Problem(text).to_wire(), "tidy": False})
    except JobError:
        return
    for written in (code.sympy_code(record), code.numpy_code(record)):
        assert written is None or faults(written) == [], written
        assert written is None or written.isascii()


def test_the_test_would_see_a_call_that_is_no_formula() -> None:
    assert faults("import os") and faults("x = 'a;b'") and faults("x = open.read") and faults("lambda: 0")
