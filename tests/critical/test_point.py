"""The words of a result: "complete" is said when, and only when, it is so."""

from dataclasses import replace

import pytest

from core.critical.point import CriticalPoint, CriticalSet, Curve, Evidence, completed, word
from core.definiteness import Kind

POINT = CriticalPoint((0.0, 0.0), ((0.0, 0.0), (0.0, 0.0)), 0.0, (2.0, 2.0), Kind.MINIMUM)
BOX = ((0.0, 1.0), (0.0, 1.0))


def said(points=0, boxes=0, ended=True, defined=True, straddling=0, curves=()):
    several = (POINT,) * (points - straddling) + (replace(POINT, straddles=True),) * straddling
    return completed(CriticalSet(several, curves, undecided=(BOX,) * boxes, ended=ended, defined=defined))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (said(9), "All 9 critical points in this window: proved complete."),
        (said(2), "Both critical points in this window: proved complete."),
        (said(1), "The only critical point in this window: proved complete."),
        (said(0), "There are none in this window. Proved."),
        (said(0, defined=False), "f is not defined anywhere in this window."),
        (said(9, 2), "9 critical points proved. In the 2 shaded boxes we could not decide."),
        (said(1, 1), "1 critical point proved. In the shaded box we could not decide."),
        (said(0, 3), "No critical point proved. In the 3 shaded boxes we could not decide."),
        (said(9, 2, False), "9 critical points proved. The search was stopped at its budget; there may be more."),
        (
            said(3, straddling=1),
            "3 critical points proved. One is so near the edge of the window that we could not decide on which side.",
        ),
        (
            said(3, straddling=2),
            "3 critical points proved. 2 are so near the edge of the window that we could not decide on which side.",
        ),
        (
            said(1, curves=(Curve(("x**2 + y**2 - 1",), "minimum"),)),
            "Every point of x² + y² − 1 = 0 is critical. Apart from that there is 1 critical point here: proved complete.",
        ),
        (
            said(0, 1, curves=(Curve(("x*y",), "minimum"),)),
            "Every point of xy = 0 is critical. No critical point proved. In the shaded box we could not decide.",
        ),
    ],
)
def test_the_sentences(found, sentence):
    assert found.sentence == sentence


@pytest.mark.parametrize("points", [0, 1, 5])
@pytest.mark.parametrize("boxes", [0, 1])
@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("straddling", [0, 1])
def test_complete_needs_an_end_and_nothing_in_doubt(points, boxes, ended, straddling):
    if straddling > points:
        return
    found = said(points, boxes, ended, straddling=straddling)
    assert (found.status == "complete") == (ended and boxes == 0 and straddling == 0)
    assert ("complete" in found.sentence or "Proved." in found.sentence) == (found.status == "complete")


def test_not_attempted_keeps_its_reason():
    found = CriticalSet.not_attempted("Critical points belong to scalar functions.")
    assert (found.status, found.points, found.sentence) == (
        "not attempted",
        (),
        "Critical points belong to scalar functions.",
    )


def test_a_changed_set_is_worded_anew():
    found = completed(replace(said(1, 1), undecided=()))
    assert found.status == "complete"
    assert found.points[0].evidence is Evidence.CERTIFIED


def test_there_are_no_saddles_on_a_line():
    assert word(Kind.SADDLE, 1) == "horizontal inflection"
    assert word(Kind.SADDLE, 2) == POINT.word.replace("minimum", "saddle") == "saddle"
