"""An append-only file that outlives kill -9: a line is there whole and synced, or it never happened."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Change: TypeAlias = list[Any]
"""[table, key, fields], or [table, key, None] where the row goes."""


class JournalError(Exception):
    """The journal cannot be used. The sentence names its path."""


class Journal:
    """One process at a time; the lock goes with the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise JournalError(f"{path} is in use by another stand-in. Stop that one, or name another file.") from error

    def replay(self) -> Iterator[list[Change]]:
        """Every committed line. A last line that was torn by a crash is cut off; damage before it is refused."""
        self._file.seek(0)
        good = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            yield self._parsed(line, number)
            good += len(line)
        self._file.truncate(good)

    def append(self, changes: Sequence[Change]) -> None:
        """Back only when the line is on the disk."""
        self._file.write(json.dumps(changes, default=_plain, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    @classmethod
    def discard(cls, path: Path) -> None:
        """Throw it away. JournalError while another stand-in uses it."""
        cls(path).close()
        path.unlink()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _parsed(self, line: bytes, number: int) -> list[Change]:
        try:
            changes: list[Change] = json.loads(line)
        except ValueError as error:
            raise JournalError(f"{self.path}, line {number}: not a line of a journal. Move the file away.") from error
        return changes


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a journal holds no {type(value).__name__}")
