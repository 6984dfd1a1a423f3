"""Time series: the past trains, what follows judges, exactly as scikit-learn divides them."""

import numpy as np
import pytest
from sklearn.model_selection import TimeSeriesSplit

from analysis.learning.running import Fold
from analysis.learning.validation import Samples, parse_validation


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {}),
        ({"gap": 3}, {"gap": 3}),
        ({"held_out_size": 7, "most_train": 20}, {"test_size": 7, "max_train_size": 20}),
    ],
)
def test_the_folds_are_scikit_learns(ours: dict[str, int], theirs: dict[str, int]) -> None:
    scheme = parse_validation({"scheme": "time_series", "folds": 4, **ours})
    expected = TimeSeriesSplit(4, **theirs).split(np.zeros(101))
    for fold, (train, held_out) in zip(scheme.folds_to_run(), expected, strict=True):
        parts = scheme.divide(Samples(101), fold)
        assert parts["train"].tolist() == train.tolist()
        assert parts["validation"].tolist() == held_out.tolist()


def test_a_column_may_order_them() -> None:
    scheme = parse_validation({"scheme": "time_series", "folds": 2, "order": "year"})
    parts = scheme.divide(Samples(6, columns={"year": np.array([2006, 2001, 2005, 2002, 2004, 2003])}), Fold(0))

    assert (parts["train"].tolist(), parts["validation"].tolist()) == ([1, 3], [4, 5])


def test_a_gap_that_leaves_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(ValueError, match="10 samples are too few for 4 folds of 2 after a gap of 2"):
        parse_validation({"scheme": "time_series", "folds": 4, "gap": 2}).divide(Samples(10), Fold(0))
