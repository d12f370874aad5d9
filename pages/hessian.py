"""Hessian: turn a direction, and read off how f bends along it."""

import streamlit as st

from core.ui import bending, follow, frame, inputs, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Can a direction bend **more** than the eigenvectors do?", hint="Turn d, drag p.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    f = bending.draw(asked, answered, scenery.scalar(answered))
    again, order = st.columns([1, 1], gap="large")
    with again:
        st.subheader("Differentiate the gradient", anchor=False)
        bending.gradient_again(f)
        bending.account(f)
    with order:
        st.subheader("Does the order matter?", anchor=False)
        bending.order(f)


below(asked)

present.lesson(
    idea="""
The gradient is itself a map: a point goes in, an arrow comes out. Its Jacobian is the **Hessian**. It says how the
arrow changes when you move, so it says how f bends.

Walk through p along a unit direction d: the curvature of f along the way is dᵀHd. Along an eigenvector it is the
eigenvalue. In between it is a weighted average of the eigenvalues, with the weights cos² and sin² of the angle, which
always add up to 1. An average cannot leave the range of what is averaged.

*Two perpendicular directions: what is the sum of their curvatures?*
""",
    statement=r"""
Where the second partial derivatives of f are continuous, $H$ is symmetric (Schwarz): the order of differentiation does
not matter. Then $H = Q \Lambda Q^{\mathsf T}$ with perpendicular unit eigenvectors $q_i$, and for every unit vector d

$$d^{\mathsf T} H d = \sum_i \lambda_i\, (q_i \cdot d)^2.$$

The weights $(q_i \cdot d)^2$ add up to 1, so $\lambda_{\min} \le d^{\mathsf T} H d \le \lambda_{\max}$.
""",
    fails=r"""
At a kink there is no Hessian at all: most functions with $|x|$ or max in them have a symmetric one **almost
everywhere**, not everywhere. And where second partials exist but are not continuous, the order can matter. For a d
that is not of length 1, divide by its squared length. A positive diagonal does not make H positive.
""",
    then=(
        present.Next("H = [[3, 2], [2, 3]] at 30°: the average 4.732", "hessian", f="1.5x^2 + 2xy + 1.5y^2", at="0, 0",
                     box="-2, 2; -2, 2", more=(("theta", 30.0),)),
        present.Next("Positive diagonal, and yet it bends down along 135°", "hessian", example="hidden", at="0, 0",
                     more=(("theta", 135.0),)),
        present.Next("Where the order matters: −1 and +1", "hessian", example="unequal", at="0, 0",
                     more=(("entry", 12.0),)),
        present.Next("A kink: no Hessian on the axes", "hessian", example="l1", at="0, 0.75"),
        present.Next("Drag the point, and see the quadratic model move along", "explore", example="folium"),
    ),
)  # fmt: skip
