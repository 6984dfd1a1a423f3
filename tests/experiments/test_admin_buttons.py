"""The buttons of an experiment's page: POST only, one service, one sentence."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from experiments.models import Event, Experiment
from experiments.services.editing import apply_definition
from experiments.services.snapshot import definition_of
from tests.console import change_url, press, said
from tests.factories import make_experiment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("before", "button", "after"),
    [
        ("draft", "rehearse", "rehearsal"),
        ("rehearsal", "draft", "draft"),
        ("rehearsal", "start", "running"),
        ("draft", "start", "running"),
        ("running", "pause", "paused"),
        ("paused", "start", "running"),
        ("running", "complete", "completed"),
        ("completed", "archive", "archived"),
    ],
)
def test_a_button_moves_the_experiment_and_says_so(admin: Client, before: str, button: str, after: str) -> None:
    experiment = make_experiment(status=before)

    response = press(admin, experiment, button)

    assert Experiment.objects.get(pk=experiment.pk).status == after
    assert any(experiment.title in sentence for sentence in said(response))


def test_looking_at_a_button_changes_nothing(admin: Client) -> None:
    experiment = make_experiment(status="draft")

    response = admin.get(reverse("admin:experiments_experiment_do", args=[experiment.pk, "start"]))

    assert response.status_code == 405
    assert Experiment.objects.get(pk=experiment.pk).status == "draft"


def test_a_refusal_is_said_with_the_way_on(admin: Client) -> None:
    experiment = make_experiment(status="draft")

    response = press(admin, experiment, "pause")

    assert any("draft" in sentence and "it can become" in sentence for sentence in said(response))
    assert not Event.objects.filter(kind="experiment.paused").exists()


def test_what_is_not_ready_names_every_problem(admin: Client) -> None:
    experiment = make_experiment(status="draft", steps=[])
    experiment.arms.update(is_enabled=False)

    sentences = said(press(admin, experiment, "start"))

    assert any("no enabled arm" in sentence for sentence in sentences)
    assert any("no steps" in sentence for sentence in sentences)
    assert Experiment.objects.get(pk=experiment.pk).status == "draft"


def test_an_unknown_button_is_not_found(admin: Client) -> None:
    assert press(admin, make_experiment(), "explode").status_code == 404


def test_unpublished_changes_are_shown_and_published(admin: Client) -> None:
    experiment = make_experiment()
    apply_definition(experiment, {**definition_of(experiment), "target": 250})
    assert "target 100 → 250" in admin.get(change_url(experiment)).content.decode()

    press(admin, experiment, "publish")

    assert Experiment.objects.get(pk=experiment.pk).version.number == 2  # type: ignore[union-attr]  # it runs
    assert "Unpublished changes" not in admin.get(change_url(experiment)).content.decode()


def test_duplicating_makes_a_draft_with_the_same_definition_and_leads_to_it(admin: Client) -> None:
    experiment = make_experiment(slug="lunch")

    response = press(admin, experiment, "duplicate")

    copy = Experiment.objects.get(slug="lunch-copy")
    assert copy.status == "draft"
    assert response.redirect_chain[-1][0] == change_url(copy)  # type: ignore[attr-defined]  # the test client's
    same = {"slug": "", "title": ""}
    assert {**definition_of(copy), **same} == {**definition_of(experiment), **same}


def test_arms_are_generated_from_the_factors(admin: Client) -> None:
    experiment = make_experiment(status="draft")
    experiment.factors.update(levels=["plain", "vivid", "plain and long"])

    press(admin, experiment, "arms")

    assert [arm.name for arm in experiment.arms.all()] == ["plain", "vivid", "plain and long"]


def test_factors_that_make_no_arms_are_refused_in_a_sentence(admin: Client) -> None:
    experiment = make_experiment(status="draft")
    Experiment.objects.update(exclusions=[{"taste": "sweet"}])
    arms, lines = list(experiment.arms.values()), Event.objects.count()

    response = press(admin, experiment, "arms")

    assert "There is no between-subject factor taste." in said(response)[0]
    assert (list(experiment.arms.values()), Event.objects.count()) == (arms, lines)


def test_participants_get_the_public_address_however_the_console_was_reached(admin: Client, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://lab.example.org"
    experiment = make_experiment(status="draft", slug="soup")

    page = admin.get(change_url(experiment)).content.decode()

    assert 'value="https://lab.example.org/s/soup/"' in page


def test_the_status_is_in_no_form(admin: Client) -> None:
    experiment = make_experiment(status="draft")

    page = admin.get(change_url(experiment))

    assert "status" not in page.context["adminform"].form.fields


def test_an_experiment_that_is_over_has_no_form(admin: Client) -> None:
    experiment = make_experiment(status="completed")

    assert not admin.get(change_url(experiment)).context["has_change_permission"]


def test_a_bulk_action_says_what_happened_to_each_row(admin: Client) -> None:
    running, draft = make_experiment(title="Alpha"), make_experiment(title="Beta", status="draft")
    rows = {"action": "pause_selected", "_selected_action": [running.pk, draft.pk]}

    response = admin.post(reverse("admin:experiments_experiment_changelist"), rows, follow=True)

    sentences = said(response)  # type: ignore[arg-type]  # the test client's own response
    assert any("Alpha" in sentence and "is paused" in sentence for sentence in sentences)
    assert any("Beta" in sentence and "cannot become paused" in sentence for sentence in sentences)


def test_a_button_leads_back_to_our_own_pages_only(admin: Client) -> None:
    experiment = make_experiment()
    url = reverse("admin:experiments_experiment_do", args=[experiment.pk, "pause"])

    response = admin.post(url, {"next": "https://elsewhere.example.org/"})

    assert response["Location"] == change_url(experiment)
