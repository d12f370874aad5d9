r"""Every zero of F = ∇f in a window, each proved to exist and to be alone, the rest of the window proved empty.

With J the Jacobian of F (so the Hessian of f), m the middle of a box X, r its radius, and Y ≈ J(m)⁻¹ any matrix,
each zero of F in X lies in

    K = m - Y F(m) + (I - Y J(X)) (X - m),

and if K lies strictly inside X then X holds exactly one zero. (Krawczyk 1969; Neumaier, Interval Methods for
Systems of Equations, 5.1.) The search cuts the window into boxes, drops those where a component of F has no zero
or that K misses, narrows the others to K, and settles those where K proves a zero.

Rules:
- every bound counts its roundings; a comparison with nan is false, so it never drops a box and never proves a zero;
- the formula needs a C¹ function: K is used only where every condition of f, F and J is proved on all of X;
- what lets a box be dropped as undefined are the conditions of f alone. Those of its derivatives fail at a seam,
  where f itself may be smooth: |0x| + x² is x²;
- the box that is tested is 35 % larger than the box asked about. A zero on the corner of a box, where the cuts
  love to put it, is inside that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.branching import (
    TOGETHER,
    Boxes,
    Budget,
    Indices,
    Limits,
    Mask,
    State,
    Verdict,
    branch,
    every,
    grid,
    some,
    together,
)
from core.definiteness import ULP, Array, above, midpoint
from core.enclosure import enclose
from core.numeric import arrays
from core.problem import Side
from core.program import Builder, Condition, Program, gradient, jacobian, join
from core.vocabulary import NONZERO

CELLS = {1: 64, 2: 16, 3: 6, 4: 4}  # of the first grid, along each side; 2 in more variables
INFLATION = 1.35
WORK = 1_000_000  # boxes times instructions: what may be done between two looks at the budget takes some 20 ms
FEWEST = 64  # boxes at once; fewer take as long
ROUNDS = 40  # of refinement; a handful is enough, it converges quadratically
LEAST = 2.0**-1000  # more than all that underflows in one product
TRIES = 3  # with such boxes, each 256 times larger than the last
TINY = 2.0**-30  # of its region: a box about a zero, in which a Krawczyk step squares that
CONVERGED = 2.0**-48  # of the box and the place: so short a step of Newton is the last


@dataclass(frozen=True)
class System:
    """Equations F = 0, and J, whose first outputs are the entries of their Jacobian, each once, under all conditions.

    `entries[i, j]` says which output of J is ∂F_i/∂x_j; behind the entries come the first n equations again. Of ∇f = 0
    the Jacobian is the Hessian, so J holds a triangle, then F, then f; and F has the conditions of f alone.
    """

    n: int
    F: Program
    J: Program
    entries: Indices  # (n, n)

    @property
    def distinct(self) -> int:
        """How many different entries there are: the outputs of J before F."""
        return int(self.entries.max()) + 1


@dataclass(frozen=True)
class Zeros:
    """Boxes with exactly one zero each, and where in the box it is: an enclosure inside the region."""

    region: Boxes
    enclosure: Boxes

    def __len__(self) -> int:
        return len(self.region)


@dataclass(frozen=True)
class Krawczyk:
    """K for N boxes X, with what it was made of.

    Where F is not proved to be C¹ on X, it is not `smooth` and nothing follows; where K is not finite, it is not
    `sound` and nothing follows from K.
    """

    X: Boxes
    K: Boxes
    smooth: Mask
    sound: Mask
    F: tuple[Array, Array]  # at the middle of X: midpoint and radius, (n, N)
    J: tuple[Array, Array]  # over X, (n, n, N)

    @property
    def proves(self) -> Mask:
        """K is strictly inside X."""
        return self.sound & every((self.X.lower < self.K.lower) & (self.K.upper < self.X.upper))

    def narrowed(self, boxes: Boxes) -> Boxes:
        """Boxes inside X without what is not in K; those that meet K."""
        inner = met(boxes, self.K)
        lower, upper = np.where(self.sound, inner.lower, boxes.lower), np.where(self.sound, inner.upper, boxes.upper)
        return Boxes(lower, upper)


def system(f: Program) -> System:
    """The system ∇f = 0."""
    F, n = gradient(f), f.inputs
    J = jacobian(F)
    b, holes = Builder(n), list[Condition]()
    in_f, in_F, in_J = (_tightly(b, program, holes) for program in (f, F, J))
    triangle = [in_J[J.outputs[i * n + j]] for i in range(n) for j in range(i, n)]
    slots_F = [in_F[slot] for slot in F.outputs]
    mine = [Condition(in_f[c.slot], c.relation) for c in f.domain]
    every_one = [*mine, *(Condition(in_J[c.slot], c.relation) for c in J.domain), *holes]
    J = b.program([*triangle, *slots_F, in_f[f.outputs[0]]], every_one)
    return System(n, b.program(slots_F, mine), J, symmetric(n))


def equations(F: Program) -> System:
    """Any n equations in n variables; a box may be dropped where the conditions of F fail, which say nothing more.

    Of more equations only the first n are used to prove a zero, all of them to prove that there is none.
    """
    n, bare = F.inputs, replace(F, domain=())
    both = join(jacobian(bare), bare)
    slopes, values = both.outputs[: n * n], both.outputs[n * len(F.outputs) :][:n]
    return System(n, F, replace(both, outputs=(*slopes, *values)), np.arange(n * n).reshape(n, n))


def symmetric(n: int) -> Indices:
    """Where the entries of a symmetric matrix stand in its upper triangle, row by row, (n, n).

    >>> symmetric(2).tolist()
    [[0, 1], [1, 2]]
    """
    index = np.zeros((n, n), np.intp)
    upper = np.triu_indices(n)
    index[upper] = np.arange(len(upper[0]))
    index.T[upper] = index[upper]
    return index


def _tightly(b: Builder, program: Program, holes: list[Condition]) -> list[int]:
    """Put a program's instructions into b, in a shape with better bounds; where each of its slots went."""
    where: list[int] = []
    for word, *rest in program.code:
        if word == "const":
            constant = program.constants[rest[0]]
            where.append(b.constant(constant.value, constant.exact))
        elif word == "var":
            where.append(b.variable(rest[0]))
        elif word == "powi":
            where.append(b.emit("powi", where[rest[0]], rest[1]))
        else:
            slots = [where[slot] for slot in rest]
            tighter = (_tighter(b, word, order, holes) for order in (slots, slots[::-1]))
            where.append(next((slot for slot in tighter if slot is not None), b.emit(word, *slots)))
    return where


