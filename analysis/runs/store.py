"""Where checkpoints and artifacts lie: the storage `runs`, a folder or an S3 bucket. A file is whole or not there.

A file is staged beside its place (or, for a bucket, in the temporary folder), flushed to the disk, hashed as it is
written, and only then gets its name, which holds its hash: no file is ever written over with another.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from analysis.runs.errors import Gone, Spoiled, StoreRefused, StoreUnavailable

ALIAS: Final = "runs"
STAGING: Final = ".staging"
PIECE: Final = 1 << 20
SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the storage. sha256: of its content; size: bytes."""

    path: str
    sha256: str
    size: int


class _Hashing:
    """A file to write to that knows what it was given."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes | memoryview) -> int:
        self.digest.update(piece)
        self.size += memoryview(piece).nbytes
        return self.file.write(piece)


def keep(folder: str, name: Callable[[str], str], write: Callable[[BinaryIO], object]) -> Kept:
    """Write a file and give it its name. name: from its SHA-256. When this returns, it is on the disk for good."""
    storage = storages[ALIAS]
    with _staged(storage) as (file, staged):
        hashing = _Hashing(file)
        write(cast(BinaryIO, hashing))
        file.flush()
        os.fsync(file.fileno())
        sha256 = hashing.digest.hexdigest()
        path = _give_name(storage, staged, f"{folder}/{name(sha256)}")
    return Kept(path, sha256, hashing.size)


def content(kept: Kept) -> bytes:
    """The file, whole and as it was kept; Spoiled otherwise."""
    try:
        with _as_ours(), storages[ALIAS].open(kept.path) as file:
            found = file.read(kept.size + 1)  # one more shows that it is longer, however much longer
    except FileNotFoundError as error:
        raise _gone(kept) from error
    if len(found) != kept.size or hashlib.sha256(found).hexdigest() != kept.sha256:
        message = f"The file {kept.path} is not what was kept: another length than {kept.size} bytes, or another hash."
        raise Spoiled(message, hint="An earlier checkpoint may still be whole.")
    return cast(bytes, found)


def pieces(kept: Kept) -> Iterator[bytes]:
    """The file bit by bit, for a download. Gone is said at once, before the first piece is asked for."""
    content = _pieces(kept)
    try:
        first = next(content, b"")
    except FileNotFoundError as error:
        raise _gone(kept) from error
    return chain((first,), content)


def _pieces(kept: Kept) -> Iterator[bytes]:
    with _as_ours(), storages[ALIAS].open(kept.path) as file:
        while piece := file.read(PIECE):
            yield piece


def _gone(kept: Kept) -> Gone:
    name = kept.path.rpartition("/")[2]
    message = f"The file {name} is gone from the storage, though the record knows it."
    return Gone(message, hint="An earlier checkpoint may still be there; or try the run again.")


def drop(path: str) -> None:
    """Away with it; not there: nothing happens."""
    with _as_ours():
        storages[ALIAS].delete(path)


def files_older_than(then: datetime, folder: str = "") -> Iterator[str]:
    """Paths of what was last written before that, staged files of the dead included."""
    storage = storages[ALIAS]
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{folder}/{name}" if folder else name
        with contextlib.suppress(FileNotFoundError):
            if storage.get_modified_time(path) < then:
                yield path
    for inner in folders:
        yield from files_older_than(then, f"{folder}/{inner}" if folder else inner)


@contextlib.contextmanager
def _staged(storage: Storage) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file that is gone afterwards if it got no name."""
    folder = _staging_folder(storage)
    descriptor, path = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, Path(path)
    finally:
        Path(path).unlink(missing_ok=True)


def _staging_folder(storage: Storage) -> Path | None:
    if not isinstance(storage, FileSystemStorage):
        return None
    folder = Path(storage.location) / STAGING
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _give_name(storage: Storage, staged: Path, path: str) -> str:
    """The path it got: a storage that never writes over a file may have chosen another."""
    if not isinstance(storage, FileSystemStorage):
        with staged.open("rb") as file, _as_ours():
            return storage.save(path, File(file))
    place = Path(storage.path(path))
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged.replace(place)
    for folder in (place.parent, place.parent.parent):
        _flush_folder(folder)
    return path


@contextlib.contextmanager
def _as_ours() -> Iterator[None]:
    """What a bucket's client raises, in the words of this house. A folder's errors are Python's own and stay so."""
    if isinstance(storages[ALIAS], FileSystemStorage):
        yield
        return
    from botocore.exceptions import BotoCoreError, ClientError  # loaded with that storage anyway

    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise (StoreUnavailable if status >= SERVER_ERROR else StoreRefused)(str(error)) from error
    except BotoCoreError as error:
        raise StoreUnavailable(str(error)) from error


def _flush_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
