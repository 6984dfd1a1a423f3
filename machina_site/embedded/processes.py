"""Looking at processes, which may be gone, zombies or somebody else's at any moment."""

from pathlib import Path

import psutil


def is_alive(pid: int) -> bool:
    """False for a zombie: it holds nothing any more."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError):
        return False


def works_in(pid: int, folder: Path, programs: tuple[str, ...]) -> bool:
    """Does this process run one of ``programs`` with ``folder`` as its working directory? A re-used pid does not."""
    try:
        process = psutil.Process(pid)
        return process.name().startswith(programs) and Path(process.cwd()) == folder.resolve() and is_alive(pid)
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError, OSError):
        return False


def working_in(folder: Path, programs: tuple[str, ...]) -> list[int]:
    """The pids of all such processes."""
    return [pid for pid in psutil.pids() if works_in(pid, folder, programs)]
