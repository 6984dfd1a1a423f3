"""Where data files may lie. A document says a path within these folders and can reach nothing outside of them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

_FOLDERS: list[Path] = []


def allow_folders(folders: Iterable[Path]) -> None:
    """Data may be read from these from now on, in this order, and from no others."""
    _FOLDERS[:] = [folder.resolve() for folder in folders]


def data_file(path: str) -> Path:
    """The first file of that name in the folders. FileNotFoundError, with the way on, if none is inside of them."""
    for folder in _FOLDERS:
        found = (folder / path).resolve()
        if found.is_relative_to(folder) and found.is_file():
            return found
    named = ", ".join(map(str, _FOLDERS)) or "none so far"
    raise FileNotFoundError(f"There is no data file {path!r} in the folders for data: {named}. See DATA_FOLDERS.")


def fingerprint(path: str) -> str:
    """SHA-256 of what is in it."""
    with data_file(path).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
