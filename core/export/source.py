"""Code of ours as text that runs without this project: a class or a function, and all that it calls.

    pieces([BFGS])   →   ["from itertools import chain …", "ROUNDING = …", "class Wolfe: …", "class BFGS: …"]

What is taken is the very code that has run, so it gives the same numbers to the last digit. Annotations go, and of
what code says of itself the first line stays. A name is followed to the module that defines it: what is ours is
taken too, before what needs it; a number or a text becomes a line; what is Python's own is imported.

Nothing here runs code; only names of this project are followed, never one that a visitor typed.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

OURS: Final = "core."
HOMES: Final = {"_operator": "operator", "_functools": "functools"}  # where Python lets one import it from
PLAIN: Final = ("bool", "float", "int", "str")


def source(part: Callable[..., Any]) -> str:
    """A function or class of ours, bare.

    >>> from core.optimize.line_search import first_trial
    >>> print(source(first_trial).splitlines()[0])
    def first_trial(p, longest):
    """
    return ast.unparse(_tree(part))


def pieces(parts: Sequence[Callable[..., Any]], given: Mapping[str, str]) -> list[str]:
    """Imports, numbers, then every function and class that these parts need, each before what needs it.

    `given`: code that stands for a name instead of ours.

    >>> from core.optimize.line_search import Backtracking
    >>> imports, numbers, *code = pieces([Backtracking], {})
    >>> imports, numbers.splitlines()[-1], len(code)
    ('from dataclasses import dataclass', 'FLATTER = 0.9', 1)
    """
    return _Taken(given).all(parts)


class _Taken:
    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.imports: dict[str, list[str]] = {}
        self.numbers: dict[str, str] = {}
        self.code: dict[str, str] = {}

    def all(self, parts: Sequence[Callable[..., Any]]) -> list[str]:
        for part in parts:
            self._take(part.__name__, part)
        imports = "\n".join(
            f"from {home} import {', '.join(sorted(names))}" for home, names in sorted(self.imports.items())
        )
        return [imports, "\n".join(f"{name} = {said}" for name, said in self.numbers.items()), *self.code.values()]

    def _take(self, name: str, part: Any) -> None:
        if name in self.given:
            self.code.setdefault(name, self.given[name])
        elif isinstance(part, bool | int | float | str | dict):
            self.numbers[name] = repr(float(part) if isinstance(part, float) else part)
        elif str(getattr(part, "__module__", "")).startswith(OURS):
            self._take_ours(name, part)
        elif hasattr(part, "__module__"):
            names = self.imports.setdefault(HOMES.get(part.__module__, part.__module__), [])
            names += [name] if name not in names else []

    def _take_ours(self, name: str, part: Any) -> None:
        if name in self.code:
            return
        known, tree = vars(sys.modules[part.__module__]), _tree(part)
        self.code[name] = ""  # it may call itself
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id != name and node.id in known:
                self._take(node.id, known[node.id])
        del self.code[name]
        self.code[name] = ast.unparse(tree)


def _tree(part: Callable[..., Any]) -> ast.AST:
    tree: ast.AST = _Bare().visit(ast.parse(inspect.getsource(part)))
    return tree


class _Bare(ast.NodeTransformer):
    """Takes annotations away, but for the fields of a class, and all but the first line of what is said of a part."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        _shorten(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.body = [_field(line) if isinstance(line, ast.AnnAssign) else self.visit(line) for line in node.body]
        _shorten(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign:
        assert node.value is not None
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _field(line: ast.AnnAssign) -> ast.stmt:
    """A field of a dataclass needs an annotation: its own where Python has it; what belongs to the class needs none."""
    if ast.unparse(line.annotation).startswith("ClassVar") and line.value is not None:
        return ast.copy_location(ast.Assign([line.target], line.value), line)
    if ast.unparse(line.annotation) not in PLAIN:
        line.annotation = ast.Name("object")
    return line


def _shorten(node: ast.FunctionDef | ast.ClassDef) -> None:
    words = ast.get_docstring(node)
    if words:
        node.body[0] = ast.Expr(ast.Constant(words.split("\n")[0]))
