"""A document becomes a batch by the API: refused with everything wrong in it, queued once however often it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from analysis.runs.models import Batch, Run
from experiments.models import Experiment, Role, Study
from experiments.types import JsonObject
from experiments.yaml_file import load
from tests.api.conftest import Program, program
from tests.factories import make_study, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

TEXT = (Path(__file__).parents[3] / "examples" / "runs" / "digits_grid.yaml").read_text(encoding="utf-8")
DOCUMENT: JsonObject = {**cast(JsonObject, load(TEXT)[0]), "slug": "digits"}


@pytest.fixture
def study() -> Study:
    return make_study(slug="pictures", members={make_user("amara"): Role.RESEARCHER})


@pytest.fixture
def api(study: Study) -> Program:
    return program(study.memberships.get(user__username="amara").user)


def test_a_document_is_computed_in_the_study(api: Program, study: Study) -> None:
    answer = api.post("/studies/pictures/batches/", DOCUMENT)

    assert answer.status_code == 201, answer.content
    assert {key: answer.json()[key] for key in ("slug", "wanted", "queued")} == {
        "slug": "digits",
        "wanted": 12,
        "queued": 12,
    }
    batch = Batch.objects.get()
    assert (batch.experiment.study, batch.procedure, batch.epochs) == (study, "pipeline", 3)
    assert Run.objects.filter(batch=batch).count() == 12


def test_sent_again_it_queues_nothing_and_grown_only_what_is_new(api: Program) -> None:
    api.post("/studies/pictures/batches/", DOCUMENT)

    again = api.post("/studies/pictures/batches/", DOCUMENT)
    grown = api.send(
        "/studies/pictures/batches/",
        f"slug: digits\n{TEXT.replace('[0.1, 0.01, 0.001]', '[0.1, 0.01, 0.001, 0.3]')}".encode(),
        "application/yaml",
    )

    assert (again.status_code, again.json()["queued"]) == (200, 0)
    assert (grown.json()["wanted"], grown.json()["queued"]) == (16, 4)


def test_everything_that_is_wrong_is_said_at_once_with_lines_and_nothing_changes(api: Program) -> None:
    text = f"slug: digits\n{TEXT}".replace("type: mlp", "type: mpl").replace("epochs: 3", "epochs: 0")

    answer = api.send("/studies/pictures/batches/", text.encode(), "application/yaml")

    assert answer.status_code == 422
    assert {error["path"] for error in answer.json()["errors"]} == {"components.network.type", "epochs"}
    assert all(error["line"] for error in answer.json()["errors"])
    assert not Experiment.objects.exists()


def test_a_batch_without_a_name_is_called_by_its_title_or_by_what_it_says(api: Program) -> None:
    titled = api.send("/studies/pictures/batches/", f"title: Our digits\n{TEXT}".encode(), "application/yaml")
    unnamed = [api.send("/studies/pictures/batches/", TEXT.encode(), "application/yaml") for _ in range(2)]

    assert [one.status_code for one in (titled, unnamed[0])] == [201, 201]
    slugs = list(Batch.objects.order_by("pk").values_list("slug", flat=True))
    assert slugs[0] == "our-digits"
    assert len(slugs) == 2  # the same document again is the same batch
    assert slugs[1].startswith("pipeline-")


def test_a_document_inside_another_object_is_refused_in_one_sentence(api: Program) -> None:
    answer = api.post("/studies/pictures/batches/", {"document": DOCUMENT})

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("The body is the document itself.")
    assert not Batch.objects.exists()


def test_a_name_that_another_study_has_is_refused(api: Program) -> None:
    owner = make_user("berta")
    make_study(slug="others", members={owner: Role.OWNER})
    program(owner).post("/studies/others/batches/", DOCUMENT)

    answer = api.post("/studies/pictures/batches/", DOCUMENT)

    assert answer.status_code == 409
    assert Batch.objects.get().experiment.study.slug == "others"


def test_a_viewer_may_check_but_not_order(study: Study) -> None:
    viewer = make_user("vera")
    study.memberships.create(user=viewer, role=Role.VIEWER)

    assert program(viewer).post("/studies/pictures/batches/", DOCUMENT).status_code == 403
    assert program(viewer).post("/documents/check/", DOCUMENT).json()["runs"] == 12
    assert not Batch.objects.exists()


def test_the_check_tells_and_queues_nothing(api: Program) -> None:
    broken = {**DOCUMENT, "measure": {"name": "f1_macro", "direction": "up"}}

    answer = api.post("/documents/check/", broken).json()

    assert [problem["path"] for problem in answer["problems"]] == ["measure.direction"]
    assert answer["runs"] is None
    assert answer["graph"]["root"] == "trainer"
    assert not Batch.objects.exists()


@pytest.mark.parametrize("body", [[], "text", 5, {"components": []}])
def test_whatever_is_sent_is_answered_with_a_sentence(api: Program, body: object) -> None:
    assert api.post("/documents/check/", body).json()["problems"]


def test_what_there_is_can_be_asked_for(api: Program) -> None:
    kinds = {entry["kind"] for entry in api.get("/components/").json()["results"]}
    schema = api.get("/components/schema/").json()

    assert {"dataset", "model", "trainer"} <= kinds
    assert "model.mlp" in schema["components"]["$defs"]
    assert "validation" in schema["document"]["properties"]
