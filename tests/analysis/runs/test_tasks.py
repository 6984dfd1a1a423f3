"""The table is the queue: a message only wakes a worker, and a sweep sends it where it was lost."""

from __future__ import annotations

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from analysis.runs import tasks
from analysis.runs.models import Batch, Run, Status
from analysis.runs.services.claiming import LEASE, claim_runs
from tests.analysis.runs.walking import only_run, walks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue(servers: None) -> None:
    with current_app.connection_for_write() as connection:
        connection.default_channel.queue_purge(tasks.QUEUE)  # type: ignore[attr-defined]  # every transport has it


def test_the_sweeps_are_on_the_schedule() -> None:
    scheduled = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {tasks.look_after_runs.name, tasks.sweep_files.name} <= scheduled


def test_what_waits_is_called_for_once_however_often_the_sweep_looks() -> None:
    walks([{"step": 1.0}, {"step": 2.0}])

    assert [tasks.look_after_runs(), tasks.look_after_runs()] == [2, 0]


def test_runs_of_a_reserved_batch_are_called_for_by_nobody() -> None:
    walks([{"step": 1.0}])
    Batch.objects.update(is_reserved=True)

    assert tasks.look_after_runs() == 0


def test_the_sweep_takes_runs_from_the_dead_and_closes_what_is_done() -> None:
    lost, done = walks([{"step": 1.0}]), walks([{"step": 1.0}])
    claim_runs(worker="one", now=timezone.now() - 2 * LEASE, batch=lost.pk)
    Run.objects.filter(batch=done).update(status=Status.CANCELLED, finished_at=timezone.now())

    tasks.look_after_runs()

    done.refresh_from_db()
    assert only_run(lost).status == Status.QUEUED
    assert done.status == Status.CANCELLED


def test_the_task_does_what_waits() -> None:
    batch = walks([{"step": 1.0}])

    assert tasks.work() == {"completed": 1}
    assert only_run(batch).status == Status.COMPLETED
