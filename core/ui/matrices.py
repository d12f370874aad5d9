r"""Exact matrices on a page: as a matrix where the column holds it, entry by entry where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from core.ui import present, room

FEW: Final = 5  # variables that are all named in brackets
Entries = Sequence[Sequence[str]]


def jacobian(left: str, entries: Entries, outputs: Sequence[str], names: Sequence[str], key: str) -> None:
    r"""Draw a Jacobian with its rows and columns named, after `left`; where it is too wide, one entry a line."""
    body = zip(outputs, entries, strict=True)
    lines = [partial(f, x) + f" = {entry}" for f, row in body for x, entry in zip(names, row, strict=True)]
    room.fitting(key, [f"{left} = {labelled(entries, outputs, names)}"], [rf"{left}\text{{, entry by entry:}}", *lines])


def labelled(entries: Entries, rows: Sequence[str], columns: Sequence[str]) -> str:
    r"""A matrix whose rows and columns have names.

    >>> print(labelled([["2 x"]], ["f"], ["x"]))
    \begin{array}{r|c} & x\\\hline f & 2 x\end{array}
    """
    head = " & ".join(["", *columns])
    body = r"\\[4pt]".join(" & ".join([name, *row]) for name, row in zip(rows, entries, strict=True))
    return rf"\begin{{array}}{{r|{'c' * len(columns)}}}{head}\\\hline {body}\end{{array}}"


def arguments(names: Sequence[str]) -> str:
    r"""The names in brackets; of many only the first and the last.

    >>> print(arguments(["x", "y"]), arguments([f"x_{{{i}}}" for i in range(1, 9)]))
    (x, y) (x_{1}, \dots, x_{8})
    """
    shown = [names[0], r"\dots", names[-1]] if len(names) > FEW else names
    return f"({', '.join(shown)})"


def partial(f: str, x: str) -> str:
    r"""The name of one entry of a Jacobian.

    >>> print(partial("f_1", "x"))
    \frac{\partial f_1}{\partial x}
    """
    return rf"\frac{{\partial {f}}}{{\partial {x}}}"


def gradient(left: str, entries: Sequence[str], names: Sequence[str], key: str) -> None:
    """Draw a gradient as a column, after `left`; where it is too wide, one entry a line."""
    lines = [f"{partial('f', x)} = {entry}" for x, entry in zip(names, entries, strict=True)]
    column = f"{left} = {present.matrix([[entry] for entry in entries])}"
    room.fitting(key, [column], [rf"{left}\text{{, entry by entry:}}", *lines])


def hessian(left: str, entries: Entries, names: Sequence[str], key: str) -> None:
    """Draw a Hessian after `left`; where it is too wide, one entry a line."""
    lines = entry_lines(entries, names)
    room.fitting(key, [f"{left} = {present.matrix(entries)}"], [rf"{left}\text{{, entry by entry:}}", *lines])


def entry_lines(entries: Entries, names: Sequence[str]) -> list[str]:
    r"""The second derivatives, one a line; two mixed ones share a line where they are written alike.

    Of more than two variables only those that are not 0.

    >>> for line in entry_lines([["2", "x"], ["x", "0"]], ["x", "y"]): print(line)
    f_{x x} = 2
    f_{x y} = f_{y x} = x
    f_{y y} = 0
    """
    n, lines = len(names), []
    left_out = "0" if n > 2 else ""
    for i in range(n):
        for j in range(n):
            here, there = (rf"f_{{{names[a]} {names[b]}}}" for a, b in ((i, j), (j, i)))
            alike = entries[i][j] == entries[j][i]
            if (i <= j or not alike) and entries[i][j] != left_out:
                lines.append(f"{here} = {there} = {entries[i][j]}" if i < j and alike else f"{here} = {entries[i][j]}")
    return [*lines, r"\text{all others} = 0"] if any(left_out in row for row in entries) else lines


def at_point(
    left: str,
    exact: Entries | None,
    values: Sequence[Sequence[float]],
    key: str,
    tint: Callable[[Entries], Entries] = lambda entries: entries,
) -> None:
    """Draw a matrix of numbers: exact, with decimals behind it or, where that is too wide, below it.

    `tint` colours the entries.
    """
    decimals = [[present.latex_number(v) for v in row] for row in values]
    written = present.matrix(tint(decimals))
    if exact is None or exact == decimals:
        sign = "=" if exact else r"\approx"
        room.fitting(key, [f"{left} {sign} {written}"])
        return
    first, second = f"{left} = {present.matrix(tint(exact))}", rf"\approx {written}"
    room.fitting(key, [f"{first} {second}"], [first, rf"\phantom{{{left}}} {second}"])
