"""What may be deleted in the console: what nobody has been under yet, by those who own it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from experiments.models import Experiment, Role, Step, Study
from tests.factories import make_experiment, make_user

pytestmark = pytest.mark.django_db
SURE = {"post": "yes"}


def member(client: Client, study: Study, role: str) -> Client:
    user = make_user()
    study.memberships.create(user=user, role=role)
    client.force_login(user)
    return client


def test_an_owner_deletes_a_draft(client: Client) -> None:
    draft = make_experiment(status="draft")

    member(client, draft.study, Role.OWNER).post(reverse("admin:experiments_experiment_delete", args=[draft.pk]), SURE)

    assert not Experiment.objects.exists()


def test_a_researcher_deletes_no_experiment(client: Client) -> None:
    draft = make_experiment(status="draft")

    answer = member(client, draft.study, Role.RESEARCHER).post(
        reverse("admin:experiments_experiment_delete", args=[draft.pk]), SURE
    )

    assert answer.status_code == 403
    assert Experiment.objects.exists()


@pytest.mark.parametrize("status", ["rehearsal", "running", "completed"])
def test_what_has_a_version_stays(client: Client, status: str) -> None:
    experiment = make_experiment(status=status)
    owner = member(client, experiment.study, Role.OWNER)

    for name, pk in (("experiment", experiment.pk), ("study", experiment.study_id)):
        assert owner.post(reverse(f"admin:experiments_{name}_delete", args=[pk]), SURE).status_code == 403

    assert Experiment.objects.exists()


def test_a_researcher_deletes_a_step(client: Client) -> None:
    step = make_experiment(status="draft").steps.get(name="remark")
    researcher = member(client, step.experiment.study, Role.RESEARCHER)

    researcher.post(reverse("admin:experiments_step_delete", args=[step.pk]), SURE)

    assert not Step.objects.filter(pk=step.pk).exists()


def test_a_step_of_an_experiment_that_is_over_stays(client: Client) -> None:
    step = make_experiment(status="completed").steps.get(name="remark")
    owner = member(client, step.experiment.study, Role.OWNER)

    assert owner.post(reverse("admin:experiments_step_delete", args=[step.pk]), SURE).status_code == 403
    assert Step.objects.filter(pk=step.pk).exists()


@pytest.mark.parametrize("model", ["unit", "assignment", "slot", "measurement", "event", "version"])
def test_the_record_has_no_form_and_no_delete(client: Client, model: str) -> None:
    client.force_login(make_user(is_superuser=True))

    assert client.get(reverse(f"admin:experiments_{model}_add")).status_code == 403
    page = client.get(reverse(f"admin:experiments_{model}_changelist"))
    assert not page.context["cl"].model_admin.get_actions(page.wsgi_request)
