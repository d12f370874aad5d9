"""The words of the language, and the operations every program is made of. Data only.

Two tables.

`WORDS`: what a visitor may write. A word has its spellings, how many arguments it takes, how it is typeset,
the operation it becomes, where it is defined, and where it is not differentiable. Or it `means` a formula of
our own language over its arguments u and v, each of which occurs in it once: then every reader writes it out
(`core.syntax.expand`), so that such a word is one row here and nothing else. A word with an operation of its
own is one row here, one line in `core.meaning`.

`OPERATIONS`: the closed vocabulary of a `Program`, with the table of meanings that every reader obeys:
Python floats and NumPy arrays (`core.numeric`), interval arrays (`core.enclosure`), the browser
(`static/program.js`). The rules that hold for all of them:

- nan in any operand gives nan (also `pow(1, nan)` and `0 * nan`); where an operation is undefined it is nan;
- a division by zero is nan, never an infinity; an overflow is an infinity of the right sign;
- a comparison is 1 or 0; `select(c, a, b)` computes both branches, gives nan when c is nan, and otherwise the
  value of the branch taken, whatever the other one is: so a hole that a formula fills by hand is really filled;
- a program carries conditions (its domain); where one fails or is nan, every output is nan. That is how a
  formula stays undefined where its text was, after simplification, and how a derivative is nan at a seam.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

POSITIVE: Final = ">"
NONNEGATIVE: Final = ">="
NONZERO: Final = "!="
RELATIONS: Final = (POSITIVE, NONNEGATIVE, NONZERO)


@dataclass(frozen=True)
class Rule:
    """A condition on the argument u of a word: `quantity` relation 0, and what it is called when it fails."""

    quantity: str  # "u" · "1-u^2" · "u-1" · "cos u" · "sin u"
    relation: str


@dataclass(frozen=True)
class Word:
    """One function name of the language."""

    name: str  # the name in the tree
    spellings: tuple[str, ...]  # what may be typed; the first is the one suggested
    latex: str  # the operator's name; empty where the typesetting has its own shape
    operation: str | None  # of the same meaning; None where it is composed of others
    least: int = 1  # arguments
    most: int = 1
    domain: tuple[Rule, ...] = ()  # where it is defined
    smooth: tuple[Rule, ...] = ()  # where, inside that, it is differentiable; empty: everywhere
    means: str = ""  # over u and v, when it stands for a formula
    notice: str = ""  # a convention that not everybody shares, said when the word is used


_U = "u"
_POS, _NONNEG, _NONZERO = (Rule(_U, r) for r in RELATIONS)
_DISC = Rule("1-u^2", NONNEGATIVE)
_OPEN_DISC = Rule("1-u^2", POSITIVE)

WORDS: Final[tuple[Word, ...]] = (
    Word("exp", ("exp",), r"\exp", "exp"),
    Word("ln", ("ln", "log"), r"\ln", "log", 1, 2, (_POS,)),
    Word("log10", ("lg", "log10"), r"\log_{10}", None, means="ln(u)/ln(10)"),
    Word("log2", ("lb", "log2"), r"\log_{2}", None, means="ln(u)/ln(2)"),
    Word("sqrt", ("sqrt",), "", "sqrt", domain=(_NONNEG,), smooth=(_POS,)),
    Word("cbrt", ("cbrt", "CubeRoot"), "", "cbrt", smooth=(_NONZERO,)),
    Word("root", ("root", "nthroot", "surd"), "", None, 2, 2),  # the n-th, n written out: core.syntax.expression
    Word("sin", ("sin",), r"\sin", "sin"),
    Word("cos", ("cos",), r"\cos", "cos"),
    Word("tan", ("tan", "tg"), r"\tan", "tan", domain=(Rule("cos u", NONZERO),)),
    Word("cot", ("cot", "ctg", "cotan"), r"\cot", None, domain=(Rule("sin u", NONZERO),)),
    Word("sec", ("sec",), r"\sec", None, domain=(Rule("cos u", NONZERO),)),
    Word("csc", ("csc", "cosec"), r"\csc", None, domain=(Rule("sin u", NONZERO),)),
    Word("asin", ("arcsin", "asin"), r"\arcsin", "asin", domain=(_DISC,), smooth=(_OPEN_DISC,)),
    Word("acos", ("arccos", "acos"), r"\arccos", "acos", domain=(_DISC,), smooth=(_OPEN_DISC,)),
    Word("atan", ("arctan", "atan", "arctg"), r"\arctan", "atan"),
    Word("sinh", ("sinh", "sh"), r"\sinh", "sinh"),
    Word("cosh", ("cosh", "ch"), r"\cosh", "cosh"),
    Word("tanh", ("tanh", "th"), r"\tanh", "tanh"),
    Word("asinh", ("arsinh", "asinh", "arcsinh"), r"\operatorname{arsinh}", "asinh"),
    Word(
        "acosh",
        ("arcosh", "acosh", "arccosh"),
        r"\operatorname{arcosh}",
        "acosh",
        domain=(Rule("u-1", NONNEGATIVE),),
        smooth=(Rule("u-1", POSITIVE),),
    ),
    Word("atanh", ("artanh", "atanh", "arctanh"), r"\operatorname{artanh}", "atanh", domain=(_OPEN_DISC,)),
    Word("atan2", ("atan2", "arctan2"), r"\operatorname{atan2}", "atan2", 2, 2),
    Word(
        "acot",
        ("arccot", "acot", "arcctg", "arccotan"),
        r"\operatorname{arccot}",
        None,
        means="pi/2 - arctan(u)",
        notice="I read arccot with values between 0 and pi; some programs take them between minus and plus half of pi.",
    ),
    Word("asec", ("arcsec", "asec"), r"\operatorname{arcsec}", None, means="arccos(1/u)"),
    Word("acsc", ("arccsc", "acsc", "arccosec"), r"\operatorname{arccsc}", None, means="arcsin(1/u)"),
    Word("coth", ("coth", "cth"), r"\coth", None, means="1/tanh(u)"),
    Word("sech", ("sech",), r"\operatorname{sech}", None, means="1/cosh(u)"),
    Word("csch", ("csch", "cosech"), r"\operatorname{csch}", None, means="1/sinh(u)"),
    Word("acoth", ("arcoth", "acoth", "arccoth"), r"\operatorname{arcoth}", None, means="artanh(1/u)"),
    Word("asech", ("arsech", "asech", "arcsech"), r"\operatorname{arsech}", None, means="arcosh(1/u)"),
    Word("acsch", ("arcsch", "acsch", "arccsch", "arcosech"), r"\operatorname{arcsch}", None, means="arsinh(1/u)"),
    Word("erf", ("erf",), r"\operatorname{erf}", "erf"),
    Word("erfc", ("erfc",), r"\operatorname{erfc}", None, means="1 - erf(u)"),
    Word("abs", ("abs", "Abs", "absolute", "fabs"), "", "abs", smooth=(_NONZERO,)),
    Word("sign", ("sign", "sgn", "signum"), r"\operatorname{sgn}", "sign", smooth=(_NONZERO,)),
    Word("heaviside", ("heaviside", "Heaviside"), r"\operatorname{Heaviside}", None, means="(1 + sign(u))/2"),
    Word("hypot", ("hypot",), r"\operatorname{hypot}", None, 2, 2, means="sqrt(u^2 + v^2)"),
    Word("relu", ("relu", "ReLU"), r"\operatorname{relu}", None, means="max(u, 0)"),
    Word("sigmoid", ("sigmoid", "logistic", "expit"), r"\operatorname{sigmoid}", None, means="1/(1 + exp(-u))"),
    Word("softplus", ("softplus",), r"\operatorname{softplus}", None, means="ln(1 + exp(u))"),
    Word("min", ("min", "Min", "minimum", "fmin"), r"\min", "min", 1, 6),  # a seam where the smallest two are equal
    Word("max", ("max", "Max", "maximum", "fmax"), r"\max", "max", 1, 6),
)
WORD: Final[dict[str, Word]] = {word.name: word for word in WORDS}

CONSTANTS: Final[dict[str, str]] = {"pi": r"\pi", "e": "e"}  # name in the tree: LaTeX

GREEK: Final = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
    *("nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)  # may be names of variables and parameters, pi apart


@dataclass(frozen=True)
class Operation:
    """One instruction of a program: how many slots it reads, and what it gives for real operands."""

    name: str
    arity: int
    meaning: str


OPERATIONS: Final[dict[str, Operation]] = {
    row[0]: Operation(*row)
    for row in (
        ("const", 0, "the constant of that number; a float, with a mark whether it is exact"),
        ("var", 0, "the coordinate of that number"),
        ("neg", 1, "-a"),
        ("add", 2, "a + b"),
        ("sub", 2, "a - b"),
        ("mul", 2, "a b"),
        ("div", 2, "a / b; nan for b = 0"),
        ("powi", 1, "a to a whole power k, the second field; a^0 = 1; nan for a = 0 and k < 0"),
        ("pow", 2, "a^b for a > 0; 0 for a = 0 and b > 0; else nan"),
        ("sqrt", 1, "the root that is not negative; nan for a < 0"),
        ("cbrt", 1, "the real cube root, for every a"),
        ("exp", 1, "e^a"),
        ("log", 1, "the natural logarithm; nan for a <= 0"),
        ("sin", 1, "sine of a in radians; nan for an infinity"),
        ("cos", 1, "cosine"),
        ("tan", 1, "sine over cosine"),
        ("asin", 1, "in [-pi/2, pi/2]; nan outside [-1, 1]"),
        ("acos", 1, "in [0, pi]; nan outside [-1, 1]"),
        ("atan", 1, "in (-pi/2, pi/2)"),
        ("sinh", 1, "hyperbolic sine"),
        ("cosh", 1, "hyperbolic cosine"),
        ("tanh", 1, "hyperbolic tangent"),
        ("asinh", 1, "its inverse"),
        ("acosh", 1, "not negative; nan for a < 1"),
        ("atanh", 1, "nan outside (-1, 1)"),
        ("erf", 1, "the error function, by the algorithm of core.error_function"),
        (
            "atan2",
            2,
            "the angle of the point (b, a), in (-pi, pi]: a is its height; nan at (0, 0) and for two infinities",
        ),
        ("abs", 1, "|a|"),
        ("sign", 1, "1, 0 or -1"),
        ("min", 2, "the smaller"),
        ("max", 2, "the larger"),
        ("lt", 2, "1 if a < b else 0"),
        ("le", 2, "1 if a <= b else 0"),
        ("eq", 2, "1 if a = b else 0"),
        ("select", 3, "b if a is not 0 else c; nan if a is nan"),
    )
}
