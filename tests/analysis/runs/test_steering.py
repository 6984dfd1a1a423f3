"""Pausing, resuming, cancelling, retrying and hurrying batches and runs."""

from __future__ import annotations

import pytest
from django.utils import timezone

from analysis.runs.models import Run, RunEvent, Status
from analysis.runs.services.claiming import Hold, claim_runs, release
from analysis.runs.services.ending import Failure, Used, fail_run
from analysis.runs.services.settling import settle, settle_batch
from analysis.runs.services.steering import (
    Limits,
    cancel_batch,
    cancel_run,
    pause_batch,
    pause_run,
    resume_batch,
    resume_run,
    retry_batch,
    retry_run,
    set_limits,
    set_priority,
)
from experiments.errors import BadValue, IllegalTransition
from experiments.models import Event
from tests.analysis.runs.walking import only_run, walks

pytestmark = pytest.mark.django_db


def test_nothing_of_a_paused_batch_is_taken_up() -> None:
    batch = walks([{"step": 1.0}, {"step": 2.0}])

    pause_batch(batch, now=timezone.now())

    assert claim_runs(worker="one", now=timezone.now()) == []
    assert {run.status for run in batch.runs.all()} == {Status.PAUSED}
    assert Event.objects.filter(kind="batch.paused").count() == 1


def test_pausing_twice_is_pausing_once() -> None:
    batch = walks([{"step": 1.0}])

    for _ in range(2):
        batch = pause_batch(batch, now=timezone.now())

    assert Event.objects.filter(kind="batch.paused").count() == 1
    assert RunEvent.objects.filter(run__batch=batch, payload__status="paused").count() == 1


def test_a_resumed_batch_waits_again_where_it_was() -> None:
    batch = walks([{"step": 1.0}])
    pause_batch(batch, now=timezone.now())

    batch = resume_batch(batch, now=timezone.now())

    assert batch.status == Status.QUEUED
    assert len(claim_runs(worker="one", now=timezone.now())) == 1


def test_a_run_under_way_in_a_paused_batch_is_given_back_as_paused() -> None:
    batch = walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())

    pause_batch(batch, now=timezone.now())
    release(Hold(run.pk, run.attempt), now=timezone.now(), reason="wanted")

    run.refresh_from_db()
    assert (run.status, run.wanted, run.failures) == (Status.PAUSED, "", 0)


