"""A thousand trivial specifications, stopped in every way half-way and started again: none is lost, none counts twice.

The first test from a folder with nothing in it: the command starts its own servers and makes its own tables.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from machina_site.paths import BASE

pytestmark = [pytest.mark.faults, pytest.mark.slow]

N, WORKERS = 1_000, 4
MODULE = """
import os, random, time
def main(seed):
    with open(os.environ["CALLS"], "a") as file:
        file.write(f"{seed}\\n")
    time.sleep(0.002)
    return {"number": random.random(), "seed": seed}
"""


class Researcher:
    """Somebody with a folder, a function and a shell."""

    def __init__(self, folder: Path, var: Path) -> None:
        self.folder = folder
        (folder / "chance.py").write_text(MODULE)
        (folder / "grid.yml").write_text(f"seed: {{range: {{from: 1, to: {N}}}}}\n")
        self.calls = folder / "calls"
        self.calls.touch()
        self._environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")},
            "MACHINA_VAR": str(var),
            "CALLS": str(self.calls),
            "DJANGO_SETTINGS_MODULE": "machina_site.settings",
        }

    def start(self, *options: str) -> subprocess.Popen[str]:
        line = ["run_batch", "chance:main", "--search", "grid.yml", "--workers", str(WORKERS), "--json", *options]
        return subprocess.Popen(
            [sys.executable, str(BASE / "manage.py"), *line],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def manage(self, *line: str) -> str:
        done = subprocess.run(
            [sys.executable, str(BASE / "manage.py"), *line],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def called(self) -> int:
        return len(self.calls.read_text().split())

    def wait_for(self, n: int) -> None:
        end = time.monotonic() + 90
        while self.called() < n:
            assert time.monotonic() < end, f"only {self.called()} of {n} were called"
            time.sleep(0.01)


@pytest.fixture
def researcher(tmp_path: Path, var: Path) -> Researcher:
    return Researcher(tmp_path, var)


def kill(command: subprocess.Popen[str]) -> None:
    """The command and all of its workers, with no time for a last word."""
    os.killpg(command.pid, signal.SIGKILL)
    command.communicate()


def test_a_thousand_runs_stopped_in_every_way_are_done_once_each(researcher: Researcher) -> None:
    first = researcher.start()
    researcher.wait_for(200)
    kill(first)

    second = researcher.start()
    researcher.wait_for(400)
    os.kill(second.pid, signal.SIGINT)
    stopped = json.loads(second.communicate(timeout=60)[0])
    assert second.returncode == 130
    assert stopped["was_stopped"]
    assert stopped["completed"] + stopped["left"] == N

    third = researcher.start()
    researcher.wait_for(650)
    kill(third)

    last = researcher.start()
    done = json.loads(last.communicate(timeout=120)[0])

    assert last.returncode == 0
    assert (done["runs"], done["completed"], done["left"]) == (N, N, 0)
    results = json.loads(researcher.manage("export_results", "chance-main", "--format", "json", "--table", "-"))
    assert sorted(each["seed"] for each in results) == list(range(1, N + 1))
    again = Counter(int(line) for line in researcher.calls.read_text().split())
    repeated = sum(n - 1 for n in again.values())
    assert set(again) == set(range(1, N + 1))
    assert repeated <= 3 * WORKERS * 130, repeated  # what was in somebody's hands when it was killed


@pytest.mark.usefixtures("site_var")
def test_two_who_start_the_same_batch_at_once_share_it(researcher: Researcher) -> None:
    both = [researcher.start(), researcher.start()]
    told = [json.loads(one.communicate(timeout=240)[0]) for one in both]

    assert [one.returncode for one in both] == [0, 0]
    assert sorted(each["queued"] for each in told) == [0, N]
    assert Counter(researcher.calls.read_text().split()).most_common(1)[0][1] == 1
    assert researcher.called() == N
