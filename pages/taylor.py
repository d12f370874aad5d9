"""Taylor: how far a model of f may be trusted."""

import streamlit as st

from core.ui import compute, follow, frame, inputs, present, scenery, trusting
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("How far may you **trust** a model of f?", hint="Drag the ring, widen the circle.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    shown = scenery.scalar(answered)
    view = trusting.draw(asked, answered, shown)
    tabs = st.tabs(["Derivatives, exact", "Surface"], key="tab", on_change="rerun")
    if tabs[0].open:
        with tabs[0]:
            trusting.exact(answered, shown)
            record = compute.exactly(answered)
            if record:
                scenery.exact(answered, record)
                present.letters(scenery.given(answered))
    if tabs[1].open:
        with tabs[1]:
            trusting.surface(answered, view, shown)


below(asked)

present.lesson(
    idea="""
A Taylor model is a **promise with a radius**. Order 0 promises that f stays as it is; order 1 adds the slope, a plane;
order 2 adds the bending, a bowl, a dome or a saddle. At the held point all three are right. Away from it each is off,
and the higher the order, the slower the error begins.

How slowly, you can measure. Halve the radius: the worst error of order 0 becomes a half, of order 1 a quarter, of
order 2 an eighth. In logarithms these are straight lines with the slopes 1, 2 and 3.

*For which functions does the model of order 2 have no error at all?*
""",
    statement=r"""
If f has continuous third derivatives near p, then

$$
\begin{aligned}
f(p + v) = f(p) &+ \nabla f(p) \cdot v\\
&+ \tfrac12\, v^{\mathsf T} H(p)\, v + R(v),\\
\lvert R(v) \rvert &\le \tfrac{M}{6} \lVert v \rVert^3,
\end{aligned}
$$

where M bounds the third derivatives along all unit directions on the way from p to p + v. Without the quadratic term
the error is at most $\tfrac{\Lambda}{2} \lVert v \rVert^2$, with Λ a bound of the second ones.
""",
    fails=r"""
At a kink there is no slope, so no model of order 1. Where second derivatives jump, the error of order 2 falls only like
$r^2$. A large error far away says nothing against the model near p, and a small error at one point nothing for it.
And $e^{-1/x^2}$, with 0 at 0, has a model of every order that is zero.
""",
    then=(
        present.Next("The book's example: 0.01182, 0.00140, 0.00017", "taylor", f="e^x cos y", at="0, 0",
                     box="-1, 1; -1, 1", more=(("r", 0.4), ("tol", 0.01))),
        present.Next("A quadratic is its own model", "taylor", f="1.5x^2 + 2xy + 1.5y^2", at="1, 0.5"),
        present.Next("One variable: the parabola against the sine", "taylor", f="f(x) = sin x", at="1"),
        present.Next("What the model says about one step downhill", "steps", f="e^x cos y", at="0.5, 0.5",
                     box="-2, 2; -2, 2"),
    ),
)  # fmt: skip
