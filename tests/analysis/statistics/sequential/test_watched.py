"""Watched after every participant, two thousand of each kind in `make proof`: no answer errs more than it says."""

from __future__ import annotations

from math import sqrt

import pytest

from scripts.proof_looking import KINDS, LEVEL, Kind, row
from tests.proof import PROOF

EXPERIMENTS, PARTICIPANTS = (2_000, 1_000) if PROOF else (60, 300)
pytestmark = [pytest.mark.slow] if PROOF else []


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_whoever_looks_all_the_time_is_misled_at_most_as_often_as_is_said(kind: Kind, times: int) -> None:
    found = row(kind, times, experiments=EXPERIMENTS, participants=PARTICIPANTS)

    assert found.misses <= LEVEL + 3 * sqrt(LEVEL * (1 - LEVEL) / EXPERIMENTS)


def test_the_usual_interval_misleads_who_looks_all_the_time() -> None:
    assert row(KINDS[4], 1, experiments=60, participants=1_000).usual > 0.25
