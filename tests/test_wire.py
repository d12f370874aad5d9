"""The record: the promised keys, plain values, and no complete set with something left undecided."""

import json

from hypothesis import given
from hypothesis import strategies as st

from core.critical.point import CriticalPoint, CriticalSet, completed
from core.definiteness import Kind
from core.program import Builder, Program, jet
from core.wire import critical_record, failure, point_record

numbers = st.floats(-1e6, 1e6)
points = st.builds(
    lambda x, y, kind, value: CriticalPoint(
        at=(x, y), enclosure=((x, x), (y, y)), value=value, eigenvalues=(1.0, 2.0), kind=kind
    ),
    numbers, numbers, st.sampled_from(Kind), numbers,
)  # fmt: skip


@given(st.lists(points, max_size=4), st.booleans())
def test_the_record_is_plain_json_and_complete_only_without_doubt(found: list[CriticalPoint], left: bool) -> None:
    undecided = (((0.0, 1.0), (0.0, 1.0)),) if left else ()
    record = critical_record(completed(CriticalSet(tuple(found), undecided=undecided, ended=True)))
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert set(record) == {"status", "sentence", "points", "curves", "singular", "undecided"}
    assert (record["status"] == "complete") == (not left)
    assert len(record["points"]) == len(found)


@given(points)
def test_a_point_has_the_promised_keys(point: CriticalPoint) -> None:
    record = point_record(point)
    assert set(record) >= {"at", "exact", "kind", "nature", "reason", "evidence", "eigenvalues", "value"}
    assert record["kind"] in {"minimum", "maximum", "saddle", "inconclusive"}


def test_a_failure_has_the_promised_keys() -> None:
    record = failure("name", "I do not know sn.", 3, "sin")
    assert record == {
        "ok": False, "error": {"code": "name", "message": "I do not know sn.", "position": 3, "suggestion": "sin"}
    }  # fmt: skip


def test_a_program_comes_back_from_its_wire_form() -> None:
    b = Builder(2)
    program = jet(b.program([b.call("exp", b.mul(b.variable(0), b.variable(1)))]))
    assert Program.from_wire(json.loads(json.dumps(program.to_wire()))) == program
