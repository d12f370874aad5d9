"""One variable: f, its slope and its bending over one axis, and what the slope's promise is worth."""

from core.ui import compute, follow, frame, inputs, present, scenery, stacked
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("What does **f″** know that the slope does not?", hint="Drag the point, on any of the three graphs.")
asked = inputs.problem(least=("x",), groups=inputs.ONE, start=stacked.FIRST)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    present.missing(answered.record, asked.margin)
    shown = scenery.scalar(answered)
    view = stacked.draw(asked, answered, shown)
    record = compute.exactly(answered)
    if record and view.whole:
        scenery.exact(answered, record)
        present.letters(scenery.given(answered))
        present.failings(record)


below(asked)

present.lesson(
    idea="""
Three graphs over one axis. Where f rises, f′ lies above zero; where f has its top or its bottom, f′ crosses zero.
And f′ is a function like any other: its own slope is f″. Where f″ is positive, the slope grows, and f bends **up**.

The slope makes a promise: a stride h will change f by f′(p)·h. It is never quite kept, and f″ says how it will be
broken: by about ½ f″(p)·h². Halve the stride, and what is off becomes a quarter.

At a critical point the slope promises nothing at all. So the bending decides: up is a minimum, down a maximum. *And
where it is zero as well?* Then the test is silent, and the sign of f′ on both sides has the last word.
""",
    statement=r"""
If f is twice differentiable at p, then

$$f(p + h) = f(p) + f'(p)\,h + \tfrac12 f''(p)\,h^2 + o(h^2).$$

**Second-derivative test.** Let $f'(p) = 0$. If $f''(p) > 0$, f has a strict local minimum at p; if $f''(p) < 0$, a
strict local maximum. If $f''(p) = 0$ the test is silent.

**First-derivative test.** If f is continuous at p, and f′ is negative to the left and positive to the right of p, then
f has a local minimum there, whether it has a derivative at p or not.

An **inflection** is a point where f is continuous and f″ changes its sign.
""",
    fails=r"""
$f''(p) = 0$ does not make an inflection: $x^4$ has none at 0. At a kink such as that of $|x|$ there is a minimum
without any slope. Across a pole f′ may keep its sign although f falls from the top of the paper to its bottom: signs
count on each side by themselves. And $f' > 0$ at a single point says nothing of the points around it.
""",
    then=(
        present.Next("The test is silent, and it is a minimum", "one_variable", f="f(x) = x^4", at="0", box="-2, 2"),
        present.Next("The test is silent, and f goes on rising", "one_variable", f="f(x) = x^3", at="0", box="-2, 2"),
        present.Next("A minimum without a slope", "one_variable", f="f(x) = |x| + x^2/4", at="1", box="-2, 2"),
        present.Next("A pole: signs on each side", "one_variable", f="f(x) = x + 1/x", at="2", box="-4, 4"),
        present.Next("How far a step downhill should go", "steps", f="f(x) = x^3 - 3x", at="2", box="-2.5, 2.5"),
        present.Next("Two variables: the slope becomes an arrow", "explore", example="folium"),
    ),
)  # fmt: skip
