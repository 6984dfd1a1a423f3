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
from typing import Any, cast

import psutil
import pytest

from experiments.types import Json
from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE
from tests.faults.load import judging
from tests.faults.test_demo import Demo
from tests.participants.test_choosing_stimuli import study as choosing
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

CHOSEN = """
import json
from participants.models import Choice, Trial
shown = {}
for pk, case, answer in Trial.objects.order_by("pk").values_list("session", "stimulus__case", "answer__side"):
    shown.setdefault(pk, []).append((case, float(case.startswith(answer))))
chosen = {}
for pk, case, outcome in Choice.objects.order_by("pk").values_list("session", "case", "outcome"):
    chosen.setdefault(pk, []).append((case, outcome))
left = [pk for pk in shown if chosen[pk][: len(shown[pk])] != shown[pk]]
more = [pk for pk in chosen if [each for _, each in chosen[pk][len(shown.get(pk, [])) :]] not in ([], [None])]
print(json.dumps({"trials": sum(map(len, shown.values())), "not_as_answered": left, "chosen_beyond": more}))
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
    report = under_fire(demo, var, {**judging(target=400), "lease_seconds": 60, "allocation": allocation})

    assert report["acknowledged"] > 5 * PEOPLE
    assert demo.end() == 0


@ONLY_IN_PROOF
def test_each_stimulus_is_chosen_once_and_its_answer_learnt_once(demo: Demo, var: Path) -> None:
    under_fire(demo, var, {**choosing(target=400), "lease_seconds": 60})
    replayed = said(manage(demo, var, "replay_choices", "under-fire", "--json"))
    chosen = said(manage(demo, var, "shell", "-v", "0", "-c", CHOSEN))

    assert replayed["differing"] == []
    assert (chosen["not_as_answered"], chosen["chosen_beyond"]) == ([], [])
    assert replayed["choices"] >= chosen["trials"] > 4 * PEOPLE
    assert demo.end() == 0


def said(command: subprocess.Popen[str]) -> dict[str, Any]:
    """What a command printed as JSON, once it is done."""
    output, _ = command.communicate(timeout=120)
    assert output.startswith("{"), output
    assert command.returncode == 0, output
    return cast("dict[str, Any]", json.loads(output))


def under_fire(demo: Demo, var: Path, entries: dict[str, Json]) -> dict[str, Any]:
    """The report on people who took part in such a study while each program and server was killed; all is there."""
    study = document(slug="under-fire", **entries)
    begun = manage(demo, var, "shell", "-v", "0", "-c", BEGIN, STUDY=json.dumps(study))
    output, _ = begun.communicate(timeout=60)
    assert begun.returncode == 0, output

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
    report = cast("dict[str, Any]", json.loads(output))
    wrong = {key: report[key] for key in ("lost", "twice", "astray", "mislearnt", "broken")}
    assert not any(wrong.values()), wrong
    assert people.returncode == 0
    assert report["sessions"]["completed"] >= PEOPLE * 0.6 - 5  # nearly all who meant to stay got to the end
    return report


def is_back(demo: Demo, killed: int, pid_of: Callable[[], int | None]) -> bool:
    """Another process has its place, and pages and servers answer."""
    try:
        pid = pid_of()
    except (StopIteration, IndexError, psutil.Error):
        return False
    return pid is not None and pid != killed and demo.is_ready()
