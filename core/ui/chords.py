"""The page of convexity: the verdict about the window, a chord under the hand, and what the constants promise.

The chord, its section and the regions of H move in the browser (`static/chord.js`). The verdict, its derivation, the
constants and the chords that refute come from a worker, the verdict first. The ends of a chord that the visitor drew
are numbers of the link (`ax`, `ay`, `bx`, `by`); a chord that nobody drew is a witness. Of more variables than the
figure has a witness is not on its plane: the section is along it, the map shows its shadow (`witness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import settings
from core.figures.landscape import Lab
from core.numeric import Array, arrays
from core.problem import Side
from core.program import Program
from core.ui import compute, guarantees, kept, live, present, room, scenery
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.inputs import Asked
from core.ui.scenery import View
from core.wire import Record

ENDS: Final = ("ax", "ay", "bx", "by")
REFUTES: Final = ("not_convex", "not_concave")
SHARES: Final = (0.03, 0.15, 0.25, 0.35, 0.5, 0.65, 0.75, 0.85, 0.97)  # of a side: where an end of a chord may be
STOPS: Final = 9  # along a chord, at which f should have a value
VERDICT: Final = {
    "convex": "Convex",
    "concave": "Concave",
    "affine": "Affine: convex and concave",
    "neither": "Neither convex nor concave",
    "undecided": "Undecided",
}
EVIDENCE: Final = {
    "exact": ("shield", "Exact: proved by algebra and rules."),
    "certified": ("shield", "Proved: by bounds that hold for every point."),
    "numerical": ("question", "Not proved."),
}
REFUTED: Final = "Proved: two chords refute both."
MANY: Final = "The figure is a plane of the window; the verdict is about all variables."


def draw(asked: Asked, answered: Answered, shown: str) -> None:
    """Draw the map with the chord on it, the window, then the reasons and what they promise."""
    found = compute.region(answered, shown)
    view = scenery.view(answered, shown)
    scenery.figure(
        answered,
        view,
        None,
        key="chord_map",
        layers={"signs": True} if len(view.names) == 2 else {},
        alone=True,
        lab=Lab("chord", _values(view, found), _known(answered, shown, view, found)),
        on_values=_let_go,
    )
    kept.link(*ENDS, "witness")
    scenery.window(asked, view)
    if not view.whole:
        present.note(MANY, "chord_plane")
    if found is None:
        compute.waiting("region")
    elif "sorry" in found:
        present.sorry(found["sorry"], key="region")
    else:
        _told(answered, found)


def _told(answered: Answered, found: Record) -> None:
    guarantees.elsewhere(found)
    left, right = st.columns([5, 6], gap="large")
    with left:
        derivation(found, len(answered.names))
    with right:
        guarantees.constants(answered, found)
        guarantees.card(found)


# The chord.


def _values(view: View, found: Record | None) -> dict[str, float | bool]:
    """The ends of the chord that was drawn; else of a witness, else across the window; and which witness is off it."""
    given = _drawn(view)
    A, B = given or _witness(view, found) or across(view.value, view.box)
    numbers = (*(*A, 0.0)[:2], *(*B, 0.0)[:2])
    ends = dict(zip(ENDS, map(float, numbers), strict=True))
    return {**ends, "chosen": given is not None, "witness": float(_off(view, found, given is not None))}


def _off(view: View, found: Record | None, drawn: bool) -> int:
    """The witness in all variables that is shown in the place of a chord of the plane: 1, 2, or 0 for none."""
    if not _beyond(view):
        return 0
    known = [k for k, name in enumerate(REFUTES, 1) if _chords(found)[name]]
    asked = int(kept.number("witness", 0.0))
    usual = known[0] if known and not drawn and _large(found) in (VERDICT["neither"], VERDICT["undecided"]) else 0
    return asked if asked in known else usual


def _drawn(view: View) -> tuple[Sequence[float], Sequence[float]] | None:
    """The chord of the state or the link, where both its ends are in the window."""
    numbers = [kept.number(key, settings.COORDINATE) for key in ENDS]
    n = len(view.names)
    A, B = numbers[:n], numbers[2 : 2 + n]
    inside = all(low <= c <= high for end in (A, B) for c, (low, high) in zip(end, view.box, strict=True))
    return (A, B) if inside else None


def _witness(view: View, found: Record | None) -> tuple[list[float], list[float]] | None:
    if not view.whole:
        return None
    chords = _chords(found)
    A, B = chords["not_convex"] or chords["not_concave"] or (None, None)
    return None if A is None or B is None else (A, B)


def _chords(found: Record | None) -> dict[str, Any]:
    """The witnesses, in all variables."""
    nothing: dict[str, Any] = dict.fromkeys(REFUTES)
    return dict(found["convexity"]["witness"]) if found and "convexity" in found else nothing


def across(f: Program, box: Sequence[Side]) -> tuple[list[float], list[float]]:
    """A chord across the window, on all of which f has a value; where there is none, with values at its ends at least.

    >>> from core.program import Builder
    >>> b = Builder(1)
    >>> across(b.program([b.call("sqrt", b.variable(0))]), ((-3.0, 1.0),))
    ([0.0], [0.4])
    """
    low, high = np.array(box).T[:, :, None]
    usual = low + np.array([0.25, 0.75]) * (high - low)
    shares = np.array(np.meshgrid(*[SHARES] * len(box))).reshape(len(box), -1)
    pairs = np.array(list(combinations(range(shares.shape[1]), 2))).T
    length, edge = (
        np.linalg.norm(np.subtract(*shares.T[pairs]), axis=1),
        np.abs(shares - 0.5).max(axis=0)[pairs].max(axis=0),
    )
    longest = np.lexsort((-length, edge > 0.4))  # of those at the edge only when no other has values
    A, B = (low + shares[:, end] * (high - low) for end in pairs[:, longest])
    first = usual[:, :1], usual[:, 1:]
    if _valued(f, *first)[0, :].all():
        return _ends(*first, 0)
    known = _valued(f, A, B)
    for good in known.all(axis=1), known[:, 0] & known[:, -1]:
        if good.any():
            return _ends(A, B, int(np.argmax(good)))
    return _ends(*first, 0)


def _valued(f: Program, A: Array, B: Array) -> NDArray[np.bool_]:
    """Where f has a value along chords between the columns of A and B, shape (chords, STOPS)."""
    values = arrays(f, A[:, :, None] + np.linspace(0.0, 1.0, STOPS) * (B - A)[:, :, None])[0]
    return np.asarray(np.isfinite(values))


def _ends(A: Array, B: Array, k: int) -> tuple[list[float], list[float]]:
    a, b = ([float(f"{c:.9g}") for c in end[:, k]] for end in (A, B))
    return a, b


def _known(answered: Answered, shown: str, view: View, found: Record | None) -> dict[str, Any]:
    """What only the server knows: the verdict with its badge, and the chords that refute."""
    known: dict[str, Any] = {
        "verdict": _large(found),
        "badge": _badge(found),
        "chords": _chords(found if view.whole or _beyond(view) else None),
        "regions": len(view.names) == 2,
    }
    if view.plane is not None and _beyond(view):
        known["whole"] = scenery.beyond(answered, shown, view.plane)
    return known


def _beyond(view: View) -> bool:
    """Whether the figure is a plane, and the browser is given f in all variables."""
    return view.plane is not None and not scenery.too_long(view)


def _large(found: Record | None) -> str:
    """The verdict in a few words.

    >>> _large({"convexity": {"verdict": "convex", "strict": True}})
    'Strictly convex'
    """
    if found is None or "convexity" not in found:
        return "Judging the window …" if found is None else "No verdict"
    bent = found["convexity"]
    if not found.get("everywhere", True):
        return "No verdict"
    words = VERDICT[bent["verdict"]]
    return f"Strictly {words.lower()}" if bent["strict"] else words


def _badge(found: Record | None) -> dict[str, str]:
    if found is None or "convexity" not in found:
        return {"icon": "ring", "title": "Looking for a proof", "text": "", "token": ""} if found is None else _none()
    bent = found["convexity"]
    icon, title = ("shield", REFUTED) if bent["verdict"] == "neither" else EVIDENCE[bent["evidence"]]
    return {"icon": icon, "title": title, "text": found["sentence"], "token": ""}


def _none() -> dict[str, str]:
    return {"icon": "question", "title": "Nothing is proved about this window.", "text": "", "token": ""}


def _let_go(values: live.Values) -> None:
    """Hold the chord that the hand left."""
    off = values.get("witness")
    kept.hold("witness", float(off) if off in (1, 2) else None)
    if values.get("chosen") is not True:
        return
    for key in ENDS:
        value, (low, high) = values.get(key), SETTINGS[key]
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            kept.hold(key, float(value))


# The reasons.


def derivation(found: Record, n: int) -> None:
    """Draw why: line by line from the inside out, or the witnesses and the bends that refute."""
    st.subheader("Why", anchor=False)
    for i, line in enumerate(found["lines"]):
        with st.container(key=f"why_{i}", gap=None):
            room.breaking(line["latex"], f"why_math_{i}")
            st.markdown(f"is **{line['verdict']}**: {line['because']}.")
    if found["sentence"] and found["convexity"]["verdict"] != "neither":
        present.note(found["sentence"], "why_sentence")
    for name, side, way in (("not_convex", "above", "down"), ("not_concave", "below", "up")):
        chord, bend = found["convexity"]["witness"][name], found["bends"][way]
        if chord and not found["lines"]:
            st.markdown(_refuted(name, chord, side, found["gaps"][name]))
        if bend:
            st.markdown(_bent(bend, way, n))
    if found["where"]:
        st.markdown(f"This is about the part of the window where f has a value: ${', '.join(found['where'])}$.")
    if found["convexity"]["verdict"] in ("neither", "undecided") and found.get("boundary"):
        _border(found["boundary"])


def _border(det: str) -> None:
    if det == "0":
        st.markdown("$\\det H = 0$ wherever $H$ exists: along some direction nothing bends.")
        return
    st.markdown("Between definite and indefinite regions $\\det H = 0$:")
    room.breaking(f"{det} = 0", "boundary")


def _refuted(name: str, chord: Sequence[Sequence[float]], side: str, gap: float) -> str:
    """What a chord shows.

    >>> _refuted("not_convex", [[-1.0], [1.0]], "above", 0.5)
    '**Not convex**: half-way from −1 to 1 the graph is 0.5 above the chord.'
    """
    p, q = map(present.vector, chord)
    by = present.about(abs(gap), 4).removeprefix("= ").replace("≈", "about")
    return f"**{name.replace('_', ' ').capitalize()}**: half-way from {p} to {q} the graph is {by} {side} the chord."


def _bent(bend: Record, word: str, n: int) -> str:
    r"""A point, and a direction in which f bends the other way.

    >>> _bent({"at": [1.0, 1.0], "along": [1.0, -1.0], "curvature": -2.0}, "down", 2)
    'At (1, 1) $f$ bends **down** along $d$ = (1, −1): $d^{\\mathsf T}Hd$ = −2.'
    >>> _bent({"at": [0.1234567], "along": [1.0], "curvature": 1 / 3}, "up", 1)
    "Near 0.123457 $f$ bends **up**: $f''$ ≈ 0.333333."
    """
    at, value = present.vector(bend["at"]), present.about(bend["curvature"])
    place = f"{'At' if present.is_short(*bend['at']) else 'Near'} {at} $f$ bends **{word}**"
    if n == 1:
        return f"{place}: $f''$ {value}."
    along = f"{'=' if present.is_short(*bend['along']) else '≈'} {present.vector(bend['along'])}"
    return rf"{place} along $d$ {along}: $d^{{\mathsf T}}Hd$ {value}."
