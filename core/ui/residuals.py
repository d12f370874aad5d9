"""The live figure of residuals: half the square of a map's length, with JᵀJ beside the true Hessian.

The landscape is that of ½‖r‖²; the residuals themselves travel as a second program (`static/residual.js`).
"""

from __future__ import annotations

from core.figures.landscape import Lab
from core.syntax import latex_name
from core.ui import compute, inputs, matrices, microscope, present, scenery
from core.ui.compute import Answered
from core.ui.frame import VERSION
from core.ui.inputs import Asked


def draw(asked: Asked, answered: Answered) -> None:
    """Draw the landscape with both models and both runs under the hand."""
    n, m = len(answered.names), answered.components
    if m < 2 or n != 2:
        _another_shape(n, m)
        shown = scenery.NORM if m > 1 else "f"
        view = scenery.view(answered, shown)
        scenery.figure(answered, view, compute.critical(answered, shown), key="residual_plain")
        scenery.window(asked, view)
        return
    view, found = scenery.view(answered, scenery.NORM), compute.critical(answered, scenery.NORM)
    derived = microscope.derived(microscope.moving(answered), n)
    if scenery.too_long(view):
        present.note(microscope.LONG, "too_long")
        inputs.box_and_point(asked)
        return
    lab = Lab("residual", {}, {"program": derived.to_wire(), "count": m})
    layers = {"critical": True, "gradient": False, "path": True}
    scenery.figure(answered, view, found, key="residual", layers=layers, lab=lab)
    scenery.window(asked, view)
    record = compute.exactly(answered)
    if record is not None:
        names = [latex_name(name) for name in answered.names]
        outputs = [f"r_{i + 1}" for i in range(m)]
        matrices.jacobian(f"J({', '.join(names)})", record["latex"]["jacobian"], outputs, names, "residual_jacobian")


def _another_shape(n: int, m: int) -> None:
    """Say why the two models are not drawn, and where these residuals can be minimised."""
    if m < 2:
        words = "Residuals are a vector: type two or more formulas, such as (x + y - 1, x - 2y). Below is yours."
        present.note(words, "shape")
        return
    many = "one variable" if n == 1 else f"{n} variables"
    present.note(
        f"Both models are drawn for residuals of two variables; these have {many}. Below is f = ½‖r‖² alone. "
        "Both methods run for any number of variables: in a race.",
        "shape",
    )
    race: dict[str, str | list[str]] = {"v": VERSION, "show": scenery.LENGTH, "methods": ["Gauss–Newton", "Newton"]}
    present.lead("Race the methods on these residuals", "optimizers", race)
