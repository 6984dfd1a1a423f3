"""k folds: the sizes are scikit-learn's, the shares are kept, and every sample is held out once."""

import numpy as np
import pytest
from sklearn.model_selection import KFold as TheirKFold

from analysis.learning.components import ComponentError
from analysis.learning.running import Fold
from analysis.learning.validation import SCHEMES, Samples, parse_validation
from experiments.problems import path_text

LABELS = np.repeat([0, 1, 2], [100, 200, 300])


def test_six_hundred_samples_in_five_folds_keep_the_shares() -> None:
    """MLgym's own oracle: classes of 100, 200 and 300; folds of 20, 40 and 60."""
    scheme = parse_validation({"scheme": "kfold", "folds": 5, "stratified": True, "seed": 1})
    held_out = []
    for fold in scheme.folds_to_run():
        parts = scheme.divide(Samples(600, LABELS), fold)
        assert np.bincount(LABELS[parts["validation"]]).tolist() == [20, 40, 60]
        assert sorted([*parts["train"], *parts["validation"]]) == list(range(600))
        held_out += parts["validation"].tolist()

    assert sorted(held_out) == list(range(600))


def test_without_shuffling_the_folds_are_scikit_learns() -> None:
    scheme = parse_validation({"scheme": "kfold", "folds": 4, "shuffle": False})
    theirs = TheirKFold(4).split(np.zeros(10))
    for fold, (train, held_out) in zip(scheme.folds_to_run(), theirs, strict=True):
        parts = scheme.divide(Samples(10), fold)
        assert parts["train"].tolist() == train.tolist()
        assert parts["validation"].tolist() == held_out.tolist()


def test_another_seed_gives_other_folds_and_the_same_seed_the_same() -> None:
    first, again, other = (
        parse_validation({"scheme": "kfold", "seed": seed}).divide(Samples(50), Fold(0))["validation"].tolist()
        for seed in (1, 1, 2)
    )

    assert first == again != other


def test_more_folds_than_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="folds must be at most 3, the number of samples, not 5"):
        parse_validation({"scheme": "kfold", "folds": 5}).divide(Samples(3), Fold(0))


def test_samples_without_labels_cannot_be_stratified() -> None:
    with pytest.raises(ValueError, match="no labels"):
        parse_validation({"scheme": "kfold", "stratified": True}).divide(Samples(30), Fold(0))


def test_every_fault_is_told_at_once_with_its_path() -> None:
    with pytest.raises(ComponentError) as refusal:
        parse_validation({"scheme": "kfold", "folds": 1, "stratified": "yes", "fold": 3})

    assert [path_text(path) for path, _, _ in refusal.value.findings] == [
        "validation.folds",
        "validation.stratified",
        "validation.fold",
    ]


def test_a_sweep_may_stand_in_it_and_its_values_are_checked() -> None:
    assert not list(SCHEMES.faults({"scheme": "kfold", "folds": {"sweep": [2, 5]}}))
    assert [path for path, _, _ in SCHEMES.faults({"scheme": "kfold", "folds": {"sweep": [1, 5]}})] == [
        ("folds", "sweep", 0),
    ]
