"""The scene of a figure that is all its lab's own: a map with its derivatives, its window and point, and what the
hand may change. What is drawn is the business of `static/<kind>.js`.

Rules: every number is finite; `alt` says in one sentence what the picture shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.figures.landscape import Edge, Lab, Letter, finite
from core.program import Program

Scene = dict[str, Any]


def board(
    F: Program,
    derived: Program,
    *,
    names: Sequence[str],
    outputs: Sequence[str],
    box: Sequence[tuple[float, float]],
    point: Sequence[float],
    lab: Lab,
    name: str = "f",
    letters: Sequence[Letter] = (),
    edges: Sequence[Edge] = (),
    stale: str = "",
    alt: str,
) -> Scene:
    """The scene of a map F: Rⁿ → Rᵐ; `derived` has its m values and then its m n partial derivatives, row by row.

    `letters` are further inputs of both, after the variables.
    """
    assert len(derived.outputs) == len(outputs) * (1 + len(names)) and len(F.outputs) == len(outputs)
    return {
        "kind": "board",
        "program": derived.to_wire(),
        "value": None if len(F.domain) == len(derived.domain) else F.to_wire(),
        "name": name,
        "names": list(names),
        "outputs": list(outputs),
        "box": [finite(side) for side in box],
        "point": finite(point),
        "letters": [letter.wire() for letter in letters],
        "edges": [edge.wire() for edge in edges],
        "lab": lab.wire(),
        "stale": stale,
        "alt": alt,
    }
