"""The secret key of an installation that was given none: made once, kept private under var/."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def read_or_make(path: Path) -> str:
    """The key in ``path``; made, readable by the owner only, when there is none. Safe with many at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _publish(path, secrets.token_urlsafe(60))
    return path.read_text().strip()


def _publish(path: Path, key: str) -> None:
    """Write beside, then link: a reader never sees half a key, and the first writer wins."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # readable by us only
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    Path(draft).unlink()


def read_before(path: Path) -> list[str]:
    """The keys before it that ``renew`` kept, the youngest first."""
    kept = _before(path)
    return kept.read_text().split() if kept.exists() else []


def renew(path: Path) -> str:
    """Another key in ``path``; the one before is kept beside it, so that what it made can still be read.

    Killed half-way it keeps the old key, or has the new one; said again it makes one more.
    """
    old = read_or_make(path)
    _replace(_before(path), "\n".join(dict.fromkeys([old, *read_before(path)])))
    made = secrets.token_urlsafe(60)
    _replace(path, made)
    return made


def forget_before(path: Path) -> int:
    """Away with the keys before it: what they made can be read no more. How many there were."""
    n = len(read_before(path))
    _before(path).unlink(missing_ok=True)
    return n


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}_before")


def _replace(path: Path, text: str) -> None:
    """Write beside, then rename: a reader never sees half of it."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # readable by us only
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
