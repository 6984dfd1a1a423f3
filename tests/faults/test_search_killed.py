"""Hyperband on digits, killed twice on its way: the same settings go up, the same figures come out, each run once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import cast

import pytest

from machina_site.paths import BASE

pytestmark = [pytest.mark.faults, pytest.mark.slow]

EXAMPLE = BASE / "examples" / "runs" / "digits_hyperband.yaml"
ROWS = """
import json
from analysis.runs.models import Run
columns = "setting_digest", "epochs", "seed", "status", "primary"
rows = Run.objects.filter(batch__slug="{name}").order_by("setting_digest", "epochs").values_list(*columns)
print("ROWS" + json.dumps(list(rows)))
"""
BRACKETS = {1: 9, 3: 3 + 5, 9: 1 + 1 + 3}

Row = tuple[str, int, int, str, float | None]


class Researcher:
    """Somebody with a shell."""

    def __init__(self, folder: Path, var: Path) -> None:
        outer = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        self._given = {
            "cwd": folder,
            "env": {**outer, "MACHINA_VAR": str(var), "DJANGO_SETTINGS_MODULE": "machina_site.settings"},
            "stdout": subprocess.PIPE,
            "text": True,
        }

    def start(self, name: str) -> subprocess.Popen[str]:
        line = ["run_batch", str(EXAMPLE), "--name", name, "--workers", "2", "--json"]
        command = [sys.executable, str(BASE / "manage.py"), *line]
        return subprocess.Popen(command, start_new_session=True, **self._given)  # type: ignore[call-overload,no-any-return]  # the options above

    def rows(self, name: str) -> list[Row]:
        command = [sys.executable, str(BASE / "manage.py"), "shell", "-c", ROWS.format(name=name)]
        done = subprocess.run(command, check=True, **self._given)  # type: ignore[call-overload]  # the options above
        return cast("list[Row]", [tuple(row) for row in json.loads(done.stdout.partition("ROWS")[2])])

    def killed_at(self, name: str, n: int) -> None:
        """The command and all of its workers, with no time for a last word, when n runs are done."""
        command = self.start(name)
        end = time.monotonic() + 120
        while sum(row[3] == "completed" for row in self.rows(name)) < n:
            assert time.monotonic() < end, f"{n} runs were never done"
            assert command.poll() is None, "it ended before it was killed"
        os.killpg(command.pid, signal.SIGKILL)
        command.communicate()


def test_hyperband_killed_twice_ends_as_if_nothing_had_been(tmp_path: Path, var: Path) -> None:
    researcher = Researcher(tmp_path, var)
    whole = researcher.start("whole")
    whole.communicate(timeout=240)

    researcher.killed_at("killed", 4)
    researcher.killed_at("killed", 12)
    last = researcher.start("killed")
    last.communicate(timeout=240)

    rows = researcher.rows("killed")
    assert (whole.returncode, last.returncode) == (0, 0)
    assert Counter(row[1] for row in rows) == BRACKETS
    assert {row[3] for row in rows} == {"completed"}
    assert rows == researcher.rows("whole")
