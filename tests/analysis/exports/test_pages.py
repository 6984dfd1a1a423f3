"""The downloads page, its buttons, and whom they refuse."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from analysis.models import Export
from analysis.services.exporting import write_export
from experiments.models import Event, Experiment, Role
from experiments.types import Json
from tests import factories
from tests.exported import make_collected

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return factories.make_user("analyst")


@pytest.fixture
def experiment(analyst: User) -> Experiment:
    return make_collected(study=factories.make_study(members={analyst: Role.ANALYST}), slug="soup-2026")


@pytest.fixture
def browser(analyst: User, client: Client) -> Client:
    client.force_login(analyst)
    return client


def address(experiment: Experiment, name: str = "downloads", *args: object) -> str:
    return reverse(f"analysis:{name}", args=[experiment.slug, *args])


def body_of(response: object) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)


def exports_in_diary() -> list[Json]:
    return list(Event.objects.filter(kind="data.exported").order_by("pk").values_list("payload", flat=True))


def test_the_page_names_every_table_with_its_rows(browser: Client, experiment: Experiment) -> None:
    response = browser.get(address(experiment))

    page = response.content.decode()
    assert response.status_code == 200
    for title in ("Long: one row per measurement", "Wide: one row per unit", "Trials", "Interactions", "Codebook"):
        assert title in page
    assert "3 rows" in page
    assert "read_parquet" in page


def test_looking_leaves_no_trace(browser: Client, experiment: Experiment) -> None:
    browser.get(address(experiment))
    browser.get(address(experiment, "prepared"))

    assert not Export.objects.exists()
    assert exports_in_diary() == []


def test_a_download_says_how_many_rows_it_has(browser: Client, experiment: Experiment) -> None:
    response = browser.post(address(experiment, "stream"), {"table": "wide", "format": "csv"})

    lines = body_of(response).count(b"\r\n")
    assert response["X-Row-Count"] == "3"
    assert lines == 4
    assert response["Content-Disposition"] == 'attachment; filename="soup-2026-wide.csv"'


def test_every_download_is_in_the_diary(browser: Client, experiment: Experiment, analyst: User) -> None:
    body_of(browser.post(address(experiment, "stream"), {"table": "wide", "format": "csv", "with_rehearsal": "on"}))

    (told,) = exports_in_diary()
    assert told == {"table": "wide", "format": "csv", "with_rehearsal": True, "user": analyst.pk}


def test_a_get_downloads_nothing(browser: Client, experiment: Experiment) -> None:
    assert browser.get(address(experiment, "stream"), {"table": "wide"}).status_code == 405
    assert browser.get(address(experiment, "prepare"), {"table": "wide"}).status_code == 405
    assert exports_in_diary() == []


@pytest.mark.parametrize("fields", [{"table": "people"}, {"table": "long", "format": "xlsx"}, {}, {"table": "../etc"}])
@pytest.mark.parametrize("door", ["stream", "prepare"])
def test_what_there_is_not_is_refused_with_a_list(
    door: str, fields: dict[str, str], browser: Client, experiment: Experiment
) -> None:
    response = browser.post(address(experiment, door), fields)

    assert response.status_code == 404
    assert "There is no" in response.content.decode()
    assert exports_in_diary() == []
    assert not Export.objects.exists()


@pytest.mark.parametrize("door", ["downloads", "prepared", "stream", "prepare"])
def test_a_viewer_may_not_download(door: str, client: Client) -> None:
    viewer = factories.make_user()
    experiment = make_collected(study=factories.make_study(members={viewer: Role.VIEWER}))
    client.force_login(viewer)

    response = knock(client, experiment, door)

    assert response.status_code == 403
    assert exports_in_diary() == []
    assert not Export.objects.exists()


@pytest.mark.parametrize("door", ["downloads", "prepared", "stream", "prepare"])
def test_a_foreign_study_is_not_even_there(door: str, browser: Client) -> None:
    foreign = make_collected(sessions=1)

    response = knock(browser, foreign, door)

    assert response.status_code == 404
    assert foreign.title not in response.content.decode()
    assert exports_in_diary() == []


@pytest.mark.parametrize("door", ["downloads", "prepared", "stream", "prepare"])
def test_a_stranger_is_sent_to_sign_in(door: str, client: Client, experiment: Experiment) -> None:
    response = knock(client, experiment, door)

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def knock(client: Client, experiment: Experiment, door: str) -> HttpResponse:
    fields = {"table": "long", "format": "csv"}
    found = address(experiment, door)
    response = client.post(found, fields) if door in ("stream", "prepare") else client.get(found)
    assert isinstance(response, HttpResponse)
    return response


def test_everything_is_a_zip_that_proves_itself(browser: Client, experiment: Experiment) -> None:
    response = browser.post(address(experiment, "stream"), {"table": "all", "format": "csv"})

    archive = zipfile.ZipFile(io.BytesIO(body_of(response)))
    assert archive.testzip() is None
    names = {name.removeprefix("soup-2026/") for name in archive.namelist()}
    tables = {"long.csv", "wide.csv", "trials.csv", "interactions.csv", "events.csv", "codebook.csv"}
    others = {"README.md", "manifest.json", "SHA256SUMS"}
    assert tables | others <= names
    sums = archive.read("soup-2026/SHA256SUMS").decode().splitlines()
    assert {line.split("  ")[1] for line in sums} == names - {"manifest.json", "SHA256SUMS"}
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(f"soup-2026/{name}")).hexdigest() == digest


def test_a_file_is_made_ready_with_a_checksum_that_is_true(browser: Client, experiment: Experiment) -> None:
    response = browser.post(address(experiment, "prepare"), {"table": "long", "format": "parquet"})
    export = Export.objects.get()
    assert response.status_code == 302
    assert "Being made ready" in browser.get(address(experiment, "prepared")).content.decode()

    write_export(export.pk)

    export.refresh_from_db()
    page = browser.get(address(experiment, "prepared")).content.decode()
    fetched = browser.get(address(experiment, "file", export.uuid))
    assert hashlib.sha256(body_of(fetched)).hexdigest() == export.sha256 == fetched["X-Checksum-SHA256"]
    assert fetched["X-Row-Count"] == str(export.n_rows)
    assert export.sha256 in page
    assert "hx-get" not in page


def test_who_has_the_file_is_not_sent_it_again(browser: Client, experiment: Experiment) -> None:
    browser.post(address(experiment, "prepare"), {"table": "wide", "format": "csv"})
    export = Export.objects.get()
    write_export(export.pk)
    found = address(experiment, "file", export.uuid)

    first = browser.get(found)
    body_of(first)

    assert browser.get(found, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_an_unfinished_file_is_refused(browser: Client, experiment: Experiment) -> None:
    browser.post(address(experiment, "prepare"), {"table": "wide", "format": "csv"})

    assert browser.get(address(experiment, "file", Export.objects.get().uuid)).status_code == 409


def test_a_file_of_another_experiment_is_not_there(browser: Client, experiment: Experiment) -> None:
    foreign = make_collected(sessions=1)
    browser.post(address(experiment, "prepare"), {"table": "wide", "format": "csv"})

    assert browser.get(address(foreign, "file", Export.objects.get().uuid)).status_code == 404
