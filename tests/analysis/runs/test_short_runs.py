"""Short runs are committed together, with every promise that holds for one alone."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from analysis.runs.models import Run, RunEvent, Status
from analysis.runs.services.claiming import claim_runs
from analysis.runs.services.ending import Used
from analysis.runs.services.ending_many import Ended, finish_runs
from analysis.runs.services.steering import cancel_run
from analysis.runs.working.group_commit import GroupCommit
from analysis.runs.working.worker import Errand, Worker
from experiments.models import Measurement
from tests.analysis.runs.walking import walks

pytestmark = pytest.mark.django_db(transaction=True)


def claimed(n: int) -> list[Ended]:
    """So many runs, computed but not committed."""
    walks([{"step": float(i)} for i in range(n)])
    runs = claim_runs(worker="w", now=timezone.now(), most=n)
    return [Ended(run, {"distance": 0.5}, Used(seconds=0.25)) for run in runs]


def test_all_are_committed_with_their_measure_and_their_last_event() -> None:
    ended = claimed(3)

    runs = finish_runs(ended, now=timezone.now())

    assert [run.status for run in runs] == [Status.COMPLETED] * 3
    kept = Run.objects.get(pk=runs[0].pk)
    assert (kept.status, kept.result, kept.seconds, kept.leased_until) == ("completed", {"distance": 0.5}, 0.25, None)
    assert Measurement.objects.filter(measure__name="distance").count() == 3
    log = RunEvent.objects.filter(run=kept).order_by("sequence")
    assert list(log.values_list("sequence", flat=True)) == list(range(1, kept.n_events + 1))
    assert log.last().payload["status"] == "completed"  # type: ignore[union-attr, index, call-overload]


def test_twice_is_as_good_as_once() -> None:
    ended = claimed(2)
    finish_runs(ended, now=timezone.now())

    again = finish_runs(ended, now=timezone.now())

    assert len(again) == 2
    assert list(Run.objects.values_list("seconds", flat=True)) == [0.25, 0.25]
    assert RunEvent.objects.filter(payload__status="completed", run__isnull=False).count() == 2


def test_a_run_that_was_taken_over_is_passed_over() -> None:
    ended = claimed(2)
    Run.objects.filter(pk=ended[0].run.pk).update(attempt=2)

    runs = finish_runs(ended, now=timezone.now())

    assert [run.pk for run in runs] == [ended[1].run.pk]
    lost = Run.objects.get(pk=ended[0].run.pk)
    assert (lost.status, lost.result) == (Status.RUNNING, None)


def test_a_result_that_is_there_wins_over_a_wish_to_cancel() -> None:
    ended = claimed(1)
    cancel_run(ended[0].run, now=timezone.now())

    finish_runs(ended, now=timezone.now())

    assert Run.objects.get().status == Status.COMPLETED


def test_nothing_waits_for_long_while_another_run_is_computed() -> None:
    kept: list[Run] = []
    group = GroupCommit(kept.append, lambda hold: None)
    group.add(claimed(1)[0])

    group.commit_if_due()
    assert not kept
    time.sleep(0.3)
    group.commit_if_due()

    assert [run.status for run in kept] == [Status.COMPLETED]


def test_a_slow_one_after_quick_ones_keeps_nobody_from_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.runs.working.worker.TOO_LONG", 0.0)
    batch = walks([{"step": float(i)} for i in range(5)], epochs=1)
    worker = Worker()
    worker._handful = 5

    worker.watch.start()
    worker._do_some(Errand())
    worker.watch.stop()

    assert batch.runs.filter(status=Status.COMPLETED).count() == 1
    assert batch.runs.filter(status=Status.QUEUED, failures=0).count() == 4
