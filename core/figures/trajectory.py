r"""Steps and paths as pictures: the ray of a step, its account, its factors, the runs of optimizers.

    ray           f and its parabola against ε
    account       start, what the slope promised, what the curvature took back, the result, and the truth
    factors       |1 - ε λᵢ| for every eigenvalue, with the limit 1
    limits        1/λ_max, 1/λ_min and 2/λ_max on one scale with ε* and ε
    convergence   a measure of every run against its work

Rule: numbers in, figure out; the sentence of a chart says what its marks say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.figures.chart import Area, Axis, Curve, Line, Pair, Part, Scene, Spot, Symbol, chart
from core.optimize.step import Downhill, Limits
from core.optimize.trajectory import Array

LOOKS: Final[Mapping[str, tuple[str, tuple[float, ...], Symbol]]] = {
    "gradient descent": ("ink", (), "circle"),
    "momentum": ("ochre", (), "diamond"),
    "Newton": ("second", (7.0, 4.0), "square"),
}
DASH: Final = (7.0, 4.0)
MOST_BEADS: Final = 12


def short(v: float) -> str:
    """Four significant digits, with a true minus.

    >>> short(-15.6), short(0.20634), short(126.0), short(1.5e-7)
    ('−15.6', '0.2063', '126', '1.5e−07')
    """
    return f"{v + 0.0:.4g}".replace("-", "−")


# The step.


def ray(down: Downhill, truth: Sequence[Pair], eps: float, end: float, name: str = "f") -> Scene:
    """f and its model along -g, with ε*, 2ε*, the model's uphill part, and the chosen ε as the ring.

    >>> from core.optimize import Quadratic
    >>> down = Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0])
    >>> print(ray(down, [(0.0, 6.0), (0.5, 11.5)], 0.5, 0.5)["alt"].replace("; ", ";\\n"))
    f and its parabola against the step size ε, from 0 to 0.5;
    best step of the parabola at ε = 0.2063, break-even at 0.4127;
    at ε = 0.5 the parabola says 11.5.
    """
    model = tuple((s, down.model(s)) for s, _ in truth)
    matters = end if down.break_even is None else max(1.1 * down.break_even, eps)
    low, high = _window([(s, v) for s, v in model if s <= matters], truth)
    gone = _left(truth, low, high)
    leaves = "" if gone is None else f"{name} leaves at ε = {gone:.2g}"
    promise = tuple((s, down.value - s * down.gg) for s, _ in truth)
    parts: list[Part] = []
    if down.break_even is not None and down.break_even < end:
        at = down.break_even
        parts.append(Area(((at, low), (end, low), (end, high), (at, high)), "ink2", 0.1, name="uphill"))
    parts += [
        Curve(tuple(truth), leaves or name, "ink2", 5.0, faint=0.45),
        Curve(promise, "slope’s promise", "ink", 1.6),
        Curve(model, "its parabola", "second", 2.0, DASH),
        *_marked(down, end),
        Spot((eps, down.model(eps)), "ring", "accent", short(down.model(eps))),
    ]
    says = [f"{name} and its parabola against the step size ε, from 0 to {short(end)}", _where(down), leaves]
    alt = "; ".join([*filter(None, says), f"at ε = {short(eps)} the parabola says {short(down.model(eps))}"]) + "."
    return chart(*parts, x=Axis("ε", side=(0.0, end)), y=Axis(name if len(name) < 3 else "", side=(low, high)), alt=alt)


def _marked(down: Downhill, end: float) -> list[Part]:
    if down.best is None or down.break_even is None or down.best > end:
        return []
    best, even = down.best, down.break_even
    return [
        Line(best, "x", "second", name=f"best step ε* = {short(best)}"),
        Line(even, "x", "second", name=f"break-even 2ε* = {short(even)}"),
        Spot((best, down.model(best)), "dot", "second"),
        Spot((even, down.value), "dot", "second"),
    ]


def _where(down: Downhill) -> str:
    if down.best is None or down.break_even is None:
        return "the parabola falls for ever, it has no best step"
    return f"best step of the parabola at ε = {short(down.best)}, break-even at {short(down.break_even)}"


def _window(model: Sequence[Pair], truth: Sequence[Pair]) -> Pair:
    """The side of f: the tamer of the two curves, and of the other as much again; of f, when it is the wild one, twice.

    So the model to its break-even still fills a quarter where f runs away, and f is seen as long as that allows.
    """
    spans = [(*_span(model), 1.0), (*_span(truth), 2.0)]
    (low, high, _), (other_low, other_high, more) = sorted(spans, key=lambda side: side[1] - side[0])
    size = high - low or abs(high) or 1.0
    low, high = max(min(low, other_low), low - more * size), min(max(high, other_high), high + more * size)
    return low - 0.08 * (high - low), high + 0.16 * (high - low)


def _left(truth: Sequence[Pair], low: float, high: float) -> float | None:
    """Where f leaves the picture for good; None when it stays in it, or ends there."""
    inside = [i for i, (_, v) in enumerate(truth) if low <= v <= high]
    after = [v for _, v in truth[inside[-1] + 1 :] if math.isfinite(v)] if inside else []
    return truth[inside[-1]][0] if after else None


def _span(curve: Sequence[Pair]) -> Pair:
    seen = [v for _, v in curve if math.isfinite(v)]
    return (min(seen), max(seen)) if seen else (0.0, 0.0)


def account(down: Downhill, eps: float, true: float) -> Scene:
    """The three terms as bars that lead from the start to the result, and beside them the true new value.

    >>> from core.optimize import Quadratic
    >>> account(Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0]), 0.5, 11.5)["alt"]
    'Start 6, promised −26, curvature +31.5, result 11.5; the true new value is 11.5.'
    """
    start, promised, curved = down.terms(eps)
    result = start + promised + curved
    levels = (start, start + promised, result)
    low, high = min(levels), max(levels)
    span = high - low or abs(high) or 1.0
    if math.isfinite(true):
        low, high = min(low, max(true, low - span)), max(high, min(true, high + span))
    base = 0.0 if low - 3 * span <= 0 <= high + 3 * span else low - 0.3 * span
    side = (min(low, base) - 0.2 * span, max(high, base) + 0.25 * span)
    words = [
        ("start", base, start, short(start), "ink2", 0.9),
        ("promised", start, levels[1], short(promised), "bg", 1.0),
    ]
    words += [("curvature", levels[1], result, signed(curved), "second", 1.0)]
    words += [("result", base, result, short(result), "accent", 1.0)]
    says = f"Start {short(start)}, promised {short(promised)}, curvature {signed(curved)}, result {short(result)}; "
    if math.isfinite(true):
        words.append(("true f", base, true, short(true), "ink2", 0.35))
    ends = f"the true new value is {short(true)}." if math.isfinite(true) else "f has no value there."
    bars = [_bar(i, *word[1:], side) for i, word in enumerate(words)]
    ticks = tuple((float(i), word[0]) for i, word in enumerate(words))
    links = [Area(((i + 0.34, v), (i + 0.66, v)), opacity=0.0, outline="ink2") for i, v in enumerate(levels)]
    return chart(
        Line(base, "y", "ink2", 1.0),
        *bars,
        *links,
        x=Axis(side=(-0.6, len(words) - 0.4), ticks=ticks),
        y=Axis(side=side, ticks=()),
        alt=says + ends,
        height=210,
        title="This step’s account",
    )


def signed(v: float) -> str:
    """With its sign, whatever it is.

    >>> signed(31.5), signed(-2.0)
    ('+31.5', '−2')
    """
    return short(v) if v < 0 else "+" + short(v)


def _bar(i: int, start: float, end: float, text: str, token: str, opacity: float, side: Pair) -> Area:
    a, b = (min(max(v, side[0]), side[1]) for v in (start, end))
    points = ((i - 0.34, a), (i + 0.34, a), (i + 0.34, b), (i - 0.34, b))
    return Area(points, token, opacity, "ink" if token == "bg" else "", text)


def factors(down: Downhill, eps: float) -> Scene:
    """What a repeated step leaves of the error along each eigenvector; beyond 1 it grows.

    >>> from core.optimize import Quadratic
    >>> factors(Downhill.at(Quadratic([[3, 2], [2, 3]]), [2, 0]), 0.3)["alt"]
    'Error factor of a step of 0.3 repeated: 0.70 along λ = 1, 0.50 along λ = 5; the limit is 1.'
    """
    q, eigenvalues = down.factors(eps), down.eigenvalues
    right = max(1.3, min(max(q) * 1.3, 2.6))  # with room for the number beside the longest bar
    parts: list[Part] = []
    for i, size in enumerate(q):
        end = min(size, right)
        points = ((0.0, -i - 0.3), (end, -i - 0.3), (end, -i + 0.3), (0.0, -i + 0.3))
        parts.append(Area(points, "second" if size < 1 else "ink2", 0.85 if size < 1 else 0.35))
        parts.append(Curve(((end, -i),), f"{size:.2f}", "ink", 0.0))
    ticks = tuple((-float(i), f"λ = {short(v)}") for i, v in enumerate(eigenvalues))
    each = ", ".join(f"{size:.2f} along λ = {short(v)}" for size, v in zip(q, eigenvalues, strict=True))
    return chart(
        *parts,
        Line(1.0, "x", "ink", 2.0),
        x=Axis(words="error factor |1 − ελ|", side=(0.0, right), ticks=((0.0, "0"), (1.0, "limit 1"))),
        y=Axis(side=(-len(q) + 0.4, 0.6), ticks=ticks),
        alt=f"Error factor of a step of {short(eps)} repeated: {each}; the limit is 1.",
        height=max(80, 44 * len(q)),
        grid=False,
        title="If repeated",
    )


def limits(down: Downhill, bounds: Limits, eps: float) -> Scene:
    """The step sizes that belong to H on one logarithmic scale; ε* always lies in the bar."""
    best = down.best or bounds.shortest
    sizes = [bounds.shortest, bounds.longest, bounds.stable, best, eps]
    ratio = max(max(sizes) / min(v for v in sizes if v > 0), 2.0) ** 0.12
    side = (min(v for v in sizes if v > 0) / ratio, max(sizes) * ratio)
    a, b = bounds.shortest, bounds.longest
    bar = Area(((a, -0.28), (b, -0.28), (b, 0.28), (a, 0.28)), "second", 0.22)
    ends = [Curve(((v, -0.28), (v, 0.28)), token="second", width=2.0) for v in (a, b)]
    ticks = ((a, "1/λmax"), (b, "1/λmin")) if b > a * ratio else ((a, "1/λ"),)
    return chart(
        bar,
        *ends,
        Line(bounds.stable, "x", "ink", 2.0, DASH, "2/λmax"),
        Spot((best, 0.0), "dot", "second", "ε*"),
        Spot((eps, 1.0), "ring", "accent", "ε"),
        x=Axis("ε", side=side, log=True, ticks=tuple((math.log10(v), name) for v, name in ticks)),
        y=Axis(side=(-0.8, 2.2), ticks=()),
        alt=(
            f"The best step of any gradient here lies between 1/λmax = {short(a)} and 1/λmin = {short(b)}; "
            f"this one’s is {short(best)}; the limit of a fixed step is 2/λmax = {short(bounds.stable)}; "
            f"ε is {short(eps)}."
        ),
        height=110,
        grid=False,
    )


# The runs.


@dataclass(frozen=True)
class Run:
    """One curve of the race: the method, its work and its measure after every step, the step that is shown."""

    method: str
    work: tuple[float, ...]
    measure: tuple[float, ...]


def convergence(runs: Sequence[Run], measure: str, work: str, log_work: bool = False) -> Scene:
    """A measure of every run against its work, the measure on a logarithmic scale.

    >>> run = Run("Newton", (1.0, 2.0), (10.0, 0.1))
    >>> convergence([run], "f − f*", "steps")["alt"]
    'f − f* against steps: Newton from 10 to 0.1 in 2.'
    """
    curves = [_curve(run, log_work) for run in runs]
    ends = [_says(run) for run in runs]
    seen = [v for run in runs for v in run.measure if math.isfinite(v) and v > 0]
    side = (min(seen), max(seen)) if seen else (0.1, 1.0)
    room = (side[1] / side[0]) ** 0.06 if side[1] > side[0] else 3.0
    return chart(
        *curves,
        x=Axis(words=work, log=log_work),
        y=Axis(words=measure, side=(side[0] / room, side[1] * room), log=True),
        alt=f"{measure} against {work}: {', '.join(ends)}.",
        height=290,
    )


def _says(run: Run) -> str:
    seen = [v for v in run.measure if math.isfinite(v)]
    return f"{run.method} from {short(seen[0])} to {short(seen[-1])} in {short(run.work[-1])}" if seen else run.method


def _curve(run: Run, log_work: bool) -> Curve:
    token, dash, symbol = LOOKS[run.method]
    points = tuple(zip(run.work, run.measure, strict=True))
    points = tuple((w, v) for w, v in points if v > 0 and (w > 0 or not log_work))
    return Curve(points, run.method, token, 2.0, dash, symbol, every=max(1, math.ceil(len(points) / MOST_BEADS)))


def gaps(values: Array, lowest: float) -> tuple[float, ...]:
    """How high above `lowest`; what is only rounding counts as nothing.

    >>> gaps(np.array([5.0, 1.0 + 1e-17, 1.0]), 1.0)
    (4.0, 0.0, 0.0)
    """
    floor = 4 * np.finfo(float).eps * max(abs(lowest), 1e-300)
    above = values - lowest
    return tuple(float(v) for v in np.where(above > floor, above, 0.0))
