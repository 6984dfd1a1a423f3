"""Means under a bandit's allocation: inside their interval at every look, though the bandit chose."""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
import pytest

from analysis.statistics.adaptive_allocation import (
    ArmEvidence,
    Regret,
    aipw_terms,
    difference,
    regret,
    weighted_mean,
)
from analysis.statistics.bayes.largest import best_beta
from analysis.statistics.confidence_sequences import Array, Estimate
from analysis.statistics.proportions import rate_interval
from tests.proof import ONLY_IN_PROOF, PROOF

RATES = (0.5, 0.5, 0.3)
LOOK = 25
RUNS = 300 if PROOF else 60
"""`make proof` looks five times as closely, and at all worlds, not only these."""
QUICK = [((0.1, 0.12), 0.0), ((0.5, 0.5), 0.1)]


class Log(NamedTuple):
    """A run: arm, reward and the chances of all arms in every decision."""

    arms: Array
    rewards: Array
    chances: Array


def thompson(n: int, *, rates: tuple[float, ...] = RATES, floor: float, seed: int, batch: int = LOOK) -> Log:
    """A Thompson sampler with exact chances, which learns after every batch."""
    rng, k = np.random.default_rng(seed), len(rates)
    wins, pulls = np.zeros(k), np.zeros(k)
    arms: list[Array] = []
    rewards: list[Array] = []
    chances: list[Array] = []
    for _ in range(n // batch):
        posteriors = [(0.5 + w, 0.5 + p - w) for w, p in zip(wins, pulls, strict=True)]
        best = np.array(best_beta(posteriors)[0]) if pulls.sum() else np.full(k, 1 / k)
        p = floor + (1 - k * floor) * best
        a = rng.choice(k, batch, p=p / p.sum())
        r = (rng.random(batch) < np.array(rates)[a]).astype(float)
        np.add.at(pulls, a, 1.0)
        np.add.at(wins, a, r)
        for kept, new in ((arms, a.astype(float)), (rewards, r), (chances, np.tile(p, (batch, 1)))):
            kept.append(new)
    return Log(np.concatenate(arms), np.concatenate(rewards), np.concatenate(chances))


def misses(log: Log, *, rates: tuple[float, ...] = RATES, floor: float, level: float) -> list[bool]:
    """For each arm, whether its interval missed the truth at any look."""
    missed = []
    for arm, rate in enumerate(rates):
        evidence, ever = ArmEvidence.start(level=level, floor=floor), False
        for at in range(0, len(log.arms), LOOK):
            part = slice(at, at + LOOK)
            evidence = evidence.plus(log.arms[part] == arm, log.rewards[part], log.chances[part, arm])
            found = evidence.interval()
            ever = ever or not found.low <= rate <= found.high
        missed.append(ever)
    return missed


@pytest.mark.parametrize("floor", [0.0, 0.05])
def test_under_thompson_the_truth_is_inside_at_every_look(floor: float) -> None:
    found = [misses(thompson(1_000, floor=floor, seed=seed), floor=floor, level=0.1) for seed in range(25)]

    assert np.mean(found) <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rates", "floor"),
    [
        pytest.param(rates, floor, marks=[] if (rates, floor) in QUICK else [ONLY_IN_PROOF])
        for rates in [(0.5, 0.5), (0.1, 0.12), (0.6, 0.5, 0.4)]
        for floor in (0.0, 0.02, 0.1)
    ],
)
def test_under_thompson_the_truth_is_inside_at_every_look_in_many_runs(rates: tuple[float, ...], floor: float) -> None:
    found = [
        misses(thompson(2_000, rates=rates, floor=floor, seed=seed, batch=50), rates=rates, floor=floor, level=0.05)
        for seed in range(RUNS)
    ]

    assert np.mean(found, axis=0).max() <= 0.05 + 3 * sqrt(0.05 * 0.95 / RUNS)


@pytest.mark.slow
def test_the_asymptotic_interval_holds_at_every_look_once_there_are_hundreds() -> None:
    missed = 0
    for seed in range(RUNS):
        log, evidence = thompson(3_000, rates=(0.5, 0.4), floor=0.05, seed=seed, batch=50), ArmEvidence.start()
        ever = False
        for at in range(0, len(log.arms), 50):
            part = slice(at, at + 50)
            evidence = evidence.plus(log.arms[part] == 1, log.rewards[part], log.chances[part, 1])
            found = evidence.asymptotic()
            ever = ever or (evidence.n >= 400 and not found.low <= 0.4 <= found.high)
        missed += ever

    assert missed / RUNS <= 0.05 + 3 * sqrt(0.05 * 0.95 / RUNS)


def test_the_plain_mean_under_thompson_is_too_low_and_the_weighted_one_is_not() -> None:
    """Why the stored chances are needed: an arm that was unlucky is not asked again, so its mean stays too low."""
    plain, weighted = [], []
    for seed in range(150):
        log = thompson(500, rates=(0.5, 0.5), floor=0.05, seed=1_000 + seed)
        was = log.arms == 0
        plain.append(log.rewards[was].mean())
        weighted.append(aipw_terms(was, log.rewards, log.chances[:, 0]).mean())
    error = np.std(weighted) / sqrt(len(weighted))

    assert np.mean(plain) < 0.5 - 3 * np.std(plain) / sqrt(len(plain))
    assert np.mean(weighted) == pytest.approx(0.5, abs=3 * error)


