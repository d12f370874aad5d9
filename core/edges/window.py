"""Edges against a window: which of them meet it, and whether f is lowest or highest at one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from typing import Final

import numpy as np
from sympy import Expr

from core.compile import UnsupportedError, program
from core.edges.finding import Finding
from core.edges.locus import Locus, Point, located, samples
from core.edges.words import said
from core.enclosure import enclose
from core.function import Function
from core.problem import Side

CELLS: Final = {1: 512, 2: 64, 3: 12}  # along a side
TURNS: Final = ("kink", "cone tip", "vertical tangent")  # kinds at which f can be lowest without a slope of 0
FEW: Final = 6


def inside(found: Sequence[Finding], f: Function, box: Sequence[Side]) -> tuple[Finding, ...]:
    """Those whose place meets the window, for all that bounds on small boxes can tell.

    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> pole = Finding("pole", Locus((x - 3,), (sympy.Integer(3),)), "", "exact")
    >>> f = Function((x,), (1/(x - 3),))
    >>> len(inside([pole], f, [(0.0, 5.0)])), len(inside([pole], f, [(0.0, 2.0)]))
    (1, 0)
    """
    return tuple(finding for finding in found if _meets(finding.locus, f, box))


def _meets(locus: Locus, f: Function, box: Sequence[Side]) -> bool:
    if locus.point is not None:
        return all(low <= float(c) <= high for c, (low, high) in zip(locus.point, box, strict=True))
    lower, upper = _cells(box)
    possible = np.ones(lower.shape[1], bool)
    for q in locus.zeros:
        try:
            bounds = enclose(program(Function(f.variables, (q,))), lower, upper)
        except UnsupportedError:
            return True
        possible &= ~((bounds.lower[0] > 0) | (bounds.upper[0] < 0))
    return bool(possible.any())


def _cells(box: Sequence[Side]) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the cells of a grid over the window."""
    n = len(box)
    axes = [np.linspace(low, high, CELLS.get(n, 4) + 1) for low, high in box]
    lower = np.stack(np.meshgrid(*(a[:-1] for a in axes), indexing="ij")).reshape(n, -1)
    upper = np.stack(np.meshgrid(*(a[1:] for a in axes), indexing="ij")).reshape(n, -1)
    return lower, upper


def remark(found: Sequence[Finding], f: Function, box: Sequence[Side]) -> str:
    """What to say about places where f turns without a derivative: they are not critical, but may be lowest."""
    turns = [finding for finding in found if finding.kind in TURNS]
    if not turns:
        return ""
    start = "Places where f has no derivative are not counted."
    for where, p in islice(_candidates(turns, f), FEW):
        if not all(low <= float(c) <= high for c, (low, high) in zip(p, box, strict=True)):
            continue
        value = f.components[0].xreplace(dict(zip(f.variables, p, strict=True)))
        word = _extreme(f.components[0], value)
        if word is not None:
            return f"{start} At one of them, {where}, f has its {word} value, {said(value)}: proved."
    return f"{start} Whether f has a minimum or maximum there was not examined."


def _candidates(turns: Sequence[Finding], f: Function) -> Iterator[tuple[str, Point]]:
    """Where two of these places meet first, then single ones."""
    X = f.variables
    both = [located((*a.locus.zeros, *b.locus.zeros), X) for a, b in combinations(turns, 2)]
    points = [a.locus.point for a in turns] + [meeting.point for meeting in both]
    others = [p for a in turns if a.locus.point is None for p in islice(samples(a.locus, X), 1)]
    for p in (*points, *others):
        if p is not None:
            yield _written(X, p), p


def _written(X: Sequence[Expr], p: Point) -> str:
    names, values = (", ".join(said(e) for e in part) for part in (X, p))
    return f"{names} = {values}" if len(p) == 1 else f"({names}) = ({values})"


def _extreme(e: Expr, value: Expr) -> str | None:
    """Is f nowhere less than this value, or nowhere more? By the signs of its terms."""
    above = e - value
    return "smallest" if above.is_nonnegative else "largest" if above.is_nonpositive else None
