"""Runs named programs together: prefixed log lines, restart with a growing pause, one clean stop, no orphans.

Each child has a session of its own, so a terminal's Ctrl-C reaches the supervisor alone, which stops them in order. A
second Ctrl-C kills them. When the supervisor itself is killed, the kernel ends its children (Linux).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Final, TextIO

COLOURS: Final = (36, 33, 35, 32, 34, 31)
TICK: Final = 0.2
LAST_WORDS: Final = 2.0
STEADY_AFTER: Final = 60.0
LONGEST_PAUSE: Final = 30.0
MOST_FALLS: Final = 3  # of a program that is only to run once
SET_PARENT_DEATH_SIGNAL: Final = 1
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LIBC: Final = ctypes.CDLL(None)


@dataclass
class Child:
    """One program. ``once``: it may end by itself with status 0; any other end means a restart."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    reader: threading.Thread | None = None
    started_at: float = 0.0
    starts_at: float = 0.0
    falls: int = 0

    @property
    def runs(self) -> bool:
        """Started and not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> IO[bytes]:
        """Start it; the result is its output."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        if self.process.stdout is None:
            raise RuntimeError("a child without output")
        return self.process.stdout

    def signal(self, number: signal.Signals) -> None:
        """To the program alone: it looks after its own children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill(self) -> None:
        """The program and all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def pause_after_fall(self) -> float:
        """Seconds until the next start: half a second, doubled with each quick fall, at most half a minute."""
        steady = time.monotonic() - self.started_at > STEADY_AFTER
        self.falls = 1 if steady else self.falls + 1
        return min(LONGEST_PAUSE, 2.0**self.falls / 4)


def _end_with_parent() -> None:
    """Runs in the child, before its program: ask the kernel for SIGTERM when the supervisor dies."""
    if sys.platform == "linux":
        _LIBC.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


class Supervisor:
    """The order of the children is the order of need: started first to last, stopped last to first."""

    def __init__(self, children: Sequence[Child], *, output: TextIO, grace: float = 8.0) -> None:
        self.children = children
        self.output = output
        self.grace = grace
        self.is_stopping = False
        self._width = max(len(child.name) for child in children)
        self._lock = threading.Lock()

    def say(self, child: Child, text: str) -> None:
        """One prefixed line."""
        tag = f"{child.name:<{self._width}} |"
        if self.output.isatty():
            colour = COLOURS[self.children.index(child) % len(COLOURS)]
            tag = f"\033[{colour}m{tag}\033[0m"
        with self._lock, contextlib.suppress(OSError, ValueError):  # whoever read our output may have left
            self.output.write(f"{time.strftime('%H:%M:%S')} {tag} {text}\n")
            self.output.flush()

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> None:
        """Until a signal, or until ``on_tick`` calls ``stop``. Call it from the main thread."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)
        try:
            for child in self.children:
                self._start(child)
            while not self.is_stopping:
                self._look_after_children()
                on_tick()
                time.sleep(TICK)
        finally:
            self._stop_children()

    def stop(self) -> None:
        """Leave ``run`` at its next tick."""
        self.is_stopping = True

    def _start(self, child: Child) -> None:
        output = child.start()
        child.reader = threading.Thread(target=self._pass_on, args=(child, output), daemon=True)
        child.reader.start()

    def _pass_on(self, child: Child, output: IO[bytes]) -> None:
        for line in output:
            self.say(child, line.decode(errors="replace").rstrip())
        output.close()

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.starts_at:
                    self._start(child)
            elif child.process.returncode is None and (status := child.process.poll()) is not None:
                self._take_note_of_end(child, status)

    def _take_note_of_end(self, child: Child, status: int) -> None:
        child.kill()  # what it may have left behind in its session
        if child.once and status == 0:
            self.say(child, "finished")
            return
        if child.once and child.falls >= MOST_FALLS:
            self.say(child, f"ended ({_in_words(status)}) once more; it is not started again")
            return
        pause = child.pause_after_fall()
        self.say(child, f"ended ({_in_words(status)}); starts again in {pause:.1f} s")
        child.process, child.starts_at = None, time.monotonic() + pause

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self.is_stopping:
            for child in self.children:
                child.kill()
        self.is_stopping = True

    def _stop_children(self) -> None:
        self.is_stopping = True
        for child in reversed(self.children):
            if child.runs:
                child.signal(signal.SIGTERM)
        end = time.monotonic() + self.grace
        for child in reversed(self.children):
            self._wait_for(child, max(0.1, end - time.monotonic()))

    def _wait_for(self, child: Child, seconds: float) -> None:
        if child.process is None or child.process.returncode is not None:
            return
        try:
            child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.say(child, "did not stop in time: killed")
        child.kill()
        child.process.wait()
        if child.reader is not None:
            child.reader.join(LAST_WORDS)
        self.say(child, "stopped")


def _in_words(status: int) -> str:
    """-9 is what Python calls an end by SIGKILL."""
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"status {status}"
