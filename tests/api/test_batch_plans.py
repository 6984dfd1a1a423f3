"""What would be computed, and why, over the API: a rehearsal that changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.runs.models import Batch, Run
from experiments.models import Experiment, Role, Study
from experiments.types import JsonObject
from tests.analysis.runs.pipelines import example
from tests.analysis.runs.sums import changed, done, sums
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

PLAN = "/studies/kitchen/batches/plan/"


def digits(**more: object) -> JsonObject:
    return example("digits_grid", slug="digits", **more)


def test_a_document_is_planned_without_changing_anything(api: Program, study: Study) -> None:
    before = counts()

    answer = api.post(PLAN, digits())

    assert answer.status_code == 200, answer.json()
    assert answer.json()["sentences"][0] == "12 settings = 12 runs: 0 there, 12 to compute."
    assert (answer.json()["wanted"], answer.json()["missing"], answer.json()["there"]) == (12, 12, {})
    assert counts() == before
    assert not Experiment.objects.filter(study=study, slug="digits").exists()


def test_a_grown_document_is_held_against_the_batch_of_its_name(api: Program, study: Study) -> None:
    api.post("/studies/kitchen/batches/", digits())

    plan = api.post(PLAN, digits(seeds=2)).json()

    assert plan["there"] == {"queued": 12}
    assert plan["reasons"] == {"new seed": 12}
    assert Run.objects.count() == 12


def test_what_is_wrong_is_told_as_if_it_were_to_be_computed(api: Program, study: Study) -> None:
    answer = api.post(PLAN, digits(epochs=0, search="gird"))

    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"epochs", "search"}


def test_a_name_of_another_study_is_refused_and_tells_nothing_of_it(api: Program, study: Study) -> None:
    batch = sums({"x": {"sweep": [1, 2]}})

    answer = api.post(PLAN, {**digits(), "slug": batch.slug})

    assert answer.status_code == 409


def test_who_may_only_look_may_not_have_documents_planned(member: Callable[[str], Program]) -> None:
    assert member(Role.VIEWER).post(PLAN, digits()).status_code == 403


class TestABatchsPlan:
    @pytest.fixture
    def batch(self, study: Study) -> Batch:
        batch = sums({"x": {"sweep": [1, 2]}})
        Experiment.objects.filter(pk=batch.experiment_id).update(study=study)
        done(batch)
        return batch

    def test_nothing_is_missing_of_what_is_done(self, api: Program, batch: Batch) -> None:
        plan = api.get(f"/batches/{batch.uuid}/plan/").json()

        assert (plan["missing"], plan["there"]) == (0, {"completed": 2})

    def test_code_that_changed_since_is_named(self, api: Program, batch: Batch) -> None:
        with changed(code="2"):
            plan = api.get(f"/batches/{batch.uuid}/plan/").json()

        assert plan["changed"] == {"code.sum": 2}
        assert plan["missing"] == 2

    def test_a_foreign_batch_is_not_there(self, stranger: Program, batch: Batch) -> None:
        assert stranger.get(f"/batches/{batch.uuid}/plan/").status_code == 404

    def test_it_takes_as_many_queries_as_agreed_on(self, api: Program, batch: Batch) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert api.get(f"/batches/{batch.uuid}/plan/").status_code == 200

        assert len(queries) == reviewed("api:batch plan")
