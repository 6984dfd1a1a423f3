"""Folds within folds: the counts of scenario S5, and that no choice sees what judges it."""

import numpy as np
import pytest

from analysis.learning.components import ComponentError
from analysis.learning.running import Fold
from analysis.learning.validation import Samples, Scheme, parse_validation

LABELS = np.repeat([0, 1, 2], [100, 200, 300])
SAMPLES = Samples(600, LABELS)


def nested(**more: float) -> Scheme:
    return parse_validation({"scheme": "nested", "outer": 5, "inner": 2, "stratified": True, "seed": 2, **more})


def test_five_outer_folds_of_two_inner_ones_are_fifteen_runs_of_each_setting_outer_ones_first() -> None:
    folds = list(nested().folds_to_run())

    assert len(folds) == 15
    assert folds[:6] == [Fold(0), Fold(1), Fold(2), Fold(3), Fold(4), Fold(0, 0)]


def test_the_shares_hold_on_both_levels() -> None:
    """MLgym's own oracle: outer folds of 20, 40, 60 by class, inner ones of 40, 80, 120."""
    for fold in nested().folds_to_run():
        parts = nested().divide(SAMPLES, fold)
        held_out = np.bincount(LABELS[parts[nested().held_out(fold)]]).tolist()
        assert held_out == ([20, 40, 60] if fold.inner is None else [40, 80, 120])


def test_inner_folds_are_made_of_the_outer_training_samples_and_of_all_of_them() -> None:
    for outer in range(5):
        train = nested().divide(SAMPLES, Fold(outer))["train"].tolist()
        inner = [nested().divide(SAMPLES, Fold(outer, number))["validation"].tolist() for number in (0, 1)]
        assert sorted(inner[0] + inner[1]) == train


def test_the_outer_part_is_called_test_so_that_nothing_stops_by_it() -> None:
    assert nested().parts_of(Fold(0)) == ("train", "test")
    assert nested().parts_of(Fold(0, 1)) == ("train", "validation")


def test_a_share_can_be_set_aside_for_early_stopping_in_outer_folds() -> None:
    parts = nested(outer_validation=0.25).divide(SAMPLES, Fold(0))

    assert {name: len(indices) for name, indices in parts.items()} == {"train": 360, "validation": 120, "test": 120}
    assert np.bincount(LABELS[parts["validation"]]).tolist() == [20, 40, 60]
    assert parts["test"].tolist() == nested().divide(SAMPLES, Fold(0))["test"].tolist()


def test_schemes_may_stand_for_the_numbers() -> None:
    weeks = {"week": np.arange(600) // 20}
    scheme = parse_validation(
        {
            "scheme": "nested",
            "outer": {"scheme": "grouped", "folds": 3, "groups": "week"},
            "inner": {"scheme": "hold_out", "validation": 0.5, "groups": "week"},
        }
    )
    assert len(list(scheme.folds_to_run())) == 6

    parts = scheme.divide(Samples(600, columns=weeks), Fold(1, 0))
    assert len(parts["train"]) == len(parts["validation"]) == 200


def test_what_cannot_stand_within_is_refused_with_its_path() -> None:
    with pytest.raises(ComponentError, match=r"validation.outer: The scheme nested cannot stand here") as refusal:
        parse_validation({"scheme": "nested", "outer": {"scheme": "nested"}, "inner": {"scheme": "kfold", "seed": 3}})

    assert [path for path, _, _ in refusal.value.findings] == [("validation", "outer"), ("validation", "inner", "seed")]
