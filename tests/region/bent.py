"""Functions whose convexity on a box is known, with the reason where it is not plain.

A row: formula, box (one side a variable; one side alone counts for all), verdict, whether strictly so (None where the
table takes no side). "undefined" marks a formula without a value on a part of the box: there must be no verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

U, W, P = ((-1.0, 1.0),), ((-3.0, 3.0),), ((0.5, 2.0),)
HUBER = "{t^2/2 if |t| <= 1; |t| - 1/2}"


@dataclass(frozen=True)
class Known:
    text: str
    box: tuple[tuple[float, float], ...]
    verdict: str
    strict: bool | None = False
    variables: tuple[str, ...] = ()


ONE = (
    Known("x^2", U, "convex", True),
    Known("x^4", U, "convex", True),
    Known("-x^2", U, "concave", True),
    Known("3x - 2", U, "affine"),
    Known("x^3", ((0.0, 1.0),), "convex", True),
    Known("x^3", ((-1.0, 0.0),), "concave", True),
    Known("x^3", U, "neither"),
    Known("x^3", ((-1e-6, 1.0),), "neither"),
    Known("|x|", U, "convex"),
    Known("|x|", ((1.0, 2.0),), "affine"),
    Known("|x|^3", U, "convex", True),
    Known("|x|^1.5", U, "convex", True),
    Known("x|x|", U, "neither"),
    Known("sqrt(|x|)", U, "neither"),
    Known("sqrt(x)", ((0.0, 4.0),), "concave", True),
    Known("cbrt(x)", ((0.0, 1.0),), "concave", True),
    Known("cbrt(x)", U, "neither"),
    Known("x^(2/3)", ((0.0, 1.0),), "concave", True),
    Known("1/x", ((0.5, 2.0),), "convex", True),
    Known("1/x", ((-2.0, -0.5),), "concave", True),
    Known("1/x", U, "undefined"),
    Known("1/x^2", ((-2.0, -0.5),), "convex", True),
    Known("log x", P, "concave", True),
    Known("log x", U, "undefined"),
    Known("x log x", ((0.01, 3.0),), "convex", True),
    Known("e^x", W, "convex", True),
    Known("x e^x", ((-2.0, 2.0),), "convex", True),
    Known("x e^x", ((-3.0, 2.0),), "neither"),
    Known("e^(-x^2)", ((-0.7, 0.7),), "concave", True),  # inflections at ±0.7071
    Known("e^(-x^2)", ((-0.72, 0.72),), "neither"),
    Known("sin x", ((0.0, 3.0),), "concave", True),
    Known("sin x", W, "neither"),
    Known("x - sin x", ((0.0, 3.0),), "convex", True),
    Known("x^2/2 + cos x", W, "convex", True),  # f'' = 1 - cos x touches 0
    Known("0.999x^2/2 + cos x", W, "neither"),  # f''(0) = -0.001
    Known("cosh x - x^2/2", W, "convex", True),
    Known("x^4 - 1e-9 x^2", U, "neither"),
    Known("x^4 + 1e-9 x^2", U, "convex", True),
    Known("x^4/12 - x^3/3 + x^2/2", W, "convex", True),  # f'' = (x - 1)^2
    Known("x^4/12 - x^3/3 + 0.4999x^2", W, "neither"),
    Known("x^6 - 3x^4 + 3x^2", U, "neither"),  # f'' = 30x^4 - 36x^2 + 6 = 6 (5x^2 - 1)(x^2 - 1)
    Known("|x^2 - 1|", ((-2.0, 2.0),), "neither"),
    Known("max(x^2, 2x)", W, "convex"),
    Known("max(0, 1 - x)^2", W, "convex"),
    Known("min(x, 1)", W, "concave"),
    Known("log(1 + e^x)", W, "convex", True),
    Known("log(cosh x)", W, "convex", True),
    Known("x^2/(1 + |x|)", W, "convex", True),  # f'' = 2/(1 + |x|)^3
    Known("atan x", ((-1.0, 0.0),), "convex", True),
    Known("sqrt(1 + x^2)", W, "convex", True),
    Known("x^x", ((0.1, 3.0),), "convex", True),
    Known("-log(cos x)", U, "convex", True),
    Known("1e-9 x^2", U, "convex", True),
    Known("-1e-9 x^2 + 5x", U, "concave", True),
    Known("sign(x)", U, "neither"),
    Known("e^(1/x)", ((0.5, 2.0),), "convex", True),
    Known("x^3 + 1e5 x^2", ((-1e4, 1e4),), "convex", True),
    Known("x^3 + 1e5 x^2", ((-1e5, 1e5),), "neither"),
    Known("sin(x)^2 + cos(x)^2", U, "affine"),
    Known("tanh x", ((0.0, 1000.0),), "concave", True),
    Known("sin x", ((0.0, math.pi),), "concave", True),  # the float is below π, where the sine is above 0
    Known("-cos x", ((-math.pi / 2, math.pi / 2),), "convex", True),
    Known("|sin x|", W, "neither"),
    Known("|e^x - 1|", U, "neither"),
    Known("max(0, x)", ((-3.0, 5.0),), "convex"),
)

TWO = (
    Known("ln(y (-x^2 - 1)^2)", ((0.95, 50.0), (1.0, 2.0)), "neither"),  # the base of the square is negative
    Known("atan(max((x^2 + y^2)^2, 1/4))", ((-0.6, 0.6),), "convex", False, ("x", "y")),  # flat in the middle
    Known("x^2 + y^2", U, "convex", True),
    Known("2x - 3y + 1", U, "affine", variables=("x", "y")),
    Known("x y", U, "neither"),
    Known("x^2 - y^2", U, "neither"),
    Known("x^2 + y^2 + 1.998x y", U, "convex", True),
    Known("x^2 + y^2 + 2x y", U, "convex"),
    Known("x^2 + y^2 + 2.002x y", U, "neither"),
    Known("x^2 + y^2 + 2.000000002x y", U, "neither"),  # least eigenvalue -2e-9
    Known("x^2 + y^2 + 1.999999998x y", U, "convex", True),
    Known("-x^2 - 2y^2 + x y", U, "concave", True),
    Known("x^4 + y^4", U, "convex", True),
    Known("x^4 + y^4 + 5.999x^2y^2", U, "convex", True),  # convex for 0 <= a <= 6
    Known("x^4 + y^4 + 6x^2y^2", U, "convex", True),
    Known("x^4 + y^4 + 6.001x^2y^2", U, "neither"),
    Known("x^4 + y^4 - 0.001x^2y^2", U, "neither"),
    Known("(x^2 + y^2)^2", U, "convex", True),
    Known("x^2y^2", U, "neither"),
    Known("x^2y^2 + x^2 + y^2", ((-0.4, 0.4),), "convex", True),  # det H = 4(1 + x^2)(1 + y^2) - 16x^2y^2
    Known("x^2y^2 + x^2 + y^2", ((-1.5, 1.5),), "neither"),
    Known("(x + y)^4", U, "convex"),
    Known("x^4 + 4x^3y + 6x^2y^2 + 4x y^3 + y^4", U, "convex"),
    Known("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", ((-5.0, 5.0),), "neither"),
    Known("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", ((2.5, 3.5), (1.5, 2.5)), "convex", True),  # about the minimum (3, 2)
    Known("(1 - x)^2 + 100(y - x^2)^2", ((-2.0, 2.0), (-1.0, 3.0)), "neither"),
    Known(
        "(1 - x)^2 + 100(y - x^2)^2", ((0.9, 1.1), (0.7, 0.8)), "convex", True
    ),  # det H > 0 exactly for y < x^2 + 1/200
    Known("x^2 + y^4 + x y", ((-1.0, 1.0), (0.5, 2.0)), "convex", True),
    Known("log(e^x + e^y)", W, "convex"),
    Known("log(1 + e^x + e^y)", W, "convex", True),
    Known("e^x + e^y", W, "convex", True),
    Known("e^(x + y)", W, "convex"),
    Known("e^(x^2 + y^2)", U, "convex", True),
    Known("e^(x^2 - y)", U, "convex", True),
    Known("e^(-x^2 - y^2)", ((-0.4, 0.4),), "concave", True),
    Known("e^(-x^2 - y^2)", U, "neither"),
    Known("|x| + |y|", U, "convex"),
    Known("|x + y| + x^2", U, "convex"),
    Known("max(x, y)", U, "convex"),
    Known("max(x^2 + y^2, x + 2)", W, "convex"),
    Known("min(x, y)", U, "concave"),
    Known("max(x, y) - max(x, -y)", U, "neither"),
    Known("sqrt(x^2 + y^2)", U, "convex"),
    Known("sqrt(1 + x^2 + y^2)", W, "convex", True),
    Known("sqrt(x^2 + x y + y^2)", U, "convex"),
    Known("sqrt(x^2 + 3x y + y^2 + 9)", U, "neither"),
    Known("(|x|^3 + |y|^3)^(1/3)", U, "convex"),
    Known("hypot(x - 1, 2y)", U, "convex"),
    Known("x^2/y", ((-1.0, 1.0), (0.5, 2.0)), "convex"),
    Known("(x^2 + y^2)/(x + y)", P, "convex"),
    Known("x^3/y", P, "convex", True),
    Known("x^3/y^3", P, "neither"),
    Known("1/(x y)", P, "convex", True),
    Known("x/y", P, "neither"),
    Known("-sqrt(x y)", ((0.0, 1.0),), "convex"),
    Known("sqrt(x y)", P, "concave"),
    Known("(x y)^(1/3)", P, "concave", True),
    Known("x^0.7 y^0.7", P, "neither"),
    Known("x log(x/y)", P, "convex"),
    Known("x log x + y log y", ((0.01, 1.0),), "convex", True),
    Known("-x log x - (1 - x)log(1 - x)", ((0.1, 0.9),), "concave", True),
    Known("log(x + y)", P, "concave"),
    Known("log x + log y", P, "concave", True),
    Known("log(x y)", P, "concave", True),
    Known("-log(1 - x^2 - y^2)", ((-0.6, 0.6),), "convex", True),
    Known("-log(1 - x^2 - y^2)", U, "undefined"),
    Known("sin x + sin y", ((0.1, 3.0),), "concave", True),
    Known("sin(x) sin(y)", W, "neither"),
    Known("x^2 + y^2 + sin(x y)", ((-0.5, 0.5),), "convex", True),
    Known("e^x + x y + y^2", ((1.0, 2.0), (-1.0, 1.0)), "convex", True),
    Known("e^x + x y + y^2/4", ((-2.0, -1.0), (-1.0, 1.0)), "neither"),
    Known("x^2 + y^2 + x y + |x|", U, "convex", True),
    Known("x^6 + y^6 + x^4y^2/3 + x^2 + x y/7 + y^2", U, "convex", True),
    Known("(1 - x y)^2", W, "neither"),
    Known("x^2 e^y", P, "neither"),
    Known("cosh(x + y) + x^2", U, "convex", True),
    Known("max(0, 1 - x - y)^2 + x^2", W, "convex"),
    Known("softplus(x - y) + x^2 + y^2", W, "convex", True),
    Known("x^2 + 1e-9 y^2", U, "convex", True),
    Known("x^2 - 1e-9 y^2", U, "neither"),
    Known("x^2 + y^2 + x^2y", ((-1.0, 1.0), (-0.1, 0.1)), "neither"),  # det H = 4(1 + y) - 4x^2 < 0 near (1, -0.1)
    Known("x^2 + y^2 + x^2y", ((-0.9, 0.9), (-0.1, 0.1)), "convex", True),  # 0.81 < 0.9
    Known("sqrt(x^2 - y^2)", ((2.0, 3.0), (-1.0, 1.0)), "concave"),  # a cone of light
    Known("sqrt(x^2 - y^2 + 1)", ((2.0, 3.0), (-1.0, 1.0)), "neither"),
    Known("sqrt(x^2 + y^4 + 1)", U, "convex", True),
    Known("x^2 + y^2 + |x y|", U, "convex", True),
    Known("x^2 + y^2 + 3|x y|", U, "neither"),
    Known("x^2 + y^2", ((-1e8, 1e8), (-1e-5, 1e-5)), "convex", True),
    Known("max(0, x) + max(0, y)", U, "convex"),
    Known("max(x, y) + min(x, y)", U, "affine"),
    Known("max(x, y) + min(x, y) + x^2", U, "convex"),
    Known("2max(x, y) + min(x, y)", U, "convex"),  # x + y + max(x, y)
    Known("max(x, y) + min(x, 2y)", U, "neither"),
    Known("cbrt(x y)", ((-2.0, -0.5),), "concave", True),
    Known("x^2 + y^2 - 1e-4 |x + y|", U, "neither"),  # the kink turns down
    Known("x^2 + y^2 - 1e-6 max(x - 0.3, y)", U, "neither"),
    Known("(1 - x)^2 + 100(y - x^2)^2", ((0.0, 1.0), (-1.0, 0.005)), "neither"),  # the float is above 1/200
    Known("(1 - x)^2 + 100(y - x^2)^2", ((0.0, 1.0), (-1.0, math.nextafter(0.005, 0.0))), "convex", True),
    Known("x^4 + y^4 + 1e-6 x y", U, "neither"),
    Known("x y + 1e6 (x^2 + y^2)", ((-1e5, 1e5),), "convex", True),
    Known("{x^2 + y^2 if x > 0; y^2}", U, "convex"),
    Known("{x^2 + y^2 if x > 0; y^2 - 1}", U, "neither"),
)

MORE = (
    Known("x^2 + y^2 + z^2 + x y + y z", U, "convex", True),
    Known("x y + y z + z x", U, "neither"),
    Known("log(e^x + e^y + e^z)", W, "convex"),
    Known("sqrt(x^2 + y^2 + z^2)", U, "convex"),
    Known("x^4 + y^4 + z^4 + x y z + x^2 + y^2 + z^2", ((-0.5, 0.5),), "convex", True),
    Known("x^2 + y^2 + z^4 - x y z", ((-2.0, 2.0),), "neither"),
    Known("-log(x y - z^2)", ((1.0, 2.0), (1.0, 2.0), (-0.5, 0.5)), "convex", True),  # the log of a determinant
    Known("(x y z)^(1/3)", P, "concave"),
    Known("cbrt(x y z)", P, "concave"),
    Known("x^2/y + z^2/y", P, "convex"),
    Known("a^2 + b^2 + c^2 + d^2 + a b c d", ((-0.5, 0.5),), "convex", True, ("a", "b", "c", "d")),
    Known("a^2 + b^2 + c^2 + d^2 + 3a b c d", ((-1.0, 1.0),), "neither", False, ("a", "b", "c", "d")),
    Known(
        "x_1^4 + x_2^4 + x_3^4 + x_4^4 + x_5^4 + x_6^4 + x_7^4 + x_8^4",
        U,
        "convex",
        True,
        tuple(f"x_{i}" for i in range(1, 9)),
    ),
    Known(
        "log(e^x_1 + e^x_2 + e^x_3 + e^x_4 + e^x_5 + e^x_6 + e^x_7 + e^x_8)",
        U,
        "convex",
        False,
        tuple(f"x_{i}" for i in range(1, 9)),
    ),
    Known("x_1 x_2 + x_3 x_4 + x_5 x_6 + x_7 x_8", U, "neither", False, tuple(f"x_{i}" for i in range(1, 9))),
)

KNOWN = (*ONE, *TWO, *MORE)
