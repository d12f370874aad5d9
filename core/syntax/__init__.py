"""Syntax: from the text a visitor types to a tree, with notices, errors, budgets and the typeset echo.

    text ── source: characters ── tokens: names ── statement: declarations, components ── expression: trees

Standard library only, and nothing is ever evaluated as code: a text becomes tuples of known words and numbers, or
an InputError with one sentence for the visitor and the place it is about.

>>> reading = read("f(x, y) = x²y − 2sin x")
>>> reading.variables, reading.latex
(('x', 'y'), 'x^{2} y - 2 \\\\sin\\\\left(x\\\\right)')
"""

from core.syntax.expand import expanded, written_out
from core.syntax.statement import Reading, read
from core.syntax.tree import InputError, Notice, Tree
from core.syntax.typeset import latex_name, latex_of, text_name

__all__ = [
    "InputError",
    "Notice",
    "Reading",
    "Tree",
    "expanded",
    "latex_name",
    "latex_of",
    "read",
    "text_name",
    "written_out",
]
