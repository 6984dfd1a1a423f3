"""The page on which a document is written: for the staff; it checks, draws and fills in, and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analysis.learning.search.shipped import SEARCHES
from analysis.runs.designer.fields import config_from, fields_of
from analysis.runs.models import Batch, Run
from experiments.models import Role, Study
from experiments.types import JsonObject
from tests import factories
from tests.analysis.learning.pipelines import MEMBERS, small_components
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db

TEXT = (Path(__file__).parents[3] / "examples" / "runs" / "digits_grid.yaml").read_text(encoding="utf-8")


@pytest.fixture
def staff(client: Client) -> Client:
    user = factories.make_user("researcher")
    factories.make_study(members={user: Role.RESEARCHER})
    client.force_login(user)
    return client


@pytest.fixture
def _small() -> Iterator[None]:
    with small_components():
        yield


def post(client: Client, door: str, query: str = "", /, **typed: str | list[str]) -> str:
    response = client.post(reverse(f"analysis:{door}") + query, {"document": TEXT, **typed})
    assert response.status_code == 200
    return response.content.decode()


def test_only_the_staff_sees_it(client: Client) -> None:
    response = client.get(reverse("analysis:design_batch"))

    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_page_begins_empty_or_with_an_example(staff: Client) -> None:
    page = staff.get(reverse("analysis:design_batch")).content.decode()
    example = staff.get(reverse("analysis:design_batch"), {"example": "digits_grid"}).content.decode()

    assert "No component can be read yet." in page
    assert "12 settings by grid: 12 runs of 3 epochs." in example


def test_the_page_costs_few_queries(staff: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(reviewed("designer of batches")):
        staff.get(reverse("analysis:design_batch"))


def test_what_is_wrong_is_said_with_its_line(staff: Client) -> None:
    told = post(staff, "check_document", document=TEXT.replace("type: mlp", "type: <mlp>"))

    assert "There is no model of type “&lt;mlp&gt;”." in told
    assert "line 35" in told


def test_a_component_of_the_document_has_its_form(staff: Client) -> None:
    form = post(staff, "edit_component", "?edit=descent")

    assert 'name="p.learning_rate" value="0.1, 0.01, 0.001"' in form
    assert 'value="descent" readonly' in form


def test_a_new_component_has_a_form_with_a_free_name(staff: Client) -> None:
    form = post(staff, "edit_component", pick="optimiser:adam")

    assert 'name="name" value="optimiser"' in form
    assert "Put it into the document" in form


def test_what_is_typed_wrong_is_said_beside_its_field_and_nothing_is_changed(staff: Client) -> None:
    typed: dict[str, str] = {"name": "2x", "kind": "optimiser", "type": "adam", "p.learning_rate": "-1"}

    form = post(staff, "put_component", **typed)

    assert "-1 cannot stand here." in form
    assert "A letter, then letters, digits" in form
    assert "<textarea" not in form


def test_what_is_typed_right_stands_in_the_document(staff: Client) -> None:
    typed: dict[str, str | list[str]] = {
        "name": "descent",
        "kind": "optimiser",
        "type": "sgd",
        "p.learning_rate": "0.1, 0.2",
        "p.nesterov": ["true", "false"],
    }

    told = post(staff, "put_component", **typed)

    assert "“descent” stands in the document." in told
    assert "16 settings by grid" in told  # 2 batch sizes, 2 widths, 2 rates, with and without


def test_a_component_is_taken_out(staff: Client) -> None:
    told = post(staff, "drop_component", name="descent")

    assert "“descent” is gone from the document." in told
    assert "There is no component “descent”." in told


def test_what_is_in_order_is_queued_in_a_study_of_ones_own(staff: Client) -> None:
    study = Study.objects.get()

    told = post(staff, "queue_document", study=study.slug, slug="digits")
    again = post(staff, "queue_document", study=study.slug, slug="digits")

    assert "12 runs queued" in told
    assert "0 runs queued" in again
    assert Batch.objects.get().source == TEXT
    assert Run.objects.count() == 12


def test_what_would_be_computed_is_said_and_nothing_is_queued(staff: Client) -> None:
    told = post(staff, "plan_document", study=Study.objects.get().slug, slug="digits")

    assert "12 settings = 12 runs: 0 there, 12 to compute." in told
    assert not Batch.objects.exists()


def test_the_plan_of_a_grown_document_names_what_is_new(staff: Client) -> None:
    study = Study.objects.get()
    post(staff, "queue_document", study=study.slug, slug="digits")
    grown = TEXT.replace("[0.1, 0.01, 0.001]", "[0.1, 0.01, 0.001, 0.3]")

    told = post(staff, "plan_document", document=grown, study=study.slug, slug="digits")

    assert "4 runs are of settings that are new: descent.learning_rate = 0.3." in told
    assert Run.objects.count() == 12


def test_every_search_is_explained_with_an_example(staff: Client) -> None:
    page = staff.get(reverse("analysis:design_batch")).content.decode()

    assert all(f"kind: {name}" in page for name in SEARCHES.members)


def test_a_batch_is_opened_as_it_was_written_by_those_who_may_see_it(staff: Client) -> None:
    post(staff, "queue_document", study=Study.objects.get().slug, slug="digits")
    stranger = Client()
    stranger.force_login(factories.make_user("stranger"))

    pages = [
        client.get(reverse("analysis:design_batch"), {"batch": "digits"}).content.decode()
        for client in (staff, stranger)
    ]

    assert "297 pictures are set aside" in pages[0]
    assert 'name="slug" value="digits"' in pages[0]
    assert "297 pictures are set aside" not in pages[1]


@pytest.mark.parametrize(("text", "slug"), [(TEXT, "No name!"), ("a: [", "digits"), ("epochs: 0", "digits")])
def test_what_is_not_in_order_is_not_queued(staff: Client, text: str, slug: str) -> None:
    told = post(staff, "queue_document", document=text, study=Study.objects.get().slug, slug=slug)

    assert "Nothing was queued." in told
    assert not Batch.objects.exists()


@pytest.mark.parametrize("role", [None, Role.ANALYST])
def test_nobody_queues_in_a_study_that_they_may_not_run(staff: Client, role: Role | None) -> None:
    other = factories.make_study(slug="others")
    if role:
        other.memberships.create(user=User.objects.get(username="researcher"), role=role)

    response = staff.post(reverse("analysis:queue_document"), {"document": TEXT, "study": "others", "slug": "digits"})

    assert response.status_code == 404
    assert not Batch.objects.exists()


def test_the_picture_is_a_file(staff: Client) -> None:
    response = staff.post(reverse("analysis:draw_document"), {"document": TEXT})

    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg ")
    assert not Batch.objects.exists()


@pytest.mark.usefixtures("_small")
def test_what_a_form_shows_it_reads_again() -> None:
    model = next(member for member in MEMBERS if member.kind == "model")
    config: JsonObject = {
        "hidden": [{"sweep": [8, 16]}],
        "rate": {"sweep": [0.1, 0.2]},
        "activation": {"sweep": ["relu", "tanh"]},
    }

    typed = {
        field.key: [text for text, ticked in field.options if ticked] if field.kind == "choices" else [field.text]
        for field in fields_of(model, config)
    }

    assert config_from(model, typed) == (config, {})
