"""An experiment by its definition: made, changed, published, compared."""

from __future__ import annotations

from typing import Any

import pytest

from experiments import yaml_file
from experiments.models import Experiment, Role, Study
from experiments.services.snapshot import definition_of
from tests.api.conftest import Program, counts, program
from tests.factories import make_definition, make_session, make_study, make_user

PATH = "/experiments/soup/definition/"
DOCUMENT: dict[str, Any] = {
    "machina": 1,
    "study": {"slug": "new", "title": "New", "consent": [{"version": "1", "title": "C", "body": "Stop any time."}]},
    "experiments": [make_definition("fresh")],
}


def test_a_draft_is_made_of_a_definition(api: Program, study: Study) -> None:
    response = api.post("/experiments/", {"study": "kitchen", "definition": make_definition("stew")})

    assert response.status_code == 201
    assert response.json()["status"] == "draft"
    assert response.json()["version"] is None
    assert definition_of(Experiment.objects.get(slug="stew")) == make_definition("stew")


def test_it_may_come_as_yaml(api: Program, study: Study) -> None:
    text = yaml_file.dump({"study": "kitchen", "definition": make_definition("stew")})

    assert api.send("/experiments/", text.encode(), "application/yaml").status_code == 201


def test_a_slug_that_is_taken_is_refused(api: Program, experiment: Experiment) -> None:
    before = counts()
    response = api.post("/experiments/", {"study": "kitchen", "definition": make_definition("soup")})

    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert counts() == before


def test_an_experiment_cannot_be_made_in_a_foreign_study(api: Program) -> None:
    make_study("foreign")
    before = counts()
    response = api.post("/experiments/", {"study": "foreign", "definition": make_definition("stew")})

    assert response.status_code == 404
    assert counts() == before


def test_every_mistake_is_named_at_once(api: Program, study: Study) -> None:
    steps = [{"name": "a", "components": [{"kind": "texd"}, {"kind": "slider", "name": "x", "props": {"low": 1}}]}]
    definition = {"slug": "stew", "title": "Stew", "target": 0, "steps": steps}
    before = counts()
    response = api.post("/experiments/", {"study": "kitchen", "definition": definition})

    assert response.status_code == 422
    paths = {error["path"] for error in response.json()["errors"]}
    assert {"target", "steps[0].components[0].kind"} <= paths
    assert any(path.startswith("steps[0].components[1].props") for path in paths)
    assert counts() == before


def test_what_is_read_can_be_written_back_as_json_and_as_yaml(api: Program, experiment: Experiment) -> None:
    as_json = api.get(PATH)
    as_yaml = api.get(PATH, Accept="application/yaml")

    assert as_yaml["Content-Type"] == "application/yaml; charset=utf-8"
    assert yaml_file.load(as_yaml.content)[0] == as_json.json()
    before = counts()
    assert api.put(PATH, as_json.json()).json() == as_json.json()
    assert api.send(PATH, as_yaml.content, "application/yaml", method="PUT").json() == as_json.json()
    assert counts() == before


def test_a_running_experiment_keeps_newcomers_on_the_published_version(api: Program, experiment: Experiment) -> None:
    definition = api.get(PATH).json()
    api.put(PATH, {**definition, "target": 60})

    shown = api.get("/experiments/soup/").json()
    assert shown["version"] == 1
    assert shown["unpublished_changes"] == ["target 100 → 60"]
    assert make_session(experiment).version.number == 1

    assert api.post("/experiments/soup/publish/").json()["version"] == 2
    assert make_session(experiment).version.number == 2
    difference = api.get("/experiments/soup/versions/2/diff/").json()
    assert [change["sentence"] for change in difference["changes"]] == ["target 100 → 60"]
    assert [row["number"] for row in api.get("/experiments/soup/versions/").json()["results"]] == [1, 2]
    assert api.get("/experiments/soup/versions/1/").json()["definition"]["target"] == 100