def test_cancelling_leaves_what_is_done_and_ends_the_rest() -> None:
    batch = walks([{"step": 1.0}, {"step": 2.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())

    batch = cancel_batch(batch, now=timezone.now())
    release(Hold(run.pk, run.attempt), now=timezone.now(), reason="wanted")

    assert batch.status == Status.CANCELLED
    assert {run.status for run in batch.runs.all()} == {Status.CANCELLED}
    assert batch.runs.filter(finished_at=None).count() == 0


def test_a_cancelled_batch_cannot_be_paused() -> None:
    batch = cancel_batch(walks([{"step": 1.0}]), now=timezone.now())
    before = Event.objects.count()

    with pytest.raises(IllegalTransition, match="cancelled"):
        pause_batch(batch, now=timezone.now())

    assert Event.objects.count() == before


def test_retrying_queues_what_failed_and_opens_the_batch_again() -> None:
    batch = walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    run = fail_run(Hold(run.pk, run.attempt), Failure("ValueError", "no"), now=timezone.now(), used=Used())
    closed = settle(run, now=timezone.now())
    assert closed is not None
    assert closed.status == Status.FAILED

    assert retry_batch(batch, now=timezone.now()) == 1

    batch.refresh_from_db()
    assert (batch.status, batch.finished_at) == (Status.QUEUED, None)
    assert only_run(batch).failures == 0


def test_closing_a_batch_twice_is_closing_it_once() -> None:
    batch = walks([{"step": 1.0}])
    cancel_run(only_run(batch), now=timezone.now())

    first = settle_batch(batch.pk, now=timezone.now())
    second = settle_batch(batch.pk, now=timezone.now())

    assert first is not None
    assert second is None
    assert Event.objects.filter(kind="batch.finished").count() == 1


def test_a_run_is_paused_resumed_cancelled_and_retried_alone() -> None:
    batch = walks([{"step": 1.0}, {"step": 2.0}])
    run = batch.runs.get(number=1)
    now = timezone.now()

    assert pause_run(run, now=now).status == Status.PAUSED
    assert resume_run(run, now=now).status == Status.QUEUED
    assert cancel_run(run, now=now).status == Status.CANCELLED
    assert retry_run(run, now=now).status == Status.QUEUED
    assert batch.runs.get(number=2).status == Status.QUEUED


def test_a_run_under_way_is_asked_to_stop() -> None:
    walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())

    cancel_run(run, now=timezone.now())

    run.refresh_from_db()
    assert (run.status, run.wanted) == (Status.RUNNING, Run.Wanted.CANCEL)


def test_a_completed_run_cannot_be_retried() -> None:
    batch = walks([{"step": 1.0}])
    Run.objects.update(status=Status.COMPLETED, result={}, finished_at=timezone.now())

    with pytest.raises(IllegalTransition, match="completed"):
        retry_run(only_run(batch), now=timezone.now())

    assert only_run(batch).status == Status.COMPLETED


def test_priority_and_limits_are_changed_for_what_waits() -> None:
    batch = walks([{"step": 1.0}])

    set_priority(batch, 7, now=timezone.now())
    set_limits(batch, Limits(time_limit=60, memory_limit=512, max_attempts=5), now=timezone.now())

    batch.refresh_from_db()
    assert (batch.priority, batch.time_limit, batch.memory_limit, batch.max_attempts) == (7, 60, 512, 5)
    assert only_run(batch).priority == 7


def test_what_is_retried_in_a_paused_batch_waits_with_the_others() -> None:
    batch = walks([{"step": 1.0}, {"step": 2.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    fail_run(Hold(run.pk, run.attempt), Failure("ValueError", "no"), now=timezone.now(), used=Used())
    batch = pause_batch(batch, now=timezone.now())

    assert retry_batch(batch, now=timezone.now()) == 1
    batch.refresh_from_db()

    assert batch.status == Status.PAUSED
    assert claim_runs(worker="two", now=timezone.now()) == []
    resume_batch(batch, now=timezone.now())
    assert len(claim_runs(worker="two", now=timezone.now(), most=2)) == 2


def test_a_run_that_is_retried_in_a_paused_batch_waits_with_the_others() -> None:
    batch = walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    run = fail_run(Hold(run.pk, run.attempt), Failure("ValueError", "no"), now=timezone.now(), used=Used())
    pause_batch(batch, now=timezone.now())

    assert retry_run(run, now=timezone.now()).status == Status.PAUSED
    assert claim_runs(worker="two", now=timezone.now()) == []


def test_what_is_about_to_be_cancelled_goes_on_when_the_batch_is_retried() -> None:
    batch = walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    cancel_batch(batch, now=timezone.now())

    retry_batch(batch, now=timezone.now())
    release(Hold(run.pk, run.attempt), now=timezone.now(), reason="wanted")

    assert only_run(batch).status == Status.QUEUED
    batch.refresh_from_db()
    assert batch.status == Status.QUEUED


def test_a_batch_that_was_deleted_meanwhile_is_nothing_to_close() -> None:
    """By somebody in the admin, between a worker's last result and its look at the batch."""
    batch = walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    run = fail_run(Hold(run.pk, run.attempt), Failure("ValueError", "no"), now=timezone.now(), used=Used())
    batch.delete()

    assert settle(run, now=timezone.now()) is None


def test_a_priority_that_no_column_takes_is_refused() -> None:
    batch = walks([{"step": 1.0}])

    with pytest.raises(BadValue, match="99999"):
        set_priority(batch, 99_999, now=timezone.now())

    batch.refresh_from_db()
    assert batch.priority == 0
