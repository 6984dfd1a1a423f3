"""How much memory a worker uses, and a limit to it."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

MIB: Final = 1 << 20
CLEAR_PEAK: Final = "5"
"""What Linux wants to hear to begin a new peak: proc(5), clear_refs."""


def resident() -> int:
    """MiB that this process has in memory now."""
    return int(psutil.Process().memory_info().rss // MIB)


def begin_peak() -> None:
    """Forget the peak so far, where the system can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text(CLEAR_PEAK)


def peak() -> int:
    """The most MiB since `begin_peak`; where the system cannot tell, since the process began."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


@contextlib.contextmanager
def limited(mebibytes: int | None) -> Iterator[None]:
    """A demand that would lift the worker far above the limit is refused with a MemoryError at once.

    It counts what is asked for, not what is touched, so half as much again is allowed; the watch looks at the rest.
    """
    before = resource.getrlimit(resource.RLIMIT_DATA)
    if mebibytes is not None:
        room = max(0, mebibytes - resident()) * 3 // 2
        soft = _data_size() + room * MIB
        hard = before[1]
        resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _data_size() -> int:
    """Bytes that count against RLIMIT_DATA so far."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return resident() * MIB
