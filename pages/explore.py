"""Explore: what f looks like around the point you hold."""

import streamlit as st

from core.ui import compute, frame, inputs, present, scenery

frame.guard()
present.question("What does **f** look like around the point you hold?", hint="Drag the ring.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)
answered = compute.answered(asked)
present.missing(answered.record, asked.margin)
shown = scenery.scalar(answered)
view = scenery.view(answered, shown)
found = compute.critical(answered, shown)
route = scenery.route(view)
scenery.figure(answered, view, found, route, key="landscape")
scenery.controls(asked, view)

tabs = st.tabs(["Derivatives, exact", "Critical points", "Surface", "The idea"], key="tab", on_change="rerun")
if tabs[0].open:
    with tabs[0]:
        record = compute.exactly(answered)
        if record:
            present.formulas(scenery.typeset(record, answered.point), record["latex"]["domain"])
            present.failings(record)
if tabs[1].open:
    with tabs[1]:
        present.proof(found)
        present.critical_table(found, answered.names)
if tabs[2].open:
    with tabs[2]:
        scenery.surface(view, found)
if tabs[3].open:
    with tabs[3]:
        present.idea("""
The **gradient** is one arrow in the floor plane. It points where f grows fastest; its length is the slope there.
It says nothing about what happens after the first step.

The **Hessian** is the Jacobian of the gradient: it says how that arrow turns and stretches when you move. Where the
second derivatives are continuous it is symmetric, so it has perpendicular eigenvectors with real eigenvalues. Along
an eigenvector f bends by its eigenvalue: up if positive, down if negative. In every other direction it bends by a
weighted average of the two.

Together they make the quadratic model in the lens. It touches f at your point and is trusted only near it. *What do
you expect where one eigenvalue is zero? Try the trough.*
""")

compute.wait_for_answers(answered, shown, found)
