"""Intervals over folds: checked by definition, and by how often they hold the truth when folds overlap."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.learning.validation import Samples, parse_validation
from analysis.statistics.resampling import over_folds


def test_without_overlap_it_is_students_interval() -> None:
    values = [0.81, 0.84, 0.79, 0.9]
    theirs = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    ours = over_folds(values, ratio=0)

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert (ours.n, ours.mean, ours.sd) == pytest.approx((4, np.mean(values), np.std(values, ddof=1)))


def test_overlap_widens_it() -> None:
    values = [0.81, 0.84, 0.79, 0.9, 0.85]
    plain, corrected = over_folds(values, ratio=0), over_folds(values, ratio=1 / 4)

    assert plain.high is not None
    assert corrected.high is not None
    assert (corrected.high - corrected.mean) / (plain.high - plain.mean) == pytest.approx(math.sqrt((0.2 + 0.25) / 0.2))


def test_a_single_fold_has_no_spread_and_no_interval() -> None:
    one = over_folds([0.8], ratio=0.25)

    assert (one.n, one.mean, one.sd, one.low, one.high) == (1, 0.8, None, None, None)


@pytest.mark.parametrize("values", [[], [0.5, math.nan], [math.inf]])
def test_what_is_no_figure_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="values must be one or more finite numbers"):
        over_folds(values, ratio=0.25)


def test_it_holds_the_true_error_as_often_as_it_says_over_repeated_folds() -> None:
    """The mean as a model, fitted on each fold's training part: its squared error is known. 2 x 5 folds, n = 60."""
    scheme = parse_validation({"scheme": "repeated", "times": 2, "of": "kfold"})
    parts = [scheme.divide(Samples(60), fold) for fold in scheme.folds_to_run()]
    rng, held = np.random.default_rng(18), 0
    for _ in range(600):
        sample = rng.normal(size=60)
        errors = [float(((sample[one["validation"]] - sample[one["train"]].mean()) ** 2).mean()) for one in parts]
        interval = over_folds(errors, ratio=scheme.held_out_ratio)
        truth = 1 + 1 / 48
        held += (interval.low or 0) <= truth <= (interval.high or 0)

    assert held / 600 > 0.93  # the uncorrected one: 0.79
