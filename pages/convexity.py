"""Convexity: whether the graph lies below its chords, why, and what that promises."""

from core.ui import chords, follow, frame, inputs, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Does the **chord** stay above the graph?", hint="Drag the ends of the chord.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    chords.draw(asked, answered, scenery.scalar(answered))


below(asked)

present.lesson(
    idea="""
Join two points of the graph by a straight line. If the graph never rises above such a **chord**, f is convex. A valley
of that shape has no side valleys: walk down, and you come to the lowest point of all.

One chord that the graph pierces refutes it. No number of good chords proves it. A proof needs an argument for all of
them at once: a **Hessian** that nowhere bends down, or rules by which convex pieces make a convex whole.

How strongly f bends up has two ends. At least μ means that no direction is flat; at most L means that no bend surprises
a step of length 1/L. Their quotient κ is what descent pays for. *Can f be convex where it has a kink?*
""",
    statement=r"""
Let f be defined on a convex set. It is **convex** if for all A, B and $0 \le t \le 1$

$$f\bigl((1 - t)A + tB\bigr) \le (1 - t)\,f(A) + t\,f(B).$$

If f is twice continuously differentiable, that is so exactly when $H(x) \succeq 0$ everywhere. If $H(x) \succ 0$
everywhere, f is **strictly** convex; $x^4$ shows that the converse fails. If $\mu I \preceq H \preceq L I$ with
$\mu > 0$, gradient descent with step $1/L$ keeps at most $1 - \mu/L$ of the gap $f - f^*$ at every step.

Sums, positive multiples and maxima of convex functions are convex; so is $h(u)$ for h convex and nondecreasing, u
convex.
""",
    fails=r"""
Convexity belongs to the **window**: $x^3$ is convex on $[0, 1]$ and not on $[-1, 1]$. One critical point, and that a
minimum, does not make f convex: look at $1 - e^{-x^2}$. Where f has a kink there is no Hessian, and the test by H says
nothing; the chord still does. The loss of a deep network is hardly ever convex, but near a minimum it may be.
""",
    then=(
        present.Next("Convex with a kink", "convexity", f="abs(x) + y^2", box="-2, 2; -2, 2"),
        present.Next("Log-sum-exp: flat one way", "convexity", f="ln(e^x + e^y)", box="-3, 3; -3, 3"),
        present.Next("One minimum, and not convex", "convexity", example="rosenbrock"),
        present.Next("At the threshold: 6, and then 6.1", "convexity", f="x^4 + 6x^2 y^2 + y^4", box="-1, 1; -1, 1"),
        present.Next(
            "Slide a: where does convexity break?", "convexity", f="f(x, y) = x^4 + a x^2 + y^2", box="-2, 2; -2, 2"
        ),
        present.Next("Two weights: minima in a curve", "convexity", f="(1 - x y)^2", box="-2, 2; -2, 2"),
        present.Next("One step of length 1/L", "steps"),
    ),
)
