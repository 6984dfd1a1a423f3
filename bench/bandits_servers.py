"""What `make bench-bandits` measures: Machina, a bare Django view and flask_mab, under gunicorn and under granian."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from bench.bare_django import TABLE
from bench.servers import ask, wait_for
from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE

PORTS = {"bare": 8660, "machina": 8661, "flask_mab": 8662}
LOCK = BASE / "requirements-bench-http.txt"
SERVERS = ("gunicorn", "granian")
PROCESSES, THREADS = 2, 4
TARGETS = {"machina": "machina_site.wsgi", "bare": "bench.bare_django", "flask_mab": "bench.flask_mab_app"}
BEGIN = """
from django.contrib.auth.models import User
from experiments.models import Role, Study
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
from experiments.services.tokens import create_token
from bench.bandits_study import document
if not Study.objects.filter(slug="bench-bandits").exists():
    import_study(document())
for experiment in Study.objects.get(slug="bench-bandits").experiments.filter(status="draft"):
    start_experiment(experiment)
user, _ = User.objects.get_or_create(username="bench", is_superuser=True)
print(create_token(user=user, name="bench", role=Role.OWNER)[1])
"""


@dataclass(frozen=True)
class Request:
    """A request as bytes."""

    method: str
    path: str
    body: object = None
    secret: str = ""
    cookie: str = ""

    def text(self) -> str:
        """For the wire."""
        body = "" if self.body is None else json.dumps(self.body)
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"Authorization: Bearer {self.secret}"] if self.secret else []
        lines += [f"Cookie: {self.cookie}"] if self.cookie else []
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
        return "\r\n".join([*lines, "", body])


class Bench:
    """The folder, the database, and the systems, all up at once: only one is asked at a time, the others sleep."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.postgres, self.valkey = Postgres(var), Valkey(var)
        self.secret = ""

    def start(self) -> None:
        """The servers of data, the study, a token."""
        self.var.mkdir(parents=True, exist_ok=True)
        self.postgres.ensure()
        self.valkey.ensure()
        self._manage("migrate", "-v", "0")
        self._manage("collectstatic", "--noinput", "-v", "0")
        ask(self.postgres, "machina", TABLE)
        self.secret = self._manage("shell", "-v", "0", "-c", BEGIN).strip().splitlines()[-1]

    def stop(self) -> None:
        """Everything."""
        self.postgres.release()
        self.valkey.release()

    @contextmanager
    def serving(self, system: str, server: str) -> Iterator[Sequence[int]]:
        """While it runs: the processes whose CPU is the system's."""
        with (self.var / f"{system}.log").open("wb") as log:
            program = subprocess.Popen(
                self._command(system, server), cwd=BASE, env=self._environment(system), stdout=log, stderr=log
            )
            try:
                wait_for(
                    f"http://127.0.0.1:{PORTS[system]}{'/healthz' if system == 'machina' else '/nothing/'}", program
                )
                yield [program.pid]
            finally:
                program.terminate()
                program.wait(20)

    def database_pid(self) -> int:
        """Of the PostgreSQL that all of them use."""
        return int(self.postgres.pid() or 0)

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """All its rows."""
        link = psycopg2.connect(host=str(self.postgres.socket_folder), user="machina", dbname="machina")
        link.autocommit = True
        try:
            with link.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            link.close()

    def _command(self, system: str, server: str) -> list[str]:
        application = f"{TARGETS[system]}:application"
        if system == "flask_mab" and server == "granian":
            shape = [
                "--workers",
                str(PROCESSES),
                "--blocking-threads",
                str(THREADS),
                "--no-ws",
                "--port",
                str(PORTS[system]),
            ]
            return [str(flask_mab_python(self.var)), "-m", "granian", "--interface", "wsgi", *shape, application]
        if server == "granian":
            return [sys.executable, "-m", "machina_site.granian_server", *([application] * (system != "machina"))]
        if system == "machina":
            return [sys.executable, "-m", "gunicorn", "-c", "python:machina_site.gunicorn_conf", application]
        python = str(flask_mab_python(self.var)) if system == "flask_mab" else sys.executable
        shape = ["-k", "gthread", "-w", str(PROCESSES), "--threads", str(THREADS), "--keep-alive", "75"]
        return [python, "-m", "gunicorn", *shape, "-b", f"127.0.0.1:{PORTS[system]}", application]

    def _environment(self, system: str) -> Mapping[str, str]:
        own = {"MACHINA_VAR": str(self.var), "PORT": str(PORTS[system]), "LOG_LEVEL": "WARNING"}
        shape = {"WEB_WORKERS": str(PROCESSES), "WEB_THREADS": str(THREADS)}
        kept = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        settings = {"DJANGO_SETTINGS_MODULE": "machina_site.settings"} if system == "machina" else {}
        more = {"DATABASE_URL": self.postgres.url(), "MAB_FILE": str(self.var / "mab.json")}
        return {**kept, **own, **shape, **settings, **more}

    def _manage(self, *arguments: str) -> str:
        environment = {**self._environment("machina"), "PYTHONPATH": str(BASE)}
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=BASE, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def flask_mab_python(var: Path) -> Path:
    """Of a venv with flask_mab, made on first use from requirements-bench-http.txt."""
    python = var / "flask_mab" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(var / "flask_mab")], check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    return python


def decide(bench: Bench, slug: str = "learner", **body: object) -> Request:
    """One decision."""
    return Request("POST", f"/api/v1/experiments/bench-{slug}/decisions/", body, bench.secret)


def bulk(bench: Bench, n: int) -> Request:
    """So many at once."""
    path = "/api/v1/experiments/bench-learner/decisions/bulk/"
    return Request("POST", path, {"decisions": [{}] * n}, bench.secret)


def bucket(bench: Bench, key: str) -> Request:
    """A visitor of the hash experiment."""
    return Request("POST", "/api/v1/experiments/bench-hashed/bucket/", {"key": key}, bench.secret)


def reward(bench: Bench, decision: object) -> Request:
    """What came of a decision."""
    return Request("POST", f"/api/v1/decisions/{uuid.UUID(str(decision))}/reward/", {"value": 1}, bench.secret)
