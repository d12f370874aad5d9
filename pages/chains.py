"""Chains: composing maps multiplies their Jacobians, in the right order and at the right point."""

from core.ui import chaining, follow, frame, inputs, present
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("One map after the other: what becomes of the **matrices**?", hint="Drag the ring.")
asked = inputs.problem(least=("x",), groups=inputs.MAPS_FIRST, start="G(u, v) = (u - v, u v)", letters=chaining.letters)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    last = chaining.outer(answered)
    if last is not None:
        chaining.draw(answered, last)
    inputs.box_and_point(asked)
    if last is not None:
        chaining.exactly(answered, last)


below(asked)

present.lesson(
    idea="""
Each map has its own microscope. The inner one turns a small square into a parallelogram; the outer one takes that
parallelogram and does the same to it. Two matrices, one after the other: their **product**.

The order is that of the maps: what acts first stands on the right. And the outer matrix belongs to the place where the
square has arrived, not to where it set out. Either mistake gives a parallelogram that never fits, however small the
square is.

*The shapes must fit: k numbers come out of the inner map and go into the outer one. Which shape has the product for
ℝ² → ℝ³ → ℝ?*
""",
    statement=r"""
If G is differentiable at p and F at G(p), then F ∘ G is differentiable at p and

$$J_{F \circ G}(p) = J_F\bigl(G(p)\bigr)\, J_G(p).$$

Entry by entry this is the sum over all ways through the middle:
$\frac{\partial F_i}{\partial u_j} = \sum_k \frac{\partial F_i}{\partial x_k}\,\frac{\partial G_k}{\partial u_j}$.
""",
    fails=r"""
Matrices do not commute: the other order has another value, or none. $J_F(p)$ is right only by chance, as where
$G(p) = p$. And the rule needs both derivatives: $|u|^2$ is smooth at 0 although $|u|$ is not.
""",
    then=(
        present.Next("The wrong order, laid over it", "chains", f="G(u, v) = (u + v, u v)", at="1, 2"),
        present.Next("Polar coordinates first", "chains", f="G(r, t) = (r cos t, r sin t)", at="2, 0.5"),
        present.Next("Undo a map instead", "undoing", example="ripple"),
        present.Next("A curve on a surface: ℝ → ℝ²", "chains", f="G(t) = (cos t, sin t)", at="0.8"),
    ),
)
