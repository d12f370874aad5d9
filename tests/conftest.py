"""What several test files need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.workers import Tally

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Two workers take the files in their order, those of the browser before the quick ones: so both end together."""
    config.option.loadscopereorder = False


@pytest.fixture
def tally(tmp_path: Path) -> Iterator[Tally]:
    found = Tally(tmp_path / "tally")
    yield found
    os.close(found._end)
