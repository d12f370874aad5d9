"""Critical points: where the gradient vanishes, and what happens there."""

import streamlit as st

from core.ui import compute, frame, inputs, present, scenery

frame.guard()
present.question("Where does the slope **vanish**, and what happens there?")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)
answered = compute.answered(asked)
present.missing(answered.record, asked.margin)
shown = scenery.scalar(answered)
view = scenery.view(answered, shown)
found = compute.critical(answered, shown)
scenery.figure(answered, view, found, key="critical", layers=scenery.CRITICAL_LAYERS)
inputs.box_and_point(asked)

present.proof(found)
present.critical_table(found, answered.names)
with st.expander("The idea, and what “proved” means here"):
    present.idea("""
At a **critical point** the gradient is zero, and the Hessian decides what it can: all eigenvalues positive, a strict
local minimum; all negative, a strict local maximum; both signs, a saddle, even if another eigenvalue is zero. If one
is zero and the rest agree, the test is **silent**: x⁴, −x⁴ and x³ all pass through it.

*Complete* is said only when it is proved. The window is cut into boxes; interval arithmetic, with every rounding
outward, shows that a box holds no zero of the gradient or exactly one. Boxes that resist are drawn and listed, never
counted as empty. The proof rests on IEEE arithmetic and on elementary functions accurate to 8 units in the last
place, which is tested when the server starts. It speaks of this window only, and of the points where f has a
gradient.
""")

compute.wait_for_answers(answered, shown, found)
