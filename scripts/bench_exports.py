"""Measure downloads of a large experiment: rows a second, bytes, and the memory of the process that writes.

    .venv/bin/python scripts/bench_exports.py                     # 100,000 and 1,000,000 measurements
    .venv/bin/python scripts/bench_exports.py 1000 10000

Makes an experiment of its own in the database that the settings name, and removes it again. Each download runs in a
process of its own, so that peak memory is that download's alone.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")

SLUG = "bench-exports"
PER_SESSION = 20
CASES = [
    ("long", "csv"),
    ("long", "jsonl"),
    ("long", "parquet"),
    ("wide", "csv"),
    ("trials", "csv"),
    ("events", "csv"),
    ("all", "csv"),
]


def make_rows(measurements: int) -> None:
    """Sessions with twenty measurements and three trials each, by SQL."""
    from django.db import connection

    from experiments.models import Status
    from tests import factories
    from tests.exported import CASES as STIMULI
    from tests.exported import FACTORS, MEASURES, STEPS

    study = factories.make_study(f"bench-{time.time_ns()}")
    experiment = factories.make_experiment(
        study, slug=SLUG, status=Status.RUNNING, factors=FACTORS, measures=MEASURES, stimuli=STIMULI, steps=STEPS
    )
    factories.fill_with_sessions(experiment, measurements // PER_SESSION, trials=3)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO experiments_measurement (experiment_id, unit_id, measure_id, value, number, context, at, key)
            SELECT u.experiment_id, u.id, m.id, to_jsonb(k), k, jsonb_build_object('step', 'compare', 'component',
            'score', 'index', k, 'case', (ARRAY['a','b'])[1 + k %% 2], 'within', jsonb_build_object('size', 3)),
            now(), u.id || '-' || k
            FROM experiments_unit u, experiments_measure m, generate_series(1, %s) AS k
            WHERE u.experiment_id = %s AND m.experiment_id = %s AND m.name = 'score'""",
            [PER_SESSION, experiment.pk, experiment.pk],
        )
        cursor.execute("ANALYZE")


def remove_rows() -> None:
    """Everything of the bench; the diary cannot be deleted and stays."""
    from django.db import connection

    from experiments.models import Experiment

    with connection.cursor() as cursor:
        for experiment in Experiment.objects.filter(slug=SLUG):
            for statement in REMOVALS:
                cursor.execute(statement, {"experiment": experiment.pk, "study": experiment.study_id})
            experiment.slug = f"{SLUG}-{experiment.pk}-done"
            experiment.save(update_fields=["slug"])


OF_SESSIONS = "session_id IN (SELECT id FROM participants_session WHERE experiment_id = %(experiment)s)"
REMOVALS = [
    f"DELETE FROM participants_trial WHERE {OF_SESSIONS}",  # noqa: S608 (our own words)
    f"DELETE FROM participants_consent WHERE {OF_SESSIONS}",  # noqa: S608 (our own words)
    "DELETE FROM participants_session WHERE experiment_id = %(experiment)s",
    "DELETE FROM participants_participant WHERE study_id = %(study)s",
    "DELETE FROM experiments_measurement WHERE experiment_id = %(experiment)s",
    "DELETE FROM experiments_assignment WHERE experiment_id = %(experiment)s",
    "DELETE FROM experiments_slot WHERE experiment_id = %(experiment)s",
    "DELETE FROM experiments_unit WHERE experiment_id = %(experiment)s",
]


def download(table: str, form: str) -> None:
    """One download to nowhere; prints rows, bytes, seconds, peak memory before and after."""
    import django

    django.setup()
    from analysis.exports import Options
    from analysis.exports.stream import Download, Request
    from experiments.models import Experiment

    if form == "parquet":
        import pyarrow.parquet  # noqa: F401 (its own size is not the download's)
    experiment = Experiment.objects.select_related("study").get(slug=SLUG)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    pieces = Download(experiment, Request(table, form, Options()))
    size = sum(len(piece) for piece in pieces)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(pieces.n_rows, size, f"{seconds:.2f}", f"{cpu:.2f}", before // 1024, after // 1024)


def measure(table: str, form: str) -> None:
    """The same in a fresh process, as a line of the table."""
    words = [sys.executable, __file__, "--one", table, form]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    rows, size, seconds, cpu, before, after = shown
    rate = int(rows) / max(float(seconds), 0.01)
    print(
        f"| {table} | {form} | {int(rows):,} | {int(size) / 1e6:,.1f} | {seconds} | {cpu} | {rate:,.0f} "
        f"| {before} | {after} | {int(after) - int(before)} |",
        flush=True,
    )


def main(sizes: list[int]) -> None:
    """A table in Markdown."""
    import django

    from machina_site.embedded import ensure_servers

    ensure_servers()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print("| table | format | rows | MB | seconds | CPU s | rows/s | MiB before | MiB peak | MiB more |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        remove_rows()
        make_rows(size)
        for table, form in CASES:
            measure(table, form)
    remove_rows()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        download(*sys.argv[2:4])
    else:
        main([int(word) for word in sys.argv[1:]] or [100_000, 1_000_000])
