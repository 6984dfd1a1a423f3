"""Real stand-ins for the crowd's tests: in a thread, or as a process that may be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crowd import sites
from tests.crowd.running import KillableMTurk, RunningMTurk, mturk_process, mturk_thread


@pytest.fixture(autouse=True)
def framing_sites_are_fresh() -> None:
    """They are remembered for a minute, which is longer than a test."""
    sites._framing_sites.cache_clear()


@pytest.fixture
def mturk_standin() -> Iterator[RunningMTurk]:
    """A fresh MTurk stand-in on a free port. It forgets everything afterwards."""
    with mturk_thread() as running:
        yield running


@pytest.fixture
def mturk_process_standin(tmp_path: Path) -> Iterator[KillableMTurk]:
    """The same as a process of its own with a journal: ``kill`` it (-9), ``start`` it again on the same port."""
    with mturk_process(tmp_path / "mturk.journal") as running:
        yield running
