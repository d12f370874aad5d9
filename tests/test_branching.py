"""No point of the window is lost, whatever is dropped, however the loop ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.branching import TOGETHER, Boxes, Budget, Ending, Limits, Verdict, branch, grid, none, together

SQUARE = ((-1.0, 2.0), (0.0, 1.0))


def hold(boxes, targets):
    """For each box, whether it holds one of the targets."""
    marks = np.zeros(len(boxes), bool)
    for p in targets:
        p = np.array(p)[:, None]
        marks |= ((boxes.lower <= p) & (p <= boxes.upper)).all(0)
    return marks


def keeping(targets, bad=lambda boxes: np.zeros(len(boxes), bool)):
    """Drop what holds no target."""

    def examine(boxes):
        left = boxes.where(hold(boxes, targets))
        return Verdict(left, bad(left))

    return examine


def everything(boxes):
    return Verdict(boxes, np.zeros(len(boxes), bool))


def near_diagonal(boxes):
    left = boxes.where((boxes.lower[0] <= boxes.upper[1]) & (boxes.lower[1] <= boxes.upper[0]))
    return Verdict(left, np.zeros(len(left), bool))


def last(states):
    *_, state = states
    return state


@given(st.lists(st.tuples(st.floats(-1, 2), st.floats(0, 1)), min_size=1, max_size=4))
def test_a_point_never_dropped_is_in_every_state(targets):
    for state in branch(SQUARE, grid(SQUARE, 4), keeping(targets)):
        for p in targets:
            assert hold(state.undecided, [p]).any()
    assert state.ending is Ending.FINISHED
    assert len(state.open) == 0
    assert ((state.aside.upper - state.aside.lower) <= 2.0**-30 * 3).all()


@given(st.floats(-1e6, 1e6), st.floats(1e-5, 1e6), st.integers(1, 20))
def test_a_grid_fills_its_window_without_a_gap(low, width, cells):
    boxes = grid([(low, low + width)], cells)
    assert boxes.lower[0, 0] == low and boxes.upper[0, -1] == low + width
    assert (boxes.upper[0, :-1] == boxes.lower[0, 1:]).all()
    assert (boxes.lower < boxes.upper).all()


def test_a_grid_has_a_line_through_zero():
    for window in ((-3.0, 4.0), (-0.001, 5.0), (-5.0, 1e-9)):
        assert 0.0 in grid([window], 16).lower[0]


def test_halves_share_their_cut_and_fill_the_whole():
    states = list(branch(SQUARE, grid(SQUARE, 2), everything, Budget(boxes=50)))
    for state in states:
        assert np.isclose((state.open.upper - state.open.lower).prod(0).sum(), 3.0)


def test_the_counts_are_what_was_done():
    seen, kept = [], []

    def examine(boxes):
        verdict = keeping([(0.3, 0.7)])(boxes)
        seen.append(len(boxes))
        kept.append(len(verdict.open))
        return verdict

    states = list(branch(SQUARE, grid(SQUARE, 4), examine))
    assert states[-1].examined == sum(seen) == 16 + sum(len(s.open) for s in states[1:])
    assert states[-1].dropped == sum(seen) - sum(kept)
    assert [s.level for s in states] == list(range(len(states)))


@pytest.mark.parametrize(
    ("budget", "ending"),
    [
        (Budget(boxes=300), Ending.BUDGET),
        (Budget(seconds=0.0), Ending.BUDGET),
        (Budget(stop=lambda: True), Ending.STOPPED),
    ],
)
def test_when_the_budget_ends_nothing_is_lost(budget, ending):
    state = last(branch(SQUARE, grid(SQUARE, 4), everything, budget, Limits(crowd=10**9)))
    assert state.ending is ending
    assert np.isclose((state.undecided.upper - state.undecided.lower).prod(0).sum(), 3.0)


def test_it_stops_in_the_middle_of_a_level():
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    start = grid(SQUARE, 128)
    state = last(branch(SQUARE, start, everything, Budget(stop=stop)))
    assert state.examined == 3 * TOGETHER
    assert len(state.open) == len(start)


def test_too_many_open_boxes_end_it_and_none_is_lost(monkeypatch):
    monkeypatch.setattr("core.branching.OPEN", 5000)
    state = last(branch(SQUARE, grid(SQUARE, 4), everything, limits=Limits(crowd=10**9)))
    assert state.ending is Ending.BUDGET and 5000 < state.count <= 2 * 5000
    assert np.isclose((state.undecided.upper - state.undecided.lower).prod(0).sum(), 3.0)


@pytest.mark.parametrize("wave", [1, 7, 100])
def test_in_waves_no_point_is_lost_and_what_was_cut_last_goes_first(monkeypatch, wave):
    """The open boxes stay few: one wave's worth a level, not a wave's worth times two at every level."""
    monkeypatch.setattr("core.branching.WAVE", wave)
    targets = [(0.3, 0.7), (-0.25, 0.5), (1.9, 0.01)]
    states = list(branch(SQUARE, grid(SQUARE, 4), keeping(targets)))
    for state in states:
        for p in targets:
            assert hold(state.undecided, [p]).any()
    assert states[-1].ending is Ending.FINISHED and states[-1].count == len(states[-1].aside)
    assert max(state.count for state in states) < 400


def test_a_curve_of_solutions_is_recognised_and_kept():
    state = last(branch(SQUARE, grid(SQUARE, 16), near_diagonal, limits=Limits(crowd=500)))
    assert state.ending is Ending.CROWD
    for t in np.linspace(0, 1, 101):
        assert hold(state.undecided, [(t, t)]).any()


def test_of_a_crowd_the_bad_boxes_are_set_aside_first():
    state = last(branch(SQUARE, grid(SQUARE, 16), keeping_line, limits=Limits(crowd=200)))
    assert state.ending is Ending.FINISHED
    assert hold(state.aside, [(0.25, 0.5)]).any() and hold(state.aside, [(1.2, 0.3)]).any()


def keeping_line(boxes):
    """A bad line x = 1.2, and one good point."""
    line = (boxes.lower[0] <= 1.2) & (boxes.upper[0] >= 1.2)
    left = boxes.where(line | hold(boxes, [(0.25, 0.5)]))
    return Verdict(left, (left.lower[0] <= 1.2) & (left.upper[0] >= 1.2))


@pytest.mark.parametrize("window", [(1e9, 1e9 + 1), (1e9, 1e9 + 1e-6), (-1e-6, 1e-6), (0.1, 0.1 + 1e-15)])
def test_it_ends_where_floats_end(window):
    middle = 0.5 * window[0] + 0.5 * window[1]
    state = last(branch([window], grid([window], 4), keeping([(middle,)]), Budget(boxes=5000)))
    assert state.ending is Ending.FINISHED
    assert hold(state.aside, [(middle,)]).any()


def test_what_was_found_and_settled_is_handed_on():
    def examine(boxes):
        small = boxes.upper[0] - boxes.lower[0] < 0.2
        return Verdict(boxes.where(~small), np.zeros((~small).sum(), bool), int(small.sum()), 0, (int(small.sum()),))

    state = last(branch([(0.0, 1.0)], grid([(0.0, 1.0)], 2), examine))
    assert (state.settled, sum(state.found), state.dropped, state.ending) == (8, 8, 0, Ending.FINISHED)


def test_boxes_are_picked_joined_and_batched():
    boxes = grid([(0.0, 1.0)], 5)
    assert len(boxes.where(np.array([4, 0]))) == 2
    assert [len(b) for b in boxes.batches(2)] == [2, 2, 1]
    assert len(together(boxes.batches(2), 1)) == 5
    assert len(together([], 3)) == 0 and none(3).lower.shape == (3, 0)
    assert isinstance(boxes, Boxes)
