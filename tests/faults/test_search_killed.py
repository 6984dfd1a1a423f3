"""Hyperband on digits, killed twice on its way: the same settings go up, the same figures come out, each run once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import cast

import psycopg2
import pytest

from machina_site.embedded import Postgres
from machina_site.paths import BASE

pytestmark = [pytest.mark.faults, pytest.mark.slow]

EXAMPLE = BASE / "examples" / "runs" / "digits_hyperband.yaml"
ROWS = """
SELECT r.setting_digest, r.epochs, r.seed, r.status, r."primary" FROM runs_run r JOIN runs_batch b ON b.id = r.batch_id
WHERE b.slug = %s ORDER BY r.setting_digest, r.epochs
"""
BRACKETS = {1: 9, 3: 3 + 5, 9: 1 + 1 + 3}

Row = tuple[str, int, int, str, float | None]


class Researcher:
    """Somebody with a shell."""

    def __init__(self, folder: Path, var: Path, postgres: Postgres) -> None:
        outer = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        self._postgres = postgres
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
        """As the tables have them now."""
        with closing(psycopg2.connect(self._postgres.url())) as link, link.cursor() as cursor:
            cursor.execute(ROWS, [name])
            return cast("list[Row]", cursor.fetchall())

    def killed_at(self, name: str, n: int) -> None:
        """The command and all of its workers, with no time for a last word, when n runs are done."""
        command = self.start(name)
        end = time.monotonic() + 120
        while sum(row[3] == "completed" for row in self.rows(name)) < n:
            assert time.monotonic() < end, f"{n} runs were never done"
            assert command.poll() is None, "it ended before it was killed"
            time.sleep(0.1)
        os.killpg(command.pid, signal.SIGKILL)
        command.communicate()


def test_hyperband_killed_twice_ends_as_if_nothing_had_been(tmp_path: Path, site_var: Path, postgres: Postgres) -> None:
    postgres.ensure()
    researcher = Researcher(tmp_path, site_var, postgres)
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
