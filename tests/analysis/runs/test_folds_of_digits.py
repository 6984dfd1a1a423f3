"""Scenarios S4 and S5 of the notes: digits over 5 folds, and over 5 folds of 2, from the file to what they say."""

from __future__ import annotations

from typing import cast

import pytest

from analysis.learning.running import PROCEDURES, Fold, Task
from analysis.learning.search.design import read_design
from analysis.runs.fold_reads import fold_reports
from analysis.runs.models import Batch
from analysis.runs.working.worker import Errand, Worker
from experiments.blueprint import json_object
from experiments.types import Json, JsonObject
from tests.analysis.runs.listening import Listener
from tests.analysis.runs.pipelines import batch_of, example
from tests.proof import ONLY_IN_PROOF

ALL = Errand(until_empty=True)
KFOLD: JsonObject = {"scheme": "kfold", "folds": 5, "stratified": True}


def small_nested() -> JsonObject:
    """Two settings on 2 outer and 4 inner folds."""
    document = example("digits_nested", epochs=1, validation={"scheme": "nested", "outer": 2, "inner": 2})
    components = cast("dict[str, dict[str, object]]", document["components"])
    components["batches"]["config"] = {"size": 64}
    components["network"]["config"] = {"hidden": [16]}
    components["descent"]["config"] = {"learning_rate": {"sweep": [0.1, 0.001]}}
    return document


def test_twelve_settings_are_sixty_runs_over_five_folds_and_a_hundred_and_eighty_over_five_of_two() -> None:
    pairs: tuple[tuple[Json, int], ...] = ((KFOLD, 60), (example("digits_nested")["validation"], 180))
    for validation, n in pairs:
        design = read_design(example("digits_nested", validation=validation))
        assert len(list(design.computations(design.proposals()))) == n


@pytest.mark.django_db(transaction=True)
def test_nested_folds_choose_and_judge_from_the_file_to_the_report() -> None:
    batch = batch_of(small_nested())

    assert Worker().work(ALL) == {"completed": 12}

    [report] = fold_reports(batch)
    assert report.choice is not None
    assert {report.named(one.setting) for one in report.choice.chosen} == {"learning_rate = 0.1"}
    assert report.choice.summary is not None
    outer = batch.runs.filter(inner_fold=None, setting__components__descent__config__learning_rate=0.1)
    assert report.choice.summary.mean == pytest.approx(sum(run.primary or 0 for run in outer) / 2)
    assert all(json_object(run.latest).keys() == {"train", "test", "unseen"} for run in outer)


@pytest.mark.django_db(transaction=True)
def test_a_run_repeated_alone_says_the_same_to_the_last_digit() -> None:
    batch = batch_of({**small_nested(), "validation": {"scheme": "kfold", "folds": 2}})
    Worker().work(ALL)
    run = batch.runs.get(number=3)
    alone = Listener()

    fold = Fold(run.outer_fold, run.inner_fold)
    PROCEDURES["pipeline"].run(Task(json_object(run.setting), run.seed, fold, run.epochs), alone)

    assert alone.latest == run.latest


@pytest.mark.slow
@ONLY_IN_PROOF
@pytest.mark.django_db(transaction=True)
def test_nested_five_by_two_over_twelve_settings() -> None:
    """Scenario S5 in full."""
    batch = batch_of(example("digits_nested"))

    assert Worker().work(ALL) == {"completed": 180}

    [report] = fold_reports(Batch.objects.get(pk=batch.pk))
    assert report.choice is not None
    assert len(report.choice.chosen) == 5
    assert report.choice.summary is not None
    assert report.choice.summary.mean > 0.88
    assert (report.choice.summary.low or 0) < report.choice.summary.mean < (report.choice.summary.high or 0)
