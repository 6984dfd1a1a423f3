"""Server-sent events as bytes (WHATWG HTML, 9.2). Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from experiments.types import JsonObject

RETRY = 2_000  # milliseconds after which a browser comes back


@dataclass(frozen=True, slots=True)
class Told:
    """One event. id: what a subscriber comes back with."""

    id: int
    body: JsonObject


def opening(words: str) -> bytes:
    """What a stream begins with.

    >>> opening("from 0")
    b'retry: 2000\\n: from 0\\n\\n'
    """
    return f"retry: {RETRY}\n".encode() + comment(words)


def comment(words: str) -> bytes:
    """A line that browsers skip; it keeps the connection and shows that it lives."""
    return f": {words}\n\n".encode()


def frames(events: Iterable[Told]) -> bytes:
    """One frame each. JSON has no line breaks of its own, so a frame has one data line.

    >>> frames([Told(7, {"kind": "run.status"})])
    b'id: 7\\ndata: {"kind":"run.status"}\\n\\n'
    """
    return b"".join(
        f"id: {event.id}\ndata: {json.dumps(event.body, separators=(',', ':'), ensure_ascii=False)}\n\n".encode()
        for event in events
    )
