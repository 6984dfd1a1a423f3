"""What it costs to append to the log of runs with 0 to 1,000,000 events stored: ``python -m bench.run_events``.

Uses a test database of its own on the embedded PostgreSQL. Each figure is the lower quartile of many, in milliseconds:
other load on the machine moves it least. One event; fifty at once; a page of a hundred read behind a cursor in the
middle; the question up to which id the log is complete.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402 (after the apps are ready)
from django.utils import timezone  # noqa: E402

from analysis.runs.events import RunEventKind, Said, append_to_run  # noqa: E402
from analysis.runs.log_reads import page_of_batch  # noqa: E402
from analysis.runs.models import Batch, Run, RunEvent  # noqa: E402
from experiments.settled import settled_up_to  # noqa: E402
from experiments.types import JsonObject  # noqa: E402
from machina_site.embedded import ensure_servers  # noqa: E402
from tests.analysis.runs.rows import make_batch, make_run  # noqa: E402

STORED = (0, 1_000, 10_000, 100_000, 1_000_000)
TIMES = 200
HEAD = f"{'stored':>10} {'one event':>12} {'fifty':>10} {'a page':>10} {'cursor':>10}   ms, lower quartile of {TIMES}"


def main() -> None:
    """A table on standard output."""
    ensure_servers()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        batch = make_batch()
        run = make_run(batch)
        print(HEAD)
        for stored in STORED:
            fill(run, stored)
            print(f"{stored:>10,} {row(batch, run)}", flush=True)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def fill(run: Run, stored: int) -> None:
    """So many in the run's log, by the database itself."""
    run.refresh_from_db()
    missing = stored - run.n_events
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO runs_runevent (batch_id, run_id, sequence, attempt, kind, payload, key, at)
            SELECT %s, %s, %s + n, 1, 'run.progress', '{"phase": "train", "epoch": 1, "step": 3, "steps": 33}',
            'k' || (%s + n), now() FROM generate_series(1, %s) AS n""",
            [run.batch_id, run.pk, run.n_events, run.n_events, max(missing, 0)],
        )
        cursor.execute("UPDATE runs_run SET n_events = n_events + %s WHERE id = %s", [max(missing, 0), run.pk])
        cursor.execute("VACUUM ANALYZE runs_runevent")


def row(batch: Batch, run: Run) -> str:
    """The four figures."""
    numbers = iter(range(10**9))
    tag = f"b{RunEvent.objects.count()}"

    def said() -> Said:
        payload: JsonObject = {"epoch": 1, "split": "train", "values": {"loss": 0.5, "f1_macro": 0.9}}
        return Said(RunEventKind.RUN_MEASURED, payload, timezone.now(), f"{tag}-{next(numbers)}", 1)

    middle = (RunEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) // 2
    figures = [
        timed(lambda: append_to_run(run.pk, [said()])),
        timed(lambda: append_to_run(run.pk, [said() for _ in range(50)]), times=TIMES // 4),
        timed(lambda: page_of_batch(batch, middle, up_to=2**62, at_most=100)),
        timed(lambda: settled_up_to(RunEvent)),
    ]
    return " ".join(f"{figure:>{width}.2f}" for figure, width in zip(figures, (12, 10, 10, 10), strict=True))


def timed(act: Callable[[], object], *, times: int = TIMES) -> float:
    """Milliseconds, the lower quartile."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.quantiles(taken, n=4)[0]


if __name__ == "__main__":
    main()
