"""A worker may be killed at any moment: what it had begun is done by the next one, once."""

from __future__ import annotations

import pytest

from benchmarks.faults.killed_worker import killed
from tests.faults.conftest import Make

pytestmark = pytest.mark.faults


def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(settings_for: Make, sqlite_url: str) -> None:
    outcome = killed(settings_for(sqlite_url), changes=400, kills=8)
    assert outcome.at_work > 0
    assert outcome.records > 100
    wrong = (outcome.lost, outcome.surplus, outcome.stale, outcome.doubled, outcome.unmatched)
    assert wrong == (0, 0, 0, 0, 0)
