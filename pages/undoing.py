"""Undoing: where the determinant is not zero a map can be undone nearby, and Newton's method does it."""

from core.ui import follow, frame, inputs, present, undoing
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Which x went to this y? When can a map be **undone**?", hint="Drag the start or the target.")
asked = inputs.problem(least=("x", "y"), groups=inputs.MAPS_FIRST, start="(x + sin(y), y + sin(x))")


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    undoing.draw(answered)
    inputs.box_and_point(asked)
    undoing.words(answered)


below(asked)

present.lesson(
    idea="""
Near a point a map is nearly a matrix. If that matrix can be inverted, the map can be undone nearby: each y close to
F(x₀) comes from exactly one x close to x₀. The proof is the picture: solve the straight problem, step, straighten
again. That is **Newton's method**, and near the solution it doubles its digits.

How close is close? Push the target towards the fold, where det J = 0: the matrix flattens, its inverse explodes, and
the steps go astray. Beyond the image of the fold there may be no x at all, or two.

*(eˣ cos y, eˣ sin y) has det J > 0 everywhere. Can it be undone as a whole?*
""",
    statement=r"""
**Inverse function theorem.** If F is continuously differentiable near $x_0$ and $\det J(x_0) \ne 0$, then F is
one-to-one on some neighbourhood of $x_0$; its inverse there is continuously differentiable, and

$$J_{F^{-1}}(y) = J_F(x)^{-1}, \qquad y = F(x).$$

Newton's method $x \leftarrow x - J(x)^{-1}(F(x) - y)$ converges to x from all starts close enough, with
$\lVert e_{k+1} \rVert \le C \lVert e_k \rVert^2$ where J is Lipschitz continuous.
""",
    fails=r"""
Nearby only: $(e^x \cos y, e^x \sin y)$ has an inverse around every point and takes each value infinitely often. And
$\det J = 0$ does not forbid an inverse: $x^3$ has one, only not a differentiable one at 0.
""",
    then=(
        present.Next("Towards the fold: push y over the dashed line", "undoing", example="foldmap", at="0.9, 0.9"),
        present.Next("det J > 0 everywhere, and yet not one-to-one", "undoing", f="(e^x cos y, e^x sin y)", at="0, 1"),
        present.Next("A straight map is undone in one step, from everywhere", "undoing", f="(2x + y, x - y)"),
        present.Next("The same map under the microscope", "jacobian", example="ripple"),
    ),
)
