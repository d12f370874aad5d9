"""Which guarantees hold here? What is known of f on the window, and what each method is promised by it.

One card for every page that knows a region: smooth, convex, strongly convex, Lipschitz, Lipschitz gradient. A promise
is only made where its condition is proved; where it is refuted, or open, the card says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.ui import compute, frame, inputs, present
from core.ui.compute import Answered
from core.ui.present import decimal
from core.wire import Record

HELD: Final = {True: ":green[✓] **{}**", False: ":red[✕] **not {}**", None: "**?** {}: open"}
ENDLESS: Final = 1e9  # of an eigenvalue: more than this on one side, and nothing known on the other
NOTHING: Final = 1e-12
HOLED: Final = "f has no value on a part of the window, or that could not be ruled out: no constant holds on all of it."
WIDE: Final = 1e-3  # an enclosure this narrow, relatively, is written as one number


@dataclass(frozen=True)
class Known:
    """What is known of f on the window; None where it is open. `mu`, `L`, `slope` are bounds that are proved."""

    smooth: bool | None
    convex: bool | None
    mu: float | None  # strongly convex with that constant
    slope: float | None  # Lipschitz with that constant
    L: float | None  # Lipschitz gradient with that constant
    steep: bool  # proved not to be Lipschitz
    sharp: bool  # proved that the gradient is not Lipschitz, or does not exist everywhere
    weak: bool  # proved not to be strongly convex
    concave: bool = False


def known(found: Record) -> Known:
    """Read off the record of a region."""
    bent, limits = found["convexity"], found["lipschitz"]
    verdict, (low, high) = bent["verdict"], bent["mu"]
    slope, gradient = limits["f"], limits["gradient"]
    L = None if isinstance(gradient, str) else gradient[1]
    convex = {"convex": True, "affine": True, "concave": False, "neither": False}.get(verdict)
    if verdict == "undecided" and bent["witness"]["not_convex"]:
        convex = False
    sharp = isinstance(gradient, str)
    return Known(
        True if L is not None else False if sharp else None,
        convex,
        low if convex and low and low > 0 else None,
        None if isinstance(slope, str) else slope[1],
        L,
        isinstance(slope, str),
        sharp,
        convex is False or verdict == "affine" or (high is not None and high <= 0),
        verdict == "concave",
    )


# The constants.


def constants(answered: Answered, found: Record) -> None:
    """Draw μ, L, κ, the step 1/L and the rate, with the way to the step page at that step."""
    bent, k = found["convexity"], known(found)
    one = len(answered.names) == 1
    least, most = (
        ("least $f''$", "greatest $f''$") if one else ("least eigenvalue of $H$", "greatest eigenvalue of $H$")
    )
    st.subheader("How much it bends", anchor=False)
    if not found.get("everywhere", True):
        present.note(HOLED, "constants")
        return
    rows = [
        (f"$\\mu$, {least}", between(bent["mu"])),
        (f"$L$, {most}", between(bent["L"])),
    ]
    step = 1 / k.L if k.L else None
    if k.mu and k.L:
        rows += [("$\\kappa = L/\\mu$", between(_condition(bent)))]
    if step:
        rows += [("safe step $1/L$", _safe(found["lipschitz"]["gradient"]))]
    if step and k.mu and k.L:
        rows += [("each such step keeps at most", f"{decimal(1 - k.mu / k.L)} of the gap to the minimum")]
    present.table(("On this window", "is"), rows, "constants")
    if step:
        box, at = inputs.write_box(answered.box), inputs.write_point(answered.point)
        link = frame.step(answered.problem.text, box, at, eps=_down(step))
        present.lead("One step of that length, under the microscope", "steps", link)


def elsewhere(found: Record) -> None:
    """Draw the way to the part of the window where f has values, if it has none on the rest, and the part is known."""
    if part := found.get("part"):
        box = [(float(low), float(high)) for low, high in part]
        st.button("Look at the largest part where f has values", key="inhabited", on_click=inputs.look, args=(box,))


def _condition(bent: Record) -> list[float | None]:
    (low, high), (L0, L1) = bent["mu"], bent["L"]
    return [L0 / high if high else None, L1 / low if low else None]


def _safe(L: Sequence[float]) -> str:
    """The step 1/L as far as L is known: in the digits in which L is written, else rounded down.

    >>> _safe([1.0, 1.0000001]), _safe([0.0, 3.0])
    ('1', '0.333')
    """
    low, high = L
    return between([1 / high, 1 / low]) if low and high - low <= WIDE * low else decimal(_down(1 / high))


def _down(x: float, digits: int = 3) -> float:
    """A positive number in so many digits, rounded down, so that a promise stays true.

    >>> _down(0.33333), _down(0.5)
    (0.333, 0.5)
    """
    scale = 10 ** (digits - 1 - math.floor(math.log10(x)))
    return float(f"{math.floor(x * scale * (1 + 1e-12)) / scale:.{digits}g}")


def _up(x: float | None) -> str:
    """A bound in four digits, rounded up.

    >>> _up(470.6618), _up(2.0), _up(0.0)
    ('470.7', '2', '0')
    """
    if x is None or x < 1e-12:
        return decimal(0.0 if x is not None else None)
    scale = 10 ** (3 - math.floor(math.log10(x)))
    return decimal(math.ceil(x * scale * (1 - 1e-12)) / scale)


def between(ends: Sequence[float | None]) -> str:
    """An enclosure as a person reads it.

    >>> between([2.0, 2.0000000001]), between([1.0, 1.5]), between([0.0, None])
    ('2', '1 to 1.5', 'at least 0')
    >>> between([None, -1.7e10]), between([-2e-14, 5.0])
    ('below −10¹⁰; it seems to have no bound', '≈ 0 to 5')
    """
    low, high = ends
    if low is None and high is not None and high < -ENDLESS:
        return f"below −{_power(-high)}; it seems to have no bound"
    if high is None and low is not None and low > ENDLESS:
        return f"above {_power(low)}; it seems to have no bound"
    if low is None and high is None:
        return "not known"
    if low is None or high is None:
        return f"at most {decimal(high)}" if low is None else f"at least {decimal(low)}"
    middle = 0.5 * (low + high)
    if abs(middle) < 1e-12:
        return "0"
    if high - low <= WIDE * abs(middle):
        return _digits(low, high)
    if abs(low) <= NOTHING * high or abs(high) <= NOTHING * -low:  # rounding made it
        return f"≈ 0 to {decimal(float(f'{high:.4g}'))}" if high > -low else f"{decimal(float(f'{low:.4g}'))} to ≈ 0"
    return f"{decimal(float(f'{low:.4g}'))} to {decimal(float(f'{high:.4g}'))}"


def _power(x: float) -> str:
    """The power of ten below a number.

    >>> _power(1.7e10)
    '10¹⁰'
    """
    return f"10{str(math.floor(math.log10(x))).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _digits(low: float, high: float) -> str:
    """The digits that both ends share; the whole number, where it lies between."""
    for digits in (1, 2, 3, 4, 5, 6):
        value = float(f"{0.5 * (low + high):.{digits}g}")
        if low <= value <= high:
            return decimal(value)
    return f"≈ {decimal(float(f'{0.5 * (low + high):.4g}'))}"


# The card.


def follow(answered: Answered, shown: str) -> None:
    """Draw the card on a page that is about something else; nothing where the window cannot be judged."""
    found = compute.region(answered, shown)
    if found is None:
        compute.waiting("guarantees")
    elif "sorry" not in found:
        elsewhere(found)
        card(found)


def card(found: Record) -> None:
    """Draw the card: five properties, and what each method is promised by them."""
    k = known(found)
    with st.container(key="guarantees", border=True):
        st.subheader("Which guarantees hold here?", anchor=False)
        present.table(("On this window *f* is", "and so"), properties(k), "properties")
        present.table(("Method", "What it is promised"), promises(k), "promises")
        present.note("Promises hold while the run stays in the window.", "promises")


def properties(k: Known) -> list[tuple[str, str]]:
    """Rows of the card: what holds, and what follows.

    >>> properties(Known(True, False, None, 2.0, 3.0, False, False, True))[1]
    (':red[✕] **not convex**', 'there may be many local minima')
    """
    strongly = True if k.mu else False if k.weak else None
    smooth = {
        True: "the gradient exists everywhere",
        False: "somewhere a kink, a jump, an infinite bend, or no value",
        None: "",
    }
    many = "every local maximum is the global one" if k.concave else "there may be many local minima"
    convex = {True: "every local minimum is the global one", False: many, None: ""}
    rows = (
        ("smooth", k.smooth, smooth[k.smooth]),
        ("convex", k.convex, convex[k.convex]),
        ("strongly convex", strongly, f"one minimum at most, μ = {decimal(_down(k.mu, 4))}" if k.mu else ""),
        ("Lipschitz", _held(k.slope, k.steep), f"a step of 1 changes *f* by at most {_up(k.slope)}"),
        ("of Lipschitz gradient", _held(k.L, k.sharp), f"it bends by at most *L* = {_up(k.L)}"),
    )
    return [
        (HELD[held].format(name), so if held is not None and (held or name in ("smooth", "convex")) else "")
        for name, held, so in rows
    ]


def _held(bound: float | None, refuted: bool) -> bool | None:
    return False if refuted else True if bound is not None else None


def promises(k: Known) -> list[tuple[str, str]]:
    """Rows of the card: each method with what it is promised, and what not."""
    return [
        ("Gradient descent, step $1/L$", _descent(k)),
        ("Accelerated gradient", _accelerated(k)),
        ("Subgradient method", _subgradient(k)),
        ("Newton, pure", _newton(k)),
    ]


def _descent(k: Known) -> str:
    if k.L is None:
        return (
            "no step is safe everywhere: its gradient has no Lipschitz constant"
            if k.sharp
            else "open: *L* is not known"
        )
    if not k.L:
        return "nothing bends: *f* is affine: constant, or without a lowest value but at the edge"
    if k.mu:
        return f"$f - f^*$ shrinks by the factor {decimal(1 - k.mu / k.L)} at every step"
    if k.convex:
        return r"$f(x_k) - f^* \le L\,\|x_0 - x^*\|^2/(2k)$, where there is a minimum $x^*$"
    return "*f* falls at every step, and gradients tend to 0; a **global** minimum is not promised"


def _accelerated(k: Known) -> str:
    if k.L and k.mu:
        kept = decimal(1 - math.sqrt(k.mu / k.L))
        return rf"a factor of about {kept} a step: $\sqrt\kappa$ takes the place of $\kappa$"
    if k.L and k.convex:
        return r"$f(x_k) - f^* \le 2L\,\|x_0 - x^*\|^2/(k + 1)^2$"
    if k.L == 0:
        return "nothing bends: the same"
    return "nothing without a convex *f* and *L*"


def _subgradient(k: Known) -> str:
    if k.convex and k.slope is not None:
        return rf"the best of $k$ steps: $f - f^* \le {_tex(k.slope)}\,\|x_0 - x^*\|/\sqrt{{k}}$, also at kinks"
    return "nothing without a convex Lipschitz *f*"


def _newton(k: Known) -> str:
    if k.mu and k.smooth:
        return "fast near the minimum; from afar nothing, unless the step is damped"
    return "nothing: it may go to any critical point, or nowhere"


def _tex(x: float) -> str:
    return present.latex_number(x)
