"""A batch's design is its experiment's: sweeps are factors, settings are arms, and every run is assigned."""

from __future__ import annotations

from collections import Counter

import pytest

from analysis.balance import balance_of
from analysis.runs.models import Batch
from experiments.blueprint import json_object
from experiments.models import Arm, Assignment, Experiment, Factor
from tests.analysis.runs.sums import grow, sums

pytestmark = pytest.mark.django_db
GRID = {"x": {"sweep": [1, 2]}, "y": {"sweep": [10, 20, 30]}}


def arms(batch: Batch) -> list[str]:
    return list(Arm.objects.filter(experiment=batch.experiment).order_by("position").values_list("name", flat=True))


def test_each_sweep_is_a_factor_with_its_levels() -> None:
    batch = sums(GRID)

    factors = Factor.objects.filter(experiment=batch.experiment).order_by("position")
    assert [(factor.name, factor.levels) for factor in factors] == [("x", [1, 2]), ("y", [10, 20, 30])]


def test_each_setting_is_an_arm_and_each_run_is_assigned_to_it() -> None:
    batch = sums({**GRID, "validation": {"scheme": "kfold", "folds": 5}})

    assert arms(batch) == ["1 / 10", "1 / 20", "1 / 30", "2 / 10", "2 / 20", "2 / 30"]
    assert Counter(Assignment.objects.values_list("arm__name", flat=True)) == dict.fromkeys(arms(batch), 5)
    for run in batch.runs.select_related("unit__assignment__arm"):
        assert run.unit is not None
        assert run.unit.assignment.arm.levels == json_object(run.proposal)["choices"]


def test_what_was_assigned_stands_in_a_version_that_nothing_changes() -> None:
    batch = sums(GRID)
    first = Experiment.objects.get(pk=batch.experiment_id).version

    grow(batch, y={"sweep": [10, 20, 30, 40]})

    second = Experiment.objects.get(pk=batch.experiment_id).version
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert Counter(Assignment.objects.values_list("version__number", flat=True)) == {1: 6, 2: 2}


def test_a_grown_grid_adds_levels_and_arms_and_keeps_those_that_were_there() -> None:
    batch = sums(GRID)
    before = arms(batch)

    grow(batch, y={"sweep": [10, 20, 30, 40]})

    assert arms(batch) == [*before, "1 / 40", "2 / 40"]
    assert Factor.objects.get(name="y").levels == [10, 20, 30, 40]


def test_arms_with_these_levels_that_somebody_made_are_taken() -> None:
    batch = sums({"x": {"sweep": [1, 2]}}, queue=False)
    Arm.objects.filter(experiment=batch.experiment).delete()
    Factor.objects.create(experiment=batch.experiment, name="x", levels=[1, 2])
    for x, name in ((1, "small"), (2, "large")):
        Arm.objects.create(experiment=batch.experiment, name=name, levels={"x": x}, position=x)

    grow(batch)

    assert arms(batch) == ["small", "large"]
    assert Assignment.objects.count() == 2


def test_a_search_that_finds_its_settings_on_the_way_has_no_arms() -> None:
    batch = sums({"search": {"kind": "bayes", "samples": 5}, "x": {"random": {"uniform": [0, 1]}}})

    assert not Assignment.objects.filter(experiment=batch.experiment).exists()
    assert not Factor.objects.filter(experiment=batch.experiment).exists()


def test_more_than_a_thousand_settings_are_computed_without_arms() -> None:
    batch = sums({"x": {"range": {"from": 1, "to": 1001}}})

    assert batch.runs.count() == 1001
    assert not Assignment.objects.exists()


def test_no_sample_ratio_is_expected_of_runs() -> None:
    batch = sums({**GRID, "search": "successive_halving", "epochs": 3})

    assert balance_of(batch.experiment, is_rehearsal=True).test is None
