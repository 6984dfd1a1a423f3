"""Trivial specifications under Machina: run by `bench.runs_functions` in a process of its own, on servers that are up.

Prints one JSON line in seconds: wall and CPU (workers and PostgreSQL included) of a batch, and of the same one again,
when all is done.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial

TARGET = "bench.runs_ours:trivial"


def trivial(seed: int) -> dict[str, float]:
    random.seed(seed)
    return {"number": random.random()}


def main() -> None:
    """workers (0: in this process, as somebody's own worker would), number of specifications."""
    workers, n = int(sys.argv[1]), int(sys.argv[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machina_site.settings")
    import django

    django.setup()
    from analysis.learning.functions import allow_function
    from analysis.runs.working.environment import describe

    allow_function(TARGET)
    batch = partial(_batch, f"trivial-{uuid.uuid4().hex[:8]}", workers, n)
    describe()  # what a warm worker has behind it
    sys.stdout.write("\n" + json.dumps({"first": _measured(batch), "again": _measured(batch)}) + "\n")


def _batch(name: str, workers: int, n: int) -> None:
    """As somebody's command does it: made anew or found again by its name, then computed."""
    from django.utils import timezone

    from analysis.runs.local.driver import Driver
    from analysis.runs.local.terminal import Quiet
    from analysis.runs.services.preparing import Wish, make_ready
    from analysis.runs.working.worker import Errand, Worker
    from experiments.types import JsonObject

    numbers: JsonObject = {"range": {"from": 1, "to": n}}
    document: JsonObject = {"procedure": "function", "function": TARGET, "specification": {"seed": numbers}}
    ready = make_ready(name, document, Wish(is_reserved=True), now=timezone.now())
    if workers:
        Driver(ready.batch, workers, Quiet()).drive()
    else:
        Worker().work(Errand(batch=ready.batch.pk, until_empty=True))


def _measured(work: Callable[[], None]) -> dict[str, float]:
    from bench.processes import cpu_seconds
    from machina_site.embedded import Postgres
    from machina_site.paths import VAR

    server = [Postgres(VAR).pid() or 0]
    wall, before, elsewhere = time.perf_counter(), os.times(), cpu_seconds(server)
    work()
    seconds, after = time.perf_counter() - wall, os.times()
    return {"wall": seconds, "cpu": sum(after[:4]) - sum(before[:4]) + cpu_seconds(server) - elsewhere}


if __name__ == "__main__":
    main()
