"""Destinations: where a method ends from every start in the window, and from the one that is held."""

from core.ui import destinations, follow, frame, inputs, present, scenery
from core.ui.compute import Answered
from core.ui.inputs import Asked

frame.guard()
present.question("Where does it **end**, if you start here?", hint="Drag the start.")
asked = inputs.problem(least=("x", "y"), groups=inputs.ALL)


@follow.the_hand
def below(asked: Asked, answered: Answered) -> None:
    destinations.draw(asked, answered, scenery.scalar(answered))


below(asked)

present.lesson(
    idea="""
Every start in the window is one run. The map tells by **colour and pattern** to what kind of point it came: plain for a
minimum, hatched for a saddle, dotted for a maximum, and grey where it came to none.

**Newton** looks for a place where the gradient is zero, and takes the first it finds, whatever its kind. Its regions
have borders that never become smooth, however far you zoom: there the Hessian is nearly singular, and a tiny change of
the start sends the first step somewhere else.

**Descent** follows the slope down. A saddle is left at once by every start but those on a thin line. Its regions are
valleys, and their borders run along ridges, through the saddles. *Where H is positive definite, does Newton always go
to a minimum?*
""",
    statement=r"""
Let $x^*$ be a critical point with $H(x^*)$ invertible and H Lipschitz near it. Newton converges to $x^*$ from all
starts that are close enough, **of whatever kind $x^*$ is**: minima, saddles and maxima all have regions with area.

If f has Lipschitz gradient with constant L and the step size is below $1/L$, the starts from which gradient descent
converges to a strict saddle have area zero (Lee, Simchowitz, Jordan and Recht, 2016).
""",
    fails=r"""
The map is a sample: one start in the middle of each pixel. What is thinner than a pixel, such as the line that leads
descent into a saddle, is not in it. "No end" means none **in so many steps**; a longer run might arrive. Far out a
small gradient is not a critical point: there a run counts as diverging. Near the rough borders of Newton's regions
rounding decides where a single start ends; the shares are stable, one pixel is not.
""",
    then=(
        present.Next("Newton climbs to the maximum", "destinations", example="himmelblau", at="0, 0"),
        present.Next("From two wells: is the line between them straight?", "destinations", example="well", at="0.3, 1"),
        present.Next(
            "Three saddles, one fractal",
            "destinations",
            f="(x^4 - 6x^2 y^2 + y^4)/4 - x",
            at="-0.6, 0.4",
            box="-2, 2; -2, 2",
        ),
        present.Next(
            "A minimum that pulls from nearby only",
            "destinations",
            f="-exp(-x^2 - y^2)",
            at="0.55, 0",
            box="-1, 1; -1, 1",
        ),
        present.Next("Race them from one start", "optimizers"),
    ),
)
