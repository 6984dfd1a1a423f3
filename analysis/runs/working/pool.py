"""Several workers on one machine: forked from one parent, warm, one for each device, started again when they die.

No message goes between parent and children: what there is to do, and what was done, stands in the tables.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.context import ForkProcess
from typing import Final

from django.db import connections

from analysis.runs.working.worker import Errand, Worker

DEVICE: Final = "MACHINA_DEVICE"
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
TICK: Final = 0.1
GRACE: Final = 15.0
STEADY_AFTER: Final = 30.0
LONGEST_PAUSE: Final = 30.0
LEFT: Final = 77
"""The status of a worker that left of its own accord: what it computes may end its process with any, 0 too."""
RECYCLED: Final = 75
"""The status of a worker that makes room for a fresh one: its share of runs or of memory is used up."""
SET_PARENT_DEATH_SIGNAL: Final = 1
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """How many workers, and on what. devices: handed out in turn (MACHINA_DEVICE); preload: modules to import once."""

    processes: int
    errand: Errand
    devices: Sequence[str] = ()
    preload: Sequence[str] = ()


@dataclass
class Place:
    """One worker's place in the pool, whoever has it now."""

    number: int
    process: ForkProcess | None = None
    started_at: float = 0.0
    starts_at: float = 0.0
    falls: int = 0
    is_done: bool = False


@dataclass
class Pool:
    """Call `run` from a main thread. on_tick: ten times a second, for whoever shows what is going on."""

    spec: PoolSpec
    on_tick: Callable[[], None] = lambda: None
    say: Callable[[str], None] = lambda text: None
    is_stopping: bool = False
    places: list[Place] = field(default_factory=list)

    def run(self) -> None:
        """Until every worker has left by itself, or until `stop` or a signal. Nothing of it is left then."""
        share_cores(self.spec.processes)
        for module in self.spec.preload:
            import_module(module)
        before = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        self.places = [Place(number) for number in range(self.spec.processes)]
        try:
            while not self.is_stopping and not all(place.is_done for place in self.places):
                self._look_after_workers()
                self.on_tick()
                time.sleep(TICK)
        finally:
            self._end_workers()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Every run under way is given back, to go on from its last checkpoint."""
        self.is_stopping = True

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self.is_stopping:
            for process in self._alive():
                process.kill()
        self.is_stopping = True

    def _look_after_workers(self) -> None:
        for place in self.places:
            if place.process is None:
                if not place.is_done and time.monotonic() >= place.starts_at:
                    self._start(place)
            elif place.process.exitcode is not None:
                self._take_note_of_end(place, place.process.exitcode)

    def _start(self, place: Place) -> None:
        connections.close_all()  # a connection has one owner
        sys.stdout.flush()
        place.started_at = time.monotonic()
        place.process = multiprocessing.get_context("fork").Process(
            target=_work, args=(self.spec, place.number), name=f"worker-{place.number}"
        )
        place.process.start()

    def _take_note_of_end(self, place: Place, status: int) -> None:
        place.process = None
        if status == LEFT:
            place.is_done = True
            return
        if status == RECYCLED:
            return
        steady = time.monotonic() - place.started_at > STEADY_AFTER
        place.falls = 1 if steady else place.falls + 1
        pause = min(LONGEST_PAUSE, 2.0**place.falls / 8)
        place.starts_at = time.monotonic() + pause
        how = f"killed by {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        self.say(f"Worker {place.number + 1} ended ({how}); another starts in {pause:.2g} s.")

    def _alive(self) -> list[ForkProcess]:
        return [place.process for place in self.places if place.process is not None and place.process.is_alive()]

    def _end_workers(self) -> None:
        for process in self._alive():
            process.terminate()
        end = time.monotonic() + GRACE
        for process in self._alive():
            process.join(max(0.0, end - time.monotonic()))
        for process in self._alive():
            process.kill()
            process.join()


def share_cores(processes: int) -> None:
    """Threads of native libraries, so that the workers together use each core once. Before those are imported."""
    for name in THREADS:
        os.environ.setdefault(name, str(max(1, (os.cpu_count() or 1) // processes)))


def allow_children() -> None:
    """Celery marks its processes as daemons, which may start no processes; loaders of data and scikit-learn do."""
    # There is no public way to change it once a process has started.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]


def _work(spec: PoolSpec, number: int) -> None:
    """The life of a worker process."""
    _end_with_parent()
    worker = Worker()
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, lambda _number, _frame: worker.stop())
    if spec.devices:
        use_device(spec.devices[number % len(spec.devices)])
    worker.work(spec.errand)
    connections.close_all()
    sys.exit(RECYCLED if worker.is_used_up(spec.errand) else LEFT)


def use_device(device: str) -> None:
    """Only this device exists for the worker: CUDA is told before anybody asks it."""
    os.environ[DEVICE] = device
    kind, _, number = device.partition(":")
    if kind == "cuda" and number:
        os.environ["CUDA_VISIBLE_DEVICES"] = number
        os.environ[DEVICE] = "cuda:0"


def _end_with_parent() -> None:
    """SIGTERM when the parent dies, however it does."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
