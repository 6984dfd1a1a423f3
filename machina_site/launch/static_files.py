"""Collecting and compressing static files takes seconds, so it is done only when one has changed."""

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """Of the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def are_current(root: Path) -> bool:
    """Were they collected as they are now?"""
    stamp = _stamp(root)
    return stamp.exists() and stamp.read_text() == fingerprint()


def collect(root: Path) -> bool:
    """Collect if need be. True if it was."""
    if are_current(root):
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    _stamp(root).write_text(fingerprint())
    return True


def _stamp(root: Path) -> Path:
    return root.with_name("static.stamp")
