"""Steps: how far a step downhill should go, and what a repeated one does."""

from core.ui import follow, frame, inputs, present, scenery, stepping
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("How **far** should a downhill step go?", hint="Drag the ring, slide the step.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    stepping.draw(asked, answered, scenery.scalar(answered))


below(asked)

present.lesson(
    idea="""
The slope alone says: the further, the better. The **curvature along the gradient** sends the bill. The slope's
promise grows like ε, the bill like ε²: so a small step always pays, and a long one may end higher than it began.

Where the ray bends up, the quadratic model has one best step. At twice the best it is back at its start; beyond that
it goes **uphill**. Where the ray bends down or not at all, the model falls for ever. That does not mean f does: it
means that the model cannot tell you where to stop.

One step size for the whole run must suit every eigenvector at once. Each keeps the factor |1 − ελ| of its error, and
the steepest bend is the first to break out. *What happens at exactly ε = 2/λmax?*
""",
    statement=r"""
Let $g = \nabla f(p) \neq 0$ and $H = H(p)$. The second-order model on the ray is

$$f(p - \varepsilon g) \approx f(p) - \varepsilon\, g^{\mathsf T}g + \tfrac12 \varepsilon^2\, g^{\mathsf T}Hg.$$

If $g^{\mathsf T}Hg > 0$, its only minimiser is $\varepsilon^* = g^{\mathsf T}g \,/\, g^{\mathsf T}Hg$. For positive
definite H it lies in $[1/\lambda_{\max},\, 1/\lambda_{\min}]$. On a quadratic with such an H, a fixed step converges
from every start exactly when $0 < \varepsilon < 2/\lambda_{\max}$.
""",
    fails=r"""
All this is about the **model**: it is accurate near ε = 0, not for large ε. If $g^{\mathsf T}Hg \le 0$, increasing ε
lowers the model without limit; f need not follow. Off a quadratic, H changes on the way, and $2/\lambda_{\max}$ is
only a local limit. A drop is **guaranteed** at every step if $0 < \varepsilon < 2/L$ with L a Lipschitz constant of the
gradient.
""",
    then=(
        present.Next("Past break-even: ε = 0.5", "steps", f="1.5x^2 + 2xy + 1.5y^2", at="2, 0", more=(("eps", 0.5),)),
        present.Next("At the limit: run 30 steps", "steps", f="1.5x^2 + 2xy + 1.5y^2", at="2, 0", more=(("eps", 0.4),)),
        present.Next("No best step: the ray bends down", "steps", f="f(x) = -exp(-x^2)", at="2"),
        present.Next("The best step leaves the domain", "steps", f="f(x) = x - ln(x)", at="3", more=(("eps", 9.0),)),
        present.Next("What one step for all directions costs", "conditioning"),
        present.Next("Let the methods run", "optimizers"),
    ),
)
