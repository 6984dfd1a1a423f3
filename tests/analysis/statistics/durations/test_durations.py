"""Durations cut short: the field's figures, and no certainty beyond what was watched."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from analysis.statistics.durations.hazards import hazard_ratio, log_rank
from analysis.statistics.durations.record import Record
from analysis.statistics.durations.survival import (
    kaplan_meier,
    quantile_survival,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
)
from analysis.statistics.words import NoAnswer

RNG = np.random.default_rng(0)
ARM = np.repeat([0, 1], 40)
TIMES = np.round(RNG.exponential(5, 80) * (1 + 0.5 * ARM)) + 1
SEEN = (RNG.random(80) < 0.7).astype(int)
CONTROL, TREATMENT = (Record.of(TIMES[arm == ARM], SEEN[arm == ARM]) for arm in (0, 1))


def test_the_curve_is_kaplan_and_meier_s() -> None:
    other = SurvfuncRight(TIMES[ARM == 0], SEEN[ARM == 0])
    found = [survival_at(CONTROL, time) for time in other.surv_times[:8]]

    assert [each.value for each in found] == pytest.approx(list(other.surv_prob[:8]))
    assert [each.standard_error for each in found] == pytest.approx(list(other.surv_prob_se[:8]))
    assert quantile_survival(CONTROL).value == other.quantile(0.5)
    assert quantile_survival(CONTROL).low == other.quantile_ci(0.5, method="cloglog")[0]


def test_arms_are_told_apart_as_by_the_field() -> None:
    tested, ratio = log_rank([CONTROL, TREATMENT]), hazard_ratio(CONTROL, TREATMENT)
    other = PHReg(TIMES, ARM[:, None].astype(float), status=SEEN, ties="efron").fit()

    assert tested.p_value == pytest.approx(survdiff(TIMES, SEEN, ARM)[1], rel=1e-9)
    assert ratio.value == pytest.approx(float(np.exp(other.params[0])), rel=1e-8)
    assert (ratio.low, ratio.high) == pytest.approx(tuple(np.exp(other.conf_int()[0])), rel=1e-6)


def test_nobody_lost_is_a_plain_mean() -> None:
    found = restricted_mean(Record.of([1.0, 2.0, 3.0, 10.0]), 4.0)

    assert found.value == pytest.approx((1 + 2 + 3 + 4) / 4)


def test_restricted_means_hold() -> None:
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        true, lost = rng.exponential(1, (2, 60)), rng.exponential(2, (2, 60))
        records = [Record.of(np.minimum(t, c), t <= c) for t, c in zip(true, lost, strict=True)]
        held += restricted_mean_difference(*records, until=0.8).holds(0)
    assert held / 300 >= 0.92


def test_before_the_first_event_nobody_is_certain_to_be_without_it() -> None:
    found = survival_at(Record.of([5.0, 6.0, 7.0]), 1.0)

    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.5


def test_a_median_never_reached_has_a_lower_limit_only() -> None:
    found = quantile_survival(Record.of([3.0, 4.0, 5.0, 6.0], [1, 0, 0, 0]))

    assert (found.value, found.high) == (inf, inf)
    assert found.low <= 6.0


def test_nothing_is_known_beyond_what_was_watched() -> None:
    with pytest.raises(NoAnswer, match="Nobody was watched"):
        survival_at(CONTROL, 1e6)
    with pytest.raises(NoAnswer, match="Nobody was watched until"):
        restricted_mean(Record.of([1.0, 2.0], [1, 0]), 5.0)


def test_arms_without_events_have_no_ratio_but_a_test() -> None:
    none, some = Record.of([3.0, 4.0, 5.0], [0, 0, 0]), Record.of([1.0, 2.0, 3.0])

    assert 0 < log_rank([none, some]).p_value < 1
    with pytest.raises(NoAnswer, match="no event"):
        hazard_ratio(none, some)
    with pytest.raises(NoAnswer, match="Nobody has had the event"):
        log_rank([none, none])


def test_a_curve_has_limits_at_every_time() -> None:
    curve = kaplan_meier(CONTROL)

    assert (curve.low <= curve.survival + 1e-12).all()
    assert (curve.survival <= curve.high + 1e-12).all()
    assert (curve.low < curve.high).all()