def test_rewards_taken_as_they_arrive_mislead_and_taken_as_decided_do_not() -> None:
    """Buyers click at once, the others are only known not to have bought when their time is up."""
    rng, rate, patience, level = np.random.default_rng(7), 0.2, 200, 0.1
    missed = {"as they arrive": 0, "as decided": 0}
    for _ in range(40):
        buys = rng.random(800) < rate
        for now in range(50, 800, 50):
            known = buys[:now].sum(), buys[:now].sum() + (~buys[: max(now - patience, 0)]).sum()
            settled = buys[: max(now - patience, 0)]
            for name, (wins, n) in {"as they arrive": known, "as decided": (settled.sum(), len(settled))}.items():
                found = rate_interval(int(wins), int(n), level=level)
                missed[name] += not found.low <= rate <= found.high

    assert missed["as they arrive"] > 200
    assert missed["as decided"] <= 0.1 * 40 * 15 / 3


def test_the_terms_do_not_depend_on_how_they_are_grouped() -> None:
    log = thompson(600, floor=0.05, seed=3)
    whole = ArmEvidence.start(floor=0.05).plus(log.arms == 1, log.rewards, log.chances[:, 1])
    parts = ArmEvidence.start(floor=0.05)
    for at in (slice(0, 7), slice(7, 7), slice(7, 300), slice(300, 600)):
        parts = parts.plus(log.arms[at] == 1, log.rewards[at], log.chances[at, 1])
        parts = ArmEvidence.parse(parts.to_json())

    assert (parts.interval().low, parts.interval().high) == pytest.approx((whole.interval().low, whole.interval().high))
    assert parts.total == pytest.approx(whole.total)


def test_a_promised_floor_narrows_the_interval() -> None:
    log = thompson(8_000, rates=(0.1, 0.05), floor=0.1, seed=4, batch=100)

    def width(floor: float) -> float:
        found = ArmEvidence.start(floor=floor).plus(log.arms == 0, log.rewards, log.chances[:, 0]).interval()
        return found.high - found.low

    assert width(0.1) < 0.7 * width(0.0)


def test_without_a_range_the_spread_of_the_terms_gives_the_interval() -> None:
    rng = np.random.default_rng(5)
    was = rng.random(4_000) < 0.3
    evidence = ArmEvidence.start(low=-inf, high=inf).plus(was, rng.normal(20, 4, 4_000), np.full(4_000, 0.3))
    found = ArmEvidence.parse(evidence.to_json()).interval()

    assert found.low < 20 < found.high < found.low + 3
    assert ArmEvidence.start(low=-inf, high=inf).interval() == Estimate(0.0, -inf, inf)


def test_before_the_first_decision_the_whole_range_is_possible() -> None:
    assert ArmEvidence.start(low=2, high=6).interval() == Estimate(4.0, 2, 6)


@pytest.mark.parametrize(
    ("reward", "chance", "floor"), [(1.0, 0.0, 0.0), (1.0, 1.2, 0.0), (1.0, 0.01, 0.1), (1.5, 0.5, 0.0)]
)
def test_a_chance_or_reward_that_cannot_be_is_refused(reward: float, chance: float, floor: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        ArmEvidence.start(floor=floor).plus([True], [reward], [chance])


def test_the_weighted_mean_reproduces_the_reference_case() -> None:
    chances = np.array([0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.8, 0.9, 0.9, 0.9])
    arms = np.array([1, 0, 1, 1, 0, 1, 1, 1, 0, 1])
    rewards = np.array([1, 0, 0, 1, 1, 1, 0, 1, 0, 1], dtype=float)

    mean, error = weighted_mean(arms == 1, rewards, chances)
    terms = aipw_terms(arms == 1, rewards, chances)

    assert (mean, error) == pytest.approx((0.7664388089124222, 0.22360913805428728), rel=1e-8)
    assert terms.mean() == pytest.approx(0.7643981481481482, rel=1e-8)
    assert terms[:6] == pytest.approx([2.0, 1.0, -1.0, 1.3333333333333335, 0.6666666666666666, 1.0833333333333335])
    evidence = ArmEvidence.start().plus(arms == 1, rewards, chances)
    assert evidence.total / evidence.n == pytest.approx(terms.mean())


def test_a_difference_is_as_wide_as_both() -> None:
    found = difference(Estimate(0.4, 0.3, 0.5), Estimate(0.1, 0.05, 0.2))

    assert (found.value, found.low, found.high) == pytest.approx((0.3, 0.1, 0.45))


def test_regret_is_inside_its_bounds_for_any_means_inside_theirs() -> None:
    rng = np.random.default_rng(6)
    for _ in range(300):
        ends = np.sort(rng.random((4, 2)), axis=1)
        means = [Estimate(float(rng.uniform(low, high)), float(low), float(high)) for low, high in ends]
        pulls = rng.integers(0, 100, 4)
        found = regret(list(pulls), means)
        truth = np.array([rng.uniform(low, high) for low, high in ends])
        assert found.low - 1e-9 <= (pulls * (truth.max() - truth)).sum() <= found.high + 1e-9
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9


def test_regret_is_unknown_while_an_arm_is() -> None:
    assert regret([3, 0], [Estimate(0.2, 0.1, 0.3), Estimate(0.0, -inf, inf)]) == Regret(0.0, 0.0, inf, None)
    assert regret([], []) == Regret(0.0, 0.0, inf, None)
