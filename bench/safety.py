"""``make bench-safety``: candidate selection of Machina beside that of seldonian-engine 0.8.11, in turns.

The same data, start, constraints and settings on both sides, and the same iterations: whether both end at the same
parameters is measured as well. CPU seconds of one thread, the median of the repeats, which take turns. Then our SQP
until it is done, beside what the engine has found after its usual number of iterations; a million rows; and what one
iteration costs with 1 to 30 constraints.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.safety_tasks import ALONE, TASKS, Task, lay, many
from machina_site.paths import BASE, VAR

LOCK = BASE / "requirements-bench-safety.txt"
Told = dict[str, Any]
Side = Callable[[Path, str], Told]


def main() -> None:
    """Take turns, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="tasks whose name holds this")
    parser.add_argument("--var", type=Path, default=VAR / "bench-safety")
    parser.add_argument("--python", type=Path, help="of a venv with requirements-bench-safety.txt (made if not given)")
    given = parser.parse_args()
    python = given.python or engine_python(given.var / "venv")
    engine = _side([str(python), str(BASE / "bench" / "safety_engine.py")])
    ours = _side([sys.executable, "-m", "bench.safety_ours"])
    chosen = [task for task in TASKS if given.only in task.name]
    _descents(chosen, given, engine, ours)
    _searches([task for task in chosen if task.long], given, engine, ours)
    _alone([task for task in ALONE if given.only in task.name], given, ours)
    _constraints(given, ours)


def _descents(tasks: Sequence[Task], given: argparse.Namespace, engine: Side, ours: Side) -> None:
    print("| same iterations | engine, ms each | Machina, ms each | ratio (least to most) | parameters differ by |")
    print("|---|---|---|---|---|")
    for task in tasks:
        folder, ratios, left, right, apart = lay(task, given.var / "tasks"), [], [], [], 0.0
        for _ in range(given.repeats):
            theirs, own = engine(folder, str(task.iterations)), ours(folder, str(task.iterations))
            left.append(theirs["cpu"] / task.iterations * 1000)
            right.append(own["cpu"] / task.iterations * 1000)
            ratios.append(theirs["cpu"] / own["cpu"])
            apart = max(apart, _apart(theirs, own))
        spread = f"**{statistics.median(ratios):.0f}** ({min(ratios):.0f} to {max(ratios):.0f})"
        print(
            f"| {task.name} | {statistics.median(left):.2f} | {statistics.median(right):.3f} | {spread} | {apart:.0e} |"
        )


def _apart(theirs: Told, own: Told) -> float:
    """Of parameters, last objective and safety bounds."""
    sides = [
        (theirs["theta"], own["theta"]),
        ([theirs["objective"]], [own["objective"]]),
        (theirs["safety"], own["safety"]),
    ]
    return max(float(np.max(np.abs(np.subtract(left, right)))) for left, right in sides)


def _searches(tasks: Sequence[Task], given: argparse.Namespace, engine: Side, ours: Side) -> None:
    print("\n| feasible objective | engine (iterations) | its CPU, s | SQP | as good, s | done, s | ratios |")
    print("|---|---|---|---|---|---|---|")
    for task in tasks:
        folder = lay(task, given.var / "tasks")
        theirs = engine(folder, str(task.long))
        target = theirs["best"] if theirs["feasible"] else math.inf
        own = [ours(folder, f"sqp:{target}") for _ in range(given.repeats)]
        reached, done = (statistics.median(each[key] for each in own) for key in ("reached", "cpu"))
        print(
            f"| {task.name} | {_best(theirs)} ({task.long:,}) | {theirs['cpu']:.2f} | {_best(own[0])} | {reached:.4f} "
            f"| {done:.4f} | **{theirs['cpu'] / reached:.0f}**, {theirs['cpu'] / done:.0f} |"
        )


def _best(told: Told) -> str:
    return f"{told['best']:.6f}" if told["feasible"] else "none feasible"


def _alone(tasks: Sequence[Task], given: argparse.Namespace, ours: Side) -> None:
    print("\n| Machina alone | preparing, s | ms an iteration | SQP, s | its looks |")
    print("|---|---|---|---|---|")
    for task in tasks:
        folder = lay(task, given.var / "tasks")
        descents = [ours(folder, str(task.iterations)) for _ in range(given.repeats)]
        sqp = ours(folder, "sqp")
        prepared = statistics.median(each["prepared"] for each in descents)
        each = statistics.median((one["cpu"] - one["prepared"]) / task.iterations * 1000 for one in descents)
        print(f"| {task.name} | {prepared:.2f} | {each:.2f} | {sqp['cpu']:.2f} | {sqp['iterations']} |")


def _constraints(given: argparse.Namespace, ours: Side) -> None:
    print("\n| 100,000 x 50, so many constraints | ms an iteration |")
    print("|---|---|")
    for count in (1, 3, 10, 30):
        task = many(count)
        told = [ours(lay(task, given.var / "tasks"), str(task.iterations)) for _ in range(given.repeats)]
        each = statistics.median((one["cpu"] - one["prepared"]) / task.iterations * 1000 for one in told)
        print(f"| {count} | {each:.2f} |")


def _side(program: Sequence[str]) -> Side:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def ask(folder: Path, iterations: str) -> Told:
        line = [*program, str(folder), iterations]
        done = subprocess.run(line, env=environment, cwd=BASE, capture_output=True, text=True, check=True)
        told: Told = json.loads(done.stdout.strip().splitlines()[-1])
        return told

    return ask


def engine_python(folder: Path) -> Path:
    """Made once, from the lock."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        line = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(LOCK)]
        subprocess.run(line, check=True)
    return python


if __name__ == "__main__":
    main()
