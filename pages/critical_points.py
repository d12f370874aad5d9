"""Critical points: where the gradient vanishes, and what happens there."""

import streamlit as st

from core.ui import compute, critical, follow, frame, inputs, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Where does the slope **vanish**, and what happens there?", hint="Choose a point.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    shown = scenery.scalar(answered)
    view = scenery.view(answered, shown)
    found = compute.critical(answered, shown)
    page = critical.page(answered, shown, view, found)
    with st.container(key="critical_columns"):
        left, right = st.columns([5, 6], gap="large")
    with right:
        critical.account(page)
    with left:
        critical.figure(page)
    scenery.window(asked, view)
    critical.below(page)


below(asked)

present.lesson(
    idea="""
At a **critical point** the gradient is zero: to first order nothing changes, whichever way you step. What happens is
then decided by the second order. All eigenvalues of the Hessian positive: every step goes up, a strict local minimum.
All negative: a strict local maximum. Both signs: up along one eigenvector and down along another, a saddle.

If one is zero and the rest agree, the test is silent, and the point must be looked at itself. **Walk around it** on a
small circle and watch the sign of f − f(p). Around a strict minimum or maximum it never changes; around a simple saddle
it changes four times, around a monkey saddle six times, and where f slips past, as x² + y³ does, twice.

*Along every straight line through 0, (y − x²)(y − 3x²) has a minimum there. What will the circle say?*
""",
    statement=r"""
Let f have continuous second derivatives near p and $\nabla f(p) = 0$. If all eigenvalues of $H(p)$ are positive, p is
a strict local minimum; if all are negative, a strict local maximum; if there are both signs, a saddle, **even if
others are zero**.
""",
    fails=r"""
If one eigenvalue is zero and the rest agree in sign, the test is **silent**: $x^4$, $-x^4$ and $x^3$ all pass through
it. Straight cuts can refute a minimum, but never prove one. Where f has no gradient, at a kink or an edge, there may
be an extremum that is no critical point. And the list speaks of this window only.
""",
    then=(
        present.Next("A minimum the test cannot see", "critical_points", example="quartic"),
        present.Next("A minimum along every line, and yet a saddle", "critical_points", example="peano"),
        present.Next("Two maxima and no saddle between them", "critical_points", example="twohills"),
        present.Next("A kink: the lowest point is not critical", "critical_points", example="l1"),
    ),
)
