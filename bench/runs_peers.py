"""Trivial specifications under smallab and joblib: run by `bench.runs_functions` with the Python of a venv of its own.

Prints one JSON line in seconds, processes included: of a batch, and of the same one again, when all is done.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable


def trivial(specification: dict[str, int]) -> dict[str, float]:
    random.seed(specification["seed"])
    return {"number": random.random()}


def smallab(runner: str, n: int) -> Callable[[], None]:
    from smallab.experiment_types.experiment import Experiment  # type: ignore[import-not-found]  # only in its venv
    from smallab.runner.runner import ExperimentRunner  # type: ignore[import-not-found]  # only in its venv
    from smallab.runner_implementations.joblib_runner import JoblibRunner  # type: ignore[import-not-found]  # only in its venv
    from smallab.runner_implementations.main_process_runner import MainRunner  # type: ignore[import-not-found]  # only in its venv
    from smallab.runner_implementations.multiprocessing_runner import MultiprocessingRunner  # type: ignore[import-not-found]  # only in its venv

    class Trivial(Experiment):  # type: ignore[misc]  # only in its venv
        def main(self, specification: dict[str, int]) -> dict[str, float]:
            return trivial(specification)

        def get_name(self, specification: dict[str, int]) -> str:
            return f"seed_{specification['seed']}"

    runners = {"main": MainRunner, "threads": lambda: JoblibRunner(2), "processes": lambda: MultiprocessingRunner(2)}
    specifications = [{"seed": seed} for seed in range(n)]

    def work() -> None:
        ExperimentRunner().run(
            "trivial", specifications, Trivial(), specification_runner=runners[runner](), use_dashboard=False
        )

    return work


def joblib(n: int) -> Callable[[], None]:
    """Nothing is kept: what handing out alone costs."""
    from joblib import Parallel, delayed  # type: ignore[import-untyped]  # only in its venv

    return lambda: Parallel(n_jobs=2)(delayed(trivial)({"seed": seed}) for seed in range(n))


def main() -> None:
    """Which runner, number of specifications."""
    which, n = sys.argv[1], int(sys.argv[2])
    work = joblib(n) if which == "joblib" else smallab(which, n)
    sys.stdout.write("\n" + json.dumps({"first": _measured(work), "again": _measured(work)}) + "\n")


def _measured(work: Callable[[], None]) -> dict[str, float]:
    wall, before = time.perf_counter(), os.times()
    work()
    seconds, after = time.perf_counter() - wall, os.times()
    return {"wall": seconds, "cpu": sum(after[:4]) - sum(before[:4])}


if __name__ == "__main__":
    main()
