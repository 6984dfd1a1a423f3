"""A worker, the queue and the database killed with -9 in turn while runs are computed: as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE

pytestmark = [pytest.mark.faults, pytest.mark.slow]
EPOCHS, LEASE = 24, 3
BEGIN = f"""
from analysis.runs.tasks import wake
from tests.analysis.runs.pipelines import batch_of, example
for _ in range(2):
    batch_of(example("digits_grid", epochs={EPOCHS}))
wake(4)
"""
FEW = 4  # of the twelve settings are enough: the others are cancelled


class Site:
    """Everything of it in one folder: PostgreSQL, Valkey, Celery's programs."""

    def __init__(self, var: Path) -> None:
        self.postgres, self.valkey = Postgres(var), Valkey(var)
        self.var = var
        self.environment = {
            **os.environ,
            "MACHINA_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "machina_site.settings",
            "RUN_LEASE": str(LEASE),
            "OMP_NUM_THREADS": "1",
            "LOG_LEVEL": "WARNING",
        }
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("REDIS_URL", None)

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=BASE, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def programs(self) -> list[subprocess.Popen[bytes]]:
        """As the supervisor starts them: a worker for runs, one for all else, and the beat."""
        quiet = ("--without-gossip", "--without-mingle")
        return [
            self._celery("runs", "worker", "--queues", "runs", "--hostname", "runs@%h", "--concurrency", "2", *quiet),
            self._celery("worker", "worker", "--concurrency", "1", *quiet),
            self._celery("beat", "beat"),
        ]

    def _celery(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "machina_site.celery", *arguments]
        with (self.var / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=BASE, env=self.environment, stdout=log, stderr=log)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """All its rows; none while the database is away."""
        with suppress(psycopg2.OperationalError):
            link = psycopg2.connect(self.postgres.url())
            link.autocommit = True
            try:
                with link.cursor() as cursor:
                    cursor.execute(statement)
                    return list(cursor.fetchall()) if cursor.description else []
            finally:
                link.close()
        return []

    def busy(self) -> list[int]:
        """Process ids of workers whose run has a checkpoint of its second epoch or a later one."""
        found = self.ask("SELECT worker FROM runs_run WHERE status = 'running' AND epoch BETWEEN 2 AND 18")
        return [int(worker.rpartition(":")[2]) for (worker,) in found]

    def left(self) -> int:
        ((n,),) = self.ask("SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running')") or [(99,)]
        return int(n)


@pytest.fixture
def site(site_var: Path) -> Iterator[Site]:
    made = Site(site_var)
    made.postgres.ensure()
    made.valkey.ensure()
    yield made
    made.valkey.release()
    made.postgres.release()


def test_one_result_for_each_run_whatever_is_killed(site: Site) -> None:
    site.manage("shell", "-v", "0", "-c", BEGIN)
    ((first,), (second,)) = site.ask("SELECT id FROM runs_batch ORDER BY id")
    site.ask(f"UPDATE runs_run SET status = 'cancelled', finished_at = now() WHERE number > {FEW}")
    site.ask(f"UPDATE runs_run SET status = 'paused' WHERE batch_id = {second} AND status = 'queued'")
    programs = site.programs()
    try:
        for victim in (None, site.valkey, site.postgres):
            kill_while_busy(site, victim)
        until(lambda: not site.left(), seconds=180)
        site.ask(f"UPDATE runs_run SET status = 'queued' WHERE batch_id = {second} AND status = 'paused'")
        until(lambda: not site.left(), seconds=180)  # the same, and nobody is killed
    finally:
        for program in programs:
            program.send_signal(signal.SIGTERM)
        for program in programs:
            program.wait(60)

    assert site.ask("SELECT status, count(*) FROM runs_run GROUP BY status ORDER BY 1") == [
        ("cancelled", 2 * (12 - FEW)),
        ("completed", 2 * FEW),
    ]
    assert max(attempt for (attempt,) in site.ask(f"SELECT attempt FROM runs_run WHERE batch_id = {first}")) >= 2
    assert results(site, first) == results(site, second)
    assert site.ask("SELECT count(*), count(DISTINCT unit_id) FROM experiments_measurement") == [(2 * FEW, 2 * FEW)]
    assert not site.ask(
        "SELECT r.id FROM runs_run r JOIN runs_runevent e ON e.run_id = r.id GROUP BY r.id, r.n_events"
        " HAVING count(*) <> r.n_events OR max(e.sequence) <> r.n_events"
    )
    assert not site.ask(
        "SELECT run_id FROM runs_runevent WHERE kind = 'run.status' AND payload->>'status' = 'completed'"
        " GROUP BY run_id HAVING count(*) <> 1"
    )


def kill_while_busy(site: Site, server: Postgres | Valkey | None) -> None:
    """None: a worker. A server comes back soon, as under the supervisor."""
    until(lambda: bool(site.busy()), seconds=40)
    if server is None:
        os.kill(site.busy()[0], signal.SIGKILL)
        return
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(1.0)
    server.ensure()


def results(site: Site, batch: int) -> list[tuple[str, object]]:
    """By setting: what was computed, to the last bit."""
    rows = site.ask(f"SELECT digest, result, latest FROM runs_run WHERE batch_id = {batch} AND status = 'completed'")
    return sorted((digest, json.dumps([result, latest], sort_keys=True)) for digest, result, latest in rows)


def until(condition: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)
