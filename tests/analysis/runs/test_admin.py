"""Batches and runs in the console: seen by members, steered by those who may, each told what happened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.runs.models import Batch, Run, Status
from analysis.runs.services.claiming import Hold, claim_runs
from analysis.runs.services.ending import Failure, Used, fail_run, finish_run
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


def send(client: Client, batch: Batch, deed: str, **typed: object) -> str:
    address = reverse("admin:runs_batch_do", args=[batch.pk, deed])
    return client.post(address, typed, follow=True).content.decode()


def completed(batch: Batch) -> None:
    for run in claim_runs(worker="one", now=timezone.now(), most=9):
        finish_run(Hold(run.pk, run.attempt), {"distance": 1.0}, now=timezone.now(), used=Used())


def test_a_batch_is_trained_on_from_its_page(batch: Batch) -> None:
    completed(batch)

    told = send(signed_in("rosa"), batch, "warm-start", epochs=9)

    assert "1 run queued, to go on to 9 epochs." in told
    assert [run.epochs for run in batch.runs.filter(warm_from__isnull=False)] == [9]


def test_limits_are_set_from_its_page_and_taken_away(batch: Batch) -> None:
    send(signed_in("rosa"), batch, "limits", priority=7, time_limit=60, memory_limit="", max_attempts=2)

    batch.refresh_from_db()
    assert (batch.priority, batch.time_limit, batch.memory_limit, batch.max_attempts) == (7, 60, None, 2)


def test_what_is_typed_wrong_is_named_and_changes_nothing(batch: Batch) -> None:
    told = send(signed_in("rosa"), batch, "limits", priority=7, memory_limit=3, max_attempts=2)

    assert "MiB: Ensure this value is greater than or equal to 64." in told
    batch.refresh_from_db()
    assert (batch.priority, batch.memory_limit) == (0, None)


def test_no_more_epochs_than_there_are_is_refused_in_a_sentence(batch: Batch) -> None:
    completed(batch)

    assert "No completed run has fewer than 1 epochs." in send(signed_in("rosa"), batch, "warm-start", epochs=1)


def test_who_may_only_look_sees_no_forms_and_sends_none(batch: Batch) -> None:
    page = signed_in("vera").get(reverse("admin:runs_batch_change", args=[batch.pk])).content.decode()
    told = send(signed_in("vera"), batch, "limits", priority=7, max_attempts=2)

    assert "Priority and limits" not in page
    assert "your role does not include this" in told
    batch.refresh_from_db()
    assert batch.priority == 0


def test_nothing_changes_by_looking(batch: Batch) -> None:
    address = reverse("admin:runs_batch_do", args=[batch.pk, "limits"])

    assert signed_in("rosa").get(address).status_code == 405
