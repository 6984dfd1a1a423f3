"""Several things at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def together(acts: Sequence[Callable[[], None]]) -> None:
    """Start all, wait for all; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(act) for act in acts]
    for act in running:
        act.result()
