"""Analysis plans and reports over the API."""

from __future__ import annotations

import pytest

from analysis.registered.models import Amendment, AnalysisPlan, Report
from experiments.models import Experiment, Status
from tests.api.conftest import Program
from tests.factories import make_experiment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def draft(experiment: Experiment) -> Experiment:
    """Another experiment of the study, not started."""
    return make_experiment(experiment.study, slug="draft", status=Status.DRAFT)


def test_the_plan_of_a_draft_is_shown_written_and_shown_again(draft: Experiment, api: Program) -> None:
    plan = api.get("/experiments/draft/analysis-plan/").json()
    assert (plan["is_own"], plan["is_frozen"], plan["amendments"]) == (False, False, [])

    written = api.put("/experiments/draft/analysis-plan/", {**plan["planned"], "note": "Vivid is better."})

    assert written.status_code == 200
    assert api.get("/experiments/draft/analysis-plan/").json() == written.json()
    assert written.json()["planned"]["note"] == "Vivid is better."


def test_a_document_with_mistakes_is_answered_with_their_paths_and_not_kept(draft: Experiment, api: Program) -> None:
    plan = api.get("/experiments/draft/analysis-plan/").json()["planned"]
    wrong = {**plan, "questions": [{**plan["questions"][0], "measure": "scor"}]}

    refused = api.put("/experiments/draft/analysis-plan/", wrong)
    checked = api.post("/experiments/draft/analysis-plan/check/", wrong)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "questions[0].measure"
    assert checked.json()["problems"][0]["hint"] == "Did you mean “score”?"
    assert not AnalysisPlan.objects.filter(experiment=draft).exists()


def test_what_is_right_is_checked_with_every_default_filled_in(draft: Experiment, api: Program) -> None:
    plan = api.get("/experiments/draft/analysis-plan/").json()["planned"]

    checked = api.post("/experiments/draft/analysis-plan/check/", {key: plan[key] for key in ("questions", "families")})

    assert checked.json()["problems"] == []
    assert checked.json()["document"]["seed"] == 18


def test_a_started_experiment_takes_amendments_only(experiment: Experiment, api: Program) -> None:
    plan = api.get("/experiments/soup/analysis-plan/").json()
    assert plan["is_frozen"]
    document = {**plan["planned"], "note": "Also."}

    assert api.put("/experiments/soup/analysis-plan/", document).status_code == 409
    amended = api.post("/experiments/soup/analysis-plan/amendments/", {"reason": "A referee.", "document": document})

    assert amended.status_code == 201
    assert amended.json()["amendments"][0]["reason"] == "A referee."
    assert amended.json()["planned"]["note"] == ""
    assert amended.json()["current"]["note"] == "Also."


def test_an_amendment_sent_twice_with_its_key_is_one(experiment: Experiment, api: Program) -> None:
    document = {**api.get("/experiments/soup/analysis-plan/").json()["planned"], "note": "Also."}
    body = {"reason": "A referee.", "document": document}
    for _ in range(2):
        api.post("/experiments/soup/analysis-plan/amendments/", body, Idempotency_Key="once")

    assert Amendment.objects.count() == 1


def test_a_report_is_frozen_listed_shown_and_computed_again(experiment: Experiment, api: Program) -> None:
    frozen = api.post("/experiments/soup/reports/", {"title": "For the referees"})
    assert frozen.status_code == 201
    path = f"/experiments/soup/reports/{frozen.json()['uuid']}/"

    assert [row["title"] for row in api.get("/experiments/soup/reports/").json()["results"]] == ["For the referees"]
    assert api.get(path).json()["document"]["answers"]
    assert api.post(f"{path}reproduce/").json()["holds"] is True
    assert api.get("/experiments/soup/reports/00000000-0000-0000-0000-000000000012/").status_code == 404
    assert Report.objects.count() == 1
