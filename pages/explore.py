"""Explore: what f looks like around the point you hold."""

import streamlit as st

from core.ui import compute, derivation, follow, frame, inputs, listing, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("What does **f** look like around the point you hold?", hint="Drag the ring.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    shown = scenery.scalar(answered)
    view = scenery.view(answered, shown)
    found = compute.critical(answered, shown)
    route = scenery.route(answered, shown, view)
    scenery.landscape_with(answered, shown, view, found, route)
    scenery.controls(asked, answered, shown, view)

    tabs = st.tabs(["Derivatives, exact", "Critical points", "Surface"], key="tab", on_change="rerun")
    if tabs[0].open:
        with tabs[0]:
            record = compute.exactly(answered)
            if record:
                scenery.exact(answered, record)
                present.letters(scenery.given(answered))
                derivation.show(answered, record)
                present.failings(record)
    if tabs[1].open:
        with tabs[1]:
            listing.badge(found, len(answered.names), scenery.given(answered))
            listing.points_table(found, len(answered.names))
    if tabs[2].open:
        with tabs[2]:
            scenery.solid_of(answered, shown, view, found, route)


below(asked)

present.lesson(
    idea="""
The **gradient** is one arrow in the floor plane. It points where f grows fastest; its length is the slope there.
It says nothing about what happens after the first step.

The **Hessian** is the Jacobian of the gradient: it says how that arrow turns and stretches when you move. Where the
second derivatives are continuous it is symmetric, so it has perpendicular eigenvectors with real eigenvalues. Along
an eigenvector f bends by its eigenvalue: up if positive, down if negative. In every other direction it bends by a
weighted average of the two.

Together they make the quadratic model in the lens. It touches f at your point and is trusted only near it. *What do
you expect where one eigenvalue is zero?*
""",
    statement=r"""
If f has continuous second derivatives near p, then

$$f(p + v) = f(p) + \nabla f(p) \cdot v + \tfrac12\, v^{\mathsf T} H(p)\, v + o(\lVert v\rVert^2).$$

With continuous third derivatives the error is at most a constant times $\lVert v\rVert^3$: at half the distance it
is about an eighth.
""",
    fails=r"""
At a kink, such as $|x|$ at 0, there is no gradient. Far away the model promises nothing. And it can be blind: at 0 the
models of $x^4 + y^4$ and of $-x^4 - y^4$ are the same zero.
""",
    then=(
        present.Next("A trough: one eigenvalue is zero everywhere", "explore", example="trough"),
        present.Next("A kink: drag the ring over the edge at x = 0", "explore", example="l1", at="0, 0.75"),
        present.Next("Differentiate the gradient, and turn the direction", "hessian", example="rotated"),
        present.Next("All nine places where the slope vanishes", "critical_points", example="himmelblau"),
    ),
)
