"""Jacobian: the map under the microscope. Zoom in until the curved square and the parallelogram are one."""

from core.ui import follow, frame, inputs, mapping, present
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Zoom in. When does a curved map become a **matrix**?", hint="Drag the ring.")
asked = inputs.problem(least=("x",), groups=inputs.MAPS_FIRST, start="(x + sin(y), y + sin(x))")


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    f = mapping.mapped(answered)
    mapping.picture(f)
    inputs.box_and_point(asked)
    mapping.account(f)


below(asked)

present.lesson(
    idea="""
Under a strong enough microscope a smooth map looks straight. What you then see is a matrix, the **Jacobian**. Its
columns are the images of the edges of a small square; its rows are the gradients of the outputs.

Make the square ten times smaller: the gap between its true image and the parallelogram becomes a hundred times
smaller, and gap/h ten times. What does not go away is J. Its determinant says by how much small areas grow; its sign,
whether the picture is turned over.

*For which maps is there no gap at any h?*
""",
    statement=r"""
f is **differentiable** at p if there is a matrix A with

$$f(p + v) = f(p) + A v + o(\lVert v \rVert).$$

Then A is the Jacobian: entry $(i, j)$ is $\partial f_i / \partial x_j$, outputs × inputs. Continuous partial
derivatives are enough for it. If f is continuously differentiable near p, small squares at p grow in area by the
factor $\lvert \det J(p) \rvert$ in the limit.
""",
    fails=r"""
Partial derivatives that merely exist are not enough: $xy/(x^2 + y^2)$, with 0 at the origin, has both there and is not
even continuous. A zero determinant does not make the map zero: it flattens. And $\det J \ne 0$ everywhere makes a map
invertible nearby only, not as a whole.
""",
    then=(
        present.Next("The square of a complex number: det J = 4(x² + y²)", "jacobian", example="square", at="1, 1"),
        present.Next("Polar coordinates: the area factor is r", "jacobian", example="polar"),
        present.Next("On the fold: the square is flattened", "jacobian", example="foldmap", more=(("h", 0.2),)),
        present.Next("A gradient is a map too: its Jacobian is the Hessian", "hessian", example="rotated"),
    ),
)
