"""Events on the publisher's own disk until they are delivered: none is lost while the server is away, none comes twice.

One file for each publisher, one line for each event. Its name and the line's number are the event's key, so the server
keeps once what is delivered again after a crash. A line that was torn when the machine fell never counted.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.types import JsonObject

MOST: Final = 500
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True, slots=True)
class Line:
    """An event that waits. topic: whatever tells the deliverer where it belongs. key: its name, for good."""

    topic: str
    kind: str
    payload: JsonObject
    at: str
    key: str


Deliver = Callable[[Sequence[Line]], None]
"""Give these to the server. Returns when it has them for good; raises if it does not answer."""


class InUse(Exception):
    """Another publisher, which lives, writes to that spool."""


class Spool:
    """Of one publisher, not for several threads at once. InUse if another process (or this one) has it open.

    folder: made if it is not there. name: new for each publisher, unless one goes on with what was left behind.
    """

    def __init__(self, folder: Path, name: str = "") -> None:
        self.name = name or uuid.uuid4().hex
        if not NAME.fullmatch(self.name):
            raise ValueError(f"name must be letters, digits, dots and dashes, at most 80, not {self.name!r}.")
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{self.name}.jsonl"
        self._mark = folder / f"{self.name}.delivered"
        self._file = self.path.open("a+b")
        self._take()
        self._cut_torn_line()
        self._n = _count(self.path)
        self._delivered, self._offset = _marked(self._mark)

    def __len__(self) -> int:
        """How many wait."""
        return self._n - self._delivered

    def add(self, topic: str, kind: str, payload: JsonObject, *, at: str) -> str:
        """Write one down; its key. In the file when this returns: the end of this process loses nothing."""
        self._n += 1
        row = {"topic": topic, "kind": kind, "payload": payload, "at": at}
        self._file.write(json.dumps(row, separators=(",", ":"), allow_nan=False).encode() + b"\n")
        self._file.flush()
        return self._key(self._n)

    def sync(self) -> None:
        """On the disk itself: the end of the machine loses nothing."""
        os.fsync(self._file.fileno())

    def deliver(self, deliver: Deliver, *, at_most: int = MOST) -> int:
        """Give what waits to the server, in order and in heaps; how many there were.

        Whatever `deliver` raises ends it: what it was given then is given again the next time, under the same keys.
        """
        before = self._delivered
        while heap := [*self._waiting(at_most)]:
            lines = [line for line, _ in heap]
            for topic_lines in _by_topic(lines):
                deliver(topic_lines)
            self._delivered += len(lines)
            self._offset = heap[-1][1]
            self._keep_mark()
        return self._delivered - before

    def close(self, *, forget: bool = False) -> None:
        """forget: take the files away if nothing waits in them."""
        self._file.close()
        if forget and not len(self):
            for path in (self.path, self._mark):
                path.unlink(missing_ok=True)

    def _key(self, number: int) -> str:
        return f"{self.name}:{number}"

    def _waiting(self, at_most: int) -> Iterator[tuple[Line, int]]:
        with self.path.open("rb") as file:
            file.seek(self._offset)
            for number in range(self._delivered + 1, self._delivered + at_most + 1):
                text = file.readline()
                if not text.endswith(b"\n"):
                    return
                row = json.loads(text)
                yield Line(row["topic"], row["kind"], row["payload"], row["at"], self._key(number)), file.tell()

    def _keep_mark(self) -> None:
        fresh = self._mark.with_suffix(".fresh")
        fresh.write_text(f"{self._delivered} {self._offset}")
        fresh.replace(self._mark)

    def _take(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise InUse(f"{self.path} belongs to a publisher that runs.") from None

    def _cut_torn_line(self) -> None:
        """What follows the last line break was never acknowledged."""
        self._file.seek(0)
        whole = self._file.read().rfind(b"\n") + 1
        self._file.truncate(whole)


def left_behind(folder: Path) -> list[str]:
    """The names of publishers whose events wait in that folder, the oldest first. Of a living publisher too."""
    paths = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    return [path.stem for path in paths if _count(path) > _marked(path.with_suffix(".delivered"))[0]]


def _count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for line in file if line.endswith(b"\n"))


def _marked(path: Path) -> tuple[int, int]:
    with suppress(FileNotFoundError, ValueError):
        delivered, offset = path.read_text().split()
        return int(delivered), int(offset)
    return 0, 0


def _by_topic(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Neighbours of one topic together; the order stays."""
    heap: list[Line] = []
    for line in lines:
        if heap and heap[-1].topic != line.topic:
            yield heap
            heap = []
        heap.append(line)
    if heap:
        yield heap
