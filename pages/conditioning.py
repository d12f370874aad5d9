"""Conditioning: what one step size for all directions costs, and what momentum and Newton save."""

from core.ui import bowls, frame, present
from core.ui.bowls import chosen

frame.guard()
present.question("What does a **long valley** cost?", hint="Drag the start, and the ring of step and momentum.")
bowls.draw()

present.lesson(
    idea="""
A bowl has two curvatures. Across the valley it bends by Λ, along it by λ. One step size must serve both: the steep
axis breaks out at ε = 2/Λ, and a step that short hardly moves anything along the flat one. The price is the **condition
number** κ = Λ/λ. A **high** one is the bad one: ten times κ, ten times the steps.

**Momentum** keeps a part of the last step. Zig-zags cancel, the slow way adds up: √κ takes the place of κ. Too much
of it, and the ball swings around the bottom.

**Newton** measures each axis by its own curvature. That turns the ellipses into circles, κ into 1, and all steps into
one. *Does it matter to gradient descent which way the valley runs? Turn it and see.*
""",
    statement=r"""
Let $f(x) = \tfrac12 x^{\mathsf T}Hx$ with smallest eigenvalue $\lambda > 0$ and largest $\Lambda$. Gradient
descent with a fixed step multiplies the error along an eigenvector by $1 - \varepsilon\lambda_i$. From every start it
converges exactly when $0 < \varepsilon < 2/\Lambda$, and

$$
\min_\varepsilon \max_i |1 - \varepsilon\lambda_i| = \frac{\kappa - 1}{\kappa + 1}
\ \text{at}\ \varepsilon = \frac{2}{\lambda + \Lambda}.
$$

**Kantorovich**: with exact line search, $f(x_{k+1}) \le \bigl(\frac{\kappa - 1}{\kappa + 1}\bigr)^2 f(x_k)$.

**Polyak**: with momentum each error obeys $e_{k+1} = (1 + \beta - \varepsilon\lambda_i)\,e_k - \beta\,e_{k-1}$. It
converges when $0 \le \beta < 1$ and $0 < \varepsilon\Lambda < 2(1 + \beta)$; where the roots are complex both have the
size $\sqrt\beta$. The smallest spectral radius is

$$
\sqrt{\beta} = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}
\quad\text{at}\quad \varepsilon = \Bigl(\frac{2}{\sqrt\lambda + \sqrt\Lambda}\Bigr)^2.
$$

**Newton**: with $x = H^{-1/2}u$ the bowl is $\tfrac12\|u\|^2$, and one step of size 1 arrives.
""",
    fails=r"""
Off a quadratic, H changes on the way: these rates hold near a minimum with positive definite H, as a limit, and the
best heavy ball may even cycle on a convex function. The best constants need λ and Λ, which nobody tells you. At the
best momentum two roots meet, so the error goes like $k\rho^k$: a few more steps than $\rho$ foretells. Where λ = 0 or
less, κ says nothing about convergence. Newton pays with a Hessian and a linear system at every step.
""",
    then=(
        present.Next("Ten times the condition number", "conditioning", more=chosen(kappa=100)),
        present.Next("The same with the best momentum", "conditioning", more=chosen(kappa=100, tuned=1)),
        present.Next("Just past the limit 2/Λ", "conditioning", more=chosen(step=0.203)),
        present.Next("The same valley as Newton sees it", "conditioning", more=chosen(kappa=100, rescaled=1)),
        present.Next("A curved valley: κ is about 2508 at its bottom", "optimizers", example="rosenbrock"),
    ),
)
