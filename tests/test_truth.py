"""The ground truth through the command line: every point, the right label, "complete"."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_main import batch

TRUTH = json.loads((Path(__file__).parent / "data" / "critical_points_truth.json").read_text(encoding="utf-8"))


def smooth(entry: dict[str, Any]) -> bool:
    """Isolated, non-degenerate critical points of a smooth function of one or two variables."""
    labels = {p["label"] for p in entry["points"]}
    return (
        len(entry["variables"]) <= 2
        and entry["complete"]
        and not entry["critical_sets"]
        and "inconclusive" not in labels
    )


SMOOTH = [e for e in TRUTH if smooth(e)]
REST = [e for e in TRUTH if not smooth(e) and len(e["variables"]) <= 2]


def question(entry: dict[str, Any]) -> dict[str, Any]:
    return {"id": entry["id"], "f": entry["expression"], "variables": entry["variables"], "box": entry["box"]}


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    return {a["id"]: a for a in batch(*(question(e) for e in SMOOTH + REST), options=("--limit", "60"))}


def places(points: list[dict[str, Any]], key: str) -> list[tuple[float, ...]]:
    return sorted(tuple(float(c) for c in p[key]) for p in points)


@pytest.mark.parametrize("entry", SMOOTH, ids=lambda e: e["id"])
def test_every_point_with_its_label_and_nothing_else(entry: dict[str, Any], answers: dict[str, dict[str, Any]]) -> None:
    critical = answers[entry["id"]]["critical"]
    assert critical["status"] == "complete", critical["sentence"]
    assert len(critical["points"]) == len(entry["points"])
    found = {tuple(round(c, 7) + 0.0 for c in p["at"]): p["kind"] for p in critical["points"]}
    known = {tuple(round(float(c), 7) + 0.0 for c in p["coords"]): p["label"] for p in entry["points"]}
    near = {
        place: min(found, key=lambda q, p=place: max(abs(a - b) for a, b in zip(p, q, strict=True))) for place in known
    }
    for place, label in known.items():
        assert max(abs(a - b) for a, b in zip(place, near[place], strict=True)) < 1e-6
        assert found[near[place]] == label
    assert len(set(near.values())) == len(known)


@pytest.mark.parametrize("entry", REST, ids=lambda e: e["id"])
def test_where_proof_is_hard_nothing_wrong_is_said(entry: dict[str, Any], answers: dict[str, dict[str, Any]]) -> None:
    """Every definite label is a true one; "complete" only with every point and no curve left out."""
    critical = answers[entry["id"]]["critical"]
    known = [(tuple(map(float, p["coords"])), p["label"]) for p in entry["points"]]
    for p in critical["points"]:
        if p["kind"] == "inconclusive":
            continue
        match = [label for place, label in known if max(abs(a - b) for a, b in zip(place, p["at"], strict=True)) < 1e-6]
        assert match == [p["kind"]], p
    if critical["status"] == "complete":
        assert len(critical["points"]) == len(known)
        assert all(
            "not differentiable" in c["label"] or "pole" in c["label"] or "edge" in c["label"]
            for c in entry["critical_sets"]
        )


def test_the_ground_truth_is_there() -> None:
    assert len(TRUTH) == 52 and len(SMOOTH) >= 26
