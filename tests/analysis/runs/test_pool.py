"""A pool of workers: forked, warm, started again when they die, one for each device."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

import billiard
import pytest
from django.db import connection

from analysis.runs.models import Run, Status
from analysis.runs.working.pool import DEVICE, Pool, PoolSpec, allow_children, use_device
from analysis.runs.working.worker import Errand
from tests.analysis.runs.walking import only_run, until, walks

database = pytest.mark.django_db(transaction=True)
ALL = Errand(until_empty=True)


def _starts_a_process(allowed: bool) -> bool:
    if allowed:
        allow_children()
    child = multiprocessing.Process(target=int)
    try:
        child.start()
    except AssertionError:
        return False
    child.join()
    return True


def test_a_run_in_celerys_worker_may_start_processes() -> None:
    pool = billiard.Pool(1)
    try:
        assert pool.map(_starts_a_process, [False, True]) == [False, True]
    finally:
        pool.terminate()
        pool.join()


@database
def test_two_workers_do_all_that_waits_and_leave() -> None:
    batch = walks([{"step": float(n)} for n in range(6)])

    Pool(PoolSpec(2, ALL)).run()

    assert batch.runs.filter(status=Status.COMPLETED).count() == 6
    pids = {int(worker.rpartition(":")[2]) for worker in batch.runs.values_list("worker", flat=True)}
    assert os.getpid() not in pids


@database
def test_a_worker_that_dies_is_replaced_and_its_run_goes_on(tmp_path: Path) -> None:
    batch = walks([{"fail": "die", "epoch": 2, "once": str(tmp_path / "died")}])
    said: list[str] = []

    def hurry() -> None:
        Run.objects.filter(status=Status.RUNNING, attempt=1, epoch=1).update(leased_until="2000-01-01T00:00Z")

    pool = Pool(PoolSpec(1, ALL), say=said.append)
    pool.on_tick = lambda: hurry() if said else None
    pool.run()

    run = only_run(batch)
    assert (run.status, run.attempt, run.failures) == (Status.COMPLETED, 2, 1)
    assert isinstance(run.result, dict)
    assert run.result["evaluations"] == 2  # the first epoch was kept
    assert "killed by SIGKILL" in said[0]


@database
def test_a_worker_makes_room_for_a_fresh_one_after_its_share_of_runs() -> None:
    batch = walks([{"step": float(n)} for n in range(3)])

    Pool(PoolSpec(1, Errand(until_empty=True, most=1))).run()

    assert batch.runs.filter(status=Status.COMPLETED).count() == 3
    assert len(set(batch.runs.values_list("worker", flat=True))) == 3


@database
def test_a_pool_that_is_stopped_gives_its_runs_back() -> None:
    batch = walks([{"sleep": 30.0}])
    pool = Pool(PoolSpec(1, ALL))

    def stop() -> None:
        until(lambda: only_run(batch).status == Status.RUNNING)
        pool.stop()
        connection.close()

    thread = threading.Thread(target=stop)
    thread.start()
    pool.run()
    thread.join()

    assert (only_run(batch).status, only_run(batch).failures) == (Status.QUEUED, 0)


def test_each_worker_sees_its_own_device(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CUDA_VISIBLE_DEVICES", DEVICE):
        monkeypatch.setenv(name, "")

    use_device("cuda:3")

    assert (os.environ["CUDA_VISIBLE_DEVICES"], os.environ[DEVICE]) == ("3", "cuda:0")
