"""One rate at every look: exact, and as narrow as it was tuned to be."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.sequential.rates import log_evidence_of_rate, rate_sequence
from analysis.statistics.words import NoAnswer
from tests.analysis.statistics.sequential.watching import EXPERIMENTS, LEVEL, PARTICIPANTS, at_most
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []


def test_the_evidence_is_the_mixture_over_the_rate() -> None:
    known = stats.betabinom.pmf(7, 20, 5 * 0.3, 5 * 0.7) / stats.binom.pmf(7, 20, 0.3)

    assert log_evidence_of_rate(7, 20, 0.3, 5.0) == pytest.approx(log(known))


@pytest.mark.parametrize("rate", [0.5, 0.03])
def test_watched_after_every_answer_the_rate_stays_inside(rate: float) -> None:
    rng, goal = np.random.default_rng(11), log(1 / LEVEL)
    counts = np.cumsum(rng.random((EXPERIMENTS, PARTICIPANTS)) < rate, axis=1)
    worth = 100 / (2 * log(2 / LEVEL) + log(1 + 2 * log(2 / LEVEL))) - 1
    refused = {
        (n, k): log_evidence_of_rate(k, n, rate, worth) >= goal
        for n in range(1, PARTICIPANTS + 1)
        for k in set(counts[:, n - 1].tolist())
    }
    missed = [any(refused[n, int(k)] for n, k in enumerate(run, 1)) for run in counts]

    assert np.mean(missed) <= at_most(LEVEL)


def test_both_ends_are_where_the_evidence_comes_to_the_goal() -> None:
    found = rate_sequence(70, 100, level=0.1, tuning_n=100)
    worth = 100 / (2 * log(20) + log(1 + 2 * log(20))) - 1

    assert log_evidence_of_rate(70, 100, found.low, worth) == pytest.approx(log(10), abs=1e-4)
    assert log_evidence_of_rate(70, 100, found.high, worth) == pytest.approx(log(10), abs=1e-4)


def test_it_is_narrowest_where_it_is_tuned() -> None:
    widths = {tuned: (f := rate_sequence(200, 400, tuning_n=tuned)).high - f.low for tuned in (40, 400, 40_000)}

    assert widths[400] == min(widths.values())


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 300), (300, 300), (1, 10_000)])
def test_rates_at_the_edge_stay_inside(successes: int, n: int) -> None:
    found = rate_sequence(successes, n)

    assert 0 <= found.low <= successes / n <= found.high <= 1


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(NoAnswer, match="no answer yet"):
        rate_sequence(0, 0)
    with pytest.raises(ValueError, match="must hold"):
        rate_sequence(3, 2)
    with pytest.raises(ValueError, match="tuning_n must be more"):
        rate_sequence(1, 2, tuning_n=5)
