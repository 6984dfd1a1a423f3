"""A search that learns is asked again whenever runs are over, until it has nothing more to propose."""

from __future__ import annotations

from collections import Counter
from typing import cast

import pytest
from django.utils import timezone

from analysis.learning.search.telling import sentences
from analysis.runs.models import Batch, Run, RunEvent, Status
from analysis.runs.plans import Request, comparison_of
from analysis.runs.services.planning import propose_next
from analysis.runs.working.worker import Errand, Worker
from experiments.blueprint import json_object
from experiments.types import Json
from tests.analysis.runs.sums import changed, sums

pytestmark = pytest.mark.django_db(transaction=True)
ALL = Errand(until_empty=True)
HALVING = {"search": "successive_halving", "epochs": 9, "x": {"range": {"from": 1, "to": 9}}}
THREE_FOLDS = {"scheme": "kfold", "folds": 3}


def steps(run: Run) -> Json:
    return json_object(run.result)["steps"]


def number(run: Run) -> int:
    return cast(int, json_object(json_object(run.proposal)["note"])["number"])


def rungs(batch: Batch) -> Counter[int]:
    return Counter(batch.runs.filter(status=Status.COMPLETED).values_list("epochs", flat=True))


def test_successive_halving_goes_up_its_rungs_and_ends() -> None:
    batch = sums(HALVING)

    Worker().work(ALL)

    batch.refresh_from_db()
    assert rungs(batch) == {1: 9, 3: 3, 9: 1}
    assert batch.status == Status.COMPLETED
    assert RunEvent.objects.filter(batch=batch, run=None, payload__status="completed").count() == 1


def test_who_goes_up_goes_on_from_the_checkpoint() -> None:
    batch = sums(HALVING)

    Worker().work(ALL)

    top = batch.runs.get(epochs=9)
    assert top.proposal == {"choices": {"x": 9}, "note": {"rung": 2, "ladder": 0}}
    assert steps(top) == 6
    assert Counter(steps(run) for run in batch.runs.filter(epochs=3)) == {2: 3}
    assert top.warm_from is not None
    assert top.warm_from.epochs == 3


def test_a_worker_that_left_in_the_middle_changes_nothing_of_what_is_chosen() -> None:
    batch = sums(HALVING)

    for _ in range(4):
        Worker().work(Errand(until_empty=True, most=4))

    assert rungs(batch) == {1: 9, 3: 3, 9: 1}


def test_a_broken_setting_stays_on_its_rung_and_the_batch_says_so() -> None:
    batch = sums({**HALVING, "x": {"sweep": [1, 2, 3, 4, 5, 6, 7, 8, "broken"]}})

    Worker().work(ALL)

    batch.refresh_from_db()
    assert rungs(batch) == {1: 8, 3: 3, 9: 1}
    assert batch.status == Status.FAILED
    assert batch.runs.get(epochs=9).proposal == {"choices": {"x": 8}, "note": {"rung": 2, "ladder": 0}}


def test_folds_count_together() -> None:
    batch = sums({**HALVING, "epochs": 3, "x": {"sweep": [1, 2, 3]}, "validation": THREE_FOLDS})

    Worker().work(ALL)

    assert rungs(batch) == {1: 9, 3: 3}


def test_bayes_proposes_one_after_the_other_until_it_has_its_samples() -> None:
    search = {"kind": "bayes", "samples": 12, "at_once": 2, "startup": 4}
    batch = sums({"search": search, "x": {"random": {"uniform": [0, 1]}}})
    assert batch.runs.count() == 2

    Worker().work(ALL)

    assert batch.runs.filter(status=Status.COMPLETED).count() == 12
    assert sorted(number(run) for run in batch.runs.all()) == list(range(12))


def test_asking_twice_for_the_same_results_proposes_once() -> None:
    batch = sums(HALVING)
    Run.objects.filter(batch=batch).update(status=Status.COMPLETED, result={}, primary=1.0, finished_at=timezone.now())

    assert propose_next(batch, timezone.now()) == 3
    assert propose_next(batch, timezone.now()) == 0


def test_code_that_changes_on_the_way_begins_nothing_anew() -> None:
    batch = sums(HALVING)

    with changed(code="2"):
        Worker().work(ALL)

    assert rungs(batch) == {1: 9, 3: 3, 9: 1}


def test_the_plan_says_that_more_follows_from_the_results() -> None:
    batch = sums(HALVING)

    first = sentences(comparison_of(Request.of(batch), batch))[0]

    assert first == "9 settings = 9 runs: 9 there, 0 to compute. More follow from the results."
