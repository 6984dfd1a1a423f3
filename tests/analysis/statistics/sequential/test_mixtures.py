"""Mixtures of normal alternatives: figures as published, and right at every look."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from analysis.statistics.confidence_sequences import mixture_ratio
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import Sequence, asymptotic_difference, asymptotic_mean
from analysis.statistics.sequential.mixtures import (
    mixture_ratio_of,
    normal_sequence,
    sequential_ratio_test,
    sequential_ratio_test_of_mean,
)
from analysis.statistics.words import NoAnswer
from tests.analysis.statistics.sequential.watching import EXPERIMENTS, LEVEL, PARTICIPANTS, at_most
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

RNG = np.random.default_rng(7)
CONTROL, TREATMENT = Moments.of(RNG.normal(5, 2, 300)), Moments.of(RNG.normal(5.6, 2.5, 240))


def test_the_ratio_is_that_of_the_two_densities() -> None:
    """Of N(0, V + tau2) to N(0, V) at the difference."""
    difference, variance, tau2 = 0.3, 0.02, 0.1
    found = mixture_ratio_of(difference, variance, tau2=tau2)
    known = -log((variance + tau2) / variance) / 2 - difference**2 / 2 * (1 / (variance + tau2) - 1 / variance)

    assert found.log_ratio == pytest.approx(known)
    assert (found.p_value, found.half_width) == pytest.approx(mixture_ratio(difference, variance, tau2=tau2))


def test_two_samples_are_tested_by_their_difference_and_its_variance() -> None:
    found = sequential_ratio_test(CONTROL, TREATMENT, tau2=0.25)
    variance = CONTROL.variance / 300 + TREATMENT.variance / 240

    assert found.p_value == mixture_ratio_of(found.value, variance, tau2=0.25).p_value
    assert (found.p_value < 0.05) == (found.low > 0)


def test_one_sample_is_tested_against_any_value() -> None:
    found = sequential_ratio_test_of_mean(CONTROL, tau2=0.25, against=5.0)

    assert found.low < found.value < found.high
    assert found.value == pytest.approx(float(CONTROL.mean[0]))
    assert sequential_ratio_test_of_mean(CONTROL, tau2=0.25, against=found.low).p_value == pytest.approx(0.05)


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_one_sided_and_two_sided_the_truth_stays_inside_at_every_look(side: str) -> None:
    sequence = Sequence(LEVEL, 200, side)  # type: ignore[arg-type] # the parameters are sides
    n = np.arange(1, PARTICIPANTS + 1)
    means = np.cumsum(np.random.default_rng(8).normal(size=(EXPERIMENTS, PARTICIPANTS)), axis=1) / n
    bounds = [normal_sequence(0.0, int(k), 1.0, sequence=sequence) for k in n]
    low, high = np.array([one.low for one in bounds]), np.array([one.high for one in bounds])
    missed = ((means + low > 0) | (means + high < 0)).any(axis=1)

    assert missed.mean() <= at_most(LEVEL)


@pytest.mark.parametrize("side", ["greater", "less"])
def test_the_one_sided_asymptotic_p_value_is_below_the_level_where_its_interval_leaves_zero(side: str) -> None:
    for level in (0.01, 0.05, 0.2):
        sequence = Sequence(level, 500, side)  # type: ignore[arg-type] # the parameters are sides
        for shift in np.linspace(-0.6, 0.6, 41):
            moved = Moments(TREATMENT.n, CONTROL.mean + shift, TREATMENT.scatter)
            found = asymptotic_difference(CONTROL, moved, sequence=sequence)
            tuned = Sequence(level, 500, side).p_value(found.value / (found.standard_error or 1.0), found.n)  # type: ignore[arg-type] # as above
            assert found.p_value == tuned
            assert (tuned < level) == (not found.holds(0.0))


def test_one_sided_is_narrower_on_its_side_and_open_on_the_other() -> None:
    both, up = (asymptotic_mean(CONTROL, sequence=Sequence(0.05, 500, side)) for side in ("two-sided", "greater"))

    assert both.low < up.low < up.value
    assert up.high == inf


@pytest.mark.parametrize("arm", [Moments.none(), Moments.of([1.0]), Moments.of([2.0, 2.0, 2.0])])
def test_what_does_not_vary_is_no_answer(arm: Moments) -> None:
    with pytest.raises(NoAnswer, match=r"\.$"):
        sequential_ratio_test(CONTROL, arm, tau2=1.0)
    with pytest.raises(NoAnswer, match=r"\.$"):
        sequential_ratio_test_of_mean(arm, tau2=1.0)
    with pytest.raises(NoAnswer, match=r"\.$"):
        asymptotic_mean(arm, sequence=Sequence())
    with pytest.raises(NoAnswer, match="no value yet"):
        normal_sequence(0.0, 0, 1.0, sequence=Sequence())


def test_impossible_settings_are_refused() -> None:
    for level, n, side in ((0.0, 10.0, "two-sided"), (0.6, 10.0, "greater"), (0.05, 0.0, "less")):
        with pytest.raises(ValueError, match="level must be"):
            Sequence(level, n, side)  # type: ignore[arg-type] # sides
    with pytest.raises(ValueError, match="sigma must be"):
        normal_sequence(0.0, 3, 0.0, sequence=Sequence())
    with pytest.raises(ValueError, match="tau2 must be"):
        mixture_ratio_of(0.1, 0.1, tau2=0.0)
