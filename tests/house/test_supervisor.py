"""The supervisor brings back what falls, stops all in order, and leaves nobody behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from machina_site.embedded.processes import is_alive
from machina_site.paths import BASE

Run = Callable[[str], "Supervised"]


class Supervised:
    """A supervisor in a process of its own."""

    def __init__(self, case: str, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.house.supervised", case, str(folder)],
            cwd=BASE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []

    def wait_for(self, text: str, *, count: int = 1) -> None:
        """Read its output until the text has come ``count`` times."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if sum(text in line for line in self.lines) >= count:
                return
        pytest.fail(f"never said {text!r}: {self.lines}")

    def end(self, number: signal.Signals) -> int:
        """Send it a signal; its exit status."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.lines += rest.splitlines()
        return self.process.returncode

    def pid(self, name: str) -> int:
        """Of a child."""
        return int((self.folder / name).read_text())


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Start a case; whatever still runs at the end is killed."""
    started: list[Supervised] = []

    def start(case: str) -> Supervised:
        started.append(Supervised(case, tmp_path))
        return started[-1]

    yield start
    for supervised in started:
        supervised.process.kill()
        supervised.process.communicate()


def gone(pid: int, seconds: float = 30.0) -> bool:
    """Did the process end in time?"""
    end = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_child_and_the_status_is_zero(run: Run, number: signal.Signals) -> None:
    supervised = run("two")
    supervised.wait_for("ready", count=2)

    status = supervised.end(number)

    assert status == 0
    assert gone(supervised.pid("web"))
    assert gone(supervised.pid("worker"))
    assert sum("bye" in line for line in supervised.lines) == 2


def test_each_line_carries_the_name_of_its_program(run: Run) -> None:
    supervised = run("two")
    supervised.wait_for("ready", count=2)
    supervised.end(signal.SIGTERM)

    assert {line.split()[1] for line in supervised.lines} == {"web", "worker"}


def test_a_child_that_falls_is_started_again_after_a_growing_pause(run: Run) -> None:
    supervised = run("falls")
    supervised.wait_for("starts again", count=2)
    supervised.end(signal.SIGTERM)

    pauses = [line.split("again in ")[1].strip() for line in supervised.lines if "again in" in line]
    assert pauses[:2] == ["0.5 s", "1.0 s"]


def test_a_child_killed_from_outside_is_started_again(run: Run) -> None:
    supervised = run("two")
    supervised.wait_for("ready", count=2)
    first = supervised.pid("worker")
    os.kill(first, signal.SIGKILL)

    supervised.wait_for("worker | ready", count=2)

    assert supervised.pid("worker") != first
    assert any("killed by SIGKILL" in line for line in supervised.lines)


def test_a_child_that_will_not_stop_is_killed_after_the_grace(run: Run) -> None:
    supervised = run("stubborn")
    supervised.wait_for("ready")

    supervised.end(signal.SIGTERM)

    assert gone(supervised.pid("web"))
    assert any("did not stop in time" in line for line in supervised.lines)


def test_a_child_that_runs_once_is_not_started_again(run: Run) -> None:
    supervised = run("once")
    supervised.wait_for("people | finished")
    time.sleep(1.0)
    supervised.end(signal.SIGTERM)

    assert sum("came" in line for line in supervised.lines) == 1


def test_killing_the_supervisor_leaves_no_child_behind(run: Run) -> None:
    supervised = run("two")
    supervised.wait_for("ready", count=2)

    supervised.end(signal.SIGKILL)

    assert gone(supervised.pid("web"))
    assert gone(supervised.pid("worker"))
