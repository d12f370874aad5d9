"""Optimizers: gradient descent, momentum and Newton from the same start, step by step."""

import streamlit as st

from core.ui import compute, follow, frame, inputs, present, racing, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Who is **first** at the bottom, and what did it cost?", hint="Drag the start.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    shown = scenery.scalar(answered)
    view = scenery.view(answered, shown)
    found = compute.critical(answered, shown)
    with st.container(key="race_columns"):
        left, right = st.columns([5, 6], gap="large")
    with right:
        race = racing.race(answered, shown, racing.methods(answered, shown), found)
        racing.measures(race)
    with left:
        racing.figure(answered, shown, view, race)
        racing.controls(race)
    scenery.window(asked, view)
    with st.container(key="race_columns_below"):
        left, right = racing.places(answered)
    with left:
        racing.steps(race, answered, shown)
    with right:
        racing.limits(race, answered, shown)


below(asked)

present.lesson(
    idea="""
**First order** sees the gradient only. Gradient descent walks against it with one step size for all directions: the
steepest bend caps the step, the flattest one waits. The ratio of the two, the **condition number** κ, is the price:
about κ steps. A **high** condition number is the bad one.

**Momentum** keeps a part of the last step. Zig-zags cancel, the slow direction adds up: with good constants about √κ
steps, uphill now and then.

**Second order** also sees the Hessian. Newton jumps to the critical point of its quadratic model: one jump on a bowl,
doubling digits near a minimum. But it wants a zero of the gradient, not a minimum, and each Hessian costs as much as
n gradients. *From where does Newton run to a saddle?*
""",
    statement=r"""
$$
\begin{aligned}
\text{gradient descent}\quad & x \leftarrow x - \eta\,\nabla f(x)\\
\text{momentum}\quad & v \leftarrow \beta v - \nabla f(x)\\
& x \leftarrow x + \eta\, v\\
\text{Newton}\quad & x \leftarrow x - H(x)^{-1}\nabla f(x)
\end{aligned}
$$

On a quadratic with eigenvalues in $[\lambda, \Lambda]$, $\lambda > 0$ and $\kappa = \Lambda/\lambda$: the best fixed
rate $2/(\lambda + \Lambda)$ leaves the part $\frac{\kappa - 1}{\kappa + 1}$ of the error at each step; the best
momentum, in the long run, $\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$; Newton nothing after one step. If $H(x^*)$ is
invertible and H is Lipschitz near $x^*$, Newton converges quadratically from close starts.
""",
    fails=r"""
Newton needs H invertible, and goes downhill for sure only where H is positive definite **at the current point**; far
from a minimum it may reach a saddle, a maximum, or nothing. Gradient descent slows down near a saddle, but for small
steps only an exceptional set of starts, such as a line, leads into it. Above $2/\Lambda$ a fixed rate diverges.
""",
    then=(
        present.Next("Newton climbs to the maximum", "optimizers", example="himmelblau", at="0, 0"),
        present.Next("Where does it end from every other start?", "destinations"),
        present.Next("Thousands of steps in a curved valley", "optimizers", example="rosenbrock"),
        present.Next("Exactly on the line into the saddle", "optimizers", example="saddle", at="1, 0"),
        present.Next("Newton bounces between 0.5 and −0.5", "optimizers", f="-exp(-x^2 - y^2)", at="0.5, 0"),
        present.Next("A rate just above its limit 0.2", "optimizers", example="stretched", more=(("rate", 0.21),)),
        present.Next("Every step and every momentum on one bowl", "conditioning"),
    ),
)
