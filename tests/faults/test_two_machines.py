"""Two machines with a Celery worker each, which share a database, a queue and a bucket, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import psutil
import psycopg2
import pytest
from moto.server import ThreadedMotoServer

from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE
from tests.faults.lan import Lan, is_possible
from tests.proof import ONLY_IN_PROOF

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(not is_possible(), reason="network namespaces need root and iproute2"),
]
BUCKET, RUNS, EPOCHS, LEASE = "two-machines", 4, 40, 10
BEGIN = f"""
from django.utils import timezone
from analysis.runs.models import Run
from analysis.runs.tasks import wake
from tests.analysis.runs.pipelines import batch_of, example
batch_of(example("digits_grid", epochs={EPOCHS}, search={{"kind": "random", "samples": {RUNS}}}))
wake(8)
"""
HELD = "WHERE r.status = 'running' AND r.worker LIKE '{}:%'"
ALONE = """
import json
from analysis.learning.running import PROCEDURES, Fold, Task
from analysis.runs.models import Run
from tests.faults.silence import Silence
run = Run.objects.get(pk={})
task = Task(run.setting, run.seed, fold=Fold(run.outer_fold, run.inner_fold), epochs=run.epochs)
print(json.dumps(PROCEDURES["pipeline"].run(task, Silence())))
"""
BEAT = """
import time
from analysis.runs.tasks import look_after_runs
while True:
    look_after_runs()
    time.sleep(0.5)
"""
HOLD = """
import time
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("SELECT pg_advisory_xact_lock(18)")
    print("held", flush=True)
    time.sleep(300)
"""


class OpenPostgres(Postgres):
    """Also listens on the wire."""

    def __init__(self, var: Path, lan: Lan) -> None:
        super().__init__(var)
        self.lan = lan

    def prepare(self) -> None:
        super().prepare()
        with (self.data / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {self.lan.prefix}.0/24 trust\n")

    def command(self) -> list[str]:
        return [*super().command(), "-c", f"listen_addresses={self.lan.address}"]


class OpenValkey(Valkey):
    """Also listens on the wire."""

    def __init__(self, var: Path, lan: Lan) -> None:
        super().__init__(var)
        self.lan = lan

    def command(self) -> list[str]:
        return [*super().command(), "--port", "6379", "--bind", self.lan.address, "--protected-mode", "no"]


class Office:
    """What the machines share, and what is seen of it."""

    def __init__(self, var: Path, lan: Lan, s3: str) -> None:
        self.var, self.lan = var, lan
        self.shared = {
            "DATABASE_URL": f"postgres://machina@{lan.address}/machina",
            "REDIS_URL": f"redis://{lan.address}:6379/0",
            "AWS_ENDPOINT_URL_S3": s3,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "us-east-1",
            "RUNS_BUCKET": BUCKET,
            "RUN_LEASE": str(LEASE),
            "DJANGO_SETTINGS_MODULE": "machina_site.settings",
        }

    def manage(self, *arguments: str) -> str:
        """What a command says, here."""
        command = [sys.executable, "manage.py", *arguments]
        environment = self.environment("office")
        return subprocess.run(command, cwd=BASE, env=environment, check=True, capture_output=True, text=True).stdout

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        """Celery's, on that machine, with a var folder that no other has."""
        shape = ("--queues", "runs", "--concurrency", "1", "--hostname", f"runs@{name}")
        quiet = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
        celery = [sys.executable, "-m", "celery", "-A", "machina_site.celery", "worker", *shape, *quiet]
        with (self.var / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                self.lan.on(name, celery), cwd=BASE, env=self.environment(name), stdout=log, stderr=log
            )

    def beat(self) -> subprocess.Popen[bytes]:
        """Does what the beat would send every few seconds."""
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", BEAT]
        return subprocess.Popen(command, cwd=BASE, env=self.environment("office"))

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """All its rows."""
        link = psycopg2.connect(self.shared["DATABASE_URL"])
        link.autocommit = True
        try:
            with link.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            link.close()

    def environment(self, name: str) -> dict[str, str]:
        """Of a program on that machine."""
        own = {"MACHINA_VAR": str(self.var / name), "OMP_NUM_THREADS": "1", "LOG_LEVEL": "WARNING"}
        return {**os.environ, **self.shared, **own}


