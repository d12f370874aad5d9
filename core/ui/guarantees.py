"""Which guarantees hold here? What is known of f on the window, and what each method is promised by it.

One card for every page that knows a region: smooth, convex, strongly convex, Lipschitz, Lipschitz gradient. A promise
is only made where its condition is proved; where it is refuted, or open, the card says so.

One rule for numbers, wherever a constant is written: one that is exact stands alone or after =, one that is rounded
after ≈, and a bound that the other end is not near is rounded outward, so that it stays true.
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
EXACT: Final = 1e-9  # and this narrow, as the short number in it
DIGITS: Final = 4


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
    mu_most: float | None = None  # the other ends of the three enclosures
    slope_least: float | None = None
    L_least: float | None = None


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
        high,
        None if isinstance(slope, str) else slope[0],
        None if isinstance(gradient, str) else gradient[0],
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
    step = safe_step(found["lipschitz"]["gradient"])
    if k.mu and k.L:
        rows += [("$\\kappa = L/\\mu$", between(_condition(bent)))]
    if step:
        rows += [("safe step $1/L$", decimal(step))]
    if step and k.mu and k.L:
        rows += [("each such step keeps at most", f"{_kept(k.mu / k.L)} of the gap to the minimum")]
    present.table(("On this window", "is"), rows, "constants")
    if step:
        box, at = inputs.write_box(answered.box), inputs.write_point(answered.point)
        link = frame.step(answered.problem.text, box, at, eps=step)
        present.lead("One step of that length, under the microscope", "steps", link)


def elsewhere(found: Record) -> None:
    """Draw the way to the part of the window where f has values, if it has none on the rest, and the part is known."""
    if part := found.get("part"):
        box = [(float(low), float(high)) for low, high in part]
        st.button("Look at the largest part where f has values", key="inhabited", on_click=inputs.look, args=(box,))


def _condition(bent: Record) -> list[float | None]:
    (low, high), (L0, L1) = bent["mu"], bent["L"]
    return [L0 / high if high else None, L1 / low if low else None]


def constant(bound: Sequence[float | None] | str) -> str:
    """A Lipschitz constant as far as it is known.

    >>> constant("infinite"), constant([2.0, 2.0]), constant([3.3719, 3.3724]), constant([1.0001, None])
    ('∞', '2', '≈ 3.372', 'at least 1')
    """
    return between(bound) if not isinstance(bound, str) else "∞" if bound == "infinite" else bound


def enough(bound: Sequence[float | None] | str) -> float | None:
    """A short number that certainly is a constant; None where none is known.

    >>> enough([1.78, 1.78018]), enough([6.0, 6.0]), enough("none"), enough([1.0, None])
    (1.781, 6.0, None, None)
    """
    return None if isinstance(bound, str) or bound[1] is None else _up(bound[1])


def safe_step(bound: Sequence[float | None] | str) -> float | None:
    """The step 1/L for the greatest L that may be, rounded down; None where no step is promised.

    >>> safe_step([1.0, 1.0]), safe_step([0.0, 3.0]), safe_step("none"), safe_step([0.0, 0.0])
    (1.0, 0.3333, None, None)
    """
    L = None if isinstance(bound, str) else bound[1]
    return _down(1 / L) if L and math.isfinite(1 / L) else None


def step_said(bound: Sequence[float | None] | str) -> str:
    """The same in words, after "1/L"; nothing where there is none.

    >>> step_said([2.0, 2.0]), step_said([3.0, 3.0]), step_said("none")
    ('= 0.5', '≈ 0.3333', '')
    """
    step = safe_step(bound)
    if step is None or isinstance(bound, str):
        return ""
    low, high = bound
    exact = is_exact(low, high) and high is not None and abs(step * high - 1) <= EXACT
    return f"{'=' if exact else '≈'} {decimal(step)}"


def _kept(share: float) -> str:
    """What is left without that share, rounded up.

    >>> _kept(0.25), _kept(1 / 3), _kept(1.23456e-9)
    ('0.75', '0.6667', '0.999999998766')
    """
    return f"{1 - _down(share):.12g}"


def _down(x: float) -> float:
    """A number in four digits, not above it: a promise stays true.

    >>> _down(0.33333), _down(0.5), _down(-470.6612), _down(0.0)
    (0.3333, 0.5, -470.7, 0.0)
    """
    if not x or not math.isfinite(x):
        return x
    unit = math.floor(math.log10(abs(x))) - DIGITS + 1
    places = x / 10.0**unit
    return float(f"{math.floor(places + 1e-11 * abs(places))}e{unit}")


def _up(x: float) -> float:
    """A number in four digits, not below it.

    >>> _up(470.6618), _up(2.0), _up(1e-20)
    (470.7, 2.0, 1e-20)
    """
    return -_down(-x)


def is_exact(low: float | None, high: float | None) -> bool:
    """Is an enclosure as good as one short number?"""
    return low is not None and high is not None and _short(low, high) is not None and _near(low, high, EXACT)


def _near(low: float, high: float, width: float) -> bool:
    return high - low <= width * min(abs(low), abs(high))


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
        end = f"at most {decimal(_up(high))}" if high is not None else ""
        return end or f"at least {decimal(_down(low or 0.0))}"
    if max(abs(low), abs(high)) < NOTHING:
        return "0" if low <= 0 <= high else f"≈ {decimal(float(f'{0.5 * low + 0.5 * high:.4g}'))}"
    if _near(low, high, WIDE):
        return _digits(low, high)
    if abs(low) <= NOTHING * high or abs(high) <= NOTHING * -low:  # rounding made it
        return f"≈ 0 to {decimal(_up(high))}" if high > -low else f"{decimal(_down(low))} to ≈ 0"
    return f"{decimal(_down(low))} to {decimal(_up(high))}"


def _power(x: float) -> str:
    """The power of ten below a number.

    >>> _power(1.7e10)
    '10¹⁰'
    """
    return f"10{str(math.floor(math.log10(x))).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _digits(low: float, high: float) -> str:
    """An enclosure as one number: alone where it is exact, after ≈ where it is rounded.

    >>> _digits(2.0, 2.0000000001), _digits(1.9999, 2.0001), _digits(3.37194, 3.37197), _digits(1 / 3, 1 / 3)
    ('2', '≈ 2', '≈ 3.372', '≈ 0.3333')
    """
    short = _short(low, high)
    if short is not None and is_exact(low, high):
        return decimal(short)
    value = 0.5 * low + 0.5 * high if short is None or float(f"{short:.{DIGITS}g}") != short else short
    return f"≈ {decimal(float(f'{value:.{DIGITS}g}'))}"


def _short(low: float, high: float) -> float | None:
    """The number with the fewest digits between both ends, if it has no more than six."""
    rounded = (float(f"{0.5 * low + 0.5 * high:.{digits}g}") for digits in range(1, 7))
    return next((value for value in rounded if low <= value <= high), None)


def _so(low: float | None, high: float | None, upper: bool) -> str:
    """How large a constant is, of which one end counts: exactly, about, or at most.

    >>> _so(2.0, 2.0, True), _so(3.3719, 3.3724, True), _so(1.0, 3.50001, True), _so(0.12345, None, False)
    ('= 2', '≈ 3.372', '≤ 3.501', '≥ 0.1234')
    """
    if low is not None and high is not None and (_near(low, high, WIDE) or low == high):
        said = between([low, high])
        return said if said.startswith("≈") else f"= {said}"
    end = high if upper else low
    return "" if end is None else f"{'≤' if upper else '≥'} {decimal(_up(end) if upper else _down(end))}"


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
        ("strongly convex", strongly, f"one minimum at most, μ {_so(k.mu, k.mu_most, False)}" if k.mu else ""),
        ("Lipschitz", _held(k.slope, k.steep), f"a step of 1 changes *f* by at most {_most(k.slope_least, k.slope)}"),
        ("of Lipschitz gradient", _held(k.L, k.sharp), f"it bends by at most *L* {_so(k.L_least, k.L, True)}"),
    )
    return [
        (HELD[held].format(name), so if held is not None and (held or name in ("smooth", "convex")) else "")
        for name, held, so in rows
    ]


def _most(low: float | None, high: float | None) -> str:
    return _so(low, high, True).lstrip("=≤ ").replace("≈", "about")


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
        return f"$f - f^*$ shrinks by the factor {_kept(k.mu / k.L)}, or a smaller one, at every step"
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
    return present.latex_number(_up(x))
