"""What an epoch and a run of the digits grid cost with models of numpy: `make bench-runs-numpy`.

CPU milliseconds of one thread; the first setting of examples/runs/digits_grid.yaml: 33 batches to train, 58 to
evaluate, three metrics on three splits, one checkpoint state. The notes measured 137 ms for an epoch of MLgym and 82
for torch's plain loop over a DataLoader, on the same data, network and metrics.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import statistics
import time

from analysis.learning.pipeline import Pipeline
from tests.analysis.learning.digits import settings, task
from tests.analysis.learning.functions.listening import Listener

EPOCHS, TIMES = 20, 9


def cpu_of(epochs: int) -> float:
    """Milliseconds of a run with so many epochs, from its setting to its result."""
    began = time.process_time()
    Pipeline().run(task(settings()[0], epochs=epochs), Listener())
    return 1000 * (time.process_time() - began)


def main() -> None:
    """Medians, as JSON."""
    cpu_of(1)  # imports
    short = [cpu_of(1) for _ in range(TIMES)]
    long = [cpu_of(1 + EPOCHS) for _ in range(TIMES)]
    epoch = (statistics.median(long) - statistics.median(short)) / EPOCHS
    found = {"epoch_ms": round(epoch, 1), "run_ms_without_epochs": round(statistics.median(short) - epoch, 1)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
