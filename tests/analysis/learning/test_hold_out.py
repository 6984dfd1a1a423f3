"""Hold-out and repetition: shares, strata, refusals."""

from itertools import chain

import numpy as np
import pytest

from analysis.learning.components import ComponentError
from analysis.learning.running import Fold
from analysis.learning.validation import Samples, parse_validation

LABELS = np.repeat([0, 1, 2], [100, 200, 300])


def test_shares_are_rounded_down_and_the_rest_trains() -> None:
    parts = parse_validation({"scheme": "hold_out", "validation": 0.3, "test": 0.1}).divide(Samples(101), Fold())

    assert {name: len(indices) for name, indices in parts.items()} == {"train": 61, "validation": 30, "test": 10}


def test_a_share_that_binary_numbers_cannot_hold_is_not_rounded_a_sample_down() -> None:
    parts = parse_validation({"scheme": "hold_out", "validation": 0.29}).divide(Samples(100), Fold())

    assert len(parts["validation"]) == 29


def test_stratified_parts_keep_the_shares_of_the_classes() -> None:
    parts = parse_validation({"scheme": "hold_out", "stratified": True, "test": 0.1}).divide(
        Samples(600, LABELS), Fold()
    )
    assert np.bincount(LABELS[parts["validation"]]).tolist() == [20, 40, 60]
    assert np.bincount(LABELS[parts["test"]]).tolist() == [10, 20, 30]


def test_a_class_too_rare_for_every_part_is_refused() -> None:
    scheme = parse_validation({"scheme": "hold_out", "stratified": True, "test": 0.1})

    with pytest.raises(ValueError, match="A class has only 2 samples: too few to stand in every part"):
        scheme.divide(Samples(52, np.repeat([0, 1], [50, 2])), Fold())


def test_shares_that_leave_nothing_to_train_on_are_refused_before_anything_runs() -> None:
    with pytest.raises(ComponentError, match=r"validation.test: Nothing is left to train on"):
        parse_validation({"scheme": "hold_out", "validation": 0.6, "test": 0.4})


def test_repeated_folds_are_numbered_through_and_each_time_is_another_deal() -> None:
    scheme = parse_validation({"scheme": "repeated", "times": 3, "of": {"scheme": "kfold", "folds": 5}})
    folds = list(scheme.folds_to_run())
    held_out = [scheme.divide(Samples(50), fold)["validation"].tolist() for fold in folds]

    assert [fold.outer for fold in folds] == list(range(15))
    assert all(sorted(chain(*held_out[start : start + 5])) == list(range(50)) for start in (0, 5, 10))
    assert held_out[0] != held_out[5] != held_out[10]


def test_a_repeated_hold_out_is_monte_carlo_cross_validation() -> None:
    scheme = parse_validation({"scheme": "repeated", "times": 20, "of": {"scheme": "hold_out", "validation": 0.2}})
    held_out = {tuple(scheme.divide(Samples(50), fold)["validation"].tolist()) for fold in scheme.folds_to_run()}

    assert len(held_out) == 20


def test_what_is_the_same_every_time_cannot_be_repeated() -> None:
    with pytest.raises(ComponentError, match=r"validation.of: The scheme time_series cannot be repeated"):
        parse_validation({"scheme": "repeated", "of": "time_series"})
