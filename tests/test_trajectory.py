"""The chart of a race shows the numbers it is given, and says them."""

from __future__ import annotations

import json
from typing import Any

from core.figures import trajectory
from core.figures.trajectory import Run
from core.ui.entrants import ENTRANTS


def parts(scene: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    json.dumps(scene, allow_nan=False)
    return [part for part in scene["parts"] if part["part"] == kind]


def test_every_method_has_its_look_and_what_is_not_positive_is_left_out() -> None:
    assert set(trajectory.LOOKS) == set(ENTRANTS)
    assert len(set(trajectory.LOOKS.values())) == len(trajectory.LOOKS)
    runs = [Run("momentum", (0.0, 1.0, 2.0), (4.0, 0.0, 1e-9))]
    (curve,) = parts(trajectory.convergence(runs, "f − f*", "steps"), "curve")
    assert curve["points"] == [[0.0, 4.0], None, [2.0, 1e-9]] and curve["token"] == "ochre"
    assert trajectory.convergence([Run("Newton", (0.0,), (0.0,))], "f", "steps")["box"]