def test_a_definition_that_changed_meanwhile_is_not_overwritten(api: Program, experiment: Experiment) -> None:
    first = api.get(PATH)
    api.put(PATH, {**first.json(), "target": 60})
    before = counts()
    response = api.put(PATH, {**first.json(), "target": 70}, If_Match=first["ETag"])

    assert (response.status_code, response.json()["code"]) == (412, "stale")
    assert api.get(PATH).json()["target"] == 60
    assert counts() == before


@pytest.mark.parametrize("accept", ["application/json", "application/yaml"])
def test_with_the_etag_it_is_written(api: Program, experiment: Experiment, accept: str) -> None:
    etag = api.get(PATH, Accept=accept)["ETag"]
    definition = {**api.get(PATH).json(), "target": 70}

    response = api.put(PATH, definition, If_Match=etag)

    assert response.status_code == 200
    assert response["ETag"] == api.get(PATH)["ETag"] != etag


def test_a_definition_keeps_its_slug(api: Program, experiment: Experiment) -> None:
    before = counts()
    response = api.put(PATH, make_definition("stew"))

    assert response.status_code == 409
    assert counts() == before


def test_life_goes_on_step_by_step(api: Program, study: Study) -> None:
    api.post("/experiments/", {"study": "kitchen", "definition": make_definition("stew")})
    steps = ["rehearse", "start", "pause", "start", "complete", "archive"]
    after = [api.post(f"/experiments/stew/{step}/").json()["status"] for step in steps]

    assert after == ["rehearsal", "running", "paused", "running", "completed", "archived"]


def test_a_step_that_cannot_follow_is_refused_with_those_that_can(api: Program, experiment: Experiment) -> None:
    before = counts()
    response = api.post("/experiments/soup/rehearse/")

    assert (response.status_code, response.json()["code"]) == (409, "illegal-transition")
    assert "completed, paused" in response.json()["hint"]
    assert counts() == before


def test_a_draft_that_is_not_ready_says_everything_that_is_missing(api: Program, study: Study) -> None:
    study.consent_documents.all().delete()
    api.post("/experiments/", {"study": "kitchen", "definition": make_definition("stew")})
    before = counts()
    response = api.post("/experiments/stew/start/")

    assert (response.status_code, response.json()["code"]) == (422, "not-ready")
    assert any("consent" in error["message"] for error in response.json()["errors"])
    assert counts() == before


def test_a_study_is_made_read_and_brought_up_to_its_document(api: Program, owner: object) -> None:
    assert api.post("/studies/", DOCUMENT).status_code == 201
    read = api.get("/studies/new/document/")
    assert read.json()["experiments"] == [make_definition("fresh")]

    text = api.get("/studies/new/document/", Accept="application/yaml").content
    changed = text.replace(b"title: New", b"title: Newer")
    response = api.send("/studies/new/document/", changed, "application/yaml", method="PUT", If_Match=read["ETag"])
    assert response.status_code == 200
    assert api.get("/studies/new/").json()["title"] == "Newer"
    assert api.get("/studies/new/document/")["ETag"] == response["ETag"] != read["ETag"]


def test_a_document_cannot_reach_into_another_study(api: Program, study: Study) -> None:
    foreign = make_study("foreign")
    before = counts()
    document = {**DOCUMENT, "study": {**DOCUMENT["study"], "slug": "foreign", "title": "Mine now"}}

    assert api.post("/studies/", document).status_code == 409
    assert api.put("/studies/kitchen/document/", document).status_code == 409
    foreign.refresh_from_db()
    assert foreign.title != "Mine now"
    assert counts() == before


def test_a_token_of_one_study_creates_no_other(study: Study, owner: object) -> None:
    bound = program(study.memberships.get().user, study=study)
    before = counts()

    assert bound.post("/studies/", DOCUMENT).status_code == 403
    assert counts() == before


def test_whoever_creates_a_study_owns_it(api: Program) -> None:
    user = make_user("maker")

    assert program(user).post("/studies/", DOCUMENT).status_code == 201
    assert Study.objects.get(slug="new").memberships.get().role == Role.OWNER
    assert api.get("/studies/new/").status_code == 404


def test_the_schema_of_a_study_file_is_served(api: Program) -> None:
    schema = api.get("/study-schema/").json()

    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"machina", "study", "experiments"} <= set(schema["properties"])
