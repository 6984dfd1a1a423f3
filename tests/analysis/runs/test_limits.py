"""Time, memory, and what somebody wants: a run under way is stopped wherever it is."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from analysis.runs.models import Run, Status
from analysis.runs.services.steering import cancel_batch, pause_batch
from analysis.runs.working.interruption import Interruption
from analysis.runs.working.watch import Watch
from analysis.runs.working.worker import Errand, Worker
from tests.analysis.runs.walking import only_run, until, walks

pytestmark = pytest.mark.django_db(transaction=True)
ALL = Errand(until_empty=True)


def meanwhile(deed: object) -> threading.Thread:
    """In another thread, with a connection of its own."""

    def do() -> None:
        try:
            deed()  # type: ignore[operator]
        finally:
            connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    return thread


def test_a_run_beyond_its_time_fails_with_a_sentence_in_the_middle_of_a_sleep() -> None:
    batch = walks([{"sleep": 60.0}], time_limit=1)

    Worker().work(ALL)

    run = only_run(batch)
    assert (run.status, run.error_kind) == (Status.FAILED, "TimeLimit")
    assert run.error == "It took longer than its time limit of 1 s."
    assert run.seconds < 10


def test_a_run_beyond_its_memory_fails_and_the_worker_lives_on() -> None:
    batch = walks([{"fail": "memory", "epoch": 1}, {"step": 1.0}], memory_limit=700)

    done = Worker().work(ALL)

    hungry = batch.runs.get(number=1)
    assert done == {"failed": 1, "completed": 1}
    assert hungry.error_kind in ("MemoryError", "_ArrayMemoryError", "MemoryLimit")


def test_a_paused_run_stops_keeps_its_epochs_and_goes_on_later() -> None:
    batch = walks([{"sleep": 0.3}], epochs=20)

    def pause() -> None:
        until(lambda: only_run(batch).epoch >= 1)
        pause_batch(batch, now=timezone.now())

    thread = meanwhile(pause)
    Worker().work(ALL)
    thread.join()

    run = only_run(batch)
    assert run.status == Status.PAUSED
    assert 1 <= run.epoch < 20
    assert run.checkpoints.get().epoch == run.epoch
    assert run.failures == 0


def test_a_cancelled_run_stops_soon() -> None:
    batch = walks([{"sleep": 30.0}])

    def cancel() -> None:
        until(lambda: only_run(batch).status == Status.RUNNING)
        cancel_batch(batch, now=timezone.now())

    thread = meanwhile(cancel)
    Worker().work(ALL)
    thread.join()

    assert only_run(batch).status == Status.CANCELLED


def test_a_worker_that_is_stopped_gives_its_run_back() -> None:
    batch = walks([{"sleep": 30.0}])
    worker = Worker()

    def stop() -> None:
        until(lambda: only_run(batch).status == Status.RUNNING)
        worker.stop()

    thread = meanwhile(stop)
    worker.work(Errand())
    thread.join()

    run = only_run(batch)
    assert (run.status, run.failures) == (Status.QUEUED, 0)


def test_a_computation_that_never_listens_is_given_up_with_its_process() -> None:
    batch = walks([{"fail": "stuck", "epoch": 1}], time_limit=1, max_attempts=1)
    given_up: list[int] = []
    worker = Worker(watch=Watch(Interruption(), give_up=given_up.append, grace=0.5))

    worker.work(Errand(most=1, until_empty=True))

    run = only_run(batch)
    assert given_up
    assert (run.status, run.error_kind) == (Status.FAILED, "TimeLimit")
    assert Run.objects.get().result is None
