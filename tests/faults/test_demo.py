"""``machina demo`` starts everything, stops it cleanly, and survives the death of each part."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from machina_site.embedded import Postgres, Valkey
from machina_site.launch.port import is_free
from machina_site.paths import BASE

pytestmark = [pytest.mark.faults, pytest.mark.slow]


FIRST, LAST = 20_000, 32_000  # below those that the system hands out by itself to whoever calls somebody


def free_port() -> int:
    """One that nobody uses now, nor the two after it: the event streams and the stand-in listen there."""
    starts = (FIRST + secrets.randbelow(LAST - FIRST) for _ in range(100))
    return next(start for start in starts if all(is_free("127.0.0.1", start + more) for more in range(3)))


class Demo:
    """One run, with its output read as it comes."""

    def __init__(self, var: Path, *arguments: str, port: int | None = None) -> None:
        self.port = port or free_port()
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST", "DJANGO", "MACHINA"))}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--no-seed", *arguments],
            cwd=BASE,
            env={**kept, "MACHINA_VAR": str(var), "PORT": str(self.port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.output += line

    def wait_for(self, text: str, seconds: float = 90.0) -> None:
        """Until it has said so."""
        self._until(lambda: text in self.output, seconds, f"never said {text!r}")

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Until /readyz says 200."""
        self._until(self.is_ready, seconds, "never became ready")

    def _until(self, condition: Callable[[], bool], seconds: float, failure: str) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{failure}:\n{self.output}"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Do pages and servers answer?"""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def programs(self) -> list[psutil.Process]:
        """Web, worker and beat, with what they started."""
        return [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if not child.name().startswith(("postgres", "valkey"))
        ]

    def program(self, word: str) -> psutil.Process:
        """The first whose command line has the word."""
        return next(child for child in self.programs() if word in child.cmdline())

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal; the exit status."""
        self.process.send_signal(number)
        return self.wait(60)

    def wait(self, seconds: float) -> int:
        """For its end; the exit status. All its output is read then."""
        status = self.process.wait(seconds)
        self._reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()
        return status


def runs(program: psutil.Process) -> bool:
    """Still at work? An ended one that no parent has asked after yet is not."""
    try:
        return program.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def start_demo(var: Path) -> Iterator[Callable[..., Demo]]:
    """Start runs on the same var folder; the last is ended."""
    runs: list[Demo] = []

    def start(*arguments: str, port: int | None = None) -> Demo:
        runs.append(Demo(var, *arguments, port=port))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


def test_it_starts_everything_and_a_check_ends_well(start_demo: Callable[..., Demo], var: Path) -> None:
    demo = start_demo("--check")

    assert demo.wait(120) == 0, demo.output
    assert Postgres(var).pid() is None
    assert Valkey(var).pid() is None


def test_ctrl_c_stops_all_of_it_within_seconds(start_demo: Callable[..., Demo], site_var: Path) -> None:
    demo = start_demo()
    demo.wait_for("Machina runs.")
    programs = demo.programs()

    started = time.monotonic()
    status = demo.end(signal.SIGINT)

    assert status == 0
    assert time.monotonic() - started < 25
    assert not [program for program in programs if runs(program)]
    assert Postgres(site_var).pid() is None
    assert Valkey(site_var).pid() is None


def test_each_part_that_is_killed_comes_back(start_demo: Callable[..., Demo], site_var: Path) -> None:
    demo = start_demo()
    demo.wait_for("Machina runs.")
    demo.wait_for("ready.")

    for word in ("gunicorn", "worker", "beat"):
        killed = demo.program(word)
        killed.kill()
        demo._until(lambda killed=killed: not killed.is_running(), 30, "still there")  # type: ignore[misc]  # bound now
    for server in (Postgres(site_var), Valkey(site_var)):
        pid = server.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        demo.wait_until_ready()

    assert demo.output.count("killed by SIGKILL") == 3
    assert demo.end() == 0


def test_killing_the_supervisor_leaves_no_program_behind_and_the_next_run_takes_over(
    start_demo: Callable[..., Demo], site_var: Path
) -> None:
    demo = start_demo()
    demo.wait_for("Machina runs.")
    programs = demo.programs()
    demo.end(signal.SIGKILL)

    _, alive = psutil.wait_procs(programs, timeout=60)
    assert not alive

    again = start_demo("--check")
    assert again.wait(120) == 0, again.output
    assert Postgres(site_var).pid() is None


def test_a_taken_port_is_said_before_anything_is_started(start_demo: Callable[..., Demo], var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = start_demo(port=taken.getsockname()[1])

        assert demo.wait(30) == 1
    assert re.search(r"Port \d+ is taken.*PORT=\d+ ./machina demo", demo.output)
    assert not (var / "pg").exists()
