"""A worker takes up what waits, and commits each result once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from analysis.runs.events import RunEventKind
from analysis.runs.models import Batch, Run, RunEvent, Status
from analysis.runs.services.claiming import claim_runs
from analysis.runs.working.worker import Errand, Worker
from experiments.models import Measurement
from tests.analysis.runs.walking import only_run, walks

pytestmark = pytest.mark.django_db(transaction=True)
ALL = Errand(until_empty=True)


def test_a_batch_is_done_to_its_end() -> None:
    batch = walks([{"step": 1.0}, {"step": 2.0}])

    done = Worker().work(ALL)

    batch.refresh_from_db()
    assert done == {"completed": 2}
    assert batch.status == Status.COMPLETED
    assert [run.epoch for run in batch.runs.all()] == [3, 3]
    assert Measurement.objects.filter(measure__name="distance").count() == 2
    assert batch.runs.filter(environment=None).count() == 0


def test_every_event_of_a_run_is_there_in_order_without_a_gap() -> None:
    batch = walks([{"step": 1.0}])

    Worker().work(ALL)

    log = list(RunEvent.objects.filter(run__batch=batch).order_by("sequence"))
    assert [event.sequence for event in log] == list(range(1, len(log) + 1))
    assert [event.kind for event in log if event.kind != RunEventKind.CHECKPOINT_DROPPED] == [
        "run.configured",
        "run.status",
        "run.status",
        *["run.progress", "run.measured", "checkpoint.saved"] * 3,
        "run.status",
    ]
    assert only_run(batch).n_events == len(log)


def test_one_broken_run_of_three_leaves_two_done_and_keeps_its_traceback() -> None:
    batch = walks([{"step": 1.0}, {"step": 2.0, "fail": "value"}, {"step": 3.0}])

    done = Worker().work(ALL)

    batch.refresh_from_db()
    broken = batch.runs.get(status=Status.FAILED)
    assert done == {"completed": 2, "failed": 1}
    assert batch.status == Status.FAILED
    assert broken.error == "the step leads nowhere"
    assert broken.error_kind == "ValueError"
    assert "walking.py" in broken.traceback
    assert broken.attempt == 1


@pytest.mark.parametrize(("fail", "error"), [("exit", "3"), ("unspeakable", "half a character \\ud800, and NUL \\x00")])
def test_whatever_a_procedure_raises_is_the_error_of_its_run_and_the_worker_goes_on(fail: str, error: str) -> None:
    batch = walks([{"fail": fail}, {"step": 2.0}])

    done = Worker().work(ALL)

    broken = batch.runs.get(status=Status.FAILED)
    assert done == {"completed": 1, "failed": 1}
    assert (broken.error, broken.attempt) == (error, 1)
    assert "walking.py" in broken.traceback


def test_what_can_heal_is_tried_again_until_its_attempts_are_used_up() -> None:
    batch = walks([{"fail": "network"}], max_attempts=2)

    for _ in range(2):
        Run.objects.update(not_before=None)
        Worker().work(Errand(most=1))

    run = only_run(batch)
    assert (run.status, run.attempt, run.failures) == (Status.FAILED, 2, 2)


def test_a_run_goes_to_one_worker_only() -> None:
    walks([{"step": 1.0}])

    first = claim_runs(worker="one", now=timezone.now())
    second = claim_runs(worker="other", now=timezone.now())

    assert len(first) == 1
    assert second == []


def test_the_more_urgent_batch_goes_first() -> None:
    walks([{"step": 1.0}])
    urgent = walks([{"step": 1.0}], priority=5)

    (run,) = claim_runs(worker="one", now=timezone.now())

    assert run.batch == urgent


def test_a_procedure_nobody_knows_fails_with_a_sentence() -> None:
    batch = walks([{"step": 1.0}])
    Batch.objects.update(procedure="waltz")

    Worker().work(ALL)

    assert "knows no procedure called waltz" in only_run(batch).error


def test_a_run_that_fails_after_it_was_lost_does_not_count_and_the_worker_goes_on() -> None:
    batch = walks([{"fail": "lost", "epoch": 1}, {"step": 1.0}])

    done = Worker().work(Errand(most=1))

    assert done == {"completed": 1}
    lost = batch.runs.get(number=1)
    assert (lost.status, lost.worker, lost.error) == (Status.RUNNING, "another", "")
