"""Two posteriors compared: exact where a fraction is known, else as drawn; and right on average over the prior."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from analysis.statistics.bayes.best_arm import best_of, normal_posterior
from analysis.statistics.bayes.comparing import Difference, compare, densest, region, with_interval
from analysis.statistics.bayes.next_units import shares, top_two
from analysis.statistics.bayes.posterior import Posterior, count_posterior, mean_posterior, rate_posterior
from analysis.statistics.moments import Moments
from analysis.statistics.words import NoAnswer, Validity
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
RNG = np.random.default_rng(132)
CONTROL, TREATMENT = Moments.of(RNG.normal(10, 2, 40)), Moments.of(RNG.normal(11, 3, 50))
PAIRS = {
    "beta": (rate_posterior(12, 40), rate_posterior(20, 40)),
    "gamma": (count_posterior(30, 20), count_posterior(25, 12)),
    "student": (mean_posterior(CONTROL), mean_posterior(TREATMENT)),
    "normal": (normal_posterior(CONTROL), normal_posterior(TREATMENT)),
}


def drawn(one: Posterior, n: int = 400_000) -> np.ndarray:
    first, second, *rest = one.parameters
    if one.kind == "beta":
        return RNG.beta(first, second, n)
    if one.kind == "gamma":
        return RNG.gamma(first, 1 / second, n)
    return first + second * (RNG.standard_t(rest[0], n) if rest else RNG.normal(size=n))


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("relative", [False, True])
def test_interval_chance_and_losses_are_those_of_draws(kind: str, relative: bool) -> None:
    control, treatment = PAIRS[kind]
    found = compare(control, treatment, relative=relative)
    c, t = drawn(control), drawn(treatment)
    differences = t / c - 1 if relative else t - c
    spread = float(differences.std())

    assert found.chance_to_win == pytest.approx((t > c).mean(), abs=0.004)
    assert found.estimate.low == pytest.approx(np.quantile(differences, 0.025), abs=0.03 * spread)
    assert found.estimate.high == pytest.approx(np.quantile(differences, 0.975), abs=0.03 * spread)
    assert found.loss_control == pytest.approx(np.maximum(t - c, 0).mean(), rel=0.02)
    assert found.loss_treatment == pytest.approx(np.maximum(c - t, 0).mean(), rel=0.1)
    assert found.estimate.validity is Validity.POSTERIOR


def test_over_the_prior_the_interval_holds_as_often_as_it_says() -> None:
    held, times = [], 2_000 if PROOF else 40
    for _ in range(times):
        rates = RNG.beta(0.5, 0.5, 2)
        seen = RNG.binomial(30, rates)
        held.append(compare(*(rate_posterior(int(k), 30) for k in seen), level=0.2).estimate.holds(rates[1] - rates[0]))

    assert np.mean(held) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / times))


def test_where_less_is_better_chance_and_losses_turn_round() -> None:
    plain = compare(*PAIRS["beta"])
    turned = plain.lower_is_better()

    assert turned.estimate == plain.estimate
    assert turned.chance_to_win == pytest.approx(1 - plain.chance_to_win)
    assert (turned.loss_control, turned.loss_treatment) == (plain.loss_treatment, plain.loss_control)


def test_the_densest_interval_is_the_shortest_with_as_much_belief() -> None:
    believed = Difference(rate_posterior(1, 40), rate_posterior(3, 40))
    low, high = densest(believed)
    central = compare(rate_posterior(1, 40), rate_posterior(3, 40))

    assert believed.above(low) - believed.above(high) == pytest.approx(0.95, abs=1e-6)
    assert high - low < central.estimate.high - central.estimate.low
    assert with_interval(central, (low, high)).estimate.low == low
    assert densest(PAIRS["normal"][0], level=0.1) == pytest.approx(
        [PAIRS["normal"][0].quantile(share) for share in (0.05, 0.95)], rel=1e-3
    )


def test_the_region_of_practical_equivalence_shares_out_all_that_is_believed() -> None:
    believed = Difference(*PAIRS["beta"])
    found = region(believed, -0.1, 0.1)

    assert found.below + found.inside + found.above == pytest.approx(1.0)
    assert found.sentence.startswith("Undecided")
    assert region(believed, -0.9, 0.9).sentence.startswith("Practically equivalent")
    assert region(believed, -0.9, -0.5).sentence.startswith("Different")
    with pytest.raises(ValueError, match="low must be below"):
        region(believed, 0.1, 0.1)


@pytest.mark.parametrize("seen", [(0, 5, 0, 5), (5, 5, 5, 5), (0, 5, 5, 5), (0, 0, 0, 0), (0, 100_000, 1, 100_000)])
def test_rates_at_the_edge_have_an_answer(seen: tuple[int, int, int, int]) -> None:
    for relative in (False, True):
        found = compare(rate_posterior(*seen[:2]), rate_posterior(*seen[2:]), relative=relative)
        assert found.estimate.low < found.estimate.value < found.estimate.high < inf
        assert 0 <= found.chance_to_win <= 1


def test_a_mean_with_a_prior_that_is_worth_nothing_is_as_without_one() -> None:
    weak = mean_posterior(CONTROL, prior=(0.0, 1e-9, 1e-9, 1e-9))
    known = mean_posterior(CONTROL)

    assert (weak.quantile(0.025), weak.quantile(0.975)) == pytest.approx(
        (known.quantile(0.025), known.quantile(0.975)), abs=0.02
    )
    strong = mean_posterior(CONTROL, prior=(0.0, 1e9, 1.0, 1.0))
    assert strong.mean == pytest.approx(0.0, abs=1e-6)


def test_events_in_units_of_time_are_compared_by_their_rates() -> None:
    found = compare(count_posterior(100, 10), count_posterior(150, 10), relative=True).estimate

    assert found.low < 0.5 < found.high
    assert count_posterior(0, 10).quantile(0.975) < 0.3


def test_the_least_mean_is_the_largest_of_what_is_mirrored() -> None:
    arms = [rate_posterior(k, 50) for k in (10, 12, 20)]
    most, least = best_of(arms), best_of(arms, lower_is_better=True)

    assert sum(one.chance for one in least) == pytest.approx(1.0)
    assert least[0].chance > 0.6 > most[0].chance
    assert least[0].loss == min(one.loss for one in least)
    mirrored = best_of([Posterior("normal", (1.0, 0.1)), Posterior("normal", (0.5, 0.2))], lower_is_better=True)
    assert mirrored[1].chance > 0.98


def test_the_next_units_are_shared_out_above_a_floor_or_among_the_top_two() -> None:
    assert sum(shares([0.7, 0.2, 0.1], floor=0.1)) == pytest.approx(1.0)
    assert min(shares([1.0, 0.0, 0.0], floor=0.1)) == pytest.approx(0.1)
    assert sum(top_two([0.7, 0.2, 0.1])) == pytest.approx(1.0)
    assert top_two([1.0, 0.0, 0.0]) == [0.5, 0.25, 0.25]
    assert top_two([1.0]) == [1.0]


def test_what_cannot_be_said_is_said_in_a_sentence() -> None:
    with pytest.raises(NoAnswer, match="without a prior"):
        mean_posterior(Moments.of([3.0]))
    with pytest.raises(NoAnswer, match="could have had events"):
        count_posterior(0, 0)
    with pytest.raises(NoAnswer, match="how sure this arm"):
        normal_posterior(Moments.of([0.0, 0.0, 0.0]))
    with pytest.raises(NoAnswer, match="no meaning"):
        compare(Posterior("normal", (0.0, 1.0)), Posterior("normal", (1.0, 1.0)), relative=True)
    with pytest.raises(NoAnswer, match="no arm"):
        best_of([])
    with pytest.raises(NoAnswer, match="two by two"):
        best_of([count_posterior(1, 2)] * 2, lower_is_better=True)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="successes"):
        rate_posterior(3, 2)
    with pytest.raises(ValueError, match="prior must be"):
        rate_posterior(1, 2, prior=(0.0, 1.0))
    with pytest.raises(ValueError, match="counts and exposure"):
        count_posterior(-1, 2)
    with pytest.raises(ValueError, match="worth, shape"):
        mean_posterior(CONTROL, prior=(0.0, 0.0, 1.0, 1.0))
    with pytest.raises(ValueError, match="of one kind"):
        compare(PAIRS["beta"][0], PAIRS["gamma"][0])
    with pytest.raises(ValueError, match="level must be"):
        compare(*PAIRS["beta"], level=1.0)
    with pytest.raises(ValueError, match="of one kind"):
        best_of([PAIRS["beta"][0], PAIRS["gamma"][0]])
    with pytest.raises(ValueError, match="floor must be"):
        shares([0.5, 0.5], floor=0.6)
    with pytest.raises(ValueError, match="beta must be"):
        top_two([0.5, 0.5], beta=1.5)
