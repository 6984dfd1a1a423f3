"""Both web servers stop cleanly: what was shown is stored, and a first process that is killed leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from django.conf import settings
from django.db import connection

from experiments.models import Assignment
from machina_site.launch.children import WEB_SERVERS
from machina_site.paths import BASE
from tests.factories import make_experiment
from tests.faults.crowd_of_programs import Program, Receipts
from tests.faults.test_deciding_under_load import secret_of_an_owner
from tests.faults.test_demo import free_port
from tests.proof import ONLY_IN_PROOF

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Start = Callable[[str], tuple[subprocess.Popen[bytes], int]]


@pytest.fixture
def start() -> Iterator[Start]:
    """A web server over the test's own database, and its port."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(server: str) -> tuple[subprocess.Popen[bytes], int]:
        port, name = free_port(), str(connection.settings_dict["NAME"])
        url = settings.EMBEDDED_POSTGRES.url(name) if not settings.DATABASE_URL else settings.DATABASE_URL
        own = {"DATABASE_URL": url.rsplit("/", 1)[0] + f"/{name}", "PORT": str(port), "LOG_LEVEL": "WARNING"}
        own["DJANGO_SETTINGS_MODULE"] = "tests.faults.served_settings"
        command = [sys.executable, "-m", *WEB_SERVERS[server]]
        running.append(subprocess.Popen(command, cwd=BASE, env={**os.environ, **own}))
        Program(port, "", Receipts()).insist("/api/v1/", {})
        return running[-1], port

    yield begin
    for each in running:
        each.terminate()
        each.wait(20)


@pytest.mark.parametrize("server", list(WEB_SERVERS))
def test_a_server_that_is_stopped_stores_first_what_it_has_shown(start: Start, server: str) -> None:
    make_experiment(slug="hashed", status="running", unit_kind="visitor", steps=[], allocation={"policy": "hash"})
    web, port = start(server)
    program = Program(port, secret_of_an_owner(), Receipts())
    arms = {key: program.insist("/api/v1/experiments/hashed/bucket/", {"key": key})[1]["arm"] for key in "abcdefgh"}
    program.close()
    web.send_signal(signal.SIGTERM)
    web.wait(20)

    assert dict(Assignment.objects.values_list("unit__key", "arm__name")) == arms


@pytest.mark.parametrize("server", ["gunicorn", pytest.param("granian", marks=ONLY_IN_PROOF)])
def test_a_first_process_that_is_killed_leaves_no_orphans(start: Start, server: str) -> None:
    web, _ = start(server)
    workers = psutil.Process(web.pid).children(recursive=True)
    web.kill()
    web.wait(20)
    end = time.monotonic() + 15
    while time.monotonic() < end and any(each.is_running() for each in workers):
        time.sleep(0.1)

    assert len(workers) >= 2
    assert [each.pid for each in workers if each.is_running()] == []
