"""Stopping a computation in the middle: at its next word, or, in a main thread, wherever its Python code is."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from analysis.learning.running import Interrupted

SIGNAL: Final = signal.SIGUSR2


class Why(StrEnum):
    """Why a run is to stop."""

    WANTED = "somebody asked for it"
    LOST = "it is another worker's by now"
    TIME = "its time is up"
    MEMORY = "the worker's memory is at its limit"
    STOPPING = "the worker stops"
    BUSY = "its worker has been busy with another for long"
    AWAY = "the database has been away for too long"


class Interruption:
    """One for each worker process. `ask` comes from any thread; what computes is stopped by `Interrupted`.

    While something is guarded (a file is being written, a transaction is open), it waits for the end of that.
    """

    def __init__(self) -> None:
        self.why: Why | None = None
        self.is_stopping = False
        self.is_armed = False
        self._depth = 0
        self._thread: int | None = None

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        """Around the computation. In a main thread the signal reaches it even in a long sleep."""
        previous = None
        is_main = threading.current_thread() is threading.main_thread()
        if is_main:
            previous = signal.signal(SIGNAL, self._on_signal)
            self._thread = threading.get_ident()
        self.is_armed = True
        try:
            self.check()
            yield
        finally:
            self.is_armed = False
            self._thread = None
            if is_main:
                signal.signal(SIGNAL, previous)

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Not in the middle of this."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        self.check()

    def ask(self, why: Why) -> None:
        """Stop. Asked again and again, since whoever is in a destructor hears nothing; the first reason counts."""
        self.is_stopping = self.is_stopping or why == Why.STOPPING
        self.why = self.why or why
        thread = self._thread
        if thread is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pthread_kill(thread, SIGNAL)

    def check(self) -> None:
        """Raise if somebody asked and nothing is guarded."""
        if self.why is not None and self.is_armed and not self._depth:
            raise Interrupted(str(self.why))

    def forget(self) -> None:
        """Before the next run. That the worker stops is not forgotten."""
        self.why = Why.STOPPING if self.is_stopping else None

    def _on_signal(self, _number: int, _frame: object) -> None:
        self.check()
