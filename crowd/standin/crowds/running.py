"""Send a workforce: so many at once, until all have gone home."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from crowd.standin.crowds.workforce import Worker
from crowd.standin.crowds.working import Day, Working

Progress = Callable[[int, int], None]


@dataclass
class Tally:
    """What came of it: ends and other counts by their names, and what was not as it should be."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def send(
    day: Day, workers: Sequence[Worker], *, at_once: int = 8, progress: Progress = lambda done, total: None
) -> Tally:
    """Everybody works; back when the last has gone."""
    tally, lock = Tally(), threading.Lock()

    def one(worker: Worker) -> None:
        working = Working(day, worker)
        working.run()
        with lock:
            tally.counts.update(working.counts)
            tally.problems += working.problems
            tally.counts["workers"] += 1
            progress(tally.counts["workers"], len(workers))

    with ThreadPoolExecutor(at_once, thread_name_prefix="worker") as pool:
        for outcome in [pool.submit(one, worker) for worker in workers]:
            outcome.result()
    return tally
