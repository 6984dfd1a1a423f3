"""What a bandit's record says: terms, weights, states that are stored, and sentences where nothing can be said."""

from __future__ import annotations

import json
from math import inf

import numpy as np
import pytest

from analysis.statistics.adaptive.answering import adaptive_difference
from analysis.statistics.adaptive.log import Log
from analysis.statistics.adaptive.watched import ContrastEvidence
from analysis.statistics.adaptive.weighted import arm_mean, contrast, two_point
from analysis.statistics.adaptive_allocation import weighted_mean
from analysis.statistics.words import NoAnswer

RNG = np.random.default_rng(9)
N = 400
CHANCES = np.column_stack([np.linspace(0.5, 0.2, N), np.linspace(0.5, 0.8, N)])
ARMS = (RNG.random(N) < CHANCES[:, 1]).astype(int)
REWARDS = RNG.normal(3 + 0.5 * ARMS, 1)
LOG = Log.of(ARMS, REWARDS, CHANCES)


def test_weighted_by_the_root_of_the_chance_it_is_the_known_estimate() -> None:
    value, error = weighted_mean(ARMS == 1, REWARDS, CHANCES[:, 1])
    found = arm_mean(LOG, 1, weights="constant")

    assert (found.value, found.standard_error) == pytest.approx((value, error))


def test_inverse_chances_alone_are_right_but_wider() -> None:
    plain, augmented = (contrast(LOG, 0, 1, weights=weights) for weights in ("ipw", "uniform"))

    assert plain.holds(0.5)
    assert augmented.holds(0.5)
    assert plain.high - plain.low > 2 * (augmented.high - augmented.low)


def test_the_stick_is_used_up_and_even_chances_weigh_alike() -> None:
    chances = np.full(50, 0.4)

    assert (two_point(chances, decay=0.0) ** 2 / chances).sum() == pytest.approx(1.0)
    assert np.ptp(two_point(chances, decay=0.0)) < 1e-9
    falling = two_point(np.linspace(0.5, 0.01, 200))
    assert (falling**2 / np.linspace(0.5, 0.01, 200)).sum() == pytest.approx(1.0)
    assert falling[0] > falling[-1]


def test_chances_of_what_was_chosen_are_enough_without_weights() -> None:
    own = Log.of(ARMS, REWARDS, CHANCES[np.arange(N), ARMS])

    assert contrast(own, 0, 1) == contrast(LOG, 0, 1)
    with pytest.raises(NoAnswer, match="need all of them"):
        contrast(own, 0, 1, weights="constant")


@pytest.mark.parametrize("ends", [{}, {"low": -5.0, "high": 12.0, "floor": 0.1}])
def test_a_state_that_is_stored_goes_on_as_if_it_had_not_been(ends: dict[str, float]) -> None:
    whole = ContrastEvidence.start(**ends).update(ARMS, REWARDS, LOG.chances)
    grown = ContrastEvidence.start(**ends)
    for part in np.split(np.arange(N), [1, 1, 90]):
        stored = json.loads(json.dumps(grown.update(ARMS[part], REWARDS[part], LOG.chances[part]).to_json()))
        grown = ContrastEvidence.parse(stored)

    one, other = whole.interval(), grown.interval()
    assert (one.low, one.value, one.high) == pytest.approx((other.low, other.value, other.high))


def test_arms_besides_the_two_say_nothing_but_the_guess() -> None:
    others = np.where(RNG.random(N) < 0.3, -1, ARMS)
    found = ContrastEvidence.start().update(others, REWARDS, 0.7 * LOG.chances).interval()

    assert found.holds(0.5)


def test_relative_it_is_the_quotient_of_both_arms_values() -> None:
    evidence = ContrastEvidence.start().update(ARMS, REWARDS, LOG.chances)
    absolute, relative = evidence.interval(), evidence.interval(relative=True)

    assert relative.value == pytest.approx(absolute.value / float(evidence.moments.mean[1]))
    assert absolute.holds(0.0) == relative.holds(0.0)


def test_of_few_pulls_nothing_is_claimed() -> None:
    found = ContrastEvidence.start().update(ARMS[:60], REWARDS[:60], LOG.chances[:60]).interval()
    few = contrast(Log.of(ARMS[:30], REWARDS[:30], LOG.chances[:30]), 0, 1)

    assert (found.low, found.high, found.p_value) == (-inf, inf, 1.0)
    assert (few.low, few.high, few.p_value) == (-inf, inf, 1.0)


def test_equal_rewards_claim_nothing_and_have_no_weighted_answer_where_nothing_varies() -> None:
    same = Log.of([0, 1, 0, 1], [0.0, 0.0, 0.0, 0.0], [0.5] * 4)
    found = adaptive_difference(same, (0, 1), ends=(0.0, 1.0))

    assert (found.estimate.low, found.estimate.high) == (-1.0, 1.0)
    assert (found.weighted, found.plain) == (None, None)
    assert "nothing is known of its mean" in found.remarks[0]
    longer = Log.of([0, 1] * 4, [0.0] * 8, [0.5] * 8)
    assert "nothing says how sure" in adaptive_difference(longer, (0, 1), ends=(0.0, 1.0)).remarks[0]
    with pytest.raises(NoAnswer, match=r"\.$"):
        adaptive_difference(same, (0, 1))


def test_what_cannot_be_said_is_said_in_a_sentence() -> None:
    with pytest.raises(NoAnswer, match="missing"):
        Log.of([0], [float("nan")], [0.5])
    with pytest.raises(NoAnswer, match="fewer than twice"):
        contrast(Log.of([0, 0, 1], [1.0, 2.0, 3.0], [0.5] * 3), 0, 1)
    with pytest.raises(NoAnswer, match="not chosen yet"):
        ContrastEvidence.start().interval()
    with pytest.raises(NoAnswer, match="declared range"):
        ContrastEvidence.start(low=0, high=1).update([1], [2.0], [0.5])
    nothing = ContrastEvidence.start().update([1, 0, 1], [1.0, 0.0, 2.0], [0.5] * 3)
    with pytest.raises(NoAnswer, match="mean is 0"):
        nothing.interval(relative=True)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="as long as each other"):
        Log.of([0, 1], [1.0], [0.5])
    with pytest.raises(ValueError, match="above 0"):
        Log.of([0], [1.0], [0.0])
    with pytest.raises(ValueError, match="floor"):
        ContrastEvidence.start(floor=0.6)
    with pytest.raises(ValueError, match="at least the floor"):
        ContrastEvidence.start(low=0, high=1, floor=0.2).update([1], [1.0], [0.1])
