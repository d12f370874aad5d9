"""Region: what can be promised about a scalar f on a whole box.

    spectrum    the least and the greatest eigenvalue of the Hessian, as enclosures: the constants μ and L
    lipschitz   the best Lipschitz constants of f and of its gradient, with a pair of points that needs them

Rules: a promise is proved, an enclosure holds the truth whatever the time allowed; more time makes it narrower.
Boxes are closed and convex, so the largest slope inside is the best Lipschitz constant.
"""
