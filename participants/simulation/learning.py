"""Learn while simulated people take part: the worker's folding, for a run that may have no worker beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from bandits.learning import learns
from bandits.models import Reward
from bandits.services.folding import fold
from experiments.blueprint import json_object
from experiments.models import Experiment

EVERY = 0.5
LAST = 10  # another folder may hold the lock


@contextmanager
def learning(experiment: Experiment) -> Iterator[None]:
    """Fold every half second until the block ends, and once more then. Nothing happens under a fixed policy.

    Any number may fold at once, so a worker that does the same is no harm. A database that fell is asked again.
    """
    if not learns(json_object(experiment.allocation)):
        yield
        return
    is_over = threading.Event()
    folder = threading.Thread(target=_fold_until, args=(experiment, is_over), name="folder")
    folder.start()
    try:
        yield
    finally:
        is_over.set()
        folder.join()


def _fold_until(experiment: Experiment, is_over: threading.Event) -> None:
    try:
        while not is_over.wait(EVERY):
            _fold_if_there(experiment)
        for _ in range(LAST):
            _fold_if_there(experiment)
            if not Reward.objects.unfolded().filter(experiment=experiment).exists():
                break
            time.sleep(EVERY)
    finally:
        connections.close_all()


def _fold_if_there(experiment: Experiment) -> None:
    try:
        fold(experiment, now=timezone.now())
    except (OperationalError, InterfaceError):
        connections.close_all()
