"""``make bench-runs``: what a trivial specification costs under Machina, smallab 2.3.1 and joblib, in turns.

Wall and CPU milliseconds for each specification, medians of the repeats; CPU of workers and, for Machina, of PostgreSQL
is in it. smallab writes files, joblib keeps nothing, Machina keeps each result in the database with its events.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import venv
from pathlib import Path

from machina_site.embedded import Postgres, Valkey
from machina_site.paths import BASE, VAR

LOCK = BASE / "requirements-bench-runs.txt"
OURS = {"Machina, one process": "0", "Machina, 2 processes": "2"}
PEERS = {
    "smallab, one process": "main",
    "smallab, 2 threads": "threads",
    "smallab, 2 processes": "processes",
    "joblib, 2 processes": "joblib",
}


def main() -> None:
    """Start, take turns, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1_000, help="specifications (1000)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--var", type=Path, default=VAR / "bench-runs")
    parser.add_argument("--python", type=Path, help="of a venv with requirements-bench-runs.txt (made if not given)")
    given = parser.parse_args()
    python = given.python or _venv(given.var / "venv")
    postgres, valkey = Postgres(given.var), Valkey(given.var)
    environment = {**os.environ, "MACHINA_VAR": str(given.var), "OMP_NUM_THREADS": "1"}
    postgres.ensure()
    valkey.ensure()
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=environment, cwd=BASE, check=True)
        _turns(given, python, environment)
    finally:
        postgres.release()
        valkey.release()


def _turns(given: argparse.Namespace, python: Path, environment: dict[str, str]) -> None:
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(given.repeats):
        for name, workers in OURS.items():
            line = [sys.executable, "-m", "bench.runs_ours", workers, str(given.n)]
            told = _asked(line, environment, BASE)
            found.setdefault(name, []).append(told["first"])
            found.setdefault(f"{name}, all done", []).append(told["again"])
        for name, which in PEERS.items():
            folder = given.var / "peers"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            line = [str(python), str(BASE / "bench" / "runs_peers.py"), which, str(given.n)]
            told = _asked(line, environment, folder)
            found.setdefault(name, []).append(told["first"])
            found.setdefault(f"{name}, all done", []).append(told["again"])
    print(f"| {given.n:,} trivial specifications | wall, ms each (least to most) | CPU, ms each |")
    print("|---|---|---|")
    for name, each in found.items():
        walls, cpus = ([one[key] / given.n * 1000 for one in each] for key in ("wall", "cpu"))
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        print(f"| {name} | {wall:.2f} ({min(walls):.2f} to {max(walls):.2f}) | {cpu:.2f} |")


def _asked(line: list[str], environment: dict[str, str], folder: Path) -> dict[str, dict[str, float]]:
    done = subprocess.run(line, env=environment, cwd=folder, capture_output=True, text=True, check=True)
    told: dict[str, dict[str, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _venv(folder: Path) -> Path:
    """Made once, from the lock."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK], check=True)
    return python


if __name__ == "__main__":
    main()
