"""Lipschitz: how fast a function can change, and the cone that its graph never enters."""

from core.ui import follow, frame, inputs, present, scenery, steepness
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("How **fast** can f change, anywhere here?", hint="Drag the point, slide the slope L.")
asked = inputs.problem(least=("x",), groups=inputs.ONE, start=steepness.FIRST)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    steepness.draw(asked, answered, scenery.scalar(answered))


below(asked)

present.lesson(
    idea="""
Put a double cone of slope L on the graph. If the graph never enters it, wherever the cone stands, then f changes by
at most L per unit of way: it is **Lipschitz** with constant L. One pair of points that is steeper breaks it.

The best constant is the largest slope. A pair of points shows from below that no smaller L will do; interval
arithmetic shows from above that a larger one does. The two close in on each other.

The same for the **gradient** is another promise: the slope cannot turn suddenly, so f bends by at most L. That is the
one that tells how long a step downhill may be: 1/L never goes up. *x² on the whole line: which of the two has it?*
""",
    statement=r"""
f is **L-Lipschitz** on a set when $|f(x) - f(y)| \le L\,\|x - y\|$ for all its points. On a convex set and for
differentiable f, that holds exactly when $\|\nabla f\| \le L$ everywhere; and for twice differentiable f,

$$\|\nabla f(x) - \nabla f(y)\| \le L\,\|x - y\| \iff \|H\| \le L, \text{ all eigenvalues in } [-L, L].$$

If the gradient is L-Lipschitz, the **descent lemma** holds,

$$f(y) \le f(x) + \nabla f(x)\cdot(y - x) + \tfrac L2 \|y - x\|^2,$$

and with ε = 1/L a step lowers f by at least $\|\nabla f\|^2 / (2L)$.
""",
    fails=r"""
$|x|$ is Lipschitz with L = 1 but has no gradient at 0. $\sqrt{|x|}$ is continuous and has no L near 0: its graph is
vertical there. $x^2$ has no L on the whole line, but its gradient has: L = 2. On every bounded window it has both.
A constant belongs to its window: a larger window may need a larger one. Where a graph jumps no L will do at all.
""",
    then=(
        present.Next("Slide the cone along a wave", "lipschitz", f="f(x) = sin(3x)", at="0.5", box="-3, 3"),
        present.Next("A kink is no trouble", "lipschitz", f="f(x) = |x|", at="0.6", box="-2, 2"),
        present.Next("A vertical tangent breaks every cone", "lipschitz", f="f(x) = sqrt(|x|)", at="0", box="-2, 2"),
        present.Next("One per cent too low", "lipschitz", f="f(x) = x^2", at="3", box="-1, 3", more=(("cone", 5.94),)),
        present.Next("Two variables: where is it steepest?", "lipschitz", example="peaks"),
        present.Next("How far a step may go", "steps"),
    ),
)