@pytest.fixture
def office(site_var: Path) -> Iterator[Office]:
    with ExitStack() as stack:
        lan = stack.enter_context(Lan(["a", "b"]))
        for server in (OpenPostgres(site_var, lan), OpenValkey(site_var, lan)):
            stack.callback(server.release)
            server.ensure()
        moto = ThreadedMotoServer(ip_address=lan.address, port=0, verbose=False)
        moto.start()
        stack.callback(moto.stop)
        host, port = moto.get_host_and_port()
        boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            region_name="us-east-1",
        ).create_bucket(Bucket=BUCKET)
        yield Office(site_var, lan, f"http://{host}:{port}")


def test_a_machine_whose_wire_is_cut_loses_its_run_to_the_other_and_nothing_counts_twice(office: Office) -> None:
    workers = {name: office.worker(name) for name in ("a", "b")}
    try:
        office.manage("shell", "-v", "0", "-c", BEGIN)
        until(lambda: has_checkpoint(office, "a") and has_checkpoint(office, "b"), seconds=180)
        office.lan.cut("a")
        (taken,) = held_by(office, "a")
        workers["beat"] = office.beat()
        until(lambda: attempt_of(office, taken) > 1, seconds=240)
        office.lan.mend("a")
        until(lambda: statuses(office) == {"completed": RUNS}, seconds=300)
        attempts = dict(office.ask("SELECT id, attempt FROM runs_run"))
    finally:
        for worker in workers.values():
            leave(worker)

    assert attempts[taken] >= 2
    assert all(attempt == 1 for run, attempt in attempts.items() if run != taken)
    for run, n_events in office.ask("SELECT id, n_events FROM runs_run"):
        numbers = [number for (number,) in office.ask(f"SELECT sequence FROM runs_runevent WHERE run_id = {run}")]
        assert sorted(numbers) == list(range(1, n_events + 1))
    once = office.ask("SELECT count(*), count(DISTINCT unit_id) FROM experiments_measurement")
    assert once == [(RUNS, RUNS)]
    assert result_of(office, taken) == computed_alone(office, taken)


@ONLY_IN_PROOF
def test_the_locks_of_a_machine_that_is_cut_off_are_free_again_within_a_minute(office: Office) -> None:
    command = office.lan.on("a", [sys.executable, "manage.py", "shell", "-v", "0", "-c", HOLD])
    environment = office.environment("a")
    with subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert office.ask("SELECT pg_try_advisory_lock(18)") == [(False,)]
        office.lan.cut("a")
        try:
            until(lambda: office.ask("SELECT pg_try_advisory_lock(18)") == [(True,)], seconds=60)
        finally:
            holder.kill()


def leave(worker: subprocess.Popen[bytes]) -> None:
    """At once, whatever it waits for: how workers leave in order is not the rule here."""
    for child in psutil.Process(worker.pid).children(recursive=True):
        child.kill()
    worker.kill()
    worker.wait(30)


def has_checkpoint(office: Office, name: str) -> bool:
    """Whether that machine holds a run which could be gone on with elsewhere."""
    return bool(office.ask(f"SELECT 1 FROM runs_run r JOIN runs_checkpoint c ON c.run_id = r.id {HELD.format(name)}"))


def held_by(office: Office, name: str) -> list[int]:
    return [run for (run,) in office.ask(f"SELECT r.id FROM runs_run r {HELD.format(name)}")]


def attempt_of(office: Office, run: int) -> int:
    ((attempt,),) = office.ask(f"SELECT attempt FROM runs_run WHERE id = {run}")
    return int(attempt)


def statuses(office: Office) -> dict[str, int]:
    return dict(office.ask("SELECT status, count(*) FROM runs_run GROUP BY status"))


def result_of(office: Office, run: int) -> object:
    ((result,),) = office.ask(f"SELECT result FROM runs_run WHERE id = {run}")
    return result


def computed_alone(office: Office, run: int) -> object:
    """The same run without a break, by nobody's worker."""
    return json.loads(office.manage("shell", "-v", "0", "-c", ALONE.format(run)))


def until(condition: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)
