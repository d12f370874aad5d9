"""Records of critical points as a worker gives them when everything about a function is known, written by hand."""

from typing import Any

from core.program import Builder, Program

MONKEY = "x^3 - 3x y^2 + (x^2 + y^2)^2/2"
RING = "(x^2 + y^2 - 1)^2"


def point(*at: float, kind: str = "minimum", **more: Any) -> dict[str, Any]:
    """One critical point, a minimum of z ↦ ½|z − at|² unless `more` says otherwise."""
    n = len(at)
    axes = [[float(i == k) for k in range(n)] for i in range(n)]
    return {
        "at": list(at),
        "exact": None,
        "kind": kind,
        "nature": None,
        "reason": "",
        "because": "",
        "walk": None,
        "evidence": "exact",
        "eigenvalues": [1.0] * n,
        "eigenvectors": axes,
        "exact_eigenvalues": None,
        "value": 0.0,
        "exact_value": None,
        **more,
    }


def known(*points: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A list that is complete unless `more` says otherwise."""
    sentence = f"All {len(points)} critical points in this window: proved complete."
    empty: dict[str, Any] = {"curves": [], "singular": [], "undecided": []}
    return {"status": "complete", "sentence": sentence, "points": list(points), **empty, **more}


def monkey() -> dict[str, Any]:
    """Of the rimmed monkey saddle: three minima and the saddle where the test is silent."""
    a, b = 0.75, 0.75 * 3**0.5
    low = {"eigenvalues": [4.5, 13.5], "exact_eigenvalues": ["9/2", "27/2"], "value": -0.84375, "exact_value": "-27/32"}
    silent = {"eigenvalues": [0.0, 0.0], "exact_eigenvalues": ["0", "0"], "exact_value": "0"}
    verdict = {"nature": "saddle", "because": "The lowest-order form takes both signs.", "exact": ["0", "0"]}
    return known(
        point(-1.5, 0.0, exact=["-3/2", "0"], **low),
        point(a, -b, exact=["3/4", "-3*sqrt(3)/4"], **low),
        point(a, b, exact=["3/4", "3*sqrt(3)/4"], **low),
        point(0.0, 0.0, kind="inconclusive", walk={"radius": 0.5, "changes": 6}, **silent, **verdict),
    )


def ring() -> dict[str, Any]:
    """Of (x² + y² − 1)²: a circle of minima around one maximum."""
    top = point(0.0, 0.0, kind="maximum", eigenvalues=[-4.0, -4.0], exact=["0", "0"], value=1.0)
    curve = {
        "equation": "x**2 + y**2 - 1",
        "equations": ["x**2 + y**2 - 1"],
        "words": "Every point of x² + y² − 1 = 0 is critical.",
        "nature": "weak minimum",
        "because": "f is a square, and zero there.",
        "programs": [circle().to_wire()],
    }
    said = "Every point of x² + y² − 1 = 0 is critical. Apart from that there is 1 critical point here: proved."
    return known(top, curves=[curve], sentence=said)


def circle() -> Program:
    """x² + y² − 1."""
    b = Builder(2)
    square = b.add(b.power(b.variable(0), 2), b.power(b.variable(1), 2))
    return b.program([b.sub(square, b.constant(1.0))])
