"""Whatever comes in, what is valid while one looks answers with an interval or a sentence; never NaN, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.statistics.adaptive.answering import adaptive_difference
from analysis.statistics.adaptive.log import Log
from analysis.statistics.bayes.comparing import compare as compare_posteriors
from analysis.statistics.bayes.effects import EffectPrior, compare_effect
from analysis.statistics.bayes.factors import jzs_one_sample, jzs_two_samples
from analysis.statistics.bayes.posterior import mean_posterior, rate_posterior
from analysis.statistics.estimates.arms import Arm
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import Sequence, asymptotic_difference
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence
from analysis.statistics.sequential.comparing import compare, estimate_mean
from analysis.statistics.sequential.mixtures import sequential_ratio_test
from analysis.statistics.sequential.quantile_sequences import quantile, quantile_difference
from analysis.statistics.words import Estimate, NoAnswer
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

ANY = some.one_of(
    some.floats(-1e12, 1e12, allow_nan=False),
    some.sampled_from([0.0, 1.0, -1.0, 1e-300, -1e-300, 1e150, -1e300, 5e-324, 0.1]),
)
LISTS = some.lists(ANY, max_size=12).flatmap(lambda few: some.sampled_from([few, few * 5, [0.3] * len(few)]))
PARTS = some.lists(some.one_of(some.floats(0, 1), some.sampled_from([0.0, 1.0, 0.5])), max_size=60)
RELATIVE = some.booleans()
FEW = settings(max_examples=2_000 if PROOF else 30, deadline=None)


def answered(ask: Callable[[], Estimate]) -> None:
    """An estimate around its value, or NoAnswer."""
    with np.errstate(all="ignore"):
        try:
            found = ask()
        except NoAnswer:
            return
    assert found.low <= found.value <= found.high
    assert not any(isnan(figure) for figure in (found.low, found.value, found.high))
    assert found.p_value is None or 0 <= found.p_value <= 1
    assert found.standard_error is None or 0 <= found.standard_error < inf


@FEW
@given(LISTS, LISTS, RELATIVE)
def test_any_numbers(x: list[float], y: list[float], relative: bool) -> None:
    answered(lambda: compare(Moments.of(x), Moments.of(y), relative=relative))
    answered(lambda: asymptotic_difference(Moments.of(x), Moments.of(y), sequence=Sequence(), relative=relative))
    answered(lambda: estimate_mean(Moments.of(x)))
    answered(lambda: sequential_ratio_test(Moments.of(x), Moments.of(y), tau2=1.0))
    answered(lambda: compare_posteriors(mean_posterior(Moments.of(x)), mean_posterior(Moments.of(y))).estimate)
    answered(lambda: quantile(x, 0.5))
    answered(lambda: quantile_difference(x, y, 0.9))


@FEW
@given(PARTS, PARTS, RELATIVE)
def test_any_values_between_two_ends(x: list[float], y: list[float], relative: bool) -> None:
    for low, high in ((0.0, 1.0), (-1.0, 2.0)):
        one, other = BoundedEvidence.of(x, low, high), BoundedEvidence.of(y, low, high)
        answered(lambda one=one, other=other: compare(one, other, relative=relative))  # type: ignore[misc] # bound now
        answered(lambda one=one: estimate_mean(one))  # type: ignore[misc] # bound now


@FEW
@given(some.integers(0, 10**7), some.integers(0, 10**7), some.integers(1, 10**7), RELATIVE)
def test_any_counts(successes: int, others: int, n: int, relative: bool) -> None:
    one, other = min(successes, n), min(others, n)
    answered(lambda: compare(BoundedEvidence.of_counts(one, n), BoundedEvidence.of_counts(other, n), relative=relative))
    answered(lambda: compare_posteriors(rate_posterior(one, n), rate_posterior(other, n), relative=relative).estimate)
    arms = [Arm(n, k / n, k / n * (1 - k / n)) for k in (one, other)]
    answered(lambda: compare_effect(arms[0], arms[1], prior=EffectPrior(0.0, 0.3), relative=relative).estimate)


@FEW
@given(some.lists(some.tuples(some.integers(0, 2), ANY, some.floats(1e-6, 1)), max_size=80), RELATIVE)
def test_any_record_of_a_bandit(rows: list[tuple[int, float, float]], relative: bool) -> None:
    arms, rewards, chances = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    log = Log.of(arms, rewards, chances)
    answered(lambda: adaptive_difference(log, (0, 1), relative=relative).estimate)
    inside = Log.of(arms, np.clip(rewards, 0, 1), chances)
    answered(lambda: adaptive_difference(inside, (0, 1), ends=(0.0, 1.0), relative=relative).estimate)


@FEW
@given(LISTS, LISTS)
def test_any_bayes_factor(x: list[float], y: list[float]) -> None:
    try:
        factors = [jzs_two_samples(Moments.of(x), Moments.of(y)), jzs_one_sample(Moments.of(x))]
    except NoAnswer:
        return
    assert not any(isnan(found.log_factor) for found in factors)
    assert all(found.sentence.endswith(".") for found in factors)
