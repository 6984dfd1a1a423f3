"""What folds say, over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.runs.models import Batch
from experiments.models import Experiment
from tests.analysis.runs.folding import folded_batch
from tests.api.conftest import Program
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def batch(experiment: Experiment) -> Batch:
    return folded_batch(experiment=experiment)


def folds_of(batch: Batch) -> str:
    return f"/batches/{batch.uuid}/folds/"


def test_settings_are_ranked_and_the_nested_choice_is_judged(api: Program, batch: Batch) -> None:
    [report] = api.get(folds_of(batch)).json()["results"]

    assert [row["choices"] for row in report["settings"]] == [{"lr": 0.1}, {"lr": 0.01}, {"lr": 0.001}]
    assert report["nested"]["mean"] == pytest.approx(0.76)
    assert report["nested"]["low"] < 0.76 < report["nested"]["high"]
    assert report["runs"] == {"completed": 45}


def test_only_so_many_settings_are_told_but_their_number_is(api: Program, batch: Batch) -> None:
    [report] = api.get(f"{folds_of(batch)}?limit=1").json()["results"]

    assert (len(report["settings"]), report["n_settings"]) == (1, 3)


def test_a_measure_can_be_named(api: Program, batch: Batch) -> None:
    [report] = api.get(f"{folds_of(batch)}?name=loss&split=train").json()["results"]

    assert report["measure"] == {"name": "loss", "split": "train", "direction": "minimise"}


def test_a_batch_without_a_measure_is_a_problem_with_a_way_on(api: Program, batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(document={})

    answer = api.get(folds_of(batch))

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")


def test_a_foreign_batch_is_not_there(stranger: Program, batch: Batch) -> None:
    assert stranger.get(folds_of(batch)).status_code == 404


def test_it_takes_as_many_queries_as_agreed_on(api: Program, batch: Batch) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert api.get(folds_of(batch)).status_code == 200

    assert len(queries) == reviewed("api:batch folds")
