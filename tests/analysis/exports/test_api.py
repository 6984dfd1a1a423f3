"""Downloads over the API."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.http import StreamingHttpResponse
from rest_framework.test import APIClient

from analysis.models import Export
from analysis.services.exporting import write_export
from experiments.models import Event, Experiment, Role, Study
from experiments.services.tokens import create_token
from tests import factories
from tests.exported import make_collected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
EXPORTS = "/api/v1/experiments/soup-2026/exports/"


@pytest.fixture
def study() -> Study:
    return factories.make_study()


@pytest.fixture
def experiment(study: Study) -> Experiment:
    return make_collected(study=study, slug="soup-2026")


def program(study: Study, role: str = Role.ANALYST) -> APIClient:
    user = factories.make_user()
    user.study_memberships.create(study=study, role=role)
    _, secret = create_token(user=user, name="test", role=role, study=study)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def body_of(response: object) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)


def test_it_lists_tables_formats_and_files(study: Study, experiment: Experiment) -> None:
    offered = program(study).get(EXPORTS)

    shown = offered.json()
    assert {table["name"]: table["rows"] for table in shown["tables"]}["wide"] == 3
    assert shown["formats"] == ["csv", "jsonl", "parquet"]
    assert shown["exports"] == []


def test_a_table_comes_at_once_with_its_count(study: Study, experiment: Experiment) -> None:
    response = program(study).post(f"{EXPORTS}stream/", {"table": "wide", "format": "jsonl"})

    rows = [json.loads(line) for line in body_of(response).splitlines()]
    assert response["X-Row-Count"] == str(len(rows)) == "3"
    assert {row["arm"] for row in rows} <= {"plain", "vivid"}


def test_a_file_made_ready_is_what_its_checksum_says(study: Study, experiment: Experiment) -> None:
    client = program(study)
    asked = client.post(EXPORTS, {"table": "all", "format": "parquet"})
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting")
    write_export(Export.objects.get().pk)

    ready = client.get(f"{EXPORTS}{asked.json()['id']}/").json()

    fetched = body_of(client.get(ready["file"]))
    assert ready["status"] == "ready"
    assert hashlib.sha256(fetched).hexdigest() == ready["sha256"]
    assert len(fetched) == ready["bytes"]


@pytest.mark.parametrize("wanted", [{"table": "people"}, {"table": "long", "format": "xlsx"}, {"table": "pg_authid"}])
@pytest.mark.parametrize("door", ["", "stream/"])
def test_what_there_is_not_is_a_problem_with_a_hint(
    door: str, wanted: dict[str, str], study: Study, experiment: Experiment
) -> None:
    response = program(study).post(f"{EXPORTS}{door}", wanted)

    problem = response.json()
    assert (response.status_code, problem["code"]) == (404, "unknown")
    assert problem["hint"].startswith(("Tables: long, wide", "Formats: csv"))
    assert not Export.objects.exists()
    assert not Event.objects.filter(kind="data.exported").exists()


@pytest.mark.parametrize("wanted", [{}, {"table": "long", "columns": "secret"}, {"table": ["long"]}])
def test_a_body_of_another_shape_is_refused(wanted: dict[str, object], study: Study, experiment: Experiment) -> None:
    assert program(study).post(EXPORTS, wanted).status_code == 422
    assert not Export.objects.exists()


@pytest.mark.parametrize(("door", "method"), [("", "get"), ("", "post"), ("stream/", "post")])
def test_a_viewers_program_may_not_download(door: str, method: str, study: Study, experiment: Experiment) -> None:
    response = getattr(program(study, Role.VIEWER), method)(f"{EXPORTS}{door}", {"table": "long"})

    assert response.status_code == 403
    assert not Export.objects.exists()
    assert not Event.objects.filter(kind="data.exported").exists()


@pytest.mark.parametrize(("door", "method"), [("", "get"), ("", "post"), ("stream/", "post")])
def test_a_foreign_program_finds_nothing(door: str, method: str, experiment: Experiment) -> None:
    response = getattr(program(factories.make_study()), method)(f"{EXPORTS}{door}", {"table": "long"})

    assert response.status_code == 404
    assert not Export.objects.exists()
