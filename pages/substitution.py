"""Change of variables: what a cell contributes, and why the area factor must not be left out."""

from core.ui import follow, frame, inputs, microscope, present, substitution
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("New variables: what does a **cell** count?", hint="Drag the ring, change the number of cells.")
asked = inputs.problem(
    least=("x", "y"), groups=inputs.MAPS_FIRST, start="(x cos(y), x sin(y))", letters=substitution.letters
)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    g = substitution.integrand(answered)
    if g is not None:
        substitution.draw(answered, g)
    inputs.box_and_point(asked)
    microscope.determinant(answered)


below(asked)

present.lesson(
    idea="""
An integral over a curved region is easier over a rectangle: cut the rectangle D into cells, let the map bend them, and
add up. But the cells do not keep their size. A small one at x grows by **|det J(x)|**, so its image counts that much
more or less.

Leave the factor out, and the sum still settles, only to the wrong number. In polar coordinates the factor is r: cells
further out are wider.

*det J = 1: are shapes preserved? And is the integral?*
""",
    statement=r"""
Let F be one-to-one and continuously differentiable on a neighbourhood of the rectangle D, and g continuous. Then

$$\int_{F(D)} g(y)\,dy = \int_D g\bigl(F(x)\bigr)\,\lvert \det J(x) \rvert\,dx .$$

With midpoints of N × N cells the sum misses it by at most a constant over $N^2$, for smooth F and g. *Reason*: each
image is a parallelogram up to a part that is small against its area.
""",
    fails=r"""
Where F is not one-to-one, places of the image that are reached twice count twice. The sign does not belong: it is
$\lvert\det J\rvert$, also where the map turns the picture over. On a set without area, such as r = 0, det J may vanish.
""",
    then=(
        present.Next(
            "The unit disc: π(1 − 1/e)", "substitution", f="(x cos(y), x sin(y))", box="0, 1; 0, 6.283185307179586"
        ),
        present.Next("A shear keeps every area", "substitution", f="(x + y^2, y)", box="-1, 1; -1, 1"),
        present.Next("Folded: some places count twice", "substitution", f="(x^2, y)", box="-1, 1; 0, 1"),
        present.Next("The factor itself, under the microscope", "jacobian", example="polar"),
    ),
)
