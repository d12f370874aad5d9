"""Gauss–Newton: the half of the Hessian that needs no second derivatives, and when it is enough."""

from core.ui import follow, frame, inputs, present, residuals
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("When is **JᵀJ** as good as the Hessian?", hint="Drag the ring.")
asked = inputs.problem(least=("x", "y"), groups=inputs.MAPS_FIRST, start="(x^2 + y - 11, x + y^2 - 7)")


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    residuals.draw(asked, answered)


below(asked)

present.lesson(
    idea="""
Fitting makes **residuals**: numbers r₁ … rₘ that should all be zero. What is minimised is f = ½‖r‖². Its Hessian has
two parts. The first, JᵀJ, is made of slopes alone, and it never bends down. The second weighs the bending of each
residual by that residual.

So where the residuals are small, or nearly straight, the second part hardly counts. **Gauss–Newton** leaves it out: no
second derivatives, and near a good fit almost Newton's speed. Where large residuals bend, it is slow, or is driven away
from the very minimum.

*Far from the minimum Newton may aim at a saddle. Can Gauss–Newton step uphill?*
""",
    statement=r"""
With $f = \tfrac12 \lVert r \rVert^2$: $\nabla f = J^{\mathsf T} r$ and

$$H = J^{\mathsf T} J + \sum_i r_i \nabla^2 r_i .$$

The step $s = -(J^{\mathsf T}J)^{-1} J^{\mathsf T} r$ is downhill wherever J has full rank and $\nabla f \ne 0$. Near a
minimum with positive definite $J^{\mathsf T}J$ the error obeys, to first order,

$$e_{k+1} = (J^{\mathsf T}J)^{-1}(J^{\mathsf T}J - H)\,e_k :$$

quadratic convergence where $r = 0$, linear or none otherwise.
""",
    fails=r"""
Where J loses rank there is no step; damping it is the method of Levenberg and Marquardt. Downhill is not far enough: a
full step may overshoot. And with the factor above larger than 1, the minimum repels the iteration.
""",
    then=(
        present.Next("One residual stays large", "residuals", f="(x^2 + y - 11, x + y^2 - 7, x - 9)"),
        present.Next(
            "Driven away from its minimum", "residuals", f="(x, x^2/2 + 3, y)", box="-3, 3; -3, 3", at="0.2, 1"
        ),
        present.Next("Straight residuals: one step", "residuals", f="(x + y - 1, x - 2y, 3x)", at="3, 2"),
        present.Next("All methods in a race on it", "optimizers", example="himmelblau"),
    ),
)
