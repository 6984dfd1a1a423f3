"""Coverage under a Thompson bandit: at the end and at every look the truth is inside as often as is said."""

from __future__ import annotations

from functools import cache
from math import inf, sqrt

import numpy as np
import pytest

from analysis.statistics.adaptive.answering import adaptive_difference
from analysis.statistics.adaptive.log import Log
from analysis.statistics.adaptive.watched import ContrastEvidence
from analysis.statistics.adaptive.weighted import Weights, contrast, plain_difference
from analysis.statistics.words import NoAnswer
from tests.analysis.statistics.adaptive.bandits import Runs, thompson
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

RUNS = 2_000 if PROOF else 150
N = 500
SETTINGS = [((0.5, 0.5), 0.05), ((0.5, 0.4), 0.1), ((0.1, 0.12), 0.05)]
ALL = pytest.mark.parametrize(("rates", "floor"), SETTINGS)


@cache
def runs(rates: tuple[float, float], floor: float) -> Runs:
    return thompson(RUNS, N, rates=rates, floor=floor, seed=132)


def logs(rates: tuple[float, float], floor: float) -> list[Log]:
    return [Log.of(*one) for one in zip(*runs(rates, floor), strict=True)]


@ALL
@pytest.mark.parametrize("weights", ["ipw", "uniform", "constant", "two-point"])
def test_at_the_end_the_truth_is_inside_at_least_as_often_as_is_said(
    rates: tuple[float, float], floor: float, weights: Weights
) -> None:
    truth, held = rates[1] - rates[0], []
    for log in logs(rates, floor):
        try:
            held.append(contrast(log, 0, 1, weights=weights).holds(truth))
        except NoAnswer:
            continue

    assert len(held) > 0.9 * RUNS
    assert np.mean(held) >= 0.95 - 2 * sqrt(0.05 * 0.95 / RUNS)


@ALL
def test_watched_all_along_the_truth_is_missed_at_most_as_often_as_is_said(
    rates: tuple[float, float], floor: float
) -> None:
    """Exact with a floor and ends, and asymptotic without either."""
    truth = rates[1] - rates[0]
    for start in (ContrastEvidence.start(low=0, high=1, floor=floor), ContrastEvidence.start()):
        missed = [ever_missed(log, start, truth) for log in logs(rates, floor)[: RUNS // 3]]
        assert np.mean(missed) <= 0.05 + 2 * sqrt(0.05 * 0.95 / len(missed))


def ever_missed(log: Log, evidence: ContrastEvidence, truth: float, step: int = 50) -> bool:
    for at in range(0, N, step):
        part = slice(at, at + step)
        evidence = evidence.update(log.arms[part], log.rewards[part], log.chances[part])
        try:
            if not evidence.interval().holds(truth):
                return True
        except NoAnswer:
            continue
    return False


def test_the_plain_interval_misses_more_often_than_it_says_and_is_never_without_its_warning() -> None:
    rates, floor = SETTINGS[2]
    found = [plain_difference(log, 0, 1) for log in logs(rates, floor) if min(log.pulls(0), log.pulls(1)) > 1]

    assert np.mean([one.holds(rates[1] - rates[0]) for one in found]) < 0.92
    assert all("promises nothing" in one.remarks[0] for one in found)


def test_the_answer_is_exact_and_narrower_than_by_chances_alone() -> None:
    rates, floor = SETTINGS[0]
    found = [adaptive_difference(log, (0, 1), ends=(0.0, 1.0)) for log in logs(rates, floor)[:60]]
    by_chances = [
        ContrastEvidence.start(low=0, high=1, floor=floor).update(log.arms, log.rewards, log.chances).interval()
        for log in logs(rates, floor)[:60]
    ]

    widths = [one.estimate.high - one.estimate.low for one in found]

    assert np.mean([one.estimate.holds(0.0) for one in found]) >= 0.9
    assert np.mean(widths) < 0.7 * np.mean([one.high - one.low for one in by_chances])
    assert all(one.plain is not None and one.remarks for one in found)


@pytest.mark.skipif(not PROOF, reason="needs many runs")
def test_by_chances_the_value_is_right_on_average_where_the_plain_one_is_not() -> None:
    rates, floor = SETTINGS[1]
    adaptive = [contrast(log, 0, 1).value + 0.1 for log in logs(rates, floor)]
    plain = [plain_difference(log, 0, 1).value + 0.1 for log in logs(rates, floor)]

    assert abs(np.mean(adaptive)) < 3 * np.std(adaptive) / sqrt(RUNS)
    assert np.mean(plain) < -3 * np.std(plain) / sqrt(RUNS)


def test_without_ends_the_answer_is_asymptotic() -> None:
    log = next(one for one in logs(*SETTINGS[0]) if min(one.pulls(0), one.pulls(1)) >= 100)
    found = adaptive_difference(log, (0, 1))

    assert found.estimate.method == "aipw-asymptotic-sequence"
    assert found.weighted is not None
    assert found.estimate.value == pytest.approx(found.weighted.value)
    assert adaptive_difference(log, (0, 1), relative=True).estimate.high < inf
