"""Any text whatever is read or refused in words, by the reader and by a whole answer."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_syntax import outcome, texts
from core.jobs import JobError, derive
from core.problem import Problem, ProblemError

GOOD = {"read", "syntax", "name", "char", "latex", "budget", "math"}


@pytest.mark.parametrize("seed", range(4))
def test_texts_nobody_would_type(seed: int) -> None:
    for text in islice(texts(seed), 1500):
        assert outcome(text) in GOOD, ascii(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    assert outcome(text) in GOOD


def test_whatever_can_be_read_can_be_answered_or_refused_in_words() -> None:
    for text in islice(texts(99), 240):
        if len(text) < 40 and outcome(text) == "read":
            try:
                record = derive({"problem": Problem(text).to_wire(), "tidy": False})
                assert record["ok"]
            except (JobError, ProblemError) as refusal:
                answer = getattr(refusal, "answer", None)
                assert answer is None or answer["error"]["message"].endswith((".", "?"))
