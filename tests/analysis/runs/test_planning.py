"""Only what is missing is computed, and it is said why."""

from __future__ import annotations

import pytest
from django.utils import timezone

from analysis.learning.search.telling import sentences, told
from analysis.runs.models import Batch, Run, Status
from analysis.runs.plans import Request, comparison_of
from analysis.runs.services.preparing import Shard, Wish, make_ready
from experiments.blueprint import json_object
from experiments.errors import BadValue, Conflict, Invalid
from experiments.types import JsonObject
from tests.analysis.runs.queueing import queue_missing
from tests.analysis.runs.sums import changed, done, grow, sums

pytestmark = pytest.mark.django_db
GRID: JsonObject = {"x": {"sweep": [1, 2]}, "y": {"sweep": [10, 20, 30]}}


def document_of(batch: Batch) -> JsonObject:
    return json_object(batch.document)


def plan(batch: Batch) -> list[str]:
    return sentences(comparison_of(Request.of(batch), batch))


def test_a_grid_of_two_by_three_is_six_runs_in_its_order() -> None:
    batch = sums(GRID)

    assert [run.setting for run in batch.runs.order_by("number")] == [
        {"measure": document_of(batch)["measure"], "x": x, "y": y} for x in (1, 2) for y in (10, 20, 30)
    ]


def test_each_run_keeps_the_values_that_were_chosen_for_it() -> None:
    batch = sums(GRID)

    assert batch.runs.get(number=4).proposal == {"choices": {"x": 2, "y": 10}}


def test_folds_and_seeds_multiply_the_runs_of_a_setting() -> None:
    batch = sums({**GRID, "seeds": 2, "validation": {"scheme": "kfold", "folds": 5}})

    assert batch.runs.count() == 60
    assert batch.runs.values("setting_digest").distinct().count() == 6
    assert batch.runs.values("seed").distinct().count() == 60


def test_asking_again_queues_nothing() -> None:
    batch = sums(GRID)
    done(batch)

    assert queue_missing(batch, now=timezone.now()) == []
    assert plan(batch) == ["6 settings = 6 runs: 6 there, 0 to compute.", "There: 6 completed."]


def test_a_grown_grid_computes_only_the_new_settings() -> None:
    batch = sums(GRID)
    done(batch)

    queued = grow(batch, y={"sweep": [10, 20, 30, 40]})

    assert [json_object(run.proposal)["choices"] for run in queued] == [{"x": 1, "y": 40}, {"x": 2, "y": 40}]
    assert batch.runs.filter(status=Status.COMPLETED).count() == 6


def test_the_plan_of_a_grown_grid_names_the_new_value() -> None:
    batch = sums(GRID)
    done(batch)
    request = Request({**document_of(batch), "y": {"sweep": [10, 20, 30, 40]}})

    assert sentences(comparison_of(request, batch)) == [
        "8 settings = 8 runs: 6 there, 2 to compute.",
        "There: 6 completed.",
        "2 runs are of settings that are new: y = 40.",
    ]


def test_changed_code_is_run_again_and_named() -> None:
    batch = sums(GRID)
    done(batch)

    with changed(code="2"):
        sentence = plan(batch)[1]
        queued = queue_missing(batch, now=timezone.now())

    assert sentence == "6 runs are computed again, because code or data changed: code.sum (6)."
    assert len(queued) == 6
    assert {run.setting_digest for run in queued} == set(
        batch.runs.filter(status=Status.COMPLETED).values_list("setting_digest", flat=True)
    )


def test_changed_data_is_run_again_and_what_it_was_stays() -> None:
    batch = sums(GRID)
    done(batch)

    with changed(data="2"):
        comparison = comparison_of(Request.of(batch), batch)

    assert told(comparison)["changed"] == {"data": 6}
    assert len(comparison.left) == 6


def test_values_are_new_only_where_no_code_has_met_them() -> None:
    batch = sums(GRID)
    done(batch)
    request = Request({**document_of(batch), "y": {"sweep": [10, 20, 30, 40]}})

    with changed(code="2"):
        found = told(comparison_of(request, batch))

    assert found["new_values"] == {"y": [40]}
    assert found["reasons"] == {"changed code or data": 6, "new setting": 2}


def test_code_that_is_changed_back_is_known_again() -> None:
    batch = sums(GRID)
    with changed(code="2"):
        queue_missing(batch, now=timezone.now())

    assert comparison_of(Request.of(batch), batch).missing == ()


def test_more_epochs_go_on_from_where_the_runs_ended() -> None:
    batch = sums({**GRID, "epochs": 3})
    done(batch)

    queued = grow(batch, epochs=5)

    assert {run.epochs for run in queued} == {5}
    assert {run.warm_from_id for run in queued} == set(batch.runs.filter(epochs=3).values_list("pk", flat=True))


def test_the_plan_says_what_more_epochs_go_on_from() -> None:
    batch = sums({**GRID, "epochs": 3})
    done(batch)
    Run.objects.filter(batch=batch, number=1).update(status="failed", result=None)

    comparison = comparison_of(Request({**document_of(batch), "epochs": 5}), batch)

    assert "6 runs are of another number of epochs, 5 of them go on from where a run ended." in sentences(comparison)


def test_more_seeds_and_other_folds_are_told_apart() -> None:
    batch = sums({**GRID, "validation": {"scheme": "kfold", "folds": 2}})
    done(batch)

    assert told(comparison_of(Request({**document_of(batch), "seeds": 2}), batch))["reasons"] == {"new seed": 12}


def test_without_a_batch_everything_is_new() -> None:
    sums({}, queue=False)
    comparison = comparison_of(Request({"procedure": "sum", **GRID, "validation": {"scheme": "kfold", "folds": 5}}))

    assert sentences(comparison) == [
        "6 settings x 5 folds = 30 runs: 0 there, 30 to compute.",
        "30 runs are of settings that are new.",
    ]


def test_what_is_no_longer_asked_for_stays() -> None:
    batch = sums(GRID)
    done(batch)

    assert grow(batch, y=10) == []
    assert plan(batch)[-1] == "4 runs there are not asked for, or not any more; nothing is deleted."
    assert batch.runs.count() == 6


def test_a_document_that_cannot_be_computed_changes_nothing() -> None:
    batch = sums(GRID)

    with pytest.raises(Invalid) as refused:
        grow(batch, y={"sweep": []}, search="gird")

    assert [error["path"] for error in refused.value.errors] == ["search", "y.sweep"]
    assert Batch.objects.get(pk=batch.pk).document == batch.document
    assert batch.runs.count() == 6


def test_a_batch_cannot_change_its_procedure() -> None:
    batch = sums(GRID)

    with pytest.raises(Conflict, match="batch of sums"):
        grow(batch, procedure="function")

    assert Batch.objects.get(pk=batch.pk).procedure == "sum"


def test_a_procedure_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadValue, match="no procedure called “nothing”"):
        comparison_of(Request({"procedure": "nothing"}))


def test_a_search_that_learns_is_not_cut_into_shards() -> None:
    batch = sums({**GRID, "search": "successive_halving", "epochs": 3})
    wish = Wish(study=batch.experiment.study.slug, shard=Shard(1, 2))

    with pytest.raises(BadValue, match="has only its own"):
        make_ready(batch.slug, document_of(batch), wish, now=timezone.now())

    assert batch.runs.count() == 6
