"""The page of convexity: the verdict about the window, a chord under the hand, and what the constants promise.

The chord, its section and the regions of H move in the browser (`static/chord.js`). The verdict, its derivation, the
constants and the chords that refute come from a worker, the verdict first. The ends of a chord that the visitor drew
are numbers of the link (`ax`, `ay`, `bx`, `by`); a chord that nobody drew is a witness.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core import settings
from core.figures.landscape import Lab
from core.ui import compute, guarantees, kept, live, present, room, scenery
from core.ui.compute import Answered
from core.ui.frame import SETTINGS
from core.ui.inputs import Asked
from core.ui.scenery import View
from core.wire import Record

ENDS: Final = ("ax", "ay", "bx", "by")
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
        lab=Lab("chord", _values(view, found), _known(view, found)),
        on_values=_let_go,
    )
    kept.link(*ENDS)
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
    """The ends of the chord that was drawn; else of a witness, else across the window."""
    given = _drawn(view)
    A, B = given or _witness(view, found) or _across(view)
    numbers = (*(*A, 0.0)[:2], *(*B, 0.0)[:2])
    return {**dict(zip(ENDS, map(float, numbers), strict=True)), "chosen": given is not None}


def _drawn(view: View) -> tuple[Sequence[float], Sequence[float]] | None:
    """The chord of the state or the link, where both its ends are in the window."""
    numbers = [kept.number(key, settings.COORDINATE) for key in ENDS]
    n = len(view.names)
    A, B = numbers[:n], numbers[2 : 2 + n]
    inside = all(low <= c <= high for end in (A, B) for c, (low, high) in zip(end, view.box, strict=True))
    return (A, B) if inside else None


def _witness(view: View, found: Record | None) -> tuple[list[float], list[float]] | None:
    chords = _chords(view, found)
    A, B = chords["not_convex"] or chords["not_concave"] or (None, None)
    return None if A is None or B is None else (A, B)


def _chords(view: View, found: Record | None) -> dict[str, Any]:
    """The witnesses, where the figure shows them: not of more variables than it has."""
    nothing: dict[str, Any] = {"not_convex": None, "not_concave": None}
    if not found or "convexity" not in found or not view.whole:
        return nothing
    return dict(found["convexity"]["witness"])


def _across(view: View) -> tuple[list[float], list[float]]:
    return tuple([low + share * (high - low) for low, high in view.box] for share in (0.25, 0.75))  # type: ignore[return-value]


def _known(view: View, found: Record | None) -> dict[str, Any]:
    """What only the server knows: the verdict with its badge, and the chords that refute."""
    return {
        "verdict": _large(found),
        "badge": _badge(found),
        "chords": _chords(view, found),
        "regions": len(view.names) == 2,
    }


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