def _tighter(b: Builder, word: str, u: list[int], holes: list[Condition]) -> int | None:
    """The same value wherever it is defined: 1 + tan² = 1/cos², bounded away from 0 at a pole; (c/a) a = c.

    The second forgets that a is not 0, so that is written down as a condition.
    """
    (p, *left), (q, *right) = b.code[u[0]], b.code[u[-1]]
    if word == "add" and b.value(u[0]) == 1 and q == "powi" and right[1] == 2 and b.code[right[0]][0] == "tan":
        return b.div(u[0], b.power(b.call("cos", b.code[right[0]][1]), 2))
    if word == "mul" and p == "div" and left[1] == u[1]:
        holes.append(Condition(left[1], NONZERO))
        return int(left[0])
    return None


def search(
    s: System, window: tuple[Side, ...], budget: Budget | None = None, limits: Limits | None = None
) -> Iterator[State[Zeros]]:
    """The states of the search for the zeros of F in the window."""
    start = grid(window, CELLS.get(s.n, 2))
    patient = Limits(together=max(FEWEST, min(TOGETHER, WORK // len(s.J.code))))
    return branch(window, start, lambda boxes: examine(s, boxes), budget, limits or patient)


def examine(s: System, boxes: Boxes) -> Verdict[Zeros]:
    """Drop the boxes proved empty, settle those with a proved zero, narrow the others."""
    with np.errstate(all="ignore"):
        F = enclose(s.F, boxes.lower, boxes.upper)
        empty = F.dead | some((F.lower > 0) | (F.upper < 0))
        boxes = boxes.where(~empty)
        k = krawczyk(s, inflated(boxes))
        missed = (k.sound & misses(k.K, boxes)) | (k.smooth & excludes(k, boxes))
        proved = k.proves & ~missed
        left = ~missed & ~proved
        found = (Zeros(k.X.where(proved), met(k.X, k.K).where(proved)),) if proved.any() else ()
    return Verdict(k.narrowed(boxes).where(left), ~k.smooth[left], int(proved.sum()), int(F.dead.sum()), found)


def inflated(boxes: Boxes) -> Boxes:
    """Boxes 35 % larger about the same middle; they hold the old ones whatever the rounding."""
    middle = _middle(boxes)
    radius = INFLATION * _reach(boxes, middle)
    return Boxes(np.nextafter(middle - radius, -np.inf), np.nextafter(middle + radius, np.inf))


def _middle(boxes: Boxes) -> Array:
    middle: Array = 0.5 * boxes.lower + 0.5 * boxes.upper
    return middle


def _reach(boxes: Boxes, middle: Array) -> Array:
    """No point of the box is further from the middle, along each axis."""
    reach: Array = np.nextafter(np.maximum(boxes.upper - middle, middle - boxes.lower), np.inf)
    return reach


def met(a: Boxes, b: Boxes) -> Boxes:
    """What two boxes that meet have in common."""
    return Boxes(np.maximum(a.lower, b.lower), np.minimum(a.upper, b.upper))


def misses(a: Boxes, b: Boxes) -> Mask:
    """They have no point in common."""
    return some((a.lower > b.upper) | (a.upper < b.lower))


def krawczyk(s: System, X: Boxes) -> Krawczyk:
    """K for every box of X, in midpoint-radius arithmetic."""
    with np.errstate(all="ignore"):
        n, middle = s.n, _middle(X)
        over = enclose(s.J, X.lower, X.upper)
        J, dJ = (side[s.entries] for side in midpoint(over.lower[: s.distinct], over.upper[: s.distinct]))
        at = enclose(s.F, middle, middle)
        F, dF = midpoint(at.lower[:n], at.upper[:n])
        Y = _inverse(J)
        step, off = preconditioned(Y, F[:, None], dF[:, None])
        YJ, dYJ = preconditioned(Y, J, dJ)
        spread = above(np.abs(np.eye(n)[..., None] - YJ), 2) + dYJ  # at least |I - Y J| for every J of the box
        centre = middle - step[:, 0]
        smooth = ~over.bad & every(np.isfinite(over.lower) & np.isfinite(over.upper))
        K = _about(centre, above(off[:, 0] + _reached(spread, _reach(X, middle)), 4 * n + 8))
        sound = smooth & every(np.isfinite(K.lower) & np.isfinite(K.upper))
    return Krawczyk(X, K, smooth, sound, (F, dF), (J, dJ))


def _about(centre: Array, radius: Array) -> Boxes:
    """All points that near to the centre, which was rounded once."""
    return Boxes(
        np.nextafter(np.nextafter(centre, -np.inf) - radius, -np.inf),
        np.nextafter(np.nextafter(centre, np.inf) + radius, np.inf),
    )


def preconditioned(Y: Array, A: Array, a: Array) -> tuple[Array, Array]:
    """Midpoint and radius of Y times all matrices within a of A, rounding included; as `core.definiteness.product`."""
    m = Y.shape[1]
    radius = _times(np.abs(Y), a + (m + 2) * ULP * np.abs(A))
    return _times(Y, A), above(radius, 2 * m + 10) + LEAST


def _times(A: Array, B: Array) -> Array:
    product: Array = A[:, 0, None] * B[0]
    for k in range(1, A.shape[1]):
        product += A[:, k, None] * B[k]
    return product


def _reached(spread: Array, r: Array) -> Array:
    reached: Array = spread[:, 0] * r[0]
    for k in range(1, len(r)):
        reached += spread[:, k] * r[k]
    return reached


def _inverse(J: Array) -> Array:
    """Near J⁻¹, or 0 where there is none; how near decides only how much is proved."""
    n = len(J)
    matrices = np.moveaxis(J, -1, 0)
    det = J[0, 0] if n == 1 else J[0, 0] * J[1, 1] - J[0, 1] * J[1, 0] if n == 2 else np.linalg.det(matrices)
    regular = np.isfinite(det) & (det != 0)
    if n == 1:
        inverse = 1.0 / J
    elif n == 2:
        inverse = np.array([[J[1, 1], -J[0, 1]], [-J[1, 0], J[0, 0]]]) / det
    else:
        inverse = np.moveaxis(np.linalg.inv(np.where(regular[:, None, None], matrices, np.eye(n))), 0, -1)
    return np.where(regular, inverse, 0.0)


def excludes(k: Krawczyk, boxes: Boxes) -> Mask:
    """Is some component of F away from 0 on the box, by the mean value theorem: |F_i(m)| > Σ_j |J_ij| r_j?"""
    middle = _middle(k.X)
    (F, dF), (J, dJ) = k.F, k.J
    change = above(_reached(np.abs(J) + dJ, _reach(boxes, middle)) + dF, 2 * len(F) + 6)
    return some(np.abs(F) > change)


def refined(s: System, zeros: Zeros) -> Zeros:
    """The same zeros in enclosures about as small as rounding allows.

    Newton's method in floats says where a zero is, and one Krawczyk step on a tiny box about that place, inside the
    region, proves it. Where it proves nothing, the enclosure is narrowed step by step instead.
    """
    if not len(zeros):
        return zeros
    R, E = zeros.region, Boxes(zeros.enclosure.lower.copy(), zeros.enclosure.upper.copy())
    place = newton(s, _middle(E), R)
    radius, active = TINY * (R.upper - R.lower) + 2.0**-44 * np.abs(place), np.ones(len(zeros), bool)
    for _ in range(TRIES):
        k = krawczyk(s, Boxes(place - radius, place + radius).where(active))
        region, old = R.where(active), E.where(active)
        sure = k.proves & every((region.lower <= k.X.lower) & (k.X.upper <= region.upper))
        new, proved = met(old, k.K).where(sure), active.copy()
        assert (new.lower <= new.upper).all()
        proved[active] = sure
        E.lower[:, proved], E.upper[:, proved] = new.lower, new.upper
        active &= ~proved
        if not active.any():
            break
        radius *= 256.0
    return replace(zeros, enclosure=_narrowed(s, E, active))


def _narrowed(s: System, E: Boxes, active: Mask) -> Boxes:
    """The active enclosures, smaller and smaller, until rounding ends it."""
    E, active = Boxes(E.lower.copy(), E.upper.copy()), active.copy()
    for _ in range(ROUNDS):
        if not active.any():
            break
        old = E.where(active)
        new = krawczyk(s, old).narrowed(old)
        assert (new.lower <= new.upper).all()
        E.lower[:, active], E.upper[:, active] = new.lower, new.upper
        active[active] = some(new.upper - new.lower < old.upper - old.lower)  # the first steps may shrink it little
    return E


def newton(s: System, x: Array, boxes: Boxes, rounds: int = 6) -> Array:
    """Where Newton's method in floats leads from x, (n, N), while it stays in the boxes; nothing is proved by it."""
    for _ in range(rounds):
        new = x - newton_step(s, x)
        new = np.where(every((boxes.lower <= new) & (new <= boxes.upper)), new, x)
        done = (np.abs(new - x) <= CONVERGED * (np.abs(x) + (boxes.upper - boxes.lower))).all()
        x = new
        if done:
            break
    return x


def newton_step(s: System, x: Array) -> Array:
    """J⁻¹ F at the points x, (n, N); 0 where there is none."""
    values = arrays(s.J, x)
    with np.errstate(all="ignore"):
        Y = _inverse(values[s.entries])
        step: Array = (Y * values[s.distinct : s.distinct + s.n]).sum(1)
    return np.where(every(np.isfinite(step)), step, 0.0)


def distinct(zeros: Zeros) -> tuple[Zeros, Boxes]:
    """Each zero once, and hulls of those about which we cannot say whether they are one or several.

    Two whose enclosures have no common point are two. Two are one if the enclosure of one lies in the region of the
    other. Every pair is one or the other, or it is in doubt; being the same is handed on.
    """
    first, second = _touching(zeros.enclosure)
    same = _within(zeros.enclosure, first, zeros.region, second) | _within(zeros.enclosure, second, zeros.region, first)
    group = _groups(len(zeros), first[same], second[same])
    clump = _groups(len(zeros), first, second)
    doubt = np.isin(clump, clump[first[group[first] != group[second]]])
    sure = Zeros(zeros.region.where(~doubt), zeros.enclosure.where(~doubt))
    return _one_each(sure, group[~doubt]), hulls(zeros.enclosure.where(doubt), clump[doubt])


def _touching(E: Boxes) -> tuple[Indices, Indices]:
    """All pairs whose boxes have a common point: a sweep along one slanted axis, on which few boxes overlap."""
    n, count = E.lower.shape
    slant = 0.618033988749895 ** np.arange(n)[:, None]
    slack = 1e-12 * (np.abs(E.lower) + np.abs(E.upper)).max(initial=0.0)
    low, high = (slant * E.lower).sum(0) - slack, (slant * E.upper).sum(0) + slack
    order = np.argsort(low)
    low, high = low[order], high[order]
    first, second = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for gap in range(1, count):
        near = low[gap:] <= high[:-gap]
        if not near.any():
            break  # nor is there any at a larger gap
        i, j = order[:-gap][near], order[gap:][near]
        close = ~misses(E.where(i), E.where(j))
        first.append(i[close])
        second.append(j[close])
    return np.concatenate(first), np.concatenate(second)


def _within(E: Boxes, i: Indices, region: Boxes, j: Indices) -> Mask:
    """Is enclosure i inside region j?"""
    e, r = E.where(i), region.where(j)
    return every((r.lower <= e.lower) & (e.upper <= r.upper))


def _groups(count: int, first: Indices, second: Indices) -> Indices:
    """The smallest number among all that are linked, directly or by others."""
    label, before = np.arange(count), None
    while before is None or (label != before).any():
        before = label.copy()
        np.minimum.at(label, first, before[second])
        np.minimum.at(label, second, before[first])
    return label


def hulls(boxes: Boxes, label: Indices, *, common: bool = False) -> Boxes:
    """For each label the smallest box around all its boxes, or what they have in common."""
    if not len(boxes):
        return boxes
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    low, high = (np.maximum, np.minimum) if common else (np.minimum, np.maximum)
    return Boxes(low.reduceat(boxes.lower[:, order], starts, 1), high.reduceat(boxes.upper[:, order], starts, 1))


def _one_each(zeros: Zeros, group: Indices) -> Zeros:
    """One of each group, enclosed by what all its enclosures have in common."""
    _, first = np.unique(group, return_index=True)
    return Zeros(zeros.region.where(first), hulls(zeros.enclosure, group, common=True))


def unsettled(boxes: Boxes, zeros: Zeros) -> Boxes:
    """Undecided boxes without those inside a region whose only zero is known."""
    if len(boxes) > 20_000:
        return boxes
    inside = np.zeros(len(boxes), bool)
    for lower, upper in zip(zeros.region.lower.T, zeros.region.upper.T, strict=True):
        inside |= every((lower[:, None] <= boxes.lower) & (boxes.upper <= upper[:, None]))
    return boxes.where(~inside)


def all_zeros(state: State[Zeros], n: int) -> Zeros:
    """What a search has found so far, as it was found: a zero may be there several times."""
    return Zeros(*(together([getattr(z, side) for z in state.found], n) for side in ("region", "enclosure")))
