"""The same numbers by gbstats and statsmodels, in the Python of a venv of their own."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from machina_site.paths import BASE, VAR

if TYPE_CHECKING:
    from experiments.models import Experiment

SUMS = """SELECT arm_id, measure_id, count(*), sum(x), sum(x * x) FROM (
    SELECT a.arm_id, m.measure_id, avg(m.number) AS x FROM experiments_measurement m
    JOIN experiments_assignment a ON a.unit_id = m.unit_id WHERE m.experiment_id = %s
    GROUP BY a.arm_id, m.measure_id, m.unit_id) AS each GROUP BY 1, 2"""
LOCK = BASE / "requirements-bench-analysis.txt"


def beside(experiment: Experiment, python: Path | None = None) -> None:
    """Welch's test of every measure that is a number, ours and theirs: CPU, and how far the figures are apart."""
    folder = VAR / "bench-analysis"
    folder.mkdir(parents=True, exist_ok=True)
    ours = _laid(experiment, folder)
    print(f"the sums that gbstats needs, asked of the record itself: {1000 * _asked(experiment):.0f} ms")
    program = [str(python or peers_python(folder / "venv")), str(BASE / "bench" / "analysing_peers.py"), str(folder)]
    theirs = json.loads(subprocess.run(program, check=True, capture_output=True, text=True).stdout)
    print("| the same figures | milliseconds of CPU for all measures | p-values differ by, at most |\n|---|---|---|")
    print(f"| Machina, from unit columns | {ours['ms']:.0f} | |")
    for name, found in theirs.items():
        apart = max(abs(a - b) for a, b in zip(ours["p"], found["p"], strict=True))
        print(f"| {name} | {found['ms']:.0f} | {apart:.0e} |", flush=True)


def _asked(experiment: Experiment) -> float:
    """Seconds: count, sum and sum of squares of each arm and measure, as a warehouse would be asked."""
    import time

    from django.db import connection

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [experiment.pk])
        cursor.fetchall()
    return time.perf_counter() - started


def _laid(experiment: Experiment, folder: Path) -> dict[str, Any]:
    """Our own figures and their time; for the others the values of units, and their sums, on disk."""
    import time

    from analysis.results.columns import value_of
    from analysis.results.services.looking import Look
    from analysis.statistics.estimates.means import difference
    from analysis.statistics.moments import Moments

    setting = Look.at(experiment, is_rehearsal=False).setting
    names = [name for name, spec in setting.measures.items() if spec.kind == "number"]
    masks = [setting.in_arms([arm.name]) for arm in setting.arms.values()]
    started, p = time.process_time(), []
    for name in names:
        column = setting.columns.column(value_of(name))
        found = difference(*(Moments.of(column[mask]) for mask in masks))
        p.append(found.p_value)
    took = time.process_time() - started
    arrays = {
        f"{name}|{place}": setting.columns.column(value_of(name))[mask]
        for name in names
        for place, mask in enumerate(masks)
    }
    np.savez(folder / "values.npz", allow_pickle=False, **arrays)
    return {"ms": 1000 * took, "p": p}


def peers_python(folder: Path) -> Path:
    """Made once, from the lock."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        line = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(LOCK)]
        subprocess.run(line, check=True)
    return python
