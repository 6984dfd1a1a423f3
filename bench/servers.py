"""The two systems under test, each with all its programs, on one PostgreSQL that writes to its disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2

from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE

MACHINA_PORT, OTREE_PORT = 8640, 8650
OTREE_STUDY = BASE / "bench" / "otree_study"
LOCK = BASE / "requirements-bench.txt"
BEGIN = """
from pathlib import Path
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
from experiments.yaml_file import load
start_experiment(import_study(load(Path("bench/study.yaml").read_text())[0]).experiments.get())
"""


@dataclass
class System:
    """A running system: how to enter it, which processes are its own, how to count what it stored."""

    name: str
    protocol: str
    port: int
    roots: list[int]
    complete: str
    database: str
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def entry(self, participants: int) -> str:
        """The path that participants open."""
        return "/s/bench5/" if self.protocol == "machina" else _otree_session(self.port, participants)

    def completed(self, postgres: Postgres) -> int:
        """How many stand in the database with every answer."""
        return int(str(ask(postgres, self.database, self.complete) or 0))

    def stop(self) -> None:
        """All its programs."""
        for program in reversed(self.programs):
            program.terminate()
        for program in self.programs:
            program.wait(30)


class Bench:
    """The folder, the servers, the systems."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.postgres, self.valkey = Postgres(var), Valkey(var)
        self.systems: list[System] = []

    def start(self, *, with_otree: bool) -> None:
        """Everything."""
        self.var.mkdir(parents=True, exist_ok=True)
        self.postgres.ensure()
        self.valkey.ensure()
        self._manage("migrate", "-v", "0")
        self._manage("collectstatic", "--noinput", "-v", "0")
        if not self._has_study():
            self._manage("shell", "-v", "0", "-c", BEGIN)
        tasks = [self._program(*_celery("worker", "--concurrency", "2")), self._program(*_celery("beat"))]
        for workers in (1, 2):
            self.systems.append(self._machina(workers, tasks if workers == 2 else []))
        if with_otree:
            self.systems.append(self._otree())
        shared = [program.pid for program in tasks]
        for system in self.systems:
            servers = [self.postgres.pid(), self.valkey.pid() if system.protocol == "machina" else None]
            system.roots += [pid for pid in servers if pid] + (shared if system.protocol == "machina" else [])

    def stop(self) -> None:
        """Everything."""
        for system in reversed(self.systems):
            system.stop()
        self.postgres.release()
        self.valkey.release()

    def _machina(self, workers: int, tasks: list[subprocess.Popen[bytes]]) -> System:
        port = MACHINA_PORT + workers
        web = self._program(
            "gunicorn",
            "-c",
            "python:machina_site.gunicorn_conf",
            "machina_site.wsgi",
            WEB_WORKERS=str(workers),
            PORT=str(port),
        )
        wait_for(f"http://127.0.0.1:{port}/healthz", web)
        return System(
            name=f"Machina, {workers} web process{'es' if workers > 1 else ''}",
            protocol="machina",
            port=port,
            roots=[web.pid],
            complete="SELECT count(*) FROM participants_session s WHERE status = 'completed' AND 4 = "
            "(SELECT count(*) FROM participants_trial t WHERE t.session_id = s.id) AND 4 = "
            "(SELECT count(*) FROM experiments_measurement m WHERE m.unit_id = s.unit_id)",
            database="machina",
            programs=[web, *tasks],
        )

    def _otree(self) -> System:
        program, study = otree_program(self.var), self.var / "otree_study"
        shutil.copytree(OTREE_STUDY, study, dirs_exist_ok=True)
        (study / "_static").mkdir(exist_ok=True)
        self._database("otree")
        url = f"postgresql://machina:@/otree?host={quote(str(self.postgres.socket_folder), safe='/')}"
        environment = {
            "DATABASE_URL": url,
            "OTREE_PRODUCTION": "1",
            "OTREE_ADMIN_PASSWORD": "bench",
            "OTREE_REST_KEY": "bench",
            "OTREE_AUTH_LEVEL": "STUDY",
            "PATH": f"{program.parent}:{os.environ['PATH']}",
        }
        env = {**os.environ, **environment}
        with (self.var / "otree.log").open("ab") as log:
            subprocess.run([program, "resetdb", "--noinput"], cwd=study, env=env, stdout=log, stderr=log, check=True)
            web = subprocess.Popen(
                [program, "prodserver", f"127.0.0.1:{OTREE_PORT}"], cwd=study, env=env, stdout=log, stderr=log
            )
        wait_for(f"http://127.0.0.1:{OTREE_PORT}/login", web)
        return System(
            name="oTree 6.0.15",
            protocol="otree",
            port=OTREE_PORT,
            roots=[web.pid],
            complete="SELECT count(*) FROM bench5_player WHERE agree::int = 1 AND trust = 4 AND why <> '' "
            "AND age = 33 AND gender = 'x'",
            database="otree",
            programs=[web],
        )

    def _environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "MACHINA_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": "machina_site.settings", **more}

    def _program(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        with (self.var / "machina.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=BASE,
                env=self._environment(**environment),
                stdout=log,
                stderr=log,
            )

    def _manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE, env=self._environment(), check=True)

    def _has_study(self) -> bool:
        return bool(ask(self.postgres, "machina", "SELECT 1 FROM experiments_experiment WHERE slug = 'bench5'"))

    def _database(self, name: str) -> None:
        if not ask(self.postgres, "machina", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608 (ours)
            ask(self.postgres, "machina", f'CREATE DATABASE "{name}"')


def ask(postgres: Postgres, database: str, statement: str) -> object:
    """The first value of its first row; None if it has none."""
    link = psycopg2.connect(host=str(postgres.socket_folder), user="machina", dbname=database)
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        link.close()


def otree_program(var: Path) -> Path:
    """oTree in a venv of its own, made on first use from requirements-bench.txt."""
    venv = var / "otree"
    program = venv / "bin" / "otree"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    return program


def _otree_session(port: int, participants: int) -> str:
    """A session with so many rooms; making it is not part of what is measured."""
    body = json.dumps({"session_config_name": "bench5", "num_participants": participants}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/sessions",
        data=body,
        headers={"otree-rest-key": "bench", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 (our own server)
        made: Mapping[str, str] = json.load(response)
    return "/join/" + made["session_wide_url"].rsplit("/", 1)[-1]


def _celery(*arguments: str) -> Sequence[str]:
    return ("celery", "--quiet", "-A", "machina_site.celery", *arguments, "--loglevel", "WARNING")


def wait_for(url: str, program: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own server)
                return
        except OSError:
            if time.monotonic() > end or program.poll() is not None:
                raise
        time.sleep(0.1)
