"""Whole groups: none is torn apart, folds are as even as scikit-learn's."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from analysis.learning.validation import Samples, parse_validation

RANDOM = np.random.default_rng(4)
GROUPS = RANDOM.integers(0, 37, size=500)
LABELS = (RANDOM.random(500) < 0.1 + 0.02 * GROUPS).astype(int)
SAMPLES = Samples(500, LABELS, {"patient": GROUPS})


def held_out(spec: dict[str, object]) -> list[NDArray[np.int64]]:
    scheme = parse_validation({"groups": "patient", **spec})  # type: ignore[dict-item]  # plain JSON
    return [scheme.divide(SAMPLES, fold)["validation"] for fold in scheme.folds_to_run()]


@pytest.mark.parametrize("stratified", [False, True])
def test_no_group_is_in_two_folds(stratified: bool) -> None:
    groups = [set(GROUPS[indices].tolist()) for indices in held_out({"scheme": "grouped", "stratified": stratified})]

    assert sum(len(found) for found in groups) == len(set.union(*groups)) == 37


def test_the_folds_are_as_even_as_scikit_learns() -> None:
    ours = sorted(len(indices) for indices in held_out({"scheme": "grouped"}))
    theirs = sorted(len(test) for _, test in GroupKFold(5).split(GROUPS, groups=GROUPS))

    assert ours == theirs


def test_classes_are_spread_more_evenly_when_that_is_asked_for() -> None:
    ours = [LABELS[indices].mean() for indices in held_out({"scheme": "grouped", "stratified": True})]
    plain = [LABELS[indices].mean() for indices in held_out({"scheme": "grouped"})]

    assert max(ours) - min(ours) < 0.05
    assert np.std(ours) < np.std(plain) / 1.5


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="folds must be at most 37, the number of groups, not 40"):
        held_out({"scheme": "grouped", "folds": 40})


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"no column called 'site'\. Their columns: patient"):
        held_out({"scheme": "grouped", "groups": "site"})


def test_whole_groups_can_be_held_out_once_in_about_the_shares_asked_for() -> None:
    scheme = parse_validation({"scheme": "hold_out", "groups": "patient", "validation": 0.2, "test": 0.2})
    [fold] = scheme.folds_to_run()
    parts = scheme.divide(SAMPLES, fold)

    assert [round(len(parts[name]) / 500, 1) for name in ("train", "validation", "test")] == [0.6, 0.2, 0.2]
    assert not set(GROUPS[parts["train"]]) & set(GROUPS[parts["test"]])
