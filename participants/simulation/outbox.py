"""What a page's script would note and send: numbered lines, in batches that may come twice. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from experiments.chance import Stream

KINDS = ("focus", "first_input", "blur")


class Line(TypedDict):
    """As the page's script writes it."""

    seq: int
    trial: int
    kind: str
    at: int
    payload: dict[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is posted at once."""

    lines: Sequence[Line]

    @property
    def body(self) -> bytes:
        """JSON."""
        return json.dumps({"entries": list(self.lines)}).encode()

    @property
    def numbers(self) -> list[int]:
        """Of its lines."""
        return [line["seq"] for line in self.lines]


@dataclass
class Outbox:
    """Of one browser. seq: the number of its last line."""

    seq: int = 0
    unsent: list[Line] = field(default_factory=list)

    def notice(self, trial: int, stream: Stream) -> None:
        """One to three things that happened on a page."""
        for kind in KINDS[: 1 + stream.below(len(KINDS))]:
            self.seq += 1
            self.unsent.append(Line(seq=self.seq, trial=trial, kind=kind, at=stream.below(9000), payload={}))

    def batches(self, *, torn: bool) -> list[Batch]:
        """Everything unsent; torn: its second half, its first half, then all of it."""
        lines, self.unsent = self.unsent, []
        half = len(lines) // 2
        parts = (lines[half:], lines[:half], lines) if torn else (lines,)
        return [Batch(part) for part in parts if part]
