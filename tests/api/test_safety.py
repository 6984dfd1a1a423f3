"""Safety tests over the API: looked at, withdrawn, served, looked at again; and what experiments require."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.assurance.models import Requirement, SafetyTest
from experiments.models import Arm, Role, Study
from experiments.types import Json, JsonObject
from tests.analysis.assurance.proofs import a_test, found, pin_of, report, serving
from tests.analysis.assurance.trainings import DOCUMENT, train
from tests.api.conftest import Program, counts
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
CONSTRAINT: JsonObject = {"text": "FPR <= 0.2", "delta": 0.1, "regime": "binary_classification"}


@pytest.fixture
def proven(study: Study) -> SafetyTest:
    """A test of the study that passed."""
    return a_test(study=study)


def test_tests_are_listed_and_narrowed(api: Program, proven: SafetyTest, study: Study) -> None:
    a_test(report(found(upper=0.1)), study=study)
    a_test()  # of a study of somebody else's

    every = api.get("/safety/tests/").json()["results"]
    (passed,) = api.get("/safety/tests/?passed=true").json()["results"]

    assert [row["passed"] for row in every] == [True, False]
    assert passed["results"][0]["upper"] == -0.03
    assert api.get("/safety/tests/?batch=nothing").json()["results"] == []


def test_what_is_no_number_is_a_text(api: Program, study: Study) -> None:
    test = a_test(report(found(upper=float("inf"))), study=study)

    assert api.get(f"/safety/tests/{test.uuid}/").json()["results"][0]["upper"] == "inf"


def test_a_test_of_a_foreign_study_is_not_even_there(proven: SafetyTest, stranger: Program) -> None:
    before = counts()
    for method, path in (
        ("get", ""),
        ("post", "withdraw/"),
        ("post", "serve/"),
        ("get", "retests/"),
        ("post", "retests/"),
    ):
        assert stranger.ask(method, f"/safety/tests/{proven.uuid}/{path}", {}).status_code == 404
    assert stranger.get("/safety/tests/").json()["results"] == []
    assert counts() == before


def test_a_viewer_looks_and_changes_nothing(proven: SafetyTest, member: Callable[[str], Program]) -> None:
    viewer = member(Role.VIEWER)
    before = counts()

    assert viewer.get(f"/safety/tests/{proven.uuid}/").status_code == 200
    for path in ("withdraw/", "serve/", "retests/"):
        assert viewer.post(f"/safety/tests/{proven.uuid}/{path}", {}).status_code == 403
    assert counts() == before


def test_withdrawing_takes_the_arm_down_and_twice_is_once(api: Program, proven: SafetyTest) -> None:
    experiment = serving(proven)
    for _ in range(2):
        answer = api.post(f"/safety/tests/{proven.uuid}/withdraw/", {"because": "Wrong labels."})

        assert (answer.status_code, answer.json()["standing"]) == (200, "withdrawn")
    assert not Arm.objects.get(experiment=experiment, name="fair").is_enabled


def test_a_proven_model_is_pinned_to_an_arm_and_goes_live_through_the_gate(api: Program, proven: SafetyTest) -> None:
    experiment = serving(proven, status="draft")
    Arm.objects.filter(experiment=experiment).update(payload={"colour": "red"})
    answer = api.post(f"/safety/tests/{proven.uuid}/serve/", {"experiment": experiment.slug, "arm": "fair"})

    assert answer.json()["payload"] == {"colour": "red", "model": pin_of(proven)}
    assert api.post(f"/experiments/{experiment.slug}/start/").status_code == 200


def test_an_unproven_model_stays_out_with_every_reason(api: Program, proven: SafetyTest) -> None:
    experiment = serving(proven, status="draft")
    api.put(f"/experiments/{experiment.slug}/constraints/", {"constraints": [CONSTRAINT]})
    answer = api.post(f"/experiments/{experiment.slug}/start/")

    assert (answer.status_code, answer.json()["code"]) == (409, "not-proven")
    assert "not tested for “FPR <= 0.2”" in answer.json()["errors"][0]["message"]


def test_what_is_required_is_read_checked_and_replaced_as_a_whole(api: Program, proven: SafetyTest) -> None:
    path = f"/experiments/{serving(proven, status='draft').slug}/constraints/"
    put = api.put(path, {"constraints": [CONSTRAINT]})

    assert put.json()["constraints"][0]["normalised"] == "FPR-(0.2)"
    assert api.get(path).json() == put.json()
    wrong: dict[str, Json] = {"constraints": [{"text": "FPR < 0.2"}, CONSTRAINT]}
    refused = api.put(path, wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "constraints[0]"
    assert "Column 5" in refused.json()["errors"][0]["message"]
    assert Requirement.objects.count() == 1
    assert api.put(path, {"constraints": []}).json() == {"constraints": []}


def test_data_too_large_to_read_while_somebody_waits_are_left_to_the_command(api: Program, study: Study) -> None:
    large: dict[str, Json] = {**DOCUMENT, "data": {"type": "made_up", "rows": 400_000}}
    answer = api.post(f"/studies/{study.slug}/safety/rehearsal/", large)

    assert answer.status_code == 422
    assert "400,000 rows; here at most 300,000 are read" in answer.json()["detail"]


def test_new_rows_are_looked_at_and_listed(api: Program, study: Study) -> None:
    test = train(study)
    seen = {**{f"x{n}": 0.1 * n for n in range(1, 6)}, "score": 0.5, "grade": 1}
    rows = [{**seen, "group": "AB"[k % 2], "label": k // 2 % 2} for k in range(40)]
    answer = api.post(f"/safety/tests/{test.uuid}/retests/", {"rows": rows})

    assert answer.status_code == 201, answer.json()
    assert (answer.status_code, answer.json()["n"], answer.json()["standing"]) == (201, 40, "stands")
    assert len(api.get(f"/safety/tests/{test.uuid}/retests/").json()["results"]) == 1
    refused = api.post(f"/safety/tests/{test.uuid}/retests/", {"rows": [{"x1": 1}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_a_document_is_rehearsed_and_nothing_changes(api: Program, study: Study) -> None:
    before = counts()
    (found,) = api.post(f"/studies/{study.slug}/safety/rehearsal/", dict(DOCUMENT)).json()["settings"]

    assert (found["could_pass"], found["n_safety"]) == (True, 2400)
    refused = api.post(f"/studies/{study.slug}/safety/rehearsal/", {**DOCUMENT, "constraints": [{"text": "PRR <= 1"}]})
    assert refused.status_code == 422
    assert counts() == before


def test_the_list_costs_the_same_with_one_test_and_with_many(api: Program, proven: SafetyTest, study: Study) -> None:
    api.get("/safety/tests/")  # the first request of a process asks for more
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            api.get("/safety/tests/")
        assert len(queries) == reviewed("api:safety tests")
        a_test(study=study)
    with CaptureQueriesContext(connection) as queries:
        api.get(f"/safety/tests/{proven.uuid}/")
    assert len(queries) == reviewed("api:safety test")
