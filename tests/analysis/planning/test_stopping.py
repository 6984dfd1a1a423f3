"""Whether to go on, and how much of the money goes where."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from analysis.planning.allocating import contrasts_to_control, neyman
from analysis.planning.information.arms import BetaArms
from analysis.planning.money import Prices
from analysis.planning.priors import (
    EarlierMean,
    EarlierRate,
    conflict_of_mean,
    conflict_of_rate,
    counted,
    of_means,
    of_rates,
)
from analysis.planning.stopping.predicting import (
    Seen,
    conditional_power,
    needed_successes,
    success_of_means,
    success_of_one,
    success_of_two,
)
from analysis.planning.stopping.rules import Batch, Rule, decide, expected_loss
from analysis.statistics.words import NoAnswer
from tests.analysis.planning.reference_cases import CASES

ARMS = BetaArms.of((13, 89), (19, 82), (9, 93))


def test_predictive_probability_is_that_of_the_reference() -> None:
    case = CASES["B12"]

    assert needed_successes(40, 0.5) == case["expect"]["need"]
    for seen, expected in case["expect"]["ppos"].items():
        successes, units = map(int, seen.split("/"))
        found = success_of_one((successes, units), 40, 26)
        assert found == pytest.approx(expected, abs=case["tol"])
        assert (found < 0.05) == case["expect"]["stop"][seen]
    with pytest.raises(NoAnswer, match="Not even 3 successes of 3"):
        needed_successes(3, 0.5)


def test_predictions_for_two_arms_are_what_futures_show() -> None:
    rng, runs = np.random.default_rng(18), 40_000
    future = [s + rng.binomial(100, rng.beta(1 + s, 101 - s, runs)) for s in (40, 52)]
    rates = np.array(future) / 200
    pooled = rates.mean(axis=0)
    wins = (rates[1] - rates[0]) / np.sqrt(2 * pooled * (1 - pooled) / 200) > 1.959964

    assert success_of_two((40, 100), (52, 100), 200) == pytest.approx(wins.mean(), abs=0.01)


def test_predictions_for_means_are_what_futures_show() -> None:
    rng, runs, seen = np.random.default_rng(18), 100_000, Seen(0.1, 0.06, 0.4)
    truth = rng.normal(0.1, 0.06, runs)
    rest = rng.normal(truth, 0.06 * np.sqrt(0.4 / 0.6))
    final = 0.4 * 0.1 + 0.6 * rest

    assert success_of_means(seen) == pytest.approx((final > 1.959964 * 0.06 * np.sqrt(0.4)).mean(), abs=0.01)
    assert conditional_power(seen, 0.0) < success_of_means(seen) < conditional_power(seen, 0.3)
    assert success_of_means(Seen(0.2, 0.06, 1.0)) == 1.0
    assert success_of_means(seen, prior=(0.0, 0.01)) < success_of_means(seen)


@pytest.mark.parametrize(
    ("batch", "rule", "reason"),
    [
        (Batch([20, 20, 20], 100), Rule(success=0.85), "success"),
        (Batch([20, 20, 20], 100, left=50), Rule(), "money"),
        (Batch([20, 20, 20], 100, success=0.01), Rule(), "futile"),
        (Batch([20, 20, 20], 100), Rule(horizon=1000, value=10), "value"),
        (Batch([20, 20, 20], 100), Rule(horizon=1_000_000, value=10), "go on"),
        (Batch([20, 20, 20], 100), Rule(success=0.85, loss=1e-9), "go on"),
    ],
)
def test_one_reason_is_given(batch: Batch, rule: Rule, reason: str) -> None:
    verdict = decide(ARMS, batch, rule)

    assert verdict.reason == reason
    assert verdict.goes_on == (reason == "go on")
    assert verdict.chance_best == pytest.approx(0.8763197, abs=1e-6)
    assert verdict.sentence.endswith(".")


def test_the_loss_of_choosing_an_arm_is_the_known_integral() -> None:
    found = [expected_loss(ARMS, arm) for arm in range(3)]

    assert found == pytest.approx([0.06370955726919003, 0.003041725780158766, 0.10292524354369982], rel=1e-6)


def test_neyman_spends_where_values_vary() -> None:
    found = neyman([1, 3])

    assert found.counts == (25, 75)
    assert [found.variance, found.even_variance] == pytest.approx([0.16, 0.2])
    assert found.factor == pytest.approx(0.8)
    dear = neyman([1, 3], costs=[1, 4])
    assert dear.shares == pytest.approx((0.4, 0.6))
    assert dear.cost <= 100


def test_many_arms_against_one_control_give_it_the_root() -> None:
    """Dunnett: the control has sqrt(K - 1) times the units of another arm."""
    found = neyman([1, 1, 1, 1, 1], contrasts=contrasts_to_control(5), budget=600)

    assert found.shares[0] / found.shares[1] == pytest.approx(2.0)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_shares_of_the_same_money_are_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sds, costs, rows = rng.uniform(0.1, 3, 4), rng.uniform(0.5, 4, 4), rng.normal(size=(3, 4))
    found = neyman(sds, costs=costs, contrasts=rows, budget=200)
    weights = (rows**2).sum(axis=0) * sds**2
    for shares in rng.dirichlet(np.ones(4), 200):
        assert found.variance <= (weights / np.maximum(shares * 200 / costs, 1e-12)).sum() + 1e-12
    assert found.cost <= 200 + 1e-9


def test_what_cannot_be_allocated_is_refused() -> None:
    for arguments, words in (({"sds": [0, 0]}, "sds must be"), ({"sds": [1, 1], "budget": 1.0}, "one unit of each")):
        with pytest.raises(ValueError, match=words):
            neyman(**arguments)


def test_the_bill_counts_who_gives_no_value() -> None:
    prices = Prices(reward=2, fee=0.4, drop_out=0.2, partial=0.5, a_day=50, minutes=10)
    bill = prices.bill(100)

    assert [bill.people, bill.total, bill.days] == pytest.approx([125, 100 * 2.8 + 25 * 1.4, 2.5])
    assert prices.affordable(bill.total) == 100
    assert Prices().affordable(10) == inf
    assert Prices(fixed=20, reward=1).affordable(10) == 0
    assert Prices().bill(10).as_json()["days"] is None


def test_a_discount_says_how_many_units_earlier_ones_are_worth() -> None:
    earlier = [EarlierRate(30, 100, 0.2), EarlierRate(5, 10, 1.0)]

    assert of_rates(earlier) == (0.5 + 6 + 5, 0.5 + 14 + 5)
    assert counted(earlier) == 30
    mean, sd = of_means([EarlierMean(10, 4, 100, 0.25)])
    assert [mean, sd] == pytest.approx([10, 4 / 5])
    with pytest.raises(NoAnswer, match="Nothing earlier counts"):
        of_means([EarlierMean(10, 4, 100, 0)])
    with pytest.raises(ValueError, match="successes <= units"):
        EarlierRate(3, 2, 1)


def test_new_units_that_do_not_fit_the_earlier_ones_are_seen() -> None:
    prior = of_rates([EarlierRate(300, 1000, 0.5)])

    assert conflict_of_rate(prior, 32, 100) > 0.3
    assert conflict_of_rate(prior, 60, 100) < 1e-6
    assert conflict_of_mean((10, 0.8), 10.5, 0.4) > 0.3
    assert conflict_of_mean((10, 0.8), 15, 0.4) < 1e-6


def test_neyman_shares_need_four_fifths_of_the_people() -> None:
    """The stated factor, seen in simulated studies of 100 people: a variance of 0.16 for 0.20."""
    rng, runs = np.random.default_rng(18), 20_000

    def spread(first: int, second: int) -> float:
        gap = rng.normal(0, 1 / np.sqrt(first), runs) - rng.normal(0, 3 / np.sqrt(second), runs)
        return float(gap.var())

    assert spread(25, 75) / spread(50, 50) == pytest.approx(neyman([1, 3]).factor, abs=0.04)
    assert spread(20, 60) == pytest.approx(spread(50, 50), rel=0.05)  # 80 people for 100
