"""The best arm is named wrongly at most as often as is said, and is named at last."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest

from analysis.statistics.adaptive.best_arm import by_betting, by_likelihood, chance_wrong, next_two
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.words import NoAnswer
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

COUNTS = BoundedEvidence.of_counts
RUNS = 500 if PROOF else 25


def race(rng: np.random.Generator, rates: tuple[float, ...], *, most: int = 2_000) -> tuple[int | None, int]:
    """LUCB until it stops: the arm that it names, and after how many pulls; None: it did not stop."""
    arms = [COUNTS(int(rng.binomial(10, rate)), 10) for rate in rates]
    for pulls in range(10 * len(rates), most, 40):
        found = next_two(arms, delta=0.1)
        if found.stopped:
            return found.leader, pulls
        for arm in (found.leader, found.challenger):
            arms[arm] = arms[arm] + COUNTS(int(rng.binomial(20, rates[arm])), 20)
    return None, most


def test_lucb_names_the_best_arm_and_seldom_a_wrong_one() -> None:
    rng = np.random.default_rng(3)
    found = [race(rng, (0.3, 0.6, 0.3))[0] for _ in range(RUNS)]

    assert np.mean([one == 1 for one in found]) > 0.8
    assert np.mean([one in (0, 2) for one in found]) <= 0.1 + 3 * sqrt(0.09 / RUNS)


def test_of_equal_arms_none_is_named_more_often_than_is_said() -> None:
    rng, named = np.random.default_rng(4), 0
    for _ in range(RUNS):
        arms, stopped = [COUNTS(0, 0) for _ in range(3)], False
        for _ in range(12):
            arms = [one + COUNTS(int(rng.binomial(10, 0.5)), 10) for one in arms]
            stopped = stopped or by_betting(arms, delta=0.1).stopped
        named += stopped

    assert named / RUNS <= 0.1 + 3 * sqrt(0.09 / RUNS)


def test_the_verdict_is_as_certain_as_its_hardest_rival() -> None:
    found = by_betting([COUNTS(60, 200), COUNTS(130, 200), COUNTS(100, 200)])

    assert (found.best, found.rival, found.stopped) == (1, 2, False)
    assert 0 < found.progress < 1
    assert chance_wrong(found, 2) > 0.05
    sure = by_betting([COUNTS(300, 1000), COUNTS(600, 1000), COUNTS(500, 1000)])
    assert (sure.stopped, sure.progress) == (True, 1.0)
    assert chance_wrong(sure, 2) <= 0.05


def test_where_less_is_better_the_least_is_the_best() -> None:
    arms = [COUNTS(300, 1000), COUNTS(600, 1000)]

    assert by_betting(arms, lower_is_better=True).best == 0
    assert next_two(arms, lower_is_better=True).leader == 0


def test_chernoff_compares_apart_with_alike() -> None:
    found = by_likelihood([100, 100], [0.6, 0.3])
    known = 100 * (
        0.6 * np.log(0.6 / 0.45) + 0.4 * np.log(0.4 / 0.55) + 0.3 * np.log(0.3 / 0.45) + 0.7 * np.log(0.7 / 0.55)
    )

    assert found.evidence == pytest.approx(known)
    assert found.goal == pytest.approx(np.log((1 + np.log(200)) / 0.05))
    assert found.stopped
    normal = by_likelihood([50, 50], [1.0, 0.0], variance=4.0)
    assert normal.evidence == pytest.approx(50 * 1.0 / (4 * 4.0))


def test_arms_at_the_ends_and_a_single_arm_have_a_verdict() -> None:
    assert by_likelihood([5, 5], [1.0, 0.0]).best == 0
    assert by_likelihood([5, 5], [1.0, 1.0]).evidence == 0.0
    single = by_betting([COUNTS(1, 2)])
    assert (single.best, single.rival, single.stopped, single.evidence) == (0, None, True, inf)
    assert next_two([COUNTS(1, 2)]).stopped


def test_what_cannot_be_said_is_said_in_a_sentence() -> None:
    for arms in ([], [COUNTS(0, 0), COUNTS(1, 1)]):
        with pytest.raises(NoAnswer, match="no value yet"):
            by_betting(arms)
        with pytest.raises(NoAnswer, match="no value yet"):
            next_two(arms)
    with pytest.raises(NoAnswer, match="no value yet"):
        by_likelihood([0, 1], [0.0, 1.0])
    with pytest.raises(ValueError, match="delta must be"):
        by_betting([COUNTS(1, 2)], delta=0.0)
