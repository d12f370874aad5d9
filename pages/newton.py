"""Step by step: what a method believes at its point, and where that takes it."""

from core.ui import follow, frame, inputs, present, scenery, theatre
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("What does a step **believe**?", hint="Drag the start, press Step.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    theatre.draw(asked, answered, scenery.scalar(answered))


below(asked)

present.lesson(
    idea="""
Every step is a belief about f, taken at its word. **Descent** believes in a round bowl and never looks at H. **Newton**
believes the quadratic model with the true H, and jumps to where that model is **level**: on a bowl its lowest point,
else its saddle or its top.

Along each eigenvector it divides the slope by the curvature. A negative curvature turns the sign around, so that part
of the step goes uphill. The cures differ: **damping** takes less of the same step, **|H|** mirrors the sign, a shift τ
lifts all curvatures, and a **trust region** believes the model only so far.

*From which points do all of them take the same step?*
""",
    statement=r"""
With $g = \nabla f(x)$ and $H = V \operatorname{diag}(\lambda) V^{\mathsf T}$ at x, and $g_i$ the slope along the i-th
eigenvector, the step along it is

$$
\begin{aligned}
\text{descent} &\quad s_i = -\eta\, g_i\\
\text{Newton} &\quad s_i = -g_i / \lambda_i\\
|H| &\quad s_i = -g_i / |\lambda_i|\\
\text{modified} &\quad s_i = -g_i / (\lambda_i + \tau)
\end{aligned}
$$

Within $\lVert s \rVert \le \Delta$ the model is lowest where $(H + \mu I)s = -g$ with $\mu \ge 0$, $H + \mu I$ positive
semidefinite, and $\mu = 0$ unless $\lVert s \rVert = \Delta$. If H is positive definite, Newton's step points downhill.
""",
    fails=r"""
Where H is singular the model has no single critical point, and Newton has no step. Where H is indefinite, damping does
not help: if the direction points uphill, so does every part of it. |H| divides by a small $|\lambda|$ too, and jumps
far. A trust region always comes down, but its first radius is a guess.
""",
    then=(
        present.Next("Newton climbs to the maximum", "newton", example="himmelblau", at="0, 0"),
        present.Next("Newton hits a saddle in one step", "newton", example="beale", at="1, 1"),
        present.Next("One step from anywhere", "newton", f="1.5x^2 + 2xy + 1.5y^2", at="2, 0"),
        present.Next("It bounces for ever", "newton", f="-exp(-x^2 - y^2)", at="0.5, 0", box="-2, 2; -2, 2"),
        present.Next("Who is first?", "optimizers"),
    ),
)
