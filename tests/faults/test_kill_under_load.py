"""kill -9 of each program and server, in turn, while people take part: what was acknowledged is there, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from experiments.types import Json
from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE
from tests.faults.load import judging
from tests.faults.test_demo import Demo
from tests.proof import ONLY_IN_PROOF
from tests.studies import document

pytestmark = [pytest.mark.faults, pytest.mark.slow]

PEOPLE = 220
ARRIVE_OVER = 30
BEGIN = """
import json, os
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
start_experiment(import_study(json.loads(os.environ["STUDY"])).experiments.get())
"""


@pytest.fixture
def demo(site_var: Path) -> Iterator[Demo]:
    """Everything, under the supervisor, with a database that really writes to its disk."""
    started = Demo(site_var)
    started.wait_for("Machina runs.")
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def manage(demo: Demo, var: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """One of our commands on the demo's servers."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST", "DJANGO", "MACHINA"))}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE,
        env={**kept, "MACHINA_VAR": str(var), "PORT": str(demo.port), "LOG_LEVEL": "WARNING", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def victims(demo: Demo, var: Path) -> dict[str, Callable[[], int | None]]:
    """Whom to kill: what has that pid now."""
    return {
        "web": lambda: demo.program("gunicorn").pid,
        "worker": lambda: demo.program("worker").pid,
        "beat": lambda: demo.program("beat").pid,
        "redis": Valkey(var).pid,
        "postgres": Postgres(var).pid,
        "one web process": lambda: demo.program("gunicorn").children()[0].pid,
    }


@pytest.mark.parametrize("policy", ["permuted_blocks", pytest.param("thompson_bernoulli", marks=ONLY_IN_PROOF)])
def test_nothing_acknowledged_is_missing_and_nothing_is_there_twice(demo: Demo, var: Path, policy: str) -> None:
    allocation: Json = {"policy": policy}
    study = document(slug="under-fire", **{**judging(target=400), "lease_seconds": 60, "allocation": allocation})
    begun = manage(demo, var, "shell", "-v", "0", "-c", BEGIN, STUDY=json.dumps(study))
    said, _ = begun.communicate(timeout=60)
    assert begun.returncode == 0, said

    crowd = ["--participants", str(PEOPLE), "--arrive-over", str(ARRIVE_OVER), "--clients", "12", "--drop-out", "0.4"]
    traits = ["--impatient", "0.1", "--doubling", "0.1", "--network-loss", "0.1", "--through-faults", "--into-running"]
    people = manage(demo, var, "simulate", "under-fire", *crowd, *traits, "--json")
    demo.wait_for("POST /p/", 60)
    for name, pid_of in victims(demo, var).items():
        time.sleep(1)
        assert people.poll() is None, f"everybody had left before {name} was killed"
        pid = pid_of()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        demo._until(lambda pid=pid, pid_of=pid_of: is_back(demo, pid, pid_of), 60, f"{name} never came back")  # type: ignore[misc]  # bound now

    output, _ = people.communicate(timeout=240)
    assert output.startswith("{"), output + demo.output[-3000:]
    report = json.loads(output)
    assert report["lost"] == []
    assert report["twice"] == []
    assert report["astray"] == []
    assert report["mislearnt"] == []
    assert report["broken"] == []
    assert people.returncode == 0
    assert report["sessions"]["completed"] >= PEOPLE * 0.6 - 5  # nearly all who meant to stay got to the end
    assert report["acknowledged"] > 5 * PEOPLE
    assert demo.end() == 0


def is_back(demo: Demo, killed: int, pid_of: Callable[[], int | None]) -> bool:
    """Another process has its place, and pages and servers answer."""
    try:
        pid = pid_of()
    except (StopIteration, IndexError, psutil.Error):
        return False
    return pid is not None and pid != killed and demo.is_ready()
