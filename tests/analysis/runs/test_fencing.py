"""Who holds an older attempt holds nothing: leases, fences, and what becomes of runs whose worker died."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis.learning.running import State
from analysis.runs.errors import NotHeld
from analysis.runs.events import RunEventKind, Said
from analysis.runs.models import Checkpoint, Run, RunEvent, Status
from analysis.runs.services.claiming import LEASE, Hold, claim_runs, release, renew, sweep_lost
from analysis.runs.services.ending import Failure, Used, fail_run, finish_run
from analysis.runs.services.keeping import keep_artifact, keep_checkpoint
from analysis.runs.services.saying import say
from analysis.runs.services.settling import settle
from experiments.models import Measurement
from tests.analysis.runs.walking import only_run, walks

pytestmark = pytest.mark.django_db
USED = Used(seconds=1.0)


def claimed() -> tuple[Run, Hold]:
    """A run that one worker holds."""
    walks([{"step": 1.0}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    return run, Hold(run.pk, run.attempt)


def taken_over(hold: Hold) -> Hold:
    """The first worker fell silent; another one has it now."""
    late = timezone.now() + 2 * LEASE
    sweep_lost(now=late)
    (run,) = claim_runs(worker="other", now=late)
    return Hold(run.pk, run.attempt)


def test_a_run_whose_worker_fell_silent_waits_again_and_goes_to_another() -> None:
    run, hold = claimed()

    other = taken_over(hold)

    run.refresh_from_db()
    assert other.attempt == hold.attempt + 1
    assert (run.worker, run.failures) == ("other", 1)


def test_a_late_result_of_the_first_worker_is_refused_and_changes_nothing(
    django_capture_on_commit_callbacks: object,
) -> None:
    run, hold = claimed()
    other = taken_over(hold)
    before = RunEvent.objects.count()

    for deed in (
        lambda: finish_run(hold, {"distance": 9.0}, now=timezone.now(), used=USED),
        lambda: fail_run(hold, Failure("ValueError", "no"), now=timezone.now(), used=USED),
        lambda: say(hold, [Said(RunEventKind.RUN_PROGRESS, {"epoch": 9}, timezone.now())]),
        lambda: keep_checkpoint(hold, State(), epoch=9, values={}, now=timezone.now()),
        lambda: keep_artifact(hold, name="a.txt", kind="text/plain", content=b"a", now=timezone.now()),
        lambda: release(hold, now=timezone.now(), reason="late"),
    ):
        with pytest.raises(NotHeld):
            deed()

    run.refresh_from_db()
    assert (run.status, run.attempt, run.result) == (Status.RUNNING, other.attempt, None)
    assert RunEvent.objects.count() == before
    assert not Checkpoint.objects.exists()
    assert not Measurement.objects.exists()


def test_the_same_result_twice_is_committed_once() -> None:
    run, hold = claimed()

    for _ in range(2):
        finish_run(hold, {"distance": 9.0}, now=timezone.now(), used=USED)

    assert Measurement.objects.count() == 1
    assert RunEvent.objects.filter(run=run, payload__status="completed").count() == 1


def test_two_results_of_two_attempts_give_one_measurement() -> None:
    _, hold = claimed()
    other = taken_over(hold)

    finish_run(other, {"distance": 9.0}, now=timezone.now(), used=USED)
    with pytest.raises(NotHeld):
        finish_run(hold, {"distance": 1.0}, now=timezone.now(), used=USED)

    assert Measurement.objects.get().number == 9.0


def test_a_sign_keeps_a_run_also_when_its_lease_had_lapsed() -> None:
    _, hold = claimed()
    late = timezone.now() + 2 * LEASE

    held = renew([hold], now=late)

    assert held == {hold.run: ""}
    assert sweep_lost(now=late) == []


def test_a_sign_of_a_lost_run_is_not_heard() -> None:
    _, hold = claimed()
    taken_over(hold)

    assert renew([hold], now=timezone.now()) == {}


def test_a_run_that_kills_its_workers_fails_with_a_sentence() -> None:
    batch = walks([{"step": 1.0}], max_attempts=3)

    for number in range(3):
        now = timezone.now() + number * 3 * LEASE
        claim_runs(worker=f"worker {number}", now=now)
        for run in sweep_lost(now=now + 2 * LEASE):
            settle(run, now=now + 2 * LEASE)

    batch.refresh_from_db()
    run = only_run(batch)
    assert (run.status, run.error_kind) == (Status.FAILED, "WorkerLost")
    assert "ended without a word 3 times" in run.error
    assert batch.status == Status.FAILED


def test_runs_are_claimed_in_handfuls_but_one_that_failed_alone() -> None:
    batch = walks([{"step": float(n)} for n in range(6)])
    first = batch.runs.get(number=1)
    Run.objects.filter(pk=first.pk).update(failures=1)

    alone = claim_runs(worker="one", now=timezone.now(), most=4)
    handful = claim_runs(worker="one", now=timezone.now(), most=4)

    assert [run.number for run in alone] == [1]
    assert [run.number for run in handful] == [2, 3, 4, 5]


def test_a_run_is_not_taken_up_before_its_time() -> None:
    batch = walks([{"step": 1.0}])
    now = timezone.now()
    Run.objects.update(not_before=now + timedelta(seconds=10))

    assert claim_runs(worker="one", now=now) == []
    assert len(claim_runs(worker="one", now=now + timedelta(seconds=11))) == 1
    assert only_run(batch).not_before is None


def test_what_a_failure_heals_from_is_tried_again_after_a_growing_pause() -> None:
    run, hold = claimed()
    now = timezone.now()

    fail_run(hold, Failure("ConnectionResetError", "nobody", can_heal=True), now=now, used=USED)

    run.refresh_from_db()
    assert (run.status, run.not_before) == (Status.QUEUED, now + timedelta(seconds=4))
    assert run.error == "nobody"
