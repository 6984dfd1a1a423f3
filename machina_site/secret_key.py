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
