"""Batches and runs in the console: seen by members, steered by those who may, each told what happened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.runs.models import Batch, Run, Status
from analysis.runs.services.claiming import Hold, claim_runs
from analysis.runs.services.ending import Failure, Used, fail_run
from experiments.models import Experiment, Role
from tests.analysis.runs.walking import walks
from tests.factories import make_study, make_user

pytestmark = pytest.mark.django_db
BATCHES, RUNS = "admin:runs_batch_changelist", "admin:runs_run_changelist"


@pytest.fixture
def batch() -> Batch:
    """Two walks in Rosa's study, one of them failed."""
    study = make_study("park", members={make_user("rosa"): Role.RESEARCHER, make_user("vera"): Role.VIEWER})
    experiment = Experiment.objects.create(study=study, slug="walks", title="Walks", unit_kind="run")
    made = walks([{"step": 1.0}, {"step": 2.0}], experiment=experiment)
    (run,) = claim_runs(worker="one", now=timezone.now())
    failure = Failure("ValueError", "the <step> leads nowhere", "Traceback …")
    fail_run(Hold(run.pk, run.attempt), failure, now=timezone.now(), used=Used())
    return Batch.objects.get(pk=made.pk)


def signed_in(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password="password")
    return client


def do(client: Client, address: str, deed: str, row: Batch | Run) -> str:
    body = {"action": f"{deed}_selected", "_selected_action": [row.pk]}
    return client.post(reverse(address), body, follow=True).content.decode()


def test_the_lists_say_how_far_it_is(batch: Batch) -> None:
    batches = signed_in("rosa").get(reverse(BATCHES)).content.decode()
    runs = signed_in("rosa").get(reverse(RUNS)).content.decode()

    assert "0 of 2" in batches
    assert "step = 1.0" in runs
    assert "ValueError" in runs


def test_a_failed_run_shows_its_error_as_text(batch: Batch) -> None:
    run = batch.runs.get(status=Status.FAILED)

    page = signed_in("rosa").get(reverse("admin:runs_run_change", args=[run.pk])).content.decode()

    assert "the &lt;step&gt; leads nowhere" in page
    assert "Traceback" in page


def test_a_batch_page_shows_its_document(batch: Batch) -> None:
    page = signed_in("vera").get(reverse("admin:runs_batch_change", args=[batch.pk])).content.decode()

    assert "minimise" in page


def test_a_researcher_steers_and_is_told_of_each_row(batch: Batch) -> None:
    told = do(signed_in("rosa"), BATCHES, "pause", batch)

    batch.refresh_from_db()
    assert "is paused" in told
    assert batch.status == Status.PAUSED


def test_a_refusal_is_said_and_changes_nothing(batch: Batch) -> None:
    run = batch.runs.get(status=Status.FAILED)

    told = do(signed_in("rosa"), RUNS, "pause", run)

    run.refresh_from_db()
    assert "cannot become paused" in told
    assert run.status == Status.FAILED


def test_a_viewer_sees_but_does_not_steer(batch: Batch) -> None:
    told = do(signed_in("vera"), BATCHES, "cancel", batch)

    batch.refresh_from_db()
    assert "your role does not include" in told
    assert batch.status == Status.RUNNING


def test_nobody_sees_batches_of_other_studies(batch: Batch) -> None:
    make_user("otto")

    assert "walks" not in signed_in("otto").get(reverse(BATCHES)).content.decode()
    assert signed_in("otto").get(reverse("admin:runs_batch_change", args=[batch.pk])).status_code == 302


def test_an_empty_list_is_a_page(db: None) -> None:
    make_user("rosa")

    assert signed_in("rosa").get(reverse(BATCHES)).status_code == 200
